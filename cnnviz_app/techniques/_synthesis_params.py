"""The parameters every picture-from-gradients technique shares, declared once.

Three independent axes (what the picture is made of, how robust it must be, what is penalised)
and how to climb; what to climb is each technique's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz_app.core.params import param
from cnnviz_app.techniques._budget import CHOICES, HELP

_PICTURE, _CLIMB = "Picture", "Optimiser"
_VIEWS, _TAME = "Robustness", "Regularisers"
_MOVED = ("transforms", (True,))


@dataclass(frozen=True)
class PictureParams:
    """What the picture is made of and where it starts."""

    size: int = param(
        0, "Side of the picture; 0 takes what suits the network.",
        low=0, high=2048, unit="px", group=_PICTURE, slider=(0, 512),
    )  # fmt: skip
    space: str = param(
        "fft", "What the optimiser moves: frequencies, single pixels, a pyramid of details, only "
        "the phases of frequencies with the contrast of photos, or a small drawing network.",
        choices=("fft", "pixels", "laplacian", "phase", "cppn"), group=_PICTURE,
    )  # fmt: skip
    colour: str = param(
        "decorrelated", "Move along the colour axes of photographs, or along red, green and blue.",
        choices=("decorrelated", "raw"), group=_PICTURE,
    )  # fmt: skip
    limits: str = param(
        "sigmoid", "How values stay between black and white: squeezed smoothly, or cut off.",
        choices=("sigmoid", "clip"), group=_PICTURE,
    )  # fmt: skip
    start: str = param(
        "noise", "Where to start: faint noise on grey, any value for every pixel, plain grey, "
        "or the present picture.",
        choices=("noise", "uniform", "grey", "picture"), group=_PICTURE,
    )  # fmt: skip
    noise: float = param(
        0.01, "How strong the noise at the start is, in the units of the space.",
        title="Start noise", low=0.0, high=10.0, group=_PICTURE, slider=(0.0, 1.0),
        when=("start", ("noise",)),
    )  # fmt: skip


@dataclass(frozen=True)
class ClimbParams:
    """How to climb, and for how long."""

    steps: int = param(
        512, "How many steps to make.", low=1, high=20000, group=_CLIMB, slider=(1, 2048)
    )
    optimizer: str = param(
        "adam", "Adam; L-BFGS, which looks along a line in every step; or the plain gradient.",
        choices=("adam", "lbfgs", "ascent"), group=_CLIMB,
    )  # fmt: skip
    learning_rate: float = param(
        0.05, "Length of a step; for the plain gradient, the mean change of a value.",
        low=1e-6, high=100.0, group=_CLIMB, log=True, slider=(1e-3, 1.0),
        when=("optimizer", ("adam", "ascent")),
    )  # fmt: skip
    budget: str = param(
        "full", HELP,
        choices=CHOICES, title="Time", group=_CLIMB,
    )  # fmt: skip
    redirect: int = param(
        16, "For so many first steps, units that are off let the gradient through.",
        low=0, high=512, unit="steps", group=_CLIMB, slider=(0, 64),
    )  # fmt: skip


@dataclass(frozen=True)
class RobustnessParams:
    """How far the view moves between steps; pixel amounts shrink with pictures under 128 px."""

    transforms: bool = param(
        True, "Look at the picture slightly differently in every step.", group=_VIEWS
    )
    crops: int = param(
        0, "Look at so many random windows in every step; 0 looks at the whole picture.",
        low=0, high=64, group=_VIEWS, slider=(0, 16), when=_MOVED,
    )  # fmt: skip
    window: float = param(
        35.0, "Side of such a window.", low=1.0, high=100.0, unit="%", group=_VIEWS, when=_MOVED,
    )  # fmt: skip
    pad: int = param(
        12, "Grey border around the picture.", low=0, high=128, unit="px", group=_VIEWS,
        slider=(0, 32), when=_MOVED,
    )  # fmt: skip
    jitter: int = param(
        8, "Random shift before scaling and turning.", low=0, high=256, unit="px",
        group=_VIEWS, slider=(0, 32), when=_MOVED,
    )  # fmt: skip
    scale: float = param(
        10.0, "Random change of size, larger or smaller.", low=0.0, high=90.0, unit="%",
        group=_VIEWS, slider=(0.0, 30.0), when=_MOVED,
    )  # fmt: skip
    rotate: float = param(
        10.0, "Random turn, to either side.", low=0.0, high=180.0, unit="°",
        group=_VIEWS, slider=(0.0, 45.0), when=_MOVED,
    )  # fmt: skip
    last_jitter: int = param(
        4, "Random shift at the end.", low=0, high=256, unit="px", group=_VIEWS,
        slider=(0, 32), when=_MOVED,
    )  # fmt: skip


@dataclass(frozen=True)
class RegulariserParams:
    """Penalties on the picture, and repairs made to it between steps."""

    l1: float = param(
        0.0, "Penalty on the mean distance from grey.", title="L1", low=0.0, high=1e6,
        group=_TAME, slider=(0.0, 10.0),
    )  # fmt: skip
    l2: float = param(
        0.0, "Penalty on the root mean square distance from grey.", title="L2", low=0.0,
        high=1e6, group=_TAME, slider=(0.0, 10.0),
    )  # fmt: skip
    tv: float = param(
        0.0, "Penalty on steps between neighbouring pixels.", title="Total variation",
        low=0.0, high=1e6, group=_TAME, slider=(0.0, 10.0),
    )  # fmt: skip
    decay: float = param(
        0.0, "Share of the contrast that fades in every step.", low=0.0, high=1.0,
        group=_TAME, slider=(0.0, 0.5),
    )  # fmt: skip
    blur: float = param(
        0.0, "Width of a Gaussian blur between steps.", low=0.0, high=20.0, unit="px",
        group=_TAME, slider=(0.0, 3.0),
    )  # fmt: skip
    blur_every: int = param(
        4, "Blur once in so many steps.", low=1, high=1000, unit="steps", group=_TAME,
        slider=(1, 16),
    )  # fmt: skip
    small_norm: float = param(
        0.0, "Share of the faintest pixels that turn grey.", low=0.0, high=99.0, unit="%",
        group=_TAME, slider=(0.0, 95.0),
    )  # fmt: skip
    small_contribution: float = param(
        0.0, "Share of the least useful pixels that turn grey.", low=0.0, high=99.0, unit="%",
        group=_TAME, slider=(0.0, 95.0),
    )  # fmt: skip


@dataclass(frozen=True)
class SynthesisParams(RegulariserParams, RobustnessParams, ClimbParams, PictureParams):
    """All of the above, in the order of the form."""
