"""The principal direction of Eigen-CAM is turned to where more is active."""

from __future__ import annotations

import pytest
import torch

from cnnviz_app.lab.start import make_lab
from cnnviz_app.sources import builtin
from cnnviz_app.techniques.class_activation import principal


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8], ids=["small", "half", "most of it"])
def test_the_thing_is_positive_however_much_of_the_picture_it_fills(share: float) -> None:
    generator = torch.Generator().manual_seed(0)
    thing = torch.zeros(10, 10)
    thing[: round(10 * share)] = 1
    maps = torch.rand(6, 1, 1, generator=generator) * thing
    maps = maps + 0.05 * torch.rand(6, 10, 10, generator=generator)
    plane = principal(maps)
    assert plane[thing > 0].min() > 0
    assert plane[thing == 0].max() < 0
    # The paper's values are not centred: their first direction points into them by itself.
    places = maps.flatten(1).T
    direction = torch.linalg.svd(places, full_matrices=False).Vh[0]
    theirs = places @ (direction * direction.sum().sign())
    assert torch.dot(plane.flatten(), theirs - theirs.mean()) > 0


@pytest.mark.parametrize("picture", ["cat", "coffee", "rocket", "horse"])
def test_on_photographs_it_is_high_where_the_layer_is_active(picture: str) -> None:
    net = make_lab("cpu").network("lens")
    image = torch.from_numpy(builtin.load(picture).pixels.copy()).permute(2, 0, 1)[None] / 255
    image = torch.nn.functional.interpolate(image, (64, 64), mode="area")
    layer = net.resolve(net.default_layer("cam"))
    with torch.no_grad():
        maps = net.maps(layer, net.run(image, [layer])[layer])[0]
    active = maps.sum(0).flatten()
    together = torch.corrcoef(torch.stack([principal(maps).flatten(), active]))[0, 1]
    assert together > 0
