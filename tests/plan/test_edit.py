"""Tests of edits of a plan: what is moved, replaced, dropped and refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.plan.edit import (
    EditedPlan,
    drop_session,
    easier,
    link_run,
    move,
    replace_session,
    swap,
    take_off,
)
from coach.plan.model import (
    Appointment,
    Availability,
    DaysOff,
    Family,
    OffReason,
    Plan,
    PlannedRace,
    PlannedSession,
    SessionKind,
    WeeklyVolume,
)
from coach.plan.planner import SeasonRequest, make_plan
from coach.problems import PlanProblem, UsageProblem
from tests.plan.weeks import with_session

TODAY = date(2026, 11, 30)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2027, 3, day) for day in (23, 24, 25, 26))
SUNDAY, RACE = date(2027, 3, 28), date(2027, 5, 16)


def made(**changes) -> Plan:
    """A season to a 10 k, Tuesday and Thursday hard, Sunday long; its runs alone."""
    request = SeasonRequest("me", (PlannedRace(RACE, "10 km"),), WeeklyVolume("m", 40_000, 60_000), days=5)
    plan = make_plan(replace(request, **changes), TODAY).plan
    sheets = {SessionKind.STRENGTH, SessionKind.MOBILITY}
    return plan.with_days(
        replace(day, sessions=tuple(each for each in day.sessions if each.kind not in sheets))
        for day in plan.days
    )


PLAN = made()


def titles(plan: Plan, day: date) -> list[str]:
    """The sessions of a day, without rest."""
    return [each.title for each in plan.day(day).sessions if each.kind is not SessionKind.REST]


def run_on(plan: Plan, day: date) -> PlannedSession:
    """The run of a day."""
    return next(each for each in plan.day(day).sessions if each.is_run)


def test_a_session_moved_changes_places_with_the_run_that_is_there():
    """A hard session changes places with the easy run of its new day; both remember the days they come from."""
    before = titles(PLAN, TUESDAY), titles(PLAN, WEDNESDAY)

    edited = move(PLAN, TUESDAY, WEDNESDAY)

    assert (titles(edited.plan, WEDNESDAY), titles(edited.plan, TUESDAY)) == before
    assert edited.touched == (TUESDAY, WEDNESDAY)
    assert run_on(edited.plan, WEDNESDAY).moved_from == TUESDAY
    assert "moved from Tue 2027-03-23 to Wed 2027-03-24" in edited.says[0]


def test_a_session_moved_back_forgets_that_it_was_moved():
    """A session that is moved and moved back leaves the plan as it was."""
    there = move(PLAN, TUESDAY, WEDNESDAY).plan

    assert move(there, WEDNESDAY, TUESDAY).plan.days == PLAN.days


def test_a_session_onto_a_free_day_leaves_its_own_free():
    """A session moved onto a day without a run leaves its own day empty."""
    edited = move(PLAN, run_on(PLAN, FRIDAY).id, FRIDAY + timedelta(days=1))

    assert titles(edited.plan, FRIDAY) == []
    assert len(titles(edited.plan, FRIDAY + timedelta(days=1))) == 1


def test_an_appointment_does_not_give_way():
    """A session moved onto the day of the club is run beside it."""
    plan = made(availability=Availability((), fixed=(Appointment(1, "Club"),)))
    edited = move(plan, THURSDAY, TUESDAY)

    assert "Club" in titles(edited.plan, TUESDAY)
    assert len(titles(edited.plan, TUESDAY)) == 2
    assert "It shares the day with Club." in edited.says


def test_a_session_onto_a_day_off_is_kept_and_said():
    """A move onto a day off, and a move of an appointment, are done with a reminder."""
    off = take_off(PLAN, DaysOff(FRIDAY, FRIDAY, OffReason.TRAVEL)).plan
    assert any("one of your days off (travel)" in each for each in move(off, THURSDAY, FRIDAY).says)
    plan = made(availability=Availability((), fixed=(Appointment(1, "Club"),)))
    assert "tell the others" in swap(plan, TUESDAY, WEDNESDAY).says[-1]


def test_a_session_finds_no_day_of_too_little_time():
    """A long run is moved only to a day with enough time."""
    sunday = DaysOff(date(2026, 12, 13), date(2026, 12, 13), OffReason.TRAVEL)
    short = replace(PLAN, availability=replace(PLAN.availability, minutes=dict.fromkeys(range(7), 30.0)))

    assert not any(each.moved_from for _, each in take_off(short, sunday).plan.sessions())
    assert any(each.moved_from for _, each in take_off(PLAN, sunday).plan.sessions())


def test_sheets_that_fall_are_counted():
    """Dropped runs are named, and dropped sheets are counted."""
    sheet = PlannedSession(
        "", SessionKind.STRENGTH, Family.STRENGTH, "Strength", "Strong legs.", "strength-home"
    )
    one = with_session(PLAN, THURSDAY, sheet)

    assert "1 sheet of strength or mobility" in take_off(one, DaysOff(THURSDAY, THURSDAY)).says[-1]


def test_two_empty_days_are_not_swapped():
    """A swap of two days without sessions is refused."""
    empty = PLAN.with_days([replace(PLAN.day(day), sessions=()) for day in (TUESDAY, WEDNESDAY)])
    with pytest.raises(PlanProblem, match="nothing is planned on Tue 2027-03-23 nor on Wed 2027-03-24"):
        swap(empty, TUESDAY, WEDNESDAY)


def test_an_appointment_is_moved_where_the_runner_says_so():
    """An appointment is moved if the runner asks for it, with a reminder to tell the others."""
    plan = made(availability=Availability((), fixed=(Appointment(1, "Club"),)))
    edited = move(plan, TUESDAY, WEDNESDAY)

    assert "Club" in titles(edited.plan, WEDNESDAY)
    assert "tell the others" in edited.says[-1]


@pytest.mark.parametrize(
    ("what", "to", "words"),
    [
        (RACE, SUNDAY, "is a race and cannot be moved"),
        (TUESDAY, TUESDAY, "is on Tue 2027-03-23 already"),
        (TUESDAY, date(2030, 1, 1), "is outside the plan"),
        (date(2020, 1, 1), TUESDAY, "is outside the plan"),
        ("nobody", TUESDAY, "there is no session 'nobody'"),
    ],
)
def test_what_cannot_be_moved_says_why(what, to, words):
    """A race, a day outside the plan and the day of the session itself are refused with a reason."""
    with pytest.raises(PlanProblem, match=words):
        move(PLAN, what, to)


def test_nothing_and_what_was_run_are_not_moved():
    """A move is refused if the day is empty, or if its session was run."""
    empty = PLAN.with_days([replace(PLAN.day(TUESDAY), sessions=())])
    with pytest.raises(PlanProblem, match="nothing is planned on Tue"):
        move(empty, TUESDAY, WEDNESDAY)
    done = link_run(PLAN, run_on(PLAN, TUESDAY).id, "01J").plan
    with pytest.raises(PlanProblem, match="was run"):
        move(done, TUESDAY, WEDNESDAY)


def test_a_full_day_has_no_room():
    """A third session on a day is refused, and the message says what to do."""
    sheet = PlannedSession(
        "", SessionKind.STRENGTH, Family.STRENGTH, "Strength", "Strong legs.", "strength-home"
    )
    other = with_session(PLAN, TUESDAY, sheet)
    moved = next(each for each in other.day(TUESDAY).sessions if each.kind is SessionKind.STRENGTH)
    both = with_session(other, WEDNESDAY, sheet)
    with pytest.raises(PlanProblem, match="swap the days"):
        move(both, moved.id, WEDNESDAY)


def test_two_days_are_swapped_whole():
    """A swap exchanges all sessions of two days; a second swap restores the plan."""
    edited = swap(PLAN, TUESDAY, FRIDAY)

    assert titles(edited.plan, FRIDAY) == titles(PLAN, TUESDAY)
    for said, moved in zip(edited.says, (FRIDAY, TUESDAY), strict=True):
        assert (" are on " in said) == (len(PLAN.day(moved).sessions) > 1)
    assert swap(edited.plan, TUESDAY, FRIDAY).plan.days == PLAN.days
    with pytest.raises(PlanProblem, match="with itself"):
        swap(PLAN, TUESDAY, TUESDAY)
    with pytest.raises(PlanProblem, match="is a race"):
        swap(PLAN, TUESDAY, RACE)


def test_days_off_move_at_most_one_session_of_the_week():
    """After travel from Thursday to Sunday one key session at most is moved, and the week is a down week."""
    edited = take_off(PLAN, DaysOff(THURSDAY, SUNDAY, OffReason.TRAVEL))
    moved = [each for _, each in edited.plan.sessions() if each.moved_from is not None]

    assert len(moved) <= 1
    assert all(not titles(edited.plan, day) for day in (THURSDAY, FRIDAY, SUNDAY))
    assert edited.plan.day(FRIDAY).off is OffReason.TRAVEL
    assert any(each.startswith("Left out") for each in edited.says)
    week = edited.plan.week_of(THURSDAY)
    assert week is not None
    assert week.is_down
    assert edited.plan.availability.off == (DaysOff(THURSDAY, SUNDAY, OffReason.TRAVEL),)


def test_after_an_illness_nothing_is_made_up_for():
    """After three days of illness their sessions are dropped, and the two days after them are easy."""
    edited = take_off(PLAN, DaysOff(SUNDAY, SUNDAY + timedelta(days=2), OffReason.ILLNESS))
    after = [edited.plan.day(SUNDAY + timedelta(days=step)) for step in (3, 4)]

    assert not any(each.moved_from for _, each in edited.plan.sessions())
    assert not any(day.is_hard for day in after)
    assert any(each.instead_of for day in after for each in day.sessions)


def test_days_off_that_make_no_sense_are_refused():
    """Days off are refused if they end before they begin, lie outside the plan or on a race, or are too many."""
    with pytest.raises(UsageProblem, match="ends before it begins"):
        take_off(PLAN, DaysOff(SUNDAY, TUESDAY))
    with pytest.raises(PlanProblem, match="outside the plan"):
        take_off(PLAN, DaysOff(date(2030, 1, 1), date(2030, 1, 2)))
    with pytest.raises(PlanProblem, match="10 km is on Sun 2027-05-16"):
        take_off(PLAN, DaysOff(RACE, RACE))
    with pytest.raises(PlanProblem, match="too many for one plan"):
        take_off(PLAN, DaysOff(TUESDAY, TUESDAY + timedelta(days=200)))


def test_a_session_is_replaced_dropped_and_linked():
    """A replacement has the id of the session; a run is linked once."""
    session = run_on(PLAN, TUESDAY)
    easy = easier(session, "The legs are heavy.")
    edited = replace_session(PLAN, easy, reason="readiness")

    assert run_on(edited.plan, TUESDAY).instead_of == session.title
    assert edited.reason == "readiness"
    assert not titles(drop_session(PLAN, session.id).plan, TUESDAY)
    once = link_run(PLAN, session.id, "01J", "as-planned").plan
    twice = link_run(once, session.id, "01J").plan
    assert run_on(twice, TUESDAY).runs == ("01J",)
    assert run_on(twice, TUESDAY).choice == "as-planned"
    with pytest.raises(PlanProblem, match="was run"):
        drop_session(twice, session.id)


DAYS = st.integers(0, 170).map(lambda number: TODAY + timedelta(days=number))


@given(st.lists(st.tuples(st.sampled_from(["move", "swap", "off"]), DAYS, DAYS), max_size=8))
def test_no_edit_loses_or_doubles_a_session_unsaid(edits: list[tuple[str, date, date]]):
    """Whatever is moved and swapped, ids stay unique, no day has three sessions, and races stay on their days."""
    plan = PLAN
    for name, first, second in edits:
        edited = attempt(plan, name, first, second)
        if edited is None:
            continue
        if name != "off":
            ids = sorted(each.id for _, each in plan.sessions() if each.kind is not SessionKind.REST)
            after = sorted(each.id for _, each in edited.plan.sessions() if each.kind is not SessionKind.REST)
            assert ids == after
        changed = tuple(new.date for new, old in zip(edited.plan.days, plan.days, strict=True) if new != old)
        assert set(changed) <= set(edited.touched)
        plan = edited.plan
    ids = [each.id for _, each in plan.sessions()]
    assert len(ids) == len(set(ids))
    assert all(len(day.sessions) <= 2 for day in plan.days)
    assert any(each.kind is SessionKind.RACE for each in plan.day(RACE).sessions)


def attempt(plan: Plan, name: str, first: date, second: date) -> EditedPlan | None:
    """An edit; None where it is refused with a reason."""
    try:
        if name == "move":
            return move(plan, first, second)
        if name == "swap":
            return swap(plan, first, second)
        return take_off(
            plan, DaysOff(min(first, second), min(first, second) + timedelta(days=3), OffReason.TRAVEL)
        )
    except PlanProblem:
        return None
