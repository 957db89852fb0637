"""One step line of intervals.icu's workout text: `- Tempo 10m 88-92% Pace 170-176rpm`.

`m` means minutes there; yet people write `800m` and mean metres. A number that is no plausible count of minutes
is read as metres, which is told; `m` up to 60 is never doubted.
"""

import re
from dataclasses import dataclass
from typing import Final

from coach.interchange.imports.report import Reporter
from coach.interchange.imports.workout_file import Durations

SURE_MINUTES: Final = 60.0
"""Up to here `m` is minutes whatever is around it."""
LONGEST_LINE: Final = 400
"""Characters; a longer line is cut, so that no pattern can be kept busy."""
LONG_MINUTES: Final = 200.0
"""Outside a repeat, more minutes than this are metres: over three hours are written with `h`."""

_N = r"\d{1,6}(?:[.,]\d{1,3})?"
_REPEAT = re.compile(r"^\s*(\d{1,5})\s*[x×*]\s+(?=\S)", re.IGNORECASE)
_METRES = re.compile(
    rf"(?<![\w/.])({_N})\s?(km|kms|mi|mile|miles|mtr|mtrs|meters?|metres?|yd|yds|yards?|y)(?![\w/])",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\w/.:-])(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?![\w/:-])(?!\s*/)")
_TIME = re.compile(
    rf"(?<![\w/.-])(?=\d)(?:({_N})\s?h(?:ours?|rs?)?)?(?:({_N})\s?(?:m(?:in(?:ute)?s?)?|['’′]))?"
    rf"(?:(?<=[hmin'’′s])(\d{{1,4}})(?![\w%])|({_N})\s?(?:s(?:ec(?:ond)?s?)?|[\"”″]))?(?![\w%/-])",
    re.IGNORECASE,
)
_BARE_M = re.compile(rf"^({_N})\s?m$", re.IGNORECASE)
_LAP = re.compile(r"\bpress\s+lap\b", re.IGNORECASE)
_UNITS: Final = {"km": 1000.0, "mi": 1609.344, "mt": 1.0, "me": 1.0, "yd": 0.9144, "ya": 0.9144, "y": 0.9144}


@dataclass(slots=True)
class Line:
    """A step line taken apart."""

    where: str
    before: str = ""
    """The words before the length: a cue for the runner."""
    after: str = ""
    """Everything behind the length: targets, and words."""
    seconds: float | None = None
    metres: float | None = None
    by_lap: bool = False
    times: int = 1


def has_length(text: str) -> bool:
    """Does a line begin like a step, with a length in it?"""
    text = text[:LONGEST_LINE]
    return _LAP.search(text) is not None or _length(text) is not None


def read_line(text: str, where: str, report: Reporter, *, in_repeat: bool, wish: Durations | None) -> Line:
    """Take a step line apart, without its dash; a line beyond any step is cut, which is told."""
    text = " ".join(text.split())
    if len(text) > LONGEST_LINE:
        report.dropped(where, f"what stands behind the first {LONGEST_LINE} characters of the line")
        text = text[:LONGEST_LINE]
    line = Line(where)
    times = _REPEAT.match(text)
    if times is not None:
        line.times = int(times[1])
        text = text[times.end() :]
        in_repeat = True
    if _LAP.search(text):
        line.by_lap = True
        text = _LAP.sub(" ", text)
    found = _length(text)
    if found is None:
        line.after = text.strip()
        return line
    start, end, seconds, metres = found
    line.before, line.after = text[:start].strip(" -:,"), text[end:].strip()
    bare = _BARE_M.match(text[start:end].strip())
    if bare is not None:
        value = float(bare[1].replace(",", "."))
        if _means_metres(value, text[start:end].strip(), where, report, in_repeat=in_repeat, wish=wish):
            seconds, metres = None, value
    line.seconds, line.metres = seconds, metres
    return line


def _means_metres(
    value: float, shown: str, where: str, report: Reporter, *, in_repeat: bool, wish: Durations | None
) -> bool:
    """Decide what `800m` means; a decision the file does not carry is told."""
    if value <= SURE_MINUTES:
        return False
    if wish is not None:
        return wish == "metres"
    metres = value > LONG_MINUTES or in_repeat
    chosen, other = ("metres", "seconds") if metres else ("minutes", "metres")
    if metres or value % 100 == 0:
        text = f'"{shown}" was read as {chosen}; --durations {other} reads it the other way'
        report.approximated(where, text)
    return metres


def _length(text: str) -> tuple[int, int, float | None, float | None] | None:
    """Where the first length of a text stands, and its seconds or metres."""
    found: list[tuple[int, int, float | None, float | None]] = []
    distance = _METRES.search(text)
    if distance is not None:
        unit = distance[2].lower()
        factor = _UNITS.get(unit[:2], _UNITS["y"])
        found.append((distance.start(), distance.end(), None, _number(distance[1]) * factor))
    clock = _CLOCK.search(text)
    if clock is not None:
        seconds = int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
        found.append((clock.start(), clock.end(), float(seconds), None))
    time = _TIME.search(text)
    if time is not None:  # a bare number is not found: its unit is what ends it
        hours, minutes, rest, seconds_text = time.groups()
        total = _number(hours) * 3600 + _number(minutes) * 60 + _number(rest) + _number(seconds_text)
        found.append((time.start(), time.end(), total, None))
    return min(found, default=None, key=lambda each: (each[0], -each[1]))


def _number(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0
