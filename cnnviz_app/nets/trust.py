"""Which Python files the person has said may run: by path and content, asked once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cnnviz_app import paths
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import hashes


class UntrustedCode(UserError):
    """A Python file must run to open a model, and nobody has said yet that it may."""

    def __init__(self, path: Path, digest: str, changed: bool) -> None:
        self.path, self.sha256 = path, digest
        what = "has changed since you trusted it" if changed else "is a program"
        super().__init__(
            f"{path.name} {what}, and opening it runs it with everything you may do yourself.",
            "Only say that you trust it if you wrote or read it, the files it imports included.",
        )


def _file() -> Path:
    return paths.config_dir() / "trusted.json"


def _digest(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


def is_trusted(path: Path, source: bytes | None = None) -> bool:
    digest = _digest(path.read_bytes() if source is None else source)
    return hashes.read_json(_file()).get(str(path.resolve())) == digest


def require(path: Path, source: bytes) -> None:
    """Raise UntrustedCode unless exactly this content of this file is trusted."""
    known = hashes.read_json(_file()).get(str(path.resolve()))
    digest = _digest(source)
    if known != digest:
        raise UntrustedCode(path, digest, changed=known is not None)


def grant(path: Path, digest: str | None = None) -> None:
    """Remember the person's yes; `digest` is what they were asked about, if it may have changed."""
    present = _digest(path.read_bytes())
    if digest is not None and digest != present:
        raise UntrustedCode(path, present, changed=True)
    _save({**hashes.read_json(_file()), str(path.resolve()): present})


def revoke(path: Path) -> None:
    known = hashes.read_json(_file())
    known.pop(str(path.resolve()), None)
    _save(known)


def _save(known: dict[str, object]) -> None:
    try:
        hashes.write_json(_file(), known)
    except OSError as error:
        raise UserError(
            f"Your answer could not be saved: {error.strerror}.",
            f"Make room in {paths.config_dir()}, or allow writing there.",
        ) from error
