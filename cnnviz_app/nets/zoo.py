"""The torchvision classification zoo as a table that is read without importing torch."""

from __future__ import annotations

import functools
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz_app import paths

if TYPE_CHECKING:
    from torch import nn

PREFIX = "torchvision/"


@dataclass(frozen=True)
class Preset:
    """One set of weights torchvision publishes for an architecture.

    Attributes:
        name: the member of torchvision's weights enum, such as `IMAGENET1K_V1`.
        file: the name of the file in the torch hub cache; the hash prefix is part of it.
        size_bytes: length of the file as published, to within a kilobyte.
        top1, top5: accuracy on ImageNet in per cent.
    """

    name: str
    file: str
    size_bytes: int
    params: int
    gflops: float
    top1: float
    top5: float
    crop: int
    resize: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def hash_prefix(self) -> str:
        return hash_prefix(self.file)

    def path(self) -> Path:
        return checkpoints_dir() / self.file

    def on_disk(self) -> bool:
        """Whole, as far as the length can tell."""
        try:
            return self.path().stat().st_size >= 0.98 * self.size_bytes
        except OSError:
            return False


@dataclass(frozen=True)
class ZooModel:
    """One architecture; the figures are those of its default weights.

    Attributes:
        head: keys whose shape depends on the number of classes.
        signature: says which architecture a file of weights belongs to, whatever its classes.
        entries: how many parameters and buffers a file of weights has; `first` is the first name.
        activations: numbers computed for one picture on the way, for the memory estimate.
    """

    name: str
    title: str
    family: str
    year: int
    classes: int
    head: tuple[str, ...]
    signature: str
    entries: int
    first: str
    activations: int
    presets: tuple[Preset, ...]

    @property
    def key(self) -> str:
        return PREFIX + self.name

    @property
    def default(self) -> Preset:
        """torchvision's own choice: the first of the presets."""
        return self.presets[0]

    def best(self) -> Preset:
        """The preset to open: the default, or another that is already on this computer."""
        return next((preset for preset in self.presets if preset.on_disk()), self.default)

    def preset(self, name: str) -> Preset | None:
        return next((preset for preset in self.presets if preset.name == name), None)


def hash_prefix(file: str) -> str:
    """The start of the sha256 that torch hub writes into file names: `resnet18-f37072fd.pth`."""
    stem, dash, prefix = file.rpartition(".")[0].rpartition("-")
    return prefix if dash and stem and all(c in "0123456789abcdef" for c in prefix) else ""


def hub_dir() -> Path:
    """Where torch keeps what it downloads, found as torch finds it but without importing it."""
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "hub"):
        return Path(torch.hub.get_dir())
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or os.path.join(cache, "torch")
    return Path(os.path.expanduser(home)) / "hub"


def checkpoints_dir() -> Path:
    return hub_dir() / "checkpoints"


def _preset(raw: dict[str, Any]) -> Preset:
    return Preset(**{**raw, "mean": tuple(raw["mean"]), "std": tuple(raw["std"])})


@functools.cache
def models() -> tuple[ZooModel, ...]:
    """Every classification model of torchvision, by name."""
    table = json.loads(paths.resource("zoo.json").read_text(encoding="utf-8"))
    return tuple(
        ZooModel(
            **{
                **raw,
                "head": tuple(raw["head"]),
                "presets": tuple(_preset(preset) for preset in raw["presets"]),
            }
        )
        for raw in table
    )


@functools.cache
def _by_name() -> dict[str, ZooModel]:
    return {model.name: model for model in models()}


def find(name: str) -> ZooModel | None:
    return _by_name().get(name.removeprefix(PREFIX))


def url(model: ZooModel, preset: Preset) -> str:
    """Where torchvision publishes these weights."""
    import torchvision.models as tv

    return str(tv.get_model_weights(model.name)[preset.name].url)


def build(
    name: str, *, classes: int = 1000, image_size: int | None = None, empty: bool = False
) -> nn.Module:
    """The plain torchvision module, in evaluation mode.

    GoogLeNet comes without the auxiliary heads, which only training uses; `empty` leaves the
    parameters on the meta device, for facts and for weights that are about to be loaded.
    """
    import torch
    import torchvision.models as tv

    options: dict[str, Any] = {"weights": None, "num_classes": classes}
    if name == "googlenet":
        options |= {"aux_logits": False, "init_weights": not empty}
    if name == "inception_v3":
        options |= {"init_weights": not empty}
    if name.startswith("vit_") and image_size is not None:
        options |= {"image_size": image_size}
    if name.startswith("maxvit") and image_size is not None:
        options |= {"input_size": (image_size, image_size)}
    if not empty:
        module: nn.Module = tv.get_model(name, **options)
        return module.eval()
    if name.startswith("regnet"):
        return _empty_regnet(name, options)
    with torch.device("meta"):
        module = tv.get_model(name, **options)
    return module.eval()


def _empty_regnet(name: str, options: dict[str, Any]) -> nn.Module:
    """RegNet computes its widths with tensors, which need real memory: move it afterwards."""
    import torch
    import torchvision.models as tv
    from torch.overrides import TorchFunctionMode

    class Meta(TorchFunctionMode):
        """Only parameters and buffers are made without memory."""

        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            if func is torch.empty:
                kwargs = {**(kwargs or {}), "device": "meta"}
            return func(*args, **(kwargs or {}))

    with Meta():
        module: nn.Module = tv.get_model(name, **options)
    return module.to("meta").eval()
