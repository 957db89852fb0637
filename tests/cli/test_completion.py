"""A shell completes commands, options and names; bash itself is asked, and for zsh and fish what their scripts ask."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.cli.group import root
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from tests.pty.terminal import COACH, PATIENCE_S

JOURNAL = Path(__file__).parents[1] / "golden" / "journals" / "by-hand"
RUN = "01M8KV1SC0KBBJ01866STGH9A5"

BASH = """
source <(coach completion bash)
compopt() { printf 'compopt %%s %%s\n' "$@"; }  # the real one works inside of a completion only
complete -p coach
COMP_WORDS=(%s) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_coach_completion coach
printf '%%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def kept(home, coach):
    """A home with two athletes, a run and a sensor."""
    assert coach("athlete", "set", "anna", "--race", "5k=22:30").exit_code == 0
    assert coach("athlete", "set", "ada", "--race", "5k=21:30").exit_code == 0
    shutil.copytree(JOURNAL, home / "data" / "runs" / RUN)
    sensors = load_sensors(runner_paths().sensors)
    sensors.add(PairedSensor("AA:BB:CC:DD:EE:01", "Polar H10 A1B2C3D4", SensorKind.STRAP, label="strap"))
    sensors.add(PairedSensor("AA:BB:CC:DD:EE:02", "Stryd", SensorKind.POD, label="my pod"))
    return home


def asked(script):
    """Run a script in a bash that has the command `coach`, and return its output."""
    path = f"{Path(COACH).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-c", script],
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert ended.stderr == ""
    return ended.stdout.splitlines()


def completed(*words):
    """Return the completions that bash offers for the last word."""
    registered, *offered = asked(BASH % " ".join(f"'{word}'" for word in words))
    assert registered == "complete -o nosort -F _coach_completion coach"
    return [each for each in offered if each]


def answered(*words):
    """Return what the program answers to the script of bash: a type and a value for each completion."""
    asks = {
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_COACH_COMPLETE": "bash_complete",
    }
    printed = CliRunner().invoke(root, [], prog_name="coach", env=asks).stdout
    return [tuple(line.split(",")) for line in printed.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("run", "6x8"), ["6x800-5k"]),
        (("athlete", "zones", "an"), ["anna"]),
        (("config", "set", "nothing", ""), []),
        (("replay", "my-run"), ["compopt -o default"]),
    ],
)
def test_bash_completes(kept, words, offered):
    """Bash asks the program, and offers names, nothing, or files."""
    assert completed("coach", *words) == offered


FILE = None
"""The answer by which bash completes the name of a file."""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ru",), ["run", "runs"]),
        (("workout", "sc"), ["schema"]),
        (("run", "--ath"), ["--athlete"]),
        (("run", "--sensors", "s"), ["sim"]),
        (("run", "6x8"), ["6x800-5k"]),
        (("run", "--marks", "6x8"), ["6x800-5k"]),
        (("workout", "show", "5x1000"), ["5x1000-5k"]),
        (("run", "--athlete", "a"), ["ada", "anna"]),
        (("athlete", "zones", "an"), ["anna"]),
        (("replay", "01"), [RUN]),
        (("runs", "resume", ""), [RUN]),
        (("sensors", "forget", ""), ["strap"]),
        (("config", "set", "cues.hold_b"), ["cues.hold_back_s"]),
        (("config", "set", "theme", ""), ["night", "sun"]),
        (("config", "set", "mute", ""), ["true", "false"]),
        (("config", "set", "cues.speak", ""), ["lap", "km", "mile", "total"]),
        (("config", "set", "keymap.x", "lo"), ["longer"]),
        (("config", "set", "athlete", "a"), ["ada", "anna"]),
        (("run", "fre"), ["free", "free-fartlek"]),
        (("run", "ti"), ["time"]),
        (("workout", "show", "fre"), ["free-fartlek"]),
        (("config", "set", "nothing", ""), []),
        (("completion", "f"), ["fish"]),
        (("replay", "my-run"), FILE),
        (("workout", "import", ""), FILE),
        (("simulate", "demo", "--out", "x"), FILE),
    ],
)
def test_what_may_stand_there_is_answered(kept, words, offered):
    """Commands, options, choices, workouts, athletes, runs, sensors, settings and files, each where it may stand."""
    expected = [("file", words[-1])] if offered is FILE else [("plain", each) for each in offered]

    assert answered("coach", *words) == expected


def test_a_home_that_cannot_be_read_is_no_error(home):
    """Nothing is offered, and nothing is printed into the line that is being typed."""
    home.parent.mkdir(parents=True, exist_ok=True)
    home.write_text("no folder")
    assert completed("coach", "run", "--athlete", "a") == ["compopt -o default"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_answered_by_the_same_protocol(kept, shell):
    """Zsh and fish get the same names, with a few words of help for each."""
    script = f"COMP_WORDS='coach runs' COMP_CWORD={'1' if shell == 'zsh' else 'runs'} "
    said = "\n".join(asked(f"{script} _COACH_COMPLETE={shell}_complete coach"))
    assert "runs" in said
    assert "The recorded runs" in said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_data(coach, shell):
    """The script is all that stdout has; it names the program and its environment variable."""
    printed = coach("completion", shell)
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert f"_COACH_COMPLETE={shell}_complete" in printed.stdout
    assert coach("completion", "tcsh").exit_code == 2
