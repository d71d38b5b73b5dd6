"""Where CNNViz starts: the order in which things are imported is decided here and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

WINDOW = "gui"


def prepare_process() -> None:
    """In a frozen app a child process starts here as well, and must become a child at once."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    prepare_environment()


def prepare_environment() -> None:
    """Set what torch and Qt read once, when they are imported; the user's own choice stands."""
    # Contended OpenMP threads would spin, and the window would stutter.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    # Operators that Apple's GPU back end lacks run on the CPU instead of failing.
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
    os.environ["QT_API"] = "pyside6"
    os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"


def is_for_the_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments ask for the window rather than for the command line."""
    if not arguments or arguments[0] == WINDOW:
        return True
    from cnnviz_app.cli import COMMANDS

    first = arguments[0]
    if first in COMMANDS or first in ("-h", "--help", "--version"):
        return False
    # `cnnviz picture.png` opens it; a word that is no file is more likely a mistyped command.
    return first.startswith("-") or os.path.exists(first)


def _window(arguments: Sequence[str]) -> int:
    from cnnviz_app.launch import open_window

    return open_window(arguments[1:] if arguments[:1] == [WINDOW] else arguments)


def main(argv: Sequence[str] | None = None) -> int:
    """The `cnnviz` command."""
    prepare_process()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        try:
            return _answer(arguments)
        finally:
            # A reader that has left is noticed here, not while Python closes.
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `cnnviz models | head` has all it wanted; Python must not complain while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _answer(arguments: Sequence[str]) -> int:
    if is_for_the_window(arguments):
        return _window(arguments)
    from cnnviz_app.cli import main as command_line

    return command_line(arguments)


def main_gui() -> int:
    """The double-click: there may be no console, so what goes wrong is shown in a window."""
    prepare_process()
    # A GUI program on Windows has no standard streams, and libraries do write to them.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - stays open
    try:
        return _window(sys.argv[1:])
    except Exception as error:  # noqa: BLE001 - the last place that can still tell anybody
        from cnnviz_app import diagnostics

        diagnostics.show_start_failure(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
