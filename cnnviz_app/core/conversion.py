"""From whatever Pillow decoded to upright 8-bit sRGB, with a note for everything changed."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageCms, ImageOps

Pixels8 = npt.NDArray[np.uint8]
_ORIENTATION_TAG = 0x0112
_ALPHA_NOTE = "The picture's transparent parts are shown on white."
_DEEP_NOTE = "The picture has 16 bits per colour channel; CNNViz works with 8."
_STILL_NOTE = "The picture is an animation: its first frame is used."
_PAGES_NOTE = "The file has several pages: the first is used."
_PRINT_NOTE = (
    "The picture was made for printing (CMYK): its colours on the screen may differ a little."
)
_SRGB_NAMES = ("srgb", "iec61966-2.1", "iec 61966-2.1")
# The modes of pictures a profile of this colour space can belong to.
_MODES_OF = {"GRAY": ("L",), "CMYK": ("CMYK",), "RGB": ("RGB", "L", "YCbCr")}


def to_rgb8(image: Image.Image, *, deep: bool = False) -> tuple[Pixels8, tuple[str, ...]]:
    """Decode the first frame; what a damaged file makes Pillow raise goes through."""
    notes = list(_frames_note(image))
    image.load()
    profile = image.info.get("icc_profile")
    upright = _upright(image)
    if upright.mode in ("I", "F") or upright.mode.startswith("I;"):
        pixels, more = _from_numbers(upright)
        return pixels, (*notes, *more)
    if deep:
        notes.append(_DEEP_NOTE)
    flat, more = _flattened(upright)
    notes.extend(more)
    if flat.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        # Pillow takes every CMYK JPEG for Adobe's inverted kind; only marked ones are.
        flat = ImageChops.invert(flat)
    rgb, more = _in_srgb(flat, profile)
    return np.asarray(rgb), (*notes, *more)


def _frames_note(image: Image.Image) -> tuple[str, ...]:
    # MPO is a photograph with a second one beside it (depth, other eye): not worth a word.
    if image.format == "MPO":
        return ()
    if image.format == "TIFF":
        return (_PAGES_NOTE,) if getattr(image, "n_frames", 1) > 1 else ()
    # Counting the frames would read a long animation to its end; that there are some is enough.
    return (_STILL_NOTE,) if getattr(image, "is_animated", False) else ()


def _upright(image: Image.Image) -> Image.Image:
    try:
        turned = image.getexif().get(_ORIENTATION_TAG, 1) in range(2, 9)
        return ImageOps.exif_transpose(image) if turned else image
    except Exception:  # noqa: BLE001 - nonsense in the camera's data is no reason to lose a picture
        return image


def _from_numbers(image: Image.Image) -> tuple[Pixels8, tuple[str, ...]]:
    """Grey values of more than 8 bits, integers or not."""
    values: npt.NDArray[Any] = np.asarray(image)
    if values.dtype == np.uint16 or values.dtype == np.dtype(">u2"):
        grey = np.floor(values.astype(np.float32) / np.float32(257) + np.float32(0.5))
        return _grey_to_rgb(grey), (_DEEP_NOTE,)
    numbers = values.astype(np.float64)
    finite = np.isfinite(numbers)
    notes = () if finite.all() else ("Some of its values are not numbers; they are shown black.",)
    good = numbers[finite]
    low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 0.0)
    start, end = _range_of(low, high, whole=values.dtype.kind in "iu")
    scaled = np.where(finite, (numbers - start) / (end - start), 0.0)
    grey = np.floor(np.clip(scaled, 0, 1) * 255 + 0.5)
    note = f"The file holds values from {low:.4g} to {high:.4g}; {start:.4g} is shown black and " \
           f"{end:.4g} white."  # fmt: skip
    return _grey_to_rgb(grey), (note, *notes)


def _range_of(low: float, high: float, *, whole: bool) -> tuple[float, float]:
    """Which values mean black and white: a customary range if they fit one, else their own."""
    customary = (255.0, 65535.0) if whole else (1.0, 255.0, 65535.0)
    if low >= 0:
        for top in customary:
            if high <= top:
                return 0.0, top
    return (low, high) if high > low else (low, low + 1.0)


def _grey_to_rgb(grey: npt.NDArray[Any]) -> Pixels8:
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


def _flattened(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Without palette and transparency."""
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        clear = image.convert("RGBA")
        if clear.getchannel("A").getextrema()[0] == 255:
            return clear.convert("RGB"), ()
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB"), (_ALPHA_NOTE,)
    if image.mode == "P":
        return image.convert("RGB"), ()
    return (image.convert("L"), ()) if image.mode == "1" else (image, ())


def _in_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, tuple[str, ...]]:
    notes: tuple[str, ...] = (_PRINT_NOTE,) if image.mode == "CMYK" else ()
    if image.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return _converted(image, ImageCms.ImageCmsProfile(lab), srgb), notes
    if profile:
        try:
            managed, name = _managed(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return image.convert("RGB"), (
                *notes,
                "The picture's colour profile is damaged and was ignored.",
            )
        if managed is not None:
            return managed, notes or (
                f"The picture's colours were converted from “{name}” to sRGB.",
            )
    return image.convert("RGB"), notes


def _managed(image: Image.Image, data: bytes) -> tuple[Image.Image | None, str]:
    """The picture through its colour profile; None when there is nothing to convert."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
    name = " ".join((ImageCms.getProfileDescription(profile) or "a profile").split())[:60]
    if any(word in name.lower() for word in _SRGB_NAMES):
        return None, name
    space = profile.profile.xcolor_space.strip()
    if image.mode not in _MODES_OF.get(space, ()):
        return None, name
    fitting = image.convert("RGB") if space == "RGB" else image
    return _converted(fitting, profile, ImageCms.createProfile("sRGB")), name


def _converted(image: Image.Image, start: Any, end: Any) -> Image.Image:
    result = ImageCms.profileToProfile(image, start, end, outputMode="RGB")
    assert result is not None  # only None when asked to work in place
    return result
