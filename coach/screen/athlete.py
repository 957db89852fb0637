"""Who runs: paces, zones and predictions, each with its source, and the commands that set what is missing.

Only to be read: numbers are set on the command line, where each is checked and dated.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from coach.screen.safe import safe
from coach.themes import THEME_KEY_LABEL
from coach.workout.sheet import Sheet
from coach.workout.sheet_text import SheetSection, prediction_block, sheet_blocks

NOBODY = 'Nobody is saved yet. One race result is enough to begin: coach athlete set --race "5 km=20:15"'
"""What stands on the screen when there is nobody to show."""


class AthleteScreen(Screen[None]):
    """The sheet of one athlete at a time, to be scrolled through."""

    BINDINGS = [
        Binding("escape,enter,q,f9", "app.pop_screen", "Back", priority=True),
        Binding("right,tab", "turn(1)", show=False, priority=True),
        Binding("left,shift+tab", "turn(-1)", show=False, priority=True),
        Binding("t,f2", "app.switch_theme", show=False),
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        super().__init__()
        self._sheets = tuple(sheets)
        self._at = 0

    def compose(self) -> ComposeResult:
        """Set out title, sheet and hints."""
        yield Static(id="title")
        with VerticalScroll():
            yield Static(id="sheet")
        turns = "   left, right  the next athlete" if len(self._sheets) > 1 else ""
        yield Static(Content(f" Escape  back   up, down  scroll{turns}   F2  {THEME_KEY_LABEL}"), id="hints")

    def on_mount(self) -> None:
        """Show the first athlete."""
        self._show()

    def action_turn(self, by: int) -> None:
        """Show the next athlete, or the one before."""
        if self._sheets:
            self._at = (self._at + by) % len(self._sheets)
            self._show()

    def _show(self) -> None:
        sheet = self._sheets[self._at] if self._sheets else None
        name = "" if sheet is None else f"   {safe(sheet.athlete.name, 60)}"
        self.query_one("#title", Static).update(Content(f" Athlete{name}"))
        self.query_one("#sheet", Static).update(Content(NOBODY if sheet is None else sheet_text(sheet)))
        self.query_one(VerticalScroll).scroll_home(animate=False)


def sheet_text(sheet: Sheet) -> str:
    """Set a sheet as plain text: paces, zones, predictions, notes, what is missing."""
    blocks = list(sheet_blocks(sheet))
    if sheet.predictions:
        last = [block for block in blocks if block.heading in {"Notes", "Not known yet"}]
        blocks = [block for block in blocks if block not in last]
        blocks += [prediction_block(sheet.predictions), *last]
    return "\n\n".join(_set(block) for block in blocks)


def _set(block: SheetSection) -> str:
    """A block with its columns side by side."""
    rows = [[safe(cell, 120) for cell in row] for row in ((block.head, *block.rows) if block.head else ())]
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(block.head))]
    table = [
        "  "
        + "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines = [safe(block.heading, 160), *table, *(f"  {safe(line, 300)}" for line in block.lines)]
    return "\n".join(line.rstrip() for line in lines)
