"""CSV files: this program's own stream, read and written (`docs/reference/csv.md`), and that of the RunDouble app."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT, RunningSpeedCadenceMeasurement
from coach.interchange.recordings.common import (
    KEYS,
    MOST_LAPS,
    NO_COLUMNS,
    UNITS,
    ColumnMap,
    Findings,
    Press,
    RecordedLap,
    RecordingFile,
    Row,
    count,
    printable,
    too_long,
    too_many_laps,
)
from coach.interchange.text import CHUNK, number
from coach.live.contract import Closed, Input, Resumed, without_repeats
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.session.events import Split
from coach.session.phases import PAST_S, Button, Pressed
from coach.signals.config import SignalSettings
from coach.signals.footpod import CadenceCount
from coach.signals.readings import (
    CORE_TEMPERATURE,
    SKIN_TEMPERATURE,
    SMO2,
    Characteristic,
    Notified,
    Reported,
    Source,
)
from coach.signals.signals import decode

if TYPE_CHECKING:
    from coach.interchange.recordings.activity import (
        Activity,  # it loads the review, which reading does not need
    )

MOST_SILENT: Final = 200_000
"""Most rows without a value: 55 hours at 1 Hz."""
LONGEST_LINE: Final = 10_000
"""Most characters of a line."""

_MOVEMENT: Final = ("speed_mps", "distance_m", "cadence_spm", "power_w")
METRICS: Final = {
    CORE_TEMPERATURE: Source.CORE,
    SKIN_TEMPERATURE: Source.CORE,
    SMO2: Source.MUSCLE,
}
"""Columns of external metrics, and the sensor of each."""


_USED: Final = frozenset({*_MOVEMENT, *METRICS, "heart_rate_bpm", "rr_ms", "mark"})
"""The keys a run can use; at least one is needed besides the time."""
_WORDS: Final = frozenset({"rr_ms", "mark", "event", "source"})
"""The keys whose cells are not a single number."""
START, STOP = "start", "stop"
"""Events other than buttons: the run starts, and its recording ends."""
_BUTTONS: Final = frozenset(button.value for button in Button)
_ANSWERS: Final = frozenset(str(answer) for answer in range(1, 11))
_HIGHEST: Final = 100
"""Number of lines in which the header must be."""
_DELIMITERS: Final = ",;\t|"


def looks_like(file: RecordingFile) -> bool:
    """Return whether it is a table of several columns, or one whose columns were named by the user."""
    return file.is_table and (file.mapping is not None or len(header_of(file)) > 1)


def header_of(file: RecordingFile) -> tuple[str, ...]:
    """The names of the columns at the beginning of the file; other lines may precede them."""
    return tuple(_header_in(file.start.splitlines()[:_HIGHEST], file.mapping or NO_COLUMNS)[2])


def read(file: RecordingFile) -> Findings:
    """Read a CSV stream; cells that are not numbers count as empty and are reported.

    Raises:
        RecordingProblem: the header lacks the time, or every other column.
    """
    findings, named = Findings(cadence_factor=1.0), file.mapping or NO_COLUMNS
    table = Table(file.known_text.utf8, findings, named)
    missing = [name for name in named.columns.values() if name not in table.header]
    mapping = named.over(table.header)
    if missing or mapping.column("time_s") not in table.header:
        lacking = missing[0] if missing else mapping.column("time_s")
        raise RecordingProblem(
            f'The CSV file has no column "{lacking}"; it has: {", ".join(table.header[:20]) or "none"}.',
            "Name its columns: --map time_s=COLUMN:UNIT --map speed_mps=COLUMN:UNIT",
        )
    present = mapping.keys(table.header)
    if "cadence_spm" in mapping.columns and "cadence_spm" not in named.columns:
        findings.cadence_factor = 2.0  # other tools count one foot
    if not _USED & set(present):
        raise RecordingProblem(
            f"The CSV file has a time but no column a run can use; it has: {', '.join(table.header[:20])}.",
            "Name its columns: --map speed_mps=COLUMN:UNIT --map heart_rate_bpm=COLUMN",
        )
    findings.problems.extend(
        "A column without a known unit was left out: if the unit is right, it is read with "
        f'--map "{printable(word)}".'
        for word in mapping.without_unit(table.header)
    )
    if "event" in present:
        findings.zero_at = 0.0
    _read_rows(findings, table, mapping, present)
    return findings


class Table:
    """A header and rows, read with the csv module; rows of the wrong length never raise.

    Lines are decoded as they are read, so a long table takes little memory beside its bytes.
    """

    def __init__(self, utf8: bytes, findings: Findings, mapping: ColumnMap = NO_COLUMNS) -> None:
        """Find the header, by the columns of `mapping` and by the known ones."""
        self._findings = findings
        self.is_longer = False
        """True if the last row has more values than the header has names."""
        lines = _lines(utf8)
        first = list(islice(lines, _HIGHEST))
        self._line, self._delimiter, self.header = _header_in(first, mapping)
        self._rows = csv.reader(chain(first[self._line + 1 :], lines), delimiter=self._delimiter)
        quoted = _QUOTED.findall(utf8[:_LOOKED_AT]) if self._delimiter == "," else ()
        self._groups_thousands = bool(quoted) and all(len(digits) == _THOUSAND for digits in quoted)

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Each row by column name, cells stripped; cells beyond the header are left out."""
        while (cells := self._next()) is not None:
            if cells:
                self.is_longer = any(map(str.strip, cells[len(self.header) :]))
                yield {
                    name: self._with_points(cell.strip())
                    for name, cell in zip(self.header, cells, strict=False)
                }

    def _with_points(self, cell: str) -> str:
        """A cell with decimal points, where the file's numbers have commas."""
        if "," not in cell:
            return cell
        return " ".join(self._with_point(word) for word in cell.split(" "))

    def _with_point(self, word: str) -> str:
        if not _COMMAS.fullmatch(word):
            return word
        if self._groups_thousands or word.rfind(".") > word.rfind(","):
            return word.replace(",", "")
        return word.replace(".", "").replace(",", ".")

    def _next(self) -> list[str] | None:
        try:
            return next(self._rows, None)
        except csv.Error:
            self._findings.problems.append(
                f"Line {self._line + 1 + self._rows.line_num} is not CSV; everything before it was read."
            )
            return None


def _header_in(lines: Sequence[str], mapping: ColumnMap) -> tuple[int, str, list[str]]:
    """The line of the header, the separator of its columns, and their names.

    Of several tables it is that with the most lines; if no line names a time and a value, it is the first line.
    """
    headers: list[tuple[int, str, list[str]]] = []
    for line, text in enumerate(lines):
        for delimiter in _DELIMITERS:
            names = _cells(text, delimiter) if delimiter in text or mapping.columns else []
            if _is_header(names, mapping):
                headers.append((line, delimiter, names))
                break
    if not headers:
        first = lines[0] if lines else ""
        delimiter = next((mark for mark in _DELIMITERS if mark in first), ",")
        return 0, delimiter, _cells(first, delimiter)
    ends = [*(line for line, _, _ in headers[1:]), len(lines)]
    return max(zip(headers, ends, strict=True), key=lambda table: table[1] - table[0][0])[0]


def _is_header(names: Sequence[str], mapping: ColumnMap) -> bool:
    """Whether these are names of columns, with the time and a usable value among them."""
    keys = mapping.over(names).keys(names)
    return (
        "time_s" in keys
        and bool(_USED & set(keys))
        and all(name in names for name in mapping.columns.values())
    )


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


_LOOKED_AT: Final = 100_000
"""Bytes in which quoted numbers are searched."""
_THOUSAND: Final = 3
_QUOTED: Final = re.compile(rb'"[+-]?\d+,(\d+)"')
_COMMAS: Final = re.compile(r"[+-]?[\d.,:]*\d,\d+(?:\.\d+)?|[+-]?,\d+")
"""A number or a clock with commas in it."""


def _lines(utf8: bytes) -> Iterator[str]:
    """The lines from the first that is not blank, each cut to `LONGEST_LINE`."""
    start = len(utf8) - len(utf8.lstrip())
    end_of_line = b"\n" if b"\n" in utf8 else b"\r"
    while start < len(utf8):
        end = utf8.find(end_of_line, start + CHUNK) + 1 or len(utf8)
        for line in utf8[start:end].decode("utf-8", "replace").splitlines():
            yield line[:LONGEST_LINE].replace("\0", "")
        start = end


def _read_rows(findings: Findings, table: Table, mapping: ColumnMap, present: list[str]) -> None:
    readers = {key: mapping.reader(key) for key in present if key not in _WORDS}
    bad = timeless = longer = 0
    unread_time = ""
    for line, cells in enumerate(table):
        if line > len(findings.rows) + MOST_SILENT:
            raise too_long()
        values: dict[str, float | None] = {}
        unread = 0
        for key, reader in readers.items():
            cell = cells.get(mapping.column(key), "")
            values[key] = reader(cell) if cell else None
            unread += bool(cell) and values[key] is None and key != "time_s"
        at = values.get("time_s")
        if at is None:
            names = list(cells.values())
            if names[: len(table.header)] != table.header and _is_header(names, NO_COLUMNS):
                findings.problems.append("The file holds a second table; it was left out.")
                break
            timeless += any(names)
            unread_time = unread_time or cells.get(mapping.column("time_s"), "")
            continue
        longer += table.is_longer
        bad += "event" in present and _add_event(findings, at, cells.get(mapping.column("event"), ""))
        source_name = cells.get(mapping.column("source"), "").lower() if "source" in present else ""
        beats, odd = _beats(cells.get(mapping.column("rr_ms"), ""), mapping)
        bad += unread + odd + _add(findings, at, values, beats, source_name)
        if "mark" in present and (number(cells.get(mapping.column("mark"), "") or "0") or 0) > 0:
            findings.presses.append(Press(at, Button.MARK))
            if len(findings.presses) > MOST_LAPS:
                raise too_many_laps()
    if unread_time and not findings.rows:
        raise RecordingProblem(
            f'No row has a time that can be read: "{printable(unread_time)}" in the column '
            f'"{printable(mapping.column("time_s"))}".',
            f"Say its unit: --map time_s=COLUMN:UNIT, which is one of {', '.join(UNITS['time_s'])}.",
        )
    if longer:
        findings.problems.append(
            f"{count(longer, 'row')} longer than the header; what is beyond its names was left out. "
            "Decimal commas need quotes, or semicolons between the columns."
        )
    if timeless:
        findings.problems.append(f"{count(timeless, 'row')} without a time, left out.")
    if bad:
        findings.problems.append(f"{count(bad, 'cell')} no value of its column, taken as empty.")


def _add_event(findings: Findings, at: float, cell: str) -> bool:
    """Add a button, or the start or stop of the run; returns whether the cell is none of them.

    Raises:
        RecordingProblem: there are more than in any run.
    """
    word, _, answer = cell.strip().lower().partition(" ")
    if word == START:
        findings.started_at = at if findings.started_at is None else findings.started_at
    elif word == STOP:
        findings.ended_at = at
    elif word in _BUTTONS:
        number = int(answer) if answer in _ANSWERS else None
        findings.presses.append(Press(at, Button(word), number))
        if len(findings.presses) > MOST_LAPS:
            raise too_many_laps()
        return bool(answer) and number is None
    return word not in {"", START, STOP, *_BUTTONS}


def _add(
    findings: Findings,
    at: float,
    values: Mapping[str, float | None],
    beats: tuple[float, ...],
    source_name: str,
) -> int:
    """Add one row, movement from the source it names (else the watch), heart rate from the strap.

    Returns:
        True if the name of the source is unknown.
    """
    by_name = Source(source_name) if source_name in _SOURCES else None
    speed, distance, cadence, power = (values.get(key) for key in _MOVEMENT)
    heart_rate = values.get("heart_rate_bpm")
    if by_name is Source.SIM or by_name is Source.STRAP:
        findings.add(Row(at, by_name, speed, distance, cadence, heart_rate, power, beats))
    else:
        findings.add(Row(at, by_name or Source.WATCH, speed, distance, cadence, None, power))
        findings.add(Row(at, Source.STRAP, heart_rate=heart_rate, rr_s=beats))
    for source in (Source.CORE, Source.MUSCLE):
        metrics = tuple(
            (name, value)
            for name, of in METRICS.items()
            if of is source and (value := values.get(name)) is not None
        )
        if metrics:
            findings.add(Row(at, source, metrics=metrics))
    return bool(source_name) and by_name is None


_SOURCES: Final = frozenset(source.value for source in Source)


def _beats(cell: str, mapping: ColumnMap) -> tuple[tuple[float, ...], int]:
    read = mapping.reader("rr_ms")
    values = [read(word) for word in cell.split()[:32]]
    beats = tuple(value / 1000 for value in values if value is not None)
    return beats, len(values) - len(beats)


# --- writing a run, each value at the time it was received, so that it replays to the same cues
#
# Bytes of a sensor are written as numbers: metres and speed times the known factor of the pod, and cadence of both
# feet. Inputs without a column are left out: links, charges, positions, and intervals of other sensors than the strap.
# A late mark stands at the moment it was made; a runner who passed a timing gate unexpectedly is left out.

_ORDER: Final = ("time_s", "source", *(key for key in KEYS if key not in {"time_s", "source"}))
_SAME_S: Final = 0.001
"""A press this near to the start of the run is the start."""

Cells = Mapping[str, object]


def write(activity: "Activity") -> bytes:
    """Write a CSV stream."""
    strangers = {split.at for split in activity.trace.outputs_of(Split) if split.is_listed_only}
    inputs = [
        _at_its_own_time(event)
        for event in activity.inputs
        if not isinstance(event, Pressed) or event.gate is None or event.at not in strangers
    ]
    inputs.sort(key=lambda event: event.at)
    return csv_stream(inputs, activity.setup.signals, started_at=activity.trace.started_at)


def _at_its_own_time(event: Input) -> Input:
    """A mark at the moment it was made; any other input as it is."""
    if not isinstance(event, Pressed) or event.button is not Button.MARK or event.pressed_at is None:
        return event
    return replace(event, at=Seconds(min(event.at, max(0.0, event.pressed_at, event.at - PAST_S))))


def csv_stream(
    inputs: Iterable[Input], settings: SignalSettings, *, started_at: Seconds | None = None
) -> bytes:
    """Write inputs as a CSV stream.

    Args:
        inputs: in order of time.
        settings: those of the run, for the factors of its pods.
        started_at: when the run started, where that is later than the first input or before the first value.
    """
    rows = list(_Rows(settings, started_at).of(inputs))
    columns = [key for key in _ORDER if any(key in row for row in rows)]
    lines = [columns, *([_cell(row.get(key, "")) for key in columns] for row in rows)]
    return "".join(f"{','.join(cells)}\n" for cells in lines).encode()


def _cell(value: object) -> str:
    """A number with at most six decimals, without trailing zeros; a word as it is."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


class _Rows:
    """Turns inputs into rows."""

    def __init__(self, settings: SignalSettings, started_at: Seconds | None) -> None:
        self._settings = settings
        self._started_at = started_at
        self._factors = {learnt.source: learnt.factor for learnt in settings.learnt}
        self._counts: dict[Source, CadenceCount] = {}
        self._turns: dict[
            Source, tuple[float, float]
        ] = {}  # the last count of a pod, and the sum of its wraps

    def of(self, inputs: Iterable[Input]) -> Iterator[Cells]:
        """The rows, in order of time."""
        start = self._started_at
        has_rows = False
        for event in without_repeats(inputs):
            if start is not None and event.at >= start:
                if start > 0.0 or (event.at > start and not has_rows):
                    yield {"time_s": start, "event": START}
                start = None
            for cells in self._cells(event):
                has_rows = True
                yield {"time_s": event.at, **cells}

    def _cells(self, event: Input) -> Iterator[Cells]:
        match event:
            case Notified(characteristic=Characteristic.HEART_RATE_MEASUREMENT):
                beats = HeartRateMeasurement.from_bytes(event.payload)
                if isinstance(beats, HeartRateMeasurement):
                    yield from self._reported(
                        Reported(event.at, event.source, heart_rate=beats.heart_rate, rr_s=beats.rr_s)
                    )
            case Notified(characteristic=Characteristic.RSC_MEASUREMENT):
                running = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
                if isinstance(running, RunningSpeedCadenceMeasurement):
                    yield self._running(event, running)
            case Notified():
                value = decode(event)
                if isinstance(value, Reported):
                    yield from self._reported(value)
            case Reported():
                yield from self._reported(event)
            case Pressed():
                yield from self._pressed(event)
            case Resumed(alive_until=alive_until):
                if alive_until is not None:
                    yield {"time_s": alive_until, "event": Button.PAUSE.value}
                    yield {"event": Button.RESUME.value}
            case Closed():
                yield {"event": STOP}

    def _pressed(self, event: Pressed) -> Iterator[Cells]:
        is_start = self._started_at is not None and abs(event.at - self._started_at) < _SAME_S
        if is_start and event.button in {Button.GO, Button.MARK}:
            return
        if event.button is Button.MARK:
            yield {"mark": 1}
        else:
            answer = "" if event.answer is None else f" {event.answer}"
            yield {"event": f"{event.button.value}{answer}"}

    def _running(self, event: Notified, running: RunningSpeedCadenceMeasurement) -> Cells:
        factor = self._factors.get(event.source, 1.0)
        count = self._counts.get(event.source)
        if count is None:
            count = self._counts[event.source] = CadenceCount(self._settings, event.source)
        cells: dict[str, object] = {
            "source": event.source.value,
            "speed_mps": running.speed * factor,
            "cadence_spm": count.steps_per_minute(
                running.cadence, running.speed, running.stride, event.period_s
            ),
        }
        if running.distance is not None:
            before, turns = self._turns.get(event.source, (running.distance, 0.0))
            if running.distance - before < -DISTANCE_WRAPS_AT / 2:
                turns += DISTANCE_WRAPS_AT
            self._turns[event.source] = (running.distance, turns)
            cells["distance_m"] = (running.distance + turns) * factor
        return cells

    def _reported(self, event: Reported) -> Iterator[Cells]:
        cells: dict[str, object] = {"source": event.source.value}
        factor = self._factors.get(event.source, 1.0)
        if event.speed is not None:
            cells["speed_mps"] = event.speed * factor
        if event.distance is not None:
            cells["distance_m"] = event.distance * factor
        values = (("cadence_spm", event.cadence), ("power_w", event.power))
        cells |= {key: value for key, value in values if value is not None}
        cells |= {name: value for name, value in event.metrics if name in METRICS}
        if event.heart_rate is not None:
            cells["heart_rate_bpm"] = float(event.heart_rate)
        if event.rr_s:
            cells["rr_ms"] = " ".join(_cell(1000.0 * interval_s) for interval_s in event.rr_s)
        if len(cells) > 1:
            yield cells


# --- the CSV of the RunDouble app: a row every five seconds, with the stage of its programme
#
# `Pace` is in minutes per mile, smoothed by the app (checked against `Distance`, which is metres since the start). A
# stage is for comparison, never a mark.

RUNDOUBLE_HEADER: Final = ("Time", "Stage", "HeartRate", "Pace", "Distance")

_RUNDOUBLE_MAP: Final = ColumnMap(
    {"time_s": "Time", "heart_rate_bpm": "HeartRate", "speed_mps": "Pace", "distance_m": "Distance"},
    {"time_s": "iso", "speed_mps": "min/mile"},
)


class RunDouble:
    """Reads the app's files."""

    def looks_like(self, file: RecordingFile) -> bool:
        """Return whether it has the app's header, and no columns are named."""
        return (
            file.is_table
            and file.mapping is None
            and header_of(file)[: len(RUNDOUBLE_HEADER)] == RUNDOUBLE_HEADER
        )

    def read(self, file: RecordingFile) -> Findings:
        """Read the rows; a row without a time is left out."""
        findings = Findings()
        stages: list[tuple[float, str]] = []
        last = 0.0
        for cells in Table(file.known_text.utf8, findings):
            values = {
                key: _RUNDOUBLE_MAP.reader(key)(cells.get(column, ""))
                for key, column in _RUNDOUBLE_MAP.columns.items()
            }
            at = values["time_s"]
            if at is None:
                continue
            findings.add(Row(at, Source.WATCH, values["speed_mps"], values["distance_m"]))
            findings.add(Row(at, Source.STRAP, heart_rate=values["heart_rate_bpm"]))
            stage = printable(cells.get("Stage", ""))
            if not stages or stages[-1][1] != stage:
                stages.append((at, stage))
            last = at
        ends = [*(at for at, _ in stages[1:]), last]
        for (start, name), end in zip(stages, ends, strict=False):
            lap = RecordedLap(Seconds(0.0), Seconds(0.0), Seconds(max(0.0, end - start)), None, name)
            findings.laps.append((start, end, lap))
        findings.devices.append("RunDouble")
        return findings
