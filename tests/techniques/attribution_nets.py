"""One small network written in four ways, for our program and for the peers' environment alike.

Nothing here but torch: the peers run it in an environment of their own.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MEAN, STD, SIDE = (0.48, 0.45, 0.40), (0.25, 0.24, 0.26), 32


class _Base(nn.Module):
    """Two convolutions, a residual, the mean of every map, one linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.pool = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.conv3 = nn.Conv2d(8, 12, 3, padding=1)
        self.fc = nn.Linear(12, 5)

    def head(self, x: Tensor) -> Tensor:
        return self.fc(x.mean((2, 3)))


class Modules(_Base):
    """Every ReLU a module of its own: the only way the peers' hooks get right."""

    def __init__(self) -> None:
        super().__init__()
        self.relu1, self.relu2, self.relu3 = nn.ReLU(), nn.ReLU(), nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.relu1(self.bn1(self.conv1(x))))
        x = x + self.relu2(self.conv2(x))
        return self.head(self.relu3(self.conv3(x)))


class InPlace(_Base):
    def __init__(self) -> None:
        super().__init__()
        self.relu1, self.relu2, self.relu3 = (nn.ReLU(inplace=True) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.relu1(self.bn1(self.conv1(x))))
        x = x + self.relu2(self.conv2(x))
        return self.head(self.relu3(self.conv3(x)))


class Reused(_Base):
    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.relu(self.bn1(self.conv1(x))))
        x = x + self.relu(self.conv2(x))
        return self.head(self.relu(self.conv3(x)))


class Functional(_Base):
    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu_(self.bn1(self.conv1(x))))
        x = x + torch.relu(self.conv2(x))
        return self.head(F.relu(self.conv3(x), inplace=True))


# The layer behind conv3 by the name each way of writing gives it.
WRITTEN: dict[str, type[_Base]] = {
    "modules": Modules, "in place": InPlace, "reused": Reused, "functional": Functional
}  # fmt: skip


def seeded(kind: str) -> nn.Module:
    """The same numbers in every way of writing."""
    net = WRITTEN[kind]()
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for tensor in net.parameters():
            tensor.copy_(0.4 * torch.randn(tensor.shape, generator=generator))
        net.bn1.running_mean.copy_(0.3 * torch.randn(8, generator=generator))
        net.bn1.running_var.copy_(0.5 + torch.rand(8, generator=generator))
    return net.eval()


def squeezenet(weights: str) -> nn.Module:
    import torchvision

    net = torchvision.models.squeezenet1_1(weights=None)
    net.load_state_dict(torch.load(weights, weights_only=True, map_location="cpu"))
    for module in net.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False  # hooks on a ReLU that works in place read what is gone
    return net.eval()


class Normalised(nn.Module):
    """Takes pixels in [0, 1], as all of ours do."""

    def __init__(self, net: nn.Module, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float64).view(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float64).view(1, -1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.net((x - self.mean.to(x)) / self.std.to(x))
