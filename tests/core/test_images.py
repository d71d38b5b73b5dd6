"""Pictures in and out: bad ones get their sentence, good ones their exact pixels."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz_app.core import images, reading
from cnnviz_app.core.errors import UserError
from tests.core.bad_pictures import BAD_PICTURES, BadPicture
from tests.core.picture_makers import encoded, photo


def skip_where_impossible(bad: BadPicture) -> None:
    if bad.posix and os.name != "posix":
        pytest.skip("needs a POSIX system")
    if bad.not_as_root and os.geteuid() == 0:
        pytest.skip("root may read everything")


@pytest.mark.parametrize("bad", BAD_PICTURES, ids=lambda bad: bad.id)
def test_bad_picture_gets_its_sentence(
    bad: BadPicture, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    skip_where_impossible(bad)
    path = bad.make(tmp_path)
    began = time.monotonic()
    if bad.accepted:
        loaded = images.load(path)
        assert bad.words in " ".join(loaded.notes)
        assert bool(bad.words) == bool(loaded.notes)
        assert loaded.pixels.dtype == np.uint8
        assert loaded.pixels.ndim == 3
        assert not loaded.pixels.flags.writeable
    else:
        with pytest.raises(UserError) as refused:
            images.load(path)
        assert bad.words in str(refused.value)
        assert refused.value.hint
        assert "\n" not in str(refused.value)
    assert time.monotonic() - began < 20
    assert capfd.readouterr() == ("", "")


def test_table_is_long_enough_and_its_names_are_its_own() -> None:
    ids = [bad.id for bad in BAD_PICTURES]
    assert len(set(ids)) == len(ids) >= 60


@pytest.mark.parametrize("bad", BAD_PICTURES, ids=lambda bad: bad.id)
def test_same_answer_for_bytes(bad: BadPicture, tmp_path: Path) -> None:
    """What came over the clipboard or out of a recipe is judged like a file."""
    skip_where_impossible(bad)
    path = bad.make(tmp_path)
    if not os.path.isfile(path):
        return
    if bad.accepted:
        loaded = images.load(path.read_bytes(), path.name)
        assert np.array_equal(loaded.pixels, images.load(path).pixels)
    else:
        with pytest.raises(UserError, match=bad.words.replace("(", r"\(").replace(")", r"\)")):
            images.load(path.read_bytes(), path.name)


@pytest.mark.parametrize(
    ("format", "options"),
    [("PNG", {}), ("JPEG", {"quality": 95}), ("JPEG", {"progressive": True}), ("GIF", {}),
     ("WEBP", {}), ("BMP", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("PPM", {})],
)  # fmt: skip
def test_cut_anywhere_is_never_half_a_picture(format: str, options: dict[str, Any]) -> None:
    whole = encoded(format, **options)
    pixels = images.load(whole).pixels
    for part in range(1, 20):
        cut = whole[: len(whole) * part // 20]
        try:
            loaded = images.load(cut)
        except UserError:
            continue
        assert np.array_equal(loaded.pixels, pixels)


FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")


@given(
    format=st.sampled_from(FORMATS),
    changes=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=6),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_changed_bytes_never_give_anything_but_a_user_error(
    format: str, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(encoded(format, Image.fromarray(photo(12, 16))))
    for place, value in changes:
        data[place % len(data)] = value
    with contextlib.suppress(UserError):
        assert images.load(bytes(data)).pixels.size


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_random_bytes_are_a_user_error(data: bytes) -> None:
    with pytest.raises(UserError):
        images.load(data)


def test_error_names_the_file_even_when_its_name_cannot_be_printed(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only here can a name be any bytes")
    odd = os.fsencode(tmp_path) + b"/ca\xfft\n\x07.png"
    with pytest.raises(UserError) as refused:
        images.load(os.fsdecode(odd))
    assert refused.value.sentence == "There is no file “ca\ufffdt\ufffd\ufffd.png”."
    Path(os.fsdecode(odd)).write_bytes(encoded("PNG"))
    assert images.load(os.fsdecode(odd)).name == "ca\ufffdt\ufffd\ufffd.png"


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EACCES, "you have no permission"), (errno.EIO, "with an error"),
                          (errno.ESTALE, "could not be read: ")]
)  # fmt: skip
def test_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    (tmp_path / "a.png").write_bytes(encoded("PNG"))

    def refuse(path: str, flags: int) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UserError, match=words):
        images.load(tmp_path / "a.png")


def test_file_larger_than_anyone_needs(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(reading.MAX_FILE_BYTES + 1)
    with pytest.raises(UserError, match="is larger than 512 MB"):
        images.load(tmp_path / "a.png")


@pytest.mark.parametrize("name", ["", "a\0b.png"])
def test_no_name_at_all(name: str) -> None:
    with pytest.raises(UserError, match="empty or not a name"):
        images.load(name)


def test_web_address_is_named_as_such() -> None:
    with pytest.raises(UserError, match="is an address"):
        images.load("https://example.org/cat.png")


def test_pixels_of_lossless_formats_are_exact(tmp_path: Path) -> None:
    for format in ("PNG", "BMP", "TIFF", "PPM"):
        assert np.array_equal(images.load(encoded(format)).pixels, photo())
    images.save_png(tmp_path / "a.png", photo())
    assert np.array_equal(images.load(tmp_path / "a.png").pixels, photo())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_camera_orientation_is_applied(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    loaded = images.load(encoded("PNG", exif=exif)).pixels
    turned = orientation >= 5
    assert loaded.shape == ((64, 48, 3) if turned else (48, 64, 3))
    # The bright corner of the stored picture is where the camera's data say it belongs.
    corners = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (0, -1), 7: (-1, -1),
               8: (-1, 0)}  # fmt: skip
    assert loaded[corners[orientation]].tolist() == [255, 255, 255]


def test_sixteen_bits_are_rounded_not_cut() -> None:
    values = np.array([[0, 128, 129, 385, 386, 65406, 65407, 65535]], np.uint16)
    grey = images.load(encoded("PNG", Image.fromarray(values))).pixels[0, :, 0]
    assert grey.tolist() == [0, 0, 1, 1, 2, 254, 255, 255]


def test_transparency_is_laid_on_white() -> None:
    image = Image.new("RGBA", (2, 1))
    image.putdata([(200, 100, 0, 0), (200, 100, 0, 128)])
    flat = images.load(encoded("PNG", image)).pixels[0]
    assert flat[0].tolist() == [255, 255, 255]
    assert np.abs(flat[1].astype(int) - [227, 177, 127]).max() <= 1


@pytest.mark.parametrize("id", ["cmyk-adobe", "cmyk-plain", "cmyk-tiff"])
def test_printing_colours_are_not_inverted(id: str, tmp_path: Path) -> None:
    bad = next(bad for bad in BAD_PICTURES if bad.id == id)
    path = bad.make(tmp_path)
    corner = images.load(path).pixels[2:8, 2:10].astype(float).mean()
    expected = 0.0 if id == "cmyk-plain" else 255.0  # without Adobe's mark nothing is inverted
    assert abs(corner - expected) < 12


def test_float_values_land_where_the_note_says() -> None:
    values = np.array([[-3.0, 2.0, 7.0]], np.float32)
    loaded = images.load(encoded("TIFF", Image.fromarray(values)))
    assert loaded.pixels[0, :, 0].tolist() == [0, 128, 255]
    assert loaded.notes == ("The file holds values from -3 to 7; -3 is shown black and 7 white.",)


def test_wide_colours_are_brought_to_srgb() -> None:
    wide = _profile_with_swapped_primaries()
    loaded = images.load(encoded("PNG", Image.new("RGB", (4, 4), (200, 40, 40)), icc_profile=wide))
    assert "converted from" in loaded.notes[0]
    assert abs(int(loaded.pixels[0, 0, 0]) - 200) > 3


def _profile_with_swapped_primaries() -> bytes:
    """An sRGB profile under another name whose red and blue have changed places."""
    from PIL import ImageCms

    whole = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = whole.find(b"rXYZ", 128), whole.find(b"bXYZ", 128)
    whole[red : red + 4], whole[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(whole).replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))


def test_huge_pictures_are_scaled_down_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_DECODED_PIXELS", 10_000)
    monkeypatch.setattr(images, "MAX_KEPT_PIXELS", 2_000)
    smooth = Image.fromarray(photo(160, 240))
    with pytest.raises(UserError, match="240 × 160 pixels; at most"):
        images.load(encoded("PNG", smooth))
    loaded = images.load(encoded("JPEG", smooth))  # can be decoded smaller than it is
    assert loaded.pixels.shape[0] * loaded.pixels.shape[1] <= 2_000
    assert "was scaled down to" in loaded.notes[0]
    assert "scaled down" in images.load(encoded("PNG", Image.fromarray(photo(60, 80)))).notes[0]


def test_levels_survive_the_way_to_float_and_back() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert np.array_equal(images.to_uint8(images.to_float(levels)), levels)


def test_rounding_is_to_the_nearest_level_and_cut_at_the_ends() -> None:
    values = np.array([-1.0, 0.49 / 255, 0.51 / 255, 254.6 / 255, 2.0, np.nan, np.inf, -np.inf])
    assert images.to_uint8(values).tolist() == [0, 0, 1, 255, 255, 0, 255, 0]
    assert images.to_uint16(np.array([0.0, 0.5, 1.0, np.nan])).tolist() == [0, 32768, 65535, 0]


def test_picture_of_the_right_size_enters_untouched() -> None:
    pixels = photo(224, 224)
    assert images.short_side_crop(pixels, 224, 224) is pixels
    assert images.fit_long_side(pixels, 224) is pixels


@pytest.mark.parametrize(
    ("height", "width"),
    [(300, 451), (451, 300), (100, 90), (224, 500), (1, 1), (1, 3000), (3000, 1)],
)
def test_crop_is_the_centre_of_the_short_side_scaled(height: int, width: int) -> None:
    pixels = photo(height, width)
    cropped = images.short_side_crop(pixels, 224, 224)
    assert cropped.shape == (224, 224, 3)
    if max(height, width) > 1000:
        return
    scale = 224 / min(height, width)
    size = (int(width * scale + 1e-9), int(height * scale + 1e-9))
    whole = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))
    top, left = round((size[1] - 224) / 2), round((size[0] - 224) / 2)
    expected = whole[top : top + 224, left : left + 224]
    assert np.array_equal(cropped, expected)


@pytest.mark.parametrize(("height", "width"), [(32, 20), (20, 32), (7, 300)])
def test_crop_to_a_size_that_is_not_square(height: int, width: int) -> None:
    assert images.short_side_crop(photo(100, 140), height, width).shape == (height, width, 3)


def test_long_side_is_limited_and_never_enlarged() -> None:
    assert images.fit_long_side(photo(300, 400), 100).shape == (75, 100, 3)
    assert images.fit_long_side(photo(1, 400), 100).shape == (1, 100, 3)
    assert images.fit_long_side(photo(30, 40), 100).shape == (30, 40, 3)


def test_content_id_sees_pixels_and_shape() -> None:
    assert images.content_id(photo()) == images.content_id(photo().copy())
    assert images.content_id(photo(4, 6)) != images.content_id(photo(4, 6).reshape(6, 4, 3))


def test_read_only_never_hands_out_the_callers_array() -> None:
    mine = photo()
    frozen = images.read_only(mine)
    mine[:] = 0
    assert frozen.any()
    assert not frozen.flags.writeable
    assert images.read_only(frozen) is frozen
