"""A measured morning: through the radio, the live run and the journal, and read again from the journal."""

import asyncio
import errno
import json
import random
import re
import tempfile
from dataclasses import replace
from functools import partial
from math import log

import pytest

from coach.app.live_run import RunContext
from coach.app.morning import MEASURE, Measurement, MeasureView, measured_in, measurement_document
from coach.app.playback import RecordingRequest
from coach.app.reviews import review_run
from coach.app.sensors import SensorChoice
from coach.app.terminal import SILENT, RunMode
from coach.edge import recorder
from coach.edge.clock import WallTime
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, SensorMode
from coach.edge.recorder import JournalFile
from coach.edge.settings import Settings
from coach.edge.sources import Inbox
from coach.edge.store import folders_of_runs, remember_folder
from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.physiology import heart_rate
from coach.plan.config import Posture, ReadinessSettings
from coach.quantities import BeatsPerMinute, Seconds
from coach.signals.readings import Characteristic, Notified, Source
from coach.workout.document import document_from
from tests.edge.doubles import FakeClock, PacedClock
from tests.patience import TEST_LIMIT_S, wait_until
from tests.radio.peripherals import strap

pytestmark = pytest.mark.usefixtures("recorders_keep_up")


def settings_of(settle_s, measure_s):
    """Return the settings of a short or a long morning."""
    return replace(Settings(), readiness=ReadinessSettings(settle_s=settle_s, measure_s=measure_s))


def belts(belt):
    """Return a paired strap."""
    return SensorChoice(SensorMode.BLE, (PairedSensor(belt.address, belt.name, SensorKind.STRAP),))


async def hurry(clock, condition, step_s=0.2):
    """Let time pass until a condition holds, as fast as the bus answers."""
    for _ in range(60_000):
        if condition():
            return
        await clock.advance(step_s)
        await asyncio.sleep(0.001)
    pytest.fail("it never was so")


@pytest.mark.asyncio
@pytest.mark.timeout(TEST_LIMIT_S)
async def test_real_beats_through_the_fake_radio_are_those_of_the_file(bluez, at_rest, tmp_path):
    """Three minutes of `rr_rest.txt`, beat by beat over the air: the same beats, RMSSD and heart rate; and once more.

    A strap counts in 1/1024 s, so a beat may be half a millisecond off; to whole milliseconds it is the same.
    """
    belt = strap()
    bluez.add(belt)
    clock = PacedClock()
    context = RunContext(settings_of(200.0, 180.0), clock, RunMode.SCREEN, SILENT)
    measurement = Measurement(context, belts(belt), Posture.SITTING, tmp_path / "mornings", "ida")
    task = asyncio.create_task(measurement.run())

    def is_heard():
        belt.beat(50)
        return measurement.view().has_begun

    await hurry(clock, is_heard, 0.02)
    assert measurement.view().is_settling
    await hurry(clock, lambda: is_heard() and not measurement.view().is_settling, 1.0)

    sent = []
    for each in at_rest:
        await clock.advance(each / 1000)
        if measurement.view().left_s is None:
            break
        belt.beat(round(60_000 / each), (each / 1000,))
        await wait_until(partial(has_more_than, measurement, len(measurement._beats), task))
        await clock.advance(0)
        sent.append(each)
    await hurry(clock, task.done)
    measured = await task

    assert measured.morning is not None
    assert measured.folder is not None
    assert measured.at_rest is not None
    assert measured.is_usable
    assert len(sent) > 150
    received = beats_of(measured.folder)
    assert received == sent[: len(received)]
    assert len(received) >= len(sent) - 1
    ticks = [round(each * 1.024) / 1.024 for each in received]
    over_the_air, of_file = heart_rate.at_rest(ticks).variability, heart_rate.at_rest(received).variability
    assert over_the_air is not None
    assert of_file is not None
    assert measured.morning.ln_rmssd == pytest.approx(log(over_the_air.rmssd_ms))
    assert over_the_air.rmssd_ms == pytest.approx(of_file.rmssd_ms, abs=0.05)
    assert measured.morning.resting_bpm == pytest.approx(of_file.mean_heart_rate, abs=0.01)
    assert (measured.morning.posture, measured.morning.source) == (Posture.SITTING, "strap:Polar H10")
    assert measured_in(measured.folder) == measured


def has_more_than(measurement, count, task):
    """Return True once more beats have come than this number, or none comes any more."""
    return len(measurement._beats) > count or task.done()


def beats_of(folder):
    """Return the beats of the measured minutes in whole milliseconds, as a replay has them."""
    run = review_run(RecordingRequest(str(folder)), SILENT)
    step = next(each for each in run.trace.steps if each.step.name == MEASURE)
    return [round(length * 1000) for at, length in run.trace.beats if step.from_s < at <= step.to_s]


async def simulated(tmp_path, settle_s=2.0, measure_s=60.0):
    """Measure a simulated runner."""
    clock = PacedClock()
    context = RunContext(settings_of(settle_s, measure_s), clock, RunMode.SCREEN, SILENT)
    measurement = Measurement(context, SensorChoice(SensorMode.SIM), Posture.LYING, tmp_path / "mornings")
    task = asyncio.create_task(measurement.run())
    return clock, measurement, task


@pytest.mark.asyncio
async def test_nothing_of_a_made_up_runner_is_kept(tmp_path, monkeypatch):
    """It ends by itself with a value, and its recording is deleted."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clock, measurement, task = await simulated(tmp_path)
    await hurry(clock, lambda: measurement.view().beats > 0, 1.0)
    assert list(tmp_path.iterdir()), "it is recorded while it lasts"
    await hurry(clock, task.done, 1.0)
    measured = await task

    assert measured.morning is not None
    assert measured.morning.ln_rmssd is not None
    assert measured.morning.source == "simulated"
    assert (measured.morning.day.isoformat(), measured.morning.minute) == ("2027-01-15", 10 * 60 + 23)
    assert measurement.view() == MeasureView()
    assert measured.folder is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.asyncio
async def test_it_replays_and_is_no_run(handed, tmp_path, coach):
    """The recording gives the same lines twice, and is in no list of runs."""
    measured, _ = await by_hand(handed, tmp_path, [(60, (each,)) for each in wobbling(59)])
    assert measured.folder is not None
    lines = [coach("replay", measured.folder, "--speed", "max", "--json").stdout for _ in range(2)]
    assert lines[0] == lines[1]
    assert json.loads(lines[0].splitlines()[-1])["event"] == "run_ended"
    assert "No runs yet" in coach("runs", "list").stdout + coach("runs", "list").stderr


@pytest.mark.asyncio
async def test_a_measurement_that_is_cut_off_is_offered_as_no_run(handed, home, tmp_path):
    """It is not offered, and a run that was cut off in another folder still is."""
    elsewhere = tmp_path / "elsewhere"
    remember_folder(elsewhere, runner_paths())
    clock, mornings = PacedClock(), tmp_path / "mornings"
    context = RunContext(settings_of(0.0, 60.0), clock, RunMode.SCREEN, SILENT)
    measurement = Measurement(context, SensorChoice(SensorMode.BLE), Posture.LYING, mornings)
    task = asyncio.create_task(measurement.run())
    await clock.advance(10.0)
    measurement.leave()
    await task

    assert list(mornings.iterdir()), "it is recorded"
    assert folders_of_runs(runner_paths()) == [runner_paths().runs, elsewhere]


@pytest.mark.asyncio
async def test_what_is_broken_off_is_no_morning(tmp_path):
    """Half a measurement gives no value."""
    clock, measurement, task = await simulated(tmp_path)
    await clock.advance(10.0)
    measurement.leave()
    measured = await task

    assert measured.morning is None
    assert measured.why_not == "It was broken off."


@pytest.mark.asyncio
async def test_without_anything_from_a_strap_it_says_so(tmp_path):
    """Without a beat and a heart rate there is no morning."""
    clock = PacedClock()
    context = RunContext(settings_of(0.0, 60.0), clock, RunMode.SCREEN, SILENT)
    measurement = Measurement(context, SensorChoice(SensorMode.NONE), Posture.LYING, tmp_path / "mornings")
    task = asyncio.create_task(measurement.run())
    await hurry(clock, task.done, 5.0)

    assert (await task).why_not == "Nothing was received from a strap."


def wobbling(count):
    """Return intervals of about a second that differ as those of a heart at rest do."""
    draw = random.Random(3)
    return [1.0 + 0.03 * draw.gauss(0, 1) for _ in range(count)]


class Handed:
    """A source that sends the packets of a test."""

    def __init__(self):
        self.inbox: Inbox | None = None

    async def listen(self, inbox):
        """Wait for packets."""
        self.inbox = inbox
        await asyncio.Event().wait()

    def beat(self, bpm, intervals_s=(), contact=Contact.DETECTED):
        """Send one packet."""
        payload = bytes(
            HeartRateMeasurement(
                BeatsPerMinute(bpm), contact, rr_s=tuple(Seconds(each) for each in intervals_s)
            )
        )
        assert self.inbox is not None
        self.inbox.put(Notified(Seconds(0.0), Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, payload))


@pytest.fixture
def handed(monkeypatch):
    """Let a source of the test measure."""
    from coach.app import sensors

    source = Handed()
    monkeypatch.setattr(sensors, "sources_for", lambda *_args, **_more: sensors.RunSources([source]))
    return source


async def by_hand(handed, tmp_path, packets, clock=None):
    """Measure packets that come every second for a minute; return the result and what was shown meanwhile."""
    clock = clock or PacedClock()
    context = RunContext(settings_of(0.0, 60.0), clock, RunMode.SCREEN, SILENT)
    measurement = Measurement(context, SensorChoice(SensorMode.BLE), Posture.LYING, tmp_path / "mornings")
    task = asyncio.create_task(measurement.run())
    await clock.advance(0.1)
    views = []
    for packet in packets:
        await clock.advance(1.0)
        if packet is not None and not task.done():
            handed.beat(*packet)
        await clock.advance(0.0)
        views.append(measurement.view())
    await hurry(clock, task.done, 1.0)
    return await task, views


@pytest.mark.asyncio
async def test_contact_that_is_lost_is_seen_and_makes_it_unusable(handed, tmp_path):
    """After half a minute of silence there is no value, and the morning is saved as unusable."""
    packets = [(60, (each,)) for each in wobbling(45)]
    measured, views = await by_hand(handed, tmp_path, [*packets, *([None] * 14)])

    assert any(view.is_lost for view in views)
    assert not views[20].is_lost
    assert views[-1].bpm is None
    assert not measured.is_usable
    assert measured.morning is not None
    assert measured.morning.ln_rmssd is None
    assert "contact was lost" in measured.why_not


@pytest.mark.asyncio
async def test_beats_that_are_all_artefact_are_not_usable(handed, tmp_path):
    """Intervals that are twice too long, then too short, are wrong beats: the share is shown meanwhile."""
    measured, views = await by_hand(handed, tmp_path, [(60, (1.4, 0.6)) for _ in range(59)])

    assert views[-1].corrected_share > 0.05
    assert not measured.is_usable
    assert "had to be corrected" in measured.why_not


@pytest.mark.asyncio
async def test_a_strap_without_intervals_gives_a_resting_heart_rate_only(handed, tmp_path):
    """It is the mean of the values; HRV stays unknown."""
    measured, _ = await by_hand(handed, tmp_path, [(48, ()) for _ in range(59)])

    assert measured.morning is not None
    assert measured.is_usable
    assert measured.morning.ln_rmssd is None
    assert measured.morning.resting_bpm == pytest.approx(48.0, abs=0.01)
    assert "sends no intervals" in measured.why_not


@pytest.mark.asyncio
async def test_what_the_disk_refuses_is_not_called_lost_contact(handed, tmp_path, monkeypatch):
    """A full disk is reported as such, and gives no value."""
    write, written = JournalFile.write, []

    def full(file, data):
        written.append(data)
        if len(written) > 30:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(JournalFile, "write", full)
    monkeypatch.setattr(recorder, "CLOSE_S", 0.01)
    packets = [(60, (each,)) for each in wobbling(59)]
    measured, _ = await by_hand(handed, tmp_path, packets, clock=FakeClock())

    assert measured.morning is None
    assert re.fullmatch("Not all of it could be recorded: the disk is (full|too slow)[.]", measured.why_not)


@pytest.mark.asyncio
async def test_a_morning_is_of_the_date_on_which_it_began(handed, tmp_path, monkeypatch):
    """It began at 23:59 and ended after midnight."""
    begun = 1_800_053_980.0  # 23:59:40 an hour east of Greenwich
    zero = PacedClock().time
    monkeypatch.setattr(PacedClock, "wall", lambda self: WallTime(begun + self.time - zero, "CET", 3600))
    measured, _ = await by_hand(handed, tmp_path, [(60, (each,)) for each in wobbling(59)])

    assert measured.morning is not None
    assert (measured.morning.day.isoformat(), measured.morning.minute) == ("2027-01-15", 23 * 60 + 59)


def test_the_workout_of_a_morning_is_one_like_any_other():
    """The reader of workouts reads it; without a time to settle it has one step."""
    document = document_from(measurement_document(Posture.LYING, 60.0, 180.0), name="the morning")
    assert [len(section.steps) for section in document.workout.sections] == [2]
    bare = document_from(measurement_document(Posture.LYING, 0.0, 300.0), name="the morning")
    assert [len(section.steps) for section in bare.workout.sections] == [1]
