"""Weights into the architecture they belong to, or a sentence that says why they do not fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import labels, zoo
from cnnviz_app.nets.fingerprint import Shape, likeness, shape_likeness, signature
from cnnviz_app.nets.weights import Weights


def recognise(shapes: Mapping[str, Shape]) -> zoo.ZooModel | None:
    """The zoo architecture with exactly these names and shapes, any number of classes."""
    by_head: dict[tuple[str, ...], str] = {}
    for model in zoo.models():
        if model.head not in by_head:
            by_head[model.head] = signature(shapes, model.head)
        whole = all(key in shapes for key in _own_head(model))
        if whole and by_head[model.head] == model.signature:
            return model
    return None


def _own_head(model: zoo.ZooModel) -> tuple[str, ...]:
    return tuple(key for key in model.head if not key.startswith("AuxLogits."))


def classes_of(model: zoo.ZooModel, shapes: Mapping[str, Shape]) -> int:
    return shapes[_own_head(model)[0]][0]


def image_size(model: zoo.ZooModel, shapes: Mapping[str, Shape]) -> int:
    """Side of the pictures: a vision transformer's follows from its position embedding."""
    embedding = shapes.get("encoder.pos_embedding")
    kernel = shapes.get("conv_proj.weight")
    if embedding is None or kernel is None or len(embedding) != 3 or len(kernel) != 4:
        return model.default.crop
    return math.isqrt(embedding[1] - 1) * kernel[-1]


def into_zoo(model: zoo.ZooModel, weights: Weights) -> nn.Module:
    """The torchvision module carrying these weights."""
    shapes = weights.shapes
    known = recognise(shapes)
    if known is None or known.name != model.name:
        raise misfit(weights, model, known)
    classes, size = classes_of(model, shapes), image_size(model, shapes)
    module = zoo.build(model.name, classes=classes, image_size=size, empty=True)
    try:
        fill(module, weights.tensors)
    except RuntimeError as error:
        raise misfit(weights, model, None) from error
    if any(tensor.is_meta for tensor in module.state_dict().values()):
        _take_buffers(module, zoo.build(model.name, classes=classes, image_size=size))
    return module


def fill(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Load `tensors`; entries that training alone needs may be absent. RuntimeError if unfit."""
    expected = module.state_dict()
    given = {key: value for key, value in tensors.items() if key in expected}
    strangers = [key for key in tensors if key not in expected and not _only_training(key)]
    missing = [key for key in expected if key not in given and not _computed(module, key)]
    if strangers or missing:
        raise RuntimeError("other names")
    for key, value in expected.items():
        if key not in given and key.endswith("num_batches_tracked"):
            given[key] = torch.zeros(value.shape, dtype=value.dtype)
        elif key in given and not value.is_floating_point():
            given[key] = given[key].to(value.dtype)
    # assigning keeps what the file held without a copy; later layouts are the network's affair
    module.load_state_dict(_with_version(given, expected), strict=False, assign=True)
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    module.eval()


def _with_version(given: dict[str, Tensor], expected: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Claim today's layout: without it MNASNet takes the weights for a former version's."""
    from collections import OrderedDict

    stated: OrderedDict[str, Tensor] = OrderedDict(given)
    stated._metadata = getattr(expected, "_metadata", None)  # type: ignore[attr-defined]  # as torch does
    return stated


def _only_training(key: str) -> bool:
    return key.startswith(("aux1.", "aux2.", "AuxLogits."))


def _computed(module: nn.Module, key: str) -> bool:
    """Counters and index tables can be made anew; auxiliary heads are never looked at."""
    return key.endswith("num_batches_tracked") or key.startswith("AuxLogits.") or (
        key.endswith(("relative_position_index", "relative_coords_table"))
        and key in dict(module.named_buffers())
    )


def _take_buffers(module: nn.Module, fresh: nn.Module) -> None:
    """Whatever the file did not hold and the architecture can compute, from a fresh module."""
    state = fresh.state_dict()
    lacking = {key: state[key] for key, value in module.state_dict().items() if value.is_meta}
    module.load_state_dict(lacking, strict=False, assign=True)


def module_shapes(module: nn.Module) -> dict[str, Shape]:
    return {key: tuple(tensor.shape) for key, tensor in module.state_dict().items()}


def nearest(shapes: Mapping[str, Shape], limit: int = 6) -> tuple[zoo.ZooModel | None, float]:
    """The architecture most of whose names and shapes agree; 0 when none comes near."""
    known = [model for model in zoo.models() if model.first in shapes] or list(zoo.models())
    known.sort(key=lambda model: abs(model.entries - len(shapes)))
    best, score = None, 0.0
    for model in known[:limit]:
        found = likeness(shapes, module_shapes(zoo.build(model.name, empty=True)))
        if found > score:
            best, score = model, found
    return best, score


def _opening(shapes: Mapping[str, Shape]) -> zoo.ZooModel | None:
    """The architecture whose first layers these are, under whatever names."""
    stem = [shape for shape in shapes.values() if len(shape) == 4]
    for name in ("vgg19", "vgg16", "alexnet", "resnet18", "resnet50", "squeezenet1_1", "googlenet"):
        theirs = module_shapes(zoo.build(name, empty=True)).values()
        if len(stem) >= 3 and shape_likeness(stem, [s for s in theirs if len(s) == 4]) == 1.0:
            return zoo.find(name)
    return None


def stranger(weights: Weights) -> UserError:
    """Weights of no architecture known here."""
    close, score = nearest(weights.shapes)
    name = weights.path.name
    if close is not None and score >= 0.5:
        return _difference(weights, close, f"{name} is nearly {close.title}, but")
    start = _opening(weights.shapes)
    if start is not None:
        return UserError(
            f"{name} holds only the first layers of {start.title}, or other names for them.",
            "Open it with the Python file that builds that part.",
        )
    return UserError(
        f"{name} belongs to no architecture known here "
        f"(its first entry is called {next(iter(weights.tensors))}).",
        "Open it with the Python file that builds the network.",
    )


def misfit(weights: Weights, model: zoo.ZooModel, known: zoo.ZooModel | None) -> UserError:
    """Why weights cannot be used for the architecture that was asked for."""
    if known is not None and known.name != model.name:
        return UserError(
            f"{weights.path.name} holds weights of {known.title}, not of {model.title}.",
            f"Open them with {known.key}.",
        )
    shapes = weights.shapes
    close, score = nearest(shapes)
    own = likeness(shapes, module_shapes(zoo.build(model.name, empty=True)))
    if close is not None and close.name != model.name and score > max(own, 0.5):
        return UserError(
            f"{weights.path.name} looks like {close.title}, not like {model.title}.",
            f"Try {close.key}.",
        )
    if own < 0.1:
        start = _opening(shapes)
        looks = f"; it looks like the first layers of {start.title}" if start else ""
        return UserError(
            f"{weights.path.name} does not belong to {model.title}{looks}.",
            "Choose other weights, or open it with the Python file that builds its network.",
        )
    return _difference(weights, model, f"{weights.path.name} does not fit {model.title}:")


def _difference(weights: Weights, model: zoo.ZooModel, opening: str) -> UserError:
    empty = zoo.build(model.name, empty=True)
    # any number of classes is welcome, so the head's shapes say nothing
    expected = {
        key: weights.shapes.get(key, shape) if key in model.head else shape
        for key, shape in module_shapes(empty).items()
    }
    return difference(weights, expected, opening, {k for k in expected if _computed(empty, k)})


def difference(
    weights: Weights, expected: Mapping[str, Shape], opening: str, optional: set[str] | None = None
) -> UserError:
    """The most telling difference between what is there and what should be."""
    given = weights.shapes
    missing = [key for key in expected if key not in given and key not in (optional or set())]
    wrong = [key for key in expected if key in given and given[key] != expected[key]]
    extra = [key for key in given if key not in expected and not _only_training(key)]
    hint = "Choose the weights that belong to it, or open them with their own Python file."
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        return UserError(f"{opening} {_count(missing)} {verb} missing.", hint)
    if wrong:
        key = wrong[0]
        return UserError(
            f"{opening} {key} is {_size(given[key])} instead of {_size(expected[key])}.", hint
        )
    return UserError(f"{opening} {_count(extra)} too many.", hint)


def _count(keys: list[str]) -> str:
    several = len(keys) > 1
    return f"{len(keys)} {'entries' if several else 'entry'} ({keys[0]}{', …' if several else ''})"


def _size(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "a single number"


def into_module(module: nn.Module, weights: Weights, title: str) -> nn.Module:
    """Weights into a module of anyone's, whose shapes are its own affair."""
    expected = module_shapes(module)
    shapes = weights.shapes
    unlike = any(key in expected and expected[key] != shape for key, shape in shapes.items())
    try:
        if unlike:
            raise RuntimeError("other shapes")
        fill(module, weights.tensors)
    except RuntimeError as error:
        known = recognise(shapes)
        if known is not None:
            raise UserError(
                f"{weights.path.name} holds weights of {known.title}, not of {title}.",
                f"Open them with {known.key}.",
            ) from error
        optional = {key for key in expected if _computed(module, key)}
        raise difference(
            weights, expected, f"{weights.path.name} does not fit {title}:", optional
        ) from error
    return module


def sidecar_labels(path: Path, classes: int) -> tuple[str, ...]:
    """Names of the classes: from a text file beside the weights, ImageNet's, or plain numbers."""
    for name in (f"{path.stem}.labels.txt", f"{path.stem}.txt", "labels.txt", "classes.txt"):
        beside = path.with_name(name)
        try:
            lines = [line.strip() for line in beside.read_text("utf-8").splitlines()]
        except (OSError, UnicodeDecodeError):
            continue
        lines = [line for line in lines if line]
        if len(lines) == classes:
            return tuple(lines)
    if classes == 1000:
        return labels.imagenet()
    return tuple(f"class {number}" for number in range(classes))
