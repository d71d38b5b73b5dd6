"""Which part of a picture a small frame should show: the one that changes most. No Qt."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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
