"""Today's session from plan, morning, runs and weather, and its undo."""

import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.app.athletes import find_athlete
from coach.app.live_run import RunRequest
from coach.app.plan import PlanService
from coach.app.readiness import DebriefService, open_service
from coach.app.setup import header_of, live_setup
from coach.app.simulation import ZeroClock, journal_of
from coach.app.terminal import RunMode
from coach.app.today import TodayService, _fade, _left_out, day_of
from coach.athlete import Lesson
from coach.cues.cue import Cue, CueKind
from coach.edge.settings import Settings
from coach.live.run import LiveRun
from coach.plan.facts import PlanFacts
from coach.plan.ladder import DayWeather, Rung
from coach.plan.model import Dose, Family
from coach.plan.mornings import DebriefAnswer
from coach.plan.readiness import FiredRule, ReadinessAnswer, Verdict
from coach.plan.today import DayLimits
from coach.problems import PlanProblem
from coach.quantities import Seconds
from coach.review.journaled import JournaledRep
from coach.simulate import VirtualRunner, simulate
from tests.plan.checking import ran
from tests.plan.weeks import FIVE_DAYS, WORKOUTS, a_session, day, plan_of

TUESDAY = day(1)


def service_of(plan, at=TUESDAY, verdict=None):
    """Return the service of a day."""
    service = PlanService(today_is=at)
    service.begin(replace(plan, athlete=service.slug), "coach plan new", "A plan for a test.")
    fired = (FiredRule("gut_check", verdict, "2 of 4", "2 of 4", "It speaks.", "001"),) if verdict else ()
    return TodayService(service, ReadinessAnswer(at, verdict, fired) if verdict else None)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.integers(0, 6), st.sampled_from(sorted(WORKOUTS)), min_size=1, max_size=7),
    st.integers(0, 13),
    st.sampled_from((None, *Verdict)),
    st.sampled_from(
        (DayWeather(), DayWeather(30.0, 20.0), DayWeather(42.0, 30.0), DayWeather(wind_mps=12.0))
    ),
    st.sampled_from((DayLimits(), DayLimits(30.0), DayLimits(treadmill=True))),
)
def test_undo_gives_every_byte_back(pattern, at, verdict, weather, limits):
    """One undo restores the file, byte for byte, after any choice."""
    service = service_of(plan_of(pattern, 2), day(at), verdict)
    before = service.plans.files.read()
    suggestion = service.suggestion(limits, weather)
    if suggestion.edited is None:
        return
    service.plans.apply(suggestion.edited, "coach plan today --take")
    assert service.plans.files.read() != before
    service.plans.undo()
    assert service.plans.files.read() == before
    taken = service.take(suggestion, as_planned=True)
    assert taken.session == suggestion.planned
    service.plans.undo()
    assert service.plans.files.read() == before


def test_today_is_for_rest():
    """If only rest is left, nothing is started and nothing is saved."""
    service = service_of(plan_of(), verdict=Verdict.REST)
    before = service.plans.files.read()
    with pytest.raises(PlanProblem, match="Today: rest"):
        service.take(service.suggestion())
    assert service.plans.files.read() == before
    assert service.take(service.suggestion(), as_planned=True).is_as_planned


def test_without_anything():
    """Without morning, runs, weather and athlete the plan is unchanged."""
    service = service_of(plan_of(FIVE_DAYS))
    assert service.readiness is None
    assert service.runs == ()
    assert service.weather() == DayWeather()
    assert service.suggestion().rung is Rung.AS_PLANNED
    assert service.notice() is None
    assert service.change_for_missed() is None


def reps(*speeds, length=800.0, cut=()):
    """Return the reps of a run at these speeds."""
    return [
        JournaledRep(
            number,
            f"r{number}",
            "Main",
            "work",
            length / speed,
            "done",
            length_m=length,
            mean_speed_mps=speed,
            is_cut=number in cut,
        )
        for number, speed in enumerate(speeds, 1)
    ]


def test_how_the_last_one_went():
    """Fading compares the last whole rep with the first; cut reps are left out."""
    assert _fade(Family.VO2MAX, reps(4.0, 3.95, 3.8)) == {Family.VO2MAX: pytest.approx(4.0 / 3.8 - 1)}
    assert _fade(Family.VO2MAX, reps(4.0, 3.8)) == {}
    warm_up = reps(3.0, length=400.0)
    assert _fade(Family.VO2MAX, [*warm_up, *reps(4.0, 4.0, 4.0)]) == {Family.VO2MAX: 0.0}
    session = a_session(Family.VO2MAX, "s1")
    assert _left_out(Family.VO2MAX, session, reps(4.0, 4.0)) == {}
    six = replace(session, dose=Dose(6, "5k", rep_m=800.0))
    assert _left_out(Family.VO2MAX, six, reps(4.0, 4.0, 4.0, 3.9, 3.8, cut=(5,))) == {Family.VO2MAX: 2}


# --- a cadence goal in the runs of its weeks

THE_MONDAY = day(0, 1)
BEFORE, WEDNESDAY = THE_MONDAY - timedelta(days=7), THE_MONDAY + timedelta(days=2)


@pytest.fixture
def goal(home, monkeypatch, coach):
    """Return a plan with an easy run each day, on a Wednesday, and a cadence goal since the Monday before."""
    monkeypatch.setattr("coach.app.plan.today", WEDNESDAY.isoformat)
    assert coach("athlete", "set", "--race", "5k=22:30", "--name", "Ada").exit_code == 0
    service_of(plan_of(dict.fromkeys(range(7), Family.EASY), 3), WEDNESDAY)
    keep(DebriefAnswer(BEFORE, "cadence-goal", "on"))


def keep(*facts):
    """Save facts in the journal of mornings."""
    mornings = open_service()
    mornings.load()
    mornings.keep(facts)
    return mornings.entries.answers


def whole(workout, console):
    """Run a workout of today to its end; return it with its setup and its inputs."""
    request = RunRequest(None, "sim", requires_sensor=False, marks=False, record=None, is_recorded=False)
    compiled = day_of(workout, request, console).compiled(find_athlete(None), console, by_hand=False)
    setup = live_setup(compiled, Settings(), "r", RunMode.UNATTENDED, simulated=True)
    setup = replace(setup, ends_after_s=Seconds(5.0))
    runner = VirtualRunner(seed=3, timeline=setup.timeline, presses=True)
    return compiled, setup, simulate(LiveRun(setup), runner, longest_s=Seconds(1500.0)).inputs


def form_cues(setup, inputs):
    """Return the form cues of a run: words and times."""
    run = LiveRun(setup)
    outputs = [output for event in inputs for output in run.receive(event)]
    return [(cue.text, round(cue.at)) for cue in outputs if isinstance(cue, Cue) and cue.kind is CueKind.FORM]


@pytest.mark.parametrize("workout", ["today", "free", "30min easy + 4x0:20 @ fast / 1:00 walk"])
def test_a_run_of_a_cadence_goal_has_its_one_form_cue(goal, console, coach, tmp_path, workout):
    """It comes once, ten minutes into a whole run, in the words of the week, also in a replay."""
    compiled, setup, inputs = whole(workout, console)
    assert form_cues(setup, inputs) == [("Loose shoulders. Quick feet.", 600)]
    assert any("Cadence goal, week 2 of 4." in line for line in console.lines)
    path = tmp_path / "run.jsonl"
    path.write_bytes(journal_of(setup, header_of(setup, compiled, ZeroClock()), inputs))
    replayed = coach("replay", str(path), "--speed", "max", "--json")
    assert replayed.exit_code == 0, replayed.stderr
    events = [json.loads(line) for line in replayed.stdout.splitlines()]
    said = [each["text"] for each in events if each["event"] == "cue" and each["kind"] == "form"]
    assert said == ["Loose shoulders. Quick feet."]


def test_a_short_run_has_its_form_cue_in_its_middle(goal, console):
    """An easy run of eight minutes has it after four."""
    _, setup, inputs = whole("8min easy", console)
    assert form_cues(setup, inputs) == [("Loose shoulders. Quick feet.", 240)]


def test_nobody_is_told_of_form_as_a_rep_begins(goal, console):
    """After ten minutes of warm-up a rep begins, so the cue comes earlier."""
    _, setup, inputs = whole("10min easy + 3x2min @ fast / 1:00 walk + 5min easy", console)
    assert form_cues(setup, inputs) == [("Loose shoulders. Quick feet.", 555)]


def test_nobody_is_told_of_form_in_a_race_by_the_stopwatch_or_after_the_goal(goal, console, coach):
    """In a race, with a stopwatch and without a goal there is no form cue."""
    assert coach("plan", "race", "--distance", "10k", "--goal", "50:00").exit_code == 0
    for workout in ("race", "time"):
        request = RunRequest(None, "sim", requires_sensor=False, marks=False, record=None, is_recorded=False)
        compiled = day_of(workout, request, console).compiled(find_athlete(None), console, by_hand=True)
        assert not any(
            "Quick feet" in each.text for step in compiled.timeline.steps for each in step.reminders
        )
    assert coach("debrief", "--off", "cadence-goal").exit_code == 0
    _, setup, inputs = whole("8min easy", console)
    assert form_cues(setup, inputs) == []


def test_the_cue_is_in_the_language_of_the_runner(goal, console, coach):
    """German cues have a German form cue."""
    assert coach("config", "set", "cues.language", "de").exit_code == 0
    _, setup, inputs = whole("8min easy", console)
    assert [text for text, _ in form_cues(setup, inputs)] == ["Schultern locker. Schnelle Füße."]


def cadences(monkeypatch, *weeks):
    """Let runs have lessons about cadence, and a heart rate near that pace, week by week."""
    lesson = {
        "stretches": 9,
        "speed_mps": 3.0,
        "speed_variance": 0.1,
        "cadence_variance": 12.0,
        "covariance": 0.5,
    }
    lessons, runs = [], []
    for monday, spm, bpm in weeks:
        taught = {"run": f"r{monday}", "day": str(monday), "cadence": lesson | {"cadence_spm": spm}}
        lessons.append(Lesson.model_validate(taught))
        runs.append(replace(ran(monday, 10.0), heart_at_pace={333: (bpm, 1800.0)}))
    monkeypatch.setattr(DebriefService, "_athlete", SimpleNamespace(learnt=tuple(lessons)))
    monkeypatch.setattr(DebriefService, "plan_facts", PlanFacts(runs=tuple(runs)))


def test_a_cadence_goal_is_dropped_by_itself_where_the_heart_beats_faster(goal, console, coach, monkeypatch):
    """The first run after such a week says so and has no cue; the goal is dropped once."""
    cadences(monkeypatch, (BEFORE - timedelta(days=7), 160.0, 140.0), (BEFORE, 164.0, 141.5))
    _, setup, inputs = whole("8min easy", console)
    assert len(form_cues(setup, inputs)) == 1, "one and a half beats are the day's"

    cadences(monkeypatch, (BEFORE - timedelta(days=7), 160.0, 140.0), (BEFORE, 164.0, 143.0))
    console.lines.clear()
    _, setup, inputs = whole("8min easy", console)
    assert form_cues(setup, inputs) == []
    assert any("The cadence goal is dropped" in line for line in console.lines)
    console.lines.clear()
    whole("8min easy", console)
    assert not any("adence goal" in line for line in console.lines)
    for _ in range(2):
        assert "The cadence goal is dropped" in coach("debrief").stdout
    assert keep() == (
        DebriefAnswer(BEFORE, "cadence-goal", "on"),
        DebriefAnswer(BEFORE, "cadence-goal", "dropped"),
    )
    assert "cadence-goal (week, off, opt-in)" in coach("debrief", "--rules").stdout
    assert coach("debrief", "--on", "cadence-goal").exit_code == 0
    assert [text for text, _ in form_cues(*whole("8min easy", console)[1:])] == ["Tall. Quick feet."]
