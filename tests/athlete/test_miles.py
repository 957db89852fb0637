"""A runner with miles reads miles: distances, totals, predictions and what is left, while a track stays in metres."""

from types import SimpleNamespace
from typing import Any

import pytest

from coach.app.workouts import read_typed
from coach.athlete import Athlete
from coach.quantities import format_metres, long_distance
from coach.review.tables import lap_lines
from coach.screen.review_page import _columns
from tests.cli.conftest import coach

__all__ = ["coach"]

MILES = ("--race", "5k=22:30@2026-05-10", "--units", "mile")


@pytest.mark.parametrize(
    ("metres", "in_km", "in_miles"),
    [
        (400, "400 m", "400 m"),
        (1000, "1 km", "1000 m"),
        (1500, "1500 m", "1500 m"),
        (1600, "1600 m", "1600 m"),
        (1609.344, "1609 m", "1 mile"),
        (1694, "1694 m", "1.1 miles"),
        (2000, "2 km", "1.2 miles"),
        (3218.688, "3.2 km", "2 miles"),
        (10_579, "10.6 km", "6.6 miles"),
        (42_195, "42.2 km", "26.2 miles"),
    ],
)
def test_a_distance_is_told_in_the_units_of_its_runner(metres, in_km, in_miles):
    """What is run on a track is said in metres by everybody."""
    assert format_metres(metres) == in_km
    assert format_metres(metres, "mile") == in_miles


def test_a_total_is_a_figure_with_its_unit():
    """One decimal in either unit."""
    assert long_distance(10_579) == ("10.6", "km")
    assert long_distance(10_579, "mile") == ("6.6", "miles")


def test_a_workout_is_sized_in_miles(coach):
    """Its total, and how much of it is hard, in lists and checks; its reps stay as they were written."""
    coach("athlete", "set", *MILES)
    said = coach("workout", "check", "6x800-5k").stdout
    assert "6.6 miles; 6 x 800 m at 5k pace (7:15/mile) (3 miles of it hard)" in said
    (line,) = [line for line in coach("workout", "list").stdout.splitlines() if line.startswith("6x800-5k ")]
    assert "6.6 miles" in line
    assert "km" not in line.replace("10k", "")


def test_each_athlete_has_units_of_their_own(coach):
    """Who is named decides, also in a list."""
    coach("athlete", "set", "ada", *MILES)
    coach("athlete", "set", "bob", "--race", "5k=22:30@2026-05-10")
    assert "10.6 km" in coach("workout", "check", "6x800-5k", "--athlete", "bob").stdout
    assert "6.6 miles" in coach("workout", "check", "6x800-5k", "--athlete", "ada").stdout
    for who, distance in (("ada", "6.6 miles"), ("bob", "10.6 km")):
        assert distance in coach("workout", "list", "6x800-5k", "--athlete", who).stdout


def test_a_run_is_told_in_miles(coach, tmp_path):
    """The lines of a replay end in miles, whose paces are per mile too."""
    coach("athlete", "set", *MILES)
    made = tmp_path / "made.jsonl"
    coach("simulate", "6x800-5k", "--seed", 3, "--out", made)
    lines = coach("replay", made, "--speed", "max").stdout.splitlines()
    assert "6.6 miles" in lines[-1]
    assert "/mile" in next(line for line in lines if "Cool-down" in line and "done" in line)
    assert not any(" km" in line for line in lines)


def test_predictions_have_paces_per_mile(coach):
    """Beside each time stands its pace."""
    coach("athlete", "set", *MILES)
    typed = coach("athlete", "predict", "--distance", "marathon").stdout
    assert "per mile" in typed
    assert "8:11" in typed


def test_a_line_that_is_typed_is_sized_in_miles():
    """The page of a workout of one's own knows whose it is."""
    line = "2km easy + 6x800 @ 4:30/km / 400 jog"
    assert read_typed(line, Athlete(slug="ida", name="Ida", units="mile")).unit == "mile"
    assert read_typed(line, None).unit == "km"


def test_a_run_afterwards_is_told_in_miles(coach, tmp_path):
    """The steps of a run and the laps of a free run stand in the unit of their total."""
    coach("athlete", "set", *MILES)
    made = tmp_path / "made.jsonl"
    coach("simulate", "6x800-5k", "--seed", 3, "--out", made)
    shown = coach("runs", "show", made).stdout
    (warm_up,) = [line for line in shown.splitlines() if "Warm-up" in line]
    assert " miles " in warm_up
    assert " km" not in shown


def test_the_laps_of_a_free_run_are_told_in_miles():
    """In the terminal and on the review, which have one table each."""
    lap = SimpleNamespace(number=1, time_s=700.0, total_s=700.0, metres=2500.0)
    summary: Any = SimpleNamespace(laps=(lap,), rows=(), reps=SimpleNamespace(rows=()))
    view: Any = SimpleNamespace(summary=summary, unit="mile")
    (line,) = [line for line in lap_lines(summary, "mile") if "11:40" in line]
    assert "1.6 miles" in line
    columns, _ = _columns(view, 80)
    assert ("1.6 miles",) in [column.cells for column in columns]
