"""How a step starts: as its document says, else by the policy of the run."""

from dataclasses import dataclass, field

from coach.quantities import Seconds
from coach.workout.kinds import REPS, RESTS, RUN, UPHILL, Kind
from coach.workout.timeline import (
    AutoStart,
    DelayStart,
    Move,
    MovementStart,
    OpenEnd,
    PressStart,
    SlotEnd,
    Start,
    Step,
)


@dataclass(frozen=True, slots=True)
class StartPolicy:
    """How steps start if their document does not say, and how written starts change where nobody can press."""

    first: Start = field(default_factory=AutoStart)
    """The start of the first step."""
    after_rest: Start = field(default_factory=AutoStart)
    """The start of a rep after a rest."""
    counts_delays: bool = True
    """Whether a delay is counted down. In the replay of a foreign file a written first delay is 0."""
    presses_until: Seconds | None = None
    """The time of the last press in a recording: a start by press after it is automatic; None for a live run."""
    holds_for_standing: bool = False
    """Whether an automatic go after a rest is taken back when the runner stands."""

    def of(self, step: Step, previous: Step | None, at: Seconds) -> Start:
        """How `step` starts when it is reached at `at`, after `previous` (None: it is the first)."""
        start = step.start or self._unwritten(step, previous)
        if isinstance(start, DelayStart) and previous is None and not self.counts_delays:
            return AutoStart()
        is_past_last_press = self.presses_until is not None and at >= self.presses_until
        return AutoStart() if is_past_last_press and isinstance(start, PressStart) else start

    def _unwritten(self, step: Step, previous: Step | None) -> Start:
        if previous is None:
            return self.first
        if previous.kind in RESTS and step.kind in REPS and not ends_at_send_off(previous):
            return self.after_rest
        return AutoStart()


def step_before(steps: tuple[Step, ...], index: int) -> Step | None:
    """The step before the one at `index`, prompts left out: they take no time; None before the first."""
    return next((step for step in reversed(steps[: max(0, index)]) if not only_asks(step)), None)


def step_after(steps: tuple[Step, ...], index: int) -> Step | None:
    """The step after the one at `index`, prompts left out; None after the last."""
    return next((step for step in steps[index + 1 :] if not only_asks(step)), None)


def only_asks(step: Step) -> bool:
    """Whether the step only asks a question, which never holds the clock."""
    return step.kind is Kind.PROMPT and all(isinstance(end, OpenEnd) for end in step.until.ends)


def may_be_held(step: Step, previous: Step | None, surface: str) -> bool:
    """Whether the automatic start of a step is taken back if the runner stands.

    It is after a rest in which the runner moves, but never for the first step, a send-off or a hill, or on a belt.
    """
    if previous is None or step.kind in UPHILL or surface == "treadmill":
        return False
    has_rested = previous.kind in RESTS and previous.move is not Move.STAND
    return has_rested and step.kind in REPS and not ends_at_send_off(previous) and step.send_off_s is None


def kind_if_moving(step: Step) -> Kind | None:
    """The kind of a step after which the runner is still moving; None for one spent standing or walking."""
    is_standing = step.kind not in RUN or (step.kind in RESTS and step.move is not Move.JOG)
    return None if is_standing else step.kind


def waits_for_runner(start: Start) -> bool:
    """Whether a rest before such a start goes into overtime instead of starting the next step."""
    return isinstance(start, PressStart | MovementStart)


def ends_at_send_off(step: Step) -> bool:
    """Whether the step ends at the next send-off."""
    return any(isinstance(end, SlotEnd) for end in step.until.ends)


def slot_length(step: Step) -> Seconds:
    """The time between the slots of a send-off, at the next of which the step ends; 0 if it ends at none."""
    return next((end.every_s for end in step.until.ends if isinstance(end, SlotEnd)), Seconds(0.0))
