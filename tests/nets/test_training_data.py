"""Class folders, tar files of them, and MNIST become blocks of bytes with names."""

from __future__ import annotations

import gzip
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import data


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    root = tmp_path / "pictures"
    for number, name in enumerate(("ant", "bee", "cow")):
        (root / name).mkdir(parents=True)
        for i in range(4):
            grey = 40 * number + i
            Image.new("RGB", (20, 16), (grey, grey, grey)).save(root / name / f"{i}.png")
    return root


def test_folders_become_classes(folders: Path) -> None:
    found = data.from_folders(folders, 8)
    assert found.names == ("ant", "bee", "cow")
    assert found.images.shape == (12, 3, 8, 8)
    assert found.labels.bincount().tolist() == [4, 4, 4]
    assert int(found.images[found.labels == 2].min()) == 80


def test_a_tar_gives_the_same_as_the_folder(folders: Path, tmp_path: Path) -> None:
    packed = tmp_path / "pictures.tar"
    with tarfile.open(packed, "w") as archive:
        archive.add(folders, "some/where")
    one, two = data.from_folders(folders, 8), data.from_folders(packed, 8)
    assert one.names == two.names
    assert torch.equal(one.images, two.images)
    assert torch.equal(one.labels, two.labels)


def test_folders_are_matched_by_the_names_of_the_network(folders: Path) -> None:
    found = data.from_folders(folders, 8, names=("cow", "dog", "bee", "ant"))
    assert sorted(set(found.labels.tolist())) == [0, 2, 3]


def test_a_class_the_network_does_not_know_is_a_sentence(folders: Path) -> None:
    with pytest.raises(UserError, match="no class called 'cow'"):
        data.from_folders(folders, 8, names=("ant", "bee"))


@pytest.mark.parametrize("content", [b"", b"\x89PNG broken"])
def test_a_broken_picture_is_named(folders: Path, content: bytes) -> None:
    (folders / "bee" / "0.png").write_bytes(content)
    with pytest.raises(UserError, match=r"0\.png cannot be read"):
        data.from_folders(folders, 8)


def test_nothing_to_read_is_a_sentence(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UserError):
            data.from_folders(place, 8)
    (tmp_path / "file.txt").write_text("hello")
    with pytest.raises(UserError, match="neither a folder nor"):
        data.from_folders(tmp_path / "file.txt", 8)


def test_a_picture_of_the_right_size_enters_untouched(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    (tmp_path / "one").mkdir()
    Image.fromarray(pixels).save(tmp_path / "one" / "a.png")
    found = data.from_folders(tmp_path, 8)
    assert np.array_equal(found.images[0].permute(1, 2, 0).numpy(), pixels)


def test_the_split_is_fair_and_repeats() -> None:
    labels = np.repeat(np.arange(4), 25)
    whole = data.from_arrays(np.zeros((100, 2, 2, 1), np.uint8), labels, "abcd")
    train, held = data.split(whole, 0.2, 3)
    assert held.labels.bincount().tolist() == [5, 5, 5, 5]
    assert len(train) == 80


def _mnist(folder: Path, packed: bool) -> np.ndarray:
    images = np.random.default_rng(1).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    contents = {
        "t10k-images-idx3-ubyte": struct.pack(">IIII", 0x803, 5, 28, 28) + images.tobytes(),
        "t10k-labels-idx1-ubyte": struct.pack(">II", 0x801, 5) + bytes(range(5)),
    }
    for name, content in contents.items():
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)
    return images


@pytest.mark.parametrize("packed", [True, False])
def test_mnist_is_read(tmp_path: Path, packed: bool) -> None:
    images = _mnist(tmp_path, packed)
    found = data.from_mnist(tmp_path, "t10k")
    assert found.labels.tolist() == [0, 1, 2, 3, 4]
    assert np.array_equal(found.images[:, 0].numpy(), images)


def test_mnist_that_is_missing_or_damaged_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no file"):
        data.from_mnist(tmp_path, "t10k")
    _mnist(tmp_path, True)
    damaged = tmp_path / "t10k-images-idx3-ubyte.gz"
    damaged.write_bytes(damaged.read_bytes()[:40])
    with pytest.raises(UserError, match="damaged"):
        data.from_mnist(tmp_path, "t10k")
