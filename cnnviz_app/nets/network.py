"""A network made inspectable: any module that maps pictures to something, opened up."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, fx, nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.device import is_out_of_memory
from cnnviz_app.nets.graph import InputSpec, Node, ReceptiveField, unknown
from cnnviz_app.nets.layers import LayerGuide
from cnnviz_app.nets.listening import listen
from cnnviz_app.nets.naming import Described, describe
from cnnviz_app.nets.operators import KEEPS_FORM, tensor_of
from cnnviz_app.nets.plan import Edit, Swap
from cnnviz_app.nets.receptive import Layout
from cnnviz_app.nets.runner import HookRunner, PlanRunner, Runner, first_tensor
from cnnviz_app.nets.shapes import device_of, dtype_of, find_shapes
from cnnviz_app.nets.tracing import Traced, private_copy, trace
from cnnviz_app.nets.views import to_maps

__all__ = ["InputSpec", "Network", "Node", "ReceptiveField", "inspect"]


def inspect(
    module: nn.Module,
    spec: InputSpec,
    *,
    key: str,
    title: str,
    labels: Sequence[str] = (),
    trained: bool = False,
    weights_hash: str = "",
    device: torch.device | str | None = None,
) -> Network:
    """Open a module for inspection; the module itself is never changed."""
    root = private_copy(module, device)
    traced = trace(root)
    runner: Runner
    if traced is not None:
        find_shapes(traced, spec)
        described = describe(traced)
        runner = PlanRunner(traced, described.sources)
    else:
        described, places = listen(root, spec)
        runner = HookRunner(root, places, described.output)
    network = Network(module, root, spec, described, runner, traced)
    network.key, network.title, network.labels = key, title, tuple(labels)
    network.trained, network.weights_hash = trained, weights_hash
    return network


class Network:
    """A frozen network seen as a graph of named tensor operators.

    Attributes:
        key, title: what the program and the person call it.
        labels: class names, as many as the output has, or none.
        spec: the picture it was made for.
        trained: False for random weights, which must never be shown as if they had learned.
        weights_hash: sha256 of the weights file; "" when random.
        module: the original, never modified.
        nodes: the operators in execution order; the first is "input".
        aliases: container path → node name of its output.
        output: node name of the logits.
        edits: what is done to the values of which nodes in every run, see `edited`.
    """

    key = ""
    title = ""
    labels: tuple[str, ...] = ()
    trained = False
    weights_hash = ""

    def __init__(
        self,
        module: nn.Module,
        root: nn.Module,
        spec: InputSpec,
        described: Described,
        runner: Runner,
        traced: Traced | None,
    ) -> None:
        self.module = module
        self.spec = spec
        self.nodes = described.nodes
        self.aliases: Mapping[str, str] = described.aliases
        self.output = described.output
        self._root = root
        self._runner = runner
        self._traced = traced
        self._described = described
        self._by_name = {node.name: node for node in described.nodes}
        self.edits: Mapping[str, Edit] = {}
        self._device = device_of(root)
        place: dict[str, Any] = {"device": self._device, "dtype": dtype_of(root)}
        self._mean = torch.tensor(spec.mean, **place).reshape(1, -1, 1, 1)
        self._std = torch.tensor(spec.std, **place).reshape(1, -1, 1, 1)

    @property
    def device(self) -> torch.device:
        """Where its weights are and where it computes."""
        return self._device

    @property
    def params(self) -> int:
        """All parameters, each counted once."""
        return sum(node.params for node in self.nodes)

    @property
    def macs(self) -> int:
        """Multiply-adds for one picture of the size it was made for."""
        return sum(node.macs for node in self.nodes)

    def node(self, name: str) -> Node:
        """The node of that name, or the output of that container."""
        return self._by_name[self.resolve(name)]

    def resolve(self, name: str) -> str:
        """The node name behind a layer's name; UserError when there is none."""
        if name in self._by_name:
            return name
        if name in self.aliases:
            return self.aliases[name]
        known = [*self.layers, *self._by_name, *self.aliases]
        raise unknown("layer", name, known, f"`cnnviz layers {self.key}` lists them all.")

    def run(
        self,
        image01: Tensor,
        upto: Sequence[str],
        *,
        edit: Mapping[str, Edit] | None = None,
        swap: Mapping[str, Swap] | None = None,
    ) -> dict[str, Tensor]:
        """The activations of the layers asked for; no more than they need is computed.

        Gradients flow to `image01` when it requires them. `edit` replaces what a layer gives by a
        function of it; everything behind then sees the new value. `swap` replaces every operator
        of a kind (`"relu"`, `"max_pool2d"` …) by a function of its input and, for pools, of
        `kernel_size`, `stride`, `padding` and `ceil_mode`.
        """
        names = {name: self._runnable(name) for name in upto}
        edits = self._with(edit or {})
        image01 = self._accepted(image01)
        if "input" in edits:
            image01 = edits.pop("input")(image01)
        wanted = [name for name in dict.fromkeys(names.values()) if name != "input"]
        found = {"input": image01}
        if wanted:
            found |= self._attempt(image01, wanted, edits, swap or {})
        return {name: found[node] for name, node in names.items()}

    def edited(self, edits: Mapping[str, Edit]) -> Network:
        """This network with these changes in whatever it computes, before a run's own `edit`.

        It shares the weights and everything known about them; this one stays as it is.
        """
        view = copy.copy(self)
        view.edits = self._with(edits)
        return view

    def logits(self, image01: Tensor) -> Tensor:
        """What the network says before any softmax."""
        return self.run(image01, [self.output])[self.output]

    def exact(self, image01: Tensor) -> Tensor:
        """The logits computed by the plain, unfolded network, for verification.

        A plain network knows no edits: with some, the graph is the only one who can tell.
        """
        if self.edits:
            return self.logits(image01)
        image01 = self._accepted(image01)
        return first_tensor(self._root((image01 - self._mean) / self._std))

    def kernel(self, name: str) -> Tensor | None:
        """The weight of the convolution or linear layer behind a node; None when there is none."""
        node = self.node(name)
        while node.op in KEEPS_FORM - {"softmax", "log_softmax"} and len(node.inputs) == 1:
            node = self._by_name[node.inputs[0]]
        weight: Tensor | None = None
        if self._traced is not None:
            if node.op in {"conv1d", "conv2d", "conv3d", "conv_transpose2d", "linear"}:
                source = self._described.sources[node.name]
                weight = tensor_of(source, self._traced.root, "weight")
        elif node.name in dict(self._root.named_modules()):
            found = getattr(self._root.get_submodule(node.name), "weight", None)
            weight = found if isinstance(found, Tensor) and found.ndim > 1 else None
        return None if weight is None else weight.detach().float().cpu().clone()

    def maps(self, name: str, tensor: Tensor) -> Tensor:
        """An activation of that layer as maps N×C×H×W; a vector is one cell."""
        return to_maps(tensor, self.layout(name))

    def map_shape(self, name: str) -> tuple[int, int, int]:
        """Channels, rows and columns of a layer's maps at the size the network was made for."""
        hollow = torch.empty((1, *self.node(name).shape), device="meta")
        channels, rows, columns = self.maps(name, hollow).shape[1:]
        return channels, rows, columns

    def layout(self, name: str) -> Layout | None:
        """Where the picture's rows and columns lie in that layer's tensor."""
        field = self._described.fields.get(self.resolve(name))
        return field.layout if field else None

    def operator(self, name: str) -> fx.Node | None:
        """The place of a node in the traced graph; None where the network was not traced."""
        return self._described.sources.get(self.resolve(name)) if self._traced else None

    @property
    def parts(self) -> nn.Module:
        """The frozen copy that the operators of the graph belong to."""
        return self._root

    @property
    def layers(self) -> tuple[str, ...]:
        """The names worth showing as layers, in order."""
        return self._guide.layers

    def default_layer(self, purpose: str) -> str:
        """The layer to begin with, for "cam", "dream", "explore" or "feature-vis"."""
        return self._guide.default(purpose)

    def refresh(self) -> None:
        """Read the weights again after they have been changed, by training for example."""
        self._runner.forget()

    @cached_property
    def _guide(self) -> LayerGuide:
        return LayerGuide(self._root, self.nodes, self.aliases, self._described.fields, self.output)

    def _with(self, edits: Mapping[str, Edit]) -> dict[str, Edit]:
        """The edits by node, each after the one that is there always."""
        found = dict(self.edits)
        for name, change in edits.items():
            node = self._runnable(name)
            found[node] = _after(found[node], change) if node in found else change
        return found

    def _runnable(self, name: str) -> str:
        node = self.node(name)
        if not node.shape and node.name not in self._described.sources:
            if isinstance(self._root, torch.jit.ScriptModule):
                raise UserError(
                    f"“{name}” cannot be looked into: a TorchScript network only runs as a whole.",
                    hint="Export it with torch.export, or open it from its Python code.",
                )
            raise UserError(
                f"“{name}” takes no part in a prediction.",
                hint="It is only used while the network is trained; choose another layer.",
            )
        return node.name

    def _accepted(self, image01: Tensor) -> Tensor:
        if image01.ndim != 4 or image01.shape[1] != self.spec.channels:
            raise UserError(
                f"{self.title or 'This network'} takes pictures with {self.spec.channels} colour "
                f"channel{'s' if self.spec.channels != 1 else ''}, not a tensor of shape "
                f"{'×'.join(map(str, image01.shape))}.",
                hint="Convert the picture first.",
            )
        return image01.to(self._device, self._mean.dtype)

    def _attempt(
        self,
        image01: Tensor,
        wanted: Sequence[str],
        edits: Mapping[str, Edit],
        swap: Mapping[str, Swap],
    ) -> dict[str, Tensor]:
        batch = (image01 - self._mean) / self._std
        height, width = image01.shape[2:]
        if (height, width) == (self.spec.height, self.spec.width):
            return self._runner.run(batch, wanted, edits, swap)
        try:
            return self._runner.run(batch, wanted, edits, swap)
        except (RuntimeError, AssertionError) as error:
            if is_out_of_memory(error):
                raise
            raise UserError(
                f"{self.title or 'This network'} cannot take a picture of {width}×{height} pixels.",
                hint=f"It was made for {self.spec.width}×{self.spec.height}.",
            ) from error


def _after(first: Edit, then: Edit) -> Edit:
    return lambda value: then(first(value))
