"""The projected-gradient attack used to train and to measure robust networks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz_app.core.errors import UserError


@dataclass(frozen=True)
class Attack:
    """Projected gradient steps inside a ball, in units of [0, 1] pixels.

    `step` is the length of one step; 0 means 2.5 ε / steps.
    """

    norm: str = "l2"
    epsilon: float = 1.0
    steps: int = 20
    step: float = 0.0

    @property
    def stride(self) -> float:
        return self.step or 2.5 * self.epsilon / max(self.steps, 1)

    def __str__(self) -> str:
        return f"{self.norm}:{self.epsilon:g}:{self.steps}"


def parse_attack(text: str) -> Attack:
    """Read `l2:1.0:20` (norm, epsilon, steps)."""
    parts = text.split(":")
    try:
        norm, epsilon, steps = parts[0].lower(), float(parts[1]), int(parts[2])
        if len(parts) != 3 or norm not in ("l2", "linf") or steps < 1:
            raise ValueError(text)
        if not 0 < epsilon < float("inf"):  # false for "nan" too
            raise ValueError(text)
    except (ValueError, IndexError):
        raise UserError(
            f"{text!r} is not an attack.", hint="Write norm:epsilon:steps, for example l2:1.0:20."
        ) from None
    return Attack(norm, epsilon, steps)


def _lengths(delta: Tensor) -> Tensor:
    lengths: Tensor = delta.flatten(1).norm(dim=1)
    return lengths.clamp_min(1e-12).view(-1, 1, 1, 1)


def random_start(x: Tensor, attack: Attack, generator: torch.Generator) -> Tensor:
    """A uniformly drawn point of the ball around nothing, per picture."""
    if attack.norm == "linf":
        return (torch.rand(x.shape, generator=generator) * 2 - 1) * attack.epsilon
    noise = torch.randn(x.shape, generator=generator)
    radius = torch.rand(len(x), 1, 1, 1, generator=generator) * attack.epsilon
    return noise * (radius / _lengths(noise))


def projected(x: Tensor, delta: Tensor, attack: Attack) -> Tensor:
    """`delta` brought back into the ball and, with `x`, into the range of pixels."""
    if attack.norm == "linf":
        delta = delta.clamp(-attack.epsilon, attack.epsilon)
    else:
        delta = delta * (attack.epsilon / _lengths(delta)).clamp_max(1.0)
    return (x + delta).clamp(0, 1) - x


@contextlib.contextmanager
def attackable(module: nn.Module) -> Iterator[None]:
    """Evaluation mode without parameter gradients; everything is restored afterwards."""
    training = module.training
    wanted = [p for p in module.parameters() if p.requires_grad]
    module.eval()
    for parameter in wanted:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in wanted:
            parameter.requires_grad_(True)
        module.train(training)


def perturb(
    module: nn.Module,
    x: Tensor,
    labels: Tensor,
    attack: Attack,
    generator: torch.Generator,
    fast: bool = False,
) -> Tensor:
    """Pictures inside the ball around `x` that raise the cross-entropy; pixels stay in [0, 1].

    `module` takes [0, 1] pictures. `fast` computes in bfloat16 where that pays.
    """
    noise = random_start(x.cpu(), attack, generator).to(x.device)
    delta = projected(x, noise, attack)
    with attackable(module), torch.enable_grad():
        for _ in range(attack.steps):
            moved = (x + delta).detach().requires_grad_(True)
            with torch.autocast(x.device.type, torch.bfloat16, enabled=fast):
                logits = module(moved)
            loss = F.cross_entropy(logits.float(), labels, reduction="sum")
            (slope,) = torch.autograd.grad(loss, moved)
            if attack.norm == "linf":
                push = slope.sign()
            else:
                push = slope / _lengths(slope)
            delta = projected(x, delta + attack.stride * push, attack).detach()
    return x + delta
