"""`coach run` without a workout: the library on the screen, and a run of what is picked there."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from coach.athlete import Athlete
from coach.cli.athlete.shelved import ShelvedPeople
from coach.cli.catalogue import cards
from coach.cli.company import Company, simulated_company
from coach.cli.feeds import ConductedFeed, WatchedRun
from coach.cli.live import OnScreen, keep_log_off_the_terminal, leave_with, say_what_became
from coach.cli.outlines import outline_of
from coach.cli.people import find_athlete
from coach.cli.plan import plan_picked
from coach.cli.running import recorder_of
from coach.cli.setup import live_setup
from coach.cli.stage import Stage
from coach.cli.wakeful import held_awake
from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor
from coach.edge.debug_log import start_log
from coach.edge.places import places
from coach.edge.recorder import Recorder
from coach.edge.settings import Settings, load_settings
from coach.edge.ulid import new_ulid
from coach.live.run import LiveRun
from coach.problems import CoachProblem
from coach.screen.ports import LibraryEntry
from coach.workout.card import Card


class PickedRun:
    """The library as the screen shows it; what is picked there begins at once."""

    def __init__(
        self,
        screen: OnScreen,
        settings: Settings,
        athlete: Athlete | None,
        *,
        simulated: bool,
        marks: bool,
        runs: Path | None,
    ) -> None:
        """Offer every workout on the shelf; `runs` is where to record, None for not at all."""
        self._screen = screen
        self._settings = settings
        self._athlete = athlete
        self._simulated = simulated
        self._marks = marks
        self._runs = runs
        self.run = ""
        """The id of the run that was begun; empty before."""
        self.recorder: Recorder | None = None

    def entries(self) -> Sequence[LibraryEntry]:
        """Every workout that can be read, by name; one that cannot is listed with its problem."""
        return [_entry(card) for card in cards() if isinstance(card, Card)]

    def start(self, slug: str) -> ConductedFeed:
        """Begin a run of a workout.

        Raises:
            CoachProblem: it cannot be read, a number is missing, or nothing can be recorded.
        """
        clock = MachineClock()
        plan = plan_picked(slug, self._athlete)
        self.run = new_ulid(clock.wall().epoch_s)
        setup = live_setup(
            plan, self._settings, self.run, Stage.SCREEN, marks=self._marks, simulated=self._simulated
        )
        if self._runs is not None:
            self.recorder = recorder_of(setup, plan, clock, self._runs)
        company = simulated_company(setup, clock) if self._simulated else Company()
        watched = WatchedRun(LiveRun(setup))
        conductor = Conductor(watched, clock, journal=self.recorder, sinks=company.listeners)
        return self._screen.begin(watched, conductor, company.sources, self.recorder)


def pick_and_run(
    athlete: str | None, *, simulated: bool, marks: bool, record: str | None, is_recorded: bool
) -> None:
    """Show the library on the screen, and conduct what is picked.

    Raises:
        CoachProblem: the settings or the athlete cannot be read.
    """
    where = places()
    settings = load_settings(where.settings, os.environ)
    runner = find_athlete(athlete or settings.athlete)
    start_log(where.log)
    keep_log_off_the_terminal()
    runs = where.runs if record is None else Path(record).expanduser()
    with held_awake() as warning:
        screen = OnScreen(settings, warning)
        library = PickedRun(
            screen, settings, runner, simulated=simulated, marks=marks, runs=runs if is_recorded else None
        )
        ending, code = asyncio.run(screen.shown(screen.app(library=library, people=ShelvedPeople(runner))))
    if library.run:
        say_what_became(library.run, ending, library.recorder)
    leave_with(code)


def _entry(card: Card) -> LibraryEntry:
    try:
        timeline, problem = outline_of(card.name).timeline, ""
    except CoachProblem as trouble:
        timeline, problem = None, str(trouble)
    return LibraryEntry(
        slug=card.name,
        title=card.title,
        sentence=card.sentence,
        description=" ".join(part for part in (card.purpose, card.description) if part),
        tags=tuple(str(tag) for tag in card.tags.values() if isinstance(tag, str)),
        timeline=timeline,
        problem=problem,
        card=card,
    )
