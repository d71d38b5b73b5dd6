"""Gratings and bars around a point of the picture: what is put in front of one unit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cnnviz_app.sources.worlds import gratings
from cnnviz_app.sources.worlds.noise import Picture

# As far from mid grey as a circle of colours fits into what a screen can show.
COLOUR_STRENGTH = math.sqrt(3 / 8)


@dataclass(frozen=True)
class Stage:
    """Where the unit looks.

    Attributes:
        side: of the (square) picture in pixels.
        x, y: the middle of the unit's field, in pixels.
        field: side of the part it can see, in pixels.
    """

    side: int
    x: float
    y: float
    field: float

    def across(self, angle: float) -> float:
        """Distance of the field's middle from the picture's, across a line, as share of the side.

        Angles are in degrees clockwise from upright.
        """
        turn = math.radians(angle)
        dx, dy = self.x / self.side - 0.5, self.y / self.side - 0.5
        return math.cos(turn) * dx + math.sin(turn) * dy

    def moved(self, angle: float, shift: float) -> Stage:
        """The same with its middle moved across a line of this angle, by so many pixels."""
        turn = math.radians(angle)
        x, y = self.x + shift * math.cos(turn), self.y + shift * math.sin(turn)
        return replace(self, x=x, y=y)

    def close_up(self, pixels: int, share: float = 1.8) -> tuple[Stage, float]:
        """The field and a little around it on a picture of its own, and how much larger it is."""
        shown = min(share * self.field, float(self.side))
        factor = pixels / shown
        return Stage(pixels, pixels / 2, pixels / 2, self.field * factor), factor


def grating(
    stage: Stage, angle: float, cycles: float, phase: float, diameter: float = 0.0
) -> Picture:
    """A sine grating whose phase counts from the middle of the field: at 90° it is bright there.

    Args:
        cycles: stripes across the picture.
        diameter: of the round opening it is seen through, in pixels; 0 fills the picture.
    """
    shift = 360.0 * cycles * stage.across(angle)
    picture = gratings.grating(stage.side, angle, cycles, phase - shift)
    if diameter <= 0:
        return picture
    at = np.arange(stage.side) + 0.5
    away = np.hypot(at[None, :] - stage.x, at[:, None] - stage.y)
    cover = np.clip(diameter / 2 - away + 0.5, 0, 1)[..., None]
    seen: Picture = np.rint(127.5 + (picture - 127.5) * cover).astype(np.uint8)
    return seen


def hue_colour(hue: float) -> npt.NDArray[np.float64]:
    """A colour by its angle, 0 red … 120 green … 240 blue, in levels.

    All are equally far from mid grey and have its mean, so that none of them is brighter for a
    network than another: what answers to one of them answers to the colour.
    """
    turn = math.radians(hue)
    red = math.cos(turn) * np.array([2.0, -1.0, -1.0]) / math.sqrt(6)
    green_blue = math.sin(turn) * np.array([0.0, 1.0, -1.0]) / math.sqrt(2)
    found: npt.NDArray[np.float64] = 127.5 + 255 * COLOUR_STRENGTH * (red + green_blue)
    return found


def coloured(
    stage: Stage, angle: float, cycles: float, phase: float, hue: float | None = None
) -> Picture:
    """A grating from a hue to its opposite; without one, a grey grating as strong as those."""
    wave = grating(stage, angle, cycles, phase).astype(np.float64) / 127.5 - 1
    grey = 255 * COLOUR_STRENGTH / math.sqrt(3)
    ends = grey if hue is None else hue_colour(hue) - 127.5
    seen: Picture = np.rint(127.5 + wave * ends).astype(np.uint8)
    return seen


def plain(stage: Stage, hue: float) -> Picture:
    """Nothing but a colour."""
    level = np.rint(hue_colour(hue)).astype(np.uint8)
    return np.broadcast_to(level, (stage.side, stage.side, 3)).copy()


def bar(
    stage: Stage, angle: float, shift: float, width: float, bright: bool = True
) -> Picture:
    """A long bar; `shift` is its distance from the middle of the field, both in pixels."""
    place = stage.across(angle) + shift / stage.side
    return gratings.bar(stage.side, angle, place, width / stage.side, 4.0, bright)


def grey(stage: Stage) -> Picture:
    """The ground on which everything is shown."""
    return np.full((stage.side, stage.side, 3), 128, np.uint8)
