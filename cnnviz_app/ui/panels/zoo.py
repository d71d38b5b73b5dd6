"""The zoo at a glance: how well each network does against what it costs."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from cnnviz_app.nets.entry import Entry
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.panels._zoo_plot import YEARS, ZooPlot, year_colour
from cnnviz_app.ui.panels._zoo_scale import points
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    follow_theme,
    painter_for,
    text,
    text_width,
)
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.floating import FloatingCard
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented

AXES = (("operations", "Operations"), ("parameters", "Parameters"), ("size", "Size"))
X_TITLES = {
    "operations": "operations for one picture, GMAC",
    "parameters": "parameters, millions",
    "size": "weights file, MB",
}
Y_TITLE = "top-1 on ImageNet, %"


class _HoverCard(FloatingCard):
    """Title and figures of the network under the pointer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = ""
        self._lines: list[tuple[str, str]] = []

    def show_entry(self, entry: Entry, anchor: QRect) -> None:
        self._title = f"{entry.title}, {entry.year}" if entry.year else entry.title
        state = "on this computer" if entry.available else "to download"
        self._lines = [
            ("top-1", words.accuracy(entry.top1)),
            ("operations", words.gmacs(entry.gflops)),
            ("parameters", words.count(entry.params)),
            (state, words.size(entry.size_bytes)),
        ]
        wide = max(
            text_width(self._title, "strong"),
            *(text_width(a + b, "caption") + px(24) for a, b in self._lines),
        )
        self.set_body_size(wide + 2 * px(10), px(18) + len(self._lines) * px(17) + 2 * px(9))
        self.show_near(anchor)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        line = QRect(body.left() + px(10), body.top() + px(9), body.width() - 2 * px(10), px(18))
        text(painter, line, self._title, "strong")
        line.setHeight(px(17))
        line.translate(0, px(2))
        for name, value in self._lines:
            line.translate(0, px(17))
            text(painter, line, name, "caption", "t2")
            text(painter, line, value, "caption", "t1", Qt.AlignmentFlag.AlignRight)


class _YearBar(PaintedWidget):
    """Which colour is which year."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Colours: families of {YEARS[0]} to {YEARS[1]}")
        self.restyle()

    def restyle(self) -> None:
        self.setFixedSize(px(130), px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        low, high = YEARS
        wide = self.width() / (high - low + 1)
        for step, year in enumerate(range(low, high + 1)):
            painter.fillRect(QRectF(step * wide, 0, wide + 1, px(8)), year_colour(year))
        line = QRect(0, px(10), self.width(), px(15))
        text(painter, line, str(low), "micro", "t2")
        text(painter, line, str(high), "micro", "t2", Qt.AlignmentFlag.AlignRight)


@panel("zoo", "Zoo", "scatter", stage=True)
class Zoo(Panel):
    """Every network of torchvision by accuracy and cost; the area is the number of parameters.
    Filled ones are on this computer. Click one for its card, double-click to open it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._short, self._long = "", ""
        self._title = Label("Zoo", "display", parent=self)
        self._facts = Label("", "body", "t2", elide=True, parent=self)
        self.axis = Segmented(AXES, name="What the horizontal axis shows", parent=self)
        self.axis_list = ComboBox(AXES, "operations", name="What the horizontal axis shows",
                                  parent=self)  # fmt: skip
        self.plot = ZooPlot(self)
        self._years = _YearBar(self)
        self._caption = Label("", "caption", "t3", wrap=True, parent=self)
        self._empty = EmptyState(
            "scatter", "Looking for networks", "They come with the list of models.", parent=self
        )
        self._card = _HoverCard(self)
        self._build()
        desk.conductor.entries_changed.connect(self._refill)
        desk.choice.changed.connect(self._show_choice)
        desk.choice.activity_changed.connect(lambda name: None if name else self._refill())
        self._empty.action.connect(lambda _key: desk.conductor.list_models())
        self.axis.chosen.connect(self.show_axis)
        self.axis_list.chosen.connect(self.show_axis)
        self.plot.hovered.connect(self._on_hover)
        self.plot.chosen.connect(desk.choice.choose)
        self.plot.opened.connect(self._on_activated)
        self._refill()

    def _build(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._facts, 1, Qt.AlignmentFlag.AlignVCenter)
        self._head.addWidget(self.axis)
        self._head.addWidget(self.axis_list)
        middle = QWidget(self)
        middle.setMinimumHeight(1)
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.plot)
        self._stack.addWidget(self._empty)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(middle, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._caption, 1)
        self._foot.addWidget(self._years)
        self._column.addLayout(self._foot)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(12))
        self._foot.setSpacing(px(12))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A narrow stage has a list in place of the switch, and says less below the plot."""
        narrow = self.width() < px(520)
        self.axis.setVisible(not narrow)
        self.axis_list.setVisible(narrow)
        self._facts.setVisible(not narrow)
        self._caption.setText(self._short if narrow else self._long)

    def show_axis(self, axis: str) -> None:
        """Another cost along the horizontal axis."""
        self.axis.set_key(axis)
        self.axis_list.set_key(axis)
        self._refill()

    def _refill(self, *_: object) -> None:
        entries = self.desk.conductor.entries
        axis = self.axis.key
        shown = points(entries, axis)
        self._stack.setCurrentIndex(0 if shown else 1)
        self._years.setVisible(bool(shown))
        failed = self.desk.choice.list_failure
        if failed is not None:
            self._empty.set_content("err", "The list of models could not be read",
                                    failed.sentence, (("list", "Try again"),))  # fmt: skip
        self.plot.set_points(shown, X_TITLES[axis], Y_TITLE)
        here = sum(p.entry.available for p in shown)
        self._facts.setText(f"{len(shown)} networks, accuracy and cost" if shown else "")
        others = len(entries) - len(shown)
        left_out = (
            f" {others} bundled or own networks are left out: they know other classes."
            if others > 1 else " One network is left out: it knows other classes."
            if others == 1 else ""
        )  # fmt: skip
        self._short = "Area: parameters. Filled: here." if shown else ""
        filled = f"Area: parameters. Filled: on this computer ({here})."
        self._long = filled + left_out if shown else ""
        self._fit()
        self._show_choice()

    def _show_choice(self, *_: object) -> None:
        self.plot.set_selected(self.desk.choice.name.partition("@")[0])

    def _on_hover(self, key: str) -> None:
        entry = self.desk.choice.find(key) if key else None
        if entry is None:
            self._card.hide()
            return
        at = self.plot.mapTo(self, self.plot.place_of(key).toPoint())
        self._card.show_entry(entry, QRect(at - QPoint(px(10), px(10)), QSize(px(20), px(20))))

    def _on_activated(self, name: str) -> None:
        entry = self.desk.choice.find(name)
        if entry is not None and entry.available:
            self.desk.conductor.open_model(name)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(240), px(160))
