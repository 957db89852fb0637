"""Live edits, each of which makes the next revision of the timeline or moves a time still ahead; and offers of them."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Final

from coach.quantities import Metres, Seconds
from coach.session.events import Asked, EndReason, StepEnded, WorkoutChanged
from coach.session.phases import Phase, Pressed, Refusal, RefusedError
from coach.session.sequencer import StepSequencer
from coach.session.state import Stretch
from coach.signals.readings import CALIBRATED
from coach.workout import edits
from coach.workout.edits import EffortDay, effort_day, is_too_hot
from coach.workout.kinds import PACED_REPS, RESTS, Kind
from coach.workout.timeline import (
    AutoStart,
    End,
    EndConditions,
    Move,
    OpenEnd,
    PressStart,
    Quantity,
    Step,
    TimeEnd,
    Timeline,
)

_OFFER_REPS: Final = 3
"""So many reps must agree (track_semantics, section 5)."""
_OFFER_LEAST_M: Final = 400.0
"""Each at least so long (track_semantics, section 5)."""
_OFFER_GROWTH_M: Final = 12.0
"""The metres the longest must miss more than the shortest. Measured: stops of one habit differ by 3 m."""
_OFFER_ALIKE_M: Final = 4.0
"""The most one rep may differ from what the others agree on. Judged: the spread of the run-out."""


class Edits:
    """The buttons that change the plan. One that changes nothing raises `RefusedError`."""

    def __init__(self, sequencer: StepSequencer, threshold_bpm: float | None = None) -> None:
        """Act on the steps of `sequencer`; without a threshold heart rate none is a limit by effort."""
        self._sequencer = sequencer
        self._threshold_bpm = threshold_bpm
        settings = sequencer.settings
        heat = settings.heat_sum_f()
        self._too_hot = is_too_hot(heat)
        self._day = effort_day(settings.effort_day_percent, heat, settings.tired_percent)

    def more_metres(self, pressed: Pressed) -> None:
        """Make the step under way 100 m longer."""
        state, metres = self._sequencer.state, self._sequencer.settings.extend_m
        longer = edits.extend(state.timeline, state.progress.index, metres=metres)
        self._revise(pressed, _or_refuse(longer, Refusal.NO_DISTANCE))

    def more_time(self, pressed: Pressed) -> None:
        """Give the step under way 30 s more: its time, or its cap."""
        state, step, seconds = (
            self._sequencer.state,
            self._sequencer.state.step,
            self._sequencer.settings.slide_s,
        )
        if step is not None and self._sequencer.ends.has_own_cap(step) and step.until.time() is None:
            state.workout.extra_s = Seconds(state.workout.extra_s + seconds)
            return
        longer = edits.extend(state.timeline, state.progress.index, seconds=seconds)
        self._revise(pressed, _or_refuse(longer, Refusal.NO_TIME))

    def more(self, pressed: Pressed) -> None:
        """Make the step under way longer by what ends it."""
        step = self._sequencer.state.step
        is_by_distance = step is not None and step.until.distance() is not None
        (self.more_metres if is_by_distance else self.more_time)(pressed)

    def later_delay(self, _pressed: Pressed) -> None:
        """Put the start off by 30 s."""
        if not self._sequencer.delay_countdown(self._sequencer.settings.slide_s):
            raise RefusedError(Refusal.NO_COUNTDOWN)

    def slide_slots(self, _pressed: Pressed) -> None:
        """Put this and every later send-off off by 30 s."""
        if not self._sequencer.slide_slots(self._sequencer.settings.slide_s):
            raise RefusedError(Refusal.NO_SEND_OFF)

    def back_to_rest(self, pressed: Pressed) -> None:
        """Rest 30 s more, counted from now, after the rest was over."""
        step, time_s = self._sequencer.state.step, self._sequencer.step_time(pressed.at)
        assert step is not None and time_s is not None  # noqa: PT018 - overtime is the time of a rest
        until = EndConditions((TimeEnd(Seconds(time_s + self._sequencer.settings.slide_s)),))
        self._revise(pressed, self._with_step(replace(step, until=until)))
        self._sequencer.end_overtime(pressed.at, pressed.button)

    def float_to_jog(self, pressed: Pressed) -> None:
        """Make what is left of the float a jog recovery."""
        step = self._sequencer.state.step
        assert step is not None  # only a float under way can become a jog
        jog = replace(step, kind=Kind.RECOVERY, move=Move.JOG, target=None, steer=None, caps=())
        self._revise(pressed, self._with_step(jog))
        self._sequencer.enter_phase(Phase.RECOVERY, pressed.at, pressed.button)

    def free_lap(self, pressed: Pressed) -> None:
        """Run on after the end: a step that ends at a mark."""
        self._free(pressed, "Free lap", OpenEnd())

    def free_time(self, pressed: Pressed) -> None:
        """Run on after the end for five minutes."""
        self._free(pressed, "Free", TimeEnd(self._sequencer.settings.free_s))

    def add_rep(self, pressed: Pressed) -> None:
        """Add a rep to the set under way."""
        state = self._sequencer.state
        longer = edits.add_rep(state.timeline, state.progress.index)
        self._revise(pressed, _or_refuse(longer, Refusal.NO_REPS))

    def drop_rep(self, pressed: Pressed) -> None:
        """Drop a rep of the set under way."""
        state = self._sequencer.state
        shorter = edits.drop_rep(state.timeline, state.progress.index)
        self._revise(pressed, _or_refuse(shorter, Refusal.NO_REP_LEFT))

    def enough(self, pressed: Pressed) -> None:
        """End the range of reps under way after this one."""
        state = self._sequencer.state
        fewer = edits.enough(state.timeline, state.progress.index)
        self._revise(pressed, _or_refuse(fewer, Refusal.NO_RANGE))

    def shorten(self, pressed: Pressed) -> None:
        """Make the remaining reps shorter."""
        state = self._sequencer.state
        shorter = edits.shorten(state.timeline, state.progress.index)
        self._revise(pressed, _or_refuse(shorter, Refusal.NO_REPS_LEFT))

    def faster(self, pressed: Pressed) -> None:
        """Set the paces from here on 1 s per 400 m faster."""
        if self._too_hot:
            raise RefusedError(Refusal.TOO_HOT)
        self._shift(pressed, -self._sequencer.settings.target_step_s_per_400)

    def slower(self, pressed: Pressed) -> None:
        """Set the paces from here on 1 s per 400 m slower."""
        self._shift(pressed, self._sequencer.settings.target_step_s_per_400)

    def effort_day(self, pressed: Pressed) -> None:
        """Make every pace from here on a stated share slower, or take that back; then paces count again."""
        state, day = self._sequencer.state, self._day
        if state.workout.paced:
            self.by_effort(pressed)
        is_on = not state.workout.is_effort_day

        def percent_of(step: Step) -> float:
            percent = day.of(step)
            return percent if is_on else (1 / (1 + percent / 100) - 1) * 100

        scaled = edits.scale_paces(state.timeline, state.progress.index, percent_of)
        in_force = day if is_on else EffortDay(0.0, 0.0)
        self._revise(pressed, _or_refuse(scaled, Refusal.NO_PACES_LEFT), in_force)
        state.workout.is_effort_day = is_on

    def by_effort(self, pressed: Pressed) -> None:
        """Run by effort and heart rate from here on, or by pace again: in wind and on hills no pace says anything."""
        state = self._sequencer.state
        workout, index = state.workout, state.progress.index
        is_on = not workout.paced
        steps = (
            edits.by_effort(workout.timeline, index, self._threshold_bpm)
            if is_on
            else edits.by_pace(workout.timeline, index, workout.paced)
        )
        paced = {} if not is_on else {step.step_id: step for step in workout.timeline.steps[index:]}
        self._revise(pressed, _or_refuse(steps, Refusal.NO_PACES_LEFT), is_by_effort=is_on)
        workout.paced = paced

    def ease_set(self, pressed: Pressed, set_id: str, percent: float) -> None:
        """Make the paces of the reps of a set from here on slower by a percentage of pace."""
        state = self._sequencer.state

        def percent_of(step: Step) -> float:
            return percent if step.kind in PACED_REPS and step.set_id == set_id else 0.0

        scaled = edits.scale_paces(state.timeline, state.progress.index, percent_of)
        self._revise(pressed, _or_refuse(scaled, Refusal.NO_PACES_LEFT))

    def switch(self, timeline: Timeline, at: Seconds) -> None:
        """Let the steps of another workout follow the step under way, or come to them where none has begun."""
        sequencer = self._sequencer
        workout, progress = sequencer.state.workout, sequencer.state.progress
        first = progress.index if progress.started_at is None else progress.index + 1
        workout.timeline = edits.switch_to(workout.timeline, first, timeline)
        workout.is_effort_day, workout.paced = False, {}
        sequencer.settle(at)
        sequencer.before_end = None
        sequencer.discard_forecast()
        left = len(workout.timeline.steps) - progress.index
        revision = workout.timeline.revision
        sequencer.events.emit(WorkoutChanged(at, None, revision, left, workout=timeline.name))
        if progress.started_at is None:
            sequencer.reach(first, at, start=PressStart())

    def cool_down_at(self) -> int | None:
        """The place of the cool-down ahead; None without one."""
        return edits.cool_down_index(self._sequencer.state.timeline, self._sequencer.state.progress.index)

    def _shift(self, pressed: Pressed, seconds: float) -> None:
        state = self._sequencer.state
        shifted = edits.shift_targets(state.timeline, state.progress.index, seconds)
        self._revise(pressed, _or_refuse(shifted, Refusal.NO_PACES_LEFT))

    def _revise(
        self,
        pressed: Pressed,
        timeline: Timeline,
        day: EffortDay | None = None,
        *,
        is_by_effort: bool | None = None,
    ) -> None:
        """Put the next revision of the timeline in force."""
        state = self._sequencer.state
        state.workout.timeline = timeline
        left = len(timeline.steps) - state.progress.index
        self._sequencer.events.emit(
            WorkoutChanged(pressed.at, pressed.button, timeline.revision, left, day, is_by_effort)
        )

    def _with_step(self, step: Step) -> Timeline:
        """The next revision, with another step in the place of the one under way."""
        state = self._sequencer.state
        index = state.progress.index
        return self._next((*state.steps[:index], step, *state.steps[index + 1 :]))

    def _next(self, steps: tuple[Step, ...]) -> Timeline:
        timeline = self._sequencer.state.timeline
        return replace(timeline, steps=steps, revision=timeline.revision + 1)

    def _free(self, pressed: Pressed, name: str, end: End) -> None:
        """Append a step to the finished run and start it."""
        steps = self._sequencer.state.steps
        count = sum([step.section == "Free" for step in steps]) + 1
        step = Step(
            step_id=f"free/{count}",
            path=f"Free / {count}",
            section="Free",
            kind=Kind.OPEN,
            name=name,
            until=EndConditions((end,)),
        )
        self._revise(pressed, self._next((*steps, step)))
        self._sequencer.reach(len(steps), pressed.at, start=AutoStart(), button=pressed.button)


def _or_refuse(timeline: Timeline | None, refusal: Refusal) -> Timeline:
    """The next revision; raise `RefusedError` where there is none."""
    if timeline is None:
        raise RefusedError(refusal)
    return timeline


# --- offers to the runner, which the button `accept` carries out
#
# - In a gap in the distance the runner is asked for a press at the line, then the clock is offered.
# - After a declared stretch the pod's factor is offered.
# - To a runner who slows from rep to rep a longer rest is offered, else slower paces. The cues decide whether they
#   slow.
#
# An offer ends with the step it was made in, except that of a factor.

CALIBRATION, CLOCK_MODE, LONGER_REST, SLOWER_TARGET = (
    "calibration",
    "clock_mode",
    "longer_rest",
    "slower_target",
)


def agreed_factor(reps: Sequence[tuple[Metres, Metres]]) -> float | None:
    """The factor that reps, as planned and as measured up to the runner's line, agree on; None where they do not.

    What all stops have in common is a number of metres, a habit; what a pod misses grows with the length. So reps of
    one length tell no factor.
    """
    if len(reps) < _OFFER_REPS:
        return None
    middle = fmean(length for length, _ in reps)
    spread = sum([(length - middle) ** 2 for length, _ in reps])
    if spread == 0.0:
        return None
    missed_m = fmean(length - measured for length, measured in reps)
    share = sum([(length - middle) * (length - measured) for length, measured in reps]) / spread
    lengths = [length for length, _ in reps]
    if abs(share) * (max(lengths) - min(lengths)) < _OFFER_GROWTH_M:
        return None
    off_m = [length - measured - missed_m - share * (length - middle) for length, measured in reps]
    return 1.0 / (1.0 - share) if max(map(abs, off_m)) <= _OFFER_ALIKE_M else None


class Offers:
    """Makes the offers of one run and carries out those that are accepted."""

    def __init__(self, sequencer: StepSequencer, edits: Edits) -> None:
        """Act on the steps of `sequencer`; plans are changed by `edits`."""
        self._sequencer = sequencer
        self._edits = edits

    def offer_relief(self, now: Seconds) -> None:
        """Offer a longer rest, else slower paces, where the rest under way allows it and nothing is on offer."""
        state = self._sequencer.state
        offer = "" if state.open_offer.offer else self._possible_relief()
        if offer and state.step is not None:
            state.open_offer.offer = offer
            self._sequencer.events.emit(Asked(now, offer, state.step.step_id))

    def offer_calibration(
        self, at: Seconds, measured: Metres, true: Metres, ended_at: Seconds | None = None
    ) -> None:
        """Offer the factor of a stretch of known length that ended at `ended_at` (now, unless given).

        It must be near enough to have been meant.
        """
        state = self._sequencer.state
        if state.step is None or measured <= 0:
            return
        if abs(true / measured - 1) <= self._sequencer.settings.stretch_fraction:
            state.open_offer.stretch, state.open_offer.offer = (
                Stretch(at if ended_at is None else ended_at, measured, true),
                CALIBRATION,
            )
            self._sequencer.events.emit(Asked(at, CALIBRATION, state.step.step_id))

    def offer_agreed_factor(self, now: Seconds, line_at: Seconds) -> None:
        """Offer the factor that reps of different length agree on, once; the last one ended at `line_at`."""
        state = self._sequencer.state
        if state.open_offer.factor_offered or state.open_offer.offer:
            return
        reps = [
            (length, length if result.measured is None else result.measured)
            for result in state.records.results
            if result.step.kind is Kind.WORK
            and result.distance_source in CALIBRATED
            and result.reason in {EndReason.DONE, EndReason.LINE}
            and (length := result.step.until.distance()) is not None
            and length >= _OFFER_LEAST_M
        ][-_OFFER_REPS:]
        factor = agreed_factor(reps)
        if factor is None:
            return
        state.open_offer.factor_offered = True
        _, measured = reps[-1]
        self.offer_calibration(now, measured, Metres(measured * factor), line_at)

    def ask_in_gap(self, now: Seconds) -> None:
        """Ask for a press at the line, then offer the clock, where nothing has measured the step for long."""
        sequencer, state, step = self._sequencer, self._sequencer.state, self._sequencer.state.step
        stage = sequencer.ends.gap_stage(state, now) if step is not None else None
        if stage is None or step is None or state.progress.phase is Phase.OVERTIME:
            return
        offer = state.open_offer
        if not offer.line_asked and stage[0] <= now:
            offer.line_asked = True
            sequencer.events.emit(Asked(now, "press_at_line", step.step_id))
        if not offer.clock_offered and stage[1] <= now:
            offer.clock_offered, offer.offer = True, CLOCK_MODE
            sequencer.events.emit(Asked(now, CLOCK_MODE, step.step_id))

    def gap_deadlines(self, now: Seconds) -> list[Seconds]:
        """The time to ask in the gap under way."""
        offer, stage = (
            self._sequencer.state.open_offer,
            self._sequencer.ends.gap_stage(self._sequencer.state, now),
        )
        if stage is None:
            return []
        deadlines = [] if offer.line_asked else [stage[0]]
        return deadlines if offer.clock_offered else [*deadlines, stage[1]]

    def end_gap(self) -> None:
        """Withdraw what was asked in a gap: the distance is measured again."""
        offer = self._sequencer.state.open_offer
        offer.line_asked = offer.clock_offered = False
        if offer.offer == CLOCK_MODE:
            offer.offer = ""

    def accept(self, pressed: Pressed) -> None:
        """Carry out the offer that stands; there is one."""
        open_offer = self._sequencer.state.open_offer
        offer, open_offer.offer = open_offer.offer, ""
        if offer == CLOCK_MODE:
            self._sequencer.run_by_clock(pressed.at)
        elif offer == CALIBRATION:
            self._accept_calibration(pressed)
        else:
            self._accept_relief(pressed, offer)

    def _accept_calibration(self, pressed: Pressed) -> None:
        """Put the factor of the declared stretch in force, and count the running step with it from its line on."""
        sequencer, state, stretch = (
            self._sequencer,
            self._sequencer.state,
            self._sequencer.state.open_offer.stretch,
        )
        state.open_offer.stretch = None
        assert stretch is not None  # a calibration on offer has its stretch
        if not learn_factor(sequencer, stretch.ended_at, stretch.measured, stretch.true, "stretch"):
            raise RefusedError(Refusal.NO_FACTOR)
        odometer, latest = sequencer.signals.distance, sequencer.distance.latest()
        before = odometer.factor()[0]
        odometer.apply()
        if latest is not None:
            sequencer.distance.rescale_begin(state, latest[1], before, odometer.factor()[0])
        sequencer.discard_forecast()
        sequencer.advance(pressed.at)

    def _accept_relief(self, pressed: Pressed, offer: str) -> None:
        """Give 30 s more of this rest, or make the paces slower for what is left of the set."""
        edits, last_rep = self._edits, self._last_rep()
        if offer == SLOWER_TARGET and last_rep is not None:
            edits.ease_set(pressed, last_rep.step.set_id, self._slower_percent(last_rep))
        elif self._sequencer.state.progress.phase is Phase.OVERTIME:
            edits.back_to_rest(pressed)
        else:
            edits.more_time(pressed)

    def _possible_relief(self) -> str:
        """The offer of relief that the rest under way allows; empty where it allows none."""
        state, last = self._sequencer.state, self._last_rep()
        if state.step is None or state.step.kind not in RESTS or last is None:
            return ""
        steps_ahead = [step for step in state.steps[state.progress.index :] if _is_like(step, last.step)]
        if not steps_ahead:
            return ""
        if state.step.until.time() is not None:
            return LONGER_REST
        is_paced = any(
            step.target is not None and step.target.quantity is Quantity.SPEED for step in steps_ahead
        )
        return SLOWER_TARGET if is_paced and self._slower_percent(last) > 0.0 else ""

    def _last_rep(self) -> StepEnded | None:
        results = reversed(self._sequencer.state.records.results)
        return next((result for result in results if result.step.kind in PACED_REPS), None)

    def _slower_percent(self, last_rep: StepEnded) -> float:
        """By how much the paces may be eased: as much as the last rep was slow, in per cent of its pace."""
        target, mean = last_rep.step.target, last_rep.mean_speed
        if target is None or target.quantity is not Quantity.SPEED or not mean:
            return 0.0
        band = target.band
        aim = band.aim if band.aim is not None else band.low
        return (
            0.0
            if aim is None
            else min((aim / mean - 1.0) * 100.0, self._sequencer.settings.ease_most_percent)
        )


def learn_factor(sequencer: StepSequencer, at: Seconds, measured: Metres, true: Metres, origin: str) -> bool:
    """Let the pod learn from a stretch that ended at `at`, and emit what it learnt; return True if it could."""
    calibration = sequencer.signals.distance.learn(at, measured, true, origin)
    if calibration is not None:
        sequencer.events.emit_calibration(calibration)
    return calibration is not None


def _is_like(step: Step, rep: Step) -> bool:
    """Whether the step is a rep of the same set."""
    return step.kind in PACED_REPS and step.set_id == rep.set_id
