"""The canvas's run: timeline, playhead, presets, recipes and the command that does the same."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnviz_app.core.events import Failed, Frame, Metrics
from cnnviz_app.core.recipe import Recipe, SourceFacts
from cnnviz_app.lab.export_requests import Export
from cnnviz_app.lab.requests import ListTechniques, OpenModel, RunTechnique
from cnnviz_app.ui import timeline as timelines
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.timeline import Timeline, TimelineFrame
from tests.ui.desks import desk, outcome, picture, techniques
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """A model, a picture and all techniques."""
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts(), "features.conv2", 5)
    desk.state.set_picture(picture("a", 3, "builtin:cat"))
    return desk


def frame(step: int, size: int = 4) -> TimelineFrame:
    return TimelineFrame(step, np.zeros((size, size, 3), np.uint8))


def started(desk: Desk) -> int:
    desk.runs.start()
    return engine_of(desk).begin(RunTechnique).job.id


def shown(desk: Desk, *steps: int) -> None:
    number = started(desk)
    for step in steps:
        pixels = np.full((4, 4, 3), step, np.uint8)
        engine_of(desk).deliver(Frame(number, "picture", step, pixels))


def test_a_long_timeline_is_thinned_and_keeps_its_end() -> None:
    timeline = Timeline()
    for step in range(5000):
        timeline.add(frame(step))
        assert timeline.frames[-1].step == step
    steps = [f.step for f in timeline.frames]
    assert len(steps) <= timelines.TIMELINE_FRAMES
    assert steps[0] == 0
    assert steps == sorted(set(steps))


def test_large_frames_are_thinned_by_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "TIMELINE_BYTES", 10 * 48)
    timeline = Timeline()
    for step in range(100):
        timeline.add(frame(step))
        assert sum(f.pixels.nbytes for f in timeline.frames) <= 11 * 48


def test_scrubbing_back_and_to_the_live_end(ready: Desk) -> None:
    runs = ready.runs
    shown(ready, 0, 1, 2, 3)
    assert runs.playhead == -1
    assert runs.shown is not None
    assert runs.shown.step == 3
    runs.walk(-1)
    assert runs.shown.step == 2
    runs.first()
    assert runs.shown.step == 0
    runs.walk(-1)
    assert runs.shown.step == 0
    for _ in range(9):
        runs.walk(1)
    assert runs.playhead == -1
    runs.set_playhead(1)
    runs.set_playhead(99)
    assert runs.playhead == -1


def test_an_empty_timeline_cannot_be_walked(ready: Desk) -> None:
    ready.runs.walk(1)
    ready.runs.first()
    assert ready.runs.shown is None
    assert ready.runs.playhead == -1


def test_run_pause_step_resume_stop(ready: Desk) -> None:
    engine, runs = engine_of(ready), ready.runs
    heard: list[str] = []
    runs.status_changed.connect(heard.append)
    runs.step()
    runs.stop()
    runs.toggle()
    ticket = engine.begin(RunTechnique)
    runs.toggle()
    assert ticket.paused
    runs.step()
    assert ticket.paused
    runs.toggle()
    assert not ticket.paused
    runs.stop()
    assert ticket.control.cancelled
    engine.stop(RunTechnique)
    assert heard == ["running", "paused", "paused", "running", "stopped"]
    runs.toggle()
    engine.finish(RunTechnique, outcome())
    assert runs.status == "finished"
    assert runs.outcome is outcome()


def test_a_failure_is_kept_until_the_next_run(ready: Desk) -> None:
    started(ready)
    engine_of(ready).fail(RunTechnique, "There is no layer.", "Choose one.")
    assert ready.runs.status == "failed"
    assert isinstance(ready.runs.failure, Failed)
    started(ready)
    assert ready.runs.failure is None


def test_a_new_run_forgets_the_last(ready: Desk) -> None:
    shown(ready, 0, 1)
    number = engine_of(ready).last(RunTechnique).job.id
    engine_of(ready).deliver(Metrics(number, 1, {"objective": 2.0}))
    ready.runs.set_playhead(0)
    started(ready)
    assert ready.runs.timeline.frames == []
    assert ready.runs.metrics == []
    assert ready.runs.playhead == -1


def test_empty_layer_and_unit_are_the_selected_ones(ready: Desk) -> None:
    request = ready.runs.request()
    assert request is not None
    assert (request.params["layer"], request.params["unit"]) == ("features.conv2", "5")
    ready.state.set_layer("features.conv1", 2)
    request = ready.runs.request()
    assert request is not None
    assert (request.params["layer"], request.params["unit"]) == ("features.conv1", "2")
    ready.runs.set_values({"layer": "features.relu1", "unit": "4"})
    request = ready.runs.request()
    assert request is not None
    assert (request.params["layer"], request.params["unit"]) == ("features.relu1", "4")


def test_without_a_model_nothing_is_asked(desk: Desk) -> None:
    desk.runs.start()
    desk.runs.toggle()
    assert engine_of(desk).asked_for(RunTechnique) == []
    assert desk.runs.as_command() == "cnnviz techniques"


def test_a_preset_brings_its_values_and_takes_them_back(ready: Desk) -> None:
    runs = ready.runs
    assert runs.technique is not None
    usual = dict(runs.values)
    for name, values in runs.technique.presets.items():
        runs.set_value("preset", name)
        assert {key: runs.values[key] for key in values} == dict(values)
    runs.set_value("preset", usual["preset"])
    changed = {k for k in usual if runs.values[k] != usual[k]}
    assert changed <= set(runs.technique.presets.get(usual["preset"], {}))


def test_values_are_remembered_and_bad_ones_dropped(ready: Desk) -> None:
    ready.runs.set_value("steps", 77)
    assert ready.settings.technique_values("feature-vis") == {"steps": 77}
    stored = {"steps": "many", "gone": 1, "size": 64, "learning_rate": float("nan")}
    ready.settings.set_technique_values("class-image", stored)
    ready.runs.choose("class-image")
    assert ready.runs.values["size"] == 64
    defaults = {s.name: s.default for s in ready.runs.technique.specs}  # type: ignore[union-attr]  # it was chosen
    assert ready.runs.values["steps"] == defaults["steps"]
    assert "gone" not in ready.runs.values


def recipe(**given: Any) -> Recipe:
    usual: dict[str, Any] = {
        "technique": "feature-vis", "model": "lenet5", "weights_hash": "ab", "seed": 9,
        "params": {"steps": 5, "layer": "features.conv1", "unit": "2", "gone": True},
    }  # fmt: skip
    return Recipe(**{**usual, **given})


def test_a_recipe_brings_everything_back_and_runs(ready: Desk) -> None:
    ready.runs.set_value("size", 64)
    pixels = np.full((8, 8, 3), 77, np.uint8)
    ready.runs.restore(recipe(sources={"picture": pixels}), Path("made.png"))
    assert engine_of(ready).asked_for(RunTechnique) == []
    engine_of(ready).finish(OpenModel, lenet_facts())
    request = engine_of(ready).asked_for(RunTechnique)[-1]
    assert request.seed == 9
    assert request.params["steps"] == 5
    sizes = [s.default for s in techniques_of("feature-vis") if s.name == "size"]
    assert [request.params["size"]] == sizes
    assert "gone" not in request.params
    assert np.array_equal(request.picture.pixels, pixels)
    assert (ready.state.layer, ready.state.unit) == ("features.conv1", 2)


def techniques_of(name: str) -> Any:
    return next(t.specs for t in techniques() if t.name == name)


def test_a_recipe_that_comes_before_the_techniques_waits_for_them(desk: Desk) -> None:
    desk.runs.load()
    desk.runs.restore(recipe(), Path("made.png"))
    engine_of(desk).finish(OpenModel, lenet_facts())
    assert engine_of(desk).asked_for(RunTechnique) == []
    engine_of(desk).finish(ListTechniques, techniques())
    assert engine_of(desk).asked_for(RunTechnique)[-1].seed == 9


def test_a_recipe_whose_model_fails_does_not_run_with_another(ready: Desk) -> None:
    ready.runs.restore(recipe(model="gone"), Path("made.png"))
    engine_of(ready).fail(OpenModel, "There is no model called “gone”.")
    ready.state.set_model(lenet_facts())
    ready.state.set_model(lenet_facts(name="gone"))
    assert engine_of(ready).asked_for(RunTechnique) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"technique": "style-2040"}, "style-2040"),
        ({"params": {"steps": 0}}, "“steps” cannot be 0"),
        ({"params": {"steps": None}}, "must be a whole number"),
    ],
)
def test_a_recipe_that_cannot_run_touches_nothing(
    ready: Desk, given: dict[str, Any], words: str
) -> None:
    ready.runs.restore(recipe(**given), Path("made.png"))
    assert words in ready.messages.history[-1].title
    assert engine_of(ready).asked_for(OpenModel) == []


def test_a_private_recipe_runs_on_the_present_picture_and_says_so(ready: Desk) -> None:
    private = recipe(known_sources={"picture": SourceFacts("x", 4, 4, "cat.png", "private")})
    ready.runs.restore(private, Path("made.png"))
    engine_of(ready).finish(OpenModel, lenet_facts())
    assert "was left out" in ready.messages.history[-1].title
    assert engine_of(ready).asked_for(RunTechnique)[-1].picture.name == "a"


def parsed(command: str) -> RunTechnique:
    """What the command line makes of a command, up to the point where it would compute."""
    from cnnviz_app.cli import _parser
    from cnnviz_app.core import registry
    from cnnviz_app.core.params import build, parse_settings, to_json

    words = shlex.split(command)
    assert words[0] == "cnnviz"
    args = _parser("run").parse_args(words[1:])
    params = build(registry.find(args.technique).params, parse_settings(args.set))
    return RunTechnique(args.technique, args.model, to_json(params), args.image, args.seed)


@pytest.mark.parametrize("name", [t.name for t in techniques()])
def test_the_command_asks_for_the_very_same(ready: Desk, name: str) -> None:
    runs = ready.runs
    runs.choose(name)
    assert runs.technique is not None
    runs.set_seed(12)
    for preset in ["", *runs.technique.presets]:
        if preset:
            runs.set_value("preset", preset)
        for spec in runs.technique.specs:
            if spec.kind == "bool":
                runs.set_value(spec.name, not spec.default)
            elif spec.kind == "int" and spec.default is not None:
                runs.set_value(spec.name, spec.default)
        asked, again = runs.request(), parsed(runs.as_command())
        assert asked is not None
        assert (again.technique, again.model, again.seed) == (name, "lenet5", 12)
        assert again.picture == "builtin:cat"
        assert dict(again.params) == dict(asked.params)


def test_names_with_spaces_survive_the_command(ready: Desk) -> None:
    ready.state.set_model(lenet_facts(name="/my nets/a b.py"))
    ready.state.set_picture(picture("b", 9, "/my pictures/b c.png"))
    again = parsed(ready.runs.as_command())
    assert (again.model, again.picture) == ("/my nets/a b.py", "/my pictures/b c.png")


def test_saving_needs_something_finished(ready: Desk, tmp_path: Path) -> None:
    ready.runs.save(tmp_path / "a.png")
    assert engine_of(ready).asked_for(Export) == []
    started(ready)
    engine_of(ready).finish(RunTechnique, outcome())
    ready.settings.update(recipe_sources=False)
    saved: list[object] = []
    ready.runs.saved.connect(saved.append)
    ready.runs.save(tmp_path / "a.png")
    request = engine_of(ready).asked_for(Export)[-1]
    assert (request.path, request.with_sources) == (tmp_path / "a.png", False)
    engine_of(ready).finish(Export, tmp_path / "a.png")
    assert saved == [tmp_path / "a.png"]


def test_a_stopped_run_has_a_frame_to_save(ready: Desk, tmp_path: Path) -> None:
    shown(ready, 1, 2, 3)
    ready.runs.stop()
    engine_of(ready).stop(RunTechnique)
    ready.runs.set_playhead(1)
    ready.runs.save(tmp_path / "a.png", shown=True)
    request = engine_of(ready).asked_for(Export)[-1]
    assert request.outcome is None
    assert [int(f[0, 0, 0]) for f in request.frames] == [2]


def test_the_suggested_name_is_a_file_name(ready: Desk) -> None:
    started(ready)
    name = ready.runs.suggested_name()
    assert name == "feature-vis_features.conv2-5"


def test_a_seed_is_one_the_command_line_takes_too(ready: Desk) -> None:
    for wanted, used in ((-3, 0), (7, 7), (10**12, 2**32 - 1)):
        ready.runs.set_seed(wanted)
        assert ready.runs.seed == used


def test_another_model_stops_the_run(ready: Desk) -> None:
    started(ready)
    ticket = engine_of(ready).last(RunTechnique)
    ready.state.set_model(lenet_facts(name="other"))
    assert ticket.control.cancelled
