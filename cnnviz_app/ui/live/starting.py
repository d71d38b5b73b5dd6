"""Starting a live source: the menu, the keys and dropped files all come here.

Qt Multimedia is imported only when somebody asks for a camera or a video: it takes a while.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from cnnviz_app.ui.live.screen import BLIND, RegionPicker, ScreenFeed, grab
from cnnviz_app.ui.live.slideshow import SlideshowFeed
from cnnviz_app.ui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCameraDevice

    from cnnviz_app.ui.desk import Desk

VIDEO_ENDINGS = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ogv")
PAGES = (2, 5, 10)  # seconds


def start_camera(desk: Desk, device: QCameraDevice | None = None) -> None:
    """This camera, or the system's favourite one; where there is none, a sentence."""
    from cnnviz_app.ui.live.camera import NO_CAMERA, CameraFeed, cameras

    found = cameras() if device is None else [device]
    if not found:
        desk.messages.warn(*NO_CAMERA)
        return
    desk.live.start(CameraFeed(found[0]))


def toggle_camera(desk: Desk) -> None:
    """The camera, or back to pictures: what the key C has always done in such programs."""
    if desk.live.feed is not None:
        desk.live.stop()
    else:
        start_camera(desk)


def start_video(desk: Desk, path: Path) -> None:
    from cnnviz_app.ui.live.video import VideoFeed

    desk.live.start(VideoFeed(path))


def ask_video(desk: Desk, parent: QWidget | None = None) -> None:
    kinds = " ".join(f"*{ending}" for ending in VIDEO_ENDINGS)
    name, _ = QFileDialog.getOpenFileName(
        parent, "Open a video", desk.settings.values.folder, f"Videos ({kinds});;All files (*)"
    )
    if name:
        start_video(desk, Path(name))


def start_slideshow(desk: Desk, seconds: float = PAGES[1]) -> None:
    desk.live.start(SlideshowFeed(lambda: desk.pictures.walk(1), seconds))


def pick_region(desk: Desk, parent: QWidget) -> None:
    """Darken the screen the window is on and wait for a rectangle."""
    screen = parent.screen()
    shot = grab(screen)
    if shot.isNull():
        desk.messages.error(*BLIND)
        return
    picker = RegionPicker(screen, shot, parent)
    picker.chosen.connect(lambda where, region: desk.live.start(ScreenFeed(where, region)))
    picker.showFullScreen()
    picker.activateWindow()


def fill_menu(menu: QMenu, desk: Desk, parent: QWidget) -> None:
    """Every live source there is now; cameras are looked up each time, they come and go."""
    from cnnviz_app.ui.live.camera import cameras

    menu.clear()
    icon = theme().icon
    if desk.live.feed is not None:
        menu.addAction(icon("stop"), f"Stop {desk.live.feed.title}", desk.live.stop)
        menu.addSeparator()
    found = cameras()
    for device in found:
        menu.addAction(
            icon("camera"), device.description() or "Camera",
            partial(start_camera, desk, device),
        )  # fmt: skip
    if not found:
        menu.addAction(icon("camera"), "No camera is connected").setEnabled(False)
    menu.addAction(icon("film"), "Video file…", partial(ask_video, desk, parent))
    menu.addAction(icon("screen"), "Part of the screen…", partial(pick_region, desk, parent))
    pages = menu.addMenu(icon("images"), "Slideshow")
    for seconds in PAGES:
        pages.addAction(f"Every {seconds} seconds", partial(start_slideshow, desk, float(seconds)))
