"""Sensors that connect and do not send, that never answer, and that are slow: told, given up, and back when well."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial

import pytest
from bleak.exc import BleakDBusError, BleakError, BleakGATTProtocolError

from coach.edge.clock import MachineClock
from coach.edge.diagnostics import CheckVerdict, check_bluetooth
from coach.edge.paired_sensors import DiscoveredSensor, PairedSensors, RadioTimings
from coach.edge.radio import Radio, SubscriptionRefused, subscription_problem
from coach.edge.radio_source import PairingOptions, pair
from coach.problems import SensorProblem
from coach.quantities import Seconds
from coach.signals.readings import Characteristic, LinkState
from tests.patience import wait_until
from tests.radio import peripherals as air
from tests.radio.bluez import FakeBlueZ
from tests.radio.peripherals import Fault, Strap, pod, strap
from tests.radio.track import QUICK, on_track, remembered

pytestmark = pytest.mark.asyncio

PROMPT = replace(
    QUICK, subscribe_s=Seconds(0.1), report_s=Seconds(0.1), prompt_s=Seconds(0.05), read_s=Seconds(0.2)
)
BEATS = 0x2A37

REFUSALS = {
    "bonding is needed": (air.NOT_PERMITTED, "bluetoothctl pair"),
    "authentication by its ATT error": (Fault.att(0x05), "bluetoothctl pair"),
    "encryption by its ATT error": (Fault.att(0x0F), "bluetoothctl pair"),
    "a stale cache of services": (Fault.att(0x01), "bluetoothctl remove"),
    "an attribute that is gone": (Fault.att(0x0A), "bluetoothctl remove"),
    "a cache out of date by its ATT error": (Fault.att(0x12), "bluetoothctl remove"),
    "it says it cannot": (Fault("Operation is not supported", "org.bluez.Error.NotSupported"), "in its app"),
    "a code that cannot be read": (Fault("Operation failed with ATT error: 0xmoon"), "bluetoothctl remove"),
    "never seen before": (Fault("The moon is in the wrong house"), "bluetoothctl remove"),
    "empty": (Fault("", "org.example.Whatever"), "bluetoothctl remove"),
}


async def visit(bluez: FakeBlueZ, belt: Strap) -> tuple[Radio, DiscoveredSensor]:
    """A radio that has not begun, and the strap as a scan would tell it."""
    bluez.add(belt)
    radio = Radio(clock=MachineClock(), timings=PROMPT)
    return radio, DiscoveredSensor(belt.address, belt.name or "", belt.address, ("heart_rate",))


@pytest.mark.parametrize(("fault", "advice"), REFUSALS.values(), ids=REFUSALS)
async def test_a_refused_subscription_is_told_in_the_run_with_what_to_do(bluez, fault, advice):
    """Whatever its words, it is told once, within two tries; the pod is heard, and so is the strap once it is well."""
    belt, foot = strap(), pod()
    belt.characteristic(BEATS).notify_fault = fault
    async with on_track(bluez, belt, foot, timings=PROMPT) as track:
        await track.hears(foot)
        await wait_until(lambda: track.notes)
        assert LinkState.CONNECTED not in track.states()
        assert str(belt.name) in track.notes[0].message
        assert advice in track.notes[0].hint
        await wait_until(lambda: bluez.called("StartNotify") >= 6)
        assert len(track.notes) == 1
        belt.characteristic(BEATS).notify_fault = None
        await track.hears(belt)
        await track.hears(foot)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (BleakDBusError("org.bluez.Error.Failed", ["handle 0x0128 is busy"]), "handle 0x0128 is busy"),
        (BleakDBusError("org.bluez.Error.NotPermitted", ["Notify acquired"]), "Notify acquired"),
        (BleakGATTProtocolError(0x0E), "GATT Protocol Error: Unlikely Error"),
        (BleakGATTProtocolError(0x0C), "bonded"),
        (BleakGATTProtocolError(0x06), "reports that it cannot"),
        (BleakError('Error Domain=CBATTErrorDomain Code=5 "Authentication is insufficient."'), "bonded"),
        (BleakError("Could not start notify: Protocol Error 0x01: Invalid Handle"), "no longer has"),
        (BleakDBusError("org.bluez.Error.Failed", ["ATT error: 0xmoon"]), "ATT error: 0xmoon"),
    ],
)
async def test_a_refusal_is_read_by_its_code(error, says):
    """A number in an error's text is its code only where the text says so; what is not known is shown as it came."""
    problem = subscription_problem("Belt", "AA", SubscriptionRefused(error))
    assert problem.message.startswith("Belt refuses to send")
    assert says in problem.message
    assert "AA" in problem.hint


async def test_a_sensor_that_answers_no_read_is_paired_after_one_limit(bluez, tmp_path):
    """A strap that never answers a read is asked once, not nine times, and is remembered by its id."""
    belt = strap()
    for service in belt.services:
        for each in service.characteristics:
            each.never_reads = "read" in each.flags
    radio, seen = await visit(bluez, belt)
    async with radio:
        paired = await pair(radio, PairedSensors(tmp_path / "sensors.json"), seen, PairingOptions())
    assert bluez.called("ReadValue") == 1
    assert paired.details is not None
    assert paired.details.refusal is None
    assert paired.sensor.serial == ""


async def test_a_sample_ends_with_its_link(bluez):
    """Doctor does not listen on to a strap whose link is lost, and says that it was."""
    belt = strap()
    radio, seen = await visit(bluez, belt)
    async with radio:
        sampling = asyncio.create_task(
            radio.sample(seen, (Characteristic.HEART_RATE_MEASUREMENT,), 600.0, lambda *_: True)
        )
        await wait_until(lambda: bluez.is_heard(belt))
        bluez.lose(belt)
        sample = await sampling
    assert sample.refusal is not None
    assert "the connection was lost" in sample.refusal.message


async def test_a_subscription_that_is_never_answered_is_given_up(bluez):
    """A strap that is connected and never answers is let go, told of, and heard when it is well."""
    belt, foot = strap(), pod()
    belt.characteristic(BEATS).never_answers = True
    async with on_track(bluez, belt, foot, timings=PROMPT) as track:
        await track.hears(foot)
        await wait_until(lambda: track.notes)
        assert "does not answer" in track.notes[0].message
        belt.characteristic(BEATS).never_answers = False
        await track.hears(belt)


async def test_a_subscription_ends_with_its_link(bluez):
    """A strap that is lost while a subscription is not answered is searched at once, not after the limit."""
    belt = strap()
    belt.characteristic(BEATS).never_answers = True
    async with on_track(bluez, belt, timings=replace(PROMPT, subscribe_s=Seconds(600.0))) as track:
        await wait_until(lambda: bluez.called("StartNotify"))
        belt.characteristic(BEATS).never_answers = False
        bluez.lose(belt)
        await track.hears(belt)
    assert track.notes == []


async def test_a_connection_that_keeps_failing_is_told(bluez):
    """A strap that is heard and cannot be connected for 20 s is told of, not only tried for ever."""
    belt = strap()
    belt.connect_faults = [air.BUSY] * 100
    async with on_track(bluez, belt, timings=PROMPT) as track:
        await wait_until(lambda: track.notes)
        assert "was found but cannot be connected" in track.notes[0].message
        belt.connect_faults.clear()
        await track.hears(belt)


async def test_pairing_tells_of_a_refusal(bluez, tmp_path):
    """`pair` tries what a run would do, remembers the sensor, and says what it refused and what to do."""
    belt = strap("Amazfit Band 7")
    belt.characteristic(BEATS).notify_fault = air.NOT_PERMITTED
    radio, seen = await visit(bluez, belt)
    async with radio:
        paired = await pair(radio, PairedSensors(tmp_path / "sensors.json"), seen, PairingOptions())
    assert paired.details is not None
    assert paired.details.refusal is not None
    assert "bonded" in paired.details.refusal.message
    assert "Switch on heart-rate sharing" in paired.details.refusal.hint


async def test_a_log_of_a_sensor_that_never_answers_ends(bluez):
    """`sensors log` gives up a strap that refuses or never answers, and says so; a lost link ends it too."""
    belt = strap()
    beats = belt.characteristic(BEATS)
    radio, seen = await visit(bluez, belt)
    async with radio:
        await radio.read_details(seen)
        for beats.never_answers, beats.notify_fault in ((True, None), (False, air.NOT_PERMITTED)):
            with pytest.raises(SensorProblem, match=r"does not answer|refuses to send"):
                await radio.log_raw(seen, 60.0, lambda *_: None)
        beats.never_answers, beats.notify_fault = True, None
        radio.timings = radio.connector._timings = replace(PROMPT, subscribe_s=Seconds(600.0))
        begun = bluez.called("StartNotify")
        logging = asyncio.create_task(radio.log_raw(seen, 60.0, lambda *_: None))
        await wait_until(lambda: bluez.called("StartNotify") > begun)
        bluez.lose(belt)
        with pytest.raises(SensorProblem, match="the connection was lost"):
            await logging


async def test_a_sensor_that_sends_seldom_keeps_its_link(bluez):
    """A value every 0.3 s where silence counts as a loss after 0.2 s: given longer once, and then known."""
    belt = strap()
    timings = replace(PROMPT, silent_s=Seconds(0.2))
    async with on_track(bluez, belt, timings=timings) as track:
        sending = asyncio.create_task(every(0.3, lambda: belt.beat(150)))
        await wait_until(lambda: len(track.packets()) >= 8)
        sending.cancel()
        states = track.states()
    assert states.count(LinkState.CONNECTED) <= 3
    assert bluez.called("Connect") <= 3


async def test_a_heart_rate_that_was_refused_comes_back_while_the_pace_comes(bluez):
    """A watch shares its pace and not yet its heart rate: that one is asked for again, over the same link."""
    made = strap("Forerunner 265", serial="W-1")
    pace = air.Characteristic(air.uuid(0x2A53), ("notify",))
    made.services = (*made.services, air.Service(air.uuid(0x1814), (pace,)))
    made.characteristic(BEATS).notify_fault = air.NOT_PERMITTED
    async with on_track(bluez, made, timings=PROMPT) as track:
        await wait_until(lambda: track.notes)
        await wait_until(lambda: bluez.is_heard(made))
        made.characteristic(BEATS).notify_fault = None
        sending = asyncio.create_task(every(0.01, lambda: made.beat(150)))
        await wait_until(track.packets)
        sending.cancel()
    assert bluez.called("Connect") == 1
    assert len(track.notes) == 1


async def test_a_strap_that_is_connected_in_vain_again_and_again_is_told(bluez):
    """It hangs up after every subscription, without an error: after three links without a beat that is said, once."""
    belt = strap("Wahoo TICKR 1A2B")
    async with on_track(bluez, belt, timings=PROMPT) as track:
        for number in range(5):
            await wait_until(lambda: bluez.is_heard(belt))
            await wait_until(lambda: track.states().count(LinkState.CONNECTED) > number)  # noqa: B023  # at once
            assert len(track.notes) == (1 if number > 2 else 0)
            bluez.lose(belt)
            await wait_until(lambda: track.states().count(LinkState.LOST) > number)  # noqa: B023
        await track.hears(belt)
    assert "connects again and again but sends nothing" in track.notes[0].message
    assert "wear its transmitter towards the laptop" in track.notes[0].hint


async def test_services_that_never_resolve_are_told_within_half_a_minute():
    """What the radio waits before it tells is less than 30 s with its own timings: two tries of 5 and 10 s."""
    timings = RadioTimings()
    tries_s = [timings.connect_s * (1 + number) for number in range(2)]
    assert timings.report_s < sum(tries_s) < 30.0 - timings.rescan_s
    assert 2 * timings.subscribe_s + timings.rescan_s < 30.0


async def every(seconds: float, send: Callable[[], object]) -> None:
    """Send so often, for ever."""
    while True:
        await asyncio.sleep(seconds)
        send()


async def test_a_slow_strap_never_holds_up_the_pod(bluez):
    """A strap that takes an hour to connect gives way to a pod that was lost, and has its turn when nobody waits."""
    belt, foot = strap(), pod()
    belt.connects_after_s = 3600.0
    async with on_track(bluez, belt, foot, timings=replace(PROMPT, connect_s=Seconds(3600.0))) as track:
        await track.hears(foot)
        for number in range(3):
            tries = partial(bluez.calls.count, f"Connect {belt.name}")
            while tries() <= number:  # noqa: ASYNC110 - the fake has no event of it
                await asyncio.sleep(0.001)
            belt.connects_after_s = 0.0 if number == 2 else 3600.0
            bluez.lose(foot)
            await wait_until(lambda: not bluez.is_heard(foot))
            await track.hears(foot)
        await track.hears(belt)
    assert bluez.most_connecting == 1


async def test_what_a_slow_strap_needed_is_remembered(bluez):
    """A strap that needed far longer than the first timeout has all the time there is at its next first try."""
    belt = strap()
    belt.connects_after_s = 0.5
    bluez.add(belt)
    async with Radio(clock=MachineClock(), timings=replace(PROMPT, connect_s=Seconds(20.0))) as radio:
        async with aclosing(radio.scan(60.0)) as near:
            assert (await anext(near)).id == belt.address
        device = radio.registry.device(belt.address)
        assert device is not None
        async with radio.connector.connected(device):
            pass
        radio.connector._timings = replace(PROMPT, connect_s=Seconds(0.1))
        assert radio.connector.timeout_s(belt.address, 0) == pytest.approx(0.3)
        assert radio.connector.timeout_s("somebody else's", 0) == 0.1


async def test_what_helps_a_make_is_said_once_whatever_the_runner_calls_it(bluez):
    """The quirk is known by the sensor's own name, in the run and in doctor; the runner reads their label."""
    belt = strap("Amazfit Band 7")
    belt.characteristic(BEATS).notify_fault = air.NOT_PERMITTED
    entry = replace(remembered(belt), label="my strap")
    bluez.add(belt)
    async with on_track(bluez, entry, timings=PROMPT) as track:
        await wait_until(lambda: track.notes)
    (note,) = track.notes
    assert note.message.startswith("my strap refuses")
    assert "Switch on heart-rate sharing" in note.hint
    async with Radio(clock=MachineClock(), timings=PROMPT) as radio:
        checks = [each async for each in check_bluetooth(radio, [entry], 5.0)]
    told = next(each for each in checks if each.check == "sensor")
    assert told.fix.count("Switch on heart-rate sharing") == 1


async def test_doctor_tells_of_a_refusal(bluez):
    """`doctor` tries what a run would do, and says what is refused and what to do."""
    belt = strap()
    bluez.add(belt)
    belt.characteristic(BEATS).notify_fault = Fault("Something new")
    async with Radio(clock=MachineClock(), timings=PROMPT) as radio:
        checks = [each async for each in check_bluetooth(radio, [remembered(belt)], 5.0)]
    told = next(each for each in checks if each.check == "sensor")
    assert told.verdict is CheckVerdict.WARN
    assert "Something new" in told.text
    assert "bluetoothctl remove" in told.fix
