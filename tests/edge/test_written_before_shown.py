"""What changes the state of a run is written before anybody sees it; a blocked disk delays it by 50 ms at most."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from coach.app.feeds import ConductedFeed, ObservableRun
from coach.edge.conductor import HOLD_S, Conductor, Ending, RunFold
from coach.edge.run_folder import RunState
from coach.live.contract import Alive, Output, RunEnded, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.session.events import PhaseChanged
from coach.session.phases import Button, Phase, Pressed
from coach.workout.kinds import Kind
from coach.workout.timeline import AutoStart, EndConditions, Step, TimeEnd, Timeline
from tests.edge.doubles import FakeClock, Kept, StubRun, cue, settle_down
from tests.edge.test_recorder import FakeFile, recorder_on

pytestmark = pytest.mark.asyncio


class Stage:
    """A conducted run whose disk does what a test says, and what was shown of it."""

    def __init__(self, run: RunFold) -> None:
        self.clock, self.disk, self.sink = FakeClock(), FakeFile(), Kept()
        self.recorder = recorder_on(self.disk, self.clock)
        self.conductor = Conductor(run, self.clock, journal=self.recorder, sinks=[self.sink])

    def shown(self) -> list[str]:
        """The kinds of outputs that were shown, in order."""
        return [type(output).__name__ for output in self.sink.outputs]

    async def until_shown(self, output: type[Output]) -> None:
        """Wait, without any time passing on the clock of the run, until an output of a kind was shown."""
        while output.__name__ not in self.shown():  # noqa: ASYNC110 - a thread writes
            await asyncio.sleep(0.001)


class Edges(StubRun):
    """A run in which GO changes the phase, and everything else is a cue."""

    def receive(self, event):
        """Change the phase, or say a cue; that the program is alive is nothing to tell."""
        if isinstance(event, Alive):
            return []
        if isinstance(event, Pressed) and event.button is Button.GO:
            self.inputs.append(event)
            return [PhaseChanged(event.at, Phase.WORK), cue(event.at, "Go.")]
        return super().receive(event)


@asynccontextmanager
async def conducted(run: RunFold | None = None) -> AsyncIterator[Stage]:
    """A run that is conducted until it is closed at the end of the block."""
    stage = Stage(run or Edges())
    conducting = asyncio.create_task(stage.conductor.conduct())
    await settle_down()
    yield stage
    stage.disk.goes_on.set()
    stage.conductor.close()
    assert await conducting is Ending.FINISHED
    assert (await stage.recorder.close(RunState.FINISHED)).is_kept


async def test_a_change_of_state_is_shown_when_it_is_written():
    """It is on disk when it is shown, and no time of the clock has to pass for that."""
    async with conducted() as stage:
        stage.disk.goes_on.clear()
        stage.conductor.press(Button.GO)
        await settle_down()
        assert stage.shown() == ["RunStarted"]
        stage.disk.goes_on.set()
        await stage.until_shown(PhaseChanged)
        assert b"PhaseChanged" in stage.disk.data
        assert stage.conductor.shown_unwritten == 0


async def test_a_blocked_disk_delays_it_by_50_ms():
    """While a write hangs, a change of state and its cue are shown after 50 ms, and counted."""
    async with conducted() as stage:
        stage.disk.goes_on.clear()
        stage.conductor.press(Button.GO)
        await stage.clock.advance(HOLD_S - 0.001)
        assert stage.shown() == ["RunStarted"]
        await stage.clock.advance(0.001)
        assert stage.shown() == ["RunStarted", "PhaseChanged", "Cue"]
        assert stage.conductor.shown_unwritten == 1
        assert b"PhaseChanged" not in stage.disk.data


async def test_what_changes_nothing_is_shown_at_once():
    """A cue alone waits for no disk."""
    async with conducted() as stage:
        stage.disk.goes_on.clear()
        stage.conductor.press(Button.MARK)
        await settle_down()
        assert stage.shown() == ["RunStarted", "Cue"]
        assert stage.conductor.shown_unwritten == 0


async def test_outputs_stay_in_order():
    """A cue behind a change of state is not shown before it, nor any later than it."""
    async with conducted() as stage:
        stage.disk.goes_on.clear()
        stage.conductor.press(Button.GO)
        await stage.clock.advance(0.03)
        stage.conductor.press(Button.MARK)
        await settle_down()
        assert stage.shown() == ["RunStarted"]
        await stage.clock.advance(0.02)
        assert stage.shown() == ["RunStarted", "PhaseChanged", "Cue", "Cue"]


async def test_the_run_does_not_wait():
    """While outputs are held, inputs are stamped and folded at their own time."""
    async with conducted(run := Edges()) as stage:
        stage.disk.goes_on.clear()
        stage.conductor.press(Button.GO)
        await stage.clock.advance(0.01)
        stage.conductor.press(Button.MARK)
        await settle_down()
        assert [round(event.at, 3) for event in run.inputs] == [0.0, 0.0, 0.01]
        assert stage.conductor.is_holding


async def test_two_changes_each_wait_their_own_50_ms():
    """A second change is not shown with the first that ran out of time."""
    async with conducted() as stage:
        stage.disk.goes_on.clear()
        stage.conductor.press(Button.GO)
        await stage.clock.advance(0.03)
        stage.conductor.press(Button.GO)
        await stage.clock.advance(0.025)
        assert stage.shown().count("PhaseChanged") == 1
        await stage.clock.advance(0.026)
        assert stage.shown().count("PhaseChanged") == 2


async def test_a_run_that_is_left_shows_what_it_holds_first():
    """Leaving waits for the disk, 50 ms at most; nothing is lost and nothing more is taken."""
    stage = Stage(run := Edges())
    conducting = asyncio.create_task(stage.conductor.conduct())
    await settle_down()
    stage.disk.goes_on.clear()
    stage.conductor.press(Button.GO)
    await settle_down()
    stage.conductor.leave()
    stage.conductor.press(Button.MARK)
    await stage.clock.advance(HOLD_S)
    assert await conducting is Ending.LEFT
    assert stage.shown() == ["RunStarted", "PhaseChanged", "Cue"]
    assert len(run.inputs) == 2
    stage.disk.goes_on.set()
    await stage.recorder.close(RunState.INTERRUPTED)


async def test_a_mistake_of_the_program_hides_nothing():
    """If conducting fails, what was held is shown before the error leaves."""

    class Mistaken(Edges):
        def receive(self, event):
            if isinstance(event, Pressed) and event.button is Button.MARK:
                raise ZeroDivisionError
            return super().receive(event)

    stage = Stage(Mistaken())
    stage.disk.goes_on.clear()
    stage.conductor.press(Button.GO)
    stage.conductor.press(Button.MARK)
    with pytest.raises(ZeroDivisionError):
        await stage.conductor.conduct()
    assert stage.shown() == ["RunStarted", "PhaseChanged", "Cue"]
    stage.disk.goes_on.set()
    await stage.recorder.close(RunState.INTERRUPTED)


async def test_a_run_that_is_not_recorded_shows_everything_at_once():
    """Without a recorder there is nothing to wait for."""
    clock, sink = FakeClock(), Kept()
    conductor = Conductor(Edges(), clock, sinks=[sink])
    conductor.press(Button.GO)
    conducting = asyncio.create_task(conductor.conduct())
    await settle_down()
    assert [type(output).__name__ for output in sink.outputs] == ["RunStarted", "PhaseChanged", "Cue"]
    conductor.leave()
    await conducting


def two_steps() -> LiveRun:
    """A run of a second, then a minute."""
    steps = tuple(
        Step(str(number), f"step {number}", "", Kind.WORK, "step", ends, start=AutoStart())
        for number, ends in enumerate(EndConditions((TimeEnd(Seconds(each)),)) for each in (1.0, 60.0))
    )
    return LiveRun(RunSetup("01JD0000000000000000000000", Timeline("Two", steps)))


async def test_a_screen_reads_the_run_as_it_was_written():
    """While a step's end is being written the screen still reads the step, then the next; it is told of both."""
    watched = ObservableRun(two_steps())
    async with conducted(watched) as stage:
        feed = ConductedFeed(watched, stage.conductor)
        told: list[int] = []
        feed.subscribe(lambda: told.append(feed.snapshot(feed.now()).index))
        await stage.until_shown(PhaseChanged)
        await stage.clock.advance(0.9)
        assert feed.snapshot(feed.now()).index == 0
        stage.disk.goes_on.clear()
        await stage.clock.advance(0.11)
        assert stage.conductor.is_holding
        assert feed.snapshot(feed.now()).index == 0
        await stage.clock.advance(HOLD_S)
        assert feed.snapshot(feed.now()).index == 1
        assert told[-1] == 1


async def test_a_screen_reads_the_end_of_a_run_when_it_is_written():
    """The end of a run that is still being written is no end yet."""
    watched = ObservableRun(two_steps())
    stage = Stage(watched)
    feed = ConductedFeed(watched, stage.conductor)
    conducting = asyncio.create_task(stage.conductor.conduct())
    await settle_down()
    stage.disk.goes_on.clear()
    stage.conductor.close()
    await settle_down()
    before = (watched.has_ended, feed.has_ended())
    await stage.clock.advance(HOLD_S)
    assert await conducting is Ending.FINISHED
    assert (before, feed.has_ended()) == ((True, False), True)
    assert isinstance(stage.sink.outputs[-1], RunEnded)
    stage.disk.goes_on.set()
    await stage.recorder.close(RunState.FINISHED)
