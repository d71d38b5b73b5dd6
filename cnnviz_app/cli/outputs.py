"""Where a run's files go: checked before anything is computed."""

from __future__ import annotations

import os
from pathlib import Path

from cnnviz_app.core.errors import UserError


def check_output(path: Path, ending: str, option: str) -> Path:
    """The path, or a UserError when it could not be written later."""
    if path.suffix.lower() != ending:
        raise UserError(f"{option} must end in {ending}, not “{path.name}”.")
    if path.is_dir():
        raise UserError(f"{path} is a folder.", f"Give {option} a file name.")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}.", "Make it first, or choose another.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UserError(f"{path} cannot be written.", "Choose another place.")
    return path
