"""The form's editors for layers with weights and for shares of pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnviz_app.core.context import Context
from cnnviz_app.core.images import load
from cnnviz_app.core.references import split
from cnnviz_app.lab.requests import ListTechniques
from cnnviz_app.lab.start import make_lab
from cnnviz_app.lab.style_requests import AskStyleLayers, StyleLayers
from cnnviz_app.ui import style_parts
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.form_help import FormHelp
from cnnviz_app.ui.layers_field import LayersField
from cnnviz_app.ui.panels._regions_page import RegionsPage, from_levels, levels
from cnnviz_app.ui.panels.inputs import InputsPanel
from cnnviz_app.ui.panels.technique import TechniquePanel
from cnnviz_app.ui.shares_field import SharesField
from cnnviz_app.ui.widgets.region_painter import RegionPainter, softened
from tests.ui.desks import desk, picture, techniques
from tests.ui.fakes import engine_of, entry, lenet_facts

__all__ = ["desk"]
OFFER = StyleLayers(
    "x", ("a", "b", "c", "d"), dict.fromkeys("abcd", (4, 8, 8)), {"b": "relu1_2"},
    {"style_layers": (("a", 0.5), ("c", 0.5))},
)  # fmt: skip


def test_which_layers_hold_a_picture() -> None:
    found = make_lab("cpu").answer(Context.silent(), AskStyleLayers("lenet5"))
    assert isinstance(found, StyleLayers)
    assert found.names[0] == "conv1"
    assert all(min(found.shapes[name][1:]) > 1 for name in found.names)
    assert {name for name, _ in found.usual["style_layers"]} <= set(found.names)


def test_layers_stand_in_the_networks_order_and_empty_shows_the_usual(
    qtbot: QtBot, desk: Desk
) -> None:
    help = FormHelp(desk.state, desk.engine, desk.state)
    field = LayersField("style_layers", "Style layers")
    qtbot.addWidget(field)
    told: list[str] = []
    field.edited.connect(told.append)
    field.follow(help)
    help.layers = OFFER
    help.changed.emit()
    assert field.layers == (("a", 0.5), ("c", 0.5))
    assert field.value == ""
    field._on_add("b")
    assert field.value == "0.5*a, 0.5*c, 0.5*b"
    assert [row._label.text() for row in field._rows] == ["a", "relu1_2", "c"]
    field._rows[1].weighed.emit("b", 0.25)
    field._rows[0].dropped.emit("a")
    assert told[-1] == "0.25*b, 0.5*c" or told[-1] == "0.5*c, 0.25*b"
    field.set_value("relu1_2, d")
    assert field.layers == (("b", 0.5), ("d", 0.5))
    field.set_value("")
    assert len(field._rows) == 2


def test_shares_follow_the_pictures(qtbot: QtBot) -> None:
    field = SharesField("Style shares")
    qtbot.addWidget(field)
    told: list[str] = []
    field.edited.connect(told.append)
    field.set_pictures(("builtin:starry", "builtin:waves"))
    field._on_share(0, 2.0)
    assert told == ["2, 1"]
    field._on_share(1, 2.0)
    assert told[-1] == ""
    field._on_share(0, 0.5)
    field.set_pictures(("builtin:starry",))
    assert told[-1] == ""
    field.set_value("nonsense, words")
    assert field.shares == [1.0]


@pytest.fixture
def styled(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("CNNVIZ_CACHE", str(tmp_path))
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts())
    desk.state.set_picture(picture("a", 90, "builtin:cat"))
    desk.settings.update(workspace="style")
    return desk


def test_the_workspace_brings_its_technique_and_shows_its_fields(
    qtbot: QtBot, styled: Desk
) -> None:
    assert styled.runs.technique is not None
    assert styled.runs.technique.name == "style"
    panel = TechniquePanel(styled)
    qtbot.addWidget(panel)
    panel.show()
    assert panel._form is not None
    shares = panel._form._rows["style_weights"]
    assert shares.isHidden()
    styled.runs.set_value("style", "builtin:starry, builtin:waves")
    assert not shares.isHidden()
    asked: list[None] = []
    styled.runs.regions_asked.connect(lambda: asked.append(None))
    panel._form._editors["mask"].widget.paint_asked.emit()  # type: ignore[attr-defined]  # a PictureField
    assert asked == [None]


def test_strokes_become_the_mask_that_the_technique_reads(qtbot: QtBot, styled: Desk) -> None:
    page = RegionsPage(styled)
    qtbot.addWidget(page)
    page.resize(500, 500)
    page.show()
    painter = page.painter
    middle = QPoint(painter.width() // 2, painter.height() // 2)
    QTest.mousePress(painter, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseRelease(painter, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    first = str(styled.runs.values["mask"])
    grey = load(first).pixels[..., 0]
    assert grey[0, 0] == 255  # the style goes here
    assert grey[grey.shape[0] // 2, grey.shape[1] // 2] == 0  # the photograph stays
    again = RegionsPage(styled)
    qtbot.addWidget(again)
    again.resize(500, 500)
    again.show()
    assert again.painter.cells.sum() == painter.cells.sum() > 0
    painter.undo()
    assert styled.runs.values["mask"] == ""
    painter.fill(1)
    assert styled.runs.values["mask"] != ""
    page.clear()
    assert styled.runs.values["mask"] == ""


def test_grey_levels_and_regions_are_one_thing() -> None:
    for count in (2, 3, 5):
        regions = np.arange(count, dtype=np.uint8)[None]
        assert np.array_equal(from_levels(levels(regions, count), count), regions)


def test_soft_edges_keep_the_mass_and_the_ends() -> None:
    part = np.zeros((40, 60), np.float32)
    part[:, 30:] = 1.0
    soft = softened(part, 4.0)
    assert soft.shape == part.shape
    assert soft[20, 0] == pytest.approx(0.0, abs=1e-5)
    assert soft[20, -1] == pytest.approx(1.0, abs=1e-5)
    assert 0.3 < soft[20, 29] < 0.7
    assert softened(part, 0.0) is part


def test_the_painter_survives_an_empty_life(qtbot: QtBot) -> None:
    painter = RegionPainter()
    qtbot.addWidget(painter)
    painter.resize(200, 100)
    painter.show()
    QTest.mouseClick(painter, Qt.MouseButton.LeftButton)
    painter.undo()
    assert painter.grab().width() == 200


def test_the_balance_moves_beta_and_says_which_network_paints_better(
    qtbot: QtBot, styled: Desk
) -> None:
    styled.conductor.entries_changed.emit(())
    panel = InputsPanel(styled)
    qtbot.addWidget(panel)
    panel.balance.value_changed.emit(0.01)
    assert styled.runs.values["beta"] == pytest.approx(100.0)
    styled.runs.set_value("beta", 10.0)
    assert panel.balance.value == pytest.approx(0.1)
    panel._on_balance(0.0)
    assert styled.runs.values["alpha"] == 0.0
    panel._put_style("builtin:waves")
    assert styled.runs.values["style"] == "builtin:waves"
    assert panel._better.isHidden()
    styled.conductor._on_entries((entry("lens-robust", title="Lens, robust"), entry("lenet5")))
    assert panel._hint.text().startswith("Lens, robust paints better")
    styled.runs.choose("texture")
    assert panel.content.isHidden()
    assert panel.regions.isHidden()


def press(page: RegionsPage, x: float, y: float) -> None:
    """One touch of the brush, at a share of the picture."""
    area = page.painter._frame.area()
    place = QPoint(round(area.left() + x * area.width()), round(area.top() + y * area.height()))
    nothing = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(page.painter, Qt.MouseButton.LeftButton, nothing, place)
    QTest.mouseRelease(page.painter, Qt.MouseButton.LeftButton, nothing, place)


def test_a_part_of_a_style_is_painted_on_the_style_itself(qtbot: QtBot, styled: Desk) -> None:
    runs = styled.runs
    runs.set_value("style", "builtin:starry, builtin:waves")
    page = RegionsPage(styled)
    qtbot.addWidget(page)
    page.resize(900, 500)
    page.show()
    page.turn_to(1)
    assert not page._feather.isVisible()
    assert page.painter.cells.all()  # nothing painted: all of it is taken
    press(page, 0.25, 0.5)
    whole, part = (load(name).pixels[..., 0] for name in split(runs.values["style_masks"]))
    assert whole.min() == 255
    assert part[part.shape[0] // 2, part.shape[1] // 4] == 255
    assert part[part.shape[0] // 2, -1] == 0
    assert 0.005 < (part > 0).mean() < 0.2
    # A style that comes before it leaves the part with its own picture; one that goes takes it.
    runs.set_value("style", "builtin:wheat, builtin:starry, builtin:waves")
    assert style_parts.part_of(runs.values["style_masks"], 2) != ""
    assert style_parts.part_of(runs.values["style_masks"], 1) == ""
    runs.set_value("style", "builtin:wheat, builtin:starry")
    assert runs.values["style_masks"] == ""


def test_parts_can_be_taken_back_and_cleared(qtbot: QtBot, styled: Desk) -> None:
    runs = styled.runs
    runs.set_value("style", "builtin:starry")
    page = RegionsPage(styled)
    qtbot.addWidget(page)
    page.resize(420, 500)
    page.show()
    page.turn_to(0)
    press(page, 0.5, 0.5)
    painted = runs.values["style_masks"]
    assert painted
    page.turn_to(-1)
    assert not page.painter.cells.any()
    press(page, 0.5, 0.5)
    assert runs.values["mask"]
    assert runs.values["style_masks"] == painted
    page.turn_to(0)
    assert 0 < page.painter.cells.mean() < 0.5
    page.what.chosen.emit("0")
    press(page, 0.5, 0.5)
    assert runs.values["style_masks"] == ""
    assert page.painter.cells.all()
    page.painter.undo()
    assert runs.values["style_masks"] == painted
    page.clear()
    assert runs.values["style_masks"] == ""


def test_the_form_leads_to_the_parts(qtbot: QtBot, styled: Desk) -> None:
    panel = TechniquePanel(styled)
    qtbot.addWidget(panel)
    assert panel._form is not None
    asked: list[None] = []
    styled.runs.parts_asked.connect(lambda: asked.append(None))
    panel._form._editors["style_masks"].widget.paint_asked.emit()  # type: ignore[attr-defined]  # a PictureField
    assert asked == [None]
