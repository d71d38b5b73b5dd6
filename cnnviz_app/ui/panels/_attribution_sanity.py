"""The sanity check: the map while the network forgets from the top layer down."""

from __future__ import annotations

import math

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core.events import Frame, Metrics, Stage
from cnnviz_app.lab.sanity_requests import Sanity
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attribution_maps import OVERLAY, ShownMap, drawn
from cnnviz_app.ui.panels._attribution_tiles import MapTiles, Tile
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.line_plot import LinePlot
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.slider import Slider

SIGNED, ABSOLUTE = "values", "sizes"
LEARNED = "as trained"


class SanityPage(QWidget):
    """A slider over the layers: what was learned is lost from the top down to there."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._maps: dict[int, ShownMap] = {}
        self._names: list[str] = [LEARNED]
        self._signed: list[float] = []
        self._absolute: list[float] = []
        self._step = 0
        self._held = False
        self._look, self._strength = OVERLAY, 0.6
        self._before = PictureView(pixels="smooth", name="Map of the trained network")
        self._after = PictureView(pixels="smooth", name="Map with random weights")
        self._left, self._right = Label(LEARNED, "strong"), Label("", "strong", elide=True)
        self._sentence = Label("", "body", "t2", wrap=True)
        self.slider = Slider(0, 1, 0, step=1, name="How many layers are random")
        self.slider.moved.connect(self._on_slid)
        self.strip = MapTiles("Maps by layer", one_row=True)
        self.strip.chosen.connect(lambda key: self._on_slid(float(key)))
        self.plot = LinePlot(legend=True, name="Rank correlation with the first map")
        self._heading = SectionLabel("Likeness to the trained map (rank correlation)")
        self._build()
        theme().changed.connect(self._restyle)
        self._restyle()

    def _build(self) -> None:
        self._pair = QHBoxLayout()
        for label, view in ((self._left, self._before), (self._right, self._after)):
            column = QVBoxLayout()
            column.addWidget(label)
            column.addWidget(view, 1)
            self._pair.addLayout(column, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._pair, 3)
        self._bar = ColourBar()
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._sentence, 1)
        self._foot.addWidget(self._bar)
        self._column.addLayout(self._foot)
        for widget in (self.slider, self.strip, self._heading):
            self._column.addWidget(widget)
        self._column.addWidget(self.plot, 2)

    def begin(self) -> None:
        self._names, self._signed, self._absolute = [LEARNED], [], []
        self._held = False
        self.plot.clear()
        self.plot.add_curve(ABSOLUTE, "accent")
        self.plot.add_curve(SIGNED, "t2", dashed=True)
        self.plot.set_y_range(-1.0, 1.0)

    def set_look(self, look: str, strength: float) -> None:
        self._look, self._strength = look, strength
        self._refresh()

    def add_frame(self, frame: Frame) -> None:
        number_ = frame.name.rpartition(" ")[2]
        if number_.isdecimal() and frame.scale != "picture":
            if number_ == "0" and not self._signed:
                self._maps.clear()
            sequential = self._desk.settings.values.sequential_map
            self._maps[int(number_)] = ShownMap.of(frame.data, frame.scale, sequential)
            if not self._held:
                self._step = int(number_)
            self._refresh()

    def add_stage(self, stage: Stage) -> None:
        self._names = [*self._names[: stage.first_step], stage.name]
        self._refresh()

    def add_point(self, metrics: Metrics) -> None:
        if "signed" in metrics.values and len(self._signed) == metrics.step:
            self._signed.append(metrics.values["signed"])
            self._absolute.append(metrics.values["absolute"])
            self._refresh()

    def show_answer(self, answer: Sanity) -> None:
        sequential = self._desk.settings.values.sequential_map
        self._maps = {
            i: ShownMap.of(step.values, step.scale, sequential)
            for i, step in enumerate(answer.steps)
        }
        self._names = [step.layer or LEARNED for step in answer.steps]
        self._signed = [step.signed for step in answer.steps]
        self._absolute = [step.absolute for step in answer.steps]
        self._refresh()

    def _on_slid(self, value: float) -> None:
        self._held = True
        self._step = round(value)
        self._refresh()

    def _refresh(self) -> None:
        looked = self._desk.state.looked
        seen = None if looked is None else looked.seen
        last = max(1, len(self._names) - 1)
        self._step = min(self._step, last)
        self.slider.set_range(0, last)
        self.slider.set_value(self._step)
        # The strip and the pictures above share one colour bar.
        dark = theme().is_dark or self._look == OVERLAY
        tiles = [
            Tile(str(i), name.rpartition(".")[2] if i else "trained", "",
                 self._maps[i].colours(dark) if i in self._maps else None)
            for i, name in enumerate(self._names)
        ]  # fmt: skip
        self.strip.set_tiles(tiles)
        self.strip.set_current(str(self._step))
        for step, view in ((0, self._before), (self._step, self._after)):
            shown = self._maps.get(step)
            view.set_picture(
                None if shown is None else drawn(seen, shown, self._look, self._strength)
            )
        shown = self._maps.get(self._step)
        if shown is not None:
            self._bar.set_scale(*shown.bar)
            self._bar.set_on_picture(self._look == OVERLAY)
        name = self._names[self._step] if self._step < len(self._names) else ""
        self._right.setText(f"random down to {name}" if self._step else "nothing random yet")
        self._sentence.setText(self._words())
        x = list(range(len(self._signed)))
        self.plot.set_curve(ABSOLUTE, x, self._absolute)
        self.plot.set_curve(SIGNED, x, self._signed)
        self.plot.set_x_range(0, last)
        every = max(1, -(-len(tiles) // 12))
        self.plot.set_x_ticks([(i, t.title) for i, t in enumerate(tiles)][::every])
        if self._step < len(self._absolute) and not math.isnan(self._absolute[self._step]):
            self.plot.set_current(ABSOLUTE, self._step, self._absolute[self._step])
        else:
            self.plot.set_current(None)

    def _words(self) -> str:
        if not self._absolute:
            return "Slide to the right: layer by layer, the network forgets what it has learned."
        if self._step >= len(self._absolute):
            return ""
        value = self._absolute[self._step]
        if math.isnan(value):
            return "This map is the same everywhere: there is no order to compare."
        tail = ""
        if self._step and value > 0.9:
            tail = " This map hardly depends on what the network has learned."
        signed = number(self._signed[self._step])
        return f"Like the trained map: {number(value)} by size, {signed} with signs " \
               f"(1 the same order of pixels, 0 none).{tail}"  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        roomy = self.height() >= px(460)
        for widget in (self.plot, self._heading):
            widget.setVisible(roomy)

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self._pair.setSpacing(px(12))
        self._foot.setSpacing(px(12))
