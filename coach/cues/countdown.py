"""Countdowns: rests and timed reps by the clock, jogs and long reps by metres, clock mode by the pacing light."""

from math import floor
from typing import Final

from coach.cues.arbiter import CueArbiter
from coach.cues.config import CueSettings, Listening
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Sound, Why
from coach.cues.language import Words
from coach.cues.rule import DUST_S, NEVER, Rule, RuleEvent, Subscription, deadline
from coach.quantities import Metres, Seconds
from coach.session.events import EndReason, StepEnded, StepStarted
from coach.session.phases import ItemPart, Phase
from coach.workout.kinds import BRIEF, EASING_OFF, PACED_REPS, RESTS, RUN, Kind
from coach.workout.timeline import Step

_COUNTED: Final = frozenset(
    {
        Phase.WORK,
        Phase.FLOAT,
        Phase.RECOVERY,
        Phase.SEND_OFF_REP,
        Phase.SEND_OFF_REST,
        Phase.READY,
        Phase.CHECKLIST,
    }
)
STARTED_BY_GO: Final = RUN - EASING_OFF
"""Kinds whose start is told by "go"."""


def countdown_marks(settings: CueSettings, length_s: float, *, is_belt: bool) -> tuple[int, ...]:
    """Return the seconds before the end at which a step of this length is counted down, the longest first."""
    return tuple(
        mark
        for mark in settings.countdown_s
        if length_s >= _least_s(settings, mark) and not (is_belt and mark == round(settings.belt_ahead_s))
    )


def _least_s(settings: CueSettings, mark: int) -> float:
    if mark >= 30:
        return settings.countdown_half_min_s
    return settings.countdown_ten_min_s if mark >= 10 else settings.countdown_three_min_s


def has_end_tone(settings: CueSettings, step: Step) -> bool:
    """Return True for a stride, whose end is a tone without a countdown."""
    seconds = step.until.time()
    return step.kind in BRIEF and seconds is not None and seconds <= settings.stride_s


class Countdown(Rule):
    """Counts thirty, ten, three, two, one, each at its own time, and says "go" after a countdown to a start.

    Each is called earlier by as much as the device of the sound plays late (`countdown_lead_s`).
    """

    __slots__ = ("_go_record", "_one_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing counted."""
        super().__init__(context, arbiter)
        self._one_record = arbiter.record("countdown_one")
        self._go_record = arbiter.record("countdown_go")

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Say "go" at a start that was counted down, and end a stride with a tone."""
        match event:
            case StepStarted(step=step) if step.kind in STARTED_BY_GO and self._was_counted(now):
                self._go(now)
            case StepEnded(step=step, reason=EndReason.DONE) if self._is_stride(step):
                self._count(now, Words(self.phrases.language.end_of_stride, ""), "end_of_stride", Sound.EASE)

    def schedule(self, now: Seconds) -> None:
        """Schedule the next mark that lies ahead."""
        self.due = NEVER
        left_s = self._left_s(now)
        if left_s is None:
            return
        lead_s = self.context.settings.countdown_lead_s
        is_called = self._is_listed() or (lead_s and self._was_counted(now))
        for mark in (*self._marks_ahead(now, left_s), *((0,) if is_called else ())):
            if left_s - mark - lead_s > DUST_S:
                self.due = deadline(now, left_s - mark - lead_s)
                return

    def fire(self, now: Seconds) -> None:
        """Say the mark that is due."""
        lead_s = self.context.settings.countdown_lead_s
        if self._is_listed():  # its timer turns to its next part at the end of this one
            timer = self.context.session.item_timer(Seconds(now - DUST_S))
            left_s = None if timer is None else timer.left_s - lead_s
        else:
            left_s = self._left_s(now)
        mark = round(left_s or 0.0)
        if not mark:
            self._end(now)
            return
        if mark == 1:
            self._one_record.note(now)
        words = self.phrases.seconds_left(mark)
        if mark <= self.context.settings.beep_to_s:
            self._count(now, words._replace(speech=""), "countdown", Sound.BEEP)
        else:
            self._count(now, words, "countdown", Sound.NONE)

    def _end(self, now: Seconds) -> None:
        """Call the end of what was counted: a start, or the end of what is held in a checklist."""
        if self._is_listed():
            timer = self.context.session.item_timer(Seconds(now - DUST_S))
            if timer is not None and timer.part is ItemPart.HOLD:
                self._count(now, Words(self.phrases.language.end_of_stride, ""), "end_of_hold", Sound.EASE)
                return
            self._go(now)
        elif self._next_kind() in STARTED_BY_GO:
            self._go(now)

    def _is_listed(self) -> bool:
        """Whether the timer is that of a checklist."""
        return self.context.session.phase is Phase.CHECKLIST

    def _was_counted(self, now: Seconds) -> bool:
        """Tell whether "one" was called a moment ago, and "go" not yet."""
        return now - self._one_record.at < 1.5 and self._go_record.at < self._one_record.at

    def _go(self, now: Seconds) -> None:
        self._go_record.note(now)
        self._count(now, Words(self.phrases.language.go, ""), "go", Sound.GO)

    def _next_kind(self) -> Kind | None:
        """The kind of the step that a countdown leads to."""
        session = self.context.session
        index = session.index if session.phase is Phase.READY else session.index + 1
        steps = session.timeline.steps
        return steps[index].kind if index < len(steps) else None

    def _left_s(self, now: Seconds) -> float | None:
        session, step = self.context.session, self.context.step
        if step is None or session.phase not in _COUNTED:
            return None
        if self._is_listed():
            timer = session.item_timer(now)
            return timer.left_s if timer is not None and timer.left_s > DUST_S else None
        if step.kind not in RUN:
            return None
        is_ready = session.phase is Phase.READY
        if not is_ready and self._is_stride(step):
            return None
        if session.phase is Phase.SEND_OFF_REP and step.until.time() is None and not session.is_clock_mode:
            return None
        left_s = self.context.session.left_s(now)
        return None if left_s is None or left_s < 0 else left_s

    def _marks_ahead(self, now: Seconds, left_s: float) -> tuple[int, ...]:
        settings, session = self.context.settings, self.context.session
        if session.phase is Phase.READY:
            return settings.countdown_delay_s
        timer = session.item_timer(now)
        length_s = (
            timer.length_s if timer is not None else left_s + (session.step_time(now) or 0.0)
        ) + DUST_S
        return countdown_marks(settings, length_s, is_belt=self.context.is_treadmill)

    def _is_stride(self, step: Step) -> bool:
        return has_end_tone(self.context.settings, step)

    def _count(self, now: Seconds, words: str | Words, rule: str, sound: Sound) -> None:
        self.arbiter.emit(now, CueKind.COUNTDOWN, CueClass.COUNTDOWN, words, Why(rule), sound=sound)


class LastMetres(Rule):
    """Says "fifty to go" in a jog by distance and "last two hundred" in a long rep on a track."""

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("last_metres")

    def on_step(self, now: Seconds) -> None:
        """Start a step; a mark that lies behind counts as said."""
        mark = self._mark()
        self._record.reset()
        if mark is None or (self.context.session.step_metres(now) or 0.0) >= mark[0]:
            self._record.note(now)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance if a mark lies ahead."""
        return () if self._record.was_said() or self._mark() is None else (Subscription.DISTANCE,)

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Say the mark at the first sample past it."""
        mark = self._mark()
        if self._record.was_said() or mark is None or metres < mark[0]:
            return
        self._record.note(now)
        self.arbiter.emit(now, CueKind.COUNTDOWN, CueClass.COUNTDOWN, mark[1], Why("last_metres"))

    def _mark(self) -> tuple[float, str] | None:
        step, settings = self.context.step, self.context.settings
        distance = None if step is None else step.until.distance()
        if step is None or distance is None or self.context.session.is_clock_mode:
            return None
        if step.kind in RESTS and distance > 2 * settings.jog_to_go_m:
            return distance - settings.jog_to_go_m, self.phrases.language.fifty_to_go
        if step.kind in PACED_REPS and self.context.is_track() and distance >= settings.last_from_m:
            return distance - settings.last_m, self.phrases.language.last_200
        return None


class PacingLightCalls(Rule):
    """Calls every hundred metres of the pacing light in clock mode, where nothing measures the rep."""

    __slots__ = ()

    def schedule(self, now: Seconds) -> None:
        """Schedule the light's next hundred metres before the end."""
        self.due = NEVER
        in_s = self._next_call(now)
        if in_s is not None:
            self.due = deadline(now, in_s)

    def fire(self, now: Seconds) -> None:
        """Call the hundred metres the light passes now."""
        speed, time_s = self._speed(), self.context.session.step_time(now)
        every_m = self.context.settings.beep_m
        if speed is not None and time_s is not None:
            words = Words(self.phrases.beep(round(time_s * speed / every_m) * every_m), "")
            settings = self.context.settings
            is_heard = settings.listening is Listening.EARS or settings.speaker_light_beeps
            self.arbiter.emit(
                now,
                CueKind.COUNTDOWN,
                CueClass.COUNTDOWN,
                words,
                Why("light_calls"),
                spoken=is_heard,
                sound=Sound.BEEP,
            )

    def _next_call(self, now: Seconds) -> float | None:
        speed, time_s = self._speed(), self.context.session.step_time(now)
        step = self.context.step
        if speed is None or time_s is None or step is None or not self.context.session.is_clock_mode:
            return None
        distance, every_m = step.until.distance(), self.context.settings.beep_m
        if distance is None or not self.context.is_running():
            return None
        call = floor(time_s * speed / every_m + DUST_S) + 1
        return call * every_m / speed - time_s if call * every_m < distance - 1.0 else None

    def _speed(self) -> float | None:
        step = self.context.step
        if step is None or step.target is None or not step.has_speed_target:
            return None
        return step.target.band.nominal
