"""Plans as documents: `coach-plan/1`, read strictly.

The file is the truth and may be edited by hand, so every fault in it is named with its place and its fix.
"""

import json
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from coach.documents import (
    Day,
    DistanceText,
    Fault,
    Faulty,
    Name,
    Prose,
    Slug,
    Strict,
    TimeText,
    check_format,
    check_tree,
    did_you_mean,
    faults_of,
    path_of,
    read_tree,
)
from coach.plan.model import (
    FORMAT,
    MOST_SESSIONS,
    WEEKDAYS,
    Family,
    OffReason,
    Plan,
    PlanOptIn,
    RacePriority,
    RunnerLevel,
    SessionKind,
    TaperStyle,
    TrainingPhase,
    monday_of,
    plan_of_tree,
)
from coach.problems import PlanProblem
from coach.spelling import Misspelt

MOST_WEEKS: Final = 160
"""Three years; longer plans are not made by weeks. Judged."""
WIDEST_WEEK_M: Final = 250_000.0
"""The longest week a plan takes; the best marathon runners do 160 to 220 km (Haugen et al. 2022)."""
WIDEST_WEEK_S: Final = 25 * 3600.0
"""The longest week by time: 250 km at 6:00/km."""
A_RACES_APART_DAYS: Final = 7
"""Least days between two A races."""


def _checks_weekday(text: str) -> str:
    if text not in WEEKDAYS:
        raise Misspelt(f'"{text[:20]}" is not a weekday', did_you_mean(text[:3], WEEKDAYS))
    return text


Weekday = Annotated[str, Field(examples=["tue"]), AfterValidator(_checks_weekday)]
"""A day of the week by its first three letters."""
SessionId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
_Metres = Annotated[float, Field(ge=0, le=WIDEST_WEEK_M)]
_Minutes = Annotated[float, Field(ge=0, le=1440)]
_WeekMetres = Annotated[float, Field(ge=0, le=WIDEST_WEEK_M)]
_WeekSeconds = Annotated[float, Field(ge=0, le=WIDEST_WEEK_S)]


class RaceEntry(Strict):
    """A race to come."""

    date: Day
    distance: DistanceText
    priority: RacePriority = RacePriority.A
    """`A`: the season is built for it; `B`: a few easy days before; `C`: trained through."""
    goal: TimeText | None = None
    name: Name | None = None


class DaysOffEntry(Strict):
    """Days without running."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    """The last of them."""
    why: OffReason = OffReason.OFF
    note: Name | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Refuse an end before the start."""
        if self.last < self.first:
            raise Misspelt("the days off end before they begin", "Put the earlier date first.", key="to")
        return self


class AppointmentEntry(Strict):
    """A session of every week with others."""

    day: Weekday
    title: Name
    family: Family = Family.OPEN
    hard: bool = True
    unknown: bool = True
    """True if its content is decided on the spot."""
    minutes: _Minutes | None = None
    distance_m: _Metres | None = None
    workout: Name | None = None


class AvailabilityEntry(Strict):
    """The days and times for running."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)]
    """Running days."""
    minutes: dict[Weekday, _Minutes] = Field(default_factory=dict)
    """Most minutes of a day."""
    off: Annotated[tuple[DaysOffEntry, ...], Field(max_length=200)] = ()
    fixed: Annotated[tuple[AppointmentEntry, ...], Field(max_length=14)] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        """Refuse a running day that is named twice."""
        if len(set(self.days)) < len(self.days):
            raise Misspelt("a day is named twice", "Keep one of them.", key="days")
        return self


class VolumeEntry(Strict):
    """Running in a week, by distance or by time."""

    start_m: _WeekMetres | None = None
    peak_m: _WeekMetres | None = None
    start_s: _WeekSeconds | None = None
    peak_s: _WeekSeconds | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        """Refuse a volume that is not whole, or in two units."""
        metres = (self.start_m, self.peak_m)
        seconds = (self.start_s, self.peak_s)
        if (None in metres) == (None in seconds) or any(
            (first is None) != (second is None) for first, second in (metres, seconds)
        ):
            raise Misspelt(
                "a volume is a start and a peak in one unit",
                'Write "start_m" and "peak_m", or "start_s" and "peak_s".',
            )
        return self


class DoseEntry(Strict):
    """The size of a hard session."""

    reps: int = Field(ge=1, le=100)
    pace: Name
    rep_m: Annotated[float, Field(gt=0, le=50_000)] | None = None
    rep_s: Annotated[float, Field(gt=0, le=14_400)] | None = None
    rest_s: float = Field(default=0.0, ge=0, le=3600)
    move: Literal["jog", "walk", "stand", "float"] = "jog"

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        """Refuse a rep of no length, or of two."""
        if (self.rep_m is None) == (self.rep_s is None):
            raise Misspelt("a rep has one length", 'Write "rep_m" or "rep_s".')
        return self


class SessionEntry(Strict):
    """One session of a day."""

    id: SessionId
    """Unique in the plan; it stays with the session when that is moved."""
    kind: SessionKind = SessionKind.RUN
    family: Family = Family.EASY
    """The purpose of its training."""
    title: Name
    workout: Name | None = None
    """A workout or a sheet of the library by name, or a line such as `6x800 @ 5k / 400 jog`."""
    document: dict[str, Any] | None = None
    """A whole workout document in place of a name."""
    why: Prose
    """Its purpose on this day, one sentence."""
    hard: bool = False
    minutes: _Minutes | None = None
    distance_m: _Metres | None = None
    hard_minutes: _Minutes | None = None
    hard_m: _Metres | None = None
    dose: DoseEntry | None = None
    fixed: bool = False
    """True for an appointment with others."""
    unknown: bool = False
    """True if its content is decided on the spot."""
    moved_from: Day | None = None
    instead_of: Name | None = None
    runs: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    """Ids of the runs that were this session."""
    choice: Name | None = None
    """The runner's choice on the day."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        """Refuse two workouts in one session."""
        if self.workout is not None and self.document is not None:
            raise Misspelt("a session has a workout or a document, not both", "Take one out.", key="document")
        return self


class DayEntry(Strict):
    """A day."""

    date: Day
    off: OffReason | None = None
    note: Prose | None = None
    sessions: Annotated[tuple[SessionEntry, ...], Field(max_length=MOST_SESSIONS)] = ()


class WeekEntry(Strict):
    """A week from Monday."""

    monday: Day
    phase: TrainingPhase
    target_m: _WeekMetres | None = None
    """Metres of running the week aims at."""
    target_s: _WeekSeconds | None = None
    down: bool = False
    """True for a week that lets the legs come back: only volume falls."""
    note: Prose | None = None
    days: Annotated[tuple[DayEntry, ...], Field(max_length=7)] = ()

    @model_validator(mode="after")
    def _is_a_week(self) -> Self:
        """Refuse a week that begins on another day, and days that are not its own."""
        monday = date.fromisoformat(self.monday)
        if monday.weekday():
            raise Misspelt(
                f'"{self.monday}" is a {monday:%A}, not a Monday', f"Write {monday_of(monday)}.", key="monday"
            )
        before = ""
        for place, day in enumerate(self.days):
            if monday_of(date.fromisoformat(day.date)) != monday:
                raise Misspelt(
                    f'"{day.date}" is outside the week of {self.monday}',
                    "Move it to its own week.",
                    key=f"days[{place}].date",
                )
            if day.date <= before:
                raise Misspelt(
                    "the days of a week are not in order"
                    if day.date < before
                    else f'"{day.date}" is there twice',
                    "Put the earliest first, each once.",
                    key=f"days[{place}].date",
                )
            before = day.date
        return self


class RuleEntry(Strict):
    """The runner's decisions on one rule."""

    on: bool | None = None
    overridden: int = Field(default=0, ge=0, le=10_000)
    """Number of times it was broken knowingly."""
    asked: bool = False
    """True if the runner was asked whether to switch it off."""


class PlanDocument(Strict):
    """A plan."""

    format: Literal["coach-plan/1"]
    id: SessionId
    athlete: Slug
    created: Day
    level: RunnerLevel = RunnerLevel.INTERMEDIATE
    races: Annotated[tuple[RaceEntry, ...], Field(max_length=60)] = ()
    availability: AvailabilityEntry
    volume: VolumeEntry
    template: Name | None = None
    """The template the weeks were made from."""
    taper: TaperStyle = TaperStyle.STANDARD
    taper_percent: Annotated[float, Field(ge=0, le=80)] | None = None
    opt_ins: Annotated[tuple[PlanOptIn, ...], Field(max_length=20)] = ()
    """Options that need the runner's consent."""
    histories: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    """Old injuries that rule out some sessions: `hamstring`, `Achilles`."""
    rules: dict[Name, RuleEntry] = Field(default_factory=dict)
    """Rules that are switched on or off, and how often each was broken knowingly."""
    notes: Annotated[tuple[Prose, ...], Field(max_length=100)] = ()
    next_id: int = Field(default=1, ge=1, le=10_000_000)
    """The number of the next session: ids are never used again."""
    weeks: Annotated[tuple[WeekEntry, ...], Field(min_length=1, max_length=MOST_WEEKS)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Refuse weeks out of order or with a gap, sessions of one id, and two A races in a week."""
        for place, (earlier, later) in enumerate(zip(self.weeks, self.weeks[1:], strict=False), 1):
            monday = date.fromisoformat(earlier.monday) + timedelta(days=7)
            if date.fromisoformat(later.monday) != monday:
                raise Misspelt(
                    f"the week after {earlier.monday} begins on {monday}, not on {later.monday}",
                    "Weeks follow each other without a gap; a week of rest has no sessions.",
                    key=f"weeks[{place}].monday",
                )
        self._check_ids()
        self._check_races()
        return self

    def _check_ids(self) -> None:
        places: dict[str, str] = {}
        for week_place, week in enumerate(self.weeks):
            for day_place, day in enumerate(week.days):
                for place, session in enumerate(day.sessions):
                    where = path_of(["weeks", week_place, "days", day_place, "sessions", place, "id"])
                    if session.id in places:
                        raise Misspelt(
                            f'two sessions have the id "{session.id}"; the other is {places[session.id]}',
                            f'Give this one an id of its own, such as "s{self.next_id}".',
                            key=where,
                        )
                    places[session.id] = where

    def _check_races(self) -> None:
        great = [
            (race.date, place) for place, race in enumerate(self.races) if race.priority is RacePriority.A
        ]
        for (earlier, _), (later, place) in zip(sorted(great), sorted(great)[1:], strict=False):
            if (date.fromisoformat(later) - date.fromisoformat(earlier)).days < A_RACES_APART_DAYS:
                raise Misspelt(
                    f"two A races lie within a week: {earlier} and {later}",
                    'Make one of them "B" or "C".',
                    key=f"races[{place}].priority",
                )


def plan_schema() -> dict[str, object]:
    """The JSON Schema of plans, for editors that complete and check."""
    schema = PlanDocument.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT} | {
        key: value for key, value in schema.items() if key != "title"
    }


# --- from a document to a plan


def read_plan(
    data: bytes, *, name: str, workouts: Collection[str] | None = None, today: date | None = None
) -> Plan:
    """Read a plan from the bytes of a file called `name`.

    With `workouts`, the names there are in the library, a session of a workout that is not among them is refused,
    unless it lies before `today`: past days need no workout any more.

    Raises:
        PlanProblem: with the JSON path, the reason and the fix; further faults are in its hint.
    """
    try:
        tree = read_tree(data, what="plan")
        check_format(tree, family="coach-plan", version=1, what="plan")
        check_tree(tree)
        try:
            document = PlanDocument.model_validate_json(json.dumps(tree))
        except ValidationError as error:
            raise Faulty(faults_of(error, tree)) from None
        if workouts is not None:
            _check_workouts(document, workouts, today)
    except Faulty as faulty:
        first = faulty.faults[0]
        place = f"{name}, {first.where}" if first.where else name
        raise PlanProblem(f"{place}: {first.reason}", faulty.hint) from None
    return plan_of_tree(tree)


def _check_workouts(document: PlanDocument, names: Collection[str], today: date | None) -> None:
    """Refuse sessions of workouts that do not exist.

    Raises:
        Faulty: with every such session.
    """
    from_day = "" if today is None else today.isoformat()
    faults = [
        fault
        for where, day, workout in _workouts_of(document)
        if day >= from_day and workout not in names and (fault := _missing(where, workout, names)) is not None
    ]
    if faults:
        raise Faulty(faults)


def _workouts_of(document: PlanDocument) -> Iterator[tuple[str, str, str]]:
    """Each workout that is named, with its place and its day."""
    for week_place, week in enumerate(document.weeks):
        for day_place, day in enumerate(week.days):
            for place, session in enumerate(day.sessions):
                if session.workout is not None:
                    where = path_of(["weeks", week_place, "days", day_place, "sessions", place, "workout"])
                    yield where, day.date, session.workout
    for place, each in enumerate(document.availability.fixed):
        if each.workout is not None:
            yield path_of(["availability", "fixed", place, "workout"]), "9999", each.workout


def _missing(where: str, workout: str, names: Collection[str]) -> Fault | None:
    """Return the fault of a missing workout; None for a line that can be read."""
    if any(letter in workout for letter in " @/") or workout[:1].isdigit():
        from coach.workout import notation  # noqa: PLC0415 - most plans name no line, and its grammar takes time

        try:
            notation.read(workout)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the line cannot be run
            if " " in workout:
                return Fault(
                    where, f'"{workout[:40]}" is not a workout and cannot be read as a line: {problem}'
                )
        else:
            return None
    fix = did_you_mean(workout, names) if names else ""
    return Fault(where, f'there is no workout "{workout[:60]}" in the library', fix)
