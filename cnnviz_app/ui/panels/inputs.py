"""What a style transfer begins with: the photograph, the paintings, where they go, the balance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core import references
from cnnviz_app.core.images import fit_long_side
from cnnviz_app.lab.requests import TechniqueFacts
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.picture_field import PAINTINGS_FIRST, picture_menu, thumbnail, title
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.input_tile import InputTile
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.parameter_row import ParameterRow
from cnnviz_app.ui.widgets.slider import SliderField

PHOTOS_FIRST = ("Photographs", "Textures", "Paintings")
SIDE = 320
# Networks that are good painters, the best first; of these the first that is here is offered.
PAINTERS = ("torchvision/vgg19", "torchvision/vgg16", "lens-robust")
USUAL_RATIO = 0.02


@panel("inputs", "Pictures", "images")
class InputsPanel(Panel):
    """The photograph and the painting: click one to choose another, or drop a file on it. The
    slider weighs them: α is the weight of what is there, β of how it is painted. Regions says
    which style goes where."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.content = InputTile("Content", "image", "Choose a picture")
        self.painting = InputTile("Style", "style", "Choose a painting")
        self.regions = InputTile("Regions", "draw", "Paint them")
        self.content.clicked.connect(lambda: self._offer(self.content))
        self.painting.clicked.connect(lambda: self._offer(self.painting))
        self.regions.clicked.connect(desk.runs.regions_asked)
        self.content.dropped.connect(lambda paths: self.choose_content(paths[0]))
        self.painting.dropped.connect(lambda paths: self.choose_style(references.join(paths)))
        self.regions.dropped.connect(lambda paths: desk.runs.set_value("mask", paths[0]))
        tiles = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for tile in (self.content, self.painting, self.regions):
            tiles.addWidget(tile, 1)
        self._tiles = tiles
        self.balance = SliderField(
            USUAL_RATIO, (1e-4, 10.0), (0.0, None), log=True, name="α / β", field_width=74
        )
        self.balance.value_changed.connect(self._on_balance)
        self._row = ParameterRow(
            "Content to style, α / β", self.balance,
            help_text="Weight of the content against the style: to the left more painting, to "
            "the right more photograph. It moves β and leaves α.",
            below=True,
        )
        self._row.reset_asked.connect(lambda: self._on_balance(USUAL_RATIO))
        self._hint = Label("", "caption", "t2", wrap=True)
        self._use = Button("Use it", "normal")
        self._use.clicked.connect(self._on_use)
        self._painter = ""
        self._better = QWidget()
        hint = QHBoxLayout(self._better)
        hint.setContentsMargins(0, 0, 0, 0)
        hint.addWidget(self._hint, 1)
        hint.addWidget(self._use)
        column = QVBoxLayout(self)
        column.addLayout(tiles, 1)
        column.addWidget(self._row)
        column.addWidget(self._better)
        self._column = column
        runs = desk.runs
        runs.technique_changed.connect(self._on_technique)
        runs.values_changed.connect(self._on_values)
        desk.state.picture_changed.connect(lambda _picture: self._show_content())
        desk.state.model_changed.connect(lambda _facts: self._advise())
        desk.conductor.entries_changed.connect(lambda _entries: self._advise())
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show_content()
        self._advise()
        self._on_technique(runs.technique)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side, or below each other where that shows more of each."""
        flat = self.width() >= 0.7 * self.height()
        way = QBoxLayout.Direction
        self._tiles.setDirection(way.LeftToRight if flat else way.TopToBottom)

    # ---- what a person can do

    def choose_content(self, name: str) -> None:
        if references.is_builtin(name):
            self.desk.pictures.show_builtin(name)
        else:
            self.desk.pictures.open_path(Path(name))

    def choose_style(self, names: str) -> None:
        self.desk.runs.set_value("style", names)

    def _offer(self, tile: InputTile) -> None:
        put = self.choose_content if tile is self.content else self._put_style
        order = PHOTOS_FIRST if tile is self.content else PAINTINGS_FIRST
        picture_menu(tile, put, order).popup(tile.mapToGlobal(tile.rect().bottomLeft()))

    def _put_style(self, name: str) -> None:
        """In the place of the first; the others stay."""
        rest = references.split(str(self.desk.runs.values.get("style", "")))[1:]
        self.choose_style(references.join((name, *rest)))

    def _on_balance(self, ratio: float) -> None:
        runs = self.desk.runs
        alpha = float(runs.values.get("alpha", 1.0))
        if "beta" not in runs.values:
            return
        if ratio <= 0.0:
            runs.set_values({"alpha": 0.0})
            return
        if alpha <= 0.0:
            alpha = 1.0
        runs.set_values({"alpha": alpha, "beta": min(alpha / ratio, 1e9)})

    # ---- what is shown

    def _on_technique(self, technique: TechniqueFacts | None) -> None:
        names = {spec.name for spec in technique.specs} if technique is not None else set()
        needs = technique is not None and technique.needs_picture
        self.content.setVisible(needs or not names)
        self.painting.setVisible("style" in names)
        self.regions.setVisible("mask" in names)
        self._row.setVisible({"alpha", "beta"} <= names)
        self._on_values(self.desk.runs.values)

    def _on_values(self, values: dict[str, Any]) -> None:
        styles = references.split(str(values.get("style", "")))
        if styles:
            words = f"{len(styles)} pictures" if len(styles) > 1 else title(styles[0])
            self.painting.set_picture(thumbnail(styles[0], SIDE), words)
        else:
            self.painting.set_picture(None)
        mask = str(values.get("mask", ""))
        self.regions.set_picture(thumbnail(mask, SIDE) if mask else None, "Painted" if mask else "")
        if {"alpha", "beta"} <= values.keys():
            beta = float(values["beta"])
            ratio = float(values["alpha"]) / beta if beta else 1e9
            self.balance.set_value(ratio)
            self._row.set_changed(abs(ratio / USUAL_RATIO - 1.0) > 1e-6)

    def _show_content(self) -> None:
        picture = self.desk.state.picture
        if picture is None:
            self.content.set_picture(None)
        else:
            self.content.set_picture(fit_long_side(picture.pixels, SIDE), picture.name)

    def _advise(self) -> None:
        """Some networks paint better than others; the one to take is a click away."""
        model = self.desk.state.model
        here = {entry.name: entry.title for entry in self.desk.conductor.entries
                if entry.available}  # fmt: skip
        self._painter = next((name for name in PAINTERS if name in here), "")
        better = bool(self._painter) and model is not None and model.name not in PAINTERS
        self._better.setVisible(better)
        if better and model is not None:
            self._hint.setText(f"{here[self._painter]} paints better than {model.title}.")

    def _on_use(self) -> None:
        self.desk.conductor.choose_model(self._painter)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(10))
        self._column.setSpacing(px(6))
        self._tiles.setSpacing(px(8))
