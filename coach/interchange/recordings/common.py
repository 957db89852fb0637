"""Reads a recording of another tool: what every reader of a format shares, and how its findings become a run's inputs.

A reader returns the contents in the file's own order and with the file's own clock (`Row`, `Press`, `RecordedLap`),
gathered in `Findings`; `read_recording` makes the inputs of a run from them. Nothing is made up: a value that a row
lacks stays None.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from math import isfinite
from operator import attrgetter
from statistics import median
from typing import Any, Final, NamedTuple

from coach.interchange.recordings import (
    FOREIGN_SUFFIXES,
    OURS,
    RECORDING_FORMATS,
    SUFFIXES_LISTED,
    RecordingFormat,
    reader_of,
)
from coach.interchange.text import ForeignText, number, root_of, seconds_of, text_of
from coach.live.contract import Closed, Input, Opened
from coach.problems import RecordingProblem, SettingsProblem
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, Metres, Seconds, parse_clock
from coach.session.phases import Button, Origin, Pressed
from coach.signals.readings import Reported, Source

# --- the columns of a CSV file and their units: the words of `--map`, and names that other tools write

Reader = Callable[[str], float | None]
KEYS: Final = (
    "time_s",
    "heart_rate_bpm",
    "rr_ms",
    "speed_mps",
    "cadence_spm",
    "distance_m",
    "power_w",
    "core_temperature_c",
    "skin_temperature_c",
    "smo2_percent",
    "mark",
    "event",
    "source",
)
"""The columns of the CSV stream."""


def _scaled_by(factor: float) -> Reader:
    def read(text: str) -> float | None:
        value = number(text)
        return None if value is None else value * factor

    return read


def _pace(metres: float) -> Reader:
    def read(text: str) -> float | None:
        minutes = number(text)
        if minutes is None:
            try:
                minutes = parse_clock(text) / 60
            except ValueError:
                return None
        return metres / (minutes * 60) if minutes > 0 and isfinite(minutes) else None

    return read


def _celsius(text: str) -> float | None:
    value = number(text)
    return None if value is None else (value - 32.0) / 1.8


def _clock(text: str) -> float | None:
    try:
        return parse_clock(text)
    except ValueError:
        return None


_DAY_FIRST: Final = re.compile(r"^\s*(\d\d)\.(\d\d)\.(\d{4})\b")
"""A date as spreadsheets of central Europe write it; with slashes the order of day and month is unknown."""


def _moment(text: str) -> float | None:
    value = number(text)
    if value is None:
        value = _clock(text)
    return seconds_of(_DAY_FIRST.sub(r"\3-\2-\1", text)) if value is None else value


UNITS: Final[dict[str, dict[str, Reader]]] = {
    "time_s": {
        "s": number,
        "ms": _scaled_by(0.001),
        "min": _scaled_by(60.0),
        "iso": seconds_of,
        "clock": _clock,
        "any": _moment,
    },
    "heart_rate_bpm": {"bpm": number},
    "rr_ms": {"ms": number, "s": _scaled_by(1000.0)},
    "speed_mps": {
        "m/s": number,
        "km/h": _scaled_by(1 / 3.6),
        "mph": _scaled_by(METRES_PER_MILE / 3600),
        "min/km": _pace(METRES_PER_KM),
        "min/mile": _pace(METRES_PER_MILE),
    },
    "cadence_spm": {"spm": number, "rpm": _scaled_by(2.0)},
    "distance_m": {"m": number, "km": _scaled_by(METRES_PER_KM), "mile": _scaled_by(METRES_PER_MILE)},
    "power_w": {"w": number},
    "core_temperature_c": {"c": number, "f": _celsius},
    "skin_temperature_c": {"c": number, "f": _celsius},
    "smo2_percent": {"percent": number},
    "mark": {"": number},
    "event": {"": number},
    "source": {"": number},
}
"""The units of each column, its own first."""
_NAMES: Final = {
    **dict.fromkeys(("time", "elapsed time", "elapsed", "timestamp", "seconds", "secs"), "time_s"),
    **dict.fromkeys(("zeit", "zeitstempel", "temps", "horodatage", "tiempo"), "time_s"),
    **dict.fromkeys(("heart rate", "heartrate", "hr", "pulse", "bpm"), "heart_rate_bpm"),
    **dict.fromkeys(("herzfrequenz", "hf", "puls", "fréquence cardiaque", "fc"), "heart_rate_bpm"),
    **dict.fromkeys(("frecuencia cardiaca", "frequenza cardiaca"), "heart_rate_bpm"),
    **dict.fromkeys(("speed", "velocity", "pace"), "speed_mps"),
    **dict.fromkeys(("geschwindigkeit", "vitesse", "velocidad", "velocità", "allure", "ritmo"), "speed_mps"),
    **dict.fromkeys(("cadence", "run cadence", "running cadence", "cad"), "cadence_spm"),
    **dict.fromkeys(("kadenz", "schrittfrequenz", "trittfrequenz", "cadencia", "cadenza"), "cadence_spm"),
    **dict.fromkeys(("distance", "distances", "dist"), "distance_m"),
    **dict.fromkeys(("distanz", "strecke", "distancia", "distanza"), "distance_m"),
    **dict.fromkeys(("power", "watts", "running power"), "power_w"),
    **dict.fromkeys(("leistung", "puissance", "potencia", "potenza"), "power_w"),
}
"""The key of a column by its names in other tools, in small letters and without a unit; English, German, French,
Spanish and Italian.
"""
_PACES: Final = frozenset({"pace", "allure", "ritmo"})
"""Columns with these names hold a time for a distance."""
_UNIT_WORDS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(
        ("ms", "min", "bpm", "spm", "rpm", "w", "m/s", "km/h", "mph", "m", "km", "min/km", "min/mile")
    ),
    **dict.fromkeys(("hh:mm:ss", "h:mm:ss", "mm:ss"), "clock"),
    **dict.fromkeys(("mps", "m/sec"), "m/s"),
    **dict.fromkeys(("kmh", "kph", "kmph"), "km/h"),
    **dict.fromkeys(("meter", "meters", "metre", "metres"), "m"),
    **dict.fromkeys(("mi", "mile", "miles"), "mile"),
    **dict.fromkeys(("/km", "min per km"), "min/km"),
    **dict.fromkeys(("/mi", "/mile", "min/mi", "min per mile"), "min/mile"),
    **dict.fromkeys(("watt", "watts"), "w"),
}
"""The unit of a word in a name; None if the word itself is the unit."""
_WITHOUT_UNIT: Final = {"time_s": "any", "heart_rate_bpm": "bpm", "cadence_spm": "spm", "power_w": "w"}
"""The unit of a name without one. A speed or distance without a unit is not guessed."""
_BRACKETS: Final = re.compile(r"(.+?)\s*[(\[]([^()\[\]]*)[)\]]")


def _meaning_of(name: str) -> tuple[str, str] | None:
    """The key and the unit of another tool's column, by its name; None if the name is unknown."""
    base, word = _name_and_unit(name)
    key = _NAMES.get(base)
    if key is None or (word and word not in _UNIT_WORDS):
        return None
    unit = (_UNIT_WORDS[word] or word) if word else _WITHOUT_UNIT.get(key, "")
    if unit == "rpm":
        unit = "spm"  # the values decide between the two
    if unit not in UNITS[key] or (base in _PACES) is not unit.startswith("min/"):
        return None
    return key, unit


def _name_and_unit(name: str) -> tuple[str, str]:
    """The name of a column in small letters, and the word of its unit; empty if it has none."""
    plain = " ".join(name.lower().replace("_", " ").split())
    bracketed = _BRACKETS.fullmatch(plain)
    base, word = (bracketed[1], bracketed[2].strip()) if bracketed else (plain, "")
    if not word and base not in _NAMES:
        base, _, word = plain.rpartition(" ")
    return base, word


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Names and units of columns; unnamed ones keep the name and unit of the CSV stream."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Our key -> the column's name in the file."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Our key -> the unit of the column."""

    @classmethod
    def parse(cls, words: Iterable[str]) -> "ColumnMap":
        """Read words such as `speed_mps=Speed` or `speed_mps=Pace:min/mile`.

        Raises:
            SettingsProblem: a word names an unknown key, no column or an unknown unit.
        """
        columns: dict[str, str] = {}
        units: dict[str, str] = {}
        for word in words:
            key, equals, rest = word.partition("=")
            column, colon, unit = rest.rpartition(":")
            if not colon or unit not in UNITS.get(key, {}):
                column, unit = rest, ""
            if key not in KEYS or not equals or not column:
                raise SettingsProblem(
                    f'"{word}" maps no column',
                    f"Write KEY=COLUMN or KEY=COLUMN:UNIT; keys: {', '.join(KEYS)}.",
                )
            columns[key] = column
            if unit:
                units[key] = unit
        return cls(columns, units)

    def over(self, header: Iterable[str]) -> "ColumnMap":
        """These columns, completed by those of a header with known names.

        A key's own name comes first, and a speed before a pace.
        """
        names = list(dict.fromkeys(header))
        columns, units = dict(self.columns), dict(self.units)
        for name in sorted(names, key=lambda name: "pace" in name.lower()):
            meaning = None if name in columns.values() else _meaning_of(name)
            if meaning is not None and meaning[0] not in columns and meaning[0] not in names:
                columns[meaning[0]], units[meaning[0]] = name, meaning[1]
        return ColumnMap(columns, units)

    def without_unit(self, header: Sequence[str]) -> list[str]:
        """A hint on how to name columns with an unknown unit; empty if each has a better one."""
        present = self.keys(header)
        words: list[str] = []
        for name in header:
            base, _ = _name_and_unit(name)
            key = _NAMES.get(base)
            if key is not None and key not in present:
                unit = "min/km" if base in _PACES else tuple(UNITS[key])[:2][-1]
                words.append(f"{key}={name}:{unit}")
        return words

    def keys(self, header: Sequence[str]) -> list[str]:
        """The keys whose columns are in a header."""
        return [key for key in KEYS if self.column(key) in header]

    def column(self, key: str) -> str:
        """The name of the column that holds a key."""
        return self.columns.get(key, key)

    def reader(self, key: str) -> Reader:
        """A function from a cell of that column to a number in the key's own unit."""
        readers = UNITS[key]
        return readers.get(self.units.get(key, ""), next(iter(readers.values())))


NO_COLUMNS: Final = ColumnMap()
"""No columns are named."""


# --- files, rows and findings

LARGEST_BYTES: Final = 64 * 1024 * 1024
"""Largest recording: 24 hours at 1 Hz are 5 MB as FIT and 40 MB as GPX."""
_START: Final = 1 << 16
"""Bytes at the beginning that decide the format."""
MOST_ROWS: Final = 432_000
"""Most samples of a run: 24 hours at 5 Hz."""
MOST_LAPS: Final = 10_000
"""Most laps of a recording, and most presses and activities."""
MOST_BEATS: Final = 1_000_000
"""Most beats of a run: 24 hours at 240 bpm are 345,600."""


class RecordingFile:
    """The bytes of a recording, and their text.

    Args:
        data: the whole file.
        mapping: names and units of columns, only for CSV.
    """

    def __init__(self, data: bytes, mapping: ColumnMap | None = None) -> None:
        self.data = data
        self.mapping = mapping

    @cached_property
    def foreign_text(self) -> ForeignText | None:
        """The bytes as UTF-8; None if they are not text."""
        return text_of(self.data)

    @property
    def known_text(self) -> ForeignText:
        """The text of a file whose format is known from it."""
        assert self.foreign_text is not None
        return self.foreign_text

    @cached_property
    def start(self) -> str:
        """The first letters of the text; empty if it is not text."""
        data = b"" if self.foreign_text is None else self.foreign_text.utf8[:_START]
        return data.decode("utf-8", "replace").lstrip()

    @cached_property
    def root(self) -> str:
        """The name of the outermost element of XML; empty if it is not XML."""
        return root_of(self.start)

    @cached_property
    def is_xml(self) -> bool:
        """True if the text begins like XML."""
        return self.start.startswith("<") or bool(self.root)

    @cached_property
    def is_journal(self) -> bool:
        """True if it is one of our journals."""
        return self.start.startswith('{"format":"coach-journal/')

    @cached_property
    def is_json(self) -> bool:
        """True if the text begins like an object, or like a list of them."""
        return self.foreign_text is not None and re.match(r"(\{|\[\s*\{)", self.start) is not None

    @cached_property
    def is_table(self) -> bool:
        """True if it is text that can be a table."""
        return self.foreign_text is not None and not self.is_xml and not self.is_json and not self.is_journal


class Row(NamedTuple):
    """The values of one source at one moment of the file's own clock; unknown is None."""

    at: float
    """Seconds of the file's clock, from any zero."""
    source: Source
    speed: float | None = None
    """m/s."""
    distance: float | None = None
    """Metres since the source's own zero."""
    cadence: float | None = None
    """Per minute, as the file counts it: one foot or both."""
    heart_rate: float | None = None
    """Beats per minute; 0 means no contact and counts as unknown."""
    power: float | None = None
    """Watts."""
    rr_s: tuple[float, ...] = ()
    """Seconds between beats, oldest first."""
    metrics: tuple[tuple[str, float], ...] | None = None
    """External metrics by name."""
    place: tuple[float, float] | None = None
    """Metres east and north of the first position."""


class Press(NamedTuple):
    """A press of a button in the recording."""

    at: float
    """Seconds of the file's clock."""
    button: Button
    answer: int | None = None
    """The chosen answer, for the button `answer`."""


@dataclass(frozen=True, slots=True)
class RecordedLap:
    """A lap as the device recorded it: for comparison, never a mark."""

    start_s: Seconds
    """Seconds since the first input."""
    end_s: Seconds
    time_s: Seconds | None = None
    """Its running time as the device counted it."""
    distance: Metres | None = None
    trigger: str = ""
    """Why it ended, in the file's own word: `manual`, `distance`, `time`, `session_end`, a stage's name."""
    step: int | None = None
    """The index of the embedded workout step it belongs to."""


@dataclass(frozen=True, slots=True)
class ForeignRecording:
    """A recording of another tool that was read: the inputs for a run, and the reader's remarks."""

    kind: str
    """`fit`, `tcx`, `gpx`, `csv` or `rundouble`."""
    run: str
    """Its id as a run: `file-` and 16 hex digits of the SHA-256 of its bytes."""
    inputs: tuple[Input, ...]
    """`Opened` at 0, all inputs in order of time, `Closed`."""
    periods: Mapping[Source, Seconds]
    """The measured spacing of the leading value of each source."""
    workout: Mapping[str, Any] | None = None
    """A `coach-workout/1` document made from the embedded steps; None if there are none."""
    laps: tuple[RecordedLap, ...] = ()
    """The device's laps (or an app's stages), for comparison."""
    problems: tuple[str, ...] = ()
    """Parts that could not be read or had to be decided, one sentence each."""
    has_marks: bool = False
    """True if the lap key was pressed."""
    first_timer_start_s: Seconds = Seconds(0.0)
    """When the device's timer first started; 0 if the file does not say."""
    devices: tuple[str, ...] = ()
    """The recording devices as the file names them; untrusted: the names may hold any characters."""
    day: str = ""
    """The day (UTC) of its first sample, `2026-05-31`; empty if unknown. Never an input."""
    epoch_s: float | None = None
    """Unix time at the first input, in seconds; None if unknown. Never an input."""


@dataclass(slots=True)
class Findings:
    """The contents of one file, before its clock is repaired."""

    rows: list[Row] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    laps: list[tuple[float, float, RecordedLap]] = field(default_factory=list)
    """Start and end on the file's clock, and the lap without them."""
    zero_at: float | None = None
    """The first input on the file's clock, if the file gives it; None: its first sample."""
    started_at: float | None = None
    """The timer's first start on the file's clock."""
    ended_at: float | None = None
    """The timer's last stop on the file's clock."""
    cadence_factor: float | None = 2.0
    """Steps per count of cadence, unless the values show otherwise; None for another sport, unchanged."""
    workout: Mapping[str, Any] | None = None
    devices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    beats: int = 0
    """Number of intervals between beats in the rows."""

    def add(self, row: Row) -> None:
        """Add a row; an empty one is left out.

        Raises:
            RecordingProblem: there are more rows than any run has.
        """
        self.beats += len(row.rr_s)
        if len(self.rows) >= MOST_ROWS or self.beats > MOST_BEATS:
            raise too_long()
        if not isfinite(row.at):
            return
        clean = _clean(row)
        if any(value is not None for value in clean[2:7]) or clean.rr_s or clean.metrics:
            self.rows.append(clean)


def too_long() -> RecordingProblem:
    """The problem of a recording that has more samples than any run."""
    return RecordingProblem(f"The recording has more than {MOST_ROWS:,} samples.", "Cut it to one run.")


def too_many_laps() -> RecordingProblem:
    """The problem of a recording that has more laps than any run."""
    return RecordingProblem(
        f"The recording has more than {MOST_LAPS:,} laps or pauses.", "Is it the right file?"
    )


def count(number: int, thing: str) -> str:
    """A number of things as the beginning of a sentence: `1 sample was`, `3 samples were`."""
    return f"{number} {thing} was" if number == 1 else f"{number} {thing}s were"


def _clean(row: Row) -> Row:
    """Turn impossible values into unknown ones: not a number, negative, or a heart rate of 0."""
    values = [value if value is not None and isfinite(value) and value >= 0 else None for value in row[2:7]]
    speed, distance, cadence, heart_rate, power = values
    return Row(
        row.at,
        row.source,
        speed,
        distance,
        cadence,
        heart_rate or None,
        power,
        tuple(rr for rr in row.rr_s if isfinite(rr) and rr > 0),
        tuple(each for each in row.metrics or () if isfinite(each[1])) or None,
        row.place,
    )


def printable(value: object, longest: int = 80) -> str:
    """A name from a file, shortened, without terminal control characters; empty if it is not text."""
    if not isinstance(value, str):
        return ""
    return "".join(char for char in value if char.isprintable()).strip()[:longest]


# --- repair of a file's clock: it may jump, stand still or be set back, and the time of a run may not

JUMP_FORWARD_S: Final = 6 * 3600.0
"""A longer step of the clock means that the clock was set, not a pause: no pause in a workout lasts six hours."""
OUT_OF_ORDER_S: Final = 5.0
"""A row older than the one before by no more than this is out of order; older still means a clock set back."""
MOST_JUMPS: Final = 1_000
"""A clock that jumps more often is useless."""


class FileClock:
    """Maps the file's clock to seconds that never decrease, and reports its repairs."""

    def __init__(self) -> None:
        """Start before the first row."""
        self.problems: list[str] = []
        self._stretches: list[list[float]] = []  # first and last time of the file's clock, and its zero
        self._late = 0

    def place(self, raw: float) -> float | None:
        """The time of the next row of the file; None for a row a little out of order, which is left out.

        Raises:
            RecordingProblem: the clock jumps more often than any.
        """
        if not self._stretches:
            self._stretches.append([raw, raw, raw])
            return 0.0
        stretch = self._stretches[-1]
        step = raw - stretch[1]
        if 0 <= step <= JUMP_FORWARD_S:
            stretch[1] = raw
            return round(raw - stretch[2], 6)
        if -OUT_OF_ORDER_S <= step < 0:
            self._late += 1
            return None
        if len(self._stretches) > MOST_JUMPS:
            raise RecordingProblem(
                f"The file's clock jumps more than {MOST_JUMPS:,} times.", "Export it again."
            )
        at = round(stretch[1] - stretch[2] + 1.0, 6)
        self._stretches.append([raw, raw, raw - at])
        way = "forward" if step > 0 else "back"
        self.problems.append(
            f"The file's clock jumps {way} by {_span(abs(step))} after {_span(at - 1.0)}; "
            "the recording goes on from there one second later."
        )
        return at

    def find(self, raw: float) -> float:
        """The time of another moment of the file's clock, in the stretch of the clock nearest to it."""
        nearest = min(self._stretches, key=lambda one: max(one[0] - raw, raw - one[1], 0.0))
        return round(raw - nearest[2], 6)

    def close(self) -> None:
        """Report how many rows were left out."""
        if self._late:
            self.problems.append(f"{count(self._late, 'sample')} out of order, left out.")


def _span(seconds: float) -> str:
    """A duration in a few words."""
    if seconds >= 2 * 86400:
        return f"{seconds / 86400:.0f} days"
    if seconds >= 2 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds:.0f} s"


# --- cadence: most files count one foot, some both, and none says which
#
# One rule for every format, over the whole file. Counted with both feet a runner takes 140 to 200 steps a minute and a
# walker 90 to 130; counted with one foot half as many. Each value during movement is compared with the limit between
# the two at its speed, and the majority decides. Files whose values decide nothing are read as their format is usually
# written.

RUNNING: Final = 120.0
"""Per minute, between one foot of a runner (60 to 110) and both feet (140 and more)."""
LONGEST_STEP: Final = 1.05
"""Metres, between the step of a slow runner or walker (0.5 to 0.9) and the stride of two steps (1.1 and more)."""
_SLOWEST: Final = 0.5
"""In m/s; below it feet shuffle, and a value decides nothing."""
_RUNNERS_SHARE: Final = 0.1
"""Without any speed: this share of values above `RUNNING` means a runner, both feet counted, who also walks."""
_BOTH_AT_LEAST: Final = 108.0
"""Without any speed: a median above it counts both feet, as 216 steps a minute are impossible for a whole run."""


def count_both_feet(findings: Findings) -> None:
    """Turn every cadence of the file into steps per minute of both feet."""
    factor = findings.cadence_factor
    if factor is None or not any(row.cadence for row in findings.rows):
        return
    counts_both = _counts_both_feet(findings.rows)
    if counts_both is True and factor != 1.0:
        findings.problems.append("The file's cadence counts both feet already; it was not doubled.")
        factor = 1.0
    elif counts_both is False and factor == 1.0:
        findings.problems.append("The file's cadence counts one foot; it was doubled.")
        factor = 2.0
    if factor != 1.0:
        findings.rows[:] = [
            row if row.cadence is None else row._replace(cadence=row.cadence * factor)
            for row in findings.rows
        ]


def _counts_both_feet(rows: Sequence[Row]) -> bool | None:
    """Whether the values count both feet; None if they do not decide."""
    votes = [cadence > min(RUNNING, 60.0 * speed / LONGEST_STEP) for cadence, speed in _moving(rows)]
    if votes:
        return None if 2 * sum(votes) == len(votes) else 2 * sum(votes) > len(votes)
    cadences = sorted(row.cadence for row in rows if row.cadence)
    if sum(cadence > RUNNING for cadence in cadences) >= _RUNNERS_SHARE * len(cadences):
        return True
    return True if cadences[len(cadences) // 2] > _BOTH_AT_LEAST else None


def _moving(rows: Sequence[Row]) -> Iterator[tuple[float, float]]:
    """Each cadence with its speed: of its own row, else of the distance since the row before."""
    before: dict[str, Row] = {}
    for row in rows:
        speed, last = row.speed, before.get(row.source)
        if row.distance is not None:
            if speed is None and last is not None and last.distance is not None and row.at > last.at:
                speed = (row.distance - last.distance) / (row.at - last.at)
            before[row.source] = row
        if row.cadence and speed is not None and speed >= _SLOWEST:
            yield row.cadence, speed


# --- from rows to inputs: duplicates joined, the period of each value found, everything in order of time

SAME_PERIOD: Final = 0.25
"""Values of one source whose spacings differ by less than a quarter are reported together."""
_MOST_DAYS: Final = 60_000
"""Days to some 160 years after the epoch; a later clock is broken."""
_VALUE_NAMES: Final = ("speed", "distance", "heart_rate", "cadence", "power", "metrics", "place")
"""The values of a row; the first one represents its source."""
_AT_ONE_MOMENT: Final = {Button.RESUME: -1, Button.MARK: 1, Button.PAUSE: 2}
"""First the timer goes on, then come the samples, which are 0, then the lap key, then the timer stops."""


def _assemble(findings: Findings, *, format_: RecordingFormat, run: str) -> ForeignRecording:
    """Make inputs from the findings of a reader.

    Raises:
        RecordingProblem: there is not one sample, or there are more laps than any run has.
    """
    if max(len(findings.laps), len(findings.presses)) > MOST_LAPS:
        raise too_many_laps()
    count_both_feet(findings)
    clock = FileClock()
    is_by_hand = not findings.rows and bool(findings.presses) and findings.zero_at is not None
    if is_by_hand:
        clock.place(findings.zero_at or 0.0)
    rows = _place_rows(findings.rows, clock)
    if not rows and not is_by_hand:
        raise RecordingProblem(
            "The file holds no sample of speed, distance, heart rate or cadence.",
            f"A recording of a run is needed: {SUFFIXES_LISTED}.",
        )
    first = findings.rows[0].at if rows else 0.0
    findings.rows.clear()  # ten hours of them are 15 MB
    samples, doubles = _merge_rows(rows)
    if doubles:
        clock.problems.append(f"{count(doubles, 'sample')} given twice, put together.")
    shift, start = _zero(findings, clock)
    if shift:
        samples = [row._replace(at=row.at + shift) for row in samples]
    end = samples[-1].at if samples else max(clock.find(press.at) for press in findings.presses) + shift
    if findings.ended_at is not None and 0 < clock.find(findings.ended_at) + shift - end <= JUMP_FORWARD_S:
        end = clock.find(findings.ended_at) + shift
    presses = [press._replace(at=clock.find(press.at) + shift) for press in findings.presses]
    presses = [press for press in presses if 0 <= press.at <= end]
    periods, reports = _reports(samples)
    return ForeignRecording(
        kind=format_.kind,
        run=run,
        inputs=_inputs(reports, presses, end),
        periods=periods,
        workout=findings.workout,
        laps=tuple(_lap(clock, shift, *one) for one in findings.laps),
        problems=(*findings.problems, *clock.problems),
        has_marks=any(press.button is Button.MARK for press in presses),
        first_timer_start_s=Seconds(start),
        devices=tuple(dict.fromkeys(findings.devices)),
        day=_day(first, format_.clock_from),
        epoch_s=_epoch_s(first - shift, format_.clock_from),
    )


def _day(at: float, zero: date | None) -> str:
    """The day (UTC) of a moment of the file's clock; empty if that clock has no date."""
    days = int(at // 86_400)
    return (zero + timedelta(days)).isoformat() if zero is not None and 0 < days < _MOST_DAYS else ""


def _epoch_s(at: float, zero: date | None) -> float | None:
    """Unix time of a moment of the file's clock; None if that clock has no date."""
    return at + (zero - date(1970, 1, 1)).total_seconds() if zero is not None and _day(at, zero) else None


def _place_rows(rows: Iterable[Row], clock: FileClock) -> list[Row]:
    result: list[Row] = []
    for row in rows:
        at = clock.place(row.at)
        if at is not None:
            result.append(row._replace(at=at))
    clock.close()
    return result


def _merge_rows(rows: Sequence[Row]) -> tuple[list[Row], int]:
    """Join rows of one source and moment; of two values the first stays."""
    by_key: dict[tuple[float, Source], Row] = {}
    doubles = 0
    for row in rows:
        key = (row.at, row.source)
        first = by_key.get(key)
        if first is None:
            by_key[key] = row
            continue
        doubles += 1
        gaps = {name: getattr(row, name) for name in _VALUE_NAMES if getattr(first, name) is None}
        by_key[key] = first._replace(rr_s=first.rr_s or row.rr_s, **gaps)
    return list(by_key.values()), doubles


def _zero(findings: Findings, clock: FileClock) -> tuple[float, float]:
    """How far the zero moves so that the timer does not start before it, and where that start then lies."""
    begin = 0.0 if findings.zero_at is None else -clock.find(findings.zero_at)
    shift = begin if 0.0 <= begin <= JUMP_FORWARD_S else 0.0
    if findings.started_at is None:
        return shift, 0.0
    start = clock.find(findings.started_at)
    if not -JUMP_FORWARD_S <= start <= JUMP_FORWARD_S:
        return shift, 0.0
    shift = max(shift, -start)
    return shift, max(0.0, start + shift)


def _reports(rows: Sequence[Row]) -> tuple[dict[Source, Seconds], list[Reported]]:
    """Find the period of each value, and report values of one source with equal periods together."""
    leading: dict[Source, Seconds] = {}
    groups: dict[Source, list[tuple[Seconds, frozenset[str]]]] = {}
    for source in dict.fromkeys(row.source for row in rows):
        spacings = _spacings([row for row in rows if row.source is source])
        leading[source] = next(iter(spacings.values()), Seconds(1.0))
        groups[source] = _groups(spacings)
    reports: list[Reported] = []
    for row in rows:
        for index, (period, fields) in enumerate(groups[row.source]):
            beats = row.rr_s if index == 0 else ()
            reports.extend(_report(row, period, fields, beats))
    return leading, reports


def _spacings(rows: Sequence[Row]) -> dict[str, Seconds]:
    """The median spacing of each value of a source, the leading value first."""
    spacings: dict[str, Seconds] = {}
    for name in _VALUE_NAMES:
        times = [row.at for row in rows if getattr(row, name) is not None]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        if times:
            spacings[name] = Seconds(round(median(gaps), 3) or 0.001) if gaps else Seconds(1.0)
    return spacings


def _groups(spacings: Mapping[str, Seconds]) -> list[tuple[Seconds, frozenset[str]]]:
    groups: list[tuple[Seconds, frozenset[str]]] = []
    for name, period in spacings.items():
        for index, (common, names) in enumerate(groups):
            if abs(period - common) <= SAME_PERIOD * common:
                groups[index] = (common, names | {name})
                break
        else:
            groups.append((period, frozenset({name})))
    return groups or [(Seconds(1.0), frozenset())]


def _report(row: Row, period: Seconds, fields: frozenset[str], beats: Sequence[float]) -> Iterable[Reported]:
    speed, distance, heart_rate, cadence, power, metrics, place = (
        getattr(row, name) if name in fields else None for name in _VALUE_NAMES
    )
    if not beats and speed is distance is cadence is heart_rate is power is metrics is place is None:
        return
    yield Reported(
        Seconds(row.at),
        row.source,
        period,
        speed=speed,
        distance=distance,
        cadence=cadence,
        heart_rate=heart_rate,
        rr_s=tuple(Seconds(beat) for beat in beats),
        power=power,
        metrics=metrics or (),
        place=place,
    )


def _inputs(reports: Sequence[Reported], presses: Sequence[Press], end: float) -> tuple[Input, ...]:
    pressed = [
        Pressed(Seconds(press.at), press.button, Origin.RECORDING, press.answer)
        for press in sorted(presses, key=lambda press: _AT_ONE_MOMENT.get(press.button, 1))
    ]
    first = [press for press in pressed if press.button is Button.RESUME]
    events: list[Input] = [*first, *reports, *pressed[len(first) :]]
    events.sort(key=attrgetter("at"))  # the sort is stable
    return (Opened(Seconds(0.0)), *events, Closed(Seconds(end)))


def _lap(clock: FileClock, shift: float, start: float, end: float, lap: RecordedLap) -> RecordedLap:
    at = clock.find(start) + shift
    return replace(lap, start_s=Seconds(at), end_s=Seconds(max(at, clock.find(end) + shift)))


# --- a whole file, whose format is detected by its contents, never by its name

_KNOWN_FILES_HINT = (
    f"A recording is {OURS} (ours), {', '.join(FOREIGN_SUFFIXES[:-1])} or {FOREIGN_SUFFIXES[-1]}."
)


def run_id(data: bytes) -> str:
    """The id of a foreign file as a run: `file-` and the first 16 hex digits of its SHA-256."""
    return f"file-{hashlib.sha256(data).hexdigest()[:16]}"


def read_recording(data: bytes, *, name: str, mapping: ColumnMap | None = None) -> ForeignRecording:
    """Read a recording of any known format.

    Args:
        data: the whole file.
        name: its name in a problem.
        mapping: names and units of columns, only for CSV.

    Raises:
        RecordingProblem: nothing in it can be replayed; the message says why, the hint what to do.
    """
    try:
        format_, findings = _read(data, mapping)
        return _assemble(findings, format_=format_, run=run_id(data))
    except RecordingProblem as problem:
        raise RecordingProblem(f"{name}: {problem.message}", problem.hint) from None


def _read(data: bytes, mapping: ColumnMap | None) -> tuple[RecordingFormat, Findings]:
    if not data:
        raise RecordingProblem("The file is empty.", _KNOWN_FILES_HINT)
    if len(data) > LARGEST_BYTES:
        raise RecordingProblem(
            f"The file has {len(data) / 1e6:.0f} MB; a recording of a run has {LARGEST_BYTES / 1e6:.0f} at most.",
            "Cut it to one run.",
        )
    file = RecordingFile(data, mapping)
    for format_ in RECORDING_FORMATS:
        reader = reader_of(format_)
        if reader.looks_like(file):
            return format_, reader.read(file)
    if file.foreign_text is None:
        raise RecordingProblem(
            "This is not a recording in a known format: it is neither FIT nor text.", _KNOWN_FILES_HINT
        )
    if file.is_xml:
        raise _other_xml(file.root)
    if file.is_journal:
        raise RecordingProblem(
            "This is a Trackside Coach journal, not a recording of another tool.", "Replay it as it is."
        )
    if file.is_json:
        raise RecordingProblem("This is JSON, which is not a known recording format.", _KNOWN_FILES_HINT)
    raise RecordingProblem("This is not a recording in a known format.", _KNOWN_FILES_HINT)


def _other_xml(root: str) -> RecordingProblem:
    """Describe XML that is not a recording, by its outermost element."""
    if root.lower() == "html":
        return RecordingProblem(
            "This is a web page, not a recording.", "Log in where the recording is, and export it again."
        )
    if root == "workout_file":
        return RecordingProblem(
            "This is a Zwift workout, not a recording of a run.", "Look at it with: coach workout check FILE"
        )
    names = sorted(each.kind.upper() for each in RECORDING_FORMATS if each.is_xml)
    element = f" but <{printable(root)}>" if root else ""
    return RecordingProblem(f"This XML file is neither {' nor '.join(names)}{element}.", _KNOWN_FILES_HINT)
