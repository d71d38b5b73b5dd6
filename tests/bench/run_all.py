"""Every measurement, one line each.

    python tests/bench/run_all.py [--quick]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Comparisons with other programs need the environment of the peers: run them by themselves.
APART = ("run_all.py", "versus_lucent.py", "versus_attacks.py", "attribution.py")


def scripts() -> list[Path]:
    return [
        file for file in sorted(HERE.glob("*.py"))
        if not file.name.startswith("_") and file.name not in APART
    ]  # fmt: skip


def main() -> int:
    failed = 0
    for file in scripts():
        done = subprocess.run([sys.executable, str(file), *sys.argv[1:]], check=False)
        failed += done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
