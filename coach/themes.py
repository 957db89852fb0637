"""The themes of the screen: one row each, with the colours of everything that is painted.

The settings need the names and the screen the colours; neither may import the other, so the rows are below both. A new
theme is a new row.

Every pair of ink and paper has a WCAG contrast of at least 7 to 1 (AAA), except `line`, which is never text. Slow is a
dark fill, fast a bright fill, on target an outline without a fill, so that the three differ in lightness and shape as
well as in hue. Widgets paint only with pairs of a row; tests measure them.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class ScreenTheme(NamedTuple):
    """A theme of the screen."""

    is_dark: bool
    """True for a dark background."""
    colours: Mapping[str, tuple[str, str]]
    """Ink and paper, both as `#rrggbb`, of every pair of `coach.screen.paint.Palette`."""


SCREEN_THEMES: Final = {
    "sun": ScreenTheme(
        is_dark=False,
        colours={
            "plain": ("#000000", "#ffffff"),
            "stale": ("#555555", "#ffffff"),
            "bar": ("#ffffff", "#000000"),
            "offer": ("#000000", "#ffe08a"),
            "slow": ("#ffffff", "#003a66"),
            "fast": ("#000000", "#ffb000"),
            "work": ("#ffffff", "#8c2d00"),
            "easy": ("#000000", "#8fbfe8"),
            "rest": ("#000000", "#d4d4d4"),
            "choice": ("#ffffff", "#000000"),
            "track": ("#000000", "#e6e6e6"),
            "zebra": ("#000000", "#f3f3f3"),
            "key": ("#ffffff", "#000000"),
            "line": ("#b4b4b4", "#ffffff"),
        },
    ),
    "night": ScreenTheme(
        is_dark=True,
        colours={
            "plain": ("#ffffff", "#000000"),
            "stale": ("#a0a0a0", "#000000"),
            "bar": ("#ffffff", "#262626"),
            "offer": ("#ffe08a", "#3a2c00"),
            "slow": ("#ffffff", "#00468c"),
            "fast": ("#000000", "#ffb000"),
            "work": ("#000000", "#ff9a5c"),
            "easy": ("#ffffff", "#275a89"),
            "rest": ("#ffffff", "#3c3c3c"),
            "choice": ("#000000", "#ffffff"),
            "track": ("#ffffff", "#2b2b2b"),
            "zebra": ("#ffffff", "#121212"),
            "key": ("#ffffff", "#3c3c3c"),
            "line": ("#4a4a4a", "#000000"),
        },
    ),
}
"""The themes by name, in the order of the theme key."""

THEME_KEY_LABEL: Final = "/".join(SCREEN_THEMES)
"""The label of the theme key on every screen."""
