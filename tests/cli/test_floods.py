"""A run whose input is flooded, or whose output nobody reads, goes on, takes other inputs and obeys signals."""

import fcntl
import os
import signal
import subprocess
from contextlib import contextmanager, suppress

import pytest

from coach.recording.codec import read_journal
from coach.session.phases import Pressed
from coach.signals.readings import Notified, Reported
from tests.patience import LIMIT_S, block_until
from tests.pty.terminal import COACH

pytestmark = pytest.mark.long

RUN = ("run", "6x800", "@", "4:00/km", "/", "400", "jog", "--sensors", "sim", "--json")


@contextmanager
def running(**streams):
    """The real program on a run with a simulated runner; it is ended with the test."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    program = subprocess.Popen([COACH, *RUN], **(pipes | streams))
    try:
        yield program
    finally:
        program.kill()
        program.wait()


def inputs(home):
    """Return the inputs that the run has taken, from its journal."""
    data = next((file.read_bytes() for file in home.rglob("recording.jsonl")), b"")
    return read_journal(data).inputs if b"\n" in data else ()


def samples(home):
    """Return the number of samples that the simulated sensors have sent."""
    return sum(isinstance(event, Notified | Reported) for event in inputs(home))


def goes_on(home, program):
    """Wait until sensors have been heard for a while, then tell the program to end, as a machine does."""
    block_until(lambda: samples(home) > 10, "sensors are heard")
    assert program.poll() is None
    program.send_signal(signal.SIGTERM)
    block_until(lambda: program.poll() is not None, "the program ends")
    assert program.returncode == 5


@pytest.mark.parametrize(
    "flood",
    ["yes", "yes mark", "cat /dev/zero", "cat /dev/urandom", "while :; do echo add_rep; echo undo; done"],
)
def test_a_flooded_input_is_bounded(home, flood):
    """Sensors are heard beside it, the recording stays small, and SIGTERM ends the run, which is kept."""
    feeder = subprocess.Popen(["bash", "-c", flood], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        with running(stdin=feeder.stdout) as program:
            goes_on(home, program)
    finally:
        feeder.kill()
        feeder.wait()
        if feeder.stdout is not None:
            feeder.stdout.close()
    presses = sum(isinstance(event, Pressed) for event in inputs(home))
    assert presses < 100 + 10 * LIMIT_S
    assert next(home.rglob("recording.jsonl")).stat().st_size < 1 << 20


def full_pipe():
    """A pipe in which there is no more room, and that nobody reads."""
    reading, writing = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 512)
    os.set_blocking(writing, True)
    return reading, writing


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_output_that_nobody_reads_holds_nothing_up(home, stream):
    """Buttons are taken and sensors heard all the same, also while every line would say something."""
    unread, full = full_pipe()
    typed, typing = os.pipe()
    try:
        with running(**{"stdin": typed, stream: full}) as program:
            os.write(typing, b"no button\n" * 50 + b"pause\nresume\n")
            block_until(
                lambda: sum(isinstance(event, Pressed) for event in inputs(home)) == 2, "buttons are taken"
            )
            goes_on(home, program)
    finally:
        for descriptor in (unread, full, typed, typing):
            os.close(descriptor)
