"""`cnnviz models`: the networks that can be opened."""

from __future__ import annotations

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    from cnnviz_app.nets import catalog

    entries = catalog.entries()
    if args.json:
        print(json.dumps({"models": [entry.to_json() for entry in entries]}))
        return 0
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        ready = "ready" if entry.available else "not here"
        accuracy = f"{entry.top1:5.1f} %" if entry.top1 is not None else "      –"
        size = f"{entry.params / 1e6:6.1f} M" if entry.params else "       –"
        print(f"{entry.name:{width}}  {ready:8}  {size}  {accuracy}  {entry.title}")
    return 0
