"""Workouts written for other programs from the command line."""

import json

import pytest

from coach.interchange.workouts import EXPORT_FORMATS
from coach.interchange.workouts.converting import COLUMNS

TEXTS = [to for to in COLUMNS if EXPORT_FORMATS[to].is_text]
PLAIN = '{"format": "coach-workout/1", "name": "Four", "sections": [{"name": "Main", "steps": [%s]}]}'
STEP = '{"kind": "work", "until": {"time": "4:00"}, "target": {"pace": "4:00/km"}}'


@pytest.fixture
def plain(tmp_path):
    """A workout of which nothing is lost in any format."""
    path = tmp_path / "four.json"
    path.write_text(PLAIN % STEP, encoding="utf-8")
    return path


@pytest.mark.parametrize("to", COLUMNS)
def test_a_file_goes_there_and_back(coach, tmp_path, to):
    """Six 800s of the library are six 800s again, whatever is between."""
    assert coach("athlete", "set", "--race", "5 km=22:30").exit_code == 0
    out = tmp_path / f"w{EXPORT_FORMATS[to].suffix}"
    done = coach("workout", "export", "6x800-5k", "--to", to.value, "--out", out)

    assert (done.exit_code, done.stdout) == (0, "")
    assert f"Wrote {out}" in done.stderr
    assert EXPORT_FORMATS[to].title in done.stderr
    back = coach("workout", "import", out, "--json").stdout
    assert '"repeat": 6' in back or back.count('"800 m"') == 6
    assert "4:2" in back or "4:30/km" in back


@pytest.mark.parametrize("to", TEXTS)
def test_without_out_the_file_goes_to_stdout_and_the_report_to_stderr(coach, plain, to):
    """The file is all there is on stdout."""
    done = coach("workout", "export", plain, "--to", to.value)

    assert done.exit_code == 0
    assert "nothing lost or changed" in done.stderr
    assert "4:00" in coach("workout", "import", "-", "--json", stdin=done.stdout).stdout


def test_the_report_names_each_loss_with_its_place(coach):
    """Each part that a watch cannot do is on stderr, with its place in the document."""
    done = coach("workout", "export", "6x800-5k", "--to", "tcx")

    assert "dropped: tags: " in done.stderr
    assert "approximated: sections[1].steps[1]: the question" in done.stderr
    assert "--athlete" in done.stderr


def test_strict_writes_nothing_if_anything_is_lost(coach, plain, tmp_path):
    """A loss exits with 1 and no file; without any the file is written."""
    out = tmp_path / "w.tcx"
    refused = coach("workout", "export", "6x800-5k", "--to", "tcx", "--strict", "--out", out)

    assert refused.exit_code == 1
    assert "cannot be exported without loss" in refused.stderr
    assert not out.exists()
    assert coach("workout", "export", plain, "--to", "tcx", "--strict", "--out", out).exit_code == 0
    assert out.exists()


def test_what_is_there_is_never_overwritten_and_a_folder_gets_a_file_of_its_own(coach, plain, tmp_path):
    """`--out` takes a new file, or a folder in which the file is called after the workout."""
    folder = tmp_path / "watch"
    folder.mkdir()

    first = coach("workout", "export", plain, "--to", "fit", "--out", folder)
    assert f"Wrote {folder / 'four.fit'}" in first.stderr
    second = coach("workout", "export", plain, "--to", "fit", "--out", folder)
    assert second.exit_code == 1
    assert "is there already" in second.stderr


def test_json_is_the_report(coach, tmp_path):
    """`--json` prints the whole report as one object, and wants a place for the file."""
    out = tmp_path / "w.zwo"
    done = coach("workout", "export", "6x800-5k", "--to", "zwo", "--out", out, "--json")

    told = json.loads(done.stdout)
    assert (told["v"], told["file"]) == (1, str(out))
    assert told["report"]["format"] == "Zwift ZWO"
    assert told["report"]["dropped"][0]["where"] == "tags"
    assert coach("workout", "export", "6x800-5k", "--to", "zwo", "--json").exit_code == 2


def test_an_athlete_is_named_where_there_are_several(coach, tmp_path):
    """With two athletes nobody's paces are taken unless one is named; a file of another tool is exported as well."""
    assert coach("athlete", "set", "anna", "--race", "5 km=20:00").exit_code == 0
    assert coach("athlete", "set", "bob", "--race", "5 km=25:00").exit_code == 0

    assert "needs an athlete" in coach("workout", "export", "6x800-5k", "--to", "intervals").stderr
    anna = coach("workout", "export", "6x800-5k", "--to", "intervals", "--athlete", "anna")
    assert "- 800mtr 4:00/km Pace" in anna.stdout
    foreign = tmp_path / "w.txt"
    foreign.write_text(anna.stdout, encoding="utf-8")
    assert "<Meters>800</Meters>" in coach("workout", "export", foreign, "--to", "tcx").stdout


def test_a_list_of_exercises_is_refused_for_zwift_with_the_way_out(coach):
    """A workout without running cannot be written for Zwift."""
    done = coach("workout", "export", "core-5min", "--to", "zwo")

    assert done.exit_code == 3
    assert "fit, garmin-json" in done.stderr


def test_the_notation_is_a_line_that_is_taken_where_a_workout_is(coach):
    """`--to notation` prints the line, says what it leaves out, and the line is a workout again."""
    done = coach("workout", "export", "6x800-5k", "--to", "notation")

    line = done.stdout.strip()
    assert "6x800 @ 5k" in line
    assert "dropped: its tags" in done.stderr
    assert coach("workout", "check", line).exit_code == 0
    assert coach("workout", "export", "6x800-5k", "--to", "notation", "--strict").exit_code == 1
    assert coach("workout", "export", "core-5min", "--to", "notation").exit_code == 3


def test_a_workout_in_one_line_is_exported_and_its_words_need_no_quotes(coach, tmp_path):
    """The line is written to a file of another program."""
    line = "2km easy + 6x800 @ 4:00/km / 400 jog + 1km easy"
    out = tmp_path / "w.fit"

    assert coach("workout", "export", line, "--to", "fit", "--out", out).exit_code == 0
    assert '"repeat": 6' in coach("workout", "import", out, "--json").stdout
    quoted = coach("workout", "export", line, "--to", "tcx").stdout
    assert coach("workout", "export", *line.split(), "--to", "tcx").stdout == quoted


def test_strict_refuses_what_an_import_has_lost_already(coach, tmp_path):
    """A file of another tool of which something was lost is not exported with --strict, whatever the format keeps."""
    foreign = tmp_path / "w.txt"
    foreign.write_text("- 10m Z2 HR\n", encoding="utf-8")

    assert coach("workout", "export", foreign, "--to", "intervals").exit_code == 0
    refused = coach("workout", "export", foreign, "--to", "intervals", "--strict")
    assert refused.exit_code == 1
    assert "cannot be imported without loss" in refused.stderr
