"""What every reader of foreign files shares: rows in, inputs out.

A reader hands over what the file says, in the file's own order and with the file's own clock (`Row`, `Press`,
`Lap`), gathered in `Findings`; `coach.interchange.recordings.reading` makes the inputs of a run from them. Nothing is
made up: what a row does not say stays None.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any, Final, NamedTuple

from coach.interchange.recordings.columns import ColumnMap
from coach.interchange.text import ForeignText, text_of
from coach.interchange.xml import root_of
from coach.live.inputs import Input
from coach.problems import RecordingProblem
from coach.quantities import Metres, Seconds
from coach.session.buttons import Button
from coach.signals.readings import Source

LARGEST_BYTES: Final = 64 * 1024 * 1024
"""No recording of a run is larger: 24 hours at 1 Hz are 5 MB as FIT and 40 MB as GPX."""

_START: Final = 1 << 16
"""Bytes of the beginning by which a format is told."""

MOST_ROWS: Final = 432_000
"""No run has more samples: so many are 24 hours at 5 Hz."""
MOST_LAPS: Final = 10_000
"""No recording has more laps, nor more buttons pressed, nor more activities."""
MOST_BEATS: Final = 1_000_000
"""No run has more: 24 hours at 240 bpm are 345,600."""


class RecordingFile:
    """The bytes of a recording, and what they are as text.

    Args:
        data: the whole file.
        mapping: names and units of columns, for CSV only.
    """

    def __init__(self, data: bytes, mapping: ColumnMap | None = None) -> None:
        self.data = data
        self.mapping = mapping

    @cached_property
    def foreign_text(self) -> ForeignText | None:
        """The bytes as UTF-8; None if they are no text."""
        return text_of(self.data)

    @property
    def known_text(self) -> ForeignText:
        """The text of a file whose format was told by it."""
        assert self.foreign_text is not None
        return self.foreign_text

    @cached_property
    def start(self) -> str:
        """The first letters of the text; empty if it is none."""
        data = b"" if self.foreign_text is None else self.foreign_text.utf8[:_START]
        return data.decode("utf-8", "replace").lstrip()

    @cached_property
    def root(self) -> str:
        """The name of the outermost element of XML; empty if it is none."""
        return root_of(self.start)

    @cached_property
    def is_xml(self) -> bool:
        """Does the text begin as XML does?"""
        return self.start.startswith("<") or bool(self.root)

    @cached_property
    def is_journal(self) -> bool:
        """Is it a journal of ours?"""
        return self.start.startswith('{"format":"coach-journal/')

    @cached_property
    def is_json(self) -> bool:
        """Does the text begin as an object, or as a list of them, does?"""
        return self.foreign_text is not None and re.match(r"(\{|\[\s*\{)", self.start) is not None

    @cached_property
    def is_table(self) -> bool:
        """Is it text that may be a table?"""
        return self.foreign_text is not None and not self.is_xml and not self.is_json and not self.is_journal


class Row(NamedTuple):
    """What one source said at one moment of the file's own clock; unknown is None."""

    at: float
    """Seconds of the file's clock, any zero."""
    source: Source
    speed: float | None = None
    """m/s."""
    distance: float | None = None
    """Metres since the source's own zero."""
    cadence: float | None = None
    """Per minute, as the file counts it: one foot or both."""
    heart_rate: float | None = None
    """Beats per minute; 0 is a sensor without contact and counts as unknown."""
    power: float | None = None
    """Watts."""
    rr_s: tuple[float, ...] = ()
    """Seconds between beats, oldest first."""
    metrics: tuple[tuple[str, float], ...] | None = None
    """External metrics by name."""
    place: tuple[float, float] | None = None
    """Metres east and north of the first position."""


class Press(NamedTuple):
    """A button the recording remembers."""

    at: float
    """Seconds of the file's clock."""
    button: Button
    answer: int | None = None
    """The chosen answer, for the button `answer`."""


@dataclass(frozen=True, slots=True)
class Lap:
    """A lap as the device saw it: data to compare with, never a mark."""

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
    """A recording of another tool, read: what a run can be fed with, and what the reader says about it."""

    kind: str
    """`fit`, `tcx`, `gpx`, `csv` or `rundouble`."""
    run: str
    """Its id as a run: `file-` and 16 hex digits of the SHA-256 of its bytes."""
    inputs: tuple[Input, ...]
    """`Opened` at 0, everything that happened in order of time, `Closed`."""
    periods: Mapping[Source, Seconds]
    """The spacing found for the leading value of each source."""
    workout: Mapping[str, Any] | None = None
    """A `coach-workout/1` document made from the steps embedded in the file; None if it has none."""
    laps: tuple[Lap, ...] = ()
    """The device's laps (or an app's stages), to compare with."""
    problems: tuple[str, ...] = ()
    """What could not be read or had to be decided, one plain sentence each."""
    has_marks: bool = False
    """Did somebody press the lap key?"""
    first_timer_start_s: Seconds = Seconds(0.0)
    """When the device's timer first started; 0 where the file does not say."""
    devices: tuple[str, ...] = ()
    """What recorded it, as the file says; not to be trusted: the names may hold any characters."""
    day: str = ""
    """The day (UTC) of its first sample, `2026-05-31`; empty where the file does not say. Never an input."""
    epoch_s: float | None = None
    """Unix time at the first input, in seconds; None where the file does not say. Never an input."""


@dataclass(slots=True)
class Findings:
    """What a reader gathered from one file, before the clock is mended."""

    rows: list[Row] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    laps: list[tuple[float, float, Lap]] = field(default_factory=list)
    """Start and end on the file's clock, and the lap without them."""
    zero_at: float | None = None
    """The first input on the file's clock, where the file says it; None: its first sample."""
    started_at: float | None = None
    """The timer's first start on the file's clock."""
    ended_at: float | None = None
    """The timer's last stop on the file's clock."""
    cadence_factor: float | None = 2.0
    """Steps per count of cadence, unless the values tell otherwise; None for another sport, left as it is."""
    workout: Mapping[str, Any] | None = None
    devices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    beats: int = 0
    """How many times between beats the rows hold."""

    def add(self, row: Row) -> None:
        """Take a row; one that says nothing is left out.

        Raises:
            RecordingProblem: there are more rows than any run has.
        """
        self.beats += len(row.rr_s)
        if len(self.rows) >= MOST_ROWS or self.beats > MOST_BEATS:
            raise too_long()
        if not isfinite(row.at):
            return
        clean = _cleaned(row)
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
    """Say how many there were, as the beginning of a sentence: `1 sample was`, `3 samples were`."""
    return f"{number} {thing} was" if number == 1 else f"{number} {thing}s were"


def _cleaned(row: Row) -> Row:
    """Turn what no sensor can mean into unknown: not a number, negative, or a heart rate of 0."""
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
    """A name from a file, cut to a sane length, nothing in it that steers a terminal; empty if it is no text."""
    if not isinstance(value, str):
        return ""
    return "".join(char for char in value if char.isprintable()).strip()[:longest]


# --- The clock of a file, mended: it may jump, stand still or be set back, and the time of a run may not

JUMP_FORWARD_S: Final = 6 * 3600.0
"""A step of the clock longer than this is a clock set anew, not a pause: nobody rests six hours in a
workout."""

OUT_OF_ORDER_S: Final = 5.0
"""A row older than its forerunner by no more than this is one row out of order; older still is a clock set
back."""


MOST_JUMPS: Final = 1_000
"""A clock that jumps more often tells no time."""


class FileClock:
    """Maps the file's clock to seconds that never run backward, and says where it had to be mended."""

    def __init__(self) -> None:
        """Start before the first row."""
        self.problems: list[str] = []
        self._stretches: list[list[float]] = []  # first and last time of the file's clock, and its zero
        self._late = 0

    def place(self, raw: float) -> float | None:
        """Where the next row of the file lies; None for a row a little out of order, which is left out.

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
        """Where another moment of the file's clock lies: in the stretch of the clock nearest to it."""
        nearest = min(self._stretches, key=lambda one: max(one[0] - raw, raw - one[1], 0.0))
        return round(raw - nearest[2], 6)

    def close(self) -> None:
        """Say how many rows were left out."""
        if self._late:
            self.problems.append(f"{count(self._late, 'sample')} out of order, left out.")


def _span(seconds: float) -> str:
    """A duration in words short enough for a sentence."""
    if seconds >= 2 * 86400:
        return f"{seconds / 86400:.0f} days"
    if seconds >= 2 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds:.0f} s"
