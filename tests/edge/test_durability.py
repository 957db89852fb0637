"""The order in which bytes, cuts and names reach the disk, so that they outlive a power cut."""

import os
from collections.abc import Callable
from inspect import unwrap
from pathlib import Path
from typing import Any

import pytest

from coach.edge import recorder
from coach.edge.files import write_atomically, write_document
from coach.edge.recorder import JournalFile
from coach.edge.run_folder import JOURNAL, MANIFEST, Manifest, RunState, create_run_folder, reopen_run_folder
from tests.recording.journals import HEADER

MANIFEST_OF_A = Manifest("A", RunState.INTERRUPTED, "Test", "", "2026-11-21T18:04:05+01:00")


class DiskLog:
    """Notes what is asked of the disk, in order: `write NAME`, `sync NAME`, `cut NAME`, `rename NAME`."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = root
        self.calls: list[str] = []
        for name, verb in (("fsync", "sync"), ("ftruncate", "cut"), ("write", "write")):
            monkeypatch.setattr(os, name, self._noting(getattr(os, name), verb))
        replace = os.replace

        def noted_replace(path: Path, target: Path) -> None:
            self.calls.append(f"rename {Path(target).relative_to(root)}")
            replace(path, target)

        monkeypatch.setattr(os, "replace", noted_replace)

    def _noting(self, call: Callable[..., Any], verb: str) -> Callable[..., Any]:
        def noted(handle: int, *rest: object) -> object:
            self.calls.append(f"{verb} {self._name(handle)}")
            return call(handle, *rest)

        return noted

    def _name(self, handle: int) -> str:
        """The name of what a descriptor belongs to."""
        status = os.fstat(handle)
        for path in (self._root, *self._root.rglob("*")):
            if os.path.samestat(path.stat(), status):
                return "part" if path.suffix == ".part" else str(path.relative_to(self._root))
        return "elsewhere"


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """Logs the calls below `tmp_path`."""
    return DiskLog(tmp_path, monkeypatch)


def test_a_new_run_is_in_the_list_of_runs_for_good(tmp_path, disk):
    """The manifest, the names in the run's folder and its own name among the runs are synced when it is made."""
    folder = create_run_folder(tmp_path / "runs", Manifest("A", RunState.RECORDING, "Test", "", ""))
    os.close(folder.descriptor)
    assert disk.calls == ["write part", "sync part", f"rename runs/A/{MANIFEST}", "sync runs/A", "sync runs"]


def test_a_torn_tail_is_kept_before_it_is_cut_and_the_cut_lasts(tmp_path, disk):
    """The torn bytes are synced before the journal loses them, and the cut before anything is appended."""
    os.close(create_run_folder(tmp_path, MANIFEST_OF_A).descriptor)
    (tmp_path / "A" / JOURNAL).write_bytes(HEADER + b"to")
    disk.calls.clear()
    folder = reopen_run_folder(tmp_path / "A")
    os.close(folder.descriptor)
    assert disk.calls[:4] == [
        f"write A/{JOURNAL}.torn",
        f"sync A/{JOURNAL}.torn",
        f"cut A/{JOURNAL}",
        f"sync A/{JOURNAL}",
    ]
    assert (tmp_path / "A" / JOURNAL).read_bytes() == HEADER
    assert (tmp_path / "A" / f"{JOURNAL}.torn").read_bytes() == b"to"


def test_a_whole_journal_is_neither_cut_nor_synced(tmp_path, disk):
    """A journal with nothing torn is left alone; only its manifest is written."""
    os.close(create_run_folder(tmp_path, MANIFEST_OF_A).descriptor)
    (tmp_path / "A" / JOURNAL).write_bytes(HEADER)
    disk.calls.clear()
    folder = reopen_run_folder(tmp_path / "A")
    os.close(folder.descriptor)
    assert disk.calls == ["write part", "sync part", f"rename A/{MANIFEST}", "sync A"]


@pytest.mark.parametrize("write", [write_atomically, write_document])
def test_a_document_takes_its_name_when_its_bytes_are_on_disk(tmp_path, disk, write):
    """The bytes are synced first, then the name changes, then its folder is synced."""
    write(tmp_path / "anna.json", b"{}")
    assert disk.calls == ["write part", "sync part", "rename anna.json", "sync ."]


def test_a_journal_is_synced_by_the_system(monkeypatch):
    """A sync reaches the descriptor the journal writes to: a pipe, which cannot be synced, refuses it."""
    monkeypatch.setattr(recorder, "_sync", unwrap(recorder._sync))  # the system's own
    reading, writing = os.pipe()
    journal = JournalFile(writing)
    with pytest.raises(OSError, match="Invalid argument"):
        journal.sync()
    journal.close()
    os.close(reading)
