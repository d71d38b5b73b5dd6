"""The sha256 of weight files, remembered, and the way back from a hash to a file."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from cnnviz_app import paths
from cnnviz_app.core.context import Context

_CHUNK = 1 << 22


def write_json(path: Path, content: object) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        fresh.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any]:
    """An empty table when the file is absent or damaged: it only saves work."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _seen_file() -> Path:
    return paths.cache_dir() / "hashes.json"


def _known_file() -> Path:
    return paths.config_dir() / "known_weights.json"


def _stamp(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def sha256(path: Path, ctx: Context | None = None) -> str:
    """Hash of the file; a file that has not changed since is not read again."""
    path = path.resolve()
    seen = read_json(_seen_file())
    stamp = _stamp(path)
    entry = seen.get(str(path))
    if isinstance(entry, dict) and entry.get("stamp") == stamp:
        return str(entry.get("sha256", ""))
    digest = _compute(path, ctx or Context.silent())
    try:
        write_json(_seen_file(), {**seen, str(path): {"stamp": stamp, "sha256": digest}})
    except OSError:
        return digest  # a full or read-only disk costs only the time to hash again
    return digest


def _compute(path: Path, ctx: Context) -> str:
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            ctx.checkpoint()
            digest.update(chunk)
            done += len(chunk)
            if total > 50 * _CHUNK:
                ctx.progress(done, total, "Checking the file")
    return digest.hexdigest()


def remember(digest: str, path: Path) -> None:
    """So that a picture's recipe finds these weights again."""
    known = read_json(_known_file())
    if known.get(digest) == str(path.resolve()):
        return
    try:
        write_json(_known_file(), {**known, digest: str(path.resolve())})
    except OSError:
        return  # nothing is lost but the convenience


def last_known(digest: str) -> Path | None:
    """The file that had this hash when it was last opened, if it still has."""
    found = read_json(_known_file()).get(digest)
    if not isinstance(found, str) or not Path(found).is_file():
        return None
    return Path(found) if sha256(Path(found)) == digest else None
