"""The rooms keep to their floors, and the core keeps away from the world."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.architecture.source import OUTSIDE, ROOT, Module, core, modules, project

WORLDLY_CALLS = {"open", "__import__", "eval", "exec", "print", "input", "breakpoint"}

THIRD_PARTIES = {
    # Documents from outside: docs/decisions/0005
    "pydantic": (
        "coach.documents",
        "coach.athlete*",
        *(
            f"coach.workout.{part}"
            for part in ("document", "model", "rules", "steps", "ends", "targets", "measures")
        ),
        "coach.plan.document",
        "coach.squad.roster",
        "coach.recording.*",
    ),
    "pydantic_core": ("coach.documents",),
    # Watch files: docs/decisions/0006
    "fitdecode": ("coach.interchange.*",),
}
"""Which library may be named where in the core. A new line here is a decision, and wants a page."""

UNSTABLE_DICE = {
    "betavariate",
    "choice",
    "choices",
    "expovariate",
    "gauss",
    "getrandbits",
    "lognormvariate",
    "normalvariate",
    "randbytes",
    "randint",
    "randrange",
    "sample",
    "shuffle",
    "triangular",
    "uniform",
}
"""Methods of Random whose results may change with the Python version, unlike those of `.random()`."""


def test_import_linter_keeps_every_contract():
    """Every import goes down a floor, and no core room names a clock, a loop or a file."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_ban_on_the_world_names_every_core_room():
    """A new room is banned from the world as soon as it has a floor."""
    contracts = {contract["id"]: contract for contract in project()["tool"]["importlinter"]["contracts"]}
    floors = contracts["floors"]["layers"]
    rooms = {room.strip(" ()") for floor in floors for room in floor.split("|")}

    assert {f"coach.{room}" for room in rooms - set(OUTSIDE)} == set(contracts["no-world"]["source_modules"])


def test_the_core_calls_nothing_worldly():
    """No core module opens, prints, asks or evaluates."""
    found = [
        f"{module.path}:{node.lineno}: {node.func.id}()"
        for module in core()
        for node in module.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORLDLY_CALLS
    ]

    assert found == []


def test_third_parties_are_named_only_where_that_was_decided():
    """Every library the core imports stands in a table, with the modules that may do so."""
    found = [
        f"{module.name} imports {name}"
        for module in core()
        for name in sorted(set(_top_level_imports(module)))
        if name not in sys.stdlib_module_names
        and name != "coach"
        and not any(fnmatch(module.name, allowed) for allowed in THIRD_PARTIES.get(name, ()))
    ]

    assert found == []


def test_the_library_of_mqtt_is_known_in_one_module():
    """Another one, or its next version, is a change of that module: docs/decisions/0028."""
    users = {module.name for module in modules() if {"aiomqtt", "paho"} & set(_top_level_imports(module))}

    assert users == {"coach.edge.mqtt_bus"}


def test_the_virtual_runner_throws_only_dice_that_stay_the_same():
    """Of a seeded Random, only `.random()` is called."""
    found = [
        f"{module.path}:{node.lineno}: .{node.attr}"
        for module in core()
        if module.room == "simulate"
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr in UNSTABLE_DICE
    ]

    assert found == []


@pytest.mark.parametrize(
    ("name", "place"),
    [("RunSetup", "coach.app.setup"), ("Conductor", "coach.app.live_run"), ("json_lines", "coach.app.feeds")],
)
def test_a_run_is_put_together_in_one_place(name, place):
    """Only one module of the program makes setups, conductors, and the sinks of lines."""
    makers = {
        module.name
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    }

    assert makers == {place}


def _top_level_imports(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]
