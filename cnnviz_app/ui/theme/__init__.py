"""How the window looks: tokens, type, icons, the style sheet and the one theme object."""

from __future__ import annotations

from .theme import Theme, color, font, px, system_prefers_dark, theme
from .tokens import SCALES, THEMES, Tokens

__all__ = [
    "SCALES",
    "THEMES",
    "Theme",
    "Tokens",
    "color",
    "font",
    "px",
    "system_prefers_dark",
    "theme",
]
