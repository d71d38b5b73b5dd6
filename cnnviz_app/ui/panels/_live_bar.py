"""The line under the picture while something moves: what, how fast, freeze, mirror, stop."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnviz_app.ui.live.live import Live
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.labels import Label


class LiveBar(QWidget):
    """Hidden while nothing is live."""

    def __init__(self, live: Live) -> None:
        super().__init__()
        self._live = live
        self._title = Label("", "strong", elide=True)
        self._rate = Label("", "caption", "t2")
        self._freeze = IconButton("freeze", "Freeze  (F)", checkable=True, small=True)
        self._freeze.clicked.connect(lambda on: live.freeze(bool(on)))
        self._mirror = IconButton("wipe", "Mirror", checkable=True, small=True)
        self._mirror.clicked.connect(lambda on: live.mirror(bool(on)))
        self._stop = IconButton("stop", "Stop the live source  (C)", small=True)
        self._stop.clicked.connect(live.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._title, 1)
        for widget in (self._rate, self._freeze, self._mirror, self._stop):
            row.addWidget(widget)
        self._row = row
        live.changed.connect(self._refresh)
        live.rate_changed.connect(self._show_rate)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._refresh()

    def _refresh(self) -> None:
        feed = self._live.feed
        self.setVisible(feed is not None)
        if feed is None:
            return
        self._title.setText(feed.title)
        self._freeze.setChecked(self._live.frozen)
        self._mirror.setChecked(self._live.mirrored)
        self._mirror.setVisible(feed.streams)
        self._show_rate(self._live.rate)

    def _show_rate(self, rate: float) -> None:
        feed = self._live.feed
        if self._live.frozen:
            self._rate.setText("frozen")
        elif feed is not None and feed.streams:
            self._rate.setText(f"{rate:.0f} frames/s" if rate else "waiting for a frame")
            self._rate.setToolTip(
                f"{self._live.dropped} frames came while the network was busy and were left out."
            )
        else:
            self._rate.setText("")

    def _restyle(self) -> None:
        self._row.setSpacing(px(6))
