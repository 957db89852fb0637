"""What the sensors mean for the step under way.

A start by movement, a runner who stands, a heart rate reached, a gap that opened or closed.
"""

from coach.quantities import Seconds
from coach.session.boundaries import settle_estimate
from coach.session.facts import Asked, EndReason, MovedBy
from coach.session.flow import Flow
from coach.session.phases import Phase
from coach.signals.freshness import freshness
from coach.signals.readings import Freshness, Reading
from coach.workout.timeline import AutoStart, HeartRateEnd, Quantity


class Watch:
    """Watches the sensors of one run for its session."""

    def __init__(self, flow: Flow) -> None:
        """Act on the steps of `flow`."""
        self._flow = flow
        self._standing_since: Seconds | None = None

    def observe(self, now: Seconds) -> None:
        """Take in what the sensors just said."""
        flow, signals = self._flow, self._flow.signals
        flow.ground.observe()
        speed, cadence, heart = signals.speed(), signals.cadence(), signals.heart_rate()
        flow.history.speed.add(speed)
        flow.history.power.add(signals.power())
        if flow.history.cadence.add(cadence) and cadence is not None:
            self._stand_or_run(cadence)
        if flow.history.heart_rate.add(heart) and heart is not None:
            self._heart_rate(heart)
        state = flow.state
        if state.clock_mode and state.may_measure_until is not None:
            self._measure_after_all(now)
        if state.last_end is not None and state.last_end.estimated:
            self._retime(now)
        if state.waits_to_move and speed is not None:
            self._movement(now, speed, cadence)
        if state.offer == "clock_mode" and flow.ground.freshness(now) is Freshness.LIVE:
            state.offer = ""
        if state.line_asked and flow.ground.freshness(now) is Freshness.LIVE:
            state.line_asked = state.clock_offered = False

    def deadlines(self, now: Seconds) -> list[Seconds]:
        """When the session must look again though nothing arrives."""
        flow, state = self._flow, self._flow.state
        found: list[Seconds] = []
        if state.delay_ends is not None:
            found.append(state.delay_ends)
        if state.go_to_check is not None:
            found.append(Seconds(state.go_to_check + flow.settings.standing_s))
        if state.started_at is not None and state.phase is not Phase.OVERTIME:
            found += self._gap_deadlines(now)
        return found

    def settle(self, now: Seconds) -> None:
        """Do what is due by time alone, ends of steps excepted."""
        state = self._flow.state
        if state.delay_ends is not None and state.delay_ends <= now:
            self._flow.start(now)
        check = state.go_to_check
        if check is not None and check + self._flow.settings.standing_s <= now:
            state.go_to_check = None
            self._take_back_go(check, now)
        self._ask_in_gap(now)

    def _stand_or_run(self, cadence: Reading) -> None:
        flow, settings = self._flow, self._flow.settings
        if cadence.value >= settings.standing_spm:
            self._standing_since = None
            if flow.state.waits:
                flow.state.waits = False
                flow.start(cadence.at)
        elif self._standing_since is None:
            self._standing_since = cadence.at

    def _take_back_go(self, go: Seconds, now: Seconds) -> None:
        cadence = self._flow.signals.cadence()
        if cadence is None or self._standing_since is None:
            return
        fresh = freshness(Seconds(now - cadence.at), cadence.period_s)
        stood = self._standing_since <= go - self._flow.settings.standing_s
        if stood and fresh in {Freshness.LIVE, Freshness.HELD}:
            self._flow.wait_for_runner(now)

    def _heart_rate(self, heart: Reading) -> None:
        state, step = self._flow.state, self._flow.state.step
        if step is None or state.started_at is None:
            return
        for end in step.until.ends:
            if isinstance(end, HeartRateEnd):
                beyond = heart.value < end.bpm if end.below else heart.value > end.bpm
                gap = state.beyond_at is not None and heart.at - state.beyond_at > max(
                    2.0, 2 * heart.period_s
                )
                if not beyond or gap:
                    state.beyond_since = heart.at if beyond else None
                elif state.beyond_since is None:
                    state.beyond_since = heart.at
                elif heart.at - state.beyond_since >= self._flow.settings.heart_rate_hold_s:
                    state.beyond_met_at = state.beyond_met_at or heart.at
                state.beyond_at = heart.at

    def _measure_after_all(self, now: Seconds) -> None:
        state = self._flow.state
        if state.may_measure_until is not None and now > state.may_measure_until:
            state.may_measure_until = None
        elif self._flow.ground.source(now) is not None:
            state.clock_mode, state.may_measure_until = False, None

    def _retime(self, now: Seconds) -> None:
        flow, last = self._flow, self._flow.state.last_end
        if last is None or last.goal_total is None or flow.ground.freshness(now) is not Freshness.LIVE:
            return
        latest = flow.ground.latest()
        if latest is None or latest[0] <= last.ended_at:
            return
        odometer = flow.signals.distance
        reached = odometer.time_at(last.goal_total, last.started_at)
        if reached is not None:
            flow.move_boundary(now, reached, MovedBy.SOURCE, begin_total=last.goal_total)
            return
        moved = settle_estimate(flow.state, now, odometer.metres_at(last.ended_at))
        if moved is not None:
            flow.facts.append(moved)

    def _movement(self, now: Seconds, speed: Reading, cadence: Reading | None) -> None:
        flow, state, settings = self._flow, self._flow.state, self._flow.settings
        index = state.index + 1 if state.phase is Phase.OVERTIME else state.index
        target = state.steps[index].target if index < len(state.steps) else None
        least = settings.movement_mps
        if target is not None and target.quantity is Quantity.SPEED and target.band.aim:
            least = min(least, settings.movement_fraction * target.band.aim)
        runs = speed.value > least and (cadence is None or cadence.value > settings.movement_spm)
        if not runs:
            state.moving_since = None
        elif state.moving_since is None:
            state.moving_since = speed.at
        if state.moving_since is None or speed.at - state.moving_since < settings.movement_s:
            return
        onset = state.moving_since
        if state.phase is Phase.OVERTIME:
            flow.end(now, EndReason.DONE, onset, start=AutoStart())
        else:
            flow.start(now, moment=onset)

    def _gap_deadlines(self, now: Seconds) -> list[Seconds]:
        state, stage = self._flow.state, self._flow.ends.gap_stage(self._flow.state, now)
        if stage is None:
            return []
        asks = [] if state.line_asked else [stage[0]]
        return asks if state.clock_offered else [*asks, stage[1]]

    def _ask_in_gap(self, now: Seconds) -> None:
        state, step = self._flow.state, self._flow.state.step
        stage = self._flow.ends.gap_stage(state, now) if step is not None else None
        if stage is None or step is None or self._flow.state.phase is Phase.OVERTIME:
            return
        if not state.line_asked and stage[0] <= now:
            state.line_asked = True
            self._flow.facts.append(Asked(now, "press_at_line", step.step_id))
        if not state.clock_offered and stage[1] <= now:
            state.clock_offered, state.offer = True, "clock_mode"
            self._flow.facts.append(Asked(now, "clock_mode", step.step_id))
