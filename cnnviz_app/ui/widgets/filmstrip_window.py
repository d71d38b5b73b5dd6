"""What a strip of small frames shows: the part that changes most, and round numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .base import nice_pitch

Pixels = npt.NDArray[np.uint8]


def most_changing_window(
    first: Pixels, last: Pixels, aspect: float, share: float = 0.6
) -> tuple[int, int, int, int]:
    """(x, y, width, height) of the part of a picture that changes most between two frames."""
    height, width = last.shape[:2]
    step = max(1, max(height, width) // 96)
    change = np.abs(last[::step, ::step].astype(np.int32) - first[::step, ::step]).sum(axis=-1)
    tall = max(1, round(change.shape[0] * share))
    wide = max(1, min(change.shape[1], round(tall * aspect)))
    sums = np.pad(change.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    total = sums[tall:, wide:] - sums[:-tall, wide:] - sums[tall:, :-wide] + sums[:-tall, :-wide]
    y, x = np.unravel_index(int(total.argmax()), total.shape)
    return (
        int(x) * step,
        int(y) * step,
        min(wide * step, width),
        min(tall * step, height),
    )


def nice_steps(total: int, most: int) -> list[int]:
    """Round step numbers from 0 up to `total`, at most about `most` of them, the last one kept."""
    if total <= 0:
        return [0]
    pitch = max(1, round(nice_pitch(total, most)))
    steps = [s for s in range(0, total, pitch) if total - s > pitch * 0.6]
    return [*steps, total]
