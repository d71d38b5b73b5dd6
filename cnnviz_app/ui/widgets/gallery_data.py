"""Real-looking data for the gallery: blobs for maps, a photo, a run's frames and curves. No Qt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]


def photo() -> Pixels:
    """A cat, from the pictures that come with scikit-image."""
    import skimage

    path = Path(skimage.__file__).parent / "data" / "chelsea.png"
    with Image.open(path) as picture:
        return np.array(picture.convert("RGB"))[:, 60:360].copy()


def maps(count: int, side: int, seed: int = 4) -> npt.NDArray[np.float32]:
    """Sparse blobs as a layer in the middle of a network gives; every 29th is silent."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    out = np.zeros((count, side, side), np.float32)
    for unit in range(count):
        for _ in range(int(rng.integers(1, 7))):
            cy, cx = rng.uniform(0, side, 2)
            sy, sx = rng.uniform(0.4, 1.6, 2)
            blob = np.exp(-(((y - cy) / sy) ** 2) - ((x - cx) / sx) ** 2)
            out[unit] += np.float32(rng.gamma(2.0)) * blob
        out[unit] = np.clip(out[unit] - 0.25, 0, None) * 90
    out[28::29] = 0
    return out


def kernels(count: int, side: int, seed: int = 5) -> npt.NDArray[np.float32]:
    """Signed little kernels: oriented edges."""
    rng = np.random.default_rng(seed)
    y, x = (np.mgrid[:side, :side] - (side - 1) / 2).astype(np.float32) / side * 2
    out = []
    for _ in range(count):
        angle, phase = rng.uniform(0, np.pi), rng.uniform(0, 2 * np.pi)
        wave = np.cos(rng.uniform(2, 5) * (x * np.cos(angle) + y * np.sin(angle)) + phase)
        out.append(wave * np.exp(-(x**2 + y**2) * 1.6) * rng.uniform(0.02, 0.1))
    return np.stack(out).astype(np.float32)


def frames(count: int = 40) -> list[tuple[int, Pixels]]:
    """A photo into which stripes grow, as a dream's frames."""
    cat = photo().astype(np.float32)
    y, x = np.mgrid[: cat.shape[0], : cat.shape[1]]
    swirl = np.sin(np.hypot(y - 110, x - 90) / 4) * np.exp(-np.hypot(y - 110, x - 90) / 60)
    out = []
    for step in range(0, count, 2):
        picture = cat + (swirl * step / count * 160)[..., None] * np.array([1.0, 0.4, -0.8])
        out.append((step, picture.clip(0, 255).astype(np.uint8)))
    return out


def distribution(bins: int = 60) -> npt.NDArray[np.float64]:
    rng = np.random.default_rng(3)
    counts, _ = np.histogram(rng.gamma(1.1, 60, 1000), bins=bins, range=(0, 260))
    return counts.astype(float)


def objective() -> tuple[list[float], list[float]]:
    """Four octaves that climb and fall back."""
    xs = [float(i) for i in range(37)]
    ys = [18 + 7 * (i // 10) * 0.3 + 20 * (1 - np.exp(-(i % 10) / 4)) for i in range(37)]
    return xs, [float(v) for v in ys]
