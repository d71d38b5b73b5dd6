"""Which architecture a set of weights belongs to, told from names and shapes alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping

Shape = tuple[int, ...]

# spellings of older files, as torchvision itself translates them
_OLD = (
    (re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)$"), r"\1\2"),
    (re.compile(r"^(.*\.mlp)\.linear_1\.(weight|bias)$"), r"\1.0.\2"),
    (re.compile(r"^(.*\.mlp)\.linear_2\.(weight|bias)$"), r"\1.3.\2"),
)
# these depend on the picture's size or on training, not on the architecture
_IGNORED = re.compile(
    r"num_batches_tracked$|pos_embedding$|relative_position_index$|relative_coords_table$"
    r"|^aux[12]\.|^AuxLogits\."
)


def modern(key: str) -> str:
    for old, new in _OLD:
        key = old.sub(new, key)
    return key


def signature(shapes: Mapping[str, Shape], head: Collection[str] = ()) -> str:
    """Equal for two files of one architecture, whatever the number of classes."""
    lines = sorted(
        f"{key}:{'x'.join(map(str, shape))}"
        for key, shape in shapes.items()
        if key not in head and not _IGNORED.search(key)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def likeness(ours: Mapping[str, Shape], theirs: Mapping[str, Shape]) -> float:
    """Share of entries with the same name and shape, 0…1."""
    keep = {key for key in ours if not _IGNORED.search(key)}
    other = {key for key in theirs if not _IGNORED.search(key)}
    same = sum(ours[key] == theirs[key] for key in keep & other)
    return same / max(1, len(keep | other))


def shape_likeness(ours: Iterable[Shape], theirs: Iterable[Shape]) -> float:
    """Share of equal shapes in order from the front, whatever the names: parts of a network."""
    mine, others = list(ours), list(theirs)
    same = 0
    for mine_shape, other_shape in zip(mine, others, strict=False):
        if mine_shape != other_shape:
            break
        same += 1
    return same / max(1, len(mine))
