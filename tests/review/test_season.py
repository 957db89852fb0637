"""The weeks add up as the sources say, what is not known is left out and said, and no injury is foretold."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.review.season import (
    SEASON,
    LoadKind,
    SeasonRun,
    Sessions,
    WeeklyDistance,
    consistency,
    first_day,
    season,
)
from coach.review.season_report import season_lines, season_tree

TODAY = date(2026, 5, 26)
"""A Tuesday."""
MONDAY = date(2026, 5, 18)


def run(day, load=None, *, kind=LoadKind.TRIMP, name="", **known):
    """A run of an hour and 10 km."""
    loads = {} if load is None else {kind: load}
    values: dict[str, Any] = {"time_s": 3600.0, "distance_m": 10_000.0, "loads": loads}
    return SeasonRun(name or f"R{day}", day, **values | known)


def days(loads, first=MONDAY):
    """A run for each load that is not 0, from Monday on."""
    return [run(first + timedelta(days=place), load) for place, load in enumerate(loads) if load]


def test_a_week_has_monotony_and_strain_as_foster_has_them():
    """The vector of the report: 1900, 1.1940, 2268.5, with the standard deviation of a sample."""
    made = season(days([300, 0, 420, 200, 0, 350, 630]), today=TODAY)
    week = made.weeks[-2]
    assert (week.monday, week.runs, week.load) == (MONDAY, 5, 1900)
    assert week.monotony == pytest.approx(1.1940, abs=1e-4)
    assert week.strain == pytest.approx(2268.5, abs=0.2)
    assert (week.time_s, week.distance_m) == (18_000.0, 50_000.0)


@pytest.mark.parametrize(
    ("weeks", "runs", "regular"), [(12, 4, 12), (14, 4, 12), (6, 4, 6), (12, 3, 0), (0, 4, None)]
)
def test_how_many_weeks_were_regular(weeks, runs, regular):
    """Whole weeks of the last twelve with four runs; the one under way is none, and without a run nobody knows."""
    first = MONDAY - timedelta(weeks=weeks - 1)
    each = [run(first + timedelta(weeks=week, days=day)) for week in range(weeks) for day in range(runs)]
    this_week = [run(TODAY - timedelta(days=back)) for back in range(2)]
    assert consistency([*each, *this_week], TODAY, 4) == regular
    made = season([*each, *this_week], today=TODAY)
    assert made.regular_weeks == regular
    is_said = any("of the last 12 weeks had 4 runs or more" in words for words in made.sentences)
    assert is_said == (weeks > 12)


def test_a_swim_has_load_and_no_kilometres():
    """Cross-training counts with its load, its time and its heart rate; kilometres and best efforts are of runs."""
    swim = run(MONDAY + timedelta(days=1), 60, is_cross=True, bests={"400": 80.0}, zone_s=(3000.0, 0.0, 0.0))
    made = season([run(MONDAY, 100, zone_s=(3600.0, 0.0, 0.0)), swim], today=TODAY)
    week = made.weeks[-2]

    assert (week.runs, week.load, week.time_s) == (2, 160, 7200.0)
    assert (week.distance_m, week.measured_runs, week.has_whole_distance) == (10_000.0, 2, True)
    assert (week.easy_s, made.bests) == (6600.0, ())
    assert not any("not measured" in note for note in made.notes)
    alone = season([swim], today=TODAY).weeks[-2]
    assert (alone.distance_m, alone.load) == (0.0, 60)


def test_fitness_and_fatigue_are_running_means_of_42_and_7_days():
    """42 days of 100 from nothing: 63.654 and 99.846; form is that of the morning."""
    first = TODAY - timedelta(days=41)
    made = season([run(first + timedelta(days=place), 100.0) for place in range(42)], today=TODAY)
    last, before = made.fitness[-1], made.fitness[-2]
    assert (last.day, last.load) == (TODAY, 100.0)
    assert last.ctl == pytest.approx(63.654, abs=1e-3)
    assert last.atl == pytest.approx(99.846, abs=1e-3)
    assert last.tsb == pytest.approx(before.ctl - before.atl)


def test_fitness_warms_up_and_says_so():
    """Until 42 days after the first load it is no fitness; later nothing is said. Runs before the season count."""
    new = season([run(TODAY - timedelta(days=10), 50.0)], today=TODAY)
    assert new.warm_until == TODAY + timedelta(days=32)
    assert any("warms up until 27 Jun 2026" in note for note in new.notes)
    assert not any("Fitness (CTL) is" in words for words in new.sentences)
    old = season([run(TODAY - timedelta(days=each), 50.0) for each in range(0, 300, 2)], today=TODAY)
    assert old.warm_until is not None
    assert old.warm_until < old.since
    assert not any("warms up" in note for note in old.notes)
    assert old.fitness[0].day == old.since
    assert old.fitness[0].ctl > 20
    assert any("Fitness (CTL) is" in words for words in old.sentences)


def test_weeks_are_whole_from_monday_and_none_is_left_out():
    """24 weeks, those without a run with 0 km, and the one under way, of which no change is told."""
    made = season([run(TODAY, 80.0)], today=TODAY)
    assert len(made.weeks) == 24
    assert made.since == date(2025, 12, 15)
    assert {week.monday.weekday() for week in made.weeks} == {0}
    assert (made.weeks[0].runs, made.weeks[0].distance_m, made.weeks[0].load) == (0, 0.0, 0.0)
    assert (made.weeks[-1].is_now, made.weeks[-1].change, made.weeks[-1].monotony) == (True, None, None)
    assert first_day(TODAY, date(2026, 5, 21)) == MONDAY


def test_the_change_is_told_between_whole_weeks():
    """A tenth more is 0.10; after a week of nothing there is none."""
    runs = [*days([200.0], MONDAY - timedelta(days=7)), *days([220.0])]
    made = season(runs, today=TODAY)
    assert made.weeks[-2].change == pytest.approx(0.10)
    assert made.weeks[-3].change is None
    assert "10 % more than the week before" in made.sentences[0]
    same = season([*days([200.0], MONDAY - timedelta(days=7)), *days([201.0])], today=TODAY)
    assert "about the same as the week before" in same.sentences[0]


def test_a_run_without_a_load_is_no_run_of_no_load():
    """Its week has no monotony and no change, and the season says how many there are."""
    runs = [
        *days([200.0], MONDAY - timedelta(days=7)),
        *days([100.0, 120.0]),
        run(MONDAY + timedelta(days=2)),
    ]
    made = season(runs, today=TODAY)
    week = made.weeks[-2]
    assert (week.load, week.loaded_runs, week.runs) == (220.0, 2, 3)
    assert (week.monotony, week.strain, week.change) == (None, None, None)
    assert made.unloaded == 1
    assert any(note.startswith("1 run has no TRIMP") for note in made.notes)


def test_loads_of_different_kinds_are_never_added():
    """The kind that most runs have is taken, or the one that is asked for; the others are left out."""
    runs = [
        *days([100.0, 100.0]),
        run(MONDAY, 400.0, kind=LoadKind.SRPE, name="a"),
        run(MONDAY + timedelta(days=1), 400.0, kind=LoadKind.SRPE, name="b"),
        run(MONDAY + timedelta(days=2), 400.0, kind=LoadKind.SRPE, name="c"),
    ]
    assert (season(runs, today=TODAY).load, season(runs, today=TODAY).weeks[-2].load) == (
        LoadKind.SRPE,
        1200.0,
    )
    asked = season(runs, today=TODAY, load=LoadKind.TRIMP)
    assert (asked.load, asked.weeks[-2].load, asked.unloaded) == (LoadKind.TRIMP, 200.0, 3)
    assert season(runs[:2] + runs[2:4], today=TODAY).load is LoadKind.TRIMP


def test_without_any_load_the_season_says_what_it_needs():
    """No heart rate and no effort: no load, no fitness, and two commands."""
    made = season([run(MONDAY)], today=TODAY)
    assert (made.load, made.fitness, made.warm_until, made.weeks[-2].load) == (None, (), None, None)
    assert any("coach runs note" in note for note in made.notes)
    assert "load" not in season_tree(made)


def test_easy_is_told_by_time_by_distance_and_by_sessions():
    """Of 4 weeks, 12 weeks and the season, each with how many runs it is from."""
    easy = {"zone_s": (3000.0, 600.0, 0.0), "zone_m": (8000.0, 2000.0, 0.0), "is_hard": False}
    hard = {"zone_s": (1800.0, 600.0, 600.0), "zone_m": (4000.0, 2000.0, 2000.0), "is_hard": True}
    runs = [
        run(TODAY, **easy),
        run(TODAY - timedelta(days=1), **hard),
        run(TODAY - timedelta(days=40), **easy),
        run(TODAY - timedelta(days=41)),
    ]
    four, twelve, whole = season(runs, today=TODAY).distributions
    assert [each.window for each in (four, twelve, whole)] == ["4 weeks", "12 weeks", "season"]
    assert four.time == pytest.approx((4800 / 6600, 1200 / 6600, 600 / 6600))
    assert four.metres == pytest.approx((12 / 18, 4 / 18, 2 / 18))
    assert (four.sessions, four.runs, four.measured) == ((1, 1, 0), 2, 2)
    assert (twelve.sessions, twelve.runs, twelve.measured) == ((2, 1, 1), 4, 3)
    assert whole.time == twelve.time
    unmeasured = season([run(TODAY)], today=TODAY).distributions[0]
    assert (unmeasured.time, unmeasured.metres, unmeasured.sessions) == (None, None, (0, 0, 1))


def test_a_run_of_which_nothing_tells_is_neither_easy_nor_hard():
    """It is counted by itself, and said in words, in the table and in the object."""
    made = season([run(TODAY, is_hard=True), run(MONDAY)], today=TODAY)
    assert made.distributions[0].sessions == Sessions(0, 1, 1)
    assert any("counted as neither easy nor hard" in note for note in made.notes)
    assert any("0 and 1, 1 not known" in line for line in season_lines(made))
    assert season_tree(made)["distributions"][0]["sessions"] == {"easy": 0, "hard": 1, "unknown": 1}


def test_a_week_with_an_unmeasured_run_says_of_how_many_its_sums_are():
    """Kilometres of 1 of 2 runs are no kilometres of 2; neither are the hard ones."""
    runs = [
        run(MONDAY, hard_s=600.0, hard_m=2000.0),
        run(MONDAY + timedelta(days=1), distance_m=None, hard_s=600.0),
    ]
    made = season(runs, today=TODAY)
    week = made.weeks[-2]
    assert (week.distance_m, week.measured_runs, week.runs, week.has_whole_distance) == (10_000, 1, 2, False)
    assert (week.hard_m, week.unmeasured_hard) == (2000.0, 1)
    line = next(line for line in season_lines(made) if line.startswith("18 May 2026"))
    assert "10.0 (1 of 2)" in line
    assert " 2.0+ " in line
    assert "1 run was not measured in metres" in made.notes[0]
    assert season_tree(made)["weeks"][-2]["measured_runs"] == 1
    whole = season([run(MONDAY)], today=TODAY)
    assert "(" not in next(line for line in season_lines(whole) if line.startswith("18 May 2026"))
    unknown = season([run(MONDAY, distance_m=None, hard_s=600.0)], today=TODAY)
    assert [*season_lines(unknown)][-6].count("--") >= 0
    assert unknown.weeks[-2].distance_m is None


def test_the_distance_a_week_is_the_mean_of_four_whole_weeks():
    """The week under way is none of them; where nothing of a week was measured there is no mean."""
    runs = [run(MONDAY - timedelta(weeks=back), distance_m=1000.0 * (back + 1)) for back in range(8)]
    now, before = season(runs, today=TODAY).weekly
    assert now == WeeklyDistance(2500.0, 4, 0)
    assert before == WeeklyDistance(6500.0, 4, 0)
    missed = run(MONDAY + timedelta(days=1), distance_m=None)
    assert season([*runs, missed], today=TODAY).weekly[0] == WeeklyDistance(2500.0, 4, 1)
    unknown = [run(MONDAY, distance_m=None), *runs[1:]]
    assert season(unknown, today=TODAY).weekly == (None, WeeklyDistance(6500.0, 4, 0))
    assert season([run(TODAY)], today=TODAY, since=TODAY).weekly == (None, None)


def test_a_runner_in_miles_reads_no_kilometres():
    """The heart rate at one pace is told per mile, in the table and in the sentence."""
    runs = [
        run(TODAY - timedelta(days=7 * each), heart_at_pace={340: (150.0 + each, 600.0)}) for each in range(4)
    ]
    made = season(runs, today=TODAY, unit="mile")
    text = "\n".join(season_lines(made))
    assert "heart rate at 9:07/mile" in text
    assert "At 9:07/mile your heart rate was" in text
    assert "/km" not in text


def test_simulated_runs_that_were_left_out_are_said():
    """One is, two are; also where nothing else was run."""
    assert season([run(TODAY)], today=TODAY, simulated=1).notes[0] == "1 simulated run is left out."
    nothing = season([], today=TODAY, simulated=2)
    assert nothing.notes == ("2 simulated runs are left out.",)
    assert list(season_lines(nothing))[-1] == "Note: 2 simulated runs are left out."
    assert season_tree(season([], today=TODAY, simulated=2))["simulated_runs"] == 2
    assert "simulated_runs" not in season_tree(season([run(TODAY)], today=TODAY))


def test_the_best_of_a_distance_is_the_fastest_stretch_of_the_season():
    """With its day; of two alike the first, and none from before the season."""
    runs = [
        run(TODAY - timedelta(days=400), bests={"400": 60.0}),
        run(TODAY - timedelta(days=9), bests={"400": 81.0, "5k": 1330.0}, name="first"),
        run(TODAY - timedelta(days=2), bests={"400": 81.0, "mile": 409.0}),
    ]
    bests = season(runs, today=TODAY).bests
    assert [(best.distance, best.time_s, best.day.day) for best in bests] == [
        ("400", 81.0, 17),
        ("mile", 409.0, 24),
        ("5k", 1330.0, 17),
    ]
    assert bests[0].run == "first"


def test_heart_rate_is_compared_at_one_pace():
    """The pace that was held in most weeks; less than five minutes in a week say nothing."""
    runs = [
        run(date(2026, 1, 10), heart_at_pace={340: (152.0, 900.0), 330: (155.0, 9000.0)}),
        run(date(2026, 3, 10), heart_at_pace={340: (148.0, 600.0)}),
        run(date(2026, 3, 12), heart_at_pace={340: (151.0, 300.0)}),
        run(date(2026, 4, 12), heart_at_pace={340: (120.0, 299.0)}),
        run(date(2026, 5, 12), heart_at_pace={340: (145.0, 600.0)}),
    ]
    made = season(runs, today=TODAY)
    assert made.pace_s_per_km == 340
    assert [(each.monday, round(each.bpm, 2), each.runs) for each in made.heart] == [
        (date(2026, 1, 5), 152.0, 1),
        (date(2026, 3, 9), 149.0, 2),
        (date(2026, 5, 11), 145.0, 1),
    ]
    said = "At 5:40/km your heart rate was 145 in the week of 11 May, 152 in the week of 5 January: 7 lower."
    assert said in made.sentences
    unclear = season([runs[1], run(date(2026, 5, 1), heart_at_pace={340: (149.0, 600.0)})], today=TODAY)
    assert any("no clear change" in words for words in unclear.sentences)


def test_every_number_of_a_season_has_its_formula():
    """Under a name that no number of a run has, with a source and where it holds."""
    from coach.review.formulas import FORMULAS

    assert not SEASON.keys() & FORMULAS.keys()
    assert {"week_load", "week_change", "monotony", "strain", "ctl", "atl", "tsb", "warm_up"} <= SEASON.keys()
    assert all(each.formula and each.source and each.valid for each in SEASON.values())


def test_nothing_is_said_of_injuries():
    """Whatever the load does, and in no text or object."""
    jump = season([*days([50.0], MONDAY - timedelta(days=7)), *days([400.0] * 7)], today=TODAY)
    text = " ".join([*season_lines(jump), str(season_tree(jump))]).casefold()
    assert not any(word in text for word in ("injur", "risk", "danger", "acute", "sweet spot", "ratio"))


def test_the_text_has_every_part_and_the_object_too():
    """Weeks, fitness, how easy, best efforts, heart rate and what it says."""
    runs = [
        run(
            TODAY - timedelta(days=each),
            60.0 + each % 7,
            zone_s=(3000.0, 500.0, 100.0),
            zone_m=(8000.0, 1500.0, 500.0),
            bests={"400": 90.0 - each / 100, "5k": 1400.0},
            heart_at_pace={340: (150.0 + each / 30, 600.0)},
            hard_m=3200.0,
            is_hard=each % 3 == 0,
        )
        for each in range(0, 160, 2)
    ]
    made = season(runs, today=TODAY)
    lines = list(season_lines(made))
    assert lines[0] == "Season, 15 Dec 2025 to 26 May 2026: 80 runs"
    text = "\n".join(lines)
    for part in (
        "load, TRIMP for men",
        "monotony",
        "strain",
        "fitness (CTL, 42 days)",
        "4 weeks",
        "best efforts",
        "5:40/km",
    ):
        assert part in text
    assert max(map(len, lines)) <= 110
    tree = season_tree(made)
    assert tree["weeks"][-1]["is_now"] is True
    assert tree["fitness"][-1]["day"] == "2026-05-26"
    assert tree["heart_at_pace"]["pace_s_per_km"] == 340
    assert None not in tree.values()
    miles = next(
        line for line in season_lines(season(runs, today=TODAY, unit="mile")) if line.startswith("week from")
    )
    assert " mile " in miles


def test_an_empty_season_says_how_to_look_further_back():
    """No table heads over nothing."""
    made = season([], today=TODAY)
    assert (made.runs, made.load, made.bests, made.sentences) == (0, None, (), ())
    assert len(list(season_lines(made))) == 2


RUNS = st.lists(
    st.builds(
        lambda ago, load, metres, easy: run(
            TODAY - timedelta(days=ago),
            load,
            distance_m=metres,
            zone_s=None if easy is None else (easy, 100.0, 50.0),
            name=f"{ago}-{load}",
        ),
        st.integers(-3, 400),
        st.none() | st.floats(0.0, 1000.0),
        st.none() | st.floats(0.0, 50_000.0),
        st.none() | st.floats(0.0, 10_000.0),
    ),
    max_size=30,
)


@given(RUNS, st.integers(0, 380))
def test_any_runs_make_a_season_that_adds_up(runs, ago):
    """The weeks hold every run of the season once, shares add up to 1, fitness lies between nothing and the most."""
    made = season(runs, today=TODAY, since=TODAY - timedelta(days=ago))
    inside = [each for each in runs if made.since <= each.day <= TODAY]
    assert sum(week.runs for week in made.weeks) == made.runs == len(inside)
    assert sum(week.distance_m or 0.0 for week in made.weeks) == pytest.approx(
        sum(each.distance_m or 0.0 for each in inside)
    )
    assert made.weeks[0].monday == made.since
    assert made.weeks[-1].is_now
    for each in made.distributions:
        assert each.time is None or sum(each.time) == pytest.approx(1.0)
    most = max((day.load for day in made.fitness), default=0.0)
    assert all(day.ctl >= 0 and day.atl >= 0 for day in made.fitness)
    if made.fitness and made.warm_until is not None and made.warm_until - timedelta(days=42) >= made.since:
        assert made.fitness[-1].ctl <= most + 1e-6
    assert list(season_lines(made))
    assert season_tree(made)["runs"] == made.runs
