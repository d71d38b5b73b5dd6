"""Your own models: any classes, Python files, exported programs, files from a stick."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from cnnviz_app import paths
from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.nets import catalog, finding, importing, own_models, trust, zoo
from tests.nets.test_catalog import cache, publish
from tests.nets.weight_makers import exported, good

__all__ = ["cache"]

NET = """
import torch
from torch import nn

class Part(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 3)

class Net(nn.Module):
    MEAN, STD = 0.5, 0.25
    INPUT = (1, 12, 12)
    def __init__(self, num_classes=4):
        super().__init__()
        self.part = Part(2)
        self.fc = nn.Linear(200, num_classes)
    def forward(self, x):
        return self.fc(self.part.conv(x).flatten(1))
"""


@pytest.fixture
def builder(tmp_path: Path) -> Path:
    path = tmp_path / "mynet.py"
    path.write_text(NET)
    return path


def _weights(builder: Path, classes: int) -> Path:
    room: dict[str, type[nn.Module]] = {}
    exec(NET, room)
    path = builder.with_name(f"mynet{classes}.pth")
    torch.save({"state_dict": room["Net"](classes).half().state_dict()}, path)
    return path


def test_a_python_file_is_asked_about_once(builder: Path) -> None:
    with pytest.raises(trust.UntrustedCode) as asked:
        catalog.open_network(str(builder))
    assert asked.value.path == builder
    trust.grant(builder, asked.value.sha256)
    network = catalog.open_network(str(builder))
    assert network.title == "mynet, untrained (random weights)"
    assert network.spec.mean == (0.5,)
    assert network.spec.std == (0.25,)
    builder.write_text(NET + "\nchanged = True\n")
    with pytest.raises(trust.UntrustedCode, match="has changed since you trusted it"):
        catalog.open_network(str(builder))
    with pytest.raises(trust.UntrustedCode):
        trust.grant(builder, asked.value.sha256)
    trust.grant(builder)
    assert trust.is_trusted(builder)
    trust.revoke(builder)
    assert not trust.is_trusted(builder)


def test_nothing_of_an_untrusted_file_runs(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(f"import os\nos.mkdir({str(tmp_path / 'it-ran')!r})\n")
    with pytest.raises(trust.UntrustedCode):
        catalog.open_network(str(path))
    assert not (tmp_path / "it-ran").exists()


@pytest.mark.parametrize("classes", [4, 9])
def test_a_builder_with_weights_of_any_classes(builder: Path, classes: int) -> None:
    trust.grant(builder)
    weights = _weights(builder, classes)
    network = catalog.open_network(f"{builder}:Net", weights)
    assert network.trained
    assert network.logits(torch.rand(2, 1, 12, 12)).shape == (2, classes)
    entry = importing.add_model(weights, builder=builder)
    assert (entry.source, entry.classes, entry.input) == ("yours", classes, (1, 12, 12))
    again = catalog.open_network(entry.name)
    assert again.weights_hash == network.weights_hash
    assert finding.find_weights(network.weights_hash) == (entry.name, weights)


def test_weights_for_a_python_model_on_the_list(builder: Path) -> None:
    trust.grant(builder)
    plain = importing.import_weights(builder)
    assert not catalog.open_network(plain.name).trained
    weights = _weights(builder, 6)
    entry = importing.import_weights(weights, model=plain.name)
    weights.unlink()
    assert (entry.name, entry.classes) == ("mynet6", 6)
    assert catalog.open_network(entry.name).trained


def test_the_maker_can_be_named(builder: Path) -> None:
    trust.grant(builder)
    with pytest.raises(UserError, match=r"mynet\.py defines nothing called Nett") as error:
        catalog.open_network(f"{builder}:Nett")
    assert "Part, Net" in error.value.hint


def test_a_python_file_may_use_its_neighbours_and_a_usual_name(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_mine.py").write_text("WIDTH = 5\n")
    path = tmp_path / "net.py"
    path.write_text(
        "from torch import nn\nfrom neighbour_of_mine import WIDTH\nLABELS = list('abcde')\n"
        "class Unused(nn.Linear): pass\n"
        "def create_model():\n"
        "    return nn.Sequential(nn.Conv2d(3, WIDTH, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())\n"
    )
    trust.grant(path)
    opened = catalog.open_module(str(path))
    assert opened.attribute == "create_model"
    assert opened.labels == ("a", "b", "c", "d", "e")
    assert (opened.spec.mean, opened.spec.std) == ((0.0,) * 3, (1.0,) * 3)
    assert str(tmp_path) not in os.sys.path  # type: ignore[attr-defined]  # os imports it


def test_a_state_dict_joins_the_list(tmp_path: Path) -> None:
    path = tmp_path / "My Flowers.safetensors"
    save_file(good(), path)
    entry = importing.add_model(path)
    assert entry.name == "my-flowers"
    assert entry.title == "My Flowers"
    assert entry in catalog.entries()
    assert importing.add_model(path) == entry
    assert len(own_models.records()) == 1
    assert catalog.open_network("my-flowers").logits(torch.rand(1, 3, 224, 224)).shape == (1, 3)
    assert catalog.find(str(path)).name == "my-flowers"
    path.unlink()
    assert not catalog.find("my-flowers").available
    with pytest.raises(UserError, match="The file of your model my-flowers is gone"):
        catalog.open_network("my-flowers")
    importing.remove_model("my-flowers")
    assert own_models.records() == ()
    with pytest.raises(UserError, match="None of your models is called"):
        importing.remove_model("my-flowers")


def test_names_do_not_clash(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        save_file(good(), tmp_path / folder / "lenet5.safetensors")
    entries = [importing.add_model(tmp_path / f / "lenet5.safetensors") for f in ("a", "b")]
    assert [entry.name for entry in entries] == ["lenet5-2", "lenet5-3"]


def test_a_published_file_goes_into_torchs_cache(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick" / "renamed.bin"
    stick.parent.mkdir()
    torch.save(good(classes=1000), stick)
    preset = publish(monkeypatch, "squeezenet1_1", stick)
    entry = importing.import_weights(stick)
    assert (entry.name, entry.available) == ("torchvision/squeezenet1_1", True)
    assert [path.name for path in cache.iterdir()] == [preset.file]
    assert own_models.records() == ()
    shutil.rmtree(stick.parent)
    assert catalog.open_network(entry.name).trained


def test_weights_meant_for_another_model_are_refused(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "flowers.pth"
    torch.save(good(), path)
    with pytest.raises(UserError, match=r"weights of SqueezeNet 1\.1, not of ResNet-18"):
        importing.import_weights(path, model="torchvision/resnet18")
    entry = importing.import_weights(path, model="torchvision/squeezenet1_1")
    assert entry.source == "yours"


def test_any_other_file_is_copied_and_becomes_yours(cache: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick" / "flowers.pth"
    stick.parent.mkdir()
    torch.save(good(), stick)
    stick.with_name("labels.txt").write_text("rose\ntulip\nlily\n")
    entry = importing.import_weights(stick)
    shutil.rmtree(stick.parent)
    network = catalog.open_network(entry.name)
    assert (network.trained, network.title) == (True, "flowers")
    assert network.labels == ("rose", "tulip", "lily")
    assert not list(cache.iterdir())
    assert entry.path is not None
    importing.remove_model(entry.name)
    assert not list(entry.path.parent.iterdir())


def test_a_full_disk_a_cancel_and_a_closed_folder_leave_nothing(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "flowers.pth"
    torch.save(good(), path)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=10))
        with pytest.raises(UserError, match=r"could not be copied to .*: no space left"):
            importing.import_weights(path)
    control = JobControl()
    control.cancel()
    with pytest.raises(Cancelled):
        importing.import_weights(path, Context(control=control))

    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(UserError, match="Permission denied"):
            importing.import_weights(path)
        with pytest.raises(UserError, match="list of your models could not be saved"):
            importing.add_model(path)
    assert own_models.records() == ()
    left = [p for p in paths.config_dir().rglob("*") if p.is_file()]
    assert [p.name for p in left if p.name != "known_weights.json"] == []


def test_a_damaged_list_loses_only_what_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    save_file(good(), path)
    importing.add_model(path)
    file = paths.config_dir() / "models.json"
    text = file.read_text()
    file.write_text(text.replace('"models": [', '"models": [7, {"name": 3}, {"input": "x"},'))
    assert [record.name for record in own_models.records()] == ["net"]
    file.write_text(text.replace('"kind"', '"later": 1, "kind"'))
    assert [record.name for record in own_models.records()] == ["net"]
    file.write_text(text[:50])
    assert own_models.records() == ()


def test_an_exported_program_opens_fully(tmp_path: Path) -> None:
    path = exported(tmp_path)
    path.with_suffix(".json").write_text('{"mean": [0.1, 0.2, 0.3], "std": 0.5}')
    entry = importing.import_weights(path)
    network = catalog.open_network(entry.name)
    assert [node.op for node in network.nodes][1:3] == ["conv2d", "relu"]
    assert network.logits(torch.rand(3, 3, 8, 8)).shape == (3, 2)
    assert network.params == 2 * 27 + 2 + 72 * 2 + 2
    assert catalog.open_network(str(path)).spec.mean == (0.1, 0.2, 0.3)


def test_an_exported_program_that_writes_into_parts_of_a_picture(tmp_path: Path) -> None:
    class Framed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 2, 3, padding=1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            mask = x.new_zeros(8, 8)
            mask[2:6, 2:6] = 1.0
            return (self.conv(x) * mask).flatten(1)

    net = Framed().eval()
    torch.export.save(torch.export.export(net, (torch.zeros(2, 3, 8, 8),)), tmp_path / "net.pt2")
    network = catalog.open_network(str(tmp_path / "net.pt2"))
    pictures = torch.rand(3, 3, 8, 8)
    with torch.no_grad():
        assert torch.allclose(network.logits(pictures), net(pictures), atol=1e-6)
        assert torch.allclose(network.exact(pictures[:2]), net(pictures[:2]), atol=1e-6)


@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning")
def test_torchscript_gives_predictions(tmp_path: Path) -> None:
    net = zoo.build("squeezenet1_1", classes=3)
    torch.jit.save(torch.jit.script(net), tmp_path / "net.pt")
    network = catalog.open_network(str(tmp_path / "net.pt"))
    picture = torch.rand(1, 3, 224, 224)
    with torch.no_grad():
        assert torch.allclose(network.logits(picture), net(picture), atol=1e-5)
    assert network.params == sum(p.numel() for p in net.parameters())
