"""The window all causes share, and the table at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.bad_input.bench import Bench
from tests.bad_input.table import as_markdown

TABLE = "CNNVIZ_BAD_INPUT_TABLE"


@pytest.fixture(scope="session", autouse=True)
def table_of_sentences() -> Iterator[None]:
    """Written when CNNVIZ_BAD_INPUT_TABLE names a file."""
    yield
    if os.environ.get(TABLE):
        Path(os.environ[TABLE]).write_text(as_markdown(), encoding="utf-8")


@pytest.fixture(scope="module")
def shared_bench(qapp: QApplication) -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture
def bench(shared_bench: Bench, qapp: QApplication) -> Iterator[Bench]:
    shared_bench.begin()
    yield shared_bench
    shared_bench.end()
