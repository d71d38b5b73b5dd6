"""Requests that read pictures: a file, a folder, the next one of it, a recipe found inside."""

from __future__ import annotations

import os
from pathlib import Path

from cnnviz_app.core import recipe as recipes
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.requests import Opened, OpenInFolder, OpenPicture
from cnnviz_app.sources.folder import Folder
from cnnviz_app.sources.picture import open_picture


@answers(OpenPicture)
def open_path(lab: Lab, ctx: Context, request: OpenPicture) -> Opened:
    path = Path(request.path)
    if os.path.isdir(path):  # pathlib's own question fails over a name that is too long
        folder = Folder(path)
        return Opened(folder.current(), folder)
    trouble: UserError | None = None
    if request.recipes and path.suffix.lower() == ".png":
        try:
            return Opened(None, recipe=recipes.read(path))
        except recipes.NoRecipe:
            pass
        except UserError as error:
            # A damaged recipe: it is still a picture, if it can be opened at all.
            trouble = error
    picture = open_picture(path)
    if trouble is not None:
        ctx.note(trouble.sentence, trouble.hint)
    return Opened(picture)


@answers(OpenInFolder)
def open_in_folder(lab: Lab, ctx: Context, request: OpenInFolder) -> Opened:
    picture = request.folder.open_at(request.place, request.direction)
    return Opened(picture, request.folder)
