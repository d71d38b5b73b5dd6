"""Every widget in its states as two pictures: python -m cnnviz_app.ui.widgets.gallery OUT.png."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cnnviz_app.ui.theme import THEMES, color, theme

from . import gallery_parts
from .parameter_row import ParameterRow
from .slider import SliderField
from .tile_grid import TileGrid

SIZES = ((gallery_parts.COMPONENTS, 900), (gallery_parts.PICTURES, 1120))


def _pose(window: QWidget) -> None:
    """What only a shown window can show: real focus in a field, an open hover card."""
    for line in window.findChildren(ParameterRow, "takesFocus"):
        if isinstance(line.editor, SliderField):
            window.activateWindow()
            line.editor.field.setFocus(Qt.FocusReason.OtherFocusReason)
    for grid in window.findChildren(TileGrid, "showsCard"):
        at = grid.layout_now().rect(40, 0).center()
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, at, QPointF(grid.mapToGlobal(at.toPoint())),
            Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(grid.viewport(), event)


def render(page: int, width: int = 1600, ratio: float = 1.0) -> QImage:
    """One page of the gallery in the theme and scale in force."""
    parts, height = SIZES[page]
    scale = theme().scale / 100
    window = gallery_parts.page(parts)
    palette = QPalette(window.palette())
    palette.setColor(QPalette.ColorRole.Window, color("bg0"))
    window.setPalette(palette)
    window.setAutoFillBackground(True)
    window.resize(round(width * scale), round(height * scale))
    window.show()
    QTest.qWait(1)
    _pose(window)
    QTest.qWait(400)
    image = QImage(window.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    window.render(painter, QPoint())
    painter.end()
    window.close()
    window.deleteLater()
    return image


def main() -> int:
    parser = argparse.ArgumentParser(description="Draw every widget in its states.")
    parser.add_argument("out", type=Path, help="OUT.png; a second page goes to OUT-2.png")
    parser.add_argument("--theme", choices=sorted(THEMES), default="dark")
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--ratio", type=float, default=1.0, help="device pixels per pixel")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    theme().set(options.theme, options.scale, reduce_motion=True)
    theme().apply(app)
    second = options.out.with_name(f"{options.out.stem}-2{options.out.suffix}")
    for page, path in enumerate((options.out, second)):
        render(page, ratio=options.ratio).save(str(path))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
