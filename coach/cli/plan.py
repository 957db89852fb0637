"""What is to be run, and by whom: a workout and an athlete, found, read and compiled for each other."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import click

from coach.athlete import Athlete
from coach.cli.errors import narrate
from coach.cli.foreign import loaded
from coach.cli.people import FIRST_SLUG, changed, find_athlete, save_changes
from coach.edge.store import Store
from coach.problems import CoachProblem
from coach.workout.ambition import too_ambitious
from coach.workout.compile import compile_workout
from coach.workout.document import WorkoutDocument, document_from
from coach.workout.errors import COMMANDS, MissingNumber, Number
from coach.workout.free import free_run
from coach.workout.timeline import Timeline

_LIKE: Final = {
    Number.THRESHOLD_PACE: "4:10/km",
    Number.GOAL_PACE: "4:00/km",
    Number.TOP_SPEED: "7.5 (m/s)",
    Number.MAX_HEART_RATE: "188",
    Number.REST_HEART_RATE: "50",
    Number.THRESHOLD_HEART_RATE: "170",
}
"""What an answer may look like."""
_RATES: Final = {
    Number.MAX_HEART_RATE: "max",
    Number.REST_HEART_RATE: "rest",
    Number.THRESHOLD_HEART_RATE: "threshold",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A workout compiled for an athlete."""

    timeline: Timeline
    workout: Mapping[str, Any] | None
    """The document as written; None for a free run."""
    athlete: Athlete | None


def plan_named(workout: str, athlete: str | None, *, runner: Athlete | None = None) -> Plan:
    """Find, read and compile a workout by name or path; asks for a missing number on a terminal.

    It is compiled for `runner` if one is given, else for the athlete of that slug or path (None: the only one).

    Raises:
        CoachProblem: something cannot be found or read, or a number is missing and nobody can be asked.
    """
    document = read_workout(workout)
    for warning in document.warnings:
        narrate(f"Note: {warning}")
    plan = _compiled(document, runner or find_athlete(athlete))
    question = too_ambitious(plan.timeline, plan.athlete)
    if question:
        narrate(f"Note: {question}")
    return plan


def plan_picked(workout: str, athlete: Athlete | None) -> Plan:
    """Find, read and compile a workout while a screen is up: nothing is said or asked.

    Raises:
        CoachProblem: something cannot be found or read, or a number is missing.
    """
    document = read_workout(workout)
    return Plan(compile_workout(document, athlete), document.source, athlete)


def plan_embedded(workout: Mapping[str, Any] | None, athlete: Athlete | None, *, name: str) -> Plan:
    """Compile a workout document that was found in a recording, or a free run where there was none.

    Raises:
        CoachProblem: as `plan_named`.
    """
    if workout is None:
        return Plan(free_run(), None, athlete)
    return _compiled(document_from(dict(workout), name=name), athlete)


def read_workout(wanted: str) -> WorkoutDocument:
    """Find and read a workout by name or path; a foreign file is imported on the fly.

    Raises:
        WorkoutProblem: it cannot be found or read, or it is wrong.
    """
    return loaded(Store().workout(wanted))


def _compiled(document: WorkoutDocument, athlete: Athlete | None) -> Plan:
    """Compile, asking for one missing number after the other."""
    while True:
        try:
            return Plan(compile_workout(document, athlete), document.source, athlete)
        except MissingNumber as missing:
            if not _can_ask():
                raise
            athlete = _asked(missing, athlete)


def _can_ask() -> bool:
    """Is there somebody who sees the question and can answer it?"""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(missing: MissingNumber, athlete: Athlete | None) -> Athlete:
    """Ask for a number until it fits, and offer to save it."""
    narrate(missing.message)
    slug = FIRST_SLUG if athlete is None else athlete.slug
    while True:
        words = f"Your {COMMANDS[missing.number][0]}, such as {_LIKE[missing.number]}"
        text = str(click.prompt(words, err=True)).strip()
        try:
            entry = _entry(missing.number, text)
            known = changed(athlete, slug, {}, entry)
        except CoachProblem as problem:
            narrate(problem.message)
            continue
        if click.confirm("Save it for next time?", default=True, err=True):
            narrate(f"Saved in {save_changes(slug, {}, entry)}")
        return known


def _entry(number: Number, text: str) -> dict[str, Any]:
    """An answer as an entry of the athlete's history."""
    if number is Number.THRESHOLD_PACE:
        return {"threshold_pace": text}
    if number is Number.GOAL_PACE:
        return {"goal": {"pace": text}}
    try:
        value = float(text)
    except ValueError:
        raise CoachProblem(f"{text!r} is no number") from None
    if number is Number.TOP_SPEED:
        return {"top_speed_mps": value}
    return {"heart_rate": {_RATES[number]: {"bpm": value, "source": "measured"}}}
