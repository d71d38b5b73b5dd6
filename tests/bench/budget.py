"""How near to the time that was asked for every kind of synthesis ends.

    python tests/bench/budget.py [--only deepdream] [--cpu] [--quick]

From the technique's first line to its result, the model being open: on Lens with 5 s each, and on
GoogLeNet (the original one of the folder that CNNVIZ_CHECK_DATA names, else random weights), whose
steps are long, dreams, inversions and style with 5 s and 15 s, one dream of a photograph of 4000
pixels among them. As many threads compute as under the window. With `--cpu` all clocks, the app's
too, count processor time on one thread: for a machine that is busy with other things.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import torch
from _parent import Line
from dream import open_googlenet

from cnnviz_app.core.context import Context
from cnnviz_app.core.mailbox import Mailbox
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import find
from cnnviz_app.lab.looking import in_colours_of, seen_by, to_image01
from cnnviz_app.nets import catalog
from cnnviz_app.nets.device import set_up_threads
from cnnviz_app.sources import builtin
from cnnviz_app.techniques import discover
from cnnviz_app.techniques._dream import resized

BOUND = 25.0
STYLE = {"style": "builtin:starry"}
Run = tuple[str, dict[str, Any], str]
ON_LENS: list[Run] = [
    ("feature-vis", {"layer": "relu5", "unit": "12"}, "5 s"), ("class-image", {}, "5 s"),
    ("caricature", {}, "5 s"), ("deepdream", {}, "5 s"), ("deepdream", {"frames": 8}, "5 s"),
    ("inversion", {}, "5 s"), ("inversion-ladder", {}, "5 s"), ("morph", {}, "5 s"),
    ("style", STYLE, "5 s"), ("style", STYLE, "15 s"), ("texture", STYLE, "5 s"),
    ("style-grid", STYLE, "5 s"), ("style-grid", STYLE, "15 s"),
]  # fmt: skip
ON_GOOGLENET: list[Run] = [
    ("feature-vis", {"layer": "inception_4b", "unit": "7"}, "5 s"),
    ("deepdream", {"layer": "inception_4c"}, "5 s"),
    ("deepdream", {"layer": "inception_4c"}, "15 s"),
    ("deepdream", {"layer": "inception_4c", "width": 4000}, "15 s"),
    ("inversion", {"layer": "inception_3b"}, "5 s"), ("inversion-ladder", {}, "15 s"),
    ("style", STYLE, "15 s"), ("style-grid", STYLE, "15 s"),
]  # fmt: skip


def seconds_of(net: Any, name: str, values: dict[str, Any], budget: str) -> float:
    technique = find(name)
    values = dict(values)
    pixels = builtin.load("cat").pixels
    seen = in_colours_of(net, pixels) if technique.whole_picture else seen_by(net, pixels)
    image = to_image01(net, seen)
    if width := values.pop("width", 0):
        image = resized(image, (width * 2 // 3, width))
    ctx = Context(1, Mailbox().put)
    ctx.pictures = {"builtin:starry": np.asarray(builtin.load("starry").pixels)}
    params = build(technique.params, {**values, "budget": budget})
    began = time.perf_counter()
    technique.run(ctx, net, image, params, 0)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="this technique alone")
    parser.add_argument("--cpu", action="store_true", help="count processor time, on one thread")
    parser.add_argument("--quick", action="store_true", help="only show that the script works")
    given, _ = parser.parse_known_args()
    threads = set_up_threads()
    if given.cpu:
        torch.set_num_threads(threads := 1)
        time.monotonic = time.perf_counter = time.process_time
    discover()
    lens = catalog.open_network("lens", None, "cpu")
    places = [("Lens", lens, ON_LENS[4:5] if given.quick else ON_LENS)]
    if not given.quick:
        places.append(("GoogLeNet", open_googlenet()[1], ON_GOOGLENET))
    figures, worst = [], 0.0
    for title, net, runs in places:
        parts = []
        for name, values, budget in runs:
            if given.only in ("", name):
                took, wanted = seconds_of(net, name, values, budget), float(budget.split()[0])
                worst = max(worst, 100 * abs(took / wanted - 1))
                size = f" from {values['width']} px" if "width" in values else ""
                parts.append(f"{name}{size} {wanted:.0f} → {took:.1f} s")
        figures.append(f"{title}: {', '.join(parts)}")
    figures += [f"at most {worst:.0f} % off", f"{threads} threads"]
    print(Line("time budget", figures, f"± {BOUND:.0f} %", worst <= BOUND))


if __name__ == "__main__":
    main()
