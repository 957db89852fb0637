"""Reports lost and found sensors, a recording that fails, and hints at a line that lies elsewhere than planned.

A lost sensor is shown at once. It is spoken of only if the step needs it and it stays lost.

Measured distance drifts by a few metres a lap, and a runner who knows the track runs to the painted line. The place
where the speed falls after a rep shows where that line is. If three reps agree, the hint is shown in the rest, with
the key that moves the line.
"""

from collections import deque
from math import inf
from typing import Final

from coach.cues.arbiter import DUST_S, NEVER, CueArbiter, CueRecord, Rule, RuleEvent, Subscription, deadline
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.language import Words
from coach.quantities import Seconds
from coach.session.events import (
    Asked,
    BoundaryMoved,
    EndReason,
    MovedBy,
    RunResumed,
    StepEnded,
    StepStarted,
    Undone,
)
from coach.session.phases import Phase
from coach.signals.readings import (
    CALIBRATED,
    DISTANCE_PRIORITY,
    PODS,
    Calibrated,
    Reading,
    SensorChanged,
    SensorState,
    Source,
)
from coach.workout.kinds import PACED_REPS, RESTS
from coach.workout.timeline import HeartRateEnd, Move, Quantity, Step

_DISTANCE: Final = frozenset(DISTANCE_PRIORITY)


_READS_TRUE: Final = 0.015
"""A pod within this of the runner's line reads true. Judged: 6 m of 400 m are the run-out's own spread."""
_MOST_SPEEDS: Final = 60
"""Speeds kept, judged: half a minute at two a second, a minute at one."""


class RecordingAlarm(Rule):
    """Warns, once a minute, for as long as the recorder cannot write."""

    __slots__ = ("_has_told_end", "_record", "_works_since", "trouble")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with a recorder that works."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("recorder")
        self.trouble = ""
        """Why the recorder cannot write; empty while it can, and has done so for a while."""
        self._works_since: float = inf
        self._has_told_end = False

    def on_trouble(self, reason: str, now: Seconds, *, lasts: bool) -> None:
        """Warn, at most once a minute, at once after words that it works; what lasts is warned of to its end."""
        self.trouble = reason if lasts else ""
        self._works_since = inf
        if self._has_told_end or now - self._record.at >= self.context.settings.recorder_repeat_s:
            self._warn(reason, now)

    def on_recovered(self, now: Seconds) -> None:
        """Wait whether the recorder goes on working; a disk that fails repeatedly is reported once a minute."""
        if not self.trouble:
            return
        if self.context.settings.recorder_steady_s:
            self._works_since = min(self._works_since, now)
        else:
            self._report_end(now)

    def schedule(self, now: Seconds) -> None:  # noqa: ARG002 - as the base class has it
        """Schedule the next warning, or the words that the recorder works again."""
        settings = self.context.settings
        if not self.trouble:
            self.due = NEVER
        elif self._works_since < inf:
            self.due = self._works_since + settings.recorder_steady_s
        else:
            self.due = self._record.at + settings.recorder_repeat_s

    def fire(self, now: Seconds) -> None:
        """Warn again, or say that the recorder works again."""
        if self._works_since < inf:
            self._report_end(now)
            self._has_told_end = True
        else:
            self._warn(self.trouble, now)

    def _report_end(self, now: Seconds) -> None:
        self.trouble = ""
        self._works_since = inf
        self.arbiter.withdraw(CueKind.RECORDING_FAILING)
        why = Why("recorder")
        self.arbiter.emit(
            now, CueKind.RECORDING_BACK, CueClass.INFO, self.phrases.language.recording_back, why
        )

    def _warn(self, reason: str, now: Seconds) -> None:
        self._has_told_end = False
        self._record.note(now)
        words = self.phrases.recording_failing(reason if self.trouble else "")
        why = Why(f"recorder: {reason}")
        self.arbiter.emit(now, CueKind.RECORDING_FAILING, CueClass.SAFETY, words, why)


class Sensors(Rule):
    """Stores the times at which sensors were lost, and reports the losses that matter to the step.

    A paired sensor that sends nothing is reported once, in the first step that needs it.
    """

    __slots__ = ("_back", "_losses_record", "_lost_at", "_reading_record", "_unheard")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing lost."""
        super().__init__(context, arbiter)
        self._lost_at: dict[Source, float] = {}
        self._unheard: list[Source] = []
        self._back: dict[Source, float] = {}
        """The times at which the return of a sensor is reported."""
        self._losses_record = arbiter.record("sensor_gone_long")
        self._reading_record = arbiter.record("pod_at_line")

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Follow the sensors, and show calibrations and offers."""
        match event:
            case SensorChanged(sensor=sensor, state=SensorState.SEARCHING):
                if sensor not in self._unheard:
                    self._unheard.append(sensor)
            case SensorChanged(sensor=sensor, state=SensorState.LIVE):
                self._on_live(sensor, now)
                self._on_battery(sensor, event.battery_percent, now)
            case SensorChanged(sensor=sensor, state=SensorState.STALE | SensorState.GONE, age_s=age):
                self._on_loss(sensor, now, age or 0.0)
                if event.state is SensorState.GONE and self.context.settings.losses_shown:
                    self._emit(
                        now,
                        CueKind.SENSOR_GONE,
                        self.phrases.sensor_gone(sensor),
                        "sensor_gone",
                        spoken=False,
                    )
            case Calibrated():
                words = self.phrases.pod_reads(event.factor, event.sensor)
                self._emit(now, CueKind.CALIBRATION, words, "calibration", spoken=False)
            case RunResumed(since=since):
                self._on_gap(since, now)
            case StepEnded(reason=EndReason.LINE, step=step):
                self._report_reading(step.step_id, now)
            case BoundaryMoved(by=MovedBy.LINE, step_id=step_id):
                self._report_reading(step_id, now)
            case Asked(offer=offer):
                self._emit(now, CueKind.ADVICE, self.phrases.offer(offer), "offer", spoken=False)

    def schedule(self, now: Seconds) -> None:
        """Schedule the next report: a loss, a sensor that sends nothing, or one that is back."""
        self.due = min((self._due_of(source) for source in self._lost_at), default=NEVER)
        for source in self._unheard:
            self.due = min(self.due, self._shown_at(source), self._due_unheard(source))
        for back_at in self._back.values():
            self.due = min(self.due, back_at)
        if self.due <= now:
            self.due = round(now + 1e-6, 6)

    def fire(self, now: Seconds) -> None:
        """Report what is due and still matters."""
        due = [source for source in self._lost_at if self._due_of(source) <= now]
        for source in due:
            words = self.phrases.sensor_gone(source)
            if self._emit(now, CueKind.SENSOR_GONE, words, "sensor_gone_long", spoken=True):
                self._losses_record.note(now)
            self._loss_record(source).note(now)
        for source in self._unheard:
            is_said = self._due_unheard(source) <= now
            if is_said or self._shown_at(source) <= now:
                self._report_unheard(source, now, is_said=is_said)
        for source in [source for source, back_at in self._back.items() if back_at <= now]:
            del self._back[source]
            self._emit(now, CueKind.SENSOR_BACK, self.phrases.sensor_back(source), "sensor_back", spoken=True)

    def _report_unheard(self, source: Source, now: Seconds, *, is_said: bool) -> None:
        """Show a sensor that has sent nothing, with what to do, or say it."""
        is_worn_badly = self.context.signals.sends_without_value(source)
        words = self.phrases.sensor_unheard(source, is_worn_badly=is_worn_badly)
        why = Why("sensor_searching", state=SensorState.SEARCHING.value)
        was_emitted = self.arbiter.emit(now, CueKind.SENSOR_GONE, CueClass.INFO, words, why, spoken=is_said)
        self._unheard_record(source).note(now)
        if is_said:
            self._loss_record(source).note(now)
            if was_emitted:
                self._losses_record.note(now)

    def _shown_at(self, source: Source) -> float:
        """Return when to show that a sensor was never heard; `NEVER` if it was shown, or the step does not want it."""
        settings, started_at = self.context.settings, self.context.session.step_started_at
        if not settings.unheard_s or started_at is None or self._unheard_record(source).was_said():
            return NEVER
        return round(started_at + settings.unheard_s, 6) if self._is_missed(source) else NEVER

    def _due_unheard(self, source: Source) -> float:
        """Return when to say it: once, after it was shown, at the times of a loss that began with the step."""
        settings, record = self.context.settings, self._unheard_record(source)
        started_at = self.context.session.step_started_at
        delay_s = self._delay_s(source)
        if not record.was_said() or self._loss_record(source).was_said() or started_at is None:
            return NEVER
        if delay_s is None or self._losses_record.times >= settings.losses_spoken:
            return NEVER
        return round(started_at + delay_s, 6) if self._is_missed(source) else NEVER

    def _is_missed(self, source: Source) -> bool:
        """Return True if a sensor was never heard, the step under way wants it, and no other measures the same."""
        context = self.context
        if not context.is_running() or context.step is None or not context.signals.is_unheard(source):
            return False
        if source in _DISTANCE:
            has_distance_end = context.step.until.distance() is not None
            return (context.is_paced() or has_distance_end) and context.signals.distance.last_source() is None
        return (
            self._steers_by_heart_rate() and source is Source.STRAP and context.signals.heart_rate() is None
        )

    def _steers_by_heart_rate(self) -> bool:
        """Return True if the step has a target, a cap or an end by heart rate that is known."""
        step = self.context.step
        if step is None:
            return False
        targets = [step.target, *step.caps]
        return any(isinstance(end, HeartRateEnd) for end in step.until.ends) or any(
            target is not None and target.quantity is Quantity.HEART_RATE and not target.estimated
            for target in targets
        )

    def _delay_s(self, source: Source) -> float | None:
        """Return how long after the loss of a source it is spoken of, if the step steers by what it measures."""
        settings = self.context.settings
        if source in _DISTANCE:
            return settings.loss_distance_s if self.context.is_paced() else None
        return settings.loss_heart_rate_s

    def _unheard_record(self, source: Source) -> CueRecord:
        return self.arbiter.record(("sensor_unheard", source))

    def _due_of(self, source: Source) -> float:
        """Return when to report a loss in this step; `NEVER` if it does not matter or enough were reported."""
        if (
            self._loss_record(source).was_said()
            or self._losses_record.times >= self.context.settings.losses_spoken
        ):
            return NEVER
        delay_s = self._loss_delay_s(source)
        started_at = self.context.session.step_started_at
        if delay_s is None or started_at is None or not self.context.is_running():
            return NEVER
        return round(max(self._lost_at[source] + delay_s, started_at + self.context.settings.loss_words_s), 6)

    def _loss_delay_s(self, source: Source) -> float | None:
        """Return how long after a loss it is spoken of; None if this step does not need the source."""
        context = self.context
        if source in _DISTANCE and source is context.signals.distance.last_source():
            return context.settings.loss_distance_s if context.is_paced() else None
        reading = context.signals.heart_rate()
        if reading is None or reading.source is not source or context.step is None:
            return None
        targets = [context.step.target, *context.step.caps]
        has_heart_rate = any(
            target is not None and target.quantity is Quantity.HEART_RATE and not target.estimated
            for target in targets
        )
        return context.settings.loss_heart_rate_s if has_heart_rate else None

    def _on_loss(self, sensor: Source, now: Seconds, age_s: float) -> None:
        self._lost_at.setdefault(sensor, now - age_s)
        self._back.pop(sensor, None)

    def _on_gap(self, since: Seconds, now: Seconds) -> None:
        """Count the losses of a gap of the program from its end: the sensors are only being looked for again."""
        for source in self._lost_at:
            self._lost_at[source] = now
            if self._loss_record(source).at >= since:
                self._loss_record(source).reset()

    def _on_live(self, sensor: Source, now: Seconds) -> None:
        """Report that a sensor is back if its loss was reported, and not at the same moment."""
        self._lost_at.pop(sensor, None)
        if sensor in self._unheard:
            self._unheard.remove(sensor)
        record = self._loss_record(sensor)
        if record.was_said():
            back_at = record.at + self.context.settings.back_after_s
            record.reset()
            if back_at > now:
                self._back[sensor] = round(back_at, 6)
            else:
                words = self.phrases.sensor_back(sensor)
                self._emit(now, CueKind.SENSOR_BACK, words, "sensor_back", spoken=True)

    def _on_battery(self, sensor: Source, percent: int | None, now: Seconds) -> None:
        record = self.arbiter.record(("low_battery", sensor))
        if percent is None or percent > self.context.settings.low_battery_percent or record.was_said():
            return
        record.note(now)
        words = self.phrases.low_battery(sensor, percent)
        self._emit(now, CueKind.SENSOR_LOW_BATTERY, words, "low_battery", spoken=False)

    def _report_reading(self, step_id: str, now: Seconds) -> None:
        """Say once a run that the end by a pod and the runner's own line differ."""
        results = self.context.session.results
        result = next((result for result in results if result.step.step_id == step_id), None)
        length = None if result is None else result.step.until.distance()
        if (
            result is None
            or length is None
            or not result.measured
            or result.distance_source not in CALIBRATED
        ):
            return
        is_true = abs(result.measured / length - 1.0) < _READS_TRUE
        if is_true or self._reading_record.was_said():
            return
        words = self.phrases.pod_at_line(result.measured, length)
        if self._emit(now, CueKind.CALIBRATION, words, "pod_at_line", spoken=False):
            self._reading_record.note(now)

    def _loss_record(self, source: Source) -> CueRecord:
        return self.arbiter.record(("sensor_gone_long", source))

    def _emit(self, now: Seconds, kind: CueKind, words: str, rule: str, *, spoken: bool) -> bool:
        return self.arbiter.emit(now, kind, CueClass.INFO, words, Why(rule), spoken=spoken)


class MissingSensors(Rule):
    """Reports with a low tone, while a start is counted down, which sensors are missing.

    Half a minute before the start the runner can still fix them.
    """

    __slots__ = ()

    def schedule(self, now: Seconds) -> None:
        """Schedule the look at the sensors."""
        self.due = NEVER
        session, ahead_s = self.context.session, self.context.settings.missing_s
        left_s = session.left_s(now) if session.phase is Phase.READY and ahead_s > 0.0 else None
        if left_s is not None and left_s - ahead_s > DUST_S:
            self.due = deadline(now, left_s - ahead_s)

    def fire(self, now: Seconds) -> None:
        """Report those that are awaited or were lost."""
        statuses = self.context.signals.sensors(now)
        missing = [status.source for status in statuses if status.state is not SensorState.LIVE]
        if missing:
            text = " ".join(self.phrases.sensor_missing(source) for source in missing)
            words = Words(text, "")
            self.arbiter.emit(now, CueKind.SENSOR_GONE, CueClass.INFO, words, Why("sensor_missing"))


class LineHint(Rule):
    """Notes where the speed falls after each rep of a set, in a run in which no boundary follows it."""

    __slots__ = ("_last_rep", "_offsets", "_record", "_set", "_speeds")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with no rep."""
        super().__init__(context, arbiter)
        self._speeds: deque[tuple[float, float]] = deque(maxlen=_MOST_SPEEDS)
        self._offsets: list[float] = []
        self._last_rep: StepEnded | None = None
        self._set = ""
        self._record = arbiter.record("line_of_the_runner")

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Keep a rep that ended by distance, to find some seconds later where the speed fell."""
        match event:
            case StepEnded(step=step) if step.kind in PACED_REPS:
                self._begin_set(step)
                self._last_rep = event if self._is_measured(event) else None
                self.due = deadline(now, self.context.settings.line_look_s) if self._last_rep else self.due
            case StepStarted(step=step) if self._last_rep is not None and not _is_slower(step):
                self._last_rep = None
            case Undone():
                self._last_rep = None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed on a track."""
        is_ours = not self.context.session.stop_ends_rep
        is_wanted = (
            is_ours and self.context.is_track() and self.context.is_running() and not self._record.was_said()
        )
        return (Subscription.SPEED,) if is_wanted else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Keep the speed."""
        self._speeds.append((reading.at, reading.value))

    def fire(self, now: Seconds) -> None:
        """Find where the speed fell, and show the hint after three reps alike."""
        self.due = NEVER
        result, self._last_rep = self._last_rep, None
        if result is None or result.mean_speed is None:
            return
        settings = self.context.settings
        eased_at = self._eased_at(result.mean_speed * settings.line_eased_share, result.ended_at)
        if eased_at is None:
            self._offsets.clear()
            return
        self._offsets.append((eased_at - settings.line_lag_s - result.ended_at) * result.mean_speed)
        last_offsets = self._offsets[-settings.line_reps :]
        mean = sum(last_offsets) / len(last_offsets)
        are_alike = max(last_offsets) - min(last_offsets) <= settings.line_alike_m
        if len(last_offsets) < settings.line_reps or not are_alike or abs(mean) < settings.line_least_m:
            return
        window = Seconds(settings.line_look_s)
        why = Why("line_of_the_runner", mean, "metres_m", None, None, window)
        if self.arbiter.emit(
            now, CueKind.CALIBRATION, CueClass.INFO, self.phrases.line_hint(mean), why, spoken=False
        ):
            self._record.note(now)

    def _eased_at(self, under: float, ended_at: float) -> float | None:
        """Return when the speed fell below a bound for good, near the end of a rep; None if it did not."""
        look_s = self.context.settings.line_look_s
        speeds = [(at, speed) for at, speed in self._speeds if abs(at - ended_at) <= look_s]
        if not speeds or speeds[-1][1] > under or speeds[0][1] <= under:
            return None
        above = next(place for place in range(len(speeds) - 1, -1, -1) if speeds[place][1] > under)
        (before_at, high), (after_at, low) = speeds[above], speeds[above + 1]
        return before_at + (after_at - before_at) * (high - under) / (high - low)

    def _is_measured(self, result: StepEnded) -> bool:
        """Return True if a pod ended the rep by its distance, with nothing estimated or moved."""
        is_whole = result.reason is EndReason.DONE and not (result.estimated or result.broken or result.cut)
        return is_whole and result.step.until.distance() is not None and result.distance_source in PODS

    def _begin_set(self, step: Step) -> None:
        if step.set_id != self._set:
            self._set = step.set_id
            self._offsets.clear()
            self._record.reset()


def _is_slower(step: Step) -> bool:
    """Return True if the runner slows down for this step."""
    return step.kind in RESTS and step.move in {Move.JOG, Move.WALK, Move.STAND}
