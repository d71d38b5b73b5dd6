"""Runs that can be gone on with from their middle, with other parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from cnnviz_app.lab.requests import RunTechnique


@dataclass(frozen=True)
class Stretch:
    """A part of a branch's past: these parameters and seed, up to a step."""

    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    until: int = 0


@dataclass(frozen=True)
class RunKept(RunTechnique):
    """Compute, keeping the way there, so that it can be branched; answered as `Outcome`.

    Attributes:
        key: names this run for branches to come.
        parent: the key of the run it leaves, when that ran in this session.
        earlier: the stretches before it; none for a run from its start.
    """

    key: str = ""
    parent: str = ""
    earlier: tuple[Stretch, ...] = ()


def kept(
    run: RunTechnique, key: str = "", parent: str = "", earlier: tuple[Stretch, ...] = ()
) -> RunKept:
    """The same run, kept."""
    same = {part.name: getattr(run, part.name) for part in fields(RunTechnique)}
    return RunKept(**same, key=key, parent=parent, earlier=earlier)
