"""The athletes: found, changed, worked out as sheets and predictions.

What is told of an athlete is laid over what was known before, each thing under its own day; nothing is forgotten.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from coach.athlete import Athlete, athlete_from, dump_athlete, load_athlete
from coach.documents.faults import Misspelt
from coach.documents.spelling import read_distance
from coach.edge.clock import MachineClock, local_iso
from coach.edge.store import Store
from coach.physiology.plausible import check_athlete
from coach.physiology.predictions import DISTANCES, Prediction, predictions
from coach.problems import AthleteProblem
from coach.quantities import Metres
from coach.workout.sheet import Sheet, sheet_of

FIRST_SLUG: Final = "me"
"""The slug of the first athlete, if none is given."""
_RESULTS: Final = ("races", "trials")
"""Parts of an entry that have days of their own."""
_MERGED: Final = ("heart_rate", "paces", "cadence")
"""Parts of an entry that are merged key by key."""


def find_athlete(wanted: str | None, shelf: Store | None = None) -> Athlete | None:
    """Find an athlete by slug or path; without a name the only one there is, or None if there is none.

    Raises:
        AthleteProblem: there is no such athlete, several of whom none was named, or a document that is wrong.
    """
    document = (shelf or Store()).athlete(wanted)
    if document is None:
        return None
    return check_athlete(load_athlete(document.data, name=document.name), name=document.name)


def saved_athlete(wanted: str | None, *, hint: str, shelf: Store | None = None) -> Athlete:
    """As `find_athlete`, where there must be one; `hint` is the command that saves the first.

    Raises:
        AthleteProblem: as `find_athlete`, or nobody is saved.
    """
    athlete = find_athlete(wanted, shelf)
    if athlete is None:
        raise AthleteProblem("no athlete is saved yet", hint)
    return athlete


def save_changes(
    slug: str | None, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Path:
    """Add an entry to an athlete's history (a new athlete's, if need be); returns the file it was saved in.

    Raises:
        CoachProblem: a value does not fit, or nothing can be written; then nothing was changed.
    """
    shelf = Store()
    slug = slug or _only_slug(shelf)
    before = find_athlete(slug, shelf) if slug in shelf.athletes() else None
    return shelf.save_athlete(slug, dump_athlete(changed(before, slug, about, entry, day)))


def changed(
    before: Athlete | None, slug: str, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Athlete:
    """Lay an entry of today (or of `day`) over what is known of an athlete, or of nobody yet.

    Raises:
        AthleteProblem: a value does not fit.
    """
    tree: dict[str, Any] = {"format": "coach-athlete/1", "slug": slug, "name": slug}
    if before is not None:
        tree = json.loads(dump_athlete(before))
    history = history_with(tree.get("history", []), entry, day or _today())
    if "shoes" in about:
        about = about | {"shoes": shoes_with(tree.get("shoes", []), about["shoes"])}
    name = f"athlete {slug}"
    return check_athlete(athlete_from(tree | about | {"history": history}, name=name), name=name)


def athlete_on(athlete: Athlete, day: str) -> Athlete:
    """The athlete as known on a day, `2026-05-31`; on a day before anything was known, as known first."""
    first = athlete.history[0].from_day if athlete.history else day
    return athlete.as_of(max(day, first))


def runner_on(wanted: str | None, day: str) -> Athlete | None:
    """As `find_athlete`, as known on the day of a recording; an empty day is today.

    Raises:
        AthleteProblem: as `find_athlete`.
    """
    athlete = find_athlete(wanted)
    return athlete if athlete is None or not day else athlete_on(athlete, day)


def sheet_for(wanted: str | None, day: str | None) -> Sheet:
    """Work an athlete's sheet out, as known on a day.

    Raises:
        AthleteProblem: there is no such athlete, none at all, or the day is none.
    """
    return sheet_of(_as_known(wanted, day))


def predictions_for(
    wanted: str | None, day: str | None, *, race: Mapping[str, str] | None, distances: Sequence[str]
) -> tuple[str, Sequence[Prediction]]:
    """Predict an athlete's races; gives the slug, empty where a race of one's own choice is asked about.

    Such a race counts alone: what was really raced would answer instead.

    Raises:
        AthleteProblem: nobody is saved and no race is given, nothing speaks for any time, or a value does not fit.
    """
    athlete = _as_known(wanted, day) if race is None else _who_raced(race)
    chosen = dict(_distance(text) for text in distances) or None
    races = predictions(athlete.now, chosen)
    if not races:
        raise AthleteProblem(
            f"nothing speaks for a race time of {athlete.name}",
            'Save a result: coach athlete set --race "5 km=20:15"',
        )
    return ("" if race is not None else athlete.slug), races


class SavedAthletes:
    """The athletes who are saved; the one who runs comes first, also if read from a file."""

    def __init__(self, runner: Athlete | None = None, shelf: Store | None = None) -> None:
        """Read from this shelf, by default the one the environment names."""
        self._runner = runner
        self._shelf = shelf or Store()

    def sheets(self) -> Sequence[Sheet]:
        """Work out the sheet of each.

        Raises:
            AthleteProblem: a document is wrong.
        """
        first = [] if self._runner is None else [self._runner]
        others = [find_athlete(slug, self._shelf) for slug in self._shelf.athletes()]
        athletes = {each.slug: each for each in (*first, *others) if each is not None}
        if self._runner is not None:
            athletes[self._runner.slug] = self._runner
        return [sheet_of(each) for each in athletes.values()]


# --- what is known, day by day


def history_with(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """Add an entry to a history; it is merged with an entry of the same day."""
    for when, part in _by_day(entry, day):
        entries = _with(entries, part, when)
    return entries


def shoes_with(shoes: list[dict[str, Any]], changes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay changes over the pairs of shoes there are; a new factor of a pod replaces its old one."""
    by_slug = {str(shoe.get("slug")): shoe for shoe in shoes}
    for new in changes:
        slug = str(new["slug"])
        old = by_slug.get(slug, {"slug": slug, "name": slug})
        pods = {factor["pod"] for factor in new.get("factors", [])}
        kept = [factor for factor in old.get("factors", []) if factor.get("pod") not in pods]
        by_slug[slug] = old | new | {"factors": kept + new.get("factors", [])}
    return list(by_slug.values())


def _by_day(entry: dict[str, Any], day: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each result to the day it was run on, everything else to `day`."""
    dated: dict[str, dict[str, Any]] = {}
    plain = {key: value for key, value in entry.items() if key not in _RESULTS}
    if plain:
        dated[day] = plain
    for kind in _RESULTS:
        for result in entry.get(kind, []):
            when = result.get("date", day)
            dated.setdefault(when, {}).setdefault(kind, []).append(result | {"date": when})
    yield from dated.items()


def _with(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    same: dict[str, Any] = next((old for old in entries if old["from"] == day), {"from": day})
    merged = same | entry
    for part in _MERGED:
        if part in same and part in entry:
            merged[part] = same[part] | entry[part]
    for kind in _RESULTS:
        if kind in same and kind in entry:
            distances = {result["distance"] for result in entry[kind]}
            kept = [result for result in same[kind] if result["distance"] not in distances]
            merged[kind] = kept + entry[kind]
    return sorted([old for old in entries if old["from"] != day] + [merged], key=lambda old: str(old["from"]))


def _as_known(wanted: str | None, day: str | None) -> Athlete:
    athlete = saved_athlete(wanted, hint='Save one: coach athlete set --race "5 km=20:15"')
    return athlete if day is None else athlete_on(athlete, _checked(day))


def _who_raced(race: Mapping[str, str]) -> Athlete:
    return changed(None, FIRST_SLUG, {}, {"races": [dict(race)]})


def _checked(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise AthleteProblem(
            f"{day[:40]!r} is not a date", "Write it as year-month-day: 2026-05-31."
        ) from None


def _distance(text: str) -> tuple[str, Metres]:
    name = text.strip().lower()
    if name in DISTANCES:
        return name, DISTANCES[name]
    try:
        return text, read_distance(text)
    except Misspelt as wrong:
        raise AthleteProblem(wrong.reason, wrong.fix) from None


def _today() -> str:
    return local_iso(MachineClock().wall())[:10]


def _only_slug(shelf: Store) -> str:
    slugs = shelf.athletes()
    if len(slugs) > 1:
        raise AthleteProblem(
            f"whose is it? There are {', '.join(slugs)}", "Name one: coach athlete set SLUG ..."
        )
    return slugs[0] if slugs else FIRST_SLUG
