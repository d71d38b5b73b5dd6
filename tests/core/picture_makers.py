"""Encoded pictures of every kind a test could want, good, odd and broken."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from cnnviz_app.core import png


def photo(height: int = 48, width: int = 64) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A smooth coloured picture with a bright corner at the top left."""
    y, x = np.mgrid[0:height, 0:width]
    levels = np.stack([x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1), (x * y) % 251])
    pixels = levels.transpose(1, 2, 0).astype(np.uint8)
    pixels[: height // 4, : width // 4] = 255
    return pixels


def encoded(format: str, image: Image.Image | None = None, **options: Any) -> bytes:
    buffer = io.BytesIO()
    (image or Image.fromarray(photo())).save(buffer, format, **options)
    return buffer.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return (struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content)))  # fmt: skip


def header_only(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG that promises so many pixels and holds hardly any."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (png.SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body))
            + chunk(b"IEND", b""))  # fmt: skip


def cut(format: str, keep: float, **options: Any) -> Callable[[], bytes]:
    def data() -> bytes:
        whole = encoded(format, **options)
        return whole[: int(len(whole) * keep)]

    return data


def animation(format: str) -> Callable[[], bytes]:
    frames = [Image.fromarray(np.roll(photo(), n * 8, axis=1)) for n in range(3)]
    return lambda: encoded(format, frames[0], save_all=True, append_images=frames[1:], duration=50)


def alpha(mode: str, **options: Any) -> Callable[[], bytes]:
    image = Image.fromarray(photo()).convert("RGBA")
    image.putalpha(Image.fromarray(photo()[..., 0]))
    return lambda: encoded("PNG", image.convert(mode), **options)


def palette() -> bytes:
    return encoded("PNG", Image.fromarray(photo()).quantize(16), transparency=3)


def cmyk(adobe: bool) -> Callable[[], bytes]:
    def data() -> bytes:
        whole = encoded("JPEG", Image.fromarray(photo()).convert("CMYK"), quality=95)
        at = whole.find(b"\xff\xee\x00\x0eAdobe")
        assert at > 0
        return whole if adobe else whole[:at] + whole[at + 16 :]

    return data


def sixteen_bits() -> bytes:
    return png.encode16(photo().astype(np.uint16) * 257)


def grey16() -> bytes:
    return encoded("PNG", Image.fromarray(photo()[..., 0].astype(np.uint16) * 257))


def float_tiff(low: float, high: float, hole: bool = False) -> Callable[[], bytes]:
    values = photo()[..., 0].astype(np.float32) / 255 * (high - low) + low
    if hole:
        values[5, 5] = np.nan
    return lambda: encoded("TIFF", Image.fromarray(values))


def exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded("JPEG", exif=exif, quality=95)


def damaged_middle(format: str, **options: Any) -> Callable[[], bytes]:
    def data() -> bytes:
        whole = bytearray(encoded(format, **options))
        whole[len(whole) // 2 : len(whole) // 2 + 40] = b"\xff" * 40
        return bytes(whole)

    return data
