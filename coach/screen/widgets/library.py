"""The widgets of the library: selection and order of its workouts, their list, and details of the chosen one.

The list is sorted, filtered, or has the best match first; only the visible rows are painted, however long it is. Every
part has a fixed place, also while it is empty.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from coach.quantities import format_pace, long_distance, signed
from coach.screen.paint import Pair, Palette, blank, cells, fit, sanitise, stack, wrapped
from coach.screen.protocols import LibraryEntry, PastRun, WorkoutDetail
from coach.screen.widgets.base import (
    MARGIN,
    Keys,
    ProfilePlan,
    StripWidget,
    day_text,
    keys_that_fit,
    profile_rows,
)
from coach.screen.widgets.workout_page import PaperStep, step_lines
from coach.workout.catalogue_entry import Query, SearchFilter
from coach.workout.timeline import WITHOUT_PLAN

if TYPE_CHECKING:
    from coach.workout.catalogue_entry import CatalogueEntry


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

    def turned(self) -> "Order":
        """The order by the same column, reversed."""
        return Order(self.column, is_falling=not self.is_falling)

    def sorted(self, entries: Sequence[LibraryEntry]) -> list[LibraryEntry]:
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


# --- filters: race, level, phase and time, each changed by a key

KEYS: Final = {"race": ("r", "f3"), "level": ("l", "f4"), "phase": ("p", "f5"), "time": ("t", "f6")}
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
            "race": _ordered("race", (race for workout in workouts for race in workout.focus)),
            "level": _ordered("level", (workout.level for workout in workouts)),
            "phase": _ordered("phase", (phase for workout in workouts for phase in workout.phases)),
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


def _ordered(name: str, tags: Iterable[str]) -> tuple[str, ...]:
    """Any, the usual tags that occur, then the others."""
    present = set(tags) - {""}
    usual = [tag for tag in _USUAL[name] if tag in present]
    return ("", *usual, *sorted(present.difference(usual)))


# --- library


_UNKNOWN, _NONE = "--", "–"
_LONGEST: Final = 400
"""Most characters of a text that are processed."""
_RECENT_DAYS: Final = 300
"""From this age on a day is shown with its year in place of the day."""


# --- the texts of the columns


def hours(workout: "CatalogueEntry") -> str:
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


def unit_word(unit: str) -> str:
    """The head of a column of distances."""
    return "miles" if unit == "mile" else "km"


def _padded(text: str, width: int) -> str:
    return set_cell_size(fit(text, width), width)


def _row(pieces: Sequence[tuple[str, Style]], width: int, paper: Style) -> Strip:
    """A row of pieces, filled up; excess is cut."""
    runs, left = [], width
    for text, style in pieces:
        cut = fit(text, max(0, left))
        runs.append((cut, style))
        left -= cell_len(cut)
    return cells([*runs, (" " * max(0, left), paper)])


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


_TALL: Final = 20
"""From this height on the heads and the foot have blank rows around them."""


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
    figures = [
        (f"{time.removesuffix('+'):>{_TIME}}", own),
        # An unfinished length has its + in the gap, so that the figures stay right-aligned.
        (
            f"{'+' if time.endswith('+') else ' '}{distance_text(workout.metres, value.unit):>{_DISTANCE - 1}}",
            own,
        ),
        (f"{distance_text(workout.hard_metres, value.unit):>{_HARD}}", own),
        (f"{day_of(entry.last_day, value.today):>{_LAST}}", own if entry.last_day is not None else quiet),
    ]
    wide = max(8, width - 2 * MARGIN - _TIME - _DISTANCE - _HARD - _LAST)
    name = _padded(sanitise(entry.title, 120), wide)
    pieces = [(" " * (MARGIN - 1), plain), (" ", own), (name, own), *figures, (" ", own)]
    return _row(pieces, width, plain)


def _foot(value: Listing, width: int, colours: Palette) -> Strip:
    plain, stale = colours.plain.style(bold=False), colours.stale.style(bold=False)
    inner = width - 2 * MARGIN
    room = max(0, inner - cell_len(value.foot) - 2)
    filters = fit(value.filters, room)
    gap = inner - cell_len(value.foot) - cell_len(filters)
    return _row([(" " * MARGIN, plain), (f"{value.foot}{' ' * gap}{filters}", stale)], width, plain)


# --- details of the chosen workout


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
_WIDEST: Final = 84
"""Most columns of the details: longer rows are not read at a glance."""
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


def _text(text: str, width: int, pair: Pair, *, bold: bool = False) -> Strip:
    style = pair.style(bold=bold)
    return _row([(text, style)], width, style)


def _block(text: str, width: int, most: int, pair: Pair, *, bold: bool = False) -> list[Strip]:
    """A text in at most `most` rows; the last one has an ellipsis if something is missing."""
    lines = wrapped(text, width, most, limit=2 * _LONGEST)
    return [_text(line, width, pair, bold=bold) for line in [*lines, *[""] * most][:most]]


def description_of(workout: "CatalogueEntry") -> str:
    """The purpose of a workout and its description, a sentence each; else its kind in one."""
    purpose = (
        f"{workout.purpose}." if workout.description and workout.purpose[-1:].isalnum() else workout.purpose
    )
    return " ".join(part for part in (purpose, workout.description) if part) or workout.sentence


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
    name = _padded(sanitise(entry.title, 120), max(1, width - cell_len(right) - 2))
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


_ROOMY: Final = 9
"""From this height on the profile under the list has four rows."""


def _tags(workout: "CatalogueEntry") -> str:
    races = [sanitise(race, 20) for race in workout.focus]
    words = [sanitise(workout.level, 20), sanitise(", ".join(workout.phases), 30), ", ".join(races)]
    return "   ".join(word for word in words if word)


def _profile(detail: WorkoutDetail | None, width: int, rows: int, colours: Palette) -> list[Strip]:
    if detail is None or detail.timeline is None:
        return [blank(width, colours.plain)] * rows
    return profile_rows(ProfilePlan(detail.timeline), width, rows, colours)


def _totals(workout: "CatalogueEntry", unit: str, width: int, colours: Palette) -> list[Strip]:
    bold, plain, stale = (
        colours.plain.style(),
        colours.plain.style(bold=False),
        colours.stale.style(bold=False),
    )
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
    rows = [_step(line, width, colours) for line in visible]
    if over > 0:
        rows.append(_text(f"{'':>{_TIMES}}and {over + 1} more", width, colours.stale))
    return [*rows, *[blank(width, colours.plain)] * (most - len(rows))]


def _step(line: PaperStep, width: int, colours: Palette) -> Strip:
    plain, stale = colours.plain.style(bold=False), colours.stale.style(bold=False)
    room = width - _TIMES - _STEP_TIME
    means = line.means if cell_len(line.what) + cell_len(line.means) + 1 <= room else ""
    what = _padded(line.what, max(1, room - cell_len(means)))
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


def _in_one_row(detail: WorkoutDetail | None, workout: "CatalogueEntry") -> str:
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
    return ", ".join([*pace, *[part for part in [_past_reps(run)] if part]]) or "no pace was measured"


# --- the rows around it


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
