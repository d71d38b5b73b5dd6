"""Painting where which style goes, over the photograph itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, Signal
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core import references
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import content_id
from cnnviz_app.sources import brought
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.picture_field import title
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme, to_qimage
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.region_painter import RegionPainter, Regions
from cnnviz_app.ui.widgets.slider import Slider, SliderField

NAME = "regions.png"


def levels(mask: Regions, regions: int) -> Regions:
    """Grey levels as the parameter has them: white the first region, black the last."""
    found: Regions = np.round(255.0 * (1.0 - mask / (regions - 1))).astype(np.uint8)
    return found


def from_levels(grey: Regions, regions: int) -> Regions:
    """The nearest region of each grey level."""
    found: Regions = np.round((1.0 - grey / 255.0) * (regions - 1)).astype(np.uint8)
    return found


class RegionsPage(QWidget):
    """Brush, region, softness, and the painter; every stroke is the form's value at once.

    Signals:
        done: back to the result.
    """

    done = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._own = ""
        self.painter = RegionPainter()
        self.painter.painted.connect(self._on_painted)
        self.painter.brush_changed.connect(lambda _share: self._show_brush())
        self.what = ComboBox((), name="Region to paint")
        self.what.chosen.connect(self._on_region)
        self._brush = Slider(0.01, 0.6, self.painter.brush, log=True, name="Brush")
        self._brush.moved.connect(self.painter.set_brush)
        self._feather = SliderField(8.0, (0.0, 64.0), (0.0, 500.0), unit="px", name="Feather",
                                    field_width=78)  # fmt: skip
        self._feather.value_changed.connect(lambda v: desk.runs.set_value("feather", v))
        self._undo = IconButton("reset", "Take back the last stroke  (Ctrl Z)")
        self._undo.clicked.connect(self.painter.undo)
        self._clear = IconButton("trash", "Clear the regions")
        self._clear.clicked.connect(self.clear)
        close = Button("Done", "normal", "check")
        close.clicked.connect(self.done)
        self._words = [Label("Brush", "body", "t2"), Label("Feather", "body", "t2")]
        row = QHBoxLayout()
        for widget, share in ((self.what, 0), (self._words[0], 0), (self._brush, 1),
                              (self._words[1], 0), (self._feather, 2), (self._undo, 0),
                              (self._clear, 0), (close, 0)):  # fmt: skip
            row.addWidget(widget, share)
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.painter, 1)
        self._column = column
        desk.runs.values_changed.connect(self._on_values)
        desk.state.picture_changed.connect(lambda _picture: self._on_picture())
        follow_theme(self._restyle)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_picture()

    def clear(self) -> None:
        """No regions: the style goes everywhere."""
        self.painter.fill(0)
        self._own = ""
        self.desk.runs.set_value("mask", "")

    def _on_picture(self) -> None:
        picture = self.desk.state.picture
        if picture is not None and self.isVisible():
            self.painter.set_picture(picture.pixels)
            self._own = "?"
            self._on_values(self.desk.runs.values)

    def _on_values(self, values: dict[str, object]) -> None:
        if "mask" not in values or not self.isVisible():
            return
        styles = references.split(str(values.get("style", "")))
        alone = len(styles) < 2
        self.painter.set_regions(len(styles), keeps_photo=alone)
        names = [title(name) for name in styles] or ["the style"]
        offered = [f"Paint {name}" for name in names]
        if alone:
            offered.append("Keep the photo")
        self.what.set_choices([(str(k), words) for k, words in enumerate(offered)],
                              str(self.painter.region))  # fmt: skip
        self._feather.set_value(float(str(values["feather"])))
        picture = self.desk.state.picture
        if picture is not None:
            side = max(picture.width, picture.height)
            self.painter.set_feather(self._feather.value / side)
        self._load(str(values["mask"]))

    def _load(self, value: str) -> None:
        if value == self._own:
            return
        self._own = value
        image = QImage(value) if value else QImage()
        if image.isNull():
            self.painter.set_mask(None)
            return
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        rows = np.frombuffer(grey.constBits(), np.uint8)
        found = rows.reshape(grey.height(), grey.bytesPerLine())[:, : grey.width()]
        self.painter.set_mask(from_levels(found, self.painter.regions))

    def _on_region(self, key: str) -> None:
        self.painter.region = int(key)
        self.painter.update()

    def _on_painted(self) -> None:
        mask = self.painter.cells
        if not mask.any():
            self._own = ""
            self.desk.runs.set_value("mask", "")
            return
        grey = levels(mask, self.painter.regions)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        to_qimage(grey).save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, Qt wants str
        try:
            path = brought.keep(bytes(buffer.data().data()), content_id(grey), NAME)
        except (OSError, UserError) as error:
            self.desk.messages.warn("The regions could not be kept.", str(error))
            return
        self._own = str(path)
        self.desk.runs.set_value("mask", self._own)

    def _show_brush(self) -> None:
        self._brush.set_value(self.painter.brush)

    def resizeEvent(self, event: object) -> None:
        for label in self._words:
            label.setVisible(self.width() >= px(760))
        self._brush.setVisible(self.width() >= px(560))

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._column.setSpacing(px(8))
