"""Chooses what measures a run: remembered sensors over Bluetooth, a simulated runner, or nothing."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from coach.app.terminal import Console
from coach.edge.clock import Clock, MachineClock
from coach.edge.paired_sensors import PairedSensor, PairedSensors, load_sensors, no_such_sensor
from coach.edge.paths import runner_paths
from coach.edge.sources import SensorSource
from coach.edge.sources.simulated import SimulatedRunner
from coach.live.inputs import RunSetup
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.readings import Source
from coach.simulate.runner import VirtualRunner

if TYPE_CHECKING:
    from coach.edge.radio.radio import Radio  # bleak loads with it, when somebody looks for sensors

REQUIRED_S: Final = 20.0
"""How long `--require-sensor` looks: a strap put on just now is on the air within a few seconds."""
_PAIR: Final = "Remember yours: coach sensors pair"


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

    @property
    def is_simulated(self) -> bool:
        """True if a simulated runner runs."""
        return self.mode is SensorMode.SIM


@dataclass(frozen=True, slots=True)
class RunSources:
    """Where the inputs of a run come from."""

    sources: Sequence[SensorSource] = ()
    runner: SimulatedRunner | None = None
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


def sensors_by_source(sensors: Sequence[PairedSensor]) -> dict[Source, PairedSensor]:
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


def choose_sensors(mode: str | None, console: Console) -> SensorChoice:
    """Choose the sensors of a mode; without a mode the remembered ones, if there are any.

    Raises:
        SensorProblem: sensors are asked for and none is remembered.
    """
    if mode in {SensorMode.SIM, SensorMode.NONE}:
        return SensorChoice(SensorMode(mode))
    sensors = my_sensors(console).all()
    if sensors:
        return SensorChoice(SensorMode.BLE, sensors)
    if mode is None:
        return SensorChoice(SensorMode.NONE)
    raise SensorProblem(
        "no sensor is remembered, and a stranger's is never taken", _PAIR, reason=SensorTrouble.NOT_FOUND
    )


def say_default(choice: SensorChoice, console: Console) -> None:
    """Say what measures a run where nothing was asked for."""
    if choice.mode is SensorMode.BLE:
        names = ", ".join(title(sensor) for sensor in choice.sensors)
        console.say(f"Sensors: {names}. The run starts with what is there and looks for the rest.")
    elif choice.mode is SensorMode.NONE:
        console.say(
            "No sensors: --sensors none. Use --marks to time lines by hand, --sensors sim to simulate."
        )


def sources_for(
    choice: SensorChoice, setup: RunSetup, clock: Clock, say: Callable[[str], None]
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


def simulated_sources(setup: RunSetup, clock: Clock) -> RunSources:
    """Make a simulated runner: their sensors measure the run, and they hear the coach."""
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
