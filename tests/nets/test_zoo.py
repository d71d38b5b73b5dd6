"""The table of torchvision's zoo equals torchvision."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torchvision.models as tv

from cnnviz_app.nets import zoo, zoo_table

SMALL = ["squeezenet1_1", "mobilenet_v3_small", "shufflenet_v2_x0_5", "googlenet", "regnet_y_400mf"]


def test_every_classification_model_is_there() -> None:
    assert [model.name for model in zoo.models()] == tv.list_models(module=tv)


@pytest.mark.parametrize("model", zoo.models(), ids=lambda model: model.name)
def test_the_table_says_what_torchvision_says(model: zoo.ZooModel) -> None:
    published = {weights.name: weights for weights in tv.get_model_weights(model.name)}
    assert model.default.name == tv.get_model_weights(model.name).DEFAULT.name
    assert (model.family, model.year) == zoo_table.family(model.name)
    assert model.title == zoo_table.title(model.name)
    for preset in model.presets:
        weights = published[preset.name]
        accuracy = weights.meta["_metrics"]["ImageNet-1K"]
        assert weights.url.endswith("/" + preset.file)
        assert preset.params == weights.meta["num_params"]
        assert preset.gflops == weights.meta["_ops"]
        assert (preset.top1, preset.top5) == (accuracy["acc@1"], accuracy["acc@5"])
        assert preset.size_bytes == round(weights.meta["_file_size"] * 2**20)
        transforms = weights.transforms()
        assert [preset.crop] == transforms.crop_size
        assert [preset.resize] == transforms.resize_size
        assert preset.mean == tuple(transforms.mean)
        assert preset.std == tuple(transforms.std)
        assert len(preset.hash_prefix) >= 8
        assert preset.file.endswith(f"-{preset.hash_prefix}.pth")


@pytest.mark.parametrize("name", SMALL)
def test_what_is_counted_here_is_counted_right(name: str) -> None:
    row = zoo_table.row(name)
    model = zoo.find(name)
    assert model is not None
    assert (row["signature"], tuple(row["head"])) == (model.signature, model.head)
    assert (row["entries"], row["first"]) == (model.entries, model.first)
    assert row["activations"] == model.activations


def test_signatures_and_titles_are_unique() -> None:
    assert len({model.signature for model in zoo.models()}) == len(zoo.models())
    assert len({model.title for model in zoo.models()}) == len(zoo.models())


@pytest.mark.parametrize("name", SMALL)
def test_an_empty_build_has_the_shapes_of_a_real_one(name: str) -> None:
    empty, real = zoo.build(name, classes=5, empty=True), zoo.build(name, classes=5)
    assert all(tensor.is_meta for tensor in empty.state_dict().values())
    assert {k: t.shape for k, t in empty.state_dict().items()} == {
        k: t.shape for k, t in real.state_dict().items()
    }
    assert not empty.training


def test_the_list_needs_no_torch() -> None:
    code = (
        "import sys; from cnnviz_app.nets import catalog; entries = catalog.entries();"
        "assert len(entries) > 80; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_cache_is_torchs_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import torch

    assert zoo.hub_dir() == Path(torch.hub.get_dir())
    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert zoo.hub_dir() == tmp_path / "hub"
    monkeypatch.delenv("TORCH_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert zoo.checkpoints_dir() == tmp_path / "torch" / "hub" / "checkpoints"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert zoo.hub_dir() == Path(os.path.expanduser("~/.cache/torch/hub"))


@pytest.mark.parametrize(
    ("file", "prefix"),
    [("resnet18-f37072fd.pth", "f37072fd"), ("mnasnet0.5_top1_67.823-3ffadce67e.pth", "3ffadce67e"),
     ("mine.pth", ""), ("my-weights.pth", "")],
)
def test_the_hash_in_a_file_name(file: str, prefix: str) -> None:
    assert zoo.hash_prefix(file) == prefix
