"""Small graphs by hand, and measures that need no fonts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cnnviz_app.nets.graph import Node, ReceptiveField
from cnnviz_app.nets.graph_drawing import Drawing, Measures, Rect

PLAIN = Measures(
    box=lambda one: (120.0, 42.0) if one.is_block else (90.0, 28.0),
    head=lambda one: (8.0 * len(one.name) + 20.0, 28.0),
    label=lambda lines: (max((7.0 * len(line) for line in lines), default=0.0), 15.0 * bool(lines)),
)


def node(
    name: str, op: str, *inputs: str, scope: str = "", shape: tuple[int, ...] = (8, 14, 14),
    params: int = 0, macs: int = 0, field: tuple[int, int] | None = None,
) -> Node:  # fmt: skip
    reach = None if field is None else ReceptiveField((field[0],) * 2, (field[1],) * 2, (0, 0))
    return Node(name, op, inputs, shape, params, macs, reach, scope)


def chain(count: int) -> list[Node]:
    """A network without any modules."""
    names = ["input", *(f"conv{i}" for i in range(1, count))]
    return [node(name, "conv2d" if i else "input", *names[i - 1 : i] if i else ())
            for i, name in enumerate(names)]  # fmt: skip


def residual() -> list[Node]:
    nodes = [node("input", "input"), node("stem", "conv2d", "input")]
    at = "stem"
    for block in ("stage.0", "stage.1"):
        nodes += [
            node(f"{block}.conv1", "conv2d", at, scope=block, params=10, macs=100),
            node(f"{block}.relu", "relu", f"{block}.conv1", scope=block),
            node(f"{block}.conv2", "conv2d", f"{block}.relu", scope=block, params=10, macs=100),
            node(f"{block}.add", "add", f"{block}.conv2", at, scope=block),
        ]
        at = f"{block}.add"
    return [*nodes, node("fc", "linear", at, shape=(10,), params=5, macs=5)]


def inception() -> list[Node]:
    at = "mixed"
    return [
        node("input", "input"),
        node(f"{at}.a.conv", "conv2d", "input", scope=f"{at}.a"),
        node(f"{at}.a.relu", "relu", f"{at}.a.conv", scope=f"{at}.a"),
        node(f"{at}.b.conv", "conv2d", "input", scope=f"{at}.b"),
        node(f"{at}.b.relu", "relu", f"{at}.b.conv", scope=f"{at}.b"),
        node(f"{at}.c", "max_pool2d", "input", scope=at),
        node(f"{at}.cat", "cat", f"{at}.a.relu", f"{at}.b.relu", f"{at}.c", scope=at),
        node("fc", "linear", f"{at}.cat", shape=(10,)),
    ]


def dense(count: int = 5) -> list[Node]:
    nodes, made = [node("input", "input")], ["input"]
    for number in range(count):
        scope = f"block.layer{number}"
        nodes += [node(f"{scope}.cat", "cat", *made, scope=scope),
                  node(f"{scope}.conv", "conv2d", f"{scope}.cat", scope=scope)]  # fmt: skip
        made.append(f"{scope}.conv")
    return [*nodes, node("block.cat", "cat", *made, scope="block"),
            node("fc", "linear", "block.cat", shape=(10,))]  # fmt: skip


def transformer() -> list[Node]:
    nodes = [node("input", "input"), node("tokens", "reshape", "input", shape=(5, 8)),
             node("expand", "expand", shape=(1, 8)),
             node("cat", "cat", "expand", "tokens", shape=(6, 8))]  # fmt: skip
    at = "cat"
    for number in range(2):
        scope = f"layers.{number}"
        nodes += [
            node(f"{scope}.norm", "layer_norm", at, scope=scope, shape=(6, 8)),
            node(f"{scope}.attention", "multihead_attention", f"{scope}.norm", scope=scope,
                 shape=(6, 8)),
            node(f"{scope}.add", "add", f"{scope}.attention", at, scope=scope, shape=(6, 8)),
            node(f"{scope}.mlp.0", "linear", f"{scope}.add", scope=f"{scope}.mlp", shape=(6, 32)),
            node(f"{scope}.mlp.1", "gelu", f"{scope}.mlp.0", scope=f"{scope}.mlp", shape=(6, 32)),
            node(f"{scope}.mlp.2", "linear", f"{scope}.mlp.1", scope=f"{scope}.mlp", shape=(6, 8)),
            node(f"{scope}.add_1", "add", f"{scope}.mlp.2", f"{scope}.add", scope=scope,
                 shape=(6, 8)),
        ]  # fmt: skip
        at = f"{scope}.add_1"
    return nodes


GRAPHS = {"chain": chain(9), "residual": residual(), "inception": inception(),
          "dense": dense(), "transformer": transformer(), "crowd": chain(60)}  # fmt: skip


def faults(drawing: Drawing) -> list[str]:
    """Boxes over boxes, boxes outside their frames, wires that turn back or run through boxes."""
    found = []
    boxes = drawing.boxes
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            a, b = one.rect, other.rect
            if a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom:
                found.append(f"{one.fold.id} lies on {other.fold.id}")
    along = 1 if drawing.vertical else 0
    for wire in drawing.wires:
        stops = [point[along] for point in (wire.start, wire.bend, wire.bent, wire.end)]
        if any(later < earlier - 1e-6 for earlier, later in pairwise(stops)):
            found.append(f"a wire of {wire.source} turns back")
        for box in boxes:
            if _runs_through(wire.bend, wire.start, box.rect) or _runs_through(
                wire.bent, wire.end, box.rect
            ):
                found.append(f"a wire of {wire.source} runs through {box.fold.id}")
    return found + _outside(drawing)


def _runs_through(one: Sequence[float], other: Sequence[float], rect: Rect) -> bool:
    x, y = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
    inner = 0.01
    return (
        rect.x + inner < x < rect.right - inner
        and rect.y + inner < y < rect.bottom - inner
    )


def _outside(drawing: Drawing) -> list[str]:
    frames = {frame.fold.id: frame.rect for frame in drawing.frames}
    found = []
    for box in (*drawing.boxes, *drawing.frames):
        around = box.fold.parent
        room = frames.get(around.id) if around is not None else None
        if room is not None and not (
            room.x <= box.rect.x and box.rect.right <= room.right
            and room.y <= box.rect.y and box.rect.bottom <= room.bottom
        ):  # fmt: skip
            found.append(f"{box.fold.id} hangs out of its block")
    return found
