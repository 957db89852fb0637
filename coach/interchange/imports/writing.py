"""How numbers of other tools are spelt in our documents; None where no document may say them."""

from collections.abc import Mapping
from math import ceil, floor
from typing import Any, Final

from coach.documents.spelling import FASTEST_S_PER_KM, LONGEST_M, LONGEST_S, SLOWEST_S_PER_KM
from coach.physiology.heart_rate import FRIEL_ZONES
from coach.quantities import format_clock, pace_s_per_km

Json = dict[str, Any]

FASTEST_MPS: Final = 1000 / FASTEST_S_PER_KM
SLOWEST_MPS: Final = 1000 / SLOWEST_S_PER_KM
_MOST_PERCENT: Final = 130.0
"""Documents know no larger share of an athlete's number."""

OPEN_SIDES: Final[Mapping[str, tuple[float, float]]] = {
    "speed": (0.278, FASTEST_MPS),
    "heart_rate": (30.0, 240.0),
    "cadence": (60.0, 300.0),
    "power": (1.0, 2000.0),
    "max": (1.0, _MOST_PERCENT),
    "lthr": (1.0, _MOST_PERCENT),
}
"""The least and the most that documents take, by quantity or share.

Formats whose ranges need both sides get these for a side that is open, and read back they are open: a side nobody can
be beyond is none. 0.278 m/s is `SLOWEST_MPS` in whole mm/s.
"""

GARMIN_HEART_ZONES: Final = {1: (50, 60), 2: (60, 70), 3: (70, 80), 4: (80, 90), 5: (90, 100)}
"""Garmin's own default zones, per cent of the maximum heart rate (owner's manuals, "heart rate zones")."""

FRIEL_BY_NUMBER: Final = dict(enumerate(("1", "2", "3", "4", "5a", "5b", "5c"), 1))
"""intervals.icu counts Friel's seven running zones through; so does a runner who keeps its defaults."""

FRIEL_PACE_ZONES: Final[Mapping[int, tuple[float | None, float | None]]] = {
    1: (None, 77.5),
    2: (77.5, 87.7),
    3: (87.7, 94.3),
    4: (94.3, 100.0),
    5: (100.0, 103.4),
    6: (103.4, 111.5),
    7: (111.5, None),
}
"""Seven pace zones after Friel as intervals.icu counts them, per cent of threshold speed.

They are theirs, not ours: `coach.physiology.zones.friel_pace` has the printed borders, which lie up to half a per
cent away from these, and a file means what its writer meant.
"""


def plain_number(value: float, digits: int = 3) -> str:
    """A number with as many decimals as it needs, `digits` at most."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def time_end(seconds: float) -> Json | None:
    """An end after so many seconds, to the millisecond; None for a time no step can take, infinity among them."""
    if not 0 < seconds <= LONGEST_S:
        return None
    milliseconds = round(seconds * 1000)
    if not milliseconds:
        return None
    return {"time": clock(milliseconds / 1000)}


def clock(seconds: float) -> str:
    """A duration as documents write it, `1:30` or `1:30.25`."""
    milliseconds = round(seconds * 1000)
    rest = milliseconds % 1000
    text = format_clock(milliseconds // 1000)
    return f"{text}.{rest:03d}".rstrip("0") if rest else text


def distance_end(metres: float) -> Json | None:
    """An end after so many metres, to a tenth of a millimetre."""
    text = plain_number(metres, 4)
    return {"distance": f"{text} m"} if 1 <= float(text) <= LONGEST_M else None


def pace_target(low: float, high: float) -> Json | None:
    """A pace between two speeds in m/s, in either order.

    A range is written in whole seconds per km and opened outward, so it is never stricter than the file; a
    single speed in tenths of a second.
    """
    low, high = sorted((low, high))
    if not SLOWEST_MPS <= low <= high <= FASTEST_MPS:
        return None
    slowest, fastest = OPEN_SIDES["speed"]
    if low <= slowest < high < fastest:
        return {"pace": {"fastest": f"{format_clock(floor(pace_s_per_km(high) + 1e-6))}/km"}}
    if slowest < low < high == fastest:
        return {"pace": {"slowest": f"{format_clock(ceil(pace_s_per_km(low) - 1e-6))}/km"}}
    if low == high:
        return {"pace": f"{clock(round(pace_s_per_km(low), 1))}/km"}
    fast, slow = floor(pace_s_per_km(high) + 1e-6), ceil(pace_s_per_km(low) - 1e-6)
    text = format_clock(fast) if fast == slow else f"{format_clock(fast)}-{format_clock(slow)}"
    return {"pace": f"{text}/km"}


def speed_share(low: float | None, high: float | None) -> Json | None:
    """A speed as per cent of the athlete's threshold speed; an open side is None."""
    return _bounds("speed", low, high, "%threshold", (1.0, _MOST_PERCENT))


def heart_rate(low: float | None, high: float | None, unit: str) -> Json | None:
    """A heart rate in `bpm`, `%max`, `%lthr` or `%reserve`; an open side is None."""
    return _bounds("heart_rate", low, high, unit, OPEN_SIDES["heart_rate" if unit == "bpm" else "max"])


def friel_heart_rate(low: int, high: int) -> Json | None:
    """Friel's zones `low` to `high`, counted from 1 to 7."""
    if not 1 <= low <= high <= len(FRIEL_BY_NUMBER):
        return None
    if low == high:
        return {"heart_rate": f"zone {FRIEL_BY_NUMBER[low]}"}
    bottom, top = FRIEL_ZONES[FRIEL_BY_NUMBER[low]][0], FRIEL_ZONES[FRIEL_BY_NUMBER[high]][1]
    return heart_rate(bottom * 100 or None, top * 100 if top < 2 else None, "%lthr")


def cadence(low: float | None, high: float | None) -> Json | None:
    """A cadence in steps per minute, both feet."""
    return _bounds("cadence", low, high, "spm", OPEN_SIDES["cadence"])


def power(low: float | None, high: float | None) -> Json | None:
    """A power in watts."""
    return _bounds("power", low, high, "W", OPEN_SIDES["power"])


def _bounds(
    key: str, low: float | None, high: float | None, unit: str, limits: tuple[float, float]
) -> Json | None:
    """A single value as a text, a range as bounds; None if a side is out of the limits or nothing is said."""
    if low is not None and high is not None and low > high:
        low, high = high, low
    if low is not None and high is not None and low < high:
        low, high = (None if low == limits[0] else low), (None if high == limits[1] else high)
    said = [side for side in (low, high) if side is not None]
    if not said or any(not limits[0] <= side <= limits[1] for side in said):
        return None
    if low is not None and low == high:
        return {key: f"{plain_number(low)} {unit}"}
    bounds = {"min": low, "max": high}
    return {key: {name: f"{plain_number(side)} {unit}" for name, side in bounds.items() if side is not None}}


def as_cap(target: Json) -> Json:
    """The target as a limit: a single value or a zone becomes bounds, since a bare text would be a maximum."""
    ((key, value),) = target.items()
    if key == "heart_rate" and isinstance(value, str) and value.startswith("zone "):
        bottom, top = FRIEL_ZONES[value[5:]]
        made = heart_rate(bottom * 100 or None, top * 100 if top < 2 else None, "%lthr")
        return made or target
    if key == "pace" and isinstance(value, str):
        fast, _, slow = value.removesuffix("/km").partition("-")
        return {key: {"fastest": f"{fast}/km", "slowest": f"{slow or fast}/km"}}
    return {key: {"min": value, "max": value}} if isinstance(value, str) else target


def words(node: Json) -> str:
    """A step in few words, for the report."""
    told = [str(node.get("kind", "step")).replace("_", "-")]
    for key in ("until", "target"):
        for name, value in node.get(key, {}).items():
            told.append(_value_words(name, value))
    return " ".join(told)


def _value_words(name: str, value: object) -> str:
    if value is True:
        return f"until {name}"
    if isinstance(value, Mapping):
        value = " to ".join(str(side) for side in value.values())
    return f"{value}" if name in {"time", "distance"} else f"{name.replace('_', ' ')} {value}"
