"""The pacing light repeats the reps of an earlier run, the journal keeps them, and a missing run is reported."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from coach.app.library import LightOf, earlier_light
from coach.app.setup import by_light, header_of, live_setup, recorded_setup
from coach.app.terminal import SILENT, RunMode
from coach.app.workouts import compile_text
from coach.cli.group import root
from coach.edge.clock import MachineClock
from coach.edge.run_folder import JOURNAL, Manifest, RunState, new_ulid, write_manifest
from coach.edge.settings import Settings
from coach.edge.store import Store
from coach.problems import RecordingProblem, UsageProblem
from coach.recording.codec import encode_header, read_journal
from coach.recording.lines import sign
from coach.workout.edits import light_speed

WORKOUT = "2x400m @ 4:00/km / 100 jog"
NAME = "2 x 400 m at 4:00/km"
SEEDS = {"slow": 8, "fast": 3}


@pytest.fixture(scope="module")
def journals(tmp_path_factory):
    """The journals of two simulated runs of the workout, and of half of one."""
    home = tmp_path_factory.mktemp("made")
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COACH_HOME", str(home / "home"))
        for name, seed in SEEDS.items():
            path = home / f"{name}.jsonl"
            result = CliRunner().invoke(root, ["simulate", WORKOUT, "--seed", str(seed), "--out", str(path)])
            assert result.exit_code == 0, result.output
            made[name] = path.read_bytes()
    lines = made["fast"].splitlines(keepends=True)
    second = next(place for place, line in enumerate(lines) if b'"rep":2' in line)
    return made | {"half": b"".join(lines[:second])}


def keep(journal, at, athlete="", workout=NAME, sensors="ble"):
    """Save a journal as a run that began this many seconds into the year."""
    first, _, rest = journal.partition(b"\n")
    header = json.dumps(json.loads(first[:-9]) | {"sensors": sensors}, separators=(",", ":"))
    journal = sign(header.encode()) + rest
    run = new_ulid(1.77e9 + at)
    folder = Store().paths.runs / run
    folder.mkdir(parents=True)
    (folder / JOURNAL).write_bytes(journal)
    write_manifest(
        folder, Manifest(run, RunState.FINISHED, workout, athlete, f"2026-05-{12 + at:02}T18:00:00+02:00")
    )
    return run


@pytest.fixture
def workout(home):
    """Return the workout, compiled without an athlete."""
    return compile_text(WORKOUT, None, SILENT)


@pytest.fixture
def setup(workout):
    """A new run of it."""
    return live_setup(workout, Settings(), new_ulid(1.78e9), RunMode.SCREEN)


def paces(setup):
    """The seconds per kilometre that the light runs in each rep."""
    return [round(1000 / speed, 1) for step in setup.timeline.steps if (speed := light_speed(step))]


def test_the_light_runs_the_last_reps_or_the_best(setup, journals):
    """The newest run paces, or the one with the fastest reps; a missing rep keeps its planned speed."""
    fast, slow = keep(journals["fast"], 1), keep(journals["slow"], 2)
    last, best = earlier_light(setup, LightOf.LAST), earlier_light(setup, LightOf.BEST)

    assert (last.run, best.run) == (slow, fast)
    assert paces(setup) == [240.0, 240.0]
    assert paces(by_light(setup, best.speeds)) == pytest.approx([248.1, 242.8], abs=0.5)
    assert paces(by_light(setup, last.speeds)) == pytest.approx([253.0, 246.4], abs=0.5)
    assert best.words == "The pacing light repeats your best reps of Wed 13 May 2026, 4:05/km on average."

    half = keep(journals["half"], 3)
    last = earlier_light(setup, LightOf.LAST)
    assert last.run == half
    assert last.words.endswith("; 1 of 2 as planned.")
    assert paces(by_light(setup, last.speeds))[1] == 240.0
    assert earlier_light(setup, LightOf.BEST).run == fast


@pytest.mark.parametrize("light_of", [LightOf.LAST, LightOf.BEST])
def test_a_simulated_runner_paces_nobody(setup, journals, light_of):
    """A simulated run is never repeated, however fast it was."""
    keep(journals["fast"], 3, sensors="sim")
    with pytest.raises(RecordingProblem, match="no earlier run has"):
        earlier_light(setup, light_of)
    real = keep(journals["slow"], 1)
    assert earlier_light(setup, light_of).run == real


def test_only_the_journals_of_the_workout_are_read(setup, journals):
    """Ten thousand runs of other workouts do not delay the start."""
    keep(journals["fast"], 1)
    other = keep(journals["fast"], 2, workout="Another")
    earlier_light(setup, LightOf.LAST)
    with Store().history() as history:
        history.update()
        assert [run.run for run in history.known_runs() if run.time_s is None] == [other]


def test_band_and_label_move_with_the_light(setup, journals):
    """The label on the screen and the judged band have the same pace."""
    keep(journals["fast"], 1)
    before = setup.timeline.steps[0].target
    after = by_light(setup, earlier_light(setup, LightOf.BEST).speeds).timeline.steps[0].target

    assert before is not None
    assert after is not None
    assert (before.label, after.label) == ("4:00/km", "4:08/km")
    share = after.band.aim / before.band.aim
    assert after.band.low == pytest.approx(before.band.low * share)


def test_a_replay_runs_the_same_light(setup, workout, journals):
    """The header has the speeds: a replay needs no earlier run. Another workout does not use them."""
    keep(journals["fast"], 1)
    lit = by_light(setup, earlier_light(setup, LightOf.BEST).speeds)
    header = read_journal(encode_header(header_of(lit, workout, MachineClock()))).header

    assert recorded_setup(header, SILENT) == lit
    assert paces(recorded_setup(header, SILENT, workout)) == [240.0, 240.0]
    assert "light" not in header_of(setup, workout, MachineClock()).settings


def test_a_speed_that_nobody_runs_is_not_read(setup, workout):
    """A speed of zero, an impossible speed and a value that is no number give no light."""
    ids = [step.step_id for step in setup.timeline.steps]
    kept = header_of(setup, workout, MachineClock())
    for light in ({ids[0]: 0}, {ids[0]: 99.0}, {ids[0]: True}, {ids[0]: "fast"}, [4.0], None):
        header = replace(kept, settings={**kept.settings, "light": light})
        assert recorded_setup(header, SILENT) == setup


@pytest.mark.parametrize("light_of", [LightOf.LAST, LightOf.BEST])
def test_without_an_earlier_run_it_is_refused(setup, journals, light_of):
    """Runs of another athlete, another workout or other lengths do not count; the message has the fix."""
    keep(journals["fast"], 1, athlete="ida")
    keep(journals["fast"], 2, workout="Another")
    with pytest.raises(RecordingProblem, match="no earlier run has") as caught:
        earlier_light(setup, light_of)
    assert "--light" in caught.value.hint

    longer = live_setup(
        compile_text("2x500m @ 4:00/km / 100 jog", None, SILENT), Settings(), setup.run, RunMode.SCREEN
    )
    longer = replace(longer, timeline=replace(longer.timeline, name=NAME))
    keep(journals["fast"], 3)
    with pytest.raises(RecordingProblem):
        earlier_light(longer, light_of)


def test_reps_far_from_the_plan_pace_nobody(home, journals):
    """A rep that was jogged or measured wrongly paces no light."""
    keep(journals["fast"], 1)
    compiled = compile_text("2x400m @ 3:20/km / 100 jog", None, SILENT)
    setup = live_setup(compiled, Settings(), new_ulid(1.78e9), RunMode.SCREEN)
    setup = replace(setup, timeline=replace(setup.timeline, name=NAME))
    with pytest.raises(RecordingProblem):
        earlier_light(setup, LightOf.LAST)


def test_a_workout_without_a_paced_rep_has_no_light(home):
    """It is a usage error, reported before the run starts."""
    ran = CliRunner().invoke(root, ["run", "free", "--light", "last", "--sensors", "none"])
    assert ran.exit_code == UsageProblem.exit_code
    assert "no rep with a pace" in ran.stderr
    assert not list(Store().paths.runs.glob("*"))


def test_the_run_says_whose_light_it_is(home, journals):
    """The command prints it, and the first rep has the target of the earlier run."""
    keep(journals["fast"], 1)
    words = [sys.executable, "-m", "coach", "run", WORKOUT, "--light", "last", "--sensors", "none", "--json"]
    environment = os.environ | {"COACH_HOME": str(home)}
    ran = subprocess.run(
        words, input="finish\n", text=True, capture_output=True, check=True, timeout=60, env=environment
    )
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    assert "The pacing light repeats your last reps of Wed 13 May 2026" in ran.stderr
    assert next(event for event in events if event["event"] == "step_started")["target"]["text"] == "4:08/km"

    run = events[0]["run"]
    replayed = CliRunner().invoke(root, ["replay", run, "--speed", "max", "--json"])
    assert replayed.stdout == ran.stdout
    other = CliRunner().invoke(root, ["replay", run, "--speed", "max", "--json", "--workout", WORKOUT])
    assert '"text":"4:00/km"' in other.stdout
    redacted = home / "redacted.jsonl"
    assert CliRunner().invoke(root, ["redact", run, "--out", str(redacted)]).exit_code == 0
    again = CliRunner().invoke(root, ["replay", str(redacted), "--speed", "max", "--json"])
    assert '"text":"4:08/km"' in again.stdout
