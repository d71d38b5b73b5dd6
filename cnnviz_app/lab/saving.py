"""Writing a finished picture with its recipe inside."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from cnnviz_app.core import colormaps
from cnnviz_app.core.atomic import write_bytes
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import save_png, to_uint8
from cnnviz_app.core.recipe import embed
from cnnviz_app.lab.requests import Outcome, Pixels


def shown_pixels(outcome: Outcome) -> Pixels:
    """The eight-bit picture of an outcome; maps of values in the dark theme's colours."""
    result = outcome.result
    if result.picture is not None:
        return to_uint8(result.picture)
    if result.values is None:
        raise UserError("There is no picture to save yet.", "Run the technique first.")
    return colormaps.in_colour(result.values, result.scale)


def save(outcome: Outcome, path: Path, *, with_sources: bool = True) -> Path:
    """Save as PNG with the recipe inside; the name gets `.png` when it has no ending."""
    path = path if path.suffix else path.with_suffix(".png")
    if path.suffix.lower() != ".png":
        raise UserError(
            f"A picture with its recipe inside must be a PNG, not “{path.suffix}”.",
            "Give the file a name that ends in .png.",
        )
    save_png(path, shown_pixels(outcome), embed(outcome.recipe, with_sources=with_sources))
    return path


def save_raw(outcome: Outcome, path: Path) -> None:
    """The unrounded float32 result: maps H×W, pictures H×W×3 in [0, 1]."""
    result = outcome.result
    values = result.values if result.values is not None else result.picture
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(values, np.float32), allow_pickle=False)
    write_bytes(path, buffer.getvalue())
