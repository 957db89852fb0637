"""Sixteen sensors of eight runners on one radio: each measures its own runner, pods are connected before straps."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from coach.app.squad_sessions import SquadRadio, pair_roster
from coach.edge.clock import MachineClock
from coach.edge.paired_sensors import load_sensors
from coach.edge.radio import Radio
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Source
from tests.patience import wait_until
from tests.radio.peripherals import ABORTED, pod, strap
from tests.radio.track import QUICK, Track, remembered
from tests.squad.squads import roster


def eight_alike():
    """A strap and a pod for each of eight runners, of one make and one name each."""
    return [
        (one, strap("HRM", serial=f"STRAP-{one.key}"), pod("POD", serial=f"POD-{one.key}"))
        for one in roster(8).runners
    ]


@asynccontextmanager
async def squad_on_track(bluez, everybody, settled_s=20.0):
    """The squad's radio before the fake BlueZ, and what each run hears."""
    said: list[str] = []
    radio = SquadRadio(
        MachineClock(),
        said.append,
        make=lambda: Radio(clock=MachineClock(), timings=QUICK),
        settled_s=settled_s,
    )
    tracks = {}
    tasks = []
    for one, *sensors in everybody:
        source = radio.source_for(one, [remembered(each) for each in sensors])
        tracks[one.slug] = Track(bluez)
        tasks.append((source, tracks[one.slug]))
    running = [asyncio.ensure_future(radio.run()), *(asyncio.ensure_future(a.listen(b)) for a, b in tasks)]
    try:
        yield radio, tracks, said
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def connected_order(tracks):
    """The sources in the order they were connected, over all runners."""
    events = [each for track in tracks.values() for each in track.inputs if isinstance(each, LinkChanged)]
    return [each.source for each in events if each.state is LinkState.CONNECTED]


async def hears_both(bluez, track, its_strap, its_pod, place):
    """Let a runner's strap and pod send something of their own, and wait until it is in their run."""
    await wait_until(lambda: bluez.is_heard(its_strap))
    beat, run = its_strap.beat(100 + place), its_pod.run(10.0 + place)
    await wait_until(lambda: beat in track.packets())
    await wait_until(lambda: run in track.packets(Characteristic.RSC_MEASUREMENT))


@pytest.mark.asyncio
async def test_sixteen_that_look_alike_measure_their_own_runner(bluez):
    """All are called alike: identity is pinned, and no runner hears another's heart; a lost link comes back."""
    everybody = eight_alike()
    bluez.add(*(each for _, *sensors in everybody for each in sensors))
    async with squad_on_track(bluez, everybody) as (radio, tracks, said):
        await wait_until(lambda: radio.connected_count() == 16)
        await wait_until(lambda: said)
        assert said == ["16 of 16 sensors connected."]
        for place, (one, its_strap, its_pod) in enumerate(everybody):
            await hears_both(bluez, tracks[one.slug], its_strap, its_pod, place)
        for place, (one, *_) in enumerate(everybody):
            assert len(tracks[one.slug].packets()) == 1, place
        for _, its_strap, _ in everybody:
            bluez.lose(its_strap)
        await wait_until(lambda: all(LinkState.LOST in tracks[one.slug].states() for one, *_ in everybody))
        await wait_until(lambda: all(bluez.is_heard(its_strap) for _, its_strap, _ in everybody))
        assert len(said) == 1


@pytest.mark.asyncio
async def test_pods_are_connected_before_straps(bluez):
    """Without a pod there is no pace to coach, so no strap takes a turn before it."""
    everybody = eight_alike()[:3]
    bluez.add(*(each for _, *sensors in everybody for each in sensors))
    async with squad_on_track(bluez, everybody) as (radio, tracks, _):
        await wait_until(lambda: radio.connected_count() == 6)
        times = {
            source: [
                each.at
                for track in tracks.values()
                for each in track.inputs
                if isinstance(each, LinkChanged)
                and each.source is source
                and each.state is LinkState.CONNECTED
            ]
            for source in (Source.POD, Source.STRAP)
        }
        assert max(times[Source.POD]) <= min(times[Source.STRAP])
        assert len(connected_order(tracks)) == 6


@pytest.mark.asyncio
async def test_what_an_adapter_does_not_hold_is_found_by_trying_and_said(bluez):
    """Two straps never come about: it is said whose, once, and nobody waits for them."""
    everybody = eight_alike()[:4]
    for _, its_strap, _ in everybody[2:]:
        its_strap.connect_faults = [ABORTED] * 10_000
    bluez.add(*(each for _, *sensors in everybody for each in sensors))
    async with squad_on_track(bluez, everybody, settled_s=1.0) as (radio, tracks, said):
        await wait_until(lambda: any("of 8 sensors" in line for line in said))
        assert "6 of 8 sensors connected; Cleo, Dan: heart rate by relay or not at all." in said
        assert radio.connected_count() == 6
        _, its_strap, _ = everybody[0]
        beat = its_strap.beat(120)
        await wait_until(lambda: beat in tracks["ana"].packets())


@pytest.mark.asyncio
async def test_a_strangers_sensor_is_never_taken(bluez):
    """A strap of the same name that is nobody's is not listened to, though Ben's own is at home."""
    ana, ben = eight_alike()[:2]
    stranger = strap("HRM", serial="STRANGER")
    bluez.add(ana[1], ana[2], stranger, ben[2])
    async with squad_on_track(bluez, [ana, ben]) as (radio, tracks, _):
        await wait_until(lambda: radio.connected_count() == 3)
        await tracks["ben"].hears(ben[2])
        stranger.beat(180)
        await tracks["ana"].hears(ana[1])
        assert not bluez.is_heard(stranger)
        assert tracks["ben"].packets() == []


@pytest.mark.asyncio
async def test_pairing_walks_the_roster(bluez, tmp_path):
    """One runner near the laptop at a time: the nearest is theirs, and what is one runner's is never another's."""
    everybody = eight_alike()[:3]
    bluez.add(*(each for _, *sensors in everybody for each in sensors))
    people = replace(roster(3), runners=tuple(one for one, *_ in everybody))
    remembered_here = load_sensors(tmp_path / "sensors.json")
    said: list[str] = []

    async def comes_near(runner):
        """Come near; Cleo is as near as Ben was, and skipped."""
        for one, *sensors in everybody:
            for each in sensors:
                each.rssi_dbm = -45 if one is runner else -75
        return runner.slug != "cleo"

    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        paired = await pair_roster(people, radio, remembered_here, said.append, comes_near, seconds=1.0)
    assert paired == 4, said
    owners = {sensor.serial: sensor.athlete for sensor in remembered_here.all()}
    assert owners == {"STRAP-1": "ana", "POD-1": "ana", "STRAP-2": "ben", "POD-2": "ben"}


@pytest.mark.asyncio
async def test_pairing_takes_nothing_that_is_not_clearly_nearest(bluez, tmp_path):
    """Two straps alike near are told, and so is a pod that is asleep."""
    first, second = eight_alike()[:2]
    bluez.add(first[1], second[1])
    remembered_here = load_sensors(tmp_path / "sensors.json")
    said: list[str] = []

    async def stays(_runner):
        """Everybody stands around the laptop."""
        return True

    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        paired = await pair_roster(roster(1), radio, remembered_here, said.append, stays, seconds=0.6)
    assert paired == 0
    assert said == [
        "Ana: 2 straps are about equally near. Let the others stand ten steps away, and try again.",
        "Ana: no pod was found. Wear it, wake it up, and try again.",
    ]
