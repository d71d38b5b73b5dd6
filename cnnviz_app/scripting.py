"""The laboratory for scripts and notebooks: the window's engine without the window.

    from cnnviz_app import Lab

    lab = Lab()
    lab.run("feature-vis", model="lens", layer="relu6", unit="12").save("unit.png")

Every technique and parameter is what `cnnviz techniques` lists; every problem a person can mend
is a `UserError` whose text says what to do.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_app.core import colormaps, movies, recipe, registry
from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Event, Metrics
from cnnviz_app.core.events import Frame as FrameEvent
from cnnviz_app.core.params import build, to_json
from cnnviz_app.lab import saving
from cnnviz_app.lab.branch_requests import Stretch, kept
from cnnviz_app.lab.edit_requests import edit_from_text
from cnnviz_app.lab.replaying import replay
from cnnviz_app.lab.requests import Look, Outcome, RunTechnique
from cnnviz_app.lab.start import make_lab
from cnnviz_app.nets import catalog
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.picture import Picture
from cnnviz_app.sources.reference import open_named, open_reference

Pixels = npt.NDArray[np.uint8]
Source = str | Path | Pixels | Picture | None


@dataclass(frozen=True)
class Frame:
    """One look at a run: `pixels` is uint8 H×W×3, `metrics` the figures known at that step."""

    name: str
    step: int
    pixels: Pixels
    metrics: dict[str, float]


class Result:
    """What a technique made, with everything needed to make it again."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.recipe = outcome.recipe
        self.figures = dict(outcome.result.figures)
        self.seconds = outcome.seconds

    @property
    def pixels(self) -> Pixels:
        """The eight-bit picture, maps of values in colour."""
        return saving.shown_pixels(self.outcome)

    @property
    def values(self) -> npt.NDArray[np.float32]:
        """The unrounded result: a map H×W, or a picture H×W×3 in [0, 1]."""
        result = self.outcome.result
        found = result.values if result.values is not None else result.picture
        assert found is not None
        return found

    def save(self, path: str | Path, *, with_sources: bool = True) -> Path:
        """A PNG with the recipe inside; without its source pictures where those are private."""
        return saving.save(self.outcome, Path(path), with_sources=with_sources)


class Run:
    """A computation under way, in a thread of its own: iterate over its frames.

    Leaving the loop early, or the `with` block, ends the computation. `result` waits for the end.
    """

    def __init__(self, answer: Any, request: RunTechnique, every_frame: bool) -> None:
        self._control = JobControl()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._metrics: dict[str, float] = {}
        self._outcome: Outcome | None = None
        self._error: BaseException | None = None
        ctx = _Every(self._events.put, self._control) if every_frame else Context(
            0, self._events.put, self._control
        )
        self._thread = threading.Thread(
            target=self._work, args=(answer, ctx, request), name="cnnviz-run", daemon=True
        )
        self._thread.start()

    def _work(self, answer: Any, ctx: Context, request: RunTechnique) -> None:
        try:
            self._outcome = answer(ctx, request)
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
            self._error = error
        finally:
            self._events.put(None)

    def __iter__(self) -> Iterator[Frame]:
        try:
            while (event := self._events.get()) is not None:
                if isinstance(event, Metrics):
                    self._metrics.update(event.values)
                elif isinstance(event, FrameEvent):
                    yield Frame(event.name, event.step, _coloured(event), dict(self._metrics))
        finally:
            self.stop()
        self._raise()

    def stop(self) -> None:
        """End it at its next step; does nothing to a run that has ended."""
        self._control.cancel()
        self._thread.join()

    @property
    def result(self) -> Result:
        """What came out, once it is done."""
        self._thread.join()
        self._raise()
        if self._outcome is None:
            raise Cancelled
        return Result(self._outcome)

    def _raise(self) -> None:
        if self._error is not None and not isinstance(self._error, Cancelled):
            raise self._error

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.stop()


class _Every(Context):
    """Shows each frame, however fast they come: for films."""

    def __init__(self, emit: Any, control: JobControl) -> None:
        super().__init__(0, emit, control)

    def wants_frame(self, name: str = "picture") -> bool:
        return True

    def frame(self, name: str, pixels: Any, **how: Any) -> None:
        super().frame(name, pixels, **{**how, "force": True})


def _coloured(event: FrameEvent) -> Pixels:
    if event.scale == "picture":
        return np.asarray(event.data, np.uint8)
    return colormaps.in_colour(event.data, event.scale)


class Lab:
    """Models, techniques and pictures; use one at a time in one thread."""

    def __init__(self, device: str = "") -> None:
        self._lab = make_lab(device)

    def models(self) -> list[str]:
        """Every name `model=` takes; those not downloaded have random weights."""
        return [entry.name for entry in catalog.entries()]

    def techniques(self) -> list[str]:
        return [technique.name for technique in registry.all_techniques()]

    def network(self, model: str, weights: str | Path = "") -> Network:
        """The inspectable network: its layers, shapes, fields, kernels; `run(x, upto=[…])`."""
        return self._lab.network(model, str(weights), untrained=True)

    def maps(self, model: str, layer: str, picture: Source) -> npt.NDArray[np.float32]:
        """The feature maps of a layer on a picture, units × rows × columns."""
        maps: npt.NDArray[np.float32] = self._look(model, layer, picture).maps
        return maps

    def predict(self, model: str, picture: Source, top: int = 5) -> list[tuple[str, float]]:
        """The likeliest classes and their probabilities, likeliest first."""
        net = self.network(model)
        chances = self._look(model, net.layers[0], picture).probabilities
        order = np.argsort(chances)[::-1][:top]
        return [(net.labels[number], float(chances[number])) for number in order]

    def start(
        self, technique: str, model: str, picture: Source = None, *, seed: int = 0,
        weights: str | Path = "", edits: Sequence[str] = (), every_frame: bool = False,
        earlier: Sequence[Mapping[str, Any]] = (), **params: Any,
    ) -> Run:  # fmt: skip
        """Begin to compute; iterate over the answer to watch it."""
        request = self._request(technique, model, picture, seed, weights, edits, params, earlier)
        return Run(self._lab.answer, request, every_frame)

    def run(
        self, technique: str, model: str, picture: Source = None, *, seed: int = 0,
        weights: str | Path = "", edits: Sequence[str] = (),
        earlier: Sequence[Mapping[str, Any]] = (), **params: Any,
    ) -> Result:  # fmt: skip
        """Compute and wait for the end.

        `edits` change units while it runs: `relu3:3,7-12=off`, `relu5:1=x1.5`, `relu5:2=3`.
        A branch names in `earlier` what it went through before: `dict(until=40, seed=0, …)` with
        the parameters that held up to that step.
        """
        request = self._request(technique, model, picture, seed, weights, edits, params, earlier)
        outcome = self._lab.answer(Context.silent(), request)
        assert isinstance(outcome, Outcome)
        return Result(outcome)

    def replay(self, path: str | Path, picture: Source = None) -> Result:
        """Make a saved picture again from the recipe inside it."""
        image = _picture(picture)
        outcome, _notes = replay(self._lab, Context.silent(), recipe.read(path), image)
        return Result(outcome)

    def _request(
        self, technique: str, model: str, picture: Source, seed: int, weights: str | Path,
        edits: Sequence[str], params: dict[str, Any], earlier: Sequence[Mapping[str, Any]],
    ) -> RunTechnique:  # fmt: skip
        found = registry.find(technique)
        values = to_json(build(found.params, params))
        named = open_named(found.specs, values, {})
        self.network(model, weights)
        request = RunTechnique(
            found.name, model, values, _picture(picture), seed, str(weights), named,
            tuple(map(edit_from_text, edits)),
        )
        if not earlier:
            return request
        return kept(request, earlier=tuple(_stretch(found, part) for part in earlier))

    def _look(self, model: str, layer: str, picture: Source) -> Any:
        self.network(model)
        image = _picture(picture)
        assert image is not None, "a picture to look at"
        return self._lab.answer(Context.silent(), Look(model, image, layer))


def _stretch(technique: registry.Technique, part: Mapping[str, Any]) -> Stretch:
    given = {name: value for name, value in part.items() if name not in ("until", "seed")}
    if int(part.get("until", 0)) < 1:
        raise UserError("A part of a branch's past has no end.", "Give it until=, a step.")
    values = to_json(build(technique.params, given))
    return Stretch(values, int(part.get("seed", 0)), int(part["until"]))


def _picture(source: Source) -> Picture | None:
    """`builtin:cat`, a file, or uint8 H×W×3 pixels."""
    if source is None or isinstance(source, Picture):
        return source
    if isinstance(source, np.ndarray):
        return Picture("Picture", source, "script")
    return open_reference(str(source))


def save_film(path: str | Path, frames: Sequence[Pixels], fps: float = 24.0) -> Path:
    """Frames of one size as GIF or MP4, by the name's ending."""
    return movies.save(Path(path), frames, fps)
