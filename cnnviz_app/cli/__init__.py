"""The command line: the same laboratory without Qt."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

import cnnviz_app

# Each command is a module here with `add_arguments(parser)` and `run(args) -> int`.
COMMANDS = {
    "models": "list the networks that can be opened",
    "layers": "list the operators of a network with their facts",
    "techniques": "list what can be computed, with all parameters",
    "run": "compute with a technique and save the picture",
    "replay": "make a saved picture again from the recipe inside it",
    "train": "train a network on pictures in folders",
    "evaluate": "measure a network's accuracy, clean or attacked",
    "doctor": "check this installation",
}


class _Parser(argparse.ArgumentParser):
    """Complains in one line, as everything here does."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"cnnviz: {message}. See {self.prog} --help.\n")


def _parser(command: str) -> argparse.ArgumentParser:
    """All commands by name, but only the one asked for is imported: help must come at once."""
    top = _Parser(prog="cnnviz", description="Look inside convolutional networks.",
                  allow_abbrev=False)  # fmt: skip
    top.add_argument("--version", action="version", version=f"CNNViz {cnnviz_app.__version__}")
    rooms = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    rooms.add_parser("gui", help="open the window (also without any command)")
    for name, words in COMMANDS.items():
        room = rooms.add_parser(name, help=words, description=words, allow_abbrev=False)
        if name == command:
            importlib.import_module(f"cnnviz_app.cli.{name}").add_arguments(room)
    return top


def main(argv: Sequence[str]) -> int:
    """Run one command; bad input is one line on standard error and exit code 2."""
    from cnnviz_app.core.errors import UserError
    from cnnviz_app.core.failures import explain, is_for_the_user

    command = next((word for word in argv if word in COMMANDS), "")
    args = _parser(command).parse_args(list(argv))
    module = importlib.import_module(f"cnnviz_app.cli.{args.command}")
    try:
        code: int = module.run(args)
    except UserError as error:
        return _complain(str(error))
    except (OSError, MemoryError, RuntimeError) as error:
        if isinstance(error, BrokenPipeError) or not is_for_the_user(error):
            raise
        return _complain(" ".join(explain(error)).strip())
    return code


def _complain(sentence: str) -> int:
    line = " ".join(sentence.split())
    print(f"cnnviz: {line}", file=sys.stderr)
    return 2
