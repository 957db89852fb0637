"""`coach review`: every kind of recording, one number explained, and as one object."""

import errno
import json
import os
from pathlib import Path

import pytest

from coach.app.reviews import RecordedReview
from coach.problems import CoachProblem
from tests.golden.journals import FOLDER

SHARED = Path(__file__).parents[3] / "shared" / "data" / "recordings"
ATHLETE = str(Path(__file__).parents[1] / "review" / "athlete.json")


@pytest.fixture
def runs(home):
    """Two recorded runs of one workout, the folders of both, the older one first."""
    names = ("01JD0000000000000000000000", "01JE0000000000000000000000")
    folders = [home / "data" / "runs" / name for name in names]
    for folder in folders:
        folder.mkdir(parents=True)
        for file in ("recording.jsonl", "manifest.json"):
            content = (FOLDER / "strap-and-pod" / file).read_bytes()
            (folder / file).write_bytes(content)
    return folders


@pytest.mark.parametrize(
    "name",
    [
        "steady_11km_sparse.tcx",
        "track_7x1km_1hz.gpx",
        "run_walk_intervals_rundouble.csv",
        "short_run_vivoactive3.fit",
    ],
)
def test_recordings_of_other_programs_are_reviewed(coach, name):
    """FIT, TCX, GPX and CSV, without a workout: a free run has its kilometres and no reps."""
    shown = coach("review", str(SHARED / name), "--athlete", ATHLETE)

    assert shown.exit_code == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert "The run" in lines
    assert "Reps" not in lines
    assert "Pace over the run" in lines
    assert max(map(len, lines)) <= 80


def test_a_workout_may_be_held_against_a_recording(coach):
    """With --workout the reps are there, with their plan."""
    shown = coach("review", str(SHARED / "track_7x1km_1hz.gpx"), "--workout", "7x1km", "--athlete", ATHLETE)

    assert shown.exit_code == 0, shown.stderr
    assert any(line.startswith("  reps run whole") for line in shown.stdout.splitlines())


def test_the_last_run_is_reviewed_without_a_name(coach, runs):
    """A run of our own, by number or `last`; its questions stand open until they are answered."""
    shown = coach("review")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout == coach("review", "1").stdout
    assert "What worked? What did not? coach runs note 01" in shown.stdout
    coach("runs", "note", "last", "--rpe", "6", "--worked", "the floats", "--failed", "the start")
    again = coach("review").stdout
    assert "What worked? the floats" in again
    assert "What did not? the start" in again
    assert "runs note" not in again
    assert "What worked: the floats" in coach("runs", "show").stdout
    told = json.loads(coach("review", "--json").stdout)
    assert told["note"]["failed"] == "the start"
    assert told["values"]["session_load"]["value"] > 0


def test_a_number_is_explained(coach):
    """Formula, inputs, source, validity and what it is here; a number that does not exist is a usage error."""
    file = str(SHARED / "steady_11km_sparse.tcx")
    shown = coach("review", file, "--athlete", ATHLETE, "--explain", "decoupling")
    assert [line.split()[0] for line in shown.stdout.splitlines()[1:]] == [
        "formula",
        "inputs",
        "source",
        "valid",
        "here",
    ]
    told = json.loads(coach("review", file, "--athlete", ATHLETE, "--explain", "trimp", "--json").stdout)
    assert told["here"] == {"standing": "measured", "value": pytest.approx(121, abs=1), "unit": "load"}
    listed = coach("review", "--explain", "list").stdout
    assert "evenness" in listed
    assert "monotony" in listed
    assert coach("review", "--explain", "monotony").stdout.splitlines()[1].startswith("  formula  ")
    assert json.loads(coach("review", "--explain", "ctl", "--json").stdout)["name"] == "ctl"
    wrong = coach("review", file, "--explain", "fitness")
    assert wrong.exit_code == 2
    assert "--explain list" in wrong.stderr


def test_what_cannot_be_reviewed_is_refused(coach, home):
    """A missing file and a home without runs leave with 3."""
    assert coach("review", "nowhere.fit").exit_code == 3
    assert coach("review").exit_code == 3


def test_a_recorded_run_is_held_against_the_one_before(runs):
    """The last run of the same workout and athlete; the first one has none before it."""
    first, second = (RecordedReview(folder) for folder in runs)

    compared = second.compare()
    assert compared is not None
    assert len(compared.runs) == 2
    assert first.compare() is None
    assert second.review().summary.run
    with pytest.raises(CoachProblem):
        RecordedReview(runs[0].parent / "none").review()


def test_a_recorded_run_is_taken_away_as_fit(runs, tmp_path, monkeypatch):
    """The file is in the current folder; an existing one is kept, and a missing folder is reported."""
    monkeypatch.chdir(tmp_path)
    service = RecordedReview(runs[0])

    said = service.export()

    (file,) = tmp_path.glob("*.fit")
    assert said == f"Wrote {file}."
    assert file.read_bytes()[8:12] == b".FIT"
    assert service.export() == f"{file} is there already."
    file.unlink()
    monkeypatch.setattr("coach.app.reviews.write_atomically", refused)
    with pytest.raises(CoachProblem, match="cannot be written: Read-only file system"):
        service.export()


def refused(path: Path, content: bytes) -> None:
    """Refuse, as a disk does that may not be written to."""
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))
