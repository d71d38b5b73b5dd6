"""The graph as it is drawn: blocks fold, nothing lies on anything, tensors only flow forward."""

from __future__ import annotations

import pytest

from cnnviz_app.nets.graph_drawing import shape_lines
from cnnviz_app.nets.graph_folds import fold
from cnnviz_app.nets.graph_kernels import op_words
from cnnviz_app.nets.graph_layout import lay_out
from cnnviz_app.nets.graph_showing import (
    Index,
    at_first,
    every_block,
    kind_of,
    reveal,
    stands_for,
)
from cnnviz_app.nets.network import Network
from tests.nets.graph_makers import GRAPHS, PLAIN, chain, dense, faults, inception, node, residual


@pytest.mark.parametrize("vertical", [True, False], ids=["down", "right"])
@pytest.mark.parametrize("name", GRAPHS)
def test_no_box_lies_on_another_and_no_wire_turns_back(name: str, vertical: bool) -> None:
    root = fold(GRAPHS[name])
    for opened in ({root.id}, at_first(root), every_block(root)):
        assert faults(lay_out(root, opened, PLAIN, vertical)) == []


@pytest.mark.parametrize("family", ["plain", "branching"])
def test_real_networks_lie_as_well(family: str, request: pytest.FixtureRequest) -> None:
    net: Network = request.getfixturevalue(family)
    root = fold(net.nodes)
    drawing = lay_out(root, every_block(root), PLAIN, True)
    assert faults(drawing) == []
    assert [box.fold.id for box in drawing.boxes] == [node.name for node in root.leaves()]


def test_open_all_shows_every_operator_and_fold_all_shows_blocks() -> None:
    root = fold(residual())
    folded = lay_out(root, {root.id}, PLAIN, True)
    assert [box.fold.id for box in folded.boxes] == ["input", "stem", "stage/", "fc"]
    opened = lay_out(root, every_block(root), PLAIN, True)
    assert len(opened.boxes) == len(residual())
    inner = {"stage.0.conv1+/", "stage.1.conv1+/"}
    assert {f.fold.id for f in opened.frames} == {"stage/", "stage.0/", "stage.1/", *inner}


def test_a_layer_is_a_convolution_with_its_norm_and_its_activation() -> None:
    nodes = [
        node("input", "input"),
        node("conv1", "conv2d", "input"),
        node("bn1", "batch_norm", "conv1"),
        node("relu1", "relu", "bn1"),
        node("conv2", "conv2d", "relu1"),
        node("relu2", "relu", "conv2"),
        node("add", "add", "relu2", "conv2"),  # the convolution is read twice: no unit
    ]
    root = fold(nodes)
    assert [child.id for child in root.children] == ["input", "conv1+/", "conv2", "relu2", "add"]
    assert [leaf.name for leaf in root.children[1].children] == ["conv1", "bn1", "relu1"]
    assert Index(root).matching("conv1") == [root.children[1].children[0]]


def test_every_wire_of_the_network_is_drawn_to_its_end() -> None:
    root = fold(dense())
    ends = {(w.source, w.head) for w in lay_out(root, every_block(root), PLAIN, True).wires}
    for one in dense():
        assert {source for source, head in ends if head == one.name} == set(one.inputs)


def test_blocks_add_up_what_is_inside_and_say_what_they_are() -> None:
    root = fold(residual())
    block = Index(root).by_id["stage.0/"]
    assert (block.operators, block.params, block.macs) == (4, 20, 200)
    assert block.name == "stage.0"
    assert kind_of(block) == "residual"
    assert kind_of(Index(root).by_id["stage/"]) == "2 blocks"
    assert kind_of(Index(fold(inception())).by_id["mixed/"]) == "3 branches"


def test_the_first_look_opens_what_is_most_of_the_network() -> None:
    root = fold(residual())
    assert at_first(root) == {"/", "stage/"}


def test_a_module_used_twice_is_two_blocks_and_ties_no_knot() -> None:
    nodes = [
        node("input", "input"),
        node("act.relu", "relu", "input", scope="act"),
        node("act.norm", "layer_norm", "act.relu", scope="act"),
        node("conv", "conv2d", "act.norm"),
        node("act.relu_1", "relu", "conv", scope="act"),
        node("act.norm_1", "layer_norm", "act.relu_1", scope="act"),
    ]
    root = fold(nodes)
    drawing = lay_out(root, {root.id}, PLAIN, True)
    assert [box.fold.id for box in drawing.boxes] == ["input", "act/", "conv", "act#2/"]
    assert faults(drawing) == []


def test_a_crowd_without_modules_is_folded_by_the_size_of_its_maps() -> None:
    nodes = chain(60)
    nodes = [node(n.name, n.op, *n.inputs, shape=(8, 14 if i < 30 else 7, 14 if i < 30 else 7))
             for i, n in enumerate(nodes)]  # fmt: skip
    root = fold(nodes)
    assert [child.name for child in root.children] == ["14 × 14", "7 × 7"]
    assert sum(1 for _ in root.leaves()) == 60


def test_what_takes_no_part_is_left_out() -> None:
    nodes = [*residual(), node("aux.fc", "linear", shape=())]
    assert "aux.fc" not in {leaf.name for leaf in fold(nodes).leaves()}


def test_finding_looks_into_folded_blocks() -> None:
    root = fold(residual())
    index = Index(root)
    hits = index.matching("conv stage.1")
    assert [hit.id for hit in hits] == ["stage.1.conv1", "stage.1.conv2"]
    assert stands_for(hits[0], {root.id}).id == "stage/"
    assert reveal(hits) == {"/", "stage/", "stage.1/", "stage.1.conv1+/"}
    assert index.matching("  ") == []


def test_a_convolution_says_its_kernel() -> None:
    before = node("input", "input", shape=(3, 32, 32), field=(1, 1))
    plain = node("c", "conv2d", "input", shape=(8, 16, 16), macs=8 * 256 * 3 * 49, field=(7, 2))
    depth = node("d", "conv2d", "c", shape=(8, 16, 16), macs=8 * 256 * 9, field=(11, 2))
    far = node("f", "conv2d", "c", shape=(4, 16, 16), macs=4 * 256 * 8 * 9, field=(15, 2))
    known = {n.name: n for n in (before, plain, depth, far)}
    assert op_words(plain, known) == "conv 7 × 7"
    assert op_words(depth, known) == "depthwise 3 × 3"
    assert op_words(far, known) == "conv 3 × 3"  # dilated: its reach is five
    assert op_words(node("r", "max_pool2d", "c"), known) == "max pool"


def test_shapes_stand_on_one_line_beside_or_on_two_around_a_wire() -> None:
    assert shape_lines((64, 56, 56), True) == ("64 × 56 × 56",)
    assert shape_lines((64, 56, 56), False) == ("64", "56 × 56")
    assert shape_lines((10,), False) == ("10",)
    assert shape_lines((), True) == ()
