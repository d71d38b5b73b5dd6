"""Weights from a file as plain float32 tensors under plain names; no code in it ever runs."""

from __future__ import annotations

import pickle
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import hashes
from cnnviz_app.nets.fingerprint import Shape, modern
from cnnviz_app.nets.kinds import kind

# where training scripts put the weights; an average over training comes first when there is one
_WRAPPINGS = (
    "model_ema", "state_dict_ema", "ema_state_dict", "ema", "state_dict", "model_state_dict",
    "model_state", "model", "net", "network", "module", "weights", "params", "student",
)
_PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "network.", "ema_model.")
_COUNTERS = ("n_averaged", "total_ops", "total_params")
_PACKED = ("_packed_params", "zero_point")
_AGAIN = "Copy or download it again."
_SAVE_ONE = "Save the one to look into on its own: torch.save(model.state_dict(), file)."
_SAVE = "Save it again with torch.save(model.state_dict(), file), or as .safetensors."


@dataclass(frozen=True)
class Weights:
    """What a file of weights holds, ready to be loaded.

    Attributes:
        sha256: of the file, byte for byte.
    """

    path: Path
    tensors: Mapping[str, Tensor]
    sha256: str

    @property
    def shapes(self) -> dict[str, Shape]:
        return {key: tuple(tensor.shape) for key, tensor in self.tensors.items()}

    @property
    def params(self) -> int:
        return sum(t.numel() for key, t in self.tensors.items() if "running_" not in key)


def read(path: Path, ctx: Context | None = None) -> Weights:
    """Read and check a file of weights; every failure is a UserError."""
    found = kind(path)
    if found in {"python", "exported", "torchscript"}:
        raise UserError(
            f"{path.name} is a whole model, not a file of weights.",
            "Open it as a model of its own, without naming another.",
        )
    try:
        content = _safetensors(path) if found == "safetensors" else _pickled(path)
        tensors = _checked(path, _unwrapped(path, content))
        return Weights(path, tensors, hashes.sha256(path, ctx))
    except MemoryError as error:
        raise UserError(
            f"There is not enough memory to read {path.name}.", "Close other models first."
        ) from error
    except OSError as error:
        raise UserError(
            f"{path.name} could not be read: {error.strerror or 'the device failed'}.", _AGAIN
        ) from error


def _safetensors(path: Path) -> object:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, ValueError, RuntimeError, KeyError) as error:
        short = "not fully covered" in str(error)
        raise UserError(
            f"{path.name} is {'incomplete' if short else 'damaged'} as a safetensors file.", _AGAIN
        ) from error


def _pickled(path: Path) -> object:
    """Tensors, numbers, texts and containers of them; torch refuses everything else unread."""
    if zipfile.is_zipfile(path):
        _check_sums(path)
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise _refusal(path, str(error)) from error
    except OSError:
        raise
    except Exception as error:  # a damaged pickle can raise anything at all
        raise UserError(
            f"{path.name} is damaged or was only half copied or downloaded.", _AGAIN
        ) from error


def _check_sums(path: Path) -> None:
    """torch does not look at the checksums of its own archives; one flipped bit would go unseen.

    A writer can be told to leave checksums out, and then every part with numbers has a wrong one.
    """
    wrong = whole = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                if part.file_size and "/data/" in part.filename:
                    sound = _is_sound(archive, part)
                    wrong, whole = wrong + (not sound), whole + sound
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, zlib.error) as error:
        raise UserError(
            f"{path.name} is damaged or was only half copied or downloaded.", _AGAIN
        ) from error
    if wrong and whole:
        raise UserError(f"{path.name} is damaged: its checksum is wrong.", _AGAIN)


def _is_sound(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    expected, part.CRC = part.CRC, None  # type: ignore[assignment]  # None: do not check, we do
    found = 0
    with archive.open(part) as content:
        while chunk := content.read(1 << 20):
            found = zlib.crc32(chunk, found)
    return found == expected


def _refusal(path: Path, reason: str) -> UserError:
    found = re.search(r"(?:GLOBAL|Unsupported (?:class|global):?(?: GLOBAL)?)\s+([\w.]+)", reason)
    if found is None:
        return UserError(f"{path.name} is damaged or no file of tensors.", _AGAIN)
    name = found.group(1)
    return UserError(
        f"{path.name} holds Python objects ({name}), which could run code; it was not opened.",
        f"Only tensors are read. {_SAVE}",
    )


def _is_state(content: object) -> bool:
    return isinstance(content, Mapping) and any(isinstance(v, Tensor) for v in content.values())


def _unwrapped(path: Path, content: object) -> dict[str, Tensor]:
    """Down through {"state_dict": …} and "module." to the names the architecture uses."""
    for _depth in range(4):
        if not isinstance(content, Mapping):
            break
        inner = next((content[k] for k in _WRAPPINGS if _is_inner(content.get(k))), None)
        if inner is None:
            break
        content = inner
    if isinstance(content, Tensor):
        raise UserError(f"{path.name} holds one tensor, not the weights of a network.", _SAVE)
    if not isinstance(content, Mapping):
        what = type(content).__name__
        raise UserError(
            f"{path.name} holds an object of type {what}, not named tensors.", _SAVE
        )
    if not content:
        raise UserError(f"{path.name} holds an empty table: no weights were saved in it.", _SAVE)
    _not_quantised(path, content)
    tensors = {str(k): v for k, v in content.items() if isinstance(v, Tensor)}
    tensors = {k: v for k, v in tensors.items() if k.rpartition(".")[2] not in _COUNTERS}
    if not tensors:
        kept = ", ".join(str(key) for key in list(content)[:3])
        if any(_is_state(value) for value in content.values()):
            raise UserError(f"{path.name} holds several networks ({kept}).", _SAVE_ONE)
        raise UserError(f"{path.name} holds no weights, only {kept}.", _SAVE)
    return {modern(key): value for key, value in _without_prefix(tensors).items()}


def _is_inner(value: object) -> bool:
    return isinstance(value, Mapping) and (
        _is_state(value) or any(isinstance(inner, Mapping) for inner in value.values())
    )


def _without_prefix(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    stripped = True
    while stripped:
        stripped = False
        for prefix in _PREFIXES:
            if all(key.startswith(prefix) for key in tensors):
                tensors = {key[len(prefix):]: value for key, value in tensors.items()}
                stripped = True
    return tensors


def _not_quantised(path: Path, content: Mapping[Any, Any]) -> None:
    whole = (torch.int8, torch.uint8, torch.quint8, torch.qint8, torch.qint32)
    packed = any(isinstance(k, str) and k.endswith(_PACKED) for k in content)
    if packed or any(isinstance(v, Tensor) and v.dtype in whole and v.dim() > 1
                     for v in content.values()):
        raise UserError(
            f"{path.name} is quantised to 8-bit numbers, which cannot be looked into here.",
            "Use the weights from before quantisation (32 or 16 bit).",
        )


def _checked(path: Path, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Real, finite, 32-bit; whole numbers (counters, indices) stay as they are."""
    checked: dict[str, Tensor] = {}
    for key, tensor in tensors.items():
        if tensor.is_complex():
            raise UserError(f"{path.name} holds complex numbers (in {key}).", _SAVE)
        if tensor.layout != torch.strided:
            tensor = tensor.to_dense()
        if tensor.is_meta:
            raise UserError(f"{path.name} holds shapes without numbers (in {key}).", _SAVE)
        tensor = tensor.detach()
        if tensor.is_floating_point():
            tensor = tensor.float()
            if not bool(torch.isfinite(tensor).all()):
                raise UserError(
                    f"{path.name} holds values that are not numbers (in {key}).",
                    "The training went astray or the file is damaged: use an earlier one.",
                )
        checked[key] = tensor
    return checked
