"""The activation viewer: finding units by number, range, strength, label; orders; silent ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from cnnviz_app.lab.requests import Looked
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _calm_order
from cnnviz_app.ui.panels._unit_filter import ORDERS, find, order_of, shown
from cnnviz_app.ui.panels.activations import ActivationsPanel
from tests.ui.fakes import lenet_facts

PICTURE = Picture("p", np.zeros((28, 28, 3), np.uint8), "")
LABELS = {1: "whiskers", 4: "dog ears"}


def maps() -> np.ndarray:
    """Sixteen units, each with its number as maximum; 0 and 7 are silent."""
    values = np.zeros((16, 10, 10), np.float32)
    values[np.arange(16), np.arange(16) % 10, 3] = np.arange(16)
    values[7] = 0
    return values


def looked(values: np.ndarray) -> Looked:
    shares = np.full(10, 0.1, np.float32)
    return Looked("lenet5", "features.conv2", PICTURE, PICTURE.pixels, values, shares, shares, 0.01)


@pytest.fixture
def panel(desk: Desk) -> Iterator[ActivationsPanel]:
    made = ActivationsPanel(desk)
    made.resize(900, 600)
    made.show()
    desk.state.set_picture(PICTURE)
    desk.state.set_model(lenet_facts(), "features.conv2")
    desk.state.set_looked(looked(maps()))
    yield made
    made.close()


def order(panel: ActivationsPanel) -> list[int]:
    return [int(unit) for unit in panel._grid.values.order]


@pytest.mark.parametrize(
    ("words", "units"),
    [("10-12", [10, 11, 12]), ("12 – 10", [10, 11, 12]), ("3, 5; 9-10", [3, 5, 9, 10]),
     (">12.5", [13, 14, 15]), (">= 14", [14, 15]), ("<1", [0, 7]), ("silent", [0, 7]),
     ("whisk", [1]), ("EARS, 2", [2, 4]), ("12..99", [12, 13, 14, 15])],
)  # fmt: skip
def test_what_people_type_is_understood(words: str, units: list[int]) -> None:
    found = find(words, maps(), LABELS)
    assert found.units is not None
    assert found.units.tolist() == units
    assert found.trouble == ""


@pytest.mark.parametrize("words", ["whatever", "16", "99999999999999999999", ">", "10-", "40-50",
                                   ">99", "-3", "1e5-2", "٣x"])  # fmt: skip
def test_what_cannot_be_understood_is_a_sentence(words: str) -> None:
    found = find(words, maps(), LABELS)
    assert found.units is None
    assert found.jump is None
    assert found.trouble.endswith(".")


def test_a_number_alone_goes_there_and_hides_nothing(panel: ActivationsPanel) -> None:
    panel._find.setText("12")
    assert panel.desk.state.unit == 12
    assert panel._grid.selected == 12
    assert len(order(panel)) == 16
    panel.desk.state.set_unit(3)
    panel.desk.state.set_looked(looked(maps() * 2))  # the next frame of a live source
    assert panel.desk.state.unit == 3


def test_a_range_filters_in_the_order_chosen(panel: ActivationsPanel) -> None:
    panel._find.setText("9-11")
    assert order(panel) == [9, 10, 11]
    assert panel._count.text() == "3 of 16 shown"
    panel.desk.view.update(order="strength")
    assert order(panel) == [11, 10, 9]
    panel._find.returnPressed.emit()
    assert panel.desk.state.unit == 11
    panel._find.setText("")
    assert order(panel)[0] == 15
    assert panel._count.text() == "16 of 16 shown"


def test_wrong_words_show_everything_and_say_so(panel: ActivationsPanel) -> None:
    panel._find.setText("nonsense")
    assert len(order(panel)) == 16
    assert "nonsense" in panel._count.text()


def test_silent_units_are_counted_and_shown_alone(panel: ActivationsPanel) -> None:
    assert panel._silent.text() == "2 silent here"
    panel._silent.click()
    assert order(panel) == [0, 7]
    panel._silent.click()
    assert len(order(panel)) == 16
    panel.desk.state.set_looked(looked(maps() + 1))
    panel.desk.pace.easy.emit()
    assert not panel._silent.isVisible()


def test_every_order_has_every_unit() -> None:
    for key, _ in ORDERS:
        found = order_of(key, maps())
        assert found is None or sorted(found.tolist()) == list(range(16))
    vector = maps().max(axis=(1, 2), keepdims=True)
    assert sorted(order_of("alike", vector).tolist()) == list(range(16))  # type: ignore[union-attr]  # not None
    mean = order_of("mean", maps())
    assert mean is not None
    assert mean[0] == 15
    assert shown(None, None) is None


def test_alike_stands_still_while_pictures_fly_by(
    panel: ActivationsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_calm_order, "SECONDS", 60.0)
    panel.desk.view.update(order="alike")
    first = order(panel)
    shuffled = np.random.default_rng(0).random(maps().shape).astype(np.float32)
    panel.desk.state.set_looked(looked(shuffled))
    assert order(panel) == first
    assert panel._calm._later.isActive()
    monkeypatch.setattr(_calm_order, "SECONDS", 0.0)
    panel._calm._later.timeout.emit()
    wanted = order_of("alike", shuffled)
    assert wanted is not None
    assert order(panel) == wanted.tolist()
