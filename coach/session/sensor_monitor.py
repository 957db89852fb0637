"""Watches the sensors for what changes the step under way.

That is a start by movement, a runner who stands, a heart rate beyond the end of a step, a source that is back, and the
beginning and the end of a gap.
"""

from collections.abc import Sequence

from coach.quantities import Metres, Seconds
from coach.session.config import step_after
from coach.session.edits import Offers
from coach.session.events import Asked, MovedBy
from coach.session.phases import Phase
from coach.session.sequencer import StepSequencer
from coach.session.state import LastEnd
from coach.signals.readings import Freshness, Reading, freshness, is_stale, stale_after
from coach.workout.timeline import AutoStart, Quantity, Step


class SensorMonitor:
    """Watches the sensors of one run for its session."""

    def __init__(self, sequencer: StepSequencer, offers: Offers) -> None:
        """Act on the steps of `sequencer`; in a gap the runner is asked by `offers`."""
        self._sequencer = sequencer
        self._offers = offers
        self._standing_since: Seconds | None = None
        self._standing_at: Seconds | None = None
        self._speed: Reading | None = None
        self._power: Reading | None = None
        self._cadence: Reading | None = None
        self._heart_rate: Reading | None = None

    def on_readings(self, now: Seconds) -> None:
        """Take in the newest readings of the sensors."""
        sequencer, signals = self._sequencer, self._sequencer.signals
        history, distance = sequencer.history, sequencer.distance
        distance.on_sample()
        speed, cadence, heart_rate, power = signals.newest()
        if speed is not self._speed:
            self._speed = speed
            if history.speed.add(speed) and speed is not None:
                sequencer.stops.on_speed(sequencer.state, speed, now)
        if power is not self._power:
            self._power = power
            history.power.add(power)
        if cadence is not self._cadence:
            self._cadence = cadence
            if history.cadence.add(cadence) and cadence is not None:
                self._on_cadence(cadence, now)
        if heart_rate is not self._heart_rate:
            self._heart_rate = heart_rate
            if history.heart_rate.add(heart_rate) and heart_rate is not None:
                sequencer.ends.on_heart_rate(
                    sequencer.state, heart_rate.at, heart_rate.value, heart_rate.period_s
                )
        if signals.distance.lap_change is not None:
            self._rescale()
        self._watch_step(now, speed, cadence)
        if sequencer.state.measurement.begin_total is None:
            distance.keep_begin(sequencer.state)

    def _rescale(self) -> None:
        """Count the metres of the step anew if laps of the track have told that positions read short or long."""
        distance, odometer = self._sequencer.distance, self._sequencer.signals.distance
        change, latest = odometer.drain_lap_change(), distance.latest()
        if change is not None and latest is not None:
            distance.rescale_begin(self._sequencer.state, latest[1], *change)

    def deadlines(self, now: Seconds) -> Sequence[Seconds]:
        """When the session must look again though nothing arrives, ends of steps and count-downs excepted."""
        sequencer, pending = self._sequencer, self._sequencer.state.pending
        stale = sequencer.distance.stale_from
        in_gap = stale is not None and now >= stale and sequencer.forecast.metres is not None
        if not in_gap and pending.go_to_check is None and pending.ask_press_at is None:
            return ()
        deadlines = self._offers.gap_deadlines(now) if in_gap else []
        if pending.ask_press_at is not None:
            deadlines.append(pending.ask_press_at)
        if pending.go_to_check is not None:
            deadlines.append(Seconds(pending.go_to_check + sequencer.settings.standing_s))
        return deadlines

    def fire(self, now: Seconds) -> None:
        """Do what is due by time alone, ends of steps and count-downs excepted."""
        sequencer = self._sequencer
        go = sequencer.state.pending.go_to_check
        if go is not None and go + sequencer.settings.standing_s <= now:
            sequencer.release_go()
            self._take_back_go(go, now)
        ask_at = sequencer.state.pending.ask_press_at
        if ask_at is not None and ask_at <= now:
            sequencer.stop_asking_for_press()
            self._ask_for_press(now)
        self._offers.ask_in_gap(now)

    def _ask_for_press(self, now: Seconds) -> None:
        """Ask for a press where a start by movement is awaited and nothing measures speed."""
        sequencer, step = self._sequencer, self._awaited_step()
        speed = sequencer.signals.speed()
        is_unmeasured = speed is None or is_stale(now - speed.at, speed.period_s)
        if is_unmeasured and sequencer.state.pending.waits_to_move and step is not None:
            sequencer.events.emit(Asked(now, "press_to_start", step.step_id))

    def _awaited_step(self) -> Step | None:
        """The step that a start by movement begins: in overtime the next one."""
        state = self._sequencer.state
        if state.progress.phase is Phase.OVERTIME:
            return step_after(state.steps, state.progress.index)
        return state.step

    def _watch_step(self, now: Seconds, speed: Reading | None, cadence: Reading | None) -> None:
        """Check for a source that is back, a boundary to re-time, a runner who moves, and the end of a gap."""
        sequencer, state = self._sequencer, self._sequencer.state
        if state.measurement.is_clock_mode and sequencer.distance.measure_after_all(state, now):
            sequencer.discard_forecast()
        last = state.records.last_end
        if last is not None and last.estimated:
            self._retime(last, now)
        if state.pending.waits_to_move and speed is not None:
            self._on_speed(now, speed, cadence)
        offer = state.open_offer
        in_gap = offer.line_asked or offer.clock_offered
        if in_gap and sequencer.distance.freshness(now) is Freshness.LIVE:
            self._offers.end_gap()

    def _on_cadence(self, cadence: Reading, now: Seconds) -> None:
        """Note since when the runner has been standing; the first step run starts a step that waits for it."""
        previous_at, self._standing_at = self._standing_at, cadence.at
        is_gap = previous_at is not None and cadence.at - previous_at > stale_after(cadence.period_s)
        if cadence.value >= self._sequencer.settings.standing_spm:
            self._standing_since = None
            if self._sequencer.state.pending.waits_for_runner:
                self._sequencer.start(now, moment=cadence.at)
        elif self._standing_since is None or is_gap:
            self._standing_since = cadence.at

    def _take_back_go(self, go: Seconds, now: Seconds) -> None:
        """Take an automatic go back if the runner stood before it and still stands."""
        sequencer = self._sequencer
        cadence = sequencer.signals.cadence()
        if cadence is None or self._standing_since is None or sequencer.clock.paused_at is not None:
            return
        freshness_now = freshness(Seconds(now - cadence.at), cadence.period_s)
        was_standing = self._standing_since <= go - sequencer.settings.standing_s
        if was_standing and freshness_now in {Freshness.LIVE, Freshness.HELD}:
            sequencer.wait_for_runner(now)

    def _retime(self, last: LastEnd, now: Seconds) -> None:
        """Re-time an estimated boundary by the source that came back, or record how far the step really was."""
        sequencer, latest = self._sequencer, self._sequencer.distance.latest()
        if last.goal_total is None or sequencer.distance.freshness(now) is not Freshness.LIVE:
            return
        if latest is None or latest[0] <= last.ended_at:
            return
        ended = sequencer.results.result_of(sequencer.state, last.step_id)
        length = None if ended is None else ended.step.until.distance()
        begin_total = None if length is None else Metres(last.goal_total - length)
        reached_at = sequencer.distance.time_at(last.goal_total, last.started_at, begin_total)
        if reached_at is None:
            sequencer.remeasure_boundary(now)
        else:
            sequencer.move_boundary(now, reached_at, MovedBy.SOURCE, begin_total=last.goal_total)

    def _on_speed(self, now: Seconds, speed: Reading, cadence: Reading | None) -> None:
        """Start the awaited step once the runner has been running for long enough, at the onset of it."""
        sequencer, state, settings = self._sequencer, self._sequencer.state, self._sequencer.settings
        step, movement = self._awaited_step(), state.movement
        target = None if step is None else step.target
        least_mps = settings.movement_mps
        if target is not None and target.quantity is Quantity.SPEED and target.band.aim:
            least_mps = min(least_mps, settings.movement_fraction * target.band.aim)
        is_running = speed.value > least_mps
        if cadence is not None and not is_stale(now - cadence.at, cadence.period_s):
            is_running = is_running and cadence.value > settings.movement_spm
        previous_at, movement.moving_at = movement.moving_at, speed.at
        is_gap = previous_at is not None and speed.at - previous_at > stale_after(speed.period_s)
        if not is_running:
            movement.moving_since = None
        elif movement.moving_since is None or is_gap:
            movement.moving_since = speed.at
        onset = movement.moving_since
        if onset is None or speed.at - onset < settings.movement_s:
            return
        if state.progress.phase is Phase.OVERTIME:
            sequencer.end(now, state.pending.over_reason, onset, start=AutoStart())
        else:
            sequencer.start(now, moment=onset)
