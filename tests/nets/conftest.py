"""Tiny seeded networks, one for every kind of difficulty."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnviz_app.nets.network import InputSpec, Network, inspect

GREY = InputSpec(1, 28, 28, (0.13,), (0.3,))
COLOUR = InputSpec(3, 32, 32, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


class Plain(nn.Module):
    """Convolution, batch-norm, in-place ReLU, pool, and a view that hates channels-last."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.BatchNorm2d(6),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 3),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
        )
        self.head = nn.Linear(8 * 6 * 6, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        return self.head(x.view(x.size(0), -1))


class Block(nn.Module):
    """A residual block with one ReLU used twice, in place."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += x
        return self.relu(y)


class Gate(nn.Module):
    """Squeeze and excite."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.fc(self.pool(x)))


class Branching(nn.Module):
    """Residuals, a gate, concatenated branches of different reach, functional operators."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.stage = nn.Sequential(Block(8), Block(8))
        self.gate = Gate(8)
        self.near = nn.Conv2d(8, 4, 1)
        self.far = nn.Conv2d(8, 4, 3, padding=2, dilation=2)
        self.fc = nn.Linear(8, 5)
        self.temperature = nn.Parameter(torch.tensor(0.7))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu_(self.stem(x))
        x = self.gate(self.stage(x))
        x = torch.cat([self.near(x), F.leaky_relu(self.far(x), inplace=True)], 1)
        x = F.max_pool2d(x, 2)
        return self.fc(x.mean([2, 3])) * self.temperature


class Untraceable(nn.Module):
    """Looks at its values to decide what to do."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, padding=1)
        self.act = nn.ReLU(inplace=True)
        self.fc = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(self.conv(x))
        if x.sum() < 0:
            x = -x
        return self.fc(x.mean((2, 3)))


class PartlyTraceable(nn.Module):
    """Only one of its parts decides by looking at values."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, padding=1)
        self.odd = Oddity()
        self.fc = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.odd(F.relu(self.conv(x))).mean((2, 3)))


class Oddity(nn.Module):
    """Not to be followed by symbols."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gain if float(x.detach().max()) > -1.0 else x


def randomised(module: nn.Module, seed: int = 0) -> nn.Module:
    """Seeded weights, and batch-norm statistics that a wrong folding would show."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for tensor in module.parameters():
            tensor.uniform_(-0.3, 0.3, generator=generator)
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.running_mean.uniform_(-0.5, 0.5, generator=generator)
                part.running_var.uniform_(0.5, 2.0, generator=generator)
                part.weight.uniform_(0.5, 1.5, generator=generator)
    return module


def opened(module: nn.Module, spec: InputSpec) -> Network:
    """A network for tests."""
    return inspect(module, spec, key="tiny", title="Tiny")


def picture(spec: InputSpec, count: int = 1, *, size: int = 0, seed: int = 1) -> Tensor:
    """A random picture in [0, 1]."""
    height, width = (size, size) if size else (spec.height, spec.width)
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, spec.channels, height, width, generator=generator)


@pytest.fixture
def plain() -> Network:
    return opened(randomised(Plain()), GREY)


@pytest.fixture
def branching() -> Network:
    return opened(randomised(Branching()), COLOUR)


@pytest.fixture(params=[(Plain, GREY), (Branching, COLOUR), (PartlyTraceable, COLOUR)])
def tiny(request: pytest.FixtureRequest) -> tuple[nn.Module, InputSpec]:
    make: Callable[[], nn.Module]
    make, spec = request.param
    return randomised(make()), spec
