"""DeepDream: octaves, tiles without seams, guides, units, dives."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Note, Stage
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques import _dream as dreams
from cnnviz_app.techniques import _tiles as tiles
from cnnviz_app.techniques._addresses import find_units
from cnnviz_app.techniques.deepdream import DeepDreamParams, deepdream
from tests.techniques.conftest import Listener, colour_module, open_colour, open_grey, seeded


def photo(height: int, width: int, channels: int = 3, seed: int = 5) -> torch.Tensor:
    """Smooth hills: something a network sees structure in at every size."""
    small = torch.rand((1, channels, 9, 11), generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(small, size=(height, width), mode="bicubic").clamp(0, 1)


def dream(
    image01: torch.Tensor, net: Network | None = None, ctx: Context | None = None, **values: Any
) -> TechniqueResult:
    params = build(DeepDreamParams, values)
    return deepdream(ctx or Context.silent(), net or open_colour(), image01, params, 0)


def rises(result: TechniqueResult) -> bool:
    before, after = (result.figures[f"objective_{when}"] for when in ("start", "end"))
    return float(after or 0) > float(before or 0)


def doubled() -> Network:
    """The tiny network in double precision, where rounding is too small to be enlarged."""
    net = open_colour()
    return inspect(copy.deepcopy(net.module).double(), net.spec, key="double", title="Double")


def test_octaves_go_from_small_to_the_pictures_own_size() -> None:
    sizes = dreams.Octaves(4, 1.4).sizes(300, 451)
    assert sizes == [(109, 164), (153, 230), (214, 322), (300, 451)]
    assert dreams.Octaves(16, 1.4).sizes(40, 60)[0] == (20, 31)
    assert dreams.Octaves(4, 1.4).sizes(5, 5) == [(5, 5)]


def test_it_keeps_the_pictures_size_and_tells_of_every_octave() -> None:
    listener = Listener()
    result = dream(photo(60, 84), ctx=listener.context, octaves=2, steps=3)
    assert result.picture is not None
    assert result.picture.shape == (60, 84, 3)
    stages = [event for event in listener.events if isinstance(event, Stage)]
    assert [(s.name, s.first_step) for s in stages] == [("60×43", 1), ("84×60", 4)]
    assert [event.step for event in listener.metrics] == [1, 2, 3, 4, 5, 6]
    assert rises(result)


def test_size_limits_the_long_side_and_enlarges_nothing() -> None:
    small = dream(photo(60, 84), size=42, octaves=1, steps=1).picture
    own = dream(photo(60, 84), size=500, octaves=1, steps=1).picture
    assert small is not None
    assert own is not None
    assert small.shape == (30, 42, 3)
    assert own.shape == (60, 84, 3)


@pytest.mark.parametrize("nodes", [("4",), ("2", "5"), ("0",)])
@pytest.mark.parametrize("side", [(70, 91), (64, 64), (33, 130)])
def test_the_gradient_of_tiles_is_that_of_the_whole(
    nodes: tuple[str, ...], side: tuple[int, int]
) -> None:
    net = open_colour()
    total = dreams.layers_total(dict.fromkeys(nodes, 1.0))
    found = []
    for tile in (4096, 32):
        runner = tiles.TiledRunner(net, nodes, total, tile, lambda: None)
        picture = photo(*side).requires_grad_()
        value = runner.run(picture, [tiles.TOTAL])[tiles.TOTAL]
        found.append((float(value.detach()), torch.autograd.grad(value.sum(), picture)[0]))
    assert len(runner.tiles(*side)) > 1
    (whole, gradient), (summed, tiled) = found
    assert summed == pytest.approx(whole, rel=1e-5)
    assert float((tiled - gradient).abs().max()) < 1e-4 * float(gradient.abs().mean())


def test_tiles_leave_no_seams() -> None:
    """A whole dream, four octaves of ten steps: far less than the two levels allowed."""
    net, picture = doubled(), photo(96, 131).double()
    untiled = dream(picture, net, tile=4096).picture
    tiled = dream(picture, net, tile=32).picture
    assert untiled is not None
    assert tiled is not None
    assert np.abs(untiled - tiled).max() * 255 < 0.01
    assert np.abs(untiled - picture[0].permute(1, 2, 0).numpy()).max() * 255 > 10


def test_tiles_are_chosen_by_memory_and_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "_MEMORY", 1e6)
    monkeypatch.setattr(tiles, "_SMALLEST", 32)
    listener = Listener()
    result = dream(photo(200, 200), ctx=listener.context, octaves=1, steps=1)
    assert int(result.figures["tiles"] or 0) > 4
    notes = [event.sentence for event in listener.events if isinstance(event, Note)]
    assert any("tiles" in note for note in notes)


def test_a_layer_that_sees_everything_is_never_tiled() -> None:
    listener = Listener()
    result = dream(photo(40, 40), ctx=listener.context, layer="8", tile=16, octaves=1, steps=1)
    assert result.figures["tiles"] == 1
    assert any(isinstance(event, Note) for event in listener.events)


def test_a_network_of_one_size_dreams_in_that_size() -> None:
    listener = Listener()
    net = open_grey()
    result = dream(photo(60, 84, 1), net, listener.context, layer=net.output, steps=2)
    assert result.picture is not None
    assert result.picture.shape == (28, 28, 3)
    assert any("28×28" in event.sentence for event in listener.events if isinstance(event, Note))


def test_single_units_are_pulled_up() -> None:
    net = open_colour()
    before = dream(photo(48, 48), net, unit="3 + 5", steps=5, octaves=1)
    assert rises(before)
    (term,) = find_units(net, "3", net.resolve("4"))
    maps = {term.node: torch.ones(1, 12, 4, 5)}
    assert float(dreams.units_total([term])(maps)) == 20.0


def test_a_guide_pulls_every_cell_to_its_likest() -> None:
    guide = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    cells = torch.tensor([[3.0, 0.5], [1.0, 1.0]]).T.reshape(1, 2, 1, 2)
    total = dreams.guided_total({"a": 1.0}, {"a": guide})({"a": cells})
    # (3, 0.5) is likest (1, 0), its product 3; (1, 1) is likest (0, 2), its product 2.
    assert float(total) == 5.0


def test_a_guided_dream_goes_elsewhere_than_a_free_one() -> None:
    listener = Listener()
    listener.context.pictures = {
        "guide.png": (photo(40, 40, seed=9)[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)
    }
    free = dream(photo(48, 48), octaves=1, steps=4)
    guided = dream(photo(48, 48), ctx=listener.context, guide="guide.png", octaves=1, steps=4)
    assert free.picture is not None
    assert guided.picture is not None
    assert not np.array_equal(free.picture, guided.picture)
    assert rises(guided)


def test_a_guide_and_units_together_are_refused() -> None:
    with pytest.raises(UserError, match="not both"):
        dream(photo(48, 48), unit="3", guide="builtin:digit-3")


def test_a_dive_shows_each_frame_and_ends_with_the_last() -> None:
    listener = Listener()
    result = dream(photo(40, 50), ctx=listener.context, frames=3, zoom=10.0, octaves=1, steps=2)
    dive = [frame for frame in listener.frames if frame.name == "dive"]
    assert [frame.step for frame in dive] == [1, 2, 3]
    assert result.picture is not None
    assert np.array_equal(dive[-1].data, (result.picture * 255 + 0.5).astype(np.uint8))
    assert result.steps == 6


def test_zooming_keeps_the_middle() -> None:
    picture = torch.zeros(1, 1, 41, 41)
    picture[..., 18:23, 18:23] = 1.0
    closer = dreams.zoomed(picture, 50.0)
    assert closer.shape == picture.shape
    assert float(closer[..., 20, 20]) == pytest.approx(1.0, abs=0.05)
    assert 3.0 < float(closer.sum() / picture.sum()) < 5.0


def test_a_layer_without_response_moves_nothing() -> None:
    module = seeded(colour_module())
    with torch.no_grad():
        for parameter in module[4].parameters():
            parameter.fill_(-1.0 if parameter.dim() == 1 else 0.0)
    picture = photo(32, 32)
    result = dream(picture, open_colour(module), layer="5", octaves=1, steps=2)
    assert result.picture is not None
    assert np.allclose(result.picture, picture[0].permute(1, 2, 0).numpy(), atol=1e-6)
