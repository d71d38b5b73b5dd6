"""Pictures for attacks on all pictures at once: crops of the built-in photographs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnviz_app.sources.worlds import photos


def crops(net: Any, count: int, seed: int) -> Tensor:
    """`count` seeded crops as the network takes them, N×C×H×W in [0, 1]."""
    side = max(net.spec.height, net.spec.width)
    pictures = np.stack(list(photos.crops(count, seed, side)))
    stacked = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    stacked = stacked[:, :, : net.spec.height, : net.spec.width]
    if net.spec.channels == 1:
        weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
        stacked = (stacked * weights).sum(1, keepdim=True)
    return stacked.to(net.device)
