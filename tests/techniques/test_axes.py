"""The three axes by themselves: spaces, views, colours, regularisers, objectives, steppers."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques import _objectives as objectives
from cnnviz_app.techniques._colour import decorrelated_to_rgb, mix
from cnnviz_app.techniques._image_spaces import BASES, Size, build_space
from cnnviz_app.techniques._phase import photographs_spectrum
from cnnviz_app.techniques._redirect import RedirectedReLU
from cnnviz_app.techniques._regularisers import (
    GREY,
    blur,
    decay,
    l1,
    l2,
    small_contribution,
    small_norm,
    total_variation,
)
from cnnviz_app.techniques._sheet import sheet
from cnnviz_app.techniques._steppers import LBFGS, Adam, PlainAscent
from cnnviz_app.techniques._transforms import Robustness, crops, jitter, rotate, scale, view

# What a phase or a drawing network can show is not every picture.
each_space = pytest.mark.parametrize("name", sorted(set(BASES) - {"phase", "cppn"}))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def photo(h: int = 40, w: int = 52, c: int = 3) -> Tensor:
    """Something smooth inside [0, 1], neither square nor the same in its channels."""
    y = torch.linspace(0, 3, h)[:, None]
    x = torch.linspace(0, 5, w)[None, :]
    waves = [0.5 + 0.4 * torch.sin(y * (k + 1)) * torch.cos(x + k) for k in range(c)]
    return torch.stack(waves)[None]


@each_space
@pytest.mark.parametrize("colour", ["raw", "decorrelated"])
@pytest.mark.parametrize("limits", ["sigmoid", "clip"])
@pytest.mark.parametrize("shape", [(40, 52), (33, 17), (28, 28)])
def test_a_space_gives_back_the_photo_it_started_from(
    name: str, colour: str, limits: str, shape: tuple[int, int]
) -> None:
    picture = photo(*shape)
    space = build_space(name, Size(1, 3, *shape), colour, limits)  # type: ignore[arg-type]  # parametrised texts
    space.assign(picture)
    assert torch.allclose(space.picture(), picture, atol=2e-3)


@each_space
def test_every_variable_reaches_the_picture(name: str) -> None:
    space = build_space(name, Size(2, 3, 24, 30), "decorrelated", "sigmoid")
    space.start_from_noise(0.01, generator())
    picture = space.picture()
    assert picture.shape == (2, 3, 24, 30)
    weights = torch.randn(picture.shape, generator=generator(1))
    for grad in torch.autograd.grad((picture * weights).sum(), space.variables):
        assert (grad != 0).float().mean() > 0.9


def test_noise_in_the_frequency_space_has_the_spectrum_of_photographs() -> None:
    side = 128
    space = build_space("fft", Size(8, 1, side, side), "raw", "clip")
    space.start_from_noise(0.01, generator())
    power = torch.fft.rfft2(space.picture() - 0.5).abs().mean((0, 1))
    frequency = torch.sqrt(
        torch.fft.fftfreq(side)[:, None] ** 2 + torch.fft.rfftfreq(side)[None, :] ** 2
    )
    low = power[(frequency > 0.04) & (frequency < 0.06)].mean()
    high = power[(frequency > 0.36) & (frequency < 0.44)].mean()
    assert 7 < low / high < 9  # 0.4 is eight times 0.05


def test_colours_mix_as_the_published_matrix_says() -> None:
    root = torch.tensor([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
    expected = root / max(math.hypot(*column) for column in root.T.tolist())
    assert torch.allclose(decorrelated_to_rgb(), expected, atol=1e-6)
    pixel = torch.tensor([1.0, 0.5, -2.0]).view(1, 3, 1, 1)
    mixed = mix(decorrelated_to_rgb(), pixel).flatten()
    assert torch.allclose(mixed, expected @ pixel.flatten(), atol=1e-6)


def test_a_view_keeps_the_size_and_repeats_with_its_seed() -> None:
    picture = photo()
    for margin in (0, 6):
        see = Robustness().transform(margin)
        assert see is not None
        seen = see(picture, generator(3))
        assert seen.shape == (1, 3, 40 + 2 * margin, 52 + 2 * margin)
        assert torch.equal(seen, see(picture, generator(3)))
        assert not torch.equal(seen, see(picture, generator(4)))
        assert seen.min() >= picture.min() - 1e-5
        assert seen.max() <= picture.max() + 1e-5


def test_jitter_moves_whole_pixels_and_brings_in_grey() -> None:
    picture = photo()
    shifts = set()
    draw = generator()
    for _ in range(200):
        seen = view([jitter(4)])(picture, draw)
        hits = [
            (dy, dx)
            for dy in range(-2, 3)
            for dx in range(-2, 3)
            if torch.equal(seen[..., 5:-5, 5:-5], picture[..., 5 + dy : 35 + dy, 5 + dx : 47 + dx])
        ]
        assert len(hits) == 1
        shifts.add(hits[0])
    assert len(shifts) == 25
    assert torch.equal(
        view([], margin=3)(picture, draw)[..., :3, :], torch.full((1, 3, 3, 58), 0.5)
    )


def test_scaling_and_turning_stay_within_their_limits() -> None:
    draw = generator()
    sizes, turns = set(), []
    for _ in range(400):
        a, b, *_ = scale(10.0)(draw)
        assert b == 0.0
        sizes.add(round(1 / a, 2))
        c, s, *_ = rotate(10.0)(draw)
        turns.append(round(math.degrees(math.atan2(-s, c))))
    assert sizes == {round(0.90 + 0.02 * i, 2) for i in range(11)}
    assert min(turns) == -10
    assert max(turns) == 10
    assert turns.count(0) > 1.5 * 400 / 26


def test_a_quarter_turn_is_a_quarter_turn() -> None:
    square = photo(40, 40)
    seen = view([lambda _: (0.0, -1.0, 0.0, 1.0, 0.0, 0.0)])(square, generator())
    assert torch.allclose(seen, torch.rot90(square, -1, (2, 3)), atol=1e-4) or torch.allclose(
        seen, torch.rot90(square, 1, (2, 3)), atol=1e-4
    )


def test_repairs_do_what_they_are_called() -> None:
    picture = photo()
    spread = (picture - GREY).abs().mean()
    faded = decay(0.25).apply(picture, None)
    assert torch.isclose((faded - GREY).abs().mean(), 0.75 * spread, atol=1e-5)
    noise = torch.rand(1, 3, 40, 52, generator=generator())
    assert total_variation(blur(1.0, 4).apply(noise, None)) < 0.4 * total_variation(noise)
    assert torch.allclose(blur(2.0, 1).apply(torch.full_like(noise, 0.3), None), noise * 0 + 0.3)
    for repaired in (
        small_norm(30.0).apply(noise, None),
        small_contribution(30.0).apply(noise, torch.rand(noise.shape, generator=generator())),
    ):
        grey = (repaired == GREY).all(1).float().mean()
        assert 0.29 < grey < 0.31


def test_penalties_are_zero_on_grey_and_rise_from_there() -> None:
    grey = torch.full((2, 3, 8, 8), GREY)
    noise = torch.rand(2, 3, 8, 8, generator=generator())
    for penalty in (l1, l2, total_variation):
        assert penalty(grey).shape == (2,)
        assert torch.allclose(penalty(grey), torch.zeros(2), atol=1e-5)
        assert (penalty(noise) > 0.1).all()


def test_objectives_add_up(colour_net: Network) -> None:
    net, node = colour_net, "0"
    acts = net.run(torch.rand(2, 3, 32, 32, generator=generator()), ["4", net.output])
    maps = acts["4"]
    one, two = objectives.channel(net, "4", 1), objectives.channel(net, "4", 2)
    a, b = maps[:, 1].mean((1, 2)), maps[:, 2].mean((1, 2))
    assert torch.allclose((one + 0.5 * two).of(acts), a + 0.5 * b)
    assert torch.allclose((one - two).of(acts), a - b)
    assert torch.allclose((-one).of(acts), -a)
    assert (one + two).nodes == ("4",)
    assert torch.equal(objectives.unit(net, "4", 1).of(acts), maps[:, 1, 8, 8])
    assert torch.equal(objectives.unit(net, "4", 1, (0, 3)).of(acts), maps[:, 1, 0, 3])
    assert torch.allclose(
        objectives.channel_norm(net, "4", 1).of(acts), maps[:, 1].norm(dim=(1, 2))
    )
    assert torch.allclose(objectives.layer(net, "4").of(acts), maps.flatten(1).norm(dim=1))
    vector = torch.zeros(12)
    vector[1] = 1.0
    assert torch.allclose(objectives.direction(net, "4", vector).of(acts), a)
    assert (objectives.cosine(net, "4", vector).of(acts) <= 1).all()
    chances = acts[net.output].softmax(1)[:, 3]
    assert torch.allclose(objectives.log_probability(net, 3).of(acts).exp(), chances)
    assert node in net.layers


def test_diversity_is_least_for_twins(colour_net: Network) -> None:
    picture = torch.rand(2, 3, 32, 32, generator=generator())
    apart = objectives.diversity(colour_net, "4").of(colour_net.run(picture, ["4"]))
    twins = picture[:1].expand(2, -1, -1, -1)
    same = objectives.diversity(colour_net, "4").of(colour_net.run(twins, ["4"]))
    assert torch.allclose(same, torch.full((2,), -1.0), atol=1e-5)
    assert (apart > same).all()


def test_our_adam_walks_where_torch_walks() -> None:
    start = torch.randn(50, generator=generator())
    ours, theirs = start.clone().requires_grad_(), start.clone().requires_grad_()
    stepper = Adam([ours], 0.05)
    reference = torch.optim.Adam([theirs], lr=0.05)

    def loss_of(x: Tensor) -> Tensor:
        return (x**4).sum() + (x[1:] * x[:-1]).sum()

    def evaluate() -> tuple[float, list[Tensor]]:
        loss = loss_of(ours)
        return loss.item(), list(torch.autograd.grad(loss, [ours]))

    for _ in range(30):
        stepper.step(evaluate)
        reference.zero_grad()
        loss_of(theirs).backward()  # type: ignore[no-untyped-call]  # torch has no type
        reference.step()
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_lbfgs_needs_few_steps_and_puts_back_the_accepted_point() -> None:
    x = torch.tensor([-1.2, 1.0], requires_grad=True)
    stepper = LBFGS([x], 1.0)
    calls = 0

    def evaluate() -> tuple[float, list[Tensor]]:
        nonlocal calls
        calls += 1
        if calls == limit:
            raise KeyboardInterrupt
        loss = 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
        return loss.item(), list(torch.autograd.grad(loss, [x]))

    limit = -1
    for _ in range(5):
        stepper.step(evaluate)
    accepted = x.detach().clone()
    limit = calls + 1
    with pytest.raises(KeyboardInterrupt):
        stepper.step(evaluate)
    assert torch.equal(x, accepted)
    assert x.grad is None
    limit = -1
    for _ in range(60):
        stepper.step(evaluate)
    assert torch.allclose(x, torch.ones(2), atol=1e-2)
    assert calls < 130


def test_the_plain_step_has_the_length_it_was_given() -> None:
    x = torch.zeros(10, requires_grad=True)
    slope = torch.arange(1.0, 11.0)
    PlainAscent([x], 0.1).step(lambda: (0.0, [slope]))
    assert torch.isclose(x.abs().mean(), torch.tensor(0.1))
    PlainAscent([x], 0.1).step(lambda: (0.0, [torch.zeros(10)]))
    assert torch.isfinite(x).all()


@pytest.mark.parametrize("relu", [torch.relu, torch.nn.ReLU(), torch.nn.ReLU(inplace=True)])
def test_sleeping_units_wake_and_others_are_left_alone(relu: object) -> None:
    assert callable(relu)
    asleep = torch.full((2, 4), -1.0)
    asleep[1, 0] = 1.0
    x = asleep.requires_grad_()
    with RedirectedReLU():
        y = relu(x * 1.0)
    (grad,) = torch.autograd.grad(-y.sum(), [x])
    assert torch.equal(grad[0], torch.full((4,), -1.0))  # nothing passed: all are pulled up
    assert torch.equal(grad[1], torch.tensor([-1.0, 0.0, 0.0, 0.0]))  # one passed: as usual
    (usual,) = torch.autograd.grad(-torch.relu(x).sum(), [x])
    assert torch.equal(usual[0], torch.zeros(4))


def test_a_sheet_holds_every_picture() -> None:
    pictures = [torch.full((5, 7, 3), 0.1 * i).numpy() for i in range(5)]
    whole = sheet(pictures)
    assert whole.shape == (2 * 7 - 2, 3 * 9 - 2, 3)
    for value in range(5):
        assert (abs(whole - 0.1 * value) < 1e-6).all(-1).sum() == 35
    assert sheet(pictures[:1]) is pictures[0]


def test_phases_keep_the_contrast_of_photographs() -> None:
    size = Size(1, 3, 24, 20)
    space = build_space("phase", size, "raw", "sigmoid")
    space.start_from_noise(0.01, generator())
    lengths = photographs_spectrum(3, 24, 20)
    found = torch.fft.rfft2(torch.logit(space.finished()), norm="ortho").abs()[0]
    # The first and the last column have to fit their own mirror image.
    assert torch.allclose(found[:, :, 1:-1], lengths[:, :, 1:-1], rtol=1e-2)
    assert float(space.finished().std()) > 0.05


def test_phases_start_from_a_photo() -> None:
    space = build_space("phase", Size(1, 3, 40, 52), "decorrelated", "sigmoid")
    space.assign(photo())
    both = torch.stack([space.finished().flatten(), photo().flatten()])
    assert float(torch.corrcoef(both)[0, 1]) > 0.3


def test_a_drawing_network_begins_grey_and_draws_at_any_size() -> None:
    small = build_space("cppn", Size(2, 3, 12, 16), "raw", "sigmoid")
    small.start_from_noise(0.01, generator())
    assert torch.allclose(small.finished(), torch.full((2, 3, 12, 16), 0.5))
    with torch.no_grad():
        small.variables[-1].normal_(std=3.0, generator=generator())
    large = build_space("cppn", Size(2, 3, 36, 48), "raw", "sigmoid")
    with torch.no_grad():
        for ours, theirs in zip(large.variables, small.variables, strict=True):
            ours.copy_(theirs)
    shrunk = torch.nn.functional.avg_pool2d(large.finished(), 3)
    assert float(small.finished().std()) > 0.05
    assert float((shrunk - small.finished()).abs().mean()) < 0.05
    with pytest.raises(UserError, match="drawing network"):
        small.assign(photo(12, 16))


def test_windows_have_the_networks_size_and_show_parts() -> None:
    see = crops(4, 25.0, (10, 12))
    ramp = torch.linspace(0, 1, 80).expand(2, 3, 80, 80).contiguous()
    seen = see(ramp, generator())
    assert seen.shape == (8, 3, 10, 12)
    shares = seen.amax((1, 2, 3)) - seen.amin((1, 2, 3))
    assert float(shares.max()) < 0.4
    assert torch.equal(seen[0], seen[1])
    assert torch.equal(see(ramp, generator()), seen)
