"""A plan as data: the goal of a season, its weeks and its days; and how it is written as JSON.

Days are local dates without a time: a change of the clock or of the time zone does not move them. `coach.plan.document`
checks the contents of a file; nothing here loads the code that checks.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Literal

from coach.quantities import format_clock
from coach.spelling import race_name, read_distance, read_time

MOST_SESSIONS: Final = 2
"""Most sessions of a day: a run and a sheet, or two runs."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week as documents and commands spell them; `date.weekday` counts them from 0."""


class SessionKind(StrEnum):
    """The sport of a session."""

    RUN = "run"
    RACE = "race"
    STRENGTH = "strength"
    MOBILITY = "mobility"
    CROSS = "cross"
    """Swim, bike or walk: load counts it, kilometres do not."""
    REST = "rest"


class Family(StrEnum):
    """The purpose of a session; between two sessions of one family one variable changes."""

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
    """A test or a minor race."""
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
    """The part of a season that a week belongs to."""

    BASE = "base"
    BUILD = "build"
    SPEED = "speed"
    """The last part of the build, in weeks."""
    PEAK = "peak"
    TAPER = "taper"
    RACE = "race"
    """The week of an A race."""
    RECOVERY = "recovery"
    SHARPEN = "sharpen"
    """Too little time for more: short quick running and a taper."""
    FREE = "free"
    """Running without a plan, between two seasons."""


class RacePriority(StrEnum):
    """The rank of a race in the season."""

    A = "A"
    """The season is built for it: taper before, recovery block after."""
    B = "B"
    """A few easy days before, no taper."""
    C = "C"
    """Run instead of a hard session, and trained through."""


class RunnerLevel(StrEnum):
    """The amount of hard running that a runner is used to."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class OffReason(StrEnum):
    """The reason for days without running."""

    TRAVEL = "travel"
    ILLNESS = "illness"
    OFF = "off"


class TaperStyle(StrEnum):
    """The fall of volume before a race."""

    STANDARD = "standard"
    """-41 to -60 %, by default -50 %, progressively (Bosquet 2007: two weeks, intensity and frequency kept)."""
    LIGHT = "light"
    """-20 to -30 %: common among coaches, less than in the best results of studies."""
    FREQUENCY = "frequency"
    """-25 % with every run kept, less than in the best results of studies."""


class PlanOptIn(StrEnum):
    """Options that need the runner's consent."""

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
    """The size of a hard session: its variables, of which one changes at a time."""

    reps: int
    pace: str
    """The reference pace, such as `5k`, or an effort."""
    rep_m: float | None = None
    rep_s: float | None = None
    """One of the two lengths of a rep is set."""
    rest_s: float = 0.0
    """Seconds of rest after a rep, about; 0 for one rep alone."""
    move: str = "jog"
    """The movement in the rest: `jog`, `walk`, `stand`."""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session of a day."""

    id: str
    """Unique in the plan; it stays with the session when that is moved."""
    kind: SessionKind
    family: Family
    title: str
    why: str
    """One sentence: its purpose on this day."""
    workout: str = ""
    """A workout or a sheet of the library by name, or a line of the notation; may be empty."""
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
    """Its content is decided on the spot: "the club decides, hard"."""
    moved_from: date | None = None
    instead_of: str = ""
    """The title of the session that it replaced."""
    runs: tuple[str, ...] = ()
    """Ids of the runs that were this session."""
    choice: str = ""
    """The runner's choice on the day: `as-planned`, or a rung."""

    @property
    def is_run(self) -> bool:
        """True if its kilometres count."""
        return self.kind in {SessionKind.RUN, SessionKind.RACE}

    @property
    def is_done(self) -> bool:
        """True if a run is linked to it."""
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
        """True if a session of it is hard."""
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
    """A week from Monday, and its target."""

    monday: date
    phase: TrainingPhase
    target_m: float | None = None
    target_s: float | None = None
    """One of the two, by the unit of the plan's volume."""
    is_down: bool = False
    note: str = ""
    """A remark, a sentence: a down week laid on a journey, a stage of a template."""

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
        """Its name, else `half`, `10 km`."""
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
        """The number of days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Availability:
    """The days and times for running."""

    weekdays: tuple[int, ...]
    """Running days, 0 is Monday."""
    minutes: Mapping[int, float] = field(default_factory=dict)
    """Most minutes by weekday; a day without an entry has no limit."""
    off: tuple[DaysOff, ...] = ()
    fixed: tuple[Appointment, ...] = ()

    def off_on(self, day: date) -> DaysOff | None:
        """The days off this one belongs to."""
        return next((each for each in self.off if day in each), None)


@dataclass(frozen=True, slots=True)
class WeeklyVolume:
    """Running in a week, at the start and at most: in metres, or in seconds."""

    unit: Literal["m", "s"]
    start: float
    peak: float


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """The runner's decisions on one rule of the linter."""

    rule: str
    is_on: bool | None = None
    """None for the default of the rule."""
    overridden: int = 0
    """Number of times it was broken knowingly."""
    is_asked: bool = False
    """True if the runner was asked whether to switch it off; they are asked once."""


@dataclass(frozen=True)
class Plan:
    """A season: its goal, its weeks and its days. It is immutable; edits make a new one."""

    id: str
    athlete: str
    """The athlete's slug."""
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
    """The fall of volume over the taper in per cent, if set by the runner."""
    opt_ins: tuple[PlanOptIn, ...] = ()
    histories: tuple[str, ...] = ()
    """Old injuries that some sessions are wrong for: `hamstring`, `Achilles`, ..."""
    rules: tuple[RuleChoice, ...] = ()
    notes: tuple[str, ...] = ()
    """The parts left out when it was made, with reasons; and the note of an opt-in template."""
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
        """Its first day; the day it was made if it has no weeks."""
        return self.weeks[0].monday if self.weeks else self.created

    @property
    def last(self) -> date:
        """Its last day."""
        return self.weeks[-1].sunday if self.weeks else self.created

    def day(self, day: date) -> PlanDay:
        """A day; an empty one if the plan has none."""
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
        """The first race on or after a day, of these priorities, or of all if none is given."""
        levels = priorities or tuple(RacePriority)
        return next((race for race in self.races if race.date >= day and race.priority in levels), None)

    def rule(self, name: str) -> RuleChoice:
        """The decisions on a rule."""
        return next((each for each in self.rules if each.rule == name), RuleChoice(name))

    def with_days(self, days: Iterable[PlanDay]) -> "Plan":
        """This plan with these days in place of those of the same dates; days outside of it are left out."""
        by_date = {day.date: day for day in days}
        return replace(self, days=tuple(by_date.get(day.date, day) for day in self.days))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


# --- a plan as a tree of JSON

FORMAT: Final = "coach-plan/1"


def plan_of_tree(tree: Mapping[str, Any]) -> Plan:
    """Make the plan of a tree that `coach.plan.document` has checked, or that `write_plan` wrote.

    Raises:
        LookupError, TypeError, ValueError: the tree is not that of a plan.
    """
    weeks = tuple(
        PlanWeek(
            date.fromisoformat(each["monday"]),
            TrainingPhase(each["phase"]),
            _float_or_none(each.get("target_m")),
            _float_or_none(each.get("target_s")),
            each.get("down", False),
            each.get("note") or "",
        )
        for each in tree["weeks"]
    )
    days = [_day_of(each) for week in tree["weeks"] for each in week.get("days", ())]
    by_date = {day.date: day for day in days}
    volume = tree["volume"]
    unit: Literal["m", "s"] = "m" if volume.get("start_m") is not None else "s"
    races = (_race_of(each) for each in tree.get("races", ()))
    return Plan(
        id=tree["id"],
        athlete=tree["athlete"],
        created=date.fromisoformat(tree["created"]),
        level=RunnerLevel(tree.get("level", RunnerLevel.INTERMEDIATE)),
        races=tuple(sorted(races, key=lambda race: race.date)),
        availability=_availability_of(tree["availability"]),
        volume=WeeklyVolume(unit, float(volume[f"start_{unit}"]), float(volume[f"peak_{unit}"])),
        weeks=weeks,
        days=tuple(by_date.get(each) or PlanDay(each) for week in weeks for each in week.dates()),
        template=tree.get("template") or "",
        taper=TaperStyle(tree.get("taper", TaperStyle.STANDARD)),
        taper_percent=_float_or_none(tree.get("taper_percent")),
        opt_ins=tuple(PlanOptIn(each) for each in tree.get("opt_ins", ())),
        histories=tuple(tree.get("histories", ())),
        rules=tuple(
            RuleChoice(rule, each.get("on"), each.get("overridden", 0), each.get("asked", False))
            for rule, each in tree.get("rules", {}).items()
        ),
        notes=tuple(tree.get("notes", ())),
        next_id=_free_id(tree.get("next_id", 1), days),
    )


def _float_or_none(value: float | None) -> float | None:
    return None if value is None else float(value)


def _free_id(number: int, days: Iterable[PlanDay]) -> int:
    """The next number of a session, above every one in use, even after edits by hand."""
    ids = (session.id for day in days for session in day.sessions)
    numbers = [int(id_[1:]) for id_ in ids if id_[:1] == "s" and id_[1:].isascii() and id_[1:].isdigit()]
    return max([number, *(each + 1 for each in numbers)])


def _race_of(tree: Mapping[str, Any]) -> PlannedRace:
    goal = None if tree.get("goal") is None else float(read_time(tree["goal"]))
    day, priority = date.fromisoformat(tree["date"]), RacePriority(tree.get("priority", RacePriority.A))
    return PlannedRace(day, tree["distance"], priority, goal, tree.get("name") or "")


def _availability_of(tree: Mapping[str, Any]) -> Availability:
    off = (
        DaysOff(
            date.fromisoformat(each["from"]),
            date.fromisoformat(each["to"]),
            OffReason(each.get("why", OffReason.OFF)),
            each.get("note") or "",
        )
        for each in tree.get("off", ())
    )
    fixed = (
        Appointment(
            WEEKDAYS.index(each["day"]),
            each["title"],
            Family(each.get("family", Family.OPEN)),
            each.get("hard", True),
            each.get("unknown", True),
            _float_or_none(each.get("minutes")),
            _float_or_none(each.get("distance_m")),
            each.get("workout") or "",
        )
        for each in tree.get("fixed", ())
    )
    minutes = {WEEKDAYS.index(day): float(most) for day, most in tree.get("minutes", {}).items()}
    days = tuple(sorted(WEEKDAYS.index(day) for day in tree["days"]))
    return Availability(days, minutes, tuple(off), tuple(fixed))


def _day_of(tree: Mapping[str, Any]) -> PlanDay:
    sessions = tuple(_session_of(each) for each in tree.get("sessions", ()))
    off = None if tree.get("off") is None else OffReason(tree["off"])
    return PlanDay(date.fromisoformat(tree["date"]), sessions, off, tree.get("note") or "")


def _session_of(tree: Mapping[str, Any]) -> PlannedSession:
    value_of = tree.get
    moved_from = value_of("moved_from")
    return PlannedSession(
        id=tree["id"],
        kind=SessionKind(value_of("kind", SessionKind.RUN)),
        family=Family(value_of("family", Family.EASY)),
        title=tree["title"],
        why=tree["why"],
        workout=value_of("workout") or "",
        document=value_of("document"),
        is_hard=value_of("hard", False),
        minutes=_float_or_none(value_of("minutes")),
        distance_m=_float_or_none(value_of("distance_m")),
        hard_minutes=_float_or_none(value_of("hard_minutes")),
        hard_m=_float_or_none(value_of("hard_m")),
        dose=None if value_of("dose") is None else _dose_of(tree["dose"]),
        is_fixed=value_of("fixed", False),
        is_unknown=value_of("unknown", False),
        moved_from=None if moved_from is None else date.fromisoformat(moved_from),
        instead_of=value_of("instead_of") or "",
        runs=tuple(value_of("runs", ())),
        choice=value_of("choice") or "",
    )


def _dose_of(tree: Mapping[str, Any]) -> Dose:
    lengths = _float_or_none(tree.get("rep_m")), _float_or_none(tree.get("rep_s"))
    return Dose(tree["reps"], tree["pace"], *lengths, float(tree.get("rest_s", 0.0)), tree.get("move", "jog"))


def write_plan(plan: Plan) -> bytes:
    """Write a plan: UTF-8 JSON that `read_plan` reads back equal. Defaults are left out."""
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
    required = {"races", "next_id"}
    tree = {key: value for key, value in tree.items() if key in required or value not in ("", [], {})}
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
        | _without_defaults({"minutes": _number(each.minutes), "distance_m": _number(each.distance_m)})
        | _without_defaults({"workout": each.workout})
        for each in free.fixed
    ]
    minutes = {WEEKDAYS[day]: _number(most) for day, most in sorted(free.minutes.items())}
    days = [WEEKDAYS[day] for day in free.weekdays]
    return {"days": days} | _without_defaults({"minutes": minutes, "off": off, "fixed": fixed})


def _week_tree(plan: Plan, week: PlanWeek) -> dict[str, Any]:
    tree = {"monday": week.monday.isoformat(), "phase": week.phase.value}
    targets = {"target_m": _number(week.target_m), "target_s": _number(week.target_s)}
    tree |= _without_defaults(targets | {"down": week.is_down, "note": week.note})
    return tree | {
        "days": [_day_tree(day) for day in plan.days_of(week) if day.sessions or day.off or day.note]
    }


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
    """A tree without values that are unknown, empty or false; a number of 0 stays."""
    return {
        key: value
        for key, value in tree.items()
        if value is not None and value is not False and value not in ("", [], {})
    }


def _number(value: float | None) -> float | int | None:
    """A number as people write it: whole if it is whole."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else value
