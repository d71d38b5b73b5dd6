"""Turns the changes a person made to units into functions the network runs with."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.edit_requests import UnitEdit
from cnnviz_app.nets.edits import Change, change_of
from cnnviz_app.nets.network import Network
from cnnviz_app.nets.plan import Edit


def edit_functions(net: Network, edits: Sequence[UnitEdit]) -> dict[str, Edit]:
    """What `Network.run` takes as `edit`: one function for each layer that is changed."""
    by_node: dict[str, list[Change]] = {}
    for edit in edits:
        count = net.map_shape(edit.layer)[0]
        if edit.units and max(edit.units) >= count:
            raise UserError(
                f"“{edit.layer}” has {count} units, so there is no unit {max(edit.units)}.",
                f"Choose one from 0 to {count - 1}.",
            )
        change = Change(edit.units, edit.kind == "clamp", edit.value)
        by_node.setdefault(net.resolve(edit.layer), []).append(change)
    return {node: change_of(net.layout(node), changes) for node, changes in by_node.items()}
