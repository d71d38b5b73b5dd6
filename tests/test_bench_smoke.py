"""Every measurement runs: its figures are for quiet machines, its code is for every day."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench"
# These need the environment of the peers, or only start the others.
APART = ("versus_lucent.py", "versus_attacks.py", "attribution.py", "run_all.py")
SCRIPTS = sorted(
    file.name for file in BENCH.glob("*.py")
    if not file.name.startswith("_") and file.name not in APART
)  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_measurement_prints_one_line(script: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(BENCH.parents[1])}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, str(BENCH / script), "--quick"],
        env=environment, capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.strip().splitlines()
    assert ": " in line
    assert line.rsplit(": ", 1)[-1] in ("met", "NOT met")
