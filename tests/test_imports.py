"""Rules of the house that no linter knows: who may import whom, and mistakes made once."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "cnnviz_app"
TEXT = {".py", ".toml", ".md", ".sh", ".json", ".spec", ".qss", ".desktop"}

# A pattern, the folders where it is forbidden, and what to do instead.
MISTAKES = (
    (r"\bprocessEvents\(", ("cnnviz_app",), "it lets anything happen in the middle of anything"),
    (r"\.terminate\(\)", ("cnnviz_app/ui",), "a thread shot dead keeps its locks: ask it"),
    (r"\.exec\(\)", ("cnnviz_app/lab", "cnnviz_app/core"), "nothing modal from the engine"),
    (r"torch\.load\((?!.*weights_only=True)", ("cnnviz_app",), "a pickle may run code"),
    (r"set_grad_enabled\(", ("cnnviz_app",), "gradient mode is set with a context manager"),
    (r"torch\.manual_seed\(", ("cnnviz_app/techniques", "cnnviz_app/lab"),
     "the global seed is shared with other threads: use a torch.Generator"),
    (r"\bTODO\b|\bFIXME\b", ("cnnviz_app", "packaging"), "finish it, or write it down elsewhere"),
)  # fmt: skip


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize(("pattern", "folders", "advice"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_mistakes_are_not_made_twice(pattern: str, folders: tuple[str, ...], advice: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources(*folders)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert not found, advice


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_the_window_names_no_technique() -> None:
    """Techniques are found by discovery; a window that names one is a second place to edit."""
    techniques = {
        f"cnnviz_app.techniques.{path.stem}"
        for path in (APP / "techniques").glob("*.py")
        if not path.stem.startswith("_")
    }
    guilty = {
        path.relative_to(ROOT).as_posix(): sorted(imports_of(path) & techniques)
        for path in sources("cnnviz_app/ui")
    }
    assert not {path: names for path, names in guilty.items() if names}


def test_the_main_window_names_no_panel() -> None:
    panels = {f"cnnviz_app.ui.panels.{path.stem}" for path in (APP / "ui" / "panels").glob("*.py")}
    panels.discard("cnnviz_app.ui.panels.__init__")
    for path in (APP / "ui").glob("*.py"):
        if not path.stem.startswith("tour"):  # a guided walk knows where it walks
            assert not imports_of(path) & panels, path


def test_committed_text_names_no_place_of_this_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    # The checkout itself, and anybody's home.
    people = r"(?!me/|user/)\w+/"
    private = re.compile(rf"{re.escape(str(ROOT))}|{Path.home()}/|/(?:home|Users)/{people}")
    found = []
    for path in (ROOT / name for name in listed if Path(name).suffix in TEXT):
        if path.is_file() and path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {place}" for place in private.findall(text)]
    assert not found
