"""Where the heads of a transformer look, from any place of the picture."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.lab.attention_requests import (
    Attended,
    AttentionLayer,
    Cell,
    ListAttention,
    ReadAttention,
)
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._attention_tiles import AttentionTiles, nearest_layer
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import percent
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.tile_grid import TileGrid


@panel("attention", "Attention", "eye", stage=True)
class AttentionPanel(Panel):
    """One tile per head: what a token takes from every other place of the picture. Click the
    picture to ask from there; the last tiles are the mean of the heads and the rollout, all
    layers up to this one at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._layers: tuple[AttentionLayer, ...] | None = None
        self._tiles: AttentionTiles | None = None
        self._cell: Cell | None = None
        self._asked: object = None
        self._build_heading()
        self._build_body()
        self._empty = EmptyState("eye", "No attention here", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body)
        column = QVBoxLayout(self)
        column.addLayout(self._heading)
        column.addWidget(self._stack, 1)
        self._column = column
        state = desk.state
        state.model_changed.connect(self._on_model)
        state.layer_changed.connect(self._on_layer)
        state.picture_changed.connect(self._ask)
        state.edits_changed.connect(self._ask)
        desk.settings.changed.connect(self._on_setting)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show_page()

    def _build_heading(self) -> None:
        self._title = Label("Attention", "display", elide=True)
        self._facts = Label("", "body", "t2", elide=True)
        self._choice = ComboBox((), name="Attention layer")
        self._choice.chosen.connect(self._on_choice)
        self._heading = QHBoxLayout()
        self._heading.addWidget(self._title)
        self._heading.addWidget(self._facts, 1)
        self._heading.addWidget(self._choice)

    def _build_body(self) -> None:
        self._view = PictureView(pixels="auto", placeholder="No picture yet", name="Attention")
        self._view.clicked.connect(self._on_clicked)
        self._view.set_readout(self._readout)
        self._words = Label("", "body", "t2", wrap=True)
        self._back = Button("Class token", "normal")
        self._back.clicked.connect(lambda: self.ask_from(None))
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self._view)
        side.addWidget(self._words)
        side.addWidget(self._back)
        side.addStretch(1)
        self._side_column = side
        self._grid = TileGrid(48, noun="head")
        self._grid.largest = 240
        self._grid.set_card_words(self._card_words)
        self._grid.chosen.connect(lambda _tile: self._show_overlay())
        self._grid.resized.connect(self._fit)
        self._bar = ColourBar("tide", 0, 1, low_words="0", high_words="max")
        self._scale_words = Label("each tile 0 … its own maximum", "caption", "t3", elide=True)
        foot = QHBoxLayout()
        foot.addWidget(self._scale_words, 1)
        foot.addWidget(self._bar)
        right = QVBoxLayout()
        right.addWidget(self._grid, 1)
        right.addLayout(foot)
        self._body = QWidget()
        self._row = QHBoxLayout(self._body)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._side)
        self._row.addLayout(right, 1)

    # ---- asking, only while somebody looks

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._layers is None:
            self._list()
        else:
            self._ask()

    def _on_model(self, *_: object) -> None:
        self._layers, self._tiles, self._cell, self._asked = None, None, None, None
        self._show_page()
        if self.isVisible():
            self._list()

    def _list(self) -> None:
        model = self.desk.state.model
        if model is not None:
            ticket = self.desk.engine.ask(
                ListAttention(model.name), slot="attention", urgent=True, title="Attention layers"
            )
            ticket.finished.connect(self._on_layers)

    def _on_layers(self, layers: tuple[AttentionLayer, ...]) -> None:
        self._layers = layers
        self._choice.set_choices([(layer.name, layer.title) for layer in layers])
        self._on_layer()
        self._show_page()

    def _on_layer(self, *_: object) -> None:
        model = self.desk.state.model
        if self._layers and model is not None:
            own = self.desk.state.layer
            name = model.aliases.get(own, own)
            order = [node.name for node in model.nodes]
            layer = nearest_layer([known.name for known in self._layers], name, order)
            self._choice.set_key(layer)
            self._ask()

    def _on_choice(self, name: str) -> None:
        """The selection moves along where the attention is one of the network's layers."""
        model = self.desk.state.model
        shown = next((n for n in model.layers if model.aliases.get(n, n) == name), "") \
            if model is not None else ""  # fmt: skip
        if shown:
            self.desk.state.set_layer(shown)
        else:
            self._ask()

    def ask_from(self, cell: Cell | None) -> None:
        """Where this token looks; None is the class token, or all on average."""
        self._cell = cell
        self._ask()

    def _ask(self, *_: object) -> None:
        state = self.desk.state
        if state.model is None or state.picture is None or not self._layers:
            return
        layer, edits = self._choice.key, state.edits
        request = ReadAttention(state.model.name, state.picture, layer, self._cell, edits)
        same = (state.model.name, state.picture.content_id, layer, self._cell, edits)
        if self.isVisible() and same != self._asked:
            self._asked = same
            ticket = self.desk.engine.ask(
                request, slot="attention", urgent=True, title="Attention"
            )  # fmt: skip
            ticket.finished.connect(self._on_attended)

    # ---- showing

    def _on_attended(self, found: Attended) -> None:
        before = self._tiles
        self._tiles = tiles = AttentionTiles.of(found)
        self._grid.set_maps(tiles.maps)
        self._grid.set_captions(tiles.captions)
        if before is None or before.captions != tiles.captions or self._grid.selected < 0:
            self._grid.set_selected(len(tiles.captions) - 1)
        self._view.set_picture(found.seen)
        self._say(found)
        self._show_overlay()
        self._show_page()
        self._fit()

    def _say(self, found: Attended) -> None:
        heads, rows, columns = found.heads.shape
        model = self.desk.state.model
        chance = "" if model is None or model.trained else "   random weights"
        short = self.width() < px(640)
        tokens = "" if short else f"   {rows} × {columns} tokens{chance}"
        self._facts.setText(f"{heads} heads{tokens}")
        start = "the class token" if found.class_token else "all tokens on average"
        asks = "the marked place" if found.request.cell is not None else start
        looks = "look" if asks.startswith("all") else "looks"
        self._words.setText(f"Where {asks} {looks}. Click the picture to ask from another place.")
        self._back.setText("Class token" if found.class_token else "Average")
        self._back.setVisible(found.request.cell is not None)
        self._view.set_boxes(self._tiles.cell_box() if self._tiles else None, None, "asks")

    def _show_overlay(self) -> None:
        if self._tiles is None:
            return
        name = self.desk.settings.values.sequential_map
        self._view.set_overlay(self._tiles.overlay(self._grid.selected, name), strength=0.7)
        self._view.set_tags("", self._tiles.title(self._grid.selected))

    def _readout(self, x: int, y: int) -> str:
        if self._tiles is None:
            return ""
        return percent(self._tiles.value_at(self._grid.selected, x, y))

    def _card_words(self, tile: int) -> tuple[str, str, str]:
        return ("", "", "") if self._tiles is None else self._tiles.words(tile)

    def _on_clicked(self, x: int, y: int) -> None:
        if self._tiles is not None:
            self.ask_from(self._tiles.cell_at(x, y))

    def _on_setting(self, name: str) -> None:
        if name == "sequential_map":
            chosen = self.desk.settings.values.sequential_map
            self._grid.set_map_name(chosen)
            self._bar.set_scale(chosen, 0, 1, low_words="0", high_words="max")
            self._show_overlay()

    def _show_page(self) -> None:
        model = self.desk.state.model
        some = bool(self._layers) and self._tiles is not None
        self._stack.setCurrentWidget(self._body if some else self._empty)
        for widget in (self._choice, self._facts):
            widget.setVisible(some)
        if some:
            return
        if model is None:
            words = ("No attention yet", "Open a network and a picture.")
        elif self._layers == ():
            sees = "has no attention layers; open a vision transformer (ViT or Swin) to see some."
            words = ("No attention here", f"{model.title} {sees}")
        else:
            words = ("Attention", "One moment.")
        self._empty.set_content("eye", *words)

    # ---- sizes

    def _fit(self) -> None:
        viewport = self._grid.viewport()
        if viewport is not None and self._grid.values.count:
            self._grid.set_tile_size(self._grid.fit_tile(viewport.width(), viewport.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._scale_words.setVisible(self.width() >= px(640))
        if self._tiles is not None:
            self._say(self._tiles.found)
        wide = min((self.width() - px(42)) * 2 // 5, max(px(120), self.height() - px(160)))
        self._side.setFixedWidth(wide)
        self._view.setFixedHeight(wide)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(10))
        self._heading.setSpacing(px(12))
        self._row.setSpacing(px(14))
        self._side_column.setSpacing(px(8))
        self._bar.setFixedWidth(px(150))
        self._show_overlay()
