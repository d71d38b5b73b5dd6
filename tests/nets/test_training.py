"""Training learns, repeats itself, survives being stopped, and says what it did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Event, Frame, Metrics
from cnnviz_app.nets import augment, data
from cnnviz_app.nets.attack import Attack
from cnnviz_app.nets.evaluation import Normalised
from cnnviz_app.nets.training import Recipe, Trainer, learning_rate_at, size_at

RECIPE = Recipe(
    epochs=3, batch=16, learning_rate=0.1, fast=False,
    augment=augment.Augment(shift=1, light=0.05, tint=0.0),
)


def pictures(count: int = 96, seed: int = 0) -> data.PictureSet:
    """Two classes a tiny network can tell apart: bright above, bright below."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 90, (count, 16, 16, 3), dtype=np.uint8)
    labels = np.arange(count) % 2
    images[labels == 0, :8] += 120
    images[labels == 1, 8:] += 120
    return data.from_arrays(images, labels, ("above", "below"))


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    inner = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(4),
        nn.Flatten(), nn.Linear(96, 2),
    )
    return Normalised(inner, (0.5,) * 3, (0.25,) * 3)


def trainer(recipe: Recipe = RECIPE, ctx: Context | None = None) -> Trainer:
    train, held = data.split(pictures(), 0.2, 0)
    return Trainer(network(), train, held, recipe, ctx)


def test_it_learns() -> None:
    outcome = trainer().run()
    assert outcome.epochs == 3
    assert outcome.curves["held_accuracy"][-1] > 0.9
    assert len(outcome.curves["loss"]) == 3
    assert not outcome.network.training


def test_the_same_seed_gives_the_same_weights() -> None:
    first, again = trainer().run().network, trainer().run().network
    for one, two in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, two)


def test_an_interrupted_training_continues_to_the_same_weights(tmp_path: Path) -> None:
    whole = trainer().run()
    state = tmp_path / "run.state"
    stopped = trainer()

    def stop(_trainer: Trainer, _figures: dict[str, float]) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        stopped.run(state, stop)
    resumed = trainer().run(state)
    assert resumed.epochs == whole.epochs
    for one, two in zip(whole.network.parameters(), resumed.network.parameters(), strict=True):
        assert torch.equal(one, two)


def test_a_damaged_state_is_a_sentence(tmp_path: Path) -> None:
    state = tmp_path / "run.state"
    state.write_bytes(b"not a state")
    with pytest.raises(UserError, match="cannot be read"):
        trainer().run(state)


def test_training_is_a_stream_of_frames() -> None:
    seen: list[Event] = []
    ctx = Context(1, seen.append, JobControl())
    trainer(replace(RECIPE, epochs=1), ctx).run()
    metrics = [e for e in seen if isinstance(e, Metrics)]
    assert {"loss", "accuracy", "learning_rate"} <= set(metrics[0].values)
    assert "held_accuracy" in metrics[-1].values
    frames = [e for e in seen if isinstance(e, Frame)]
    assert frames
    assert frames[0].name == "kernels"
    assert frames[0].data.dtype == np.uint8


def test_cancelling_stops_between_two_batches() -> None:
    control = JobControl()
    running = trainer(RECIPE, Context(1, lambda _event: None, control))
    control.cancel()
    with pytest.raises(Cancelled):
        running.run()
    assert running.step == 1


def test_robust_training_learns_and_measures_robustness() -> None:
    recipe = replace(RECIPE, attack=Attack("l2", 0.5, 2), single_step=0.5)
    curves = trainer(recipe).run().curves
    assert curves["held_robust_accuracy"][-1] > 0.7


def test_it_stops_early_when_nothing_gets_better() -> None:
    recipe = replace(RECIPE, epochs=40, patience=2)
    assert trainer(recipe).run().epochs < 20


def test_the_clock_ends_the_schedule() -> None:
    running = trainer(replace(RECIPE, epochs=10_000, minutes=0.01))
    outcome = running.run()
    assert outcome.epochs < 10_000
    assert running.share == 1.0


def test_batch_norm_and_biases_are_not_decayed() -> None:
    decayed, free = trainer().optimiser.param_groups
    assert all(p.ndim > 1 for p in decayed["params"])
    assert free["weight_decay"] == 0.0


def test_the_schedule_rises_and_falls_to_nothing() -> None:
    rates = [learning_rate_at(share, 0.2) for share in np.linspace(0, 1, 101)]
    assert max(rates) == pytest.approx(0.2)
    assert rates[0] == pytest.approx(0.02)
    assert rates[-1] < 0.001


def test_pictures_grow_to_full_size() -> None:
    sizes = [size_at(share, 40, 64) for share in np.linspace(0, 1, 50)]
    assert sizes[0] == 40
    assert sizes[-1] == 64
    assert sizes == sorted(sizes)
    assert {size % 8 for size in sizes} == {0}


def test_augmentation_keeps_range_and_repeats() -> None:
    images = pictures(8).images
    options = augment.Augment(shift=2, zoom=0.2)

    def once() -> torch.Tensor:
        return augment.augmented(images, 24, options, torch.Generator().manual_seed(1))

    changed = once()
    assert changed.shape == (8, 3, 24, 24)
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert torch.equal(changed, once())


def test_without_augmentation_pixels_stay_what_they_are() -> None:
    images = pictures(4).images
    same = augment.augmented(images, 16, augment.NONE, torch.Generator())
    torch.testing.assert_close(same * 255, images.float())


def test_the_levers_can_be_turned_while_it_runs() -> None:
    running = trainer(replace(RECIPE, constant=True))
    running.network.add_module("dropout", nn.Dropout(0.1))
    steps = running.steps()
    assert next(steps)["learning_rate"] == 0.1
    running.change(learning_rate=0.02, momentum=0.0, weight_decay=0.1, dropout=0.6)
    assert next(steps)["learning_rate"] == 0.02
    decayed, free = running.optimiser.param_groups
    assert (decayed["momentum"], decayed["nesterov"]) == (0.0, False)
    assert (decayed["weight_decay"], free["weight_decay"]) == (0.1, 0.0)
    assert running.network.get_submodule("dropout").p == 0.6
