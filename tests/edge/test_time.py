"""The time at the edge counts the seconds the machine sleeps, and never runs back."""

import asyncio
import time

import pytest

from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor
from coach.quantities import MetresPerSecond, Seconds
from coach.session.phases import Button, Pressed
from coach.signals.readings import Reported, Source
from tests.edge.doubles import FakeClock, KeptJournal, StubRun, settle_down

BOOT = 7
"""The number of the clock that also runs while the machine sleeps."""


@pytest.fixture
def boot_clock(monkeypatch):
    """Replaces the machine's clocks by a dict that a test sets; only `BOOT` is in it."""
    clocks = {BOOT: 1000.0}
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", BOOT, raising=False)
    monkeypatch.setattr(time, "clock_gettime", clocks.__getitem__, raising=False)
    return clocks


def test_the_time_asleep_counts(boot_clock):
    """An hour with the lid shut is an hour of the clock."""
    clock = MachineClock()
    before = clock.monotonic()
    boot_clock[BOOT] += 3600.0
    assert clock.monotonic() - before == 3600.0


def test_a_sleeper_looks_again_after_the_lid_was_shut(boot_clock, monkeypatch):
    """A wait of a minute, slept through by the machine, ends after one more nap of 5 s."""
    naps = []

    async def nap_with_the_lid_shut(seconds: float) -> None:
        naps.append(seconds)
        boot_clock[BOOT] += 3600.0

    monkeypatch.setattr(asyncio, "sleep", nap_with_the_lid_shut)
    sleeping = MachineClock().sleep_until(1060.0)
    with pytest.raises(StopIteration):
        sleeping.send(None)
    assert naps == [5.0]


def test_without_such_a_clock_the_ordinary_one_counts(monkeypatch):
    """A system without the clock that counts sleep uses its ordinary monotonic clock."""
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    before = time.monotonic()
    assert before <= MachineClock().monotonic() <= time.monotonic()


@pytest.mark.asyncio
async def test_now_never_lies_before_the_last_stamp():
    """The run's time stands still while a clock that jumped back 7 s catches up."""
    clock, run = FakeClock(), StubRun()
    conductor = Conductor(run, clock)
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(10.0)
    conductor.put(Reported(Seconds(0.0), Source.SIM, speed=MetresPerSecond(4.0)))
    await settle_down()
    clock.time -= 7.0
    assert conductor.now() == 10.0
    clock.time += 7.5
    assert conductor.now() == 10.5
    conductor.close()
    await conducting


@pytest.mark.asyncio
async def test_a_stamp_never_lies_before_a_deadline_that_has_fired():
    """An input after a deadline that is not at a whole millisecond is stamped no earlier than the deadline."""
    clock, run, journal = FakeClock(), StubRun(), KeptJournal()
    run.due = 1.000_000_000_1
    run.every_s = 3600.0
    conductor = Conductor(run, clock, journal=journal)
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(1.000_000_000_1)
    conductor.press(Button.MARK)
    await settle_down()
    conductor.close()
    await conducting
    times = [each.at for each in journal.order]
    assert any(isinstance(each, Pressed) for each in journal.order)
    assert times == sorted(times)
