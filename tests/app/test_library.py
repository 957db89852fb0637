"""The library behind the screen: its workouts, their last runs, and today's session."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coach.app.library import RunHistory, RunLibrary
from coach.app.live_run import RunContext, RunRequest
from coach.app.terminal import SILENT, RunMode
from coach.edge.clock import MachineClock
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from coach.edge.run_folder import Manifest, RunState, new_ulid, write_manifest
from coach.edge.settings import Settings
from coach.edge.store import Store
from coach.recording.codec import encode_output

SIX = "6 x 800 m at 5k pace"


def run_library(**settings: Any) -> RunLibrary:
    """Return the library of this home, in which no run is started."""
    nothing: Any = None
    context = RunContext(Settings(**settings), MachineClock(), RunMode.SCREEN, SILENT)
    request = RunRequest(None, None, requires_sensor=False, marks=False, record=None, is_recorded=False)
    return RunLibrary(nothing, context, request)


def ran(workout, day, *ends, athlete="", state=RunState.FINISHED, steps_done=1):
    """Record a run whose steps ended like this: a kind, then the values of the event."""
    started = f"{day}T18:00:00+00:00"
    run = new_ulid(date.fromisoformat(day).toordinal() * 86400.0)
    folder = runner_paths().runs / run
    folder.mkdir(parents=True)
    write_manifest(folder, Manifest(run, state, workout, athlete, started, steps_done, 3))
    lines = b""
    for place, (kind, end) in enumerate(ends):
        step = {"step_id": f"0.{end.pop('place', place)}"}
        lines += encode_output({"event": "step_started", "kind": kind, **step})
        lines += encode_output({"event": "step_ended", "reason": "done", **step, **end})
    (folder / "recording.jsonl").write_bytes(lines)
    return folder


def entry(library, slug):
    """A workout of the library."""
    return next(each for each in library.entries() if each.slug == slug)


def test_runs_without_a_plan_are_first(home):
    """The workouts of the library follow; `coach run` accepts both names."""
    entries = run_library().entries()
    assert [(each.slug, each.title) for each in entries[:2]] == [("free", "Just run"), ("time", "Just time")]
    assert len(entries) == 2 + len(Store().workouts())
    assert run_library().detail("free").timeline is not None


def test_what_was_run_is_known_from_its_recordings(home):
    """A title has the count and the last day of its runs; a run that did not start does not count."""
    ran(SIX, "2026-05-12")
    ran(SIX.upper(), "2026-04-28", state=RunState.INTERRUPTED)
    ran(SIX, "2026-05-20", state=RunState.INTERRUPTED, steps_done=0)
    ran("Free run", "2026-05-13")
    library = run_library()
    six = entry(library, "6x800-5k")
    assert (six.last_day, six.runs) == (date(2026, 5, 12), 2)
    assert entry(library, "free").last_day == date(2026, 5, 13)
    assert (entry(library, "time").last_day, entry(library, "5x1000-5k").runs) == (None, 0)


def test_the_last_runs_say_what_they_came_to(home):
    """Whole reps have a mean pace and seconds a rep; a value that a rep lacks is unknown."""
    measured = {"time_s": 216.0, "distance_m": 800.0, "light_s": 1.0}
    slower = {"time_s": 224.0, "distance_m": 800.0, "light_s": 3.0}
    jog = {"time_s": 150.0, "distance_m": 400.0, "light_s": 60.0}
    replaced = {"time_s": 1.0, "distance_m": 1.0, "light_s": 0.0, "place": 0}
    ran(
        SIX,
        "2026-05-12",
        ("work", replaced),
        ("work", {**measured, "place": 0}),
        ("recovery", jog),
        ("work", slower),
    )
    ran(SIX, "2026-05-01", ("work", measured), ("work", {**slower, "cut": True}))
    ran(SIX, "2026-04-01", ("work", measured), ("work", {"time_s": 200.0}))
    ran(SIX, "2026-03-01", ("work", measured))
    history = RunHistory(Store())
    history.uses()
    newest, cut, unmeasured = history.past(SIX)
    assert (newest.day, newest.reps) == (date(2026, 5, 12), 2)
    assert newest.mean_speed == pytest.approx(1600 / 440)
    assert newest.light_s == pytest.approx(2.0)
    assert (cut.reps, cut.light_s) == (1, 1.0)
    assert (unmeasured.reps, unmeasured.mean_speed, unmeasured.light_s) == (2, None, None)
    assert history.past("another") == ()


def test_only_the_runs_of_who_is_about_to_run_count(home):
    """Runs of another athlete do not count; those without an athlete do."""
    for athlete in ("ida", "ben", ""):
        ran(SIX, "2026-05-12", athlete=athlete)
    assert RunHistory(Store(), "ida").uses()[SIX.casefold()].runs == 2
    assert RunHistory(Store()).uses()[SIX.casefold()].runs == 3


def test_what_was_run_comes_from_the_index(home):
    """A deleted run is forgotten, a damaged index is rebuilt, and a damaged journal only loses its reps."""
    folder = ran(SIX, "2026-05-12", ("work", {"time_s": 216.0}))
    open_run = ran(SIX, "2026-05-13", ("work", {"time_s": 216.0}), state=RunState.INTERRUPTED)
    assert RunHistory(Store()).uses()[SIX.casefold()].runs == 2
    (folder / "recording.jsonl").unlink()
    assert RunHistory(Store()).uses()[SIX.casefold()].runs == 1
    runner_paths().history.write_bytes(b"no index")
    assert RunHistory(Store()).uses()[SIX.casefold()].runs == 1
    (open_run / "recording.jsonl").write_bytes(b"\xff" * 100)
    history = RunHistory(Store())
    history.uses()
    assert history.past(SIX)[0].reps == 0


def test_who_runs_and_in_what_unit_is_known_before_their_document_is_read(home):
    """Slug and unit come from the unchecked document; settings win, as in a run."""
    folder = runner_paths().athletes
    folder.mkdir(parents=True)
    assert (run_library().who, run_library().unit) == ("", "km")
    (folder / "ida.json").write_text('{"format": "coach-athlete/1", "slug": "ida", "units": "mile"}')
    assert (run_library().who, run_library().unit) == ("ida", "mile")
    (folder / "ida.json").write_text("nonsense")
    assert (run_library().who, run_library(units="mile").unit) == ("ida", "mile")


def test_without_a_sensor_the_list_says_how_to_pair_one(home):
    """The hint disappears once a sensor is paired that may measure the athlete who runs."""
    assert "b pairs strap and pod" in run_library().hint
    sensors = load_sensors(runner_paths().sensors)
    sensors.add(PairedSensor("AA", "H10", SensorKind.STRAP))
    assert run_library().hint == ""


def test_a_workout_that_cannot_be_read_says_so(home):
    """Its details have the problem."""
    library = run_library()
    assert "there is no workout" in library.detail("6x800-5").problem
    assert library.detail("6x800-5k").problem == ""
    assert library.detail("6x800-5k").timeline is not None


def test_the_list_is_made_without_what_reads_documents(home):
    """Neither pydantic nor bleak is loaded: each takes longer to load than the list may."""
    run_library().entries()  # so that the cards are in the cache
    code = (
        "import sys; from tests.app.test_library import run_library; run_library().entries();"
        "print([name for name in ('pydantic', 'bleak') if name in sys.modules])"
    )
    checked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert checked.stdout.strip() == "[]"


def test_a_plan_answers_for_today_in_a_row(home):
    """With a plan the row has today's session and its duration; without one there is no row."""
    from coach.app.plan import PlanService  # the list above is made without what reads documents
    from coach.plan.model import PlanDay, monday_of
    from tests.screen.seasons import a_season

    library = run_library()
    assert library.today() == ""
    plan, today = a_season(), library.now().date()
    week = replace(plan.weeks[0], monday=monday_of(today))
    (easy,) = plan.day(date(2026, 5, 30)).sessions
    days = tuple(PlanDay(day, (easy,) if day == today else ()) for day in week.dates())
    PlanService().begin(replace(plan, weeks=(week,), days=days), "test", "A week.")
    assert library.today() == "Easy run, 6 km, 6 strides, 0:38"
    assert library.season().read() == PlanService().plan
