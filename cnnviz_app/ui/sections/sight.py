"""The unit's map on this picture, and beside it what the unit looks for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from cnnviz_app.core import colormaps
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.preview import Preview, Sight
from cnnviz_app.ui.section import section
from cnnviz_app.ui.sections._watching import ScrolledPicture, Watching
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.labels import Label, SectionLabel


@section("sight", "", 10)
class SightSection(Watching):
    """The map at once; the synthesised picture starts by itself and refines."""

    every_frame = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._preview = Preview(desk.state, desk.engine, self)
        self._map = ScrolledPicture(pixels="hard", name="Map of the unit")
        self._map.hovered.connect(lambda x, y: self.desk.state.set_position((y, x)))
        self._map.left.connect(lambda: self.desk.state.set_position(None))
        self._sight = ScrolledPicture(pixels="smooth", name="What the unit looks for")
        self._bar = ColourBar()
        self._status = Label("", "caption", "t3", elide=True)
        self._pause = IconButton("pause", "Pause or go on", small=True)
        self._pause.clicked.connect(self._preview.toggle)
        dream = Button("Dream", "ghost", "dream", tip="Make it large in the Dream workspace  (D)")
        dream.clicked.connect(lambda: self.desk.view.asked_dream.emit())
        self._dream = dream
        self._pair = QGridLayout(self)
        self._pair.setContentsMargins(0, 0, 0, 0)
        self._map_title, self._sight_title = SectionLabel(), SectionLabel()
        self._pair.addWidget(self._map_title, 0, 0)
        self._pair.addWidget(self._sight_title, 0, 1)
        self._pair.addWidget(self._map, 1, 0)
        self._pair.addWidget(self._sight, 1, 1)
        self._pair.addWidget(self._bar, 2, 0)
        foot = QHBoxLayout()
        foot.addWidget(self._status, 1)
        foot.addWidget(self._pause)
        foot.addWidget(dream)
        self._pair.addLayout(foot, 2, 1)
        for column in (0, 1):
            self._pair.setColumnStretch(column, 1)
        self._preview.changed.connect(self._on_sight)
        self._preview.status_changed.connect(self._on_status)
        follow_theme(self._restyle)

    def follow(self) -> None:
        self._preview.set_wanted(self.wanted)

    def refresh(self) -> None:
        state = self.desk.state
        if state.looked is not None and state.unit < len(state.looked.maps):
            self._show_map(state.looked.maps[state.unit])

    def _show_map(self, values: npt.NDArray[np.float32]) -> None:
        signed = bool((values < 0).any())
        high = float(np.abs(values).max()) or 1.0
        name = "poles" if signed else self.desk.settings.values.sequential_map
        low = -high if signed else 0.0
        self._map.set_picture(colormaps.apply(values, name, low, high, theme().is_dark))
        self._bar.set_scale(name, low, high)

    def _on_sight(self, sight: Sight | None) -> None:
        self._sight.set_picture(sight.pixels if sight is not None else None)
        running = sight is not None and sight.progress < 1
        self._sight.set_progress(sight.progress if running and sight is not None else None)
        if sight is not None:
            self._status.setText("" if sight.progress >= 1 else f"{sight.progress * 100:.0f} %")

    def _on_status(self, status: str) -> None:
        model = self.desk.state.model
        if model is not None and not model.trained:
            self._sight.set_placeholder("Nothing: untrained")
        else:
            self._sight.set_placeholder("")
        words = {"paused": "paused", "waiting": "waiting"}
        if status in words:
            self._status.setText(words[status])
        self._pause.set_icon("play" if status == "paused" else "pause")
        self._pause.setVisible(status in ("running", "paused"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = max(px(60), (self.width() - px(14)) // 2)
        # Where there is no room for the word the moon says it.
        narrow = side < px(150)
        self._map_title.setText("Map" if narrow else "Map on this picture")
        self._sight_title.setText("Looks for" if narrow else "What it looks for")
        self._dream.setText("" if narrow else "Dream")
        self._dream.set_kind("icon" if narrow else "ghost")
        self._map.setFixedHeight(side)
        self._sight.setFixedHeight(side)

    def _restyle(self) -> None:
        self._pair.setHorizontalSpacing(px(14))
        self._pair.setVerticalSpacing(px(5))
