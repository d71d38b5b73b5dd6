"""Parameters are declared once and refuse everything else with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import build, changed, describe, param, parse_settings, to_json


@dataclass(frozen=True)
class Example:
    steps: int = param(64, "Gradient steps.", low=1, high=1_000_000)
    rate: float = param(0.05, "Size of a step.", low=0.0, unit="levels", log=True)
    plain: bool = param(False, "Without tricks.")
    space: str = param("fft", "Where the picture lives.", choices=("fft", "pixels"))
    layer: str = param("", "Where to look.", kind="layer", title="Layer to watch")
    limit: int | None = param(None, "Most there may be.", low=0)
    below: float = param(0.0, "Must not be above.", high=2.5)


def test_declaration_feeds_the_form_and_json() -> None:
    specs = {spec.name: spec for spec in describe(Example)}
    assert list(specs) == ["steps", "rate", "plain", "space", "layer", "limit", "below"]
    assert [spec.kind for spec in specs.values()] == [
        "int", "float", "bool", "choice", "layer", "int", "float",
    ]  # fmt: skip
    assert specs["layer"].title == "Layer to watch"
    assert specs["steps"].title == "Steps"
    assert specs["space"].to_json()["choices"] == ["fft", "pixels"]
    assert specs["steps"].to_json()["min"] == 1
    assert specs["rate"].to_json()["choices"] is None


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("steps", "12", 12), ("steps", "1e3", 1000), ("steps", 7.0, 7), ("rate", "1e-6", 1e-6),
     ("rate", 1, 1.0), ("plain", "yes", True), ("plain", "OFF", False), ("plain", True, True),
     ("space", "pixels", "pixels"), ("layer", "features.3", "features.3"), ("layer", 3, "3"),
     ("limit", "none", None), ("limit", None, None), ("limit", "4", 4), ("limit", "auto", None)],
)  # fmt: skip
def test_loose_values_become_typed_ones(name: str, text: Any, value: Any) -> None:
    built = getattr(build(Example, {name: text}), name)
    assert built == value
    assert type(built) is type(value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("steps", "many", "“steps” must be a whole number, not “many”. It goes from 1 to 1000000."),
     ("steps", "1.5", "must be a whole number"), ("steps", "nan", "must be a whole number"),
     ("steps", True, "must be a whole number"), ("steps", [1], "must be a whole number"),
     ("steps", None, "must be a whole number"), ("steps", 10**400, "must be a whole number"),
     ("steps", "0", "“steps” cannot be 0. It goes from 1 to 1000000."),
     ("rate", "-1", "“rate” cannot be -1. It is at least 0 levels."),
     ("rate", "inf", "must be a number"), ("rate", "", "must be a number"),
     ("below", 3, "“below” cannot be 3. It is at most 2.5."),
     ("plain", "maybe", "must be true or false, not “maybe”"),
     ("space", "cppn", "“space” cannot be “cppn”. Choose one of: fft, pixels."),
     ("layer", 1.5, "must be text"), ("layer", ["a"], "must be text"),
     ("step", 1, "There is no parameter called “step” here. Did you mean “steps”?"),
     ("zzz", 1, "There are: steps, rate,")],
)  # fmt: skip
def test_anything_else_is_a_sentence(name: str, value: Any, words: str) -> None:
    with pytest.raises(UserError) as refused:
        build(Example, {name: value})
    assert words in str(refused.value)


@given(
    name=st.sampled_from(["steps", "rate", "plain", "space", "layer", "limit", "below"]),
    value=st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9),
                    st.lists(st.integers(), max_size=2), st.binary(max_size=3)),
)  # fmt: skip
def test_never_anything_but_a_value_or_a_user_error(name: str, value: Any) -> None:
    try:
        built = build(Example, {name: value})
    except UserError:
        return
    assert build(Example, to_json(built)) == built


def test_recipe_brings_back_the_same_parameters() -> None:
    mine = Example(steps=3, rate=1e-6, plain=True, space="pixels", layer="a:3", limit=5)
    assert build(Example, to_json(mine)) == mine
    assert build(Example, {k: str(v) for k, v in to_json(mine).items()}) == mine
    assert build(Example, to_json(Example())) == Example()
    assert changed(mine) == {
        "steps": 3, "rate": 1e-6, "plain": True, "space": "pixels", "layer": "a:3", "limit": 5,
    }  # fmt: skip
    assert changed(Example()) == {}


def test_large_whole_numbers_are_exact() -> None:
    assert build(Example, {"limit": 2**53 + 1}).limit == 2**53 + 1


def test_settings_of_the_command_line() -> None:
    assert parse_settings(["a=1", " b = x=y "]) == {"a": "1", "b": "x=y"}
    for texts, words in (
        (["a"], "not of the form key=value"),
        (["=1"], "not of the form"),
        (["a=1", "a=2"], "“a” is set twice"),
    ):
        with pytest.raises(UserError, match=words):
            parse_settings(texts)


def test_undeclared_kind_is_a_mistake_of_the_program() -> None:
    @dataclass(frozen=True)
    class Odd:
        a: bytes = param(b"", "What?")

    with pytest.raises(TypeError, match="no form"):
        describe(Odd)
