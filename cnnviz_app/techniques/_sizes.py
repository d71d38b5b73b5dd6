"""How large a picture: what the person wants, what the network takes, what the time allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from cnnviz_app.core.errors import UserError

SMALLEST_SIDE = 16
# Every step is worth less than the one before; after this many the picture has settled.
_SETTLED_STEPS = 256
_TIMED_SIDES = (64, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512)

Side = tuple[int, int]
Accepts = Callable[[int, int], bool]


@dataclass(frozen=True)
class Chosen:
    """Height and width, and whether the network takes no other."""

    height: int
    width: int
    fixed: bool = False


def choose(
    wanted: int, own: Side, usual_side: int, accepts: Accepts, like: Tensor | None = None
) -> Chosen:
    """The size for `wanted` pixels on the short side; 0 means what suits the network.

    `own` is the size the network was made for, `like` a picture whose shape is kept.
    """
    if 0 < wanted < SMALLEST_SIDE:
        raise UserError(
            f"A picture of {wanted} pixels is too small.",
            f"Choose {SMALLEST_SIDE} or more, or 0 for what suits the network.",
        )
    natural = own if like is None else (int(like.shape[-2]), int(like.shape[-1]))
    if wanted:
        asked = (wanted, wanted) if like is None else _scaled(natural, wanted)
    else:
        asked = natural if min(natural) <= usual_side else _scaled(natural, usual_side)
    if asked == own or accepts(*asked):
        return Chosen(*asked)
    if wanted:
        raise UserError(
            f"This network cannot look at {asked[1]}×{asked[0]} pixels.",
            f"Its size is {own[1]}×{own[0]}: set size to 0.",
        )
    return Chosen(*own, fixed=True)


def affordable(trial: Chosen, seconds: float, seconds_per_step: float, usual: Chosen) -> Chosen:
    """The largest size at which the picture can settle within the time.

    A step took `seconds_per_step` at the size of the `trial`.
    """
    pixels = seconds / _SETTLED_STEPS / seconds_per_step * trial.height * trial.width
    ratio = usual.width / usual.height
    sides = [side for side in _TIMED_SIDES if side * side * ratio <= pixels]
    side = sides[-1] if sides else _TIMED_SIDES[0]
    # More than twice the usual size shows the same pattern more often, not better.
    side = min(side, 2 * usual.height)
    return Chosen(side, max(SMALLEST_SIDE, round(side * ratio)))


def _scaled(size: Side, side: int) -> Side:
    """The short side becomes `side`; the other follows."""
    factor = side / min(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
