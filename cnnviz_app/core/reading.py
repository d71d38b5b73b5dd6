"""A file's bytes, or one sentence why there are none: nothing here can hang or run away."""

from __future__ import annotations

import contextlib
import difflib
import errno
import os
import re
import stat

from cnnviz_app.core.atomic import shown
from cnnviz_app.core.errors import UserError

MAX_FILE_BYTES = 512 * 2**20
_CHECK = "Check the name, or choose it again."
_READ_FAILURES = {
    errno.EACCES: ("may not be read: you have no permission.", "Ask whoever owns the file, or "
                   "copy it to your own folder."),
    errno.EPERM: ("may not be read: you have no permission.", "Copy it to your own folder."),
    errno.ELOOP: ("is a link that points to itself.", "Choose the file it should lead to."),
    errno.ENOTDIR: ("is not there: a part of its path is a file, not a folder.", _CHECK),
    errno.ENAMETOOLONG: ("is not there: the name is too long.", _CHECK),
    errno.EIO: ("could not be read: the disk answered with an error.", "Try another copy."),
}  # fmt: skip


def read_file(
    path: str | os.PathLike[str], *, what: str = "a picture", limit: int = MAX_FILE_BYTES
) -> bytes:
    """Everything in an ordinary file; UserError for anything else."""
    text = os.fsdecode(os.fspath(path))
    name = shown(text)
    if not text or "\0" in text:
        raise UserError("The name of the file is empty or not a name.", _CHECK)
    try:
        _refuse_what_is_no_file(text, name, what)
        # O_NONBLOCK: a pipe put in this place meanwhile must not make us wait for a writer.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(text, flags), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise _not_a_file(name)
            # Some files are longer than they say, so that both are looked at.
            too_large = found.st_size > limit
            data = b"" if too_large else file.read(limit + 1)
    except OSError as error:
        rest, hint = _READ_FAILURES.get(
            error.errno or 0, (f"could not be read: {error.strerror or 'no reason given'}.", _CHECK)
        )
        raise UserError(f"“{name}” {rest}", hint) from error
    if too_large or len(data) > limit:
        raise UserError(
            f"“{name}” is larger than {limit // 2**20} MB.", f"Choose {what} that is smaller."
        )
    if not data:
        raise UserError(f"“{name}” is empty (0 bytes).", "Copy or download it again.")
    return data


def _refuse_what_is_no_file(text: str, name: str, what: str) -> None:
    try:
        mode = os.stat(text).st_mode
    except FileNotFoundError:
        raise _missing(text, name) from None
    if stat.S_ISDIR(mode):
        raise UserError(f"“{name}” is a folder, not {what}.", f"Choose {what} inside it.")
    if not stat.S_ISREG(mode):
        raise _not_a_file(name)


def _not_a_file(name: str) -> UserError:
    return UserError(f"“{name}” is a pipe or a device, not an ordinary file.", "Choose a file.")


def _missing(text: str, name: str) -> UserError:
    if re.match(r"(https?|ftp|file|data):", text, re.IGNORECASE):
        return UserError(
            f"“{name}” is an address, not a file on this computer.",
            "Save it as a file first, then open the file.",
        )
    if os.path.islink(text):
        return UserError(
            f"“{name}” is a link to a file that is no longer there.", "Choose the file itself."
        )
    folder = os.path.dirname(os.path.abspath(text))
    if not os.path.isdir(folder):
        return UserError(f"There is no folder “{shown(folder)}”.", _CHECK)
    close: list[str] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry, _ in zip(entries, range(2000), strict=False)]
        close = difflib.get_close_matches(os.path.basename(text), names, n=1, cutoff=0.75)
    hint = f"Did you mean “{shown(close[0])}”?" if close else _CHECK
    return UserError(f"There is no file “{name}”.", hint)
