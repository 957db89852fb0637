"""How a step begins: as its document says, else as the setting of the run says."""

from dataclasses import dataclass, field

from coach.quantities import Seconds
from coach.workout.timeline import (
    AutoStart,
    DelayStart,
    Kind,
    MovementStart,
    PressStart,
    SlotEnd,
    Start,
    Step,
)

RESTS = frozenset({Kind.RECOVERY})
"""The kinds of step a runner rests in."""
REPS = frozenset({Kind.WORK, Kind.STRIDE, Kind.HILL})
"""The kinds of step that start from a line."""


@dataclass(frozen=True, slots=True)
class StartPolicy:
    """What a start means that the document leaves open, and what a written one means where nobody can press."""

    first: Start = field(default_factory=AutoStart)
    """Of the first step."""
    after_rest: Start = field(default_factory=AutoStart)
    """Of a rep after a rest."""
    counts_delays: bool = True
    """Is a delay counted down? In the replay of a foreign file a written first delay is 0."""
    presses_until: Seconds | None = None
    """When the last press comes, where that is known: a start by press after it is automatic."""
    holds_for_standing: bool = False
    """Is an automatic go after a rest taken back when the runner stands?"""

    def of(self, step: Step, previous: Step | None, at: Seconds) -> Start:
        """How `step` starts when it is reached at `at`, after `previous` (None: it is the first)."""
        start = step.start or self._unwritten(step, previous)
        if isinstance(start, DelayStart) and previous is None and not self.counts_delays:
            return AutoStart()
        nobody_presses = self.presses_until is not None and at >= self.presses_until
        return AutoStart() if nobody_presses and isinstance(start, PressStart) else start

    def _unwritten(self, step: Step, previous: Step | None) -> Start:
        if previous is None:
            return self.first
        if previous.kind in RESTS and step.kind in REPS and not sends_off(previous):
            return self.after_rest
        return AutoStart()


def waits_for_runner(start: Start) -> bool:
    """Does an expired rest count over, instead of starting, before such a start?"""
    return isinstance(start, PressStart | MovementStart)


def sends_off(step: Step) -> bool:
    """Does the step end at the next send-off?"""
    return any(isinstance(end, SlotEnd) for end in step.until.ends)
