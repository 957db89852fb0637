"""Tests of the files of a plan: written whole, kept, taken back byte for byte, and what a hand does in between."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coach.edge.training_files import HAND, KEPT, PlanFiles
from coach.problems import CoachProblem, PlanProblem


@pytest.fixture
def files(tmp_path: Path) -> PlanFiles:
    """Files of a plan that nobody has made."""
    return PlanFiles(tmp_path / "plans" / "anna")


def save(files: PlanFiles, data: bytes, what: str = "Changed.") -> None:
    """Make it the plan."""
    files.save(data, who="coach plan move", what=what, base=files.read() if files.exists else None)


def test_a_plan_that_is_not_there_says_how_to_make_one(files: PlanFiles):
    """Without a plan there is nothing to read and nothing to undo."""
    with pytest.raises(PlanProblem, match="there is no plan yet"):
        files.read()
    with pytest.raises(PlanProblem, match="nothing to undo"):
        files.undo("coach plan undo")
    assert files.changes() == []


def test_undo_goes_back_step_by_step_byte_for_byte(files: PlanFiles):
    """Each undo puts the version before back as it was, up to the first."""
    versions = [b"one\n", b"two \xc3\xa9\n", b"three"]
    for data in versions:
        save(files, data)

    for before in versions[-2::-1]:
        files.undo("coach plan undo")
        assert files.read() == before
    with pytest.raises(PlanProblem, match="first version"):
        files.undo("coach plan undo")
    assert [each.what for each in files.changes()][-1] == "Undone: Changed."


def test_a_change_after_an_undo_leads_back_to_where_it_was_made(files: PlanFiles):
    """What was undone does not come back by another undo."""
    for data in (b"one", b"two"):
        save(files, data)
    files.undo("coach plan undo")
    save(files, b"three")
    files.undo("coach plan undo")

    assert files.read() == b"one"


def test_a_hand_edit_is_one_line_and_can_be_undone(files: PlanFiles):
    """However nonsensical the file is, the version before it comes back; the journal says who it was."""
    save(files, b"one")
    files.path.write_bytes(b"{ nonsense")
    assert files.note_hand_edit() is not None
    assert files.note_hand_edit() is None
    assert [each.who for each in files.changes()] == ["coach plan move", HAND]

    undone, _ = files.undo("coach plan undo")

    assert (undone.who, files.read()) == (HAND, b"one")


def test_a_hand_edit_is_kept_when_a_command_follows_it(files: PlanFiles):
    """A command that changes an edited file is undone to the edited file."""
    save(files, b"one")
    files.path.write_bytes(b"edited")
    save(files, b"two")
    files.undo("coach plan undo")

    assert files.read() == b"edited"


def test_what_a_hand_wrote_stays_so_whoever_puts_it_back(files: PlanFiles):
    """Bytes of a command are its own; those of a hand are not, nor after an undo brought them back."""
    save(files, b"one")
    assert files.is_own(files.read())
    assert not files.is_own(b"something else")
    files.path.write_bytes(b"by hand")
    assert not files.is_own(files.read())
    save(files, b"two")
    assert files.is_own(files.read())
    files.undo("coach plan undo")

    assert files.read() == b"by hand"
    assert not files.is_own(files.read())


def test_a_deleted_file_comes_back(files: PlanFiles):
    """Who deletes the plan gets it back by an undo."""
    save(files, b"one")
    files.path.unlink()
    files.undo("coach plan undo")

    assert files.read() == b"one"


def test_two_who_change_at_once_do_not_lose_a_change(files: PlanFiles):
    """A change made from a state that is over is refused."""
    save(files, b"one")
    base = files.read()
    save(files, b"two")
    with pytest.raises(PlanProblem, match="changed elsewhere"):
        files.save(b"three", who="x", what="x", base=base)

    assert files.read() == b"two"


def test_old_versions_are_dropped_and_the_journal_stays(files: PlanFiles):
    """So many versions are kept; what is older cannot be undone, and that is said."""
    for number in range(KEPT + 5):
        save(files, f"{number}".encode())
    assert len(list((files.folder / "versions").iterdir())) == KEPT
    for _ in range(KEPT - 1):
        files.undo("u")

    assert files.read() == b"5"
    with pytest.raises(PlanProblem, match="first version"):
        files.undo("u")


def test_a_damaged_journal_costs_its_lines_alone(files: PlanFiles):
    """A line that is no line is passed over; a journal that is lost begins anew."""
    for data in (b"one", b"two"):
        save(files, data)
    journal = files.folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b"\x00\xff garbage")
    save(files, b"three")
    files.undo("u")
    assert files.read() == b"two"

    journal.unlink()
    save(files, b"four")
    files.undo("u")
    assert files.read() == b"two"


def test_a_damaged_version_is_not_put_back(files: PlanFiles):
    """What is not byte for byte what it was stays out."""
    for data in (b"one", b"two"):
        save(files, data)
    (files.folder / "versions" / "000001.json").write_bytes(b"on")
    with pytest.raises(PlanProblem, match="version 1 is damaged"):
        files.undo("u")

    assert files.read() == b"two"


def test_a_line_whose_version_never_became_the_file_is_passed_over(files: PlanFiles):
    """A kill between the journal and the file leaves the file as it was, and the journal says so."""
    save(files, b"one")
    save(files, b"two")
    (files.path).write_bytes(b"one")  # as if the second had stopped before its last step

    assert [each.version for each in files.changes()] == [1]
    save(files, b"three")
    files.undo("u")
    assert files.read() == b"one"


def test_what_cannot_be_written_is_said_and_changes_nothing(
    files: PlanFiles, monkeypatch: pytest.MonkeyPatch
):
    """A full disk leaves the plan as it was."""
    save(files, b"one")

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coach.edge.training_files.write_atomically", full)
    with pytest.raises(CoachProblem, match="No space left"):
        save(files, b"two")

    assert files.read() == b"one"


_WRITER = """
import sys
from pathlib import Path
from coach.edge.training_files import PlanFiles
files = PlanFiles(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(100_000):
    data = (f"{number} " * 20_000 + "end").encode()
    files.save(data, who="writer", what=str(number), base=None)
"""


def _is_whole(data: bytes) -> bool:
    return data == (data.partition(b" ")[0] + b" ") * 20_000 + b"end"


@pytest.mark.parametrize("after_s", [0.02, 0.05, 0.09, 0.14])
def test_a_kill_leaves_the_plan_before_or_after_and_never_between(files: PlanFiles, after_s: float):
    """A process that is killed for good while it writes leaves a whole plan, and its undo is whole too."""
    process = subprocess.Popen([sys.executable, "-c", _WRITER, str(files.folder)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()

    if files.exists:
        assert _is_whole(files.read())
        present = files.current()
        assert present is not None
        if present.parent:
            files.undo("u")
            assert _is_whole(files.read())
    save(files, b"after")
    assert files.read() == b"after"
