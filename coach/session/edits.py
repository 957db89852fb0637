"""Live edits: each makes the next revision of the timeline, or moves a time that has not come yet."""

from dataclasses import replace

from coach.quantities import Seconds
from coach.session.buttons import Pressed
from coach.session.events import WorkoutChanged
from coach.session.phases import Phase
from coach.session.sequencer import StepSequencer
from coach.workout import edits
from coach.workout.effort_day import EffortDay, effort_day, is_too_hot
from coach.workout.kinds import PACED_REPS, Kind
from coach.workout.timeline import AutoStart, End, Move, OpenEnd, Step, TimeEnd, Timeline, Until


class Edits:
    """The buttons that change the plan."""

    def __init__(self, sequencer: StepSequencer) -> None:
        """Act on the steps of `sequencer`."""
        self._sequencer = sequencer
        heat = sequencer.settings.heat_sum_f()
        self._too_hot = is_too_hot(heat)
        self._day = effort_day(sequencer.settings.effort_day_percent, heat)

    def more_metres(self, pressed: Pressed) -> str:
        """Make the step under way 100 m longer."""
        sequencer = self._sequencer
        longer = edits.extend(
            sequencer.state.timeline, sequencer.state.progress.index, metres=sequencer.settings.extend_m
        )
        return self._revise(pressed, longer, "The step has no distance to extend.")

    def more_time(self, pressed: Pressed) -> str:
        """Give the step under way 30 s more: its time, or its cap."""
        sequencer, state = self._sequencer, self._sequencer.state
        if (
            state.step is not None
            and sequencer.ends.has_own_cap(state.step)
            and state.step.until.time() is None
        ):
            state.workout.extra_s = Seconds(state.workout.extra_s + sequencer.settings.slide_s)
            return ""
        longer = edits.extend(state.timeline, state.progress.index, seconds=sequencer.settings.slide_s)
        return self._revise(pressed, longer, "The step has no time to extend.")

    def later_delay(self, pressed: Pressed) -> str:
        """Put the start off by 30 s."""
        del pressed
        if not self._sequencer.delay_countdown(self._sequencer.settings.slide_s):
            return "No count-down is running."
        return ""

    def slide_slots(self, pressed: Pressed) -> str:
        """Put this and every later send-off off by 30 s."""
        del pressed
        if not self._sequencer.slide_slots(self._sequencer.settings.slide_s):
            return "No send-off is running."
        return ""

    def back_to_rest(self, pressed: Pressed) -> str:
        """Rest 30 s more, counted from now, after the rest was over."""
        sequencer, state = self._sequencer, self._sequencer.state
        step = state.step
        taken = sequencer.step_time(pressed.at)
        assert step is not None and taken is not None  # noqa: PT018 - overtime is the time of a rest
        until = Until((TimeEnd(Seconds(taken + sequencer.settings.slide_s)),))
        self._revise(pressed, self._with_step(replace(step, until=until)), "")
        sequencer.end_overtime(pressed.at, pressed.button)
        return ""

    def float_to_jog(self, pressed: Pressed) -> str:
        """Make what is left of the float a jog recovery."""
        sequencer, step = self._sequencer, self._sequencer.state.step
        assert step is not None
        jog = replace(step, kind=Kind.RECOVERY, move=Move.JOG, target=None, steer=None, caps=())
        self._revise(pressed, self._with_step(jog), "")
        sequencer.enter_phase(Phase.RECOVERY, pressed.at, pressed.button)
        return ""

    def free_lap(self, pressed: Pressed) -> str:
        """Run on after the end: a step that ends at a mark."""
        return self._free(pressed, "Free lap", OpenEnd())

    def free_time(self, pressed: Pressed) -> str:
        """Run on after the end for five minutes."""
        return self._free(pressed, "Free", TimeEnd(self._sequencer.settings.free_s))

    def add_rep(self, pressed: Pressed) -> str:
        """One rep more in the set under way."""
        state = self._sequencer.state
        return self._revise(
            pressed, edits.add_rep(state.timeline, state.progress.index), "No reps to add to here."
        )

    def drop_rep(self, pressed: Pressed) -> str:
        """One rep fewer in the set under way."""
        state = self._sequencer.state
        return self._revise(
            pressed, edits.drop_rep(state.timeline, state.progress.index), "No rep left to drop here."
        )

    def shorten(self, pressed: Pressed) -> str:
        """Make the remaining reps shorter."""
        state = self._sequencer.state
        return self._revise(
            pressed, edits.shorten(state.timeline, state.progress.index), "No reps left to shorten."
        )

    def faster(self, pressed: Pressed) -> str:
        """Set the paces from here on 1 s per 400 m faster."""
        if self._too_hot:
            return "It is too hot for a faster target: hard running is not recommended today."
        return self._shift(pressed, -self._sequencer.settings.target_step_s_per_400)

    def slower(self, pressed: Pressed) -> str:
        """Set the paces from here on 1 s per 400 m slower."""
        return self._shift(pressed, self._sequencer.settings.target_step_s_per_400)

    def effort_day(self, pressed: Pressed) -> str:
        """Make every pace from here on a stated share slower, or take that back."""
        state, day = self._sequencer.state, self._day
        is_on = not state.workout.effort_day

        def percent_of(step: Step) -> float:
            percent = day.of(step)
            return percent if is_on else (1 / (1 + percent / 100) - 1) * 100

        timeline = edits.scale_paces(state.timeline, state.progress.index, percent_of)
        applied = day if is_on else EffortDay(0.0, 0.0)
        trouble = self._revise(pressed, timeline, "No paces left to change.", applied)
        if not trouble:
            state.workout.effort_day = is_on
        return trouble

    def ease_set(self, pressed: Pressed, set_id: str, percent: float) -> str:
        """Make the paces of the reps of a set from here on slower by a percentage of pace."""
        state = self._sequencer.state

        def percent_of(step: Step) -> float:
            return percent if step.kind in PACED_REPS and step.set_id == set_id else 0.0

        timeline = edits.scale_paces(state.timeline, state.progress.index, percent_of)
        return self._revise(pressed, timeline, "No paces left to change.")

    def cool_down_at(self) -> int | None:
        """The place of the cool-down ahead; None without one."""
        return edits.cool_down_index(self._sequencer.state.timeline, self._sequencer.state.progress.index)

    def _shift(self, pressed: Pressed, seconds: float) -> str:
        state = self._sequencer.state
        return self._revise(
            pressed,
            edits.shift_targets(state.timeline, state.progress.index, seconds),
            "No paces left to change.",
        )

    def _revise(
        self, pressed: Pressed, timeline: Timeline | None, trouble: str, day: EffortDay | None = None
    ) -> str:
        if timeline is None:
            return trouble
        state = self._sequencer.state
        state.workout.timeline = timeline
        left = len(timeline.steps) - state.progress.index
        self._sequencer.events.emit(WorkoutChanged(pressed.at, pressed.button, timeline.revision, left, day))
        return ""

    def _with_step(self, step: Step) -> Timeline:
        """The next revision, with another step in the place of the one under way."""
        state = self._sequencer.state
        return self._next(
            (*state.steps[: state.progress.index], step, *state.steps[state.progress.index + 1 :])
        )

    def _next(self, steps: tuple[Step, ...]) -> Timeline:
        timeline = self._sequencer.state.timeline
        return replace(timeline, steps=steps, revision=timeline.revision + 1)

    def _free(self, pressed: Pressed, name: str, end: End) -> str:
        sequencer, state = self._sequencer, self._sequencer.state
        count = sum(step.section == "Free" for step in state.steps) + 1
        step = Step(
            step_id=f"free/{count}",
            path=f"Free / {count}",
            section="Free",
            kind=Kind.OPEN,
            name=name,
            until=Until((end,)),
        )
        index = len(state.steps)
        self._revise(pressed, self._next((*state.steps, step)), "")
        sequencer.reach(index, pressed.at, start=AutoStart(), button=pressed.button)
        return ""
