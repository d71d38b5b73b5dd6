"""Clean against attacked through every lens: what each answer rests on, and where they part."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.lab.parting_requests import Parting, Reason
from cnnviz_app.lab.requests import Pixels
from cnnviz_app.ui.panels._attack_layers import LayerCurves
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.picture_view import PictureView

TITLES = ("Picture", "Grad-CAM", "Saliency")
SHORT = ("original", "attacked")
WORDS = "How far each layer moved"


class LensesView(QWidget):
    """Two rows of pictures and one plot; each map has its own scale, from zero to its maximum."""

    def __init__(self) -> None:
        super().__init__()
        self._pair: tuple[Pixels, Pixels] | None = None
        self._found: Parting | None = None
        self._names = ("", "")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._heads = [Label(title, "strong") for title in TITLES]
        self._sides = [Label("", "body", "t1", elide=True) for _ in SHORT]
        self._views = [[PictureView(name=f"{title}, {side}") for title in TITLES] for side in SHORT]
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
        for row, views in enumerate(self._views):
            for column, view in enumerate(views):
                self._grid.addWidget(view, 1 + 2 * row, column)
            self._grid.addWidget(self._sides[row], 2 + 2 * row, 0, 1, len(TITLES))
        self._grid.setColumnStretch(len(TITLES), 1)
        self.note = Label("", "caption", "t2", wrap=True)
        self.curves = LayerCurves()
        pictures = QVBoxLayout()
        pictures.addLayout(self._grid)
        pictures.addStretch(1)
        self._plot = QWidget()
        side = QVBoxLayout(self._plot)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(SectionLabel(WORDS))
        side.addWidget(self.curves, 1)
        side.addWidget(self.note)
        self._side = side
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._row.addLayout(pictures)
        self._row.addWidget(self._plot, 1)
        follow_theme(self._restyle)

    def set_pair(self, pair: tuple[Pixels, Pixels] | None, names: tuple[str, str]) -> None:
        """The two pictures and what they are taken for; maps follow."""
        self._pair, self._names, self._found = pair, names, None
        self.curves.set_layers(())
        self.note.setText("")
        self._show()

    def set_found(self, found: Parting) -> None:
        self._found = found
        self.curves.set_layers(found.layers)
        self.note.setText(self._sentence(found))
        self._show()

    def _sentence(self, found: Parting) -> str:
        first, last = (one.attacked / max(one.shuffled, 1e-9) for one in
                       (found.layers[0], found.layers[-1]))  # fmt: skip
        return (
            f"In {found.layers[0].layer} the attack moved the representation {first:.1f} times as "
            f"far as the same change with its pixels shuffled, in {found.layers[-1].layer} "
            f"{last:.1f} times."
        )

    def _show(self) -> None:
        for row, (views, side) in enumerate(zip(self._views, self._sides, strict=True)):
            pixels = None if self._pair is None else self._pair[row]
            views[0].set_picture(pixels)
            name = self._names[row]
            side.setText(f"{SHORT[row]}: {name}" if name else "")
            for column, view in enumerate(views[1:]):
                reason = None if self._found is None else self._found.reasons[column]
                self._show_map(view, pixels, reason, row)
        if self._found is not None:
            for head, reason in zip(self._heads[1:], self._found.reasons, strict=True):
                head.setText(reason.title)

    def _show_map(
        self, view: PictureView, pixels: Pixels | None, reason: Reason | None, row: int
    ) -> None:
        values = None if reason is None else (reason.clean, reason.attacked)[row]
        view.set_placeholder("" if reason is None else reason.trouble)
        if values is None or pixels is None:
            view.set_picture(None)
            return
        view.set_picture(
            colormaps.in_colour(values.clip(min=0), "sequential", theme_is_dark=theme().is_dark)
        )

    # ---- sizes

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(140))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Pictures as large as two rows and the plot beside them allow; else the plot goes."""
        narrow = self.width() < px(700)
        gap = px(8)
        words = px(20) + 2 * px(22)
        tall = (self.height() - words - 4 * gap) // 2
        share = 1.0 if narrow else 0.66
        wide = (round(self.width() * share) - 2 * gap) // 3
        if narrow:
            tall = (self.height() - 3 * gap - px(170)) // 2
            wide = (self.width() - px(96)) // 3
        side = max(px(40), min(tall, wide))
        for views in self._views:
            for view in views:
                view.setFixedSize(side, side)
        for head in self._heads:
            head.setFixedWidth(side)
            head.setVisible(not narrow)
        for row, side_words in enumerate(self._sides):
            self._grid.removeWidget(side_words)
            if narrow:
                self._grid.addWidget(side_words, 1 + 2 * row, len(TITLES))
            else:
                self._grid.addWidget(side_words, 2 + 2 * row, 0, 1, len(TITLES))
        direction = QHBoxLayout.Direction.TopToBottom if narrow else \
            QHBoxLayout.Direction.LeftToRight  # fmt: skip
        self._row.setDirection(direction)
        self.note.setVisible(not narrow)

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(4))
        self._row.setSpacing(px(20))
        self._side.setSpacing(px(6))
        self._show()
        self._fit()
