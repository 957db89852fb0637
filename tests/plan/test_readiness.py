"""The rules of the morning: each fires at its limit, none without its data, and the worst of them wins."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.plan.config import Posture, ReadinessSettings
from coach.plan.mornings import (
    AcuteSign,
    CheckIn,
    GutSign,
    LegFeel,
    LifeStress,
    Morning,
    Mornings,
    Niggle,
    RedFlag,
    merge_check_ins,
    share_within,
    usual_range,
)
from coach.plan.readiness import (
    RULES,
    RULES_BY_ID,
    SEVERITY,
    ReadinessFacts,
    Verdict,
    blind_words,
    days_off,
    not_known_words,
    readiness,
    worst,
)

TODAY = date(2026, 11, 30)


def before(days):
    """A number of days before today."""
    return TODAY - timedelta(days=days)


def mornings(logs, **changes):
    """Mornings up to today, the last value today's; None where there was none."""
    days = [before(len(logs) - 1 - at) for at in range(len(logs))]
    return tuple(
        Morning(day, 400, value, posture=Posture.LYING, **changes)
        for day, value in zip(days, logs, strict=True)
        if value is not None
    )


def wave(count, middle=4.0, spread=0.1):
    """Values that swing about a middle with a standard deviation of about `spread`."""
    return [middle + spread * (1 if at % 2 else -1) for at in range(count)]


def said(**answers):
    """A check-in of today."""
    return {TODAY: CheckIn(TODAY, **answers)}


def rules_of(answer):
    """The rules that fired, in order."""
    return [each.rule for each in answer.fired]


LOW = mornings([*wave(53), *([3.8] * 7)])
HIGH = mornings([*wave(53), *([4.2] * 7)])


# --- HRV


def test_a_week_below_the_usual_range_is_easy_only():
    """The mean of seven mornings under mean - 0.5 SD of the 60 days; value and limit are shown."""
    answer = readiness(ReadinessFacts(LOW), TODAY)

    assert answer.verdict is Verdict.EASY_ONLY
    (fired,) = answer.fired
    assert (fired.rule, fired.value) == ("hrv_low", "45 ms (ln 3.80), 7 of 7 days")
    assert fired.limit == "under 50 ms (ln 3.92)"
    assert answer.usual is not None
    assert answer.usual.days == 7
    assert answer.usual.baseline_days == 60


def test_a_week_above_it_is_as_planned_with_a_note():
    """Unusually high is no reason to run hard, and none to stay at home."""
    answer = readiness(ReadinessFacts(HIGH), TODAY)

    assert answer.verdict is Verdict.AS_PLANNED
    assert rules_of(answer) == ["hrv_high"]


@pytest.mark.parametrize(
    ("logs", "why"),
    [
        ([*wave(53), *([None] * 5), 3.8, 3.8], "2 of 3 mornings with HRV in the last 7 days"),
        ([*wave(13), *([3.8] * 7)], "20 of 21 mornings with HRV in 60 days"),
        ([], "0 of 3 mornings with HRV in the last 7 days"),
    ],
)
def test_too_few_mornings_are_no_verdict(logs, why):
    """Under three mornings a week, or three weeks in all, the rule says nothing and is listed as not known."""
    answer = readiness(ReadinessFacts(mornings(logs)), TODAY)

    assert answer.verdict is Verdict.AS_PLANNED
    assert ("hrv_low", why) in [(each.rule, each.why) for each in answer.not_known]
    assert answer.usual is None


def test_three_weeks_of_mornings_are_enough():
    """The 21st morning makes a verdict of what 20 did not."""
    assert isinstance(usual_range(Mornings(mornings(wave(20)), {}), TODAY), str)
    assert not isinstance(usual_range(Mornings(mornings(wave(21)), {}), TODAY), str)


@pytest.mark.parametrize(
    "other",
    [{"posture": Posture.SITTING}, {"source": "csv:hrv"}, {"unit": "ln"}],
    ids=lambda each: next(iter(each)),
)
def test_a_baseline_never_mixes_posture_source_or_unit(other):
    """Mornings of another kind are neither week nor baseline, and that is said."""
    old = tuple(replace(each, **other) for each in mornings(wave(60))[:53])
    answer = readiness(ReadinessFacts((*old, *LOW[53:])), TODAY)

    assert rules_of(answer) == []
    assert "7 of 21 mornings with HRV in 60 days; 53 of another posture" in not_known_words(answer)


def test_of_two_mornings_of_a_date_the_first_usable_counts():
    """A measurement at 23:59 is of that date, and does not replace the one of the morning; nor does a spoilt one."""
    spoilt = Morning(TODAY, 390, None, posture=Posture.LYING, is_usable=False, corrected_share=0.4)
    late = Morning(TODAY, 23 * 60 + 59, 6.0, posture=Posture.LYING)
    alone = Mornings((late,), {})

    assert Mornings((late, spoilt, *LOW), {}).of_hrv(TODAY)[TODAY] == 3.8
    assert Mornings((late, spoilt, *LOW), {}).left_out == [spoilt]
    assert alone.of_hrv(TODAY) == {TODAY: 6.0}
    assert alone.of_hrv(before(1)) == {}


def test_like_is_compared_with_like_where_the_cycle_is_known():
    """Low mornings of the second half of a cycle are not held against those of its first."""
    logs = [3.8 if at % 28 >= 14 else 4.2 for at in range(112)]
    rows = mornings([value + 0.02 * (-1) ** at for at, value in enumerate(logs)])
    cycle = {before(111 - at): CheckIn(before(111 - at), cycle_day=at % 28 + 1) for at in range(112)}

    assert "hrv_low" in rules_of(readiness(ReadinessFacts(rows), TODAY))
    assert "hrv_low" not in rules_of(readiness(ReadinessFacts(rows, cycle), TODAY))


# --- resting heart rate


def resting(today, usual=50.0, days=28):
    """Resting heart rates of so many days, then today's."""
    rates = [*([usual] * days), today]
    return tuple(
        Morning(before(days - at), 400, resting_bpm=bpm, posture=Posture.LYING)
        for at, bpm in enumerate(rates)
    )


@pytest.mark.parametrize(("bpm", "fires"), [(55.0, False), (55.1, True)])
def test_resting_heart_rate_over_110_per_cent_is_easy_only(bpm, fires):
    """At 1.10 times the mean of 28 days it is silent, above it speaks."""
    answer = readiness(ReadinessFacts(resting(bpm)), TODAY)

    assert rules_of(answer) == (["resting_high"] if fires else [])
    assert answer.verdict is (Verdict.EASY_ONLY if fires else Verdict.AS_PLANNED)


def test_resting_heart_rate_needs_today_and_half_of_the_days_before():
    """Without either it is not known; another per cent is the runner's to set."""
    assert "no resting heart rate this morning" in not_known_words(
        readiness(ReadinessFacts(resting(60.0)[:-1]), TODAY)
    )
    assert "13 of 14 resting heart rates" in not_known_words(
        readiness(ReadinessFacts(resting(60.0, days=13)), TODAY)
    )
    wide = ReadinessSettings(resting_percent=25.0)
    assert readiness(ReadinessFacts(resting(60.0)), TODAY, wide).fired == ()


# --- what was said


@pytest.mark.parametrize(
    ("answers", "verdict", "rule"),
    [
        ({"acute": frozenset({AcuteSign.FEVER})}, Verdict.REST, "acute"),
        ({"acute": frozenset({AcuteSign.BELOW_THE_NECK})}, Verdict.REST, "acute"),
        ({"acute": frozenset({AcuteSign.CHEST_PAIN})}, Verdict.REST, "acute_heart"),
        ({"acute": frozenset({AcuteSign.PALPITATIONS})}, Verdict.REST, "acute_heart"),
        ({"acute": frozenset({AcuteSign.FAINTNESS})}, Verdict.REST, "acute_heart"),
        ({"flags": frozenset(list(RedFlag)[:1])}, Verdict.AS_PLANNED, None),
        ({"flags": frozenset(list(RedFlag)[:2])}, Verdict.EASIER, "red_flags_2"),
        ({"flags": frozenset(list(RedFlag)[:3])}, Verdict.EASIER, "red_flags_2"),
        ({"flags": frozenset(list(RedFlag)[:4])}, Verdict.REST, "red_flags_4"),
        ({"gut": frozenset({GutSign.HEAVY, GutSign.WIRED})}, Verdict.EASIER, "gut_check"),
        ({"legs": LegFeel.STALE}, Verdict.EASIER, "stale_legs"),
        ({"niggle": Niggle("left calf", 3, changes_gait=True)}, Verdict.REST, "niggle_gait"),
        ({"niggle": Niggle("left calf", 3, changes_gait=False)}, Verdict.AS_PLANNED, "niggle"),
        ({"niggle": Niggle("", 0, changes_gait=False)}, Verdict.AS_PLANNED, None),
        ({"stress": LifeStress.HIGH}, Verdict.AS_PLANNED, "stress_high"),
        ({"sleep_h": 6.0, "nap_min": 20.0}, Verdict.AS_PLANNED, "sleep_short"),
        ({"sleep_h": 7.0}, Verdict.AS_PLANNED, None),
        ({"mood": 2}, Verdict.AS_PLANNED, "mood_low"),
        ({"has_eaten": False}, Verdict.AS_PLANNED, "food_short"),
        ({"has_eaten": True, "mood": 5, "yesterday_rpe": 9, "cycle_day": 3}, Verdict.AS_PLANNED, None),
    ],
)
def test_each_answer_has_its_verdict(answers, verdict, rule):
    """Each answer alone has its verdict; unanswered questions stay unknown."""
    answer = readiness(ReadinessFacts(check_ins=said(**answers)), TODAY)

    assert answer.verdict is verdict
    assert rules_of(answer) == ([] if rule is None else [rule])


def test_what_is_acute_says_rest_and_what_is_of_the_heart_says_a_doctor():
    """The signs are kept with the answer, for a run that goes ahead; fever alone is no matter of the heart."""
    fever = readiness(ReadinessFacts(check_ins=said(acute=frozenset({AcuteSign.FEVER}))), TODAY)
    both = readiness(
        ReadinessFacts(check_ins=said(acute=frozenset({AcuteSign.FEVER, AcuteSign.CHEST_PAIN}))), TODAY
    )

    assert (fever.acute, fever.needs_doctor) == (("fever",), False)
    assert (both.acute, both.needs_doctor) == (("fever", "chest-pain"), True)
    assert "See a doctor about the chest pain" in both.fired[0].says


def test_high_stress_holds_progression_and_changes_no_verdict():
    """Maintain rather than build."""
    answer = readiness(ReadinessFacts(check_ins=said(stress=LifeStress.HIGH)), TODAY)
    assert answer.is_maintain
    assert not readiness(ReadinessFacts(), TODAY).is_maintain


def test_nothing_known_is_never_called_fine():
    """Each rule that lacks its data is listed; the answer says that nothing is known."""
    answer = readiness(ReadinessFacts(), TODAY)

    assert answer.is_blind
    assert {each.rule for each in answer.not_known} >= {
        "acute",
        "red_flags_4",
        "hrv_low",
        "resting_high",
        "stale_legs",
    }
    assert "not answered: acute, niggle, flags, gut, legs, stress, sleep" in not_known_words(answer)
    assert not readiness(ReadinessFacts(check_ins=said(mood=3)), TODAY).is_blind


def test_a_first_morning_and_a_run_of_yesterday_are_not_a_morning_that_is_fine():
    """Without a baseline nothing is judged, and a recorded run says nothing of the morning."""
    first = readiness(ReadinessFacts((Morning(TODAY, 400, 4.0, 50.0),), run_days=(before(1),)), TODAY)
    ran = readiness(ReadinessFacts(run_days=(before(1),)), TODAY)
    away = readiness(ReadinessFacts(run_days=(before(10),)), TODAY)

    assert (
        blind_words(first) == "What was measured cannot be compared yet, so nothing speaks against the plan."
    )
    assert blind_words(ran) == "Nothing is known of this morning, so nothing speaks against the plan."
    assert (blind_words(away), away.share) == ("", 0.5)
    assert not readiness(ReadinessFacts(LOW), TODAY).is_blind


def test_a_niggle_of_which_the_gait_was_not_said_is_not_known():
    """A pain of 4 without a word about the gait is neither rest nor fine."""
    answer = readiness(ReadinessFacts(check_ins=said(niggle=Niggle("knee", 4))), TODAY)
    assert "whether the niggle changes how you run" in not_known_words(answer)


# --- the worst wins, numbers alone are capped


def test_the_worst_verdict_wins_and_all_that_fired_are_listed():
    """Rest before easy only before easier; the lesser rules stand below."""
    answer = readiness(
        ReadinessFacts(LOW, said(acute=frozenset({AcuteSign.FEVER}), legs=LegFeel.STALE, mood=1)), TODAY
    )

    assert answer.verdict is Verdict.REST
    assert rules_of(answer) == ["acute", "hrv_low", "stale_legs", "mood_low"]


@pytest.mark.parametrize(
    ("since", "verdict"),
    [(1, Verdict.EASIER), (2, Verdict.EASIER), (3, Verdict.AS_PLANNED), (9, Verdict.AS_PLANNED)],
)
def test_numbers_alone_with_good_legs_are_easier_for_two_days_at_most(since, verdict):
    """No symptom and sharp legs: the first and second day easier, from the third on as planned, with a note."""
    usual = [50.0] * 40
    rows = tuple(
        Morning(before(40 + since - 1 - at), 400, resting_bpm=value)
        for at, value in enumerate([*usual, *([58.0] * since)])
    )
    answer = readiness(ReadinessFacts(rows, said(legs=LegFeel.SHARP, acute=frozenset())), TODAY)

    assert answer.verdict is verdict
    assert set(rules_of(answer)) == {"resting_high", "numbers_alone"}
    assert max(SEVERITY[each.verdict] for each in answer.fired) == SEVERITY[verdict]


def test_days_off_are_no_symptom_and_stay_when_numbers_alone_are_lowered():
    """On the way back a number with sharp legs is easier at most, and half of the plan stays half."""
    sharp = said(legs=LegFeel.SHARP, acute=frozenset())
    first = readiness(ReadinessFacts(LOW, sharp, run_days=(before(9),)), TODAY)
    verdicts = {each.rule: each.verdict for each in first.fired}

    assert verdicts["hrv_low"] is not Verdict.EASY_ONLY
    assert verdicts["back_half"] is Verdict.EASIER
    assert (first.verdict, first.share) == (Verdict.EASIER, 0.5)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"legs": LegFeel.STALE},
        {"legs": LegFeel.SHARP, "flags": frozenset({RedFlag.DREAD})},
        {"legs": LegFeel.SHARP, "niggle": Niggle("knee", 2)},
    ],
)
def test_numbers_are_not_alone_beside_a_symptom_or_unknown_legs(answers):
    """Legs that were not asked are not good ones; then the number counts whole."""
    assert readiness(ReadinessFacts(LOW, said(**answers)), TODAY).verdict is Verdict.EASY_ONLY


# --- days off


@pytest.mark.parametrize(
    ("off", "since", "share"),
    [(5, 0, 1.0), (6, 0, 0.5), (6, 2, 0.5), (6, 3, 0.75), (6, 5, 0.75), (6, 6, 1.0), (14, 6, 0.5), (14, 7, 0.75),
     (14, 13, 0.75), (14, 14, 1.0), (60, 0, 0.5), (60, 13, 0.5), (60, 27, 0.75), (60, 28, 1.0)],
)  # fmt: skip
def test_after_days_off_half_then_three_quarters(off, since, share):
    """Six days off or more: as many days back as were lost, 28 at most, the first half of them at half."""
    back = before(since)
    days = [back - timedelta(days=off + 1), *(back + timedelta(days=at) for at in range(since + 1))]
    answer = readiness(ReadinessFacts(run_days=tuple(days[:-1] if since == 0 else days)), TODAY)

    assert answer.share == share
    assert answer.verdict is (Verdict.EASIER if share < 1 else Verdict.AS_PLANNED)
    if share < 1:
        assert f"{off} days without a recorded run" in answer.fired[0].value
        assert "Daniels" in answer.fired[0].source


def test_without_any_run_days_off_are_not_known():
    """A runner without recorded runs has no break."""
    answer = readiness(ReadinessFacts(), TODAY)
    assert answer.share == 1.0
    assert days_off((), TODAY) is None
    assert "days off: no run is recorded" in not_known_words(answer)


# --- switches


def test_rules_are_switched_by_their_ids_and_what_is_acute_stays_on():
    """A rule that is off does not fire; an unknown id and the acute ones are refused."""
    off = ReadinessSettings(off=("hrv_low", "stale_legs"))
    assert readiness(ReadinessFacts(LOW, said(legs=LegFeel.STALE)), TODAY, off).fired == ()
    with pytest.raises(ValueError, match="there is no rule 'hrv_lwo'; did you mean hrv_low"):
        ReadinessSettings(off=("hrv_lwo",))
    with pytest.raises(ValueError, match="acute cannot be switched off"):
        ReadinessSettings(off=("acute",))


def test_opt_in_rules_are_off_until_they_are_asked_for():
    """Four of them; each says that no evidence carries it, or where it comes from."""
    opt_in = [rule for rule in RULES if not rule.is_on]
    assert [rule.id for rule in opt_in] == ["hrv_within", "ratio", "fallback", "walk"]
    assert all("000" in rule.source or "your own" in rule.source for rule in opt_in)
    assert len(RULES_BY_ID) == len(RULES)


def test_within_3_per_cent_shows_its_own_pass_rate_and_the_fallback():
    """The opt-in gate stops this morning, says what it would have passed, and names 130 bpm."""
    chosen = ReadinessSettings(on=("hrv_within", "fallback"))
    answer = readiness(ReadinessFacts(mornings([*wave(40, spread=0.02), 4.2])), TODAY, chosen)

    within, fallback = (
        next(each for each in answer.fired if each.rule == rule) for rule in ("hrv_within", "fallback")
    )
    assert within.verdict is Verdict.EASY_ONLY
    assert "It would have passed" in within.says
    assert "of your 27 days" in within.says
    assert fallback.value == "130 bpm"
    quiet = readiness(ReadinessFacts(mornings([*wave(40, spread=0.02), 4.0])), TODAY, chosen)
    assert not {"hrv_within", "fallback"} & set(rules_of(quiet))


def test_recovery_at_52_per_cent_is_called_a_walk():
    """99 bpm at a maximum of 190; without a measured maximum it is not known, and on a good day it is silent."""
    chosen = ReadinessSettings(on=("walk",))
    stale = said(legs=LegFeel.STALE)
    walk = next(
        each
        for each in readiness(ReadinessFacts(check_ins=stale, max_bpm=190.0), TODAY, chosen).fired
        if each.rule == "walk"
    )
    assert (walk.value, walk.says) == ("99 bpm at most", "This is a walk.")
    assert "maximum heart rate" in not_known_words(readiness(ReadinessFacts(check_ins=stale), TODAY, chosen))
    assert readiness(ReadinessFacts(max_bpm=190.0), TODAY, chosen).fired == ()


@pytest.mark.parametrize(("today", "fires"), [(log(41.0), True), (log(49.0), False)])
def test_a_ratio_of_the_runners_own(today, fires):
    """The mean of five days by today's, over 1.2."""
    chosen = ReadinessSettings(on=("ratio",), ratio_days=5, ratio_by_days=1, ratio_above=1.15)
    answer = readiness(ReadinessFacts(mornings([log(50.0)] * 4 + [today])), TODAY, chosen)
    assert ("ratio" in rules_of(answer)) is fires
    assert "0 mornings with HRV in 5 days" in not_known_words(readiness(ReadinessFacts(), TODAY, chosen))


# --- chance


def simulated(rho, count, seed=7):
    """Standard normal days with a correlation of `rho` from one to the next."""
    draw = random.Random(seed)
    value, values = draw.gauss(0, 1), []
    for _ in range(count):
        value = rho * value + sqrt(1 - rho * rho) * draw.gauss(0, 1)
        values.append(value)
    return values


@pytest.mark.parametrize(("cv", "share"), [(0.05, 0.45), (0.10, 0.24), (0.15, 0.16)])
def test_within_3_per_cent_passes_45_24_16_per_cent_of_ordinary_days(cv, share):
    """The opt-in gate would stop most days of a healthy runner: by the program's own count over simulated years."""
    values = {
        TODAY + timedelta(days=at): log(50 * (1 + cv * each)) for at, each in enumerate(simulated(0.0, 8000))
    }
    found = share_within(values, 3.0)
    assert found is not None
    passed, count = found

    assert count == 8000 - 14
    assert passed == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize(
    ("rho", "known", "built"), [(0.0, 0.093, 0.08), (0.3, 0.153, 0.14), (0.5, 0.197, 0.19)]
)
def test_the_chance_rate_of_the_hrv_rule(rho, known, built):
    """Of days without any cause 9.3 % fall below a band that is known exactly, 15 to 19 % with real correlation.

    With the baseline of 60 mornings, as the rule takes it, 8, 14 and 19 %: the page says both.
    """
    values = simulated(rho, 40_000)
    weeks = [sum(values[at - 7 : at]) / 7 for at in range(7, len(values))]
    assert sum(week < -0.5 for week in weeks) / len(weeks) == pytest.approx(known, abs=0.01)

    rows = {TODAY + timedelta(days=at): 4 + 0.1 * each for at, each in enumerate(values[:4000])}
    fired = 0
    for at in range(60, 4000, 2):
        day = TODAY + timedelta(days=at)
        near = tuple(Morning(on, None, rows[on]) for on in (day - timedelta(days=back) for back in range(60)))
        usual = usual_range(Mornings(near, {}), day)
        assert not isinstance(usual, str)
        fired += usual.mean < usual.low
    assert fired / 1970 == pytest.approx(built, abs=0.03)


@pytest.mark.parametrize(("cv", "share"), [(0.05, 0.025), (0.07, 0.08)])
def test_the_chance_rate_of_resting_heart_rate(cv, share):
    """2.5 % of ordinary days at a day-to-day CV of 5 %, 8 % at 7 %."""
    values = [50 * (1 + cv * each) for each in simulated(0.0, 40_000)]
    fired = sum(value > 1.10 * sum(values[at - 28 : at]) / 28 for at, value in enumerate(values) if at >= 28)
    assert fired / len(values) == pytest.approx(share, abs=0.006)


# --- order


ANSWERS = {
    "acute": st.frozensets(st.sampled_from(AcuteSign)),
    "flags": st.frozensets(st.sampled_from(RedFlag)),
    "gut": st.frozensets(st.sampled_from(GutSign)),
    "legs": st.sampled_from(LegFeel),
    "mood": st.integers(1, 5),
    "stress": st.sampled_from(LifeStress),
    "sleep_h": st.floats(0, 24),
    "has_eaten": st.booleans(),
    "niggle": st.builds(Niggle, st.just("knee"), st.integers(0, 10), st.booleans() | st.none()),
    "cycle_day": st.integers(1, 40),
}


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=ANSWERS),
    st.randoms(use_true_random=False),
    st.sampled_from([(), LOW, HIGH]),
)
def test_the_order_of_the_answers_never_changes_the_verdict(answers, shuffler, rows):
    """Answers one by one in any order, and mornings in any order, come to the same answer."""
    parts = [CheckIn(TODAY, **{name: answer}) for name, answer in answers.items()]
    straight = readiness(ReadinessFacts(rows, merge_check_ins(parts)), TODAY)
    shuffled, mixed = list(parts), list(rows)
    shuffler.shuffle(shuffled)
    shuffler.shuffle(mixed)

    assert readiness(ReadinessFacts(tuple(mixed), merge_check_ins(shuffled)), TODAY) == straight
    assert straight.verdict is worst(each.verdict for each in straight.fired)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional=ANSWERS))
def test_a_worse_sign_never_makes_the_day_better(answers):
    """Fever on top of any answers is rest."""
    with_fever = answers | {"acute": answers.get("acute", frozenset()) | {AcuteSign.FEVER}}
    assert readiness(ReadinessFacts(check_ins=said(**with_fever)), TODAY).verdict is Verdict.REST


def test_verdicts_are_in_order_of_what_they_take():
    """As planned, easier, easy only, rest."""
    assert all(SEVERITY[one] < SEVERITY[two] for one, two in pairwise(Verdict))
    assert worst(()) is Verdict.AS_PLANNED
