"""What can be asked about attacks and about what models withstand; importable without torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cnnviz_app.lab.defence_requests import Defence
from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.population_requests import PictureSet
from cnnviz_app.lab.requests import Pixels, Values

if TYPE_CHECKING:
    from cnnviz_app.sources.picture import Picture

# The group of techniques that attack.
GROUP = "Attack"
# Shares of the found change at which the network is asked; 1 is the attack itself.
FACTORS = tuple(i / 16 for i in range(25))
WHOLE = FACTORS.index(1.0)


@dataclass(frozen=True)
class ReadAttack:
    """Walk along a found change, answered as `AttackRead`.

    Attributes:
        picture: what was attacked, as it was opened.
        attacked: uint8 H×W×3 as it is saved.
    """

    model: str
    picture: Picture
    attacked: Pixels
    edits: Edits = ()


@dataclass(frozen=True)
class AttackRead:
    """Attributes:
    clean: the picture as the network sees it.
    chances: probabilities of all classes, one row for each of `FACTORS`; every picture on the
        way was rounded to whole levels and judged by the plain network.
    """

    model: str
    clean: Pixels
    attacked: Pixels
    chances: Values

    @property
    def before(self) -> int:
        return int(self.chances[0].argmax())

    @property
    def after(self) -> int:
        return int(self.chances[WHOLE].argmax())


@dataclass(frozen=True)
class TrySurvival:
    """Does the attack survive what happens to pictures; answered as a tuple of `Survival`."""

    model: str
    clean: Pixels
    attacked: Pixels
    edits: Edits = ()


@dataclass(frozen=True)
class Survival:
    """One treatment of the attacked picture.

    Attributes:
        label, chance: the answer to the attacked picture after it.
        plain: the answer to the clean picture after it.
        shown: what the network was shown.
    """

    key: str
    title: str
    label: int
    chance: float
    plain: int
    shown: Pixels


@dataclass(frozen=True)
class Budget:
    """How hard every picture is attacked: PGD in a box, whole levels, from the picture itself.

    Attributes:
        momentum, diverse, smooth: see the technique `pgd`; they help against other networks.
    """

    steps: int = 10
    momentum: float = 0.0
    diverse: float = 0.0
    smooth: int = 0


@dataclass(frozen=True)
class MeasureRobustness:
    """Accuracy against ε of several models, answered as `Robustness`.

    Each point is told as metrics as soon as it is known: `model` (the place of its curve),
    `epsilon`, `accuracy`.

    Attributes:
        defence: other than "none", a second curve for each model, behind the curves without.
        adaptive: whether the attacks know of the defence and look through it.
    """

    models: tuple[str, ...]
    pictures: PictureSet
    epsilons: tuple[float, ...]
    budget: Budget = Budget()
    defence: Defence = field(default_factory=Defence)
    adaptive: bool = False


@dataclass(frozen=True)
class AccuracyCurve:
    """Attributes:
    labelled: the share is that of right answers; else of answers kept.
    """

    model: str
    title: str
    epsilons: tuple[float, ...]
    accuracy: tuple[float, ...]
    pictures: int
    labelled: bool


@dataclass(frozen=True)
class Robustness:
    """Curves in the order in which the models were named."""

    curves: tuple[AccuracyCurve, ...]
    title: str


@dataclass(frozen=True)
class MeasureTransfer:
    """Attacks made on each model, shown to each; answered as `Transfer`.

    Each cell is told as metrics: `row`, `column`, `success`, `confidence`.
    """

    models: tuple[str, ...]
    pictures: PictureSet
    epsilon: float = 8.0
    budget: Budget = Budget()


@dataclass(frozen=True)
class Transfer:
    """Attributes:
    success: made on the row, shown to the column: the share of pictures whose answer changed.
    confidence: the mean chance of the new answer where it changed; no number where it never did.
    l2: mean length of the change made on each row, in [0, 1] units.
    linf: the largest change of any channel, in levels.
    """

    models: tuple[str, ...]
    titles: tuple[str, ...]
    success: Values
    confidence: Values
    l2: tuple[float, ...]
    linf: tuple[int, ...]
    pictures: int
