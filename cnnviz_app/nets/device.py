"""The device networks compute on, and what its memory allows."""

from __future__ import annotations

import os

import torch


def choose(wanted: str = "auto") -> torch.device:
    """The device to compute on: the one wanted, else the fastest there is."""
    if wanted not in {"", "auto"}:
        return torch.device(wanted)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def cores() -> int:
    """The processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def set_up_threads() -> int:
    """Leave one core to the window; returns how many threads compute."""
    threads = max(1, cores() - 1)
    torch.set_num_threads(threads)
    return threads


def describe(device: torch.device) -> str:
    """The device in words a person knows."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    count = torch.get_num_threads()
    return f"CPU, {count} thread{'s' if count != 1 else ''}"


def free_memory(device: torch.device) -> int | None:
    """Bytes free on the device; None when it does not say."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def memory_text(size: int) -> str:
    """A number of bytes for reading: 512 KB, 1.4 GB."""
    value = float(size)
    for unit in ("B", "KB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on any device."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(
        sign in text for sign in ("out of memory", "can't allocate memory", "not enough memory")
    )
