"""Sinks that write lines: bounded, quiet when nobody reads, never in the way."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from coach.cues.cue import Cue, CueClass, CueKind, Why
from coach.edge.sinks import Fanout, LineSink, TextFormatter, json_lines, plain_lines
from coach.live.contract import Output, RunEnded, RunStarted
from coach.live.run import TimedOutput
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.events import (
    Asked,
    BoundaryMoved,
    EndReason,
    MovedBy,
    PhaseChanged,
    Split,
    StepEnded,
    StepStarted,
    Undone,
    WorkoutChanged,
)
from coach.session.phases import Button, Phase, SplitRole
from coach.signals.readings import Calibrated, Rejected, SensorChanged, SensorState, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import DistanceEnd, EndConditions, Step
from tests.edge.doubles import Kept, cue

ROOT = Path(__file__).parents[2]
STEP = Step(
    "0",
    "Main / rep 1 of 5",
    "Main",
    Kind.WORK,
    "1000 m",
    EndConditions((DistanceEnd(Metres(1000.0)),)),
    rep=1,
    of=5,
)


def said(output: Output) -> TimedOutput:
    """An output whose run began with it."""
    return TimedOutput(output, output.at)


class Stuck(io.BytesIO):
    """A stream whose reader does not read until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = threading.Event()
        self.begun = threading.Event()
        self.data = b""

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, data) -> int:
        """Hang, then take everything."""
        self.begun.set()
        assert self.reads.wait(20)
        self.data += bytes(data)
        return len(data)


@pytest.mark.asyncio
async def test_json_lines_are_events():
    """Each output is one line of JSON with its times."""
    stream = io.BytesIO()
    sink = json_lines(stream)
    sink.offer(TimedOutput(cue(12.5, "Größer"), Seconds(3.25)))
    await sink.close()
    event = json.loads(stream.getvalue())
    assert (event["event"], event["at_s"], event["run_s"], event["text"]) == ("cue", 12.5, 3.25, "Größer")
    assert stream.getvalue().endswith(b"\n")


@pytest.mark.asyncio
async def test_a_stuck_reader_delays_nobody_and_costs_the_oldest():
    """With nobody reading, offers return at once; past the room the oldest lines go, and are counted."""
    stream = Stuck()
    sink = LineSink(stream, lambda one: [f"{one.output.at:.0f}"], room=3)
    sink.offer(said(cue(0)))
    assert stream.begun.wait(20)
    for number in range(1, 11):
        sink.offer(said(cue(number)))
    assert sink.dropped == 7
    stream.reads.set()
    await sink.close()
    assert stream.data == b"0\n8\n9\n10\n"


@pytest.mark.asyncio
async def test_a_closed_pipe_is_the_end_of_it():
    """When the reader has gone the sink is broken, quietly, and what comes later is counted as dropped."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as stream:
        sink = plain_lines(stream)
        sink.offer(said(cue(1.0)))
        await sink.close()
        assert sink.is_broken
        sink.offer(said(cue(2.0)))
        assert sink.dropped == 2


@pytest.mark.asyncio
async def test_a_reader_that_never_reads_does_not_keep_the_program(monkeypatch):
    """Closing waits a bounded time."""
    monkeypatch.setattr("coach.edge.sinks._CLOSE_S", 0.01)
    stream = Stuck()
    sink = plain_lines(stream)
    sink.offer(said(cue(1.0)))
    await asyncio.wait_for(sink.close(), 20)
    assert stream.data == b""
    stream.reads.set()


@pytest.mark.asyncio
async def test_one_sink_that_cannot_close_leaves_no_other_open():
    """Every sink is closed, whatever one of them raises."""

    class Broken(Kept):
        async def close(self) -> None:
            raise RuntimeError

    kept = Kept()
    fanout = Fanout([Broken(), kept])
    await fanout.close()
    assert (kept.closed, fanout.failures) == (True, 1)


def ended(**more) -> StepEnded:
    """The rep, ended."""
    return StepEnded(Seconds(300.0), 0, STEP, EndReason.DONE, Seconds(300.0), Seconds(241.34), **more)


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (RunStarted(Seconds(0.0), "01J", "5 x 1000 m", ""), "    0:00  5 x 1000 m · run 01J"),
        (StepStarted(Seconds(62.0), 0, STEP), "    1:02  > Main / rep 1 of 5: 1 km"),
        (
            ended(distance=Metres(1000.0), mean_speed=MetresPerSecond(4.1434), light_s=Seconds(1.3)),
            "    5:00  = 1000 m: done, 4:01.3, 1 km, 4:01/km, 1.3 s behind",
        ),
        (ended(), "    5:00  = 1000 m: done, 4:01.3"),
        (Split(Seconds(70.0), SplitRole.SPLIT, Metres(200.0), Seconds(48.2)), "    1:10  - 200 m 0:48.2"),
        (PhaseChanged(Seconds(3700.0), Phase.PAUSED), " 1:01:40  Paused"),
        (SensorChanged(Seconds(9.0), Source.POD, SensorState.GONE), "    0:09  ! pod: gone"),
        (SensorChanged(Seconds(9.0), Source.STRAP, SensorState.LIVE), "    0:09  ! strap: live"),
        (Rejected(Seconds(9.0), "go", "The rep runs."), "    0:09  ! go: The rep runs."),
        (
            Calibrated(Seconds(9.0), 0.98, 0.004, "mark", Source.POD),
            "    0:09  ! factor 0.980, learnt from a mark",
        ),
        (Undone(Seconds(9.0), Button.MARK, "0"), "    0:09  ! taken back: mark"),
        (Undone(Seconds(9.0), None, "0"), "    0:09  ! taken back: the end of the step"),
        (WorkoutChanged(Seconds(9.0), Button.ADD_REP, 1, 7), "    0:09  ! add_rep: 7 steps left"),
        (
            WorkoutChanged(Seconds(9.0), None, 1, 7, workout="200s"),
            "    0:09  ! goes over to 200s: 7 steps left",
        ),
        (
            BoundaryMoved(Seconds(9.0), "0", Seconds(8.0), Seconds(7.4), MovedBy.MARK),
            "    0:09  ! the end was 0.6 s earlier",
        ),
        (Asked(Seconds(9.0), "clock_mode", "0"), "    0:09  ? clock mode"),
        (Split(Seconds(70.0), SplitRole.DOUBTFUL), "    1:10  - mark (doubtful)"),
        (
            ended(mean_heart_rate=BeatsPerMinute(171.6), estimated=True, distance=Metres(990.0)),
            "    5:00  = 1000 m: done, 4:01.3, about 990 m, 172 bpm",
        ),
        (
            RunEnded(Seconds(1800.0), completed=True, steps_done=1, time_s=Seconds(1790.0), distance=None),
            "   30:00  Finished: 1 step done, 29:50",
        ),
        (
            RunEnded(Seconds(9.0), completed=False, steps_done=0, time_s=None, distance=None),
            "    0:09  Ended before the start",
        ),
        (
            RunEnded(
                Seconds(9.0),
                completed=False,
                steps_done=3,
                time_s=Seconds(9.0),
                distance=Metres(30),
                was_open=True,
            ),
            "    0:09  Finished: 3 steps done, 0:09, 30 m",
        ),
        (cue(5.0, "Ease \x1b[31moff.\n"), "    0:05    Ease \ufffd[31moff.\ufffd"),
    ],
)
def test_narrates_what_matters(output, line):
    """Plain lines say steps, splits, cues and trouble in a runner's words."""
    assert TextFormatter().lines(output) == [line]


def test_does_not_say_things_twice():
    """A step's own cue and an unmoved phase are worth no line of their own."""
    announcement = Cue(Seconds(1.0), CueKind.STEP, CueClass.STEP, "Rep 1", Why("step"), Seconds(5.0))
    assert TextFormatter().lines(announcement) == []
    assert TextFormatter().lines(PhaseChanged(Seconds(1.0), Phase.WORK)) == []


CROWD = """
import asyncio, sys
from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor
from coach.edge.conductor import run_live
from coach.edge.sinks import json_lines
from coach.session.phases import Button
from tests.edge.doubles import StubRun, settle_down

async def go():
    conductor = Conductor(StubRun(), MachineClock(), sinks=[json_lines(sys.stdout.buffer)])
    running = asyncio.create_task(run_live(conductor))
    for _ in range(2000):
        conductor.press(Button.MARK)
    await settle_down(8000)
    sys.stderr.write("full\\n")
    sys.stderr.flush()
    ending, code = await running
    return code

sys.exit(asyncio.run(go()))
"""


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "stuck"])
def test_a_reader_that_is_stuck_or_gone_does_not_keep_or_upset_the_program(is_closed):
    """With its stdout full or closed the run goes on, and on Ctrl-C the program ends as it should, in silence."""
    reading, writing = os.pipe()
    if is_closed:
        os.close(reading)
    program = subprocess.Popen(
        [sys.executable, "-c", CROWD], stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, text=True
    )
    os.close(writing)
    assert program.stderr is not None
    assert program.stderr.readline() == "full\n"
    program.send_signal(signal.SIGINT)
    said = program.stderr.read()
    program.stderr.close()
    assert (program.wait(), said) == (130, "")
    if not is_closed:
        os.close(reading)


def test_a_stream_that_would_have_to_wait_is_waited_for():
    """A pipe set to refuse instead of wait still gets every byte."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    text = "x" * 300_000
    read = bytearray()

    def drain() -> None:
        while more := os.read(reading, 65536):
            read.extend(more)

    thread = threading.Thread(target=drain)
    with os.fdopen(writing, "wb") as stream:
        sink = LineSink(stream, lambda _: [text])
        sink.offer(said(cue(1.0)))
        thread.start()
        asyncio.run(sink.close())
    thread.join(20)
    os.close(reading)
    assert read == text.encode() + b"\n"


@pytest.mark.asyncio
async def test_a_cue_that_comes_late_is_not_printed():
    """Its time to live is over when it is offered; the step beside it has its own time, and JSON keeps both."""
    text, lines = io.BytesIO(), io.BytesIO()
    late, step = said(cue(10.0, "Ease off.")), said(StepStarted(Seconds(10.0), 0, STEP))
    sinks = [plain_lines(text, now=lambda: Seconds(16.0)), json_lines(lines)]
    for sink in sinks:
        sink.offer(late)
        sink.offer(step)
        await sink.close()
    assert b"Ease off." not in text.getvalue()
    assert b"rep 1 of 5" in text.getvalue()
    assert (sinks[0].late, sinks[1].late) == (1, 0)
    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == ["cue", "step_started"]


@pytest.mark.asyncio
async def test_a_cue_that_waited_too_long_for_its_reader_is_not_printed():
    """It was in time when it was offered; when the stuck reader reads again it is not."""
    stream, now = Stuck(), [0.0]
    sink = plain_lines(stream, now=lambda: Seconds(now[0]))
    sink.offer(said(cue(0.0, "first")))
    assert stream.begun.wait(20)
    sink.offer(said(cue(0.0, "second")))
    sink.offer(said(cue(4.0, "third")))
    now[0] = 6.0
    stream.reads.set()
    await sink.close()
    assert (b"first" in stream.data, b"second" in stream.data, b"third" in stream.data) == (True, False, True)


@pytest.mark.asyncio
async def test_a_playback_says_everything():
    """Without the time of a live run no cue is late: the lines are the same at any speed."""
    stream = io.BytesIO()
    sink = plain_lines(stream)
    sink.offer(said(cue(0.0, "Ease off.")))
    await sink.close()
    assert b"Ease off." in stream.getvalue()


def test_steps_left_out_in_a_row_are_one_line():
    """A cool-down before its time says once how many steps it left out, before what follows."""
    formatter = TextFormatter()
    step = Step(
        "1", "Main / rep 2 of 9 / work", "Main", Kind.WORK, "rep", EndConditions((DistanceEnd(Metres(400)),))
    )
    skipped = StepEnded(Seconds(60.0), 3, step, EndReason.SKIPPED, Seconds(60.0), Seconds(0.0))
    rest = replace(skipped, step=replace(step, kind=Kind.RECOVERY))

    assert [formatter.lines(ended) for ended in (skipped, rest, skipped)] == [[], [], []]
    assert formatter.lines(PhaseChanged(Seconds(60.0), Phase.WORK)) == [
        "    1:00  = 3 steps left out, 2 of them reps"
    ]
    assert formatter.lines(skipped) == []
    assert formatter.flush() == ["    1:00  = Main / rep 2 of 9 / work: left out"]
    assert formatter.flush() == []
