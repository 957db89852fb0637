"""Strength, mobility and drills beside the running: the sheets of a phase, their days, and simple tests.

Heavy work is twice a week in base, one short session from then on and none in the ten days before an A race (science
F12, F15); plyometrics last six weeks (F6); prehab, drills and mobility are short and often (F5, F10, F11). Sheets are
placed after the runs: heavy ones never before a quick run, jumps only on rested legs. A free day of the week stays free
where there is one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from coach.athlete import SimpleTest
from coach.plan.edit import EditedPlan, drop_session, easier, replace_session
from coach.plan.facts import (
    BAREFOOT,
    COACHING,
    HALF_A_WEEK,
    PLYOMETRICS,
    CheckView,
    Finding,
    PlanRule,
    Severity,
    SidesResult,
    day_words,
)
from coach.plan.model import (
    MOST_SESSIONS,
    Family,
    Plan,
    PlanDay,
    PlannedSession,
    PlanOptIn,
    PlanWeek,
    RacePriority,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
    monday_of,
)

# --- sheets


class Sheet(NamedTuple):
    """A sheet of the library in plans."""

    title: str
    family: Family
    kind: SessionKind
    minutes: float
    often: tuple[int, int]
    """Most times in a number of days, as its tags say."""
    why: str


_STRENGTH, _MOBILITY = SessionKind.STRENGTH, SessionKind.MOBILITY
SHEETS: Final[Mapping[str, Sheet]] = {
    "strength-heavy": Sheet(
        "Heavy strength",
        Family.STRENGTH,
        _STRENGTH,
        45,
        (2, 7),
        "Heavy and few: force now makes every later pace cheaper.",
    ),
    "strength-gym": Sheet(
        "Strength, gym day",
        Family.STRENGTH,
        _STRENGTH,
        50,
        (1, 7),
        "Heavy and few: force now makes every later pace cheaper.",
    ),
    "strength-posterior": Sheet(
        "Strong behind",
        Family.STRENGTH,
        _STRENGTH,
        35,
        (2, 7),
        "Hips and hamstrings carry the long runs of later.",
    ),
    "strength-home": Sheet(
        "Strength, home day",
        Family.STRENGTH,
        _STRENGTH,
        30,
        (2, 7),
        "Strength at home, twice a week while nothing is fast.",
    ),
    "strength-maintain": Sheet(
        "Strength, one short session",
        Family.STRENGTH,
        _STRENGTH,
        20,
        (1, 7),
        "One short session keeps what base has built.",
    ),
    PLYOMETRICS: Sheet(
        "Plyometrics",
        Family.PLYOMETRICS,
        _STRENGTH,
        20,
        (2, 7),
        "Jumps twice a week for six weeks shorten ground contact.",
    ),
    "simple-tests": Sheet(
        "Simple tests, left and right",
        Family.CHECK_UP,
        _STRENGTH,
        15,
        (1, 21),
        "Once a month: is one side behind, and is it better than last time?",
    ),
    "prehab-15min": Sheet(
        "Prehab in 15 minutes", Family.PREHAB, _STRENGTH, 15, (3, 7), "For what quick running breaks first."
    ),
    "drills": Sheet(
        "Running drills", Family.DRILLS, _MOBILITY, 10, (3, 7), "Form drills come before anything flat out."
    ),
    "mobility-10min": Sheet(
        "Mobility in 10 minutes",
        Family.MOBILITY,
        _MOBILITY,
        10,
        (7, 7),
        "Ten minutes for hips, back and ankles.",
    ),
    "core-5min": Sheet(
        "Five minutes of core", Family.CORE, _STRENGTH, 5, (7, 7), "A little every day, as you asked for."
    ),
}
"""The sheets used in plans, by their names in the library."""

_BY_LEVEL: Final = {
    RunnerLevel.BEGINNER: ("strength-home", "strength-home"),
    RunnerLevel.INTERMEDIATE: ("strength-gym", "strength-posterior"),
    RunnerLevel.ADVANCED: ("strength-heavy", "strength-heavy"),
}
"""The two strength sessions of a base week: heavy weights are for runners who have lifted before."""
HEAVY_SHEETS: Final = frozenset({"strength-heavy", "strength-gym", "strength-explosive"})
"""Sheets that tire legs for two days, as their tags say (`fresh`)."""
_TRAINING: Final = frozenset(
    {TrainingPhase.BASE, TrainingPhase.BUILD, TrainingPhase.SPEED, TrainingPhase.PEAK, TrainingPhase.FREE}
)
LAST_DAYS: Final = 10
"""Days before an A race without strength work."""
_PLYO_FROM, _PLYO_WEEKS = 5, 6
"""Plyometrics begin in the fifth week of base, after four of regular running and strength, and last six."""
_CHECK_UP_WEEKS: Final = 4
_NO_JUMPS: Final = ("achilles", "calf")
_NO_BAREFOOT: Final = ("foot", "achilles", "plantar")


def sheets_of_week(plan: Plan, week: PlanWeek, *, easier_until: date | None = None) -> tuple[str, ...]:
    """The sheets of a week, the most important first; those without a day are left out from the end.

    Args:
        plan: whose week it is.
        week: the week.
        easier_until: up to this day plyometrics are once a week, as a simple test fell.
    """
    mobility = "mobility-10min"
    if week.phase is TrainingPhase.RECOVERY:
        return (mobility, mobility, mobility)
    if week.phase not in _TRAINING:
        short = ("strength-maintain",) if PlanOptIn.KEEP_STRENGTH in plan.opt_ins else ()
        return (*short, mobility, mobility)
    strength = _BY_LEVEL[plan.level] if week.phase is TrainingPhase.BASE else ("strength-maintain",)
    place = _training_weeks_before(plan, week)
    check_up = ("simple-tests",) if place % _CHECK_UP_WEEKS == 0 else ()
    jumps: tuple[str, ...] = ()
    if _jumps_are_due(plan, week, place):
        is_reduced = easier_until is not None and week.monday <= easier_until
        jumps = (PLYOMETRICS,) if is_reduced else (PLYOMETRICS, PLYOMETRICS)
    return (*strength, *jumps, *check_up, "prehab-15min", "drills", mobility, "prehab-15min", mobility)


def _training_weeks_before(plan: Plan, week: PlanWeek) -> int:
    """Weeks of training from the last break, or the begin of the plan, to a week; 0 for the first."""
    count = 0
    for each in (other for other in plan.weeks if other.monday < week.monday):
        count = count + 1 if each.phase in _TRAINING else 0
    return count


def _jumps_are_due(plan: Plan, week: PlanWeek, place: int) -> bool:
    """Return whether a week is one of the six with plyometrics."""
    if plan.level is RunnerLevel.BEGINNER or _has_history(plan, _NO_JUMPS):
        return False
    has_base = any(each.phase is TrainingPhase.BASE for each in plan.weeks if each.monday <= week.monday)
    return (
        has_base
        and all(
            _is_regular(plan, each)
            for each in plan.weeks
            if _BASE_BEFORE >= week.monday - each.monday > _NONE
        )
        and _PLYO_FROM <= place + 1 < _PLYO_FROM + _PLYO_WEEKS
        and week.phase is not TrainingPhase.PEAK
    )


_BASE_BEFORE, _NONE = timedelta(weeks=4), timedelta()
_REGULAR_RUNS: Final = 2
"""Least runs of a week that counts for a base, as in the rule `base-weeks`."""


def _is_regular(plan: Plan, week: PlanWeek) -> bool:
    """Return whether a week has enough runs for a base; the week in which the plan began counts as one."""
    runs = sum(any(session.is_run for session in day.sessions) for day in plan.days_of(week))
    return runs >= _REGULAR_RUNS or week.monday < plan.created


def _has_history(plan: Plan, parts: Sequence[str]) -> bool:
    return any(part in history.casefold() for history in plan.histories for part in parts)


# --- days

_FIRST: Final = frozenset(
    name for name, sheet in SHEETS.items() if sheet.family in {Family.STRENGTH, Family.PLYOMETRICS}
)
"""Sheets that are placed before the daily core, and all the others."""
_NO_CORE: Final = frozenset({TrainingPhase.RACE, TrainingPhase.RECOVERY})


def with_sheets(plan: Plan, first: date, *, easier_until: date | None = None) -> Plan:
    """A plan with the sheets of its weeks from a day on; present ones stay.

    Args:
        plan: with its runs laid.
        first: no sheet is laid before this day.
        easier_until: as of `sheets_of_week`.
    """
    if PlanOptIn.BAREFOOT in plan.opt_ins:
        plan = _barefoot(plan, first)
    laying = _Laying(plan, first)
    for week in plan.weeks:
        if week.sunday < first:
            continue
        names = sheets_of_week(plan, week, easier_until=easier_until)
        for name in (each for each in names if each in _FIRST):
            laying.lay(week, name)
        if PlanOptIn.CORE_DAILY in plan.opt_ins and week.phase not in _NO_CORE:
            for day in week.dates():
                laying.lay(week, "core-5min", (day,))
        for name in (each for each in names if each not in _FIRST):
            laying.lay(week, name)
    return laying.plan()


class _Laying:
    """Places sheets on the days of a plan."""

    def __init__(self, plan: Plan, first: date) -> None:
        self._plan = plan
        self._first = first
        self._days = {day.date: day for day in plan.days}
        self._next_id = plan.next_id
        self._races = [race.date for race in plan.races if race.priority is RacePriority.A]
        self._used: dict[str, set[date]] = {}
        """The days of each sheet."""
        for day, session in plan.sessions():
            self._used.setdefault(session.workout, set()).add(day)

    def plan(self) -> Plan:
        """The plan with the sheets placed so far."""
        return replace(self._plan, days=tuple(self._days.values()), next_id=self._next_id)

    def lay(self, week: PlanWeek, name: str, dates: Sequence[date] = ()) -> None:
        """Place a sheet on the best day of a week, if there is one."""
        sheet = SHEETS[name]
        costs = [
            (cost, day)
            for day in dates or week.dates()
            if day >= self._first and (cost := self._cost(self._days[day], name, sheet, week)) is not None
        ]
        if not costs:
            return
        _, best = min(costs)
        day = self._days[best]
        session = PlannedSession(
            f"s{self._next_id}",
            sheet.kind,
            sheet.family,
            sheet.title,
            sheet.why,
            workout=name,
            minutes=sheet.minutes,
        )
        self._next_id += 1
        is_rest_kept = sheet.kind is SessionKind.MOBILITY and len(day.sessions) < MOST_SESSIONS
        others = tuple(each for each in day.sessions if is_rest_kept or each.kind is not SessionKind.REST)
        self._days[best] = replace(day, sessions=(*others, session))
        self._used.setdefault(name, set()).add(best)

    def _cost(self, day: PlanDay, name: str, sheet: Sheet, week: PlanWeek) -> int | None:
        """The cost of a day; None if it is impossible."""
        sessions = [each for each in day.sessions if each.kind is not SessionKind.REST]
        if len(sessions) >= MOST_SESSIONS or day.off is not None or self._plan.availability.off_on(day.date):
            return None
        if any(each.kind is SessionKind.RACE for each in sessions) or any(
            each.workout == name for each in sessions
        ):
            return None
        before_race = min(((race - day.date).days for race in self._races if race >= day.date), default=99)
        if before_race <= LAST_DAYS and not self._goes_late(name, sheet, before_race):
            return None
        cost = self._cost_of_family(day, name, sheet)
        if cost is None:
            return None
        near = [self._day(day.date, number) for number in (-1, 1)]
        cost += 4 * sum(any(each.family is sheet.family for each in other.sessions) for other in near)
        is_last_free = _is_free(day) and sum(_is_free(self._day(each, 0)) for each in week.dates()) < 2
        fills_it = sheet.kind is not SessionKind.MOBILITY and sheet.family is not Family.CORE
        if (is_last_free and fills_it) or not self._is_rare_enough(day.date, name):
            return None
        return cost + len(sessions) + 3 * is_last_free

    def _is_rare_enough(self, day: date, name: str) -> bool:
        """Return whether a sheet on a day keeps its largest frequency."""
        times, days = SHEETS[name].often
        uses = sorted([each for each in self._used.get(name, ()) if abs((each - day).days) < days] + [day])
        return all((last - first).days >= days for first, last in zip(uses, uses[times:], strict=False))

    def _goes_late(self, name: str, sheet: Sheet, before_race: int) -> bool:
        """Return whether a sheet is allowed in the last days before an A race."""
        if name == "strength-maintain":
            return PlanOptIn.KEEP_STRENGTH in self._plan.opt_ins and before_race > _RACE_EVE
        return sheet.family in {Family.MOBILITY, Family.CORE}

    def _cost_of_family(self, day: PlanDay, name: str, sheet: Sheet) -> int | None:
        """The cost of a day for this kind of sheet."""
        before, after, later = (self._day(day.date, number) for number in (-1, 1, 2))
        is_hard = _is_hard(day) or _is_long(day)
        was_hard = _is_hard(before) or _is_long(before)
        if sheet.family in _TIRING and any(each.kind is SessionKind.RACE for each in after.sessions):
            return None
        match sheet.family:
            case Family.STRENGTH if name in HEAVY_SHEETS:
                if _is_quick(after) or _is_quick(later):
                    return None
                near = any(
                    each.workout in HEAVY_SHEETS or each.family is Family.STRENGTH
                    for other in (before, after)
                    for each in other.sessions
                )
                return None if near else 2 * _is_long(after) + 2 * _is_long(day) - 2 * _is_quick(day)
            case Family.STRENGTH:
                near = any(
                    each.family is Family.STRENGTH for other in (before, after) for each in other.sessions
                )
                return None if near else 3 * _is_quick(after) + 2 * _is_long(day)
            case Family.PLYOMETRICS | Family.CHECK_UP:
                if was_hard or is_hard:
                    return None
                lifted = any(each.workout in HEAVY_SHEETS for each in (*before.sessions, *day.sessions))
                return 3 * lifted + 3 * _is_quick(after)
            case Family.PREHAB:
                return 3 * _is_quick(after) + 2 * is_hard
            case Family.DRILLS:
                return 3 * (not any(each.is_run for each in day.sessions)) + 2 * is_hard
            case _:
                return 0

    def _day(self, day: date, later: int) -> PlanDay:
        day += _STEPS[later]
        return self._days.get(day) or PlanDay(day)


_STEPS: Final = {later: timedelta(days=later) for later in (-1, 0, 1, 2)}


_TIRING: Final = frozenset({Family.STRENGTH, Family.PLYOMETRICS, Family.CHECK_UP})
"""Families that are not done on the day before any race."""
_RACE_EVE: Final = 3
"""No strength work in the last three days, whatever is requested. Judged."""


def _is_free(day: PlanDay) -> bool:
    """Return whether a day has at most ten minutes of mobility."""
    return all(each.kind in {SessionKind.MOBILITY, SessionKind.REST} for each in day.sessions)


def _is_hard(day: PlanDay) -> bool:
    return any(each.is_hard and each.is_run for each in day.sessions)


def _is_long(day: PlanDay) -> bool:
    return any(each.family is Family.LONG for each in day.sessions)


def _is_quick(day: PlanDay) -> bool:
    """Return whether a run of the day needs quick legs."""
    return any(
        each.is_run and (each.is_hard or each.family is Family.SPRINTS or each.workout == BAREFOOT)
        for each in day.sessions
    )


def _barefoot(plan: Plan, first: date) -> Plan:
    """A plan whose first strides of each base and build week are run barefoot; never with a foot history."""
    if _has_history(plan, _NO_BAREFOOT):
        return plan
    new_days = list[PlanDay]()
    for week in plan.weeks:
        if (
            week.phase not in {TrainingPhase.BASE, TrainingPhase.BUILD}
            or _training_weeks_before(plan, week) < 4
        ):
            continue
        for day in plan.days_of(week):
            place = next((n for n, each in enumerate(day.sessions) if each.family is Family.STRIDES), None)
            is_soon = bool(new_days) and (day.date - new_days[-1].date).days < _BAREFOOT_DAYS
            if place is not None and day.date >= first and not is_soon and _is_rested(plan, day):
                strides = replace(
                    day.sessions[place],
                    workout=BAREFOOT,
                    document=None,
                    title="Easy, with four barefoot strides on grass",
                    why="Four strides without shoes, as you asked for: clean grass, once a week.",
                )
                sessions = (*day.sessions[:place], strides, *day.sessions[place + 1 :])
                new_days.append(replace(day, sessions=sessions))
                break
    return plan.with_days(new_days)


_BAREFOOT_DAYS: Final = 7
"""Once a week at most, as the library says."""


def _is_rested(plan: Plan, day: PlanDay) -> bool:
    """Return whether legs are fresh on a day: nothing hard or long was run the day before."""
    before = plan.day(day.date - timedelta(days=1))
    return not before.is_hard and not _is_long(before)


# --- simple tests


class SimpleTestWords(NamedTuple):
    """The words of a simple test."""

    name: str
    unit: str


SIMPLE_TESTS: Final[Mapping[SimpleTest, SimpleTestWords]] = {
    SimpleTest.CALF_RAISES: SimpleTestWords("calf raises on one leg", "times"),
    SimpleTest.SIDE_PLANK: SimpleTestWords("side plank", "s"),
    SimpleTest.HOP: SimpleTestWords("hop on one leg", "cm"),
    SimpleTest.LUNGE: SimpleTestWords("lunge to the wall", "cm"),
}
"""The tests of the monthly sheet."""
FALL: Final = 0.2
"""A fall of this share since last time reduces plyometrics and sprints."""
APART: Final = 0.1
"""A difference of the sides by this share is reported: many coaches check from 10 % on. No study supports it."""
EASIER_DAYS: Final = 28
"""Until the next sheet, which is monthly."""


@dataclass(frozen=True, slots=True)
class SimpleTestRow:
    """One simple test: left compared with right, and with last time."""

    test: SimpleTest
    now: SidesResult
    before: SidesResult | None
    """The result before it; None for the first."""

    @property
    def apart(self) -> float | None:
        """The share by which the lower side is under the higher; None without a result."""
        high = max(self.now.left, self.now.right)
        return (high - min(self.now.left, self.now.right)) / high if high else None

    @property
    def lower_side(self) -> str:
        """The lower side; empty if they are equal."""
        if self.now.left == self.now.right:
            return ""
        return "left" if self.now.left < self.now.right else "right"

    @property
    def changes(self) -> tuple[float, float] | None:
        """The change of each side since last time, left and right; None for the first time, or from 0."""
        if self.before is None or not self.before.left or not self.before.right:
            return None
        return self.now.left / self.before.left - 1, self.now.right / self.before.right - 1

    @property
    def fall(self) -> float:
        """The larger fall of the two sides since last time, 0.2 is a fifth; 0 without one."""
        return 0.0 if self.changes is None else max(0.0, *(-change for change in self.changes))

    @property
    def words(self) -> str:
        """The fall in words: `side plank, left 60 to 45 s`."""
        name, unit = SIMPLE_TESTS[self.test]
        if self.before is None or self.changes is None:
            return name
        is_left = self.changes[0] <= self.changes[1]
        side, was, now = (
            ("left", self.before.left, self.now.left)
            if is_left
            else ("right", self.before.right, self.now.right)
        )
        return f"{name}, {side} {was:g} to {now:g} {unit}"


def simple_test_rows(tests: Iterable[SidesResult]) -> tuple[SimpleTestRow, ...]:
    """The newest result of each test with the one before it, in the order of the sheet."""
    by_test: dict[SimpleTest, list[SidesResult]] = {}
    for result in sorted(tests, key=lambda each: each.day):
        by_test.setdefault(result.test, []).append(result)
    return tuple(_rows(by_test))


def _rows(by_test: Mapping[SimpleTest, Sequence[SidesResult]]) -> Iterator[SimpleTestRow]:
    for test in SimpleTest:
        results = by_test.get(test, ())
        if results:
            yield SimpleTestRow(test, results[-1], results[-2] if len(results) > 1 else None)


def falls(tests: Iterable[SidesResult], share: float = FALL) -> tuple[SimpleTestRow, ...]:
    """The tests that fell by this share or more since last time."""
    return tuple(row for row in simple_test_rows(tests) if row.fall >= share - 1e-9)


def easier_until(tests: Iterable[SidesResult], share: float = FALL) -> date | None:
    """The last day on which plyometrics and sprints are reduced; None if no test fell."""
    days = [row.now.day for row in falls(tests, share)]
    return max(days) + timedelta(days=EASIER_DAYS) if days else None


# --- the rules of strength work and of simple tests


_LIFTED: Final = frozenset({Family.STRENGTH, Family.PLYOMETRICS})


def _strength_late(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    is_kept = PlanOptIn.KEEP_STRENGTH in view.plan.opt_ins
    for race in view.plan.races:
        if race.priority is not RacePriority.A:
            continue
        for day, session in view.coming:
            before = (race.date - day).days
            is_short = session.family is Family.STRENGTH and not view.is_heavy(session)
            if 0 < before <= rule.limit and session.family in _LIFTED and not (is_kept and is_short):
                yield rule.at(
                    (day,),
                    f"{session.title} on {day_words(day)} is {before} days before {race.label}.",
                    f'Leave it out; "{PlanOptIn.KEEP_STRENGTH}" keeps one short session.',
                    f"{before} days",
                )


def _plyometric_weeks(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    weeks = 0
    rest = 0
    for week in view.weeks:
        jumps = [
            day.date for day in week.days for session in day.sessions if session.family is Family.PLYOMETRICS
        ]
        weeks, rest = (
            (weeks + 1, 0) if jumps else ((0, rest + 1) if rest + 1 >= HALF_A_WEEK else (weeks, rest + 1))
        )
        if jumps and weeks == rule.limit + 1 and week.week.sunday >= view.today:
            yield rule.at(
                jumps,
                f"{week.words} is the {weeks}th with plyometrics.",
                "Six weeks of them are a block; leave four weeks before the next.",
                f"{weeks} weeks",
            )


def _test_falls(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    until = easier_until(view.facts.tests, rule.limit)
    if until is None:
        return
    words = _fall_words(view, rule.limit)
    for day, session in _to_ease(view, until):
        yield rule.at(
            (day,),
            f"{session.title} on {day_words(day)} comes after a fall in the simple tests: {words}.",
            "Halve the jumps and leave sprints out until the tests are back: coach plan ease",
            words,
        )


def _fall_words(view: CheckView, limit: float) -> str:
    return ", ".join(each.words for each in falls(view.facts.tests, limit))


def _to_ease(view: CheckView, until: date) -> Iterator[tuple[date, PlannedSession]]:
    """The sessions that weaker legs on one side leave out: the second plyometrics of a week, and flat sprints."""
    jumped: set[date] = set()
    for day, session in view.coming:
        if day > until or session.is_done:
            continue
        is_jumping = session.family is Family.PLYOMETRICS
        if view.is_flat_sprint(session) or (is_jumping and monday_of(day) in jumped):
            yield day, session
        elif is_jumping:
            jumped.add(monday_of(day))


def ease_after_tests(view: CheckView) -> EditedPlan | None:
    """The plan with less jumping and no sprints after a fall in the simple tests; None where nothing is to ease.

    It is a proposal: nothing is changed by itself.
    """
    until = easier_until(view.facts.tests)
    sessions = [] if until is None else list(_to_ease(view, until))
    plan, says = view.plan, list[str]()
    for _, session in sessions:
        if session.family is Family.PLYOMETRICS:
            edited = drop_session(plan, session.id)
        else:
            edited = replace_session(plan, easier(session, _EASY_WHY, view.minutes(session) or 30.0))
        plan = edited.plan
        says += edited.says
    if not sessions:
        return None
    reason = f"A simple test fell by a fifth or more: {_fall_words(view, FALL)}. It is eased up to {until}."
    return EditedPlan(plan, tuple(dict.fromkeys(day for day, _ in sessions)), tuple(says), reason)


_EASY_WHY: Final = "Easy in place of sprints, until the simple tests are back to what they were."


STRENGTH_RULES: Final = (
    PlanRule(
        "strength-before-a-race",
        "No strength work in the ten days before an A race; one short session is an opt-in.",
        LAST_DAYS,
        "days",
        Severity.MEDIUM,
        f"{COACHING} (science F15)",
        _strength_late,
    ),
    PlanRule(
        "plyometric-weeks",
        "Plyometrics last six weeks, then pause for four.",
        6,
        "weeks",
        Severity.LOW,
        "studies of six weeks, Spurrs 2003 among them (science F6)",
        _plyometric_weeks,
    ),
    PlanRule(
        "tests-fell",
        "A fall of 20 % in a simple test eases plyometrics and sprints for four weeks.",
        0.2,
        "%",
        Severity.MEDIUM,
        f"{COACHING} (science N13)",
        _test_falls,
    ),
)
"""`coach.plan.check` runs each of them."""
