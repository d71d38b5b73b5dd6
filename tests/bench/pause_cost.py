"""What a pause costs: computing while paused, and steps or pixels lost by it.

    python tests/bench/pause_cost.py

Feature visualization of a bundled network on the canvas, twice with one seed: straight through,
and paused for two seconds in the middle.
"""

from __future__ import annotations

import time
from typing import Any

from _parent import Line, Options, repeat, script

BOUND = 5.0


def child(quick: bool) -> dict[str, Any]:
    import numpy as np
    from _child import Bench

    bench = Bench()
    steps = 100 if quick else 400
    pictures: list[Any] = []
    working: list[float] = []
    idle = 0.0
    for paused in (None, False, True):  # the first run warms up
        began = time.perf_counter()
        bench.start_run({"layer": "relu3", "unit": "3", "size": 64, "steps": steps})
        rest = 0.0
        if paused:
            bench.runs.toggle()
            bench.settle(0.3)
            before, cpu = time.perf_counter(), time.process_time()
            bench.settle(0.2 if quick else 2.0)
            rest = time.perf_counter() - before
            idle = 100 * (time.process_time() - cpu) / rest
            bench.runs.toggle()
            rest += 0.3
        bench.wait(lambda: bench.runs.status == "finished")
        working.append(time.perf_counter() - began - rest)
        assert bench.runs.outcome is not None
        pictures.append(bench.runs.outcome.result.picture)
    bench.close()
    same = np.array_equal(pictures[1], pictures[2])
    return {"idle": idle, "same": same, "straight": working[1], "paused": working[2]}


def judge(options: Options) -> Line:
    (found,) = repeat(__file__, Options(options.quick, 1), 1)
    return Line(
        "pause",
        [
            f"{found['idle']:.1f} % of a core while paused",
            f"work {found['straight']:.2f} s straight, {found['paused']:.2f} s with a pause",
            "same picture" if found["same"] else "another picture",
        ],
        f"< {BOUND:.0f} % of a core, same picture",
        found["idle"] < BOUND and found["same"],
    )


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
