"""The machine is held awake while a run is live, and let go however the program ends."""

import ctypes
import os
import select
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from coach.edge import machine
from coach.edge.machine import SleepInhibitor

HOLDS = """#!/bin/sh
echo "$@" > "{folder}/asked"
echo $$ > "{folder}/pid"
while [ "$1" != sh ]; do shift; done
exec "$@"
"""
REFUSES = """#!/bin/sh
echo "Failed to inhibit: Access denied" >&2
exit 1
"""
HANGS = """#!/bin/sh
echo $$ > "{folder}/pid"
trap "" PIPE
while :; do read -r line || exec sleep 300; done
"""
HOLDER_PROGRAM = """
import sys
from coach.edge.machine import SleepInhibitor
with SleepInhibitor("linux") as held:
    print(held.trouble or "held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path, monkeypatch):
    """Puts a made-up program on the path, before the system's own; gives the folder of its traces."""

    def put(script, name="systemd-inhibit"):
        program = tmp_path / name
        program.write_text(script.format(folder=tmp_path))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        return tmp_path

    return put


def is_alive(pid):
    """Tell whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pid_in(folder):
    """The process id a made-up holder left behind."""
    return int((folder / "pid").read_text())


@pytest.mark.parametrize(
    ("platform", "name", "asked"),
    [("linux", "systemd-inhibit", "--what=idle:sleep"), ("darwin", "caffeinate", "-d -i -s")],
)
def test_the_machine_is_held_awake_and_let_go(holder, platform, name, asked):
    """The system's own program is asked for sleep and screen, lives as long as the run, and ends with it."""
    folder = holder(HOLDS, name)
    with SleepInhibitor(platform) as held:
        assert held.trouble == ""
        assert is_alive(pid_in(folder))
    assert not is_alive(pid_in(folder))
    assert asked in (folder / "asked").read_text()


def test_a_refusal_is_said_in_the_systems_words(holder):
    """Whoever may not ask for it hears why, and the run goes on."""
    holder(REFUSES)
    with SleepInhibitor("linux") as held:
        assert held.trouble == "systemd-inhibit says: Failed to inhibit: Access denied"


def test_a_machine_without_the_program_is_told_which_one(monkeypatch, tmp_path):
    """The name of what is missing is the fix."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with SleepInhibitor("linux") as held:
        assert held.trouble == "systemd-inhibit is not installed"


def test_a_program_that_is_none_is_told(holder, tmp_path):
    """A file that cannot be run is a reason like any other."""
    folder = holder("not a program")
    (folder / "systemd-inhibit").write_bytes(b"\x7fELF")
    with SleepInhibitor("linux") as held:
        assert held.trouble.startswith("systemd-inhibit cannot be started: ")


def test_a_holder_that_does_not_answer_is_given_up_and_killed(holder, monkeypatch):
    """A start never waits for long, and what hangs is not left behind."""
    monkeypatch.setattr(machine, "HOLD_S", 0.3)
    monkeypatch.setattr(machine, "RELEASE_S", 0.1)
    folder = holder(HANGS)
    with SleepInhibitor("linux") as held:
        assert held.trouble == "systemd-inhibit did not answer"
    assert not is_alive(pid_in(folder))


def test_a_program_that_is_killed_lets_the_machine_sleep(holder):
    """A crash leaves no holder behind: its pipe closes."""
    folder = holder(HOLDS)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER_PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        waiting = os.pidfd_open(pid_in(folder))
        program.send_signal(signal.SIGKILL)
        program.wait()
        assert_ends(waiting)


def assert_ends(pidfd):
    """Wait for a process that is not our child to end."""
    ready, _, _ = select.select([pidfd], [], [], 10)
    os.close(pidfd)
    assert ready


@pytest.mark.parametrize(("answer", "trouble"), [(1, ""), (0, "Windows refused SetThreadExecutionState")])
def test_windows_is_asked_by_a_call(monkeypatch, answer, trouble):
    """System and display are held while entered, and let go afterwards if they were held."""
    asked = []

    def told(state):
        asked.append(state)
        return answer

    kernel = SimpleNamespace(SetThreadExecutionState=told)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    with SleepInhibitor("win32") as held:
        assert held.trouble == trouble
    assert asked == ([0x80000003, 0x80000000] if answer else [0x80000003])


def test_an_unknown_system_is_told_so():
    """Nothing is tried where nothing is known."""
    with SleepInhibitor("plan9") as held:
        assert "plan9" in held.trouble
