"""What the tests of panels share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from cnnviz_app.ui.desk import Desk
from tests.ui.fakes import fake_desk


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    """A desk whose engine the test plays; its objects live until the test ends."""
    owner = QObject()
    made = fake_desk(owner)
    yield made
    made.pace.stop()
    owner.deleteLater()
