"""Type roles: which size, weight and line height a piece of text has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

FAMILIES = ("Inter", "SF Pro Text", "Segoe UI Variable Text", "Noto Sans", "DejaVu Sans")
MONO_FAMILIES = ("JetBrains Mono", "SF Mono", "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono")


@dataclass(frozen=True)
class Role:
    px: int
    weight: int
    line: int
    mono: bool = False


ROLES: dict[str, Role] = {
    "micro": Role(11, 500, 14),
    "caption": Role(12, 500, 16),
    "section": Role(12, 600, 16),
    "body": Role(13, 400, 18),
    "medium": Role(13, 500, 18),
    "strong": Role(13, 600, 18),
    "title": Role(15, 600, 20),
    "display": Role(20, 600, 26),
    "hero": Role(30, 600, 38),
    "mono": Role(12, 400, 16, mono=True),
    # The audience window: read from the last row.
    "headline": Role(60, 600, 72),
    "audience": Role(32, 400, 40),
    "audience-caption": Role(30, 400, 38),
}


@lru_cache(maxsize=2)
def families(mono: bool = False) -> tuple[str, ...]:
    """The families of our list that are installed, best first; at least one."""
    installed = set(QFontDatabase.families())
    wanted = MONO_FAMILIES if mono else FAMILIES
    present = tuple(name for name in wanted if name in installed)
    if present:
        return present
    kind = (
        QFontDatabase.SystemFont.FixedFont if mono else QFontDatabase.SystemFont.GeneralFont
    )
    return (QFontDatabase.systemFont(kind).family(),)


def make_font(role: str, scale: int, weight: int | None = None) -> QFont:
    """The font of a role at a text scale, with figures that all have one width."""
    return QFont(_made(role, scale, weight))  # a copy: nobody can change the kept one


@lru_cache(maxsize=256)
def _made(role: str, scale: int, weight: int | None) -> QFont:
    # Painted lists ask for a hundred fonts a frame.
    spec = ROLES[role]
    font = QFont()
    font.setFamilies(list(families(spec.mono)))
    font.setPixelSize(max(1, round(spec.px * scale / 100)))
    font.setWeight(QFont.Weight(weight if weight is not None else spec.weight))
    if not spec.mono:
        font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
