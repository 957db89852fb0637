"""Today's session between plan, morning, runs and files: what is known, and that undo gives every byte back."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.app.plan import PlanDesk
from coach.app.today import TodayDesk, _fade, _left_out
from coach.plan.ladder import DayWeather, Rung
from coach.plan.model import Dose, Family
from coach.plan.readiness import FiredRule, ReadinessAnswer, Verdict
from coach.plan.today import DayLimits
from coach.problems import PlanProblem
from coach.review.journaled import JournaledRep
from tests.plan.weeks import FIVE_DAYS, WORKOUTS, a_session, day, plan_of

TUESDAY = day(1)


def desk_of(plan, at=TUESDAY, verdict=None):
    """The desk of a day."""
    desk = PlanDesk(today_is=at)
    desk.begin(replace(plan, athlete=desk.slug), "coach plan new", "A plan for a test.")
    fired = (FiredRule("gut_check", verdict, "2 of 4", "2 of 4", "It speaks.", "001"),) if verdict else ()
    return TodayDesk(desk, ReadinessAnswer(at, verdict, fired) if verdict else None)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.integers(0, 6), st.sampled_from(sorted(WORKOUTS)), min_size=1, max_size=7),
    st.integers(0, 13),
    st.sampled_from((None, *Verdict)),
    st.sampled_from(
        (DayWeather(), DayWeather(30.0, 20.0), DayWeather(42.0, 30.0), DayWeather(wind_mps=12.0))
    ),
    st.sampled_from((DayLimits(), DayLimits(30.0), DayLimits(treadmill=True))),
)
def test_undo_gives_every_byte_back(pattern, at, verdict, weather, limits):
    """Whatever is taken or overridden, one undo puts the file back as it was, byte for byte."""
    desk = desk_of(plan_of(pattern, 2), day(at), verdict)
    before = desk.desk.files.read()
    suggestion = desk.suggestion(limits, weather)
    if suggestion.edited is None:
        return
    desk.desk.apply(suggestion.edited, "coach plan today --take")
    assert desk.desk.files.read() != before
    desk.desk.undo()
    assert desk.desk.files.read() == before
    taken = desk.take(suggestion, as_planned=True)
    assert taken.session == suggestion.planned
    desk.desk.undo()
    assert desk.desk.files.read() == before


def test_today_is_for_rest():
    """Where rest is all that is left, nothing is begun and nothing is kept."""
    desk = desk_of(plan_of(), verdict=Verdict.REST)
    before = desk.desk.files.read()
    with pytest.raises(PlanProblem, match="Today: rest"):
        desk.take(desk.suggestion())
    assert desk.desk.files.read() == before
    assert desk.take(desk.suggestion(), as_planned=True).is_as_planned


def test_without_anything():
    """No morning, no run, no weather, no athlete: the plan as it is."""
    desk = desk_of(plan_of(FIVE_DAYS))
    assert desk.readiness is None
    assert desk.runs == ()
    assert desk.weather() == DayWeather()
    assert desk.suggestion().rung is Rung.AS_PLANNED
    assert desk.notice() is None
    assert desk.mend() is None


def reps(*speeds, length=800.0, cut=()):
    """The reps of a run, at these speeds."""
    return [
        JournaledRep(
            number,
            f"r{number}",
            "Main",
            "work",
            length / speed,
            "done",
            length_m=length,
            mean_speed_mps=speed,
            is_cut=number in cut,
        )
        for number, speed in enumerate(speeds, 1)
    ]


def test_how_the_last_one_went():
    """Fading is the last whole rep against the first; reps that were cut short were left out."""
    assert _fade(Family.VO2MAX, reps(4.0, 3.95, 3.8)) == {Family.VO2MAX: pytest.approx(4.0 / 3.8 - 1)}
    assert _fade(Family.VO2MAX, reps(4.0, 3.8)) == {}
    warm_up = reps(3.0, length=400.0)
    assert _fade(Family.VO2MAX, [*warm_up, *reps(4.0, 4.0, 4.0)]) == {Family.VO2MAX: 0.0}
    session = a_session(Family.VO2MAX, "s1")
    assert _left_out(Family.VO2MAX, session, reps(4.0, 4.0)) == {}
    six = replace(session, dose=Dose(6, "5k", rep_m=800.0))
    assert _left_out(Family.VO2MAX, six, reps(4.0, 4.0, 4.0, 3.9, 3.8, cut=(5,))) == {Family.VO2MAX: 2}
