#!/usr/bin/env bash
# Sets CNNViz up from a checkout, opens it, or tests it:   bash packaging/dev.sh setup|run|test
#
# Needs Python 3.11 or newer; on Debian and Ubuntu, root or sudo the first time. Everything else is
# installed: the system libraries of Qt, fonts, and the Python packages into .venv beside this folder.
# When nothing has changed since the last time, nothing is installed and no network is needed.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV="$ROOT/.venv"
STAMP="$VENV/.set-up"
LOG="$ROOT/build/set-up.log"
GIVEN_UP="$ROOT/build/set-up-without-extras"
MIN_MINOR=11
LOCK_PATIENCE=600

# What Qt's platform plugins load, a display without a screen for the tests, and the fonts of the
# window. "new|old" where a library changed its package name between releases.
QT_PACKAGES="libegl1 libgl1 libopengl0 libglib2.0-0t64|libglib2.0-0 libfontconfig1 libfreetype6 \
libdbus-1-3 libgssapi-krb5-2 libx11-6 libx11-xcb1 libxext6 libxrandr2 libxrender1 libxkbcommon0 \
libxkbcommon-x11-0 libxcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
libxcb-render0 libxcb-render-util0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 \
libxcb-xinerama0 libxcb-xkb1 libwayland-client0 libwayland-cursor0 libwayland-egl1 libpulse0 libdrm2"
EXTRA_PACKAGES="xvfb fonts-inter fonts-dejavu-core ca-certificates"

say() { printf '%s\n' "CNNViz: $*"; }
die() { printf '%s\n' "CNNViz: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

usage() {
    cat <<'TEXT'
bash packaging/dev.sh setup            install what is needed into .venv, and nothing more
bash packaging/dev.sh run  [FILE ...]  open the window (without a display: a tour, as pictures, in ./tour/)
bash packaging/dev.sh test [PYTEST …]  linters, types, layers and every test; with arguments, pytest alone

PYTHON=/path/to/python3 chooses the Python that .venv is made from.
TEXT
}

# ---------------------------------------------------------------------------- system packages

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -n "${CI:-}" ] || [ ! -t 0 ]; then
        sudo -n "$@"
    else
        sudo "$@"
    fi
}

can_be_root() {
    [ "$(id -u)" = 0 ] && return 0
    have sudo || return 1
    # Nobody can type a password into a pipe or a CI job.
    if [ -n "${CI:-}" ] || [ ! -t 0 ]; then sudo -n true 2>/dev/null; fi
}

missing_of() { # the entries of a package list of which no spelling is installed
    local entry name found installed
    # shellcheck disable=SC2068  # split on purpose; one query for all, because this runs at every start
    installed=" $(dpkg-query -W -f='${Package} ${db:Status-Status}\n' ${@//|/ } 2>/dev/null |
        awk '$2 == "installed" { printf "%s ", $1 }' || true)"
    for entry in "$@"; do
        found=
        for name in ${entry//|/ }; do
            case $installed in *" $name "*) found=1 ;; esac
        done
        [ -n "$found" ] || printf '%s ' "$entry"
    done
}

available_names() { # for each "new|old" entry the first spelling this release knows
    local entry name chosen
    for entry in "$@"; do
        chosen=
        for name in ${entry//|/ }; do
            if [ -z "$chosen" ] && apt-cache show "$name" >/dev/null 2>&1; then chosen=$name; fi
        done
        printf '%s ' "${chosen:-${entry##*|}}"
    done
}

apt_quietly() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a NEEDRESTART_SUSPEND=1 \
        apt-get -qq -o "DPkg::Lock::Timeout=$LOCK_PATIENCE" -o Dpkg::Use-Pty=0 "$@"
}

apt_patiently() { # apt's own waiting does not cover the lock on its package lists
    local out waited=0
    while ! out=$(apt_quietly "$@" 2>&1); do
        case $out in
            *"Could not get lock"* | *"Unable to lock"*) ;;
            *) printf '%s\n' "$out" | tail -n 15 >&2; return 1 ;;
        esac
        [ "$waited" -lt "$LOCK_PATIENCE" ] || { printf '%s\n' "$out" >&2; return 1; }
        [ "$waited" -gt 0 ] || say "another program is installing packages; waiting for it …"
        sleep 5
        waited=$((waited + 5))
    done
}

ensure_system_packages() { # $1: further packages, such as the one that brings venv
    if ! have apt-get || ! have dpkg-query; then
        [ "$(uname -s)" != Linux ] ||
            say "this is not Debian or Ubuntu: trusting that Qt's system libraries (xcb, EGL, xkbcommon) are there."
        return 0
    fi
    local needed wanted
    # shellcheck disable=SC2086  # the lists are split on purpose
    needed=$(missing_of $QT_PACKAGES $1)
    # shellcheck disable=SC2086
    wanted="$needed$([ -e "$GIVEN_UP" ] || missing_of $EXTRA_PACKAGES)"
    [ -n "${wanted// /}" ] || return 0
    if ! can_be_root; then
        # shellcheck disable=SC2086
        say "system packages are missing, and installing them needs root or sudo. Ask for:" \
            "apt-get install $(available_names $wanted)"
        [ -z "${needed// /}" ] || die "Qt cannot start without these packages, so this ends here."
        return 0
    fi
    say "installing system packages (Qt's libraries, fonts, Xvfb) …"
    apt_patiently update || say "the package lists could not be refreshed; trying with those at hand."
    # shellcheck disable=SC2046,SC2086
    apt_patiently install -y --no-install-recommends $(available_names $wanted) && return 0
    # Perhaps only a font is not to be had here; that must not stop anybody, nor be tried every time.
    # shellcheck disable=SC2046,SC2086
    [ -z "${needed// /}" ] || apt_patiently install -y --no-install-recommends $(available_names $needed) ||
        die "the system packages could not be installed (see above). Is there a network?"
    # shellcheck disable=SC2086
    say "going on without: $(missing_of $EXTRA_PACKAGES)"
    mkdir -p "$(dirname "$GIVEN_UP")"
    : >"$GIVEN_UP"
}

# ---------------------------------------------------------------------------- Python

is_new_enough() {
    "$1" -c "import sys; raise SystemExit(sys.version_info < (3, $MIN_MINOR))" >/dev/null 2>&1
}

find_python() {
    local name
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || die "PYTHON=$PYTHON is not a Python of version 3.$MIN_MINOR or newer."
        command -v "$PYTHON"
        return
    fi
    for name in python3 python3.13 python3.12 python3.14 python3.11; do
        if have "$name" && is_new_enough "$name"; then command -v "$name"; return; fi
    done
    have python3 || die "there is no python3. Install Python 3.$MIN_MINOR or newer, then run this again."
    die "$(python3 --version) is too old: CNNViz needs Python 3.$MIN_MINOR or newer. Install one" \
        "beside it (for example python3.12) and run this again, or set PYTHON=/path/to/it."
}

venv_package() { # Debian splits venv off Python; other Pythons bring it along
    local version
    "$1" -c "import ensurepip, venv" >/dev/null 2>&1 && return 0
    version=$("$1" -c "import sys; print('%d.%d' % sys.version_info[:2])")
    printf 'python%s-venv' "$version"
}

fingerprint() { # changes when the requirements, this script, or the place of the checkout change
    local sum=sha256sum
    have sha256sum || sum="shasum -a 256"
    { cat "$ROOT/pyproject.toml" "$ROOT/packaging/dev.sh"; printf '%s' "$ROOT"; } | $sum | cut -c 1-64
}

venv_is_current() {
    [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(fingerprint)" ] && is_new_enough "$VENV/bin/python"
}

logged() { # $1: what to say when it fails; the rest: the command, whose output goes to the log
    local failure=$1
    shift
    if ! "$@" >>"$LOG" 2>&1; then
        tail -n 25 "$LOG" >&2
        die "$failure The whole story is in $LOG."
    fi
}

warn_when_disk_is_short() {
    local free_kb
    free_kb=$(df -Pk "$ROOT" | awk 'NR == 2 { print $4 }')
    [ "${free_kb:-99999999}" -ge 11000000 ] ||
        say "only $((free_kb / 1000000)) GB are free here; the packages take about 7 GB, and 4 more while they are unpacked."
}

install_python_packages() { # $1: the Python to make .venv from
    local began=$SECONDS
    mkdir -p "$(dirname "$LOG")"
    : >"$LOG"
    if ! is_new_enough "$VENV/bin/python" || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
        warn_when_disk_is_short
        say "making .venv with $("$1" --version) …"
        logged "making .venv failed." "$1" -m venv --clear "$VENV"
    fi
    say "installing the Python packages into .venv (the first time about 5 GB, some minutes) …"
    # One command for all, so that torch and torchvision are resolved together from one index.
    logged "installing the Python packages failed. Is there a network?" \
        "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
        --no-warn-script-location --retries 5 --root-user-action ignore --editable "${ROOT}[test]"
    fingerprint >"$STAMP"
    say "installed in $((SECONDS - began)) s."
}

setup() {
    local python extra=""
    if venv_is_current; then
        ensure_system_packages ""
        return
    fi
    # Two terminals may set up the same checkout; the second waits and then finds the work done.
    if have flock; then
        exec 9>"${TMPDIR:-/tmp}/cnnviz-set-up-$(id -u)-$(printf '%s' "$ROOT" | cksum | cut -d ' ' -f 1).lock"
        flock 9
    fi
    if ! venv_is_current; then
        rm -f "$GIVEN_UP"
        python=$(find_python)
        extra=$(venv_package "$python")
        ensure_system_packages "$extra"
        install_python_packages "$python"
    fi
    if have flock; then exec 9>&-; fi
}

# ---------------------------------------------------------------------------- run

has_display() {
    "$VENV/bin/python" -c "from cnnviz_app.launch import has_display; raise SystemExit(not has_display())"
}

run_app() {
    if has_display; then
        exec "$VENV/bin/python" -m cnnviz_app gui "$@"
    fi
    say "there is no display here, so the tour is done without one; its pictures go to $ROOT/tour/"
    mkdir -p "$ROOT/tour"
    cd "$ROOT"
    # The offscreen platform says for every window that there is no window manager; that is known.
    QT_LOGGING_RULES=default.warning=false QT_QPA_PLATFORM=offscreen \
        "$VENV/bin/python" -m cnnviz_app.ui.tour tour/ >/dev/null
    say "the tour is over: $(find tour -name '*.png' | wc -l) pictures in $ROOT/tour/"
}

# ---------------------------------------------------------------------------- test

XVFB_PID=
ON_DISPLAY_PID=
SCRATCH=
clean_up() {
    local pid
    for pid in $ON_DISPLAY_PID $XVFB_PID; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    [ -z "$SCRATCH" ] || rm -rf "$SCRATCH"
}

start_display() { # a screen of our own on whatever display number is free
    local waited=0
    have Xvfb || return 1
    Xvfb -displayfd 3 -screen 0 1920x1080x24 -nolisten tcp -noreset \
        3>"$SCRATCH/display" 2>"$SCRATCH/xvfb.log" &
    XVFB_PID=$!
    while [ ! -s "$SCRATCH/display" ]; do
        if [ "$waited" -ge 100 ] || ! kill -0 "$XVFB_PID" 2>/dev/null; then
            cat "$SCRATCH/xvfb.log" >&2
            return 1
        fi
        sleep 0.1
        waited=$((waited + 1))
    done
    DISPLAY=:$(cat "$SCRATCH/display")
    export DISPLAY
}

FAILED=
step() { # $1: its name; the rest: the command. Every step runs, so one run shows everything.
    local name=$1 began=$SECONDS code=0
    shift
    "$@" || code=$?
    # pytest's 5 is "nothing to collect", which is no failure of what was not there.
    if [ "$code" = 0 ] || { [ "$code" = 5 ] && [ "${name#tests}" != "$name" ]; }; then
        say "$name: passed ($((SECONDS - began)) s)"
    else
        say "$name: FAILED ($((SECONDS - began)) s)"
        FAILED="$FAILED $name;"
    fi
}

quiet_unless_it_fails() {
    local out
    out=$("$@" 2>&1) || { printf '%s\n' "$out"; return 1; }
}

offscreen_tests() { env -u DISPLAY -u WAYLAND_DISPLAY QT_QPA_PLATFORM=offscreen "$@"; }
display_tests() { env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb "$@"; }

begin_display_tests() { # meanwhile, on a core of their own: they mostly wait for a window
    display_tests env OMP_NUM_THREADS=1 "$VENV/bin/python" -m pytest -q --durations=10 --durations-min=5 \
        -m display >"$SCRATCH/on-display.log" 2>&1 &
    ON_DISPLAY_PID=$!
}

end_display_tests() { # what they said, and how they ended
    local code=0
    wait "$ON_DISPLAY_PID" || code=$?
    ON_DISPLAY_PID=
    cat "$SCRATCH/on-display.log"
    return "$code"
}

run_tests() {
    local began=$SECONDS bin="$VENV/bin"
    cd "$ROOT"
    SCRATCH=$(mktemp -d)
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    if [ $# -gt 0 ]; then
        start_display || say "no Xvfb here: tests that need a display are skipped."
        if [ -n "${DISPLAY:-}" ]; then display_tests "$bin/python" -m pytest "$@"
        else offscreen_tests "$bin/python" -m pytest "$@"; fi
        return
    fi
    step "style (ruff)" "$bin/ruff" check --quiet .
    step "layers (import-linter)" quiet_unless_it_fails "$bin/lint-imports"
    step "types (mypy)" "$bin/mypy" --no-error-summary
    if start_display; then
        begin_display_tests
    else
        say "no Xvfb here: tests that need a display are left out."
        [ -z "${CI:-}" ] || FAILED="$FAILED display;"
    fi
    step "tests" offscreen_tests "$bin/python" -m pytest -q --durations=10 --durations-min=5 -m "not display"
    [ -z "$ON_DISPLAY_PID" ] || step "tests on a display" end_display_tests
    [ -z "$FAILED" ] || die "failed:$FAILED $((SECONDS - began)) s in all."
    say "everything passed, $((SECONDS - began)) s in all."
}

# ---------------------------------------------------------------------------- main

main() {
    local command=${1:-}
    [ $# -eq 0 ] || shift
    case $command in
        setup | run | test) ;;
        -h | --help | help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    # Contended OpenMP threads would spin, and the window would stutter.
    export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
    export PYTHONUTF8=1
    setup
    case $command in
        setup) say "ready. Open the window with: bash packaging/dev.sh run" ;;
        run) run_app "$@" ;;
        test) run_tests "$@" ;;
    esac
}

main "$@"
