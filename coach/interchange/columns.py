"""Which column of a CSV file holds what, and in which unit: the words of `--map`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from coach.interchange.moments import seconds_of
from coach.interchange.xml_stream import number
from coach.problems import SettingsProblem
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, parse_clock

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
    "source",
)
"""The columns of the CSV stream."""


def _times(factor: float) -> Reader:
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


UNITS: Final[dict[str, dict[str, Reader]]] = {
    "time_s": {"s": number, "ms": _times(0.001), "min": _times(60.0), "iso": seconds_of, "clock": _clock},
    "heart_rate_bpm": {"bpm": number},
    "rr_ms": {"ms": number, "s": _times(1000.0)},
    "speed_mps": {
        "m/s": number,
        "km/h": _times(1 / 3.6),
        "mph": _times(METRES_PER_MILE / 3600),
        "min/km": _pace(METRES_PER_KM),
        "min/mile": _pace(METRES_PER_MILE),
    },
    "cadence_spm": {"spm": number, "rpm": _times(2.0)},
    "distance_m": {"m": number, "km": _times(METRES_PER_KM), "mile": _times(METRES_PER_MILE)},
    "power_w": {"w": number},
    "core_temperature_c": {"c": number, "f": _celsius},
    "skin_temperature_c": {"c": number, "f": _celsius},
    "smo2_percent": {"percent": number},
    "mark": {"": number},
    "source": {"": number},
}
"""The units each column may be in, its own first."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Names and units of columns; what is not named keeps the name and unit of the CSV stream."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Our key -> the column's name in the file."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Our key -> the unit of the column."""

    @classmethod
    def parse(cls, words: Iterable[str]) -> "ColumnMap":
        """Read words such as `speed_mps=Speed` or `speed_mps=Pace:min/mile`.

        Raises:
            SettingsProblem: a word names no key of ours, no column or no unit we know.
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

    def column(self, key: str) -> str:
        """The name of the column that holds a key."""
        return self.columns.get(key, key)

    def reader(self, key: str) -> Reader:
        """How a cell of that column becomes a number in the key's own unit."""
        readers = UNITS[key]
        return readers.get(self.units.get(key, ""), next(iter(readers.values())))
