"""The fixtures themselves: whatever a test leaves behind must fail that test, with its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

GUILTY = '''
import logging, os, warnings
import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QLabel

from cnnviz_app import paths

kept = []

class Sleeper(QThread):
    def run(self):
        self.msleep(300)

def test_thread(qapp):
    kept.append(Sleeper()); kept[-1].start()

def test_timer(qapp):
    kept.append(QTimer()); kept[-1].start(1000)

def test_window(qapp):
    kept.append(QLabel("left open")); kept[-1].show()

def test_log():
    logging.getLogger("cnnviz_app.x").warning("unasked for")

def test_warning():
    warnings.warn("deprecated")

def test_qt_warning(qapp):
    from PySide6.QtCore import qWarning
    qWarning("Qt says so")

def test_innocent(qtbot):
    label = QLabel("fine"); qtbot.addWidget(label); label.show()
    timer = QTimer(label); timer.start(50); timer.stop()

def test_looks_at_the_log(caplog):
    logging.getLogger("cnnviz_app.x").warning("asked for")
    assert "asked for" in caplog.text

@pytest.mark.display
def test_on_a_display():
    assert False

def test_settings_of_this_test():
    assert not (paths.config_dir() / "mark").exists()
    paths.config_dir().mkdir(parents=True)
    (paths.config_dir() / "mark").touch()

test_settings_of_the_next_test = test_settings_of_this_test
'''


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("guilty")
    (folder / "test_guilty.py").write_text(GUILTY)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"),
         "--rootdir", str(ROOT), "--confcutdir", str(ROOT), "-p", "no:cacheprovider", "-rA",
         "-p", "tests.conftest", str(folder / "test_guilty.py")],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("ERROR ::test_thread", "a thread still runs"),
        ("ERROR ::test_timer", "a timer still ticks: every 1000 ms"),
        ("ERROR ::test_window", "a window is still open: QLabel"),
        ("ERROR ::test_log", "WARNING cnnviz_app.x: unasked for"),
        ("FAILED ::test_warning", "UserWarning: deprecated"),
        ("FAILED ::test_qt_warning", "Qt says so"),
    ],
    ids=["thread", "timer", "window", "log", "warning", "qt warning"],
)
def test_the_guilty_fail_and_are_named(report: str, test: str, message: str) -> None:
    assert any(line.split(" - ")[0] == test for line in report.splitlines()), report
    assert message in report


def test_it_says_where_the_thing_was_started(report: str) -> None:
    assert "kept.append(Sleeper()); kept[-1].start()" in report
    assert 'kept.append(QLabel("left open")); kept[-1].show()' in report


@pytest.mark.parametrize(
    "name",
    ["innocent", "looks_at_the_log", "settings_of_this_test", "settings_of_the_next_test"],
)
def test_the_innocent_pass(report: str, name: str) -> None:
    passed = [line for line in report.splitlines() if line.startswith("PASSED")]
    assert any(line.endswith(f"::test_{name}") for line in passed), report
    assert not [line for line in report.splitlines() if line.startswith("ERROR") and name in line]


def test_a_display_is_not_pretended(report: str) -> None:
    assert "SKIPPED [1]" in report
    assert "needs a display" in report
