"""The athletes on the shelf, as the screen shows them."""

from collections.abc import Sequence

from coach.athlete import Athlete
from coach.cli.people import find_athlete
from coach.edge.store import Store
from coach.workout.sheet import Sheet, sheet_of


class ShelvedPeople:
    """Everybody who is saved; whoever runs, a guest from a file perhaps, comes first."""

    def __init__(self, runner: Athlete | None = None, shelf: Store | None = None) -> None:
        """Look on this shelf, by default the one the environment names."""
        self._runner = runner
        self._shelf = shelf or Store()

    def sheets(self) -> Sequence[Sheet]:
        """Work out everything that is known of them.

        Raises:
            AthleteProblem: a document is wrong.
        """
        first = [] if self._runner is None else [self._runner]
        others = [find_athlete(slug, self._shelf) for slug in self._shelf.athletes()]
        known = {each.slug: each for each in (*first, *others) if each is not None}
        if self._runner is not None:
            known[self._runner.slug] = self._runner
        return [sheet_of(each) for each in known.values()]
