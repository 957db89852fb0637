"""The athletes as a screen shows and changes them: the effect of a change is seen before it is kept."""

import re
from collections.abc import Sequence
from typing import Any

from coach.app.athletes import (
    ToldValue,
    find_athlete,
    saved_athlete,
    today,
    told_values,
    with_changes,
    without_values,
)
from coach.app.questions import read_answer, read_told_day
from coach.athlete import Athlete, dump_athlete
from coach.documents.spelling import Misspelt, read_spoken_pace
from coach.edge.store import FIRST_SLUG, Store
from coach.problems import AthleteProblem
from coach.screen.protocols import AthleteEdit
from coach.workout.athlete_profile import AthleteProfile, pace_words, profile_of


class SavedAthletes:
    """The athletes who are saved; the one who runs comes first, also if read from a file."""

    def __init__(self, runner: Athlete | None = None, store: Store | None = None) -> None:
        """Read from this store, by default the one the environment names."""
        self._runner = runner
        self._store = store or Store()
        self._kept: list[tuple[str, bytes | None]] = []
        """Documents as they were before each change, the newest last; None for an athlete who was new."""

    def profiles(self) -> Sequence[AthleteProfile]:
        """Make the profile of each.

        Raises:
            AthleteProblem: a document is wrong.
        """
        saved = [find_athlete(slug, self._store) for slug in self._store.athletes()]
        athletes = {athlete.slug: athlete for athlete in saved if athlete is not None}
        runner = self._runner
        if runner is not None:
            athletes = {runner.slug: athletes.get(runner.slug, runner)} | athletes
        return [profile_of(athlete) for athlete in athletes.values()]

    def today(self) -> str:
        """Tell the local day."""
        return today()

    def understand(self, slug: str, what: str, text: str, day: str | None = None) -> AthleteEdit:
        """Read what was typed for an athlete; an empty slug is somebody new.

        Raises:
            CoachProblem: it cannot be read, or cannot be true.
        """
        athlete = find_athlete(slug, self._store) if slug else None
        lacks_day, units = False, "km" if athlete is None else athlete.units
        about: dict[str, Any] = {}
        entry: dict[str, Any] = {}
        kind, _, name = what.partition(" ")
        match kind:
            case "race":
                answer = read_answer(text, athlete)
                entry = answer.entry
                replaced = _race(athlete, name)
                if answer.is_race:
                    told = answer.day or (
                        read_told_day(day) if day else replaced.day if replaced else today()
                    )
                    entry = {"races": [{**entry["races"][0], "date": told}]}
                    lacks_day = not answer.day and day is None and replaced is None
                if athlete is not None and replaced is not None:
                    athlete = without_values(athlete, [replaced])
            case "pace":
                entry = {"paces": {name: _spoken(text, units)}}
            case "heart":
                entry = {"heart_rate": _heart_rates(text)}
            case _:
                about = {kind: text.strip()}
        newer = with_changes(athlete, slug or FIRST_SLUG, about, entry)
        return self._edit(slug, newer, lacks_day=lacks_day)

    def without(self, slug: str, what: str) -> AthleteEdit:
        """Take something of an athlete away, as it would be kept.

        Raises:
            CoachProblem: there is nothing to take away.
        """
        athlete = saved_athlete(slug, store=self._store)
        kind, _, name = what.partition(" ")
        match kind:
            case "race":
                found = _race(athlete, name)
                values = [] if found is None else [found]
            case "pace":
                gone = {f"{name} pace by hand", f"{name} pace" if name == "threshold" else ""}
                values = [value for value in told_values(athlete) if value.what in gone]
            case _:
                values = [value for value in told_values(athlete) if value.what.endswith("heart rate")]
        if not values:
            reason = "It comes from a race." if kind == "pace" else "There is nothing to remove."
            raise AthleteProblem(reason, "")
        return self._edit(slug, without_values(athlete, values))

    def keep(self, edit: AthleteEdit) -> None:
        """Save a change, and remember what was there before.

        Raises:
            CoachProblem: it cannot be written.
        """
        athlete = edit.profile.athlete
        saved = athlete.slug in self._store.athletes()
        document = self._store.athlete(athlete.slug) if saved else None
        self._store.save_athlete(athlete.slug, dump_athlete(athlete))
        self._kept.append((athlete.slug, None if document is None else document.data))

    def undo(self) -> str:
        """Take the last change back that was kept; tells whose, empty if there is none.

        Raises:
            CoachProblem: it cannot be written.
        """
        if not self._kept:
            return ""
        slug, data = self._kept[-1]
        if data is None:
            self._store.remove_athlete(slug)
        else:
            self._store.save_athlete(slug, data)
        self._kept.pop()
        return slug

    def _edit(self, slug: str, newer: Athlete, *, lacks_day: bool = False) -> AthleteEdit:
        """A change, with what it does to the paces."""
        older = find_athlete(slug, self._store) if slug else None
        profile = profile_of(newer)
        return AthleteEdit(
            profile, effect_words(None if older is None else profile_of(older), profile), lacks_day
        )


def effect_words(before: AthleteProfile | None, after: AthleteProfile) -> str:
    """What a change does to the paces: `5k pace 4:30 would be 4:26, threshold 4:46 would be 4:42`."""
    unit = after.athlete.units
    old = {} if before is None else {line.name: pace_words(line, unit) for line in before.paces}
    new = {line.name: pace_words(line, unit) for line in after.paces}
    parts = []
    for name, shown in (("5k", "5k pace"), ("threshold", "threshold"), ("easy", "easy")):
        was, is_ = old.get(name), new.get(name)
        if was != is_:
            words = [word for word in (was, "would be" if was else "", is_ or "not known") if word]
            parts.append(f"{shown} {' '.join(words)}")
    others = [name for name in {**old, **new} if name not in {"5k", "threshold", "easy"}]
    changed = [f"{name} {new.get(name, 'not known')}" for name in others if old.get(name) != new.get(name)]
    return ", ".join(parts[:2] or changed[:2]) or "Your paces stay as they are."


def _race(athlete: Athlete | None, number: str) -> ToldValue | None:
    """One of all races of an athlete by its number from 1, the newest first; None without a number."""
    if athlete is None or not number:
        return None
    races = [value for value in told_values(athlete) if value.what == "race"]
    return races[int(number) - 1] if 1 <= int(number) <= len(races) else None


def _spoken(text: str, units: str) -> str:
    """A pace or a range of paces by hand, as documents write it.

    Raises:
        AthleteProblem: it is none.
    """
    parts = re.split(r"\s*(?:-|–|to)\s*", text.strip())
    try:
        paces = [read_spoken_pace(part, units) for part in parts[-2:]]
    except Misspelt as wrong:
        raise AthleteProblem(f"{wrong.reason}.", wrong.fix) from None
    return "-".join([*(pace.partition("/")[0] for pace in paces[:-1]), paces[-1]])


def _heart_rates(text: str) -> dict[str, Any]:
    """Heart rates as they are typed: `max 190 rest 48 threshold 172`.

    Raises:
        AthleteProblem: there are none.
    """
    found = re.findall(r"(max|rest|threshold)[a-z]*\s*[=:]?\s*(\d{2,3}(?:\.\d)?)", text.casefold())
    if not found:
        raise AthleteProblem(f'"{text[:40]}" has no heart rate.', "Such as max 190 rest 48 threshold 172.")
    return {name: {"bpm": float(bpm), "source": "measured"} for name, bpm in found}
