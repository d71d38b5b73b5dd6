"""Tuning found on units whose tuning was put in by hand."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz_app.core.context import Context
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.techniques import _tuning as tuning

SIDE = 64
KERNEL = 21
# Degrees clockwise from upright, stripes across the picture, phase at the middle.
KNOWN = ((0.0, 8.0, 90.0), (40.0, 10.0, 0.0), (90.0, 6.0, 200.0), (135.0, 12.0, 300.0))


def gabor(angle: float, cycles: float, phase: float) -> torch.Tensor:
    at = torch.arange(KERNEL) - KERNEL // 2
    y, x = torch.meshgrid(at, at, indexing="ij")
    turn = np.deg2rad(angle)
    across = float(np.cos(turn)) * x + float(np.sin(turn)) * y
    wave = torch.sin(2 * np.pi * cycles / SIDE * across + float(np.deg2rad(phase)))
    kernel = wave * torch.exp(-(x**2 + y**2) / (2 * 4.5**2))
    return kernel - kernel.mean()


def open_net(module: nn.Module) -> Network:
    spec = InputSpec(1, SIDE, SIDE, (0.5,), (0.25,))
    return inspect(module, spec, key="gabors", title="Gabors")


def gabors(known: tuple[tuple[float, float, float], ...] = KNOWN) -> nn.Conv2d:
    conv = nn.Conv2d(1, len(known), KERNEL, padding=KERNEL // 2, bias=False)
    with torch.no_grad():
        for unit, values in enumerate(known):
            conv.weight[unit, 0] = gabor(*values)
    return conv


def simple_cells() -> Network:
    return open_net(nn.Sequential(gabors(), nn.ReLU()))


class Complex(nn.Module):
    """The energy of a pair of Gabors a quarter of a stripe apart."""

    def __init__(self) -> None:
        super().__init__()
        self.pair = gabors(((30.0, 9.0, 0.0), (30.0, 9.0, 90.0)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        energy: torch.Tensor = (self.pair(x) ** 2).sum(1, keepdim=True)
        return energy


def test_the_stage_is_where_the_middle_cell_looks() -> None:
    net = simple_cells()
    stage, cell = tuning.stage_of(net, net.layers[-1])
    assert cell == (32, 32)
    assert (stage.x, stage.y, stage.field) == (32.5, 32.5, KERNEL)


@pytest.mark.parametrize(("unit", "known"), list(enumerate(KNOWN)))
def test_curves_peak_where_the_gabor_was_made(
    unit: int, known: tuple[float, float, float]
) -> None:
    net = simple_cells()
    layer = net.layers[-1]
    stage, cell = tuning.stage_of(net, layer)
    angle, cycles, phase = known

    def of(made: list[tuple[float, float, float]]) -> tuning.Values:
        makers = [partial(stimuli.grating, stage, *m) for m in made]
        return tuning.answers(Context.silent(), net, layer, cell, makers)[:, unit]

    angles = 7.5 * np.arange(24.0)
    by_angle = of([(float(a), cycles, phase) for a in angles])
    away = abs(tuning.peak(angles, by_angle, 180.0) - angle)
    assert min(away, 180 - away) < 2
    octaves = np.log2(np.geomspace(3, 21, 14))
    by_cycles = of([(angle, float(2**o), phase) for o in octaves])
    assert 2 ** tuning.peak(octaves, by_cycles) == pytest.approx(cycles, rel=0.08)
    phases = 15.0 * np.arange(24.0)
    by_phase = of([(angle, cycles, float(p)) for p in phases])
    away = abs(tuning.peak(phases, by_phase, 360.0) - phase)
    assert min(away, 360 - away) < 4
    assert tuning.modulation(by_phase) > 1.2
    assert tuning.selectivity(tuning.risen(by_angle, 0.0)) > 0.5


def test_a_complex_cell_does_not_mind_the_phase() -> None:
    net = open_net(Complex())
    layer = net.layers[-1]
    stage, cell = tuning.stage_of(net, layer)
    makers = [partial(stimuli.grating, stage, 30.0, 9.0, k * 15.0) for k in range(24)]
    curve = tuning.answers(Context.silent(), net, layer, cell, makers)[:, 0]
    assert tuning.modulation(tuning.risen(curve, 0.0)) < 0.15


def test_figures_of_plain_curves() -> None:
    flat = np.ones(12, np.float32)
    spike = np.zeros(12, np.float32)
    spike[3] = 5
    assert tuning.selectivity(flat) == pytest.approx(0, abs=1e-6)
    assert tuning.selectivity(spike) == pytest.approx(1)
    assert tuning.selectivity(np.zeros(12, np.float32)) == 0
    assert tuning.modulation(np.zeros(12, np.float32)) == 0
    x = 15.0 * np.arange(12.0)
    assert tuning.half_width(x, spike, 180.0) == pytest.approx(15)
    assert np.isnan(tuning.half_width(x, flat, 180.0))
    wave = (1 + np.cos(2 * np.deg2rad(x - 100))).astype(np.float32)
    assert tuning.peak(x, wave, 180.0) == pytest.approx(100, abs=1)
    assert tuning.half_width(x, wave, 180.0) == pytest.approx(90, abs=3)


def test_a_grating_is_bright_in_the_middle_of_the_field_at_a_quarter_turn() -> None:
    stage = stimuli.Stage(64, 20.5, 41.5, 15)
    for angle in (0.0, 33.0, 90.0):
        assert stimuli.grating(stage, angle, 7.3, 90.0)[41, 20, 0] == 255
        assert stimuli.grating(stage, angle, 7.3, 270.0)[41, 20, 0] == 0
    small = stimuli.grating(stage, 0.0, 7.3, 90.0, diameter=6)
    assert small[41, 20, 0] == 255
    assert (small[:30] == 128).all()
    lit = stimuli.bar(stage, 45.0, 0.0, 3.0)
    assert lit[41, 20, 0] == 255
    assert lit[41, 10, 0] == 128
