"""Live edits: each makes the next revision of the timeline, or moves a time that is still ahead."""

from dataclasses import replace

from coach.quantities import Seconds
from coach.session.buttons import Pressed
from coach.session.events import WorkoutChanged
from coach.session.phases import Phase
from coach.session.refusals import Refusal, RefusedError
from coach.session.sequencer import StepSequencer
from coach.workout import edits
from coach.workout.edits import EffortDay, effort_day, is_too_hot
from coach.workout.kinds import PACED_REPS, Kind
from coach.workout.timeline import AutoStart, End, EndConditions, Move, OpenEnd, Step, TimeEnd, Timeline


class Edits:
    """The buttons that change the plan. One that changes nothing raises `RefusedError`."""

    def __init__(self, sequencer: StepSequencer) -> None:
        """Act on the steps of `sequencer`."""
        self._sequencer = sequencer
        heat = sequencer.settings.heat_sum_f()
        self._too_hot = is_too_hot(heat)
        self._day = effort_day(sequencer.settings.effort_day_percent, heat)

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
        """Make every pace from here on a stated share slower, or take that back."""
        state, day = self._sequencer.state, self._day
        is_on = not state.workout.is_effort_day

        def percent_of(step: Step) -> float:
            percent = day.of(step)
            return percent if is_on else (1 / (1 + percent / 100) - 1) * 100

        scaled = edits.scale_paces(state.timeline, state.progress.index, percent_of)
        in_force = day if is_on else EffortDay(0.0, 0.0)
        self._revise(pressed, _or_refuse(scaled, Refusal.NO_PACES_LEFT), in_force)
        state.workout.is_effort_day = is_on

    def ease_set(self, pressed: Pressed, set_id: str, percent: float) -> None:
        """Make the paces of the reps of a set from here on slower by a percentage of pace."""
        state = self._sequencer.state

        def percent_of(step: Step) -> float:
            return percent if step.kind in PACED_REPS and step.set_id == set_id else 0.0

        scaled = edits.scale_paces(state.timeline, state.progress.index, percent_of)
        self._revise(pressed, _or_refuse(scaled, Refusal.NO_PACES_LEFT))

    def cool_down_at(self) -> int | None:
        """The place of the cool-down ahead; None without one."""
        return edits.cool_down_index(self._sequencer.state.timeline, self._sequencer.state.progress.index)

    def _shift(self, pressed: Pressed, seconds: float) -> None:
        state = self._sequencer.state
        shifted = edits.shift_targets(state.timeline, state.progress.index, seconds)
        self._revise(pressed, _or_refuse(shifted, Refusal.NO_PACES_LEFT))

    def _revise(self, pressed: Pressed, timeline: Timeline, day: EffortDay | None = None) -> None:
        """Put the next revision of the timeline in force."""
        state = self._sequencer.state
        state.workout.timeline = timeline
        left = len(timeline.steps) - state.progress.index
        self._sequencer.events.emit(WorkoutChanged(pressed.at, pressed.button, timeline.revision, left, day))

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
        count = sum(step.section == "Free" for step in steps) + 1
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
