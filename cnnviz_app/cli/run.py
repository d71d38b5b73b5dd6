"""`cnnviz run`: compute with a technique and save the picture with its recipe inside."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz_app.cli.outputs import check_outputs
from cnnviz_app.cli.trusting import add_trust, trust_if_asked
from cnnviz_app.core.errors import UserError

if TYPE_CHECKING:
    from cnnviz_app.core.registry import Technique
    from cnnviz_app.lab.edit_requests import Edits
    from cnnviz_app.lab.requests import Outcome
    from cnnviz_app.sources.picture import Picture


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("technique", help="a name from `cnnviz techniques`")
    parser.add_argument("--model", required=True, help="a name from `cnnviz models`, or a file")
    parser.add_argument("--weights", type=Path, help="weights to use in place of its own")
    parser.add_argument("--image", help="a picture, or builtin:NAME")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                        help="a parameter of the technique; may be given many times")  # fmt: skip
    parser.add_argument("--edit", action="append", default=[], metavar="LAYER:UNITS=HOW",
                        help="change units while it runs, such as relu3:3,7-12=off, relu5:1=x1.5 "
                        "or relu5:1=3; may be given many times")  # fmt: skip
    parser.add_argument("--size", type=int, metavar="N", help="size of the result, in pixels")
    parser.add_argument("--seed", type=int, default=0, help="the same seed, the same picture")
    parser.add_argument("--out", type=Path, required=True, help="the PNG to write")
    parser.add_argument("--raw", type=Path, help="the unrounded result as .npy")
    add_trust(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    from cnnviz_app import techniques
    from cnnviz_app.core import registry
    from cnnviz_app.core.params import build, parse_settings, to_json
    from cnnviz_app.lab.edit_requests import edit_from_text
    from cnnviz_app.nets import catalog
    from cnnviz_app.sources.reference import open_named

    techniques.discover()
    technique = registry.find(args.technique)
    settings: dict[str, Any] = dict(parse_settings(args.set))
    if args.size is not None:
        _add_size(technique, settings, args.size)
    params = build(technique.params, settings)
    if not 0 <= args.seed < 2**32:
        raise UserError(f"The seed {args.seed} cannot be used.", "Take one from 0 to 4294967295.")
    edits = tuple(map(edit_from_text, args.edit))
    check_outputs(args.out, args.raw)
    picture = open_image(args.image) if args.image else None
    named = open_named(technique.specs, to_json(params), {})
    if technique.needs_picture and picture is None:
        raise UserError(f"{technique.title} needs a picture.", "Give one with --image FILE.")
    trust_if_asked(args)
    entry = catalog.find(args.model)
    if not entry.available and args.weights is None:
        print(f"cnnviz: note: {entry.title} has random weights here, it has learned nothing.",
              file=sys.stderr)  # fmt: skip
    outcome = compute(technique.name, args.model, to_json(params), picture, args.seed,
                      weights=str(args.weights or ""), pictures=named, edits=edits)  # fmt: skip
    write(outcome, args.out, args.raw)
    report(outcome, args.out, as_json=args.json)
    return 0


def _add_size(technique: Technique, settings: dict[str, Any], size: int) -> None:
    if "size" in settings:
        raise UserError("The size is given twice.", "Use --size or --set size, not both.")
    if "size" not in {spec.name for spec in technique.specs}:
        raise UserError(f"{technique.title} has no size of its own.", "Leave --size out.")
    settings["size"] = size


def open_image(name: str) -> Picture:
    from cnnviz_app.sources.reference import open_reference

    picture = open_reference(name)
    for note in picture.notes:
        print(f"cnnviz: note: {note}", file=sys.stderr)
    return picture


def compute(
    technique: str, model: str, params: dict[str, Any], picture: Picture | None, seed: int,
    *, weights: str = "", pictures: Mapping[str, Picture] | None = None, edits: Edits = (),
) -> Outcome:  # fmt: skip
    """The same request that the window would send, answered here and now."""
    from cnnviz_app.cli.notes import Notes
    from cnnviz_app.lab.requests import Outcome, RunTechnique
    from cnnviz_app.lab.start import make_lab

    lab = make_lab()
    lab.network(model, weights, untrained=True)
    request = RunTechnique(technique, model, params, picture, seed, weights, pictures or {}, edits)
    outcome = lab.answer(Notes(), request)
    assert isinstance(outcome, Outcome)
    return outcome


def write(outcome: Outcome, out: Path, raw: Path | None) -> None:
    from cnnviz_app.lab.saving import save, save_raw

    save(outcome, out)
    if raw is not None:
        save_raw(outcome, raw)


def report(outcome: Outcome, out: Path, *, as_json: bool) -> None:
    recipe = outcome.recipe
    answer = {
        "technique": recipe.technique, "model": recipe.model, "seed": recipe.seed,
        "steps": outcome.result.steps, "seconds": round(outcome.seconds, 3),
        # The same keys for every technique: one that climbs nothing has no objective.
        "objective_start": None, "objective_end": None,
        **outcome.result.figures,
    }  # fmt: skip
    if as_json:
        print(json.dumps(answer))
        return
    figures = ", ".join(f"{key} {_plain(value)}" for key, value in outcome.result.figures.items())
    print(f"{out}: {outcome.result.steps} steps in {outcome.seconds:.1f} s, {figures}")


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
