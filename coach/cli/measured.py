"""What measures the runner: remembered sensors over Bluetooth, a simulated runner, or nothing at all."""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coach.cli.company import Company, simulated_company
from coach.cli.errors import narrate
from coach.cli.sensors.keeping import my_sensors, title
from coach.edge.clock import Clock
from coach.edge.paired_sensors import PairedSensor
from coach.edge.paths import runner_paths
from coach.live.inputs import RunSetup
from coach.problems import SensorProblem, SensorTrouble

REQUIRED_S: Final = 20.0
"""How long `--require-sensor` looks: a strap put on just now is on the air within a few seconds."""
_PAIR: Final = "Remember yours: coach sensors pair"


class By(StrEnum):
    """The values of `--sensors`."""

    BLE = "ble"
    SIM = "sim"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Measured:
    """What measures a run."""

    by: By
    sensors: tuple[PairedSensor, ...] = ()
    """Those that are listened to, with `BLE`."""

    @property
    def is_simulated(self) -> bool:
        """Does a simulated runner run?"""
        return self.by is By.SIM


def measured_by(asked: str | None) -> Measured:
    """What is asked for or, if nothing is, the remembered sensors if there are any.

    Raises:
        SensorProblem: sensors are asked for and none is remembered.
    """
    if asked in {By.SIM, By.NONE}:
        return Measured(By(asked))
    sensors = my_sensors().all()
    if sensors:
        return Measured(By.BLE, sensors)
    if asked is None:
        return Measured(By.NONE)
    raise SensorProblem(
        "no sensor is remembered, and a stranger's is never taken", _PAIR, reason=SensorTrouble.NOT_FOUND
    )


def say_default(measured: Measured) -> None:
    """Say on stderr what measures a run that was not told."""
    if measured.by is By.BLE:
        names = ", ".join(title(each) for each in measured.sensors)
        narrate(f"Sensors: {names}. The run starts with what is there and looks for the rest.")
    elif measured.by is By.NONE:
        narrate("No sensors: --sensors none. Use --marks to time lines by hand, --sensors sim to simulate.")


def company_of(measured: Measured, setup: RunSetup, clock: Clock, say: Callable[[str], None]) -> Company:
    """Who is there in a run measured like this; `say` hears of trouble with the radio while it goes on."""
    match measured.by:
        case By.SIM:
            return simulated_company(setup, clock)
        case By.NONE:
            return Company()
        case By.BLE:
            from coach.edge.radio.sensor_lock import SensorLocks
            from coach.edge.radio.source import BleSource

            return Company(
                [BleSource(measured.sensors, clock, SensorLocks(runner_paths().sensor_locks, setup.run), say)]
            )


async def require_sensor(measured: Measured, clock: Clock, seconds: float = REQUIRED_S) -> None:
    """Wait until one of the sensors is near; a simulated runner always is.

    Raises:
        SensorProblem: none is, or there is no Bluetooth.
    """
    if measured.by is By.SIM:
        return
    if measured.by is By.NONE:
        raise SensorProblem("no sensor is remembered", _PAIR, reason=SensorTrouble.NOT_FOUND)
    from coach.edge.radio.radio import Radio

    wanted = {each.id: each for each in measured.sensors}
    narrate(f"Looking for {', '.join(title(each) for each in measured.sensors)} ...")
    async with Radio(clock=clock) as radio, aclosing(radio.scan(seconds)) as near:
        async for found in near:
            if found.id in wanted:
                narrate(f"Found {title(wanted[found.id])}.")
                return
    raise SensorProblem(
        f"none of your sensors was found in {seconds:g} s",
        "Wear the strap (wet its electrodes), shake the pod. coach doctor looks for each of them.",
        reason=SensorTrouble.NOT_FOUND,
    )
