"""Weights as people save them: wrapped, prefixed, halved, old; all end in the same network."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import catalog, fit, hashes, weights, zoo
from tests.nets.bad_weights import SQUEEZENET
from tests.nets.weight_makers import good

State = dict[str, Tensor]


def _prefixed(state: State, prefix: str) -> State:
    return {prefix + key: value for key, value in state.items()}


WRAPPINGS: dict[str, Callable[[State], Any]] = {
    "plain": lambda state: state,
    "ordered": OrderedDict,
    "state_dict": lambda state: {"epoch": 3, "state_dict": state, "optimizer": {"state": {}}},
    "model": lambda state: {"model": state, "args": "--lr 0.1"},
    "twice": lambda state: {"checkpoint": 1, "model": {"state_dict": state}},
    "data-parallel": lambda state: _prefixed(state, "module."),
    "lightning": lambda state: {"state_dict": _prefixed(state, "model."), "global_step": 4},
    "compiled": lambda state: _prefixed(_prefixed(state, "_orig_mod."), "module."),
    "average": lambda state: {
        "model": {key: value + 1 for key, value in state.items()},
        "model_ema": {"n_averaged": torch.tensor(7), **_prefixed(state, "module.")},
    },
    "counted": lambda state: {**state, "total_ops": torch.zeros(1), "total_params": torch.ones(1)},
    "parameters": lambda state: {key: nn.Parameter(value) for key, value in state.items()},
}


@pytest.fixture
def answer() -> Tensor:
    return _answer(good())


def _answer(state: State) -> Tensor:
    module = zoo.build("squeezenet1_1", classes=3)
    module.load_state_dict(state)
    with torch.no_grad():
        return module(_picture())


def _picture() -> Tensor:
    return torch.linspace(-2, 2, 3 * 64 * 64).reshape(1, 3, 64, 64)


def _open(path: Path) -> Tensor:
    opened = catalog.open_module(SQUEEZENET, path)
    assert opened.trained
    assert opened.labels == ("class 0", "class 1", "class 2")
    with torch.no_grad():
        return opened.module(_picture())


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_the_usual_wrappings(wrapping: str, tmp_path: Path, answer: Tensor) -> None:
    torch.save(WRAPPINGS[wrapping](good()), tmp_path / "net.pth")
    assert torch.equal(_open(tmp_path / "net.pth"), answer)


def test_the_format_before_zip(tmp_path: Path, answer: Tensor) -> None:
    torch.save(good(), tmp_path / "net.pth", _use_new_zipfile_serialization=False)
    assert torch.equal(_open(tmp_path / "net.pth"), answer)


def test_safetensors_under_any_name(tmp_path: Path, answer: Tensor) -> None:
    for name in ("net.safetensors", "net.pth"):
        save_file(good(), tmp_path / name)
        assert torch.equal(_open(tmp_path / name), answer)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_single(dtype: torch.dtype, tmp_path: Path) -> None:
    state = {key: value.to(dtype) for key, value in good().items()}
    torch.save(state, tmp_path / "net.pth")
    read = weights.read(tmp_path / "net.pth")
    assert {tensor.dtype for tensor in read.tensors.values()} == {torch.float32}
    expected = _answer({key: value.float() for key, value in state.items()})
    assert torch.equal(_open(tmp_path / "net.pth"), expected)


def test_checksums_left_out_by_the_writer_are_no_damage(tmp_path: Path, answer: Tensor) -> None:
    before = torch.serialization.get_crc32_options()
    torch.serialization.set_crc32_options(False)
    try:
        torch.save(good(), tmp_path / "net.pth")
    finally:
        torch.serialization.set_crc32_options(before)
    assert torch.equal(_open(tmp_path / "net.pth"), answer)


@pytest.mark.parametrize(
    ("name", "classes"),
    [("resnet18", 7), ("mobilenet_v3_small", 2), ("mnasnet0_5", 5), ("shufflenet_v2_x0_5", 1000)],
)
def test_architecture_and_classes_are_told_from_the_file(
    name: str, classes: int, tmp_path: Path
) -> None:
    state = zoo.build(name, classes=classes).state_dict()
    # as old checkpoints and converters leave them
    bare = {k: v for k, v in state.items() if not k.endswith("num_batches_tracked")}
    save_file(bare, tmp_path / "net.safetensors")
    opened = catalog.open_module(str(tmp_path / "net.safetensors"))
    assert opened.architecture == name
    assert len(opened.labels) == classes
    assert (opened.labels[0] == "tench") == (classes == 1000)
    loaded = opened.module.state_dict()
    assert not any(tensor.is_meta for tensor in loaded.values())
    assert all(torch.equal(loaded[key], state[key]) for key in bare)


def test_old_spellings_of_densenet_and_vision_transformers() -> None:
    assert (
        fit.recognise(_renamed("densenet121", "norm1.", "norm.1.", "conv2.", "conv.2.")).name  # type: ignore[union-attr]  # known
        == "densenet121"
    )
    transformer = _renamed("vit_b_32", "mlp.0.", "mlp.linear_1.", "mlp.3.", "mlp.linear_2.")
    assert fit.recognise(transformer).name == "vit_b_32"  # type: ignore[union-attr]  # known


def _renamed(name: str, *pairs: str) -> dict[str, tuple[int, ...]]:
    from cnnviz_app.nets.fingerprint import modern

    shapes = fit.module_shapes(zoo.build(name, empty=True))
    renamed = {}
    for key, shape in shapes.items():
        if "denselayer" in key or ".mlp." in key:
            for new, old in zip(pairs[::2], pairs[1::2], strict=True):
                key = key.replace(new, old)
        renamed[key] = shape
    assert renamed.keys() != shapes.keys()
    return {modern(key): shape for key, shape in renamed.items()}


@pytest.mark.parametrize("name", [model.name for model in zoo.models()][::9])
def test_a_network_is_recognised_whatever_its_classes(name: str) -> None:
    model = zoo.find(name)
    shapes = fit.module_shapes(zoo.build(name, classes=11, empty=True))
    assert fit.recognise(shapes) == model
    assert model is not None
    assert fit.classes_of(model, shapes) == 11


def test_the_size_of_a_transformers_picture_follows_from_its_weights() -> None:
    model = zoo.find("vit_b_16")
    assert model is not None
    shapes = fit.module_shapes(zoo.build("vit_b_16", image_size=384, empty=True))
    assert fit.recognise(shapes) == model
    assert fit.image_size(model, shapes) == 384


def test_labels_beside_the_file(tmp_path: Path) -> None:
    save_file(good(), tmp_path / "net.safetensors")
    (tmp_path / "labels.txt").write_text("ant\n\nbee\nwasp\n")
    assert catalog.open_module(SQUEEZENET, tmp_path / "net.safetensors").labels == (
        "ant", "bee", "wasp",
    )


def test_hashes_are_remembered_until_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.pth"
    path.write_bytes(b"one")
    first = hashes.sha256(path)
    with monkeypatch.context() as patch:
        patch.setattr(hashes, "_compute", lambda *_: pytest.fail("read again"))
        assert hashes.sha256(path) == first
    path.write_bytes(b"another")
    assert hashes.sha256(path) != first


def test_a_bundled_architecture_takes_other_weights(tmp_path: Path) -> None:
    from cnnviz_app.nets.architectures import lenet5

    torch.save(lenet5(4).state_dict(), tmp_path / "net.pth")
    opened = catalog.open_module("lenet5", tmp_path / "net.pth")
    assert (opened.labels[3], opened.spec.height) == ("class 3", 28)
    assert catalog.open_module(str(tmp_path / "net.pth")).architecture == "lenet5"
    torch.save(lenet5(4).conv1.state_dict(), tmp_path / "part.pth")
    with pytest.raises(UserError, match=r"does not fit LeNet for digits: .* missing"):
        catalog.open_module("lenet5", tmp_path / "part.pth")
