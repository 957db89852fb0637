"""The machine's clock, and how a moment is written for people."""

import asyncio
import ctypes
import sys
import time
from types import SimpleNamespace

import pytest

from coach.edge.clock import MachineClock, RateLimit, WallTime, local_iso


def test_the_clock_never_goes_back():
    """Two looks in a row are in order, and an hour is an hour of this machine's clock."""
    clock = MachineClock()
    looks = [clock.monotonic() for _ in range(1000)]
    assert looks == sorted(looks)
    assert clock.monotonic() - looks[0] < 3600


def test_the_wall_has_a_zone():
    """The tests' own zone is UTC."""
    wall = MachineClock().wall()
    assert (wall.zone, wall.utc_offset_s) == ("UTC", 0)
    assert wall.epoch_s > 1_700_000_000


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (WallTime(0.0, "UTC", 0), "1970-01-01T00:00:00+00:00"),
        (WallTime(1_795_280_645.9, "CET", 3600), "2026-11-21T18:04:05+01:00"),
        (WallTime(0.0, "NST", -12600), "1969-12-31T20:30:00-03:30"),
        (WallTime(0.0, "ACST", 34200), "1970-01-01T09:30:00+09:30"),
    ],
)
def test_a_moment_is_written_with_its_offset(moment, text):
    """Local time and how far it is from UTC, whole minutes of either sign."""
    assert local_iso(moment) == text


def test_a_moment_that_is_past_is_not_waited_for():
    """Sleeping until yesterday returns at once, and a short sleep ends at or after its moment."""

    async def sleep() -> float:
        clock = MachineClock()
        await clock.sleep_until(clock.monotonic() - 86400.0)
        moment = clock.monotonic() + 0.001
        await clock.sleep_until(moment)
        return clock.monotonic() - moment

    assert asyncio.run(sleep()) >= 0.0


def machine(monkeypatch, platform: str, **clocks: float) -> MachineClock:
    """A clock on a machine that has these clocks, in seconds, and no others."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_UPTIME_RAW", "CLOCK_MONOTONIC_RAW"):
        monkeypatch.delattr(time, name, raising=False)
    for name in clocks:
        monkeypatch.setattr(time, name, name, raising=False)
    monkeypatch.setattr(time, "clock_gettime", lambda name: clocks[name])
    monkeypatch.setattr(sys, "platform", platform)
    return MachineClock()


def test_sleep_is_what_one_clock_counts_and_the_other_does_not(monkeypatch):
    """Linux and macOS each have a clock that stands while the machine sleeps; the run goes by the other."""
    linux = machine(monkeypatch, "linux", CLOCK_BOOTTIME=190.0, CLOCK_MONOTONIC=100.0)
    assert (linux.asleep_s(), linux.monotonic()) == (90.0, 190.0)
    mac = machine(monkeypatch, "darwin", CLOCK_MONOTONIC_RAW=290.0, CLOCK_UPTIME_RAW=200.0)
    assert (mac.asleep_s(), mac.monotonic()) == (90.0, 290.0)


def test_sleep_on_windows_is_the_bias_of_the_interrupt_time(monkeypatch):
    """The tick count counts sleep, the unbiased interrupt time does not."""

    class TickCount:
        restype = None

        def __call__(self) -> int:
            return 190_000

    def unbiased(pointer) -> None:
        pointer._obj.value = 1_000_000_000

    kernel = SimpleNamespace(GetTickCount64=TickCount(), QueryUnbiasedInterruptTime=unbiased)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert machine(monkeypatch, "win32").asleep_s() == 90.0


def test_a_system_that_does_not_tell_never_sleeps(monkeypatch):
    """What is not known of sleep is no sleep."""
    assert machine(monkeypatch, "sunos5").asleep_s() == 0.0


def test_a_rate_limit_refills_up_to_its_burst():
    """Two a second after a burst of three; what is spent in any case is waited for by the next."""
    now = 0.0
    limit = RateLimit(2.0, 3.0, lambda: now)

    assert [limit.take() for _ in range(4)] == [True, True, True, False]
    now = 0.25
    assert (limit.take(), limit.wait_s()) == (False, 0.25)
    now = 60.0
    limit.spend(5.0)
    assert limit.wait_s() == 1.5
