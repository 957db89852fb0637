"""Finds and changes athletes, and reads what a runner types about themselves before a run or on the athlete screen.

Each change is added to the history of an athlete under its own day; earlier entries stay until they are removed.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from coach.app.terminal import SILENT, Console
from coach.athlete import Athlete, checked_athlete, dump_athlete, load_athlete
from coach.documents import Faulty
from coach.edge.clock import local_day
from coach.edge.files import plain
from coach.edge.store import FIRST_SLUG, Store, check_slug
from coach.physiology.performance import (
    DISTANCES,
    SHORTEST_M,
    SHORTEST_S,
    Prediction,
    best_race,
    check_athlete,
    of_threshold,
    predictions,
    results,
)
from coach.problems import AthleteProblem, CoachProblem, UsageProblem
from coach.quantities import Metres, format_pace
from coach.screen.protocols import AthleteEdit
from coach.spelling import (
    Misspelt,
    race_name,
    read_dated_race,
    read_day,
    read_distance,
    read_spoken_pace,
    read_time,
)
from coach.workout.kinds import OLD_RACE_DAYS, OLD_RACE_WIDER
from coach.workout.resolve import (
    COMMANDS,
    AthleteProfile,
    MissingNumber,
    Number,
    Numbers,
    pace_words,
    profile_of,
)

EVERYONE: Final = "everyone"
"""The value of `--athlete` for a sensor that anybody may wear."""
BY_EFFORT: Final = "By effort: reps are timed, not judged."
_SAVE_RACE: Final = "Save one: coach athlete set --race 5k=22:30"


# --- days


def today() -> str:
    """Return the local day, `2026-05-31`."""
    return local_day()


def read_past_day(text: str) -> str:
    """Read the day of an option, `2026-05-31` or relative to today: `10 May`, `3 weeks ago`.

    Raises:
        AthleteProblem: it is no day, is ambiguous, or is in the future.
    """
    try:  # a complete date is accepted whatever the clock of this computer says
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        return read_day(text, today())
    except Misspelt as wrong:
        raise AthleteProblem(f"date: {wrong.reason}", wrong.fix) from None


def read_day_answer(text: str) -> str:
    """Read a day relative to today.

    Raises:
        AthleteProblem: it is no day, is ambiguous, or is in the future.
    """
    try:
        return read_day(text, today())
    except Misspelt as wrong:
        raise AthleteProblem(f"{wrong.reason}.", wrong.fix) from None


# --- who runs


def usual_athlete() -> str:
    """Return the slug of the default athlete: the one in the settings, or the only one; empty if unknown."""
    store = Store()
    slugs = store.athletes()
    return store.chosen_athlete() or (slugs[0] if len(slugs) == 1 else "")


def athlete_called(word: str) -> str:
    """Return the slug of a saved athlete; empty for `everyone`.

    Raises:
        AthleteProblem: no athlete of this slug is saved.
    """
    if word == EVERYONE:
        return ""
    store = Store()
    if word not in store.athletes():
        store.athlete(word)  # names the athletes who are saved
        raise AthleteProblem(f"{plain(word)!r} is not a saved athlete", "See coach athlete list.")
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
    """Find an athlete as `find_athlete` does; `hint` names the command that saves the first one.

    Raises:
        AthleteProblem: as `find_athlete`, or no athlete is saved.
    """
    athlete = find_athlete(name_or_path, store)
    if athlete is None:
        raise AthleteProblem("no athlete is saved yet", hint)
    return athlete


def stored_athlete(
    name_or_path: str | None, *, hint: str = _SAVE_RACE, store: Store | None = None
) -> Athlete:
    """Find an athlete to change; a file of the runner's own is not one, even if a saved athlete has its slug.

    Raises:
        AthleteProblem: as `saved_athlete`, or the athlete is not saved.
    """
    store = store or Store()
    athlete = saved_athlete(name_or_path, hint=hint, store=store)
    document = store.athlete(name_or_path)
    file = store.paths.athletes / f"{athlete.slug}.json"
    if document is not None and document.path.resolve() != file.resolve():
        is_there = athlete.slug in store.athletes()
        who = (
            f"this is not the saved athlete {athlete.slug}"
            if is_there
            else f"{plain(athlete.name)} is not saved"
        )
        raise AthleteProblem(
            f"{who}: {document.name} is only read, and nothing is learnt for them",
            f"Name the saved athlete: {athlete.slug}. The file is changed by hand."
            if is_there
            else "coach athlete list shows the saved athletes. The file is changed by hand.",
        )
    return athlete


def runner_for(
    name_or_path: str | None, race: str | None = None, *, day: str = "", console: Console = SILENT
) -> Athlete | None:
    """Find the athlete who runs, as of the day of a recording (empty: today), by a race's paces if one is given.

    If there are several and none was chosen, the console asks for one if it can.

    Raises:
        CoachProblem: as `find_athlete`; the race cannot be read, or is impossible.
    """
    store = Store()
    athlete = find_athlete(name_or_path or ask_athlete(store, console), store)
    if athlete is not None and day:
        athlete = athlete_on(athlete, day)
    return athlete if race is None else with_race_alone(athlete, race, day or today())


def ask_athlete(store: Store, console: Console) -> str:
    """Ask which of several athletes runs; empty if there is nothing to ask, or no one can be asked."""
    slugs = store.athletes()
    if len(slugs) < 2 or store.chosen_athlete() or not console.can_ask():
        return ""
    while True:
        answer = console.ask(f"Whose run is it? {', '.join(slugs)}").casefold()
        matches = [slug for slug in slugs if slug == answer] or [
            s for s in slugs if answer and s.startswith(answer)
        ]
        if len(matches) == 1:
            console.say(f"To set the default: coach config set athlete {matches[0]}")
            return matches[0]
        console.say(f'"{answer[:40]}" is none of them.' if answer else "Name one of them.")


def athlete_on(athlete: Athlete, day: str) -> Athlete:
    """Return the athlete as of a day, `2026-05-31`; before the first entry, as of the first entry."""
    first = athlete.history[0].from_day if athlete.history else day
    return athlete.as_of(max(day, first))


def with_race_alone(athlete: Athlete | None, race: str, day: str) -> Athlete:
    """Return the athlete, or a new one, with the paces of this race alone: earlier races and paces are left out.

    Raises:
        UsageProblem: the race cannot be read.
        AthleteProblem: the race is impossible, or too short or too long for paces.
    """
    try:
        result, race_day = read_dated_race(race, today())
    except Misspelt as wrong:
        raise UsageProblem(f"--race: {wrong.reason}. {wrong.fix}") from None
    slug = FIRST_SLUG if athlete is None else athlete.slug
    if athlete is not None:
        bare: dict[str, Any] = {"races": (), "threshold_pace": None, "paces": {}}
        history = tuple(entry.model_copy(update=bare) for entry in athlete.history)
        athlete = athlete.model_copy(update={"history": history})
    entry = {"distance": result.distance, "time": result.time, "date": race_day or day}
    newer = with_changes(athlete, slug, {}, {"races": [entry]}, day)
    if not any(results(newer.now)):
        raise AthleteProblem(
            f"--race: {result.distance} in {result.time} is too short or too long for paces.",
            "It takes 1200 m and 3 minutes at least, and 5 hours at most.",
        )
    return newer


# --- what follows from an athlete


def profile_for(name_or_path: str | None, day: str | None, race: str | None = None) -> AthleteProfile:
    """Return an athlete's profile, as of a day, or from a race alone.

    Raises:
        AthleteProblem: the athlete is not found or not saved, or a value is invalid.
    """
    return profile_of(_known_athlete(name_or_path, day, race))


def predictions_for(
    name_or_path: str | None, day: str | None, *, race: str | None, distances: Sequence[str]
) -> tuple[Athlete, Sequence[Prediction]]:
    """Predict an athlete's races, or from a race alone; distances are race names or as documents write them.

    Raises:
        AthleteProblem: no athlete is saved and no race is given, no time can be predicted, or a value is invalid.
    """
    athlete = _known_athlete(name_or_path, day, race)
    race_distances = dict(_race_distance(text) for text in distances) or None
    races = predictions(athlete.now, race_distances)
    if not races:
        raise AthleteProblem(
            f"there is no result to predict a race of {athlete.name}",
            "Save a result: coach athlete set --race 5k=22:30",
        )
    return athlete, races


def _known_athlete(name_or_path: str | None, day: str | None, race: str | None) -> Athlete:
    if race is not None:
        return with_race_alone(find_athlete(name_or_path) if name_or_path else None, race, today())
    athlete = saved_athlete(name_or_path)
    return athlete if day is None else athlete_on(athlete, read_past_day(day))


def _race_distance(text: str) -> tuple[str, Metres]:
    name = text.strip().lower()
    if name in DISTANCES:
        return name, DISTANCES[name]
    try:
        return text, read_distance(text)
    except Misspelt as wrong:
        raise AthleteProblem(wrong.reason, wrong.fix) from None


def paces_in_short(athlete: Athlete) -> str:
    """Return the 5k pace and the easy paces of an athlete in a few words; empty if they are unknown."""
    numbers, unit = Numbers.of(athlete), athlete.units
    try:
        five, (slow, fast) = numbers.pace("5k")[0], numbers.pace("easy")
    except AthleteProblem:
        return ""
    easy = " to ".join(format_pace(speed, unit=unit, with_unit=False) for speed in (fast, slow))
    return f"5k pace {format_pace(five, unit=unit)}, easy {easy}"


def race_age_days(athlete: Athlete | None, day: str) -> int | None:
    """Return the days between the newest race with paces and `day`; None without one."""
    if athlete is None or best_race(athlete.now) is None:
        return None
    newest = max(race.date for race in athlete.now.races)
    return (date.fromisoformat(day) - date.fromisoformat(newest)).days


def old_race_words(athlete: Athlete | None, day: str) -> str:
    """Say that the race behind the paces is old, and the consequence; empty if it is recent."""
    days = race_age_days(athlete, day)
    if days is None or days <= OLD_RACE_DAYS:
        return ""
    return (
        f"Your race is {round(days / 30.4)} months old: bands are {100 * OLD_RACE_WIDER:.0f} % wider "
        "until you enter a newer one."
    )


# --- changes

_RESULTS: Final = ("races", "trials")
"""Parts of an entry whose items have days of their own."""
_MERGED: Final = ("heart_rate", "paces", "cadence", "tests")
"""Parts of an entry that are merged key by key."""


def save_changes(
    slug: str | None, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> tuple[Path, Athlete]:
    """Add an entry to the history of an athlete, who may be new; return the saved file and the athlete.

    Raises:
        CoachProblem: a value is invalid, or the file cannot be written; nothing was changed.
    """
    store = Store()
    slug = slug or _only_slug(store)
    athlete = find_athlete(slug, store) if slug in store.athletes() else None
    if athlete is None:
        check_slug(slug)
    newer = with_changes(athlete, slug, about, entry, day)
    return store.save_athlete(slug, dump_athlete(newer)), newer


def change_athlete(slug: str | None, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Athlete:
    """Change the document of a saved or new athlete; `change` maps the old JSON values to the new ones.

    Raises:
        CoachProblem: a value is invalid, or the file cannot be written; nothing was changed.
    """
    store = Store()
    slug = slug or _only_slug(store)
    check_slug(slug)
    athlete = find_athlete(slug, store) if slug in store.athletes() else None
    newer = _checked_tree(change(_tree_of(athlete, slug)))
    store.save_athlete(slug, dump_athlete(newer))
    return newer


def _only_slug(store: Store) -> str:
    """Return the slug of the default or only athlete; the first slug if none is saved."""
    slugs = store.athletes()
    default = store.chosen_athlete()
    if default in slugs:
        return default
    if len(slugs) > 1:
        raise AthleteProblem(
            f"several athletes are saved: {', '.join(slugs)}", "Name one: coach athlete set SLUG ..."
        )
    return slugs[0] if slugs else FIRST_SLUG


def with_changes(
    athlete: Athlete | None, slug: str, about: dict[str, Any], entry: dict[str, Any], day: str | None = None
) -> Athlete:
    """Return the athlete, or a new one, with an entry for today or for `day` added.

    Raises:
        AthleteProblem: a value is invalid; the message names it in everyday words.
    """
    tree = _tree_of(athlete, slug)
    history = history_with(tree.get("history", []), entry, day or today())
    if "shoes" in about:
        about = about | {"shoes": shoes_with(tree.get("shoes", []), about["shoes"])}
    if "injuries" in about:
        about = about | {"injuries": list(dict.fromkeys([*tree.get("injuries", []), *about["injuries"]]))}
    return _checked_tree(tree | about | {"history": history})


def _tree_of(athlete: Athlete | None, slug: str = "") -> dict[str, Any]:
    """Return the JSON values of an athlete, or of a new one with this slug."""
    if athlete is None:
        return {"format": "coach-athlete/1", "slug": slug, "name": slug}
    tree: dict[str, Any] = json.loads(dump_athlete(athlete))
    return tree


def _checked_tree(tree: dict[str, Any]) -> Athlete:
    """Validate the JSON values of an athlete that were put together from typed text.

    Raises:
        AthleteProblem: a value is invalid; the message names it in everyday words.
    """
    try:
        return check_athlete(checked_athlete(tree))
    except Faulty as faulty:
        first = faulty.faults[0]
        place = _place_words(first.where)
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
"""Patterns of places in an entry, with their names in messages."""


def _place_words(where: str) -> str:
    """Return the everyday name of a place in a document: `history[0].threshold_pace` is the threshold pace."""
    place = re.sub(r"^history(\[\d+\]\.?)?", "", where)
    for pattern, words in _PLACES:
        match = re.fullmatch(pattern, place)
        if match is not None:
            return match.expand(words)
    return re.sub(r"\[\d+\]", "", place).replace("_", " ").replace(".", " ")


def history_with(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """Add an entry to a history; it is merged with an entry of the same day."""
    for part_day, part in _by_day(entry, day):
        entries = _merge_day(entries, part, part_day)
    return entries


def _by_day(entry: dict[str, Any], day: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Split an entry by days: each result goes to the day it was run on, the rest to `day`."""
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


def _merge_day(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """Merge an entry with the entry of its day; a new result of a distance replaces the old one."""
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
    """Return the metres of a result, so that `5 km` and `5000 m` are one race; its text if it is no distance."""
    text = str(result.get("distance", ""))
    try:
        return read_distance(text)
    except Misspelt:
        return text


def shoes_with(shoes: list[dict[str, Any]], changes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Merge changes into the pairs of shoes; a new factor of a pod replaces its old one."""
    by_slug = {str(shoe.get("slug")): shoe for shoe in shoes}
    for change in changes:
        slug = str(change["slug"])
        shoe_before = by_slug.get(slug, {"slug": slug, "name": slug})
        pods = {factor["pod"] for factor in change.get("factors", [])}
        other_factors = [factor for factor in shoe_before.get("factors", []) if factor.get("pod") not in pods]
        by_slug[slug] = shoe_before | change | {"factors": other_factors + change.get("factors", [])}
    return list(by_slug.values())


# --- the values of an athlete, each with its day

_PLAIN_VALUES: Final = {
    "threshold_pace": ("threshold pace", "", "--threshold-pace"),
    "top_speed_mps": ("top speed", "m/s", "--top-speed"),
    "weight_kg": ("weight", "kg", "--weight"),
}
"""Parts of an entry that are one value: name, unit, and the option that enters it."""
_HEART_RATES: Final = {
    "max": ("maximum heart rate", "--max-heart-rate"),
    "rest": ("resting heart rate", "--rest-heart-rate"),
    "threshold": ("threshold heart rate", "--threshold-heart-rate"),
}
"""Name of each heart rate, and the option that enters it."""


@dataclass(frozen=True, slots=True)
class HistoryValue:
    """One value that an athlete has entered."""

    what: str
    """Its name: `race`, `threshold pace`, `maximum heart rate`."""
    value: str
    """The value in words: `5 km in 22:30`, `4:10/km`, `188 bpm, measured`."""
    day: str = ""
    """The day it is valid from, or was run on; empty if it is not dated."""
    keys: tuple[str | int, ...] = ()
    """Its place in the document."""
    option: str = ""
    """The option of `coach athlete set` that enters it."""

    def command(self, slug: str) -> str:
        """Return the command that enters the value again, for its day."""
        day = f" --from {self.day}" if self.day and "@" not in self.option else ""
        return f"coach athlete set {slug} {self.option}{day}"


def history_values(athlete: Athlete) -> tuple[HistoryValue, ...]:
    """List everything an athlete has entered, the newest first, then the values without a day."""
    tree = _tree_of(athlete)
    dated: list[HistoryValue] = []
    for place, entry in enumerate(tree.get("history", [])):
        for key, value in entry.items():
            if key != "from":
                for part in _values_of(key, value):
                    keys = ("history", place, *part.keys)
                    dated.append(replace(part, day=part.day or str(entry["from"]), keys=keys))
    dated.sort(key=lambda value: value.day, reverse=True)
    for key, what, unit, option in (
        ("ceiling_bpm", "ceiling", "bpm", "--ceiling"),
        ("gear_border_percent", "gear border", "%", "--gear-border"),
    ):
        if key in tree:
            value = f"{tree[key]:g}"
            dated.append(HistoryValue(what, f"{value} {unit}", "", (key,), f"{option} {value}"))
    if "running_since" in tree:
        since = str(tree["running_since"])
        dated.append(HistoryValue("running since", since, "", ("running_since",), f"--running-since {since}"))
    for place, injury in enumerate(tree.get("injuries", [])):
        dated.append(HistoryValue("injury", injury, "", ("injuries", place), f'--injury "{injury}"'))
    return tuple(dated)


def _values_of(key: str, value: Any) -> Iterator[HistoryValue]:
    """Yield the values of one part of an entry, each with its place in the entry."""
    match key:
        case "races" | "trials":
            for place, result in enumerate(value):
                distance, time, day = result["distance"], result["time"], result["date"]
                option = f'--{key[:-1]} "{distance}={time}@{day}"'
                yield HistoryValue(key[:-1], f"{distance} in {time}", day, (key, place), option)
        case "heart_rate":
            for name, rate in value.items():
                what, option = _HEART_RATES[name]
                estimated = " --estimated" if rate["source"] == "estimated" else ""
                words = f"{rate['bpm']:g} bpm, {rate['source']}"
                yield HistoryValue(what, words, "", (key, name), f"{option} {rate['bpm']:g}{estimated}")
        case "paces" | "cadence" | "tests":
            for name, each in value.items():
                what, words, option = _named_value(key, name, each)
                yield HistoryValue(what, words, "", (key, name), option)
        case "goal":
            yield _goal_value(value)
        case _ if key in _PLAIN_VALUES:
            what, unit, option = _PLAIN_VALUES[key]
            words = value if isinstance(value, str) else f"{value:g}"
            yield HistoryValue(what, f"{words} {unit}".rstrip(), "", (key,), f"{option} {words}")


def _named_value(key: str, name: str, value: Any) -> tuple[str, str, str]:
    """Return the name, the words and the option of a value that is stored by name."""
    if key == "paces":
        return f"{name} pace by hand", value, f"--pace {name}={value}"
    if key == "cadence":
        return f"{name} cadence", f"{value:g} spm", f"--cadence {name}={value:g}"
    sides = f"{value['left']:g}/{value['right']:g}"
    return f"{name} test", sides, f"--test {name}={sides}"


def _goal_value(value: dict[str, str]) -> HistoryValue:
    if "pace" in value:
        return HistoryValue("goal", value["pace"], "", ("goal",), f"--goal-pace {value['pace']}")
    distance, time = value["distance"], value["time"]
    return HistoryValue("goal", f"{distance} in {time}", "", ("goal",), f'--goal "{distance}={time}"')


def without_values(athlete: Athlete, values: Iterable[HistoryValue]) -> Athlete:
    """Return the athlete without some values; entries that become empty are removed too.

    Raises:
        AthleteProblem: the remaining values do not fit together.
    """
    tree = _tree_of(athlete)
    # Later items of a list go first, so that the places of the others stay.
    places = sorted((value.keys for value in values), key=lambda keys: [str(key).zfill(6) for key in keys])
    for keys in reversed(places):
        holder: Any = tree
        for key in keys[:-1]:
            holder = holder[key]
        del holder[keys[-1]]
    for entry in tree.get("history", []):
        for key in [key for key, value in entry.items() if value in ([], {})]:
            del entry[key]
    tree["history"] = [entry for entry in tree.get("history", []) if len(entry) > 1]
    return _checked_tree(tree)


def remove_values(name: str | None, numbers: Sequence[int]) -> tuple[Athlete, tuple[HistoryValue, ...]]:
    """Remove the values with these numbers, from 1, in `history_values`; return the athlete and the removed values.

    Raises:
        CoachProblem: there is no such athlete or number, or the file cannot be written.
    """
    store = Store()
    athlete = stored_athlete(name, store=store)
    values = history_values(athlete)
    for number in numbers:
        if not 1 <= number <= len(values):
            raise AthleteProblem(
                f"{athlete.slug} has no entry {number}", f"coach athlete history {athlete.slug} lists them."
            )
    removed = tuple(values[number - 1] for number in dict.fromkeys(numbers))
    newer = without_values(athlete, removed)
    store.save_athlete(newer.slug, dump_athlete(newer))
    return newer, removed


# --- the questions before a run
#
# A race is asked for first, because it gives all paces, then single numbers that the workout needs. Enter skips a
# question; a step with a missing number is run by effort, which is timed and not judged.

_EXAMPLES: Final = {
    Number.GOAL_PACE: "4:00/km",
    Number.TOP_SPEED: "7.5 (m/s)",
    Number.MAX_HEART_RATE: "188",
    Number.REST_HEART_RATE: "50",
    Number.THRESHOLD_HEART_RATE: "170",
}
"""An example of an answer, by the number that is missing."""
_PACE_EXAMPLES: Final = "For example: 5k 22:30, half 1:35 or 4:10/km."
_WHEN: Final = "When? For example: 10 May or 3 weeks ago (Enter for these days)"


@dataclass(frozen=True, slots=True)
class PaceAnswer:
    """A race or a threshold pace that was read from an answer."""

    words: str
    """The answer in words: `5 km in 22:30`, `threshold pace 4:10/km`."""
    entry: dict[str, Any]
    """The answer as an entry of the athlete's history; a race without its day."""
    athlete: Athlete
    """The athlete with the entry added."""
    day: str = ""
    """The day of the race, `2026-05-31`, if the answer has one; else empty."""
    guess: str = ""
    """The chosen reading of an ambiguous answer."""

    @property
    def is_race(self) -> bool:
        """Return True for a race, which has a day."""
        return "races" in self.entry

    @property
    def gives(self) -> str:
        """Return the paces that follow, `5k pace 4:30/km, easy 5:33 to 6:14`."""
        return paces_in_short(self.athlete)


def read_answer(text: str, athlete: Athlete | None) -> PaceAnswer:
    """Read the answer to the question for a race: a race, or a threshold pace.

    Raises:
        CoachProblem: it is neither, or is impossible; the message quotes the answer.
    """
    slug = FIRST_SLUG if athlete is None else athlete.slug
    unit = "km" if athlete is None else athlete.units
    try:
        race, day = read_dated_race(text, today())
    except Misspelt as wrong:
        try:
            pace = read_spoken_pace(text, unit)
        except Misspelt as no_pace:
            reason = no_pace.reason if "possible" in no_pace.reason else wrong.reason
            raise AthleteProblem(f"{reason}.", _PACE_EXAMPLES) from None
        entry: dict[str, Any] = {"threshold_pace": pace}
        paced = with_changes(athlete, slug, {}, entry)
        if of_threshold(paced.now) is None:  # a time without its distance, such as `22:30`, is one of these
            reason = (
                f'"{text.strip()[:40]}" is too slow for a threshold pace; for a race give the distance too.'
            )
            raise AthleteProblem(reason, _PACE_EXAMPLES) from None
        return PaceAnswer(f"threshold pace {pace}", entry, paced)
    entry = {"races": [{"distance": race.distance, "time": race.time}]}
    newer = with_changes(athlete, slug, {}, entry)
    if best_race(newer.now) is None:
        is_short = read_distance(race.distance) < SHORTEST_M or read_time(race.time) < SHORTEST_S
        reason = (
            "a race under 1200 m or 3 minutes is too short for paces"
            if is_short
            else "the race is too long or too slow for paces"
        )
        raise AthleteProblem(
            f'"{text.strip()[:40]}": {reason}.',
            "Enter another, such as 5k 22:30.",
        )
    return PaceAnswer(f"{race_name(race.distance)} in {race.time}", entry, newer, day, race.guess)


def ask_number(
    missing: MissingNumber, athlete: Athlete | None, console: Console, *, keeps: bool
) -> Athlete | None:
    """Ask for a missing number until the answer is valid, and save it if `keeps`; None if it is left to effort."""
    if missing.number is Number.THRESHOLD_PACE:
        return _ask_pace(missing, athlete, console, keeps=keeps)
    console.say(missing.message)
    slug = FIRST_SLUG if athlete is None else athlete.slug
    name = COMMANDS[missing.number][0]
    while True:
        answer = console.ask(f"Your {name}, such as {_EXAMPLES[missing.number]} (Enter to skip)")
        if not answer:
            console.say(f"Without your {name}: steps that need it are not judged.")
            return None
        try:
            entry = _number_entry(missing.number, answer, "km" if athlete is None else athlete.units)
            completed = with_changes(athlete, slug, {}, entry)
        except CoachProblem as problem:
            console.say(problem.message)
            continue
        if keeps:
            _save_answer(athlete, slug, entry, console)
        return completed


def _number_entry(number: Number, answer: str, unit: str) -> dict[str, Any]:
    """Return an answer as an entry of the athlete's history."""
    if number is Number.GOAL_PACE:
        try:
            return {"goal": {"pace": read_spoken_pace(answer, unit)}}
        except Misspelt as wrong:
            raise AthleteProblem(f"{wrong.reason}. {wrong.fix}") from None
    try:
        value = float(answer.casefold().removesuffix("bpm").removesuffix("m/s").replace(",", "."))
    except ValueError:
        raise CoachProblem(f'"{answer[:40]}" is not a number.') from None
    if number is Number.TOP_SPEED:
        return {"top_speed_mps": value}
    rate = number.removesuffix("_heart_rate")
    return {"heart_rate": {rate: {"bpm": value, "source": "measured"}}}


def _ask_pace(
    missing: MissingNumber, athlete: Athlete | None, console: Console, *, keeps: bool
) -> Athlete | None:
    """Ask for a race: show the paces it gives, ask for confirmation, and ask for its day."""
    console.say(missing.message.partition(":")[0].rstrip(".") + ".")
    pace = "6:42/mile" if athlete is not None and athlete.units == "mile" else "4:10/km"
    question = f"A recent race, such as 5k 22:30 (or a threshold pace {pace}; Enter to run by effort)"
    slug = FIRST_SLUG if athlete is None else athlete.slug
    while True:
        text = console.ask(question)
        if not text:
            console.say(BY_EFFORT)
            return None
        try:
            answer = read_answer(text, athlete)
        except CoachProblem as problem:
            _say_problem(problem, console)
            continue
        if console.confirm(f"{answer.words} gives {answer.gives}: right?"):
            break
    entry = answer.entry
    if answer.is_race:
        day = answer.day or _ask_day(console)
        entry = {"races": [{**answer.entry["races"][0], "date": day}]}
    if keeps:
        _save_answer(athlete, slug, entry, console)
    return with_changes(athlete, slug, {}, entry)


def _ask_day(console: Console) -> str:
    while True:
        try:
            return read_day_answer(console.ask(_WHEN))
        except CoachProblem as problem:
            _say_problem(problem, console)


def _say_problem(problem: CoachProblem, console: Console) -> None:
    """Print the fault of an answer, and on a line of its own how to write it."""
    for line in str(problem).splitlines():
        console.say(line)


def _save_answer(athlete: Athlete | None, slug: str, entry: dict[str, Any], console: Console) -> None:
    """Save an answer with its athlete; an athlete whose file lies elsewhere is not changed."""
    saved = Store().athletes()
    if slug in saved or (athlete is None and not saved):
        save_changes(slug, {}, entry)
        console.say(f"Saved: coach athlete show {slug}")


# --- the athlete screen


class SavedAthletes:
    """The saved athletes as the athlete screen shows and changes them; the one who runs comes first."""

    def __init__(self, runner: Athlete | None = None, store: Store | None = None) -> None:
        """Use this store, by default the one the environment names; `runner` may come from a file elsewhere."""
        self._runner = runner
        self._store = store or Store()
        self._versions: list[tuple[str, bytes | None]] = []
        """The documents before each change, the newest last; None for an athlete who was new."""

    def profiles(self) -> Sequence[AthleteProfile]:
        """Return the profile of each athlete.

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
        """Return the local day."""
        return today()

    def understand(self, slug: str, what: str, text: str, day: str | None = None) -> AthleteEdit:
        """Read what was typed for an athlete; an empty slug is a new athlete.

        Raises:
            CoachProblem: it cannot be read, or is impossible.
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
                replaced = _race_numbered(athlete, name)
                if answer.is_race:
                    race_day = answer.day or (
                        read_day_answer(day) if day else replaced.day if replaced else today()
                    )
                    entry = {"races": [{**entry["races"][0], "date": race_day}]}
                    lacks_day = not answer.day and day is None and replaced is None
                if athlete is not None and replaced is not None:
                    athlete = without_values(athlete, [replaced])
            case "pace":
                entry = {"paces": {name: _typed_pace(text, units)}}
            case "heart":
                entry = {"heart_rate": _typed_heart_rates(text)}
            case _:
                about = {kind: text.strip()}
        newer = with_changes(athlete, slug or FIRST_SLUG, about, entry)
        return self._edit(slug, newer, lacks_day=lacks_day)

    def without(self, slug: str, what: str) -> AthleteEdit:
        """Return an athlete without a value, ready to be saved.

        Raises:
            CoachProblem: there is nothing to remove.
        """
        athlete = saved_athlete(slug, store=self._store)
        kind, _, name = what.partition(" ")
        match kind:
            case "race":
                race = _race_numbered(athlete, name)
                values = [] if race is None else [race]
            case "pace":
                names = {f"{name} pace by hand", f"{name} pace" if name == "threshold" else ""}
                values = [value for value in history_values(athlete) if value.what in names]
            case _:
                values = [value for value in history_values(athlete) if value.what.endswith("heart rate")]
        if not values:
            reason = "It comes from a race." if kind == "pace" else "There is nothing to remove."
            raise AthleteProblem(reason, "")
        return self._edit(slug, without_values(athlete, values))

    def keep(self, edit: AthleteEdit) -> None:
        """Save a change, and keep the document before it for `undo`.

        Raises:
            CoachProblem: it cannot be written.
        """
        athlete = edit.profile.athlete
        saved = athlete.slug in self._store.athletes()
        document = self._store.athlete(athlete.slug) if saved else None
        self._store.save_athlete(athlete.slug, dump_athlete(athlete))
        self._versions.append((athlete.slug, None if document is None else document.data))

    def undo(self) -> str:
        """Undo the last saved change; return the athlete's slug, empty if there is none.

        Raises:
            CoachProblem: it cannot be written.
        """
        if not self._versions:
            return ""
        slug, data = self._versions[-1]
        if data is None:
            self._store.remove_athlete(slug)
        else:
            self._store.save_athlete(slug, data)
        self._versions.pop()
        return slug

    def _edit(self, slug: str, newer: Athlete, *, lacks_day: bool = False) -> AthleteEdit:
        """Return a change together with its effect on the paces."""
        older = find_athlete(slug, self._store) if slug else None
        profile = profile_of(newer)
        return AthleteEdit(
            profile, effect_words(None if older is None else profile_of(older), profile), lacks_day
        )


def effect_words(before: AthleteProfile | None, after: AthleteProfile) -> str:
    """Describe the effect of a change: `5k pace 4:30 would be 4:26, threshold 4:46 would be 4:42`."""
    unit = after.athlete.units
    old = {} if before is None else {line.name: pace_words(line, unit) for line in before.paces}
    new = {line.name: pace_words(line, unit) for line in after.paces}
    parts = []
    for name, label in (("5k", "5k pace"), ("threshold", "threshold"), ("easy", "easy")):
        was, is_ = old.get(name), new.get(name)
        if was != is_:
            words = [word for word in (was, "would be" if was else "", is_ or "not known") if word]
            parts.append(f"{label} {' '.join(words)}")
    others = [name for name in {**old, **new} if name not in {"5k", "threshold", "easy"}]
    changed = [f"{name} {new.get(name, 'not known')}" for name in others if old.get(name) != new.get(name)]
    return ", ".join(parts[:2] or changed[:2]) or "Your paces stay as they are."


def _race_numbered(athlete: Athlete | None, number: str) -> HistoryValue | None:
    """Return the race with this number, from 1 and the newest first; None without a number."""
    if athlete is None or not number:
        return None
    races = [value for value in history_values(athlete) if value.what == "race"]
    return races[int(number) - 1] if 1 <= int(number) <= len(races) else None


def _typed_pace(text: str, units: str) -> str:
    """Return a typed pace or range of paces as documents write it.

    Raises:
        AthleteProblem: it is no pace.
    """
    parts = re.split(r"\s*(?:-|–|to)\s*", text.strip())
    try:
        paces = [read_spoken_pace(part, units) for part in parts[-2:]]
    except Misspelt as wrong:
        raise AthleteProblem(f"{wrong.reason}.", wrong.fix) from None
    return "-".join([*(pace.partition("/")[0] for pace in paces[:-1]), paces[-1]])


def _typed_heart_rates(text: str) -> dict[str, Any]:
    """Read typed heart rates: `max 190 rest 48 threshold 172`.

    Raises:
        AthleteProblem: there are none.
    """
    rates = re.findall(r"(max|rest|threshold)[a-z]*\s*[=:]?\s*(\d{2,3}(?:\.\d)?)", text.casefold())
    if not rates:
        raise AthleteProblem(
            f'"{text[:40]}" has no heart rate.', "For example: max 190 rest 48 threshold 172."
        )
    return {name: {"bpm": float(bpm), "source": "measured"} for name, bpm in rates}
