"""What was measured on a network is kept while it is open, so that asking twice is free."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

from cnnviz_app.nets.network import Network

_MOST = 96
_found: WeakKeyDictionary[Network, OrderedDict[Hashable, Any]] = WeakKeyDictionary()


def kept(net: Network) -> OrderedDict[Hashable, Any]:
    """The store of a network, by whatever names the measurement; the oldest is forgotten."""
    store = _found.setdefault(net, OrderedDict())
    while len(store) > _MOST:
        store.popitem(last=False)
    return store
