"""CNNViz: a laboratory for looking inside convolutional networks."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnviz_app.scripting import Frame, Lab, Result, Run

__version__ = "0.1.0"
__all__ = ["Frame", "Lab", "Result", "Run", "__version__"]


def __getattr__(name: str) -> Any:
    """`from cnnviz_app import Lab`: what imports torch comes only to those who ask for it."""
    if name in ("Frame", "Lab", "Result", "Run"):
        return getattr(importlib.import_module("cnnviz_app.scripting"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
