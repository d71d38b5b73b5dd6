"""Curves that grow, in the clothes of the tokens; a thin cover over pyqtgraph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.ui.theme import color, font, px, theme

from .base import number
from .plot_legend import PlotLegend

Series = Sequence[float] | npt.NDArray[np.floating]


def _ticks(values: Sequence[float], scale: float, spacing: float) -> list[str]:
    """Our numbers in place of pyqtgraph's; what is nothing beside the spacing is zero."""
    return [number(0.0 if abs(v) < spacing * 1e-6 else v, plain=True) for v in values]


def _log_ticks(values: Sequence[float], scale: float, spacing: float) -> list[str]:
    return [number(10.0**v, plain=True) for v in values]


class LinePlot(QWidget):
    """Curves by name. Colours: "accent", "t2", "t1" … or a share of tide for ordered families."""

    def __init__(
        self,
        *,
        legend: bool = False,
        log_y: bool = False,
        log_x: bool = False,
        name: str = "Plot",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        # pyqtgraph costs a third of a second to import: only when a plot is made.
        import pyqtgraph

        self._pg: Any = pyqtgraph
        self._curves: dict[str, Any] = {}
        self._data: dict[str, tuple[list[float], list[float]]] = {}
        self._looks: dict[str, tuple[str | float, bool]] = {}
        self._bands: list[Any] = []
        self._marks: list[Any] = []
        self._current: tuple[str, float, float] | None = None
        self._log = (log_x, log_y)
        self._decades = 0
        self._legend = PlotLegend(self)
        self._legend.setVisible(legend)
        self._plot: Any = pyqtgraph.PlotWidget(background=None, parent=self)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(False, False)
        self._plot.setAntialiasing(True)
        self._plot.setLogMode(log_x, log_y)
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for side, log in (("bottom", log_x), ("left", log_y)):
            axis = self._plot.getAxis(side)
            axis.tickStrings = _log_ticks if log else _ticks
        if log_x:
            self._plot.getAxis("bottom").setTickSpacing(1, 1)  # every decade
        if log_y:
            self._plot.sigRangeChanged.connect(lambda *_: self._space_decades())
        self._dot: Any = pyqtgraph.ScatterPlotItem(pxMode=True)
        self._dot.setZValue(10)
        self._plot.addItem(self._dot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._legend)
        column.addWidget(self._plot, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        theme().changed.connect(self.restyle)
        self.restyle()

    # ---- curves

    def add_curve(
        self, name: str, look: str | float = "accent", *, dashed: bool = False
    ) -> None:
        """A new empty curve; `look` is a colour token or a share 0.36 … 0.93 of tide."""
        item = self._plot.plot([], [])
        item.setDownsampling(auto=True, method="peak")
        item.setClipToView(False)
        self._curves[name] = item
        self._data[name] = ([], [])
        self._looks[name] = (look, dashed)
        self._style_curve(name)

    def add_curve_once(self, name: str, look: str | float, *, dashed: bool = False) -> None:
        """The curve in this look, unless it is there."""
        if name not in self._curves:
            self.add_curve(name, look, dashed=dashed)

    def set_curve(self, name: str, x: Series, y: Series) -> None:
        """All points of a curve (made when there is none)."""
        if name not in self._curves:
            self.add_curve(name)
        self._data[name] = ([float(v) for v in x], [float(v) for v in y])
        self._draw(name)

    def append(self, name: str, x: float, y: float) -> None:
        """One more point, which becomes the current one."""
        if name not in self._curves:
            self.add_curve(name)
        xs, ys = self._data[name]
        xs.append(float(x))
        ys.append(float(y))
        self._draw(name)
        self.set_current(name, x, y)

    def _draw(self, name: str) -> None:
        xs, ys = self._data[name]
        y = np.asarray(ys, float)
        if self._log[1]:
            y = np.where(y > 0, y, np.nan)
        self._curves[name].setData(np.asarray(xs, float), y, connect="finite")

    def clear(self) -> None:
        """No curves, bands, marks or current point."""
        for item in (*self._curves.values(), *self._bands, *self._marks):
            self._plot.removeItem(item)
        self._curves, self._data, self._looks = {}, {}, {}
        self._bands, self._marks = [], []
        self.set_current(None)
        self._fill_legend()

    def set_current(self, name: str | None, x: float = 0.0, y: float = 0.0) -> None:
        """The 8 px point on a curve."""
        self._current = None if name is None else (name, x, y)
        if self._current is None or (self._log[1] and y <= 0):
            self._dot.setData([], [])
            return
        px_x = float(np.log10(x)) if self._log[0] and x > 0 else x
        px_y = float(np.log10(y)) if self._log[1] else y
        paint = self._paint_of(str(name))
        self._dot.setData([px_x], [px_y], size=px(8), brush=paint, pen=self._pg.mkPen(None))

    def set_bands(self, spans: Sequence[tuple[float, float]]) -> None:
        """Faint grounds behind every second octave or scale."""
        for item in self._bands:
            self._plot.removeItem(item)
        self._bands = []
        for span in spans:
            item = self._pg.LinearRegionItem(values=span, movable=False)
            item.setZValue(-10)
            self._plot.addItem(item, ignoreBounds=True)
            self._bands.append(item)
        self._style_bands()

    def set_marks(self, places: Sequence[float], token: str = "line2", dashed: bool = True) -> None:
        """Vertical hairlines, e.g. where a new scale begins; token "accent" for now."""
        for item in self._marks:
            self._plot.removeItem(item)
        self._marks = []
        for place in places:
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            item = self._pg.InfiniteLine(place, angle=90)
            item.token, item.line_style = token, style
            self._plot.addItem(item, ignoreBounds=True)
            self._marks.append(item)
        self._style_bands()

    def set_x_range(self, lo: float, hi: float) -> None:
        self._plot.setXRange(lo, hi, padding=0.02)

    def set_y_range(self, lo: float, hi: float) -> None:
        self._plot.setYRange(lo, hi, padding=0.02)

    def set_x_ticks(self, ticks: Sequence[tuple[float, str]] | None) -> None:
        self._plot.getAxis("bottom").setTicks(None if ticks is None else [list(ticks)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._space_decades()

    def _space_decades(self) -> None:
        """Every decade has its number, or every second or third where there is little height."""
        if not self._log[1]:
            return
        low, high = self._plot.viewRange()[1]
        room = max(1, (self._plot.height() - px(24)) // px(20))
        every = max(1, math.ceil((high - low) / room))
        if every != self._decades:
            self._decades = every
            self._plot.getAxis("left").setTickSpacing(every, every)

    # ---- clothes

    def _paint_of(self, name: str) -> QColor:
        look, _ = self._looks.get(name, ("accent", False))
        if isinstance(look, str):
            return color(look)
        return QColor(*colormaps.colour_at("tide", look, theme().is_dark))

    def _style_curve(self, name: str) -> None:
        _, dashed = self._looks[name]
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        pen = self._pg.mkPen(self._paint_of(name), width=2 * theme().tokens.ring, style=style)
        self._curves[name].setPen(pen)
        self._fill_legend()

    def _fill_legend(self) -> None:
        self._legend.set_entries(
            [(name, self._paint_of(name), self._looks[name][1]) for name in self._curves]
        )

    def _style_bands(self) -> None:
        for item in self._bands:
            item.setBrush(self._pg.mkBrush(color("t1", 0.04)))
            for line in item.lines:
                line.setPen(self._pg.mkPen(None))
        for item in self._marks:
            item.setPen(self._pg.mkPen(color(item.token), width=1, style=item.line_style))

    def restyle(self) -> None:
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(self._pg.mkPen(color("line2"), width=1))
            axis.setTextPen(self._pg.mkPen(color("t2")))
            axis.setTickFont(font("micro"))
            axis.setStyle(
                tickLength=3, tickTextOffset=1, maxTickLevel=0, hideOverlappingLabels=False
            )
            axis.enableAutoSIPrefix(False)
        self._plot.getAxis("left").setWidth(px(38))
        self._plot.getAxis("bottom").setHeight(px(20))
        self._plot.showGrid(x=False, y=True, alpha=0.09)
        for name in self._curves:
            self._style_curve(name)
        self._style_bands()
        if self._current is not None:
            self.set_current(*self._current)
        self._fill_legend()
        self._plot.resetCachedContent()  # the ground it was painted on has another colour now

    def sizeHint(self) -> QSize:
        return QSize(px(280), px(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(140), px(100))
