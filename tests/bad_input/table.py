"""All causes together, and the sentences they got, written down when somebody asks."""

from __future__ import annotations

from tests.bad_input.causes import PICTURES, WEIGHTS, Cause
from tests.bad_input.file_causes import FILES
from tests.bad_input.parameter_causes import PARAMETERS
from tests.bad_input.recipe_causes import RECIPES

ALL: tuple[Cause, ...] = (*PICTURES, *WEIGHTS, *PARAMETERS, *FILES, *RECIPES)
WAYS = ("command line", "window")
_sentences: dict[str, dict[str, str]] = {}


def note(cause: Cause, way: str, sentence: str) -> None:
    """Remember what was said."""
    line = " ".join(sentence.split()).removeprefix("cnnviz: ")
    _sentences.setdefault(cause.id, {})[way] = line


def as_markdown() -> str:
    """The table: one cause a line, and the sentence each way gives."""
    def cell(id: str, way: str) -> str:
        return _sentences[id].get(way, "–").replace("|", "\\|") or "(opens without a word)"

    lines = ["| cause | command line | window |", "|---|---|---|"]
    lines += [
        f"| {cause.id} | {cell(cause.id, WAYS[0])} | {cell(cause.id, WAYS[1])} |"
        for cause in ALL
        if cause.id in _sentences
    ]
    return "\n".join(lines) + "\n"
