"""Requests that look: feature maps, predictions and kernels for the current selection."""

from __future__ import annotations

import time

import numpy as np
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.images import short_side_crop
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.requests import Kernels, Look, Looked, Pixels, ReadKernels
from cnnviz_app.nets.network import Network


def seen_by(net: Network, pixels: Pixels) -> Pixels:
    """The picture as the network sees it: short side scaled, centre cropped, grey if it is."""
    return in_colours_of(net, short_side_crop(pixels, net.spec.height, net.spec.width))


def in_colours_of(net: Network, pixels: Pixels) -> Pixels:
    """The picture in its own size, grey where the network sees no colours."""
    return np.repeat(grey(pixels)[:, :, None], 3, axis=2) if net.spec.channels == 1 else pixels


def grey(pixels: Pixels) -> Pixels:
    """Luma in whole levels, so that an eight-bit picture stays one."""
    luma: Pixels = np.rint(pixels @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
    return luma


def to_image01(net: Network, seen: Pixels) -> torch.Tensor:
    """uint8 H×W×3 as the 1×C×H×W tensor the network takes."""
    image = torch.from_numpy(seen[:, :, : net.spec.channels].copy()).to(net.device)
    return image.permute(2, 0, 1)[None].float().div_(255)


@answers(Look)
def look(lab: Lab, ctx: Context, request: Look) -> Looked:
    net = lab.network(request.model)
    seen = seen_by(net, request.picture.pixels)
    image01 = to_image01(net, seen)
    layer = net.resolve(request.layer)
    began = time.perf_counter()
    # Not inference_mode: weights folded inside it could never take part in a gradient later.
    with torch.no_grad():
        maps, logits = _maps_and_logits(lab, net, image01, layer, request)
        values = maps.cpu().contiguous().numpy()
        plain = _plain_logits(lab, net, image01, request) if request.edits else None
    seconds = time.perf_counter() - began
    return Looked(
        model=request.model,
        layer=request.layer,
        picture=request.picture,
        seen=seen,
        maps=values,
        logits=logits.cpu().numpy(),
        probabilities=torch.softmax(logits, 0).cpu().numpy(),
        seconds=seconds,
        edits=request.edits,
        plain=plain.cpu().numpy() if plain is not None else None,
    )


def _maps_and_logits(
    lab: Lab, net: Network, image01: torch.Tensor, layer: str, request: Look
) -> tuple[torch.Tensor, torch.Tensor]:
    shown = request.picture.content_id, request.edits
    known = lab.predicted(net, shown)
    # Another layer on the same picture: what comes after it has been computed already.
    upto = [layer] if known is not None else [layer, net.output]
    found = lab.network(request.model, edits=request.edits).run(image01, upto=upto)
    logits = found[net.output].reshape(-1).float() if known is None else known
    lab.keep_predicted(net, shown, logits)
    return net.maps(layer, found[layer])[0].float(), logits


def _plain_logits(lab: Lab, net: Network, image01: torch.Tensor, request: Look) -> torch.Tensor:
    """What the unchanged network says, to compare with; computed once for a picture."""
    shown = request.picture.content_id, ()
    known = lab.predicted(net, shown)
    if known is None:
        known = net.logits(image01).reshape(-1).float()
        lab.keep_predicted(net, shown, known)
    return known


@answers(ReadKernels)
def read_kernels(lab: Lab, ctx: Context, request: ReadKernels) -> Kernels:
    net = lab.network(request.model)
    weight = net.kernel(net.resolve(request.layer))
    if weight is not None and weight.dim() == 2:
        weight = weight[:, :, None, None]
    usable = weight is not None and weight.dim() == 4
    values = weight.float().cpu().contiguous().numpy() if usable and weight is not None else None
    return Kernels(request.model, request.layer, values)
