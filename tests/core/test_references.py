"""Pictures named in parameters."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cnnviz_app.core import references
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import build, describe, param, to_json


@dataclass(frozen=True)
class Params:
    """One picture and several."""

    guide: str = param("", "A guide.", kind="picture")
    style: str = param("builtin:waves", "Styles.", kind="pictures")
    steps: int = param(3, "Steps.")


SPECS = describe(Params)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("builtin:waves", ("builtin:waves",)),
        ("a.png, b c.jpg,", ("a.png", "b c.jpg")),
        ('"one, two.png", C:\\x\\y.png', ("one, two.png", "C:\\x\\y.png")),
    ],
)
def test_a_list_is_written_with_commas(text: str, names: tuple[str, ...]) -> None:
    assert references.split(text) == names
    assert references.split(references.join(names)) == names


def test_every_picture_has_a_role_of_its_own() -> None:
    values = to_json(build(Params, {"guide": "g, h.png", "style": "a.png, builtin:pond"}))
    roles = references.by_role(SPECS, values)
    assert roles == {"guide": "g, h.png", "style": "a.png", "style 2": "builtin:pond"}
    assert references.by_role(SPECS, {}) == {"style": "builtin:waves"}


def test_a_recipe_names_files_but_not_their_folders() -> None:
    values = {"guide": "/home/me/a.png", "style": "/home/me/b.png, C:\\you\\b.png, builtin:pond"}
    kept = references.without_folders(SPECS, values)
    assert kept == {"guide": "a.png", "style": "b.png, b.png (2), builtin:pond"}


def test_one_file_in_two_parts_is_one_name() -> None:
    values = {"guide": "/x/a.png", "style": "/x/a.png"}
    assert references.without_folders(SPECS, values) == {"guide": "a.png", "style": "a.png"}


def test_builtin_pictures_may_be_missing_from_a_recipe() -> None:
    def left_out(role: str) -> object:
        raise UserError("Left out.")

    assert references.kept_in(SPECS, {"style": "builtin:pond"}, left_out) == {}
    with pytest.raises(UserError):
        references.kept_in(SPECS, {"style": "a.png"}, left_out)
