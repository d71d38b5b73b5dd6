"""The middle of the canvas: the picture being made, alone or beside what it is compared with."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QStackedWidget

from cnnviz_app.core import references
from cnnviz_app.ui.attempts import Attempt, apart
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _canvas_head as views
from cnnviz_app.ui.panels._regions_page import RegionsPage
from cnnviz_app.ui.picture_field import title
from cnnviz_app.ui.style_parts import opened
from cnnviz_app.ui.widgets.base import Pixels
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.picture_view import PictureView

USUAL = "feature-vis"
NOTHING_YET = (
    "Nothing made yet",
    "Run, below, paints the picture that the selected unit responds to most.",
)


class CanvasStage(QStackedWidget):
    """Shows the frame under the playhead in the chosen way."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.empty = EmptyState("dream", *NOTHING_YET)
        self.view = PictureView(pixels="smooth", name="Picture being made")
        self.regions = RegionsPage(desk)
        for page in (self.empty, self.view, self.regions):
            self.addWidget(page)
        self._opened: tuple[str, Pixels | None] = ("", None)

    def show_empty(self) -> None:
        """Nothing made yet, or why nothing could be made."""
        runs = self.desk.runs
        if runs.status == "failed" and runs.failure is not None:
            self.empty.set_content("warn", runs.failure.sentence, runs.failure.hint)
        elif runs.technique is not None and runs.technique.name != USUAL:
            icon = "style" if "pictures" in {s.kind for s in runs.technique.specs} else "dream"
            picture = self.desk.state.picture
            what = runs.about.partition(" · ")[2]
            if runs.technique.needs_picture and picture is not None and picture.name not in what:
                what = f"{what} on {picture.name}"
            sentence = f"Run, below, starts it: {what}." if what else "Run, below, starts it."
            self.empty.set_content(icon, runs.technique.title, sentence)
        else:
            self.empty.set_content("dream", *NOTHING_YET)

    def show_view(self, key: str) -> None:
        runs = self.desk.runs
        if key == views.REGIONS:
            self.setCurrentWidget(self.regions)
            return
        if key in (views.CONTENT, views.STYLE):
            self._show_source(key)
            return
        shown = runs.shown
        self.setCurrentWidget(self.view if shown is not None else self.empty)
        if shown is None:
            self.show_empty()
            return
        pixels, step = self.now()
        before, name = self.compared(step)
        self.view.set_before(before if key == views.WIPE else None)
        self.view.set_wipe(key == views.WIPE)
        if key == views.DIFFERENCE:
            made, gain = difference(pixels, before)
            self.view.set_picture(made)
            self.view.set_tags("", f"difference from {name} × {gain}")
            return
        self.view.set_picture(pixels)
        if key == views.WIPE or runs.comparing:
            self.view.set_tags(name, self._name(runs.current, runs.partner, step))
        else:
            self.view.set_tags()

    def now(self) -> tuple[Pixels, int]:
        """The picture under the playhead and its step; at the end the unrounded result."""
        runs = self.desk.runs
        shown = runs.shown
        assert shown is not None
        finished = runs.outcome_pixels() if runs.playhead < 0 else None
        if finished is not None and runs.outcome is not None:
            return finished, runs.outcome.result.steps
        return shown.pixels, shown.step

    def compared(self, step: int) -> tuple[Pixels, str]:
        """What the wipe uncovers: the other branch at the same step, the picture, or the start."""
        runs = self.desk.runs
        partner, request = runs.partner, runs.current.request
        first = runs.timeline.frames[0]
        now = (runs.shown or first).pixels
        if partner is not None and partner.timeline.frames:
            frames = partner.timeline.frames
            near = min(frames, key=lambda frame: abs(frame.step - step))
            if runs.playhead < 0 and runs.run_of(partner) != runs.place:
                near = frames[-1]  # another run may take longer: both are shown as they ended
            return alike(near.pixels, now), self._name(partner, runs.current, near.step)
        source = request.picture if request is not None else None
        known = {t.name: t.needs_picture for t in runs.techniques}
        if source is not None and request is not None and known.get(request.technique):
            same = abs(source.width * now.shape[0] - source.height * now.shape[1])
            if same <= max(source.width, now.shape[1]):
                return source.pixels, "original"
        return first.pixels, "start"

    def _name(self, attempt: Attempt, other: Attempt | None, step: int) -> str:
        """What a side of the wipe is called: a step of its branch, its run, or a kept picture."""
        runs = self.desk.runs
        place = runs.run_of(attempt)
        if place < 0:
            return attempt.title  # kept from elsewhere
        if other is not None and place != runs.run_of(other):
            words = apart(attempt, other)
            return f"run {place + 1}, {words}" if words else f"run {place + 1}, step {step}"
        return f"{attempt.title}, step {step}" if attempt is runs.partner else f"step {step}"

    def _show_source(self, key: str) -> None:
        """The photograph or the first painting of the form, as they are."""
        state, runs = self.desk.state, self.desk.runs
        self.setCurrentWidget(self.view)
        self.view.set_before(None)
        self.view.set_wipe(False)
        if key == views.CONTENT:
            picture = state.picture
            self.view.set_picture(picture.pixels if picture is not None else None)
            self.view.set_tags("", picture.name if picture is not None else "")
            return
        names = references.split(str(runs.values.get("style", "")))
        name = names[0] if names else ""
        if name != self._opened[0]:
            self._opened = (name, opened(name))
        self.view.set_picture(self._opened[1])
        self.view.set_tags("", title(name) if name else "")


def alike(pixels: Pixels, shape: Pixels) -> Pixels:
    """The picture with grey at its sides or above and below, in the proportions of the other."""
    tall, wide = pixels.shape[:2]
    ratio = shape.shape[1] / shape.shape[0]
    down, across = max(tall, round(wide / ratio)), max(wide, round(tall * ratio))
    if down * across <= 1.02 * tall * wide:
        return pixels
    paper = np.full((down, across, 3), 110, np.uint8)
    top, left = (down - tall) // 2, (across - wide) // 2
    paper[top : top + tall, left : left + wide] = pixels
    return paper


def difference(a: Pixels, b: Pixels) -> tuple[Pixels, int]:
    """How far they are apart, made as bright as fits, and how much brighter that is."""
    if a.shape != b.shape:
        rows = np.arange(a.shape[0]) * b.shape[0] // a.shape[0]
        columns = np.arange(a.shape[1]) * b.shape[1] // a.shape[1]
        b = b[rows][:, columns]
    apart = np.abs(a.astype(np.int16) - b.astype(np.int16))
    most = float(np.percentile(apart[::4, ::4], 99.5)) if apart.size else 0.0
    gain = max(1, min(32, int(255 / max(most, 1.0))))
    return np.clip(apart * gain, 0, 255).astype(np.uint8), gain
