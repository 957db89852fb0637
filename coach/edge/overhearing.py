"""What does a sensor send, byte for byte? One link to it, with every notification of ours switched on."""

import asyncio
from collections.abc import Callable

from coach.edge.radio.connection import characteristic_of
from coach.edge.radio.found import Found
from coach.edge.radio.radio import Radio
from coach.edge.radio.trouble import problem_of
from coach.edge.radio.waiting import happens
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.readings import Characteristic

Hear = Callable[[Characteristic, bytes], None]


async def overhear(radio: Radio, found: Found, seconds: float, hear: Hear) -> bool:
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
                    offered = characteristic_of(client, what)
                    if offered is not None and {"notify", "indicate"} & {*offered.properties}:
                        await client.start_notify(offered, _hearing(what, hear))
                        asked += 1
                if not asked:
                    raise SensorProblem(
                        "it has nothing to send that we know", reason=SensorTrouble.NOT_SUPPORTED
                    )
                return not await happens(lost, radio.clock, radio.clock.monotonic() + seconds)
        except Exception as wrong:  # noqa: BLE001 - told as what it means
            raise problem_of(wrong) from None


def _hearing(what: Characteristic, hear: Hear) -> Callable[[object, bytearray], None]:
    return lambda _, payload: hear(what, bytes(payload))
