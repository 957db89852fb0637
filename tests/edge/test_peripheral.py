"""A made-up sensor on the air, heard by a central that is made up as well; both are bumble, in this process."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, Peer
from bumble.hci import Address
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink

from coach.edge import peripheral as on_the_air
from coach.edge.peripheral import (
    POD,
    RUNNER,
    STRAP,
    Broadcast,
    PeripheralProfile,
    VirtualLink,
    VirtualSensor,
    on_air,
    sensors_by_controller,
)
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.problems import SensorProblem, SensorTrouble
from coach.quantities import Seconds
from coach.session.phases import Button
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source
from tests.edge.doubles import settle_down

HEART_RATE = Characteristic.HEART_RATE_MEASUREMENT
RUNNING = Characteristic.RSC_MEASUREMENT
ONE = PeripheralProfile("Virtual strap", "F0:00:00:00:00:11", (HEART_RATE,), "S-11", battery_percent=64)
PATIENCE_S = 10.0


class Listener:
    """A central: what a coach's laptop is."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    @classmethod
    async def in_(cls, air: VirtualLink) -> "Listener":
        """Switched on, in an air."""
        controller = air.controller("listener")
        device = Device.with_hci(
            "listener", Address("F0:0D:00:00:00:02"), controller, AsyncPipeSink(controller)
        )
        await device.power_on()
        return cls(device)

    async def connect(self, address: str) -> Peer:
        """Connect and find everything the sensor offers."""
        async with asyncio.timeout(PATIENCE_S):
            peer = Peer(await self.device.connect(address))
            await peer.discover_services()
            await peer.discover_characteristics()
        return peer

    async def subscribe(self, peer: Peer, characteristic: Characteristic) -> None:
        """Hear what is notified."""
        [found] = peer.get_characteristics_by_uuid(UUID.from_16_bits(characteristic))
        await found.subscribe(lambda value: self.heard.put_nowait(bytes(value)))

    async def hears(self) -> bytes:
        """What it hears next."""
        return await asyncio.wait_for(self.heard.get(), PATIENCE_S)


@asynccontextmanager
async def switched_on(
    identity: PeripheralProfile = ONE,
) -> AsyncIterator[tuple[VirtualLink, VirtualSensor, Listener]]:
    """An air with one sensor and one listener in it."""
    air = VirtualLink()
    sensor = air.sensor(identity)
    await sensor.switch_on()
    listener = await Listener.in_(air)
    try:
        yield air, sensor, listener
    finally:
        await sensor.switch_off()
        await settle_down()


async def gone(connection: Connection) -> None:
    """Wait until a connection has ended."""
    ended = asyncio.Event()
    connection.once(connection.EVENT_DISCONNECTION, lambda _: ended.set())
    await asyncio.wait_for(ended.wait(), PATIENCE_S)


async def read(peer: Peer, number: int) -> bytes:
    """Read a characteristic by its 16-bit number."""
    [found] = peer.get_characteristics_by_uuid(UUID.from_16_bits(number))
    return bytes(await found.read_value())


@pytest.mark.asyncio
async def test_a_sensor_advertises_its_name_and_services():
    """A scan that asks for heart rate finds the strap by its service, with its name."""
    async with switched_on() as (_, _sensor, listener):
        seen: asyncio.Future[AdvertisingData] = asyncio.get_running_loop().create_future()

        def see(advertisement):
            if not seen.done():
                seen.set_result(advertisement.data)

        listener.device.on(Device.EVENT_ADVERTISEMENT, see)
        await listener.device.start_scanning()
        data = await asyncio.wait_for(seen, PATIENCE_S)
        await listener.device.stop_scanning()
    assert data.get(AdvertisingData.COMPLETE_LOCAL_NAME) == "Virtual strap"
    assert data.get(AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS) == [
        UUID.from_16_bits(0x180D)
    ]


@pytest.mark.parametrize("identity", [RUNNER, STRAP, POD], ids=["runner", "strap", "pod"])
def test_the_advertisement_fits_the_air(identity):
    """An advertisement has at most 31 bytes (Core Specification, vol 6, part B, 2.3.1)."""

    async def advertised() -> bytes:
        return VirtualLink().sensor(identity).device.advertising_data

    assert len(asyncio.run(advertised())) <= 31


@pytest.mark.asyncio
async def test_a_sensor_says_what_it_is():
    """Its battery, where it is worn, who made it and its serial number can be read."""
    async with switched_on() as (_, _sensor, listener):
        peer = await listener.connect(ONE.address)
        told = {number: await read(peer, number) for number in (0x2A19, 0x2A38, 0x2A29, 0x2A24, 0x2A25)}
    assert told == {
        0x2A19: bytes((64,)),
        0x2A38: b"\x01",
        0x2A29: b"Trackside Coach",
        0x2A24: b"Virtual strap",
        0x2A25: b"S-11",
    }


@pytest.mark.asyncio
async def test_what_is_notified_is_heard_byte_for_byte():
    """A subscriber hears the very bytes; what the sensor does not measure goes nowhere."""
    async with switched_on() as (_, sensor, listener):
        peer = await listener.connect(ONE.address)
        assert not sensor.subscribed.is_set()
        await listener.subscribe(peer, HEART_RATE)
        assert sensor.subscribed.is_set()
        await sensor.notify(RUNNING, b"\x00\x01\x02\x03")
        await sensor.notify(HEART_RATE, b"\x16\x59\xa2\x02")
        assert await listener.hears() == b"\x16\x59\xa2\x02"


@pytest.mark.asyncio
async def test_a_sensor_can_be_found_again_after_a_lost_link():
    """When the link is lost it advertises again, and the same listener connects and hears it."""
    async with switched_on() as (air, sensor, listener):
        peer = await listener.connect(ONE.address)
        ending = asyncio.ensure_future(gone(peer.connection))
        await settle_down()
        air.drop(sensor)
        await ending
        peer = await listener.connect(ONE.address)
        await listener.subscribe(peer, HEART_RATE)
        await sensor.notify(HEART_RATE, b"\x00\x50")
        assert await listener.hears() == b"\x00\x50"


@pytest.mark.asyncio
async def test_a_sensor_that_disappeared_stays_away_until_it_is_back():
    """Out of range it does not advertise, also not when its last link ends; back again it does."""
    async with switched_on() as (air, sensor, listener):
        peer = await listener.connect(ONE.address)
        await sensor.stop_advertising()
        ending = asyncio.ensure_future(gone(peer.connection))
        await settle_down()
        air.drop(sensor)
        await ending
        await settle_down()
        assert not sensor.device.is_advertising
        await sensor.start_advertising()
        assert (await listener.connect(ONE.address)).services


@pytest.mark.asyncio
async def test_the_system_may_change_its_random_address_between_two_packets():
    """Linux takes a new random address with every scan; a link made under another one still carries."""
    async with switched_on() as (air, sensor, listener):
        peer = await listener.connect(ONE.address)
        await listener.subscribe(peer, HEART_RATE)
        [controller] = [each for each in air.link.controllers if each.name == "listener"]
        controller.random_address = Address("35:66:6B:5A:72:40")
        assert await asyncio.wait_for(read(peer, 0x2A19), PATIENCE_S) == bytes((64,))
        await sensor.notify(HEART_RATE, b"\x00\x51")
        assert await listener.hears() == b"\x00\x51"


@pytest.mark.parametrize(
    ("controllers", "expected"),
    [
        (["usb:0"], [("usb:0", (RUNNER,))]),
        (["usb:0", "usb:1"], [("usb:0", (STRAP,)), ("usb:1", (POD,))]),
        (["vhci"], [("vhci", (STRAP, POD))]),
    ],
)
def test_a_controller_is_one_sensor_unless_it_is_made_up(controllers, expected):
    """One controller sends everything as one, two are strap and footpod; behind vhci both stand apart."""
    assert sensors_by_controller(controllers) == expected


class Inbox:
    """Keeps what is put in."""

    def __init__(self) -> None:
        self.put_in: list[object] = []

    def now(self) -> Seconds:
        """Seven seconds into the run."""
        return Seconds(7.0)

    def put(self, event) -> None:
        """Keep an input."""
        self.put_in.append(event)

    def put_from_thread(self, event) -> None:
        """Keep an input from elsewhere."""
        self.put_in.append(event)

    def press(self, button, answer=None, origin=None) -> None:
        """Keep a press."""
        self.put_in.append((button, answer))


class Listed:
    """A source that puts what it was given, and is done."""

    def __init__(self, *events) -> None:
        self.events = events
        self.began_at: Seconds | None = None

    async def listen(self, inbox) -> None:
        """Put everything in at once, each in its way."""
        self.began_at = inbox.now()
        for event in self.events:
            inbox.put(event)
        inbox.put_from_thread("from a thread")
        inbox.press(Button.GO)


class StuckSensor(VirtualSensor):
    """Takes packets only while it is let."""

    def __init__(self) -> None:
        self.lets = asyncio.Event()
        self.took: list[bytes] = []

    async def notify(self, characteristic: Characteristic, payload: bytes) -> None:
        """Take a packet when it may."""
        await self.lets.wait()
        self.took.append(payload)


def notified(number: int) -> Notified:
    """A heart rate of this many beats."""
    return Notified(Seconds(0.0), Source.STRAP, HEART_RATE, bytes((0, number)))


@pytest.mark.asyncio
async def test_a_broadcast_runner_is_heard_by_his_own_coach_and_over_the_air():
    """Everything enters the run; of it, the notifications go over the air, in order."""
    link = LinkChanged(Seconds(0.0), Source.STRAP, LinkState.CONNECTED, "Virtual strap", 90, -60)
    source, sensor, inbox = Listed(link, notified(60), notified(61)), StuckSensor(), Inbox()
    sensor.lets.set()
    listening = asyncio.create_task(Broadcast(source, [sensor]).listen(inbox))
    await settle_down()
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    assert inbox.put_in == [link, notified(60), notified(61), "from a thread", (Button.GO, None)]
    assert sensor.took == [b"\x00\x3c", b"\x00\x3d"]
    assert source.began_at == Seconds(7.0)


@pytest.mark.asyncio
async def test_a_radio_that_stands_still_loses_the_oldest_packets():
    """The run is not held up by it: the oldest waiting packets are dropped, the newest are sent."""
    source, sensor, inbox = Listed(*(notified(number) for number in range(200))), StuckSensor(), Inbox()
    listening = asyncio.create_task(Broadcast(source, [sensor]).listen(inbox))
    await settle_down()
    sensor.lets.set()
    await settle_down(400)
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    assert len(inbox.put_in) == 202
    assert [payload[1] for payload in sensor.took] == list(range(136, 200))


@asynccontextmanager
async def controller_at(address: str, air: VirtualLink) -> AsyncIterator[None]:
    """A controller in an air that a host can reach over a socket, as it would over a serial line."""
    async with await open_transport(f"unix-server:{address}") as carrier:
        air.controller("dongle", carrier)
        yield
        if carrier.sink.transport is not None:
            carrier.sink.transport.close()
    carrier.server.close()
    await settle_down()


@pytest.mark.asyncio
async def test_a_sensor_goes_on_the_air_over_a_controller_of_any_kind():
    """Over the transport that is named, the sensor is found, heard, and gone when it is let go."""
    air = VirtualLink()
    address = f"@coach-peripheral-{id(air)}"
    async with controller_at(address, air):
        listener = await Listener.in_(air)
        async with on_air([(f"unix:{address}", [RUNNER])]) as [sensor]:
            peer = await listener.connect(RUNNER.address)
            await listener.subscribe(peer, RUNNING)
            await sensor.notify(RUNNING, b"\x00\x00\x04\x55")
            assert await listener.hears() == b"\x00\x00\x04\x55"
            ending = asyncio.ensure_future(gone(peer.connection))
            await settle_down()
        await ending


@pytest.mark.asyncio
async def test_a_controller_that_is_pulled_out_ends_it():
    """Whatever goes on with a controller that goes away ends at once, and says so."""
    address = f"@coach-pulled-{id(asyncio.current_task())}"
    async with await open_transport(f"unix-server:{address}") as carrier:
        VirtualLink().controller("dongle", carrier)

        async def run() -> None:
            async with asyncio.timeout(PATIENCE_S), on_air([(f"unix:{address}", [RUNNER])]):
                carrier.sink.transport.close()
                await asyncio.Event().wait()

        with pytest.raises(SensorProblem, match="it went away"):
            await run()
    carrier.server.close()
    await settle_down()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("transport", "says", "hint"),
    [
        ("nonsense", "unknown transport scheme", "usb:0"),
        ("unix:/nowhere/at/all", "no Bluetooth controller at unix:/nowhere/at/all", "usb:0"),
        ("vhci:/dev/no-such-vhci", "/dev/no-such-vhci is not there", "modprobe hci_vhci"),
    ],
)
async def test_a_controller_that_is_not_there_is_said(transport, says, hint):
    """The problem names the controller, and the hint says what to do."""
    with pytest.raises(SensorProblem, match=says) as caught:
        async with on_air([(transport, [RUNNER])]):
            pytest.fail("there is no such controller")
    assert hint in caught.value.hint
    assert caught.value.reason is SensorTrouble.NOT_FOUND


@pytest.mark.asyncio
async def test_a_controller_that_may_not_be_opened_is_said(monkeypatch):
    """Who lacks the right to a device is told so."""

    async def refuse(_name: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(on_the_air, "open_transport", refuse)
    with pytest.raises(SensorProblem, match="may not open the Bluetooth controller usb:0") as caught:
        async with on_air([("usb:0", [RUNNER])]):
            pytest.fail("it may not be opened")
    assert caught.value.reason is SensorTrouble.DENIED


@pytest.mark.asyncio
async def test_a_controller_that_does_not_answer_is_said(monkeypatch, tmp_path):
    """What takes a reset without a word is no controller."""
    monkeypatch.setattr(on_the_air, "_ANSWERS_S", 0.05)
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute"))
        mute.listen()
        with pytest.raises(SensorProblem, match="it does not answer"):
            async with on_air([(f"unix:{tmp_path}/mute", [RUNNER])]):
                pytest.fail("nobody answers")


@pytest.mark.asyncio
async def test_the_program_sends_its_runner_over_the_air(home):
    """`coach simulate --radio` waits for a listener, then both his heart and his steps are heard; Ctrl-C ends it."""
    air = VirtualLink()
    address = f"@coach-simulate-{id(air)}"
    async with controller_at(address, air):
        listener = await Listener.in_(air)
        command = [sys.executable, "-m", "coach", "simulate", "demo", "--radio", f"unix:{address}"]
        program = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            assert program.stderr is not None
            assert b"On the air: Virtual runner." in await asyncio.wait_for(program.stderr.readline(), 30)
            peer = await listener.connect(RUNNER.address)
            await listener.subscribe(peer, HEART_RATE)
            await listener.subscribe(peer, RUNNING)
            assert b"Connected: the run starts" in await asyncio.wait_for(program.stderr.readline(), 30)
            kinds = {type(read_packet(await listener.hears())) for _ in range(4)}
            program.send_signal(signal.SIGINT)
            assert await asyncio.wait_for(program.wait(), 30) == 130
        finally:
            with suppress(ProcessLookupError):
                program.kill()
            await program.communicate()
    assert kinds == {HeartRateMeasurement, RunningSpeedCadenceMeasurement}


def read_packet(payload: bytes) -> object:
    """The measurement these bytes hold: heart rates come with contact, which no step has."""
    of_heart = payload[0] & 0x06 == 0x06
    return (HeartRateMeasurement if of_heart else RunningSpeedCadenceMeasurement).from_bytes(payload)
