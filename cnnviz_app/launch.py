"""What `cnnviz gui` was asked for, read before Qt or torch is imported."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

SMALLEST, LARGEST = 320, 16384


@dataclass(frozen=True)
class Wish:
    """How the window should start; `smoke_only` means that nobody wants to keep the picture."""

    files: tuple[Path, ...] = ()
    model: str = ""
    workspace: str = ""
    smoke: Path | None = None
    smoke_only: bool = False
    size: tuple[int, int] | None = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"cnnviz: {message}. See cnnviz gui --help.\n")


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text.strip().lower())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1920x1080")
    width, height = int(match[1]), int(match[2])
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise argparse.ArgumentTypeError(
            f"{text} is not between {SMALLEST} and {LARGEST} pixels in both directions"
        )
    return width, height


def _file(text: str) -> Path:
    path = Path(text)
    if not os.path.exists(text):
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def _picture_to_write(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text} must end in .png")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    if path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text} cannot be written")
    return path


def parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="cnnviz gui", description="Open the window.", allow_abbrev=False)
    parser.add_argument(
        "files", nargs="*", type=_file, metavar="FILE",
        help="pictures, folders, weights or exported results to open",
    )
    parser.add_argument("--model", default="", help="the network to begin with")
    parser.add_argument("--workspace", default="", help="the arrangement of panels to begin with")
    parser.add_argument(
        "--smoke", nargs="?", const="", metavar="OUT.png",
        help="open, wait for the first feature maps, save a screenshot, end",
    )
    parser.add_argument(
        "--size", type=_size, metavar="WxH", help="size of the window of --smoke, e.g. 1920x1080"
    )
    return parser


def read(arguments: Sequence[str]) -> Wish:
    """The wish behind these arguments; a mistake ends the program with one line and code 2."""
    reader = parser()
    given = reader.parse_args(list(arguments))
    smoke = None
    if given.smoke:
        try:
            smoke = _picture_to_write(given.smoke)
        except argparse.ArgumentTypeError as error:
            reader.error(f"argument --smoke: {error}")
    elif given.smoke is not None:
        import tempfile

        smoke = Path(tempfile.gettempdir()) / f"cnnviz-smoke-{os.getpid()}.png"
    if given.size and smoke is None:
        reader.error("argument --size: it belongs to --smoke")
    return Wish(
        tuple(given.files), given.model, given.workspace, smoke, given.smoke == "", given.size
    )


def has_display() -> bool:
    """Whether a window can be shown; a name in DISPLAY may belong to a session that has ended."""
    if not sys.platform.startswith("linux") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    if not os.environ.get("DISPLAY"):
        return False
    import ctypes

    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True  # Qt will say what is missing
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if display:
        x11.XCloseDisplay(ctypes.c_void_p(display))
    return bool(display)


def refuse_without_display(wish: Wish) -> str:
    """A sentence when no window can be shown here; Qt itself would only abort."""
    if os.environ.get("QT_QPA_PLATFORM") or has_display():
        return ""
    if wish.smoke is not None:
        # A smoke test draws at its own size whatever the screen, so it needs none.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return ""
    return (
        "there is no display to show the window on. Start CNNViz from a desktop session, "
        "or use the command line (cnnviz --help)."
    )


def keep_qt_messages_in_the_log() -> None:
    """Qt talks about its platform plugins on standard error; nobody at a lectern reads that."""
    import logging

    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }
    log = logging.getLogger("cnnviz_app.qt")
    # Without a handler of its own a warning would come out on standard error after all.
    log.addHandler(logging.NullHandler())

    def on_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        log.log(levels[kind], text)
        if kind == QtMsgType.QtFatalMsg:
            sys.stderr.write(f"cnnviz: {text}\n")

    qInstallMessageHandler(on_message)


def open_window(arguments: Sequence[str]) -> int:
    """Run the window until it is closed; the result is the exit code."""
    wish = read(arguments)
    refusal = refuse_without_display(wish)
    if refusal:
        sys.stderr.write(f"cnnviz: {refusal}\n")
        return 2
    from cnnviz_app import diagnostics

    diagnostics.setup_logging()
    diagnostics.enable_crash_file()
    if sys.platform == "win32":
        # WORKAROUND(pytorch #169429, torch >= 2.9): its libraries do not load after Qt's.
        import torch  # noqa: F401 - imported for its effect
    from cnnviz_app.ui import app

    keep_qt_messages_in_the_log()
    try:
        return app.main(
            app.Options(wish.files, wish.model, wish.workspace, wish.smoke, wish.size)
        )
    finally:
        diagnostics.disable_crash_file()
        if wish.smoke_only and wish.smoke is not None:
            with suppress(OSError):
                wish.smoke.unlink()
