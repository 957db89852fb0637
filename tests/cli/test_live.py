"""Live runs: self-starting where there is no terminal, told button names through a pipe, recorded, resumable."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

SHORT = {
    "format": "coach-workout/1",
    "name": "Half a second",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "0:01"}}]}],
}
LONG = {
    "format": "coach-workout/1",
    "name": "Long",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "9:00"}}]}],
}


@pytest.fixture
def short(tmp_path):
    """A workout of one second."""
    path = tmp_path / "short.json"
    path.write_text(json.dumps(SHORT))
    return path


@pytest.fixture
def long(tmp_path):
    """A workout nobody waits for the end of."""
    path = tmp_path / "long.json"
    path.write_text(json.dumps(LONG))
    return path


def started(home, *words, **streams):
    """Start the real program, with pipes for its streams."""
    command = [sys.executable, "-m", "coach", *(str(word) for word in words)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    environment = os.environ | {"COACH_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, env=environment, text=True, **(pipes | streams))


@pytest.mark.parametrize("word", ["free", "time"])
def test_a_run_without_a_plan_goes_at_once_and_ends_whole(home, word):
    """No number is asked for, a mark is a lap, and finishing what has no end ends nothing early."""
    running = started(home, "run", word, "--sensors", "none")
    printed, told = running.communicate("mark\nfinish\n", timeout=60)

    assert running.returncode == 0, told
    lines = printed.splitlines()
    assert "Free run" in lines[0]
    assert any("- mark" in line for line in lines)
    assert lines[-1].split("  ")[-1].startswith("Finished: 0:0")
    assert "step" not in lines[-1]


def test_a_step_that_is_missing_is_an_early_end(home, long):
    """Finishing in the middle of a plan says so, with the steps that were done."""
    running = started(home, "run", long, "--sensors", "none")
    printed, _ = running.communicate("finish\n", timeout=60)

    assert "Ended early: 0 steps done" in printed.splitlines()[-1]


def test_a_run_starts_by_itself_and_is_recorded(coach, short):
    """Without a terminal a run starts at once, closes after its last step, and can be shown afterwards."""
    ran = coach("run", short, "--sensors", "none", "--json")
    told = [json.loads(line) for line in ran.stdout.splitlines()]

    assert ran.exit_code == 0, ran.stderr
    assert [told[0]["event"], told[-1]["event"]] == ["run_started", "run_ended"]
    assert told[-1]["completed"]
    run = told[0]["run"]
    assert f"coach runs show {run}" in ran.stderr
    assert [json.loads(line)["state"] for line in coach("runs", "list", "--json").stdout.splitlines()] == [
        "finished"
    ]
    assert coach("replay", run, "--json").stdout == ran.stdout


def test_without_sensors_the_default_is_said(coach, short):
    """A run without sensors prints why it has none."""
    assert "--sensors none" in coach("run", short, "--no-record").stderr
    assert "--sensors none" not in coach("run", short, "--no-record", "--sensors", "none").stderr


def test_nothing_is_recorded_unless_wanted(coach, home, short, tmp_path):
    """--no-record leaves no run behind, --record puts it where it is told, and both together are an error."""
    coach("run", short, "--no-record")
    assert coach("runs", "list").stdout == ""
    coach("run", short, "--record", tmp_path / "elsewhere")
    assert len(list((tmp_path / "elsewhere").glob("*/recording.jsonl"))) == 1
    assert coach("runs", "list").stdout == ""
    assert coach("run", short, "--record", tmp_path, "--no-record").exit_code == 2


def test_the_demonstration_runs_and_leaves_nothing(coach, home):
    """`coach demo` without a terminal prints a whole run, and leaves the home alone."""
    ran = coach("demo", "--speed", "120", "--json")
    told = [json.loads(line) for line in ran.stdout.splitlines()]

    assert ran.exit_code == 0, ran.stderr
    assert told[-1]["completed"]
    assert {"pod", "strap"} <= {event.get("sensor") for event in told}
    assert not home.exists()


def test_buttons_come_down_a_pipe(home, long):
    """Button names are read as lines; a misspelt one is told on stderr, and the end of input ends nothing."""
    with started(home, "run", long, "--json", "--no-record") as program:
        first = program.stdout.readline()
        out, err = program.communicate("nxt\nnext\n", timeout=30)
    told = [json.loads(line) for line in [first, *out.splitlines()]]

    assert program.returncode == 0
    assert "next?" in err
    assert [event["reason"] for event in told if event["event"] == "step_ended"] == ["next"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 5), (signal.SIGHUP, 5)])
def test_a_run_that_is_cut_off_is_kept_and_goes_on(coach, home, long, number, code):
    """Ctrl-C, a terminal that goes and a machine that stops leave a run that `resume` goes on with."""
    with started(home, "run", long, "--json") as program:
        run = json.loads(program.stdout.readline())["run"]
        program.send_signal(number)
        _, err = program.communicate(timeout=30)
    assert program.returncode == code
    assert f"coach runs resume {run}" in err
    assert "Traceback" not in err

    with started(home, "runs", "resume", "--json") as program:
        out, err = program.communicate("next\n", timeout=30)
    assert program.returncode == 0, err
    assert json.loads(out.splitlines()[-1])["completed"]
    replayed = coach("replay", run, "--json")
    assert replayed.exit_code == 0
    assert json.loads(replayed.stdout.splitlines()[-1])["completed"]
    assert coach("runs", "resume", run).exit_code == 3


def test_a_run_whose_battery_was_pulled_goes_on_at_the_same_step(coach, home, long):
    """Killed without a word, a run is still listed as interrupted, and resuming it offers the same step."""
    with started(home, "run", long, "--json") as program:
        told = [json.loads(program.stdout.readline()) for _ in range(2)]
        while (
            not (home / "data" / "runs" / told[0]["run"] / "recording.jsonl")
            .read_bytes()
            .count(b"step_started")
        ):
            pass
        program.kill()
    assert "interrupted" in coach("runs", "list").stdout

    with started(home, "runs", "resume", told[0]["run"], "--json") as program:
        out, err = program.communicate("next\n", timeout=30)
    assert program.returncode == 0, err
    assert [json.loads(line)["step_id"] for line in out.splitlines() if '"step_ended"' in line] == ["0.0"]


def test_a_reader_that_goes_away_ends_a_replay_quietly(coach, home, tmp_path):
    """`coach replay ... | head -1` exits with 0 and says nothing."""
    made = tmp_path / "made.jsonl"
    coach("simulate", "5x3min-hard", "--out", made)
    reader, writer = os.pipe()
    os.close(reader)
    with started(home, "replay", made, "--json", stdout=writer) as program:
        os.close(writer)
        _, err = program.communicate(timeout=30)

    assert program.returncode == 0
    assert err == ""


def test_a_run_that_nobody_hears_and_nothing_keeps_ends_with_its_reader(home):
    """`coach run ... --no-record --json | head -1` ends when head does, not at the next line, minutes later."""
    words = ("run", "2km @ 6:00/km", "--sensors", "sim", "--no-record", "--json")
    with started(home, *words) as program:
        assert program.stdout is not None
        assert "run_started" in program.stdout.readline()
        program.stdout.close()
        assert program.wait(timeout=60) == 0


def test_a_recorded_run_goes_on_without_a_reader(home, coach):
    """A run that is recorded is kept whole, whoever stops reading its lines."""
    words = ("run", "5s stride", "--sensors", "sim", "--json")
    with started(home, *words) as program:
        assert program.stdout is not None
        run = json.loads(program.stdout.readline())["run"]
        program.stdout.close()
        assert program.wait(timeout=60) == 0

    assert json.loads(coach("runs", "show", run, "--json").stdout)["completed"] is True


@pytest.fixture
def damaged(coach, home, short):
    """A finished run whose journal lost its last bytes; its id and its journal."""
    run = json.loads(coach("run", short, "--json").stdout.splitlines()[0])["run"]
    journal = home / "data" / "runs" / run / "recording.jsonl"
    journal.write_bytes(journal.read_bytes()[:-5])
    return run, journal


def test_a_damaged_run_is_repaired(coach, damaged):
    """The damaged part is kept beside the journal, the intact part stays; a second repair changes nothing."""
    run, journal = damaged
    before = journal.read_bytes()

    assert "set aside" in coach("runs", "repair", run).stderr
    torn = journal.with_name("recording.jsonl.torn").read_bytes()
    assert journal.read_bytes() + torn == before
    assert "intact" in coach("runs", "repair", run[:8]).stderr
    assert coach("replay", run).exit_code == 0


@pytest.mark.parametrize("is_alone", [False, True])
def test_a_run_in_another_folder_is_named_by_its_folder(coach, damaged, tmp_path, is_alone):
    """A run that `--record` kept elsewhere is repaired, noted and deleted by its folder or the one around it."""
    run, journal = damaged
    folder = tmp_path / "elsewhere" / run
    shutil.copytree(journal.parent, folder)
    name = str(folder.parent if is_alone else folder)

    assert "set aside" in coach("runs", "repair", name).stderr
    assert coach("runs", "note", name, "--rpe", "7").exit_code == 0
    assert "7" in coach("runs", "note", name).stdout
    assert coach("runs", "delete", name, "--yes").exit_code == 0
    assert not folder.exists()
    assert journal.exists()


def test_a_run_is_shown_step_by_step(coach, damaged):
    """`runs show` has the totals and a line for each step; --json the same with units in the keys."""
    run, _ = damaged
    shown = coach("runs", "show", run)
    told = json.loads(coach("runs", "show", run, "--json").stdout)

    assert "Half a second" in shown.stdout
    assert told["steps"][0]["time_s"] == 1.0
    assert "mean_speed_mps" not in told["steps"][0]


def test_a_run_is_deleted_only_on_purpose(coach, home, damaged):
    """Without a terminal --yes is needed; then the run is deleted."""
    run, journal = damaged

    assert coach("runs", "delete", run).exit_code == 2
    assert journal.exists()
    assert coach("runs", "delete", run, "--yes").exit_code == 0
    assert not journal.exists()
    assert coach("runs", "delete", run, "--yes").exit_code == 3
    assert coach("runs", "show", run).exit_code == 3


def test_with_nothing_to_resume_that_is_said(coach):
    """An empty shelf, and a run that does not exist, exit with 3."""
    assert coach("runs", "resume").exit_code == 3
    assert coach("runs", "resume", "01ABC").exit_code == 3
    assert coach("runs", "repair", "01ABC").exit_code == 3


def test_a_missing_number_is_asked_for_on_a_terminal(monkeypatch, home, coach):
    """On a terminal a race or a pace is asked for until it fits, and kept once what it gives is confirmed."""
    monkeypatch.setattr("coach.cli.shared.can_ask", lambda: True)
    asked = coach(
        "simulate", "5x1000-5k", "--out", home.parent / f"{home.name}.csv", stdin="slow\n4:10/km\ny\n"
    )

    assert asked.exit_code == 0, asked.stderr
    assert '"slow" is not a race result' in asked.stderr
    assert "threshold pace 4:10/km gives 5k pace 3:54/km" in asked.stderr
    assert "4:10/km" in coach("athlete", "show").stdout


def test_an_end_of_input_while_asked_is_an_interruption(monkeypatch, coach, tmp_path):
    """Ctrl-D in place of an answer exits with 130 and nothing written."""
    monkeypatch.setattr("coach.cli.shared.can_ask", lambda: True)
    asked = coach("simulate", "5x1000-5k", "--out", tmp_path / "made.csv", stdin="")

    assert asked.exit_code == 130
    assert list(tmp_path.iterdir()) == []


def test_python_dash_m_is_the_same_program():
    """`python -m coach` answers as `coach` does."""
    asked = subprocess.run([sys.executable, "-m", "coach"], capture_output=True, text=True, check=True)

    assert "Try next: coach demo" in asked.stdout


@pytest.mark.parametrize("given", [["--temperature", "30"], ["--temperature", "20", "--dew-point", "25"]])
def test_half_a_weather_is_a_slip_of_the_pen(coach, given):
    """A temperature without a dew point says nothing of heat, and no dew point lies above it."""
    assert coach("run", "5x1000-5k", *given).exit_code == 2
