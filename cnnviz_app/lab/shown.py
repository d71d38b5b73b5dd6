"""The classes of a picture in the making: one forward pass between two steps of its run."""

from __future__ import annotations

import time

import torch

from cnnviz_app.core.context import Context
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.lab.shown_requests import Classes, ClassesOf


@answers(ClassesOf)
def classes_of(lab: Lab, ctx: Context, request: ClassesOf) -> Classes:
    net = lab.network(request.model, edits=request.edits)
    began = time.perf_counter()
    with torch.no_grad():
        logits = net.logits(to_image01(net, seen_by(net, request.pixels)))
        shares = torch.softmax(logits.reshape(-1).float(), 0).cpu()
    strongest = shares.topk(min(request.most, len(shares))).indices.tolist()
    kept = [n for n in request.follow if 0 <= n < len(shares) and n not in strongest]
    numbers = [*strongest[: max(1, request.most - len(kept))], *kept]
    return Classes(
        numbers=tuple(numbers),
        names=tuple(net.labels[n] if n < len(net.labels) else f"class {n}" for n in numbers),
        shares=tuple(float(shares[n]) for n in numbers),
        step=request.step,
        seconds=time.perf_counter() - began,
    )
