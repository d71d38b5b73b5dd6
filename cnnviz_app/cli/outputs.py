"""Where a run's files go: checked before anything is computed."""

from __future__ import annotations

import os
from pathlib import Path

from cnnviz_app.core.atomic import check_target
from cnnviz_app.core.errors import UserError


def check_outputs(out: Path, raw: Path | None) -> None:
    """A UserError when `--out` or `--raw` could not be written later."""
    check_output(out, ".png", "--out")
    if raw is not None:
        check_output(raw, ".npy", "--raw")


def check_output(path: Path, ending: str, option: str) -> Path:
    """The path, or a UserError that names the option and says why it could not be written."""
    if not path.name:
        raise UserError(f"{option} needs the name of a file.", f"Write {option} result{ending}.")
    if os.path.isdir(path):
        raise UserError(f"{path} is a folder.", f"Give {option} a file name.")
    try:
        return check_target(path, (ending,))
    except UserError as error:
        raise UserError(f"{option}: {error.sentence}", error.hint) from error
