"""The minute in the morning: measures, asks, saves and answers; on a screen, or by lines that are piped in.

A measurement is a workout of two steps with the radio, the live run and the recorder. While it runs, its quality is
computed from the packets the run receives. The value itself is computed from the journal, as a replay reads it, so it
can be computed again.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import exp, log
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from coach.app.athletes import today
from coach.app.readiness import ReadinessService, open_service
from coach.app.terminal import (
    SILENT,
    Console,
    RunMode,
    drop_gone_terminal,
    is_piped,
    keep_log_off_the_terminal,
    run_mode_here,
)
from coach.app.workouts import compile_embedded
from coach.edge.clock import MachineClock, WallTime, local_iso
from coach.edge.paired_sensors import SensorKind, SensorMode
from coach.edge.run_folder import new_ulid
from coach.edge.settings import load_settings
from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.physiology.heart_rate import AtRest, at_rest
from coach.plan.config import Posture
from coach.plan.mornings import (
    MEASURED_HERE,
    QUESTIONS,
    SIMULATED,
    CheckIn,
    CheckInQuestion,
    Morning,
    merge_check_ins,
    question_of,
    read_answer,
)
from coach.problems import INTERRUPTED, SensorProblem, SensorTrouble, TerminalProblem, UsageProblem
from coach.quantities import Seconds
from coach.session.phases import Phase
from coach.signals.readings import Characteristic, Notified, Reported

if TYPE_CHECKING:  # answers alone load no run
    from coach.app.live_run import NewRun, RunContext
    from coach.app.reviews import ReviewedRun
    from coach.app.sensors import SensorChoice
    from coach.edge.sources import Inbox, SensorSource
    from coach.live.contract import Input
    from coach.plan.readiness import ReadinessAnswer
    from coach.session.phases import Button, Origin

_CLOSE_S: Final = 5.0
"""Seconds a recording may take to close after its measurement was broken off."""
_FIRST_DAY: Final = date(1990, 1, 1)
"""The first morning that can be answered for, as in imports."""
_MOST_INPUT: Final = 1 << 20
"""Bytes of piped answers that are read; ten lines have a few hundred."""


# --- a measurement

MEASURE: Final = "Lie or sit still: measured"
"""The name of the step that counts."""
_SETTLE: Final = "Settle"
_LOST_S: Final = 5.0
"""Seconds without a beat after which contact is lost: at 40 bpm a packet has one every 1.5 s. Judged."""


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measurement as a screen shows it."""

    is_settling: bool = False
    left_s: float | None = None
    """Seconds left of the step; None before the start and after the end."""
    bpm: float | None = None
    beats: int = 0
    """Beats of the step that counts."""
    corrected_share: float | None = None
    """Of those beats; None until there are enough."""
    is_lost: bool = False
    """True if no beat has come for some seconds."""
    has_begun: bool = False
    """True if something has come from the strap."""


@dataclass(frozen=True, slots=True)
class MeasurementResult:
    """The result of a measurement."""

    morning: Morning | None
    """None if it was broken off, or nothing was received."""
    why_not: str = ""
    """The reason it cannot be used; empty if it can."""
    folder: Path | None = None
    """The folder of the recording; None if it was not saved."""
    at_rest: AtRest | None = None

    @property
    def is_usable(self) -> bool:
        """True if it counts."""
        return self.morning is not None and self.morning.is_usable


def measurement_document(posture: Posture, settle_s: float, measure_s: float) -> dict[str, Any]:
    """Return the workout of a morning: a time to settle, then the time that is measured."""
    steps = [(_SETTLE, settle_s)] if settle_s > 0 else []
    return {
        "format": "coach-workout/1",
        "name": f"Morning, {posture}",
        "purpose": "Resting heart rate and heart-rate variability, always the same way",
        "sections": [
            {
                "name": "Morning",
                "steps": [
                    {"kind": "recovery", "move": "stand", "name": name, "until": {"time": _clock(seconds)}}
                    for name, seconds in (*steps, (MEASURE, measure_s))
                ],
            }
        ],
    }


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


class Measurement:
    """One measurement: `run` conducts it, `view` returns its state meanwhile."""

    def __init__(
        self,
        context: "RunContext",
        choice: "SensorChoice",
        posture: Posture,
        folder: Path,
        athlete: str = "",
    ) -> None:
        """Prepare it; nothing is opened before `run`.

        Args:
            context: settings and clock; its run mode prints nothing.
            choice: the sensors.
            posture: lying or sitting.
            folder: of its recording; that of a simulated runner is not saved.
            athlete: the slug of the athlete.
        """
        self.changed: Callable[[], None] = lambda: None
        """Called when there may be something new to show."""
        self._context = context
        self._choice = replace(
            choice, sensors=tuple(each for each in choice.sensors if each.kind is SensorKind.STRAP)
        )
        self._posture = posture
        self._folder = folder
        self._athlete = athlete
        self._beats: list[tuple[float, float]] = []
        self._last_beat_s: float | None = None
        self._measured_from: float | None = None
        self._snapshot: Callable[[], Any] | None = None
        self._now: Callable[[], float] = lambda: 0.0
        self._leave: Callable[[], None] = lambda: None

    def view(self) -> MeasureView:
        """Return its state."""
        if self._snapshot is None:
            return MeasureView()
        snapshot = self._snapshot()
        step, now = snapshot.step, self._now()
        if step is None or snapshot.phase is Phase.FINISHED:
            return MeasureView(has_begun=True)
        is_settling = step.name != MEASURE
        if not is_settling and self._measured_from is None:
            self._measured_from = now - (snapshot.step_time_s or 0.0)
        beats = [] if is_settling else self._counted()
        share = at_rest(beats).corrected_share if len(beats) >= _FEWEST_SHOWN else None
        value = snapshot.heart_rate
        is_lost = self._last_beat_s is not None and now - self._last_beat_s > _LOST_S
        return MeasureView(
            is_settling,
            snapshot.left_s,
            None if value is None or is_lost else float(value.value),
            len(beats),
            share,
            is_lost,
            self._last_beat_s is not None,
        )

    def leave(self) -> None:
        """Break it off."""
        self._leave()

    def _notify(self) -> None:
        self.changed()

    async def run(self) -> MeasurementResult:
        """Conduct it to its end; return its result.

        Raises:
            CoachProblem: the folder cannot be written, or there is no radio.
        """
        if not self._choice.is_simulated:
            return await self._measure(self._folder)
        # The recording of a simulated runner is deleted with the value.
        with TemporaryDirectory(prefix="coach-morning-", ignore_cleanup_errors=True) as folder:
            return replace(await self._measure(Path(folder)), folder=None)

    async def _measure(self, folder: Path) -> MeasurementResult:
        """Conduct it, recorded in this folder."""
        from coach.app.live_run import assemble
        from coach.edge.conductor import Ending
        from coach.live.run import LiveRun

        new = self._new_run()
        recorder = new.record(folder, self._context.clock, self._context.announcer, is_offered=False)
        sources = [_TappedSource(source, self._on_packet) for source in new.sources.sources]
        assembled = assemble(
            LiveRun(new.setup), replace(new.sources, sources=sources), self._context, recorder=recorder
        )
        self._now = assembled.conductor.now
        self._snapshot = lambda: assembled.watched.snapshot(assembled.conductor.now())
        self._leave = assembled.conductor.leave
        assembled.conductor.subscribe(self._notify)
        ending, _ = await assembled.conduct()
        self._snapshot = None
        if ending is not Ending.FINISHED or recorder is None or recorder.folder is None:
            return MeasurementResult(None, "It was broken off.")
        report = recorder.result
        if report is not None and not report.is_complete:  # missing beats would count as lost contact
            return MeasurementResult(
                None, f"Not all of it could be recorded: {report.reason}.", recorder.folder.path
            )
        return measured_in(recorder.folder.path, self._posture)

    def _new_run(self) -> "NewRun":
        from coach.app.live_run import NewRun
        from coach.app.sensors import pooled_sensors, sensors_by_source, sources_for
        from coach.app.setup import live_setup

        settings, clock = self._context.settings, self._context.clock
        document = measurement_document(
            self._posture, settings.readiness.settle_s, settings.readiness.measure_s
        )
        workout = compile_embedded(document, None, SILENT, name="the morning")
        run = new_ulid(clock.wall().epoch_s)
        # Without a person at the keys it starts by itself, and ends with its last step.
        setup = live_setup(workout, settings, run, RunMode.UNATTENDED, simulated=self._choice.is_simulated)
        setup = replace(setup, athlete=self._athlete)
        sensors = sensors_by_source(self._choice.sensors)
        sources = sources_for(self._choice, setup, clock, self._context.announcer)
        return NewRun(
            setup, workout, sensors, sources, self._choice.words, pooled_sensors(self._choice.sensors)
        )

    def _counted(self) -> list[float]:
        since = self._measured_from
        return [] if since is None else [length for at, length in self._beats if at >= since]

    def _on_packet(self, event: "Input", at: Seconds) -> None:
        intervals = beats_in(event)
        if intervals is None:
            return
        self._last_beat_s = at
        self._beats.extend((at, each * 1000) for each in intervals)


_FEWEST_SHOWN: Final = 40


def beats_in(event: "Input") -> Sequence[Seconds] | None:
    """Return the intervals between beats of an input, in seconds; None without a heart rate, or without contact."""
    if isinstance(event, Reported):
        return event.rr_s if event.heart_rate is not None or event.rr_s else None
    if isinstance(event, Notified) and event.characteristic == Characteristic.HEART_RATE_MEASUREMENT:
        measurement = HeartRateMeasurement.from_bytes(event.payload)
        if not isinstance(measurement, HeartRateMeasurement):
            return None
        is_silent = not measurement.heart_rate or (
            measurement.contact is Contact.NOT_DETECTED and not measurement.rr_s
        )
        return None if is_silent else measurement.rr_s
    return None


@dataclass(frozen=True, slots=True)
class _TappedSource:
    """A source whose packets are observed on their way into the run."""

    source: "SensorSource"
    observe: "Callable[[Input, Seconds], None]"

    async def listen(self, inbox: "Inbox") -> None:
        """Listen, and show each packet to the observer."""
        await self.source.listen(_TappedInbox(inbox, self.observe))


@dataclass(frozen=True, slots=True)
class _TappedInbox:
    """An inbox that shows each input to an observer."""

    inbox: "Inbox"
    observe: "Callable[[Input, Seconds], None]"

    def now(self) -> Seconds:
        """Return the time of the run."""
        return self.inbox.now()

    def put(self, event: "Input") -> None:
        """Show an input, and pass it on."""
        self.observe(event, self.inbox.now())
        self.inbox.put(event)

    def put_from_thread(self, event: "Input") -> None:
        """Pass an input on from any thread."""
        self.inbox.put_from_thread(event)

    def press(self, button: "Button", answer: int | None = None, origin: "Origin | None" = None) -> None:
        """Press a button."""
        if origin is None:
            self.inbox.press(button, answer)
        else:
            self.inbox.press(button, answer, origin)


# --- the result of a recording


def measured_in(folder: Path, posture: Posture | None = None) -> MeasurementResult:
    """Compute a recorded measurement from its journal, right after it or at any later time.

    Args:
        folder: of the recording.
        posture: lying or sitting; None for the one in the name of its workout.

    Raises:
        CoachProblem: the recording cannot be replayed.
    """
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import review_run
    from coach.review.journaled import is_simulated

    run = review_run(RecordingRequest(str(folder)), SILENT)
    header = run.header
    step = next((each for each in run.trace.steps if each.step.name == MEASURE), None)
    if step is None or header is None:
        return MeasurementResult(None, "It ended before the measured minutes.", folder)
    if posture is None:
        posture = next((each for each in Posture if each in run.trace.timeline.name), None)
    beats = [length * 1000 for at, length in run.trace.beats if step.from_s < at <= step.to_s]
    seconds = float(step.to_s - step.from_s)
    rates = [row.heart_rate_bpm for row in run.trace.rows if step.from_s < row.at_s <= step.to_s]
    known_rates = [float(each) for each in rates if each is not None]
    result = at_rest(beats, seconds)
    if not beats and not known_rates:
        return MeasurementResult(None, "Nothing was received from a strap.", folder, result)
    why = result.why_not if beats else "This strap sends no intervals between beats: resting heart rate only."
    values = result.variability
    resting = None if values is None else float(values.mean_heart_rate)
    if not beats and known_rates:
        resting = sum(known_rates) / len(known_rates)
    # A morning has the date on which it was begun, where it was begun.
    started = local_iso(WallTime(header.wall_epoch, header.zone, header.utc_offset_s))
    morning = Morning(
        date.fromisoformat(started[:10]),
        int(started[11:13]) * 60 + int(started[14:16]),
        None if values is None else log(values.rmssd_ms),
        resting,
        posture,
        SIMULATED if is_simulated({"sensors": header.sensors}) else _source_of(run),
        corrected_share=result.corrected_share if beats else None,
        is_usable=not beats or result.is_usable,
        run=header.run,
    )
    return MeasurementResult(morning, why, folder, result)


def _source_of(run: "ReviewedRun") -> str:
    """Return the source: the model of the strap, without its own number."""
    header = run.header
    devices: Sequence[Mapping[str, Any]] = () if header is None else header.devices
    for device in devices:
        if str(device.get("sensor", "")).startswith(MEASURED_HERE) and device.get("name"):
            words = [word for word in str(device["name"]).split() if not _is_number(word)]
            return f"{MEASURED_HERE}:{' '.join(words)}" if words else MEASURED_HERE
    return MEASURED_HERE


_SERIAL: Final = 6
"""Fewest letters of a serial number: `A1B2C3D4` is one, `H10` a model."""


def _is_number(word: str) -> bool:
    """Return True if a word of a name is a serial number."""
    return word.isdigit() or (len(word) >= _SERIAL and any(letter.isdigit() for letter in word))


# --- a morning


@dataclass(frozen=True, slots=True)
class MorningRequest:
    """A morning as requested on the command line."""

    athlete: str | None = None
    day: date | None = None
    """None for today."""
    posture: str | None = None
    """`lying` or `sitting`; None for that of the settings."""
    sensors: str | None = None
    """`ble`, `sim` or `none`; None for the paired strap, on a terminal."""
    as_json: bool = False


def morning_here(request: MorningRequest, console: Console) -> "MorningOutcome":
    """Go through a morning: on a screen if a person is at the keys, else by the lines that are piped in.

    Raises:
        CoachProblem: athlete, settings or journal cannot be read or written.
        UsageProblem: another day than today is to be measured, or the day is in the future.
    """
    now = date.fromisoformat(today())
    if request.day is not None and not _FIRST_DAY <= request.day <= now:
        raise UsageProblem(
            f"{request.day} is not a past morning", "Leave --day out for today, or name a day before."
        )
    service = open_service(request.athlete)
    service.load(lambda trouble: console.say(f"Note: {trouble}"))
    day = request.day or now
    service.load_runs(day)
    if request.sensors not in {None, "none"} and day != now:
        raise UsageProblem("Only this morning can be measured", "Leave --day out, or --sensors.")
    if run_mode_here(as_json=request.as_json) is RunMode.SCREEN:
        return _on_screen(request, service, day, console)
    if request.sensors not in {None, "none"}:
        _measure_here(request, service, console)
    if _has_lines():
        answers = answers_of(_piped_lines(), day, questions_for(service))
        for problem in answers.problems:
            console.say(f"Note: {problem}")
        service.keep(answers.answers)
    return MorningOutcome(service.answer(day), measured=_of_day(service, day))


@dataclass(frozen=True, slots=True)
class MorningOutcome:
    """How a morning ended."""

    answer: "ReadinessAnswer | None"
    """None if it was left before the answer."""
    exit_code: int = 0
    measured: tuple[Morning, ...] = ()
    """The saved mornings of that day."""


def _of_day(service: ReadinessService, day: date) -> tuple[Morning, ...]:
    return tuple(each for each in service.entries.mornings if each.day == day)


def _choice(request: MorningRequest, service: ReadinessService, console: Console) -> "SensorChoice":
    """Return the sensors: the straps among the requested ones, or among those that are paired."""
    from coach.app.sensors import choose_sensors

    choice = choose_sensors(request.sensors, console, service.athlete)
    straps = tuple(each for each in choice.sensors if each.kind is SensorKind.STRAP)
    if choice.mode is SensorMode.BLE and not straps:
        if request.sensors is not None:
            raise SensorProblem("no strap is paired", "coach sensors pair", reason=SensorTrouble.NOT_FOUND)
        return replace(choice, mode=SensorMode.NONE, sensors=())
    return replace(choice, sensors=straps)


def _measurement(
    request: MorningRequest, service: ReadinessService, choice: "SensorChoice", console: Console
) -> Measurement:
    """Prepare a measurement."""
    from coach.app.live_run import RunContext

    settings = load_settings(service.store.paths.settings, os.environ)
    context = RunContext(settings, MachineClock(), RunMode.SCREEN, console)
    return Measurement(context, choice, _posture(request, service), service.recordings, service.athlete)


def _posture(request: MorningRequest, service: ReadinessService) -> Posture:
    return service.settings.posture if request.posture is None else Posture(request.posture)


def _measure_here(request: MorningRequest, service: ReadinessService, console: Console) -> None:
    """Measure without a screen: print when it counts and its result, and repeat it once if that helps.

    Raises:
        CoachProblem: the folder cannot be written, or there is no radio.
    """
    choice = _choice(request, service, console)
    settings = service.settings
    for is_last in (False, True):
        console.say(
            f"Settle for {settings.settle_s:g} s, then {settings.measure_s:g} s are measured, "
            f"{_posture(request, service)}."
        )
        measured = asyncio.run(_measurement(request, service, choice, console).run())
        console.say(keep_measured(service, measured))
        if measured.is_usable or is_last or not console.can_ask():
            return
        if not console.confirm("Wet the strap, lie still: measure once more?"):
            return


def keep_measured(service: ReadinessService, measured: MeasurementResult) -> str:
    """Save a measurement, usable or not, and return its result in words; that of a simulated runner is not saved."""
    morning = measured.morning
    if morning is None:
        return measured.why_not
    service.keep([morning])
    parts = [] if morning.ln_rmssd is None else [f"RMSSD {exp(morning.ln_rmssd):.0f} ms"]
    if morning.resting_bpm is not None:
        parts.append(f"resting heart rate {morning.resting_bpm:.0f}")
    if morning.corrected_share is not None:
        parts.append(f"{morning.corrected_share:.0%} of the beats corrected")
    words = ", ".join(parts)
    if measured.why_not:
        words += f". {'Not usable: ' if not morning.is_usable else ''}{measured.why_not}"
    return words.strip(". ") + (". Simulated, and not saved." if morning.source == SIMULATED else ".")


# --- the screen


class _ScreenActions:
    """The actions of the screen of a morning."""

    def __init__(
        self,
        request: MorningRequest,
        service: ReadinessService,
        day: date,
        choice: "SensorChoice",
        console: Console,
    ) -> None:
        self.day = day
        self.who = service.athlete
        self.questions = questions_for(service)
        self.has_strap = choice.mode is not SensorMode.NONE
        self.posture = str(_posture(request, service))
        self._request = request
        self._service = service
        self._choice = choice
        self._console = console
        self._measurement: Measurement | None = None
        self._task: asyncio.Task[Any] | None = None

    def check_in(self) -> CheckIn:
        """Return the answers of this day so far."""
        return self._service.entries.by_day.get(self.day, CheckIn(self.day))

    def state(self) -> MeasureView:
        """Return the state of the measurement."""
        return MeasureView() if self._measurement is None else self._measurement.view()

    async def measure(self, changed: Callable[[], None]) -> tuple[bool, str]:
        """Measure; return whether it counts, and its result in words."""
        self._measurement = _measurement(self._request, self._service, self._choice, self._console)
        self._measurement.changed = changed
        self._task = asyncio.current_task()
        measured = await self._measurement.run()
        return measured.is_usable, keep_measured(self._service, measured)

    def break_off(self) -> None:
        """Break off a measurement under way."""
        if self._measurement is not None:
            self._measurement.leave()

    async def close(self) -> None:
        """Break off a measurement under way, and wait until its recording is closed."""
        self.break_off()
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=_CLOSE_S)

    def say(self, question: CheckInQuestion, text: str) -> None:
        """Save an answer."""
        self._service.keep([read_answer(question, text, self.day)])

    def answer(self) -> "ReadinessAnswer":
        """Return the answer for the morning."""
        return self._service.answer(self.day)


def _on_screen(
    request: MorningRequest, service: ReadinessService, day: date, console: Console
) -> MorningOutcome:
    """Show a morning on the screen until it is left."""
    from coach.edge.machine import ShutdownSignals
    from coach.screen.app import Leaving
    from coach.screen.morning import MorningApp

    is_today = day == date.fromisoformat(today())
    choice = _choice(request if is_today else replace(request, sensors="none"), service, console)
    keep_log_off_the_terminal()
    theme = load_settings(service.store.paths.settings, os.environ).theme
    screen_service = _ScreenActions(request, service, day, choice, SILENT)
    app = MorningApp(screen_service, theme=theme)

    async def show() -> tuple[Leaving | None, int]:
        with ShutdownSignals(lambda: app.exit(Leaving.INTERRUPTED)) as signals:
            leaving = await app.run_async()
        await screen_service.close()
        return leaving, signals.exit_code or app.return_code or 0

    leaving, code = asyncio.run(show())
    if drop_gone_terminal() or leaving is Leaving.GONE:
        return MorningOutcome(None, TerminalProblem.exit_code)
    if leaving is not Leaving.FINISHED:
        return MorningOutcome(None, code or (INTERRUPTED if leaving is Leaving.INTERRUPTED else 0))
    return MorningOutcome(service.answer(day), code, _of_day(service, day))


def questions_for(service: ReadinessService) -> tuple[CheckInQuestion, ...]:
    """Return the questions of a morning; yesterday's effort only if a run of yesterday lacks it."""
    return tuple(question for question in QUESTIONS if question.id != "rpe" or service.unrated)


# --- answers as lines


@dataclass(slots=True)
class ReadAnswers:
    """The result of reading typed lines."""

    answers: list[CheckIn] = field(default_factory=list)
    """One, or none if nothing was answered."""
    problems: list[str] = field(default_factory=list)
    """Lines that are no answer, each with the possible answers."""


def answers_of(
    lines: Iterable[str], day: date, questions: Sequence[CheckInQuestion] = QUESTIONS
) -> ReadAnswers:
    """Read answers from lines: `legs sharp` names its question, `sharp` answers the next or the only one that fits.

    An empty line skips the next question.
    """
    result = ReadAnswers()
    parts: list[CheckIn] = []
    at = 0
    for number, line in enumerate(lines, 1):
        question, answer = question_of(line)
        if question is None and not answer.strip(" -"):
            at += 1
            continue
        try:
            question, part = _read(question, answer, questions[at : at + 1], day)
        except ValueError as error:
            result.problems.append(f"line {number}, {answer[:40]!r}: {error}")
            continue
        parts.append(part)
        if question in questions:
            at = questions.index(question) + 1
    result.answers = list(merge_check_ins(parts).values())
    return result


def _read(
    question: CheckInQuestion | None, answer: str, following: Sequence[CheckInQuestion], day: date
) -> tuple[CheckInQuestion, CheckIn]:
    """Read an answer to a question, or to the one that follows, or to the only one that fits.

    Raises:
        ValueError: it fits none.
    """
    if question is not None:
        return question, read_answer(question, answer, day)
    problem = ValueError(f"begin with one of {', '.join(each.id for each in QUESTIONS)}")
    for each in (*following, *(other for other in QUESTIONS if other.words)):
        try:
            return each, read_answer(each, answer, day)
        except ValueError as error:
            problem = error if each in following else problem
    raise problem


def _has_lines() -> bool:
    """Return True if answers are piped in; a stdin without a file descriptor was set by the caller and counts."""
    try:
        return is_piped(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError):
        return sys.stdin is not None


def _piped_lines() -> Iterator[str]:
    """Return the lines on stdin; invalid bytes are replaced."""
    data = sys.stdin.buffer.read(_MOST_INPUT)
    yield from data.decode("utf-8", "replace").splitlines()
