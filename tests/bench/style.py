"""Style transfer beside the published loop, beside the bare truncated loop, and its memory.

    python tests/bench/style.py [--steps 60] [--rounds 8] [--no-memory] [--quick]

The published loop is neural-style's, written plainly: the whole network runs on the normalised
picture, hooks catch the layers, autograd goes through Gram matrices and losses, and torch's own
L-BFGS with 100 corrections moves the pixels at full size. Both get the same network and pictures
and start from the photograph. Ours makes as many steps, and once more only as many as it takes to
be as good as the published loop in the end. They take turns, and the median of the rounds counts,
in processor time, so that other work on the machine plays no part.
The loss is measured in single precision at full size on all finished pictures. The bare loop for
the overhead is on the truncated network with Adam, both in single precision, in turns. The network
is Lens, and VGG-19 up to conv3_1 where the folder that CNNVIZ_CHECK_DATA names has it. Memory is
the largest resident size of a process of its own that paints 2048 pixels, a few steps long: as
many as L-BFGS remembers at that size, and everything else is there in the first.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from _parent import Line
from _style_loop import Plain, inside_out, job_for, networks, nothing, published
from torch import Tensor, nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.mailbox import Mailbox
from cnnviz_app.nets import catalog
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques._style import _Descent, paint
from cnnviz_app.techniques._style_job import make_rung
from cnnviz_app.techniques._style_pictures import side_for, sized
from cnnviz_app.techniques._style_sizes import Stage, written
from cnnviz_app.techniques.style import StyleParams

FASTER, OVERHEAD, MEMORY = 1.5, 5.0, 4000.0
BLOCK = 4
STEPS = 4


class Race:
    """The published loop, ours for as many steps, and ours until it is as good as that one.

    What counts is the loss in single precision at full size, whatever ours computes with.
    """

    def __init__(self, net: Network, side: int, steps: int) -> None:
        self._steps = steps
        exact, _ = job_for(net, "cat", size=side, precision="single")
        size = side_for(exact.shape, side)
        self.size = size
        self._judge = make_rung(exact, size, nothing)
        self._plain = Plain(net, inside_out(net), self._judge)
        assert exact.content is not None
        self._start = sized(exact.content, size)
        self._job, self._params = job_for(net, "cat", steps=steps, size=side)
        self.rates: dict[str, list[float]] = {}
        self.losses: dict[str, float] = {}

    def run(self, rounds: int) -> None:
        runs = {"published": self._published, "steps": lambda: self._ours(self._params)}
        self._time(runs, 1)
        enough = self._enough()
        runs["loss"] = lambda: self._ours(enough)
        self.rates.clear()
        self._time(runs, rounds)

    def times(self, name: str) -> float:
        """How many times as fast as the published loop: the median of rounds."""
        pairs = zip(self.rates["published"], self.rates[name], strict=True)
        return statistics.median(theirs / ours for theirs, ours in pairs)

    def _time(self, runs: dict[str, Callable[[], Tensor]], rounds: int) -> None:
        for _ in range(rounds):
            for name, run in runs.items():
                began = time.process_time()
                picture = run()
                self.rates.setdefault(name, []).append(time.process_time() - began)
                self.losses[name] = self._judge.evaluate.losses(picture).total

    def _published(self) -> Tensor:
        return published(self._plain, self._start, self._steps)

    def _ours(self, params: StyleParams) -> Tensor:
        painted = paint(Context(1, Mailbox().put), self._job, params, 0)
        self._stages = painted.stages
        return painted.picture

    def _enough(self) -> StyleParams:
        """The ladder as it is, with as few steps on its last rung as reach the other's loss."""
        *lower, (side, _) = self._stages
        few, many = 0, 2 * self._steps
        # The runs repeat themselves to the bit, so what is found here holds in every round.
        while many - few > 1:
            middle = (few + many) // 2
            tried = self._with(lower, side, middle)
            better = (
                self._judge.evaluate.losses(self._ours(tried)).total <= self.losses["published"]
            )
            few, many = (few, middle) if better else (middle, many)
        return self._with(lower, side, many)

    def _with(self, lower: Sequence[Stage], side: int, steps: int) -> StyleParams:
        return replace(self._params, stages=written([*lower, (side, steps)]))


def versus(name: str, net: Network, side: int, steps: int, rounds: int) -> tuple[str, bool]:
    race = Race(net, side, steps)
    race.run(rounds)
    seconds = {key: statistics.median(values) for key, values in race.rates.items()}
    by_steps, by_loss = race.times("steps"), race.times("loss")
    text = (
        f"{name} {race.size[1]}×{race.size[0]}, {steps} steps: published loop "
        f"{seconds['published']:.1f} s to loss {race.losses['published']:.3f}; ours "
        f"{seconds['steps']:.1f} s to loss {race.losses['steps']:.3f}, {by_steps:.2f}×; "
        f"ours to loss {race.losses['loss']:.3f} {seconds['loss']:.1f} s, {by_loss:.2f}×"
    )
    return text, race.losses["loss"] <= race.losses["published"] and by_loss >= FASTER


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
    job, params = job_for(net, "cat", optimizer="adam", size=side, precision="single")
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
    """A few steps at this size, for the parent to read what they took: L-BFGS remembers no more
    of them at this size, and everything else is there in the first."""
    net = dict(networks(quick=False)).get(model) or catalog.open_network("lens", None, "cpu")
    job, params = job_for(net, "astronaut", stages=f"{side}:{STEPS}", size=side)
    painted = paint(Context.silent(), job, params, 0)
    assert painted.steps == STEPS
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
        text, faster = versus(name, net, side, steps, 1 if given.quick else 3)
        cost, percent = overhead(name, net, side, rounds)
        figures += [text, cost]
        met = met and faster and percent <= OVERHEAD
        if not given.quick and not given.no_memory:
            peak = memory(2048, name)
            figures.append(f"{name} at 2048 px: {peak:.0f} MB resident")
            met = met and peak < MEMORY
    bound = f"≥ {FASTER}× at equal or smaller loss, ≤ {OVERHEAD:.0f} %, < {MEMORY:.0f} MB"
    print(Line("style transfer", [*figures, f"{torch.get_num_threads()} threads"], bound, met))


if __name__ == "__main__":
    main()
