"""Zones of heart rate and pace: five models, each with its source, all without gaps; and how slow is easy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from coach.physiology.heart_rate import FRIEL_ZONES, estimated_maximum, friel_zone, of_maximum, of_reserve
from coach.physiology.limits import within
from coach.quantities import METRES_PER_MILE, BeatsPerMinute, MetresPerSecond

__all__ = [
    "GEAR_BORDER",
    "PaceZone",
    "Zone",
    "estimated_maximum",
    "friel",
    "friel_pace",
    "gears",
    "karvonen",
    "maximum",
]

_MEANINGS: Final = {
    "1": "recovery",
    "2": "easy endurance",
    "3": "steady",
    "4": "just under threshold",
    "5a": "threshold",
    "5b": "5k to 3k effort",
    "5c": "faster",
}
_PACE_BORDERS: Final = {
    # per cent of the time a distance takes at threshold pace: where the zone begins (slow side)
    "2": 1.29,
    "3": 1.14,
    "4": 1.06,
    "5a": 1.005,
    "5b": 0.97,
    "5c": 0.90,
}
"""Zone 4 is printed as 99-105 % in one place and 101-105 % in another, and overlaps 5a (97-100 %): here it ends at
100.5 %, so that threshold pace itself is 5a, as threshold heart rate is."""
_SHARES: Final = {
    "1": (0.50, 0.60, "very easy"),
    "2": (0.60, 0.70, "easy"),
    "3": (0.70, 0.80, "steady"),
    "4": (0.80, 0.90, "threshold"),
    "5": (0.90, 1.00, "hard"),
}
GEAR_BORDER: Final = 0.80
"""Share of the maximum at which gear 3 (steady) becomes gear 4 (threshold), unless the athlete says otherwise."""
GEAR_BORDER_RANGE: Final = (0.72, 0.88)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of heart rate, half open: it begins at `low` and ends before `high`."""

    name: str
    meaning: str
    low: BeatsPerMinute | None
    """In bpm; None is open."""
    high: BeatsPerMinute | None
    """In bpm; None is open. Both None: heart rate says nothing here."""


@dataclass(frozen=True, slots=True)
class PaceZone:
    """A zone of speed, half open as `Zone`."""

    name: str
    meaning: str
    slow: MetresPerSecond | None
    """In m/s; None is open."""
    fast: MetresPerSecond | None


def friel(threshold: float) -> tuple[Zone, ...]:
    """Friel's seven zones by threshold heart rate in bpm; error: that of the test, 2 to 4 bpm.

    Raises:
        ValueError: a threshold outside 90 to 230.
    """
    return tuple(Zone(name, _MEANINGS[name], *friel_zone(name, threshold)) for name in FRIEL_ZONES)


def friel_pace(threshold_speed: float) -> tuple[PaceZone, ...]:
    """Friel's seven zones by threshold speed in m/s, as shares of the time a distance takes; on the flat.

    Raises:
        ValueError: a threshold speed outside 1.5 to 7 m/s.
    """
    within(threshold_speed, 1.5, 7.0, "threshold speed", "m/s")
    slow = {name: MetresPerSecond(threshold_speed / share) for name, share in _PACE_BORDERS.items()}
    names = list(_MEANINGS)
    following: Mapping[str, str | None] = dict(zip(names, [*names[1:], None], strict=True))
    return tuple(
        PaceZone(name, _MEANINGS[name], slow.get(name), slow[after] if (after := following[name]) else None)
        for name in names
    )


def karvonen(rest: float, maximum: float) -> tuple[Zone, ...]:
    """Five zones by tenths of the reserve between resting and maximum heart rate in bpm, from 50 %.

    The share of the reserve is about that of oxygen uptake above rest; error: that of the maximum.

    Raises:
        ValueError: a value out of range, or a rest not below the maximum by 30.
    """
    return tuple(
        Zone(
            name,
            meaning,
            of_reserve(low, rest, maximum),
            of_reserve(high, rest, maximum) if high < 1 else None,
        )
        for name, (low, high, meaning) in _SHARES.items()
    )


def maximum(rate: float) -> tuple[Zone, ...]:
    """Five zones by tenths of the maximum heart rate in bpm, from 50 %; a starting value.

    Raises:
        ValueError: a maximum outside 100 to 240.
    """
    return tuple(
        Zone(name, meaning, of_maximum(low, rate), of_maximum(high, rate) if high < 1 else None)
        for name, (low, high, meaning) in _SHARES.items()
    )


def gears(rate: float, *, border: float = GEAR_BORDER) -> tuple[Zone, ...]:
    """Six gears by the maximum heart rate in bpm, without the gap between 70 and 90 %.

    As described by coaches, gears 1 and 2 reach to 70 %, gear 5 is 90 to 100 %, gears 3 and 4 have no numbers and
    gear 6 is a sprint, of which the heart knows nothing. Gears 3 and 4 share the gap at `border`.

    Raises:
        ValueError: a maximum outside 100 to 240, or a border outside 0.72 to 0.88.
    """
    within(border, *GEAR_BORDER_RANGE, "border between gears 3 and 4")
    at = {share: of_maximum(share, rate) for share in (0.60, 0.70, 0.90, border)}
    return (
        Zone("1", "recovery, full sentences", None, at[0.60]),
        Zone("2", "easy, full sentences", at[0.60], at[0.70]),
        Zone("3", "steady, about marathon effort", at[0.70], at[border]),
        Zone("4", "threshold, talk in phrases", at[border], at[0.90]),
        Zone("5", "reps of 2 to 5 minutes", at[0.90], None),
        Zone("6", "sprint: by pace and feel", None, None),
    )


def zone_of(rate: float, table: tuple[Zone, ...]) -> str | None:
    """The name of the zone a heart rate in bpm lies in; None below a table that does not begin at 0."""
    for zone in table:
        bottom = zone.low is None or zone.low <= rate
        top = zone.high is None or rate < zone.high
        if bottom and top and (zone.low is not None or zone.high is not None):
            return zone.name
    return None


# --- Easy running: three ways to say it, which need not agree
#
# Sources: shares of VDOT (see `vdot`); marathon pace plus one to two minutes a mile (coaching practice; Daniels' own
# easy range at VDOT 50 is 40 to 101 s a mile slower than marathon); heart-rate caps (coaching practice; 85 % of the
# threshold heart rate, else 75 % of a measured maximum).

BEYOND_MARATHON_S: Final = (60.0, 120.0)
"""Seconds a mile slower than marathon pace: fastest and slowest easy."""
CAP_OF_THRESHOLD: Final = 0.85
CAP_OF_MAXIMUM: Final = 0.75


def beyond_marathon(marathon_speed: float) -> tuple[MetresPerSecond, MetresPerSecond]:
    """Slowest and fastest easy speed in m/s by marathon speed: one to two minutes a mile slower.

    Raises:
        ValueError: a marathon speed outside 1.5 to 6.5 m/s.
    """
    per_mile = METRES_PER_MILE / within(marathon_speed, 1.5, 6.5, "marathon speed", "m/s")
    least, most = BEYOND_MARATHON_S
    return MetresPerSecond(METRES_PER_MILE / (per_mile + most)), MetresPerSecond(
        METRES_PER_MILE / (per_mile + least)
    )


def heart_rate_cap(threshold: float | None, measured_maximum: float | None) -> BeatsPerMinute | None:
    """The heart rate in bpm an easy run stays under; None when neither number was measured.

    A maximum guessed from age makes no cap: it is off by 7 to 11 bpm in one person of three.

    Raises:
        ValueError: a threshold outside 90 to 230 or a maximum outside 100 to 240.
    """
    if threshold is not None:
        return BeatsPerMinute(CAP_OF_THRESHOLD * within(threshold, 90, 230, "threshold heart rate", "bpm"))
    if measured_maximum is not None:
        return BeatsPerMinute(
            CAP_OF_MAXIMUM * within(measured_maximum, 100, 240, "maximum heart rate", "bpm")
        )
    return None
