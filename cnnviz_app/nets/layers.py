"""Which nodes are worth showing as layers, by what name, and which one to begin with."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from cnnviz_app.nets.graph import Node
from cnnviz_app.nets.operators import ACTIVATIONS
from cnnviz_app.nets.receptive import Field

_ACTIVATIONS = (ACTIVATIONS | {"glu"}) - {"sigmoid", "hardsigmoid"}
_WEIGHTED = {"conv1d", "conv2d", "conv3d", "conv_transpose2d", "linear", "multihead_attention"}
_LISTS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


class LayerGuide:
    """Chooses layers from the nodes of one network."""

    def __init__(
        self,
        root: nn.Module,
        nodes: tuple[Node, ...],
        aliases: Mapping[str, str],
        fields: Mapping[str, Field],
        output: str,
    ) -> None:
        self._nodes = {node.name: node for node in nodes}
        self._modules = dict(root.named_modules())
        self._fields = fields
        self._output = output
        self._sides = self._gates(nodes)
        self._trunks = self._long_containers(nodes, aliases)
        self._blocks = self._find_blocks(aliases)
        self._shown = self._shown_names(aliases)
        self.layers = self._choose(nodes, aliases)
        self._defaults: dict[str, str] = {}

    def default(self, purpose: str) -> str:
        """The layer a person would try first for this purpose."""
        # A live map asks for every picture; finding it takes a twentieth of a small network's pass.
        if purpose not in self._defaults:
            self._defaults[purpose] = self._find_default(purpose)
        return self._defaults[purpose]

    def _find_default(self, purpose: str) -> str:
        maps = [name for name in self.layers if self._is_map(name)]
        if not maps:
            return self.layers[-1] if self.layers else self._output
        convs = [name for name in maps if self._node(name).op == "conv2d"]
        wide = [name for name in convs if self._kernel_size(name) > 1] or convs
        blocks = [name for name in maps if self._name(name) in self._blocks]
        active = [name for name in maps if self._node(name).op in _ACTIVATIONS]
        if purpose == "cam":
            return self._last_map() or maps[-1]
        if purpose == "dream":
            return _at(blocks if len(blocks) > 2 else active or convs or maps, 0.6)
        if purpose == "feature-vis":
            return _at(wide if len(wide) > 1 else blocks or maps, 0.5)
        # What is left after the activation reads best: dark means nothing was found there.
        if len(blocks) > 2:
            return _at(blocks, 0.4)
        return _at(active if len(active) > 1 else wide or maps, 0.3)

    def _node(self, shown: str) -> Node:
        return self._nodes[self._name(shown)]

    def _name(self, shown: str) -> str:
        return next((name for name, label in self._shown.items() if label == shown), shown)

    def _is_map(self, shown: str) -> bool:
        field = self._fields.get(self._name(shown))
        return field is not None and field.layout is not None and min(field.layout.grid) > 1

    def _kernel_size(self, shown: str) -> int:
        node = self._node(shown)
        module = self._modules.get(node.name)
        size = getattr(module, "kernel_size", (1, 1))
        return max(size) if isinstance(size, tuple) else int(size)

    def _gates(self, nodes: tuple[Node, ...]) -> set[str]:
        """Nodes pooled over the whole picture that a map is later multiplied with."""
        reaches_map: dict[str, bool] = {}
        users: dict[str, list[str]] = {}
        for node in nodes:
            for source in node.inputs:
                users.setdefault(source, []).append(node.name)
        for node in reversed(nodes):
            local = not self._fields[node.name].whole if node.name in self._fields else False
            below = any(reaches_map[user] for user in users.get(node.name, ()))
            reaches_map[node.name] = local or below
        gates = {name for name, hit in reaches_map.items() if hit and name in self._fields}
        gates = {name for name in gates if self._fields[name].whole}
        constants = {n.name for n in nodes if n.name not in self._fields}
        return gates | constants

    def _long_containers(self, nodes: tuple[Node, ...], aliases: Mapping[str, str]) -> set[str]:
        """Containers that are most of the network, and so no name for one layer."""
        names = [node.name for node in nodes]
        return {
            path
            for path in aliases
            if 2 * sum(name.startswith(f"{path}.") for name in names) > len(names)
        }

    def _find_blocks(self, aliases: Mapping[str, str]) -> set[str]:
        """Outputs of the outermost containers that are more than lists of others."""
        found: list[str] = []
        for path in sorted(aliases):
            module = self._modules.get(path)
            is_list = type(module) in _LISTS
            inside = any(path.startswith(f"{outer}.") for outer in found)
            if module is not None and not is_list and not inside and path not in self._trunks:
                found.append(path)
        return {aliases[path] for path in found}

    def _shown_names(self, aliases: Mapping[str, str]) -> dict[str, str]:
        """Node name → the name of the container it is the output of, where that says more."""
        shown: dict[str, str] = {}
        for path, name in sorted(aliases.items(), key=lambda item: item[0].count(".")):
            module = self._modules.get(path)
            plain = type(module) in _LISTS and not any(
                list(child.children()) for child in (module.children() if module else ())
            )
            empty = module is None or next(module.parameters(), None) is None
            if path not in self._trunks and not plain and not empty and name != self._output:
                shown.setdefault(name, path)
        return shown

    def _choose(self, nodes: tuple[Node, ...], aliases: Mapping[str, str]) -> tuple[str, ...]:
        containers = set(self._shown)
        chosen = []
        for node in nodes:
            if not node.shape or node.name in self._sides or node.op == "input":
                continue
            pool = "pool" in node.op and len(node.shape) == 3
            worth = node.op in _ACTIVATIONS or node.op in _WEIGHTED or pool
            if worth or node.name in containers or node.name == self._output:
                chosen.append(self._shown.get(node.name, node.name))
        return tuple(dict.fromkeys(chosen))

    def _last_map(self) -> str | None:
        """The last map before everything is pooled and weighed into the classes."""
        reached = self._before(self._output, _WEIGHTED)
        if any(self._tokens_skipped(name) for name in reached):
            # The class token collects from the others in attention; behind the last one they idle.
            last = [n for n in reached if self._nodes[n].op == "multihead_attention"][-1:]
            reached = self._before(last[0], {"multihead_attention"}) if last else reached
        for shown in reversed(self.layers):
            node = self._node(shown)
            copies = node.op.startswith("adaptive") and (
                self._nodes[node.inputs[0]].shape == node.shape
            )
            if node.name in reached and self._is_map(shown) and not copies:
                return shown
        return None

    def _before(self, name: str, kinds: set[str]) -> dict[str, None]:
        """What lies before the nearest operators of these kinds, walking back, in order."""
        pending, ahead, behind = [name], {name}, set[str]()
        while pending:
            current = pending.pop()
            stops = self._nodes[current].op in kinds
            for source in self._nodes[current].inputs:
                if stops or current in behind:
                    if source not in behind:
                        behind.add(source)
                        pending.append(source)
                elif source not in ahead:
                    ahead.add(source)
                    pending.append(source)
        return {name: None for name in self._nodes if name in behind}

    def _tokens_skipped(self, name: str) -> bool:
        field = self._fields.get(name)
        return field is not None and field.layout is not None and field.layout.skip > 0


def _at(names: list[str], depth: float) -> str:
    return names[min(len(names) - 1, int(len(names) * depth))]
