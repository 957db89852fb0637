"""What a run makes of what the radio hands it: the fold behind the real radio in front of the fake BlueZ."""

import json
from dataclasses import replace
from typing import Any

import pytest

from coach.gatt.heart_rate import HeartRateMeasurement
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import BeatsPerMinute, Seconds
from coach.signals.readings import Characteristic, Notified, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, EndConditions, OpenEnd, Quantity, Step, StepTarget, Timeline
from tests.patience import wait_until
from tests.radio.peripherals import strap, uuid
from tests.radio.track import on_track
from tests.recording.journals import encode_lines

pytestmark = pytest.mark.asyncio


def said(inputs: list[Input]) -> list[dict[str, Any]]:
    """Fold what was heard through a run at 140 to 150 beats per minute; its events."""
    target = StepTarget(Quantity.HEART_RATE, Band(140.0, 145.0, 150.0), "140 to 150 bpm")
    step = Step("0", "Run", "Run", Kind.WORK, "run", EndConditions((OpenEnd(),)), target)
    run = LiveRun(RunSetup("track", Timeline("Steady", (step,))))
    return [
        json.loads(line)
        for line in encode_lines(refold(run, [Opened(Seconds(0.0)), *inputs, Closed(inputs[-1].at)]))
    ]


def of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The events of one kind."""
    return [event for event in events if event["event"] == kind]


async def test_nonsense_is_rejected_and_nothing_else_happens(bluez):
    """A strap that speaks nonsense is told of in the log, and its next good beat counts again."""
    belt = strap()
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
        for payload in (b"", b"\x16", b"\x01\x59", bytes(64)):
            belt.notify(uuid(0x2A37), payload)
        await track.hears(belt)
    events = said(track.inputs)
    assert "no bytes at all" in [event["reason"] for event in of(events, "rejected")]
    assert events[-1]["event"] == "run_ended"
    assert of(events, "sensor")[-1]["state"] == "live"


async def test_a_burst_brings_no_storm_of_cues(bluez):
    """Thirty packets at once after a stall, all far too fast, say nothing; minutes of them say it, and not often."""
    belt = strap()
    async with on_track(bluez, belt) as track:
        await wait_until(lambda: bluez.is_heard(belt))
        burst = [belt.beat(185 + number % 3) for number in range(30)]
        await wait_until(lambda: track.packets() == burst)
    before = [_beat(at, 145) for at in range(60)]
    at_once = [replace(each, at=Seconds(100.0)) for each in track.inputs]
    after = [_beat(at, 186) for at in range(101, 401)]
    high = [
        cue["at_s"]
        for cue in of(said([*before, *at_once, *after]), "cue")
        if cue["kind"] == "heart_rate_high"
    ]
    assert 1 <= len(high) <= 2
    assert min(high) > 101


async def test_a_low_battery_is_in_the_events(bluez):
    """What the strap says of its charge reaches the sensor's events, and a low one is said to the runner."""
    belt = strap(battery=60)
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
        await wait_until(lambda: track.packets(Characteristic.BATTERY_LEVEL))
        await wait_until(lambda: bluez.called("StartNotify") >= 2)  # the beats, and now the charge
        belt.set_battery(5)
        await wait_until(lambda: b"\x05" in track.packets(Characteristic.BATTERY_LEVEL))
        await track.hears(belt)
    events = said(track.inputs)
    assert 5 in [event.get("battery_percent") for event in of(events, "sensor")]
    assert [cue["kind"] for cue in of(events, "cue")].count("sensor_low_battery") == 1


def _beat(at: float, bpm: int) -> Notified:
    """A heart rate as a strap sends it."""
    payload = bytes(HeartRateMeasurement(BeatsPerMinute(bpm)))
    return Notified(Seconds(at), Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, payload)
