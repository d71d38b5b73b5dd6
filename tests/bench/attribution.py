"""Attribution beside captum, torch-cam, pytorch-grad-cam and the bare loop: one network and class.

    .venv-peers/bin/python tests/bench/attribution.py [--rounds 15] [--threads 2] [--cpu]

Everybody computes in one process and takes turns, so that a busy machine slows all alike; run it
in the environment of the peers, which borrows torch from ours. Each line gives medians and the
ratio of medians; before anything is timed, the maps are compared. SqueezeNet's weights come from
the folder CNNVIZ_CHECK_DATA names, else they are random. Bounds: 1.25 times as fast as each peer,
and at most 5 % slower than the bare loop on the frozen network cut at the layer.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from cnnviz_app.core.context import Context
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import find
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques import discover
from cnnviz_app.techniques._cam import enlarge
from cnnviz_app.techniques.class_activation import principal
from tests.techniques.attribution_nets import Normalised, squeezenet

LAYER, TARGET, SIDE, STEPS = "features.12", 285, 224, 50
SPEC = InputSpec(3, SIDE, SIDE, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
Run = Callable[[], Any]


def find_weights() -> str:
    real = Path(os.environ.get("CNNVIZ_CHECK_DATA", ""), "weights/squeezenet1_1_imagenet.pth")
    if real.is_file():
        return str(real)
    import torchvision

    torch.manual_seed(0)
    made = Path("/tmp/cnnviz-bench-squeezenet.pth")
    torch.save(torchvision.models.squeezenet1_1(weights=None).state_dict(), made)
    return str(made)


def ours(net: Network, image: torch.Tensor, name: str, **settings: Any) -> Run:
    technique = find(name)
    params = build(technique.params, {"target": TARGET, **settings})
    return lambda: technique.run(Context.silent(), net, image, params, 0).values


def captum(weights: str, image: torch.Tensor) -> Mapping[str, Run]:
    from captum import attr

    net = Normalised(squeezenet(weights), SPEC.mean, SPEC.std)
    layer = net.net.get_submodule(LAYER)

    def largest(found: torch.Tensor) -> np.ndarray:
        return found.detach()[0].abs().amax(0).numpy()

    def summed(found: torch.Tensor) -> np.ndarray:
        return found.detach()[0].sum(0).float().numpy()

    def gradcam() -> np.ndarray:
        small = attr.LayerGradCam(net, layer).attribute(image, TARGET, relu_attributions=True)
        return (
            attr.LayerAttribution.interpolate(small, (SIDE, SIDE), "bilinear")[0, 0]
            .detach()
            .numpy()
        )

    def integrated() -> np.ndarray:
        found = attr.IntegratedGradients(net).attribute(
            image, 0.0, TARGET, n_steps=STEPS, internal_batch_size=4
        )
        return summed(found)

    def occlusion() -> np.ndarray:
        found = attr.Occlusion(net).attribute(
            image, (3, 56, 56), (3, 56, 56), 0.5, TARGET, perturbations_per_eval=4
        )
        return found[0, 0].numpy()

    return {
        "gradient": lambda: largest(attr.Saliency(net).attribute(image, TARGET)),
        "gradient-x-input": lambda: summed(attr.InputXGradient(net).attribute(image, TARGET)),
        "guided-backprop": lambda: largest(attr.GuidedBackprop(net).attribute(image, TARGET)),
        "deconvnet": lambda: largest(attr.Deconvolution(net).attribute(image, TARGET)),
        "guided-gradcam": lambda: largest(attr.GuidedGradCam(net, layer).attribute(
            image, TARGET, interpolate_mode="bilinear")),
        "gradcam": gradcam,
        "integrated-gradients": integrated,
        "occlusion": occlusion,
    }  # fmt: skip


def torchcam(weights: str, image: torch.Tensor) -> Mapping[str, Run]:
    from torchcam import methods

    net = Normalised(squeezenet(weights), SPEC.mean, SPEC.std)
    kinds = {"gradcam": methods.GradCAM, "xgradcam": methods.XGradCAM, "layercam": methods.LayerCAM}
    extractors = {name: kind(net, f"net.{LAYER}") for name, kind in kinds.items()}
    for extractor in extractors.values():
        extractor.disable_hooks()

    def map_of(name: str) -> np.ndarray:
        extractor = extractors[name]
        extractor.enable_hooks()
        (small,) = extractor(TARGET, net(image), normalized=False)
        extractor.disable_hooks()
        drawn = F.interpolate(small[None], (SIDE, SIDE), mode="bilinear", align_corners=False)
        return drawn[0, 0].detach().numpy()

    return {name: lambda name=name: map_of(name) for name in kinds}


def gradcam(weights: str, image: torch.Tensor) -> Mapping[str, Run]:
    import pytorch_grad_cam as peer
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    net = Normalised(squeezenet(weights), SPEC.mean, SPEC.std)
    layer = net.net.get_submodule(LAYER)
    kinds = {
        "gradcam": peer.GradCAM, "gradcam++": peer.GradCAMPlusPlus, "hirescam": peer.HiResCAM,
        "layercam": peer.LayerCAM, "xgradcam": peer.XGradCAM, "eigencam": peer.EigenCAM,
    }  # fmt: skip

    def map_of(kind: Any) -> np.ndarray:
        with kind(model=net, target_layers=[layer]) as extract:
            return extract(image, [ClassifierOutputTarget(TARGET)])[0]

    return {name: lambda kind=kind: map_of(kind) for name, kind in kinds.items()}


def bare(weights: str, image: torch.Tensor) -> Mapping[str, Run]:
    """What a script would write at best: frozen, channels-last, cut in two at the layer."""
    net = squeezenet(weights).requires_grad_(False).to(memory_format=torch.channels_last)
    for module in net.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = True
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (SPEC.mean, SPEC.std))

    def normalised(x: torch.Tensor) -> torch.Tensor:
        return ((x - mean) / std).contiguous(memory_format=torch.channels_last)

    def gradient() -> np.ndarray:
        x = image.clone().requires_grad_()
        (g,) = torch.autograd.grad(net(normalised(x))[0, TARGET], x)
        return g[0].abs().amax(0).numpy()

    def gradcam() -> np.ndarray:
        maps = net.features(normalised(image)).requires_grad_()
        (g,) = torch.autograd.grad(net.classifier(maps).flatten(1)[0, TARGET], maps)
        small = (maps.detach()[0] * g[0].mean((1, 2), keepdim=True)).sum(0).clamp_min(0)
        drawn = F.interpolate(small[None, None], (SIDE, SIDE), mode="bilinear", align_corners=False)
        return drawn[0, 0].numpy()

    return {"gradient": gradient, "gradcam": gradcam}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cpu", action="store_true", help="count processor time, on one thread: "
                        "for a machine that is busy with other things")  # fmt: skip
    chosen = parser.parse_args()
    torch.set_num_threads(1 if chosen.cpu else chosen.threads)
    clock = time.process_time if chosen.cpu else time.perf_counter
    discover()
    weights = find_weights()
    image = torch.rand(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    image = F.avg_pool2d(image, 9, 1, 4)  # smoother than noise, as pictures are
    net = inspect(squeezenet(weights), SPEC, key="squeezenet1_1", title="SqueezeNet 1.1")
    settings = {"integrated-gradients": {"steps": STEPS}, "occlusion": {"window": 56, "stride": 56}}
    sides = {"captum": captum(weights, image), "torch-cam": torchcam(weights, image),
             "pytorch-grad-cam": gradcam(weights, image),
             "bare loop": bare(weights, image)}  # fmt: skip
    names = sorted({name for runs in sides.values() for name in runs})
    for name in names:
        runs = {"ours": ours(net, image, name, **settings.get(name, {}))}
        runs |= {side: table[name] for side, table in sides.items() if name in table}
        either = both_signs(net, image) if name == "eigencam" else ()
        print(line(name, runs, chosen.rounds, clock, either), flush=True)


def both_signs(net: Network, image: torch.Tensor) -> tuple[np.ndarray, ...]:
    """Eigen-CAM to either side of the principal direction.

    The direction has no sign; that peer takes what the decomposition gives, we the one in which
    more is active. What is compared is whichever of the two it took.
    """
    with torch.no_grad():
        plane = principal(net.maps(LAYER, net.run(image, [LAYER])[LAYER])[0])
    return tuple(enlarge(side.clamp_min(0), image).numpy() for side in (plane, -plane))


def apart(one: np.ndarray, other: np.ndarray, *, scaled: bool) -> float:
    """Relative distance; that peer hands back maps stretched to 0 … 1 and drawn by OpenCV."""
    if scaled:
        one = (one - one.min()) / (np.ptp(one) or 1.0)
    return float(np.linalg.norm(one - other) / np.linalg.norm(other))


def line(
    name: str, runs: Mapping[str, Run], rounds: int,
    clock: Callable[[], float] = time.perf_counter, either: Sequence[np.ndarray] = (),
) -> str:  # fmt: skip
    first = {side: run() for side, run in runs.items()}
    times: dict[str, list[float]] = {side: [] for side in runs}
    for _ in range(rounds):
        for side, run in runs.items():
            began = clock()
            run()
            times[side].append((clock() - began) * 1000)
    middle = {side: statistics.median(values) for side, values in times.items()}
    sign = " up to sign" if either else ""
    parts = [f"ours {middle['ours']:.1f} ms"]
    for side in list(runs)[1:]:
        scaled = side == "pytorch-grad-cam"
        off = min(apart(one, first[side], scaled=scaled) for one in either or [first["ours"]])
        ratio = middle[side] / middle["ours"]
        bound = 1 / 1.05 if side == "bare loop" else 1.25
        verdict = "met" if ratio >= bound else "NOT met"
        found = f"{verdict}; differs {off:.0e}{sign}"
        parts.append(f"{side} {middle[side]:.1f} ms, {ratio:.2f}× ({found})")
    return f"{name}: {'; '.join(parts)}"


if __name__ == "__main__":
    main()
