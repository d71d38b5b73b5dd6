"""How long `cnnviz gui --smoke` takes, from the shell's point of view.

    python tests/bench/smoke_time.py [--runs 3]
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from _parent import ROOT, Line, Options, home, median, script, spread

BOUND = 50.0


def judge(options: Options) -> Line:
    seconds, pictures = [], True
    with home() as environment:
        picture = Path(environment["CNNVIZ_CACHE"], "smoke.png")
        for _ in range(1 if options.quick else options.runs or 3):
            began = time.perf_counter()
            code = subprocess.run(
                [sys.executable, "-m", "cnnviz_app", "gui", "--smoke", str(picture)],
                cwd=ROOT, env=environment, check=False,
            ).returncode  # fmt: skip
            seconds.append(time.perf_counter() - began)
            pictures = pictures and code == 0 and picture.stat().st_size > 10_000
            picture.unlink(missing_ok=True)
    return Line(
        "gui --smoke",
        [f"{spread(seconds)} s", "picture written" if pictures else "NO picture"],
        f"< {BOUND:.0f} s",
        median(seconds) < BOUND and pictures,
    )


if __name__ == "__main__":
    script(__file__, __doc__, None, judge)
