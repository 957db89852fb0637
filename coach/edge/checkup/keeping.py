"""Can what the runner keeps be read? Settings, athletes."""

import os
from typing import Final

from coach.athlete import load_athlete
from coach.edge.checkup import CheckResult, fail, ok
from coach.edge.settings import load_settings
from coach.edge.store import Store
from coach.problems import CoachProblem

_MEND: Final = "Mend the file, or move it away."


def check_settings(shelf: Store) -> CheckResult:
    """Do the settings in force fit?"""
    path = shelf.places.settings
    try:
        load_settings(path, os.environ)
    except CoachProblem as problem:
        return _failure("settings", problem)
    return ok(
        "settings", f"read from {path}" if path.exists() else "the usual ones: there is no settings file"
    )


def check_athletes(shelf: Store) -> list[CheckResult]:
    """Can every athlete on the shelf be read? One finding for all that can, one for each that cannot."""
    good, bad = [], []
    for slug in shelf.athletes():
        try:
            found = shelf.athlete(slug)
            if found is not None:
                load_athlete(found.data, name=found.name)
                good.append(slug)
        except CoachProblem as problem:
            bad.append(_failure("athlete", problem))
    if good or not bad:
        said = ", ".join(good) if good else "nobody is saved yet; a workout by pace asks for one"
        bad.insert(0, ok("athletes", said))
    return bad


def _failure(check: str, problem: CoachProblem) -> CheckResult:
    return fail(check, problem.message, problem.hint or _MEND)
