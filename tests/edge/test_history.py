"""The index of the runs says what the runs say, whatever happens to it or to them; it is never in the way."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from coach.edge.history import APPLICATION, SCHEMA, History, IndexFigures, RunFilter
from coach.edge.run_folder import (
    JOURNAL,
    MANIFEST,
    Manifest,
    RunNote,
    RunState,
    append_note,
    create_run_folder,
    new_ulid,
    repair_run_folder,
    write_manifest,
)
from coach.edge.store import Store, has_interrupted_run, stored_runs
from coach.recording.codec import encode_output
from coach.recording.lines import sign
from tests.golden.journals import FOLDER

ZONE = "2026-05-12T18:00:00+02:00"
_NUMBERS = count()


def add_run(
    runs: Path,
    *,
    golden: str = "",
    started: str = ZONE,
    workout: str = "6 × 800 m",
    athlete: str = "ida",
    state: RunState = RunState.FINISHED,
    system: str = "",
) -> str:
    """Put a run among the runs: a golden journal, or a made-up one of two hard steps."""
    run = new_ulid(1.7e9 + next(_NUMBERS))
    folder = runs / run
    folder.mkdir(parents=True)
    if golden:
        shutil.copy(FOLDER / golden / JOURNAL, folder / JOURNAL)
    else:
        (folder / JOURNAL).write_bytes(journal(system=system))
    write_manifest(folder, Manifest(run, state, workout, athlete, started, 2, 2))
    return run


def journal(*, system: str = "", metres: float = 800.0) -> bytes:
    """A journal of two reps, as far as an index reads it."""
    header: dict[str, Any] = {"format": "coach-journal/1", "run": "x"}
    header["workout"] = {"name": "x", "tags": {"system": system}}
    header |= {"wall_epoch": 1.7e9, "zone": "Asia/Tokyo", "utc_offset_s": 32400}
    lines = sign(json.dumps(header).encode())
    for rep in range(2):
        step = {"step_id": f"0.{rep}", "kind": "work", "until": {"distance_m": metres}}
        lines += encode_output({"event": "step_started", **step})
        end = {"step_id": f"0.{rep}", "reason": "done", "time_s": 180.0 + rep, "distance_m": metres}
        lines += encode_output({"event": "step_ended", **end, "light_s": float(rep), "mean_speed_mps": 4.4})
    ended = {"event": "run_ended", "completed": True, "steps_done": 2, "time_s": 400.0, "distance_m": 1700.0}
    return lines + encode_output(ended)


@pytest.fixture
def runs(tmp_path):
    """A folder of three runs."""
    folder = tmp_path / "runs"
    for name in ("by-hand", "", ""):
        add_run(folder, golden=name)
    return folder


@pytest.fixture
def index(tmp_path):
    """Where the index is."""
    return tmp_path / "state" / "history.sqlite"


def listed(runs, index, which=RunFilter(), *, with_results=True):  # noqa: B008 - a constant
    """What the index says of the runs."""
    with History(runs, index) as history:
        return history.runs(which, with_results=with_results)


def truth(runs):
    """What an index says that was made just now, in memory, of what is on disk."""
    return listed(runs, Path("/proc/nowhere/history.sqlite"))


def test_it_is_private_and_versioned(runs, index):
    """Nobody else reads it, and its header says what it is."""
    listed(runs, index)
    assert stat.S_IMODE(index.stat().st_mode) == 0o600
    assert stat.S_IMODE(index.parent.stat().st_mode) == 0o700
    connection = sqlite3.connect(index)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_run_has_what_its_journal_says(tmp_path, index):
    """Time, distance, hard metres and the seconds a rep; two reps with their lengths."""
    run = add_run(tmp_path / "runs", system="vo2max")
    with History(tmp_path / "runs", index) as history:
        (found,) = history.runs(with_results=True)
        reps = history.reps(run)
    assert (found.run, found.number, found.workout, found.day) == (run, 1, "6 × 800 m", "2026-05-12")
    assert (found.kind, found.time_s, found.distance_m) == ("vo2max", 400.0, 1700.0)
    assert (found.hard_s, found.hard_m, found.light_s) == (361.0, 1600.0, 0.5)
    assert [(rep.time_s, rep.length_m, rep.is_whole) for rep in reps] == [(180, 800, True), (181, 800, True)]


@pytest.mark.parametrize(
    ("sensors", "is_simulated"), [("sim", True), ("ble,sim", True), ("ble", False), ("", False)]
)
def test_a_simulated_run_is_known_by_its_header(tmp_path, index, sensors, is_simulated):
    """By that in the manifest before a journal is read, and by that in the journal where a manifest has none."""
    run = add_run(tmp_path / "runs")
    path = tmp_path / "runs" / run / JOURNAL
    first, _, rest = path.read_bytes().partition(b"\n")
    tree = json.loads(first[:-9]) | {"sensors": sensors, "note": '"sensors":"sim"'}
    line = sign(json.dumps(tree, separators=(",", ":")).encode())
    path.write_bytes(line + rest)
    assert [each.is_simulated for each in listed(tmp_path / "runs", index)] == [is_simulated]
    for other in (RunFilter(is_simulated=True), RunFilter(is_simulated=False)):
        assert len(listed(tmp_path / "runs", index, other)) == (other.is_simulated is is_simulated)
    index.unlink()
    header = line.decode().rstrip()
    write_manifest(path.parent, Manifest(run, RunState.FINISHED, "x", "ida", ZONE, header=header))
    assert [each.is_simulated for each in listed(tmp_path / "runs", index, with_results=False)] == [
        is_simulated
    ]
    again = [each.is_simulated for each in listed(tmp_path / "runs", index)]
    assert again == [is_simulated]


def test_a_list_reads_no_journal(runs, index):
    """What the journals say is not known until somebody asks for it; then it stays known."""
    assert [run.time_s for run in listed(runs, index, with_results=False)] == [None] * 3
    assert all(run.time_s for run in listed(runs, index))
    assert all(run.time_s for run in listed(runs, index, with_results=False))


def test_the_order_and_the_numbers_are_those_of_the_store(runs, index):
    """The newest is 1, as where a run is named; a filter changes no number."""
    found = listed(runs, index, RunFilter(limit=2))
    assert [run.number for run in found] == [1, 2]
    assert [run.run for run in listed(runs, index)] == [run.manifest.run for run in stored_runs(runs)]
    oldest = listed(runs, index)[-1]
    append_note(runs / oldest.run, RunNote(text="Wind."))
    assert [run.number for run in listed(runs, index, RunFilter(text="wind"))] == [3]


# --- what happens to the runs behind its back


def test_a_run_that_is_added_deleted_or_edited_is_noticed(runs, index):
    """By the time and size of its files, without a word from whoever did it."""
    first = listed(runs, index)
    added = add_run(runs)
    assert listed(runs, index)[0].run == added
    shutil.rmtree(runs / added)
    assert listed(runs, index) == first
    (runs / first[0].run / MANIFEST).write_text('{"workout": "renamed"}')
    assert listed(runs, index)[0].workout == "renamed"
    append_note(runs / first[1].run, RunNote(rpe=7, text="Heavy."))
    assert (listed(runs, index)[1].effort, listed(runs, index)[1].note) == (7, "Heavy.")
    (runs / first[1].run / JOURNAL).write_bytes(journal(metres=1000.0))
    assert listed(runs, index)[1].hard_m == 2000.0
    (runs / first[2].run / JOURNAL).unlink()
    assert [run.run for run in listed(runs, index)] == [first[0].run, first[1].run]


def test_a_journal_of_the_same_size_is_noticed_by_its_time(runs, index):
    """An edit need not change the length."""
    run = listed(runs, index)[0].run
    path = runs / run / JOURNAL
    before = path.stat()
    path.write_bytes(journal(metres=900.0))
    assert path.stat().st_size == before.st_size
    assert listed(runs, index)[0].hard_m == 1800.0


def test_a_damaged_journal_costs_its_lines(tmp_path, index):
    """What is whole is read, and a repair changes nothing of it."""
    run = add_run(tmp_path, golden="strap-and-pod")
    path, (whole,) = tmp_path / run / JOURNAL, listed(tmp_path, index)
    data = path.read_bytes()
    place = data.index(b'"event":"step_ended"', data.rindex(b'"kind":"work"'))
    path.write_bytes(data[:place] + b"~" + data[place + 1 :])
    (damaged,) = listed(tmp_path, index)
    assert damaged != whole
    assert (damaged.time_s, damaged.workout) == (whole.time_s, whole.workout)
    repair_run_folder(tmp_path / run)
    assert listed(tmp_path, index) == [damaged]


def test_a_run_under_way_is_recording_and_is_read_when_it_ended(tmp_path, index):
    """While a program holds it its journal is left alone; without one it was interrupted."""
    runs, run = tmp_path / "runs", new_ulid(1.7e9)
    folder = create_run_folder(runs, Manifest(run, RunState.RECORDING, "Free run", "", ZONE))
    (runs / run / JOURNAL).write_bytes(journal())
    (found,) = listed(runs, index)
    assert (found.state, found.time_s) == (RunState.RECORDING, None)
    folder.release()
    (found,) = listed(runs, index)
    assert (found.state, found.time_s) == (RunState.INTERRUPTED, 400.0)


def test_the_end_of_a_run_takes_in_that_run(runs, index):
    """The others are not read for it: a home with thousands of runs does not hold up the end of one."""
    run = listed(runs, Path("/proc/nowhere"))[0].run
    with History(runs, index) as history:
        history.take_run(runs / run)
        assert history.count() == 1
        history.take_run(runs / "01JD0000000000000000000000")
    known = [each.time_s is not None for each in listed(runs, index, with_results=False)]
    assert known == [True, False, False]


# --- what happens to the index

DAMAGE = {
    "empty": lambda data: b"",
    "not an index": lambda data: b"no index at all" * 100,
    "cut in half": lambda data: data[: len(data) // 2],
    "one page zeroed": lambda data: data[:4096] + b"\0" * 4096 + data[8192:],
    "its first page zeroed": lambda data: b"\0" * 4096 + data[4096:],
    "its tail zeroed": lambda data: data[:8192] + b"\0" * (len(data) - 8192),
    "another program's database": lambda data: other_database(),
}


def other_database() -> bytes:
    """A database that is no index."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE runs (run TEXT)")
    return connection.serialize()


@pytest.mark.parametrize("harm", DAMAGE)
def test_a_damaged_index_is_made_anew(runs, index, harm):
    """The list is what it was, and the file is sound again."""
    listed(runs, index)
    index.write_bytes(DAMAGE[harm](index.read_bytes()))
    for beside in ("-wal", "-shm"):
        index.with_name(index.name + beside).unlink(missing_ok=True)
    assert listed(runs, index) == truth(runs)
    with History(runs, index) as history:
        history.update()
        assert history.trouble == ""
    connection = sqlite3.connect(index)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_flipped_bit_stops_nothing(runs, index):
    """Wherever it is, a list comes; most flips are in a page nobody reads."""
    listed(runs, index)
    whole = index.read_bytes()
    for place in range(7, len(whole), max(1, len(whole) // 60)):
        index.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        assert len(listed(runs, index)) <= 3
    index.write_bytes(whole)
    assert listed(runs, index) == truth(runs)


def test_a_deleted_index_is_made_anew(runs, index):
    """It can go at any time, and what SQLite keeps beside it as well."""
    first = listed(runs, index)
    for name in index.parent.iterdir():
        name.unlink()
    assert listed(runs, index) == first


def test_an_index_that_is_deleted_while_it_is_read_does_no_harm(runs, index):
    """Another program may make it anew at that moment."""
    with History(runs, index) as history:
        history.update()
        index.unlink()
        add_run(runs)
        assert len(history.runs()) == 4
    assert len(listed(runs, index)) == 4


def test_an_older_index_is_made_anew(runs, index):
    """Its tables may be others."""
    index.parent.mkdir()
    connection = sqlite3.connect(index)
    connection.executescript(
        f"CREATE TABLE runs (name TEXT); PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA - 1};"
    )
    connection.close()
    assert listed(runs, index) == truth(runs)


def test_a_newer_index_is_left_as_it_is(runs, index):
    """A list comes without it."""
    listed(runs, index)
    connection = sqlite3.connect(index)
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.execute("DROP TABLE notes")
    connection.close()
    before = index.read_bytes()
    with History(runs, index) as history:
        assert history.runs(with_results=True) == truth(runs)
        assert "newer" in history.trouble
    assert index.read_bytes() == before


def test_a_locked_index_is_passed_over(runs, index, monkeypatch):
    """A program that holds it for long holds up nobody; the new run is in the list all the same."""
    monkeypatch.setattr("coach.edge.history.BUSY_S", 0.01)
    listed(runs, index)
    holder = sqlite3.connect(index, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    added = add_run(runs)
    with History(runs, index) as history:
        assert history.runs(with_results=True) == truth(runs)
        assert "locked" in history.trouble
    holder.execute("ROLLBACK")
    holder.close()
    assert listed(runs, index)[0].run == added


@contextmanager
def as_nobody():
    """Have no more rights than anybody during the block: root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("has_index", [True, False])
def test_a_home_that_cannot_be_written_is_read(has_index):
    """The index that is there is used, and what is newer is read beside it; nothing is written."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        runs, index = home / "runs", home / "state" / "history.sqlite"
        index.parent.mkdir()
        add_run(runs, golden="by-hand")
        if has_index:
            listed(runs, index)
        add_run(runs)
        for path in (home, *home.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
        with as_nobody(), History(runs, index) as history:
            assert history.count() == int(has_index)
            assert [run.time_s for run in history.runs(with_results=True)] == [400.0, 68.64]
            assert history.trouble
        assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before
        for path in home.rglob("*"):
            path.chmod(0o700)
        home.chmod(0o700)


@pytest.mark.parametrize("place", ["a folder", "a file for a folder", "no rights"])
def test_a_place_that_is_none_is_passed_over(runs, tmp_path, place):
    """The list comes from the runs themselves."""
    index = tmp_path / "state" / "history.sqlite"
    if place == "a folder":
        index.mkdir(parents=True)
    elif place == "a file for a folder":
        index.parent.write_text("")
    else:
        index = Path("/proc/1/history.sqlite")
    with History(runs, index) as history:
        assert history.runs(with_results=True) == truth(runs)
        assert history.trouble


def test_a_full_disk_costs_the_index_alone(runs, index, monkeypatch):
    """SQLite says so in the middle of a transaction; the list comes from memory."""
    listed(runs, index)
    with History(runs, index) as history:
        history._file._connection.execute("PRAGMA max_page_count = 1")
        for _ in range(40):
            add_run(runs, workout="x" * 400)
        assert len(history.runs(with_results=True)) == 43
        assert "full" in history.trouble


def test_two_programs_at_once_agree(runs, index):
    """Six processes that make and read one index, while runs come and go, all list what is there at the end."""
    program = (
        "import sys; from pathlib import Path; from coach.edge.history import History\n"
        "for _ in range(5):\n"
        "    with History(Path(sys.argv[1]), Path(sys.argv[2])) as history:\n"
        "        print(len(history.runs(with_results=True)))\n"
    )
    command = [sys.executable, "-c", program, str(runs), str(index)]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for _ in range(10):
        add_run(runs)
    counts = [int(line) for each in programs for line in each.communicate()[0].split()]
    assert [each.returncode for each in programs] == [0] * 3
    assert len(counts) == 15
    assert listed(runs, index) == truth(runs)


def test_a_rebuild_says_how_far_it_is(runs, index):
    """Each journal is told, up to the last."""
    told = []
    with History(runs, index) as history:
        assert history.rebuild(lambda done, count: told.append((done, count))) == 3
        assert history.rebuild() == 3
    assert told == [(1, 3), (2, 3), (3, 3)]


# --- figures


def test_figures_stay_until_the_journal_changes(runs, index):
    """A note or a new name costs none; a repaired journal is added up again."""
    figures = IndexFigures(
        {"trimp": 80.5}, (100.0, 20.0, 3.0), (300.0, 70.0, 12.0), {"400": 88.1}, {340: (151.2, 900.0)}
    )
    bare = IndexFigures({"edwards": 12.0})
    with History(runs, index) as history:
        first, second, third = (run.run for run in history.runs())
        assert history.without_figures() == [first, second, third]
        for run, each in ((first, figures), (second, bare), (third, None)):
            history.keep_figures(run, each)
        assert history.without_figures() == []
        assert history.figures() == {first: figures, second: bare, third: IndexFigures()}
        append_note(runs / first, RunNote(rpe=3))
        history.update()
        assert history.without_figures() == []
        (runs / first / JOURNAL).write_bytes(journal(metres=1000.0))
        history.update()
        assert history.without_figures() == [first]
        assert first not in history.figures()


# --- days and filters


def test_a_run_is_of_the_day_where_it_was_run(tmp_path, index):
    """Ten to midnight in Tokyo is that day, seen from Berlin; so is an hour that comes twice in a year."""
    started = {
        "2026-05-31T23:50:00+09:00": "2026-05-31",
        "2026-06-01T00:10:00+09:00": "2026-06-01",
        "2026-10-25T02:30:00+02:00": "2026-10-25",
        "2026-10-25T02:30:00+01:00": "2026-10-25",
        "2026-12-31T23:59:59-11:00": "2026-12-31",
    }
    days = {add_run(tmp_path / "runs", started=each): day for each, day in started.items()}
    found = listed(tmp_path / "runs", index)
    assert {run.run: run.day for run in found} == days
    for day in ("2026-05-31", "2026-12-31"):
        on = date.fromisoformat(day)
        only = listed(tmp_path / "runs", index, RunFilter(since=on, until=on))
        assert [run.day for run in only] == [day]


def test_without_a_manifest_the_journal_tells_the_day(tmp_path, index):
    """Its header has epoch and zone; without either it is the day in UTC that the id was made on."""
    runs = tmp_path / "runs"
    run = add_run(runs)
    (runs / run / MANIFEST).unlink()
    assert listed(runs, index, with_results=False)[0].day == "2023-11-14"
    assert listed(runs, index)[0].day == "2023-11-15"  # 07:13 in Tokyo
    (runs / run / JOURNAL).write_bytes(b"\xff" * 50)
    assert listed(runs, index)[0].day == "2023-11-14"


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        (RunFilter(), [1, 2, 3, 4]),
        (RunFilter(workout="800"), [3]),
        (RunFilter(workout="6 x 800"), [3]),
        (RunFilter(athlete="ben"), [2]),
        (RunFilter(kind="Threshold"), [1]),
        (RunFilter(state=RunState.INTERRUPTED), [4]),
        (RunFilter(text="long hot"), [4]),
        (RunFilter(text="long cold"), []),
        (RunFilter(since=date(2026, 5, 3)), [1, 2]),
        (RunFilter(until=date(2026, 5, 2)), [3, 4]),
        (RunFilter(since=date(2026, 5, 2), until=date(2026, 5, 3), limit=1), [2]),
    ],
)
def test_filters_keep_what_is_asked_for(tmp_path, index, which, numbers):
    """Words in any order, the sign of multiplication as typed, days with both ends."""
    runs = tmp_path / "runs"
    days = [f"2026-05-0{day}T08:00:00+00:00" for day in range(1, 5)]
    long = add_run(runs, started=days[0], workout="Long run", state=RunState.INTERRUPTED)
    append_note(runs / long, RunNote(text="Hot day."))
    add_run(runs, started=days[1])
    add_run(runs, started=days[2], workout="Easy", athlete="ben")
    add_run(runs, started=days[3], workout="Cruise", system="threshold")
    assert [run.number for run in listed(runs, index, which)] == numbers


def test_half_a_pair_in_a_name_is_kept_out(tmp_path, index):
    """A name from a file may hold what no UTF-8 has."""
    add_run(tmp_path / "runs", workout="\ud83c half")
    assert listed(tmp_path / "runs", index)[0].workout.endswith(" half")


class IndexMachine(RuleBasedStateMachine):
    """Runs come, change and go in any order, and so does the index: it always says what one made just now says."""

    @initialize(folder=st.just(None))
    def begin(self, folder: None) -> None:
        """Begin with no run."""
        del folder
        self._folder = tempfile.TemporaryDirectory()
        self._runs = Path(self._folder.name) / "runs"
        self._index = Path(self._folder.name) / "state" / "history.sqlite"

    def _any(self, place: int) -> Path | None:
        folders = sorted(self._runs.iterdir()) if self._runs.exists() else []
        return folders[place % len(folders)] if folders else None

    @rule(golden=st.sampled_from(["", "by-hand", "free-run"]), state=st.sampled_from(list(RunState)))
    def add(self, golden: str, state: RunState) -> None:
        """A run is recorded or copied in."""
        add_run(self._runs, golden=golden, state=state)

    @rule(place=st.integers(0, 9))
    def delete(self, place: int) -> None:
        """A run is deleted."""
        if (folder := self._any(place)) is not None:
            shutil.rmtree(folder)

    @rule(place=st.integers(0, 9), rpe=st.integers(1, 10))
    def note(self, place: int, rpe: int) -> None:
        """Something is said of a run."""
        if (folder := self._any(place)) is not None:
            append_note(folder, RunNote(rpe=rpe, text="word"))

    @rule(place=st.integers(0, 9), metres=st.sampled_from([400.0, 800.0, 1000.0]))
    def change(self, place: int, metres: float) -> None:
        """A journal is another one."""
        if (folder := self._any(place)) is not None:
            (folder / JOURNAL).write_bytes(journal(metres=metres))

    @rule(place=st.integers(0, 9))
    def lose_manifest(self, place: int) -> None:
        """A manifest is lost."""
        if (folder := self._any(place)) is not None:
            (folder / MANIFEST).unlink(missing_ok=True)

    @rule(size=st.integers(0, 40000))
    def cut_index(self, size: int) -> None:
        """The index is cut off."""
        if self._index.exists():
            os.truncate(self._index, min(size, self._index.stat().st_size))

    @rule()
    def look(self) -> None:
        """Somebody lists the runs without reading journals."""
        listed(self._runs, self._index, with_results=False)

    @invariant()
    def says_what_the_runs_say(self) -> None:
        """A list from the index is a list from the runs."""
        if hasattr(self, "_runs"):
            assert listed(self._runs, self._index) == truth(self._runs)

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()


def test_the_index_is_what_one_made_now_would_be():
    """Whatever happens to the runs and to the index."""
    run_state_machine_as_test(IndexMachine, settings=settings(max_examples=6, stateful_step_count=8))


def test_the_store_has_its_index(home):
    """It is in the folder of state."""
    add_run(Store().paths.runs)
    with Store().history() as history:
        assert len(history.runs()) == 1
        assert history.path == home / "state" / "history.sqlite"


@pytest.mark.parametrize(
    ("manifest", "is_cut_off"),
    [
        (RunState.FINISHED, False),
        (RunState.INTERRUPTED, True),
        (RunState.RECORDING, True),
        (None, True),
        ("{", True),
        ('{"state": "finished"}', False),
        (
            '{"format": "coach-run/1", "run": "x", "state": "recording", "workout": "\\"state\\": \\"finished"}',
            True,
        ),
    ],
)
def test_a_run_that_was_cut_off_is_found_among_finished_ones(tmp_path, manifest, is_cut_off):
    """Whatever its manifest looks like, and as the whole manifest says; a folder without a journal is no run."""
    for _ in range(3):
        add_run(tmp_path)
    assert not has_interrupted_run(tmp_path)
    run = add_run(tmp_path, state=manifest if isinstance(manifest, RunState) else RunState.FINISHED)
    if not isinstance(manifest, RunState):
        (tmp_path / run / MANIFEST).unlink()
    if isinstance(manifest, str) and not isinstance(manifest, RunState):
        (tmp_path / run / MANIFEST).write_text(manifest)
    assert has_interrupted_run(tmp_path) is is_cut_off
    assert (
        any(stored.manifest.state is RunState.INTERRUPTED for stored in stored_runs(tmp_path)) is is_cut_off
    )
    (tmp_path / run / JOURNAL).unlink()
    assert not has_interrupted_run(tmp_path)
    assert not has_interrupted_run(tmp_path / "nowhere")
