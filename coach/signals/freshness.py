"""How old a value may be, by the table of `docs/reference/events.md`.

Every limit is the larger of some seconds and some periods of the source, so that a file with a value every
five seconds is as fresh as a radio with one every second.
"""

from typing import Final

from coach.signals.readings import Freshness

NEVER_STALE_S: Final = 3.0
"""No source's value is stale so soon; most are asked for within their second, so this is asked first."""
_ROUNDING_S: Final = 1e-6
"""`Over 3 s` means over: sums of decimal seconds miss by less than a microsecond."""


def freshness(age_s: float, period_s: float) -> Freshness:
    """Say what may be done with a value `age_s` old from a source that speaks every `period_s`."""
    age_s -= _ROUNDING_S
    if age_s <= 2.0 or age_s <= 2.0 * period_s:
        return Freshness.LIVE
    if age_s <= 3.0 or age_s <= 3.0 * period_s:
        return Freshness.HELD
    if age_s <= 8.0 or age_s <= 4.0 * period_s:
        return Freshness.STALE
    return Freshness.GONE


def is_stale(age_s: float, period_s: float) -> bool:
    """Is the value stale or gone: too old to go on with?"""
    return age_s > stale_after(period_s)


def stale_after(period_s: float) -> float:
    """The age in seconds beyond which a value is stale."""
    return max(3.0, 3.0 * period_s) + _ROUNDING_S


def gone_after(period_s: float) -> float:
    """The age in seconds beyond which a value is gone."""
    return max(8.0, 4.0 * period_s) + _ROUNDING_S


def resets(age_s: float, period_s: float) -> bool:
    """Do filters and noise start anew after a silence of `age_s`?"""
    return age_s > max(15.0, 5.0 * period_s) + _ROUNDING_S
