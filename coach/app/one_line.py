"""Reads a workout that was written in one line, and tells it from the misspelt name of one in the library."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from coach.app.terminal import Console
from coach.athlete import Athlete
from coach.edge.files import plain
from coach.edge.store import WORKOUT_HINT
from coach.problems import WorkoutProblem
from coach.screen.ports import TypedWorkout
from coach.workout import notation
from coach.workout.compile import outline
from coach.workout.document import WorkoutDocument

NEAR: Final = 0.8
"""A word so like a name is taken for it misspelt (`difflib`); `0x400` is 0.71 like `10x400-5k`. Judged."""


_SIGNS: Final = frozenset("@/+()<>%,;:")
"""No name has one of them, and hardly a line none."""


def read_one_line(
    text: str, names: Sequence[str], athlete: Athlete | None, console: Console
) -> WorkoutDocument:
    """Read a line for an athlete, and say what was understood and what was guessed.

    Args:
        text: what was typed where a workout is wanted; no file and no name.
        names: those of the library.
        athlete: whose paces settle whether a time is that of the rep; None for nobody.
        console: is told, and asked where only the runner can know.

    Raises:
        WorkoutProblem: it is the misspelt name of a workout, or a line that cannot be read.
    """
    namesake = _namesake(text, names)
    if namesake:
        raise _miss(text, namesake)
    try:
        line = notation.read(text, athlete)
    except notation.NotationProblem as problem:
        if (
            problem.question is not None
            and console.can_ask()
            and console.confirm(f"{problem.question.text}?")
        ):
            line = notation.read(text, athlete, takes_times=True)
        elif _is_name(text, names):
            raise _miss(text, *get_close_matches(text, names, n=1)) from None
        else:
            raise
    console.say(f"Read as: {line.sentence}")
    for guess in line.guesses:
        console.say(f"Guessed: {guess}.")
    return line.document


def understood(line: str, athlete: Athlete | None) -> TypedWorkout:
    """What a line says that is being typed, for an athlete: the workout, or the fault and what is right before it."""
    unit = "km" if athlete is None else athlete.units
    try:
        reading = notation.read(line, athlete)
        timeline = outline(reading.document, athlete)
    except notation.NotationProblem as problem:
        known = problem.so_far
        return TypedWorkout(
            line,
            timeline=None if known is None else outline(known, athlete),
            problem=problem.reason,
            fix=problem.fix,
            place=problem.start,
            corrected=problem.corrected,
            unit=unit,
        )
    except WorkoutProblem as problem:  # a pace that comes out of reach of anybody
        return TypedWorkout(line, problem=problem.message, fix=problem.hint, place=0)
    return TypedWorkout(line, reading.document.name, timeline, reading.guesses, unit=unit)


def _namesake(text: str, names: Sequence[str]) -> str:
    """The workout whose name has the same letters and digits: `7X1 km` is `7x1km` misspelt, `6x800 @ 5k` is a line."""
    if not _SIGNS.isdisjoint(text):
        return ""
    letters = _letters(text)
    return next((name for name in names if _letters(name) == letters), "")


def _letters(text: str) -> str:
    """The letters and digits of a text, in one case."""
    return "".join(letter for letter in text.casefold().replace("×", "x") if letter.isalnum())


def _is_name(text: str, names: Sequence[str]) -> bool:
    """Tell whether a text that cannot be read was meant as a name: a word near one, or words without a number."""
    if not any(letter.isdigit() for letter in text):
        return True
    return len(text.split()) == 1 and bool(get_close_matches(text, names, n=1, cutoff=NEAR))


def _miss(text: str, near: str = "") -> WorkoutProblem:
    """There is no workout of this name."""
    meant = f"; did you mean {near}?" if near else ""
    return WorkoutProblem(
        f"there is no workout {plain(text)!r}{meant}",
        f"{WORKOUT_HINT}\nOr write one in a line: coach run '6x800 @ 5k / 400 jog'",
    )
