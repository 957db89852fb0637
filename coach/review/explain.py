"""Why something was said, or nothing: one moment of a recording: what was known then, and what was said around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coach.cues.cue import Suppression, Why
from coach.live.inputs import Input
from coach.live.run import LiveRun
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds
from coach.recording.replay import TimedOutput, alive_until

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
