"""The themes: every pair is AAA, and the states can be told apart without colour vision."""

import itertools
import re

import pytest

from coach.screen import paint as colours
from coach.screen.paint import PALETTES, SUN

NEVER_TEXT = {"line"}
MACHADO = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB."""


def linear(colour):
    """Turn `#rrggbb` into linear RGB."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour):
    """Give the relative luminance of WCAG 2."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Give the contrast ratio of WCAG 2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    """Turn linear RGB into CIE L*a*b* (D65)."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one, other, sight):
    """Give the CIE76 distance of two colours as one with this sight sees them."""
    colours = [
        lab(
            [
                sum(weight * part for weight, part in zip(row, linear(colour), strict=True))
                for row in MACHADO[sight]
            ]
        )
        for colour in (one, other)
    ]
    return sum((a - b) ** 2 for a, b in zip(*colours, strict=True)) ** 0.5


NAMED = [
    (theme, name, pair)
    for theme, of in PALETTES.items()
    for name, pair in of._asdict().items()
    if name not in NEVER_TEXT
]


@pytest.mark.parametrize(
    ("theme", "name", "pair"), NAMED, ids=[f"{theme}-{name}" for theme, name, _ in NAMED]
)
def test_every_pair_has_a_contrast_of_seven(theme, name, pair):
    """Ink on paper is WCAG AAA for every pair a theme defines."""
    assert contrast(pair.ink, pair.paper) >= 7, (theme, name)


@pytest.mark.parametrize("of", PALETTES.values(), ids=list(PALETTES))
def test_a_rule_is_seen_and_stands_back(of):
    """A rule has a contrast of 2 to 3: it parts what stands beside it, and no text is as faint."""
    assert 2 <= contrast(of.line.ink, of.line.paper) <= 3


@pytest.mark.parametrize("of", PALETTES.values(), ids=list(PALETTES))
def test_the_chip_of_a_key_is_told_from_the_paper(of):
    """A key stands out from the line it is in by a contrast of 1.9 or more."""
    assert contrast(of.key.paper, of.plain.paper) >= 1.9


@pytest.mark.parametrize("sight", MACHADO)
@pytest.mark.parametrize("of", PALETTES.values(), ids=list(PALETTES))
def test_slow_on_and_fast_differ_for_every_eye(of, sight):
    """The fills of slow, on target and fast are at least 20 apart, with any colour deficiency."""
    states = {"slow": of.slow.paper, "on": of.plain.paper, "fast": of.fast.paper}
    for one, other in itertools.combinations(states, 2):
        assert distance(states[one], states[other], sight) >= 20, (one, other)


@pytest.mark.parametrize("sight", MACHADO)
@pytest.mark.parametrize("of", PALETTES.values(), ids=list(PALETTES))
def test_the_parts_of_the_profile_differ_for_every_eye(of, sight):
    """Work, easy and rest are at least 20 apart, with any colour deficiency."""
    for one, other in itertools.combinations((of.work.paper, of.easy.paper, of.rest.paper), 2):
        assert distance(one, other, sight) >= 20


@pytest.mark.parametrize("of", PALETTES.values(), ids=list(PALETTES))
def test_slow_is_dark_and_fast_is_bright(of):
    """The two fills differ in lightness by a factor of three or more, so they differ in the sun and in print."""
    assert contrast(of.slow.paper, of.fast.paper) >= 3
    assert luminance(of.slow.paper) < luminance(of.fast.paper)


def test_the_stylesheet_names_no_colour_of_its_own():
    """All colours come from the palette: the stylesheet holds variables only."""
    from pathlib import Path

    sheet = Path(colours.__file__).with_name("coach.tcss").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*;)|\brgb\(|\bhsl\(", rules)
    named = re.findall(r"(?:color|background|border|background-tint):\s*([^;]+);", rules)
    assert all("$" in value or value.strip() == "none" for value in named), named


def test_an_unknown_theme_falls_back_to_sun():
    """A theme of another's making shows our widgets in black on white."""
    assert colours.palette("nord") is SUN
