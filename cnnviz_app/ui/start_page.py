"""The start page: six places to begin, over the live window, until a choice or Esc."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cnnviz_app.ui.start_places import PLACES, open_place
from cnnviz_app.ui.start_tiles import Board, NetworkLine, StartTile
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import follow_theme, painter_for
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.picture_drop import PictureDrop

if TYPE_CHECKING:
    from cnnviz_app.ui.main_window import MainWindow

class StartPage(QWidget):
    """Covers everything below the header; `leave` dismisses it for good."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.desk
        self.setAccessibleName("Start page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tiles = [StartTile(place, i) for i, place in enumerate(PLACES, start=1)]
        for tile in self.tiles:
            tile.clicked.connect(lambda tile=tile: self.choose(tile.place.id))
        self._lines = QVBoxLayout()
        self.lines: list[NetworkLine] = []
        self._board = Board(self._make_heading(), self.tiles, self._make_side())
        self._area = QScrollArea(self)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._board.setObjectName("scrolled")
        self._area.setWidget(self._board)
        self._left = False
        self._show_networks()
        self._desk.conductor.entries_changed.connect(self._show_networks)
        self._had_picture = self._desk.state.picture is not None
        self._desk.state.picture_changed.connect(self._on_picture)
        self._desk.settings.changed.connect(self._on_setting)
        window.header.workspace_chosen.connect(self.leave)
        window.installEventFilter(self)
        follow_theme(self._place)
        self.show()
        self.raise_()
        self.setFocus()

    # ---- leaving

    def leave(self, *_: object) -> None:
        """Away with it; it comes back only when asked for."""
        if self._left:
            return
        self._left = True
        self._window.removeEventFilter(self)
        self._desk.settings.update(seen_start=True)
        self.close()

    def choose(self, id: str) -> None:
        """Open one of the places, running."""
        self.leave()
        open_place(self._window, id)

    def _on_picture(self, _picture: object) -> None:
        # The first one of a run comes by itself; any other was chosen.
        if self._had_picture:
            self.leave()
        self._had_picture = True

    def _on_setting(self, name: str) -> None:
        if name == "workspace":
            self.leave()

    # ---- parts

    def _make_heading(self) -> QWidget:
        heading = QWidget()
        column = QVBoxLayout(heading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        row = QHBoxLayout()
        row.addWidget(Label("What would you like to look inside?", "hero", elide=True), 1)
        cross = IconButton("close", "Close the start page  (Esc)")
        cross.clicked.connect(self.leave)
        row.addWidget(cross)
        column.addLayout(row)
        words = "Six places to start. Each opens running, on a network and a picture already here."
        column.addWidget(Label(words, "title", "t2", elide=True, weight=400))
        return heading

    def _make_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        drop = PictureDrop(
            "Drop anything here", icon="image", height=150,
            details="a picture, a folder, a weights file,\na Python model or a saved picture",
        )  # fmt: skip
        drop.dropped.connect(lambda files: self._open([Path(file) for file in files]))
        drop.clicked.connect(lambda: self._window.commands.run("open"))
        column.addWidget(drop)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        for words, icon, act in (
            ("Open…", "open", lambda: self._window.commands.run("open")),
            ("Draw a digit", "draw", lambda: self.choose("draw")),
        ):
            button = Button(words, "normal", icon)
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(px(10))
        column.addWidget(SectionLabel("Networks"))
        self._lines.setSpacing(px(2))
        column.addLayout(self._lines)
        self._side = side
        return side

    def _show_networks(self, *_: object) -> None:
        entries = self._desk.conductor.entries
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        here = [e for e in entries if e.source != "torchvision" and e.available][:5]
        away = sum(e.source == "torchvision" for e in entries)
        self.lines = [
            NetworkLine(e.name, e.title, e.summary, f"{e.classes} classes", "ok") for e in here
        ]
        if away:
            self.lines.append(NetworkLine(
                "", "All of torchvision", "downloads when you ask for it", f"{away} models",
                "download",
            ))  # fmt: skip
        for line in self.lines:
            line.clicked.connect(lambda line=line: self._open_network(line.network))
            self._lines.addWidget(line)
            line.show()
        # The list may come long after the page: the side is as high as it is now.
        layout = self._side.layout()
        if layout is not None:
            layout.activate()
        self._place()

    def _open_network(self, name: str) -> None:
        self.leave()
        if name:
            self._window.show_workspace("explore")
            self._desk.conductor.choose_model(name)
        else:
            self._window.show_workspace("models")

    def _open(self, files: list[Path]) -> None:
        self.leave()
        for file in files:
            self._window.open_path(file)

    # ---- events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        # Single keys would act on what lies below: here only Esc and the digits do anything.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not event.modifiers() & ~_PLAIN
            and event.key() < Qt.Key.Key_F1
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - Qt.Key.Key_1
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif 0 <= number < len(PLACES) and not event.modifiers() & ~_PLAIN:
            self.choose(PLACES[number].id)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        self._open([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def _place(self) -> None:
        header = self._window.header
        top = header.height()
        self.setGeometry(QRect(0, top, self._window.width(), self._window.height() - top))
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        edge = px(6)
        self._area.setGeometry(edge, 0, self.width() - 2 * edge, self.height() - edge)
        self._board.lay_out(self._area.width() - px(12), self._area.height() - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        painter.fillRect(self.rect(), color("bg0"))
        edge = px(6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("bg1"))
        painter.drawRoundedRect(self.rect().adjusted(edge, 0, -edge, -edge), px(8), px(8))


_PLAIN = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier


def show_start(window: MainWindow) -> StartPage:
    """The start page over the window; one at a time."""
    present = window.findChild(StartPage)
    if present is not None:
        present.raise_()
        return present
    return StartPage(window)
