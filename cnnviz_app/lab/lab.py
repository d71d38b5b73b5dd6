"""The laboratory: it keeps the open models and answers every request.

The window's engine thread, the command line and scripts all use this one object.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.unit_edits import with_edits
from cnnviz_app.nets import catalog
from cnnviz_app.nets.device import choose, set_up_threads
from cnnviz_app.nets.network import Network

OPEN_MODELS = 4
# The picture of now, with the network as it is and as it is changed.
PREDICTIONS = 4
Shown = tuple[str, Edits]
Handler = Callable[["Lab", Context, Any], object]
_handlers: dict[type[Any], Handler] = {}


def answers(request: type[Any]) -> Callable[[Handler], Handler]:
    """Declare the decorated function as the one that answers this kind of request."""

    def register(handler: Handler) -> Handler:
        _handlers[request] = handler
        return handler

    return register


class Lab:
    """Owns the models and the device; not for two threads at once."""

    def __init__(self, device: str = "") -> None:
        set_up_threads()
        self.device = choose(device)
        self._open: OrderedDict[tuple[str, str], Network] = OrderedDict()
        self._untrained: set[str] = set()
        self._predicted: OrderedDict[Shown, Tensor] = OrderedDict()
        self._predicted_by: Network | None = None

    def network(
        self,
        name: str,
        weights: str = "",
        edits: Edits = (),
        *,
        untrained: bool = False,
        ctx: Context | None = None,
    ) -> Network:
        """The model, opened once and kept while it is among the last few used.

        With `edits`, the network as it is changed: this is the one place that knows how. Once
        somebody accepted random weights (`untrained`), later requests about it do too.
        """
        if untrained:
            self._untrained.add(name)
        key = (name, weights)
        if key not in self._open:
            self._open[key] = catalog.open_network(
                name,
                Path(weights) if weights else None,
                str(self.device),
                allow_random=name in self._untrained,
                ctx=ctx,
            )
            while len(self._open) > OPEN_MODELS:
                self._open.popitem(last=False)
        self._open.move_to_end(key)
        return with_edits(self._open[key], edits)

    def forget(self, name: str) -> None:
        """Drop a model whose weights changed on disk."""
        for key in [key for key in self._open if key[0] == name]:
            del self._open[key]
        self._untrained.discard(name)

    def predicted(self, net: Network, shown: Shown) -> Tensor | None:
        """The logits of what this network was shown a moment ago."""
        return self._predicted.get(shown) if self._predicted_by is net else None

    def keep_predicted(self, net: Network, shown: Shown, logits: Tensor) -> None:
        if self._predicted_by is not net:
            self._predicted.clear()
            self._predicted_by = net
        self._predicted[shown] = logits
        self._predicted.move_to_end(shown)
        while len(self._predicted) > PREDICTIONS:
            self._predicted.popitem(last=False)

    def answer(self, ctx: Context, request: object) -> object:
        return _handlers[type(request)](self, ctx, request)
