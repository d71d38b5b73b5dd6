"""Every test of the widgets starts from, and leaves behind, the dark theme at 100 %."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from cnnviz_app.ui.theme import theme


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> Iterator[None]:
    theme().set("dark", 100, reduce_motion=True)
    theme().apply(qapp)
    yield
    theme().set("dark", 100, reduce_motion=True)
