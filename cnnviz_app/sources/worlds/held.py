"""Labelled pictures drawn by rule that no network was trained on, to measure it anywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources.worlds import digits, scenes, things

# Trainings draw with other seeds.
SEED = 20_000


def drawn(
    labels: Sequence[str], channels: int, side: int, count: int, seed: int = SEED
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(N, side, side, channels) pictures and their numbers in `labels`, what a network knows.

    Digits for who reads digits, scenes for who names shapes, things for who knows all of them;
    a network that knows more than is drawn still chooses among everything it knows.
    """
    if count < 1:
        raise UserError("The number of drawn pictures must be at least 1.")
    known = set(labels)
    ten = tuple("0123456789")
    if known.issuperset(ten):
        grey, numbers = digits.digits(count, seed, side)
        images, names = np.repeat(grey[..., None], channels, axis=3), ten
    elif channels == 3 and known.issuperset(scenes.SHAPES):
        images, numbers = scenes.labelled(count, seed, side)
        names = scenes.SHAPES
    elif channels == 3 and known.issuperset(things.THINGS):
        images, numbers = things.labelled(count, seed, side)
        names = things.THINGS
    else:
        raise UserError(
            "Nothing is drawn for the classes of this network.",
            hint="Give pictures of your own with --data FOLDER.",
        )
    position = {label: i for i, label in enumerate(labels)}
    return images, np.array([position[names[n]] for n in numbers], dtype=np.int64)
