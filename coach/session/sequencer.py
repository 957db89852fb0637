"""Runs the steps in order: a step is reached, waits for its start, starts, and ends by itself or by a press.

- An event emitted now (`at`) may be about an earlier moment; a step that began earlier carries that time.
- The first step of a run is the first that starts; a question before it starts no clock.
- A boundary by distance lies where the distance says, and the overshoot belongs to the next step.
- Only the last boundary can still move.
"""

from dataclasses import dataclass
from math import floor
from typing import Final, NamedTuple

from coach.quantities import Metres, Seconds
from coach.session.config import (
    SessionSettings,
    StartPolicy,
    kind_if_moving,
    may_be_held,
    only_asks,
    slot_length,
    step_after,
    step_before,
    waits_for_runner,
)
from coach.session.distance import RunningClock, StepDistance
from coach.session.events import (
    BoundaryMoved,
    EndReason,
    EventBuffer,
    MovedBy,
    ResumeChoice,
    StepEnded,
    StepStarted,
    StepUnderWay,
    Undone,
    Waiting,
)
from coach.session.phases import PAST_S, Button, ItemTimer, Phase, item_timer, phase_of
from coach.session.results import PodTolerance, ReadingHistory, StepResults, StopDetector
from coach.session.state import State, WorkoutRevision
from coach.signals.readings import is_stale
from coach.signals.signals import Signals
from coach.workout.describe import step_seconds
from coach.workout.kinds import REPS, RESTS, Kind
from coach.workout.timeline import (
    AutoStart,
    DelayStart,
    DistanceEnd,
    End,
    HeartRateEnd,
    MovementStart,
    PressStart,
    SlotEnd,
    Start,
    Step,
    TimeEnd,
    Timeline,
)

# --- when the step under way ends
#
# - No end comes before the floor, except the cap; the cap comes even if other ends do not.
# - By distance a step ends at the first sample at or past its length, dated back to the crossing.
# - In a gap it ends where the bridged distance says; past the bridge at a press at the line, else by the clock.
# - By heart rate it ends when fresh values have been beyond the limit for long enough, and still are.


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


_NO_FORECAST: Final = EndForecast()


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
            return _NO_FORECAST
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


# --- the steps, one after the other

_OVERTIME: Final = Phase.OVERTIME  # an enum's member costs a tenth of a microsecond to look up
_SAME_SLOT_S: Final = 1e-6
"""Two slots this close are one: times are sums of floats."""
_SAME_START_S: Final = 2e-3
"""Two starts this close are one: the journal has them in whole milliseconds."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A change of the run that came by itself: a step started, ended, or its rest was over."""

    at: Seconds
    """The time when it was noticed."""
    state: State
    """The state before it."""


class SequencerState(NamedTuple):
    """The state and passages that going back to an earlier moment takes back."""

    state: State
    passages: tuple[Passage, ...]
    before_end: tuple[Seconds, State] | None


class StepSequencer:
    """Runs the steps of one run in order: each is reached, started and ended. `events` collects what it emits."""

    def __init__(
        self,
        timeline: Timeline,
        signals: Signals,
        settings: SessionSettings,
        starts: StartPolicy,
        *,
        by_hand: bool,
        pod_tolerance: PodTolerance,
    ) -> None:
        """Begin before the first step; with `by_hand` the run is timed by marks."""
        self.settings = settings
        self.starts = starts
        self.by_hand = by_hand
        self.signals = signals
        self.events = EventBuffer()
        self.clock = RunningClock()
        self.history = ReadingHistory()
        self.distance = StepDistance(signals, self.clock, settings)
        self.ends = EndForecaster(self.distance, self.clock, settings)
        self.stops = StopDetector(self.distance, self.clock, self.events, settings)
        self.results = StepResults(
            self.history, self.distance, self.stops, self.clock, settings, pod_tolerance=pod_tolerance
        )
        self.state = State(WorkoutRevision(timeline))
        self.before_end: tuple[Seconds, State] | None = None
        """The time when a step last ended by itself, and the state before that."""
        self.before_close: State | None = None
        """The state before the run was closed in a step; None where every step had ended."""
        self.passages: tuple[Passage, ...] = ()
        """The passages of the last seconds, oldest first: a press that arrives late may be older."""
        self.settled_at = Seconds(0.0)
        """No press is credited to an earlier moment: the run was opened then, or goes on from there."""
        self.was_cut_short = False
        """Whether the run was ended before its last step was."""
        self._forecast: EndForecast | None = None

    @property
    def forecast(self) -> EndForecast:
        """The forecast of the end of the step under way; kept until `discard_forecast`."""
        if self._forecast is None:
            self._forecast = self.ends.forecast(self.state)
        return self._forecast

    def discard_forecast(self) -> None:
        """Forecast the end of the step anew: something it rests on has changed."""
        self._forecast = None

    def reach(
        self,
        index: int,
        at: Seconds,
        *,
        moment: Seconds | None = None,
        begin_total: Metres | None = None,
        start: Start | None = None,
        came_from: Kind | None = None,
        button: Button | None = None,
    ) -> None:
        """Come to the step at `index`: start it, or wait for its start. `start` overrides how the step starts."""
        while index < len(self.state.steps) and only_asks(self.state.steps[index]):
            self._ask(index, at, came_from)
            index += 1
        self.discard_forecast()
        self.state = state = self.state.at_step(index, came_from)
        reached_at = at if moment is None else moment
        if index >= len(state.steps):
            state.progress.finished_at = reached_at
            self.enter_phase(Phase.FINISHED, at, button)
            return
        step, previous = state.steps[index], self._before(index)
        may_hold = start is None and self.starts.holds_for_standing
        start = start or self.starts.of(step, previous, reached_at)
        state.pending.start = start
        if isinstance(start, AutoStart):
            if may_hold and may_be_held(step, previous, state.timeline.context.surface):
                state.pending.go_to_check = reached_at
            self.start(at, moment=moment, begin_total=begin_total, button=button)
            return
        if isinstance(start, DelayStart):
            state.pending.delay_ends = Seconds(reached_at + start.seconds)
        if isinstance(start, MovementStart):
            self._await_movement(at)
        self.enter_phase(Phase.READY, at, button)

    def start(
        self,
        at: Seconds,
        *,
        moment: Seconds | None = None,
        begin_total: Metres | None = None,
        button: Button | None = None,
    ) -> None:
        """Start the step at `moment` (now, unless it began earlier)."""
        self._note_passage(at)
        self.discard_forecast()
        state, progress, pending = self.state, self.state.progress, self.state.pending
        step = state.steps[progress.index]
        began_at = at if moment is None else moment
        progress.started_at = began_at
        pending.delay_ends, pending.waits_to_move, pending.waits_for_runner = None, False, False
        pending.ask_press_at = pending.over_since = None
        if progress.run_started_at is None:
            progress.run_started_at = began_at
        self.distance.begin_step(state, step, at, begin_total, by_hand=self.by_hand)
        if state.measurement.is_clock_mode:
            pending.go_to_check = None
        if step.send_off_s is not None:
            state.send_off.slot_from = self._slot_from(began_at)
            state.send_off.planned_rest_s = Seconds(max(0.0, step.send_off_s - self.ends.by_clock_s(step)))
        self.signals.distance.apply()
        self.events.emit(StepStarted(at, progress.index, step, None if began_at == at else began_at))
        if step.kind is Kind.PROMPT:
            progress.questions = (step,)
        self.enter_phase(phase_of(step), at, button)

    def start_if_due(self, now: Seconds) -> bool:
        """Start the step at the end of its count-down, if that is over; return True if it was."""
        due = self.state.pending.delay_ends
        if due is None or due > now:
            return False
        self.start(now, moment=due)
        return True

    def wait_for_runner(self, at: Seconds) -> None:
        """Take an automatic go back: the runner stands."""
        self.settle(at)
        self.discard_forecast()
        index = self.state.progress.index
        self.state = self.state.at_step(index, None)
        self.state.pending.waits_for_runner, self.state.pending.start = True, PressStart()
        self.events.emit(Waiting(at, self.state.steps[index].step_id))
        self.enter_phase(Phase.READY, at)

    def release_go(self) -> None:
        """Let an automatic go stand: it is no longer taken back."""
        self.state.pending.go_to_check = None

    def stop_asking_for_press(self) -> None:
        """Stop waiting for a press."""
        self.state.pending.ask_press_at = None

    def begin_countdown(self, at: Seconds) -> bool:
        """Begin the count-down of a step that starts by one; return True if it does and none was running."""
        pending = self.state.pending
        if not isinstance(pending.start, DelayStart) or pending.delay_ends is not None:
            return False
        pending.delay_ends = Seconds(at + pending.start.seconds)
        return True

    def delay_countdown(self, seconds: float) -> bool:
        """Put the end of the count-down off; return True if one is running."""
        pending = self.state.pending
        if pending.delay_ends is None:
            return False
        pending.delay_ends = Seconds(pending.delay_ends + seconds)
        return True

    def cancel_countdown(self) -> bool:
        """Stop the count-down; return True if one was running."""
        was_running = self.state.pending.delay_ends is not None
        self.state.pending.delay_ends = None
        return was_running

    def slide_slots(self, seconds: float) -> bool:
        """Put this and every later send-off off; return True if one is running."""
        send_off = self.state.send_off
        if send_off.slot_from is None:
            return False
        send_off.slot_from = Seconds(send_off.slot_from + seconds)
        return True

    def restart_slots(self, slot_from: Seconds) -> None:
        """Count the send-off slots from a running time."""
        self.state.send_off.slot_from = slot_from
        self.discard_forecast()

    def count_rest_from(self, over_since: Seconds | None) -> None:
        """Let the rest before the step keep counting: it has been over since then."""
        self.state.pending.over_since = over_since

    def end_overtime(self, at: Seconds, button: Button) -> None:
        """Go back from overtime into the rest."""
        self.state.pending.over_since = None
        self.enter_phase(Phase.RECOVERY, at, button)

    def shift_light(self, seconds: float) -> None:
        """Set the pacing light of the step back by so many seconds."""
        progress = self.state.progress
        progress.light_shift_s = Seconds(progress.light_shift_s + seconds)

    def close_question(self) -> None:
        """Take no more answers to the first open prompt."""
        self.state.progress.questions = self.state.progress.questions[1:]

    def run_by_clock(self, at: Seconds) -> None:
        """Let the step run on the clock from now on."""
        self.distance.run_by_clock(self.state, at)
        self.discard_forecast()
        self.advance(at)

    def skip(self, index: int, at: Seconds) -> None:
        """Leave a step ahead out."""
        result = StepEnded(at, index, self.state.steps[index], EndReason.SKIPPED, at, Seconds(0.0))
        self.results.append(self.state, result)
        self.events.emit(result)

    def enter_phase(self, phase: Phase, at: Seconds, button: Button | None = None) -> None:
        """Come to a phase, and emit an event if it is another."""
        self.state.progress.phase = phase
        self.emit_phase(at, button)

    def phase(self) -> Phase:
        """The phase as the world sees it."""
        return self.state.progress.phase if self.clock.paused_at is None else Phase.PAUSED

    def emit_phase(self, at: Seconds, button: Button | None = None) -> None:
        """Emit the phase if it is not the one emitted last."""
        self.events.emit_phase(self.phase(), at, button)

    def step_time(self, now: Seconds) -> Seconds | None:
        """Running time of the step under way; None before it starts."""
        started_at = self.state.progress.started_at
        return None if started_at is None else self.clock.between(started_at, now)

    def item_timer(self, now: Seconds) -> ItemTimer | None:
        """The timer of the checklist under way; None where nothing of its exercise is timed."""
        step, memory, started_at = self.state.step, self.state.press_memory, self.state.progress.started_at
        if step is None or started_at is None or not step.items:
            return None
        since = started_at if memory.item_since is None else memory.item_since
        elapsed_s = self.clock.between(since, now)
        return item_timer(step.items, memory.item, elapsed_s, is_rested=memory.is_rested)

    def planned_end(self, now: Seconds) -> PlannedEnd | None:
        """The next end of the step under way, as far as it can be forecast."""
        if self.state.progress.phase is _OVERTIME:
            return None
        return self.ends.planned_end(self.state, self.forecast, now, by_hand=self.by_hand)

    def wake_at(self, now: Seconds) -> Seconds | None:
        """The time when a count-down is over, or when to look at the end of the step though nothing arrives."""
        progress = self.state.progress
        if progress.started_at is None or progress.phase is _OVERTIME:
            return self.state.pending.delay_ends
        return self.ends.wake_at(self.state, self.forecast, now, by_hand=self.by_hand)

    def end(
        self,
        at: Seconds,
        reason: EndReason,
        ended_at: Seconds,
        *,
        by_itself: bool = False,
        at_line: bool = False,
        by_distance: bool = False,
        estimated: bool = False,
        line_total: Metres | None = None,
        goto: int | None = None,
        start: Start | None = None,
        button: Button | None = None,
    ) -> None:
        """End the step under way and reach the one at `goto` (the next, unless given).

        `at_line`: a mark says that the runner is at its planned end; `by_distance`: the odometer does. `line_total` is
        the odometer's total at the runner's own line.
        """
        self._note_passage(at)
        state, progress = self.state, self.state.progress
        step = state.steps[progress.index]
        length = step.until.distance()
        goal_total, measured = line_total, None
        if length is not None and (by_distance or estimated):
            goal_total = self.distance.goal_total(state, length, ended_at)
        if length is not None and line_total is not None:
            measured = self.distance.measured_to(state, length, line_total, ended_at)
        true_length = length if by_distance or at_line else None
        result = self.results.summarise(
            state,
            step,
            at,
            reason,
            ended_at,
            length=true_length,
            at_line=at_line,
            estimated=estimated,
            measured=measured,
        )
        self.results.put(state, result)
        window = self.ends.window_s(step) if by_itself and length is not None else None
        self.results.keep_boundary(state, result, goal_total, window, by_itself=by_itself)
        self.events.emit(result)
        self.reach(
            progress.index + 1 if goto is None else goto,
            at,
            moment=ended_at,
            begin_total=None if estimated else goal_total,
            start=start,
            came_from=progress.came_from if progress.started_at is None else kind_if_moving(step),
            button=button,
        )

    def advance(self, now: Seconds) -> None:
        """End every step whose end lies at or before `now`."""
        if self.state.progress.started_at is None or self.ends.is_quiet(self.state, self.forecast, now):
            return  # asked at every input, and nearly always so
        for _ in range(len(self.state.steps) + 1):
            state = self.state
            if state.progress.started_at is None or self.ends.is_quiet(state, self.forecast, now):
                return
            end = self.planned_end(now)
            if end is None or end.at > now or self._goes_over(end, now):
                return
            self.before_end = (now, state.copy())
            self.end(
                now,
                end.reason,
                end.ended_at,
                by_itself=True,
                by_distance=end.by_distance,
                estimated=end.estimated,
            )

    def end_at_line(self, now: Seconds, ended_at: Seconds, total: Metres) -> None:
        """End the rep under way where its runner stopped, the odometer's total there being `total`."""
        self.before_end = (now, self.state.copy())
        self.end(now, EndReason.LINE, ended_at, by_itself=True, at_line=True, line_total=total)

    def skip_gap(self, since: Seconds, until: Seconds, *, counts_metres: bool = False) -> None:
        """Take a stretch out of the running time, like a pause, and put a count-down off by it.

        What was run in it belongs to no step; with `counts_metres` it does, as in journals of 0.1.0.
        """
        if counts_metres and self.clock.paused_at is None:
            self.clock.pause(since)
            self.clock.resume(until)
        else:
            self.clock.skip(since, until)
        self.settle(until)
        pending = self.state.pending
        if pending.delay_ends is not None:
            pending.delay_ends = Seconds(pending.delay_ends + until - since)
        self.discard_forecast()

    def pause(self, at: Seconds) -> None:
        """Stop the clock, unless it stands or nothing is under way."""
        if self.clock.paused_at is None and self.state.progress.started_at is not None:
            self.clock.pause(at)
            self.emit_phase(at)

    def come_to(self, under_way: StepUnderWay, at: Seconds) -> None:
        """Go to the step that was shown as current, if this version computes a different one.

        Steps in between get no result.
        """
        state, progress, began_at = self.state, self.state.progress, under_way.started_at
        places = [place for place, step in enumerate(state.steps) if step.step_id == under_way.step_id]
        index = places[0] if places else min(under_way.index, len(state.steps))
        is_same_step = index == progress.index
        if is_same_step and (began_at is None) is (progress.started_at is None):
            if (
                began_at is None
                or progress.started_at is None
                or abs(began_at - progress.started_at) < _SAME_START_S
            ):
                return
            progress.started_at = began_at
            self.distance.move_begin(state, None)
            self.discard_forecast()
            return
        if progress.started_at is None:
            self.reach(index, at, start=PressStart())
        else:
            is_ahead = index > progress.index
            ended_at = at if began_at is None else max(progress.started_at, min(at, began_at))
            reason = EndReason.DONE if is_ahead else EndReason.BACK
            self.end(at, reason, ended_at, goto=index, start=PressStart())
        if began_at is not None and self.state.step is not None:
            self.start(at, moment=began_at)

    def go_on_after_gap(self, at: Seconds, since: Seconds, choice: ResumeChoice) -> None:
        """Begin the step that a gap cut off at `since` anew, or count it as done and go on to the next.

        Nobody saw the end of a step that counts as done, so its distance and its pace are not known.
        """
        state, progress = self.state, self.state.progress
        self.clock.resume(at)
        self.discard_forecast()
        self.before_end = None
        step, is_done = state.step, choice is ResumeChoice.DONE
        if step is None:
            return
        if progress.started_at is not None or is_done:
            ended_at = since if state.pending.over_since is None else state.pending.over_since
            reason = EndReason.DONE if is_done else EndReason.RESTARTED
            if progress.started_at is None:
                reason = EndReason.SKIPPED
            result = self.results.summarise_unseen(state, step, at, reason, ended_at)
            self.results.put(state, result)
            self.results.keep_boundary(state, result, None, None, by_itself=False)
            self.events.emit(result)
        index = progress.index + 1 if is_done else progress.index
        following = next((step for step in state.steps[index:] if not only_asks(step)), None)
        start: Start = AutoStart()
        if following is not None and following.kind in REPS:
            start = self.starts.of(following, None, at)
        self.reach(index, at, start=start)

    def move_boundary(
        self,
        at: Seconds,
        to: Seconds,
        by: MovedBy,
        begin_total: Metres | None = None,
        *,
        measured: Metres | None = None,
    ) -> None:
        """Re-time the last boundary to `to`, where the step under way then begins, and emit that.

        `measured` is what the source of the step before measured up to its runner's own line.
        """
        self.discard_forecast()
        state, progress = self.state, self.state.progress
        last = state.records.last_end
        assert last is not None  # a mark, a source or a line re-times only a boundary there is
        started_at = progress.started_at
        if started_at is not None:
            progress.started_at = to
            self.distance.move_begin(state, begin_total)
            slot_from = state.send_off.slot_from
            is_on_grid = slot_from is not None and slot_from != self.clock.running(started_at)
            if state.steps[progress.index].send_off_s is not None and not is_on_grid:
                state.send_off.slot_from = self.clock.running(to)
        elif progress.phase is Phase.FINISHED:
            progress.finished_at = to
        elif state.pending.delay_ends is not None:
            state.pending.delay_ends = Seconds(state.pending.delay_ends + to - last.ended_at)
        self.events.emit(self.results.move_boundary(state, at, to, by, begin_total, measured=measured))

    def remeasure_boundary(self, at: Seconds) -> None:
        """Emit how far a step really was at its announced end, which its runner had not reached.

        The step under way runs on from the announced moment.
        """
        state, last = self.state, self.state.records.last_end
        assert last is not None  # only an estimated end is measured again
        total = self.signals.distance.metres_at(last.ended_at)
        is_unmeasured = self.distance.is_hole_at(last.ended_at)
        if state.measurement.begin_total is None:
            self.distance.move_begin(state, total)
        event = self.results.remeasure_boundary(state, at, total, unmeasured=is_unmeasured)
        self.discard_forecast()
        if event is not None:
            self.events.emit(event)

    def follow_up(self, at: Seconds) -> Start:
        """The start that the step after the one under way would have if it were reached at `at`."""
        state = self.state
        after = step_after(state.steps, state.progress.index)
        return AutoStart() if after is None else self.starts.of(after, state.step, at)

    def close(self, at: Seconds, button: Button | None = None) -> None:
        """End the run here: the step under way ends first, with reason `finished`."""
        self.clock.resume(at)
        self.discard_forecast()
        if self.state.progress.phase is Phase.FINISHED:
            return
        self.was_cut_short, self.before_close = True, self.state.copy()
        last = len(self.state.steps)
        if self.state.progress.started_at is not None:
            self.end(at, EndReason.FINISHED, at, goto=last, button=button)
        else:
            self.reach(last, at, button=button)

    def take_close_back(self, at: Seconds) -> bool:
        """Go back into the step the run was closed in; False where every step had ended."""
        saved, self.before_close = self.before_close, None
        if saved is None:
            return False
        self.was_cut_short = False
        self.restore(at, saved, Button.FINISH)
        return True

    def restore(self, at: Seconds, saved: State, button: Button | None) -> None:
        """Go back to a saved state in an undo of `button`; None un-ends a step, which then stays open."""
        undone_end = self.state.records.last_end
        self.state = state = saved.restored(self.state)
        if button is None:
            state.progress.is_held_open = True
        if state.progress.started_at is None:
            self.clock.resume(at)  # nothing is under way that could be paused
        self.discard_forecast()
        step, last = state.step, state.records.last_end
        self.events.emit(Undone(at, button, step.step_id if step is not None else ""))
        if undone_end is not None and last is not None and undone_end.step_id == last.step_id:
            from_s, to = undone_end.ended_at, last.ended_at
            if from_s != to:
                self.events.emit(BoundaryMoved(at, last.step_id, from_s, to, MovedBy.UNDO))
        self.emit_phase(at, Button.UNDO)
        self.catch_up(at)

    def settle(self, at: Seconds) -> None:
        """Let no press be credited before `at`: what was so far stays as it is, but for an undo."""
        self.passages, self.settled_at = (), at

    def state_at(self, moment: Seconds) -> State:
        """The state as it was at a moment since `settled_at`."""
        passage = next((passage for passage in self.passages if passage.at > moment), None)
        return self.state if passage is None else passage.state

    def go_back_to(self, moment: Seconds) -> SequencerState:
        """Take back what came by itself after a moment; `catch_up` brings it again, as far as it still comes.

        What this returns is for `return_to`.
        """
        saved, present = self.state_at(moment), SequencerState(self.state, self.passages, self.before_end)
        if saved is not self.state:
            self.state = saved.restored(self.state)
        self.passages = tuple(passage for passage in self.passages if passage.at <= moment)
        if self.before_end is not None and self.before_end[0] > moment:
            self.before_end = None
        self.discard_forecast()
        return present

    def return_to(self, present: SequencerState) -> None:
        """Let everything be as it was before going back."""
        self.state, self.passages, self.before_end = present
        self.discard_forecast()

    def catch_up(self, now: Seconds) -> None:
        """Fire what lies behind after going back: starts and ends that time, distance or heart rate brought."""
        state, started_at = self.state, self.state.progress.started_at
        if not self.start_if_due(now) and started_at is not None:
            newest_at = state.heart_rate_hold.beyond_at
            for at, bpm in self.history.heart_rate.pairs(started_at if newest_at is None else newest_at, now):
                heart = self.signals.heart_rate()
                period = Seconds(1.0) if heart is None else heart.period_s
                self.ends.on_heart_rate(state, Seconds(at), bpm, period)
        self.advance(now)

    def _note_passage(self, at: Seconds) -> None:
        """Keep the state before a change, unless it follows from another at the same moment."""
        passages = self.passages
        if not passages or passages[-1].at != at:
            recent = tuple(passage for passage in passages if passage.at > at - PAST_S)
            self.passages = (*recent, Passage(at, self.state.copy()))

    def _ask(self, index: int, at: Seconds, came_from: Kind | None) -> None:
        """Put the question of a step that never holds the clock; those put just before it stay open."""
        self.state = state = self.state.at_step(index, came_from)
        step = state.steps[index]
        is_next = index > 0 and only_asks(state.steps[index - 1])
        state.progress.questions = (*(state.progress.questions if is_next else ()), step)
        result = StepEnded(at, index, step, EndReason.DONE, at, Seconds(0.0))
        self.results.put(state, result)
        self.events.emit(StepStarted(at, index, step))
        self.enter_phase(Phase.PROMPT, at)
        self.events.emit(result)

    def _await_movement(self, at: Seconds) -> None:
        """Start at the first running; where nothing measures speed soon, the runner will be asked for a press."""
        speed = self.signals.speed()
        self.state.pending.waits_to_move = True
        if speed is None or is_stale(at - speed.at, speed.period_s):
            self.state.pending.ask_press_at = Seconds(at + self.settings.source_grace_s)

    def _before(self, index: int) -> Step | None:
        """The step before the one at `index`; None for the first step of the run that starts."""
        return None if self.state.progress.run_started_at is None else step_before(self.state.steps, index)

    def _slot_from(self, started_at: Seconds) -> Seconds:
        """The running time at which the send-off slot of a rep begins that starts at `started_at`.

        A rep that followed its rest by itself stands on the grid, however late a short rest made it; any other
        start begins a grid of its own.
        """
        state, running = self.state, self.clock.running(started_at)
        previous, slot_from, last = (
            self._before(state.progress.index),
            state.send_off.slot_from,
            state.records.last_end,
        )
        every_s = 0.0 if previous is None else slot_length(previous)
        if previous is None or not previous.until.is_slot or slot_from is None or every_s <= 0:
            return running
        if last is None or not last.by_itself or last.step_id != previous.step_id:
            return running
        slots = max(1, floor((running - slot_from + _SAME_SLOT_S) / every_s))
        return Seconds(slot_from + slots * every_s)

    def _goes_over(self, end: PlannedEnd, now: Seconds) -> bool:
        """Start the overtime of a rest that is over, if the next step waits for its runner; return True if it does."""
        step, pending = self.state.step, self.state.pending
        start = self.follow_up(end.ended_at)
        if step is None or step.kind not in RESTS or not waits_for_runner(start):
            return False
        self._note_passage(now)
        pending.over_since, pending.over_reason = end.ended_at, end.reason
        if isinstance(start, MovementStart):
            self._await_movement(now)
        self.enter_phase(Phase.OVERTIME, now)
        return True
