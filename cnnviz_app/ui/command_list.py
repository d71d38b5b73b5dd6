"""The window's own commands with their keys; panels and techniques add none here."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from cnnviz_app import paths
from cnnviz_app.ui.commands import Command
from cnnviz_app.ui.exporting import FILM_KINDS, SCRIPT, ask_export
from cnnviz_app.ui.live import starting
from cnnviz_app.ui.opening import open_model_file
from cnnviz_app.ui.workspaces import WORKSPACES

if TYPE_CHECKING:
    from cnnviz_app.ui.main_window import MainWindow


def window_commands(window: MainWindow) -> list[Command]:
    return [
        *_files(window), *_pictures(window), *_views(window), *_walks(window), *_runs(window),
        *_help(window),
    ]  # fmt: skip


def _files(window: MainWindow) -> list[Command]:
    desk = window.desk
    return [
        Command("open", "Open picture…", lambda: _ask_file(window), "File", ("Ctrl+O",), "open"),
        Command("open-folder", "Open folder of pictures…", lambda: _ask_folder(window), "File",
                ("Ctrl+Shift+O",), "folder"),
        Command("paste", "Paste picture", desk.pictures.paste, "File", ("Ctrl+V",), "image"),
        Command("save", "Save picture with its recipe…", lambda: ask_export(desk, window), "File",
                ("S", "Ctrl+S"), "save"),
        Command("save-film", "Save the run as a film…",
                lambda: ask_export(desk, window, FILM_KINDS[".mp4"]), "File", (), "film"),
        Command("save-script", "Save the script that makes this picture…",
                lambda: ask_export(desk, window, SCRIPT), "File", (), "save"),
        Command("add-model", "Add your own model…", lambda: _ask_model(window), "File", (),
                "network"),
        Command("undo-edits", "Undo all changes to the network", desk.edits.clear, "Edit", (),
                "reset"),
        Command("quit", "Quit", lambda: _quit(window), "File", ("Ctrl+Q",), "close"),
    ]  # fmt: skip


def _pictures(window: MainWindow) -> list[Command]:
    desk = window.desk
    return [
        Command("next-picture", "Next picture", lambda: desk.pictures.walk(1), "Go", ("E",),
                "right"),
        Command("previous-picture", "Previous picture", lambda: desk.pictures.walk(-1), "Go",
                ("W",), "left"),
        Command("camera", "Camera, or back to pictures", lambda: starting.toggle_camera(desk),
                "Go", ("C",), "camera", lambda: desk.live.feed is not None),
        Command("freeze", "Freeze the live picture", desk.live.toggle_freeze, "Go", ("F",),
                "freeze", lambda: desk.live.frozen),
        Command("video", "Video file…", lambda: starting.ask_video(desk, window), "File", (),
                "film"),
        Command("screen", "Part of the screen…", lambda: starting.pick_region(desk, window),
                "File", (), "screen"),
        Command("slideshow", "Slideshow of the pictures", lambda: starting.start_slideshow(desk),
                "File", (), "images"),
    ]  # fmt: skip


def _views(window: MainWindow) -> list[Command]:
    desk = window.desk
    view = desk.view
    spaces = [
        Command(f"workspace-{w.id}", f"{w.title} workspace",
                partial(window.show_workspace, w.id), "View", (f"Ctrl+{i}",), w.icon,
                partial(window.in_workspace, w.id))
        for i, w in enumerate(WORKSPACES, start=1)
    ]  # fmt: skip
    panels = [
        Command(f"panel-{p.id}", f"Show {p.title}", partial(window.show_panel, p.id), "-",
                (), "layout")
        for p in window.panels
    ]  # fmt: skip
    return [
        *spaces,
        *panels,
        Command("reset-layout", "Reset layout", window.reset_layout, "View", (), "reset"),
        Command("theme", "Next theme", window.next_theme, "View", ("Ctrl+Shift+T",), "palette"),
        Command("larger", "Larger text", lambda: window.step_scale(1), "View",
                ("Ctrl++", "Ctrl+="), "zoom-in"),
        Command("smaller", "Smaller text", lambda: window.step_scale(-1), "View", ("Ctrl+-",),
                "zoom-out"),
        Command("normal-size", "Text at its normal size", lambda: window.step_scale(0), "View",
                ("Ctrl+0",), "fit"),
        Command("appearance", "Appearance and settings…", window.show_appearance, "View", (),
                "settings"),
        Command("full-screen", "Full screen", window.toggle_full_screen, "View", ("F11",),
                "expand", window.isFullScreen),
        Command("overlay", "Map over the picture", lambda: view.toggle("overlay"), "View", ("O",),
                "overlay", lambda: view.view.overlay),
        Command("field", "Receptive-field box", lambda: view.toggle("field"), "View", ("R",),
                "receptive-field", lambda: view.view.field),
        Command("one-map", "One map large", lambda: view.toggle("one"), "View", ("Z",), "one",
                lambda: view.view.one),
        Command("gamma", "Next gamma", view.next_gamma, "View", ("G",), "sliders"),
    ]  # fmt: skip


def _walks(window: MainWindow) -> list[Command]:
    walk = window.walk_units
    layers = window.desk.state.walk_layers
    plain = [
        ("unit-right", "Next unit", 1, 0, "Right"), ("unit-left", "Previous unit", -1, 0, "Left"),
        ("unit-down", "Unit below", 0, 1, "Down"), ("unit-up", "Unit above", 0, -1, "Up"),
        ("units-right", "Ten units on", 10, 0, "Shift+Right"),
        ("units-left", "Ten units back", -10, 0, "Shift+Left"),
    ]  # fmt: skip
    return [
        *(Command(id, title, partial(walk, x, y), "Go", (key,), "arrow-right")
          for id, title, x, y, key in plain),
        Command("next-layer", "Next layer", lambda: layers(1), "Go", ("PgDown",), "down"),
        Command("previous-layer", "Previous layer", lambda: layers(-1), "Go", ("PgUp",), "up"),
        Command("palette", "Search or run a command", window.palette_open, "Go", ("Ctrl+K",),
                "search", palette=False),
    ]  # fmt: skip


def _runs(window: MainWindow) -> list[Command]:
    runs = window.desk.runs
    return [
        Command("run", "Run or pause", runs.toggle, "Run", ("Space",), "play"),
        Command("step", "One step", runs.step, "Run", (".",), "step"),
        Command("stop", "Stop", window.escape, "Run", ("Esc",), "stop"),
        Command("dream-unit", "Dream this unit", window.dream_unit, "Run", ("D",), "dream"),
        Command("frame-back", "Frame back", lambda: runs.walk(-1), "Run", ("[",), "left"),
        Command("frame-on", "Frame forward", lambda: runs.walk(1), "Run", ("]",), "right"),
        Command("frame-first", "First frame", runs.first, "Run", ("Home",), "left"),
        Command("frame-last", "Last frame", lambda: runs.set_playhead(-1), "Run", ("End",),
                "right"),
        Command("branch", "Branch from the shown frame", runs.branch, "Run", ("B",), "branch"),
        Command("earlier-run", "Earlier run", lambda: runs.look_back(-1), "Run", ("Ctrl+Z",),
                "left"),
        Command("later-run", "Later run", lambda: runs.look_back(1), "Run", ("Ctrl+Shift+Z",),
                "right"),
        Command("wipe", "Compare with the start", window.desk.view.wipe_toggled.emit, "Run", ("X",),
                "wipe"),
        Command("panic", "Stop every job", window.desk.engine.cancel_all, "Run", ("Shift+Esc",),
                "stop"),
    ]  # fmt: skip


def _help(window: MainWindow) -> list[Command]:
    return [
        Command("start", "Start page", window.show_start, "Help", (), "explore"),
        Command("keys", "All keys", window.show_keys, "Help", ("?",), "keyboard"),
        Command("help", "Help on this panel", window.help_here, "Help", ("F1",), "help"),
        Command("log", "Open the log folder", _open_log_folder, "Help", (), "folder"),
        Command("about", "About CNNViz", window.show_about, "Help", (), "info"),
    ]  # fmt: skip


def _ask_file(window: MainWindow) -> None:
    start = window.desk.settings.values.folder
    name, _ = QFileDialog.getOpenFileName(window, "Open a picture", start)
    if name:
        window.open_path(Path(name))


def _ask_folder(window: MainWindow) -> None:
    start = window.desk.settings.values.folder
    name = QFileDialog.getExistingDirectory(window, "Open a folder of pictures", start)
    if name:
        window.open_path(Path(name))


def _ask_model(window: MainWindow) -> None:
    kinds = "Models (*.pth *.pt *.safetensors *.pt2 *.py);;All files (*)"
    name, _ = QFileDialog.getOpenFileName(window, "Add a model", "", kinds)
    if name:
        open_model_file(window.desk, Path(name))


def _open_log_folder() -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.config_dir())))


def _quit(window: MainWindow) -> None:
    window.close()
