"""The card beside every set of weights: what it is, what it saw, how good it is."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.graph import InputSpec


@dataclass(frozen=True)
class Card:
    """Everything known about one trained network; stored as JSON beside its weights."""

    name: str
    title: str
    summary: str
    architecture: str
    input: InputSpec
    labels: tuple[str, ...]
    data: str = ""
    licence: str = ""
    parameters: int = 0
    accuracy: dict[str, float] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    curves: dict[str, list[float]] = field(default_factory=dict)
    default_layers: dict[str, str] = field(default_factory=dict)
    weights_sha256: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def read_card(path: Path) -> Card:
    """Read a card; fields from another version of the app are left out, never fatal."""
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = {k: v for k, v in raw.items() if k in Card.__dataclass_fields__}
        spec = known["input"]
        known["input"] = InputSpec(
            int(spec["channels"]), int(spec["height"]), int(spec["width"]),
            tuple(map(float, spec["mean"])), tuple(map(float, spec["std"])),
        )
        known["labels"] = tuple(map(str, known["labels"]))
        return Card(**known)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"The model card {path.name} cannot be read.",
            hint="Copy the card that was written together with the weights.",
        ) from error


def _stored(key: str, value: Tensor) -> Tensor:
    """Kernels as half precision; running statistics stay exact, they are few and can be large."""
    value = value.detach().cpu().contiguous()
    if value.is_floating_point() and "running_" not in key:
        return value.to(torch.float16)
    return value


def write(folder: Path, module: nn.Module, card: Card) -> Path:
    """Weights and card into `folder`, the weights first; returns the path of the weights."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / f"{card.name}.safetensors"
    tensors = {
        key: _stored(key, value)
        for key, value in module.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    fresh = weights.with_suffix(".part")
    save_file(tensors, fresh)
    fresh.chmod(0o644)  # readable for everybody, as the card is
    os.replace(fresh, weights)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    complete = replace(
        card,
        weights_sha256=digest,
        parameters=sum(p.numel() for p in module.parameters()),
    )
    weights.with_suffix(".json").write_text(complete.to_json(), encoding="utf-8")
    return weights
