"""Techniques are found by being there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import cnnviz_app
from cnnviz_app.core.registry import all_techniques
from cnnviz_app.techniques import discover


def test_every_public_file_adds_a_technique_and_twice_is_once() -> None:
    first = discover()
    assert discover() == first == all_techniques()
    folder = Path(cnnviz_app.__file__).parent / "techniques"
    public = {path.stem for path in folder.glob("*.py") if not path.name.startswith("_")}
    declared = {technique.run.__module__.rpartition(".")[2] for technique in first}
    assert declared == public
    assert {"feature-vis", "class-image"} <= {technique.name for technique in first}


def test_it_works_where_there_are_no_files(tmp_path: Path) -> None:
    """As in a frozen application, the package is read out of an archive."""
    package = Path(cnnviz_app.__file__).parent
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in package.rglob("*.py"):
            packed.write(path, path.relative_to(package.parent))
    lines = (
        "from cnnviz_app.techniques import discover, __path__",
        "assert 'app.zip' in __path__[0], __path__",
        "print(*(found.name for found in discover()))",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], env=_environment(archive), cwd=tmp_path,
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "feature-vis" in done.stdout.split()


def _environment(archive: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(archive)}
