"""The causes of a plateau: evidence in the history first, unknown causes beside it, then the fix."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.plan.debrief import DoneSession
from coach.plan.facts import FitnessFacts, PlanFacts, WorkoutFacts
from coach.plan.mornings import CheckIn, DebriefAnswer, LifeStress, RedFlag
from coach.plan.plateau import RULES, SYMPTOM_WORDS, WORDS, PlateauAnswer, PlateauFacts, Symptom, plateau
from coach.review.season import SeasonRun
from tests.plan.checking import MONDAY, day, easy, plan_of, put, ran, reps

TODAY = MONDAY


def history(
    weeks: int = 12,
    runs: tuple[int, ...] = (1, 3, 5, 6),
    km: float = 10.0,
    down: tuple[int, ...] = (),
    **known: Any,
) -> tuple[SeasonRun, ...]:
    """Weeks before today, the first day of each hard; `down` are weeks back that are half as long."""
    made = []
    for back in range(weeks, 0, -1):
        for place in runs:
            length = km / 2 if back in down else km
            at = TODAY - timedelta(weeks=back) + timedelta(days=place)
            made.append(ran(at, length, is_hard=place == runs[0], **known))
    return tuple(made)


def asked(symptom: Symptom, runs: tuple[SeasonRun, ...] = (), **known: Any) -> PlateauAnswer:
    """The answer on a symptom."""
    facts = known.pop("known", PlanFacts())
    return plateau(symptom, PlateauFacts(TODAY, plan_facts=replace(facts, runs=runs), **known))


def found(answer: PlateauAnswer) -> set[str]:
    """The causes that were found."""
    return {each.rule for each in answer.causes}


def mornings(number: int, **said: Any) -> dict[date, CheckIn]:
    """A number of check-ins before today."""
    days = [TODAY - timedelta(days=each) for each in range(number)]
    return {each: CheckIn(each, **said) for each in days}


def test_every_cause_is_a_row_and_every_symptom_has_some():
    """Ids are unique; each row has its fix and its source."""
    assert len({each.id for each in RULES}) == len(RULES) == 22
    assert all(each.needs and each.condition and each.limit and each.fix and each.source for each in RULES)
    for symptom in Symptom:
        assert sum(symptom in each.symptoms for each in RULES) >= 5
        assert SYMPTOM_WORDS[symptom]
        assert symptom in WORDS


@pytest.mark.parametrize("symptom", list(Symptom))
def test_where_nothing_is_known_nothing_is_ruled_out(symptom):
    """No cause is found, none is ruled out, and every one is named with what it lacks."""
    answer = asked(symptom)
    assert answer.causes == answer.against == ()
    assert {rule for rule, _ in answer.not_known} == {each.id for each in RULES if symptom in each.symptoms}
    assert all(why for _, why in answer.not_known)


def test_heavy_legs():
    """Twelve weeks without a lighter one ask for a cutback week; one three weeks ago does not."""
    answer = asked(Symptom.HEAVY_LEGS, history())
    (cause,) = [each for each in answer.causes if each.rule == "no-lighter-week"]
    assert cause.value == "no lighter week in 8"
    assert "cutback week" in cause.fix
    rested = asked(Symptom.HEAVY_LEGS, history(down=(3,)))
    assert "no-lighter-week" in {each.rule for each in rested.against}
    behind = history(4, (1, 3)) + tuple(ran(each.day - timedelta(days=1), 20.0) for each in history(4, (1,)))
    close = asked(Symptom.HEAVY_LEGS, tuple(sorted(behind, key=lambda each: each.day)))
    assert "hard-behind-hard" in found(close)
    slept = asked(
        Symptom.HEAVY_LEGS,
        check_ins=mornings(3, sleep_h=6.2, has_eaten=False, flags=frozenset({RedFlag.DEAD_LEGS})),
    )
    assert found(slept) == {"sleep", "eaten", "legs"}


def test_the_pace_cannot_be_held():
    """Targets beyond the fitness, found by name; where they fit it is said against what they were held."""
    plan = put(plan_of(2), day(0, 1), replace(reps(5), workout="dream"))
    fit = FitnessFacts(45.0, "5 km in 22:00 on 2026-12-01", 3.9)
    dream = WorkoutFacts("dream", too_fast="Its 3:30/km are 9 % faster than your 5 km says.")
    facts = PlanFacts(fitness=fit, workouts={"dream": dream})
    answer = asked(Symptom.CANNOT_HOLD_PACE, plan=plan, known=facts)
    (cause,) = answer.causes
    assert (cause.rule, cause.value) == ("too-fast", dream.too_fast)
    assert "Run at your current level" in cause.fix
    sound = replace(facts, workouts={"dream": replace(dream, too_fast="")})
    assert [each.rule for each in asked(Symptom.CANNOT_HOLD_PACE, plan=plan, known=sound).against] == [
        "too-fast"
    ]


def test_dying_halfway():
    """A slow second half, reps that fade, ten miles a week, a drift, two hours without fuel."""
    run = ran(day(-1, 6), 20.0, is_hard=True)
    done = DoneSession(run, None, fade=0.05, decoupling=0.09, negative_split=0.05, has_fuel=False)
    answer = asked(Symptom.DYING_HALFWAY, history(5, (1, 4), 6.0), sessions=(done,))
    assert found(answer) == {"starts-fast", "fades", "base", "decoupled", "no-fuel"}
    assert "12.0 km a week" in next(each.value for each in answer.causes if each.rule == "base")
    fine = replace(done, fade=0.0, decoupling=0.01, negative_split=-0.01, has_fuel=True)
    assert found(asked(Symptom.DYING_HALFWAY, history(5), sessions=(fine,))) == set()


def test_no_progress_for_months():
    """One workout, one kind, flat load, no better bests; without a fast session one a week."""
    before = tuple(
        replace(each, day=each.day - timedelta(weeks=12), run=f"b{each.run}") for each in history()
    )
    runs = (*before, *history(workout="6x800", kind="vo2max", bests={"5k": 1320.0}))
    runs = tuple(replace(each, bests={"5k": 1310.0}) if each.run.startswith("b") else each for each in runs)
    answer = asked(Symptom.NO_PROGRESS, runs)
    assert found(answer) >= {"same-workout", "one-stimulus", "flat-load", "best-efforts"}
    best = next(each for each in answer.causes if each.rule == "best-efforts")
    assert best.value == "5k: 22:00, 21:50 in the twelve weeks before"
    slow = tuple(replace(each, is_hard=False, hard_s=None) for each in history(5))
    assert "no-fast-session" in found(asked(Symptom.NO_PROGRESS, slow))
    unknown = tuple(replace(each, is_hard=None, hard_s=None) for each in history(5))
    assert "no-fast-session" in dict(asked(Symptom.NO_PROGRESS, unknown).not_known)
    assert "stress" in found(asked(Symptom.NO_PROGRESS, check_ins=mornings(3, stress=LifeStress.HIGH)))


def test_everything_is_hard():
    """Zones, effort of easy days, red flags; the grey zone is that of days planned easy."""
    run = ran(day(-1, 5), rpe=7, zone_s=(1000.0, 1500.0, 500.0))
    done = DoneSession(run, easy())
    flags = frozenset({RedFlag.DREAD, RedFlag.SLEEPLESS})
    answer = asked(
        Symptom.EVERYTHING_HARD, (run,), sessions=(done,), check_ins=mornings(2, flags=flags, sleep_h=8.0)
    )
    assert found(answer) == {"easy-share", "grey-zone", "easy-effort", "red-flags"}
    assert [each.rule for each in answer.against] == ["sleep"]


def test_what_cannot_be_judged_says_why():
    """Causes stay unknown without reviews, a plan, targets or runs."""
    nameless = tuple(replace(each, is_hard=None, hard_s=None) for each in history(4))
    heavy = dict(asked(Symptom.HEAVY_LEGS, nameless).not_known)
    assert heavy["hard-behind-hard"] == "no run tells whether it was hard"
    facts = PlanFacts(fitness=FitnessFacts(45.0, "5 km in 22:00", 3.9))
    pace = dict(asked(Symptom.CANNOT_HOLD_PACE, known=facts).not_known)
    assert pace["too-fast"] == "there is no plan"
    targets = dict(asked(Symptom.CANNOT_HOLD_PACE, known=facts, plan=plan_of(2)).not_known)
    assert targets["too-fast"] == "no hard session of the plan has a target"
    hard = ran(day(-1, 1), is_hard=True)
    held = asked(Symptom.CANNOT_HOLD_PACE, (hard,), sessions=(DoneSession(hard, None, in_band=0.3),))
    assert "band" in found(held)
    assert "in 1 session" not in next(each.value for each in held.causes if each.rule == "band")
    first = history(9, (1,))[0]
    late = (first, *(replace(each, distance_m=0.0) for each in history(8)))
    assert (
        dict(asked(Symptom.NO_PROGRESS, late).not_known)["flat-load"]
        == "nothing was run in the first of them"
    )


def test_gates_of_their_own_are_counted():
    """Cues of own rules are counted by rule over all runs of the month."""
    done = tuple(DoneSession(ran(day(-1, each)), None, gates={"nose only": each}) for each in (1, 3))
    assert asked(Symptom.EVERYTHING_HARD, sessions=done).gates == {"nose only": 4}


def test_a_cause_is_switched_off():
    """A cause that is switched off is neither found nor listed as not known."""
    off = DebriefAnswer(MONDAY, "no-lighter-week", "off")
    answer = asked(Symptom.HEAVY_LEGS, history(), answers=(off,))
    assert "no-lighter-week" not in found(answer) | {rule for rule, _ in answer.not_known}


@given(
    st.sampled_from(list(Symptom)),
    st.integers(0, 30),
    st.sampled_from([(1,), (1, 3, 5), (0, 1, 2, 3, 4, 5, 6)]),
    st.integers(0, 8),
)
@settings(max_examples=40, deadline=None)
def test_each_cause_is_judged_once(symptom, weeks, runs, said):
    """Found, ruled out or not known: every cause of a symptom is exactly one of the three."""
    answer = asked(symptom, history(weeks, runs), check_ins=mornings(said, sleep_h=7.5))
    names = [
        *(each.rule for each in (*answer.causes, *answer.against)),
        *(rule for rule, _ in answer.not_known),
    ]
    assert sorted(names) == sorted(each.id for each in RULES if symptom in each.symptoms)
