"""PNG files chunk by chunk: texts put in and taken out again, and 16-bit colour written."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz_app.core.errors import UserError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Pillow, and everything built on it, refuses a file whose compressed text grows beyond 1 MiB,
# and texts of more than 64 MiB in all: longer texts are stored plain, more than that not at all.
PLAIN_FROM = 1_000_000
MAX_TEXT_BYTES = 60_000_000
_KEYWORD = re.compile(r"[!-~]([ -~]{0,77}[!-~])?")
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
Pixels8 = npt.NDArray[np.uint8]


class DamagedPngError(UserError):
    """The chunks do not add up."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, "Copy or download it again.")


class CutPngError(DamagedPngError):
    """The end is missing; the pixels may still all be there."""

    def __init__(self) -> None:
        super().__init__("This PNG file is damaged: its end is missing.")


def is_png(data: bytes) -> bool:
    return data.startswith(SIGNATURE)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk up to IEND; DamagedPngError when one is cut or altered."""
    if not is_png(data):
        raise DamagedPngError("This is not a PNG file.")
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 8 + length
        if end + 4 > len(data):
            break
        if zlib.crc32(data[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise DamagedPngError("This PNG file is damaged: a part of it has changed.")
        yield kind, data[at + 8 : end]
        if kind == b"IEND":
            return
        at = end + 4
    raise CutPngError


def bit_depth(data: bytes) -> int:
    """Bits per channel as the header says; 0 for anything that is not a PNG."""
    return data[24] if is_png(data) and data[12:16] == b"IHDR" and len(data) > 24 else 0


def insert_texts(data: bytes, texts: Mapping[str, str]) -> bytes:
    """The same picture carrying `texts`; texts of the same keyword are replaced."""
    out = [SIGNATURE]
    for kind, content in chunks(data):
        if kind in _TEXT_CHUNKS and _keyword(content) in texts:
            continue
        out.append(_chunk(kind, content))
        if kind == b"IHDR":
            # Before the pixels, so that a reader need not go through them first.
            out.extend(_chunk(b"iTXt", _pack_text(key, text)) for key, text in texts.items())
    return b"".join(out)


def read_texts(data: bytes) -> dict[str, str]:
    """Every international text of the file; damaged ones raise DamagedPngError."""
    found: dict[str, str] = {}
    room = MAX_TEXT_BYTES
    for kind, content in chunks(data):
        if kind == b"iTXt":
            key, text, used = _unpack_text(content, room)
            room -= used
            found.setdefault(key, text)
    return found


def without_texts(data: bytes) -> bytes:
    """The picture alone: long texts of other programs must not keep it from opening.

    Each part is checked on the way: pixels that have changed still decode to something.
    """
    try:
        kept = [_chunk(kind, content) for kind, content in chunks(data)
                if kind not in _TEXT_CHUNKS]  # fmt: skip
    except CutPngError:
        return data
    return SIGNATURE + b"".join(kept)


def encode8(pixels: Pixels8) -> bytes:
    """A PNG of uint8 H×W or H×W×3 pixels."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def encode16(pixels: npt.NDArray[np.uint16]) -> bytes:
    """A PNG of uint16 H×W×3 (or H×W) pixels, which Pillow cannot write."""
    height, width = pixels.shape[:2]
    colour_type = 2 if pixels.ndim == 3 else 0
    rows = np.ascontiguousarray(pixels, dtype=">u2").reshape(height, -1).view(np.uint8)
    # Filter 2 ("up"): each byte minus the one above it, modulo 256.
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    filtered = np.hstack([np.full((height, 1), 2, np.uint8), rows - above])
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return SIGNATURE + b"".join(
        [_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6)),
         _chunk(b"IEND", b"")]
    )  # fmt: skip


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def _keyword(content: bytes) -> str:
    return content.partition(b"\0")[0].decode("latin-1")


def _pack_text(key: str, text: str) -> bytes:
    if not _KEYWORD.fullmatch(key):
        raise ValueError(f"not a PNG keyword: {key!r}")
    raw = text.encode("utf-8")
    squeeze = len(raw) <= PLAIN_FROM
    body = _squeezed(raw) if squeeze else raw
    # keyword, compression flag, compression method, no language, no translated keyword
    return key.encode("ascii") + bytes([0, squeeze, 0, 0, 0]) + body


def _squeezed(raw: bytes) -> bytes:
    # Long texts are base64 of what is compressed already: only its wasted bits can be saved,
    # and searching for repetitions in it would take ten times as long.
    way = zlib.Z_HUFFMAN_ONLY if len(raw) > 2**16 else zlib.Z_DEFAULT_STRATEGY
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS, 9, way)
    return packer.compress(raw) + packer.flush()


def _unpack_text(content: bytes, room: int) -> tuple[str, str, int]:
    key, _, rest = content.partition(b"\0")
    parts = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(parts) != 3:
        raise DamagedPngError("A text inside this PNG file is damaged.")
    body = parts[2]
    try:
        if rest[0]:
            unpacker = zlib.decompressobj()
            body = unpacker.decompress(body, max(room, 1))
            if not unpacker.eof:
                raise DamagedPngError("A text inside this PNG file is damaged or far too long.")
        return key.decode("latin-1"), body.decode("utf-8"), len(body)
    except (zlib.error, UnicodeDecodeError):
        raise DamagedPngError("A text inside this PNG file is damaged.") from None
