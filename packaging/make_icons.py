"""Draws the program's icon, and the picture Windows shows while torch loads, into a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from cnnviz_app.ui.brand import app_icon, paint_mark

SIDE = 256
SPLASH = (480, 240)


def splash() -> QPixmap:
    width, height = SPLASH
    pixmap = QPixmap(width, height)
    pixmap.fill(QColor("#16171A"))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(48, (height - 96) / 2)
    paint_mark(painter, 96, QColor("#ECEDEF"), QColor("#FFC53D"))
    font = QFont("Inter")
    font.setPixelSize(44)
    painter.setFont(font)
    painter.setPen(QColor("#ECEDEF"))
    painter.drawText(QRectF(136, 0, 260, 96), Qt.AlignmentFlag.AlignVCenter, "CNNViz")
    painter.end()
    return pixmap


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    png = folder / "cnnviz.png"
    written = app_icon().pixmap(SIDE, SIDE).save(str(png))
    written = splash().save(str(folder / "splash.png")) and written
    del app
    with Image.open(png) as icon:
        icon.save(folder / "cnnviz.ico", sizes=[(n, n) for n in (16, 32, 48, 64, 128, 256)])
        icon.resize((512, 512), Image.Resampling.LANCZOS).save(folder / "cnnviz.icns")
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main())
