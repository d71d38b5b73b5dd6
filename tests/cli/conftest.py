"""The command line, called in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from cnnviz_app.__main__ import main


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        assert self.out.count("\n") == 1
        return found


Ask = Callable[..., Answer]


@pytest.fixture
def cnnviz(capsys: pytest.CaptureFixture[str]) -> Ask:
    """`cnnviz("run", …)` as a person types it."""

    def ask(*arguments: object) -> Answer:
        try:
            code = main([str(word) for word in arguments])
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        return Answer(code, *capsys.readouterr())

    return ask
