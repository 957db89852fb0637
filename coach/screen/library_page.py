"""The page of the library: its workouts as a list, the details of the chosen one, and a workout that is being typed.

The list is sorted, filtered, or has the best match first; only the visible rows are painted, however long it is. Every
part has a fixed place, also while it is empty, so that nothing moves during typing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from textwrap import wrap
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from coach.quantities import format_clock, format_pace, long_distance, signed, unit_word
from coach.screen.base import MARGIN, Keys, ProfilePlan, StripWidget, day_text, keys_that_fit, profile_rows
from coach.screen.paint import (
    Pair,
    Palette,
    beside,
    blank,
    block_rows,
    cells,
    ends_row,
    first_that_fits,
    fit,
    pieces_row,
    sanitise,
    stack,
    text_row,
    wrapped,
)
from coach.screen.protocols import LibraryEntry, PastRun, TypedWorkout, WorkoutDetail
from coach.workout.describe import (
    MOVE_WORDS,
    CatalogueEntry,
    Estimate,
    Query,
    SearchFilter,
    estimate,
    likely_seconds,
    step_seconds,
    target_text,
    until_text,
)
from coach.workout.kinds import HARD, KINDS, PLAIN, RESTS
from coach.workout.timeline import WITHOUT_PLAN, Band, Step, Timeline

_LONGEST: Final = 400
"""Most characters of a text that are processed; a row shows fewer."""
_UNKNOWN, _NONE = "--", "–"


# --- order


class SortColumn(Enum):
    """The columns to sort by, in the order of the sort key."""

    TIME = "time"
    DISTANCE = "distance"
    HARD = "hard"
    LAST = "last"
    NAME = "workout"


@dataclass(frozen=True, slots=True)
class Order:
    """A sort column and its direction."""

    column: SortColumn = SortColumn.LAST
    is_falling: bool = True

    def next(self) -> "Order":
        """The order by the next column: last run newest first, all other columns ascending."""
        columns = list(SortColumn)
        column = columns[(columns.index(self.column) + 1) % len(columns)]
        return Order(column, is_falling=column is SortColumn.LAST)

    def reverse(self) -> "Order":
        """The order by the same column, reversed."""
        return Order(self.column, is_falling=not self.is_falling)

    def sort(self, entries: Sequence[LibraryEntry]) -> list[LibraryEntry]:
        """Sort workouts; unknown values come last either way, and equal ones are ordered by name."""
        by_name = sorted(entries, key=lambda entry: _natural(entry.title))
        if self.column is SortColumn.NAME:
            return by_name[::-1] if self.is_falling else by_name
        if self.column is SortColumn.LAST:
            by_name.sort(key=lambda entry: -entry.runs)
        values = [(_value(entry, self.column), entry) for entry in by_name]
        with_value = [pair for pair in values if pair[0] is not None]
        with_value.sort(key=lambda pair: pair[0] or 0.0, reverse=self.is_falling)
        return [entry for _, entry in with_value] + [entry for value, entry in values if value is None]


def _value(entry: LibraryEntry, column: SortColumn) -> float | None:
    workout = entry.workout
    match column:
        case SortColumn.TIME:
            return workout.seconds or None
        case SortColumn.DISTANCE:
            return workout.metres or None
        case SortColumn.HARD:
            return workout.hard_metres or None
        case _:
            return None if entry.last_day is None else float(entry.last_day.toordinal())


_NUMBERS: Final = re.compile(r"(\d+)")


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key of a name in which 5 comes before 10."""
    parts = _NUMBERS.split(f"{text.casefold()} ")  # words and numbers, taking turns
    return tuple(
        (int(part[:9]), "") if place % 2 else (1 << 30, part) for place, part in enumerate(parts) if part
    )


# --- search

_SIGNS: Final = frozenset("@/+()<>%")
"""A line with one of these characters is a written workout, unless a name begins with it."""


def matching(entries: Sequence[LibraryEntry], text: str) -> list[LibraryEntry]:
    """Find the workouts that have every word of a text, the best match first."""
    query = Query(text)
    if not query.has_words:
        return [] if text.strip() else list(entries)
    must_begin = not _SIGNS.isdisjoint(text)
    ranked = [
        (rank, entry)
        for entry in entries
        if (rank := query.rank(entry.workout)) is not None and (not must_begin or query.begins(entry.workout))
    ]
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


# --- filters

FILTER_KEYS: Final = {"race": ("r", "f3"), "level": ("l", "f4"), "phase": ("p", "f5"), "time": ("t", "f6")}
"""The key of each filter while filters are chosen, and the key that always changes it."""
_USUAL: Final = {
    "race": ("mile", "3k", "5k", "10k", "half", "marathon"),
    "level": ("beginner", "intermediate", "advanced"),
    "phase": ("base", "build", "peak", "taper", "recovery"),
}
"""The usual tags in the order a runner thinks of them; others follow alphabetically."""
_MINUTES: Final = (30, 45, 60, 90)


class Filters:
    """The filters of the list; each starts with "any"."""

    def __init__(self, entries: Sequence[LibraryEntry]) -> None:
        """Make the choices from the tags of these entries."""
        workouts = [entry.workout for entry in entries]
        self._choices = {
            "race": _order_tags("race", (race for workout in workouts for race in workout.focus)),
            "level": _order_tags("level", (workout.level for workout in workouts)),
            "phase": _order_tags("phase", (phase for workout in workouts for phase in workout.phases)),
            "time": ("", *(f"{minutes} min" for minutes in _MINUTES)),
        }
        self._at = dict.fromkeys(self._choices, 0)
        self.can_filter = bool(workouts)
        """True if there is anything to filter by."""

    def turn(self, name: str) -> None:
        """Take the next choice of a filter; after the last comes "any"."""
        self._at[name] = (self._at[name] + 1) % len(self._choices[name])

    def clear(self) -> bool:
        """Set every filter to "any"; returns whether one was set."""
        was_set = self.is_set
        self._at = dict.fromkeys(self._choices, 0)
        return was_set

    def fits(self, entry: LibraryEntry) -> bool:
        """Return whether the entry passes the filters."""
        return not self.is_set or (entry.slug not in WITHOUT_PLAN and self._query().fits(entry.workout))

    def line(self) -> str:
        """The filters in force, in one line."""
        return "   ".join(f"{name} {self.chosen(name)}" for name in self._choices)

    @property
    def is_set(self) -> bool:
        """True if any of them is set."""
        return any(self._at.values())

    def chosen(self, name: str) -> str:
        """The choice of a filter; `any` if it is not set."""
        return sanitise(self._choices[name][self._at[name]], 20) or "any"

    def _query(self) -> SearchFilter:
        level, time = self._choices["level"][self._at["level"]], self._at["time"]
        return SearchFilter(
            focus=self._choices["race"][self._at["race"]],
            levels=(level,) if level else (),
            phase=self._choices["phase"][self._at["phase"]],
            under_s=60.0 * _MINUTES[time - 1] if time else None,
        )


def _order_tags(name: str, tags: Iterable[str]) -> tuple[str, ...]:
    """Any, the usual tags that occur, then the others."""
    present = set(tags) - {""}
    usual = [tag for tag in _USUAL[name] if tag in present]
    return ("", *usual, *sorted(present.difference(usual)))


# --- the texts of a workout

_RECENT_DAYS: Final = 300
"""From this age on a day is shown with its year in place of the day."""


def hours(workout: CatalogueEntry) -> str:
    """The duration, as `1:05`; a partly known one has a `+` behind it, an unknown one is `--`."""
    if workout.seconds < 30:
        return _NONE if workout.steps <= 1 and workout.open_steps else _UNKNOWN
    minutes = round(workout.seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}{'+' if workout.open_steps else ''}"


def distance_text(metres: float, unit: str) -> str:
    """Kilometres or miles with one decimal; `–` for none."""
    return _NONE if metres < 1 else long_distance(metres, unit)[0]


def day_of(day: date | None, today: date) -> str:
    """`12 May`, or `May ’25` once it is long ago; `never`."""
    if day is None:
        return "never"
    return f"{day.day} {day:%b}" if (today - day).days < _RECENT_DAYS else f"{day:%b ’%y}"


def description_of(workout: CatalogueEntry) -> str:
    """The purpose of a workout and its description, a sentence each; else its kind in one."""
    needs_stop = bool(workout.description) and workout.purpose[-1:].isalnum()
    purpose = f"{workout.purpose}." if needs_stop else workout.purpose
    return " ".join(part for part in (purpose, workout.description) if part) or workout.sentence


_TURN: Final = re.compile(r"(\d+) of (\d+)")


@dataclass(frozen=True, slots=True)
class PaperStep:
    """A step of a workout on paper."""

    times: str
    """Its number of repeats: `6 ×`, empty for once, and for further steps of the same repeat."""
    what: str
    means: str
    """Its target today."""
    time: str
    """Its duration; with a `~` if it has no pace, `--` if unknown."""
    is_hard: bool


def step_lines(timeline: Timeline) -> Iterator[PaperStep]:
    """Each step of a workout once, those of repeats with their number."""
    counted: set[str] = set()
    for step in timeline.steps:
        turns = _TURN.findall(step.path)
        if any(turn != "1" for turn, _ in turns):
            continue
        inside = " / ".join(step.path.split(" / ")[:-1])
        counts = [int(count) for _, count in turns]
        if step.step_id.endswith(".between"):
            counts[-1] -= 1
        is_first = inside not in counted or step.step_id.endswith(".between")
        counted.add(inside)
        times = " × ".join(str(count) for count in counts)
        yield PaperStep(
            f"{times} ×" if is_first and turns and times != "1" else "",
            _what(step),
            step_means(step),
            step_time(step),
            step.kind in HARD,
        )


def _what(step: Step) -> str:
    """A step without the value of its target: `800 m at 5k`, `400 m jog`, `2 km warm-up`."""
    length = until_text(step.until)
    if step.kind in RESTS:
        return f"{length} {MOVE_WORDS[step.move]}"
    word = "" if step.kind in PLAIN else f" {KINDS[step.kind].name}"
    target = step.target
    if target is None:
        return f"{length}{word}"
    has_numbers = target.band != Band()
    at = f" at {target.ref}" if target.ref and has_numbers else "" if has_numbers else f", {target.label}"
    return f"{length}{word}{at}"


def step_time(step: Step) -> str:
    """The duration of a step: `3:12`; `~2:40` if it has no pace of its own, `--` if unknown."""
    seconds, likely = step_seconds(step), likely_seconds(step)
    if seconds is not None:
        return format_clock(seconds)
    return "--" if likely is None else f"~{format_clock(likely)}"


def step_means(step: Step) -> str:
    """The value of a step's target today; empty if unknown, or if it is in words."""
    target = step.target
    if target is None or target.band == Band():
        return ""
    return target.label if target.ref else target_text(target)


# --- rows


def _pad(text: str, width: int) -> str:
    return set_cell_size(fit(text, width), width)


def _row(pieces: Sequence[tuple[str, Style]], width: int, paper: Style) -> Strip:
    """A row of pieces, filled up; excess is cut."""
    runs, left = [], width
    for text, style in pieces:
        cut = fit(text, max(0, left))
        runs.append((cut, style))
        left -= cell_len(cut)
    return cells([*runs, (" " * max(0, left), paper)])


def _text(text: str, width: int, pair: Pair, *, bold: bool = False) -> Strip:
    style = pair.style(bold=bold)
    return _row([(text, style)], width, style)


def _block(text: str, width: int, most: int, pair: Pair, *, bold: bool = False) -> list[Strip]:
    """A text in at most `most` rows; the last one has an ellipsis if something is missing."""
    lines = wrapped(text, width, most, limit=2 * _LONGEST)
    return [_text(line, width, pair, bold=bold) for line in [*lines, *[""] * most][:most]]


# --- the list

_TIME, _DISTANCE, _HARD, _LAST = 7, 8, 8, 9
"""Columns of the figures, each with the gap before it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The state of the list."""

    entries: tuple[LibraryEntry, ...]
    at: int
    """The row with the cursor, from 0."""
    order: Order | None
    """None while the best match is first."""
    today: date
    unit: str
    foot: str
    """Text under the list at the left."""
    filters: str
    """Text under the list at the right."""


_TALL: Final = 20
"""From this height on the heads and the foot have blank rows around them."""


class LibraryTable(StripWidget[Listing]):
    """A rule, the heads of the columns, the rows that fit, and a foot."""

    class Clicked(Message):
        """A row was clicked."""

        def __init__(self, row: int, *, is_double: bool) -> None:
            super().__init__()
            self.row = row
            """From 0, of all rows."""
            self.is_double = is_double

    class Scrolled(Message):
        """The wheel was turned."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by
            """Rows, upwards below 0."""

    _first = 0
    """The row at the top."""

    def page(self) -> int:
        """The number of rows that fit."""
        return max(1, self.size.height - len(_frame(self.size.height)))

    def paint(self, value: Listing, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the rows around the cursor; the list is moved only as far as the cursor needs."""
        frame, page = _frame(height), max(1, height - len(_frame(height)))
        last = max(0, len(value.entries) - page)
        self._first = min(max(self._first, value.at - page + 1), value.at, last)
        plain = colours.plain.style(bold=False)
        places = range(self._first, min(len(value.entries), self._first + page))
        rows = [_entry_row(value, place, width, colours) for place in places]
        rows += [blank(width, colours.plain)] * (page - len(rows))
        inner = width - 2 * MARGIN
        rule = _row([(" " * MARGIN, plain), ("─" * inner, colours.line.style(bold=False))], width, plain)
        strips = {"rule": rule, "head": _head(value, width, colours), "": blank(width, colours.plain)}
        strips["foot"] = _foot(value, width, colours)
        at = frame.index("head") + 1
        return [*(strips[name] for name in frame[:at]), *rows, *(strips[name] for name in frame[at:])]

    def on_click(self, event: events.Click) -> None:
        """Post the row of the click."""
        value, frame = self._value, _frame(self.size.height)
        row = event.y - frame.index("head") - 1
        if value is None or not 0 <= row < self.page() or self._first + row >= len(value.entries):
            return
        self.post_message(self.Clicked(self._first + row, is_double=event.chain > 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down."""
        event.stop()
        self.post_message(self.Scrolled(3))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up."""
        event.stop()
        self.post_message(self.Scrolled(-3))


def _frame(height: int) -> tuple[str, ...]:
    """The rows around the list: a rule, the heads, and a foot."""
    return ("rule", "", "head", "", "foot", "") if height >= _TALL else ("rule", "head", "foot")


def _head(value: Listing, width: int, colours: Palette) -> Strip:
    plain, stale = colours.plain.style(bold=False), colours.stale.style(bold=False)
    wide = width - 2 * MARGIN - _TIME - _DISTANCE - _HARD - _LAST

    def head(column: SortColumn, word: str, size: int) -> tuple[str, Style]:
        is_sorted = value.order is not None and value.order.column is column
        mark = ("▼" if value.order.is_falling else "▲") if value.order is not None and is_sorted else ""
        text = f"{word}{mark}"
        cell = f"{text:<{size}}" if column is SortColumn.NAME else f"{text:>{size}}"
        return cell, colours.plain.style() if is_sorted else stale

    heads = [
        head(SortColumn.NAME, "workout", max(8, wide)),
        head(SortColumn.TIME, "time", _TIME),
        head(SortColumn.DISTANCE, unit_word(value.unit), _DISTANCE),
        head(SortColumn.HARD, "hard", _HARD),
        head(SortColumn.LAST, "last", _LAST),
    ]
    return _row([(" " * MARGIN, plain), *heads], width, plain)


def _entry_row(value: Listing, place: int, width: int, colours: Palette) -> Strip:
    entry, is_chosen = value.entries[place], place == value.at
    workout = entry.workout
    plain, stale = colours.plain.style(bold=False), colours.stale.style(bold=False)
    own = colours.choice.style() if is_chosen else plain
    quiet = own if is_chosen else stale
    time = hours(workout)
    # An unfinished length has its + in the gap, so that the figures stay right-aligned.
    sign = "+" if time.endswith("+") else " "
    figures = [
        (f"{time.removesuffix('+'):>{_TIME}}", own),
        (f"{sign}{distance_text(workout.metres, value.unit):>{_DISTANCE - 1}}", own),
        (f"{distance_text(workout.hard_metres, value.unit):>{_HARD}}", own),
        (f"{day_of(entry.last_day, value.today):>{_LAST}}", own if entry.last_day is not None else quiet),
    ]
    wide = max(8, width - 2 * MARGIN - _TIME - _DISTANCE - _HARD - _LAST)
    name = _pad(sanitise(entry.title, 120), wide)
    pieces = [(" " * (MARGIN - 1), plain), (" ", own), (name, own), *figures, (" ", own)]
    return _row(pieces, width, plain)


def _foot(value: Listing, width: int, colours: Palette) -> Strip:
    plain, stale = colours.plain.style(bold=False), colours.stale.style(bold=False)
    inner = width - 2 * MARGIN
    room = max(0, inner - cell_len(value.foot) - 2)
    filters = fit(value.filters, room)
    gap = inner - cell_len(value.foot) - cell_len(filters)
    return _row([(" " * MARGIN, plain), (f"{value.foot}{' ' * gap}{filters}", stale)], width, plain)


# --- the details of the chosen workout


@dataclass(frozen=True, slots=True)
class Description:
    """The state of the details of a workout."""

    entry: LibraryEntry | None
    detail: WorkoutDetail | None
    """None until it is read."""
    today: date
    unit: str
    message: str = ""
    """The reason why it could not be started."""


_BESIDE: Final = 20
"""From this height on the details are beside the list, below it under the list."""
_ROOMY: Final = 9
"""From this height on the profile under the list has four rows."""
_WIDEST: Final = 84
"""Most columns of the details, and of the steps of a typed workout: longer rows are not read at a glance."""
_PROFILE, _PROFILE_LARGE = 6, 10
_LARGE: Final = 46
"""From this height on the profile is large."""
_TIMES, _STEP_TIME = 6, 8
_STEPS, _PURPOSE, _LIMITS, _PAST = 8, 3, 3, 4
"""Rows of each part."""


class LibraryDetail(StripWidget[Description]):
    """Name, tags, profile, totals, steps, purpose, limits and the last runs of a workout."""

    def paint(self, value: Description, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the parts, each in its place."""
        left = 4 if height >= _BESIDE else MARGIN
        inner = max(1, min(width - left - MARGIN, _WIDEST if height >= _BESIDE else width))
        if value.entry is None:
            return [blank(width, colours.plain)] * height
        paint = _beside if height >= _BESIDE else _below
        rows = paint(value, value.entry, inner, height, colours)
        before, after = blank(left, colours.plain), blank(max(0, width - left - inner), colours.plain)
        return [Strip.join([before, row, after]) for row in stack(rows, inner, height, colours.plain, top=0)]


def _beside(
    value: Description, entry: LibraryEntry, width: int, height: int, colours: Palette
) -> list[Strip]:
    """All parts, one below the other; those that do not fit are left out from the foot on."""
    workout, detail = entry.workout, value.detail
    gap = [blank(width, colours.plain)]
    size = _PROFILE_LARGE if height >= _LARGE else _PROFILE
    rows = [
        _text(sanitise(entry.title, 120), width, colours.plain, bold=True),
        _text(_tags(workout), width, colours.stale),
        *gap,
        *_profile(detail, width, size, colours),
        *gap,
        *_totals(workout, value.unit, width, colours),
        *gap,
    ]
    problem = value.message or ("" if detail is None else detail.problem)
    if problem:
        return [*rows, *_block(problem, width, _STEPS, colours.plain, bold=True)]
    steps = _STEPS if height < _LARGE else _STEPS + 2
    rows += [*_steps(detail, width, steps, colours), *gap]
    purpose = workout.purpose if len(workout.purpose) > width else description_of(workout)
    rows += [*_block(purpose, width, _PURPOSE, colours.plain), *gap]
    limits = () if detail is None else detail.particulars
    rows += [*_limits(limits, width, colours), *gap]
    return [*rows, *_past(value, entry, width, colours)]


def _below(value: Description, entry: LibraryEntry, width: int, height: int, colours: Palette) -> list[Strip]:
    """Name and totals in a row, the profile, and what fits of steps, purpose and last run."""
    workout, detail = entry.workout, value.detail
    distance = distance_text(workout.metres, value.unit)
    totals = [] if hours(workout) == _NONE else [hours(workout)]
    totals += [f"{distance} {unit_word(value.unit)}"] if distance != _NONE else []
    hard = distance_text(workout.hard_metres, value.unit)
    totals += [f"{hard} {unit_word(value.unit)} hard"] if hard != _NONE else []
    right = "   ".join(totals)
    name = _pad(sanitise(entry.title, 120), max(1, width - cell_len(right) - 2))
    head = [(name, colours.plain.style()), (f"  {right}", colours.plain.style(bold=False))]
    rows = [blank(width, colours.plain)] if height >= _ROOMY else []
    rows += [_row(head, width, colours.plain.style())]
    rows += _profile(detail, width, 3 if height < _ROOMY else 4, colours)
    problem = value.message or ("" if detail is None else detail.problem)
    if problem:
        return [*rows, *_block(problem, width, 3, colours.plain, bold=True)]
    rows += [_text(_in_one_row(detail, workout), width, colours.plain)]
    rows += [_text(sanitise(workout.purpose or workout.description, _LONGEST), width, colours.stale)]
    past = () if detail is None else detail.past
    last_run = [f"{day_of(run.day, value.today)}: {_past_words(run, value.unit)}" for run in past[:1]]
    return [*rows, _text(" ".join(last_run), width, colours.stale)]


def _tags(workout: CatalogueEntry) -> str:
    races = [sanitise(race, 20) for race in workout.focus]
    words = [sanitise(workout.level, 20), sanitise(", ".join(workout.phases), 30), ", ".join(races)]
    return "   ".join(word for word in words if word)


def _profile(detail: WorkoutDetail | None, width: int, rows: int, colours: Palette) -> list[Strip]:
    if detail is None or detail.timeline is None:
        return [blank(width, colours.plain)] * rows
    return profile_rows(ProfilePlan(detail.timeline), width, rows, colours)


def _totals(workout: CatalogueEntry, unit: str, width: int, colours: Palette) -> list[Strip]:
    bold, plain = colours.plain.style(), colours.plain.style(bold=False)
    stale = colours.stale.style(bold=False)
    distance, hard = distance_text(workout.metres, unit), distance_text(workout.hard_metres, unit)
    figures = (
        (hours(workout), "h", "time"),
        (distance, unit_word(unit), "distance"),
        (hard, unit_word(unit), "hard"),
    )
    third = min(width // 3, 14)
    above: list[tuple[str, Style]] = []
    below: list[tuple[str, Style]] = []
    for figure, each, label in figures:
        is_known = figure not in {_NONE, _UNKNOWN}
        rest = f" {each}" if is_known else ""
        above += [(figure, bold), (f"{rest}{' ' * max(1, third - cell_len(figure + rest))}", plain)]
        below += [(f"{label:<{third}}", stale)]
    return [_row(above, width, plain), _row(below, width, plain)]


def _steps(detail: WorkoutDetail | None, width: int, most: int, colours: Palette) -> list[Strip]:
    lines = [] if detail is None or detail.timeline is None else list(step_lines(detail.timeline))
    over = len(lines) - most
    visible = lines if over <= 0 else lines[: most - 1]
    rows = [_step_row(line, width, colours) for line in visible]
    if over > 0:
        rows.append(_text(f"{'':>{_TIMES}}and {over + 1} more", width, colours.stale))
    return [*rows, *[blank(width, colours.plain)] * (most - len(rows))]


def _step_row(line: PaperStep, width: int, colours: Palette) -> Strip:
    plain, stale = colours.plain.style(bold=False), colours.stale.style(bold=False)
    room = width - _TIMES - _STEP_TIME
    means = line.means if cell_len(line.what) + cell_len(line.means) + 1 <= room else ""
    what = _pad(line.what, max(1, room - cell_len(means)))
    return _row(
        [
            (f"{line.times:>{_TIMES - 1}} ", plain),
            (what, colours.plain.style(bold=line.is_hard)),
            (means, stale),
            (f"{line.time:>{_STEP_TIME}}", plain),
        ],
        width,
        plain,
    )


def _in_one_row(detail: WorkoutDetail | None, workout: CatalogueEntry) -> str:
    """The steps as a sentence; a workout of one open step is described by its own text."""
    lines = [] if detail is None or detail.timeline is None else list(step_lines(detail.timeline))
    if len(lines) < 2:
        return sanitise(workout.sentence, _LONGEST)
    words = []
    for line in lines:
        means = f" at {line.means}" if line.means and line.is_hard else ""
        what = line.what.partition(" at ")[0] if means else line.what
        words.append(f"{line.times} {what}{means}".strip())
    return ", ".join(words)


def _limits(particulars: Sequence[str], width: int, colours: Palette) -> list[Strip]:
    lines = [line for text in particulars for line in wrap(sanitise(text, _LONGEST), width)]
    if len(lines) > _LIMITS:
        lines = [*lines[: _LIMITS - 1], fit(" ".join(lines[_LIMITS - 1 :]), width)]
    return [_text(line, width, colours.stale) for line in [*lines, *[""] * _LIMITS][:_LIMITS]]


def _past(value: Description, entry: LibraryEntry, width: int, colours: Palette) -> list[Strip]:
    if not entry.runs:
        return []
    times = {1: "once", 2: "twice"}.get(entry.runs, f"{entry.runs} times")
    rows = [_text(f"you ran it {times}", width, colours.stale)]
    for run in () if value.detail is None else value.detail.past[: _PAST - 1]:
        pace = "" if run.mean_speed is None else format_pace(run.mean_speed, unit=value.unit)
        right = _past_reps(run)
        gap = max(1, width - 10 - cell_len(pace) - cell_len(right))
        plain, bold = colours.plain.style(bold=False), colours.plain.style()
        day = f"{day_of(run.day, value.today):<10}"
        rows.append(_row([(day, plain), (pace, bold), (f"{' ' * gap}{right}", plain)], width, plain))
    return rows


def _past_reps(run: PastRun) -> str:
    reps = f"{run.reps} {'rep' if run.reps == 1 else 'reps'}" if run.reps else ""
    light = "" if run.light_s is None else f"{signed(run.light_s, 1)} s a rep"
    return ", ".join(part for part in (reps, light) if part)


def _past_words(run: PastRun, unit: str) -> str:
    pace = [] if run.mean_speed is None else [f"mean {format_pace(run.mean_speed, unit=unit)}"]
    return ", ".join(part for part in (*pace, _past_reps(run)) if part) or "no pace was measured"


# --- the workout that is being typed

_FIGURE_ROWS: Final = 4
_FIGURE_WIDE: Final = 34
"""Most columns of a total: three of them are read at a glance on a wide screen."""
_TIMES_WIDE, _MEANS_WIDE, _TIME_WIDE = 9, 14, 9
_EXAMPLES: Final = (
    ("lengths", "800   800m   1km   1mile   3min   90s   1'30\""),
    ("targets", "@ 5k   @ threshold   @ 4:30/km   <75%max"),
    ("rests", "/ 400 jog   / 90s stand   / 200 float   on 1:15"),
    ("sets", "3x(4x400 @ mile / 60s) / 3:00"),
)
"""Examples for each part of a line."""
LINE_EXAMPLES: Final = ("4x1000 @ threshold / 90s stand", "20min @ easy <75%max + 6x20s stride / walk 1:00")
"""Workouts as they are typed; a test reads them."""


@dataclass(frozen=True, slots=True)
class OwnView:
    """The state of the page: the workout as typed, and the place of its line on the screen."""

    typed: TypedWorkout
    column: int
    """The column under the first character of the line; less than 0 once the line is scrolled."""


class OwnPage(StripWidget[OwnView]):
    """The page under the line."""

    def paint(self, value: OwnView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the caret, the message, the profile, the totals and the steps."""
        typed, inner = value.typed, max(1, width - 2 * MARGIN)
        side = [blank(MARGIN, colours.plain)] * height
        if typed.is_name:
            rows = _no_such_name(typed, inner, colours)
            return beside([side, stack(rows, inner, height, colours.plain, top=0), side])
        rows = [_caret_rule(value, inner, colours), *_fault_rows(typed, inner, colours)]
        timeline = typed.timeline
        if timeline is None or not timeline.steps:
            rows += [blank(inner, colours.plain), *_examples(inner, colours)]
        else:
            size = 3 if height < 17 else 5 if height < 30 else 8
            rows += profile_rows(ProfilePlan(timeline), inner, size, colours)
            rows.append(blank(inner, colours.plain))
            rows += _typed_totals(estimate(timeline), typed.unit, inner, colours)
            rows.append(blank(inner, colours.plain))
            room = height - len(rows) - (len(_EXAMPLES) + 1 if typed.problem and height > 24 else 0)
            rows += _typed_steps(timeline, inner, max(1, room), colours)
            if typed.problem and height > 24:
                rows += [blank(inner, colours.plain), *_examples(inner, colours)]
        return beside([side, stack(rows, inner, height, colours.plain, top=0), side])


def _no_such_name(typed: TypedWorkout, width: int, colours: Palette) -> list[Strip]:
    """Names near one that no workout has, and examples of written workouts."""
    gap = blank(width, colours.plain)
    near = (
        [text_row(sanitise(typed.fix, _LONGEST), width, colours.plain, bold=False), gap] if typed.fix else []
    )
    return [
        text_row("─" * width, width, colours.line, bold=False),
        gap,
        gap,
        text_row(_sentence(sanitise(typed.problem, _LONGEST)), width, colours.plain),
        gap,
        *near,
        text_row(
            "A line that begins with a number is a workout of your own:", width, colours.plain, bold=False
        ),
        gap,
        *(text_row(f"  {line}", width, colours.plain) for line in LINE_EXAMPLES),
    ]


def _caret_rule(value: OwnView, width: int, colours: Palette) -> Strip:
    """The rule under the line, with a caret under the character that is wrong."""
    at = value.typed.place
    if at is None:
        return text_row("─" * width, width, colours.line, bold=False)
    column = value.column - MARGIN + cell_len(value.typed.line[:at])
    column = min(max(0, column), width - 1)
    pieces = [
        ("─" * column, colours.line),
        ("▲", colours.plain),
        ("─" * (width - column - 1), colours.line),
    ]
    return pieces_row(pieces, width, colours.plain)


def _fault_rows(typed: TypedWorkout, width: int, colours: Palette) -> list[Strip]:
    """Three rows: the name or the fault, then the fix or the assumptions."""
    if typed.problem:
        tab = f"tab writes {sanitise(typed.corrected, _LONGEST)}" if typed.corrected else ""
        texts = [sanitise(typed.fix, _LONGEST), tab]
        first = text_row(_sentence(sanitise(typed.problem, _LONGEST)), width, colours.plain)
    else:
        guesses = [f"guessed: {sanitise(guess, _LONGEST)}" for guess in typed.guesses]
        texts = [*guesses[:1], "; ".join(guesses[1:])]
        first = ends_row(sanitise(typed.title, _LONGEST), "understood", width, colours.plain)
    rest = [text_row(text, width, colours.stale, bold=False) for text in [*texts, "", ""][:2]]
    return [first, *rest]


def _sentence(text: str) -> str:
    """A reason as a sentence."""
    ended = text if text.endswith((".", "!")) else f"{text}."
    return f"{ended[:1].upper()}{ended[1:]}"


def _typed_totals(size: Estimate, unit: str, width: int, colours: Palette) -> list[Strip]:
    """Time, distance and hard distance, in `km` or miles, in block letters over their words."""
    minutes = round(size.seconds / 60)
    unknown = f", {size.open_steps} open" if size.open_steps else ""
    about = "about " if size.guessed_steps else ""
    distance, word = long_distance(size.metres, unit)
    hard = (f"{size.hard_seconds / 60:.0f}", "hard min")
    if size.hard_metres >= 1:
        hard = (long_distance(size.hard_metres, unit)[0], f"hard {word}")
    figures = (
        (f"{minutes // 60}:{minutes % 60:02d}", f"{about}time h{unknown}"),
        (distance, f"{about}distance {word}"),
        hard,
    )
    third = min(width // 3, _FIGURE_WIDE)
    columns = []
    for place, (text, label) in enumerate(figures):
        own = width - 2 * third if place == len(figures) - 1 else third
        letters = first_that_fits((text,), own - 2, _FIGURE_ROWS)
        rows = [text_row(text, own, colours.plain)] if letters is None else []
        rows += block_rows(letters, own, colours.plain, align="left") if letters is not None else []
        field = stack(rows, own, _FIGURE_ROWS, colours.plain, top=0)
        columns.append([*field, text_row(label, own, colours.stale, bold=False)])
    return beside(columns)


def _typed_steps(timeline: Timeline, width: int, room: int, colours: Palette) -> list[Strip]:
    """The steps, each once with its number of repeats; steps that do not fit are counted."""
    lines = list(step_lines(timeline))
    over = len(lines) - room
    visible = lines if over <= 0 else lines[: room - 1]
    end = min(width, _WIDEST)
    rows = []
    for line in visible:
        room_for_what = end - _TIMES_WIDE - _TIME_WIDE - max(_MEANS_WIDE, cell_len(line.means)) - 2
        what = fit(line.what, max(1, room_for_what))
        gap = end - _TIMES_WIDE - cell_len(what) - cell_len(line.means) - _TIME_WIDE
        pieces = [
            (f"{line.times:>{_TIMES_WIDE - 1}} ", colours.plain),
            (what, colours.plain if line.is_hard else colours.stale),
            (" " * max(1, gap) + line.means, colours.stale),
            (f"{line.time:>{_TIME_WIDE}}", colours.plain),
        ]
        rows.append(pieces_row(pieces, width, colours.plain))
    if over > 0:
        rows.append(text_row(f"      and {over + 1} more", width, colours.stale, bold=False))
    return rows


def _examples(width: int, colours: Palette) -> list[Strip]:
    """Examples of the parts of a line."""
    return [
        pieces_row([(f"{name:<10}", colours.stale), (text, colours.plain)], width, colours.plain)
        for name, text in _EXAMPLES
    ]


# --- the title and the keys


@dataclass(frozen=True, slots=True)
class TitleTexts:
    """The texts at both ends of the title row; the left one is the name of the screen and its content."""

    left: str
    right: str


class TitleRow(StripWidget[TitleTexts]):
    """One row at the top."""

    def paint(self, value: TitleTexts, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the name bold; the right end is cut first."""
        del height
        ink = colours.bar.style(bold=False)
        name, _, rest = value.left.partition("   ")
        room = max(0, width - cell_len(value.left) - 4)
        right = value.right if cell_len(value.right) <= room else value.right.rpartition("   ")[2]
        right = right if cell_len(right) <= room else ""
        gap = max(0, width - cell_len(value.left) - cell_len(right) - 2)
        rest = f"   {rest}" if rest else ""
        return [_row([(f" {name}", colours.bar.style()), (f"{rest}{' ' * gap}{right} ", ink)], width, ink)]


def clock_words(who: str, now: datetime) -> str:
    """`ida   Tue 26 May   17:30`, early in the day `6:40`."""
    parts = (sanitise(who, 24), day_text(now), f"{now.hour}:{now:%M}")
    return "   ".join(part for part in parts if part)


class KeyLine(StripWidget[Keys]):
    """The keys that do something now; those that do not fit are dropped, the way out never."""

    def paint(self, value: Keys, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint each key as a chip, then its words."""
        del height
        keys = keys_that_fit(value, width)
        plain, chip = colours.plain.style(bold=False), colours.key.style()
        pieces = [piece for key, says in keys for piece in ((f" {key} ", chip), (f" {says}  ", plain))]
        pieces = [*pieces[:-1], *((text.rstrip(), pair) for text, pair in pieces[-1:])]  # no blank is cut off
        return [_row(pieces, width, plain)]
