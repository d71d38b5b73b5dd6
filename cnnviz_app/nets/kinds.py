"""What a file is, told from its first bytes and never from its name alone; nothing is unpickled."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path
from typing import Literal

from cnnviz_app.core.errors import UserError

Kind = Literal["state", "legacy", "safetensors", "torchscript", "exported", "python"]

_SAVE_AGAIN = "Save the weights with torch.save(model.state_dict(), file) or as .safetensors."
_EXPORT = "Open it where it was made and save the PyTorch weights, or a torch.export file (.pt2)."
_OTHER_SUFFIX = {
    ".onnx": "an ONNX model",
    ".pb": "a TensorFlow graph",
    ".tflite": "a TensorFlow Lite model",
    ".mlmodel": "a Core ML model",
    ".mlpackage": "a Core ML model",
    ".caffemodel": "a Caffe model",
    ".prototxt": "a Caffe model",
    ".pdparams": "a Paddle model",
    ".msgpack": "a Flax model",
    ".engine": "a TensorRT engine",
    ".keras": "a Keras model",
    ".h5": "a Keras (HDF5) model",
    ".hdf5": "a Keras (HDF5) model",
}
_OTHER_MAGIC = {
    b"\x89HDF\r\n\x1a\n": "a Keras (HDF5) model",
    b"GGUF": "a language model (GGUF)",
    b"\x93NUMPY": "a NumPy array",
}
# the number torch wrote at the start of its files before they became zip archives
_LEGACY_MAGIC = bytes.fromhex("8a0a6cfc9c46f9206aa85019")
_PICTURES = {
    b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"BM": "BMP", b"RIFF": "WebP",
}
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd")


def kind(path: Path) -> Kind:
    """The kind of model file, or a UserError that says what it is instead."""
    _must_be_readable(path)
    if path.suffix.lower() == ".py":
        return "python"
    with path.open("rb") as file:
        head = file.read(512)
    _not_a_stand_in(path, head)
    _not_another_format(path, head)
    if head.startswith(b"PK"):
        return _kind_of_archive(path)
    if _is_safetensors(path, head):
        return "safetensors"
    if head[:1] == b"\x80" and head[1:2] in {b"\x02", b"\x03", b"\x04", b"\x05"}:
        if _LEGACY_MAGIC in head[:40]:
            return "legacy"
        raise UserError(
            f"{path.name} is a Python pickle, which could run code; it was not opened.",
            _SAVE_AGAIN,
        )
    if path.suffix.lower() == ".safetensors":
        raise UserError(
            f"{path.name} is damaged: its beginning is not that of a safetensors file.",
            "Copy or download it again.",
        )
    if head.count(0) == len(head):
        raise UserError(
            f"{path.name} holds only zeros: the copy or download was broken off.",
            "Copy or download it again.",
        )
    raise UserError(
        f"{path.name} is not a file of weights that CNNViz knows.",
        "It opens .pth and .pt with tensors only, .safetensors, .pt2, TorchScript and .py.",
    )


def _must_be_readable(path: Path) -> None:
    if path.is_dir():
        if (path / "saved_model.pb").exists():
            raise UserError(f"{path.name} is a TensorFlow model folder, not a file.", _EXPORT)
        raise UserError(f"{path.name} is a folder, not a file of weights.", "Choose a file in it.")
    if not path.exists():
        broken = " (a link to a file that is gone)" if path.is_symlink() else ""
        raise UserError(f"There is no file {path}{broken}.", "Check the name, or choose it again.")
    if not path.is_file():
        raise UserError(f"{path.name} is a device, not a file of weights.", "Choose a file.")
    if path.stat().st_size == 0:
        raise UserError(
            f"{path.name} is empty (0 bytes).", "The copy or download was broken off: repeat it."
        )
    if not os.access(path, os.R_OK):
        raise UserError(
            f"{path.name} may not be read by you.", "Change its permissions, or copy it."
        )


def _not_a_stand_in(path: Path, head: bytes) -> None:
    """Small text files that arrive in place of what was wanted."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"version https://git-lfs"):
        raise UserError(
            f"{path.name} is only a Git LFS pointer, not the weights themselves.",
            "Run 'git lfs pull' in that folder, or download the file itself.",
        )
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body")):
        raise UserError(
            f"{path.name} is a web page saved under the name of a weights file.",
            "Download it again: a log-in or error page came instead of the file.",
        )
    if start.startswith((b'{"', b"{\n", b"{ ", b"[")) and path.suffix.lower() != ".safetensors":
        raise UserError(
            f"{path.name} is a JSON text, not a file of weights.",
            "Choose the file with the weights, usually .pth or .safetensors.",
        )


def _not_another_format(path: Path, head: bytes) -> None:
    suffix = path.suffix.lower()
    what = next((name for magic, name in _OTHER_MAGIC.items() if head.startswith(magic)), "")
    if head[4:8] == b"TFL3":
        what = _OTHER_SUFFIX[".tflite"]
    torch_like = head.startswith((b"PK", b"\x80")) and suffix != ".keras"
    what = what or ("" if torch_like else _OTHER_SUFFIX.get(suffix, ""))
    if what:
        raise UserError(f"{path.name} is {what}, which CNNViz cannot open.", _EXPORT)
    picture = next((name for magic, name in _PICTURES.items() if head.startswith(magic)), "")
    if picture:
        raise UserError(
            f"{path.name} is a picture ({picture}), not a file of weights.",
            "Open it as a picture, and choose the weights again.",
        )
    if head.startswith(_PACKED) or head[257:262] == b"ustar":
        raise UserError(
            f"{path.name} is a packed archive, not a file of weights.",
            "Unpack it and choose the file of weights inside.",
        )


def _is_safetensors(path: Path, head: bytes) -> bool:
    if len(head) < 9 or head[8:9] != b"{":
        return False
    length = struct.unpack("<Q", head[:8])[0]
    return bool(0 < length < 100_000_000 and length < 8 * path.stat().st_size + 1_000_000)


def _kind_of_archive(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UserError(
            f"{path.name} is damaged: its end is missing or unreadable.",
            "The copy or download was broken off: repeat it.",
        ) from error
    inside = [name.partition("/")[2] for name in names]
    if any(name.startswith(("models/", "data/aotinductor/")) for name in inside) or any(
        name.endswith("serialized_exported_program.json") for name in names
    ):
        return "exported"
    if "data.pkl" in inside:
        return "torchscript" if any(n.startswith("code/") for n in inside) else "state"
    if any(name.endswith((".pth", ".pt", ".safetensors", ".py")) for name in names):
        raise UserError(
            f"{path.name} is a zip archive with models inside.",
            "Unpack it and choose the file of weights inside.",
        )
    if names and all(name.endswith(".npy") for name in names):
        raise UserError(f"{path.name} is a NumPy archive, which CNNViz cannot open.", _SAVE_AGAIN)
    what = "a Keras model" if "config.json" in names else "a zip archive of other things"
    raise UserError(f"{path.name} is {what}, not PyTorch weights.", _SAVE_AGAIN)
