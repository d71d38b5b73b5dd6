"""The network as a person changed it: units taken away, scaled or held at a value."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.edit_requests import Edits, UnitEdit
from cnnviz_app.nets.edits import Change, change_of
from cnnviz_app.nets.network import Network
from cnnviz_app.nets.plan import Edit

# One for each side of a comparison and for the state before the last change.
_MOST = 4
_changed: WeakKeyDictionary[Network, OrderedDict[Edits, Network]] = WeakKeyDictionary()


def with_edits(net: Network, edits: Edits) -> Network:
    """The network with these changes, the same object for the same ones.

    It is another object than the network as trained, so whatever is kept of a network never
    mixes the two.
    """
    if not edits:
        return net
    views = _changed.setdefault(net, OrderedDict())
    if edits not in views:
        views[edits] = net.edited(_functions(net, edits))
        while len(views) > _MOST:
            views.popitem(last=False)
    views.move_to_end(edits)
    return views[edits]


def _functions(net: Network, edits: Sequence[UnitEdit]) -> dict[str, Edit]:
    """One function for each layer that is changed."""
    by_node: dict[str, list[Change]] = {}
    for edit in edits:
        count = net.map_shape(edit.layer)[0]
        if edit.units and max(edit.units) >= count:
            raise UserError(
                f"“{edit.layer}” has {count} units, so there is no unit {max(edit.units)}.",
                f"Choose one from 0 to {count - 1}.",
            )
        units = edit.units or tuple(range(count))
        change = Change(units, edit.kind == "clamp", edit.value)
        by_node.setdefault(net.resolve(edit.layer), []).append(change)
    return {node: change_of(net.layout(node), changes) for node, changes in by_node.items()}
