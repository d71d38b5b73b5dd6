"""What can be known of a network whose forward cannot be followed: its modules, in order."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from cnnviz_app.nets.facts import ParameterCount
from cnnviz_app.nets.graph import InputSpec, Node
from cnnviz_app.nets.naming import Described
from cnnviz_app.nets.operators import module_op
from cnnviz_app.nets.receptive import Field, Layout
from cnnviz_app.nets.runner import first_tensor
from cnnviz_app.nets.shapes import device_of, dtype_of

Calls = list[tuple[str, nn.Module, tuple[Any, ...], Any]]


def listen(root: nn.Module, spec: InputSpec) -> tuple[Described, dict[str, tuple[str, int]]]:
    """The nodes of an opaque network, and for each its module and which of its calls it is."""
    size = (1, spec.channels, spec.height, spec.width)
    batch = torch.zeros(size, device=device_of(root), dtype=dtype_of(root))
    calls: Calls = []
    handles = []
    try:
        if not isinstance(root, torch.jit.ScriptModule):
            for path, module in root.named_modules():
                if path and not list(module.children()):
                    handles.append(module.register_forward_hook(_recorder(path, calls)))
        with torch.no_grad():
            logits = first_tensor(root(batch))
    finally:
        for handle in handles:
            handle.remove()
    return _described(root, spec, calls, logits)


def _recorder(path: str, calls: Calls) -> Any:
    def record(module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        if isinstance(output, Tensor):
            calls.append((path, module, args, output))

    return record


def _described(
    root: nn.Module, spec: InputSpec, calls: Calls, logits: Tensor
) -> tuple[Described, dict[str, tuple[str, int]]]:
    count = ParameterCount(root)
    shape: tuple[int, ...] = (spec.channels, spec.height, spec.width)
    nodes = [Node("input", "input", (), shape, 0, 0, None, "")]
    places: dict[str, tuple[str, int]] = {}
    made: dict[int, str] = {}
    for path, module, args, output in calls:
        turn = sum(place[0] == path for place in places.values())
        name = f"{path}_{turn}" if turn else path
        sources = [made[id(arg)] for arg in args if isinstance(arg, Tensor) and id(arg) in made]
        nodes.append(
            Node(
                name=name,
                op=module_op(type(module).__name__),
                inputs=tuple(sources) or (nodes[-1].name,),
                shape=tuple(output.shape[1:]),
                params=count.of(module),
                macs=_macs(module, output),
                receptive_field=None,
                scope=_scope(path),
            )
        )
        made[id(output)] = name
        places[name] = (path, turn)
    output = made.get(id(logits), "output")
    if isinstance(root, torch.jit.ScriptModule):
        nodes += _script_modules(root, count)
    if output == "output":
        form = tuple(logits.shape[1:])
        last = next(node.name for node in reversed(nodes) if node.shape)
        nodes.append(Node(output, "network", (last,), form, count.of(root), 0, None, ""))
    fields = {node.name: Field(_guessed_layout(node.shape), None) for node in nodes if node.shape}
    return Described(tuple(nodes), {}, fields, {}, output), places


def _script_modules(root: torch.jit.ScriptModule, count: ParameterCount) -> list[Node]:
    """The layers of a TorchScript file: what they are and hold, for nothing more can be seen."""
    return [
        Node(path, module_op(part.original_name), (), (), count.of(part), 0, None, _scope(path))
        for path, part in root.named_modules()
        if path and not list(part.children())
    ]


def _scope(path: str) -> str:
    return path.rpartition(".")[0]


def _macs(module: nn.Module, output: Tensor) -> int:
    weight = getattr(module, "weight", None)
    if not isinstance(weight, Tensor):
        return 0
    if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        return output[0].numel() * weight[0].numel()
    return output[0].numel() * int(weight.shape[-1]) if isinstance(module, nn.Linear) else 0


def _guessed_layout(shape: tuple[int, ...]) -> Layout | None:
    return Layout((2, 3), (shape[1], shape[2])) if len(shape) == 3 else None
