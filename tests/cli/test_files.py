"""A file is written only where there was none."""

import errno
import io

import pytest

from coach.cli.shared import write_new_file
from coach.problems import CoachProblem


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


def test_a_disk_that_refuses_leaves_nothing_half_written(monkeypatch, tmp_path):
    """If the disk fills up during a write, the file is removed and the reason is reported."""

    class Full(io.BytesIO):
        """A file on a full disk."""

        def write(self, _data):
            """Refuse."""
            raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "new.json"

    def opened(self, _mode):
        self.touch()
        return Full()

    monkeypatch.setattr("pathlib.Path.open", opened)
    with pytest.raises(CoachProblem, match="No space left"):
        write_new_file(path, b"{}", what="workout")

    assert not path.exists()
