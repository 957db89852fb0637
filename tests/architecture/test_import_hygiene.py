"""Nothing heavy is loaded before it is wanted. Each question is asked in a Python of its own."""

import json
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT, core, modules, project

HEAVY = {"asyncio", "bleak", "fitdecode", "pydantic", "rich", "textual"}

WORLD = {"asyncio", "bleak", "click", "platformdirs", "rich", "textual"}

HELP = """
import sys
from coach.cli import main
sys.argv = ["coach", *{arguments!r}]
try:
    main()
except SystemExit as end:
    print(end.code or 0, *sorted(set(sys.modules) & {heavy!r}), sep=" ", file=sys.stderr)
"""

ROOMS = """
import json, sys
from importlib import import_module
loaded = {}
for room, names in json.loads(sys.argv[1]):
    for name in names:
        import_module(name)
    loaded[room] = sorted(sys.modules)
print(json.dumps(loaded))
"""


def _python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["--version"], ["run", "--help"], ["workout", "--help"]]
)
def test_help_is_light(arguments):
    """Asking for help loads no screen, no loop, no radio and no document library."""
    asked = _python(HELP.format(arguments=arguments, heavy=HEAVY))

    assert asked.returncode == 0, asked.stderr
    assert asked.stderr.splitlines()[-1] == "0"


@pytest.fixture(scope="module")
def loaded_by_room():
    """What stands in `sys.modules` after each core room was imported, from the lowest floor up."""
    floors = project()["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = [room.strip(" ()") for floor in reversed(floors) for room in floor.split("|")]
    plan = [(room, [module.name for module in core() if module.room == room]) for room in rooms]
    asked = _python(ROOMS, json.dumps([step for step in plan if step[1]]))
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


@pytest.mark.parametrize("room", sorted({module.room for module in modules() if module.is_core}))
def test_a_core_room_brings_no_world_with_it(loaded_by_room, room):
    """Importing every module of a core room loads no event loop and no screen, not even through a library."""
    assert WORLD & set(loaded_by_room[room]) == set()
