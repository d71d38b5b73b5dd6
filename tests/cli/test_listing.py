"""`models`, `layers`, `techniques` and `doctor`: the exact keys that scripts rely on."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from cnnviz_app import techniques
from cnnviz_app.cli import COMMANDS
from cnnviz_app.core import registry
from cnnviz_app.nets import catalog
from tests.cli.conftest import Ask

NODE = {"name", "op", "inputs", "shape", "params", "macs", "receptive_field"}
PARAM = {"name", "type", "default", "min", "max", "choices", "help"}


def test_models(cnnviz: Ask) -> None:
    answer = cnnviz("models", "--json")
    assert (answer.code, answer.err) == (0, "")
    models = {line["name"]: line for line in answer.json["models"]}
    for line in models.values():
        assert {"name", "source", "available", "classes", "params", "input"} <= set(line)
        assert line["source"] in ("bundled", "torchvision", "yours")
        assert isinstance(line["available"], bool)
    lenet = models["lenet5"]
    assert (lenet["source"], lenet["available"], lenet["classes"]) == ("bundled", True, 10)
    assert lenet["input"] == [1, 28, 28]
    assert models["torchvision/googlenet"]["source"] == "torchvision"
    assert len(models) > 70


def test_models_for_people(cnnviz: Ask) -> None:
    answer = cnnviz("models")
    assert answer.code == 0
    assert len(answer.out.splitlines()) == len(catalog.entries())
    assert "lenet5" in answer.out


def test_layers(cnnviz: Ask) -> None:
    answer = cnnviz("layers", "lenet5", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json
    assert set(found) == {"model", "input", "nodes"}
    assert (found["model"], found["input"]) == ("lenet5", [1, 28, 28])
    first = found["nodes"][0]
    assert (first["name"], first["op"], first["inputs"]) == ("input", "input", [])
    known = set()
    for node in found["nodes"]:
        assert set(node) == NODE
        assert set(node["inputs"]) <= known
        known.add(node["name"])
        field = node["receptive_field"]
        if field is not None:
            assert set(field) == {"size", "stride", "start"}
            assert all(len(pair) == 2 for pair in field.values())
    assert sum(node["params"] for node in found["nodes"]) > 40_000
    conv = next(node for node in found["nodes"] if node["name"] == "conv1")
    assert conv["receptive_field"]["size"] == [5, 5]
    assert conv["receptive_field"]["stride"] == [1, 1]


def test_layers_of_a_network_whose_weights_are_not_here(cnnviz: Ask) -> None:
    found = cnnviz("layers", "torchvision/squeezenet1_1", "--json").json
    assert found["input"] == [3, 224, 224]
    assert sum(node["params"] for node in found["nodes"]) == 1_235_496


def test_layers_at_another_size(cnnviz: Ask) -> None:
    found = cnnviz("layers", "torchvision/squeezenet1_1", "--size", "96", "--json").json
    assert found["input"] == [3, 96, 96]
    assert found["nodes"][0]["shape"] == [3, 96, 96]


def test_layers_for_people(cnnviz: Ask) -> None:
    answer = cnnviz("layers", "lenet5")
    assert answer.code == 0
    assert "parameters" in answer.out
    assert "stride" in answer.out


def test_techniques(cnnviz: Ask) -> None:
    answer = cnnviz("techniques", "--json")
    assert (answer.code, answer.err) == (0, "")
    techniques.discover()
    listed = {line["name"]: line for line in answer.json["techniques"]}
    assert set(listed) == {technique.name for technique in registry.all_techniques()}
    for line in listed.values():
        assert {"name", "title", "group", "params"} <= set(line)
        for spec in line["params"]:
            assert set(spec) >= PARAM
            assert spec["help"].endswith((".", "?"))
    steps = next(p for p in listed["feature-vis"]["params"] if p["name"] == "steps")
    assert (steps["type"], steps["default"], steps["min"]) == ("int", 512, 1)


def test_one_technique(cnnviz: Ask) -> None:
    assert len(cnnviz("techniques", "feature-vis", "--json").json["techniques"]) == 1
    told = cnnviz("techniques", "feature-vis").out
    assert "steps = 512" in told
    assert "1 … 20000" in told


def test_doctor() -> None:
    """In a process of its own: it starts Qt to see whether that works."""
    done = subprocess.run(
        [sys.executable, "-m", "cnnviz_app", "doctor", "--json"],
        capture_output=True, text=True, check=False, timeout=150,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert set(found) == {"ok", "checks"}
    assert done.returncode == (0 if found["ok"] else 1)
    assert all(set(check) == {"name", "ok", "sentence"} for check in found["checks"])
    assert len(found["checks"]) > 3


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help(cnnviz: Ask, command: str) -> None:
    answer = cnnviz(*([command] if command else []), "--help")
    assert answer.code == 0
    assert "usage: cnnviz" in answer.out
    assert answer.err == ""


def test_version(cnnviz: Ask) -> None:
    answer = cnnviz("--version")
    assert answer.code == 0
    assert answer.out.startswith("CNNViz ")
