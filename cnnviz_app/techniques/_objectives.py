"""What to maximise: small functions of activations that add, subtract and scale.

An objective names the nodes it needs and gives one number per picture of the batch, larger is
better; the ascent negates it once. `a + b`, `a - b`, `2 * a` and `-a` are objectives again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.errors import UserError

Activations = Mapping[str, Tensor]


class Maps(Protocol):
    """The part of a network objectives rely on."""

    @property
    def output(self) -> str: ...

    def maps(self, name: str, tensor: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Objective:
    """Something to maximise.

    Attributes:
        nodes: which activations it reads.
        of: activations → one number per picture.
        text: how it is called in captions.
    """

    nodes: tuple[str, ...]
    of: Callable[[Activations], Tensor]
    text: str

    def __add__(self, other: Objective) -> Objective:
        return Objective(
            tuple(dict.fromkeys(self.nodes + other.nodes)),
            lambda acts: self.of(acts) + other.of(acts),
            f"{self.text} + {other.text}",
        )

    def __neg__(self) -> Objective:
        return Objective(self.nodes, lambda acts: -self.of(acts), f"−({self.text})")

    def __sub__(self, other: Objective) -> Objective:
        return Objective(
            tuple(dict.fromkeys(self.nodes + other.nodes)),
            lambda acts: self.of(acts) - other.of(acts),
            f"{self.text} − ({other.text})",
        )

    def __mul__(self, weight: float) -> Objective:
        return Objective(self.nodes, lambda acts: self.of(acts) * weight, f"{weight:g}·{self.text}")

    __rmul__ = __mul__


def unit(net: Maps, node: str, channel: int, at: tuple[int, int] | None = None) -> Objective:
    """One cell of one map, the middle one unless `at` says (y, x)."""

    def of(acts: Activations) -> Tensor:
        maps = net.maps(node, acts[node])
        rows, columns = maps.shape[2:]
        y, x = at or (rows // 2, columns // 2)
        if y >= rows or x >= columns:
            raise UserError(
                f"The map of “{node}” has no cell {y},{x} here.",
                f"It has {rows} rows and {columns} columns, counted from 0.",
            )
        return maps[:, channel, y, x]

    where = f"@{at[0]},{at[1]}" if at else ""
    return Objective((node,), of, f"unit {node}:{channel}{where}")


def channel(net: Maps, node: str, index: int) -> Objective:
    """The mean of one map."""

    def of(acts: Activations) -> Tensor:
        return net.maps(node, acts[node])[:, index].mean((1, 2))

    return Objective((node,), of, f"channel {node}:{index}")


def channel_norm(net: Maps, node: str, index: int) -> Objective:
    """The L2 norm of one map, as the lectures define the strength of a channel."""

    def of(acts: Activations) -> Tensor:
        norm: Tensor = torch.linalg.vector_norm(net.maps(node, acts[node])[:, index], dim=(1, 2))
        return norm

    return Objective((node,), of, f"norm of channel {node}:{index}")


def layer(net: Maps, node: str) -> Objective:
    """The L2 norm of a whole layer: whatever it sees, more of it."""

    def of(acts: Activations) -> Tensor:
        norm: Tensor = torch.linalg.vector_norm(acts[node].flatten(1), dim=1)
        return norm

    return Objective((node,), of, f"norm of {node}")


def direction(net: Maps, node: str, vector: Tensor, cosine_power: float = 0.0) -> Objective:
    """A direction in the space of channels, averaged over positions.

    With `cosine_power` p the dot product is multiplied by the cosine to the p-th power, which
    prefers pointing the right way over being large.
    """

    def of(acts: Activations) -> Tensor:
        maps = net.maps(node, acts[node])
        along = vector.to(maps).view(1, -1, 1, 1)
        dot = (maps * along).sum(1)
        if cosine_power:
            cosine = F.cosine_similarity(maps, along, dim=1).clamp_min(0.1)
            dot = dot * cosine.pow(cosine_power)
        return dot.mean((1, 2))

    return Objective((node,), of, f"direction in {node}")


def cosine(net: Maps, node: str, vector: Tensor) -> Objective:
    """How well every position points along `vector`, whatever its length."""

    def of(acts: Activations) -> Tensor:
        maps = net.maps(node, acts[node])
        along = vector.to(maps).view(1, -1, 1, 1)
        return F.cosine_similarity(maps, along, dim=1).mean((1, 2))

    return Objective((node,), of, f"cosine in {node}")


def logit(net: Maps, index: int) -> Objective:
    """A class before the softmax: evidence for it, not evidence against the others."""
    node = net.output
    return Objective((node,), lambda acts: acts[node].flatten(1)[:, index], f"logit {index}")


def log_probability(net: Maps, index: int) -> Objective:
    """A class after the softmax; its logarithm climbs the same hill and fades nowhere."""
    node = net.output

    def of(acts: Activations) -> Tensor:
        return F.log_softmax(acts[node].flatten(1), dim=1)[:, index]

    return Objective((node,), of, f"log probability {index}")


def diversity(net: Maps, node: str) -> Objective:
    """How differently the pictures of the batch use the layer: minus the mean cosine between
    their correlations of channels."""

    def of(acts: Activations) -> Tensor:
        flat = net.maps(node, acts[node]).flatten(2)
        n = flat.shape[0]
        gram = F.normalize((flat @ flat.transpose(1, 2)).flatten(1), dim=1)
        alike = gram @ gram.T
        others = alike.sum(1) - alike.diagonal()
        return -others / max(1, n - 1)

    return Objective((node,), of, f"diversity in {node}")
