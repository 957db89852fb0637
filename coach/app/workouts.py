"""Finds, reads, outlines, compiles, exports and saves workouts, and lists those that can be run by name.

A workout is named by a path, by the name of a saved one or one of the library, or is written in one line. The readers
of documents and lines are imported in the functions that need them, because the list of workouts comes from a cache.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import coach
from coach.app.terminal import Console
from coach.edge.clock import MachineClock
from coach.edge.files import WORKOUT_LIMIT, plain, read_file, write_document
from coach.edge.store import WORKOUT_HINT, Store, StoredFile, StoredWorkout, workout_slug
from coach.problems import AthleteProblem, CoachProblem, WorkoutProblem
from coach.quantities import Seconds, format_clock
from coach.screen.protocols import NameUse, TypedWorkout
from coach.workout.describe import CatalogueEntry, Estimate, estimate, sentence
from coach.workout.kinds import RUN
from coach.workout.timeline import WITHOUT_PLAN, StepReminder, Timeline, free_run

if TYPE_CHECKING:
    from coach.athlete import Athlete
    from coach.interchange.workouts import ExportFormat, LossReport
    from coach.interchange.workouts.converting import Exported
    from coach.plan.facts import WorkoutFacts
    from coach.workout.model import WorkoutDocument


@dataclass(frozen=True, slots=True)
class CompiledWorkout:
    """A workout compiled for an athlete."""

    timeline: Timeline
    document: Mapping[str, Any] | None
    """The document as written; None for a free run."""
    athlete: "Athlete | None"
    by_effort: bool = False
    """True if steps whose numbers are missing are run by effort."""
    has_wider_bands: bool = False
    """True if bands are wider because the race behind them is old."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A workout for lists and checks, compiled as far as possible without asking."""

    name: str
    """The name it is run by, or a path."""
    document: "WorkoutDocument"
    timeline: Timeline
    size: Estimate
    athlete: "Athlete | None" = None
    """The athlete it is compiled for; None without one."""

    @property
    def unit(self) -> str:
        """The unit of its distances, `km` or `mile`."""
        return "km" if self.athlete is None else self.athlete.units

    @property
    def sentence(self) -> str:
        """One sentence: kind, duration, distance and load."""
        return sentence(self.timeline, self.size, self.unit)

    @property
    def entry(self) -> CatalogueEntry:
        """Its entry in the catalogue; the author's minutes replace the estimate."""
        workout, size = self.document.workout, self.size
        minutes = workout.tags.minutes
        return CatalogueEntry(
            name=self.name,
            title=workout.name,
            sentence=self.sentence,
            purpose=workout.purpose or "",
            description=workout.description or "",
            tags=workout.tags.model_dump(mode="json", exclude_defaults=True),
            seconds=size.seconds if minutes is None else minutes * 60,
            metres=size.metres,
            steps=len(self.timeline.steps),
            open_steps=size.open_steps,
            hard_metres=size.hard_about_metres,
            plan=self.plan_facts.as_json(),
        )

    @property
    def plan_facts(self) -> "WorkoutFacts":
        """The facts for planning."""
        from coach.plan.facts import workout_facts
        from coach.workout.resolve import too_ambitious

        too_fast = too_ambitious(self.timeline, self.athlete)
        return workout_facts(self.name, self.timeline, self.document.workout.tags, too_fast=too_fast)

    def as_json(self) -> dict[str, Any]:
        """Return the outline as JSON values; an unknown purpose is absent."""
        return self.entry.as_json()


# --- reading


def read_workout(text: str, console: Console, athlete: "Athlete | None" = None) -> "WorkoutDocument":
    """Read a workout by path or name, or from a line, for an athlete.

    A foreign file is imported. Losses, warnings and the reading of a line are printed.

    Raises:
        WorkoutProblem: it cannot be found or read, or it is wrong.
    """
    document = _find_workout(text, Store(), console, athlete)
    for warning in document.warnings:
        console.say(f"Note: {warning}")
    return document


def _find_workout(text: str, store: Store, console: Console, athlete: "Athlete | None") -> "WorkoutDocument":
    file = store.find_workout(text)
    if file is None:
        return read_one_line(text, [workout.name for workout in store.workouts()], athlete, console)
    document, report = _read_with_report(file)
    for line in report.lines() if report else ():
        console.say(line)
    return document


def _read_with_report(file: StoredFile) -> "tuple[WorkoutDocument, LossReport | None]":
    """Read a workout document, or a foreign file with the report of its import."""
    from coach.interchange.workouts.builder import is_ours
    from coach.workout.document import load_document

    if is_ours(file.data):
        return load_document(file.data, name=file.name), None
    from coach.interchange.workouts.converting import read_workout as read_foreign

    return read_foreign(file.data, name=file.name)


# --- a workout in one line

_NEAR: Final = 0.8
"""Similarity (`difflib`) from which a word counts as a misspelt name; `0x400` is 0.71 like `10x400-5k`. Judged."""
_SIGNS: Final = frozenset("@/+()<>%,;:")
"""Signs that no name has, and nearly every line."""
_GENERATED: Final[Mapping[str, str]] = dict.fromkeys(
    ("race", "race-practice"), "coach plan race --distance 10k --goal 50:00"
)
"""Workouts that a command generates, by their names."""


def read_one_line(
    text: str, names: Sequence[str], athlete: "Athlete | None", console: Console
) -> "WorkoutDocument":
    """Read a line for an athlete, and print how it was read.

    Args:
        text: the line; it is neither a file nor a name.
        names: the names of the library.
        athlete: the one whose paces decide whether a time is that of a rep; None without one.
        console: prints, and asks if the line is ambiguous.

    Raises:
        WorkoutProblem: it is the misspelt name of a workout, or a line that cannot be read.
    """
    from coach.workout import notation

    namesake = _namesake(text, names)
    if namesake:
        raise _no_workout(text, namesake)
    try:
        line = notation.read(text, athlete)
    except notation.NotationProblem as problem:
        if (
            problem.question is not None
            and console.can_ask()
            and console.confirm(f"{problem.question.text}?")
        ):
            line = notation.read(text, athlete, takes_times=True)
        elif _is_name(text, names):
            raise _no_workout(text, *get_close_matches(text, names, n=1)) from None
        else:
            raise
    console.say(f"Read as: {line.sentence}")
    for guess in line.guesses:
        console.say(f"Guessed: {guess}.")
    return line.document


def _namesake(text: str, names: Sequence[str]) -> str:
    """Return the workout with the same letters and digits: `7X1 km` is `7x1km` misspelt, `6x800 @ 5k` is a line."""
    if not _SIGNS.isdisjoint(text):
        return ""
    letters = _letters(text)
    return next((name for name in names if _letters(name) == letters), "")


def _letters(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    return "".join(letter for letter in text.casefold().replace("×", "x") if letter.isalnum())


def _is_name(text: str, names: Sequence[str]) -> bool:
    """Return True if an unreadable text was meant as a name: a word like one, or words without a number."""
    if not any(letter.isdigit() for letter in text):
        return True
    return len(text.split()) == 1 and bool(get_close_matches(text, names, n=1, cutoff=_NEAR))


def _no_workout(text: str, near: str = "") -> WorkoutProblem:
    """Return the problem that there is no workout of this name."""
    suggestion = f"; did you mean {near}?" if near else ""
    if text in _GENERATED:
        return WorkoutProblem(f"there is no workout {plain(text)!r} yet", f"{_GENERATED[text]} makes it.")
    return WorkoutProblem(
        f"there is no workout {plain(text)!r}{suggestion}",
        f"{WORKOUT_HINT}\nOr write one in a line: coach run '6x800 @ 5k / 400 jog'",
    )


def read_typed(line: str, athlete: "Athlete | None") -> TypedWorkout:
    """Read a line while it is typed: the workout, or the fault and the part before it that is right."""
    from coach.workout import notation
    from coach.workout.document import outline

    unit = "km" if athlete is None else athlete.units
    try:
        reading = notation.read(line, athlete)
        timeline = outline(reading.document, athlete)
    except notation.NotationProblem as problem:
        workout = problem.so_far
        return TypedWorkout(
            line,
            timeline=None if workout is None else outline(workout, athlete),
            problem=problem.reason,
            fix=problem.fix,
            place=problem.start,
            corrected=problem.corrected,
            unit=unit,
        )
    except WorkoutProblem as problem:  # an impossible pace
        return TypedWorkout(line, problem=problem.message, fix=problem.hint, place=0)
    return TypedWorkout(line, reading.document.name, timeline, reading.guesses, unit=unit)


# --- outlines


def outline_of(text: str, console: Console, athlete: str | None = None, race: str | None = None) -> Outline:
    """Outline one workout by path, name or line, for an athlete and a race as in `shown_athlete`.

    Raises:
        CoachProblem: the workout, the athlete or the race cannot be found or read, or is wrong.
    """
    store = Store()
    runner = shown_athlete(store, athlete, race)
    return outline_document(text, _find_workout(text, store, console, runner), runner)


def outline_document(name: str, document: "WorkoutDocument", athlete: "Athlete | None") -> Outline:
    """Outline a document for an athlete, or without one.

    Raises:
        WorkoutProblem: it has an impossible pace, time or distance.
    """
    from coach.workout.document import outline

    timeline = outline(document, athlete)
    return Outline(name, document, timeline, estimate(timeline), athlete)


def shown_athlete(store: Store, name: str | None = None, race: str | None = None) -> "Athlete | None":
    """Return the athlete whose paces lists show: the named, the chosen or the only one, by a race's paces if given.

    None if there is none, or several and none was chosen.

    Raises:
        CoachProblem: the athlete cannot be found or read, or the race cannot be read.
    """
    from coach.app.athletes import find_athlete, today, with_race_alone

    if name:
        athlete = find_athlete(name, store)
    else:
        try:
            athlete = find_athlete(None, store)
        except AthleteProblem:
            athlete = None
    return athlete if race is None else with_race_alone(athlete, race, today())


def shown_unit(name: str | None) -> str:
    """Return the unit of distances in lists, `km` or `mile`: that of an athlete, by default of the chosen one."""
    document = _athlete_document(Store(), name)
    return "mile" if document is not None and document.tree().get("units") == "mile" else "km"


def _athlete_document(store: Store, name: str | None) -> StoredFile | None:
    """Return the document of an athlete, by default the chosen or only one; None if there is none, or several."""
    try:
        return store.athlete(name)
    except AthleteProblem:
        if name:
            raise
        return None


# --- compiling


def compile_named(
    workout: str, runner: "Athlete | None", console: Console, *, by_hand: bool = False
) -> CompiledWorkout:
    """Read a workout by path, name or line, and compile it for an athlete, or without one.

    Raises:
        CoachProblem: as `compile_for`.
    """
    return compile_for(read_workout(workout, console, runner), runner, console, by_hand=by_hand)


def compile_text(
    text: str,
    athlete: "Athlete | None",
    console: Console,
    *,
    by_hand: bool = False,
    keeps: bool = True,
    day: str = "",
) -> CompiledWorkout:
    """Compile a workout by path, name or line, as `compile_for`; `free` and `time` are runs without a plan.

    Raises:
        CoachProblem: as `compile_for`.
    """
    if text.casefold() in WITHOUT_PLAN:
        return CompiledWorkout(free_run(), None, athlete)
    document = read_workout(text, console, athlete)
    return compile_for(document, athlete, console, by_hand=by_hand, keeps=keeps, day=day)


def compile_for(
    document: "WorkoutDocument",
    athlete: "Athlete | None",
    console: Console,
    *,
    by_hand: bool = False,
    keeps: bool = True,
    day: str = "",
) -> CompiledWorkout:
    """Compile a workout for an athlete, or without one; ask for missing numbers, and print warnings.

    Args:
        document: the workout.
        athlete: the one who runs it; None without one.
        console: asks and prints.
        by_hand: True if lines are marked by hand; then no pace is needed or asked for.
        keeps: True if answers are saved with the athlete.
        day: the day of the run, `2026-05-31`; empty for today. Numbers unknown on that day are asked for.

    Raises:
        CoachProblem: something cannot be read, or a number is missing and the console cannot ask.
    """
    from coach.app.athletes import today
    from coach.workout.resolve import too_ambitious

    compiled = _compile(document, athlete, console, by_hand=by_hand, keeps=keeps)
    question = too_ambitious(compiled.timeline, compiled.athlete)
    if question:
        console.say(f"Note: {question}")
    return with_age(compiled, day or today(), console)


def compile_embedded(
    workout: Mapping[str, Any] | None,
    athlete: "Athlete | None",
    console: Console,
    *,
    name: str,
    by_effort: bool = False,
) -> CompiledWorkout:
    """Compile the workout document of a recording, or a free run without one.

    Args:
        workout: the document.
        athlete: the one who ran it.
        console: asks for missing numbers; answers are not saved.
        name: of the recording, for messages.
        by_effort: True if missing numbers were left to effort.

    Raises:
        CoachProblem: as `compile_for`.
    """
    from coach.workout.document import document_from

    if workout is None:
        return CompiledWorkout(free_run(), None, athlete)
    document = document_from(dict(workout), name=name)
    return _compile(document, athlete, console, by_hand=by_effort, keeps=False)


def _compile(
    document: "WorkoutDocument", athlete: "Athlete | None", console: Console, *, by_hand: bool, keeps: bool
) -> CompiledWorkout:
    """Compile, asking for one missing number after the other; unanswered ones are left to effort."""
    from coach.workout.document import compile_workout
    from coach.workout.resolve import MissingNumber

    while True:
        try:
            return CompiledWorkout(compile_workout(document, athlete), document.source, athlete)
        except MissingNumber as missing:
            if not by_hand and not console.can_ask():
                raise
            completed = None
            if not by_hand:
                from coach.app.athletes import ask_number

                completed = ask_number(missing, athlete, console, keeps=keeps)
            if completed is None:
                return compile_unanswered(document, athlete)
            athlete = completed


def compile_unanswered(document: "WorkoutDocument", athlete: "Athlete | None") -> CompiledWorkout:
    """Compile a workout for an athlete, or without one, with missing numbers left to effort.

    Raises:
        WorkoutProblem: as `compile_workout`.
    """
    from coach.workout.document import compile_by_effort

    timeline = compile_by_effort(document, athlete)
    return CompiledWorkout(timeline, document.source, athlete, by_effort=True)


def with_age(compiled: CompiledWorkout, day: str, console: Console) -> CompiledWorkout:
    """Return the workout with wider bands, and say so, if its paces come from a race that is old on this day."""
    from coach.app.athletes import old_race_words

    words = old_race_words(compiled.athlete, day)
    wider = with_wide_bands(compiled) if words else compiled
    if not wider.has_wider_bands:
        return compiled
    console.say(f"Note: {words}")
    return wider


def with_wide_bands(compiled: CompiledWorkout) -> CompiledWorkout:
    """Return the workout with wider bands around paces from a race; unchanged if it has none."""
    from coach.workout.document import with_wider_bands
    from coach.workout.resolve import Numbers

    timeline = with_wider_bands(compiled.timeline, Numbers.of(compiled.athlete))
    if timeline == compiled.timeline:
        return compiled
    return replace(compiled, timeline=timeline, has_wider_bands=True)


def with_reminder(compiled: CompiledWorkout, text: str, at_s: float) -> CompiledWorkout:
    """Return the workout with a reminder at this time of the run; its document has it, so a replay has it too.

    A run without a plan has no document: the reminder is saved with the settings of the run (`coach.app.setup`).
    """
    reminder = StepReminder(text, Seconds(at_s), of_run=True)
    steps = tuple(
        replace(step, reminders=(*step.reminders, reminder)) if step.kind in RUN else step
        for step in compiled.timeline.steps
    )
    document = compiled.document
    if document is not None:
        entry = {"text": text, "at": format_clock(at_s)}
        document = dict(document) | {"reminders": [*document.get("reminders", ()), entry]}
    return replace(compiled, document=document, timeline=replace(compiled.timeline, steps=steps))


# --- export


def export_workout_for(
    text: str, runner: "Athlete | None", to: "ExportFormat", console: Console, *, strict: bool
) -> "Exported":
    """Export a workout by path, name or line for an athlete, or without one.

    Args:
        text: the workout.
        runner: the athlete whose paces it gets.
        to: the format.
        console: prints the losses of an import, if it is a foreign file.
        strict: refuse it if anything is lost, in the import too.

    Raises:
        CoachProblem: something cannot be found or read, nothing can be written, or something would be lost.
    """
    from coach.interchange.workouts.converting import ExportRequest, export_workout

    store = Store()
    file = store.find_workout(text)
    if strict and file is not None:
        _, imported = _read_with_report(file)
        if imported is not None:
            imported.refuse_losses(file.name)
    document = _find_workout(text, store, console, runner)
    exported = export_workout(ExportRequest(document, runner, MachineClock().wall().epoch_s), to)
    if strict:
        exported.report.refuse_losses(document.name)
    return exported


# --- the list of workouts
#
# The key of an entry is a digest of the workout's bytes, the athlete's bytes and the program's files. So a cached
# entry is always valid, even after files were copied, renamed or edited, and the cache is never cleared. A cache that
# cannot be read or written only costs time.

_ROOMS = ("athlete", "documents", "physiology", "plan", "workout")
"""The rooms whose code determines an entry: after a change of their files, entries are computed anew."""


def catalogue_entries(
    store: Store | None = None, athlete: str | None = None, race: str | None = None
) -> Iterator[CatalogueEntry | WorkoutProblem]:
    """Yield the entry of every workout in order of names, with the paces of `shown_athlete`.

    A workout that cannot be read yields its problem instead.

    Raises:
        CoachProblem: the athlete cannot be found or read, or the race cannot be read.
    """
    store = store or Store()
    path = store.paths.state / "catalogue.json"
    cache = _read_cache(path)
    document = _athlete_document(store, athlete)
    salt = _program_stamp() + (b"" if document is None else document.data) + (race or "").encode()
    salted = hashlib.blake2b(salt, digest_size=16)
    entries: dict[str, Any] = {}
    for workout in store.workouts():
        try:
            data = read_file(
                workout.path,
                limit=WORKOUT_LIMIT,
                what="workout",
                problem=WorkoutProblem,
                hint="Check the file.",
            )
            digest = salted.copy()
            digest.update(workout.name.encode() + b"\0" + data)
            key = digest.hexdigest()
            cached = cache.get(key)
            entry = _cached_entry(cached)
            if entry is None:
                entry = _new_entry(workout, data, store, athlete, race)
                cached = entry.tree()
        except WorkoutProblem as problem:
            yield problem
            continue
        entries[key] = cached
        yield entry
    if entries != cache:
        _write_cache(path, entries)


def _read_cache(path: Path) -> dict[str, Any]:
    """Read the cache; empty if it cannot be read."""
    try:
        cache = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return cache if isinstance(cache, dict) else {}


def _cached_entry(entry: object) -> CatalogueEntry | None:
    """Read an entry of the cache; None if it is invalid."""
    try:
        return CatalogueEntry.from_tree(entry) if isinstance(entry, dict) else None
    except TypeError:
        return None


def _new_entry(
    workout: StoredWorkout, data: bytes, store: Store, athlete: str | None, race: str | None
) -> CatalogueEntry:
    """Compute an entry from the document.

    Raises:
        WorkoutProblem: the document is wrong.
    """
    from coach.workout.document import load_document

    document = load_document(data, name=str(workout.path))
    return outline_document(workout.name, document, shown_athlete(store, athlete, race)).entry


def _program_stamp() -> bytes:
    """Return the version of the program and the times of the files that determine entries."""
    package = Path(coach.__file__).parent
    files = [file for room in _ROOMS for file in sorted(package.glob(f"{room}*/**/*.py"))]
    files += [file for room in _ROOMS for file in package.glob(f"{room}.py")]
    times = [(str(file.relative_to(package)), file.stat().st_mtime_ns) for file in files]
    return f"{coach.__version__}{times}".encode()


def _write_cache(path: Path, entries: dict[str, Any]) -> None:
    """Write the cache; if it cannot be written, the next list takes longer."""
    try:
        write_document(path, json.dumps(entries).encode())
    except CoachProblem:
        return


# --- the runner's own workouts


def is_own(slug: str) -> bool:
    """Return True if a workout is saved by the runner and does not replace one of the library."""
    store = Store()
    return slug in store.own_names() and slug not in store.library_names()


def name_use(name: str, store: Store | None = None) -> NameUse:
    """Return the owner of a name; the library owns the titles of its workouts as well as their names."""
    store = store or Store()
    slug, library = workout_slug(name), store.library_names()
    title = name.strip().casefold()
    titles = {
        entry.title.casefold()
        for entry in catalogue_entries(store)
        if isinstance(entry, CatalogueEntry) and entry.name in library
    }
    if slug in library or title in titles:
        return NameUse.LIBRARY
    return NameUse.OWN if slug in store.own_names() else NameUse.FREE


def save_workout(document: "WorkoutDocument", store: Store | None = None) -> str:
    """Save a workout among the runner's own, replacing one of that name; return the name to run it by.

    Raises:
        CoachProblem: the name has no usable letter or belongs to the library, or the file cannot be written.
    """
    store = store or Store()
    slug = workout_slug(document.name)
    if not slug:
        raise WorkoutProblem("The name has no letter and no digit.", "For example: Tuesday 6x800.")
    if slug in WITHOUT_PLAN:
        raise WorkoutProblem(f"{slug} is a run without a plan.", "Save it under another name.")
    if name_use(document.name, store) is NameUse.LIBRARY:
        raise WorkoutProblem(f"{document.name} is a workout of the library.", "Save it under another name.")
    from coach.workout.document import written_document

    store.save_workout(slug, written_document(dict(document.source)))
    return slug
