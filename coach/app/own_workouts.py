"""The runner's own workouts: whose a name is, and how a workout is kept under it."""

from coach.app.catalogue import cards
from coach.edge.store import Store, workout_slug
from coach.problems import WorkoutProblem
from coach.screen.ports import NameUse
from coach.workout.card import Card
from coach.workout.document import WorkoutDocument, written


def is_own(slug: str) -> bool:
    """Tell whether a workout is the runner's own, and does not stand in for one of the library."""
    store = Store()
    return slug in store.own_names() and slug not in store.library_names()


def name_use(name: str, store: Store | None = None) -> NameUse:
    """Tell whose a name is: the library's by its title as well as by what it is run by."""
    store = store or Store()
    slug, library = workout_slug(name), store.library_names()
    title = name.strip().casefold()
    titles = {
        card.title.casefold() for card in cards(store) if isinstance(card, Card) and card.name in library
    }
    if slug in library or title in titles:
        return NameUse.LIBRARY
    return NameUse.OWN if slug in store.own_names() else NameUse.FREE


def save_workout(document: WorkoutDocument, store: Store | None = None) -> str:
    """Keep a workout among the runner's own, in place of one of that name; gives what it is run by.

    Raises:
        CoachProblem: no name is left of what it is called, it is the library's, or it cannot be written.
    """
    store = store or Store()
    slug = workout_slug(document.name)
    if not slug:
        raise WorkoutProblem("The name has no letter from a to z and no digit.", "Such as Tuesday 6x800.")
    if name_use(document.name, store) is NameUse.LIBRARY:
        raise WorkoutProblem(f"{document.name} is a workout of the library.", "Save it under another name.")
    store.save_workout(slug, written(dict(document.source)))
    return slug
