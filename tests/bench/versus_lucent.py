"""Feature visualization beside torch-lucent: the same network, channel, size and steps.

    python tests/bench/versus_lucent.py [--steps 64] [--peer .venv-peers/bin/python]

torch-lucent runs in the environment of the peers, by subprocess, on the same weights: SqueezeNet's
from the folder CNNVIZ_CHECK_DATA names, else seeded random ones. Both are asked in turn, twice;
the objective is measured by us on both finished pictures, without views and on the same scale.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torchvision

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import build
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques import _objectives as objectives
from cnnviz_app.techniques._optimise import plain_objective
from cnnviz_app.techniques.feature_vis import FeatureVisParams, feature_vis

LAYER, SIDE = "features.10.expand3x3_activation", 224

PEER = """
import sys, time, kornia, numpy, torch, torchvision
# lucent asks for names that kornia has moved since.
for name in ("get_rotation_matrix2d", "warp_affine"):
    setattr(kornia, name, getattr(kornia.geometry.transform, name))
from lucent.optvis import param, render
weights, layer, channel, side, steps, out = sys.argv[1:]
model = torchvision.models.squeezenet1_1()
model.load_state_dict(torch.load(weights, weights_only=True))
model.eval()
torch.manual_seed(0); numpy.random.seed(0)
image = lambda: param.image(int(side))
began = time.perf_counter()
pictures = render.render_vis(model, f"{layer}:{channel}", image, thresholds=(int(steps),),
                             progress=False, show_image=False)
print(time.perf_counter() - began)
numpy.save(out, numpy.asarray(pictures[-1], dtype=numpy.float32))
"""


def find_weights(folder: Path) -> tuple[Path, str]:
    """A file with SqueezeNet's weights, and a word for them."""
    real = Path(os.environ.get("CNNVIZ_CHECK_DATA", "")) / "weights/squeezenet1_1_imagenet.pth"
    if real.is_file():
        return real, "trained"
    torch.manual_seed(0)
    made = folder / "random.pth"
    torch.save(torchvision.models.squeezenet1_1(weights=None).state_dict(), made)
    return made, "random"


def open_network(weights: Path) -> Network:
    module = torchvision.models.squeezenet1_1(weights=None)
    module.load_state_dict(torch.load(weights, weights_only=True))
    spec = InputSpec(3, 224, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    return inspect(module.eval(), spec, key="squeezenet1_1", title="SqueezeNet 1.1")


def theirs(
    peer: Path, weights: Path, channel: int, steps: int, folder: Path
) -> tuple[float, torch.Tensor]:
    out = folder / "theirs.npy"
    arguments = [weights, LAYER.replace(".", "_"), channel, SIDE, steps, out]
    done = subprocess.run(
        [peer, "-W", "ignore", "-c", PEER, *map(str, arguments)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"torch-lucent failed: {done.stderr.strip().splitlines()[-1]}")
    picture = torch.from_numpy(np.load(out)).squeeze(0).permute(2, 0, 1)[None]
    return float(done.stdout.split()[-1]), picture


def ours(net: Network, channel: int, steps: int) -> tuple[float, torch.Tensor]:
    values = {"layer": LAYER, "unit": str(channel), "size": SIDE, "steps": steps}
    params = build(FeatureVisParams, values)
    began = time.perf_counter()
    result = feature_vis(Context.silent(), net, None, params, 0)
    seconds = time.perf_counter() - began
    assert result.picture is not None
    return seconds, torch.from_numpy(result.picture).permute(2, 0, 1)[None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=64)
    parser.add_argument("--channel", type=int, default=7)
    parser.add_argument("--peer", type=Path, default=Path(".venv-peers/bin/python"))
    chosen = parser.parse_args()
    if not chosen.peer.exists():
        sys.exit(f"{chosen.peer} is not there: make the environment of the peers first")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights, kind = find_weights(folder)
        net = open_network(weights)
        objective = objectives.channel(net, LAYER, chosen.channel)
        pairs = [
            (theirs(chosen.peer, weights, chosen.channel, chosen.steps, folder),
             ours(net, chosen.channel, chosen.steps))
            for _ in range(2)
        ]  # fmt: skip
        lucent, mine = (
            min(seconds for seconds, _ in column) for column in zip(*pairs, strict=True)
        )
        values = [plain_objective(net, objective, picture) for _, picture in pairs[0]]
    print(
        f"feature visualization, squeezenet1_1 ({kind}) {LAYER}:{chosen.channel}, {SIDE} px, "
        f"{chosen.steps} steps, {torch.get_num_threads()} threads: "
        f"torch-lucent {chosen.steps / lucent:.2f} steps/s, objective {values[0]:.3g}; "
        f"ours {chosen.steps / mine:.2f} steps/s, objective {values[1]:.3g}; "
        f"{lucent / mine:.2f} times as fast"
    )


if __name__ == "__main__":
    main()
