"""Reading a linear classifier: which sum it takes of the pixels, for every class."""

from __future__ import annotations

import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.linear_requests import LinearRead, ReadLinear
from cnnviz_app.lab.looking import grey, seen_by
from cnnviz_app.nets.network import Network

_CLOSE = 1e-3


@answers(ReadLinear)
def read_linear(lab: Lab, ctx: Context, request: ReadLinear) -> LinearRead:
    net = lab.network(request.model, ctx=ctx)
    weights, bias = sums_of(net)
    return LinearRead(
        net.title, net.labels, weights.squeeze(1).numpy(), bias.numpy(),
        grey(seen_by(net, request.picture.pixels)),
    )  # fmt: skip


def sums_of(net: Network) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights and bias of every class on [0, 1] pixels; a sentence where it is no plain sum."""
    spec = net.spec
    if spec.channels != 1:
        raise UserError("This network sees colours.", "Choose a classifier of grey pictures.")
    black = torch.zeros(1, 1, spec.height, spec.width, device=net.device, requires_grad=True)
    scores = net.exact(black).flatten().float()
    rows = [torch.autograd.grad(score, black, retain_graph=True)[0][0] for score in scores]
    weights, bias = torch.stack(rows), scores.detach()
    probe = torch.rand(1, 1, spec.height, spec.width, generator=torch.Generator().manual_seed(0))
    probe = probe.to(net.device)
    with torch.no_grad():
        apart = net.exact(probe).flatten().float() - (weights.flatten(1) @ probe.flatten() + bias)
    if float(apart.abs().max()) > _CLOSE * (1 + float(bias.abs().max())):
        raise UserError(
            f"{net.title} is not linear.", "Its answer is no plain sum of pixels times weights."
        )
    return weights.cpu(), bias.cpu()
