"""How a step is reached: it starts at once, waits for its start, or only asks a question on the way.

Rule 1: what is said now (`at`) may be about an earlier moment; a step that began earlier says when.
Rule 2: the first step of a run is the first that starts; a question before it starts no clock.
"""

from coach.quantities import Metres, Seconds
from coach.session.buttons import Button
from coach.session.clock import RunningClock
from coach.session.defaults import SessionSettings
from coach.session.ends import Ends, Outlook
from coach.session.facts import EndReason, StepEnded, StepStarted, Waiting
from coach.session.ground import Ground
from coach.session.history import History
from coach.session.phases import Phase
from coach.session.results import Results
from coach.session.rows import phase_of
from coach.session.slots import planned_rest_s, slot_from
from coach.session.starts import StartPolicy, may_be_held, only_asks, step_before
from coach.session.state import State
from coach.session.told import Told
from coach.signals.readings import is_stale
from coach.signals.signals import Signals
from coach.workout.kinds import Kind
from coach.workout.timeline import AutoStart, DelayStart, MovementStart, PressStart, Start, Step, Timeline


class Arrivals:
    """What one run knows, and how its steps are reached; what there is to say is collected in `told`."""

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
        self.told = Told()
        self.clock = RunningClock()
        self.history = History()
        self.ground = Ground(signals, self.clock, settings)
        self.ends = Ends(self.ground, self.clock, settings)
        self.results = Results(self.history, self.ground, self.clock, settings)
        self.state = State(timeline)
        self._outlook: Outlook | None = None

    @property
    def outlook(self) -> Outlook:
        """What is known of the end of the step under way; kept until `forget`."""
        if self._outlook is None:
            self._outlook = self.ends.outlook(self.state)
        return self._outlook

    def forget(self) -> None:
        """Look at the end of the step anew: something it rests on has changed."""
        self._outlook = None

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
        self.forget()
        self.state = self.state.at_step(index, came_from)
        reached = at if moment is None else moment
        if index >= len(self.state.steps):
            self.state.finished_at = reached
            self.to_phase(Phase.FINISHED, at, button)
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
        self.forget()
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
        self.told.say(StepStarted(at, state.index, step, None if began == at else began))
        if step.kind is Kind.PROMPT:
            state.question = step
        self.to_phase(phase_of(step), at, button)

    def wait_for_runner(self, at: Seconds) -> None:
        """Take an automatic go back: the runner stands."""
        self.forget()
        state = self.state
        self.state = state.at_step(state.index, None)
        self.state.waits, self.state.how = True, PressStart()
        self.told.say(Waiting(at, state.steps[state.index].step_id))
        self.to_phase(Phase.READY, at)

    def leave_out(self, index: int, at: Seconds) -> None:
        """Say of a step that it was skipped."""
        skipped = StepEnded(at, index, self.state.steps[index], EndReason.SKIPPED, at, Seconds(0.0))
        self.state.results = (*self.state.results, skipped)
        self.told.say(skipped)

    def to_phase(self, phase: Phase, at: Seconds, button: Button | None = None) -> None:
        """Come to a phase, and say so if it is another."""
        self.state.phase = phase
        self.say_phase(at, button)

    def phase(self) -> Phase:
        """The phase as the world sees it."""
        return self.state.phase if self.clock.paused_at is None else Phase.PAUSED

    def say_phase(self, at: Seconds, button: Button | None = None) -> None:
        """Say the phase if it is not the one said last."""
        self.told.say_phase(self.phase(), at, button)

    def step_time(self, now: Seconds) -> Seconds | None:
        """Running time of the step under way; None before it starts."""
        started = self.state.started_at
        return None if started is None else self.clock.between(started, now)

    def _ask(self, index: int, at: Seconds, came_from: Kind | None) -> None:
        """Put the question of a step that never holds the clock."""
        self.state = self.state.at_step(index, came_from)
        step = self.state.steps[index]
        self.state.question = step
        asked = StepEnded(at, index, step, EndReason.DONE, at, Seconds(0.0))
        self.state.results = (*(one for one in self.state.results if one.step.step_id != step.step_id), asked)
        self.told.say(StepStarted(at, index, step))
        self.to_phase(Phase.PROMPT, at)
        self.told.say(asked)

    def _before(self, index: int) -> Step | None:
        return None if self.state.run_started_at is None else step_before(self.state.steps, index)

    def await_movement(self, at: Seconds) -> None:
        """Start at the first running; where nothing measures speed soon, it takes a press, which will be said."""
        speed = self.signals.speed()
        self.state.waits_to_move = True
        if speed is None or is_stale(at - speed.at, speed.period_s):
            self.state.ask_press_at = Seconds(at + self.settings.source_grace_s)

    def _choose_measure(self, step: Step, at: Seconds) -> None:
        if step.until.distance() is None or self.by_hand or self.ground.source(at) is not None:
            return
        self.state.clock_mode = True
        self.state.go_to_check = None
        self.state.may_measure_until = Seconds(at + self.settings.source_grace_s)
