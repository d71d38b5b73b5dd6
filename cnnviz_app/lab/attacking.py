"""Requests about one found attack: the way along its change, and what it survives."""

from __future__ import annotations

import numpy as np
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.attack_requests import FACTORS, AttackRead, ReadAttack, Survival, TrySurvival
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.techniques._survival import TREATMENTS, answer

# Small batches: looking at something else must not wait for the whole walk.
_BATCH = 5


@answers(ReadAttack)
def read_attack(lab: Lab, ctx: Context, request: ReadAttack) -> AttackRead:
    net = lab.network(request.model, edits=request.edits)
    clean = seen_by(net, request.picture.pixels)
    if clean.shape != request.attacked.shape:
        raise UserError(
            "The attacked picture has another size than the original.",
            "Run the attack again with this network.",
        )
    begin = to_image01(net, clean) * 255
    change = to_image01(net, request.attacked) * 255 - begin
    factors = torch.tensor(FACTORS, device=begin.device).view(-1, 1, 1, 1)
    found = []
    for some in factors.split(_BATCH):
        ctx.checkpoint()
        levels = (begin + some * change).round().clamp(0, 255)
        with torch.no_grad():
            found.append(net.exact(levels / 255).flatten(1).float().softmax(1).cpu())
    return AttackRead(request.model, clean, request.attacked, torch.cat(found).numpy())


@answers(TrySurvival)
def try_survival(lab: Lab, ctx: Context, request: TrySurvival) -> tuple[Survival, ...]:
    net = lab.network(request.model, edits=request.edits)
    found = []
    for number, treatment in enumerate(TREATMENTS):
        ctx.checkpoint()
        ctx.progress(number, len(TREATMENTS), treatment.title)
        label, chance, shown = answer(net, treatment, np.asarray(request.attacked))
        ctx.checkpoint()
        plain, _, _ = answer(net, treatment, np.asarray(request.clean))
        found.append(Survival(treatment.key, treatment.title, label, chance, plain, shown))
    return tuple(found)
