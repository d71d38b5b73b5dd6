"""How long each operator of a network takes here: what is asked, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TimeNodes:
    """Measure every operator on one picture, answered as `NodeTimes`."""

    model: str
    runs: int = 5


@dataclass(frozen=True)
class NodeTimes:
    """Medians over the runs, of one picture of the size the network was made for.

    Every operator is run by itself, so batch-norms are not folded into convolutions as they are
    when the network only predicts.

    Attributes:
        seconds: by operator; those that are no tensor operators are not in it.
        device: where, in words.
    """

    model: str
    seconds: Mapping[str, float]
    runs: int
    device: str

    @property
    def total(self) -> float:
        return sum(self.seconds.values())
