"""Who a sensor is: known again by its serial number at any time, and nobody else is taken for it."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from coach.app.sensors import SensorChoice, require_sensor
from coach.app.terminal import SILENT, SilentConsole
from coach.edge.clock import MachineClock
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import (
    DiscoveredSensor,
    PairedSensors,
    SensorIdentity,
    SensorLocks,
    SensorMode,
    identifies,
    load_sensors,
)
from coach.edge.radio import Radio
from coach.edge.radio_source import BleSource, SensorCallbacks
from coach.problems import SettingsProblem
from coach.quantities import Seconds
from coach.signals.readings import LinkState
from tests.patience import wait_until
from tests.radio.peripherals import strap
from tests.radio.track import QUICK, Track, on_track, remembered


@pytest.mark.asyncio
async def test_a_strap_is_known_again_under_a_new_address_in_mid_run(bluez):
    """Its battery cell is changed in the middle of a run: by its serial number it measures on, and the id is told."""
    before, after = strap(), strap()
    after.in_range = False
    bluez.add(after)
    moves = []
    callbacks = SensorCallbacks(on_moved=lambda sensor, id_: moves.append((sensor.id, id_)))
    async with on_track(bluez, before, callbacks=callbacks) as track:
        await track.hears(before)
        bluez.hang_up(before)
        bluez.come_back(after)
        await track.hears(after)
    assert moves == [(before.address, after.address)]


@pytest.mark.asyncio
@pytest.mark.parametrize("serial", ["0000000", "123456789", "N/A", "x"])
async def test_a_worthless_serial_number_identifies_nobody(bluez, serial):
    """Another's strap of the same name and the same worthless number is not even connected."""
    mine, theirs = strap(serial=serial), strap(serial=serial)
    theirs.in_range = False
    bluez.add(theirs)
    async with on_track(bluez, mine) as track:
        await track.hears(mine)
        bluez.hang_up(mine)
        bluez.come_back(theirs)
        await wait_until(lambda: LinkState.LOST in track.states())
        begun = bluez.called("StartDiscovery")
        await wait_until(lambda: bluez.called("StartDiscovery") >= begun + 3)
        assert not bluez.is_connected(theirs)
    assert bluez.called("Connect") == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("name", [None, "0"])
async def test_a_strap_without_a_name_of_its_own_is_known_again(bluez, name):
    """Its serial number tells it from the other straps that say as little."""
    before, after, other = strap(name), strap(name), strap(name, serial="OTHER-9")
    before.in_range = after.in_range = False
    bluez.add(after, other)
    moves = []
    callbacks = SensorCallbacks(on_moved=lambda sensor, id_: moves.append((sensor.id, id_)))
    async with on_track(bluez, before, callbacks=callbacks) as track:
        bluez.come_back(after)
        await track.hears(after)
    assert moves == [(before.address, after.address)]


@pytest.mark.asyncio
async def test_a_watch_that_changes_its_address_and_has_no_number_is_told_of(bluez):
    """It cannot be known again, and is not connected; the run says once how to remember it anew."""
    watch, again = strap("Forerunner 265", serial=""), strap("Forerunner 265", serial="")
    watch.in_range = False
    bluez.add(again, strap("HRM-Dual", serial=""))
    async with on_track(
        bluez,
        watch,
        timings=replace(QUICK, report_s=Seconds(0.2)),
    ) as track:
        await wait_until(lambda: track.notes)
        begun = bluez.called("StartDiscovery")
        await wait_until(lambda: bluez.called("StartDiscovery") >= begun + 3)
    (note,) = track.notes
    assert "A sensor called Forerunner 265 was" in note.message
    assert f"coach sensors pair {again.address}" in note.hint
    assert bluez.called("Connect") == 0


@pytest.mark.asyncio
async def test_a_spare_strap_of_ones_own_is_nobody_elses(bluez):
    """Two of one model without numbers, both remembered: the one that is heard while the other is lost is known."""
    first, spare = strap("HRM-Dual", serial=""), strap("HRM-Dual", serial="")
    spare.in_range = False
    async with on_track(bluez, first, spare, timings=replace(QUICK, report_s=Seconds(0.1))) as track:
        await track.hears(first)
        bluez.hang_up(first)
        bluez.come_back(spare)
        await wait_until(lambda: LinkState.LOST in track.states())
        begun = bluez.called("StartDiscovery")
        await wait_until(lambda: bluez.called("StartDiscovery") >= begun + 4)
    assert track.notes == []


def test_a_nameless_sensor_is_only_looked_for_among_its_kind():
    """Not every nameless thing nearby is asked who it is: those that advertise a heart rate are."""
    identity = SensorIdentity(remembered(strap(None)))
    for measures, is_asked in ((("heart_rate",), True), (("running",), False), ((), False)):
        candidate = DiscoveredSensor("C0:01", "", "C0:01", measures)
        assert identity.may_match(candidate, asks_serial=True) is is_asked


@pytest.mark.asyncio
async def test_a_strap_that_was_heard_beside_ours_is_anothers(bluez):
    """Both were on the air at once, so a number that both send is nobody's: the other one is left alone."""
    mine, theirs = strap(serial="4711"), strap(serial="4711")
    bluez.add(theirs)
    mine.in_range = False
    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        identity = SensorIdentity(remembered(mine))
        async with aclosing(radio.scan(60.0)) as sensors:
            async for sensor in sensors:
                bluez.add(mine)
                bluez.come_back(mine)
                if identity.is_known(sensor):
                    assert identity.may_match(sensor, asks_serial=False)
                    break
                identity.may_match(sensor, asks_serial=False)
        other = next(each for each in radio.registry._sensors.values() if each.id == theirs.address)
        assert not identity.may_match(other, asks_serial=True)


@pytest.mark.asyncio
async def test_doctor_and_require_sensor_recognise_a_new_address(bluez):
    """What both look for sensors with finds the strap by its serial number, and passes a stranger of that name by."""
    paired = remembered(strap())
    moved, stranger = strap(), strap(serial="OTHER-9")
    bluez.add(moved, stranger)
    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        found = [(sensor.id, each.id) async for sensor, each in radio.recognise([paired], 2.0)]
    assert found == [(paired.id, moved.address)]


@pytest.mark.asyncio
async def test_a_run_hears_a_strap_that_hides_its_service(bluez, tmp_path):
    """It was paired by its id, so the run's scan asks for no service, and hears it."""
    hidden = strap("Mi Band 7")
    hidden.advertises_uuids = False
    bluez.add(hidden)
    entry = replace(remembered(hidden), hides_services=True)
    track = Track(bluez)
    source = BleSource([entry], MachineClock(), SensorLocks(tmp_path, "01"), lambda _: None)
    listening = asyncio.create_task(source.listen(track))
    await track.hears(hidden)
    listening.cancel()
    await asyncio.wait({listening})


@pytest.mark.asyncio
async def test_a_run_that_requires_a_strap_hears_one_that_hides_its_service(bluez):
    """What the run would hear, `--require-sensor` finds."""
    hidden = strap("Mi Band 7")
    hidden.advertises_uuids = False
    bluez.add(hidden)
    entry = replace(remembered(hidden), hides_services=True)
    await require_sensor(SensorChoice(SensorMode.BLE, (entry,)), MachineClock(), SILENT, 5.0)


@pytest.mark.asyncio
async def test_a_run_that_requires_a_sensor_begins_although_its_new_address_cannot_be_kept(
    bluez, home, monkeypatch
):
    """The strap is there, and that is what was asked for; that the file cannot be written is a note."""
    paired = remembered(strap())
    moved = strap()
    bluez.add(moved)
    load_sensors(runner_paths().sensors).add(paired)

    def refuse(*_: object) -> None:
        raise SettingsProblem("the disk is full")

    monkeypatch.setattr(PairedSensors, "move", refuse)
    lines: list[str] = []
    monkeypatch.setattr(SilentConsole, "say", lambda _, line: lines.append(line))
    await require_sensor(SensorChoice(SensorMode.BLE, (paired,)), MachineClock(), SILENT, 2.0)
    assert lines[-2:] == [
        f"Found {paired.name}.",
        "Note: its new address is not saved: the disk is full",
    ]


@pytest.mark.asyncio
async def test_nothing_is_looked_for_where_nothing_is_remembered(bluez):
    """No scan is begun."""
    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        assert [each async for each in radio.recognise((), 5.0)] == []
    assert not bluez.called("StartDiscovery")


def test_a_number_that_two_entries_share_is_left_out(tmp_path):
    """Two straps of one maker that numbers none of them: by their ids alone they are told apart."""
    first, second = remembered(strap(serial="4711")), remembered(strap(serial="4711"))
    sensors = PairedSensors(tmp_path / "sensors.json", (first, second))
    assert [sensor.serial for sensor in sensors.distinct()] == ["", ""]
    sensors.move(first, second.id)
    assert sensors.all() == (first, second)
    sensors.move(first, "NEW")
    assert [sensor.id for sensor in sensors.all()] == ["NEW", second.id]


WORTHLESS = """0  0000-0000  111111  12345678  987654321  unknown  N/A  xxxx  SN000000  S/N: 123456  Serial Number
0123456789ABCDEF  abcdef  FEDCBA98  12121212  SN""".replace("\n", "  ").split("  ")


@pytest.mark.parametrize("serial", ["", *WORTHLESS])
def test_worthless_numbers(serial):
    """Nothing, fillers and counting are no serial numbers."""
    assert not identifies(serial)


@pytest.mark.parametrize("serial", ["A1B2C3D4", "S-0001", "2222", "0012345A", "123", "SN4711", "5N00012"])
def test_numbers_that_tell_apart(serial):
    """Anything else is one."""
    assert identifies(serial)
