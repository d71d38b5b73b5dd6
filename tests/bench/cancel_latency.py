"""How soon the window sees a run stop after Stop, inside Adam and inside L-BFGS.

    python tests/bench/cancel_latency.py [--runs 12]

VGG-16 with random weights, features.17, 128 px. Runs are stopped at random moments; what counts
is the time to the Stopped event in the window, beyond one step of that run.
"""

from __future__ import annotations

import random
import time
from itertools import pairwise
from typing import Any

from _parent import Line, Options, median, repeat, script, spread

BOUND = 100.0


def child(quick: bool) -> dict[str, Any]:
    from _child import VGG, Bench

    bench = Bench()
    bench.open("lens" if quick else VGG)
    layer = "relu3" if quick else "features.17"
    chance = random.Random(0)
    answer: dict[str, Any] = {}
    for optimizer in ("adam", "lbfgs"):
        latencies, steps = [], []
        for _ in range(1 if quick else 12):
            # Unless the unit sleeps, L-BFGS is in its line search nearly all the time.
            bench.start_run({
                "layer": layer, "unit": "3", "size": 128, "steps": 20_000,
                "optimizer": optimizer, "redirect": 0,
            })  # fmt: skip
            arrivals: list[float] = []
            bench.runs.metrics_added.connect(lambda *_, a=arrivals: a.append(time.perf_counter()))
            bench.wait(lambda a=arrivals: len(a) > 3)  # type: ignore[misc]
            bench.settle(chance.random() * 0.5)
            began = time.perf_counter()
            bench.stop_run()
            latencies.append(1000 * (time.perf_counter() - began))
            steps.append(1000 * median([b - a for a, b in pairwise(arrivals)]))
        answer[optimizer] = {"latency": latencies, "step": median(steps)}
    bench.close()
    return answer


def judge(options: Options) -> Line:
    (found,) = repeat(__file__, Options(options.quick, 1), 1)
    figures, worst = [], 0.0
    for optimizer, name in (("adam", "Adam"), ("lbfgs", "L-BFGS")):
        latency, step = found[optimizer]["latency"], found[optimizer]["step"]
        worst = max(worst, max(latency) - step)
        figures.append(f"{name} {spread(latency, 0)} ms, one step {step:.0f} ms")
    return Line("cancel", figures, f"< {BOUND:.0f} ms + one step, every time", worst < BOUND)


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
