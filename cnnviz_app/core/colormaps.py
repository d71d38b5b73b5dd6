"""Colour maps for pictures of values: control points in OKLCH, kept as 256 × 3 tables."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating]

SEQUENTIAL = ("tide", "viridis", "inferno", "grey")
SIGNED = ("poles",)
NAMES = SEQUENTIAL + SIGNED

# (t, lightness, chroma, hue in degrees) from low to high.
_TIDE_DARK = (
    (0.0, 0.15, 0.012, 285.0),
    (0.2, 0.31, 0.085, 282.0),
    (0.4, 0.47, 0.115, 262.0),
    (0.6, 0.63, 0.105, 228.0),
    (0.8, 0.80, 0.095, 185.0),
    (1.0, 0.965, 0.05, 140.0),
)
_TIDE_LIGHT = (
    (0.0, 0.975, 0.004, 200.0),
    (0.15, 0.895, 0.05, 178.0),
    (0.4, 0.735, 0.098, 212.0),
    (0.65, 0.53, 0.125, 252.0),
    (1.0, 0.24, 0.085, 285.0),
)

# (zero lightness, (low, high) lightness, chroma and hue of the two ends)
_POLES_DARK = (0.24, (0.80, 0.78), (0.125, 0.165), (243.0, 42.0))
_POLES_LIGHT = (0.975, (0.47, 0.50), (0.155, 0.185), (258.0, 12.0))
_POLES_HALF_CHROMA = 0.62

# Two maps people know from elsewhere (dedicated to the public domain by their authors), as stops.
_STOPS = {
    "viridis": (
        "440154 46085c 471063 481769 481d6f 482475 472a7a 46307e 453781 433d84 414287 3f4889 "
        "3d4e8a 3a538b 38598c 355e8d 33638d 31688e 2e6d8e 2c718e 2a768e 297b8e 27808e 25848e "
        "23898e 218e8d 20928c 1f978b 1e9c89 1fa188 21a585 24aa83 28ae80 2eb37c 35b779 3dbc74 "
        "46c06f 50c46a 5ac864 65cb5e 70cf57 7cd250 89d548 95d840 a2da37 b0dd2f bddf26 cae11f "
        "d8e219 e5e419 f1e51d fde725 "
    ),
    "inferno": (
        "000004 02020c 050417 0a0722 10092d 160b39 1e0c45 260c51 2f0a5b 380962 400a67 490b6a "
        "510e6c 59106e 61136e 69166e 71196e 781c6d 801f6c 88226a 902568 982766 a02a63 a82e5f "
        "b0315b b73557 bf3952 c63d4d cc4248 d34743 d94d3d df5337 e45a31 e9612b ed6925 f1711f "
        "f47918 f78212 f98b0b fa9407 fb9d07 fca60c fcb014 fbba1f fac42a f8cd37 f6d746 f4e156 "
        "f2ea69 f2f27d f5f992 fcffa4 "
    ),
}


def oklch_to_rgb8(lightness: Floats, chroma: Floats, hue: Floats) -> Pixels:
    """sRGB bytes of OKLCH colours (hue in degrees), cut at the edge of the gamut."""
    a = chroma * np.cos(np.deg2rad(hue))
    b = chroma * np.sin(np.deg2rad(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.stack(
        (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ),
        axis=-1,
    ).clip(0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    out: Pixels = np.rint(srgb * 255).astype(np.uint8)
    return out


def _sequential(points: tuple[tuple[float, float, float, float], ...]) -> Pixels:
    t = np.linspace(0.0, 1.0, 256)
    table = np.array(points)
    return oklch_to_rgb8(*(np.interp(t, table[:, 0], table[:, k]) for k in (1, 2, 3)))


def _signed(
    zero: float,
    ends: tuple[float, float],
    chromas: tuple[float, float],
    hues: tuple[float, float],
) -> Pixels:
    # 256 entries have no middle one, so the two in the middle are both exactly zero's colour.
    distance = np.arange(256) - 127.5
    side = (distance > 0).astype(int)
    strength = (np.abs(distance) - 0.5) / 127.0
    lightness = zero + (np.take(ends, side) - zero) * strength
    rise = np.interp(strength, (0.0, 0.5, 1.0), (0.0, _POLES_HALF_CHROMA, 1.0))
    return oklch_to_rgb8(lightness, rise * np.take(chromas, side), np.take(hues, side))


def _from_stops(stops: str) -> Pixels:
    colours = np.array([list(bytes.fromhex(stop)) for stop in stops.split()], dtype=float)
    at = np.linspace(0.0, 1.0, len(colours))
    t = np.linspace(0.0, 1.0, 256)
    channels = [np.interp(t, at, colours[:, k]) for k in range(3)]
    out: Pixels = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    return out


@lru_cache(maxsize=16)
def lut(name: str, theme_is_dark: bool = True) -> Pixels:
    """The 256 × 3 table of a map; read-only, shared."""
    if name == "tide":
        table = _sequential(_TIDE_DARK if theme_is_dark else _TIDE_LIGHT)
    elif name == "poles":
        table = _signed(*(_POLES_DARK if theme_is_dark else _POLES_LIGHT))
    elif name == "grey":
        ramp = np.arange(256, dtype=np.uint8)
        # Zero is the paper: dark on a dark page, white on a light one.
        table = np.repeat((ramp if theme_is_dark else ramp[::-1])[:, None], 3, axis=1)
    elif name in _STOPS:
        table = _from_stops(_STOPS[name])
    else:
        raise KeyError(f"no colour map is called {name!r}; there are {', '.join(NAMES)}")
    table = np.ascontiguousarray(table)
    table.setflags(write=False)
    return table


def is_signed(name: str) -> bool:
    return name in SIGNED


def signed_range(values: Floats, percentile: float = 99.5) -> float:
    """The v of the range −v … +v for signed values: a high percentile of their size, never zero."""
    finite = np.abs(values[np.isfinite(values)])
    if finite.size == 0:
        return 1.0
    v = float(np.percentile(finite, percentile))
    return v if v > 0 else (float(finite.max()) or 1.0)


def to_levels(values: Floats, lo: float, hi: float, gamma: float = 1.0) -> Pixels:
    """Table positions 0 … 255 of values in lo … hi; what is not a number counts as lo."""
    span = hi - lo
    if not span > 0:
        return np.zeros(values.shape, np.uint8)
    with np.errstate(invalid="ignore", over="ignore"):
        t = np.nan_to_num((values - lo) / span, nan=0.0, posinf=1.0, neginf=0.0).clip(0.0, 1.0)
    if gamma != 1.0:
        t = t**gamma
    levels: Pixels = np.rint(t * 255).astype(np.uint8)
    return levels


def apply(
    values: Floats,
    name: str,
    lo: float,
    hi: float,
    theme_is_dark: bool = True,
    gamma: float = 1.0,
) -> Pixels:
    """Values of shape (…) as colours of shape (…, 3)."""
    colours: Pixels = np.take(lut(name, theme_is_dark), to_levels(values, lo, hi, gamma), axis=0)
    return colours


# How much of a photograph's light goes where a map laid over it is zero.
SHADE = 0.7


def lit(
    values: Floats, name: str, lo: float, hi: float, share: npt.NDArray[np.floating]
) -> Pixels:
    """A map to be laid over a photograph, H×W×4: strong is bright, the rest is shaded.

    It is the same in every theme. On paper the strongest colour is the darkest, but on a dark
    photograph that looks like nothing, and mid-tones lie on any; light in the shade does not.

    Args:
        share: how strong it is at each pixel, 0 … 1.
    """
    strong = np.clip(share, 0.0, 1.0)[..., None]
    cover = 1.0 - (1.0 - strong) * (1.0 - SHADE * (1.0 - strong))
    colours = apply(values, name, lo, hi, theme_is_dark=True) * (strong / cover)
    laid: Pixels = np.rint(np.concatenate([colours, 255 * cover], -1)).astype(np.uint8)
    return laid


def laid_over(picture: Pixels, layer: Pixels, strength: float) -> Pixels:
    """A photograph with such a map over it, as one picture."""
    share = layer[..., 3:] / 255.0 * strength
    mixed: Pixels = np.rint(picture * (1 - share) + layer[..., :3] * share).astype(np.uint8)
    return mixed


def colour_at(name: str, t: float, theme_is_dark: bool = True) -> tuple[int, int, int]:
    """One colour of a map at t in 0 … 1, for curves that belong to an ordered family."""
    r, g, b = lut(name, theme_is_dark)[round(min(max(t, 0.0), 1.0) * 255)]
    return int(r), int(g), int(b)


def sequential_top(values: Floats, percentile: float = 99.8) -> float:
    """The upper end for values from zero up: a few lonely pixels must not darken all others."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 1.0
    top = float(np.percentile(finite, percentile))
    return top if top > 0 else (float(finite.max()) or 1.0)


def scale_of(values: Floats, scale: str, sequential: str = "tide") -> tuple[str, float, float]:
    """The map and its two ends for values: signed ones around a fixed zero, others from zero up."""
    if scale == "signed":
        high = signed_range(values)
        return "poles", -high, high
    return sequential, 0.0, sequential_top(values)


def bar_of(values: Floats, scale: str, sequential: str = "tide") -> tuple[str, float, float, bool]:
    """The same, and whether some values lie beyond the ends, which the colour bar must say."""
    name, lo, hi = scale_of(values, scale, sequential)
    beyond = np.abs(values) if scale == "signed" else values
    return name, lo, hi, bool(np.nanmax(beyond, initial=0.0) > hi * (1 + 1e-6))


def in_colour(
    values: Floats, scale: str, *, theme_is_dark: bool = True, sequential: str = "tide"
) -> Pixels:
    """A map of values as people see it."""
    return apply(values, *scale_of(values, scale, sequential), theme_is_dark)
