"""Whether the process grows over 500 jobs in a row.

    python tests/bench/memory_after_500_jobs.py

A mixture as a lesson brings it, on a bundled network in the real window: other layers, units and
pictures are looked at, and every tenth job is a short feature visualization on the canvas.
"""

from __future__ import annotations

from typing import Any

from _parent import Line, Options, repeat, script

BOUND = 30.0


def child(quick: bool) -> dict[str, Any]:
    from _child import Bench, resident

    from cnnviz_app.core.events import is_terminal

    bench = Bench()
    state, pictures = bench.state, bench.application.desk.pictures
    ended: list[int] = []
    bench.application.engine.happened.connect(
        lambda event: ended.append(event.job) if is_terminal(event) else None
    )
    marks = (10, 20) if quick else (50, 150, 300, 500)
    sizes: dict[int, float] = {}
    assert state.model is not None
    layers = state.model.layers
    turn = 0
    for mark in marks:
        while len(ended) < mark:
            turn += 1
            if turn % 10 == 0:
                bench.runs.set_values({"layer": "relu3", "unit": str(turn % 16), "steps": 8})
                bench.runs.start()
                bench.wait(lambda: bench.runs.status in ("finished", "failed"))
            elif turn % 3 == 0:
                pictures.walk(1)
            else:
                state.set_layer(layers[turn % len(layers)], turn % 8)
            bench.wait(lambda: state.looked is not None)
            bench.settle(0.02)
        bench.settle(0.5)
        sizes[mark] = resident() / 1e6
    bench.close()
    return {"sizes": sizes}


def judge(options: Options) -> Line:
    (found,) = repeat(__file__, Options(options.quick, 1), 1)
    marks = list(found["sizes"])
    sizes = list(found["sizes"].values())
    grown = sizes[-1] - sizes[0]
    return Line(
        f"memory after {marks[-1]} jobs",
        [
            ", ".join(f"{size:.0f} MB at {mark}" for mark, size in found["sizes"].items()),
            f"{grown:+.0f} MB",
        ],
        f"< {BOUND:.0f} MB more than after {marks[0]}",
        grown < BOUND,
    )


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
