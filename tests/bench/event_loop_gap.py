"""How long the window's event loop keeps a timer waiting while feature visualization runs.

    python tests/bench/event_loop_gap.py [--runs 3]

VGG-16 with random weights, features.17, 128 px, on the canvas of the real window, its picture,
curve and timeline in sight. A gap is the time between two ticks of a 5 ms timer.
"""

from __future__ import annotations

from typing import Any

from _parent import Line, Options, median, percentile, repeat, script, spread

BOUND = 33.0


def child(quick: bool) -> dict[str, Any]:
    from _child import VGG, Bench, Gaps

    bench = Bench()
    bench.open("lens" if quick else VGG)
    layer = "relu3" if quick else "features.17"
    bench.start_run({"layer": layer, "unit": "3", "size": 128, "steps": 20_000})
    bench.settle(0.2 if quick else 3.0)
    gaps = Gaps()
    before = len(bench.runs.metrics)
    gaps.start()
    bench.settle(0.3 if quick else 20.0)
    gaps.stop()
    steps = len(bench.runs.metrics) - before
    bench.stop_run()
    bench.close()
    return {"ms": [1000 * s for s in gaps.seconds], "steps": steps}


def judge(options: Options) -> Line:
    found = repeat(__file__, options, 3)
    p50, p99, longest = (
        [percentile(answer["ms"], share) for answer in found] for share in (50, 99, 100)
    )
    steps = [answer["steps"] for answer in found]
    return Line(
        "event-loop gap while VGG-16 at 128 px is visualized",
        [
            f"p50 {spread(p50, 1)} ms", f"p99 {spread(p99, 1)} ms", f"max {spread(longest, 1)} ms",
            f"{median(steps):.0f} steps in 20 s",
        ],
        f"p99 < {BOUND:.0f} ms",
        median(p99) < BOUND,
    )  # fmt: skip


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
