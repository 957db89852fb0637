"""The facts beside a plan, from the athlete, the recorded runs and their notes."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from coach.app.plan import check_plan, facts_for, simple_test_row, simple_test_tree
from coach.athlete import SimpleTest
from coach.edge.run_folder import RunNote, append_note
from coach.edge.store import Store
from coach.plan.facts import PlanFacts, critical_speed_of, workout_key
from coach.plan.model import Family
from coach.plan.strength import simple_test_rows
from tests.cli.conftest import Typed
from tests.edge.test_history import add_run
from tests.plan.checking import MONDAY, TODAY, day, plan_of, put, ran, ran_weeks, session


@pytest.fixture
def ida(coach: Typed) -> str:
    """Save an athlete with everything that a plan asks for."""
    told = (
        *("--race", "5k=20:00@2026-12-20", "--injury", "left hamstring", "--running-since", "2024-02-01"),
        *("--test", "hop=150/140", "--shoe", "racer=Streak", "--from", "2026-12-01"),
    )
    assert coach("athlete", "set", "ida", *told).exit_code == 0
    assert coach("athlete", "set", "ida", "--test", "hop=150/100", "--from", "2026-12-29").exit_code == 0
    return "ida"


def ran_through(sheet: str, presses: int) -> str:
    """Run a sheet of the library to its end, with a press for each exercise; return the lines."""
    words = [sys.executable, "-m", "coach", "run", sheet, "--sensors", "none"]
    presses_text = "mark\n" * presses + "finish\n"
    done = subprocess.run(words, input=presses_text, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout + done.stderr


def test_nobody_and_nothing_is_known(home) -> None:
    """A plan of an athlete who is not saved has facts about its workouts only."""
    plan = put(plan_of(), day(0, 4), session(Family.STRIDES, "Strides", "strides"))
    facts = facts_for(plan, TODAY)
    assert (facts.runs, facts.sheets, facts.shoes, facts.tests, facts.histories) == ((), (), (), (), ())
    assert facts.seasons is None
    assert facts.fitness.vdot is None
    assert set(facts.workouts) == {"strides", "mobility-10min"}
    assert facts.workouts["strides"].often == (3, 7)


def test_what_an_athlete_told_is_known(ida: str) -> None:
    """Fitness, seasons, old injuries and simple tests are facts."""
    facts = facts_for(plan_of(), TODAY, athlete=ida)
    assert facts.fitness.vdot_words == "5 km in 20:00 on 2026-12-20"
    assert facts.fitness.threshold_mps == pytest.approx(3.93, abs=0.05)
    assert facts.seasons == 5
    assert facts.histories == ("left hamstring",)
    assert [(each.test, each.left, each.right) for each in facts.tests] == [
        (SimpleTest.HOP, 150, 140),
        (SimpleTest.HOP, 150, 100),
    ]
    (row,) = simple_test_rows(facts.tests)
    assert simple_test_row(row) == (
        *("hop on one leg", "150 cm", "100 cm", "right 33 %"),
        *("2026-12-01", "150", "140", "+0 % / -29 %"),
    )
    assert simple_test_tree(row) == {
        "v": 1,
        "test": "hop",
        "unit": "cm",
        "date": "2026-12-29",
        "left": 150,
        "right": 100,
        "apart_fraction": 0.333,
        "before": {"date": "2026-12-01", "left": 150, "right": 140},
        "change_fraction": [0.0, -0.286],
    }


def test_runs_have_their_surface_their_route_and_their_shoes(ida: str) -> None:
    """They come from the notes; runs of others are left out, and shoes count their own runs."""
    store = Store()
    folder = store.paths.runs
    for number in range(3):
        run = add_run(folder, started=f"2026-12-{20 + number}T18:00:00+01:00", athlete="ida")
        append_note(folder / run, RunNote(shoe="racer", surface="trail", route="the loop"))
    add_run(folder, started="2026-12-25T18:00:00+01:00", athlete="ben")
    facts = facts_for(plan_of(), TODAY, athlete=ida)
    assert [(run.day, run.surface, run.route, run.shoe) for run in facts.runs] == [
        (date(2026, 12, 20 + number), "trail", "the loop", "racer") for number in range(3)
    ]
    (shoe,) = facts.shoes
    assert (shoe.slug, shoe.name, shoe.runs, shoe.last) == ("racer", "Streak", 3, date(2026, 12, 22))


def test_a_sheet_that_was_done_is_no_run(coach: Typed) -> None:
    """A finished list of exercises is found among the sheets, and does not count for a season."""
    assert "15 of 15 ticked off" in ran_through("drills", 15)
    today = date.fromisoformat(coach("runs", "list", "--json").stdout.split('"started": "')[1][:10])
    facts = facts_for(plan_of(), today)
    assert facts.runs == ()
    assert [(sheet.workout, sheet.system, sheet.day) for sheet in facts.sheets] == [
        ("Running drills", "drills", today)
    ]
    assert "15 of 15 ticked off" in coach("runs", "show", "last").stdout
    assert '"items_done": 15' in coach("runs", "show", "last", "--json").stdout
    assert "0 runs" in coach("review", "--season").stdout


def test_the_simple_tests_say_how_they_are_kept(coach: Typed) -> None:
    """The end of the sheet names the command, as a guided test does."""
    ran_through("simple-tests", 20)
    assert "coach athlete set --test calf-raises=28/25" in coach("runs", "show", "last").stdout


def test_lines_and_documents_in_a_plan_are_known_too(home) -> None:
    """Each is found by its key; an unreadable one is missing."""
    inline = {
        "format": "coach-workout/1",
        "name": "Own",
        "tags": {"at_most_every_days": 10},
        "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "10:00"}}]}],
    }
    line = session(Family.VO2MAX, "Line", "6x800 @ 5k / 90s jog")
    own = session(Family.OPEN, "Own", document=inline)
    gone = session(Family.OPEN, "Gone", "gone-for-ever")
    plan = put(put(put(plan_of(), day(0, 1), line), day(0, 4), own), day(0, 5), gone)
    facts = facts_for(plan, TODAY)
    of_line, of_own = facts.of(line), facts.of(own)
    assert of_line is not None
    assert of_line.dose is not None
    assert (of_line.dose.reps, of_line.dose.rep_m, of_line.dose.rest_s) == (6, 800, 90)
    assert of_own is not None
    assert (of_own.name, of_own.often) == (workout_key(own), (1, 10))
    assert facts.missing == {"gone-for-ever"}
    assert facts.of(gone) is None
    assert facts.of(session(Family.REST)) is None


def test_how_regular_the_weeks_were() -> None:
    """Of twelve weeks those with four runs count; without a recorded run the number is unknown."""
    plan = plan_of()
    assert check_plan(plan, PlanFacts(), TODAY).regular_weeks is None
    facts = PlanFacts(runs=ran_weeks(6))
    made = check_plan(plan, facts, MONDAY)
    assert (made.regular_weeks, made.regular_runs) == (6, 4)
    assert len(made.weeks) == 8


def test_critical_speed_needs_hard_runs_that_differ() -> None:
    """Easy runs, runs of one distance and old runs give none."""

    def best(back: int, name: str, seconds: float, *, is_hard: bool = True):
        return replace(ran(TODAY - timedelta(days=back), is_hard=is_hard), bests={name: seconds})

    two = (best(3, "1000", 200.0), best(5, "5k", 1150.0))
    found = critical_speed_of(two, TODAY)
    assert found is not None
    assert found.speed == pytest.approx(4000 / 950)
    assert critical_speed_of(two[:1], TODAY) is None
    assert critical_speed_of((two[0], best(5, "5k", 1150.0, is_hard=False)), TODAY) is None
    assert critical_speed_of((two[0], best(50, "5k", 1150.0)), TODAY) is None
    assert critical_speed_of((two[0], best(5, "5k", 900.0)), TODAY) is None
