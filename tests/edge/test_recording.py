"""How a recording begins and how an interrupted one goes on."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.cues.cue import Cue, CueKind
from coach.edge.conductor import Conductor, Ending, Resumption, run_live
from coach.edge.recorder import JournalFile, Recorder, resume_recording, start_recording
from coach.edge.run_folder import JOURNAL, RunState, read_manifest
from coach.live.contract import Closed, Opened, RecorderTrouble, Resumed, RunSetup
from coach.live.run import LiveRun, refold
from coach.problems import RecordingProblem
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.recording.codec import Header, encode_header, read_journal
from coach.session.phases import Button, Origin, Pressed
from coach.signals.readings import Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import AutoStart, DistanceEnd, EndConditions, Step, TimeEnd, Timeline
from tests.edge.doubles import FakeClock, Kept
from tests.recording.journals import encode_lines

RUN = "01JD0000000000000000000000"


def steps() -> tuple[Step, ...]:
    """Two reps of 100 m with 20 s between."""
    rep = EndConditions((DistanceEnd(Metres(100.0)),))
    rest = EndConditions((TimeEnd(Seconds(20.0)),))
    return (
        Step("0", "rep 1", "Main", Kind.WORK, "100 m", rep, start=AutoStart()),
        Step("1", "rest", "Main", Kind.RECOVERY, "rest", rest, start=AutoStart()),
        Step("2", "rep 2", "Main", Kind.WORK, "100 m", rep, start=AutoStart()),
    )


SETUP = RunSetup(RUN, Timeline("Two reps", steps()))


def header(clock: FakeClock) -> Header:
    """The header of a run beginning now."""
    wall = clock.wall()
    return Header(
        RUN, "0", None, None, wall_epoch=wall.epoch_s, zone=wall.zone, utc_offset_s=wall.utc_offset_s
    )


async def run_a_while(conductor: Conductor, clock: FakeClock, seconds: int) -> None:
    """Run at 4 m/s with a report and now and then a press each second."""
    for second in range(seconds):
        at = conductor.now()
        conductor.put(Reported(at, Source.POD, speed=MetresPerSecond(4.0), distance=Metres(4.0 * at)))
        if second % 7 == 3:
            conductor.press(Button.MARK)
        await clock.advance(1.0)


async def recorded(runs, clock, seconds, end):
    """A run of some seconds, recorded; `end` is done to the conductor in the end."""
    disk_clock = FakeClock()  # the writer's thread knows nothing of the hours that pass here in no time
    recorder = start_recording(runs, header(clock), disk_clock, workout="Two reps", athlete="anna", steps=3)
    conductor = Conductor(LiveRun(SETUP), clock, journal=recorder)
    running = asyncio.create_task(run_live(conductor, recorder=recorder))
    await run_a_while(conductor, clock, seconds)
    end(conductor)
    return await running


@pytest.mark.asyncio
async def test_the_golden_path(tmp_path):
    """A run is recorded from its header to `Closed`, and its journal folds to the outputs it holds."""
    clock = FakeClock()
    assert await recorded(tmp_path, clock, 72, Conductor.close) == (Ending.FINISHED, 0)
    journal = read_journal((tmp_path / RUN / JOURNAL).read_bytes())
    assert (journal.problem, journal.is_closed, journal.header.run) == ("", True, RUN)
    folded = refold(LiveRun(SETUP), journal.inputs)
    assert list(journal.outputs) == [json.loads(line) for line in encode_lines(folded)]
    manifest = read_manifest(tmp_path / RUN)
    assert (manifest.state, manifest.athlete, manifest.steps_done, manifest.steps) == (
        RunState.FINISHED,
        "anna",
        3,
        3,
    )
    assert manifest.started.endswith("+01:00")


@pytest.mark.asyncio
async def test_leaving_leaves_a_run_that_can_go_on(tmp_path):
    """A run that is left is interrupted; resumed after two minutes it goes on in the same journal."""
    clock = FakeClock()
    assert await recorded(tmp_path, clock, 30, Conductor.leave) == (Ending.LEFT, 0)
    assert read_manifest(tmp_path / RUN).state is RunState.INTERRUPTED
    clock.time += 120.0
    resumed = resume_recording(tmp_path / RUN, clock)
    assert resumed.at == 150.0
    assert read_manifest(tmp_path / RUN).state is RunState.RECORDING
    run = LiveRun(SETUP)
    refold(run, resumed.journal.inputs)
    conductor = Conductor(run, clock, journal=resumed.recorder, resumption=Resumption(Resumed(resumed.at)))
    running = asyncio.create_task(run_live(conductor, recorder=resumed.recorder))
    await run_a_while(conductor, clock, 5)
    conductor.close()
    assert await running == (Ending.FINISHED, 0)
    journal = read_journal((tmp_path / RUN / JOURNAL).read_bytes())
    assert journal.problem == ""
    assert [each.at for each in journal.inputs if isinstance(each, Resumed)] == [150.0]
    assert isinstance(journal.inputs[-1], Closed)
    assert read_manifest(tmp_path / RUN).state is RunState.FINISHED
    with pytest.raises(RecordingProblem, match="has ended"):
        resume_recording(tmp_path / RUN, clock)


@pytest.mark.asyncio
async def test_a_wall_clock_set_back_does_not_turn_time_back(tmp_path):
    """When the wall says the run has not begun yet, it goes on at its last moment."""
    clock = FakeClock()
    await recorded(tmp_path, clock, 10, Conductor.leave)
    clock.epoch -= 86400.0
    resumed = resume_recording(tmp_path / RUN, clock)
    assert resumed.at == resumed.journal.inputs[-1].at > 0
    await resumed.recorder.close(RunState.INTERRUPTED)


@pytest.mark.asyncio
async def test_a_torn_tail_is_set_aside_before_anything_is_appended(tmp_path):
    """What a power cut left half written goes to a file beside the journal, and the journal is whole again."""
    clock = FakeClock()
    await recorded(tmp_path, clock, 10, Conductor.leave)
    path = tmp_path / RUN / JOURNAL
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    resumed = resume_recording(tmp_path / RUN, clock)
    last = whole[:-7].rpartition(b"\n")[2]
    assert resumed.torn_bytes == len(last) > 0
    assert (tmp_path / RUN / f"{JOURNAL}.torn").read_bytes() == last
    resumed.recorder.append_input(Resumed(resumed.at))
    await resumed.recorder.close(RunState.INTERRUPTED)
    journal = read_journal(path.read_bytes())
    assert (journal.problem, journal.inputs[-1]) == ("", Resumed(resumed.at))


@pytest.mark.asyncio
async def test_a_discarded_run_is_gone(tmp_path):
    """Two presses of discard end the run and its folder."""

    def discard(conductor):
        conductor.press(Button.DISCARD, origin=Origin.STDIN)
        conductor.press(Button.DISCARD, origin=Origin.STDIN)

    assert await recorded(tmp_path, FakeClock(), 5, discard) == (Ending.DISCARDED, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.asyncio
async def test_a_conductor_that_fails_leaves_an_interrupted_run(tmp_path):
    """A mistake of our own ends the program, not the recording: it is synced, closed and can be resumed."""

    class Mistaken(LiveRun):
        def receive(self, event):
            if isinstance(event, Pressed):
                raise ZeroDivisionError
            return super().receive(event)

    clock = FakeClock()
    recorder = start_recording(tmp_path, header(clock), clock, workout="Two reps")
    conductor = Conductor(Mistaken(SETUP), clock, journal=recorder)
    conductor.press(Button.GO)
    with pytest.raises(ZeroDivisionError):
        await run_live(conductor, recorder=recorder)
    assert read_manifest(tmp_path / RUN).state is RunState.INTERRUPTED
    assert read_journal((tmp_path / RUN / JOURNAL).read_bytes()).inputs[-1] == Pressed(
        Seconds(0.0), Button.GO
    )


@pytest.mark.asyncio
async def test_a_source_that_fails_is_missed_but_the_run_goes_on(tmp_path):
    """A radio that breaks ends nothing, and whoever still listens is stopped with the run."""

    class Broken:
        async def listen(self, inbox):
            raise RuntimeError

    class Endless:
        stopped = False

        async def listen(self, inbox):
            inbox.press(Button.GO)
            try:
                await asyncio.Event().wait()
            finally:
                self.stopped = True

    endless, run, clock = Endless(), LiveRun(SETUP), FakeClock()
    conductor = Conductor(run, clock)
    running = asyncio.create_task(run_live(conductor, sources=[Broken(), endless]))
    await clock.advance(1.0)
    conductor.close()
    assert await running == (Ending.FINISHED, 0)
    assert endless.stopped


@pytest.mark.parametrize("name", ["nothing", "journal"])
def test_only_a_journal_is_resumed(tmp_path, name):
    """A folder without a journal, and a journal that is none, are refused before anything is changed."""
    if name == "journal":
        (tmp_path / JOURNAL).write_bytes(b"noise")
    with pytest.raises(RecordingProblem):
        resume_recording(tmp_path, FakeClock())
    assert [each.name for each in tmp_path.iterdir()] == ([JOURNAL] if name == "journal" else [])


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The journal of a whole run, in lines."""
    folder = tmp_path_factory.mktemp("written")
    asyncio.run(recorded(folder, FakeClock(), 60, Conductor.close))
    return (folder / RUN / JOURNAL).read_bytes().splitlines(keepends=True)


def test_killed_after_any_record_it_folds_to_a_prefix(written):
    """Whatever record was the last on disk: the outputs in the journal are among those its inputs fold to.

    Inputs are written ahead, so nothing was said that an input on disk does not explain; only deadlines may have
    been said already that the next input would have settled.
    """
    whole = read_journal(b"".join(written))
    told = [json.loads(line) for line in encode_lines(refold(LiveRun(SETUP), whole.inputs))]
    for count in range(1, len(written) + 1):
        journal = read_journal(b"".join(written[:count]))
        said = list(journal.outputs)
        assert said == told[: len(said)]
        explained = encode_lines(refold(LiveRun(SETUP), journal.inputs))
        missing = said[len(explained) :]
        last = journal.inputs[-1].at if journal.inputs else 0.0
        assert all(each["at_s"] > last for each in missing)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_cut_anywhere_it_is_read_to_its_last_whole_record(written, data):
    """Cut within a record, exactly the records before it are there."""
    journal = b"".join(written)
    cut = data.draw(st.integers(len(written[0]), len(journal)))
    read = read_journal(journal[:cut])
    assert 1 + len(read.inputs) + len(read.outputs) == journal[:cut].count(b"\n")


def test_the_header_is_the_first_line(written):
    """A journal begins with what its run depends on."""
    assert written[0] == encode_header(header(FakeClock()))
    assert isinstance(read_journal(b"".join(written)).inputs[0], Opened)


@pytest.mark.asyncio
async def test_trouble_of_the_disk_is_an_input_and_a_cue(monkeypatch):
    """A disk that fills up is told to the run, which says so; when there is room again all of it is on disk."""

    class Full(JournalFile):
        data = b""
        is_full = True

        def __init__(self) -> None:
            pass

        def write(self, data: bytes) -> int:
            if self.is_full:
                raise OSError(28, "No space left on device")
            self.data += data
            return len(data)

        def sync(self) -> None:
            pass

        def is_removed(self) -> bool:
            return False

        def close(self) -> None:
            pass

    monkeypatch.setattr("coach.edge.recorder.RETRY_S", 0.001)
    disk, clock, kept = Full(), FakeClock(), Kept()
    recorder = Recorder(disk, FakeClock(), header=encode_header(header(clock)))
    conductor = Conductor(LiveRun(SETUP), clock, journal=recorder, sinks=[kept])
    running = asyncio.create_task(run_live(conductor, recorder=recorder))
    while not any(isinstance(each, Cue) and each.kind is CueKind.RECORDING_FAILING for each in kept.outputs):
        await clock.advance(0.01)
    disk.is_full = False
    conductor.close()
    assert await running == (Ending.FINISHED, 0)
    journal = read_journal(disk.data)
    assert [each.message for each in journal.inputs if isinstance(each, RecorderTrouble)] == [
        "the disk is full"
    ]
    assert journal.is_closed
