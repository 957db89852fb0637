"""Counting down: rests and timed reps by the clock, jogs and long reps by metres, the light by its own."""

from math import floor
from typing import Final

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind
from coach.cues.manners import Manners
from coach.cues.rule import NEVER, Channel, Heard, Rule, because, deadline
from coach.cues.scene import Scene, pace_of
from coach.quantities import Metres, Seconds
from coach.session.facts import EndReason, StepEnded, StepStarted
from coach.session.phases import Phase
from coach.workout.kinds import BRIEF, EASING_OFF, PACED_REPS, RESTS, RUN
from coach.workout.timeline import Quantity, Step

_COUNTED: Final = frozenset(
    {Phase.WORK, Phase.FLOAT, Phase.RECOVERY, Phase.SEND_OFF_REP, Phase.SEND_OFF_REST, Phase.READY}
)
_GO: Final = RUN - EASING_OFF
"""Kinds that begin with a go."""
_DUST_S: Final = 1e-3
"""A mark this close to now has just been said."""


class Countdown(Rule):
    """Thirty, ten, three, two, one, each at its own time; `go` where a countdown led to a start."""

    __slots__ = ("_one_at",)

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with nothing counted."""
        super().__init__(scene, manners)
        self._one_at = float("-inf")

    def hear(self, event: Heard, now: Seconds) -> None:
        """Say go at a start that was counted down, and end a stride with a tone of its own."""
        match event:
            case StepStarted(step=step) if step.kind in _GO and now - self._one_at < 1.5:
                self._count(now, phrases.GO, "go")
            case StepEnded(step=step, reason=EndReason.DONE) if self._is_stride(step):
                self._count(now, phrases.END_OF_STRIDE, "end_of_stride")

    def plan(self, now: Seconds) -> None:
        """Plan the next mark that still lies ahead."""
        self.due = NEVER
        left = self._left(now)
        if left is None:
            return
        for mark in self._marks(now, left):
            if left - mark > _DUST_S:
                self.due = deadline(now, left - mark)
                return

    def settle(self, now: Seconds) -> None:
        """Say the mark that is due."""
        mark = round(self._left(now) or 0.0)
        if not mark:
            return
        if mark == 1:
            self._one_at = now
        self._count(now, phrases.seconds_left(mark), "countdown")

    def _left(self, now: Seconds) -> float | None:
        session, step = self.scene.session, self.scene.step
        if step is None or session.phase not in _COUNTED or step.kind not in RUN:
            return None
        ready = session.phase is Phase.READY
        if not ready and self._is_stride(step):
            return None
        if session.phase is Phase.SEND_OFF_REP and step.until.time() is None and not session.clock_mode:
            return None
        left = self.scene.session.left_s(now)
        return None if left is None or left < 0 else left

    def _marks(self, now: Seconds, left: float) -> tuple[int, ...]:
        settings, session = self.scene.settings, self.scene.session
        if session.phase is Phase.READY:
            return settings.countdown_delay_s
        whole = left + (session.step_time(now) or 0.0) + _DUST_S
        belt = self.scene.treadmill
        return tuple(
            mark
            for mark in settings.countdown_s
            if whole >= self._least(mark) and not (belt and mark == round(settings.belt_ahead_s))
        )

    def _least(self, mark: int) -> float:
        settings = self.scene.settings
        if mark >= 30:
            return settings.countdown_half_min_s
        return settings.countdown_ten_min_s if mark >= 10 else settings.countdown_three_min_s

    def _is_stride(self, step: Step) -> bool:
        seconds = step.until.time()
        return step.kind in BRIEF and seconds is not None and seconds <= self.scene.settings.stride_s

    def _count(self, now: Seconds, words: str, rule: str) -> None:
        self.manners.say(now, CueKind.COUNTDOWN, CueClass.COUNTDOWN, words, because(rule))


class LastMetres(Rule):
    """Fifty to go in a jog by distance, the last two hundred in a long rep on a track."""

    __slots__ = ("_said",)

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with nothing said."""
        super().__init__(scene, manners)
        self._said = False

    def begin(self, now: Seconds) -> None:
        """Begin anew; what lies behind already is not said."""
        mark = self._mark()
        self._said = mark is None or (self.scene.session.step_metres(now) or 0.0) >= mark[0]

    def listens(self) -> tuple[Channel, ...]:
        """Listen for metres where there is a mark to come."""
        return () if self._said or self._mark() is None else (Channel.DISTANCE,)

    def travel(self, metres: Metres, now: Seconds) -> None:
        """Say it at the first sample past the mark."""
        mark = self._mark()
        if self._said or mark is None or metres < mark[0]:
            return
        self._said = True
        self.manners.say(now, CueKind.COUNTDOWN, CueClass.COUNTDOWN, mark[1], because("last_metres"))

    def _mark(self) -> tuple[float, str] | None:
        step, settings = self.scene.step, self.scene.settings
        distance = None if step is None else step.until.distance()
        if step is None or distance is None or self.scene.session.clock_mode:
            return None
        if step.kind in RESTS and distance > 2 * settings.jog_to_go_m:
            return distance - settings.jog_to_go_m, phrases.FIFTY_TO_GO
        on_track = self.scene.session.timeline.context.surface == "track"
        if step.kind in PACED_REPS and on_track and distance >= settings.last_from_m:
            return distance - settings.last_m, phrases.LAST_200
        return None


class BeltAhead(Rule):
    """On a treadmill: the next belt speed, ten seconds ahead."""

    __slots__ = ("_said",)

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with nothing said."""
        super().__init__(scene, manners)
        self._said = False

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin with nothing said."""
        self._said = False

    def listens(self) -> tuple[Channel, ...]:
        """Follow the metres of a step by distance, whose end can only be projected."""
        step = self.scene.step
        if step is None or step.until.distance() is None or not self._applies():
            return ()
        return (Channel.DISTANCE,)

    def travel(self, metres: Metres, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Say it once the step will probably end in ten seconds."""
        end = self.scene.session.expected_end(now)
        if not self._said and end is not None and end - now <= self.scene.settings.belt_ahead_s:
            self.settle(now)

    def plan(self, now: Seconds) -> None:
        """Plan it before the end of a timed step, where another speed follows."""
        self.due = NEVER
        left = self.scene.session.left_s(now) if self._applies() else None
        if left is not None and left - self.scene.settings.belt_ahead_s > _DUST_S:
            self.due = deadline(now, left - self.scene.settings.belt_ahead_s)

    def settle(self, now: Seconds) -> None:
        """Say it."""
        speed = self._next_speed()
        if speed is not None:
            self._said = True
            words = phrases.belt_ahead(self.scene.settings.belt_ahead_s, speed)
            self.manners.say(now, CueKind.STEP, CueClass.STEP, words, because("belt_speed"))

    def _applies(self) -> bool:
        return self.scene.treadmill and self.scene.running() and self._next_speed() is not None

    def _next_speed(self) -> float | None:
        steps, index = self.scene.session.timeline.steps, self.scene.session.index + 1
        if index >= len(steps) or (target := steps[index].target) is None or not _is_speed(steps[index]):
            return None
        return pace_of(target.band)


class LightCalls(Rule):
    """In clock mode nothing measures the rep: the light calls every hundred metres of it."""

    __slots__ = ()

    def plan(self, now: Seconds) -> None:
        """Plan the light's next hundred metres, short of the end."""
        self.due = NEVER
        in_s = self._next_call(now)
        if in_s is not None:
            self.due = deadline(now, in_s)

    def settle(self, now: Seconds) -> None:
        """Call the hundred the light passes now."""
        speed, time = self._speed(), self.scene.session.step_time(now)
        every = self.scene.settings.beep_m
        if speed is not None and time is not None:
            words = phrases.beep(round(time * speed / every) * every)
            self.manners.say(now, CueKind.COUNTDOWN, CueClass.COUNTDOWN, words, because("light_calls"))

    def _next_call(self, now: Seconds) -> float | None:
        speed, time = self._speed(), self.scene.session.step_time(now)
        step = self.scene.step
        if speed is None or time is None or step is None or not self.scene.session.clock_mode:
            return None
        distance, every = step.until.distance(), self.scene.settings.beep_m
        if distance is None or not self.scene.running():
            return None
        call = floor(time * speed / every + _DUST_S) + 1
        return call * every / speed - time if call * every < distance - 1.0 else None

    def _speed(self) -> float | None:
        step = self.scene.step
        if step is None or step.target is None or not _is_speed(step):
            return None
        return pace_of(step.target.band)


def _is_speed(step: Step) -> bool:
    return step.target is not None and step.target.quantity is Quantity.SPEED
