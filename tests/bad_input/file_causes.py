"""Places that cannot be written, folders that hold nothing, and a machine that fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from cnnviz_app.nets.network import Network
from tests.bad_input.bench import Bench
from tests.bad_input.causes import Arguments, Cause, run_with
from tests.core.picture_makers import encoded

Place = Callable[[Path], str]


def _out(place: Place, *more: str) -> Arguments:
    return lambda folder: run_with(*more, "--out", place(folder))


def _output(id: str, place: Place, words: str, **needs: bool) -> Cause:
    """A place for the picture, given with --out and chosen in the window's dialog."""
    def act(bench: Bench, folder: Path) -> None:
        bench.save(Path(place(folder)))

    return Cause(f"output-{id}", words, _out(place), act, **needs)


def _folder_called_png(folder: Path) -> str:
    (folder / "out.png").mkdir()
    return str(folder / "out.png")


def _inside_a_file(folder: Path) -> str:
    (folder / "notes").write_text("a file")
    return str(folder / "notes" / "out.png")


def _protected_file(folder: Path) -> str:
    (folder / "out.png").write_bytes(b"mine")
    (folder / "out.png").chmod(0o444)
    return str(folder / "out.png")


def _protected_folder(folder: Path) -> str:
    (folder / "locked").mkdir()
    (folder / "locked").chmod(0o555)
    return str(folder / "locked" / "out.png")


def _pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe.png")
    return str(folder / "pipe.png")


def _raise(error: BaseException) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        raise error

    return call


def _full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _raise(OSError(errno.ENOSPC, "No space left on device")))


def _disk_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _raise(OSError(errno.EIO, "Input/output error")))


def _no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Network, "run", _raise(torch.OutOfMemoryError("CUDA out of memory.")))


def _no_memory_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "[enforce fail at alloc_cpu.cpp:114] err == 0. DefaultCPUAllocator: can't allocate"
    monkeypatch.setattr(Network, "run", _raise(RuntimeError(f"{words} memory: 9 bytes")))


def _gpu_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = RuntimeError("CUDA error: unspecified launch failure\nCUDA kernel errors might be")
    monkeypatch.setattr(Network, "run", _raise(lost))


def _compute(bench: Bench, folder: Path) -> None:
    bench.choose("feature-vis")
    bench.desk.runs.start()


def _open_folder(make: Callable[[Path], None]) -> Callable[[Bench, Path], None]:
    def act(bench: Bench, folder: Path) -> None:
        (folder / "holiday").mkdir()
        make(folder / "holiday")
        bench.window.open_path(folder / "holiday")

    return act


def _unreadable_only(folder: Path) -> None:
    (folder / "1.png").write_bytes(b"")
    (folder / "2.jpg").write_bytes(encoded("JPEG")[:300])


def _some_unreadable(folder: Path) -> None:
    (folder / "1.png").write_bytes(b"")
    (folder / "2.png").write_bytes(encoded("PNG"))


def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


_RESULT = _out(lambda folder: str(folder / "out.png"))

OUTPUTS = (
    _output("no-folder", lambda f: str(f / "nowhere" / "out.png"), "“nowhere” does not exist"),
    _output("is-a-folder", _folder_called_png, "is a folder"),
    _output("inside-a-file", _inside_a_file, "a file, not a folder"),
    _output("wrong-ending", lambda f: str(f / "out.jpg"), ".png"),
    Cause("output-no-ending", "should end in .png", _out(lambda f: str(f / "out"))),
    Cause("output-empty", "--out", _out(lambda f: "")),
    _output("long-name", lambda f: str(f / ("x" * 300 + ".png")), "the name is too long"),
    _output("pipe", _pipe, "not an ordinary file", posix=True),
    _output("protected-file", _protected_file, "protected", posix=True, not_as_root=True),
    _output("protected-folder", _protected_folder, "may not write", posix=True,
            not_as_root=True),
    Cause("output-raw-ending", "should end in .npy",
          _out(lambda f: str(f / "out.png"), "--raw", "maps.txt")),
    Cause("output-raw-folder", "does not exist",
          _out(lambda f: str(f / "out.png"), "--raw", "nowhere/maps.npy")),
    Cause("output-smoke-ending", "must end in .png", lambda f: ["gui", "--smoke", "a.jpg"]),
    Cause("output-smoke-folder", "there is no folder", lambda f: ["gui", "--smoke", "no/a.png"]),
    Cause("disk-full", "the disk is full", _RESULT,
          lambda bench, folder: bench.save(folder / "out.png"), breaks=_full),
    Cause("disk-error", "the disk answered with an error", _RESULT,
          lambda bench, folder: bench.save(folder / "out.png"), breaks=_disk_error),
)  # fmt: skip

MACHINE = (
    Cause("memory-gpu", "Not enough memory for this.", _RESULT, _compute, breaks=_no_memory),
    Cause("memory-cpu", "Not enough memory for this.", _RESULT, _compute, breaks=_no_memory_cpu),
    Cause("gpu-lost", "The graphics processor stopped answering", _RESULT, _compute,
          breaks=_gpu_lost),
    Cause("no-display", "there is no display", lambda f: ["gui"], breaks=_no_display),
)  # fmt: skip

FOLDERS = (
    Cause("folder-empty", "There are no pictures in “holiday”.", None,
          _open_folder(lambda folder: None)),
    Cause("folder-unreadable", "None of the 2 pictures in “holiday” can be opened.", None,
          _open_folder(_unreadable_only)),
    Cause("folder-some", "“1.png” is empty (0 bytes).", None, _open_folder(_some_unreadable),
          accepted=True),
)  # fmt: skip

FILES = (*OUTPUTS, *MACHINE, *FOLDERS)
