"""Workouts clearly beyond a runner are questioned once; those made from the runner's own paces never are."""

from pathlib import Path

import pytest

from coach.physiology.performance import best_race
from coach.workout.document import load_document
from coach.workout.resolve import race_speed_over, too_ambitious
from tests.workout.building import athlete, compile_workout

LIBRARY = Path(__file__).parents[2] / "workouts"
NAMED = [
    "5x1000-5k",
    "8-12x400-5k",
    "alternations",
    "broken-tempo",
    "ladder",
    "michigan",
    "pyramid",
    "200s-full-recovery",
]


def runner(time, distance="5 km", **more):
    """A runner with one race."""
    rates = {"threshold": {"bpm": 170, "source": "measured"}}
    races = [{"date": "2026-05-01", "distance": distance, "time": time}]
    return athlete(races=races, heart_rate=rates, **more)


def reps(count, until, pace, rest="1:30"):
    """A workout of reps at a pace."""
    import json

    step = {"kind": "work", "until": until, "target": {"pace": pace}}
    steps = [step, {"kind": "recovery", "until": {"time": rest}}]
    main = {"name": "Main", "steps": [{"repeat": count, "steps": steps} if count > 1 else step]}
    document = {"format": "coach-workout/1", "name": "reps", "sections": [main]}
    return load_document(json.dumps(document).encode(), name="reps")


def question(document, who):
    """The question about the workout."""
    return too_ambitious(compile_workout(document, who), who)


def test_training_for_twenty_when_fit_for_twenty_two_is_questioned():
    """Five kilometres at 4:00 are beyond a 22:00 runner, and the race that says so is named once."""
    said = question(reps(5, {"distance": "1000 m"}, "4:00/km"), runner("22:00"))
    assert said.count("asks for 4:00/km") == 1
    assert "your 5 km in 22:00 on 2026-05-01 predicts" in said
    assert "Run at your current level" in said


def test_the_same_reps_are_right_for_a_twenty_minute_runner():
    """The same session is not questioned when it fits."""
    assert question(reps(5, {"distance": "1000 m"}, "4:00/km"), runner("20:00")) == ""


def test_a_race_of_ones_own_is_not_questioned():
    """One stretch at race pace is a race: 5 km at 4:00 of a 20:00 runner may be asked for."""
    assert question(reps(1, {"distance": "5 km"}, "4:00/km"), runner("20:00")) == ""
    assert question(reps(1, {"distance": "5 km"}, "3:50/km"), runner("20:00"))


@pytest.mark.parametrize("time", ["14:30", "17:30", "20:00", "25:00", "31:00"])
@pytest.mark.parametrize("name", NAMED)
def test_named_paces_are_never_questioned(name, time):
    """Workouts in a runner's own race paces fit the runner, fast or slow."""
    document = load_document((LIBRARY / f"{name}.json").read_bytes(), name=name)
    assert question(document, runner(time)) == ""


def test_a_sprint_is_held_against_top_speed():
    """A race says nothing about 100 m; the top speed does."""
    sprints = reps(4, {"distance": "100 m"}, "2:00/km")
    assert question(sprints, runner("25:00")) == ""
    assert "your top speed predicts 2:23/km" in question(sprints, runner("25:00", top_speed_mps=7.0))


def test_nobody_is_questioned_without_a_yardstick():
    """Without an athlete, a race or a threshold pace there is nothing to hold a target against."""
    document = reps(5, {"time": "3:00"}, "2:50/km")
    assert question(document, athlete(top_speed_mps=9.0)) == ""
    assert too_ambitious(compile_workout(document, None), None) == ""
    assert question(document, athlete(threshold_pace="4:10/km"))


def test_miles_are_said_in_miles():
    """A runner who thinks in miles is asked in miles."""
    assert "/mile" in question(
        reps(5, {"distance": "1 mile"}, "5:30/mile"), runner("22:00").model_copy(update={"units": "mile"})
    )


def test_the_yardstick_is_the_race_itself():
    """Over the time of the race itself the yardstick is the race."""
    found = best_race(runner("20:00").now)
    assert found is not None
    assert race_speed_over(found, 1200) == pytest.approx(5000 / 1200)
    assert race_speed_over(found, 10) == race_speed_over(found, 210)
