"""Pictures with labels as one block of bytes: class folders, a tar of class folders, MNIST."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError

SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"}


@dataclass(frozen=True)
class PictureSet:
    """`images` is uint8 (N, C, H, W) held channels-last; `labels` index into `names`."""

    images: Tensor
    labels: Tensor
    names: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.labels.numel())

    def take(self, index: Tensor) -> PictureSet:
        return PictureSet(self.images[index], self.labels[index], self.names)


def join(first: PictureSet, second: PictureSet) -> PictureSet:
    if first.names != second.names:
        raise UserError("The two sets of pictures have different classes.")
    return PictureSet(
        torch.cat([first.images, second.images]),
        torch.cat([first.labels, second.labels]),
        first.names,
    )


def split(pictures: PictureSet, share: float, seed: int) -> tuple[PictureSet, PictureSet]:
    """A training part and a held-out part with the same share of every class."""
    generator = torch.Generator().manual_seed(seed)
    held: list[Tensor] = []
    kept: list[Tensor] = []
    for label in range(len(pictures.names)):
        members = torch.nonzero(pictures.labels == label).flatten()
        members = members[torch.randperm(len(members), generator=generator)]
        cut = min(max(1, round(len(members) * share)), max(len(members) - 1, 0))
        held.append(members[:cut])
        kept.append(members[cut:])
    return pictures.take(torch.cat(kept)), pictures.take(torch.cat(held))


def _entries(source: Path) -> Iterator[tuple[str, str, bytes]]:
    """(class, file, bytes) of every picture, in an order that does not depend on the disk."""
    if source.is_dir():
        for folder in sorted(p for p in source.iterdir() if p.is_dir()):
            for file in sorted(folder.rglob("*")):
                if file.suffix.lower() in SUFFIXES:
                    yield folder.name, str(file), file.read_bytes()
        return
    try:
        archive = tarfile.open(source)  # noqa: SIM115 - closed by the with below
    except (OSError, tarfile.TarError) as error:
        raise UserError(
            f"{source} is neither a folder nor a readable tar file.",
            hint="Give a folder that has one folder of pictures per class.",
        ) from error
    with archive:
        members = [m for m in archive.getmembers() if m.isfile()]
        for member in sorted(members, key=lambda m: m.name):
            path = PurePosixPath(member.name)
            content = archive.extractfile(member)
            if content is not None and path.suffix.lower() in SUFFIXES and len(path.parts) > 1:
                yield path.parent.name, member.name, content.read()


def _decode(content: bytes, side: int, channels: int, name: str) -> np.ndarray:
    """Short side to `side`, centre cropped; a picture of that size enters untouched."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            picture = opened.convert("RGB" if channels == 3 else "L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise UserError(
            f"{name} cannot be read as a picture.", hint="Remove or replace that file."
        ) from error
    if picture.size != (side, side):
        scale = side / min(picture.size)
        size = tuple(max(side, round(extent * scale)) for extent in picture.size)
        picture = picture.resize((size[0], size[1]), Image.Resampling.BICUBIC)
        left, top = (size[0] - side) // 2, (size[1] - side) // 2
        picture = picture.crop((left, top, left + side, top + side))
    return np.asarray(picture, dtype=np.uint8).reshape(side, side, channels)


def from_folders(
    source: Path,
    side: int,
    channels: int = 3,
    names: Sequence[str] | None = None,
    ctx: Context | None = None,
) -> PictureSet:
    """Read a folder (or tar) of class folders; with `names`, folders are matched to those."""
    if not source.exists():
        raise UserError(f"{source} does not exist.", hint="Give a folder of class folders.")
    ctx = ctx or Context.silent()
    pixels: list[np.ndarray] = []
    classes: list[str] = []
    for count, (label, name, content) in enumerate(_entries(source)):
        if count % 200 == 0:
            ctx.checkpoint()
            ctx.progress(count, 0, f"reading pictures: {count}")
        pixels.append(_decode(content, side, channels, name))
        classes.append(label)
    if not pixels:
        raise UserError(
            f"{source} holds no class folders with pictures.",
            hint="Put the pictures of each class into a folder of its own.",
        )
    order = tuple(names) if names is not None else tuple(sorted(set(classes)))
    unknown = sorted(set(classes) - set(order))
    if unknown:
        raise UserError(
            f"The network has no class called {unknown[0]!r}.",
            hint="Name the folders after the classes: " + ", ".join(order) + ".",
        )
    position = {label: i for i, label in enumerate(order)}
    return from_arrays(np.stack(pixels), np.array([position[c] for c in classes]), order)


def from_arrays(hwc8: np.ndarray, labels: np.ndarray, names: Sequence[str]) -> PictureSet:
    """Wrap (N, H, W, C) bytes and integer labels; nothing is copied."""
    images = torch.from_numpy(np.ascontiguousarray(hwc8)).permute(0, 3, 1, 2)
    return PictureSet(images, torch.from_numpy(labels.astype(np.int64)), tuple(names))


def _idx(path: Path, magic: int) -> np.ndarray:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found, count = struct.unpack(">II", raw[:8])
    if found != magic:
        raise UserError(f"{path} is not an MNIST file.", hint="Give the folder of idx files.")
    if magic == 0x803:
        rows, columns = struct.unpack(">II", raw[8:16])
        return np.frombuffer(raw, np.uint8, offset=16).reshape(count, rows, columns, 1).copy()
    return np.frombuffer(raw, np.uint8, offset=8).copy()


def from_mnist(folder: Path, part: str) -> PictureSet:
    """`part` is "train" or "t10k"; the files may be gzipped or not."""
    found: list[Path] = []
    for kind in ("images-idx3", "labels-idx1"):
        candidates = [
            folder / f"{part}-{kind}-ubyte{end}" for end in ("", ".gz")
        ]
        present = [c for c in candidates if c.is_file()]
        if not present:
            raise UserError(
                f"{folder} has no file {candidates[0].name}.",
                hint="Give the folder that holds the four MNIST idx files.",
            )
        found.append(present[0])
    try:
        images, labels = _idx(found[0], 0x803), _idx(found[1], 0x801)
    except (OSError, EOFError, struct.error, ValueError) as error:
        raise UserError(f"The MNIST files in {folder} are damaged.") from error
    return from_arrays(images, labels, [str(digit) for digit in range(10)])
