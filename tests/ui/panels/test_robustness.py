"""The robustness panel: which models are asked, and curves and cells as they come."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from cnnviz_app.core.events import Metrics
from cnnviz_app.lab.attack_requests import (
    AccuracyCurve,
    MeasureRobustness,
    MeasureTransfer,
    Robustness,
    Transfer,
)
from cnnviz_app.lab.population_requests import PictureSet
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels.robustness import RobustnessPanel
from tests.ui.fakes import engine_of, entry


@pytest.fixture
def panel(desk: Desk) -> Iterator[RobustnessPanel]:
    names = ("lens", "lens-robust", "lenet5", "shapes", "a", "b", "c")
    entries = tuple(entry(name) for name in names)
    desk.conductor.entries = (*entries, entry("torchvision/alexnet"))
    made = RobustnessPanel(desk)
    made.resize(1000, 700)
    made.show()
    yield made
    made.close()


def metrics(panel: RobustnessPanel, kind: type, **values: float) -> None:
    engine = engine_of(panel.desk)
    engine.deliver(Metrics(engine.last(kind).job.id, 0, values))


def shown(panel: RobustnessPanel) -> QWidget | None:
    return panel._stack.currentWidget()


def is_busy(panel: RobustnessPanel) -> bool:
    return panel.busy


def test_the_plain_and_the_robust_lens_are_chosen_at_first(panel: RobustnessPanel) -> None:
    assert list(panel._asker.models) == ["lens", "lens-robust"]
    assert "torchvision/alexnet" not in [e.name for e in panel._asker.offered]
    switches = panel._set.models
    assert [name for name, switch in switches.items() if switch.isChecked()] == [
        "lens", "lens-robust",
    ]  # fmt: skip
    switches["lens"].setChecked(False)
    assert list(panel._asker.models) == ["lens-robust"]
    for name in ("lens", "lenet5", "shapes", "a", "b", "c"):
        panel._asker.toggle_model(name, True)
    assert len(panel._asker.models) == 6
    for name in panel._asker.models:
        panel._asker.toggle_model(name, False)
    assert not panel._measure.isEnabled()
    assert not panel._empty.isEnabled()


def test_the_first_measurement_needs_nothing_but_a_click(panel: RobustnessPanel) -> None:
    for page, kind in (("curves", MeasureRobustness), ("transfer", MeasureTransfer)):
        panel.show_page(page)
        assert shown(panel) is panel._empty
        assert not panel._measure.isVisible()
        panel._empty.action.emit("start")
        request = engine_of(panel.desk).last(kind).job.request
        assert isinstance(request, kind)
        assert request.pictures == PictureSet("world", "photos", 24)
        assert shown(panel) is not panel._empty
        assert panel._measure.isVisible()


def test_other_pictures_are_built_in_or_a_folder(
    panel: RobustnessPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel._set._on_pictures("digits")
    assert panel._asker._pictures == PictureSet("world", "digits", 24)
    answers = ["", "/pictures/mine"]
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_: answers.pop(0)
    )
    panel._set._on_pictures("folder")  # nothing was chosen
    assert panel._asker._pictures == PictureSet("world", "digits", 24)
    assert panel._set.pictures.key == "digits"
    panel._set._on_pictures("folder")
    assert panel._asker._pictures == PictureSet("folder", "/pictures/mine", 128)
    assert panel._set.pictures.currentText() == "“mine”"
    panel._set._on_pictures("folder")  # chosen again, it is kept
    assert panel._asker.folder == "/pictures/mine"


def test_curves_grow_while_they_are_computed(panel: RobustnessPanel) -> None:
    panel.start()
    assert is_busy(panel)
    request = engine_of(panel.desk).last(MeasureRobustness).job.request
    assert isinstance(request, MeasureRobustness)
    assert request.models == ("lens", "lens-robust")
    metrics(panel, MeasureRobustness, model=0.0, epsilon=0.0, accuracy=1.0)
    metrics(panel, MeasureRobustness, model=0.0, epsilon=2.0, accuracy=0.25)
    assert panel._plot._data["lens"] == ([0.0, 2.0], [100.0, 25.0])
    curves = tuple(AccuracyCurve(m, m, (0.0, 2.0), (1.0, 0.5), 32, False) for m in request.models)
    engine_of(panel.desk).finish(MeasureRobustness, Robustness(curves, "Photographs"))
    assert not is_busy(panel)
    assert panel._facts.text().startswith("% answers kept of 32")


def test_a_defence_adds_dashed_curves(panel: RobustnessPanel) -> None:
    panel._set._on_kind("jpeg")
    panel.start()
    assert panel._defended.text().startswith("The attacks do not know the defence")
    request = engine_of(panel.desk).last(MeasureRobustness).job.request
    assert isinstance(request, MeasureRobustness)
    assert (request.defence.kind, request.defence.strength) == ("jpeg", 75)
    names = list(panel._plot._looks)
    assert names[2:] == [f"{title}, JPEG q 75" for title in names[:2]]
    assert [dashed for _look, dashed in panel._plot._looks.values()] == [False, False, True, True]
    metrics(panel, MeasureRobustness, model=3.0, epsilon=1.0, accuracy=0.5)
    assert panel._plot._data[names[3]] == ([1.0], [50.0])
    assert not request.adaptive
    strength = panel._set.strength
    assert strength is not None
    strength.set_value(50)
    strength.value_changed.emit(50)
    panel._set.knows.setChecked(True)
    panel.start()
    request = engine_of(panel.desk).last(MeasureRobustness).job.request
    assert isinstance(request, MeasureRobustness)
    assert (request.defence.strength, request.adaptive) == (50, True)
    assert panel._defended.text() == "The attacks look through the defence."
    panel.show_page("transfer")
    assert not panel._defended.isVisible()


def test_cells_fill_and_rows_say_how_large_the_change_was(panel: RobustnessPanel) -> None:
    panel.show_page("transfer")
    panel._set.variants["momentum"].setChecked(True)
    panel._set.epsilon.set_value(4)
    panel.start()
    request = engine_of(panel.desk).last(MeasureTransfer).job.request
    assert isinstance(request, MeasureTransfer)
    assert (request.epsilon, request.budget.momentum, request.budget.diverse) == (4, 1, 0)
    metrics(panel, MeasureTransfer, row=0.0, column=1.0, success=0.5, confidence=float("nan"))
    assert panel._matrix._success[0, 1] == 0.5
    assert np.isnan(panel._matrix._success[1, 1])
    for theme in ("dark", "projector"):
        panel.desk.theme.set(theme, 100, True)
        assert not panel._matrix.grab().isNull()
    panel.desk.theme.set("dark", 100, True)
    square = np.zeros((2, 2), np.float32)
    answer = Transfer(request.models, ("Lens", "Robust"), square, square, (1.0, 2.0), (4, 4), 32)
    engine_of(panel.desk).finish(MeasureTransfer, answer)
    assert panel._matrix._rows == ("L2 1.00, L∞ 4", "L2 2.00, L∞ 4")
    panel.show_page("curves")
    assert panel._facts.text() == "PGD of 10 steps in a box of ± ε levels"


def test_stopping_and_failing_end_in_words(panel: RobustnessPanel) -> None:
    panel.start()
    engine_of(panel.desk).fail(MeasureRobustness, "None of the pictures can be read.")
    assert panel._status.text() == "None of the pictures can be read."
    panel.start()
    panel._measure.click()
    engine_of(panel.desk).stop(MeasureRobustness)
    assert panel._status.text() == "stopped"
    assert panel._measure.text() == "Measure"
