"""Whatever a person drops or opens: a picture, a folder, a video, weights, a model, a result."""

from __future__ import annotations

import os
from pathlib import Path

from cnnviz_app.nets import trust
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.live.starting import VIDEO_ENDINGS, start_video

MODEL_ENDINGS = (".pth", ".pt", ".safetensors", ".pt2", ".py", ".onnx", ".h5", ".pb", ".keras",
                 ".ckpt", ".bin", ".t7", ".caffemodel")  # fmt: skip


def open_any(desk: Desk, path: Path) -> None:
    """Open a path by what it is; every failure is a sentence in the message strip."""
    if path.suffix.lower() in MODEL_ENDINGS and not os.path.isdir(path):
        open_model_file(desk, path)
        return
    if path.suffix.lower() in VIDEO_ENDINGS and not os.path.isdir(path):
        start_video(desk, path)
        return
    desk.pictures.open_path(path, recipes=True)


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
