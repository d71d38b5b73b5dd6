"""How many steps each octave of a dream gets, and in what size: as asked, or as time allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz_app.techniques._budget import Budget
from cnnviz_app.techniques._dream import Side
from cnnviz_app.techniques._optimise import Limit

# A dream is planned for so much of the time; what follows it takes so many steps of it.
_SURE, _AFTER = 0.9, 0.7
_LEAST_LONG_SIDE = 96
_LEAST_STEP = 0.01


@dataclass(frozen=True)
class Course:
    """What the octaves of all frames get.

    Attributes:
        sizes: of the octaves of one frame, and how many frames.
        steps: of each octave; begins anew where it ends.
        after: seconds the end of the run takes.
    """

    sizes: Sequence[Side]
    frames: int
    steps: Sequence[int]
    budget: Budget
    after: float = 0.0

    def count(self, number: int) -> int:
        return self.steps[number % len(self.steps)]

    @property
    def total(self) -> int:
        """All steps."""
        return sum(self.count(number) for number in range(len(self.sizes) * self.frames))

    def work(self, done: int = 0) -> list[int]:
        """Pixels to look at in each octave after so many."""
        pixels = [height * width for height, width in self.sizes]
        return [self.count(number) * pixels[number % len(pixels)]
                for number in range(done, len(pixels) * self.frames)]  # fmt: skip

    def limit(self, number: int) -> Limit:
        """For the octave that is about to begin: with a time, its share of what is left."""
        if self.budget.seconds is None:
            return Limit(self.count(number))
        rest = self.work(number)
        before = self.budget.spent()
        left = max(0.0, self.budget.seconds - self.after - before)
        until = before + left * rest[0] / sum(rest)
        return Limit(self.count(number), until, before, self.budget.seconds)


@dataclass(frozen=True)
class Fit:
    """Long side, length of a step in levels of 255, and seconds after the end."""

    side: int
    step: float
    after: float


def fitted(course: Course, step: float, pace: float, *, fixed: bool) -> Fit:
    """A smaller picture where the time is short; more and finer steps where there is plenty.

    A dream of many steps would drown its picture: they get shorter, and the dream as strong as
    was asked for. `pace` is the seconds a step takes for each pixel.
    """
    needed = pace * sum(course.work()) / max(1e-3, _SURE * course.budget.left())
    height, width = course.sizes[-1]
    longest = max(height, width)
    after = _AFTER * pace * height * width
    if needed <= 1.0 or fixed:
        return Fit(longest, max(_LEAST_STEP, step * min(1.0, needed)), after)
    side = min(longest, max(_LEAST_LONG_SIDE, round(longest / needed**0.5)))
    return Fit(side, step, after * (side / longest) ** 2)
