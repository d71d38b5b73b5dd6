#!/usr/bin/env bash
# Makes .venv-peers: other people's implementations, for the comparisons in tests/bench. They bring old
# pins and warnings, so they never share an environment with the product; torch itself is borrowed from
# .venv, so that both compute with the same one. Called by subprocess only:
#     .venv-peers/bin/python a_script_that_uses_captum.py
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
PEERS="$ROOT/.venv-peers"
MAIN="$ROOT/.venv/bin/python"
[ -x "$MAIN" ] || { echo "First: bash packaging/dev.sh setup" >&2; exit 1; }

stamp="$PEERS/.set-up"
want=$(cksum <"${BASH_SOURCE[0]}")
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi

site() { "$1" -c "import sysconfig; print(sysconfig.get_path('purelib'))"; }
pip_install() { "$PEERS/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@"; }

"$MAIN" -m venv --clear "$PEERS"
site "$MAIN" >"$(site "$PEERS/bin/python")/borrowed-libraries.pth"
# Without dependencies, or their pins would replace the torch that is being compared with itself.
pip_install --no-deps captum grad-cam torchcam torchattacks foolbox torch-lucent
# What they import and .venv does not have.
pip_install --no-deps eagerpy ttach future decorator requests urllib3 idna certifi charset-normalizer \
    GitPython gitdb smmap kornia kornia_rs matplotlib contourpy cycler fonttools kiwisolver pyparsing \
    python-dateutil six scikit-learn joblib cloudpickle narwhals threadpoolctl tqdm opencv-python-headless
pip_install ipython
for name in captum pytorch_grad_cam torchcam torchattacks foolbox lucent.optvis.render; do
    "$PEERS/bin/python" -W ignore -c "import $name" || { echo "$name cannot be imported" >&2; exit 1; }
done
printf '%s' "$want" >"$stamp"
echo ".venv-peers is ready"
