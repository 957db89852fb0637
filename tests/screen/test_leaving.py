"""The way out asks first, and going on is what happens by default."""

import pytest

from coach.screen.app import CoachApp, Leaving, QuitDialog
from coach.screen.review import SummaryScreen
from coach.screen.run import RunScreen
from coach.session.phases import Button
from tests.screen.builders import FakeRun, rep_four

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("key", ["enter", "escape", "g"])
async def test_going_on_is_the_default(key):
    """Enter, Escape and g close the dialogue, and the run goes on untouched."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("q", key)
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
        assert app.is_running
    assert run.pressed == []


@pytest.mark.parametrize("keys", [("f",), ("down", "enter")])
async def test_finishing_presses_finish_and_shows_the_summary(keys):
    """The run gets its finish; after its last output the summary is shown."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("q", *keys)
        await pilot.pause()
        assert run.pressed == [(Button.FINISH, None)]
        run.ended = True
        run.show(rep_four())
        await pilot.pause()
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, SummaryScreen)
        await pilot.press("enter")
    assert app.return_value is Leaving.FINISHED


@pytest.mark.parametrize("keys", [("l",), ("down", "down", "enter")])
async def test_leaving_keeps_the_run(keys):
    """Nothing is pressed; the caller learns that the run is to be resumed."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("q", *keys)
        await pilot.pause()
    assert (app.return_value, run.pressed) == (Leaving.LEFT, [])


async def test_discarding_is_asked_twice():
    """The first d asks again, the second throws the run away with the two presses the run wants."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("q", "d")
        assert isinstance(app.screen, QuitDialog)
        assert run.pressed == []
        await pilot.press("d")
        await pilot.pause()
    assert app.return_value is Leaving.DISCARDED
    assert run.pressed == [(Button.DISCARD, None), (Button.DISCARD, None)]


async def test_going_on_after_the_first_d_forgets_it():
    """A dialogue opened again asks twice again."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("q", "d", "escape", "q", "d")
        assert isinstance(app.screen, QuitDialog)
    assert run.pressed == []


async def test_control_q_asks_too_and_only_once():
    """The key Textual quits by asks as q does; pressed again it opens no second dialogue."""
    app = CoachApp(FakeRun(rep_four()), is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q", "ctrl+q")
        assert isinstance(app.screen, QuitDialog)
        assert [type(screen) for screen in app.screen_stack].count(QuitDialog) == 1
        assert app.is_running


@pytest.mark.parametrize("opened", ["question_mark", "w", "q"])
async def test_the_summary_comes_when_the_run_ends_under_an_overlay(opened):
    """A run that ends by itself closes what lies over it."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press(opened)
        run.ended = True
        run.show(rep_four())
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, SummaryScreen)
