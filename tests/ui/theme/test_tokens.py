"""The contrast tables of the design rules, kept over the token file."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from cnnviz_app.ui.theme.tokens import DARK, LIGHT, PROJECTOR, SCALES, THEMES, Tokens, contrast

GROUNDS = ("bg0", "bg1", "bg2", "bg3")
TABLE = {
    "t1": ((16.5, 15.3, 14.1, 12.3), (13.5, 16.3, 15.3, 14.0), (14.7, 21.0, 18.9, 16.7)),
    "t2": ((8.5, 7.9, 7.2, 6.3), (6.1, 7.4, 6.9, 6.3), (9.4, 13.4, 12.1, 10.7)),
    "t3": ((6.5, 6.0, 5.5, 4.8), (4.6, 5.6, 5.3, 4.8), (7.6, 10.9, 9.8, 8.7)),
    "accent": ((8.3, 7.7, 7.1, 6.2), (4.8, 5.7, 5.4, 4.9), (7.5, 10.7, 9.6, 8.5)),
    "sel_t": ((12.2, 11.4, 10.5, 9.1), (5.1, 6.1, 5.8, 5.3), (6.2, 8.9, 8.0, 7.1)),
    "ok": ((8.7, 8.1, 7.5, 6.5), (4.9, 5.9, 5.6, 5.1), (7.3, 10.4, 9.4, 8.2)),
    "warn": ((9.3, 8.6, 7.9, 6.9), (4.8, 5.8, 5.5, 5.0), (7.3, 10.5, 9.4, 8.3)),
    "err": ((7.2, 6.7, 6.1, 5.3), (4.6, 5.5, 5.2, 4.8), (7.0, 10.0, 9.0, 8.0)),
}
ORDER = (DARK, LIGHT, PROJECTOR)


@pytest.mark.parametrize("ink", TABLE)
@pytest.mark.parametrize("which", range(3), ids=[t.name for t in ORDER])
def test_text_contrast_is_as_in_the_table(ink: str, which: int) -> None:
    theme = ORDER[which]
    got = [contrast(getattr(theme, ink), getattr(theme, ground)) for ground in GROUNDS]
    # The table is rounded to one decimal.
    assert got == pytest.approx(TABLE[ink][which], abs=0.055)


@pytest.mark.parametrize("theme", ORDER, ids=lambda t: t.name)
def test_all_text_reaches_what_readers_need(theme: Tokens) -> None:
    least = 4.5 if theme is not PROJECTOR else 6.1
    for ink in TABLE:
        for ground in GROUNDS:
            assert contrast(getattr(theme, ink), getattr(theme, ground)) >= least, (ink, ground)


@pytest.mark.parametrize(
    ("theme", "on_accent", "on_amber", "ring"),
    [(DARK, 8.3, 9.1, 11.4), (LIGHT, 5.9, 5.7, 3.8), (PROJECTOR, 10.7, 7.5, 4.5)],
    ids=["dark", "light", "projector"],
)
def test_the_pairs_beside_the_table(
    theme: Tokens, on_accent: float, on_amber: float, ring: float
) -> None:
    assert contrast(theme.on_accent, theme.accent) == pytest.approx(on_accent, abs=0.055)
    assert contrast(theme.sel_t, theme.sel_bg) == pytest.approx(on_amber, abs=0.055)
    assert contrast(theme.sel, theme.bg1) == pytest.approx(ring, abs=0.055)


@pytest.mark.parametrize(("theme", "ratio"), [(DARK, 2.0), (LIGHT, 2.2), (PROJECTOR, 6.3)])
def test_field_outlines(theme: Tokens, ratio: float) -> None:
    assert contrast(theme.line2, theme.bg1) == pytest.approx(ratio, abs=0.06)


def test_every_colour_is_written_the_same_way() -> None:
    for theme in THEMES.values():
        for field in fields(theme):
            value = getattr(theme, field.name)
            if isinstance(value, str) and field.name != "name":
                assert re.fullmatch("#[0-9A-F]{6}", value), (theme.name, field.name)


@pytest.mark.parametrize("theme", ORDER, ids=lambda t: t.name)
def test_chrome_is_grey(theme: Tokens) -> None:
    for name in ("bg0", "bg1", "bg2", "bg3", "bg4", "mat"):
        r, g, b = bytes.fromhex(getattr(theme, name)[1:])
        assert max(r, g, b) - min(r, g, b) <= 11, name


def test_text_scales() -> None:
    assert SCALES == (100, 115, 130, 150, 175, 200, 250)
    assert PROJECTOR.start_scale == 150
