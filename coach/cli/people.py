"""Athletes as the commands find, change and describe them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from coach.athlete import Athlete, Now, Shoe, athlete_from, dump_athlete, load_athlete
from coach.cli.athlete.merging import history_with, shoes_with
from coach.edge.clock import MachineClock, local_iso
from coach.edge.store import Store
from coach.physiology.fitness import words_of
from coach.physiology.plausible import check_athlete
from coach.problems import AthleteProblem

FIRST_SLUG: Final = "me"
"""What the first athlete is called who is saved without a name."""


def find_athlete(wanted: str | None, shelf: Store | None = None) -> Athlete | None:
    """Find an athlete by slug or path; without a name the only one there is, or None if there is none.

    Raises:
        AthleteProblem: there is no such athlete, several of whom none was named, or a document that is wrong.
    """
    found = (shelf or Store()).athlete(wanted)
    if found is None:
        return None
    return check_athlete(load_athlete(found.data, name=found.name), name=found.name)


def save_changes(
    slug: str | None, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Path:
    """Add an entry to an athlete's history (a new athlete's, if need be); returns the file it was saved in.

    Raises:
        CoachProblem: a value does not fit, or nothing can be written; then nothing was changed.
    """
    shelf = Store()
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
    found = find_athlete(wanted)
    return found if found is None or not day else athlete_on(found, day)


def lines_about(athlete: Athlete) -> Iterator[str]:
    """Describe what is known of an athlete, a line each."""
    now, rates = athlete.now, athlete.now.heart_rate
    yield athlete.name if athlete.name == athlete.slug else f"{athlete.name} ({athlete.slug})"
    for name, rate in (("maximum", rates.max), ("threshold", rates.threshold), ("at rest", rates.rest)):
        if rate is not None:
            yield f"  heart rate {name:10}{rate.bpm:.0f} bpm, {rate.source}"
    if athlete.ceiling_bpm is not None:
        yield f"  never above {athlete.ceiling_bpm:.0f} bpm"
    for words, value in (
        ("threshold pace       {}", now.threshold_pace),
        ("top speed            {:.1f} m/s", now.top_speed_mps),
        ("weighs {:g} kg", now.weight_kg),
        ("cadence easy         {:.0f} steps a minute", now.cadence.easy),
        ("cadence fast         {:.0f} steps a minute", now.cadence.fast),
    ):
        if value is not None:
            yield f"  {words.format(value)}"
    yield from _lines_about_paces(now)
    for shoe in athlete.shoes:
        yield from _lines_about_shoe(shoe)


def _lines_about_paces(now: Now) -> Iterator[str]:
    for pace_name, pace in now.paces.items():
        yield f"  {pace_name} pace by hand: {pace}"
    for race in now.races:
        yield f"  raced {words_of(race)}"
    for trial in now.trials:
        yield f"  critical-speed trial {words_of(trial)}"
    if now.goal is not None:
        yield f"  trains for {now.goal.pace or f'{now.goal.distance} in {now.goal.time}'}"


def _lines_about_shoe(shoe: Shoe) -> Iterator[str]:
    yield f"  shoes {shoe.name} ({shoe.slug})"
    for factor in shoe.factors:
        how = "long" if factor.factor < 1 else "short"
        off = abs(1 / factor.factor - 1)
        yield f"    {factor.pod} reads {how} {off:.1%}, factor {factor.factor:.3f} ± {factor.sd:.3f}"


def _today() -> str:
    return local_iso(MachineClock().wall())[:10]


def _only_slug(shelf: Store) -> str:
    known = shelf.athletes()
    if len(known) > 1:
        raise AthleteProblem(
            f"whose is it? There are {', '.join(known)}", "Name one: coach athlete set SLUG ..."
        )
    return known[0] if known else FIRST_SLUG
