"""Tests of the locks that keep two coaches on one machine from using one sensor."""

import json
import subprocess
import sys

from coach.edge.paired_sensors import LockHolder, SensorLocks
from coach.problems import SensorTrouble

OTHER = """
import sys
from pathlib import Path
from coach.edge.paired_sensors import SensorLocks
with SensorLocks(Path(sys.argv[1]), "01RUN").lock("AA"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_that_holds_a_sensor_is_named(tmp_path):
    """Another process that holds a strap is told with its run; once it is gone, even killed, the strap is free."""
    command = [sys.executable, "-c", OTHER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        ours = SensorLocks(tmp_path)
        with ours.lock("AA") as holder:
            assert holder == LockHolder(other.pid, "01RUN")
        assert ours.holder("AA") == LockHolder(other.pid, "01RUN")
        assert ours.holder("BB") is None
        assert len(list(tmp_path.iterdir())) == 1  # asking leaves nothing behind
        other.kill()
        other.wait()

    with ours.lock("AA") as holder:
        assert holder is None


def test_the_problem_names_process_and_run_and_the_way_out():
    """The problem of a held sensor names the process and its run, and says that a run takes it when it is free."""
    problem = LockHolder(1234, "01RUN\x1b[2J").problem("Polar\n")

    assert problem.reason is SensorTrouble.HELD
    assert "another coach, process 1234 (01RUN" in problem.message
    assert problem.message.isprintable()
    assert "as soon as it is free" in problem.hint


def test_what_we_hold_ourselves_is_held_by_nobody_else(tmp_path):
    """The holder of a sensor of our own is None; locking it a second time names this coach."""
    ours = SensorLocks(tmp_path)
    with ours.lock("AA"):
        assert ours.holder("AA") is None
        with ours.lock("AA") as holder:
            assert holder is not None
            assert "this coach" in holder.problem("Strap").message


def test_a_damaged_file_of_a_holder_still_keeps_others_out(tmp_path):
    """The lock is what counts: with nonsense in the file the sensor is held by an unknown process."""
    with SensorLocks(tmp_path, "x").lock("AA"):
        (file,) = tmp_path.iterdir()
        for nonsense in (
            b"\xff{",
            b"[]",
            b'{"process": []}',
            json.dumps({"process": "y", "run": ""}).encode(),
        ):
            file.write_bytes(nonsense)
            with SensorLocks(tmp_path).lock("AA") as holder:
                assert holder == LockHolder(0)


def test_only_the_runner_can_read_who_holds_what(tmp_path):
    """The folder is 0700 and its files 0600; their names do not tell addresses."""
    folder = tmp_path / "holds"
    with SensorLocks(folder).lock("AA:BB:CC:DD:EE:FF"):
        (file,) = folder.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert file.stat().st_mode & 0o777 == 0o600
        assert "AA" not in file.name


def test_where_nothing_can_be_written_nobody_is_kept_out(tmp_path):
    """A data folder that cannot be written keeps no run from its sensors."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    with SensorLocks(blocked / "holds").lock("AA") as holder:
        assert holder is None
    assert list(tmp_path.iterdir()) == [blocked]
