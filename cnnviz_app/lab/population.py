"""Whole populations of pictures: gathering what every unit does, and its strongest patches.

Other parts of the lab use `latest`, `top_patches` and `Population.picture`.
"""

from __future__ import annotations

import queue
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab import population_cache as cache
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by
from cnnviz_app.lab.population_loader import Batch, Loader
from cnnviz_app.lab.population_pass import Pass, batch_size, shapes_of
from cnnviz_app.lab.population_requests import (
    FindPopulation,
    GatherPopulation,
    PictureSet,
    PopulationFacts,
)
from cnnviz_app.lab.population_tally import NOBODY, Tally
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.picture import Picture
from cnnviz_app.sources.series import Series, open_series

MODELS_KEPT = 4
PICTURES_KEPT = 160
WAIT = 0.02
PACE_OVER = 9


class TopPatch(NamedTuple):
    """A strongest place of a unit: number of the picture, (row, column) in the map, value."""

    key: int
    place: tuple[int, int]
    value: float


@dataclass
class Population:
    """What one model was shown, and what was kept of it; also while it is being gathered."""

    net: Network
    pictures: PictureSet
    series: Series
    tally: Tally
    key: str
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cached: bool = False
    passing: Pass | None = None
    _read: OrderedDict[int, Picture] = field(default_factory=OrderedDict)

    @property
    def done(self) -> int:
        return self.tally.pictures + len(self.failed)

    @property
    def finished(self) -> bool:
        return self.done >= len(self.series)

    def facts(self) -> PopulationFacts:
        shapes = self.tally.shapes
        return PopulationFacts(
            self.net.key, self.pictures, self.series.title, self.tally.pictures,
            len(self.series), len(self.failed), self.classes, shapes.layers, shapes.units,
            self.seconds, self.cached,
        )  # fmt: skip

    @property
    def classes(self) -> tuple[str, ...]:
        return self.series.classes if len(self.tally.class_count) else ()

    def picture(self, key: int) -> Picture:
        """A picture of the series as the network sees it; UserError when it is gone."""
        if key not in self._read:
            spec = self.net.spec
            drawn = self.series.pixels(key, max(spec.height, spec.width))
            seen = seen_by(self.net, drawn)
            self._read[key] = Picture(self.series.name(key), seen, self.series.origin(key))
            while len(self._read) > PICTURES_KEPT:
                self._read.popitem(last=False)
        self._read.move_to_end(key)
        return self._read[key]

    def has(self, layer: str) -> bool:
        return layer in self.tally.shapes.layers

    def index(self, layer: str, unit: int) -> int:
        """The unit's number through all layers; UserError when it was not gathered."""
        shapes = self.tally.shapes
        if layer not in shapes.layers:
            raise UserError(
                f"The layer “{layer}” was left out of this population.",
                "Gather it again with all layers.",
            )
        part = shapes.part(layer)
        if not 0 <= unit < part.stop - part.start:
            raise UserError(f"“{layer}” has no unit {unit}.", "Choose another one.")
        return int(part.start) + unit


def top_patches(population: Population, layer: str, unit: int) -> list[TopPatch]:
    """Where this unit was strongest, once per picture, the strongest first."""
    tally = population.tally
    at = population.index(layer, unit)
    columns = tally.shapes.maps[tally.shapes.layers.index(layer)][2]
    return [
        TopPatch(int(key), divmod(int(place), columns), float(value))
        for key, place, value in zip(
            tally.top_picture[at], tally.top_place[at], tally.top_value[at], strict=True
        )
        if key != NOBODY
    ]


class _Store:
    """The populations of one lab, one per model."""

    def __init__(self) -> None:
        self.latest: OrderedDict[str, Population] = OrderedDict()

    def put(self, population: Population) -> None:
        self.latest[population.net.key] = population
        self.latest.move_to_end(population.net.key)
        while len(self.latest) > MODELS_KEPT:
            self.latest.popitem(last=False)


_stores: WeakKeyDictionary[Lab, _Store] = WeakKeyDictionary()


def _store(lab: Lab) -> _Store:
    return _stores.setdefault(lab, _Store())


def latest(lab: Lab, net: Network) -> Population | None:
    """The population this network was shown last, from memory or from disk."""
    found = _store(lab).latest.get(net.key)
    if found is not None and found.net is net:
        return found
    model = cache.model_hash(net.key, net.weights_hash)
    for file in cache.files_of(model) if model else ():
        stored = cache.load(file)
        population = _revived(net, stored) if stored is not None else None
        if population is not None and cache.file_of(model, population.key) == file:
            _store(lab).put(population)
            return population
    return None


def _revived(net: Network, stored: cache.Stored) -> Population | None:
    """A stored population with its pictures; None when they have changed or are gone."""
    try:
        pictures = PictureSet(*stored.facts["pictures"])
        series = open_series(pictures.kind, pictures.name, pictures.count)
    except (UserError, KeyError, TypeError):
        return None
    key = _key(net, stored.tally, series)
    failed = [str(sentence) for sentence in stored.facts.get("failed", ())]
    seconds = float(stored.facts.get("seconds", 0.0))
    return Population(net, pictures, series, stored.tally, key, failed, seconds, cached=True)


def _key(net: Network, tally: Tally, series: Series) -> str:
    model = cache.model_hash(net.key, net.weights_hash)
    return cache.population_hash(model, tally.shapes, series.content_hash())


@answers(FindPopulation)
def find(lab: Lab, ctx: Context, request: FindPopulation) -> PopulationFacts | None:
    found = latest(lab, lab.network(request.model))
    return found.facts() if found is not None else None


@answers(GatherPopulation)
def gather(lab: Lab, ctx: Context, request: GatherPopulation) -> PopulationFacts:
    net = lab.network(request.model)
    population = _begin(lab, net, request)
    _store(lab).put(population)
    if not population.finished:
        _work(ctx, population)
        if not population.tally.pictures:
            del _store(lab).latest[net.key]
            raise UserError(
                f"None of the {len(population.series)} pictures in “{population.series.title}” "
                f"can be opened. {population.failed[0]}", "Choose another folder."
            )  # fmt: skip
        _keep(ctx, population)
        _tell_failed(ctx, population)
    return population.facts()


def _begin(lab: Lab, net: Network, request: GatherPopulation) -> Population:
    """What there is of this population already: finished, half done, on disk, or nothing."""
    wanted = request.pictures
    series = open_series(wanted.kind, wanted.name, wanted.count)
    tally = Tally(shapes_of(net, request.layers), len(series.classes))
    key = _key(net, tally, series)
    known = _store(lab).latest.get(net.key)
    if not request.fresh:
        if known is not None and known.key == key and known.net is net:
            return known
        model = cache.model_hash(net.key, net.weights_hash)
        stored = cache.load(cache.file_of(model, key)) if model else None
        revived = _revived(net, stored) if stored is not None else None
        if revived is not None and revived.key == key:
            return revived
    return Population(net, wanted, series, tally, key, passing=Pass(net, tally))


def _work(ctx: Context, population: Population) -> None:
    net, passing = population.net, population.passing
    assert passing is not None
    size = batch_size(net, population.tally.shapes)
    numbers = range(population.done, len(population.series))
    pace: deque[float] = deque(maxlen=PACE_OVER)
    _report(ctx, population, 0.0)
    try:
        with Loader(net, population.series, numbers, size) as loader:
            while (batch := _await(ctx, loader)) is not None:
                began = time.perf_counter()
                if len(batch.numbers):
                    passing.feed(ctx, _image01(net, batch), batch.numbers, batch.labels)
                population.failed += [sentence for _, sentence in batch.troubles]
                spent = time.perf_counter() - began
                pace.append(spent / max(1, len(batch.numbers)))
                population.seconds += spent
                _report(ctx, population, 1 / max(1e-9, float(np.median(pace))))
    finally:
        passing.settle()


def _await(ctx: Context, loader: Loader) -> Batch | None:
    while True:
        ctx.checkpoint()
        try:
            return loader.next(WAIT)
        except queue.Empty:
            continue


def _image01(net: Network, batch: Batch) -> torch.Tensor:
    image = torch.from_numpy(batch.pixels[..., : net.spec.channels]).to(net.device)
    return image.permute(0, 3, 1, 2).float().div_(255)


def _report(ctx: Context, population: Population, pace: float) -> None:
    done, total = population.done, len(population.series)
    ctx.progress(done, total, f"{pace:.0f} pictures/s" if pace else "")
    ctx.frame("population", np.array([done, total, pace]), step=done)


def _keep(ctx: Context, population: Population) -> None:
    population.passing = None
    model = cache.model_hash(population.net.key, population.net.weights_hash)
    if not model:
        return
    wanted = population.pictures
    facts = {
        "pictures": [wanted.kind, wanted.name, wanted.count], "seconds": population.seconds,
        "failed": population.failed, "title": population.series.title,
    }  # fmt: skip
    try:
        cache.save(cache.file_of(model, population.key), facts, population.tally)
    except UserError as error:
        ctx.note(error.sentence, error.hint)


def _tell_failed(ctx: Context, population: Population) -> None:
    failed, total = len(population.failed), len(population.series)
    if failed:
        were = "was" if failed == 1 else "were"
        sentence = f"{failed} of {total} pictures could not be opened and {were} left out."
        ctx.note(sentence, population.failed[0])
