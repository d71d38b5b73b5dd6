"""Whatever a person drops or opens: a picture, a folder, weights, a model's code, our own picture."""

from __future__ import annotations

from pathlib import Path

from cnnviz_app.core import recipe as recipes
from cnnviz_app.core.errors import UserError
from cnnviz_app.ui.desk import Desk

MODEL_ENDINGS = (".pth", ".pt", ".safetensors", ".pt2", ".py", ".onnx", ".h5", ".pb", ".keras",
                 ".ckpt", ".bin", ".t7", ".caffemodel")  # fmt: skip


def open_any(desk: Desk, path: Path) -> None:
    """Open a path by what it is; every failure is a sentence in the message strip."""
    if path.suffix.lower() in MODEL_ENDINGS and not path.is_dir():
        desk.conductor.import_weights(path)
        return
    recipe = _recipe_in(path)
    if recipe is not None:
        desk.runs.restore(recipe, path)
        return
    desk.pictures.open_path(path)


def _recipe_in(path: Path) -> recipes.Recipe | None:
    if path.suffix.lower() != ".png" or not path.is_file():
        return None
    try:
        return recipes.read(path)
    except UserError:
        # An ordinary picture, or one with a damaged recipe: it is still a picture.
        return None
