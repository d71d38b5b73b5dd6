"""The networks that travel inside the app: a card and a safetensors file each."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import torch
from torch import Tensor, nn

from cnnviz_app import paths
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import architectures
from cnnviz_app.nets.cards import Card, read_card
from cnnviz_app.nets.shelf import ORDER


def folder() -> Path:
    return paths.resource("bundled")


def names() -> list[str]:
    """Names of all bundled networks, the most worth looking at first."""
    found = {p.stem for p in folder().glob("*.json") if p.with_suffix(".safetensors").is_file()}
    return [n for n in ORDER if n in found] + sorted(found - set(ORDER))


def weights_path(name: str) -> Path:
    if name not in names():
        raise UserError(
            f"No bundled network is called {name!r}.", hint=f"Choose one of {', '.join(names())}."
        )
    return folder() / f"{name}.safetensors"


@functools.cache
def _card(path: Path) -> Card:
    return read_card(path)


def card(name: str) -> Card:
    return _card(weights_path(name).with_suffix(".json"))


def build(name: str) -> nn.Module:
    """The network with its weights, in evaluation mode; it takes normalised pictures."""
    return load(weights_path(name))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(weights: Path, about: Card | None = None) -> nn.Module:
    """A network of ours from a weights file and the card beside it."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    about = about or read_card(weights.with_suffix(".json"))
    # the random weights are overwritten at once and must not move the shared generator;
    # building on the meta device instead would import a third of a second's worth of torch
    with torch.random.fork_rng(devices=[]):
        module = architectures.architecture(about.architecture).build(len(about.labels))
    try:
        stored = load_file(weights)
    except (OSError, SafetensorError) as error:
        raise UserError(
            f"The weights {weights.name} cannot be read.",
            hint="The file is damaged or incomplete; copy it again.",
        ) from error
    tensors: dict[str, Tensor] = {
        key: value.float() if value.is_floating_point() else value
        for key, value in stored.items()
    }
    try:
        # counters of seen batches mean nothing after training and are not stored
        for key, value in module.state_dict().items():
            if key.endswith("num_batches_tracked"):
                tensors[key] = torch.zeros_like(value, device="cpu")
        module.load_state_dict(tensors, assign=True)
    except RuntimeError as error:
        raise UserError(
            f"The weights {weights.name} do not belong to the architecture "
            f"{about.architecture!r}.",
            hint="Use the weights together with the card that was written with them.",
        ) from error
    return module.to(memory_format=torch.channels_last).eval()
