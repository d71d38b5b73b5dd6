"""What every measurement needs on the outside: children, a display, medians and one line of text.

A measurement is a script. Run plainly it starts itself again with `--child` in a process with
fresh settings, a display of its own and compiled bytecode, reads the JSON that comes back, and
prints one line with the figures, the bound and whether it is met.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BEGAN = "CNNVIZ_BENCH_BEGAN"
FOLDERS = ("CNNVIZ_CONFIG", "CNNVIZ_CACHE", "XDG_RUNTIME_DIR")


@dataclass(frozen=True)
class Options:
    """`quick` only shows that the script works; its figures mean nothing."""

    quick: bool = False
    runs: int = 0
    cold: bool = False


@dataclass
class Line:
    """What a measurement says: `met` is None where there is no bound."""

    name: str
    figures: list[str] = field(default_factory=list)
    bound: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "no bound", True: "met", False: "NOT met"}[self.met]
        bound = f"bound {self.bound}: {verdict}" if self.bound else verdict
        return f"{self.name}: {'; '.join(self.figures)}; {bound}"


def read_options(about: str | None) -> Options:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="only show that the script works")
    parser.add_argument("--runs", type=int, default=0, help="how often to repeat")
    parser.add_argument("--cold", action="store_true", help="with the disk cache dropped (root)")
    given = parser.parse_args()
    return Options(given.quick, given.runs, given.cold)


def script(
    file: str,
    about: str | None,
    child: Callable[[bool], dict[str, Any]] | None,
    judge: Callable[[Options], Line],
) -> None:
    """The `main` of every measurement: the child measures, the parent judges."""
    if child is not None and sys.argv[1:2] == ["--child"]:
        print(json.dumps(child("--quick" in sys.argv)))
        return
    print(judge(read_options(about)), flush=True)


def repeat(file: str, options: Options, runs: int) -> list[dict[str, Any]]:
    """The child's answers, one process after the other."""
    runs = 1 if options.quick else (options.runs or runs)
    with home() as environment:
        more = ["--quick"] if options.quick else []
        return [run_child([file, "--child", *more], environment) for _ in range(runs)]


def run_child(
    arguments: Sequence[str], environment: dict[str, str], seconds: float = 900
) -> dict[str, Any]:
    """Run a script and read the JSON in its last line."""
    environment = {**environment, BEGAN: repr(time.monotonic())}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        sys.exit(f"{arguments[0]} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer


@contextmanager
def home() -> Iterator[dict[str, str]]:
    """An environment as a person has it: fresh settings, a display, Python files compiled."""
    with tempfile.TemporaryDirectory(prefix="cnnviz-bench-") as folder:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_SCALE_FACTOR": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.pop("OMP_NUM_THREADS", None)
        for name in FOLDERS:
            place = Path(folder, name.lower())
            place.mkdir(mode=0o700)
            environment[name] = str(place)
        with display(environment):
            yield environment


@contextmanager
def display(environment: dict[str, str]) -> Iterator[None]:
    """The display there is, else one of Xvfb, else Qt's offscreen platform."""
    if environment.get("DISPLAY") or environment.get("QT_QPA_PLATFORM"):
        yield
        return
    program = shutil.which("Xvfb")
    if program is None:
        environment["QT_QPA_PLATFORM"] = "offscreen"
        yield
        return
    readable, writable = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writable), "-screen", "0", "1920x1080x24", "-noreset",
         "-nolisten", "tcp"],
        pass_fds=[writable], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writable)
    try:
        with os.fdopen(readable) as answer:
            environment["DISPLAY"] = f":{answer.readline().strip()}"
        environment.pop("WAYLAND_DISPLAY", None)
        yield
    finally:
        server.terminate()
        server.wait()


def drop_caches() -> bool:
    """Forget what the system keeps of the disk; only root may."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
    except OSError:
        return False
    return True


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` percent of the others do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median and range of repeated runs."""
    middle = f"{median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f}, {len(values)} runs)"
