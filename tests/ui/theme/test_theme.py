"""The theme object: what it says, and that the whole application follows."""

from __future__ import annotations

import string

import pytest
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from cnnviz_app.ui.theme import SCALES, THEMES, color, font, icons, px, qss, theme
from cnnviz_app.ui.theme.type import ROLES


def test_changed_is_emitted_once_and_only_for_a_change(qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme().changed):
        theme().set("light")
    with qtbot.assertNotEmitted(theme().changed):
        theme().set("light", 100)


def test_lengths_follow_the_text_scale() -> None:
    theme().set(scale=150)
    assert (px(28), px(5), px(3)) == (42, 8, 4)


def test_walking_through_scales_stops_at_the_ends() -> None:
    seen = []
    for _ in range(10):
        seen.append(theme().scale)
        theme().step_scale(+1)
    assert tuple(dict.fromkeys(seen)) == SCALES
    theme().step_scale(0)
    assert theme().scale == 100
    theme().step_scale(-1)
    assert theme().scale == 100


def test_next_theme_goes_round() -> None:
    seen = []
    for _ in range(4):
        seen.append(theme().name)
        theme().next_theme()
    assert seen == ["dark", "light", "projector", "dark"]


@pytest.mark.parametrize("name", THEMES)
def test_the_palette_names_every_role_people_see(name: str) -> None:
    theme().set(name)
    palette = QApplication.palette()
    assert palette.color(QPalette.ColorRole.Window) == color("bg1")
    assert palette.color(QPalette.ColorRole.PlaceholderText) == color("t3")
    assert palette.color(QPalette.ColorRole.ToolTipText) == color("t1")
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == color("t3")


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_has_no_gap_and_qt_accepts_it(name: str, scale: int) -> None:
    theme().set(name, scale)  # a sheet Qt cannot read is a warning, and warnings fail
    sheet = QApplication.instance().styleSheet()
    assert "$" not in sheet
    assert "url()" not in sheet


def test_the_template_can_be_filled() -> None:
    assert string.Template(qss._SHEET).is_valid()


def test_scroll_bars_have_all_their_parts_styled() -> None:
    for part in ("add-line", "sub-line", "add-page", "sub-page", "handle", "up-arrow"):
        assert f"QScrollBar::{part}" in qss._SHEET


def test_figures_have_one_width() -> None:
    tag = QFont.Tag("tnum")
    for role, spec in ROLES.items():
        face = font(role)
        assert spec.mono or face.featureValue(tag) == 1
        assert face.pixelSize() == spec.px
    theme().set(scale=200)
    assert font("body").pixelSize() == 26


def test_fields_are_28_high_and_follow_the_scale(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    assert field.sizeHint().height() == 28
    theme().set(scale=150)
    assert field.sizeHint().height() == pytest.approx(42, abs=2)


@pytest.mark.parametrize("name", sorted(icons.GLYPHS))
def test_every_icon_can_be_drawn(name: str) -> None:
    image = icons.draw(name, 16, "#FF0000").toImage()
    painted = sum(
        image.pixelColor(x, y).alpha() > 40 for x in range(16) for y in range(16)
    )
    assert painted >= 4
    # Nothing is cut off at the edges.
    assert all(image.pixelColor(x, y).alpha() < 200 for x in (0, 15) for y in range(16))


def test_icons_change_colour_with_the_theme() -> None:
    def ink() -> str:
        image = theme().pixmap("stop", 16).toImage()
        return image.pixelColor(8, 8).name()

    before = ink()
    theme().set("light")
    assert (before, ink()) == ("#a8acb3", "#4f545c")


def test_calm_means_no_movement() -> None:
    assert theme().duration(120) == 0
    theme().set(reduce_motion=False)
    assert theme().duration(120) == 120
