"""Nothing heavy is loaded before it is wanted. Each question is asked in a Python of its own."""

import subprocess
import sys
from dataclasses import replace

import pytest

from coach.app.plan import PlanService
from coach.plan.model import Dose, Family, monday_of
from tests.architecture.source import ROOT, core
from tests.plan.weeks import beginning_on, plan_of

HEAVY = {"asyncio", "bleak", "coach.live.run", "fitdecode", "pydantic", "rich", "textual"}

WORLD = {"asyncio", "bleak", "click", "platformdirs", "rich", "textual"}

LATER = {
    "bleak",
    "coach.cues.coach",
    "coach.edge.conductor",
    "coach.live.run",
    "coach.review.journaled",
    "coach.screen.run",
    "coach.session.session",
    "coach.simulate",
    "pydantic",
}
"""What loads once the library is seen."""

HELP = """
import sys
from coach.cli import main
sys.argv = ["coach", *{arguments!r}]
try:
    main()
except SystemExit as end:
    print(end.code or 0, *sorted(set(sys.modules) & {heavy!r}), sep=" ", file=sys.stderr)
"""

ROOM = """
import sys
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
print(*sorted(sys.modules))
"""


def _python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["workout", "--help"],
        ["sensors", "--help"],
        ["doctor", "--help"],
        ["replay", "-h"],
        ["config", "set", "-h"],
        ["completion", "bash"],
        ["demoo"],
        ["config", "path"],
    ],
)
def test_help_is_light(arguments):
    """Asking for help loads no screen, no loop, no radio and no document library."""
    asked = _python(HELP.format(arguments=arguments, heavy=HEAVY))

    assert asked.returncode == 0, asked.stderr
    assert asked.stderr.splitlines()[-1] == ("2" if arguments == ["demoo"] else "0")


COMPLETED = [
    "coach ru",
    "coach run --athlete ",
    "coach run 6x8",
    "coach replay 01",
    "coach config set th",
    "coach runs show ",
    "coach runs resume 01",
    "coach athlete sh",
    "coach athlete show ",
    "coach explain ",
    "coach sensors forget ",
]


@pytest.mark.parametrize("typed", COMPLETED)
def test_completion_is_light(typed, monkeypatch):
    """So does a shell that asks how a word goes on, at every TAB."""
    monkeypatch.setenv("_COACH_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
    asked = _python(HELP.format(arguments=[], heavy=HEAVY))

    assert asked.returncode == 0, asked.stderr
    assert asked.stderr.splitlines()[-1] == "0"


def test_the_library_is_painted_without_a_run():
    """What the screen shows first needs no run, no sensor and no reader of documents."""
    asked = _python(ROOM, "coach.cli.run", "coach.app.live_run", "coach.app.library", "coach.screen.app")

    assert asked.returncode == 0, asked.stderr
    assert LATER & set(asked.stdout.split()) == set()


@pytest.mark.parametrize("room", sorted({module.room for module in core()}))
def test_a_core_room_brings_no_world_with_it(room):
    """Importing every module of a core room loads no event loop and no screen, not even through a library."""
    asked = _python(ROOM, *(module.name for module in core() if module.room == room))

    assert asked.returncode == 0, asked.stderr
    assert WORLD & set(asked.stdout.split()) == set()


TODAY = """
import sys
from coach.cli import main
sys.argv = ["coach", "plan", "today", *{arguments!r}]
try:
    main()
except SystemExit as end:
    print(end.code or 0, *sorted(set(sys.modules) & {heavy!r}), sep=" ", file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [[], ["--minutes", "35"], ["--json"]])
def test_what_to_run_today_is_light(arguments):
    """What to run today is told without a screen, a radio, numpy or a loop, and without sensors that nobody has."""
    service = PlanService()
    plan = plan_of(dict.fromkeys(range(7), Family.VO2MAX), 1)
    service.begin(beginning_on(plan, monday_of(service.today)), "a test", "A week of hard days.")
    heavy = {"asyncio", "bleak", "numpy", "textual", "rich", "coach.live.run", "coach.screen.app"}
    asked = _python(TODAY.format(arguments=arguments, heavy=heavy))

    assert "6 x 800 m at 5k pace" in asked.stdout
    assert asked.stderr.splitlines()[-1] == "0", asked.stderr


@pytest.mark.parametrize("arguments", [[], ["--temperature", "30", "--dew-point", "24"], ["--wind", "12"]])
def test_what_keeps_its_size_reads_no_documents(arguments):
    """What a command wrote was checked then: without another length no reader of documents is loaded, nor in heat."""
    service = PlanService()
    plan = plan_of(dict.fromkeys(range(7), Family.VO2MAX), 1)
    days = [
        replace(day, sessions=(replace(day.sessions[0], dose=Dose(6, "5k", rep_m=800.0)),))
        for day in plan.days
    ]
    service.begin(
        beginning_on(plan.with_days(days), monday_of(service.today)), "a test", "A week of hard days."
    )
    asked = _python(
        TODAY.format(arguments=arguments, heavy={"pydantic", "coach.athlete", "coach.workout.model"})
    )

    assert ("EFFORT DAY" if arguments else "AS PLANNED") in asked.stdout
    assert asked.stderr.splitlines()[-1] == "0", asked.stderr


PLAIN_RUN = """
import sys
from coach.cli import main
sys.argv = ["coach", "run", "free", "--sensors", "none", "--no-record", "--json", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    print(end.code or 0, *sorted(name for name in sys.modules if name.partition(".")[0] in {"aiomqtt", "amqtt", "paho"}
        or name.startswith(("coach.edge.telemetry", "coach.app.telemetry"))), file=sys.stderr)
"""


@pytest.mark.parametrize("options", [[], ["--mqtt", "mqtt://127.0.0.1:1"]])
def test_a_run_without_a_broker_loads_none_of_it(options):
    """Neither the library nor what puts it together; with one they load."""
    command = [sys.executable, "-c", PLAIN_RUN, *options]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, input="finish\n")

    code, *loaded = run.stderr.splitlines()[-1].split()
    assert code == "0", run.stderr
    assert bool(loaded) is bool(options)


SHARED = (
    "coach.app.shar",
    "coach.edge.share",
    "coach.edge.http",
    "coach.edge.lamp",
    "coach.live.ahead",
    "ifaddr",
    "segno",
    "textual",
    "wave",
)
"""What only a run needs that somebody else is to see."""

RUN = """
import sys
from coach.cli import main
sys.argv = ["coach", "run", "2s @ 5:00/km", "--sensors", "sim", "--no-record", "--json"]
try:
    main()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def test_a_run_that_is_not_shared_loads_nothing_of_it(monkeypatch, tmp_path):
    """No server, no page, no code of a link, and no posting: the run of an ordinary evening knows no network."""
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    asked = _python(RUN)

    assert asked.returncode == 0, asked.stderr
    assert '"event":"run_ended"' in asked.stdout
    loaded = asked.stderr.splitlines()[-1].split()
    assert "coach.app.live_run" in loaded
    assert [name for name in loaded if name.startswith(SHARED)] == []
