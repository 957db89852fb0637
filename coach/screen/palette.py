"""The themes of `coach.themes` as the widgets paint them: pairs of ink and paper, and Textual's own themes."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from rich.style import Style
from textual.theme import Theme

from coach.themes import SCREEN_THEMES, ScreenTheme


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
    choice: Pair
    """The row or the cell with the cursor."""
    track: Pair
    """The row that is edited or has the cursor, and the empty part of a bar."""
    zebra: Pair
    """A band behind a plot; what stands on it is plain."""
    key: Pair
    """A key in the key line."""
    line: Pair
    """Rules and zero lines; never text."""


def _palette(theme: ScreenTheme) -> Palette:
    return Palette(**{name: Pair(*colours) for name, colours in theme.colours.items()})


PALETTES: Final = {name: _palette(theme) for name, theme in SCREEN_THEMES.items()}
SUN: Final = PALETTES["sun"]
NIGHT: Final = PALETTES["night"]


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


THEMES: Final = tuple(
    _theme(name, PALETTES[name], dark=theme.is_dark) for name, theme in SCREEN_THEMES.items()
)
"""The Textual themes."""
