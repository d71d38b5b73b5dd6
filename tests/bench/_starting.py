"""Starting the program again and again, for the two measurements of its start."""

from __future__ import annotations

from typing import Any

from _parent import ROOT, Line, Options, drop_caches, home, median, run_child, spread

CHILD = str(ROOT / "tests/bench/_start.py")


def starts(options: Options, runs: int) -> tuple[list[dict[str, Any]], bool]:
    """The moments of several starts, and whether the disk was cold (then there is only one)."""
    with home() as environment:
        if not options.quick:
            # Once unseen: bytecode is written, and the files come into the system's cache.
            run_child([CHILD], environment)
        if options.cold and drop_caches():
            return [run_child([CHILD], environment)], True
        runs = 1 if options.quick else (options.runs or runs)
        return [run_child([CHILD], environment) for _ in range(runs)], False


def judge_start(options: Options, name: str, moment: str, bound: float) -> Line:
    found, cold = starts(options, 7)
    seconds = [answer["seconds"][moment] for answer in found]
    if cold:
        return Line(name, [f"{seconds[0]:.2f} s, cold disk"])
    figure = f"{spread(seconds)} s with the files in the cache"
    line = Line(name, [figure], f"< {bound} s", median(seconds) < bound)
    if options.cold:
        line.figures.append("cold disk not measured: only root may drop the cache")
    if moment == "paint":
        loaded = any(answer["facts"]["torch before paint"] for answer in found)
        line.figures.append("torch is loaded by then" if loaded else "torch not loaded yet")
        line.met = line.met and not loaded
    return line
