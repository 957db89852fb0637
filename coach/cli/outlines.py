"""Workouts as lists and checks show them: compiled as far as it goes without asking anybody anything."""

from dataclasses import dataclass
from typing import Any

from coach.athlete import Athlete
from coach.cli.foreign import loaded
from coach.cli.people import find_athlete
from coach.edge.store import Store
from coach.problems import AthleteProblem
from coach.workout.card import Card
from coach.workout.compile import outline
from coach.workout.describe import sentence
from coach.workout.document import WorkoutDocument
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
    def card(self) -> Card:
        """What a list needs of it; its author's minutes win where the steps cannot say."""
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


def outline_of(wanted: str) -> Outline:
    """Outline one workout by name or path.

    Raises:
        WorkoutProblem: it cannot be found or read, or it is wrong.
    """
    shelf = Store()
    found = shelf.workout(wanted)
    return outlined(wanted, loaded(found), whoever(shelf))


def sentence_of(document: WorkoutDocument) -> str:
    """Say what a workout is, for whoever is saved."""
    return outlined(document.name, document, whoever(Store())).sentence


def outlined(name: str, document: WorkoutDocument, athlete: Athlete | None) -> Outline:
    """Outline a document for an athlete, or for nobody.

    Raises:
        WorkoutProblem: it comes to an impossible pace, time or distance.
    """
    timeline = outline(document, athlete)
    return Outline(name, document, timeline, estimate(timeline))


def whoever(shelf: Store) -> Athlete | None:
    """The only athlete there is, for numbers in place of names; lists and checks need none."""
    try:
        return find_athlete(None, shelf)
    except AthleteProblem:
        return None
