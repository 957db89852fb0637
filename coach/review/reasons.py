"""The evidence behind a cue, in words: shared by key `w` and `coach explain`."""

from collections.abc import Sequence
from typing import Final

from coach.cues.cue import Suppression, SuppressionReason, Why
from coach.quantities import format_pace


def evidence(why: Why, unit: str = "km") -> Sequence[tuple[str, str]]:
    """Name and words of everything that stands behind a cue; what does not apply is left out.

    Args: unit: what paces are written per, `km` or `mile`.
    """
    rows = [("rule", why.rule)]
    if why.value is not None:
        rows.append(("value", amount(why.value, why.quantity, unit)))
    if why.low is not None or why.high is not None:
        rows.append(("band", band(why, unit)))
    if why.window_s is not None:
        rows.append(("over", f"{why.window_s:.1f} s"))
    if why.sample_age_s is not None:
        rows.append(("sample age", f"{why.sample_age_s:.1f} s"))
    if why.noise is not None:
        rows.append(("noise", f"{100 * why.noise:.1f} %"))
    return rows


def held_back(silence: Suppression) -> str:
    """Say what kept the coach silent, a sentence without a full stop."""
    left = "" if silence.for_s is None else f", {silence.for_s:.0f} s more"
    return _SILENCES[silence.reason] + left


_SILENCES: Final = {
    SuppressionReason.NO_TARGET: "this step has no pace to judge",
    SuppressionReason.UNJUDGED: "strides, hills and lists get no verdicts",
    SuppressionReason.NOT_RUNNING: "no step was under way",
    SuppressionReason.NOT_FRESH: "no speed was fresh enough to judge by",
    SuppressionReason.WALKING: "cadence says walking or standing",
    SuppressionReason.STOPPED: "the runner stood: the light waited",
    SuppressionReason.SETTLING: "the speed had not settled yet",
    SuppressionReason.SHORT: "in so short a rep only a gross start is called",
    SuppressionReason.SPENT: "the words of this rep were said",
    SuppressionReason.SAID_TWICE: "said twice without an answer: the light was set back to the runner",
    SuppressionReason.QUIET: "the last word was too short a while ago",
    SuppressionReason.SPARED: "nobody asks for more speed here: a rest was advised, or the heart is over its cap",
    SuppressionReason.AWAITS_LAP: "positions may read short on a track: nobody is called slow before a lap has told",
    SuppressionReason.UNHURRIED: "nobody is asked for more speed in such a step",
    SuppressionReason.EFFORT: "the heart works as hard as this target usually costs, so more speed is not asked for",
    SuppressionReason.WIND: "it was the same at this place a lap before: wind",
    SuppressionReason.OUT_OF_EARSHOT: "cues come from a speaker, and the runner was not near it",
    SuppressionReason.BOUNDARY: "the last seconds of a step belong to the countdown",
}


def band(why: Why, unit: str = "km") -> str:
    """The band a value was held against: two sides, or the one it has."""
    if why.low is None and why.high is None:
        return ""
    if why.low is None:
        return f"up to {amount(why.high, why.quantity, unit)}"
    if why.high is None:
        return f"from {amount(why.low, why.quantity, unit)}"
    return f"{amount(why.low, why.quantity, unit)} to {amount(why.high, why.quantity, unit)}"


def amount(value: float | None, quantity: str, unit: str = "km") -> str:
    """Write a value in the unit its name ends in; a speed as the pace it is, per `unit`. Nothing for None."""
    if value is None:
        return ""
    if quantity == "speed_mps":
        return f"{format_pace(value, unit=unit)} ({value:.2f} m/s)"
    name, _, ending = quantity.rpartition("_")
    return f"{value:.1f} {ending}" if name else f"{value:.1f} {quantity}".rstrip()
