"""Times every operator of a network, one run after the other, giving way in between."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.timing_requests import NodeTimes, TimeNodes
from cnnviz_app.nets.device import describe
from cnnviz_app.nets.network import Network

# A slow network is run until this is used up, but at least once after the warm-up.
PATIENCE = 6.0


@answers(TimeNodes)
def time_nodes(lab: Lab, ctx: Context, request: TimeNodes) -> NodeTimes:
    net = lab.network(request.model)
    names = [node.name for node in net.nodes if node.op != "input" and node.shape]
    if len(names) < 2:
        raise UserError(
            f"The operators of {net.title} cannot be timed.",
            hint="This network only runs as a whole.",
        )
    watch = _Watch(net, ctx)
    began = time.perf_counter()
    runs = max(1, request.runs)
    for run in range(runs + 1):
        words = f"run {run} of {runs}" if run else "warming up"

        def tell(done: int, run: int = run, words: str = words) -> None:
            ctx.progress(run + done / len(names), runs + 1, words)

        watch.run(names, tell, keep=run > 0)
        if run and time.perf_counter() - began > PATIENCE:
            break
    seconds = {name: statistics.median(found) for name, found in watch.found.items()}
    return NodeTimes(request.model, seconds, len(next(iter(watch.found.values()))),
                     describe(net.device))  # fmt: skip


class _Watch:
    """Reads the clock whenever an operator has come to its end."""

    def __init__(self, net: Network, ctx: Context) -> None:
        self._net, self._ctx = net, ctx
        self._last = 0.0
        spec = net.spec
        generator = torch.Generator().manual_seed(0)
        picture = torch.rand((1, spec.channels, spec.height, spec.width), generator=generator)
        self._picture = picture.to(net.device)
        self.found: dict[str, list[float]] = {}

    def run(self, names: list[str], tell: Callable[[int], None], *, keep: bool) -> None:
        with torch.no_grad():
            tell(0)
            edits = {
                name: self._stamp(name, keep, tell if place % 32 == 31 else None, place)
                for place, name in enumerate(names)
            }
            self._settle()
            self._last = time.perf_counter()
            self._net.run(self._picture, [self._net.output], edit=edits)

    def _stamp(
        self, name: str, keep: bool, tell: Callable[[int], None] | None, place: int
    ) -> Callable[[Tensor], Tensor]:
        def stamp(tensor: Tensor) -> Tensor:
            self._settle()
            if keep:
                self.found.setdefault(name, []).append(time.perf_counter() - self._last)
            if tell is not None:
                tell(place)
            self._ctx.checkpoint()
            self._last = time.perf_counter()
            return tensor

        return stamp

    def _settle(self) -> None:
        """An accelerator works ahead of the program: wait for it before reading the clock."""
        if self._net.device.type == "cuda":
            torch.cuda.synchronize(self._net.device)
        elif self._net.device.type == "mps":
            torch.mps.synchronize()
