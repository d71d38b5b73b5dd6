"""The wheel holds the whole package with its resources, and works outside the checkout."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def committed(folder: str) -> list[Path]:
    """The files under version control, or all of them where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode or not listed.stdout:
        return [p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix != ".pyc"]
    return [p for p in (ROOT / name for name in listed.stdout.split("\0") if name) if p.is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_every_resource_is_in_the_wheel_unchanged(wheel: Path) -> None:
    resources = committed("resources")
    assert resources
    with zipfile.ZipFile(wheel) as archive:
        for path in resources:
            inside = f"cnnviz_app/{path.relative_to(ROOT).as_posix()}"
            stored = hashlib.sha256(archive.read(inside)).digest()
            assert stored == hashlib.sha256(path.read_bytes()).digest(), inside


def test_every_module_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    modules = {path.relative_to(ROOT).as_posix() for path in committed("cnnviz_app")}
    assert modules <= inside
    strangers = {name.split("/")[0] for name in inside} - {"cnnviz_app"}
    assert all(name.endswith(".dist-info") for name in strangers)
    assert not [name for name in inside if name.endswith((".pyc", ".orig", ".bak"))]


def test_both_programs_are_declared(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        declared = archive.read(name).decode()
    assert "[console_scripts]\ncnnviz = cnnviz_app.__main__:main" in declared
    assert "[gui_scripts]\ncnnviz-app = cnnviz_app.__main__:main_gui" in declared


def test_resources_are_found_from_an_unpacked_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from cnnviz_app import paths\n"
        "print(paths.resources_dir())"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    )
    assert Path(done.stdout.strip()) == tmp_path / "cnnviz_app" / "resources"
