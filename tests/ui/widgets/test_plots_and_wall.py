"""Plots: their ground, legend and decades; the wall's tiles; the run bar where it is narrow."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cnnviz_app.ui.theme import theme
from cnnviz_app.ui.widgets import LinePlot, RunBar
from cnnviz_app.ui.widgets.base import text_width
from cnnviz_app.ui.widgets.plot_legend import PlotLegend
from cnnviz_app.ui.widgets.wall_tiles import WallTiles


@pytest.mark.parametrize("name", ["light", "projector"])
def test_a_plot_stands_on_the_ground_of_the_theme_after_a_change(qtbot: QtBot, name: str) -> None:
    theme().set("dark", 100)
    page = QWidget()
    page.setObjectName("page")
    page.setStyleSheet(f"#page {{ background: {theme().tokens.bg1}; }}")
    plot = LinePlot()
    QVBoxLayout(page).addWidget(plot)
    qtbot.addWidget(page)
    plot.set_curve("a", [0, 10], [0, 1])
    page.resize(400, 300)
    page.show()
    qtbot.waitExposed(page)

    def ground() -> str:
        """The colour that most of the plot has."""
        image = plot.grab().toImage()
        places = itertools.product(range(60, 380, 9), range(10, 250, 9))
        seen = Counter(image.pixelColor(x, y).name() for x, y in places)
        return seen.most_common(1)[0][0]

    assert ground() == theme().tokens.bg1.lower()
    theme().set(name, 100)
    page.setStyleSheet(f"#page {{ background: {theme().tokens.bg1}; }}")
    assert ground() == theme().tokens.bg1.lower()
    theme().set("dark", 100)


def test_the_legend_takes_as_many_rows_as_its_names_need(qtbot: QtBot) -> None:
    plot = LinePlot(legend=True)
    qtbot.addWidget(plot)
    names = ["objective", "content", "style", "total variation", "gradient norm"]
    for name in names:
        plot.add_curve(name)
    plot.resize(600, 300)
    plot.show()
    qtbot.waitExposed(plot)
    legend = plot.findChild(PlotLegend)
    assert legend is not None
    wide, lone = legend.height(), {row for _, row in legend.places()}
    plot.resize(220, 300)
    qtbot.waitUntil(lambda: legend.height() > wide)
    assert lone == {0}
    assert len({row for _, row in legend.places()}) > 1
    assert len(legend.places()) == len(names)


def test_decades_keep_their_distance(qtbot: QtBot) -> None:
    plot = LinePlot(log_y=True)
    qtbot.addWidget(plot)
    plot.set_curve("a", [0, 1], [1e-5, 1e5])
    for height, at_least in ((400, 1), (110, 2)):
        plot.resize(300, height)
        plot.show()
        qtbot.waitExposed(plot)
        plot.grab()
        assert plot._decades >= at_least
    assert plot._decades <= 10


def test_the_wall_never_cuts_a_name(qtbot: QtBot) -> None:
    tiles = WallTiles()
    qtbot.addWidget(tiles)
    tiles.set_titles(["none", "pyramid views", "total variation"] * 3)
    tiles.resize(370, 120)
    tiles.fit_into(120)
    assert tiles.minimumHeight() > 120
    assert tiles._side >= text_width("pyramid views", "micro")
    tiles.resize(370, 500)
    tiles.fit_into(500)
    assert tiles.minimumHeight() == 0
    assert tiles._rect(8).bottom() < 500


def test_the_run_bar_says_it_shorter_where_there_is_little_room(qtbot: QtBot) -> None:
    bar = RunBar()
    qtbot.addWidget(bar)
    bar.set_state("finished")
    bar.set_status("finished, 150 steps in 1 min 38 s", "ok", "ok", "1 min 38 s")
    assert bar._progress.short == "1 min 38 s"
    bar.resize(320, 40)
    assert not bar.grab().isNull()
    bar.set_progress(0.5, "step 1")
    assert bar._progress.short == ""
