"""Painting where which style goes, over the photograph, and what is taken of each style."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core import references
from cnnviz_app.core.errors import UserError
from cnnviz_app.ui import style_parts
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.picture_field import title
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.region_painter import RegionPainter, Regions
from cnnviz_app.ui.widgets.slider import Slider, SliderField

NAME = "regions.png"
PHOTO = -1


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
        self._own = "?"
        self._side = PHOTO
        self._shown = ""
        self.painter = RegionPainter()
        self.painter.painted.connect(self._on_painted)
        self.painter.brush_changed.connect(lambda _share: self._show_brush())
        self.which = ComboBox((), name="Picture to paint on")
        self.which.chosen.connect(lambda key: self.turn_to(int(key)))
        self.what = ComboBox((), name="Region to paint")
        self.what.chosen.connect(self._on_region)
        self._brush = Slider(0.01, 0.6, self.painter.brush, log=True, name="Brush")
        self._brush.moved.connect(self.painter.set_brush)
        self._feather = SliderField(8.0, (0.0, 64.0), (0.0, 500.0), unit="px", name="Feather",
                                    field_width=78)  # fmt: skip
        self._feather.value_changed.connect(lambda v: desk.runs.set_value("feather", v))
        self._build()
        desk.runs.values_changed.connect(self._on_values)
        desk.state.picture_changed.connect(lambda _picture: self._on_values(desk.runs.values))
        follow_theme(self._restyle)

    def _build(self) -> None:
        undo = IconButton("reset", "Take back the last stroke  (Ctrl Z)")
        undo.clicked.connect(self.painter.undo)
        clear = IconButton("trash", "Clear what is painted here")
        clear.clicked.connect(self.clear)
        self._close = close = Button("Done", "normal", "check", tip="Back to the result")
        close.clicked.connect(self.done)
        self._words = [Label("Brush", "body", "t2"), Label("Feather", "body", "t2")]
        choices, tools = QHBoxLayout(), QHBoxLayout()
        choices.addWidget(self.which, 1)
        choices.addWidget(self.what, 1)
        for widget, share in ((self._words[0], 0), (self._brush, 1), (self._words[1], 0),
                              (self._feather, 1), (undo, 0), (clear, 0), (close, 0)):  # fmt: skip
            tools.addWidget(widget, share)
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.addLayout(choices, 2)
        self._bar.addLayout(tools, 3)
        self._rows = (choices, tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._bar)
        column.addWidget(self.painter, 1)
        self._column = column

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shown = ""
        self._on_values(self.desk.runs.values)

    def turn_to(self, side: int) -> None:
        """Paint on the photograph, or on one of the styles by its number."""
        self._side = side
        self._on_values(self.desk.runs.values)

    def clear(self) -> None:
        """No regions: the style goes everywhere, or all of it is taken."""
        self.painter.fill(self._nothing)
        self._own = ""
        self._tell("")

    @property
    def _nothing(self) -> int:
        """What every cell is when nothing is painted: the first style, or taken."""
        return 0 if self._side == PHOTO else 1

    # ---- what is shown

    def _on_values(self, values: dict[str, object]) -> None:
        if "mask" not in values or not self.isVisible():
            return
        styles = references.split(str(values.get("style", "")))
        names = [title(name) for name in styles]
        if self._side >= len(styles):
            self._side = PHOTO
        places = [(str(PHOTO), "On the photo")]
        places += [(str(n), f"On {name}") for n, name in enumerate(names)]
        self.which.set_choices(places, str(self._side))
        photo = self._side == PHOTO
        for widget in (self._words[1], self._feather):
            widget.setVisible(photo)
        if photo:
            self._show_photo(values, names)
        else:
            self._show_style(values, styles[self._side])

    def _show_photo(self, values: dict[str, object], names: list[str]) -> None:
        picture = self.desk.state.picture
        if picture is None:
            return
        alone = len(names) < 2
        self._show_picture(picture.content_id, picture.pixels)
        self.painter.set_regions(len(names), keeps_photo=alone)
        offered = [f"Paint {name}" for name in names or ["the style"]]
        if alone:
            offered.append("Keep the photo")
        self._offer(offered)
        self._feather.set_value(float(str(values["feather"])))
        side = max(picture.width, picture.height)
        self.painter.set_feather(self._feather.value / side)
        self._load(str(values["mask"]))

    def _show_style(self, values: dict[str, object], style: str) -> None:
        if self._shown != style:
            self._show_picture(style, style_parts.opened(style))
        self.painter.set_regions(2, keeps_photo=True, veils=True)
        self.painter.set_feather(0.0)
        self._offer(["Leave this out", "Take this part"])
        self._load(style_parts.part_of(str(values.get("style_masks", "")), self._side))

    def _offer(self, words: list[str]) -> None:
        choices = [(str(number), word) for number, word in enumerate(words)]
        self.what.set_choices(choices, str(self.painter.region))

    def _show_picture(self, name: str, pixels: Regions | None) -> None:
        if name != self._shown and pixels is not None:
            self._shown, self._own = name, "?"
            self.painter.set_picture(pixels)
            self.painter.region = 1

    def _load(self, value: str) -> None:
        if value == self._own:
            return
        self._own = value
        image = QImage(value) if value else QImage()
        if image.isNull():
            self.painter.set_mask(None, self._nothing)
            return
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        rows = np.frombuffer(grey.constBits(), np.uint8)
        found = rows.reshape(grey.height(), grey.bytesPerLine())[:, : grey.width()]
        photo = self._side == PHOTO
        cells = from_levels(found, self.painter.regions) if photo else (found > 127).view(np.uint8)
        self.painter.set_mask(cells)

    # ---- what is painted

    def _on_region(self, key: str) -> None:
        self.painter.region = int(key)
        self.painter.update()

    def _on_painted(self) -> None:
        cells = self.painter.cells
        if self._side == PHOTO:
            painted, grey = bool(cells.any()), levels(cells, self.painter.regions)
        else:
            painted, grey = bool(cells.any() and not cells.all()), cells * np.uint8(255)
        if not painted:
            self._own = ""
            self.painter.set_mask(None, self._nothing, forget=False)
            self._tell("")
            return
        try:
            name = NAME if self._side == PHOTO else style_parts.PART
            self._own = style_parts.keep(grey, name)
        except (OSError, UserError) as error:
            self.desk.messages.warn("The regions could not be kept.", str(error))
            return
        self._tell(self._own)

    def _tell(self, path: str) -> None:
        runs = self.desk.runs
        if self._side == PHOTO:
            runs.set_value("mask", path)
            return
        styles, masks = (str(runs.values.get(name, "")) for name in ("style", "style_masks"))
        runs.set_value("style_masks", style_parts.with_part(styles, masks, self._side, path))

    def _show_brush(self) -> None:
        self._brush.set_value(self.painter.brush)

    # ---- sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """One row where it is wide enough, else choices above tools."""
        wide = self.width() >= px(820)
        way = QBoxLayout.Direction
        self._bar.setDirection(way.LeftToRight if wide else way.TopToBottom)
        self._feather.slider.setVisible(wide)
        self._close.setText("Done" if wide else "")
        self._close.setAccessibleName("Done")

    def _restyle(self) -> None:
        for row in (*self._rows, self._bar, self._column):
            row.setSpacing(px(8))
        self._fit()
