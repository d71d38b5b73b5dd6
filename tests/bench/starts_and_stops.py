"""Two hundred runs started and stopped at random moments, and one paused for a minute.

    python tests/bench/starts_and_stops.py [--starts 200] [--minute 60] [--quick]

On Lens, in the real engine thread, each with the marks that branches need: feature visualization
with Adam and L-BFGS, dreams, inversions and style in turn. Three of four are stopped after
their first step, the rest at any moment. Every run has exactly one end and says nothing
after it, no more threads run, the process has hardly grown, and a run makes the same picture as
before, though it rests in its middle.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
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
STEPS = 120
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
        self.told: Counter[int] = Counter()
        self.ended: Counter[int] = Counter()
        self.late = 0
        self.rested = False
        self.client.happened.connect(self._hear)
        self._photo = builtin.load("cat")

    def _hear(self, event: Event) -> None:
        self.late += event.job in self.ended
        if isinstance(event, Metrics):
            self.told[event.job] += 1
        if is_terminal(event):
            self.ended[event.job] += 1
            self.events.append(event)

    def ask(self, number: int, **more: Any) -> Any:
        name, params = RUNS[number % len(RUNS)]
        pictures = {"builtin:starry": builtin.load("starry")}
        run = RunTechnique(name, "lens", {**params, **more}, self._photo, 5, pictures=pictures)
        return self.client.ask(kept(run, str(number)), slot="canvas")

    def wait(self, ticket: Any, *, paused_for: float = 0.0) -> Event:
        """The end of a run; on the way it may be paused once, in its middle."""
        job = ticket.job.id
        while job not in self.ended:
            self.turn(0.005)
            if paused_for and self.told[job] > STEPS // 4:
                ticket.pause()
                before = self._settled(job)
                self.turn(paused_for)
                self.rested = self.told[job] == before < STEPS
                paused_for = 0.0
                ticket.resume()
        return next(event for event in self.events if event.job == job)

    def _settled(self, job: int) -> int:
        """What was told of a job when it has fallen silent: the step it was in may take a while."""
        for _ in range(10):
            before = self.told[job]
            self.turn(1.0)
            if self.told[job] == before:
                break
        return self.told[job]

    def wait_for_step(self, ticket: Any) -> None:
        job = ticket.job.id
        while not self.told[job] and job not in self.ended:
            self.turn(0.005)

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
    first = engine.wait(engine.ask(0, steps=STEPS))
    sizes, threads, asked, within = [], [], [], 0
    for number in range(starts):
        ticket = engine.ask(number, steps=1000)
        if number % 4:
            engine.wait_for_step(ticket)
        engine.turn(0.25 * chance.random())
        within += engine.told[ticket.job.id] > 0
        ticket.cancel()
        engine.wait(ticket)
        asked.append(ticket.job.id)
        sizes.append(of_process("VmRSS") / 1000)
        threads.append(of_process("Threads"))
    last = engine.wait(engine.ask(0, steps=STEPS), paused_for=minute)
    lost = sum(engine.ended[job] != 1 for job in asked)
    same = all(isinstance(end, Finished) for end in (first, last)) and np.array_equal(
        first.result.result.picture, last.result.result.picture
    )
    ended = engine.client.shut_down(10_000)
    grown = sizes[-1] - sizes[len(sizes) // 4]
    figures = [
        f"{starts} runs, {within} of them stopped within, {lost} without exactly one end, "
        f"{engine.late} words after an end",
        f"threads {threads[0]} → {threads[-1]}",
        f"{sizes[len(sizes) // 4]:.0f} MB after a quarter, {sizes[-1]:.0f} MB in the end",
        f"{'at rest' if engine.rested else 'NOT at rest'} for {minute:.0f} s, "
        f"then the {'same' if same else 'wrong'} picture",
    ]
    met = all((
        not lost, not engine.late, 2 * within >= starts, threads[-1] <= threads[0],
        grown < GROWTH, engine.rested, same, ended,
    ))  # fmt: skip
    print(Line("starts and stops", figures, f"nothing lost, < {GROWTH:.0f} MB more", met))


if __name__ == "__main__":
    main()
