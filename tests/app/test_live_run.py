"""A live run with its feed, its sinks and its recording."""

import json
from dataclasses import replace

import pytest

from coach.app.feeds import ConductedFeed, ObservableRun, RecordedNotes
from coach.app.live_run import RunContext, assemble, choose_way_on, leave_table, report_ending
from coach.app.sensors import RunSources, simulated_sources
from coach.app.setup import demonstration_setup
from coach.app.simulation import demonstration
from coach.app.terminal import Announcer, RunMode
from coach.edge.clock import MachineClock
from coach.edge.conductor import Ending
from coach.edge.recorder import Recorder, RecordingResult
from coach.edge.run_folder import Manifest, RunFolder, RunState
from coach.edge.settings import Settings
from coach.live.contract import Opened
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.recording.codec import encode_output
from coach.recording.lines import encode_record, sign
from coach.session.events import ResumeChoice
from coach.session.phases import Button, Pressed
from tests.screen.reviews import reps_of_800


def a_setup(run_mode):
    """Set the demonstration up in a run mode."""
    return demonstration_setup(demonstration(), Settings(), "01", run_mode)


@pytest.mark.asyncio
async def test_a_run_that_is_closed_ends(console):
    """The run emits `run_ended` and ends as finished; without a recording it has no notes."""
    context = RunContext(Settings(), MachineClock(), RunMode.SCREEN, console)
    run = assemble(LiveRun(a_setup(RunMode.SCREEN)), RunSources(), context)
    run.conductor.close()

    assert await run.conduct() == (Ending.FINISHED, 0)
    assert run.watched.has_ended
    assert run.notes is None


def test_a_simulated_runner_is_source_and_sink():
    """A simulated runner sends its sensors' values to the run, and receives its outputs."""
    sources = simulated_sources(a_setup(RunMode.SCREEN), MachineClock())

    assert sources.sources == [sources.runner]


def test_an_announcer_speaks_on_the_screen_that_covers_the_console(console):
    """Lines go to the screen while it is open, and to the console before and after."""
    screen: list[str] = []
    announcer = Announcer(console)
    announcer("before")
    announcer.use_screen(screen.append)
    announcer("under the screen")
    announcer.use_console()
    announcer("after")

    assert (console.lines, screen) == (["before", "after"], ["under the screen"])


@pytest.mark.asyncio
async def test_discarding_in_the_dialogue_discards(console):
    """The two presses of the dialogue come at once, and are not debounced."""
    context = RunContext(Settings(), MachineClock(), RunMode.SCREEN, console)
    run = assemble(LiveRun(a_setup(RunMode.SCREEN)), RunSources(), context)
    feed = ConductedFeed(run.watched, run.conductor)
    feed.press(Button.DISCARD)
    feed.press(Button.DISCARD)

    assert await run.conduct() == (Ending.DISCARDED, 0)


def test_what_is_said_of_a_recorded_run_lies_in_its_folder(tmp_path):
    """The next review reads effort and remark; an unknown start is not shown."""
    notes = RecordedNotes(tmp_path, "2026-05-26T18:36:04+02:00")
    assert (notes.when(), notes.effort_and_note()) == ("Tue 26 May   18:36", (None, ""))
    notes.keep(effort=8)
    notes.keep(text="Wind.")

    assert notes.effort_and_note() == (8, "Wind.")
    assert RecordedNotes(tmp_path, "").when() == ""
    (tmp_path / "notes.jsonl").write_bytes(encode_record({"format": "coach-notes/2"}))
    assert notes.effort_and_note() == (None, "")


@pytest.mark.parametrize(("sensors", "is_simulated"), [("sim", True), ("ble", False)])
def test_notes_know_a_simulated_runner(tmp_path, sensors, is_simulated):
    """The header in the manifest says so; without one the runner is a person."""
    line = sign(json.dumps({"sensors": sensors}).encode()).decode().rstrip()
    manifest = Manifest("01", RunState.FINISHED, "x", "ida", "2026-05-26T18:36:04+02:00", header=line)
    assert RecordedNotes.of(tmp_path, manifest).is_simulated is is_simulated
    assert not RecordedNotes.of(tmp_path, replace(manifest, header="")).is_simulated


def test_the_table_of_the_review_stays_in_the_terminal(capsys):
    """The table of the screen is printed in the terminal afterwards."""
    watched = ObservableRun(LiveRun(a_setup(RunMode.SCREEN)), reps_of_800()[1])
    watched.has_ended = True
    leave_table(watched)

    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "6 × 800 m at 5k pace"
    assert "   1  50.6  53.9  54.7  53.2  3:32.4  4:26   -3.6  168    41" in printed


class _Closed(Recorder):
    """A recorder that was closed with a result."""

    def __init__(self, result: RecordingResult, folder: RunFolder) -> None:
        self.result = result
        self.folder = folder


@pytest.mark.parametrize(
    ("ending", "result", "words"),
    [
        (
            Ending.FINISHED,
            RecordingResult(False, False, Seconds(4.0), Seconds(77.0), "the disk is full"),
            "Recorded only as far as 0:04 of 1:17, the disk is full. Show it: coach runs show",
        ),
        (
            Ending.LEFT,
            RecordingResult(False, False, Seconds(4.0), Seconds(77.0), "the disk is full"),
            "is kept only as far as 0:04 of 1:17, the disk is full. Resume it: coach runs resume",
        ),
        (
            Ending.FINISHED,
            RecordingResult(False, False, None, Seconds(77.0), "the disk is full"),
            "Nothing was recorded: the disk is full.",
        ),
        (
            Ending.LEFT,
            RecordingResult(True, False, Seconds(77.0), Seconds(77.0), "input/output error"),
            "The disk did not confirm the last records: input/output error. Copy",
        ),
    ],
)
def test_what_was_not_recorded_is_said(console, tmp_path, ending, result, words):
    """The message has the recorded part and the reason for its end; a whole recording has none."""
    manifest = Manifest("01JD0000000000000000000000", RunState.INTERRUPTED, "", "", "")
    recorder = _Closed(result, RunFolder(tmp_path / manifest.run, manifest, -1))

    report_ending(manifest.run, ending, recorder, console)

    assert any(words in line for line in console.lines)
    assert not any(line.startswith("Recorded as") for line in console.lines)


def begun(run_mode, console):
    """Return a run of the demonstration that has started, and its context."""
    run = LiveRun(a_setup(run_mode))
    run.receive(Opened(Seconds(0.0)))
    return run, RunContext(Settings(), MachineClock(), run_mode, console)


def test_after_a_sleep_a_screen_pauses_and_names_the_keys(console):
    """The run is paused, and the message names the keys."""
    run, context = begun(RunMode.SCREEN, console)
    assert choose_way_on(run, context, Seconds(90.0)) is ResumeChoice.PAUSE
    assert "1:30" in console.lines[-1]
    assert "n: count the step as done. r: start it again. p: continue." in console.lines[-1]


def test_after_a_sleep_the_step_begins_anew_where_nobody_can_be_asked(console):
    """The step starts again, as in a run resumed without a question."""
    run, context = begun(RunMode.UNATTENDED, console)
    assert choose_way_on(run, context, Seconds(90.0)) is ResumeChoice.RESTART
    assert console.lines[-1].endswith("the step starts again.")


@pytest.mark.parametrize("run_mode", RunMode)
def test_a_run_that_is_paused_stays_so_after_a_sleep(console, run_mode):
    """Its clock did not run."""
    run, context = begun(run_mode, console)
    run.receive(Pressed(Seconds(5.0), Button.PAUSE))
    assert choose_way_on(run, context, Seconds(90.0)) is ResumeChoice.CONTINUE


def test_a_run_is_worn_in_the_shoe_that_was_said_else_in_that_of_its_pod(tmp_path, home):
    """The list has the shoes in use; the shoe of the pod counts until another is chosen."""
    shoes = [
        {"slug": "daily", "name": "Daily"},
        {"slug": "old", "name": "Old", "retired": "2026-01-01"},
    ]
    tree = {"format": "coach-athlete/1", "slug": "me", "name": "Me", "shoes": shoes}
    athletes = home / "data" / "athletes"
    athletes.mkdir(parents=True)
    (athletes / "me.json").write_text(json.dumps(tree))
    header = {"format": "coach-journal/1", "devices": [{"sensor": "pod", "id": "A", "shoe": "racer"}]}
    journal = sign(json.dumps(header, separators=(",", ":")).encode())
    journal += encode_output({"event": "sensor", "sensor": "pod", "state": "live"})
    (tmp_path / "recording.jsonl").write_bytes(journal)
    notes = RecordedNotes(tmp_path, "", "me")
    assert notes.shoes() == (("daily", "Daily"),)
    assert notes.worn() == "racer"
    notes.keep_shoe("daily")
    assert notes.worn() == "daily"
    assert RecordedNotes(tmp_path, "", "nobody").shoes() == ()
    assert RecordedNotes(tmp_path / "gone", "").worn() == ""
