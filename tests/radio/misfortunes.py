"""What can go wrong with a sensor, its adapter and bluetoothd, one thing at a time and in any order."""

from collections.abc import Callable
from random import Random
from typing import Final

from tests.radio import peripherals as air
from tests.radio.bluez import FakeBlueZ
from tests.radio.peripherals import Fault, Pod, Strap

FAULTS: Final = (air.BUSY, air.ABORTED, air.ABORTED_BY_LOCAL, air.IN_PROGRESS, air.NOT_READY)
REFUSALS: Final = (None, air.NOT_PERMITTED, Fault.att(0x01), Fault("Something new"))


async def misfortune(rng: Random, bluez: FakeBlueZ, sensor: Strap | Pod) -> None:
    """One thing that goes wrong, or right again."""

    def set_to(name: str, value: object) -> Callable[[], None]:
        return lambda: setattr(sensor, name, value)

    def set_notifying(name: str, value: object) -> Callable[[], None]:
        return lambda: setattr(sensor.services[0].characteristics[0], name, value)

    def power_cycle() -> None:
        bluez.power(False)
        bluez.power(True)

    acts: tuple[Callable[[], None], ...] = (
        lambda: bluez.lose(sensor),
        lambda: bluez.leave(sensor),
        lambda: bluez.hang_up(sensor),
        lambda: bluez.come_back(sensor),
        lambda: bluez.forget(sensor),
        power_cycle,
        set_to("stalled", not sensor.stalled),
        set_to("is_taken", not sensor.is_taken),
        set_to("connect_faults", [rng.choice(FAULTS)]),
        set_to("resolves_after_s", rng.choice((0.0, 0.01, None))),
        set_to("connects_after_s", rng.choice((0.0, 0.02))),
        set_notifying("notify_fault", rng.choice(REFUSALS)),
        set_notifying("never_answers", rng.choice((False, True))),
    )
    act = rng.choice((*acts, None))
    if act is not None:
        act()
        return
    await rng.choice((bluez.stop, bluez.crash))()
    await bluez.start()


def make_well(sensor: Strap | Pod) -> None:
    """Let nothing be wrong with a sensor any more."""
    sensor.stalled = sensor.is_taken = False
    sensor.connect_faults = []
    sensor.connects_after_s = sensor.resolves_after_s = 0.0
    measurement = sensor.services[0].characteristics[0]
    measurement.notify_fault, measurement.never_answers = None, False
