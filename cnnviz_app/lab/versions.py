"""What made a picture: the versions and the device that its recipe names."""

from __future__ import annotations

import platform

import torch
import torchvision

import cnnviz_app


def current_versions(device: str) -> dict[str, str]:
    return {
        "cnnviz": cnnviz_app.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "platform": f"{platform.system()} {platform.machine()}",
        "device": device,
        "threads": str(torch.get_num_threads()),
    }
