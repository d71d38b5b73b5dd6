"""Requests that read a population, finished or half done: one unit, its patches, rankings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import to_image01
from cnnviz_app.lab.population import Population, latest, top_patches
from cnnviz_app.lab.population_pass import SAMPLED, SIGNED
from cnnviz_app.lab.population_requests import (
    QUANTILES,
    Distribution,
    ExplainPatch,
    Patch,
    PatchMap,
    RankedUnit,
    Ranking,
    RankUnits,
    ReadPatches,
    ReadUnit,
    UnitStatistics,
)
from cnnviz_app.lab.population_sketch import Histograms
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques._attribution import AskParams, Question, differentiate, in_one
from cnnviz_app.techniques._rules import DECONVOLVED, GUIDED, rectifiers

RULES = {"deconvnet": DECONVOLVED, "guided-backprop": GUIDED, "gradient": None}


@answers(ReadUnit)
def read_unit(lab: Lab, ctx: Context, request: ReadUnit) -> UnitStatistics | None:
    found = latest(lab, lab.network(request.model))
    if found is None or not found.tally.pictures or not found.has(request.layer):
        return None
    tally = found.tally
    at = found.index(request.layer, request.unit)
    n = tally.pictures
    counted = np.maximum(tally.class_count, 1)
    shape = tally.shapes.maps[tally.shapes.layers.index(request.layer)]
    return UnitStatistics(
        layer=request.layer, unit=request.unit, pictures=n,
        maxima=_distribution(tally.maxima, at), values=_distribution(tally.values, at),
        sample_error=tally.sample_error(SAMPLED) if shape[1] * shape[2] > SAMPLED else 0.0,
        mean=float(tally.mean_sum[at] / n), active=float(tally.active_sum[at] / n),
        seen=float(tally.seen[at] / n), strongest=float(tally.top_value[at, 0]),
        class_means=tuple((tally.class_mean_sum[:, at] / counted).tolist()),
        class_maxima=tuple((tally.class_max_sum[:, at] / counted).tolist()),
        favourite=_favourite(found, at),
    )  # fmt: skip


def _distribution(histograms: Histograms, at: int) -> Distribution:
    counts, lo, hi = histograms.bars(at)
    marks = tuple((share, histograms.quantile(at, share)) for share in QUANTILES)
    return Distribution(counts, lo, hi, marks)


def _favourite(found: Population, at: int) -> tuple[str, float] | None:
    scores = found.tally.correlations()[:, at]
    if not len(scores) or not found.tally.seen[at]:
        return None
    best = int(scores.argmax())
    return (found.classes[best], float(scores[best])) if scores[best] > 0 else None


@answers(ReadPatches)
def read_patches(lab: Lab, ctx: Context, request: ReadPatches) -> tuple[Patch, ...]:
    net = lab.network(request.model)
    found = latest(lab, net)
    if found is None or not found.has(request.layer):
        return ()
    patches = []
    for key, place, value in top_patches(found, request.layer, request.unit):
        ctx.checkpoint()
        try:
            picture = found.picture(key)
        except UserError:
            continue  # the file has gone since
        label = found.series.label(key) if found.classes else -1
        name = found.classes[label] if label >= 0 else ""
        box = field_box(net, request.layer, place)
        patches.append(Patch(key, place, value, picture, box, name))
    return tuple(patches)


def field_box(
    net: Network, layer: str, place: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """(x0, y0, x1, y1) that a cell of the layer's maps sees; None for the whole picture."""
    known = net.node(layer).receptive_field
    _, rows, columns = net.map_shape(layer)
    if known is None or rows * columns == 1:
        return None
    top = known.start[0] + place[0] * known.stride[0]
    left = known.start[1] + place[1] * known.stride[1]
    box = (left, top, left + known.size[1], top + known.size[0])
    covers = box[0] <= 0 and box[1] <= 0 and box[2] >= net.spec.width
    return None if covers and box[3] >= net.spec.height else box


@answers(ExplainPatch)
def explain_patch(lab: Lab, ctx: Context, request: ExplainPatch) -> PatchMap:
    net = lab.network(request.model)
    patch = request.patch
    y, x = patch.place
    question = Question(net, AskParams(unit=f"{request.layer}:{request.unit}@{y},{x}"))
    rule = RULES[request.method]
    if rule is not None and not rectifiers(Context.silent(), net, question.nodes):
        rule = None  # nothing there follows a rule: it would be the plain gradient in any case
    image01 = to_image01(net, patch.picture.pixels)
    _, slopes = differentiate(net, image01, question, rule)
    shown = in_one(slopes, "each")
    assert shown.picture is not None
    return PatchMap(patch.key, request.method, shown.picture)


@answers(RankUnits)
def rank_units(lab: Lab, ctx: Context, request: RankUnits) -> Ranking:
    found = latest(lab, lab.network(request.model))
    if found is None or not found.tally.pictures:
        return Ranking(request.order, 0)
    tally, n = found.tally, found.tally.pictures
    allowed = np.zeros(tally.shapes.units, bool)
    if not request.layer or found.has(request.layer):
        allowed[tally.shapes.part(request.layer) if request.layer else slice(None)] = True
    silent = tally.seen == 0
    scores = tally.correlations()
    label = np.zeros(tally.shapes.units, np.int64)
    specificity = np.zeros(tally.shapes.units, np.float32)
    if len(scores):
        given = request.label in found.classes
        label[:] = found.classes.index(request.label) if given else scores.argmax(0)
        specificity = np.take_along_axis(scores, label[None], 0)[0]
    if request.order in ("silent", "sparse"):
        # Sums of either sign are not yet what a unit says; the layer behind them decides.
        for layer in tally.shapes.layers:
            if found.net.node(layer).op in SIGNED:
                allowed[tally.shapes.part(layer)] = False
    chosen, rank = _ordered(request, found, silent, specificity)
    members = np.flatnonzero(allowed & chosen)
    best = members[np.argsort(rank[members], kind="stable")][: request.limit]
    rows = []
    for at in best.tolist():
        layer, unit = tally.shapes.at(at)
        name = found.classes[int(label[at])] if len(scores) and not silent[at] else ""
        rows.append(RankedUnit(
            layer, unit, float(tally.top_value[at, 0]), float(tally.active_sum[at] / n),
            float(tally.seen[at] / n), name, float(specificity[at]),
        ))  # fmt: skip
    return Ranking(request.order, len(members), tuple(rows))


def _ordered(
    request: RankUnits, found: Population, silent: npt.NDArray[np.bool_],
    specificity: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.floating]]:  # fmt: skip
    """(which units take part, what they are sorted by, the smallest first)."""
    tally = found.tally
    if request.order == "silent":
        return silent, np.arange(len(silent), dtype=np.float64)
    if request.order == "sparse":
        return ~silent, tally.active_sum
    if request.order == "specific":
        return ~silent & (specificity > 0), -specificity
    strongest = tally.top_value[:, 0].astype(np.float64)
    if not request.layer:
        # Layers have scales of their own: compared with the layer's own middle.
        for layer in tally.shapes.layers:
            part = tally.shapes.part(layer)
            middle = float(np.median(strongest[part]))
            strongest[part] /= middle if middle > 0 else 1.0
    return ~silent, -strongest
