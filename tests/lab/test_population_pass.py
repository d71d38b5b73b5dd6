"""One pass against brute force: strongest places, means, classes, shares."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.lab.population_pass import SAMPLED, Pass, batch_size, shapes_of
from cnnviz_app.lab.population_tally import Tally
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect

COUNT, CLASSES = 60, 3


class Branching(nn.Module):
    """Two ends that nothing joins but the last sum, a reused ReLU, and a vector at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(3, 5, 3, padding=1)
        self.norm = nn.BatchNorm2d(5)
        self.relu = nn.ReLU(inplace=True)
        self.b = nn.Conv2d(5, 4, 3, stride=2)
        self.c = nn.Conv2d(5, 4, 3, stride=2)
        self.end = nn.Linear(4, 6)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.norm(self.a(x)))
        x = self.relu(self.b(x)) + torch.sigmoid(self.c(x))
        found: Tensor = self.end(x.mean((2, 3)))
        return found


@pytest.fixture(scope="module")
def net() -> Network:
    torch.manual_seed(0)
    spec = InputSpec(3, 14, 14, (0.5,) * 3, (0.25,) * 3)
    return inspect(Branching().eval(), spec, key="branching", title="Branching")


@pytest.fixture(scope="module")
def pictures() -> Tensor:
    # Whole levels of grey, so that there are ties.
    steps = torch.randint(0, 4, (COUNT, 3, 14, 14), generator=torch.Generator().manual_seed(1))
    found = steps / 3
    found[7] = found[3]  # the same picture twice: equal values everywhere
    return found


LABELS = np.arange(COUNT) % CLASSES


def run(net: Network, pictures: Tensor, size: int = 16) -> Tally:
    tally = Tally(shapes_of(net), CLASSES)
    passing = Pass(net, tally)
    for start in range(0, COUNT, size):
        numbers = np.arange(start, min(start + size, COUNT))
        passing.feed(Context.silent(), pictures[numbers], numbers, LABELS[numbers])
    passing.settle()
    return tally


def everything(net: Network, pictures: Tensor) -> dict[str, np.ndarray]:
    layers = shapes_of(net).layers
    with torch.no_grad():
        found = net.run(pictures, layers)
        return {layer: net.maps(layer, found[layer]).numpy() for layer in layers}


def test_the_strongest_places_are_exactly_those_of_brute_force(
    net: Network, pictures: Tensor
) -> None:
    tally = run(net, pictures)
    for layer, maps in everything(net, pictures).items():
        flat = maps.reshape(COUNT, maps.shape[1], -1)
        part = tally.shapes.part(layer)
        for unit in range(maps.shape[1]):
            best = flat[:, unit].max(1)
            order = np.argsort(-best, kind="stable")[:9]
            at = part.start + unit
            assert np.allclose(tally.top_value[at], best[order], atol=1e-5), (layer, unit)
            # Rounding differs between batches, so equal values may change places.
            for key, place, value in zip(
                tally.top_picture[at], tally.top_place[at], tally.top_value[at], strict=True
            ):
                assert abs(flat[key, unit, place] - value) < 1e-5
                assert abs(best[key] - value) < 1e-5
            assert len(set(tally.top_picture[at].tolist())) == 9


def test_equal_values_keep_the_earlier_picture(net: Network) -> None:
    flat = torch.full((COUNT, 3, 14, 14), 0.5)
    tally = run(net, flat, 10)
    assert (tally.top_picture == np.arange(9)).all()


def test_means_shares_and_class_means_are_exact(net: Network, pictures: Tensor) -> None:
    tally = run(net, pictures)
    for layer, maps in everything(net, pictures).items():
        part = tally.shapes.part(layer)
        flat = maps.reshape(COUNT, maps.shape[1], -1).astype(np.float64)
        assert np.allclose(tally.mean_sum[part] / COUNT, flat.mean((0, 2)), atol=1e-6)
        assert np.array_equal(tally.seen[part], (flat.max(2) > 0).sum(0))
        if net.node(layer).op == "relu":
            exact = (flat > 0).mean((0, 2))
            assert np.allclose(tally.active_sum[part] / COUNT, exact, atol=1e-6)
        for label in range(CLASSES):
            rows = flat[np.flatnonzero(label == LABELS)]
            mean = tally.class_mean_sum[label, part] / tally.class_count[label]
            largest = tally.class_max_sum[label, part] / tally.class_count[label]
            assert np.allclose(mean, rows.mean((0, 2)), atol=1e-6)
            assert np.allclose(largest, rows.max(2).mean(0), atol=1e-5)


def test_how_well_a_class_is_told_apart_is_a_correlation(net: Network, pictures: Tensor) -> None:
    tally = run(net, pictures)
    scores = tally.correlations()
    maps = everything(net, pictures)["a"].reshape(COUNT, 5, -1).max(2)
    part = tally.shapes.part("a")
    for label in range(CLASSES):
        member = np.where(label == LABELS, 1.0, 0.0)
        exact = [np.corrcoef(member, maps[:, unit])[0, 1] for unit in range(5)]
        assert np.allclose(scores[label, part], exact, atol=1e-4)


def test_the_batch_size_changes_nothing_but_rounding(net: Network, pictures: Tensor) -> None:
    one, many = run(net, pictures, 7), run(net, pictures, 60)
    assert np.allclose(one.top_value, many.top_value, atol=1e-5)
    assert np.allclose(one.mean_sum, many.mean_sum, atol=1e-4)
    # The sampled places are drawn picture by picture, whatever the batches.
    assert np.allclose(one.values.lo, many.values.lo, atol=1e-4)


def test_sampled_quantiles_are_as_good_as_promised(net: Network, pictures: Tensor) -> None:
    tally = run(net, pictures)
    bound = tally.sample_error(SAMPLED)
    for layer in ("a", "relu"):
        maps = everything(net, pictures)[layer]
        part = tally.shapes.part(layer)
        for unit in range(maps.shape[1]):
            all_values = np.sort(maps[:, unit].ravel())
            step = tally.values.width[part.start + unit] / tally.values.bins
            for share in (0.5, 0.9):
                value = tally.values.quantile(part.start + unit, share)
                low = np.searchsorted(all_values, value - step, "left") / len(all_values)
                high = np.searchsorted(all_values, value + step, "right") / len(all_values)
                assert low - bound <= share <= high + bound, (layer, unit, share)


def test_what_is_kept_does_not_grow(net: Network, pictures: Tensor) -> None:
    tally = Tally(shapes_of(net), CLASSES)
    passing = Pass(net, tally)
    sizes = set()
    for turn in range(4):
        passing.feed(Context.silent(), pictures, np.arange(COUNT) + turn * COUNT, LABELS)
        passing.settle()
        sizes.add(sum(array.nbytes for array in tally.arrays().values()))
    assert len(sizes) == 1


def test_a_batch_that_is_stopped_counts_for_nothing(net: Network, pictures: Tensor) -> None:
    control = JobControl()
    calls = []

    def between() -> None:
        calls.append(torch.is_grad_enabled())
        if len(calls) == 3:
            control.cancel()

    tally = Tally(shapes_of(net), CLASSES)
    passing = Pass(net, tally)
    with pytest.raises(Cancelled):
        passing.feed(Context(1, None, control, between), pictures, np.arange(COUNT), LABELS)
    assert tally.pictures == 0
    assert all(calls)  # a question answered in between may need a gradient
    passing.feed(Context.silent(), pictures, np.arange(COUNT), LABELS)
    passing.settle()
    again = run(net, pictures, COUNT)
    assert np.array_equal(tally.values.counts, again.values.counts)


def test_only_the_chosen_layers_are_kept(net: Network, pictures: Tensor) -> None:
    shapes = shapes_of(net, ("b",))
    assert shapes.layers == ("b",)
    tally = Tally(shapes, 0)
    Pass(net, tally).feed(Context.silent(), pictures, np.arange(COUNT), np.full(COUNT, -1))
    assert tally.pictures == COUNT
    assert tally.correlations().shape == (0, 4)


def test_a_network_that_gives_no_numbers_is_told_so(pictures: Tensor) -> None:
    module = Branching().eval()
    with torch.no_grad():
        module.b.weight.fill_(float("nan"))
    spec = InputSpec(3, 14, 14, (0.5,) * 3, (0.25,) * 3)
    broken = inspect(module, spec, key="broken", title="Broken")
    passing = Pass(broken, Tally(shapes_of(broken), 0))
    with pytest.raises(UserError, match="no numbers"):
        passing.feed(Context.silent(), pictures, np.arange(COUNT), LABELS)


def test_large_networks_get_small_batches(net: Network) -> None:
    assert batch_size(net, shapes_of(net)) == 64
    assert 1 <= batch_size(net, shapes_of(net, ("a",))) <= 64
