"""Networks side by side before one of them is chosen to ship: figures, kernels, class images.

    python packaging/draw_candidates.py --data FOLDER TITLE=WEIGHTS[:ARCHITECTURE] …

Accuracy and dead units are counted on FOLDER (one folder per class). Behind them stands how rough
the class images are: the mean difference of neighbouring pixels against that of photographs. The
sheet is candidates.jpg in resources/help.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from contact_sheet import Pixels, Row, Tile, lay_out, save
from draw_model_sheets import kernel_picture

from cnnviz_app import techniques
from cnnviz_app.core import registry
from cnnviz_app.core.context import Context
from cnnviz_app.core.params import build
from cnnviz_app.nets import bundled, data, evaluation
from cnnviz_app.nets.cards import Card, read_card
from cnnviz_app.nets.network import InputSpec, Network, inspect
from cnnviz_app.sources import builtin

CLASSES = ("butterfly", "fruit", "bus", "ladybug", "pizza", "boat")
KERNELS = 16
PHOTOGRAPHS = ("cat", "coffee", "astronaut", "rocket")


def opened(text: str) -> tuple[str, Card, Network]:
    """A candidate by `title=weights[:architecture]`; the card lies beside the weights."""
    title, _, place = text.partition("=")
    place, _, architecture = place.partition(":")
    weights = Path(place)
    card = read_card(weights.with_suffix(".json"))
    card = replace(card, architecture=architecture or card.architecture)
    given = card.input
    spec = InputSpec(given.channels, given.height, given.width, given.mean, given.std)
    network = inspect(
        bundled.load(weights, card), spec, key=title, title=title, labels=card.labels, trained=True
    )
    return title, card, network


def roughness(pixels: Pixels) -> float:
    grey = pixels.astype(np.float32).mean(axis=2)
    return float((np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean()) / 2)


def class_image(network: Network, name: str) -> Pixels:
    technique = registry.find("class-image")
    params = build(technique.params, {"target": name, "preset": "lucid"})
    made = technique.run(Context.silent(), network, None, params, 1)
    assert made.picture is not None
    return np.round(made.picture * 255).astype(np.uint8)


def figures(card: Card, network: Network, folder: Path) -> str:
    pictures = data.from_folders(
        folder, card.input.height, card.input.channels, card.labels, Context.silent()
    )
    plain = evaluation.Normalised(network.module, card.input.mean, card.input.std)
    accuracy = evaluation.evaluate(plain, pictures)["accuracy"]
    dead = max(evaluation.dead_units(plain, pictures).values())
    return f"{accuracy:.1%} of {len(pictures):,} pictures, {dead:.1%} dead units"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("candidates", nargs="+")
    given = parser.parse_args()
    techniques.discover()
    photographs = float(np.mean([roughness(builtin.load(name).pixels) for name in PHOTOGRAPHS]))
    rows = []
    for text in given.candidates:
        title, card, network = opened(text)
        weights = network.kernel(network.resolve("conv1"))
        assert weights is not None
        images = [class_image(network, name) for name in CLASSES]
        rough = np.mean([roughness(pixels) for pixels in images]) / photographs
        words = f"{title}: {figures(card, network, given.data)}, {rough:.1f} times as rough"
        print(words, flush=True)
        named = [Tile(*pair) for pair in zip(images, CLASSES, strict=True)]
        kernels = [Tile(kernel_picture(kernel)) for kernel in weights.numpy()[:KERNELS]]
        rows += [Row(named, words), Row(kernels, crisp=True)]
    save(lay_out(rows), "candidates.jpg")


if __name__ == "__main__":
    main()
