"""Weights from the network into torch's own cache: resumable, checked, cancelled at once."""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import shutil
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cnnviz_app
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import line, zoo
from cnnviz_app.nets.catalog import find
from cnnviz_app.nets.entry import Entry

# another place to fetch the same files from: a lecture hall's mirror, or a test's server
BASE_VARIABLE = "CNNVIZ_WEIGHTS_URL"
_ATTEMPTS = 3
_LATER = "Try again later, or import the file from a USB stick."


@dataclass(frozen=True)
class Wanted:
    """One file to fetch.

    Attributes:
        size: expected length in bytes, roughly; 0 when unknown.
        sha256: the start of the hash; "" when nobody states one.
    """

    url: str
    path: Path
    size: int
    sha256: str

    @property
    def part(self) -> Path:
        return self.path.with_name(self.path.name + ".part")

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def host(self) -> str:
        return self.url.split("/")[2] if self.url.count("/") > 1 else self.url


class _BrokenOffError(Exception):
    """The connection ended early; what has come so far is kept."""


def download(
    entry: Entry, ctx: Context, *, base: str | None = None, timeout: float = 20.0
) -> Path:
    """Fetch the weights of a zoo entry; a partial file is continued, a whole one is left alone."""
    model = zoo.find(entry.name.partition("@")[0])
    preset = model.preset(entry.weights) if model else None
    if model is None or preset is None:
        raise UserError(f"{entry.title} needs no download: its weights are here.", "Just open it.")
    if preset.on_disk():
        return preset.path()
    base = base or os.environ.get(BASE_VARIABLE)
    url = f"{base.rstrip('/')}/{preset.file}" if base else zoo.url(model, preset)
    return fetch(Wanted(url, preset.path(), preset.size_bytes, preset.hash_prefix), ctx, timeout)


def download_by_name(name: str, ctx: Context) -> Entry:
    """Fetch the weights of a model by its name; returns its line, now available."""
    download(find(name), ctx)
    return find(name)


def fetch(wanted: Wanted, ctx: Context, timeout: float = 20.0) -> Path:
    """Bring one file, whole and checked, to its place; UserError or Cancelled leave a `.part`."""
    with _disk_trouble(wanted):
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        _receive_all(wanted, ctx, timeout)
        _verify(wanted, ctx)
        os.replace(wanted.part, wanted.path)
    return wanted.path


def _receive_all(wanted: Wanted, ctx: Context, timeout: float) -> None:
    """A line that still brings something deserves another try, a dead one does not."""
    for attempt in range(1, _ATTEMPTS + 1):
        before = _length(wanted.part)
        try:
            _receive(wanted, ctx, timeout)
            return
        except _BrokenOffError as broken:
            have = _length(wanted.part)
            if have > before and attempt < _ATTEMPTS:
                continue
            raise UserError(
                f"The download of {wanted.name} was broken off at {_size(have)}: {broken}.",
                "Start it again: it continues where it stopped.",
            ) from broken


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _size(count: float) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


@contextmanager
def _disk_trouble(wanted: Wanted) -> Iterator[None]:
    """Errors of the folder the file goes to, each with what to do."""
    try:
        yield
    except OSError as error:
        folder = wanted.path.parent
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise UserError(
                f"The disk is full: {wanted.name} needs {_size(wanted.size)}.",
                f"Make room in {folder} and start again: it continues where it stopped.",
            ) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}:
            raise UserError(
                f"The folder for downloaded weights cannot be written: {folder}.",
                "Change its permissions, or set TORCH_HOME to another folder.",
            ) from error
        raise UserError(
            f"{wanted.name} could not be saved: {error.strerror or error}.",
            f"Check the disk that holds {folder}.",
        ) from error


def _receive(wanted: Wanted, ctx: Context, timeout: float) -> None:
    """Append to the part what it lacks."""
    have = _length(wanted.part)
    headers = {
        "User-Agent": f"CNNViz/{cnnviz_app.__version__}",
        # a compressed answer would have neither the length nor the ranges of the file
        "Accept-Encoding": "identity",
    }
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        connection = line.Line(wanted.url, headers, timeout)
    except ValueError as error:
        raise UserError(f"{wanted.url} is not an address.", f"Correct {BASE_VARIABLE}.") from error
    with connection:
        head = _head(wanted, connection, ctx, have)
        if head is None:
            if _length(wanted.part) == 0:
                _receive(wanted, ctx, timeout)
            return
        resumed = head.starts_at(have)
        total = head.total(have if resumed else 0)
        _is_what_we_want(wanted, head, total)
        _room(wanted, total - (have if resumed else 0))
        _save(wanted, connection, "ab" if resumed else "wb", total, ctx)
    # without a stated length the published one, rounded, must do
    if _length(wanted.part) < (total or int(0.98 * wanted.size)):
        raise _BrokenOffError("the other side hung up")


def _head(wanted: Wanted, connection: line.Line, ctx: Context, have: int) -> line.Head | None:
    """The answer's head; None when nothing is left to fetch or the part was of no use."""
    try:
        return connection.head(ctx)
    except urllib.error.HTTPError as error:
        if error.code != 416 or not have:
            raise line.refused(wanted.host, wanted.name, error.code) from error
        stated = (error.headers.get("Content-Range") or "").rpartition("/")[2]
        if stated != str(have):
            wanted.part.unlink(missing_ok=True)
        return None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise line.unreachable(wanted.host, error) from error


def _is_what_we_want(wanted: Wanted, head: line.Head, total: int) -> None:
    """A log-in page of a hotel, or a file of quite another length, is not worth fetching."""
    if "text/html" in (head.headers.get("Content-Type") or ""):
        raise UserError(
            f"A web page came in place of {wanted.name}.",
            "The network may want you to log in first: open a browser.",
        )
    if wanted.size and total and abs(total - wanted.size) > max(65536, wanted.size // 50):
        raise UserError(
            f"The server offers {_size(total)} for {wanted.name}, "
            f"which should have {_size(wanted.size)}.",
            _LATER,
        )


def _room(wanted: Wanted, needed: int) -> None:
    if shutil.disk_usage(wanted.path.parent).free < needed:
        raise OSError(errno.ENOSPC, "no space")


def _save(
    wanted: Wanted, connection: line.Line, mode: str, total: int, ctx: Context
) -> None:
    limit = total or 2 * wanted.size
    with wanted.part.open(mode) as file:
        done = file.tell()
        for chunk in _chunks(connection, ctx):
            file.write(chunk)
            done += len(chunk)
            if limit and done > limit:
                raise UserError(f"More came than {wanted.name} should have.", _LATER)
            expected = max(done, total or wanted.size)
            ctx.progress(done, expected, f"{_size(done)} of {_size(expected)}")


def _chunks(connection: line.Line, ctx: Context) -> Iterator[bytes]:
    """Errors of the network kept apart from those of the disk, which are also OSErrors."""
    chunks = connection.chunks(ctx)
    while True:
        try:
            chunk = next(chunks, b"")
        except TimeoutError as error:
            raise _BrokenOffError("nothing came any more") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _BrokenOffError("the connection was lost") from error
        if not chunk:
            return
        yield chunk


def _verify(wanted: Wanted, ctx: Context) -> None:
    """The name of the file states its hash; a wrong file is thrown away, not kept for later."""
    if not wanted.sha256:
        return
    digest = hashlib.sha256()
    with wanted.part.open("rb") as file:
        while chunk := file.read(1 << 22):
            ctx.checkpoint()
            digest.update(chunk)
    if not digest.hexdigest().startswith(wanted.sha256):
        wanted.part.unlink()
        raise UserError(
            f"{wanted.name} arrived damaged: its hash is wrong. It was thrown away.",
            "Download it again; if it happens again, the network changes files on the way.",
        )
