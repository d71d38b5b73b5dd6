"""How long new maps take until the whole grid of them is painted: what a live source asks for.

    python tests/bench/grid_repaint.py

The window's own grid at 1100 × 800, with 512 maps of 14 × 14 and with 2048 of 7 × 7.
"""

from __future__ import annotations

import time
from typing import Any

from _parent import Line, Options, median, percentile, repeat, script

BOUND = 33.0


def child(quick: bool) -> dict[str, Any]:
    import numpy as np
    from _child import Bench

    from cnnviz_app.ui.widgets.tile_grid import TileGrid

    bench = Bench()
    answer: dict[str, Any] = {}
    for tiles, side in ((512, 14), (2048, 7)):
        grid = TileGrid()
        grid.resize(1100, 800)
        maps = np.random.default_rng(0).random((8, tiles, side, side), np.float32)
        grid.set_maps(maps[0])
        grid.set_tile_size(grid.fit_tile(1100, 800))
        grid.show()
        bench.settle(0.3)
        times = []
        for turn in range(3 if quick else 60):
            began = time.perf_counter()
            grid.set_maps(maps[turn % 8])
            grid.viewport().repaint()
            times.append(1000 * (time.perf_counter() - began))
            bench.settle(0.005)
        answer[str(tiles)] = times
        grid.close()
    bench.close()
    return answer


def judge(options: Options) -> Line:
    found = repeat(__file__, options, 3)
    figures, worst = [], 0.0
    for tiles in found[0]:
        middle = median([median(answer[tiles]) for answer in found])
        high = median([percentile(answer[tiles], 99) for answer in found])
        worst = max(worst, high)
        figures.append(f"{tiles} maps {middle:.1f} ms, p99 {high:.1f} ms")
    return Line("live grid repaint", figures, f"p99 < {BOUND:.0f} ms", worst < BOUND)


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
