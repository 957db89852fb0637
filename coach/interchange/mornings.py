"""Reads other programs' tables of mornings: date, RMSSD or its logarithm, resting heart rate, intervals between beats.

A table is read once, line by line, and never held in memory: for a date only its first measurement is kept. The tables
do not declare separators, decimal commas, the order of day and month, milliseconds or seconds, RMSSD or its logarithm.
So the reader reports how it interpreted each column, and what it left out and why.
"""

import codecs
import csv
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from math import exp, isfinite, log
from statistics import median
from typing import Final, NamedTuple

from coach.problems import RecordingProblem

LONGEST_LINE: Final = 1 << 20
"""Longest line in bytes; a day of intervals has half of it."""
MOST_DATES: Final = 200_000
"""Most dates of a table: five hundred years."""
MOST_BEATS: Final = 1_000
"""Most intervals kept for one morning: five minutes at 200 beats a minute."""
_WIDEST_BEAT: Final = 20
"""Characters of an interval with its separator: `0.9478260869565217, `."""
DAY_FIRST: Final = "day-month-year"
MONTH_FIRST: Final = "month-day-year"
_LEAST_YEAR: Final = 1990
_DELIMITERS: Final = (";", "\t", "|", ",")
_DECIMAL_HINT: Final = "Export it with decimal points, or with semicolons between the cells."
_SHIFTED: Final = "with more cells than the head, as a decimal comma makes them"
_HINT: Final = "It needs a column of dates and one of rmssd, lnrmssd, resting_hr or rr; see the how-to page."

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "date": ("date", "day", "datum", "fecha", "datetime", "date_time", "timestamp", "measured_at", "recorded_at",
             "measurement_date", "start", "start_time", "created", "cycle_start_time", "date_time_start",
             "data", "dato", "dag"),
    "time": ("time", "uhrzeit", "hora", "time_of_day", "measurement_time", "heure", "ora", "tid"),
    "rmssd": ("rmssd", "hrv", "hrv_rmssd", "rmssd_rest", "hrv_ms", "rmssd_value", "rmssd_supine", "avg_hrv", "vfc",
              "heart_rate_variability", "average_hrv", "overnight_hrv"),
    "ln_rmssd": ("lnrmssd", "ln_rmssd", "log_rmssd", "lnhrv", "ln_hrv", "rmssd_ln", "lnrmssd_rest"),
    "resting": ("resting_hr", "rhr", "hr", "heart_rate", "resting_heart_rate", "resting_pulse", "pulse", "rest_hr",
                "avg_hr", "mean_hr", "hr_rest", "resting_heartrate", "heartrate", "restinghr", "bpm", "puls",
                "ruhepuls", "resting_bpm", "fc_repos", "fc_au_repos", "fc_a_riposo", "fc_reposo", "fc_en_reposo",
                "rusthartslag", "rustpols", "hvilepuls", "vilopuls"),
    "rr": ("rr", "rri", "rr_ms", "rr_s", "rr_intervals", "rr_interval", "ibi", "nn", "intervals", "r_r", "rr_values"),
    "posture": ("posture", "position", "body_position"),
}  # fmt: skip
"""The names of columns, in small letters with _ for everything else, without a unit in brackets at the end."""
_OTHERS: Final = ("sdnn", "pnn50", "lf_", "hf_", "score", "readiness", "avnn", "status", "baseline", "point")
"""HRV columns other than RMSSD, which are reported if there is no RMSSD."""


class ForeignMorning(NamedTuple):
    """One morning of a table; an unknown value is None."""

    day: date
    minute: int | None
    ln_rmssd: float | None
    resting_bpm: float | None
    intervals_ms: Sequence[float]
    """Intervals between beats, if the table has them instead of RMSSD."""
    posture: str
    """`lying`, `sitting`, or empty."""


@dataclass(frozen=True, slots=True)
class MorningTable:
    """A table of mornings that was read."""

    mornings: tuple[ForeignMorning, ...]
    """In order of their dates, one a date."""
    unit: str
    """How HRV was written: `ms`, `ln` or `rr`; empty without any."""
    guesses: tuple[str, ...]
    """How the columns were interpreted, in sentences."""
    left_out: tuple[str, ...] = ()
    """The rows that were left out and why, in sentences."""
    rows: int = 0


@dataclass(slots=True)
class _Cell:
    """The first measurement of a date, as written."""

    date_parts: tuple[int, int, int]
    is_year_first: bool
    minute: int | None
    rmssd: float | None
    ln_rmssd: float | None
    resting: float | None
    posture: str
    beats: "array[float]" = field(default_factory=lambda: array("d"))
    row: int = 0
    is_other: bool = False
    """Whether the date occurred again with other values."""


def text_lines(pieces: Iterable[bytes], *, name: str) -> Iterator[str]:
    """Yield the lines of a file that arrives in pieces; a byte order mark means UTF-16, else it is UTF-8 or Latin-1.

    Raises:
        RecordingProblem: a line is longer than any table's, or it holds bytes that are no text.
    """
    rest, decode = b"", ""
    for piece in pieces:
        if not decode:
            decode = "utf-16" if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
            utf16 = codecs.getincrementaldecoder("utf-16")() if decode == "utf-16" else None
        if utf16 is not None:
            piece = utf16.decode(piece).encode()  # noqa: PLW2901 - the same piece
        if b"\0" in piece:
            raise RecordingProblem(f"{name} is not a table: it holds bytes that are not text", _HINT)
        whole, end, rest = (rest + piece).rpartition(b"\n")
        if end:
            yield from _decode(whole)
        if len(rest) > LONGEST_LINE:
            raise RecordingProblem(
                f"{name} is not a table: a line is longer than {LONGEST_LINE >> 20} MB", _HINT
            )
    if rest:
        yield from _decode(rest)


def _decode(lines: bytes) -> list[str]:
    try:
        text = lines.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = lines.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # old Macs end a line by \r alone


def read_mornings(lines: Iterable[str], *, name: str, today: date, day: date | None = None) -> MorningTable:
    """Read a table of mornings.

    Args:
        lines: of the file, without their ends.
        name: the name of the file in messages.
        today: later dates are left out.
        day: of which morning a file of intervals alone is; None for a table with dates.

    Raises:
        RecordingProblem: there is no table, no column of dates, or no value that can be used.
    """
    table = _Table(name, day)
    for line in lines:
        table.add(line)
        if table.is_full:
            break
    return table.result(today)


class _Table:
    """Takes a table line by line, and keeps one measurement a date."""

    def __init__(self, name: str, day: date | None) -> None:
        self.name = name
        self.day = day
        self.delimiter = ""
        self.columns: dict[str, int] = {}
        self.head: list[str] = []
        self.cells: dict[tuple[tuple[int, int, int], bool], _Cell] = {}
        self.rows = 0
        self.left_out: Counter[str] = Counter()
        """Number of rows, by the reason."""
        self.dates_out: Counter[str] = Counter()
        self.impossible: dict[str, str] = {}
        self.guesses: list[str] = []
        self.orders: set[str] = set()
        """The date orders that some date proves."""
        self.has_zone = False
        """Whether a date has a zone, or counts from 1970: the runner's own date may differ."""
        self.middle = 0.0
        """The middle value of HRV, as written."""

    @property
    def is_full(self) -> bool:
        """Whether a file of intervals has all that count: further ones are ignored."""
        return self.day is not None and any(len(cell.beats) >= MOST_BEATS for cell in self.cells.values())

    def add(self, line: str) -> None:
        """Take one line."""
        if not line.strip():
            return
        if not self.delimiter:
            self._begin(line)
            return
        cells = self._split(line)
        if not self.columns:
            self._guess_columns(cells)
        if len(cells) > len(self.head) and self._is_shifted(cells):
            self.rows += 1
            self.left_out[_SHIFTED] += 1
            return
        self._take(cells)

    def _is_shifted(self, cells: Sequence[str]) -> bool:
        """Whether a row has more cells than the head, other than words after its last column.

        A note with commas only adds cells at the end; `45,2` between commas shifts all that follows.
        """
        most = len(self.head)
        if not most or not any(cells[most:]):
            return False
        is_note = most - 1 not in self.columns.values() and not all(
            map(_numbers, filter(None, cells[most - 1 :]))
        )
        return not is_note

    def _begin(self, line: str) -> None:
        """Read the head, or find that there is none."""
        if line.startswith("#") or (line.lower().startswith("sep=") and len(line.strip()) == 5):  # Excel's
            return
        self.delimiter = next((each for each in _DELIMITERS if each in line), ",")
        if re.fullmatch(r"\d+,\d+", line.strip()):  # one interval with a decimal comma
            self.delimiter = ";"
        cells = self._split(line)
        if len(cells) == 1 and _numbers(cells[0]):
            self._begin_intervals(cells)
            return
        if _date_of(cells[0])[0] is not None:
            self._guess_columns(cells)
            self._take(cells)
            return
        self.head = cells
        self._name_columns(cells)

    def _begin_intervals(self, cells: Sequence[str]) -> None:
        """Begin a file of intervals alone: all of one morning, whose date is given."""
        if self.day is None:
            raise RecordingProblem(
                f"{self.name} has intervals between beats and no date",
                "Say of which morning they are: coach readiness import FILE --day 2026-11-28",
            )
        self.columns = {"rr": 0}
        self.guesses.append("There is one column, without a date: taken for intervals between beats.")
        self._take(cells)

    def _split(self, line: str) -> list[str]:
        if '"' not in line:  # in a large file nearly all lines
            return [cell.strip() for cell in line.split(self.delimiter)]
        return [cell.strip() for cell in next(csv.reader([line], delimiter=self.delimiter), [])] or [""]

    def _name_columns(self, cells: Sequence[str]) -> None:
        names = [_name_of(cell) for cell in cells]
        for what, spellings in COLUMNS.items():
            for spelling in spellings:
                if spelling in names and what not in self.columns:
                    self.columns[what] = names.index(spelling)
        for at, called in enumerate(names):
            what = "" if at in self.columns.values() else _meant_by(called)
            if what:
                self.columns.setdefault(what, at)
        if "date" not in self.columns and "time" in self.columns:
            self.columns["date"] = self.columns.pop("time")
        self._check_day()
        if "date" not in self.columns and self.day is not None and "rr" in self.columns:
            return
        if "date" not in self.columns:
            raise RecordingProblem(f"{self.name} has no column of dates: {_list_words(cells)}", _HINT)
        if not self.columns.keys() & {"rmssd", "ln_rmssd", "resting", "rr"}:
            others = [cell for cell in cells if any(each in _name_of(cell) for each in _OTHERS)]
            also = f"; {_list_words(others)} is not RMSSD, and is never read as it" if others else ""
            raise RecordingProblem(
                f"{self.name} has neither RMSSD nor resting heart rate nor R-R: {_list_words(cells)}{also}",
                _HINT,
            )

    def _check_day(self) -> None:
        """Refuse a day for a table that has dates: mornings of many days would become one."""
        if self.day is not None and "date" in self.columns:
            raise RecordingProblem(
                f"{self.name} has dates of its own", "Leave --day out: it is for intervals without a date."
            )

    def _guess_columns(self, cells: Sequence[str]) -> None:
        """Guess the columns of a table without a head: a date, then HRV, then a resting heart rate."""
        self.columns = {"date": 0, "rmssd": 1}
        self._check_day()
        if len(cells) > 2:
            self.columns["resting"] = 2
        if len(cells) < 2:
            raise RecordingProblem(f"{self.name} has no head, and one column only", _HINT)
        self.guesses.append("There is no head: the first column is read as the date, the second as RMSSD.")

    def _take(self, cells: Sequence[str]) -> None:
        self.rows += 1
        if self.day is not None:
            self._take_interval(cells)
            return
        date_text = self._cell(cells, "date")
        parts, minute, is_year_first = _date_of(date_text)
        self.has_zone = self.has_zone or (minute is not None and _has_zone(date_text))
        if parts is None:
            self.left_out["without a date"] += 1
            return
        if not is_year_first and max(parts[:2]) > 12:
            self.orders.add(DAY_FIRST if parts[0] > 12 else MONTH_FIRST)
        if minute is None and "time" in self.columns:
            minute = _minute_of(self._cell(cells, "time"))
        key = (parts, is_year_first)
        cell = self.cells.get(key)
        is_long = cell is not None and cell.rmssd is None and cell.ln_rmssd is None
        if cell is not None and "rr" in self.columns and is_long:  # one interval a row
            if len(cell.beats) < MOST_BEATS:
                cell.beats.extend(self._beats(cells, MOST_BEATS - len(cell.beats)))
            return
        beats = self._beats(cells)
        fresh = _Cell(
            parts,
            is_year_first,
            minute,
            self._number(cells, "rmssd"),
            self._number(cells, "ln_rmssd"),
            self._number(cells, "resting"),
            _posture(self._cell(cells, "posture")),
            array("d", beats),
            self.rows,
        )
        if cell is None:
            if len(self.cells) >= MOST_DATES:
                raise RecordingProblem(f"{self.name} has over {MOST_DATES:,} different dates", _HINT)
            if fresh.rmssd is None and fresh.ln_rmssd is None and fresh.resting is None and not beats:
                self.left_out["without a value"] += 1
                return
            self.cells[key] = fresh
        else:
            self._again(cell, fresh, key)

    def _take_interval(self, cells: Sequence[str]) -> None:
        """Take a row of a file of intervals."""
        assert self.day is not None
        parts = (self.day.year, self.day.month, self.day.day)
        cell = self.cells.setdefault(
            (parts, True), _Cell(parts, True, None, None, None, None, "", row=self.rows)
        )
        if len(cell.beats) < MOST_BEATS:
            cell.beats.extend(self._beats(cells, MOST_BEATS - len(cell.beats)))

    def _again(self, cell: _Cell, fresh: _Cell, key: tuple[tuple[int, int, int], bool]) -> None:
        """Handle a repeated date: the earliest time counts, else the first row."""
        same = (cell.rmssd, cell.ln_rmssd, cell.resting) == (fresh.rmssd, fresh.ln_rmssd, fresh.resting)
        is_earlier = fresh.minute is not None and cell.minute is not None and fresh.minute < cell.minute
        if is_earlier:
            self.cells[key] = replace(fresh, is_other=cell.is_other or not same)
        else:
            cell.is_other = cell.is_other or not same
        self.left_out["of a date that was there already"] += 1

    def _cell(self, cells: Sequence[str], what: str) -> str:
        at = self.columns.get(what)
        return cells[at] if at is not None and at < len(cells) else ""

    def _beats(self, cells: Sequence[str], most: int = MOST_BEATS) -> list[float]:
        """The first intervals of a row; of a day of them the rest is not even read."""
        cell, longest = self._cell(cells, "rr"), most * _WIDEST_BEAT
        if len(cell) <= longest:
            return _numbers(cell)[:most]
        return _numbers(cell[:longest])[:-1][:most]  # the last one may have been cut

    def _number(self, cells: Sequence[str], what: str) -> float | None:
        numbers = _numbers(self._cell(cells, what))
        return numbers[0] if len(numbers) == 1 else None

    # --- the end: the meaning of the columns is decided once all rows were seen

    def result(self, today: date) -> MorningTable:
        """Return the mornings of the table.

        Raises:
            RecordingProblem: nothing that can be used.
        """
        if not self.columns:
            raise RecordingProblem(f"{self.name} has no rows", _HINT)
        cells = list(self.cells.values())
        order = self._order(cells, today)
        scale, unit = self._scale(cells)
        mornings: dict[date, ForeignMorning] = {}
        for cell in cells:
            day = _day(cell, order)
            if day is None or day.year < _LEAST_YEAR or day > today:
                self.dates_out["that cannot be or are to come"] += 1
                continue
            total_before = self.dates_out.total()
            morning = self._morning(cell, day, scale)
            if morning is None and self.dates_out.total() == total_before:
                self.dates_out["without a value that can be"] += 1
            elif morning is not None:
                mornings.setdefault(day, morning)
        if not mornings:
            why = _count_words(self.left_out | self.dates_out)
            raise RecordingProblem(
                f"{self.name} has no morning that can be used: {_number_words(self.rows, 'row')}, {why}",
                _DECIMAL_HINT if _SHIFTED in self.left_out else _HINT,
            )
        by_day = tuple(mornings[day] for day in sorted(mornings))
        others = sum(cell.is_other for cell in cells)
        left_out = [f"{_number_words(count, 'row')} {why}" for why, count in self.left_out.items()]
        left_out += [f"{_number_words(count, 'date')} {why}" for why, count in self.dates_out.items()]
        if others:
            left_out.append(
                f"{_number_words(others, 'date')} came more than once with other values: the first of a day counts"
            )
        return MorningTable(by_day, unit, (*self._guesses(order), *self.guesses), tuple(left_out), self.rows)

    def _order(self, cells: Sequence[_Cell], today: date) -> str:
        """Whether the day or the month comes first if the year comes last."""
        if all(cell.is_year_first for cell in cells):
            return "year-month-day"
        if len(self.orders) == 1:
            return next(iter(self.orders))
        # Mornings lie close together, and none is in the future.
        order = min((DAY_FIRST, MONTH_FIRST), key=lambda each: _sparseness(cells, each, today))
        self.guesses.append(f"No date tells whether the day or the month stands first: {order} is taken.")
        return order

    def _scale(self, cells: Sequence[_Cell]) -> tuple[str, str]:
        """The scale of HRV, judged by its middle value; and the unit of the mornings."""
        if "ln_rmssd" in self.columns and any((cell.ln_rmssd or 0) > 0 for cell in cells):
            logarithms = [cell.ln_rmssd for cell in cells if cell.ln_rmssd is not None and cell.ln_rmssd > 0]
            middle = median(logarithms)
            if middle > LARGEST_LN:
                self.guesses.append(f"Values of {middle:.3g} are not logarithms: read as RMSSD in ms.")
                return "ln_is_ms", "ms"
            self._check_logarithms(logarithms)
            return "ln", "ln"
        # Many programs write 0 for a morning that was not measured; it has no bearing on the others.
        values = [cell.rmssd for cell in cells if cell.rmssd is not None and cell.rmssd > 0]
        if not values:
            beats = [median(cell.beats) for cell in cells if cell.beats]
            if beats and (middle := median(beats)) < _LONGEST_BEAT_S:
                self.guesses.append(f"Intervals of {middle:.3g} are not milliseconds: read as seconds.")
            return ("rr", "rr") if beats else ("", "")
        self.middle = middle = median(values)
        if middle < 1.0:
            self.guesses.append(f"Values of {middle:.3g} are not milliseconds: read as seconds.")
            return "s", "ms"
        if middle <= LARGEST_LN:
            self._check_logarithms(values)
            self.guesses.append(f"Values of {middle:.3g} are not RMSSD in ms: read as its logarithm.")
            return "ms_is_ln", "ln"
        return "ms", "ms"

    def _check_logarithms(self, values: Sequence[float]) -> None:
        """Refuse whole logarithms: 3,81 is cut to 3 where commas also separate the cells.

        Raises:
            RecordingProblem: all of several are whole.
        """
        if len(values) >= _FEWEST_WHOLE and all(value == int(value) for value in values):
            raise RecordingProblem(
                f"{self.name}: its logarithms of RMSSD are all whole, such as {values[0]:g}",
                _DECIMAL_HINT,
            )

    def _morning(self, cell: _Cell, day: date, scale: str) -> ForeignMorning | None:
        value = cell.ln_rmssd if scale in {"ln", "ln_is_ms"} else cell.rmssd
        logarithm = None
        if value is not None and scale in {"ln", "ms_is_ln"}:
            logarithm = value if SMALLEST_LN <= value <= LARGEST_LN else None
        elif value is not None and value > 0:
            size = value * 1000 if scale == "s" else value
            if scale == "ms" and value <= LARGEST_LN and abs(value - log(self.middle)) < _ALIKE:
                self.dates_out["whose RMSSD looks like a logarithm among milliseconds"] += 1
                size = 0.0
            logarithm = log(size) if exp(SMALLEST_LN) <= size <= exp(LARGEST_LN) else None
        if value is not None and logarithm is None and not (scale == "ms" and 0 < value <= LARGEST_LN):
            self.dates_out[self._impossible("an HRV", value)] += 1
        if value is None and cell.rmssd is not None:  # the table has logarithms, and this row is not one
            self.dates_out["with RMSSD and without its logarithm, which others have"] += 1
        resting = cell.resting if cell.resting is not None and 25 <= cell.resting <= 130 else None
        if cell.resting is not None and resting is None:
            self.dates_out[self._impossible("a resting heart rate", cell.resting)] += 1
        beats = _in_ms(cell.beats)
        if logarithm is None and resting is None and not len(beats):
            return None
        return ForeignMorning(day, cell.minute, logarithm, resting, beats, cell.posture)

    def _impossible(self, what: str, value: float) -> str:
        """Why a value is left out, in the same words for all of a kind: with the first of them."""
        return self.impossible.setdefault(what, f"with {what} no heart has, such as {value:.4g}")

    def _guesses(self, order: str) -> Iterator[str]:
        words = {
            "date": f"date ({order})",
            "time": "time of day",
            "rmssd": "RMSSD in ms",
            "ln_rmssd": "ln RMSSD",
            "resting": "resting heart rate",
            "rr": "intervals between beats",
            "posture": "posture",
        }
        readings = [
            f"{words[what]} = {self.head[at] if at < len(self.head) else f'column {at + 1}'}"
            for what, at in self.columns.items()
        ]
        yield f"Read as: {', '.join(readings)}."
        unused = [cell for at, cell in enumerate(self.head) if cell and at not in self.columns.values()]
        if unused:
            yield f"Not read: {_list_words(unused)}."
        if self.has_zone:
            yield "Times with a zone or since 1970 keep the date that is written, in UTC where none is."
        names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
        yield f"Cells are parted by a {names[self.delimiter]}."


LARGEST_LN: Final = 6.0
"""ln of 403 ms. Judged: an RMSSD at rest is never over 400 ms, and hardly ever a mean under 6 ms."""
SMALLEST_LN: Final = 1.0
"""ln of 2.7 ms."""
_FEWEST_WHOLE: Final = 3
"""Fewest whole logarithms that are no coincidence. Judged: with two decimals one in a hundred is whole."""
_ALIKE: Final = 1.0
"""A small value among milliseconds that is this near to the logarithm of the middle one is a logarithm. Judged."""

_DATE: Final = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[T ,]+(.*))?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2}).*)?")
_TIME: Final = re.compile(
    r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(?:([ap])\.?\s?m\b\.?)?.*", re.IGNORECASE
)


@lru_cache(maxsize=1024)
def _date_of(text: str) -> tuple[tuple[int, int, int] | None, int | None, bool]:
    """The three numbers of a date, its minute of the day if there is one, and whether the year comes first."""
    text = text.strip().strip("'\"")
    match = _DATE.fullmatch(_with_month_number(text))
    if match is None and _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC)
        return (moment.year, moment.month, moment.day), moment.hour * 60 + moment.minute, True
    if match is None:
        compact = _COMPACT.fullmatch(text)
        if compact is None:
            return None, None, True
        minute = None if compact[4] is None else _minute_of(f"{compact[4]}:{compact[5]}")
        return (int(compact[1]), int(compact[2]), int(compact[3])), minute, True
    minute = _minute_of(match[4] or "")
    return (int(match[1]), int(match[2]), int(match[3])), minute, len(match[1]) == 4


def _with_month_number(text: str) -> str:
    """A date with the month as a word, `28 Nov 2026` or `November 28, 2026`, as numbers with the year first."""
    if not any(letter.isalpha() for letter in text[:12]):
        return text
    for pattern, order in _WORDED:
        match = pattern.fullmatch(text)
        if match is not None and (month := _MONTHS.get(match[order[1]][:3].casefold())) is not None:
            return f"{match[order[0]]}-{month}-{match[order[2]]} {match[4] or ''}".strip()
    return text


_MONTHS: Final = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
)}  # fmt: skip
_WORDED: Final = (
    (re.compile(r"(\d{1,2})\.?[ -]+([A-Za-z]{3,9})\.?[ -]+(\d{4})(?:[ ,]+(.*))?"), (3, 2, 1)),
    (re.compile(r"([A-Za-z]{3,9})\.? +(\d{1,2}),? +(\d{4})(?:[ ,]+(.*))?"), (3, 1, 2)),
)
"""A date with its month as a word, and the positions of year, month and day."""
_EPOCH: Final = re.compile(r"1\d{9}(\d{3})?")
"""Seconds or milliseconds since 1970: read as UTC, because the table names no zone."""


@lru_cache(maxsize=1024)
def _has_zone(text: str) -> bool:
    return len(text) > 9 and _ZONE.search(text.strip("'\" ")) is not None


_ZONE: Final = re.compile(
    r"^1\d{9}(\d{3})?$|:\d\d(?:[.,]\d+)?\s?(?:Z|[+-]\d\d:?\d\d|UTC|GMT)$", re.IGNORECASE
)


def _minute_of(text: str) -> int | None:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if match[4]:
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _day(cell: _Cell, order: str) -> date | None:
    first, second, third = cell.date_parts
    if cell.is_year_first:
        year, month, day = first, second, third
    elif order == MONTH_FIRST:
        month, day, year = first, second, third
    else:
        day, month, year = first, second, third
    year += 2000 if year < 100 else 0
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sparseness(cells: Sequence[_Cell], order: str, today: date) -> tuple[int, float]:
    """How improbable an order is: impossible or future dates, then the distances of the mornings."""
    days = [_day(cell, order) for cell in cells]
    past = sorted({day for day in days if day is not None and day <= today})
    gaps = [(after - before).days for before, after in pairwise(past)]
    return sum(day is None or day > today for day in days), median(gaps) if gaps else 0.0


def _numbers(text: str) -> list[float]:
    """The numbers of a cell, with a decimal comma or point: `45,3` is one, `812, 798, 801` are three."""
    try:
        return [number] if isfinite(number := float(text)) else []
    except ValueError:  # with a comma, a unit, or several of them
        text = text.strip().strip("[](){}\"'")
    if re.fullmatch(r"-?\d+,\d+", text):
        text = text.replace(",", ".")
    numbers = []
    for piece in re.split(r"[\s;|]+|,\s+|(?<=\d{3}),(?=\d{3})", text):
        part = re.sub(r"(ms|s|bpm|/min)$", "", piece.strip(",").replace(",", "."))
        try:
            number = float(part)
        except ValueError:
            continue
        if isfinite(number):
            numbers.append(number)
    return numbers


def _in_ms(beats: Sequence[float]) -> Sequence[float]:
    """Intervals in ms, from ms or from seconds."""
    return array("d", (each * 1000 for each in beats)) if beats and median(beats) < _LONGEST_BEAT_S else beats


_LONGEST_BEAT_S: Final = 10.0
"""Smaller intervals are in seconds: no beat takes 10 s, and none 10 ms."""


def _posture(text: str) -> str:
    words = {
        "lying": "lying",
        "supine": "lying",
        "liegend": "lying",
        "sitting": "sitting",
        "seated": "sitting",
    }
    return words.get(text.strip().casefold(), "")


def _name_of(head: str) -> str:
    """A column's name in small letters, with _ between words, and without a unit in brackets."""
    bare = re.sub(r"[\[(][^\])]*[\])]\s*$", "", head.strip().strip("'\"").casefold())
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def _meant_by(called: str) -> str:
    """The possible meanings of a column's name, such as `my_morning_rmssd` or `lowest_resting_heart_rate`."""
    is_other = any(each in called for each in _OTHERS)
    patterns = (
        ("ln_rmssd", r".*(ln|log)_?r?mssd.*", True),
        ("rmssd", r".*rmssd.*", True),
        ("date", r"(date|day).*|.*_date|.*timestamp.*", True),
        ("resting", r".*resting_(heart_?rate|hr|pulse).*", True),
        ("rmssd", r"(.*_)?hrv(_.*)?", not is_other),
    )
    return next((what for what, pattern, may in patterns if may and re.fullmatch(pattern, called)), "")


def _list_words(cells: Sequence[str]) -> str:
    texts = [repr(cell[:30]) for cell in cells[:8]]
    return ", ".join(texts) + (" ..." if len(cells) > 8 else "")


def _number_words(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _count_words(left_out: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {why}" for why, count in left_out.items()) or "none of them with a value"
