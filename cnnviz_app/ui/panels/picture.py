"""The picture as the network sees it, with the selected unit's field and map on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.sources import builtin
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.drawing_pad import DrawingPad
from cnnviz_app.ui.fields_of_view import field_of_view
from cnnviz_app.ui.live.starting import fill_menu
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._live_bar import LiveBar
from cnnviz_app.ui.panels._top_classes import TopClasses
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.view_options import View
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.thumb_strip import ThumbStrip


@panel("picture", "Picture", "image")
class PicturePanel(Panel):
    """What the network is looking at. Drop a picture or a folder here, paste one, draw one, or take
    one of those below. O lays the selected map over it, R shows where the unit looks."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._view = PictureView(
            pixels="auto", accept_drops=True, placeholder="Drop a picture here", name="Picture"
        )
        self._view.dropped.connect(self._on_dropped)
        self._view.hovered.connect(self._on_hovered)
        self._view.left.connect(lambda: desk.state.set_position(None))
        self._pad = DrawingPad()
        self._pad.drawn.connect(desk.pictures.show)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._view)
        self._stack.addWidget(self._pad)
        self._name = Label("", "strong", elide=True)
        self._facts = Label("", "caption", "t3", elide=True)
        self._thumbs = ThumbStrip()
        self._thumbs.chosen.connect(desk.pictures.show_builtin)
        self._classes = TopClasses(desk)
        self._live = LiveBar(desk.live)
        column = QVBoxLayout(self)
        column.addWidget(self._stack, 1)
        column.addWidget(self._live)
        column.addWidget(self._name)
        column.addWidget(self._facts)
        column.addWidget(self._thumbs)
        column.addWidget(self._classes)
        self._column = column
        self._make_buttons()
        state = desk.state
        state.picture_changed.connect(self._on_picture)
        state.looked_changed.connect(self._refresh)
        state.unit_changed.connect(self._refresh_marks)
        state.position_changed.connect(self._refresh_marks)
        desk.view.changed.connect(self._on_view)
        desk.view.asked_drawing.connect(lambda: self._draw.setChecked(True))
        theme().changed.connect(self._restyle)
        self._restyle()
        self._thumbs.set_pictures(
            [(name, builtin.title(name), partial(builtin.thumbnail, name))
             for name in builtin.names()]
        )  # fmt: skip
        self._on_view(desk.view.view)
        if state.picture is not None:
            self._on_picture(state.picture)

    def _make_buttons(self) -> None:
        view = self.desk.view
        self._overlay = IconButton(
            "overlay", "Map over the picture  (O)", checkable=True, small=True
        )
        self._overlay.clicked.connect(lambda on: view.update(overlay=bool(on)))
        self._field = IconButton(
            "receptive-field", "Receptive field  (R)", checkable=True, small=True
        )
        self._field.clicked.connect(lambda on: view.update(field=bool(on)))
        self._draw = IconButton("draw", "Draw a picture", checkable=True, small=True)
        self._draw.toggled.connect(self._on_draw)
        self._moving = IconButton("camera", "Camera, video, screen, slideshow  (C)", small=True)
        self._moving.clicked.connect(self._on_moving)
        self._open = IconButton("folder", "Open a picture or drop a folder  (Ctrl O)", small=True)
        self._open.clicked.connect(self._on_open)

    def title_buttons(self) -> list[QWidget]:
        return [self._overlay, self._field, self._draw, self._moving, self._open]

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        picture = self.desk.state.picture
        return picture.pixels if picture is not None else None

    # ---- following the selection

    def _on_picture(self, picture: object) -> None:
        current = self.desk.state.picture
        if current is None:
            return
        self._name.setText(current.name)
        self._thumbs.set_current(current.origin.removeprefix("builtin:"))
        if current.origin != "drawing" and self._draw.isChecked():
            self._draw.setChecked(False)
        self._refresh()

    def _refresh(self, *_: object) -> None:
        state = self.desk.state
        current = state.picture
        if current is None:
            return
        seen = state.looked.seen if state.looked is not None else None
        if seen is not None:
            self._view.set_picture(seen)
            how = "" if seen.shape == current.pixels.shape else ", scaled and cropped"
            grey = ", grey" if state.model is not None and state.model.input[0] == 1 else ""
            self._facts.setText(f"enters as {seen.shape[1]} × {seen.shape[0]}{grey}{how}")
        elif state.model is None:
            self._view.set_picture(current.pixels)
            self._facts.setText(f"{current.width} × {current.height}")
        self._refresh_marks()

    def _refresh_marks(self, *_: object) -> None:
        state, view = self.desk.state, self.desk.view.view
        marks = field_of_view(state) if view.field else None
        if marks is None:
            self._view.set_boxes(None)
        else:
            self._view.set_boxes(marks.field, marks.cell, marks.label)
        looked = state.looked
        if not view.overlay or looked is None or state.unit >= len(looked.maps):
            self._view.set_overlay(None)
            return
        values = looked.maps[state.unit]
        high = float(np.abs(values).max()) or 1.0
        name, low = self.desk.settings.values.sequential_map, 0.0
        if (values < 0).any():
            name, low = "poles", -high
        layer = colormaps.lit(values, name, low, high, np.abs(values) / high)
        self._view.set_overlay(layer, strength=view.overlay_alpha)

    def _on_view(self, view: View) -> None:
        self._overlay.setChecked(view.overlay)
        self._field.setChecked(view.field)
        self._refresh_marks()

    def _on_hovered(self, x: int, y: int) -> None:
        """The pointer on the picture selects the cell that stands for this place."""
        looked = self.desk.state.looked
        if looked is None or looked.maps.shape[1] * looked.maps.shape[2] == 1:
            return
        rows, columns = looked.seen.shape[:2]
        height, width = looked.maps.shape[1:]
        cell = (min(height - 1, y * height // rows), min(width - 1, x * width // columns))
        self.desk.state.set_position((max(0, cell[0]), max(0, cell[1])))

    def _on_dropped(self, paths: list[str]) -> None:
        from cnnviz_app.ui.opening import open_any

        for path in paths:
            open_any(self.desk, Path(path))

    def _on_draw(self, on: bool) -> None:
        self._stack.setCurrentWidget(self._pad if on else self._view)
        if on:
            self._pad.clear()

    def _on_moving(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_menu(menu, self.desk, self)
        menu.popup(self._moving.mapToGlobal(self._moving.rect().bottomLeft()))

    def _on_open(self) -> None:
        start = self.desk.settings.values.folder
        name, _ = QFileDialog.getOpenFileName(self, "Open a picture", start)
        if name:
            self._on_dropped([name])

    # ---- sizes

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(12))
        self._column.setSpacing(px(6))
        self._name.setAlignment(Qt.AlignmentFlag.AlignLeft)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In the compact window the bars stand under the picture instead of the thumbs."""
        compact = self.desk.view.compact
        self._classes.setVisible(compact)
        self._thumbs.setVisible(not compact)
        self._facts.setVisible(not compact)
        self._name.setVisible(not compact)
        self._stack.setMaximumHeight(self.width() if compact else 16777215)
