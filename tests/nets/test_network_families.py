"""One network of every torchvision family opens, runs, and agrees with hooks on the original."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from cnnviz_app.nets import zoo
from cnnviz_app.nets.network import InputSpec
from tests.nets import oracle
from tests.nets.conftest import opened, picture

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# Small pictures where the family permits them; the facts are tested at the real size elsewhere.
FAMILIES = {
    "alexnet": 96,
    "vgg11_bn": 64,
    "resnet18": 64,
    "resnext50_32x4d": 64,
    "squeezenet1_1": 64,
    "densenet121": 64,
    "googlenet": 64,
    "inception_v3": 96,
    "mobilenet_v2": 64,
    "mobilenet_v3_small": 64,
    "efficientnet_b0": 64,
    "efficientnet_v2_s": 64,
    "mnasnet0_5": 64,
    "shufflenet_v2_x0_5": 64,
    "regnet_y_400mf": 64,
    "convnext_tiny": 64,
    "vit_b_16": 64,
    "swin_t": 64,
    "swin_v2_t": 64,
    "maxvit_t": 224,
}


@torch.no_grad()
def _built(name: str, size: int) -> nn.Module:
    """Seeded weights of the right size, and batch-norm statistics that fit them."""
    attentive = name.startswith(("vit", "swin", "maxvit"))  # their buffers hold numbers
    module = zoo.build(name, image_size=size, empty=not attentive)
    torch.manual_seed(0)
    if not attentive:
        module = module.to_empty(device="cpu")
        for part in module.modules():
            if isinstance(part, nn.modules.batchnorm._BatchNorm):
                part.reset_parameters()
        for key, value in module.named_parameters():
            if value.ndim > 1:
                nn.init.uniform_(value, -1, 1).mul_((6 / value[0].numel()) ** 0.5)
            elif "bn" not in key and "norm" not in key:
                nn.init.uniform_(value, 0.1, 0.3)
    if sum(p.numel() for p in module.parameters()) < 3e7:
        module = module.double()  # so that only mistakes differ, not roundings
    module.eval()
    if attentive:
        return module
    norms = [part for part in module.modules() if isinstance(part, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
        norm.train()
    if norms:
        kind = next(module.parameters()).dtype
        module(torch.rand(4, 3, size, size, dtype=kind))
    return module.eval()


@pytest.mark.parametrize("name", FAMILIES)
@torch.no_grad()
def test_the_family_opens_and_agrees_with_hooks(name: str) -> None:
    size = FAMILIES[name]
    module = _built(name, size)
    spec = InputSpec(3, size, size, MEAN, STD)
    net = opened(module, spec)
    x = picture(spec, 1 if size > 200 else 2).to(next(module.parameters()).dtype)
    tolerance = 1e-8 if x.dtype == torch.double else 2e-4
    assert oracle.close(net.logits(x), net.exact(x), tolerance)
    names = [node.name for node in net.nodes if node.shape and node.name != "input"]
    chosen = [name for name in names if name in dict(module.named_modules())][::7]
    seen = oracle.activations(module, spec, x, chosen)
    found = net.run(x, list(seen))
    assert len(seen) >= 3
    wrong = [key for key, value in seen.items() if not oracle.close(found[key], value, tolerance)]
    assert not wrong
    _default_layers_are_maps_that_matter(net, x)


def _default_layers_are_maps_that_matter(net, x: Tensor) -> None:  # type: ignore[no-untyped-def]
    for purpose in ("cam", "dream", "explore", "feature-vis"):
        layer = net.default_layer(purpose)
        assert layer in net.layers
        value = net.run(x[:1], [layer])[layer]
        maps = net.maps(layer, value)
        assert maps.ndim == 4
        assert maps.shape[1:] == net.map_shape(layer)
