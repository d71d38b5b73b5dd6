"""The four receptive fields: what they are called and how they are drawn, everywhere alike."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from cnnviz_app.ui.theme import color, theme

THEORY, SUPPORT, EFFECTIVE, EMPIRICAL = "theory", "support", "effective", "empirical"


@dataclass(frozen=True)
class Look:
    """Attributes:
    name: on the legend; short: in a column heading.
    why: one sentence for people who ask.
    on_picture: its colour over a picture, always the same; dark and light: on a panel.
        Blue and magenta lie apart for colour-blind eyes too, and the strokes differ.
    """

    name: str
    short: str
    why: str
    on_picture: str
    dark: str
    light: str
    stroke: Qt.PenStyle = Qt.PenStyle.SolidLine
    width: float = 2.0

    def colour(self) -> QColor:
        """On the panels of the present theme."""
        return QColor(self.dark if theme().is_dark else self.light)

    def pen(self, on_picture: bool = False, factor: float = 1.0) -> QPen:
        paint = QColor(self.on_picture) if on_picture else self.colour()
        return QPen(paint, factor * self.width * theme().tokens.ring, self.stroke)


LOOKS: dict[str, Look] = {
    THEORY: Look(
        "In theory", "theory",
        "Pixels that can reach the unit at all, counted through the layers.",
        # Often the next one lies exactly on it: the broader stroke shows beneath the dashes.
        "#FFC53D", "#FFC53D", "#A85F00", width=4.0,
    ),
    SUPPORT: Look(
        "Gradient", "gradient",
        "The box of all pixels whose change changes the unit at all.",
        "#FFFFFF", "#ECEDEF", "#1B1D21", Qt.PenStyle.DashLine,
    ),
    EFFECTIVE: Look(
        "Effective", "effective",
        "The square that holds 68 % of the mean gradient over photo crops (Luo et al.).",
        "#56C4F5", "#56C4F5", "#0A6CAB",
    ),
    EMPIRICAL: Look(
        "By covering", "covering",
        "Where covering a patch costs half as much as at the worst place, on the unit's "
        "strongest photo crops (Zhou et al.).",
        "#FF8AD0", "#FF8AD0", "#AD1478", Qt.PenStyle.DotLine, 2.4,
    ),
}  # fmt: skip


def halo() -> QColor:
    return color("halo_on_picture", 0.7)
