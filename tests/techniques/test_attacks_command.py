"""What `cnnviz run` prints of an attack, beside what its file holds: judged by other code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import safetensors.torch
import torch
from PIL import Image

from cnnviz_app import paths
from cnnviz_app.nets import architectures
from tests.cli.conftest import Ask, cnnviz

__all__ = ["cnnviz"]  # the fixture
PROMISED = {"success", "label_before", "label_after", "name_before", "name_after", "p_before",
            "p_after", "linf", "l2", "pixels_changed", "queries", "seconds"}  # fmt: skip
Pixels = npt.NDArray[np.uint8]


def bundled(name: str) -> tuple[torch.nn.Module, dict[str, Any]]:
    """A network built anew from its weights file, with its card: torch alone, nothing folded."""
    card = json.loads((paths.resource("bundled") / f"{name}.json").read_text(encoding="utf-8"))
    module = architectures.build(card["architecture"], len(card["labels"]))
    held = safetensors.torch.load_file(paths.resource("bundled") / f"{name}.safetensors")
    module.load_state_dict({key: value.float() for key, value in held.items()}, strict=False)
    return module.eval(), card


def chances(name: str, pixels: Pixels) -> torch.Tensor:
    module, card = bundled(name)
    mean, std = (torch.tensor(card["input"][key]).view(1, -1, 1, 1) for key in ("mean", "std"))
    values = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]
    with torch.no_grad():
        found: torch.Tensor = module((values - mean) / std)[0].softmax(0)
    return found


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A picture of the network's own size, which enters it as it is."""
    y, x = np.mgrid[0:64, 0:64] / 64
    waves = [np.sin(9 * x + 5 * y), np.cos(7 * y), np.sin(4 * x - 11 * y)]
    pixels = np.rint(np.stack(waves, 2) * 100 + 128).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "clean.png")
    return tmp_path / "clean.png"


@pytest.mark.parametrize(
    ("norm", "epsilon", "more"), [("linf", 8, ()), ("l2", 127.5, ("--set", "alpha=0"))]
)
def test_the_figures_are_those_of_the_file(
    cnnviz: Ask, clean: Path, tmp_path: Path, norm: str, epsilon: float, more: tuple[str, ...]
) -> None:
    answer = cnnviz("run", "pgd", "--model", "lens", "--image", clean, "--set",
                    f"epsilon={epsilon}", "--set", f"norm={norm}", "--set", "steps=10", *more,
                    "--out", tmp_path / "adv.png", "--json")  # fmt: skip
    assert (answer.code, answer.err) == (0, "")
    said = answer.json
    assert set(said) >= PROMISED
    with Image.open(clean) as opened:
        before = np.asarray(opened.convert("RGB"))
    with Image.open(tmp_path / "adv.png") as opened:
        assert opened.mode == "RGB"
        after = np.asarray(opened)
    delta = after.astype(np.int64) - before
    old, new = chances("lens", before), chances("lens", after)
    assert said["label_before"] == int(old.argmax())
    assert said["label_after"] == int(new.argmax())
    assert said["success"] is bool(old.argmax() != new.argmax())
    assert said["p_before"] == pytest.approx(float(old.max()), rel=1e-3)
    assert said["p_after"] == pytest.approx(float(new.max()), rel=1e-3)
    labels = bundled("lens")[1]["labels"]
    assert (said["name_before"], said["name_after"]) == (labels[old.argmax()], labels[new.argmax()])
    assert said["linf"] == int(np.abs(delta).max())
    assert said["l2"] == pytest.approx(float(np.sqrt((delta**2).sum())) / 255, rel=1e-5)
    assert said["pixels_changed"] == int((delta != 0).any(axis=2).sum())
    assert isinstance(said["queries"], int)
    assert said["seconds"] > 0
    reached = said["linf"] if norm == "linf" else said["l2"] * 255
    assert 0 < reached <= epsilon + 1e-3
