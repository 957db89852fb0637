"""Formats outputs as lines of plain text: steps, splits, cues and trouble."""

from typing import Final

from coach.cues.cue import Cue, CueKind
from coach.edge.files import plain
from coach.live.outputs import Output, RunEnded, RunStarted
from coach.quantities import Seconds, format_clock, format_metres, format_pace
from coach.review.tables import gap_text
from coach.session.events import (
    Asked,
    BoundaryMoved,
    EndReason,
    PhaseChanged,
    RunResumed,
    Split,
    SplitRole,
    StepEnded,
    StepStarted,
    Stopped,
    Undone,
    WorkoutChanged,
)
from coach.session.phases import Phase, items_of
from coach.signals.readings import Calibrated, Learnt, Rejected, SensorChanged, SensorState
from coach.workout.describe import step_label
from coach.workout.kinds import TIMED

_OMITTED: Final = frozenset({CueKind.STEP, CueKind.SPLIT})
"""Cues that would repeat the line of a step or split."""
_ENDS: Final = {
    EndReason.ABANDONED: "abandoned",
    EndReason.FALSE_START: "false start",
    EndReason.RESTARTED: "restarted",
    EndReason.BACK: "gone back",
}


class TextFormatter:
    """Formats outputs as lines that are safe to print on a terminal."""

    def __init__(self, *, unit: str = "km") -> None:
        """Format paces per `km` or `mile`."""
        self._unit = unit
        self._skipped: list[StepEnded] = []

    def lines(self, output: Output) -> list[str]:
        """The lines for an output, most often none or one; steps left out in a row are one line, before the next."""
        if isinstance(output, StepEnded) and output.reason is EndReason.SKIPPED:
            self._skipped.append(output)
            return []
        words = self._sentence(output)
        return [*self.flush(), *([_line(output.at, words)] if words else [])]

    def flush(self) -> list[str]:
        """The line of the steps left out that no other output has followed yet."""
        skipped, self._skipped = self._skipped, []
        if not skipped:
            return []
        reps = sum(ended.step.kind in TIMED for ended in skipped)
        words = f"= {skipped[0].step.path}: left out"
        if len(skipped) > 1:
            words = f"= {len(skipped)} steps left out" + (f", {reps} of them reps" if reps > 1 else "")
        return [_line(skipped[0].at, words)]

    def _sentence(self, output: Output) -> str:
        match output:
            case Cue():
                return "" if output.kind in _OMITTED else f"  {output.text}"
            case StepStarted():
                return f"> {output.step.path}: {step_label(output.step)}"
            case StepEnded():
                return self._step_ended(output)
            case Split() if output.role not in {SplitRole.START, SplitRole.END}:
                return _split(output, self._unit)
            case RunStarted():
                return f"{output.workout} · run {output.run}"
            case RunEnded():
                return _run_ended(output, self._unit)
            case RunResumed():
                return f"! {gap_text(output)}"
            case Stopped(time_s=time_s):
                return "! stopped" if time_s is None else f"! running again after {time_s:.0f} s"
            case _:
                return _side_line(output)

    def _step_ended(self, result: StepEnded) -> str:
        parts = [format_clock(result.time_s, tenths=True)]
        if result.moving_time_s is not None:
            parts.append(f"{format_clock(result.moving_time_s, tenths=True)} of it moving")
        if result.distance is not None:
            parts.append(("about " if result.estimated else "") + format_metres(result.distance, self._unit))
        if result.mean_speed is not None:
            parts.append(format_pace(result.mean_speed, unit=self._unit))
        if result.mean_heart_rate is not None:
            parts.append(f"{result.mean_heart_rate:.0f} bpm")
        if result.light_s is not None and abs(result.light_s) >= 0.05:
            parts.append(f"{abs(result.light_s):.1f} s {'behind' if result.light_s > 0 else 'ahead'}")
        if result.hard_s is not None and result.easy_s is not None:
            parts.append(f"hard {format_clock(result.hard_s)}, easy {format_clock(result.easy_s)}")
        if result.items_done is not None:
            parts.append(f"{result.items_done} of {items_of(result.step.items)} ticked off")
        end = _ENDS.get(result.reason, "cut short" if result.cut else "done")
        return f"= {result.step.name or result.step.path}: {end}, {', '.join(parts)}"


def _line(at: Seconds, words: str) -> str:
    return f"{format_clock(at):>8}  {plain(words)}"


def _split(split: Split, unit: str) -> str:
    at = format_metres(split.metres, unit) if split.metres is not None else "mark"
    time = f" {format_clock(split.time_s, tenths=True)}" if split.time_s is not None else ""
    return f"- {at}{time}" + ("" if split.role is SplitRole.SPLIT else f" ({split.role})")


def _run_ended(event: RunEnded, unit: str) -> str:
    if event.time_s is None:
        return "Ended before the start"
    is_whole = event.completed or event.was_open
    counts_steps = event.steps_done > 0 or not is_whole  # a free run has no steps to be counted
    parts = (
        [f"{event.steps_done} {'step' if event.steps_done == 1 else 'steps'} done"] if counts_steps else []
    )
    parts.append(format_clock(event.time_s))
    if event.distance is not None:
        parts.append(format_metres(event.distance, unit))
    return f"{'Finished' if is_whole else 'Ended early'}: {', '.join(parts)}"


def _side_line(output: Output) -> str:
    """Format an output that is not a step, split or cue."""
    match output:
        case PhaseChanged(phase=Phase.PAUSED):
            return "Paused"
        case SensorChanged(sensor=sensor, state=SensorState.GONE | SensorState.LIVE):
            way = f", by {output.by}" if output.by else ""
            late = "" if output.delay_s is None else f", {output.delay_s:.1f} s behind"
            return f"! {sensor}: {output.state}{way}{late}"
        case Calibrated():
            return f"! factor {output.factor:.3f}, learnt from a {output.origin}"
        case Learnt():
            return _learnt(output)
        case Rejected():
            return f"! {output.what}: {output.reason}"
        case Undone(button=button):
            return f"! taken back: {button or 'the end of the step'}"
        case WorkoutChanged():
            what = output.button or f"goes over to {output.workout}"
            return f"! {what}: {output.steps_left} steps left"
        case BoundaryMoved():
            side = "later" if output.to_s > output.from_s else "earlier"
            return f"! the end was {abs(output.to_s - output.from_s):.1f} s {side}"
        case Asked():
            return f"? {output.offer.replace('_', ' ')}"
        case _:
            return ""


def _learnt(event: Learnt) -> str:
    if event.what == "speed_ratio":
        return f"! {event.sensor}: speed {100 * (event.value - 1):+.0f} %, to agree with its own distance"
    feet = "one foot, its cadence is doubled" if event.value > 1 else "both feet"
    return f"! {event.sensor}: counts {feet}"
