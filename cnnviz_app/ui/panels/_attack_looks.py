"""What the network answered while a camera looked: counted, look by look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cnnviz_app.lab.attack_requests import Survival
from cnnviz_app.lab.requests import Looked, Pixels

SCREEN, PAPER, ORIGINAL = "screen", "paper", "original"
TITLES = {SCREEN: "Filmed", PAPER: "Printed, filmed"}


@dataclass
class Tally:
    """Answers so far, with the chances of each."""

    counts: Counter[int] = field(default_factory=Counter)
    chances: dict[int, float] = field(default_factory=dict)
    shown: Pixels | None = None

    def add(self, looked: Looked) -> None:
        label = int(looked.probabilities.argmax())
        self.counts[label] += 1
        self.chances[label] = self.chances.get(label, 0.0) + float(looked.probabilities[label])
        self.shown = looked.seen

    @property
    def looks(self) -> int:
        return sum(self.counts.values())

    @property
    def label(self) -> int:
        """The commonest answer."""
        return self.counts.most_common(1)[0][0] if self.counts else -1

    @property
    def chance(self) -> float:
        """How sure it was, on average, when it gave the commonest answer."""
        return self.chances[self.label] / self.counts[self.label] if self.counts else 0.0


def filmed_rows(tallies: dict[str, Tally], before: int) -> tuple[Survival, ...]:
    """One row for what was filmed from the screen, one for what was held before the camera."""
    plain = tallies[ORIGINAL].label if tallies[ORIGINAL].looks else before
    return tuple(
        Survival(key, TITLES[key], tally.label, tally.chance, plain, tally.shown)
        for key in (SCREEN, PAPER)
        if (tally := tallies[key]).looks and tally.shown is not None
    )
