"""Real runs, really killed: nothing that was shown is taken back, and a run goes on from what was seen.

`CRASHES` in the environment is the number of kills; `make test-crash` asks for 500.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from coach.app.resume import _refold
from coach.app.sensors import RunSources
from coach.edge.clock import MachineClock
from coach.edge.recorder import resume_recording
from coach.edge.run_folder import JOURNAL, RunState, is_held, read_run
from coach.live.contract import Resumed
from coach.live.run import LiveRun
from coach.recording.codec import Journal, read_journal
from coach.session.events import ResumeChoice
from tests.crash.runs import RUN, SENT, SHOWN, setup

ROOT = Path(__file__).parents[2]
CRASHES = int(os.environ.get("CRASHES", "24"))
EDGES_TRIED = 40
"""Changes of state a run is killed at, one after the other and then from the first again: a dozen steps."""
SIGKILL = 9
EDGES = frozenset(
    {
        "step_started",
        "step_ended",
        "phase",
        "boundary_moved",
        "undone",
        "workout_changed",
        "split",
        "run_ended",
    }
)


@dataclass
class KilledRun:
    """What a killed run left."""

    folder: Path
    shown: list[dict[str, Any]]
    sent: list[float]
    journal: Journal | None
    """None if it was killed before it had begun."""


class Killer:
    """The process that starts runs and kills them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.runs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self._count = 0

    def kill(self, **how: float) -> KilledRun:
        """Start a run and kill it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._count += 1
        folder = self._folder / str(self._count)
        self._process.stdin.write(json.dumps({"folder": str(folder), **how}) + "\n")
        self._process.stdin.flush()
        assert int(self._process.stdout.readline()) == SIGKILL
        journal = folder / RUN / JOURNAL
        has_begun = journal.exists() and journal.stat().st_size > 0
        return KilledRun(
            folder,
            [json.loads(line) for line in _lines(folder / SHOWN)],
            [float(line) for line in _lines(folder / SENT)],
            read_journal(read_run(folder / RUN)) if has_begun else None,
        )

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)


@pytest.fixture
def killer(tmp_path: Path) -> Iterator[Killer]:
    """A process that kills runs."""
    process = Killer(tmp_path)
    yield process
    process.close()


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def edges(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The changes of state among events."""
    return [event for event in events if event["event"] in EDGES]


def check(run: KilledRun) -> None:
    """Nothing shown is missing, at most a second of samples is lost, and the run goes on from what was shown."""
    shown = edges(run.shown)
    if run.journal is None:
        assert not shown
        return
    assert edges(run.journal.outputs)[: len(shown)] == shown
    assert "damaged" not in run.journal.problem
    if run.sent and run.journal.inputs:
        assert run.sent[-1] - run.journal.inputs[-1].at <= 1.0
    started = [event["step"] for event in shown if event["event"] == "step_started"]
    if not started:
        return
    assert not is_held(run.folder / RUN)
    resumed = LiveRun(setup())
    refolded = _refold(run.journal, resumed, RunSources())
    at = refolded.alive_until
    resumed.receive(Resumed(at, at, ResumeChoice.CONTINUE, refolded.under_way))
    assert resumed.snapshot().index >= started[-1]


@pytest.mark.timeout(1200)
def test_a_run_that_is_killed_at_any_moment_takes_nothing_back(killer):
    """Killed at seeded moments of its first second: every shown change of state is in the journal."""
    luck = Random(20261129)
    kept = 0
    for _ in range(CRASHES // 2):
        run = killer.kill(after_s=luck.uniform(0.0, 1.0))
        check(run)
        kept += len(edges(run.shown))
        shutil.rmtree(run.folder, ignore_errors=True)
    assert kept > 0


@pytest.mark.timeout(1200)
def test_a_run_that_is_killed_at_any_change_of_state_takes_nothing_back(killer):
    """Killed right after it has shown its first, second, third ... change of state: it is in the journal."""
    for number in range(1, CRASHES - CRASHES // 2 + 1):
        edge = number % EDGES_TRIED or EDGES_TRIED
        run = killer.kill(edge=edge)
        assert len(edges(run.shown)) == edge
        check(run)
        shutil.rmtree(run.folder)


@pytest.mark.asyncio
async def test_a_killed_run_is_reopened_and_appended_to(killer):
    """What is recorded after a kill follows what was there, and nothing of it is damaged."""
    run = killer.kill(edge=20)
    resumed = resume_recording(run.folder / RUN, MachineClock())
    before = len(resumed.journal.inputs)
    resumed.recorder.append_input(resumed.journal.inputs[-1])
    assert (await resumed.recorder.close(RunState.INTERRUPTED)).is_kept
    journal = read_journal(read_run(run.folder / RUN))
    assert (len(journal.inputs), journal.problem) == (before + 1, "")
