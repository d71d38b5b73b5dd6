"""A recipe survives the way into a picture and out again, and a bad one is a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz_app.core import images, png, recipe
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.recipe import Recipe
from tests.core.bad_pictures import BAD_PICTURES
from tests.core.picture_makers import encoded, photo

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=8),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


def example(**changes: Any) -> Recipe:
    values: dict[str, Any] = {
        "technique": "style", "model": "torchvision/vgg16", "weights_hash": "ab" * 32,
        "layer": "features.12", "unit": "7", "params": {"steps": 64, "rate": 1e-6, "plain": True},
        "seed": 5, "versions": {"cnnviz": "0.1.0", "torch": "2.9.0", "threads": "2"},
        "sources": {"picture": photo(), "style": photo(30, 20)[:, ::-1]},
        "source_names": {"picture": "cat.png"}, "figures": {"objective_end": 1.5, "class": "cat"},
        "size": (48, 64),
    }  # fmt: skip
    return Recipe(**{**values, **changes})


def saved(body: object) -> bytes:
    text = body if isinstance(body, str) else json.dumps(body)
    return png.insert_texts(png.encode8(photo(3, 4)), {"cnnviz": text})


def body_of(made: Recipe) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(recipe.embed(made, with_sources=False)["cnnviz"])
    return body


def same(one: Recipe, other: Recipe) -> bool:
    plain = recipe.to_json(one) == recipe.to_json(other)
    return plain and set(one.sources) == set(other.sources) and all(
        np.array_equal(one.sources[role], other.sources[role]) for role in one.sources
    )  # fmt: skip


def test_everything_comes_back_from_a_png(tmp_path: Path) -> None:
    images.save_png(tmp_path / "a.png", photo(), recipe.embed(example()))
    back = recipe.read(tmp_path / "a.png")
    assert same(back, example())
    assert back.source("style") is not None
    assert back.known_sources["picture"].name == "cat.png"
    assert back.matches("picture", photo())
    assert not back.matches("picture", photo() // 2)
    assert back.source("guide") is None
    assert np.array_equal(images.load(tmp_path / "a.png").pixels, photo())
    assert recipe.embed(back) == recipe.embed(example())


@given(params=st.dictionaries(st.text(max_size=6), JSON, max_size=4), seed=st.integers(0, 2**63))
@settings(max_examples=60, deadline=None)
def test_any_parameters_come_back(params: dict[str, Any], seed: int) -> None:
    made = example(params=params, seed=seed, sources={})
    back = recipe.read(saved(recipe.embed(made)["cnnviz"]))
    assert back.params == params
    assert back.seed == seed


def test_numpy_numbers_and_what_is_no_number() -> None:
    figures = {"a": np.float32(0.5), "b": np.int64(3), "c": float("nan"), "d": (1, 2), "e": None,
               "f": np.array([1.0, np.inf])}  # fmt: skip
    back = recipe.read(saved(recipe.embed(example(figures=figures, sources={}))["cnnviz"]))
    assert back.figures == {"a": 0.5, "b": 3, "c": None, "d": [1, 2], "e": None, "f": [1.0, None]}


def test_only_the_name_of_a_source_travels_and_odd_ones_do_too() -> None:
    made = example(source_names={"picture": "/home/me/ca\udcfft.png"}, params={"a": "\udcff"})
    back = recipe.read(png.insert_texts(png.encode8(photo(3, 4)), recipe.embed(made)))
    assert back.source_names == {"picture": "ca\ufffdt.png"}
    assert back.params == {"a": "?"}


def test_private_recipe_names_its_source_and_asks_for_it() -> None:
    texts = recipe.embed(example(), with_sources=False)
    assert list(texts) == ["cnnviz"]
    back = recipe.read(png.insert_texts(png.encode8(photo()), texts))
    with pytest.raises(UserError, match=r"“cat\.png”, 64 × 48\) was left out .* private") as asked:
        back.source("picture")
    assert "--image" in asked.value.hint
    assert back.matches("picture", photo())
    assert recipe.embed(back) == texts


def test_too_large_sources_are_left_out_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "MAX_SOURCE_TEXT", 100)
    texts = recipe.embed(example())
    back = recipe.read(png.insert_texts(png.encode8(photo()), texts))
    with pytest.raises(UserError, match="because it is too large"):
        back.source("picture")


@pytest.mark.parametrize("ending", [".gif", ".mp4", ".html"])
def test_sidecar_of_files_that_hold_no_recipe(tmp_path: Path, ending: str) -> None:
    film = tmp_path / f"dive{ending}"
    film.write_bytes(b"a film")
    beside = recipe.write_sidecar(film, example())
    assert beside.name == f"dive{ending}.recipe.json"
    assert same(recipe.read(film), example())
    assert same(recipe.read(beside), example())


def test_unknown_extra_fields_are_ignored() -> None:
    body = {**body_of(example()), "new": {"a": 1}}
    assert recipe.read(saved(body)).technique == "style"


@pytest.mark.parametrize(
    "data", [encoded("PNG"), encoded("JPEG"), encoded("GIF"), b"{}", b"[1]", b"x"]
)
def test_no_recipe_inside(data: bytes) -> None:
    with pytest.raises(UserError, match="There is no recipe in “This picture”") as refused:
        recipe.read(data)
    assert "Only pictures saved by CNNViz" in refused.value.hint


def test_newer_recipe_says_so() -> None:
    with pytest.raises(UserError, match=r"by a newer CNNViz \(form 9;") as refused:
        recipe.read(saved({"format": 9}))
    assert refused.value.hint


BROKEN = [
    "", "{", "[]", "null", "{}", "[" * 100_000, '{"format": 1e999}', '{"format": true}',
    {"format": 0}, {"format": "1"}, {"format": 1}, {"format": 1, "technique": "a"},
    {"technique": 3}, {"seed": "5"}, {"seed": 1.5}, {"params": []}, {"figures": 1}, {"size": [1]},
    {"size": 3}, {"versions": {"torch": 2}}, {"sources": []}, {"sources": {"picture": {}}},
    {"sources": {"picture": {"content_id": "x", "width": 1, "height": 1, "text": "nowhere"}}},
    {"sources": {"picture": {"content_id": "x", "width": 1, "height": 1, "text": ["a"]}}},
    {"sources": {"picture": {"content_id": "x", "width": 1, "height": 1, "text": "cnnviz"}}},
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: str(body)[:40])
def test_damaged_recipe_is_a_sentence(body: str | dict[str, Any]) -> None:
    if isinstance(body, dict) and "format" not in body:
        body = {**body_of(example()), **body}
    with pytest.raises(UserError, match=r"The recipe in .* is damaged") as refused:
        recipe.read(saved(body))
    assert refused.value.hint


def test_another_picture_in_place_of_the_source_is_noticed() -> None:
    texts = recipe.embed(example())
    texts["cnnviz source 1"] = recipe.embed(example(sources={"p": photo() // 2}))["cnnviz source 1"]
    with pytest.raises(UserError, match="is damaged"):
        recipe.read(png.insert_texts(png.encode8(photo(3, 4)), texts))


@given(st.dictionaries(st.sampled_from(list(body_of(example()))), JSON, min_size=1))
@settings(max_examples=150, deadline=None)
def test_any_field_may_hold_anything(changes: dict[str, Any]) -> None:
    try:
        read = recipe.read(saved({**body_of(example()), **changes}))
    except UserError:
        return
    assert isinstance(read, Recipe)
    assert isinstance(read.technique, str)
    recipe.version_notes(read, {"torch": "1"})
    recipe.embed(read)


@given(st.binary(max_size=200))
@settings(max_examples=80, deadline=None)
def test_random_bytes_are_a_user_error(data: bytes) -> None:
    for start in (b"", png.SIGNATURE, b"{"):
        with pytest.raises(UserError):
            recipe.read(start + data)


@pytest.mark.parametrize("bad", [b for b in BAD_PICTURES if not b.posix], ids=lambda bad: bad.id)
def test_no_bad_picture_has_a_recipe(bad: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        recipe.read(bad.make(tmp_path))


def test_every_difference_is_one_sentence() -> None:
    made = example(versions={"torch": "2.9.0", "cnnviz": "0.1.0", "threads": "2", "device": "cpu",
                             "python": "3.11.7", "odd": "1"})  # fmt: skip
    now = {
        "torch": "2.10.0",
        "cnnviz": "0.1.0",
        "threads": "8",
        "device": "cuda (H200)",
        "python": "3.12.1",
    }
    assert recipe.version_notes(made, now) == (
        "It was made with PyTorch 2.9.0; this is 2.10.0, so pixels may differ a little.",
        "It was made with 2 computing threads; there are 8, so pixels may differ a little.",
        "It was made on cpu; this is cuda (H200), so pixels may differ a little.",
        "It was made with Python 3.11.7; this is 3.12.1, so pixels may differ a little.",
    )
    assert recipe.version_notes(made, made.versions) == ()
