"""Maps while the network forgets from the top layer down."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Frame, Metrics, Stage
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.sanity_requests import CheckSanity, Sanity
from cnnviz_app.nets.forgetting import Forgetting
from cnnviz_app.sources.picture import Picture
from tests.lab.conftest import Heard

LEVELS = np.random.default_rng(0).integers(0, 255, (28, 28, 3)).astype(np.uint8)
SEEN = Picture("noise", LEVELS, "")


def ask(lab: Lab, technique: str, ctx: Context | None = None, **more: object) -> Sanity:
    request = CheckSanity("lenet5", SEEN, technique, **more)  # type: ignore[arg-type]  # a mix
    answer = lab.answer(ctx or Context.silent(), request)
    assert isinstance(answer, Sanity)
    return answer


def test_layers_are_lost_from_the_top_and_the_original_stays(lab: Lab) -> None:
    net = lab.network("lenet5")
    image = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    before = net.logits(image).clone()
    weights = {name: value.clone() for name, value in net.module.state_dict().items()}
    made = ask(lab, "gradient")
    assert [step.layer for step in made.steps] == ["", "fc2", "fc1", "conv2", "conv1"]
    assert torch.equal(net.logits(image), before)
    assert all(torch.equal(value, weights[name]) for name, value in net.module.state_dict().items())
    first, last = made.steps[0], made.steps[-1]
    assert (first.signed, first.absolute) == pytest.approx((1.0, 1.0))
    assert abs(last.absolute) < 0.8
    assert not np.array_equal(first.values, last.values)


def test_edges_do_not_depend_on_what_was_learned(lab: Lab) -> None:
    made = ask(lab, "edge-detector")
    assert [step.absolute for step in made.steps] == pytest.approx([1.0] * 5)
    assert [step.signed for step in made.steps] == pytest.approx([1.0] * 5)


def test_the_same_seed_forgets_alike(lab: Lab) -> None:
    one, same, other = (ask(lab, "gradient", seed=seed).steps[2] for seed in (1, 1, 2))
    assert np.array_equal(one.values, same.values)
    assert not np.array_equal(one.values, other.values)


def test_layers_are_taken_together_where_there_are_many(lab: Lab) -> None:
    made = ask(lab, "gradcam", most=2)
    assert [step.layers for step in made.steps] == [(), ("fc2", "fc1"), ("conv2", "conv1")]


def test_every_map_is_told_as_it_is_made(lab: Lab, heard: Heard) -> None:
    made = ask(lab, "gradient", heard.ctx)
    frames = {event.name for event in heard.of(Frame) if isinstance(event, Frame)}
    assert frames == {f"map {n}" for n in range(5)}
    told = [e.values for e in heard.of(Metrics) if isinstance(e, Metrics)]
    assert [values["absolute"] for values in told] == [step.absolute for step in made.steps]
    names = [event.name for event in heard.of(Stage) if isinstance(event, Stage)]
    assert names == [step.layer for step in made.steps[1:]]


def test_it_can_be_stopped(lab: Lab, heard: Heard) -> None:
    heard.ctx.control.cancel()
    with pytest.raises(Cancelled):
        ask(lab, "gradient", heard.ctx)


def test_what_makes_no_map_is_one_sentence(lab: Lab) -> None:
    with pytest.raises(UserError, match="makes no map of values"):
        ask(lab, "feature-vis", params={"steps": 1})


def test_a_network_that_forgot_is_as_a_new_one(lab: Lab) -> None:
    net = lab.network("lens")
    forgetting = Forgetting(net, 3)
    forgetting.forget(forgetting.layers)
    weights = [one for layer in forgetting.layers for one in layer.learned if one.tensor.ndim == 4]
    for one in weights:
        fan_in = one.tensor[0].numel()
        assert float(one.tensor.std()) == pytest.approx((2 / fan_in) ** 0.5, rel=0.1)
    image = torch.rand(1, 3, net.spec.height, net.spec.width)
    assert torch.isfinite(forgetting.net.logits(image)).all()
    assert float(forgetting.net.logits(image).std()) > 1e-3


def test_a_cam_of_random_weights_is_not_empty(lab: Lab) -> None:
    made = ask(lab, "gradcam")
    assert all(np.isfinite(step.absolute) for step in made.steps)


def test_norms_forget_with_the_layer_below_them(lab: Lab) -> None:
    names = [layer.name for layer in Forgetting(lab.network("lens")).layers]
    assert not [name for name in names if name.startswith("bn")]
    assert names[-1] == "conv1"
