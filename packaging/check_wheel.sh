#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment outside the checkout, and starts it from there:
#     bash packaging/check_wheel.sh          quick: the libraries are those of .venv
#     bash packaging/check_wheel.sh --full   as a user would: everything is installed afresh (5 GB)
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
PYTHON="$ROOT/.venv/bin/python"
[ -x "$PYTHON" ] || { echo "First: bash packaging/dev.sh setup" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$ROOT" && "$PYTHON" -m hatchling build -t wheel -d "$work/dist" >/dev/null 2>&1)
wheel=$(ls "$work"/dist/*.whl)
echo "built $(basename "$wheel"), $(du -k "$wheel" | cut -f 1) kB"

"$PYTHON" -m venv "$work/env"
if [ "${1:-}" = --full ]; then
    "$work/env/bin/python" -m pip install --quiet --disable-pip-version-check "$wheel"
else
    "$work/env/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$wheel"
    site() { "$1" -c "import sysconfig; print(sysconfig.get_path('purelib'))"; }
    # addsitedir would also run the .pth of the editable checkout: then the wheel would prove nothing.
    site "$PYTHON" >"$(site "$work/env/bin/python")/borrowed-libraries.pth"
fi

cd "$work"
export CNNVIZ_CONFIG="$work/config" CNNVIZ_CACHE="$work/cache" TORCH_HOME="$work/torch"
where=$("$work/env/bin/python" -c "import cnnviz_app; print(cnnviz_app.__file__)")
case $where in
    "$work"/*) ;;
    *) echo "the environment sees the checkout, not the wheel: $where" >&2; exit 1 ;;
esac
"$work/env/bin/cnnviz" --help >/dev/null
"$work/env/bin/cnnviz" doctor
"$work/env/bin/cnnviz" models --json >/dev/null
env -u DISPLAY -u WAYLAND_DISPLAY "$work/env/bin/cnnviz" gui --smoke "$work/smoke.png"
[ -s "$work/smoke.png" ] || { echo "no screenshot was written" >&2; exit 1; }
if [ -n "${CNNVIZ_KEEP:-}" ]; then cp "$work/smoke.png" "$CNNVIZ_KEEP"; fi
echo "the wheel starts outside the checkout"
