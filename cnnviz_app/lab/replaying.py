"""Making a picture again from its recipe."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cnnviz_app.core import references, registry
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import ParamSpec
from cnnviz_app.core.recipe import Recipe, version_notes
from cnnviz_app.lab.branch_requests import Stretch, kept
from cnnviz_app.lab.edit_requests import edit_from_text
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.requests import Outcome, RunTechnique
from cnnviz_app.lab.versions import current_versions
from cnnviz_app.nets import catalog, finding
from cnnviz_app.sources.picture import Picture


def replay(
    lab: Lab,
    ctx: Context,
    recipe: Recipe,
    image: Picture | None = None,
    weights: Path | None = None,
) -> tuple[Outcome, tuple[str, ...]]:
    """The outcome, and a sentence for each thing that differs from when it was made."""
    notes: list[str] = []
    picture = image
    if picture is None:
        pixels = recipe.source()
        if pixels is not None:
            name = recipe.source_names.get("picture", "Source picture")
            picture = Picture(name, pixels, "recipe")
    elif not recipe.matches("picture", picture.pixels):
        notes.append("The picture given is not the one the recipe was made from.")
    model, file = (recipe.model, str(weights)) if weights is not None else _where(recipe)
    net = lab.network(model, file, untrained=not recipe.weights_hash)
    if net.weights_hash != recipe.weights_hash:
        notes.append("The weights are not the ones the recipe was made with.")
    request = RunTechnique(
        recipe.technique, model, recipe.params, picture, recipe.seed, file,
        pictures=named_pictures(recipe, registry.find(recipe.technique).specs),
        edits=tuple(edit_from_text(text) for text in recipe.edits),
    )  # fmt: skip
    earlier = tuple(Stretch(**stretch) for stretch in recipe.earlier)
    outcome = lab.answer(ctx, kept(request, earlier=earlier) if earlier else request)
    assert isinstance(outcome, Outcome)
    return outcome, (*notes, *version_notes(recipe, current_versions(str(lab.device))))


def named_pictures(recipe: Recipe, specs: Iterable[ParamSpec]) -> dict[str, Picture]:
    """The pictures its parameters name, now and earlier, by those names, from the recipe."""
    kept = references.kept_in(
        specs, recipe.params, recipe.source, [part["params"] for part in recipe.earlier]
    )
    return {name: Picture(name, pixels, "recipe") for name, pixels in kept.items()}


def _where(recipe: Recipe) -> tuple[str, str]:
    """Model and weights file ("" for the model's own) with the hash the recipe names."""
    if not recipe.weights_hash:
        return recipe.model, ""
    found = finding.find_weights(recipe.weights_hash)
    if found is None:
        raise UserError(
            f"The weights this picture was made with are not on this computer ({recipe.model}).",
            "Give the file with --weights, or download them in the model browser.",
        )
    name, path = found
    if name == recipe.model:
        return name, ""
    try:
        catalog.find(recipe.model)
    except UserError:
        # The list calls it otherwise now; the hash says it is the same network.
        return name, ""
    return recipe.model, str(path)
