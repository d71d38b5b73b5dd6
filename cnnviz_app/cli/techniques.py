"""`cnnviz techniques`: what can be computed, and every parameter with its range and default."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnviz_app.core.registry import Technique


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="only this one")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    from cnnviz_app import techniques
    from cnnviz_app.core import registry

    techniques.discover()
    shown = [registry.find(args.name)] if args.name else list(registry.all_techniques())
    if args.json:
        print(json.dumps({"techniques": [_json(technique) for technique in shown]}))
        return 0
    for technique in shown:
        print(f"{technique.name:24} {technique.title}: {technique.summary}")
        if args.name:
            _print_parameters(technique)
    return 0


def _json(technique: Technique) -> dict[str, Any]:
    return {
        "name": technique.name, "title": technique.title, "group": technique.group,
        "summary": technique.summary, "needs_picture": technique.needs_picture,
        "params": [spec.to_json() for spec in technique.specs],
    }  # fmt: skip


def _print_parameters(technique: Technique) -> None:
    for spec in technique.specs:
        bounds = ""
        if spec.choices:
            bounds = " | ".join(spec.choices)
        elif spec.low is not None or spec.high is not None:
            low = "" if spec.low is None else f"{spec.low:g}"
            high = "" if spec.high is None else f"{spec.high:g}"
            bounds = f"{low} … {high} {spec.unit}".strip()
        print(f"  {spec.name} = {spec.default!r}  {bounds}")
        print(f"      {spec.help}")
