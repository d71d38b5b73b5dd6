"""Networks that are no plain modules: exported, TorchScript, or impossible to follow."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.network import InputSpec, Network
from tests.nets import oracle
from tests.nets.conftest import (
    COLOUR,
    GREY,
    Branching,
    PartlyTraceable,
    Plain,
    Untraceable,
    opened,
    picture,
    randomised,
)


def exported(module: nn.Module, spec: InputSpec, *, decomposed: bool = False) -> Network:
    """The network by way of torch.export, for one batch size."""
    program = torch.export.export(module.eval(), (picture(spec),))
    if decomposed:
        program = program.run_decompositions()
    return opened(program.module(), spec)


def test_an_exported_network_has_the_same_facts_and_values() -> None:
    module = randomised(Branching())
    plain, net = opened(module, COLOUR), exported(module, COLOUR)
    assert net.nodes == plain.nodes
    assert net.aliases == plain.aliases
    x = picture(COLOUR, 3)
    assert oracle.close(net.logits(x), plain.logits(x), 1e-5)
    kernel, expected = net.kernel("stage.0.relu"), plain.kernel("stage.0.relu")
    assert kernel is not None
    assert expected is not None
    assert torch.equal(kernel, expected)


def test_a_decomposed_program_keeps_names_and_figures() -> None:
    module = randomised(Plain())
    plain, net = opened(module, GREY), exported(module, GREY, decomposed=True)
    names = {node.name for node in net.nodes}
    assert {node.name for node in plain.nodes} <= names
    assert (net.params, net.macs) == (plain.params, plain.macs)
    assert net.node("features.6").receptive_field == plain.node("features.6").receptive_field
    x = picture(GREY, 2)
    assert oracle.close(net.logits(x), plain.logits(x), 1e-5)


def test_torchscript_gives_predictions_and_the_facts_of_its_layers() -> None:
    module = randomised(Plain()).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # making such files is deprecated; opening them is not
        script = torch.jit.script(module)
    net = opened(script, GREY)
    x = picture(GREY, 2)
    assert oracle.close(net.logits(x), opened(module, GREY).logits(x), 1e-5)
    assert net.node("features.0").params == 156
    assert net.params == sum(p.numel() for p in module.parameters())
    with pytest.raises(UserError, match="only runs as a whole"):
        net.run(x, ["features.0"])


def test_a_forward_nobody_can_follow_is_listened_to() -> None:
    module = randomised(Untraceable())
    net = opened(module, COLOUR)
    assert [node.name for node in net.nodes] == ["input", "conv", "act", "fc"]
    assert net.node("conv").macs == 32 * 32 * 6 * 27
    x = picture(COLOUR, 2).requires_grad_()
    found = net.run(x, ["conv", "act", "fc"])
    assert (found["conv"] < 0).any()
    assert torch.equal(found["act"], found["conv"].clamp(min=0))
    assert oracle.close(found["fc"].detach(), net.exact(x).detach(), 1e-6)
    found["fc"].sum().backward()
    assert x.grad is not None
    assert not any(part._forward_hooks for part in net._root.modules())
    with pytest.raises(ZeroDivisionError):
        net.run(x, ["fc"], edit={"act": lambda _: 1 / 0})  # type: ignore[arg-type, return-value]
    assert not any(part._forward_hooks for part in net._root.modules())
    kernel = net.kernel("act")
    assert kernel is not None
    assert kernel.shape == (6, 3, 3, 3)


def test_one_odd_part_does_not_close_the_whole_network() -> None:
    net = opened(randomised(PartlyTraceable()), COLOUR)
    assert [node.name for node in net.nodes] == ["input", "conv", "relu", "odd", "mean", "fc"]
    assert net.node("odd").params == 1


def test_opening_a_small_network_does_not_wake_the_compiler() -> None:
    """It would cost seconds on the way to the first feature maps."""
    import subprocess
    import sys

    code = (
        "import sys, torch; before = set(sys.modules)\n"
        "from tests.nets.conftest import *\n"
        "net = opened(Plain(), GREY); net.logits(picture(GREY)); net.layers\n"
        "print([m for m in ('sympy', 'torch._dynamo') if m in sys.modules and m not in before])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
