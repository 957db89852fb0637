"""Plans as documents: `coach-plan/1`, read strictly and written in one way.

The file is the truth and may be edited by hand, so every fault in it is named with its place and its fix.
"""

import json
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from coach.documents.reading import (
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
from coach.documents.spelling import Misspelt, read_time
from coach.plan.model import (
    MOST_SESSIONS,
    WEEKDAYS,
    Appointment,
    Availability,
    DaysOff,
    Dose,
    Family,
    OffReason,
    Plan,
    PlanDay,
    PlannedRace,
    PlannedSession,
    PlanOptIn,
    PlanWeek,
    RacePriority,
    RuleChoice,
    RunnerLevel,
    SessionKind,
    TaperStyle,
    TrainingPhase,
    WeeklyVolume,
    monday_of,
)
from coach.problems import PlanProblem
from coach.quantities import format_clock

FORMAT: Final = "coach-plan/1"
MOST_WEEKS: Final = 160
"""Three years: nobody plans further by weeks."""
WIDEST_WEEK_M: Final = 250_000.0
"""The longest week a plan takes; the best marathon runners do 160 to 220 km (Haugen et al. 2022)."""
WIDEST_WEEK_S: Final = 25 * 3600.0
"""The longest week by time: 250 km at 6:00/km."""
A_RACES_APART_DAYS: Final = 7
"""Two races that everything is built for do not lie within one week."""


def _checks_weekday(text: str) -> str:
    if text not in WEEKDAYS:
        raise Misspelt(f'"{text[:20]}" is no weekday', did_you_mean(text[:3], WEEKDAYS))
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
    """`A`: everything is built for it; `B`: a few easy days before; `C`: trained through."""
    goal: TimeText | None = None
    name: Name | None = None


class DaysOffEntry(Strict):
    """Days on which nothing is run."""

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
    """A session of every week that is agreed with others."""

    day: Weekday
    title: Name
    family: Family = Family.OPEN
    hard: bool = True
    unknown: bool = True
    """Whether what will be run is decided on the spot."""
    minutes: _Minutes | None = None
    distance_m: _Metres | None = None
    workout: Name | None = None


class AvailabilityEntry(Strict):
    """When the runner can run."""

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
    """How much is run in a week, by distance or by time."""

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
    """How much of what a hard session is."""

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
    """Unique in the plan; it stays with the session wherever that is moved to."""
    kind: SessionKind = SessionKind.RUN
    family: Family = Family.EASY
    """What it trains."""
    title: Name
    workout: Name | None = None
    """A workout or a sheet of the library by name, or a line such as `6x800 @ 5k / 400 jog`."""
    document: dict[str, Any] | None = None
    """A whole workout document in place of a name."""
    why: Prose
    """What it is for on this day, one sentence."""
    hard: bool = False
    minutes: _Minutes | None = None
    distance_m: _Metres | None = None
    hard_minutes: _Minutes | None = None
    hard_m: _Metres | None = None
    dose: DoseEntry | None = None
    fixed: bool = False
    """True for an appointment with others."""
    unknown: bool = False
    """True where what will be run is decided on the spot."""
    moved_from: Day | None = None
    instead_of: Name | None = None
    runs: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    """Ids of the runs that were this session."""
    choice: Name | None = None
    """What the runner chose on the day."""

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
                    f'"{day.date}" lies outside of the week of {self.monday}',
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
    """What the runner decided about one rule."""

    on: bool | None = None
    overridden: int = Field(default=0, ge=0, le=10_000)
    """How often it was broken knowingly."""
    asked: bool = False
    """Whether it was asked if it should be switched off."""


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
    """What is done only because the runner asked for it."""
    histories: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    """Old injuries that some sessions are wrong for: `hamstring`, `Achilles`."""
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
            wanted = date.fromisoformat(earlier.monday) + timedelta(days=7)
            if date.fromisoformat(later.monday) != wanted:
                raise Misspelt(
                    f"the week after {earlier.monday} begins on {wanted}, not on {later.monday}",
                    "Weeks follow each other without a gap; a week of rest has no sessions.",
                    key=f"weeks[{place}].monday",
                )
        self._check_ids()
        self._check_races()
        return self

    def _check_ids(self) -> None:
        seen: dict[str, str] = {}
        for week_place, week in enumerate(self.weeks):
            for day_place, day in enumerate(week.days):
                for place, session in enumerate(day.sessions):
                    where = path_of(["weeks", week_place, "days", day_place, "sessions", place, "id"])
                    if session.id in seen:
                        raise Misspelt(
                            f'two sessions have the id "{session.id}"; the other is {seen[session.id]}',
                            f'Give this one an id of its own, such as "s{self.next_id}".',
                            key=where,
                        )
                    seen[session.id] = where

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
    """The JSON Schema of plans, for editors that complete and check while one types."""
    schema = PlanDocument.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT} | {
        key: value for key, value in schema.items() if key != "title"
    }


# --- From a document to a plan


def read_plan(
    data: bytes, *, name: str, workouts: Collection[str] | None = None, today: date | None = None
) -> Plan:
    """Read a plan from the bytes of a file called `name`.

    With `workouts`, the names there are in the library, a session of a workout that is not among them is refused,
    unless it lies before `today`: what is over needs no workout any more.

    Raises:
        PlanProblem: with the JSON path, the reason and the fix; further faults stand in its hint.
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
    return _plan(document)


def _check_workouts(document: PlanDocument, names: Collection[str], today: date | None) -> None:
    """Refuse sessions of workouts that are not there.

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
    """Say that a workout is not there; None for a line that can be read."""
    if any(letter in workout for letter in " @/") or workout[:1].isdigit():
        from coach.workout import notation  # noqa: PLC0415 - most plans name no line, and its grammar takes time

        try:
            notation.read(workout)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the line cannot be run
            if " " in workout:
                return Fault(where, f'"{workout[:40]}" is no workout and cannot be read as a line: {problem}')
        else:
            return None
    fix = did_you_mean(workout, names) if names else ""
    return Fault(where, f'there is no workout "{workout[:60]}" in the library', fix)


def _plan(document: PlanDocument) -> Plan:
    """Make the plan of a document that was checked."""
    weeks = tuple(
        PlanWeek(
            date.fromisoformat(each.monday),
            each.phase,
            each.target_m,
            each.target_s,
            each.down,
            each.note or "",
        )
        for each in document.weeks
    )
    written = {date.fromisoformat(day.date): _day(day) for week in document.weeks for day in week.days}
    volume = document.volume
    is_by_distance = volume.start_m is not None
    return Plan(
        id=document.id,
        athlete=document.athlete,
        created=date.fromisoformat(document.created),
        level=document.level,
        races=tuple(sorted((_race(each) for each in document.races), key=lambda race: race.date)),
        availability=_availability(document.availability),
        volume=WeeklyVolume(
            "m" if is_by_distance else "s",
            (volume.start_m if is_by_distance else volume.start_s) or 0.0,
            (volume.peak_m if is_by_distance else volume.peak_s) or 0.0,
        ),
        weeks=weeks,
        days=tuple(written.get(each) or PlanDay(each) for week in weeks for each in week.dates()),
        template=document.template or "",
        taper=document.taper,
        taper_percent=document.taper_percent,
        opt_ins=document.opt_ins,
        histories=document.histories,
        rules=tuple(
            RuleChoice(rule, each.on, each.overridden, each.asked) for rule, each in document.rules.items()
        ),
        notes=document.notes,
        next_id=_free_id(document),
    )


def _free_id(document: PlanDocument) -> int:
    """The next number of a session, above every one in use, whatever a hand wrote."""
    used = [
        int(session.id[1:])
        for week in document.weeks
        for day in week.days
        for session in day.sessions
        if session.id[:1] == "s" and session.id[1:].isascii() and session.id[1:].isdigit()
    ]
    return max([document.next_id, *(number + 1 for number in used)])


def _race(entry: RaceEntry) -> PlannedRace:
    goal = None if entry.goal is None else float(read_time(entry.goal))
    return PlannedRace(date.fromisoformat(entry.date), entry.distance, entry.priority, goal, entry.name or "")


def _availability(entry: AvailabilityEntry) -> Availability:
    return Availability(
        weekdays=tuple(sorted(WEEKDAYS.index(day) for day in entry.days)),
        minutes={WEEKDAYS.index(day): minutes for day, minutes in entry.minutes.items()},
        off=tuple(
            DaysOff(date.fromisoformat(each.first), date.fromisoformat(each.last), each.why, each.note or "")
            for each in entry.off
        ),
        fixed=tuple(
            Appointment(
                WEEKDAYS.index(each.day),
                each.title,
                each.family,
                each.hard,
                each.unknown,
                each.minutes,
                each.distance_m,
                each.workout or "",
            )
            for each in entry.fixed
        ),
    )


def _day(entry: DayEntry) -> PlanDay:
    sessions = tuple(_session(each) for each in entry.sessions)
    return PlanDay(date.fromisoformat(entry.date), sessions, entry.off, entry.note or "")


def _session(entry: SessionEntry) -> PlannedSession:
    dose = entry.dose
    return PlannedSession(
        id=entry.id,
        kind=entry.kind,
        family=entry.family,
        title=entry.title,
        why=entry.why,
        workout=entry.workout or "",
        document=entry.document,
        is_hard=entry.hard,
        minutes=entry.minutes,
        distance_m=entry.distance_m,
        hard_minutes=entry.hard_minutes,
        hard_m=entry.hard_m,
        dose=None
        if dose is None
        else Dose(dose.reps, dose.pace, dose.rep_m, dose.rep_s, dose.rest_s, dose.move),
        is_fixed=entry.fixed,
        is_unknown=entry.unknown,
        moved_from=None if entry.moved_from is None else date.fromisoformat(entry.moved_from),
        instead_of=entry.instead_of or "",
        runs=entry.runs,
        choice=entry.choice or "",
    )


# --- From a plan to a document


def write_plan(plan: Plan) -> bytes:
    """Write a plan: UTF-8 JSON that `read_plan` reads back equal. What is at its default is left out."""
    return (json.dumps(plan_tree(plan), indent=1, ensure_ascii=False) + "\n").encode()


def plan_tree(plan: Plan) -> dict[str, Any]:
    """A plan as a tree of JSON, as its document has it."""
    unit = plan.volume.unit
    tree: dict[str, Any] = {
        "format": FORMAT,
        "id": plan.id,
        "athlete": plan.athlete,
        "created": plan.created.isoformat(),
        "level": plan.level.value,
        "races": [_race_tree(race) for race in plan.races],
        "availability": _availability_tree(plan.availability),
        "volume": {f"start_{unit}": _number(plan.volume.start), f"peak_{unit}": _number(plan.volume.peak)},
        "template": plan.template,
        "taper": "" if plan.taper is TaperStyle.STANDARD else plan.taper.value,
        "taper_percent": "" if plan.taper_percent is None else _number(plan.taper_percent),
        "opt_ins": [each.value for each in plan.opt_ins],
        "histories": list(plan.histories),
        "rules": {each.rule: _rule_tree(each) for each in plan.rules},
        "notes": list(plan.notes),
        "next_id": plan.next_id,
    }
    kept = {"races", "next_id"}
    tree = {key: value for key, value in tree.items() if key in kept or value not in ("", [], {})}
    tree["weeks"] = [_week_tree(plan, week) for week in plan.weeks]
    return tree


def _rule_tree(choice: RuleChoice) -> dict[str, Any]:
    switch = {} if choice.is_on is None else {"on": choice.is_on}
    counts = {"overridden": choice.overridden} if choice.overridden else {}
    return switch | counts | ({"asked": True} if choice.is_asked else {})


def _race_tree(race: PlannedRace) -> dict[str, Any]:
    goal = None if race.goal_s is None else format_clock(race.goal_s, tenths=race.goal_s % 1 > 0)
    tree = {"date": race.date.isoformat(), "distance": race.distance, "priority": race.priority.value}
    return tree | _without_defaults({"goal": goal, "name": race.name})


def _availability_tree(free: Availability) -> dict[str, Any]:
    off = [
        {"from": each.first.isoformat(), "to": each.last.isoformat(), "why": each.why.value}
        | _without_defaults({"note": each.note})
        for each in free.off
    ]
    fixed = [
        {"day": WEEKDAYS[each.weekday], "title": each.title, "family": each.family.value}
        | {"hard": each.is_hard, "unknown": each.is_unknown}
        | _without_defaults(
            {
                "minutes": _number(each.minutes),
                "distance_m": _number(each.distance_m),
                "workout": each.workout,
            }
        )
        for each in free.fixed
    ]
    minutes = {WEEKDAYS[day]: _number(most) for day, most in sorted(free.minutes.items())}
    days = [WEEKDAYS[day] for day in free.weekdays]
    return {"days": days} | _without_defaults({"minutes": minutes, "off": off, "fixed": fixed})


def _week_tree(plan: Plan, week: PlanWeek) -> dict[str, Any]:
    tree = {"monday": week.monday.isoformat(), "phase": week.phase.value}
    tree |= _without_defaults(
        {
            "target_m": _number(week.target_m),
            "target_s": _number(week.target_s),
            "down": week.is_down,
            "note": week.note,
        }
    )
    days = [_day_tree(day) for day in plan.days_of(week) if day.sessions or day.off or day.note]
    return tree | {"days": days}


def _day_tree(day: PlanDay) -> dict[str, Any]:
    about = {"off": day.off and day.off.value, "note": day.note}
    sessions = [session_tree(each) for each in day.sessions]
    return {"date": day.date.isoformat()} | _without_defaults(about | {"sessions": sessions})


def session_tree(session: PlannedSession) -> dict[str, Any]:
    """A session as a tree of JSON, as a plan's document has it."""
    moved_from = session.moved_from
    tree: dict[str, Any] = {
        "id": session.id,
        "kind": session.kind.value,
        "family": session.family.value,
        "title": session.title,
    }
    tree |= _without_defaults({"workout": session.workout, "document": session.document})
    return (
        tree
        | {"why": session.why}
        | _without_defaults(
            {
                "hard": session.is_hard,
                "minutes": _number(session.minutes),
                "distance_m": _number(session.distance_m),
                "hard_minutes": _number(session.hard_minutes),
                "hard_m": _number(session.hard_m),
                "dose": session.dose and _dose_tree(session.dose),
                "fixed": session.is_fixed,
                "unknown": session.is_unknown,
                "moved_from": moved_from and moved_from.isoformat(),
                "instead_of": session.instead_of,
                "runs": list(session.runs),
                "choice": session.choice,
            }
        )
    )


def _dose_tree(dose: Dose) -> dict[str, Any]:
    tree = {"reps": dose.reps, "pace": dose.pace}
    lengths = {"rep_m": _number(dose.rep_m), "rep_s": _number(dose.rep_s)}
    rest = {"rest_s": _number(dose.rest_s), "move": dose.move} if dose.rest_s else {}
    return tree | _without_defaults(lengths) | rest


def _without_defaults(tree: dict[str, Any]) -> dict[str, Any]:
    """A tree without what is not known, empty or false; a number of 0 is a number and stays."""
    return {
        key: value
        for key, value in tree.items()
        if value is not None and value is not False and value not in ("", [], {})
    }


def _number(value: float | None) -> float | int | None:
    """A number as one writes it: whole where it is whole."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else value
