"""Bad input on the command line: one line on standard error, code 2, nothing left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cnnviz_app.__main__ import main
from tests.bad_input.causes import Cause
from tests.bad_input.table import ALL, note

ON_COMMAND_LINE = [cause for cause in ALL if cause.arguments is not None]


def everything(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.lstat().st_size
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


def answer(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    try:
        code = main(arguments)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("cause", ON_COMMAND_LINE, ids=lambda cause: cause.id)
def test_one_line_and_code_2(
    cause: Cause, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    cause.skip_where_impossible()
    monkeypatch.chdir(tmp_path)
    assert cause.arguments is not None
    arguments = cause.arguments(tmp_path)
    before = everything(tmp_path)
    if cause.breaks is not None:
        cause.breaks(monkeypatch)
    code, out, err = answer(arguments, capsys)
    note(cause, "command line", err)
    assert "Traceback" not in err
    if cause.accepted:
        assert code == 0, err
        assert cause.words in err
        assert all(line.startswith("cnnviz: note: ") for line in err.splitlines())
        return
    assert code == 2
    assert cause.words in err
    assert err.startswith("cnnviz: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1, err
    assert out == ""
    assert everything(tmp_path) == before


def test_a_note_stays_off_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that reads `--json` gets one object whatever else is said."""
    path = tmp_path / "deep.png"
    from tests.core.picture_makers import grey16

    path.write_bytes(grey16())
    code, out, err = answer(
        ["run", "feature-vis", "--model", "lenet5", "--set", "steps=1", "--image", str(path),
         "--json", "--out", str(tmp_path / "a.png")], capsys,
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["technique"] == "feature-vis"
    assert "16 bits" in err
