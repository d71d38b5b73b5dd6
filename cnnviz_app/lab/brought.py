"""Keeps the pictures that recipes bring along, where parameters can name them."""

from __future__ import annotations

from cnnviz_app.core import png
from cnnviz_app.core.context import Context
from cnnviz_app.core.images import content_id
from cnnviz_app.lab.brought_requests import KeepPictures
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.sources import brought


@answers(KeepPictures)
def keep_pictures(lab: Lab, ctx: Context, request: KeepPictures) -> dict[str, str]:
    found = {}
    for name, pixels in request.pictures.items():
        ctx.checkpoint()
        path = brought.keep(png.encode8(pixels), content_id(pixels), name)
        found[name] = str(path)
    return found
