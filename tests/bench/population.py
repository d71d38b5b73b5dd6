"""Statistics of every unit over 10,000 pictures: pace against the bare forward pass, and memory.

    python tests/bench/population.py

Lens at 64 px, all layers. The bare pass and the pass with statistics take turns on the same
batches, so that what else the machine does falls on both; then the whole request, with pictures
drawn, statistics and file, is timed by itself.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from _parent import Line, Options, repeat, script

BOUND = 0.70
# What ten times as many pictures may cost more, in megabytes.
GROWTH = 40.0


def child(quick: bool) -> dict[str, Any]:
    import resource

    import numpy as np
    import torch

    from cnnviz_app.core.context import Context
    from cnnviz_app.lab.population import gather
    from cnnviz_app.lab.population_pass import Pass, batch_size, shapes_of
    from cnnviz_app.lab.population_requests import GatherPopulation, PictureSet
    from cnnviz_app.lab.population_tally import Tally
    from cnnviz_app.lab.start import make_lab

    lab, ctx = make_lab("cpu"), Context.silent()
    net = lab.network("lens")
    shapes = shapes_of(net)
    size = batch_size(net, shapes)
    tally = Tally(shapes, 4)
    passing = Pass(net, tally)
    stock = torch.rand(16 * size, 3, 64, 64).contiguous(memory_format=torch.channels_last)
    bare, ours = [], []
    count = 160 if quick else 10_000
    for number in range(-(-count // size)):
        batch = stock[number % 16 * size : (number % 16 + 1) * size]
        numbers = np.arange(size) + number * size
        began = time.perf_counter()
        with torch.no_grad():
            net.run(batch, [net.output])
        middle = time.perf_counter()
        passing.feed(ctx, batch, numbers, numbers % 4)
        bare.append(middle - began)
        ours.append(time.perf_counter() - middle)
    whole: dict[int, float] = {}
    peaks: list[float] = []
    for many in (count // 10, count):
        began = time.perf_counter()
        facts = gather(lab, ctx, GatherPopulation("lens", PictureSet("world", "gratings", many)))
        whole[many] = time.perf_counter() - began
        assert facts.finished
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return {
        "bare": statistics.median(bare) / size, "ours": statistics.median(ours) / size,
        "ratio": sum(bare) / sum(ours), "whole": count / whole[count], "count": count,
        "units": shapes.units, "peak": peaks[1], "growth": peaks[1] - peaks[0],
    }  # fmt: skip


def judge(options: Options) -> Line:
    found = repeat(__file__, options, 1)[0]
    ratio = found["bare"] / found["ours"]
    return Line(
        "population",
        [
            f"{found['count']} pictures, {found['units']} units",
            f"bare {1e3 * found['bare']:.2f} ms, with statistics {1e3 * found['ours']:.2f} ms "
            f"a picture (medians), {100 * ratio:.0f} % of the bare pace, "
            f"{100 * found['ratio']:.0f} % over all",
            f"whole request {found['whole']:.0f} pictures/s",
            f"peak {found['peak']:.0f} MB, {found['growth']:.0f} MB more for ten times as many",
        ],
        f">= {100 * BOUND:.0f} % and < {GROWTH:.0f} MB more",
        ratio >= BOUND and found["growth"] < GROWTH,
    )


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
