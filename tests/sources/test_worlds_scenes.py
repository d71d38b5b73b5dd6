"""In a drawn scene every concept's mask tells the truth about the pixels."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.sources.worlds import scenes
from cnnviz_app.sources.worlds.figures import FIGURES


def some(count: int = 40, objects: int = 3) -> list[scenes.Scene]:
    return list(scenes.scenes(count, 5, objects=objects))


def test_classes_come_in_turn_and_pictures_repeat() -> None:
    first, again = some(20), some(20)
    assert [s.label for s in first] == [i % len(scenes.SHAPES) for i in range(20)]
    for one, two in zip(first, again, strict=True):
        assert np.array_equal(one.image, two.image)
        assert one.masks.keys() == two.masks.keys()


def test_the_class_is_visible_in_its_picture() -> None:
    for scene in some(objects=1):
        mask = scene.masks[f"shape:{scenes.SHAPES[scene.label]}"]
        assert mask.mean() > 0.03


def test_every_concept_is_known_and_occurs() -> None:
    seen: set[str] = set()
    for scene in some(200, 1):
        assert all(mask.dtype == bool and mask.any() for mask in scene.masks.values())
        seen |= scene.masks.keys()
    assert seen <= set(scenes.concepts())
    assert set(scenes.concepts()) - seen == set()


def test_every_pixel_belongs_to_one_shape_or_to_the_background_or_the_bar() -> None:
    for scene in some():
        kinds = [m for k, m in scene.masks.items() if k.startswith(("shape:", "background:"))]
        bar = scene.masks.get("occluder:bar", np.zeros_like(kinds[0]))
        total = np.sum([*kinds, bar], axis=0)
        assert (total == 1).all()


def test_every_visible_pixel_of_a_shape_has_a_texture_and_a_part() -> None:
    for scene in some():
        shape = np.any([m for k, m in scene.masks.items() if k.startswith("shape:")], axis=0)
        texture = np.any([m for k, m in scene.masks.items() if k.startswith("texture:")], axis=0)
        assert np.array_equal(shape, texture)
        rim = scene.masks.get("part:rim", np.zeros_like(shape))
        inside = scene.masks.get("part:inside", np.zeros_like(shape))
        assert np.array_equal(shape, rim | inside)


def test_a_colour_mask_lies_on_that_colour() -> None:
    """Nearest named colour, judged over the whole mask because of texture and light."""
    hits = total = 0
    for scene in some(80, 1):
        for concept, mask in scene.masks.items():
            if not concept.startswith("colour:") or mask.sum() < 150:
                continue
            mean = np.median(scene.image[mask] / 255, axis=0)
            distance = {
                name: np.linalg.norm(mean - np.array(rgb)) for name, rgb in scenes.COLOURS.items()
            }
            hits += min(distance, key=lambda name: distance[name]) == concept[7:]
            total += 1
    assert hits / total > 0.7


@pytest.mark.parametrize("name", scenes.SHAPES)
def test_figures_are_inside_out_nowhere(name: str) -> None:
    at = np.linspace(-1.3, 1.3, 201)
    x, y = np.meshgrid(at, at)
    distance = FIGURES[name](x, y)
    assert (distance < 0).mean() > 0.08
    assert distance[0].min() > 0, "the border of the field is outside"
    slope = np.hypot(*np.gradient(distance, at[1] - at[0]))
    assert np.quantile(slope, 0.98) < 1.35, "a distance changes by at most one per step"
