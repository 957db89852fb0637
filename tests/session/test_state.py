"""The state of a session: queries leave it alone, and a copy shares nothing with it."""

from dataclasses import fields

import pytest

from coach.quantities import Seconds
from coach.session.phases import Button
from coach.session.session import Session
from coach.workout.timeline import MovementStart
from tests.session.builders import Track, checklist, prompt, recover_below, rest, send_off, work, work_time

QUERIES = [name for name, member in vars(Session).items() if isinstance(member, property)]
QUERIES_AT = [
    "is_estimated", "expected_end", "left_m", "left_s", "light", "mean_speed", "run_time", "step_metres", "step_time",
    "target_now", "wake_at",
]  # fmt: skip


def state_of(track: Track):
    """A copy of the state of the session under test."""
    return track.session._sequencer.state.copy()


def ask_everything(track: Track) -> None:
    """Ask every query of the session, now and later."""
    for name in QUERIES:
        getattr(track.session, name)
    for at in (track.now, track.now + 0.3, track.now + 20.0, track.now + 90.0):
        for name in QUERIES_AT:
            getattr(track.session, name)(Seconds(at))
        track.run.snapshot(Seconds(at))


def evening():
    """A run with most kinds of steps, presses and gaps; it pauses between any two inputs."""
    track = Track(
        checklist(), work(400.0, "rep 1"), rest(60.0, "rest 1"), work(400.0, "rep 2", start=MovementStart()),
        recover_below(120.0, "rest 2"), prompt(), *send_off(100.0, 200.0, 2),
    )  # fmt: skip
    for press in range(3):
        track.mark(1.0 + press)
        yield track
    for second in range(4, 400):
        if not 60 <= second % 150 < 110:
            track.run_at(0.0 if 110 <= second < 150 else 4.0, second, second + 1.0, heart_rate=110.0)
        else:
            track.unseen(4.0, 1.0)
        yield track
        if second % 37 == 0:
            track.press(list(Button)[second // 37], second + 0.5)
            yield track


def test_queries_never_write():
    """The state is the same after every query of the session and after a snapshot, at any moment of a run."""
    for track in evening():
        before = state_of(track)
        ask_everything(track)
        assert state_of(track) == before


def test_a_query_after_an_undo_never_writes():
    """Where a step began on the odometer is looked up by a query, not kept, until the next sample."""
    track = Track(work_time(60.0))
    track.press(Button.EXTEND, 0.2)
    track.run_at(4.0, 0.5, 20.0)
    track.press(Button.UNDO, 20.1)
    before = state_of(track)
    ask_everything(track)
    assert before.measurement.begin_total is None
    assert state_of(track) == before
    assert track.session.step_metres(Seconds(20.1)) == pytest.approx(78.0, abs=2.0)


def test_a_copy_shares_no_part():
    """A copy equals its original, and no part of it is the original's."""
    state = Track(work(400.0)).session._sequencer.state
    copy = state.copy()
    assert copy == state
    assert [part.name for part in fields(copy) if getattr(copy, part.name) is getattr(state, part.name)] == []


@pytest.mark.parametrize(
    "button", [Button.EXTEND, Button.MARK, Button.NEXT, Button.RESTART, Button.EFFORT_DAY]
)
def test_an_undo_gives_the_whole_back(button):
    """What a press changed is as it was after its undo, whichever part it is in."""
    track = Track(work(400.0), rest(60.0), work(400.0, "second"))
    track.run_at(4.0, 0.0, 50.5)
    before = state_of(track)
    track.press(button, 51.0)
    assert state_of(track) != before
    track.press(Button.UNDO, 51.0)
    assert state_of(track) == before
