"""Requests about models: which there are, opening one, fetching and importing weights."""

from __future__ import annotations

from pathlib import Path

from cnnviz_app.core.context import Context
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.requests import (
    FetchWeights,
    ImportWeights,
    ListModels,
    ModelFacts,
    OpenModel,
    TrustCode,
)
from cnnviz_app.nets import catalog, importing, trust
from cnnviz_app.nets.device import describe
from cnnviz_app.nets.download import download_by_name
from cnnviz_app.nets.network import Network

PURPOSES = ("explore", "feature-vis", "dream", "cam")


@answers(ListModels)
def list_models(lab: Lab, ctx: Context, request: ListModels) -> tuple[catalog.Entry, ...]:
    return tuple(catalog.entries())


@answers(OpenModel)
def open_model(lab: Lab, ctx: Context, request: OpenModel) -> ModelFacts:
    net = lab.network(request.model, request.weights, untrained=request.untrained, ctx=ctx)
    if request.expected and net.weights_hash != request.expected:
        ctx.note(
            "The weights here are not the ones this picture was made with.",
            "It will come out a little different.",
        )
    return facts(net)


def facts(net: Network) -> ModelFacts:
    """The network as plain data."""
    spec = net.spec
    return ModelFacts(
        name=net.key,
        title=net.title,
        labels=tuple(net.labels),
        input=(spec.channels, spec.height, spec.width),
        trained=net.trained,
        weights_hash=net.weights_hash,
        nodes=tuple(net.nodes),
        layers=tuple(net.layers),
        aliases=dict(net.aliases),
        output=net.output,
        map_shapes={layer: net.map_shape(layer) for layer in net.layers},
        defaults={purpose: net.default_layer(purpose) for purpose in PURPOSES},
        params=net.params,
        macs=net.macs,
        device=describe(net.device),
    )


@answers(FetchWeights)
def fetch_weights(lab: Lab, ctx: Context, request: FetchWeights) -> catalog.Entry:
    entry = download_by_name(request.model, ctx)
    lab.forget(entry.name)
    return entry


@answers(ImportWeights)
def import_weights(lab: Lab, ctx: Context, request: ImportWeights) -> catalog.Entry:
    entry = importing.import_weights(Path(request.path), ctx, model=request.model)
    lab.forget(entry.name)
    return entry


@answers(TrustCode)
def trust_code(lab: Lab, ctx: Context, request: TrustCode) -> catalog.Entry:
    trust.grant(Path(request.path))
    return importing.import_weights(Path(request.path), ctx)
