"""A live run, put together: on the screen where there is a terminal, as lines where there is none."""

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import click

from coach.cli.announcer import Announcer
from coach.cli.company import Company
from coach.cli.errors import FAILURE, INTERRUPTED, narrate
from coach.cli.feeds import ConductedFeed, WatchedRun
from coach.cli.stage import Stage
from coach.edge.clock import Clock
from coach.edge.conductor import Conductor, Ending, run_live
from coach.edge.recorder import Recorder
from coach.edge.settings import Settings
from coach.edge.sinks import Sink, json_lines, plain_lines
from coach.edge.sources import SensorSource
from coach.edge.sources.buttons_stdin import StdinButtons
from coach.live.run import LiveRun
from coach.problems import TerminalProblem
from coach.quantities import Seconds

if TYPE_CHECKING:
    from coach.screen.app import CoachApp  # Textual loads when a screen is opened
    from coach.screen.ports import Library, People, SensorDesk

Begin = Callable[[], Awaitable[Recorder | None]]
"""Waits for what a run needs, and opens its recording; None for a run that is not recorded."""

_DISCARD_S: Final = 5.0
"""How long a discarded run may take to say its last word."""


def stage_here(*, as_json: bool) -> Stage:
    """Tell whether there is a terminal with somebody at the keys."""
    is_terminal = sys.stdout.isatty() and sys.stdin.isatty() and os.environ.get("TERM") != "dumb"
    return Stage.SCREEN if is_terminal and not as_json else Stage.UNATTENDED


def keep_log_off_the_terminal() -> None:
    """Let log lines go nowhere, where no log was started, rather than over the screen."""
    logging.getLogger().addHandler(logging.NullHandler())


def run_here(
    run: LiveRun,
    clock: Clock,
    settings: Settings,
    stage: Stage,
    company: Company,
    *,
    begin: Begin | None = None,
    resumed_at: Seconds | None = None,
    alive_until: Seconds | None = None,
    as_json: bool = False,
    announcer: Announcer | None = None,
    warning: str = "",
) -> None:
    """Conduct a run to its end, and leave with its exit code; says on stderr what became of it.

    `begin` waits for what the run needs and opens its recording. What the `announcer` says is said on the
    screen while there is one. `warning` stands in the title bar for as long as the run goes on.
    """
    keep_log_off_the_terminal()
    watched = WatchedRun(run)

    async def go() -> tuple[Ending, int, Recorder | None]:
        recorder = None if begin is None else await begin()
        sinks = list(company.listeners)
        sources = list(company.sources)
        if stage is Stage.UNATTENDED:
            sinks.append(_lines(run.setup.unit, as_json=as_json))
            if _is_piped(0):
                sources.append(StdinButtons(narrate))
        conductor = Conductor(
            watched,
            clock,
            journal=recorder,
            sinks=sinks,
            resumed_at=resumed_at,
            alive_until=alive_until,
        )
        if stage is Stage.UNATTENDED:
            return *await run_live(conductor, sources=sources, recorder=recorder), recorder
        screen = OnScreen(settings, announcer, warning)
        feed = screen.begin(watched, conductor, sources, recorder)
        return *await screen.shown(screen.app(feed, _what_next(watched.run_id, recorder))), recorder

    ending, code, recorder = asyncio.run(go())
    say_what_became(run.setup.run, ending, recorder)
    leave_with(code)


class OnScreen:
    """Runs under the live screen: one that is there from the start, or one that is picked on it."""

    def __init__(self, settings: Settings, announcer: Announcer | None = None, warning: str = "") -> None:
        """Open no screen yet; `warning` will stand in the title bar of the run."""
        self._settings = settings
        self._announcer = announcer or Announcer()
        self._warning = warning
        self._app: CoachApp | None = None
        self._conductor: Conductor | None = None
        self._conducting: asyncio.Future[tuple[Ending, int]] | None = None

    def begin(
        self,
        watched: WatchedRun,
        conductor: Conductor,
        sources: Iterable[SensorSource],
        recorder: Recorder | None,
    ) -> ConductedFeed:
        """Conduct a run on the loop; returns what the screen shows of it."""
        self._conductor = conductor
        self._conducting = asyncio.ensure_future(run_live(conductor, sources=sources, recorder=recorder))
        self._conducting.add_done_callback(self._close_unfinished)
        if self._app is not None:
            self._app.what_next = tuple(_what_next(watched.run_id, recorder))
        return ConductedFeed(watched, conductor)

    def app(
        self,
        feed: ConductedFeed | None = None,
        what_next: Sequence[str] = (),
        library: "Library | None" = None,
        people: "People | None" = None,
        sensors: "SensorDesk | None" = None,
    ) -> "CoachApp":
        """Make the screen of a run, or of a library to pick one from."""
        from coach.screen.app import CoachApp

        self._app = CoachApp(
            feed,
            library,
            theme=self._settings.theme,
            keymap=keymap_of(self._settings),
            what_next=what_next,
            people=people,
            sensors=sensors,
            warning=self._warning,
        )
        self._announcer.speak_through(self._app.tell)
        return self._app

    async def shown(self, app: "CoachApp") -> tuple[Ending, int]:
        """Show the screen until it is left, and end what is conducted as the person said."""
        from coach.screen.ports import Leaving

        try:
            leaving = await app.run_async()
            self._announcer.speak_through(narrate)
        except BaseException:
            if self._conductor is not None and self._conducting is not None:
                self._conductor.leave()
                await self._conducting
            raise
        if self._conductor is None or self._conducting is None:
            return Ending.DISCARDED, INTERRUPTED if leaving is Leaving.INTERRUPTED else 0
        if leaving is Leaving.DISCARDED:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._conducting), _DISCARD_S)
        self._conductor.leave()
        ending, code = await self._conducting
        if app.return_code:
            return ending, FAILURE  # the screen broke, not the run
        interrupted = leaving is Leaving.INTERRUPTED and ending is Ending.LEFT
        return ending, code or (INTERRUPTED if interrupted else 0)

    def _close_unfinished(self, task: "asyncio.Future[tuple[Ending, int]]") -> None:
        """Close the screen under which a run was left by a signal, or failed; a finished one shows its summary."""
        from coach.screen.ports import Leaving

        if self._app is None:
            return
        if task.cancelled() or task.exception() is not None or task.result()[0] is Ending.LEFT:
            self._app.exit(Leaving.INTERRUPTED)


def leave_with(code: int) -> None:
    """Leave the program with the exit code of a run.

    Raises:
        TerminalProblem: the terminal or the machine went away.
        click.exceptions.Exit: with any other code but 0.
    """
    if code == TerminalProblem.exit_code:
        raise TerminalProblem("the terminal or the machine went away")
    if code:
        raise click.exceptions.Exit(code)


def _lines(unit: str, *, as_json: bool) -> Sink:
    return json_lines(sys.stdout.buffer) if as_json else plain_lines(sys.stdout.buffer, unit=unit)


def _is_piped(descriptor: int) -> bool:
    """Can lines come down this descriptor (a pipe, a file, a socket, but no terminal and no device)?"""
    try:
        kind = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISREG(kind) or stat.S_ISSOCK(kind)


def _what_next(run: str, recorder: Recorder | None) -> list[str]:
    if recorder is None:
        return ["Nothing was recorded."]
    return [f"coach runs show {run}", f"coach replay {run}"]


def say_what_became(run: str, ending: Ending, recorder: Recorder | None) -> None:
    """Say where a run went that was recorded, and what it taught."""
    if recorder is None:
        return
    match ending:
        case Ending.FINISHED:
            narrate(f"Recorded as {run}. See it: coach runs show {run}")
            if recorder.folder is not None:
                from coach.cli.learning import (
                    learn_from,  # reads documents, which a run in progress never does
                )

                learn_from(recorder.folder.path)
        case Ending.LEFT:
            narrate(f"Run {run} is kept. Go on with it: coach runs resume {run}")
        case Ending.DISCARDED:
            narrate("Discarded: nothing was kept.")


def keymap_of(settings: Settings) -> dict[str, str]:
    """Turn the settings' keys into the names the screen knows: action to its keys, separated by commas."""
    found: dict[str, list[str]] = {}
    for key, action in settings.keymap.items():
        found.setdefault("leave" if action == "quit" else action, []).append(key)
    return {action: ",".join(keys) for action, keys in found.items()}
