"""`coach debrief`: a recorded week, its proposals, what is kept of them, races, lines, and why somebody is stuck."""

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from coach.app.plan import PlanService
from coach.app.readiness import DebriefService, open_service
from coach.app.today import TodayService
from coach.athlete import Lesson
from coach.edge.run_folder import RunNote, append_note
from coach.edge.store import Store
from coach.plan.debrief import cadence_since
from coach.plan.model import Family, PlannedRace, TrainingPhase
from coach.plan.mornings import CheckIn, DebriefAnswer, RaceLook, RecoveryLine, RedFlag
from tests.edge.test_history import add_run
from tests.plan.weeks import FIVE_DAYS, beginning_on, day, plan_of

MONDAY = day(0, 1)
BAD = frozenset({RedFlag.DEAD_LEGS, RedFlag.SLEEPLESS})


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    """The day is the Monday of the second week of the plan."""
    monkeypatch.setattr("coach.app.plan.today", MONDAY.isoformat)


@pytest.fixture
def plan(coach):
    """An athlete with a race, and a plan of five days a week whose easy runs have a size."""
    assert coach("athlete", "set", "--race", "5k=22:30", "--name", "Ada").exit_code == 0
    return begun(plan_of(FIVE_DAYS, 4))


def begun(plan):
    """The service of a plan that is kept."""
    service = PlanService()
    service.begin(replace(plan, athlete=service.slug), "coach plan new", "A plan for a test.")
    return service


def bad_mornings():
    """Two mornings of last week with two red flags."""
    service = open_service()
    service.load()
    service.keep([CheckIn(day(each), flags=BAD) for each in (1, 3)])


def said(coach, *words):
    """What it says for programs."""
    result = coach("debrief", *words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_nobody_and_nothing(coach):
    """Without an athlete, a plan or a run: what is missing is said, and nothing is fine."""
    result = coach("debrief")
    assert result.exit_code == 0
    assert "no run is recorded" in result.stdout
    assert "There is no plan" in result.stdout
    assert "Not known: red-flags" in result.stdout.replace("\n", " ")


def test_a_proposal_is_accepted_and_undone_byte_for_byte(plan, coach):
    """Accepted it is the plan; undone the plan is what it was, and the proposal is open again."""
    bad_mornings()
    before = plan.files.path.read_bytes()
    tree = said(coach)
    (proposal,) = tree["proposals"]
    assert (proposal["number"], proposal["rule"], proposal["answer"]) == (1, "red-flags", "open")
    assert plan.files.path.read_bytes() == before, "nothing is changed before it is accepted"
    done = coach("debrief", "--accept", "1")
    assert done.exit_code == 0, done.stderr
    assert "Done: " in done.stderr
    assert plan.files.path.read_bytes() != before
    assert [each["answer"] for each in said(coach)["proposals"]] == ["accepted"]
    again = coach("debrief", "--accept", "1")
    assert again.exit_code == 2
    assert "accepted already" in again.stderr
    assert coach("plan", "undo").exit_code == 0
    assert plan.files.path.read_bytes() == before
    assert [each["answer"] for each in said(coach)["proposals"]] == ["open"]


def test_a_refusal_is_kept(plan, coach):
    """The plan stays, and it is not asked again; in another week it is told how often."""
    bad_mornings()
    before = plan.files.path.read_bytes()
    assert coach("debrief", "--refuse", "1").exit_code == 0
    assert plan.files.path.read_bytes() == before
    assert [each["answer"] for each in said(coach)["proposals"]] == ["refused"]
    service = open_service()
    service.load()
    assert service.entries.answers == (DebriefAnswer(day(0), "red-flags", "refused", 1),)
    both = coach("debrief", "--accept", "1", "--refuse", "1")
    assert (both.exit_code, "both" in both.stderr) == (2, True)
    none = coach("debrief", "--accept", "3")
    assert (none.exit_code, "no proposal 3" in none.stderr) == (2, True)


def test_rules_are_switched(plan, coach):
    """Off is kept; a word that is no rule is refused with the one that was meant."""
    bad_mornings()
    assert coach("debrief", "--off", "red-flags").exit_code == 0
    assert said(coach)["proposals"] == []
    rows = said(coach, "--rules")
    assert {row["rule"]: row["on"] for row in rows}["red-flags"] is False
    assert coach("debrief", "--on", "red-flags").exit_code == 0
    assert said(coach)["proposals"] != []
    wrong = coach("debrief", "--off", "red-flag")
    assert wrong.exit_code == 2
    assert "did you mean red-flags" in wrong.stderr
    assert "cadence-goal (week, off, opt-in)" in coach("debrief", "--rules").stdout


def test_a_recorded_run_is_reviewed_and_linked(plan, coach):
    """A real run of the week: its figures stand there, and its effort."""
    run = add_run(Store().paths.runs, started=f"{day(1)}T18:00:00+01:00", athlete=plan.slug)
    append_note(Store().paths.runs / run, RunNote(rpe=8))
    figures = said(coach)["figures"]
    assert figures["done"].startswith("1 run, 1.7 km of 5 runs planned")
    assert figures["effort"] == "8"
    assert PlanService().plan.day(day(1)).sessions[0].runs == (run,)


def test_a_real_run_gives_its_figures(plan, coach):
    """A recording of a strap and a pod is folded: what its review has stands there, what it lacks is not known."""
    add_run(Store().paths.runs, golden="strap-and-pod", started=f"{day(1)}T18:00:00+01:00", athlete=plan.slug)
    tree = said(coach)
    assert "in the band" in tree["figures"]
    service = DebriefService(PlanService())
    (done,) = service.facts(day(0)).sessions
    review = service._review(done.run.run)
    assert review is not None
    assert done.fade == review.value("fade_across")
    assert service.facts(day(0), is_quick=True).sessions[0].in_band is None


def test_a_race_is_looked_back_on_and_carried_into_the_next_plan(plan, coach):
    """What worked and what did not are the runner's; it is kept, shown by itself, and by `coach plan new`."""
    race = PlannedRace(day(6), "10 km", name="City run")
    begun(replace(plan.plan, races=(race,)))
    run = add_run(Store().paths.runs, started=f"{day(6)}T10:00:00+01:00", athlete=plan.slug)
    append_note(Store().paths.runs / run, RunNote(worked="the light", failed="the start"))
    first = coach("debrief")
    assert "what worked: the light" in first.stdout
    assert "not known: pacing, endurance, recovery" in first.stdout
    mornings = open_service()
    mornings.load()
    assert mornings.entries.races == (RaceLook(day(6), "City run", "the light", "the start"),)
    assert said(coach, "--races")[0]["failed"] == "the start"
    assert coach("debrief").exit_code == 0
    mornings.load()
    assert len(mornings.entries.races) == 1
    new = coach("plan", "new", "--race", "2027-08-15:10k:A", "--from-km", "30", "--dry-run")
    assert new.exit_code == 0, new.stderr
    assert "what did not: the start" in new.stderr


def test_a_line_of_recovery_is_kept_and_shown(plan, coach):
    """Three answers, one a day, the last one counts; nothing said keeps nothing."""
    weeks = tuple(replace(each, phase=TrainingPhase.RECOVERY) for each in plan.plan.weeks)
    begun(replace(plan.plan, weeks=weeks))
    assert "coach debrief --line" in coach("debrief").stderr
    assert coach("debrief", "--line", stdin="\n\n").exit_code == 0
    assert coach("debrief", "--line", stdin="tired\nglad\n").exit_code == 0
    assert "It is never judged" in coach("debrief", "--line", stdin="rested\n\na walk\nmore\n").stderr
    service = open_service()
    service.load()
    assert service.entries.lines == (RecoveryLine(MONDAY, "rested", "", "a walk"),)
    assert "rested / a walk" in coach("debrief", "--week", str(MONDAY)).stdout


def test_why_somebody_is_stuck(plan, coach):
    """The evidence with its fix, and what is not known beside it."""
    bad_mornings()
    result = coach("debrief", "--plateau", "heavy-legs")
    assert result.exit_code == 0
    assert "cutback week" in result.stdout
    assert "Not known, so not ruled out" in result.stdout
    tree = said(coach, "--plateau", "heavy-legs")
    assert {each["rule"] for each in tree["found"]} == {"legs", "red-flags"}
    assert {"no-lighter-week", "sleep"} <= {each["rule"] for each in tree["not_known"]}
    assert coach("debrief", "--plateau", "bored").exit_code == 2


def test_a_sentence_on_monday(plan, coach, monkeypatch):
    """`coach plan today` says it on a Monday, and on no other day."""
    assert "ast week" not in coach("plan", "today").stderr, "nothing of it is known"
    bad_mornings()
    assert "Last week: Take a lighter week" in coach("plan", "today").stderr
    assert json.loads(coach("plan", "today", "--json").stdout)["last_week"].endswith("See it: coach debrief")
    monkeypatch.setattr("coach.app.plan.today", (MONDAY + timedelta(days=1)).isoformat)
    assert "Last week" not in coach("plan", "today").stderr


def test_a_damaged_journal_keeps_what_is_whole(plan, coach):
    """Bytes that are damaged are set aside, and that is said."""
    bad_mornings()
    journal = open_service().journal.path
    journal.write_bytes(
        journal.read_bytes() + b'{"format":"coach-mornings/1","debrief":{"day":"x"}}\tnonsense\n'
    )
    result = coach("debrief")
    assert result.exit_code == 0
    assert "set aside" in result.stderr
    assert "red-flags" in result.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "today"),
        ("plan", "today", "--json"),
        ("debrief", "--rules"),
        ("debrief", "--races"),
        ("debrief", "--on", "cadence-goal"),
        ("debrief", "--plateau", "heavy-legs"),
        ("readiness", "rules"),
    ],
)
def test_damage_is_said_once_by_whoever_sets_it_aside(plan, coach, words):
    """The sentence on Monday too; the second time there is none. Who tells nothing sets nothing aside."""
    bad_mornings()
    journal = open_service().journal.path
    journal.write_bytes(journal.read_bytes() + b"{nonsense}\tdeadbeef\n")
    damaged = journal.read_bytes()
    assert coach("plan", "show").exit_code == 0
    assert TodayService(PlanService()).form_words(print) == ""
    assert journal.read_bytes() == damaged
    told = coach(*words)
    assert told.exit_code == 0
    assert told.stderr.count("20 bytes are set aside") == 1
    assert "set aside" not in coach(*words).stderr
    assert "nonsense" not in journal.read_text()


def test_an_earlier_week(plan, coach):
    """`--week` of any day in it; the week after it is what is changed."""
    begun(beginning_on(plan_of({1: Family.EASY, 3: Family.EASY}, 6), MONDAY - timedelta(weeks=2)))
    assert said(coach, "--week", str(date.fromordinal(MONDAY.toordinal() - 3)))["week"] == str(day(0))
    assert said(coach, "--week", "1999-01-01")["proposals"] == []
    assert DebriefService(PlanService()).last_week() == day(0)


def taught(at, speed, spm, slope=10.0):
    """What a run taught of cadence: so many steps at a speed, and so many more for a metre a second more."""
    lesson = {"stretches": 9, "speed_mps": speed, "cadence_spm": spm}
    lesson |= {"speed_variance": 0.1, "cadence_variance": 12.0, "covariance": slope * 0.1}
    return Lesson.model_validate({"run": f"r{at}", "day": str(at), "cadence": lesson})


def test_a_cadence_goal_starts_from_what_the_runs_taught(plan, coach):
    """Cadence is read off at one pace, whatever was run; the week before the goal is its own mean."""
    assert coach("debrief", "--on", "cadence-goal").exit_code == 0
    service = DebriefService(PlanService())
    lessons = (taught(day(1), 2.8, 160.0), taught(day(2), 3.0, 164.0), taught(day(1, 1), 3.2, 168.0))
    service.__dict__["_athlete"] = SimpleNamespace(learnt=lessons)
    facts = service.facts(day(0))
    assert cadence_since(facts.answers) == MONDAY
    assert {at: round(each.spm, 1) for at, each in facts.cadence.items()} == {
        day(0): 161.0,
        MONDAY: 164.0,
    }
    assert all(each.bpm is None for each in facts.cadence.values())
    service.__dict__["_athlete"] = None
    assert service.facts(day(0)).cadence == {}
    assert coach("debrief", "--off", "cadence-goal").exit_code == 0
    assert cadence_since(DebriefService(PlanService()).facts(day(0)).answers) is None
