"""Further pictures a technique is given by name: styles, masks, a guide."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.references import split
from cnnviz_app.sources.reference import open_reference

Pixels = npt.NDArray[np.uint8]


def picture_named(ctx: Context, name: str) -> Pixels:
    """The pixels of one `kind="picture"`: those that came with the run, else opened now."""
    return ctx.pictures[name] if name in ctx.pictures else open_reference(name).pixels


def pictures_named(ctx: Context, names: str) -> list[Pixels]:
    """The pixels of every one of `kind="pictures"`."""
    return [picture_named(ctx, name) for name in split(names)]


def image01_of(net: Any, pixels: Pixels) -> Tensor:
    """uint8 H×W×3 as 1×C×H×W in [0, 1] on the network's device; grey where it has one channel."""
    image = torch.from_numpy(pixels.copy()).to(net.device).permute(2, 0, 1)[None].float().div_(255)
    if net.spec.channels == 1:
        weights = torch.tensor([0.299, 0.587, 0.114], device=net.device).reshape(1, 3, 1, 1)
        return (image * weights).sum(1, keepdim=True)
    return image[:, : net.spec.channels].contiguous()
