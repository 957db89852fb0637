"""Measured mornings: which of them may be compared, the runner's usual range of HRV, and how often a rule would pass.

Mornings of another posture, source or unit are never compared. Sources: Plews, Buchheit et al. (2013, 2014) and
Vesterinen et al. (2016) for the week's mean of ln RMSSD against half a standard deviation around the runner's own mean;
60 days of it as HRV4Training takes them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from typing import Final

from coach.physiology import hrv
from coach.plan.config import Posture

WEEK_DAYS: Final = 7
BASELINE_DAYS: Final = 60
"""Days up to today, those of the week among them (HRV4Training)."""
FEWEST_IN_BASELINE: Final = 21
"""Three weeks of mornings."""
FEWEST_IN_WEEK: Final = hrv.FEWEST_DAYS
RESTING_DAYS: Final = 28
FEWEST_RESTING: Final = 14
"""Mornings of the 28 before today. Judged: half of them."""
MONTH_DAYS: Final = 30
CYCLE_DAYS: Final = 120
"""Days over which mornings of the same half of the cycle are looked for: about four cycles. Judged."""
CYCLE_HALF: Final = 14
"""The last day of the first half. Judged: cycles differ."""


MEASURED_HERE: Final = "strap"
"""The source of a morning that was measured with this program."""
SIMULATED: Final = "simulated"
"""The source of a made-up morning: it is never kept, and compared with nothing."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What was measured on one morning; a value that is not known is None."""

    day: date
    minute: int | None = None
    """Minutes since midnight where it was measured, 0 to 1439; None where only the day is known."""
    ln_rmssd: float | None = None
    """Natural logarithm of RMSSD in ms."""
    resting_bpm: float | None = None
    posture: Posture | None = None
    source: str = MEASURED_HERE
    """`strap`, or the name of what it was imported from."""
    unit: str = "ms"
    """What the value was written as: RMSSD in `ms`, its logarithm `ln`, or intervals between beats `rr`."""
    corrected_share: float | None = None
    """Beats that were corrected, as a share of all, 0 to 1; None where the source does not say."""
    is_usable: bool = True
    """False where too many beats were corrected, or too few were received, for the value to count."""
    run: str = ""
    """The id of the recorded measurement; empty for what was imported."""

    @property
    def stream(self) -> tuple[str, str, str]:
        """Posture, source and unit: mornings that differ in one of them are never compared."""
        return (self.posture or "", self.source, self.unit)


class Mornings:
    """The mornings around a day, parted by posture, source and unit: those are never compared."""

    def __init__(self, mornings: Iterable[Morning], cycle_days: Mapping[date, int]) -> None:
        """Keep the first usable morning of each date in each stream: later ones are no longer of the morning."""
        self.cycle_days = cycle_days
        self.left_out: list[Morning] = []
        self._known: dict[tuple[str, date], dict[date, float]] = {}
        self._streams: dict[tuple[str, str, str], dict[date, Morning]] = {}
        for morning in sorted(mornings, key=_in_order):
            if not morning.is_usable or morning.source == SIMULATED:
                self.left_out.append(morning)
                continue
            days = self._streams.setdefault(morning.stream, {})
            days.setdefault(morning.day, morning)

    def of_hrv(self, day: date) -> dict[date, float]:
        """Values of ln RMSSD by day, of the stream with most mornings in the week; of two, the later one."""
        if ("hrv", day) not in self._known:
            self._known["hrv", day] = self._best(lambda each: each.ln_rmssd, day, WEEK_DAYS)
        return self._known["hrv", day]

    def of_resting(self, day: date) -> dict[date, float]:
        """Resting heart rate by day, of the stream of today with most mornings in the weeks before."""
        values = self._best(lambda each: each.resting_bpm, day, RESTING_DAYS, only=day)
        return values or self._best(lambda each: each.resting_bpm, day, RESTING_DAYS)

    def like(self, values: Mapping[date, float], day: date, days: int) -> tuple[list[float], bool]:
        """The values of the days up to a day, and whether they are of the same half of the cycle only."""
        half = _half(self.cycle_days.get(day))
        if half is not None:
            alike = up_to(values, day, CYCLE_DAYS)
            same = [value for on, value in alike if _half(self.cycle_days.get(on)) == half]
            if len(same) >= FEWEST_IN_BASELINE:
                return same, True
        return [value for _, value in up_to(values, day, days)], False

    def others(self, values: Mapping[date, float]) -> int:
        """How many mornings are of another posture, source or unit than these."""
        return sum(len(days) for days in self._streams.values()) - len(values)

    def _best(
        self, value_of: Callable[[Morning], float | None], day: date, days: int, only: date | None = None
    ) -> dict[date, float]:
        best: dict[date, float] = {}
        rank: tuple[int, date, int] | None = None
        for stream in sorted(self._streams):
            values = {
                on: value
                for on, morning in self._streams[stream].items()
                if on <= day and (value := value_of(morning)) is not None
            }
            if not values or (only is not None and only not in values):
                continue
            own = (len(up_to(values, day, days)), max(values), len(values))
            if rank is None or own > rank:
                best, rank = values, own
        return best


def _in_order(morning: Morning) -> tuple[date, bool, int]:
    return morning.day, morning.minute is None, morning.minute or 0


def _half(cycle_day: int | None) -> bool | None:
    return None if cycle_day is None else cycle_day <= CYCLE_HALF


def up_to(values: Mapping[date, float], day: date, days: int) -> list[tuple[date, float]]:
    """The values of so many days up to a day, in order."""
    first = day - timedelta(days=days - 1)
    return sorted((on, value) for on, value in values.items() if first <= on <= day)


def mean_of(values: Sequence[float]) -> float:
    """The mean of at least one value."""
    return sum(values) / len(values)


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The week's mean of ln RMSSD on the runner's usual range; all in ln ms."""

    mean: float
    low: float
    high: float
    days: int
    """Mornings of the last 7 days."""
    baseline_days: int
    week: tuple[tuple[date, float], ...] = ()
    """The mornings of the last 7 days."""


def usual_range(mornings: Mornings, day: date) -> UsualRange | str:
    """The week's mean on the usual range; why there is none, in words, where mornings are missing."""
    values = mornings.of_hrv(day)
    week = up_to(values, day, WEEK_DAYS)
    if len(week) < FEWEST_IN_WEEK:
        return f"{len(week)} of {FEWEST_IN_WEEK} mornings with HRV in the last {WEEK_DAYS} days"
    baseline, _ = mornings.like(values, day, BASELINE_DAYS)
    if len(baseline) < FEWEST_IN_BASELINE:
        why = f"{len(baseline)} of {FEWEST_IN_BASELINE} mornings with HRV in {BASELINE_DAYS} days"
        others = mornings.others(values)
        return f"{why}; {others} of another posture, source or unit are not mixed in" if others else why
    low, high = hrv.band(baseline)
    mean = mean_of([value for _, value in week])
    return UsualRange(mean, low, high, len(week), len(baseline), tuple(week))


def share_within(values: Mapping[date, float], percent: float) -> tuple[float, int] | None:
    """What share of a runner's own mornings lay within so many per cent of the mean RMSSD of the 30 days before.

    Args:
        values: ln RMSSD by day.
        percent: how far from the mean is allowed.

    Returns the share and of how many mornings; None without one that has 14 before it.
    """
    passed = judged = 0
    days = sorted(values)
    sizes = [exp(values[day]) for day in days]
    first, total = 0, 0.0
    for at, day in enumerate(days):
        while (day - days[first]).days > MONTH_DAYS:
            total -= sizes[first]
            first += 1
        count = at - first
        if count >= FEWEST_RESTING:
            judged += 1
            passed += abs(sizes[at] / (total / count) - 1) <= percent / 100
        total += sizes[at]
    return (passed / judged, judged) if judged else None
