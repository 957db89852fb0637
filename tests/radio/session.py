"""One session with a strap, the same in front of our BlueZ and of the real one, and what either says to it.

Nothing of pytest is in here: the machine with the real bluetoothd runs it from a plain script.
"""

from typing import Final, Protocol

from bleak import BleakClient, BleakScanner

from tests.patience import LIMIT_S, disconnected, wait_until
from tests.radio.trace import Trace, of_device

HEART_RATE_MEASUREMENT: Final = "00002a37-0000-1000-8000-00805f9b34fb"
NAME: Final = "strap"
LOST: Final = "strap ServicesResolved=false Connected=false"


class Air(Protocol):
    """A strap in front of a BlueZ."""

    address: str

    async def beat(self) -> None:
        """Notify one heart rate."""
        ...

    async def lose(self) -> None:
        """End the link, as running out of range does, and be back for the next one."""
        ...


async def session(air: Air) -> list[str]:
    """Scan, connect, listen, lose, connect again, listen, let go; what was said of the strap."""
    async with Trace({air.address: NAME}) as trace:
        device = await BleakScanner.find_device_by_address(air.address, timeout=LIMIT_S)
        assert device is not None
        for is_to_be_lost in (True, False):
            heard: list[bytearray] = []

            def hear(_: object, value: bytearray, heard: list[bytearray] = heard) -> None:
                heard.append(value)

            async with BleakClient(device, timeout=LIMIT_S) as client:
                await client.start_notify(HEART_RATE_MEASUREMENT, hear)
                await air.beat()
                await wait_until(heard.copy)
                if is_to_be_lost:
                    await air.lose()
                    await disconnected(client)
        await trace.catch_up()
    return of_device(trace.lines, NAME)


def halves(lines: list[str]) -> tuple[list[str], list[str]]:
    """What was said up to the loss, and from then on."""
    at = lines.index(LOST) + 1
    return lines[:at], lines[at:]
