"""The log, the crash file and the doctor, also where nothing can be written."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnviz_app import diagnostics, paths


@pytest.fixture(autouse=True)
def no_handlers_left() -> Iterator[None]:
    yield
    root = logging.getLogger("cnnviz_app")
    for handler in [h for h in root.handlers if h.get_name() == "cnnviz-file"]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.NOTSET)


def test_the_log_is_written_and_set_up_once() -> None:
    file = diagnostics.setup_logging()
    assert file == diagnostics.setup_logging()
    assert file is not None
    logging.getLogger("cnnviz_app.somewhere").info("a word")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.endswith("a word")]) == 1


def test_without_a_folder_there_is_no_log_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CNNVIZ_CONFIG", str(tmp_path / "file"))
    assert diagnostics.setup_logging() is None


def test_a_crash_leaves_a_file_that_the_next_start_finds(tmp_path: Path) -> None:
    crash = (
        "import faulthandler\n"
        "from cnnviz_app import diagnostics\n"
        "diagnostics.enable_crash_file()\n"
        "print(diagnostics.last_crash())\n"
        "faulthandler._sigabrt() if {crash} else diagnostics.disable_crash_file()"
    )
    told = []
    for crashes in (True, False, False):
        done = subprocess.run(
            [sys.executable, "-c", crash.format(crash=crashes)],
            capture_output=True, text=True, timeout=60, check=False,
        )
        told.append(done.stdout.strip())
    assert told[0] == ""
    assert "Fatal Python error: Aborted" in told[1]
    assert told[2] == ""
    assert (diagnostics.log_dir() / "crash-last.txt").is_file()


def test_every_check_says_something(qapp: object) -> None:
    done = list(diagnostics.checks())
    assert [check.name for check in done] == [name for name, _ in diagnostics.CHECKS]
    assert all(check.sentence for check in done)
    assert [check.sentence for check in done if not check.ok] == []


def test_a_check_that_breaks_is_a_check_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> diagnostics.Check:
        raise OSError("the disk is made of cheese")

    monkeypatch.setattr(diagnostics, "CHECKS", (("Disk", broken),))
    assert list(diagnostics.checks()) == [
        diagnostics.Check("Disk", False, "OSError: the disk is made of cheese")
    ]


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CNNVIZ_CACHE", str(tmp_path / "file"))
    check = diagnostics._check_cache()
    assert not check.ok
    assert str(paths.cache_dir()) in check.sentence


def test_versions_name_what_a_picture_depends_on() -> None:
    assert {"cnnviz", "python", "torch", "torchvision"} <= diagnostics.versions().keys()
