"""An evening through a real run, and how far the ends of its reps are from the runner's own lines."""

from dataclasses import dataclass

from coach.live.contract import Output, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, Seconds
from coach.session.events import BoundaryMoved, EndReason, MovedBy, StepEnded
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    DistanceEnd,
    End,
    EndConditions,
    Move,
    Quantity,
    SlotEnd,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)
from tests.benchmarks.lines.matrix import Row
from tests.benchmarks.lines.runners import Script, evening


@dataclass(frozen=True, slots=True)
class RepOutcome:
    """What became of one rep."""

    row: Row
    error_s: float | None
    """Its end less the runner's own line, in the end; None if it never ended, or they gave up."""
    announced_s: float | None
    """The same as it was announced, before a boundary moved."""
    told_after_s: float | None
    """How long after the line it was told."""
    is_by_line: bool
    """Whether the runner's own stop ended or moved it."""
    was_run: bool
    """Whether the runner came to the line."""

    @property
    def is_right(self) -> bool:
        """Whether it ended within the tolerance of the runner's line."""
        return self.error_s is not None and abs(self.error_s) <= self.row.tolerance_s

    @property
    def is_cut_short(self) -> bool:
        """Whether the stop rule ended it before the runner's line."""
        if not self.was_run:
            return self.is_by_line
        return self.is_by_line and self.announced_s is not None and self.announced_s < -self.row.tolerance_s \
            and self.error_s == self.announced_s  # fmt: skip

    @property
    def is_moved_wrongly(self) -> bool:
        """Whether a move took it out of the tolerance, or further from the line than it was."""
        if self.error_s is None or self.announced_s is None or self.error_s == self.announced_s:
            return False
        return not self.is_right and abs(self.error_s) > abs(self.announced_s)


def timeline_of(script: Script, row: Row) -> Timeline:
    """The workout that a script runs."""
    band = Band(script.speed * 0.98, script.speed, script.speed * 1.02)
    target = StepTarget(Quantity.SPEED, band, "pace")
    slot = None if script.send_off_s is None else Seconds(script.send_off_s)
    steps: list[Step] = []
    for place, length in enumerate(script.lengths):
        steps.append(
            _step(
                f"rep {place}", Kind.WORK, DistanceEnd(Metres(length)), target=target, send_off_s=slot,
                rep=place + 1, of=len(script.lengths), set_id="s",
            )
        )  # fmt: skip
        end: End = TimeEnd(Seconds(script.rest_s)) if slot is None else SlotEnd(slot)
        kind = Kind.FLOAT if row.is_float else Kind.RECOVERY
        if place < len(script.lengths) - 1:
            steps.append(_step(f"rest {place}", kind, end, move=Move(script.rest), set_id="s"))
    return Timeline("reps", tuple(steps))


def _step(name: str, kind: Kind, end: End, **more: object) -> Step:
    return Step(name, name, "Main", kind, name, EndConditions((end,)), **more)  # type: ignore[arg-type]


def outputs_of(script: Script, seed: int, row: Row) -> tuple[list[Output], tuple[float, ...]]:
    """All a run says of an evening, and when the runner was at their lines."""
    night = evening(script, seed)
    run = LiveRun(RunSetup("run", timeline_of(script, row), ends_after_s=Seconds(60.0)))
    return [output for event in night.inputs for output in run.receive(event)], night.lines


def outcomes(script: Script, seed: int, row: Row) -> list[RepOutcome]:
    """What became of each rep of an evening."""
    outputs, lines = outputs_of(script, seed, row)
    announced: dict[str, StepEnded] = {}
    ends: dict[str, float] = {}
    by_line: set[str] = set()
    for output in outputs:
        match output:
            case StepEnded(step=step, reason=reason) if step.kind is Kind.WORK:
                announced[step.step_id], ends[step.step_id] = output, output.ended_at
                if reason is EndReason.LINE:
                    by_line.add(step.step_id)
            case BoundaryMoved(step_id=step_id, by=by) if step_id in ends:
                ends[step_id] = output.to_s
                if by is MovedBy.LINE:
                    by_line.add(step_id)
    found = []
    for place in range(len(script.lengths)):
        name = f"rep {place}"
        ended = announced.get(name)
        line = lines[place] if place < len(lines) else None
        is_known = line is not None and ended is not None
        found.append(
            RepOutcome(
                row,
                ends[name] - line if is_known and line is not None else None,
                ended.ended_at - line if ended is not None and line is not None else None,
                ended.at - line if ended is not None and line is not None else None,
                name in by_line,
                line is not None,
            )
        )
    return found
