"""Defences on the spot: JPEG, fewer bits, smoothing, a vote over noisy copies."""

from __future__ import annotations

from functools import partial

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.defence_requests import Defence, Defended, TryDefence, kind_of
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.requests import Pixels
from cnnviz_app.techniques._survival import (
    VOTES,
    Treatment,
    answer,
    blurred,
    jpeg,
    noisy,
    squeezed,
)


def treatment_of(defence: Defence) -> Treatment:
    """What is done to every picture."""
    strength = defence.strength
    kind = kind_of(defence)
    if defence.kind == "none":
        return Treatment("none", "No defence", _untouched)
    if kind is None:
        raise UserError(f"There is no defence called {defence.kind!r}.", "Choose a known one.")
    if not kind.low <= strength <= kind.high:
        raise UserError(
            f"{kind.title} takes {kind.low:g} to {kind.high:g}, not {strength:g}.",
            "Choose a value between them.",
        )
    make, copies = {
        "jpeg": (partial(jpeg, round(strength)), 1),
        "bits": (partial(squeezed, round(strength)), 1),
        "smooth": (partial(blurred, strength), 1),
        "noise": (partial(noisy, strength), VOTES),
    }[defence.kind]
    return Treatment(defence.kind, kind.words(strength), make, copies)


@answers(TryDefence)
def try_defence(lab: Lab, ctx: Context, request: TryDefence) -> Defended:
    net = lab.network(request.model, edits=request.edits)
    treatment = treatment_of(request.defence)
    clean = answer(net, treatment, request.clean)
    ctx.checkpoint()
    attacked = answer(net, treatment, request.attacked)
    return Defended(
        request.defence, clean[0], clean[1], attacked[0], attacked[1], clean[2], attacked[2]
    )


def _untouched(pixels: Pixels, _copy: int) -> Pixels:
    return pixels
