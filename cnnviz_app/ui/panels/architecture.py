"""The network as a graph of its operators, blocks folded, coloured by what they cost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from cnnviz_app.core.atomic import write_bytes
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.nets.graph_drawing import Box
from cnnviz_app.nets.graph_folds import Fold
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels import _files, _graph_svg
from cnnviz_app.ui.panels import _graph_words as graph_words
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.panels._graph_bar import GraphBar
from cnnviz_app.ui.panels._graph_card import GraphCard
from cnnviz_app.ui.panels._graph_scene import GraphScene
from cnnviz_app.ui.panels._graph_timing import NodeTimer
from cnnviz_app.ui.panels._graph_view import GraphView
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label

KINDS = {"svg": "SVG drawing (*.svg)", "png": "PNG picture (*.png)"}


@panel("architecture", "Architecture", "network", stage=True, short="Graph")
class Architecture(Panel):
    """The operators of the network and the tensors between them. Double-click a block to open or
    fold it, click anything to see its maps; the wheel zooms, dragging moves."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.scene = GraphScene()
        self.view = GraphView(self.scene, self)
        self.bar = GraphBar(self)
        self.card = GraphCard(self)
        self._timer = NodeTimer(desk.engine, self)
        self._own_choice = False
        self._caption = Label("", "caption", "t3", elide=True, parent=self)
        self.measure = Button("Measure", icon="timer", parent=self)
        self.scale = ColourBar(parent=self)
        self._empty = EmptyState("network", "No network open",
                                 "Open one in the model browser; its graph comes here.",
                                 parent=self)  # fmt: skip
        self._build()
        self.view.chosen.connect(self._on_chosen)
        self.view.toggled.connect(self._on_toggled)
        self.view.hovered.connect(self._on_hovered)
        self.bar.action.connect(self._on_action)
        self.bar.colour.connect(self.show_colour)
        self.bar.wanted.connect(self._on_wanted)
        self.bar.stepped.connect(self._on_stepped)
        self.measure.clicked.connect(self._measure_time)
        self._timer.changed.connect(self._on_timer)
        desk.state.model_changed.connect(self._on_model)
        desk.state.layer_changed.connect(self._on_layer)
        self._on_model(desk.state.model)

    def _build(self) -> None:
        middle = QWidget(self)
        middle.setMinimumHeight(1)
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._caption, 1)
        self._foot.addWidget(self.measure)
        self._foot.addWidget(self.scale)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.bar)
        self._column.addWidget(middle, 1)
        self._column.addLayout(self._foot)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(8))
        self._foot.setSpacing(px(12))
        self.scale.setFixedWidth(px(150))
        self.scene.lay()
        self.view.changed()
        self.bar.fit_width(self.width() - 2 * px(14))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.fit_width(self.width() - 2 * px(14))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.view.show_box(self.scene.selected)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(240), px(160))

    # ---- following the selection

    def _on_model(self, facts: ModelFacts | None) -> None:
        self._timer.forget()
        self.card.hide()
        self.bar.search.clear()
        self.scene.set_model(facts)
        self.scene.select(self.desk.state.layer)
        self._stack.setCurrentIndex(1 if facts is None else 0)
        self.bar.setVisible(facts is not None)
        if facts is not None:
            self.bar.set_words(
                facts.title,
                f"{words.count(facts.params)} parameters · {graph_words.macs_words(facts.macs)}",
            )
        if self.scene.colour == "time" and self.isVisible():
            self._measure_time()
        self.view.show_new()
        self._tell()

    def _on_layer(self, layer: str) -> None:
        self.scene.select(layer)
        self.view.changed()
        # After a click in the graph itself it must lie still, or a double-click misses.
        if not self._own_choice:
            self.view.show_box(self.scene.selected)

    def _on_chosen(self, one: Fold) -> None:
        layer = self.scene.layer_for(one) or self.scene.next_layer(one)
        if not layer:
            return
        self._own_choice = True
        try:
            self.desk.state.set_layer(layer)
        finally:
            self._own_choice = False

    # ---- opening and folding

    def _on_toggled(self, block: str) -> None:
        self._hold(block, lambda: self.scene.toggle(block))

    def _hold(self, id: str, change: Callable[[], None]) -> None:
        """Change what is open while one box stays where it is on the screen."""
        at = self.view.corner(id)
        self.card.hide()
        change()
        self.scene.hovered = ""
        self.view.hold(id, at)
        self._tell()

    def _on_action(self, key: str) -> None:
        view, scene = self.view, self.scene
        match key:
            case "open" | "fold":
                self._hold(scene.selected, scene.open_all if key == "open" else scene.fold_all)
                view.show_box(scene.selected)
            case "turn":
                scene.set_vertical(not scene.vertical)
                view.show_new()
            case "in" | "out":
                view.zoom_step(1 if key == "in" else -1)
            case "fit":
                view.fit()
            case "svg" | "png":
                self._save(key)

    # ---- finding

    def _on_wanted(self, wanted: str) -> None:
        self.scene.find(wanted)
        if wanted.strip():
            self._on_stepped(1)
        else:
            self.bar.set_found(0, -1)
            self.view.update()

    def _on_stepped(self, by: int) -> None:
        one = self.scene.show_hit(by)
        self.bar.set_found(len(self.scene.hits), self.scene.hit)
        self.view.changed()
        if one is not None:
            self.view.show_box(one.id)
        self._tell()

    # ---- colours and time

    def show_colour(self, colour: str) -> None:
        """Colour the boxes by operations, parameters or measured time; "plain" by nothing."""
        self.scene.colour = colour
        self.bar.colours.set_key(colour)
        if colour == "time" and self.scene.times is None and not self._timer.busy:
            self._measure_time()
        self.view.changed()
        self._tell()

    def _measure_time(self) -> None:
        if self.scene.facts is not None:
            self._timer.ask(self.scene.facts.name)

    def _on_timer(self) -> None:
        if self.scene.times is not self._timer.times:
            self.scene.times = self._timer.times
            self.view.changed()
        self._tell()

    # ---- words

    def _tell(self) -> None:
        scene = self.scene
        facts = scene.facts
        waits = scene.colour == "time" and scene.times is None
        self.scale.setVisible(facts is not None and scene.coloured)
        self.measure.setVisible(facts is not None and waits and not self._timer.busy)
        self._caption.setVisible(facts is not None)
        if facts is None:
            return
        if scene.coloured:
            high = graph_words.value_words(scene.colour, scene.highest())
            self.scale.set_scale("tide", 0.0, scene.highest(), low_words="0", high_words=high)
        self._caption.setText(self._about())
        self.note_changed.emit(facts.title)

    def _about(self) -> str:
        scene = self.scene
        if scene.colour == "time":
            if scene.times is None:
                return self._timer.words
            times = scene.times
            runs = f"median of {times.runs} runs" if times.runs > 1 else "one run"
            return (f"{graph_words.time_words(times.total)} in all, {runs} on {times.device}, "
                    "every operator by itself")  # fmt: skip
        if scene.colour == "macs":
            return "Multiply-adds of each box for one picture"
        if scene.colour == "params":
            return "Learned numbers in each box"
        blocks = sum(box.fold.is_block for box in scene.drawing.boxes)
        more = f", {blocks} folded block{'' if blocks == 1 else 's'}" if blocks else ""
        return f"{scene.root.operators} operators{more}. Double-click a block to open it."

    def _on_hovered(self, box: Box | None) -> None:
        if box is None or box.frame or self.scene.facts is None:
            self.card.hide()
            return
        one = box.fold
        place = self.view.place_of(one.id).intersected(self.view.rect())
        at = self.view.mapTo(self, place.topLeft())
        lines = graph_words.hover_lines(
            one, self.scene.known, self.scene.output(one), self.scene.root, self.scene.times
        )
        kind = graph_words.title(one, self.scene.known)
        title = one.path if one.is_block or kind == one.path else f"{one.path}   {kind}"
        self.card.show_facts(title, lines, self._hint(one), QRect(at, place.size()))

    def _hint(self, one: Fold) -> str:
        if one.is_block:
            return "double-click opens it"
        if self.scene.layer_for(one):
            return ""
        following = self.scene.next_layer(one)
        return f"no maps of its own; a click shows {following}" if following else (
            "no maps of its own")  # fmt: skip

    # ---- files

    def _save(self, kind: str) -> None:
        facts = self.scene.facts
        if facts is None:
            return
        name = f"{facts.name.rpartition('/')[2]}-graph.{kind}"
        path = _files.ask_save(self, "Save the graph", name, KINDS[kind])
        if path is None:
            return
        path = path if path.suffix else path.with_suffix(f".{kind}")
        try:
            data = _graph_svg.svg(self.scene).encode() if kind == "svg" else _graph_svg.png(
                self.scene)  # fmt: skip
            write_bytes(path, data)
        except (UserError, OSError) as error:
            self.desk.messages.complain(error)
            return
        self.desk.messages.done(f"Saved as {path.name}.", words.size(len(data)))
