"""The profile has the numbers that workouts are run by, with sources; every valid document has a profile."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.athlete import PACE_NAMES, Athlete, athlete_from
from coach.physiology.performance import check_athlete, implausible, predictions, record_time
from coach.problems import AthleteProblem
from coach.quantities import Metres, format_clock, parse_clock
from coach.workout.resolve import Numbers, ProfileSection, prediction_block, profile_blocks, profile_of

MEASURED = {"max": {"bpm": 190, "source": "measured"}, "rest": {"bpm": 50, "source": "measured"}}


def somebody(*entries: Any, **more: Any) -> Athlete:
    """An athlete with some entries, a day apart."""
    history = [{"from": f"2026-05-{place:02d}", **entry} for place, entry in enumerate(entries, 1)]
    document = {"format": "coach-athlete/1", "slug": "x", "name": "X", "history": history}
    return athlete_from(document | more, name="x")


def race(distance, time, date="2026-05-01"):
    """A race result."""
    return {"date": date, "distance": distance, "time": time}


def test_the_sheet_shows_what_workouts_run_by():
    """Every pace of the profile is the one a workout gets when it names it."""
    who = somebody(
        {"races": [race("5 km", "20:00")], "paces": {"easy": "5:20-6:00/km"}, "goal": {"pace": "4:05/km"}}
    )
    lines = {line.name: line for line in profile_of(who).paces}
    for name in PACE_NAMES:
        assert (lines[name].slow, lines[name].fast) == Numbers.of(who).pace(name)
    assert (lines["easy"].source, lines["goal"].source) == ("set by hand", "your goal pace")
    assert lines["threshold"].derived
    assert not lines["easy"].derived


def test_a_goal_is_called_by_its_race():
    """A goal that is a race is named with its distance and time."""
    who = somebody({"goal": {"distance": "10 km", "time": "42:00"}})
    assert [line.source for line in profile_of(who).paces] == ["your goal, 10 km in 42:00"]


def test_the_border_of_the_gears_is_the_athletes():
    """Gear 3 ends where the athlete says, else at 80 %."""
    usual, own = (
        profile_of(somebody({"heart_rate": MEASURED}, **more)) for more in ({}, {"gear_border_percent": 85})
    )
    tables = [{table.model: table for table in profile.tables}["gears"] for profile in (usual, own)]
    assert [table.zones[2].high for table in tables] == pytest.approx([152, 161.5])


def test_nobody_has_an_empty_sheet_full_of_commands():
    """Without a single number there are no paces and no zones, only what to tell first."""
    profile = profile_of(somebody())
    assert (profile.paces, profile.tables, profile.predictions, profile.fitness) == ((), (), (), None)
    assert [one.what for one in profile.missing][:2] == ["a race result", "threshold pace"]
    assert [block.heading for block in profile_blocks(profile)] == ["Not known yet"]
    assert prediction_block(()) == ProfileSection("Predictions")


def test_critical_speed_is_a_third_voice():
    """Trials speak for races of 2 to 25 minutes, and for none beyond."""
    trials = [race("1200 m", "3:36"), race("2400 m", "7:42"), race("3600 m", "11:54")]
    found = {
        one.name: one
        for one in profile_of(somebody({"races": [race("5 km", "17:00")], "trials": trials})).predictions
    }
    assert found["3k"].critical_speed_s == pytest.approx(588.5, abs=0.5)
    assert found["10k"].critical_speed_s is None
    assert "Critical speed" in [
        block.heading for block in profile_blocks(profile_of(somebody({"trials": trials})))
    ]


def test_vdot_is_silent_where_riegel_speaks():
    """800 m of a 3 km runner: the power law has a time, VDOT has none, and nothing is made up for it."""
    (found,) = predictions(somebody({"races": [race("3 km", "14:00")]}).now, {"800 m": Metres(800.0)})
    assert found.vdot_s is None
    assert found.riegel_s == pytest.approx(840 * (800 / 3000) ** 1.06)
    assert prediction_block([found]).rows[0][1] == ""


def test_a_top_speed_of_a_jogger_says_nothing_about_racing():
    """A top speed that is not above the 5k pace of longer races is no share of anything."""
    profile = profile_of(somebody({"races": [race("10 km", "40:00")], "top_speed_mps": 4.18}))
    assert "of your top speed" not in " ".join(profile.remarks)


def test_a_race_the_formula_cannot_take_is_passed_over():
    """800 m and a day's march say nothing about fitness; the five beside them does."""
    results = [race("800 m", "2:20"), race("50 km", "9:00:00"), race("5 km", "22:00")]
    profile = profile_of(somebody({"races": results}))
    assert profile.fitness is not None
    assert profile.fitness.words.startswith("5 km")


def test_no_pace_follows_from_a_walk():
    """A threshold pace of a walk derives nothing, and breaks nothing."""
    profile = profile_of(somebody({"threshold_pace": "20:00/km"}))
    assert profile.fitness is None
    assert [line.name for line in profile.paces] == ["threshold"]
    assert "threshold speed of 0.83" in " ".join(profile.remarks)


def test_heart_rates_of_different_days_must_fit_together():
    """A resting heart rate that is set a month after the maximum is checked against it."""
    with pytest.raises(AthleteProblem, match=r"history\[1\]\.heart_rate: .* less than 30"):
        somebody(
            {"heart_rate": {"max": MEASURED["max"]}},
            {"heart_rate": {"rest": {"bpm": 170, "source": "measured"}}},
        )
    with pytest.raises(AthleteProblem, match="less than 20 above the resting"):
        somebody({"heart_rate": {"rest": MEASURED["rest"], "threshold": {"bpm": 60, "source": "measured"}}})


@pytest.mark.parametrize(
    ("metres", "clock"),
    [
        (5000, "12:35"),
        (10_000, "26:11"),
        (42_195, "2:00:35"),
        (1609.344, "3:43"),
    ],
)
def test_records_lie_where_they_are(metres, clock):
    """The curve meets the records it is drawn through, and comes within 1 % of the mile between two of them."""
    assert record_time(metres) == pytest.approx(parse_clock(clock), rel=0.01)


def test_what_was_run_is_plausible():
    """World records are accepted; a result 2 % faster is refused."""
    assert list(implausible(somebody({"races": [race("5 km", "12:36"), race("10 km", "26:20")]}))) == []
    with pytest.raises(AthleteProblem, match="me: 5 km in 9:00 is faster than anyone has run"):
        check_athlete(somebody({"races": [race("5 km", "9:00")]}), name="me")


clocks = st.integers(1, 40_000).map(format_clock)
distances = st.sampled_from(
    ["100 m", "800 m", "1500 m", "3 km", "5 km", "10 km", "21.1 km", "42.195 km", "100 km"]
)
days = st.dates().map(str)
results = st.lists(st.builds(race, distances, clocks, days), max_size=4)
paces = st.integers(80, 3600).map(lambda seconds: f"{format_clock(seconds)}/km")
entries = st.fixed_dictionaries(
    {},
    optional={
        "races": results,
        "trials": results,
        "threshold_pace": paces,
        "top_speed_mps": st.floats(2, 12.5),
        "paces": st.dictionaries(st.sampled_from(PACE_NAMES), paces, max_size=3),
        "heart_rate": st.sampled_from([MEASURED, {}, {"threshold": {"bpm": 230, "source": "estimated"}}]),
    },
)


@settings(max_examples=150, deadline=None)
@given(entries, st.sampled_from(["km", "mile"]))
def test_nothing_a_document_may_say_breaks_the_sheet(entry, units):
    """Every athlete document has a profile that can be written as text."""
    profile = profile_of(somebody(entry, units=units))
    assert all(line.slow <= line.fast for line in profile.paces)
    for block in (*profile_blocks(profile), prediction_block(profile.predictions)):
        assert all(len(row) == len(block.head) for row in block.rows)
    for one in profile.predictions:
        if one.by is not None and one.vdot_s is not None:
            assert one.quickest_s is not None
            assert one.slowest_s is not None
            assert one.quickest_s <= one.vdot_s <= one.slowest_s
