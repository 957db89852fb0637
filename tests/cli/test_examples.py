"""Every help page ends with examples, and every example works when it is typed."""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from coach.cli.group import EXAMPLES, CoachGroup, root
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from tests.pty.terminal import COACH, PATIENCE_S
from tests.radio.peripherals import strap
from tests.squad.sessions import a_session

JOURNAL = Path(__file__).parents[1] / "golden" / "journals" / "by-hand"
RUN = "01M8KV1SC0KBBJ01866STGH9A5"
ZWO = """<workout_file><name>Intervals</name><workout>
<IntervalsT Repeat="4" OnDuration="180" OffDuration="90" pace="1"/></workout></workout_file>"""
LIVE = (
    "coach run ",
    "coach demo",
    "coach runs resume",
    "coach squad run",
    "coach squad demo",
    "coach squad resume",
)
"""The start of examples that run until they are stopped."""
SERVED = ("coach broker", "coach squad pair")
"""The start of examples that serve until they are stopped, or ask before each runner; other tests run them."""
AIR = (
    "coach sensors scan",
    "coach sensors pair",
    "coach sensors log",
    "coach sensors forget",
    "coach doctor",
)
"""The start of examples that need a radio."""


def every_command(group=root, path="coach"):
    """Each command and group by the words that name it."""
    yield path, group
    if isinstance(group, CoachGroup):
        context = click.Context(group)
        for name in group.list_commands(context):
            yield from every_command(group.get_command(context, name), f"{path} {name}")


COMMANDS = dict(every_command())
TYPED = [(path, example) for path, examples in EXAMPLES.items() for example in examples]


@pytest.fixture
def evening(home, tmp_path, coach):
    """A home with an athlete, their plan, a run that was cut off and a strap, and the files that the examples name."""
    assert coach("athlete", "set", "--race", "5k=22:30").exit_code == 0
    season = ("--race", "24w:10k:A", "--days", "5", "--from-km", "40", "--to-km", "65")
    assert coach("plan", "new", *season).exit_code == 0
    assert coach("plan", "off", "10d..12d").exit_code == 0
    assert coach("gear", "set", "racer").exit_code == 0
    timed = [COACH, "squad", "time"]
    subprocess.run(timed, input=b"space\nspace\nend\n", check=True, capture_output=True, timeout=PATIENCE_S)
    run = home / "data" / "runs" / RUN
    shutil.copytree(JOURNAL, run)
    lines = (run / "recording.jsonl").read_bytes().splitlines(keepends=True)
    (run / "recording.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    manifest = run / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"finished"', '"interrupted"'))
    folder = tmp_path / "evening"
    folder.mkdir()
    shutil.copy(JOURNAL / "recording.jsonl", folder / "my-run.fit")  # what it is, is decided by what it holds
    (folder / "intervals.zwo").write_text(ZWO)
    (folder / "names.txt").write_text("Ana\nBen\n")
    people = [{"name": "Ana", "group": "fast"}, {"name": "Ben", "group": "new"}]
    groups = [{"name": "fast"}, {"name": "new"}]
    roster = {"format": "coach-squad/1", "runners": people, "groups": groups}
    (folder / "squad.json").write_text(json.dumps(roster))
    a_session(runner_paths().squads, 2, is_cut=True)
    (folder / "hrv.csv").write_text("date,rmssd\n2026-01-11,45\n2026-01-12,47\n")
    assert coach("workout", "new", folder / "my-workout.json").exit_code == 0
    return folder


@pytest.mark.parametrize("path", COMMANDS)
def test_every_help_page_ends_with_its_examples(coach, path):
    """Both -h and --help show the page; its last lines are the examples, of the command or of one below it."""
    words = path.split()[1:]
    shown = coach(*words, "-h")

    assert shown.exit_code == 0
    assert shown.stdout == coach(*words, "--help").stdout
    examples = EXAMPLES[path]
    heading = "Example:" if len(examples) == 1 else "Examples:"
    assert shown.stdout.splitlines()[-len(examples) - 1 :] == [heading, *(f"  {each}" for each in examples)]
    assert all(each.startswith(path) for each in examples)


def test_no_example_is_of_a_command_that_does_not_exist():
    """The table names commands as they are."""
    assert set(EXAMPLES) == set(COMMANDS)


@pytest.mark.long
@pytest.mark.parametrize(
    "example", [example for _, example in TYPED if not example.startswith((*LIVE, *SERVED, *AIR))]
)
def test_an_example_does_what_it_says(evening, example):
    """Typed into a shell in a folder with the files it names, it ends well."""
    ended = shell(example, evening)

    assert ended.returncode == 0, ended.stderr
    assert "mistake" not in ended.stderr


@pytest.mark.long
@pytest.mark.parametrize("example", [example for _, example in TYPED if example.startswith(LIVE)])
def test_a_live_example_runs(evening, example):
    """A live example starts or resumes a run, takes a button from a pipe, and reports the finished run."""
    ended = shell(example, evening, typed="finish\n")

    assert ended.returncode == 0, ended.stderr
    assert "Ended early" in ended.stdout


@pytest.mark.long
@pytest.mark.asyncio
@pytest.mark.parametrize("example", [example for _, example in TYPED if example.startswith(AIR)])
async def test_an_example_with_a_radio_does_what_it_says(evening, bluez, example):
    """With a strap in the air it ends well; doctor may find something to mend on this machine."""
    mine = strap()
    bluez.add(mine)
    load_sensors(runner_paths().sensors).add(
        PairedSensor(mine.address, mine.name or "", SensorKind.STRAP, label="my strap")
    )
    ended = await asyncio.to_thread(shell, example, evening)

    assert ended.returncode in ({0, 1} if "doctor" in example else {0}), ended.stderr
    assert "mistake" not in ended.stderr


def shell(line, folder, typed=""):
    """Type a line into a shell, and what the program reads from a pipe."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=environment(folder),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def environment(folder):
    """An environment with the command `coach` and an empty home."""
    path = f"{Path(COACH).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "HOME": str(folder), "PYTHONUNBUFFERED": "1"}
