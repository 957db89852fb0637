"""The shelf: workouts, athletes and runs by name."""

import json
import os
import unicodedata

import pytest

from coach.edge.files import library_path, runner_paths, sync_folder, write_atomically
from coach.edge.run_folder import (
    JOURNAL,
    MANIFEST,
    Manifest,
    RunState,
    create_run_folder,
    is_held,
    is_ulid,
    new_ulid,
    reopen_run_folder,
    write_manifest,
)
from coach.edge.store import Store, check_slug, remove_run, workout_slug
from coach.problems import AthleteProblem, CoachProblem, RecordingProblem, WorkoutProblem

OLD, NEW = "01JD0000000000000000000000", "01JE0000000000000000000000"


@pytest.fixture
def store(home):
    """A shelf with a workout of the runner's own, two runs and nothing else."""
    store = Store()
    store.paths.workouts.mkdir(parents=True)
    (store.paths.workouts / "mine.json").write_text("{}")
    for run, state in ((OLD, RunState.FINISHED), (NEW, RunState.RECORDING)):
        folder = store.paths.runs / run
        folder.mkdir(parents=True)
        (folder / JOURNAL).write_bytes(b"{}\n")
        write_manifest(
            folder, Manifest(run, state, f"Workout {run}", "anna", "2026-11-21T18:04:05+01:00", 3, 7)
        )
    return store


def test_an_empty_home_holds_nothing_and_breaks_nothing(home):
    """Before the first run there are no athletes and no runs, and looking makes no folders."""
    store = Store()
    assert (store.athletes(), store.athlete(), store.runs()) == ([], None, [])
    assert {workout.path.parent for workout in store.workouts()} == {library_path()}
    assert not home.exists()


def test_home_moves_everything(home):
    """COACH_HOME holds configuration, data and state."""
    where = runner_paths()
    assert {where.config.parent, where.data.parent, where.state.parent} == {home}


def test_without_a_home_the_platform_decides(monkeypatch):
    """Without COACH_HOME the folders are the platform's, each named after the program."""
    monkeypatch.delenv("COACH_HOME")
    where = runner_paths()
    assert {path.name for path in (where.config, where.data, where.state)} == {"trackside-coach"}


def test_the_library_is_found():
    """The workouts that come with the program are where it looks for them."""
    assert library_path().is_dir()


def test_own_workouts_win(store, tmp_path, monkeypatch):
    """A workout of the runner's own takes the place of the library's of the same name."""
    (tmp_path / "mine.json").write_text("theirs")
    (tmp_path / "theirs.json").write_text("theirs")
    (tmp_path / ".hidden.json").write_text("")
    monkeypatch.setattr("coach.edge.store.library_path", lambda: tmp_path)
    assert [(workout.name, workout.path.parent) for workout in store.workouts()] == [
        ("mine", store.paths.workouts),
        ("theirs", tmp_path),
    ]
    assert store.workout("mine").data == b"{}"
    assert store.workout("theirs").data == b"theirs"


def test_a_workout_can_be_a_path(store, tmp_path, monkeypatch):
    """A path is read as it is, also a bare name in the folder one stands in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.zwo").write_bytes(b"<x/>")
    (tmp_path / "plain").write_bytes(b"{ }")
    assert store.workout("./other.zwo").path.suffix == ".zwo"
    assert store.workout("plain").data == b"{ }"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("mime", "there is no workout 'mime'; did you mean mine?"),
        ("qqqq", "there is no workout 'qqqq'"),
        ("no/such.json", "no/such.json does not exist"),
        ("~nobody-at-all/x", "~nobody-at-all/x does not exist"),
        ("y" * 400, "there is no workout '" + "y" * 80),
        ("esc\x1b[2J", "there is no workout 'esc\ufffd[2J'"),
    ],
)
def test_says_which_workout_was_likely_meant(store, wanted, message):
    """A workout that is not there is told in one line with the likeliest name."""
    with pytest.raises(WorkoutProblem) as caught:
        store.workout(wanted)
    assert caught.value.message.startswith(message)
    assert "coach workout list" in caught.value.hint


def test_a_workout_past_a_megabyte_is_refused(store, tmp_path):
    """The limit is said."""
    (tmp_path / "big.json").write_bytes(b" " * ((1 << 20) + 1))
    with pytest.raises(WorkoutProblem, match="the limit is 1 MB"):
        store.workout(str(tmp_path / "big.json"))


def test_the_only_athlete_is_meant_when_nobody_is_named(store):
    """One athlete needs no name; of two, one must be named."""
    store.save_athlete("anna", b"{}")
    found = store.athlete()
    assert found is not None
    assert (found.name, found.data) == ("anna", b"{}")
    store.save_athlete("ben", b"[]")
    with pytest.raises(AthleteProblem, match="saved: anna, ben"):
        store.athlete()
    named = store.athlete("ben")
    assert named is not None
    assert named.data == b"[]"


def test_says_which_athlete_was_likely_meant(store):
    """A slug that is not there is answered with the likeliest."""
    store.save_athlete("anna", b"{}")
    with pytest.raises(AthleteProblem, match="there is no athlete 'ana'; did you mean anna"):
        store.athlete("ana")


@pytest.mark.parametrize("slug", ["", "Anna", "a b", "../anna", "ä", "x" * 33])
def test_refuses_slugs_that_are_none(store, slug):
    """A slug is short, small and plain, so it can be a file and a topic."""
    with pytest.raises(AthleteProblem, match="is not a slug"):
        store.save_athlete(slug, b"{}")


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("Ann Lee", 'coach athlete set ann-lee --name "Ann Lee"'),
        ("Zoë", 'coach athlete set zoe --name "Zoë"'),
        ("Ольга", 'coach athlete set olga --name "Ольга"'),
        ("\u674e", "such as: anna"),
    ],
)
def test_a_name_is_no_slug_and_gets_one(store, typed, command):
    """The hint is the command with the name as it was typed."""
    with pytest.raises(AthleteProblem) as problem:
        check_slug(typed)
    assert problem.value.hint.endswith(command)


def test_saving_replaces_whole(store):
    """An athlete is written in place of the old document, for its owner only, with nothing left beside."""
    store.save_athlete("anna", b"old")
    path = store.save_athlete("anna", b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in path.parent.iterdir()] == ["anna.json"]
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_lists_runs_newest_first_and_knows_the_interrupted(store):
    """A run that was being recorded by a program that is gone is interrupted."""
    assert [(run.manifest.run, run.manifest.state) for run in store.runs()] == [
        (NEW, RunState.INTERRUPTED),
        (OLD, RunState.FINISHED),
    ]
    assert store.runs()[0].manifest.steps_done == 3


@pytest.mark.parametrize(
    "manifest", [b"", b"{", b"[]", b"[" * 100_000, b'{"state": 3, "steps_done": "x"}', b"\xff"]
)
def test_a_damaged_manifest_hides_no_run(store, manifest):
    """The journal is the run: without a manifest it is listed as interrupted."""
    (store.paths.runs / NEW / MANIFEST).write_bytes(manifest)
    assert (store.runs()[0].manifest.run, store.runs()[0].manifest.state) == (NEW, RunState.INTERRUPTED)


def test_finds_a_run_by_the_beginning_of_its_id(store):
    """Enough letters to tell it from others will do, small or capital."""
    assert store.run("01je").path.name == NEW
    with pytest.raises(RecordingProblem, match="2 runs have an ID that begins with"):
        store.run("01J")
    with pytest.raises(RecordingProblem, match="there is no run '7Z'"):
        store.run("7Z")
    with pytest.raises(RecordingProblem):
        store.run("")


def test_finds_a_run_by_its_number_or_as_the_last(store):
    """1 is the newest, as `coach runs list` counts, and `last` too, wherever a recording may be named."""
    assert [store.run(name).path.name for name in ("1", "last", "LAST", "2")] == [NEW, NEW, NEW, OLD]
    assert store.recording("last").path == store.paths.runs / NEW / JOURNAL
    with pytest.raises(RecordingProblem, match="there is no run 3: there are only 2 runs"):
        store.run("3")
    with pytest.raises(RecordingProblem, match="there is no run 0: 1 is the newest"):
        store.run("0")
    with pytest.raises(RecordingProblem, match="2 runs have an ID that begins with"):
        store.run("01")
    for run in (NEW, OLD):
        store.delete_run(run)
    with pytest.raises(RecordingProblem, match="there is no run yet"):
        store.run("last")


def test_finds_the_last_run_of_an_athlete(store):
    """The newest of theirs; a number and an id name a run, whoever ran it."""
    write_manifest(store.paths.runs / OLD, Manifest(OLD, RunState.FINISHED, "", "ben", ""))
    assert [store.run("last", athlete).path.name for athlete in ("anna", "ben", "")] == [NEW, OLD, NEW]
    assert [store.run(name, "ben").path.name for name in ("1", NEW, "Last")] == [NEW, NEW, OLD]
    assert store.recording("last", "ben").path == store.paths.runs / OLD / JOURNAL
    with pytest.raises(RecordingProblem, match="there is no run of eve yet"):
        store.run("last", "eve")
    for run in (NEW, OLD):
        store.delete_run(run)
    with pytest.raises(RecordingProblem, match="there is no run yet"):
        store.run("last", "ben")


def test_reads_a_recording_by_id_folder_or_file(store, tmp_path):
    """A run's id, its folder, its file and the folder a single run was recorded into all mean the same."""
    folder = store.paths.runs / NEW
    for wanted in (NEW, str(folder), str(folder / JOURNAL)):
        assert store.recording(wanted).path == folder / JOURNAL
    with pytest.raises(RecordingProblem, match="holds 2 recordings"):
        store.recording(str(store.paths.runs))
    create_run_folder(tmp_path / "out", Manifest(NEW, RunState.RECORDING, "", "", ""))
    (tmp_path / "out" / NEW / JOURNAL).write_bytes(b"x")
    assert store.recording(str(tmp_path / "out")).data == b"x"
    with pytest.raises(RecordingProblem, match="without a recording in it"):
        store.recording(str(tmp_path))


def test_deletes_a_run_but_not_one_being_recorded(store):
    """A held run stays until its program lets go; then it is gone with its folder."""
    run = new_ulid(1_800_000_000.0)
    folder = create_run_folder(store.paths.runs, Manifest(run, RunState.RECORDING, "", "", ""))
    assert is_held(folder.path)
    with pytest.raises(RecordingProblem, match="is being recorded"):
        store.delete_run(run)
    with pytest.raises(RecordingProblem, match="another coach"):
        reopen_run_folder(folder.path)
    os.close(folder.descriptor)
    assert store.delete_run(run).path == folder.path
    assert not folder.path.exists()


def test_a_folder_that_cannot_be_recorded_into_says_the_way_out(tmp_path):
    """Recording under a file is refused with what to do instead."""
    (tmp_path / "file").touch()
    with pytest.raises(RecordingProblem) as caught:
        create_run_folder(tmp_path / "file" / "runs", Manifest(NEW, RunState.RECORDING, "", "", ""))
    assert "--no-record" in caught.value.hint


def test_the_manifest_is_plain_json(store):
    """Other programs can read what a list shows."""
    assert json.loads((store.paths.runs / NEW / MANIFEST).read_bytes())["format"] == "coach-run/1"


def test_ulids_sort_by_time_and_differ():
    """A later run has a greater name, and two of the same moment have different ones."""
    names = [new_ulid(epoch) for epoch in (0.0, 1.0, 1_800_000_000.0, 1_800_000_000.001)]
    assert names == sorted(names)
    assert all(is_ulid(name) for name in names)
    assert new_ulid(1_800_000_000.0) != new_ulid(1_800_000_000.0)
    assert new_ulid(1_469_918_176.385)[:10] == "01ARYZ6S41"
    assert not is_ulid("01ARYZ6S41TSV4RRFFQ69G5FAU")


def test_a_document_that_cannot_be_saved_says_why(home):
    """Where the home is a file nothing can be saved, and the way out is said."""
    home.parent.mkdir(parents=True, exist_ok=True)
    home.write_text("")
    with pytest.raises(CoachProblem, match="cannot be written") as caught:
        Store().save_athlete("anna", b"{}")
    assert "COACH_HOME" in caught.value.hint


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    """When the disk fills up half way the old document stays and nothing lies beside it."""

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "anna.json"
    write_atomically(path, b"old")
    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["anna.json"]


def test_folders_that_cannot_be_synced_are_no_trouble(tmp_path):
    """Some systems cannot sync a folder; names then last when it pleases them."""
    sync_folder(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["not-a-run", NEW])
def test_only_the_folder_of_a_run_is_removed(tmp_path, name):
    """A folder by another name, or without a journal, is never deleted."""
    (tmp_path / name).mkdir()
    with pytest.raises(RecordingProblem, match="is not the folder of a run"):
        remove_run(tmp_path / name)
    assert (tmp_path / name).is_dir()


def test_a_run_that_cannot_be_deleted_says_so(store, monkeypatch):
    """When the folder resists, the reason is told."""

    def refuse(_: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(RecordingProblem, match="cannot be deleted: Device or resource busy"):
        store.delete_run(OLD)


def test_a_folder_that_may_not_be_listed_is_told(store, monkeypatch, tmp_path):
    """A folder that keeps its contents to itself holds nothing to replay."""

    def refuse(_: object) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    with pytest.raises(RecordingProblem, match="cannot be read: Permission denied"):
        store.recording(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("6 × 800 m, my own", "6x800-m-my-own"),
        ("6 x 800 m", "6x800-m"),
        ("Spaß am Hügel", "spass-am-hugel"),
        ("../../etc/passwd", "etc-passwd"),
        ("  ", ""),
        ("日本 6 × 800", "日本-6x800"),
        ("Интервалы", "интервалы"),
        ("!?", ""),
        ("a" * 200, "a" * 64),
    ],
)
def test_names_become_slugs(name, slug):
    """Letters and digits of any script are left, so that a name leads into no other folder."""
    assert workout_slug(name) == slug


@pytest.mark.parametrize("slug", ["", "../x", "A", "6x800-5k", "a" * 65])
def test_a_workout_is_saved_under_a_free_name_only(store, slug):
    """What is no name is refused, and what is the library's."""
    before = store.own_names()
    with pytest.raises(WorkoutProblem):
        store.save_workout(slug, b"{}")
    assert store.own_names() == before


def test_a_workout_is_found_in_either_form_of_unicode(store):
    """Some systems list a name with its accents apart, and some keyboards type it so."""
    apart = unicodedata.normalize("NFD", "чай")
    (store.paths.workouts / f"{apart}.json").write_text("{}")
    assert "чай" in store.own_names()
    assert store.workout("чай").data == store.workout(apart).data == b"{}"


def test_the_library_travels_inside_the_package(tmp_path, monkeypatch):
    """Installed from a wheel, the workouts are in the package itself."""
    (tmp_path / "coach" / "_workouts").mkdir(parents=True)
    monkeypatch.setattr("coach.__file__", str(tmp_path / "coach" / "__init__.py"))
    assert library_path() == tmp_path / "coach" / "_workouts"
    (tmp_path / "coach" / "_workouts").rmdir()
    assert library_path() == tmp_path / "workouts"


def test_a_run_that_cannot_be_reopened_is_let_go(store):
    """A journal that is no journal is refused, and the run is not held by the attempt."""
    folder = store.paths.runs / NEW
    with pytest.raises(RecordingProblem, match="is not a Trackside Coach journal"):
        reopen_run_folder(folder)
    assert not is_held(folder)
    (folder / JOURNAL).unlink()
    with pytest.raises(RecordingProblem, match="cannot be resumed: No such file"):
        reopen_run_folder(folder)
