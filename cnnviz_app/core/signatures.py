"""What a file that is no picture probably is, told from its first bytes."""

from __future__ import annotations

import re

from cnnviz_app.core.errors import UserError

_KNOWN = "CNNViz opens PNG, JPEG, WebP, AVIF, GIF, TIFF, BMP and some others."
_AS_PNG = "Export it as PNG or JPEG from the program that made it."
_AS_TIFF = "Export it as PNG or TIFF from the program that made it."
_ONE_FRAME = "Save one frame of it as PNG (most players can take a snapshot)."
_RAW = ("is a raw file of a camera, not a finished picture.", "Export it as JPEG or 16-bit TIFF "
        "from the camera's program.")  # fmt: skip
_VIDEO = ("is a video, not a picture.", _ONE_FRAME)
_HEIC = ("is a HEIC photograph, which CNNViz cannot read.", "Export it as JPEG; on the telephone, "
         "choose the camera format “Most compatible”.")  # fmt: skip
_WEIGHTS = ("holds the weights of a network, not a picture.", "Open it from the Model browser, or "
            "give it with --weights.")  # fmt: skip
_ARCHIVE = ("is an archive or an office document, not a picture.", "Unpack it, or save the "
            "picture inside it as a file.")  # fmt: skip

RAW_SUFFIXES = (".nef", ".nrw", ".cr2", ".cr3", ".arw", ".sr2", ".dng", ".orf", ".rw2", ".raf",
                ".pef", ".srw", ".3fr", ".iiq", ".erf")  # fmt: skip
_WEIGHT_SUFFIXES = (".pth", ".pt", ".pt2", ".safetensors", ".ckpt", ".onnx", ".h5")

_STARTS: tuple[tuple[bytes, tuple[str, str]], ...] = (
    (b"%PDF", ("is a PDF document, not a picture.", "Save the page as PNG, or take a screenshot "
               "of it.")),
    (b"%!PS", ("is a PostScript drawing, not a picture made of pixels.", _AS_PNG)),
    (b"8BPS", ("is a Photoshop document.", _AS_PNG)),
    (b"gimp xcf", ("is a GIMP document.", _AS_PNG)),
    (b"\xff\x0a", ("is a JPEG XL picture, which CNNViz cannot read.", _AS_PNG)),
    (b"\0\0\0\x0cJXL ", ("is a JPEG XL picture, which CNNViz cannot read.", _AS_PNG)),
    (b"\x76\x2f\x31\x01", ("is an OpenEXR picture, which CNNViz cannot read.", _AS_TIFF)),
    (b"#?RADIANCE", ("is a Radiance HDR picture, which CNNViz cannot read.", _AS_TIFF)),
    (b"SIMPLE  =", ("is a FITS file of astronomy, which CNNViz cannot read.", _AS_TIFF)),
    (b"\0\0\x01\0", ("is an icon, not a picture.", _AS_PNG)),
    (b"icns", ("is an icon, not a picture.", _AS_PNG)),
    (b"FUJIFILMCCD-RAW", _RAW), (b"IIRO", _RAW), (b"IIRS", _RAW), (b"IIU\0", _RAW),
    (b"\x1a\x45\xdf\xa3", _VIDEO), (b"\0\0\x01\xba", _VIDEO), (b"FLV\x01", _VIDEO),
    (b"OggS", _VIDEO),
    (b"\x93NUMPY", ("is an array of numbers, not a picture.", "Save it as PNG first.")),
    (b"PK\x03\x04", _ARCHIVE), (b"\x1f\x8b", _ARCHIVE), (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE), (b"\xd0\xcf\x11\xe0", _ARCHIVE),
)  # fmt: skip


def refuse_known(data: bytes, name: str) -> None:
    """Raise the right sentence when `data` is a known kind of file that is not a picture."""
    found = _what(data, name.lower())
    if found:
        raise UserError(f"“{name}” {found[0]}", found[1])


def unknown(data: bytes, name: str) -> UserError:
    """The sentence for bytes nobody recognises."""
    if name.lower().endswith(_WEIGHT_SUFFIXES):
        return UserError(f"“{name}” {_WEIGHTS[0]}", _WEIGHTS[1])
    if not any(data[:4096]):
        return UserError(f"“{name}” holds nothing but zeros.", "Copy or download it again.")
    if _is_text(data[:4096]):
        return UserError(f"“{name}” is a text file, not a picture.", _KNOWN)
    return UserError(f"“{name}” is not a picture CNNViz knows.", _KNOWN)


def _what(data: bytes, name: str) -> tuple[str, str] | None:
    for start, answer in _STARTS:
        if data.startswith(start):
            weights = answer is _ARCHIVE and name.endswith(_WEIGHT_SUFFIXES)
            return _WEIGHTS if weights else answer
    if data[4:8] == b"ftyp":
        return _iso_media(data[8:12], data[16:64])
    if data[128:132] == b"DICM":
        return ("is a DICOM file of medicine, which CNNViz cannot read.", _AS_TIFF)
    if data.startswith(b"RIFF") and data[8:12] == b"AVI ":
        return _VIDEO
    if data[:4] in (b"II*\0", b"MM\0*") and (name.endswith(RAW_SUFFIXES) or data[8:10] == b"CR"):
        return _RAW
    return _markup(data[:4096])


def _iso_media(brand: bytes, others: bytes) -> tuple[str, str] | None:
    if brand in (b"avif", b"avis") or b"avif" in others:
        return None
    if brand in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        return _HEIC
    return _RAW if brand == b"crx " else _VIDEO


def _markup(head: bytes) -> tuple[str, str] | None:
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    text = re.sub(r"<\?.*?\?>|<!--.*?-->", "", text, flags=re.DOTALL).lstrip("\ufeff \t\r\n")
    text = text.lower()
    if text.startswith("<svg") or (text.startswith("<!doctype svg")):
        return ("is an SVG drawing, not a picture made of pixels.", "Export it as PNG, for "
                "example from a browser or from Inkscape.")  # fmt: skip
    if text.startswith(("<!doctype html", "<html")):
        return ("is a web page, not a picture.", "Open the page and save the picture itself.")
    return None


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(c.isprintable() or c in "\r\n\t\f" for c in text)
