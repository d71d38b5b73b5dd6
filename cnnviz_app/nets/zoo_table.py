"""Makes resources/zoo.json from torchvision: `python -m cnnviz_app.nets.zoo_table`."""

from __future__ import annotations

import json
import math
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz_app import paths
from cnnviz_app.nets import zoo
from cnnviz_app.nets.fingerprint import signature

# prefix of the name → how the family is called, and the year its paper appeared
FAMILIES = {
    "alexnet": ("AlexNet", 2012),
    "convnext": ("ConvNeXt", 2022),
    "densenet": ("DenseNet", 2016),
    "efficientnet_v2": ("EfficientNetV2", 2021),
    "efficientnet": ("EfficientNet", 2019),
    "googlenet": ("GoogLeNet", 2014),
    "inception": ("Inception", 2015),
    "maxvit": ("MaxViT", 2022),
    "mnasnet": ("MNASNet", 2018),
    "mobilenet_v2": ("MobileNetV2", 2018),
    "mobilenet_v3": ("MobileNetV3", 2019),
    "regnet_x": ("RegNet", 2020),
    "regnet_y": ("RegNet", 2020),
    "resnext": ("ResNeXt", 2016),
    "resnet": ("ResNet", 2015),
    "shufflenet": ("ShuffleNetV2", 2018),
    "squeezenet": ("SqueezeNet", 2016),
    "swin_v2": ("SwinV2", 2021),
    "swin": ("Swin", 2021),
    "vgg": ("VGG", 2014),
    "vit": ("ViT", 2020),
    "wide_resnet": ("Wide ResNet", 2016),
}
_SIZES = {"t": "Tiny", "s": "Small", "m": "Medium", "b": "Base", "l": "Large"}


def family(name: str) -> tuple[str, int]:
    return next(FAMILIES[prefix] for prefix in FAMILIES if name.startswith(prefix))


def title(name: str) -> str:
    """The way people write the name: `resnext50_32x4d` → ResNeXt-50 32×4d."""
    known, _year = family(name)
    head, *rest = name.split("_")
    digits = head.lstrip("abcdefghijklmnopqrstuvwxyz")
    last = rest[-1] if rest else ""
    if head in {"alexnet", "googlenet"}:
        return known
    if head in {"swin", "maxvit", "convnext"} or name.startswith("efficientnet_v2"):
        return f"{known}-{_SIZES.get(last, last.capitalize())}"
    if head == "vit":
        return f"ViT-{rest[0].upper()}/{rest[1]}"
    if head == "regnet":
        return f"RegNet{rest[0].upper()}-{'.'.join(rest[1:]).upper()}"
    if head == "wide":
        return f"Wide ResNet-{rest[0].removeprefix('resnet')}-{rest[1]}"
    if head in {"mnasnet0", "mnasnet1", "squeezenet1"}:
        return f"{known} {digits}.{last}"
    if head == "shufflenet":
        return f"{known} ×{rest[1].removeprefix('x')}.{last}"
    if head == "inception":
        return "Inception v3"
    if head == "mobilenet":
        return "-".join([known, *(part.capitalize() for part in rest[1:])])
    if head == "efficientnet":
        return f"{known}-{last.upper()}"
    suffix = {"": "", "bn": " with batch-norm"}.get(last, f" {last.replace('x', '×')}")
    return f"{known}-{digits}{suffix}"


def _presets(name: str) -> list[dict[str, Any]]:
    """torchvision's default first; sets whose classifier is not a number are left out."""
    import torchvision.models as tv

    enum = tv.get_model_weights(name)
    rows = []
    for weights in sorted(enum, key=lambda member: member is not enum.DEFAULT):
        meta, transforms = weights.meta, weights.transforms()
        accuracy = meta["_metrics"]["ImageNet-1K"]
        if math.isnan(accuracy["acc@1"]):
            continue
        rows.append(
            {
                "name": weights.name,
                "file": weights.url.rpartition("/")[2],
                "size_bytes": round(meta["_file_size"] * 2**20),
                "params": meta["num_params"],
                "gflops": meta["_ops"],
                "top1": accuracy["acc@1"],
                "top5": accuracy["acc@5"],
                "crop": transforms.crop_size[0],
                "resize": transforms.resize_size[0],
                "mean": list(transforms.mean),
                "std": list(transforms.std),
            }
        )
    return rows


def _activations(module: nn.Module, size: int) -> int:
    """Elements of all leaf outputs for one picture, counted without computing any of them."""
    total = 0

    def count(_module: nn.Module, _inputs: object, output: object) -> None:
        nonlocal total
        if isinstance(output, Tensor):
            total += output.numel()

    for part in module.modules():
        if not list(part.children()):
            part.register_forward_hook(count)
    with torch.no_grad():
        module(torch.empty(1, 3, size, size, device="meta"))
    return total


def row(name: str) -> dict[str, Any]:
    known, year = family(name)
    presets = _presets(name)
    module = zoo.build(name, image_size=presets[0]["crop"], empty=True)
    shapes = {key: tuple(tensor.shape) for key, tensor in module.state_dict().items()}
    other = zoo.build(name, classes=7, image_size=presets[0]["crop"], empty=True).state_dict()
    head = [key for key, shape in shapes.items() if tuple(other[key].shape) != shape]
    return {
        "name": name,
        "title": title(name),
        "family": known,
        "year": year,
        "classes": 1000,
        "head": head,
        "signature": signature(shapes, head),
        "entries": len(shapes),
        "first": next(iter(shapes)),
        "activations": _activations(module, presets[0]["crop"]),
        "presets": presets,
    }


def make() -> str:
    import torchvision.models as tv

    names = tv.list_models(module=tv)
    return json.dumps([row(name) for name in names], indent=0, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (paths.resources_dir() / "zoo.json").write_text(make(), encoding="utf-8")
