"""What the model card says, as plain words: figures, classes, where the weights come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.nets import shelf, zoo
from cnnviz_app.nets.entry import Entry
from cnnviz_app.ui.panels import _words as words

IMAGENET = (
    "Published with torchvision, trained on ImageNet. Check the terms of the data before you use "
    "the weights commercially."
)
_SOURCE = {
    "bundled": "Bundled with CNNViz",
    "torchvision": "Torchvision",
    "yours": "Your own model",
}

# What else a card may have measured: its key, our name for it, what is meant.
_FURTHER = (
    ("validation under l2:1:20", "Under attack", "changes of L2 length 1"),
    ("drawn digits", "On drawings", "made by this program"),
    ("drawn things", "On drawings", "made by this program"),
)


@dataclass(frozen=True)
class CardFacts:
    """Attributes:
    rows: name, value and a note behind the value.
    names: a few of the classes; empty when they are not known before opening.
    origin: paragraphs on data, licence and training.
    """

    title: str
    source: str
    summary: str
    rows: tuple[tuple[str, str, str], ...]
    classes: str
    names: tuple[str, ...]
    origin: tuple[tuple[str, str], ...]
    choices: tuple[str, ...] = ()


def card_facts(entry: Entry, opened: ModelFacts | None) -> CardFacts:
    """`opened` is the network in the window when it is this one (or shares its classes)."""
    card = shelf.cards().get(entry.name, {}) if entry.source == "bundled" else {}
    same = opened is not None and opened.name == entry.name
    summary = "" if entry.source == "torchvision" else entry.summary
    source = _SOURCE[entry.source] + (f", {entry.year}" if entry.year else "")
    return CardFacts(
        title=entry.title,
        source=source,
        summary=summary,
        rows=tuple(_rows(entry, opened if same else None, card)),
        classes=words.classes(entry) + (" of ImageNet" if entry.source == "torchvision" else ""),
        names=_names(entry, opened, card),
        origin=tuple(_origin(entry, card)),
        choices=entry.choices,
    )


def _rows(
    entry: Entry, opened: ModelFacts | None, card: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    channels, height, width = entry.input
    colour = {1: "grey", 3: "colour"}.get(channels, f"{channels} channels")
    macs = opened.macs / 1e9 if opened is not None else entry.gflops
    rows = [("Input", f"{height} × {width}", colour)]
    if entry.top1 is not None:
        five = f"top-5 {words.accuracy(entry.top5)}" if entry.top5 is not None else ""
        rows.append(("Accuracy", words.accuracy(entry.top1), five or "on pictures held back"))
    measured = card.get("accuracy", {})
    rows += [
        (title, words.accuracy(100 * measured[key]), note)
        for key, title, note in _FURTHER if key in measured
    ]
    rows.append(("Parameters", words.count(entry.params), ""))
    if macs is not None:
        rows.append(("Operations", f"{words.count(macs * 1e9)}MAC", "for one picture"))
    if entry.memory_bytes:
        rows.append(("Memory", words.size(entry.memory_bytes), "when open, about"))
    if entry.size_bytes:
        rows.append(("File", words.size(entry.size_bytes), _hash(entry, card)))
    return rows


def _hash(entry: Entry, card: Mapping[str, Any]) -> str:
    """The first eight figures of the weights' SHA-256."""
    known = str(card.get("weights_sha256", ""))
    if not known and entry.source == "torchvision" and entry.path is not None:
        known = zoo.hash_prefix(entry.path.name)
    return f"hash {known[:8]}" if known else ""


def _names(
    entry: Entry, opened: ModelFacts | None, card: Mapping[str, Any]
) -> tuple[str, ...]:
    labels: Sequence[str] = card.get("labels", ())
    if not labels and opened is not None:
        both_zoo = entry.source == "torchvision" and opened.name.startswith(zoo.PREFIX)
        if opened.name == entry.name or (both_zoo and len(opened.labels) == entry.classes):
            labels = opened.labels
    return tuple(str(label) for label in labels)


def _origin(entry: Entry, card: Mapping[str, Any]) -> list[tuple[str, str]]:
    if entry.source == "torchvision":
        return [("Origin", IMAGENET)]
    if entry.source == "yours":
        return [("File", str(entry.path))] if entry.path is not None else []
    out = []
    for title, key in (("Trained on", "data"), ("Licence", "licence")):
        if card.get(key):
            out.append((title, str(card[key])))
    training = card.get("training", {})
    epochs = training.get("epochs_done", training.get("epochs"))
    if epochs:
        spent = training.get("seconds") or 60 * float(training.get("minutes") or 0)
        took = f", {words.duration(float(spent))}" if spent else ""
        hard = ", against attacks" if training.get("attack") else ""
        out.append(("Training", f"{epochs} epochs{hard}{took}, with CNNViz itself"))
    return out
