"""A copy of a network that can lose what it has learned, layer by layer from the top down."""

from __future__ import annotations

import copy
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.network import Network, inspect

_NORMS = {"batch_norm", "layer_norm", "group_norm", "instance_norm"}


@dataclass(frozen=True)
class Forgettable:
    """A layer and the tensors it has learned, those of the norms above it included."""

    name: str
    tensors: tuple[Tensor, ...]


class Forgetting:
    """Owns a private copy: the network it was made from is never touched.

    Attributes:
        net: the copy.
        layers: from the top down.
    """

    def __init__(self, original: Network, seed: int = 0) -> None:
        twin = copy.deepcopy(original.parts)
        self.net = inspect(
            twin, original.spec, key=original.key, title=original.title,
            labels=original.labels, trained=original.trained,
        )  # fmt: skip
        self.layers = _from_the_top(self.net)
        self._generator = torch.Generator().manual_seed(seed)
        if not self.layers:
            raise UserError(
                f"{original.title or 'This network'} has no weights that could be forgotten.",
                "The check needs layers with weights of their own.",
            )

    def forget(self, layers: Sequence[Forgettable]) -> None:
        """Random weights in place of the learned ones, as widely spread as those."""
        with torch.no_grad():
            for layer in layers:
                for tensor in layer.tensors:
                    tensor.copy_(self._random(tensor))
        self.net.refresh()

    def _random(self, tensor: Tensor) -> Tensor:
        if tensor.ndim > 1:
            drawn = torch.randn(tensor.shape, generator=self._generator)
            return drawn * float(tensor.float().std(correction=0))
        # Biases and what norms have learned are shuffled: a variance must stay positive.
        order = torch.randperm(tensor.numel(), generator=self._generator)
        return tensor[order.to(tensor.device)]


def _from_the_top(net: Network) -> tuple[Forgettable, ...]:
    found: list[Forgettable] = []
    seen: set[int] = set()
    above: list[Tensor] = []
    for node in reversed(net.nodes):
        tensors = [t for t in _tensors(net, node.name) if id(t) not in seen]
        seen.update(map(id, tensors))
        above += tensors
        if tensors and node.op not in _NORMS:
            found.append(Forgettable(node.name, tuple(above)))
            above = []
    if above and found:
        found[-1] = Forgettable(found[-1].name, (*found[-1].tensors, *above))
    return tuple(found)


def _tensors(net: Network, name: str) -> list[Tensor]:
    """What a node has learned: the parameters and statistics of its module, or those it names."""
    place = net.operator(name)
    path = str(place.target) if place is not None and place.op == "call_module" else name
    if path in dict(net.parts.named_modules()) and path:
        return _learned(net.parts.get_submodule(path))
    if place is None:
        return []
    named = [str(n.target) for n in place.all_input_nodes if n.op == "get_attr"]
    values = [operator.attrgetter(path)(net.parts) for path in named]
    return [v for v in values if _is_learned(v)]


def _learned(module: nn.Module) -> list[Tensor]:
    return [t for t in (*module.parameters(), *module.buffers()) if _is_learned(t)]


def _is_learned(value: object) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point() and value.numel() > 1
