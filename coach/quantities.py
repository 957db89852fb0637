"""Quantities in SI units, and the ways people write them.

Inside the program everything is in seconds, metres and metres per second. Pace (seconds per kilometre or mile) exists
only where people read or write it, because paces cannot be averaged.
"""

import re
from math import isfinite
from typing import Final, NewType

Seconds = NewType("Seconds", float)
"""A time or a duration in seconds; a time counts from the first input of the run."""
Metres = NewType("Metres", float)
"""A distance in metres."""
MetresPerSecond = NewType("MetresPerSecond", float)
"""A speed in metres per second."""
BeatsPerMinute = NewType("BeatsPerMinute", float)
"""A heart rate in beats per minute."""
StepsPerMinute = NewType("StepsPerMinute", float)
"""A cadence in steps per minute, both feet counted."""
Watts = NewType("Watts", float)
"""Running power in watts."""

METRES_PER_KM: Final = 1000.0
METRES_PER_MILE: Final = 1609.344

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d{1,3})?)")
_UNITS_OF_TIME = re.compile(
    r"(?:(\d{1,3}(?:\.\d{1,3})?)\s*h(?:ours?|rs?)?)?\s*"
    r"(?:(\d{1,4}(?:\.\d{1,3})?)\s*(?:m|min(?:ute)?s?|'))?\s*"
    r"(?:(\d{1,6}(?:\.\d{1,6})?)\s*(?:s|sec(?:ond)?s?|\")?)?",
    re.IGNORECASE,
)
_PACE_UNITS: Final = {"km": METRES_PER_KM, "mile": METRES_PER_MILE, "mi": METRES_PER_MILE}


def parse_clock(text: str) -> Seconds:
    """Read `m:ss`, `h:mm:ss` or `m:ss.t` as a duration.

    Raises:
        ValueError: the text is no such clock, or its seconds (or minutes beside hours) reach 60.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        message = f'"{text}" is not a time such as "1:30" or "1:02:03"'
        raise ValueError(message)
    hours, minutes, seconds = match[1], int(match[2]), float(match[3])
    if seconds >= 60 or (hours is not None and minutes >= 60):
        message = f'"{text}" has 60 or more where a clock turns over'
        raise ValueError(message)
    return Seconds(int(hours or 0) * 3600 + minutes * 60 + seconds)


def read_duration(text: str) -> Seconds:
    """Read a duration as people type it: `1:30`, `1:02:03`, `90s`, `12min`, `1h 30min`, or bare seconds.

    Raises:
        ValueError: the text is no duration.
    """
    if ":" in text:
        return parse_clock(text)
    match = _UNITS_OF_TIME.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f'"{text}" is not a time such as "1:30", "90s" or "12min"')
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    if match[1] and not match[2] and text.strip()[-1].isdecimal():
        minutes, seconds = seconds, 0.0  # 1h30 is an hour and a half
    return Seconds(hours * 3600 + minutes * 60 + seconds)


def format_clock(seconds: float, *, tenths: bool = False) -> str:
    """Write a duration as `m:ss` or `h:mm:ss`, rounded to whole seconds (or tenths); minus kept in front."""
    ticks = round(abs(seconds) * (10 if tenths else 1))
    sign = "-" if seconds < 0 and ticks else ""
    whole, tenth = divmod(ticks, 10) if tenths else (ticks, 0)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    tail = f".{tenth}" if tenths else ""
    if hours:
        return f"{sign}{hours}:{minute:02d}:{second:02d}{tail}"
    return f"{sign}{minute}:{second:02d}{tail}"


def parse_pace(text: str) -> MetresPerSecond:
    """Read a pace such as `4:00/km` or `6:30/mile` (also `/mi`) as a speed.

    Raises:
        ValueError: not a pace, or a pace of zero.
    """
    clock, slash, unit = text.strip().partition("/")
    metres = _PACE_UNITS.get(unit.strip())
    if not slash or metres is None:
        message = f'"{text}" is not a pace such as "4:00/km" or "6:30/mile"'
        raise ValueError(message)
    seconds = parse_clock(clock)
    if seconds <= 0:
        message = f'"{text}" is a pace of zero'
        raise ValueError(message)
    return MetresPerSecond(metres / seconds)


def pace_s_per_km(speed: float) -> Seconds:
    """Turn a speed above 0 into seconds per kilometre."""
    return Seconds(METRES_PER_KM / speed)


def speed_from_pace(seconds_per_km: float) -> MetresPerSecond:
    """Turn seconds per kilometre, above 0, into a speed."""
    return MetresPerSecond(METRES_PER_KM / seconds_per_km)


def format_pace(speed: float, *, unit: str = "km", with_unit: bool = True) -> str:
    """Write a speed as a pace: `3:42/km` (or per `mile`); `--` when the speed is too low to be a pace.

    Below 0.5 m/s (33 min per km) nobody runs or walks at a pace.
    """
    if speed < 0.5:
        return "--"
    clock = format_clock(_PACE_UNITS[unit] / speed)
    return f"{clock}/{unit}" if with_unit else clock


def format_metres(metres: float, unit: str = "km") -> str:
    """Write a distance as runners do: `400 m`, `1.2 km`, `5 km`, with miles `400 m`, `1 mile`, `3.1 miles`.

    Track distances stay in metres in both units: below a mile, and whole hundreds of metres up to 2000.
    """
    whole = round(metres)
    if unit == "mile":
        if abs(metres - METRES_PER_MILE) < 1:
            return "1 mile"
        is_track = whole < METRES_PER_MILE or (whole < 2000 and whole % 100 == 0)
        miles = f"{metres / METRES_PER_MILE:.1f}".removesuffix(".0")
        return f"{whole} m" if is_track else f"{miles} mile{'' if miles == '1' else 's'}"
    if whole < 2000 and whole % 1000:
        return f"{whole} m"
    return f"{metres / METRES_PER_KM:.1f} km".replace(".0 ", " ")


def rounded(value: float | None, digits: int) -> float | None:
    """Return a value for JSON: an integer for 0 digits, never -0; None if it is unknown or not finite."""
    if value is None or not isfinite(value):
        return None
    return round(value, digits) + 0.0 if digits else round(value)


def signed(value: float, digits: int = 0) -> str:
    """Write a change with its sign: `+1.2`, `-3`; a change that rounds to 0 has none: `0.0`."""
    return f"{value:+.{digits}f}" if round(value, digits) else f"{0.0:.{digits}f}"


def format_hours(seconds: float) -> str:
    """Write a duration as hours and minutes: `1:05` for 65 minutes."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def long_distance(metres: float, unit: str = "km") -> tuple[str, str]:
    """Write a long distance as a number with one decimal, and its unit: `10.6`, `km`, or `6.6`, `miles`."""
    return (
        (f"{metres / METRES_PER_MILE:.1f}", "miles")
        if unit == "mile"
        else (f"{metres / METRES_PER_KM:.1f}", "km")
    )


def unit_word(unit: str) -> str:
    """Return the unit of long distances: `km`, or `miles` for `mile`."""
    return "miles" if unit == "mile" else "km"
