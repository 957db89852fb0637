"""Chooses what measures a run: remembered sensors over Bluetooth, a simulated runner, or nothing."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from coach.app.terminal import Console
from coach.edge.clock import Clock, MachineClock
from coach.edge.files import plain
from coach.edge.paired_sensors import PairedSensor, PairedSensors, load_sensors, no_such_sensor
from coach.edge.paths import runner_paths
from coach.edge.store import Store
from coach.problems import AthleteProblem, SensorProblem, SensorTrouble

if TYPE_CHECKING:
    from coach.edge.radio.radio import Radio  # bleak loads with it, when somebody looks for sensors
    from coach.edge.sources import SensorSource
    from coach.edge.sources.simulated import SimulatedRunner
    from coach.live.inputs import RunSetup
    from coach.signals.readings import Source

REQUIRED_S: Final = 20.0
"""How long `--require-sensor` looks: a strap put on just now is on the air within a few seconds."""
_PAIR: Final = "Wear the strap, shake the pod, and remember them: coach sensors pair"
EVERYONE: Final = "everyone"
"""What `--athlete` is given for a sensor that anybody may wear."""


class SensorMode(StrEnum):
    """The values of `--sensors`."""

    BLE = "ble"
    SIM = "sim"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SensorChoice:
    """What measures a run."""

    mode: SensorMode
    sensors: tuple[PairedSensor, ...] = ()
    """Those that are listened to, with `BLE`."""
    why_none: str = ""
    """Why there are none although nobody asked for none."""

    @property
    def is_simulated(self) -> bool:
        """True if a simulated runner runs."""
        return self.mode is SensorMode.SIM


@dataclass(frozen=True, slots=True)
class RunSources:
    """Where the inputs of a run come from."""

    sources: "Sequence[SensorSource]" = ()
    runner: "SimulatedRunner | None" = None
    """The simulated runner, where one runs."""


# --- the runner's own sensors


def my_sensors(console: Console) -> PairedSensors:
    """Read the remembered sensors; a damaged file is reported on the console and counts as empty.

    Raises:
        SettingsProblem: the file is newer than this program, or may not be read.
    """
    sensors = load_sensors(runner_paths().sensors)
    if sensors.trouble:
        console.say(f"Note: {sensors.trouble}")
    return sensors


def usual_athlete() -> str:
    """The slug of the athlete who runs where nobody is named: the settings' or the only one; empty if unknown."""
    store = Store()
    slugs = store.athletes()
    return store.chosen_athlete() or (slugs[0] if len(slugs) == 1 else "")


def athlete_called(word: str) -> str:
    """The slug of an athlete who is saved; empty for `everyone`.

    Raises:
        AthleteProblem: nobody of this slug is saved.
    """
    if word == EVERYONE:
        return ""
    store = Store()
    if word not in store.athletes():
        store.athlete(word)  # says who there is
        raise AthleteProblem(f"{plain(word)} is no athlete's slug", "See coach athlete list.")
    return word


def sensor_called(sensors: PairedSensors, word: str) -> PairedSensor:
    """Find a remembered sensor by its id or label, or by its own name where only one has it.

    Raises:
        SensorProblem: there is none, or several share the name.
    """
    sensor = sensors.find(word)
    if sensor is not None:
        return sensor
    sensors_of_name = [
        candidate for candidate in sensors.all() if candidate.name.casefold() == word.casefold()
    ]
    if not sensors_of_name:
        raise no_such_sensor(word)
    if len(sensors_of_name) > 1:
        raise SensorProblem(
            f"{len(sensors_of_name)} remembered sensors are called {word}",
            "Say which by its id: " + ", ".join(candidate.id for candidate in sensors_of_name),
            reason=SensorTrouble.NOT_FOUND,
        )
    return sensors_of_name[0]


def title(sensor: PairedSensor) -> str:
    """What to call a remembered sensor: `my strap (Polar H10)`."""
    name = sensor.name or sensor.id
    return f"{sensor.label} ({name})" if sensor.label else name


def sensors_by_source(sensors: Sequence[PairedSensor]) -> "dict[Source, PairedSensor]":
    """The source each remembered sensor is in a run; without any, no radio is loaded."""
    if not sensors:
        return {}
    from coach.edge.radio.source import assign_sources

    return {source: sensor for sensor, source in assign_sources(sensors)}


def radio_for(doing: str) -> "Radio":
    """Make a radio; `doing` tells other coaches what it is used for."""
    from coach.edge.radio.radio import Radio
    from coach.edge.radio.sensor_lock import SensorLocks

    return Radio(clock=MachineClock(), locks=SensorLocks(runner_paths().sensor_locks, doing))


# --- what measures a run


def choose_sensors(mode: str | None, console: Console, athlete: str = "") -> SensorChoice:
    """Choose the sensors of a mode for an athlete (a slug); without a mode those remembered, if there are any.

    Raises:
        SensorProblem: sensors are asked for and none of this athlete is remembered.
    """
    if mode in {SensorMode.SIM, SensorMode.NONE}:
        return SensorChoice(SensorMode(mode))
    remembered = my_sensors(console)
    sensors = remembered.of(athlete)
    if sensors:
        return SensorChoice(SensorMode.BLE, sensors)
    whose = (
        f"none of the remembered sensors is {athlete}'s" if remembered.all() else "no sensor is remembered"
    )
    if mode is None:
        return SensorChoice(SensorMode.NONE, why_none=whose)
    raise SensorProblem(f"{whose}, and a stranger's is never taken", _PAIR, reason=SensorTrouble.NOT_FOUND)


def say_default(choice: SensorChoice, console: Console) -> None:
    """Say what measures a run where nothing was asked for."""
    if choice.mode is SensorMode.BLE:
        names = ", ".join(title(sensor) for sensor in choice.sensors)
        console.say(f"Sensors: {names}. The run starts with what is there and looks for the rest.")
    elif choice.mode is SensorMode.NONE:
        console.say(f"No sensors (--sensors none): {choice.why_none}. {_PAIR}")
        console.say("Without any: --marks times lines by hand, --sensors sim simulates a runner.")


def sources_for(
    choice: SensorChoice, setup: "RunSetup", clock: Clock, say: Callable[[str], None]
) -> RunSources:
    """Make the sources of a run; `say` is called with trouble of the radio while the run goes on."""
    match choice.mode:
        case SensorMode.SIM:
            return simulated_sources(setup, clock)
        case SensorMode.BLE:
            from coach.edge.radio.sensor_lock import SensorLocks
            from coach.edge.radio.source import BleSource

            return RunSources(
                [BleSource(choice.sensors, clock, SensorLocks(runner_paths().sensor_locks, setup.run), say)]
            )
        case SensorMode.NONE:
            return RunSources()


def simulated_sources(setup: "RunSetup", clock: Clock) -> RunSources:
    """Make a simulated runner: their sensors measure the run, and they hear the coach."""
    from coach.edge.sources.simulated import SimulatedRunner
    from coach.simulate.runner import VirtualRunner

    runner = SimulatedRunner(VirtualRunner(timeline=setup.timeline), clock)
    return RunSources([runner], runner)


async def require_sensor(
    choice: SensorChoice, clock: Clock, console: Console, seconds: float = REQUIRED_S
) -> None:
    """Wait until one of the sensors is near; a simulated runner always is.

    Raises:
        SensorProblem: none is, or there is no Bluetooth.
    """
    if choice.mode is SensorMode.SIM:
        return
    if choice.mode is SensorMode.NONE:
        raise SensorProblem("no sensor is remembered", _PAIR, reason=SensorTrouble.NOT_FOUND)
    from coach.edge.radio.radio import Radio

    sensors_by_id = {required_sensor.id: required_sensor for required_sensor in choice.sensors}
    console.say(f"Looking for {', '.join(title(required_sensor) for required_sensor in choice.sensors)} ...")
    async with Radio(clock=clock) as radio, aclosing(radio.scan(seconds)) as sensors:
        async for sensor in sensors:
            if sensor.id in sensors_by_id:
                console.say(f"Found {title(sensors_by_id[sensor.id])}.")
                return
    raise SensorProblem(
        f"none of your sensors was found in {seconds:g} s",
        "Wear the strap (wet its electrodes), shake the pod. coach doctor looks for each of them.",
        reason=SensorTrouble.NOT_FOUND,
    )
