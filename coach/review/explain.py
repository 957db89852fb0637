"""Why something was said, or nothing: one moment of a recording, what was said around it, and the evidence in words.

The words are shared by the key `w` and `coach explain`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coach.cues.cue import Suppression, SuppressionReason, Why
from coach.live.inputs import Input
from coach.live.run import LiveRun, TimedOutput, alive_until
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds, format_pace

BEFORE_S: Final = Seconds(60.0)
"""What was said so long before the moment belongs to its story: a rep's cues lie 20 to 80 s apart."""
AFTER_S: Final = Seconds(15.0)
"""... and so long after: what was known then may have been said a hold later."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A run at one moment."""

    snapshot: Snapshot
    """What was known, as a screen would have shown it."""
    run_s: Seconds | None
    """Running time, pauses excluded; None before the start."""
    before: tuple[TimedOutput, ...]
    """What was said in the last `BEFORE_S` up to the moment itself."""
    after: tuple[TimedOutput, ...]
    """What was said in the `AFTER_S` that followed."""
    silences: tuple[Suppression, ...] = ()
    """What kept a word about pace unsaid at that moment."""
    judged: Why | None = None
    """What the pace was held against, spoken or not; None where it was not judged in rate."""
    gap: tuple[Seconds, Seconds] | None = None
    """From when to when the run was cut off, where the moment lies in between: it is shown as it was before."""


def moment_of(run: LiveRun, inputs: Sequence[Input], at: Seconds) -> Moment:
    """Fold a recording up to a moment and a little further.

    Args:
        run: a run that has received nothing yet; it is used up.
        inputs: in order of time, the last of them `Closed`.
        at: seconds since the first input, from 0 to the time of the last input.
    """
    said: list[TimedOutput] = []
    place = 0
    while place < len(inputs) and inputs[place].at <= at:
        said += [TimedOutput(output, run.run_s(output.at)) for output in run.receive(inputs[place])]
        place += 1
    gap = _gap_at(inputs, place, at)
    moment_at = at if gap is None else gap[0]
    said += [TimedOutput(output, run.run_s(output.at)) for output in run.fire(moment_at)]
    snapshot, run_s = run.snapshot(moment_at), run.run_s(moment_at)
    silences, judged = run.coach.suppressions(moment_at), run.coach.evidence(moment_at)
    before = tuple(one for one in said if one.output.at >= at - BEFORE_S)
    after: list[TimedOutput] = []
    while place < len(inputs) and inputs[place].at <= at + AFTER_S:
        after += [TimedOutput(output, run.run_s(output.at)) for output in run.receive(inputs[place])]
        place += 1
    ends_at = Seconds(at + AFTER_S) if place == len(inputs) else min(at + AFTER_S, alive_until(inputs, place))
    after += [TimedOutput(output, run.run_s(output.at)) for output in run.fire(Seconds(ends_at))]
    return Moment(snapshot, run_s, before, tuple(after), silences, judged, gap)


def _gap_at(inputs: Sequence[Input], place: int, at: Seconds) -> tuple[Seconds, Seconds] | None:
    """The gap a moment lies in, before the input at `place`; None where the run went on."""
    if place == len(inputs) or (known_at := alive_until(inputs, place)) >= at:
        return None
    return None if known_at == inputs[place].at else (known_at, inputs[place].at)


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
    SuppressionReason.FIRST_LAP: "it may be wind: no lap was run here yet, and it has not lasted for half of one",
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
