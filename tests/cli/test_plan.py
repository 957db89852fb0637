"""Tests of `coach plan`: a season made, shown, edited, taken back, and what a person may type wrongly."""

import json
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from coach.app.plan import PlanService
from coach.edge.files import runner_paths
from tests.cli.conftest import Typed

RACE = "2027-05-16:10k:A"
VOLUME = ("--days", "5", "--from-km", "40", "--to-km", "65")
DAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of the issue, whatever the machine says."""
    set_day(monkeypatch, DAY)


def set_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Make it this day."""
    for module in ("coach.app.athletes", "coach.app.plan"):
        monkeypatch.setattr(f"{module}.today", day.isoformat)


@pytest.fixture
def season(coach: Typed) -> Path:
    """The season of the issue; gives its file."""
    assert coach("plan", "new", "--race", RACE, *VOLUME, "--level", "intermediate").exit_code == 0
    return runner_paths().plans / "me" / "plan.json"


def rows(text: str) -> list[dict[str, object]]:
    """The JSON objects of an output, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_season_is_made_and_printed(coach: Typed):
    """Weeks to the race, phase, km, hard sessions and long run of each week, and what to type next."""
    made = coach("plan", "new", "--race", RACE, *VOLUME, "--level", "intermediate")

    assert made.exit_code == 0
    head = next(line for line in made.stdout.splitlines() if line.startswith("week of"))
    assert head.split() == ["week", "of", "to", "go", "phase", "km", "hard", "long", "notes"]
    weeks = [line.split() for line in made.stdout.splitlines() if line.startswith("202")]
    assert weeks[0] == ["2026-11-30", "23", "base", "40.0", "0", "12.8"]
    assert max(float(next(word for word in week if "." in word)) for week in weeks) == 65.0
    assert "coach plan show --week" in made.stderr


def test_the_season_as_json_has_every_week_and_its_days(coach: Typed, season: Path):
    """One object a week, with what is in its days."""
    weeks = rows(coach("plan", "show", "--json").stdout)

    assert len(weeks) == 25
    assert weeks[0]["weeks_to_race"] == 23
    assert weeks[0]["target_m"] == 40_000
    assert all(
        {"v", "monday", "phase", "hard_sessions", "planned_m", "days"} <= week.keys() for week in weeks
    )


def test_a_week_is_shown_day_by_day_with_reasons(coach: Typed, season: Path):
    """Seven days, each with its session and why; --week alone is this week."""
    shown = coach("plan", "show", "--week=2027-04-20")
    days = rows(coach("plan", "show", "--week=2027-04-20", "--json").stdout)

    assert "Tue 2027-04-20" in shown.stdout
    assert len(days) == 7
    assert all(session["why"] for day in days for session in day["sessions"])  # type: ignore[attr-defined]
    assert "Mon 2026-11-30" in coach("plan", "show", "--week").stdout
    assert coach("plan", "show", "--week=2031-01-01").exit_code == 3


def test_miles_stay_miles(coach: Typed):
    """A runner of miles plans and reads in miles."""
    coach("athlete", "set", "me", "--units", "mile", "--race", "5k=22:30")
    made = coach("plan", "new", "--race", RACE, "--days", "5", "--from-mi", "25", "--to-mi", "40")

    assert "miles" in made.stdout
    assert "25.0" in made.stdout
    assert "miles" in coach("plan", "show").stdout


def test_hours_stay_hours(coach: Typed):
    """A volume by time is shown as hours."""
    made = coach("plan", "new", "--race", RACE, "--days", "4", "--hours", "4..6:30")

    assert "4:00" in made.stdout
    assert "hours" in made.stdout


def test_moves_swaps_and_days_off_say_what_they_did_and_undo_takes_them_back(coach: Typed, season: Path):
    """Each edit is said, journalled, and undone byte for byte."""
    before = season.read_bytes()
    for words in (
        ("move", "2027-04-20", "2027-04-21"),
        ("swap", "2027-04-20", "2027-04-22"),
        ("off", "2027-02-10..2027-02-13:travel"),
        ("off", "2027-02-15", "--why", "illness"),
    ):
        kept = season.read_bytes()
        done = coach("plan", *words)
        assert done.exit_code == 0, done.stderr
        assert done.stdout
        assert "changed" in done.stderr
        assert season.read_bytes() != kept
    for _ in range(4):
        assert coach("plan", "undo").exit_code == 0
    assert season.read_bytes() == before

    whole = rows(coach("plan", "log", "--json").stdout)
    assert [each["who"] for each in whole].count("coach plan undo") == 4
    assert "coach plan off" in coach("plan", "log").stdout


def test_an_edit_as_json_names_the_days_it_touched(coach: Typed, season: Path):
    """What was done is one object."""
    done = rows(coach("plan", "move", "2027-04-20", "2027-04-21", "--json").stdout)

    assert done[0]["touched"] == ["2027-04-20", "2027-04-21"]
    undone = rows(coach("plan", "undo", "--json").stdout)
    assert undone[0]["version"] == 1


def test_a_session_is_moved_by_its_id(coach: Typed, season: Path):
    """Ids are in the JSON of a week."""
    days = rows(coach("plan", "show", "--week=2027-04-20", "--json").stdout)
    id_ = days[1]["sessions"][0]["id"]  # type: ignore[index]

    assert coach("plan", "move", id_, "2027-04-21").exit_code == 0


def test_a_weekday_is_the_next_one(coach: Typed, season: Path):
    """`tue` is tomorrow on a Monday."""
    assert "Tue 2026-12-01" in coach("plan", "move", "tue", "wed").stdout


def test_a_new_plan_keeps_the_one_before(coach: Typed, season: Path):
    """The season before comes back by an undo."""
    before = season.read_bytes()
    again = coach("plan", "new", "--race", "2027-04-04:5k:A", *VOLUME)

    assert "coach plan undo restores it" in again.stderr
    coach("plan", "undo")
    assert season.read_bytes() == before


def test_a_dry_run_keeps_nothing(coach: Typed):
    """It prints the season and writes no file."""
    made = coach("plan", "new", "--race", RACE, *VOLUME, "--dry-run")

    assert made.exit_code == 0
    assert not (runner_paths().plans / "me").exists()


def test_appointments_travel_and_several_races_are_planned_around(coach: Typed):
    """What the command line takes for them."""
    made = coach(
        "plan", "new", "--race", RACE, "--race", "2027-04-04:5k=19:30:B:Spring 5", *VOLUME,
        "--fixed", 'tue="Club track":hard:75min', "--fixed", "sat=parkrun", "--off", "2027-02-10..2027-02-17:travel",
        "--minutes", "thu=60", "--with", "core-daily", "--history", "Achilles", "--down", "3", "--taper", "45",
    )  # fmt: skip

    assert made.exit_code == 0, made.stderr
    assert "Spring 5" in made.stdout
    assert "days off (travel)" in made.stdout
    plan = PlanService().plan
    assert [each.title for each in plan.availability.fixed] == ["Club track", "parkrun"]
    assert plan.availability.fixed[1].distance_m == 5_000
    assert plan.taper_percent == 45
    assert plan.races[0].goal_s == 19 * 60 + 30
    assert plan.histories == ("Achilles",)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--race", "2026-11-29:10k:A"), 3, "is over: this computer says it is 2026-11-30"),
        (("--race", "2027-02-29:10k:A"), 2, "is not a day of the calendar"),
        (("--race", "soon:10k:A"), 2, "is not a day"),
        (("--race", "2027-05-16:far:A"), 2, "is not a distance"),
        (("--race", "2027-05-16:10k=12:A"), 2, "10 km in 12:00 is impossible"),
        (("--race", "2027-05-16"), 2, "is not a race"),
        (("--race", "2027-05-16:10k:D"), 2, "'D' is none of A, B, C"),
        (("--race", RACE, "--race", "2027-05-14:5k:A"), 3, "two A races lie within a week"),
        (("--race", RACE, "--days", "0"), 2, "nothing can be planned without a day to run on"),
        (("--race", RACE, "--days", "8"), 2, "a week has 1 to 7"),
        (("--race", RACE, "--days", "mon,funday"), 2, "neither a number nor weekdays"),
        (("--race", RACE, "--to-km", "400"), 3, "a week of 400 km is more than anybody trains"),
        (("--race", RACE, "--to-km", "20"), 3, "lies below the start"),
        (("--race", RACE, "--to-mi", "20"), 2, "Give the weekly distance or time in one unit"),
        (("--race", RACE, "--off", "2027-02-17..2027-02-10"), 2, "ends before it begins"),
        (("--race", RACE, "--off", "2027-02-10..2027-02-17:beach"), 2, "is not one of travel, illness, off"),
        (("--race", RACE, "--fixed", "club"), 2, "is not a fixed session"),
        (("--race", RACE, "--fixed", "tue=Club:hrad"), 2, "is none of hard, easy, long"),
        (("--race", RACE, "--minutes", "tue"), 2, "is not the minutes of a day"),
        (("--race", RACE, "--taper", "90"), 2, "studies found -41 to -60 % best"),
        (("--race", RACE, "--with", "core-dayly"), 2, "did you mean core-daily?"),
        (("--race", RACE, "--template", "5days"), 3, "there is no template '5days'"),
        ((), 2, "Name the race"),
    ],
)
def test_what_is_typed_wrongly_is_named_with_its_fix(coach: Typed, words, code, sentence):
    """Each leaves with the code of its kind, and no file."""
    volume = VOLUME if "--days" not in words else VOLUME[2:]
    base = tuple(word for word in volume if "--to-km" not in words or word not in {"--to-km", "65"})
    done = coach("plan", "new", *words, *base)

    assert done.exit_code == code, done.output
    assert sentence in " ".join(done.stderr.split())
    assert not (runner_paths().plans / "me").exists()


def test_without_a_volume_it_is_asked_for(coach: Typed):
    """Nobody knows how much is run: the option is named."""
    done = coach("plan", "new", "--race", RACE, "--days", "5")

    assert done.exit_code == 2
    assert "--from-km" in done.stderr


def test_without_a_plan_every_command_says_how_to_make_one(coach: Typed):
    """Show, move, off and undo name `coach plan new`."""
    for words in (("show",), ("move", "tue", "wed"), ("swap", "tue", "wed"), ("off", "tue"), ("undo",)):
        done = coach("plan", *words)
        assert done.exit_code == 3
        assert "coach plan new" in done.stderr
    assert coach("plan", "log").exit_code == 0


def test_a_file_of_nonsense_is_refused_with_its_place_and_comes_back_by_undo(coach: Typed, season: Path):
    """A hand that slips is told where; nothing is rewritten, and the version before comes back."""
    before = season.read_bytes()
    tree = json.loads(before)
    tree["weeks"][3]["days"][0]["date"] = "2027-02-29"
    season.write_text(json.dumps(tree))
    nonsense = season.read_bytes()

    for words in (("show",), ("move", "tue", "wed")):
        done = coach("plan", *words)
        assert done.exit_code == 3
        assert 'weeks[3].days[0].date: "2027-02-29" is not a date' in done.stderr
        assert "coach plan undo" in done.stderr
    assert season.read_bytes() == nonsense
    assert coach("plan", "undo").exit_code == 0
    assert season.read_bytes() == before


def test_nonsense_that_an_undo_puts_back_is_refused_again(coach: Typed, season: Path):
    """A new plan over a file that a hand broke, taken back, is the broken file: its fault is named, not believed."""
    tree = json.loads(season.read_bytes())
    tree["weeks"][3]["days"][0]["sessions"][0]["minutes"] = 9999
    season.write_text(json.dumps(tree))
    assert coach("plan", "new", "--race", "24w:10k:A", "--from-km", "40", "--to-km", "60").exit_code == 0
    assert coach("plan", "undo").exit_code == 0

    shown = coach("plan", "show")
    assert shown.exit_code == 3
    assert "weeks[3].days[0].sessions[0].minutes" in shown.stderr


def test_a_hand_edit_is_one_line_of_the_log(coach: Typed, season: Path):
    """A plan edited by hand is read, and the log says by whom."""
    tree = json.loads(season.read_bytes())
    tree["weeks"][0]["note"] = "My own note."
    season.write_text(json.dumps(tree))

    assert "My own note" in coach("plan", "show").stdout
    assert [each["who"] for each in rows(coach("plan", "log", "--json").stdout)] == [
        "by hand",
        "coach plan new",
    ]


def test_a_workout_deleted_from_the_library_is_named(coach: Typed, season: Path):
    """A session whose workout is gone is refused with its place, unless it is over."""
    tree = json.loads(season.read_bytes())
    tree["weeks"][5]["days"][1]["sessions"][0]["workout"] = "my-own-6x800"
    season.write_text(json.dumps(tree))
    done = coach("plan", "show")

    assert done.exit_code == 3
    assert 'weeks[5].days[1].sessions[0].workout: there is no workout "my-own-6x800"' in done.stderr


def test_a_clock_that_is_wrong_is_said(coach: Typed, season: Path, monkeypatch: pytest.MonkeyPatch):
    """Where the computer's day lies before the day the plan was made on."""
    set_day(monkeypatch, date(2020, 1, 1))

    assert "check its clock" in coach("plan", "show").stderr


def test_a_season_that_is_over_says_so(coach: Typed, season: Path, monkeypatch: pytest.MonkeyPatch):
    """After its last week the next one is to be made."""
    set_day(monkeypatch, date(2028, 1, 1))

    assert "The plan ended on 2027-05-23" in coach("plan", "show").stderr


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Auckland", "America/New_York"])
def test_days_are_local_and_a_changed_clock_moves_none(coach: Typed, season: Path, monkeypatch, zone: str):
    """A plan over the change to summer time is the same in every zone."""
    before = coach("plan", "show", "--week=2027-03-28").stdout
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert coach("plan", "show", "--week=2027-03-28").stdout == before
        assert coach("plan", "move", "2027-03-27", "2027-03-28").exit_code in {0, 3}
    finally:
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()


def test_a_plan_belongs_to_an_athlete(coach: Typed):
    """Two athletes have two plans; without a name it must be clear whose is meant."""
    for slug in ("anna", "ben"):
        coach("athlete", "set", slug, "--race", "5k=22:30")
    assert coach("plan", "new", "--race", RACE, *VOLUME, "--athlete", "anna").exit_code == 0

    assert coach("plan", "show", "--athlete", "ben").exit_code == 3
    assert coach("plan", "show", "--athlete", "anna").exit_code == 0
    assert "Choose one with --athlete" in coach("plan", "show").stderr


def test_the_first_week_is_what_was_run_lately(coach: Typed, monkeypatch: pytest.MonkeyPatch):
    """Where runs are recorded the start need not be said."""
    monkeypatch.setattr("coach.app.plan.recent_week_m", lambda service: 42_000.0)
    made = coach("plan", "new", "--race", RACE, "--days", "5")

    assert made.exit_code == 0
    assert "42 km" in made.stderr


def test_templates_are_listed_with_their_notes(coach: Typed):
    """Each with its days; the opt-ins with what should be known of them."""
    listed = rows(coach("plan", "templates", "--json").stdout)

    assert {each["name"] for each in listed} >= {
        "3-days",
        "5-days",
        "7-days",
        "tue-fri-sun",
        "two-peaks",
        "six-stages",
    }
    assert all("note" in each for each in listed if each["opt_in"])
    assert "opt-in" in coach("plan", "templates").stdout


def test_the_schema_is_json(coach: Typed):
    """An editor can read it."""
    assert json.loads(coach("plan", "schema").stdout)["title"] == "coach-plan/1"


def test_a_season_is_private(coach: Typed, season: Path):
    """Its file can be read by its owner alone."""
    assert season.stat().st_mode & 0o077 == 0
    assert season.parent.stat().st_mode & 0o077 == 0


def test_days_count_from_the_day_of_the_plan(coach: Typed, season: Path):
    """`12d` is in twelve days."""
    assert (DAY + timedelta(days=8)).isoformat() in coach("plan", "move", "8d", "9d").stdout
