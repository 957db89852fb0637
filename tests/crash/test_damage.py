"""A thousand damaged journals: what is before the damage and behind it is read, and no damage goes unnoticed."""

import shutil
from pathlib import Path
from random import Random

import pytest

from coach.edge.run_folder import (
    JOURNAL,
    MANIFEST,
    Manifest,
    RunState,
    read_run,
    repair_run_folder,
    write_manifest,
)
from coach.recording.codec import Journal, read_journal
from tests.golden.journals import JOURNALS

DAMAGED = 1000
LINES = 120
"""Lines of each journal that are damaged: its beginning, with every kind of line it has there."""


def short(data: bytes) -> bytes:
    """The first lines of a journal."""
    return b"".join(data.splitlines(keepends=True)[:LINES])


def damage(data: bytes, luck: Random) -> tuple[bytes, int, int]:
    """Flip a bit, or tear, zero or overwrite a stretch; returns the data, and where the damage begins and ends."""
    start = luck.randrange(len(data))
    match luck.choice(["flip", "flip", "tear", "zero", "noise"]):
        case "flip":
            damaged = bytearray(data)
            damaged[start] ^= 1 << luck.randrange(8)
            return bytes(damaged), start, start + 1
        case "tear":
            start = luck.randrange(data.index(b"\n") + 1, len(data))
            return data[:start], start, len(data)
        case kind:
            end = min(len(data), start + luck.choice([1, 16, 512, 4096]))
            middle = bytes(end - start) if kind == "zero" else luck.randbytes(end - start)
            return data[:start] + middle + data[end:], start, end


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a journal but the first."""
    return data.splitlines(keepends=True)[1:]


def records(journal: Journal) -> list[object]:
    """Everything that was read, inputs then outputs."""
    return [*journal.inputs, *journal.outputs]


@pytest.mark.parametrize("golden", JOURNALS, ids=lambda golden: golden.name)
@pytest.mark.parametrize("times", [30, pytest.param(DAMAGED // len(JOURNALS), marks=pytest.mark.long)])
def test_damage_costs_the_lines_it_lies_in(golden, times, tmp_path):
    """So many times each: all other lines are read, the damage is told, and a repair keeps just as much."""
    data = short(golden.data)
    header = data.partition(b"\n")[0].decode()
    run = tmp_path / golden.journal.header.run
    whole = read_journal(data)
    luck = Random(golden.name)
    for _ in range(times):
        run.mkdir()
        damaged, start, end = damage(data, luck)
        (run / JOURNAL).write_bytes(damaged)
        write_manifest(run, Manifest(run.name, RunState.INTERRUPTED, "", "", "", header=header))

        journal = read_journal(read_run(run))

        first = data[:start].count(b"\n")
        last = data[: end - 1].count(b"\n") if end > start else first
        spared = data.splitlines(keepends=True)[1:first] + data.splitlines(keepends=True)[last + 1 :]
        expected = read_journal(header.encode() + b"\n" + b"".join(spared))
        read = records(journal)
        assert journal.header == whole.header
        assert all(record in read for record in records(expected))
        assert all(record in records(whole) for record in read)
        is_cut_between_lines = damaged == data[:start] and damaged.endswith(b"\n")
        assert bool(journal.problem) == (damaged != data and not is_cut_between_lines)

        if (run / JOURNAL).stat().st_size:
            repair_run_folder(run)
        repaired = read_journal(read_run(run))
        assert (records(repaired), repaired.problem) == (read, "")
        shutil.rmtree(run)


@pytest.mark.parametrize("place", range(0, 400, 7))
def test_a_damaged_header_is_read_from_the_manifest(place, tmp_path):
    """Any bit of the first line flipped: the copy in the manifest counts, and a repair puts it back."""
    golden = JOURNALS[0]
    data = bytearray(short(golden.data))
    header = bytes(data).partition(b"\n")[0].decode()
    run = tmp_path / golden.journal.header.run
    run.mkdir()
    whole = read_journal(bytes(data))
    data[place] ^= 1 << place % 8
    (run / JOURNAL).write_bytes(data)
    write_manifest(run, Manifest(run.name, RunState.FINISHED, "", "", "", header=header))
    assert read_journal(read_run(run)).header == whole.header
    repair_run_folder(run)
    assert read_journal((run / JOURNAL).read_bytes()).header == whole.header
    assert read_journal((run / JOURNAL).read_bytes()).inputs == whole.inputs


def test_a_damaged_manifest_takes_nothing_from_a_journal(tmp_path):
    """The copy of the header is checked by its own sum: noise in the manifest is not believed."""
    golden = JOURNALS[0]
    run = tmp_path / golden.journal.header.run
    run.mkdir()
    (run / JOURNAL).write_bytes(golden.data)
    for noise in (b"", b"{", b"[]", b'{"header":3}', b'{"header":"{}\\t00000000"}', b"\xff\xfe"):
        (run / MANIFEST).write_bytes(noise)
        assert read_journal(read_run(run)).inputs == golden.journal.inputs


def test_a_run_of_a_newer_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    """A journal or a manifest of a later format is not repaired, resumed or changed in any byte."""
    from coach.edge.run_folder import reopen_run_folder
    from coach.problems import RecordingProblem

    golden = JOURNALS[0]
    run = tmp_path / golden.journal.header.run
    run.mkdir()
    newer = golden.data.replace(b"coach-journal/1", b"coach-journal/2", 1)
    manifest = b'{"format": "coach-run/2", "shoe": "blue"}'
    for journal, described in ((newer, b"{}"), (golden.data[:-5], manifest), (newer[:-5], manifest)):
        (run / JOURNAL).write_bytes(journal)
        (run / MANIFEST).write_bytes(described)
        for change in (repair_run_folder, reopen_run_folder):
            with pytest.raises(RecordingProblem, match="newer program") as refused:
                change(run)
            assert "Upgrade" in refused.value.hint
        assert sorted(each.name for each in run.iterdir()) == [MANIFEST, JOURNAL]
        assert ((run / JOURNAL).read_bytes(), (run / MANIFEST).read_bytes()) == (journal, described)
