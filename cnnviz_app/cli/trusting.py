"""`--trust`: a Python file that builds a model is a program; it runs only after a yes."""

from __future__ import annotations

import argparse


def add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust", action="store_true",
        help="run the Python file given as the model; asked once for each version of it",
    )  # fmt: skip


def trust_if_asked(args: argparse.Namespace) -> None:
    from cnnviz_app.nets import catalog, trust

    file = catalog.as_file(args.model)
    if args.trust and file is not None and file.path.suffix == ".py" and file.path.is_file():
        trust.grant(file.path)
