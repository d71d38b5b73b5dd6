"""The list of networks that can be opened, and the one function that opens them."""

from __future__ import annotations

import difflib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import entry as lines
from cnnviz_app.nets import hashes, own_models, shelf, zoo
from cnnviz_app.nets.entry import Entry as Entry

if TYPE_CHECKING:
    from cnnviz_app.nets.network import Network
    from cnnviz_app.nets.opening import Opened

_FILES = (".py", ".pth", ".pt", ".pt2", ".safetensors", ".ckpt", ".bin", ".tar", ".onnx", ".h5",
          ".hdf5", ".pb", ".keras", ".tflite", ".pkl", ".ts", ".torchscript")


def entries() -> tuple[Entry, ...]:
    """Bundled networks, yours, then the whole torchvision zoo; needs no torch and no network."""
    return (
        *(lines.bundled(name, card) for name, card in shelf.cards().items()),
        *(lines.yours(record) for record in own_models.records()),
        *(lines.torchvision(model) for model in zoo.models()),
    )


def names() -> tuple[str, ...]:
    return (
        *shelf.cards(),
        *(record.name for record in own_models.records()),
        *(model.key for model in zoo.models()),
    )


class FileName(NamedTuple):
    """A model given as a file: `net.py`, `net.py:MyNet`, `weights.pth`."""

    path: Path
    attribute: str


def as_file(name: str) -> FileName | None:
    """`name` as a file when it looks like one; a name on the list is never a file."""
    if name in names():
        return None
    file, colon, attribute = name.rpartition(":")
    if not (colon and file.endswith(".py")):
        file, attribute = name, ""
    path = Path(file).expanduser()
    zoo_like = file.lower().startswith(zoo.PREFIX) and not path.exists()
    looks = path.suffix.lower() in _FILES or os.sep in file or path.is_absolute()
    return FileName(path, attribute) if looks and not zoo_like else None


def find(name: str) -> Entry:
    """The line of a network, by name or by file; UserError with the nearest name otherwise."""
    if (card := shelf.cards().get(name)) is not None:
        return lines.bundled(name, card)
    if (record := own_models.find(name)) is not None:
        return lines.yours(record)
    if name.startswith(zoo.PREFIX):
        plain, at, wanted = name.partition("@")
        model = zoo.find(plain)
        if model is not None and not at:
            return lines.torchvision(model)
        if model is not None and (preset := model.preset(wanted)) is not None:
            return lines.torchvision(model, preset)
        if model is not None:
            sets = ", ".join(preset.name for preset in model.presets)
            raise UserError(f"{model.title} has no weights called {wanted}.", f"It has {sets}.")
    if (file := as_file(name)) is not None:
        return _line_of_file(name, file)
    raise unknown(name)


def _line_of_file(name: str, file: FileName) -> Entry:
    from cnnviz_app.nets.kinds import kind

    kind(file.path)
    record = own_models.find_file(file.path)
    if record is not None and file.attribute in ("", record.attribute):
        return lines.yours(record)
    return Entry(
        name=name, title=file.path.stem, source="yours", available=True, classes=0, params=0,
        input=(3, 224, 224), size_bytes=file.path.stat().st_size, path=file.path, family="Yours",
    )


def unknown(name: str) -> UserError:
    known = list(names())
    short = {full.removeprefix(zoo.PREFIX).lower(): full for full in known}
    wanted = name.lower().removeprefix(zoo.PREFIX)
    close = difflib.get_close_matches(wanted, list(short), n=1, cutoff=0.5)
    hint = f"Did you mean {short[close[0]]}?" if close else "See 'cnnviz models' for the list."
    return UserError(f"There is no model called {name}.", hint)


def open_network(
    name: str,
    weights: Path | None = None,
    device: str = "cpu",
    *,
    allow_random: bool = False,
    ctx: Context | None = None,
) -> Network:
    """Open a network for looking into.

    Args:
        name: from `entries()`, a torchvision set of weights (`torchvision/resnet50@…`) or a file.
        weights: a file to use in place of the network's own weights.
        device: where to compute; "meta" gives facts without memory and without numbers.
        allow_random: a zoo model without its weights opens untrained, and says so, instead of
            raising the UserError that asks for a download.
    """
    from cnnviz_app.nets.network import inspect

    opened = open_module(name, weights, device, allow_random=allow_random, ctx=ctx)
    return inspect(
        opened.module,
        opened.spec,
        key=name,
        title=opened.title,
        labels=opened.labels,
        trained=opened.trained,
        weights_hash=opened.sha256,
        device=device,
    )


def open_module(
    name: str,
    weights: Path | None = None,
    device: str = "cpu",
    *,
    allow_random: bool = False,
    ctx: Context | None = None,
) -> Opened:
    """The plain module behind a name, with all that is known about it."""
    from cnnviz_app.nets import opening

    ctx = ctx or Context.silent()
    line = find(name)
    if device != "meta":
        enough_memory(line)
    if line.source == "bundled":
        opened = opening.bundled(name, weights, ctx)
    elif line.source == "yours":
        opened = _open_yours(name, line, weights, ctx)
    else:
        opened = _open_zoo(name, line, weights, ctx, allow_random, empty=device == "meta")
    if opened.sha256 and (weights or line.path):
        hashes.remember(opened.sha256, weights or line.path or Path())
    return opened


def _open_zoo(
    name: str, line: Entry, file: Path | None, ctx: Context, allow_random: bool, *, empty: bool
) -> Opened:
    from cnnviz_app.nets import opening

    model = zoo.find(name.partition("@")[0])
    preset = model.preset(line.weights) if model else None
    if model is None or preset is None:
        raise unknown(name)
    if file is not None or (line.available and not empty):
        return opening.torchvision(model, preset, file, ctx)
    if allow_random or empty:
        return opening.untrained(model, preset, empty=empty)
    if preset.path().exists():
        raise UserError(
            f"The weights of {model.title} were only half downloaded.",
            "Download them again in the model browser; what is there is not lost.",
        )
    raise UserError(
        f"The weights of {model.title} are not on this computer.",
        f"Download them in the model browser, or import the file {preset.file}.",
    )


def _open_yours(name: str, line: Entry, file: Path | None, ctx: Context) -> Opened:
    from cnnviz_app.nets import opening

    record = own_models.find(line.name)
    if record is None:
        given = as_file(name)
        if given is None or line.path is None:
            raise unknown(name)
        if file is None:
            return opening.own(given.path, attribute=given.attribute, ctx=ctx)
        return opening.own(file, builder=given.path, attribute=given.attribute, ctx=ctx)
    gone = next((p for p in (record.path, record.builder) if p and not Path(p).is_file()), None)
    if gone is not None and (file is None or gone == record.builder):
        raise UserError(
            f"The file of your model {record.name} is gone: {gone}.",
            "Put it back, or import the model again.",
        )
    source = record.builder or (record.path if record.kind == "python" else "")
    opened = opening.own(
        file or Path(record.path),
        builder=Path(source) if source and (file or record.builder) else None,
        attribute=record.attribute,
        architecture=record.architecture,
        ctx=ctx,
    )
    if file is not None:
        return opened
    return replace(opened, title=record.title + ("" if opened.trained else opening.UNTRAINED))


def enough_memory(line: Entry) -> None:
    """UserError when a network cannot possibly fit; silent where the system does not say."""
    free = free_memory()
    if free is not None and line.memory_bytes > free:
        raise UserError(
            f"{line.title} needs about {line.memory_bytes / 1e9:.1f} GB of memory, "
            f"and {free / 1e9:.1f} GB are free.",
            "Close other programs, or choose a smaller network.",
        )


def free_memory() -> int | None:
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file)
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError, IndexError):
        return None
