"""Class images: the picture a network calls by one name as loudly as it can.

After Simonyan, Vedaldi and Zisserman (2013); with the views of Olah and others (2017) by
default, and as Santurkar and others (2019) draw with robust networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques import _objectives as objectives
from cnnviz_app.techniques._addresses import class_title, find_class
from cnnviz_app.techniques._synthesis import Aim, synthesise
from cnnviz_app.techniques._synthesis_params import SynthesisParams

_LARGEST_SIDE = 224


@dataclass(frozen=True)
class WhichClassParams:
    """Which class, and on which side of the softmax."""

    preset: str = param(
        "lucid", "A known recipe; what you set yourself goes before it.",
        choices=("lucid", "simonyan", "robust"),
    )  # fmt: skip
    target: str = param(
        "top", "The class: its number, its name, or top for what the network sees now.",
        kind="target", group="Target",
    )  # fmt: skip
    objective: str = param(
        "logit", "The class before the softmax, or after it, where other classes count too.",
        choices=("logit", "probability"), group="Target",
    )  # fmt: skip
    negative: bool = param(False, "Look for what speaks against the class instead.", group="Target")
    variants: int = param(
        1, "How many pictures at once, from different starts.", low=1, high=16, group="Target"
    )


@dataclass(frozen=True)
class ClassImageParams(SynthesisParams, WhichClassParams):
    """Which class, and the three axes of how."""

    PRESETS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lucid": {},
        "simonyan": {
            "space": "pixels", "colour": "raw", "limits": "clip", "start": "grey",
            "optimizer": "ascent", "learning_rate": 0.01, "l2": 10.0, "steps": 200,
            "transforms": False, "redirect": 0,
        },
        # A network trained against attacks needs no help: its gradient already draws.
        "robust": {
            "space": "pixels", "colour": "raw", "limits": "clip", "noise": 0.05,
            "optimizer": "ascent", "learning_rate": 0.01, "steps": 60, "transforms": False,
            "objective": "probability",
        },
    }  # fmt: skip


@technique(
    "class-image",
    "Class image",
    "Synthesis",
    ClassImageParams,
    summary="Paints what the network thinks a class looks like.",
    needs_picture=False,
)
def class_image(
    ctx: Context, net: Any, image01: Tensor | None, params: ClassImageParams, seed: int
) -> TechniqueResult:
    target = find_class(net, params.target, image01)
    title = class_title(net.labels, target)
    if image01 is None and params.target.strip().lower() == "top":
        ctx.note(f"Without a picture there is no top class: this is {title}.")
    kinds = {"logit": objectives.logit, "probability": objectives.log_probability}
    objective = kinds[params.objective](net, target)
    if params.negative:
        objective = -objective

    def tell(picture: Tensor) -> dict[str, Any]:
        with torch.no_grad():
            chances = net.logits(picture).flatten(1).softmax(1)
        return {"probability": float(chances[:, target].mean())}

    aim = Aim(
        objective, picture=image01, variants=params.variants, tell=tell,
        usual_side=min(_LARGEST_SIDE, net.spec.height, net.spec.width),
        figures={"target": target, "class": title}, settled={"target": str(target)},
    )  # fmt: skip
    return synthesise(ctx, net, aim, params, seed)
