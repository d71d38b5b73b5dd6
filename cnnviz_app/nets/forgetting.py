"""A copy of a network that can lose what it has learned, layer by layer from the top down."""

from __future__ import annotations

import copy
import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.network import Network, inspect

# What a new norm multiplies by.
_ONES = {"weight", "running_var"}
_NORMS = {"batch_norm", "layer_norm", "group_norm", "instance_norm"}


@dataclass(frozen=True)
class Learned:
    """A tensor and what its own name is in its module."""

    tensor: Tensor
    name: str


@dataclass(frozen=True)
class Forgettable:
    """A layer and what it has learned, the norms above it included."""

    name: str
    learned: tuple[Learned, ...]


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
        self.net = self.net.edited(original.edits)
        self._generator = torch.Generator().manual_seed(seed)
        if not self.layers:
            raise UserError(
                f"{original.title or 'This network'} has no weights that could be forgotten.",
                "The check needs layers with weights of their own.",
            )

    def forget(self, layers: Sequence[Forgettable]) -> None:
        """As a new network starts: random weights that keep a signal's size, norms that do nothing.

        Statistics of a norm that belong to other weights would silence most units.
        """
        with torch.no_grad():
            for layer in layers:
                for one in layer.learned:
                    one.tensor.copy_(self._fresh(one))
        self.net.refresh()

    def _fresh(self, one: Learned) -> Tensor:
        tensor = one.tensor
        if tensor.ndim < 2:
            return torch.full_like(tensor, float(one.name in _ONES))
        drawn = torch.randn(tensor.shape, generator=self._generator)
        return drawn * math.sqrt(2 * len(tensor) / tensor.numel())


def _from_the_top(net: Network) -> tuple[Forgettable, ...]:
    found: list[Forgettable] = []
    seen: set[int] = set()
    above: list[Learned] = []
    for node in reversed(net.nodes):
        learned = [one for one in _learned(net, node.name) if id(one.tensor) not in seen]
        seen.update(id(one.tensor) for one in learned)
        above += learned
        if learned and node.op not in _NORMS:
            found.append(Forgettable(node.name, tuple(above)))
            above = []
    if above and found:
        found[-1] = Forgettable(found[-1].name, (*found[-1].learned, *above))
    return tuple(found)


def _learned(net: Network, name: str) -> list[Learned]:
    """Parameters and statistics of a node's module, or the tensors that a function names."""
    place = net.operator(name)
    path = str(place.target) if place is not None and place.op == "call_module" else name
    named: list[tuple[str, object]] = []
    if path and path in dict(net.parts.named_modules()):
        module = net.parts.get_submodule(path)
        named = [*module.named_parameters(), *module.named_buffers()]
    elif place is not None:
        paths = [str(n.target) for n in place.all_input_nodes if n.op == "get_attr"]
        named = [(path, operator.attrgetter(path)(net.parts)) for path in paths]
    return [
        Learned(value, label.rpartition(".")[2])
        for label, value in named
        if isinstance(value, Tensor) and value.is_floating_point() and value.ndim > 0
    ]
