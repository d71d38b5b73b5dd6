"""Saving is all or nothing, and says in a sentence why it is nothing."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cnnviz_app.core import atomic
from cnnviz_app.core.errors import UserError

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions and links")


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_replaces(tmp_path: Path) -> None:
    atomic.write_bytes(tmp_path / "a.bin", b"one")
    atomic.write_bytes(tmp_path / "a.bin", b"two")
    assert (tmp_path / "a.bin").read_bytes() == b"two"
    assert left_in(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt, SystemExit, MemoryError])
def test_interrupted_write_leaves_the_old_file(tmp_path: Path, stop: type[BaseException]) -> None:
    (tmp_path / "a.bin").write_bytes(b"old")

    def write() -> None:
        with atomic.replacing(tmp_path / "a.bin") as file:
            file.write(b"half")
            raise stop

    def let_write() -> None:
        with atomic.temporary_beside(tmp_path / "b.gif") as part:
            part.write_bytes(b"half")
            raise stop

    for way in (write, let_write):
        with pytest.raises(stop):
            way()
    assert (tmp_path / "a.bin").read_bytes() == b"old"
    assert left_in(tmp_path) == ["a.bin"]


def test_library_that_writes_for_itself(tmp_path: Path) -> None:
    with atomic.temporary_beside(tmp_path / "b.gif") as part:
        assert part.suffix == ".gif"
        part.write_bytes(b"whole")
    assert (tmp_path / "b.gif").read_bytes() == b"whole"
    assert left_in(tmp_path) == ["b.gif"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota"), (errno.EROFS, "read-only"),
     (errno.EACCES, "may not write"), (errno.EIO, "answered with an error"),
     (errno.EFBIG, "too large for this disk"), (errno.EBUSY, "could not be saved")],
)  # fmt: skip
def test_disk_that_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(UserError, match=words) as refused:
        atomic.write_bytes(tmp_path / "a.png", b"x" * 100)
    assert "“a.png”" in refused.value.sentence
    assert refused.value.hint
    assert left_in(tmp_path) == []


@posix
def test_full_disk_for_real(tmp_path: Path) -> None:
    """A process that may write no file over 4 kB stands in for a disk without room."""
    code = (
        "import resource, signal, sys\n"
        "from cnnviz_app.core import atomic\n"
        "from cnnviz_app.core.errors import UserError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: atomic.write_bytes(sys.argv[1], bytes(100_000))\n"
        "except UserError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.png")], capture_output=True, text=True
    )
    assert "too large for this disk" in done.stdout
    assert done.stderr == ""
    assert left_in(tmp_path) == []


def _folder(folder: Path) -> Path:
    return folder


def _new_folder(folder: Path) -> str:
    return f"{folder}/a/"


def _no_folder(folder: Path) -> Path:
    return folder / "no such" / "a.png"


def _long(folder: Path) -> Path:
    return folder / ("x" * 300 + ".png")


def _inside_a_file(folder: Path) -> Path:
    (folder / "file").write_bytes(b"x")
    return folder / "file" / "a.png"


@pytest.mark.parametrize(
    ("make", "words"),
    [(_folder, "is a folder"), (_new_folder, "is a folder"), (_no_folder, "folder “no such” does"),
     (_long, "the name is too long"), (_inside_a_file, "is a file, not a folder"),
     (lambda folder: "", "no usable name"), (lambda folder: "a\0b", "no usable name")],
)  # fmt: skip
@pytest.mark.parametrize("way", [atomic.check_target, lambda path: atomic.write_bytes(path, b"x")])
def test_names_that_cannot_be_written(
    tmp_path: Path,
    make: Callable[[Path], str | Path],
    words: str,
    way: Callable[[str | Path], object],
) -> None:
    path = make(tmp_path)
    before = left_in(tmp_path)
    with pytest.raises(UserError, match=words):
        way(path)
    assert left_in(tmp_path) == before


@posix
def test_devices_and_pipes_are_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(UserError, match="not an ordinary file"):
            atomic.write_bytes(path, b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_protected_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(b"mine")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anything
    with pytest.raises(UserError, match="protected against changes"):
        atomic.write_bytes(tmp_path / "a.png", b"x")
    assert (tmp_path / "a.png").read_bytes() == b"mine"


@posix
def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    (tmp_path / "real.png").write_bytes(b"old")
    (tmp_path / "real.png").chmod(0o640)
    (tmp_path / "link.png").symlink_to("real.png")
    atomic.write_bytes(tmp_path / "link.png", b"new")
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "real.png").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "real.png").stat().st_mode) == 0o640
    mask = os.umask(0o022)
    os.umask(mask)
    atomic.write_bytes(tmp_path / "fresh.png", b"x")
    assert stat.S_IMODE((tmp_path / "fresh.png").stat().st_mode) == 0o666 & ~mask


def test_check_leaves_no_trace_and_knows_endings(tmp_path: Path) -> None:
    assert atomic.check_target(tmp_path / "a.png", [".png"]) == (tmp_path / "a.png").resolve()
    with pytest.raises(UserError, match=r"“a\.jpg” should end in \.png") as refused:
        atomic.check_target(tmp_path / "a.jpg", [".png"])
    assert "a.png" in refused.value.hint
    assert left_in(tmp_path) == []


def test_names_are_shown_in_one_line() -> None:
    assert atomic.shown("/a/b/cat.png") == "cat.png"
    assert atomic.shown("a\nb\x1b[31m.png") == "a\ufffdb\ufffd[31m.png"
    assert len(atomic.shown("x" * 500)) < 60
