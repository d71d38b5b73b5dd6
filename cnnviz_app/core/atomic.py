"""Writing files so that either the whole new file is there or nothing has changed."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from cnnviz_app.core.errors import UserError

_ELSEWHERE = "Choose another folder."
_WRITE_FAILURES = {
    errno.ENOSPC: ("could not be saved: the disk is full.", "Free some space, or choose another "
                   "folder."),
    errno.EDQUOT: ("could not be saved: your quota on this disk is used up.", "Free some space, "
                   "or choose another folder."),
    errno.EACCES: ("could not be saved: you may not write in this folder.", _ELSEWHERE),
    errno.EPERM: ("could not be saved: you may not write in this folder.", _ELSEWHERE),
    errno.EROFS: ("could not be saved: this folder is read-only.", _ELSEWHERE),
    errno.ENOENT: ("could not be saved: its folder does not exist.", "Make the folder first."),
    errno.ENOTDIR: ("could not be saved: a part of its path is a file, not a folder.",
                    _ELSEWHERE),
    errno.ENAMETOOLONG: ("could not be saved: the name is too long.", "Choose a shorter name."),
    errno.EINVAL: ("could not be saved: the name holds characters this disk does not allow.",
                   "Choose a plainer name."),
    errno.EFBIG: ("could not be saved: it is too large for this disk.", _ELSEWHERE),
    errno.EIO: ("could not be saved: the disk answered with an error.", _ELSEWHERE),
}  # fmt: skip


def shown(path: str | os.PathLike[str]) -> str:
    """The file's name as it can be shown in one line, whatever characters it holds."""
    text = os.fsdecode(os.fspath(path))
    name = os.path.basename(text.rstrip("/\\")) or text
    name = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
    return name if len(name) <= 60 else f"{name[:40]}…{name[-16:]}"


def check_target(path: str | os.PathLike[str], suffixes: Sequence[str] = ()) -> Path:
    """The path a file can really be written to, tried out; a UserError that says why not."""
    if suffixes and Path(path).suffix.lower() not in suffixes:
        raise UserError(
            f"“{shown(path)}” should end in {' or '.join(suffixes)}.",
            f"Call it “{shown(Path(path).with_suffix(suffixes[0]))}”."
            if Path(path).name
            else "Give a file name.",
        )
    with _explained(path):
        target = _settle(path)
        part = _part_of(target)
        os.close(_create(part))
        part.unlink()
    return target


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Put `data` there in one step."""
    with replacing(path) as file:
        file.write(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    write_bytes(path, text.encode("utf-8"))


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write into; it takes the name `path` only when the block ends well."""
    with _explained(path):
        target = _settle(path)
        part = _part_of(target)
        file = os.fdopen(_create(part), "wb")
        try:
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _take_place(part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def temporary_beside(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A file name to give to a library that writes for itself; becomes `path` at the end."""
    with _explained(path):
        target = _settle(path)
        part = _part_of(target, target.suffix)
        os.close(_create(part))
        try:
            yield part
            with part.open("rb") as file:
                os.fsync(file.fileno())
            _take_place(part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _settle(path: str | os.PathLike[str]) -> Path:
    """Follow links, and refuse what must not be replaced."""
    text = os.fspath(path)
    if not text or "\0" in text:
        raise UserError("The file to save has no usable name.", "Give a file name.")
    target = Path(os.path.realpath(text))
    if text.endswith(("/", os.sep)) or target.is_dir():
        raise UserError(f"“{shown(path)}” is a folder.", "Give the name of a file inside it.")
    if not target.parent.exists():
        raise UserError(
            f"“{shown(path)}” could not be saved: the folder “{shown(target.parent)}” does not "
            "exist.", "Make the folder first, or choose another."
        )  # fmt: skip
    if target.exists():
        if not stat.S_ISREG(target.stat().st_mode):
            raise UserError(f"“{shown(path)}” is not an ordinary file.", "Choose another name.")
        if not os.access(target, os.W_OK):
            raise UserError(
                f"“{shown(path)}” is there already and protected against changes.",
                "Choose another name.",
            )
    elif len(os.fsencode(target.name)) > 255:
        raise OSError(errno.ENAMETOOLONG, "name too long")
    return target


def _part_of(target: Path, suffix: str = ".part") -> Path:
    return target.with_name(f".cnnviz-{secrets.token_hex(6)}{suffix}")


def _create(part: Path) -> int:
    """A new empty file with the permissions new files get here."""
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)


def _take_place(part: Path, target: Path) -> None:
    if target.exists():
        os.chmod(part, stat.S_IMODE(target.stat().st_mode))
    os.replace(part, target)
    if os.name == "posix":
        # The new name is only safe on the disk once its folder is; not every disk can say so.
        with contextlib.suppress(OSError):
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


@contextlib.contextmanager
def _explained(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _WRITE_FAILURES:
            rest, hint = _WRITE_FAILURES[error.errno]
            raise UserError(f"“{shown(path)}” {rest}", hint) from error
        reason = error.strerror or "the disk answered with an error"
        raise UserError(f"“{shown(path)}” could not be saved: {reason}.", _ELSEWHERE) from error
