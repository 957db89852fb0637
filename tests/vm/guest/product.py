"""The program itself against a real bluetoothd: pair both sensors, run a short workout, lose the pod in every rep.

Each command is a process of its own, as somebody would type it, forked where everything is imported already.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any, Final

from coach.cli import main as program
from tests.vm.guest.air import POD, STRAP
from tests.vm.guest.processes import forked, waited
from tests.vm.guest.world import World, powered, say

HOME: Final = Path(os.environ.get("COACH_HOME", ""))
REPS: Final = 2
REP_M: Final = 48
_SPEED_MPS: Final = 4.0
_INTO_THE_REP_S: Final = 3.0
_AWAY_S: Final = 1.0
_PATIENCE_S: Final = 120.0
_WORKOUT: Final = {
    "format": "coach-workout/1",
    "name": "Two short ones",
    "sections": [
        {
            "name": "Main",
            "steps": [
                {"kind": "warm_up", "until": {"time": "0:10"}, "target": {"effort": "easy"}},
                {
                    "repeat": REPS,
                    "steps": [
                        {"kind": "work", "until": {"distance": f"{REP_M} m"}, "target": {"pace": "4:10/km"}},
                        {"kind": "float", "until": {"time": "0:03"}, "target": {"pace": "4:10/km"}},
                    ],
                },
            ],
        }
    ],
}


class Coach:
    """One command of the program, as somebody would type it."""

    def __init__(self, *arguments: str) -> None:
        """Start it, with nothing on its stdin."""
        self._arguments = arguments
        self._errors = HOME.parent / "stderr"
        reads, writes = os.pipe()

        def command() -> None:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(writes, 1)
            os.dup2(os.open(self._errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            os.close(reads)
            sys.argv = ["coach", *arguments]
            program()

        self._pid = forked(command)
        os.close(writes)
        self._out = os.fdopen(reads, encoding="utf-8")

    def lines(self) -> Iterator[str]:
        """What it prints, as it prints it, to its end."""
        with self._out as out:
            yield from out
        if code := waited(self._pid, _PATIENCE_S):
            raise RuntimeError(f"coach {' '.join(self._arguments)} left with {code}: {self.said}")

    @property
    def said(self) -> str:
        """What it said on stderr."""
        return self._errors.read_text(encoding="utf-8")


def pair() -> None:
    """Find both sensors and remember them."""
    began = time.monotonic()
    found = [json.loads(line) for line in Coach("sensors", "scan", "--seconds", "5", "--json").lines()]
    say("scanned", took_s=time.monotonic() - began, found={each["name"]: each["measures"] for each in found})
    for identity, label, more in ((STRAP, "my strap", ()), (POD, "my pod", ("--feet", "one"))):
        began = time.monotonic()
        list(Coach("sensors", "pair", identity.address, "--label", label, "--seconds", "20", *more).lines())
        say("remembered", label=label, took_s=time.monotonic() - began)
    say("paired", sensors=json.loads((HOME / "data" / "sensors.json").read_text(encoding="utf-8"))["sensors"])


def run(world: World, workout: Path) -> tuple[list[str], list[float]]:
    """Run the workout, losing the pod in each rep; the lines it printed, and how long the pod was away each time."""
    began = time.monotonic()
    command = Coach("run", str(workout), "--json")
    lines: list[str] = []
    losing: list[Future[float]] = []
    is_heard = Event()

    def lose() -> float:
        is_heard.wait(_PATIENCE_S)
        time.sleep(_INTO_THE_REP_S)
        gone_at = world.do("lose pod")
        time.sleep(_AWAY_S)
        return float(world.do("back pod") - gone_at)

    with ThreadPoolExecutor(1) as pool:
        for line in command.lines():
            lines.append(line)
            event = json.loads(line)
            if event["event"] == "step_started" and event["kind"] == "work":
                losing.append(pool.submit(lose))
            if event["event"] == "sensor" and (event["sensor"], event["state"]) == ("pod", "live"):
                is_heard.set()
            if event["event"] == "step_ended":
                say("step", **{key: event.get(key) for key in ("path", "reason", "time_s", "distance_m")})
    say("finished", took_s=time.monotonic() - began, events=len(lines))
    return lines, [each.result() for each in losing]


def reconnections(journal: Path, away: Sequence[float]) -> list[dict[str, Any]]:
    """From each loss of the pod to its next packet, less the time it was out of range, by the journal's clock."""
    lost_at: float | None = None
    again = []
    gone = iter(away)
    for line in journal.read_text(encoding="utf-8").splitlines():
        record = json.loads(line.partition("\t")[0])
        if record.get("source") != "pod":
            continue
        if record.get("state") == "lost":
            lost_at = record["at"]
        elif lost_at is not None and record["in"] == "notified":
            again.append({"which": "pod", "how": "lose", "reconnect_s": record["at"] - lost_at - next(gone)})
            lost_at = None
    return again


def main() -> None:
    """Pair, run, and hold the journal against what was printed."""
    world = World()
    waited(forked(lambda: asyncio.run(powered())), _PATIENCE_S)
    workout = HOME / "short.json"
    workout.write_text(json.dumps(_WORKOUT), encoding="utf-8")
    pair()
    world.do(f"run {_SPEED_MPS}")
    lines, away = run(world, workout)
    [folder] = [path for path in (HOME / "data" / "runs").iterdir() if path.is_dir()]
    for fact in reconnections(folder / "recording.jsonl", away):
        say("lost", **fact)
    again = list(Coach("replay", folder.name, "--speed", "max", "--json").lines())
    say("replayed", same=again == lines, lines=len(again))
