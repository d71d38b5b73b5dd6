"""`cnnviz doctor`: what works on this machine, one line each."""

from __future__ import annotations

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when everything needed works, 1 otherwise."""
    from cnnviz_app import diagnostics

    found = []
    for check in diagnostics.checks():
        found.append(check)
        if not args.json:
            print(f"{'ok ' if check.ok else 'NO '} {check.name:16} {check.sentence}", flush=True)
    if args.json:
        lines = [{"name": c.name, "ok": c.ok, "sentence": c.sentence} for c in found]
        print(json.dumps({"ok": all(c.ok for c in found), "checks": lines}))
    return 0 if all(check.ok for check in found) else 1
