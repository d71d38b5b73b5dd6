"""Agreement with captum, torch-cam and pytorch-grad-cam, live in an environment of their own."""

from __future__ import annotations

import copy
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.images import short_side_crop
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import find
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.sources import builtin
from cnnviz_app.techniques import discover
from cnnviz_app.techniques._cam import enlarge
from cnnviz_app.techniques.class_activation import principal
from tests.techniques import attribution_nets as nets

discover()
ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers/bin/python"
SCRIPT = Path(__file__).with_name("attribution_peers.py")
CLOSE = 1e-4
SIDE = 112  # of the photograph: what the peers do with 224 pixels takes minutes
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """One picture put to us and to the peers."""

    image: torch.Tensor
    target: int
    window: int
    peers: Arrays

    def ours(self, net: Network, name: str, **settings: Any) -> np.ndarray:
        technique = find(name)
        params = build(technique.params, {"target": self.target, **settings})
        result = technique.run(Context.silent(), net, self.image, params, 0)
        assert result.values is not None
        return result.values

    def low(self, name: str) -> np.ndarray:
        """A small map of a peer, drawn as large as the picture."""
        plane = torch.from_numpy(self.peers[name]).reshape(self.peers[name].shape[-2:])
        return enlarge(plane, self.image).numpy()


SMALL, LARGE = "small", "large"


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """Both pictures, asked in one process: the peers take long to be imported."""
    if not PEERS.exists():
        pytest.skip("no environment of peers: bash packaging/peers.sh makes it")
    folder = tmp_path_factory.mktemp("peers")
    noise = torch.rand(1, 3, nets.SIDE, nets.SIDE, generator=torch.Generator().manual_seed(1))
    asked = {SMALL: {"image": noise.numpy(), "target": 2, "window": 8, "weights": ""}}
    if weights() is not None:
        cat = photograph().numpy()
        asked[LARGE] = {"image": cat, "target": 285, "window": 32, "weights": str(weights())}
    files: list[Path] = []
    for name, values in asked.items():
        files += [folder / f"{name}-in.npz", folder / f"{name}-out.npz"]
        np.savez(files[-2], **values)
    done = subprocess.run(
        ["nice", "-n", "5", PEERS, "-W", "ignore", SCRIPT, *files],
        check=False, capture_output=True, text=True, timeout=550,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: case(values, folder / f"{name}-out.npz") for name, values in asked.items()}


def case(values: dict[str, Any], answered: Path) -> Case:
    image = torch.from_numpy(values["image"])
    with np.load(answered) as stored:
        return Case(image, values["target"], values["window"], dict(stored))


def weights() -> Path | None:
    named = os.environ.get("CNNVIZ_CHECK_DATA", "")
    found = Path(named, "weights/squeezenet1_1_imagenet.pth")
    return found if named and found.is_file() else None


def photograph() -> torch.Tensor:
    pixels = short_side_crop(builtin.load("builtin:cat").pixels, SIDE, SIDE)
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].contiguous().float() / 255


@pytest.fixture(scope="module")
def squeezenet() -> Network:
    found = weights()
    if found is None:
        pytest.skip("CNNVIZ_CHECK_DATA has no SqueezeNet")
    spec = InputSpec(3, SIDE, SIDE, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    return inspect(nets.squeezenet(str(found)), spec, key="squeezenet1_1", title="SqueezeNet")


def opened(kind: str) -> Network:
    spec = InputSpec(3, nets.SIDE, nets.SIDE, nets.MEAN, nets.STD)
    return inspect(nets.seeded(kind), spec, key="small", title="Small")


def check_close(ours: np.ndarray, theirs: np.ndarray) -> None:
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= CLOSE * np.abs(theirs).max()


def stretched(values: np.ndarray) -> np.ndarray:
    """As pytorch-grad-cam hands its maps out: from 0 to 1."""
    return (values - values.min()) / (values.max() - values.min())


def check_pixels(case: Case, net: Network) -> None:
    for name in ("gradient", "gradient-x-input", "guided-backprop", "deconvnet", "guided-gradcam"):
        theirs = case.peers[f"captum/{name}"]
        check_close(case.ours(net, name, colour="each"), theirs.transpose(1, 2, 0))
        check_close(case.ours(net, name, colour="sum"), theirs.sum(0))
        check_close(case.ours(net, name, colour="largest"), np.abs(theirs).max(0))
    size = {"window": case.window, "stride": case.window // 2 + 1}
    check_close(case.ours(net, "occlusion", **size), case.peers["captum/occlusion"][0])


def check_integrated(case: Case, net: Network) -> None:
    """In double precision, as the peers do it too."""
    exact = inspect(copy.deepcopy(net.module).double(), net.spec, key="double", title="Double")
    case = replace(case, image=case.image.double())
    for method in ("gausslegendre", "middle"):
        theirs = case.peers[f"captum/integrated-gradients {method}"].sum(0)
        check_close(case.ours(exact, "integrated-gradients", steps=20, method=method), theirs)


def check_maps(case: Case, net: Network) -> None:
    check_close(case.ours(net, "gradcam"), case.low("captum/gradcam"))
    for name in ("gradcam", "xgradcam", "layercam", "scorecam", "cam"):
        check_close(case.ours(net, name), case.low(f"torchcam/{name}"))
    for name in ("gradcam", "gradcam++", "hirescam", "layercam", "xgradcam", "ablationcam"):
        check_close(stretched(case.ours(net, name)), case.peers[f"gradcam/{name}"][0])
    check_eigen(case, net)


def check_eigen(case: Case, net: Network) -> None:
    """The sign of a principal direction is anybody's choice."""
    node = net.resolve(net.default_layer("cam"))
    with torch.no_grad():
        plane = principal(net.maps(node, net.run(case.image, [node])[node])[0])
    sides = [stretched(enlarge(p.clamp_min(0), case.image).numpy()) for p in (plane, -plane)]
    assert min(np.abs(side - case.peers["gradcam/eigencam"][0]).max() for side in sides) <= CLOSE


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", nets.WRITTEN)
def test_however_a_relu_is_written_we_agree_with_the_peers(
    cases: dict[str, Case], kind: str
) -> None:
    net = opened(kind)
    check_pixels(cases[SMALL], net)
    check_integrated(cases[SMALL], net)
    check_maps(cases[SMALL], net)


@pytest.mark.timeout(600)
def test_squeezenet_agrees_in_pixels(cases: dict[str, Case], squeezenet: Network) -> None:
    check_pixels(cases[LARGE], squeezenet)
    check_integrated(cases[LARGE], squeezenet)


@pytest.mark.timeout(600)
def test_squeezenet_agrees_in_maps(cases: dict[str, Case], squeezenet: Network) -> None:
    check_maps(cases[LARGE], squeezenet)
