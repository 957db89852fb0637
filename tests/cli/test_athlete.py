"""Athletes are saved, added to and shown; a value that does not fit changes nothing."""

import json
import shlex

import pytest

from coach.athlete import load_athlete
from coach.workout.errors import COMMANDS


def saved(home, slug="me"):
    """The athlete document on the shelf."""
    return load_athlete((home / "data" / "athletes" / f"{slug}.json").read_bytes(), name=slug)


def test_the_first_number_makes_the_first_athlete(coach, home):
    """One number is enough: the athlete is called `me`, and stdout stays empty."""
    typed = coach("athlete", "set", "--threshold-pace", "4:10/km")

    assert (typed.exit_code, typed.stdout) == (0, "")
    assert "me.json" in typed.stderr
    assert saved(home).now.threshold_pace == "4:10/km"


def test_numbers_add_up_over_time(coach, home):
    """A later day adds to what was known, and what it replaces is still in the history."""
    coach("athlete", "set", "--threshold-pace", "4:20/km", "--max-heart-rate", 190, "--from", "2026-01-01")
    coach("athlete", "set", "--threshold-pace", "4:10/km", "--from", "2026-03-01")

    athlete = saved(home)
    assert athlete.now.threshold_pace == "4:10/km"
    assert athlete.now.heart_rate.max.bpm == 190
    assert athlete.as_of("2026-02-01").now.threshold_pace == "4:20/km"


def test_an_earlier_day_is_put_into_its_place(coach, home):
    """What was true before is filed before, whenever it is told."""
    coach("athlete", "set", "--threshold-pace", "4:10/km", "--from", "2026-03-01")
    coach("athlete", "set", "--threshold-pace", "4:20/km", "--from", "2026-01-01")

    assert [entry.from_day for entry in saved(home).history] == ["2026-01-01", "2026-03-01"]
    assert saved(home).now.threshold_pace == "4:10/km"


def test_one_day_has_one_entry(coach, home):
    """What is told twice on one day is one entry that says both, the later word winning."""
    day = ["--from", "2026-03-01"]
    coach("athlete", "set", "--max-heart-rate", 190, "--pace", "easy=5:30/km", "--race", "5 km=20:15", *day)
    coach("athlete", "set", "--rest-heart-rate", 48, "--pace", "mile=3:20/km", "--race", "10 km=42:00", *day)

    (entry,) = saved(home).history
    assert (entry.heart_rate.max.bpm, entry.heart_rate.rest.bpm) == (190, 48)
    assert set(entry.paces) == {"easy", "mile"}
    assert [race.distance for race in entry.races] == ["5 km", "10 km"]


def test_estimates_are_marked_as_such(coach, home):
    """A heart rate that is an estimate says so, and stays one beside a measured one."""
    coach("athlete", "set", "--max-heart-rate", 185, "--estimated")
    coach("athlete", "set", "--threshold-heart-rate", 168)

    rates = saved(home).now.heart_rate
    assert (rates.max.source, rates.threshold.source) == ("estimated", "measured")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--threshold-pace", "4.10"], 3),
        (["--threshold-pace", "0:10/km"], 3),
        (["--max-heart-rate", "19"], 3),
        (["--max-heart-rate", "nan"], 3),
        (["--max-heart-rate", "fast"], 2),
        (["--pace", "sprint=3:00/km"], 3),
        (["--pace", "easy"], 2),
        (["--race", "5 km"], 2),
        (["--from", "tomorrow", "--threshold-pace", "4:10/km"], 3),
        (["../me", "--threshold-pace", "4:10/km"], 3),
        (["node", "--threshold-pace", "4:10/km"], 3),
        ([], 2),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused(coach, home, words, code):
    """A wrong value leaves with words on stderr, and with what was saved before untouched."""
    coach("athlete", "set", "me", "--threshold-pace", "4:20/km")
    before = (home / "data" / "athletes" / "me.json").read_bytes()

    typed = coach("athlete", "set", *words)

    assert (typed.exit_code, typed.stdout) == (code, "")
    assert typed.stderr
    assert "Traceback" not in typed.stderr
    assert [path.name for path in (home / "data" / "athletes").iterdir()] == ["me.json"]
    assert (home / "data" / "athletes" / "me.json").read_bytes() == before


@pytest.mark.parametrize("number", list(COMMANDS), ids=str)
def test_the_command_a_workout_asks_for_exists(coach, number):
    """When a workout needs a number, the command it names saves that number."""
    _, command = COMMANDS[number]
    program, *words = shlex.split(command)

    assert program == "coach"
    assert coach(*words).exit_code == 0


def test_two_athletes_must_be_told_apart(coach):
    """With two athletes saved, nobody guesses whose numbers these are."""
    coach("athlete", "set", "ada", "--name", "Ada")
    coach("athlete", "set", "bob", "--name", "Bob")

    for words in [("athlete", "set", "--units", "mile"), ("athlete", "show")]:
        typed = coach(*words)
        assert typed.exit_code == 3
        assert "ada, bob" in typed.stderr


def test_an_athlete_is_shown_with_what_is_known(coach):
    """Every number is shown, those that are not known are not."""
    coach("athlete", "set", "--threshold-pace", "4:10/km", "--max-heart-rate", 190, "--goal-pace", "4:00/km")
    shown = coach("athlete", "show").stdout

    assert "4:10/km" in shown
    assert "190 bpm, measured" in shown
    assert "trains for 4:00/km" in shown
    assert "at rest" not in shown


def test_a_shown_document_is_the_saved_one(coach, home):
    """`--json` prints the document itself."""
    coach("athlete", "set", "--threshold-pace", "4:10/km")
    shown = coach("athlete", "show", "--json").stdout

    assert load_athlete(shown.encode(), name="shown") == saved(home)


def test_without_an_athlete_the_way_to_make_one_is_told(coach):
    """An empty shelf is no crash: exit 3, and the command that fills it."""
    shown = coach("athlete", "show")

    assert shown.exit_code == 3
    assert "coach athlete set --threshold-pace 4:10/km" in shown.stderr


def test_an_athlete_can_be_a_file(coach, tmp_path):
    """A document anywhere can be shown, and its name cannot steer the terminal."""
    document = {"format": "coach-athlete/1", "slug": "eve", "name": "Eve \x9b31m"}
    (tmp_path / "eve.json").write_text(json.dumps(document))
    shown = coach("athlete", "show", tmp_path / "eve.json")

    if shown.exit_code == 0:
        assert shown.stdout == "Eve \N{REPLACEMENT CHARACTER}31m (eve)\n"
    else:
        assert shown.exit_code == 3
    assert "\x9b" not in shown.output
