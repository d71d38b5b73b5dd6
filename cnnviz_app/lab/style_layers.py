"""The layers of a network that style transfer can read, and which it takes unasked."""

from __future__ import annotations

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.style_requests import AskStyleLayers, StyleLayers
from cnnviz_app.techniques import _style_layers as layers


@answers(AskStyleLayers)
def style_layers(lab: Lab, ctx: Context, request: AskStyleLayers) -> StyleLayers:
    net = lab.network(request.model)
    names = []
    for name in net.layers:
        ctx.checkpoint()
        if layers.holds_picture(net, name):
            names.append(name)
    try:
        usual = {
            "content_layers": layers.default_content(net),
            "style_layers": layers.default_style(net),
        }
    except UserError:
        # A network without rows and columns: running it says so.
        return StyleLayers(request.model)
    papers = {node: paper for paper, node in layers.paper_names(net).items()}
    shapes = {name: net.map_shape(name) for name in names}
    return StyleLayers(request.model, tuple(names), shapes, papers, usual)
