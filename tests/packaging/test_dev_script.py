"""`packaging/dev.sh` on the machines strangers have, with stand-ins for the tools it calls."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = (
    "awk", "bash", "cat", "chmod", "cksum", "cut", "df", "dirname", "env", "find", "flock",
    "mkdir", "mktemp", "rm", "sha256sum", "sleep", "tail", "touch", "true", "wc",
)  # fmt: skip
BASH = shutil.which("bash")
ALL_INSTALLED = 'for p; do case $p in -*) ;; *) echo "$p installed" ;; esac; done'

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is a script for Linux")

PYTHON = """#!{bash}
case "$*" in
  *"sys.version_info <"*) exit {too_old} ;;
  *"import ensurepip"*) exit {no_venv} ;;
  *"sys.version_info[:2]"*) echo 3.11 ;;
  --version) echo "Python {version}" ;;
  *"-m venv"*) for last; do :; done; mkdir -p "$last/bin"; cat "$0" > "$last/bin/python"
               chmod +x "$last/bin/python" ;;
  *"-m pip install"*) echo "pip $*" >> "$STORY"; exit {no_network} ;;
  *"-m pip"*) ;;
  *"import has_display"*) exit {no_display} ;;
  *) echo "python QT=${{QT_QPA_PLATFORM:-}} OMP=$OMP_WAIT_POLICY PWD=$PWD $*" >> "$STORY" ;;
esac
"""
APT = """#!{bash}
echo "apt $*" >> "$STORY"
if [ -n "${{APT_LOCKED:-}}" ] && [ ! -e "$STORY.tried" ]; then
  touch "$STORY.tried"; echo "E: Could not get lock /var/lib/apt/lists/lock" >&2; exit 100
fi
exit "${{APT_FAILS:-0}}"
"""


class Machine:
    """A checkout in a folder with a space, and a PATH with nothing but stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a checkout"
        self.bin = folder / "bin"
        self.elsewhere = folder / "elsewhere"
        self.story_file = folder / "story"
        (self.root / "packaging").mkdir(parents=True)
        self.bin.mkdir()
        self.elsewhere.mkdir()
        shutil.copy(ROOT / "packaging" / "dev.sh", self.root / "packaging")
        shutil.copy(ROOT / "pyproject.toml", self.root)
        for tool in TOOLS:
            if place := shutil.which(tool):
                (self.bin / tool).symlink_to(place)
        self.env: dict[str, str] = {"TMPDIR": str(folder), "HOME": str(folder)}
        self.command("id", "echo 0")
        self.command("uname", "echo Linux")
        self.command("dpkg-query", ALL_INSTALLED)
        self.command("apt-cache", "exit 0")
        self.command("apt-get", APT.format(bash=BASH), whole=True)
        self.python()

    def command(self, name: str, body: str, whole: bool = False) -> None:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(body if whole else f"#!{shutil.which('bash')}\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def python(
        self, version: str = "3.11.2", too_old: bool = False, no_venv: bool = False,
        no_network: bool = False, no_display: bool = False,
    ) -> None:
        body = PYTHON.format(
            bash=BASH, version=version, too_old=int(too_old), no_venv=int(no_venv),
            no_network=int(no_network), no_display=int(no_display),
        )
        self.command("python3", body, whole=True)

    def nothing_installed(self) -> None:
        self.command("dpkg-query", "exit 1")

    def dev(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / "bash"), str(self.root / "packaging" / "dev.sh"), *arguments],
            cwd=self.elsewhere, capture_output=True, text=True, timeout=60, check=False,
            stdin=subprocess.DEVNULL,
            env={"PATH": str(self.bin), "STORY": str(self.story_file), **self.env, **env},
        )

    @property
    def story(self) -> str:
        return self.story_file.read_text() if self.story_file.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_set_up_installs_once(machine: Machine) -> None:
    first = machine.dev("setup")
    assert first.returncode == 0, first.stderr
    assert machine.story.count("--editable") == 1
    assert f"--editable {machine.root}[test]" in machine.story
    machine.story_file.unlink()
    again = machine.dev("setup")
    assert again.returncode == 0
    assert machine.story == ""


def test_it_installs_again_when_the_requirements_change(machine: Machine) -> None:
    machine.dev("setup")
    with (machine.root / "pyproject.toml").open("a") as file:
        file.write("# another line\n")
    machine.dev("setup")
    assert machine.story.count("--editable") == 2


def test_it_installs_again_when_the_checkout_was_moved(machine: Machine) -> None:
    machine.dev("setup")
    machine.root = machine.root.rename(machine.root.with_name("another place"))
    machine.dev("setup")
    assert machine.story.count("--editable") == 2


def test_no_network_is_a_sentence_and_the_next_run_tries_again(machine: Machine) -> None:
    machine.python(no_network=True)
    failed = machine.dev("setup")
    assert failed.returncode == 1
    assert "Is there a network?" in failed.stderr
    machine.python()
    shutil.rmtree(machine.root / ".venv")
    assert machine.dev("setup").returncode == 0


def test_an_old_python_is_named(machine: Machine) -> None:
    machine.python(version="3.9.2", too_old=True)
    done = machine.dev("setup")
    assert done.returncode == 1
    assert "Python 3.9.2 is too old: CNNViz needs Python 3.11 or newer" in done.stderr


def test_no_python_at_all(machine: Machine) -> None:
    (machine.bin / "python3").unlink()
    done = machine.dev("setup")
    assert done.returncode == 1
    assert "there is no python3" in done.stderr


def test_a_chosen_python_must_do(machine: Machine) -> None:
    done = machine.dev("setup", PYTHON="/nowhere/python3")
    assert done.returncode == 1
    assert "PYTHON=/nowhere/python3 is not a Python" in done.stderr


def test_missing_packages_are_installed_with_venv_among_them(machine: Machine) -> None:
    machine.nothing_installed()
    machine.python(no_venv=True)
    assert machine.dev("setup").returncode == 0
    install = next(line for line in machine.story.splitlines() if " install " in line)
    for package in ("libxcb-cursor0", "xvfb", "fonts-inter", "python3.11-venv", "libpulse0"):
        assert package in install.split()
    assert "|" not in install


def test_without_root_or_sudo_it_says_what_to_ask_for(machine: Machine) -> None:
    machine.nothing_installed()
    machine.command("id", "echo 1000")
    done = machine.dev("setup")
    assert done.returncode == 1
    assert "needs root or sudo. Ask for: apt-get install libegl1" in done.stdout
    assert machine.story == ""


def test_sudo_that_wants_a_password_in_ci_is_no_sudo(machine: Machine) -> None:
    machine.nothing_installed()
    machine.command("id", "echo 1000")
    machine.command("sudo", "exit 1")
    assert machine.dev("setup", CI="true").returncode == 1


def test_sudo_is_used_when_it_asks_nothing(machine: Machine) -> None:
    machine.nothing_installed()
    machine.command("id", "echo 1000")
    machine.command("sudo", '[ "$1" = -n ] && shift; echo "sudo $1" >> "$STORY"; exec "$@"')
    assert machine.dev("setup").returncode == 0
    assert "sudo env" in machine.story
    assert "sudo -H pip" not in machine.story


def test_missing_fonts_alone_do_not_stop_anybody(machine: Machine) -> None:
    machine.command("id", "echo 1000")
    machine.command("dpkg-query", ALL_INSTALLED.replace("-*", "-*|fonts-*|xvfb"))
    done = machine.dev("setup")
    assert done.returncode == 0
    assert "fonts-inter" in done.stdout


def test_it_waits_for_another_package_manager(machine: Machine) -> None:
    machine.nothing_installed()
    machine.command("sleep", "exit 0")
    done = machine.dev("setup", APT_LOCKED="1")
    assert done.returncode == 0
    assert "waiting for it" in done.stdout


def test_packages_that_cannot_be_installed_end_it(machine: Machine) -> None:
    machine.nothing_installed()
    done = machine.dev("setup", APT_FAILS="100")
    assert done.returncode == 1
    assert "the system packages could not be installed" in done.stderr


def test_a_font_that_is_not_to_be_had_stops_nobody(machine: Machine) -> None:
    machine.nothing_installed()
    no_inter = 'case "$*" in *fonts-inter*) exit 100 ;; esac'
    machine.command("apt-get", f'echo "apt $*" >> "$STORY"; {no_inter}')
    done = machine.dev("setup")
    assert done.returncode == 0
    assert "going on without: xvfb fonts-inter" in done.stdout
    assert "--editable" in machine.story
    machine.command("dpkg-query", ALL_INSTALLED.replace("-*", "-*|fonts-*|xvfb"))
    machine.story_file.unlink()
    assert machine.dev("setup").returncode == 0
    assert machine.story == ""


def test_another_linux_is_trusted(machine: Machine) -> None:
    (machine.bin / "apt-get").unlink()
    done = machine.dev("setup")
    assert done.returncode == 0
    assert "not Debian or Ubuntu" in done.stdout


def test_run_opens_the_window_where_it_was_called(machine: Machine) -> None:
    done = machine.dev("run", "cat picture.png", DISPLAY=":5")
    assert done.returncode == 0
    line = machine.story.splitlines()[-1]
    assert line.endswith(f"PWD={machine.elsewhere} -m cnnviz_app gui cat picture.png")
    assert "OMP=PASSIVE" in line


@pytest.mark.parametrize("display", [{}, {"DISPLAY": ":77"}], ids=["none", "dead"])
def test_run_without_a_display_makes_the_tour(machine: Machine, display: dict[str, str]) -> None:
    machine.python(no_display=True)
    done = machine.dev("run", **display)
    assert done.returncode == 0
    assert "there is no display here" in done.stdout
    assert "QT=offscreen" in machine.story
    assert machine.story.splitlines()[-1].endswith("-m cnnviz_app.ui.tour tour/")
    assert (machine.root / "tour").is_dir()


@pytest.mark.parametrize(("arguments", "code"), [((), 2), (("dance",), 2), (("--help",), 0)])
def test_usage(machine: Machine, arguments: tuple[str, ...], code: int) -> None:
    done = machine.dev(*arguments)
    assert done.returncode == code
    assert "packaging/dev.sh test" in done.stdout + done.stderr
    assert machine.story == ""


def fake_checks(machine: Machine, **codes: int) -> None:
    for name in ("ruff", "lint-imports", "mypy"):
        path = machine.root / ".venv" / "bin" / name
        path.write_text(f'#!{BASH}\necho {name} >> "$STORY"\nexit {codes.get(name, 0)}\n')
        path.chmod(0o755)


def test_test_runs_every_step_and_tells_which_failed(machine: Machine) -> None:
    machine.dev("setup")
    fake_checks(machine, mypy=1)
    done = machine.dev("test")
    assert done.returncode == 1
    assert "types (mypy): FAILED" in done.stdout
    assert "style (ruff): passed" in done.stdout
    assert "failed: types (mypy);" in done.stderr
    assert "-m pytest -q --durations=10 --durations-min=5 -m not display" in machine.story


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")
def test_test_brings_a_display_and_takes_it_away(machine: Machine) -> None:
    machine.dev("setup")
    fake_checks(machine)
    machine.command("Xvfb", f'echo "Xvfb $$" >> "$STORY"; exec {shutil.which("Xvfb")} "$@"')
    done = machine.dev("test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "QT=xcb" in machine.story
    assert "--durations-min=5 -m display" in machine.story
    (pid,) = [line.split()[1] for line in machine.story.splitlines() if line.startswith("Xvfb ")]
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
