"""Results as files: pictures of 8 or 16 bits, films, scripts and notebooks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cnnviz_app.core import movies, recipe
from cnnviz_app.core.atomic import write_bytes
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import save_png, to_uint16
from cnnviz_app.core.reading import read_file
from cnnviz_app.lab.export_requests import FILMS, PICTURES, SCRIPTS, Export, ExportKept
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.requests import Outcome, Pixels
from cnnviz_app.lab.saving import save
from cnnviz_app.lab.scripts import save_script


@answers(Export)
def export(lab: Lab, ctx: Context, request: Export) -> Path:
    path = request.path if request.path.suffix else request.path.with_suffix(".png")
    ending = path.suffix.lower()
    if ending in FILMS:
        return _film(ctx, request, path)
    if ending not in (*PICTURES, *SCRIPTS):
        raise UserError(
            f"A result cannot be saved as “{path.suffix}”.",
            "Give the file a name that ends in .png, .gif, .mp4, .py or .ipynb.",
        )
    if request.outcome is None and request.frames and ending in PICTURES:
        # A frame on the way, or a run that was stopped: pixels, and no recipe to make them again.
        save_png(path, _colour(request.frames[-1]))
        return path
    if request.outcome is None:
        raise UserError("There is no finished picture to save.", "Let the run end first.")
    if ending in SCRIPTS:
        return save_script(request.outcome.recipe, path)
    if request.deep:
        return save_deep(request.outcome, path, with_sources=request.with_sources)
    return save(request.outcome, path, with_sources=request.with_sources)


@answers(ExportKept)
def export_kept(lab: Lab, ctx: Context, request: ExportKept) -> Path:
    path = request.path if request.path.suffix else request.path.with_suffix(".png")
    if path.suffix.lower() in SCRIPTS:
        return save_script(recipe.read(request.kept), path)
    if path.suffix.lower() not in PICTURES:
        raise UserError(
            f"A kept picture cannot be saved as “{path.suffix}”.",
            "Give the file a name that ends in .png, .py or .ipynb.",
        )
    write_bytes(path, read_file(request.kept, what="a picture"))
    return path


def save_deep(outcome: Outcome, path: Path, *, with_sources: bool = True) -> Path:
    """A PNG of 65 536 levels a channel with the recipe inside; only pictures have that many."""
    if outcome.result.picture is None:
        raise UserError(
            "Only pictures have 16 bits per channel; this is a map of values.",
            "Save it as an ordinary PNG.",
        )
    texts = recipe.embed(outcome.recipe, with_sources=with_sources)
    # The writer takes 16-bit levels; its declared type is that of the usual eight.
    levels: np.ndarray = to_uint16(outcome.result.picture)
    save_png(path, levels, texts)
    return path


def _film(ctx: Context, request: Export, path: Path) -> Path:
    frames = request.frames
    total = len(frames)

    def tick(done: int) -> None:
        ctx.checkpoint()
        ctx.progress(done, total, "frames")

    movies.save(path, [_colour(frame) for frame in frames], request.fps, tick)
    if request.outcome is not None:
        recipe.write_sidecar(path, request.outcome.recipe, with_sources=request.with_sources)
    return path


def _colour(frame: Pixels) -> Pixels:
    return frame if frame.ndim == 3 else np.repeat(frame[:, :, None], 3, axis=2)
