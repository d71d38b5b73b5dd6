"""How a start reads its arguments, and what it refuses before anything heavy is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnnviz_app import diagnostics, launch
from cnnviz_app.__main__ import is_for_the_window, main, main_gui, prepare_environment


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ([], True),
        (["gui"], True),
        (["gui", "--model", "lens"], True),
        (["--model", "lens"], True),
        (["--smoke", "out.png"], True),
        (["--help"], False),
        (["-h"], False),
        (["models", "--json"], False),
        (["doctor"], False),
        (["modles"], False),
    ],
)
def test_who_answers(arguments: list[str], window: bool) -> None:
    assert is_for_the_window(arguments) is window


def test_a_file_alone_opens_the_window(tmp_path: Path) -> None:
    picture = tmp_path / "cat.png"
    picture.write_bytes(b"")
    assert is_for_the_window([str(picture)])


def test_everything_is_read(tmp_path: Path) -> None:
    picture = tmp_path / "cat.png"
    picture.write_bytes(b"")
    out = tmp_path / "out.png"
    wish = launch.read(
        [str(picture), "--model", "lenet5", "--workspace", "explore",
         "--smoke", str(out), "--size", "1024x768"]
    )  # fmt: skip
    assert wish == launch.Wish((picture,), "lenet5", "explore", out, False, (1024, 768))


def test_smoke_without_a_name_keeps_no_picture() -> None:
    wish = launch.read(["--smoke"])
    assert wish.smoke_only
    assert wish.smoke is not None
    assert wish.smoke.suffix == ".png"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.png"], "there is no file nowhere.png"),
        (["--smoke", "out.jpg"], "out.jpg must end in .png"),
        (["--smoke", "nowhere/out.png"], "there is no folder nowhere"),
        (["--smoke", "--size", "large"], "'large' is not a size such as 1920x1080"),
        (["--smoke", "--size", "10x10"], "10x10 is not between 320 and 16384 pixels"),
        (["--size", "1920x1080"], "it belongs to --smoke"),
        (["--colour"], "unrecognized arguments: --colour"),
        (["--model"], "expected one argument"),
    ],
)
def test_a_mistake_is_one_line_and_code_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        launch.read(arguments)
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert told.startswith("cnnviz: ")
    assert told.count("\n") == 1


def test_a_picture_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        launch.read(["--smoke", str(tmp_path / "folder.png" / "x.png")])
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(SystemExit):
        launch.read(["--smoke", str(tmp_path / "folder.png")])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux starts without a display")
class TestWithoutDisplay:
    @pytest.fixture(autouse=True)
    def no_display(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)

    def test_the_window_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["gui"]) == 2
        assert "there is no display" in capsys.readouterr().err

    def test_a_display_that_is_gone_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPLAY", ":99731")
        assert not launch.has_display()
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        assert launch.has_display()

    def test_smoke_draws_offscreen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "environ", dict(os.environ))
        assert launch.refuse_without_display(launch.Wish(smoke=Path("x.png"))) == ""
        assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_a_double_click_that_fails_is_told_in_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Exception] = []

    def no_window(arguments: object) -> int:
        raise ImportError("libEGL.so.1 is missing")

    monkeypatch.setattr(launch, "open_window", no_window)
    monkeypatch.setattr(diagnostics, "show_start_failure", told.append)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(sys, "argv", ["cnnviz-app"])
    assert main_gui() == 1
    assert str(told[0]) == "libEGL.so.1 is missing"


def test_the_users_own_choices_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"OMP_WAIT_POLICY": "ACTIVE"})
    prepare_environment()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
    assert os.environ["QT_API"] == "pyside6"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m cnnviz_app --help | head -c 1; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
