"""Tests of plans as documents: what is read and written, and what is refused with its place and its fix."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coach.plan.document import plan_schema, read_plan
from coach.plan.model import (
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
    plan_tree,
    write_plan,
)
from coach.problems import PlanProblem

MONDAY = date(2026, 11, 30)


def a_session(id_: str = "s1", **changes) -> PlannedSession:
    """A short easy run."""
    session = PlannedSession(
        id_, SessionKind.RUN, Family.EASY, "Easy run", "Easy running builds the base.", "easy-run"
    )
    return replace(session, **changes)


def a_plan(**changes) -> Plan:
    """A plan of one week with everything a plan can say."""
    hard = a_session(
        "s2",
        family=Family.VO2MAX,
        title="6 x 800 m",
        workout="6x800-5k",
        is_hard=True,
        minutes=57.0,
        distance_m=10500.0,
        hard_m=4800.0,
        hard_minutes=18.5,
        dose=Dose(6, "5k", rep_m=800.0, rest_s=150.0),
        moved_from=date(2026, 12, 1),
        runs=("01J00000000000000000000000",),
        choice="as-planned",
    )
    club = a_session(
        "s3", family=Family.OPEN, title="Club", workout="", is_hard=True, is_fixed=True, is_unknown=True
    )
    sessions = {
        1: (a_session(), a_session("s4", kind=SessionKind.STRENGTH, workout="strength-home")),
        2: (hard,),
        3: (club,),
    }
    week = PlanWeek(MONDAY, TrainingPhase.BASE, target_m=40000.0, is_down=True, note="Laid on a journey.")
    days = [PlanDay(each, sessions.get(each.weekday(), ())) for each in week.dates()]
    days[6] = replace(days[6], off=OffReason.TRAVEL, note="Rome")
    plan = Plan(
        id="2027-05-16-10-km",
        athlete="anna",
        created=MONDAY,
        level=RunnerLevel.INTERMEDIATE,
        races=(PlannedRace(date(2027, 5, 16), "10 km", RacePriority.A, 2520.0, "City 10k"),),
        availability=Availability(
            (1, 2, 3, 5, 6),
            {1: 60.0},
            (DaysOff(date(2026, 12, 6), date(2026, 12, 8), OffReason.TRAVEL, "Rome"),),
            (Appointment(3, "Club", minutes=75.0),),
        ),
        volume=WeeklyVolume("m", 40000.0, 65000.0),
        weeks=(week,),
        days=tuple(days),
        template="5-days",
        taper=TaperStyle.LIGHT,
        opt_ins=(PlanOptIn.CORE_DAILY,),
        histories=("Achilles",),
        rules=(RuleChoice("hard-days", False, 2, True),),
        notes=("Nothing was left out.",),
        next_id=5,
    )
    return replace(plan, **changes)


def refusal(tree: dict[str, Any], **options) -> PlanProblem:
    """The faults of a document."""
    with pytest.raises(PlanProblem) as caught:
        read_plan(json.dumps(tree).encode(), name="plan.json", **options)
    return caught.value


def test_a_plan_is_read_back_as_it_was_written():
    """Everything a plan can say survives its document, and the document is the same byte for byte."""
    plan = a_plan()
    data = write_plan(plan)

    assert read_plan(data, name="plan.json") == plan
    assert write_plan(read_plan(data, name="plan.json")) == data


def test_a_volume_by_time_is_read_back():
    """A plan by hours keeps seconds."""
    plan = a_plan(volume=WeeklyVolume("s", 18000.0, 28800.0))

    assert read_plan(write_plan(plan), name="p").volume == WeeklyVolume("s", 18000.0, 28800.0)


def test_a_plan_is_asked_by_day_week_and_id():
    """A plan finds its days, weeks and sessions; a day it does not have is an empty one."""
    plan = a_plan()

    assert [session.id for session in plan.day(date(2026, 12, 1)).sessions] == ["s1", "s4"]
    assert plan.day(date(2030, 1, 1)) == PlanDay(date(2030, 1, 1))
    assert plan.week_of(date(2026, 12, 6)) == plan.weeks[0]
    assert plan.week_of(date(2026, 12, 7)) is None
    assert (plan.find("s2") or (None,))[0] == date(2026, 12, 2)
    assert plan.find("nobody") is None
    assert (plan.first, plan.last) == (MONDAY, date(2026, 12, 6))
    assert plan.next_race(date(2026, 12, 1), RacePriority.A) == plan.races[0]
    assert plan.races[0].label == "City 10k"
    assert plan.next_race(date(2027, 5, 17)) is None
    assert plan.rule("hard-days").overridden == 2
    assert plan.rule("other").is_on is None
    assert plan.availability.off_on(date(2026, 12, 7)) == plan.availability.off[0]
    assert plan.availability.off[0].days == 3
    assert plan.day(date(2026, 12, 2)).run_minutes == 57
    assert plan.day(date(2026, 12, 2)).distance_m == 10_500


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda tree: tree.update(levl="beginner"),
            'plan.json, levl: the key "levl" is not known here\n  Did you mean "level"?',
        ),
        (
            lambda tree: tree["weeks"][0].update(fase="base"),
            'weeks[0].fase: the key "fase" is not known here',
        ),
        (
            lambda tree: tree["weeks"][0].update(monday="2026-12-01"),
            'weeks[0].monday: "2026-12-01" is a Tuesday, not a Monday\n  Write 2026-11-30.',
        ),
        (
            lambda tree: tree["weeks"][0]["days"][0].update(date="2027-02-29"),
            'weeks[0].days[0].date: "2027-02-29" is not a date',
        ),
        (
            lambda tree: tree["weeks"][0]["days"][0].update(date="2026-12-20"),
            'weeks[0].days[0].date: "2026-12-20" is outside the week of 2026-11-30',
        ),
        (
            lambda tree: tree["weeks"][0]["days"][1].update(date="2026-12-01"),
            'weeks[0].days[1].date: "2026-12-01" is there twice',
        ),
        (
            lambda tree: tree["weeks"][0]["days"][1]["sessions"][0].update(id="s1"),
            'weeks[0].days[1].sessions[0].id: two sessions have the id "s1"',
        ),
        (
            lambda tree: tree["weeks"][0]["days"][0]["sessions"].extend(
                [{"id": "x", "title": "x", "why": "x"}]
            ),
            "weeks[0].days[0].sessions: the list has more than 2 entries",
        ),
        (
            lambda tree: tree["weeks"].append({"monday": "2026-12-14", "phase": "base"}),
            "weeks[1].monday: the week after 2026-11-30 begins on 2026-12-07, not on 2026-12-14",
        ),
        (
            lambda tree: tree["races"].append({"date": "2027-05-20", "distance": "5 km"}),
            "races[1].priority: two A races lie within a week: 2027-05-16 and 2027-05-20",
        ),
        (
            lambda tree: tree["availability"].update(days=[]),
            "availability.days: the list has too few entries",
        ),
        (
            lambda tree: tree["availability"].update(days=["tues"]),
            'availability.days[0]: "tues" is not a weekday\n  Did you mean "tue"?',
        ),
        (
            lambda tree: tree["availability"].update(days=["tue", "tue"]),
            "availability.days: a day is named twice",
        ),
        (
            lambda tree: tree["weeks"][0]["days"][1]["sessions"][0]["dose"].update(rep_s=60),
            "sessions[0].dose: a rep has one length",
        ),
        (
            lambda tree: tree["weeks"][0]["days"][1]["sessions"][0].update(document={}),
            "sessions[0].document: a session has a workout or a document, not both",
        ),
        (lambda tree: tree["volume"].update(peak_m=400000), "volume.peak_m: 400000 must be at most 250000"),
        (lambda tree: tree["volume"].pop("peak_m"), "volume: a volume is a start and a peak in one unit"),
        (
            lambda tree: tree["availability"]["off"][0].update(to="2026-12-01"),
            "availability.off[0].to: the days off end",
        ),
        (lambda tree: tree["weeks"][0]["days"][0]["sessions"][0].pop("why"), '"why" is missing'),
        (lambda tree: tree.update(format="coach-plan/2"), '"coach-plan/2" is newer than this program'),
        (lambda tree: tree.update(format="coach-workout/1"), "is another kind of document"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_its_fix(change, sentence):
    """A fault in a document is reported with its place, its reason and its fix."""
    tree = plan_tree(a_plan())
    change(tree)

    assert sentence in str(refusal(tree))


def test_a_workout_that_is_not_there_is_refused_unless_it_is_over():
    """A session of a workout that was deleted is named with the nearest one there is; a past one needs none."""
    tree = plan_tree(a_plan())
    names = {"easy-run", "strength-home", "6x800-10k"}

    problem = refusal(tree, workouts=names, today=date(2026, 12, 1))

    assert 'weeks[0].days[1].sessions[0].workout: there is no workout "6x800-5k" in the library' in str(
        problem
    )
    assert 'Did you mean "6x800-10k"?' in str(problem)
    read_plan(json.dumps(tree).encode(), name="p", workouts=names, today=date(2026, 12, 3))


def test_the_workout_of_an_appointment_must_be_there():
    """The workout of an appointment must exist, whatever the day is, as appointments do not end."""
    tree = plan_tree(a_plan())
    tree["availability"]["fixed"][0]["workout"] = "clubb"

    problem = refusal(
        tree, workouts={"easy-run", "strength-home", "6x800-5k", "club"}, today=date(2030, 1, 1)
    )
    assert 'availability.fixed[0].workout: there is no workout "clubb"' in str(problem)


def test_two_a_races_apart_are_fine():
    """A week and more between them is a season of two peaks."""
    races = (PlannedRace(date(2027, 5, 16), "10 km"), PlannedRace(date(2027, 11, 21), "21.0975 km"))
    plan = a_plan(races=races)

    assert read_plan(write_plan(plan), name="p").races == races


def test_a_line_of_the_notation_is_a_workout():
    """A session may be written in a line; a line that cannot be read is refused."""
    tree = plan_tree(a_plan())
    session = tree["weeks"][0]["days"][1]["sessions"][0]
    session["workout"] = "6x800 @ 5k / 90s jog"
    read_plan(json.dumps(tree).encode(), name="p", workouts={"easy-run", "strength-home"})

    session["workout"] = "6 x of what"

    assert "cannot be read as a line" in str(refusal(tree, workouts={"easy-run", "strength-home"}))


def test_an_id_is_never_used_again():
    """The next number of a session is above all ids, those written by hand included."""
    tree = plan_tree(a_plan())
    tree["weeks"][0]["days"][0]["sessions"][0]["id"] = "s77"

    assert read_plan(json.dumps(tree).encode(), name="p").next_id == 78


def test_the_schema_names_every_key():
    """The schema has every key of a plan."""
    text = json.dumps(plan_schema())

    assert all(f'"{key}"' in text for key in ("weeks", "availability", "moved_from", "monday", "rep_m"))
