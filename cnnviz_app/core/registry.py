"""The techniques there are; each file in `techniques/` adds its own."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Scale
from cnnviz_app.core.params import ParamSpec, describe


@dataclass(frozen=True)
class TechniqueResult:
    """What a technique hands back.

    Attributes:
        picture: float32 H×W×3 in [0, 1], or None when the result is a map of values.
        values: float32 H×W map, unnormalised, or None.
        scale: how `values` are coloured.
        steps: gradient steps made.
        figures: numbers and names for `--json` and the caption.
        settled: parameters as they came out where the person left them open (the default layer,
            the top class, the size that fitted the time); a recipe needs these to repeat it.
    """

    picture: npt.NDArray[np.float32] | None = None
    values: npt.NDArray[np.float32] | None = None
    scale: Scale = "picture"
    steps: int = 0
    figures: Mapping[str, float | int | str | bool | None] = field(default_factory=dict)
    settled: Mapping[str, Any] = field(default_factory=dict)


def _never(params: Any) -> bool:
    return False


@dataclass(frozen=True)
class Technique:
    """One thing that can be computed with a network.

    Attributes:
        run: `(ctx, net, image01, params, seed) -> TechniqueResult`.
        needs_picture: False when it starts from noise.
        may_use_picture: for those, whether it looks at the picture with these parameters.
        whole_picture: it is given the picture in its own size, not as the network sees it.
    """

    name: str
    title: str
    group: str
    summary: str
    params: type[Any]
    run: Callable[..., TechniqueResult]
    needs_picture: bool = True
    may_use_picture: Callable[[Any], bool] = _never
    whole_picture: bool = False

    def uses_picture(self, params: Any) -> bool:
        return self.needs_picture or self.may_use_picture(params)

    @property
    def specs(self) -> tuple[ParamSpec, ...]:
        return describe(self.params)


_techniques: dict[str, Technique] = {}


def technique(
    name: str,
    title: str,
    group: str,
    params: type[Any],
    *,
    summary: str,
    needs_picture: bool = True,
    may_use_picture: Callable[[Any], bool] = _never,
    whole_picture: bool = False,
) -> Callable[[Callable[..., TechniqueResult]], Callable[..., TechniqueResult]]:
    """Declare the decorated function as a technique."""

    def register(run: Callable[..., TechniqueResult]) -> Callable[..., TechniqueResult]:
        if name in _techniques and _techniques[name].run.__module__ != run.__module__:
            raise ValueError(f"two techniques are called {name!r}")
        _techniques[name] = Technique(
            name, title, group, summary, params, run, needs_picture, may_use_picture,
            whole_picture,
        )  # fmt: skip
        return run

    return register


def all_techniques() -> tuple[Technique, ...]:
    return tuple(_techniques[name] for name in sorted(_techniques))


def find(name: str) -> Technique:
    if name in _techniques:
        return _techniques[name]
    close = difflib.get_close_matches(name, _techniques, n=1)
    hint = f"Did you mean “{close[0]}”?" if close else "`cnnviz techniques` lists them."
    raise UserError(f"There is no technique called “{name}”.", hint)
