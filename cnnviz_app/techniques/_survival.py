"""What happens to a picture on its way through the world: saved, shrunk, blurred, cut, filmed dark.

Attacks that do not survive these are attacks on a file only; the same steps are defences that
anybody can put in front of a network.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageFilter
from torch import Tensor

Pixels = npt.NDArray[np.uint8]
VOTES = 16
NOISE = 8.0  # levels, one standard deviation


@dataclass(frozen=True)
class Treatment:
    """One thing that is done to a picture; `copies` is more than one where a vote is taken.

    Attributes:
        make: (pixels, number of the copy) to pixels of the same size.
    """

    key: str
    title: str
    make: Callable[[Pixels, int], Pixels]
    copies: int = 1


def _png(pixels: Pixels, _copy: int) -> Pixels:
    return _through_file(pixels, "PNG")


def jpeg(quality: int, pixels: Pixels, _copy: int) -> Pixels:
    # Colours at half resolution, as cameras and web sites store them.
    return _through_file(pixels, "JPEG", quality=quality, subsampling=2)


def _through_file(pixels: Pixels, kind: str, **how: Any) -> Pixels:
    kept = io.BytesIO()
    Image.fromarray(pixels).save(kept, kind, **how)
    kept.seek(0)
    with Image.open(kept) as image:
        return np.asarray(image.convert("RGB"))


def _resized(pixels: Pixels, _copy: int) -> Pixels:
    """Half as large, and back."""
    image = Image.fromarray(pixels)
    small = (max(1, image.width // 2), max(1, image.height // 2))
    return np.asarray(
        image.resize(small, Image.Resampling.BILINEAR).resize(image.size, Image.Resampling.BILINEAR)
    )


def blurred(sigma: float, pixels: Pixels, _copy: int) -> Pixels:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(sigma)))


def _cropped(pixels: Pixels, _copy: int) -> Pixels:
    """The middle seven eighths, as large as the whole was."""
    image = Image.fromarray(pixels)
    left, top = image.width / 16, image.height / 16
    box = (left, top, image.width - left, image.height - top)
    return np.asarray(image.resize(image.size, Image.Resampling.BILINEAR, box))


def _flipped(pixels: Pixels, _copy: int) -> Pixels:
    return np.ascontiguousarray(pixels[:, ::-1])


def squeezed(bits: int, pixels: Pixels, _copy: int) -> Pixels:
    """So many bits per channel, spread over the whole range again."""
    steps = 2**bits - 1
    levels = np.rint(pixels.astype(np.float32) * (steps / 255))
    spread: Pixels = np.rint(levels * np.float32(255 / steps)).astype(np.uint8)
    return spread


def noisy(levels: float, pixels: Pixels, copy: int) -> Pixels:
    noise = np.random.default_rng(copy).normal(0.0, levels, pixels.shape)
    return np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)


TREATMENTS: tuple[Treatment, ...] = (
    Treatment("png", "PNG, 8 bit", _png),
    Treatment("jpeg95", "JPEG q 95", partial(jpeg, 95)),
    Treatment("jpeg75", "JPEG q 75", partial(jpeg, 75)),
    Treatment("jpeg50", "JPEG q 50", partial(jpeg, 50)),
    Treatment("resize", "Resize ½", _resized),
    Treatment("blur", "Blur σ 1 px", partial(blurred, 1.0)),
    Treatment("crop", "Crop 7/8", _cropped),
    Treatment("flip", "Mirror", _flipped),
    Treatment("bits4", "4 bits", partial(squeezed, 4)),
    Treatment("noise", "Noise vote", partial(noisy, NOISE), VOTES),
)


@torch.no_grad()
def answer(net: Any, treatment: Treatment, pixels: Pixels) -> tuple[int, float, Pixels]:
    """The class after the treatment, its chance, and what the network was shown (the first copy).

    A vote's winner has the most copies on its side, the likelier one where they are equal; its
    chance is the mean over all copies.
    """
    treated = [treatment.make(pixels, copy) for copy in range(treatment.copies)]
    chances = torch.softmax(net.exact(as_batch(net, treated)).flatten(1).float(), 1)
    mean = chances.mean(0)
    votes = torch.bincount(chances.argmax(1), minlength=chances.shape[1])
    winner = int((votes + 0.5 * mean).argmax())
    return winner, float(mean[winner]), treated[0]


def as_batch(net: Any, pictures: list[Pixels]) -> Tensor:
    """uint8 H×W×3 pictures of one size as the network takes them, in [0, 1]."""
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float().div_(255)
    if net.spec.channels == 1:
        # Treatments of colours (JPEG) may tint a grey picture by a level.
        weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
        stacked = ((stacked * weights).sum(1, keepdim=True) * 255).round() / 255
    return stacked.to(net.device)
