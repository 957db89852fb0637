"""Sheets laid by phase round the runs, and the simple tests that ease jumps and sprints."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coach.athlete import SimpleTest
from coach.plan.check import check
from coach.plan.facts import PLYOMETRICS, SidesResult
from coach.plan.model import (
    DaysOff,
    Family,
    OffReason,
    Plan,
    PlanOptIn,
    PlanWeek,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
)
from coach.plan.strength import (
    EASIER_DAYS,
    FALL,
    HEAVY_SHEETS,
    LAST_DAYS,
    SHEETS,
    SIMPLE_TESTS,
    easier_until,
    falls,
    sheets_of_week,
    simple_test_rows,
    with_sheets,
)
from tests.plan.checking import MONDAY, TODAY, day, knowing, library, phases, plan_of, put, race, session

P = TrainingPhase


def base_plan(weeks: int = 12, level: RunnerLevel = RunnerLevel.ADVANCED) -> Plan:
    """A plan of base weeks with hill sprints on Tuesday in place of reps, and no sheet in it yet."""
    plan = replace(phases(plan_of(weeks), P.BASE), level=level)
    for number in range(weeks):
        hills = session(
            Family.SPRINTS, "Hill sprints", "hill-sprints", minutes=42.0, distance_m=7000.0, hard_minutes=1.3
        )
        plan = put(put(plan, day(number, 0)), day(number, 1), replace(hills, id=f"h{number}"))
    return plan


def laid(plan: Plan, week: int) -> list[tuple[int, str]]:
    """The sheets of a week with their weekdays."""
    days = plan.days_of(plan.weeks[week])
    return [
        (each.date.weekday(), one.workout) for each in days for one in each.sessions if one.workout in SHEETS
    ]


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_as_the_library_has_it(name):
    """Minutes, how often at most and whether legs feel it are those of its document."""
    sheet, facts = SHEETS[name], library(name)
    assert facts.seconds == sheet.minutes * 60
    assert sheet.often == (facts.often or (7, 7))
    assert facts.is_heavy == (name in HEAVY_SHEETS)
    assert sheet.kind in {SessionKind.STRENGTH, SessionKind.MOBILITY}


def test_heavy_strength_is_twice_a_base_week_and_never_before_a_quick_run():
    """On the day of the hills, after them, and on a day with two easy ones behind it."""
    plan = with_sheets(base_plan(), MONDAY)
    for number in range(12):
        heavy = [weekday for weekday, name in laid(plan, number) if name == "strength-heavy"]
        assert len(heavy) == 2
        assert heavy[0] == 1
    assert [each.rule for each in check(plan, knowing(plan), TODAY) if each.rule != "quality-session"] == []


@pytest.mark.parametrize(
    ("level", "names"),
    [
        (RunnerLevel.BEGINNER, {"strength-home"}),
        (RunnerLevel.INTERMEDIATE, {"strength-gym", "strength-posterior"}),
        (RunnerLevel.ADVANCED, {"strength-heavy"}),
    ],
)
def test_what_is_lifted_is_for_the_level(level, names):
    """Heavy weights are for those who have lifted before."""
    plan = with_sheets(base_plan(2, level), MONDAY)
    strength = {one.workout for _, one in plan.sessions() if one.family is Family.STRENGTH}
    assert strength == names


def test_plyometrics_are_six_weeks_from_the_fifth_on():
    """Twice a week, on days that follow an easy one; not for beginners, and not with a sore tendon."""
    plan = with_sheets(base_plan(), MONDAY)
    weeks = [sum(name == PLYOMETRICS for _, name in laid(plan, number)) for number in range(12)]
    assert weeks == [0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 0, 0]
    for other in (
        base_plan(level=RunnerLevel.BEGINNER),
        replace(base_plan(), histories=("Achilles",)),
    ):
        made = with_sheets(other, MONDAY)
        assert not any(one.family is Family.PLYOMETRICS for _, one in made.sessions())


def test_plyometrics_are_once_a_week_while_a_test_has_fallen():
    """Up to the day that is given."""
    plan = base_plan()
    until = day(5, 6)
    assert sheets_of_week(plan, plan.weeks[5], easier_until=until).count(PLYOMETRICS) == 1
    assert sheets_of_week(plan, plan.weeks[6], easier_until=until).count(PLYOMETRICS) == 2


def test_from_build_on_one_short_session_stays():
    """In the ten days before an A race none, unless it was asked for; then none in the last three days."""
    plan = phases(plan_of(6), P.BUILD, P.BUILD, P.BUILD, P.PEAK, P.TAPER, P.RACE)
    plan = replace(plan, races=(race(day(5, 6)),))
    made = with_sheets(plan, MONDAY)
    strength = [each for each, one in made.sessions() if one.family is Family.STRENGTH]
    assert [(each - MONDAY).days // 7 for each in strength] == [0, 1, 2, 3]
    assert all(day(5, 6) - each > timedelta(days=LAST_DAYS) for each in strength)
    kept = with_sheets(replace(plan, opt_ins=(PlanOptIn.KEEP_STRENGTH,)), MONDAY)
    late = [each for each, one in kept.sessions() if one.family is Family.STRENGTH and each >= day(4, 0)]
    assert len(late) >= 1
    assert all((day(5, 6) - each).days > 3 for each in late)
    assert [each.rule for each in check(kept, knowing(kept), TODAY) if each.rule.startswith("strength")] == []


def test_recovery_has_mobility_alone():
    """Three times ten minutes."""
    plan = with_sheets(phases(plan_of(2), P.RECOVERY), MONDAY)
    assert {one.workout for _, one in plan.sessions() if one.kind is SessionKind.STRENGTH} == set()
    assert sum(name == "mobility-10min" for _, name in laid(plan, 1)) >= 3


def test_the_simple_tests_come_every_fourth_week():
    """On fresh legs, and not in the last days before a race."""
    plan = with_sheets(base_plan(), MONDAY)
    weeks = [number for number in range(12) for _, name in laid(plan, number) if name == "simple-tests"]
    assert weeks == [0, 4, 8]


def test_one_day_stays_without_anything_but_mobility():
    """The rest day of a week of five runs is not filled with strength."""
    plan = with_sheets(base_plan(), MONDAY)
    for number in range(12):
        kinds = [{one.kind for one in each.sessions} for each in plan.days_of(plan.weeks[number])]
        assert any(each <= {SessionKind.MOBILITY} for each in kinds)


def test_nothing_is_laid_on_days_off_before_the_first_day_or_on_a_full_one():
    """Two sessions are the most of a day, and what lay there stays with its id."""
    plan = base_plan(4)
    off = DaysOff(day(1, 0), day(1, 6), OffReason.TRAVEL)
    plan = replace(plan, availability=replace(plan.availability, off=(off,)))
    made = with_sheets(plan, day(0, 3))
    assert laid(made, 1) == []
    assert all(weekday >= 3 for weekday, _ in laid(made, 0))
    assert max(len(each.sessions) for each in made.days) == 2
    before = {one.id for _, one in plan.sessions()}
    after = [one.id for _, one in made.sessions()]
    assert before <= set(after)
    assert len(after) == len(set(after))
    assert made.next_id == plan.next_id + len(after) - len(before)


def test_core_every_day_is_asked_for():
    """On each day with room, recovery and the week of the race excepted."""
    plan = with_sheets(replace(base_plan(2), opt_ins=(PlanOptIn.CORE_DAILY,)), MONDAY)
    cores = [name for _, name in laid(plan, 0) if name == "core-5min"]
    assert len(cores) >= 4
    plain = with_sheets(base_plan(2), MONDAY)
    assert not any(one.family is Family.CORE for _, one in plain.sessions())


def test_barefoot_strides_are_asked_for_and_never_with_a_foot_history():
    """From the fifth week on, the first strides of a week."""
    plan = replace(base_plan(6), opt_ins=(PlanOptIn.BAREFOOT,))
    made = with_sheets(plan, MONDAY)
    days = [each for each, one in made.sessions() if one.workout == "barefoot-strides"]
    assert days == [day(4, 4), day(5, 4)]
    for history in ("left foot", "Achilles", "plantar fascia"):
        other = with_sheets(replace(plan, histories=(history,)), MONDAY)
        assert not any(one.workout == "barefoot-strides" for _, one in other.sessions())


def result(test: SimpleTest, day_: date, left: float, right: float) -> SidesResult:
    """The result of a test."""
    return SidesResult(test, day_, left, right)


def test_a_test_is_laid_beside_last_time():
    """Left against right, and each against last time, in the order of the sheet."""
    old, new = TODAY - timedelta(days=30), TODAY
    rows = simple_test_rows(
        [
            result(SimpleTest.HOP, new, 150, 120),
            result(SimpleTest.CALF_RAISES, new, 20, 25),
            result(SimpleTest.CALF_RAISES, old, 25, 25),
            result(SimpleTest.LUNGE, old, 0, 10),
            result(SimpleTest.LUNGE, new, 8, 8),
        ]
    )
    calf, hop, lunge = rows
    assert (calf.apart, calf.lower_side) == (0.2, "left")
    assert calf.changes == pytest.approx((-0.2, 0.0))
    assert calf.fall == pytest.approx(0.2)
    assert calf.words == "calf raises on one leg, left 25 to 20 times"
    assert (hop.before, hop.changes, hop.fall, hop.lower_side) == (None, None, 0.0, "right")
    assert hop.words == "hop on one leg"
    assert (lunge.changes, lunge.lower_side, lunge.apart) == (None, "", 0.0)
    assert simple_test_rows([result(SimpleTest.HOP, new, 0, 0)])[0].apart is None
    assert set(SIMPLE_TESTS) == set(SimpleTest)


def test_a_fall_of_a_fifth_eases_until_the_next_sheet():
    """A fall that was made up for is none any more."""
    first, second, third = (TODAY + timedelta(days=number) for number in (0, 28, 56))
    fell = [result(SimpleTest.SIDE_PLANK, first, 60, 60), result(SimpleTest.SIDE_PLANK, second, 60, 48)]
    assert easier_until(fell) == second + timedelta(days=EASIER_DAYS)
    assert falls(fell)[0].words == "side plank, right 60 to 48 s"
    assert falls(fell, FALL + 0.01) == ()
    back = [*fell, result(SimpleTest.SIDE_PLANK, third, 60, 60)]
    assert easier_until(back) is None


def test_weeks_after_a_break_begin_anew():
    """After recovery the first week of base is the first again: no jumps in it."""
    plan = phases(plan_of(12), *[P.BASE] * 5, P.RECOVERY, P.BASE)
    weeks: tuple[PlanWeek, ...] = plan.weeks
    assert PLYOMETRICS in sheets_of_week(plan, weeks[4])
    assert PLYOMETRICS not in sheets_of_week(plan, weeks[6])
    assert PLYOMETRICS in sheets_of_week(plan, weeks[10])
