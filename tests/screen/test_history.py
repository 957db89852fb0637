"""The History screen finds a run, shows it whole, stores its note, and deletes it only after a question."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from coach.review.season import Season
from coach.screen import base
from coach.screen.app import CoachApp
from coach.screen.history import COLUMNS, DeleteDialog, HistoryScreen, matching_runs, sorted_runs
from coach.screen.history_page import (
    SeasonPage,
    SeasonView,
    big_figures,
    list_lines,
    one_line,
    run_day,
    sparkline,
    weekly,
)
from coach.screen.paint import SUN
from coach.screen.pick import PickScreen
from coach.screen.review import ReviewScreen, SeasonScreen, SummaryScreen
from tests.screen.past_runs import REFUSED, TODAY, FakeRuns, history, made_up, reps_of, weeks_of
from tests.screen.render import text_of

ROWS = made_up()


async def settled(pilot: Pilot[Any], *pressed: str) -> None:
    """Press keys, and wait for what they began."""
    await pilot.pause()
    await pilot.press(*pressed)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def seen(app: CoachApp) -> object:
    """The screen that is shown now."""
    return app.screen


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("", range(1, 41)),
        ("800 5k", [5, 10, 15, 20, 25, 30, 35, 40]),
        ("6 x 800 march", [25, 30, 35]),
        ("trial", [7]),
        ("legs", [1, 9]),
        ("cut off", [4]),
        ("kind:thres since:2026-05-01", [2]),
        ("until:2026-03-01 since:2026-02-20", [36, 37, 38, 39]),
        ("since:2026-0 trial", [7]),
        ("nobody", []),
    ],
)
def test_every_word_of_the_line_counts(line, numbers):
    """A word may be in workout, kind, note, state or day; a day that is not written to its end is skipped."""
    assert [row.number for row in matching_runs(ROWS, line)] == list(numbers)


@pytest.mark.parametrize("column", COLUMNS)
def test_the_list_is_sorted_by_a_column(column):
    """The order is falling or rising; unknown values come last either way."""
    value = COLUMNS[column]
    for is_falling in (True, False):
        rows = sorted_runs(ROWS, column, is_falling=is_falling)
        values = [value(row) for row in rows if value(row) is not None]
        assert values == sorted(values, key=float, reverse=is_falling)  # type: ignore[arg-type]
        assert [value(row) for row in rows[len(values) :]] == [None] * (len(rows) - len(values))


def test_weeks_begin_on_monday_where_the_runs_were():
    """Each week has its head with runs and distance; the sparkline has the same weeks."""
    lines = list_lines(ROWS, TODAY, "km", is_grouped=True)
    assert (lines[0].head, lines[0].runs, lines[0].distance) == ("this week", "1 run", "9.4")
    assert sum(line.place is not None for line in lines) == len(ROWS)
    assert lines[3].head == "18 to 24 May"
    week = weekly(ROWS, TODAY)
    assert len(week) == 24
    assert week[-1] == ROWS[0].distance_m
    assert sparkline((0.0, 1.0, 8.0)) == " ▂█"
    assert (weekly((), TODAY), sparkline(())) == ((), "")
    assert [run_day(day, TODAY) for day in (date(2026, 5, 3), date(2025, 5, 3), None)] == [
        "Sun  3 May",
        " 3 May ’25",
        "--",
    ]


def test_an_unmeasured_or_made_up_run_is_no_distance():
    """A week says that there is more than was measured; what a simulated runner ran counts for nothing."""
    unmeasured, simulated = replace(ROWS[1], distance_m=None), replace(ROWS[2], is_simulated=True)
    rows = (ROWS[0], unmeasured, simulated, *ROWS[3:])
    week = [line for line in list_lines(rows, TODAY, "km", is_grouped=True) if line.head][1]
    alone = [line for line in list_lines((unmeasured, simulated), TODAY, "km", is_grouped=True) if line.head]
    assert (week.head, week.runs) == ("18 to 24 May", "3 runs")
    assert week.distance.endswith("+")
    assert float(week.distance[:-1]) == pytest.approx((ROWS[3].distance_m or 0) / 1000, abs=0.05)
    assert [line.distance for line in alone] == ["--"]
    assert [
        line.distance for line in list_lines((simulated,), TODAY, "km", is_grouped=True) if line.head
    ] == ["–"]
    unknown = weekly((replace(ROWS[0], distance_m=None), *ROWS[1:]), TODAY)
    assert unknown[-1] is None
    assert sparkline((8.0, None, 0.0)) == "█? "
    assert weekly((simulated,), TODAY) == ()
    assert [row.number for row in matching_runs(rows, "simulated")] == [3]


@pytest.mark.asyncio
async def test_a_simulated_run_is_marked():
    """The mark is beside the name, also if the run was cut off."""
    rows = (replace(ROWS[0], is_simulated=True), replace(ROWS[1], is_simulated=True, is_cut_off=True))
    app = history(FakeRuns(holds=rows))("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        text = text_of(app)
    assert f"{ROWS[0].workout}  simulated" in text
    assert "cut off, simulated" in text


@pytest.mark.asyncio
async def test_a_note_is_nothing_to_take_back():
    """The key for undo is shown, and does something, only after a deletion."""
    app = history(FakeRuns())("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "e", "a", "enter")
        assert "Kept." in text_of(app)
        assert "undo" not in text_of(app)
        await settled(pilot, "u")
        assert "Restored." not in text_of(app)
        await settled(pilot, "d", "d")
        assert "undo" in text_of(app)
        await settled(pilot, "u")
        assert "Restored." in text_of(app)
        assert "undo" not in text_of(app)


class SlowRuns(FakeRuns):
    """Runs whose season is folded until the screen is left."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let, self.folded, self.over = Event(), Event(), 0, Event()

    def season(self, progress: Callable[[int, int], None]) -> Season:
        """Fold a thousand runs, the first of them when the test says so."""
        try:
            self.begun.set()
            self.let.wait(10)
            for done in range(1, 1001):
                self.folded = done
                progress(done, 1000)
            return weeks_of(self.holds)
        finally:
            self.over.set()


@pytest.mark.asyncio
async def test_leaving_waits_for_one_fold_at_most():
    """A season that is being added up is broken off; what was stored stays."""
    runs = SlowRuns()
    app: CoachApp = history(runs, has_library=True)("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "h")
        await pilot.press("y")
        await asyncio.to_thread(runs.begun.wait, 10)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(seen(app), PickScreen)
        runs.let.set()
        assert await asyncio.to_thread(runs.over.wait, 10)
    assert runs.folded == 1


def test_a_run_in_one_row_says_what_is_known():
    """The row has the reps with their mean, the effort and the note; else the number of the run."""
    assert (
        one_line(ROWS[8], reps_of()) == "6 reps, mean 3:36.5, 0.0 s a rep, RPE 6, “Legs heavy from Sunday.”"
    )
    assert one_line(ROWS[2], ()) == "run 3"


@pytest.mark.asyncio
async def test_enter_shows_the_run_and_comes_back():
    """Enter opens the review; leaving it goes back to the list, with the cursor where it was."""
    runs = FakeRuns()
    app = history(runs)("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "down", "down", "enter")
        assert isinstance(seen(app), SummaryScreen)
        assert runs.opened == [ROWS[2].run]
        await settled(pilot, "q")
        assert isinstance(seen(app), HistoryScreen)
        assert "row 3 of 40" in text_of(app)
        assert not runs.is_closed
        await settled(pilot, "escape")
    assert runs.is_closed


@pytest.mark.asyncio
async def test_what_is_typed_searches_and_escape_steps_back():
    """Escape clears and closes the field, then leaves; the arrows choose meanwhile."""
    app = history()("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "slash", *"5k", "down")
        assert "row 2 of" in text_of(app)
        assert " of 40 runs" in text_of(app)
        await settled(pilot, "enter")
        assert not app.screen.query_one("#field", Input).display
        assert "/ 5k" in text_of(app)
        await settled(pilot, "escape")
        assert "40 runs since" in text_of(app)
        await settled(pilot, "slash", *"nothing like it")
        assert "no run matches" in text_of(app)
        await settled(pilot, "escape", "end")
        assert "row 40 of 40" in text_of(app)


@pytest.mark.asyncio
async def test_a_note_is_kept():
    """Enter keeps it, Escape does not; it stands beside the run at once."""
    runs = FakeRuns()
    app = history(runs)("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "down", "e", *"Windy", "enter")
        assert runs.holds[1].note == "Windy"
        assert "“Windy”" in text_of(app)
        assert "Kept." in text_of(app)
        await settled(pilot, "e", *" and hot", "escape")
        assert runs.holds[1].note == "Windy"


@pytest.mark.asyncio
async def test_two_runs_are_picked_and_compared():
    """The newer run is compared with the older one, in whatever order they were picked; alone with the last time."""
    runs = FakeRuns()
    app = history(runs)("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "c")
        assert isinstance(seen(app), ReviewScreen)
        await settled(pilot, "escape")
        assert isinstance(seen(app), HistoryScreen)
        await settled(pilot, "space", "down", "down", "space")
        assert "Two runs picked: c compares." in text_of(app)
        assert text_of(app).count("●") == 2
        await settled(pilot, "c")
        assert runs.opened == [ROWS[0].run, f"{ROWS[2].run} {ROWS[0].run}"]
        await settled(pilot, "escape", "space", "down", "c")
        assert runs.opened[-1] == f"{ROWS[3].run} {ROWS[0].run}"
        await settled(pilot, "escape", "space", "down", "space")
        assert text_of(app).count("●") == 2, "of three picked the first one goes"


@pytest.mark.asyncio
async def test_a_run_is_exported_from_the_list():
    """The row for messages says where it went; the list stays."""
    runs = FakeRuns()
    app = history(runs)("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "down", "x")
        assert isinstance(seen(app), HistoryScreen)
        assert runs.opened == [ROWS[1].run]
        assert "Wrote" in text_of(app)


@pytest.mark.asyncio
async def test_a_run_goes_after_a_question_and_comes_back_by_u():
    """Escape keeps it; the answer takes it away; u puts it back."""
    runs = FakeRuns()
    app = history(runs)("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "down", "d")
        assert isinstance(seen(app), DeleteDialog)
        await settled(pilot, "escape")
        assert len(runs.holds) == 40
        await settled(pilot, "d", "d")
        assert (len(runs.holds), runs.taken[0].number) == (39, 2)
        assert "u undoes it" in text_of(app)
        await settled(pilot, "u")
        assert (len(runs.holds), "Restored." in text_of(app)) == (40, True)


@pytest.mark.asyncio
@pytest.mark.parametrize("pressed", [("enter",), ("x",), ("d", "d"), ("e", "a", "enter"), ("y",)])
async def test_what_stands_in_the_way_is_told(pressed):
    """The message row shows the problem with a hint; the list works on."""
    app = history(FakeRuns(problem=REFUSED))("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, *pressed)
        assert isinstance(seen(app), HistoryScreen)
        assert "01JD is being recorded Leave that run first." in text_of(app)
        await settled(pilot, "down")
        assert "row 2 of 40" in text_of(app)


@pytest.mark.asyncio
async def test_the_library_opens_it_and_gets_the_screen_back():
    """H opens the history, F7 also from the line; Escape goes back to the library."""
    app: CoachApp = history(has_library=True)("sun")
    async with app.run_test(size=(120, 40)) as pilot:
        for key in ("h", "f7"):
            await settled(pilot, key)
            assert isinstance(seen(app), HistoryScreen)
            await settled(pilot, "escape")
            assert isinstance(seen(app), PickScreen)


@pytest.mark.asyncio
async def test_the_season_is_walked_and_explained():
    """Tab walks its parts where there is little room, w says how the numbers are made, Escape goes back."""
    app = history()("sun")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, "y")
        assert isinstance(seen(app), SeasonScreen)
        parts = []
        for _ in range(3):
            parts.append(
                next(word for word in ("load a week", "time in zones", "best of") if word in text_of(app))
            )
            await settled(pilot, "tab")
        assert parts == ["load a week", "time in zones", "best of"]
        await settled(pilot, "w")
        assert "How the numbers are made" in text_of(app)
        await settled(pilot, "pagedown")
        assert "load of a week over that of the week" in " ".join(text_of(app).split())
        await settled(pilot, "escape", "escape")
        assert isinstance(seen(app), HistoryScreen)


def test_a_week_with_a_run_without_a_load_has_a_mark():
    """The column shows the load of the other runs, with a +."""
    whole = weeks_of(ROWS)
    lacking = replace(
        whole,
        weeks=tuple(replace(week, runs=week.runs + (place == 20)) for place, week in enumerate(whole.weeks)),
    )
    marks = [
        sum(strip.text.count("+") for strip in SeasonPage().paint(SeasonView(season, ""), 120, 40, SUN)[9:24])
        for season in (whole, lacking)
    ]
    assert marks[1] == marks[0] + 1


def test_a_figure_that_is_not_known_is_no_zero():
    """Without zones and best efforts there is no easy share, and no third figure without a load."""
    bare = list(big_figures(weeks_of(ROWS, is_known=False)))
    assert [figure.text for figure in bare] == ["29", "--"]
    assert next(big_figures(replace(weeks_of(ROWS), unit="mile"))).text == "18"


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(40, 12), (20, 5), (80, 24), (200, 60)])
@pytest.mark.parametrize("pressed", [(), ("y",), ("slash", "8"), ("e",)])
async def test_no_size_breaks_a_page(size, pressed):
    """At every size each row is as wide as the terminal."""
    app = history()("night")
    async with app.run_test(size=size) as pilot:
        await settled(pilot, *pressed)
        assert text_of(app)


@pytest.mark.asyncio
async def test_a_double_click_opens_a_run():
    """A single click chooses the run; the wheel moves the cursor."""
    runs = FakeRuns()
    app = history(runs)("sun")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.click(offset=(20, 7))
        await settled(pilot)
        assert "row 3 of 40" in text_of(app)
        await pilot.click(offset=(20, 7), times=2)
        await settled(pilot)
        assert runs.opened == [ROWS[2].run]


def test_the_keys_in_the_help_are_bound():
    """No key is named that does nothing."""
    bound = {key for binding in HistoryScreen.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    assert {name for key in base.HISTORY for name in key.keys.split(",")} <= bound
