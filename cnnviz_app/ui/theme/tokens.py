"""The design tokens of the three themes, as plain values without Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """Colours of one theme; what each is for stands in the design rules of the project."""

    name: str
    dark: bool
    bg0: str  # window, gutters
    bg1: str  # panel
    bg2: str  # floating card
    bg3: str  # field, button, chip
    bg4: str  # hover of bg3, groove, current row
    mat: str  # behind pictures
    line: str  # hairline
    line2: str  # strong line, axes
    t1: str
    t2: str
    t3: str
    accent: str
    accent_hover: str
    on_accent: str
    sel: str  # the selected unit
    sel_t: str
    sel_bg: str
    halo: str
    ok: str
    warn: str
    err: str
    focus_width: int = 2
    ring: float = 1.0  # how much thicker rings are
    start_scale: int = 100
    # On pictures the selected unit has one look in every theme.
    sel_on_picture: str = "#FFC53D"
    halo_on_picture: str = "#000000"

    @property
    def edge(self) -> str:
        """The outline of fields and buttons: dark themes get by without one."""
        if self.dark:
            return self.bg3
        return self.line2 if self.name == "projector" else self.line


DARK = Tokens(
    name="dark", dark=True,
    bg0="#0D0E10", bg1="#16171A", bg2="#1D1F23", bg3="#282A2F", bg4="#34373D", mat="#101113",
    line="#26282D", line2="#44484F", t1="#ECEDEF", t2="#A8ACB3", t3="#9096A0",
    accent="#8EA6FF", accent_hover="#A6B8FF", on_accent="#0D0E10",
    sel="#FFC53D", sel_t="#FFC53D", sel_bg="#33290F", halo="#000000",
    ok="#4CC38A", warn="#FF9B5E", err="#FF7070",
)  # fmt: skip

LIGHT = Tokens(
    name="light", dark=False,
    bg0="#E4E6E9", bg1="#FBFBFC", bg2="#F3F4F6", bg3="#E8EAED", bg4="#DCDFE3", mat="#EDEEF0",
    line="#DFE1E5", line2="#A9AEB7", t1="#1B1D21", t2="#4F545C", t3="#60666F",
    accent="#3D57D6", accent_hover="#3049C4", on_accent="#FFFFFF",
    sel="#BF6C00", sel_t="#8F5000", sel_bg="#FFF1D6", halo="#FFFFFF",
    ok="#147046", warn="#A64500", err="#C4262E",
)  # fmt: skip

PROJECTOR = Tokens(
    name="projector", dark=False,
    bg0="#D5D8DC", bg1="#FFFFFF", bg2="#F2F3F5", bg3="#E3E5E9", bg4="#D0D4DA", mat="#E9EAED",
    line="#B9BEC6", line2="#5A6069", t1="#000000", t2="#2B2F36", t3="#383D45",
    accent="#1A3397", accent_hover="#122672", on_accent="#FFFFFF",
    sel="#C25700", sel_t="#7A3600", sel_bg="#FFE8CC", halo="#FFFFFF",
    ok="#084A2A", warn="#6E2B00", err="#870C13",
    focus_width=3, ring=1.5, start_scale=150,
)  # fmt: skip

THEMES: dict[str, Tokens] = {t.name: t for t in (DARK, LIGHT, PROJECTOR)}
SCALES = (100, 115, 130, 150, 175, 200, 250)


def _linear(byte: int) -> float:
    c = byte / 255
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of a colour written #RRGGBB."""
    r, g, b = bytes.fromhex(colour.removeprefix("#"))
    return 0.2126 * _linear(r) + 0.7152 * _linear(g) + 0.0722 * _linear(b)


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2) of two colours, 1 … 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
