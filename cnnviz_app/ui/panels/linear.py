"""Why tiny changes fool: a linear classifier, its weights as pictures, and its fooling pictures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.lab.linear_requests import LinearRead, ReadLinear
from cnnviz_app.sources import drawing
from cnnviz_app.sources.picture import Picture
from cnnviz_app.sources.worlds import digits
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._linear_controls import LinearControls
from cnnviz_app.ui.panels._linear_tiles import ClassTile, ClassTiles
from cnnviz_app.ui.panels._linear_triptych import LinearTriptych
from cnnviz_app.ui.panels._linear_why import LinearWhy
from cnnviz_app.ui.panels._linear_words import (
    least_words,
    looks_like_digit,
    pushes_of,
    signed,
)
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.slider import SliderField

MOST = 64  # levels the slider reaches
START = 16
FIRST, SEED = 7, 3
WEIGHTS = "Weights of each class, and its points"
PAGES = (("digit", "Digit"), ("why", "Why"), ("weights", "Weights"))


@panel("linear", "Linear", "sliders", stage=True)
class LinearPanel(Panel):
    """The simplest classifier there is: one weight for every pixel and class, so its weights are
    ten pictures. Move ε: every pixel is pushed by at most ε levels, light where that speaks for
    the class that is aimed at. Click a class to aim at it; choose a digit at the left, or draw one
    of your own."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.read: LinearRead | None = None
        self.now, self.target = 0, 0
        self._digit, self._hand = FIRST, SEED
        self._made: Picture | None = None
        self._asked = ""
        self._title = Label("", "display", elide=True)
        self._facts = Label("", "body", "t2", elide=True)
        self._pages = ComboBox(PAGES, current="digit", name="View")
        self._epsilon = SliderField(
            START, soft=(0, MOST), hard=(0, MOST), unit="/255", integer=True, step=1, name="Epsilon"
        )
        self._triptych, self._why = LinearTriptych(), LinearWhy()
        self._weights, self._fooled = ClassTiles("Weights"), ClassTiles("Fooling pictures")
        self._set = LinearControls()
        self._scale = ColourBar("poles", -1, 1)
        self._build()
        self._wire()
        theme().changed.connect(self._restyle)
        self._restyle()

    # ---- building

    def _build(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._facts, 1)
        self._head.addWidget(self._pages)
        self._push = QWidget()
        self._slide = QHBoxLayout(self._push)
        self._slide.setContentsMargins(0, 0, 0, 0)
        self._slide.addWidget(Label("ε", "strong"))
        self._slide.addWidget(self._epsilon, 1)
        self._left = QWidget()
        self._left_column = QVBoxLayout(self._left)
        self._left_column.setContentsMargins(0, 0, 0, 0)
        self._left_column.addWidget(self._triptych, 1)
        self._upper = QHBoxLayout()
        self._upper.addWidget(self._left, 5)
        self._upper.addWidget(self._why, 3)
        self._lower = QWidget()
        self._lower_column = QVBoxLayout(self._lower)
        self._lower_column.setContentsMargins(0, 0, 0, 0)
        self._scale_row = QHBoxLayout()
        self._weights_words = SectionLabel("")
        self._scale_row.addWidget(self._weights_words, 1)
        self._scale_row.addWidget(self._scale)
        self._lower_column.addLayout(self._scale_row)
        self._lower_column.addWidget(self._weights, 1)
        self._lower_column.addWidget(SectionLabel("The least ε to be taken for it, and how surely"))
        self._lower_column.addWidget(self._fooled, 1)
        self._shown = QVBoxLayout()
        self._shown.addLayout(self._upper, 5)
        self._shown.addWidget(self._push)
        self._shown.addWidget(self._lower, 4)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addLayout(self._shown, 1)

    def _wire(self) -> None:
        self._pages.chosen.connect(lambda _key: self._arrange())
        self._set.digit_asked.connect(self.show_digit)
        self._set.again_asked.connect(lambda: self.show_digit(self._digit, self._hand + 1))
        self._set.drawn.connect(self.desk.pictures.show)
        self._set.aimed.connect(self.aim)
        self._epsilon.value_changed.connect(lambda _levels: self._show_push())
        for tiles in (self._weights, self._fooled):
            tiles.chosen.connect(self.aim)
        self.desk.state.picture_changed.connect(lambda _picture: self._ask())

    # ---- which digit

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def controls(self) -> QWidget:
        return self._set

    def show_digit(self, digit: int, hand: int = SEED) -> None:
        """A digit of the stroke world becomes the current picture."""
        self._digit, self._hand = digit, hand
        self._made = made(digit, hand)
        self.desk.pictures.show(self._made)

    def _ask(self) -> None:
        """The current picture where it is a digit; else one of ours, which nobody else is shown."""
        if not self.isVisible():
            return
        current = self.desk.state.picture
        if current is not None and looks_like_digit(current.pixels):
            picture = current
        else:
            self._made = picture = self._made or made(self._digit, self._hand)
        ours = self._made is not None and picture.content_id == self._made.content_id
        self._set.show_digit(self._digit if ours else -1)
        if picture.content_id != self._asked:
            self._asked = picture.content_id
            ticket = self.desk.engine.ask(
                ReadLinear(picture), slot="linear", urgent=True, title="Linear classifier"
            )
            ticket.finished.connect(self._on_read)

    def _on_read(self, read: LinearRead) -> None:
        self.read = read
        order = np.argsort(-read.scores(read.seen))
        self.now = int(order[0])
        # While somebody draws, the aim stays where it is.
        if self.target == self.now or self._set.digit_chosen:
            self.target = int(order[1])
        self.aim(self.target)

    # ---- what is pushed

    def aim(self, target: int) -> None:
        """The class it should be taken for."""
        if self.read is None:
            return
        if target == self.now:
            target = int(np.argsort(-self.read.scores(self.read.seen))[1])
        self.target = target
        self._set.show_aims(self.read.labels, self.now, target)
        self._show_classes()
        self._show_push()

    def set_epsilon(self, levels: int) -> None:
        self._epsilon.set_value(levels)
        self._show_push()

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        if self.read is None:
            return None
        changed = self.read.pushed(self.read.seen, self._levels, self.now, self.target)
        return np.repeat(changed[..., None], 3, axis=2)

    @property
    def _levels(self) -> int:
        return round(self._epsilon.value)

    def _show_classes(self) -> None:
        read = self.read
        if read is None:
            return
        high = colormaps.signed_range(read.weights)
        scores = read.scores(read.seen)
        weights, fooled = [], []
        for k, label in enumerate(read.labels):
            seen = colormaps.apply(read.weights[k], "poles", -high, high, theme().is_dark)
            weights.append(ClassTile(seen, label, signed(float(scores[k]))))
            least = read.least(read.seen, self.now, k)
            levels = read.pushed(read.seen, least or 0, self.now, k)
            chance = float(read.chances(levels)[k])
            pixels = np.repeat(levels[..., None], 3, axis=2)
            fooled.append(ClassTile(pixels, label, least_words(least, chance)))
        self._weights.set_tiles(weights, self.now, self.target)
        self._fooled.set_tiles(fooled, self.now, self.target)
        self._scale.set_scale("poles", -high, high)

    def _show_push(self) -> None:
        read = self.read
        if read is None:
            return
        now, target, epsilon = self.now, self.target, self._levels
        changed = read.pushed(read.seen, epsilon, now, target)
        self._triptych.show_push(read, read.seen, changed, epsilon, now, target)
        pushes = pushes_of(read, read.seen, epsilon, now, target)
        strongest = pushes_of(read, read.seen, MOST // 2, now, target).sum
        self._why.show_pushes(pushes, read.labels[target], max(strongest, pushes.sum))
        after = read.labels[int(read.scores(changed).argmax())]
        before = read.labels[now]
        self._title.setText(f"{before} → {after}" if after != before else f"Still {before}")
        self._facts.setText(f"{read.title}, aimed at {read.labels[target]}")

    # ---- sizes

    def _arrange(self) -> None:
        compact = self.width() < px(760)
        page = self._pages.key
        self._pages.setVisible(compact)
        self._facts.setVisible(not compact)
        self._left.setVisible(not compact or page == "digit")
        self._why.setVisible(not compact or page == "why")
        self._lower.setVisible(not compact or page == "weights")
        self._push.setVisible(not compact or page != "weights")
        self._shown.setStretch(0, 0 if compact and page == "weights" else 5)
        self._weights_words.setText("Weights" if compact else WEIGHTS)
        self._triptych.set_compact(compact)
        self._head.setStretchFactor(self._title, 1 if compact else 0)

    def show_page(self, key: str) -> None:
        """In a small window: "digit", "why" or "weights"."""
        self._pages.set_key(key)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(10))
        self._head.setSpacing(px(8))
        self._upper.setSpacing(px(24))
        self._shown.setSpacing(px(8))
        self._slide.setSpacing(px(12))
        self._lower_column.setSpacing(px(4))
        self._scale.setFixedWidth(px(180))
        self._pages.setFixedWidth(px(104))
        self._show_classes()
        self._show_push()
        self._arrange()


def made(label: int, seed: int) -> Picture:
    """A digit of the stroke world."""
    levels = digits.digit(label, np.random.default_rng(seed))
    return drawing.as_picture(levels, f"A drawn {label}")
