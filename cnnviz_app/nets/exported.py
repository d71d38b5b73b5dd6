"""torch.export and TorchScript files, looked through before loading: neither may run code."""

from __future__ import annotations

import inspect
import io
import json
import math
import pickle
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from cnnviz_app.core.errors import UserError

_AGAIN = "Copy or download it again."
_PLAIN = "Export it again from the plain network, with tensors only."
# torch reads symbolic sizes with sympy, which evaluates them as Python
_EXPRESSION = re.compile(
    r"(?:Symbol|Integer|Rational|Max|Min|Mod|PythonMod|FloorDiv|CleanDiv|CeilDiv|ModularIndexing|"
    r"Where|Eq|Ne|Lt|Le|Gt|Ge|And|Or|Not|True|False|integer|positive|nonnegative|negative|real|"
    r"ToFloat|TruncToInt|FloorToInt|CeilToInt|RoundToInt|IntTrueDiv|FloatTrueDiv|PowByNatural|"
    r"'[su]\d+'|[su]\d+|oo|int_oo|\d+|[-+*/%<>=&|~(),.\s])*"
)
_TARGET = re.compile(
    r"torch\.ops\.(?:aten|prims|torchvision|quantized_decomposed|higher_order)\.[\w.]+"
    r"|_operator\.\w+|operator\.\w+|math\.\w+|torch\.sym_\w+|torch\._sym_\w+"
)
# operators that reach beyond tensors: files, memory that belongs to others
_REACHING = re.compile(r"\b(?:from_file|save|load|_load_for|call_torchbind|run_and_save)\b")
_SCRIPT_CALL = re.compile(r"\bops\.(\w+)\.(\w+)")
_SCRIPT_ROOMS = {"aten", "prim", "torchvision", "prims", "quantized"}


@dataclass(frozen=True)
class Program:
    """An exported network and the picture it was exported for: channels, height, width."""

    module: nn.Module
    input: tuple[int, int, int]
    classes: int


def load_exported(path: Path) -> Program:
    """A .pt2 file as a module with its graph."""
    content = _bytes(path)
    _look_through(path, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.export.load(io.BytesIO(content))
            if _writes_into_parts(program):
                program = program.run_decompositions({})
            module = _plain_module(program)
    except Exception as error:  # whatever is wrong with a foreign archive
        raise UserError(
            f"{path.name} could not be opened as a torch.export file by torch {torch.__version__}.",
            "It may be damaged, or come from another version: export it again.",
        ) from error
    return Program(module, _input_of(path, program), _classes_of(path, program))


def _writes_into_parts(program: Any) -> bool:
    """Whether an operator changes a view: then no graph says what the whole has become."""
    for node in program.graph.nodes:
        schema = getattr(node.target, "_schema", None)
        if schema is None or not schema.is_mutable or not node.all_input_nodes:
            continue
        changed = getattr(node.all_input_nodes[0].target, "_schema", None)
        returns = changed.returns if changed is not None else ()
        if any(r.alias_info is not None and not r.alias_info.is_write for r in returns):
            return True
    return False


def _plain_module(program: Any) -> nn.Module:
    """Without the guards: most programs take other batches than the one they were exported with."""
    if "check_guards" in inspect.signature(program.module).parameters:
        unguarded: nn.Module = program.module(check_guards=False)
        return unguarded
    module: nn.Module = program.module()  # older torch writes no guards
    return module


def _bytes(path: Path) -> bytes:
    """Read once: what was looked through is what is loaded."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path.name} could not be read: {error.strerror}.", _AGAIN) from error


def _refuse(path: Path, what: str) -> UserError:
    return UserError(f"{path.name} {what}, which could run code; it was not opened.", _PLAIN)


def _look_through(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            # two records of one name could show one to us and the other to torch
            if len(set(names)) != len(names) or len({n.partition("/")[0] for n in names}) != 1:
                raise _refuse(path, "has an ambiguous table of contents")
            for name in names:
                _look_at(path, name, archive.read(name))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError(f"{path.name} is damaged: its parts cannot be read.", _AGAIN) from error


def _look_at(path: Path, name: str, part: bytes) -> None:
    base = name.rpartition("/")[2]
    if "aotinductor" in name or base.endswith((".so", ".cpp", ".cubin", ".dll", ".dylib")):
        raise _refuse(path, "holds compiled programs")
    if base.startswith(("custom_obj", "opaque_obj")):
        raise _refuse(path, "holds objects of other libraries")
    if base.endswith(".json") or "/models/" in name:
        _look_at_json(path, part)
    elif part[:1] == b"\x80" or part[:2] == b"PK" or base.endswith((".pt", ".pkl", ".pth")):
        _look_at_pickle(path, part, must=base.endswith((".pt", ".pkl", ".pth")))


def _look_at_pickle(path: Path, part: bytes, must: bool) -> None:
    """`must`: torch would unpickle it; otherwise raw numbers may happen to begin alike."""
    if not must:
        return
    try:
        torch.load(io.BytesIO(part), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise _refuse(path, "holds Python objects") from error
    except Exception as error:  # a damaged pickle can raise anything at all
        raise UserError(f"{path.name} is damaged: its numbers cannot be read.", _AGAIN) from error


def _look_at_json(path: Path, part: bytes) -> None:
    try:
        content = json.loads(part)
    except ValueError as error:
        raise UserError(f"{path.name} is damaged: its graph cannot be read.", _AGAIN) from error
    for key, value in _items(content):
        if key == "use_pickle" and value is True:
            raise _refuse(path, "holds pickled numbers")
        if key == "path_name" and str(value).startswith(("custom_obj", "opaque_obj")):
            raise _refuse(path, "holds objects of other libraries")
        if key == "expr_str" and not _EXPRESSION.fullmatch(str(value)):
            raise _refuse(path, "holds a size that is a program")
        if key == "target" and isinstance(value, str) and "." in value:
            _look_at_target(path, value)


def _look_at_target(path: Path, target: str) -> None:
    dotted = target.startswith(("torch.", "_operator.", "operator.", "math.", "builtins"))
    if "__" in target or _REACHING.search(target):
        raise _refuse(path, f"uses the operator {target}")
    if dotted and not _TARGET.fullmatch(target):
        raise UserError(
            f"{path.name} uses an operator that is not part of torch ({target}).", _PLAIN
        )


def _items(content: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    pending = [content]
    while pending:
        here = pending.pop()
        if isinstance(here, dict):
            yield from here.items()
            pending.extend(here.values())
        elif isinstance(here, list):
            pending.extend(here)


def _input_of(path: Path, program: Any) -> tuple[int, int, int]:
    wanted = program.graph_signature.user_inputs
    nodes = {node.name: node for node in program.graph.nodes}
    shapes = [getattr(nodes[n].meta.get("val"), "shape", None) for n in wanted if n in nodes]
    if len(shapes) != 1 or shapes[0] is None or len(shapes[0]) != 4:
        raise UserError(
            f"{path.name} does not take one picture ({len(wanted)} inputs of other kinds).",
            "Export a network that takes a batch of pictures: N×C×H×W.",
        )
    channels, height, width = (_hint(side) for side in shapes[0][1:])
    return channels, height, width


def _classes_of(path: Path, program: Any) -> int:
    """Told from the graph: running it would need as many pictures as it was exported with."""
    nodes = {node.name: node for node in program.graph.nodes}
    first = nodes.get(next(iter(program.graph_signature.user_outputs), None))
    shape = getattr(first.meta.get("val"), "shape", None) if first is not None else None
    if not shape:
        raise UserError(
            f"{path.name} answers with nothing that is a tensor.",
            "Export a network that gives the values of its classes.",
        )
    return math.prod(_hint(side) for side in shape[1:])


def _hint(side: Any) -> int:
    """A free size as the one it was exported with."""
    node = getattr(side, "node", None)
    hint = getattr(node, "hint", None)
    return int(hint) if hint is not None else int(side)


def load_script(path: Path) -> nn.Module:
    """A TorchScript file; its program may compute, and nothing else."""
    content = _bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if name.endswith(".py"):
                    _look_at_script(path, archive.read(name).decode("utf-8", "replace"))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError(f"{path.name} is damaged: its parts cannot be read.", _AGAIN) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            load: Callable[..., nn.Module] = torch.jit.load
            module = load(io.BytesIO(content), map_location="cpu")
    except Exception as error:  # whatever is wrong with a foreign archive
        raise UserError(
            f"{path.name} could not be opened as TorchScript by torch {torch.__version__}.",
            "It may be damaged, or use operators of another library.",
        ) from error
    return module.eval()


def _look_at_script(path: Path, source: str) -> None:
    for room, operator in _SCRIPT_CALL.findall(source):
        if room not in _SCRIPT_ROOMS:
            raise UserError(
                f"{path.name} uses an operator that is not part of torch ({room}.{operator}).",
                "Save it without that library, or as its state_dict.",
            )
    if re.search(r"\b(?:torch|aten)\.(?:from_file|save|load)\b", source):
        raise _refuse(path, "reads or writes files")
