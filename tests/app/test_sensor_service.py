"""The sensors behind the Sensors screen: found, read, paired, labelled and forgotten."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from coach.app.sensors import AGAIN_S, LOOK_S, SensorService
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from coach.edge.radio import Radio
from coach.problems import SettingsProblem
from tests.edge.doubles import FakeClock, settle_down
from tests.edge.fake_bluetooth import (
    BATTERY,
    BEAT,
    HEART_RATE,
    INFORMATION,
    LEVEL,
    SERIAL,
    FakeBluetooth,
    FakeSensor,
    sig,
)

SERVICES = {HEART_RATE: {BEAT: b""}, BATTERY: {LEVEL: b"\x50"}, INFORMATION: {SERIAL: b"S1"}}
MINE = PairedSensor("AA", "H10", SensorKind.STRAP, label="my strap")


@pytest.fixture
def mine(tmp_path):
    """Return the runner's paired sensors, none yet."""
    return load_sensors(tmp_path / "sensors.json")


@asynccontextmanager
async def opened(mine, *things, faults=(), athlete="", athletes=(), hears_all=False):
    """Return a service that hears these devices, and a function that lets all of them advertise."""
    clock = FakeClock()
    bluetooth = FakeBluetooth(*things)
    bluetooth.scan_faults.extend(faults)
    service = SensorService(
        lambda: mine,
        lambda: Radio(clock=clock, hears_all=hears_all, **bluetooth.backends),
        clock,
        athlete=athlete,
        athletes=athletes,
    )
    changes = []

    async def advertise(seconds=0.1):
        bluetooth.advertise()
        await clock.advance(seconds)

    service.open(lambda: changes.append(1))
    await settle_down()
    try:
        yield service, advertise, changes
    finally:
        service.close()
        await settle_down()
        assert bluetooth.open == 0
        assert bluetooth.scanners == []


def thing(id_="AA", name="H10", **moods):
    """Return a strap with a battery and a serial number."""
    return FakeSensor(id_, name, SERVICES, **moods)


@pytest.mark.asyncio
async def test_the_runners_own_come_first(mine):
    """Those that are not near too; the others follow in order of discovery, with what they measure."""
    mine.add(MINE)
    async with opened(mine, thing("BB", "Other"), thing("CC", held_by_system=True)) as (
        service,
        advertise,
        _,
    ):
        await advertise()
        own, *others = service.lines()
        assert (own.id, own.label, own.is_near, own.measures) == ("AA", "my strap", False, ("heart rate",))
        assert [(line.id, line.is_held, line.signals) for line in others] == [
            ("CC", True, ()),
            ("BB", False, (-60,)),
        ]
        assert others[1].battery_percent is None


@pytest.mark.asyncio
async def test_ones_own_sensor_is_asked_for_its_battery(mine):
    """A paired sensor is read once, or again without an answer; others are never connected to."""
    mine.add(MINE)
    own, other = thing(faults=[RuntimeError("no")]), thing("BB", "Other")
    async with opened(mine, own, other) as (service, advertise, changes):
        await advertise(1.0)
        assert service.lines()[0].battery_percent is None
        own.rssi = -75
        await advertise(1.0)
        own.rssi = -60
        await advertise(1.0)
        assert service.lines()[0].battery_percent == 80
        assert (own.connections, other.connections) == (1, 0)
        assert changes


@pytest.mark.asyncio
async def test_a_sensor_is_remembered_labelled_and_forgotten(mine):
    """Each change is printed, and is in the file."""
    async with opened(mine, thing()) as (service, advertise, _):
        await advertise()
        service.pair("AA")
        await advertise(1.0)
        assert service.message() == "Paired: H10, a strap."
        assert service.lines()[0].battery_percent == 80
        assert mine.all()[0].serial == "S1"
        service.rename("AA", "belt")
        assert (mine.all()[0].label, service.message()) == ("belt", "Renamed to belt.")
        service.rename("AA", "")
        assert service.message() == "Its label is removed."
        service.forget("AA")
        assert (mine.all(), service.message()) == ((), "Forgotten: H10")
        service.pair("nobody")
        assert "not near" in service.message()


@pytest.mark.asyncio
async def test_what_is_remembered_is_listed_before_the_radio_is_there(mine):
    """It counts as searched for during some seconds, and then as not near."""
    mine.add(MINE)
    clock = FakeClock()
    unopened = SensorService(lambda: mine, lambda: pytest.fail("no radio yet"), clock)
    assert [(line.id, line.absence) for line in unopened.lines()] == [("AA", "looking")]
    async with opened(mine, thing("BB", "Other")) as (service, advertise, _):
        await advertise(1.0)
        assert service.lines()[0].absence == "looking"
        await advertise(LOOK_S)
        assert service.lines()[0].absence == "not near"


@pytest.mark.asyncio
async def test_a_sensor_belongs_to_who_runs_and_can_be_given_away(mine):
    """It belongs to the athlete who runs, then to the next, to everyone, and to the first again."""
    async with opened(mine, thing(), athlete="ida", athletes=("ben", "ida")) as (service, advertise, _):
        await advertise()
        service.pair("AA")
        await advertise(1.0)
        assert (mine.all()[0].athlete, service.lines()[0].wearer) == ("ida", "")
        service.give("AA")
        assert (mine.all()[0].athlete, service.message()) == ("", "H10: everyone wears it now.")
        service.give("AA")
        assert (mine.all()[0].athlete, service.lines()[0].wearer) == ("ben", "ben")
        assert service.message() == "H10: ben wears it now."
        service.pair("AA")
        await advertise(1.0)
        assert mine.all()[0].athlete == "ben"


@pytest.mark.asyncio
async def test_ones_own_sensor_is_known_by_its_serial_number_under_a_new_id(mine):
    """After some seconds a sensor of the same name is read; the new ID is saved, a stranger is not."""
    mine.add(replace(MINE, serial="S1"))
    stranger = FakeSensor("CC", "H10", {**SERVICES, INFORMATION: {SERIAL: b"S2"}})
    async with opened(mine, thing("BB"), stranger, thing("DD", "Other")) as (service, advertise, _):
        await advertise(1.0)
        assert [line.id for line in service.lines()] == ["AA", "BB", "CC", "DD"]
        for _ in range(3):
            await advertise(5.0)
        own, *others = service.lines()
        assert (own.id, own.label, own.is_near, own.battery_percent) == ("BB", "my strap", True, 80)
        assert [line.id for line in others] == ["CC", "DD"]
        assert "new address" in service.message()
        assert (stranger.connections, mine.all()[0].id) == (1, "BB")


@pytest.mark.asyncio
async def test_ones_own_sensor_that_hides_its_service_is_near(mine):
    """It is found without a known service; unknown sensors that hide theirs are not listed."""
    mine.add(replace(MINE, hides_services=True))
    hidden: dict[str, dict[str, bytes]] = {sig(0xFEE0): {}}
    async with opened(
        mine, FakeSensor("AA", "H10", hidden), FakeSensor("BB", "TV", hidden), hears_all=True
    ) as (
        service,
        advertise,
        _,
    ):
        await advertise(1.0)
        (own,) = service.lines()
        assert (own.id, own.is_near, own.measures) == ("AA", True, ("heart rate",))


@pytest.mark.asyncio
async def test_a_namesake_is_left_alone_while_ones_own_sensor_is_heard(mine):
    """A sensor of the same name is another one; some serial numbers identify no sensor."""
    mine.add(replace(MINE, serial="S1"))
    mine.add(PairedSensor("EE", "Cheap", SensorKind.STRAP, serial="0000000"))
    theirs, cheap = thing("BB"), thing("FF", "Cheap")
    async with opened(mine, thing(), theirs, cheap) as (service, advertise, _):
        for _ in range(4):
            await advertise(5.0)
        assert (theirs.connections, cheap.connections) == (0, 0)
        assert [line.id for line in service.lines()] == ["AA", "EE", "BB", "FF"]


@pytest.mark.asyncio
async def test_a_sensor_that_will_not_be_asked_is_remembered_and_that_is_said(mine):
    """It is paired by its ID alone."""
    async with opened(mine, thing(faults=[RuntimeError("no")])) as (service, advertise, _):
        await advertise()
        service.pair("AA")
        await advertise(1.0)
        assert "Its details could not be read" in service.message()
        assert mine.all()[0].id == "AA"


@pytest.mark.asyncio
@pytest.mark.parametrize(("other_dbm", "meant"), [(-75, ["AA"]), (-65, ["AA", "BB"])])
async def test_neighbours_of_one_name_may_be_meant(mine, other_dbm, meant):
    """Sensors of one name are ambiguous, unless the chosen one is 10 dB stronger, paired or nameless."""
    things = (thing("AA"), thing("BB", rssi=other_dbm), thing("CC", ""))
    async with opened(mine, *things) as (service, advertise, _):
        await advertise()
        assert [line.id for line in service.alike("AA")] == ["AA", "BB"]  # one moment is not enough
        for _ in range(3):
            await advertise(1.0)
        assert [line.id for line in service.alike("AA")] == meant
        assert [line.id for line in service.alike("BB")] == ["BB", "AA"]
        assert [line.id for line in service.alike("CC")] == ["CC"]
        mine.add(MINE)
        assert [line.id for line in service.alike("AA")] == ["AA"]


@pytest.mark.asyncio
async def test_bluetooth_that_is_off_is_said_and_tried_again(mine):
    """It works again once it is switched on."""
    off = BleakBluetoothNotAvailableError("no", BleakBluetoothNotAvailableReason.POWERED_OFF)
    async with opened(mine, thing(), faults=[off]) as (service, advertise, _):
        assert service.message().startswith("Bluetooth is switched off.")
        await advertise(AGAIN_S)
        await advertise()
        assert service.message() == ""
        assert [line.id for line in service.lines()] == ["AA"]


@pytest.mark.asyncio
async def test_a_file_that_cannot_be_read_is_said():
    """No sensor is paired then, and none can be."""

    def unreadable():
        raise SettingsProblem("It is newer.", "Update.")

    clock = FakeClock()
    service = SensorService(unreadable, lambda: Radio(clock=clock, **FakeBluetooth().backends), clock)
    assert service.lines() == []
    service.open(lambda: None)
    await settle_down()
    service.rename("AA", "x")
    service.forget("AA")
    service.pair("AA")
    service.close()
    await settle_down()
    assert "not near" in service.message()
