"""Pictures by number, with classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources import worlds
from cnnviz_app.sources.series import FolderSeries, World, open_series, world_classes


@pytest.mark.parametrize("name", sorted(set(worlds.POPULATIONS) - {"paintings"}))
def test_a_world_has_its_pictures_and_classes_by_number(name: str) -> None:
    series = World(name, 9)
    assert len(series) == 9
    drawn = list(worlds.labelled(name, 9, side=min(24, worlds.POPULATIONS[name].side)))
    for number in (8, 0, 5):
        assert np.array_equal(series.pixels(number, 24), drawn[number][0])
        assert series.classes[series.label(number)] == drawn[number][1]
    assert series.content_hash() == World(name, 9).content_hash()
    assert series.content_hash() != World(name, 8).content_hash()


def test_every_world_knows_its_classes() -> None:
    for name in worlds.POPULATIONS:
        assert len(world_classes(name)) > 1
    assert World("digits").pixels(3, 224).shape == (28, 28, 3)
    assert World("photos").origin(4) == "world:photos:4"


def save(path: Path, level: int = 9) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (6, 5), (level, level, level)).save(path)
    return path


def test_a_folder_of_folders_is_labelled(tmp_path: Path) -> None:
    save(tmp_path / "a" / "10.png", 10)
    save(tmp_path / "a" / "2.png", 2)
    save(tmp_path / "b" / "1.png", 1)
    save(tmp_path / "loose.png", 77)
    save(tmp_path / ".hidden" / "1.png")
    series = open_series("folder", str(tmp_path))
    levels = [int(series.pixels(i, 64)[0, 0, 0]) for i in range(len(series))]
    assert levels == [77, 2, 10, 1]
    assert series.classes == ("a", "b")
    assert [series.label(i) for i in range(4)] == [-1, 0, 0, 1]
    assert series.name(1) == "2.png"
    assert Path(series.origin(1)).is_file()


def test_one_subfolder_is_no_class(tmp_path: Path) -> None:
    save(tmp_path / "only" / "1.png")
    assert FolderSeries(tmp_path).classes == ()


def test_a_part_of_a_folder_is_spread_over_it(tmp_path: Path) -> None:
    for i in range(10):
        save(tmp_path / "ab"[i // 5] / f"{i}.png", i)
    series = FolderSeries(tmp_path, 4)
    assert [int(series.pixels(i, 64)[0, 0, 0]) for i in range(4)] == [0, 2, 5, 7]


def test_the_hash_follows_the_files(tmp_path: Path) -> None:
    file = save(tmp_path / "1.png")
    first = FolderSeries(tmp_path).content_hash()
    assert FolderSeries(tmp_path).content_hash() == first
    Image.new("RGB", (60, 50), "blue").save(file)
    second = FolderSeries(tmp_path).content_hash()
    assert second != first
    save(tmp_path / "2.png")
    series = FolderSeries(tmp_path)
    assert series.content_hash() != second
    (tmp_path / "2.png").unlink()
    assert series.content_hash() != second  # gone meanwhile


def test_what_is_no_folder_of_pictures_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no pictures"):
        FolderSeries(tmp_path)
    with pytest.raises(UserError, match="not there"):
        FolderSeries(tmp_path / "x")
    with pytest.raises(UserError, match="a file"):
        FolderSeries(save(tmp_path / "1.png"))
