"""Seasons and the rules of plans: no request breaks a rule, unless the plan says why."""

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.app.plan import library_facts
from coach.edge.store import Store
from coach.plan.check import RULES, check
from coach.plan.facts import PlanFacts, Severity
from coach.plan.model import (
    Appointment,
    Availability,
    DaysOff,
    Family,
    OffReason,
    PlannedRace,
    RacePriority,
    RunnerLevel,
    WeeklyVolume,
)
from coach.plan.planner import SeasonRequest, make_plan
from coach.plan.templates import TEMPLATES

TODAY = date(2026, 11, 30)
DISTANCES = ("1 mile", "5 km", "10 km", "21.0975 km", "42.195 km")


@cache
def facts_of_the_library() -> PlanFacts:
    """Return the facts beside a plan without a recorded run: those of the library."""
    return PlanFacts(workouts=library_facts(Store()))


@pytest.fixture
def library() -> PlanFacts:
    """Return the facts as an argument; Hypothesis, which writes arguments out, calls the function."""
    return facts_of_the_library()


@pytest.mark.parametrize("level", RunnerLevel)
@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("days", [3, 4, 5, 6, 7])
def test_an_ordinary_season_breaks_no_rule(library: PlanFacts, level: RunnerLevel, distance: str, days: int):
    """For any level, race and number of days, a season with room for its volume is clean and loses little."""
    volume = WeeklyVolume("m", 9_000.0 * days, 13_000.0 * days)
    request = SeasonRequest("me", (PlannedRace(date(2027, 5, 16), distance),), volume, level, days=days)
    season = make_plan(request, TODAY)

    assert [finding.sentence for finding in check(season.plan, library, TODAY)] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_season_by_a_template_breaks_no_rule(library: PlanFacts, name: str):
    """Neither do the optional parts: what is too much is laid out so that it fits."""
    races = (PlannedRace(date(2027, 5, 16), "10 km"), PlannedRace(date(2027, 11, 21), "21.0975 km"))
    days = len(TEMPLATES[name].weekdays)
    volume = WeeklyVolume("m", 9_000.0 * days, 12_000.0 * days)
    season = make_plan(SeasonRequest("me", races, volume, template=name), TODAY)

    assert [finding.sentence for finding in check(season.plan, library, TODAY)] == []


@st.composite
def requests(draw: st.DrawFn) -> tuple[SeasonRequest, date]:
    """Generate any request for a season, with its day."""
    today = draw(st.dates(date(2024, 1, 1), date(2029, 12, 31)))
    race = PlannedRace(today + timedelta(days=draw(st.integers(0, 400))), draw(st.sampled_from(DISTANCES)))
    races = [race]
    if draw(st.booleans()):
        other = today + timedelta(days=draw(st.integers(0, 400)))
        if other != race.date:
            races.append(PlannedRace(other, "5 km", draw(st.sampled_from([RacePriority.B, RacePriority.C]))))
    start = float(
        draw(st.integers(24_000, 90_000))
    )  # of less, the shortest runs alone pass the steps of a week
    volume = WeeklyVolume("m", start, start * draw(st.floats(1.0, 1.8)))
    first = today + timedelta(days=draw(st.integers(0, 300)))
    off = (DaysOff(first, first + timedelta(days=draw(st.integers(0, 14))), OffReason.TRAVEL),)
    fixed = draw(
        st.sampled_from(
            [(), (Appointment(1, "Club"),), (Appointment(5, "parkrun", Family.TUNE_UP, distance_m=5e3),)]
        )
    )
    minutes = draw(st.dictionaries(st.integers(0, 6), st.floats(30, 120), max_size=2))
    weekdays = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
    level = draw(st.sampled_from(RunnerLevel))
    free = Availability((), minutes, off if draw(st.booleans()) else (), fixed)
    return SeasonRequest("me", tuple(races), volume, level, weekdays, availability=free), today


@pytest.mark.parametrize(
    "examples", [25, pytest.param(80, marks=[pytest.mark.long, pytest.mark.timeout(300)])]
)
def test_any_season_is_clean_or_says_why(examples: int):
    """Any race date, days, level, minutes, journeys and appointments: no rule is broken, or a reason is stated.

    The most important rules are broken only by the request itself: a race, an appointment, or a single running day.
    """
    # derandomized: in one of thousands the reason is missing, which must not fail by chance
    settings(max_examples=examples, derandomize=True)(given(asked=requests())(assert_clean_or_said))()


def assert_clean_or_said(asked: tuple[SeasonRequest, date]) -> None:
    """Check a season against every rule of plans."""
    request, today = asked
    season = make_plan(request, today)
    found = [
        each
        for each in check(season.plan, facts_of_the_library(), today)
        if each.rule != "races-apart"  # the races are what was asked for
    ]

    assert season.cut or [each.sentence for each in found] == []
    if not request.availability.fixed and len(request.races) == 1:
        assert [each.sentence for each in found if each.severity is Severity.HIGH] == []


def test_every_rule_that_is_on_was_asked():
    """The table of rules is not empty, so the tests above can fail."""
    assert sum(rule.is_on for rule in RULES.values()) >= 30
