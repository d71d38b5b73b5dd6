"""Attacks that no peer has, each judged by what it promises, by code of this file alone.

A universal change and a sticker promise to work on pictures they have never seen: here on the
other pictures of the comparison. A fooling picture promises a class and how sure it is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn

Pixels = npt.NDArray[np.uint8]
# A fraction between 0 and 1 for what was found: one run won, or on so many pictures.
Judge = Callable[[nn.Module, Tensor, int, Any, Pixels], float]


def saved(picture: npt.NDArray[np.float32], file: Path) -> Pixels:
    """The picture in eight bits, as it is read back from its file."""
    Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)).save(file)
    with Image.open(file) as opened:
        return np.array(opened.convert("RGB"))


def eight_bits(pictures: Tensor) -> Pixels:
    whole: Pixels = (pictures * 255).round().byte().permute(0, 2, 3, 1).numpy()
    return whole


@torch.no_grad()
def chances(plain: nn.Module, pixels: Pixels) -> Tensor:
    """The plain module's answers to eight-bit pictures, N×H×W×3."""
    batch = torch.from_numpy(pixels.astype(np.float32) / 255).permute(0, 3, 1, 2).contiguous()
    found: Tensor = plain(batch).softmax(1)
    return found


def turned(plain: nn.Module, pictures: Tensor, number: int, found: Any, file: Pixels) -> float:
    """Whether the answer to the picture itself has changed."""
    both = np.stack([eight_bits(pictures[number : number + 1])[0], file])
    old, new = chances(plain, both).argmax(1).tolist()
    return float(old != new)


def promised(plain: nn.Module, pictures: Tensor, number: int, found: Any, file: Pixels) -> float:
    """Whether it is the class that was asked for, with 99 %."""
    answer = chances(plain, file[None])[0]
    target = int(found.figures["target"])
    return float(int(answer.argmax()) == target and float(answer[target]) >= 0.99)


def carried(plain: nn.Module, pictures: Tensor, number: int, found: Any, file: Pixels) -> float:
    """On which share of the other pictures the same change turns the answer."""
    clean = eight_bits(pictures)
    change = file.astype(np.int64) - clean[number]
    others = np.delete(clean, number, axis=0)
    moved = np.clip(others + change, 0, 255).astype(np.uint8)
    same = chances(plain, others).argmax(1) == chances(plain, moved).argmax(1)
    return 1.0 - float(same.float().mean())


def stuck(plain: nn.Module, pictures: Tensor, number: int, found: Any, file: Pixels) -> float:
    """On which share of the other pictures the sticker, laid somewhere upright, is the answer."""
    others = np.delete(eight_bits(pictures), number, axis=0)
    side, (height, width) = len(file), others.shape[1:3]
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    disc = y**2 + x**2 <= 1
    random = np.random.default_rng(0)
    for picture in others:
        top, left = random.integers(0, height - side + 1), random.integers(0, width - side + 1)
        picture[top : top + side, left : left + side][disc] = file[disc]
    wins = chances(plain, others).argmax(1) == int(found.figures["target"])
    return float(wins.float().mean())


JUDGES: dict[str, Judge] = {
    "lbfgs": turned, "universal": carried, "patch": stuck, "fooling": promised,
}  # fmt: skip
