"""How far the pace can be read: the height of its letters in a run, and the lines that say so before the first one."""

from collections.abc import Callable
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.strip import Strip

from coach.screen.paint import HEIGHT, largest, stack, text_row
from coach.screen.palette import Palette
from coach.screen.widgets.strip_widget import StripWidget
from coach.session.phases import Phase

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

MM_PER_M: Final = 6.4
"""Height of a letter that is read with ease from a metre: 22 minutes of arc (reference, UX 1.1)."""
FAR_ENOUGH_M: Final = 3.0
"""From here the screen should be read: from the lane to a laptop on the infield."""
_BEST: Final = (80, 24)
"""The size whose letters are the largest."""
_FIXED_ROWS: Final = ((50, 36), (30, 23), (24, 15), (18, 8), (0, 0))
"""Rows of the live screen beside the stage, by the least lines of the terminal (coach.tcss)."""


def letter_rows(columns: int, lines: int) -> float:
    """Tell how many rows high the digits of a pace are in a run on a terminal of this size."""
    fixed = next(rows for least, rows in _FIXED_ROWS if lines >= least)
    height, width = lines - fixed - 1, int(0.525 * columns) - 2
    if columns < 60:
        height, width = 3 * lines // 5 - 1, columns - 2
    scale = largest("4:00", max(1, width), max(1, height))
    return 1.0 if scale is None else HEIGHT * scale.y / 2


def read_from_m(letters_mm: float) -> float:
    """Tell from how far letters of this height are read with ease."""
    return letters_mm / MM_PER_M


def said_of(columns: int, lines: int, row_mm: float, full_mm: float, how: str) -> tuple[str, str]:
    """Say how high the pace is and from where it is read, and what to change if that is too near; else nothing.

    `row_mm` is the height of a row, `full_mm` that of all rows of a terminal that fills the screen, `how` says how the
    first is known.
    """
    letters_mm = letter_rows(columns, lines) * row_mm
    text = f"your pace is {letters_mm:.0f} mm: read from {read_from_m(letters_mm):.1f} m ({how})"
    best_mm = letter_rows(*_BEST) * full_mm / _BEST[1]
    if read_from_m(letters_mm) >= FAR_ENOUGH_M or best_mm < 1.1 * letters_mm:
        return text, ""
    larger = f"{best_mm:.0f} mm, read from {read_from_m(best_mm):.1f} m"
    return text, f"Fill the screen and enlarge the letters (F11, Ctrl +) down to 80 x 24: {larger}."


class Sizing(StripWidget[tuple[str, ...]]):
    """Before the start of the first run: from how far the screen can be read, and what to change."""

    said: Callable[[int, int], tuple[str, str]] | None = None
    """What is said for columns and lines; None in every later run."""

    def look(self, snapshot: "Snapshot") -> tuple[str, ...]:
        """Say it for the size of the terminal as it is now."""
        if self.said is None or snapshot.phase is not Phase.READY:
            return ()
        text, fix = self.said(self.app.size.width, self.app.size.height)
        again = fix or "Another size, another font: coach doctor says it again."
        return ("Can you read it from the track?", f"{text[0].upper()}{text[1:]}.", again)

    def paint(self, value: tuple[str, ...], width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the lines in the colours of what asks for something."""
        lines = [line for text in value for line in wrap(text, max(8, width - 4))]
        rows = [text_row(line, width, colours.offer, align="middle") for line in lines]
        return stack(rows, width, height, colours.offer if value else colours.plain)
