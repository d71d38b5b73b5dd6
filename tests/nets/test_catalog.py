"""One list of everything that can be opened, and opening it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import catalog, finding, zoo
from tests.nets.weight_makers import good


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A torch hub cache of its own."""
    monkeypatch.setattr(zoo, "hub_dir", lambda: tmp_path / "hub")
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    return tmp_path / "hub" / "checkpoints"


def publish(monkeypatch: pytest.MonkeyPatch, name: str, file: Path) -> zoo.Preset:
    """Make believe that torchvision published this file for a model."""
    from dataclasses import replace

    from cnnviz_app.nets import hashes

    real = zoo.find(name)
    assert real is not None
    digest = hashes.sha256(file)
    preset = replace(
        real.default, file=f"{name}-{digest[:8]}.pth", size_bytes=file.stat().st_size
    )
    changed = tuple(
        replace(model, presets=(preset,)) if model.name == name else model
        for model in zoo.models()
    )
    monkeypatch.setattr(zoo, "models", lambda: changed)
    monkeypatch.setattr(zoo, "_by_name", lambda: {model.name: model for model in changed})
    return preset


def test_bundled_first_then_the_zoo() -> None:
    entries = catalog.entries()
    assert [e.source for e in entries] == sorted(e.source for e in entries)
    assert entries[0].source == "bundled"
    assert entries[0].available
    assert len({e.name for e in entries}) == len(entries)
    assert sum(e.source == "torchvision" for e in entries) == len(zoo.models())
    assert tuple(e.name for e in entries) == catalog.names()


def test_lines_are_plain_data() -> None:
    for entry in catalog.entries():
        line = json.loads(json.dumps(entry.to_json()))
        assert line["input"] == list(entry.input)
        assert line["params"] > 0
        assert entry.memory_bytes > 4 * entry.params
        assert entry.summary


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("lenet", "Did you mean lenet5?"),
        ("resnet50", "Did you mean torchvision/resnet50?"),
        ("torchvision/resnet5", "Did you mean torchvision/resnet50?"),
        ("Torchvision/VGG16", "Did you mean torchvision/vgg16?"),
        ("zzzzzz", "See 'cnnviz models'"),
    ],
)
def test_a_wrong_name_gets_the_right_one(name: str, guess: str) -> None:
    with pytest.raises(UserError, match="There is no model called") as error:
        catalog.find(name)
    assert guess in error.value.hint


def test_a_set_of_weights_can_be_named() -> None:
    entry = catalog.find("torchvision/resnet50@IMAGENET1K_V1")
    assert (entry.weights, entry.top1) == ("IMAGENET1K_V1", 76.13)
    assert catalog.find("torchvision/resnet50").weights == "IMAGENET1K_V2"
    with pytest.raises(UserError, match="has no weights called V9"):
        catalog.find("torchvision/resnet50@V9")


@pytest.mark.parametrize("name", list(catalog.names())[:1])
def test_a_bundled_network_opens(name: str) -> None:
    network = catalog.open_network(name)
    entry = catalog.find(name)
    assert (network.key, network.title, network.trained) == (name, entry.title, True)
    assert len(network.labels) == entry.classes
    assert network.params == entry.params
    picture = torch.rand(1, *entry.input)
    assert network.logits(picture).shape == (1, entry.classes)
    assert finding.find_weights(network.weights_hash) == (name, entry.path)


def test_a_zoo_model_without_weights_never_looks_trained(cache: Path) -> None:
    with pytest.raises(UserError, match=r"weights of SqueezeNet 1\.1 are not on this"):
        catalog.open_network("torchvision/squeezenet1_1")
    before = torch.get_rng_state()
    network = catalog.open_network("torchvision/squeezenet1_1", allow_random=True)
    again = catalog.open_network("torchvision/squeezenet1_1", allow_random=True)
    assert torch.equal(torch.get_rng_state(), before)
    assert network.title == "SqueezeNet 1.1, untrained (random weights)"
    assert not network.trained
    assert network.weights_hash == ""
    picture = torch.rand(1, 3, 224, 224)
    assert torch.equal(network.logits(picture), again.logits(picture))


def test_downloaded_weights_are_used(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = cache.parent / "source.pth"
    torch.save(good(classes=1000), source)
    preset = publish(monkeypatch, "squeezenet1_1", source)
    assert not catalog.find("torchvision/squeezenet1_1").available
    (cache / preset.file).write_bytes(source.read_bytes())
    assert catalog.find("torchvision/squeezenet1_1").available
    network = catalog.open_network("torchvision/squeezenet1_1")
    assert (network.title, network.trained, len(network.labels)) == ("SqueezeNet 1.1", True, 1000)
    assert finding.find_weights(network.weights_hash) == (
        "torchvision/squeezenet1_1", cache / preset.file,
    )
    assert finding.model_of(network.weights_hash) == zoo.find("squeezenet1_1")


def test_damaged_and_half_downloaded_weights(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = cache.parent / "source.pth"
    torch.save(good(classes=1000), source)
    preset = publish(monkeypatch, "squeezenet1_1", source)
    (cache / preset.file).write_bytes(source.read_bytes()[:1000])
    with pytest.raises(UserError, match="only half downloaded"):
        catalog.open_network("torchvision/squeezenet1_1")
    torch.save(good(classes=1000) | {"classifier.1.bias": torch.ones(1000)}, cache / preset.file)
    with pytest.raises(UserError, match="their hash is wrong"):
        catalog.open_network("torchvision/squeezenet1_1")


def test_facts_need_no_memory() -> None:
    network = catalog.open_network("torchvision/vit_l_16", device="meta")
    assert network.params == catalog.find("torchvision/vit_l_16").params
    assert not network.trained


def test_weights_of_another_picture_normalisation() -> None:
    googlenet = catalog.open_module("torchvision/googlenet", allow_random=True)
    assert googlenet.spec.mean == (0.5, 0.5, 0.5)
    assert not googlenet.module.transform_input
    assert catalog.open_module("torchvision/vgg11", device="meta").spec.mean[0] == 0.485


def test_a_network_that_cannot_fit_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "free_memory", lambda: 10**9)
    with pytest.raises(UserError, match=r"ViT-H/14 needs about \d+\.\d GB of memory, and 1.0 GB"):
        catalog.open_network("torchvision/vit_h_14", allow_random=True)
    monkeypatch.setattr(catalog, "free_memory", lambda: None)
    catalog.enough_memory(catalog.find("torchvision/vit_h_14"))


def test_the_last_known_file_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    save_file(good(), path)
    opened = catalog.open_module("torchvision/squeezenet1_1", path)
    assert finding.find_weights(opened.sha256) == (str(path), path)
    path.write_bytes(path.read_bytes() + b" ")
    assert finding.find_weights(opened.sha256) is None
    path.unlink()
    assert finding.find_weights(opened.sha256) is None
    assert finding.find_weights("") is None
