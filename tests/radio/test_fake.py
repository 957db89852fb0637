"""The fake BlueZ itself, by bleak alone: it behaves as `bluetoothd` was seen to behave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError, BleakError, BleakGATTProtocolError

from tests.patience import LIMIT_S, disconnected, wait_until
from tests.radio import peripherals as air
from tests.radio.device import AirTimings
from tests.radio.fixtures import serving
from tests.radio.peripherals import Fault, Peripheral, pod, stranger, strap, uuid

pytestmark = pytest.mark.asyncio

HEART_RATE = uuid(0x180D)


async def usable() -> None:
    """Wait until the news that the adapter is on has reached bleak."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            with suppress(BleakBluetoothNotAvailableError):
                await BleakAdapter.get()
                return
            await asyncio.sleep(0.001)


async def found(peripheral: Peripheral) -> BLEDevice:
    """Scan until a peripheral is heard."""
    device = await BleakScanner.find_device_by_address(peripheral.address, timeout=LIMIT_S)
    assert device is not None
    return device


@asynccontextmanager
async def connected(peripheral: Peripheral) -> AsyncIterator[BleakClient]:
    """Scan and connect."""
    async with BleakClient(await found(peripheral), timeout=LIMIT_S) as client:
        yield client


async def test_a_strap_is_found_and_heard(bluez):
    """A strap is found by its service, connected to, and heard as bytes."""
    belt = strap()
    bluez.add(belt, stranger())
    device = await BleakScanner.find_device_by_filter(
        lambda *_: True, service_uuids=[HEART_RATE], timeout=LIMIT_S
    )
    assert device is not None
    assert (device.name, device.address) == (belt.name, belt.address)
    heard: list[bytes] = []
    async with BleakClient(device, timeout=LIMIT_S) as client:
        await client.start_notify(uuid(0x2A37), lambda _, value: heard.append(bytes(value)))
        sent = belt.beat(151, (0.4, 0.39))
        await wait_until(lambda: heard)
        assert await client.read_gatt_char(uuid(0x2A25)) == b"A1B2C3D4"
        assert await client.read_gatt_char(uuid(0x2A19)) == b"\x50"
    assert heard == [sent]
    assert not bluez.is_connected(belt)
    assert not bluez.is_scanning


async def test_a_pod_goes_on_counting_out_of_range(bluez):
    """The distance of a pod is cumulative: what was run unheard is in its next measurement."""
    foot = pod()
    bluez.add(foot)
    heard: list[bytes] = []
    async with connected(foot) as client:
        await client.start_notify(uuid(0x2A53), lambda _, value: heard.append(bytes(value)))
        foot.run(100.0)
        bluez.leave(foot)
        foot.run(150.0)
        await disconnected(client)
    bluez.come_back(foot)
    async with connected(foot) as client:
        await client.start_notify(uuid(0x2A53), lambda _, value: heard.append(bytes(value)))
        foot.run(50.0)
        await wait_until(lambda: len(heard) == 2)
    assert [int.from_bytes(each[-4:], "little") / 10 for each in heard] == [100.0, 300.0]


async def test_a_lost_link_is_one_signal_and_the_services_stay(bluez):
    """After a loss the client is told once, and a reconnect finds the services without asking for them again."""
    belt = strap()
    bluez.add(belt)
    ends: list[BleakClient] = []
    device = await found(belt)
    async with BleakClient(device, disconnected_callback=ends.append, timeout=LIMIT_S):
        bluez.lose(belt)
        await wait_until(lambda: ends)
    async with BleakClient(device, timeout=LIMIT_S) as client:
        assert client.services.get_characteristic(uuid(0x2A37)) is not None
    assert len(ends) == 1


async def test_a_connected_strap_does_not_advertise(bluez):
    """What somebody holds, on this laptop or on a watch, is not to be found by scanning."""
    held, taken = strap(), strap("Polar H10 B0B0B0B0")
    taken.is_taken = True
    bluez.add(held, taken)
    bluez.hold(held)
    seen = await BleakScanner.discover(timeout=0.1)
    assert seen == []


async def test_known_devices_stay_and_lose_their_signal_strength(bluez):
    """After a scan a device is still known, without the strength it was heard with."""
    belt = strap()
    bluez.add(belt)
    await found(belt)
    belt.in_range = False
    device = bluez._of(belt)
    assert device.is_known
    await wait_until(lambda: bluez._tree.read(device.path, "org.bluez.Device1", "RSSI") is None)


async def test_a_strap_that_does_not_advertise_its_services_is_heard_by_an_open_scan_only(bluez):
    """Without a UUID in the advertisement, a filtered scan hears nothing and an open one does."""
    belt = strap()
    belt.advertises_uuids = False
    bluez.add(belt)
    assert await BleakScanner.discover(timeout=0.1, service_uuids=[HEART_RATE]) == []
    assert (await found(belt)).name == belt.name


@pytest.mark.parametrize("fault", [air.ABORTED, air.BUSY, air.IN_PROGRESS, air.NOT_READY])
async def test_a_refused_connection_reaches_the_caller(bluez, fault):
    """Each way to refuse a connection comes through as BlueZ's own error, once."""
    belt = strap()
    belt.connect_faults = [fault]
    bluez.add(belt)
    device = await found(belt)
    with pytest.raises(BleakDBusError) as refused:
        await BleakClient(device, timeout=LIMIT_S).connect()
    assert refused.value.dbus_error == fault.name
    async with BleakClient(device, timeout=LIMIT_S) as client:
        assert client.is_connected


async def test_bleak_retries_an_abort_of_the_laptops_own(bluez):
    """`le-connection-abort-by-local` is tried again by bleak without anybody hearing of it."""
    belt = strap()
    belt.connect_faults = [air.ABORTED_BY_LOCAL]
    bluez.add(belt)
    async with connected(belt) as client:
        assert client.is_connected
    assert bluez.called("Connect") == 2


async def test_services_that_never_resolve_run_into_the_timeout(bluez):
    """A strap that answers the radio and nothing else costs the timeout, and the link is taken down again."""
    belt = strap()
    belt.resolves_after_s = None
    bluez.add(belt)
    device = await found(belt)
    with pytest.raises(TimeoutError):
        await BleakClient(device, timeout=0.05).connect()
    await wait_until(lambda: not bluez.is_connected(belt))


async def test_an_attempt_that_hangs_is_called_off(bluez):
    """Nobody answers: the attempt ends with its timeout, and the next one succeeds when the strap is back."""
    belt = strap()
    bluez.add(belt)
    device = await found(belt)
    belt.in_range = False
    with pytest.raises(TimeoutError):
        await BleakClient(device, timeout=0.05).connect()
    belt.in_range = True
    async with BleakClient(device, timeout=LIMIT_S) as client:
        assert client.is_connected


async def test_a_forgotten_device_has_to_be_found_again(bluez):
    """A device dropped from BlueZ's memory cannot be connected to before it is heard again."""
    belt = strap()
    bluez.add(belt)
    device = await found(belt)
    belt.in_range = False
    bluez.forget(belt)
    async with BleakScanner():
        pass  # its answer comes behind the news that the device is gone
    with pytest.raises(BleakError, match="not found"):
        await BleakClient(device, timeout=LIMIT_S).connect()
    belt.in_range = True
    async with connected(belt) as client:
        assert client.is_connected


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"has_adapter": False}, "NO_BLUETOOTH"),
        ({"is_powered": False}, "POWERED_OFF"),
        ({"is_central": False}, "NO_BLE_CENTRAL_ROLE"),
    ],
)
async def test_a_laptop_without_usable_bluetooth_says_why(bluez, how, reason):
    """No adapter, one that is off and one that cannot be central each have their own reason."""
    await bluez.stop()
    await bluez.start(**how)
    with pytest.raises(BleakBluetoothNotAvailableError) as refused:
        await BleakScanner.discover(timeout=0.05)
    assert refused.value.reason.name == reason


async def test_power_off_ends_links_and_scans(bluez):
    """Airplane mode takes every link and every scan down; afterwards all of it works again."""
    belt = strap()
    bluez.add(belt)
    async with connected(belt) as client:
        async with BleakScanner():
            bluez.power(False)
            await disconnected(client)
        assert not bluez.is_scanning
    bluez.power(True)
    await usable()
    async with connected(belt) as client:
        assert client.is_connected


async def test_a_dying_bus_ends_every_link(mortal_bus):
    """When the bus itself dies, a client is told; with a new bus and a new BlueZ all goes on."""
    belt = strap()
    async with serving(mortal_bus.address) as fake:
        fake.add(belt)
        async with connected(belt) as client:
            mortal_bus.kill()
            await disconnected(client)
        await fake.crash()
        mortal_bus.restart()
        await fake.start()
        await usable()
        async with connected(belt) as client:
            assert client.is_connected


async def test_a_restarted_bluetoothd_knows_nobody(bluez):
    """After a restart of the service the adapter is back, and a sensor has to be found again."""
    belt = strap()
    bluez.add(belt)
    async with connected(belt) as client:
        await bluez.stop()
        await disconnected(client)
        await bluez.start()
    await usable()
    async with connected(belt) as client:
        assert client.is_connected


async def test_control_points_answer_as_their_services_say(bluez):
    """The pod's distance can be set once its indication is on; a wrong energy command is an ATT error."""
    foot, belt = pod(), strap()
    bluez.add(foot, belt)
    answers: list[bytes] = []
    async with connected(foot) as client:
        foot.run(40.0)
        with pytest.raises(BleakGATTProtocolError):
            await client.write_gatt_char(uuid(0x2A55), b"\x01\0\0\0\0", response=True)
        await client.start_notify(uuid(0x2A55), lambda _, value: answers.append(bytes(value)))
        await client.write_gatt_char(uuid(0x2A55), b"\x01\0\0\0\0", response=True)
        await wait_until(lambda: answers)
    async with connected(belt) as client:
        with pytest.raises(BleakGATTProtocolError) as refused:
            await client.write_gatt_char(uuid(0x2A39), b"\x07", response=True)
    assert (answers, foot.metres) == ([b"\x10\x01\x01"], 0.0)
    assert refused.value.code == 0x80


async def test_a_characteristic_may_refuse_everything(bluez):
    """A strap that wants bonding first refuses a subscription with BlueZ's error."""
    belt = strap()
    belt.characteristic(0x2A37).fault = air.NOT_PERMITTED
    belt.characteristic(0x2A25).fault = Fault.att(0x0E)
    bluez.add(belt)
    async with connected(belt) as client:
        with pytest.raises(BleakDBusError):
            await client.start_notify(uuid(0x2A37), lambda *_: None)
        with pytest.raises(BleakGATTProtocolError):
            await client.read_gatt_char(uuid(0x2A25))


async def test_a_stall_is_told_to_nobody(bluez):
    """A stalled strap stays connected and is not heard; only a clock can find out."""
    belt = strap()
    bluez.add(belt)
    heard: list[bytes] = []
    async with connected(belt) as client:
        await client.start_notify(uuid(0x2A37), lambda _, value: heard.append(bytes(value)))
        belt.stalled = True
        belt.beat(150)
        assert await client.read_gatt_char(uuid(0x2A25)) == b"A1B2C3D4"  # behind which a beat would have come
        assert client.is_connected
        belt.stalled = False
        belt.beat(151)
        await wait_until(lambda: heard)
    assert len(heard) == 1


async def test_a_slow_disconnect_is_answered_at_once(system_bus):
    """A disconnect is answered at once and ends the link later; until then the sensor is held."""
    belt = strap()
    async with serving(system_bus, AirTimings(disconnect_s=2 * LIMIT_S)) as fake:
        fake.add(belt)
        client = BleakClient(await found(belt), timeout=LIMIT_S)
        await client.connect()
        leaving = asyncio.create_task(client.disconnect())
        await wait_until(lambda: fake.called("Disconnect"))
        assert fake.is_connected(belt)
        assert not leaving.done()
        fake.lose(belt)  # the while is over
        await leaving
        assert not fake.is_connected(belt)


async def test_a_bus_too_busy_to_read_costs_no_connection(mortal_bus):
    """Signals wait while the bus does not read, and the fake is on the bus when it reads again."""
    async with serving(mortal_bus.address) as bluez:
        await usable()
        mortal_bus.pause()
        for number in range(5000):
            bluez._tree.add(f"/org/bluez/hci0/other_{number}", "org.bluez.Other1", {})
        mortal_bus.go_on()
        bluez.add(belt := strap())

        assert await found(belt)
