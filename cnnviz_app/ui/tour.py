"""A walk through the window by itself: what a person sees in the first minutes, as pictures.

    python -m cnnviz_app.ui.tour FOLDER [--theme projector] [--size 1024x768] [--scale 150]

It drives the real window with the real engine, so it also serves where there is no display.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from cnnviz_app.lab.population_requests import PictureSet
from cnnviz_app.ui.app import Application, Options, make_application
from cnnviz_app.ui.panels._robust_ask import PICTURES
from cnnviz_app.ui.panels.adversarial import AdversarialPanel
from cnnviz_app.ui.panels.architecture import Architecture
from cnnviz_app.ui.panels.attribution import AttributionPanel
from cnnviz_app.ui.panels.inspector import InspectorPanel
from cnnviz_app.ui.panels.linear import LinearPanel
from cnnviz_app.ui.panels.robustness import RobustnessPanel
from cnnviz_app.ui.population import session_of
from cnnviz_app.ui.settings import SCALES, THEMES, Settings
from cnnviz_app.ui.smoke import settle, wait_until
from cnnviz_app.ui.tour_canvas import CanvasStops
from cnnviz_app.ui.tour_explore import TransformerStop, show_colours

PATIENCE = 60.0


@dataclass(frozen=True)
class Stop:
    """One place of the tour: `go` brings the window there."""

    name: str
    go: Callable[[], None]


class Tour:
    """One window in one theme and size; a `quick` one paints for a moment only."""

    def __init__(
        self, app: QApplication, theme: str, scale: int, size: tuple[int, int],
        quick: bool = False,
    ) -> None:  # fmt: skip
        self._quick = quick
        settings = Settings(None)
        settings.update(theme=theme, scale=scale, seen_start=True)
        self.application = Application(settings)
        self.window = self.application.window
        self.window.restore("explore")
        self.window.resize(*size)
        self._transformer = TransformerStop(self.window)
        self.application.show(Options())
        self._wait(lambda: self.application.state.looked is not None)
        self._wait(lambda: bool(self.application.desk.runs.techniques))

    def stops(self) -> Iterator[Stop]:
        """In an order that tells the story: a unit, its picture, another network, the keys."""
        yield Stop("explore", self._explore)
        yield Stop("explore-one-map", self._one_map)
        for panel in ("inspector", "kernels", "layers", "predictions"):
            yield Stop(f"explore-{panel}", partial(self._panel, panel))
        yield Stop("explore-population-none", partial(self._panel, "population"))
        yield Stop("explore-population", self._population)
        yield Stop("explore-strongest", self._strongest)
        for panel in ("fields", "tuning"):
            yield Stop(f"explore-{panel}", partial(self._measured, panel))
        yield Stop("explore-tuning-colours", partial(show_colours, self.window, self._measured))
        yield Stop("explore-attention", lambda: self._transformer.go(self._panel))
        yield Stop("explore-architecture", self._architecture)
        yield Stop("explore-changed", self._changed)
        yield Stop("explore-compared", self._compared)
        for page in ("one", "compare", "sanity"):
            yield Stop(f"explore-attribution-{page}", partial(self._attribution, page))
        for name, go in CanvasStops(self.window, self._quick).stops():
            yield Stop(name, go)
        yield Stop("attack", self._attack)
        for view in ("wipe", "flicker", "curve", "survival", "lenses", "defend", "camera"):
            yield Stop(f"attack-{view}", partial(self._attack_view, view))
        for page in ("curves", "transfer"):
            yield Stop(f"attack-{page}", partial(self._robustness, page))
        for page in ("digit", "why", "weights"):
            yield Stop(f"attack-linear-{page}", partial(self._linear, page))
        yield Stop("attack-bred", self._bred)
        yield Stop("models", self._models)
        yield Stop("models-card", lambda: self._panel("card"))
        yield Stop("palette", self._palette)
        yield Stop("keys", self._keys)
        yield Stop("appearance", self._appearance)
        yield Stop("about", self._about)
        yield Stop("message", self._message)
        yield Stop("start", self._start)

    def walk(self, folder: Path, prefix: str = "") -> list[Path]:
        """Save a picture at every stop."""
        folder.mkdir(parents=True, exist_ok=True)
        saved = []
        for number, stop in enumerate(self.stops(), start=1):
            stop.go()
            settle(0.3)
            self.let_go()
            path = folder / f"{prefix}{number:02d}-{stop.name}.png"
            self.window.grab().save(str(path))
            saved.append(path)
        return saved

    def let_go(self) -> None:
        """No widget has the keyboard's focus, whose ring means nothing in a picture."""
        focused = self.window.focusWidget()
        if focused is not None:
            focused.clearFocus()

    def close(self) -> None:
        self.window.close()
        self.application.close()

    def _wait(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        if not wait_until(condition, seconds):
            raise TimeoutError("the window did not get there in time")

    # ---- the stops

    def _explore(self) -> None:
        state = self.application.state
        assert state.model is not None
        state.set_unit(min(11, state.units - 1))
        settle(0.5 if self._quick else 4.0)

    def _one_map(self) -> None:
        self.application.desk.view.update(one=True, overlay=True)

    def _panel(self, panel: str) -> None:
        self.application.desk.view.update(one=False, overlay=False)
        self.window.show_panel(panel)
        settle(0.4)

    def _population(self) -> None:
        """Many pictures looked at, and the units in order."""
        session = session_of(self.application.desk)
        session.choose(PictureSet("world", "photos", 48 if self._quick else 1500))
        session.start()
        self._wait(lambda: session.status in ("ready", "failed"), 240)
        self._panel("population")

    def _strongest(self) -> None:
        self._panel("inspector")
        inspector = self.window.yard.docks["inspector"].panel
        assert isinstance(inspector, InspectorPanel)
        inspector.reveal("strongest")
        settle(0.5 if self._quick else 3.0)
        inspector.reveal("strongest")  # what lies above has grown

    def _measured(self, panel: str) -> None:
        """A panel that measures something of its own when it comes into view."""
        self._panel(panel)
        settle(0.5)
        self._wait(lambda: self.application.desk.engine.tickets == ())

    def _architecture(self) -> None:
        self._transformer.leave()
        self._panel("architecture")
        graph = self.window.yard.docks["architecture"].panel
        assert isinstance(graph, Architecture)
        graph.show_colour("macs")
        settle(0.3)

    def _attribution(self, page: str) -> None:
        self._panel("attribution")
        why = self.window.yard.docks["attribution"].panel
        assert isinstance(why, AttributionPanel)
        why.show_page(page)
        self._wait(lambda: why.finished)

    def _changed(self) -> None:
        """Some units taken away, one held: the line below the header, and what it does."""
        state, desk = self.application.state, self.application.desk
        desk.annotations.set(state.layer, state.unit, "whiskers", "object part")
        desk.edits.apply(state.layer, range(4), "scale", 0.0)
        desk.edits.apply(state.layer, [state.unit], "scale", 1.5)
        self._panel("activations")
        self._panel("inspector")
        inspector = self.window.yard.docks["inspector"].ensure_built()
        if isinstance(inspector, InspectorPanel):
            inspector.reveal("matter")
        settle(0.4)

    def _compared(self) -> None:
        self.application.state.comparison.compare_unchanged()
        settle(0.6)

    def _attack(self) -> None:
        """The picture of now, attacked and tested."""
        self.window.show_workspace("attack")
        settle(0.3)
        self.application.desk.runs.start()
        stage = self._attack_stage()
        self._wait(lambda: bool(stage.session.survival), 120)

    def _attack_stage(self) -> AdversarialPanel:
        stage = self.window.yard.docks["adversarial"].ensure_built()
        assert isinstance(stage, AdversarialPanel)
        return stage

    def _attack_view(self, view: str) -> None:
        stage = self._attack_stage()
        if stage.takes_turns or view not in ("curve", "survival"):
            stage.show_view(view)
            settle(0.3)
            self._wait(lambda: self.application.desk.engine.tickets == ())

    def _robustness(self, page: str) -> None:
        self._attack_stage().show_view("three")
        self._panel("robustness")
        measured = self.window.yard.docks["robustness"].panel
        assert isinstance(measured, RobustnessPanel)
        measured.show_page(page)
        measured.start(4 if self._quick else PICTURES)
        self._wait(lambda: not measured.busy, 240)

    def _linear(self, page: str) -> None:
        """Weights as pictures, and a seven that is taken for a nine."""
        self._panel("linear")
        linear = self.window.yard.docks["linear"].ensure_built()
        assert isinstance(linear, LinearPanel)
        linear.show_page(page)
        self._wait(lambda: linear.read is not None)

    def _bred(self) -> None:
        """A picture of nothing, chosen from a population."""
        runs, stage = self.application.desk.runs, self._attack_stage()
        stage.show_view("three")
        self._panel("adversarial")
        runs.choose("fooling")
        runs.set_values({"steps": 6 if self._quick else 60})
        runs.start()
        self._wait(lambda: stage.session.read is not None and stage.session.from_noise, 120)

    def _models(self) -> None:
        self.window.show_workspace("models")
        settle(0.4)

    def _palette(self) -> None:
        self.window.show_workspace("explore")
        self.window.palette_sheet.open("re")

    def _keys(self) -> None:
        self.window.palette_sheet.close_sheet()
        self.window.show_keys()

    def _appearance(self) -> None:
        self.window.close_sheets()
        self.window.show_appearance()

    def _about(self) -> None:
        self.window.close_sheets()
        self.window.show_about()

    def _message(self) -> None:
        self.window.close_sheets()
        self.window.open_path(Path("a picture that is not there.png"))
        settle(0.5)

    def _start(self) -> None:
        self.window.show_start()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m cnnviz_app.ui.tour")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", choices=THEMES, default="dark")
    parser.add_argument("--scale", type=int, choices=SCALES, default=100)
    parser.add_argument("--size", default="1920x1080")
    args = parser.parse_args(argv)
    width, height = (int(n) for n in args.size.split("x"))
    app = make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as elsewhere:
        # The tour's results are not the person's: they stay out of their gallery.
        os.environ["CNNVIZ_CACHE"] = os.environ["CNNVIZ_CONFIG"] = elsewhere
        tour = Tour(app, args.theme, args.scale, (width, height))
        try:
            for path in tour.walk(args.folder):
                sys.stdout.write(f"{path}\n")
        finally:
            tour.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
