"""Reads recordings of other tools, whose formats are detected by their contents, never by their names."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import Final

from coach.interchange.recordings import (
    FOREIGN_SUFFIXES,
    OURS,
    RECORDING_FORMATS,
    SUFFIXES_LISTED,
    RecordingFormat,
    reader_of,
)
from coach.interchange.recordings.common import (
    JUMP_FORWARD_S,
    LARGEST_BYTES,
    MOST_LAPS,
    ColumnMap,
    FileClock,
    Findings,
    ForeignRecording,
    Press,
    RecordedLap,
    RecordingFile,
    Row,
    count,
    printable,
    too_many_laps,
)
from coach.live.inputs import Closed, Input, Opened
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin, Pressed
from coach.signals.readings import Reported, Source

# --- From rows to inputs: duplicates joined, the period of each value found, everything in order of time

# --- Cadence in files of other tools: most count one foot, some both, and none says which
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
    if counts_both is None or counts_both is (factor == 1.0):
        pass
    elif counts_both:
        findings.problems.append("The file's cadence counts both feet already; it was not doubled.")
        factor = 1.0
    else:
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


SAME_PERIOD: Final = 0.25
"""Values of one source whose spacings differ by less than a quarter are reported together."""

_MOST_DAYS: Final = 60_000
"""Days to some 160 years after the epoch; a later clock is broken."""


def assembled(findings: Findings, *, format_: RecordingFormat, run: str) -> ForeignRecording:
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
        gaps = {name: getattr(row, name) for name in _VALUES if getattr(first, name) is None}
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


_VALUES: Final = ("speed", "distance", "heart_rate", "cadence", "power", "metrics", "place")
"""The values of a row; the first one represents its source."""


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
    for name in _VALUES:
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
        getattr(row, name) if name in fields else None for name in _VALUES
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


_AT_ONE_MOMENT: Final = {Button.RESUME: -1, Button.MARK: 1, Button.PAUSE: 2}
"""First the timer goes on, then come the samples, which are 0, then the lap key, then the timer stops."""


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


_HINT = f"A recording is {OURS} (ours), {', '.join(FOREIGN_SUFFIXES[:-1])} or {FOREIGN_SUFFIXES[-1]}."


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
        return assembled(findings, format_=format_, run=run_id(data))
    except RecordingProblem as problem:
        raise RecordingProblem(f"{name}: {problem.message}", problem.hint) from None


def _read(data: bytes, mapping: ColumnMap | None) -> tuple[RecordingFormat, Findings]:
    if not data:
        raise RecordingProblem("The file is empty.", _HINT)
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
            "This is not a recording in a known format: it is neither FIT nor text.", _HINT
        )
    if file.is_xml:
        raise _other_xml(file.root)
    if file.is_journal:
        raise RecordingProblem(
            "This is a Trackside Coach journal, not a recording of another tool.", "Replay it as it is."
        )
    if file.is_json:
        raise RecordingProblem("This is JSON, which is not a known recording format.", _HINT)
    raise RecordingProblem("This is not a recording in a known format.", _HINT)


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
    return RecordingProblem(f"This XML file is neither {' nor '.join(names)}{element}.", _HINT)
