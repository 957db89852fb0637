"""A season, made up for tests, and actions that keep it without a disk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from coach.plan.edit import EditedPlan
from coach.plan.model import (
    Availability,
    Family,
    Plan,
    PlanDay,
    PlannedRace,
    PlannedSession,
    PlanWeek,
    RacePriority,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
    WeeklyVolume,
)
from coach.problems import CoachProblem
from coach.screen.app import CoachApp
from coach.screen.calendar_page import Answer, BrokenRule, ReasonLine, TypedRace, UsualBand
from tests.screen.builders import FakeLibrary, FakeRun, rep_four

TODAY: Final = date(2026, 5, 28)
"""A Thursday."""
MONDAY: Final = date(2026, 5, 25)
_KM: Final = (27, 27, 27, 18, 27, 36, 36, 27, 36, 36, 45, 36, 44, 35, 40, 36, 30, 18)
"""Kilometres of the eighteen weeks."""
_PHASES: Final = (
    *[TrainingPhase.BASE] * 8,
    *[TrainingPhase.BUILD] * 6,
    *[TrainingPhase.PEAK] * 3,
    TrainingPhase.RACE,
)
_DOWN: Final = frozenset({3, 7, 9, 13})


def _run(id_: str, family: Family, title: str, why: str, size: tuple[float, float], **more) -> PlannedSession:
    minutes, km = size
    return PlannedSession(
        id_, SessionKind.RUN, family, title, why, minutes=minutes, distance_m=1000 * km, **more
    )


def _hard(
    id_: str, family: Family, title: str, why: str, size: tuple[float, float], **more
) -> PlannedSession:
    return _run(id_, family, title, why, size, is_hard=True, workout="6x800-5k", **more)


def this_week() -> tuple[tuple[PlannedSession, ...], ...]:
    """The sessions of the week with today, as the specification draws them."""
    return (
        (),
        (
            _hard(
                "t1",
                Family.VO2MAX,
                "6 × 800 m at 5k pace",
                "Holds 5k pace: third week of the build.",
                (65, 10.6),
                hard_minutes=21.6,
                runs=("R1",),
            ),
        ),
        (
            _run(
                "t2",
                Family.EASY,
                "Easy run, 8 km",
                "Two easy days a week keep 80 % easy.",
                (47, 8.0),
                runs=("R2",),
            ),
        ),
        (
            _hard(
                "t3",
                Family.THRESHOLD,
                "20 min at threshold",
                "Raises the pace you can hold for an hour.",
                (53, 9.4),
                hard_minutes=20,
            ),
        ),
        (),
        (_run("t4", Family.STRIDES, "Easy run, 6 km, 6 strides", "Legs quick, nothing tired.", (38, 6.4)),),
        (
            _run(
                "t5",
                Family.LONG,
                "Long run, 90 min",
                "Longest of the block; the next is shorter.",
                (90, 15.5),
            ),
        ),
    )


def a_season() -> Plan:
    """Eighteen weeks to a race on 28 June; the thirteenth is as the specification draws it."""
    weeks, days = [], []
    for number, (km, phase) in enumerate(zip(_KM, _PHASES, strict=True)):
        monday = MONDAY + timedelta(days=7 * (number - 12))
        weeks.append(PlanWeek(monday, phase, target_m=1000.0 * km, is_down=number in _DOWN))
        sessions = this_week() if number == 12 else _week(number, km)
        for place, each in enumerate(sessions):
            note = "Day between two hard ones." if number == 12 and place == 4 else ""
            days.append(PlanDay(monday + timedelta(days=place), each, note=note))
    race = PlannedRace(date(2026, 6, 28), "10 km", RacePriority.A)
    return Plan(
        id="2026-06-28-10-km",
        athlete="ida",
        created=date(2026, 2, 26),
        level=RunnerLevel.INTERMEDIATE,
        races=(race,),
        availability=Availability((1, 2, 3, 5, 6)),
        volume=WeeklyVolume("m", 27000.0, 45000.0),
        weeks=tuple(weeks),
        days=tuple(days),
        next_id=500,
    )


def crowded() -> Plan:
    """The season with a hard session on Saturday as well."""
    plan = a_season()
    day = plan.day(date(2026, 5, 30))
    return plan.with_days([replace(day, sessions=(replace(day.sessions[0], is_hard=True),))])


def _week(number: int, km: float) -> tuple[tuple[PlannedSession, ...], ...]:
    """A week of five runs, of which one is hard from the build on, and of strength in the base."""

    def name(place: int) -> str:
        return f"w{number}d{place}"

    easy = _run(name(2), Family.EASY, "Easy run, 6 km", "Two easy days a week keep 80 % easy.", (36, 6.0))
    long = _run(name(6), Family.LONG, "Long run", "Builds the base.", (6 * km * 0.35, km * 0.35))
    if number == 17:
        race = PlannedSession(
            name(6),
            SessionKind.RACE,
            Family.RACE,
            "10 km",
            "What it was all for.",
            is_hard=True,
            distance_m=10000.0,
        )
        return ((), (easy,), (), (), (), (), (race,))
    rest = km * 0.65 - 6
    if number < 8:
        strength = PlannedSession(
            name(4),
            SessionKind.STRENGTH,
            Family.STRENGTH,
            "Strength, heavy",
            "Twice a week in the base.",
            minutes=30.0,
        )
        first = _run(name(1), Family.STRIDES, "Easy run, strides", "Legs quick.", (3 * rest, rest / 2))
        return ((), (first,), (easy,), (replace(first, id=name(3)), strength), (), (), (long,))
    hard = _hard(
        name(1), Family.VO2MAX, "5 × 1000 m at 5k pace", "Holds 5k pace.", (62, rest / 2), hard_minutes=21
    )
    second = _hard(
        name(3),
        Family.THRESHOLD,
        "Tempo, 3 × 8 min",
        "Raises the threshold.",
        (55, rest / 2),
        hard_minutes=24,
    )
    return ((), (hard,), (easy,), (second,), (), (), (long,))


BAND: Final = UsualBand(
    "HRV, 7-day mean, 4 weeks",
    (
        *(4.08, 4.13, None, 4.09, 4.085, 4.08, 4.11, 4.13, 4.13, 4.07, 4.10, 4.10, 4.07, 4.08),
        *(4.13, 4.13, 4.08, 4.06, 4.06, 4.09, 4.08, 4.09, 4.08, 4.15, 4.09, 4.08, 4.04, 4.09),
    ),
    4.06,
    4.13,
)
EASIER: Final = Answer(
    "EASIER",
    "2 × 8 min at threshold",
    "0:48",
    "instead of 20 min in one",
    "6:40, measured 4 min",
    (
        ReasonLine("red flags: sleep, legs", "2", "2", has_fired=True),
        ReasonLine("HRV, 7-day mean", "4.09", "4.06"),
        ReasonLine("resting heart rate", "51", "53"),
        ReasonLine("niggle, gait the same", "2"),
    ),
    ("two red flags: sleep, legs", "2 of 2 allowed"),
    "yesterday's effort",
    BAND,
)
PLANNED: Final = Answer(
    "PLANNED",
    "20 min at threshold",
    "0:53",
    in_short=("No rule asks for less.", ""),
    not_known="this morning: nothing was measured or said",
    is_as_planned=True,
)


def hard_days_side_by_side(plan: Plan) -> tuple[BrokenRule, ...]:
    """Say where two hard days follow each other, as the linter does."""
    return tuple(
        BrokenRule(
            (before.date, after.date),
            f"Hard on {before.date:%a} and on {after.date:%a}: a day of rest or easy running belongs between.",
        )
        for before, after in zip(plan.days, plan.days[1:], strict=False)
        if before.is_hard and after.is_hard
    )


@dataclass
class FakeSeasons:
    """A season and what is done with it, kept in the memory."""

    plan: Plan | None = field(default_factory=a_season)
    given: Answer | None = EASIER
    who: str = "ida"
    unit: str = "km"
    problem: CoachProblem | None = None
    """The problem of any change that is stored."""
    rules: Callable[[Plan], Sequence[BrokenRule]] = hard_days_side_by_side
    kept: list[tuple[EditedPlan, str]] = field(default_factory=list)
    before: list[Plan | None] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        """Early on a Thursday in May."""
        return datetime(2026, 5, 28, 6, 40, tzinfo=UTC)

    def read(self) -> Plan | None:
        """Give what is kept."""
        return self.plan

    def done(self) -> Mapping[str, str]:
        """Return the results of two runs."""
        return {"R1": "+0.2 s a rep, RPE 8", "R2": "mean 5:48"}

    def answer(self) -> Answer | None:
        """Give the answer."""
        return self.given

    def why(self) -> Sequence[tuple[str, str]]:
        """Two rules with their sources."""
        return (
            ("red flags", "2 of sleep and legs. Limit: 2. Source: 001."),
            ("HRV, 7-day mean", "4.09. Limit: 4.06. Source: Plews 2013."),
        )

    def broken(self, plan: Plan) -> Sequence[BrokenRule]:
        """Ask the rules."""
        return self.rules(plan)

    def keep(self, edited: EditedPlan, who: str) -> Plan:
        """Keep a change."""
        if self.problem is not None:
            raise self.problem
        self.kept.append((edited, who))
        self.before.append(self.plan)
        self.plan = edited.plan
        return self.plan

    def undo(self) -> str:
        """Take the last change back."""
        if not self.before:
            return ""
        self.plan = self.before.pop()
        return self.kept.pop()[1] if self.kept else "race"

    def start(self, *, as_planned: bool, by_effort: bool = False) -> FakeRun:
        """Begin a run."""
        if self.problem is not None:
            raise self.problem
        self.begun.append("as planned" if as_planned else "as answered")
        return FakeRun(rep_four())

    def understand(self, line: str) -> TypedRace:
        """Understand a single race."""
        if line.strip() == "10k 28 June":
            return TypedRace("18 weeks: base 8, build 6, peak 3, race; 27 to 45 km a week, 5 days.")
        return TypedRace("", f"“{line}” is no race with a day yet. Write 10k 28 June.")

    def enter(self, line: str) -> Plan:
        """Make the season."""
        self.before.append(None)
        self.plan = a_season()
        return self.plan


def calendar(actions: FakeSeasons | None = None) -> Callable[[str], CoachApp]:
    """Show the calendar over a library; each app has actions of its own unless they are given."""

    def app(theme: str) -> CoachApp:
        seasons = actions if actions is not None else FakeSeasons()
        return CoachApp(
            library=FakeLibrary([]), season=lambda: seasons, opens_season=True, theme=theme, is_ticking=False
        )

    return app
