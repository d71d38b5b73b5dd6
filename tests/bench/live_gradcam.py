"""Grad-CAM of SqueezeNet 1.1 at 224 on a live source, the way the window asks for it.

    .venv/bin/python tests/bench/live_gradcam.py [--frames 60] [--weights FILE] [--model NAME]

Every frame is a new picture; the engine thread looks at it (maps and predictions) and makes its
Grad-CAM; the event loop takes both answers from the mailbox. Without weights the network's are
random, which costs the same. The weights may also come from the folder CNNVIZ_CHECK_DATA names.
Bound: 10 frames per second on two cores. Processor time per frame tells the same on a machine that
is busy with other things.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from PySide6.QtCore import QCoreApplication, QEventLoop

from cnnviz_app.lab.requests import Look, ModelFacts, OpenModel, RunTechnique
from cnnviz_app.lab.start import make_lab
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.engine_client import EngineClient, Ticket

BOUND = 10.0


def find_weights(given: str) -> str:
    real = Path(os.environ.get("CNNVIZ_CHECK_DATA", ""), "weights/squeezenet1_1_imagenet.pth")
    return given or (str(real) if real.is_file() else "")


def answers_of(*tickets: Ticket) -> list[object]:
    """Wait in the event loop, as a window does; a failure ends the bench with its sentence."""
    loop, found, ended = QEventLoop(), list[object](), list[object]()

    def end(_: object) -> None:
        ended.append(_)
        if len(ended) == len(tickets):
            loop.quit()

    for ticket in tickets:
        ticket.finished.connect(found.append)
        ticket.failed.connect(lambda failed: print(failed.sentence, failed.details))
        for over in (ticket.finished, ticket.failed, ticket.stopped):
            over.connect(end)
    loop.exec()
    if len(found) < len(tickets):
        raise SystemExit(1)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--weights", default="")
    parser.add_argument("--model", default="torchvision/squeezenet1_1")
    parser.add_argument("--quick", action="store_true", help="a few frames only")
    chosen = parser.parse_args()
    frames = 8 if chosen.quick else chosen.frames
    app = QCoreApplication(sys.argv[:1])
    engine = EngineClient(lambda: make_lab("cpu").answer)
    weights = find_weights(chosen.weights)
    (facts,) = answers_of(engine.ask(OpenModel(chosen.model, untrained=True)))
    assert isinstance(facts, ModelFacts)
    rng = np.random.default_rng(0)
    spent: list[float] = []
    began, cpu = 0.0, 0.0
    for number in range(frames + 5):
        if number == 5:  # the first ones fold weights and set up threads
            began, cpu = time.perf_counter(), time.process_time()
        picture = Picture("frame", rng.integers(0, 255, (240, 320, 3)).astype(np.uint8), "live")
        start = time.perf_counter()
        look = engine.ask(Look(facts.name, picture, facts.defaults["explore"]), slot="look",
                          urgent=True)  # fmt: skip
        request = RunTechnique("gradcam", facts.name, {}, picture, weights=weights)
        cam = engine.ask(request, slot="attribution")
        answers_of(look, cam)
        if number >= 5:
            spent.append((time.perf_counter() - start) * 1000)
    rate = frames / (time.perf_counter() - began)
    busy = (time.process_time() - cpu) * 1000 / frames
    kind = "given weights" if weights else "random weights"
    verdict = "met" if rate >= BOUND else "NOT met"
    print(
        f"live Grad-CAM of {facts.title} at {facts.input[1]}, {kind}: {rate:.1f} frames/s, median "
        f"{statistics.median(spent):.0f} ms, {busy:.0f} ms of processor time a frame; "
        f"bound {BOUND:.0f} frames/s: {verdict}"
    )
    engine.shut_down()
    del app


if __name__ == "__main__":
    main()
