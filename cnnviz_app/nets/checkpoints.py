"""Training states on disk: written whole or not at all, read as tensors and numbers only."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import torch

from cnnviz_app.core.errors import UserError


def write(path: Path, state: dict[str, Any]) -> None:
    """A crash while writing leaves the former state in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".part")
    torch.save(state, fresh)
    os.replace(fresh, path)


def read(path: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise UserError(
            f"The training state {path.name} cannot be read.",
            hint="Delete it to start that training anew.",
        ) from error
    return state
