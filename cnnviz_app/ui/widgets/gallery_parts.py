"""Which panels the gallery shows, and where."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QGridLayout,
    QWidget,
)

from cnnviz_app.ui.theme import px

from . import gallery_controls as c
from . import gallery_pictures as p

Part = Callable[[], QWidget]
COMPONENTS: tuple[tuple[Part, int, int, int, int], ...] = (
    (c.buttons, 0, 0, 1, 5), (c.parameters, 0, 5, 1, 8), (c.tiles, 0, 13, 1, 6),
    (c.class_bars, 1, 0, 1, 5), (c.messages, 1, 5, 1, 8), (c.empty, 1, 13, 1, 6),
    (c.run_and_jobs, 2, 0, 1, 13), (c.type_roles, 2, 13, 1, 6), (c.colours, 3, 0, 1, 19),
)  # fmt: skip
PICTURES: tuple[tuple[Part, int, int, int, int], ...] = (
    (p.picture, 0, 0, 1, 5), (p.grid, 0, 5, 1, 8), (p.wipe, 0, 13, 1, 6),
    (p.kernels, 1, 0, 1, 13), (p.inspector, 1, 13, 1, 6),
    (p.filmstrip, 2, 0, 1, 13), (p.plots, 2, 13, 1, 6),
)  # fmt: skip


def page(parts: tuple[tuple[Part, int, int, int, int], ...]) -> QWidget:
    """A window's worth of panels."""
    sheet = QWidget()
    sheet.setObjectName("sheet")
    layout = QGridLayout(sheet)
    layout.setContentsMargins(px(8), px(8), px(8), px(8))
    layout.setSpacing(px(8))
    for part, top, left, tall, wide in parts:
        layout.addWidget(part(), top, left, tall, wide)
        for column in range(left, left + wide):
            layout.setColumnStretch(column, 1)
    return sheet
