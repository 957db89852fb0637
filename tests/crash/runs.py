"""Runs that are killed: a process that forks one run after the other, so that each costs no start of Python.

Each line of standard input asks for a run, as JSON: its `folder`, whether it is to be killed `after_s` seconds, or by
itself right after it has shown its `edge`-th change of state. What a run shows is appended to `shown.jsonl` in its
folder, what its sensor sends to `sent.txt`. The answer is a line with the number of the signal that ended it.
"""

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

from coach.edge import conductor as conducting
from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor, run_live
from coach.edge.recorder import is_state_edge, start_recording
from coach.edge.sources import Inbox
from coach.live.contract import RunSetup, encode_event, encode_line
from coach.live.run import LiveRun, TimedOutput
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.recording.codec import Header
from coach.signals.readings import Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import AutoStart, DistanceEnd, EndConditions, Step, TimeEnd, Timeline

RUN = "01JD0000000000000000000000"
SHOWN, SENT = "shown.jsonl", "sent.txt"
STEPS = 40


def timeline() -> Timeline:
    """Reps of half a metre and rests of a tenth of a second, so that a second has many changes of state."""
    rep = EndConditions((DistanceEnd(Metres(0.5)),))
    rest = EndConditions((TimeEnd(Seconds(0.1)),))
    return Timeline(
        "Many short reps",
        tuple(
            Step(
                str(number),
                f"step {number}",
                "Main",
                Kind.RECOVERY if number % 2 else Kind.WORK,
                "step",
                rest if number % 2 else rep,
                start=AutoStart(),
            )
            for number in range(STEPS)
        ),
    )


def setup() -> RunSetup:
    """The run; it does not stop by itself."""
    return RunSetup(RUN, timeline(), ends_after_s=Seconds(60.0))


class Shown:
    """A sink that appends each event to a file with one write, and may kill its program."""

    def __init__(self, path: Path, last_edge: int | None) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._edges_left = last_edge

    def offer(self, output: TimedOutput) -> None:
        """Show an event."""
        os.write(self._descriptor, encode_line(encode_event(output.output, output.run_s)).encode() + b"\n")
        if self._edges_left is not None and is_state_edge(output.output):
            self._edges_left -= 1
            if self._edges_left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    async def close(self) -> None:
        """Leave the file."""


class Pod:
    """A sensor that sends a hundred times a second, and notes the time of the run of each sample."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    async def listen(self, inbox: Inbox) -> None:
        """Send for ever."""
        while True:
            at = inbox.now()
            inbox.put(Reported(at, Source.POD, speed=MetresPerSecond(4.0), distance=Metres(4.0 * at)))
            os.write(self._descriptor, f"{at}\n".encode())
            await asyncio.sleep(0.01)


async def run(folder: Path, last_edge: int | None) -> None:
    """Conduct a run as the program does."""
    clock = MachineClock()
    wall = clock.wall()
    header = Header(RUN, "0", None, None, wall_epoch=wall.epoch_s)
    recorder = start_recording(folder, header, clock, workout="Many short reps", steps=STEPS)
    sinks = [Shown(folder / SHOWN, last_edge)]
    conductor = Conductor(LiveRun(setup()), clock, journal=recorder, sinks=sinks)
    await run_live(conductor, sources=[Pod(folder / SENT)], recorder=recorder)


def killed(folder: Path, after_s: float | None, last_edge: int | None) -> int:
    """Fork a run and wait until it was killed; returns the signal."""
    child = os.fork()
    if child == 0:
        # What is promised of a disk that is not blocked, however busy the machine is.
        vars(conducting)["HOLD_S"] = 3600.0
        asyncio.run(run(folder, last_edge))
        os._exit(0)
    if after_s is not None:
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def main() -> None:
    """Answer each line."""
    for line in sys.stdin:
        asked = json.loads(line)
        folder = Path(asked["folder"])
        folder.mkdir(parents=True)
        sys.stdout.write(f"{killed(folder, asked.get('after_s'), asked.get('edge'))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
