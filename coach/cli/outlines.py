"""Workouts as lists and checks show them: compiled as far as it goes without asking anybody anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coach.athlete import Athlete
from coach.cli.foreign import loaded
from coach.cli.people import find_athlete
from coach.edge.shelf import Shelf
from coach.problems import AthleteProblem, WorkoutProblem
from coach.quantities import format_metres
from coach.workout.compile import outline
from coach.workout.describe import sentence
from coach.workout.document import WorkoutDocument, load_document
from coach.workout.estimate import Estimate, estimate
from coach.workout.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Outline:
    """A workout as a list shows it."""

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
    def minutes(self) -> str:
        """How long, in whole minutes; `+` if a part of it is open, `open` if all of it is."""
        if self.size.seconds < 30 and self.size.open_steps:
            return "open"
        return f"{round(self.size.seconds / 60)} min{'+' if self.size.open_steps else ''}"

    @property
    def distance(self) -> str:
        """How far; blank if nobody knows."""
        if self.size.metres < 1:
            return ""
        return format_metres(self.size.metres)

    def says(self, word: str) -> bool:
        """Is the word in its name, its title, its purpose or its tags?"""
        workout = self.document.workout
        tags = [workout.tags.level, workout.tags.phase, workout.tags.system, *workout.tags.focus]
        texts = [self.name, workout.name, workout.purpose, workout.description, *tags]
        return any(word.casefold() in text.casefold() for text in texts if text)

    def as_json(self) -> dict[str, Any]:
        """The outline for other programs; an unknown purpose is absent."""
        workout = self.document.workout
        told: dict[str, Any] = {
            "v": 1,
            "name": self.name,
            "title": workout.name,
            "sentence": self.sentence,
            "time_s": round(self.size.seconds),
            "distance_m": round(self.size.metres),
            "steps": len(self.timeline.steps),
            "open_steps": self.size.open_steps,
            "tags": workout.tags.model_dump(mode="json", exclude_none=True),
        }
        if workout.purpose:
            told["purpose"] = workout.purpose
        return told


def outline_of(wanted: str) -> Outline:
    """Outline one workout by name or path.

    Raises:
        WorkoutProblem: it cannot be found or read, or it is wrong.
    """
    shelf = Shelf()
    found = shelf.workout(wanted)
    return _outlined(wanted, loaded(found), _whoever(shelf))


def outlines() -> Iterator[Outline | WorkoutProblem]:
    """Every workout of the shelf in order of their names; the problem of one that cannot be read."""
    shelf = Shelf()
    athlete = _whoever(shelf)
    for workout in shelf.workouts():
        try:
            found = shelf.workout(workout.name)
            yield _outlined(workout.name, load_document(found.data, name=str(workout.path)), athlete)
        except WorkoutProblem as problem:
            yield problem


def _outlined(name: str, document: WorkoutDocument, athlete: Athlete | None) -> Outline:
    timeline = outline(document, athlete)
    return Outline(name, document, timeline, estimate(timeline))


def _whoever(shelf: Shelf) -> Athlete | None:
    """The only athlete there is, for numbers in place of names; lists and checks need none."""
    try:
        return find_athlete(None, shelf)
    except AthleteProblem:
        return None
