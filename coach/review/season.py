"""The weeks of a season: load, fitness, share of easy running, best efforts, heart rate at one pace.

Made from rows of runs, each with the day it was run on where it was run. A run whose load is not known is not a run of
no load: its week has no monotony and no change, and the season counts those left out. No measure predicts an injury
(`coach.physiology.zones` says why).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from coach.physiology import zones as loads
from coach.quantities import format_clock, format_pace, signed, speed_from_pace
from coach.review.formulas import Formula, Style
from coach.review.measures import BESTS, Thirds

WEEKS: Final = 24
"""Weeks of a season if no start is given: the length of a plan for a race, and the width of a screen."""
WARM_UP_DAYS: Final = 42
"""Fitness starts at 0, and after one time constant has reached 63 % of its level under steady training."""
_FOUR_WEEKS, _TWELVE_WEEKS = 28, 84
_EASY_WANTED: Final = 0.80
_WHOLE_SECONDS_M: Final = 5000.0
"""From this distance on times are in whole seconds."""
_LEAST_HELD_S: Final = 300.0
"""Least seconds at a pace in a week for its heart rate to count. Judged: five minutes are one easy kilometre."""
_CLEAR_BPM: Final = 2.0
"""A smaller change of a weekly mean heart rate is not mentioned: days differ by as much. Judged."""
_STEADY_CHANGE: Final = 0.05
"""A smaller change of load is called about the same. Judged."""

_HABIT_WEEKS: Final = 4
"""Weeks whose mean shows a habit; a single week does not."""


class LoadKind(StrEnum):
    """The formula of a load; loads of different kinds cannot be added."""

    TRIMP = "trimp"
    """Heart rate above rest, second by second, with the weights of men: an athlete's document has no sex."""
    EDWARDS = "edwards"
    """Minutes in the tenths of the maximum heart rate."""
    SRPE = "srpe"
    """Rating of effort times minutes."""


KIND_WORDS: Final[Mapping[LoadKind, str]] = {
    LoadKind.TRIMP: "TRIMP for men",
    LoadKind.EDWARDS: "Edwards",
    LoadKind.SRPE: "RPE x minutes",
}


@dataclass(frozen=True, slots=True)
class SeasonRun:
    """The results of one run; unknown ones are None or left out."""

    run: str
    day: date
    """The local day on which it began."""
    workout: str = ""
    kind: str = ""
    """The purpose of its workout, or `free`."""
    time_s: float | None = None
    distance_m: float | None = None
    rpe: int | None = None
    loads: Mapping[LoadKind, float] = field(default_factory=dict)
    zone_s: Thirds | None = None
    """Seconds below, between and above the two thresholds of that day."""
    zone_m: Thirds | None = None
    hard_s: float | None = None
    """Running time of its hard steps; None without any."""
    hard_m: float | None = None
    """Metres of its hard steps; None without any, or where one was not measured."""
    is_hard: bool | None = None
    """True if it counts as a hard session; None if unknown."""
    bests: Mapping[str, float] = field(default_factory=dict)
    """Seconds of the fastest stretch of each distance of `BESTS` that it covers."""
    heart_at_pace: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    """Mean heart rate and its seconds by pace in s/km."""
    surface: str = ""
    """Surface: `track`, `road`, `grass`, `trail`, `treadmill`; empty if not given."""
    route: str = ""
    """Route in the runner's own words."""
    shoe: str = ""
    """The slug of the shoes."""
    is_cross: bool = False
    """True if it was a swim, a bike ride or a walk: its load and its time count, its kilometres do not."""


@dataclass(frozen=True, slots=True)
class SeasonWeek:
    """A week from Monday."""

    monday: date
    runs: int
    """Number of runs, sessions of cross-training included."""
    time_s: float | None
    distance_m: float | None
    """The sum of the distances that were measured; None where none was."""
    measured_runs: int
    """Number of runs that are in `distance_m`, or need not be: cross-training."""
    hard_m: float | None
    """Metres of hard steps; None where no run had any that were measured."""
    unmeasured_hard: int
    """Runs with hard steps that were not all measured: they are not in `hard_m`."""
    load: float | None
    """The sum of the known loads; None if no run has one."""
    loaded_runs: int
    """Number of runs in `load`."""
    monotony: float | None
    """Mean of the seven days over their standard deviation (n - 1); None while the week or a load is missing."""
    strain: float | None
    change: float | None
    """Load against the week before, 0.10 is a tenth more; None where either is not whole."""
    is_now: bool
    """True if it is the current week."""
    easy_s: float | None
    hard_s: float | None
    """Seconds above the first threshold, which are not easy."""
    zoned_runs: int
    """Number of runs in `easy_s` and `hard_s`."""

    @property
    def has_whole_distance(self) -> bool:
        """True if every run of it was measured."""
        return self.measured_runs == self.runs


@dataclass(frozen=True, slots=True)
class FitnessDay:
    """Fitness, fatigue and form of a day."""

    day: date
    load: float
    ctl: float
    """Running mean of 42 days, this one included."""
    atl: float
    """Running mean of 7 days, this one included."""
    tsb: float
    """Form: fitness less fatigue as the day began."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Shares of easy and hard running over some weeks."""

    window: str
    """`4 weeks`, `12 weeks`, `season`."""
    days: int
    time: Thirds | None
    """Shares of the time; None if no run has zones."""
    metres: Thirds | None
    sessions: "Sessions | None"
    """Counts of hard and easy runs; None if there are no runs."""
    runs: int
    measured: int
    """Number of runs in `time`."""


class Sessions(NamedTuple):
    """Counts of easy and hard runs."""

    easy: int
    hard: int
    unknown: int
    """Runs without hard steps and without a heart rate."""


class WeeklyDistance(NamedTuple):
    """The mean distance of a week."""

    metres: float
    weeks: int
    """Number of whole weeks in the mean."""
    unmeasured: int
    """Number of their runs that were not measured, and are not included."""


@dataclass(frozen=True, slots=True)
class SeasonBest:
    """The fastest stretch of a distance."""

    distance: str
    metres: float
    time_s: float
    day: date
    run: str

    @property
    def name(self) -> str:
        """Name of the distance: `400 m`, `mile`, `5k`."""
        return f"{self.distance} m" if self.distance.isdigit() else self.distance

    @property
    def time_text(self) -> str:
        """Its time; tenths for short distances."""
        return format_clock(self.time_s, tenths=self.metres < _WHOLE_SECONDS_M)


@dataclass(frozen=True, slots=True)
class HeartAtPace:
    """The heart rate of a week at one pace."""

    monday: date
    """Its first day."""
    bpm: float
    seconds: float
    runs: int


@dataclass(frozen=True, slots=True)
class Season:
    """The weeks up to a day."""

    since: date
    """The Monday of the first week."""
    until: date
    runs: int
    weeks: tuple[SeasonWeek, ...]
    """Oldest first, weeks without a run included; the last is the current one."""
    load: LoadKind | None
    """The kind of every load; None if no run has one."""
    fitness: tuple[FitnessDay, ...]
    """One for each day, oldest first."""
    warm_until: date | None
    """Before this day fitness is still warming up; None where no run has a load."""
    unloaded: int
    """Runs of the season without that load."""
    distributions: tuple[Distribution, ...]
    bests: tuple[SeasonBest, ...]
    """The shortest distance first."""
    pace_s_per_km: int | None
    """The pace of `heart`, in s/km."""
    heart: tuple[HeartAtPace, ...]
    unit: str = "km"
    """Unit of distances and paces: `km` or `mile`."""
    simulated: int = 0
    """Number of simulated runs, which are left out of everything."""
    sentences: tuple[str, ...] = ()
    """Facts in words, without a verdict on injuries."""
    notes: tuple[str, ...] = ()
    """Remarks on missing data."""
    regular_weeks: int | None = None
    """Of the last twelve whole weeks those with four runs or more; None if unknown."""

    @property
    def weekly(self) -> "tuple[WeeklyDistance | None, WeeklyDistance | None]":
        """Mean distance of the last four whole weeks, and of the four before; None if unknown."""
        whole = [week for week in self.weeks if not week.is_now]
        return _weekly(whole[-_HABIT_WEEKS:]), _weekly(whole[-2 * _HABIT_WEEKS : -_HABIT_WEEKS])

    @property
    def pace_text(self) -> str:
        """The pace of `heart`, in the runner's unit; empty without one."""
        if self.pace_s_per_km is None:
            return ""
        return format_pace(speed_from_pace(self.pace_s_per_km), unit=self.unit)


def _weekly(weeks: Sequence[SeasonWeek]) -> WeeklyDistance | None:
    """The mean distance of some weeks; None without a week, or if one of them has no measured run."""
    distances = [week.distance_m for week in weeks if week.distance_m is not None]
    if not distances or len(distances) < len(weeks):
        return None
    unmeasured = sum(week.runs - week.measured_runs for week in weeks)
    return WeeklyDistance(sum(distances) / len(distances), len(distances), unmeasured)


CONSISTENT_WEEKS: Final = 12
REGULAR_RUNS: Final = 4
"""Runs of a regular week: four each week rather than seven and then none. Coaching practice."""


def consistency(runs: Iterable[SeasonRun], today: date, least: int) -> int | None:
    """Count those of the last twelve whole weeks that have `least` runs; None without a run in them or before."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=CONSISTENT_WEEKS)
    counts = dict.fromkeys(range(CONSISTENT_WEEKS), 0)
    is_known = False
    for run in runs:
        is_known = is_known or run.day < monday
        if first <= run.day < monday:
            counts[(run.day - first).days // 7] += 1
    return sum(count >= least for count in counts.values()) if is_known else None


def first_day(today: date, since: date | None = None) -> date:
    """The Monday a season begins on: that of `since`, else 24 weeks ago."""
    begin = since or today - timedelta(weeks=WEEKS - 1)
    return begin - timedelta(days=begin.weekday())


def season(
    runs: Iterable[SeasonRun],
    *,
    today: date,
    since: date | None = None,
    load: LoadKind | None = None,
    unit: str = "km",
    simulated: int = 0,
) -> Season:
    """Add up the weeks from `since` to today.

    Args:
        runs: in any order; those before `since` warm fitness up, those after today are left out.
        today: the local day.
        since: a day of the first week; without it the last 24 weeks.
        load: the kind of load; without it the kind that most runs have.
        unit: of distances and paces, `km` or `mile`.
        simulated: how many runs of a simulated runner were left out.
    """
    past = sorted((run for run in runs if run.day <= today), key=lambda run: (run.day, run.run))
    begin = min(first_day(today, since), today)
    inside = [run for run in past if run.day >= begin]
    kind = load or _best_known(inside)
    fitness, first_load = _fitness(past, kind, begin, today)
    weeks = _weeks(inside, kind, begin, today)
    pace, heart = _heart([run for run in inside if not run.is_cross])
    result = Season(
        since=begin,
        until=today,
        runs=len(inside),
        weeks=weeks,
        load=kind,
        fitness=fitness,
        warm_until=None if first_load is None else first_load + timedelta(days=WARM_UP_DAYS),
        unloaded=sum(kind not in run.loads for run in inside) if kind is not None else len(inside),
        distributions=_distributions(inside, begin, today),
        bests=_bests([run for run in inside if not run.is_cross]),
        pace_s_per_km=pace,
        heart=heart,
        unit=unit,
        simulated=simulated,
        regular_weeks=consistency(past, today, REGULAR_RUNS),
    )
    return _with_words(result)


def _best_known(runs: Sequence[SeasonRun]) -> LoadKind | None:
    """The kind of load that most runs have; of equals the first of `LoadKind`."""
    counts = {kind: sum(kind in run.loads for run in runs) for kind in LoadKind}
    kind = max(LoadKind, key=counts.__getitem__)
    return kind if counts[kind] else None


def _days(begin: date, end: date) -> Iterator[date]:
    """Each day from the first to the last, both included."""
    for number in range((end - begin).days + 1):
        yield begin + timedelta(days=number)


def _daily(runs: Iterable[SeasonRun], kind: LoadKind | None) -> dict[date, float]:
    daily: dict[date, float] = {}
    for run in runs:
        if kind is not None and kind in run.loads:
            daily[run.day] = daily.get(run.day, 0.0) + run.loads[kind]
    return daily


def _fitness(
    runs: Sequence[SeasonRun], kind: LoadKind | None, begin: date, today: date
) -> tuple[tuple[FitnessDay, ...], date | None]:
    """Fitness of each day from `begin` on, and the day of the first load."""
    daily = _daily(runs, kind)
    if not daily:
        return (), None
    first, days, ctl, atl = min(daily), [], 0.0, 0.0
    for day in _days(first, today):
        load, form = daily.get(day, 0.0), ctl - atl
        ctl = loads.running_mean((load,), loads.FITNESS_DAYS, start=ctl)
        atl = loads.running_mean((load,), loads.FATIGUE_DAYS, start=atl)
        if day >= begin:
            days.append(FitnessDay(day, load, ctl, atl, form))
    return tuple(days), first


def _weeks(
    runs: Sequence[SeasonRun], kind: LoadKind | None, begin: date, today: date
) -> tuple[SeasonWeek, ...]:
    weeks: list[SeasonWeek] = []
    before: float | None = None
    for number in range((today - begin).days // 7 + 1):
        monday = begin + timedelta(weeks=number)
        sunday = monday + timedelta(days=6)
        week = [run for run in runs if monday <= run.day <= sunday]
        row, whole = _week(week, kind, monday, before, is_now=sunday >= today)
        weeks.append(row)
        before = whole
    return tuple(weeks)


def _week(
    runs: Sequence[SeasonRun], kind: LoadKind | None, monday: date, before: float | None, *, is_now: bool
) -> tuple[SeasonWeek, float | None]:
    """A week, and its load if it is whole: every run has one, and its Sunday is over."""
    daily = _daily(runs, kind)
    loaded = sum(kind in run.loads for run in runs) if kind is not None else 0
    load = sum(daily.values()) if loaded or (kind is not None and not runs) else None
    whole = load if loaded == len(runs) and not is_now else None
    spread = loads.week([daily.get(day, 0.0) for day in _days(monday, monday + timedelta(days=6))])
    has_spread = whole is not None and whole > 0
    thirds = _sum(run.zone_s for run in runs)
    on_foot = [run for run in runs if not run.is_cross]
    week = SeasonWeek(
        monday=monday,
        runs=len(runs),
        time_s=_total((run.time_s for run in runs), len(runs)),
        distance_m=_total((run.distance_m for run in on_foot), len(on_foot)),
        measured_runs=sum(run.distance_m is not None or run.is_cross for run in runs),
        hard_m=_total((run.hard_m for run in runs), 1),
        unmeasured_hard=sum(run.hard_m is None and bool(run.hard_s) for run in runs),
        load=load,
        loaded_runs=loaded,
        monotony=spread.monotony if has_spread else None,
        strain=spread.strain if has_spread else None,
        change=None if whole is None or before is None else loads.weekly_change(before, whole),
        is_now=is_now,
        easy_s=None if thirds is None else thirds[0],
        hard_s=None if thirds is None else thirds[1] + thirds[2],
        zoned_runs=sum(run.zone_s is not None for run in runs),
    )
    return week, whole


def _total(values: Iterable[float | None], count: int) -> float | None:
    """The sum of the known values; None if there are runs but no value is known."""
    numbers = [value for value in values if value is not None]
    return sum(numbers) if numbers or not count else None


def _sum(thirds: Iterable[Thirds | None]) -> Thirds | None:
    rows = [each for each in thirds if each is not None]
    if not rows:
        return None
    easy, steady, hard = (sum(column) for column in zip(*rows, strict=True))
    return easy, steady, hard


def _distributions(runs: Sequence[SeasonRun], begin: date, today: date) -> tuple[Distribution, ...]:
    whole = (today - begin).days + 1
    windows = [("4 weeks", _FOUR_WEEKS), ("12 weeks", _TWELVE_WEEKS)]
    windows = [(name, days) for name, days in windows if days < whole]
    return tuple(_distribution(runs, name, days, today) for name, days in [*windows, ("season", whole)])


def _distribution(runs: Sequence[SeasonRun], window: str, days: int, today: date) -> Distribution:
    inside = [run for run in runs if (today - run.day).days < days]
    hard, easy = (sum(run.is_hard is each for run in inside) for each in (True, False))
    return Distribution(
        window=window,
        days=days,
        time=_shares(_sum(run.zone_s for run in inside)),
        metres=_shares(_sum(run.zone_m for run in inside if not run.is_cross)),
        sessions=Sessions(easy, hard, len(inside) - easy - hard) if inside else None,
        runs=len(inside),
        measured=sum(run.zone_s is not None for run in inside),
    )


def _shares(thirds: Thirds | None) -> Thirds | None:
    if thirds is None or sum(thirds) <= 0:
        return None
    easy, steady, hard = (each / sum(thirds) for each in thirds)
    return easy, steady, hard


def _bests(runs: Sequence[SeasonRun]) -> tuple[SeasonBest, ...]:
    """The fastest stretch of each distance; of equals the earlier."""
    bests: list[SeasonBest] = []
    for distance, metres in BESTS.items():
        having = [run for run in runs if distance in run.bests]
        if having:
            run = min(having, key=lambda each: each.bests[distance])
            bests.append(SeasonBest(distance, metres, run.bests[distance], run.day, run.run))
    return tuple(bests)


def _heart(runs: Sequence[SeasonRun]) -> tuple[int | None, tuple[HeartAtPace, ...]]:
    """The pace that was held in most weeks (of several the longest), and its heart rate for each week."""
    by_pace: dict[int, dict[date, list[tuple[float, float]]]] = {}
    for run in runs:
        for pace, mean in run.heart_at_pace.items():
            by_pace.setdefault(pace, {}).setdefault(run.day - timedelta(days=run.day.weekday()), []).append(
                mean
            )
    weeks = {
        pace: [
            HeartAtPace(monday, sum(bpm * time_s for bpm, time_s in means) / seconds, seconds, len(means))
            for monday, means in sorted(each.items())
            if (seconds := sum(time_s for _, time_s in means)) >= _LEAST_HELD_S
        ]
        for pace, each in by_pace.items()
    }
    if not any(weeks.values()):
        return None, ()
    pace = max(weeks, key=lambda each: (len(weeks[each]), sum(row.seconds for row in weeks[each])))
    return pace, tuple(weeks[pace])


# --- in words


def _with_words(result: Season) -> Season:
    parts = (_load_words, _easy_words, _heart_words, _form_words, _regular_words)
    sentences = [words for part in parts for words in part(result)]
    return replace(result, sentences=tuple(sentences), notes=tuple(_notes(result)))


def _load_words(result: Season) -> Iterator[str]:
    """Compare the load of the last whole week with the one before."""
    whole = [week for week in result.weeks if not week.is_now]
    if result.load is None or not whole or whole[-1].load is None:
        return
    week = whole[-1]
    words = f"Last week's load was {week.load:.0f} ({KIND_WORDS[result.load]})"
    if week.change is None:
        yield f"{words}."
    elif abs(week.change) < _STEADY_CHANGE:
        yield f"{words}, about the same as the week before."
    else:
        more = "more" if week.change > 0 else "less"
        yield f"{words}, {abs(week.change):.0%} {more} than the week before.".replace("%", " %")


def _easy_words(result: Season) -> Iterator[str]:
    recent = result.distributions[0] if result.distributions else None
    if recent is None or recent.time is None:
        return
    window = "the season" if recent.window == "season" else f"the last {recent.window}"
    yield (
        f"{100 * recent.time[0]:.0f} % of the time was easy in {window}; "
        f"{100 * _EASY_WANTED:.0f} % is what most plans want."
    )


def _regular_words(result: Season) -> Iterator[str]:
    """Say how many weeks were regular, once twelve have passed since the first known run."""
    first = next((week.monday for week in result.weeks if week.runs), None)
    is_long = first is not None and (result.until - first).days >= 7 * (CONSISTENT_WEEKS + 1)
    if result.regular_weeks is not None and is_long:
        yield f"{result.regular_weeks} of the last {CONSISTENT_WEEKS} weeks had {REGULAR_RUNS} runs or more."


def _heart_words(result: Season) -> Iterator[str]:
    if result.pace_s_per_km is None or len(result.heart) < 2:
        return
    first, last = result.heart[0], result.heart[-1]
    by = last.bpm - first.bpm
    then, now = (f"the week of {each.monday.day} {each.monday:%B}" for each in (first, last))
    words = f"At {result.pace_text} your heart rate was {last.bpm:.0f} in {now}, {first.bpm:.0f} in {then}"
    if abs(by) < _CLEAR_BPM:
        yield f"{words}: no clear change."
    else:
        yield f"{words}: {abs(by):.0f} {'higher' if by > 0 else 'lower'}."


def _form_words(result: Season) -> Iterator[str]:
    if not result.fitness or result.warm_until is None or result.until < result.warm_until:
        return
    day = result.fitness[-1]
    yield f"Fitness (CTL) is {day.ctl:.0f}, fatigue (ATL) {day.atl:.0f}; form (TSB) this morning was {signed(day.tsb)}."


def _notes(result: Season) -> Iterator[str]:
    """Say which data is missing."""
    if result.simulated:
        count = "1 simulated run is" if result.simulated == 1 else f"{result.simulated} simulated runs are"
        yield f"{count} left out."
    if not result.runs:
        return
    unmeasured = sum(week.runs - week.measured_runs for week in result.weeks)
    if unmeasured:
        of = "run was" if unmeasured == 1 else "runs were"
        yield f"{unmeasured} {of} not measured in metres: the distance of those weeks is of the others."
    unsure = result.distributions[-1].sessions
    if unsure is not None and unsure.unknown:
        of = "1 run has" if unsure.unknown == 1 else f"{unsure.unknown} runs have"
        yield f"{of} no hard steps and no time in zones: counted as neither easy nor hard."
    if result.load is None:
        yield (
            "No run has a load: it needs a heart rate and your maximum (coach athlete set --max-heart-rate 188), "
            "or how hard it was (coach runs note last --rpe 6)."
        )
    elif result.unloaded:
        have = "run has" if result.unloaded == 1 else "runs have"
        yield f"{result.unloaded} {have} no {KIND_WORDS[result.load]}: left out of the load."
    if result.warm_until is not None and result.until < result.warm_until:
        yield f"Fitness (CTL) warms up until {day_text(result.warm_until)}: it began at 0, {WARM_UP_DAYS} days before."
    unmeasured = result.distributions[-1].runs - result.distributions[-1].measured
    if unmeasured:
        yield f"{unmeasured} of {result.runs} runs have no time in zones: no heart rate, or no threshold of yours."


def day_text(day: date) -> str:
    """Write a day: `12 May 2026`."""
    return f"{day.day} {day:%b %Y}"


# --- how the numbers are made

_ONE_KIND: Final = (
    "Loads of one kind only; a run without one is left out, with a note. No verdict on injuries"
)

SEASON: Final[Mapping[str, Formula]] = {
    "week_load": Formula(
        "load of a week",
        Style.LOAD,
        "sum of the loads of its runs, Monday to Sunday, each on the day it began where it was run",
        "TRIMP, Edwards or effort x minutes: the kind that most runs have, unless one is asked for",
        "As the load of a run",
        _ONE_KIND,
    ),
    "week_change": Formula(
        "load against the week before",
        Style.SIGNED_SHARE,
        "load of a week over that of the week before, less 1",
        "two whole weeks",
        "Convention; the ratio of a week to its month is left out: chance alone shows its effect (Lolli 2019)",
        f"Both weeks over, every run with a load. {_ONE_KIND}",
    ),
    "monotony": Formula(
        "monotony",
        Style.HUNDREDTHS,
        "mean of the seven daily loads over their standard deviation (n - 1), days off as 0",
        "loads of a week",
        "Foster 2001; 300 0 420 200 0 350 630 give 1.19",
        "A week that is over, every run with a load, not all days alike",
    ),
    "strain": Formula(
        "strain",
        Style.LOAD,
        "load of the week times its monotony",
        "loads of a week",
        "Foster 2001; the same week gives 2268",
        "As monotony",
    ),
    "ctl": Formula(
        "fitness (CTL)",
        Style.LOAD,
        "each day moves it by (load of the day - CTL) / 42",
        "daily loads, those before the season too",
        "Banister's model in the form TrainingPeaks made usual; 42 days of 100 from 0 give 63.7",
        f"{WARM_UP_DAYS} days after the first load. {_ONE_KIND}",
    ),
    "atl": Formula(
        "fatigue (ATL)",
        Style.LOAD,
        "each day moves it by (load of the day - ATL) / 7",
        "daily loads, those before the season too",
        "As fitness; 42 days of 100 from 0 give 99.8",
        _ONE_KIND,
    ),
    "tsb": Formula(
        "form (TSB)",
        Style.LOAD,
        "CTL - ATL as the day began, before its load",
        "CTL and ATL of the day before",
        "As fitness",
        "As fitness; it says how much more or less than usual was run, not how a race will go",
    ),
    "warm_up": Formula(
        "fitness warms up until",
        Style.COUNT,
        f"{WARM_UP_DAYS} days after the first load: CTL begins at 0 and has 63 % of steady training then",
        "the first day with a load",
        "One time constant of the running mean",
        "Any run with a load",
    ),
    "distribution": Formula(
        "easy, steady, hard",
        Style.SHARE,
        "by time and by distance: below, between and above the two thresholds over the three together. By sessions: "
        "runs that do not count as hard, those that do, and those without data (hard_session)",
        "time in zones of that day's athlete; steps",
        "80/20: Stoggl and Sperlich 2014; polarised and pyramidal are both supported",
        "Weeks, not days; runs with a heart rate and a threshold, whose number is said",
    ),
    "best_effort": Formula(
        "best effort",
        Style.TENTHS,
        "shortest time over the distance anywhere in a run, by its speed; a pause counts, a gap covers nothing",
        "speed of each second",
        "Convention of training logs",
        "As accurate as the pod; not a race result",
    ),
    "week_heart_at_pace": Formula(
        "heart rate at one pace",
        Style.BEATS,
        "mean heart rate of the seconds in which a pace was held, week by week, at the pace held in most weeks",
        "speed and heart rate of each second",
        "After the heart rate to running speed index (Nuuttila 2022)",
        "Five minutes of it in a week; level and cool. A change below 2 beats is called none",
    ),
}
"""The formulas of a season, like `FORMULAS` of a run."""
