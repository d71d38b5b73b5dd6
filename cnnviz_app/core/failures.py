"""Any exception as one sentence and one hint a person can act on."""

from __future__ import annotations

import errno

from cnnviz_app.core.errors import UserError

_NO_ROOM = "The disk is full."
_OS_SENTENCES = {
    errno.ENOSPC: (_NO_ROOM, "Free some space or choose another folder."),
    errno.EDQUOT: (_NO_ROOM, "Your quota is used up: free some space or choose another folder."),
    errno.EACCES: ("That place may not be written or read.", "Choose another folder."),
    errno.EROFS: ("That folder is read-only.", "Choose another folder."),
    errno.ENOENT: ("That file is not there.", "Check the name, or choose it again."),
    errno.EISDIR: ("That is a folder, not a file.", "Choose a file."),
}
_MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory", "alloc_cpu")
_GPU_LOST_WORDS = ("device-side assert", "cuda error", "cudnn_status", "mps backend")


def is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = _text(error).lower()
    return isinstance(error, RuntimeError) and any(word in text for word in _MEMORY_WORDS)


def is_gpu_lost(error: BaseException) -> bool:
    """Whether the graphics processor, its driver or its cable gave up."""
    text = _text(error).lower().partition("\n")[0]
    return isinstance(error, RuntimeError) and any(word in text for word in _GPU_LOST_WORDS)


def _text(error: BaseException) -> str:
    try:
        return str(error).strip()
    except Exception:  # noqa: BLE001 - even an error that cannot say what it is gets a sentence
        return ""


def explain(error: BaseException) -> tuple[str, str]:
    """The sentence and the hint; never a traceback, never empty."""
    if isinstance(error, UserError):
        return error.sentence, error.hint
    if is_out_of_memory(error):
        return "Not enough memory for this.", "Choose a smaller size, or close other models."
    if isinstance(error, OSError) and error.errno in _OS_SENTENCES:
        sentence, hint = _OS_SENTENCES[error.errno]
        return f"{sentence} ({error.filename})" if error.filename else sentence, hint
    text = _text(error).splitlines()
    first = text[0] if text else type(error).__name__
    if is_gpu_lost(error):
        return f"The graphics processor stopped answering: {first}", "Restart CNNViz to use it."
    if isinstance(error, RuntimeError):
        return f"The network could not compute this: {first}", "Try another size or layer."
    return f"This did not work: {first}", "The details are in the log (Help › Open the log folder)."


def is_for_the_user(error: BaseException) -> bool:
    """Whether the sentence of `explain` says all there is to say, without a traceback."""
    # Torch says what it cannot compute with a plain RuntimeError, lost processors included.
    if isinstance(error, UserError | MemoryError) or type(error) is RuntimeError:
        return True
    if is_out_of_memory(error) or is_gpu_lost(error):
        return True
    return isinstance(error, OSError) and error.errno is not None
