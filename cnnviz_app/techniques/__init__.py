"""The techniques: one public file each, found by `discover`.

To add one, put `my_idea.py` into this folder with a frozen dataclass of parameters and a function
decorated with `cnnviz_app.core.registry.technique`:

    @dataclass(frozen=True)
    class MyIdeaParams:
        steps: int = param(32, "How many gradient steps.", low=1, high=1000)

    @technique("my-idea", "My idea", "Group", MyIdeaParams, summary="One sentence.")
    def my_idea(ctx, net, image01, params, seed):
        ...  # ctx.checkpoint() in every step, ctx.frame(…) as often as there is something to see
        return TechniqueResult(picture=…, steps=…, figures={…})

That is all: the form, the command line, the recipe, the documentation and the contract test
follow from it. Files with a leading underscore are shared tools and declare nothing.
"""

from __future__ import annotations

import importlib
import pkgutil

from cnnviz_app.core.registry import Technique, all_techniques


def discover() -> tuple[Technique, ...]:
    """Import every public module of this folder, once, and say what techniques there are.

    `pkgutil` asks the import system rather than the file system, so a frozen application,
    where the modules live inside an archive, finds the same ones.
    """
    for found in pkgutil.iter_modules(__path__):
        if not found.name.startswith("_"):
            importlib.import_module(f"{__name__}.{found.name}")
    return all_techniques()
