"""What the runner says of a run lies beside its journal, line by line, and a damaged line costs only itself."""

import json
import stat

import pytest

from coach.edge.run_folder import NOTES, RunNote, append_note, read_note
from coach.problems import RecordingProblem
from coach.recording.lines import encode_record, read_records

AT = "2026-11-21T19:04:05+01:00"


def test_the_last_word_of_each_kind_counts(tmp_path):
    """Effort, remark and shoe are kept one by one; a later answer replaces its own kind only."""
    append_note(tmp_path, RunNote(rpe=7, answered_at=AT))
    append_note(tmp_path, RunNote(text="Wind on the back straight.", shoe="flats", answered_at=AT))
    append_note(tmp_path, RunNote(rpe=8, answered_at=AT))

    assert read_note(tmp_path) == RunNote(8, "Wind on the back straight.", "flats", AT, rpe_at=AT)
    append_note(tmp_path, RunNote(text=""))
    assert read_note(tmp_path).text == ""


def test_nothing_said_is_nothing_known(tmp_path):
    """A run without the file has no effort, which is not 0."""
    assert read_note(tmp_path) == RunNote()


def test_the_file_is_private_and_each_line_has_its_checksum(tmp_path):
    """Nobody else reads it, and every line is an object of the contract."""
    append_note(tmp_path, RunNote(rpe=7, text="ä\n\x1b[0m", answered_at=AT))
    path = tmp_path / NOTES

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (said,) = read_records(path.read_bytes())
    assert said == {"format": "coach-notes/1", "rpe": 7, "text": "ä\n\x1b[0m", "answered_at": AT}


@pytest.mark.parametrize("harm", ["torn", "flipped", "nonsense", "not an effort"])
def test_a_damaged_line_is_passed_over(tmp_path, harm):
    """What was said before and after it stands."""
    append_note(tmp_path, RunNote(rpe=7))
    path = tmp_path / NOTES
    whole = path.read_bytes()
    line = encode_record({"format": "coach-notes/1", "text": "lost"})
    with path.open("ab") as file:
        file.write(
            {
                "torn": line[:-9],
                "flipped": line.replace(b"lost", b"last"),
                "nonsense": b"\xff\xfe\n",
                "not an effort": encode_record({"format": "coach-notes/1", "rpe": 77}),
            }[harm]
        )
    append_note(tmp_path, RunNote(shoe="flats"))

    assert path.read_bytes().startswith(whole)
    assert read_note(tmp_path) == RunNote(7, None, "flats", "")


def test_a_newer_file_is_refused_and_left(tmp_path):
    """What a newer program wrote is not guessed at."""
    path = tmp_path / NOTES
    path.write_bytes(encode_record({"format": "coach-notes/2", "rpe": 7}))
    with pytest.raises(RecordingProblem, match="newer program"):
        read_note(tmp_path)
    assert json.loads(path.read_bytes().partition(b"\t")[0])["rpe"] == 7


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    """The problem names the file."""
    with pytest.raises(RecordingProblem, match=r"notes\.jsonl"):
        append_note(tmp_path / "gone", RunNote(rpe=7))
