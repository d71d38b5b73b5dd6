"""What holds for every test: an environment of its own, and nothing left behind."""

from __future__ import annotations

pytest_plugins = [
    "tests.fixtures.environment",  # first: it sets what torch and Qt read when they are imported
    "tests.fixtures.marks",
    "tests.fixtures.leaks",
    "tests.fixtures.logs",
    "tests.fixtures.data",
    "tests.fixtures.report",
]
