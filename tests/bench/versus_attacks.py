"""Our attacks beside torchattacks and foolbox: same networks, pictures, budgets, one run.

    python tests/bench/versus_attacks.py [--pictures 8] [--only pgd,cw] [--peer PYTHON]

Every picture is attacked by itself, as a person does it. What each program returns is rounded to
eight bits and judged by the plain network here, the peers' results too. SqueezeNet's weights come
from the folder CNNVIZ_CHECK_DATA names (random ones where it is absent), Lens is bundled.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchvision
from versus_lucent import find_weights

from cnnviz_app.core.context import Context
from cnnviz_app.core.images import load, short_side_crop
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import find
from cnnviz_app.lab.start import make_lab
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.sources.worlds import photos

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Match:
    """One attack of ours and what the peers call it, at the same budget."""

    name: str
    ours: dict[str, Any]
    peers: dict[str, str]
    small_only: bool = False  # the peer takes minutes or all memory on large pictures

    def peers_for(self, small: bool) -> dict[str, str]:
        """What the peers are asked; those marked small are spared the large network."""
        return {who: text.removesuffix("|small") for who, text in self.peers.items()
                if small or not text.endswith("|small")}


STEP = "alpha=2/255, steps=10"
MATCHES = (
    Match("fgsm", {"epsilon": 8.0}, {
        "torchattacks": "ta.FGSM(model, eps=8/255)",
        "foolbox": "fb.attacks.LinfFastGradientAttack()|8/255",
    }),
    Match("bim", {"epsilon": 8.0}, {
        "torchattacks": f"ta.BIM(model, eps=8/255, {STEP})",
        "foolbox": "fb.attacks.LinfBasicIterativeAttack(abs_stepsize=2/255, steps=10)|8/255",
    }),
    Match("pgd", {"epsilon": 8.0}, {
        "torchattacks": f"ta.PGD(model, eps=8/255, {STEP})",
        "foolbox": "fb.attacks.LinfPGD(abs_stepsize=2/255, steps=10)|8/255",
    }),
    Match("deepfool", {}, {
        # It takes the slope of every class: on a thousand of them that is minutes a picture.
        "torchattacks": "ta.DeepFool(model, steps=50, overshoot=0.02)|small",
        "foolbox": "fb.attacks.L2DeepFoolAttack(steps=50, candidates=10, overshoot=0.02)|None",
    }),
    Match("cw", {"steps": 100, "searches": 5}, {
        "torchattacks": "ta.CW(model, c=1, kappa=0, steps=500, lr=0.01)",
        "foolbox": "fb.attacks.L2CarliniWagnerAttack(binary_search_steps=5, steps=100, "
                   "stepsize=0.01, initial_const=1.0)|None",
    }),
    Match("few-pixel", {"pixels": 5, "population": 48, "generations": 30}, {
        "torchattacks": "ta.OnePixel(model, pixels=5, steps=30, popsize=48)",
    }, small_only=True),
    Match("jsma", {"share": 0.1}, {
        "torchattacks": "ta.JSMA(model, theta=1.0, gamma=0.1)",
    }, small_only=True),
    Match("square", {"epsilon": 8.0, "steps": 500}, {
        "torchattacks": "ta.Square(model, norm='Linf', eps=8/255, n_queries=500, n_restarts=1)",
    }),
)  # fmt: skip

PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy, torch
sys.path.insert(0, sys.argv[1])
import torchattacks as ta, foolbox as fb
torch.set_num_threads(int(sys.argv[2]))
folder, plan = sys.argv[3], json.loads(sys.argv[4])
given = numpy.load(folder + "/pictures.npz")
class Normal(torch.nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.register_buffer("mean", torch.tensor(given["mean"]).view(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(given["std"]).view(1, -1, 1, 1))
    def forward(self, x):
        return self.inner((x - self.mean) / self.std)
model = Normal(torch.load(folder + "/module.pt", weights_only=False)).eval()
pictures, labels = torch.tensor(given["pictures"]), torch.tensor(given["labels"])
torch.manual_seed(0); numpy.random.seed(0)
for library, text in plan.items():
    recipe, _, size = text.partition("|")
    attack = eval(recipe)
    found, seconds = [], []
    for picture, label in zip(pictures, labels):
        x, y = picture[None], label[None]
        began = time.perf_counter()
        if size:
            fooled = fb.PyTorchModel(model, bounds=(0, 1))
            found.append(attack(fooled, x, y, epsilons=eval(size))[1])
        else:
            found.append(attack(x, y))
        seconds.append(time.perf_counter() - began)
    if isinstance(found[0], list):
        found = [each[0] for each in found]
    numpy.savez(folder + "/" + library + ".npz", found=torch.cat(found).detach().numpy(),
                seconds=numpy.array(seconds))
"""


def open_squeezenet(weights: Path) -> Network:
    module = torchvision.models.squeezenet1_1(weights=None)
    module.load_state_dict(torch.load(weights, weights_only=True))
    spec = InputSpec(3, 224, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    return inspect(module.eval(), spec, key="squeezenet1_1", title="SqueezeNet 1.1")


def pictures_for(net: Network, count: int) -> np.ndarray[Any, Any]:
    """Photographs as the network sees them: real ones where there are some, else built-in."""
    folder = Path(os.environ.get("CNNVIZ_CHECK_DATA", "")) / "data/imagenet_samples"
    files = sorted(folder.glob("*.jpg"))[:: max(1, 200 // count)][:count] if folder.name else []
    if len(files) == count:
        found = [load(file).pixels for file in files]
    else:
        found = list(photos.crops(count, 0, 256))
    seen = [short_side_crop(pixels, net.spec.height, net.spec.width) for pixels in found]
    return np.stack(seen).transpose(0, 3, 1, 2).astype(np.float32) / 255


def ours(match: Match, net: Network, pictures: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    technique = find(match.name)
    params = build(technique.params, match.ours)
    found, seconds = [], []
    for picture in torch.from_numpy(pictures):
        began = time.perf_counter()
        result = technique.run(Context.silent(), net, picture[None], params, 0)
        seconds.append(time.perf_counter() - began)
        assert result.picture is not None
        found.append(result.picture.transpose(2, 0, 1))
    return np.stack(found), np.array(seconds)


def judged(net: Network, clean: Any, found: Any) -> tuple[float, float, float]:
    """Success rate, mean L2 and mean of the largest change of those that succeed, in eight bits."""
    before = torch.from_numpy((clean * 255).round() / 255)
    after = torch.from_numpy((found * 255).round().clip(0, 255) / 255).float()
    with torch.no_grad():
        won = net.exact(before).argmax(1) != net.exact(after).argmax(1)
    delta = (after - before)[won]
    if not len(delta):
        return 0.0, float("nan"), float("nan")
    largest = delta.abs().flatten(1).amax(1).mean() * 255
    return float(won.float().mean()), float(delta.flatten(1).norm(dim=1).mean()), float(largest)


def compare(match: Match, net: Network, pictures: Any, peer: Path, small: bool) -> list[str]:
    peers = match.peers_for(small)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with torch.no_grad():
            labels = net.exact(torch.from_numpy(pictures)).argmax(1).numpy()
        np.savez(folder / "pictures.npz", pictures=pictures, labels=labels,
                 mean=np.array(net.spec.mean, np.float32), std=np.array(net.spec.std, np.float32))
        torch.save(net.module, folder / "module.pt")
        arguments = [ROOT, torch.get_num_threads(), folder, json.dumps(peers)]
        done = subprocess.run(
            [peer, "-W", "ignore", "-c", PEER, *map(str, arguments)],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        rows = {"ours": ours(match, net, pictures)}
        if done.returncode:
            words = done.stderr.strip().splitlines()
            print(f"  the peers failed: {words[-1] if words else done.returncode}")
        for library in peers:
            file = folder / f"{library}.npz"
            if file.is_file():
                with np.load(file) as held:
                    rows[library] = (held["found"], held["seconds"])
    mine = float(np.median(rows["ours"][1]))
    lines = []
    for who, (found, seconds) in rows.items():
        rate, length, largest = judged(net, pictures, found)
        pace = float(np.median(seconds))
        faster = "" if who == "ours" else f", ours is {pace / mine:.2f} times as fast"
        lines.append(f"  {match.name:10} {who:13} success {rate:4.0%}  L2 {length:6.3f}  "
                     f"largest {largest:5.1f} levels  {pace:7.3f} s{faster}")  # fmt: skip
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=8)
    parser.add_argument("--only", default="")
    parser.add_argument("--peer", type=Path, default=Path(".venv-peers/bin/python"))
    chosen = parser.parse_args()
    if not chosen.peer.exists():
        sys.exit(f"{chosen.peer} is not there: make the environment of the peers first")
    lab = make_lab("cpu")
    wanted = [m for m in MATCHES if not chosen.only or m.name in chosen.only.split(",")]
    with tempfile.TemporaryDirectory() as name:
        weights, kind = find_weights(Path(name))
        nets = {"Lens": lab.network("lens"), f"SqueezeNet 1.1 ({kind})": open_squeezenet(weights)}
    for title, net in nets.items():
        small = net.spec.height <= 64
        pictures = pictures_for(net, chosen.pictures)
        print(f"{title}, {len(pictures)} pictures, {torch.get_num_threads()} threads")
        for match in wanted:
            if small or not match.small_only:
                print("\n".join(compare(match, net, pictures, chosen.peer, small)), flush=True)


if __name__ == "__main__":
    main()
