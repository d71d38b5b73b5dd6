"""How long a new process takes until the first feature maps are on the screen.

    python tests/bench/start_to_first_maps.py [--cold] [--runs 7]

The network is the one a first start opens. The files are in the system's cache, except with --cold.
"""

from __future__ import annotations

from _parent import Line, Options, script
from _starting import judge_start


def judge(options: Options) -> Line:
    return judge_start(options, "start to first feature maps", "maps", 4.0)


if __name__ == "__main__":
    script(__file__, __doc__, None, judge)
