"""Finds and changes athletes: who runs, what is added to their history or taken out of it, and what follows from it.

A change is added to the history of an athlete under its own day; earlier entries stay until they are removed.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coach.app.terminal import SILENT, Console
from coach.athlete import Athlete, checked_athlete, dump_athlete, load_athlete
from coach.documents.reading import Faulty
from coach.documents.spelling import Misspelt, read_dated_race, read_day, read_distance
from coach.edge.clock import local_day
from coach.edge.files import plain
from coach.edge.store import FIRST_SLUG, Store, check_slug
from coach.physiology.predictions import DISTANCES, Prediction, check_athlete, predictions, results
from coach.problems import AthleteProblem, UsageProblem
from coach.quantities import Metres

if TYPE_CHECKING:
    from coach.workout.athlete_profile import AthleteProfile

EVERYONE: Final = "everyone"
"""What `--athlete` is given for a sensor that anybody may wear."""
_RESULTS: Final = ("races", "trials")
"""Parts of an entry that have days of their own."""
_MERGED: Final = ("heart_rate", "paces", "cadence", "tests")
"""Parts of an entry that are merged key by key."""
_SAVE_RACE: Final = "Save one: coach athlete set --race 5k=22:30"


def usual_athlete() -> str:
    """The slug of the athlete who runs where nobody is named: the settings' or the only one; empty if unknown."""
    store = Store()
    slugs = store.athletes()
    return store.chosen_athlete() or (slugs[0] if len(slugs) == 1 else "")


def athlete_called(word: str) -> str:
    """The slug of an athlete who is saved; empty for `everyone`.

    Raises:
        AthleteProblem: nobody of this slug is saved.
    """
    if word == EVERYONE:
        return ""
    store = Store()
    if word not in store.athletes():
        store.athlete(word)  # says who there is
        raise AthleteProblem(f"{plain(word)} is no athlete's slug", "See coach athlete list.")
    return word


def find_athlete(name_or_path: str | None, store: Store | None = None) -> Athlete | None:
    """Find an athlete by slug or path; without a name the chosen one, else the only one, or None if there is none.

    Raises:
        AthleteProblem: there is no such athlete, there are several and none was named, or a document is wrong.
        SettingsProblem: the settings, which may name the athlete, cannot be read.
    """
    store = store or Store()
    document = store.athlete(name_or_path)
    if document is None:
        return None
    return check_athlete(load_athlete(document.data, name=document.name), name=document.name)


def saved_athlete(name_or_path: str | None, *, hint: str = _SAVE_RACE, store: Store | None = None) -> Athlete:
    """As `find_athlete`, where there must be one; `hint` is the command that saves the first.

    Raises:
        AthleteProblem: as `find_athlete`, or nobody is saved.
    """
    athlete = find_athlete(name_or_path, store)
    if athlete is None:
        raise AthleteProblem("no athlete is saved yet", hint)
    return athlete


def runner_for(
    name_or_path: str | None, race: str | None = None, *, day: str = "", console: Console = SILENT
) -> Athlete | None:
    """Find who runs, as known on the day of a recording (empty: today), with the paces of a race if one is given.

    Where there are several, none was chosen and somebody can be asked, the console is asked who it is.

    Raises:
        CoachProblem: as `find_athlete`; the race cannot be read, or nobody can have run it.
    """
    store = Store()
    athlete = find_athlete(name_or_path or ask_whose(store, console), store)
    if athlete is not None and day:
        athlete = athlete_on(athlete, day)
    return athlete if race is None else with_race_alone(athlete, race, day or today())


def ask_whose(store: Store, console: Console) -> str:
    """Ask whose run it is, where there are several; empty where nobody need or can be asked."""
    slugs = store.athletes()
    if len(slugs) < 2 or store.chosen_athlete() or not console.can_ask():
        return ""
    while True:
        answer = console.ask(f"Whose run is it? {', '.join(slugs)}").casefold()
        found = [slug for slug in slugs if slug == answer] or [
            s for s in slugs if answer and s.startswith(answer)
        ]
        if len(found) == 1:
            console.say(f"For good: coach config set athlete {found[0]}")
            return found[0]
        console.say(f'"{answer[:40]}" is none of them.' if answer else "Name one of them.")


def with_race_alone(athlete: Athlete | None, race: str, day: str) -> Athlete:
    """The athlete, or somebody new, with the paces of this race and of nothing else they told of themselves.

    Raises:
        UsageProblem: it cannot be read.
        AthleteProblem: nobody can have run it, or it says too little.
    """
    try:
        told, race_day = read_dated_race(race, today())
    except Misspelt as wrong:
        raise UsageProblem(f"--race: {wrong.reason}. {wrong.fix}") from None
    slug = FIRST_SLUG if athlete is None else athlete.slug
    if athlete is not None:
        bare: dict[str, Any] = {"races": (), "threshold_pace": None, "paces": {}}
        history = tuple(entry.model_copy(update=bare) for entry in athlete.history)
        athlete = athlete.model_copy(update={"history": history})
    result = {"distance": told.distance, "time": told.time, "date": race_day or day}
    newer = with_changes(athlete, slug, {}, {"races": [result]}, day)
    if not any(results(newer.now)):
        raise AthleteProblem(
            f"--race: {told.distance} in {told.time} says too little about endurance.",
            "It takes 1200 m and 3 minutes at least, and 5 hours at most.",
        )
    return newer


def save_changes(
    slug: str | None, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> tuple[Path, Athlete]:
    """Add an entry to the history of an athlete, who may be new; returns the file it was saved in, and the athlete.

    Raises:
        CoachProblem: a value does not fit, or nothing can be written; then nothing was changed.
    """
    store = Store()
    slug = slug or _only_slug(store)
    athlete = find_athlete(slug, store) if slug in store.athletes() else None
    if athlete is None:
        check_slug(slug)
    newer = with_changes(athlete, slug, about, entry, day)
    return store.save_athlete(slug, dump_athlete(newer)), newer


def change_athlete(slug: str | None, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Athlete:
    """Change the document of a saved athlete, or of a new one, by what makes one tree of another.

    Raises:
        CoachProblem: a value does not fit, or nothing can be written; then nothing was changed.
    """
    store = Store()
    slug = slug or _only_slug(store)
    check_slug(slug)
    athlete = find_athlete(slug, store) if slug in store.athletes() else None
    tree: dict[str, Any] = {"format": "coach-athlete/1", "slug": slug, "name": slug}
    if athlete is not None:
        tree = json.loads(dump_athlete(athlete))
    newer = _checked_tree(change(tree))
    store.save_athlete(slug, dump_athlete(newer))
    return newer


def with_changes(
    athlete: Athlete | None, slug: str, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Athlete:
    """The athlete with an entry of today, or of `day`; a new athlete without one before.

    Raises:
        AthleteProblem: a value does not fit; it names the value as a person would.
    """
    tree: dict[str, Any] = {"format": "coach-athlete/1", "slug": slug, "name": slug}
    if athlete is not None:
        tree = json.loads(dump_athlete(athlete))
    history = history_with(tree.get("history", []), entry, day or today())
    if "shoes" in about:
        about = about | {"shoes": shoes_with(tree.get("shoes", []), about["shoes"])}
    if "injuries" in about:
        about = about | {"injuries": list(dict.fromkeys([*tree.get("injuries", []), *about["injuries"]]))}
    return _checked_tree(tree | about | {"history": history})


def _checked_tree(tree: dict[str, Any]) -> Athlete:
    """Make an athlete of a tree that was put together from what a person typed."""
    try:
        return check_athlete(checked_athlete(tree))
    except Faulty as faulty:
        first = faulty.faults[0]
        place = _typed_place(first.where)
        reason = re.sub(r"(?<=\d)\.0\b", "", first.reason)
        raise AthleteProblem(f"{place}: {reason}" if place else reason, first.fix) from None


_PLACES: Final = (
    (r"heart_rate\.max.*", "maximum heart rate"),
    (r"heart_rate\.rest.*", "resting heart rate"),
    (r"heart_rate\.threshold.*", "threshold heart rate"),
    (r"heart_rate", ""),
    (r"(races|trials)\[\d+\]\.date|from", "date"),
    (r"races.*", "race"),
    (r"trials.*", "trial"),
    (r"top_speed_mps", "top speed"),
    (r"weight_kg", "weight"),
    (r"ceiling_bpm", "ceiling"),
    (r"gear_border_percent", "gear border"),
    (r"cadence\.(\w+)", r"\1 cadence"),
    (r'paces(?:\.(\w+)|\["(\w+)"\])', r"\1\2 pace"),
    (r"goal\.pace", "goal pace"),
    (r'tests(?:\.(\w+)|\["([\w-]+)"\])?.*', r"test \1\2"),
    (r"injuries.*", "injury"),
)
"""Places in an entry, and what a person calls them."""


def _typed_place(where: str) -> str:
    """What a person calls a place in an athlete document: `history[0].threshold_pace` is the threshold pace."""
    place = re.sub(r"^history(\[\d+\]\.?)?", "", where)
    for pattern, words in _PLACES:
        found = re.fullmatch(pattern, place)
        if found is not None:
            return found.expand(words)
    return re.sub(r"\[\d+\]", "", place).replace("_", " ").replace(".", " ")


def athlete_on(athlete: Athlete, day: str) -> Athlete:
    """The athlete as known on a day, `2026-05-31`; on a day before anything was known, as known first."""
    first = athlete.history[0].from_day if athlete.history else day
    return athlete.as_of(max(day, first))


def profile_for(name_or_path: str | None, day: str | None, race: str | None = None) -> "AthleteProfile":
    """Make an athlete's profile, as known on a day, or by a race alone.

    Raises:
        AthleteProblem: there is no such athlete, none is saved, or a value is none.
    """
    from coach.workout.athlete_profile import profile_of  # it adds workouts up, which no plan needs

    return profile_of(_as_known(name_or_path, day, race))


def predictions_for(
    name_or_path: str | None, day: str | None, *, race: str | None, distances: Sequence[str]
) -> tuple[Athlete, Sequence[Prediction]]:
    """Predict an athlete's races, or by a race alone; a distance is read as they are called, or as documents write it.

    Raises:
        AthleteProblem: nobody is saved and no race is given, no time can be predicted, or a value does not fit.
    """
    athlete = _as_known(name_or_path, day, race)
    race_distances = dict(_distance(text) for text in distances) or None
    races = predictions(athlete.now, race_distances)
    if not races:
        raise AthleteProblem(
            f"nothing speaks for a race time of {athlete.name}",
            "Save a result: coach athlete set --race 5k=22:30",
        )
    return athlete, races


# --- what an athlete told, value by value


@dataclass(frozen=True, slots=True)
class ToldValue:
    """One thing an athlete told of themselves."""

    what: str
    """What it is: `race`, `threshold pace`, `maximum heart rate`."""
    value: str
    """As a person reads it: `5 km in 22:30`, `4:10/km`, `188 bpm, measured`."""
    day: str = ""
    """Since when it is true, or the day it was run on; empty where it holds for good."""
    keys: tuple[str | int, ...] = ()
    """Where it stands in the document."""
    option: str = ""
    """What `coach athlete set` is given to tell it."""

    def command(self, slug: str) -> str:
        """The command that tells it again, for its day."""
        day = f" --from {self.day}" if self.day and "@" not in self.option else ""
        return f"coach athlete set {slug} {self.option}{day}"


def told_values(athlete: Athlete) -> tuple[ToldValue, ...]:
    """Everything an athlete told of themselves, the newest first, then what holds for good."""
    tree = json.loads(dump_athlete(athlete))
    dated: list[ToldValue] = []
    for place, entry in enumerate(tree.get("history", [])):
        for key, value in entry.items():
            if key != "from":
                for told in _told(key, value):
                    keys = ("history", place, *told.keys)
                    dated.append(replace(told, day=told.day or str(entry["from"]), keys=keys))
    dated.sort(key=lambda told: told.day, reverse=True)
    for key, what, unit, option in (
        ("ceiling_bpm", "ceiling", "bpm", "--ceiling"),
        ("gear_border_percent", "gear border", "%", "--gear-border"),
    ):
        if key in tree:
            value = f"{tree[key]:g}"
            dated.append(ToldValue(what, f"{value} {unit}", "", (key,), f"{option} {value}"))
    if "running_since" in tree:
        since = str(tree["running_since"])
        dated.append(ToldValue("running since", since, "", ("running_since",), f"--running-since {since}"))
    for place, injury in enumerate(tree.get("injuries", [])):
        dated.append(ToldValue("injury", injury, "", ("injuries", place), f'--injury "{injury}"'))
    return tuple(dated)


def _told(key: str, value: Any) -> Iterator[ToldValue]:
    """What one part of an entry tells, each with its place in the entry."""
    match key:
        case "races" | "trials":
            for place, result in enumerate(value):
                distance, time, day = result["distance"], result["time"], result["date"]
                option = f'--{key[:-1]} "{distance}={time}@{day}"'
                yield ToldValue(key[:-1], f"{distance} in {time}", day, (key, place), option)
        case "heart_rate":
            for name, rate in value.items():
                what, option = _RATES[name]
                estimated = " --estimated" if rate["source"] == "estimated" else ""
                words = f"{rate['bpm']:g} bpm, {rate['source']}"
                yield ToldValue(what, words, "", (key, name), f"{option} {rate['bpm']:g}{estimated}")
        case "paces" | "cadence" | "tests":
            for name, each in value.items():
                what, shown, option = _told_by_name(key, name, each)
                yield ToldValue(what, shown, "", (key, name), option)
        case "goal":
            yield _told_goal(value)
        case _ if key in _PLAIN:
            what, unit, option = _PLAIN[key]
            shown = value if isinstance(value, str) else f"{value:g}"
            yield ToldValue(what, f"{shown} {unit}".rstrip(), "", (key,), f"{option} {shown}")


def _told_by_name(key: str, name: str, value: Any) -> tuple[str, str, str]:
    """What a part that has names is called, its value, and the option that tells it."""
    if key == "paces":
        return f"{name} pace by hand", value, f"--pace {name}={value}"
    if key == "cadence":
        return f"{name} cadence", f"{value:g} spm", f"--cadence {name}={value:g}"
    sides = f"{value['left']:g}/{value['right']:g}"
    return f"{name} test", sides, f"--test {name}={sides}"


def _told_goal(value: dict[str, str]) -> ToldValue:
    if "pace" in value:
        return ToldValue("goal", value["pace"], "", ("goal",), f"--goal-pace {value['pace']}")
    distance, time = value["distance"], value["time"]
    return ToldValue("goal", f"{distance} in {time}", "", ("goal",), f'--goal "{distance}={time}"')


_PLAIN: Final = {
    "threshold_pace": ("threshold pace", "", "--threshold-pace"),
    "top_speed_mps": ("top speed", "m/s", "--top-speed"),
    "weight_kg": ("weight", "kg", "--weight"),
}
"""Parts of an entry that are one value: what it is called, its unit, and the option that tells it."""
_RATES: Final = {
    "max": ("maximum heart rate", "--max-heart-rate"),
    "rest": ("resting heart rate", "--rest-heart-rate"),
    "threshold": ("threshold heart rate", "--threshold-heart-rate"),
}
"""What each heart rate is called, and the option that tells it."""


def without_values(athlete: Athlete, values: Iterable[ToldValue]) -> Athlete:
    """The athlete without some things they told; an entry that says nothing any more goes too.

    Raises:
        AthleteProblem: what is left does not fit together.
    """
    tree: dict[str, Any] = json.loads(dump_athlete(athlete))
    # The last of a list goes first, so that the places of the others stay.
    gone = sorted((value.keys for value in values), key=lambda keys: [str(key).zfill(6) for key in keys])
    for keys in reversed(gone):
        holder: Any = tree
        for key in keys[:-1]:
            holder = holder[key]
        del holder[keys[-1]]
    for entry in tree.get("history", []):
        for key in [key for key, value in entry.items() if value in ([], {})]:
            del entry[key]
    tree["history"] = [entry for entry in tree.get("history", []) if len(entry) > 1]
    return _checked_tree(tree)


def remove_values(name: str | None, numbers: Sequence[int]) -> tuple[Athlete, tuple[ToldValue, ...]]:
    """Remove what `told_values` lists under these numbers, from 1; returns the athlete and what was removed.

    Raises:
        CoachProblem: there is no such athlete or number, or nothing can be written.
    """
    store = Store()
    athlete = saved_athlete(name, store=store)
    _check_saved(athlete, store)
    values = told_values(athlete)
    for number in numbers:
        if not 1 <= number <= len(values):
            raise AthleteProblem(
                f"{athlete.slug} has no entry {number}", f"coach athlete history {athlete.slug} lists them."
            )
    removed = tuple(values[number - 1] for number in dict.fromkeys(numbers))
    newer = without_values(athlete, removed)
    store.save_athlete(newer.slug, dump_athlete(newer))
    return newer, removed


def _check_saved(athlete: Athlete, store: Store) -> None:
    if athlete.slug not in store.athletes():
        raise AthleteProblem(f"{athlete.name} is not a saved athlete", "Change the file by hand.")


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
            distances = {_metres(result) for result in entry[kind]}
            other_results = [result for result in entry_of_day[kind] if _metres(result) not in distances]
            merged[kind] = other_results + entry[kind]
    return sorted([old for old in entries if old["from"] != day] + [merged], key=lambda old: str(old["from"]))


def _metres(result: dict[str, Any]) -> float | str:
    """How far a result was, so that `5 km` and `5000 m` are one race; its text where it is no distance."""
    text = str(result.get("distance", ""))
    try:
        return read_distance(text)
    except Misspelt:
        return text


def _as_known(name_or_path: str | None, day: str | None, race: str | None) -> Athlete:
    if race is not None:
        return with_race_alone(find_athlete(name_or_path) if name_or_path else None, race, today())
    athlete = saved_athlete(name_or_path)
    return athlete if day is None else athlete_on(athlete, told_day(day))


def told_day(text: str) -> str:
    """Read a day of an option, `2026-05-31` or as told today: `10 May`, `3 weeks ago`.

    Raises:
        AthleteProblem: it is no day, may be two, or is still to come.
    """
    try:  # a whole date counts whatever the clock of this computer says
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        return read_day(text, today())
    except Misspelt as wrong:
        raise AthleteProblem(f"date: {wrong.reason}", wrong.fix) from None


def _distance(text: str) -> tuple[str, Metres]:
    name = text.strip().lower()
    if name in DISTANCES:
        return name, DISTANCES[name]
    try:
        return text, read_distance(text)
    except Misspelt as wrong:
        raise AthleteProblem(wrong.reason, wrong.fix) from None


def today() -> str:
    """The local day, `2026-05-31`."""
    return local_day()


def _only_slug(store: Store) -> str:
    slugs = store.athletes()
    chosen = store.chosen_athlete()
    if chosen in slugs:
        return chosen
    if len(slugs) > 1:
        raise AthleteProblem(
            f"whose is it? There are {', '.join(slugs)}", "Name one: coach athlete set SLUG ..."
        )
    return slugs[0] if slugs else FIRST_SLUG
