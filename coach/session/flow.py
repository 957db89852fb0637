"""How the steps follow one another: a step is reached, waits or starts, ends, and the next one is reached.

Rule 1: what is said now (`at`) may be about an earlier moment; a step that began earlier says when.
Rule 2: a boundary by distance lies where the distance says, and the overshoot belongs to the next step.
Rule 3: only the last boundary can still move.
"""

from dataclasses import replace

from coach.quantities import Metres, Seconds
from coach.session.boundaries import last_end_of, move_boundary
from coach.session.buttons import Button
from coach.session.clock import RunningClock
from coach.session.defaults import SessionSettings
from coach.session.ends import Due, Ends
from coach.session.facts import (
    Asked,
    EndReason,
    Fact,
    MovedBy,
    PhaseChanged,
    Split,
    SplitRole,
    StepEnded,
    StepStarted,
    Waiting,
)
from coach.session.ground import Ground
from coach.session.history import History
from coach.session.phases import Phase
from coach.session.results import Results
from coach.session.rows import phase_of
from coach.session.starts import REPS, RESTS, StartPolicy, sends_off, waits_for_runner
from coach.session.state import KnownMark, State
from coach.signals.readings import Calibrated
from coach.signals.signals import Signals
from coach.workout.timeline import (
    AutoStart,
    DelayStart,
    Kind,
    Move,
    MovementStart,
    OpenEnd,
    Start,
    Step,
    Timeline,
)


class Flow:
    """The steps of one run, in order; facts are collected in `facts` until somebody takes them."""

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
        self.clock = RunningClock()
        self.history = History()
        self.ground = Ground(signals, self.clock, settings)
        self.ends = Ends(self.ground, self.clock, settings)
        self.state = State(timeline)
        self.before_end: tuple[Seconds, State] | None = None
        self.facts: list[Fact] = []
        self.notes: list[Calibrated] = []
        self.cut_short = False
        """Was the run ended before its last step was?"""
        self._said: Phase | None = None
        self.results = Results(self.history, self.ground, self.clock, settings)

    def due(self, now: Seconds) -> Due | None:
        """The next end of the step under way, as far as known."""
        if self.state.phase is Phase.OVERTIME:
            return None
        return self.ends.due(self.state, now, by_hand=self.by_hand)

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
        previous = self._before(index)
        self.state = self.state.at_step(index, came_from)
        if index >= len(self.state.timeline.steps):
            self.state.finished_at = at
            self.to_phase(Phase.FINISHED, at, button)
            return
        step = self.state.timeline.steps[index]
        how = start or self.starts.of(step, previous, at)
        if isinstance(how, AutoStart):
            self._check_standing(step, previous, at)
            self.start(at, moment=moment, begin_total=begin_total, button=button)
            return
        if isinstance(how, DelayStart):
            self.state.delay_ends = Seconds((at if moment is None else moment) + how.seconds)
        if isinstance(how, MovementStart):
            self.state.waits_to_move = self.signals.speed() is not None
            if not self.state.waits_to_move:
                self.facts.append(Asked(at, "press_to_start", step.step_id))
        self.to_phase(Phase.READY, at, button)

    def start(
        self,
        at: Seconds,
        *,
        moment: Seconds | None = None,
        begin_total: Metres | None = None,
        button: Button | None = None,
    ) -> None:
        """Start the step at `moment` (now, unless it began earlier)."""
        state, step = self.state, self.state.steps[self.state.index]
        began = at if moment is None else moment
        state.started_at, state.begin_total = began, begin_total
        state.delay_ends, state.waits_to_move = None, False
        if state.run_started_at is None:
            state.run_started_at = began
        self._choose_measure(step, at)
        if step.send_off_s is not None:
            state.slot_from = self.clock.running(began)
            state.planned_rest_s = Seconds(max(0.0, step.send_off_s - self.ends.by_clock_s(step)))
        self.signals.distance.apply()
        self.facts.append(StepStarted(at, state.index, step, None if began == at else began))
        self.to_phase(phase_of(step), at, button)
        if step.kind is Kind.PROMPT:
            state.question = step
            if all(isinstance(end, OpenEnd) for end in step.until.ends):
                self.end(at, EndReason.DONE, began, by_itself=False)

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
        goal = None if length is None or not by_distance else self.ground.goal_total(state, length, ended_at)
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
            state.last_end = last_end_of(ended, state.started_at, goal, self.settings, by_itself=by_itself)
        self.facts.append(ended)
        self.reach(
            state.index + 1 if goto is None else goto,
            at,
            moment=ended_at,
            begin_total=None if estimated else goal,
            start=start,
            came_from=_moving(step),
            button=button,
        )

    def advance(self, now: Seconds) -> None:
        """End every step whose end lies at or before `now`."""
        for _ in range(len(self.state.timeline.steps) + 1):
            due = self.due(now)
            if due is None or due.at > now or self._goes_over(due, now):
                return
            self.before_end = (now, replace(self.state))
            self.end(
                now,
                due.reason,
                due.ended_at,
                by_itself=True,
                by_distance=due.by_distance,
                estimated=due.estimated,
            )

    def to_phase(self, phase: Phase, at: Seconds, button: Button | None = None) -> None:
        """Come to a phase, and say so if it is another."""
        self.state.phase = phase
        self.say_phase(at, button)

    def phase(self) -> Phase:
        """The phase as the world sees it."""
        return self.state.phase if self.clock.paused_at is None else Phase.PAUSED

    def say_phase(self, at: Seconds, button: Button | None = None) -> None:
        """Say the phase if it is not the one said last."""
        phase = self.phase()
        if phase is not self._said:
            self._said = phase
            self.facts.append(PhaseChanged(at, phase, button))

    def split(
        self, at: Seconds, role: SplitRole, metres: Metres | None = None, moment: Seconds | None = None
    ) -> None:
        """Keep a mark of the step under way, pressed at `moment`, and say what it was taken for."""
        state, step = self.state, self.state.step
        pressed_at = at if moment is None else moment
        time_s = self.step_time(pressed_at)
        light_s = None
        if step is not None and metres is not None and time_s is not None:
            light_s = self.results.light_s(state, step, metres, time_s)
        if time_s is not None and role in {SplitRole.SPLIT, SplitRole.END, SplitRole.DOUBTFUL}:
            rep = None if step is None else step.rep
            state.marks = (*state.marks, KnownMark(pressed_at, time_s, metres, role, light_s, rep))
        self.facts.append(Split(at, role, metres, time_s, light_s))

    def move_boundary(self, at: Seconds, to: Seconds, by: MovedBy, begin_total: Metres | None = None) -> None:
        """Re-time the last boundary to `to`, and say so."""
        moved = move_boundary(self.state, self.clock, at, to, by, begin_total=begin_total)
        if moved is not None:
            self.facts.append(moved)

    def wait_for_runner(self, at: Seconds) -> None:
        """Take an automatic go back: the runner stands."""
        state = self.state
        step = state.steps[state.index]
        self.state = state.at_step(state.index, None)
        self.state.waits = True
        self.facts.append(Waiting(at, step.step_id))
        self.to_phase(Phase.READY, at)

    def step_time(self, now: Seconds) -> Seconds | None:
        """Running time of the step under way; None before it starts."""
        if self.state.started_at is None:
            return None
        return Seconds(self.clock.running(now) - self.clock.running(self.state.started_at))

    def follow_up(self, index: int) -> Start:
        """How the step after `index` would start, were it reached now."""
        steps = self.state.steps
        if index + 1 >= len(steps):
            return AutoStart()
        return self.starts.of(steps[index + 1], steps[index], Seconds(0.0))

    def start_of_step(self, at: Seconds) -> Start:
        """How the step about to start does so."""
        step = self.state.steps[self.state.index]
        return self.starts.of(step, self._before(self.state.index), at)

    def leave_out(self, index: int, at: Seconds) -> None:
        """Say of a step that it was skipped."""
        skipped = StepEnded(at, index, self.state.steps[index], EndReason.SKIPPED, at, Seconds(0.0))
        self.state.results = (*self.state.results, skipped)
        self.facts.append(skipped)

    def close(self, at: Seconds, button: Button | None = None) -> None:
        """End the run here: the step under way ends first, reason `finished`."""
        self.clock.resume(at)
        if self.state.phase is Phase.FINISHED:
            return
        self.cut_short = True
        last = len(self.state.steps)
        if self.state.started_at is not None:
            self.end(at, EndReason.FINISHED, at, goto=last, button=button)
        else:
            self.reach(last, at, button=button)

    def catch_up(self, now: Seconds) -> None:
        """After an undo, settle what lies behind: ends that time or distance brought meanwhile."""
        if self.state.delay_ends is not None and self.state.delay_ends <= now:
            self.start(now, moment=self.state.delay_ends)
        self.advance(now)

    def offer_stretch(self, at: Seconds, measured: Metres, true: Metres) -> None:
        """Offer the factor of a declared stretch."""
        self.state.stretch, self.state.offer = (at, measured, true), "calibration"
        self.facts.append(Asked(at, "calibration", self.state.steps[self.state.index].step_id))

    def learn(self, at: Seconds, measured: Metres, true: Metres, origin: str) -> bool:
        """Let the odometer learn from a stretch; answer whether it did."""
        learnt = self.signals.distance.learn(at, measured, true, origin)
        if learnt is not None:
            self.notes.append(learnt)
        return learnt is not None

    def _before(self, index: int) -> Step | None:
        if self.state.run_started_at is None:
            return None
        return self.state.steps[index - 1] if 0 < index <= len(self.state.steps) else None

    def _check_standing(self, step: Step, previous: Step | None, at: Seconds) -> None:
        if not self.starts.holds_for_standing or previous is None or step.kind is Kind.HILL:
            return
        moved = previous.kind in RESTS and previous.move is not Move.STAND
        on_belt = self.state.timeline.context.surface == "treadmill"
        if moved and step.kind in REPS and not sends_off(previous) and not on_belt:
            self.state.go_to_check = at

    def _choose_measure(self, step: Step, at: Seconds) -> None:
        if step.until.distance() is None or self.by_hand or self.ground.source(at) is not None:
            return
        self.state.clock_mode = True
        self.state.go_to_check = None
        self.state.may_measure_until = Seconds(at + self.settings.source_grace_s)

    def _goes_over(self, due: Due, now: Seconds) -> bool:
        step = self.state.step
        if step is None or step.kind not in RESTS or not waits_for_runner(self.follow_up(self.state.index)):
            return False
        self.state.over_since = due.ended_at
        self.state.waits_to_move = isinstance(self.follow_up(self.state.index), MovementStart)
        self.to_phase(Phase.OVERTIME, now)
        return True


def _moving(step: Step) -> Kind | None:
    stood = step.kind in {Kind.CHECKLIST, Kind.PROMPT} or (step.kind in RESTS and step.move is not Move.JOG)
    return None if stood else step.kind
