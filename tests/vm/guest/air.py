"""What is around the machine: its radio, a strap and a footpod, all made of software, and somebody who runs.

A program of its own, so that the program under test has its own process and clock. Told what to do over a Unix
socket, a line each way: `lose strap`, `back pod`, `goodbye strap`, `silence pod`, `speak pod`, `beat strap`,
`run 4.5`, `sent`.
"""

import asyncio
import json
import time
from contextlib import suppress

from bumble.transport import open_transport

from coach.edge.peripheral import PeripheralProfile, VirtualLink, VirtualSensor
from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.signals.readings import Characteristic

SOCKET = "/run/air"
STRAP = PeripheralProfile(
    "Strap A1B2", "F1:00:00:00:A1:B2", (Characteristic.HEART_RATE_MEASUREMENT,), "A1B2", battery_percent=80
)
POD = PeripheralProfile(
    "Pod C3D4", "F2:00:00:00:C3:D4", (Characteristic.RSC_MEASUREMENT,), "C3D4", battery_percent=70
)
EVERY_S = 0.25
"""Real sensors send once a second; four times as often measures four times as much in a minute."""
_CADENCE = 88


class Around:
    """Both sensors, and the runner who wears them."""

    def __init__(self, air: VirtualLink) -> None:
        """Put both into the air, switched off."""
        self.air = air
        self.sensors = {"strap": air.sensor(STRAP), "pod": air.sensor(POD)}
        self.silent: set[str] = set()
        self.speed = 3.0
        self.metres = 0.0
        self.sent: dict[str, list[tuple[float, str]]] = {"strap": [], "pod": []}

    async def run(self) -> None:
        """Send what both measure, for ever; the metres go on whoever hears of them."""
        beats = 0
        next_at = time.monotonic()
        while True:
            next_at += EVERY_S
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))
            self.metres += self.speed * EVERY_S
            beats += 1
            interval = Seconds(round(0.4 * 1024) / 1024)
            beat = HeartRateMeasurement(
                BeatsPerMinute(150 + beats % 7), Contact.DETECTED, energy_kj=beats % 60_000, rr_s=(interval,)
            )
            step = RunningSpeedCadenceMeasurement(
                MetresPerSecond(self.speed), _CADENCE, distance=Metres(round(self.metres, 1)), is_running=True
            )
            await self._send("strap", Characteristic.HEART_RATE_MEASUREMENT, bytes(beat))
            await self._send("pod", Characteristic.RSC_MEASUREMENT, bytes(step))

    async def _send(self, which: str, characteristic: Characteristic, payload: bytes) -> None:
        if which not in self.silent and self.sensors[which].device.connections:
            self.sent[which].append((time.monotonic(), payload.hex()))
            await self.sensors[which].notify(characteristic, payload)

    async def do(self, word: str, about: str) -> object:
        """Do what a line says; the answer to it."""
        if word == "sent":
            return self.sent
        if word == "run":
            self.speed = float(about)
            return time.monotonic()
        sensor: VirtualSensor = self.sensors[about]
        match word:
            case "lose":
                await sensor.stop_advertising()
                self.air.drop(sensor)
            case "goodbye":
                await sensor.stop_advertising()
                await sensor.disconnect_all()
            case "back":
                await sensor.start_advertising()
            case "silence":
                self.silent.add(about)
            case "speak":
                self.silent.discard(about)
            case "beat":
                await sensor.notify(Characteristic.HEART_RATE_MEASUREMENT, b"\x06\x96")
        return time.monotonic()


def main() -> None:
    """Be the world until the machine is switched off."""
    asyncio.run(_main())


async def _main() -> None:
    around = Around(VirtualLink())
    for sensor in around.sensors.values():
        await sensor.switch_on()
    # Last: as soon as the system sees a radio it wants answers within two seconds.
    async with await open_transport("vhci") as carrier:
        around.air.controller("laptop", carrier)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError):
                while line := await reader.readline():
                    word, _, about = line.decode().strip().partition(" ")
                    writer.write(json.dumps(await around.do(word, about)).encode() + b"\n")
                    await writer.drain()

        server = await asyncio.start_unix_server(serve, SOCKET)
        async with server:
            await around.run()
