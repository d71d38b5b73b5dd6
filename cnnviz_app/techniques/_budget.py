"""The time a run may take: chosen by name, measured on a clock that stands still in a pause."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError

SECONDS = {"5 s": 5.0, "15 s": 15.0}
CHOICES = (*SECONDS, "full")
HELP = "Make all steps, or the best that fits into this time on this computer."
# No recipe asks for more; a small network makes them in a moment.
MOST_STEPS = 20000
_TRIAL_STEPS = 4
# A trial takes no more of the time than this.
_TRIAL_SHARE = 0.1


class Budget:
    """The seconds of one run from its beginning on; none when it may take as long as it takes."""

    def __init__(self, ctx: Context, name: str) -> None:
        self.seconds = SECONDS.get(name)
        self._ctx = ctx
        self._began = ctx.working()

    def spent(self) -> float:
        return self._ctx.working() - self._began

    def left(self) -> float:
        """What remains of the seconds; without any, there is no end."""
        return float("inf") if self.seconds is None else self.seconds - self.spent()

    def pace(self, step: Callable[[], object]) -> float:
        """Seconds a step takes, measured after a first one that has kernels and memory ready."""
        step()
        began = self.spent()
        made = 0
        while made < _TRIAL_STEPS:
            step()
            made += 1
            if self.seconds is not None and self.spent() > _TRIAL_SHARE * self.seconds:
                break
        return max(1e-9, (self.spent() - began) / made)


def parse_steps(text: str) -> tuple[int, ...]:
    """`10, 10, 20`; nothing for an empty text."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_STEPS
               for word in words):  # fmt: skip
        raise UserError(f"“{text}” is no list of steps.", "Write whole numbers: 10, 10, 20.")
    return tuple(int(word) for word in words)


def written(steps: Sequence[int]) -> str:
    """As `parse_steps` reads it."""
    return ", ".join(map(str, steps))
