"""Ten thousand runs: listed as a whole command, filtered, and the index made anew from their journals."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from coach.edge.history import History
from coach.edge.run_folder import JOURNAL, Manifest, RunState, new_ulid, write_manifest
from coach.recording.lines import sign
from tests.benchmarks.table import cpu_seconds, drawn, seconds, spread

COACH = str(Path(sys.executable).with_name("coach"))
COUNT = 10_000
HOURS = 100
SHORT = "1:00 + 3x200 @ 4:30/km / 100 jog + 1:00"
LONG = "12:00 + 6x800 @ 4:30/km / 400 jog + 10:00"


def table(unit: float) -> str:
    """Ten thousand runs of six minutes, and a hundred of an hour, whose journals are as large as real ones."""
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as home:
        fill(Path(home), SHORT, COUNT)
        for name, command, budget in (
            ("the first list", ["runs", "list"], ""),
            ("the first list with results", ["runs", "list", "--json"], ""),
        ):
            spent = [0.0]
            first = seconds(partial(_timed, partial(_run, command, home), spent))
            rows.append([name, f"{first:.2f} s", "", f"{spent[0]:.2f} s", budget])
        for name, command, budget in (
            ("listed again", ["runs", "list"], "0.3 s"),
            ("filtered", ["runs", "list", "--since", "2025-01-01", "--kind", "threshold"], "0.3 s"),
            ("as JSON", ["runs", "list", "--json"], ""),
        ):
            least, middle = spread(partial(_run, command, home))
            spent = [cpu_seconds(partial(_run, command, home))]
            rows.append(
                [
                    name,
                    f"{least:.2f} s",
                    f"{middle:.2f} s ({middle / unit:.1f} units)",
                    f"{spent[0]:.2f} s",
                    budget,
                ]
            )
        again = seconds(partial(_timed, partial(_run, ["runs", "index", "--rebuild"], home), spent))
        rows.append([f"index of {COUNT} rebuilt", f"{again:.1f} s", "", f"{spent[0]:.1f} s", "60 s"])
    with tempfile.TemporaryDirectory() as home:
        fill(Path(home), LONG, HOURS)
        hours = seconds(partial(_timed, partial(_rebuild, Path(home)), spent))
        each, cpu = (f"{1000 * value / HOURS:.1f} ms" for value in (hours, spent[0]))
        rows.append([f"{HOURS} of an hour, each", each, "", cpu, "6 ms"])
    return drawn(f"History of {COUNT}", ["a fresh process", "least", "median", "processor", "budget"], rows)


def fill(home: Path, line: str, count: int) -> None:
    """Fill a home with copies of one simulated run, a day apart, of four workouts by turns."""
    made = home / "made.jsonl"
    _run(["simulate", line, "--out", str(made)], str(home))
    first, _, rest = made.read_bytes().partition(b"\n")
    header = json.loads(first[:-9])
    for number in range(count):
        epoch = 1.1e9 + 86_400 * number
        run, system = new_ulid(epoch), ("vo2max", "easy", "threshold", "easy")[number % 4]
        own = header | {"run": run, "wall_epoch": epoch}
        own["workout"] = own["workout"] | {"tags": {"system": system}}
        line_of = sign(json.dumps(own, separators=(",", ":")).encode())
        folder = home / "data" / "runs" / run
        folder.mkdir(parents=True)
        (folder / JOURNAL).write_bytes(line_of + rest)
        started = datetime.fromtimestamp(epoch, UTC).isoformat(timespec="seconds")
        manifest = Manifest(
            run, RunState.FINISHED, f"A {system} run", "ida", started, 9, 9, line_of.decode().rstrip()
        )
        write_manifest(folder, manifest)


def _timed(work: Callable[[], object], spent: list[float]) -> None:
    """Do something, and keep the seconds of a processor it took."""
    spent[0] = cpu_seconds(work)


def _rebuild(home: Path) -> None:
    with History(home / "data" / "runs", home / "state" / "history.sqlite") as history:
        history.rebuild()


def _run(command: list[str], home: str) -> None:
    environment = os.environ | {"COACH_HOME": home}
    subprocess.run(
        [COACH, *command], check=True, stdin=subprocess.DEVNULL, capture_output=True, env=environment
    )
