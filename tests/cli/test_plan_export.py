"""`coach plan export` writes files, never over what is there, and says what is not in them."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from coach.app.plan import PlanService
from coach.plan.model import Plan, PlanDay, monday_of
from tests.screen.seasons import TODAY, a_season


def season_from_today(*, gone: bool = False) -> Plan:
    """The made-up season with today's week in the middle of it; one workout may be gone from the library."""
    service = PlanService()
    shift = monday_of(service.today) - monday_of(TODAY)
    plan = a_season()

    def moved(day: PlanDay) -> PlanDay:
        sessions = tuple(replace(each, runs=()) for each in day.sessions)
        if gone:
            sessions = tuple(
                replace(each, workout="no-such-workout") if each.id == "t5" else each for each in sessions
            )
        return replace(day, date=day.date + shift, sessions=sessions)

    plan = replace(
        plan,
        created=plan.created + shift,
        races=tuple(replace(each, date=each.date + shift) for each in plan.races),
        weeks=tuple(replace(each, monday=each.monday + shift) for each in plan.weeks),
        days=tuple(moved(day) for day in plan.days),
    )
    service.begin(plan, "coach plan new", "A season.")
    return plan


def test_text_goes_to_stdout(coach):
    """Every format but FIT is text: nothing else is on stdout."""
    plan = season_from_today()
    ics = coach("plan", "export", "--to", "ics")
    assert ics.exit_code == 0
    assert ics.stdout.count("BEGIN:VEVENT") == sum(1 for _ in plan.sessions())
    assert ics.stderr == ""
    assert json.loads(coach("plan", "export", "--to", "json").stdout)["id"] == plan.id
    assert coach("plan", "export", "--to", "csv").stdout.startswith("date,weekday,week")


def test_a_file_is_never_written_over(coach, tmp_path):
    """The second time is refused, and nothing of the first is lost; into a folder it gets the plan's name."""
    plan = season_from_today()
    file = tmp_path / "season.ics"
    assert coach("plan", "export", "--to", "ics", "--out", str(file)).exit_code == 0
    before = file.read_bytes()
    again = coach("plan", "export", "--to", "ics", "--out", str(file))
    assert (again.exit_code, file.read_bytes()) == (1, before)
    assert "is there already" in again.stderr
    assert coach("plan", "export", "--to", "json", "--out", str(tmp_path)).exit_code == 0
    assert (tmp_path / f"{plan.id}.json").exists()


def test_weeks_are_counted_from_this_one(coach):
    """One week is this week, from Monday."""
    plan = season_from_today()
    today = PlanService().today
    rows = coach("plan", "export", "--to", "csv", "--weeks", "1").stdout.splitlines()[1:]
    days = [date.fromisoformat(row[:10]) for row in rows]
    week = plan.week_of(today)
    assert week is not None
    assert len(days) == sum(len(day.sessions) for day in plan.days_of(week))
    assert {monday_of(day) for day in days} == {monday_of(today)}


def test_workouts_go_into_a_folder_or_one_file(coach, tmp_path):
    """From today on; the folder is made, and is refused the second time as a whole."""
    season_from_today()
    folder, archive = tmp_path / "a" / "watch", tmp_path / "watch.zip"
    done = coach("plan", "export", "--to", "fit", "--out", str(folder))
    assert done.exit_code == 0
    assert "sessions have no workout" in done.stderr
    names = sorted(path.name for path in folder.iterdir())
    assert min(names) >= PlanService().today.isoformat()
    assert all((folder / name).read_bytes()[8:12] == b".FIT" for name in names)
    assert coach("plan", "export", "--to", "fit", "--out", str(archive)).exit_code == 0
    assert sorted(zipfile.ZipFile(archive).namelist()) == names
    again = coach("plan", "export", "--to", "fit", "--out", str(folder))
    assert again.exit_code == 1
    assert "Nothing was written" in again.stderr
    piped = coach("plan", "export", "--to", "fit")
    assert zipfile.ZipFile(io.BytesIO(piped.stdout_bytes)).namelist() == names


def test_a_workout_that_is_gone_is_named(coach, tmp_path):
    """The others are written, and the exit code says that not all are; the plan itself can be exported."""
    season_from_today(gone=True)
    done = coach("plan", "export", "--to", "fit", "--out", str(tmp_path / "watch"))
    problem = "no-such-workout"
    assert problem in done.stderr
    assert done.exit_code in {1, 3}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "csv", "--at", "18:00"], "--at goes with --to ics"),
        (["--to", "ics", "--at", "25:00"], "not a time of day"),
        (["--to", "pdf"], "is not one of"),
        (["--to", "ics", "--weeks", "0"], "0 is not in the range"),
        ([], "Missing option '--to'"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(coach, arguments, said):
    """With what to write."""
    season_from_today()
    done = coach("plan", "export", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_without_a_plan_there_is_nothing_to_write(coach, tmp_path):
    """It says how to make one, and no file is made."""
    done = coach("plan", "export", "--to", "ics", "--out", str(tmp_path / "season.ics"))
    assert done.exit_code == 3
    assert "coach plan new" in done.stderr
    assert list(Path(tmp_path).iterdir()) == []


def test_a_past_season_has_no_workouts_to_write(coach, tmp_path):
    """What is over is not for a watch."""
    service = PlanService(today_is=TODAY)
    service.begin(a_season(), "coach plan new", "A season.")
    done = coach("plan", "export", "--to", "fit", "--out", str(tmp_path / "watch"))
    assert done.exit_code == 3
    assert "no workout to write" in done.stderr
    assert timedelta(0) < PlanService().today - TODAY
