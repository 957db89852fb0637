"""What is asked about an athlete, found: their sheet and their predictions, as of a day."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from coach.athlete import Athlete
from coach.cli.athlete.given import result_of
from coach.cli.people import athlete_on, changed, find_athlete
from coach.documents.faults import Misspelt
from coach.documents.spelling import read_distance
from coach.physiology.predictions import DISTANCES, Prediction, predictions
from coach.problems import AthleteProblem
from coach.quantities import Metres
from coach.workout.sheet import Sheet, sheet_of

_NOBODY: Final = "me"


def sheet_for(athlete: str | None, day: str | None) -> Sheet:
    """Work an athlete's sheet out.

    Raises:
        AthleteProblem: there is no such athlete, none at all, or the day is none.
    """
    return sheet_of(_known(athlete, day))


def predictions_for(
    athlete: str | None, day: str | None, *, race: str | None, distances: Sequence[str]
) -> tuple[str, Sequence[Prediction]]:
    """Predict an athlete's races; gives the slug, empty without an athlete, and what was found.

    Raises:
        AthleteProblem: nobody is saved and no race is given, nothing speaks for any time, or a value does not fit.
    """
    # A race of one's own choice is asked about alone: what was really raced would answer instead.
    known = _known(athlete, day) if race is None else changed(None, _NOBODY, {}, _entry(race))
    wanted = dict(_named(text) for text in distances) or None
    found = predictions(known.now, wanted)
    if not found:
        raise AthleteProblem(
            f"nothing speaks for a race time of {known.name}",
            'Save a result: coach athlete set --race "5 km=20:15"',
        )
    return ("" if race is not None else known.slug), found


def _known(wanted: str | None, day: str | None) -> Athlete:
    found = find_athlete(wanted)
    if found is None:
        raise AthleteProblem("no athlete is saved yet", 'Save one: coach athlete set --race "5 km=20:15"')
    return found if day is None else athlete_on(found, _checked(day))


def _entry(race: str) -> dict[str, object]:
    return {"races": [result_of(race, "--race")]}


def _checked(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise AthleteProblem(
            f"{day[:40]!r} is not a date", "Write it as year-month-day: 2026-05-31."
        ) from None


def _named(text: str) -> tuple[str, Metres]:
    name = text.strip().lower()
    if name in DISTANCES:
        return name, DISTANCES[name]
    try:
        return text, read_distance(text)
    except Misspelt as wrong:
        raise AthleteProblem(wrong.reason, wrong.fix) from None
