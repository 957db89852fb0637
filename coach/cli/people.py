"""Athletes as the commands find, change and describe them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from coach.athlete import Athlete, athlete_from, dump_athlete, load_athlete
from coach.edge.clock import MachineClock, local_iso
from coach.edge.shelf import Shelf
from coach.problems import AthleteProblem

FIRST_SLUG: Final = "me"
"""What the first athlete is called who is saved without a name."""


def find_athlete(wanted: str | None, shelf: Shelf | None = None) -> Athlete | None:
    """Find an athlete by slug or path; without a name the only one there is, or None if there is none.

    Raises:
        AthleteProblem: there is no such athlete, several of whom none was named, or a document that is wrong.
    """
    found = (shelf or Shelf()).athlete(wanted)
    return None if found is None else load_athlete(found.data, name=found.name)


def save_changes(
    slug: str | None, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Path:
    """Add an entry to an athlete's history (a new athlete's, if need be); returns the file it was saved in.

    Raises:
        CoachProblem: a value does not fit, or nothing can be written; then nothing was changed.
    """
    shelf = Shelf()
    slug = slug or _only_slug(shelf)
    known = find_athlete(slug, shelf) if slug in shelf.athletes() else None
    athlete = changed(known, slug, about, entry, day)
    return shelf.save_athlete(slug, dump_athlete(athlete))


def changed(
    known: Athlete | None, slug: str, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Athlete:
    """Lay an entry of today (or of `day`) over what is known of an athlete, or of nobody yet.

    Raises:
        AthleteProblem: a value does not fit.
    """
    tree: dict[str, Any] = {"format": "coach-athlete/1", "slug": slug, "name": slug}
    if known is not None:
        tree = json.loads(dump_athlete(known))
    history = _history(tree.get("history", []), entry, day or _today())
    return athlete_from(tree | about | {"history": history}, name=f"athlete {slug}")


def lines_about(athlete: Athlete) -> Iterator[str]:
    """Describe what is known of an athlete, a line each."""
    now, rates = athlete.now, athlete.now.heart_rate
    yield athlete.name if athlete.name == athlete.slug else f"{athlete.name} ({athlete.slug})"
    for name, rate in (("maximum", rates.max), ("threshold", rates.threshold), ("at rest", rates.rest)):
        if rate is not None:
            yield f"  heart rate {name:10}{rate.bpm:.0f} bpm, {rate.source}"
    if athlete.ceiling_bpm is not None:
        yield f"  never above {athlete.ceiling_bpm:.0f} bpm"
    if now.threshold_pace is not None:
        yield f"  threshold pace       {now.threshold_pace}"
    if now.top_speed_mps is not None:
        yield f"  top speed            {now.top_speed_mps:.1f} m/s"
    for pace_name, pace in now.paces.items():
        yield f"  {pace_name} pace by hand: {pace}"
    for race in now.races:
        yield f"  raced {race.distance} in {race.time} on {race.date}"
    if now.goal is not None:
        yield f"  trains for {now.goal.pace or f'{now.goal.distance} in {now.goal.time}'}"
    for shoe in athlete.shoes:
        yield f"  shoes {shoe.name} ({shoe.slug})"


def _today() -> str:
    return local_iso(MachineClock().wall())[:10]


def _only_slug(shelf: Shelf) -> str:
    known = shelf.athletes()
    if len(known) > 1:
        raise AthleteProblem(
            f"whose is it? There are {', '.join(known)}", "Name one: coach athlete set SLUG ..."
        )
    return known[0] if known else FIRST_SLUG


def _history(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """Put an entry into its place; what it says of a day that has one already is added to that one."""
    if not entry:
        return entries
    if "races" in entry:
        entry = entry | {"races": [race | {"date": day} for race in entry["races"]]}
    same = next((old for old in entries if old["from"] == day), {"from": day})
    merged = same | entry
    for part in ("heart_rate", "paces"):
        if part in same and part in entry:
            merged[part] = same[part] | entry[part]
    if "races" in same and "races" in entry:
        merged["races"] = same["races"] + entry["races"]
    return sorted([old for old in entries if old["from"] != day] + [merged], key=lambda old: str(old["from"]))
