"""How each bundled network was trained: its pictures, recipe and description."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.attack import Attack
from cnnviz_app.nets.augment import Augment
from cnnviz_app.nets.training import Recipe

TINY = "24 everyday classes made of 58 classes of Tiny ImageNet (64×64 pixels, 29,000 pictures)"
TINY_LICENCE = (
    "These weights were trained on ImageNet-derived pictures and are for non-commercial "
    "research and education. The code is under the MIT licence."
)
DIGITS_LICENCE = (
    "MNIST (LeCun, Cortes; commonly cited as CC BY-SA 3.0) and digits drawn by this program. "
    "The code is under the MIT licence."
)
WORLD_LICENCE = "Trained on pictures drawn by this program. Code and weights: MIT licence."
OWN_LICENCE = "Decided by whoever owns the pictures. The code is under the MIT licence."

World = Literal["folders", "digits", "scenes"]


@dataclass(frozen=True)
class Preset:
    """What `cnnviz train NAME` means."""

    name: str
    title: str
    summary: str
    architecture: str
    recipe: Recipe
    world: World = "folders"
    data: str = TINY
    licence: str = TINY_LICENCE
    layers: dict[str, str] = field(default_factory=dict)


LENS_LAYERS = {
    "explore": "relu3", "dream": "relu5", "cam": "relu7", "feature-vis": "relu6",
    "style": "relu1,relu2,relu3,relu4,relu5", "content": "relu4",
}
TWENTY_LAYERS = {
    "explore": "stage2", "dream": "stage3.block1", "cam": "stage3", "feature-vis": "stage3.block1",
    "style": "relu1,stage1,stage2", "content": "stage2",
}

LENS = Recipe(epochs=15, smoothing=0.1, augment=Augment(zoom=0.3))

PRESETS: dict[str, Preset] = {
    p.name: p
    for p in (
        Preset(
            "lenet5", "LeNet for digits",
            "Reads digits, from the post office or from the drawing pad.", "lenet5",
            Recipe(epochs=10, learning_rate=0.04, batch=128,
                   augment=Augment(shift=2, flip=False, light=0.0, tint=0.0, zoom=0.1)),
            world="digits", licence=DIGITS_LICENCE,
            data="MNIST (60,000 digits) and digits drawn by a stroke generator (15,000)",
            layers={
                "explore": "relu1", "dream": "relu2", "cam": "relu2", "feature-vis": "relu2",
                "style": "relu1,relu2", "content": "relu2",
            },
        ),
        Preset(
            "linear-digits", "Linear classifier for digits",
            "One weight for every pixel: ten pictures that say why it can be fooled.", "linear",
            Recipe(epochs=4, learning_rate=0.02, batch=128, weight_decay=0.03,
                   augment=Augment(shift=1, flip=False, light=0.0, tint=0.0, zoom=0.0)),
            world="digits", licence=DIGITS_LICENCE,
            data="MNIST (60,000 digits) and digits drawn by a stroke generator (15,000)",
            layers=dict.fromkeys(
                ("explore", "dream", "cam", "feature-vis", "style", "content"), "conv1"
            ),
        ),
        Preset("lens", "Lens", "Names 24 everyday things.", "lens", LENS, layers=LENS_LAYERS),
        Preset("lens-mean", "Lens with mean pooling", "The same, with mean pooling.",
               "lens-mean", LENS, layers=LENS_LAYERS),
        Preset(
            "lens-robust", "Lens, robust",
            "Names 24 everyday things, and is hard to fool: its dreams look like the things.",
            "lens",
            # The last of its four runs; the card tells them all. Begin from lens, with --from.
            Recipe(epochs=8, learning_rate=0.08, attack=Attack("l2", 1.7, 2), average=0.998,
                   augment=Augment(zoom=0.1)),
            layers=LENS_LAYERS,
        ),
        Preset("res20", "Twenty layers with skips", "A small residual network.", "res20",
               Recipe(epochs=12, start_size=40), layers=TWENTY_LAYERS),
        Preset("plain20", "Twenty layers without skips",
               "The same layers without the shortcuts: harder to train.", "plain20",
               Recipe(epochs=12, start_size=40), layers=TWENTY_LAYERS),
        Preset(
            "shapes", "Shapes", "Tells drawn shapes apart; every concept in its pictures is known.",
            "shapes", Recipe(epochs=14, learning_rate=0.1, weight_decay=1e-4, start_size=40,
                             augment=Augment(shift=0, tint=0.0)),
            world="scenes", licence=WORLD_LICENCE,
            data="20,000 scenes drawn by this program",
            layers={
                "explore": "relu2", "dream": "relu4", "cam": "relu5", "feature-vis": "relu4",
                "style": "relu1,relu2,relu3", "content": "relu3",
            },
        ),
    )
}


def preset(name: str) -> Preset:
    try:
        return PRESETS[name]
    except KeyError:
        raise UserError(
            f"There is no training called {name!r}.",
            hint=f"Choose one of {', '.join(PRESETS)}, or give --data FOLDER.",
        ) from None


def layers_of(architecture: str) -> dict[str, str]:
    """The default layers known for an architecture."""
    for known in PRESETS.values():
        if known.architecture == architecture:
            return known.layers
    return {}
