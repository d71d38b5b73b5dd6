"""Receptive fields measured on networks whose fields are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques import _field_window as windows
from cnnviz_app.techniques import _fields as fields

SIDE = 40


def open_net(*modules: nn.Module, channels: int = 1) -> Network:
    spec = InputSpec(channels, SIDE, SIDE, (0.0,) * channels, (1.0,) * channels)
    return inspect(nn.Sequential(*modules), spec, key="hand", title="Hand")


def ones(kernel: int, stride: int = 1, dilation: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(1, 1, kernel, stride, dilation * (kernel // 2), dilation, bias=False)
    nn.init.ones_(conv.weight)
    return conv


def pictures(count: int, channels: int = 1) -> torch.Tensor:
    return torch.rand(count, channels, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def mean_field(net: Network, layer: str, batch: torch.Tensor, unit: int = 0) -> windows.Map:
    window = windows.window_of(net, layer)
    middle = (window.grid[0] // 2, window.grid[1] // 2)
    found = windows.Aligned(window)
    for found in fields.effective(  # noqa: B007 - the last one is wanted
        Context.silent(), net, layer, window, batch, [unit] * len(batch), [middle] * len(batch)
    ):
        pass
    return found.mean()


def test_the_effective_field_of_a_linear_stack_is_its_kernels_convolved() -> None:
    net = open_net(ones(3), ones(3), ones(5))
    row = np.convolve(np.convolve(np.ones(3), np.ones(3)), np.ones(5))
    found = mean_field(net, net.layers[-1], pictures(2))
    assert found.shape == (9, 9)
    np.testing.assert_allclose(found, np.outer(row, row), rtol=1e-5)


def test_the_side_of_a_box_of_equal_mass_is_the_box() -> None:
    mass = np.zeros((31, 31), np.float32)
    mass[4:11, 9:16] = 2.0
    assert windows.square_side(mass, 1.0) == pytest.approx(7)
    assert windows.square_side(mass, 0.68) == pytest.approx(7 * 0.68**0.5, abs=0.15)
    assert windows.centre_of(mass) == pytest.approx((7, 12), abs=1e-5)
    assert windows.square_side(np.zeros((5, 5), np.float32), 0.95) == 0


@pytest.mark.parametrize(
    "modules",
    [
        (ones(5),),
        (ones(3, 2), ones(3)),
        (ones(3), nn.ReLU(), ones(3, dilation=2)),
        (ones(3), nn.AvgPool2d(2), ones(3), nn.ReLU()),
    ],
)
def test_the_support_of_the_gradient_is_the_theoretical_field(
    modules: tuple[nn.Module, ...],
) -> None:
    net = open_net(*modules)
    layer = net.layers[-1]
    window = windows.window_of(net, layer)
    box = windows.support_box(mean_field(net, layer, pictures(1)))
    assert box == (0, 0, *window.theoretical)


def planted() -> Network:
    """A unit with a field of 21 pixels that looks at 5 × 5 of them, far from the middle."""
    conv = nn.Conv2d(1, 1, 21, padding=10, bias=False)
    with torch.no_grad():
        conv.weight.zero_()
        conv.weight[0, 0, 2:7, 13:18] = 1.0
    return open_net(conv, nn.ReLU())


def test_the_empirical_field_finds_the_patch_that_matters() -> None:
    net = planted()
    layer = net.layers[-1]
    window = windows.window_of(net, layer)
    batch = torch.zeros(1, 1, SIDE, SIDE)
    batch[0, 0, 12:17, 23:28] = 1.0  # what it looks for, before the cell (20, 20)
    lost, side = fields.drops(
        Context.silent(), net, layer, batch[0], 0, (20, 20), window, detail=21
    )
    mean = windows.Aligned(window)
    mean.add(lost, (20, 20))
    region = windows.region_of(mean.mean())
    rows, columns = np.flatnonzero(region.any(1)), np.flatnonzero(region.any(0))
    assert side == 2
    assert (rows[0], rows[-1]) == (2, 6)
    assert (columns[0], columns[-1]) == (13, 17)
    assert windows.centre_of(mean_field(net, layer, batch)) == pytest.approx((4, 15), abs=0.01)


def test_cells_at_the_border_do_not_thin_the_mean() -> None:
    net = open_net(ones(5))
    layer = net.layers[-1]
    window = windows.window_of(net, layer)
    cells = [(0, 0), (20, 20), (39, 39), (20, 0)]
    *_, last = fields.effective(
        Context.silent(), net, layer, window, pictures(4), [0] * 4, cells
    )
    np.testing.assert_allclose(last.mean(), np.ones((5, 5)), rtol=1e-5)


def test_a_field_larger_than_the_picture_is_cut_and_vectors_see_the_picture() -> None:
    net = open_net(
        ones(5, 4), ones(5, 4), ones(5, 1), nn.ReLU(), nn.Flatten(), nn.Linear(9, 2, bias=False)
    )
    deep = windows.window_of(net, net.layers[-2])
    assert deep.theoretical[0] > 2 * SIDE - 1
    assert deep.size == (2 * SIDE - 1, 2 * SIDE - 1)
    last = windows.window_of(net, net.layers[-1])
    assert last.size == (SIDE, SIDE)
    assert last.corner((0, 0)) == (0, 0)


def test_attention_has_no_field_and_says_so() -> None:
    class Mixer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.patch = nn.Conv2d(1, 8, 8, 8)
            self.mix = nn.MultiheadAttention(8, 2, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            tokens = self.patch(x).flatten(2).transpose(1, 2)
            mixed = self.mix(tokens, tokens, tokens)[0]
            added: torch.Tensor = mixed + tokens
            return added

    net = open_net(Mixer())
    with pytest.raises(UserError, match="no receptive field"):
        windows.window_of(net, net.output)


def test_units_are_drawn_among_those_that_answer() -> None:
    peaks = np.array([[0, 2, 0], [0, 0, 0], [1, 0, 1]], np.float32)
    places = np.full((3, 3), 7)
    numbers, units, cells = fields.responding(peaks, places, 4, seed=0)
    assert numbers == [0, 2]
    assert units[0] == 1
    assert units[1] in (0, 2)
    assert cells == [(1, 3), (1, 3)]
