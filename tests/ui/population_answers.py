"""What the engine would answer about a population."""

from __future__ import annotations

import numpy as np

from cnnviz_app.core.events import Frame
from cnnviz_app.lab.population_requests import (
    Distribution,
    GatherPopulation,
    Patch,
    PictureSet,
    PopulationFacts,
    RankedUnit,
    Ranking,
    UnitStatistics,
)
from cnnviz_app.sources.picture import Picture
from tests.ui.fakes import FakeEngine

PHOTOS = PictureSet("world", "photos")
LAYER = "features.relu2"


def facts(done: int = 100, total: int = 100, pictures: PictureSet = PHOTOS) -> PopulationFacts:
    return PopulationFacts(
        "lenet5", pictures, "Photo crops", done, total, 0, ("cat", "dog"),
        ("features.relu1", LAYER), 22, 2.0,
    )  # fmt: skip


def distribution(high: float = 4.0) -> Distribution:
    counts = np.array([50.0, 30, 15, 5])
    return Distribution(counts, 0.0, high, ((0.5, 1.0), (0.9, 2.7), (0.99, 3.8)))


def statistics(unit: int = 3, layer: str = LAYER, seen: float = 0.5) -> UnitStatistics:
    return UnitStatistics(
        layer, unit, 100, distribution(), distribution(8.0), 0.02, 0.4, 0.1, seen, 4.0,
        (0.1, 0.2), (1.0, 2.0), ("dog", 0.8),
    )  # fmt: skip


def patches(count: int = 9) -> tuple[Patch, ...]:
    found = []
    for i in range(count):
        pixels = np.full((28, 28, 3), 20 * i, np.uint8)
        picture = Picture(f"Photo crops, number {i}", pixels, f"world:photos:{i}")
        found.append(Patch(i, (i, 2), 9.0 - i, picture, (2 * i - 4, 0, 2 * i + 10, 14), "dog"))
    return tuple(found)


def ranking(order: str = "specific") -> Ranking:
    rows = tuple(
        RankedUnit(LAYER, unit, 4.0 - unit, 0.1 * unit, 0.5, "dog", 0.9 - unit / 10)
        for unit in (3, 1, 5)
    )
    return Ranking(order, 16, rows)  # type: ignore[arg-type]  # an Order


def frame(engine: FakeEngine, done: int, total: int, pace: float = 50.0) -> None:
    """The pass tells how far it is."""
    job = engine.last(GatherPopulation).job.id
    engine.deliver(Frame(job, "population", done, np.array([done, total, pace])))
