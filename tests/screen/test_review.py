"""The Review screen: each section by its key, the formulas behind it, the run before, and a file to take away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from coach.problems import RecordingProblem
from coach.review.comparison import ComparedRun, compare_runs
from coach.review.review import Review
from coach.screen.app import CoachApp
from coach.screen.paint import SUN
from coach.screen.review import SummaryScreen
from coach.screen.review_page import SectionsPage, SectionsView
from tests.screen.reviews import FakeNotes, FakeReviewActions, over, reviewed_session


class Shown:
    """The Review screen over the page after a run."""

    def __init__(self, app: CoachApp, actions: FakeReviewActions, pilot: object) -> None:
        self.app, self.actions, self.pilot = app, actions, pilot

    async def press(self, *keys: str) -> None:
        """Press keys, and wait for what is read off the loop."""
        for key in keys:
            await self.pilot.press(key)  # type: ignore[attr-defined]
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()  # type: ignore[attr-defined]

    @property
    def lines(self) -> list[str]:
        """The page as text."""
        page = self.app.screen.query_one(SectionsPage)
        return [strip.text.rstrip() for strip in page._strips]


@asynccontextmanager
async def shown(
    *keys: str, actions: FakeReviewActions | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Shown]:
    """Open the Review screen from the page after a run."""
    actions = actions or FakeReviewActions()
    app = CoachApp(over(), notes=FakeNotes(reviews=actions), is_ticking=False)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = Shown(app, actions, pilot)
        await screen.press("s", *keys)
        yield screen


@pytest.mark.asyncio
async def test_the_sections_come_from_the_page_after_the_run():
    """`s` opens them with the run as columns and its sentences; escape goes back to the page."""
    async with shown() as screen:
        assert screen.lines[0].startswith(" Review   A little of everything")
        assert screen.lines[2].startswith("   1 run  2 reps  3 steps")
        assert any("█" in line for line in screen.lines)
        assert any(line.startswith("  All four reps were run whole") for line in screen.lines)
        await screen.press("escape")
        assert isinstance(screen.app.screen, SummaryScreen)


@pytest.mark.asyncio
async def test_each_section_has_its_number_and_the_arrows_walk_them():
    """A number beyond the last does nothing; the arrows go round."""
    async with shown("2", size=(120, 40)) as screen:
        assert screen.lines[4] == "  Reps"
        assert any(line.split()[:2] == ["rep", "length"] for line in screen.lines)
        await screen.press("right")
        assert screen.lines[4] == "  Planned and done"
        await screen.press("left", "left", "left")
        assert screen.lines[4] == "  Sensors"
        await screen.press("9")
        assert screen.lines[4] == "  Sensors"


@pytest.mark.asyncio
async def test_the_formulas_of_a_section_stand_behind_w():
    """Each number with its formula, inputs, source and where it holds; `w` again shows the numbers."""
    async with shown("2", "w", size=(120, 40)) as screen:
        assert any(line.startswith("    formula   ") for line in screen.lines)
        assert any(line.startswith("    valid     ") for line in screen.lines)
        assert "numbers" in screen.lines[-1]
        await screen.press("w")
        assert screen.lines[4] == "  Reps"
        await screen.press("3", "w")
        assert "--explain list" in screen.lines[4]


@pytest.mark.asyncio
async def test_a_long_section_scrolls():
    """The number of rows below is shown, and scrolling ends at the last row."""
    async with shown("3", size=(80, 24)) as screen:
        await screen.press("w", "2")
        assert screen.lines[-2].endswith("more below")
        first = screen.lines[4]
        await screen.press(
            "down", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown"
        )
        assert screen.lines[4] != first
        assert not screen.lines[-2]
        await screen.press(*["pageup"] * 8, "up")
        assert screen.lines[4] == first


@pytest.mark.asyncio
async def test_the_run_before_is_held_against_it():
    """`c` shows both runs, escape the sections again; of a first run it says so."""
    run = reviewed_session()
    before = compare_runs([ComparedRun(run.summary, "2026-05-01"), ComparedRun(run.summary, "2026-05-08")])
    async with shown("c", actions=FakeReviewActions(before=before), size=(120, 40)) as screen:
        assert any("2026-05-01" in line or "1 May" in line for line in screen.lines)
        await screen.press("escape")
        assert any(line.startswith("  The run") for line in screen.lines)
    async with shown("c") as screen:
        assert screen.lines[-2] == "  This workout was not run before."


@pytest.mark.asyncio
async def test_it_is_exported_by_a_key():
    """The place of the exported file is shown in the message row."""
    async with shown("x") as screen:
        assert screen.actions.exported == 1
        assert screen.lines[-2] == "  Wrote run.fit."


@pytest.mark.asyncio
async def test_a_run_that_cannot_be_read_says_so():
    """The screen stands with the reason, and its keys do nothing."""
    actions = FakeReviewActions(problem=RecordingProblem("run 01J: damaged", "Try coach runs repair 01J."))
    async with shown(actions=actions) as screen:
        assert screen.lines[-2] == "  run 01J: damaged Try coach runs repair 01J."
        await screen.press("2", "right", "c", "x", "down", "w")
        assert screen.actions.exported == 0


@pytest.mark.asyncio
async def test_compare_and_export_are_reached_from_the_page_after_the_run():
    """`c` and `x` open the sections and do it there."""
    actions = FakeReviewActions()
    app = CoachApp(over(), notes=FakeNotes(reviews=actions), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = Shown(app, actions, pilot)
        await screen.press("x")
        assert actions.exported == 1
        await screen.press("escape", "c")
        assert screen.lines[-2] == "  This workout was not run before."


@pytest.mark.asyncio
async def test_a_run_that_may_go_on_has_no_sections_yet():
    """Until the run has ended its recording is being written, so there are no sections."""
    app = CoachApp(over(ended=False), notes=FakeNotes(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, SummaryScreen)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_page_fits_its_terminal(width):
    """Long names are cut, and hostile words are made harmless."""
    view = SectionsView(
        "x" * 300, "2026-05-31", ("run", "reps"), 0, (("y" * 300, False),), "", "", (("q", "back"),)
    )

    rows = SectionsPage().paint(view, width, 24, SUN)

    assert {row.cell_length for row in rows} == {width}


@pytest.mark.asyncio
async def test_a_hostile_name_is_made_harmless():
    """Escape sequences of a name do not reach the terminal."""

    def hostile() -> Review:
        return replace(reviewed_session(), title="\x1b[31mred\x1b[0m", verdict=("a \x1b]0;title\x07b",))

    async with shown(actions=FakeReviewActions(of=hostile)) as screen:
        assert not any("\x1b" in line or "\x07" in line for line in screen.lines)
