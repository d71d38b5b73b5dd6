"""What a wall varies: sets of parameters, taken from what the technique declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.requests import TechniqueFacts

MOST = 9
_NONE: dict[str, Any] = {"l1": 0.0, "l2": 0.0, "tv": 0.0, "decay": 0.0, "blur": 0.0,
                         "small_norm": 0.0, "small_contribution": 0.0}  # fmt: skip
_BARE: dict[str, Any] = {**_NONE, "space": "pixels", "transforms": False}
# The ways to tame a picture made of gradients, from none to all of them.
TAMED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("none", _BARE),
    ("L2", {**_BARE, "l2": 2.0}),
    ("total variation", {**_BARE, "tv": 5.0}),
    ("blur", {**_BARE, "blur": 1.0}),
    ("views", {**_BARE, "transforms": True}),
    ("FFT", {**_NONE, "space": "fft", "transforms": False}),
    ("pyramid", {**_NONE, "space": "laplacian", "transforms": False}),
    ("pyramid views", {**_NONE, "space": "laplacian", "transforms": True}),
    ("FFT views", {**_NONE, "space": "fft", "transforms": True}),
)
_STEPS: dict[str, tuple[Any, ...]] = {
    "octaves": (1, 2, 3, 4, 5, 6), "style_scale": (0.5, 1.0, 2.0),
}  # fmt: skip


@dataclass(frozen=True)
class Variation:
    """One tile: its name, and what differs from the form."""

    title: str
    changes: Mapping[str, Any]


def variations(
    technique: TechniqueFacts, layers: tuple[str, ...] = ()
) -> tuple[Variation, ...]:
    """Regularisers and spaces, octaves, style layers, else presets, else the first choice."""
    names = {spec.name for spec in technique.specs}
    if {"space", "transforms"} <= names:
        return _allowed(technique, TAMED)
    if "style_layers" in names and layers:
        five = [layers[round(k * (len(layers) - 1) / 5)] for k in range(1, 6)]
        found = [(f"to {five[k]}", {"style_layers": ", ".join(dict.fromkeys(five[: k + 1]))})
                 for k in range(5)]  # fmt: skip
        return _allowed(technique, (("usual layers", {"style_layers": ""}), *found))
    for name, values in _STEPS.items():
        if name in names:
            return _allowed(technique, [(f"{name.replace('_', ' ')} {v}", {name: v})
                                        for v in values])  # fmt: skip
    if technique.presets:
        return _allowed(technique, list(technique.presets.items()))
    for spec in technique.specs:
        if spec.choices and spec.name != "budget":
            return _allowed(technique, [(str(c), {spec.name: c}) for c in spec.choices])
    return ()


def _allowed(technique: TechniqueFacts, wanted: Any) -> tuple[Variation, ...]:
    """Only what this technique declares, and only values it takes."""
    specs = {spec.name: spec for spec in technique.specs}
    found = []
    for title, changes in wanted:
        known = {name: value for name, value in changes.items() if name in specs}
        try:
            checked = {name: specs[name].check(value) for name, value in known.items()}
        except UserError:
            continue
        if checked:
            found.append(Variation(title, checked))
    return tuple(found[:MOST])
