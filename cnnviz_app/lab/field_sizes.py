"""The sizes of the receptive fields of whole networks, layer by layer, for table and plot."""

from __future__ import annotations

import time
from dataclasses import asdict, replace

import numpy as np
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.crops import as_batch, crops_for
from cnnviz_app.lab.fields_requests import (
    FieldSizes,
    LayerSizes,
    MeasureLayers,
    layers_to_measure,
)
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques import _field_window as windows
from cnnviz_app.techniques import _fields as fields

_SEED = 3


def steps_of(net: Network) -> tuple[str, ...]:
    """The layers of a network at which something changes; UserError where there are none."""
    layers = layers_to_measure(
        (layer, net.node(layer).receptive_field, net.map_shape(layer)) for layer in net.layers
    )
    if not layers:
        raise UserError(
            f"{net.title or 'This network'} has no layers with a receptive field.",
            hint="Attention mixes all places; choose a convolutional network.",
        )
    return layers


@answers(MeasureLayers)
def measure_layers(lab: Lab, ctx: Context, request: MeasureLayers) -> LayerSizes:
    """Gradients of all layers first, which is quick; then the patches, layer by layer."""
    began = time.perf_counter()
    net = lab.network(request.model, edits=request.edits)
    layers = request.layers or steps_of(net)
    for layer in layers:
        windows.window_of(net, layer)
    crops = as_batch(net, crops_for(ctx, net, request.samples))
    rows: list[FieldSizes] = []
    for place, layer in enumerate(layers):
        ctx.progress(0.25 * place, len(layers), layer)
        rows.append(_by_gradient(ctx, net, layer, crops))
        ctx.metrics(place, **asdict(rows[place]))
    for place, layer in enumerate(layers if request.covered else ()):
        ctx.progress(0.25 * len(layers) + 0.75 * place, len(layers), layer)
        size = _by_covering(ctx, net, layer, crops, request)
        rows[place] = replace(rows[place], empirical=size)
        ctx.metrics(place, **asdict(rows[place]))
    return LayerSizes(request.model, layers, tuple(rows), time.perf_counter() - began)


def _by_gradient(ctx: Context, net: Network, layer: str, crops: Tensor) -> FieldSizes:
    window = windows.window_of(net, layer)
    peaks, places = fields.strongest(ctx, net, layer, crops)
    numbers, units, cells = fields.responding(peaks, places, window.grid[1], _SEED)
    mean = np.zeros(window.size, np.float32)
    for sofar in fields.effective(
        ctx, net, layer, window, crops[numbers], units, cells, equal=True
    ):
        mean = sofar.mean()
    box = windows.support_box(mean)
    return FieldSizes(
        theoretical=float(max(window.theoretical)),
        support=float(max(box[2:])) if box else 0.0,
        effective68=windows.square_side(mean, 0.68),
        effective95=windows.square_side(mean, 0.95),
    )


def _by_covering(
    ctx: Context, net: Network, layer: str, crops: Tensor, request: MeasureLayers
) -> float:
    window = windows.window_of(net, layer)
    peaks, places = fields.strongest(ctx, net, layer, crops[: request.covered])
    numbers, units, cells = fields.responding(peaks, places, window.grid[1], _SEED)
    mean = windows.Aligned(window)
    for number, unit, cell in zip(numbers, units, cells, strict=True):
        lost, _side = fields.drops(
            ctx, net, layer, crops[number], unit, cell, window, request.detail
        )
        mean.add(lost, cell)
    return float(np.sqrt(windows.region_of(mean.mean()).sum()))
