"""What a step of feature visualization costs beyond the bare PyTorch loop with the same arithmetic.

    python tests/bench/overhead.py [--rounds 12] [--quick]

And once more where the run keeps marks for branches, as every run of the window does. All climb
the same channel of the same network in the same space under the same views. The bare loop is
written out below: torch's own Adam, no reports, no checkpoint, nothing to stop it. They take turns
in short blocks, so that a busy machine slows all; each prints its median step.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
import torchvision
from _parent import Line
from torch import nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.mailbox import Mailbox
from cnnviz_app.nets.architectures import architecture, initialise
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques import _objectives as objectives
from cnnviz_app.techniques._colour import decorrelated_to_rgb
from cnnviz_app.techniques._image_spaces import Size, build_space
from cnnviz_app.techniques._optimise import Ascent, Limit, climb
from cnnviz_app.techniques._trail import KEPT_BYTES, Trail
from cnnviz_app.techniques._transforms import Robustness

BLOCK = 8
BOUND = 5.0


def bare(
    stem: nn.Module, spec: InputSpec, channel: int, side: int, margin: int
) -> Callable[[], None]:
    """The loop as a script would have it."""
    generator = torch.Generator().manual_seed(0)
    fy = torch.fft.fftfreq(side)[:, None]
    fx = torch.fft.rfftfreq(side)[None, :]
    scale = 0.25 / torch.sqrt(fy * fy + fx * fx).clamp_min(1 / side)
    spectrum = (
        0.01 * torch.randn(1, 3, side, side // 2 + 1, 2, generator=generator)
    ).requires_grad_()
    colours = decorrelated_to_rgb()
    see = Robustness().transform(margin)
    assert see is not None
    mean, std = torch.tensor(spec.mean).view(1, 3, 1, 1), torch.tensor(spec.std).view(1, 3, 1, 1)
    optimizer = torch.optim.Adam([spectrum], lr=0.05)

    def block() -> None:
        for _ in range(BLOCK):
            optimizer.zero_grad()
            x = torch.fft.irfft2(
                torch.view_as_complex(spectrum) * scale, s=(side, side), norm="ortho"
            )
            x = torch.sigmoid((colours @ x.view(1, 3, -1)).view(1, 3, side, side))
            x = (see(x, generator) - mean) / std
            x = stem(x.contiguous(memory_format=torch.channels_last))
            (-x[:, channel].mean((1, 2)).sum()).backward()
            optimizer.step()

    return block


def ours(
    net: Network, node: str, channel: int, side: int, margin: int, trail: Trail | None = None
) -> Callable[[], None]:
    """The app's loop, reporting to a mailbox as it does under the window; with a trail it keeps
    what branches go on from, at every picture that is shown."""
    generator = torch.Generator().manual_seed(0)
    space = build_space("fft", Size(1, 3, side, side), "decorrelated", "sigmoid")
    space.start_from_noise(0.01, generator)
    objective = objectives.channel(net, node, channel)
    see = Robustness().transform(margin)
    ascent = Ascent(net, space, objective, generator, see, redirect_steps=0)
    mailbox = Mailbox()
    ctx = Context(1, mailbox.put)
    ctx.trail = trail

    def block() -> None:
        climb(ctx, ascent, Limit(BLOCK))
        mailbox.drain()

    return block


def compare(
    name: str, stem: nn.Module, net: Network, node: str, side: int, rounds: int
) -> tuple[str, float]:
    margin = Robustness().margin()
    trail = Trail()
    blocks = {
        "bare": bare(stem, net.spec, 3, side, margin), "ours": ours(net, node, 3, side, margin),
        "kept": ours(net, node, 3, side, margin, trail),
    }  # fmt: skip
    times: dict[str, list[float]] = {key: [] for key in blocks}
    for block in blocks.values():
        block()
    for _ in range(rounds):
        for key, block in blocks.items():
            began = time.perf_counter()
            block()
            times[key].append((time.perf_counter() - began) / BLOCK * 1000)
    middle = {key: statistics.median(values) for key, values in times.items()}
    alone, kept = (
        100 * (statistics.median(o / b for o, b in zip(times[key], times["bare"], strict=True)) - 1)
        for key in ("ours", "kept")
    )
    held = max(trail.nbytes / 1e6, 0.1)
    text = (
        f"{name} {side} px: bare {middle['bare']:.1f} ms, ours {middle['ours']:.1f} ms, "
        f"{alone:+.1f} %; so that it can be branched {middle['kept']:.1f} ms, {kept:+.1f} %, "
        f"{len(trail.marks)} marks in {held:.1f} MB (at most {2 * KEPT_BYTES / 1e6:.0f})"
    )
    return text, max(alone, kept)


def vgg16(rounds: int) -> tuple[str, float]:
    module = torchvision.models.vgg16(weights=None).eval()
    spec = InputSpec(3, 224, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    net = inspect(module, spec, key="vgg16", title="VGG-16")
    stem = frozen(module.features[:18])
    return compare("vgg16 features.17", stem, net, "features.17", 128, rounds)


def lens(rounds: int) -> tuple[str, float]:
    """Small steps: here an overhead would show first."""
    module = architecture("lens").build(10)
    initialise(module, 0)
    spec = InputSpec(3, 64, 64, (0.48, 0.45, 0.39), (0.27, 0.26, 0.27))
    net = inspect(module.eval(), spec, key="lens", title="Lens")
    stem = frozen(folded(module))
    return compare("lens conv5", stem, net, "bn5", 64, rounds)


def folded(module: nn.Module) -> nn.Sequential:
    """Up to bn5, each batch-norm inside its convolution."""
    parts: list[nn.Module] = []
    children = list(module.named_children())
    for name, child in children:
        if isinstance(child, nn.BatchNorm2d):
            convolution = parts[-1]
            assert isinstance(convolution, nn.Conv2d)
            parts[-1] = nn.utils.fusion.fuse_conv_bn_eval(convolution, child)
        else:
            parts.append(child)
        if name == "bn5":
            break
    return nn.Sequential(*parts)


def frozen(module: nn.Module) -> nn.Module:
    return module.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--quick", action="store_true", help="only show that the script works")
    given, _ = parser.parse_known_args()
    rounds = given.rounds
    (small, small_percent) = lens(1 if given.quick else 4 * rounds)
    found = [(small, small_percent)] if given.quick else [vgg16(rounds), (small, small_percent)]
    line = Line(
        "overhead of a step",
        [*(text for text, _ in found), f"{torch.get_num_threads()} threads"],
        f"< {BOUND:.0f} %",
        max(percent for _, percent in found) < BOUND,
    )
    print(line)


if __name__ == "__main__":
    main()
