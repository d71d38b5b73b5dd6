"""Feature visualization beside torch-lucent: the same network, channels, size and steps.

    .venv-peers/bin/python tests/bench/versus_lucent.py [--steps 64] [--seeds 2] [--cpu]

Both climb in one process and take turns, so that a busy machine slows both; run it in the
environment of the peers, which borrows torch from ours. Several channels and seeds, because one
picture says little. The objective is the plain, unfolded network's, on the finished pictures
without views; the figures are the median of the ratios of time and the geometric mean of the
ratios of objectives with its standard error.
SqueezeNet's weights come from the folder CNNVIZ_CHECK_DATA names, else they are random.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from cnnviz_app.core.context import Context
from cnnviz_app.core.mailbox import Mailbox
from cnnviz_app.core.params import build
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques.feature_vis import FeatureVisParams, feature_vis
from tests.bench._parent import Line

LAYER, SIDE = "features.10.expand3x3_activation", 224
SPEC = InputSpec(3, SIDE, SIDE, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
FASTER = 1.5
Draw = Callable[[int, int], Tensor]


def find_weights() -> tuple[nn.Module, str]:
    """SqueezeNet, and a word for its weights."""
    real = Path(os.environ.get("CNNVIZ_CHECK_DATA", "")) / "weights/squeezenet1_1_imagenet.pth"
    torch.manual_seed(0)
    module = torchvision.models.squeezenet1_1(weights=None)
    if real.is_file():
        module.load_state_dict(torch.load(real, weights_only=True))
    return module.eval(), "trained" if real.is_file() else "random"


def theirs(module: nn.Module, steps: int) -> Draw:
    """Their defaults: Fourier space, decorrelated colours, the standard views, Adam at 0.05."""
    import kornia

    # lucent asks for names that kornia has moved since.
    for name in ("get_rotation_matrix2d", "warp_affine"):
        setattr(kornia, name, getattr(kornia.geometry.transform, name))
    from lucent.optvis import param, render

    def draw(channel: int, seed: int) -> Tensor:
        torch.manual_seed(seed)
        np.random.seed(seed)  # lucent draws its views from here
        address = f"{LAYER.replace('.', '_')}:{channel}"
        pictures = render.render_vis(
            module, address, lambda: param.image(SIDE), thresholds=(steps,), progress=False,
            show_image=False,
        )  # fmt: skip
        return torch.from_numpy(pictures[-1]).permute(0, 3, 1, 2).float()

    return draw


def ours(net: Network, steps: int) -> Draw:
    """The app's own defaults, reporting to a mailbox as it does under the window."""

    def draw(channel: int, seed: int) -> Tensor:
        values = {"layer": LAYER, "unit": str(channel), "size": SIDE, "steps": steps}
        params = build(FeatureVisParams, values)
        result = feature_vis(Context(1, Mailbox().put), net, None, params, seed)
        assert result.picture is not None
        return torch.from_numpy(result.picture).permute(2, 0, 1)[None]

    return draw


@torch.no_grad()
def reached(module: nn.Module, channel: int, picture: Tensor) -> float:
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (SPEC.mean, SPEC.std))
    seen: list[Tensor] = []
    hook = module.get_submodule(LAYER).register_forward_hook(
        lambda _module, _inputs, output: seen.append(output)
    )
    try:
        module((picture - mean) / std)
    finally:
        hook.remove()
    return float(seen[0][:, channel].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=64)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--channels", type=int, nargs="+", default=[7, 20, 64, 101, 150])
    parser.add_argument("--cpu", action="store_true", help="count processor time, on one thread: "
                        "for a machine that is busy with other things")  # fmt: skip
    chosen = parser.parse_args()
    if chosen.cpu:
        torch.set_num_threads(1)
    clock = time.process_time if chosen.cpu else time.perf_counter
    warnings.simplefilter("ignore")
    module, kind = find_weights()
    net = inspect(module, SPEC, key="squeezenet1_1", title="SqueezeNet 1.1")
    sides = {"lucent": theirs(module, chosen.steps), "ours": ours(net, chosen.steps)}
    for draw in (theirs(module, 2), ours(net, 2)):
        draw(0, 0)
    faster: list[float] = []
    levels: list[float] = []
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for channel in chosen.channels:
        for seed in range(chosen.seeds):
            took, values = {}, {}
            for name, draw in sides.items():
                began = clock()
                picture = draw(channel, seed)
                took[name] = clock() - began
                values[name] = reached(module, channel, picture)
                rates[name].append(chosen.steps / took[name])
            faster.append(took["lucent"] / took["ours"])
            levels.append(values["ours"] / values["lucent"])
    print(judged(kind, chosen.steps, rates, faster, levels))


def judged(
    kind: str, steps: int, rates: dict[str, list[float]], faster: list[float], levels: list[float]
) -> Line:
    logs = [math.log(level) for level in levels]
    mean, ratio = math.exp(statistics.fmean(logs)), statistics.median(faster)
    error = 100 * statistics.stdev(logs) / len(logs) ** 0.5
    speeds = ", ".join(f"{name} {statistics.median(each):.2f}" for name, each in rates.items())
    figures = [
        f"squeezenet1_1 ({kind}) {LAYER}, {SIDE} px, {steps} steps: {speeds} steps/s",
        f"{ratio:.2f}× as fast ({min(faster):.2f} … {max(faster):.2f})",
        f"objective {mean:.3f}× theirs ± {error:.1f} % ({min(levels):.3f} … {max(levels):.3f} in "
        f"{len(levels)} pictures)",
        f"{torch.get_num_threads()} threads",
    ]
    bound = f"≥ {FASTER}× faster, objective ≥ 1×"
    return Line("feature visualization", figures, bound, ratio >= FASTER and mean >= 1.0)


if __name__ == "__main__":
    main()
