"""The machine's clock, and how a moment is written for people."""

import asyncio

import pytest

from coach.edge.clock import MachineClock, WallTime, local_iso


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
