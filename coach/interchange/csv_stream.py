"""The CSV stream: the simplest way in (`docs/reference/csv.md`)."""

import csv
from collections.abc import Iterator, Mapping
from typing import Final

from coach.interchange.columns import KEYS, ColumnMap
from coach.interchange.common import Findings, Press, RecordingFile, Row, count
from coach.interchange.xml_stream import number
from coach.problems import RecordingProblem
from coach.session.buttons import Button
from coach.signals.readings import CORE_TEMPERATURE, SKIN_TEMPERATURE, SMO2, Source

LONGEST_LINE: Final = 10_000
"""Characters; a longer line is no line of a recording."""

_MOVEMENT: Final = ("speed_mps", "distance_m", "cadence_spm", "power_w")
_METRICS: Final = {
    CORE_TEMPERATURE: Source.CORE,
    SKIN_TEMPERATURE: Source.CORE,
    SMO2: Source.MUSCLE,
}
"""Columns of external metrics, and the sensor each is of."""


def looks_like(file: RecordingFile) -> bool:
    """Is it a table of several columns, or one whose columns somebody named?"""
    return file.is_table and (file.mapping is not None or len(header_of(file)) > 1)


def read(file: RecordingFile) -> Findings:
    """Gather what the rows say.

    Raises:
        RecordingProblem: the header lacks the time, or every other column.
    """
    return read_csv((file.text or "").lstrip(), file.mapping or ColumnMap())


def header_of(file: RecordingFile) -> tuple[str, ...]:
    """The names of the columns, as far as they stand in the first 4096 characters."""
    start = file.start
    return tuple(cell.strip() for cell in start.partition("\n")[0].split(delimiter_of(start)))


def read_csv(text: str, mapping: ColumnMap) -> Findings:
    """Read a CSV stream whose header was found; cells that are no numbers count as empty and are said.

    Raises:
        RecordingProblem: the header lacks the time, or every other column.
    """
    found = Findings(cadence_factor=1.0)
    table = Table(text, found)
    missing = [name for key, name in mapping.columns.items() if name not in table.header]
    if missing or mapping.column("time_s") not in table.header:
        lacking = missing[0] if missing else mapping.column("time_s")
        raise RecordingProblem(
            f'The CSV file has no column "{lacking}"; it has: {", ".join(table.header[:20]) or "none"}.',
            "Name its columns: --map time_s=COLUMN:UNIT --map speed_mps=COLUMN:UNIT",
        )
    present = [key for key in KEYS if mapping.column(key) in table.header]
    if not set(present) & {*_MOVEMENT, *_METRICS, "heart_rate_bpm", "rr_ms", "mark"}:
        raise RecordingProblem(
            "The CSV file has a time but no column a run can use.",
            "See docs/reference/csv.md for their names.",
        )
    _read_rows(found, table, mapping, present)
    return found


class Table:
    """A header and rows, read with the csv module; rows of the wrong length are dealt with, never raised."""

    def __init__(self, text: str, found: Findings) -> None:
        """Read the header from text, whose first line it is."""
        self._found = found
        self._rows = csv.reader(_lines(text), delimiter=delimiter_of(text))
        self.header = [name.strip() for name in self._next() or []]

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Each row by column name, cells stripped; cells beyond the header are left out."""
        while (cells := self._next()) is not None:
            if cells:
                yield {name: cell.strip() for name, cell in zip(self.header, cells, strict=False)}

    def _next(self) -> list[str] | None:
        try:
            return next(self._rows, None)
        except csv.Error:
            self._found.problems.append(
                f"Line {self._rows.line_num} is no CSV; everything before it was read."
            )
            return None


def delimiter_of(text: str) -> str:
    """What parts the columns of the first line: commas, unless there are only semicolons or only tabs."""
    head = text[:LONGEST_LINE].partition("\n")[0]
    return next((mark for mark in ",;\t" if mark in head), ",")


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield line.replace("\0", "")[:LONGEST_LINE]


def _read_rows(found: Findings, table: Table, mapping: ColumnMap, present: list[str]) -> None:
    readers = {key: mapping.reader(key) for key in present if key not in {"rr_ms", "mark", "source"}}
    bad = 0
    timeless = 0
    for cells in table:
        values: dict[str, float | None] = {}
        for key, reader in readers.items():
            cell = cells.get(mapping.column(key), "")
            values[key] = reader(cell) if cell else None
            bad += bool(cell) and values[key] is None and key != "time_s"
        at = values.get("time_s")
        if at is None:
            timeless += 1
            continue
        told = cells.get(mapping.column("source"), "").lower() if "source" in present else ""
        beats, unread = _beats(cells.get(mapping.column("rr_ms"), ""), mapping)
        bad += unread + _add(found, at, values, beats, told)
        if "mark" in present and (number(cells.get(mapping.column("mark"), "") or "0") or 0) > 0:
            found.presses.append(Press(at, Button.MARK))
    if timeless:
        found.problems.append(f"{count(timeless, 'row')} without a time, left out.")
    if bad:
        found.problems.append(f"{count(bad, 'cell')} no value of its column, taken as empty.")


def _add(
    found: Findings, at: float, values: Mapping[str, float | None], beats: tuple[float, ...], told: str
) -> int:
    """Take one row, movement from the source it names (else the watch), heart rate from the strap.

    Returns:
        1 if it names a source we do not know, else 0.
    """
    known = Source(told) if told in _SOURCES else None
    speed, distance, cadence, power = (values.get(key) for key in _MOVEMENT)
    heart_rate = values.get("heart_rate_bpm")
    if known is Source.SIM or known is Source.STRAP:
        found.add(Row(at, known, speed, distance, cadence, heart_rate, power, beats))
    else:
        found.add(Row(at, known or Source.WATCH, speed, distance, cadence, None, power))
        found.add(Row(at, Source.STRAP, heart_rate=heart_rate, rr_s=beats))
    for source in (Source.CORE, Source.MUSCLE):
        metrics = tuple(
            (name, value)
            for name, of in _METRICS.items()
            if of is source and (value := values.get(name)) is not None
        )
        if metrics:
            found.add(Row(at, source, metrics=metrics))
    return bool(told) and known is None


_SOURCES: Final = frozenset(source.value for source in Source)


def _beats(cell: str, mapping: ColumnMap) -> tuple[tuple[float, ...], int]:
    read = mapping.reader("rr_ms")
    values = [read(word) for word in cell.split()[:32]]
    known = tuple(value / 1000 for value in values if value is not None)
    return known, len(values) - len(known)
