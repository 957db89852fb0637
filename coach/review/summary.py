"""What a run came to: its totals, and a row for every step that was run.

Made from the outputs of a run or of its fold, so that the screen's last page, `coach runs show` and the line
after a replay can never disagree. What was not measured stays None.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from coach.cues.cue import VERDICTS, Cue, CueKind
from coach.live.outputs import Output, RunEnded, RunStarted
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.events import NOT_RUN, BoundaryMoved, RunResumed, StepEnded


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
    rows: tuple[StepEnded, ...]
    """The steps that were run, in the order they ended, after every correction of an end."""
    cues: Mapping[CueKind, int]
    """How often each kind of cue was given."""
    gaps: tuple[RunResumed, ...] = ()
    """The gaps in which the program was cut off, each with how the run went on."""

    @property
    def verdicts(self) -> int:
        """How many cues judged the runner."""
        return sum(count for kind, count in self.cues.items() if kind in VERDICTS)


def summarize(outputs: Iterable[Output]) -> Summary:
    """Add up the outputs of a run, from its start to its end (or as far as they go)."""
    rows: dict[str, StepEnded] = {}
    cues: Counter[CueKind] = Counter()
    gaps: list[RunResumed] = []
    started, ended = RunStarted(Seconds(0.0), "", "", ""), None
    for output in outputs:
        match output:
            case RunStarted():
                started = output
            case RunEnded():
                ended = output
            case StepEnded(step=step):
                rows.pop(step.step_id, None)  # a second end of a step replaces the first
                if output.reason not in NOT_RUN:
                    rows[step.step_id] = output
            case BoundaryMoved(step_id=step_id) if step_id in rows:
                rows[step_id] = _moved(rows[step_id], output)
            case RunResumed():
                gaps.append(output)
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
        gaps=tuple(gaps),
    )


def _moved(row: StepEnded, moved: BoundaryMoved) -> StepEnded:
    """Correct a row whose end was re-timed: time, distance and mean speed; the light moves with the time."""
    shift = moved.to_s - moved.from_s
    time_s = Seconds(row.time_s + shift)
    distance = row.distance if moved.distance is None else moved.distance
    if moved.measured is not None:  # the runner was at the line
        distance = row.step.until.distance()
    known = distance is not None and row.mean_speed is not None and time_s > 0
    return replace(
        row,
        ended_at=moved.to_s,
        time_s=time_s,
        distance=distance,
        measured=row.measured if moved.measured is None else moved.measured,
        mean_speed=MetresPerSecond(distance / time_s) if known and distance is not None else row.mean_speed,
        light_s=None if row.light_s is None else Seconds(row.light_s + shift),
        estimated=False,
    )
