"""Requests about the receptive field of one unit: by gradients and by covering patches."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.crops import as_batch, crops_for
from cnnviz_app.lab.fields_requests import (
    Box,
    Covered,
    CoverField,
    FieldSizes,
    MeasureField,
    UnitField,
)
from cnnviz_app.lab.kept import kept
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques import _field_window as windows
from cnnviz_app.techniques import _fields as fields


@answers(MeasureField)
def measure_field(lab: Lab, ctx: Context, request: MeasureField) -> UnitField:
    began = time.perf_counter()
    net = lab.network(request.model, edits=request.edits)
    layer = net.resolve(request.layer)
    window = windows.window_of(net, layer)
    _check_unit(net, layer, request.unit)
    mean, used = _effective(ctx, net, layer, window, request)
    support, here = _support(net, layer, window, request, mean)
    sizes = FieldSizes(
        theoretical=float(max(window.theoretical)),
        support=float(max(support[2:])) if support else 0.0,
        effective68=windows.square_side(mean, 0.68),
        effective95=windows.square_side(mean, 0.95),
    )
    return UnitField(
        request.model, request.layer, request.unit, window, sizes, mean, support, here,
        used, request.pictures, time.perf_counter() - began,
    )  # fmt: skip


def _effective(
    ctx: Context, net: Network, layer: str, window: windows.Window, request: MeasureField
) -> tuple[windows.Map, int]:
    key = ("effective", layer, request.unit, request.pictures, request.most)
    store, count = kept(net), request.pictures
    if key not in store:
        peaks, places = _scan(ctx, net, layer, request.pictures)
        alive = [int(n) for n in np.flatnonzero(peaks[:, request.unit] > 0)][: request.most]
        cells = [_cell(window, int(places[n, request.unit])) for n in alive]
        crops = crops_for(ctx, net, request.pictures)
        batch = as_batch(net, [crops[n] for n in alive] or crops[:1])[: len(alive)]
        mean, used = np.zeros(window.size, np.float32), 0
        for sofar in fields.effective(
            ctx, net, layer, window, batch, [request.unit] * len(alive), cells
        ):
            mean, used = sofar.mean(), sofar.count
            ctx.progress(count + 0.4 * count * used / max(1, len(alive)), 1.4 * count, "gradients")
            ctx.frame("effective", mean, step=used, scale="sequential")
        store[key] = mean, used
    found: tuple[windows.Map, int] = store[key]
    return found


def _scan(
    ctx: Context, net: Network, layer: str, count: int
) -> tuple[fields.Peaks, fields.Places]:
    """Peaks of every unit of the layer: the next unit needs no second pass."""
    key = ("peaks", layer, count)
    store = kept(net)
    if key not in store:
        crops = crops_for(ctx, net, count)
        batch = as_batch(net, crops)
        store[key] = fields.strongest(
            ctx, net, layer, batch, lambda done: ctx.progress(done, 1.4 * count, "pictures")
        )
    found: tuple[fields.Peaks, fields.Places] = store[key]
    return found


def _support(
    net: Network, layer: str, window: windows.Window, request: MeasureField, mean: windows.Map
) -> tuple[Box | None, bool]:
    """On the picture where the unit answers there, else over the population."""
    if request.picture is not None:
        image01 = to_image01(net, seen_by(net, request.picture.pixels))
        cell = request.position
        if cell is None:
            with torch.no_grad():
                maps = net.maps(layer, net.run(image01, [layer])[layer])
            cell = _cell(window, int(maps[0, request.unit].argmax()))
        if not (0 <= cell[0] < window.grid[0] and 0 <= cell[1] < window.grid[1]):
            raise UserError(
                f"The map of “{layer}” has no cell {cell[0]}, {cell[1]}.",
                hint=f"It has {window.grid[0]} rows and {window.grid[1]} columns.",
            )
        slope = fields.gradients(net, layer, image01, [request.unit], [cell])[0]
        box = windows.support_box(window.cut(slope, cell)[0])
        if box is not None:
            return box, True
    return windows.support_box(mean), False


@answers(CoverField)
def cover_field(lab: Lab, ctx: Context, request: CoverField) -> Covered:
    began = time.perf_counter()
    net = lab.network(request.model, edits=request.edits)
    layer = net.resolve(request.layer)
    window = windows.window_of(net, layer)
    _check_unit(net, layer, request.unit)
    key = ("covered", layer, request.unit, request.pictures, request.top, request.detail)
    store = kept(net)
    if key not in store:
        store[key] = _cover(ctx, net, layer, window, request)
    drops, patch, crops, cells = store[key]
    region = windows.region_of(drops)
    return Covered(
        request.model, request.layer, request.unit, window, drops, region,
        float(np.sqrt(region.sum())), patch, crops, cells, time.perf_counter() - began,
    )  # fmt: skip


def _cover(
    ctx: Context, net: Network, layer: str, window: windows.Window, request: CoverField
) -> tuple[Any, ...]:
    peaks, places = _scan(ctx, net, layer, request.pictures)
    order = np.argsort(-peaks[:, request.unit], kind="stable")[: request.top]
    best = [int(n) for n in order if peaks[n, request.unit] > 0]
    crops = crops_for(ctx, net, request.pictures)
    cells = [_cell(window, int(places[n, request.unit])) for n in best]
    batch = as_batch(net, [crops[n] for n in best] or crops[:1])
    mean, patch = windows.Aligned(window), 0
    for number, cell in enumerate(cells):
        ctx.progress(number, len(cells), "covering patches")
        lost, side = fields.drops(
            ctx, net, layer, batch[number], request.unit, cell, window, request.detail
        )
        mean.add(lost, cell)
        patch = max(patch, side)
        ctx.frame("empirical", mean.mean(), step=number + 1, scale="sequential")
    return mean.mean(), patch, tuple(crops[n] for n in best), tuple(cells)


def _cell(window: windows.Window, flat: int) -> tuple[int, int]:
    y, x = divmod(flat, window.grid[1])
    return y, x


def _check_unit(net: Network, layer: str, unit: int) -> None:
    units = net.map_shape(layer)[0]
    if not 0 <= unit < units:
        raise UserError(
            f"“{layer}” has no unit {unit}.", hint=f"Its units are 0 to {units - 1}."
        )
