"""Two ways to run a network up to some nodes: by plan, or whole with hooks where that must be."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, fx, nn
from torch.utils.hooks import RemovableHandle

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.plan import Edit, Plan, Planner, Swap
from cnnviz_app.nets.tracing import Traced

_PLANS_KEPT = 32


class Runner(Protocol):
    """Computes named nodes from a normalised batch of pictures."""

    def run(
        self,
        batch: Tensor,
        wanted: Sequence[str],
        edit: Mapping[str, Edit],
        swap: Mapping[str, Swap],
    ) -> dict[str, Tensor]: ...

    def forget(self) -> None: ...


class PlanRunner:
    """Runs plans over a traced graph and keeps the ones used last."""

    def __init__(self, traced: Traced, sources: Mapping[str, fx.Node]) -> None:
        self._traced, self._sources = traced, sources
        self._planner = Planner(traced)
        self._plans: OrderedDict[tuple[frozenset[str], ...], Plan] = OrderedDict()

    def run(
        self,
        batch: Tensor,
        wanted: Sequence[str],
        edit: Mapping[str, Edit],
        swap: Mapping[str, Swap],
    ) -> dict[str, Tensor]:
        plan = self._plan(frozenset(wanted), frozenset(edit), frozenset(swap))
        if batch.ndim == 4:
            batch = batch.contiguous(memory_format=torch.channels_last)
        size = self._traced.batch
        if size is None or len(batch) == size:
            return plan(batch, edit, swap)
        return _in_parts(lambda part: plan(part, edit, swap), batch, size)

    def forget(self) -> None:
        self._plans.clear()
        self._planner.forget()

    def _plan(self, *key: frozenset[str]) -> Plan:
        if key not in self._plans:
            wanted, edited, swapped = key
            self._plans[key] = self._planner.plan(
                {name: self._sources[name] for name in sorted(wanted)},
                {name: self._sources[name] for name in sorted(edited)},
                swapped,
            )
            if len(self._plans) > _PLANS_KEPT:
                self._plans.popitem(last=False)
        self._plans.move_to_end(key)
        return self._plans[key]


def _in_parts(
    run: Callable[[Tensor], dict[str, Tensor]], batch: Tensor, size: int
) -> dict[str, Tensor]:
    """For programs exported with a fixed batch size."""
    missing = -len(batch) % size
    if missing:
        batch = torch.cat([batch, batch[-1:].expand(missing, *batch.shape[1:])])
    parts = [run(part) for part in torch.split(batch, size)]
    count = len(batch) - missing
    return {name: torch.cat([part[name] for part in parts])[:count] for name in parts[0]}


class _Enough(Exception):
    """Everything asked for has been seen."""


class HookRunner:
    """Runs a private copy as it is and listens to its modules; nothing stays attached."""

    def __init__(
        self, root: nn.Module, modules: Mapping[str, tuple[str, int]], output: str
    ) -> None:
        self._root, self._modules, self._output = root, modules, output

    def run(
        self,
        batch: Tensor,
        wanted: Sequence[str],
        edit: Mapping[str, Edit],
        swap: Mapping[str, Swap],
    ) -> dict[str, Tensor]:
        if swap:
            raise UserError(
                "This network cannot be opened far enough to exchange its operators.",
                hint="Choose a network whose graph of operators is known.",
            )
        found: dict[str, Tensor] = {}
        names = {place: name for name, place in self._modules.items()}
        missing = set(wanted) - {self._output}
        handles: list[RemovableHandle] = []
        calls: dict[str, int] = {}
        try:
            for path, module in self._root.named_modules():
                listen = self._listener(path, names, calls, found, edit, missing, wanted)
                if any(place[0] == path for place in names):
                    handles.append(module.register_forward_hook(listen))
            result = first_tensor(self._root(batch))
            if self._output in wanted:
                found[self._output] = result
        except _Enough:
            pass
        finally:
            for handle in handles:
                handle.remove()
        return {name: found[name] for name in wanted}

    def forget(self) -> None:
        """Nothing is remembered."""

    def _listener(
        self,
        path: str,
        names: Mapping[tuple[str, int], str],
        calls: dict[str, int],
        found: dict[str, Tensor],
        edit: Mapping[str, Edit],
        missing: set[str],
        wanted: Sequence[str],
    ) -> Callable[..., Any]:
        def listen(module: nn.Module, args: Any, output: Any) -> Any:
            turn = calls.get(path, 0)
            calls[path] = turn + 1
            name = names.get((path, turn))
            if name is None or not isinstance(output, Tensor):
                return None
            if name in edit:
                output = edit[name](output)
            if name in missing:
                # A copy, because the next layer may work in place.
                found[name] = output.clone()
                missing.discard(name)
                if not missing and self._output not in wanted:
                    raise _Enough
            return output

        return listen


def first_tensor(value: Any) -> Tensor:
    """The tensor in whatever a network returns: itself, or the first of several."""
    while not isinstance(value, Tensor):
        if isinstance(value, Mapping):
            value = next(iter(value.values()))
        elif isinstance(value, (tuple, list)) and value:
            value = value[0]
        else:
            raise UserError(
                "The network does not return a tensor.",
                hint="Wrap it so that it returns the scores of its classes.",
            )
    return value
