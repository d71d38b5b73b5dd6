"""Orders in which many small maps or kernels read well: alike ones together, or by direction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Order = npt.NDArray[np.int64]

# Below this a kernel has no direction worth naming: it is a spot, a ramp of colour, or noise.
COHERENT = 0.35
_SPECTRUM = 32


def strongest_first(values: npt.NDArray[np.floating]) -> Order:
    """Places of the largest values first; equal ones keep their order."""
    return np.argsort(-values, kind="stable").astype(np.int64)


def alike_together(items: npt.NDArray[np.floating]) -> Order:
    """A path from neighbour to neighbour: each item stands beside one that correlates with it.

    The path grows at whichever of its two ends has the closer neighbour, from the closest pair
    on; constant items, which correlate with nothing, stand at the end.
    """
    if len(items) < 3:
        return np.arange(len(items), dtype=np.int64)
    flat = np.asarray(items, np.float32).reshape(len(items), -1)
    centred = flat - flat.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(centred, axis=1)
    # A fraction of the largest: what is left of rounding in a constant item is no pattern.
    plain = norms <= 1e-6 * max(float(norms.max()), 1e-30)
    rest = np.flatnonzero(~plain)
    if len(rest) < 3:
        return np.concatenate([rest, np.flatnonzero(plain)]).astype(np.int64)
    unit = centred[rest] / norms[rest, None]
    alike = unit @ unit.T
    return np.concatenate([rest[_path(alike)], np.flatnonzero(plain)]).astype(np.int64)


def _path(alike: Floats) -> Order:
    np.fill_diagonal(alike, -2.0)
    first, second = divmod(int(alike.argmax()), len(alike))
    ends = [first, second]
    sides: list[list[int]] = [[first], [second]]
    # Subtracted from every row that is looked at: what is placed is never the closest.
    placed = np.zeros(len(alike), np.float32)
    placed[[first, second]] = 4.0
    for _ in range(len(alike) - 2):
        best = [int((alike[end] - placed).argmax()) for end in ends]
        nearer = 0 if alike[ends[0], best[0]] >= alike[ends[1], best[1]] else 1
        ends[nearer] = best[nearer]
        sides[nearer].append(best[nearer])
        placed[best[nearer]] = 4.0
    path = np.array(sides[0][::-1] + sides[1], np.int64)
    # Of the two directions the one that begins with the smaller number.
    return path if path[0] <= path[-1] else path[::-1]


def directions(kernels: npt.NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Angle of the stripes of each N×h×w or N×c×h×w kernel, and how clearly it has one.

    Angles in degrees from 0 (level) over 90 (upright) to 180, counted as the eye does; the
    second figure is 0 for no direction and 1 for endless stripes. Both come from the directions
    in the power spectrum, where stripes are one point across them.
    """
    values = np.asarray(kernels, np.float32)
    values = values.reshape(len(values), -1, *values.shape[-2:])
    values = values - values.mean(axis=(2, 3), keepdims=True)
    side = max(_SPECTRUM, *values.shape[2:])
    power = np.zeros((len(values), side, side // 2 + 1), np.float32)
    for channel in range(values.shape[1]):
        power += np.abs(np.fft.rfft2(values[:, channel], (side, side))) ** 2
    down = np.fft.fftfreq(side)[:, None]
    across = np.fft.rfftfreq(side)[None]
    radius = down**2 + across**2
    # The spectrum is symmetric and only half of it is here; its own column counts once.
    share = np.where(across == 0, 0.5, 1.0) / np.where(radius > 0, radius, np.inf)
    if side % 2 == 0:
        share[side // 2] = 0  # the highest frequency down has no sign, so no direction
    xx, yy, xy = (
        (power * weight * share).sum(axis=(1, 2)) for weight in (across**2, down**2, across * down)
    )
    total = xx + yy
    clear = np.hypot(xx - yy, 2 * xy) / np.where(total > 0, total, 1)
    # Across the stripes, with y upwards; the stripes lie a quarter turn from there.
    wave = 0.5 * np.arctan2(-2 * xy, xx - yy)
    angles = np.degrees(wave + np.pi / 2) % 180
    return angles.astype(np.float32), clear.astype(np.float32)


def by_direction(kernels: npt.NDArray[np.floating]) -> Order:
    """Clear directions first, turning from level over upright to level; the rest by clarity."""
    angles, clear = directions(kernels)
    turned = np.flatnonzero(clear >= COHERENT)
    rest = np.flatnonzero(clear < COHERENT)
    turned = turned[np.argsort(angles[turned], kind="stable")]
    rest = rest[np.argsort(-clear[rest], kind="stable")]
    return np.concatenate([turned, rest]).astype(np.int64)


def shrunk(maps: Floats, side: int = 12) -> Floats:
    """Maps averaged down to at most so many rows and columns, enough to compare them."""
    height, width = maps.shape[1:]
    rows, columns = max(1, height // side), max(1, width // side)
    if rows == columns == 1:
        return maps
    cut = maps[:, : height // rows * rows, : width // columns * columns]
    parts = cut.reshape(len(maps), height // rows, rows, width // columns, columns)
    small: Floats = parts.mean(axis=(2, 4))
    return small
