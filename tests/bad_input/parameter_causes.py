"""Wrong words and numbers: techniques, models, layers, units, parameters, options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.bad_input.bench import Bench
from tests.bad_input.causes import Act, Arguments, Cause, run_with


def _line(*words: str) -> Arguments:
    return lambda folder: [*words, "--out", str(folder / "out.png")]


def _set(*settings: str, technique: str = "feature-vis") -> Arguments:
    words = [word for setting in settings for word in ("--set", setting)]
    return lambda folder: ["run", technique, "--model", "lenet5", *words,
                           "--out", str(folder / "out.png")]  # fmt: skip


def _typed(name: str, words: str) -> Act:
    return lambda bench, folder: bench.typed(name, words)


def _run(name: str, words: str, technique: str = "feature-vis") -> Act:
    return lambda bench, folder: bench.type_and_run(name, words, technique)


def _open(name: str) -> Act:
    return lambda bench, folder: bench.desk.conductor.open_model(name)


def _unready(bench: Bench, folder: Path) -> None:
    bench.desk.conductor.open_model("torchvision/resnet18")


def _unit_outside(bench: Bench, folder: Path) -> None:
    bench.choose("feature-vis")
    bench.desk.runs.set_value("objective", "unit")
    bench.type("unit", "0@99,99")
    bench.desk.runs.start()


def _number(id: str, name: str, value: str, words: str, in_form: str) -> Cause:
    """A number the command line refuses and the form corrects, with a sentence beside it."""
    return Cause(f"number-{id}", words, _set(f"{name}={value}"), _typed(name, value), in_form)


def _name(id: str, name: str, value: str, words: str, technique: str = "feature-vis") -> Cause:
    """A name that only the network can judge."""
    return Cause(f"name-{id}", words, _set(f"{name}={value}", technique=technique),
                 _run(name, value, technique))  # fmt: skip


NUMBERS = (
    _number("word", "steps", "many", "“steps” must be a whole number", "“many” is not a number"),
    _number("fraction", "steps", "1.5e-3x", "“steps” must be a whole number", "is not a number"),
    _number("zero-steps", "steps", "0", "“steps” cannot be 0", "1 to 20000; 1 is used"),
    _number("negative", "steps", "-3", "“steps” cannot be -3", "1 is used"),
    _number("huge", "steps", "1e9", "“steps” cannot be 1000000000", "20000 is used"),
    _number("endless", "steps", "inf", "“steps” must be a whole number", "is not a number"),
    _number("nan", "learning_rate", "nan", "must be a number, not “nan”", "is not a number"),
    _number("minus-inf", "learning_rate", "-inf", "must be a number, not “-inf”", "not a number"),
    _number("too-small", "learning_rate", "0", "“learning_rate” cannot be 0", "is used"),
    _number("empty", "learning_rate", "", "must be a number, not “”", "is not a number"),
    _number("side", "size", "100000", "“size” cannot be 100000", "2048 is used"),
    _number("by-zero", "learning_rate", "1/0", "must be a number, not “1/0”", "is not a number"),
    Cause("number-half-a-step", "must be a whole number, not “1.5”", _set("steps=1.5")),
)

NAMES = (
    _name("layer", "layer", "conv9", "conv9"),
    _name("layer-empty-path", "layer", "..", "“..”"),
    _name("unit-too-large", "unit", "999", "There is no unit 999"),
    _name("unit-is-no-number", "unit", "first", "“first” does not name a unit."),
    Cause("name-unit-outside", "99,99", _set("unit=0@99,99", "objective=unit"), _unit_outside),
    _name("unit-sum-broken", "unit", "1 + ", "does not name a unit"),
    _name("unit-of-no-layer", "unit", "conv9:1", "conv9"),
    _name("class-number", "target", "10", "There is no class 10.", "class-image"),
    _name("class-negative", "target", "-1", "There is no class -1.", "class-image"),
    _name("class-name", "target", "zebra", "There is no class called “zebra”.", "class-image"),
)  # fmt: skip

SETTINGS = (
    Cause("setting-unknown", "There is no parameter called “stps” here.", _set("stps=4")),
    Cause("setting-twice", "“steps” is set twice.", _set("steps=4", "steps=5")),
    Cause("setting-without-sign", "is not of the form key=value", _set("steps")),
    Cause("setting-without-name", "is not of the form key=value", _set("=4")),
    Cause("setting-choice", "“space” cannot be “fourier”.", _set("space=fourier")),
    Cause("setting-preset", "“preset” cannot be “best”.", _set("preset=best")),
    Cause("setting-switch", "must be true or false, not “maybe”", _set("negative=maybe")),
    Cause("setting-size-twice", "The size is given twice.",
          lambda folder: run_with("--set", "size=28", "--size", "28", "--out",
                                  str(folder / "out.png"))),
)  # fmt: skip

_FV = ("run", "feature-vis", "--model", "lenet5", "--set", "steps=1")

OPTIONS = (
    Cause("technique-unknown", "featur-vis", _line("run", "featur-vis", "--model", "lenet5")),
    Cause("technique-listed-unknown", "deepdreem", lambda folder: ["techniques", "deepdreem"]),
    Cause("model-unknown", "lenet6", _line("run", "feature-vis", "--model", "lenet6"),
          _open("lenet6")),
    Cause("model-unknown-torchvision", "resnet19",
          lambda folder: ["layers", "torchvision/resnet19"], _open("torchvision/resnet19")),
    Cause("model-empty", "", lambda folder: ["layers", ""], _open("")),
    Cause("model-not-downloaded", "", None, _unready, "resnet18"),
    Cause("model-missing", "--model", _line("run", "feature-vis")),
    Cause("out-missing", "--out", lambda folder: list(_FV)),
    Cause("option-unknown", "--epsilon", _line(*_FV, "--epsilon", "4")),
    Cause("option-shortened", "--mod", _line("run", "feature-vis", "--mod", "lenet5")),
    Cause("seed-negative", "The seed -1 cannot be used.", _line(*_FV, "--seed", "-1")),
    Cause("seed-too-large", "cannot be used", _line(*_FV, "--seed", "4294967296")),
    Cause("seed-word", "--seed", _line(*_FV, "--seed", "lucky")),
    Cause("size-word", "--size", _line(*_FV, "--size", "big")),
    Cause("layers-size", "A picture of 4 px cannot be used.",
          lambda folder: ["layers", "lenet5", "--size", "4"]),
    Cause("layers-size-unfit", "", lambda folder: ["layers", "lenet5", "--size", "300"]),
    Cause("command-unknown", "modells", lambda folder: ["modells"]),
    Cause("command-too-many", "unrecognized", lambda folder: ["models", "extra"]),
    Cause("builtin-unknown", "There is no built-in picture called “dog”.",
          _line(*_FV, "--image", "builtin:dog"),
          lambda bench, folder: bench.desk.pictures.show_builtin("dog")),
    Cause("gui-file-missing", "there is no file nowhere.png",
          lambda folder: ["gui", "nowhere.png"]),
    Cause("gui-size", "is not a size", lambda folder: ["gui", "--smoke", "--size", "big"]),
    Cause("gui-long-name", "there is no file", lambda folder: ["gui", "x" * 300]),
)  # fmt: skip

PARAMETERS = (*NUMBERS, *NAMES, *SETTINGS, *OPTIONS)
Maker = Callable[[Path], Path]
