"""Files a person brings: put where they belong, whole, and on the list of models."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from cnnviz_app import paths
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import entry as lines
from cnnviz_app.nets import hashes, own_models, zoo
from cnnviz_app.nets.catalog import as_file, names, open_module
from cnnviz_app.nets.entry import Entry
from cnnviz_app.nets.kinds import kind
from cnnviz_app.nets.own_models import Record

_CHUNK = 1 << 22


def import_weights(path: Path, ctx: Context | None = None, *, model: str = "") -> Entry:
    """Take a file from anywhere, a USB stick perhaps, and answer with the model it became.

    A file torchvision publishes goes into torch's own cache under its own name; anything else
    that can be opened is copied to the settings folder and becomes one of your models.

    Args:
        model: the model the weights are meant for; a UserError says so when they are another's.
    """
    ctx = ctx or Context.silent()
    found = kind(path)
    if found in {"state", "legacy", "safetensors"}:
        known = published(_hash(path, ctx))
        wanted = zoo.find(model.partition("@")[0])
        if wanted is not None and (known is None or known[0].name != wanted.name):
            # opening it answers with the sentence that says whose they are
            open_module(wanted.key, path, ctx=ctx)
        maker = own_models.find(model)
        if maker is not None and maker.kind == "python":
            builder = Path(maker.builder or maker.path)
            return add_model(
                path, builder=builder, attribute=maker.attribute, copy=True, ctx=ctx
            )
        if known is not None:
            owner, preset = known
            with _folder_trouble(preset.path().parent, path):
                if not (preset.on_disk() and published(hashes.sha256(preset.path(), ctx))):
                    _copy(path, preset.path(), ctx)
            return lines.torchvision(owner, None if owner.best() == preset else preset)
    return add_model(path, copy=True, ctx=ctx)


def _hash(path: Path, ctx: Context) -> str:
    try:
        return hashes.sha256(path, ctx)
    except OSError as error:
        raise UserError(
            f"{path.name} could not be read: {error.strerror or 'the device failed'}.",
            "Copy it to this computer first, or try the stick again.",
        ) from error


def published(digest: str) -> tuple[zoo.ZooModel, zoo.Preset] | None:
    """The zoo's weights whose file has this sha256, told by the start of it."""
    return next(
        (
            (model, preset)
            for model in zoo.models()
            for preset in model.presets
            if digest.startswith(preset.hash_prefix)
        ),
        None,
    )


def add_model(
    path: Path,
    *,
    builder: Path | None = None,
    attribute: str = "",
    name: str = "",
    copy: bool = False,
    ctx: Context | None = None,
) -> Entry:
    """Open a file once, to be sure that it works, and put it on the list of your models.

    Args:
        builder: the Python file that makes the module for a file of weights.
        attribute: the function or class in that file, when it cannot be guessed.
        copy: keep a copy beside the settings, because the file will not stay where it is.
    """
    from cnnviz_app.nets import opening

    ctx = ctx or Context.silent()
    given = as_file(str(path))
    if given is not None:
        path, attribute = given.path, attribute or given.attribute
    opened = opening.own(path, builder=builder, attribute=attribute, ctx=ctx)
    # Python files import their neighbours and are trusted where they are: they stay there
    home = path.resolve()
    copied = copy and kind(path) != "python"
    if copied:
        home = paths.config_dir() / "models" / f"{opened.sha256[:12]}-{path.name}"
        with _folder_trouble(home.parent, path):
            _copy(path, home, ctx)
            _copy_facts(path, home, opened.labels)
    params = sum(p.numel() for p in opened.module.parameters())
    spec = opened.spec
    record = Record(
        name=name or path.stem,
        title=name or path.stem,
        kind=opened.kind,
        path=str(home),
        architecture=opened.architecture,
        builder=str(builder.resolve()) if builder else "",
        attribute=opened.attribute,
        classes=len(opened.labels),
        params=params,
        input=(spec.channels, spec.height, spec.width),
        size_bytes=home.stat().st_size,
        sha256=opened.sha256,
        summary=_summary(opened.kind, opened.architecture, path),
    )
    try:
        return lines.yours(own_models.add(record, taken=names()))
    except UserError:
        if copied:
            _delete(home)
        raise


def _copy_facts(path: Path, home: Path, labels: tuple[str, ...]) -> None:
    """What stood beside the file: the names of its classes, and its normalisation."""
    home.with_suffix(".labels.txt").write_text("\n".join(labels) + "\n", encoding="utf-8")
    about = path.with_suffix(".json")
    if about.is_file() and about.stat().st_size < 1_000_000:
        home.with_suffix(".json").write_bytes(about.read_bytes())


def _delete(home: Path) -> None:
    for file in (home, home.with_suffix(".labels.txt"), home.with_suffix(".json")):
        file.unlink(missing_ok=True)


def _summary(what: own_models.Kind, architecture: str, path: Path) -> str:
    model = zoo.find(architecture)
    made = {
        "state": f"{model.title if model else architecture} with weights from {path.name}.",
        "python": f"Built by the Python file of {path.name}.",
        "exported": f"Exported program {path.name}.",
        "torchscript": f"TorchScript {path.name}: predictions, and facts of the whole.",
    }
    return made[what]


def remove_model(name: str) -> None:
    """Off the list; a copy that was made for the list goes too, an original never."""
    record = own_models.find(name)
    own_models.remove(name)
    if record is None:
        return
    copies = (paths.config_dir() / "models").resolve()
    others = {other.path for other in own_models.records()}
    if Path(record.path).parent == copies and record.path not in others:
        _delete(Path(record.path))


@contextlib.contextmanager
def _folder_trouble(folder: Path, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{path.name} could not be copied to {folder}: "
            f"{error.strerror or 'the device failed'}.",
            "Make room there, or allow writing there.",
        ) from error


def _copy(source: Path, target: Path, ctx: Context) -> None:
    """With progress; the target appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    total, done = source.stat().st_size, 0
    if shutil.disk_usage(target.parent).free < total:
        raise OSError(28, "no space left on the disk")
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with source.open("rb") as old, part.open("wb") as new:
            while chunk := old.read(_CHUNK):
                ctx.checkpoint()
                new.write(chunk)
                done += len(chunk)
                ctx.progress(done, total, f"Copying {source.name}")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
