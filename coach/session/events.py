"""The events of a session, and the pacing light that splits and results are measured against.

An event is a fact, never an opinion. Its `at` is when it is emitted; other times say what they are.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from typing import Final

from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.session.phases import TRANSITIONS, Button, Phase, SplitRole
from coach.signals.readings import Calibrated, Source
from coach.workout.edits import EffortDay
from coach.workout.timeline import Quantity, Step

# --- the pacing light
#
# A virtual pacer runs each paced rep at target pace. The light of the plan never moves: splits and results are told
# against it. The light that helps a runner on the way may be set back to them once they are far behind.

_SPEED: Final = Quantity.SPEED  # an enum's member costs a tenth of a microsecond to look up
_FASTEST_CATCH_UP: Final = 1.02
"""The greatest share of the target that a runner is asked to run at. Judged."""
_PROJECTS_FROM_S: Final = 5.0
"""A projection needs at least this much of the step. Judged: a start is over by then."""


@dataclass(frozen=True, slots=True)
class Light:
    """The runner against the pacing light."""

    behind_s: Seconds
    """Seconds behind the pacing light; negative is ahead."""
    behind_m: Metres
    """Metres behind the pacing light; negative is ahead."""
    projected_s: Seconds | None
    """The time the rep would take at its mean speed so far; None without a distance end."""
    needed: MetresPerSecond | None
    """The speed that would still meet the light at the end, at most the target + 2 %; None without a distance end."""
    set_back_s: Seconds = Seconds(0.0)
    """By how many seconds this light was set back to the runner; 0 for the light of the plan."""
    waited_s: Seconds = Seconds(0.0)
    """The time for which it waited for a runner who stood in the step."""
    on_way_s: Seconds = Seconds(0.0)
    """The time for which it has been on its way, as of the newest sample."""


def light_time(step: Step, metres: float, expected_s: float | None) -> Seconds | None:
    """The time when the pacing light is `metres` into the step, in seconds of step time; None for a step without one.

    With a ramp its speed changes evenly: over the metres of a step by distance, over the time of a step by time.
    """
    speed, final = _speeds(step)
    if speed is None:
        return None
    if final is None or final == speed:
        return Seconds(metres / speed)
    length = step.until.distance()
    if length is not None:
        slope = (final - speed) / length
        return Seconds(log((speed + slope * min(metres, length)) / speed) / slope)
    if expected_s is None:
        return Seconds(metres / speed)
    gain = (final - speed) / expected_s
    root = speed * speed + 2 * gain * metres
    return Seconds((sqrt(root) - speed) / gain) if root > 0 else Seconds(expected_s)


def light_metres(step: Step, seconds: float) -> Metres | None:
    """The light's distance into the step after so many seconds on its way; None for a step without one.

    It is what `light_time` is the time of, and goes on at its last speed beyond the end of a ramp.
    """
    speed, final = _speeds(step)
    if speed is None:
        return None
    if final is None or final == speed or seconds <= 0.0:
        return Metres(speed * seconds)
    length, expected_s = step.until.distance(), step.until.time()
    if length is not None:
        slope = (final - speed) / length
        end_s = log(final / speed) / slope
        ramp_m = speed * (exp(slope * min(seconds, end_s)) - 1.0) / slope
    elif expected_s is not None:
        end_s = expected_s
        ramp_s = min(seconds, end_s)
        ramp_m = speed * ramp_s + (final - speed) / end_s * ramp_s * ramp_s / 2
    else:
        return Metres(speed * seconds)
    return Metres(ramp_m + final * max(0.0, seconds - end_s))


def behind_light(
    step: Step, metres: Metres, step_time: Seconds, set_back_s: Seconds = Seconds(0.0)
) -> Seconds | None:
    """The seconds a runner, `metres` into the step at `step_time`, is behind the light; negative is ahead."""
    light_s = light_time(step, metres, step.until.time())
    return None if light_s is None else Seconds(step_time - light_s - set_back_s)


def light_at(
    step: Step, metres: Metres, step_time: Seconds, set_back_s: Seconds = Seconds(0.0)
) -> Light | None:
    """The runner, `metres` into the step at `step_time`, against the light of the plan, or one that was set back."""
    behind_s = behind_light(step, metres, step_time, set_back_s)
    speed, final = _speeds(step)
    if behind_s is None or speed is None:
        return None
    pace = speed if final is None else (speed + final) / 2
    length = step.until.distance()
    projected_s = needed = None
    if length is not None and metres > 0 and step_time >= _PROJECTS_FROM_S:
        left_m = length - metres
        projected_s = Seconds(step_time + max(0.0, left_m) * step_time / metres)
        length_s = light_time(step, length, None)
        left_s = (length_s or 0.0) + set_back_s - step_time
        if left_m > 0:
            fastest = pace * _FASTEST_CATCH_UP
            needed = MetresPerSecond(min(left_m / left_s, fastest) if left_s > 0 else fastest)
    return Light(behind_s, Metres(behind_s * pace), projected_s, needed, set_back_s)


def _speeds(step: Step) -> tuple[float | None, float | None]:
    target = step.target
    if target is None or target.quantity is not _SPEED or not target.band.aim:
        return None, None
    return target.band.aim, target.ramp.aim if target.ramp is not None else None


# --- the events


class EndReason(StrEnum):
    """The reason why a step ended."""

    DONE = "done"
    MARK = "mark"
    LINE = "line"
    """The runner stopped, or turned to a jog, at their own line."""
    NEXT = "next"
    SKIPPED = "skipped"
    """It never started."""
    ABANDONED = "abandoned"
    FALSE_START = "false_start"
    RESTARTED = "restarted"
    BACK = "back"
    COOL_DOWN = "cool_down"
    CAP = "cap"
    FINISHED = "finished"


COUNTS_AS_DONE: Final = frozenset(
    {EndReason.DONE, EndReason.MARK, EndReason.LINE, EndReason.NEXT, EndReason.CAP}
)
"""The ends of a step that was run as planned, which `run_ended` counts."""
NOT_RUN: Final = frozenset({EndReason.SKIPPED, EndReason.FALSE_START, EndReason.RESTARTED, EndReason.BACK})
"""The ends of a step that was not run, or was begun anew: unless it ends again, it leaves no result."""


class MovedBy(StrEnum):
    """The origin of a new time of a boundary."""

    MARK = "mark"
    SOURCE = "source"
    UNDO = "undo"
    LINE = "line"


class ResumeChoice(StrEnum):
    """The ways in which an interrupted run goes on."""

    CONTINUE = "continue"
    """The step goes on where it was; what lies between is a gap."""
    RESTART = "restart"
    """The step begins anew."""
    DONE = "done"
    """The step counts as done, and the next one follows."""
    PAUSE = "pause"
    """The run is paused where it was, until a button says how it goes on."""
    TAKE_BACK = "take_back"
    """The run had been ended, by a slip: its end is taken back."""


@dataclass(frozen=True, slots=True)
class StepUnderWay:
    """The step that a run had come to."""

    step_id: str
    """Empty after the last step."""
    index: int
    """Its place in the timeline."""
    started_at: Seconds | None = None
    """The time when it began; None while it waits for its start."""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step began."""

    at: Seconds
    index: int
    """Its place in the timeline of this revision, from 0."""
    step: Step
    effective_at: Seconds | None = None
    """The time when it began, if that was earlier than `at`."""


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step ended; what was not measured is None."""

    at: Seconds
    index: int
    step: Step
    reason: EndReason
    ended_at: Seconds
    """The time when the step ended, interpolated between samples."""
    time_s: Seconds
    """Its running time, pauses excluded."""
    distance: Metres | None = None
    """Its length as measured or, where estimated, as bridged."""
    distance_source: Source | None = None
    estimated: bool = False
    """Whether its end was predicted across a gap rather than measured."""
    broken: bool = False
    """Whether a pause fell inside it."""
    cut: bool = False
    """Whether it was ended short of its plan."""
    mean_speed: MetresPerSecond | None = None
    mean_heart_rate: BeatsPerMinute | None = None
    max_heart_rate: BeatsPerMinute | None = None
    cadence: StepsPerMinute | None = None
    """Mean while above 0."""
    in_band_fraction: float | None = None
    """Share of its judged time on target, 0 to 1."""
    light_s: Seconds | None = None
    """Seconds against the pacing light of the plan at the end, + is behind."""
    stopped_s: Seconds = Seconds(0.0)
    """The part of its time in which the runner stood: a traffic light, a shoelace."""
    stopped_m: Metres = Metres(0.0)
    """The metres they came on meanwhile."""
    turns: tuple[Seconds, ...] | None = None
    """Of a fartlek: the step times at which marks turned it from hard to easy and back; it begins hard."""
    measured: Metres | None = None
    """The metres its source measured: up to the line of the runner's own stop, or too few to be its distance."""
    heart_rate_drop: BeatsPerMinute | None = None
    """Of a rest of a minute and more: by how much the heart rate was lower 60 s after its start."""
    items_done: int | None = None
    """Of a checklist: how many of its exercises were ticked off, every set and side counted."""

    @property
    def run_metres(self) -> Metres | None:
        """The metres it adds to the run; None where nothing was measured: one reading alone measures no way."""
        return (self.measured or None) if self.distance is None else self.distance

    @property
    def moving_time_s(self) -> Seconds | None:
        """Its time without its stops, their few metres run at its moving speed; None where there was no stop."""
        if self.stopped_s <= 0:
            return None
        speed = self.moving_speed
        crept_s = self.stopped_m / speed if self.stopped_m > 0 and speed else 0.0
        return Seconds(max(0.0, self.time_s - self.stopped_s + crept_s))

    @property
    def moving_speed(self) -> MetresPerSecond | None:
        """The mean speed outside its stops, which is what advice goes by; the mean speed where there was none."""
        if self.stopped_s <= 0 or self.distance is None or not self.mean_speed:
            return self.mean_speed
        seconds = self.distance / self.mean_speed - self.stopped_s
        metres = self.distance - self.stopped_m
        return MetresPerSecond(metres / seconds) if seconds > 0 and metres > 0 else None

    @property
    def hard_s(self) -> Seconds | None:
        """Running time of the hard stretches of a fartlek; None for other steps."""
        if self.turns is None:
            return None
        edges = (0.0, *self.turns, self.time_s)
        return Seconds(sum([until - since for since, until in zip(edges[::2], edges[1::2], strict=False)]))

    @property
    def easy_s(self) -> Seconds | None:
        """Running time of the easy stretches of a fartlek; None for other steps."""
        return None if self.hard_s is None else Seconds(self.time_s - self.hard_s)


@dataclass(frozen=True, slots=True)
class BoundaryMoved:
    """An end already announced was re-timed."""

    at: Seconds
    step_id: str
    from_s: Seconds
    to_s: Seconds
    by: MovedBy
    distance: Metres | None = None
    """The step's true distance at the announced end, where the step was not reopened."""
    measured: Metres | None = None
    """The metres the step's source measured up to the line, if the runner's own stop set the line."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The last button was taken back (or a step that ended by itself goes on)."""

    at: Seconds
    button: Button | None
    """The button taken back; None for a step un-ended."""
    step_id: str


@dataclass(frozen=True, slots=True)
class RunResumed:
    """An interrupted run goes on; nothing is known of the time from `since` to `at`, and no clock counts it."""

    at: Seconds
    since: Seconds
    """The time when the run was last alive."""
    choice: ResumeChoice
    step_id: str
    """The step the run was in; empty after the last one."""


@dataclass(frozen=True, slots=True)
class WorkoutChanged:
    """A live edit made a new revision of the timeline."""

    at: Seconds
    button: Button | None
    """The button that edited it; None where the runner went over to another workout."""
    revision: int
    steps_left: int
    day: EffortDay | None = None
    """By how much an effort day slows the paces from here on, 0 where it was taken back; None for other edits."""
    is_by_effort: bool | None = None
    """Whether no pace counts from here on, or paces count again; None for other edits."""
    workout: str = ""
    """The workout that the runner went over to; empty for an edit of the one under way."""


@dataclass(frozen=True, slots=True)
class Split:
    """A mark, with what it was taken for."""

    at: Seconds
    role: SplitRole
    metres: Metres | None = None
    """Planned metres of the step at the mark; in a free run those measured there."""
    time_s: Seconds | None = None
    """Step time at the mark."""
    light: Light | None = None
    """The runner against the light of the plan there; None where none runs or the metres are not measured."""
    pressed: bool = True
    """Whether it was pressed; else it was passed by distance."""
    effective_at: Seconds | None = None
    """The time when the runner was there, if that was earlier than `at`: a phone and a gate tell it a moment later."""
    step_id: str = ""
    """The step it was in, if that had ended by then; empty for the step under way."""
    gate: str = ""
    """The name of the timing gate that was passed; empty for a press."""

    @property
    def is_listed_only(self) -> bool:
        """Whether a gate was passed where nobody was expected: it counts for nothing, and no undo takes it back."""
        return bool(self.gate) and self.role in {SplitRole.DOUBTFUL, SplitRole.IGNORED}


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """The session is in another phase."""

    at: Seconds
    phase: Phase
    button: Button | None = None
    """The button that did it, where one did."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The step's clock was set back to 0 because the runner stands; it starts at the first step run."""

    at: Seconds
    step_id: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The runner stands in a paced step, or runs again after it."""

    at: Seconds
    step_id: str
    from_s: Seconds
    """The time when they eased off."""
    to_s: Seconds | None = None
    """The time when they were at their pace again; None while they stand. A stop that its step ended in gets none."""
    time_s: Seconds | None = None
    """Its length, pauses excluded; None while it lasts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An offer stands until `accept` or until it is withdrawn: clock mode, a calibration, relief."""

    at: Seconds
    offer: str
    """`press_at_line`, `clock_mode`, `calibration`, `longer_rest`, `slower_target`."""
    step_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A prompt was answered."""

    at: Seconds
    step_id: str
    question: str
    answer: int


SessionEvent = (
    StepStarted
    | StepEnded
    | BoundaryMoved
    | Undone
    | RunResumed
    | WorkoutChanged
    | Split
    | PhaseChanged
    | Waiting
    | Stopped
    | Asked
    | Answered
)


# --- what was emitted and not taken


class EventBuffer:
    """The events that nobody has taken yet, in order, with calibrations after them."""

    def __init__(self) -> None:
        """Start empty."""
        self._events: list[SessionEvent] = []
        self._calibrations: list[Calibrated] = []
        self._phase: Phase | None = None

    def emit(self, *events: SessionEvent) -> None:
        """Add events."""
        self._events += events

    def emit_calibration(self, calibrated: Calibrated) -> None:
        """Add a calibration; it follows the events."""
        self._calibrations.append(calibrated)

    @property
    def phase(self) -> Phase | None:
        """The phase emitted last; None before the first."""
        return self._phase

    def assume_phase(self, phase: Phase | None) -> None:
        """Go on as if this phase had been emitted last: what is emitted from here on happened earlier."""
        self._phase = phase

    def emit_phase(self, phase: Phase, at: Seconds, button: Button | None, *, is_back: bool = False) -> None:
        """Add the phase, if it is not the one emitted last.

        An undo goes back the way it came, and so does a press in the past (`is_back`); any other change of phase is
        in `TRANSITIONS`.
        """
        previous = self._phase
        if phase is previous:
            return
        if previous is not None and button is not Button.UNDO and not is_back:
            assert phase in TRANSITIONS[previous], (previous, phase)
        self._phase = phase
        self._events.append(PhaseChanged(at, phase, button))

    def drain(self) -> list[SessionEvent | Calibrated]:
        """Take everything that was emitted since the last call."""
        if not self._events and not self._calibrations:
            return []
        pending: list[SessionEvent | Calibrated] = [*self._events, *self._calibrations]
        self._events, self._calibrations = [], []
        return pending
