"""A sensor becomes the runner's own: found by id or name, told from its neighbours, asked, remembered."""

import asyncio
from contextlib import aclosing, asynccontextmanager

import pytest

from coach.edge.paired_sensors import Ambiguous, DiscoveredSensor, SensorDetails, SensorKind, load_sensors
from coach.edge.radio import Radio
from coach.edge.radio_source import (
    MAX_ADVERTISEMENTS,
    MAX_SENSORS,
    PairingOptions,
    ScanHistory,
    find_sensor,
    pair,
    paired_sensor,
)
from coach.problems import SensorProblem
from coach.signals.readings import Characteristic
from tests.edge.doubles import FakeClock, settle_down
from tests.edge.fake_bluetooth import BEAT, HEART_RATE, INFORMATION, SERIAL, FakeBluetooth, FakeSensor


@asynccontextmanager
async def near(*things):
    """A radio with things in the air, its clock, and who is near."""
    clock = FakeClock()
    bluetooth = FakeBluetooth(*things)
    async with Radio(clock=clock, **bluetooth.backends) as radio:
        yield radio, clock, bluetooth, ScanHistory(radio)


async def sought(radio, clock, bluetooth, history, wanted):
    """Seek while everything advertises ten times a second."""
    task = asyncio.create_task(find_sensor(radio, history, wanted, 8.0))
    for _ in range(120):
        if task.done():
            break
        bluetooth.advertise()
        await clock.advance(0.1)
    return await task


@pytest.mark.asyncio
async def test_an_id_is_found_at_once():
    """Whoever names an id waits for nobody else, in whatever case it is typed."""
    async with near(FakeSensor("AA:BB"), FakeSensor("CC:DD")) as (radio, clock, bluetooth, history):
        found = await sought(radio, clock, bluetooth, history, "aa:bb")
        assert found.id == "AA:BB"
        assert clock.time < 5000.5


@pytest.mark.asyncio
async def test_the_only_one_of_a_name_is_taken():
    """A name that only one sensor has will do."""
    things = (FakeSensor("AA", "H10 1"), FakeSensor("BB", "H10 2", rssi=-40))
    async with near(*things) as (radio, clock, bluetooth, history):
        assert (await sought(radio, clock, bluetooth, history, "h10 1")).id == "AA"


@pytest.mark.asyncio
@pytest.mark.parametrize(("other_dbm", "is_clear"), [(-75, True), (-65, False)])
async def test_neighbours_of_a_name_are_told_apart_by_ten_decibels(other_dbm, is_clear):
    """Listened to for two seconds, one that is nearer beyond doubt is taken, else nobody is."""
    things = (FakeSensor("AA", "H10", rssi=other_dbm), FakeSensor("BB", "H10", rssi=-60))
    async with near(*things) as (radio, clock, bluetooth, history):
        found = await sought(radio, clock, bluetooth, history, "H10")
        assert clock.time >= 5002.0
        if is_clear:
            assert found.id == "BB"
        else:
            assert isinstance(found, Ambiguous)
            assert [each.id for each in found.candidates] == ["BB", "AA"]


@pytest.mark.asyncio
async def test_nobody_is_found_where_nobody_is():
    """A search ends."""
    async with near(FakeSensor("AA")) as (radio, clock, bluetooth, history):
        assert await sought(radio, clock, bluetooth, history, "BB") is None


@pytest.mark.asyncio
async def test_who_is_near_is_known_with_signals_over_time():
    """Each sensor keeps its last minute of signals; one that the system holds has none."""
    held = FakeSensor("CC", held_by_system=True)
    async with near(FakeSensor("AA", "One"), FakeSensor("BB", "Two"), held) as (_, clock, bluetooth, history):

        async def scan():
            async with aclosing(history.scan(9.0)) as watching:
                async for _ in watching:
                    continue

        task = asyncio.create_task(scan())
        await settle_down()
        for strength in range(MAX_ADVERTISEMENTS + 9):
            bluetooth.things[0].rssi = -90 + strength % 3
            bluetooth.advertise()
        await clock.advance(10.0)
        await task
        assert [found.id for found in history.all()] == ["CC", "AA", "BB"]
        assert len(history.signals("AA")) == MAX_ADVERTISEMENTS
        assert set(history.signals("AA")) == {-90, -89, -88}
        assert history.signals("CC") == history.signals("nobody") == ()
        assert list(history.advertisements("Two")) == ["BB"]
        assert len(history.advertisements()) == 3


@pytest.mark.asyncio
async def test_an_air_full_of_names_fills_no_memory():
    """Beyond some hundreds nobody new is kept."""
    async with near() as (_, _, _, history):
        for number in range(MAX_SENSORS + 50):
            history._record(DiscoveredSensor(str(number), "x", str(number), ("running",), -60))
        assert len(history.all()) == MAX_SENSORS


def strap(serial=b"A1"):
    """A strap that says who it is."""
    return FakeSensor("AA", "H10", {HEART_RATE: {BEAT: b""}, INFORMATION: {SERIAL: serial}})


async def looked_at(clock, coroutine):
    """Let a visit to a sensor go its way."""
    task = asyncio.create_task(coroutine)
    await clock.advance(30.0)
    return await task


@pytest.mark.asyncio
async def test_a_paired_sensor_is_asked_who_it_is(tmp_path):
    """Its serial number is remembered, and what the runner says of it."""
    sensors = load_sensors(tmp_path / "sensors.json")
    async with near(strap()) as (radio, clock, bluetooth, history):
        found = await sought(radio, clock, bluetooth, history, "AA")
        paired = await looked_at(
            clock, pair(radio, sensors, found, PairingOptions(label="mine", location="chest"))
        )
    (kept,) = load_sensors(tmp_path / "sensors.json").all()
    assert kept == paired.sensor
    assert (kept.id, kept.kind, kept.serial, kept.label, kept.location) == (
        "AA",
        SensorKind.STRAP,
        "A1",
        "mine",
        "chest",
    )
    assert (paired.trouble, paired.details.serial) == (None, "A1")


@pytest.mark.asyncio
async def test_a_sensor_that_will_not_be_asked_is_remembered_all_the_same(tmp_path):
    """Its id is enough; why it would not is told."""
    thing = strap()
    sensors = load_sensors(tmp_path / "sensors.json")
    async with near(thing) as (radio, clock, bluetooth, history):
        found = await sought(radio, clock, bluetooth, history, "AA")
        thing.faults.append(RuntimeError("no"))
        paired = await looked_at(clock, pair(radio, sensors, found, PairingOptions()))
    assert (paired.details, paired.sensor.serial) == (None, "")
    assert paired.trouble is not None
    assert sensors.find("AA") == paired.sensor


def test_pairing_again_changes_what_is_said_and_keeps_the_rest():
    """A new shoe is a new shoe; label, feet and serial number stay."""
    found = DiscoveredSensor("AA", "Stryd", "AA", ("running", "power"))
    first = paired_sensor(
        found, SensorDetails("AA", "Stryd", serial="S1"), None, PairingOptions(label="pod", cadence_count=2)
    )
    second = paired_sensor(found, None, first, PairingOptions(shoe="racer", kind=SensorKind.TREADMILL))
    assert first.kind is SensorKind.POD
    assert (second.label, second.cadence_count, second.serial) == ("pod", 2, "S1")
    assert (second.shoe, second.kind) == ("racer", SensorKind.TREADMILL)
    assert paired_sensor(found, None, second, PairingOptions(label="", location="left")).label == ""


def test_what_measures_nothing_of_ours_is_no_strap():
    """A sensor that does not say what it measures is refused, unless the runner says what it is."""
    found = DiscoveredSensor("AA", "X", "AA", ())
    with pytest.raises(SensorProblem, match="X was not paired"):
        paired_sensor(found, None, None, PairingOptions())
    assert paired_sensor(found, None, None, PairingOptions(kind=SensorKind.CORE)).kind is SensorKind.CORE


@pytest.mark.asyncio
async def test_every_byte_is_overheard_until_the_link_is_lost():
    """All that a sensor notifies is handed on with what it is; a link that is lost ends it and is told."""
    thing = FakeSensor("AA")
    async with near(thing) as (radio, clock, bluetooth, history):
        found = await sought(radio, clock, bluetooth, history, "AA")
        heard = []
        task = asyncio.create_task(radio.log_raw(found, 60.0, lambda what, said: heard.append((what, said))))
        await settle_down()
        thing.send(b"\x00\x50")
        thing.hang_up()
        await clock.advance(1.0)
        assert await task is False
        assert heard == [(Characteristic.HEART_RATE_MEASUREMENT, b"\x00\x50")]


@pytest.mark.asyncio
async def test_a_sensor_with_nothing_to_send_is_told_so():
    """Services of ours without a characteristic of ours are a reason to stop, not to wait."""
    thing = FakeSensor("AA", services={HEART_RATE: {}})
    async with near(thing) as (radio, clock, bluetooth, history):
        found = await sought(radio, clock, bluetooth, history, "AA")
        with pytest.raises(SensorProblem, match="no known measurement"):
            await looked_at(clock, radio.log_raw(found, 60.0, lambda *_: None))
