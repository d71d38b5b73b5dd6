"""The live source: newest frame wins, freeze, mirror, end; a video file, a screen, no camera."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from cnnviz_app.lab.requests import Look, Looked
from cnnviz_app.sources.live import Latest, Rate
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.drawing_pad import _Paper
from cnnviz_app.ui.live import starting
from cnnviz_app.ui.live.feed import Feed
from cnnviz_app.ui.live.live import ORIGIN
from cnnviz_app.ui.live.screen import ScreenFeed
from cnnviz_app.ui.live.video import VideoFeed
from cnnviz_app.ui.opening import open_any
from cnnviz_app.ui.panels.picture import PicturePanel
from tests.ui.desks import desk, picture  # noqa: F401  # a fixture
from tests.ui.fakes import engine_of, lenet_facts

NONE = Qt.KeyboardModifier.NoModifier
# What Qt Multimedia says on machines without video hardware, and of broken files.
quiet = pytest.mark.qt_log_ignore("va-|va library|va symbols|va\\(in", "RHI", "FFmpeg")


class Tape(Feed):
    """A feed whose frames the test hands out."""

    def __init__(self, mirrors: bool = False) -> None:
        super().__init__("Tape")
        self.mirrors = mirrors
        self.held = False
        self.stopped = False

    def hold(self, held: bool) -> None:
        self.held = held

    def stop(self) -> None:
        self.stopped = True


def frame(level: int, width: int = 640, height: int = 480) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(level, level, level))
    image.setPixelColor(0, 0, QColor(255, 0, 0))
    return image


def level(desk: Desk) -> int:  # noqa: F811
    assert desk.state.picture is not None
    return int(desk.state.picture.pixels[-1, -1, 0])


def answer(desk: Desk, qtbot: QtBot) -> None:  # noqa: F811
    """The network has looked at the present picture."""
    state = desk.state
    assert state.picture is not None
    assert state.model is not None
    maps = np.zeros(state.model.map_shapes[state.layer], np.float32)
    seen = np.zeros((28, 28, 3), np.uint8)
    ten = np.zeros(10, np.float32)
    state.set_looked(Looked("lenet5", state.layer, state.picture, seen, maps, ten, ten, 0.01))
    qtbot.wait(5)


@pytest.fixture
def live_desk(desk: Desk) -> Iterator[Desk]:  # noqa: F811
    desk.state.set_model(lenet_facts())
    yield desk
    desk.live.stop()


def test_only_the_newest_frame_is_looked_at(live_desk: Desk, qtbot: QtBot) -> None:
    tape = Tape()
    live_desk.live.start(tape)
    for shade in (10, 20, 30, 40):
        tape.arrived.emit(frame(shade))
    assert level(live_desk) == 10  # the others wait for the network's answer
    answer(live_desk, qtbot)
    assert level(live_desk) == 40
    assert live_desk.live.dropped == 2
    answer(live_desk, qtbot)
    assert level(live_desk) == 40
    looks = engine_of(live_desk).asked_for(Look)
    assert [int(look.picture.pixels[-1, -1, 0]) for look in looks] == [10, 40]


def test_a_look_that_failed_does_not_stop_the_stream(
    live_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnnviz_app.ui.live.live._PATIENCE", 0.0)
    tape = Tape()
    live_desk.live.start(tape)
    tape.arrived.emit(frame(10))
    tape.arrived.emit(frame(20))
    assert level(live_desk) == 20


def test_freezing_keeps_the_frame_at_its_full_size(live_desk: Desk) -> None:
    tape = Tape()
    live_desk.live.start(tape)
    tape.arrived.emit(frame(10))
    assert live_desk.state.picture is not None
    assert live_desk.state.picture.height == 224
    live_desk.live.freeze(True)
    assert tape.held
    assert live_desk.state.picture.height == 480
    tape.arrived.emit(frame(90))
    assert level(live_desk) == 10
    live_desk.live.freeze(False)
    tape.arrived.emit(frame(90))
    assert not tape.held


def test_a_camera_is_a_mirror_until_told_otherwise(live_desk: Desk) -> None:
    tape = Tape(mirrors=True)
    live_desk.live.start(tape)
    tape.arrived.emit(frame(10, 224, 224))
    assert live_desk.state.picture is not None
    assert live_desk.state.picture.pixels[0, -1, 0] == 255
    live_desk.live.freeze(True)
    live_desk.live.mirror(False)
    live_desk.live.freeze(False)


def test_another_picture_ends_the_stream(live_desk: Desk) -> None:
    tape = Tape()
    live_desk.live.start(tape)
    tape.arrived.emit(frame(10))
    live_desk.pictures.show(picture("mine", 3, "builtin:mine"))
    assert live_desk.live.feed is None
    assert tape.stopped
    assert live_desk.state.picture is not None
    assert live_desk.state.picture.name == "mine"


def test_trouble_is_one_sentence_and_the_picture_stays(live_desk: Desk) -> None:
    tape = Tape()
    live_desk.live.start(tape)
    tape.arrived.emit(frame(10))
    tape.broke.emit("The camera stopped.", "Check its cable.")
    assert live_desk.live.feed is None
    assert live_desk.messages.history[-1].title == "The camera stopped."
    assert level(live_desk) == 10


def test_a_machine_without_a_camera_says_so(
    live_desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnnviz_app.ui.live.camera.cameras", list)
    starting.start_camera(live_desk)
    assert live_desk.messages.history[-1].title == "No camera was found."
    assert live_desk.live.feed is None
    owner = QWidget()
    qtbot.addWidget(owner)
    menu = QMenu(owner)
    starting.fill_menu(menu, live_desk, owner)
    texts = [action.text() for action in menu.actions()]
    assert "No camera is connected" in texts
    assert "Video file…" in texts


def test_a_drawing_is_followed_while_the_hand_moves(live_desk: Desk, qtbot: QtBot) -> None:
    state, engine = live_desk.state, engine_of(live_desk)
    panel = PicturePanel(live_desk)
    qtbot.addWidget(panel)
    panel.resize(360, 520)
    panel.show()
    live_desk.pictures.show(picture("mine", 3, "builtin:mine"))
    live_desk.view.asked_drawing.emit()
    (paper,) = panel.findChildren(_Paper)
    looks = len(engine.asked_for(Look))
    QTest.mousePress(paper, Qt.MouseButton.LeftButton, pos=QPoint(120, 60))
    QTest.mouseMove(paper, QPoint(120, 90))
    for y in range(100, 240, 10):
        moved = QMouseEvent(QEvent.Type.MouseMove, QPointF(120, y), QPointF(120, y),
                            Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, NONE)  # fmt: skip
        QApplication.sendEvent(paper, moved)
    assert len(engine.asked_for(Look)) == looks + 1, "the first point waits for its answer"
    first = engine.last(Look)
    assert isinstance(first.job.request, Look)
    maps = np.ones(state.model.map_shapes[state.layer], np.float32)
    ten = np.zeros(10, np.float32)
    engine.finish(Look, Looked("lenet5", state.layer, first.job.request.picture,
                               np.zeros((28, 28, 3), np.uint8), maps, ten, ten, 0.01))  # fmt: skip
    assert state.looked is not None
    assert state.looked.picture.content_id != state.picture.content_id, "shown on the way"
    assert engine.asked_for(Look)[-1].picture is state.picture, "and then the newest"
    assert len(engine.asked_for(Look)) == looks + 2


def make_video(path: Path, shades: tuple[int, ...], side: int = 96) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = side, side, "yuv420p"
        for shade in shades:
            pixels = np.full((side, side, 3), shade, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


@quiet
def test_a_video_file_plays_and_begins_again(
    live_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "fade.mp4", tuple(range(20, 220, 10)))
    seen: list[int] = []
    feed = VideoFeed(path)
    feed.arrived.connect(lambda image: seen.append(image.pixelColor(48, 48).red()))
    live_desk.live.start(feed)
    # brighter and brighter, then dark again: it has begun anew
    qtbot.waitUntil(lambda: any(b < a - 60 for a, b in itertools.pairwise(seen)), timeout=8000)
    assert max(seen) > 150
    assert live_desk.state.picture is not None
    assert live_desk.state.picture.origin == ORIGIN
    live_desk.live.stop()


@quiet
def test_a_video_dropped_on_the_picture_plays_there(
    live_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "grey.mp4", (120,) * 10)
    panel = PicturePanel(live_desk)
    qtbot.addWidget(panel)
    panel._view.dropped.emit([str(path)])
    assert isinstance(live_desk.live.feed, VideoFeed)
    assert not panel._live.isHidden()
    qtbot.waitUntil(
        lambda: live_desk.state.picture is not None and live_desk.state.picture.origin == ORIGIN,
        timeout=8000,
    )
    assert abs(level(live_desk) - 120) < 8
    live_desk.live.stop()
    assert panel._live.isHidden()


@quiet
@pytest.mark.parametrize("content", [b"", b"this is no video at all" * 40])
def test_a_file_that_is_no_video_gets_a_sentence(
    live_desk: Desk, qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    open_any(live_desk, path)
    qtbot.waitUntil(lambda: live_desk.live.feed is None, timeout=8000)
    assert "broken.mp4" in live_desk.messages.history[-1].title
    assert len(live_desk.messages.history) == 1


def test_a_file_that_is_gone_gets_a_sentence(live_desk: Desk, tmp_path: Path) -> None:
    open_any(live_desk, tmp_path / "gone.mp4")
    assert live_desk.messages.history[-1].title == "gone.mp4 does not exist."
    assert live_desk.live.feed is None


def test_the_screen_is_looked_at(live_desk: Desk, qtbot: QtBot) -> None:
    screen = QGuiApplication.primaryScreen()
    feed = ScreenFeed(screen, QRect(0, 0, 64, 48))
    assert feed.title == "Screen, 64 × 48"
    got: list[object] = []
    feed.arrived.connect(got.append)
    feed.broke.connect(lambda *words: got.append(words))
    feed.start()
    feed.stop()
    assert len(got) == 1


def test_a_slideshow_turns_pages_until_frozen(live_desk: Desk, qtbot: QtBot) -> None:
    live_desk.pictures.show_builtin("cat")
    starting.start_slideshow(live_desk, 0.03)
    qtbot.waitUntil(
        lambda: live_desk.state.picture is not None
        and live_desk.state.picture.origin != "builtin:cat",
        timeout=3000,
    )
    assert live_desk.live.feed is not None  # its own pictures do not end it
    live_desk.live.freeze(True)
    before = live_desk.state.picture
    qtbot.wait(90)
    assert live_desk.state.picture is before


def test_a_place_for_one_frame() -> None:
    place: Latest[int] = Latest()
    assert place.take() is None
    place.put(1)
    place.put(2)
    assert (place.take(), place.take(), place.dropped) == (2, None, 1)


def test_the_rate_is_taken_over_the_last_moment() -> None:
    now = [0.0]
    rate = Rate(lambda: now[0])
    assert rate.per_second == 0
    for number in range(60):
        now[0] = number / 20
        rate.tick()
    assert rate.per_second == pytest.approx(20)
    now[0] += 10
    assert rate.per_second == 0
