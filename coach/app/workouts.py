"""Finds and reads a workout, importing a foreign file, then outlines it for a list or compiles it for an athlete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coach.app.athletes import FIRST_SLUG, find_athlete, save_changes, with_changes
from coach.app.terminal import Console
from coach.athlete import Athlete
from coach.edge.clock import MachineClock
from coach.edge.store import Store, StoredFile
from coach.problems import AthleteProblem, CoachProblem
from coach.workout.card import Card
from coach.workout.compile import compile_workout, outline
from coach.workout.describe import sentence
from coach.workout.document import WorkoutDocument, document_from, load_document
from coach.workout.errors import COMMANDS, MissingNumber, Number
from coach.workout.estimate import Estimate, estimate
from coach.workout.free import free_run
from coach.workout.pace_sanity import too_ambitious
from coach.workout.timeline import Timeline

if TYPE_CHECKING:
    from coach.interchange.exports.exporting import Exported
    from coach.interchange.exports.formats import ExportFormat
    from coach.interchange.report import LossReport

_EXAMPLES: Final = {
    Number.THRESHOLD_PACE: "4:10/km",
    Number.GOAL_PACE: "4:00/km",
    Number.TOP_SPEED: "7.5 (m/s)",
    Number.MAX_HEART_RATE: "188",
    Number.REST_HEART_RATE: "50",
    Number.THRESHOLD_HEART_RATE: "170",
}
"""What an answer may look like."""
_HEART_RATES: Final = {
    Number.MAX_HEART_RATE: "max",
    Number.REST_HEART_RATE: "rest",
    Number.THRESHOLD_HEART_RATE: "threshold",
}


@dataclass(frozen=True, slots=True)
class CompiledWorkout:
    """A workout compiled for an athlete."""

    timeline: Timeline
    document: Mapping[str, Any] | None
    """The document as written; None for a free run."""
    athlete: Athlete | None


@dataclass(frozen=True, slots=True)
class Outline:
    """A workout as lists and checks show it: compiled as far as possible without asking."""

    name: str
    """What it is run by: a library name or a path."""
    document: WorkoutDocument
    timeline: Timeline
    size: Estimate

    @property
    def sentence(self) -> str:
        """What it is, how long, how far, how hard."""
        return sentence(self.timeline, self.size)

    @property
    def card(self) -> Card:
        """Its card for a list; the author's minutes, if given, win over the estimate."""
        workout, size = self.document.workout, self.size
        minutes = workout.tags.minutes
        return Card(
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
        )

    def as_json(self) -> dict[str, Any]:
        """The outline for other programs; an unknown purpose is absent."""
        return self.card.as_json()


# --- read


def read_workout(text: str, console: Console, athlete: Athlete | None = None) -> WorkoutDocument:
    """Read a workout by path or name, or one that is written in a line, for an athlete.

    A foreign file is imported. Losses, warnings and what a line was understood as are reported.

    Raises:
        WorkoutProblem: it cannot be found or read, or it is wrong.
    """
    document = _find(text, Store(), console, athlete)
    for warning in document.warnings:
        console.say(f"Note: {warning}")
    return document


def _find(text: str, store: Store, console: Console, athlete: Athlete | None) -> WorkoutDocument:
    file = store.find_workout(text)
    if file is not None:
        return _read(file, console)
    from coach.app.one_line import read_one_line

    return read_one_line(text, [workout.name for workout in store.workouts()], athlete, console)


def _read(file: StoredFile, console: Console) -> WorkoutDocument:
    document, report = _read_with_report(file)
    for line in report.lines() if report else ():
        console.say(line)
    return document


def _read_with_report(file: StoredFile) -> "tuple[WorkoutDocument, LossReport | None]":
    """Read a document of ours, or a foreign file with the report of its import."""
    from coach.interchange.imports.decoding import is_ours

    if is_ours(file.data):
        return load_document(file.data, name=file.name), None
    from coach.interchange.imports.importing import read_workout as read_foreign

    return read_foreign(file.data, name=file.name)


# --- outlined


def outline_of(text: str, console: Console) -> Outline:
    """Outline one workout by path, name or line.

    Raises:
        WorkoutProblem: it cannot be found or read, or it is wrong.
    """
    store = Store()
    athlete = only_athlete(store)
    return outline_document(text, _find(text, store, console, athlete), athlete)


def outline_document(name: str, document: WorkoutDocument, athlete: Athlete | None) -> Outline:
    """Outline a document for an athlete, or for nobody.

    Raises:
        WorkoutProblem: it comes to an impossible pace, time or distance.
    """
    timeline = outline(document, athlete)
    return Outline(name, document, timeline, estimate(timeline))


def only_athlete(store: Store) -> Athlete | None:
    """The only athlete there is, for the paces in lists and checks; None if there is none, or several."""
    try:
        return find_athlete(None, store)
    except AthleteProblem:
        return None


# --- exported


def export_workout_for(
    text: str, athlete: str | None, to: "ExportFormat", console: Console, *, strict: bool
) -> "Exported":
    """Export a workout by path, name or line for an athlete by slug or path (None: the only one, or nobody).

    Args:
        text: the workout.
        athlete: whose paces it gets.
        to: the format.
        console: who is told of the import, if it is a foreign file.
        strict: refuse it if anything is lost, already in an import.

    Raises:
        CoachProblem: something cannot be found or read, nothing of the workout can be written, or something is lost.
    """
    from coach.interchange.exports.exporting import ExportRequest, export_workout

    store = Store()
    runner = only_athlete(store) if athlete is None else find_athlete(athlete, store)
    file = store.find_workout(text)
    if strict and file is not None:
        _, imported = _read_with_report(file)
        if imported is not None:
            imported.refuse_losses(file.name)
    document = _find(text, store, console, runner)
    exported = export_workout(ExportRequest(document, runner, MachineClock().wall().epoch_s), to)
    if strict:
        exported.report.refuse_losses(document.name)
    return exported


# --- compiled


def compile_named(workout: str, athlete: str | None, console: Console) -> CompiledWorkout:
    """Read a workout by path, name or line, and compile it for an athlete by slug or path (None: the only one).

    Raises:
        CoachProblem: something cannot be found or read, or a number is missing and nobody can be asked.
    """
    runner = find_athlete(athlete)
    return compile_for(read_workout(workout, console, runner), runner, console)


def compile_for(document: WorkoutDocument, athlete: Athlete | None, console: Console) -> CompiledWorkout:
    """Compile a workout for an athlete or for nobody; asks for a missing number, and says what looks too ambitious.

    Raises:
        CoachProblem: as `compile_named`.
    """
    compiled = _compile(document, athlete, console)
    question = too_ambitious(compiled.timeline, compiled.athlete)
    if question:
        console.say(f"Note: {question}")
    return compiled


def compile_embedded(
    workout: Mapping[str, Any] | None, athlete: Athlete | None, console: Console, *, name: str
) -> CompiledWorkout:
    """Compile a workout document that was found in a recording, or a free run where there was none.

    Raises:
        CoachProblem: as `compile_named`.
    """
    if workout is None:
        return CompiledWorkout(free_run(), None, athlete)
    return _compile(document_from(dict(workout), name=name), athlete, console)


def _compile(document: WorkoutDocument, athlete: Athlete | None, console: Console) -> CompiledWorkout:
    """Compile, asking for one missing number after the other."""
    while True:
        try:
            return CompiledWorkout(compile_workout(document, athlete), document.source, athlete)
        except MissingNumber as missing:
            if not console.can_ask():
                raise
            athlete = _with_answer(missing, athlete, console)


def _with_answer(missing: MissingNumber, athlete: Athlete | None, console: Console) -> Athlete:
    """Ask for a number until it fits, and offer to save it."""
    console.say(missing.message)
    slug = FIRST_SLUG if athlete is None else athlete.slug
    while True:
        number = missing.number
        answer = console.ask(f"Your {COMMANDS[number][0]}, such as {_EXAMPLES[number]}")
        try:
            entry = _entry(number, answer)
            completed = with_changes(athlete, slug, {}, entry)
        except CoachProblem as problem:
            console.say(problem.message)
            continue
        if console.confirm("Save it for next time?"):
            console.say(f"Saved in {save_changes(slug, {}, entry)}")
        return completed


def _entry(number: Number, answer: str) -> dict[str, Any]:
    """An answer as an entry of the athlete's history."""
    if number is Number.THRESHOLD_PACE:
        return {"threshold_pace": answer}
    if number is Number.GOAL_PACE:
        return {"goal": {"pace": answer}}
    try:
        value = float(answer)
    except ValueError:
        raise CoachProblem(f"{answer!r} is no number") from None
    if number is Number.TOP_SPEED:
        return {"top_speed_mps": value}
    return {"heart_rate": {_HEART_RATES[number]: {"bpm": value, "source": "measured"}}}
