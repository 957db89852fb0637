"""What a run came to: its totals, and a row for every step that was run.

Made from the outputs of a run or of its fold, so that the screen's last page, `coach runs show` and the line
after a replay can never disagree. What was not measured stays None.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from coach.cues.cue import VERDICTS, Cue, CueKind
from coach.live.outputs import Output, RunEnded, RunStarted
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.session.facts import BoundaryMoved, EndReason, StepEnded
from coach.workout.timeline import Step

_NOT_RUN: Final = frozenset({EndReason.SKIPPED, EndReason.FALSE_START, EndReason.RESTARTED, EndReason.BACK})
"""Ends of a step that was not run, or was begun anew: unless it ends again, it leaves no row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One step as it was run."""

    step: Step
    reason: EndReason
    time_s: Seconds
    """Running time, pauses excluded, after every correction of its end."""
    distance: Metres | None
    mean_speed: MetresPerSecond | None
    mean_heart_rate: BeatsPerMinute | None
    max_heart_rate: BeatsPerMinute | None
    cadence: StepsPerMinute | None
    in_band_fraction: float | None
    """Share of its judged time on target, 0 to 1."""
    light_s: Seconds | None
    """Seconds against the light at the end, + is behind."""
    estimated: bool
    """Was its end predicted across a gap, and never corrected?"""
    broken: bool
    """Did a pause fall inside?"""
    cut: bool
    """Was it ended short of its plan?"""


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole run."""

    run: str
    workout: str
    athlete: str
    """The athlete's slug; empty when nobody was named."""
    completed: bool
    """Did every step end before the run did?"""
    steps_done: int
    time_s: Seconds | None
    """Running time, pauses excluded; None if it never started."""
    distance: Metres | None
    """Metres of all steps that were measured; None if none was."""
    rows: tuple[Row, ...]
    """The steps that were run, in the order they ended."""
    cues: Mapping[CueKind, int]
    """How often each kind of cue was given."""

    @property
    def verdicts(self) -> int:
        """How many cues judged the runner."""
        return sum(count for kind, count in self.cues.items() if kind in VERDICTS)


def summarize(outputs: Iterable[Output]) -> Summary:
    """Add up the outputs of a run, from its start to its end (or as far as they go)."""
    rows: dict[str, Row] = {}
    cues: Counter[CueKind] = Counter()
    started, ended = RunStarted(Seconds(0.0), "", "", ""), None
    for output in outputs:
        match output:
            case RunStarted():
                started = output
            case RunEnded():
                ended = output
            case StepEnded(step=step):
                rows.pop(step.step_id, None)  # a second end of a step replaces the first
                if output.reason not in _NOT_RUN:
                    rows[step.step_id] = _row(output)
            case BoundaryMoved(step_id=step_id) if step_id in rows:
                rows[step_id] = _moved(rows[step_id], output)
            case Cue(kind=kind):
                cues[kind] += 1
            case _:
                pass
    return Summary(
        run=started.run,
        workout=started.workout,
        athlete=started.athlete,
        completed=ended is not None and ended.completed,
        steps_done=len(rows) if ended is None else ended.steps_done,
        time_s=None if ended is None else ended.time_s,
        distance=None if ended is None else ended.distance,
        rows=tuple(rows.values()),
        cues=dict(cues),
    )


def _row(end: StepEnded) -> Row:
    return Row(
        step=end.step,
        reason=end.reason,
        time_s=end.time_s,
        distance=end.distance,
        mean_speed=end.mean_speed,
        mean_heart_rate=end.mean_heart_rate,
        max_heart_rate=end.max_heart_rate,
        cadence=end.cadence,
        in_band_fraction=end.in_band_fraction,
        light_s=end.light_s,
        estimated=end.estimated,
        broken=end.broken,
        cut=end.cut,
    )


def _moved(row: Row, moved: BoundaryMoved) -> Row:
    """Correct a row whose end was re-timed: time, distance and mean speed; the light moves with the time."""
    shift = moved.to_s - moved.from_s
    time_s = Seconds(row.time_s + shift)
    distance = row.distance if moved.distance is None else moved.distance
    known = distance is not None and row.mean_speed is not None and time_s > 0
    return replace(
        row,
        time_s=time_s,
        distance=distance,
        mean_speed=MetresPerSecond(distance / time_s) if known and distance is not None else row.mean_speed,
        light_s=None if row.light_s is None else Seconds(row.light_s + shift),
        estimated=False,
    )
