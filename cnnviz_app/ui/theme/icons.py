"""The icons of the interface: our names, the Phosphor glyphs behind them, how they are drawn."""

from __future__ import annotations

import importlib.util
import json
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

# Every icon of the window is listed here, and a test draws each one.
GLYPHS: dict[str, str] = {
    # workspaces
    "explore": "squares-four", "dream": "moon-stars", "style": "paint-brush-broad",
    "attack": "shield-warning", "learn": "graduation-cap", "models": "stack",
    # header
    "menu": "list", "search": "magnifying-glass", "present": "projector-screen",
    "settings": "gear-six", "more": "dots-three", "help": "question", "keyboard": "keyboard",
    # run
    "play": "play-fill", "pause": "pause-fill", "stop": "stop-fill", "step": "skip-forward-fill",
    "step-back": "skip-back-fill", "again": "arrow-clockwise", "branch": "git-branch",
    "timer": "timer", "dice": "dice-five", "budget": "hourglass-medium",
    # files
    "save": "download-simple", "download": "download-simple", "upload": "upload-simple",
    "open": "folder-open", "folder": "folder", "file": "file", "copy": "copy",
    "command": "terminal-window", "export": "export", "trash": "trash", "link": "link",
    # pictures
    "image": "image", "images": "image-square", "camera": "camera", "film": "film-strip",
    "screen": "monitor", "draw": "pencil", "crop": "crop", "freeze": "snowflake",
    "overlay": "stack-simple", "receptive-field": "selection-all", "wipe": "arrows-left-right",
    "zoom-in": "magnifying-glass-plus", "zoom-out": "magnifying-glass-minus",
    "fit": "corners-out", "expand": "arrows-out-simple", "columns": "columns",
    "grid": "grid-four", "one": "frame-corners", "float": "arrow-square-out",
    "eye": "eye", "eye-off": "eye-slash", "palette": "palette", "drop": "drop-half",
    "unfold": "arrows-out-line-vertical", "fold": "arrows-in-line-vertical",
    "turn": "arrows-clockwise",
    # marks
    "pin": "push-pin", "pinned": "push-pin-fill", "edit": "pencil-simple", "tag": "tag",
    "bookmark": "bookmark-simple", "check": "check", "plus": "plus", "minus": "minus",
    "close": "x", "reset": "arrow-counter-clockwise", "target": "target", "layer": "stack-simple",
    "unit": "square-fill", "sort": "sort-ascending", "filter": "funnel-simple",
    "seed": "dice-five", "key": "key", "lock": "lock-simple",
    # directions
    "left": "caret-left", "right": "caret-right", "up": "caret-up", "down": "caret-down",
    "arrow-up": "arrow-up", "arrow-down": "arrow-down", "arrow-right": "arrow-right",
    "enter": "arrow-elbow-down-left",
    # states
    "info": "info", "ok": "check-circle", "warn": "warning", "err": "x-circle",
    "wrong": "warning-circle", "offline": "wifi-slash", "shield-ok": "shield-check",
    # things
    "cpu": "cpu", "memory": "hard-drives", "speed": "lightning", "hash": "hash",
    "chart": "chart-bar", "curve": "chart-line", "scatter": "chart-pie-slice",
    "network": "tree-structure", "jobs": "queue", "training": "barbell", "layout": "layout",
    "sliders": "sliders-horizontal", "brain": "brain", "table": "table", "lesson": "book-open",
}  # fmt: skip


@lru_cache(maxsize=1)
def _phosphor() -> tuple[str, dict[str, str]]:
    """Family name and characters of the Phosphor font that comes with qtawesome.

    qtawesome itself is not imported: it brings in every Qt module and a dozen fonts, a third of a
    second before the window is there.
    """
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("qtawesome is not installed, so there are no icons")
    fonts = Path(spec.submodule_search_locations[0]) / "fonts"
    charmap = json.loads(next(fonts.glob("phosphor-charmap*.json")).read_text("utf-8"))
    number = QFontDatabase.addApplicationFont(str(next(fonts.glob("phosphor-*.ttf"))))
    family = QFontDatabase.applicationFontFamilies(number)[0]
    return family, {name: chr(int(code, 16)) for name, code in charmap.items()}


@lru_cache(maxsize=1024)
def draw(name: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """One icon as a picture of size × size logical pixels."""
    family, characters = _phosphor()
    device = max(1, round(size * ratio))
    pixmap = QPixmap(device, device)
    pixmap.fill(Qt.GlobalColor.transparent)
    font = QFont(family)
    font.setPixelSize(device)
    painter = QPainter(pixmap)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    centre = int(Qt.AlignmentFlag.AlignCenter)
    painter.drawText(pixmap.rect(), centre, characters[GLYPHS[name]])
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def make_icon(name: str, size: int, colour: str, active: str, disabled: str) -> QIcon:
    """A QIcon for menus and standard buttons, in the three states Qt asks for, at 1× and 2×."""
    icon = QIcon()
    for mode, paint in (
        (QIcon.Mode.Normal, colour),
        (QIcon.Mode.Active, active),
        (QIcon.Mode.Selected, active),
        (QIcon.Mode.Disabled, disabled),
    ):
        for ratio in (1.0, 2.0):
            icon.addPixmap(draw(name, size, paint, ratio), mode)
    return icon
