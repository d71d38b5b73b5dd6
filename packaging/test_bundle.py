"""Starts the frozen app as a user would and asserts that it works: exit code 0, a real picture.

    python packaging/test_bundle.py dist/cnnviz
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE_SECONDS = 120


class Bundle:
    """The frozen folder, started in an environment that knows nothing of this checkout."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder.resolve()
        self.home = home
        hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY")
        self.env = {k: v for k, v in os.environ.items() if k not in hidden}
        self.env |= {
            "CNNVIZ_CONFIG": str(home / "config"),
            "CNNVIZ_CACHE": str(home / "cache"),
            "TORCH_HOME": str(home / "torch"),
        }

    def run(self, program: str, *arguments: str, code: int = 0) -> str:
        suffix = ".exe" if sys.platform == "win32" else ""
        began = time.monotonic()
        done = subprocess.run(
            [str(self.folder / f"{program}{suffix}"), *arguments],
            cwd=self.home, env=self.env, capture_output=True, text=True,
            timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip
        seconds = time.monotonic() - began
        assert done.returncode == code, (
            f"{program} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}"
        )
        assert "Traceback" not in done.stderr, done.stderr
        print(f"{seconds:6.1f} s  {program} {' '.join(arguments)}")
        return done.stdout


def check(bundle: Bundle) -> None:
    assert "gui" in bundle.run("cnnviz", "--help")
    models = json.loads(bundle.run("cnnviz", "models", "--json"))["models"]
    bundled = [model["name"] for model in models if model["source"] == "bundled"]
    assert bundled, "no bundled network was found"
    techniques = json.loads(bundle.run("cnnviz", "techniques", "--json"))["techniques"]
    names = {technique["name"] for technique in techniques}
    assert "feature-vis" in names, "discovery of techniques failed in the frozen app"
    bundle.run("cnnviz", "doctor")
    bundle.run("cnnviz", "layers", bundled[0], "--json")
    # An optimiser imports what freezers forget; a torchvision network needs its compiled operators.
    out = bundle.home / "unit.png"
    bundle.run(
        "cnnviz", "run", "feature-vis", "--model", bundled[0], "--set", "steps=2",
        "--out", str(out),
    )  # fmt: skip
    again = bundle.home / "again.png"
    bundle.run("cnnviz", "replay", str(out), "--out", str(again))
    assert again.stat().st_size > 0
    bundle.run("cnnviz", "layers", "torchvision/alexnet", "--json")
    bundle.run("cnnviz", "run", "no-such-technique", "--model", bundled[0], "--out", "x", code=2)
    for program in ("cnnviz", "cnnviz-app"):
        shot = bundle.home / f"{program}.png"
        bundle.run(program, "gui", "--smoke", str(shot), "--size", "1920x1080")
        assert shot.stat().st_size > 20_000, "the screenshot is empty"


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as home:
        check(Bundle(Path(sys.argv[1]), Path(home)))
    print("the frozen app works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
