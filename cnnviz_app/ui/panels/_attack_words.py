"""The arithmetic and the sentences of a found attack; no widgets here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_app.lab.attack_requests import Survival
from cnnviz_app.ui.widgets.base import MINUS, number
from cnnviz_app.ui.widgets.class_bars import Bar

Pixels = npt.NDArray[np.uint8]
Changes = npt.NDArray[np.int16]
GREY = 128
LARGEST_GAIN = 64.0
NORMS = {"linf": "L∞", "l2": "L2"}


def name_of(labels: Sequence[str], label: int) -> str:
    """A class in a word or two."""
    return labels[label].split(",")[0] if label < len(labels) else f"class {label}"


def at_share(clean: Pixels, attacked: Pixels, share: float) -> Pixels:
    """The picture with so much of the found change, in whole levels."""
    change = attacked.astype(np.float32) - clean
    return np.clip(np.rint(clean + np.float32(share) * change), 0, 255).astype(np.uint8)


def changes(clean: Pixels, attacked: Pixels) -> Changes:
    """What was added to each channel, in levels."""
    return attacked.astype(np.int16) - clean.astype(np.int16)


def seen_change(change: Changes, gain: float) -> Pixels:
    """The change made visible: grey is nothing, whatever the gain."""
    seen: Pixels = np.clip(np.rint(GREY + gain * change), 0, 255).astype(np.uint8)
    return seen


def suitable_gain(change: Changes) -> float:
    """A whole number that shows the largest change near black or white."""
    largest = int(np.abs(change).max()) or 1
    return float(min(max(1, 120 // largest), LARGEST_GAIN))


def largest_pixels(change: Changes, count: int = 20) -> list[tuple[int, int]]:
    """(x, y) of the most changed pixels; among equals, those with more channels changed first."""
    peak = np.abs(change).max(axis=2).astype(np.int64) * 1000 + np.abs(change).sum(axis=2)
    order = np.argsort(-peak, axis=None, kind="stable")[:count]
    width = peak.shape[1]
    return [(int(i % width), int(i // width)) for i in order if peak.flat[i] > 0]


def pixel_words(change: Changes, x: int, y: int) -> str:
    """`+8 −8 +3`, once where the channels are equal."""
    values = [int(v) for v in change[y, x]]
    values = values[:1] if len(set(values)) == 1 else values
    return "  ".join(f"{'+' if v > 0 else MINUS if v < 0 else ''}{abs(v)}" for v in values)


def measures(change: Changes, channels: int) -> list[tuple[str, str, str]]:
    """(name, number, what of) of the change as it is shown."""
    own = change[..., :channels].astype(np.float64)
    largest = int(np.abs(own).max())
    touched = int(np.abs(own).max(axis=2).astype(bool).sum())
    total = own.shape[0] * own.shape[1]
    return [
        ("Largest change", f"{largest} level{'' if largest == 1 else 's'}", "of 255"),
        ("L2 distance", number(float(np.linalg.norm(own) / 255)), "in 0…1 units"),
        ("Pixels touched", spaced(touched), f"of {spaced(total)}"),
    ]  # fmt: skip


def spaced(count: int) -> str:
    """A whole number in groups of three."""
    return f"{count:,}".replace(",", "\u2009")


def verdict(before: str, after: str, success: bool) -> str:
    """The headline."""
    if before != after:
        return f"{before} → {after}"
    return f"{before} already" if success else f"Still {before}"


def verdict_facts(title: str, figures: Mapping[str, Any], linf: int) -> str:
    """What was done, how much, and how it was judged."""
    levels = f"largest change {linf} level{'' if linf == 1 else 's'}"
    goal = "" if figures.get("success", True) else "the goal was not reached, "
    if goal == "" and figures.get("label_before", -1) == figures.get("label_after", -2):
        goal = "it was taken for the target before, "
    return f"{title}, {goal}{levels}, saved file read back"


def bars_of(
    chances: npt.NDArray[np.float32], labels: Sequence[str], rows: int, before: int, after: int,
    *, attacked: bool,
) -> list[Bar]:  # fmt: skip
    """The likeliest classes; the old and the new answer stay among them."""
    best = [int(i) for i in np.argsort(-chances, kind="stable")[:rows]]
    for kept in (after, before):
        if kept not in best and best:
            best[-1] = kept
    best.sort(key=lambda i: -float(chances[i]))
    return [
        Bar(name_of(labels, i), float(chances[i]), index=i,
            attacked=attacked and i == after and after != before)
        for i in best
    ]  # fmt: skip


def still_fooled(one: Survival, before: int, aim: int | None) -> bool:
    """Whether the goal is still reached after a treatment."""
    return one.label == aim if aim is not None else one.label != before


def survival_words(
    rows: Sequence[Survival], before: int, aim: int | None, success: bool = True,
    *, from_noise: bool = False,
) -> str:  # fmt: skip
    """How many; and how many of them the treatment alone would have turned as well.

    A picture made from noise has no original that a treatment could have turned.
    """
    fooled = [one for one in rows if still_fooled(one, before, aim)]
    what = "still fooled" if success else "turned by the treatment"
    alone = 0 if from_noise else sum(one.plain == one.label for one in fooled)
    too = f", {alone} without the attack too" if alone else ""
    return f"{len(fooled)} of {len(rows)} {what}{too}"
