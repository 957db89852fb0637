"""Tests of how much is run: literal numbers of the sources, and where down weeks lie."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.plan.model import DaysOff, OffReason, PlannedRace, TaperStyle, WeeklyVolume
from coach.plan.planner import SeasonRequest, make_plan
from coach.plan.templates import (
    DOWN,
    TAPER_CUTS,
    TAPER_EVIDENCE,
    down_weeks,
    taper_days,
    taper_share,
    weeks_to_reach,
)
from coach.quantities import METRES_PER_MILE

MONDAYS = [date(2026, 11, 30) + timedelta(weeks=place) for place in range(12)]


def test_nine_weeks_from_25_to_40_miles():
    """Up 8 % a week, each fourth 25 % less than the week before it: the literal numbers, and what the runs come to."""
    races = (PlannedRace(date(2027, 5, 16), "10 km"),)
    start, peak = round(25 * METRES_PER_MILE, 1), round(40 * METRES_PER_MILE, 1)
    request = SeasonRequest("me", races, WeeklyVolume("m", start, peak), days=5, grain_m=METRES_PER_MILE / 10)
    plan = make_plan(request, MONDAYS[0]).plan
    literal = [25.0, 27.0, 29.2, 21.9, 31.5, 34.0, 36.7, 27.5, 39.7]

    assert [round((week.target_m or 0.0) / METRES_PER_MILE, 1) for week in plan.weeks[:9]] == literal
    for week, miles in zip(plan.weeks, literal, strict=False):
        assert round(sum(day.distance_m for day in plan.days_of(week)) / METRES_PER_MILE, 1) == miles
    assert max(week.target_m or 0.0 for week in plan.weeks) == pytest.approx(peak, abs=1)


def test_how_long_it_takes_to_the_peak():
    """25 to 39.6 miles takes nine weeks, two of them down."""
    assert weeks_to_reach(25, 39.6) == 9
    assert weeks_to_reach(40, 40) == 1


def test_each_fourth_week_is_down():
    """Without days off every fourth week is a down week, or every third."""
    assert [place for place, down in enumerate(down_weeks(MONDAYS, ())) if down] == [3, 7, 11]
    assert [place for place, down in enumerate(down_weeks(MONDAYS, (), every=3)) if down] == [2, 5, 8, 11]


def test_down_weeks_are_laid_on_travel_first():
    """A week of travel is the down week, and those around it keep their distance from it."""
    travel = DaysOff(MONDAYS[5], MONDAYS[5] + timedelta(days=4), OffReason.TRAVEL)

    downs = [place for place, down in enumerate(down_weeks(MONDAYS, (travel,))) if down]

    assert 5 in downs
    assert downs == [2, 5, 9]


def test_two_days_off_make_no_down_week():
    """A weekend away is no down week."""
    weekend = DaysOff(MONDAYS[1] + timedelta(days=5), MONDAYS[1] + timedelta(days=6))

    assert not down_weeks(MONDAYS, (weekend,))[1]


def test_a_barred_week_is_none():
    """Peak and recovery are no down weeks, and the count begins anew behind them."""
    assert [place for place, down in enumerate(down_weeks(MONDAYS, (), barred={MONDAYS[3]})) if down] == [
        7,
        11,
    ]


@given(st.integers(3, 4), st.sets(st.integers(0, 39), max_size=8))
def test_never_four_weeks_without_a_down_week(every: int, travels: set[int]):
    """Of four weeks in a row one is easier, wherever somebody travels."""
    mondays = [date(2026, 1, 5) + timedelta(weeks=place) for place in range(40)]
    off = tuple(DaysOff(mondays[place], mondays[place] + timedelta(days=3)) for place in travels)
    downs = down_weeks(mondays, off, every=every)

    assert all(any(downs[place : place + 4]) for place in range(37))
    assert all(downs[place] for place in travels)


@pytest.mark.parametrize(
    ("metres", "days"), [(1_609.3, 7), (3_000, 8), (5_000, 8), (10_000, 10), (21_097.5, 14), (42_195, 21)]
)
def test_days_of_taper_by_distance(metres: float, days: int):
    """Mile, 5 k and 10 k 7 to 10 days, half 14, marathon up to 21."""
    assert taper_days(metres) == days


def test_a_marathon_in_few_weeks_tapers_for_two():
    """If three weeks of taper do not fit, there are two; and never more than there are weeks."""
    assert taper_days(42_195, 16) == 14
    assert taper_days(42_195, 1) == 7


@pytest.mark.parametrize("days", [7, 8, 10, 14, 21])
@pytest.mark.parametrize("cut", [0.25, 0.41, 0.5, 0.6])
def test_a_taper_takes_away_what_it_says_and_more_each_day(days: int, cut: float):
    """Its mean is what is asked for, and no day has more than the one before it."""
    race = date(2027, 5, 16)
    shares = [taper_share(race - timedelta(days=left), race, days, cut) for left in range(days, 0, -1)]

    assert sum(shares) / days == pytest.approx(1 - cut)
    assert shares == sorted(shares, reverse=True)
    assert taper_share(race - timedelta(days=days + 1), race, days, cut) == 1
    assert taper_share(race, race, days, cut) == 1


def test_the_usual_taper_is_within_the_evidence_and_the_options_are_not():
    """-50 % lies within -41 to -60 %; the two options are less, and say so."""
    low, high = TAPER_EVIDENCE

    assert low <= 100 * TAPER_CUTS[TaperStyle.STANDARD] <= high
    assert TAPER_CUTS[TaperStyle.LIGHT] == TAPER_CUTS[TaperStyle.FREQUENCY] == 0.25
    assert 0.20 <= DOWN <= 0.30


def test_the_race_week_of_a_taper_leaves_the_race_out():
    """The six days before the race on Sunday have less and less running."""
    race = date(2027, 5, 16)

    def week(monday: date) -> float:
        days = [monday + timedelta(days=step) for step in range(7)]
        return sum(taper_share(day, race, 10, 0.5) for day in days if day < race) / 7

    assert week(date(2027, 5, 10)) == pytest.approx(0.343, abs=0.001)
    assert week(date(2027, 4, 19)) == 1
