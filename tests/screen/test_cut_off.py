"""A run that was cut off is offered over the library: by key, by cursor, or left as it is."""

import pytest
from textual.widgets import OptionList, Static

from coach.review.journaled import WayOn
from coach.screen.app import CoachApp, ResumeDialog
from coach.screen.pick import PickScreen
from coach.screen.run import RunScreen
from tests.screen.builders import FakeCutOff, FakeInterrupted, FakeLibrary, listed


def library(interrupted: FakeInterrupted) -> CoachApp:
    """The library, with what was cut off."""
    return CoachApp(library=FakeLibrary([listed("5x1000-5k")]), interrupted=interrupted, is_ticking=False)


@pytest.mark.parametrize(
    ("keys", "way"),
    [
        (("r",), WayOn.RESTART),
        (("d",), WayOn.DONE),
        (("enter",), WayOn.RESTART),
        (("down", "enter"), WayOn.DONE),
    ],
)
@pytest.mark.asyncio
async def test_it_goes_on_as_it_is_chosen(keys, way):
    """A letter, or Enter on the row, goes on with the run in place of the library."""
    interrupted = FakeInterrupted()
    app = library(interrupted)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ResumeDialog)
        await pilot.press(*keys)
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
    assert interrupted.went_on == [way]


@pytest.mark.asyncio
async def test_finished_it_leaves_the_library():
    """A run that is ended where it was cut off closes to the library, which reports it."""
    interrupted = FakeInterrupted()
    app = library(interrupted)
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert [notice.message for notice in app._notifications] == [
            "It is ended where it was cut off, and kept."
        ]
    assert interrupted.went_on == [WayOn.FINISH]


@pytest.mark.parametrize("key", ["n", "escape"])
@pytest.mark.asyncio
async def test_it_may_wait(key):
    """Not now leaves the run as it is; so does a key that is no answer, a space among them."""
    interrupted = FakeInterrupted()
    app = library(interrupted)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("c", "space", "x")
        await pilot.pause()
        assert isinstance(dialogue := app.screen, ResumeDialog)
        assert dialogue.is_current
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
    assert interrupted.went_on == []


@pytest.mark.parametrize("keys", [("c",), ("enter",)])
@pytest.mark.asyncio
async def test_a_way_that_is_offered_no_longer_is_not_taken(keys):
    """Continuing was offered, and is chosen when it is too late: it goes from the list, and the others stay."""
    run = FakeCutOff(ways=((WayOn.CONTINUE, "continue at 0:43"), *FakeCutOff().ways))
    interrupted = FakeInterrupted(run)
    app = library(interrupted)
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        run.ways, run.since = run.ways[1:], "10 x 400 m, cut off 22 s ago"
        await pilot.press(*keys)
        await pilot.pause()
        assert isinstance(app.screen, ResumeDialog)
        assert interrupted.went_on == []
        assert app.screen.query_one(OptionList).option_count == 4
        assert "22 s ago" in str(app.screen.query_one(".hint", Static).content)
        assert [notice.message for notice in app._notifications] == [
            "It was cut off too long ago to continue."
        ]
        await pilot.press("r")
        await pilot.pause()
    assert interrupted.went_on == [WayOn.RESTART]


@pytest.mark.asyncio
async def test_nothing_is_asked_where_nothing_was_cut_off():
    """Without a run that was cut off the library opens as usual."""
    app = library(FakeInterrupted(None))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)


@pytest.mark.asyncio
async def test_a_run_that_cannot_go_on_says_why():
    """If another program has the run by now, the library shows a message."""
    app = library(FakeInterrupted(problem="it is in use by another coach program"))
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        await pilot.press("r")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert "another coach" in next(iter(app._notifications)).message


@pytest.mark.asyncio
async def test_names_from_outside_are_harmless():
    """The name of a workout cannot move the cursor or colour the words."""
    app = library(FakeInterrupted())
    async with app.run_test() as pilot:
        await pilot.pause()
        hint = str(app.screen.query_one(".hint", Static).content)
        assert "\x1b" not in hint
        assert "[b]m" in hint
        assert app.screen.query_one(OptionList).option_count == 4
