"""`coach runs`: how a run went, its sheet, and what is said of it."""

import json
import sqlite3
import subprocess
import sys

import pytest

from coach.recording.lines import encode_record
from tests.edge.test_history import add_run
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


def test_without_a_command_and_a_terminal_the_runs_are_listed(coach):
    """Without a terminal the runs are listed instead of shown on a screen."""
    assert coach("runs").exit_code == 0
    assert coach("runs").stderr == coach("runs", "list").stderr


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
    """Each rep is a line below the headings; nothing else is on stdout, and without a terminal no clipboard is used."""
    sheet = coach("runs", "show", "--sheet")
    assert sheet.stdout.splitlines()[0].split("\t")[:2] == ["rep", "length"]
    assert len(sheet.stdout.splitlines()) == 4
    assert "\x1b" not in sheet.stdout
    assert coach("runs", "show", "--sheet", "--json").exit_code == 2


def test_a_note_is_kept_and_shown(coach, run, home):
    """The note is stored beside the recording and shown with the run, and the last answer counts."""
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

    assert "the program was stopped for 3 s: there were no cues." in coach("runs", "show").stdout
    assert json.loads(coach("runs", "show", "--json").stdout)["stops"] == [{"from_s": 69.4, "for_s": 3.2}]


# --- lists


@pytest.fixture
def three(home):
    """Three runs of different days, the newest first: a threshold run, a free one with a note, and easy."""
    runs = home / "data" / "runs"
    easy = add_run(
        runs, started="2026-05-01T08:00:00+02:00", workout="Easy run", system="easy", athlete="ben"
    )
    free = add_run(runs, started="2026-05-10T23:50:00+09:00", workout="Free run", golden="free-run")
    threshold = add_run(runs, started="2026-05-20T18:00:00+02:00", workout="Cruise", system="threshold")
    return threshold, free, easy


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ((), ["1", "2", "3"]),
        (("--kind", "threshold"), ["1"]),
        (("--kind", "free"), ["2"]),
        (("--since", "2026-05-10", "--until", "2026-05-10"), ["2"]),
        (("--until", "2026-05-09"), ["3"]),
        (("--workout", "run easy"), ["3"]),
        (("--athlete", "ida", "--limit", "1"), ["1"]),
        (("--text", "windy"), ["2"]),
        (("--state", "interrupted"), []),
    ],
)
def test_a_list_has_what_is_asked_for(coach, three, asked, numbers):
    """With the numbers and the columns of the whole list, so that `runs show` takes them."""
    coach("runs", "note", "2", "Windy.")
    whole = {line.split()[0]: line.split()[1] for line in coach("runs", "list").stdout.splitlines()[1:]}
    found = coach("runs", "list", *asked)
    rows = [line.split() for line in found.stdout.splitlines()[1:]]
    assert [row[0] for row in rows] == numbers
    assert all(whole[row[0]] == row[1] for row in rows)
    assert found.exit_code == 0
    if not numbers:
        assert (found.stdout, found.stderr) == ("", "None of the 3 runs matches.\n")


LAST_OF_ATHLETE = (
    ("review", "{}"),
    ("export", "{}", "--to", "csv"),
    ("replay", "{}", "--speed", "max"),
    ("explain", "{}", "--at", "0:20"),
)


@pytest.fixture
def two(coach, home):
    """A run of Ben and a newer one of Ida, who are both saved; the ID of Ben's."""
    for slug in ("ben", "ida"):
        coach("athlete", "set", slug, "--race", "5k=22:30")
    own = add_run(home / "data" / "runs", golden="by-hand", athlete="ben")
    add_run(home / "data" / "runs", golden="free-run", athlete="ida")
    return own


@pytest.mark.parametrize("command", LAST_OF_ATHLETE)
def test_the_last_run_of_an_athlete_is_theirs(coach, two, command):
    """`last --athlete ben` is Ben's newest run in every command; by number or ID any run is used for Ben."""

    def output(run, athlete="ben"):
        result = coach(*(word.format(run) for word in command), "--athlete", athlete)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    assert output("last") == output("LAST") == output(two) == output("2")
    assert output("last") != output("1")
    assert output("last", "ida") == output("1", "ida")


def test_an_athlete_without_runs_has_no_last_one(coach, two, home):
    """The runs of others, and of nobody, are not theirs."""
    coach("athlete", "set", "eve", "--race", "5k=22:30")
    add_run(home / "data" / "runs", golden="free-run", athlete="")
    for command in LAST_OF_ATHLETE:
        result = coach(*(word.format("last") for word in command), "--athlete", "eve")
        assert result.exit_code == 3
        assert "there is no run of eve yet" in result.stderr
        assert "coach runs list" in result.stderr
    assert "there is no athlete 'eva'" in coach("review", "--athlete", "eva").stderr


def test_the_default_of_a_review_is_the_last_run_of_its_athlete(coach, two, tmp_path):
    """An athlete in a file is the one of the slug in it."""
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"format": "coach-athlete/1", "slug": "ben", "name": "Ben"}))
    assert coach("review", "--athlete", file).stdout == coach("review", two, "--athlete", file).stdout
    assert coach("review", "--athlete", file).stdout != coach("review").stdout


def test_json_has_what_each_run_came_to(coach, three):
    """The keys of the events; what is not known is left out, and never 0."""
    threshold, free, _ = map(json.loads, coach("runs", "list", "--json").stdout.splitlines())
    assert (threshold["number"], threshold["kind"], threshold["time_s"]) == (1, "threshold", 400.0)
    assert (threshold["hard_m"], threshold["light_s"], threshold["day"]) == (1600.0, 0.5, "2026-05-20")
    assert (free["kind"], free["day"]) == ("free", "2026-05-10")
    assert not {"hard_m", "light_s", "rpe", "text"} & free.keys()


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "4", "w", "-1y", "99999999w"])
def test_a_day_that_is_none_is_a_mistake_of_the_command_line(coach, day):
    """The message shows how days are written."""
    result = coach("runs", "list", "--since", day)
    assert result.exit_code == 2
    assert "2026-09-01, today, 10d or 4w" in result.stderr


def test_weeks_are_counted_back_from_today(coach, three):
    """All these runs are older than today, and none than a thousand years."""
    assert coach("runs", "list", "--since", "2000w").stdout.count("\n") == 4
    assert coach("runs", "list", "--until", "today").exit_code == 0


def test_the_index_is_made_anew_on_demand(coach, three, home):
    """And says where it is; one that cannot be written is said, and is no failure."""
    result = coach("runs", "index", "--rebuild")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"3 runs in {home / 'state' / 'history.sqlite'}\n"
    assert json.loads(coach("runs", "index", "--json").stdout)["runs"] == 3
    (home / "state" / "history.sqlite").unlink()
    (home / "state" / "history.sqlite").mkdir()
    told = coach("runs", "index")
    assert (told.exit_code, "was not written" in told.stderr) == (0, True)
    assert "trouble" in json.loads(coach("runs", "index", "--json").stdout)
    assert coach("runs", "list").stdout.count("\n") == 4


def test_a_run_that_ended_is_in_the_index(home):
    """At once, with what it came to; the list needs to read no journal for it. One recorded elsewhere is not."""
    command = [sys.executable, "-m", "coach", "run", "free", "--sensors", "none"]
    buttons = b"mark\nfinish\n"
    elsewhere = [*command, "--record", str(home / "elsewhere")]
    subprocess.run(elsewhere, input=buttons, capture_output=True, check=True)
    assert not (home / "state" / "history.sqlite").exists()
    subprocess.run(command, input=buttons, capture_output=True, check=True)
    index = sqlite3.connect(home / "state" / "history.sqlite")
    ((time_s, results_of),) = index.execute("SELECT time_s, results_of FROM runs").fetchall()
    index.close()
    assert results_of is not None
    assert time_s is not None
