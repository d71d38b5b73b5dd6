"""The model card: everything known before anything is loaded."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from cnnviz_app.lab.requests import ListModels
from cnnviz_app.nets import catalog
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._card_facts import card_facts
from cnnviz_app.ui.panels.card import ModelCard
from tests.ui.fakes import engine_of, entry, lenet_facts


@pytest.fixture
def card(qtbot: QtBot, desk: Desk) -> ModelCard:
    desk.conductor.list_models()
    engine_of(desk).finish(ListModels, catalog.entries())
    panel = ModelCard(desk)
    qtbot.addWidget(panel)
    panel.resize(420, 640)
    return panel


def test_nothing_chosen_says_what_to_do(card: ModelCard) -> None:
    assert card._empty.isVisibleTo(card)


def test_bundled_card_names_classes_licence_and_hash(desk: Desk, card: ModelCard) -> None:
    desk.choice.choose("lenet5")
    facts = card_facts(desk.choice.find("lenet5") or entry("x"), None)
    assert facts.names[:3] == ("0", "1", "2")
    assert {"Trained on", "Licence", "Training"} <= {title for title, _ in facts.origin}
    assert any(note.startswith("hash ") for _, _, note in facts.rows)
    assert card.offers.button("open").kind == "primary"
    assert not card.grab().isNull()


def test_torchvision_card_offers_the_sets_of_weights(desk: Desk, card: ModelCard) -> None:
    desk.choice.choose("torchvision/resnet50")
    assert card.weights.count() == 2
    card.weights.chosen.emit("IMAGENET1K_V1")
    assert desk.choice.name == "torchvision/resnet50@IMAGENET1K_V1"
    found = desk.choice.entry
    assert found is not None
    assert found.top1 == pytest.approx(76.1, abs=0.1)
    assert card.weights.key == "IMAGENET1K_V1"
    assert card.offers.button("download").kind == "primary"


def test_class_names_come_with_the_open_network(desk: Desk) -> None:
    zoo = catalog.find("torchvision/resnet18")
    labels = tuple(f"class {n}" for n in range(1000))
    opened = lenet_facts(name="torchvision/alexnet", labels=labels)
    assert card_facts(zoo, None).names == ()
    assert card_facts(zoo, opened).names == labels


def test_too_large_for_memory_is_said_before_loading(
    desk: Desk, card: ModelCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "free_memory", lambda: 1000)
    desk.choice.choose("lenet5")
    assert "are free" in card.offers._sentence.text()


def test_the_robust_card_says_how_it_stands_under_attack() -> None:
    rows = {title: value for title, value, _ in card_facts(catalog.find("lens-robust"), None).rows}
    assert float(rows["Accuracy"][:4]) > float(rows["Under attack"][:4]) > 50
