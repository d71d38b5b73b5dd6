"""How soon the window shows the next unit or layer after a key.

    python tests/bench/walking.py

VGG-16 with random weights in the Explore workspace. The right arrow walks 50 units, which must
not run the network again; page keys walk 50 times through the layers, each a job for the engine.
"""

from __future__ import annotations

import time
from typing import Any

from _parent import Line, Options, median, percentile, repeat, script

UNITS, LAYERS = 33.0, 500.0


def child(quick: bool) -> dict[str, Any]:
    from _child import VGG, Bench, Painted, press
    from PySide6.QtCore import Qt

    from cnnviz_app.core.events import Started
    from cnnviz_app.ui.widgets.tile_grid import TileGrid

    bench = Bench()
    bench.open("lens" if quick else VGG)
    bench.settle(0.5)
    panel = bench.window.yard.docks["activations"].ensure_built()
    (grid,) = panel.findChildren(TileGrid)
    painted = Painted(grid.viewport())
    jobs: list[str] = []
    bench.application.engine.happened.connect(
        lambda event: jobs.append(event.title) if isinstance(event, Started) else None
    )

    def walk(key: Qt.Key, times: int) -> list[float]:
        found = []
        for _ in range(times):
            bench.settle(0.05)
            began, before = time.perf_counter(), painted.last
            press(bench.window, key)
            bench.wait(lambda before=before: painted.last > before)  # type: ignore[misc]
            bench.wait(lambda: bench.state.looked is not None)
            found.append(1000 * (painted.last - began))
        return found

    times = 3 if quick else 50
    if bench.state.model is not None:
        bench.state.set_layer(bench.state.model.layers[1], 0)
    bench.wait(lambda: bench.state.looked is not None)
    bench.settle(0.3)
    jobs.clear()
    units = walk(Qt.Key.Key_Right, times)
    looks = jobs.count("Feature maps")
    layers = walk(Qt.Key.Key_PageDown, times // 2) + walk(Qt.Key.Key_PageUp, times // 2)
    bench.close()
    return {"units": units, "layers": layers, "looks": looks}


def judge(options: Options) -> Line:
    found = repeat(__file__, options, 3)
    units, layers = (
        [(median(a[kind]), percentile(a[kind], 99)) for a in found] for kind in ("units", "layers")
    )
    looks = max(answer["looks"] for answer in found)
    figures = [
        f"{name} {median([m for m, _ in pairs]):.0f} ms, p99 {median([p for _, p in pairs]):.0f} ms"
        for name, pairs in (("unit", units), ("layer", layers))
    ]
    met = median([p for _, p in units]) < UNITS and median([p for _, p in layers]) < LAYERS
    return Line(
        "walking VGG-16 by keys",
        [*figures, f"{looks} runs of the network for units"],
        f"p99 < {UNITS:.0f} ms for a unit, < {LAYERS:.0f} ms for a layer, no run for units",
        met and looks == 0,
    )


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
