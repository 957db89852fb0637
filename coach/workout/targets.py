"""What a document says a step aims at: one primary target, caps beside it, a ramp to its end."""

import json
import re
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from coach.athlete import PaceName
from coach.documents.faults import Misspelt, Strict
from coach.documents.spelling import Name, read_pace, read_pace_range
from coach.workout.measures import (
    CadenceText,
    HeartRateText,
    OffsetText,
    OneHeartRateText,
    PowerText,
    SpeedText,
    read_cadence,
    read_one_heart_rate,
    read_power,
    read_speed,
)

# --- Paces by name as runners write them, and how a document says them: `10k-5s` is 10k with an offset of -5 s/km.

PACE_NAMES: Final[tuple[str, ...]] = get_args(PaceName)
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
"""Races by their distance, without blanks; the other names of paces are the words of the notation."""
_NAMED: Final = re.compile(
    r"(?P<name>.+?)\s*(?:pace)?\s*"
    r"(?:(?P<sign>[+\-−–])\s*(?P<amount>\d{1,3}(?:\.\d{1,3})?)\s*(?P<unit>%|(?:s|sec|\")?(?:/(?:km|mile|mi))?))?",
    re.IGNORECASE,
)


def name_of(text: str) -> str:
    """The name a document has for a pace, such as `half` for `HM`; empty if it is none, or only a guess."""
    # The notation reads documents, whose targets ask here: it is loaded only when something is wrong in one.
    from coach.workout.notation.words import GUESSED_PACES, PACES  # noqa: PLC0415 - as said above

    plain = " ".join(text.casefold().split()).removesuffix("pace").strip()
    name = plain if plain in PACE_NAMES else _DISTANCES.get(plain.replace(" ", ""), "")
    if name or plain in GUESSED_PACES:
        return name
    return PACES.get(plain, "")


def pace_by_name(text: str) -> dict[str, str] | None:
    """What a document writes for a text that means a pace by name, with an offset if it has one; None for another."""
    found = _NAMED.fullmatch(text.strip()) if len(text) <= 60 else None
    name = name_of(found["name"]) if found else ""
    if found is None or not name:
        return None
    if not found["sign"]:
        return {"ref": name}
    sign = "+" if found["sign"] == "+" else "-"
    per = "/mile" if "/mi" in found["unit"].lower() else "/km"
    unit = "%" if found["unit"] == "%" else f"s{per}"
    return {"ref": name, "offset": f"{sign}{found['amount']} {unit}"}


# The branches of unions are called with a # in front, so that a place in a document is never taken for one.

QUANTITIES = ("pace", "speed", "heart_rate", "cadence", "power", "metric", "effort")
"""The keys a target may have, exactly one of them."""


def _checked_name(value: object) -> object:
    """Refuse another name of a pace with the one that is known."""
    name = name_of(value) if isinstance(value, str) and value not in PACE_NAMES else ""
    if name:
        raise Misspelt(f'"{value}" is not what the pace is called here', f'Write "{name}".')
    return value


class PaceRef(Strict):
    """A pace by name: what it is comes from the athlete."""

    ref: Annotated[PaceName, BeforeValidator(_checked_name)]
    offset: OffsetText | None = None
    """Added to the pace: + is slower."""


def _checked_bound(text: str) -> str:
    """Refuse a bound that is no pace in numbers."""
    try:
        read_pace(text)
    except Misspelt:
        named = pace_by_name(text)
        if named is None:
            raise
        fix = f"Write a number, or {json.dumps(named)} in place of the bounds."
        raise Misspelt(f'"{text[:40]}" is a pace by name, and bounds are numbers', fix) from None
    return text


def _checked_pace(text: str) -> str:
    """Refuse what is no pace in numbers, with what a pace by name, or a share of a speed, is written as."""
    try:
        read_pace_range(text)
    except Misspelt as wrong:
        named = pace_by_name(text)
        if named is not None:
            fix = f"Write {json.dumps(named)}."
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


def _checked_speed(text: str) -> str:
    """Refuse what is no speed, with what a pace by name is written as."""
    try:
        read_speed(text)
    except Misspelt:
        named = pace_by_name(text)
        if named is None:
            raise
        fix = f'Write "pace": {json.dumps(named)} in place of "speed".'
        raise Misspelt(f'"{text[:40]}" is a pace by name', fix) from None
    return text


def _is_speed(text: str) -> bool:
    try:
        read_speed(text)
    except Misspelt:
        return False
    return True


BoundText = Annotated[str, Field(examples=["4:00/km", "6:30/mile"]), AfterValidator(_checked_bound)]
PaceOrRangeText = Annotated[str, Field(examples=["3:55-4:05/km"]), AfterValidator(_checked_pace)]
SpeedOrShareText = Annotated[
    str, Field(examples=["14.5 km/h", "95 %threshold"]), AfterValidator(_checked_speed)
]


class PaceBounds(Strict):
    """Paces not to leave; one side may be open."""

    fastest: BoundText | None = None
    slowest: BoundText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse bounds that say nothing or contradict each other."""
        if self.fastest is None and self.slowest is None:
            raise Misspelt("the bounds say nothing", 'Write "fastest", "slowest" or both, or "ref".')
        if self.fastest and self.slowest and read_pace(self.fastest) < read_pace(self.slowest):
            raise Misspelt('"fastest" is slower than "slowest"', "Swap them.")
        return self


def _pace_form(value: object) -> str:
    """Which form of a pace was written."""
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
    """Which form of a measured quantity was written."""
    return "#bounds" if isinstance(value, dict) else "#text"


class HeartRateBounds(Strict):
    """Heart rates not to leave; one side may be open."""

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
    """Speeds not to leave; one side may be open."""

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
    """Cadences not to leave; one side may be open."""

    min: CadenceText | None = None
    max: CadenceText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        _check_bounds(self.min, self.max)
        if self.min and self.max:
            _check_order(read_cadence(self.min).low, read_cadence(self.max).high, same=True)
        return self


class PowerBounds(Strict):
    """Powers not to leave; one side may be open."""

    min: PowerText | None = None
    max: PowerText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        _check_bounds(self.min, self.max)
        if self.min and self.max:
            _check_order(read_power(self.min).low, read_power(self.max).high, same=True)
        return self


class Metric(Strict):
    """Bounds of an external metric, such as a core temperature somebody streams in."""

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
    """Refuse bounds that say nothing."""
    if low is None and high is None:
        raise Misspelt("the bounds say nothing", 'Write "min", "max" or both.')


def _check_order(low: float, high: float, *, same: bool) -> None:
    """Refuse a minimum above its maximum, where they can be compared."""
    if same and low > high:
        raise Misspelt('"min" is above "max"', "Swap them.")


def _target_of(text: str) -> str:
    """What a bare text is written as: a pace by name, a pace, or an effort in words."""
    named = pace_by_name(text)
    if named is not None:
        return json.dumps({"pace": named})
    try:
        read_pace_range(text)
    except Misspelt:
        return json.dumps({"effort": text[:40]}, ensure_ascii=False)
    return json.dumps({"pace": text})


class Target(Strict):
    """One thing to hold: exactly one of its keys."""

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
    effort: Annotated[str, Field(min_length=1, max_length=120)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_object(cls, value: object) -> object:
        """Refuse a bare text, and the name of a pace without its quantity, with how it is written."""
        if isinstance(value, str):
            raise Misspelt(f'"{value[:40]}" is not an object in {{ }}', f"Write {_target_of(value)}.")
        if isinstance(value, dict) and "ref" in value and not value.keys() & set(QUANTITIES):
            fix = f"Write {json.dumps({'pace': value})}."
            raise Misspelt('a pace by name stands under "pace"', fix, key="ref")
        return value

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        """Refuse no target, or several in one."""
        said = [name for name in QUANTITIES if getattr(self, name) is not None]
        if not said:
            raise Misspelt(
                "the target is empty", "Write one of " + ", ".join(QUANTITIES) + ", or leave it out."
            )
        if len(said) > 1:
            both = " and ".join(said)
            raise Misspelt(f"the target has {both}: one is primary", 'Put the others under "caps".')
        return self

    @property
    def about(self) -> Literal["speed", "heart_rate", "cadence", "power", "metric", "effort"]:
        """What the target is about; a pace is a speed."""
        if self.pace is not None or self.speed is not None:
            return "speed"
        if self.heart_rate is not None:
            return "heart_rate"
        if self.cadence is not None:
            return "cadence"
        if self.power is not None:
            return "power"
        return "metric" if self.metric is not None else "effort"
