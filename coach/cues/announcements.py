"""Announces steps, changes by buttons, questions, checklists, pauses and reminders, and warns of heat.

On a treadmill the next belt speed is said ahead of time. Where footpod and belt disagree, the runner is asked.
The reminders are the workout's own, and amounts in them add up. Halfway is the turning point of an easy run.
"""

from dataclasses import dataclass
from typing import Final

from coach.cues.arbiter import (
    DUST_S,
    NEVER,
    BandMonitor,
    CueArbiter,
    Rule,
    RuleEvent,
    Side,
    Subscription,
    deadline,
)
from coach.cues.config import Listening
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Sound, Why, sentence
from coach.cues.language import Words
from coach.physiology.surroundings import CAUTION_SUM_F
from coach.quantities import Metres, Seconds
from coach.session.events import (
    COUNTS_AS_DONE,
    NOT_RUN,
    Answered,
    PhaseChanged,
    Split,
    StepEnded,
    StepStarted,
    Waiting,
    WorkoutChanged,
)
from coach.session.phases import Button, Phase, SplitRole, item_turn
from coach.signals.readings import PODS, Reading, Source
from coach.workout.edits import EffortDay, is_too_hot
from coach.workout.kinds import EASY, ENDLESS, HARD, RESTS, RUN
from coach.workout.timeline import Quantity, Step, StepReminder, StepTarget

_RESTS: Final = frozenset({Phase.RECOVERY, Phase.SEND_OFF_REST})


class Announcements(Rule):
    """Says what to do when a step begins, and in a long enough rest what comes next and where it starts.

    Words are not repeated: a rep that is run like the one before it has its number only, and the words that named a
    step ahead are shown at its start and not spoken.
    """

    __slots__ = ("_ahead_record", "_last_asked", "_place", "_rep_path")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start at the line, with no step named ahead."""
        super().__init__(context, arbiter)
        self._place = ("A", 0)
        """The mark the last rep began at, and how many metres before it."""
        self._ahead_record = arbiter.record("next_step")
        self._last_asked: dict[bool, tuple[object, ...]] = {}
        """The targets of the last rest (True) and of the last other step."""
        self._rep_path: str | None = None
        """The rep of the last step that was no rest."""

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Announce a start, a finish, and a change of the workout by a button."""
        match event:
            case StepStarted(step=step):
                self._first_words(step, now)
            case StepEnded(step=step, index=index, reason=reason) if reason in COUNTS_AS_DONE:
                if self._was_minimum(step, index):
                    self._step_cue(now, self.phrases.language.minimum, "minimum")
            case PhaseChanged(phase=Phase.FINISHED):
                self._step_cue(now, self.phrases.language.finished, "finished")
            case Waiting():
                self.arbiter.emit(
                    now, CueKind.WAITING, CueClass.STEP, self.phrases.language.waiting, Why("waiting")
                )
            case WorkoutChanged(day=EffortDay(percent, reps_percent)):
                self._step_cue(now, self.phrases.effort_day(percent, reps_percent), "effort_day")
            case WorkoutChanged(is_by_effort=bool(is_by_effort)):
                language = self.phrases.language
                words = language.by_effort if is_by_effort else language.by_effort_off
                self._step_cue(now, words, "by_effort")
            case WorkoutChanged(button=Button() as button) if button is not Button.UNDO:
                self._step_cue(now, self.phrases.changed(button), "workout_changed")

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Name the next step towards the end of a jog by distance."""
        step = self.context.step
        distance = None if step is None else step.until.distance()
        if distance is not None and distance - metres <= self.context.settings.jog_to_go_m:
            self.fire(now)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance in a jog by distance."""
        step = self.context.step
        if step is None or self.context.session.phase is not Phase.RECOVERY:
            return ()
        return () if step.until.distance() is None or self._next() is None else (Subscription.DISTANCE,)

    def schedule(self, now: Seconds) -> None:
        """Schedule the name of the next step before the end of a rest by time."""
        self.due = NEVER
        settings, session = self.context.settings, self.context.session
        if session.phase not in _RESTS or self._next() is None:
            return
        left_s, time_s = session.left_s(now), session.step_time(now)
        if left_s is None or time_s is None or left_s + time_s < settings.preview_min_s:
            return
        if left_s > settings.preview_s:
            self.due = deadline(now, left_s - settings.preview_s)

    def fire(self, now: Seconds) -> None:
        """Name the next step."""
        step = self._next()
        if step is None:
            return
        start, unit, target = self._start_words(step), self.context.athlete.unit, step.target
        words: str | Words
        if self._is_like_before(step, target):
            words = self.phrases.like_before(step, start)
        else:
            spoken_words, words_shown = (
                self.phrases.upcoming(step, target, start, unit, tells_heart=tells_heart)
                for tells_heart in (self._tells_heart, True)
            )
            words = Words(words_shown, spoken_words)
        self._ahead_record.note(now, step.step_id)
        self._step_cue(now, words, "next_step")

    def _was_minimum(self, step: Step, index: int) -> bool:
        """Return True if the step was the last that had to be run in a range of reps, and more may follow."""
        turn = step.range_turn
        if turn is None or turn.turn != turn.least or step.kind not in HARD:
            return False
        ahead = [
            other
            for other in self.context.session.timeline.steps[index + 1 :]
            if other.range_turn is not None and other.range_turn.range_id == turn.range_id
        ]
        is_last = not any(other.range_turn == turn and other.kind in HARD for other in ahead)
        return is_last and any(other.range_turn != turn and other.kind in HARD for other in ahead)

    def _first_words(self, step: Step, now: Seconds) -> None:
        if step.kind not in RUN:
            return
        target = self.context.session.target_now(now) or step.target
        was_said_ahead = self._ahead_record.was_said_of(step.step_id)
        start = "" if was_said_ahead else self._start_words(step)
        if self._is_like_before(step, target) and not was_said_ahead:
            words_shown = spoken_words = self.phrases.like_before(step, start)
        else:
            is_belt, unit = self.context.is_treadmill, self.context.athlete.unit
            spoken_words, words_shown = (
                f"{words} {start}".strip()
                for words in (
                    self.phrases.first_words(
                        step, target, belt_speed=is_belt, unit=unit, tells_heart=tells_heart
                    )
                    for tells_heart in (self._tells_heart, True)
                )
            )
        if step.start_mark and step.kind in HARD:
            self._place = _place_of(step)
        rep_path = step.path.rpartition(" / ")[0]
        if self.arbiter.speech.is_brief:
            spoken_words = self.phrases.one_word(step, target, is_new=rep_path != self._rep_path)
        if step.kind not in RESTS:
            self._rep_path = rep_path
        self._last_asked[step.kind in RESTS] = _asks(step, target)
        self._ahead_record.reset()
        is_spoken = not was_said_ahead or self.context.settings.repeats_names
        self._step_cue(now, Words(words_shown, spoken_words), "first_words", spoken=is_spoken)

    @property
    def _tells_heart(self) -> bool:
        """Whether a heart rate may be spoken: never on an open speaker."""
        return self.context.settings.listening is not Listening.SPEAKER

    def _is_like_before(self, step: Step, target: StepTarget | None) -> bool:
        """Return True if a step is run like the last one of its sort, and a word of its own names it."""
        if self.context.settings.repeats_names or step.first_of_set or not self.phrases.like_before(step):
            return False
        return self._last_asked.get(step.kind in RESTS) == _asks(step, target)

    def _start_words(self, step: Step) -> str:
        if not step.start_mark or _place_of(step) == self._place or step.kind not in HARD:
            return ""
        return self.phrases.start_at(step.start_mark, step.line_m)

    def _next(self) -> Step | None:
        session = self.context.session
        steps, index = session.timeline.steps, session.index + 1
        if (
            index >= len(steps)
            or steps[index].kind not in HARD
            or self._ahead_record.was_said_of(steps[index].step_id)
        ):
            return None
        return steps[index]

    def _step_cue(self, now: Seconds, words: str | Words, rule: str, *, spoken: bool = True) -> None:
        self.arbiter.emit(now, CueKind.STEP, CueClass.STEP, words, Why(rule), spoken=spoken)


def _asks(step: Step, target: StepTarget | None) -> tuple[object, ...]:
    """Return the demands of a step, apart from its number and its place."""
    return step.section, step.kind, step.move, step.name, step.until, target


def _place_of(step: Step) -> tuple[str, int]:
    """Return where a step begins: its start mark, and how many metres before it (minus: after it)."""
    return step.start_mark, round(step.line_m)


class Prompts(Rule):
    """Asks the questions of prompts and names the items of checklists."""

    __slots__ = ("_item",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start before the first item."""
        super().__init__(context, arbiter)
        self._item = 0

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Count the present item as said, so that an undo repeats nothing."""
        self._item = self.context.session.item

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Ask the question or name the first item of a step; after an answer ask what is still open."""
        question = self.context.session.question
        if isinstance(event, Answered) and question is not None:
            self._say(self.phrases.question(question.question, question.answers), "question", now)
        if not isinstance(event, StepStarted):
            return
        step = event.step
        if step.question:
            self._say(self.phrases.question(step.question, step.answers), "question", now)
        elif step.items:
            words = " ".join((sentence(step.name), self.phrases.item(step.items[0])))
            self._say(words, "checklist", now)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the session in a checklist."""
        return (Subscription.STATE,) if self.context.session.phase is Phase.CHECKLIST else ()

    def on_change(self, now: Seconds) -> None:
        """Name the present item if it is another exercise."""
        step, place = self.context.step, self.context.session.item
        if step is None or place == self._item:
            return
        before, turn = item_turn(step.items, self._item), item_turn(step.items, place)
        self._item = place
        if turn is not None and (before is None or turn.item is not before.item):
            self._say(self.phrases.item(turn.item), "checklist", now)

    def _say(self, words: str, rule: str, now: Seconds) -> None:
        self.arbiter.emit(now, CueKind.PROMPT, CueClass.STEP, words, Why(rule))


class FartlekTurns(Rule):
    """Says what a mark in a fartlek turns to, and at its end how long was hard and how long easy."""

    __slots__ = ()

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Say a turn, or the totals of a fartlek that was run."""
        match event:
            case Split(role=SplitRole.SPLIT, time_s=time) if time is not None:
                is_easy, marks = self.context.session.is_easy_stretch, self.context.session.marks
                if is_easy is not None:
                    since_s = marks[-2].time_s if len(marks) > 1 else 0.0
                    self._say(self.phrases.turn(time - since_s, to_easy=is_easy), now)
            case StepEnded(turns=turns, hard_s=hard_s, easy_s=easy_s) if turns and hard_s is not None:
                if event.reason not in NOT_RUN:
                    self._say(self.phrases.fartlek(hard_s, easy_s or 0.0), now)

    def _say(self, words: str, now: Seconds) -> None:
        self.arbiter.emit(now, CueKind.STEP, CueClass.STEP, words, Why("fartlek"))


class PauseNotices(Rule):
    """Confirms a pause and its end, and reminds once if the runner runs on while paused."""

    __slots__ = ("_is_paused", "_monitor", "_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with a run that is not paused."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor()
        self._is_paused = False
        self._record = arbiter.record("still_paused")

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Say the beginning and the end of a pause."""
        if not isinstance(event, PhaseChanged):
            return
        is_paused = event.phase is Phase.PAUSED
        if is_paused and not self._is_paused:
            self._monitor.reset()
            self._record.reset()
            self._say(self.phrases.language.paused, Why("paused"), now)
        elif self._is_paused and not is_paused and self.context.is_running():
            self._say(self.phrases.language.resumed, Why("resumed"), now)
            self.context.restart_settling(now, self.context.settings.settle_standing_s)
        self._is_paused = is_paused

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the cadence while paused."""
        return (Subscription.CADENCE,) if self._is_paused and not self._record.was_said() else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Remind the runner once that the clock is paused."""
        settings = self.context.settings
        side = self._monitor.update(now, reading.value, None, settings.paused_still_spm, 0.0)
        held_s = self._monitor.held_s(now)
        if self._record.was_said() or side is not Side.HIGH or held_s < settings.paused_still_s:
            return
        age_s, high = Seconds(now - reading.at), settings.paused_still_spm
        why = Why("still_paused", reading.value, "cadence_spm", None, high, Seconds(held_s), age_s)
        self._record.note(now)
        self._say(self.phrases.language.still_paused, why, now)

    def _say(self, words: str, why: Why, now: Seconds) -> None:
        self.arbiter.emit(now, CueKind.PAUSED, CueClass.STEP, words, why)


class HeatCaution(Rule):
    """Warns of dangerous heat at the first step and again at the first hard one.

    A target cannot be raised in such heat (`coach.session.edits`).
    """

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("heat")
        """Its scope is whether it was said of a hard step."""

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Warn at the first step and at the first hard one."""
        if not isinstance(event, StepStarted) or not is_too_hot(self.context.athlete.heat_sum_f):
            return
        is_hard = event.step.kind in HARD
        if self._record.was_said_of(scope=True) or (self._record.was_said() and not is_hard):
            return
        why = Why("heat", self.context.athlete.heat_sum_f, "heat_sum_f", None, CAUTION_SUM_F)
        self.arbiter.emit(now, CueKind.HEAT, CueClass.SAFETY, self.phrases.language.too_hot, why)
        self._record.note(now, scope=is_hard)


# --- a belt


class BeltQuestion(Rule):
    """Asks once a run which speed is right, after footpod and belt have disagreed long enough."""

    __slots__ = ("_record", "_since")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing asked."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("pod_against_belt")
        self._since: float | None = None

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Restart the hold, because another step has another belt speed."""
        self._since = None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed on a treadmill until it was asked."""
        is_wanted = self.context.is_treadmill and not self._record.was_said() and self.context.is_running()
        return (Subscription.SPEED,) if is_wanted else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare the pod's smoothed speed with the belt's own speed, else with its target."""
        settings, value = self.context.settings, self.context.smooth.value
        belt_speed = self._belt(value, now)
        if self._record.was_said():
            return
        if (
            reading.source not in PODS
            or value is None
            or belt_speed is None
            or not self.context.is_settled(now)
        ):
            self._since = None
            return
        if abs(value / belt_speed - 1.0) <= settings.belt_share:
            self._since = None
            return
        self._since = now if self._since is None else self._since
        held_s = Seconds(now - self._since)
        if held_s < settings.belt_hold_s:
            return
        low, high = belt_speed * (1.0 - settings.belt_share), belt_speed * (1.0 + settings.belt_share)
        why = Why("pod_against_belt", value, "speed_mps", low, high, held_s, Seconds(now - reading.at))
        words = self.phrases.pod_against_belt(value, belt_speed)
        if self.arbiter.emit(now, CueKind.PROMPT, CueClass.INFO, words, why):
            self._record.note(now)

    def _belt(self, pod: float | None, now: Seconds) -> float | None:
        """Return the belt's speed in m/s, as it reports it, else its target; None if neither is known.

        A pod within the range of a target does not disagree with it.
        """
        reading = self.context.signals.speed_of(Source.TREADMILL)
        if reading is not None and self.context.is_live(reading, now):
            return reading.value or None
        target = self.context.session.target_now(now)
        if target is None or target.quantity is not Quantity.SPEED or target.estimated:
            return None
        low, high = target.band.low, target.band.high
        if low is not None and high is not None and pod is not None and low <= pod <= high:
            return None
        return target.band.nominal or None


class BeltAhead(Rule):
    """Says the next belt speed ten seconds ahead."""

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("belt_speed")

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start with nothing said."""
        self._record.reset()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance in a step by distance, whose end can only be projected."""
        step = self.context.step
        if step is None or step.until.distance() is None or not self._is_needed():
            return ()
        return (Subscription.DISTANCE,)

    def on_distance(self, metres: Metres, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Say the next speed once the step will probably end in ten seconds."""
        end = self.context.session.expected_end(now)
        if (
            not self._record.was_said()
            and end is not None
            and end - now <= self.context.settings.belt_ahead_s
        ):
            self.fire(now)

    def schedule(self, now: Seconds) -> None:
        """Schedule it before the end of a timed step that another speed follows."""
        self.due = NEVER
        left_s = self.context.session.left_s(now) if self._is_needed() else None
        if left_s is not None and left_s - self.context.settings.belt_ahead_s > DUST_S:
            self.due = deadline(now, left_s - self.context.settings.belt_ahead_s)

    def fire(self, now: Seconds) -> None:
        """Say the next speed."""
        speed = self._next_speed()
        if speed is not None:
            self._record.note(now)
            words = self.phrases.belt_ahead(self.context.settings.belt_ahead_s, speed)
            self.arbiter.emit(now, CueKind.STEP, CueClass.STEP, words, Why("belt_speed"))

    def _is_needed(self) -> bool:
        return self.context.is_treadmill and self.context.is_running() and self._next_speed() is not None

    def _next_speed(self) -> float | None:
        steps, index = self.context.session.timeline.steps, self.context.session.index + 1
        if (
            index >= len(steps)
            or (target := steps[index].target) is None
            or not steps[index].has_speed_target
        ):
            return None
        return target.band.nominal


# --- reminders, and the middle of an easy run


@dataclass(slots=True)
class _Pending:
    """A reminder with the time or distance it is next due at; both None once it is over."""

    reminder: StepReminder
    at_s: float | None
    at_m: float | None
    is_unmeasured: bool = False
    """Whether its next distance counts from the first one measured, because there was none when it was said."""


class Reminders(Rule):
    """Says the reminders of the step and of the run when they are due."""

    __slots__ = ("_pending", "_run", "_step_id", "_totals")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing due and no amounts."""
        super().__init__(context, arbiter)
        self._pending: list[_Pending] = []
        self._run: dict[StepReminder, _Pending] = {}
        self._totals: dict[tuple[str, str], float] = {}
        self._step_id = ""

    def on_step(self, now: Seconds) -> None:
        """Read the step's reminders; those of the run go on, and after an undo those of the step."""
        step, time_s = self.context.step, self.context.session.step_time(now) or 0.0
        step_id = "" if step is None else step.step_id
        if step_id == self._step_id and time_s > 0.0:
            return
        self._step_id = step_id
        self._pending = []
        for reminder in () if step is None else step.reminders:
            if reminder.of_run:
                self._run.setdefault(reminder, _first(reminder))
            else:
                self._pending.append(_first(reminder))
        metres = self.context.session.step_metres(now) or 0.0
        for pending in self._pending:
            self._skip(pending, time_s, metres)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance if a reminder counts it, now or later."""
        is_counted = any(
            pending.at_m is not None or pending.reminder.every_m is not None for pending in self._all()
        )
        return (Subscription.DISTANCE,) if is_counted else ()

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Say what is due at the metres run."""
        for pending in self._all():
            run_m = self._run_metres() if pending.reminder.of_run else metres
            if pending.is_unmeasured and run_m is not None:
                pending.is_unmeasured, pending.at_m = False, run_m + (pending.reminder.every_m or 0.0)
            if pending.at_m is not None and run_m is not None and run_m >= pending.at_m:
                self._say(pending, now)
                pending.at_m = _after(pending.at_m, pending.reminder.every_m, run_m)
                self._count_time(pending, now)

    def schedule(self, now: Seconds) -> None:
        """Schedule the next reminder by time."""
        self.due = NEVER
        if not self.context.is_running():
            return
        for pending in self._all():
            time_s = self._time(pending, now)
            if pending.at_s is not None and time_s is not None:
                self.due = min(self.due, deadline(now, max(pending.at_s - time_s, 0.0)))

    def fire(self, now: Seconds) -> None:
        """Say what is due."""
        for pending in self._all():
            time_s = self._time(pending, now)
            if pending.at_s is not None and time_s is not None and time_s >= pending.at_s - DUST_S:
                self._say(pending, now)
                pending.at_s = _after(pending.at_s, pending.reminder.every_s, time_s)
                self._count_metres(pending, now)

    def _count_time(self, pending: _Pending, now: Seconds) -> None:
        """Count the time to the next from here on, if a distance came first and it repeats by time."""
        every_s, time_s = pending.reminder.every_s, self._time(pending, now)
        if every_s is not None and time_s is not None:
            pending.at_s = time_s + every_s

    def _count_metres(self, pending: _Pending, now: Seconds) -> None:
        """Count the metres to the next from here on, if a time came first and it repeats by distance."""
        every_m = pending.reminder.every_m
        if every_m is None:
            return
        metres = self._run_metres() if pending.reminder.of_run else self.context.session.step_metres(now)
        pending.is_unmeasured = metres is None
        pending.at_m = None if metres is None else metres + every_m

    def _all(self) -> list[_Pending]:
        return [*self._pending, *self._run.values()]

    def _time(self, pending: _Pending, now: Seconds) -> float | None:
        session = self.context.session
        return session.run_time(now) if pending.reminder.of_run else session.step_time(now)

    def _run_metres(self) -> float | None:
        latest = self.context.signals.distance.latest()
        return None if latest is None else latest[1]

    def _skip(self, pending: _Pending, time: float, metres: float) -> None:
        if pending.at_s is not None and time > pending.at_s + DUST_S:
            pending.at_s = _after(pending.at_s, pending.reminder.every_s, time)
            if pending.reminder.every_m is not None:
                pending.at_m = metres + pending.reminder.every_m
        elif pending.at_m is not None and metres > pending.at_m:
            pending.at_m = _after(pending.at_m, pending.reminder.every_m, metres)
            if pending.reminder.every_s is not None:
                pending.at_s = time + pending.reminder.every_s

    def _say(self, pending: _Pending, now: Seconds) -> None:
        reminder, total = pending.reminder, None
        if reminder.amount is not None:
            key = (reminder.text, reminder.unit)
            total = self._totals[key] = self._totals.get(key, 0.0) + reminder.amount
        kind = CueKind.FORM if reminder.amount is None else CueKind.FUEL
        self.arbiter.emit(now, kind, CueClass.INFO, self.phrases.reminder(reminder, total), Why("reminder"))


class Halfway(Rule):
    """Says where to turn around on an easy run that begins and ends at the laptop, for runners who asked for it.

    The middle is by distance, or by the time run, which a pause moves. It is not said on a track or a belt.
    """

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("halfway")

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance of an easy run by distance."""
        step = self._easy_run()
        return () if step is None or step.until.distance() is None else (Subscription.DISTANCE,)

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Say it at the first sample past the middle."""
        step = self._easy_run()
        length = None if step is None else step.until.distance()
        if length is not None and metres >= length / 2:
            self._say(now)

    def schedule(self, now: Seconds) -> None:
        """Schedule the middle of an easy run by time."""
        self.due = NEVER
        step, time_s = self._easy_run(), self.context.session.step_time(now)
        length_s = None if step is None or step.until.distance() is not None else step.until.time()
        if length_s is not None and time_s is not None and self.context.is_running():
            self.due = deadline(now, max(length_s / 2 - time_s, 0.0))

    def fire(self, now: Seconds) -> None:
        """Say it."""
        self._say(now)

    def _easy_run(self) -> Step | None:
        """Return the step under way if it is a long enough easy run, and nothing was said of it yet."""
        context, step = self.context, self.context.step
        if not context.settings.halfway or step is None or step.rep is not None:
            return None
        if context.is_track() or context.is_treadmill or self._record.was_said_of(step.step_id):
            return None
        is_easy = step.kind in ENDLESS - EASY or (step.target is not None and step.target.ref == "easy")
        is_long = context.expected_s is None or context.expected_s >= context.settings.halfway_from_s
        return step if is_easy and is_long and step.kind not in RESTS else None

    def _say(self, now: Seconds) -> None:
        step = self.context.step
        self._record.note(now, None if step is None else step.step_id)
        words = self.phrases.language.halfway
        self.arbiter.emit(now, CueKind.STEP, CueClass.STEP, words, Why("halfway"), sound=Sound.ON)


def _first(reminder: StepReminder) -> _Pending:
    if reminder.at_s is None and reminder.at_m is None:
        return _Pending(reminder, reminder.every_s, reminder.every_m)
    return _Pending(reminder, reminder.at_s, reminder.at_m)


def _after(at: float, every: float | None, position: float) -> float | None:
    """Return the next time or distance after the one run; None if there is no next."""
    if not every:
        return None
    while at <= position + DUST_S:
        at += every
    return at
