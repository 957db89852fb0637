"""Shoes: the distance of each pair, its runs, and whether it is broken in for a race.

The data of a pair (name, surface, purpose, limit) is in the athlete's document beside the factors of the pods that sat
on it, so a factor stays with its shoe. Its distance is added up from the runs and not stored, so deleting a run also
removes its kilometres.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from coach.athlete import Shoe
from coach.quantities import METRES_PER_KM

SLOW_DAYS: Final = 3
RACE_DAYS: Final = 2
"""Days of slow running and days at race pace or faster before a pair is used in a race. Coaching practice; no trial of
it was found (`docs/explanation/claims.md`)."""
HARD_FROM_M: Final = 1000.0
"""Metres of hard steps that make a day one at race pace. Judged."""
SLOW_FROM_M: Final = 2000.0
"""Metres without hard steps that make it a slow one. Judged."""


@dataclass(frozen=True, slots=True)
class ShoeRun:
    """One run, with the data for shoes; unknown values are None."""

    run: str
    day: date
    shoe: str
    """The slug of the pair; empty if unknown."""
    metres: float | None = None
    hard_m: float | None = None


@dataclass(frozen=True, slots=True)
class ShoeWear:
    """A pair of shoes and its use."""

    slug: str
    name: str
    surface: str = ""
    """`road`, `track`, `trail`, `treadmill`; empty if not given."""
    purpose: str = ""
    """`easy`, `race`, ...; empty if not given."""
    is_retired: bool = False
    limit_m: float | None = None
    """Its planned distance, by its runner; None without a limit."""
    metres: float = 0.0
    runs: int = 0
    unmeasured: int = 0
    """Runs in it of unknown distance, which add nothing."""
    first_day: date | None = None
    last_day: date | None = None
    slow_days: int = 0
    race_days: int = 0
    is_known_race_ready: bool = False
    """True if its runner says that it is broken in."""

    @property
    def is_race_ready(self) -> bool:
        """True if it is broken in and not retired."""
        is_broken_in = self.slow_days >= SLOW_DAYS and self.race_days >= RACE_DAYS
        return not self.is_retired and (self.is_known_race_ready or is_broken_in)

    @property
    def known_metres(self) -> float | None:
        """Its distance so far; None if it has runs, all of unknown distance."""
        return None if not self.metres and self.unmeasured else self.metres

    @property
    def is_worn_out(self) -> bool:
        """True if it has reached its limit."""
        return self.limit_m is not None and self.metres >= self.limit_m

    @property
    def ready_words(self) -> str:
        """Whether it is broken in for a race, in words."""
        if self.is_retired:
            return "retired"
        if self.is_race_ready:
            return "race-ready"
        slow, quick = max(0, SLOW_DAYS - self.slow_days), max(0, RACE_DAYS - self.race_days)
        parts = [f"{slow} slow {_days(slow)}"] if slow else []
        parts += [f"{quick} {_days(quick)} at race pace"] if quick else []
        return f"not broken in: {' and '.join(parts)} to go"

    def as_json(self) -> dict[str, Any]:
        """The pair for other programs; unknown values are absent."""
        tree: dict[str, Any] = {
            "slug": self.slug,
            "name": self.name,
            "runs": self.runs,
            "slow_days": self.slow_days,
            "race_pace_days": self.race_days,
            "race_ready": self.is_race_ready,
            "retired": self.is_retired,
        }
        values = {
            "km": None if self.known_metres is None else round(self.known_metres / METRES_PER_KM, 1),
            "surface": self.surface or None,
            "purpose": self.purpose or None,
            "limit_km": None if self.limit_m is None else round(self.limit_m / METRES_PER_KM, 1),
            "first_use": None if self.first_day is None else self.first_day.isoformat(),
            "last_use": None if self.last_day is None else self.last_day.isoformat(),
            "runs_without_distance": self.unmeasured or None,
        }
        return tree | {name: value for name, value in values.items() if value is not None}


def _days(count: int) -> str:
    return "day" if count == 1 else "days"


@dataclass(frozen=True, slots=True)
class Gear:
    """All pairs of an athlete, and the runs without one."""

    shoes: tuple[ShoeWear, ...]
    unknown: tuple[str, ...] = ()
    """Slugs in runs that the athlete does not have."""
    runs_without: int = 0
    """Runs without a known shoe."""
    metres_without: float = 0.0

    def shoe(self, slug: str) -> ShoeWear | None:
        """The pair of a slug; None where there is none."""
        return next((shoe for shoe in self.shoes if shoe.slug == slug), None)

    def race_shoe(self) -> ShoeWear | None:
        """The pair for races, of several the one that is ready, then the one worn last; None without one."""
        pairs = [shoe for shoe in self.shoes if shoe.purpose == "race" and not shoe.is_retired]
        return max(pairs, key=lambda shoe: (shoe.is_race_ready, shoe.last_day or date.min), default=None)


def gear_of(shoes: Sequence[Shoe], runs: Iterable[ShoeRun]) -> Gear:
    """Add up the use of each pair; the pairs keep the athlete's order, the retired last."""
    by_shoe: dict[str, list[ShoeRun]] = {}
    for run in runs:
        by_shoe.setdefault(run.shoe, []).append(run)
    wear = [_wear(shoe, by_shoe.get(shoe.slug, ())) for shoe in shoes]
    nobody = by_shoe.pop("", [])
    slugs = {shoe.slug for shoe in shoes}
    return Gear(
        tuple(sorted(wear, key=lambda shoe: shoe.is_retired)),
        tuple(sorted(by_shoe.keys() - slugs)),
        len(nobody),
        sum(run.metres or 0.0 for run in nobody),
    )


def _wear(shoe: Shoe, runs: Iterable[ShoeRun]) -> ShoeWear:
    runs = sorted(runs, key=lambda run: (run.day, run.run))
    days: dict[date, list[ShoeRun]] = {}
    for run in runs:
        days.setdefault(run.day, []).append(run)
    return ShoeWear(
        slug=shoe.slug,
        name=shoe.name,
        surface=shoe.surface or "",
        purpose=shoe.purpose or "",
        is_retired=shoe.retired is not None,
        limit_m=None if shoe.limit_km is None else shoe.limit_km * METRES_PER_KM,
        metres=(shoe.already_km or 0.0) * METRES_PER_KM + sum(run.metres or 0.0 for run in runs),
        runs=len(runs),
        unmeasured=sum(run.metres is None for run in runs),
        first_day=runs[0].day if runs else None,
        last_day=runs[-1].day if runs else None,
        slow_days=sum(_is_slow(each) for each in days.values()),
        race_days=sum(_is_hard(each) for each in days.values()),
        is_known_race_ready=shoe.race_ready,
    )


def _is_hard(runs: Iterable[ShoeRun]) -> bool:
    return sum(run.hard_m or 0.0 for run in runs) >= HARD_FROM_M


def _is_slow(runs: Sequence[ShoeRun]) -> bool:
    is_known = all(run.hard_m is not None for run in runs)
    return is_known and not _is_hard(runs) and sum(run.metres or 0.0 for run in runs) >= SLOW_FROM_M
