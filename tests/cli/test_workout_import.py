"""Workouts of other tools: imported as files, and run, checked and shown as they are."""

import json

import pytest

ZWO = (
    "<workout_file><name>Strides</name><sportType>run</sportType><workout>"
    '<IntervalsT Repeat="4" OnDuration="20" OffDuration="70" OnPower="1.1" OffPower="0.7" pace="1"/>'
    "</workout></workout_file>"
)
PLAIN = "Warmup\n- 10m 5:30/km\n\nMain 3x\n- 1km 4:00/km\n- 90s rest\n"
PAGE = f"## One\n```\n{PLAIN}```\n## One\n```\n- 30m\n```\n"


@pytest.fixture
def foreign(tmp_path):
    """Writes a file of another tool under a name that says nothing; returns its path."""

    def written(text=PLAIN):
        path = tmp_path / "download"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_the_document_goes_to_stdout_and_the_report_to_stderr(coach, foreign):
    """`import` prints a document that `check` accepts, and nothing else on stdout."""
    done = coach("workout", "import", foreign(ZWO))

    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert document["sections"][0]["steps"][0]["repeat"] == 4
    assert "Zwift ZWO: " in done.stderr
    assert "--durations metres" in done.stderr


def test_json_is_documents_and_report(coach, foreign):
    """`--json` prints one object with the documents and the whole report."""
    done = coach("workout", "import", foreign(ZWO), "--json", "--durations", "seconds")

    told = json.loads(done.stdout)
    assert told["v"] == 1
    assert [document["name"] for document in told["documents"]] == ["Strides"]
    assert told["report"]["format"] == "Zwift ZWO"
    assert told["report"]["approximated"] == told["report"]["dropped"] == []
    assert told["report"]["understood"][0]["where"] == "/workout_file/workout/IntervalsT[1] (line 1)"


def test_out_writes_a_new_file_and_never_over_one(coach, foreign, tmp_path):
    """`--out` writes a file that is not there yet; a second time it is refused and left as it was."""
    out = tmp_path / "mine.json"
    first = coach("workout", "import", foreign(), "--out", out)
    before = out.read_bytes()
    second = coach("workout", "import", foreign(ZWO), "--out", out)

    assert (first.exit_code, first.stdout) == (0, "")
    assert f"Wrote {out}" in first.stderr
    assert coach("workout", "check", out).exit_code == 0
    assert (second.exit_code, out.read_bytes()) == (1, before)


def test_several_workouts_go_into_a_folder(coach, foreign, tmp_path):
    """Each workout of a page gets a file after its name; a second time nothing at all is written."""
    out = tmp_path / "pages"
    first = coach("workout", "import", foreign(PAGE), "--out", out)

    assert first.exit_code == 0, first.stderr
    assert sorted(file.name for file in out.iterdir()) == ["one-2.json", "one.json"]
    (out / "one.json").unlink()
    second = coach("workout", "import", foreign(PAGE), "--out", out)
    assert second.exit_code == 1
    assert [file.name for file in out.iterdir()] == ["one-2.json"]


def test_several_workouts_need_a_folder(coach, foreign, tmp_path):
    """A file where a folder is wanted is refused and left as it is."""
    out = tmp_path / "file"
    out.write_text("mine")
    done = coach("workout", "import", foreign(PAGE), "--out", out)

    assert done.exit_code == 1
    assert out.read_text() == "mine"


def test_several_workouts_on_stdout_are_one_a_line(coach, foreign):
    """Without `--out` each document is a line."""
    lines = coach("workout", "import", foreign(PAGE)).stdout.splitlines()

    assert [json.loads(line)["name"] for line in lines] == ["One", "One"]


def test_one_workout_may_go_into_a_folder_too(coach, foreign, tmp_path):
    """A folder that is there takes a single workout under its name."""
    done = coach("workout", "import", foreign(ZWO), "--out", tmp_path)

    assert done.exit_code == 0
    assert (tmp_path / "strides.json").is_file()


def test_strict_refuses_a_loss(coach, foreign):
    """`--strict` exits with 1 and nothing on stdout if anything is lost, and is content if nothing is."""
    lossy = coach("workout", "import", foreign(ZWO), "--strict")
    whole = coach("workout", "import", foreign(), "--strict")

    assert (lossy.exit_code, lossy.stdout) == (1, "")
    assert "cannot be imported without loss" in lossy.stderr
    assert whole.exit_code == 0


def test_the_format_can_be_insisted_on(coach, foreign):
    """`--from` reads the file as what it is said to be, and refuses it if it is not."""
    done = coach("workout", "import", foreign(ZWO), "--from", "tcx")

    assert done.exit_code == 3
    assert "is not a TCX file" in done.stderr


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_foreign_workout_is_checked_and_shown_as_it_is(coach, foreign, command):
    """`check` and `show` import on the fly, the report on stderr."""
    done = coach("workout", command, foreign())

    assert done.exit_code == 0
    assert "3 x 1 km" in done.stdout
    assert "intervals.icu: " in done.stderr


def test_a_foreign_workout_is_run_as_it_is(coach, foreign):
    """`run` imports on the fly: the run's workout is that of the file."""
    done = coach("run", foreign("- 1s 4:00/km"), "--sensors", "none", "--no-record", "--json")

    assert done.exit_code == 0, done.stderr
    assert "intervals.icu: " in done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["event"] == "run_started"


@pytest.mark.parametrize("text", [PAGE, "<gpx/>", "hello"])
def test_what_cannot_be_run_is_refused(coach, foreign, text):
    """Several workouts in one file, or none, exit with 3 and say what to do."""
    done = coach("workout", "check", foreign(text))

    assert (done.exit_code, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) >= 2
