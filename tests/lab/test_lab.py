"""The laboratory: models kept while they are used, and an answer to every request."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path

import numpy as np
import pytest

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Note
from cnnviz_app.lab import lab as lab_module
from cnnviz_app.lab import requests
from cnnviz_app.lab.lab import OPEN_MODELS, Lab
from cnnviz_app.lab.looking import grey, seen_by
from cnnviz_app.lab.requests import (
    Kernels,
    ListModels,
    ListTechniques,
    Look,
    Looked,
    ModelFacts,
    OpenModel,
    OpenPicture,
    ReadKernels,
    RunTechnique,
    TechniqueFacts,
)
from cnnviz_app.nets import catalog
from cnnviz_app.sources.picture import Picture
from tests.core.picture_makers import photo
from tests.lab.conftest import Heard

SILENT = Context.silent()
SQUEEZENET = "torchvision/squeezenet1_1"


def picture(height: int = 48, width: int = 64) -> Picture:
    return Picture("photo", photo(height, width), "")


def facts_of(lab: Lab, name: str = "lenet5", **how: object) -> ModelFacts:
    answer = lab.answer(SILENT, OpenModel(name, **how))  # type: ignore[arg-type]  # by name
    assert isinstance(answer, ModelFacts)
    return answer


def test_every_request_has_an_answer(lab: Lab) -> None:
    answered = set(lab_module._handlers)
    asked = {
        value
        for value in vars(requests).values()
        if inspect.isclass(value) and value.__module__ == requests.__name__
        and (value.__doc__ or "").strip() and "answered" in (value.__doc__ or "")
    }  # fmt: skip
    assert asked - answered == set()
    assert {Look, OpenPicture, RunTechnique} <= answered


def test_a_model_is_opened_once_and_the_oldest_is_let_go(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = catalog.open_network("lenet5")

    def count(name: str, *args: object, **kwargs: object) -> object:
        opened.append(name)
        return real

    monkeypatch.setattr(catalog, "open_network", count)
    names = [f"net{n}" for n in range(OPEN_MODELS)]
    for name in [*names, *names, "another", names[0]]:
        lab.network(name)
    assert opened == [*names, "another", names[0]]
    lab.forget("another")
    lab.network("another")
    assert opened[-1] == "another"


def test_random_weights_only_after_a_yes(lab: Lab) -> None:
    with pytest.raises(UserError):
        lab.network(SQUEEZENET)
    facts = facts_of(lab, SQUEEZENET, untrained=True)
    assert not facts.trained
    assert facts.weights_hash == ""
    assert lab.network(SQUEEZENET).key == SQUEEZENET
    lab.forget(SQUEEZENET)
    with pytest.raises(UserError):
        lab.network(SQUEEZENET)


def test_facts_are_plain_and_complete(lab: Lab) -> None:
    facts = facts_of(lab)
    assert facts.trained
    assert len(facts.weights_hash) == 64
    assert facts.input == (1, 28, 28)
    assert facts.labels == tuple("0123456789")
    assert set(facts.map_shapes) == set(facts.layers)
    assert set(facts.defaults) == {"explore", "feature-vis", "dream", "cam"}
    assert set(facts.defaults.values()) <= set(facts.layers)
    assert all(len(shape) == 3 for shape in facts.map_shapes.values())
    assert facts.node(facts.layers[0]).name
    assert facts.params == sum(node.params for node in facts.nodes)


def test_other_weights_than_the_recipes_are_noted(lab: Lab, heard: Heard) -> None:
    right = facts_of(lab).weights_hash
    lab.answer(heard.ctx, OpenModel("lenet5", expected=right))
    assert heard.of(Note) == []
    lab.answer(heard.ctx, OpenModel("lenet5", expected="ab" * 32))
    assert len(heard.of(Note)) == 1


def test_looking_gives_maps_and_probabilities(lab: Lab) -> None:
    facts = facts_of(lab)
    for layer in facts.layers:
        looked = lab.answer(SILENT, Look("lenet5", picture(), layer))
        assert isinstance(looked, Looked)
        assert looked.maps.dtype == np.float32
        assert looked.maps.shape == facts.map_shapes[layer]
        assert looked.seen.shape == (28, 28, 3)
        assert looked.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert len(looked.logits) == 10
    exact = lab.network("lenet5").exact(lab_image(lab))
    assert np.abs(looked.logits - exact[0].detach().numpy()).max() < 1e-3


def lab_image(lab: Lab) -> object:
    from cnnviz_app.lab.looking import to_image01

    net = lab.network("lenet5")
    return to_image01(net, seen_by(net, picture().pixels))


@pytest.mark.parametrize(("height", "width"), [(28, 28), (1, 1), (1, 500), (333, 20), (28, 90)])
def test_the_network_sees_its_own_size(lab: Lab, height: int, width: int) -> None:
    seen = seen_by(lab.network("lenet5"), photo(height, width))
    assert seen.shape == (28, 28, 3)
    assert seen.dtype == np.uint8


def test_a_picture_of_the_right_size_enters_untouched(lab: Lab) -> None:
    net = lab.network(SQUEEZENET, untrained=True)
    pixels = photo(224, 224)
    assert np.array_equal(seen_by(net, pixels), pixels)


def test_grey_pictures_stay_as_they_are() -> None:
    levels = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert np.array_equal(grey(levels), levels[:, :, 0])


def test_another_layer_of_the_same_picture_runs_no_further_than_that(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = picture()
    net = lab.network("lenet5")
    asked: list[list[str]] = []
    run = net.run
    monkeypatch.setattr(
        net, "run",
        lambda image, upto, **how: (asked.append(list(upto)), run(image, upto=upto, **how))[1],
    )  # fmt: skip
    first, second = (
        lab.answer(Context.silent(), Look("lenet5", shown, layer)) for layer in net.layers[:2]
    )
    assert [net.output in upto for upto in asked] == [True, False]
    assert isinstance(first, Looked)
    assert isinstance(second, Looked)
    assert np.array_equal(first.probabilities, second.probabilities)
    lab.answer(Context.silent(), Look("lenet5", picture(40, 40), net.layers[1]))
    assert net.output in asked[-1]


def test_a_layer_that_is_not_there_is_a_sentence(lab: Lab) -> None:
    with pytest.raises(UserError, match="conv9"):
        lab.answer(SILENT, Look("lenet5", picture(), "conv9"))


def test_kernels_of_layers_with_and_without_weights(lab: Lab) -> None:
    kernels = lab.answer(SILENT, ReadKernels("lenet5", "conv1"))
    assert isinstance(kernels, Kernels)
    assert kernels.weights is not None
    assert kernels.weights.shape[1:] == (1, 5, 5)
    none = lab.answer(SILENT, ReadKernels("lenet5", "relu1"))
    assert isinstance(none, Kernels)
    for layer in facts_of(lab).layers:
        found = lab.answer(SILENT, ReadKernels("lenet5", layer))
        assert isinstance(found, Kernels)
        assert found.weights is None or found.weights.ndim == 4


def test_lists_are_plain_data(lab: Lab) -> None:
    models = lab.answer(SILENT, ListModels())
    assert isinstance(models, tuple)
    assert "lenet5" in {entry.name for entry in models}
    listed = lab.answer(SILENT, ListTechniques())
    assert isinstance(listed, tuple)
    for technique in listed:
        assert isinstance(technique, TechniqueFacts)
        for spec in technique.specs:
            if spec.kind in ("layer", "unit"):
                assert spec.default == ""
        for preset in technique.presets.values():
            assert set(preset) <= {spec.name for spec in technique.specs}


def test_a_cancelled_run_leaves_the_lab_usable(lab: Lab) -> None:
    ctx = Context(1)
    ctx.control.cancel()
    with pytest.raises(Cancelled):
        lab.answer(ctx, RunTechnique("feature-vis", "lenet5", {"steps": 5}))
    assert lab.answer(SILENT, RunTechnique("feature-vis", "lenet5", {"steps": 1}))


def test_requests_cannot_be_changed() -> None:
    request = Look("lenet5", picture(), "conv1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.layer = "conv2"  # type: ignore[misc]  # that is the point


def test_the_lab_needs_no_window(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['PySide6'] = None\n"
        "from cnnviz_app.lab.start import make_lab\n"
        "from cnnviz_app.lab.requests import OpenModel\n"
        "from cnnviz_app.core.context import Context\n"
        "print(make_lab('cpu').answer(Context.silent(), OpenModel('lenet5')).name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "lenet5"), done.stderr
