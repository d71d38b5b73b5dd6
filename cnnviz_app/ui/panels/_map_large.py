"""One unit's map as large as fits, with the value under the cursor."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.lab.requests import Looked, Values
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.theme import color, px, theme
from cnnviz_app.ui.widgets.base import PaintedWidget, number, painter_for, to_qimage
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.labels import Label


class MapView(PaintedWidget):
    """Cells as hard squares; hovering one sets the selection's position."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._map: Values | None = None
        self._signed = False
        self._gamma = 1.0
        self._name = desk.settings.values.sequential_map
        self.setMouseTracking(True)
        self.setAccessibleName("Map of the selected unit")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        desk.state.position_changed.connect(lambda _position: self.update())

    def set_map(self, values: Values | None, signed: bool) -> None:
        self._map, self._signed = values, signed
        self.update()

    def set_look(self, gamma: float, name: str) -> None:
        self._gamma, self._name = gamma, name
        self.update()

    @property
    def scale(self) -> tuple[str, float, float]:
        """Name and ends of the colour map in use."""
        if self._map is None:
            return self._name, 0.0, 1.0
        if self._signed:
            high = float(np.abs(self._map).max()) or 1.0
            return "poles", -high, high
        return self._name, 0.0, float(self._map.max()) or 1.0

    def sizeHint(self) -> QSize:
        return QSize(px(480), px(480))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(80))

    def _frame(self) -> QRectF:
        assert self._map is not None
        height, width = self._map.shape
        side = min(self.width() / width, self.height() / height)
        size = QRectF(0, 0, side * width, side * height)
        size.moveCenter(QRectF(self.rect()).center())
        return size

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._map is None:
            return
        painter = painter_for(self)
        frame = self._frame()
        name, low, high = self.scale
        values = self._map
        if not self._signed and self._gamma != 1.0:
            values = high * np.power(np.clip(values / high, 0, 1), self._gamma)
        pixels = colormaps.apply(values, name, low, high, theme().is_dark)
        painter.drawImage(frame, to_qimage(pixels))
        position = self._desk.state.position
        if position is not None:
            side = frame.height() / values.shape[0]
            cell = QRectF(frame.left() + position[1] * side, frame.top() + position[0] * side,
                          side, side)  # fmt: skip
            painter.setPen(QPen(color("halo"), px(4)))
            painter.drawRect(cell)
            painter.setPen(QPen(color("sel"), px(2)))
            painter.drawRect(cell)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        if self._map is None:
            return None
        frame = self._frame()
        side = frame.height() / self._map.shape[0]
        y = int((point.y() - frame.top()) // side)
        x = int((point.x() - frame.left()) // side)
        inside = 0 <= y < self._map.shape[0] and 0 <= x < self._map.shape[1]
        return (y, x) if inside else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._desk.state.set_position(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._desk.state.set_position(None)


class MapLarge(QWidget):
    """The map, its colour bar and a line that reads the value under the cursor."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._looked: Looked | None = None
        self._signed = False
        self.view = MapView(desk)
        self._words = Label("", "body", "t2")
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._bar = ColourBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view, 1)
        column.addWidget(self._words)
        column.addWidget(self._bar)
        desk.state.position_changed.connect(self._on_position)

    def show_looked(self, looked: Looked, signed: bool) -> None:
        self._looked, self._signed = looked, signed
        self.show_unit(self._desk.state.unit)

    def show_unit(self, unit: int) -> None:
        if self._looked is None or unit >= len(self._looked.maps):
            return
        self.view.set_map(self._looked.maps[unit], self._signed)
        self._bar.set_scale(*self.view.scale)
        self._on_position(self._desk.state.position)

    def set_gamma(self, gamma: float) -> None:
        self.view.set_look(gamma, self._desk.settings.values.sequential_map)

    def set_map_name(self, name: str) -> None:
        self.view.set_look(self._desk.view.view.gamma, name)
        self._bar.set_scale(*self.view.scale)

    def _on_position(self, position: tuple[int, int] | None) -> None:
        unit = self._desk.state.unit
        if self._looked is None or unit >= len(self._looked.maps):
            return
        values = self._looked.maps[unit]
        if position is not None and position[0] < values.shape[0] and position[1] < values.shape[1]:
            value = number(float(values[position]))
            self._words.setText(f"unit {unit}   y {position[0]}, x {position[1]}   {value}")
        else:
            self._words.setText(f"unit {unit}   maximum {number(float(values.max()))}")
