"""What can go wrong between a sensor and the laptop, and what the runner has of it. By the radio's real code."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from coach.edge.paired_sensors import RadioTimings
from coach.edge.radio import Radio
from coach.problems import SensorTrouble
from coach.quantities import Seconds
from coach.signals.readings import Characteristic, LinkState, Source
from tests.patience import LIMIT_S, wait_until
from tests.radio import peripherals as air
from tests.radio.bluez import FakeBlueZ
from tests.radio.device import AirTimings
from tests.radio.fixtures import serving
from tests.radio.peripherals import Fault, pod, stranger, strap
from tests.radio.track import QUICK, Track, on_track, remembered

pytestmark = pytest.mark.asyncio

SEARCHING, CONNECTED, LOST = LinkState.SEARCHING, LinkState.CONNECTED, LinkState.LOST
CROWDED = replace(QUICK, adopt_s=Seconds(1.0), rescan_s=Seconds(5.0))
"""The radio's own waits where each costs a look at every device there is."""


async def another_scan(bluez: FakeBlueZ) -> None:
    """Wait until a scan was begun and, by its successor, is known to have gone by."""
    begun = bluez.called("StartDiscovery")
    await wait_until(lambda: bluez.called("StartDiscovery") >= begun + 2)


async def scanned(track: Track, count: int, timings: RadioTimings = QUICK) -> set[str]:
    """Scan until so many sensors were named; their names."""
    names: set[str] = set()
    async with Radio(clock=track._clock, timings=timings) as radio, aclosing(radio.scan(LIMIT_S)) as near:
        async for found in near:
            names.add(found.name)
            if len(names) == count:
                break
    return names


async def test_strap_and_pod_are_heard_together(bluez):
    """Both sensors are connected, one after the other, and both are heard."""
    belt, foot = strap(), pod()
    async with on_track(bluez, belt, foot) as track:
        await track.hears(belt)
        await track.hears(foot)
    assert bluez.most_connecting == 1
    assert not bluez.is_connected(belt)
    assert not bluez.is_connected(foot)
    assert not bluez.is_scanning


async def test_a_lost_link_comes_back_by_itself(bluez):
    """A strap lost behind the far bend is searched and heard again, lap after lap, without anybody's help."""
    belt = strap()
    async with on_track(bluez, belt) as track:
        for _ in range(3):
            await track.hears(belt)
            bluez.lose(belt)
            await wait_until(lambda: not bluez.is_connected(belt))
        await track.hears(belt)
        await wait_until(lambda: track.states() == [SEARCHING, CONNECTED, *[LOST, CONNECTED] * 3])


async def test_a_strap_that_was_taken_off_is_heard_when_it_is_put_on_again(bluez):
    """A strap that says goodbye and sleeps is waited for, however long, and nothing is connected meanwhile."""
    belt = strap()
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
        bluez.hang_up(belt)
        await wait_until(lambda: track.states()[-1] is LOST)
        await another_scan(bluez)
        assert bluez.called("Connect") == 1
        bluez.come_back(belt)
        await track.hears(belt)


async def test_metres_run_out_of_range_are_not_lost(bluez):
    """A pod that was out of range for 150 m says so in its first packet afterwards: its distance is cumulative."""
    foot = pod()
    async with on_track(bluez, foot) as track:
        await track.hears(foot, metres=100)
        bluez.leave(foot)
        foot.run(150)
        await wait_until(lambda: LOST in track.states(Source.POD))
        bluez.come_back(foot)
        await track.hears(foot, metres=1)
    packets = track.packets(Characteristic.RSC_MEASUREMENT)
    assert [int.from_bytes(each[-4:], "little") / 10 for each in packets] == [100.0, 251.0]


async def test_a_silent_strap_is_torn_down_and_connected_afresh(bluez):
    """A link that is up while nothing comes over it, which the system never tells, is built anew by the watchdog."""
    belt = strap()
    async with on_track(bluez, belt, timings=replace(QUICK, silent_s=Seconds(0.5))) as track:
        await track.hears(belt)
        belt.stalled = True
        await wait_until(lambda: LOST in track.states())
        assert bluez.called("Disconnect")
        belt.stalled = False
        await track.hears(belt)
        await wait_until(lambda: track.states()[:4] == [SEARCHING, CONNECTED, LOST, CONNECTED])


@pytest.mark.parametrize(
    "fault", [air.BUSY, air.ABORTED, air.ABORTED_BY_LOCAL, air.IN_PROGRESS, air.NOT_READY]
)
async def test_a_refused_connection_is_tried_again(bluez, fault):
    """However often an adapter refuses, the coach goes on trying, and the run has the strap in the end."""
    belt = strap()
    belt.connect_faults = [fault] * 7
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
    assert belt.connect_faults == []


async def test_an_attempt_that_hangs_does_not_keep_the_pod_waiting_for_ever(bluez):
    """A strap that was heard and does not answer costs one attempt's time; then the pod has its turn."""
    belt, foot = strap(), pod()
    belt.connects_after_s = 60.0
    async with on_track(bluez, belt, foot, timings=replace(QUICK, connect_s=Seconds(0.5))) as track:
        await track.hears(foot)
        belt.connects_after_s = 0.0
        await track.hears(belt)


async def test_services_that_never_resolve_are_given_up_and_tried_again(bluez):
    """A strap that answers the radio but never tells its services is let go, and heard once it does."""
    belt = strap()
    belt.resolves_after_s = None
    async with on_track(bluez, belt, timings=replace(QUICK, connect_s=Seconds(0.5))) as track:
        await wait_until(lambda: bluez.called("Disconnect"))
        belt.resolves_after_s = 0.0
        await track.hears(belt)


async def test_a_strangers_strap_of_the_same_name_is_left_alone(bluez):
    """The strap of the runner in the next lane, same name and closer by, is not even listened to."""
    ours, theirs = strap(serial="OURS"), strap(serial="THEIRS")
    theirs.rssi_dbm = -30
    bluez.add(theirs, stranger(ours.name))
    async with on_track(bluez, ours) as track:
        await track.hears(ours)
        theirs.beat(199)
        assert not bluez.is_heard(theirs)
        bluez.leave(ours)
        await wait_until(lambda: track.states()[-1] is LOST)
        await another_scan(bluez)
        assert not bluez.is_heard(theirs)
    assert theirs.beat(199) not in track.packets()


async def test_a_strap_under_a_new_address_is_known_by_its_serial_number(bluez):
    """A strap whose address changed is taken for ours by the serial number it tells, and no other is."""
    ours, theirs = strap(serial="OURS"), strap(serial="THEIRS")
    bluez.add(ours, theirs)
    async with on_track(bluez, replace(remembered(ours), id="C0:00:00:00:00:00")) as track:
        await track.hears(ours)
        assert not bluez.is_heard(theirs)


async def test_a_strap_taken_by_a_watch_is_waited_for(bluez):
    """While the runner's watch holds the strap the coach goes on searching, and takes it when it is free."""
    belt = strap()
    belt.is_taken = True
    async with on_track(bluez, belt) as track:
        await another_scan(bluez)
        assert track.states() == [SEARCHING]
        belt.is_taken = False
        await track.hears(belt)


async def test_a_strap_the_system_holds_already_is_adopted(bluez):
    """A strap that stayed connected to the laptop does not advertise; it is taken over, not waited for."""
    belt = strap()
    bluez.add(belt)
    bluez.hold(belt)
    async with on_track(bluez, remembered(belt)) as track:
        await track.hears(belt)
    assert bluez.called("Connect") == 0


async def test_switching_bluetooth_off_is_said_and_on_is_enough(bluez):
    """Airplane mode in mid-run is said once with what to do; switched on again, everything comes back by itself."""
    belt, foot = strap(), pod()
    async with on_track(bluez, belt, foot) as track:
        await track.hears(belt)
        await track.hears(foot)
        bluez.power(False)
        await wait_until(lambda: track.notes)
        await wait_until(lambda: LOST in track.states() and LOST in track.states(Source.POD))
        bluez.power(True)
        await track.hears(belt)
        await track.hears(foot)
    assert [each.reason for each in track.notes] == [SensorTrouble.POWERED_OFF]


@pytest.mark.parametrize("how", [{"has_adapter": False}, {"is_powered": False}, {"is_central": False}])
async def test_a_run_may_begin_without_usable_bluetooth(bluez, how):
    """A run that starts without Bluetooth says why, and has its strap as soon as there is one."""
    belt = strap()
    await bluez.stop()
    await bluez.start(**how)
    async with on_track(bluez, belt) as track:
        await wait_until(lambda: track.notes)
        await bluez.stop()
        await bluez.start()
        await track.hears(belt)


@pytest.mark.parametrize("ending", ["stop", "crash"])
async def test_a_restarted_bluetooth_service_is_picked_up(bluez, ending):
    """When bluetoothd is restarted, in order or by a crash, the links are built again by themselves."""
    belt = strap()
    async with on_track(bluez, belt, timings=replace(QUICK, silent_s=Seconds(0.5))) as track:
        await track.hears(belt)
        await (bluez.stop() if ending == "stop" else bluez.crash())
        await bluez.start()
        await track.hears(belt)


async def test_the_death_of_the_system_bus_is_survived(mortal_bus):
    """Even when the system bus itself dies the run goes on, and the strap is back with the next bus."""
    belt = strap()
    async with serving(mortal_bus.address) as fake, on_track(fake, belt) as track:
        await track.hears(belt)
        mortal_bus.kill()
        await fake.crash()
        await wait_until(lambda: track.states()[-1] is LOST)
        mortal_bus.restart()
        await fake.start()
        await track.hears(belt)


async def test_a_device_the_system_forgot_is_found_again(bluez):
    """A strap that bluetoothd dropped from memory while it was away is found by the next scan."""
    belt = strap()
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
        bluez.leave(belt)
        await wait_until(lambda: track.states()[-1] is LOST)
        bluez.forget(belt)
        bluez.come_back(belt)
        await track.hears(belt)
        bluez.forget(belt)
        await track.hears(belt)


@pytest.mark.parametrize("payload", [b"", b"\x16", b"\x16\x59\xa2", bytes(64), b"\xff" * 512])
async def test_malformed_packets_are_handed_on_as_they_are(bluez, payload):
    """Whatever bytes a sensor sends reach the run unchanged, and the packets after them as well."""
    belt = strap()
    async with on_track(bluez, belt) as track:
        first = await track.hears(belt)
        belt.notify(air.uuid(0x2A37), payload)
        last = await track.hears(belt)
    assert track.packets() == [first, payload, last]


async def test_a_low_battery_is_told_while_running(bluez):
    """The charge is read when a sensor connects and told when it falls, so that nobody is surprised."""
    belt = strap(battery=60)
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
        await wait_until(lambda: track.packets(Characteristic.BATTERY_LEVEL) == [b"\x3c"])
        await wait_until(lambda: bluez.called("StartNotify") >= 2)  # the beats, and now the charge
        belt.set_battery(5)
        await wait_until(lambda: b"\x05" in track.packets(Characteristic.BATTERY_LEVEL))


async def test_a_strap_that_hides_its_services_is_taken_once_the_system_holds_it(bluez):
    """A scan asks for our services, so a strap that names none stays unheard until it is connected by hand."""
    belt = strap()
    belt.advertises_uuids = False
    async with on_track(bluez, belt) as track:
        await another_scan(bluez)
        assert track.states() == [SEARCHING]
        bluez.hold(belt)
        await track.hears(belt)


@pytest.mark.parametrize("short", [0x2A19, 0x2A25])
async def test_an_att_error_on_a_read_costs_only_that_number(bluez, short):
    """A strap that will not tell its battery or serial number is heard all the same."""
    belt = strap()
    known = remembered(belt)
    belt.characteristic(short).fault = Fault.att(0x0E)
    bluez.add(belt)
    async with on_track(bluez, known) as track:
        await track.hears(belt)
        await track.hears(belt)
    assert track.states() == [SEARCHING, CONNECTED]


async def test_a_refused_subscription_is_tried_again(bluez):
    """A strap that refuses to send until its own app allows it is heard as soon as it does."""
    belt, foot = strap(), pod()
    belt.characteristic(0x2A37).fault = air.NOT_PERMITTED
    async with on_track(bluez, belt, foot) as track:
        await track.hears(foot)
        await wait_until(lambda: bluez.called("Disconnect"))
        belt.characteristic(0x2A37).fault = None
        await track.hears(belt)


async def test_a_burst_after_a_stall_comes_whole_and_in_order(bluez):
    """Packets that were held back and come all at once are all handed on, in their order, duplicates too."""
    belt = strap()
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
        sent = [belt.beat(bpm, (60 / bpm,)) for bpm in (150, 151, 151, 152, 150) * 6]
        await wait_until(lambda: len(track.packets()) == 31)
    assert track.packets()[1:] == sent


async def test_jitter_is_no_loss(bluez):
    """Packets that come late and early keep the link up."""
    belt = strap()
    async with on_track(bluez, belt) as track:
        for pause_s in (0.0, 0.03, 0.001, 0.02, 0.0):
            await track.hears(belt)
            await asyncio.sleep(pause_s)
    assert track.states() == [SEARCHING, CONNECTED]


async def test_two_hundred_neighbours_do_not_hide_the_strap(system_bus):
    """At a stadium with 200 devices in the air, half of them straps, a scan names the straps and the run has ours.

    They advertise, and the radio scans and asks, as seldom as real ones do: a round of 200 takes a busy machine
    longer than the shrunk waits of the other tests, which would begin the next round before this one was heard.
    """
    belt = strap("Mine")
    theirs = [strap(f"Polar H10 {number:08X}", serial=f"{number}") for number in range(100)]
    async with serving(system_bus, AirTimings(advertise_every_s=0.1)) as bluez:
        bluez.add(*theirs, *(stranger(f"TV {number}") for number in range(100)))
        async with on_track(bluez, belt, timings=CROWDED) as track:
            await track.hears(belt)
        names = await scanned(track, len(theirs) + 1, timings=CROWDED)
    assert names == {belt.name, *(each.name for each in theirs)}


EVIL = [
    "\x1b[2J\x07\r\nrm -rf",
    "\u202egnorts\u202c 01H raloP",
    "x" * 10_000,
    "💓" * 60,
    "'; DROP TABLE straps; --",
    "\ud7ff\ue000\uffff",
    " ",
]


@pytest.mark.parametrize("name", EVIL, ids=range(len(EVIL)))
async def test_a_name_may_be_anything(bluez, name):
    """A strap with control characters, turned-round letters or 10,000 of them in its name is a strap like any other."""
    belt = strap(name)
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
    assert await scanned(track, 1) == {name[:248]}
