"""The session: which step is under way, how far it is, and what each button does.

`StepSequencer` runs the steps in order, `EndForecaster` forecasts when one ends, `StepDistance` measures it,
`SensorMonitor` watches the sensors, `ButtonHandler` handles the buttons. Other rooms use them through `Session` only.
"""

from collections.abc import Sequence
from dataclasses import replace

from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.button_handler import ButtonHandler
from coach.session.config import SessionSettings, StartPolicy, step_after
from coach.session.edits import Edits, Offers
from coach.session.events import (
    Asked,
    Light,
    MovedBy,
    ResumeChoice,
    RunResumed,
    SessionEvent,
    StepEnded,
    StepUnderWay,
    behind_light,
    light_at,
)
from coach.session.marks import AutomaticSplits
from coach.session.own_stop import OwnStops
from coach.session.phases import ItemTimer, Phase, Pressed, SplitRole
from coach.session.results import PodTolerance, ReadingHistory
from coach.session.sequencer import StepSequencer
from coach.session.state import LastEnd, StepMark
from coach.signals.readings import Calibrated, Freshness, Reading, Rejected, freshness, is_stale, stale_after
from coach.signals.signals import Signals
from coach.workout.edits import effort_day
from coach.workout.kinds import Kind
from coach.workout.timeline import AutoStart, Quantity, Step, StepTarget, Timeline

# --- what the sensors show of the step under way
#
# That is a start by movement, a runner who stands, a heart rate beyond the end of a step, a source that is back, and
# the beginning and the end of a gap.


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
        """The time when the session must look again though nothing arrives, ends of steps and count-downs excepted."""
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


# --- the session

SessionOutput = SessionEvent | Calibrated | Rejected


class Session:
    """One run of a workout; every time is `at`, in seconds since the first input."""

    def __init__(
        self,
        timeline: Timeline,
        signals: Signals,
        settings: SessionSettings,
        starts: StartPolicy,
        *,
        by_hand: bool = False,
        threshold_bpm: float | None = None,
        pod_tolerance: PodTolerance = PodTolerance(),  # noqa: B008 - a constant: the defaults of a frozen tuple
    ) -> None:
        """Begin before the first step; with `by_hand` the run is timed by marks.

        `threshold_bpm` is the athlete's measured threshold heart rate; None where it is not known.
        """
        self.coach_mode = by_hand
        self._sequencer = StepSequencer(
            timeline, signals, settings, starts, by_hand=by_hand, pod_tolerance=pod_tolerance
        )
        self._edits = Edits(self._sequencer, threshold_bpm)
        self._offers = Offers(self._sequencer, self._edits)
        self._buttons = ButtonHandler(self._sequencer, self._edits, self._offers)
        self._monitor = SensorMonitor(self._sequencer, self._offers)
        self._splits = AutomaticSplits(self._sequencer)
        self._own_stops = OwnStops(self._sequencer, self._offers)
        self._newest_at: Seconds | None = None

    def open(self, at: Seconds) -> Sequence[SessionOutput]:
        """Come to the first step."""
        self._sequencer.reach(0, at)
        self._sequencer.advance(at)
        return self._drain()

    def on_readings(self, now: Seconds) -> Sequence[SessionOutput]:
        """Take in the newest readings of the signals."""
        self._monitor.on_readings(now)
        newest_at = self._sequencer.distance.newest_at
        is_new, self._newest_at = newest_at != self._newest_at, newest_at
        if is_new:
            self._splits.on_distance(now)
        self._sequencer.advance(now)
        if is_new:
            self._own_stops.on_distance(now)
        return self._drain()

    def fire(self, now: Seconds) -> Sequence[SessionOutput]:
        """Fire what is due at `now`."""
        self._sequencer.start_if_due(now)
        self._monitor.fire(now)
        self._sequencer.advance(now)
        return self._drain()

    def press(self, pressed: Pressed) -> Sequence[SessionOutput]:
        """Do what a button asks for."""
        rejections = self._buttons.press(pressed)
        return [*self._drain(), *rejections]

    def close(self, at: Seconds) -> Sequence[SessionOutput]:
        """Come to the end of the run, whatever is under way."""
        self._sequencer.close(at)
        return self._drain()

    def skip_gap(
        self, since: Seconds, until: Seconds, *, counts_metres: bool = False
    ) -> Sequence[SessionOutput]:
        """Take a stretch in which the program was not running out of the running time, like a pause."""
        self._sequencer.skip_gap(since, until, counts_metres=counts_metres)
        return self._drain()

    def resume(
        self, at: Seconds, since: Seconds, choice: ResumeChoice, under_way: StepUnderWay | None
    ) -> Sequence[SessionOutput]:
        """Go on after a gap that began at `since`, from the step that was under way, as it was chosen."""
        if choice is ResumeChoice.TAKE_BACK:
            self._sequencer.events.emit(RunResumed(at, since, choice, ""))
            self._buttons.take_end_back(at)
            return self._drain()
        if under_way is not None:
            self._sequencer.come_to(under_way, at)
        step = self._sequencer.state.step
        self._sequencer.events.emit(RunResumed(at, since, choice, "" if step is None else step.step_id))
        if choice is ResumeChoice.PAUSE:
            self._sequencer.pause(at)
        elif choice is not ResumeChoice.CONTINUE:
            self._sequencer.go_on_after_gap(at, since, choice)
            self._buttons.forget()
        return self._drain()

    def switch(self, timeline: Timeline, at: Seconds) -> Sequence[SessionOutput]:
        """Go over to the steps of another workout after the one under way; no undo leads back before it."""
        self._edits.switch(timeline, at)
        self._buttons.forget()
        return self._drain()

    def reset_light(self, now: Seconds) -> None:
        """Set the pacing light back to the runner."""
        behind_s = self.behind_light_s(now)
        if behind_s is not None:
            self._sequencer.shift_light(behind_s)

    def offer_relief(self, now: Seconds) -> Sequence[SessionOutput]:
        """Offer a longer rest, else a slower target, where the rest under way allows it; `accept` takes it."""
        self._offers.offer_relief(now)
        return self._drain()

    def wake_at(self, now: Seconds) -> Seconds | None:
        """The time when something is due next though nothing arrives."""
        due = self._sequencer.wake_at(now)
        for deadline in self._monitor.deadlines(now):
            if due is None or deadline < due:
                due = deadline
        return due

    @property
    def phase(self) -> Phase:
        """The phase as the world sees it."""
        return self._sequencer.phase()

    @property
    def timeline(self) -> Timeline:
        """The timeline of the revision in force."""
        return self._sequencer.state.workout.timeline

    @property
    def index(self) -> int:
        """The place of the step in the timeline; the number of steps when finished."""
        return self._sequencer.state.progress.index

    @property
    def step(self) -> Step | None:
        """The step under way, or about to start; None when finished."""
        return self._sequencer.state.step

    @property
    def step_started_at(self) -> Seconds | None:
        """The time when the step under way began; None before it does."""
        return self._sequencer.state.progress.started_at

    @property
    def finished_at(self) -> Seconds | None:
        """The time when the last step ended; None while one is to come."""
        return self._sequencer.state.progress.finished_at if self.phase is Phase.FINISHED else None

    @property
    def stop_ends_rep(self) -> bool:
        """Whether a rep ends where its runner stops near its end."""
        return self._sequencer.settings.stop_ends_rep

    @property
    def settles_at(self) -> Seconds | None:
        """Until when the runner's own stop may still move the last boundary; None where it may not."""
        return self._own_stops.settles_at()

    @property
    def has_ended(self) -> bool:
        """Whether the run was ended by `finish` or `discard`."""
        return self._buttons.has_ended

    @property
    def is_retold(self) -> bool:
        """Whether the last press announced a step again, with another start."""
        return self._buttons.is_retold

    @property
    def was_cut_short(self) -> bool:
        """Whether the run was ended before its last step was."""
        return self._sequencer.was_cut_short

    @property
    def is_effort_day(self) -> bool:
        """Whether the paces are re-based to effort."""
        return self._sequencer.state.workout.is_effort_day

    @property
    def is_by_effort(self) -> bool:
        """Whether no pace counts: targets are effort and heart rate."""
        return bool(self._sequencer.state.workout.paced)

    @property
    def slower_percent(self) -> float:
        """By how much an effort day slows the step under way, in per cent of its pace; 0 without one."""
        state, settings = self._sequencer.state, self._sequencer.settings
        day = effort_day(settings.effort_day_percent, settings.heat_sum_f(), settings.tired_percent)
        return day.of(state.step) if state.workout.is_effort_day and state.step is not None else 0.0

    @property
    def offer(self) -> str:
        """The offer that `accept` would take; empty when there is none."""
        return self._sequencer.state.open_offer.offer

    @property
    def is_clock_mode(self) -> bool:
        """Whether the step runs on the clock because nothing measures it."""
        return self._sequencer.state.measurement.is_clock_mode

    @property
    def question(self) -> Step | None:
        """The prompt that the next answer is for; of several put in a row the first."""
        return next(iter(self._sequencer.state.progress.questions), None)

    @property
    def item(self) -> int:
        """The place of the checklist item under way, sets unrolled."""
        return self._sequencer.state.press_memory.item

    def item_timer(self, now: Seconds) -> ItemTimer | None:
        """The timer of the checklist under way; None where nothing of its exercise is timed."""
        return self._sequencer.item_timer(now)

    @property
    def results(self) -> tuple[StepEnded, ...]:
        """Every step that ended, as corrected since, in the order of their ends."""
        return self._sequencer.state.records.results

    @property
    def history(self) -> ReadingHistory:
        """The readings of the whole run."""
        return self._sequencer.history

    @property
    def marks(self) -> tuple[StepMark, ...]:
        """The marks of the step under way."""
        return self._sequencer.state.step_marks.marks

    @property
    def is_easy_stretch(self) -> bool | None:
        """Whether a fartlek under way was turned to easy; None in other steps, and before it starts."""
        state = self._sequencer.state
        if state.step is None or state.step.kind is not Kind.FARTLEK or state.progress.started_at is None:
            return None
        return sum([mark.role is SplitRole.SPLIT for mark in state.step_marks.marks]) % 2 == 1

    @property
    def earlier_marks(self) -> tuple[StepMark, ...]:
        """The marks of the last step before that had any."""
        return self._sequencer.state.step_marks.earlier_marks

    def came_from(self) -> Kind | None:
        """The kind of step the runner came out of, moving; None at a standing start."""
        return self._sequencer.state.progress.came_from

    def step_time(self, now: Seconds) -> Seconds | None:
        """Running time of the step, in seconds; None before it starts."""
        started_at = self._sequencer.state.progress.started_at
        return None if started_at is None else self._sequencer.clock.between(started_at, now)

    @property
    def run_started_at(self) -> Seconds | None:
        """The time when the run started; None before it does."""
        return self._sequencer.state.progress.run_started_at

    def pauses(self, since: Seconds, until: Seconds) -> list[tuple[Seconds, Seconds]]:
        """The pauses from one moment to another, and the stretches in which the program did not run."""
        return self._sequencer.clock.pauses(since, until)

    def run_time(self, now: Seconds) -> Seconds | None:
        """Running time of the run, in seconds; None before it starts."""
        started_at = self._sequencer.state.progress.run_started_at
        if started_at is None:
            return None
        return self._sequencer.clock.between(started_at, now)

    def running_s(self, since: Seconds, until: Seconds) -> Seconds:
        """Seconds from one moment to another, pauses excluded."""
        return self._sequencer.clock.between(since, until)

    def step_metres(self, now: Seconds) -> Metres | None:
        """Metres into the step, measured or bridged; None when nothing measures them."""
        position = self._sequencer.distance.position(self._sequencer.state, now)
        return None if position is None else position.metres

    def is_estimated(self, now: Seconds) -> bool:
        """Whether the metres of the step are bridged over a gap."""
        position = self._sequencer.distance.position(self._sequencer.state, now)
        return position is not None and position.estimated

    def left_s(self, now: Seconds) -> Seconds | None:
        """Seconds left of a count-down, of a step that ends by time, slot or clock, or of the timer of a checklist.

        Negative in overtime.
        """
        sequencer, state = self._sequencer, self._sequencer.state
        if (timer := sequencer.item_timer(now)) is not None:
            return timer.left_s
        if state.progress.started_at is None:
            due = state.pending.over_since if state.pending.delay_ends is None else state.pending.delay_ends
            return None if due is None else Seconds(due - now)
        if state.pending.over_since is not None:
            return Seconds(state.pending.over_since - now)
        forecast = sequencer.forecast
        if forecast.runs_out is not None and forecast.metres is None:
            return Seconds(forecast.runs_out - sequencer.clock.running(now))
        step = state.step
        if step is None or (step.until.distance() is not None and not state.measurement.is_clock_mode):
            return None
        return sequencer.ends.left_s(state, now)

    def paused_s(self, now: Seconds) -> Seconds | None:
        """The time for which the pause under way has lasted; None when none is."""
        paused_at = self._sequencer.clock.paused_at
        return None if paused_at is None else Seconds(now - paused_at)

    def go_in_s(self, now: Seconds) -> Seconds | None:
        """Seconds to the next go of a send-off, of a rest by time or of a count-down; None where none is planned."""
        state, step = self._sequencer.state, self._sequencer.state.step
        slot_from = state.send_off.slot_from
        if step is not None and step.send_off_s is not None and slot_from is not None:
            return Seconds(slot_from + step.send_off_s - self._sequencer.clock.running(now))
        is_rest = self.phase in {Phase.READY, Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.OVERTIME}
        return self.left_s(now) if is_rest else None

    def doubtful_mark(self, now: Seconds) -> StepMark | None:
        """The press that was left out and can still be counted; None when there is none."""
        mark = self._sequencer.state.step_marks.doubtful
        if mark is None or mark.metres is None:  # nobody can have run that far
            return None
        return mark if now - mark.at <= self._sequencer.settings.undo_s else None

    def lines_asked(self, now: Seconds) -> tuple[Metres, ...]:
        """The lines that a press without a distance can have been at; empty where none is asked."""
        return self._buttons.lines_asked(now)

    def question_age_s(self, now: Seconds) -> Seconds | None:
        """The time for which the open question has waited for its answer; None when none is open."""
        question = self.question
        if question is None:
            return None
        asked_at = next(
            (result.at for result in reversed(self.results) if result.step.step_id == question.step_id),
            self.step_started_at,
        )
        return None if asked_at is None else Seconds(max(0.0, now - asked_at))

    def left_m(self, now: Seconds) -> Metres | None:
        """Metres left of a step that ends by distance; None when nothing measures it."""
        step, metres = self.step, self.step_metres(now)
        length = None if step is None else step.until.distance()
        return None if length is None or metres is None else Metres(max(0.0, length - metres))

    def expected_end(self, now: Seconds) -> Seconds | None:
        """The end of the step, as forecast or projected from its mean speed or target; None if nothing tells."""
        left_m = self.left_m(now)
        if left_m is None:
            end = self._sequencer.planned_end(now)
            return None if end is None else end.at
        target = self.target_now(now)
        is_paced = target is not None and target.quantity is Quantity.SPEED
        speed = self.mean_speed(now) or (target.band.aim if target is not None and is_paced else None)
        return Seconds(now + left_m / speed) if speed else None

    def target_now(self, now: Seconds) -> StepTarget | None:
        """The target of the step at this moment, ramps resolved; None without one."""
        step = self._sequencer.state.step
        target = None if step is None else step.target
        if step is None or target is None or target.ramp is None:
            return target
        time_s, share = self.step_time(now), 0.0
        length, length_s = step.until.distance(), step.until.time()
        metres = None if length is None else self.step_metres(now)
        if length is not None and metres is not None:
            share = metres / length
        elif length_s is not None and time_s is not None:
            share = time_s / length_s
        return replace(target, band=target.at(share), ramp=None)

    def is_pod_unproven(self) -> bool:
        """Return True if distance comes from a pod on a track that is not calibrated yet."""
        return self._sequencer.results.is_pod_unproven(self._sequencer.state)

    def leave(self, target: StepTarget) -> float:
        """By what share the band of a target is wider now, because the pod is not calibrated; else 0."""
        return self._sequencer.results.leave(self._sequencer.state, target)

    def light(self, now: Seconds) -> Light | None:
        """The runner against the pacing light, as of the newest sample; None where none runs or nothing measures.

        It is the light that helps on the way: a new one where it was set back. Results are against the plan.
        """
        state, place = self._sequencer.state, self._place_by_light(now)
        if place is None:
            return None
        step, metres, moving_s, lost_s = place
        light = light_at(step, metres, moving_s, state.progress.light_shift_s)
        if light is None:
            return None
        return replace(
            light,
            projected_s=None if light.projected_s is None else Seconds(light.projected_s + lost_s),
            waited_s=lost_s,
            on_way_s=Seconds(moving_s - light.set_back_s),
        )

    def behind_light_s(self, now: Seconds) -> Seconds | None:
        """The seconds the runner is behind that light, without the rest of it: cues ask at every sample."""
        place = self._place_by_light(now)
        if place is None:
            return None
        step, metres, moving_s, _ = place
        return behind_light(step, metres, moving_s, self._sequencer.state.progress.light_shift_s)

    def mean_speed(self, now: Seconds) -> MetresPerSecond | None:
        """Mean speed of the step as measured so far; None in its first seconds, stale, or unmeasured."""
        if self._sequencer.distance.freshness(now) in {Freshness.STALE, Freshness.GONE}:
            return None
        return self._sequencer.distance.mean_speed(self._sequencer.state)

    def is_standing(self, now: Seconds) -> bool:
        """Whether the runner may be stopping, stands, or is getting going again: their speed says nothing then."""
        return self._sequencer.stops.is_standing(self._sequencer.state, now)

    def is_stopped(self, now: Seconds) -> bool:
        """Whether the runner stands in a paced step."""
        return self._sequencer.stops.is_stopped(self._sequencer.state, now)

    def stopped_s(self, now: Seconds) -> Seconds | None:
        """The time for which the runner has been standing in a paced step; None unless they are."""
        return self._sequencer.stops.stopped_s(self._sequencer.state, now)

    def _place_by_light(self, now: Seconds) -> tuple[Step, Metres, Seconds, Seconds] | None:
        """The step, the metres and the moving time in it, and the time lost in stops, which the light waits."""
        sequencer, state = self._sequencer, self._sequencer.state
        if state.measurement.is_clock_mode or state.workout.timeline.context.surface == "treadmill":
            return None
        step, position = state.step, sequencer.distance.position(state, now)
        if step is None or position is None:
            return None
        time_s = sequencer.step_time(position.at)
        if time_s is None:
            return None
        lost_s = sequencer.stops.lost_s(state, position.at)
        return step, position.metres, Seconds(max(0.0, time_s - lost_s)), lost_s

    def _drain(self) -> Sequence[SessionOutput]:
        return self._sequencer.events.drain()
