"""Recipes that are missing, damaged, of another version, or name what is not here."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cnnviz_app.core import png, recipe
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.nets import catalog
from tests.bad_input.bench import Bench
from tests.bad_input.causes import Cause
from tests.core.picture_makers import encoded, photo

Make = Callable[[], bytes]


@functools.cache
def lenet_hash() -> str:
    return catalog.open_network("lenet5").weights_hash


def example(**changes: Any) -> Recipe:
    """A recipe that can be made again, changed in one place."""
    values: dict[str, Any] = {
        "technique": "feature-vis", "model": "lenet5", "weights_hash": lenet_hash(),
        "params": {"steps": 1, "start": "picture", "layer": "conv2", "unit": "conv2:0"},
        "sources": {"picture": photo()}, "source_names": {"picture": "cat.png"},
    }  # fmt: skip
    return Recipe(**{**values, **changes})


def inside(texts: dict[str, str]) -> bytes:
    return png.insert_texts(png.encode8(photo(12, 16)), texts)


def with_recipe(**changes: Any) -> Make:
    return lambda: inside(recipe.embed(example(**changes)))


def with_params(**changes: Any) -> Make:
    return lambda: inside(recipe.embed(example(params={**example().params, **changes})))


def with_body(change: Callable[[dict[str, Any]], Any]) -> Make:
    def make() -> bytes:
        texts = recipe.embed(example())
        body = json.loads(texts["cnnviz"])
        change(body)
        return inside({**texts, "cnnviz": json.dumps(body)})

    return make


def private() -> bytes:
    return inside(recipe.embed(example(), with_sources=False))


def other_source() -> bytes:
    texts = recipe.embed(example())
    other = recipe.embed(example(sources={"picture": photo() // 2}))
    return inside({**texts, "cnnviz source 1": other["cnnviz source 1"]})


def half() -> bytes:
    whole = with_recipe()()
    return whole[: len(whole) // 2]


def _recipe(
    id: str, make: Make | bytes, words: str, in_window: str = "", *, opens: bool = False,
    name: str = "result.png",
) -> Cause:  # fmt: skip
    """`opens`: in the window it is a picture all the same, and the words are a note."""
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(make() if callable(make) else make)
        return path

    def arguments(folder: Path) -> list[str]:
        return ["replay", str(write(folder)), "--out", str(folder / "again.png")]

    def act(bench: Bench, folder: Path) -> None:
        bench.window.open_path(write(folder))

    return Cause(f"recipe-{id}", words, arguments, act, in_window, opens_in_window=opens)


def _replay(id: str, words: str, *more: str) -> Cause:
    """A good recipe with a bad option."""
    def arguments(folder: Path) -> list[str]:
        (folder / "result.png").write_bytes(with_recipe()())
        return ["replay", str(folder / "result.png"), *more, "--out", str(folder / "again.png")]

    return Cause(f"replay-{id}", words, arguments)


DAMAGED = "The recipe in this picture is damaged."

RECIPES = (
    _recipe("none", lambda: encoded("PNG"), "There is no recipe in “result.png”.", opens=True),
    _recipe("none-jpeg", lambda: encoded("JPEG"), "There is no recipe", opens=True,
            name="result.jpg"),
    _recipe("no-json", lambda: inside({"cnnviz": "{"}), DAMAGED, DAMAGED, opens=True),
    _recipe("no-technique", with_body(lambda b: b.pop("technique")), DAMAGED, DAMAGED, opens=True),
    _recipe("text-as-seed", with_body(lambda b: b.update(seed="5")), DAMAGED, DAMAGED, opens=True),
    _recipe("newer", with_body(lambda b: b.update(format=9)), "by a newer CNNViz",
            "by a newer CNNViz", opens=True),
    _recipe("other-source", other_source, DAMAGED, DAMAGED, opens=True),
    _recipe("half", half, "damaged", "damaged"),
    _recipe("technique-gone", with_recipe(technique="style-2040"), "style-2040",
            "which is not in this version"),
    _recipe("model-gone", with_recipe(model="lenet6", weights_hash=""), "lenet6", "lenet6"),
    _recipe("model-file-gone", with_recipe(model="/gone/net.py", weights_hash=""), "net.py",
            "net.py"),
    _recipe("weights-gone", with_recipe(weights_hash="ab" * 32),
            "are not on this computer (lenet5)",
            "The weights here are not the ones this picture was made with."),
    _recipe("layer-gone", with_params(layer="conv9", unit="0"), "conv9", "conv9"),
    _recipe("unit-gone", with_params(unit="conv2:999"), "There is no unit 999",
            "There is no unit 999"),
    _recipe("value-of-another-type", with_params(steps="many"), "must be a whole number",
            "must be a whole number"),
    _recipe("value-out-of-range", with_params(steps=0), "“steps” cannot be 0",
            "“steps” cannot be 0"),
    _recipe("private", private, "was left out of this recipe", "was left out of this recipe"),
    _replay("image-missing", "There is no file “nowhere.png”.", "--image", "nowhere.png"),
    _replay("weights-missing", "net.pth", "--weights", "net.pth"),
    Cause("replay-missing", "There is no file “nowhere.png”.",
          lambda folder: ["replay", "nowhere.png", "--out", "again.png"]),
    Cause("replay-folder", "is a folder, not a picture with a recipe",
          lambda folder: ["replay", str(folder), "--out", "again.png"]),
)  # fmt: skip
