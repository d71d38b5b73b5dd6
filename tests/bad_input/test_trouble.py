"""Trouble that is no file and no option: settings of another time, and a change of mind."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from cnnviz_app.core.events import Event, Failed, Stopped, is_terminal
from cnnviz_app.lab.requests import OpenModel
from cnnviz_app.nets import catalog
from cnnviz_app.ui.app import Application, Options
from cnnviz_app.ui.settings import Settings
from tests.bad_input.bench import Bench
from tests.bad_input.table import ALL
from tests.ui.waiting import turn, wait_for

SETTINGS = {
    "garbage": "\0\1\2 this is no ini file [[[ \n====\n",
    "empty": "",
    "wrong-types": "[preferences]\ntheme=7\nscale=huge\nunit=many\nseen_start=perhaps\n",
    "out-of-range": "[preferences]\nscale=1000\ntheme=neon\nsequential_map=rainbow\n",
    "another-version": "[preferences]\nworkspace=sculpture\ntelemetry=true\n"
                       "[layouts-99]\nexplore=abc\n[techniques]\nfeature-vis=[1]\n",
    "gone": "[preferences]\nmodel=/gone/net.py\nlayer=conv9\nunit=-5\npicture=/gone/cat.png\n"
            "folder=/gone\n",
    "layer-gone": "[preferences]\nmodel=lenet5\nlayer=conv9\nunit=999\npicture=builtin:unicorn\n",
    "layout-garbage": "[layouts-1]\nexplore=@ByteArray(garbage)\n[window]\n"
                      "geometry=@ByteArray(nonsense)\n",
    "techniques-garbage": "[techniques]\nfeature-vis={\"steps\": \"many\", \"gone\": 1}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_the_window_starts_whatever_the_settings_say(
    name: str, qapp: QApplication, tmp_path: Path
) -> None:
    path = tmp_path / "settings.ini"
    path.write_text(SETTINGS[name], encoding="utf-8")
    application = Application(Settings(path))
    try:
        application.window.restore()
        application.window.show()
        application.start(Options(model="lenet5" if name != "gone" else ""))
        wait_for(lambda: application.state.looked is not None)
        state = application.state
        assert state.model is not None
        assert state.layer in state.model.layers
        assert 0 <= state.unit < state.units
        assert application.desk.runs.values["steps"] == 512
        if name == "gone":
            assert "net.py" in " ".join(m.title for m in application.messages.history)
    finally:
        application.engine.cancel_all()
        wait_for(lambda: not application.engine.tickets)
        application.window.close()
        assert application.close()
        application.window.strip.clear()
        application.window.deleteLater()
        application.deleteLater()
        turn()


def test_cancel_while_a_model_loads(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Event] = []
    bench.desk.engine.happened.connect(lambda e: ended.append(e) if is_terminal(e) else None)
    before = bench.selected

    def slow(*args: object, ctx: Any = None, **kwargs: object) -> object:
        while True:
            time.sleep(0.01)
            ctx.checkpoint()

    monkeypatch.setattr(catalog, "open_network", slow)
    bench.desk.conductor.open_model("torchvision/resnet18")
    turn(50)
    ticket = next(t for t in bench.desk.engine.tickets if isinstance(t.job.request, OpenModel))
    ticket.cancel()
    bench.settle()
    assert isinstance(ended[-1], Stopped)
    assert bench.selected == before
    assert bench.told() == ""


def test_asking_for_another_model_forgets_the_one_that_fails(bench: Bench) -> None:
    bench.desk.conductor.open_model("no-such-model")
    bench.desk.conductor.open_model("lenet5", layer="relu1", unit=2)
    bench.settle()
    assert bench.told() == ""
    assert (bench.desk.state.layer, bench.desk.state.unit) == ("relu1", 2)


def test_a_failed_run_says_so_and_the_next_one_works(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.type_and_run("layer", "conv9")
    bench.settle()
    assert bench.desk.runs.status == "failed"
    assert isinstance(bench.desk.runs.failure, Failed)
    bench.finished()
    assert bench.desk.runs.failure is None


def test_there_are_enough_causes_and_each_has_its_own_name() -> None:
    ids = [cause.id for cause in ALL]
    assert len(set(ids)) == len(ids)
    assert len([c for c in ALL if c.arguments is not None]) >= 70
    assert len([c for c in ALL if c.act is not None]) >= 70
    assert len([c for c in ALL if c.arguments is not None and c.act is not None]) >= 60
