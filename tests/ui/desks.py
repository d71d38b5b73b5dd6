"""The objects of a window without the window, and answers as the engine would give them."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from cnnviz_app.core.context import Context
from cnnviz_app.lab.requests import Outcome, RunTechnique, TechniqueFacts
from cnnviz_app.lab.running import list_techniques
from cnnviz_app.lab.start import make_lab
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from tests.ui.fakes import engine_of, fake_desk


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    """A desk whose engine the test plays; its objects live until the test ends."""
    owner = QObject()
    made = fake_desk(owner)
    made.pictures.recipe_opened.connect(made.runs.restore)
    made.runs.restoring.connect(made.conductor.open_for_recipe)
    made.runs.troubled.connect(made.messages.complain)
    yield made
    engine_of(made).cancel_all()
    made.pace.stop()
    owner.deleteLater()


@functools.cache
def techniques() -> tuple[TechniqueFacts, ...]:
    """Every technique there is, as the engine declares them to the window."""
    lab = make_lab("cpu")
    return list_techniques(lab, Context.silent(), None)  # type: ignore[arg-type]  # it has no fields


@functools.cache
def outcome() -> Outcome:
    """A finished feature visualization of lenet5."""
    request = RunTechnique("feature-vis", "lenet5", {"steps": 1, "unit": "conv2:3"}, None, 4)
    made = make_lab("cpu").answer(Context.silent(), request)
    assert isinstance(made, Outcome)
    return made


def picture(name: str, level: int, origin: str = "") -> Picture:
    return Picture(name, np.full((8, 8, 3), level, np.uint8), origin)
