"""How many frames a second a live source is looked at, with the whole window in sight.

    python tests/bench/live.py [--runs 3]

A feed of sixty frames a second, 640 × 480, each different, in the Explore workspace of the real
window: the grid of all maps, predictions, picture and the Inspector with its sections as a newcomer
has them. Then the same while feature visualization runs. Of both states: frames a second, the waits
of the window's event loop, and the processor time of the window's thread for a frame.
"""

from __future__ import annotations

import time
from typing import Any

from _parent import Line, Options, median, percentile, repeat, script

SECONDS = 8.0
FRAMES = 20.0
BOUND = 33.0


def child(quick: bool) -> dict[str, Any]:
    import numpy as np
    from _child import Bench, Gaps
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QImage

    from cnnviz_app.ui.live.feed import Feed

    class Sixty(Feed):
        """Noise that moves: no two frames are alike."""

        def __init__(self) -> None:
            super().__init__("Sixty frames")
            draw = np.random.default_rng(0).integers(0, 255, (480, 700, 3), np.uint8)
            self._frames = [
                QImage(np.ascontiguousarray(draw[:, x : x + 640]).data, 640, 480, 1920,
                       QImage.Format.Format_RGB888).copy()
                for x in range(60)
            ]  # fmt: skip
            self._number = 0
            self._timer = QTimer(self)
            self._timer.setInterval(16)
            self._timer.timeout.connect(self._give)

        def start(self) -> None:
            self._timer.start()

        def stop(self) -> None:
            self._timer.stop()

        def _give(self) -> None:
            self._number = (self._number + 1) % 60
            self.arrived.emit(self._frames[self._number])

    bench = Bench()
    seconds = 0.4 if quick else SECONDS
    bench.open("lens")
    bench.window.show_workspace("explore")
    live = bench.application.desk.live
    looked: list[int] = []
    bench.application.state.looked_changed.connect(lambda _: looked.append(1))
    live.start(Sixty())
    bench.settle(0.3 if quick else 2.0)

    def measure() -> dict[str, Any]:
        looked.clear()
        gaps = Gaps()
        gaps.start()
        began, spent = time.perf_counter(), time.thread_time()
        bench.settle(seconds)
        wall, spent = time.perf_counter() - began, time.thread_time() - spent
        gaps.stop()
        frames = len(looked)
        waits = [1000 * s for s in gaps.seconds]
        return {"rate": frames / wall, "waits": waits, "spent": 1000 * spent / max(1, frames)}

    alone = measure()
    bench.application.desk.runs.choose("feature-vis")
    bench.application.desk.runs.set_values({"steps": 20_000, "size": 128})
    bench.application.desk.runs.start()
    bench.settle(0.3 if quick else 2.0)
    beside = measure()
    live.stop()
    bench.stop_run()
    bench.close()
    return {"alone": alone, "beside": beside}


def judge(options: Options) -> Line:
    found = repeat(__file__, options, 3)
    states = ("alone", "beside")
    alone, beside = (median([answer[name]["rate"] for answer in found]) for name in states)
    quiet, busy = (
        median([percentile(answer[name]["waits"], 99) for answer in found]) for name in states
    )
    own, own_busy = (median([answer[name]["spent"] for answer in found]) for name in states)
    return Line(
        f"live source, full grid of Lens ({len(found)} runs)",
        [
            f"{alone:.0f} frames/s, event loop p99 {quiet:.1f} ms, {own:.0f} ms of the window's "
            "thread a frame",
            f"beside feature visualization {beside:.0f} frames/s, p99 {busy:.1f} ms, "
            f"{own_busy:.0f} ms a frame",
        ],
        f"≥ {FRAMES:.0f} frames/s alone; p99 < {BOUND:.0f} ms in both states",
        alone >= FRAMES and max(quiet, busy) < BOUND,
    )


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
