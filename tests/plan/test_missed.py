"""Tests of what becomes of missed sessions, of the spacing of hard days, and of which runs were which sessions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.plan.edit import change_for_missed, conflicts, link_done, missed_sessions
from coach.plan.ladder import DayFacts, is_quality
from coach.plan.model import Availability, DaysOff, Family, OffReason, PlanOptIn, write_plan
from tests.plan.weeks import MONDAY, WORKOUTS, day, done, plan_of

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 1, 2, 3, 4, 5, 6
WIDE = {1: Family.VO2MAX, 3: Family.EASY, 4: Family.RECOVERY, 6: Family.LONG}
"""One hard day, with room on Thursday."""


def change_of_week(plan, now, *runs):
    """The change that is proposed for the sessions missed up to a day."""
    return change_for_missed(plan, now, DayFacts(runs=runs))


def test_nothing_is_missed():
    """Nothing is missed if everything was run, linked or not, or if the day was off."""
    plan = plan_of(WIDE)
    ran = [done(day(weekday)) for weekday in WIDE]
    assert change_of_week(plan, day(SUNDAY) + timedelta(1), *ran) is None
    assert change_of_week(plan, day(TUESDAY)) is None  # today is not over

    off = replace(plan.day(day(TUESDAY)), off=OffReason.TRAVEL)
    assert change_of_week(plan.with_days([off]), day(WEDNESDAY)) is None


def test_an_easy_run_is_not_made_up_for():
    """An easy run that was missed changes nothing in the plan."""
    change = change_of_week(plan_of(WIDE), day(FRIDAY), done(day(TUESDAY)))

    assert (change.edited, change.touched) == (None, ())
    assert change.says == ("Easy run of Thu 2027-03-04 is let go.",)
    assert change.reason == "Easy running and past weeks are not made up for."


def test_a_hard_session_finds_another_day():
    """A missed session takes the place of an easy run on the next day that keeps all spacing; nothing else changes."""
    plan = plan_of(WIDE)
    change = change_of_week(plan, day(WEDNESDAY))

    assert change.touched == (day(TUESDAY), day(THURSDAY))
    (moved,) = change.edited.plan.day(day(THURSDAY)).sessions
    assert (moved.family, moved.moved_from) == (Family.VO2MAX, day(TUESDAY))
    assert change.edited.plan.day(day(TUESDAY)).sessions == ()
    assert "Easy run of Thu 2027-03-04 is left out" in " ".join(change.says)
    days = zip(change.edited.plan.days, plan.days, strict=True)
    assert tuple(now.date for now, was in days if now != was) == change.touched


@pytest.mark.parametrize(
    ("missed", "now"),
    [
        (TUESDAY, WEDNESDAY),  # Thursday is hard
        (THURSDAY, FRIDAY),  # Saturday is no running day
        (SUNDAY, 7),  # its week is over
    ],
)
def test_a_session_without_another_day_stays_missed(missed, now):
    """A full week has no other day: the plan stays as it is."""
    pattern = {1: Family.VO2MAX, 2: Family.EASY, 3: Family.THRESHOLD, 6: Family.LONG}
    ran = [done(day(each)) for each in pattern if each != missed]
    change = change_of_week(plan_of(pattern), MONDAY + timedelta(now), *ran)

    assert change.edited is None
    assert change.says[0].endswith("is let go.")


def test_a_day_that_has_too_little_time():
    """A day with fewer minutes than the session takes is no other day, nor is one that is off."""
    short = Availability((1, 3, 4, 6), minutes={3: 30.0})
    assert change_of_week(plan_of(WIDE, availability=short), day(WEDNESDAY)).touched == (
        day(TUESDAY),
        day(FRIDAY),
    )
    off = Availability((1, 3, 4, 6), off=(DaysOff(day(THURSDAY), day(SATURDAY)),))
    assert change_of_week(plan_of(WIDE, availability=off), day(WEDNESDAY)).edited is None


def test_never_into_the_last_days_before_an_a_race():
    """A session missed ten days before an A race is dropped: it comes too late for it."""
    plan = plan_of(WIDE, race=day(SATURDAY, 1))
    assert change_of_week(plan, day(WEDNESDAY)).edited is None
    assert change_of_week(plan_of(WIDE, race=day(SUNDAY, 2)), day(WEDNESDAY)).edited is not None


def test_one_quality_session_at_most():
    """At most one quality session of a missed week is moved; the only one of its kind comes first."""
    pattern = {
        0: Family.VO2MAX,
        1: Family.LONG,
        2: Family.EASY,
        3: Family.EASY,
        4: Family.EASY,
        5: Family.EASY,
    }
    change = change_of_week(plan_of(pattern), day(WEDNESDAY))

    assert [each.session.family for each in change.missed] == [Family.VO2MAX, Family.LONG]
    moved = [each for _, each in change.edited.plan.sessions() if each.moved_from is not None]
    assert [each.family for each in moved] == [Family.LONG]
    assert any(each == "6 x 800 m at 5k pace of Mon 2027-03-01 is let go." for each in change.says)


def test_what_was_moved_once_is_not_moved_again():
    """A session is moved once; if it is missed again it is not made up for."""
    plan = change_of_week(plan_of(WIDE), day(WEDNESDAY)).edited.plan
    assert change_of_week(plan, day(FRIDAY), done(day(0))).edited is None


def test_hard_days_are_spaced():
    """Each way of breaking the spacing has its name; back-to-back is an opt-in."""
    pattern = {0: Family.STRENGTH, 1: Family.VO2MAX, 2: Family.SPRINTS, 4: Family.LONG, 5: Family.HILLS}
    found = conflicts(plan_of(pattern), day(0), day(6))
    assert sorted(found) == [
        ("hard days next to each other", day(WEDNESDAY)),
        ("hard the day after the long run", day(SATURDAY)),
        ("heavy legs the day before", day(TUESDAY)),
        ("sprints on tired legs", day(WEDNESDAY)),
    ]
    again = conflicts(plan_of(pattern, opt_ins=(PlanOptIn.BACK_TO_BACK,)), day(0), day(6))
    assert found - again == {("hard days next to each other", day(WEDNESDAY))}


PATTERNS = st.dictionaries(st.integers(0, 6), st.sampled_from(sorted(WORKOUTS)), min_size=1, max_size=7)


@settings(max_examples=150, deadline=None)
@given(
    PATTERNS,
    st.sets(st.integers(0, 20)),
    st.integers(1, 20),
    st.none() | st.integers(0, 27),
    st.sets(st.integers(0, 6), max_size=2),
)
def test_the_smallest_change(pattern, ran, now, race, hard):
    """After any misses at most three days change, one quality session moves, and no rule is broken that was not."""
    plan = plan_of(pattern, 3, race=None if race is None else day(race))
    before = write_plan(plan)
    runs = tuple(done(day(each), is_hard=each in hard or None) for each in ran if each < now)
    facts = DayFacts(runs=runs)
    change = change_for_missed(plan, day(now), facts)

    assert (change is None) == (not missed_sessions(plan, day(now), facts))
    assert write_plan(plan) == before
    if change is None or change.edited is None:
        return
    after = change.edited.plan
    assert len(change.touched) <= 3
    was = {each.id: at for at, each in plan.sessions()}
    moved = [(at, each) for at, each in after.sessions() if was[each.id] != at]
    assert len(moved) == 1
    ((to, session),) = moved
    assert is_quality(session)
    assert to >= day(now)
    assert race is None or not 0 <= race - (to - MONDAY).days <= 10
    span = (day(now - 8), day(22), facts, day(now))
    assert conflicts(after, *span) <= conflicts(plan, *span)
    for week in plan.weeks:
        assert _minutes(after, week) <= _minutes(plan, week) + 1e-6


def _minutes(plan, week):
    return sum(each.run_minutes for each in plan.days_of(week))


# --- what was done


def linked(plan, runs, *titles):
    """The plan with its runs linked."""
    return link_done(plan, runs, *titles)


def test_runs_are_linked_to_their_sessions():
    """A run of a planned workout is linked to it, any other run to the day's main session; a second one is not."""
    plan = plan_of({1: (Family.EASY, Family.VO2MAX), 3: Family.EASY})
    first = done(day(TUESDAY), workout="Easy run, 40 minutes")
    second = replace(first, id="01B", workout="")
    third = done(day(THURSDAY), workout="something else")
    edited = linked(plan, (third, second, first, done(day(FRIDAY))), {"easy-run": "Easy run, 40 minutes"})

    tuesday = edited.plan.day(day(TUESDAY)).sessions
    assert [each.runs for each in tuesday] == [(first.id,), (second.id,)]
    assert edited.plan.day(day(THURSDAY)).sessions[0].runs == (third.id,)
    assert edited.touched == (day(TUESDAY), day(THURSDAY))
    assert linked(edited.plan, (first, second, third)) is None
    assert linked(plan, ()) is None


def test_a_swim_is_no_run():
    """Cross-training is linked to cross-training alone."""
    swim = done(day(TUESDAY), is_cross=True)
    assert linked(plan_of({1: Family.EASY}), (swim,)) is None
