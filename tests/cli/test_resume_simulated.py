"""A run that was simulated goes on simulated: whatever is paired by then, no radio is touched."""

import json
import os
import signal
import socket
import subprocess
from contextlib import contextmanager
from zlib import crc32

import pytest

from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from tests.pty.terminal import COACH, PATIENCE_S


@pytest.fixture
def radio(tmp_path_factory, monkeypatch):
    """A system bus that answers nobody; tells whether somebody has knocked at it."""
    path = tmp_path_factory.mktemp("bus") / "bus"
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(path))
        bus.listen()
        bus.setblocking(False)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={path}")

        def is_touched():
            try:
                bus.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield is_touched


@contextmanager
def started(*words):
    """Start the real program with pipes; it is ended with the test."""
    program = subprocess.Popen(
        [COACH, *words],
        env=os.environ
        | {"PYTHONUNBUFFERED": "1", "PATH": ""},  # nothing that keeps a laptop awake, by the same bus
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


def until(program, event):
    """Read events until one of a kind."""
    for text in program.stdout:
        if json.loads(text)["event"] == event:
            return
    raise AssertionError(f"it ended without {event}")


def pair():
    """Remember a strap, as `coach sensors pair` does."""
    strap = PairedSensor("AA:BB:CC:DD:EE:01", "Polar H10", SensorKind.STRAP, label="my strap")
    load_sensors(runner_paths().sensors).add(strap)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_simulated_run_never_touches_a_real_sensor(coach, radio, ending):
    """Begun with a simulated runner and cut off, it goes on with them, and the strap that is paired is left alone."""
    assert coach("athlete", "set", "--race", "5k=22:30").exit_code == 0
    pair()
    with started("run", "6x800-5k", "--sensors", "sim", "--json") as program:
        until(program, "sensor")
        program.send_signal(ending)
        program.wait(PATIENCE_S)
    with started("runs", "resume", "--json") as program:
        until(program, "sensor")
        program.stdin.write("finish\n")
        program.stdin.flush()
        until(program, "run_ended")
        assert program.wait(PATIENCE_S) == 0

    assert not radio()


def test_an_older_run_without_sensors_touches_none(coach, home, radio):
    """A recording of 0.1.0 does not say what measured it; without devices in its header no radio did."""
    assert coach("athlete", "set", "--race", "5k=22:30").exit_code == 0
    with started("run", "6x800-5k", "--sensors", "sim", "--json") as program:
        until(program, "sensor")
        program.kill()
        program.wait(PATIENCE_S)
    (journal,) = home.rglob("recording.jsonl")
    first, *rest = journal.read_bytes().splitlines(keepends=True)
    header = json.loads(first.rpartition(b"\t")[0])
    del header["sensors"]
    text = json.dumps(header, separators=(",", ":")).encode()
    journal.write_bytes(b"".join([b"%b\t%08x\n" % (text, crc32(text)), *rest]))
    pair()
    with started("runs", "resume", "--json") as program:
        program.stdin.write("finish\n")
        program.stdin.flush()
        until(program, "run_ended")
        assert program.wait(PATIENCE_S) == 0

    assert not radio()


def test_a_run_with_sensors_does_touch_them(coach, radio):
    """The bus of these tests notices: a run with the paired strap knocks at it."""
    pair()
    with started("run", "8x400-5k", "--marks", "--no-record", "--json") as program:
        until(program, "run_started")
        for _ in range(int(PATIENCE_S / 0.1)):
            if radio():
                break
            with pytest.raises(subprocess.TimeoutExpired):
                program.wait(0.1)
        else:
            pytest.fail("nobody knocked")
