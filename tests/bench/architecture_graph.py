"""How long the graph of a large network takes until it is on the screen, and to move about in.

    python tests/bench/architecture_graph.py

ResNet-152 and DenseNet-201 in the window's own graph view at 1100 × 800: as they come up, and with
every block open. The weights are empty: only the graph is drawn. Times are processor time of the
window's thread, which does all of it alone and waits for nothing: the same on a busy machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from _parent import Line, Options, median, percentile, repeat, script

NETWORKS = ("resnet152", "densenet201")
BOUND, FRAME_BOUND = 1000.0, 33.0


def _timed(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return 1000 * (time.thread_time() - began)


def _facts(name: str) -> Any:
    import torch
    import torchvision

    from cnnviz_app.lab.models import facts
    from cnnviz_app.nets.network import InputSpec, inspect

    with torch.device("meta"):
        module = torchvision.models.get_model(name, weights=None).eval()
    module = module.to_empty(device="cpu")
    spec = InputSpec(3, 224, 224, (0.5,) * 3, (0.25,) * 3)
    return facts(inspect(module, spec, key=name, title=name))


def _measure(bench: Any, facts: Any, quick: bool) -> dict[str, Any]:
    from PySide6.QtCore import QPointF

    from cnnviz_app.nets.graph_folds import fold
    from cnnviz_app.ui.panels._graph_scene import GraphScene
    from cnnviz_app.ui.panels._graph_view import GraphView

    found: dict[str, Any] = {"fold": _timed(lambda: fold(facts.nodes))}
    scene = GraphScene()
    view = GraphView(scene)
    view.resize(1100, 800)
    view.show()
    bench.settle(0.2)
    scene.set_model(facts)
    for state, change in (("folded", scene.lay), ("open", scene.open_all)):
        layout = _timed(change)
        view.show_new()
        paint = _timed(view.repaint)
        view.fit()
        whole = _timed(view.repaint)
        view.zoom_step(20 if state == "folded" else 12)
        frames = []
        for turn in range(5 if quick else 200):
            view._pan(QPointF(3 if turn % 100 < 50 else -3, -23 if turn % 100 < 50 else 23))
            frames.append(_timed(view.repaint))
            bench.settle(0.001)
        found[state] = {"layout": layout, "paint": paint, "whole": whole, "frames": frames,
                        "boxes": len(scene.drawing.boxes)}  # fmt: skip
    view.close()
    return found


def child(quick: bool) -> dict[str, Any]:
    from _child import Bench

    bench = Bench()
    answer = {name: _measure(bench, _facts(name), quick) for name in NETWORKS}
    bench.close()
    return answer


def judge(options: Options) -> Line:
    found = repeat(__file__, options, 3)
    figures, slowest, worst = [], 0.0, 0.0
    for name in NETWORKS:
        for state in ("folded", "open"):
            def of(part: str, name: str = name, state: str = state) -> float:
                return median([answer[name][state][part] for answer in found])

            folding = median([answer[name]["fold"] for answer in found])
            frames = [t for answer in found for t in answer[name][state]["frames"]]
            total = folding + of("layout") + of("paint")
            slowest, worst = max(slowest, total), max(worst, percentile(frames, 99))
            figures.append(
                f"{name} {state} ({of('boxes'):.0f} boxes): blocks {folding:.0f} + layout "
                f"{of('layout'):.0f} + paint {of('paint'):.0f} = {total:.0f} ms, all of it "
                f"{of('whole'):.0f} ms, pan {median(frames):.1f} ms, p99 "
                f"{percentile(frames, 99):.1f} ms"
            )
    met = slowest < BOUND and worst < FRAME_BOUND
    return Line("architecture graph", figures,
                f"first picture < {BOUND:.0f} ms, pan p99 < {FRAME_BOUND:.0f} ms", met)  # fmt: skip


if __name__ == "__main__":
    script(__file__, __doc__, child, judge)
