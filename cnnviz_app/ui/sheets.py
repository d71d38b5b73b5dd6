"""Small sheets over the window: all keys, appearance, about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

import cnnviz_app
from cnnviz_app.ui.commands import CommandTable
from cnnviz_app.ui.settings import MAPS, SCALES, THEMES
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import fill_round, outline, painter_for
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.chip import KeyCap
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.segmented import Segmented
from cnnviz_app.ui.widgets.toggle import Toggle

if TYPE_CHECKING:
    from cnnviz_app.ui.main_window import MainWindow

_DIM = QColor(6, 7, 9, 150)
_ARROW_WORDS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "PgDown": "PgDn"}


class Sheet(QWidget):
    """A card in the middle of the dimmed window; Esc, the cross or a click beside it close it."""

    def __init__(self, window: QWidget, title: str, content: QWidget, width: int = 640) -> None:
        for other in window.findChildren(Sheet):
            other.close()
        super().__init__(window)
        self._window = window
        self._width = width
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(title)
        self._card = QWidget(self)
        head = QHBoxLayout()
        head.addWidget(Label(title, "display"))
        head.addStretch(1)
        cross = IconButton("close", "Close (Esc)")
        cross.clicked.connect(self.close)
        head.addWidget(cross)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        content.setObjectName("scrolled")
        area.setWidget(content)
        self._content = content
        column = QVBoxLayout(self._card)
        column.setContentsMargins(px(24), px(18), px(12), px(18))
        column.setSpacing(px(12))
        column.addLayout(head)
        column.addWidget(area, 1)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.setGeometry(self._window.rect())
        width = min(px(self._width), self.width() - px(24))
        inside = width - px(36)
        content = self._content
        tall = content.heightForWidth(inside) if content.hasHeightForWidth() else -1
        wanted = max(tall, 0) or content.sizeHint().height()
        wanted += px(100)
        height = min(wanted, self.height() - px(48))
        self._card.setGeometry(
            (self.width() - width) // 2, (self.height() - height) // 2, width, height
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def event(self, event: QEvent) -> bool:
        # The window's own Esc must not act behind an open sheet.
        shortcut = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if shortcut and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        painter.fillRect(self.rect(), _DIM)
        card = QRectF(self._card.geometry())
        fill_round(painter, card, px(12), color("bg2"))
        outline(painter, card, px(12), color("line2"))


def show_sheet(window: MainWindow, title: str, lines: list[tuple[str, str]]) -> Sheet:
    """A table of two columns; a line without a second part is a heading."""
    content = QWidget()
    grid = QGridLayout(content)
    grid.setContentsMargins(0, 0, px(12), 0)
    grid.setHorizontalSpacing(px(16))
    grid.setVerticalSpacing(px(6))
    for row, (left, right) in enumerate(lines):
        if not right:
            grid.addWidget(SectionLabel(left), row, 0, 1, 2)
        else:
            grid.addWidget(Label(left, "body", "t2"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(right, "body", "t1", wrap=True), row, 1)
    grid.setRowStretch(len(lines), 1)
    grid.setColumnStretch(1, 1)
    return Sheet(window, title, content)


def key_lines(commands: CommandTable) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for menu in ("Go", "Run", "View", "File", "Help"):
        keyed = [c for c in commands.of_menu(menu) if c.keys]
        lines += [(menu, ""), *((c.title, "  ".join(c.keys)) for c in keyed)]
    return lines


def show_keys(window: MainWindow, commands: CommandTable) -> Sheet:
    """All keys in two columns: walking and running at the left, the rest at the right."""
    lines = key_lines(commands)
    middle = next(i for i, (words, keys) in enumerate(lines) if words == "View" and not keys)
    content = QWidget()
    columns = QHBoxLayout(content)
    columns.setContentsMargins(0, 0, px(12), 0)
    columns.setSpacing(px(32))
    for part in (lines[:middle], lines[middle:]):
        side = QWidget()
        grid = QGridLayout(side)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(4))
        for row, (words, keys) in enumerate(part):
            if keys:
                grid.addWidget(Label(words, "body", "t2"), row, 0)
                grid.addWidget(_caps(keys), row, 1)
            else:
                heading = SectionLabel(words)
                heading.setContentsMargins(0, px(10) if row else 0, 0, px(2))
                grid.addWidget(heading, row, 0, 1, 2)
        grid.setRowStretch(len(part), 1)
        columns.addWidget(side, 1)
    return Sheet(window, "Keys", content, width=860)


def about_lines() -> list[tuple[str, str]]:
    from PySide6 import __version__ as pyside

    return [
        ("Version", f"CNNViz {cnnviz_app.__version__}, Qt {pyside}"),
        ("Code", "MIT licence. Nothing leaves this computer, and nothing is needed from outside."),
        ("Weights",
         "The bundled colour networks were trained by this project on pictures derived from "
         "ImageNet, for research and education; the digits network on MNIST (CC BY-SA 3.0) and "
         "generated strokes. Each model's card says more."),
        ("Photographs", "From the scikit-image package; their licences are listed there."),
        ("Icons", "Phosphor (MIT), through the qtawesome package."),
    ]  # fmt: skip


def _caps(keys: str) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(px(4))
    for key in keys.split("  "):
        # "Ctrl++" is the plus key: only the joining signs become spaces.
        parts = (
            [part or "+" for part in key.replace("++", "+").split("+")] if len(key) > 1 else [key]
        )
        layout.addWidget(KeyCap(" ".join(_ARROW_WORDS.get(part, part) for part in parts)))
    layout.addStretch(1)
    return row


def show_appearance(window: MainWindow) -> Sheet:
    """Theme, text size, colour map, motion, privacy of recipes."""
    settings = window.desk.settings
    values = settings.values
    content = QWidget()
    grid = QGridLayout(content)
    grid.setContentsMargins(0, 0, px(12), 0)
    grid.setVerticalSpacing(px(12))
    grid.setHorizontalSpacing(px(16))
    themes = Segmented([(t, t.capitalize()) for t in THEMES], THEMES.index(values.theme),
                       name="Theme")  # fmt: skip
    themes.chosen.connect(lambda key: settings.update(theme=key))
    scales = Segmented([(str(s), f"{s}") for s in SCALES], SCALES.index(values.scale),
                       name="Text size in percent")  # fmt: skip
    scales.chosen.connect(lambda key: settings.update(scale=int(key)))
    maps = Segmented([(m, m.capitalize()) for m in MAPS], MAPS.index(values.sequential_map),
                     name="Colours of maps")  # fmt: skip
    maps.chosen.connect(lambda key: settings.update(sequential_map=key))
    calm = Toggle(name="Reduce motion")
    calm.setChecked(values.reduce_motion)
    calm.toggled.connect(lambda on: settings.update(reduce_motion=on))
    sources = Toggle(name="Keep source pictures in saved files")
    sources.setChecked(values.recipe_sources)
    sources.toggled.connect(lambda on: settings.update(recipe_sources=on))
    rows = (
        ("Theme", themes), ("Text size, %", scales), ("Colours of maps", maps),
        ("Reduce motion", calm), ("Source pictures inside saved files", sources),
    )  # fmt: skip
    for row, (words, editor) in enumerate(rows):
        grid.addWidget(Label(words, "body", "t2"), row, 0)
        grid.addWidget(editor, row, 1, Qt.AlignmentFlag.AlignLeft)
    grid.setRowStretch(len(rows), 1)
    return Sheet(window, "Appearance", content, width=720)
