"""Which attacks are compared, at which budgets, and how the peers are asked for the same.

Needs torchattacks and foolbox, so only the environment of the peers can ask for `peers_of`.
foolbox 3.3 has no JSMA, few pixels or square, and neither has L-BFGS (since foolbox 3), a
universal change, a sticker or fooling pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

# A picture, its class and the runner-up to an attacked picture; all as batches of one.
Ask = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Match:
    """One attack of ours and what the peers call it, at the same budget.

    Attributes:
        pictures: how many at most, on the small network and on the large one; 0 leaves it out.
        measure: the distortion that is compared: "l2", or "pixels" for attacks that count them.
        inside: the ball everybody fills; empty where the attack looks for the smallest change.
        faster: how many times as fast as each peer ours must be; 0 where speed is not judged.
        side: the large network sees pictures of so many pixels; 0 leaves its own size.
    """

    title: str
    technique: str
    ours: Mapping[str, Any]
    pictures: tuple[int, int]
    peers: tuple[str, ...] = ("torchattacks", "foolbox")
    measure: str = "l2"
    inside: str = ""
    faster: float = 0.0
    budget: Mapping[str, Any] = field(default_factory=dict)
    side: int = 0


def _ball(title: str, technique: str, epsilon: float, pictures: tuple[int, int], **more: Any
          ) -> Match:  # fmt: skip
    faster = 1.4 if technique == "pgd" else 0.0
    return Match(title, technique, {"epsilon": epsilon, **more}, pictures, inside="linf",
                 faster=faster, budget={"epsilon": epsilon / 255})  # fmt: skip


MATCHES: tuple[Match, ...] = (
    _ball("fgsm", "fgsm", 8.0, (24, 24)),
    _ball("fgsm, 1 level", "fgsm", 1.0, (24, 24)),
    _ball("bim", "bim", 8.0, (16, 12)),
    _ball("pgd", "pgd", 8.0, (16, 12)),
    _ball("pgd, 1 level", "pgd", 1.0, (16, 12), alpha=0.25),
    Match("pgd, l2", "pgd", {"norm": "l2", "epsilon": 127.5, "alpha": 25.5}, (16, 12),
          inside="l2", faster=1.4, budget={"epsilon": 0.5}),
    Match("deepfool", "deepfool", {}, (12, 8), faster=1.4),
    # The same trades: torchattacks makes one of 500 steps, foolbox is asked for five of 100.
    Match("cw, one trade", "cw", {"searches": 1, "steps": 500}, (6, 4), ("torchattacks",),
          faster=1.4),
    Match("cw", "cw", {}, (6, 4), ("foolbox",), faster=1.4),
    # The peer compares all pairs of values: 151,000 at 224 pixels would be 90 GB, 6,900 are not.
    Match("jsma", "jsma", {"share": 0.001}, (6, 4), ("torchattacks",), "pixels", side=48),
    Match("few-pixel", "few-pixel", {"pixels": 5, "population": 50, "generations": 30}, (6, 4),
          ("torchattacks",), "pixels"),
    Match("square", "square", {"epsilon": 8.0, "steps": 500}, (6, 4), ("torchattacks",),
          inside="linf"),
    Match("lbfgs", "lbfgs", {}, (4, 2), ()),
    Match("universal", "universal", {}, (2, 1), ()),
    Match("patch", "patch", {"alone": True}, (2, 1), ()),
    Match("fooling", "fooling", {}, (1, 1), ()),
    Match("fooling, slope", "fooling", {"target": "1", "method": "gradient"}, (1, 1), ()),
)  # fmt: skip


class Likeliest(nn.Module):
    """The ten likeliest classes of one picture, for a peer that would walk through all."""

    def __init__(self, model: nn.Module, chosen: Tensor) -> None:
        super().__init__()
        self.model, self.chosen = model, chosen

    def forward(self, x: Tensor) -> Tensor:
        return self.model(x)[:, self.chosen]


def peers_of(match: Match, model: nn.Module) -> dict[str, Ask]:
    """How the peers are asked, by their names."""
    import torchattacks as ta

    known = _torchattacks(ta, match, model) | _foolbox(match, model)
    return {name: ask for name, ask in known.items() if name in match.peers}


def _torchattacks(ta: Any, match: Match, model: nn.Module) -> dict[str, Ask]:
    epsilon = match.budget.get("epsilon", 0.0)
    alpha = match.ours.get("alpha", 2.0) / 255
    plain: dict[str, Callable[[], Any]] = {
        "fgsm": lambda: ta.FGSM(model, eps=epsilon),
        "bim": lambda: ta.BIM(model, eps=epsilon, alpha=alpha, steps=10),
        "pgd": lambda: (ta.PGDL2 if match.inside == "l2" else ta.PGD)(
            model, eps=epsilon, alpha=alpha, steps=10),
        "cw": lambda: ta.CW(model, c=1, kappa=0, steps=500, lr=0.01),
        "few-pixel": lambda: ta.OnePixel(model, pixels=5, steps=30, popsize=50),
        "square": lambda: ta.Square(model, norm="Linf", eps=8 / 255, n_queries=500),
    }  # fmt: skip

    def deepfool(x: Tensor, label: Tensor, runner_up: Tensor) -> Tensor:
        # By itself it takes the slopes of all classes: on a thousand, a minute a step.
        with torch.no_grad():
            chosen = model(x)[0].topk(10).indices
        attack = ta.DeepFool(Likeliest(model, chosen).eval(), steps=50, overshoot=0.02)
        return attack(x, torch.zeros_like(label))

    def jsma(x: Tensor, label: Tensor, runner_up: Tensor) -> Tensor:
        attack = ta.JSMA(model, theta=1.0, gamma=match.ours["share"])
        attack.set_mode_targeted_by_label(quiet=True)
        return attack(x, runner_up)

    special: dict[str, Ask] = {"deepfool": deepfool, "jsma": jsma}
    if match.technique in special:
        return {"torchattacks": special[match.technique]}
    if match.technique in plain:
        attack = plain[match.technique]()
        return {"torchattacks": lambda x, label, runner_up: attack(x, label)}
    return {}


def _foolbox(match: Match, model: nn.Module) -> dict[str, Ask]:
    import foolbox as fb

    steps = {"abs_stepsize": match.ours.get("alpha", 2.0) / 255, "steps": 10}
    make: dict[str, Callable[[], Any]] = {
        "fgsm": fb.attacks.LinfFastGradientAttack,
        "bim": lambda: fb.attacks.LinfBasicIterativeAttack(**steps),
        "pgd": lambda: (fb.attacks.L2PGD if match.inside == "l2" else fb.attacks.LinfPGD)(**steps),
        "deepfool": lambda: fb.attacks.L2DeepFoolAttack(steps=50, candidates=10, overshoot=0.02),
        "cw": lambda: fb.attacks.L2CarliniWagnerAttack(
            binary_search_steps=5, steps=100, stepsize=0.01, initial_const=1.0),
    }  # fmt: skip
    if match.technique not in make:
        return {}
    attack, epsilon = make[match.technique](), match.budget.get("epsilon")

    def ask(x: Tensor, label: Tensor, runner_up: Tensor) -> Tensor:
        fooled = fb.PyTorchModel(model, bounds=(0, 1), device="cpu")
        found: Tensor = attack(fooled, x, label, epsilons=epsilon)[1]
        return found

    return {"foolbox": ask}
