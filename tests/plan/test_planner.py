"""Tests of the planner: what a season is made of, what is planned around what, and what is said of the rest."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.edge.store import Store
from coach.plan import sessions as planned_sessions
from coach.plan.check import check
from coach.plan.document import read_plan
from coach.plan.model import (
    Appointment,
    Availability,
    DaysOff,
    Family,
    OffReason,
    Plan,
    PlanDay,
    PlannedRace,
    PlannedSession,
    PlanOptIn,
    RacePriority,
    RunnerLevel,
    SessionKind,
    TaperStyle,
    TrainingPhase,
    WeeklyVolume,
    monday_of,
    write_plan,
)
from coach.plan.planner import SLEEP_NOTE, PlannedSeason, SeasonRequest, make_plan
from coach.plan.sessions import CHAINS, GOAL_PACE_LONG, DoseLog, Speeds, quality, runnable
from coach.plan.templates import TEMPLATES, DayRole, lay_out
from coach.problems import PlanProblem
from coach.quantities import METRES_PER_MILE
from coach.workout import notation
from tests.plan.checking import knowing
from tests.plan.lives import FIRST, season_of_races

TODAY = date(2026, 11, 30)
RACE = PlannedRace(date(2027, 5, 16), "10 km", RacePriority.A)


def season(today: date = TODAY, **changes) -> PlannedSeason:
    """A season to a 10 k in May, from 40 to 65 km on five days, with changes."""
    request = SeasonRequest("me", (RACE,), WeeklyVolume("m", 40_000, 65_000), days=5)
    return make_plan(replace(request, **changes), today)


def planned(today: date = TODAY, **changes) -> Plan:
    """The plan of a season."""
    return season(today, **changes).plan


def runs(day: PlanDay) -> list[PlannedSession]:
    """The runs of a day."""
    return [each for each in day.sessions if each.is_run]


def hard_days(plan: Plan) -> list[date]:
    """The days with something hard, but for races."""
    return [
        day.date
        for day in plan.days
        if any(each.is_hard and each.kind is SessionKind.RUN for each in day.sessions)
    ]


# --- the season of the issue


def test_the_season_of_a_10k_in_may():
    """24 weeks: base, build with its speed part, peak, race, recovery; from 40 km to 65, and down each fourth week."""
    plan = planned()
    phases = Counter(week.phase for week in plan.weeks)

    assert plan.weeks[0].target_m == 40_000
    assert max(week.target_m or 0 for week in plan.weeks) == 65_000
    assert 8 <= phases[TrainingPhase.BASE] <= 12
    assert 6 <= phases[TrainingPhase.BUILD] + phases[TrainingPhase.SPEED] <= 10
    assert phases[TrainingPhase.PEAK] + phases[TrainingPhase.TAPER] + phases[TrainingPhase.RACE] in {2, 3}
    assert plan.weeks[-1].phase is TrainingPhase.RECOVERY
    assert [week.is_down for week in plan.weeks[:4]] == [False, False, False, True]


def test_every_session_says_why_in_one_sentence():
    """No session is without its reason, and each reason is a sentence."""
    for _, session in planned().sessions():
        assert session.why[0].isupper(), session
        assert session.why.endswith((".", "?")), session
        assert len(session.why) <= 160, session.why


def test_the_last_run_at_goal_pace_follows_no_hard_day():
    """A parkrun on the Saturday before it leaves a marathoner an easy long run two weeks out, else it is goal pace."""
    races = (PlannedRace(date(2027, 5, 16), "42.195 km"),)
    parkrun = Appointment(5, "parkrun", Family.TUNE_UP, distance_m=5e3)

    def at_goal_pace(*fixed):
        plan = planned(
            days=0, weekdays=tuple(range(7)), races=races, availability=Availability((), {}, (), fixed)
        )
        return [day for day, each in plan.sessions() if each.workout == GOAL_PACE_LONG]

    assert at_goal_pace() == [date(2027, 5, 2)]
    assert at_goal_pace(parkrun) == []
    across = planned(days=0, weekdays=(0, 6), races=(PlannedRace(date(2027, 4, 28), "42.195 km"),))
    monday = date(2027, 4, 12)
    assert any(each.is_hard for each in across.day(monday - timedelta(days=1)).sessions)
    assert not any(each.workout == GOAL_PACE_LONG for each in across.day(monday).sessions)


def test_every_workout_is_in_the_library():
    """Sessions name workouts that exist; those the planner may ever name do too."""
    library = {workout.name for workout in Store().workouts()}
    names = {name for chain in CHAINS.values() for name in chain.workouts.values()}
    names |= {workout for _, workout in planned_sessions._EASY.values()} | set(planned_sessions.LONG_FINISHES)
    names |= {workout for workout, _, _ in planned_sessions.SHORT_QUALITY}
    names |= {workout for _, workout, _ in planned_sessions._RACE_WEEK.values()}
    names |= {"easy-strides", "hill-blasts-weekly", "steady-run", "taste-test", GOAL_PACE_LONG}

    assert names <= library
    assert {each.workout for _, each in planned().sessions() if each.workout} <= library
    read_plan(write_plan(planned()), name="plan", workouts=library)


def test_what_is_run_of_a_session_can_be_read():
    """Each session is a line that `coach run` takes, or a workout of the library."""
    library = {workout.name for workout in Store().workouts()}
    for level in RunnerLevel:
        for _, session in planned(level=level).sessions():
            text = runnable(session)
            if text and text not in library:
                notation.read(text)


def test_base_has_no_intervals():
    """The base is easy, with strides and blasts of ten seconds uphill."""
    plan = planned()
    families = {
        each.family
        for week in plan.weeks
        if week.phase is TrainingPhase.BASE
        for day in plan.days_of(week)
        for each in runs(day)
    }

    assert families <= {Family.EASY, Family.RECOVERY, Family.LONG, Family.STRIDES, Family.SPRINTS}
    assert Family.SPRINTS in families
    assert Family.STRIDES in families


def test_volume_dips_as_intensity_rises():
    """Build has less than the base reached, the speed part less than that, the peak least before the taper."""
    plan = planned()
    most = {
        phase: max(week.target_m or 0.0 for week in plan.weeks if week.phase is phase)
        for phase in (TrainingPhase.BASE, TrainingPhase.BUILD, TrainingPhase.SPEED, TrainingPhase.PEAK)
    }

    assert list(most.values()) == sorted(most.values(), reverse=True)
    assert 0.70 <= most[TrainingPhase.PEAK] / most[TrainingPhase.BASE] <= 0.80


def test_a_down_week_keeps_strides_and_one_short_quality_session():
    """Only the volume falls: there is one hard session, and strides."""
    plan = planned()
    downs = [
        week
        for week in plan.weeks
        if week.is_down and week.phase in {TrainingPhase.BUILD, TrainingPhase.SPEED}
    ]

    assert downs
    for week in downs:
        sessions = [each for day in plan.days_of(week) for each in runs(day)]
        assert sum(each.is_hard for each in sessions) == 1
        assert any(each.family is Family.STRIDES for each in sessions)


def test_one_variable_moves_at_a_time_and_the_session_says_which():
    """Between two uses in a block reps or rest get harder, never both; rests go from full to short."""
    plan = planned(volume=WeeklyVolume("m", 60_000, 80_000))
    for chain in CHAINS.values():
        doses = [
            (each.dose, each.why)
            for _, each in plan.sessions()
            if each.dose is not None
            and each.family is chain.family
            and each.dose.rep_m == chain.rep_m
            and each.dose.rep_s == chain.rep_s
        ]
        for (before, _), (dose, why) in pairwise(doses):
            harder = (dose.reps > before.reps) + (dose.rest_s < before.rest_s) + (dose.pace != before.pace)
            assert harder <= 1
            if harder:
                assert "only the" in why
        if doses:
            assert doses[0][0].rest_s == chain.rest_s[0]


def test_the_pace_moves_once_reps_and_rest_have():
    """800s at the pace of a 5 k end at that of a 3 k, with few reps and full rests; threshold stays threshold."""
    chain, dose, moves = CHAINS["800s"], None, []
    for _ in range(9):
        dose, moved = chain.next(dose, 5)
        moves.append(moved)
    assert dose is not None
    assert moves == ["", "rest", "reps", "rest", "pace", "rest", "rest", "same", "same"]
    assert (dose.pace, dose.reps, dose.rest_s) == ("3k", 4, 120)
    session = quality(chain, replace(dose, rest_s=180), "pace", Speeds(), warm_m=1500, cool_m=1000)
    assert session.title == "4 x 800 m at 3k pace"
    assert session.why == (
        "Reps at the pace of a 3 k raise what the heart can deliver; of reps, pace and rest only the pace moved, "
        "to 3k: reps and rest start again."
    )
    assert "4x800m @ 3k / 3:00 jog" in runnable(session)
    cruise, dose = CHAINS["cruise"], None
    for _ in range(12):
        dose, moved = cruise.next(dose, 4)
    assert dose is not None
    assert (moved, dose.pace) == ("same", "threshold")


def test_what_cannot_change_any_more_gives_way():
    """The same three times after it was new, then less of it; where nothing of it can be less, another session."""
    log, moves = DoseLog(), []
    for _ in range(9):
        dose, moved = log.next(CHAINS["race-400s"], TrainingPhase.SPEED, 3, 3)
        moves.append(moved)
    assert moves == ["", "same", "same", "stale", "same", "same", "stale", "same", "same"]
    log, rests = DoseLog(), []
    for _ in range(6):
        dose, moved = log.next(CHAINS["broken"], TrainingPhase.PEAK, 2, 2)
        rests.append((moved, dose.rest_s))
    assert rests == [("", 120), ("same", 120), ("same", 120), ("rest", 90), ("same", 90), ("same", 90)]


def test_a_short_day_still_grows():
    """Forty minutes have room for two long reps: then the rests get shorter, and nothing is called smaller."""
    plan = planned(
        races=(replace(RACE, distance="21.0975 km"),),
        availability=Availability((), minutes={1: 42.0, 3: 42.0}),
    )
    broken = [each for _, each in plan.sessions() if each.workout == "broken-tempo"]

    assert {each.dose.reps for each in broken if each.dose is not None} == {2}
    assert len({each.dose.rest_s for each in broken if each.dose is not None}) >= 2
    assert not any("because the week is smaller" in each.why for each in broken)


def test_a_small_race_is_part_of_what_its_week_aims_at():
    """The kilometres of a C race in a week of training are not run on top of it."""
    parkrun = PlannedRace(date(2027, 1, 14), "5 km", RacePriority.C)
    plan = planned(races=(RACE, parkrun))
    week, usual = plan.week_of(parkrun.date), planned().week_of(parkrun.date)
    assert week is not None
    assert usual is not None
    total = sum(day.distance_m for day in plan.days_of(week))
    assert total == pytest.approx(week.target_m, abs=300)
    assert week.target_m == usual.target_m


def test_a_race_in_the_recovery_is_said_whatever_its_priority():
    """A B race four days after a marathon is kept on its day, and it is said that it is not raced."""
    again = PlannedRace(RACE.date + timedelta(days=4), "5 km", RacePriority.B, name="Fun run")
    said = season(races=(replace(RACE, distance="42.195 km"), again)).cut
    assert "Fun run on 2027-05-20 lies in the recovery after marathon on 2027-05-16" in " ".join(said)
    later = replace(again, date=RACE.date + timedelta(days=8))
    assert not any("lies in the recovery" in each for each in season(races=(RACE, later)).cut)


def test_three_hard_days_are_not_for_beginners():
    """The template of three has two for them, and says so."""
    made = season(template="three-three-one", days=0, level=RunnerLevel.BEGINNER)
    assert "Three hard days a week are not for beginners: there are two." in made.cut
    for week in made.plan.weeks:
        assert sum(day.is_hard for day in made.plan.days_of(week)) <= 2


def test_nothing_grows_on_what_was_not_run():
    """After two running days off the next week is what that one was meant to be, not 8 % more."""
    off = DaysOff(date(2026, 12, 10), date(2026, 12, 11), OffReason.TRAVEL)
    usual, away = planned(), planned(availability=Availability((), off=(off,)))

    assert not away.weeks[1].is_down
    assert away.weeks[2].target_m == usual.weeks[1].target_m
    assert (away.weeks[2].target_m or 0.0) < (usual.weeks[2].target_m or 0.0)
    both = (off, DaysOff(date(2026, 12, 14), date(2026, 12, 19), OffReason.TRAVEL))
    down = planned(availability=Availability((), off=both))
    assert [week.is_down for week in down.weeks[1:4]] == [False, True, False]
    assert down.weeks[3].target_m == usual.weeks[1].target_m


def test_hard_days_lie_apart_and_none_after_the_long_run():
    """No hard day follows another, nor the long run, in the whole season."""
    plan = planned()
    hard = set(hard_days(plan))
    long = {day.date for day in plan.days if any(each.family is Family.LONG for each in day.sessions)}

    assert hard
    assert not any(day + timedelta(days=1) in hard for day in hard | long)


def test_the_peak_has_fewer_reps_and_the_race_week_strides_and_a_shakeout():
    """Sessions of 4 or 5 reps have fewer, and the days before the race are strides and a shakeout."""
    plan = planned()
    reps = {
        phase: [
            each.dose.reps
            for week in plan.weeks
            if week.phase is phase
            for day in plan.days_of(week)
            for each in day.sessions
            if each.dose is not None and each.family is Family.VO2MAX
        ]
        for phase in (TrainingPhase.SPEED, TrainingPhase.PEAK)
    }
    last_week = [
        each.workout
        for day in plan.days_of(next(w for w in plan.weeks if w.phase is TrainingPhase.RACE))
        for each in day.sessions
    ]

    assert max(reps[TrainingPhase.PEAK]) < max(reps[TrainingPhase.SPEED])
    assert "race-week-strides" in last_week
    assert "shakeout-3-miles" in last_week


def test_eight_nights_before_the_race_sleep_is_a_little_longer():
    """Each of the eight days before an A race has the note, and no other day."""
    plan = planned()

    assert [day.date for day in plan.days if day.note == SLEEP_NOTE] == [
        RACE.date - timedelta(days=back) for back in range(8, 0, -1)
    ]


# --- the taper


@pytest.mark.parametrize(
    ("distance", "days"), [("1 mile", 7), ("5 km", 8), ("10 km", 10), ("21.0975 km", 14), ("42.195 km", 21)]
)
def test_the_taper_of_each_distance(distance: str, days: int):
    """The running of the last days is about half of what it was, and as frequent."""
    plan = planned(races=(replace(RACE, distance=distance),), volume=WeeklyVolume("m", 60_000, 60_000))
    taper = [plan.day(RACE.date - timedelta(days=back)) for back in range(1, days + 1)]
    speed = [week for week in plan.weeks if week.phase is TrainingPhase.SPEED and not week.is_down]
    before = sum(day.distance_m for day in plan.days_of(speed[-1])) / 7

    share = sum(day.distance_m for day in taper) / days / before
    assert 0.35 <= share <= 0.62
    per_day = sum(bool(runs(day)) for day in taper) / days
    assert per_day >= 5 / 7 - 0.15


@pytest.mark.parametrize(
    ("distance", "weeks"), [("5 km", 0), ("10 km", 1), ("21.0975 km", 1), ("42.195 km", 2)]
)
def test_the_weeks_of_a_taper_are_called_so(distance: str, weeks: int):
    """A week with four days of the taper and more, before that of the race; where it begins is said once."""
    plan = planned(races=(replace(RACE, distance=distance),))

    assert [week.phase for week in plan.weeks].count(TrainingPhase.TAPER) == weeks
    notes = [week.note for week in plan.weeks if "taper begins" in week.note]
    assert len(notes) == 1
    assert "50 % less" in notes[0]


def test_a_lighter_taper_takes_less_away():
    """-25 % leaves more than -50 %, and what the runner says by a number counts."""

    def race_week(**changes) -> float:
        plan = planned(**changes)
        return next(week.target_m or 0.0 for week in plan.weeks if week.phase is TrainingPhase.RACE)

    assert race_week(taper=TaperStyle.LIGHT) > 1.3 * race_week()
    assert race_week(taper_percent=60.0) < race_week() < race_week(taper_percent=41.0)


def test_a_taper_beside_the_evidence_says_so():
    """-25 % and 30 % are planned as asked for, with the evidence beside them; 45 % needs no word."""
    for changes in ({"taper": TaperStyle.LIGHT}, {"taper": TaperStyle.FREQUENCY}, {"taper_percent": 30.0}):
        assert any("Bosquet 2007" in each for each in season(**changes).cut)
    assert not any("Bosquet" in each for each in season(taper_percent=45.0).cut + season().cut)


def test_a_marathon_has_its_last_goal_pace_run_two_weeks_out():
    """The medium-long run at goal pace lies 14 days before, and nothing like it later."""
    plan = planned(races=(replace(RACE, distance="42.195 km"),), volume=WeeklyVolume("m", 60_000, 80_000))

    assert [day for day, each in plan.sessions() if each.workout == GOAL_PACE_LONG] == [
        RACE.date - timedelta(days=14)
    ]


# --- days, appointments, travel


def test_the_samples_have_their_miles():
    """5-day sample 32 miles, 7-day sample 63; a plan made by them has them."""
    for name, miles, start in (("5-days-sample", 32, 5), ("7-days-sample", 63, 7)):
        assert sum(TEMPLATES[name].miles) == miles
        metres = miles * METRES_PER_MILE
        volume = WeeklyVolume("m", metres, 1.4 * metres)
        plan = planned(template=name, days=0, volume=volume, grain_m=METRES_PER_MILE / 10)
        assert sum(day.distance_m for day in plan.days[:7]) / METRES_PER_MILE == pytest.approx(miles, abs=0.3)
        assert sum(bool(runs(day)) for day in plan.days[:7]) == start


def test_the_week_of_three_days():
    """Tuesday hard, Thursday easy, Saturday long, and cross-training on Wednesday and Friday."""
    plan = planned(days=3)
    week = next(w for w in plan.weeks if w.phase is TrainingPhase.BUILD and not w.is_down)
    families = [day.sessions[0].family if day.sessions else None for day in plan.days_of(week)]

    assert families[1] in {Family.HILLS, Family.THRESHOLD}
    assert families[2] == families[4] == Family.CROSS
    assert families[5] is Family.LONG
    assert families[0] is Family.REST


def test_tuesday_friday_sunday():
    """Tuesday and Friday are hard, Sunday is long."""
    plan = planned(template="tue-fri-sun", days=0)
    week = next(w for w in plan.weeks if w.phase is TrainingPhase.BUILD and not w.is_down)

    assert [day.date.weekday() for day in plan.days_of(week) if day.is_hard] == [1, 4]
    assert any(each.family is Family.LONG for each in plan.day(week.sunday).sessions)


def test_own_days_find_their_own_order():
    """Monday, Wednesday, Thursday, Saturday: hard and long lie apart."""
    plan = planned(days=0, weekdays=(0, 2, 3, 5))
    week = next(w for w in plan.weeks if w.phase is TrainingPhase.BUILD and not w.is_down)
    used = {day.date.weekday() for day in plan.days_of(week) if runs(day)}

    assert used == {0, 2, 3, 5}
    assert len([day for day in plan.days_of(week) if day.is_hard]) == 2


def test_an_appointment_is_planned_around():
    """The club decides on Tuesday, hard: it is there each week, and no other hard day is beside it."""
    club = Appointment(1, "Club track", minutes=75)
    plan = planned(availability=Availability((), fixed=(club,)))
    for week in plan.weeks:
        tuesday = plan.day(week.monday + timedelta(days=1))
        if tuesday.date >= RACE.date:
            continue
        session = next(each for each in tuesday.sessions if each.title == "Club track")
        assert session.is_fixed
        is_close = (RACE.date - tuesday.date).days <= 3
        assert session.is_hard is not is_close
    hard = set(hard_days(plan))
    assert not any(day + timedelta(days=1) in hard for day in hard)


def test_an_appointment_in_recovery_is_easy():
    """After the race one goes along, and runs easy."""
    plan = planned(availability=Availability((), fixed=(Appointment(1, "Club track"),)))
    recovery = next(week for week in plan.weeks if week.phase is TrainingPhase.RECOVERY)
    session = plan.day(recovery.monday + timedelta(days=1)).sessions[0]

    assert (session.title, session.is_hard, session.is_unknown) == ("Club track", False, False)


def test_the_long_run_with_friends_is_where_they_say():
    """A long run agreed on for Saturday is the long run of the week."""
    friends = Appointment(5, "Long with Eva", Family.LONG, is_hard=False, is_unknown=False, distance_m=16_000)
    plan = planned(availability=Availability((), fixed=(friends,)))
    saturday, sunday = plan.days[5], plan.days[6]

    assert [each.family for each in runs(saturday)] == [Family.LONG]
    assert not any(each.family is Family.LONG for each in sunday.sessions)


def test_nothing_is_run_on_days_off_and_the_down_week_lies_there():
    """A week of travel is the down week, and none of its days off has a session."""
    off = DaysOff(date(2027, 2, 10), date(2027, 2, 17), OffReason.TRAVEL)
    plan = planned(availability=Availability((), off=(off,)))

    assert all(not plan.day(off.first + timedelta(days=step)).sessions for step in range(off.days))
    assert plan.day(off.first).off is OffReason.TRAVEL
    week = plan.week_of(off.first)
    assert week is not None
    assert week.is_down
    assert "laid on the days off" in week.note


def test_weeks_without_a_day_are_said_once():
    """A journey of a month, or of a week: which weeks have nothing."""
    month = DaysOff(date(2027, 2, 1), date(2027, 2, 28), OffReason.TRAVEL)
    week = DaysOff(date(2027, 2, 1), date(2027, 2, 7), OffReason.TRAVEL)

    said = season(availability=Availability((), off=(month,))).cut
    assert "4 weeks have no day to run on, from that of 2027-02-01 to that of 2027-02-22." in said
    said = season(availability=Availability((), off=(week,))).cut
    assert "The week of 2027-02-01 has no day to run on." in said


def test_known_speeds_make_the_sizes():
    """Somebody fast runs the same reps in less time."""
    fast = Speeds(3.5, {"easy": 3.5, "5k": 5.0, "threshold": 4.6})
    dosed = [each for _, each in planned(speeds=fast).sessions() if each.family is Family.VO2MAX]

    assert dosed
    assert all(
        each.hard_minutes and each.hard_m == pytest.approx(each.hard_minutes * 60 * 5.0, rel=0.05)
        for each in dosed
    )


def test_a_day_of_little_time_has_a_short_run():
    """No session is longer than the minutes of its day."""
    plan = planned(availability=Availability((), minutes={1: 45.0, 3: 45.0, 6: 100.0}))
    for day, session in plan.sessions():
        limit = {1: 45, 3: 45, 6: 100}.get(day.weekday())
        if limit is not None and session.kind is SessionKind.RUN:
            assert (session.minutes or 0) <= limit + 1, (day, session)


# --- several races


def test_a_b_race_has_easy_days_before_and_no_taper():
    """Two days before and the day after are easy; it takes the place of a hard session."""
    tune_up = PlannedRace(date(2027, 4, 4), "5 km", RacePriority.B)
    plan = planned(races=(RACE, tune_up))
    near = [plan.day(tune_up.date + timedelta(days=step)) for step in (-2, -1, 1)]
    week = plan.week_of(tune_up.date)

    assert not any(day.is_hard for day in near)
    assert any(each.kind is SessionKind.RACE for each in plan.day(tune_up.date).sessions)
    assert week is not None
    assert week.phase is TrainingPhase.SPEED
    assert sum(day.is_hard for day in plan.days_of(week)) <= 2


@pytest.mark.parametrize(
    ("distance", "days"), [("5 km", 1), ("10 km", 2), ("21.0975 km", 3), ("42.195 km", 7)]
)
def test_after_a_b_race_nothing_is_hard_for_some_days(distance: str, days: int):
    """The longer a B race, the more days after it have nothing hard."""
    b_race = PlannedRace(date(2027, 2, 21), distance, RacePriority.B)
    plan = planned(races=(b_race, replace(RACE, distance="42.195 km")), days=7, level=RunnerLevel.ADVANCED)
    after = [each for each in hard_days(plan) if each > b_race.date]
    assert (after[0] - b_race.date).days > days
    week = plan.days_of(plan.week_of(b_race.date + timedelta(days=7)) or plan.weeks[0])
    assert days == 7 or any(each.family is Family.LONG for day in week for each in runs(day))


def test_no_easy_run_is_longer_than_the_long_run_of_its_week():
    """In a short week of a taper the long run is still about the longest."""
    plan = planned(days=3, races=(replace(RACE, distance="1 mile"),), level=RunnerLevel.BEGINNER)
    for week in plan.weeks:
        sizes = {
            each.family is Family.LONG: each.distance_m or 0.0
            for day in plan.days_of(week)
            for each in sorted(runs(day), key=lambda each: each.distance_m or 0.0)
        }
        assert sizes.get(False, 0.0) <= 1.1 * sizes.get(True, 1e9), week.monday


def test_three_days_have_strides_in_the_week_of_the_race():
    """A runner of three days has no day for a shakeout, and runs strides three days before."""
    plan = planned(days=3)
    week = [each for day in plan.days_of(plan.weeks[-2]) for each in runs(day)]
    assert [each.workout for each in week].count("race-week-strides") == 1


def test_the_words_of_a_peak_fit_the_reps():
    """Fewer reps are said where there are fewer than in the build, and only there."""
    for days, level in ((3, RunnerLevel.BEGINNER), (5, RunnerLevel.INTERMEDIATE), (7, RunnerLevel.ADVANCED)):
        last: dict[str, int] = {}
        for day in planned(days=days, level=level, volume=WeeklyVolume("m", 20_000, 35_000)).days:
            for each in runs(day):
                if each.dose is None:
                    continue
                if "the peak keeps the speed" in each.why:
                    assert each.dose.reps < last[each.workout or ""], (day.date, each.title)
                else:
                    last[each.workout or ""] = each.dose.reps


def test_a_race_is_named_in_the_reasons_of_its_neighbours():
    """A mile that is raced is the mile."""
    whys = [
        each.why
        for day in planned(days=3, races=(replace(RACE, distance="1 mile"),)).days
        for each in day.sessions
    ]
    assert "Rest, so that the mile finds fresh legs." in whys


def test_nothing_tiring_is_done_on_the_day_before_a_race():
    """Jumps, tests and weights stay away from the eve of every race."""
    tune_ups = tuple(
        PlannedRace(date(2027, 1, 24) + timedelta(weeks=2 * number), "10 km", RacePriority.C)
        for number in range(3)
    )
    plan = planned(races=(*tune_ups, RACE))
    for race in tune_ups:
        families = {each.family for each in plan.day(race.date - timedelta(days=1)).sessions}
        assert not families & {Family.STRENGTH, Family.PLYOMETRICS, Family.CHECK_UP}, race.date


def test_a_c_race_is_trained_through():
    """It is one of the hard days of its week."""
    parkrun = PlannedRace(date(2027, 4, 3), "5 km", RacePriority.C)
    plan = planned(races=(RACE, parkrun))
    week = plan.week_of(parkrun.date)

    assert week is not None
    assert sum(day.is_hard for day in plan.days_of(week)) == 2


def test_a_race_in_the_recovery_of_another_is_on_its_day():
    """Whoever races again ten days later does so: nothing else of the recovery is given up."""
    again = PlannedRace(date(2027, 5, 22), "5 km", RacePriority.C)
    plan = planned(races=(RACE, again))

    assert plan.day(again.date).sessions[0].kind is SessionKind.RACE
    assert sum(day.is_hard for day in plan.days if day.date > RACE.date) == 1


def test_a_season_of_two_peaks():
    """A template lays a 10 k in May and a half in November, each with its blocks, and four weeks between."""
    races = (PlannedRace(date(2027, 5, 16), "10 km"), PlannedRace(date(2027, 11, 21), "21.0975 km"))
    plan = planned(date(2027, 1, 4), template="two-peaks", days=0, races=races)
    months = {week.monday.month: week.phase for week in reversed(plan.weeks)}

    assert [week.phase for week in plan.weeks].count(TrainingPhase.RACE) == 2
    after = [week.phase for week in plan.weeks if monday_of(races[0].date) < week.monday][:4]
    assert after == [TrainingPhase.RECOVERY] * 4
    assert months[2] is TrainingPhase.BASE
    assert months[4] in {TrainingPhase.BUILD, TrainingPhase.SPEED}
    assert months[8] is TrainingPhase.BASE
    assert plan.weeks[-1].phase is TrainingPhase.FREE
    assert plan.last >= date(2027, 12, 31)
    second = max(week.target_m or 0 for week in plan.weeks if week.monday > races[0].date)
    assert second == pytest.approx(65_000 * 50 / 45, rel=0.01)


# --- opt-ins


@pytest.mark.parametrize("name", [name for name, template in TEMPLATES.items() if template.is_opt_in])
def test_an_opt_in_template_has_its_note(name: str):
    """Refused parts are left out and named, or their weakness is."""
    plan = planned(template=name, days=0)

    assert any(note.startswith("An opt-in") for note in plan.notes)


def test_the_six_stages_are_named_by_week():
    """Weeks 1-3, 4-7, 8-10, 11-12, 13-14, 15-16; the refused parts are named, and the taper is -25 %."""
    plan = planned(template="six-stages", days=0)
    sixteen = [week for week in plan.weeks if week.phase is not TrainingPhase.RECOVERY][-16:]
    stages = [week.note.partition(",")[0] for week in sixteen]

    assert Counter(stages) == {f"Stage {n} of 6": count for n, count in enumerate((3, 4, 3, 2, 2, 2), 1)}
    assert plan.taper is TaperStyle.FREQUENCY
    assert any("breathing masks" in note and "5 Hz" in note for note in plan.notes)


def test_three_three_one_has_a_taste_test():
    """Three hard days, one of which is the long run, and twelve minutes at goal pace."""
    plan = planned(template="three-three-one", days=0, volume=WeeklyVolume("m", 60_000, 80_000))
    week = next(w for w in plan.weeks if w.phase is TrainingPhase.SPEED and not w.is_down)

    assert sum(each.workout == "taste-test" for day in plan.days_of(week) for each in day.sessions) == 1


def test_sprint_and_endurance_in_turn():
    """Four weeks of sprints, then four of threshold and hills."""
    plan = planned(template="sprint-endurance", days=0)
    families = [
        {each.family for day in plan.days_of(week) for each in day.sessions if each.is_hard}
        for week in plan.weeks[:8]
    ]

    assert Family.SPEED in families[0] | families[1]
    assert Family.SPEED not in families[4] | families[5]
    assert Family.THRESHOLD in families[4] | families[5]


def test_back_to_back_is_for_those_who_ask():
    """With the opt-in two appointments may follow each other without a word."""
    fixed = (Appointment(1, "Club"), Appointment(2, "Hills"))
    said = season(availability=Availability((), fixed=fixed)).cut
    quiet = season(availability=Availability((), fixed=fixed), opt_ins=(PlanOptIn.BACK_TO_BACK,)).cut

    assert any("Club and Hills are hard and follow each other" in each for each in said)
    assert not any("follow each other" in each for each in quiet)


@pytest.mark.parametrize("history", ["hamstring", "left Achilles tendon"])
def test_a_history_turns_flat_sprints_into_hills(history: str):
    """A miler who had trouble with a hamstring or an Achilles runs hills in place of fast 200s."""
    mile = (replace(RACE, distance="1 mile"),)

    assert any(each.family is Family.SPEED for _, each in planned(races=mile).sessions())
    assert not any(
        each.family is Family.SPEED for _, each in planned(races=mile, histories=(history,)).sessions()
    )


# --- what cannot be


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"races": (replace(RACE, date=date(2026, 11, 29)),)},
            "is over: this computer says it is 2026-11-30",
        ),
        ({"races": (replace(RACE, date=date(2036, 5, 18)),)}, "years away"),
        ({"races": ()}, "no race"),
        ({"races": (replace(RACE, priority=RacePriority.B),)}, "none of the races is an A race"),
        ({"races": (RACE, replace(RACE, date=date(2027, 5, 13)))}, "two A races lie within a week"),
        ({"races": (RACE, replace(RACE, priority=RacePriority.C))}, "two races are on 2027-05-16"),
        ({"volume": WeeklyVolume("m", 40_000, 400_000)}, "a week of 400 km is more than anybody trains"),
        ({"volume": WeeklyVolume("m", 1_000, 40_000)}, "too little to be planned"),
        ({"volume": WeeklyVolume("m", 60_000, 40_000)}, "lies below the start"),
        ({"volume": WeeklyVolume("s", 3600 * 40, 3600 * 50)}, "more than anybody trains"),
        ({"template": "no-such"}, "there is no template"),
        ({"days": 9}, "9 running days a week are not possible"),
    ],
)
def test_what_cannot_be_planned_says_why(changes, words):
    """Each refusal names what is wrong, and what to change."""
    with pytest.raises(PlanProblem, match=words) as caught:
        season(**changes)
    assert caught.value.hint


def test_a_race_tomorrow_is_one_week():
    """There is nothing to train: the race, and the recovery after it."""
    plan = planned(races=(replace(RACE, date=TODAY + timedelta(days=1)),))

    assert [week.phase for week in plan.weeks] == [TrainingPhase.RACE, TrainingPhase.RECOVERY]
    assert plan.day(TODAY + timedelta(days=1)).sessions[0].kind is SessionKind.RACE


def test_a_race_on_29_february():
    """A leap day is a day."""
    plan = planned(date(2027, 10, 1), races=(replace(RACE, date=date(2028, 2, 29)),))

    assert plan.day(date(2028, 2, 29)).sessions[0].kind is SessionKind.RACE


def test_volume_that_the_weeks_do_not_reach_is_said():
    """From 40 to 85 km in 24 weeks does not go: how far it gets, and how long it would take."""
    cut = season(volume=WeeklyVolume("m", 40_000, 85_000)).cut

    assert any("85.0 km would take" in each for each in cut)


def test_days_without_room_for_the_volume_are_said():
    """120 km on two days do not go; what the days hold is said, and aimed at."""
    made = season(days=2, volume=WeeklyVolume("m", 100_000, 120_000))

    assert sum(each.endswith("a week, not 120.0 km.") for each in made.cut) == 1
    assert max(week.target_m or 0 for week in made.plan.weeks) < 50_000


def test_a_plan_begins_on_the_day_it_is_made():
    """Made on a Friday, its first week has nothing before it."""
    friday = date(2026, 12, 4)
    plan = planned(friday)

    assert plan.weeks[0].monday == date(2026, 11, 30)
    assert all(not day.sessions for day in plan.days if day.date < friday)
    assert plan.weeks[1].phase is TrainingPhase.BASE


def test_lay_out_says_what_has_no_room():
    """Two days beside each other have room for one hard session at most."""
    layout = lay_out(TEMPLATES["5-days"], (5, 6), 2)

    assert "leave room for" in layout.cut
    assert layout.days_of(DayRole.LONG)


CLUBS = st.sampled_from(
    [(), (Appointment(1, "Club"),), (Appointment(5, "parkrun", Family.TUNE_UP, distance_m=5000.0),)]
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[SeasonRequest, date]:
    """Any season somebody could ask for, and the day they ask on."""
    today = draw(st.dates(date(2024, 1, 1), date(2029, 12, 31)))
    distance = draw(st.sampled_from(["1 mile", "5 km", "10 km", "21.0975 km", "42.195 km", "50 km"]))
    race = PlannedRace(today + timedelta(days=draw(st.integers(0, 500))), distance)
    start = float(draw(st.integers(4_000, 120_000)))
    ratio = draw(st.floats(1.0, 2.0))
    by_time = draw(st.booleans())
    volume = (
        WeeklyVolume("s", start / 2.75, start * ratio / 2.75)
        if by_time
        else WeeklyVolume("m", start, start * ratio)
    )
    first = today + timedelta(days=draw(st.integers(0, 300)))
    off = DaysOff(first, first + timedelta(days=draw(st.integers(0, 20))), OffReason.TRAVEL)
    minutes = draw(st.dictionaries(st.integers(0, 6), st.floats(20, 240), max_size=3))
    free = Availability((), minutes, (off,), draw(CLUBS))
    weekdays = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
    level = draw(st.sampled_from(RunnerLevel))
    template = draw(st.sampled_from(["", *TEMPLATES]))
    request = SeasonRequest("me", (race,), volume, level, weekdays, availability=free, template=template)
    return request, today


@pytest.mark.parametrize(
    "examples", [20, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(300)])]
)
def test_any_season_is_whole(examples: int):
    """Any race, days, level, minutes and appointments give a plan in which nothing is impossible."""
    settings(max_examples=examples)(given(requests())(assert_whole))()


def assert_whole(asked: tuple[SeasonRequest, date]) -> None:
    """Hold a season against what is possible."""
    request, today = asked
    race, off = request.races[0], request.availability.off[0]
    plan = make_plan(request, today).plan
    assert read_plan(write_plan(plan), name="plan") == plan
    race_day = plan.day(race.date)
    assert race_day.sessions[0].kind is SessionKind.RACE
    ids = [each.id for _, each in plan.sessions()]
    assert len(ids) == len(set(ids))
    for day, session in plan.sessions():
        assert day >= today
        assert session.why
        assert session.title
        if session.kind is SessionKind.RUN:
            assert 0 < (session.minutes or 0) <= 240
            assert day not in off
    for week in plan.weeks:
        is_bound = not request.availability.fixed and week.phase is not TrainingPhase.RECOVERY
        assert not is_bound or (week.target_m or 0) <= max(1.15 * request.volume.peak, 8_000)


@pytest.mark.parametrize("seed", [24, 35, 59, 99, 136, 191, 233, 291, 390])
def test_a_season_of_races_breaks_no_rule_without_a_reason(seed: int):
    """The linter finds only races entered on two days running, and large weeks whose note says why."""
    plan = season_of_races(Random(seed))
    races = {race.date for race in plan.races}
    for finding in check(plan, knowing(plan), FIRST):
        if finding.rule in {"races-apart", "peaks-a-year"}:
            continue
        if finding.rule == "hard-days-apart":
            assert races.issuperset(finding.days)
        else:
            week = plan.week_of(finding.days[-1])
            assert finding.rule == "best-week"
            assert week is not None
            assert "cannot be shorter" in week.note


def test_a_race_on_another_day_of_the_week_takes_nothing_from_its_week():
    """A C race on a Monday without a run replaces an easy day: its week and the next are as large as without it."""
    race = PlannedRace(date(2027, 1, 4), "10 km", RacePriority.C)
    plain, raced = planned(), planned(races=(race, RACE))
    targets = [[week.target_m for week in plan.weeks[4:8]] for plan in (plain, raced)]
    assert targets[0] == targets[1]


def test_the_week_before_a_b_race_gives_no_growth_and_no_room():
    """Its short days are named as the reason, the season aims as high as without it, and no week jumps by two steps."""
    race = PlannedRace(date(2027, 1, 5), "21.0975 km", RacePriority.B)
    plan = planned(races=(race, RACE), days=3)
    short = plan.weeks[4]
    assert short.note.startswith("The days before half are short: ")
    assert max(week.target_m or 0 for week in plan.weeks) == max(
        week.target_m or 0 for week in planned(days=3).weeks
    )
