"""The parameters of style transfer and its relatives, declared once."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz_app.core.params import param
from cnnviz_app.techniques._budget import CHOICES, HELP

_PICTURE, _CLIMB, _LAYERS = "Picture", "Optimiser", "Layers"
_MASKS = "Regions"


@dataclass(frozen=True)
class StylePictureParams:
    """Which pictures the style comes from."""

    style: str = param(
        "builtin:starry", "The style pictures: files, or built-in ones such as builtin:waves; "
        "several with commas.", kind="pictures",
    )  # fmt: skip
    style_weights: str = param(
        "", "How much of each style, such as 2, 1; empty takes the same of each.",
        title="Style shares", kind="shares",
    )  # fmt: skip
    style_scale: float = param(
        1.0, "Size of the style picture against the result: smaller makes finer strokes.",
        low=0.1, high=4.0, slider=(0.25, 2.0), log=True, unit="×",
    )  # fmt: skip


@dataclass(frozen=True)
class ContentLayerParams:
    """Where the content is read."""

    content_layers: str = param(
        "", "Layers that keep the content, such as relu4_2 or 0.5*relu3, relu5; empty takes one "
        "three quarters deep.", group=_LAYERS, kind="layers",
    )  # fmt: skip


@dataclass(frozen=True)
class StyleLayerParams:
    """Where the style is read."""

    style_layers: str = param(
        "", "Layers that carry the style, with weights if you like; empty takes one after every "
        "halving of the picture.", group=_LAYERS, kind="layers",
    )  # fmt: skip


@dataclass(frozen=True)
class LossParams:
    """How losses are counted and what the network does differently."""

    normalise: str = param(
        "balanced", "Each layer's loss divided by its size for an empty picture, so that all "
        "layers count alike; or the losses as the lectures write them, where only their sums for "
        "content and for style are brought to one scale, which the result tells as β/α.",
        choices=("balanced", "lecture"), group=_LAYERS,
    )  # fmt: skip
    pooling: str = param(
        "as trained", "Pool as the network was trained, or all by mean or by maximum.",
        choices=("as trained", "average", "max"), group=_LAYERS,
    )  # fmt: skip


@dataclass(frozen=True)
class DescentParams:
    """How to descend."""

    steps: int = param(
        300, "How many steps to make, on all rungs of the ladder together.",
        low=1, high=20000, group=_CLIMB, slider=(1, 1000),
    )  # fmt: skip
    optimizer: str = param(
        "lbfgs", "L-BFGS, as in the paper; Adam; or the plain gradient.",
        choices=("lbfgs", "adam", "ascent"), group=_CLIMB,
    )  # fmt: skip
    learning_rate: float = param(
        0.02, "Length of a step: how far a pixel moves.", low=1e-6, high=10.0, group=_CLIMB,
        log=True, slider=(1e-3, 0.2), when=("optimizer", ("adam", "ascent")),
    )  # fmt: skip
    tv: float = param(
        0.2, "Penalty on steps between neighbouring pixels.", title="Total variation",
        low=0.0, high=1e6, group=_CLIMB, slider=(0.0, 2.0),
    )  # fmt: skip
    ladder: bool = param(
        True, "Begin small and grow by √2: large strokes first, and much faster.", group=_CLIMB
    )
    precision: str = param(
        "auto", "Single precision; or half, which processors made for it do twice as fast, with "
        "the same picture to the eye; auto takes it there.",
        choices=("auto", "half", "single"), group=_CLIMB,
    )  # fmt: skip


@dataclass(frozen=True)
class ClimbParams(DescentParams):
    """How to descend, and for how long."""

    stages: str = param(
        "", "The rungs themselves as long side:steps, such as 128:100, 256:50; empty lets ladder, "
        "size and steps decide.", group=_CLIMB,
    )  # fmt: skip
    budget: str = param(
        "full", HELP,
        choices=CHOICES, title="Time", group=_CLIMB,
    )  # fmt: skip


@dataclass(frozen=True)
class PlaceParams:
    """How large, and in how many pieces."""

    size: int = param(
        0, "Long side of the result; 0 keeps the picture's own size.", low=0, high=8192,
        unit="px", group=_PICTURE, slider=(0, 1024),
    )  # fmt: skip
    tile: int = param(
        0, "Compute in tiles of this side, with the same result; 0 lets the memory decide.",
        low=0, high=8192, unit="px", group=_PICTURE, slider=(0, 1024),
    )  # fmt: skip


@dataclass(frozen=True)
class MaskParams:
    """Which style goes where."""

    mask: str = param(
        "", "A painted grey picture of the regions: white takes the first style, black the last; "
        "with one style, black keeps the photograph.", kind="mask", group=_MASKS,
    )  # fmt: skip
    style_masks: str = param(
        "", "For each style, a grey picture of the part to take it from, in the same order.",
        kind="pictures", group=_MASKS,
    )  # fmt: skip
    feather: float = param(
        8.0, "How soft the edges of the regions are.", low=0.0, high=500.0, unit="px",
        group=_MASKS, slider=(0.0, 64.0),
    )  # fmt: skip
