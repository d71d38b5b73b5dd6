"""Every way a file of weights or a model can be bad, each with the sentence it must get."""

from __future__ import annotations

import struct
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tests.nets.weight_makers import (
    a_folder,
    array,
    changed,
    code_in_pickle,
    code_in_program,
    code_in_zip,
    cut,
    exported,
    filled,
    first,
    flipped,
    good,
    link,
    locked,
    openings,
    pipe,
    put,
    python,
    quantised,
    raw,
    safe,
    saved,
    script_that_reads_files,
    size_is_a_program,
    state,
    tar,
    zipped,
)

SQUEEZENET = "torchvision/squeezenet1_1"


@dataclass(frozen=True)
class BadWeights:
    """One cause.

    Attributes:
        make: writes it into a folder and returns the file; it grants trust where that is needed.
        expected: part of the sentence.
        model: what the file is given to as weights; "" opens the file itself as a model.
        posix: needs a system with pipes, links and permissions.
        not_as_root: root may read anything, so there is nothing to see as root.
    """

    id: str
    make: Callable[[Path], Path]
    expected: str
    model: str = SQUEEZENET
    posix: bool = False
    not_as_root: bool = False

    def arguments(self, path: Path) -> tuple[str, Path | None]:
        """What to open, and with which weights."""
        return (self.model, path) if self.model else (str(path), None)


_SMALL = """
def build():
    return nn.Sequential(nn.Conv2d(3, 2, 9, 9), nn.AdaptiveAvgPool2d(1), nn.Flatten())
"""

FILES = [
    BadWeights("missing", lambda folder: folder / "net.pth", "There is no file"),
    BadWeights("folder", a_folder(), "is a folder, not a file"),
    BadWeights("saved-model", a_folder("saved_model.pb"), "is a TensorFlow model folder"),
    BadWeights("broken-link", link, "a link to a file that is gone", posix=True),
    BadWeights("pipe", pipe, "is a device, not a file", posix=True),
    BadWeights("locked", locked, "may not be read", posix=True, not_as_root=True),
    BadWeights("empty", raw("net.pth", b""), "is empty (0 bytes)"),
    BadWeights("zeros", raw("net.pth", bytes(5000)), "holds only zeros"),
    BadWeights("noise", raw("net.pth", b"\x13\x37" * 999), "is not a file of weights"),
    BadWeights("text", raw("net.pth", b"my weights\n"), "is not a file of weights"),
    BadWeights("web-page", raw("net.pth", b"\n<!DOCTYPE html><html>"), "is a web page"),
    BadWeights("error-page", raw("net.pth", b"<?xml version='1.0'?><Error>"), "is a web page"),
    BadWeights(
        "git-lfs",
        raw("net.pth", b"version https://git-lfs.github.com/spec/v1\noid"),
        "only a Git LFS pointer",
    ),
    BadWeights("json", raw("net.pth", b'{"message": "not found"}'), "is a JSON text"),
    BadWeights("picture", raw("net.pth", b"\x89PNG\r\n\x1a\n" + bytes(90)), "is a picture (PNG)"),
    BadWeights("photo", raw("net.pth", b"\xff\xd8\xff\xe0" + bytes(90)), "is a picture (JPEG)"),
    BadWeights("gzip", raw("net.pth", b"\x1f\x8b" + bytes(90)), "is a packed archive"),
    BadWeights("tar", tar, "is a packed archive"),
    BadWeights("zip-of-weights", zipped("a.zip", {"net.pth": b""}), "zip archive with models"),
    BadWeights("zip-of-texts", zipped("net.pth", {"a.txt": b""}), "zip archive of other things"),
    BadWeights("onnx", raw("net.onnx", b"\x08\x07\x12\x07pytorch"), "is an ONNX model"),
    BadWeights("keras-h5", raw("net.h5", b"\x89HDF\r\n\x1a\n" + bytes(9)), "(HDF5) model"),
    BadWeights("hdf5-as-pth", raw("net.pth", b"\x89HDF\r\n\x1a\n" + bytes(9)), "(HDF5) model"),
    BadWeights("keras", zipped("net.keras", {"config.json": b"{}"}), "is a Keras model"),
    BadWeights("tensorflow", raw("net.pb", b"\x0a\x05graph"), "is a TensorFlow graph"),
    BadWeights("tflite", raw("net.bin", b"\0\0\0\0TFL3" + bytes(9)), "TensorFlow Lite"),
    BadWeights("caffe", raw("net.caffemodel", b"\x0a\x05caffe"), "is a Caffe model"),
    BadWeights("gguf", raw("net.bin", b"GGUF" + bytes(9)), "is a language model"),
    BadWeights("npy", array(np.save, "net.npy"), "is a NumPy array"),
    BadWeights("npz", array(np.savez, "net.npz"), "is a NumPy archive"),
]

CONTENT = [
    BadWeights("half", cut(0.5), "is damaged: its end is missing"),
    BadWeights("nearly-whole", cut(0.999), "is damaged: its end is missing"),
    BadWeights(
        "legacy-half",
        cut(0.5, _use_new_zipfile_serialization=False),
        "damaged or was only half copied",
    ),
    BadWeights("flipped-bit", flipped, "is damaged: its checksum is wrong"),
    BadWeights("safetensors-half", safe(lambda old: old[: len(old) // 2]), "is incomplete"),
    BadWeights("safetensors-start", safe(lambda old: b"\xff" * 9 + old[9:]), "is damaged"),
    BadWeights(
        "safetensors-table", safe(lambda old: struct.pack("<Q", 20) + old[8:]), "is damaged"
    ),
    BadWeights("runs-code", code_in_zip, "holds Python objects"),
    BadWeights("runs-code-legacy", code_in_pickle, "is a Python pickle"),
    BadWeights(
        "whole-module",
        saved(lambda: nn.Sequential(nn.Conv2d(3, 4, 3))),
        "holds Python objects (torch.nn.modules.container.Sequential)",
    ),
    BadWeights(
        "namespace",
        saved(lambda: {"args": Namespace(), "model": good()}),
        "holds Python objects (argparse.Namespace)",
    ),
    BadWeights("numpy-inside", saved(lambda: {"w": np.zeros(3)}), "holds Python objects"),
    BadWeights("one-tensor", saved(lambda: torch.zeros(3)), "holds one tensor"),
    BadWeights("list", saved(lambda: [torch.zeros(3)]), "holds an object of type list"),
    BadWeights("number", saved(lambda: 7), "holds an object of type int, not named tensors"),
    BadWeights("empty-table", saved(dict), "holds an empty table"),
    BadWeights("only-settings", saved(lambda: {"epoch": 3, "lr": 0.1}), "no weights, only epoch"),
    BadWeights(
        "several",
        saved(lambda: {"generator": good(), "critic": good()}),
        "holds several networks (generator, critic)",
    ),
    BadWeights("nan", changed(put(None, filled(float("nan")))), "values that are not numbers"),
    BadWeights("infinite", changed(put(None, filled(float("inf")))), "are not numbers"),
    BadWeights("complex", changed(put(None, lambda t: t.to(torch.complex64))), "complex numbers"),
    BadWeights("shapes-only", changed(put(None, lambda t: t.to("meta"))), "without numbers"),
    BadWeights("int8", changed(quantised), "is quantised to 8-bit"),
    BadWeights(
        "missing-entries",
        changed(lambda state: state.pop(first(state))),
        "does not fit SqueezeNet 1.1: 1 entry (features.0.weight) is missing",
    ),
    BadWeights(
        "too-many",
        changed(lambda state: state.update(extra=torch.zeros(2))),
        "1 entry (extra) too many",
    ),
    BadWeights(
        "other-shape",
        changed(put(None, lambda t: t[:, :1])),
        "features.0.weight is 64×1×3×3 instead of 64×3×3×3",
    ),
    BadWeights(
        "other-network",
        saved(lambda: state("shufflenet_v2_x0_5")),
        "holds weights of ShuffleNetV2 ×0.5, not of SqueezeNet 1.1",
    ),
    BadWeights(
        "near-another",
        saved(lambda: {**state("shufflenet_v2_x0_5"), "extra": torch.zeros(1)}),
        "looks like ShuffleNetV2 ×0.5, not like SqueezeNet 1.1",
    ),
    BadWeights("unrelated", saved(lambda: {"a.weight": torch.zeros(3, 3)}), "does not belong to"),
    BadWeights(
        "first-layers",
        saved(lambda: {f"{n}.weight": t for n, t in enumerate(openings())}),
        "it looks like the first layers of VGG-19",
    ),
    BadWeights(
        "for-a-bundled-one", saved(good), "holds weights of SqueezeNet 1.1, not of", "lenet5"
    ),
    BadWeights(
        "unknown-network",
        saved(lambda: {"a.weight": torch.zeros(3, 3)}),
        "belongs to no architecture known here",
        "",
    ),
    BadWeights(
        "nearly-known",
        changed(lambda state: state.pop(first(state))),
        "is nearly SqueezeNet 1.1, but 1 entry (features.0.weight) is missing",
        "",
    ),
]

MODELS = [
    BadWeights("program-as-weights", exported, "is a whole model, not a file of weights"),
    BadWeights("program-half", cut(0.5, "net.pt2"), "is damaged: its end is missing", ""),
    BadWeights("program-with-pickle", code_in_program, "holds Python objects", ""),
    BadWeights(
        "program-in-a-size",
        lambda folder: exported(folder, {"models/model.json": size_is_a_program}),
        "holds a size that is a program",
        "",
    ),
    BadWeights(
        "program-compiled",
        lambda folder: exported(folder, more={"data/aotinductor/model/a.so": b"\x7fELF"}),
        "holds compiled programs",
        "",
    ),
    BadWeights(
        "program-garbled",
        lambda folder: exported(folder, {"models/model.json": lambda _old: b"{}"}),
        "could not be opened as a torch.export file",
        "",
    ),
    BadWeights("script-reads-files", script_that_reads_files, "reads or writes files", ""),
    BadWeights("python-untrusted", python(_SMALL, trusted=False), "is a program", ""),
    BadWeights(
        "python-changed",
        python(_SMALL, later="import os\n"),
        "has changed since you trusted it",
        "",
    ),
    BadWeights("python-syntax", python("def build(:\n"), "is not valid Python: ", ""),
    BadWeights("python-error", python("1 / 0\n"), "stopped in line 3 with ZeroDivisionError", ""),
    BadWeights(
        "python-exit", python("raise SystemExit(3)\n"), "stopped in line 3 with SystemExit", ""
    ),
    BadWeights("python-empty", python("x = 1\n"), "no function or class that makes a network", ""),
    BadWeights(
        "python-no-module",
        python("def build(): return 7\n"),
        "gives an object of type int, not",
        "",
    ),
    BadWeights(
        "python-labels", python(_SMALL + "LABELS = ['a']\n"), "LABELS in net.py must be 2 names", ""
    ),
    BadWeights("python-mean", python(_SMALL + "MEAN = (1, 2)\n"), "MEAN in net.py must be 3", ""),
    BadWeights("python-std", python(_SMALL + "STD = (1, 0, 1)\n"), "none of them 0", ""),
    BadWeights("python-input", python(_SMALL + "INPUT = 224\n"), "INPUT in net.py must be", ""),
    BadWeights(
        "python-size", python(_SMALL + "INPUT = (3, 4, 4)\n"), "takes no picture of 3×4×4", ""
    ),
    BadWeights(
        "python-answer",
        python("class Net(nn.Module):\n    def forward(self, x): return 'cat'\n"),
        "answers with an object of type str",
        "",
    ),
]


BAD_WEIGHTS = [*FILES, *CONTENT, *MODELS]
