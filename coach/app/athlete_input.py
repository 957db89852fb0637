"""Reads what is typed about an athlete: the answers to questions before a run, and changes on the athlete screen.

Before a run, a race is asked for, which gives all paces, then single numbers that the workout needs. Enter skips a
question; a step with a missing number is run by effort, which is timed and not judged.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from coach.app.athletes import (
    HistoryValue,
    find_athlete,
    history_values,
    save_changes,
    saved_athlete,
    today,
    with_changes,
    without_values,
)
from coach.app.terminal import Console
from coach.athlete import Athlete, dump_athlete
from coach.documents.spelling import (
    Misspelt,
    race_name,
    read_dated_race,
    read_day,
    read_distance,
    read_spoken_pace,
    read_time,
)
from coach.edge.store import FIRST_SLUG, Store
from coach.physiology.performance import SHORTEST_M, SHORTEST_S
from coach.physiology.predictions import best_race, of_threshold
from coach.problems import AthleteProblem, CoachProblem
from coach.quantities import format_pace
from coach.screen.protocols import AthleteEdit
from coach.workout.athlete_profile import AthleteProfile, pace_words, profile_of
from coach.workout.kinds import OLD_RACE_DAYS, OLD_RACE_WIDER
from coach.workout.resolve import COMMANDS, MissingNumber, Number, Numbers

_EXAMPLES: Final = {
    Number.GOAL_PACE: "4:00/km",
    Number.TOP_SPEED: "7.5 (m/s)",
    Number.MAX_HEART_RATE: "188",
    Number.REST_HEART_RATE: "50",
    Number.THRESHOLD_HEART_RATE: "170",
}
"""An example of an answer, by the number that is missing."""
_HEART_RATES: Final = {
    Number.MAX_HEART_RATE: "max",
    Number.REST_HEART_RATE: "rest",
    Number.THRESHOLD_HEART_RATE: "threshold",
}
_PACE_EXAMPLES: Final = "For example: 5k 22:30, half 1:35 or 4:10/km."
BY_EFFORT: Final = "By effort: reps are timed, not judged."
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


def paces_in_short(athlete: Athlete) -> str:
    """Return the 5k pace and the easy paces of an athlete in a few words; empty if they are unknown."""
    numbers, unit = Numbers.of(athlete), athlete.units
    try:
        five, (slow, fast) = numbers.pace("5k")[0], numbers.pace("easy")
    except AthleteProblem:
        return ""
    easy = " to ".join(format_pace(speed, unit=unit, with_unit=False) for speed in (fast, slow))
    return f"5k pace {format_pace(five, unit=unit)}, easy {easy}"


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
        raise AthleteProblem(
            f'"{text.strip()[:40]}": {_why_no_paces(read_distance(race.distance), read_time(race.time))}.',
            "Enter another, such as 5k 22:30.",
        )
    return PaceAnswer(f"{race_name(race.distance)} in {race.time}", entry, newer, day, race.guess)


def _why_no_paces(metres: float, seconds: float) -> str:
    """Explain why a race gives no paces."""
    if metres < SHORTEST_M or seconds < SHORTEST_S:
        return "a race under 1200 m or 3 minutes is too short for paces"
    return "the race is too long or too slow for paces"


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
            entry = _entry(missing.number, answer, "km" if athlete is None else athlete.units)
            completed = with_changes(athlete, slug, {}, entry)
        except CoachProblem as problem:
            console.say(problem.message)
            continue
        if keeps:
            _keep(athlete, slug, entry, console)
        return completed


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
        _keep(athlete, slug, entry, console)
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


def read_day_answer(text: str) -> str:
    """Read a day relative to today.

    Raises:
        AthleteProblem: it is no day, is ambiguous, or is in the future.
    """
    try:
        return read_day(text, today())
    except Misspelt as wrong:
        raise AthleteProblem(f"{wrong.reason}.", wrong.fix) from None


def _keep(athlete: Athlete | None, slug: str, entry: dict[str, Any], console: Console) -> None:
    """Save an answer with its athlete; an athlete whose file lies elsewhere is not changed."""
    saved = Store().athletes()
    if slug in saved or (athlete is None and not saved):
        save_changes(slug, {}, entry)
        console.say(f"Saved: coach athlete show {slug}")


def _entry(number: Number, answer: str, unit: str) -> dict[str, Any]:
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
    return {"heart_rate": {_HEART_RATES[number]: {"bpm": value, "source": "measured"}}}


# --- an old race


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


# --- the athlete screen: the effect of a change is seen before it is kept --------------------------------------------


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
                replaced = _race(athlete, name)
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
                entry = {"heart_rate": _heart_rates(text)}
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
                race = _race(athlete, name)
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


def _race(athlete: Athlete | None, number: str) -> HistoryValue | None:
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


def _heart_rates(text: str) -> dict[str, Any]:
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
