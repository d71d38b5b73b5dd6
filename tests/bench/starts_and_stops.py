"""Two hundred runs started and stopped at random moments, and one paused for a minute.

    python tests/bench/starts_and_stops.py [--starts 200] [--minute 60] [--quick]

On Lens, in the real engine thread, each with the marks that branches need: feature visualization
with Adam and L-BFGS, dreams, inversions and style in turn. Afterwards no more threads run, the
process has hardly grown, and a run makes the same picture as before, with a pause in it or not.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
from _parent import Line
from PySide6.QtCore import QCoreApplication

from cnnviz_app.core.events import Event, Finished, Metrics, is_terminal
from cnnviz_app.lab.branch_requests import kept
from cnnviz_app.lab.requests import RunTechnique
from cnnviz_app.lab.start import make_lab
from cnnviz_app.sources import builtin
from cnnviz_app.ui.engine_client import EngineClient

GROWTH = 60.0
RUNS: list[tuple[str, dict[str, Any]]] = [
    ("feature-vis", {"layer": "relu4", "unit": "3"}),
    ("feature-vis", {"layer": "relu4", "unit": "3", "optimizer": "lbfgs"}),
    ("deepdream", {"size": 128}), ("inversion", {"layer": "relu3"}), ("style", {"size": 96}),
]  # fmt: skip


def of_process(key: str) -> int:
    """A number the system keeps about this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key))


class Engine:
    def __init__(self) -> None:
        self.application = QCoreApplication([])
        self.client = EngineClient(lambda: make_lab("cpu").answer)
        self.events: list[Event] = []
        self.client.happened.connect(self._hear)
        self._photo = builtin.load("cat")

    def _hear(self, event: Event) -> None:
        if isinstance(event, Metrics) or is_terminal(event):
            self.events.append(event)

    def ask(self, number: int, **more: Any) -> Any:
        name, params = RUNS[number % len(RUNS)]
        pictures = {"builtin:starry": builtin.load("starry")}
        run = RunTechnique(name, "lens", {**params, **more}, self._photo, 5, pictures=pictures)
        return self.client.ask(kept(run, str(number)), slot="canvas")

    def wait(self, ticket: Any, *, paused_for: float = 0.0) -> Event:
        """The end of a run; on the way it may be paused once, in its middle."""
        job = ticket.job.id
        while True:
            self.turn(0.005)
            mine = [event for event in self.events if event.job == job]
            if mine and is_terminal(mine[-1]):
                return mine[-1]
            if paused_for and len(mine) > 10:
                ticket.pause()
                self.turn(paused_for)
                paused_for = 0.0
                ticket.resume()

    def turn(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.002)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--minute", type=float, default=60.0, help="seconds of the pause")
    parser.add_argument("--quick", action="store_true", help="only show that the script works")
    given, _ = parser.parse_known_args()
    starts, minute = (15, 0.2) if given.quick else (given.starts, given.minute)
    engine, chance = Engine(), random.Random(0)
    first = engine.wait(engine.ask(0, steps=40))
    sizes, threads, lost = [], [], 0
    for number in range(starts):
        ticket = engine.ask(number, steps=1000)
        engine.turn(0.25 * chance.random())
        ticket.cancel()
        engine.wait(ticket)
        ends = [e for e in engine.events if e.job == ticket.job.id and is_terminal(e)]
        lost += len(ends) != 1
        engine.events.clear()
        sizes.append(of_process("VmRSS") / 1000)
        threads.append(of_process("Threads"))
    last = engine.wait(engine.ask(0, steps=40), paused_for=minute)
    same = all(isinstance(end, Finished) for end in (first, last)) and np.array_equal(
        first.result.result.picture, last.result.result.picture
    )
    ended = engine.client.shut_down(10_000)
    grown = sizes[-1] - sizes[len(sizes) // 4]
    figures = [
        f"{starts} runs, {lost} without exactly one end",
        f"threads {threads[0]} → {threads[-1]}",
        f"{sizes[len(sizes) // 4]:.0f} MB after a quarter, {sizes[-1]:.0f} MB in the end",
        f"after a pause of {minute:.0f} s the {'same' if same else 'wrong'} picture",
    ]
    met = not lost and threads[-1] <= threads[0] and grown < GROWTH and same and ended
    print(Line("starts and stops", figures, f"nothing lost, < {GROWTH:.0f} MB more", met))


if __name__ == "__main__":
    main()
