"""Which column of a CSV file holds what, and in which unit: the words of `--map`, and names that other tools write."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from coach.interchange.text import seconds_of
from coach.interchange.xml import number
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
    "event",
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


def _moment(text: str) -> float | None:
    value = number(text)
    if value is None:
        value = _clock(text)
    return seconds_of(_DAY_FIRST.sub(r"\3-\2-\1", text)) if value is None else value


_DAY_FIRST: Final = re.compile(r"^\s*(\d\d)\.(\d\d)\.(\d{4})\b")
"""A date as spreadsheets of central Europe write it; with slashes nobody knows if day or month comes first."""


UNITS: Final[dict[str, dict[str, Reader]]] = {
    "time_s": {
        "s": number,
        "ms": _times(0.001),
        "min": _times(60.0),
        "iso": seconds_of,
        "clock": _clock,
        "any": _moment,
    },
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
    "event": {"": number},
    "source": {"": number},
}
"""The units each column may be in, its own first."""


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
"""The key of a column by the name other tools give it, in small letters and without its unit; English, German,
French, Spanish and Italian."""
_PACES: Final = frozenset({"pace", "allure", "ritmo"})
"""Speeds by these names are times for a way."""
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
"""The unit by the word for it in a name; None where it is the word itself."""
_WITHOUT_UNIT: Final = {"time_s": "any", "heart_rate_bpm": "bpm", "cadence_spm": "spm", "power_w": "w"}
"""The unit where the name has none. A speed or distance without a unit is not guessed."""
_BRACKETS: Final = re.compile(r"(.+?)\s*[(\[]([^()\[\]]*)[)\]]")


def _named(name: str) -> tuple[str, str] | None:
    """The key and the unit of a column of another tool, by its name; None where it is none we know."""
    base, word = _parted(name)
    key = _NAMES.get(base)
    if key is None or (word and word not in _UNIT_WORDS):
        return None
    unit = (_UNIT_WORDS[word] or word) if word else _WITHOUT_UNIT.get(key, "")
    if unit == "rpm":
        unit = "spm"  # the values tell which of both a file means
    if unit not in UNITS[key] or (base in _PACES) is not unit.startswith("min/"):
        return None
    return key, unit


def _parted(name: str) -> tuple[str, str]:
    """The name of a column in small letters, and the word for its unit; empty if it has none."""
    plain = " ".join(name.lower().replace("_", " ").split())
    bracketed = _BRACKETS.fullmatch(plain)
    base, word = (bracketed[1], bracketed[2].strip()) if bracketed else (plain, "")
    if not word and base not in _NAMES:
        base, _, word = plain.rpartition(" ")
    return base, word


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

    def over(self, header: Iterable[str]) -> "ColumnMap":
        """These columns, with those of a header whose names we know for the keys that have none.

        A key's own name comes first, and a speed before a pace.
        """
        names = list(dict.fromkeys(header))
        columns, units = dict(self.columns), dict(self.units)
        for name in sorted(names, key=lambda name: "pace" in name.lower()):
            known = None if name in columns.values() else _named(name)
            if known is not None and known[0] not in columns and known[0] not in names:
                columns[known[0]], units[known[0]] = name, known[1]
        return ColumnMap(columns, units)

    def without_unit(self, header: Sequence[str]) -> list[str]:
        """How to name the columns that hold a key but say no unit of it that we know; none that has a better one."""
        present = self.keys(header)
        words: list[str] = []
        for name in header:
            base, _ = _parted(name)
            key = _NAMES.get(base)
            if key is not None and key not in present:
                unit = "min/km" if base in _PACES else tuple(UNITS[key])[:2][-1]
                words.append(f"{key}={name}:{unit}")
        return words

    def keys(self, header: Sequence[str]) -> list[str]:
        """The keys whose columns stand in a header."""
        return [key for key in KEYS if self.column(key) in header]

    def column(self, key: str) -> str:
        """The name of the column that holds a key."""
        return self.columns.get(key, key)

    def reader(self, key: str) -> Reader:
        """How a cell of that column becomes a number in the key's own unit."""
        readers = UNITS[key]
        return readers.get(self.units.get(key, ""), next(iter(readers.values())))


NO_COLUMNS: Final = ColumnMap()
"""Nobody named any column."""
