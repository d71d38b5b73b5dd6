"""What can be asked about defences that anybody can put in front of a network; no torch here."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Pixels


@dataclass(frozen=True)
class Defence:
    """A treatment of every picture before the network sees it; "none" leaves it alone."""

    kind: str = "none"
    strength: float = 0.0


@dataclass(frozen=True)
class DefenceKind:
    """How a defence is called and set.

    Attributes:
        usual: the strength to begin with; `low` and `high` are the ends that make sense.
    """

    kind: str
    title: str
    unit: str
    usual: float
    low: float
    high: float
    help: str

    def words(self, strength: float) -> str:
        """`JPEG q 75`."""
        return {
            "jpeg": f"JPEG q {strength:.0f}", "bits": f"{strength:.0f} bits",
            "smooth": f"Blur σ {strength:.1f} px", "noise": f"Noise vote ±{strength:.0f}",
        }[self.kind]  # fmt: skip


KINDS = (
    DefenceKind("jpeg", "JPEG", "", 75, 10, 95, "Saved with this quality and read again"),
    DefenceKind("bits", "Fewer bits", "bits", 4, 1, 8, "Every channel rounded to so many bits"),
    DefenceKind("smooth", "Smoothing", "px", 1.0, 0.2, 4.0, "Blurred by a Gaussian of this width"),
    DefenceKind("noise", "Noise vote", "", 8, 1, 64,
                "Sixteen copies with noise of so many levels; the majority decides"),
)  # fmt: skip


def kind_of(defence: Defence) -> DefenceKind | None:
    return next((kind for kind in KINDS if kind.kind == defence.kind), None)


@dataclass(frozen=True)
class TryDefence:
    """One defence before the clean and the attacked picture, answered as `Defended`."""

    model: str
    clean: Pixels
    attacked: Pixels
    defence: Defence
    edits: Edits = ()


@dataclass(frozen=True)
class Defended:
    """The answers behind the defence, their chances, and what the network was shown."""

    defence: Defence
    clean_label: int
    clean_chance: float
    attacked_label: int
    attacked_chance: float
    clean_shown: Pixels
    attacked_shown: Pixels
