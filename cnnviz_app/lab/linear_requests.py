"""What can be asked about a linear classifier, and the arithmetic of fooling one; no torch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cnnviz_app.lab.requests import Pixels, Values

if TYPE_CHECKING:
    from cnnviz_app.sources.picture import Picture

MODEL = "linear-digits"
# The strongest push that is tried: more than half of the range is no small change.
STRONGEST = 128


@dataclass(frozen=True)
class ReadLinear:
    """A linear classifier and the picture as it sees it, answered as `LinearRead`."""

    picture: Picture
    model: str = MODEL


@dataclass(frozen=True)
class LinearRead:
    """A classifier whose scores are `weights · picture + bias`, with the picture in [0, 1].

    Attributes:
        weights: one picture of weights for each class, K×H×W.
        seen: the picture in whole levels, H×W.
    """

    title: str
    labels: tuple[str, ...]
    weights: Values
    bias: Values
    seen: Pixels

    def scores(self, levels: Pixels) -> Values:
        """One sum for each class; also of many pictures at once (N×H×W)."""
        flat = self.weights.reshape(len(self.weights), -1).astype(np.float64)
        pictures = levels.reshape(*levels.shape[:-2], -1).astype(np.float64) / 255
        found: Values = (pictures @ flat.T + self.bias).astype(np.float32)
        return found

    def chances(self, levels: Pixels) -> Values:
        scores = self.scores(levels)
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        shares: Values = powers / powers.sum(-1, keepdims=True)
        return shares

    def direction(self, now: int, target: int) -> npt.NDArray[np.int16]:
        """+1 where more light speaks for the target, −1 where it speaks against it."""
        signs: npt.NDArray[np.int16] = np.sign(self.weights[target] - self.weights[now]).astype(
            np.int16
        )
        return signs

    def pushed(self, levels: Pixels, epsilon: int, now: int, target: int) -> Pixels:
        """Every pixel moved by ε towards the target, as far as black and white allow."""
        moved = levels.astype(np.int16) + epsilon * self.direction(now, target)
        held: Pixels = np.clip(moved, 0, 255).astype(np.uint8)
        return held

    def gains(self, levels: Pixels, changed: Pixels, now: int, target: int) -> Values:
        """What each pixel's change adds to the lead of the target, the most helpful pixel first."""
        apart = (self.weights[target] - self.weights[now]).ravel()
        change = (changed.astype(np.float32) - levels).ravel() / 255
        order = np.argsort(-np.abs(apart), kind="stable")
        gains: Values = (change * apart)[order].astype(np.float32)
        return gains

    def least(self, levels: Pixels, now: int, target: int) -> int | None:
        """The smallest ε that makes the target the answer; None where none does."""
        if int(self.scores(levels).argmax()) == target:
            return 0
        steps = np.arange(1, STRONGEST + 1, dtype=np.int16)[:, None, None]
        moved = np.clip(levels.astype(np.int16) + steps * self.direction(now, target), 0, 255)
        won = np.flatnonzero(self.scores(moved.astype(np.uint8)).argmax(-1) == target)
        return int(won[0]) + 1 if len(won) else None


def with_random_signs(levels: Pixels, epsilon: int, seed: int = 0) -> Pixels:
    """The same size of change without a plan."""
    signs = np.random.default_rng(seed).choice(np.array([-1, 1], np.int16), levels.shape)
    held: Pixels = np.clip(levels.astype(np.int16) + epsilon * signs, 0, 255).astype(np.uint8)
    return held
