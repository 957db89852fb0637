"""After the run: every step once, with its last word."""

import pytest
from textual.widgets import DataTable, Static

from coach.quantities import Metres
from coach.screen.app import CoachApp
from coach.screen.ports import Leaving
from coach.screen.summary import COLUMNS, final_results, heads, row, totals
from coach.session.events import EndReason
from coach.session.phases import Phase
from coach.workout.kinds import Kind
from tests.screen.builders import FakePlayback, FakeRun, ended, rep_four, step

REP = step(rep=4, of=8)


def test_a_rep_is_a_row_of_time_pace_target_band_heart_rate_and_light():
    """Every number of the rep has its column."""
    cells = dict(zip(COLUMNS, row(ended(REP, 91.4)), strict=True))
    assert cells == {
        "step": "REP 4/8",
        "time": "1:31.4",
        "distance": "400 m",
        "pace": "3:49",
        "target": "3:50",
        "on target": "86 %",
        "heart rate": "168 (max 175)",
        "light": "-0.6 s",
        "": "",
    }


def test_the_table_of_a_mile_runner_is_per_mile():
    """Pace and target are per mile and the head says so; metres stay metres."""
    cells = dict(zip(heads("mile"), row(ended(REP, 91.4), "mile"), strict=True))
    assert (cells["pace /mile"], cells["target"], cells["distance"]) == ("6:08", "6:10", "400 m")
    assert heads("km") == COLUMNS


def test_what_was_not_measured_is_two_dashes():
    """A rep by the clock has a time and nothing else."""
    bare = ended(
        REP,
        96,
        distance=None,
        mean_speed=None,
        mean_heart_rate=None,
        in_band_fraction=None,
        light_s=None,
    )
    cells = row(bare)
    assert [cells[at] for at in (2, 3, 5, 6, 7)] == ["--"] * 5


def test_doubts_are_in_the_table():
    """Estimated metres have their tilde; pauses, cuts and abandoned reps say so."""
    cells = row(ended(REP, 60, estimated=True, cut=True, broken=True, reason=EndReason.ABANDONED))
    assert cells[2] == "~400 m"
    assert cells[-1] == "cut short, with a pause, abandoned"


def test_a_later_end_of_a_step_replaces_the_earlier():
    """A boundary that moved, or a rep run again after a false start, is one row."""
    again = (
        ended(REP, 3, reason=EndReason.FALSE_START),
        ended(REP, 95),
        ended(REP, 94.2),
        ended(step(step_id="x"), 5, reason=EndReason.RESTARTED),
    )
    assert [result.time_s for result in final_results(rep_four(results=again))] == [94.2]


def test_the_totals_count_what_was_measured():
    """Metres nobody measured are not in the sum; with none at all it is unknown."""
    results = (ended(REP, 91), ended(step(Kind.RECOVERY, step_id="r"), 60, distance=Metres(150)))
    assert "distance 550 m" in totals(rep_four(results=results))
    assert "2 steps, 1 of them reps" in totals(rep_four(results=results))
    assert "distance --" in totals(rep_four(results=()))


@pytest.mark.asyncio
@pytest.mark.parametrize("playback", [None, FakePlayback()], ids=["live", "playback"])
async def test_the_summary_follows_the_run_and_says_what_next(playback):
    """A run that has ended shows its table and the lines of the caller; a playback ends with nothing to keep."""
    run = FakeRun(rep_four(phase=Phase.FINISHED, step=None), ended=True)
    app = CoachApp(run, playback=playback, what_next=["coach review 01J\x1b[0m"], is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert app.screen.query_one(DataTable).row_count == 6
        assert str(app.screen.query_one("#what-next", Static).content).strip() == "coach review 01J[0m"
        await pilot.press("t")
        assert app.theme == "night"
        await pilot.press("q")
    assert app.return_value is (Leaving.FINISHED if playback is None else Leaving.NOTHING)


@pytest.mark.asyncio
async def test_the_summary_of_a_run_is_in_its_unit():
    """The table on the screen has the paces per mile of a mile runner's run."""
    app = CoachApp(FakeRun(rep_four(unit="mile"), ended=True), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.pause()
        table = app.screen.query_one(DataTable)
        assert [str(column.label) for column in table.ordered_columns] == list(heads("mile"))
        assert "6:08" in [str(cell) for cell in table.get_row_at(0)]


@pytest.mark.asyncio
async def test_a_run_without_results_has_an_empty_table():
    """Left before the first step ended, the summary stands and shows nothing."""
    app = CoachApp(FakeRun(rep_four(results=(), run_s=None), ended=True), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert app.screen.query_one(DataTable).row_count == 0
