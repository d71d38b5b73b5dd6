"""DeepDream beside a plain loop, beside the bare truncated loop, and its memory at 3840×2160.

    python tests/bench/dream.py [--rounds 12] [--no-memory] [--cpu] [--quick]

The plain loop is what scripts do: the whole network runs, a hook catches the layer, `backward`
fills the gradients of the weights too. The bare loop is written on the truncated, frozen network,
reports nothing and cannot be stopped. All three dream the same octaves of the same photo with the
same jitter and take turns, so that a busy machine slows all. The network is GoogLeNet: the
original one of the folder that CNNVIZ_CHECK_DATA names, else torchvision's with random weights.

What was climbed is compared over two pictures and several seeds, because one dream says little:
rounding alone makes two loops of the same arithmetic end some percent apart. The whole, unfolded
network in single precision looks at the finished pictures of all; the figure is the geometric
mean of the ratios (whichever way round they are taken) with its standard error and their range.
Memory is the largest resident size (VmHWM) of a process of its own that dreams at full size.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torchvision
from _parent import Line
from torch import Tensor, nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.mailbox import Mailbox
from cnnviz_app.core.params import build
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.sources import builtin
from cnnviz_app.techniques import _dream as dreams
from cnnviz_app.techniques._tiles import TiledRunner
from cnnviz_app.techniques.deepdream import DeepDreamParams, deepdream

FASTER, OVERHEAD, MEMORY = 1.5, 5.0, 4000.0
OCTAVES = dreams.Octaves(3, 1.4, 4)
LONG_SIDE = 288
# What the objectives are compared on.
PHOTOS, SEEDS, SMALL = ("cat", "starry"), 6, 192


def open_googlenet() -> tuple[nn.Module, Network, str]:
    """The module, its network and the name of the layer in both."""
    folder = Path(os.environ.get("CNNVIZ_CHECK_DATA", "")) / "weights"
    if (folder / "googlenet_bvlc_fp16.pth").is_file():
        found = importlib.util.spec_from_file_location("bvlc", folder / "googlenet_bvlc.py")
        assert found is not None
        assert found.loader is not None
        code = importlib.util.module_from_spec(found)
        found.loader.exec_module(code)
        module: nn.Module = code.GoogLeNetBVLC()
        halves = torch.load(folder / "googlenet_bvlc_fp16.pth", weights_only=True)
        module.load_state_dict({key: value.float() for key, value in halves.items()}, strict=False)
        spec, layer = InputSpec(3, 224, 224, (0.0,) * 3, (1.0,) * 3), "inception_4c"
    else:
        torch.manual_seed(0)
        module = torchvision.models.googlenet(weights=None, aux_logits=False, init_weights=False)
        spec, layer = (
            InputSpec(3, 224, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
            ("inception4c"),
        )
    module.eval()
    return module, inspect(module, spec, key="googlenet", title="GoogLeNet"), layer


def photo(side: int, name: str = "cat") -> Tensor:
    pixels = torch.from_numpy(builtin.load(name).pixels.copy())
    whole = pixels.permute(2, 0, 1)[None].float() / 255
    height, width = whole.shape[-2:]
    return dreams.resized(whole, (round(height * side / width), side))


def octaves_of(start: Tensor, seed: int, gradient: Callable[[Tensor], Tensor]) -> Tensor:
    """The published loop: jitter, normalised steps, details carried between octaves."""
    generator = torch.Generator().manual_seed(seed)
    detail, picture = None, start
    for side in OCTAVES.sizes(*start.shape[-2:]):
        base = dreams.resized(start, side)
        picture = base if detail is None else base + dreams.resized(detail, side)
        for _ in range(OCTAVES.steps):
            dy, dx = (torch.randint(2 * OCTAVES.jitter + 1, (2,), generator=generator)
                      - OCTAVES.jitter).tolist()  # fmt: skip
            picture = picture.roll((dy, dx), (2, 3))
            found = gradient(picture)
            picture = picture + OCTAVES.rate * found / found.abs().mean()
            picture = picture.roll((-dy, -dx), (2, 3)).clamp(0.0, 1.0)
        detail = picture - base
    return picture


def strength(module: nn.Module, spec: InputSpec, layer: str, picture: Tensor) -> Tensor:
    """What is climbed, as a script has it: the whole network runs and a hook catches the layer."""
    mean, std = torch.tensor(spec.mean).view(1, 3, 1, 1), torch.tensor(spec.std).view(1, 3, 1, 1)
    seen: list[Tensor] = []
    hook = module.get_submodule(layer).register_forward_hook(
        lambda _module, _inputs, output: seen.append(output)
    )
    try:
        module((picture - mean) / std)
    finally:
        hook.remove()
    return 0.5 * seen[0].square().sum()


def plain(module: nn.Module, spec: InputSpec, layer: str, start: Tensor, seed: int = 0) -> Tensor:
    """The whole network and a hook."""

    def gradient(picture: Tensor) -> Tensor:
        leaf = picture.detach().requires_grad_()
        module.zero_grad()
        strength(module, spec, layer, leaf).backward()
        assert leaf.grad is not None
        return leaf.grad

    return octaves_of(start, seed, gradient)


def bare(net: Network, node: str, start: Tensor, seed: int = 0) -> Tensor:
    """The truncated, frozen, folded network; nothing told, nothing asked."""

    def gradient(picture: Tensor) -> Tensor:
        leaf = picture.detach().requires_grad_()
        return torch.autograd.grad(0.5 * net.run(leaf, [node])[node].square().sum(), leaf)[0]

    return octaves_of(start, seed, gradient)


def ours(net: Network, node: str, start: Tensor, seed: int = 0) -> Tensor:
    """The app's own, reporting to a mailbox as it does under the window."""
    mailbox = Mailbox()
    ctx = Context(1, mailbox.put)
    runner = TiledRunner(net, [node], dreams.layers_total({node: 1.0}), 0, ctx.checkpoint)
    generator = torch.Generator().manual_seed(seed)
    dreamer = dreams.Dreamer(ctx, runner, OCTAVES, generator)
    return dreamer.dream(start, OCTAVES.sizes(*start.shape[-2:]))


def levels(side: int, seeds: int) -> list[float]:
    """What ours climbed to, over what the plain loop did, for each picture and seed."""
    module, net, layer = open_googlenet()
    node, found = net.resolve(layer), []
    for name in PHOTOS:
        start = photo(side, name)
        for seed in range(seeds):
            pair = ours(net, node, start, seed), plain(module, net.spec, layer, start, seed)
            with torch.no_grad():
                mine, theirs = (float(strength(module, net.spec, layer, end)) for end in pair)
            found.append(mine / theirs)
    return found


def climbed(side: int, seeds: int) -> tuple[list[str], bool]:
    ratios = levels(side, seeds)
    logs = [math.log(ratio) for ratio in ratios]
    mean = math.exp(statistics.fmean(logs))
    error = 100 * statistics.stdev(logs) / len(logs) ** 0.5
    text = (f"objective {mean:.3f}× its ± {error:.1f} % ({min(ratios):.3f} … {max(ratios):.3f} in "
            f"{len(ratios)} dreams of {len(PHOTOS)} pictures at {side} px)")  # fmt: skip
    return [text], mean >= 1.0


def race(rounds: int, side: int, clock: Callable[[], float]) -> tuple[list[str], bool]:
    module, net, layer = open_googlenet()
    node, start = net.resolve(layer), photo(side)
    runs: dict[str, Callable[[], Tensor]] = {
        "plain": lambda: plain(module, net.spec, layer, start),
        "bare": lambda: bare(net, node, start),
        "ours": lambda: ours(net, node, start),
    }
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds):
        # Whoever follows the plain loop finds the caches and the clock as that left them.
        for name in random.Random(number).sample(list(runs), len(runs)):
            began = clock()
            runs[name]()
            times[name].append(clock() - began)
    faster, slower = (
        statistics.median(times[one]) / statistics.median(times[other])
        for one, other in (("plain", "ours"), ("ours", "bare"))
    )
    medians = ", ".join(f"{name} {statistics.median(t):.2f} s" for name, t in times.items())
    over = 100 * (slower - 1)
    text = [f"{layer} at {side} px: {medians}", f"{faster:.2f}× the plain loop",
            f"{over:+.1f} % over the bare loop"]  # fmt: skip
    return text, faster >= FASTER and over <= OVERHEAD


def large(width: int, height: int) -> None:
    """One step in each of two octaves: what more steps need, they give back."""
    _, net, layer = open_googlenet()
    start = dreams.resized(photo(512), (height, width))
    params = build(DeepDreamParams, {"layer": layer, "octaves": 2, "steps": 1})
    began = time.perf_counter()
    result = deepdream(Context(1, Mailbox().put), net, start, params, 0)
    seconds = time.perf_counter() - began
    peak = peak_megabytes()
    print(f"{result.figures['tiles']} {seconds:.1f} {peak:.0f}")


def peak_megabytes() -> float:
    """The largest resident size of this process so far; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


def memory(width: int, height: int) -> tuple[list[str], bool]:
    command = [sys.executable, __file__, "--large", str(width), str(height)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    tiles, seconds, peak = done.stdout.split()
    text = f"{width}×{height} in {tiles} tiles: {peak} MB resident at most, {seconds} s for 2 steps"
    return [text], 0 < float(peak) < MEMORY


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--no-memory", action="store_true", help="leave the large picture out")
    parser.add_argument("--cpu", action="store_true", help="count processor time, on one thread: "
                        "for a machine that is busy with other things")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="only show that the script works")
    parser.add_argument("--large", nargs=2, type=int, help=argparse.SUPPRESS)
    given, _ = parser.parse_known_args()
    if given.large:
        large(*given.large)
        return
    clock = time.process_time if given.cpu else time.perf_counter
    if given.cpu:
        torch.set_num_threads(1)
    if given.quick:
        parts = [race(1, 96, clock), climbed(96, 1)]
    else:
        parts = [race(given.rounds, LONG_SIDE, clock), climbed(SMALL, SEEDS)]
    if not given.quick and not given.no_memory:
        parts.append(memory(3840, 2160))
    print(Line(
        "dream", [text for texts, _ in parts for text in texts] +
        [f"{torch.get_num_threads()} threads"],
        f"≥ {FASTER}× faster, objective ≥ 1×, ≤ {OVERHEAD:.0f} % more, < {MEMORY / 1000:.0f} GB",
        all(met for _, met in parts),
    ))  # fmt: skip


if __name__ == "__main__":
    main()
