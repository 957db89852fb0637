"""Several paired sensors of a kind: the one that is worn is used."""

import asyncio
from dataclasses import replace

import pytest

from coach.edge.clock import MachineClock
from coach.edge.paired_sensors import SensorLocks, assign_sources, numbered
from coach.edge.radio_source import BleSource, SensorCallbacks
from coach.quantities import Seconds
from coach.signals.readings import LinkChanged, LinkState, Notified, Source
from tests.patience import wait_until
from tests.radio.peripherals import NOT_PERMITTED, pod, strap
from tests.radio.track import QUICK, Track, on_track, remembered

IMPATIENT = replace(QUICK, gone_s=Seconds(1.0))


def names(track) -> list[str]:
    """Who was connected, in order."""
    return [
        each.name
        for each in track.inputs
        if isinstance(each, LinkChanged) and each.state is LinkState.CONNECTED
    ]


@pytest.mark.asyncio
async def test_a_new_strap_is_used_while_the_old_one_lies_at_home(bluez):
    """The older entry was used in every run so far and is not heard: the new one is worn, and measures."""
    old, new = strap("Old strap", serial="OLD-77"), strap("New strap", serial="NEW-78")
    entry = replace(remembered(old), last_used="2026-11-01T06:00:00Z")
    async with on_track(bluez, entry, new) as track:
        await track.hears(new)
        await wait_until(lambda: names(track) == ["New strap"])


@pytest.mark.asyncio
async def test_of_two_that_are_heard_the_last_used_is_taken(bluez):
    """Both lie on the table: the one of the last run is used, although the other one is stronger."""
    last, other = strap("Last", serial="LAST-1"), strap("Other", serial="OTHER-2")
    other.rssi_dbm = -40
    bluez.add(last)
    entry = replace(remembered(last), last_used="2026-11-29T06:00:00Z")
    async with on_track(bluez, other, entry) as track:
        await track.hears(last)
        await wait_until(lambda: names(track) == ["Last"])
    assert not bluez.is_connected(other)


@pytest.mark.asyncio
async def test_of_two_that_were_never_used_the_strongest_is_taken(bluez):
    """Nothing else tells them apart."""
    far, near = strap("Far", serial="FAR-1"), strap("Near", serial="NEAR-2")
    far.rssi_dbm, near.rssi_dbm = -85, -50
    async with on_track(bluez, far, near, timings=replace(QUICK, rank_s=Seconds(0.5))) as track:
        await track.hears(near)
        await wait_until(lambda: names(track) == ["Near"])


@pytest.mark.asyncio
async def test_a_strap_that_is_gone_is_replaced_and_it_is_said(bluez):
    """A strap whose battery dies is changed for the spare one: after a while that one measures."""
    first, spare = strap("First", serial="FIRST-1"), strap("Spare", serial="SPARE-2")
    spare.in_range = False
    changes = []
    callbacks = SensorCallbacks(on_changed=lambda old, new: changes.append((old and old.name, new.name)))
    async with on_track(bluez, first, spare, timings=IMPATIENT, callbacks=callbacks) as track:
        await track.hears(first)
        bluez.hang_up(first)
        bluez.come_back(spare)
        await wait_until(lambda: bluez.is_heard(spare))
        assert changes == [(None, "First")]  # the other one is connected and has measured nothing
        await track.hears(spare)
        await wait_until(lambda: len(changes) > 1)
    assert changes == [(None, "First"), ("First", "Spare")]
    assert names(track)[-1] == "Spare"


@pytest.mark.asyncio
async def test_a_pool_tells_each_problem_once(bluez):
    """A strap that refuses is chosen again and again where it alone is heard; what is wrong is said once."""
    refusing, absent = strap("Refusing", serial="R-1"), strap("Absent", serial="A-2")
    absent.in_range = False
    refusing.characteristic(0x2A37).notify_fault = NOT_PERMITTED
    async with on_track(
        bluez, refusing, absent, timings=replace(QUICK, gone_s=Seconds(0.3), rank_s=Seconds(0.02))
    ) as track:
        for choice in range(1, 4):  # a choice lasts for 0.3 s, in which it is tried more than once
            begun = bluez.called("StartNotify")
            await asyncio.sleep(0.35)
            await wait_until(lambda: bluez.called("StartNotify") > begun + choice)  # noqa: B023  # at once
    assert len(track.notes) == 1, [note.message for note in track.notes]


@pytest.mark.asyncio
async def test_a_short_absence_changes_nothing(bluez):
    """Behind the far bend the strap in use is lost while another one of theirs is heard: it is waited for."""
    mine, spare = strap("Mine", serial="MINE-1"), strap("Spare", serial="SPARE-2")
    spare.in_range = False
    async with on_track(bluez, mine, spare) as track:
        await track.hears(mine)
        bluez.come_back(spare)
        bluez.lose(mine)
        await track.hears(mine)
        await wait_until(lambda: names(track) == ["Mine", "Mine"])


@pytest.mark.asyncio
async def test_the_third_pod_is_used_when_it_alone_is_worn(bluez):
    """Three pods for two feet: the one that is heard measures as the first of the sources that is free."""
    left, right, new = pod("L", serial="L-1"), pod("R", serial="R-2"), pod("N", serial="N-3")
    async with on_track(bluez, remembered(left), remembered(right), new) as track:
        await track.hears(new)
        await wait_until(lambda: names(track) == ["N"])
        inputs = list(track.inputs)
    devices = [each.device for each in inputs if isinstance(each, LinkChanged) and each.source is Source.POD]
    assert devices == [1, 3, 3]  # the likeliest, until the third is heard and connected
    first = next(at for at, each in enumerate(inputs) if isinstance(each, Notified))
    links = [each for each in inputs[:first] if isinstance(each, LinkChanged) and each.source is Source.POD]
    assert links[-1].device == 3  # known before its first packet
    assert numbered([remembered(left), remembered(right)]) == {}


@pytest.mark.asyncio
async def test_a_resumed_run_keeps_the_numbers_of_its_header(bluez, tmp_path):
    """A strap was forgotten and another one remembered meanwhile: the numbers that are left mean the same sensors."""
    second, fresh = strap("Second", serial="S-2"), strap("Fresh", serial="F-3")
    fresh.in_range = False
    bluez.add(second, fresh)
    track = Track(bluez)
    source = BleSource(
        [remembered(fresh), remembered(second)],
        MachineClock(),
        SensorLocks(tmp_path, "01"),
        lambda _: None,
        numbers={"forgotten": 1, second.address: 2},
    )
    listening = asyncio.create_task(source.listen(track))
    await track.hears(second)
    await wait_until(lambda: names(track) == ["Second"])
    listening.cancel()
    await asyncio.wait({listening})
    assert [each.device for each in track.inputs if isinstance(each, LinkChanged)] == [0, 2, 2]


@pytest.mark.asyncio
async def test_a_run_says_which_sensor_it_used(bluez):
    """The first measurement of a sensor, and only that, tells that it is used."""
    belt = strap()
    used = []
    callbacks = SensorCallbacks(on_used=lambda sensor: used.append(sensor.id))
    async with on_track(bluez, belt, callbacks=callbacks) as track:
        await track.hears(belt)
        await track.hears(belt)
        await asyncio.sleep(0)
    assert used == [belt.address]


def test_the_header_names_the_likeliest():
    """Before anything is heard a run counts on the strap of the last run; two pods are one for each foot."""
    straps = [
        replace(remembered(strap(name)), last_used=used) for name, used in (("A", ""), ("B", "2026-11-29"))
    ]
    pods = [replace(remembered(pod(name)), last_used=used) for name, used in (("L", ""), ("R", "2026"))]
    sources = {source: sensor.name for sensor, source in assign_sources([*straps, *pods])}
    assert sources == {Source.STRAP: "B", Source.POD: "L", Source.POD_2: "R"}
