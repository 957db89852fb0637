"""A plan: what a season is for, its weeks and its days; data only.

Days are local dates without a time: a clock that is put forward or a journey into another zone moves nothing. How a
plan is written down is in `coach.plan.document`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Literal

from coach.documents.spelling import race_name, read_distance

MOST_SESSIONS: Final = 2
"""Sessions of a day at most: a run and a sheet, or two runs."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week as documents and commands spell them; `date.weekday` counts them from 0."""


class SessionKind(StrEnum):
    """What one does in a session."""

    RUN = "run"
    RACE = "race"
    STRENGTH = "strength"
    MOBILITY = "mobility"
    CROSS = "cross"
    """Swim, bike or walk: load counts it, kilometres do not."""
    REST = "rest"


class Family(StrEnum):
    """What a session trains; between two sessions of one family one variable changes."""

    REST = "rest"
    RECOVERY = "recovery"
    EASY = "easy"
    LONG = "long"
    STRIDES = "strides"
    """An easy run with strides at its end."""
    SPRINTS = "sprints"
    """Up to 15 s nearly flat out, uphill or on the flat: for rested legs."""
    HILLS = "hills"
    """Half a minute uphill and more."""
    FARTLEK = "fartlek"
    SPEED = "speed"
    """Reps at the pace of a mile or faster."""
    VO2MAX = "vo2max"
    THRESHOLD = "threshold"
    RACE_PACE = "race_pace"
    TUNE_UP = "tune_up"
    """A test or a small race that nothing is built for."""
    RACE = "race"
    OPEN = "open"
    """Somebody else decides, such as the club."""
    STRENGTH = "strength"
    PLYOMETRICS = "plyometrics"
    PREHAB = "prehab"
    DRILLS = "drills"
    MOBILITY = "mobility"
    CORE = "core"
    CHECK_UP = "check_up"
    """The monthly sheet of simple tests, left against right."""
    CROSS = "cross"


class TrainingPhase(StrEnum):
    """Where in a season a week lies."""

    BASE = "base"
    BUILD = "build"
    SPEED = "speed"
    """The last part of the build."""
    PEAK = "peak"
    TAPER = "taper"
    RACE = "race"
    """The week of a race that everything was built for."""
    RECOVERY = "recovery"
    SHARPEN = "sharpen"
    """Too little time for more: short quick running and a taper."""
    FREE = "free"
    """Running without a plan, between two seasons."""


class RacePriority(StrEnum):
    """What a race is in the season."""

    A = "A"
    """Everything is built for it: taper before, recovery block after."""
    B = "B"
    """A few easy days before, no taper."""
    C = "C"
    """Run instead of a hard session, and trained through."""


class RunnerLevel(StrEnum):
    """How much hard running somebody is used to."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class OffReason(StrEnum):
    """Why nothing is run on a day."""

    TRAVEL = "travel"
    ILLNESS = "illness"
    OFF = "off"


class TaperStyle(StrEnum):
    """By how much volume falls before a race."""

    STANDARD = "standard"
    """-41 to -60 %, by default -50 %, progressively (Bosquet 2007: two weeks, intensity and frequency kept)."""
    LIGHT = "light"
    """-20 to -30 %: what many coaches do; below what studies found best."""
    FREQUENCY = "frequency"
    """-25 % with every run kept; below what studies found best."""


class PlanOptIn(StrEnum):
    """What is done only where the runner asks for it."""

    BACK_TO_BACK = "back-to-back"
    """Two hard days may follow each other."""
    CORE_DAILY = "core-daily"
    """Five minutes of core every day."""
    KEEP_STRENGTH = "keep-strength"
    """One short strength session stays in the last ten days before a race."""
    BAREFOOT = "barefoot"
    """Four strides without shoes on clean grass, once a week."""
    RIDE_THE_WAVE = "ride-the-wave"
    """On a very good day the session may be run by effort, one rung up."""


@dataclass(frozen=True, slots=True)
class Dose:
    """How much of what a hard session is: the variables of which one changes at a time."""

    reps: int
    pace: str
    """The reference pace, such as `5k`, or an effort."""
    rep_m: float | None = None
    rep_s: float | None = None
    """One of the two lengths of a rep is known."""
    rest_s: float = 0.0
    """Seconds of rest after a rep, about; 0 for one rep alone."""
    move: str = "jog"
    """What is done in the rest: `jog`, `walk`, `stand`."""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session of a day."""

    id: str
    """Unique in the plan; it stays with the session wherever that is moved to."""
    kind: SessionKind
    family: Family
    title: str
    why: str
    """One sentence: what it is for on this day."""
    workout: str = ""
    """A workout or a sheet of the library by name, or a line of the notation; empty where there is none."""
    document: Mapping[str, Any] | None = None
    """A whole workout document in place of a name."""
    is_hard: bool = False
    minutes: float | None = None
    distance_m: float | None = None
    hard_minutes: float | None = None
    """Minutes of it above easy."""
    hard_m: float | None = None
    dose: Dose | None = None
    is_fixed: bool = False
    """An appointment with others: planned around, and moved last."""
    is_unknown: bool = False
    """What it will be is decided on the spot: "the club decides, hard"."""
    moved_from: date | None = None
    instead_of: str = ""
    """What was planned before something easier was taken, as a title."""
    runs: tuple[str, ...] = ()
    """Ids of the runs that were this session."""
    choice: str = ""
    """What the runner chose on the day: `as-planned`, or the rung that was taken."""

    @property
    def is_run(self) -> bool:
        """Whether its kilometres count."""
        return self.kind in {SessionKind.RUN, SessionKind.RACE}

    @property
    def is_done(self) -> bool:
        """Whether a run is linked to it."""
        return bool(self.runs)


@dataclass(frozen=True, slots=True)
class PlanDay:
    """A day."""

    date: date
    sessions: tuple[PlannedSession, ...] = ()
    """Up to two."""
    off: OffReason | None = None
    note: str = ""

    @property
    def is_hard(self) -> bool:
        """Whether a session of it is hard."""
        return any(session.is_hard for session in self.sessions)

    @property
    def distance_m(self) -> float:
        """Planned metres of running, of the sessions whose length is known."""
        return sum(each.distance_m or 0.0 for each in self.sessions if each.is_run)

    @property
    def run_minutes(self) -> float:
        """Planned minutes of running, of the sessions whose time is known."""
        return sum(each.minutes or 0.0 for each in self.sessions if each.is_run)


@dataclass(frozen=True, slots=True)
class PlanWeek:
    """A week from Monday, and what it aims at."""

    monday: date
    phase: TrainingPhase
    target_m: float | None = None
    target_s: float | None = None
    """One of the two, by the unit of the plan's volume."""
    is_down: bool = False
    note: str = ""
    """What is special about it, a sentence: a down week laid on a journey, a stage of a template."""

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    def dates(self) -> tuple[date, ...]:
        """Its seven days."""
        return tuple(self.monday + timedelta(days=place) for place in range(7))


@dataclass(frozen=True, slots=True)
class PlannedRace:
    """A race to come."""

    date: date
    distance: str
    """As documents spell it: `10 km`."""
    priority: RacePriority = RacePriority.A
    goal_s: float | None = None
    name: str = ""

    @property
    def distance_m(self) -> float:
        """Its length."""
        return float(read_distance(self.distance))

    @property
    def label(self) -> str:
        """What it is called: its name, else `half`, `10 km`."""
        return self.name or race_name(self.distance)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A session of every week that others decide about: club track on Tuesday, parkrun on Saturday."""

    weekday: int
    title: str
    family: Family = Family.OPEN
    is_hard: bool = True
    is_unknown: bool = True
    minutes: float | None = None
    distance_m: float | None = None
    workout: str = ""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days on which nothing is run, both ends included."""

    first: date
    last: date
    why: OffReason = OffReason.OFF
    note: str = ""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Availability:
    """When somebody can run."""

    weekdays: tuple[int, ...]
    """Running days, 0 is Monday."""
    minutes: Mapping[int, float] = field(default_factory=dict)
    """Most minutes by weekday; a day that is not named has as many as it takes."""
    off: tuple[DaysOff, ...] = ()
    fixed: tuple[Appointment, ...] = ()

    def off_on(self, day: date) -> DaysOff | None:
        """The days off this one belongs to."""
        return next((each for each in self.off if day in each), None)


@dataclass(frozen=True, slots=True)
class WeeklyVolume:
    """How much is run in a week, at the start and at most: in metres, or in seconds."""

    unit: Literal["m", "s"]
    start: float
    peak: float


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """What the runner decided about one rule of the linter."""

    rule: str
    is_on: bool | None = None
    """None: as the rule itself is by default."""
    overridden: int = 0
    """How often it was broken knowingly."""
    is_asked: bool = False
    """Whether it was asked if it should be switched off; it is asked once."""


@dataclass(frozen=True)
class Plan:
    """A season: what it is for, its weeks and its days. It never changes; edits make a new one."""

    id: str
    athlete: str
    """The slug of whose plan it is."""
    created: date
    level: RunnerLevel
    races: tuple[PlannedRace, ...]
    """By date."""
    availability: Availability
    volume: WeeklyVolume
    weeks: tuple[PlanWeek, ...]
    """By date, without a gap."""
    days: tuple[PlanDay, ...]
    """Every day of every week, by date."""
    template: str = ""
    """The name of the template the weeks were made from."""
    taper: TaperStyle = TaperStyle.STANDARD
    taper_percent: float | None = None
    """By how much volume falls over the taper, where the runner says it themself."""
    opt_ins: tuple[PlanOptIn, ...] = ()
    histories: tuple[str, ...] = ()
    """Old injuries that some sessions are wrong for: `hamstring`, `Achilles`, ..."""
    rules: tuple[RuleChoice, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out when it was made, and why; and the note of an opt-in template."""
    next_id: int = 1
    """The number of the next session: ids are never used again."""

    @cached_property
    def _by_date(self) -> Mapping[date, PlanDay]:
        return {day.date: day for day in self.days}

    @cached_property
    def _weeks_by_monday(self) -> Mapping[date, PlanWeek]:
        return {week.monday: week for week in self.weeks}

    @property
    def first(self) -> date:
        """Its first day; the day it was made on if it has no weeks."""
        return self.weeks[0].monday if self.weeks else self.created

    @property
    def last(self) -> date:
        """Its last day."""
        return self.weeks[-1].sunday if self.weeks else self.created

    def day(self, day: date) -> PlanDay:
        """A day; an empty one where the plan has none."""
        return self._by_date.get(day) or PlanDay(day)

    def week_of(self, day: date) -> PlanWeek | None:
        """The week a day lies in; None outside of the plan."""
        return self._weeks_by_monday.get(monday_of(day))

    def days_of(self, week: PlanWeek) -> tuple[PlanDay, ...]:
        """The seven days of a week."""
        return tuple(self.day(each) for each in week.dates())

    def sessions(self) -> Iterator[tuple[date, PlannedSession]]:
        """Every session with its date, by date."""
        for day in self.days:
            for session in day.sessions:
                yield day.date, session

    def find(self, id_: str) -> tuple[date, PlannedSession] | None:
        """A session by its id, with its date; None if there is none."""
        return next((each for each in self.sessions() if each[1].id == id_), None)

    def next_race(self, day: date, *priorities: RacePriority) -> PlannedRace | None:
        """The first race on or after a day, of these priorities, of all if none is named."""
        wanted = priorities or tuple(RacePriority)
        return next((race for race in self.races if race.date >= day and race.priority in wanted), None)

    def rule(self, name: str) -> RuleChoice:
        """What was decided about a rule."""
        return next((each for each in self.rules if each.rule == name), RuleChoice(name))

    def with_days(self, days: Iterable[PlanDay]) -> "Plan":
        """This plan with these days in place of those of the same dates; days outside of it are left out."""
        changed = {day.date: day for day in days}
        return replace(self, days=tuple(changed.get(day.date, day) for day in self.days))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
