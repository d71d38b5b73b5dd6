"""A run and its branches as the window keeps them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.branch_requests import RunKept, Stretch, kept
from cnnviz_app.lab.requests import Outcome, RunTechnique
from cnnviz_app.ui.timeline import DIVE_BYTES, DIVE_FRAMES, Timeline

# As many as can be told apart under each other.
MOST = 4
_numbers = itertools.count(1)


@dataclass(eq=False)
class Attempt:
    """One run, or one branch of it.

    Attributes:
        request: None before anything was asked.
        title: what sets it apart from the run that it leaves.
        left_at: the step at which it leaves; 0 for a run from its start.
    """

    request: RunKept | None = None
    subject: str = ""
    title: str = ""
    left_at: int = 0
    parent: Attempt | None = None
    timeline: Timeline = field(default_factory=Timeline)
    dive: Timeline = field(default_factory=lambda: Timeline(room=DIVE_BYTES, most=DIVE_FRAMES))
    metrics: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)
    outcome: Outcome | None = None

    @property
    def nbytes(self) -> int:
        """Room it takes: frames, the dive, the unrounded result."""
        result = self.outcome.result if self.outcome is not None else None
        whole = [result.picture, result.values] if result is not None else []
        return self.timeline.nbytes + self.dive.nbytes + sum(
            part.nbytes for part in whole if part is not None
        )

    def thin(self) -> bool:
        """Give up something: half of the frames, else the result, which the gallery has."""
        larger = max(self.dive, self.timeline, key=lambda film: film.nbytes)
        if larger.thin() or self.timeline.thin():
            return True
        gone = self.outcome is not None
        self.outcome = None
        return gone


def new_key() -> str:
    return f"run {next(_numbers)}"


def branch_of(
    parent: Attempt, wish: RunTechnique, at: int, known: Sequence[Attempt] = ()
) -> Attempt:
    """The branch that leaves `parent` at a step, its past copied up to there."""
    while parent.parent is not None and at <= parent.left_at:
        # Scrubbed back to before this branch left: that frame belongs to what it left.
        parent = parent.parent
    asked = parent.request
    if asked is None or at < 1:
        raise UserError("There is no frame to branch from.", "Run first, or scrub further.")
    if (asked.technique, asked.model) != (wish.technique, wish.model):
        raise UserError(
            "A branch goes on with the technique and network of its run.",
            "Choose them again, or press Run for a new picture.",
        )
    was, now = _settled(parent, dict(asked.params), dict(wish.params))
    past = (*(part for part in asked.earlier if part.until < at), Stretch(was, asked.seed, at))
    run = replace(wish, params=now, picture=asked.picture,
                  pictures={**asked.pictures, **wish.pictures}, edits=asked.edits)  # fmt: skip
    made = Attempt(
        kept(run, new_key(), asked.key, past), parent.subject,
        _title(was, now, asked.seed, wish.seed, at), at, parent,
    )  # fmt: skip
    for frame in parent.timeline.frames:
        if frame.step <= at:
            made.timeline.add(frame)
    made.timeline.stages = [s for s in parent.timeline.stages if s.first_step <= at]
    made.metrics = [(step, values) for step, values in parent.metrics if step <= at]
    return made


def _settled(
    parent: Attempt, was: dict[str, Any], now: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the clock decided in the run holds for its branch too, where nobody changed it."""
    if parent.outcome is not None:
        for name, value in parent.outcome.recipe.params.items():
            if name in was and was[name] != value and not isinstance(value, Mapping):
                if now.get(name) == was[name]:
                    now[name] = value
                was[name] = value
    return was, now


def _title(was: Mapping[str, Any], now: Mapping[str, Any], seed: int, new: int, at: int) -> str:
    return f"from {at}: {', '.join(changed(was, now, seed, new)) or 'unchanged'}"


def changed(was: Mapping[str, Any], now: Mapping[str, Any], seed: int, new: int) -> list[str]:
    """At most two of what the second has otherwise than the first."""
    found = [f"{name.replace('_', ' ')} {_short(now[name])}" for name in now
             if now[name] != was.get(name)]  # fmt: skip
    return [*found, *([f"seed {new}"] if new != seed else [])][:2]


def apart(one: Attempt, other: Attempt) -> str:
    """What the first has that sets it apart from the second: subject, or parameters."""
    if one.request is None or other.request is None or one.subject != other.subject:
        return one.subject.split(" · ")[-1]
    mine, its = one.request, other.request
    if mine.technique != its.technique:
        return mine.technique.replace("-", " ")
    return ", ".join(changed(its.params, mine.params, its.seed, mine.seed))


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    said = f"{value:g}" if isinstance(value, float) else str(value)
    return re.split(r"[\\/]", said)[-1] or "none"
