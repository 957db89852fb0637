"""Each rule of a plan: a plan that breaks it, and one that just keeps it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from coach.athlete import SimpleTest
from coach.plan.check import RULES
from coach.plan.facts import (
    CheckView,
    DoneSheet,
    FitnessFacts,
    PlanFacts,
    ShoeUse,
    SidesResult,
    Sprint,
    WorkoutFacts,
)
from coach.plan.model import (
    Availability,
    DaysOff,
    Dose,
    Family,
    OffReason,
    Plan,
    PlannedSession,
    PlanOptIn,
    RacePriority,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
    WeeklyVolume,
)
from coach.plan.strength import ease_after_tests
from coach.review.season import SeasonRun
from tests.plan.checking import (
    MONDAY,
    TODAY,
    day,
    easy,
    found,
    long,
    phases,
    plan_of,
    put,
    race,
    ran,
    ran_weeks,
    reps,
    session,
    strides,
)

P = TrainingPhase


@dataclass(frozen=True)
class Case:
    """A plan beside what is known, and the day it is looked at."""

    plan: Plan
    facts: PlanFacts = field(default_factory=PlanFacts)
    today: date = TODAY


def with_sessions(*placed: tuple[date, PlannedSession], plan: Plan | None = None) -> Plan:
    """The sound plan with these sessions in place of what was on their days."""
    plan = plan or plan_of()
    for day_, each in placed:
        plan = put(plan, day_, each)
    return plan


def heavy(*days: date) -> Plan:
    """The sound plan with heavy strength after what is on these days."""
    plan = plan_of()
    for each in days:
        lift = session(Family.STRENGTH, "Heavy strength", "strength-heavy", minutes=45.0)
        plan = put(plan, each, *plan.day(each).sessions, lift)
    return replace(plan, level=RunnerLevel.ADVANCED)


def sprints(day_: date, name: str = "sprints-150", plan: Plan | None = None) -> Plan:
    """The sound plan, of an advanced runner, with flat sprints on a day."""
    plan = replace(plan or plan_of(12), level=RunnerLevel.ADVANCED)
    return put(
        plan,
        day_,
        session(Family.SPRINTS, "Sprints", name, minutes=60.0, distance_m=7000.0, hard_minutes=3.0),
    )


def drills(*days: date) -> tuple[DoneSheet, ...]:
    """Drills that were done and recorded."""
    return tuple(DoneSheet(f"d{each}", each, "Running drills", "drills") for each in days)


def weekly(plan: Plan, km: dict[int, float]) -> Plan:
    """The plan with long runs that make these weeks so far in all."""
    for number, whole in km.items():
        plan = put(plan, day(number, 6), long(whole - 33))
    return plan


def same(times: int) -> Plan:
    """A plan with the same reps so many times."""
    plan = plan_of(8)
    for number in range(8):
        plan = put(plan, day(number, 1), reps(6 if number < times else 6 + number))
    return plan


def tempo(km: float) -> PlannedSession:
    """A session with metres at threshold in one go."""
    return session(
        Family.THRESHOLD,
        "Tempo",
        is_hard=True,
        minutes=50.0,
        distance_m=9000.0,
        hard_minutes=4.2 * km,
        hard_m=1000 * km,
    )


def planks(day_: date, before: float, now: float) -> tuple[SidesResult, ...]:
    """A side plank a month before a day, and on it."""
    return (
        SidesResult(SimpleTest.SIDE_PLANK, day_ - timedelta(days=28), before, before),
        SidesResult(SimpleTest.SIDE_PLANK, day_, now, before),
    )


def jumps(*weeks: int, weekday: int = 4) -> Plan:
    """The sound plan with plyometrics in these weeks; in one that is named twice on the day before as well."""
    plan = plan_of(16)
    for place, number in enumerate(weeks):
        each = day(number, weekday - weeks[:place].count(number))
        leap = replace(session(Family.PLYOMETRICS, "Plyometrics", minutes=20.0), id=f"p{place}")
        plan = put(plan, each, *plan.day(each).sessions, leap)
    return plan


def no_drills(name: str) -> PlanFacts:
    """A workout of flat sprints without a drill in it."""
    made = WorkoutFacts(
        name, system="speed", sprint=sprint_of(), is_fresh=True, seconds=3600.0, metres=7000.0
    )
    return PlanFacts(workouts={name: made})


def sprint_of():
    """Flat out."""
    return Sprint.FLAT


def three_hard_days() -> Plan:
    """The sound plan with three hard days in its second week."""
    return with_sessions((day(1, 3), reps(5, metres=400)), (day(1, 5), reps(3, metres=1000)))


def warmed(seconds: float) -> PlanFacts:
    """A workout that wants ten minutes of warm-up and has so much."""
    return PlanFacts(workouts={"fast": WorkoutFacts("fast", needs_warm_up_s=600, warm_up_s=seconds)})


def worn(runs: int) -> PlanFacts:
    """A pair of shoes that was worn so often, today too."""
    return PlanFacts(shoes=(ShoeUse("r", "Racer", runs, 40_000.0, TODAY),))


def at_pace(metres: float) -> PlanFacts:
    """A long run with so much of it at marathon pace, which should be 30 % of a week."""
    made = WorkoutFacts("mp", hard_m=metres, weekly_share=0.3, seconds=7200.0, metres=26_000.0)
    return PlanFacts(workouts={"mp": made})


def best(threshold: float) -> PlanFacts:
    """Two hard runs whose bests fit a critical speed of 4.2 m/s and 150 m of D', and a threshold pace on record."""
    runs = tuple(
        replace(ran(TODAY - timedelta(days=back), is_hard=True), bests={name: (metres - 150) / 4.2})
        for back, name, metres in ((9, "1000", 1000.0), (5, "5k", 5000.0))
    )
    return PlanFacts(runs=runs, fitness=FitnessFacts(threshold_mps=threshold))


def on(surface: str, other: str, route: str = "") -> tuple[SeasonRun, ...]:
    """Four weeks of runs on one surface, the last of them on another."""
    runs = [replace(run, surface=surface, route=route) for run in ran_weeks(5)]
    return (*runs[:-2], replace(runs[-2], surface=other), runs[-1])


def off(first: date, last: date) -> Availability:
    """The sound plan's days without a holiday."""
    return replace(plan_of().availability, off=(DaysOff(first, last, OffReason.TRAVEL),))


def minutes(weekday: int, most: float) -> Availability:
    """The sound plan's days with a limit on one."""
    return replace(plan_of().availability, minutes={weekday: most})


def seven(template: str) -> Plan:
    """The sound plan with a run on every day of its second week."""
    plan = replace(plan_of(), template=template)
    return with_sessions((day(1, 0), easy(3)), (day(1, 3), easy(3)), plan=plan)


def days_a_week(*counts: int) -> Plan:
    """A plan whose weeks have so many running days."""
    plan = plan_of(len(counts))
    for number, wanted in enumerate(counts):
        for weekday in range(7):
            sessions = [easy(6)] if weekday < wanted else []
            plan = put(plan, day(number, weekday), *sessions)
    return plan


def weeks_down(*down: int) -> Plan:
    """A plan of eight weeks of which these are down."""
    plan = plan_of(8)
    return replace(plan, weeks=tuple(replace(each, is_down=n in down) for n, each in enumerate(plan.weeks)))


def all_weeks(plan: Plan, weekday: int, *sessions: PlannedSession) -> Plan:
    """The plan with these sessions on one weekday of every week."""
    for number in range(len(plan.weeks)):
        plan = put(
            plan, day(number, weekday), *[replace(each, id=f"{each.id}w{number}") for each in sessions]
        )
    return plan


def slow(weeks: int) -> Plan:
    """A plan whose first weeks have nothing fast, and strides on the day after them."""
    plan = plan_of(8)
    for number in range(weeks):
        plan = put(put(plan, day(number, 1), easy()), day(number, 4), easy())
    return put(plan, day(weeks, 0), strides())


def raced(*races: tuple[int, str], priority: RacePriority = RacePriority.A) -> Plan:
    """A plan with races so many days after its first."""
    return replace(
        plan_of(),
        races=tuple(
            race(MONDAY + timedelta(days=days), distance, priority=priority) for days, distance in races
        ),
    )


A10 = race(day(5, 6))
BAREFOOT = session(
    Family.STRIDES, "Barefoot", "barefoot-strides", minutes=30.0, distance_m=5000.0, hard_minutes=1.0
)
UNKNOWN = session(Family.VO2MAX, "Gone", "gone-for-ever", minutes=50.0, distance_m=9000.0)
FIVE_K = FitnessFacts(vdot=45.0, vdot_words="5 km in 21:50 on 2026-12-01")
TOO_FAST = {"fast": WorkoutFacts("fast", too_fast="Rep 1 asks for 3:00/km; your 5 km predicts 4:20/km.")}
FAST = session(Family.EASY, "Too fast", "fast", minutes=50.0, distance_m=9000.0, hard_minutes=0.0)

CASES: dict[str, Callable[[], tuple[Case, Case]]] = {
    "hard-days-apart": lambda: (
        Case(put(plan_of(), day(1, 2), reps(7, metres=400))),
        Case(put(plan_of(), day(1, 3), reps(7, metres=400))),
    ),
    "after-the-long-run": lambda: (
        Case(put(plan_of(), day(2, 0), reps(7, metres=400))),
        Case(put(plan_of(), day(2, 0), easy())),
    ),
    "hard-days": lambda: (
        Case(replace(three_hard_days(), level=RunnerLevel.BEGINNER)),
        Case(three_hard_days()),
    ),
    "heavy-legs": lambda: (Case(heavy(day(1, 6))), Case(heavy(day(1, 1), day(1, 5)))),
    "sprints-on-fresh-legs": lambda: (Case(sprints(day(10, 2))), Case(sprints(day(10, 4)))),
    "drills-before-sprints": lambda: (
        Case(sprints(day(10, 4), "plain"), replace(no_drills("plain"), sheets=drills(day(9, 0)))),
        Case(sprints(day(10, 4), "plain"), replace(no_drills("plain"), sheets=drills(day(8, 0), day(9, 0)))),
    ),
    "level": lambda: (
        Case(replace(sprints(day(10, 4)), level=RunnerLevel.INTERMEDIATE)),
        Case(sprints(day(10, 4))),
    ),
    "seasons": lambda: (
        Case(sprints(day(10, 4), "lydiard-50-50"), PlanFacts(seasons=0)),
        Case(sprints(day(10, 4), "lydiard-50-50"), PlanFacts(seasons=1)),
    ),
    "base-weeks": lambda: (
        Case(sprints(day(1, 4)), PlanFacts(runs=(ran(MONDAY - timedelta(weeks=30)), *ran_weeks(2)))),
        Case(sprints(day(1, 4)), PlanFacts(runs=ran_weeks(4))),
    ),
    "warm-up": lambda: (
        Case(with_sessions((day(1, 4), FAST)), warmed(590)),
        Case(with_sessions((day(1, 4), FAST)), warmed(600)),
    ),
    "how-often": lambda: (
        Case(sprints(day(10, 0), plan=sprints(day(9, 4)))),
        Case(sprints(day(10, 4), plan=sprints(day(9, 4)))),
    ),
    "old-injuries": lambda: (
        Case(replace(sprints(day(10, 4)), histories=("left hamstring",))),
        Case(replace(sprints(day(10, 4), "hill-sprints"), histories=("left hamstring",))),
    ),
    "barefoot": lambda: (
        Case(with_sessions((day(5, 4), BAREFOOT))),
        Case(replace(with_sessions((day(5, 4), BAREFOOT)), opt_ins=(PlanOptIn.BAREFOOT,))),
    ),
    "workout-exists": lambda: (
        Case(with_sessions((day(1, 4), UNKNOWN)), PlanFacts(missing=frozenset({"gone-for-ever"}))),
        Case(with_sessions((day(1, 4), UNKNOWN))),
    ),
    "shoes-run-in": lambda: (
        Case(replace(plan_of(), races=(race(TODAY + timedelta(days=7)),)), worn(4)),
        Case(replace(plan_of(), races=(race(TODAY + timedelta(days=7)),)), worn(5)),
    ),
    "within-fitness": lambda: (
        Case(with_sessions((day(1, 4), FAST)), PlanFacts(workouts=TOO_FAST)),
        Case(with_sessions((day(1, 4), FAST)), PlanFacts(workouts={"fast": WorkoutFacts("fast")})),
    ),
    "goal-within-fitness": lambda: (
        Case(
            replace(plan_of(), races=(race(TODAY + timedelta(days=28), goal_s=2600.0),)),
            PlanFacts(fitness=FIVE_K),
        ),
        Case(
            replace(plan_of(), races=(race(TODAY + timedelta(days=28), goal_s=2690.0),)),
            PlanFacts(fitness=FIVE_K),
        ),
    ),
    "days-and-minutes": lambda: (
        Case(replace(plan_of(), availability=minutes(6, 90.0))),
        Case(replace(plan_of(), availability=minutes(6, 91.0))),
    ),
    "one-change": lambda: (
        Case(with_sessions((day(2, 1), reps(6, rest_s=90)))),
        Case(with_sessions((day(2, 1), reps(5, rest_s=90)))),
    ),
    "same-again": lambda: (Case(same(5)), Case(same(4))),
    "running-days": lambda: (Case(days_a_week(4, 4, 4, 4, 6)), Case(days_a_week(4, 4, 4, 4, 5))),
    "seven-days": lambda: (Case(seven("5-day")), Case(seven("7-day"))),
    "down-week": lambda: (Case(weeks_down(4)), Case(weeks_down(3, 7))),
    "best-week": lambda: (Case(weekly(plan_of(), {2: 54.3})), Case(weekly(plan_of(), {2: 53.9}))),
    "quality-session": lambda: (
        Case(with_sessions((day(1, 1), easy()), (day(1, 4), easy()))),
        Case(with_sessions((day(1, 1), easy()))),
    ),
    "long-run": lambda: (
        Case(with_sessions((day(1, 6), easy(16)))),
        Case(with_sessions((day(1, 6), easy(16)), (day(1, 5), long(16)))),
    ),
    "not-only-running": lambda: (
        Case(put(plan_of(), day(1, 0))),
        Case(put(plan_of(), day(1, 0), session(Family.CROSS, "Swim", minutes=40.0))),
    ),
    "easy-share": lambda: (
        Case(with_sessions((day(1, 1), replace(reps(5), hard_minutes=57.5)))),
        Case(with_sessions((day(1, 1), replace(reps(5), hard_minutes=56.0)))),
    ),
    "something-fast": lambda: (Case(slow(3)), Case(put(slow(3), day(2, 6), strides()))),
    "threshold-share": lambda: (
        Case(with_sessions((day(1, 1), tempo(5.0)))),
        Case(with_sessions((day(1, 1), tempo(4.9)))),
    ),
    "share-of-week": lambda: (
        Case(with_sessions((day(1, 6), session(Family.LONG, "Pace", "mp"))), at_pace(20_000.0)),
        Case(with_sessions((day(1, 6), session(Family.LONG, "Pace", "mp"))), at_pace(17_700.0)),
    ),
    "peaks-a-year": lambda: (
        Case(raced((20, "10 km"), (150, "21.1 km"), (300, "5 km"))),
        Case(raced((20, "10 km"), (150, "10 km"), (300, "5 km"))),
    ),
    "races-apart": lambda: (
        Case(raced((20, "21.1 km"), (33, "5 km"), priority=RacePriority.B)),
        Case(raced((20, "21.1 km"), (34, "5 km"), priority=RacePriority.B)),
    ),
    "recovery-after-a-race": lambda: (
        Case(replace(put(plan_of(), day(2, 0), easy()), races=(race(day(1, 2)),))),
        Case(replace(put(plan_of(), day(2, 1), easy()), races=(race(day(1, 3)),))),
    ),
    "peak-held": lambda: (
        Case(phases(plan_of(), P.BUILD, P.PEAK, P.PEAK, P.PEAK, P.PEAK, P.TAPER)),
        Case(phases(plan_of(), P.BUILD, P.PEAK, P.PEAK, P.PEAK, P.TAPER)),
    ),
    "strength-before-a-race": lambda: (
        Case(replace(heavy(day(4, 3)), races=(A10,))),
        Case(replace(heavy(day(4, 2)), races=(A10,))),
    ),
    "plyometric-weeks": lambda: (Case(jumps(*range(7))), Case(jumps(*range(6)))),
    "tests-fell": lambda: (
        Case(jumps(2, 2), PlanFacts(tests=planks(TODAY, 60, 48))),
        Case(jumps(2, 2), PlanFacts(tests=planks(TODAY, 60, 49))),
    ),
    "threshold-moved": lambda: (Case(plan_of(), best(4.10)), Case(plan_of(), best(4.13))),
    "surfaces": lambda: (
        Case(plan_of(), PlanFacts(runs=on("road", "road"))),
        Case(plan_of(), PlanFacts(runs=on("road", "trail"))),
    ),
}
"""By rule: what breaks it, and what just keeps it."""


def test_every_rule_is_here():
    """A rule that is added fails here until somebody has said what breaks it and what keeps it."""
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_what_breaks_a_rule_is_found_and_what_keeps_it_is_not(rule):
    """The finding says where, what the plan has and what would mend it."""
    broken, kept = CASES[rule]()
    findings = found(broken.plan, rule, broken.facts, broken.today)
    assert findings
    assert findings[0].days
    assert findings[0].sentence.endswith(".")
    assert len(findings[0].sentence) < 240
    assert findings[0].fix
    assert found(kept.plan, rule, kept.facts, kept.today) == ()


def test_back_to_back_is_asked_for():
    """With the opt-in two hard days in a row are no finding."""
    plan = put(plan_of(), day(1, 2), reps(7, metres=400))
    assert found(replace(plan, opt_ins=(PlanOptIn.BACK_TO_BACK,)), "hard-days-apart") == ()


def test_lifting_before_a_run_of_the_same_day_is_said():
    """Heavy strength before a hard run of the same day is a finding; after it, it is none."""
    lift = session(Family.STRENGTH, "Heavy strength", "strength-heavy", minutes=45.0)
    hard = plan_of().day(day(1, 1)).sessions
    (finding,) = found(put(plan_of(), day(1, 1), lift, *hard), "heavy-legs")
    assert (finding.you, finding.days) == ("0 hours", (day(1, 1),))
    assert found(put(plan_of(), day(1, 1), *hard, lift), "heavy-legs") == ()


@pytest.mark.parametrize(("days", "you"), [(1, "24 hours"), (2, "48 hours")])
def test_heavy_legs_last_two_days(days, you):
    """The day before and the day before that; three days are enough."""
    finding = found(heavy(day(2, 1) - timedelta(days=days)), "heavy-legs")[0]
    assert finding.you == you
    assert found(heavy(day(2, 1) - timedelta(days=3)), "heavy-legs") == ()


def test_sprints_of_which_nothing_is_known_need_no_drills():
    """A workout that cannot be read has unknown facts, and no finding."""
    plan = with_sessions((day(3, 4), session(Family.SPRINTS, "Sprints", "unread", minutes=40.0)))
    assert found(plan, "drills-before-sprints") == ()


def test_flat_sprints_of_ten_seconds_are_right_with_an_old_hamstring():
    """Longer ones are not; uphill they are."""

    def with_history(seconds, title="Sprints"):
        dose = Dose(6, "all out", None, seconds, 120.0)
        each = session(Family.SPRINTS, title, minutes=40.0, distance_m=6000.0, hard_minutes=1.0, dose=dose)
        return found(replace(with_sessions((day(3, 4), each)), histories=("hamstring",)), "old-injuries")

    assert with_history(10.0) == ()
    assert len(with_history(11.0)) == 1
    assert with_history(11.0, "Hill sprints") == ()
    assert "hill-sprints" in with_history(11.0)[0].fix


def test_a_run_on_a_day_off_is_said():
    """By the holidays of the plan, or by the day itself; a race is none."""
    plan = replace(plan_of(), availability=off(day(1, 0), day(1, 6)))
    assert [each.days for each in found(plan, "days-and-minutes")] == [
        (day(1, each),) for each in (1, 2, 4, 5, 6)
    ]
    assert "travel" in found(plan, "days-and-minutes")[0].sentence
    ill = plan_of().with_days([replace(plan_of().day(day(1, 2)), off=OffReason.ILLNESS)])
    (finding,) = found(ill, "days-and-minutes")
    assert "illness" in finding.sentence
    racing = put(plan, day(1, 6), session(Family.RACE, "10 km", is_hard=True))
    assert day(1, 6) not in {each.days[0] for each in found(racing, "days-and-minutes")}


def test_a_race_alone_leaves_a_week_no_less_easy():
    """An hour and a half of racing in a small week is what the week is for; a hard session beside it is too much."""
    racing = replace(
        session(Family.RACE, "half", is_hard=True), kind=SessionKind.RACE, minutes=110.0, hard_minutes=110.0
    )
    plan = put(plan_of(), day(1, 6), racing)
    for number in (1, 3):
        plan = put(plan, day(1, number), easy())
    assert not [each for each in found(plan, "easy-share") if day(1, 6) in each.days]
    hard = session(
        Family.THRESHOLD, "Long tempo", minutes=100.0, distance_m=20_000.0, hard_minutes=90.0, is_hard=True
    )
    both = put(plan, day(1, 1), hard)
    assert [each for each in found(both, "easy-share") if day(1, 6) in each.days]


def test_what_fell_is_eased_by_a_proposal():
    """The second jumps of a week and flat sprints up to four weeks on; the easier plan breaks the rule no more."""
    plan = jumps(2, 2, 3, 3, 9, 9)
    plan = put(plan, day(3, 1), replace(FAST, title="Flat 50s", workout="fast", id="sprint"))
    workouts = {"fast": WorkoutFacts("fast", sprint=sprint_of(), is_fresh=True, seconds=1800.0)}
    facts = PlanFacts(workouts=workouts, tests=planks(TODAY, 60, 45))
    made = ease_after_tests(CheckView(plan, facts, TODAY))
    assert made is not None
    assert made.touched == (day(2, 4), day(3, 1), day(3, 4))
    assert [each.partition(": ")[2] for each in made.says] == [
        "Plyometrics left out.",
        "Easy run, 50 min instead of Flat 50s.",
        "Plyometrics left out.",
    ]
    assert "side plank, left 60 to 45 s" in made.reason
    assert found(made.plan, "tests-fell", facts) == ()
    assert ease_after_tests(CheckView(made.plan, facts, TODAY)) is None
    assert ease_after_tests(CheckView(plan, PlanFacts(tests=planks(TODAY, 60, 58)), TODAY)) is None


def test_weeks_with_days_off_count_once_nothing_else_was_run():
    """One short week is no habit; four in a row are, and two days more after them are too many."""
    plan = days_a_week(4, 4, 4, 4, 6)
    for number in range(4):
        plan = plan.with_days([replace(plan.day(day(number, 5)), off=OffReason.TRAVEL)])
    assert found(plan, "running-days") != ()
    once = days_a_week(6, 4, 6)
    once = once.with_days([replace(once.day(day(1, 5)), off=OffReason.TRAVEL)])
    assert found(once, "running-days") == ()
    first = days_a_week(4, 6)
    first = first.with_days([replace(first.day(day(0, 5)), off=OffReason.TRAVEL)])
    assert found(first, "running-days") == ()


def test_another_pace_is_a_change_too():
    """With a rep more it is one too many; alone it is one."""
    both = with_sessions((day(2, 1), reps(6, "3k")))
    assert found(both, "one-change")[0].you == "reps and pace"
    alone = with_sessions((day(2, 1), reps(5, "3k")), (day(3, 1), reps(5, "3k")))
    assert day(2, 1) not in {each.days[-1] for each in found(alone, "one-change")}


def test_after_two_months_a_workout_begins_anew():
    """Neither a step too far nor the fifth time of the same."""
    plan = plan_of(16)
    for number in range(1, 15):
        plan = put(plan, day(number, 1), easy())
    plan = put(plan, day(15, 1), reps(9, rest_s=60))
    assert found(plan, "one-change") == ()


def test_a_plan_by_time_is_compared_by_time():
    """Its start is then no number of kilometres: hours are compared with hours."""
    plan = replace(weekly(plan_of(), {0: 100.0}), volume=WeeklyVolume("s", 18_000.0, 30_000.0))
    finding = found(plan, "best-week")[0]
    assert "hours, " in finding.sentence
    assert "(5:00 hours)" in finding.sentence
    roomy = replace(plan, volume=WeeklyVolume("s", 50_000.0, 60_000.0))
    assert found(roomy, "best-week") == ()
    assert "(49 km)" in found(weekly(plan_of(), {0: 100.0}), "best-week")[0].sentence


def test_recorded_weeks_count_as_what_was_run_before():
    """A runner who ran 60 km a week may plan 60 though the plan begins at 49."""
    plan = weekly(plan_of(), {0: 60.0})
    assert found(plan, "best-week") != ()
    assert found(plan, "best-week", PlanFacts(runs=ran_weeks(8, km=15.0))) == ()


def test_threshold_metres_are_those_of_the_dose():
    """The plan's own values, if it has them; else those of the workout."""
    dose = Dose(5, "threshold", 1000.0, None, 60.0)
    each = replace(tempo(5.0), dose=dose)
    assert len(found(with_sessions((day(1, 1), each)), "threshold-share")) == 1
    (wide,) = found(
        with_sessions((day(1, 1), session(Family.THRESHOLD, "2 x (5 x 1000)", "2x5x1000-threshold-float"))),
        "threshold-share",
    )
    assert "100 km" in wide.fix
