"""What the sensors mean for the step under way.

A start by movement, a runner who stands, a heart rate reached, a gap that opened or closed.
"""

from collections.abc import Sequence

from coach.quantities import Seconds
from coach.session.ends import hold_heart_rate
from coach.session.events import Asked, MovedBy
from coach.session.phases import Phase
from coach.session.results import remeasure_boundary
from coach.session.sequencer import StepSequencer
from coach.session.starts import step_after
from coach.signals.readings import Freshness, Reading, freshness, is_stale, stale_after
from coach.workout.timeline import AutoStart, Quantity


class SensorMonitor:
    """Watches the sensors of one run for its session."""

    def __init__(self, sequencer: StepSequencer) -> None:
        """Act on the steps of `sequencer`."""
        self._sequencer = sequencer
        self._standing_since: Seconds | None = None
        self._standing_at: Seconds | None = None
        self._speed: Reading | None = None
        self._power: Reading | None = None
        self._cadence: Reading | None = None
        self._heart: Reading | None = None

    def on_readings(self, now: Seconds) -> None:
        """Take in what the sensors just said."""
        sequencer, signals = self._sequencer, self._sequencer.signals
        sequencer.distance.on_sample()
        speed, cadence, heart, power = (
            signals.speed(),
            signals.cadence(),
            signals.heart_rate(),
            signals.power(),
        )
        if speed is not self._speed:
            self._speed = speed
            sequencer.history.speed.add(speed)
        if power is not self._power:
            self._power = power
            sequencer.history.power.add(power)
        if cadence is not self._cadence:
            self._cadence = cadence
            if sequencer.history.cadence.add(cadence) and cadence is not None:
                self._stand_or_run(cadence, now)
        if heart is not self._heart:
            self._heart = heart
            if sequencer.history.heart_rate.add(heart) and heart is not None:
                hold = sequencer.settings.heart_rate_hold_s
                hold_heart_rate(sequencer.state, heart.at, heart.value, heart.period_s, hold)
        self._watch_step(now, speed, cadence)

    def deadlines(self, now: Seconds) -> Sequence[Seconds]:
        """When the session must look again though nothing arrives, ends of steps excepted."""
        sequencer, state = self._sequencer, self._sequencer.state
        stale = sequencer.distance.stale_from()
        in_gap = stale is not None and now >= stale and sequencer.forecast.metres is not None
        if (
            not in_gap
            and state.delay_ends is None
            and state.go_to_check is None
            and state.ask_press_at is None
        ):
            return ()
        found = self._gap_deadlines(now) if in_gap else []
        if state.ask_press_at is not None:
            found.append(state.ask_press_at)
        if state.delay_ends is not None:
            found.append(state.delay_ends)
        if state.go_to_check is not None:
            found.append(Seconds(state.go_to_check + sequencer.settings.standing_s))
        return found

    def fire(self, now: Seconds) -> None:
        """Do what is due by time alone, ends of steps excepted."""
        state = self._sequencer.state
        if state.delay_ends is not None and state.delay_ends <= now:
            self._sequencer.start(now, moment=state.delay_ends)
        check = state.go_to_check
        if check is not None and check + self._sequencer.settings.standing_s <= now:
            state.go_to_check = None
            self._take_back_go(check, now)
        if state.ask_press_at is not None and state.ask_press_at <= now:
            state.ask_press_at = None
            self._ask_for_press(now)
        self._ask_in_gap(now)

    def _ask_for_press(self, now: Seconds) -> None:
        sequencer, speed = self._sequencer, self._sequencer.signals.speed()
        state = sequencer.state
        step = step_after(state.steps, state.index) if state.phase is Phase.OVERTIME else state.step
        unmeasured = speed is None or is_stale(now - speed.at, speed.period_s)
        if unmeasured and state.waits_to_move and step is not None:
            sequencer.events.emit(Asked(now, "press_to_start", step.step_id))

    def _watch_step(self, now: Seconds, speed: Reading | None, cadence: Reading | None) -> None:
        """Look at what few steps wait for: a source, a boundary to re-time, a runner to move, a gap to end."""
        sequencer, state = self._sequencer, self._sequencer.state
        if state.clock_mode and state.may_measure_until is not None:
            self._measure_after_all(now)
        if state.last_end is not None and state.last_end.estimated:
            self._retime(now)
        if state.waits_to_move and speed is not None:
            self._movement(now, speed, cadence)
        if (state.line_asked or state.clock_offered) and sequencer.distance.freshness(now) is Freshness.LIVE:
            state.line_asked = state.clock_offered = False
            state.offer = "" if state.offer == "clock_mode" else state.offer

    def _stand_or_run(self, cadence: Reading, now: Seconds) -> None:
        sequencer, settings = self._sequencer, self._sequencer.settings
        unheard = self._standing_at is not None and cadence.at - self._standing_at > stale_after(
            cadence.period_s
        )
        self._standing_at = cadence.at
        if cadence.value >= settings.standing_spm:
            self._standing_since = None
            if sequencer.state.waits:
                sequencer.start(now, moment=cadence.at)
        elif self._standing_since is None or unheard:
            self._standing_since = cadence.at

    def _take_back_go(self, go: Seconds, now: Seconds) -> None:
        cadence = self._sequencer.signals.cadence()
        if cadence is None or self._standing_since is None or self._sequencer.clock.paused_at is not None:
            return
        fresh = freshness(Seconds(now - cadence.at), cadence.period_s)
        stood = self._standing_since <= go - self._sequencer.settings.standing_s
        if stood and fresh in {Freshness.LIVE, Freshness.HELD}:
            self._sequencer.wait_for_runner(now)

    def _measure_after_all(self, now: Seconds) -> None:
        state = self._sequencer.state
        if state.may_measure_until is not None and now > state.may_measure_until:
            state.may_measure_until = None
        elif self._sequencer.distance.source(now) is not None:
            state.clock_mode, state.may_measure_until = False, None
            self._sequencer.discard_forecast()

    def _retime(self, now: Seconds) -> None:
        sequencer, last = self._sequencer, self._sequencer.state.last_end
        if last is None or last.goal_total is None or sequencer.distance.freshness(now) is not Freshness.LIVE:
            return
        latest = sequencer.distance.latest()
        if latest is None or latest[0] <= last.ended_at:
            return
        odometer = sequencer.signals.distance
        reached = odometer.time_at(last.goal_total, last.started_at)
        if reached is not None:
            sequencer.move_boundary(now, reached, MovedBy.SOURCE, begin_total=last.goal_total)
            return
        unmeasured = sequencer.distance.hole_at(last.ended_at)
        moved = remeasure_boundary(
            sequencer.state, now, odometer.metres_at(last.ended_at), unmeasured=unmeasured
        )
        sequencer.discard_forecast()
        if moved is not None:
            sequencer.events.emit(moved)

    def _movement(self, now: Seconds, speed: Reading, cadence: Reading | None) -> None:
        sequencer, state, settings = self._sequencer, self._sequencer.state, self._sequencer.settings
        step = step_after(state.steps, state.index) if state.phase is Phase.OVERTIME else state.step
        target = None if step is None else step.target
        least = settings.movement_mps
        if target is not None and target.quantity is Quantity.SPEED and target.band.aim:
            least = min(least, settings.movement_fraction * target.band.aim)
        steps_known = cadence is not None and not is_stale(now - cadence.at, cadence.period_s)
        runs = speed.value > least
        if steps_known and cadence is not None:
            runs = runs and cadence.value > settings.movement_spm
        unheard = state.moving_at is not None and speed.at - state.moving_at > stale_after(speed.period_s)
        state.moving_at = speed.at
        if not runs:
            state.moving_since = None
        elif state.moving_since is None or unheard:
            state.moving_since = speed.at
        if state.moving_since is None or speed.at - state.moving_since < settings.movement_s:
            return
        onset = state.moving_since
        if state.phase is Phase.OVERTIME:
            sequencer.end(now, state.over_reason, onset, start=AutoStart())
        else:
            sequencer.start(now, moment=onset)

    def _gap_deadlines(self, now: Seconds) -> list[Seconds]:
        state, stage = self._sequencer.state, self._sequencer.ends.gap_stage(self._sequencer.state, now)
        if stage is None:
            return []
        asks = [] if state.line_asked else [stage[0]]
        return asks if state.clock_offered else [*asks, stage[1]]

    def _ask_in_gap(self, now: Seconds) -> None:
        state, step = self._sequencer.state, self._sequencer.state.step
        stage = self._sequencer.ends.gap_stage(state, now) if step is not None else None
        if stage is None or step is None or self._sequencer.state.phase is Phase.OVERTIME:
            return
        if not state.line_asked and stage[0] <= now:
            state.line_asked = True
            self._sequencer.events.emit(Asked(now, "press_at_line", step.step_id))
        if not state.clock_offered and stage[1] <= now:
            state.clock_offered, state.offer = True, "clock_mode"
            self._sequencer.events.emit(Asked(now, "clock_mode", step.step_id))
