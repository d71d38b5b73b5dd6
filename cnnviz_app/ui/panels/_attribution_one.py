"""One map on its picture, with its colour bar and the numbers under the pointer."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core.events import Scale
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attribution_maps import (
    ALONE,
    MASKED,
    OVERLAY,
    Floats,
    Pixels,
    ShownMap,
    masked,
)
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView


class OnePage(QWidget):
    """The picture with the map over it, the map alone, or what of the picture it lets through."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.shown: ShownMap | None = None
        self._look, self._strength = OVERLAY, 0.6
        self.view = PictureView(pixels="smooth", name="Attribution map")
        self.bar = ColourBar()
        self._words = Label("", "caption", "t3", elide=True)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._words, 1)
        self._foot.addWidget(self.bar)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.view, 1)
        self._column.addLayout(self._foot)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def seen(self) -> Pixels | None:
        looked = self._desk.state.looked
        return None if looked is None else looked.seen

    def set_look(self, look: str, strength: float) -> None:
        self._look, self._strength = look, strength
        self._refresh()

    def set_map(self, values: Floats, scale: Scale) -> None:
        if values.dtype.kind == "u":
            return  # the finished values of each colour follow at once
        sequential = self._desk.settings.values.sequential_map
        self.shown = ShownMap.of(values, scale, sequential)
        self._refresh()

    def refresh(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        shown, seen = self.shown, self.seen
        self.bar.setVisible(shown is not None)
        if shown is None:
            self.view.set_picture(seen)
            return
        fits = seen is not None and seen.shape[:2] == shown.values.shape[:2]
        self.view.set_overlay(None)
        if self._look == ALONE or seen is None or not fits:
            self.view.set_picture(shown.pixels)
        elif self._look == MASKED:
            self.view.set_picture(masked(seen, shown))
        else:
            self.view.set_picture(seen)
            self.view.set_overlay(shown.layer, strength=self._strength)
        self.view.set_readout(shown.words_at)
        self.bar.set_scale(*shown.bar)
        self.bar.set_on_picture(self._look == OVERLAY and fits)
        self._words.setText(self._scale_words(shown))

    def _scale_words(self, shown: ShownMap) -> str:
        """What lies beyond the colours' ends is said: the values themselves are untouched."""
        if not shown.bar[3]:
            return ""
        share = "0.5" if shown.scale == "signed" else "0.2"
        largest = number(float(abs(shown.values).max()))
        return f"{share} % are stronger, up to {largest}"

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self._foot.setSpacing(px(12))
        self._refresh()
