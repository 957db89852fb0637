"""The shoes of an athlete: what the runs in the history say of them, and changes to the pairs themselves."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from coach.app.athletes import change_athlete, shoes_with
from coach.athlete import Athlete
from coach.documents.spelling import SLUG_PATTERN
from coach.edge.store import Store
from coach.plan.gear import Gear, ShoeRun, gear_of
from coach.problems import AthleteProblem, suggestion

if TYPE_CHECKING:
    from coach.edge.history import IndexedRun
    from coach.edge.store import StoredRun

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RunsKnown:
    """What the recorded runs of an athlete say that shoes and races ask."""

    runs: "tuple[IndexedRun, ...]"
    """Real ones, the newest first."""

    def shoe_runs(self) -> tuple[ShoeRun, ...]:
        """The runs as shoes see them."""
        return tuple(
            ShoeRun(
                run.run,
                date.fromisoformat(run.day),
                run.shoe or "",
                run.distance_m,
                0.0 if run.hard_s is None and run.time_s is not None else run.hard_m,
            )
            for run in self.runs
            if run.day and run.time_s
        )

    def last_fuelled(self, at_least_s: float) -> date | None:
        """The day of the last run of at least so long in which fuel was said; None where there is none."""
        days = [
            run.day for run in self.runs if run.has_fuel and run.day and (run.time_s or 0.0) >= at_least_s
        ]
        return date.fromisoformat(max(days)) if days else None


def known_runs(athlete: Athlete | None, store: Store, progress: Progress | None = None) -> RunsKnown:
    """The real runs of an athlete; those of nobody count as theirs."""
    from coach.edge.history import RunFilter

    slug = "" if athlete is None else athlete.slug
    with store.history() as history:
        runs = history.runs(RunFilter(is_simulated=False), with_results=True, progress=progress)
    return RunsKnown(tuple(run for run in runs if not slug or run.athlete in {"", slug}))


def gear_here(athlete: Athlete, store: Store | None = None, progress: Progress | None = None) -> Gear:
    """The shoes of an athlete with what their runs say."""
    return gear_of(athlete.shoes, known_runs(athlete, store or Store(), progress).shoe_runs())


def shoe_of(athlete: Athlete, slug: str) -> str:
    """The slug of a pair of shoes that is named by its slug or its name.

    Raises:
        AthleteProblem: there is none.
    """
    plain = slug.strip().casefold()
    for shoe in athlete.shoes:
        if plain in {shoe.slug, shoe.name.casefold()}:
            return shoe.slug
    slugs = [shoe.slug for shoe in athlete.shoes]
    known = f" There are {', '.join(slugs)}." if slugs else ""
    raise AthleteProblem(
        f"{athlete.name} has no shoes {slug[:40]!r}{suggestion(plain, slugs)}.{known}",
        f"coach gear set {plain or 'racer'} adds them.",
    )


def change_shoe(athlete: str | None, slug: str, changes: Mapping[str, Any]) -> Athlete:
    """Change one pair, or add it; what is changed to None is taken out of it.

    Raises:
        CoachProblem: a value does not fit, or the athlete cannot be written.
    """
    if not re.fullmatch(SLUG_PATTERN, slug):
        raise AthleteProblem(
            f"{slug[:40]!r} is no short name for a pair of shoes",
            "Up to 32 of a-z, 0-9, - and _, such as racer; --name says what they are called.",
        )

    def changed(tree: dict[str, Any]) -> dict[str, Any]:
        shoes = shoes_with(tree.get("shoes", []), [{"slug": slug, **changes}])
        return tree | {
            "shoes": [{name: each[name] for name in each if each[name] is not None} for each in shoes]
        }

    return change_athlete(athlete, changed)


def remove_shoe(athlete: Athlete, slug: str) -> Athlete:
    """Forget a pair; its runs keep its name, and the factors of pods on it go with it."""
    return change_athlete(
        athlete.slug,
        lambda tree: tree | {"shoes": [each for each in tree.get("shoes", []) if each.get("slug") != slug]},
    )


def note_shoe(run: str, slug: str) -> "StoredRun":
    """Say in which pair a recorded run was run; returns the run.

    Raises:
        CoachProblem: there is no such run, or the note cannot be kept.
    """
    from coach.edge.clock import MachineClock, local_iso
    from coach.edge.run_folder import RunNote, append_note

    stored = Store().run(run)
    append_note(stored.path, RunNote(shoe=slug, answered_at=local_iso(MachineClock().wall())))
    return stored
