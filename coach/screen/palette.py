"""The two themes: `sun` (black on white) and `night` (white on black).

Rules of this file. Every pair of ink and paper has a WCAG contrast of at least 7 to 1 (AAA). Slow is a dark fill,
fast a bright fill, on target an outline without a fill, so that the three differ in lightness and shape before
they differ in hue. Everything a widget paints is a pair of this table: the tests measure them all.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from rich.style import Style
from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Pair:
    """Ink on paper, both as `#rrggbb`."""

    ink: str
    paper: str

    def style(self, *, bold: bool = True) -> Style:
        """Give the Rich style of the pair; ordinary text on the screen is bold, the sun eats thin strokes."""
        return _style(self.ink, self.paper, bold)

    def block(self) -> Style:
        """Give the style of a full cell: a space on the ink's colour, because glyph blocks show hairlines."""
        return _style(self.paper, self.ink, False)


@dataclass(frozen=True, slots=True)
class Palette:
    """The pairs of one theme."""

    plain: Pair
    """Everything without another meaning."""
    stale: Pair
    """A value whose age is shown beside it."""
    bar: Pair
    """The title and key bars."""
    offer: Pair
    """A line that asks for something: an offer, a warning."""
    slow: Pair
    """Too slow, too low: dark."""
    fast: Pair
    """Too fast, too high: bright."""
    work: Pair
    """The hard parts of the workout's profile."""
    easy: Pair
    """The running easy parts of the profile: warm-up, floats, cool-down."""
    rest: Pair
    """The rests of the profile."""


SUN: Final = Palette(
    plain=Pair("#000000", "#ffffff"),
    stale=Pair("#555555", "#ffffff"),
    bar=Pair("#ffffff", "#000000"),
    offer=Pair("#000000", "#ffe08a"),
    slow=Pair("#ffffff", "#003a66"),
    fast=Pair("#000000", "#ffb000"),
    work=Pair("#ffffff", "#8c2d00"),
    easy=Pair("#000000", "#8fbfe8"),
    rest=Pair("#000000", "#d4d4d4"),
)
NIGHT: Final = Palette(
    plain=Pair("#ffffff", "#000000"),
    stale=Pair("#a0a0a0", "#000000"),
    bar=Pair("#ffffff", "#262626"),
    offer=Pair("#ffe08a", "#3a2c00"),
    slow=Pair("#ffffff", "#00468c"),
    fast=Pair("#000000", "#ffb000"),
    work=Pair("#000000", "#ff9a5c"),
    easy=Pair("#ffffff", "#275a89"),
    rest=Pair("#ffffff", "#3c3c3c"),
)
PALETTES: Final = {"sun": SUN, "night": NIGHT}


def palette(theme: str) -> Palette:
    """Give the palette of a theme; of a theme that is not ours, `sun`."""
    return PALETTES.get(theme, SUN)


def pairs(of: Palette) -> dict[str, Pair]:
    """Give every pair of a palette by its name."""
    return {field.name: getattr(of, field.name) for field in fields(of)}


@cache
def _style(ink: str, paper: str, bold: bool) -> Style:
    return Style(color=ink, bgcolor=paper, bold=bold)


def _theme(name: str, of: Palette, *, dark: bool) -> Theme:
    """Tell Textual of a theme of ours, for the widgets we did not paint ourselves."""
    plain, bar = of.plain, of.bar
    return Theme(
        name=name,
        primary=plain.ink,
        secondary=plain.ink,
        warning=plain.ink,
        error=plain.ink,
        success=plain.ink,
        accent=plain.ink,
        foreground=plain.ink,
        background=plain.paper,
        surface=plain.paper,
        panel=plain.paper,
        dark=dark,
        text_alpha=1.0,
        variables={
            "bar": bar.paper,
            "bar-ink": bar.ink,
            "text-muted": of.stale.ink,
            "text-disabled": of.stale.ink,
            "input-cursor-background": plain.ink,
            "input-cursor-foreground": plain.paper,
        },
    )


THEMES: Final = (_theme("sun", SUN, dark=False), _theme("night", NIGHT, dark=True))
"""The Textual themes."""
