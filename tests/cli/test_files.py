"""Whatever a file argument turns out to be, one problem says what is wrong, and nothing is changed."""

import os
from pathlib import Path

import pytest

from coach.cli.files import (
    RECORDING_BYTES,
    WORKOUT_BYTES,
    read_athlete_file,
    read_recording_file,
    read_workout_file,
    write_new_file,
)
from coach.problems import AthleteProblem, CoachProblem, RecordingProblem, WorkoutProblem

READERS = [
    (read_workout_file, WorkoutProblem, WORKOUT_BYTES),
    (read_athlete_file, AthleteProblem, WORKOUT_BYTES),
    (read_recording_file, RecordingProblem, RECORDING_BYTES),
]


def _missing(folder):
    return folder / "nobody.json"


def _empty(folder):
    path = folder / "empty.json"
    path.touch()
    return path


def _folder(folder):
    return folder


def _pipe(folder):
    path = folder / "pipe.json"
    os.mkfifo(path)
    return path


def _device(_folder):
    return Path(os.devnull)


def _below_a_file(folder):
    return _empty(folder) / "inside.json"


def _endless_name(folder):
    return folder / ("n" * 5000)


def _impossible_name(folder):
    return folder / "nul\0.json"


def _gigabyte(folder):
    path = folder / "huge.json"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    return path


MADE_BAD = [
    (_missing, "no such file"),
    (_empty, "is empty"),
    (_folder, "is a folder"),
    (_pipe, "is a pipe"),
    (_device, "is a pipe or device"),
    (_below_a_file, "no folder"),
    (_endless_name, "too long"),
    (_impossible_name, "no file can have that name"),
    (_gigabyte, "holds 1000.0 MB"),
]


@pytest.mark.parametrize(("read", "problem", "_most"), READERS)
@pytest.mark.parametrize(("make", "words"), MADE_BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_a_bad_file_is_a_problem_with_a_hint(tmp_path, read, problem, _most, make, words):
    """No bad file is waited for or read whole: its problem says what it is and what to do."""
    with pytest.raises(problem, match=words) as caught:
        read(make(tmp_path))

    assert caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(("read", "_problem", "most"), READERS)
def test_a_file_may_be_as_large_as_the_limit(tmp_path, read, _problem, most):
    """A file of exactly the limit is read; one byte more is not."""
    path = tmp_path / "full"
    with path.open("wb") as file:
        file.truncate(most)
    assert len(read(path)) == most

    with path.open("ab") as file:
        file.write(b"!")
    with pytest.raises(CoachProblem, match="at most"):
        read(path)


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    """Writing where something is changes nothing and says so."""
    path = tmp_path / "mine.json"
    path.write_bytes(b"precious")

    with pytest.raises(CoachProblem, match="there already"):
        write_new_file(path, b"new", what="workout")

    assert path.read_bytes() == b"precious"


def test_a_link_to_nowhere_is_not_followed(tmp_path):
    """A dangling link counts as something that is there."""
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "elsewhere.json")

    with pytest.raises(CoachProblem, match="there already"):
        write_new_file(link, b"new", what="workout")

    assert not (tmp_path / "elsewhere.json").exists()


@pytest.mark.parametrize("name", ["", ".", "no/such/folder.json", "nul\0.json"])
def test_a_file_that_cannot_be_written_is_a_problem(tmp_path, name):
    """A folder, a missing folder or an impossible name is one problem with a hint."""
    with pytest.raises(CoachProblem) as caught:
        write_new_file(tmp_path / name, b"new", what="workout")

    assert caught.value.hint


def test_a_new_file_holds_what_was_given(tmp_path):
    """A file that was not there holds the bytes given, and nothing else is left beside it."""
    write_new_file(tmp_path / "new.json", b"{}", what="workout")

    assert [path.name for path in tmp_path.iterdir()] == ["new.json"]
    assert (tmp_path / "new.json").read_bytes() == b"{}"
