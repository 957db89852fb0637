"""The targets of a document: one primary target, caps beside it, and a ramp to its end."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from coach.athlete import PACE_NAMES, PaceName
from coach.documents import Name, Strict
from coach.physiology.zones import FRIEL_ZONES
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, Metres, MetresPerSecond, Seconds
from coach.spelling import (
    LONGEST_NAME,
    Misspelt,
    possible_speed,
    read_distance,
    read_pace,
    read_pace_range,
    read_time,
)

# --- numbers in targets and ends: `140-150 bpm`, `75 %max`, `zone 2`, `+20 s/km`

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
        """True if one number was written."""
        return self.low == self.high


def read_measure(text: str, units: tuple[str, ...], example: str) -> Measure:
    """Read a number or a range in one of `units` (lower case).

    Raises:
        Misspelt: no such measure, a range that runs backwards, or a percentage over 130.
    """
    match = _MEASURE.fullmatch(text.strip())
    unit = match[3].replace(" ", "").lower() if match else ""
    if match is None or unit not in units:
        raise Misspelt(f'"{text[:40]}" cannot be read', f"Write it as {example}.")
    low, high = float(match[1]), float(match[2] or match[1])
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
        Misspelt: none of these, or an impossible speed.
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
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        bare = _BARE_OFFSET.fullmatch(text.strip())
        fix = f'"{bare[1]} s/km" or "{bare[1]} s/mile"' if bare else '"+20 s/km", "-10 s/mile" or "+3 %"'
        raise Misspelt(f'"{text[:40]}" is not an offset', f"Write it as {fix}.")
    unit = "s/mile" if match[3] == "s/mi" else match[3]
    return float(match[1] + match[2]), unit


def offset_speed(speed: float, offset: str, *, times: int = 1) -> MetresPerSecond:
    """Apply an offset to the pace of a speed `times` times over.

    Raises:
        Misspelt: the resulting pace is impossible.
    """
    number, unit = read_offset(offset)
    label = f"the pace after {offset}" + (f" ({times} times)" if times > 1 else "")
    if unit == "%":
        return possible_speed(speed / (1 + number / 100) ** times if number > -100 else 0.0, label)
    metres = METRES_PER_KM if unit == "s/km" else METRES_PER_MILE
    pace = metres / speed + number * times
    return possible_speed(metres / pace if pace > 0 else float("inf"), label)


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
        raise Misspelt(f'"{text[:40]}" is not a time or distance', 'Write "0:30" or "100 m".') from None


def read_time_change(text: str) -> float:
    """Read a change of time, `+0:15` or `-0:30`, in seconds.

    Raises:
        Misspelt: no sign, or no time behind it.
    """
    return _read_signed(text, read_time, '"+0:15" or "-0:30"')


def read_distance_change(text: str) -> float:
    """Read a change of distance, `+200 m` or `-400 m`, in metres.

    Raises:
        Misspelt: no sign, or no distance behind it.
    """
    return _read_signed(text, read_distance, '"+200 m" or "-400 m"')


def _read_signed(text: str, read: Callable[[str], float], example: str) -> float:
    """Read a sign and the text behind it."""
    match = _RISE.fullmatch(text.strip())
    if match is None:
        raise Misspelt(f'"{text[:40]}" is not a change', f"Write it with its sign, {example}.")
    return -read(match[2]) if match[1] == "-" else read(match[2])


def _as_text(read: Callable[[str], object]) -> AfterValidator:
    """Make a validator that checks a text and keeps it as written."""

    def check(text: str) -> str:
        read(text)
        return text

    return AfterValidator(check)


HeartRateText = Annotated[
    str, Field(examples=["140-150 bpm", "75 %max", "zone 2"]), _as_text(read_heart_rate)
]
OneHeartRateText = Annotated[str, Field(examples=["120 bpm", "75 %max"]), _as_text(read_one_heart_rate)]
SpeedText = Annotated[str, Field(examples=["14.5 km/h", "95 %threshold"]), _as_text(read_speed)]
CadenceText = Annotated[str, Field(examples=["176 spm", "170-180 spm"]), _as_text(read_cadence)]
PowerText = Annotated[str, Field(examples=["250 W", "250-270 W"]), _as_text(read_power)]
OffsetText = Annotated[str, Field(examples=["+20 s/km", "-10 s/mile", "+3 %"]), _as_text(read_offset)]
PointText = Annotated[str, Field(examples=["0:30", "100 m"]), _as_text(read_point)]
TimeChangeText = Annotated[str, Field(examples=["+0:15", "-0:30"]), _as_text(read_time_change)]
DistanceChangeText = Annotated[str, Field(examples=["+200 m", "-400 m"]), _as_text(read_distance_change)]


# --- paces by name as runners write them, and their form in a document: `10k-5s` is 10k with an offset of -5 s/km

_DISTANCES: Final = {
    "3km": "3k",
    "3000m": "3k",
    "5km": "5k",
    "5000m": "5k",
    "10km": "10k",
    "10000m": "10k",
    "1mile": "mile",
    "1mi": "mile",
    "1500m": "mile",
    "21k": "half",
    "21km": "half",
    "42k": "marathon",
    "42km": "marathon",
}
"""Races by their distance, without blanks; other names of paces are words of the notation."""
_NAMED: Final = re.compile(
    r"(?P<name>.+?)\s*(?:pace)?\s*"
    r"(?:(?P<sign>[+\-−–])\s*(?P<amount>\d{1,3}(?:\.\d{1,3})?)\s*(?P<unit>%|(?:s|sec|\")?(?:/(?:km|mile|mi))?))?",
    re.IGNORECASE,
)


def name_of(text: str) -> str:
    """The name of a pace in a document, such as `half` for `HM`; empty if it is none, or only a guess."""
    # The notation reads documents, which import this module, so it is loaded only when something is wrong in one.
    from coach.workout.notation.lexer import GUESSED_PACES, PACES  # noqa: PLC0415 - as said above

    plain = " ".join(text.casefold().split()).removesuffix("pace").strip()
    name = plain if plain in PACE_NAMES else _DISTANCES.get(plain.replace(" ", ""), "")
    if name or plain in GUESSED_PACES:
        return name
    return PACES.get(plain, "")


def pace_by_name(text: str) -> dict[str, str] | None:
    """The document's form of a text that names a pace, with its offset if it has one; None for another text."""
    match = _NAMED.fullmatch(text.strip()) if len(text) <= 60 else None
    name = name_of(match["name"]) if match else ""
    if match is None or not name:
        return None
    if not match["sign"]:
        return {"ref": name}
    sign = "+" if match["sign"] == "+" else "-"
    per = "/mile" if "/mi" in match["unit"].lower() else "/km"
    unit = "%" if match["unit"] == "%" else f"s{per}"
    return {"ref": name, "offset": f"{sign}{match['amount']} {unit}"}


# --- targets
#
# The names of union branches begin with #, so that a place in a document is never mistaken for one.

QUANTITIES = ("pace", "speed", "heart_rate", "cadence", "power", "metric", "effort")
"""The keys of a target, exactly one of them."""


def _check_name(value: object) -> object:
    """Refuse another name of a pace, and suggest the known one."""
    name = name_of(value) if isinstance(value, str) and value not in PACE_NAMES else ""
    if name:
        raise Misspelt(f'"{value}" is not a pace name', f'Write "{name}".')
    return value


class PaceRef(Strict):
    """A pace by name, which is looked up for the athlete."""

    ref: Annotated[PaceName, BeforeValidator(_check_name)]
    offset: OffsetText | None = None
    """Added to the pace: + is slower."""


def _check_bound(text: str) -> str:
    """Refuse a bound that is not a pace in numbers."""
    try:
        read_pace(text)
    except Misspelt:
        pace = pace_by_name(text)
        if pace is None:
            raise
        fix = f"Write a number, or {json.dumps(pace)} in place of the bounds."
        raise Misspelt(f'"{text[:40]}" is a pace by name, and bounds are numbers', fix) from None
    return text


def _check_pace(text: str) -> str:
    """Refuse a text that is not a pace in numbers, with the form of a named pace or of a share of a speed."""
    try:
        read_pace_range(text)
    except Misspelt as wrong:
        pace = pace_by_name(text)
        if pace is not None:
            fix = f"Write {json.dumps(pace)}."
            raise Misspelt(f'"{text[:40]}" is a pace by name', fix) from None
        if "%" in text and _is_speed(text):
            fix = f'Write "speed": "{text}" in place of "pace".'
            raise Misspelt(f'"{text[:40]}" is a speed', fix) from None
        if "possible" in wrong.reason:
            raise
        fix = (
            'Write it as "4:00/km" or "6:30/mile", or by name as {"ref": "5k"}: '
            + ", ".join(PACE_NAMES)
            + "."
        )
        raise Misspelt(f'"{text[:40]}" is not a pace', fix) from None
    return text


def _check_speed(text: str) -> str:
    """Refuse a text that is not a speed, with the form of a named pace."""
    try:
        read_speed(text)
    except Misspelt:
        pace = pace_by_name(text)
        if pace is None:
            raise
        fix = f'Write "pace": {json.dumps(pace)} in place of "speed".'
        raise Misspelt(f'"{text[:40]}" is a pace by name', fix) from None
    return text


def _is_speed(text: str) -> bool:
    try:
        read_speed(text)
    except Misspelt:
        return False
    return True


BoundText = Annotated[str, Field(examples=["4:00/km", "6:30/mile"]), AfterValidator(_check_bound)]
PaceOrRangeText = Annotated[str, Field(examples=["3:55-4:05/km"]), AfterValidator(_check_pace)]
SpeedOrShareText = Annotated[
    str, Field(examples=["14.5 km/h", "95 %threshold"]), AfterValidator(_check_speed)
]


class PaceBounds(Strict):
    """Limits of pace; one side may be open."""

    fastest: BoundText | None = None
    slowest: BoundText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse bounds that are empty or contradict each other."""
        if self.fastest is None and self.slowest is None:
            raise Misspelt("the bounds are empty", 'Write "fastest", "slowest" or both, or "ref".')
        if self.fastest and self.slowest and read_pace(self.fastest) < read_pace(self.slowest):
            raise Misspelt('"fastest" is slower than "slowest"', "Swap them.")
        return self


def _pace_form(value: object) -> str:
    """Return which form of a pace was written."""
    if isinstance(value, dict):
        return "#bounds" if "ref" not in value and value.keys() & {"fastest", "slowest"} else "#ref"
    return "#text"


Pace = Annotated[
    Annotated[PaceOrRangeText, Tag("#text")]
    | Annotated[PaceRef, Tag("#ref")]
    | Annotated[PaceBounds, Tag("#bounds")],
    Discriminator(_pace_form),
]


def _form(value: object) -> str:
    """Return which form of a measured quantity was written."""
    return "#bounds" if isinstance(value, dict) else "#text"


class HeartRateBounds(Strict):
    """Limits of heart rate; one side may be open."""

    min: OneHeartRateText | None = None
    max: OneHeartRateText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        _check_bounds(self.min, self.max)
        if self.min and self.max:
            low, high = read_one_heart_rate(self.min), read_one_heart_rate(self.max)
            _check_order(low.low, high.low, same=low.unit == high.unit)
        return self


class SpeedBounds(Strict):
    """Limits of speed; one side may be open."""

    min: SpeedText | None = None
    max: SpeedText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        _check_bounds(self.min, self.max)
        if self.min and self.max:
            low, high = read_speed(self.min), read_speed(self.max)
            _check_order(low.low, high.high, same=low.unit == high.unit)
        return self


class CadenceBounds(Strict):
    """Limits of cadence; one side may be open."""

    min: CadenceText | None = None
    max: CadenceText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        _check_bounds(self.min, self.max)
        if self.min and self.max:
            _check_order(read_cadence(self.min).low, read_cadence(self.max).high, same=True)
        return self


class PowerBounds(Strict):
    """Limits of power; one side may be open."""

    min: PowerText | None = None
    max: PowerText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        _check_bounds(self.min, self.max)
        if self.min and self.max:
            _check_order(read_power(self.min).low, read_power(self.max).high, same=True)
        return self


class Metric(Strict):
    """Limits of an external metric, such as a core temperature that a sensor streams."""

    name: Name
    min: float | None = None
    max: float | None = None
    unit: Annotated[str, Field(max_length=20)] = ""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        _check_bounds(self.min, self.max)
        if self.min is not None and self.max is not None:
            _check_order(self.min, self.max, same=True)
        return self


def _check_bounds(low: object, high: object) -> None:
    """Refuse empty bounds."""
    if low is None and high is None:
        raise Misspelt("the bounds are empty", 'Write "min", "max" or both.')


def _check_order(low: float, high: float, *, same: bool) -> None:
    """Refuse a minimum above its maximum, if they are comparable."""
    if same and low > high:
        raise Misspelt('"min" is above "max"', "Swap them.")


def _target_of(text: str) -> str:
    """The proper form of a bare text: a pace by name, a pace, or an effort in words."""
    pace = pace_by_name(text)
    if pace is not None:
        return json.dumps({"pace": pace})
    try:
        read_pace_range(text)
    except Misspelt:
        return json.dumps({"effort": text[:40]}, ensure_ascii=False)
    return json.dumps({"pace": text})


class Target(Strict):
    """One target: exactly one of its keys."""

    pace: Pace | None = None
    speed: (
        Annotated[
            Annotated[SpeedOrShareText, Tag("#text")] | Annotated[SpeedBounds, Tag("#bounds")],
            Discriminator(_form),
        ]
        | None
    ) = None
    heart_rate: (
        Annotated[
            Annotated[HeartRateText, Tag("#text")] | Annotated[HeartRateBounds, Tag("#bounds")],
            Discriminator(_form),
        ]
        | None
    ) = None
    cadence: (
        Annotated[
            Annotated[CadenceText, Tag("#text")] | Annotated[CadenceBounds, Tag("#bounds")],
            Discriminator(_form),
        ]
        | None
    ) = None
    power: (
        Annotated[
            Annotated[PowerText, Tag("#text")] | Annotated[PowerBounds, Tag("#bounds")], Discriminator(_form)
        ]
        | None
    ) = None
    metric: Metric | None = None
    effort: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_object(cls, value: object) -> object:
        """Refuse a bare text, and the name of a pace without its quantity, with the right form."""
        if isinstance(value, str):
            raise Misspelt(f'"{value[:40]}" is not an object in {{ }}', f"Write {_target_of(value)}.")
        if isinstance(value, dict) and "ref" in value and not value.keys() & set(QUANTITIES):
            fix = f"Write {json.dumps({'pace': value})}."
            raise Misspelt('a pace by name belongs under "pace"', fix, key="ref")
        return value

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        """Refuse no target, or several in one."""
        quantities = [name for name in QUANTITIES if getattr(self, name) is not None]
        if not quantities:
            raise Misspelt(
                "the target is empty", "Write one of " + ", ".join(QUANTITIES) + ", or leave it out."
            )
        if len(quantities) > 1:
            both = " and ".join(quantities)
            raise Misspelt(f"the target has {both}: one is primary", 'Put the others under "caps".')
        return self

    @property
    def about(self) -> Literal["speed", "heart_rate", "cadence", "power", "metric", "effort"]:
        """The quantity of the target; a pace is a speed."""
        if self.pace is not None or self.speed is not None:
            return "speed"
        if self.heart_rate is not None:
            return "heart_rate"
        if self.cadence is not None:
            return "cadence"
        if self.power is not None:
            return "power"
        return "metric" if self.metric is not None else "effort"
