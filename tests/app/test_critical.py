"""The critical speed in the setup of a run: from three trials, or none."""

import pytest

from coach.app.setup import header_of, live_setup, recorded_setup
from coach.app.terminal import SILENT, RunMode
from coach.app.workouts import compile_embedded
from coach.athlete import Athlete, Entry, Trial
from coach.edge.clock import MachineClock
from coach.edge.settings import Settings
from coach.recording.codec import encode_header, read_journal

SHORT = {
    "format": "coach-workout/1",
    "name": "Short",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "0:01"}}]}],
}
GALBRAITH = [("1200 m", "3:36"), ("2400 m", "7:42"), ("3600 m", "11:54")]


def a_workout(trials):
    """A workout compiled for an athlete with these trials."""
    runs = tuple(Trial(date="2026-05-01", distance=metres, time=time) for metres, time in trials)
    history = (Entry.model_validate({"from": "2026-05-01", "trials": runs}),)
    return compile_embedded(SHORT, Athlete(slug="ida", name="Ida", history=history), SILENT, name="short")


def a_setup(trials):
    """Set a run up for that athlete."""
    return live_setup(a_workout(trials), Settings(), "01", RunMode.SCREEN)


def test_three_trials_tell():
    """Three trials on a line give the run a critical speed and D'."""
    speed, reserve = a_setup(GALBRAITH).critical
    assert (speed, reserve) == pytest.approx((4.819044, 163.964), rel=1e-4)


@pytest.mark.parametrize(
    "trials",
    [
        [],
        GALBRAITH[:2],
        [("1200 m", "3:36"), ("1300 m", "3:58"), ("1400 m", "4:20")],
        [("1200 m", "3:36"), ("2400 m", "7:42"), ("3600 m", "10:00")],
        [("1200 m", "4:00"), ("2400 m", "8:01"), ("3600 m", "12:02")],
    ],
    ids=["none", "two", "alike", "no full effort", "next to no reserve"],
)
def test_what_does_not_tell_is_none(trials):
    """With too few trials, or trials that the model refuses, a run starts without an estimate."""
    assert a_setup(trials).critical is None


def test_nobody_has_none():
    """A run without an athlete has no critical speed."""
    assert (
        live_setup(
            compile_embedded(SHORT, None, SILENT, name="short"), Settings(), "01", RunMode.SCREEN
        ).critical
        is None
    )


def test_it_comes_back_from_the_journal():
    """A replay uses the numbers of the athlete in the header."""
    workout = a_workout(GALBRAITH)
    setup = live_setup(workout, Settings(), "01", RunMode.SCREEN)
    header = read_journal(encode_header(header_of(setup, workout, MachineClock()))).header
    assert setup.critical is not None
    assert recorded_setup(header, SILENT).critical == setup.critical
