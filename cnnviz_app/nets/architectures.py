"""The networks this project trains itself, each with layer names one can say aloud."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz_app.core.errors import UserError

LENS_WIDTHS = (32, 64, 64, 128, 128, 256, 256)
SHAPES_WIDTHS = (16, 32, 48, 64, 64)  # the last one sees 56 of 64 pixels: a whole figure


def lenet5(classes: int, channels: int = 1) -> nn.Sequential:
    """LeNet as the lectures draw it: two convolutions, two pools, two linear layers."""
    return nn.Sequential(
        OrderedDict[str, nn.Module](
            conv1=nn.Conv2d(channels, 32, 5, padding=2),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(32, 64, 5, padding=2),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            fc1=nn.Linear(64 * 7 * 7, 256),
            relu3=nn.ReLU(),
            dropout=nn.Dropout(0.4),
            fc2=nn.Linear(256, classes),
        )
    )


def linear(classes: int, side: int = 28) -> nn.Sequential:
    """One weight for every pixel and class, and nothing else.

    Written as one kernel as large as the picture: the same sums, and every panel shows the
    weights as the pictures they are.
    """
    return nn.Sequential(
        OrderedDict[str, nn.Module](conv1=nn.Conv2d(1, classes, side), flatten=nn.Flatten())
    )


def conv_stack(
    classes: int, widths: Sequence[int], pool_after: Sequence[int], pool: type[nn.Module]
) -> nn.Sequential:
    """Convolution, batch-norm, ReLU over and over, then the mean of every map and one linear layer.

    The mean before the last layer makes class activation maps exact, and lets any
    picture of 32 pixels or more through.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    before = 3
    for number, width in enumerate(widths, start=1):
        kernel = 5 if number == 1 else 3
        layers[f"conv{number}"] = nn.Conv2d(
            before, width, kernel, padding=kernel // 2, bias=False
        )
        layers[f"bn{number}"] = nn.BatchNorm2d(width)
        layers[f"relu{number}"] = nn.ReLU()
        if number in pool_after:
            layers[f"pool{number}"] = pool(2)
        before = width
    layers["gap"] = nn.AdaptiveAvgPool2d(1)
    layers["flatten"] = nn.Flatten()
    layers["fc"] = nn.Linear(before, classes)
    return nn.Sequential(layers)


def lens(classes: int) -> nn.Sequential:
    """Seven convolutions with maximum pooling, as the networks of the lectures have it."""
    return conv_stack(classes, LENS_WIDTHS, (1, 3, 5), nn.MaxPool2d)


def lens_mean(classes: int) -> nn.Sequential:
    """The same with mean pooling: smoother gradients, weaker answers; kept for comparison."""
    return conv_stack(classes, LENS_WIDTHS, (1, 3, 5), nn.AvgPool2d)


def shapes(classes: int) -> nn.Sequential:
    return conv_stack(classes, SHAPES_WIDTHS, (1, 2, 3), nn.MaxPool2d)


class BasicBlock(nn.Module):
    """Two 3×3 convolutions; with `skip`, the input is added before the last ReLU."""

    def __init__(self, before: int, width: int, stride: int, skip: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.relu2 = nn.ReLU()
        self.skip = skip
        self.shortcut: nn.Module = nn.Identity()
        if skip and (stride != 1 or before != width):
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, width, 1, stride=stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        if self.skip:
            y = y + self.shortcut(x)
        out: Tensor = self.relu2(y)
        return out


def twenty_layers(classes: int, skip: bool) -> nn.Sequential:
    """He and others' 20-layer network for small pictures, with or without its skip connections.

    The stem takes stride 2, so that three stages of three blocks cost on a 64-pixel
    picture what they cost on the 32-pixel pictures of the paper.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    layers["conv1"] = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
    layers["bn1"] = nn.BatchNorm2d(16)
    layers["relu1"] = nn.ReLU()
    before = 16
    for stage, width in enumerate((16, 32, 64), start=1):
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        for number in range(1, 4):
            stride = 2 if stage > 1 and number == 1 else 1
            blocks[f"block{number}"] = BasicBlock(before, width, stride, skip)
            before = width
        layers[f"stage{stage}"] = nn.Sequential(blocks)
    layers["gap"] = nn.AdaptiveAvgPool2d(1)
    layers["flatten"] = nn.Flatten()
    layers["fc"] = nn.Linear(before, classes)
    return nn.Sequential(layers)


@dataclass(frozen=True)
class Architecture:
    """How to build one of our networks and what picture it wants."""

    name: str
    summary: str
    build: Callable[[int], nn.Module]
    channels: int
    side: int
    mean: tuple[float, ...]
    std: tuple[float, ...]


_COLOUR = ((0.48, 0.45, 0.39), (0.27, 0.26, 0.27))

ARCHITECTURES: dict[str, Architecture] = {
    a.name: a
    for a in (
        Architecture("lenet5", "two convolutions and two linear layers for grey 28×28 pictures",
                     lenet5, 1, 28, (0.13,), (0.31,)),
        Architecture("linear", "one weight for every pixel of grey 28×28 pictures and every class",
                     linear, 1, 28, (0.13,), (0.31,)),
        Architecture("lens", "seven convolutions, mean pooling, global mean, one linear layer",
                     lens, 3, 64, *_COLOUR),
        Architecture("lens-mean", "as lens, with mean pooling", lens_mean, 3, 64, *_COLOUR),
        Architecture("res20", "twenty layers with skip connections",
                     lambda classes: twenty_layers(classes, skip=True), 3, 64, *_COLOUR),
        Architecture("plain20", "twenty layers without skip connections",
                     lambda classes: twenty_layers(classes, skip=False), 3, 64, *_COLOUR),
        Architecture("shapes", "five small convolutions for drawn shapes",
                     shapes, 3, 64, *_COLOUR),
    )
}


def architecture(name: str) -> Architecture:
    try:
        return ARCHITECTURES[name]
    except KeyError:
        raise UserError(
            f"There is no architecture called {name!r}.",
            hint=f"Choose one of {', '.join(sorted(ARCHITECTURES))}.",
        ) from None


def initialise(module: nn.Module, seed: int) -> None:
    """He initialisation from a seed of its own; the last linear layer starts small."""
    generator = torch.Generator().manual_seed(seed)
    last: nn.Linear | None = None
    for part in module.modules():
        if isinstance(part, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu", generator=generator)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
            if isinstance(part, nn.Linear):
                last = part
    if last is not None:
        nn.init.normal_(last.weight, std=0.02, generator=generator)


def build(name: str, classes: int, seed: int = 0) -> nn.Module:
    module = architecture(name).build(classes)
    initialise(module, seed)
    return module
