#!/usr/bin/env bash
# Builds the frozen app into dist/cnnviz and tries it out:
#     bash packaging/build.sh                       with the torch that .venv has
#     bash packaging/build.sh --torch-index URL     with torch and torchvision from one other index,
#                                                   such as PyTorch's own for the CPU (a far smaller app)
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV="$ROOT/.venv"
BUILD="$ROOT/.venv-build"
cd "$ROOT"
[ -x "$VENV/bin/python" ] || { echo "First: bash packaging/dev.sh setup" >&2; exit 1; }

pip_install() { "$BUILD/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@"; }
site() { "$1" -c "import sysconfig; print(sysconfig.get_path('purelib'))"; }

"$VENV/bin/python" -m venv "$BUILD"
borrowed="$(site "$BUILD/bin/python")/borrowed-libraries.pth"
case "${1:-}" in
    --torch-index)
        rm -f "$borrowed"
        pip_install --index-url "${2:?an address is needed after --torch-index}" torch torchvision
        pip_install .
        pip_install pyinstaller
        # The checkout itself is frozen, not this copy of it.
        "$BUILD/bin/python" -m pip uninstall --quiet --yes cnnviz
        ;;
    "")
        site "$VENV/bin/python" >"$borrowed"
        pip_install pyinstaller
        ;;
    *) sed -n '2,5p' "$0" >&2; exit 2 ;;
esac

export PYTHONPATH="$ROOT"
"$BUILD/bin/python" packaging/make_icons.py build/icons
began=$SECONDS
"$BUILD/bin/python" -m PyInstaller --noconfirm --clean --log-level WARN \
    --distpath dist --workpath build/frozen packaging/cnnviz.spec
unset PYTHONPATH
if [ "$(uname -s)" = Linux ]; then
    cp packaging/cnnviz.desktop packaging/install_desktop_entry.sh build/icons/cnnviz.png dist/cnnviz/
fi
echo "built dist/cnnviz in $((SECONDS - began)) s, $(du -sm dist/cnnviz | cut -f 1) MB"
"$VENV/bin/python" packaging/test_bundle.py dist/cnnviz
