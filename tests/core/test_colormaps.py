"""Colour maps keep the stops they were checked with, and zero keeps its colour."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.core import colormaps

STOPS = {
    ("tide", True): "0A0A10 1E1D3C 2F346A 365293 3078AE 359DBD 59C3C4 9EE3C8 E2FCDD",
    ("tide", False): "F4F8F8 C3EAE2 91D6D3 5DBECE 369CC4 2B76B5 2F5293 29326C 1D1645",
    ("poles", True): "70C7FF 5799CB 3E6E92 304556 1F1F1F 58382B 965034 D06F48 FF8F5D",
    ("poles", False): "1657AF 4D7FC9 80A7E2 BACFED F7F7F7 F3C1C6 E88B97 CF596D B31A46",
}


@pytest.mark.parametrize("key", STOPS)
def test_the_nine_check_stops(key: tuple[str, bool]) -> None:
    wanted = np.array([list(bytes.fromhex(s)) for s in STOPS[key].split()], float)
    table = colormaps.lut(*key).astype(float)
    at = np.linspace(0, 255, 9)
    got = np.stack([np.interp(at, np.arange(256), table[:, k]) for k in range(3)], axis=-1)
    assert np.abs(got - wanted).max() <= 2


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("name", colormaps.NAMES)
def test_a_table_is_256_colours_nobody_can_write_into(name: str, dark: bool) -> None:
    table = colormaps.lut(name, dark)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0


@pytest.mark.parametrize(("dark", "zero"), [(True, 0x1F), (False, 0xF7)])
def test_zero_of_a_signed_map_keeps_its_colour(dark: bool, zero: int) -> None:
    out = colormaps.apply(np.zeros((2, 3)), "poles", -0.37, 0.37, dark)
    assert (out == zero).all()


def test_lightness_of_tide_only_rises_in_dark_and_only_falls_in_light() -> None:
    weights = np.array([0.2126, 0.7152, 0.0722])
    for dark, sign in ((True, 1), (False, -1)):
        linear = (colormaps.lut("tide", dark) / 255.0) ** 2.2
        assert (np.diff(linear @ weights) * sign >= -1e-3).all()


def test_values_that_are_no_numbers_are_drawn_as_the_low_end() -> None:
    levels = colormaps.to_levels(np.array([np.nan, -np.inf, np.inf, 0.5]), 0.0, 1.0)
    assert levels.tolist() == [0, 0, 255, 128]


def test_an_empty_range_is_the_low_end() -> None:
    assert colormaps.to_levels(np.ones((2, 2)), 3.0, 3.0).max() == 0


def test_gamma_lifts_the_weak_values() -> None:
    plain, lifted = (colormaps.to_levels(np.array([0.25]), 0, 1, g)[0] for g in (1.0, 0.5))
    assert (plain, lifted) == (64, 128)


def test_signed_range_is_a_high_percentile_and_never_zero() -> None:
    values = np.linspace(-2, 1, 1001)
    assert 1.9 < colormaps.signed_range(values) < 2.0
    assert colormaps.signed_range(np.zeros(4)) == 1.0
    lonely = np.zeros(1000)
    lonely[0] = 3.0
    assert colormaps.signed_range(lonely) == 3.0


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(KeyError, match="tide"):
        colormaps.lut("jet")


def test_a_lonely_bright_pixel_does_not_darken_the_others() -> None:
    values = np.linspace(0, 1, 10_000).reshape(100, 100)
    values[0, 0] = 50.0
    name, lo, hi, beyond = colormaps.bar_of(values, "sequential")
    assert (name, lo, beyond) == ("tide", 0.0, True)
    assert 0.99 < hi < 1.01
    assert colormaps.in_colour(values, "sequential").shape == (100, 100, 3)
    assert values.max() == 50.0


def test_a_map_with_few_values_that_are_not_zero_keeps_its_maximum() -> None:
    values = np.zeros((100, 100))
    values[3, 4] = 2.0
    assert colormaps.bar_of(values, "sequential") == ("tide", 0.0, 2.0, False)
    assert colormaps.scale_of(np.zeros((2, 2)), "sequential")[2] == 1.0


@pytest.mark.parametrize("ground", [0, 128, 255], ids=["dark", "mid", "bright"])
@pytest.mark.parametrize("name", ["tide", "poles"])
def test_over_any_photograph_stronger_is_brighter(ground: int, name: str) -> None:
    """Whatever lies below, at the usual strength; the two ends are far apart in luminance."""
    values = np.linspace(0, 1, 33)[None]
    low = -1.0 if colormaps.is_signed(name) else 0.0
    photograph = np.full((1, 33, 3), ground, np.uint8)
    layer = colormaps.lit(values, name, low, 1.0, values)
    seen = colormaps.laid_over(photograph, layer, 0.6)[0] / 255.0
    linear = np.where(seen <= 0.04045, seen / 12.92, ((seen + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luminance) > -0.004).all()
    contrast = (luminance[-1] + 0.05) / (luminance[0] + 0.05)
    assert contrast > (2.2 if name == "tide" else 1.5), contrast


def test_a_map_of_nothing_shades_the_photograph_evenly() -> None:
    photograph = np.full((2, 2, 3), 200, np.uint8)
    nothing = np.zeros((2, 2))
    seen = colormaps.laid_over(
        photograph, colormaps.lit(nothing, "tide", 0.0, 1.0, nothing), 0.6
    )
    assert (seen == seen[0, 0, 0]).all()
    assert 80 < seen[0, 0, 0] < 150
