"""Everything that can be opened, turned into a module that carries its weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import exported, fit, hashes, labels, python_models, shelf, weights, zoo
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.kinds import kind
from cnnviz_app.nets.own_models import Kind

# torchvision's weights for these were trained on pixels in −1…1, and its builders convert for it
_HALF = ("googlenet", "inception_v3")
UNTRAINED = ", untrained (random weights)"


@dataclass(frozen=True)
class Opened:
    """A plain module and what a Network needs to know of it.

    Attributes:
        kind, architecture, attribute: how to open it again.
    """

    module: nn.Module
    spec: InputSpec
    title: str
    labels: tuple[str, ...]
    trained: bool
    sha256: str
    kind: Kind = "state"
    architecture: str = ""
    attribute: str = ""


def bundled(name: str, file: Path | None, ctx: Context) -> Opened:
    from cnnviz_app.nets import bundled as shipped

    card = shipped.card(name)
    spec = InputSpec(
        card.input.channels, card.input.height, card.input.width, card.input.mean, card.input.std
    )
    if file is None:
        digest = card.weights_sha256 or hashes.sha256(shipped.weights_path(name), ctx)
        return Opened(
            shipped.build(name), spec, card.title, card.labels, True, digest,
            architecture=card.architecture,
        )
    opened = _of_ours(weights.read(file, ctx), (name,))
    if opened is None:
        raise _not_ours(name, card.title, file, ctx)
    return opened


def _not_ours(name: str, title: str, file: Path, ctx: Context) -> UserError:
    from cnnviz_app.nets import bundled as shipped

    try:
        fit.into_module(shipped.build(name), weights.read(file, ctx), title)
    except UserError as error:
        return error
    return UserError(f"{file.name} does not fit {title}.", "Choose other weights.")


def _of_ours(read: weights.Weights, candidates: tuple[str, ...]) -> Opened | None:
    """Weights of one of the bundled architectures, any number of classes."""
    from cnnviz_app.nets import bundled as shipped
    from cnnviz_app.nets.architectures import architecture

    shapes = {k: s for k, s in read.shapes.items() if not k.endswith("num_batches_tracked")}
    for name in candidates:
        card = shipped.card(name)
        maker = architecture(card.architecture)
        with torch.device("meta"):
            plain = fit.module_shapes(maker.build(len(card.labels)))
        plain = {k: s for k, s in plain.items() if not k.endswith("num_batches_tracked")}
        last = list(plain)[-2:]
        if set(shapes) != set(plain) or any(shapes[k] != plain[k] for k in plain if k not in last):
            continue
        classes = shapes[last[0]][0]
        with torch.device("meta"):
            module = maker.build(classes)
        fit.fill(module, read.tensors)
        same = classes == len(card.labels)
        names = card.labels if same else fit.sidecar_labels(read.path, classes)
        about = card.input
        spec = InputSpec(about.channels, about.height, about.width, about.mean, about.std)
        return Opened(
            module, spec, f"{card.title} ({read.path.name})", names, True, read.sha256,
            architecture=name,
        )
    return None


def _spec(model: zoo.ZooModel, preset: zoo.Preset, size: int, published: bool) -> InputSpec:
    half = published and model.name in _HALF
    mean, std = ((0.5,) * 3, (0.5,) * 3) if half else (preset.mean, preset.std)
    return InputSpec(3, size, size, mean, std)


def torchvision(
    model: zoo.ZooModel, preset: zoo.Preset, file: Path | None, ctx: Context
) -> Opened:
    """With the published weights, or with those of `file` whatever its number of classes."""
    read = weights.read(file or preset.path(), ctx)
    module = fit.into_zoo(model, read)
    shapes = read.shapes
    classes, size = fit.classes_of(model, shapes), fit.image_size(model, shapes)
    known = next((p for p in model.presets if read.sha256.startswith(p.hash_prefix)), None)
    if file is None and known is None:
        raise UserError(
            f"The downloaded weights of {model.title} are damaged: their hash is wrong.",
            f"Delete {preset.path()} and download them again.",
        )
    if "encoder.pos_embedding" not in shapes:
        size = (known or preset).crop
    title = model.title if file is None else f"{model.title} ({file.name})"
    names = fit.sidecar_labels(read.path, classes) if file else labels.imagenet()
    spec = _spec(model, known or preset, size, known is not None)
    return Opened(
        module, spec, title, names, True, read.sha256, architecture=model.name
    )


def untrained(model: zoo.ZooModel, preset: zoo.Preset, *, empty: bool = False) -> Opened:
    """Random weights, the same ones every time; the title says so."""
    size = preset.crop
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = zoo.build(model.name, image_size=size, empty=empty)
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    return Opened(
        module, _spec(model, preset, size, True), model.title + UNTRAINED,
        labels.imagenet(), False, "", architecture=model.name,
    )


def own(
    path: Path,
    *,
    builder: Path | None = None,
    attribute: str = "",
    architecture: str = "",
    ctx: Context | None = None,
) -> Opened:
    """A file of the person's: weights, a Python file, a torch.export or TorchScript file."""
    ctx = ctx or Context.silent()
    found = kind(path)
    if builder is not None or found == "python":
        return _python(path, builder, attribute, ctx)
    if found == "exported":
        program = exported.load_exported(path)
        return _whole(path, program.module, program.input, program.classes, "exported", ctx)
    if found == "torchscript":
        return _script(path, ctx)
    return _state(path, architecture, ctx)


def _python(path: Path, builder: Path | None, attribute: str, ctx: Context) -> Opened:
    if builder is not None and kind(builder) != "python":
        raise UserError(f"{builder.name} is not a Python file.", "Choose the .py file.")
    read = weights.read(path, ctx) if builder is not None else None
    source = builder or path
    built = python_models.build(source, attribute, read)
    title = source.stem if read is None else f"{source.stem} ({path.name})"
    return Opened(
        built.module, built.spec,
        title if read is not None else title + UNTRAINED,
        built.labels, read is not None, read.sha256 if read else "",
        kind="python", attribute=built.attribute,
    )


def _state(path: Path, architecture: str, ctx: Context) -> Opened:
    read = weights.read(path, ctx)
    ours = tuple(shelf.cards())
    if architecture and (model := zoo.find(architecture)) is not None:
        known: zoo.ZooModel | None = model
    else:
        known = fit.recognise(read.shapes)
    if known is None:
        opened = _of_ours(read, (architecture,) if architecture in ours else ours)
        if opened is None:
            raise fit.stranger(read)
        return replace(opened, title=path.stem)
    return replace(torchvision(known, known.default, path, ctx), title=path.stem)


def _script(path: Path, ctx: Context) -> Opened:
    module = exported.load_script(path)
    first = next((p for p in module.parameters() if p.dim() == 4), None)
    channels = int(first.shape[1]) if first is not None else 3
    sizes = tuple((side, side) for side in python_models.SIDES)
    (height, width), classes = python_models.accepted_size(path.name, module, channels, sizes)
    return _whole(path, module, (channels, height, width), classes, "torchscript", ctx)


def _whole(
    path: Path,
    module: nn.Module,
    size: tuple[int, int, int],
    classes: int,
    what: Kind,
    ctx: Context,
) -> Opened:
    """A model that carries everything but its normalisation, which a text beside it may state."""
    channels, height, width = size
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    beside = path.with_suffix(".json")
    about = hashes.read_json(beside)
    mean = python_models.numbers(beside, about.get("mean"), "mean", channels, 0.0)
    std = python_models.numbers(beside, about.get("std"), "std", channels, 1.0)
    spec = InputSpec(channels, height, width, mean, std)
    names = fit.sidecar_labels(path, classes)
    digest = hashes.sha256(path, ctx)
    return Opened(module, spec, path.stem, names, True, digest, kind=what)
