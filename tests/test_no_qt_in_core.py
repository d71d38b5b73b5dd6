"""Everything below the window works, and is imported, where Qt is not installed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

WITHOUT_QT = """
import importlib, json, pkgutil, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "qtawesome", "qtpy"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
imported, broken = [], {}
for room in ("core", "nets", "sources", "techniques", "lab", "cli"):
    package = importlib.import_module(f"cnnviz_app.{room}")
    names = [package.__name__]
    names += [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    for name in names:
        try:
            importlib.import_module(name)
            imported.append(name)
        except Exception as error:
            broken[name] = f"{type(error).__name__}: {error}"
print(json.dumps({"imported": imported, "broken": broken}))
"""


def test_every_module_below_the_window_is_imported_without_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT], capture_output=True, text=True, timeout=120, check=True
    )
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["broken"] == {}
    assert len(result["imported"]) > 20


def modules_after(statement: str) -> set[str]:
    """The top-level names in `sys.modules` after a statement in a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sorted(sys.modules))"],
        capture_output=True, text=True, timeout=120, check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import cnnviz_app, cnnviz_app.__main__, cnnviz_app.paths", {"torch", "PySide6", "numpy"}),
        ("import cnnviz_app.cli", {"torch", "torchvision", "PySide6"}),
        ("import cnnviz_app.diagnostics", {"torch", "PySide6", "numpy"}),
        # Nothing on the way to the first paint may wait for torch (PRODUCT.md, numbers to reach).
        ("import cnnviz_app.ui.app", {"torch", "torchvision", "scipy"}),
    ],
    ids=["start", "command line", "diagnostics", "window"],
)
def test_what_a_start_must_not_wait_for(statement: str, forbidden: set[str]) -> None:
    assert not forbidden & modules_after(statement)


def test_help_is_quick_to_answer() -> None:
    program = (
        "import sys\n"
        "from cnnviz_app.__main__ import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit as end:\n"
        "    assert not end.code\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert "cnnviz" in done.stdout
    assert not {"torch", "PySide6"} & set(done.stderr.split())
