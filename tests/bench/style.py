"""Style transfer beside the published loop, beside the bare truncated loop, and its memory.

    python tests/bench/style.py [--steps 60] [--rounds 8] [--no-memory] [--quick]

The published loop is neural-style's, written plainly: the whole network runs on the normalised
picture, hooks catch the layers, autograd goes through Gram matrices and losses, and torch's own
L-BFGS with 100 corrections moves the pixels at full size. Both get the same targets and weights,
start from the photograph, and make the same number of steps; the loss is measured by us on both
finished pictures at full size. The bare loop for the overhead is on the truncated network with
Adam, and takes turns with ours. Beside the published loop, processor time is counted, so that
other work on the machine plays no part. The network is Lens, and VGG-19 up to conv3_1 where the
folder that CNNVIZ_CHECK_DATA names has it. Memory is the largest resident size of a process of
its own that paints 2048 pixels.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torchvision
from _parent import Line
from torch import Tensor, nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.mailbox import Mailbox
from cnnviz_app.core.params import build
from cnnviz_app.nets import catalog
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.sources import builtin
from cnnviz_app.techniques import _style_ask as ask
from cnnviz_app.techniques._pictures import image01_of
from cnnviz_app.techniques._style import _Descent, paint
from cnnviz_app.techniques._style_job import Job, Rung, make_rung
from cnnviz_app.techniques._style_pictures import side_for, sized
from cnnviz_app.techniques.style import StyleParams

FASTER, OVERHEAD, MEMORY = 1.5, 5.0, 4000.0
BLOCK = 4


def nothing() -> None:
    """A checkpoint that never stops."""


def networks(*, quick: bool) -> list[tuple[str, Network]]:
    found = [("Lens", catalog.open_network("lens", None, "cpu"))]
    folder = Path(os.environ.get("CNNVIZ_CHECK_DATA", "")) / "weights"
    file = folder / "vgg19_features_conv3_1_torchvision_layout.pth"
    if file.is_file() and not quick:
        features = torchvision.models.vgg19(weights=None).features[:12]
        features.load_state_dict(torch.load(file, weights_only=True))
        module = nn.Sequential(*features, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
        spec = InputSpec(3, 224, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
        found.append(("VGG-19 to conv3_1", inspect(module, spec, key="vgg", title="VGG-19")))
    return found


def job_for(net: Network, photo: str, **changes: Any) -> tuple[Job, StyleParams]:
    params = build(StyleParams, {"tv": 0.0, "beta": 20.0, **changes})
    image = image01_of(net, builtin.load(photo).pixels)
    return ask.transfer(Context.silent(), net, image, params)[0], params


class Plain:
    """The losses as a script computes them: hooks, everything by autograd."""

    def __init__(self, net: Network, module: nn.Module, rung: Rung) -> None:
        spec = net.spec
        self._mean = torch.tensor(spec.mean).view(1, 3, 1, 1)
        self._std = torch.tensor(spec.std).view(1, 3, 1, 1)
        self._module, self._rung = module, rung
        self.seen: dict[str, Tensor] = {}
        parts = dict(module.named_modules())
        layers = {target.layer for target in rung.evaluate._style}
        for name in layers | {goal.layer for goal in rung.evaluate._content}:
            parts[name].register_forward_hook(self._catch(name))

    def _catch(self, name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, _input: Any, output: Tensor) -> None:
            self.seen[name] = output

        return hook

    def loss(self, picture: Tensor) -> Tensor:
        self._module((picture - self._mean) / self._std)
        total = torch.zeros(())
        for goal in self._rung.evaluate._content:
            off = self.seen[goal.layer] - goal.pieces[0]
            total = total + goal.weight * 0.5 * (off**2).sum()
        for target in self._rung.evaluate._style:
            rows = self.seen[target.layer][0].flatten(1)
            n, m = rows.shape
            off = rows @ rows.t() / m - target.gram
            total = total + target.weight * (off**2).sum() / (4 * n**2)
        return total


def inside_out(net: Network) -> nn.Module:
    """The network's own module, frozen, no ReLU overwriting what a hook has caught."""
    module = net.module.eval().requires_grad_(False)
    for part in module.modules():
        if isinstance(part, nn.ReLU):
            part.inplace = False
    return module


def published(plain: Plain, start: Tensor, steps: int) -> Tensor:
    picture = start.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS(
        [picture], lr=1, max_iter=steps, max_eval=steps, history_size=100,
        tolerance_grad=-1, tolerance_change=-1,
    )  # fmt: skip

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = plain.loss(picture)
        loss.backward()
        return loss

    optimizer.step(closure)
    return picture.detach().clamp(0.0, 1.0)


def versus(name: str, net: Network, side: int, steps: int) -> tuple[str, float, bool]:
    """Steps per second and loss of both; how many times as fast, and whether as good."""
    job, params = job_for(net, "cat", steps=steps, size=side)
    height, width = side_for(job.shape, side)
    rung = make_rung(job, (height, width), nothing)
    assert job.content is not None
    plain = Plain(net, inside_out(net), rung)
    start = sized(job.content, (height, width))
    mailbox = Mailbox()
    published(plain, start, 2)
    began = time.process_time()
    theirs = published(plain, start, steps)
    middle = time.process_time()
    ours = paint(Context(1, mailbox.put), job, params, 0).picture
    ended = time.process_time()
    losses = [rung.evaluate.losses(picture).total for picture in (theirs, ours)]
    times = (ended - middle) / (middle - began)
    text = (
        f"{name} {width}×{height}, {steps} steps: published loop "
        f"{steps / (middle - began):.2f} steps/s of processor time, loss {losses[0]:.3f}; ours "
        f"{steps / (ended - middle):.2f} steps/s, loss {losses[1]:.3f}; {1 / times:.2f}×"
    )
    return text, 1 / times, losses[1] <= losses[0]


def folded(module: nn.Module, last: str) -> nn.Sequential:
    """As far as `last`, each batch-norm inside its convolution, under the layers' own names."""
    stem = nn.Sequential()
    before = ""
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            convolution = stem.get_submodule(before)
            assert isinstance(convolution, nn.Conv2d)
            stem._modules[before] = nn.utils.fusion.fuse_conv_bn_eval(convolution, child)
        else:
            stem.add_module(name, child)
            before = name
        if name == last:
            break
    return stem.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def overhead(name: str, net: Network, side: int, rounds: int) -> tuple[str, float]:
    """A step of ours against the bare truncated loop, in turns."""
    job, params = job_for(net, "cat", optimizer="adam", size=side)
    size = side_for(job.shape, side)
    rungs = [make_rung(job, size, nothing) for _ in range(2)]
    last = max(job.nodes, key=[node.name for node in net.nodes].index)
    plain = Plain(net, folded(inside_out(net), last), rungs[0])
    assert job.content is not None
    picture = sized(job.content, size).contiguous(memory_format=torch.channels_last)
    picture.requires_grad_(True)
    optimizer = torch.optim.Adam([picture], lr=0.02)
    mailbox = Mailbox()
    rungs[1].canvas.start("content", 0.5, torch.Generator())
    descent = _Descent(Context(1, mailbox.put), job, rungs[1], params)

    def bare() -> None:
        for _ in range(BLOCK):
            optimizer.zero_grad()
            plain.loss(picture).backward()
            optimizer.step()
            with torch.no_grad():
                picture.clamp_(0.0, 1.0)

    def ours() -> None:
        for number in range(BLOCK):
            descent.step(number)
        mailbox.drain()

    times: dict[str, list[float]] = {"bare": [], "ours": []}
    for block in (bare, ours):
        block()
    for _ in range(rounds):
        for key, block in (("bare", bare), ("ours", ours)):
            began = time.perf_counter()
            block()
            times[key].append((time.perf_counter() - began) / BLOCK * 1000)
    paired = statistics.median(o / b for o, b in zip(times["ours"], times["bare"], strict=True))
    middle = {key: statistics.median(values) for key, values in times.items()}
    percent = 100 * (paired - 1)
    text = f"step {middle['ours']:.0f} ms, bare {middle['bare']:.0f} ms, {percent:+.1f} %"
    return f"{name}: {text}", percent


def large(side: int, model: str) -> None:
    """Two steps at this size, for the parent to read what they took."""
    net = dict(networks(quick=False)).get(model) or catalog.open_network("lens", None, "cpu")
    job, params = job_for(net, "astronaut", stages=f"{side}:2", size=side)
    painted = paint(Context.silent(), job, params, 0)
    assert painted.steps == 2
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            print(int(line.split()[1]) // 1024)


def memory(side: int, model: str) -> float:
    command = [sys.executable, __file__, "--large", str(side), "--model", model]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--quick", action="store_true", help="only show that the script works")
    parser.add_argument("--large", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--model", default="Lens", help=argparse.SUPPRESS)
    given, _ = parser.parse_known_args()
    if given.large:
        large(given.large, given.model)
        return
    side, steps, rounds = (64, 4, 1) if given.quick else (given.side, given.steps, given.rounds)
    figures, met = [], True
    for name, net in networks(quick=given.quick):
        text, times, as_good = versus(name, net, side, steps)
        cost, percent = overhead(name, net, side, rounds)
        figures += [text, cost]
        met = met and times >= FASTER and as_good and percent <= OVERHEAD
        if not given.quick and not given.no_memory:
            peak = memory(2048, name)
            figures.append(f"{name} at 2048 px: {peak:.0f} MB resident")
            met = met and peak < MEMORY
    bound = f"≥ {FASTER}× at equal or smaller loss, ≤ {OVERHEAD:.0f} %, < {MEMORY:.0f} MB"
    print(Line("style transfer", [*figures, f"{torch.get_num_threads()} threads"], bound, met))


if __name__ == "__main__":
    main()
