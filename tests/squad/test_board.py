"""The board: how a runner stands, by what the runs give, and an order of rows that is kept for a while."""

from dataclasses import replace
from typing import Any

import pytest

from coach.cues.cue import Cue, CueClass, CueKind, Opinion, Why
from coach.live.contract import Opened
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond
from coach.session.phases import Button, Origin, Phase, Pressed
from coach.signals.readings import Reported, Source
from coach.squad.board import BoardOrder, BoardStanding, LastSplits, Need, fade_of, next_line, standing_of
from coach.squad.run import Expected
from tests.session.builders import Track, rest, work
from tests.squad.squads import at, roster, setup

ANA = roster(1).runners[0]


def measured(until: float = 30.0, speed: float = 4.0) -> LiveRun:
    """A run of two reps of 400 m with a pod, so far."""
    run = LiveRun(setup("ana", by_hand=False))
    run.receive(Opened(at(0.0)))
    run.receive(Pressed(at(0.0), Button.GO, Origin.LINE))
    for second in range(int(until)):
        run.receive(
            Reported(at(second), Source.POD, speed=MetresPerSecond(speed), distance=Metres(speed * second))
        )
    return run


def test_how_a_runner_stands():
    """Rep, plan of the next split, light, heart rate: what is not known is None."""
    run = measured()
    standing = standing_of(ANA, run.snapshot(at(29.0)), last_split_s=at(49.5))
    assert (standing.rep, standing.of) == (1, 2)
    assert standing.plan_split_s == 50.0
    assert standing.last_split_s == 49.5
    assert standing.light_s == pytest.approx(0.0, abs=0.1)
    assert standing.heart_rate_bpm is None
    assert standing.has_sensors
    assert standing.silent_s is None
    assert standing.need is Need.RUNNING


def test_who_is_silent():
    """Nothing has been heard for a while: the age is that of the sensor heard last."""
    run = measured()
    run.fire(at(60.0))
    standing = standing_of(ANA, run.snapshot(at(60.0)))
    assert standing.need is Need.SILENT
    assert standing.silent_s == pytest.approx(31.0)


def test_needs():
    """Safety first, then runners to act, then those who run, who wait, and who are over."""
    shown = measured().snapshot(at(29.0))
    verdict = Cue(at(20.0), CueKind.TOO_FAST, CueClass.COACH, "Ease.", Why("pace"), at(5.0))
    safety = Cue(at(20.0), CueKind.HEAT, CueClass.SAFETY, "Stop.", Why("heat"), at(5.0))
    back = replace(verdict, kind=CueKind.BACK_ON_TARGET)
    needs = [
        standing_of(ANA, replace(shown, cue=safety)).need,
        standing_of(ANA, replace(shown, opinion=Opinion(open_verdict=verdict))).need,
        standing_of(ANA, replace(shown, opinion=Opinion(open_verdict=back))).need,
        standing_of(ANA, replace(shown, phase=Phase.RECOVERY)).need,
        standing_of(ANA, replace(shown, phase=Phase.FINISHED)).need,
        standing_of(ANA, shown, has_ended=True).need,
    ]
    assert needs == [Need.SAFETY, Need.ACT, Need.RUNNING, Need.WAITING, Need.OVER, Need.OVER]


def test_fading():
    """The last rep against the first of its length; one rep, or reps of other lengths, say nothing."""
    track = Track(
        work(400.0, "a", rep=1, of=3),
        rest(10.0),
        work(400.0, "b", rep=2, of=3),
        rest(10.0),
        work(300.0, "c", rep=3, of=3),
    )
    assert fade_of(track.run.snapshot()) is None
    track.run_at(4.0, 0.0, 101.0)
    track.run_at(0.0, 101.0, 111.0, cadence=0.0)
    assert fade_of(track.run.snapshot()) is None
    track.run_at(3.8, 111.0, 220.0)
    assert fade_of(track.run.snapshot()) == pytest.approx(5.0, abs=1.5)
    track.run_at(4.0, 230.0, 310.0)
    assert fade_of(track.run.snapshot()) is None


def test_the_last_split_is_a_fold_of_outputs():
    """Passed by distance or pressed, the end of the rep among them; an undo takes the last away."""
    track = Track(work(400.0, "a", rep=1, of=1), rest(10.0))
    splits: Any = LastSplits()
    assert splits.of("ana") is None
    track.run_at(4.0, 0.0, 60.0)
    for output in track.events:
        splits.add("ana", output)
    assert splits.of("ana") == pytest.approx(50.0, abs=0.3)
    seen = len(track.events)
    track.run_at(4.0, 60.0, 103.0)
    for output in track.events[seen:]:
        splits.add("ana", output)
    assert splits.of("ana") == pytest.approx(50.0, abs=0.3)
    seen = len(track.events)
    track.press(Button.UNDO, 103.5)
    for output in track.events[seen:]:
        splits.add("ana", output)
    assert splits.of("ana") is None


def test_a_measured_runner_passes_lines_by_their_metres():
    """The next line is 200 m on; one that lies behind by more than a pod errs is passed."""
    run = measured(30.0)
    assert next_line(run.snapshot(at(29.0)), run.setup.session) == pytest.approx(50.0, abs=0.5)
    run = measured(55.0)
    assert next_line(run.snapshot(at(54.0)), run.setup.session) == pytest.approx(100.0, abs=0.5)
    run = measured(53.0)
    assert next_line(run.snapshot(at(52.0)), run.setup.session) == pytest.approx(50.0, abs=0.5)


def row(slug: str, need: Need, due: float | None = None) -> BoardStanding:
    """A row of the board."""
    runner = replace(ANA, slug=slug)
    expected = None if due is None else Expected(slug, at(due))
    return BoardStanding(runner, need, measured(1.0).snapshot(), expected=expected)


def order(rows: list[BoardStanding]) -> list[str]:
    """The runners of the rows."""
    return [each.runner.slug for each in rows]


def test_an_order_stands_for_two_seconds():
    """An order is kept for 2 s, and changes at once for a need of safety."""
    board = BoardOrder(["ana", "ben", "cleo"])
    first = [row("ana", Need.RUNNING, 50.0), row("ben", Need.ACT), row("cleo", Need.RUNNING, 40.0)]
    assert order(board.arrange(first, at(10.0))) == ["ben", "cleo", "ana"]
    then = [row("ana", Need.ACT), row("ben", Need.RUNNING, 60.0), row("cleo", Need.RUNNING, 40.0)]
    assert order(board.arrange(then, at(11.0))) == ["ben", "cleo", "ana"]
    assert order(board.arrange(then, at(12.0))) == ["ana", "cleo", "ben"]
    urgent = [row("ana", Need.ACT), row("ben", Need.SAFETY), row("cleo", Need.RUNNING, 40.0)]
    assert order(board.arrange(urgent, at(12.5))) == ["ben", "ana", "cleo"]
    assert order(board.arrange(urgent[:2], at(12.6))) == ["ben", "ana"]


def test_a_press_at_the_end_of_a_rep_is_one_split():
    """The mark at the end of a rep and the end itself are one split."""
    track = Track(work(400.0, "a", rep=1, of=1), rest(10.0), by_hand=True)
    splits: Any = LastSplits()
    for press in (50.0, 100.0):
        track.mark(press)
    for output in track.events:
        splits.add("ana", output)
    assert splits.of("ana") == pytest.approx(50.0, abs=0.1)
