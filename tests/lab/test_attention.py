"""Where a transformer looks, asked through the laboratory."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchvision.models.vision_transformer import VisionTransformer

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.attention import short_titles
from cnnviz_app.lab.attention_requests import Attended, ListAttention, ReadAttention
from cnnviz_app.lab.lab import Lab
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import inspect
from cnnviz_app.sources.picture import Picture
from tests.core.picture_makers import photo

SILENT = Context.silent()
SPEC = InputSpec(3, 32, 32, (0.5,) * 3, (0.25,) * 3)


@pytest.fixture
def vit_lab(lab: Lab) -> Lab:
    torch.manual_seed(0)
    module = VisionTransformer(32, 8, 3, 2, 16, 32, num_classes=5).eval()
    lab._open[("vit", "")] = inspect(module, SPEC, key="vit", title="tiny ViT")
    return lab


def ask(lab: Lab, layer: str, cell: tuple[int, int] | None = None) -> Attended:
    shown = Picture("photo", photo(40, 40), "")
    answer = lab.answer(SILENT, ReadAttention("vit", shown, layer, cell))
    assert isinstance(answer, Attended)
    return answer


def test_layers_have_short_titles(vit_lab: Lab) -> None:
    layers = vit_lab.answer(SILENT, ListAttention("vit"))
    assert isinstance(layers, tuple)
    assert [layer.title for layer in layers] == [f"encoder_layer_{i}" for i in range(3)]
    assert vit_lab.answer(SILENT, ListAttention("lenet5")) == ()


def test_heads_kept_and_rollout(vit_lab: Lab) -> None:
    layers = vit_lab.answer(SILENT, ListAttention("vit"))
    assert isinstance(layers, tuple)
    for layer in layers:
        found = ask(vit_lab, layer.name)
        assert found.heads.shape == (2, 4, 4)
        assert found.class_token
        assert np.allclose(found.heads.sum(axis=(1, 2)) + found.kept, 1, atol=1e-5)
        assert (found.distances > 0).all()
        assert (found.distances < 32 * 1.5).all()
        assert found.rollout is not None
        assert found.rollout.shape == (4, 4)
    other = ask(vit_lab, layers[0].name, (1, 2))
    assert not np.allclose(other.heads, ask(vit_lab, layers[0].name).heads)


def test_another_cell_runs_the_network_no_more(
    vit_lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = vit_lab.network("vit")
    first = ask(vit_lab, "encoder.layers.encoder_layer_1.self_attention")
    monkeypatch.setattr(net, "run", None)
    again = ask(vit_lab, "encoder.layers.encoder_layer_1.self_attention", (3, 3))
    assert again.rollout is first.rollout
    beyond = ask(vit_lab, "encoder.layers.encoder_layer_1.self_attention", (9, 9))
    assert np.array_equal(beyond.heads, again.heads)


def test_a_layer_that_does_not_attend_is_a_sentence(vit_lab: Lab) -> None:
    with pytest.raises(UserError, match="attention layer"):
        ask(vit_lab, "conv_proj")


def test_titles_of_other_families() -> None:
    swin = [f"features.{a}.{b}.attn.shifted_window_attention" for a in (1, 3) for b in (0, 1)]
    assert short_titles(swin) == ["1.0", "1.1", "3.0", "3.1"]
    same = ["scaled_dot_product_attention", "scaled_dot_product_attention_1"]
    assert short_titles(same) == same
    assert short_titles([]) == []
    assert short_titles(["softmax"]) == ["softmax"]
