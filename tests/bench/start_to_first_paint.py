"""How long a new process takes until the window's first picture is on the screen.

    python tests/bench/start_to_first_paint.py [--cold] [--runs 7]

The files are in the system's cache, except with --cold. Torch must not be loaded by then.
"""

from __future__ import annotations

from _parent import Line, Options, script
from _starting import judge_start


def judge(options: Options) -> Line:
    return judge_start(options, "start to first paint", "paint", 1.5)


if __name__ == "__main__":
    script(__file__, __doc__, None, judge)
