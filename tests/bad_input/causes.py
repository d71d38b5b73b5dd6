"""Everything a person can give CNNViz that cannot work, and the words of the answer.

One table for both ways: the command line, which must say one line and leave code 2, and the
window, which must say the same sentence in its message strip and lose nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.bad_input.bench import Bench
from tests.core.bad_pictures import BAD_PICTURES, BadPicture
from tests.nets.bad_weights import BAD_WEIGHTS, BadWeights

Arguments = Callable[[Path], list[str]]
Act = Callable[[Bench, Path], object]


@dataclass(frozen=True)
class Cause:
    """One cause.

    Attributes:
        words: part of the sentence.
        arguments: the command line that meets it, given an empty folder; None: it cannot.
        act: what a person does in the window to meet it; None: the window does not allow it.
            It may return the sentence when that stands beside a field of a form.
        in_window: part of the sentence there, where it differs.
        accepted: nothing is refused; the words are a note, and "" is no word at all.
        opens_in_window: refused by the command line, but a picture for the window.
        breaks: what goes wrong in the machine meanwhile.
    """

    id: str
    words: str
    arguments: Arguments | None = None
    act: Act | None = None
    in_window: str = ""
    accepted: bool = False
    opens_in_window: bool = False
    posix: bool = False
    not_as_root: bool = False
    breaks: Callable[[pytest.MonkeyPatch], None] | None = None

    def skip_where_impossible(self) -> None:
        if self.posix and os.name != "posix":
            pytest.skip("needs pipes, links and permissions")
        if self.not_as_root and os.geteuid() == 0:
            pytest.skip("root may read and write anything")


def run_with(*words: str, technique: str = "feature-vis") -> list[str]:
    """A run that would take a moment if nothing were wrong."""
    return ["run", technique, "--model", "lenet5", "--set", "steps=1", *words]


def picture_cause(bad: BadPicture) -> Cause:
    def arguments(folder: Path) -> list[str]:
        path = bad.make(folder)
        return run_with("--image", str(path), "--set", "start=picture",
                        "--out", str(folder / "out.png"))  # fmt: skip

    def act(bench: Bench, folder: Path) -> None:
        bench.window.open_path(bad.make(folder))

    cause = Cause(f"picture-{bad.id}", bad.words, arguments, act, accepted=bad.accepted,
                  posix=bad.posix, not_as_root=bad.not_as_root)  # fmt: skip
    return replace(cause, in_window=IN_WINDOW.get(cause.id, ""))


def weights_cause(bad: BadWeights) -> Cause:
    def arguments(folder: Path) -> list[str]:
        model, weights = bad.arguments(bad.make(folder))
        return ["layers", model, *(("--weights", str(weights)) if weights is not None else ())]

    def act(bench: Bench, folder: Path) -> None:
        path = bad.make(folder)
        if bad.model:
            bench.desk.conductor.import_weights(path, bad.model)
        else:
            bench.window.open_path(path)

    cause = Cause(f"weights-{bad.id}", bad.expected, arguments, act, posix=bad.posix,
                  not_as_root=bad.not_as_root)  # fmt: skip
    welcome = cause.id in WELCOME_IN_WINDOW
    return replace(cause, in_window=IN_WINDOW.get(cause.id, ""), act=None if welcome else act)


# What is opened decides who answers: the window takes a file by what it looks like.
IN_WINDOW: dict[str, str] = {
    "picture-folder": "There are no pictures in “pictures.png”.",
    "picture-weights-zip": "is damaged: its end is missing",
    "picture-weights": "is incomplete as a safetensors file",
    "weights-python-changed": "is a program",
}
# Given to the window these are recognised as what they are, and open.
WELCOME_IN_WINDOW = ("weights-for-a-bundled-one", "weights-program-as-weights")

PICTURES = tuple(picture_cause(bad) for bad in BAD_PICTURES)
WEIGHTS = tuple(weights_cause(bad) for bad in BAD_WEIGHTS)
