"""Trains one of our networks while somebody watches: a stream of frames like every other job."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from math import cos, pi
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz_app.core.context import Context
from cnnviz_app.nets import checkpoints
from cnnviz_app.nets.attack import Attack, perturb
from cnnviz_app.nets.augment import Augment, augmented
from cnnviz_app.nets.data import PictureSet
from cnnviz_app.nets.evaluation import evaluate

WARM_UP = 0.2


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run, beside the network and the pictures.

    Attributes:
        epochs: passes over the training pictures.
        minutes: the schedule ends early after this time; 0 is no limit.
        learning_rate: the top of the one-cycle schedule.
        constant: keep the learning rate instead, for somebody who turns it by hand.
        smoothing: how much of every label is spread over the other classes.
        start_size: side of the pictures at the start; grows to full size by 60 % of the run.
        attack: train on pictures under this attack instead of clean ones.
        single_step: share of the run in which the attack makes one long step only.
        average: how slowly the averaged weights follow the trained ones; 0 is off.
        patience: epochs without a better held-out accuracy before stopping; 0 is never.
        fast: compute in bfloat16.
    """

    epochs: int = 14
    minutes: float = 0.0
    batch: int = 128
    learning_rate: float = 0.2
    constant: bool = False
    momentum: float = 0.9
    weight_decay: float = 5e-4
    smoothing: float = 0.0
    start_size: int = 0
    attack: Attack | None = None
    single_step: float = 0.0
    average: float = 0.995
    patience: int = 0
    seed: int = 0
    fast: bool = True
    augment: Augment = field(default_factory=Augment)

    def describe(self) -> dict[str, Any]:
        return {**asdict(self), "attack": str(self.attack) if self.attack else None}


@dataclass
class Outcome:
    """The averaged network of the end of the run, and how it came about."""

    network: nn.Module
    epochs: int
    seconds: float
    curves: dict[str, list[float]]


def learning_rate_at(share: float, top: float) -> float:
    """One cycle: a rise over the first fifth, then half a cosine down to nothing."""
    if share < WARM_UP:
        return top * (0.1 + 0.9 * share / WARM_UP)
    return top * max(0.5 * (1 + cos(pi * (share - WARM_UP) / (1 - WARM_UP))), 1e-3)


def size_at(share: float, start: int, full: int) -> int:
    """Small pictures first, because they are cheap; in steps of eight pixels."""
    if not start or start >= full:
        return full
    return min(full, start + 8 * int((full - start) / 8 * min(share / 0.6, 1.0) + 1e-9))


def kernel_sheet(network: nn.Module) -> NDArray[np.uint8]:
    """The first convolution's kernels side by side, each stretched to the full range."""
    first = next(m for m in network.modules() if isinstance(m, nn.Conv2d))
    kernels = first.weight.detach().float().cpu()
    low, high = kernels.amin((1, 2, 3), True), kernels.amax((1, 2, 3), True)
    tiles = ((kernels - low) / (high - low).clamp_min(1e-9)).expand(-1, 3, -1, -1)
    tiles = F.pad(tiles.repeat_interleave(8, 2).repeat_interleave(8, 3), (2, 2, 2, 2), value=0.5)
    columns = 8
    empty = -len(tiles) % columns
    tiles = torch.cat([tiles, torch.full((empty, *tiles.shape[1:]), 0.5)])
    rows = [torch.cat(list(tiles[i : i + columns]), 2) for i in range(0, len(tiles), columns)]
    sheet: NDArray[np.uint8] = (torch.cat(rows, 1).permute(1, 2, 0) * 255).byte().numpy()
    return sheet


class Trainer:
    """One training run: `steps()` yields after every batch, so that anybody can drive it."""

    def __init__(
        self,
        network: nn.Module,
        train: PictureSet,
        held: PictureSet,
        recipe: Recipe,
        ctx: Context | None = None,
    ) -> None:
        self.network = network.to(memory_format=torch.channels_last)
        self.train_set, self.held, self.recipe = train, held, recipe
        self.ctx = ctx or Context.silent()
        self.averaged = copy.deepcopy(self.network).eval()
        self.device = next(network.parameters()).device
        self.optimiser = torch.optim.SGD(
            self._groups(), lr=recipe.learning_rate, momentum=recipe.momentum,
            nesterov=recipe.momentum > 0,
        )
        self.epoch = self.step = 0
        self.seconds = 0.0
        self.curves: dict[str, list[float]] = {}
        self._side = int(train.images.shape[-1])

    def _groups(self) -> list[dict[str, Any]]:
        """Weight decay on kernels only: on batch-norm's scales it slowly kills units."""
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        free = [p for p in self.network.parameters() if p.ndim <= 1]
        return [
            {"params": decayed, "weight_decay": self.recipe.weight_decay},
            {"params": free, "weight_decay": 0.0},
        ]

    def change(self, dropout: float | None = None, **values: Any) -> None:
        """Turn learning rate, momentum, weight decay, batch … while it runs, between two steps."""
        self.recipe = replace(self.recipe, **values)
        decayed, free = self.optimiser.param_groups
        decayed["weight_decay"] = self.recipe.weight_decay
        for group in (decayed, free):
            group["momentum"] = self.recipe.momentum
            # Nesterov's step is not defined without momentum
            group["nesterov"] = self.recipe.momentum > 0
        for part in self.network.modules():
            if isinstance(part, nn.Dropout) and dropout is not None:
                part.p = dropout

    @property
    def batches(self) -> int:
        return max(1, len(self.train_set) // self.recipe.batch)

    @property
    def share(self) -> float:
        """How much of the run is done, by epochs or by the clock, whichever is further."""
        done = self.step / (self.batches * self.recipe.epochs)
        if self.recipe.minutes:
            done = max(done, self.seconds / (60 * self.recipe.minutes))
        return min(done, 1.0)

    def _loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        recipe = self.recipe
        if recipe.attack is not None:
            attack = recipe.attack
            scale = x.shape[-1] / self._side if attack.norm == "l2" else 1.0
            epsilon = attack.epsilon * scale
            single = self.share < recipe.single_step
            attack = Attack(
                attack.norm, epsilon, 1 if single else attack.steps,
                epsilon if single else attack.stride * scale,
            )
            x = perturb(self.network, x, labels, attack, generator, recipe.fast)
            x = x.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=recipe.fast):
            logits = self.network(x)
        loss = F.cross_entropy(logits.float(), labels, label_smoothing=recipe.smoothing)
        return loss, logits

    @torch.no_grad()
    def _follow(self) -> None:
        decay = min(self.recipe.average, (1 + self.step) / (10 + self.step))
        mine, theirs = self.averaged.state_dict(), self.network.state_dict()
        for key, value in mine.items():
            if value.is_floating_point():
                value.lerp_(theirs[key], 1 - decay)
            else:
                value.copy_(theirs[key])

    def _batches(self, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(self.train_set), generator=generator)
        for number in range(self.batches):
            size = size_at(self.share, self.recipe.start_size, self._side)
            index = order[number * self.recipe.batch : (number + 1) * self.recipe.batch]
            x = augmented(
                self.train_set.images[index], size, self.recipe.augment, generator
            )
            yield x.to(self.device), self.train_set.labels[index].to(self.device)

    def steps(self) -> Iterator[dict[str, float]]:
        """Train one epoch, yielding the figures of every batch."""
        generator = torch.Generator().manual_seed(self.recipe.seed * 100_003 + self.epoch)
        self.network.train()
        began = time.monotonic()
        for x, labels in self._batches(generator):
            if self.share >= 1.0:
                break
            rate = self.recipe.learning_rate
            for group in self.optimiser.param_groups:
                group["lr"] = rate if self.recipe.constant else learning_rate_at(self.share, rate)
            loss, logits = self._loss(x, labels, generator)
            self.optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
            self.optimiser.step()
            self.step += 1
            self._follow()
            self.seconds += time.monotonic() - began
            began = time.monotonic()
            yield {
                "loss": float(loss.detach()),
                "accuracy": float((logits.argmax(1) == labels).float().mean()),
                "learning_rate": float(self.optimiser.param_groups[0]["lr"]),
            }
            began = time.monotonic()  # a pause of the watcher is not training time
        self.epoch += 1

    def measure(self) -> dict[str, float]:
        """Accuracy of the averaged network on the held-out pictures."""
        found = evaluate(self.averaged, self.held, fast=self.recipe.fast)
        result = {"held_accuracy": found["accuracy"], "held_loss": found["loss"]}
        if self.recipe.attack is not None:
            attack = Attack(self.recipe.attack.norm, self.recipe.attack.epsilon, 7)
            few = self.held.take(torch.arange(0, len(self.held), max(1, len(self.held) // 400)))
            found = evaluate(self.averaged, few, attack, fast=self.recipe.fast)
            result["held_robust_accuracy"] = found["robust_accuracy"]
        return result

    def state(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(), "averaged": self.averaged.state_dict(),
            "optimiser": self.optimiser.state_dict(), "epoch": self.epoch, "step": self.step,
            "seconds": self.seconds, "curves": self.curves,
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.epoch, self.step = int(state["epoch"]), int(state["step"])
        self.seconds, self.curves = float(state["seconds"]), dict(state["curves"])

    def _tired(self) -> bool:
        key = "held_robust_accuracy" if self.recipe.attack else "held_accuracy"
        scores = self.curves.get(key, [])
        patience = self.recipe.patience
        return bool(patience) and len(scores) > patience and (
            max(scores[-patience:]) <= max(scores[:-patience])
        )

    def _run_epoch(self) -> dict[str, float]:
        total = self.batches * self.recipe.epochs
        sums: dict[str, float] = {}
        count = 0
        for figures in self.steps():
            count += 1
            for key, value in figures.items():
                sums[key] = sums.get(key, 0.0) + value
            self.ctx.metrics(self.step, **figures)
            self.ctx.progress(self.share * total, total, f"epoch {self.epoch + 1}")
            self.ctx.frame("kernels", lambda: kernel_sheet(self.network), step=self.step)
            self.ctx.checkpoint()
        return {key: value / max(count, 1) for key, value in sums.items()}

    def run(
        self, checkpoint: Path | None = None,
        after_epoch: Callable[[Trainer, dict[str, float]], None] | None = None,
    ) -> Outcome:
        """Train to the end of the recipe; continues from `checkpoint` when it exists."""
        if checkpoint is not None and checkpoint.is_file():
            self.restore(checkpoints.read(checkpoint))
            self.ctx.note(f"Continuing after epoch {self.epoch}.")
        while self.epoch < self.recipe.epochs and self.share < 1.0 and not self._tired():
            figures = self._run_epoch()
            figures.update(self.measure(), seconds=self.seconds)
            for key, value in figures.items():
                self.curves.setdefault(key, []).append(round(value, 5))
            self.ctx.metrics(self.step, **figures)
            if checkpoint is not None:
                checkpoints.write(checkpoint, self.state())
            if after_epoch is not None:
                after_epoch(self, figures)
        return Outcome(self.averaged, self.epoch, self.seconds, self.curves)
