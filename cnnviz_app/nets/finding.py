"""From the hash in a recipe back to weights: bundled, torch's cache, yours, last known file."""

from __future__ import annotations

from pathlib import Path

from cnnviz_app.nets import hashes, own_models, shelf, zoo
from cnnviz_app.nets.importing import published


def find_weights(digest: str) -> tuple[str, Path] | None:
    """The model name and the file with this sha256, or None when it is nowhere here."""
    if len(digest) != 64:
        return None
    if (name := shelf.by_hash(digest)) is not None:
        return name, shelf.folder() / f"{name}.safetensors"
    if (known := published(digest)) is not None:
        model, preset = known
        if preset.on_disk() and hashes.sha256(preset.path()) == digest:
            suffix = "" if model.best() == preset else f"@{preset.name}"
            return model.key + suffix, preset.path()
    for record in own_models.records():
        path = Path(record.path)
        if record.sha256 == digest and path.is_file() and hashes.sha256(path) == digest:
            return record.name, path
    last = hashes.last_known(digest)
    return None if last is None else (str(last), last)


def model_of(digest: str) -> zoo.ZooModel | None:
    """Which zoo model's weights have this hash, whether they are here or not."""
    known = published(digest)
    return known[0] if known else None
