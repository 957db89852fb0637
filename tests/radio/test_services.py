"""Which services of a device are used: a watch gives both of its own, and what a run cannot use is no strap."""

from dataclasses import replace

import pytest

from coach.edge.clock import MachineClock
from coach.edge.paired_sensors import DiscoveredSensor, PairedSensor, PairedSensors, SensorKind
from coach.edge.radio import Radio
from coach.edge.radio_source import PairingOptions, pair
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.gatt.services import measures_of
from coach.problems import SensorProblem
from coach.quantities import Seconds
from coach.signals.readings import Characteristic, LinkState, Notified, Source
from tests.patience import wait_until
from tests.radio.peripherals import NOT_PERMITTED, Peripheral, Service, Strap, pod, strap, uuid
from tests.radio.peripherals import Characteristic as Attribute
from tests.radio.track import QUICK, on_track, remembered

pytestmark = pytest.mark.asyncio

RUNNING = bytes(RunningSpeedCadenceMeasurement(3.5, 88, None, None))  # type: ignore[arg-type]


def watch() -> Strap:
    """A watch that shares its heart rate and its pace."""
    made = strap("Forerunner 265", serial="W-1")
    made.services = (*made.services, Service(uuid(0x1814), (Attribute(uuid(0x2A53), ("notify",)),)))
    return made


def power_meter(name: str = "Assioma") -> Peripheral:
    """A bike's power meter: cycling power and no more."""
    return Peripheral(name, (Service(uuid(0x1818), (Attribute(uuid(0x2A63), ("notify",)),)),))


async def test_a_watch_that_shares_heart_rate_and_pace_gives_both(bluez):
    """One link, two services: the heart rate is the strap's, the pace the watch's."""
    made = watch()
    async with on_track(bluez, made) as track:
        await wait_until(lambda: bluez.called("StartNotify") >= 2)
        await track.hears(made)
        made.notify(uuid(0x2A53), RUNNING)
        await wait_until(lambda: track.packets(Characteristic.RSC_MEASUREMENT))
        sources = {each.characteristic: each.source for each in track.inputs if isinstance(each, Notified)}
    assert sources[Characteristic.HEART_RATE_MEASUREMENT] is Source.STRAP
    assert sources[Characteristic.RSC_MEASUREMENT] is Source.WATCH


@pytest.mark.parametrize("is_answered", [True, False], ids=["refused", "never answered"])
async def test_a_pace_that_is_refused_does_not_cost_the_heart_rate(bluez, is_answered):
    """A watch that shares its heart rate and not its pace gives that, and the other is told once."""
    made = watch()
    pace = made.characteristic(0x2A53)
    pace.notify_fault, pace.never_answers = (NOT_PERMITTED, False) if is_answered else (None, True)
    async with on_track(bluez, made, timings=replace(QUICK, subscribe_s=Seconds(0.1))) as track:
        for _ in range(2):
            await track.hears(made)
            await wait_until(lambda: track.states()[-1] is LinkState.CONNECTED)
            bluez.lose(made)
            await wait_until(lambda: track.states()[-1] is LinkState.LOST)
    (note,) = track.notes
    assert "rsc" in note.message


async def test_a_watch_paired_for_its_pace_gives_its_heart_rate_too(bluez):
    """Paired as a pod, it is a pod, and its heart rate is the watch's: a strap is believed before it."""
    made = watch()
    known = PairedSensor(made.address, made.name or "", SensorKind.POD, serial="W-1")
    bluez.add(made)
    async with on_track(bluez, known) as track:
        await wait_until(lambda: bluez.called("StartNotify") >= 2)
        await track.hears(made)
        made.notify(uuid(0x2A53), RUNNING)
        await wait_until(lambda: track.packets(Characteristic.RSC_MEASUREMENT))
        sources = {each.characteristic: each.source for each in track.inputs if isinstance(each, Notified)}
    assert sources[Characteristic.RSC_MEASUREMENT] is Source.POD
    assert sources[Characteristic.HEART_RATE_MEASUREMENT] is Source.WATCH


async def test_a_treadmill_with_grips_gives_its_heart_rate_too(bluez):
    """The belt's speed is the treadmill's, and the heart rate is believed like a watch's, behind a strap's."""
    made = watch()
    belt = Service(uuid(0x1826), (Attribute(uuid(0x2ACD), ("notify",)),))
    made.services = (belt, *made.services)
    known = PairedSensor(made.address, made.name or "", SensorKind.TREADMILL)
    bluez.add(made)
    async with on_track(bluez, known) as track:
        await wait_until(lambda: bluez.called("StartNotify") >= 3)
        await track.hears(made)
        made.notify(uuid(0x2ACD), bytes.fromhex("0c049600060000000000ff7f1400"))
        await wait_until(lambda: track.packets(Characteristic.TREADMILL_DATA))
        sources = {each.characteristic: each.source for each in track.inputs if isinstance(each, Notified)}
    assert sources[Characteristic.TREADMILL_DATA] is Source.TREADMILL
    assert sources[Characteristic.HEART_RATE_MEASUREMENT] is Source.WATCH


@pytest.mark.parametrize("is_readable", [True, False], ids=["connects", "does not connect"])
async def test_what_a_run_cannot_use_is_no_strap(bluez, tmp_path, is_readable):
    """A bike's power meter, and a thing that tells nothing of itself, are refused, and nothing is remembered."""
    for made in (power_meter(), Peripheral("Kettle", ())):
        made.is_taken = not is_readable
        bluez.add(made)
        seen = DiscoveredSensor(made.address, made.name or "", made.address, measures_of(made.uuids))
        sensors = PairedSensors(tmp_path / "sensors.json")
        async with Radio(clock=MachineClock(), timings=QUICK, hears_all=True) as radio:
            with pytest.raises(SensorProblem, match="was not paired" if is_readable else None):
                await pair(radio, sensors, seen, PairingOptions())
            assert sensors.all() == ()
            if not is_readable:
                continue
            await pair(radio, sensors, seen, PairingOptions(kind=SensorKind.POD))
        assert [each.kind for each in sensors.all()] == [SensorKind.POD]
        sensors.forget(made.address)


async def test_a_pod_beside_a_power_service_is_a_pod(bluez, tmp_path):
    """A footpod that shows power too is a pod, and one whose scan shows its power alone once it was asked."""
    foot = pod()
    foot.services = (*foot.services, *power_meter().services)
    bluez.add(foot)
    seen = DiscoveredSensor(foot.address, foot.name or "", foot.address, ("power",))
    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        paired = await pair(radio, PairedSensors(tmp_path / "sensors.json"), seen, PairingOptions())
    assert paired.sensor.kind is SensorKind.POD
    assert paired.sensor.id == remembered(foot).id
