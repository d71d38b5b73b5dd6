"""Run inside the peers' environment: what captum, torch-cam and pytorch-grad-cam say.

    .venv-peers/bin/python attribution_peers.py IN.npz OUT.npz [IN.npz OUT.npz]

IN holds a picture, a class and the path of weights ("" for the small network); OUT gets one array
for each method. Everything is asked of the way of writing that the peers can read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))
from attribution_nets import MEAN, STD, Normalised, seeded, squeezenet

IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def by_captum(
    net: Any, layer: Any, image: torch.Tensor, target: int, window: int
) -> dict[str, Any]:
    from captum import attr

    found: dict[str, Any] = {
        "gradient": attr.Saliency(net).attribute(image, target=target, abs=False),
        "gradient-x-input": attr.InputXGradient(net).attribute(image, target=target),
        "guided-backprop": attr.GuidedBackprop(net).attribute(image, target=target),
        "deconvnet": attr.Deconvolution(net).attribute(image, target=target),
        "guided-gradcam": attr.GuidedGradCam(net, layer).attribute(
            image, target=target, interpolate_mode="bilinear"
        ),
        "occlusion": attr.Occlusion(net).attribute(
            image, sliding_window_shapes=(3, window, window), target=target, baselines=0.5,
            strides=(3, window // 2 + 1, window // 2 + 1), perturbations_per_eval=8,
        ),
    }  # fmt: skip
    found["gradcam"] = attr.LayerGradCam(net, layer).attribute(
        image, target=target, relu_attributions=True
    )
    # Of so many pictures one always has a ReLU at zero, which single precision opens by chance.
    integrated, image = attr.IntegratedGradients(net.double()), image.double()
    for method, name in (("gausslegendre", "gausslegendre"), ("riemann_middle", "middle")):
        found[f"integrated-gradients {name}"] = integrated.attribute(
            image, baselines=0.0, target=target, n_steps=20, method=method, internal_batch_size=4
        )
    net.float()
    return {f"captum/{name}": value.detach().numpy()[0] for name, value in found.items()}


def by_torchcam(net: Any, layer: str, fc: str, image: torch.Tensor, target: int) -> dict[str, Any]:
    from torchcam import methods

    found = {}
    for name, kind in (("gradcam", methods.GradCAM), ("xgradcam", methods.XGradCAM),
                       ("layercam", methods.LayerCAM), ("scorecam", methods.ScoreCAM),
                       ("cam", methods.CAM)):  # fmt: skip
        more = {"fc_layer": fc} if name == "cam" else {}
        with kind(net, layer, **more) as extract:
            scores = net(image.clone().requires_grad_())
            found[f"torchcam/{name}"] = (
                extract(target, scores, normalized=False)[0].detach().numpy()
            )
    return found


def by_gradcam(net: Any, layer: Any, image: torch.Tensor, target: int) -> dict[str, Any]:
    import pytorch_grad_cam as peer
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    found = {}
    for name, kind in (("gradcam", peer.GradCAM), ("gradcam++", peer.GradCAMPlusPlus),
                       ("hirescam", peer.HiResCAM), ("layercam", peer.LayerCAM),
                       ("xgradcam", peer.XGradCAM), ("eigencam", peer.EigenCAM),
                       ("ablationcam", peer.AblationCAM)):  # fmt: skip
        with kind(model=net, target_layers=[layer]) as extract:
            found[f"gradcam/{name}"] = extract(image, [ClassifierOutputTarget(target)])
    return found


def answer(given: Any) -> dict[str, Any]:
    image, target = torch.from_numpy(given["image"]), int(given["target"])
    weights, window = str(given["weights"]), int(given["window"])
    mean, std = IMAGENET if weights else (MEAN, STD)
    layer, fc = ("features.12", "classifier.1") if weights else ("relu3", "fc")
    scaled = (image - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(std).view(1, 3, 1, 1)

    def fresh() -> Any:
        return squeezenet(weights) if weights else seeded("modules")

    net = fresh()
    found = by_captum(Normalised(net, mean, std), net.get_submodule(layer), image, target, window)
    found |= by_torchcam(fresh(), layer, fc, scaled, target)
    net = fresh()
    return found | by_gradcam(net, net.get_submodule(layer), scaled, target)


def main() -> None:
    for source, goal in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        found = answer(np.load(source))
        np.savez(goal, **{name: np.asarray(value, np.float32) for name, value in found.items()})


if __name__ == "__main__":
    main()
