"""The networks under attack, ours and plain, and the pictures, for the comparison of attacks."""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import Tensor, nn

from cnnviz_app.core.images import load, short_side_crop
from cnnviz_app.lab.start import make_lab
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.sources.worlds import photos

SPEC = InputSpec(3, 224, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


class Normal(nn.Module):
    """The plain module as the peers want it: pixels in [0, 1] go in."""

    def __init__(self, inner: nn.Module, spec: InputSpec) -> None:
        super().__init__()
        # As torch lays weights out by itself, which is what the peers count on.
        self.inner = copy.deepcopy(inner).to(memory_format=torch.contiguous_format)
        self.register_buffer("mean", torch.tensor(spec.mean).view(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(spec.std).view(1, -1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.inner((x - self.mean) / self.std)


@dataclass(frozen=True)
class Subject:
    """A network under attack, ours and plain, and the pictures."""

    title: str
    net: Network
    plain: nn.Module
    pictures: Tensor

    @property
    def small(self) -> bool:
        return self.net.spec.height <= 64


def squeezenet() -> tuple[nn.Module, bool]:
    """The network, and whether its weights are real ones."""
    real = Path(os.environ.get("CNNVIZ_CHECK_DATA", "")) / "weights/squeezenet1_1_imagenet.pth"
    torch.manual_seed(0)
    module = torchvision.models.squeezenet1_1(weights=None)
    if real.is_file():
        module.load_state_dict(torch.load(real, weights_only=True))
    return module.eval(), real.is_file()


def subjects(wanted: str, most: int) -> list[Subject]:
    module, real = squeezenet()
    large = inspect(module, SPEC, key="squeezenet1_1", title="SqueezeNet 1.1")
    nets = {"lens": make_lab("cpu").network("lens"), "squeezenet": large}
    found = []
    for name, net in nets.items():
        if wanted in ("", name):
            title = name if name == "lens" or real else f"{name} (random weights)"
            plain = Normal(net.module, net.spec).eval()
            found.append(Subject(title, net, plain, pictures_for(net, most)))
    return found


def pictures_for(net: Network, count: int) -> Tensor:
    """Photographs as the network sees them: real ones where there are some, else built-in."""
    root = os.environ.get("CNNVIZ_CHECK_DATA", "")
    files = sorted(Path(root, "data/imagenet_samples").glob("*.jpg")) if root else []
    if files:
        found = [load(file).pixels for file in files[:: max(1, len(files) // count)][:count]]
    else:
        found = list(photos.crops(count, 0, 256))
    seen = [short_side_crop(pixels, net.spec.height, net.spec.width) for pixels in found]
    # Contiguous, as every loader of pictures hands them out.
    return torch.from_numpy(np.stack(seen)).permute(0, 3, 1, 2).contiguous().float() / 255


def at_side(subject: Subject, side: int) -> Subject:
    """The same network and photographs at another size; 0 leaves it."""
    if not side or subject.small:
        return subject
    spec = replace(subject.net.spec, height=side, width=side)
    net = inspect(subject.net.module, spec, key=subject.net.key, title=subject.net.title)
    title = f"{subject.title}, {side} px"
    return Subject(title, net, subject.plain, pictures_for(net, len(subject.pictures)))
