"""bleak alone against a real bluetoothd: find two sensors, hear them, lose them, find them again."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from tests.vm.guest.air import POD, STRAP
from tests.vm.guest.world import World, powered, say

HEART_RATE = "0000180d-0000-1000-8000-00805f9b34fb"
RUNNING = "00001814-0000-1000-8000-00805f9b34fb"
MEASUREMENT = {
    "strap": "00002a37-0000-1000-8000-00805f9b34fb",
    "pod": "00002a53-0000-1000-8000-00805f9b34fb",
}
BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
LOSSES = 8
_STREAMS_S = 6.0
_SILENT_S = 3.0


async def seconds(work: Awaitable[Any]) -> float:
    """How long something takes."""
    began = time.monotonic()
    await work
    return time.monotonic() - began


async def found(within_s: float = 20.0) -> dict[str, BLEDevice]:
    """Scan until both sensors are found."""
    names = {STRAP.name: "strap", POD.name: "pod"}
    seen: dict[str, BLEDevice] = {}
    both = asyncio.Event()

    def see(device: BLEDevice, _advertisement: object) -> None:
        if device.name in names:
            seen[names[device.name]] = device
        if len(seen) == len(names):
            both.set()

    async with BleakScanner(see, service_uuids=[HEART_RATE, RUNNING]):
        await asyncio.wait_for(both.wait(), within_s)
    return seen


class Link:
    """One sensor, connected again and again."""

    def __init__(self, which: str, device: BLEDevice) -> None:
        self.which = which
        self.device = device
        self.heard: list[tuple[float, str]] = []
        self.packet = asyncio.Event()
        self.lost = asyncio.Event()
        self.client = BleakClient(device)

    def take(self, _characteristic: object, payload: bytearray) -> None:
        """Keep a notification and when it came."""
        self.heard.append((time.monotonic(), payload.hex()))
        self.packet.set()

    async def connect(self) -> tuple[float, float]:
        """Connect afresh and subscribe; how long each took."""
        self.lost.clear()
        self.client = BleakClient(self.device, lambda _: self.lost.set(), timeout=15, pair=False)
        connects_s = await seconds(self.client.connect())
        return connects_s, await seconds(self.client.start_notify(MEASUREMENT[self.which], self.take))

    async def again(self, within_s: float = 20.0) -> None:
        """Connect again, however often it takes, and hear something."""
        ends = time.monotonic() + within_s
        self.packet.clear()
        while True:
            with suppress(BleakError, TimeoutError):
                await self.connect()
                break
            if time.monotonic() > ends:
                raise TimeoutError(self.which)
            await asyncio.sleep(0.1)
        await asyncio.wait_for(self.packet.wait(), within_s)


async def lose(world: World, link: Link, how: str) -> dict[str, float]:
    """Lose a sensor, have it come back, and connect again; when it was noticed, and how long it took."""
    gone_at = world.do(f"{how} {link.which}")
    await asyncio.wait_for(link.lost.wait(), 10)
    noticed_s = time.monotonic() - gone_at
    await link.client.disconnect()
    back_at = world.do(f"back {link.which}")
    await link.again()
    return {"noticed_s": noticed_s, "reconnect_s": time.monotonic() - back_at}


def main() -> None:
    """Run the scenario and say what was seen."""
    asyncio.run(_main())


async def _main() -> None:
    world = World()
    say("powered", took_s=await seconds(powered()))
    began = time.monotonic()
    devices = await found()
    say("found", took_s=time.monotonic() - began)
    links = {which: Link(which, device) for which, device in devices.items()}
    for which, link in links.items():
        connects_s, subscribes_s = await link.connect()
        battery = await link.client.read_gatt_char(BATTERY_LEVEL)
        services = sorted(service.uuid[4:8] for service in link.client.services)
        say(
            "connected", which=which, connects_s=connects_s, subscribes_s=subscribes_s, battery=battery[0],
            services=services,
        )  # fmt: skip
    await asyncio.sleep(_STREAMS_S)
    say("streamed", **latencies(world.do("sent"), links))
    for number in range(LOSSES):
        link = links["strap" if number % 2 == 0 else "pod"]
        say("lost", which=link.which, how="lose", **await lose(world, link, "lose"))
    say("lost", which="pod", how="goodbye", **await lose(world, links["pod"], "goodbye"))
    await stall(world, links["strap"])
    for which, link in links.items():
        say(
            "stopped",
            which=which,
            took_s=await seconds(link.client.disconnect()),
            connected=link.client.is_connected,
        )


async def stall(world: World, link: Link) -> None:
    """Let a sensor fall silent with its link up: nobody says anything, which is why there is a watchdog."""
    world.do(f"silence {link.which}")
    await asyncio.sleep(0.5)
    link.packet.clear()
    await asyncio.sleep(_SILENT_S)
    say("stalled", heard=link.packet.is_set(), lost=link.lost.is_set(), connected=link.client.is_connected)
    world.do(f"speak {link.which}")
    await asyncio.wait_for(link.packet.wait(), 5)


def latencies(sent: dict[str, list[tuple[float, str]]], links: dict[str, Link]) -> dict[str, Any]:
    """From the sensor's sending to bleak's callback, in seconds, and how many of the packets came."""
    took, missing = [], 0
    for which, link in links.items():
        heard = {payload: at for at, payload in link.heard}
        first = link.heard[0][0]
        for at, payload in sent[which]:
            if payload in heard:
                took.append(heard[payload] - at)
            elif first < at < link.heard[-1][0]:
                missing += 1
    took.sort()
    return {
        "packets": len(took),
        "missing": missing,
        "p50_s": took[len(took) // 2],
        "p95_s": took[int(len(took) * 0.95)],
    }
