"""Picture view, filmstrip, drop zone: pixels, zoom, wipe, scrubbing."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnviz_app.ui.theme import color
from cnnviz_app.ui.widgets import Filmstrip, PictureDrop, PictureView
from cnnviz_app.ui.widgets.filmstrip_window import most_changing_window, nice_steps

LEFT = Qt.MouseButton.LeftButton


def picture(height: int = 20, width: int = 40) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 6, y * 12, np.zeros_like(x)], axis=-1).astype(np.uint8)


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    made = PictureView(accept_drops=True)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    qtbot.waitExposed(made)
    made.set_picture(picture())
    return made


def test_it_fits_and_keeps_its_shape(view: PictureView) -> None:
    area = view.area()
    assert (area.width(), area.height(), area.top()) == (400, 200, 100)


def test_the_pixel_under_the_pointer(view: PictureView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.hovered) as hovered:
        qtbot.mouseMove(view, QPoint(205, 155))
    assert hovered.args == [20, 5]
    assert view.to_picture(QPointF(10, 10)) is None
    with qtbot.waitSignal(view.clicked) as clicked:
        qtbot.mouseClick(view, LEFT, pos=QPoint(5, 295))
    assert clicked.args == [0, 19]


def test_enlarged_pixels_are_hard(view: PictureView) -> None:
    seen = view.grab().toImage()
    assert seen.pixelColor(201, 151).rgb() == seen.pixelColor(208, 158).rgb()
    assert seen.pixelColor(201, 151).red() == 120


def test_zooming_keeps_the_pixel_under_the_pointer(view: PictureView) -> None:
    at = QPointF(260, 180)
    before = view.to_picture(at)
    view.zoom_to(40.0, at)
    assert view.scale() == 40.0
    assert view.to_picture(at) == before
    view.zoom_to(0.1)
    assert view.area().width() == 400


def test_the_zoom_stays_for_a_live_source_and_goes_for_another_size(view: PictureView) -> None:
    view.zoom_to(30.0)
    view.set_picture(picture())
    assert view.scale() == 30.0
    view.set_picture(picture(30, 30))
    assert view.scale() == pytest.approx(400 / 30)


def test_the_wipe_shows_both_and_follows_the_drag(view: PictureView, qtbot: QtBot) -> None:
    view.set_picture(np.full((20, 40, 3), 200, np.uint8))
    view.set_before(np.full((10, 20, 3), 40, np.uint8))
    view.set_wipe(True, 0.5)
    seen = view.grab().toImage()
    assert (seen.pixelColor(100, 150).red(), seen.pixelColor(300, 150).red()) == (40, 200)
    with qtbot.waitSignal(view.wiped) as wiped:
        qtbot.mousePress(view, LEFT, pos=QPoint(100, 200))
    assert wiped.args == [pytest.approx(0.25)]
    qtbot.keyClick(view, Qt.Key.Key_X)
    assert not view.wipe_on


def test_the_receptive_field_is_amber_over_black(view: PictureView) -> None:
    view.set_boxes((10, 4, 30, 16), (19, 9, 21, 11), "RF 20 px")
    seen = view.grab().toImage()
    edge = seen.pixelColor(100, 200)
    assert edge.name() == color("sel_on_picture").name()


def test_an_overlay_covers_by_alpha_times_strength(view: PictureView) -> None:
    view.set_picture(np.zeros((20, 40, 3), np.uint8))
    alpha = np.zeros((20, 40))
    alpha[:, 20:] = 1
    view.set_overlay(np.full((20, 40, 3), 255, np.uint8), alpha, strength=0.5)
    seen = view.grab().toImage()
    assert seen.pixelColor(100, 200).red() == 0
    assert seen.pixelColor(300, 200).red() == pytest.approx(128, abs=2)


def test_no_picture_is_a_mat_with_words(qtbot: QtBot) -> None:
    view = PictureView(placeholder="No picture yet")
    qtbot.addWidget(view)
    view.resize(100, 100)
    assert view.grab().toImage().pixelColor(50, 20).name() == color("mat").name()
    assert view.to_picture(QPointF(1, 1)) is None


def drop(widget: PictureView | PictureDrop) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/somewhere/cat.png")])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(5, 5), copy, mime, LEFT, none))
    QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), copy, mime, LEFT, none))


def test_files_can_be_dropped(view: PictureView, qtbot: QtBot) -> None:
    zone = PictureDrop()
    qtbot.addWidget(zone)
    for target in (view, zone):
        with qtbot.waitSignal(target.dropped) as dropped:
            drop(target)
        assert dropped.args == [["/somewhere/cat.png"]]


def test_a_drop_zone_shows_and_clears_its_picture(qtbot: QtBot) -> None:
    zone = PictureDrop()
    qtbot.addWidget(zone)
    zone.set_picture(picture(), "The Starry Night")
    zone.resize(200, zone.height())
    with qtbot.waitSignal(zone.cleared):
        qtbot.mouseClick(zone, LEFT, pos=QPoint(190, 10))
    assert not zone.has_picture()
    with qtbot.waitSignal(zone.clicked):
        qtbot.mouseClick(zone, LEFT, pos=QPoint(20, 10))


@pytest.fixture
def strip(qtbot: QtBot) -> Filmstrip:
    made = Filmstrip()
    qtbot.addWidget(made)
    made.resize(800, made.height())
    made.set_frames([(step, picture()) for step in range(0, 41, 4)], 80)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_dragging_scrubs_to_stored_frames_only(strip: Filmstrip, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.scrubbed) as scrubbed:
        qtbot.mousePress(strip, LEFT, pos=QPoint(205, 40))
    assert scrubbed.args == [20]
    with qtbot.waitSignal(strip.scrubbed) as scrubbed:
        qtbot.mousePress(strip, LEFT, pos=QPoint(790, 40))
    assert scrubbed.args == [40]


def test_brackets_and_ends(strip: Filmstrip, qtbot: QtBot) -> None:
    strip.set_position(20)
    qtbot.keyClick(strip, Qt.Key.Key_BracketLeft)
    assert strip.position == 16
    with qtbot.waitSignal(strip.live_asked):
        qtbot.keyClick(strip, Qt.Key.Key_End)
    assert strip.position == 40


def test_the_playhead_follows_new_frames_until_it_is_moved(strip: Filmstrip) -> None:
    strip.set_position(40)
    strip.add_frame(44, picture())
    assert strip.position == 44
    strip.set_position(8)
    strip.add_frame(48, picture())
    assert strip.position == 8


def test_frames_after_the_playhead_are_faint(strip: Filmstrip) -> None:
    strip.set_frames([(s, np.full((20, 40, 3), 255, np.uint8)) for s in range(0, 81, 4)], 80)
    strip.set_position(40)
    seen = strip.grab().toImage()
    assert seen.pixelColor(130, 60).red() == 255
    assert seen.pixelColor(630, 60).red() < 140


def test_an_empty_strip_paints(qtbot: QtBot) -> None:
    strip = Filmstrip()
    qtbot.addWidget(strip)
    strip.grab()
    qtbot.mouseClick(strip, LEFT, pos=QPoint(20, 40))


def test_the_window_is_where_the_change_is() -> None:
    first = np.zeros((300, 400, 3), np.uint8)
    last = first.copy()
    last[200:240, 300:340] = 255
    x, y, w, h = most_changing_window(first, last, 1.2)
    assert x <= 300 <= 340 <= x + w
    assert y <= 200 <= 240 <= y + h
    assert most_changing_window(first, first, 3.0)[2] <= 400


def test_step_numbers_are_round() -> None:
    assert nice_steps(40, 8) == [0, 5, 10, 15, 20, 25, 30, 35, 40]
    assert nice_steps(640, 8) == [0, 100, 200, 300, 400, 500, 640]
    assert nice_steps(0, 8) == [0]
    assert nice_steps(3, 8) == [0, 1, 2, 3]
