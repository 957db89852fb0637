"""The minute in the morning: what it saves, asks and repeats."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from coach.app import morning
from coach.app.morning import (
    MeasurementResult,
    MorningRequest,
    answers_of,
    keep_measured,
    morning_here,
    questions_for,
)
from coach.app.readiness import ReadinessService, open_service
from coach.app.terminal import RunMode
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from coach.edge.run_folder import read_note
from coach.edge.store import Store
from coach.plan.config import Posture
from coach.plan.mornings import QUESTIONS, SIMULATED, CheckIn, LegFeel, Morning, Mornings
from coach.plan.readiness import Verdict
from coach.problems import SensorProblem, UsageProblem
from tests.app.conftest import QuietConsole

DAY = date(2026, 11, 30)


@pytest.fixture
def service(home):
    """A service without mornings."""
    return ReadinessService()


class Asked(QuietConsole):
    """A console that answers yes a number of times."""

    def __init__(self, yes):
        super().__init__()
        self.yes = yes

    def can_ask(self):
        """Return True."""
        return True

    def confirm(self, question):
        """Answer yes while there are answers left."""
        self.lines.append(question)
        self.yes -= 1
        return self.yes >= 0


def usable(**changes):
    """A measurement that counts."""
    values: dict[str, Any] = {
        "ln_rmssd": 3.9,
        "resting_bpm": 48.0,
        "posture": Posture.LYING,
        "run": "01J",
        "corrected_share": 0.01,
    }
    return MeasurementResult(Morning(DAY, 401, **(values | changes)))


SPOILT = MeasurementResult(
    Morning(DAY, 400, posture=Posture.LYING, corrected_share=0.09, is_usable=False, run="01I"),
    "9% of the beats had to be corrected, 5% is the most",
)


def test_a_measurement_is_kept_and_said(service):
    """Value, heart rate and quality are saved; an unusable measurement is saved and never counts."""
    assert (
        keep_measured(service, usable()) == "RMSSD 49 ms, resting heart rate 48, 1% of the beats corrected."
    )
    assert "Not usable: 9% of the beats had to be corrected" in keep_measured(service, SPOILT)
    assert [each.is_usable for each in service.entries.mornings] == [True, False]


def test_a_made_up_morning_is_never_kept(service):
    """A measurement of a simulated runner is not saved."""
    assert "Simulated, and not saved." in keep_measured(service, usable(source=SIMULATED))
    assert service.entries.mornings == ()
    service.keep([CheckIn(DAY, legs=LegFeel.SHARP), usable(source=SIMULATED).morning])
    assert service.entries.mornings == ()
    assert "simulated" not in service.journal.path.read_text()
    other = [usable(source=SIMULATED).morning, usable().morning]
    assert list(Mornings(other, {}).of_hrv(DAY)) == list(Mornings(other[1:], {}).of_hrv(DAY)) == [DAY]
    assert Mornings(other[:1], {}).of_hrv(DAY) == Mornings(other[:1], {}).of_resting(DAY) == {}


def measuring(monkeypatch, outcomes):
    """Replace measurements by these, one after the other; return the choices they were made with."""
    made = []

    class Made:
        def __init__(self, _context, choice, posture, folder, athlete=""):
            made.append((choice, posture, folder, athlete))

        async def run(self):
            return outcomes.pop(0)

    monkeypatch.setattr(morning, "Measurement", Made)
    monkeypatch.setattr(morning, "_has_lines", lambda: False)
    return made


def test_where_lines_are_printed_one_repeat_is_offered(home, monkeypatch):
    """It is offered once, if the console can ask; both measurements are saved."""
    made = measuring(monkeypatch, [SPOILT, SPOILT, usable()])
    console = Asked(5)
    outcome = morning_here(MorningRequest(sensors="sim", posture="sitting"), console)

    assert len(made) == 2
    assert made[0][1] is Posture.SITTING
    assert outcome.answer is not None
    assert console.lines.count("Wet the strap, lie still: measure once more?") == 1

    silent = QuietConsole()
    measuring(monkeypatch, [SPOILT])
    morning_here(MorningRequest(sensors="sim"), silent)
    assert not any("once more" in line for line in silent.lines)


def test_only_this_morning_can_be_measured(home, console):
    """Questions can be answered for another day."""
    with pytest.raises(UsageProblem, match="Only this morning"):
        morning_here(MorningRequest(day=DAY - timedelta(days=400), sensors="sim"), console)


@pytest.mark.parametrize("day", [date.min, date(1989, 12, 31), date.max])
def test_a_morning_that_has_not_been_is_not_answered_for(home, console, day):
    """A day in the future is refused, and nothing is saved."""
    with pytest.raises(UsageProblem, match="is not a past morning"):
        morning_here(MorningRequest(day=day, sensors="none"), console)


def test_a_pod_measures_no_morning(home, console, monkeypatch):
    """Without a strap only questions are asked; `ble` reports what is missing."""
    load_sensors(runner_paths().sensors).add(PairedSensor("BB", "Stryd", SensorKind.POD))
    with pytest.raises(SensorProblem, match="no strap is paired"):
        morning_here(MorningRequest(sensors="ble"), console)
    monkeypatch.setattr(morning, "_has_lines", lambda: False)
    assert morning_here(MorningRequest(), console).answer is not None


def test_yesterdays_effort_is_asked_for_where_it_is_missing_and_kept_with_its_run(home, service):
    """It is saved in the notes of yesterday's run, and is not asked for again."""
    assert [question.id for question in questions_for(service)] == [
        each.id for each in QUESTIONS if each.id != "rpe"
    ]
    source = Path(__file__).parents[1] / "golden" / "journals" / "by-hand"
    run = "01M8KV1SC0KBBJ01866STGH9A5"
    shutil.copytree(source, home / "data" / "runs" / run)
    with Store().history() as history:
        (indexed,) = history.runs()
    service.load_runs(date.fromisoformat(indexed.day) + timedelta(days=1))
    assert "rpe" in [question.id for question in questions_for(service)]
    service.keep([CheckIn(DAY, yesterday_rpe=7)])
    assert read_note(home / "data" / "runs" / run).rpe == 7


@pytest.mark.parametrize(
    ("lines", "answers", "wrong"),
    [
        ([], {}, 0),
        (["", "", ""], {}, 0),
        (["none", "none", "none", "sharp"], {"acute": frozenset(), "legs": LegFeel.SHARP}, 0),
        (["sharp"], {"legs": LegFeel.SHARP}, 0),
        (["mood 4", "high"], {"mood": 4}, 0),
        (["legs stale", "legs sharp"], {"legs": LegFeel.SHARP}, 0),
        (["xyzzy", "mood 9", "\x00\x01"], {}, 3),
        (["-", "none"], {"flags": frozenset()}, 0),
    ],
)
def test_lines_answer_their_question_or_the_next(lines, answers, wrong):
    """A line answers the question it names, else the next one."""
    read = answers_of(lines, DAY)
    said = read.answers[0] if read.answers else CheckIn(DAY)
    assert {name: getattr(said, name) for name in answers} == answers
    assert len(read.problems) == wrong


def test_the_plan_asks_for_the_answer_of_a_day(home, service):
    """The answer comes from what is saved; an athlete who is saved later has the earlier mornings."""
    service.keep([CheckIn(DAY, legs=LegFeel.STALE)])
    kept_service = open_service()
    kept_service.load()
    kept_service.load_runs(DAY)
    assert kept_service.answer(DAY).verdict is Verdict.EASIER
    assert kept_service.answer(DAY - timedelta(days=1)).is_blind
    assert open_service().settings.posture is Posture.LYING


def test_on_a_terminal_the_screen_is_shown(home, console, monkeypatch):
    """Its answer is printed; without an answer nothing is."""
    from coach.screen.app import Leaving
    from coach.screen.morning import MorningApp

    shown = []

    async def run_async(self, **_more):
        shown.append(self)
        return Leaving.FINISHED if len(shown) == 1 else Leaving.INTERRUPTED

    monkeypatch.setattr(MorningApp, "run_async", run_async)
    monkeypatch.setattr(morning, "run_mode_here", lambda **_more: RunMode.SCREEN)
    assert morning_here(MorningRequest(), console).answer is not None
    left = morning_here(MorningRequest(), console)
    assert (left.answer, left.exit_code) == (None, 130)
