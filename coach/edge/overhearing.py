"""What does a sensor send, byte for byte? One link to it, with every notification of ours switched on."""

import asyncio
from collections.abc import Callable

from coach.edge.radio.connection import find_characteristic
from coach.edge.radio.errors import sensor_problem
from coach.edge.radio.found import DiscoveredSensor
from coach.edge.radio.radio import Radio
from coach.edge.radio.waiting import wait_until
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.readings import Characteristic

OnPacket = Callable[[Characteristic, bytes], None]


async def log_raw(radio: Radio, found: DiscoveredSensor, seconds: float, hear: OnPacket) -> bool:
    """Hand everything a sensor sends for so many seconds to `hear`; False if the link was lost before.

    Raises:
        SensorProblem: it would not connect, has nothing to send, or another coach holds it.
    """
    device = radio.neighbours.device(found.id)
    lost = asyncio.Event()
    with radio.claimed(found.id, found.name):
        try:
            assert device is not None  # it was found by this radio
            async with radio.connector.connected(device, lost.set) as client:
                asked = 0
                for what in Characteristic:
                    offered = find_characteristic(client, what)
                    if offered is not None and {"notify", "indicate"} & {*offered.properties}:
                        await client.start_notify(offered, _hearing(what, hear))
                        asked += 1
                if not asked:
                    raise SensorProblem(
                        "it has nothing to send that we know", reason=SensorTrouble.NOT_SUPPORTED
                    )
                return not await wait_until(lost, radio.clock, radio.clock.monotonic() + seconds)
        except Exception as wrong:  # noqa: BLE001 - told as what it means
            raise sensor_problem(wrong) from None


def _hearing(what: Characteristic, hear: OnPacket) -> Callable[[object, bytearray], None]:
    return lambda _, payload: hear(what, bytes(payload))
