"""From a technique's parameters to a style job, checked before anything is computed."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.references import split
from cnnviz_app.techniques import _style_layers as layers
from cnnviz_app.techniques._pictures import image01_of, picture_named, pictures_named
from cnnviz_app.techniques._precision import in_halves
from cnnviz_app.techniques._style_job import Job
from cnnviz_app.techniques._style_layers import Weighted

Settled = dict[str, Any]


def transfer(ctx: Context, net: Any, image01: Tensor, params: Any) -> tuple[Job, Settled]:
    """Content and style."""
    content_layers = content_layers_of(net, params.content_layers)
    style_layers = style_layers_of(net, params.style_layers)
    styles = _styles(ctx, net, params.style)
    job = Job(
        net, (image01.shape[2], image01.shape[3]),
        content=image01,
        content_layers=content_layers if params.alpha else (),
        styles=styles,
        style_layers=style_layers if params.beta else (),
        shares=shares_of(params.style_weights, len(styles)),
        style_scale=params.style_scale,
        style_masks=_masks(ctx, net, params.style_masks, len(styles)),
        mask=image01_of(net, picture_named(ctx, params.mask)) if params.mask else None,
        feather=params.feather, alpha=params.alpha, beta=params.beta, tv=params.tv,
        colours=params.colours, start=params.start, **_shared(net, params),
        figures={"layer": content_layers[0][0], "style_layers": _names(style_layers)},
    )  # fmt: skip
    if not job.content_layers and not job.style_layers:
        raise UserError("Nothing is asked for.", "Give α or β a weight above 0.")
    return job, {
        "content_layers": layers.written(content_layers),
        "style_layers": layers.written(style_layers),
        **_settled(job),
    }


def texture(ctx: Context, net: Any, params: Any) -> tuple[Job, Settled]:
    """Style alone, in a square."""
    style_layers = style_layers_of(net, params.style_layers)
    styles = _styles(ctx, net, params.style)
    job = Job(
        net, (params.size, params.size), styles=styles, style_layers=style_layers,
        shares=shares_of(params.style_weights, len(styles)), style_scale=params.style_scale,
        tv=params.tv, start=params.start, **_shared(net, params),
        figures={"layer": style_layers[-1][0], "style_layers": _names(style_layers)},
    )  # fmt: skip
    return job, {"style_layers": layers.written(style_layers), **_settled(job)}


def reconstruction(net: Any, image01: Tensor, params: Any) -> tuple[Job, Settled]:
    """Content alone, from noise."""
    content_layers = content_layers_of(net, params.content_layers)
    job = Job(
        net, (image01.shape[2], image01.shape[3]), content=image01,
        content_layers=content_layers, tv=params.tv, start="noise", **_shared(net, params),
        figures={"layer": content_layers[0][0]},
    )  # fmt: skip
    return job, {"content_layers": layers.written(content_layers), **_settled(job)}


def content_layers_of(net: Any, text: str) -> Weighted:
    return layers.parse_layers(net, text) or layers.default_content(net)


def style_layers_of(net: Any, text: str) -> Weighted:
    return layers.parse_layers(net, text) or layers.default_style(net)


def shares_of(text: str, styles: int) -> tuple[float, ...]:
    """Numbers with commas, one for each style, made to sum to 1."""
    words = split(text)
    try:
        numbers = [float(word) for word in words] or [1.0] * styles
    except ValueError:
        raise UserError(f"“{text}” is no list of numbers.", "Write 2, 1.") from None
    if len(numbers) != styles:
        raise UserError(
            f"There are {styles} style pictures and {len(numbers)} shares.",
            "Give one share for each picture, or none.",
        )
    if not all(0.0 <= number < 1e9 for number in numbers) or sum(numbers) <= 0.0:
        raise UserError("The style shares cannot be used.", "Write numbers such as 2, 1.")
    return tuple(number / sum(numbers) for number in numbers)


def _styles(ctx: Context, net: Any, names: str) -> tuple[Tensor, ...]:
    found = tuple(image01_of(net, pixels) for pixels in pictures_named(ctx, names))
    if not found:
        raise UserError("There is no style picture.", "Choose one, such as builtin:starry.")
    return found


def _masks(ctx: Context, net: Any, names: str, styles: int) -> tuple[Tensor, ...]:
    found = tuple(image01_of(net, pixels) for pixels in pictures_named(ctx, names))
    if found and len(found) != styles:
        raise UserError(
            f"There are {styles} style pictures and {len(found)} masks for them.",
            "Give one mask for each style picture, or none.",
        )
    return found


def _shared(net: Any, params: Any) -> dict[str, Any]:
    return {
        "balanced": params.normalise == "balanced", "scaled": params.normalise == "lecture",
        "pooling": params.pooling,
        "tile": params.tile, "halves": in_halves(params.precision, net.device),
    }  # fmt: skip


def _settled(job: Job) -> Settled:
    return {"precision": "half" if job.halves else "single"}


def _names(weighted: Weighted) -> str:
    return ", ".join(name for name, _ in weighted)
