"""The log, the file a crash leaves behind, and the checks of `cnnviz doctor`."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cnnviz_app import __version__, paths

LOG_BYTES = 1_000_000
LOG_COPIES = 3
LIBRARIES = ("torch", "torchvision", "PySide6", "pyqtgraph", "numpy", "pillow", "safetensors")
ENOUGH_MEMORY_GB = 4.0
ENOUGH_DISK_GB = 1.0
UI_FONTS = ("Inter", "DejaVu Sans")

log = logging.getLogger(__name__)
_crash_file: TextIO | None = None  # faulthandler writes to it until the process ends
_last_crash = ""


# ---------------------------------------------------------------------------- log and crash file


def log_dir() -> Path:
    return paths.config_dir() / "logs"


def setup_logging(verbose: bool = False) -> Path | None:
    """Log to a rotating file; None when the folder cannot be written, then only to stderr."""
    root = logging.getLogger("cnnviz_app")
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for old in [h for h in root.handlers if h.get_name() == "cnnviz-file"]:
        root.removeHandler(old)
        old.close()
    try:
        log_dir().mkdir(parents=True, exist_ok=True)
        file = log_dir() / "cnnviz.log"
        handler = logging.handlers.RotatingFileHandler(
            file, maxBytes=LOG_BYTES, backupCount=LOG_COPIES, encoding="utf-8"
        )
    except OSError as error:
        log.info("No log file: %s", error)
        return None
    handler.set_name("cnnviz-file")
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    )
    root.addHandler(handler)
    log.info("CNNViz %s, Python %s, %s", __version__, platform.python_version(), system())
    return file


def _crash_path() -> Path:
    return log_dir() / "crash.txt"


def enable_crash_file() -> None:
    """Let a hard crash write where every thread was, and keep what the last one wrote."""
    global _crash_file, _last_crash
    try:
        log_dir().mkdir(parents=True, exist_ok=True)
        if _crash_path().is_file():
            _last_crash = _crash_path().read_text(encoding="utf-8", errors="replace").strip()
            if _last_crash:
                os.replace(_crash_path(), log_dir() / "crash-last.txt")
        _crash_file = _crash_path().open("w", encoding="utf-8")
        faulthandler.enable(_crash_file)
    except OSError as error:
        log.info("No crash file: %s", error)
        if sys.stderr is not None:
            faulthandler.enable()


def last_crash() -> str:
    """What the previous start left behind when it crashed; empty when it ended in order."""
    return _last_crash


def disable_crash_file() -> None:
    """The end in order: nothing is written from here on."""
    global _crash_file
    faulthandler.disable()
    if _crash_file is not None:
        _crash_file.close()
        _crash_file = None


def show_start_failure(error: Exception) -> None:
    """Say in a message box why the window did not open; the details are in the log."""
    setup_logging()
    log.error("The window did not open", exc_info=error)
    sentence = f"CNNViz could not start: {error}"
    try:
        from PySide6.QtWidgets import QApplication, QMessageBox

        app = QApplication.instance() or QApplication(sys.argv[:1])
        QMessageBox.critical(None, "CNNViz", f"{sentence}\n\nDetails: {log_dir() / 'cnnviz.log'}")
        del app
    except ImportError:
        sys.stderr.write(sentence + "\n")


# ---------------------------------------------------------------------------- doctor


@dataclass(frozen=True)
class Check:
    """One line of `cnnviz doctor`."""

    name: str
    ok: bool
    sentence: str


def system() -> str:
    return f"{platform.system()} {platform.release()} on {platform.machine()}"


def versions() -> dict[str, str]:
    """Of everything a computed picture may depend on; empty where something is not installed."""
    import importlib.metadata  # takes longer than all the rest of a start without torch

    found = {"cnnviz": __version__, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    return found


def memory_gb() -> float:
    """Memory of this machine, 0 where it cannot be asked."""
    if sys.platform == "win32":
        import ctypes

        class Status(ctypes.Structure):
            _fields_ = (
                ("length", ctypes.c_ulong), ("load", ctypes.c_ulong),
                *((name, ctypes.c_ulonglong) for name in (
                    "total", "free", "page_total", "page_free", "total_v", "free_v", "ext")),
            )

        status = Status(length=ctypes.sizeof(Status))
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return float(status.total) / 1e9
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (ValueError, OSError):
        return 0.0


def usable_cores() -> int:
    """The cores this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check_program() -> Check:
    return Check("CNNViz", True, f"version {__version__}, in {Path(__file__).resolve().parent}")


def _check_python() -> Check:
    ok = sys.version_info >= (3, 11)
    return Check("Python", ok, f"{platform.python_version()} ({sys.executable})")


def _check_machine() -> Check:
    memory = memory_gb()
    sentence = f"{system()}, {usable_cores()} cores, {memory:.1f} GB of memory"
    if 0 < memory < ENOUGH_MEMORY_GB:
        return Check("Machine", False, f"{sentence}; large pictures need {ENOUGH_MEMORY_GB:.0f} GB")
    return Check("Machine", True, sentence)


def _check_torch() -> Check:
    import torch
    import torchvision

    boxes, scores = torch.zeros(1, 4), torch.zeros(1)
    # A torch and a torchvision from different sources fail at exactly this operator.
    torchvision.ops.nms(boxes, scores, 0.5)
    return Check("torch", True, f"{torch.__version__} with torchvision {torchvision.__version__}")


def _check_device() -> Check:
    from cnnviz_app.nets import device

    return Check("Device", True, f"computes on {device.describe(device.choose())}")


def _check_qt() -> Check:
    from PySide6.QtCore import qVersion

    version = versions()["PySide6"]
    if version == "6.12.0" and sys.version_info < (3, 12):
        return Check("Qt", False, "PySide6 6.12.0 aborts under this Python: install another")
    if version in ("6.11.0", "6.11.1"):
        return Check("Qt", False, f"PySide6 {version} cannot redock panels: install another")
    return Check("Qt", True, f"{qVersion()} (PySide6 {version})")


def _check_fonts() -> Check:
    from PySide6.QtGui import QFontDatabase, QGuiApplication

    # Asking for fonts needs an application, but no window system.
    app = QGuiApplication.instance() or QGuiApplication(["cnnviz", "-platform", "offscreen"])
    families = QFontDatabase.families()
    del app
    there = [name for name in UI_FONTS if name in families]
    if there:
        return Check("Fonts", True, ", ".join(there))
    ok = bool(families) and sys.platform in ("win32", "darwin")
    return Check("Fonts", ok, f"none of {', '.join(UI_FONTS)} is installed; another font is used")


def _writable(folder: Path) -> str:
    """Why nothing can be written there, or nothing."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _check_folder(name: str, folder: Path, loss: str) -> Check:
    problem = _writable(folder)
    if problem:
        return Check(name, False, f"{folder} cannot be written ({problem}): {loss}")
    free = shutil.disk_usage(folder).free / 1e9
    sentence = f"{folder}, {free:.1f} GB free"
    if free < ENOUGH_DISK_GB:
        return Check(name, False, f"{sentence}: that is little")
    return Check(name, True, sentence)


def _check_settings() -> Check:
    return _check_folder("Settings", paths.config_dir(), "settings and layout are not remembered")


def _check_cache() -> Check:
    return _check_folder("Cache", paths.cache_dir(), "population statistics are not kept")


def _check_bundled() -> Check:
    from cnnviz_app.nets import bundled

    names = bundled.names()
    if not names:
        return Check("Networks", False, "none is bundled: the installation is incomplete")
    damaged = [n for n in names if bundled.sha256(bundled.weights_path(n)) != _promised_hash(n)]
    if damaged:
        return Check("Networks", False, f"damaged, install again: {', '.join(damaged)}")
    return Check("Networks", True, f"{len(names)} bundled and intact: {', '.join(names)}")


def _promised_hash(name: str) -> str:
    from cnnviz_app.nets import bundled

    return bundled.card(name).weights_sha256


CHECKS: tuple[tuple[str, Callable[[], Check]], ...] = (
    ("CNNViz", _check_program),
    ("Python", _check_python),
    ("Machine", _check_machine),
    ("torch", _check_torch),
    ("Device", _check_device),
    ("Qt", _check_qt),
    ("Fonts", _check_fonts),
    ("Settings", _check_settings),
    ("Cache", _check_cache),
    ("Networks", _check_bundled),
)


def checks() -> Iterator[Check]:
    """Every check in turn; one that breaks is a check that failed, with its reason."""
    for name, check in CHECKS:
        try:
            yield check()
        except Exception as error:  # noqa: BLE001 - a doctor reports what fails, whatever it is
            yield Check(name, False, f"{type(error).__name__}: {error}".splitlines()[0])
