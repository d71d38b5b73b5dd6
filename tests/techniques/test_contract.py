"""What every technique owes its callers. New techniques are covered without being named here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Event, Frame, Metrics, Progress
from cnnviz_app.core.params import build, to_json
from cnnviz_app.core.registry import Technique, TechniqueResult
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques import discover
from tests.techniques.conftest import Listener, open_colour, open_grey

TECHNIQUES = discover()
CLIMBERS = [t for t in TECHNIQUES if "optimizer" in {spec.name for spec in t.specs}]
# A technique's own defaults are for people who wait; these are for a test that must not.
QUICK = {"steps": 4, "samples": 4, "masks": 8, "restarts": 1, "octaves": 1, "window": 8}

each_technique = pytest.mark.parametrize("technique", TECHNIQUES, ids=lambda t: t.name)
each_optimizer = pytest.mark.parametrize("optimizer", ["adam", "lbfgs", "ascent"])


def quick(technique: Technique, **changes: Any) -> Any:
    names = {spec.name for spec in technique.specs}
    values = {name: value for name, value in QUICK.items() if name in names} | changes
    return build(technique.params, values)


def picture_for(net: Network) -> torch.Tensor:
    shape = (1, net.spec.channels, net.spec.height, net.spec.width)
    return torch.rand(shape, generator=torch.Generator().manual_seed(7))


def perform(
    technique: Technique, net: Network, ctx: Context | None = None, seed: int = 0, **changes: Any
) -> TechniqueResult:
    params = quick(technique, **changes)
    return technique.run(ctx or Context.silent(), net, picture_for(net), params, seed)


class Untouched:
    """Weights, training flags and hooks of everything a network holds, now and later."""

    def __init__(self, net: Network) -> None:
        self._net = net
        self._before = self._look()

    def _modules(self) -> Iterator[torch.nn.Module]:
        yield from self._net.module.modules()
        for value in vars(self._net).values():
            if isinstance(value, torch.nn.Module):
                yield from value.modules()

    def _look(self) -> list[Any]:
        seen: list[Any] = [value.clone() for value in self._net.module.state_dict().values()]
        for module in self._modules():
            seen += [module.training, len(module._forward_hooks), len(module._forward_pre_hooks)]
            seen += [len(module._backward_hooks), len(module._backward_pre_hooks)]
            seen += [parameter.grad for parameter in module.parameters()]
        return seen

    def check(self) -> None:
        for before, after in zip(self._before, self._look(), strict=True):
            if isinstance(before, torch.Tensor):
                assert torch.equal(before, after)
            else:
                assert before == after


@each_technique
def test_it_describes_itself_and_its_defaults_are_allowed(technique: Technique) -> None:
    assert technique.title
    assert technique.summary.endswith(".")
    for spec in technique.specs:
        assert spec.help.strip().endswith("."), f"{spec.name}: help is a sentence"
        assert spec.check(spec.default) == spec.default
    again = build(technique.params, to_json(technique.params()))
    assert again == technique.params()


@each_technique
@pytest.mark.parametrize("opened", [open_colour, open_grey])
def test_it_shows_frames_and_returns_what_it_promises(technique: Technique, opened: Any) -> None:
    net = opened()
    untouched = Untouched(net)
    listener = Listener()
    result = perform(technique, net, listener.context)
    assert listener.frames, "nothing was shown"
    assert any(isinstance(event, Progress) for event in listener.events)
    for frame in listener.frames:
        assert not frame.data.flags.writeable
    assert result.picture is not None or result.values is not None
    if result.picture is not None:
        assert result.picture.dtype == np.float32
        assert result.picture.ndim == 3
        assert result.picture.shape[2] == 3
        assert 0.0 <= result.picture.min() <= result.picture.max() <= 1.0
    if result.values is not None:
        assert result.values.dtype == np.float32
        assert result.values.ndim == 2
    untouched.check()


@each_technique
def test_the_same_seed_gives_the_same_result(technique: Technique) -> None:
    torch.manual_seed(1)
    first = perform(technique, open_colour(), seed=3)
    torch.manual_seed(2)
    second = perform(technique, open_colour(), seed=3)
    for one, other in ((first.picture, second.picture), (first.values, second.values)):
        assert (one is None and other is None) or np.array_equal(one, other)
    assert first.figures == second.figures


@each_technique
def test_what_was_settled_repeats_the_result(technique: Technique) -> None:
    net = open_colour()
    first = perform(technique, net)
    params = to_json(quick(technique)) | dict(first.settled)
    again = technique.run(
        Context.silent(), net, picture_for(net), build(technique.params, params), 0
    )
    for one, other in ((first.picture, again.picture), (first.values, again.values)):
        assert (one is None and other is None) or np.array_equal(one, other)


@each_technique
def test_it_leaves_the_global_chance_alone(technique: Technique) -> None:
    net = open_colour()
    torch.manual_seed(5)
    before = torch.get_rng_state()
    perform(technique, net)
    assert torch.equal(before, torch.get_rng_state())


@each_technique
def test_cancelling_is_prompt_and_leaves_nothing_behind(
    technique: Technique, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = open_colour()
    untouched = Untouched(net)
    listener = Listener()
    runs_after = count_runs(net, listener, monkeypatch)
    listener._on = lambda event: stop_at_first_sign(event, listener)
    names = {spec.name for spec in technique.specs}
    with pytest.raises(Cancelled):
        perform(technique, net, listener.context, **({"steps": 1000} if "steps" in names else {}))
    assert len(runs_after) <= 1
    untouched.check()


@pytest.mark.parametrize("technique", CLIMBERS, ids=lambda t: t.name)
@each_optimizer
def test_cancelling_inside_an_optimiser_takes_one_evaluation(
    technique: Technique, optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = open_colour()
    untouched = Untouched(net)
    listener = Listener()
    runs_after = count_runs(net, listener, monkeypatch, cancel_at=40)
    with pytest.raises(Cancelled):
        perform(technique, net, listener.context, optimizer=optimizer, steps=1000)
    assert runs_after == []
    untouched.check()


@each_technique
def test_a_network_that_gives_no_numbers_ends_in_a_sentence(technique: Technique) -> None:
    net = open_colour()
    with torch.no_grad():
        for parameter in net.module.parameters():
            parameter.fill_(float("nan"))
    broken = open_colour(net.module)
    untouched = Untouched(broken)
    with pytest.raises(UserError) as caught:
        perform(technique, broken)
    assert caught.value.sentence.endswith(".")
    del untouched  # nan is never equal to itself; hooks are checked by the other tests


@each_technique
def test_names_that_do_not_exist_are_refused_before_computing(technique: Technique) -> None:
    for name in {"layer", "unit", "target"} & {spec.name for spec in technique.specs}:
        listener = Listener()
        with pytest.raises(UserError) as caught:
            perform(technique, open_colour(), listener.context, **{name: "nowhere"})
        assert caught.value.hint
        assert not listener.frames


def count_runs(
    net: Network, listener: Listener, monkeypatch: pytest.MonkeyPatch, cancel_at: int = 0
) -> list[int]:
    """Numbers of the network's runs that began after the cancel."""
    after: list[int] = []
    done = [0]
    run = net.run

    def counted(*args: Any, **kwargs: Any) -> Any:
        done[0] += 1
        if listener.control.cancelled:
            after.append(done[0])
        result = run(*args, **kwargs)
        if done[0] == cancel_at:
            listener.control.cancel()
        return result

    monkeypatch.setattr(net, "run", counted)
    return after


def stop_at_first_sign(event: Event, listener: Listener) -> None:
    if isinstance(event, Frame | Metrics | Progress):
        listener.control.cancel()
