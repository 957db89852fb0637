"""The page of a workout that is being edited: profile and totals, the list of its steps, notation and messages.

Every row has a fixed place, also while it is empty. The screen lays the field that a value is typed into over the page,
at `field_place`.
"""

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.strip import Strip

from coach.quantities import long_distance
from coach.screen.paint import (
    Pair,
    Palette,
    beside,
    blank,
    fit,
    pieces_row,
    placed_row,
    sanitise,
    stack,
    text_row,
)
from coach.screen.widgets.base import MARGIN, ProfilePlan, StripWidget, profile_rows
from coach.screen.widgets.workout_page import step_means, step_time
from coach.workout.describe import MOVE_WORDS, Estimate, estimate, sentence, until_text
from coach.workout.editing import Cell, Form, StepRow
from coach.workout.timeline import Step, Timeline

if TYPE_CHECKING:
    pass

_WIDE, _HIGH = 104, 32
"""From this size on it has its help column, today's paces and the rows with the workout in words."""
_HELP: Final = {
    Cell.TIMES: ("6", "8-12"),
    Cell.LENGTH: ("800", "1km", "1mile", "3min", "90s", "until <120bpm", "until mark"),
    Cell.TARGET: ("5k", "threshold", "mile-2s/km", "3:45/km", "<75%max", "Z2", "easy->5k", "hard"),
    Cell.REST: ("400 jog", "2:00 walk", "90s stand", "200 float", "on 1:45", "none"),
}
"""Examples of values for each column."""
_MOST: Final = 400
"""Most characters of a text that are processed; a row shows fewer."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the list; numbers end at theirs."""

    number: int
    step: int
    times: int
    length: int
    target: int
    means: int
    """0 if there is no room for today's paces."""
    time: int


_NARROW: Final = Columns(number=3, step=5, times=24, length=39, target=42, means=0, time=77)
_BROAD: Final = Columns(number=5, step=7, times=31, length=47, target=51, means=91, time=101)
_LISTED: Final = 106
"""The column of the examples."""


@dataclass(frozen=True, slots=True)
class EditorView:
    """The state of the page."""

    rows: tuple[StepRow, ...]
    at: int
    """The row with the cursor."""
    cell: Cell | None
    """The cell with the cursor; None in a row without any."""
    timeline: Timeline
    """The workout compiled for the runner."""
    line: str
    """The workout in one line."""
    message: str = ""
    """An error, a question or a result; may hold any characters."""
    is_fault: bool = False
    """True if the message is about an error in the cell."""
    before: str = ""
    """The original workout and the difference from it."""
    asks: str = ""
    """The label before the field if it is not laid over a cell."""
    unit: str = "km"
    """Unit of the totals: `km` or `mile`."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of the parts on a page of some size."""

    is_wide: bool
    columns: Columns
    profile: int
    """Rows of the profile."""
    head: int
    """The row of the heads of the columns."""
    top: int
    """The first row of the list."""
    room: int
    """Rows of the list."""
    ask: int
    """The row of the label, with the field behind it."""

    @classmethod
    def of(cls, width: int, height: int) -> "Layout":
        """Lay a page out."""
        is_wide = width >= _WIDE and height >= _HIGH
        if is_wide:
            return cls(is_wide, _BROAD, 6, 9, 11, max(1, height - 22), height - 11)
        profile = 3 if height >= 20 else 1
        top = profile + 5
        ask = max(top + 1, height - 5)
        return cls(is_wide, _NARROW, profile, top - 1, top, ask - top, ask)


def first_shown(at: int, count: int, room: int) -> int:
    """The first row of a list that is shown; the cursor is in the middle if not all rows fit."""
    return max(0, min(at - room // 2, count - room))


def field_place(page: EditorView, width: int, height: int) -> tuple[int, int, int]:
    """Column, row and width of the cell with the cursor, for the field that is laid over it."""
    layout = Layout.of(width, height)
    columns = layout.columns
    if page.asks:
        begin = MARGIN + cell_len(page.asks)
        return begin, layout.ask, max(1, min(100, width - begin - MARGIN))
    row = layout.top + page.at - first_shown(page.at, len(page.rows), layout.room)
    if page.cell is Cell.TIMES:
        return columns.times - 7, row, 8
    if page.cell is Cell.LENGTH:
        return columns.times + 2, row, columns.target - columns.times - 4
    return columns.target, row, 26 if not layout.is_wide else 38


class EditorPage(StripWidget[EditorView]):
    """The page under the title."""

    def paint(self, value: EditorView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint profile, totals, list and messages."""
        layout, size = Layout.of(width, height), estimate(value.timeline)
        inner = max(1, width - 2 * MARGIN)
        top = [blank(inner, colours.plain), *_profile(value, size, inner, layout, colours)]
        if layout.is_wide:
            top += [blank(inner, colours.plain), _rule(inner, colours)]
        side = [blank(MARGIN, colours.plain)] * len(top)
        rows = beside([side, top, side])
        rows += [blank(width, colours.plain)] * (layout.head - len(rows))
        rows.append(_heads(layout.columns, width, colours))
        rows += [blank(width, colours.plain)] * (layout.top - len(rows))
        rows += _list(value, width, layout, colours)
        rows += [blank(width, colours.plain)] * (layout.ask - len(rows))
        rows.append(
            pieces_row([(" " * MARGIN, colours.plain), (value.asks, colours.stale)], width, colours.plain)
        )
        foot = _foot(value, size, inner, colours) if layout.is_wide else _narrow_foot(value, inner, colours)
        foot_at = height - len(foot)
        rows += [blank(width, colours.plain)] * (foot_at - len(rows))
        side = [blank(MARGIN, colours.plain)] * len(foot)
        rows[foot_at:] = beside([side, foot, side])
        return stack(rows, width, height, colours.plain, top=0)


def totals(size: Estimate, unit: str = "km") -> tuple[tuple[str, str], ...]:
    """Time, distance and hard part with their units."""
    minutes = round(size.seconds / 60)
    figures = [(f"{minutes // 60}:{minutes % 60:02d}", "h"), long_distance(size.metres, unit)]
    if size.hard_metres >= 1:
        figure, word = long_distance(size.hard_metres, unit)
        figures.append((figure, f"{word} hard"))
    else:
        figures.append((f"{size.hard_seconds / 60:.0f}", "min hard"))
    if size.open_steps:
        figures.append((f"{size.open_steps}", "open"))
    return tuple(figures)


def _profile(value: EditorView, size: Estimate, width: int, layout: Layout, colours: Palette) -> list[Strip]:
    """The profile, with the totals beside it or below it."""
    figures = totals(size, value.unit)
    if not layout.is_wide:
        pieces: list[tuple[str, Pair]] = []
        for figure, unit in figures:
            pieces += [(figure, colours.plain), (f" {unit}    ", colours.stale)]
        bars = profile_rows(ProfilePlan(value.timeline), width, layout.profile, colours)
        return [*bars, blank(width, colours.plain), pieces_row(pieces, width, colours.plain)]
    side = 28
    rows = [
        pieces_row([(f"{figure:>12} ", colours.plain), (unit, colours.stale)], side, colours.plain)
        for figure, unit in figures
    ]
    spaced = [row for figure in rows for row in (figure, blank(side, colours.plain))][: layout.profile]
    spaced = spaced if len(rows) <= 3 else rows
    bars = profile_rows(ProfilePlan(value.timeline), width - side, layout.profile, colours)
    return beside([bars, stack(spaced, side, layout.profile, colours.plain, top=0)])


def _rule(width: int, colours: Palette) -> Strip:
    return text_row("─" * width, width, colours.stale, bold=False)


def _heads(columns: Columns, width: int, colours: Palette) -> Strip:
    """The heads of the columns."""
    texts = [("#", columns.number, True), ("step", columns.step, False), ("times", columns.times, True)]
    texts += [("length", columns.length, True), ("target or rest", columns.target, False)]
    texts += [("means", columns.means, True)] if columns.means else []
    return placed_row(
        [(*text, colours.stale) for text in [*texts, ("time", columns.time, True)]], width, colours.plain
    )


def _list(value: EditorView, width: int, layout: Layout, colours: Palette) -> list[Strip]:
    """The rows of the list that fit, the one with the cursor highlighted."""
    first = first_shown(value.at, len(value.rows), layout.room)
    steps: dict[str, Step] = {}
    for step in value.timeline.steps:
        steps.setdefault(step.step_id, step)
    numbers = numbered(value.rows)
    rows = []
    for place in range(first, min(len(value.rows), first + layout.room)):
        row = value.rows[place]
        rows.append(
            _row(value, place, (numbers[place], steps.get(row.step_id)), (width, layout.columns), colours)
        )
    blanks = [blank(width, colours.plain)] * (layout.room - len(rows))
    rows += blanks
    if layout.is_wide and value.cell is not None and width >= _LISTED + 12:
        examples = [(value.cell.value, colours.plain), *((text, colours.stale) for text in _HELP[value.cell])]
        for place, (text, pair) in enumerate(examples[: layout.room]):
            strip = text_row(text, width - _LISTED, pair, bold=pair is colours.plain)
            rows[place] = Strip.join([rows[place].crop(0, _LISTED), strip])
    return rows


def numbered(rows: tuple[StepRow, ...]) -> list[str]:
    """The number of every row; sections have none."""
    numbers, count = [], 0
    for row in rows:
        count += row.form is not Form.SECTION
        numbers.append("" if row.form is Form.SECTION else f"{count}")
    return numbers


def _row(
    value: EditorView,
    place: int,
    about: tuple[str, Step | None],
    sizes: tuple[int, Columns],
    colours: Palette,
) -> Strip:
    """One row of the list."""
    (number, step), (width, columns), row = about, sizes, value.rows[place]
    is_here = place == value.at
    ground = colours.track if is_here else colours.plain
    quiet = ground if is_here else colours.stale
    is_invalid = is_here and value.is_fault

    def pair(cell: Cell) -> Pair:
        return colours.choice if is_here and cell is value.cell else ground

    cells = row.cells
    indent = 0 if row.form is Form.SECTION else 2 * row.depth
    name = sanitise(row.name, 60)
    step_room = columns.times - columns.step - 7 - indent
    texts = [(number, columns.number, True, quiet)]
    ink = quiet if row.form is Form.SECTION else ground
    texts.append((fit(name, max(1, step_room)), columns.step + indent, False, ink))
    if Cell.TIMES in cells:
        texts.append((f"{cells[Cell.TIMES]} ×", columns.times, True, pair(Cell.TIMES)))
    if Cell.LENGTH in cells:
        length = _length(row, step)
        room = columns.length - columns.times - 2
        texts.append((fit(length, room), columns.length, True, pair(Cell.LENGTH)))
    aim_room = (columns.means - 16 if columns.means else columns.time - 7) - columns.target
    means = step_means(step) if step is not None and columns.means else ""
    if row.form in {Form.PROMPT, Form.CHECKLIST, Form.USE} or not means:
        aim_room = columns.time - 8 - columns.target
    if Cell.TARGET in cells:
        aim = sanitise(cells[Cell.TARGET], _MOST) or (
            "" if not (is_here and value.cell is Cell.TARGET) else "   "
        )
        texts.append((fit(aim, aim_room), columns.target, False, pair(Cell.TARGET)))
    elif Cell.REST in cells:
        rest = cells[Cell.REST]
        rest = rest if rest.startswith("on ") else f"/ {rest}"
        texts.append((fit(rest, aim_room), columns.target, False, pair(Cell.REST)))
    if means and columns.means:
        texts.append((means, columns.means, True, quiet))
    if row.form is Form.STEP:
        time = "--" if step is None or is_invalid else step_time(step)
        texts.append((time, columns.time, True, ground))
    edge = min(width, columns.time + 2)
    strip = placed_row(texts, edge, ground)
    if is_here:  # the margin before the numbers stays paper
        strip = Strip.join([blank(MARGIN - 1, colours.plain), strip.crop(MARGIN - 1, edge)])
    return Strip.join([strip, blank(width - edge, colours.plain)])


def _length(row: StepRow, step: Step | None) -> str:
    """The length of a step, in few characters: `800 m`, `2:00`, `mark max 4:00`; a rest without its way of moving."""
    if step is not None and (step.until.distance() or step.until.time()):
        return until_text(step.until)
    text = row.cells[Cell.LENGTH].removeprefix("until ")
    for move in MOVE_WORDS.values():
        text = text.removesuffix(f" {move}")
    return text


def _foot(value: EditorView, size: Estimate, width: int, colours: Palette) -> list[Strip]:
    """The workout in a line and in words, the message, and the original, on two rows each."""
    message = _message(value) or "nothing wrong"
    message_rows = (
        ("in one line", sanitise(value.line, _MOST), False),
        ("says", sanitise(sentence(value.timeline, size, value.unit), _MOST), False),
        ("check", message, True),
        ("before", sanitise(value.before, _MOST), False),
    )
    rows = [_rule(width, colours), blank(width, colours.plain)]
    for label, text, is_loud in message_rows:
        ink = colours.plain if is_loud or label != "before" else colours.stale
        first, *more = wrap(text, width - 14) or [""]
        for head, words in ((label, first), ("", " ".join(more))):
            pieces = [(f"{head:<14}", colours.stale), (fit(words, width - 14), ink)]
            rows.append(pieces_row(pieces, width, colours.plain))
    return rows


def _narrow_foot(value: EditorView, width: int, colours: Palette) -> list[Strip]:
    """The message on two rows, and the workout in a line."""
    first, *more = wrap(_message(value), width) or [""]
    line = text_row(sanitise(value.line, _MOST), width, colours.stale, bold=False)
    message = [text_row(text, width, colours.plain) for text in (first, " ".join(more))]
    return [*message, line, blank(width, colours.plain)]


def _message(value: EditorView) -> str:
    """The message on the cursor's row; an error with its arrow."""
    return f"{'▲ ' if value.is_fault else ''}{sanitise(value.message, _MOST)}"
