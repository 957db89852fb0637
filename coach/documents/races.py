"""How runners tell a race result: `5k=22:30`, `half 1:35`, `10 miles in 1:12:40`, `parkrun 22.30`."""

import re
from typing import Final, NamedTuple

from coach.documents.faults import Misspelt
from coach.documents.spelling import read_distance
from coach.quantities import Seconds, format_clock

_NAMES: Final = {
    "parkrun": "5 km",
    "mile": "1 mile",
    "half": "21.0975 km",
    "half marathon": "21.0975 km",
    "hm": "21.0975 km",
    "marathon": "42.195 km",
    "full marathon": "42.195 km",
    "fm": "42.195 km",
    "full": "42.195 km",
}
"""What a distance is called, and how documents spell it; the lengths are those of World Athletics."""
_DISTANCE: Final = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*-?\s*(k|km|kms|kilomet(?:er|re)s?|m|met(?:er|re)s?|mi|miles?)"
)
_UNITS: Final = {"k": "km", "m": "m", "mi": "mile", "mile": "mile"}
_HOURS: Final = re.compile(
    r"(\d{1,2})\s*(?:h|hrs?|hours?)\s*(?:(\d{1,2})(?:\s*(?:m|min|minutes?)?)?)?(?:\s*(\d{1,2})\s*(?:s|sec)?)?"
)
_MINUTES: Final = re.compile(
    r"(\d{1,3})\s*(?:m|min|minutes?|'|\u2032|\u2019)\s*"
    r"(?:(\d{1,2})\s*(?:s|sec|seconds?|\"|\u2033|\u201d|'')?)?"
)
_BARE: Final = re.compile(r"\d{1,3}")
_CLOCK: Final = re.compile(r"(\d{1,3})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,](\d))?")
_BETWEEN: Final = re.compile(r"\s*=\s*|\s+in\s+|\s*,\s+|\s+")
FASTEST_MPS: Final = 7.5
"""Faster than anyone has run a kilometre or more (2:11.96 for 1000 m are 7.58 m/s, 3:43.13 for a mile 7.2)."""
SLOWEST_MPS: Final = 1.2
"""13:53/km: a marathon in 9:46 h. Hours and minutes that come to less are not meant either. Judged."""
SHORTEST_M: Final = 1000.0
"""Below it a time can be meant as minutes and seconds whatever the pace."""


class RaceText(NamedTuple):
    """A race result as documents spell it."""

    distance: str
    """`5 km`, `1 mile`, `21.0975 km`."""
    time: str
    """`22:30`, `1:35:00`."""
    guess: str = ""
    """How the time was read where it could be read in two ways, as a sentence; else empty."""


def read_race(text: str) -> RaceText:
    """Read a distance and a time in either order, with `=`, `in`, a comma or a space between.

    A time that cannot be meant as minutes and seconds, such as `half=1:35`, is read as hours and minutes.

    Raises:
        Misspelt: it names no distance or no time.
    """
    plain = " ".join(text.lower().split())
    for gap in _BETWEEN.finditer(plain):
        for distance, time in (
            (plain[: gap.start()], plain[gap.end() :]),
            (plain[gap.end() :], plain[: gap.start()]),
        ):
            length, seconds = _length(distance), _seconds(time)
            if length is not None and seconds is not None:
                return _result(length, seconds, time)
    raise Misspelt(f'"{text[:40]}" is no race result', 'Write it as "5k=22:30" or "half=1:35:00".')


def _result(distance: str, seconds: Seconds, written: str) -> RaceText:
    metres = read_distance(distance)
    is_guess = _BARE.fullmatch(written) is not None
    if metres >= SHORTEST_M and metres / seconds > FASTEST_MPS and metres / (60 * seconds) >= SLOWEST_MPS:
        seconds, is_guess = Seconds(60 * seconds), True
    time = format_clock(seconds, tenths=seconds % 1 > 0)
    return RaceText(distance, time, f"{written} for {distance} was read as {time}." if is_guess else "")


def _length(text: str) -> str | None:
    """A distance as documents spell it; None if the text is none."""
    text = text.removeprefix("a ").removesuffix(" race").strip()
    if text in _NAMES:
        return _NAMES[text]
    found = _DISTANCE.fullmatch(text)
    if found is None:
        return None
    word = found[2]
    unit = _UNITS.get(word) or ("km" if word.startswith("k") else "mile" if word.startswith("mi") else "m")
    amount = found[1].replace(",", ".")
    return f"{amount} {unit}s" if unit == "mile" and float(amount) != 1 else f"{amount} {unit}"


def _seconds(text: str) -> Seconds | None:
    """A duration, to a tenth; None if the text is none."""
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        first, second, third, tenth = (int(part or 0) for part in clock.groups())
        told = first * 3600 + second * 60 + third if clock[3] else first * 60 + second
        fits = max(second, third) < 60
        return Seconds(told + tenth / 10) if fits and told else None
    if _BARE.fullmatch(text):
        return Seconds(60.0 * int(text)) if int(text) else None
    found = _HOURS.fullmatch(text) or _MINUTES.fullmatch(text)
    if found is None:
        return None
    parts = [int(part or 0) for part in found.groups()]
    told = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    return Seconds(float(told)) if told and max(parts[1:], default=0) < 60 else None
