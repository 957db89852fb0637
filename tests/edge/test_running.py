"""A whole live run: signals, sources and what they leave behind."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coach.edge.conductor import Conductor, Ending, Playback, SimulatedRunner, replay_max, run_live
from coach.edge.machine import ShutdownSignals
from coach.edge.recorder import start_recording
from coach.edge.run_folder import JOURNAL, RunState, is_held, read_manifest
from coach.edge.sources import Inbox
from coach.interchange.recordings.common import read_recording
from coach.live.contract import Closed, Opened, RunSetup, encode_event, encode_line
from coach.live.run import LiveRun, TimedOutput
from coach.quantities import Metres, Seconds
from coach.recording.codec import Header, read_journal
from coach.session.events import StepEnded
from coach.signals.readings import Notified
from coach.simulate import VirtualRunner
from coach.workout.document import compile_workout, load_document
from coach.workout.kinds import Kind
from coach.workout.timeline import AutoStart, DistanceEnd, EndConditions, Step, TimeEnd, Timeline
from tests.edge.doubles import FakeClock, Kept, KeptJournal, settle_down

ROOT = Path(__file__).parents[2]
RUN = "01JD0000000000000000000000"
STEPS = tuple(
    Step(
        str(number),
        f"step {number}",
        "Main",
        Kind.WORK if number % 2 == 0 else Kind.RECOVERY,
        "step",
        EndConditions((DistanceEnd(Metres(200.0)) if number % 2 == 0 else TimeEnd(Seconds(30.0)),)),
        start=AutoStart(),
    )
    for number in range(5)
)
SETUP = RunSetup(RUN, Timeline("Three reps", STEPS), ends_after_s=Seconds(5.0))

PROGRAM = """
import asyncio, sys
from pathlib import Path
from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor
from coach.edge.recorder import start_recording
from coach.edge.conductor import run_live
from coach.live.run import LiveRun
from coach.recording.codec import Header
from tests.edge.test_running import RUN, SETUP

class Shout:
    def offer(self, said):
        sys.stdout.write(type(said.output).__name__ + "\\n")
        sys.stdout.flush()
    async def close(self):
        pass

async def go():
    clock = MachineClock()
    header = Header(RUN, "0", None, None, wall_epoch=clock.wall().epoch_s)
    recorder = start_recording(Path(sys.argv[1]), header, clock, workout="Three reps")
    conductor = Conductor(LiveRun(SETUP), clock, journal=recorder, sinks=[Shout()])
    return await run_live(conductor, recorder=recorder)

ending, code = asyncio.run(go())
print(ending)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 5), (signal.SIGHUP, 5)],
    ids=str,
)
def test_signals_leave_a_run_that_can_be_resumed(tmp_path, number, code):
    """Ctrl-C, SIGTERM and SIGHUP stop the program with their code; the journal is whole, not closed, let go of."""
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmp_path], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "RunStarted\n"
    program.send_signal(number)
    rest = program.stdout.read()
    assert program.wait() == code
    program.stdout.close()
    assert rest.endswith("left\n")
    journal = read_journal((tmp_path / RUN / JOURNAL).read_bytes())
    assert (journal.problem, type(journal.inputs[0]), journal.is_closed) == ("", Opened, False)
    assert journal.outputs[0]["event"] == "run_started"
    assert read_manifest(tmp_path / RUN).state is RunState.INTERRUPTED
    assert not is_held(tmp_path / RUN)


@pytest.mark.asyncio
async def test_the_first_signal_counts_and_handlers_are_given_back():
    """Of several signals the first decides the code; outside, Ctrl-C is Python's own again."""
    asked: list[int] = []
    leaving = ShutdownSignals(lambda: asked.append(1))
    nobody_asked = leaving.exit_code
    before = signal.getsignal(signal.SIGHUP)
    with leaving:
        leaving._on_signal(signal.SIGINT)
        leaving._on_signal(signal.SIGHUP)
    assert (nobody_asked, leaving.exit_code, len(asked)) == (None, 130, 2)
    assert signal.getsignal(signal.SIGHUP) == before


async def simulated() -> tuple[KeptJournal, Kept]:
    """A run of a virtual runner on a clock that stands still, with its journal and its sink."""
    clock, journal, sink = FakeClock(), KeptJournal(), Kept()
    runner = SimulatedRunner(VirtualRunner(seed=3, timeline=SETUP.timeline), clock)
    conductor = Conductor(LiveRun(SETUP), clock, journal=journal, sinks=[runner, sink])
    running = asyncio.create_task(run_live(conductor, sources=[runner]))
    for _ in range(120):
        if not running.done():
            await clock.advance(5.0)
    assert await running == (Ending.FINISHED, 0)
    return journal, sink


@pytest.mark.asyncio
async def test_a_simulated_runner_runs_the_workout_to_its_end():
    """He hears the steps, runs them, and the run closes itself; what is heard is stamped at most a step late."""
    journal, sink = await simulated()
    assert sink.closed
    ends = [each for each in sink.outputs if isinstance(each, StepEnded)]
    assert [each.step.step_id for each in ends] == ["0", "1", "2", "3", "4"]
    assert isinstance(journal.inputs[-1], Closed)
    late = [
        each.at - each.heard_at
        for each in journal.inputs
        if isinstance(each, Notified) and each.heard_at is not None
    ]
    assert late
    assert 0.0 <= min(late) <= max(late) <= 0.25


class Lines(Kept):
    """Keeps what was said as the lines of `--json`."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def offer(self, said: TimedOutput) -> None:
        """Keep an event."""
        self.lines.append(encode_line(encode_event(said.output, said.run_s)))


class SlowToGo:
    """A source that, like a radio, takes its time to let go."""

    def __init__(self) -> None:
        self.may_go = asyncio.Event()

    async def listen(self, inbox: Inbox) -> None:
        """Hear nothing, and go only when it may."""
        try:
            await asyncio.Event().wait()
        finally:
            await self.may_go.wait()


@pytest.mark.asyncio
async def test_a_slow_source_does_not_keep_the_recording_open(tmp_path):
    """A run that was left is whole on disk before a source that needs seconds to let go has gone."""
    clock, source = FakeClock(), SlowToGo()
    recorder = start_recording(tmp_path, Header(RUN, "0", None, None), clock, workout="Three reps")
    conductor = Conductor(LiveRun(SETUP), clock, journal=recorder)
    running = asyncio.create_task(run_live(conductor, sources=[source], recorder=recorder))
    await settle_down()
    conductor.leave()
    while is_held(tmp_path / RUN):  # noqa: ASYNC110  # a thread closes it
        await asyncio.sleep(0.001)

    assert not running.done()
    assert read_manifest(tmp_path / RUN).state is RunState.INTERRUPTED
    source.may_go.set()
    assert (await running)[0] is Ending.LEFT


@pytest.mark.asyncio
async def test_a_recorded_run_replays_byte_for_byte_at_any_speed():
    """The lines of a live run, of its fold, and of its playback at 1x, 60x and as fast as possible are the same."""
    clock, journal, live = FakeClock(), KeptJournal(), Lines()
    runner = SimulatedRunner(VirtualRunner(seed=3, timeline=SETUP.timeline), clock)
    conductor = Conductor(LiveRun(SETUP), clock, journal=journal, sinks=[runner, live])
    running = asyncio.create_task(run_live(conductor, sources=[runner]))
    while not running.done():
        await clock.advance(5.0)
    inputs = journal.inputs
    expected = [
        encode_line(encode_event(one.output, one.run_s)) for one in replay_max(LiveRun(SETUP), inputs)
    ]
    assert live.lines == expected
    assert len(expected) > 20
    for speed in (1.0, 60.0, None):
        clock, played = FakeClock(), Lines()
        playback = Playback(LiveRun(SETUP), inputs, clock, sinks=[played], speed=speed)
        playing = asyncio.create_task(playback.play())
        while not playing.done():
            await clock.advance(7.0)
        assert played.lines == expected


@pytest.mark.asyncio
async def test_a_real_run_says_the_same_at_any_speed(recordings):
    """Ten times 400 m with the workout a watch embedded: the same lines at 3x, 200x and as fast as possible."""
    name = "workout_10x400m_90s_smartrec.fit"
    real = read_recording((recordings / name).read_bytes(), name=name)
    document = load_document(json.dumps(real.workout).encode(), name=name)
    setup = RunSetup("file-1", compile_workout(document, None))
    expected = [
        encode_line(encode_event(one.output, one.run_s)) for one in replay_max(LiveRun(setup), real.inputs)
    ]
    assert len(expected) > 50
    for speed in (3.0, 200.0, None):
        clock, played = FakeClock(), Lines()
        playing = asyncio.create_task(
            Playback(LiveRun(setup), real.inputs, clock, sinks=[played], speed=speed).play()
        )
        while not playing.done():
            await clock.advance(20.0)
        assert played.lines == expected
