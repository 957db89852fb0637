"""Reminders of the workout: at a time or distance, once or again and again, with amounts that add up."""

from dataclasses import dataclass

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import DUST_S, NEVER, Rule, Subscription, deadline
from coach.quantities import Metres, Seconds
from coach.workout.timeline import Reminder


@dataclass(slots=True)
class _Pending:
    """A reminder with the time or distance it is next due at; None once it is over."""

    what: Reminder
    at_s: float | None
    at_m: float | None


class Reminders(Rule):
    """Says each reminder of the step (and of the run, where it counts from there) when it is due."""

    __slots__ = ("_pending", "_run", "_totals")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Begin with nothing due and nothing taken."""
        super().__init__(context, arbiter)
        self._pending: list[_Pending] = []
        self._run: dict[Reminder, _Pending] = {}
        self._totals: dict[tuple[str, str], float] = {}

    def on_step(self, now: Seconds) -> None:
        """Take the step's reminders; those of the run go on where they were."""
        step = self.context.step
        self._pending = []
        for what in () if step is None else step.reminders:
            if what.of_run:
                self._run.setdefault(what, _first(what))
            else:
                self._pending.append(_first(what))
        metres = self.context.session.step_metres(now) or 0.0
        for one in self._pending:
            self._skip(one, self.context.session.step_time(now) or 0.0, metres)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Listen for metres where a reminder counts them."""
        return (Subscription.DISTANCE,) if any(one.at_m is not None for one in self._all()) else ()

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Say what was due at metres that lie behind now."""
        for one in self._all():
            if one.at_m is None:
                continue
            done = self._run_metres() if one.what.of_run else metres
            if done is not None and done >= one.at_m:
                self._say(one, now)
                one.at_m = _after(one.at_m, one.what.every_m, done)

    def schedule(self, now: Seconds) -> None:
        """Plan the first reminder by time that lies ahead."""
        self.due = NEVER
        if not self.context.is_running():
            return
        for one in self._all():
            time = self._time(one, now)
            if one.at_s is not None and time is not None:
                self.due = min(self.due, deadline(now, max(one.at_s - time, 0.0)))

    def fire(self, now: Seconds) -> None:
        """Say what is due."""
        for one in self._all():
            time = self._time(one, now)
            if one.at_s is not None and time is not None and time >= one.at_s - DUST_S:
                self._say(one, now)
                one.at_s = _after(one.at_s, one.what.every_s, time)

    def _all(self) -> list[_Pending]:
        return [*self._pending, *self._run.values()]

    def _time(self, one: _Pending, now: Seconds) -> float | None:
        session = self.context.session
        return session.run_time(now) if one.what.of_run else session.step_time(now)

    def _run_metres(self) -> float | None:
        newest = self.context.signals.distance.latest()
        return None if newest is None else newest[1]

    def _skip(self, one: _Pending, time: float, metres: float) -> None:
        if one.at_s is not None and time > one.at_s + DUST_S:
            one.at_s = _after(one.at_s, one.what.every_s, time)
        if one.at_m is not None and metres > one.at_m:
            one.at_m = _after(one.at_m, one.what.every_m, metres)

    def _say(self, one: _Pending, now: Seconds) -> None:
        what, total = one.what, None
        if what.amount is not None:
            key = (what.text, what.unit)
            total = self._totals[key] = self._totals.get(key, 0.0) + what.amount
        kind = CueKind.FORM if what.amount is None else CueKind.FUEL
        self.arbiter.emit(now, kind, CueClass.INFO, phrases.reminder(what, total), Why("reminder"))


def _first(what: Reminder) -> _Pending:
    at_s = what.at_s if what.at_s is not None else what.every_s
    at_m = what.at_m if what.at_m is not None else what.every_m
    return _Pending(what, at_s, at_m)


def _after(at: float, every: float | None, done: float) -> float | None:
    """Give the next time or distance after what is done; None when there is no next."""
    if not every:
        return None
    while at <= done + DUST_S:
        at += every
    return at
