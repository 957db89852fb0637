"""`coach run` without a workout: the library on the screen, and a run of what is picked there."""

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coach.athlete import Athlete
from coach.cli.announcer import Announcer
from coach.cli.athlete.shelved import ShelvedPeople
from coach.cli.catalogue import cards
from coach.cli.feeds import ConductedFeed, WatchedRun
from coach.cli.learning import sensors_by_source, taught
from coach.cli.live import OnScreen, keep_log_off_the_terminal, leave_with, say_what_became
from coach.cli.measured import company_of, measured_by, require_sensor
from coach.cli.outlines import outline_of
from coach.cli.people import find_athlete
from coach.cli.plan import plan_picked
from coach.cli.running import Wanted, recorder_of
from coach.cli.sensors.desk import RadioDesk
from coach.cli.setup import live_setup
from coach.cli.stage import Stage
from coach.cli.wakeful import held_awake
from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor, Ending
from coach.edge.debug_log import start_log
from coach.edge.paired_sensors import PairedSensors, load_sensors
from coach.edge.paths import runner_paths
from coach.edge.recorder import Recorder
from coach.edge.run_folder import new_ulid
from coach.edge.settings import Settings, load_settings
from coach.live.run import LiveRun
from coach.problems import CoachProblem
from coach.screen.ports import LibraryEntry
from coach.workout.card import Card

if TYPE_CHECKING:
    from coach.edge.radio.radio import Radio  # bleak loads with it, when somebody looks for sensors


class PickedRun:
    """The library as the screen shows it; what is picked there begins at once."""

    def __init__(
        self,
        screen: OnScreen,
        settings: Settings,
        athlete: Athlete | None,
        wanted: Wanted,
        announcer: Announcer,
    ) -> None:
        """Offer every workout on the shelf, to be run as `wanted`."""
        self._screen = screen
        self._settings = settings
        self._athlete = athlete
        self._wanted = wanted
        self._announcer = announcer
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
        measured = measured_by(self._wanted.sensors)  # now: a sensor may have been paired on the screen
        self.run = new_ulid(clock.wall().epoch_s)
        setup = live_setup(
            plan,
            self._settings,
            self.run,
            Stage.SCREEN,
            marks=self._wanted.marks,
            simulated=measured.is_simulated,
        )
        sensors = sensors_by_source(measured.sensors)
        setup = taught(setup, plan.athlete, sensors)
        runs = self._wanted.runs(runner_paths().runs)
        if runs is not None:
            self.recorder = recorder_of(setup, plan, clock, runs, sensors)
        company = company_of(measured, setup, clock, self._announcer)
        watched = WatchedRun(LiveRun(setup))
        conductor = Conductor(watched, clock, journal=self.recorder, sinks=company.listeners)
        return self._screen.begin(watched, conductor, company.sources, self.recorder)


def pick_and_run(wanted: Wanted) -> None:
    """Show the library on the screen, and conduct what is picked.

    Raises:
        CoachProblem: the settings or the athlete cannot be read, or a sensor that is required is not there.
    """
    where = runner_paths()
    settings = load_settings(where.settings, os.environ)
    runner = find_athlete(wanted.athlete or settings.athlete)
    start_log(where.log)
    keep_log_off_the_terminal()

    async def go(screen: OnScreen, library: PickedRun) -> tuple[Ending, int]:
        if wanted.requires_sensor:
            await require_sensor(measured_by(wanted.sensors), MachineClock())
        desk = RadioDesk(_sensors, _radio, MachineClock())
        return await screen.shown(screen.app(library=library, people=ShelvedPeople(runner), sensors=desk))

    with held_awake() as warning:
        announcer = Announcer()
        screen = OnScreen(settings, announcer, warning)
        library = PickedRun(screen, settings, runner, wanted, announcer)
        ending, code = asyncio.run(go(screen, library))
    if library.run:
        say_what_became(library.run, ending, library.recorder)
    leave_with(code)


def _sensors() -> PairedSensors:
    return load_sensors(runner_paths().sensors)


def _radio() -> "Radio":
    from coach.edge.radio.radio import Radio
    from coach.edge.radio.sensor_lock import SensorLocks

    return Radio(clock=MachineClock(), locks=SensorLocks(runner_paths().sensor_locks, "the sensors screen"))


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
