"""How the steps follow one another: a step ends, by itself or by a press, and the next one is reached.

Rule 1: a boundary by distance lies where the distance says, and the overshoot belongs to the next step.
Rule 2: only the last boundary can still move.
"""

from dataclasses import replace

from coach.quantities import Metres, Seconds
from coach.session.arrivals import Arrivals
from coach.session.boundaries import last_end_of, move_boundary
from coach.session.buttons import Button
from coach.session.defaults import SessionSettings
from coach.session.ends import Due
from coach.session.facts import EndReason, MovedBy
from coach.session.hearts import take_heart_rate
from coach.session.phases import Phase
from coach.session.starts import (
    StartPolicy,
    moving,
    step_after,
    waits_for_runner,
)
from coach.session.state import State
from coach.signals.signals import Signals
from coach.workout.kinds import RESTS
from coach.workout.timeline import (
    AutoStart,
    MovementStart,
    Start,
    Timeline,
)


class Flow(Arrivals):
    """The steps of one run, in order."""

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
        super().__init__(timeline, signals, settings, starts, by_hand=by_hand)
        self.before_end: tuple[Seconds, State] | None = None
        """When a step last ended by itself, and how things stood."""
        self.cut_short = False
        """Was the run ended before its last step was?"""

    def due(self, now: Seconds) -> Due | None:
        """The next end of the step under way, as far as known."""
        if self.state.phase is Phase.OVERTIME:
            return None
        return self.ends.due(self.state, self.outlook, now, by_hand=self.by_hand)

    def wake_at(self, now: Seconds) -> Seconds | None:
        """When to look at the end of the step though nothing arrives."""
        if self.state.phase is Phase.OVERTIME or self.state.started_at is None:
            return None
        return self.ends.wake_at(self.state, self.outlook, now, by_hand=self.by_hand)

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
            goal = self.ground.goal_total(state, length, ended_at)
        ended = self.results.of(
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
        self.told.say(ended)
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
            if state.started_at is None or self.ends.is_quiet(state, self.outlook, now):
                return
            due = self.due(now)
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
        self.forget()

    def move_boundary(self, at: Seconds, to: Seconds, by: MovedBy, begin_total: Metres | None = None) -> None:
        """Re-time the last boundary to `to`, and say so."""
        self.forget()
        self.told.say(move_boundary(self.state, self.clock, at, to, by, begin_total=begin_total))

    def follow_up(self, at: Seconds) -> Start:
        """How the step after the one under way would start, were it reached at `at`."""
        state = self.state
        after = step_after(state.steps, state.index)
        return AutoStart() if after is None else self.starts.of(after, state.step, at)

    def close(self, at: Seconds, button: Button | None = None) -> None:
        """End the run here: the step under way ends first, reason `finished`."""
        self.clock.resume(at)
        self.forget()
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
                take_heart_rate(state, Seconds(at), bpm, period, self.settings.heart_rate_hold_s)
        self.advance(now)

    def _goes_over(self, due: Due, now: Seconds) -> bool:
        state, step = self.state, self.state.step
        how = self.follow_up(due.ended_at)
        if step is None or step.kind not in RESTS or not waits_for_runner(how):
            return False
        state.over_since, state.over_reason = due.ended_at, due.reason
        if isinstance(how, MovementStart):
            self.await_movement(now)
        self.to_phase(Phase.OVERTIME, now)
        return True
