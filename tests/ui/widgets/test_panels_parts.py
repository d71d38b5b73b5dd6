"""Bars, histogram, run bar, messages, pill, plots and the parts every panel has."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from cnnviz_app.ui import widgets
from cnnviz_app.ui.theme import theme
from cnnviz_app.ui.widgets import (
    Bar,
    ClassBars,
    ColourBar,
    DockTitle,
    EmptyState,
    Histogram,
    JobsPill,
    LinePlot,
    Message,
    MessageStrip,
    RunBar,
    SearchButton,
)
from cnnviz_app.ui.widgets.gallery import render
from cnnviz_app.ui.widgets.message_strip import MessageCard

LEFT = Qt.MouseButton.LeftButton


def test_class_bars_say_which_class(qtbot: QtBot) -> None:
    bars = ClassBars(3)
    qtbot.addWidget(bars)
    bars.resize(200, 120)
    bars.set_bars([Bar("Egyptian Mau", 0.41, index=285), Bar("lynx", 0.07, index=287)])
    with qtbot.waitSignal(bars.chosen) as chosen:
        qtbot.mouseClick(bars, LEFT, pos=QPoint(100, 45))
    assert chosen.args == [287]
    with qtbot.waitSignal(bars.pin_asked) as pinned:
        qtbot.mouseClick(bars, LEFT, pos=QPoint(5, 10))
    assert pinned.args == [285]
    assert "Egyptian Mau 41.0" in bars.accessibleDescription()
    bars.grab()


def test_rows_change_places_at_most_twice_a_second(qtbot: QtBot) -> None:
    bars = ClassBars(2)
    qtbot.addWidget(bars)
    bars.show()
    bars.set_bars([Bar("cat", 0.5), Bar("dog", 0.4)])
    bars.set_bars([Bar("dog", 0.6), Bar("cat", 0.3)])
    assert [(b.name, b.share) for b in bars.bars()] == [("cat", 0.3), ("dog", 0.6)]
    qtbot.waitUntil(lambda: bars.bars()[0].name == "dog", timeout=2000)


def test_a_histogram_tells_its_bins(qtbot: QtBot) -> None:
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(200, 90)
    histogram.set_counts([1, 4, 2, 0], 0, 4)
    histogram.set_now(3.2, "now 3.20")
    histogram.grab()
    histogram.show()
    with qtbot.waitSignal(histogram.hovered) as hovered:
        qtbot.mouseMove(histogram, QPoint(75, 50))
    assert hovered.args == [1.5, 4]


def test_colour_bars_name_their_ends(qtbot: QtBot) -> None:
    bar = ColourBar("poles", -0.09, 0.09)
    qtbot.addWidget(bar)
    assert bar.accessibleName() == "Colour bar, −0.09 to +0.09"
    bar.set_scale("tide", 0, 1, high_words="max")
    assert bar.accessibleName() == "Colour bar, 0 to max"


def test_the_primary_button_of_the_run_bar_follows_the_state(qtbot: QtBot) -> None:
    bar = RunBar()
    qtbot.addWidget(bar)
    bar.resize(900, 40)
    bar.show()
    for state, words, signal in (
        ("ready", "Run", bar.run_asked),
        ("running", "Pause", bar.pause_asked),
        ("paused", "Resume", bar.resume_asked),
        ("finished", "Run again", bar.run_asked),
    ):
        bar.set_state(state)
        assert bar.primary.text() == words
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(bar.primary, LEFT)
    assert bar.branch.isVisible()
    assert bar.branch.text()
    bar.resize(300, 40)
    assert bar.branch.isVisible()
    assert not bar.branch.text()
    assert not bar.budget.isVisible()


def test_at_most_two_messages_and_the_newest_is_below(qtbot: QtBot) -> None:
    strip = MessageStrip()
    qtbot.addWidget(strip)
    for severity, title in (("err", "one"), ("ok", "two"), ("warn", "three")):
        strip.show_message(Message(severity, title))
    assert [m.title for m in strip.messages()] == ["one", "three"]
    strip.show_message(Message("err", "four"))
    assert [m.title for m in strip.messages()] == ["three", "four"]
    strip.clear()
    assert strip.isHidden()


def test_a_message_replaces_the_one_with_its_key_and_its_button_acts(qtbot: QtBot) -> None:
    strip = MessageStrip()
    qtbot.addWidget(strip)
    done: list[str] = []
    strip.show_message(Message("info", "10 of 98 MB", key="download"))
    strip.show_message(
        Message("info", "41 of 98 MB", "", "Pause", lambda: done.append("paused"), "download")
    )
    assert [m.title for m in strip.messages()] == ["41 of 98 MB"]
    card = strip.findChildren(MessageCard)[-1]
    card._action.click()
    assert done == ["paused"]
    assert strip.messages() == []


def test_mild_messages_leave_and_grave_ones_stay(qtbot: QtBot, monkeypatch) -> None:
    monkeypatch.setattr("cnnviz_app.ui.widgets.message_strip._STAY_MS", 10)
    strip = MessageStrip()
    qtbot.addWidget(strip)
    strip.show_message(Message("ok", "saved"))
    strip.show_message(Message("err", "broken"))
    qtbot.waitUntil(lambda: [m.title for m in strip.messages()] == ["broken"])
    qtbot.wait(40)
    assert len(strip.messages()) == 1


def test_the_pill_says_what_runs(qtbot: QtBot) -> None:
    pill = JobsPill()
    qtbot.addWidget(pill)
    pill.set_running(2, 0.4, 9.2)
    assert pill.accessibleName() == "Jobs: 2 running · 9 s"
    pill.grab()
    pill.set_error("1 failed")
    pill.grab()
    pill.set_compact(True)
    pill.set_idle()
    assert pill.isHidden()


def test_an_empty_state_offers_its_actions(qtbot: QtBot) -> None:
    empty = EmptyState("chart", "No population yet", "Choose a folder.", (("go", "Choose…"),))
    qtbot.addWidget(empty)
    empty.show()
    button = empty.findChildren(widgets.Button)[0]
    assert button.kind == "primary"
    with qtbot.waitSignal(empty.action) as action:
        button.click()
    assert action.args == ["go"]


def test_a_dock_title_has_its_menu(qtbot: QtBot) -> None:
    bar = DockTitle("Kernel", "unit 230")
    qtbot.addWidget(bar)
    bar.add_entry("sort", "Sort by norm")
    menu = bar.make_menu()
    with qtbot.waitSignal(bar.menu_asked) as asked:
        menu.actions()[0].trigger()
    assert asked.args == ["sort"]
    assert [a.text() for a in menu.actions()][-1] == "Close"
    assert bar.height() == 34


def test_curves_grow_and_change_their_clothes(qtbot: QtBot) -> None:
    plot = LinePlot(legend=True, log_y=True)
    qtbot.addWidget(plot)
    plot.add_curve("content", "t1")
    plot.add_curve("1_1", 0.5, dashed=True)
    for step in range(20):
        plot.append("content", step, math.exp(-step / 5))
    plot.set_curve("1_1", [0, 1, 2], [1.0, 0.0, 0.1])  # zero has no logarithm: a gap, no warning
    plot.set_bands([(0, 5)])
    plot.set_marks([10])
    plot.grab()
    theme().set("projector", 150)
    plot.grab()
    plot.clear()
    plot.grab()


def test_the_compact_search_is_an_icon(qtbot: QtBot) -> None:
    search = SearchButton()
    qtbot.addWidget(search)
    search.set_compact(True)
    assert search.sizeHint().width() == 34
    with qtbot.waitSignal(search.clicked):
        qtbot.mouseClick(search, LEFT)


@pytest.mark.parametrize(("name", "scale"), [("dark", 100), ("light", 100), ("projector", 150)])
def test_the_gallery_is_drawn_without_a_warning(qtbot: QtBot, name: str, scale: int) -> None:
    theme().set(name, scale)
    for page in (0, 1):
        image = render(page)
        seen = {image.pixelColor(x, y).rgb() for x in range(0, 1500, 7) for y in range(0, 800, 7)}
        assert len(seen) > 40


NARROW = (
    lambda: ClassBars(),
    lambda: EmptyState("chart", "t", "A longer sentence than fits.", (("a", "Act"),)),
    lambda: Histogram(),
    lambda: widgets.TileGrid(),
    lambda: widgets.PictureView(),
    lambda: widgets.Filmstrip(),
    lambda: RunBar(),
    lambda: LinePlot(),
    lambda: MessageStrip(),
    lambda: DockTitle("Panel", "a note that is long"),
    lambda: widgets.ParameterRow("A label", widgets.SliderField(1, (0, 2))),
)


@pytest.mark.parametrize("make", NARROW)
def test_no_widget_widens_the_window(qtbot: QtBot, make) -> None:
    widget: QWidget = make()
    qtbot.addWidget(widget)
    hint = widget.minimumSizeHint()
    assert hint.width() <= 280
    assert hint.height() <= 160


def test_dressed_views_have_rows_of_28(qtbot: QtBot) -> None:
    tree = QTreeWidget()
    qtbot.addWidget(tree)
    widgets.dress(tree)
    tree.setHeaderLabels(["Layer"])
    tree.addTopLevelItem(QTreeWidgetItem(["conv1"]))
    tree.show()
    assert tree.visualItemRect(tree.topLevelItem(0)).height() == pytest.approx(28, abs=2)
