"""The first words of a step, the name of the next one, and the answers to buttons."""

from typing import Final

from coach.cues import phrases, steps_said
from coach.cues.cue import CueClass, CueKind
from coach.cues.manners import Manners
from coach.cues.rule import NEVER, Channel, Heard, Rule, because, deadline
from coach.cues.scene import Scene
from coach.quantities import Metres, Seconds
from coach.session.buttons import Button
from coach.session.facts import PhaseChanged, StepStarted, Waiting, WorkoutChanged
from coach.session.phases import Phase
from coach.workout.effort_day import EffortDay
from coach.workout.kinds import HARD, RUN
from coach.workout.timeline import Step

_RESTS: Final = frozenset({Phase.RECOVERY, Phase.SEND_OFF_REST})


class Announcements(Rule):
    """Says what to do, once, when it begins; in a long enough rest also what comes next, and where."""

    __slots__ = ("_named", "_place")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin at the line, with no step named ahead."""
        super().__init__(scene, manners)
        self._place = "A"
        self._named = ""

    def hear(self, event: Heard, now: Seconds) -> None:
        """Speak at a start, a finish, and when a button changed the workout."""
        match event:
            case StepStarted(step=step):
                self._first_words(step, now)
            case PhaseChanged(phase=Phase.FINISHED):
                self._step_cue(now, phrases.FINISHED, "finished")
            case Waiting():
                self.manners.say(now, CueKind.WAITING, CueClass.STEP, phrases.WAITING, because("waiting"))
            case WorkoutChanged(day=EffortDay(percent, reps_percent)):
                self._step_cue(now, phrases.effort_day(percent, reps_percent), "effort_day")
            case WorkoutChanged(button=button) if button is not Button.UNDO:
                self._step_cue(now, phrases.changed(button), "workout_changed")

    def travel(self, metres: Metres, now: Seconds) -> None:
        """Name the next step towards the end of a jog by distance."""
        step = self.scene.step
        distance = None if step is None else step.until.distance()
        if distance is not None and distance - metres <= self.scene.settings.jog_to_go_m:
            self.settle(now)

    def listens(self) -> tuple[Channel, ...]:
        """Listen for metres in a jog by distance."""
        step = self.scene.step
        if step is None or self.scene.session.phase is not Phase.RECOVERY:
            return ()
        return () if step.until.distance() is None or self._next() is None else (Channel.DISTANCE,)

    def plan(self, now: Seconds) -> None:
        """Plan the name of the next step for some seconds before the end of a rest by time."""
        self.due = NEVER
        settings, session = self.scene.settings, self.scene.session
        if session.phase not in _RESTS or self._next() is None:
            return
        left, time = session.left_s(now), session.step_time(now)
        if left is None or time is None or left + time < settings.preview_min_s:
            return
        if left > settings.preview_s:
            self.due = deadline(now, left - settings.preview_s)

    def settle(self, now: Seconds) -> None:
        """Name the next step."""
        step = self._next()
        if step is not None:
            self._named = step.step_id
            self._step_cue(
                now, steps_said.upcoming(step, step.target, self._where(step), self.scene.unit), "next_step"
            )

    def _first_words(self, step: Step, now: Seconds) -> None:
        if step.kind not in RUN:
            return
        target = self.scene.session.target_now(now) or step.target
        words = steps_said.first_words(step, target, belt_speed=self.scene.treadmill, unit=self.scene.unit)
        if self._named != step.step_id:
            words = " ".join(part for part in (words, self._where(step)) if part)
        if step.start_mark and step.kind in HARD:
            self._place = step.start_mark
        self._named = ""
        self._step_cue(now, words, "first_words")

    def _where(self, step: Step) -> str:
        if not step.start_mark or step.start_mark == self._place or step.kind not in HARD:
            return ""
        return steps_said.start_at(step.start_mark)

    def _next(self) -> Step | None:
        session = self.scene.session
        steps, index = session.timeline.steps, session.index + 1
        if index >= len(steps) or steps[index].kind not in HARD or steps[index].step_id == self._named:
            return None
        return steps[index]

    def _step_cue(self, now: Seconds, words: str, rule: str) -> None:
        self.manners.say(now, CueKind.STEP, CueClass.STEP, words, because(rule))
