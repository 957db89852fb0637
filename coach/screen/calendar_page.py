"""The page of a season: a column for each week, the days of a week or month, and today's session with its reasons.

Its state is made from a plan, which the screen reads and changes by `SeasonActions`. Every part has a fixed place, also
while it is empty, so that nothing moves when a session is picked up, a rule is broken or an answer is given.
"""

from calendar import Calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from textwrap import wrap
from typing import TYPE_CHECKING, Final, Protocol

from rich.cells import cell_len

from coach.plan.model import (
    OffReason,
    Plan,
    PlanDay,
    PlannedSession,
    PlanWeek,
    RacePriority,
    SessionKind,
    TrainingPhase,
    monday_of,
)
from coach.quantities import format_hours, long_distance
from coach.screen.base import MARGIN, Keys, PageWidget, paint_bar, paint_keys, paint_title
from coach.screen.paint import Canvas, Pair, Palette, fit, has_picture, sanitise, width_of, wrapped
from coach.screen.protocols import LiveFeed

if TYPE_CHECKING:
    from coach.plan.edit import EditedPlan

NONE: Final = "–"
"""Shown for a number that does not apply."""


# --- the state of the page


class DayTone(StrEnum):
    """The effort of a session: the colour of its swatch."""

    HARD = "hard"
    EASY = "easy"
    OTHER = "other"
    """No running: strength, mobility, a bicycle."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session of a day, in words; they may hold any characters."""

    title: str
    tone: DayTone
    time: str = ""
    """`1:05`."""
    distance: str = ""
    """`10.6`, in the unit of the page."""
    why: str = ""
    """One sentence."""
    done: str = ""
    """Its result: `mean 5:48`, `RPE 8`."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of the season."""

    day: date
    sessions: tuple[SessionLine, ...] = ()
    note: str = ""
    """Text of a day without a session: `travel`, or the reason for its rest."""
    is_off: bool = False
    """True if the runner is away or ill."""
    is_planned: bool = True
    """True if the season includes it."""
    is_broken: bool = False
    """True if a rule is broken on it."""
    is_edited: bool = False
    """True if the session being moved, or the day being marked off, is here."""


@dataclass(frozen=True, slots=True)
class StripWeek:
    """A week of the season."""

    monday: date
    phase: str
    share: float | None
    """Its volume as a share of the largest week; None if unknown."""
    is_race: bool = False
    """True if it is a week of a race or after one, without training of its own."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A rule that was checked for today."""

    label: str
    you: str
    limit: str = NONE
    has_fired: bool = False


@dataclass(frozen=True, slots=True)
class UsualBand:
    """Heart rate variability over four weeks, and its usual range."""

    label: str
    values: tuple[float | None, ...]
    """One for each morning, the last one today's; None if not measured."""
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Today's session, with the reasons."""

    word: str
    """In block letters: `PLANNED`, `EASIER`, `EASY`, `REST`."""
    session: str
    time: str = ""
    instead: str = ""
    """The session it replaces: `instead of 20 min in one`."""
    measured: str = ""
    """The time of the morning measurement: `6:40, measured 4 min`."""
    reasons: tuple[ReasonLine, ...] = ()
    in_short: tuple[str, str] = ("", "")
    """The reasons in two rows."""
    not_known: str = ""
    band: UsualBand | None = None
    choice: str = ""
    """The runner's choice, if already made: `You run it as planned.`"""
    is_as_planned: bool = False
    """True if the answer is the planned session."""
    can_run: bool = True
    """True if there is a session that a key can start."""


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The state of the page."""

    title: str
    """The goal race."""
    who: str
    today: date
    unit: str
    """The unit over the distances: `km` or `miles`."""
    weeks: tuple[StripWeek, ...]
    head: str
    """`week 13 of 18, build`."""
    summary: str
    """`44 km, 2 hard days, 84 % easy`."""
    days: tuple[DayLine, ...]
    """The seven days of the week with the cursor; with the month, those before and after it too, in order."""
    at: date
    """The day with the cursor."""
    check: tuple[str, ...] | None
    """Broken rules, the worst first; empty without one, None before the check."""
    coming: str
    """A sentence on the next week."""
    moving: str
    """The edit in progress, or how to move a session."""
    keys: Keys
    is_moving: bool = False
    """True if an edit is in progress."""
    label: str = "moving"
    """The name of that edit."""
    answer: Answer | None = None
    is_month: bool = False
    message: str = ""
    """The result of the last action, or the reason why it failed."""

    def day(self, day: date) -> DayLine:
        """Return a day; one outside the season is empty."""
        return next((each for each in self.days if each.day == day), DayLine(day, is_planned=False))

    def week(self, monday: date) -> tuple[DayLine, ...]:
        """Return the seven days of a week."""
        first = monday.toordinal()
        return tuple(self.day(date.fromordinal(first + number)) for number in range(7))


def month_weeks(day: date) -> tuple[date, ...]:
    """Return the Mondays of the weeks that show a month."""
    return tuple(week[0] for week in Calendar().monthdatescalendar(day.year, day.month))


def shown_days(at: date, *, shows_month: bool) -> tuple[date, ...]:
    """Return the days that are shown around the cursor, in order."""
    mondays = month_weeks(at) if shows_month else (monday_of(at),)
    return tuple(date.fromordinal(monday.toordinal() + number) for monday in mondays for number in range(7))


@dataclass(frozen=True, slots=True)
class TypedRace:
    """A race typed so far, and the plan for it."""

    effect: str
    """`16 weeks: base 8, build 6, peak 2; 40 to 52 km`."""
    problem: str = ""
    """The reason why no plan can be made, with a hint; empty if one can."""


@dataclass(frozen=True, slots=True)
class NoRace:
    """The state of the page that is shown without a plan."""

    who: str
    keys: Keys
    typed: TypedRace | None
    message: str = ""


# --- the actions of the screen


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule of the season that is broken."""

    days: tuple[date, ...]
    """Empty if it concerns the whole season."""
    words: str
    """A sentence, which may hold any characters."""
    fix: str = ""
    """A way to fix it."""
    is_mild: bool = False
    """True if it is only listed, and marks no day."""


class SeasonActions(Protocol):
    """The season of a runner, and the actions on it."""

    @property
    def who(self) -> str:
        """The athlete's name; empty if unknown."""
        ...

    @property
    def unit(self) -> str:
        """`km` or `mile`."""
        ...

    def now(self) -> datetime:
        """Return the local time."""
        ...

    def read(self) -> Plan | None:
        """Read the current plan; called off the loop. None without a plan.

        Raises:
            CoachProblem: it cannot be read; the screen shows message and hint.
        """
        ...

    def done(self) -> Mapping[str, str]:
        """Return the results of the runs by their ids: `mean 5:48, RPE 4`; called off the loop after `read`."""
        ...

    def answer(self) -> Answer | None:
        """Work out today's session with its reasons, and read the rules' data; called off the loop after `read`.

        Raises:
            CoachProblem: something cannot be read; the screen shows message and hint.
        """
        ...

    def why(self) -> Sequence[tuple[str, str]]:
        """Return each rule that was checked today, with its value, its limit and its source."""
        ...

    def broken(self, plan: Plan) -> Sequence[BrokenRule]:
        """Return the rules that a season breaks, the worst first."""
        ...

    def keep(self, edited: "EditedPlan", who: str) -> Plan:
        """Save a change; `who` is its author in the journal of the plan.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def undo(self) -> str:
        """Undo the last change and return its description, empty if there is none.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def start(self, *, as_planned: bool, by_effort: bool = False) -> LiveFeed:
        """Start today's session as answered, or as planned, which is stored as the runner's choice.

        Raises:
            MissingNumber: it needs a number; the screen asks whether it is to be run by effort.
            CoachProblem: it cannot be started; the screen shows message and hint.
        """
        ...

    def understand(self, line: str) -> TypedRace:
        """Read a race while it is typed, and plan for it; called with every key."""
        ...

    def enter(self, line: str) -> Plan:
        """Make and save a season for a race that was typed.

        Raises:
            CoachProblem: it cannot be read, planned for, or written.
        """
        ...


# --- from a plan to the state of the page

_COUNTS: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight")
_OUT_OF_TRAINING: Final = frozenset({TrainingPhase.RACE, TrainingPhase.RECOVERY, TrainingPhase.FREE})


def session_line(session: PlannedSession, unit: str, done: Mapping[str, str]) -> SessionLine:
    """Return a session as the page shows it."""
    tone = DayTone.HARD if session.is_hard else DayTone.EASY if session.is_run else DayTone.OTHER
    results = [done[run] for run in session.runs if done.get(run)]
    return SessionLine(
        session.title,
        tone,
        "" if session.minutes is None else format_hours(60 * session.minutes),
        "" if not session.distance_m or not session.is_run else long_distance(session.distance_m, unit)[0],
        session.why,
        results[0] if results else "done" if session.runs else "",
    )


def day_line(
    day: PlanDay,
    unit: str,
    done: Mapping[str, str],
    *,
    off_note: str = "",
    is_broken: bool = False,
    is_edited: bool = False,
) -> DayLine:
    """Return a day as the page shows it; a session of rest is a day without one, `off_note` explains a day off."""
    sessions = tuple(
        session_line(each, unit, done) for each in day.sessions if each.kind is not SessionKind.REST
    )
    rest = next((each.why for each in day.sessions if each.kind is SessionKind.REST), "")
    note = day.note or rest
    if day.off is not None:
        reason = "day off" if day.off is OffReason.OFF else day.off.value
        note = f"{reason}: {off_note}" if off_note else reason
    return DayLine(
        day.date, sessions, note, is_off=day.off is not None, is_broken=is_broken, is_edited=is_edited
    )


def strip_of(plan: Plan) -> tuple[StripWeek, ...]:
    """Return the weeks of a season with their volume as a share of the largest."""
    sizes = [_week_size(plan, week) for week in plan.weeks]
    most = max((size for size in sizes if size is not None), default=0.0) or 1.0
    return tuple(
        StripWeek(
            week.monday,
            week.phase.value,
            None if size is None else size / most,
            week.phase in _OUT_OF_TRAINING,
        )
        for week, size in zip(plan.weeks, sizes, strict=True)
    )


def _week_size(plan: Plan, week: PlanWeek) -> float | None:
    """The volume of a week, in metres or in seconds as the plan counts it; None if unknown."""
    days = plan.days_of(week)
    if plan.volume.unit == "s":
        planned, target = 60 * sum(day.run_minutes for day in days), week.target_s
    else:
        planned, target = sum(day.distance_m for day in days), week.target_m
    return planned or target


def week_head(plan: Plan, day: date) -> str:
    """`week 13 of 18, build`."""
    week = plan.week_of(day)
    if week is None:
        where = "before" if day < plan.first else "after"
        return f"{where} the season"
    number = plan.weeks.index(week) + 1
    return f"week {number} of {len(plan.weeks)}, {week.phase.value}"


def week_summary(plan: Plan, day: date, unit: str) -> str:
    """`44 km, 2 hard days, 84 % easy`; unknown parts are left out."""
    week = plan.week_of(day)
    if week is None:
        return ""
    days = plan.days_of(week)
    hard = sum(each.is_hard for each in days)
    parts = [_size_words(plan, week, unit), f"{hard} hard {'day' if hard == 1 else 'days'}"]
    runs = [session for each in days for session in each.sessions if session.is_run]
    times = [(each.minutes, each.hard_minutes or 0.0) for each in runs]
    minutes = sum(each or 0.0 for each, _ in times)
    is_known = all(each is not None for each, _ in times) and not any(
        each.is_hard and each.hard_minutes is None for each in runs
    )
    if is_known and minutes > 0:
        share = 1 - sum(each for _, each in times) / minutes
        parts.append(f"{100 * max(0.0, share):.0f} % easy")
    return ", ".join(part for part in parts if part)


def _size_words(plan: Plan, week: PlanWeek, unit: str) -> str:
    """`44 km`, or `5:20 h` if the plan counts time; empty if unknown."""
    size = _week_size(plan, week)
    if size is None:
        return ""
    if plan.volume.unit == "s":
        return f"{format_hours(size)} h"
    figure, word = long_distance(size, unit)
    return f"{float(figure):.0f} {word}"


def coming_words(plan: Plan, day: date, unit: str) -> str:
    """`Next week: 35 km, the lighter of four.`; empty without a next week."""
    following = plan.week_of(day + timedelta(days=7))
    if following is None:
        return ""
    place = plan.weeks.index(following)
    words = _size_words(plan, following, unit) or following.phase.value
    if following.is_down:
        since = next((back for back in range(1, place + 1) if plan.weeks[place - back].is_down), place + 1)
        words += f", the lighter of {_COUNTS[since]}" if 1 < since < len(_COUNTS) else ", a lighter one"
    elif place and following.phase is not plan.weeks[place - 1].phase:
        words += f", {following.phase.value} begins"
    return f"Next week: {words}."


def race_words(plan: Plan, day: date) -> str:
    """`10 km on 28 June, A race`: the next A race, else the next race."""
    race = plan.next_race(day, RacePriority.A) or plan.next_race(day)
    if race is None:
        return "no race to come"
    year = f" {race.date.year}" if (race.date - day).days > 300 else ""
    return f"{sanitise(race.label, 40)} on {race.date.day} {race.date:%B}{year}, {race.priority.value} race"


# --- the page

_BROKEN: Final = "▲"
"""The mark of a day on which a rule is broken."""
_FIRED: Final = "▶"
"""The mark of a reason that changed the answer."""
_WIDE, _TALL = 116, 36
"""From this size on the answer is beside the week, on smaller screens above it."""
_HIGH: Final = 50
"""From this height on the month is shown below the week."""
_BROAD: Final = 160
"""From this width on the answer has more room."""
_PANEL, _BROAD_PANEL = 35, 56
"""Columns of the answer."""
_GAP: Final = 6
"""Columns between the days and the answer."""
_DAY, _SWATCH, _SESSION = 2, 9, 11
"""Columns of a day's parts."""
_LIMIT: Final = 8
"""Columns of the limits of the rules."""
_WEEK: Final = 4
"""Columns of a week in the strip at most, the gap after it included."""
_MONTH_ROWS: Final = 3
"""Rows of a week in the month."""
_NARROW: Final = 70
"""On fewer columns the results of sessions are left out."""
_SMALLEST: Final = 12
"""From this number of rows on there is more than the week."""
_YOU_DECIDE: Final = "You decide. As planned is kept as your choice, without a word."
_DOTS: Final = 28
"""Mornings in the plot."""


def is_whole(width: int, height: int) -> bool:
    """Return whether season, week and answer are all shown at this size."""
    return width >= _WIDE and height >= _TALL


def needs_month(width: int, height: int) -> bool:
    """Return whether the month is shown below the week at this size."""
    return width >= _WIDE and height >= _HIGH


class CalendarPage(PageWidget[CalendarView]):
    """The page, painted whole."""

    def draw(self, canvas: Canvas, view: CalendarView, colours: Palette) -> None:
        """Paint the parts beside each other, or below each other if there is less room."""
        page = _CalendarPainter(canvas, view, colours)
        if is_whole(canvas.width, canvas.height):
            page.paint_wide()
        else:
            page.paint_small()


class _CalendarPainter:
    """The page during painting."""

    def __init__(self, canvas: Canvas, view: CalendarView, colours: Palette) -> None:
        self.canvas = canvas
        self.view = view
        self.colours = colours

    # --- the two layouts

    def paint_wide(self) -> None:
        """Paint season and days at the left, the answer at the right."""
        canvas, view, colours = self.canvas, self.view, self.colours
        panel = _PANEL if canvas.width < _BROAD else _BROAD_PANEL
        beside = canvas.width - 1 - panel
        edge = beside - _GAP
        is_high = canvas.height >= _HIGH
        tall = 9 if is_high else 5
        self._title(view.title)
        self._strip(2, tall, edge)
        y = tall + 5
        after = canvas.put(MARGIN, y, fit(view.head, edge - MARGIN), colours.plain, bold=True)
        canvas.put_right(edge, y, fit(view.summary, max(0, edge - after - 2)), colours.stale)
        foot = y + 17
        if view.is_month and not is_high:
            self._month(y + 2, edge)
            foot = y + 2 + 1 + 6 * _MONTH_ROWS + 1
        else:
            self._week(y + 2, edge)
        self._check(foot + 1, edge, rows=3 if not view.is_month else 2)
        if view.message:
            canvas.put(MARGIN, foot + 5, fit(view.message, edge - _SESSION), colours.offer)
        else:
            pair = colours.plain if view.is_moving else colours.stale
            canvas.put(MARGIN, foot + 5, view.label, colours.stale)
            canvas.put(_SESSION, foot + 5, fit(view.moving, edge - _SESSION), pair)
        if is_high:
            self._month(foot + 8, edge)
        if view.check is not None:
            self._answer(beside, canvas.width - 1)
        paint_keys(canvas, view.keys, colours)

    def paint_small(self) -> None:
        """Paint the answer at the top, the week below it, the season at the foot."""
        canvas, view, colours = self.canvas, self.view, self.colours
        edge = canvas.width - MARGIN
        self._title(view.head)
        if view.is_month:
            self._month(2, edge)
            words = view.message or (view.check[0] if view.check else view.summary)
            pair = colours.offer if view.message else colours.plain
            canvas.put(MARGIN, canvas.height - 2, fit(words, edge - MARGIN), pair)
            paint_keys(canvas, view.keys, colours)
            return
        y = 2
        if canvas.height >= _SMALLEST + 9:
            if view.check is not None:
                self._answer_above(edge)
            canvas.put(MARGIN, 7, "─" * (edge - MARGIN), colours.line)
            y = 8
        elif view.answer is not None and view.check is not None:
            words = f"{view.answer.word}   {sanitise(view.answer.session)}"
            canvas.put(MARGIN, 1, fit(words, edge - MARGIN), colours.plain, bold=True)
            y = 3
        self._rows_of_days(y, edge)
        if canvas.height >= y + 12:
            self._about_day(y + 8, edge)
        if canvas.height >= y + 16:
            self._strip(y + 11, 2, edge)
        paint_keys(canvas, view.keys, colours)

    def _title(self, words: str) -> None:
        right = fit(self.view.who, max(0, self.canvas.width - 24))
        paint_title(self.canvas, "Plan", words, right, self.colours)

    # --- the season

    def _strip(self, y: int, tall: int, edge: int) -> None:
        """Paint a column for each week, as high as its volume, and below it the phases and the current week."""
        canvas, view, colours = self.canvas, self.view, self.colours
        room = edge - MARGIN
        pitch = max(1, min(_WEEK if edge < 100 else 6, room // max(1, len(view.weeks))))
        weeks = _visible_weeks(view, room // pitch)
        now = monday_of(view.today)
        for place, week in enumerate(weeks):
            pair = colours.rest if week.is_race or week.share is None else colours.easy
            pair = colours.work if week.monday == now else pair
            self._bar((MARGIN + place * pitch, y), (max(1, pitch - 1), tall), week, pair)
        for x, words, is_now in _names(view, weeks, pitch):
            canvas.put(MARGIN + x, y + tall, words, colours.plain if is_now else colours.stale, bold=is_now)

    def _bar(self, place: tuple[int, int], size: tuple[int, int], week: StripWeek, pair: Pair) -> None:
        """Paint the column of a week in half rows, or in whole ones if the strip is low."""
        (x, y), (wide, tall) = place, size
        if week.share is None:
            self.canvas.put(x, y + tall - 1, "?", self.colours.stale)
            return
        step = 2 if tall <= 4 else 1
        halves = step * max(1, round(2 * tall / step * min(1.0, week.share)))
        paint_bar(self.canvas, (x, y + tall - 1), (wide, halves), pair, self.colours)

    # --- the week

    def _week(self, y: int, edge: int) -> None:
        """Paint two rows for each day: the session, and its purpose."""
        canvas, view, colours = self.canvas, self.view, self.colours
        time, far, done = self._columns(edge)
        canvas.put(_DAY, y, "day", colours.stale)
        canvas.put(_SESSION, y, "session", colours.stale)
        canvas.put_right(time, y, "time", colours.stale)
        canvas.put_right(far, y, view.unit, colours.stale)
        canvas.put(done, y, "done", colours.stale)
        for place, day in enumerate(view.week(monday_of(view.at))):
            row = y + 1 + 2 * place
            self._day(row, edge, day)
            if len(day.sessions) > 1:
                self._session(row + 1, edge, day, 1, is_chosen=False)
                continue
            why = day.sessions[0].why if day.sessions else "" if day.is_off else day.note
            canvas.put(_SESSION, row + 1, fit(sanitise(why), edge - _SESSION), colours.stale)

    def _rows_of_days(self, y: int, edge: int) -> None:
        """Paint one row for each day."""
        for place, day in enumerate(self.view.week(monday_of(self.view.at))):
            self._day(y + place, edge, day)

    def _day(self, y: int, edge: int, day: DayLine) -> None:
        """Paint the row of a day: its date and its first session."""
        canvas, view, colours = self.canvas, self.view, self.colours
        is_chosen = day.day == view.at
        pair = colours.choice if is_chosen else colours.track if day.is_edited else colours.plain
        if pair is not colours.plain:
            canvas.put(_DAY - 1, y, " " * (edge + 2 - _DAY), pair)
        if day.is_broken:
            canvas.put(0, y, _BROKEN, colours.plain, bold=True)
        after = canvas.put(_DAY, y, f"{day.day:%a} ", pair, bold=True)
        canvas.put_right(after + 2, y, str(day.day.day), pair, bold=is_chosen or not self._is_whole)
        if not day.sessions:
            words = _empty_words(day)
            quiet = pair if pair is not colours.plain else colours.stale
            canvas.put(_SESSION, y, fit(words, edge - _SESSION), quiet)
            if day.day == view.today:
                self._done(y, edge, "today", pair, is_bold=is_chosen)
            return
        self._session(y, edge, day, 0, is_chosen=is_chosen)

    def _session(self, y: int, edge: int, day: DayLine, number: int, *, is_chosen: bool) -> None:
        canvas, view, colours = self.canvas, self.view, self.colours
        line = day.sessions[number]
        is_edited = day.is_edited and number == 0
        pair = colours.choice if is_chosen else colours.track if is_edited else colours.plain
        canvas.put(_SWATCH, y, " ", _swatch(line.tone, colours))
        time, far, _ = self._columns(edge)
        title = sanitise(line.title)
        if number == 0 and len(day.sessions) > 1 and not self._is_whole:
            title = f"{title} + {sanitise(day.sessions[1].title)}"
        is_bold = is_chosen or line.tone is DayTone.HARD
        room = time - _SESSION - max(4, cell_len(line.time)) - 1
        canvas.put(_SESSION, y, fit(title, room), pair, bold=is_bold)
        canvas.put_right(time, y, line.time, pair, bold=is_chosen)
        canvas.put_right(far, y, line.distance, pair, bold=is_chosen)
        is_today = day.day == view.today and number == 0
        self._done(y, edge, line.done or ("today" if is_today else ""), pair, is_bold=is_chosen)

    def _done(self, y: int, edge: int, words: str, pair: Pair, *, is_bold: bool) -> None:
        after = self._columns(edge)[2]
        self.canvas.put(after, y, fit(sanitise(words), max(0, edge - after)), pair, bold=is_bold)

    @property
    def _is_whole(self) -> bool:
        return is_whole(self.canvas.width, self.canvas.height)

    def _columns(self, edge: int) -> tuple[int, int, int]:
        """The right edges of time and distance, and the left edge of the results."""
        if not self._is_whole and edge < _NARROW:
            return edge - 7, edge, edge  # no room for results
        if not self._is_whole:
            return max(22, edge - 32), max(29, edge - 25), max(31, edge - 23)
        over = (edge - 78) // 2
        return 48 + over, 56 + over, 59 + over

    def _check(self, y: int, edge: int, *, rows: int) -> None:
        """Paint the broken rules, the worst first; without one a sentence on the next week."""
        canvas, view, colours = self.canvas, self.view, self.colours
        if view.check is None:
            return
        canvas.put(MARGIN, y, "check", colours.stale)
        broken = [line for words in view.check for line in wrap(sanitise(words, 400), edge - _SESSION)]
        if not broken:
            canvas.put(_SESSION, y, "No rule is broken this week.", colours.plain, bold=True)
            canvas.put(_SESSION, y + 1, fit(view.coming, edge - _SESSION), colours.stale)
            return
        for down, line in enumerate(broken[:rows]):
            more = " …" if down == rows - 1 and len(broken) > rows else ""
            canvas.put(_SESSION, y + down, fit(f"{line}{more}", edge - _SESSION), colours.plain, bold=True)

    def _about_day(self, y: int, edge: int) -> None:
        """Paint the purpose of the chosen day, and below it a message, a broken rule, or the week in short."""
        canvas, view, colours = self.canvas, self.view, self.colours
        day = view.day(view.at)
        why = day.sessions[0].why if day.sessions else day.note
        words = view.moving if view.is_moving else sanitise(why)
        canvas.put(MARGIN, y, fit(words, edge - MARGIN), colours.plain if view.is_moving else colours.stale)
        if view.message:
            canvas.put(MARGIN, y + 1, fit(view.message, edge - MARGIN), colours.offer)
            return
        if view.check:
            canvas.put(MARGIN, y + 1, fit(view.check[0], edge - MARGIN), colours.plain, bold=True)
            return
        if view.check is None:
            return
        far, _, rest = view.summary.partition(", ")
        after = canvas.put(MARGIN, y + 1, far, colours.plain, bold=True)
        words = f"{rest}. No rule is broken." if rest else "No rule is broken."
        canvas.put(after + 2, y + 1, fit(words, edge - after - 2), colours.stale)

    # --- the month

    def _month(self, y: int, edge: int) -> None:
        """Paint a row of days for each week of the month with the cursor."""
        canvas, view, colours = self.canvas, self.view, self.colours
        pitch = (edge - MARGIN + 1) // 7
        gap = 1 if pitch < 14 else 2
        mondays = month_weeks(view.at)
        for number, day in enumerate(view.week(mondays[0])):
            canvas.put(MARGIN + number * pitch, y, f"{day.day:%a}", colours.stale)
        for down, monday in enumerate(mondays):
            for number, day in enumerate(view.week(monday)):
                self._cell(MARGIN + number * pitch, y + 1 + _MONTH_ROWS * down, pitch - gap, day)

    def _cell(self, x: int, y: int, wide: int, day: DayLine) -> None:
        """Paint a day of the month: its number in the colour of its session, the distance, and the title."""
        canvas, view, colours = self.canvas, self.view, self.colours
        is_chosen, is_other = day.day == view.at, day.day.month != view.at.month
        pair = colours.choice if is_chosen else colours.track if day.is_edited else colours.plain
        quiet = colours.stale if is_other and pair is colours.plain else pair
        if pair is not colours.plain:
            canvas.put(x - 1, y, " " * (wide + 1), pair)
        if day.is_broken:
            canvas.put(x - 1, y, _BROKEN, pair, bold=True)
        number = _swatch(day.sessions[0].tone, colours) if day.sessions else quiet
        after = canvas.put(x, y, f"{day.day.day:>2}", number, bold=True)
        if day.day == view.today:
            after = canvas.put(after + 1, y, "now", pair, bold=True)
        if not day.sessions:
            canvas.put(x, y + 1, fit(_empty_words(day), wide), colours.stale)
            return
        line = day.sessions[0]
        room = x + wide - after - 1
        far = line.distance if cell_len(line.distance) <= room else line.distance.partition(".")[0]
        canvas.put_right(x + wide, y, far, quiet, bold=is_chosen)
        ink = colours.stale if is_other else colours.plain
        for down, text in enumerate(wrapped(line.title, wide, 2)):
            canvas.put(x, y + 1 + down, text, ink, bold=line.tone is DayTone.HARD and not is_other)

    # --- the answer

    def _answer(self, x: int, edge: int) -> None:
        """Paint today's session, the session it replaces, the reasons, the unknown values, and the mornings."""
        canvas, colours = self.canvas, self.colours
        answer = self.view.answer
        canvas.put(x, 2, "today", colours.stale)
        if answer is None:
            canvas.put(x, 4, "nothing is planned today", colours.stale)
            return
        canvas.put_right(edge, 2, fit(answer.measured, edge - x - 7), colours.stale)
        self._word(x, 4, edge, answer.word)
        after = edge - max(4, cell_len(answer.time)) - 1
        canvas.put(x, 9, fit(sanitise(answer.session), after - x), colours.plain, bold=True)
        canvas.put_right(edge, 9, answer.time, colours.plain)
        canvas.put(x, 10, fit(sanitise(answer.instead), edge - x), colours.stale)
        y = self._reasons(x, 12, edge, answer)
        for line in wrapped(f"not known: {answer.not_known}", edge - x, 2):
            if answer.not_known:
                canvas.put(x, y, line, colours.stale)
            y += 1
        if answer.band is not None:
            self._band(x, max(21, y + 1), edge, answer.band)
        last = answer.choice or ("" if answer.is_as_planned else _YOU_DECIDE)
        for down, line in enumerate(wrapped(last, _PANEL - 3, 2)):
            canvas.put(x, max(28, y + 8) + down, line, colours.stale)

    def _reasons(self, x: int, y: int, edge: int, answer: Answer) -> int:
        """Paint the rules, those that fired in bold; returns the second row after them."""
        canvas, colours = self.canvas, self.colours
        canvas.put(x, y, "because", colours.stale)
        if not answer.reasons:
            canvas.put(x, y + 1, "no rule asks for less", colours.plain)
            return y + 6
        canvas.put_right(edge - _LIMIT, y, "you", colours.stale)
        canvas.put_right(edge, y, "limit", colours.stale)
        most = 4 if self.canvas.height < _HIGH else 8
        for down, reason in enumerate(answer.reasons[:most], 1):
            has_fired = reason.has_fired
            label = f"{_FIRED if has_fired else ' '} {sanitise(reason.label)}"
            room = edge - _LIMIT - 1 - x - cell_len(reason.you)
            pair = colours.plain if has_fired else colours.stale
            canvas.put(x, y + down, fit(label, room), pair, bold=has_fired)
            canvas.put_right(edge - _LIMIT, y + down, reason.you, colours.plain, bold=True)
            canvas.put_right(edge, y + down, reason.limit, colours.stale)
        return y + most + 2

    def _band(self, x: int, y: int, edge: int, band: UsualBand) -> None:
        """Paint a dot for each morning on the usual range, with its limits."""
        canvas, colours = self.canvas, self.colours
        canvas.put(x, y, fit(band.label, edge - x), colours.stale)
        top, rows = y + 2, 3
        for down in range(rows):
            canvas.put(x, top + down, " " * (edge - x), colours.zebra)
        canvas.put_right(edge, top, f"{band.high:.2f}", colours.zebra)
        canvas.put_right(edge, top + rows - 1, f"{band.low:.2f}", colours.zebra)
        halves = 2 * rows
        spread = max(1e-9, band.high - band.low)
        values = band.values[-_DOTS:]
        for place, value in enumerate(values):
            if value is None:
                continue
            down = round((band.high - value) / spread * (halves - 1))
            down = min(halves + 1, max(-2, down))  # one row above and below the range is for unusual values
            is_last = place == len(values) - 1
            ink = colours.work.paper if is_last else colours.plain.ink
            paper = colours.zebra.paper if 0 <= down < halves else colours.plain.paper
            glyph = "▀" if down % 2 == 0 else "▄"
            canvas.put(x + 1 + place, top + down // 2, glyph, Pair(ink, paper))

    def _answer_above(self, edge: int) -> None:
        """Paint the answer in block letters, and its meaning beside it in four rows."""
        canvas, colours = self.canvas, self.colours
        answer = self.view.answer
        x = 44
        if answer is None:
            canvas.put(MARGIN, 3, "nothing is planned today", colours.stale)
            return
        self._word(MARGIN, 2, x - 1, answer.word)
        first, second = answer.in_short
        rows = (
            (answer.session, colours.plain, True),
            (answer.instead, colours.stale, False),
            (first, colours.plain, False),
            (second, colours.stale, False),
        )
        for down, (words, pair, is_bold) in enumerate(rows):
            canvas.put(x, 2 + down, fit(sanitise(words), edge - x), pair, bold=is_bold)

    def _word(self, x: int, y: int, edge: int, word: str) -> None:
        """Paint a word in block letters from `x` on; a long one begins further left, so that it ends before `edge`."""
        wide = width_of(word)
        begin = min(x, edge - wide)
        if has_picture(word) and begin >= MARGIN:
            self.canvas.put_block(begin, y, word, self.colours.plain)
        else:
            self.canvas.put(x, y + 1, fit(word, edge - x), self.colours.plain, bold=True)


def _visible_weeks(view: CalendarView, fitting: int) -> tuple[StripWeek, ...]:
    """The weeks around the cursor, as many as fit."""
    monday = monday_of(view.at)
    at = next((place for place, week in enumerate(view.weeks) if week.monday == monday), 0)
    first = min(max(0, at - fitting // 2), max(0, len(view.weeks) - fitting))
    return view.weeks[first : first + fitting]


def _names(view: CalendarView, weeks: Sequence[StripWeek], pitch: int) -> Iterator[tuple[int, str, bool]]:
    """The texts below the columns with their places: the current week, the cursor, and the phases that fit."""
    used: list[tuple[int, int]] = []

    def is_free(x: int, words: str) -> bool:
        return all(x > end or x + len(words) < begin for begin, end in used)

    places = {week.monday: place for place, week in enumerate(weeks)}
    now, at = monday_of(view.today), monday_of(view.at)
    if now in places:
        x = places[now] * pitch
        used.append((x, x + 3))
        yield x, "now", True
    if at in places and at != now:
        x = places[at] * pitch + max(0, pitch - 2) // 2
        if is_free(x, _BROKEN):
            used.append((x, x + 1))
            yield x, _BROKEN, True
    begin = 0
    for place, week in enumerate(weeks):
        if place and week.phase == weeks[place - 1].phase:
            continue
        end = next(
            (later for later in range(place, len(weeks)) if weeks[later].phase != week.phase), len(weeks)
        )
        for later in range(place, end):
            x = later * pitch
            if (
                x >= begin
                and is_free(x, week.phase)
                and (later == place or x + len(week.phase) <= end * pitch)
            ):
                used.append((x, x + len(week.phase)))
                yield x, sanitise(week.phase), False
                break


def _swatch(tone: DayTone, colours: Palette) -> Pair:
    return {DayTone.HARD: colours.work, DayTone.EASY: colours.easy, DayTone.OTHER: colours.rest}[tone]


def _empty_words(day: DayLine) -> str:
    """The text of a day without a session."""
    if day.is_off:
        return sanitise(day.note) or "off"
    return "rest" if day.is_planned else ""


# --- the page without a plan

RACE_FIELD: Final = (18, 6)
"""Column and row of the field that a race is typed into."""
_EXAMPLES: Final = "half 3 Oct, 4 days   5k on 12 June, 30 to 50 km"


class NoRacePage(PageWidget[NoRace]):
    """The ways to a plan, and the plan for the race that is typed."""

    def draw(self, canvas: Canvas, view: NoRace, colours: Palette) -> None:
        """Paint the field's label, the plan or the problem of the typed race, and examples."""
        effect, problem = ("", "") if view.typed is None else (view.typed.effect, view.typed.problem)
        problem = view.message or problem
        paint_title(canvas, "Plan", "", fit(view.who, max(0, canvas.width - 24)), colours)
        room = canvas.width - 2 * MARGIN
        first = "No race in sight. coach plan new, or enter a race here."
        canvas.put(MARGIN, 4, fit(first, room), colours.plain, bold=True)
        x, y = RACE_FIELD
        canvas.put(MARGIN, y, "a race to come", colours.stale)
        for down, line in enumerate(wrapped(problem or effect, room, 3)):
            canvas.put(MARGIN, 8 + down, line, colours.plain, bold=bool(effect) and not problem)
        example = "coach plan new --race 2027-05-16:10k:A --from-km 40"
        for row, label, text in ((12, "also possible", _EXAMPLES), (14, "in the shell", example)):
            canvas.put(MARGIN, row, label, colours.stale)
            canvas.put(x, row, fit(text, canvas.width - x - MARGIN), colours.plain)
        paint_keys(canvas, view.keys, colours)
