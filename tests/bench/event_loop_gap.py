"""How long the window's event loop keeps a timer waiting while feature visualization runs.

    python tests/bench/event_loop_gap.py [--runs 3]

VGG-16 with random weights, features.17, 128 px, and a small bundled network, on the canvas of the
real window, its picture, curve and timeline in sight. A gap is the time between two ticks of a
5 ms timer.
"""

from __future__ import annotations

from typing import Any

from _parent import Line, Options, median, percentile, repeat, script

BOUND = 33.0
SECONDS = 15.0


def child(quick: bool) -> dict[str, Any]:
    from _child import VGG, Bench, Gaps

    bench = Bench()
    answer: dict[str, Any] = {}
    # Long steps, and short ones: more pictures to show than a screen has frames.
    cases = {"VGG-16 at 128 px": (VGG, "features.17", 128), "Lens at 64 px": ("lens", "relu3", 64)}
    for name, (model, layer, size) in cases.items():
        bench.open("lens" if quick else model)
        layer = "relu3" if quick else layer
        bench.start_run({"layer": layer, "unit": "3", "size": size, "steps": 20_000})
        bench.settle(0.2 if quick else 3.0)
        gaps = Gaps()
        before = len(bench.runs.metrics)
        gaps.start()
        bench.settle(0.3 if quick else SECONDS)
        gaps.stop()
        steps = len(bench.runs.metrics) - before
        bench.stop_run()
        answer[name] = {"ms": [1000 * s for s in gaps.seconds], "steps": steps}
    bench.close()
    return answer


def judge(options: Options) -> Line:
    found = repeat(__file__, options, 3)
    figures, worst = [], 0.0
    for name in found[0]:
        p50, p99, longest = (
            median([percentile(answer[name]["ms"], share) for answer in found])
            for share in (50, 99, 100)
        )
        pace = median([answer[name]["steps"] for answer in found]) / SECONDS
        worst = max(worst, p99)
        figures.append(
            f"{name}, {pace:.0f} steps/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {longest:.1f} ms"
        )
    return Line(
        f"event-loop gap under feature visualization ({len(found)} runs)",
        figures, f"p99 < {BOUND:.0f} ms", worst < BOUND,
    )  # fmt: skip


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
