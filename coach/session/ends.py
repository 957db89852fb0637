"""Forecasts when the step under way ends.

Rule 1: no end comes before the floor, except the cap; the cap comes even if other ends do not.
Rule 2: by distance a step ends at the first sample at or past its length, dated back to the crossing.
Rule 3: in a gap it ends where the bridged distance says; past the bridge at a press at the line, else by the clock.
Rule 4: by heart rate it ends when fresh values have been beyond the limit for long enough, and still are.
"""

from dataclasses import dataclass

from coach.quantities import Metres, Seconds
from coach.session.config import SessionSettings
from coach.session.distance import RunningClock, StepDistance
from coach.session.events import EndReason
from coach.session.state import State
from coach.signals.readings import is_stale
from coach.workout.describe import step_seconds
from coach.workout.kinds import RESTS
from coach.workout.timeline import DistanceEnd, End, HeartRateEnd, SlotEnd, Step, TimeEnd


@dataclass(frozen=True, slots=True)
class PlannedEnd:
    """An end that can be forecast: it fires at `at`, and the step then ended at `ended_at`."""

    at: Seconds
    ended_at: Seconds
    reason: EndReason
    estimated: bool = False
    by_distance: bool = False


@dataclass(frozen=True, slots=True)
class EndForecast:
    """The part of a forecast that stays true until a button is pressed, or a step starts, ends or is re-timed."""

    fixed: PlannedEnd | None = None
    """Its end by time, slot, clock or cap."""
    metres: Metres | None = None
    """The length by which it ends, where that is measured."""
    floor: Seconds | None = None
    """The earliest moment at which it ends by distance or heart rate."""
    runs_out: Seconds | None = None
    """Running time at which it is over by time, slot or clock, without its floor and cap."""


_NOTHING = EndForecast()


class EndForecaster:
    """Forecasts the next end of a step."""

    def __init__(self, distance: StepDistance, clock: RunningClock, settings: SessionSettings) -> None:
        """Ask `distance` for metres and `clock` for running time."""
        self._distance = distance
        self._clock = clock
        self._settings = settings

    def forecast(self, state: State) -> EndForecast:
        """The forecast by the plan alone; empty while paused or held open."""
        step = state.step
        if (
            step is None
            or state.progress.started_at is None
            or self._clock.paused_at is not None
            or state.progress.is_held_open
        ):
            return _NOTHING
        floor, cap = self.floor_at(state), self.cap_at(state)
        fixed = [
            _held_back(due, floor)
            for end in step.until.ends
            if (due := self._by_time(state, step, end)) is not None
        ]
        if cap is not None:
            fixed.append(PlannedEnd(cap, cap, EndReason.CAP))
        return EndForecast(
            min(fixed, key=lambda due: due.at) if fixed else None,
            None if state.measurement.is_clock_mode else step.until.distance(),
            floor,
            self._runs_out(state, step),
        )

    def is_quiet(self, state: State, forecast: EndForecast, now: Seconds) -> bool:
        """Whether it is certain, at little cost, that nothing ends the step by `now`."""
        fixed = forecast.fixed
        if state.heart_rate_hold.beyond_met_at is not None or (fixed is not None and fixed.at <= now):
            return False
        if forecast.metres is None:
            return True
        stale = self._distance.stale_from
        return (stale is None or now < stale) and self._distance.is_short(state, forecast.metres)

    def planned_end(
        self, state: State, forecast: EndForecast, now: Seconds, *, by_hand: bool
    ) -> PlannedEnd | None:
        """The first end forecast at `now`: past, present or to come; None when only an input can end the step.

        In a run timed by marks (`by_hand`) a distance without a source waits for its mark.
        """
        ends = [] if forecast.fixed is None else [forecast.fixed]
        if forecast.metres is not None:
            distance_end = self._by_distance(state, forecast.metres, now, by_hand)
            if distance_end is not None:
                ends.append(_held_back(distance_end, forecast.floor))
        is_paused = self._clock.paused_at is not None  # a rest that is held does not end
        heart_rate_end = None if is_paused else self._by_heart_rate(state, forecast.floor, now)
        if heart_rate_end is not None:
            ends.append(heart_rate_end)
        return min(ends, key=lambda end: end.at) if ends else None

    def wake_at(self, state: State, forecast: EndForecast, now: Seconds, *, by_hand: bool) -> Seconds | None:
        """The time to look again though nothing arrives: at an end, or when the distance goes stale."""
        stale = self._distance.stale_from if forecast.metres is not None else None
        if state.heart_rate_hold.beyond_met_at is not None or (stale is not None and now >= stale):
            end = self.planned_end(state, forecast, now, by_hand=by_hand)
            return None if end is None else end.at
        if forecast.fixed is None or (stale is not None and stale < forecast.fixed.at):
            return stale
        return forecast.fixed.at

    def left_s(self, state: State, now: Seconds) -> Seconds | None:
        """Running seconds until the step ends by time, slot or clock; None when it does by none of them."""
        step = state.step
        runs_out = None if step is None else self._runs_out(state, step)
        return None if runs_out is None else Seconds(runs_out - self._clock.running(now))

    def on_heart_rate(self, state: State, at: Seconds, bpm: float, period_s: Seconds) -> None:
        """Compare a heart rate with the heart-rate end of the step, and note since when it has been beyond it."""
        step = state.step
        if step is None or state.progress.started_at is None:
            return
        for end in step.until.ends:
            if isinstance(end, HeartRateEnd):
                self._hold(state, end, at, bpm, period_s)
                return

    def floor_at(self, state: State) -> Seconds | None:
        """The earliest moment at which the step ends by itself; None without a floor."""
        step = state.step
        assert step is not None  # only a step under way has a floor or a cap
        floor = step.until.not_before_s
        if floor is None and _is_heart_rate_recovery(step):
            floor = self._settings.recovery_floor_s
        return None if floor is None else self._moment(state, floor)

    def cap_at(self, state: State) -> Seconds | None:
        """The latest moment at which the step ends; None without a cap."""
        step = state.step
        assert step is not None
        cap = step.until.cap_s
        if cap is None and _is_heart_rate_recovery(step):
            cap = Seconds(self._settings.recovery_cap_s + state.workout.extra_s)
        return None if cap is None else self._moment(state, cap)

    def has_own_cap(self, step: Step) -> bool:
        """Whether the step is capped by a rule of the session, not by its document."""
        return step.until.cap_s is None and _is_heart_rate_recovery(step)

    def by_clock_s(self, step: Step) -> Seconds:
        """The time of a step on the clock: as timed, at its target, as written, else 90 s per 200 m."""
        planned = step_seconds(step)
        if planned is not None:
            return planned
        return Seconds((step.until.distance() or 0.0) / 200.0 * self._settings.else_s_per_200)

    def window_s(self, step: Step) -> Seconds:
        """The time before and after the end of a distance step within which a mark means that end."""
        fraction = self._settings.stretch_fraction if step.calibrate else self._settings.confirm_fraction
        return Seconds(max(self._settings.confirm_s, fraction * self.by_clock_s(step)))

    def gap_stage(self, state: State, now: Seconds) -> tuple[Seconds, Seconds] | None:
        """The time to ask for the line and when to offer the clock in the gap under way; None when there is none."""
        stale = self._distance.stale_from
        if stale is None or now < stale:
            return None
        step = state.step
        if (
            step is None
            or state.progress.started_at is None
            or state.measurement.is_clock_mode
            or step.until.distance() is None
        ):
            return None
        line = self._distance.unmeasured_for(self._settings.press_at_line_s)
        clock = self._distance.unmeasured_for(self._settings.clock_offer_s)
        return None if line is None or clock is None else (line, clock)

    def _hold(self, state: State, end: HeartRateEnd, at: Seconds, bpm: float, period_s: Seconds) -> None:
        hold = state.heart_rate_hold
        is_late = hold.beyond_at is not None and is_stale(at - hold.beyond_at, period_s)
        hold.beyond_at, hold.beyond_until = at, Seconds(at + max(2.0, 2 * period_s))
        if not (bpm < end.bpm if end.below else bpm > end.bpm):
            hold.beyond_since = hold.beyond_met_at = None
        elif hold.beyond_since is None or is_late:
            hold.beyond_since, hold.beyond_met_at = at, None
        elif hold.beyond_met_at is None and at - hold.beyond_since >= self._settings.heart_rate_hold_s:
            hold.beyond_met_at = at

    def _runs_out(self, state: State, step: Step) -> Seconds | None:
        """Running time at which the step is over by time, slot or clock."""
        ends = [
            ends_at for end in step.until.ends if (ends_at := self._running_end(state, step, end)) is not None
        ]
        return min(ends) if ends else None

    def _by_time(self, state: State, step: Step, end: End) -> PlannedEnd | None:
        running = self._running_end(state, step, end)
        moment = None if running is None else self._clock.moment(running)
        if moment is None:
            return None
        moment = moment if state.measurement.clock_from is None else max(moment, state.measurement.clock_from)
        return PlannedEnd(moment, moment, EndReason.DONE)

    def _running_end(self, state: State, step: Step, end: End) -> Seconds | None:
        assert state.progress.started_at is not None
        began_at = self._clock.running(state.progress.started_at)
        match end:
            case TimeEnd(seconds=seconds):
                return Seconds(began_at + seconds)
            case DistanceEnd() if state.measurement.is_clock_mode:
                return Seconds(began_at + self.by_clock_s(step))
            case SlotEnd(every_s=every_s) if state.send_off.slot_from is not None:
                rest_s = state.send_off.planned_rest_s or 0.0
                least_s = max(self._settings.send_off_rest_s, self._settings.send_off_rest_fraction * rest_s)
                return Seconds(max(state.send_off.slot_from + every_s, began_at + min(rest_s, least_s)))
        return None

    def _by_distance(self, state: State, metres: float, now: Seconds, by_hand: bool) -> PlannedEnd | None:
        reached_at = self._distance.reached_at(state, metres, now)
        if reached_at is not None:
            return PlannedEnd(now, reached_at, EndReason.DONE, by_distance=True)
        stale, step = self._distance.stale_from, state.step
        if stale is None or now < stale or step is None:
            return None
        bridged_at = self._distance.bridge_ends_at(state, metres)
        if bridged_at is not None:
            at = Seconds(max(bridged_at, stale))
            return PlannedEnd(at, bridged_at, EndReason.DONE, estimated=True, by_distance=True)
        clock_ends_at = None if by_hand else self._moment(state, self.by_clock_s(step))
        offered_at = self._distance.unmeasured_for(self._settings.clock_offer_s)
        if clock_ends_at is None or offered_at is None:
            return None
        ends_at = max(clock_ends_at, offered_at)
        return PlannedEnd(ends_at, ends_at, EndReason.DONE, estimated=True)

    @staticmethod
    def _by_heart_rate(state: State, floor: Seconds | None, now: Seconds) -> PlannedEnd | None:
        met_at, fresh_until = state.heart_rate_hold.beyond_met_at, state.heart_rate_hold.beyond_until
        if met_at is None or fresh_until is None:
            return None
        ends_at = met_at if floor is None else Seconds(max(met_at, floor))
        if max(ends_at, now) > fresh_until and ends_at != met_at:
            return None
        return PlannedEnd(ends_at, ends_at, EndReason.DONE)

    def _moment(self, state: State, step_time: float) -> Seconds | None:
        """The time when the step will have taken so long; None in a pause."""
        assert state.progress.started_at is not None
        return self._clock.moment(Seconds(self._clock.running(state.progress.started_at) + step_time))


def _is_heart_rate_recovery(step: Step) -> bool:
    return step.kind in RESTS and any(isinstance(end, HeartRateEnd) for end in step.until.ends)


def _held_back(end: PlannedEnd, floor: Seconds | None) -> PlannedEnd:
    """The end, put off to the floor where it lies before it."""
    if floor is None or end.ended_at >= floor:
        return end
    return PlannedEnd(Seconds(max(end.at, floor)), floor, end.reason)
