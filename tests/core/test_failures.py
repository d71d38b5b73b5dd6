"""Any exception becomes a sentence a person can act on."""

from __future__ import annotations

import errno
import os

import pytest

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.failures import explain, is_out_of_memory


class OutOfMemoryError(RuntimeError):
    """Named as torch names its own."""


@pytest.mark.parametrize(
    ("error", "words"),
    [(UserError("It is broken.", "Mend it."), "It is broken. Mend it."),
     (MemoryError(), "Not enough memory"),
     (OutOfMemoryError("CUDA out of memory. Tried"), "Not enough memory"),
     (RuntimeError("DefaultCPUAllocator: can't allocate memory"),
      "Not enough memory"),
     (OSError(errno.ENOSPC, "x", "/a/b.png"), "The disk is full. (/a/b.png) Free some space"),
     (OSError(errno.EROFS, "x"), "read-only"),
     (PermissionError(errno.EACCES, "x"), "may not be written or read"),
     (FileNotFoundError(errno.ENOENT, "x"), "not there"),
     (IsADirectoryError(errno.EISDIR, "x"), "a folder, not a file"),
     (RuntimeError("CUDA error: device-side assert triggered"), "graphics processor stopped"),
     (RuntimeError("mat1 and mat2 shapes cannot be multiplied\nmore"),
      "The network could not compute this: mat1 and mat2 shapes cannot be multiplied Try"),
     (ValueError("odd"), "This did not work: odd"), (KeyError(), "This did not work: KeyError"),
     (OSError(errno.EBUSY, os.strerror(errno.EBUSY)), "This did not work")],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_sentence_and_hint(error: BaseException, words: str) -> None:
    sentence, hint = explain(error)
    assert words in f"{sentence} {hint}"
    assert hint
    assert "\n" not in sentence


def test_only_memory_errors_are_memory_errors() -> None:
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(ValueError("out of memory"))
    assert not is_out_of_memory(RuntimeError("shapes"))


def test_user_error_reads_as_one_line() -> None:
    assert str(UserError("It is broken.")) == "It is broken."
    assert str(UserError("It is broken.", "Mend it.")) == "It is broken. Mend it."
