"""Requests that compute: running a technique and saving what it made."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from cnnviz_app.core import registry
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import ParamSpec, build, presets, to_json
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.core.references import by_role, without_folders
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import in_colours_of, seen_by, to_image01
from cnnviz_app.lab.requests import (
    ListTechniques,
    Outcome,
    RunTechnique,
    SaveOutcome,
    TechniqueFacts,
)
from cnnviz_app.lab.saving import save
from cnnviz_app.lab.versions import current_versions
from cnnviz_app.sources.reference import open_named


@answers(ListTechniques)
def list_techniques(
    lab: Lab, ctx: Context, request: ListTechniques
) -> tuple[TechniqueFacts, ...]:
    return tuple(_facts(technique) for technique in registry.all_techniques())


def _facts(technique: registry.Technique) -> TechniqueFacts:
    specs = tuple(_for_window(spec) for spec in technique.specs)
    known = presets(technique.params)
    return TechniqueFacts(
        technique.name, technique.title, technique.group, technique.summary, specs,
        technique.needs_picture, {name: dict(values) for name, values in known.items()},
    )  # fmt: skip


def _for_window(spec: ParamSpec) -> ParamSpec:
    """An empty layer or unit is the selected one there, unless it has a meaning of its own."""
    if spec.kind not in ("layer", "unit"):
        return spec
    return replace(spec, default="") if spec.follows else replace(spec, kind="text")


@answers(RunTechnique)
def run_technique(lab: Lab, ctx: Context, request: RunTechnique) -> Outcome:
    technique = registry.find(request.technique)
    params = build(technique.params, request.params)
    if technique.needs_picture and request.picture is None:
        raise UserError(f"{technique.title} needs a picture.", "Choose one, or give --image.")
    # A file that cannot be read is told before anything is loaded.
    named = open_named(technique.specs, to_json(params), request.pictures)
    net = lab.network(request.model, request.weights, request.edits)
    # A picture that plays no part is not given away inside the saved file either.
    picture = request.picture if technique.uses_picture(params) else None
    image01 = None
    if picture is not None:
        whole = technique.whole_picture
        image01 = to_image01(net, in_colours_of(net, picture.pixels) if whole
                             else seen_by(net, picture.pixels))  # fmt: skip
    ctx.pictures = {name: found.pixels for name, found in named.items()}
    began = time.perf_counter()
    result = technique.run(ctx, net, image01, params, request.seed)
    seconds = time.perf_counter() - began
    if request.edits:
        _tell_if_held(ctx, result)
    roles = by_role(technique.specs, to_json(params))
    sources = {role: named[name] for role, name in roles.items()}
    if picture is not None:
        sources = {"picture": picture, **sources}
    recipe = Recipe(
        technique=technique.name,
        model=net.key,
        weights_hash=net.weights_hash,
        # What was left open (the top class, the time) as it came out: a replay decides nothing.
        params={
            **to_json(params),
            **result.settled,
            **without_folders(technique.specs, to_json(params)),
        },
        seed=request.seed,
        versions=current_versions(str(net.device)),
        sources={role: source.pixels for role, source in sources.items()},
        source_names={role: source.name for role, source in sources.items()},
        layer=str(result.figures.get("layer") or ""),
        unit=str(result.figures.get("unit") or ""),
        figures=dict(result.figures),
        edits=tuple(edit.text for edit in request.edits),
    )
    return Outcome(result, recipe, seconds)


def _tell_if_held(ctx: Context, result: TechniqueResult) -> None:
    """A unit that is off, or held, answers every picture alike: say so before somebody wonders."""
    start, end = (result.figures.get(f"objective_{when}") for when in ("start", "end"))
    still = start is not None and start == end
    blank = result.values is not None and not result.values.any()
    if still or blank:
        ctx.note(
            "The changed network gives the same answer to every picture here.",
            "What is asked about may be switched off or held: undo that change.",
        )


@answers(SaveOutcome)
def save_outcome(lab: Lab, ctx: Context, request: SaveOutcome) -> Path:
    return save(request.outcome, Path(request.path), with_sources=request.with_sources)
