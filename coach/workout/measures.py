"""How the numbers of targets and ends are spelt: `140-150 bpm`, `75 %max`, `zone 2`, `+20 s/km`, ..."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from coach.documents.faults import Misspelt
from coach.documents.spelling import possible_speed, read_distance, read_time
from coach.physiology.heart_rate import FRIEL_ZONES
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, Metres, MetresPerSecond, Seconds

_NUMBER = r"(\d{1,5}(?:\.\d{1,3})?)"
_MEASURE = re.compile(rf"{_NUMBER}(?:\s*[-–]\s*{_NUMBER})?\s*(\D[^\d]*)")
_OFFSET = re.compile(rf"([+-])\s*{_NUMBER}\s*(%|s/km|s/mile|s/mi)")
_BARE_OFFSET = re.compile(rf"([+-]{_NUMBER})\s*(?:s|sec)?")
_ZONE = re.compile(r"(?:zone\s*|z)(\d[abc]?)", re.IGNORECASE)
_RISE = re.compile(r"([+-])\s*(\d.*)")

SPEED_UNITS: Final = {"m/s": 1.0, "km/h": 1 / 3.6, "mph": METRES_PER_MILE / 3600}
"""Units of speed, in metres per second."""
SPEED_SHARES: Final = ("%threshold", "%top")
"""Speeds as a share of the athlete's own."""
HEART_RATE_SHARES: Final = ("%max", "%reserve", "%lthr")
"""Heart rates as a share of the athlete's own."""
_PERCENT_LIMIT: Final = 130.0


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit, or a range of two; `low` equals `high` for a single number."""

    low: float
    high: float
    unit: str

    @property
    def is_single(self) -> bool:
        """Was one number written?"""
        return self.low == self.high


def read_measure(text: str, units: tuple[str, ...], example: str) -> Measure:
    """Read a number or a range in one of `units` (lower case).

    Raises:
        Misspelt: no such measure, a range that runs backwards, or a percentage over 130.
    """
    found = _MEASURE.fullmatch(text.strip())
    unit = found[3].replace(" ", "").lower() if found else ""
    if found is None or unit not in units:
        raise Misspelt(f'"{text[:40]}" cannot be read', f"Write it as {example}.")
    low, high = float(found[1]), float(found[2] or found[1])
    if low > high:
        raise Misspelt(f'"{text}" runs from high to low', "Put the smaller number first.")
    if high <= 0:
        raise Misspelt(f'"{text}" is zero', f"Write it as {example}.")
    if unit.startswith("%") and high > _PERCENT_LIMIT:
        raise Misspelt(
            f'"{text}" is over {_PERCENT_LIMIT:.0f} %', "Percentages are of the athlete's own number."
        )
    return Measure(low, high, unit)


def read_heart_rate(text: str) -> Measure:
    """Read `150 bpm`, `140-150 bpm`, `75 %max`, `70 %reserve`, `88-92 %LTHR`, or a zone (unit `zone2`).

    Raises:
        Misspelt: none of these, or beats outside 30 to 240.
    """
    zone = _ZONE.fullmatch(text.strip())
    if zone is not None:
        if zone[1].lower() not in FRIEL_ZONES:
            raise Misspelt(f'there is no "{text}"', "The zones are " + ", ".join(FRIEL_ZONES) + ".")
        return Measure(0, 0, f"zone{zone[1].lower()}")
    measure = read_measure(text, ("bpm", *HEART_RATE_SHARES), '"150 bpm", "75 %max", "88 %LTHR" or "zone 2"')
    if measure.unit == "bpm" and not 30 <= measure.low <= measure.high <= 240:
        raise Misspelt(f'"{text}" is not a heart rate', "Heart rates lie between 30 and 240 bpm.")
    return measure


def read_one_heart_rate(text: str) -> Measure:
    """As `read_heart_rate`, but a single value.

    Raises:
        Misspelt: a range or a zone.
    """
    measure = read_heart_rate(text)
    if not measure.is_single or measure.unit.startswith("zone"):
        raise Misspelt(
            f'"{text}" is not a single heart rate', 'Write one value, such as "120 bpm" or "75 %max".'
        )
    return measure


def read_speed(text: str) -> Measure:
    """Read `4.2 m/s`, `14-15 km/h`, `9 mph`, `95 %threshold` or `90 %top`; speeds come back in m/s.

    Raises:
        Misspelt: none of these, or a speed nobody runs.
    """
    measure = read_measure(text, (*SPEED_UNITS, *SPEED_SHARES), '"14.5 km/h", "4 m/s" or "95 %threshold"')
    if measure.unit not in SPEED_UNITS:
        return measure
    factor = SPEED_UNITS[measure.unit]
    low, high = measure.low * factor, measure.high * factor
    return Measure(possible_speed(low, f'"{text}"'), possible_speed(high, f'"{text}"'), "m/s")


def read_cadence(text: str) -> Measure:
    """Read `176 spm` or `170-180 spm`, both feet counted.

    Raises:
        Misspelt: not a cadence, or outside 60 to 300.
    """
    measure = read_measure(text, ("spm",), '"176 spm" or "170-180 spm"')
    if not 60 <= measure.low <= measure.high <= 300:
        raise Misspelt(f'"{text}" is not a cadence', "Count both feet: between 60 and 300 steps per minute.")
    return measure


def read_power(text: str) -> Measure:
    """Read `250 W` or `250-270 W`.

    Raises:
        Misspelt: not a power, or over 2000 W.
    """
    measure = read_measure(text, ("w",), '"250 W" or "250-270 W"')
    if measure.high > 2000:
        raise Misspelt(f'"{text}" is not a running power', "Powers lie under 2000 W.")
    return measure


def read_offset(text: str) -> tuple[float, str]:
    """Read an offset to a pace, `+20 s/km`, `-10 s/mile`, `+3 %`, as its signed number and unit; + is slower.

    Raises:
        Misspelt: not an offset.
    """
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        bare = _BARE_OFFSET.fullmatch(text.strip())
        fix = f'"{bare[1]} s/km" or "{bare[1]} s/mile"' if bare else '"+20 s/km", "-10 s/mile" or "+3 %"'
        raise Misspelt(f'"{text[:40]}" is not an offset', f"Write it as {fix}.")
    unit = "s/mile" if found[3] == "s/mi" else found[3]
    return float(found[1] + found[2]), unit


def offset_speed(speed: float, offset: str, *, times: int = 1) -> MetresPerSecond:
    """Apply an offset to the pace of a speed `times` times over.

    Raises:
        Misspelt: the pace that results is one nobody runs.
    """
    number, unit = read_offset(offset)
    shown = f"the pace after {offset}" + (f" ({times} times)" if times > 1 else "")
    if unit == "%":
        return possible_speed(speed / (1 + number / 100) ** times if number > -100 else 0.0, shown)
    metres = METRES_PER_KM if unit == "s/km" else METRES_PER_MILE
    pace = metres / speed + number * times
    return possible_speed(metres / pace if pace > 0 else float("inf"), shown)


def read_point(text: str) -> tuple[Seconds | None, Metres | None]:
    """Read a point of a step, a time such as `0:10` or a distance such as `100 m`: one of the two is None.

    Raises:
        Misspelt: neither.
    """
    if ":" in text:
        return read_time(text), None
    try:
        return None, read_distance(text)
    except Misspelt:
        raise Misspelt(f'"{text[:40]}" is no time or distance', 'Write "0:30" or "100 m".') from None


def read_time_change(text: str) -> float:
    """Read a change of time, `+0:15` or `-0:30`, in seconds.

    Raises:
        Misspelt: no sign, or no time behind it.
    """
    return _signed(text, read_time, '"+0:15" or "-0:30"')


def read_distance_change(text: str) -> float:
    """Read a change of distance, `+200 m` or `-400 m`, in metres.

    Raises:
        Misspelt: no sign, or no distance behind it.
    """
    return _signed(text, read_distance, '"+200 m" or "-400 m"')


def _signed(text: str, read: Callable[[str], float], example: str) -> float:
    """Read a sign and what follows it."""
    found = _RISE.fullmatch(text.strip())
    if found is None:
        raise Misspelt(f'"{text[:40]}" is no change', f"Write it with its sign, {example}.")
    return -read(found[2]) if found[1] == "-" else read(found[2])


def _kept(read: Callable[[str], object]) -> AfterValidator:
    """Make a validator that reads a text for its faults and keeps it as written."""

    def check(text: str) -> str:
        read(text)
        return text

    return AfterValidator(check)


HeartRateText = Annotated[str, Field(examples=["140-150 bpm", "75 %max", "zone 2"]), _kept(read_heart_rate)]
OneHeartRateText = Annotated[str, Field(examples=["120 bpm", "75 %max"]), _kept(read_one_heart_rate)]
SpeedText = Annotated[str, Field(examples=["14.5 km/h", "95 %threshold"]), _kept(read_speed)]
CadenceText = Annotated[str, Field(examples=["176 spm", "170-180 spm"]), _kept(read_cadence)]
PowerText = Annotated[str, Field(examples=["250 W", "250-270 W"]), _kept(read_power)]
OffsetText = Annotated[str, Field(examples=["+20 s/km", "-10 s/mile", "+3 %"]), _kept(read_offset)]
PointText = Annotated[str, Field(examples=["0:30", "100 m"]), _kept(read_point)]
TimeChangeText = Annotated[str, Field(examples=["+0:15", "-0:30"]), _kept(read_time_change)]
DistanceChangeText = Annotated[str, Field(examples=["+200 m", "-400 m"]), _kept(read_distance_change)]
