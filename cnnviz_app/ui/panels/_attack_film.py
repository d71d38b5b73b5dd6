"""A picture as large as the window, to be filmed, and what the network says to the film."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.requests import Looked, Pixels
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.live.live import ORIGIN
from cnnviz_app.ui.panels._attack_looks import ORIGINAL, PAPER, SCREEN, Tally
from cnnviz_app.ui.panels._attack_words import name_of
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import follow_theme, painter_for, percent
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.segmented import Segmented

HINT = "Point the camera so that the picture fills its view"
PAGES = ((SCREEN, "Attacked"), (ORIGINAL, "Original"), (PAPER, "A print"))


class FilmSheet(QWidget):
    """Covers the window; Esc or Done close it, and what was counted is told then.

    Signals:
        finished: the tallies by what was shown.
    """

    finished = Signal(object)

    def __init__(
        self, desk: Desk, window: QWidget, pictures: tuple[Pixels | None, Pixels],
        labels: Sequence[str], fooled: Callable[[int], bool],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._desk, self._window, self._pictures = desk, window, pictures
        self._labels, self._fooled = labels, fooled
        self.tallies = {key: Tally() for key in (SCREEN, ORIGINAL, PAPER)}
        # A mirrored film of a picture would be another picture.
        self._mirrored = desk.live.mirrored
        desk.live.mirror(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("To be filmed")
        self._large = PictureView(name="To be filmed", pixels="smooth", radius=0)
        self._live = PictureView(name="What the camera sees", placeholder="no camera")
        self._pages = Segmented(PAGES if pictures[0] is not None else PAGES[::2], name="Shown")
        self._verdict = Label("", "title", elide=True)
        self._count = Label(HINT, "body", "t2", elide=True)
        self._done = Button("Done", "primary", "check")
        self._done.clicked.connect(self.close)
        self._pages.chosen.connect(self.show_page)
        words = QVBoxLayout()
        words.addStretch(1)
        words.addWidget(self._verdict)
        words.addWidget(self._count)
        words.addStretch(1)
        self._strip = QHBoxLayout()
        self._strip.addWidget(self._live)
        self._strip.addLayout(words, 1)
        self._strip.addWidget(self._pages)
        self._strip.addWidget(self._done)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._large, 1)
        self._column.addLayout(self._strip)
        desk.state.looked_changed.connect(self._on_looked)
        window.installEventFilter(self)
        follow_theme(self._restyle)
        self.show_page(SCREEN)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    @property
    def page(self) -> str:
        return self._pages.key

    def show_page(self, key: str) -> None:
        """The attacked picture, the original, or nothing of ours: somebody holds a print."""
        self._pages.set_key(key)
        self._large.set_picture({SCREEN: self._pictures[1], ORIGINAL: self._pictures[0]}.get(key))
        self._large.set_placeholder("Hold the printed picture before the camera")
        self._live.setVisible(key != PAPER)
        self._tell()

    def _on_looked(self, looked: Looked) -> None:
        if looked.picture.origin != ORIGIN:
            return
        self.tallies[self.page].add(looked)
        self._live.set_picture(looked.seen)
        if self.page == PAPER:
            self._large.set_picture(looked.seen)
        self._tell()

    def _tell(self) -> None:
        tally = self.tallies[self.page]
        if not tally.looks:
            self._verdict.setText("")
            self._count.setText(HINT)
            return
        fooled = self._fooled(tally.label)
        token = "t1" if self.page == ORIGINAL else "err" if fooled else "ok"
        self._verdict.set_token(token)
        self._verdict.setText(f"taken for {name_of(self._labels, tally.label)}")
        wrong = sum(n for label, n in tally.counts.items() if self._fooled(label))
        what = "wrong" if self.page == ORIGINAL else "fooled"
        sure = percent(tally.chance)
        self._count.setText(f"{what} in {wrong} of {tally.looks} looks, sure {sure}")

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return False

    def event(self, event: QEvent) -> bool:
        # The window's own Esc must not act behind the sheet.
        shortcut = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if shortcut and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def closeEvent(self, event: QEvent) -> None:
        self._desk.state.looked_changed.disconnect(self._on_looked)
        self._desk.live.mirror(self._mirrored)
        self.finished.emit(self.tallies)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter_for(self).fillRect(self.rect(), color("bg0"))

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._column.setSpacing(px(10))
        self._strip.setSpacing(px(12))
        self._live.setFixedSize(px(72), px(72))
        self.update()
