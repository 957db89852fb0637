"""Finds and changes athletes, and makes their sheets and predictions.

A change is added to the history of an athlete under its own day; earlier entries stay.
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


def find_athlete(name_or_path: str | None, store: Store | None = None) -> Athlete | None:
    """Find an athlete by slug or path; without a name the only one there is, or None if there is none.

    Raises:
        AthleteProblem: there is no such athlete, there are several and none was named, or a document is wrong.
    """
    document = (store or Store()).athlete(name_or_path)
    if document is None:
        return None
    return check_athlete(load_athlete(document.data, name=document.name), name=document.name)


def saved_athlete(name_or_path: str | None, *, hint: str, store: Store | None = None) -> Athlete:
    """As `find_athlete`, where there must be one; `hint` is the command that saves the first.

    Raises:
        AthleteProblem: as `find_athlete`, or nobody is saved.
    """
    athlete = find_athlete(name_or_path, store)
    if athlete is None:
        raise AthleteProblem("no athlete is saved yet", hint)
    return athlete


def save_changes(
    slug: str | None, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Path:
    """Add an entry to the history of an athlete, who may be new; returns the file it was saved in.

    Raises:
        CoachProblem: a value does not fit, or nothing can be written; then nothing was changed.
    """
    store = Store()
    slug = slug or _only_slug(store)
    athlete = find_athlete(slug, store) if slug in store.athletes() else None
    return store.save_athlete(slug, dump_athlete(with_changes(athlete, slug, about, entry, day)))


def with_changes(
    athlete: Athlete | None, slug: str, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Athlete:
    """The athlete with an entry of today, or of `day`; a new athlete without one before.

    Raises:
        AthleteProblem: a value does not fit.
    """
    tree: dict[str, Any] = {"format": "coach-athlete/1", "slug": slug, "name": slug}
    if athlete is not None:
        tree = json.loads(dump_athlete(athlete))
    history = history_with(tree.get("history", []), entry, day or _today())
    if "shoes" in about:
        about = about | {"shoes": shoes_with(tree.get("shoes", []), about["shoes"])}
    name = f"athlete {slug}"
    return check_athlete(athlete_from(tree | about | {"history": history}, name=name), name=name)


def athlete_on(athlete: Athlete, day: str) -> Athlete:
    """The athlete as known on a day, `2026-05-31`; on a day before anything was known, as known first."""
    first = athlete.history[0].from_day if athlete.history else day
    return athlete.as_of(max(day, first))


def runner_on(name_or_path: str | None, day: str) -> Athlete | None:
    """As `find_athlete`, as known on the day of a recording; an empty day is today.

    Raises:
        AthleteProblem: as `find_athlete`.
    """
    athlete = find_athlete(name_or_path)
    return athlete if athlete is None or not day else athlete_on(athlete, day)


def sheet_for(name_or_path: str | None, day: str | None) -> Sheet:
    """Make an athlete's sheet, as known on a day.

    Raises:
        AthleteProblem: there is no such athlete, none is saved, or the day is not a date.
    """
    return sheet_of(_as_known(name_or_path, day))


def predictions_for(
    name_or_path: str | None, day: str | None, *, race: Mapping[str, str] | None, distances: Sequence[str]
) -> tuple[str, Sequence[Prediction]]:
    """Predict an athlete's races; returns their slug, empty if a `race` is given.

    A given race is the only one that counts, because the athlete's real results would outweigh it.

    Raises:
        AthleteProblem: nobody is saved and no race is given, no time can be predicted, or a value does not fit.
    """
    athlete = _as_known(name_or_path, day) if race is None else _who_raced(race)
    race_distances = dict(_distance(text) for text in distances) or None
    races = predictions(athlete.now, race_distances)
    if not races:
        raise AthleteProblem(
            f"nothing speaks for a race time of {athlete.name}",
            'Save a result: coach athlete set --race "5 km=20:15"',
        )
    return ("" if race is not None else athlete.slug), races


class SavedAthletes:
    """The athletes who are saved; the one who runs comes first, also if read from a file."""

    def __init__(self, runner: Athlete | None = None, store: Store | None = None) -> None:
        """Read from this store, by default the one the environment names."""
        self._runner = runner
        self._store = store or Store()

    def sheets(self) -> Sequence[Sheet]:
        """Make the sheet of each.

        Raises:
            AthleteProblem: a document is wrong.
        """
        first = [] if self._runner is None else [self._runner]
        others = [find_athlete(slug, self._store) for slug in self._store.athletes()]
        athletes = {athlete.slug: athlete for athlete in (*first, *others) if athlete is not None}
        if self._runner is not None:
            athletes[self._runner.slug] = self._runner
        return [sheet_of(athlete) for athlete in athletes.values()]


# --- what is known, day by day


def history_with(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """Add an entry to a history; it is merged with an entry of the same day."""
    for part_day, part in _by_day(entry, day):
        entries = _with(entries, part, part_day)
    return entries


def shoes_with(shoes: list[dict[str, Any]], changes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay changes over the pairs of shoes there are; a new factor of a pod replaces its old one."""
    by_slug = {str(shoe.get("slug")): shoe for shoe in shoes}
    for change in changes:
        slug = str(change["slug"])
        shoe_before = by_slug.get(slug, {"slug": slug, "name": slug})
        pods = {factor["pod"] for factor in change.get("factors", [])}
        other_factors = [factor for factor in shoe_before.get("factors", []) if factor.get("pod") not in pods]
        by_slug[slug] = shoe_before | change | {"factors": other_factors + change.get("factors", [])}
    return list(by_slug.values())


def _by_day(entry: dict[str, Any], day: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each result to the day it was run on, everything else to `day`."""
    entries_by_day: dict[str, dict[str, Any]] = {}
    undated = {key: value for key, value in entry.items() if key not in _RESULTS}
    if undated:
        entries_by_day[day] = undated
    for kind in _RESULTS:
        for result in entry.get(kind, []):
            result_day = result.get("date", day)
            entries_by_day.setdefault(result_day, {}).setdefault(kind, []).append(
                result | {"date": result_day}
            )
    yield from entries_by_day.items()


def _with(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    entry_of_day: dict[str, Any] = next((old for old in entries if old["from"] == day), {"from": day})
    merged = entry_of_day | entry
    for part in _MERGED:
        if part in entry_of_day and part in entry:
            merged[part] = entry_of_day[part] | entry[part]
    for kind in _RESULTS:
        if kind in entry_of_day and kind in entry:
            distances = {result["distance"] for result in entry[kind]}
            other_results = [result for result in entry_of_day[kind] if result["distance"] not in distances]
            merged[kind] = other_results + entry[kind]
    return sorted([old for old in entries if old["from"] != day] + [merged], key=lambda old: str(old["from"]))


def _as_known(name_or_path: str | None, day: str | None) -> Athlete:
    athlete = saved_athlete(name_or_path, hint='Save one: coach athlete set --race "5 km=20:15"')
    return athlete if day is None else athlete_on(athlete, _checked(day))


def _who_raced(race: Mapping[str, str]) -> Athlete:
    return with_changes(None, FIRST_SLUG, {}, {"races": [dict(race)]})


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


def _only_slug(store: Store) -> str:
    slugs = store.athletes()
    if len(slugs) > 1:
        raise AthleteProblem(
            f"whose is it? There are {', '.join(slugs)}", "Name one: coach athlete set SLUG ..."
        )
    return slugs[0] if slugs else FIRST_SLUG
