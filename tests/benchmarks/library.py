"""What it costs to list a library of a thousand workouts: the first time, and every time after."""

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks.table import drawn, seconds, spread

COACH = str(Path(sys.executable).with_name("coach"))
LIBRARY = Path(__file__).parents[2] / "workouts"
COUNT = 1000


def table(unit: float) -> str:
    """A thousand workouts of every kind in a runner's own folder."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "data" / "workouts"
        folder.mkdir(parents=True)
        shipped = sorted(LIBRARY.glob("*.json"))
        for number in range(COUNT - len(shipped)):
            document = json.loads(shipped[number % len(shipped)].read_bytes())
            document["name"] = f"{document['name'][:100]}, {number}"
            (folder / f"own-{number:04}.json").write_text(json.dumps(document))
        everything = [COACH, "workout", "list"]
        some = [
            *everything,
            "--for",
            "10k",
            "--level",
            "intermediate",
            "--phase",
            "build",
            "--under",
            "60min",
        ]
        first = seconds(partial(_run, everything, home))
        rows = [
            ["the first list", f"{first:.3f} s", f"{first:.3f} s ({first / unit:.1f} units)", ""],
            _row("listed again", everything, home, unit),
            _row("listed and filtered", some, home, unit),
        ]
    return drawn(f"Library of {COUNT}", ["a fresh process", "least", "median", "budget"], rows)


def _row(name: str, command: list[str], home: str, unit: float) -> list[str]:
    least, middle = spread(partial(_run, command, home))
    return [name, f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", "0.5 s"]


def _run(command: list[str], home: str) -> None:
    environment = os.environ | {"COACH_HOME": home}
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, env=environment)
