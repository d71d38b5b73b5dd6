"""Making a lab that knows every handler and every technique."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from cnnviz_app import lab, techniques
from cnnviz_app.core.context import Context
from cnnviz_app.lab.lab import Lab


def make_lab(device: str = "") -> Lab:
    techniques.discover()
    # Importing a file of this folder is what registers its handlers.
    for module in pkgutil.iter_modules(lab.__path__):
        importlib.import_module(f"{lab.__name__}.{module.name}")
    return Lab(device)


def make_answer() -> Callable[[Context, object], object]:
    """What the window's engine thread asks."""
    return make_lab().answer
