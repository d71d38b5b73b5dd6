"""Running a network up to its nodes gives what hooks on the original give, and leaves nothing."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.network import InputSpec, Network
from tests.nets import oracle
from tests.nets.conftest import COLOUR, GREY, Branching, Plain, opened, picture, randomised


def test_every_module_gives_what_a_hook_sees(tiny: tuple[nn.Module, InputSpec]) -> None:
    module, spec = tiny
    net = opened(module, spec)
    x = picture(spec, 2)
    names = [n.name for n in net.nodes[1:]]
    together = net.run(x, names)
    seen = oracle.activations(module, spec, x, names)
    assert len(seen) >= 3
    for name, expected in seen.items():
        assert oracle.close(together[name], expected), name
        assert oracle.close(net.run(x, [name])[name], expected), name


def test_functional_operators_have_names_and_values(branching: Network) -> None:
    names = [node.name for node in branching.nodes]
    for name in (
        "relu",
        "stage.0.add",
        "stage.1.relu_1",
        "gate.sigmoid",
        "gate.mul",
        "cat",
        "mean",
    ):
        assert name in names
    assert branching.node("stage.1.add").inputs == ("stage.1.bn2", "stage.0.relu_1")
    found = branching.run(picture(COLOUR), ["stem", "relu", "stage.0.add", "stage.0.relu_1"])
    assert (found["stem"] < 0).any()
    assert torch.equal(found["relu"], found["stem"].clamp(min=0))
    assert torch.equal(found["stage.0.relu_1"], found["stage.0.add"].clamp(min=0))


def test_logits_equal_the_unfolded_network(tiny: tuple[nn.Module, InputSpec]) -> None:
    module, spec = tiny
    net = opened(module, spec)
    x = picture(spec, 3)
    assert oracle.close(net.logits(x), net.exact(x), 1e-5)


def test_aliases_mean_the_output_of_the_container(branching: Network) -> None:
    assert branching.resolve("stage") == "stage.1.relu_1"
    assert branching.resolve("gate") == "gate.mul"
    x = picture(COLOUR)
    found = branching.run(x, ["stage", "stage.1.relu_1"])
    assert list(found) == ["stage", "stage.1.relu_1"]
    assert found["stage"] is found["stage.1.relu_1"]


def test_only_what_the_target_needs_is_computed() -> None:
    class Late(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise AssertionError("nobody asked for this")

    module = randomised(Plain())
    net = opened(module, GREY)
    for part in net._root.modules():
        if isinstance(part, nn.Linear):
            part.forward = Late().forward  # type: ignore[method-assign]
    net.run(picture(GREY), ["features"])
    with pytest.raises(AssertionError, match="nobody asked"):
        net.logits(picture(GREY))


def test_the_original_is_left_as_it_was() -> None:
    module = randomised(Branching()).train()
    module.stage.eval()
    handle = module.stem.register_forward_hook(lambda *_: pytest.fail("the original was run"))
    before = {key: value.clone() for key, value in module.state_dict().items()}
    modes = {path: part.training for path, part in module.named_modules()}
    net = opened(module, COLOUR)
    x = picture(COLOUR).requires_grad_()
    net.run(x, ["stage", net.output])[net.output].sum().backward()
    net.exact(picture(COLOUR))
    with pytest.raises(ZeroDivisionError):
        net.run(x, ["cat"], edit={"stage": lambda _: 1 / 0})  # type: ignore[arg-type, return-value]
    assert net.module is module
    assert {path: part.training for path, part in module.named_modules()} == modes
    assert all(p.requires_grad and p.grad is None for p in module.parameters())
    assert list(module.stem._forward_hooks.values()) == [handle.hooks_dict_ref()[handle.id]]
    after = module.state_dict()
    assert all(torch.equal(value, after[key]) for key, value in before.items())


def test_weights_are_shared_and_can_be_read_again() -> None:
    module = randomised(Plain())
    net = opened(module, GREY)
    x = picture(GREY)
    first = net.logits(x)
    with torch.no_grad():
        module.features[0].weight.mul_(2)
    net.refresh()
    assert not torch.allclose(net.logits(x), first)
    assert oracle.close(net.logits(x), net.exact(x), 1e-5)


def test_gradients_reach_the_picture(tiny: tuple[nn.Module, InputSpec]) -> None:
    module, spec = tiny
    net = opened(module, spec)
    x, y = picture(spec).requires_grad_(), picture(spec).requires_grad_()
    net.logits(x)[0, 1].backward()
    net.exact(y)[0, 1].backward()
    assert x.grad is not None
    assert y.grad is not None
    assert oracle.close(x.grad, y.grad)


def test_gradients_pass_through_several_targets_at_once(branching: Network) -> None:
    x = picture(COLOUR).requires_grad_()
    found = branching.run(x, ["stem", "relu", "stage.0.bn1", "stage.0.relu", "cat"])
    sum(value.square().sum() for value in found.values()).backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0


def test_other_sizes_work_where_the_network_permits(plain: Network, branching: Network) -> None:
    assert branching.run(picture(COLOUR, size=50), ["stage"])["stage"].shape == (1, 8, 25, 25)
    assert branching.node("stage").shape == (8, 16, 16)
    with pytest.raises(UserError, match="40×40"):
        plain.logits(picture(GREY, size=40))


def test_a_picture_with_other_channels_is_refused(plain: Network) -> None:
    with pytest.raises(UserError, match="1 colour channel,"):
        plain.logits(picture(COLOUR))


def test_an_edit_changes_everything_behind_it(branching: Network) -> None:
    x = picture(COLOUR)
    found = branching.run(x, ["stage", "cat"], edit={"stage": torch.zeros_like})
    assert not found["stage"].any()
    assert not torch.equal(found["cat"], branching.run(x, ["cat"])["cat"])


def test_gradients_can_start_at_a_layer(branching: Network) -> None:
    x = picture(COLOUR)
    edit = {"stage": lambda value: value.detach().requires_grad_()}
    found = branching.run(x, ["stage", branching.output], edit=edit)
    (slope,) = torch.autograd.grad(found[branching.output][0, 0], found["stage"])
    assert slope.shape == found["stage"].shape


def test_operators_can_be_swapped(plain: Network) -> None:
    x = picture(GREY)
    swap = {"max_pool2d": torch.nn.functional.avg_pool2d, "relu": torch.tanh}
    found = plain.run(x, ["features.4", "features.5"], swap=swap)
    assert torch.equal(found["features.5"], found["features.4"].tanh())
    pooled = plain.run(x, ["features.2", "features.3"], swap={"max_pool2d": swap["max_pool2d"]})
    assert torch.allclose(
        pooled["features.3"], torch.nn.functional.avg_pool2d(pooled["features.2"], 2)
    )


def test_work_in_place_is_seen_by_everything_after_it_as_in_the_original() -> None:
    class Careless(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 3, 3)
            self.relu = nn.ReLU(inplace=True)

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            self.relu(x)
            return x.mean((2, 3))

    module = randomised(Careless())
    net = opened(module, GREY)
    x = picture(GREY)
    assert oracle.close(net.logits(x), net.exact(x), 1e-5)
    assert (net.run(x, ["conv", net.output])["conv"] < 0).any()


def test_plans_are_remembered_but_not_without_end(branching: Network) -> None:
    x = picture(COLOUR)
    for _ in range(3):
        for node in branching.nodes[1:]:
            branching.run(x, [node.name])
            branching.run(x, [node.name, branching.output])
    assert len(branching._runner._plans) <= 32  # type: ignore[attr-defined]


def test_nothing_grows_with_use(branching: Network) -> None:
    keys = copy.copy(set(vars(branching)))
    branching.run(picture(COLOUR), ["stage"])
    before = len(branching._runner._planner._prepared)  # type: ignore[attr-defined]
    for _ in range(5):
        branching.run(picture(COLOUR), ["stage"])
    assert len(branching._runner._planner._prepared) == before  # type: ignore[attr-defined]
    assert set(vars(branching)) - keys <= {"_guide"}
