"""PNG chunks: what goes in comes out, and damage is found."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz_app.core import png
from cnnviz_app.core.errors import UserError
from tests.core.picture_makers import photo

KEYS = st.from_regex(r"[a-z]{1,10}( [0-9]{1,2})?", fullmatch=True)
TEXTS = st.dictionaries(
    KEYS, st.text(alphabet=st.characters(exclude_categories=["Cs"])), max_size=4
)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_texts_come_out_as_they_went_in(texts: dict[str, str]) -> None:
    data = png.insert_texts(png.encode8(photo(3, 4)), texts)
    assert png.read_texts(data) == texts
    assert data == png.insert_texts(png.encode8(photo(3, 4)), texts)  # the same bytes every time


def test_other_programs_read_picture_and_texts() -> None:
    long = "ab" * 700_000
    data = png.insert_texts(png.encode8(photo()), {"cnnviz": '{"a": "ü"}', "cnnviz source 1": long})
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.text == {"cnnviz": '{"a": "ü"}', "cnnviz source 1": long}  # type: ignore[attr-defined]
        assert np.array_equal(np.asarray(image), photo())


def test_same_keyword_is_replaced_and_others_stay() -> None:
    first = png.insert_texts(png.encode8(photo(3, 4)), {"cnnviz": "old", "Title": "stays"})
    assert png.read_texts(png.insert_texts(first, {"cnnviz": "new"})) == {
        "cnnviz": "new", "Title": "stays",
    }  # fmt: skip
    assert png.without_texts(first) == png.encode8(photo(3, 4))


@pytest.mark.parametrize("key", ["", " a", "a ", "ä", "x" * 80, "a\0b", "a\nb"])
def test_keyword_must_be_one(key: str) -> None:
    with pytest.raises(ValueError, match="keyword"):
        png.insert_texts(png.encode8(photo(3, 4)), {key: "x"})


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_every_changed_byte_is_found(data: st.DataObject) -> None:
    whole = bytearray(png.insert_texts(png.encode8(photo(3, 4)), {"cnnviz": "a recipe"}))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(png.DamagedPngError):
        png.read_texts(bytes(whole))


@given(st.binary(max_size=200))
@settings(max_examples=80, deadline=None)
def test_random_bytes_are_a_user_error(data: bytes) -> None:
    for start in (b"", png.SIGNATURE):
        with pytest.raises(UserError):
            png.read_texts(start + data)


def test_text_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = png.insert_texts(png.encode8(photo(3, 4)), {"a": "x" * 50_000})
    monkeypatch.setattr(png, "MAX_TEXT_BYTES", 10_000)
    with pytest.raises(png.DamagedPngError, match="far too long"):
        png.read_texts(data)


def test_sixteen_bit_colour_is_exact() -> None:
    deep = np.random.default_rng(1).integers(0, 65536, (5, 7, 3)).astype(np.uint16)
    data = png.encode16(deep)
    assert png.bit_depth(data) == 16
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(image), deep >> 8)  # all of it that Pillow can show
    with Image.open(io.BytesIO(png.encode16(deep[..., 0]))) as image:
        assert np.array_equal(np.asarray(image), deep[..., 0])
