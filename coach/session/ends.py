"""When the step under way ends, as far as that is known now.

Rule 1: a floor holds every end back; a cap holds none off.
Rule 2: by distance a step ends at the first sample at or past its length, dated back to the crossing.
Rule 3: in a gap it ends where the bridge says; past the bridge it waits for the line, and at last for the clock.
"""

from dataclasses import dataclass

from coach.quantities import Seconds
from coach.session.clock import RunningClock
from coach.session.defaults import SessionSettings
from coach.session.facts import EndReason
from coach.session.ground import Ground
from coach.session.state import State
from coach.signals.readings import Freshness
from coach.workout.estimate import step_seconds
from coach.workout.timeline import DistanceEnd, End, HeartRateEnd, Kind, SlotEnd, Step, TimeEnd


@dataclass(frozen=True, slots=True)
class Due:
    """An end that is known: settled at `at`, true at `ended_at`."""

    at: Seconds
    ended_at: Seconds
    reason: EndReason
    estimated: bool = False
    by_distance: bool = False


class Ends:
    """Finds the next end of a step."""

    def __init__(self, ground: Ground, clock: RunningClock, settings: SessionSettings) -> None:
        """Ask `ground` for metres and `clock` for running time."""
        self._ground = ground
        self._clock = clock
        self._settings = settings

    def due(self, state: State, now: Seconds, *, by_hand: bool) -> Due | None:
        """The first end known at `now`: past, present or to come; None when only the world can end the step.

        `by_hand`: is the run timed by marks, so that without a source a distance waits for its mark?
        """
        step = state.step
        if step is None or state.started_at is None or self._clock.paused_at is not None or state.held_open:
            return None
        found = [
            due for end in step.until.ends if (due := self._due(state, step, end, now, by_hand)) is not None
        ]
        floor = self.floor_at(state)
        if floor is not None:
            found = [_held_back(due, floor) for due in found]
        cap = self.cap_at(state)
        if cap is not None:
            found.append(Due(cap, cap, EndReason.CAP))
        return min(found, key=lambda due: due.at) if found else None

    def left_s(self, state: State, now: Seconds) -> Seconds | None:
        """Running seconds until the step ends by time, slot or clock; None when it does by none of them."""
        step = state.step
        if step is None or state.started_at is None:
            return None
        ends = [run for end in step.until.ends if (run := self._running_end(state, step, end)) is not None]
        return Seconds(min(ends) - self._clock.running(now)) if ends else None

    def floor_at(self, state: State) -> Seconds | None:
        """Before when the step does not end by itself; None without a floor."""
        step = state.step
        if step is None:
            return None
        floor = step.until.not_before_s
        if floor is None and self._is_heart_rate_recovery(step):
            floor = self._settings.recovery_floor_s
        return None if floor is None else self._moment(state, floor)

    def cap_at(self, state: State) -> Seconds | None:
        """When the step ends at the latest; None without a cap."""
        step = state.step
        if step is None:
            return None
        cap = step.until.cap_s
        if cap is None and self._is_heart_rate_recovery(step):
            cap = self._settings.recovery_cap_s
        return None if cap is None else self._moment(state, cap + state.extra_s)

    def by_clock_s(self, step: Step) -> Seconds:
        """How long a step takes on the clock: at its target, else as written, else 90 s per 200 m."""
        by_target = step_seconds(step)
        if step.target is not None and by_target is not None:
            return by_target
        if step.else_time_s is not None:
            return step.else_time_s
        return Seconds((step.until.distance() or 0.0) / 200.0 * self._settings.else_s_per_200)

    def gap_stage(self, state: State, now: Seconds) -> tuple[Seconds, Seconds] | None:
        """When to ask for the line and when to offer the clock in the gap under way; None when there is none."""
        latest = self._ground.latest()
        step = state.step
        if step is None or latest is None or state.started_at is None or state.clock_mode:
            return None
        if step.until.distance() is None or self._clock.paused_at is not None:
            return None
        if self._ground.freshness(now) in {Freshness.LIVE, Freshness.HELD}:
            return None
        return (
            Seconds(latest[0] + self._settings.press_at_line_s),
            Seconds(latest[0] + self._settings.clock_offer_s),
        )

    def _due(self, state: State, step: Step, end: End, now: Seconds, by_hand: bool) -> Due | None:
        if isinstance(end, DistanceEnd) and not state.clock_mode:
            return self._by_distance(state, step, end.metres, now, by_hand)
        if isinstance(end, HeartRateEnd):
            return None if state.beyond_met_at is None else _at(state.beyond_met_at)
        running = self._running_end(state, step, end)
        due = None if running is None else _at(self._clock.moment(running))
        if due is None or state.clock_from is None:
            return due
        return Due(max(due.at, state.clock_from), max(due.at, state.clock_from), due.reason)

    def _running_end(self, state: State, step: Step, end: End) -> Seconds | None:
        if state.started_at is None:
            return None
        began = self._clock.running(state.started_at)
        match end:
            case TimeEnd(seconds=seconds):
                return Seconds(began + seconds + state.extra_s)
            case DistanceEnd() if state.clock_mode:
                return Seconds(began + self.by_clock_s(step))
            case SlotEnd(every_s=every) if state.slot_from is not None:
                rest = state.planned_rest_s or 0.0
                least = max(self._settings.send_off_rest_s, self._settings.send_off_rest_fraction * rest)
                return Seconds(max(state.slot_from + every, began + min(rest, least)))
        return None

    def _by_distance(
        self, state: State, step: Step, metres: float, now: Seconds, by_hand: bool
    ) -> Due | None:
        reached = self._ground.reached_at(state, metres, now)
        if reached is not None:
            return Due(now, reached, EndReason.DONE, by_distance=True)
        latest, stale = self._ground.latest(), self._ground.stale_from()
        if latest is None or stale is None or state.started_at is None:
            return None
        bridged = self._ground.bridge_ends_at(state, metres)
        if bridged is not None:
            at = Seconds(max(bridged, stale))
            return Due(at, bridged, EndReason.DONE, estimated=True, by_distance=True)
        if by_hand:
            return None
        by_clock = self._moment(state, self.by_clock_s(step))
        last = Seconds(latest[0] + self._settings.clock_offer_s)
        return None if by_clock is None else _at(Seconds(max(by_clock, last)), estimated=True)

    def _moment(self, state: State, step_time: float) -> Seconds | None:
        if state.started_at is None:
            return None
        return self._clock.moment(Seconds(self._clock.running(state.started_at) + step_time))

    @staticmethod
    def _is_heart_rate_recovery(step: Step) -> bool:
        return step.kind is Kind.RECOVERY and any(isinstance(end, HeartRateEnd) for end in step.until.ends)


def _at(moment: Seconds | None, *, estimated: bool = False) -> Due | None:
    return None if moment is None else Due(moment, moment, EndReason.DONE, estimated=estimated)


def _held_back(due: Due, floor: Seconds) -> Due:
    if due.ended_at >= floor:
        return due
    return Due(Seconds(max(due.at, floor)), floor, due.reason)
