"""The minute in the morning: measures, asks, keeps, and answers; on a screen, or by lines that are piped in."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from coach.app.athletes import today
from coach.app.readiness import ReadinessDesk, open_desk
from coach.app.terminal import Console, is_piped
from coach.plan.checkin import QUESTIONS, CheckIn, CheckInQuestion, merged, question_of, read_answer

if TYPE_CHECKING:
    from coach.plan.readiness import ReadinessAnswer

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


def morning_here(request: MorningRequest, console: Console) -> "ReadinessAnswer | None":
    """Go through a morning; returns what it comes to, or None where a screen has shown it.

    Raises:
        CoachProblem: athlete, settings or journal cannot be read, or what was said cannot be kept.
    """
    desk = open_desk(request.athlete)
    for trouble in desk.load():
        console.say(f"Note: {trouble}")
    day = request.day or date.fromisoformat(today())
    desk.load_runs(day)
    if _has_lines():
        read = answers_of(_piped_lines(), day, asked(desk))
        for wrong in read.wrong:
            console.say(f"Note: {wrong}")
        desk.keep(read.said)
    return desk.answer(day)


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
