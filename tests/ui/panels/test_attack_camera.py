"""An attack before a camera: filmed from the screen or a print, a sticker on the live picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from cnnviz_app.core.events import Frame
from cnnviz_app.lab.attack_requests import Survival, TrySurvival
from cnnviz_app.lab.defence_requests import Defended, TryDefence
from cnnviz_app.lab.parting_requests import Apart, Parting, Reason, SeeParting
from cnnviz_app.lab.requests import Looked
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.live.feed import Feed
from cnnviz_app.ui.panels import _attack_sticker as stickers
from cnnviz_app.ui.panels._attack_looks import ORIGINAL, PAPER, SCREEN, Tally, filmed_rows
from cnnviz_app.ui.panels._attack_population import Population
from cnnviz_app.ui.panels.adversarial import AdversarialPanel
from tests.ui.fakes import engine_of
from tests.ui.panels.test_adversarial import ATTACKED, CLEAN, finish, outcome, panel

__all__ = ["panel"]  # a fixture


class Tape(Feed):
    """A camera whose frames the test hands out."""

    mirrors = True

    def __init__(self) -> None:
        super().__init__("Tape")


@pytest.fixture
def tape(desk: Desk) -> Iterator[Tape]:
    made = Tape()
    yield made
    desk.live.stop()


def survive(panel: AdversarialPanel) -> None:
    row = Survival("png", "PNG, 8 bit", 7, 0.8, 3, CLEAN)
    engine_of(panel.desk).finish(TrySurvival, (row,))


def film(panel: AdversarialPanel, tape: Tape, level: int, label: int) -> None:
    """One frame, and the network's answer to it."""
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(level * 0x010101 | 0xFF000000)
    tape.arrived.emit(image)
    state = panel.desk.state
    assert state.picture is not None
    shares = np.full(10, 0.02, np.float32)
    shares[label] = 0.82
    seen = np.full((28, 28, 3), level, np.uint8)
    maps = np.zeros((6, 4, 4), np.float32)
    looked = Looked("lenet5", "features.conv1", state.picture, seen, maps, shares, shares, 0.01)
    state.set_looked(looked)
    QTest.qWait(1)


def mirrored(panel: AdversarialPanel) -> bool:
    return panel.desk.live.mirrored


def test_without_a_camera_the_tile_and_the_page_say_so(panel: AdversarialPanel) -> None:
    finish(panel)
    survive(panel)
    assert panel._tiles._film == "no camera"
    panel._tiles.film_asked.emit()
    assert panel._heading.view == "camera"
    camera = panel._pages.camera
    assert camera._stack.currentWidget() is camera._empty
    assert panel._pages.sheet is None


def test_what_is_filmed_becomes_a_row(panel: AdversarialPanel, tape: Tape) -> None:
    finish(panel)
    survive(panel)
    panel.desk.live.start(tape)
    assert panel._tiles._film == "film it"
    film(panel, tape, 10, 3)
    assert panel.session.read is not None  # the camera's picture does not end the attack
    QTest.mouseClick(
        panel._tiles, Qt.MouseButton.LeftButton, pos=panel._tiles._cells()[-1].center().toPoint()
    )
    sheet = panel._pages.sheet
    assert sheet is not None
    assert sheet.geometry() == panel.window().rect()
    assert mirrored(panel) is False  # a mirrored film would be of another picture
    for number, label in enumerate((7, 7, 3)):
        film(panel, tape, 20 + number, label)
    assert sheet._verdict.text() == "taken for 7"
    assert sheet._count.text().startswith("fooled in 2 of 3 looks")
    sheet.show_page(ORIGINAL)
    film(panel, tape, 60, 3)
    assert sheet._count.text().startswith("wrong in 0 of 1 looks")
    sheet.show_page(PAPER)
    film(panel, tape, 90, 3)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert mirrored(panel) is True
    rows = panel.session.rows
    assert [(row.title, row.label, row.plain) for row in rows[1:]] == [
        ("Filmed", 7, 3), ("Printed, filmed", 3, 3),
    ]  # fmt: skip
    assert panel._count.text() == "2 of 3 still fooled"
    assert panel._tiles._film == ""


def test_answers_are_counted() -> None:
    tallies = {key: Tally() for key in (SCREEN, PAPER, ORIGINAL)}
    assert filmed_rows(tallies, 3) == ()
    assert tallies[SCREEN].label == -1
    assert tallies[SCREEN].chance == 0


def test_a_sticker_lies_on_the_live_picture(panel: AdversarialPanel, tape: Tape) -> None:
    clean = CLEAN
    patched = stickers.laid(clean, stickers.Sticker(np.full((9, 9, 3), 250, np.uint8), 0.1),
                            stickers.Place(0.7, 0.7, 0.4))  # fmt: skip
    found = stickers.cut_out(clean, patched)
    assert found is not None
    assert abs(len(found.pixels) - 11) <= 1
    assert stickers.cut_out(clean, clean) is None
    camera = panel._pages.camera
    panel.session.sticker, panel.session.figures = found, {"target": 7}
    panel.session.sticker_found.emit()
    panel.desk.live.start(tape)
    camera.lay.setChecked(True)
    film(panel, tape, 10, 7)
    shown = panel.desk.state.picture
    assert shown is not None
    assert shown.pixels[: 48 // 2, :24].max() <= 10
    before = shown.pixels
    assert (before[24:] > 200).any()
    camera._on_clicked(6, 6)
    film(panel, tape, 11, 7)
    moved = panel.desk.state.picture
    assert moved is not None
    assert (moved.pixels[:20] > 200).any()
    assert camera._answer.text() == "7"
    camera.lay.setChecked(False)
    assert panel.desk.live.overlay is None


def test_a_sticker_alone_can_be_shown_large(panel: AdversarialPanel, tape: Tape) -> None:
    made = outcome(target="7")
    object.__setattr__(made.recipe, "technique", "patch")
    object.__setattr__(made.recipe, "params", {"target": "7", "alone": True, "share": 0.1})
    panel.session.figures = {"target": 7}
    panel.desk.runs._on_finished(made)
    assert panel.session.sticker is not None
    assert panel._heading.view == "camera"
    panel.desk.live.start(tape)
    panel._pages.film()
    sheet = panel._pages.sheet
    assert sheet is not None
    sheet.close()
    assert panel.session.sticker.printed(64)[0, 0].tolist() == [255, 255, 255]


def test_lenses_are_asked_when_they_are_seen(panel: AdversarialPanel) -> None:
    finish(panel)
    engine = engine_of(panel.desk)
    assert not engine.asked_for(SeeParting)
    panel.show_view("lenses")
    request = engine.last(SeeParting).job.request
    assert isinstance(request, SeeParting)
    assert (request.before, request.after) == (3, 7)
    lens = np.random.default_rng(0).random((28, 28), np.float32)
    reasons = (Reason("gradcam", "Grad-CAM", lens, lens),
               Reason("smoothgrad", "SmoothGrad", None, None, "no map here"))  # fmt: skip
    layers = (Apart("features.conv1", 0.02, 0.02), Apart("classifier", 0.9, 0.1))
    engine.finish(SeeParting, Parting(reasons, layers))
    lenses = panel._pages.lenses
    assert "9.0 times" in lenses.note.text()
    assert lenses._sides[1].text() == "attacked: 7"
    QTest.keyClick(lenses.curves, Qt.Key.Key_Right)
    assert panel.desk.state.layer in ("features.conv1", "classifier")
    panel.show_view("three")
    panel.show_view("lenses")
    assert len(engine.asked_for(SeeParting)) == 1


def test_defences_follow_their_sliders(panel: AdversarialPanel) -> None:
    finish(panel)
    panel.show_view("defend")
    engine = engine_of(panel.desk)
    asked = engine.asked_for(TryDefence)
    assert [one.defence.kind for one in asked] == ["none", "jpeg", "bits", "smooth", "noise"]
    jpeg = panel._pages.defend.rows[1]
    assert jpeg.strength is not None
    jpeg.strength.value_changed.emit(40.0)
    request = engine.last(TryDefence).job.request
    assert isinstance(request, TryDefence)
    found = Defended(request.defence, 4, 0.5, 3, 0.6, CLEAN, ATTACKED)
    engine.finish(TryDefence, found)
    assert jpeg.verdict.text() == "not fooled, but the original is lost too"
    assert jpeg.answers[1].text().startswith("3")


def test_a_population_is_shown_while_it_is_bred(panel: AdversarialPanel) -> None:
    engine = engine_of(panel.desk)
    panel.desk.runs.choose("fooling")
    panel.desk.runs.start()
    sheet = np.zeros((4 * 28, 4 * 28, 3), np.uint8)
    told = np.array([[*np.linspace(0.9, 0.1, 16), 16]], np.float32)
    job = engine.tickets[-1].job.id
    engine.deliver(Frame(job, "population", 3, sheet))
    engine.deliver(Frame(job, "population chances", 3, told, "sequential"))
    bred = panel._pages.bred
    assert panel._pages.currentWidget() is bred
    assert bred._words.text().startswith("Generation 4: the 8 in a ring live on")
    assert not bred.grab().isNull()
    some = Population(sheet[:56, :84], (0.5, 0.2, 0.1), 40, 0)
    assert [tile.shape for tile in some.tiles()] == [(28, 42, 3)] * 3
    finish(panel, outcome(source=False))
    assert panel._pages.currentWidget() is bred
    assert isinstance(panel.desk.state.picture, Picture)


def test_a_click_into_the_difference_boxes_its_largest_pixel(panel: AdversarialPanel) -> None:
    finish(panel)
    QTest.qWait(1)
    view = panel._triptych._parts[1].view
    area = view.area()
    at = area.topLeft() + (area.bottomRight() - area.topLeft()) * 0.35
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    below = panel._triptych.difference
    assert below._where.text().startswith("x 5, y 3:  +8")
    boxes = [part.view._boxes[0] for part in panel._triptych._parts]
    assert boxes == [(3.5, 1.5, 7.5, 5.5)] * 3
