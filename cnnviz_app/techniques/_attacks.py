"""What every attack shares: its goal, eight-bit levels, and the verdict on the saved picture.

An attack may search with any arithmetic it likes. What it hands back has been rounded to the
256 levels of a file, brought back into its ball, and judged by the plain unfolded network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.techniques._addresses import find_class

GROUP = "Attack"
# Logits by which a rounded picture must win: faster arithmetic moves them by far less.
MARGIN = 0.02
# How often `least` may ask; it mostly knows after five.
_TRIES = 16


@dataclass(frozen=True)
class GoalParams:
    """Where the answer should go."""

    target: str = param(
        "none", "The class to be taken for: its number or name; none for any other class.",
        kind="target",
    )  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """Away from `label`, or towards `target`; one number of each per picture."""

    label: Tensor
    target: Tensor | None = None

    def of(self, index: slice | Tensor) -> Goal:
        return Goal(self.label[index], None if self.target is None else self.target[index])

    def loss(self, logits: Tensor) -> Tensor:
        """Cross-entropy, per picture, that an attack raises."""
        if self.target is not None:
            return -F.cross_entropy(logits, self.target, reduction="none")
        return F.cross_entropy(logits, self.label, reduction="none")

    def margin(self, logits: Tensor) -> Tensor:
        """By how many logits the attack wins, per picture; negative while it does not."""
        wanted = self.target if self.target is not None else self.label
        own = logits.gather(1, wanted[:, None])[:, 0]
        others = logits.scatter(1, wanted[:, None], -torch.inf).amax(1)
        return own - others if self.target is not None else others - own


class Victim:
    """A network under attack: it counts what it is asked."""

    def __init__(self, net: Any, image01: Tensor, *, slopes: bool = False) -> None:
        """With `slopes` the first answer keeps what `slope` needs to be asked once."""
        self.net = net
        self.levels = (image01 * 255).round().clamp(0, 255)
        self.clean = self.levels / 255
        self.queries = 0
        self._halves = computes_halves(net.device)
        self._last: tuple[Tensor, Tensor] | None = None
        self._free = self.clean.clone().requires_grad_(slopes)
        with torch.enable_grad() if slopes else torch.no_grad():
            self._first = self._plain(self._free)
        self.answer = numbers(self._first.detach())
        self.label = self.answer.argmax(1)

    def _plain(self, x: Tensor) -> Tensor:
        # The order in memory is not part of the arithmetic, and takes half the time.
        ordered = x.contiguous(memory_format=torch.channels_last)
        found: Tensor = self.net.exact(ordered).flatten(1).float()
        return found

    def slope(self, goal: Goal) -> Tensor:
        """Where the loss grows at the clean picture, by the plain network's own first answer."""
        self.queries += len(self._free)
        loss = goal.loss(self._first).sum()
        (found,) = torch.autograd.grad(loss, self._free)
        self._first = self.answer
        return found

    def logits(self, x: Tensor) -> Tensor:
        self.queries += len(x)
        found: Tensor = self.net.logits(x).flatten(1).float()
        return found

    def quick(self, x: Tensor) -> Tensor:
        """As `logits`, with half the digits where the processor has them: to search, not to judge.

        A slope of bfloat16 points where the exact one does (a cosine of 0.98 and more), and takes
        two thirds of the time.
        """
        with torch.autocast("cpu", torch.bfloat16, enabled=self._halves):
            return self.logits(x)

    @torch.no_grad()
    def judged(self, levels: Tensor) -> Tensor:
        """The plain network's answer to eight-bit pictures, as they would be read from a file."""
        if self._last is None or self._last[0] is not levels:
            self._last = levels, self._plain(levels / 255)
        return self._last[1]

    def goal(self, target: str) -> Goal:
        """What the text asks for; `none` is any other class, `top` makes no sense but is kept."""
        if target.strip().lower() in ("", "none"):
            return Goal(self.label)
        number = find_class(self.net, target, self.clean)
        return Goal(self.label, torch.full_like(self.label, number))


def computes_halves(device: torch.device) -> bool:
    """Whether the processor multiplies bfloat16 by itself; elsewhere it would be slower."""
    known = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return device.type == "cpu" and any(
        bool(getattr(torch.cpu, name, lambda: False)()) for name in known
    )


def numbers(answer: Tensor) -> Tensor:
    """The answer, or a sentence when it holds none."""
    if not bool(answer.isfinite().all()):
        raise UserError(
            "The network gives no numbers for this picture.",
            "Its weights are damaged; open it again or choose another.",
        )
    return answer


def class_name(labels: Sequence[str], index: int) -> str:
    """The name alone: its number stands beside it."""
    return labels[index] if index < len(labels) else f"class {index}"


def lengths(delta: Tensor) -> Tensor:
    """The L2 length of each picture's change, shaped to divide by it."""
    found: Tensor = delta.flatten(1).norm(dim=1)
    return found.clamp_min(1e-12).view(-1, 1, 1, 1)


def projected(delta: Tensor, clean: Tensor, norm: str, epsilon: float) -> Tensor:
    """Back into the ball (in [0, 1] units) and into the range of pixels."""
    if norm == "linf":
        delta = delta.clamp(-epsilon, epsilon)
    else:
        delta = delta * (epsilon / lengths(delta)).clamp_max(1.0)
    return (clean + delta).clamp(0, 1) - clean


def rounded(victim: Victim, found: Tensor, norm: str = "", epsilon: float = np.inf) -> Tensor:
    """Whole levels nearest to `found` that are still inside the ball; `epsilon` in levels."""
    delta = found.detach() * 255 - victim.levels
    if norm == "linf":
        limit = np.floor(epsilon + 1e-6)
        return (victim.levels + delta.round().clamp(-limit, limit)).clamp(0, 255)
    whole = delta.round()
    if norm == "l2":
        low = torch.zeros(len(delta), 1, 1, 1, device=delta.device)
        high = torch.ones_like(low)
        for _ in range(14):
            outside = lengths((delta * high).round()) > epsilon
            if not bool(outside.any()):
                break
            middle = (low + high) / 2
            fits = lengths((delta * middle).round()) <= epsilon
            low = torch.where(outside & fits, middle, low)
            high = torch.where(outside & ~fits, middle, high)
        inside = lengths((delta * high).round()) <= epsilon
        whole = (delta * torch.where(inside, high, low)).round()
    return (victim.levels + whole).clamp(0, 255)


def least(
    victim: Victim, delta: Tensor, goal: Goal, check: Callable[[], None], margin: float = MARGIN
) -> Tensor:
    """The shortest step along `delta` that still wins after rounding, as whole levels.

    A small change spread over a large picture is below half a level nearly everywhere and would
    vanish; multiplied before it is rounded, the strongest of it stays: what weighs as much by
    whole levels and is the shortest that does. Where no step wins, the first one is returned.
    """
    failed, lost, won, gain = 0.0, -1.0, 0.0, 0.0
    factor, stride = _as_strong(victim, delta), 0.03
    first = best = rounded(victim, victim.clean + delta)
    for _ in range(_TRIES):
        check()
        levels = rounded(victim, victim.clean + factor * delta)
        over = float(goal.margin(victim.judged(levels))[0]) - margin
        if over >= 0:
            best, won, gain = levels, factor, over
        else:
            failed, lost = factor, over
        if won and won - failed <= 0.01 * won:
            break
        if not won:
            factor, stride = factor * (1 + stride), 2 * stride
        elif not failed:
            factor = won * (1 - stride)
            stride = min(0.5, 2 * stride)
        else:
            # The margin grows nearly straight between the two.
            share = -lost / max(gain - lost, 1e-9)
            factor = failed + (won - failed) * min(0.85, max(0.15, share))
    return best if won else first


def _as_strong(victim: Victim, delta: Tensor) -> float:
    """The factor at which the rounded step reaches as far along `delta` as `delta` itself."""
    whole, want = delta * 255, float(delta.square().sum()) * 255**2
    room_up, room_down = 255 - victim.levels, -victim.levels
    low, high = 0.0, 1.0

    def reach(factor: float) -> float:
        step = (whole * factor).round().clamp(room_down, room_up)
        return float((step * whole).sum())

    while high < 1e4 and reach(high) < want:
        low, high = high, 2 * high
    for _ in range(7):
        middle = (low + high) / 2
        low, high = (low, middle) if reach(middle) >= want else (middle, high)
    return high


def pixels_of(levels: Tensor) -> npt.NDArray[np.uint8]:
    """Whole levels as uint8 H×W×3; a grey picture has three equal channels."""
    shown = levels[0].clamp(0, 255).permute(1, 2, 0).expand(-1, -1, 3)
    pixels: npt.NDArray[np.uint8] = shown.byte().cpu().numpy()
    return pixels


def show(ctx: Context, victim: Victim, found: Tensor, step: int) -> None:
    """The attacked picture as it stands."""
    ctx.frame("picture", lambda: pixels_of((found.detach() * 255).round()), step=step)


def tell(ctx: Context, step: int, goal: Goal, logits: Tensor) -> None:
    """Chances of the old and the new answer, and by how much the attack wins."""
    chances = logits.detach().softmax(1)[0]
    wanted = int(goal.target[0]) if goal.target is not None else int(logits[0].argmax())
    ctx.metrics(
        step, objective=float(goal.margin(logits.detach())[0]),
        before=float(chances[int(goal.label[0])]), wanted=float(chances[wanted]),
    )  # fmt: skip


def conclude(
    net: Any, victim: Victim, levels: Tensor, goal: Goal, steps: int,
    figures: Mapping[str, Any] | None = None, settled: Mapping[str, Any] | None = None,
) -> TechniqueResult:  # fmt: skip
    """The verdict on the picture as it will be read back from its file."""
    before, after = victim.answer, victim.judged(levels)
    old, new = int(before[0].argmax()), int(after[0].argmax())
    aim = int(goal.target[0]) if goal.target is not None else None
    delta = levels - victim.levels
    picture = pixels_of(levels).astype(np.float32) / np.float32(255)
    return TechniqueResult(
        picture=picture,
        steps=steps,
        figures={
            "success": new == aim if aim is not None else new != old,
            "label_before": old, "label_after": new,
            "name_before": class_name(net.labels, old), "name_after": class_name(net.labels, new),
            "p_before": float(before.softmax(1)[0, old]),
            "p_after": float(after.softmax(1)[0, new]),
            "linf": int(delta.abs().max()),
            "l2": float(delta.norm() / 255),
            "pixels_changed": int(delta.abs().amax(1).gt(0).sum()),
            "queries": victim.queries,
            **(figures or {}),
        },
        settled=settled or {},
    )  # fmt: skip
