"""The pump: stamping, writing ahead, waking, ending."""

import asyncio
import threading

import pytest

from coach.cues.cue import Cue
from coach.edge.conductor import Conductor, Ending, Resumption
from coach.live.contract import Alive, Closed, Opened, Resumed, RunEnded, RunStarted
from coach.quantities import MetresPerSecond, Seconds
from coach.session.phases import Button, Origin, Pressed
from coach.signals.readings import Reported, Source
from tests.edge.doubles import FakeClock, Kept, KeptJournal, StubRun, settle_down

pytestmark = pytest.mark.asyncio


def speed(at: float = 0.0) -> Reported:
    """A speed as a source hands it in."""
    return Reported(Seconds(at), Source.SIM, speed=MetresPerSecond(4.0))


async def test_stamps_when_the_input_is_taken():
    """An input carries the seconds since the run opened, whatever its source wrote into it."""
    clock, run = FakeClock(), StubRun()
    conductor = Conductor(run, clock)
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(2.5)
    conductor.put(speed(at=99.0))
    await clock.advance(1.0)
    conductor.close()
    assert await conducting is Ending.FINISHED
    assert [(type(each), each.at) for each in run.inputs] == [(Opened, 0.0), (Reported, 2.5), (Closed, 3.5)]


async def test_stamps_never_go_back_even_if_the_clock_does():
    """A clock that jumps back does not make a later input earlier."""
    clock, run = FakeClock(), StubRun()
    conductor = Conductor(run, clock)
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(10.0)
    conductor.put(speed())
    await settle_down()
    clock.time -= 7.0
    conductor.put(speed())
    conductor.close()
    await conducting
    assert [each.at for each in run.inputs] == [0.0, 10.0, 10.0, 10.0]


async def test_journals_before_it_judges():
    """Each input is in the journal before the run sees it, and what the run said of it comes after."""

    class Watching(StubRun):
        def receive(self, event):
            assert journal.inputs[-1] == event
            return super().receive(event)

    journal, clock = KeptJournal(), FakeClock()
    conductor = Conductor(Watching(), clock, journal=journal)
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(0.5)
    conductor.press(Button.GO)
    conductor.close()
    await conducting
    assert [type(each).__name__ for each in journal.order] == [
        "Opened",
        "RunStarted",
        "Pressed",
        "Cue",
        "Closed",
        "RunEnded",
    ]


async def test_settles_deadlines_when_they_are_due():
    """With nothing coming in the run is woken at each deadline, once."""
    clock, run, sink = FakeClock(), StubRun(every_s=1.25), Kept()
    conductor = Conductor(run, clock, sinks=[sink])
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(4.0)
    assert run.fired == [1.25, 2.5, 3.75]
    conductor.close()
    await conducting
    assert [each.at for each in sink.outputs] == [0.0, 1.25, 2.5, 3.75, 4.0]


async def test_late_wakes_say_the_same():
    """A machine that slept through three deadlines says each with its own time."""
    clock, run, sink = FakeClock(), StubRun(every_s=1.25), Kept()
    conductor = Conductor(run, clock, sinks=[sink])
    conducting = asyncio.create_task(conductor.conduct())
    await settle_down()
    clock.time += 4.0  # no sleeper was woken
    conductor.close()
    await conducting
    assert [each.at for each in sink.outputs] == [0.0, 1.25, 2.5, 3.75, 4.0]


async def test_a_deadline_that_rounding_puts_ahead_of_the_clock_is_settled_once():
    """A due time no float clock can show exactly does not keep the conductor waking."""
    clock, run = FakeClock(start=0.1), StubRun(every_s=0.1)
    conductor = Conductor(run, clock)
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(1.0)
    conductor.leave()
    await conducting
    assert len(run.fired) <= 11


async def test_presses_carry_button_answer_and_origin():
    """A press reaches the run as it was made."""
    clock, run = FakeClock(), StubRun()
    conductor = Conductor(run, clock)
    conducting = asyncio.create_task(conductor.conduct())
    conductor.press(Button.ANSWER, 3, Origin.STDIN)
    conductor.close()
    await conducting
    assert run.inputs[1] == Pressed(Seconds(0.0), Button.ANSWER, Origin.STDIN, 3)


async def test_inputs_from_other_threads_wake_it():
    """A reading thread hands in an input while the loop sleeps, and it is taken at once."""
    clock, run = FakeClock(), StubRun()
    conductor = Conductor(run, clock)
    conducting = asyncio.create_task(conductor.conduct())
    await settle_down()
    thread = threading.Thread(target=lambda: conductor.put_from_thread(Closed(Seconds(0.0))))
    thread.start()
    assert await conducting is Ending.FINISHED
    thread.join()


async def test_a_run_that_ends_by_itself_is_closed_in_its_journal():
    """When a deadline ends the run, the journal still ends with `Closed`, and nothing is said twice."""
    clock, run, journal = FakeClock(), StubRun(), KeptJournal()
    run.ends_at = 60.0
    conductor = Conductor(run, clock, journal=journal)
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(61.0)
    assert await conducting is Ending.FINISHED
    assert isinstance(journal.inputs[-1], Closed)
    assert [type(each) for each in journal.outputs if not isinstance(each, Cue)] == [RunStarted, RunEnded]


@pytest.mark.parametrize(
    ("button", "ending"), [(Button.DISCARD, Ending.DISCARDED), (Button.FINISH, Ending.FINISHED)]
)
async def test_says_how_the_run_was_ended(button, ending):
    """A run ended by discard is discarded, one ended by finish is finished; both journals are closed."""

    class Ended(StubRun):
        def receive(self, event):
            return [self._end(event.at)] if isinstance(event, Pressed) else super().receive(event)

    journal = KeptJournal()
    conductor = Conductor(Ended(), FakeClock(), journal=journal)
    conductor.press(button)
    assert await conductor.conduct() is ending
    assert isinstance(journal.inputs[-1], Closed)


async def test_the_journal_is_told_that_the_run_goes_on():
    """With nothing coming in the journal has a sign of life a second; a run that is not recorded needs none."""
    clock, journal, run = FakeClock(), KeptJournal(), StubRun()
    conductor, unrecorded = Conductor(StubRun(), clock, journal=journal), Conductor(run, clock)
    conducting = [asyncio.create_task(each.conduct()) for each in (conductor, unrecorded)]
    await clock.advance(1.5)
    for each in (conductor, unrecorded):
        each.press(Button.MARK)
    await clock.advance(2.0)
    for each in (conductor, unrecorded):
        each.leave()
    await asyncio.gather(*conducting)
    assert [(type(each), each.at) for each in journal.inputs] == [
        (Opened, 0.0),
        (Alive, 1.0),
        (Pressed, 1.5),
        (Alive, 2.5),
        (Alive, 3.5),
    ]
    assert [type(each) for each in run.inputs] == [Opened, Pressed]


async def test_leaving_closes_nothing():
    """A run that is left has no `Closed`, and what was still in the inbox is not taken; it was alive until then."""
    clock, run, journal = FakeClock(), StubRun(every_s=1.0), KeptJournal()
    conductor = Conductor(run, clock, journal=journal)
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(2.0)
    conductor.leave()
    conductor.press(Button.MARK)
    assert await conducting is Ending.LEFT
    assert {type(each) for each in journal.inputs} == {Opened, Alive}
    assert journal.inputs[-1] == Alive(Seconds(2.0))


async def test_a_resumed_run_goes_on_from_where_it_is_told():
    """An interrupted run is reopened with a stamp of its own and goes on counting from there."""
    clock, run = FakeClock(), StubRun()
    conductor = Conductor(run, clock, resumption=Resumption(Resumed(Seconds(812.25))))
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(1.5)
    conductor.close()
    await conducting
    assert [(type(each), each.at) for each in run.inputs] == [(Resumed, 812.25), (Closed, 813.75)]


async def test_a_sink_that_raises_upsets_nobody():
    """The run goes on and the other sinks hear everything, whatever one sink does."""

    class Broken(Kept):
        def offer(self, said):
            raise RuntimeError

    sink = Kept()
    conductor = Conductor(StubRun(), FakeClock(), sinks=[Broken(), sink])
    conductor.close()
    assert await conductor.conduct() is Ending.FINISHED
    assert [type(each) for each in sink.outputs] == [RunStarted, RunEnded]
    assert conductor.fanout.failures == 2


async def test_a_run_opens_at_nought_however_long_that_takes():
    """Time that passes while the run opens does not move its beginning."""

    class Restless(FakeClock):
        def monotonic(self) -> float:
            self.time += 0.004
            return self.time

    run = StubRun()
    conductor = Conductor(run, Restless())
    conductor.close()
    await conductor.conduct()
    assert run.inputs[0] == Opened(Seconds(0.0))
    assert run.inputs[1].at > 0.0
