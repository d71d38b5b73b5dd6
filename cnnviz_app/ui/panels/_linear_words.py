"""The sentences of the linear explanation; no widgets here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz_app.lab.linear_requests import LinearRead, with_random_signs
from cnnviz_app.lab.requests import Pixels, Values
from cnnviz_app.ui.widgets.base import MINUS

# A photograph as most networks see it.
PHOTO = 224 * 224 * 3
DARK_EDGE = 60


@dataclass(frozen=True)
class Pushes:
    """What ε does to the lead of one class over another.

    Attributes:
        gained, by_chance: running sums over the pixels, those that matter most first.
        needed: what the target lacked before.
    """

    epsilon: int
    gained: Values
    by_chance: Values
    needed: float
    moved: int

    @property
    def sum(self) -> float:
        return float(self.gained[-1])


def pushes_of(read: LinearRead, levels: Pixels, epsilon: int, now: int, target: int) -> Pushes:
    """The sums for one ε, beside those of the same change with random signs."""
    changed = read.pushed(levels, epsilon, now, target)
    scores = read.scores(levels)
    random = read.gains(levels, with_random_signs(levels, epsilon), now, target)
    return Pushes(
        epsilon, np.cumsum(read.gains(levels, changed, now, target)), np.cumsum(random),
        float(scores[now] - scores[target]), int((changed != levels).sum()),
    )  # fmt: skip


def signed(value: float) -> str:
    """Points with their sign, one decimal: they are compared, and the decimals must stand still."""
    shown = round(value, 1)
    return f"{'+' if shown >= 0 else MINUS}{abs(shown):.1f}"


def why(pushes: Pushes, target: str, pixels: int) -> str:
    """Why many tiny changes add up."""
    if not pushes.epsilon or not pushes.moved:
        return (
            f"The {target} lacks {pushes.needed:.1f} points. Move ε: every pixel is pushed "
            f"a little in the direction that speaks for the {target}."
        )
    each = pushes.sum / pushes.moved
    enough = "enough" if pushes.sum > pushes.needed else "not yet enough"
    return (
        f"No pixel moves by more than {pushes.epsilon} of 255 levels, but all push the same way: "
        f"{pushes.moved} pixels × {each:.4f} = {signed(pushes.sum)} points, {enough} for "
        f"the {pushes.needed:.1f} needed. With random signs the same change gives only "
        f"{signed(float(pushes.by_chance[-1]))}. The sum grows with ε times the number of pixels; "
        f"a photograph has {round(PHOTO / pixels)} times as many, so there a change that nobody "
        f"can see is enough."
    )


def looks_like_digit(pixels: Pixels) -> bool:
    """Square, grey and dark at its edge: something drawn on black paper."""
    if pixels.shape[0] != pixels.shape[1] or int(np.ptp(pixels, axis=2).max()) > 2:
        return False
    grey = pixels[..., 0]
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return bool(edge.mean() < DARK_EDGE and grey.max() > 2 * DARK_EDGE)


def least_words(least: int | None, chance: float) -> str:
    """Below a fooling picture."""
    if least is None:
        return "never"
    if not least:
        return "its answer"
    return f"ε {least}, {chance * 100:.0f} %"
