"""The runs behind the History screen and the season: folded once, saved, and equal to their reviews."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from coach.app.library import PastRunService, season_here
from coach.app.playback import RecordingRequest
from coach.app.reviews import load_review
from coach.app.terminal import SILENT
from coach.cli.group import root
from coach.edge.clock import MachineClock, WallTime, local_iso
from coach.edge.run_folder import JOURNAL, Manifest, RunNote, RunState, append_note, new_ulid, write_manifest
from coach.edge.store import Store
from coach.problems import RecordingProblem
from coach.recording.lines import sign
from coach.review.season import LoadKind
from tests.edge.test_history import add_run

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """The journal of a simulated run of ten minutes, by an athlete whose heart rates are known."""
    home = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COACH_HOME", str(home / "home"))
        rates = ["--max-heart-rate", "188", "--rest-heart-rate", "48", "--threshold-heart-rate", "168"]
        for words in (
            ["athlete", "set", "ida", "--race", "5k=22:30", *rates],
            ["simulate", "8min easy + 2x400m @ 5k / 100 jog", "--out", str(home / "made.jsonl")],
        ):
            result = CliRunner().invoke(root, words)
            assert result.exit_code == 0, result.output
    return (home / "made.jsonl").read_bytes()


def keep(journal, days_ago, **more):
    """Save a journal as a run of some days ago, at six in the evening in Berlin."""
    today = datetime.fromisoformat(local_iso(MachineClock().wall())).date()
    started = datetime(*(today - timedelta(days=days_ago)).timetuple()[:3], 18, 0, tzinfo=BERLIN)
    first, _, rest = journal.partition(b"\n")
    header = json.loads(first[:-9]) | {"wall_epoch": started.timestamp(), "zone": "Europe/Berlin"}
    run = new_ulid(started.timestamp())
    header |= {"run": run, "utc_offset_s": int(started.utcoffset().total_seconds())} | more  # type: ignore[union-attr]
    folder = Store().paths.runs / run
    folder.mkdir(parents=True)
    (folder / JOURNAL).write_bytes(sign(json.dumps(header, separators=(",", ":")).encode()) + rest)
    line = sign(json.dumps(header, separators=(",", ":")).encode()).decode().rstrip()
    began = started.isoformat(timespec="seconds")
    manifest = Manifest(run, RunState.FINISHED, "Easy and fast", "ida", began, header=line)
    write_manifest(folder, manifest)
    return run


def test_a_picked_run_is_compared_and_exported(home, simulated, tmp_path, monkeypatch):
    """A run is compared with the picked run, else with the last of its workout before it."""
    oldest, older, newest = keep(simulated, 9), keep(simulated, 5), keep(simulated, 2)
    service = PastRunService(Store(), MachineClock())
    picked = service.actions(newest, against=oldest).compare()
    assert picked is not None
    assert [run.summary.run for run in picked.runs] == [oldest, newest]
    usual = service.actions(newest).compare()
    assert usual is not None
    assert [run.summary.run for run in usual.runs] == [older, newest]
    assert service.actions(oldest).compare() is None
    monkeypatch.chdir(tmp_path)
    told = service.actions(newest).export()
    assert told.startswith("Wrote ")
    assert len(list(tmp_path.glob("*.fit"))) == 1


def test_the_season_has_what_the_reviews_say(home, simulated):
    """Loads, zones and best efforts are those of each run's review, added up by day."""
    first, second = keep(simulated, 9), keep(simulated, 2)
    append_note(Store().paths.runs / second, RunNote(rpe=6))
    made = season_here()
    review = load_review(RecordingRequest(first), SILENT)
    trimp = review.value("trimp")
    assert trimp is not None
    assert trimp > 5
    assert (made.load, made.runs, made.unloaded) == (LoadKind.TRIMP, 2, 0)
    assert sum(day.load for day in made.fitness) == pytest.approx(2 * trimp)
    assert review.thirds is not None
    whole = made.distributions[-1]
    assert whole.time == pytest.approx([each / sum(review.thirds[0]) for each in review.thirds[0]])
    assert whole.measured == 2
    assert {best.distance for best in made.bests} >= {"400", "800", "1000"}
    assert made.bests[0].run == first
    edwards = season_here(load=LoadKind.EDWARDS)
    assert sum(day.load for day in edwards.fitness) == pytest.approx(2 * (review.value("edwards") or 0))
    felt = season_here(load=LoadKind.SRPE)
    assert felt.unloaded == 1
    assert sum(day.load for day in felt.fitness) == pytest.approx(
        6 * (review.summary.time_s or 0) / 60, rel=1e-3
    )


def test_a_simulated_run_counts_for_nothing(home, simulated):
    """It adds no week, load or best effort; the season has the number of simulated runs."""
    keep(simulated, 9, sensors="ble")
    alone = season_here()
    keep(simulated, 2, sensors="sim")
    keep(simulated, 3, sensors="ble,sim")
    made = season_here()
    assert (made.runs, made.simulated) == (1, 2)
    assert "2 simulated runs are left out." in made.notes
    assert (made.weeks, made.bests, made.fitness) == (alone.weeks, alone.bests, alone.fitness)


def test_the_season_is_that_of_its_store(home, simulated, tmp_path):
    """The runs behind a screen are those of its store, up to the day of its clock, in its runner's unit."""
    keep(simulated, 9)
    elsewhere = Store(replace(Store().paths, data=tmp_path / "data", state=tmp_path / "state"))
    assert PastRunService(Store(), MachineClock(), "ida", "mile").season(nothing).runs == 1
    assert PastRunService(Store(), MachineClock(), "ida", "mile").season(nothing).unit == "mile"
    assert PastRunService(elsewhere, MachineClock(), "ida").season(nothing).runs == 0

    class LastMonth(MachineClock):
        """A clock that is a month late."""

        def wall(self) -> WallTime:
            """Tell the time of a month ago."""
            now = super().wall()
            return replace(now, epoch_s=now.epoch_s - 30 * 86_400)

    assert PastRunService(Store(), LastMonth(), "ida").season(nothing).runs == 0


def test_a_run_counts_as_hard_as_its_review_says(home, simulated):
    """The season counts runs by the same rule as their reviews."""
    run = keep(simulated, 2)
    said = load_review(RecordingRequest(run), SILENT).value("hard_session")
    (whole,) = {each.sessions for each in season_here().distributions}
    assert whole is not None
    assert (whole.easy, whole.hard, whole.unknown) == (int(said == 0.0), int(said == 1.0), int(said is None))


def test_a_run_is_folded_once(home, simulated, monkeypatch):
    """The figures of a run are saved; a remark keeps them, and a run without figures is not retried."""
    run = keep(simulated, 2)
    add_run(Store().paths.runs, started=local_iso(MachineClock().wall()))
    folded = []

    def load(request, console):
        folded.append(request.recording)
        return load_review(request, console)

    monkeypatch.setattr("coach.app.reviews.load_review", load)
    told: list[tuple[int, int]] = []
    assert season_here(progress=lambda done, count: told.append((done, count))).runs == 2
    assert len(folded) == 2
    assert told[-1] == (2, 2)
    append_note(Store().paths.runs / run, RunNote(text="A word."))
    season_here()
    assert len(folded) == 2


def test_a_season_is_of_one_athlete(home, simulated):
    """Runs without an athlete count; those of another athlete do not."""
    keep(simulated, 3)
    add_run(Store().paths.runs, started=local_iso(MachineClock().wall()), athlete="ben")
    add_run(Store().paths.runs, started=local_iso(MachineClock().wall()), athlete="")
    assert (season_here(athlete="ida").runs, season_here(athlete="ben").runs, season_here().runs) == (2, 2, 3)


def test_the_command_says_the_season(home, simulated):
    """It prints text or one object; options of a season need --season."""
    keep(simulated, 3)
    text = CliRunner().invoke(root, ["review", "--season", "--since", "4w"])
    assert text.exit_code == 0
    assert "load, TRIMP for men" in text.stdout
    tree = json.loads(CliRunner().invoke(root, ["review", "--season", "--json", "--load", "edwards"]).stdout)
    assert (tree["runs"], tree["load"]) == (1, "edwards")
    for words in (["--since", "4w"], ["--load", "trimp"]):
        assert CliRunner().invoke(root, ["review", *words]).exit_code == 2


# --- the service


@pytest.fixture
def service(home):
    """The runs behind the screen."""
    return PastRunService(Store(), MachineClock(), "ida", "km")


def nothing(done, count):
    """Ignore the progress."""


def test_a_row_has_what_the_run_came_to(service, simulated):
    """It has the day, the number, the results, and whether the run can be resumed."""
    keep(simulated, 2)
    add_run(Store().paths.runs, started="2025-05-31T23:50:00+09:00", state=RunState.INTERRUPTED)
    newest, oldest = service.rows(nothing)
    assert (newest.number, newest.workout, newest.is_cut_off, newest.clock) == (
        1,
        "Easy and fast",
        False,
        "18:00",
    )
    assert newest.hard_m == pytest.approx(800.0)
    assert (oldest.day.isoformat(), oldest.is_cut_off, oldest.light_s) == ("2025-05-31", True, 0.5)
    assert [rep.number for rep in service.reps(newest.run)] == [1, 2]


def test_a_past_run_is_folded_for_its_review(service, simulated):
    """Its feed has ended, presses do nothing, and a remark is saved beside it."""
    run = keep(simulated, 2)
    feed, notes = service.open(run)
    assert feed.has_ended()
    assert feed.summary().completed
    assert feed.now() > 500
    notes.keep(effort=7)
    assert service.rows(nothing)[0].effort == 7
    service.note(run, "Wind.")
    assert (service.rows(nothing)[0].effort, service.rows(nothing)[0].note) == (7, "Wind.")


def test_a_deleted_run_comes_back_until_the_page_is_left(service, simulated):
    """It is in no list, and is deleted for good when the page is left, also after a killed program."""
    first, second = keep(simulated, 3), keep(simulated, 2)
    runs = Store().paths.runs
    assert service.undo() == ""
    service.delete(first)
    service.delete(second)
    assert service.rows(nothing) == []
    assert Store().runs() == []
    with pytest.raises(RecordingProblem):
        Store().run(first)
    assert service.undo() == second
    assert [row.run for row in service.rows(nothing)] == [second]
    service.close()
    assert [path.name for path in runs.iterdir()] == [second]
    Store().set_run_aside(second)
    PastRunService(Store(), MachineClock()).close()
    assert list(runs.iterdir()) == []
    service.close()


def test_a_run_under_way_is_not_deleted(service, home):
    """Neither is a run that does not exist; one that cannot be restored is reported."""
    from coach.edge.run_folder import create_run_folder

    run = new_ulid(1.7e9)
    folder = create_run_folder(Store().paths.runs, Manifest(run, RunState.RECORDING, "Free run", "", ""))
    with pytest.raises(RecordingProblem, match="is being recorded"):
        service.delete(run)
    folder.release()
    service.delete(run)
    (Store().paths.runs / f".deleted-{run}").rename(home / "elsewhere")
    with pytest.raises(RecordingProblem, match="cannot be put back"):
        service.undo()
