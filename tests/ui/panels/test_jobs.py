"""The Jobs panel and the log behind it: what runs, how it ended, what was said."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cnnviz_app.core.events import Stopped
from cnnviz_app.lab.requests import FetchWeights, ListTechniques
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.job_log import KEPT
from cnnviz_app.ui.panels import jobs
from cnnviz_app.ui.panels.jobs import Jobs
from tests.ui.fakes import engine_of


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short jobs are shown too."""
    monkeypatch.setattr(jobs, "WORTH_SHOWING", 0.0)


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> Jobs:
    panel = Jobs(desk)
    qtbot.addWidget(panel)
    panel.resize(420, 500)
    return panel


def run(desk: Desk, title: str) -> None:
    engine_of(desk).ask(ListTechniques(), title=title)
    engine_of(desk).begin(ListTechniques)


def test_idle_is_said(panel: Jobs) -> None:
    assert panel._empty.isVisibleTo(panel)


def test_a_job_runs_pauses_and_is_cancelled(desk: Desk, panel: Jobs) -> None:
    run(desk, "DeepDream")
    engine_of(desk).progress(ListTechniques, 36, 40, "step 36 of 40", 9.0)
    panel.refresh()
    (row,) = panel.running
    assert row._line.text().startswith("9\u2009s left · step 36 of 40")
    row.pause.click()
    assert engine_of(desk).last(ListTechniques).paused
    assert row._line.text().startswith("paused")
    row.pause.click()
    assert not engine_of(desk).last(ListTechniques).paused
    row.cancel.click()
    assert engine_of(desk).last(ListTechniques).control.cancelled
    engine_of(desk).stop(ListTechniques)
    panel.refresh()
    assert panel.running == []
    assert desk.jobs.history[0].state == "stopped"


def test_what_waits_says_so(desk: Desk, panel: Jobs) -> None:
    desk.conductor.fetch_weights("torchvision/resnet18")
    panel.refresh()
    assert panel.running[0]._line.text() == "waits for its turn"
    assert panel.running[0].pause.isHidden()
    engine_of(desk).stop(FetchWeights)


def test_a_failure_keeps_its_sentence_and_gives_its_details(
    desk: Desk, panel: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    run(desk, "Style transfer")
    engine_of(desk).fail(
        ListTechniques, "There was not enough memory.", "Choose a smaller size.", "Trace"
    )
    panel.refresh()
    (row,) = panel.ended
    assert row._why.text() == "There was not enough memory."
    row.details.click()
    assert "Trace" in QGuiApplication.clipboard().text()


def test_equal_jobs_are_one_line_with_a_count(desk: Desk, panel: Jobs) -> None:
    for _ in range(7):
        run(desk, "Feature maps")
        engine_of(desk).finish(ListTechniques)
    run(desk, "Open lenet5")
    engine_of(desk).finish(ListTechniques)
    assert [(r.title, r.times) for r in desk.jobs.history] == [
        ("Open lenet5", 1), ("Feature maps", 7),
    ]  # fmt: skip
    panel.refresh()
    assert len(panel.ended) == 2
    panel.clear.click()
    assert panel.ended == []


def test_the_history_does_not_grow_for_ever(desk: Desk) -> None:
    for number in range(KEPT + 30):
        run(desk, f"Job {number}")
        engine_of(desk).finish(ListTechniques)
    assert len(desk.jobs.history) == KEPT
    assert desk.jobs.history[0].title == f"Job {KEPT + 29}"


def test_a_job_replaced_in_its_slot_leaves_the_list(desk: Desk) -> None:
    engine = engine_of(desk)
    first = engine.ask(ListTechniques(), slot="look", title="Feature maps")
    engine.ask(ListTechniques(), slot="look", title="Feature maps")
    engine.deliver(Stopped(first.job.id))
    assert len(desk.jobs.running) == 1


def test_it_ticks_only_while_seen_and_something_runs(
    qtbot: QtBot, desk: Desk, panel: Jobs
) -> None:
    panel.show()
    assert not panel._timer.isActive()
    run(desk, "DeepDream")
    assert panel._timer.isActive()
    engine_of(desk).finish(ListTechniques)
    qtbot.waitUntil(lambda: not panel._timer.isActive(), timeout=2000)
    assert len(panel.ended) == 1
    run(desk, "DeepDream")
    panel.hide()
    assert not panel._timer.isActive()


def test_messages_stay_readable(desk: Desk, panel: Jobs) -> None:
    desk.messages.info("Using the processor.", "There is no graphics card here.")
    desk.messages.error("The disk is full.", "Delete something.")
    panel.view.set_key("messages")
    panel.refresh()
    assert [row._title.text() for row in panel._said] == [
        "The disk is full.", "Using the processor.",
    ]  # fmt: skip
    assert not panel.grab().isNull()
