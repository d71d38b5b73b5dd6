"""Receptive fields against known sizes, against measured gradients, and on graphs of every form."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnviz_app.nets import zoo
from cnnviz_app.nets.network import InputSpec, Network, ReceptiveField, inspect
from cnnviz_app.nets.plan import Swap
from tests.nets.conftest import opened

SPEC = InputSpec(3, 224, 224, (0.0,) * 3, (1.0,) * 3)


def bones(name: str) -> Network:
    """A torchvision network without weights."""
    return inspect(zoo.build(name, empty=True), SPEC, key=name, title=name)


@pytest.mark.parametrize(
    ("name", "layer", "size", "stride"),
    [
        ("alexnet", "features.12", 195, 32),
        ("vgg16", "features.30", 212, 32),
        ("resnet50", "layer3", 267, 16),
        ("resnet50", "layer4", 427, 32),
        ("mobilenet_v2", "features.18", 491, 32),
        ("densenet121", "features.norm5", 2071, 32),
    ],
)
def test_known_sizes(name: str, layer: str, size: int, stride: int) -> None:
    field = bones(name).node(layer).receptive_field
    assert field is not None
    assert (field.size, field.stride) == ((size, size), (stride, stride))


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("alexnet", ("features.5", "features.12")),
        ("vgg16", ("features.16", "features.30")),
        ("googlenet", ("inception3b", "inception5b")),
        ("resnet50", ("layer2.1.conv2", "layer4")),
        ("densenet121", ("features.transition1.conv", "features.denseblock4.denselayer16.conv2")),
        ("mobilenet_v2", ("features.7", "features.18")),
    ],
)
def test_the_gradient_reaches_exactly_as_far(name: str, layers: tuple[str, ...]) -> None:
    """With positive weights no path cancels another, so the gradient's support is the field."""
    module = zoo.build(name, empty=True).to_empty(device="cpu")
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.constant_(part.weight, 1 / part.weight[0].numel())
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        elif isinstance(part, nn.BatchNorm2d):
            part.reset_running_stats()
            part.reset_parameters()
    net = inspect(module.eval().double(), SPEC, key=name, title=name)
    for layer in layers:
        field = net.node(layer).receptive_field
        assert field is not None
        for axis in (0, 1):
            assert _measured(net, layer, field, axis) == _expected(field, axis)


def _cell(field: ReceptiveField, axis: int) -> int:
    """The first cell whose field lies inside the picture."""
    return -(field.start[axis] // field.stride[axis])


def _expected(field: ReceptiveField, axis: int) -> tuple[int, int]:
    first = field.start[axis] + _cell(field, axis) * field.stride[axis]
    return first, first + field.size[axis] - 1


def _measured(net: Network, layer: str, field: ReceptiveField, axis: int) -> tuple[int, int]:
    """First and last row (or column) the cell depends on, on a long narrow picture."""
    long = _expected(field, axis)[1] + field.stride[axis] + 1
    shape = [1, 3, 64, 64]
    shape[2 + axis] = max(64, long)
    x = torch.rand(shape, dtype=torch.double, requires_grad=True)
    swap: dict[str, Swap] = {"max_pool2d": F.avg_pool2d, "relu6": F.relu}  # nothing saturates
    value = net.run(x, [layer], swap=swap)[layer]
    value.select(2 + axis, _cell(field, axis)).sum().backward()
    assert x.grad is not None
    reach = x.grad.abs().amax(dim=(0, 1, 3 - axis)).nonzero().flatten()
    return int(reach.min()), int(reach.max())


def field_of(module: nn.Module, name: str, size: int = 32) -> ReceptiveField | None:
    spec = InputSpec(3, size, size, (0.0,) * 3, (1.0,) * 3)
    return opened(module, spec).node(name).receptive_field


class Graph(nn.Module):
    """Whatever forward it is given."""

    def __init__(self, forward: object, **parts: nn.Module) -> None:
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)
        self.path = forward

    def forward(self, x: Tensor) -> Tensor:
        return self.path(self, x)  # type: ignore[operator, no-any-return]


def test_the_union_of_branches_counts() -> None:
    net = Graph(
        lambda m, x: torch.cat([m.left(x), m.right(x)], 1),
        left=nn.Conv2d(3, 2, (1, 5), padding=(0, 2)),
        right=nn.Conv2d(3, 2, (3, 1), padding=(1, 0)),
    )
    assert field_of(net, "cat") == ReceptiveField((3, 5), (1, 1), (-1, -2))


def test_gates_pooled_over_the_picture_are_left_out() -> None:
    net = Graph(
        lambda m, x: m.conv(x) * torch.sigmoid(m.fc(F.adaptive_avg_pool2d(x, 1))),
        conv=nn.Conv2d(3, 4, 3, stride=2),
        fc=nn.Conv2d(3, 4, 1),
    )
    assert field_of(net, "mul") == ReceptiveField((3, 3), (2, 2), (0, 0))
    squeezed = Graph(
        lambda m, x: m.conv(x) * m.fc(x.mean([2, 3])).view(-1, 4, 1, 1),
        conv=nn.Conv2d(3, 4, 3, stride=2),
        fc=nn.Linear(3, 4),
    )
    assert field_of(squeezed, "mul") == ReceptiveField((3, 3), (2, 2), (0, 0))


def test_padding_slices_and_shuffles_move_the_field() -> None:
    shifted = Graph(lambda m, x: m.conv(F.pad(x, (1, 2, 3, 4))), conv=nn.Conv2d(3, 4, 3))
    assert field_of(shifted, "conv") == ReceptiveField((3, 3), (1, 1), (-3, -1))
    sliced = Graph(lambda m, x: m.conv(x[:, :, 4:, ::2]), conv=nn.Conv2d(3, 4, 3))
    assert field_of(sliced, "conv") == ReceptiveField((3, 5), (1, 2), (4, 0))
    shuffled = Graph(
        lambda m, x: m.conv(x).view(-1, 2, 2, 30, 30).transpose(1, 2).reshape(-1, 4, 30, 30),
        conv=nn.Conv2d(3, 4, 3),
    )
    assert field_of(shuffled, "reshape") == ReceptiveField((3, 3), (1, 1), (0, 0))


def test_upsampling_makes_the_stride_finer() -> None:
    net = Graph(
        lambda m, x: m.last(F.interpolate(m.conv(x), scale_factor=2)),
        conv=nn.Conv2d(3, 4, 4, stride=4),
        last=nn.Conv2d(4, 4, 3),
    )
    assert field_of(net, "last") == ReceptiveField((8, 8), (2, 2), (0, 0))


def test_channels_last_layers_keep_their_places() -> None:
    net = Graph(
        lambda m, x: m.fc(m.conv(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2),
        conv=nn.Conv2d(3, 4, 3),
        fc=nn.Linear(4, 6),
    )
    assert field_of(net, "permute_1") == ReceptiveField((3, 3), (1, 1), (0, 0))


def test_a_linear_layer_sees_every_cell_of_the_map() -> None:
    net = Graph(
        lambda m, x: m.fc(m.conv(x).flatten(1)),
        conv=nn.Conv2d(3, 4, 4, stride=4),
        fc=nn.Linear(4 * 64, 6),
    )
    assert field_of(net, "fc") == ReceptiveField((32, 32), (32, 32), (0, 0))


def test_attention_has_no_receptive_field() -> None:
    net = bones("vit_b_16")
    assert net.node("conv_proj").receptive_field == ReceptiveField((16, 16), (16, 16), (0, 0))
    assert net.node("encoder.layers.encoder_layer_0.ln_1").receptive_field is not None
    assert net.node("encoder.layers.encoder_layer_0.self_attention").receptive_field is None
    assert net.node(net.output).receptive_field is None


@pytest.mark.parametrize(
    "part",
    [
        nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
        nn.TransformerDecoderLayer(8, 2, 16, batch_first=True),
        nn.MultiheadAttention(8, 2, batch_first=True),
        nn.LSTM(8, 8, batch_first=True),
        nn.GRU(8, 8, batch_first=True),
        nn.RNN(8, 8, batch_first=True),
    ],
    ids=lambda part: type(part).__name__,
)
def test_what_mixes_all_places_in_one_operator_has_none_either(part: nn.Module) -> None:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        tokens = m.get_submodule("conv")(x).flatten(2).transpose(1, 2)
        again = {nn.MultiheadAttention: 2, nn.TransformerDecoderLayer: 1}.get(type(part), 0)
        mixed = m.get_submodule("part")(tokens, *[tokens] * again)
        found: Tensor = mixed[0] if isinstance(part, nn.MultiheadAttention | nn.RNNBase) else mixed
        return found

    net = opened(
        Graph(forward, conv=nn.Conv2d(3, 8, 4, 4), part=part),
        InputSpec(3, 32, 32, (0.0,) * 3, (1.0,) * 3),
    )
    assert net.node("transpose").receptive_field == ReceptiveField((4, 4), (4, 4), (0, 0))
    assert net.node("part").receptive_field is None
    assert net.map_shape("part") == (8, 8, 8), "its places are known all the same"
