"""A live run put together with what feeds, hears and records it."""

import pytest

from coach.app.demonstration import demonstration
from coach.app.live_run import RunContext, assemble
from coach.app.sensors import RunSources, simulated_sources
from coach.app.setup import demonstration_setup
from coach.app.terminal import Announcer, Stage
from coach.edge.clock import MachineClock
from coach.edge.conductor import Ending
from coach.edge.settings import Settings
from coach.live.run import LiveRun


def a_setup(stage):
    """The demonstration, set up there."""
    return demonstration_setup(demonstration(), Settings(), "01", stage)


@pytest.mark.asyncio
async def test_a_run_that_is_closed_ends(console):
    """It says `run_ended`, ends as finished, and with nothing recorded no remark can be kept."""
    context = RunContext(Settings(), MachineClock(), Stage.SCREEN, console)
    run = assemble(LiveRun(a_setup(Stage.SCREEN)), RunSources(), context)
    run.conductor.close()

    assert await run.conduct() == (Ending.FINISHED, 0)
    assert run.watched.has_ended
    assert run.notes is None


def test_a_simulated_runner_is_source_and_sink():
    """The sensors of a simulated runner feed the run, and the same runner hears it."""
    sources = simulated_sources(a_setup(Stage.SCREEN), MachineClock())

    assert sources.sources == [sources.runner]


def test_an_announcer_speaks_on_the_screen_that_covers_the_console(console):
    """What is said goes to the screen while there is one, and to the console before and after."""
    screen: list[str] = []
    announcer = Announcer(console)
    announcer("before")
    announcer.use_screen(screen.append)
    announcer("under the screen")
    announcer.use_console()
    announcer("after")

    assert (console.lines, screen) == (["before", "after"], ["under the screen"])
