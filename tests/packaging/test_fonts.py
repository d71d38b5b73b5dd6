"""Text is drawn with real glyphs, not with the boxes of a machine without fonts."""

from __future__ import annotations

import sys
from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QImage, QPainter, QRawFont
from PySide6.QtWidgets import QApplication

FAMILIES = ["Inter", "DejaVu Sans"]
# The signs the interface uses beside letters: minus, times, arrows, thin space, Greek.
SIGNS = "Aag8−×→∞σ°±½"


def drawn(text: str, family: str) -> bytes:
    image = QImage(48, 48, QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    painter = QPainter(image)
    font = QFont(family)
    font.setPixelSize(30)
    painter.setFont(font)
    painter.drawText(6, 36, text)
    painter.end()
    return bytes(image.constBits())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bring their own fonts")
@pytest.mark.parametrize("family", FAMILIES)
def test_the_fonts_of_the_window_are_installed(qapp: QApplication, family: str) -> None:
    assert family in QFontDatabase.families()


@pytest.mark.parametrize("family", [*FAMILIES, ""])
def test_letters_look_like_themselves(qapp: QApplication, family: str) -> None:
    pictures = {letter: drawn(letter, family) for letter in "AgW8i"}
    blank = drawn(" ", family)
    assert all(picture != blank for picture in pictures.values())
    # Boxes would all look alike.
    assert all(a != b for a, b in combinations(pictures.values(), 2))


def test_every_sign_of_the_interface_has_a_glyph_somewhere(qapp: QApplication) -> None:
    families = [*FAMILIES, QGuiApplication.font().family()]
    fonts = [QRawFont.fromFont(QFont(family)) for family in families]
    missing = [c for c in SIGNS if not any(font.supportsCharacter(ord(c)) for font in fonts)]
    assert not missing
