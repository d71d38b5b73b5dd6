"""`cnnviz layers`: the operators of a network with shapes, costs and receptive fields."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz_app.cli.trusting import add_trust, trust_if_asked

if TYPE_CHECKING:
    from cnnviz_app.nets.network import Network, Node


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="a name from `cnnviz models`, or a file")
    parser.add_argument("--weights", type=Path, help="weights to use in place of its own")
    parser.add_argument("--size", type=int, metavar="N", help="side of the picture, in pixels")
    add_trust(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    trust_if_asked(args)
    net = _open(args.model, args.weights, args.size)
    if args.json:
        spec = net.spec
        answer = {
            "model": args.model,
            "input": [spec.channels, spec.height, spec.width],
            "nodes": [node_json(node) for node in net.nodes],
        }
        print(json.dumps(answer))
        return 0
    width = max(len(node.name) for node in net.nodes)
    for node in net.nodes:
        shape = " × ".join(str(n) for n in node.shape)
        field = node.receptive_field
        seen = f"{field.size[0]} px, stride {field.stride[0]}" if field else "–"
        print(f"{node.name:{width}}  {node.op:18} {shape:18} {node.params:>11,} "
              f"{node.macs:>14,}  {seen}".replace(",", " "))  # fmt: skip
    print(f"{net.params:,} parameters, {net.macs:,} multiply-adds".replace(",", " "))
    return 0


def _open(model: str, weights: Path | None, size: int | None) -> Network:
    from cnnviz_app.core.errors import UserError
    from cnnviz_app.nets import catalog
    from cnnviz_app.nets.network import inspect

    if size is not None and not 8 <= size <= 4096:
        raise UserError(f"A picture of {size} px cannot be used.", "Give --size from 8 to 4096.")
    # Facts need no numbers: a network whose weights are not asked for is built without memory.
    empty = catalog.find(model).source == "torchvision" and weights is None
    device = "meta" if empty else "cpu"
    opened = catalog.open_module(model, weights, device, allow_random=True)
    spec = opened.spec if size is None else replace(opened.spec, height=size, width=size)
    return inspect(opened.module, spec, key=model, title=opened.title, device=device)


def node_json(node: Node) -> dict[str, Any]:
    field = node.receptive_field
    return {
        "name": node.name, "op": node.op, "inputs": list(node.inputs), "shape": list(node.shape),
        "params": node.params, "macs": node.macs,
        "receptive_field": None if field is None else {
            "size": list(field.size), "stride": list(field.stride), "start": list(field.start),
        },
    }  # fmt: skip
