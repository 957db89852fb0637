"""`coach plan today` and `missed`, and `coach run today`: what is said, what is run, what is kept, and its undo."""

import json
import os
from dataclasses import replace
from datetime import date, timedelta

import pytest

from coach.app.plan import PlanService
from coach.app.readiness import open_service
from coach.edge.run_folder import read_note
from coach.plan.edit import EditedPlan
from coach.plan.model import Family, SessionKind, monday_of
from coach.plan.mornings import AcuteSign, CheckIn, GutSign
from tests.plan.weeks import FIVE_DAYS, beginning_on, day, plan_of, with_session

TUESDAY = day(1)
HARD = "6 x 800 m at 5k pace"


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    """The day is the Tuesday of the first week of the plan; a run that ends at once is no false start."""
    monkeypatch.setattr("coach.app.plan.today", TUESDAY.isoformat)
    monkeypatch.setattr("coach.app.today.LEAST_S", 0.0)


@pytest.fixture
def plan(coach):
    """An athlete with a race, and a plan of five days a week whose Tuesday is 6 x 800 m."""
    assert coach("athlete", "set", "--race", "5k=22:30", "--name", "Ada").exit_code == 0
    return begun(plan_of(FIVE_DAYS, 3))


@pytest.fixture
def ran(coach):
    """Runs a workout, and finishes it at once by a button from a pipe."""

    def run(*words):
        kept, (reading, writing) = os.dup(0), os.pipe()
        os.write(writing, b"finish\n")
        os.close(writing)
        os.dup2(reading, 0)
        try:
            return coach("run", *words, "--sensors", "none", "--json")
        finally:
            os.dup2(kept, 0)
            os.close(kept)
            os.close(reading)

    return run


def begun(plan):
    """The service of a plan that is kept."""
    service = PlanService()
    service.begin(replace(plan, athlete=service.slug), "coach plan new", "A plan for a test.")
    return service


def morning(**said):
    """What was said this morning."""
    service = open_service()
    service.load()
    service.keep([CheckIn(TUESDAY, **said)])


def tired():
    """A morning that asks for something easier."""
    morning(gut=frozenset({GutSign.HEAVY, GutSign.WIRED}), acute=frozenset())


def events(result):
    """The events of a run."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def gates(result):
    """The rules of the gates that spoke."""
    return [
        event["why"]["rule"]
        for event in events(result)
        if event["event"] == "cue" and event["kind"] == "gate"
    ]


def session(service):
    """Today's session as the plan has it now."""
    return service.plan.day(TUESDAY).sessions[0]


# --- coach plan today


def test_as_planned(plan, coach):
    """On a day of which nothing is known: the session, its why, what is not known, and how it is run."""
    said = coach("plan", "today")

    assert said.exit_code == 0
    assert said.stdout.startswith(f"Tue {TUESDAY}: AS PLANNED\n")
    assert f"planned  {HARD} *  57 min" in said.stdout
    assert "Why: It has its place in the week." in said.stdout
    assert "Eat something light and drink a glass an hour before." in said.stdout
    assert "Not known: this morning: coach readiness; the weather: " in said.stderr
    assert "Run it: coach run today" in said.stderr


def test_easier(plan, coach):
    """A tired morning: what was planned, what is suggested, the rule with the runner's value, limit and source."""
    tired()
    said = coach("plan", "today")

    assert "FEWER REPS" in said.stdout.splitlines()[0]
    assert f"today    {HARD}, 4 instead of 6 reps *  " in said.stdout
    assert "What changes: 4 instead of 6 reps." in said.stdout
    assert (
        "▶  Two or more of the gut check are true: more rest, not more work.  2 of 4  2 of 4" in said.stdout
    )
    assert "--as-planned runs the planned session" in said.stderr
    assert session(plan).title == HARD  # nothing is kept before it is taken


def test_as_json(plan, coach):
    """The same for programs; what is not known is absent or named."""
    tired()
    tree = json.loads(coach("plan", "today", "--minutes", "35", "--wind", "9", "--json").stdout)

    assert (tree["rung"], tree["answer"], tree["by_effort"]) == ("effort-day", "EASIER", True)
    assert [each["rule"] for each in tree["because"]] == ["wind", "gut_check", "minutes"]
    assert tree["because"][0] | {"says": ""} == {
        "rule": "wind",
        "says": "",
        "you": "9 m/s",
        "limit": "from 8 m/s",
        "source": "our own, judged",
        "rung": "effort-day",
        "decided": True,
    }
    assert tree["touched"] == [TUESDAY.isoformat()]
    assert tree["undo"] == "coach plan undo"
    assert tree["proposed"]["minutes"] <= 35
    assert tree["planned"]["title"] == HARD


def test_taken_and_taken_back(plan, coach):
    """What is taken is in the plan, and undo gives the file back byte for byte."""
    tired()
    before = plan.files.read()
    assert coach("plan", "today", "--take").exit_code == 0
    assert session(plan).choice == "fewer-reps"
    assert session(plan).instead_of == HARD
    again = coach("plan", "today")
    assert again.stdout.startswith(f"Tue {TUESDAY}: AS PLANNED")  # it was decided
    assert coach("plan", "undo").exit_code == 0
    assert plan.files.read() == before


def test_in_miles_and_off(plan, coach):
    """Distances are told in the runner's unit; meals are off by one switch."""
    assert coach("athlete", "set", "--units", "mile").exit_code == 0
    assert coach("config", "set", "plan.meals", "false").exit_code == 0
    said = coach("plan", "today")
    assert "miles" in said.stdout
    assert "Eat" not in said.stdout
    words = coach("config", "set", "plan.meals", "true"), coach("config", "set", "plan.hour_before", "Rice.")
    assert all(each.exit_code == 0 for each in words)
    assert "\nRice.\n" in coach("plan", "today").stdout


def test_an_easy_run_becomes_a_swim(plan, coach, ran, monkeypatch):
    """The same minutes, kept as cross-training with its run; a hard session does not become one."""
    assert "Only an easy run becomes a swim" in coach("plan", "today", "--instead", "swim").stderr
    monkeypatch.setattr("coach.app.plan.today", lambda: day(4).isoformat())
    assert "Swim, 40 min" in coach("plan", "today", "--instead", "swim").stdout
    run = events(ran("today", "--instead", "swim"))[0]["run"]
    swim = plan.plan.day(day(4)).sessions[0]
    assert (swim.kind, swim.runs, swim.instead_of) == (SessionKind.CROSS, (run,), "Easy run")
    (listed,) = (
        json.loads(line) for line in coach("runs", "list", "--kind", "cross", "--json").stdout.splitlines()
    )
    assert listed["run"] == run


def test_without_a_plan(coach, ran):
    """Without a plan there is nothing for today: exit 3, and how one is made."""
    for words in (("plan", "today"), ("plan", "missed"), ("run", "today")):
        refused = coach(*words)
        assert refused.exit_code == 3
        assert "coach plan new" in refused.stderr
    assert "coach run today" not in ran("6x800-5k", "--no-record").stderr


# --- coach plan missed


def test_nothing_missed(plan, coach):
    """On the first Tuesday nothing was missed yet."""
    assert coach("plan", "missed").stdout == "Nothing was missed in the last seven days.\n"
    assert json.loads(coach("plan", "missed", "--json").stdout) == {"v": 1}


def test_missed(coach, monkeypatch):
    """What was missed, what becomes of it, why, how many days change; taken, and taken back byte for byte."""
    service = begun(plan_of({1: Family.VO2MAX, 3: Family.EASY, 6: Family.LONG}, 3))
    monkeypatch.setattr("coach.app.plan.today", lambda: day(2).isoformat())
    before = service.files.read()
    noticed = coach("plan", "show").stderr
    assert f"Missed: {HARD} (Tue {TUESDAY}). See the change: coach plan missed" in noticed
    said = coach("plan", "missed")
    assert said.stdout.startswith(
        f"Missed: {HARD} (Tue {TUESDAY}).\n  {HARD} moved from Tue {TUESDAY} to Thu "
    )
    assert "the season stays. Days changed: 2." in said.stdout
    assert "Do it: coach plan missed --take" in said.stderr
    assert service.files.read() == before

    assert coach("plan", "missed", "--take").exit_code == 0
    assert service.plan.day(day(3)).sessions[0].title == HARD
    tree = json.loads(coach("plan", "missed", "--json").stdout)
    assert tree == {"v": 1}
    assert coach("plan", "undo").exit_code == 0
    assert service.files.read() == before


# --- coach run today


def test_run_today(plan, coach, ran):
    """It runs what is suggested, says the rule once as a gate, and links the run by its id."""
    tired()
    done = ran("today")

    assert done.exit_code == 0, done.stderr
    assert gates(done) == ["gate: gut_check"]
    assert events(done)[0]["workout"].endswith("fewer reps")
    assert "Today: 4 instead of 6 reps." in done.stderr
    run = events(done)[0]["run"]
    assert (session(plan).runs, session(plan).choice) == ((run,), "fewer-reps")
    replayed = coach("replay", run, "--json")
    assert gates(replayed) == ["gate: gut_check"]
    assert "done" in coach("plan", "show", "--week").stdout


def test_run_as_planned(plan, coach, ran):
    """Against the suggestion: run without a word, kept as a choice, and the run carries the signs of the morning."""
    morning(acute=frozenset({AcuteSign.FEVER}))
    refused = ran("today")
    assert refused.exit_code == 3
    assert "--as-planned runs the planned session" in refused.stderr
    assert not session(plan).choice

    done = ran("today", "--as-planned")
    assert done.exit_code == 0, done.stderr
    assert gates(done) == []
    assert done.stderr.splitlines()[0] == f"Today: {HARD}."
    run = events(done)[0]["run"]
    assert (session(plan).runs, session(plan).choice) == ((run,), "as-planned")
    assert read_note(plan.store.paths.runs / run).text == "Run as planned. This morning: fever."


def test_run_by_effort(plan, ran):
    """In wind the run begins by effort, and a replay does too."""
    windy = ran("today", "--wind", "12")
    changed = [event for event in events(windy) if event["event"] == "workout_changed"]
    assert [(event["button"], event["by_effort"]) for event in changed] == [("by_effort", True)]
    assert gates(windy) == ["gate: wind"]


def test_run_an_effort_day(plan, ran):
    """In heat paces begin slower, by what the table asks for and what tired legs add."""
    tired()
    hot = ran("today", "--temperature", "30", "--dew-point", "18.45")
    (changed,) = [event for event in events(hot) if event["event"] == "workout_changed"]
    assert (changed["slower_percent"], changed["reps_slower_percent"]) == (8.25, 5.62)


def test_any_hard_run_on_such_a_day(plan, coach, ran):
    """Another workout is run all the same: it is said once before, and the gate carries the rule."""
    tired()
    done = ran("8x400-5k")

    assert done.exit_code == 0
    assert gates(done) == ["gate: gut_check"]
    assert done.stderr.count("Fewer reps today: two or more of the gut check are true") == 1
    easy = ran("easy-run")
    assert gates(easy) == []
    assert not session(plan).choice


def test_a_rest_that_was_taken(coach, ran):
    """Nothing else of the day is left to do, the day says what rest stands for, and a hard run hears the morning."""
    assert coach("athlete", "set", "--race", "5k=22:30").exit_code == 0
    service = begun(plan_of(FIVE_DAYS, 3))
    strength = replace(
        session(service), id="s900", kind=SessionKind.STRENGTH, family=Family.STRENGTH, title="Heavy strength",
        workout="strength-heavy", is_hard=False, dose=None, distance_m=None, hard_m=None, hard_minutes=None,
    )  # fmt: skip
    service.apply(EditedPlan(with_session(service.plan, TUESDAY, strength), (TUESDAY,), ()), "a test")
    morning(acute=frozenset({AcuteSign.FEVER}))

    said = coach("plan", "today").stdout
    assert "What changes: rest; Heavy strength left out too." in said
    assert "\ntoo" not in said
    assert coach("plan", "today", "--take").exit_code == 0
    told = coach("plan", "today")
    assert told.exit_code == 0
    again = told.stdout
    assert f"Rest replaces {HARD}." in again
    assert "Heavy strength" not in again
    assert "kept free" not in again
    done = ran("8x400-5k")
    assert gates(done) == ["gate: acute"]
    assert "costs more time than it gains: fever." in done.stderr


def test_a_morning_speaks_without_a_plan(coach, ran):
    """Where there is no plan, the morning is said before a hard run all the same, and nothing is blocked."""
    assert coach("athlete", "set", "--race", "5k=22:30").exit_code == 0
    tired()
    done = ran("8x400-5k")
    assert done.exit_code == 0
    assert gates(done) == ["gate: gut_check"]
    assert "Note: Easier today: two or more of the gut check are true" in done.stderr


def test_what_is_of_today_alone(plan, coach):
    """Options of today's session with another workout are a usage error."""
    refused = coach("run", "6x800-5k", "--as-planned")
    assert refused.exit_code == 2
    assert "change today's session" in refused.stderr


def test_a_run_that_cannot_begin_changes_nothing(coach):
    """Where a number is missing nothing of the choice is kept."""
    service = begun(plan_of(FIVE_DAYS, 3))
    tired()
    before = service.files.read()
    assert coach("run", "today", "--sensors", "none", stdin="").exit_code == 3
    assert service.files.read() == before


def test_the_day_of_a_race(coach, ran, monkeypatch):
    """Its plan is run once there is one of that distance; before, that is said."""
    assert coach("athlete", "set", "--race", "5k=22:30", "--name", "Ada").exit_code == 0
    monkeypatch.setattr("coach.app.plan.today", lambda: "2026-09-07")
    assert (
        coach("plan", "new", "--race", "2026-12-06:10k=47:00:A", "--days", "5", "--from-km", "30").exit_code
        == 0
    )
    monkeypatch.setattr("coach.app.plan.today", lambda: "2026-12-06")
    assert "wristband: coach plan race" in coach("plan", "today").stderr
    for distance in ("", "half"):
        if distance:
            assert coach("plan", "race", "--distance", distance, "--goal", "1:45:00").exit_code == 0
        done = ran("today")
        assert done.exit_code == 0, done.stderr
        assert "There is no plan for this race: coach plan race makes one." in done.stderr
        assert not events(done)[0]["workout"].startswith("10 km")
        assert coach("plan", "undo").exit_code == 0
    assert coach("plan", "race", "--distance", "10k", "--goal", "47:00").exit_code == 0
    done = ran("today", "--temperature", "30", "--dew-point", "24", "--wind", "12")
    assert done.exit_code == 0, done.stderr
    assert events(done)[0]["workout"].startswith("10 km in 47:00")
    assert not [event for event in events(done) if event["event"] == "workout_changed"]
    assert "There is no plan" not in done.stderr


def test_a_day_without_a_session(plan, coach, monkeypatch):
    """On a day without a run there is none to run."""
    monkeypatch.setattr("coach.app.plan.today", lambda: day(0).isoformat())
    said = coach("plan", "today").stdout
    assert said.startswith(
        "Mon 2027-03-01: NO RUN\nNo run is planned, because you run on Tue, Wed, Thu, Fri, Sun.\n"
    )
    refused = coach("run", "today")
    assert refused.exit_code == 3
    assert "coach run free" in refused.stderr
    for at, words in ((day(0) - timedelta(7), "begins on"), (day(0, 99), "ended on")):
        monkeypatch.setattr("coach.app.plan.today", at.isoformat)
        assert f"The plan {words}" in coach("plan", "today").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--minutes", "nan"),
        ("--minutes", "4"),
        ("--minutes", "-35"),
        ("--wind", "inf"),
        ("--instead", "row"),
        ("--temperature", "20"),
        ("--temperature", "20", "--dew-point", "25"),
    ],
)
def test_nonsense_is_a_usage_error(plan, coach, words):
    """What no day has is refused with the option that says it."""
    for command in (("plan", "today"), ("run", "today")):
        refused = coach(*command, *words)
        assert refused.exit_code == 2, refused.output
        assert words[0].strip("-")[:5] in refused.stderr


def test_runs_are_noticed(plan, coach, ran, monkeypatch):
    """A run that was begun otherwise is linked to the session of its day the next time the plan is looked at."""
    run = events(ran("easy-run"))[0]["run"]
    listed = json.loads(coach("runs", "list", "--json").stdout.splitlines()[0])
    begun_on = date.fromisoformat(listed["started"][:10])
    later = beginning_on(plan_of({begun_on.weekday(): Family.EASY}, 3), monday_of(begun_on))
    service = begun(later)
    monkeypatch.setattr("coach.app.plan.today", begun_on.isoformat)

    assert coach("plan", "today").exit_code == 0
    assert service.plan.day(begun_on).sessions[0].runs == (run,)
    assert coach("plan", "missed").stdout == "Nothing was missed in the last seven days.\n"
