"""The arrangements of docks a person can switch between: data, not code."""

from __future__ import annotations

from dataclasses import dataclass

# Below this many effective pixels (width / text scale) the compact arrangement is used.
COMPACT_BELOW = 1280
# The width that the columns of compact arrangements are meant for.
COMPACT_WINDOW = 1024


@dataclass(frozen=True)
class Row:
    """Panels that share one place; more than one are tabs, the first in front."""

    panels: tuple[str, ...]
    height: int = 0


@dataclass(frozen=True)
class Column:
    width: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Arrangement:
    """Lengths are design pixels; a height of 0 takes what is left."""

    stage: Row
    left: Column | None = None
    right: Column | None = None
    below: Row | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        columns = [column.rows for column in (self.left, self.right) if column is not None]
        below = (self.below,) if self.below else ()
        return (self.stage, *(row for rows in columns for row in rows), *below)


@dataclass(frozen=True)
class Workspace:
    """Attributes:
    technique: what is chosen here when the present technique is at home elsewhere.
    group: the group of techniques that are at home here; a workspace with a technique and no
        group is the home of all others.
    """

    id: str
    title: str
    icon: str
    wide: Arrangement
    compact: Arrangement
    technique: str = ""
    group: str = ""


# The tabs of the stage where one looks around.
EXPLORE = (
    "activations", "attribution", "compare", "architecture", "attention", "fields", "tuning",
)  # fmt: skip

# The tabs of the stage where one attacks.
ATTACK = ("adversarial", "robustness", "linear", "compare")

WORKSPACES = (
    Workspace(
        "explore", "Explore", "explore",
        Arrangement(
            left=Column(392, (
                Row(("picture",), 520), Row(("predictions",), 226), Row(("kernels",), 0),
            )),
            stage=Row(EXPLORE),
            right=Column(400, (Row(("inspector", "population", "layers"),),)),
        ),
        Arrangement(
            left=Column(362, (Row(("picture", "inspector", "kernels", "population")),)),
            stage=Row(EXPLORE),
        ),
    ),
    Workspace(
        "dream", "Dream", "dream",
        Arrangement(
            left=Column(364, (Row(("technique",)),)),
            stage=Row(("canvas",)),
            right=Column(400, (Row(("objective",), 400), Row(("wall", "results", "jobs"),))),
        ),
        Arrangement(
            left=Column(392, (Row(("technique", "objective", "wall", "results")),)),
            stage=Row(("canvas",)),
        ),
        technique="feature-vis",
    ),
    Workspace(
        "style", "Style", "style",
        Arrangement(
            left=Column(364, (Row(("technique",)),)),
            stage=Row(("canvas",)),
            right=Column(400, (
                Row(("inputs",), 280), Row(("objective",), 400), Row(("wall", "results", "jobs"),),
            )),
        ),
        Arrangement(
            left=Column(392, (Row(("inputs", "technique", "objective", "wall", "results")),)),
            stage=Row(("canvas",)),
        ),
        technique="style", group="Style",
    ),
    Workspace(
        "attack", "Attack", "attack",
        Arrangement(
            left=Column(340, (Row(("technique",)), Row(("predictions", "results"), 246))),
            stage=Row(ATTACK),
        ),
        Arrangement(
            left=Column(404, (Row(("technique", "results")),)),
            stage=Row(ATTACK),
        ),
        technique="pgd", group="Attack",
    ),
    Workspace(
        "models", "Models", "models",
        Arrangement(
            left=Column(440, (Row(("models",)),)),
            stage=Row(("zoo", "architecture")),
            right=Column(420, (Row(("card",), 500), Row(("layers", "jobs"),))),
        ),
        Arrangement(
            left=Column(420, (Row(("models", "card", "layers")),)),
            stage=Row(("zoo", "architecture")),
        ),
    ),
)  # fmt: skip


def of_group(group: str) -> str:
    """The workspace where techniques of this group are at home."""
    at_home = [w for w in WORKSPACES if w.technique and w.group in (group, "")]
    return max(at_home, key=lambda w: w.group == group).id


def find(id: str) -> Workspace:
    """The workspace of that name, or the first: a stored name may be from another version."""
    return next((w for w in WORKSPACES if w.id == id), WORKSPACES[0])
