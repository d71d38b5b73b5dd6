"""Pictures from files and back: bad ones get a sentence, good ones become 8-bit RGB pixels."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import os
import threading
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from cnnviz_app.core import png
from cnnviz_app.core.atomic import shown, write_bytes
from cnnviz_app.core.conversion import to_rgb8
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.reading import read_file
from cnnviz_app.core.signatures import RAW_SUFFIXES, refuse_known, unknown

Pixels8 = npt.NDArray[np.uint8]
MAX_DECODED_PIXELS = 128_000_000
MAX_KEPT_PIXELS = 40_000_000
_COMMON = ("PNG", "JPEG", "GIF", "BMP", "PPM")
_OTHERS = ("WEBP", "TIFF", "AVIF", "DIB", "PCX", "JPEG2000", "SGI", "QOI", "DDS")
_DNG_VERSION_TAG = 50706
_BITS_TAG = 258
_hush_lock = threading.Lock()

# Pillow's own limit warns or raises by size alone; ours is checked below, from the header too.
Image.MAX_IMAGE_PIXELS = None
# Where no log is kept, Pillow's remarks on damaged files must not end on standard error.
logging.getLogger("PIL").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Loaded:
    """A picture as it enters the program.

    Attributes:
        pixels: read-only uint8 H×W×3, sRGB, upright.
        notes: what was done to it that its owner may want to know, one sentence each.
        name: the file's name, fit to be shown.
    """

    pixels: Pixels8
    notes: tuple[str, ...] = ()
    name: str = ""


def load(source: str | os.PathLike[str] | bytes, name: str = "") -> Loaded:
    """The picture in a file, or in the bytes of one; UserError says why there is none."""
    if isinstance(source, bytes):
        data, name = source, shown(name) if name else "This picture"
        if not data:
            raise UserError(f"“{name}” is empty (0 bytes).", "Copy or download it again.")
    else:
        data, name = read_file(source), shown(name or source)
    refuse_known(data, name)
    # Pillow's remarks on odd files would end on standard error; the notes say what matters.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    try:
        if png.is_png(data):
            data = png.without_texts(data)
        with _opened(data, name) as image:
            full = image.width * image.height
            _check_size(image, name)
            with _hushed() if image.format == "TIFF" else contextlib.nullcontext():
                pixels, notes = to_rgb8(image, deep=_is_deep(image, data))
            pixels, more = _working_size(pixels, full)
    except png.DamagedPngError as error:
        raise _damaged(name) from error
    except UserError:
        raise
    except MemoryError:
        raise UserError(f"There is not enough memory to open “{name}”.",
                        "Close other programs, or make it smaller first.") from None  # fmt: skip
    except Exception as error:
        # A damaged file makes a decoder raise anything, so anything means damaged.
        raise _damaged(name) from error
    return Loaded(read_only(pixels), (*notes, *more), name)


def _damaged(name: str) -> UserError:
    return UserError(f"“{name}” is damaged or incomplete.", "Copy or download it again.")


def read_only(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same pixels, in one piece, that nobody can write to."""
    whole = np.ascontiguousarray(pixels)
    if whole.flags.writeable:
        whole = whole if whole.base is None and whole is not pixels else whole.copy()
        whole.setflags(write=False)
    return whole


def content_id(pixels: Pixels8) -> str:
    """A name for what is in the picture: SHA-256 of its shape and its bytes."""
    digest = hashlib.sha256(repr(tuple(pixels.shape)).encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def save_png(
    path: str | os.PathLike[str], hwc8: Pixels8, texts: Mapping[str, str] | None = None
) -> None:
    """Save uint8 pixels (or uint16 ones, as 16-bit PNG) with texts inside; all or nothing."""
    write_bytes(path, png_bytes(hwc8, texts))


def png_bytes(pixels: npt.NDArray[Any], texts: Mapping[str, str] | None = None) -> bytes:
    data = png.encode16(pixels) if pixels.dtype == np.uint16 else png.encode8(pixels)
    return png.insert_texts(data, texts) if texts else data


def to_float(pixels: Pixels8) -> npt.NDArray[np.float32]:
    """Levels 0…255 as float32 in [0, 1]."""
    return np.asarray(pixels, dtype=np.float32) / np.float32(255)


def to_uint8(image01: npt.NDArray[Any]) -> Pixels8:
    """[0, 1] as the nearest level, halves upward; what lies outside is cut, no-number is 0."""
    levels = _unit(image01, np.float32) * np.float32(255)
    nearest: Pixels8 = np.floor(levels + np.float32(0.5)).astype(np.uint8)
    return nearest


def to_uint16(image01: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    """[0, 1] as the nearest of 65 536 levels, for 16-bit export."""
    return np.floor(_unit(image01, np.float64) * 65535 + 0.5).astype(np.uint16)


def _unit(values: npt.NDArray[Any], kind: type[Any]) -> npt.NDArray[Any]:
    numbers = np.nan_to_num(np.asarray(values, dtype=kind), nan=0.0, posinf=1.0, neginf=0.0)
    inside: npt.NDArray[Any] = np.clip(numbers, 0, 1)
    return inside


def short_side_crop(pixels: Pixels8, height: int, width: int) -> Pixels8:
    """Scaled until it just covers height×width, then the centre; untouched if that size already."""
    h, w = pixels.shape[:2]
    if (h, w) == (height, width):
        return pixels
    # The short side is met exactly; the other is cut down to whole pixels as torchvision does.
    if h * width <= w * height:
        tall, wide = height, max(width, int(height * w / h))
    else:
        tall, wide = max(height, int(width * h / w)), width
    top, left = round((tall - height) / 2), round((wide - width) / 2)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if tall * wide <= 16 * height * width:
        whole = image.resize((wide, tall), Image.Resampling.BILINEAR)
        return np.asarray(whole.crop((left, top, left + width, top + height)))
    # A 1×4000 strip would be gigantic in full: only the part that stays is computed.
    box = (left * w / wide, top * h / tall, (left + width) * w / wide, (top + height) * h / tall)
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR, box=box))


def fit_long_side(pixels: Pixels8, longest: int) -> Pixels8:
    """Scaled down until its long side is at most `longest`; smaller pictures stay as they are."""
    h, w = pixels.shape[:2]
    if max(h, w) <= longest:
        return pixels
    scale = longest / max(h, w)
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def _opened(data: bytes, name: str) -> Image.Image:
    """Pillow's picture, its size already found acceptable; nothing is decoded yet."""
    try:
        image = _identified(data, name)
    except UnidentifiedImageError:
        if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
            raise UserError(
                f"“{name}” is a TIFF of a kind CNNViz cannot read, or damaged.",
                "Save it as PNG, or as a plain TIFF with one or three channels.",
            ) from None
        if _looks_like_a_picture(data):
            raise
        raise unknown(data, name) from None
    if image.format == "TIFF" and (
        _DNG_VERSION_TAG in getattr(image, "tag_v2", ()) or name.lower().endswith(RAW_SUFFIXES)
    ):
        image.close()
        raise UserError(f"“{name}” is a raw file of a camera, not a finished picture.",
                        "Export it as JPEG or 16-bit TIFF from the camera's program.")  # fmt: skip
    return image


def _identified(data: bytes, name: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=_COMMON)
    except UnidentifiedImageError:
        # Pillow imports all its other formats at once, which takes too long for the first picture.
        Image.init()
        # Targa files have no mark of their own, so that anything might pass for one.
        more = (*_OTHERS, "TGA") if name.lower().endswith(".tga") else _OTHERS
        formats = [format for format in more if format in Image.OPEN]
        return Image.open(io.BytesIO(data), formats=formats)


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Libtiff writes its complaints straight to standard error, where they help nobody."""
    with _hush_lock:
        try:
            kept = os.dup(2)
        except OSError:  # a program without a console has no standard error
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


def _looks_like_a_picture(data: bytes) -> bool:
    starts = (png.SIGNATURE, b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
    return data.startswith(starts) or data[4:12] == b"ftypavif"


def _check_size(image: Image.Image, name: str) -> None:
    """Refuse by the header what would not fit in memory; huge JPEGs are decoded smaller."""
    width, height = image.size
    if width < 1 or height < 1:
        raise UserError(f"“{name}” has no pixels.", "Save it again from the program that made it.")
    if width * height > 2 * MAX_KEPT_PIXELS and image.format == "JPEG":
        # A JPEG can be decoded at 1/2, 1/4 or 1/8 of its size without ever being whole in memory.
        part = next((n for n in (2, 4, 8) if width * height <= MAX_KEPT_PIXELS * n * n), 8)
        image.draft(None, (width // part, height // part))
    if image.width * image.height > MAX_DECODED_PIXELS:
        raise UserError(
            f"“{name}” has {width} × {height} pixels; at most "
            f"{MAX_DECODED_PIXELS // 10**6} million can be opened.", "Make it smaller first.",
        )  # fmt: skip


def _working_size(pixels: Pixels8, full: int) -> tuple[Pixels8, tuple[str, ...]]:
    """At most MAX_KEPT_PIXELS, with a note when that, or the decoding, made it smaller."""
    count = pixels.shape[0] * pixels.shape[1]
    if count > MAX_KEPT_PIXELS:
        scale = (MAX_KEPT_PIXELS / count) ** 0.5
        pixels = fit_long_side(pixels, max(1, int(max(pixels.shape[:2]) * scale)))
    if pixels.shape[0] * pixels.shape[1] == full:
        return pixels, ()
    height, width = pixels.shape[:2]
    return pixels, (f"The picture has {full / 1e6:.0f} million pixels and was scaled down to "
                    f"{width} × {height}.",)  # fmt: skip


def _is_deep(image: Image.Image, data: bytes) -> bool:
    """Whether the file held more than 8 bits per channel, also where Pillow gives only 8."""
    if image.format == "TIFF":
        bits = getattr(image, "tag_v2", {}).get(_BITS_TAG, 8)
        return bool(max(bits if isinstance(bits, tuple) else (bits,)) > 8)
    return png.bit_depth(data) > 8
