"""The model browser: found, filtered, downloaded and opened with the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnviz_app.lab.requests import FetchWeights, ImportWeights, ListModels, OpenModel, TrustCode
from cnnviz_app.nets import catalog
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _files, _words
from cnnviz_app.ui.panels._model_rows import rows
from cnnviz_app.ui.panels.models import ModelBrowser
from cnnviz_app.ui.widgets.base import THIN
from tests.ui.fakes import engine_of, entry, lenet_facts

ENTRIES = (
    entry("lenet5", title="LeNet for digits", summary="Reads digits.", classes=10),
    entry("torchvision/resnet101", title="ResNet-101"),
    entry("torchvision/resnet18", title="ResNet-18"),
    entry("torchvision/vgg19", title="VGG-19", family="VGG", available=True),
)


@pytest.fixture
def browser(qtbot: QtBot, desk: Desk) -> ModelBrowser:
    desk.conductor.list_models()
    engine_of(desk).finish(ListModels, ENTRIES)
    panel = ModelBrowser(desk)
    qtbot.addWidget(panel)
    panel.resize(440, 700)
    return panel


def titles(panel: ModelBrowser) -> list[str]:
    model = panel.list.model()
    return [str(model.data(model.index(i, 0))) for i in range(model.rowCount())]


def test_groups_by_source_and_counts_like_people_do(browser: ModelBrowser) -> None:
    assert titles(browser) == [
        "Bundled", "LeNet for digits", "Torchvision", "ResNet-18", "ResNet-101", "VGG-19",
    ]  # fmt: skip


def test_search_needs_every_word(browser: ModelBrowser) -> None:
    browser.search.setText("res 18")
    assert titles(browser) == ["Torchvision", "ResNet-18"]
    browser.search.setText("nothing like it")
    assert titles(browser) == []
    assert browser.empty.isVisibleTo(browser)
    browser.empty.action.emit("clear")
    assert len(titles(browser)) == 6


def test_ready_shows_what_is_here(browser: ModelBrowser) -> None:
    browser.chips.choose("ready")
    assert titles(browser) == ["Bundled", "LeNet for digits", "Torchvision", "VGG-19"]
    browser.chips.choose("yours")
    assert titles(browser) == []


def test_down_enter_opens_what_is_ready(qtbot: QtBot, desk: Desk, browser: ModelBrowser) -> None:
    browser.search.setText("vgg")
    desk.choice.choose("torchvision/vgg19")
    qtbot.keyClick(browser.search, Qt.Key.Key_Return)
    assert engine_of(desk).last(OpenModel).job.request == OpenModel("torchvision/vgg19")
    assert desk.choice.opening == "torchvision/vgg19"


def test_arrow_keys_choose_and_skip_headings(
    qtbot: QtBot, desk: Desk, browser: ModelBrowser
) -> None:
    desk.choice.choose("lenet5")
    qtbot.keyClick(browser.list, Qt.Key.Key_Down)
    assert desk.choice.name == "torchvision/resnet18"


def test_missing_weights_are_offered_not_opened(desk: Desk, browser: ModelBrowser) -> None:
    browser.open_or_offer("torchvision/resnet18")
    assert not engine_of(desk).asked_for(OpenModel)
    shown = {key for key in ("open", "download", "import", "untrained")
             if not browser.offers.button(key).isHidden()}  # fmt: skip
    assert shown == {"download", "import", "untrained"}
    assert "random" in browser.offers._sentence.text()
    browser.offers.button("untrained").click()
    assert engine_of(desk).last(OpenModel).job.request.untrained


def test_download_shows_bytes_pauses_and_ends(desk: Desk, browser: ModelBrowser) -> None:
    engine, name = engine_of(desk), "torchvision/resnet18"
    desk.choice.choose(name)
    browser.offers.button("download").click()
    engine.begin(FetchWeights)
    engine.progress(FetchWeights, 12.3e6, 46.8e6, left=9.2)
    assert browser.offers._sentence.text() == "12.3\u2009MB of 46.8\u2009MB, 9\u2009s left"
    browser.offers.button("pause").click()
    assert engine.last(FetchWeights).paused
    assert browser.offers.button("pause").text() == "Resume"
    browser.list.icon_clicked.emit(name)
    assert not engine.last(FetchWeights).paused
    engine.finish(FetchWeights, entry(name, available=True))
    engine.finish(ListModels, (*ENTRIES[:2], entry(name, available=True), ENTRIES[3]))
    assert not browser.offers.button("open").isHidden()
    assert browser.offers.button("download").isHidden()


def test_cancelled_and_failed_downloads_can_be_tried_again(
    desk: Desk, browser: ModelBrowser
) -> None:
    engine, name = engine_of(desk), "torchvision/resnet18"
    desk.choice.choose(name)
    desk.choice.fetch(name)
    browser.list.cancelled.emit(name)
    assert engine.last(FetchWeights).control.cancelled
    engine.stop(FetchWeights)
    assert desk.choice.download(name) is None
    desk.choice.fetch(name)
    engine.fail(FetchWeights, "There is no connection to the internet.", "Try again later.")
    assert browser.offers._sentence.text().startswith("There is no connection")
    assert browser.offers.button("download").text().startswith("Try again")


def test_import_and_own_models_ask_for_a_file(
    desk: Desk, browser: ModelBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_files, "ask_open", lambda *_: Path("stick/resnet18.pth"))
    engine = engine_of(desk)
    for action in browser.make_menu().actions():
        action.trigger()
    desk.choice.choose("torchvision/resnet18")
    browser.offers.button("import").click()
    asked = engine.asked_for(ImportWeights)
    assert [request.model for request in asked] == ["", "", "torchvision/resnet18"]


def test_a_program_runs_only_after_a_yes(
    desk: Desk, browser: ModelBrowser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code = tmp_path / "net.py"
    code.write_text("def build(): ...", encoding="utf-8")
    monkeypatch.setattr(_files, "ask_open", lambda *_: code)
    browser.make_menu().actions()[1].trigger()
    engine, said = engine_of(desk), desk.messages.history[-1]
    assert not engine.asked_for(ImportWeights)
    assert said.on_action is not None
    said.on_action()
    assert engine.asked_for(TrustCode) == [TrustCode(code)]


def test_a_list_that_cannot_be_read_can_be_asked_again(
    qtbot: QtBot, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    panel = ModelBrowser(desk)
    qtbot.addWidget(panel)
    desk.conductor.list_models()
    engine_of(desk).fail(ListModels, "The resources are incomplete.", details="Trace")
    assert panel.empty._sentence.text() == "The resources are incomplete."
    panel.empty.action.emit("list")
    engine_of(desk).finish(ListModels, ENTRIES)
    assert len(titles(panel)) == 6


def test_another_set_of_weights_shows_in_the_same_row(desk: Desk, browser: ModelBrowser) -> None:
    desk.choice.fetch("torchvision/resnet18@IMAGENET1K_V2")
    assert desk.choice.download("torchvision/resnet18") is not None
    browser.list.cancelled.emit("torchvision/resnet18")
    assert engine_of(desk).last(FetchWeights).control.cancelled


def test_open_model_is_marked_and_chosen(desk: Desk, browser: ModelBrowser) -> None:
    desk.state.set_model(lenet_facts())
    assert desk.choice.name == "lenet5"
    assert desk.choice.is_open("lenet5")
    assert "every panel" in browser.offers._sentence.text()


def test_untrained_network_says_so(desk: Desk, browser: ModelBrowser) -> None:
    desk.state.set_model(lenet_facts(name="torchvision/resnet18", trained=False))
    assert "untrained" in browser.offers._sentence.text()


def test_rows_paint_in_every_state_and_theme(
    qtbot: QtBot, desk: Desk, browser: ModelBrowser, pictures: Path
) -> None:
    desk.choice.fetch("torchvision/resnet18")
    desk.choice.fetch("torchvision/resnet101")
    engine_of(desk).fail(FetchWeights, "The disk is full.")
    desk.state.set_model(lenet_facts())
    for theme, scale in (("dark", 100), ("light", 250), ("projector", 150)):
        desk.theme.set(theme, scale)
        assert browser.grab().save(str(pictures / f"models-{theme}.png"))
        assert browser.minimumSizeHint().width() <= desk.theme.px(280)
    desk.theme.set("dark", 100)


def test_the_whole_catalog_is_filtered_at_typing_speed(desk: Desk) -> None:
    entries = catalog.entries()
    assert len(entries) > 80
    assert len(rows(entries, "torchvision", "")) == 81
    assert [r.entry.title for r in rows(entries, "all", "vgg 19 batch") if r.entry] == [
        "VGG-19 with batch-norm"
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [(61_100_840, "61.1 M"), (9408, "9 408"), (857_738, "858 k"), (999_999, "1.00 M")],
)
def test_counts(value: int, words: str) -> None:
    assert _words.count(value) == words.replace(" ", THIN)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0421, "42 ms"), (1.63, "1.6 s"), (12.7, "13 s"), (600, "10 min")],
)
def test_durations(seconds: float, words: str) -> None:
    assert _words.duration(seconds) == words.replace(" ", THIN)
