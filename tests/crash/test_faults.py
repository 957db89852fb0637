"""Faults of the outside, one by one: calendars that jump, disks that hang, programs that change in between.

`docs/reference/guarantees.md` has the list, and the tests of those that are tried elsewhere.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from coach.app.resume import _refold
from coach.app.sensors import RunSources
from coach.edge.clock import WallTime
from coach.edge.conductor import HOLD_S, Conductor, Ending, run_live
from coach.edge.recorder import resume_recording, start_recording
from coach.edge.run_folder import JOURNAL, RunState, new_ulid, read_manifest, read_run
from coach.live.contract import Opened, Resumed
from coach.live.run import LiveRun, ReplayResult, TimedOutput
from coach.quantities import Seconds
from coach.recording.codec import Header, read_journal
from coach.session.events import PhaseChanged, ResumeChoice, RunResumed
from coach.session.phases import Button
from tests.crash.test_kill import EDGES
from tests.edge.doubles import FakeClock, settle_down
from tests.edge.test_recorder import FakeFile
from tests.edge.test_recording import RUN, SETUP, recorded, run_a_while
from tests.edge.test_written_before_shown import Edges, Stage
from tests.golden.journals import GoldenJournal
from tests.recording.journals import encode_lines

ROOT = Path(__file__).parents[2]
DAY_S = 86_400.0


class Calendar(FakeClock):
    """A clock whose wall shows what a test says, whatever runs beside it."""

    def __init__(self, epoch_s: float, offset_s: int = 3600) -> None:
        super().__init__()
        self.epoch = epoch_s - self.time
        self.offset_s = offset_s

    def wall(self) -> WallTime:
        """The moment, and how far it is ahead of UTC."""
        return WallTime(self.epoch + self.time, "CET", self.offset_s)


async def run_over(
    folder: Path, clock: Calendar, jump_s: float = 0.0, offset_s: int | None = None
) -> list[Mapping[str, Any]]:
    """Run for 72 s; after 36 s the wall jumps, or its zone changes."""
    wall = clock.wall()
    run = new_ulid(wall.epoch_s)
    header = Header(run, "0", None, None, wall_epoch=wall.epoch_s, zone="CET", utc_offset_s=wall.utc_offset_s)
    recorder = start_recording(folder, header, FakeClock(), workout="Two reps")
    conductor = Conductor(LiveRun(SETUP), clock, journal=recorder)
    conducting = asyncio.create_task(run_live(conductor, recorder=recorder))
    await run_a_while(conductor, clock, 36)
    clock.epoch += jump_s
    clock.offset_s = clock.offset_s if offset_s is None else offset_s
    await run_a_while(conductor, clock, 36)
    conductor.close()
    assert await conducting == (Ending.FINISHED, 0)
    return list(read_journal(read_run(folder / run)).outputs)


SUMMER_TIME = 1_806_195_600.0
"""2027-03-28 01:00 UTC, when Central European clocks go from 02:00 to 03:00."""


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("epoch_s", "jump_s", "offset_s"),
    [
        (1_800_000_000.0, -DAY_S, None),
        (1_800_000_000.0, DAY_S, None),
        (1_800_000_000.0, -0.4, None),
        (1_798_757_964.0, 0.0, None),
        (SUMMER_TIME - 36.0, 0.0, 7200),
        (SUMMER_TIME - 36.0, 3600.0, 7200),
    ],
    ids=[
        "set back a day",
        "set on a day",
        "NTP",
        "midnight and new year",
        "summer time",
        "summer time by hand",
    ],
)
async def test_no_calendar_changes_a_run(tmp_path, epoch_s, jump_s, offset_s):
    """Clock jumps, midnight, the turn of the year and summer time: one folder, the same events, no time runs back."""
    expected = await run_over(tmp_path / "plain", Calendar(1_800_000_000.0))
    events = await run_over(tmp_path / "jumped", Calendar(epoch_s), jump_s, offset_s)
    runs = list((tmp_path / "jumped").iterdir())
    journal = read_journal(read_run(runs[0]))
    times = [event.at for event in journal.inputs]
    assert len(runs) == 1
    assert times == sorted(times)
    assert times[0] == 0.0
    assert without_run(events) == without_run(expected)


def without_run(events: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Events without the id of their run, which is made of the day."""
    return [{key: value for key, value in event.items() if key != "run"} for event in events]


@pytest.mark.asyncio
async def test_a_run_over_the_turn_of_the_year_is_dated_by_its_start(tmp_path):
    """A run that begins 36 s before midnight of 31 December is in one folder, and in the old year."""
    await run_over(tmp_path, Calendar(1_798_757_964.0))
    (run,) = tmp_path.iterdir()
    assert read_manifest(run).started == "2026-12-31T23:59:24+01:00"


class Hanging(FakeFile):
    """A disk whose sync hangs while a test says so."""

    def sync(self) -> None:
        """Hang."""
        assert self.goes_on.wait(20)
        super().sync()


@pytest.mark.asyncio
async def test_a_sync_that_hangs_delays_no_word(monkeypatch):
    """While a sync takes two seconds inputs are folded, words come at once, a change of state within 50 ms."""
    monkeypatch.setattr("tests.edge.test_written_before_shown.FakeFile", Hanging)
    stage = Stage(run := Edges())
    conducting = asyncio.create_task(stage.conductor.conduct())
    await settle_down()
    stage.conductor.press(Button.GO)
    await stage.until_shown(PhaseChanged)
    stage.disk.goes_on.clear()
    stage.conductor.press(Button.GO)
    await stage.clock.advance(HOLD_S)
    stage.conductor.press(Button.MARK)
    await stage.clock.advance(2.0 - HOLD_S)
    assert stage.shown() == ["RunStarted", "PhaseChanged", "Cue", "PhaseChanged", "Cue", "Cue"]
    assert len(run.inputs) == 4
    stage.disk.goes_on.set()
    stage.conductor.leave()
    await conducting
    assert (await stage.recorder.close(RunState.INTERRUPTED)).is_kept


HOLDER = """
import sys
from pathlib import Path
from coach.edge.clock import MachineClock
from coach.edge.recorder import resume_recording
from coach.problems import RecordingProblem
try:
    resume_recording(Path(sys.argv[1]), MachineClock())
except RecordingProblem as problem:
    print(problem.message)
"""


@pytest.mark.asyncio
async def test_two_programs_do_not_record_one_run(tmp_path):
    """A second process is refused while the first records, and what the first wrote is as it was."""
    recorder = start_recording(tmp_path, Header(RUN, "0", None, None), FakeClock(), workout="Test")
    recorder.append_input(Opened(Seconds(0.0)))
    second = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, str(tmp_path / RUN), cwd=ROOT, stdout=subprocess.PIPE
    )
    told, _ = await second.communicate()
    assert b"is in use by another coach program" in told
    assert (await recorder.close(RunState.INTERRUPTED)).is_kept
    assert read_journal(read_run(tmp_path / RUN)).inputs == (Opened(Seconds(0.0)),)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["strap-and-pod", "by-hand", "recorder-trouble"])
async def test_a_run_of_an_older_program_goes_on(tmp_path, name):
    """A journal of 0.1.0, cut off in the middle of a line: it is reopened, and what is recorded then follows."""
    golden = GoldenJournal(name)
    run = tmp_path / golden.journal.header.run
    run.mkdir()
    (run / JOURNAL).write_bytes(golden.data[: len(golden.data) // 2])
    (run / "manifest.json").write_bytes(golden.manifest.read_bytes() if golden.manifest.exists() else b"{}")
    before = read_journal(read_run(run))
    resumed = resume_recording(run, FakeClock())
    event = Resumed(resumed.at, resumed.alive_until)
    resumed.recorder.append_input(event)
    assert (await resumed.recorder.close(RunState.INTERRUPTED)).is_kept
    journal = read_journal(read_run(run))
    assert journal.inputs == (*before.inputs, event)
    assert journal.outputs == before.outputs
    assert not journal.problem
    assert read_manifest(run).header.startswith('{"format":"coach-journal/1"')


def test_a_resumed_run_equals_the_uninterrupted_one(tmp_path):
    """Cut off behind any record and continued at once, the same things happen at the same times as without."""
    asyncio.run(recorded(tmp_path, FakeClock(), 60, Conductor.close))
    lines = (tmp_path / RUN / JOURNAL).read_bytes().splitlines(keepends=True)
    whole = read_journal(b"".join(lines))
    expected = changes(whole.outputs)
    assert len(expected) > 8
    for count in range(2, len(lines)):
        journal = read_journal(b"".join(lines[:count]))
        if journal.is_closed:
            continue
        run = LiveRun(SETUP)
        refolded = _refold(journal, run, RunSources())
        timed = list(refolded.missing)
        at = refolded.alive_until
        rest = [event for event in whole.inputs[len(journal.inputs) :] if event.at >= at]
        for event in (Resumed(at, at, ResumeChoice.CONTINUE, refolded.under_way), *rest):
            timed += [TimedOutput(output, run.run_s(output.at)) for output in run.receive(event)]
        after = [json.loads(line) for line in encode_lines(ReplayResult(tuple(timed)))]
        assert changes((*journal.outputs, *after)) == expected, count
        assert any(isinstance(each.output, RunResumed) for each in timed)


def changes(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The changes of state among events; that a step has a gap in it is known of the resumed run alone."""
    return [
        {key: value for key, value in event.items() if key != "broken"}
        for event in events
        if event["event"] in EDGES
    ]
