"""Whatever a person drops or opens: a picture, a folder, weights, a model, a picture of ours."""

from __future__ import annotations

from pathlib import Path

from cnnviz_app.core import recipe as recipes
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import trust
from cnnviz_app.ui.desk import Desk

MODEL_ENDINGS = (".pth", ".pt", ".safetensors", ".pt2", ".py", ".onnx", ".h5", ".pb", ".keras",
                 ".ckpt", ".bin", ".t7", ".caffemodel")  # fmt: skip


def open_any(desk: Desk, path: Path) -> None:
    """Open a path by what it is; every failure is a sentence in the message strip."""
    if path.suffix.lower() in MODEL_ENDINGS and not path.is_dir():
        open_model_file(desk, path)
        return
    recipe = _recipe_in(path)
    if recipe is not None:
        desk.runs.restore(recipe, path)
        return
    desk.pictures.open_path(path)


def open_model_file(desk: Desk, path: Path) -> None:
    """Import a model; a Python file is a program and runs only after a yes."""
    def trust_and_open() -> None:
        desk.conductor.trust_code(path)

    if path.suffix.lower() == ".py" and _needs_a_yes(path):
        desk.messages.post(
            "warn",
            f"“{path.name}” is a program: opening it runs it with all you may do.",
            "Trust it only if you wrote or read it, the files it imports included.",
            ("Trust and open", trust_and_open),
        )
        return
    desk.conductor.import_weights(path)


def _needs_a_yes(path: Path) -> bool:
    try:
        return not trust.is_trusted(path)
    except OSError:
        # It cannot be read: importing it says so.
        return False


def _recipe_in(path: Path) -> recipes.Recipe | None:
    if path.suffix.lower() != ".png" or not path.is_file():
        return None
    try:
        return recipes.read(path)
    except UserError:
        # An ordinary picture, or one with a damaged recipe: it is still a picture.
        return None
