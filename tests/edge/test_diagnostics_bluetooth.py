"""What `coach doctor` says of Bluetooth and of the runner's sensors."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from coach.edge.diagnostics import CheckVerdict, check_bluetooth, check_paired_file
from coach.edge.paired_sensors import PairedSensor, PairedSensors, SensorKind, load_sensors
from coach.edge.radio import Radio
from tests.edge.doubles import FakeClock, settle_down
from tests.edge.fake_bluetooth import BATTERY, BEAT, HEART_RATE, LEVEL, FakeBluetooth, FakeSensor

MINE = PairedSensor("AA", "H10", SensorKind.STRAP, label="my strap")


def strap(percent=b"\x50", **moods):
    """The runner's strap, so full."""
    return FakeSensor("AA", "H10", {HEART_RATE: {BEAT: b""}, BATTERY: {LEVEL: percent}}, **moods)


async def found(bluetooth, *sensors, beat=b"\x00\x98"):
    """Every finding, while all that is in the air advertises and whoever is subscribed to gets a beat."""
    clock = FakeClock()
    async with Radio(clock=clock, **bluetooth.backends) as radio:

        async def check():
            return [each async for each in check_bluetooth(radio, sensors, 8.0)]

        task = asyncio.create_task(check())
        for _ in range(40):
            await settle_down()
            bluetooth.advertise()
            for thing in bluetooth.things:
                with suppress(KeyError, AttributeError, AssertionError):
                    thing.send(beat)
            await clock.advance(1.0)
        return await task


@pytest.mark.asyncio
async def test_an_adapter_that_scans_is_well():
    """Without a sensor to look for, a scan that starts is all that is asked."""
    (only,) = await found(FakeBluetooth())
    assert (only.check, only.verdict) == ("bluetooth", CheckVerdict.OK)


@pytest.mark.asyncio
async def test_a_sensor_in_range_tells_signal_and_battery():
    """Both are told in words and as numbers."""
    _, sensor = await found(FakeBluetooth(strap()), MINE)
    assert sensor.verdict is CheckVerdict.OK
    assert sensor.text == "152 bpm from my strap (strap): -60 dBm, battery 80 %"
    assert (sensor.battery_percent, sensor.rssi_dbm) == (80, -60)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("things", "words"),
    [
        ([], "not near"),
        ([strap(b"\x05")], "battery 5 %"),
        ([strap(faults=[RuntimeError("no")] * 9)], "is near (-60 dBm), but"),
    ],
)
async def test_a_sensor_that_wants_something_is_a_warning(things, words):
    """Asleep, nearly empty or refusing: each with what to do, and none fails the whole check."""
    _, sensor = await found(FakeBluetooth(*things), MINE)
    assert sensor.verdict is CheckVerdict.WARN
    assert words in sensor.text
    assert sensor.fix


@pytest.mark.asyncio
async def test_a_deaf_adapter_is_told_from_a_sleeping_strap():
    """Where nothing at all was heard the adapter may be deaf; where others were, it is the strap that sleeps."""
    _, alone = await found(FakeBluetooth(), MINE)
    assert alone.text == "my strap (strap) is not near, and no other device was found"
    assert "the adapter receives nothing" in alone.fix
    _, among_others = await found(FakeBluetooth(FakeSensor("BB", "Theirs")), MINE)
    assert among_others.text == "my strap (strap) is not near, or asleep"
    assert "adapter" not in among_others.fix


@pytest.mark.asyncio
async def test_a_strap_that_finds_no_heart_is_a_warning():
    """Zero beats a minute for all of the time are no value: it is said, with what helps, also by the maker's name."""
    mine = replace(MINE, name="Wahoo TICKR 1A2B")
    _, sensor = await found(FakeBluetooth(strap()), mine, beat=b"\x00\x00")
    assert sensor.verdict is CheckVerdict.WARN
    assert "sends no value: 2 packets without one" in sensor.text
    assert "wear its transmitter towards the laptop" in sensor.fix


@pytest.mark.asyncio
async def test_a_strap_that_sends_seldom_is_waited_for():
    """A value that comes after seven seconds is shown: only of a strap that sent nothing at all nothing is."""
    bluetooth, clock = FakeBluetooth(strap()), FakeClock()
    async with Radio(clock=clock, **bluetooth.backends) as radio:

        async def check():
            return [each async for each in check_bluetooth(radio, [MINE], 8.0)]

        task = asyncio.create_task(check())
        while not (heard := [thing for thing in bluetooth.things if thing.client and thing.client.notifying]):
            await settle_down()
            bluetooth.advertise()
            await clock.advance(0.1)
        await clock.advance(7.0)
        heard[0].send(b"\x00\x98")
        await clock.advance(1.0)
        *_, sensor = await task
    assert sensor.text.startswith("152 bpm from my strap")


@pytest.mark.asyncio
async def test_a_sensor_the_system_holds_is_there():
    """It does not advertise, so it has no signal; it is asked all the same."""
    _, sensor = await found(FakeBluetooth(strap(held_by_system=True)), MINE)
    assert "held by the system" in sensor.text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("reason", "check"),
    [
        (BleakBluetoothNotAvailableReason.POWERED_OFF, "bluetooth"),
        (BleakBluetoothNotAvailableReason.NO_BLUETOOTH, "bluetooth"),
        (BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM, "permission"),
    ],
)
async def test_no_bluetooth_fails_with_the_way_out(reason, check):
    """Off, missing and forbidden are three findings; nothing more is said of sensors then."""
    bluetooth = FakeBluetooth(strap())
    bluetooth.scan_faults.append(BleakBluetoothNotAvailableError("no", reason))
    (only,) = await found(bluetooth, MINE)
    assert (only.check, only.verdict) == (check, CheckVerdict.FAIL)
    assert only.fix


def test_the_file_of_sensors_is_checked(tmp_path):
    """A damaged one was set aside, which is a warning; names are listed; nobody is no fault."""
    path = tmp_path / "sensors.json"
    assert check_paired_file(load_sensors(path)).verdict is CheckVerdict.OK
    assert check_paired_file(PairedSensors(path, (MINE,))).text == "my strap"
    path.write_text("{")
    damaged = check_paired_file(load_sensors(path))
    assert damaged.verdict is CheckVerdict.WARN
    assert "set aside" in damaged.text
