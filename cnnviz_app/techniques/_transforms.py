"""Small random changes of view that a robust picture must survive (Olah and others 2017).

Each change draws one affine map from a generator; a chain of them is multiplied out and the
picture is sampled once, which costs one interpolation and blurs once instead of at every link.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

# Maps coordinates of the view (in pixels, origin at the centre) to those of the picture.
Matrix = tuple[float, float, float, float, float, float]
Pose = Callable[[torch.Generator], Matrix]
Transform = Callable[[Tensor, torch.Generator], Tensor]
_GREY = 0.5


def _choice(n: int, generator: torch.Generator) -> int:
    return int(torch.randint(n, (), generator=generator))


def jitter(pixels: int) -> Pose:
    """A shift by whole pixels: one of the `pixels + 1` crops in each direction."""

    def draw(generator: torch.Generator) -> Matrix:
        dy, dx = torch.randint(pixels + 1, (2,), generator=generator).tolist()
        return (1.0, 0.0, dx - pixels / 2, 0.0, 1.0, dy - pixels / 2)

    return draw


def scale(percent: float) -> Pose:
    """One of eleven sizes from 100 − percent to 100 + percent."""

    def draw(generator: torch.Generator) -> Matrix:
        factor = 1.0 + percent / 100 * (_choice(11, generator) - 5) / 5
        return (1.0 / factor, 0.0, 0.0, 0.0, 1.0 / factor, 0.0)

    return draw


def rotate(degrees: float) -> Pose:
    """A turn by −degrees … degrees in 21 equal steps; one time in five no turn at all."""

    def draw(generator: torch.Generator) -> Matrix:
        angle = math.radians(degrees * max(-10, min(10, _pick_turn(generator))) / 10)
        c, s = math.cos(angle), math.sin(angle)
        return (c, -s, 0.0, s, c, 0.0)

    return draw


def _pick_turn(generator: torch.Generator) -> int:
    """−10 … 10, with five extra chances for 0."""
    drawn = _choice(26, generator)
    return drawn - 10 if drawn <= 20 else 0


def _then(a: Matrix, b: Matrix) -> Matrix:
    """The view is changed by `a` first, then by `b`."""
    return (
        a[0] * b[0] + a[1] * b[3],
        a[0] * b[1] + a[1] * b[4],
        a[0] * b[2] + a[1] * b[5] + a[2],
        a[3] * b[0] + a[4] * b[3],
        a[3] * b[1] + a[4] * b[4],
        a[3] * b[2] + a[4] * b[5] + a[5],
    )


def _is_whole_shift(m: Matrix) -> bool:
    return m[0] == 1.0 and m[1] == 0.0 and m[3] == 0.0 and m[4] == 1.0


def view(poses: Sequence[Pose], margin: int = 0) -> Transform:
    """See the picture through a random chain of poses, with `margin` grey pixels more around it.

    The view has the same size in every step, so the network's kernels are prepared only once.
    """

    def apply(image01: Tensor, generator: torch.Generator) -> Tensor:
        matrix: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        for pose in poses:
            matrix = _then(matrix, pose(generator))
        if _is_whole_shift(matrix):
            return _shift(image01, math.floor(matrix[5]), math.floor(matrix[2]), margin)
        return _sample(image01, matrix, margin)

    return apply


def _shift(image01: Tensor, dy: int, dx: int, margin: int) -> Tensor:
    """Whole pixels need no interpolation: grey edges come in, the other side is cut off."""
    sides = (margin - dx, margin + dx, margin - dy, margin + dy)
    return F.pad(image01, sides, value=_GREY) if any(sides) else image01


def _sample(image01: Tensor, matrix: Matrix, margin: int) -> Tensor:
    n, c, h, w = image01.shape
    tall, wide = h + 2 * margin, w + 2 * margin
    a, b, tx, d, e, ty = matrix
    # The sampler wants both sides of the map in units of half a picture.
    theta = image01.new_tensor(
        [[a * wide / w, b * tall / w, 2 * tx / w], [d * wide / h, e * tall / h, 2 * ty / h]]
    )
    grid = F.affine_grid(theta[None].expand(n, 2, 3), [n, c, tall, wide], align_corners=False)
    # Grey is the zero of the sampler's padding.
    seen = F.grid_sample(
        image01 - _GREY, grid, mode="bilinear", padding_mode="zeros", align_corners=False
    )
    return seen + _GREY


@dataclass(frozen=True)
class Robustness:
    """How far the view may move: pad → jitter → scale → rotate → jitter."""

    pad: int = 12
    jitter: int = 8
    scale: float = 10.0
    rotate: float = 10.0
    last_jitter: int = 4

    def margin(self) -> int:
        """What is left of the padding once both jitters have cut off their share."""
        return max(0, self.pad - self.jitter // 2 - self.last_jitter // 2)

    def transform(self, margin: int) -> Transform | None:
        poses: list[Pose] = []
        if self.jitter:
            poses.append(jitter(self.jitter))
        if self.scale:
            poses.append(scale(self.scale))
        if self.rotate:
            poses.append(rotate(self.rotate))
        if self.last_jitter:
            poses.append(jitter(self.last_jitter))
        return view(poses, margin) if poses or margin else None


def crops(count: int, percent: float, own: tuple[int, int]) -> Transform:
    """`count` square windows of about `percent` of the picture's side, anywhere in it, each in
    the size the network was made for (Fel and others 2023)."""

    def apply(image01: Tensor, generator: torch.Generator) -> Tensor:
        n, c = image01.shape[:2]
        height, width = image01.shape[-2:]
        thetas = []
        for _ in range(count):
            spread, dy, dx = torch.randn(3, generator=generator).clamp(-2.0, 2.0).tolist()
            share = min(1.0, percent / 100 * (1.0 + 0.15 * spread))
            side = share * min(height, width)
            tall, wide = side / height, side / width
            # The window stays inside; what would be beyond is at the edge, which needs it.
            y = max(-1.0 + tall, min(1.0 - tall, 0.8 * dy))
            x = max(-1.0 + wide, min(1.0 - wide, 0.8 * dx))
            thetas.append([[wide, 0.0, x], [0.0, tall, y]])
        theta = image01.new_tensor(thetas).repeat_interleave(n, 0)
        grid = F.affine_grid(theta, [count * n, c, *own], align_corners=False)
        return F.grid_sample(image01.repeat(count, 1, 1, 1), grid, mode="bilinear",
                             padding_mode="reflection", align_corners=False)  # fmt: skip

    return apply
