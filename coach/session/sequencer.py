"""How the steps follow one another: a step is reached, waits for its start, starts, and ends by itself or by a press.

Rule 1: an event emitted now (`at`) may be about an earlier moment; a step that began earlier carries that time.
Rule 2: the first step of a run is the first that starts; a question before it starts no clock.
Rule 3: a boundary by distance lies where the distance says, and the overshoot belongs to the next step.
Rule 4: only the last boundary can still move.
"""

from dataclasses import replace
from math import floor

from coach.quantities import Metres, Seconds
from coach.session.buttons import Button
from coach.session.clock import RunningClock
from coach.session.config import SessionSettings
from coach.session.distance import StepDistance
from coach.session.ends import EndForecast, EndForecaster, PlannedEnd, hold_heart_rate
from coach.session.events import EndReason, EventBuffer, MovedBy, StepEnded, StepStarted, Waiting
from coach.session.phases import Phase, phase_of
from coach.session.results import ReadingHistory, StepResults, last_end_of, move_boundary
from coach.session.starts import (
    StartPolicy,
    may_be_held,
    moving,
    only_asks,
    sends_off,
    step_after,
    step_before,
    waits_for_runner,
)
from coach.session.state import State
from coach.signals.readings import is_stale
from coach.signals.signals import Signals
from coach.workout.kinds import RESTS, Kind
from coach.workout.timeline import (
    AutoStart,
    DelayStart,
    MovementStart,
    PressStart,
    SlotEnd,
    Start,
    Step,
    Timeline,
)

_ROUNDING_S = 1e-6


def slot_from(state: State, previous: Step | None, running: Seconds) -> Seconds:
    """The running time at which the slot of a rep begins that starts at `running`.

    A rep that followed its rest by itself stands on the grid, however late a short rest made it; any other
    start begins a grid of its own.
    """
    every = 0.0 if previous is None else slot_length(previous)
    last = state.last_end
    if previous is None or not sends_off(previous) or state.slot_from is None or every <= 0:
        return running
    if last is None or not last.by_itself or last.step_id != previous.step_id:
        return running
    slots = max(1, floor((running - state.slot_from + _ROUNDING_S) / every))
    return Seconds(state.slot_from + slots * every)


def planned_rest_s(step: Step, takes_s: Seconds) -> Seconds:
    """The rest a send-off plans after a rep that takes so long."""
    return Seconds(max(0.0, (step.send_off_s or 0.0) - takes_s))


def slot_length(step: Step) -> Seconds:
    """How far apart the slots are at whose next one the step ends; 0 if it does not."""
    return next((end.every_s for end in step.until.ends if isinstance(end, SlotEnd)), Seconds(0.0))


class StepSequencer:
    """The steps of one run, in order: how each is reached, started and ended. What it says is collected in `events`."""

    def __init__(
        self,
        timeline: Timeline,
        signals: Signals,
        settings: SessionSettings,
        starts: StartPolicy,
        *,
        by_hand: bool,
    ) -> None:
        """Begin before the first step; `by_hand` means timed by marks."""
        self.settings = settings
        self.starts = starts
        self.by_hand = by_hand
        self.signals = signals
        self.events = EventBuffer()
        self.clock = RunningClock()
        self.history = ReadingHistory()
        self.distance = StepDistance(signals, self.clock, settings)
        self.ends = EndForecaster(self.distance, self.clock, settings)
        self.results = StepResults(self.history, self.distance, self.clock, settings)
        self.state = State(timeline)
        self.before_end: tuple[Seconds, State] | None = None
        """When a step last ended by itself, and how things stood."""
        self.cut_short = False
        """Was the run ended before its last step was?"""
        self._forecast: EndForecast | None = None

    @property
    def forecast(self) -> EndForecast:
        """What is known of the end of the step under way; kept until `discard_forecast`."""
        if self._forecast is None:
            self._forecast = self.ends.forecast(self.state)
        return self._forecast

    def discard_forecast(self) -> None:
        """Look at the end of the step anew: something it rests on has changed."""
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
        """Come to the step at `index`: start it, or wait for its start (`start` overrides how)."""
        while index < len(self.state.steps) and only_asks(self.state.steps[index]):
            self._ask(index, at, came_from)
            index += 1
        self.discard_forecast()
        self.state = self.state.at_step(index, came_from)
        reached = at if moment is None else moment
        if index >= len(self.state.steps):
            self.state.finished_at = reached
            self.enter_phase(Phase.FINISHED, at, button)
            return
        step, previous = self.state.steps[index], self._before(index)
        how = start or self.starts.of(step, previous, reached)
        self.state.how = how
        if isinstance(how, AutoStart):
            holds = start is None and self.starts.holds_for_standing
            if holds and may_be_held(step, previous, self.state.timeline.context.surface):
                self.state.go_to_check = reached
            self.start(at, moment=moment, begin_total=begin_total, button=button)
            return
        if isinstance(how, DelayStart):
            self.state.delay_ends = Seconds(reached + how.seconds)
        if isinstance(how, MovementStart):
            self.await_movement(at)
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
        self.discard_forecast()
        state, step = self.state, self.state.steps[self.state.index]
        began = at if moment is None else moment
        state.started_at, state.begin_total = began, begin_total
        state.delay_ends, state.waits_to_move, state.waits = None, False, False
        state.ask_press_at = None
        state.over_since = None
        if state.run_started_at is None:
            state.run_started_at = began
        self._choose_measure(step, at)
        if step.send_off_s is not None:
            state.slot_from = slot_from(state, self._before(state.index), self.clock.running(began))
            state.planned_rest_s = planned_rest_s(step, self.ends.by_clock_s(step))
        self.signals.distance.apply()
        self.events.emit(StepStarted(at, state.index, step, None if began == at else began))
        if step.kind is Kind.PROMPT:
            state.question = step
        self.enter_phase(phase_of(step), at, button)

    def wait_for_runner(self, at: Seconds) -> None:
        """Take an automatic go back: the runner stands."""
        self.discard_forecast()
        state = self.state
        self.state = state.at_step(state.index, None)
        self.state.waits, self.state.how = True, PressStart()
        self.events.emit(Waiting(at, state.steps[state.index].step_id))
        self.enter_phase(Phase.READY, at)

    def skip(self, index: int, at: Seconds) -> None:
        """Say of a step that it was skipped."""
        skipped = StepEnded(at, index, self.state.steps[index], EndReason.SKIPPED, at, Seconds(0.0))
        self.state.results = (*self.state.results, skipped)
        self.events.emit(skipped)

    def enter_phase(self, phase: Phase, at: Seconds, button: Button | None = None) -> None:
        """Come to a phase, and say so if it is another."""
        self.state.phase = phase
        self.emit_phase(at, button)

    def phase(self) -> Phase:
        """The phase as the world sees it."""
        return self.state.phase if self.clock.paused_at is None else Phase.PAUSED

    def emit_phase(self, at: Seconds, button: Button | None = None) -> None:
        """Say the phase if it is not the one said last."""
        self.events.emit_phase(self.phase(), at, button)

    def step_time(self, now: Seconds) -> Seconds | None:
        """Running time of the step under way; None before it starts."""
        started = self.state.started_at
        return None if started is None else self.clock.between(started, now)

    def await_movement(self, at: Seconds) -> None:
        """Start at the first running; where nothing measures speed soon, it takes a press, which will be said."""
        speed = self.signals.speed()
        self.state.waits_to_move = True
        if speed is None or is_stale(at - speed.at, speed.period_s):
            self.state.ask_press_at = Seconds(at + self.settings.source_grace_s)

    def planned_end(self, now: Seconds) -> PlannedEnd | None:
        """The next end of the step under way, as far as known."""
        if self.state.phase is Phase.OVERTIME:
            return None
        return self.ends.planned_end(self.state, self.forecast, now, by_hand=self.by_hand)

    def wake_at(self, now: Seconds) -> Seconds | None:
        """When to look at the end of the step though nothing arrives."""
        if self.state.phase is Phase.OVERTIME or self.state.started_at is None:
            return None
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
        goto: int | None = None,
        start: Start | None = None,
        button: Button | None = None,
    ) -> None:
        """End the step under way and reach the one at `goto` (the next, unless said otherwise).

        `at_line`: a mark says that the runner is at its planned end; `by_distance`: the odometer does.
        """
        state, step = self.state, self.state.steps[self.state.index]
        length = step.until.distance()
        goal = None
        if length is not None and (by_distance or estimated):
            goal = self.distance.goal_total(state, length, ended_at)
        ended = self.results.summarise(
            state,
            step,
            at,
            reason,
            ended_at,
            known=length if by_distance or at_line else None,
            at_line=at_line,
            estimated=estimated,
        )
        state.results = (*(one for one in state.results if one.step.step_id != step.step_id), ended)
        if state.started_at is not None:
            window = self.ends.window_s(step) if by_itself and length is not None else None
            state.last_end = last_end_of(ended, state.started_at, goal, window, by_itself=by_itself)
        self.events.emit(ended)
        self.reach(
            state.index + 1 if goto is None else goto,
            at,
            moment=ended_at,
            begin_total=None if estimated else goal,
            start=start,
            came_from=moving(step) if state.started_at is not None else state.came_from,
            button=button,
        )

    def advance(self, now: Seconds) -> None:
        """End every step whose end lies at or before `now`."""
        for _ in range(len(self.state.steps) + 1):
            state = self.state
            if state.started_at is None or self.ends.is_quiet(state, self.forecast, now):
                return
            due = self.planned_end(now)
            if due is None or due.at > now or self._goes_over(due, now):
                return
            self.before_end = (now, replace(state))
            self.end(
                now,
                due.reason,
                due.ended_at,
                by_itself=True,
                by_distance=due.by_distance,
                estimated=due.estimated,
            )

    def skip_gap(self, since: Seconds, until: Seconds) -> None:
        """Take a stretch out of the running time, like a pause, and put off a count-down by it."""
        if self.clock.paused_at is None:
            self.clock.pause(since)
            self.clock.resume(until)
        if self.state.delay_ends is not None:
            self.state.delay_ends = Seconds(self.state.delay_ends + until - since)
        self.discard_forecast()

    def move_boundary(self, at: Seconds, to: Seconds, by: MovedBy, begin_total: Metres | None = None) -> None:
        """Re-time the last boundary to `to`, and say so."""
        self.discard_forecast()
        self.events.emit(move_boundary(self.state, self.clock, at, to, by, begin_total=begin_total))

    def follow_up(self, at: Seconds) -> Start:
        """How the step after the one under way would start, were it reached at `at`."""
        state = self.state
        after = step_after(state.steps, state.index)
        return AutoStart() if after is None else self.starts.of(after, state.step, at)

    def close(self, at: Seconds, button: Button | None = None) -> None:
        """End the run here: the step under way ends first, reason `finished`."""
        self.clock.resume(at)
        self.discard_forecast()
        if self.state.phase is Phase.FINISHED:
            return
        self.cut_short = True
        last = len(self.state.steps)
        if self.state.started_at is not None:
            self.end(at, EndReason.FINISHED, at, goto=last, button=button)
        else:
            self.reach(last, at, button=button)

    def catch_up(self, now: Seconds) -> None:
        """After an undo, settle what lies behind: starts and ends that time, distance or heart rate brought."""
        state = self.state
        if state.delay_ends is not None and state.delay_ends <= now:
            self.start(now, moment=state.delay_ends)
        elif state.started_at is not None:
            since = state.started_at if state.beyond_at is None else state.beyond_at
            for at, bpm in self.history.heart_rate.pairs(since, now):
                heart = self.signals.heart_rate()
                period = Seconds(1.0) if heart is None else heart.period_s
                hold_heart_rate(state, Seconds(at), bpm, period, self.settings.heart_rate_hold_s)
        self.advance(now)

    def _ask(self, index: int, at: Seconds, came_from: Kind | None) -> None:
        """Put the question of a step that never holds the clock."""
        self.state = self.state.at_step(index, came_from)
        step = self.state.steps[index]
        self.state.question = step
        asked = StepEnded(at, index, step, EndReason.DONE, at, Seconds(0.0))
        self.state.results = (*(one for one in self.state.results if one.step.step_id != step.step_id), asked)
        self.events.emit(StepStarted(at, index, step))
        self.enter_phase(Phase.PROMPT, at)
        self.events.emit(asked)

    def _before(self, index: int) -> Step | None:
        return None if self.state.run_started_at is None else step_before(self.state.steps, index)

    def _choose_measure(self, step: Step, at: Seconds) -> None:
        if step.until.distance() is None or self.by_hand or self.distance.source(at) is not None:
            return
        self.state.clock_mode = True
        self.state.go_to_check = None
        self.state.may_measure_until = Seconds(at + self.settings.source_grace_s)

    def _goes_over(self, due: PlannedEnd, now: Seconds) -> bool:
        state, step = self.state, self.state.step
        how = self.follow_up(due.ended_at)
        if step is None or step.kind not in RESTS or not waits_for_runner(how):
            return False
        state.over_since, state.over_reason = due.ended_at, due.reason
        if isinstance(how, MovementStart):
            self.await_movement(now)
        self.enter_phase(Phase.OVERTIME, now)
        return True
