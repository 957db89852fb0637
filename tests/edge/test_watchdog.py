"""A machine that slept, a program that was stopped, a loop that was blocked: noticed before anything is stamped."""

import asyncio
import logging
import queue
from collections.abc import Callable
from typing import Any

import pytest

from coach.cues.cue import Cue, CueKind
from coach.edge.conductor import Conductor, Ending, SimulatedRunner, run_live
from coach.edge.machine import BLOCKED_S, Halt, Watchdog
from coach.live.contract import (
    Alive,
    Closed,
    LoopBlocked,
    Opened,
    Resumed,
    RunSetup,
    encode_event,
    encode_line,
)
from coach.live.run import LiveRun, refold
from coach.quantities import Seconds
from coach.recording.codec import input_from_json, input_to_json
from coach.session.events import EndReason, PhaseChanged, ResumeChoice, RunResumed, StepEnded, StepStarted
from coach.session.phases import Button, Phase, Pressed
from coach.signals.readings import Notified
from coach.simulate import VirtualRunner
from tests.edge.doubles import FakeClock, Kept, KeptJournal, StubRun, settle_down
from tests.edge.test_running import SETUP

pytestmark = pytest.mark.asyncio


class Loop:
    """The time of a loop that stands still when it is told to."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.time


async def test_a_machine_that_is_awake_has_no_halt():
    """However much time passes by the run's clock: a simulated run may be faster than life."""
    clock = FakeClock()
    watchdog = Watchdog(clock, awake_s=Loop())
    clock.time += 3600.0
    assert watchdog.take_halt() is None


async def test_a_sleep_is_a_halt_once():
    """It lasts from when the loop was last seen; once it is taken there is none."""
    clock = FakeClock(start=5000.0)
    watchdog = Watchdog(clock, awake_s=Loop())
    clock.sleep(90.0)
    assert watchdog.halt() == Halt(5000.0, 5090.0, is_asleep=True)
    assert watchdog.take_halt() == Halt(5000.0, 5090.0, is_asleep=True)
    assert watchdog.take_halt() is None


async def test_a_loop_that_stood_is_a_halt():
    """A short wait is none: a busy machine lets its loop wait."""
    clock, loop = FakeClock(start=5000.0), Loop()
    watchdog = Watchdog(clock, awake_s=loop)
    loop.time += BLOCKED_S - 0.1
    assert watchdog.take_halt() is None
    clock.time, loop.time = 5003.0, loop.time + 3.0
    assert watchdog.take_halt() == Halt(5000.0, 5003.0, is_asleep=False)


async def test_a_beat_notices_a_sleep_in_which_nothing_happened():
    """Nobody asks and nothing arrives: the next beat of the loop tells of it."""
    clock, noticed = FakeClock(), asyncio.Event()
    watchdog = Watchdog(clock)
    with watchdog.watching(noticed.set):
        clock.sleep(90.0)
        await asyncio.wait_for(noticed.wait(), 60.0)
    assert watchdog.halt() is not None


async def test_the_log_shows_where_a_loop_stands():
    """While the loop is blocked, a thread writes down its stack, with the line that blocks."""
    written: queue.Queue[str] = queue.Queue()

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.put(record.getMessage())

    log, handler = logging.getLogger("coach.edge.machine"), Heard()
    log.addHandler(handler)
    try:
        with Watchdog(FakeClock()).watching(lambda: None):
            stack = written.get(timeout=60.0)  # this is the line that blocks
    finally:
        log.removeHandler(handler)
    assert "this is the line that blocks" in stack


# --- and the run


class Slept:
    """A simulated run under way, on a clock whose machine can sleep."""

    def __init__(self, choose: Callable[[Seconds], ResumeChoice], setup: RunSetup = SETUP) -> None:
        self.clock, self.journal, self.sink = FakeClock(), KeptJournal(), Kept()
        self.loop = Loop()
        self.run = LiveRun(setup)
        runner = SimulatedRunner(VirtualRunner(seed=3, timeline=setup.timeline), self.clock)
        self.conductor = Conductor(
            self.run,
            self.clock,
            journal=self.journal,
            sinks=[runner, self.sink],
            watchdog=Watchdog(self.clock, awake_s=self.loop),
            choose=choose,
        )
        self.task = asyncio.create_task(run_live(self.conductor, sources=[runner]))

    async def live(self, seconds: float) -> None:
        """Let some time pass, awake."""
        for _ in range(int(seconds)):
            await self.clock.advance(1.0)

    async def sleep(self, seconds: float) -> None:
        """Shut the lid for a while, then let the beat of the loop come."""
        self.clock.sleep(seconds)
        self.conductor._has_input.set()
        await settle_down()

    def all(self, kind: type[Any]) -> list[Any]:
        """What was said of a kind."""
        return [output for output in self.sink.outputs if isinstance(output, kind)]

    def refolded(self, setup: RunSetup = SETUP) -> list[str]:
        """What a replay of the journal says, as lines."""
        inputs = [input_from_json(input_to_json(event)) for event in self.journal.inputs]
        return [
            encode_line(encode_event(one.output, one.run_s))
            for one in refold(LiveRun(setup), inputs).timed_outputs
        ]

    def said(self, setup: RunSetup = SETUP) -> list[str]:
        """What was said live, as lines, the running time as the replay finds it."""
        run = refold(LiveRun(setup), self.journal.inputs)
        times = iter(run.timed_outputs)
        return [encode_line(encode_event(output, next(times).run_s)) for output in self.journal.outputs]

    async def end(self) -> None:
        """Leave the run."""
        self.conductor.leave()
        assert await self.task == (Ending.LEFT, 0)


async def test_a_sleep_of_90_s_pauses_the_run_and_nothing_is_said_late():
    """Ten seconds into a rep the lid is shut: the run is paused there, no step ended meanwhile, no cue is stale."""
    slept = Slept(lambda _: ResumeChoice.PAUSE)
    await slept.live(10)
    before = len(slept.sink.outputs)
    await slept.sleep(90.0)
    now = slept.conductor.now()

    resumed = next(event for event in slept.journal.inputs if isinstance(event, Resumed))
    assert resumed.choice is ResumeChoice.PAUSE
    assert resumed.alive_until == pytest.approx(10.0, abs=0.3)
    assert resumed.at == pytest.approx(now, abs=0.3) == pytest.approx(100.0, abs=0.5)
    said = slept.sink.outputs[before:]
    assert [(one.kind, one.at) for one in said if isinstance(one, Cue)] == [(CueKind.PAUSED, resumed.at)]
    assert not any(isinstance(one, StepEnded | StepStarted) for one in said)
    assert slept.run.session.phase is Phase.PAUSED
    assert slept.run.run_s(now) == pytest.approx(10.0, abs=0.3)
    await slept.end()


async def test_a_sleep_replays_byte_for_byte():
    """The journal of a run that slept, was paused and went on says the same when it is folded again."""
    slept = Slept(lambda _: ResumeChoice.PAUSE)
    await slept.live(10)
    await slept.sleep(90.0)
    await slept.live(5)
    slept.conductor.press(Button.RESUME)
    await slept.live(60)
    await slept.end()

    phases = [one.phase for one in slept.all(PhaseChanged)]
    assert phases[:3] == [Phase.WORK, Phase.PAUSED, Phase.WORK]
    assert slept.all(StepEnded)
    assert slept.refolded() == slept.said()


async def test_of_a_sleep_no_packet_is_heard():
    """What the simulated sensors would have sent meanwhile does not arrive in a burst when the lid is opened."""
    slept = Slept(lambda _: ResumeChoice.PAUSE)
    await slept.live(10)
    heard = sum(isinstance(event, Notified) for event in slept.journal.inputs)
    await slept.sleep(90.0)
    await slept.live(2)

    packets = [event for event in slept.journal.inputs if isinstance(event, Notified)][heard:]
    assert 0 < len(packets) <= 8
    resumed = next(event for event in slept.journal.inputs if isinstance(event, Resumed))
    assert all(event.at >= resumed.at for event in packets)
    await slept.end()


async def test_a_sleep_of_8_s_goes_on_where_it_was():
    """A lid that was shut and opened again is a gap; nobody is asked."""

    def choose(_: Seconds) -> ResumeChoice:
        raise AssertionError("nobody is asked")

    slept = Slept(choose)
    await slept.live(10)
    await slept.sleep(8.0)

    assert [event.choice for event in slept.all(RunResumed)] == [ResumeChoice.CONTINUE]
    assert slept.run.session.phase is Phase.WORK
    assert slept.run.run_s(slept.conductor.now()) == pytest.approx(10.0, abs=0.3)
    await slept.end()


async def test_a_rep_that_begins_anew_after_a_sleep_leaves_no_result():
    """Where nobody can be asked the rep is run again from its start."""
    slept = Slept(lambda _: ResumeChoice.RESTART)
    await slept.live(10)
    await slept.sleep(90.0)

    assert [event.reason for event in slept.all(StepEnded)] == [EndReason.RESTARTED]
    assert [event.step.step_id for event in slept.all(StepStarted)] == ["0", "0"]
    await slept.end()


async def test_the_screen_sees_no_time_of_a_sleep():
    """Before anybody has said what it was, the time of the run stands where the machine fell asleep."""
    slept = Slept(lambda _: ResumeChoice.PAUSE)
    await slept.live(10)
    before = slept.conductor.now()
    slept.clock.sleep(90.0)
    assert slept.conductor.now() == pytest.approx(before, abs=0.3)
    await slept.end()


async def test_a_loop_blocked_for_3_s_is_an_input_and_its_cues_keep_their_times():
    """The run goes on as if nothing had been: what fell due has its own time, and the journal says why it came late."""
    clock, journal, loop, run = FakeClock(), KeptJournal(), Loop(), StubRun(every_s=1.25)
    conductor = Conductor(run, clock, journal=journal, watchdog=Watchdog(clock, awake_s=loop))
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(1.0)
    conductor.press(Button.GO)
    await settle_down()
    clock.time, loop.time = clock.time + 3.0, loop.time + 3.0
    conductor._has_input.set()
    await settle_down()
    conductor.close()
    await conducting

    blocked = [event for event in journal.inputs if isinstance(event, LoopBlocked)]
    kinds = [type(event) for event in journal.inputs if not isinstance(event, Alive)]
    assert kinds == [Opened, Pressed, LoopBlocked, Closed]
    assert blocked == [LoopBlocked(Seconds(4.0), since=Seconds(1.0))]
    dues = [output.at for output in journal.outputs if isinstance(output, Cue) and output.text == "deadline"]
    assert dues == [1.25, 2.5, 3.75]


async def test_a_program_that_was_stopped_for_20_s_is_treated_as_one_that_slept():
    """SIGSTOP, or a debugger: a part of the run was missed."""
    slept = Slept(lambda _: ResumeChoice.PAUSE)
    await slept.live(10)
    slept.clock.time, slept.loop.time = slept.clock.time + 20.0, slept.loop.time + 20.0
    slept.conductor._has_input.set()
    await settle_down()

    assert slept.run.session.phase is Phase.PAUSED
    await slept.end()
