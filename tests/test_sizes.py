"""Files that can be read in one sitting: 300 lines is a lot, 400 is a failure."""

from __future__ import annotations

import ast

from tests.fixtures.report import ROOT, TOO_MANY_LINES, lengths, python_files

SCREEN = 80


def test_no_file_is_too_long() -> None:
    assert not {name: n for name, n in lengths().items() if n > TOO_MANY_LINES}


def test_no_function_is_longer_than_a_screen() -> None:
    offenders = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > SCREEN:
                    offenders[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = length
    assert not offenders


def test_every_module_begins_with_its_purpose() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in python_files()
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent
