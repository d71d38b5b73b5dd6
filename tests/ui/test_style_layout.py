"""The Style workspace in large and small windows: nothing is cut, nothing overlaps."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnviz_app.core.events import Frame, Metrics
from cnnviz_app.lab.branch_requests import RunKept
from cnnviz_app.lab.requests import ListTechniques
from cnnviz_app.lab.style_requests import AskStyleLayers, StyleLayers
from cnnviz_app.sources import builtin
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.panels.canvas import CanvasPanel
from tests.ui.desks import outcome, techniques
from tests.ui.fakes import engine_of, entry
from tests.ui.layout_checks import troubles

LAYERS = StyleLayers(
    "lenet5", ("features.conv1", "features.relu1", "features.conv2"),
    {"features.conv1": (6, 28, 28)}, {"features.relu1": "relu1_1"},
    {"style_layers": (("features.conv1", 0.5), ("features.relu1", 0.5)),
     "content_layers": (("features.conv2", 1.0),)},
)  # fmt: skip


def painted(window: MainWindow) -> CanvasPanel:
    """Two runs, the second on its way, with two styles."""
    desk, engine = window.desk, engine_of(window.desk)
    desk.runs.load()
    engine.finish(ListTechniques, techniques())
    window.show_workspace("style")
    QTest.qWait(50)
    for ticket in engine.tickets:
        if isinstance(ticket.job.request, AskStyleLayers):
            engine.finish(AskStyleLayers, LAYERS)
    desk.conductor._on_entries((entry("lens-robust", title="Lens, robust"),))
    for level in (0, 1):
        desk.runs.set_values({"style": "builtin:starry, builtin:waves"})
        desk.runs.start()
        number = engine.begin(RunKept).job.id
        for step in range(1, 12):
            pixels = np.roll(builtin.load("cat").pixels, step + level, axis=1)
            engine.deliver(Frame(number, "picture", step, pixels))
            terms = {"objective": -9.0 / step, "content": 2.0, "style": 7.0 / step}
            engine.deliver(Metrics(number, step, terms))
        if level == 0:
            engine.finish(RunKept, outcome())
    canvas = window.yard.docks["canvas"].panel
    assert isinstance(canvas, CanvasPanel)
    return canvas


@pytest.mark.parametrize(
    ("theme", "scale", "size"),
    [("dark", 100, (1600, 960)), ("projector", 150, (1024, 768))], ids=["wide", "compact"],
)  # fmt: skip
def test_every_view_of_a_painting_fits(
    window: MainWindow, qapp: QApplication, tmp_path: Path, theme: str, scale: int,
    size: tuple[int, int],
) -> None:  # fmt: skip
    shots = Path(os.environ.get("CNNVIZ_SHOTS") or tmp_path)
    window.desk.theme.set(theme, scale, True)
    window.desk.theme.apply(qapp)
    window.resize(*size)
    canvas = painted(window)
    found: list[str] = []

    def look(name: str) -> None:
        for _ in range(8):  # a layout takes several rounds to settle
            QTest.qWait(10)
        picture = window.grab()
        picture.save(str(shots / f"style-{theme}-{name}.png"))
        assert (window.width(), window.height()) == size
        found.extend(f"{name}: {trouble}" for trouble in troubles(window, picture.toImage()))

    for view in ("result", "wipe", "content", "style", "regions"):
        canvas.head.set_view(view)
        look(view)
    for panel in ("inputs", "technique", "objective", "wall", "results"):
        window.show_panel(panel)
        look(panel)
    assert not found, "\n".join(found)
