"""Numbers as the panels write them: three figures, thin spaces, the unit behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnnviz_app.ui.widgets.base import THIN, number

if TYPE_CHECKING:
    from cnnviz_app.core.events import Progress
    from cnnviz_app.nets.entry import Entry

SOURCES = {"bundled": "Bundled", "torchvision": "Torchvision", "yours": "Yours"}


def whole(value: int) -> str:
    """Every digit, in groups of three."""
    return f"{value:,}".replace(",", THIN)


def count(value: float) -> str:
    """Three figures and k, M or G: parameters and multiply-adds."""
    for limit, sign in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= limit * 0.9995:
            return f"{_three(value / {'G': 1e9, 'M': 1e6, 'k': 1e3}[sign])}{THIN}{sign}"
    return whole(round(value))


def size(value: float) -> str:
    """Bytes as people buy them: kB, MB, GB."""
    if value < 1000:
        return f"{round(value)}{THIN}B"
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= limit * 0.9995:
            return f"{_three(value / limit)}{THIN}{unit}"
    return f"1{THIN}kB"


def _three(value: float) -> str:
    places = 0 if value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{places}f}"


def accuracy(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}{THIN}%"


def gmacs(value: float | None) -> str:
    return "–" if value is None else f"{number(value)}{THIN}GMAC"


def duration(seconds: float) -> str:
    """A stretch of time, as exact as anybody wants to know it."""
    if seconds < 0.9995:
        return f"{max(1, round(seconds * 1000))}{THIN}ms"
    if seconds < 9.95:
        return f"{seconds:.1f}{THIN}s"
    if seconds < 60:
        return f"{seconds:.0f}{THIN}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}{THIN}min {rest}{THIN}s" if rest else f"{minutes}{THIN}min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}{THIN}h {minutes}{THIN}min"


def left(progress: Progress | None) -> str:
    """The time left of a job that says so, else nothing."""
    if progress is None or progress.seconds_left is None:
        return ""
    seconds = max(1, round(progress.seconds_left))
    return f"{seconds}{THIN}s left" if seconds < 60 else f"{duration(seconds)} left"


def received(progress: Progress | None, total: int) -> str:
    """`12.3 of 44.7 MB`."""
    if progress is None:
        return "waiting for the first bytes"
    whole_size = progress.total if progress.total > 0 else total
    return f"{size(progress.done)} of {size(whole_size)}"


def summary(entry: Entry, *, short: bool = False) -> str:
    """The one line below a model's title."""
    if entry.source == "torchvision":
        what = count(entry.params) if short else f"{count(entry.params)} parameters"
        return f"{what} · {entry.year}" if entry.year else what
    return entry.summary or f"{count(entry.params)} parameters"


def classes(entry: Entry) -> str:
    return f"{whole(entry.classes)} class" + ("" if entry.classes == 1 else "es")


def natural(words: str) -> tuple[tuple[int, float, str], ...]:
    """A key that puts ResNet-18 before ResNet-101."""
    parts = re.findall(r"\d+|\D+", words.lower())
    return tuple((0, float(p), "") if p.isdigit() else (1, 0.0, p) for p in parts)


def matches(entry: Entry, wanted: str) -> bool:
    """Every word typed occurs somewhere in what is known of the model."""
    known = f"{entry.title} {entry.name} {entry.family} {entry.summary} {entry.year or ''}".lower()
    return all(word in known for word in wanted.lower().split())
