"""`cnnviz replay`: make a saved picture again from the recipe inside it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cnnviz_app.cli.notes import Notes
from cnnviz_app.cli.outputs import check_outputs
from cnnviz_app.cli.run import open_image, report, write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", type=Path, help="a PNG saved by CNNViz")
    parser.add_argument("--image", help="the source picture, where the recipe left it out")
    parser.add_argument("--weights", type=Path, help="the weights, where they are not found")
    parser.add_argument("--out", type=Path, required=True, help="the PNG to write")
    parser.add_argument("--raw", type=Path, help="the unrounded result as .npy")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    from cnnviz_app.core import recipe as recipes

    check_outputs(args.out, args.raw)
    recipe = recipes.read(args.picture)
    image = open_image(args.image) if args.image else None

    from cnnviz_app.lab.replaying import replay
    from cnnviz_app.lab.start import make_lab

    outcome, notes = replay(make_lab(), Notes(), recipe, image, args.weights)
    for note in notes:
        print(f"cnnviz: note: {note}", file=sys.stderr)
    write(outcome, args.out, args.raw)
    report(outcome, args.out, as_json=args.json)
    return 0
