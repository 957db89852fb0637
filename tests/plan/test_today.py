"""Tests of what is run today: the ladder rung by rung, what is never done, and forms that fit into a day."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.plan.document import read_plan
from coach.plan.edit import conflicts
from coach.plan.ladder import ANSWERS, RUNG_WORDS, TODAY_RULES, DayFacts, DayWeather, Rung, is_quality
from coach.plan.model import Dose, Family, PlannedSession, PlanOptIn, RuleChoice, SessionKind, write_plan
from coach.plan.readiness import FiredRule, NotKnown, ReadinessAnswer, Verdict
from coach.plan.today import DayLimits, meals, today
from coach.problems import PlanProblem
from coach.workout.variants import size_of
from tests.plan.weeks import MONDAY, WORKOUTS, a_session, day, done, plan_of, workout_of

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SUNDAY = 1, 2, 3, 4, 6


def morning(verdict, *rules, **more):
    """This morning's answer, with the rules that led to it."""
    fired = tuple(
        FiredRule(rule, verdict, "your value", "the limit", "It speaks.", "a source")
        for rule in rules or ("gut_check",)
        if verdict is not Verdict.AS_PLANNED or rules
    )
    return ReadinessAnswer(MONDAY, verdict, fired, **more)


def ask(plan=None, at=None, **known):
    """Today's session, from a plan of five days a week."""
    return today(plan or plan_of(), at or day(TUESDAY), workouts=workout_of, **known)


def total(plan):
    """Minutes and hard minutes of a plan."""
    sessions = [each for _, each in plan.sessions() if each.choice != Rung.REST.value or each.is_hard]
    return sum(each.minutes or 0 for each in sessions), sum(each.hard_minutes or 0 for each in sessions)


# --- the ladder


def test_as_planned_without_a_reason():
    """Without any facts the session stays as planned, and the unknown facts are listed."""
    suggestion = ask()

    assert (suggestion.rung, suggestion.answer, suggestion.edited) == (Rung.AS_PLANNED, "PLANNED", None)
    assert suggestion.planned == suggestion.proposed
    assert "this morning: coach readiness" in suggestion.not_known
    assert "the weather: --temperature and --dew-point" in suggestion.not_known


RUNGS = [
    (Rung.LONGER_WARM_UP, {"weather": DayWeather(temperature_c=-3.0)}, "warm-up 17min instead of 12min"),
    (Rung.LONGER_WARM_UP, {"readiness": morning(Verdict.EASIER, "stale_legs")}, "warm-up 17min instead"),
    (Rung.LONGER_WARM_UP, {"facts": DayFacts(runs=(done(day(-3)),))}, "warm-up 17min instead of 12min"),
    (Rung.LONGER_RESTS, {"facts": DayFacts(fade={Family.VO2MAX: 0.04})}, "rests of 500 m instead of 400 m"),
    (Rung.FEWER_REPS, {"readiness": morning(Verdict.EASIER)}, "4 instead of 6 reps"),
    (Rung.FEWER_REPS, {"facts": DayFacts(reps_left_out={Family.VO2MAX: 2})}, "4 instead of 6 reps"),
    (Rung.EFFORT_DAY, {"weather": DayWeather(30.0, 18.45)}, "paces 5.2 % slower"),
    (Rung.EFFORT_DAY, {"weather": DayWeather(wind_mps=9.0)}, "by effort and heart rate"),
    (Rung.EFFORT_DAY, {"weather": DayWeather(is_hilly=True)}, "by effort and heart rate"),
    (Rung.EASY, {"readiness": morning(Verdict.EASY_ONLY)}, "easy for 28 min"),
    (Rung.EASY, {"readiness": morning(Verdict.EASIER, "back_half", share=0.5)}, "easy for 28 min"),
    (Rung.REST, {"readiness": morning(Verdict.REST)}, "rest"),
]


@pytest.mark.parametrize(("rung", "known", "what"), RUNGS)
def test_each_rung_has_its_rule(rung, known, what):
    """A known fact asks for one rung; the deciding rule has the runner's value and its limit."""
    suggestion = ask(**known)

    assert suggestion.rung is rung
    assert suggestion.what.startswith(what)
    decided = [each for each in suggestion.reasons if each.has_decided]
    assert decided
    assert all(each.you and each.limit and each.source and each.says for each in decided)
    assert suggestion.proposed.choice == rung.value


def test_the_lowest_rung_wins_and_all_are_told():
    """Of several rules the lowest rung is taken, one alone; the others are told behind it."""
    suggestion = ask(
        readiness=morning(Verdict.EASIER),
        weather=DayWeather(-3.0, -5.0, wind_mps=12.0),
        facts=DayFacts(fade={Family.VO2MAX: 0.05}),
    )

    assert [(each.rule, each.has_decided) for each in suggestion.reasons] == [
        ("wind", True),
        ("gut_check", False),
        ("faded", False),
        ("cold", False),
    ]
    assert suggestion.proposed.document is None  # the reps are as planned: one rung at a time


def test_heat_and_tiredness_add_up():
    """A tired runner in heat is slower by the share of the heat and that of the tiredness."""
    hot = DayWeather(30.0, 18.45)  # 151 F: 4.5 to 6 %
    assert ask(weather=hot).slower_percent == pytest.approx(5.25)
    assert ask(weather=hot, readiness=morning(Verdict.EASIER)).slower_percent == pytest.approx(8.25)


def test_great_heat_moves_a_hard_day():
    """Over 180 F nothing hard is run: it goes to the next day that keeps all spacing, or becomes easy."""
    pattern = {0: Family.VO2MAX, 2: Family.EASY, 5: Family.LONG}
    great = DayWeather(38.0, 28.0)
    moved = ask(plan_of(pattern), day(0), weather=great)

    assert (moved.rung, moved.moved_to) == (Rung.MOVED, day(WEDNESDAY))
    assert moved.edited.touched == (day(0), day(WEDNESDAY))
    assert moved.proposed.family is Family.EASY  # what was there goes the other way

    easy = ask(weather=great)  # Thursday is hard: no day of the week keeps its distance
    assert (easy.rung, easy.what) == (Rung.EASY, "easy for 28 min")


def test_one_rung_further_each_time():
    """If a rung was taken and the body asks again within a week, the next rung is taken."""
    rungs = []
    plan, at = plan_of(), day(TUESDAY)
    for at in (day(TUESDAY), day(THURSDAY), day(TUESDAY, 1), day(THURSDAY, 1), day(TUESDAY, 2)):
        suggestion = ask(plan, at, readiness=morning(Verdict.EASIER))
        rungs.append(suggestion.rung)
        plan = suggestion.edited.plan
    # moved is not possible between two hard days, so it is easy; after that the ladder begins anew
    assert rungs == [Rung.FEWER_REPS, Rung.EFFORT_DAY, Rung.EASY, Rung.FEWER_REPS, Rung.EFFORT_DAY]


def test_what_was_run_counts_for_spacing():
    """A hard run that nobody planned moves today's session, if there is a day for it."""
    pattern = {1: Family.VO2MAX, 3: Family.EASY, 6: Family.LONG}
    facts = DayFacts(runs=(done(day(0), is_hard=True),))
    assert ask(plan_of(pattern), facts=facts).moved_to == day(THURSDAY)

    both = plan_of(pattern, opt_ins=(PlanOptIn.BACK_TO_BACK,))
    assert ask(both, facts=facts).rung is Rung.AS_PLANNED


def test_easy_days_stay_easy_days():
    """Heat, wind, cold and fading are about hard sessions; easy only changes no easy run."""
    for known in (
        {"weather": DayWeather(34.0, 20.0, wind_mps=15.0, is_hilly=True)},
        {"weather": DayWeather(-10.0)},
        {"readiness": morning(Verdict.EASY_ONLY)},
    ):
        assert ask(at=day(FRIDAY), **known).edited is None

    easier = ask(at=day(FRIDAY), readiness=morning(Verdict.EASIER))
    assert (easier.rung, easier.what) == (Rung.FEWER_REPS, "30:00 instead of 40min")
    half = ask(at=day(FRIDAY), readiness=morning(Verdict.EASIER, "back_half", share=0.5))
    assert half.proposed.minutes == pytest.approx(20.0)


def test_a_race_is_run():
    """On the day of a race only rest is asked for, and that only for what is acute."""
    plan = plan_of(race=day(SUNDAY, 3))
    race = PlannedSession("r1", SessionKind.RACE, Family.RACE, "10 km", "What it is all for.", is_hard=True)
    last = plan.day(day(SUNDAY, 3))
    plan = plan.with_days([replace(last, sessions=(race,))])

    windy = ask(plan, last.date, weather=DayWeather(30.0, 18.0, 12.0), readiness=morning(Verdict.EASY_ONLY))
    assert windy.rung is Rung.AS_PLANNED
    assert windy.reasons
    assert not any(each.has_decided for each in windy.reasons)
    ill = ask(plan, last.date, readiness=morning(Verdict.REST, "acute"))
    assert (ill.answer, ill.proposed.title) == ("REST", "Rest")


def test_the_club_decides():
    """A session that others decide on is shortened, and is never moved."""
    club = PlannedSession(
        "c1",
        SessionKind.RUN,
        Family.OPEN,
        "Club track",
        "The others.",
        is_hard=True,
        is_fixed=True,
        is_unknown=True,
        minutes=60.0,
    )
    plan = plan_of().with_days([replace(plan_of().day(day(TUESDAY)), sessions=(club,))])

    eased = ask(plan, readiness=morning(Verdict.EASIER))
    assert (eased.rung, eased.what, eased.proposed.minutes) == (Rung.FEWER_REPS, "about 75 % of it", 45.0)
    assert ask(plan, weather=DayWeather(40.0, 28.0)).rung is Rung.EASY


def test_a_rule_can_be_switched_off():
    """A rule that the plan switches off asks for nothing."""
    plan = plan_of(rules=(RuleChoice("wind", is_on=False),))
    assert ask(plan, weather=DayWeather(wind_mps=20.0)).rung is Rung.AS_PLANNED


def test_what_was_decided_stays_decided():
    """A session for which something was chosen is not changed again."""
    taken = ask(readiness=morning(Verdict.EASIER)).edited.plan
    again = ask(taken, readiness=morning(Verdict.EASY_ONLY))
    assert (again.rung, again.edited) == (Rung.AS_PLANNED, None)
    assert again.proposed.instead_of == "6 x 800 m at 5k pace"


def test_rest_rests_everything():
    """With rest the strength of the day falls too; easy only leaves out what makes legs heavy."""
    pattern = {1: (Family.VO2MAX, Family.STRENGTH), 4: Family.EASY}
    for verdict in (Verdict.REST, Verdict.EASY_ONLY):
        plan = ask(plan_of(pattern), readiness=morning(verdict)).edited.plan
        assert plan.day(day(TUESDAY)).sessions[1].choice == Rung.REST.value
    plan = ask(plan_of(pattern), readiness=morning(Verdict.EASIER)).edited.plan
    assert not plan.day(day(TUESDAY)).sessions[1].choice


def test_a_day_without_a_run():
    """A day that has no session suggests none."""
    suggestion = ask(at=day(0))
    assert (suggestion.planned, suggestion.proposed, suggestion.rung) == (None, None, Rung.AS_PLANNED)
    assert ask(at=day(0, 99)).planned is None


def a_day(session):
    """A plan whose Tuesday has one session."""
    return plan_of().with_days([replace(plan_of().day(day(TUESDAY)), sessions=(session,))])


def test_hills_have_no_pace_to_slow():
    """Heat changes nothing where no pace is asked for; tired legs go on to the next rung."""
    hills = replace(a_session(Family.HILLS, "h1"), dose=Dose(6, "hill", rep_s=60.0, rest_s=150.0))
    hot = ask(a_day(hills), weather=DayWeather(30.0, 18.45))
    assert (hot.rung, hot.edited, [each.has_decided for each in hot.reasons]) == (
        Rung.AS_PLANNED,
        None,
        [False],
    )
    eased = ask(a_day(hills), readiness=morning(Verdict.EASIER))
    assert (eased.what, eased.proposed.dose.reps) == ("4 instead of 6 reps", 4)
    later = replace(plan_of({1: Family.HILLS, 3: Family.HILLS, 6: Family.LONG}))
    first = ask(later, readiness=morning(Verdict.EASIER))
    again = ask(first.edited.plan, day(THURSDAY), readiness=morning(Verdict.EASIER))
    assert [each.rule for each in again.reasons if each.has_decided] == ["easier-again"]
    assert again.rung is Rung.MOVED or again.rung is Rung.EASY


def test_a_session_of_unknown_length():
    """Without minutes in the plan those of the workout count; an unknown session counts as half an hour."""
    unknown = replace(a_session(Family.LONG, "l1"), minutes=None, distance_m=None)
    assert ask(a_day(unknown), readiness=morning(Verdict.EASY_ONLY)).what == "easy for 30 min"
    half = ask(a_day(unknown), readiness=morning(Verdict.EASIER, "back_half", share=0.5))
    assert half.what == "39 min instead of 77 min"
    nobody = replace(unknown, workout="")
    assert ask(a_day(nobody), readiness=morning(Verdict.EASY_ONLY)).what == "easy for 30 min"
    assert ask(a_day(nobody), limits=DayLimits(minutes=20)).edited is None
    swim = ask(a_day(replace(nobody, family=Family.EASY)), limits=DayLimits(instead="swim"))
    assert swim.what == "swim for 30 min"


def test_what_a_session_does_not_have_is_let_be():
    """Without a cool-down to take from there is no longer warm-up: as planned, and the rule is told."""
    sprints = PlannedSession(
        "g1",
        SessionKind.RUN,
        Family.SPRINTS,
        "Gentle sprints",
        "Quick legs.",
        "gentle-sprints-10s",
        is_hard=True,
    )
    cold = ask(a_day(sprints), weather=DayWeather(-5.0))
    assert (cold.rung, cold.edited) == (Rung.AS_PLANNED, None)
    assert [(each.rule, each.has_decided) for each in cold.reasons] == [("cold", False)]


def fed(plan, at):
    """The sessions to eat for on a day."""
    return meals(plan, at)


def test_meals():
    """For the hour before a hard or long day, and for the evening before; nothing for what was run."""
    plan = plan_of()
    here, after = fed(plan, day(WEDNESDAY))
    assert (here, after.family) == (None, Family.THRESHOLD)
    here, after = fed(plan, day(SUNDAY))
    assert (here.family, after) == (Family.LONG, None)
    done_already = plan.day(day(SUNDAY))
    ran = replace(done_already, sessions=tuple(replace(each, runs=("r",)) for each in done_already.sessions))
    assert fed(plan.with_days([ran]), day(SUNDAY)) == (None, None)


def test_ride_the_wave():
    """On a very good day a hard session is run by effort: opt-in, not two days running, not before an A race."""
    good = morning(Verdict.AS_PLANNED, "hrv_high")
    assert ask(readiness=good).rung is Rung.AS_PLANNED
    back_to_back = {1: Family.VO2MAX, 2: Family.THRESHOLD, 4: Family.SPEED, 6: Family.LONG}
    plan = plan_of(back_to_back, opt_ins=(PlanOptIn.RIDE_THE_WAVE,))
    wave = ask(plan, readiness=good)
    assert (wave.rung, wave.is_by_effort, wave.answer) == (Rung.RIDE_THE_WAVE, True, "PLANNED")
    assert replace(wave.proposed, choice="") == wave.planned
    assert ask(wave.edited.plan, day(WEDNESDAY), readiness=good).rung is Rung.AS_PLANNED
    assert ask(wave.edited.plan, day(FRIDAY), readiness=good).rung is Rung.RIDE_THE_WAVE
    assert (
        ask(plan_of(race=day(8), opt_ins=(PlanOptIn.RIDE_THE_WAVE,)), readiness=good).rung is Rung.AS_PLANNED
    )
    unsure = replace(good, not_known=(NotKnown("stale_legs", "legs: not answered"),))
    assert ask(plan, readiness=unsure).rung is Rung.AS_PLANNED
    assert ask(plan, readiness=replace(good, is_maintain=True)).rung is Rung.AS_PLANNED


# --- forms that fit into a day


def test_the_room_there_is():
    """Fewer minutes, no track and a treadmill keep the point of the session; what does not fit becomes easy."""
    short = ask(limits=DayLimits(minutes=35))
    assert (short.rung, short.what) == (Rung.AS_PLANNED, "32 min instead of 57 min")
    assert short.proposed.instead_of == "6 x 800 m at 5k pace"
    assert short.proposed.minutes <= 35
    assert ask(limits=DayLimits(minutes=90)).edited is None
    assert ask(limits=DayLimits(minutes=20)).proposed.family is Family.EASY

    road = ask(limits=DayLimits(no_track=True)).proposed.document
    assert road["context"] == {"surface": "road"}
    belt = ask(limits=DayLimits(treadmill=True)).proposed.document
    assert belt["context"] == {"surface": "treadmill"}
    sprints = ask(plan_of({1: Family.SPRINTS}), limits=DayLimits(treadmill=True))
    assert (sprints.proposed.family, sprints.what) == (
        Family.EASY,
        "easy for 30 min: less would have lost its point",
    )
    both = ask(limits=DayLimits(minutes=35, treadmill=True), readiness=morning(Verdict.EASIER))
    assert both.proposed.minutes <= 35
    assert both.what.startswith("4 instead of 6 reps; by time instead of by the lines of a track; ")


def test_an_easy_run_becomes_a_swim():
    """The same minutes by the clock: load counts them, kilometres do not."""
    swim = ask(at=day(FRIDAY), limits=DayLimits(instead="swim"))
    assert (swim.proposed.kind, swim.proposed.minutes, swim.proposed.distance_m) == (
        SessionKind.CROSS,
        40.0,
        None,
    )
    assert swim.proposed.title == "Swim, 40 min"
    with pytest.raises(PlanProblem, match="Only an easy run becomes a bike"):
        ask(limits=DayLimits(instead="bike"))
    with pytest.raises(PlanProblem, match="today has no run"):
        ask(at=day(0), limits=DayLimits(instead="walk"))
    eased = ask(readiness=morning(Verdict.EASY_ONLY), limits=DayLimits(instead="bike"))
    assert eased.what == "easy for 28 min; bike ride for 28 min"


# --- never


FAMILIES = st.sampled_from(sorted(WORKOUTS))
PATTERNS = st.dictionaries(st.integers(0, 6), FAMILIES, min_size=1, max_size=7)
MORNINGS = st.none() | st.builds(
    lambda verdict, share: morning(verdict, share=share),
    st.sampled_from(Verdict),
    st.sampled_from((1.0, 0.75, 0.5)),
)
WEATHERS = st.builds(
    DayWeather,
    st.none() | st.floats(-20, 45),
    st.none() | st.floats(-25, -20.1) | st.just(-20.0),
    st.none() | st.floats(0, 25),
    st.none() | st.booleans(),
)
HOT = st.builds(DayWeather, st.floats(25, 45), st.floats(10, 24.9))
LIMITS = st.builds(DayLimits, st.none() | st.floats(10, 120).map(round), st.booleans(), st.booleans())
CHOICES = st.sampled_from(("", *(rung.value for rung in Rung)))
KNOWN = st.fixed_dictionaries(
    {"readiness": MORNINGS, "weather": WEATHERS | HOT, "limits": LIMITS},
)
FACTS = st.builds(
    DayFacts,
    runs=st.lists(
        st.builds(lambda back, hard: done(day(back), is_hard=hard), st.integers(-6, 20), st.booleans())
    ).map(tuple),
    fade=st.dictionaries(FAMILIES, st.floats(-0.05, 0.2)),
    reps_left_out=st.dictionaries(FAMILIES, st.integers(0, 3)),
)


@settings(max_examples=80, deadline=None)
@given(PATTERNS, st.integers(0, 20), KNOWN, st.tuples(FACTS, CHOICES), st.none() | st.integers(0, 27))
def test_never_more_never_closer(pattern, at, known, past, race):
    """A suggestion never raises load, breaks spacing, moves two quality sessions, or moves one close to an A race."""
    facts, last = past
    plan = plan_of(pattern, 3, race=None if race is None else day(race))
    plan = _with_choice(plan, at - 2, last)
    suggestion = ask(plan, day(at), facts=facts, **known)

    if suggestion.edited is None:
        assert suggestion.planned == suggestion.proposed
        return
    after = suggestion.edited.plan
    assert all(now <= before + 0.2 for now, before in zip(total(after), total(plan), strict=True))
    span = (day(at - 1), day(21), facts, day(at))
    assert conflicts(after, *span) <= conflicts(plan, *span)
    was, now = _quality(plan), _quality(after)
    moved = {id_ for id_ in now if was.get(id_) != now[id_]}
    assert len(moved) <= 1
    assert set(now) <= set(was)
    assert not any(race is not None and 0 <= race - (now[id_] - MONDAY).days <= 10 for id_ in moved)
    assert len(suggestion.edited.touched) <= 2
    changed = {each.date for each, old in zip(after.days, plan.days, strict=True) if each != old}
    assert changed == set(suggestion.edited.touched)
    assert read_plan(write_plan(after), name="it") == after
    _check_size(suggestion)


def _with_choice(plan, at, choice):
    """A plan in which something was chosen for a session."""
    here = plan.day(day(at))
    if not here.sessions or not choice:
        return plan
    first, *others = here.sessions
    return plan.with_days([replace(here, sessions=(replace(first, choice=choice), *others))])


def _quality(plan):
    """The days of each quality session."""
    return {each.id: at for at, each in plan.sessions() if is_quality(each)}


def _check_size(suggestion):
    """The workout that is proposed is itself within the one that was planned."""
    planned, proposed = suggestion.planned, suggestion.proposed
    if suggestion.moved_to is not None or planned is None or proposed is None:
        return
    before, after = workout_of(planned), workout_of(proposed)
    if before is not None and after is not None:
        assert size_of(after).is_within(size_of(before))


# --- the table


def test_the_table_is_whole():
    """Every rule has its words; every rung has a word, an answer and, between the ends, a rule that asks for it."""
    assert len({rule.id for rule in TODAY_RULES}) == len(TODAY_RULES)
    assert all(rule.says and rule.limit and rule.source for rule in TODAY_RULES)
    assert set(RUNG_WORDS) == set(ANSWERS) == set(Rung)
    asked_for = {rule.rung for rule in TODAY_RULES}
    assert asked_for == set(Rung) - {Rung.RIDE_THE_WAVE, Rung.AS_PLANNED}
