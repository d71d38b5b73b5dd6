"""The published loop of style transfer written plainly, and what both loops are given."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torchvision
from torch import Tensor, nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import build
from cnnviz_app.nets import catalog
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.sources import builtin
from cnnviz_app.techniques import _style_ask as ask
from cnnviz_app.techniques._pictures import image01_of
from cnnviz_app.techniques._style_job import Job, Rung
from cnnviz_app.techniques.style import StyleParams


def nothing() -> None:
    """A checkpoint that never stops."""


def networks(*, quick: bool) -> list[tuple[str, Network]]:
    found = [("Lens", catalog.open_network("lens", None, "cpu"))]
    folder = Path(os.environ.get("CNNVIZ_CHECK_DATA", "")) / "weights"
    file = folder / "vgg19_features_conv3_1_torchvision_layout.pth"
    if file.is_file() and not quick:
        features = torchvision.models.vgg19(weights=None).features[:12]
        features.load_state_dict(torch.load(file, weights_only=True))
        module = nn.Sequential(*features, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
        spec = InputSpec(3, 224, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
        found.append(("VGG-19 to conv3_1", inspect(module, spec, key="vgg", title="VGG-19")))
    return found


def job_for(net: Network, photo: str, **changes: Any) -> tuple[Job, StyleParams]:
    params = build(StyleParams, {"tv": 0.0, "beta": 20.0, **changes})
    image = image01_of(net, builtin.load(photo).pixels)
    return ask.transfer(Context.silent(), net, image, params)[0], params


class Plain:
    """The losses as a script computes them: hooks, everything by autograd."""

    def __init__(self, net: Network, module: nn.Module, rung: Rung) -> None:
        spec = net.spec
        self._mean = torch.tensor(spec.mean).view(1, 3, 1, 1)
        self._std = torch.tensor(spec.std).view(1, 3, 1, 1)
        self._module, self._rung = module, rung
        self.seen: dict[str, Tensor] = {}
        parts = dict(module.named_modules())
        layers = {target.layer for target in rung.evaluate.style}
        for name in layers | {goal.layer for goal in rung.evaluate.content}:
            parts[name].register_forward_hook(self._catch(name))

    def _catch(self, name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, _input: Any, output: Tensor) -> None:
            self.seen[name] = output

        return hook

    def loss(self, picture: Tensor) -> Tensor:
        self._module((picture - self._mean) / self._std)
        total = torch.zeros(())
        for goal in self._rung.evaluate.content:
            off = self.seen[goal.layer] - goal.pieces[0]
            total = total + goal.weight * 0.5 * (off**2).sum()
        for target in self._rung.evaluate.style:
            rows = self.seen[target.layer][0].flatten(1)
            n, m = rows.shape
            off = rows @ rows.t() / m - target.gram
            total = total + target.weight * (off**2).sum() / (4 * n**2)
        return total


def inside_out(net: Network) -> nn.Module:
    """The network's own module, frozen, no ReLU overwriting what a hook has caught."""
    module = net.module.eval().requires_grad_(False)
    for part in module.modules():
        if isinstance(part, nn.ReLU):
            part.inplace = False
    return module


def published(plain: Plain, start: Tensor, steps: int) -> Tensor:
    picture = start.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS(
        [picture], lr=1, max_iter=steps, max_eval=steps, history_size=100,
        tolerance_grad=-1, tolerance_change=-1,
    )  # fmt: skip

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = plain.loss(picture)
        loss.backward()
        return loss

    optimizer.step(closure)
    return picture.detach().clamp(0.0, 1.0)
