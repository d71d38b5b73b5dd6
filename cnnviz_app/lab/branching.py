"""Branches: a run goes on from one of its frames with other parameters.

What decides the further steps is kept at the frames that were shown. A branch begins at the last
of them before the wished step and makes the steps between anew; where nothing was kept (in a
later session), it makes all of them anew. With unchanged parameters a branch is therefore the
original continuation bit for bit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, replace
from weakref import WeakKeyDictionary

from cnnviz_app.core import registry
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Event, Frame, Metrics, Note, Progress
from cnnviz_app.core.params import build
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.core.references import by_role_of_branch, without_folders
from cnnviz_app.lab.branch_requests import RunKept, Stretch
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.requests import Outcome
from cnnviz_app.lab.running import run_technique
from cnnviz_app.sources.picture import Picture
from cnnviz_app.sources.reference import open_named
from cnnviz_app.techniques._trail import Mark, Reached, Trail

# A run and its branches; older ones are made anew when they are branched once more.
KEPT_RUNS = 3
# What those before the present one may hold together.
KEPT_BYTES = 192_000_000
_trails: WeakKeyDictionary[Lab, OrderedDict[str, Trail]] = WeakKeyDictionary()


@answers(RunKept)
def run_kept(lab: Lab, ctx: Context, request: RunKept) -> Outcome:
    before = _past(lab, ctx, request)
    trail = Trail(resume=before.reached, ends=dict(before.ends)) if before else Trail()
    if request.key:
        known = _trails.setdefault(lab, OrderedDict())
        while known and (
            len(known) >= KEPT_RUNS or sum(old.nbytes for old in known.values()) > KEPT_BYTES
        ):
            known.popitem(last=False)
        known[request.key] = trail
    outcome = run_technique(lab, _on(ctx, trail), request)
    assert isinstance(outcome, Outcome)
    return replace(outcome, recipe=_with_past(outcome.recipe, request))


def _with_past(recipe: Recipe, request: RunKept) -> Recipe:
    """Also what the branch went through before, with the pictures that only its past needs."""
    if not request.earlier:
        return recipe
    technique = registry.find(request.technique)
    specs = technique.specs
    names: dict[str, str] = {}
    without_folders(specs, request.params, names)
    earlier = [
        {**asdict(part), "params": {**part.params, **without_folders(specs, part.params, names)}}
        for part in request.earlier
    ]
    found: dict[str, Picture] = {}
    for part in request.earlier:
        found |= open_named(specs, part.params, {**request.pictures, **found})
    roles = by_role_of_branch(specs, recipe.params, [part["params"] for part in earlier])
    sources = {role: found[names.get(name, name)] for role, name in roles.items()
               if role not in recipe.sources}  # fmt: skip
    began_with = [build(technique.params, part.params) for part in request.earlier]
    if request.picture is not None and any(map(technique.uses_picture, began_with)):
        sources["picture"] = request.picture
    return replace(
        recipe, earlier=tuple(earlier),
        sources={**recipe.sources, **{role: each.pixels for role, each in sources.items()}},
        source_names={**recipe.source_names, **{role: e.name for role, e in sources.items()}},
    )  # fmt: skip


def _past(lab: Lab, ctx: Context, request: RunKept) -> Trail | None:
    """A trail whose `reached` is where this run begins."""
    if not request.earlier:
        return None
    last = request.earlier[-1]
    parent = _trails.get(lab, OrderedDict()).get(request.parent)
    mark = parent.nearest(last.until) if parent is not None else None
    if parent is not None and mark is not None:
        if mark.total == last.until:
            return Trail(reached=mark, ends=dict(parent.ends))
        return _walked(lab, ctx, request, last, mark, parent)
    older = _past(lab, ctx, replace(request, parent="", earlier=request.earlier[:-1]))
    return _walked(lab, ctx, request, last, older.reached if older else None, older)


def _walked(
    lab: Lab, ctx: Context, request: RunKept, last: Stretch, mark: Mark | None, parent: Trail | None
) -> Trail:
    """Make the steps up to where the branch leaves, unseen."""
    ends = dict(parent.ends) if parent is not None else {}
    trail = Trail(resume=mark, until=last.until, ends=ends)
    run = replace(request, params=last.params, seed=last.seed)
    try:
        run_technique(lab, _quiet(ctx, trail, last.until), run)
    except Reached:
        return trail
    raise UserError(
        f"There is no step {last.until} to branch from.",
        "Scrub to an earlier frame; only pictures made step by step can be branched.",
    )


def _quiet(ctx: Context, trail: Trail, until: int) -> Context:
    def tell(event: Event) -> None:
        if isinstance(event, Progress):
            ctx.progress(min(event.done, until), until, f"back to step {until}")

    return _within(ctx, trail, tell)


def _on(ctx: Context, trail: Trail) -> Context:
    """On the way to where it goes on from, a run has nothing new to show."""

    def tell(event: Event) -> None:
        if not (trail.skipping and isinstance(event, Frame | Metrics | Progress | Note)):
            ctx.emit(event)

    return _within(ctx, trail, tell)


def _within(ctx: Context, trail: Trail, tell: Callable[[Event], None]) -> Context:
    inner = ctx.relayed(tell if ctx.watched else None)
    inner.trail = trail
    return inner
