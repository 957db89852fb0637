"""Sends the measurements of a simulated runner over the air, to any radio that connects."""

import asyncio
from collections.abc import Sequence
from typing import Final

from coach.edge.peripheral.link import is_virtual
from coach.edge.peripheral.sensor import PeripheralProfile, VirtualSensor
from coach.edge.sources import Inbox, SensorSource
from coach.live.inputs import Input
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin
from coach.signals.readings import Characteristic, Notified

RUNNER: Final = PeripheralProfile(
    "Virtual runner",
    "F0:C0:AC:40:00:01",
    (Characteristic.HEART_RATE_MEASUREMENT, Characteristic.RSC_MEASUREMENT),
    serial="VIRTUAL-1",
)
"""Strap and footpod in one, as some straps are."""
STRAP: Final = PeripheralProfile(
    "Virtual strap", "F0:C0:AC:40:00:02", (Characteristic.HEART_RATE_MEASUREMENT,), serial="VIRTUAL-2"
)
POD: Final = PeripheralProfile(
    "Virtual footpod", "F0:C0:AC:40:00:03", (Characteristic.RSC_MEASUREMENT,), serial="VIRTUAL-3"
)
_MOST_WAITING: Final = 64
"""Packets queued for the controller; when it stalls for longer, the oldest are dropped."""


def sensors_by_controller(controllers: Sequence[str]) -> list[tuple[str, tuple[PeripheralProfile, ...]]]:
    """Assign sensors to one or two controllers: a real one carries one sensor, a virtual one two."""
    match controllers:
        case [controller] if is_virtual(controller):
            return [(controller, (STRAP, POD))]
        case [controller]:
            return [(controller, (RUNNER,))]
        case _:
            return [(name, (profile,)) for name, profile in zip(controllers, (STRAP, POD), strict=True)]


class Broadcast:
    """A source that also sends its notifications over the air."""

    def __init__(self, source: SensorSource, sensors: Sequence[VirtualSensor]) -> None:
        """Send the notifications of `source` through `sensors`; each sends what it measures."""
        self._source = source
        self._sensors = sensors

    async def listen(self, inbox: Inbox) -> None:
        """Listen until cancelled; a stalled radio does not delay the run."""
        packets: asyncio.Queue[Notified] = asyncio.Queue(_MOST_WAITING)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send(packets))
            group.create_task(self._source.listen(_Tee(inbox, packets)))

    async def _send(self, packets: "asyncio.Queue[Notified]") -> None:
        while True:
            packet = await packets.get()
            for sensor in self._sensors:
                await sensor.notify(packet.characteristic, packet.payload)


class _Tee:
    """An inbox that queues a copy of every notification."""

    def __init__(self, inbox: Inbox, packets: "asyncio.Queue[Notified]") -> None:
        self._inbox = inbox
        self._packets = packets

    def now(self) -> Seconds:
        return self._inbox.now()

    def put(self, event: Input) -> None:
        if isinstance(event, Notified):
            if self._packets.full():
                self._packets.get_nowait()
            self._packets.put_nowait(event)
        self._inbox.put(event)

    def put_from_thread(self, event: Input) -> None:
        self._inbox.put_from_thread(event)

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        self._inbox.press(button, answer, origin)
