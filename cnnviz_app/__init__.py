"""CNNViz: a laboratory for looking inside convolutional networks."""

from __future__ import annotations

__version__ = "0.1.0"
