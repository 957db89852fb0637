"""The athlete screen: paces, zones and races on one page, edited in place; and the question for a first race.

A typed value shows its effect before it is stored, and one key undoes it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input, Static

from coach.athlete import Race
from coach.physiology.performance import cadence_line, vdot_of_race, words_of
from coach.problems import CoachProblem
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock, format_pace
from coach.screen.base import MARGIN, Keys, StripWidget
from coach.screen.library_page import KeyLine
from coach.screen.paint import Pair, Palette, blank, fit, pieces_row, placed_row, sanitise, stack, text_row
from coach.screen.protocols import AthleteEdit, People
from coach.spelling import race_name, read_distance, read_time
from coach.workout.kinds import OLD_RACE_DAYS
from coach.workout.resolve import AthleteProfile, PaceLine, beats_words, pace_words, zone_words

# --- the page of an athlete
#
# Every row has a fixed place, also while it is empty. A pace is visible inside its zone, because both are on the same
# axis. The screen lays the field for typing over the page, at `field_place`.

_WIDE, _HIGH = 104, 32
"""From this size of the page on it has races, predictions and heart beside paces and zones."""
_PACE_NAMES: Final = (
    "easy", "marathon", "half", "threshold", "10k", "5k", "3k", "mile", "repetition", "goal",
)  # fmt: skip
"""The paces of the page, the slowest first; the goal, which may be any, last."""
_NAMES: Final = {"repetition": "400 m"}
_EASY: Final = frozenset({"easy", "marathon", "half"})
"""Paces painted as easy running."""
_HARD_ZONES: Final = frozenset({"5a", "5b", "5c"})
_PREDICTED: Final = ("mile", "10k", "half", "marathon")
"""The races that are predicted on the page."""
_PACES: Final = 10
"""Rows for paces; unused ones stay blank."""
_ZONES: Final = 7
_RACE_ROWS: Final = 4
_MARK: Final = 3
"""Columns of a pace on the axis."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the cursor on the page."""

    what: str
    """The item to edit, as `coach.screen.protocols.People` names it: `pace 5k`, `race 1`, `heart`."""
    text: str = ""
    """The first text of the field."""


@dataclass(frozen=True, slots=True)
class AthleteView:
    """The state of the page."""

    profile: AthleteProfile
    stops: tuple[Stop, ...]
    at: int
    """The stop with the cursor."""
    table: int = 0
    """The number of the table of zones; 0 is that of pace."""
    asks: str = ""
    """The label before the field; empty while nothing is typed."""
    message: str = ""
    """The effect, the error or the result of an edit; may hold any characters."""
    today: str = ""


def stops_of(profile: AthleteProfile) -> tuple[Stop, ...]:
    """The stops of the cursor: the paces, the races, the heart, the name."""
    unit = profile.athlete.units
    stops = [
        Stop(f"pace {line.name}", f"{pace_words(line, unit)}/{unit}")
        for line in _lines(profile)
        if line.name != "repetition"
    ]
    for number, race in enumerate(races_of(profile), 1):
        stops.append(Stop(f"race {number}", f"{race_name(race.distance)} {race.time}"))
    return (*stops, Stop("heart", _heart(profile)), Stop("name", profile.athlete.name))


def races_of(profile: AthleteProfile) -> list[Race]:
    """All races of an athlete, the newest first, in the order of `coach athlete history`."""
    races = [race for entry in profile.athlete.history for race in entry.races]
    return sorted(races, key=lambda race: race.date, reverse=True)


def zone_tables(profile: AthleteProfile) -> int:
    """The number of tables of zones."""
    return max(1, len(profile.tables) + bool(profile.pace_zones))


def shows_all(width: int, height: int) -> bool:
    """Return whether a page of this size shows all parts at once."""
    return width >= _WIDE and height >= _HIGH


def field_place(page: AthleteView, width: int, height: int) -> tuple[int, int, int]:
    """Column, row and width of the field."""
    row = _ask_row(width, height)
    begin = MARGIN + len(page.asks) + 2
    room = (42 if shows_all(width, height) else width) - begin - MARGIN
    return begin, row, max(8, room)


def day_words(day: str, today: str) -> str:
    """A day in words: `10 May`, with its year if that is ambiguous."""
    then, now = date.fromisoformat(day), date.fromisoformat(today or day)
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    words = f"{then.day} {months[then.month - 1]}"
    return words if 0 <= (now - then).days < 330 else f"{words} {then.year}"


class AthletePage(StripWidget[AthleteView]):
    """The page under the title."""

    def paint(self, value: AthleteView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint paces and zones, and below them the parts that fit."""
        is_whole = shows_all(width, height)
        axis = _Axis.of(value.profile, width, 40 if is_whole else 38)
        rows = [blank(width, colours.plain), *_pace_rows(value, axis, width, colours, is_whole=is_whole)]
        if is_whole:
            rows.append(blank(width, colours.plain))
            rows += _zone_rows(value, axis, width, colours)
            rows += _wide_foot(value, width, colours)
        else:
            is_above = _is_above(value)
            rows += _zone_rows(value, axis, width, colours) if is_above else _race_rows(value, width, colours)
            rows += [blank(width, colours.plain)] * (height - 2 - len(rows))
            rows[height - 2 :] = _narrow_foot(value, width, colours)
        return stack(rows, width, height, colours.plain, top=0)


# --- the axis


@dataclass(frozen=True, slots=True)
class _Axis:
    """Seconds a kilometre or mile from left to right, slow to fast."""

    left: int
    """Its first column."""
    width: int
    slow_s: float
    fast_s: float
    per_m: float
    """Metres of a pace: a kilometre or a mile."""

    @classmethod
    def of(cls, profile: AthleteProfile, width: int, left: int) -> "_Axis":
        """The axis of an athlete: from the minute beyond the slowest pace to a little beyond the fastest."""
        per_m = METRES_PER_KM if profile.athlete.units == "km" else METRES_PER_MILE
        lines = _lines(profile)
        slow = max((per_m / line.slow for line in lines), default=420.0)
        fast = min((per_m / line.fast for line in lines), default=240.0)
        return cls(left, max(8, width - left - MARGIN), 60.0 * ceil((slow + 20) / 60), fast - 20, per_m)

    def column(self, speed: float | None, *, is_slow: bool = True) -> int:
        """The column of a speed, from 0; an open side is an end of the axis."""
        if not speed:
            return 0 if is_slow else self.width
        share = (self.slow_s - self.per_m / speed) / (self.slow_s - self.fast_s)
        return min(self.width, max(0, round(share * self.width)))

    def minutes(self) -> Iterator[tuple[int, int]]:
        """The whole minutes on the axis, each with its column."""
        for minute in range(ceil(self.fast_s / 60), int(self.slow_s // 60) + 1):
            column = round((self.slow_s - 60 * minute) / (self.slow_s - self.fast_s) * self.width)
            if column < self.width - 2:
                yield minute, column

    def head(self, colours: Palette) -> Strip:
        """The labels of the minutes."""
        texts = [(f"{minute}:00", column, False, colours.stale) for minute, column in self.minutes()]
        return placed_row(sorted(texts, key=lambda text: text[1]), self.width + MARGIN, colours.plain)

    def row(
        self,
        bar: tuple[int, int] | None,
        pair: Pair,
        colours: Palette,
        *,
        spread: tuple[int, int] | None = None,
        label: tuple[str, Pair] = ("", Pair("#000000", "#ffffff")),
    ) -> Strip:
        """One row: dots at the minutes, a bar, its possible range as a thin line, its words left of it."""
        cells = [" "] * self.width
        for _, column in self.minutes():
            cells[column] = "·"
        for column in range(*spread) if spread else ():
            cells[column] = "─"
        plain, segments = colours.stale.style(bold=False), list[Segment]()
        if bar is None:
            return Strip([Segment("".join(cells) + " " * MARGIN, plain)])
        begin, end = bar
        words, ink = label
        at = max(0, begin - len(words) - 1)
        if words:
            segments = [Segment("".join(cells[:at]), plain), Segment(words, ink.style())]
            segments.append(Segment("".join(cells[at + len(words) : begin]), plain))
        else:
            segments = [Segment("".join(cells[:begin]), plain)]
        segments += [
            Segment(" " * (end - begin), pair.style(bold=False)),
            Segment("".join(cells[end:]), plain),
        ]
        return Strip([*segments, Segment(" " * MARGIN, plain)])


# --- paces and zones


def _lines(profile: AthleteProfile) -> list[PaceLine]:
    """The paces of the page, the slowest name first."""
    lines = {line.name: line for line in profile.paces}
    return [lines[name] for name in _PACE_NAMES if name in lines]


def _pace_rows(
    value: AthleteView, axis: _Axis, width: int, colours: Palette, *, is_whole: bool
) -> Iterator[Strip]:
    """The head and the paces, the chosen one highlighted, each with its place on the axis."""
    unit, lines = value.profile.athlete.units, _lines(value.profile)
    head = [("pace", 2, False, colours.stale), (f"per {unit}", 26, True, colours.stale)]
    left = placed_row([*head, ("400 m", 35, True, colours.stale)], axis.left, colours.plain)
    yield Strip.join([left, axis.head(colours)]).crop(0, width)
    for line in lines:
        is_here = value.stops[value.at].what == f"pace {line.name}"
        yield Strip.join(
            [
                _pace_words(line, unit, axis.left, colours, is_here=is_here),
                _on_axis(line, axis, colours, is_here=is_here, is_whole=is_whole),
            ]
        ).crop(0, width)
    yield from [blank(width, colours.plain)] * (_PACES - len(lines))


def _pace_words(line: PaceLine, unit: str, width: int, colours: Palette, *, is_here: bool) -> Strip:
    ground = colours.choice if is_here else colours.plain
    lap = "–" if line.slow != line.fast else format_clock(400 / line.slow, tenths=True)
    name = _NAMES.get(line.name, line.name)
    by_hand = "by hand" if not line.derived and line.name != "goal" else ""
    quiet = ground if is_here else colours.stale
    texts = [
        (name, 2, False, ground),
        (by_hand, 12, False, quiet),
        (pace_words(line, unit), 26, True, ground),
    ]
    strip = placed_row([text for text in (*texts, (lap, 35, True, ground)) if text[0]], 36, ground)
    # The cursor is painted one column wider than the table.
    return Strip.join([blank(1, colours.plain), strip.crop(1, 36), blank(width - 36, colours.plain)])


def _on_axis(line: PaceLine, axis: _Axis, colours: Palette, *, is_here: bool, is_whole: bool) -> Strip:
    begin, end = axis.column(line.slow), axis.column(line.fast)
    if line.slow == line.fast:
        begin = min(max(0, begin - _MARK // 2), axis.width - _MARK)
        end = begin + _MARK
    spread = None
    if line.between is not None:
        spread = (axis.column(line.between[0]), axis.column(line.between[1]))
    words = format_pace(line.slow, unit="km" if axis.per_m == METRES_PER_KM else "mile", with_unit=False)
    label = (words, colours.plain if is_here else colours.stale)
    has_label = is_whole and line.slow == line.fast and spread is None
    pair = colours.easy if line.name in _EASY else colours.work
    return axis.row(
        (begin, max(end, begin + 1)),
        pair,
        colours,
        spread=spread,
        label=label if has_label else ("", colours.stale),
    )


def _zone_rows(value: AthleteView, axis: _Axis, width: int, colours: Palette) -> list[Strip]:
    """The chosen table of zones: of pace with their bars, of heart rate in beats."""
    profile, table = value.profile, value.table
    unit = profile.athlete.units
    rows: list[Strip] = []
    if profile.pace_zones and table == 0:
        rows.append(_zone_head("Friel, by threshold", width, colours))
        for zone in profile.pace_zones:
            words = zone_words(zone, unit).replace("slower than", "over").replace("and faster", "and less")
            left = _zone_words(zone.name, zone.meaning, words, axis.left, colours)
            bar = (axis.column(zone.slow), axis.column(zone.fast, is_slow=False))
            pair = (
                colours.work
                if zone.name in _HARD_ZONES
                else colours.rest
                if zone.slow is None
                else colours.easy
            )
            on_axis = axis.row(bar if bar[0] < bar[1] else None, pair, colours)
            rows.append(Strip.join([left, on_axis]).crop(0, width))
    elif profile.tables:
        zone_table = profile.tables[(table - bool(profile.pace_zones)) % len(profile.tables)]
        rows.append(_zone_head(zone_table.model, width, colours))
        for place, beats in enumerate(zone_table.zones):
            left = _zone_words(beats.name, beats.meaning, f"{beats_words(beats)} bpm", axis.left, colours)
            about = zone_table.source + (", an estimate" if zone_table.estimated else "")
            right = [(fit(about, width - axis.left - MARGIN), 0, False, colours.stale)] if place == 0 else []
            rows.append(Strip.join([left, placed_row(right, width - axis.left, colours.plain)]))
    else:
        words = "A race or a heart rate gives zones."
        rows.append(pieces_row([(" " * MARGIN, colours.plain), (words, colours.stale)], width, colours.plain))
    return rows + [blank(width, colours.plain)] * (_ZONES + 1 - len(rows))


def _zone_head(source: str, width: int, colours: Palette) -> Strip:
    texts = [("zone", 2, False, colours.stale), (fit(source, 26), 35, True, colours.stale)]
    return placed_row(texts, width, colours.plain)


def _zone_words(name: str, meaning: str, words: str, width: int, colours: Palette) -> Strip:
    short = meaning.replace("just under", "below").replace("easy endurance", "easy").replace(" effort", "")
    texts = [(name, 2, False, colours.plain), (fit(short, 33 - 6 - len(words)), 6, False, colours.plain)]
    return placed_row([*texts, (words, 35, True, colours.plain)], width, colours.plain)


# --- races, predictions, heart, legs


def _ask_row(width: int, height: int) -> int:
    """The row of the field and of the message."""
    return 2 + _PACES + 1 + _ZONES + 1 + 2 + _RACE_ROWS if shows_all(width, height) else height - 2


def _is_above(value: AthleteView) -> bool:
    """Return whether the cursor is among the paces, so that zones are shown if there is no room for both."""
    return value.stops[value.at].what.startswith("pace")


def _race_cells(value: AthleteView, colours: Palette) -> list[list[tuple[str, int, bool, Pair]]]:
    """The races that fit, around the cursor, each as texts at their columns."""
    races = races_of(value.profile)
    chosen = next(
        (place for place in range(len(races)) if value.stops[value.at].what == f"race {place + 1}"), None
    )
    first = 0 if chosen is None else max(0, min(chosen - _RACE_ROWS + 1, len(races) - _RACE_ROWS))
    cells = []
    for place, race in list(enumerate(races))[first : first + _RACE_ROWS]:
        ground = colours.choice if place == chosen else colours.plain
        gives, is_used = _paces_of_race(race, value)
        ink = ground if is_used or place == chosen else colours.stale
        cells.append(
            [
                (sanitise(race_name(race.distance), 14), 2, False, ground),
                (race.time, 27, True, ground),
                (day_words(race.date, value.today), 40, True, ground),
                (gives, 43, False, ink),
            ]
        )
    return cells


def _paces_of_race(race: Race, value: AthleteView) -> tuple[str, bool]:
    """The paces that a race gives, and whether they are in use."""
    try:
        score = vdot_of_race(read_distance(race.distance), read_time(race.time))
    except ValueError:
        return "too short for paces", False
    fitness = value.profile.fitness
    is_used = fitness is not None and fitness.words == words_of(race)
    age = (date.fromisoformat(value.today or race.date) - date.fromisoformat(race.date)).days
    old = f", {round(age / 30.4)} months{'' if is_used else ' old'}" if age > OLD_RACE_DAYS else ""
    return f"VDOT {score:.1f}{', in use' if is_used else ''}{old}", is_used


def _predicted_races(value: AthleteView) -> list[tuple[str, str, str]]:
    """The predicted races: race, time, range of times."""
    rows = []
    for race in value.profile.predictions:
        seconds = race.vdot_s or race.riegel_s
        if race.name in _PREDICTED and seconds and race.quickest_s and race.slowest_s:
            between = f"{format_clock(race.quickest_s)} and {format_clock(race.slowest_s)}"
            rows.append((race.name, format_clock(seconds), between + (" wide" if race.is_far else "")))
    return rows


def _wide_foot(value: AthleteView, width: int, colours: Palette) -> Iterator[Strip]:
    """Races beside predictions, the row of the field, heart, legs and units."""
    stale, plain = colours.stale, colours.plain
    yield _rule(width, colours)
    predictions = _predicted_races(value)
    prediction_heads = [
        ("could run", 74, False, stale),
        ("time", 91, True, stale),
        ("between", 93, False, stale),
    ]
    yield placed_row([*_race_heads(colours), *(prediction_heads if predictions else ())], width, plain)
    races = _race_cells(value, colours)
    for place in range(_RACE_ROWS):
        texts = races[place] if place < len(races) else []
        right: list[tuple[str, int, bool, Pair]] = []
        if place < len(predictions):
            name, time, between = predictions[place]
            right = [
                (name, 2, False, plain),
                (time, 19, True, plain),
                (fit(between, width - 95), 21, False, stale),
            ]
        yield Strip.join([_race_strip(texts, 72, colours), placed_row(right, width - 72, plain)])
    yield _ask_strip(value, width, colours, at=43)
    yield _rule(width, colours)
    for label, stop, words in (
        ("heart", "heart", _heart(value.profile)),
        ("legs", "", _cadence_and_pod(value)),
        ("shows", "name", _unit_and_name(value.profile)),
    ):
        is_here = value.stops[value.at].what == stop
        yield _label_row(label, words or "--", width, colours, is_here=is_here)
    yield blank(width, plain)
    for remark in value.profile.remarks[:3]:
        yield _label_row("note", sanitise(remark, 300), width, colours)


def _race_heads(colours: Palette) -> list[tuple[str, int, bool, Pair]]:
    heads = (("races", 2, False), ("time", 27, True), ("on", 40, True), ("gives", 43, False))
    return [(*head, colours.stale) for head in heads]


def _race_strip(texts: list[tuple[str, int, bool, Pair]], width: int, colours: Palette) -> Strip:
    """A race in its columns, highlighted under the cursor."""
    plain = colours.plain
    ground = colours.choice if texts and texts[0][3] == colours.choice else plain
    strip = placed_row(texts, width, ground)
    return (
        strip if ground is plain else Strip.join([blank(1, plain), strip.crop(1, width - 1), blank(1, plain)])
    )


def _race_rows(value: AthleteView, width: int, colours: Palette) -> list[Strip]:
    """Races and heart in place of the zones, if there is no room for both."""
    rows = [placed_row(_race_heads(colours), width, colours.plain)]
    rows += [_race_strip(texts, width, colours) for texts in _race_cells(value, colours)]
    rows += [blank(width, colours.plain)] * (_RACE_ROWS + 1 - len(rows))
    predictions = "   ".join(f"{name} {time}" for name, time, _ in _predicted_races(value))
    rows.append(_label_row("could run", predictions or "--", width, colours))
    for label, stop, words in (
        ("heart", "heart", _heart(value.profile)),
        ("shows", "name", _unit_and_name(value.profile)),
    ):
        is_here = value.stops[value.at].what == stop
        rows.append(_label_row(label, words or "--", width, colours, is_here=is_here))
    return rows


def _narrow_foot(value: AthleteView, width: int, colours: Palette) -> list[Strip]:
    """The row of the field and, below it, the message or the races in short."""
    if value.asks:
        message = text_row(" " * MARGIN + sanitise(value.message, 200), width, colours.plain)
        return [_ask_strip(value, width, colours, at=0), message]
    if value.message:
        return [
            blank(width, colours.plain),
            text_row(" " * MARGIN + sanitise(value.message, 200), width, colours.plain),
        ]
    if not _is_above(value):
        return [blank(width, colours.plain)] * 2
    races = "   ".join(f"{race_name(race.distance)} {race.time}" for race in races_of(value.profile)[:4])
    return [blank(width, colours.plain), _label_row("races", races or "none yet: r adds one", width, colours)]


def _ask_strip(value: AthleteView, width: int, colours: Palette, *, at: int) -> Strip:
    """The row of the field: its label and, if there is room, the effect of the edit."""
    texts = [(value.asks, 2, False, colours.stale)] if value.asks else []
    if at and value.message:
        begin = at if value.asks else MARGIN
        texts.append((fit(sanitise(value.message, 300), width - begin - MARGIN), begin, False, colours.plain))
    return placed_row(texts, width, colours.plain)


def _label_row(label: str, words: str, width: int, colours: Palette, *, is_here: bool = False) -> Strip:
    """A label in grey, and its text."""
    ground = colours.choice if is_here else colours.plain
    quiet = ground if is_here else colours.stale
    strip = placed_row([(label, 2, False, quiet), (fit(words, width - 14), 12, False, ground)], width, ground)
    return Strip.join([blank(1, colours.plain), strip.crop(1, width - 1), blank(1, colours.plain)])


def _rule(width: int, colours: Palette) -> Strip:
    side = blank(MARGIN, colours.plain)
    return Strip.join(
        [side, text_row("─" * (width - 2 * MARGIN), width - 2 * MARGIN, colours.line, bold=False), side]
    )


def _heart(profile: AthleteProfile) -> str:
    """The heart rates in short, in the form in which they are typed: `max 190 rest 48 threshold 172`."""
    rates = profile.athlete.now.heart_rate
    named_rates = (("max", rates.max), ("rest", rates.rest), ("threshold", rates.threshold))
    return "   ".join(f"{name} {rate.bpm:.0f}" for name, rate in named_rates if rate is not None)


def _cadence_and_pod(value: AthleteView) -> str:
    """Cadence and pod factor: learnt from runs, else as entered."""
    athlete, parts = value.profile.athlete, []
    line, habit = cadence_line(athlete.learnt), athlete.now.cadence
    if line is not None:
        parts.append(f"cadence {line.cadence_spm:.0f} at {format_pace(line.speed_mps, unit=athlete.units)}")
    elif habit.easy or habit.fast:
        entered = ((habit.easy, "easy"), (habit.fast, "fast"))
        parts.append("cadence " + ", ".join(f"{spm:.0f} {how}" for spm, how in entered if spm))
    pods = [pod for lesson in athlete.learnt for pod in lesson.pods]
    if pods:
        parts.append(f"pod factor {pods[-1].factor:.3f}, {len(pods)} run{'s' if len(pods) > 1 else ''}")
    return "   ".join(parts)


def _unit_and_name(profile: AthleteProfile) -> str:
    """The unit of paces, and the name."""
    unit = "miles" if profile.athlete.units == "mile" else "kilometres"
    return f"{unit}   name: {sanitise(profile.athlete.name, 40)}"


# --- the page that asks for a first race

_MOST_CHARACTERS: Final = 60
"""Characters that can be typed."""
_WHEN: Final = "when?"
"""The label of the field while the day of a race is being typed."""
_FIELD_ROW: Final = 5
"""The row of the field on the page without an athlete."""
_FIELD_COLUMN: Final = 16
"""Columns before it."""
_RACE_EXAMPLES: Final = "10k 47:30   half 1:46   mile 6:40   4:46/km (threshold)"
_BEFORE_RUN_HINT: Final = "No race yet? Enter goes on without paces: reps are timed, not judged."
_NO_RACE_HINT: Final = "Without a race, workouts are run by effort: reps are timed, not judged."
_DAY_EXAMPLES: Final = "10 May   3 weeks ago   last month"


@dataclass(frozen=True, slots=True)
class FirstRaceView:
    """The state of the page that asks for a race."""

    profile: AthleteProfile | None
    """The typed race as a profile."""
    message: str
    """The error in the typed race."""
    race: str
    """The typed race, while its day is being typed; else empty."""
    is_before_run: bool
    """True if a run waits for the answer."""


class FirstRacePage(StripWidget[FirstRaceView]):
    """The page for a first race: the typed race, and the paces it gives."""

    def paint(self, value: FirstRaceView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the question, the paces of the typed race, and examples of races."""
        profile, message, race = value.profile, value.message, value.race
        plain, stale = colours.plain, colours.stale
        label = _WHEN if race else "a recent race"
        rows: list[list[tuple[str, Pair]]] = [[] for _ in range(13)]
        rows[3] = [
            (
                f"{sanitise(race, _MOST_CHARACTERS)}: when was it?"
                if race
                else "One race gives all your paces.",
                plain,
            )
        ]
        rows[_FIELD_ROW] = [(label, stale)]
        rows[7] = _pace_pieces(profile, colours) if profile is not None else [(sanitise(message, 200), plain)]
        rows[10] = [("also possible  ", stale), (_DAY_EXAMPLES if race else _RACE_EXAMPLES, plain)]
        rows[12] = [(_BEFORE_RUN_HINT if value.is_before_run else _NO_RACE_HINT, plain)]
        side = (" " * MARGIN, plain)
        strips = [
            pieces_row([side, *pieces], width, plain) if pieces else blank(width, plain) for pieces in rows
        ]
        return stack(strips, width, height, plain, top=0)


def _pace_pieces(profile: AthleteProfile, colours: Palette) -> list[tuple[str, Pair]]:
    """The paces that were given: 5k, threshold, easy."""
    unit, lines = profile.athlete.units, {line.name: line for line in profile.paces}
    pieces: list[tuple[str, Pair]] = []
    for name, label in (("5k", "5k pace"), ("threshold", "threshold"), ("easy", "easy")):
        if name not in lines:
            continue
        line = lines[name]
        is_one = line.slow == line.fast
        words = format_pace(line.slow, unit=unit) if is_one else pace_words(line, unit).replace("-", " to ")
        pieces += [(f"{label}   ", colours.stale), (f"{words}      ", colours.plain)]
    return pieces


# --- the screen

_LABELS: Final = {"race": "+ a race", "pace": "pace by hand", "heart": "heart", "name": "name"}


class AthleteScreen(Screen[bool | None]):
    """One athlete at a time, with a cursor on its editable values; or the question for a race before a run.

    Dismissed with None; as a question with True once a race is kept, with False to run by effort.
    """

    BINDINGS = [
        Binding("escape", "back", show=False, priority=True),
        Binding("q,f9", "leave", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("tab", "turn(1)", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", show=False, priority=True),
        Binding("enter", "change", show=False),
        Binding("r", "add_race", show=False),
        Binding("x,delete", "remove", show=False),
        Binding("z", "zones", show=False),
        Binding("m", "miles", show=False),
        Binding("u", "undo", show=False),
        Binding("t,f2", "app.switch_theme", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(
        self, people: People | None, profiles: Sequence[AthleteProfile], *, asks_race: bool = False
    ) -> None:
        super().__init__()
        self._people = people
        self._asks_race = asks_race
        self._profiles = list(profiles)
        self._index = 0
        self._at = 0
        self._table = 0
        self._item = ""
        """The item being typed, as `People` names it; empty while nothing is typed."""
        self._race: str | None = None
        """The typed race, while its day is being typed."""
        self._edit: AthleteEdit | None = None
        """The change that the field makes when it is accepted."""
        self._removal: AthleteEdit | None = None
        """The change that a second press of the remove key makes."""
        self._message = ""

    def compose(self) -> ComposeResult:
        """Set out title, page, field and keys."""
        yield Static(id="title")
        yield AthletePage(id="page")
        yield FirstRacePage(id="first-race")
        yield Input(id="field", select_on_focus=False, max_length=_MOST_CHARACTERS)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Show the first athlete; without one ask for a race at once."""
        self._field.cursor_blink = False
        if self._is_question and self._people is not None:
            self._open("race", "")
        self._show()

    def on_resize(self) -> None:
        """Lay out the field for the new size."""
        self.call_after_refresh(self._show)

    # --- looking

    def action_turn(self, by: int) -> None:
        """Show the next athlete, or the one before."""
        if self._profiles and not self._item:
            self._index = (self._index + by) % len(self._profiles)
            self._at = self._table = 0
            self._tell("")

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self._profiles and not self._item:
            self._at = min(max(0, self._at + by), len(self._stops) - 1)
            self._tell("")

    def action_zones(self) -> None:
        """Show the next table of zones."""
        if self._profiles:
            self._table = (self._table + 1) % zone_tables(self._profile)
            self._tell("")

    def action_back(self) -> None:
        """Close the field unchanged; without one leave the page."""
        if self._race is not None and self._is_question:
            text, self._race = self._race, None
            self._field.value = text
            self._field.cursor_position = len(text)
        elif self._item and not self._is_question:
            self._close("")
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    # --- changing

    def action_change(self) -> None:
        """Type at the place with the cursor."""
        if self._profiles:
            stop = self._stops[self._at]
            self._open(stop.what, stop.text)

    def action_add_race(self) -> None:
        """Type a race."""
        self._open("race", "")

    def action_remove(self) -> None:
        """Remove the value under the cursor; the first press shows the effect."""
        if not self._profiles or self._people is None:
            return
        if self._removal is not None:
            self._keep(self._removal)
            return
        try:
            self._removal = self._people.without(self._profile.athlete.slug, self._stops[self._at].what)
        except CoachProblem as problem:
            self._tell(problem.message)
            return
        self._message = f"x again removes it: {self._removal.effect}"
        self._show()

    def action_miles(self) -> None:
        """Show miles, or kilometres again."""
        if self._profiles and self._people is not None:
            units = "km" if self._profile.athlete.units == "mile" else "mile"
            self._try(lambda people: people.understand(self._profile.athlete.slug, "units", units))

    def action_undo(self) -> None:
        """Take the last change back."""
        if self._people is None:
            return
        try:
            slug = self._people.undo()
            self._reload(slug)
        except CoachProblem as problem:
            self._tell(str(problem))
            return
        self._tell(f"Undone: {slug} is as before." if slug else "Nothing to undo.")

    @on(Input.Changed)
    def show_effect(self) -> None:
        """Show the effect of the typed text, or its error."""
        self._edit = None
        if not self._item or self._people is None:
            return
        text = self._field.value
        if not text.strip() and self._race is None:
            self._message = ""
        else:
            try:
                self._edit = self._understand(self._people)
                self._message = self._edit.effect
            except CoachProblem as problem:
                self._message = " ".join(str(problem).split())
        self._show()

    @on(Input.Submitted)
    def keep_typed(self) -> None:
        """Store the typed value; for a race without a day, ask for the day first."""
        if self._item and not self._field.value.strip() and self._race is None:
            if self._asks_race:
                self.dismiss(False)
            else:
                self.action_back()
        elif self._edit is not None and self._edit.lacks_day and self._race is None:
            self._race = self._field.value
            self._field.value = ""
            self._message = "For example: 10 May or 3 weeks ago; Enter for these days."
            self._show()
        elif self._edit is not None:
            self._keep(self._edit)
        elif self._race is not None and self._people is not None:
            self._try(self._understand)

    def _understand(self, people: People) -> AthleteEdit:
        """Read the text of the field."""
        slug = self._profile.athlete.slug if self._profiles else ""
        if self._race is not None:
            return people.understand(slug, self._item, self._race, self._field.value or people.today())
        return people.understand(slug, self._item, self._field.value)

    def _try(self, edit: Callable[[People], AthleteEdit]) -> None:
        """Make a change and store it, or show the error."""
        assert self._people is not None
        try:
            self._keep(edit(self._people))
        except CoachProblem as problem:
            self._tell(" ".join(str(problem).split()))

    def _keep(self, edit: AthleteEdit) -> None:
        assert self._people is not None
        try:
            self._people.keep(edit)
            self._reload(edit.profile.athlete.slug)
        except CoachProblem as problem:
            self._tell(str(problem))
            return
        if self._asks_race:
            self.dismiss(True)
        else:
            self._close("Saved. u undoes it.")

    def _reload(self, slug: str) -> None:
        """Read all athletes again, and stay with one of them."""
        assert self._people is not None
        self._profiles = list(self._people.profiles())
        slugs = [profile.athlete.slug for profile in self._profiles]
        self._index = slugs.index(slug) if slug in slugs else min(self._index, max(0, len(slugs) - 1))
        if self._profiles:
            self._at = min(self._at, len(self._stops) - 1)
            self._table = min(self._table, zone_tables(self._profile) - 1)

    # --- showing

    @property
    def _is_question(self) -> bool:
        """True while a race is asked for, and nothing else is shown."""
        return self._asks_race or not self._profiles

    @property
    def _profile(self) -> AthleteProfile:
        return self._profiles[self._index]

    @property
    def _stops(self) -> tuple[Stop, ...]:
        return stops_of(self._profile)

    @property
    def _field(self) -> Input:
        return self.query_one("#field", Input)

    def _open(self, what: str, text: str) -> None:
        """Begin to type."""
        if self._people is None or self._item:
            return
        self._item, self._race, self._edit, self._removal, self._message = what, None, None, None, ""
        with self.prevent(Input.Changed):
            self._field.value = text
        self._field.cursor_position = len(text)
        self._field.focus()
        self._show()

    def _close(self, message: str) -> None:
        """Type nothing any more."""
        self._item, self._race, self._edit = "", None, None
        self.set_focus(None)
        self._tell(message)

    def _tell(self, message: str) -> None:
        self._message, self._removal = message, None
        self._show()

    def _show(self) -> None:
        """Show the current state."""
        if not self.is_mounted:
            return
        width, height = self.size.width, self.size.height - 2
        is_question = self._is_question
        self.query_one("#page").display = not is_question
        self.query_one("#first-race").display = is_question
        self.query_one("#title", Static).update(Content(self.title_line(width)))
        field = self._field
        field.display = bool(self._item)
        if is_question:
            profile = None if self._edit is None else self._edit.profile
            message = self._message if profile is None else ""
            question = FirstRaceView(profile, message, self._race or "", self._asks_race)
            self.query_one(FirstRacePage).put(question)
            column, row = MARGIN + _FIELD_COLUMN, _FIELD_ROW
            wide = width - column - MARGIN
        else:
            page = self._page()
            self.query_one(AthletePage).put(page)
            column, row, wide = field_place(page, width, height)
        field.styles.offset = (column, row + 1)
        field.styles.width = wide
        self.query_one(KeyLine).put(self._keys())

    def _page(self) -> AthleteView:
        kind, _, name = self._item.partition(" ")
        asks = _LABELS.get(kind, "") if kind != "pace" else f"{name} by hand"
        asks = "race" if kind == "race" and name else asks
        return AthleteView(
            profile=self._profile,
            stops=self._stops,
            at=self._at,
            table=self._table,
            asks=_WHEN if self._race is not None else asks,
            message=self._message,
            today="" if self._people is None else self._people.today(),
        )

    def title_line(self, width: int) -> str:
        """The athlete of the page, and at the right the source of the paces."""
        if self._is_question:
            return " Before the start   a race" if self._asks_race else " Athlete   none yet"
        profile = self._profile
        left = f" Athlete   {sanitise(profile.athlete.name, 40)}"
        fitness, today = profile.fitness, "" if self._people is None else self._people.today()
        right = ""
        if fitness is not None:
            words, _, day = fitness.words.rpartition(" on ")
            source = f"{words} on {day_words(day, today)}" if fitness.is_race else fitness.words
            right = f"paces from {source}   VDOT {fitness.vdot:.1f} "
        if cell_len(left) + cell_len(right) + 2 > width:
            right = right.removeprefix("paces ").partition("   VDOT")[0] + " " if right else ""
        left = fit(left, max(1, width - cell_len(right) - 2))
        return left + " " * max(0, width - cell_len(left) - cell_len(right)) + right

    def _keys(self) -> Keys:
        """The keys that do something now."""
        if self._item:
            enter = "go on" if self._edit is not None and self._edit.lacks_day else "keep it"
            way = "back" if self._race is not None else "not now" if self._is_question else "as it was"
            out = ("esc", way)
            if self._edit is not None or self._race is not None:
                return (("enter", enter), out)
            return (("enter", "run by effort"), out) if self._asks_race and not self._message else (out,)
        many = (("tab", "next athlete"),) if len(self._profiles) > 1 else ()
        miles = "kilometres" if self._profiles and self._profile.athlete.units == "mile" else "miles"
        keys: Keys = (("enter", "change"), ("r", "add a race"), ("x", "remove"), ("z", "zones"), ("m", miles))
        return (*keys, *many, ("u", "undo"), ("esc", "back"))
