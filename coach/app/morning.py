"""The minute in the morning: measures, asks, keeps, and answers; on a screen, or by lines that are piped in."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import exp
from typing import TYPE_CHECKING, Any, Final

from coach.app.athletes import today
from coach.app.readiness import ReadinessDesk, open_desk
from coach.app.terminal import Console, RunMode, is_piped, run_mode_here
from coach.edge.clock import MachineClock
from coach.edge.paired_sensors import SensorKind, SensorMode
from coach.plan.checkin import QUESTIONS, CheckIn, CheckInQuestion, merged, question_of, read_answer
from coach.plan.config import Posture
from coach.problems import INTERRUPTED, SensorProblem, SensorTrouble, TerminalProblem, UsageProblem

if TYPE_CHECKING:
    from coach.app.measurement import MeasuredMorning, Measurement, MeasureView
    from coach.app.sensors import SensorChoice
    from coach.plan.mornings import Morning
    from coach.plan.readiness import ReadinessAnswer

_CLOSE_S: Final = 5.0
"""How long the recording of a measurement that is left may take to close."""
_FIRST_DAY: Final = date(1990, 1, 1)
"""No morning before it is answered for, as none is imported."""
_MOST_INPUT: Final = 1 << 20
"""Bytes of piped answers that are read; ten lines are a few hundred."""


@dataclass(frozen=True, slots=True)
class MorningRequest:
    """A morning as it is asked for on the command line."""

    athlete: str | None = None
    day: date | None = None
    """None for today."""
    posture: str | None = None
    """`lying` or `sitting`; None for that of the settings."""
    sensors: str | None = None
    """`ble`, `sim` or `none`; None for the strap that is remembered, on a terminal."""
    as_json: bool = False


def morning_here(request: MorningRequest, console: Console) -> "MorningOutcome":
    """Go through a morning: on a screen where somebody is at the keys, else by the lines that are piped in.

    Raises:
        CoachProblem: athlete, settings or journal cannot be read, or what was said cannot be kept.
        UsageProblem: another day than today is to be measured, or the day is to come.
    """
    now = date.fromisoformat(today())
    if request.day is not None and not _FIRST_DAY <= request.day <= now:
        raise UsageProblem(
            f"{request.day} is no morning that has been", "Leave --day out for today, or name a day before."
        )
    desk = open_desk(request.athlete)
    for trouble in desk.load():
        console.say(f"Note: {trouble}")
    day = request.day or now
    desk.load_runs(day)
    if request.sensors not in {None, "none"} and day != now:
        raise UsageProblem("Only this morning can be measured", "Leave --day out, or --sensors.")
    if run_mode_here(as_json=request.as_json) is RunMode.SCREEN:
        return _on_screen(request, desk, day, console)
    if request.sensors not in {None, "none"}:
        _measure_here(request, desk, console)
    if _has_lines():
        read = answers_of(_piped_lines(), day, asked(desk))
        for wrong in read.wrong:
            console.say(f"Note: {wrong}")
        desk.keep(read.said)
    return MorningOutcome(desk.answer(day), measured=_of_day(desk, day))


@dataclass(frozen=True, slots=True)
class MorningOutcome:
    """How a morning ended."""

    answer: "ReadinessAnswer | None"
    """None where it was left before the answer."""
    exit_code: int = 0
    measured: "tuple[Morning, ...]" = ()
    """What is kept of the mornings of that day."""


def _of_day(desk: ReadinessDesk, day: date) -> "tuple[Morning, ...]":
    return tuple(each for each in desk.kept.mornings if each.day == day)


def _choice(request: MorningRequest, desk: ReadinessDesk, console: Console) -> "SensorChoice":
    """What measures: the straps among what is asked for, or among what is remembered."""
    from coach.app.sensors import choose_sensors

    choice = choose_sensors(request.sensors, console, desk.athlete)
    straps = tuple(each for each in choice.sensors if each.kind is SensorKind.STRAP)
    if choice.mode is SensorMode.BLE and not straps:
        if request.sensors is not None:
            raise SensorProblem(
                "no strap is remembered", "coach sensors pair", reason=SensorTrouble.NOT_FOUND
            )
        return replace(choice, mode=SensorMode.NONE, sensors=())
    return replace(choice, sensors=straps)


def _measurement(
    request: MorningRequest, desk: ReadinessDesk, choice: "SensorChoice", console: Console
) -> "Measurement":
    """Prepare a measurement."""
    from coach.app.live_run import RunContext
    from coach.app.measurement import Measurement
    from coach.edge.settings import load_settings

    settings = load_settings(desk.store.paths.settings, os.environ)
    context = RunContext(settings, MachineClock(), RunMode.SCREEN, console)
    return Measurement(context, choice, _posture(request, desk), desk.recordings, desk.athlete)


def _posture(request: MorningRequest, desk: ReadinessDesk) -> Posture:
    return desk.settings.posture if request.posture is None else Posture(request.posture)


def _measure_here(request: MorningRequest, desk: ReadinessDesk, console: Console) -> None:
    """Measure where lines are printed: says when it counts and what it came to, and repeats once if that helps.

    Raises:
        CoachProblem: nothing can be recorded, or there is no radio.
    """
    choice = _choice(request, desk, console)
    settings = desk.settings
    for is_last in (False, True):
        console.say(
            f"Settle for {settings.settle_s:g} s, then {settings.measure_s:g} s are measured, "
            f"{_posture(request, desk)}."
        )
        measured = asyncio.run(_measurement(request, desk, choice, console).run())
        console.say(kept(desk, measured))
        if measured.is_usable or is_last or not console.can_ask():
            return
        if not console.confirm("Wet the strap, lie still: measure once more?"):
            return


def kept(desk: ReadinessDesk, measured: "MeasuredMorning") -> str:
    """Keep a measurement, usable or not, and say what it came to; one of a made-up runner is never kept."""
    from coach.app.measurement import SIMULATED

    morning = measured.morning
    if morning is None:
        return measured.why_not
    is_made_up = morning.source == SIMULATED
    if not is_made_up:
        desk.keep([morning])
    parts = [] if morning.ln_rmssd is None else [f"RMSSD {exp(morning.ln_rmssd):.0f} ms"]
    if morning.resting_bpm is not None:
        parts.append(f"resting heart rate {morning.resting_bpm:.0f}")
    if morning.corrected_share is not None:
        parts.append(f"{morning.corrected_share:.0%} of the beats corrected")
    words = ", ".join(parts)
    if measured.why_not:
        words += f". {'Not usable: ' if not morning.is_usable else ''}{measured.why_not}"
    return words.strip(". ") + (". Simulated, and not kept." if is_made_up else ".")


# --- the screen


class _ScreenDesk:
    """What the screen needs of a morning."""

    def __init__(
        self,
        request: MorningRequest,
        desk: ReadinessDesk,
        day: date,
        choice: "SensorChoice",
        console: Console,
    ) -> None:
        self.day = day
        self.who = desk.athlete
        self.questions = asked(desk)
        self.has_strap = choice.mode is not SensorMode.NONE
        self.posture = str(_posture(request, desk))
        self._request = request
        self._desk = desk
        self._choice = choice
        self._console = console
        self._measurement: Measurement | None = None
        self._task: asyncio.Task[Any] | None = None

    def check_in(self) -> CheckIn:
        """What was said of this day so far."""
        return self._desk.kept.by_day.get(self.day, CheckIn(self.day))

    def state(self) -> "MeasureView":
        """How the measurement stands."""
        from coach.app.measurement import MeasureView

        return MeasureView() if self._measurement is None else self._measurement.view()

    async def measure(self, changed: Callable[[], None]) -> tuple[bool, str]:
        """Measure; gives whether it counts, and what it came to in words."""
        self._measurement = _measurement(self._request, self._desk, self._choice, self._console)
        self._measurement.changed = changed
        self._task = asyncio.current_task()
        measured = await self._measurement.run()
        return measured.is_usable, kept(self._desk, measured)

    def break_off(self) -> None:
        """End a measurement that goes on."""
        if self._measurement is not None:
            self._measurement.leave()

    async def close(self) -> None:
        """End a measurement that goes on, and wait until its recording is closed."""
        self.break_off()
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=_CLOSE_S)

    def say(self, question: CheckInQuestion, text: str) -> None:
        """Keep an answer."""
        self._desk.keep([read_answer(question, text, self.day)])

    def answer(self) -> "ReadinessAnswer":
        """What the morning comes to."""
        return self._desk.answer(self.day)


def _on_screen(request: MorningRequest, desk: ReadinessDesk, day: date, console: Console) -> MorningOutcome:
    """Show a morning on the screen, until it is left."""
    from coach.app.terminal import SILENT, drop_gone_terminal, keep_log_off_the_terminal
    from coach.edge.machine import ShutdownSignals
    from coach.edge.settings import load_settings
    from coach.screen.morning import MorningApp
    from coach.screen.protocols import Leaving

    is_today = day == date.fromisoformat(today())
    choice = _choice(request if is_today else replace(request, sensors="none"), desk, console)
    keep_log_off_the_terminal()
    theme = load_settings(desk.store.paths.settings, os.environ).theme
    screen_desk = _ScreenDesk(request, desk, day, choice, SILENT)
    app = MorningApp(screen_desk, theme=theme)

    async def show() -> tuple[Leaving | None, int]:
        with ShutdownSignals(lambda: app.exit(Leaving.INTERRUPTED)) as signals:
            leaving = await app.run_async()
        await screen_desk.close()
        return leaving, signals.exit_code or app.return_code or 0

    leaving, code = asyncio.run(show())
    if drop_gone_terminal() or leaving is Leaving.GONE:
        return MorningOutcome(None, TerminalProblem.exit_code)
    if leaving is not Leaving.FINISHED:
        return MorningOutcome(None, code or (INTERRUPTED if leaving is Leaving.INTERRUPTED else 0))
    return MorningOutcome(desk.answer(day), code, _of_day(desk, day))


def asked(desk: ReadinessDesk) -> tuple[CheckInQuestion, ...]:
    """The questions of a morning: yesterday's effort only where a run of yesterday lacks it."""
    return tuple(question for question in QUESTIONS if question.id != "rpe" or desk.unrated)


# --- answers as lines


@dataclass(slots=True)
class ReadAnswers:
    """What typed lines said."""

    said: list[CheckIn] = field(default_factory=list)
    """One, or none where nothing was answered."""
    wrong: list[str] = field(default_factory=list)
    """Lines that answer nothing, each with what could be answered."""


def answers_of(
    lines: Iterable[str], day: date, questions: Sequence[CheckInQuestion] = QUESTIONS
) -> ReadAnswers:
    """Read answers from lines: `legs sharp` answers its question, `sharp` the next one or the one it can only be of.

    An empty line leaves the next question out.
    """
    read = ReadAnswers()
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
            read.wrong.append(f"line {number}, {answer[:40]!r}: {error}")
            continue
        parts.append(part)
        if question in questions:
            at = questions.index(question) + 1
    read.said = list(merged(parts).values())
    return read


def _read(
    question: CheckInQuestion | None, answer: str, following: Sequence[CheckInQuestion], day: date
) -> tuple[CheckInQuestion, CheckIn]:
    """Read an answer to a question, or to the one that follows, or to the only one it can be of.

    Raises:
        ValueError: it answers none.
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
    """Whether answers are piped in; a stdin that is no file of the system's is one that somebody filled."""
    try:
        return is_piped(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError):
        return sys.stdin is not None


def _piped_lines() -> Iterator[str]:
    """The lines on stdin, whatever bytes they hold."""
    data = sys.stdin.buffer.read(_MOST_INPUT)
    yield from data.decode("utf-8", "replace").splitlines()
