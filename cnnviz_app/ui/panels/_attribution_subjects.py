"""Whose answer can be explained, in words: the top class, another one, or the selected unit."""

from __future__ import annotations

import numpy as np

from cnnviz_app.ui.panels._attribution_ask import TOP, UNIT
from cnnviz_app.ui.state import AppState
from cnnviz_app.ui.widgets.base import percent

CLASSES = 5


def name_of(state: AppState, label: int) -> str:
    labels = state.model.labels if state.model is not None else ()
    return labels[label] if label < len(labels) else f"class {label}"


def top_of(state: AppState) -> int | None:
    """The class the network sees now."""
    return None if state.looked is None else int(np.argmax(state.looked.logits))


def subjects(state: AppState, current: str) -> list[tuple[str, str]]:
    """Key and words of each; what is current is always among them."""
    looked, best = state.looked, top_of(state)
    named = f": {name_of(state, best)}" if best is not None else ""
    found = [(TOP, f"Top class{named}")]
    labels: list[int] = []
    if looked is not None:
        labels = [int(i) for i in np.argsort(-looked.logits, kind="stable")[:CLASSES]]
    chosen = current.removeprefix("class:")
    for label in (state.pinned, int(chosen) if chosen.isdecimal() else None):
        if label is not None and label not in labels:
            labels.append(label)
    for label in labels:
        share = ""
        if looked is not None and label < len(looked.probabilities):
            share = f"  {percent(float(looked.probabilities[label]))}"
        found.append((f"class:{label}", f"{name_of(state, label)}{share}"))
    if state.layer:
        found.append((UNIT, f"Unit {state.layer}:{state.unit}"))
    return found


def title_of(state: AppState, subject: str) -> str:
    """The question as people ask it."""
    if state.model is None:
        return "Why?"
    if subject == UNIT:
        return f"Why {state.layer}:{state.unit}?"
    label = top_of(state) if subject == TOP else int(subject.removeprefix("class:"))
    return "Why?" if label is None else f"Why “{name_of(state, label)}”?"
