"""Makers of the bad files of weights and models in `bad_weights`."""

from __future__ import annotations

import functools
import io
import json
import os
import pickle
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnnviz_app.nets import trust, zoo


class RunsCode:
    """A pickle of this leaves a file behind when it is unpickled the careless way."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


@functools.cache
def state(name: str = "squeezenet1_1", classes: int = 3) -> dict[str, Tensor]:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return dict(zoo.build(name, classes=classes).state_dict())


def good(classes: int = 3) -> dict[str, Tensor]:
    """Weights that fit SqueezeNet 1.1."""
    return dict(state(classes=classes))


def saved(content: Callable[[], Any], name: str = "net.pth", **options: Any) -> Any:
    def make(folder: Path) -> Path:
        torch.save(content(), folder / name, **options)
        return folder / name

    return make


def raw(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def cut(share: float, name: str = "net.pth", **options: Any) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        torch.save(good(), path, **options)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        return path

    return make


def changed(change: Callable[[dict[str, Tensor]], object]) -> Callable[[Path], Path]:
    def content() -> dict[str, Tensor]:
        state = good()
        change(state)
        return state

    made: Callable[[Path], Path] = saved(content)
    return made


def zipped(name: str, parts: dict[str, bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return folder / name

    return make


def flipped(folder: Path) -> Path:
    """One bit in the middle of the numbers: only the checksum knows."""
    path = folder / "net.pth"
    torch.save(good(), path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path


def safe(change: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        from safetensors.torch import save

        path = folder / "net.safetensors"
        path.write_bytes(change(save(good())))
        return path

    return make


def code_in_zip(folder: Path) -> Path:
    torch.save({"a": RunsCode(folder / "it-ran")}, folder / "net.pth")
    return folder / "net.pth"


def code_in_pickle(folder: Path) -> Path:
    (folder / "net.pth").write_bytes(pickle.dumps(RunsCode(folder / "it-ran")))
    return folder / "net.pth"


def code_in_program(folder: Path) -> Path:
    """A torch.export file whose sample input is a program."""
    buffer = io.BytesIO()
    torch.save((RunsCode(folder / "it-ran"),), buffer)
    return exported(folder, {"data/sample_inputs/model.pt": lambda _old: buffer.getvalue()})


def size_is_a_program(old: bytes) -> bytes:
    content = json.loads(old)
    value = next(iter(content["graph_module"]["graph"]["tensor_values"].values()))
    expression = {"expr_str": "__import__('os').getcwd()", "hint": {"as_int": 1}}
    value["sizes"][0] = {"as_expr": expression}
    return json.dumps(content).encode()


@functools.cache
def program() -> bytes:
    buffer = io.BytesIO()
    net = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 2)).eval()
    torch.export.save(torch.export.export(net, (torch.zeros(1, 3, 8, 8),)), buffer)
    return buffer.getvalue()


def exported(
    folder: Path,
    change: dict[str, Callable[[bytes], bytes]] | None = None,
    more: dict[str, bytes] | None = None,
) -> Path:
    """A small torch.export file with parts changed or added."""
    path = folder / "net.pt2"
    with zipfile.ZipFile(io.BytesIO(program())) as old, zipfile.ZipFile(path, "w") as new:
        root = old.namelist()[0].partition("/")[0]
        for name in old.namelist():
            content = old.read(name)
            edit = (change or {}).get(name.partition("/")[2])
            new.writestr(name, content if edit is None else edit(content))
        for name, content in (more or {}).items():
            new.writestr(f"{root}/{name}", content)
    return path


def script_that_reads_files(folder: Path) -> Path:
    class Reader(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x + torch.from_file("numbers", size=1)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of torch: TorchScript goes one day
        torch.jit.save(torch.jit.script(Reader()), folder / "net.pt")
    return folder / "net.pt"


def python(code: str, *, trusted: bool = True, later: str = "") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "net.py"
        path.write_text("import torch\nfrom torch import nn\n" + code)
        if trusted:
            trust.grant(path)
        if later:
            path.write_text(later)
        return path

    return make


def a_folder(content: str = "") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "net.pth").mkdir()
        if content:
            (folder / "net.pth" / content).write_bytes(b"")
        return folder / "net.pth"

    return make


def link(folder: Path) -> Path:
    (folder / "net.pth").symlink_to(folder / "gone.pth")
    return folder / "net.pth"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "net.pth")
    return folder / "net.pth"


def locked(folder: Path) -> Path:
    path: Path = saved(good)(folder)
    path.chmod(0)
    return path


def tar(folder: Path) -> Path:
    with tarfile.open(folder / "net.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("net.pth"))
    return folder / "net.tar"


def array(save: Callable[..., None], name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        save(folder / name, np.zeros(3))
        return folder / name

    return make


def first(state: dict[str, Tensor]) -> str:
    return next(iter(state))


def put(key: str | None, value: Callable[[Tensor], Tensor]) -> Callable[[dict[str, Tensor]], None]:
    def change(state: dict[str, Tensor]) -> None:
        name = key or first(state)
        state[name] = value(state[name])

    return change


def quantised(state: dict[str, Tensor]) -> None:
    for key, value in state.items():
        state[key] = (value * 10).to(torch.int8)


def filled(number: float) -> Callable[[Tensor], Tensor]:
    return lambda tensor: torch.full_like(tensor, number)


def openings() -> list[Tensor]:
    shapes = [(64, 3), (64, 64), (128, 64), (128, 128), (256, 128)]
    return [torch.zeros(out, into, 3, 3) for out, into in shapes]
