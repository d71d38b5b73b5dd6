"""Accuracy of a network on labelled pictures, clean and under attack."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.attack import Attack, perturb
from cnnviz_app.nets.data import PictureSet

BATCH = 100


class Normalised(nn.Module):
    """[0, 1] pictures in, logits out: the card's mean and deviation, then the network."""

    def __init__(self, module: nn.Module, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.module = module
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, -1, 1, 1), persistent=False)

    def forward(self, image01: Tensor) -> Tensor:
        mean, std = self.get_buffer("mean"), self.get_buffer("std")
        logits: Tensor = self.module((image01 - mean) / std)
        return logits


def folded(network: nn.Module) -> nn.Module:
    """A copy that computes the same with each batch-norm worked into the kernel before it."""
    quick = copy.deepcopy(network).eval()
    for part in quick.modules():
        if not isinstance(part, nn.Sequential):
            continue
        names = list(part._modules)
        for first, second in pairwise(names):
            conv, norm = part.get_submodule(first), part.get_submodule(second)
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                part.add_module(first, fuse_conv_bn_eval(conv, norm))
                part.add_module(second, nn.Identity())
    return quick.to(memory_format=torch.channels_last)


def _batch(pictures: PictureSet, at: int, device: torch.device) -> tuple[Tensor, Tensor]:
    x = pictures.images[at : at + BATCH].float().div(255)
    x = x.contiguous(memory_format=torch.channels_last)
    return x.to(device), pictures.labels[at : at + BATCH].to(device)


def evaluate(
    network: nn.Module,
    pictures: PictureSet,
    attack: Attack | None = None,
    seed: int = 0,
    ctx: Context | None = None,
    fast: bool = False,
) -> dict[str, Any]:
    """{"accuracy", "n", "loss"} and, with an attack, "robust_accuracy", over all pictures.

    `network` takes [0, 1] pictures. A picture counts as robust when it is classified
    rightly both clean and after the attack. `fast` computes in bfloat16: for progress
    during training, not for final figures.
    """
    if not len(pictures):
        raise UserError("There are no pictures to evaluate on.")
    ctx = ctx or Context.silent()
    device = next(network.parameters()).device
    generator = torch.Generator().manual_seed(seed)
    training = network.training
    network.eval()
    quick = folded(network) if attack is not None and not fast else network
    right = withstood = 0
    loss = 0.0
    try:
        for at in range(0, len(pictures), BATCH):
            ctx.checkpoint()
            ctx.progress(at, len(pictures), "evaluating")
            x, labels = _batch(pictures, at, device)
            with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=fast):
                logits = network(x)
            correct = logits.argmax(1) == labels
            right += int(correct.sum())
            loss += float(F.cross_entropy(logits.float(), labels, reduction="sum"))
            if attack is not None and bool(correct.any()):
                # what is wrong already need not be attacked
                x, labels = x[correct], labels[correct]
                moved = perturb(quick, x, labels, attack, generator, fast)
                with torch.no_grad():
                    withstood += int((network(moved).argmax(1) == labels).sum())
    finally:
        network.train(training)
    count = len(pictures)
    ctx.progress(count, count, "evaluating")
    result: dict[str, Any] = {"accuracy": right / count, "n": count, "loss": loss / count}
    if attack is not None:
        result["robust_accuracy"] = withstood / count
    return result


@torch.no_grad()
def dead_units(network: nn.Module, pictures: PictureSet) -> dict[str, float]:
    """Share of channels of every ReLU that stay at zero on all of `pictures`."""
    alive: dict[str, Tensor] = {}
    handles = []

    def watch(name: str) -> Any:
        def seen(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            strongest = output.transpose(0, 1).flatten(1).amax(1) > 0
            alive[name] = alive[name] | strongest if name in alive else strongest

        return seen

    for name, part in network.named_modules():
        if isinstance(part, nn.ReLU):
            handles.append(part.register_forward_hook(watch(name.removeprefix("module."))))
    training = network.training
    network.eval()
    device = next(network.parameters()).device
    try:
        for at in range(0, len(pictures), BATCH):
            network(_batch(pictures, at, device)[0])
    finally:
        network.train(training)
        for handle in handles:
            handle.remove()
    return {name: 1.0 - float(flags.float().mean()) for name, flags in alive.items()}
