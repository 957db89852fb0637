"""`coach runs`: how a run went, its sheet, and what is said of it."""

import json

import pytest

from coach.recording.codec import encode_record
from tests.golden.journals import FOLDER


@pytest.fixture
def run(home):
    """A recorded run among the runner's own, timed by hand."""
    name = "01JD0000000000000000000000"
    folder = home / "data" / "runs" / name
    folder.mkdir(parents=True)
    journal = (FOLDER / "by-hand" / "recording.jsonl").read_bytes()
    (folder / "recording.jsonl").write_bytes(journal)
    return name


def test_the_last_run_is_shown_without_a_name(coach, run):
    """`runs show`, `runs show last` and `runs show 1` are the same run, and so for explain and replay."""
    shown = [coach("runs", "show", *name).stdout for name in ((), ("last",), ("1",), (run,))]
    assert shown[0].startswith("By hand\n")
    assert len(set(shown)) == 1
    assert coach("explain", "last", "--at", "0:20").exit_code == 0
    assert coach("replay", "1", "--speed", "max").stdout.startswith("    0:00  By hand")
    assert coach("runs", "show", "2").exit_code == 3


def test_json_has_every_split_and_answer(coach, run):
    """Splits are with their step, answers with their question, and the reps have what they came to."""
    told = json.loads(coach("runs", "show", "--json").stdout)
    reps = [step for step in told["steps"] if "number" in step]
    assert told["reps"]["count"] == len(reps) == 3
    assert [answer["answer"] for answer in told["answers"]] == [3]
    assert told["steps"][0]["answer"] == 3
    splits = [split for step in told["steps"] for split in step.get("splits", ())]
    assert splits == [] or all({"time_s", "role", "pressed"} <= split.keys() for split in splits)
    assert told["skipped"]


def test_the_sheet_is_parted_by_tabs(coach, run):
    """One line a rep, the heads first; nothing else is on stdout, and no clipboard where there is no terminal."""
    sheet = coach("runs", "show", "--sheet")
    assert sheet.stdout.splitlines()[0].split("\t")[:2] == ["rep", "length"]
    assert len(sheet.stdout.splitlines()) == 4
    assert "\x1b" not in sheet.stdout
    assert coach("runs", "show", "--sheet", "--json").exit_code == 2


def test_a_note_is_kept_and_shown(coach, run, home):
    """What is said is beside the recording, shown with the run, and the last answer counts."""
    assert (
        coach("runs", "note", "last", "--rpe", "7", "Wind.").stdout == "Effort (RPE) 7 of 10\nNote: Wind.\n"
    )
    assert "RPE) 8 of 10" in coach("runs", "note", "1", "--rpe", "8").stdout
    assert (home / "data" / "runs" / run / "notes.jsonl").exists()
    shown = coach("runs", "show").stdout
    assert "Effort (RPE) 8 of 10" in shown
    assert "Note: Wind." in shown
    note = json.loads(coach("runs", "show", "--json").stdout)["note"]
    assert (note["rpe"], note["text"]) == (8, "Wind.")
    assert json.loads(coach("runs", "note", "last", "--json").stdout)["id"] == run


@pytest.mark.parametrize("rpe", ["0", "11", "hard"])
def test_an_effort_is_1_to_10(coach, run, rpe):
    """Anything else is a mistake of the command line, and nothing is kept."""
    assert coach("runs", "note", "last", "--rpe", rpe).exit_code == 2
    asked = coach("runs", "note", "last")
    assert (asked.exit_code, asked.stdout) == (0, "")
    assert "coach runs note" in asked.stderr


def test_the_list_has_numbers_and_ids(coach, run):
    """Each run has the number other commands take; JSON has its `id`."""
    head, row = coach("runs", "list").stdout.splitlines()
    assert head.split()[:2] == ["#", "run"]
    assert row.split()[:2] == ["1", run]
    assert json.loads(coach("runs", "list", "--json").stdout)["id"] == run


def test_where_the_program_stood_still_is_shown(coach, run, home):
    """A stop too short to be a gap is in the journal as an input: it is said when, for how long, and what it cost."""
    journal = home / "data" / "runs" / run / "recording.jsonl"
    *lines, closed = journal.read_bytes().splitlines(keepends=True)
    blocked = encode_record({"in": "loop_blocked", "at": 72.6, "since": 69.4})
    journal.write_bytes(b"".join([*lines, blocked, closed]))

    assert "the program stood still for 3 s: nothing was said meanwhile." in coach("runs", "show").stdout
    assert json.loads(coach("runs", "show", "--json").stdout)["stops"] == [{"from_s": 69.4, "for_s": 3.2}]
