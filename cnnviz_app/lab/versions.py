"""What made a picture: the versions and the device that its recipe names."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import torch

import cnnviz_app


def current_versions(device: str) -> dict[str, str]:
    return {
        "cnnviz": cnnviz_app.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": _torchvision(),
        "platform": f"{platform.system()} {platform.machine()}",
        "device": device,
        "threads": str(torch.get_num_threads()),
    }


@cache
def _torchvision() -> str:
    """Asked of its package's data: importing it takes longer than opening a small network."""
    try:
        return version("torchvision")
    except PackageNotFoundError:
        import torchvision

        return str(torchvision.__version__).partition("+")[0]
