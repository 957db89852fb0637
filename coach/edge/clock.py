"""What time is it? The only module of the product that asks the machine.

Everything else takes a `Clock`, so that a test can hand in one that stands still. The run itself never sees a
clock at all: it is told the time of each input (`coach.edge.conductor`).

How is something waited for, but not for ever, by a clock that a test can hold?
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final, Protocol

_NAP_S: Final = 5.0
"""Sleeps are cut into naps: after the lid was shut what is left is measured afresh, at most this late."""


@dataclass(frozen=True, slots=True)
class WallTime:
    """A moment as a calendar knows it."""

    epoch_s: float
    """Seconds since 1970-01-01 UTC."""
    zone: str
    """The name of the local zone, such as `CET`."""
    utc_offset_s: int
    """Seconds the local time is ahead of UTC."""


class Clock(Protocol):
    """Where the edge learns the time."""

    def monotonic(self) -> float:
        """Seconds from an origin of its own; never goes back, and goes on while the machine sleeps."""
        ...

    def wall(self) -> WallTime:
        """The moment by the calendar; may jump either way."""
        ...

    async def sleep_until(self, moment: float) -> None:
        """Return once `monotonic()` has reached `moment`; at once if it is past."""
        ...


class MachineClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds since the machine started, time asleep with the lid shut included where it is known."""
        return _monotonic()

    def wall(self) -> WallTime:
        """The moment by the machine's calendar and zone."""
        now = time.time()
        local = time.localtime(now)
        return WallTime(now, local.tm_zone, local.tm_gmtoff)

    async def sleep_until(self, moment: float) -> None:
        """Return once `moment` is reached; asyncio's own timers stand still while the machine sleeps."""
        while (remaining := moment - _monotonic()) > 0:  # noqa: ASYNC110 - time passes by itself, nobody sets it
            await asyncio.sleep(min(remaining, _NAP_S))


def local_iso(moment: WallTime) -> str:
    """Write a wall time for people and manifests: `2026-11-21T18:04:05+01:00`."""
    shifted = time.gmtime(moment.epoch_s + moment.utc_offset_s)
    minutes = moment.utc_offset_s // 60
    sign = "-" if minutes < 0 else "+"
    return (
        time.strftime("%Y-%m-%dT%H:%M:%S", shifted)
        + f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    )


def _monotonic() -> float:
    """The clock that also counts time asleep, where the system has one (Linux)."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


async def sleep_for(clock: Clock, seconds: float) -> None:
    """Wait for so many seconds of the clock; always give others a turn."""
    if seconds > 0:
        await clock.sleep_until(clock.monotonic() + seconds)
    else:
        await asyncio.sleep(0)


async def wait_until(event: asyncio.Event, clock: Clock, moment: float) -> bool:
    """Wait for an event until a moment of the clock; did it happen?"""
    if event.is_set():
        return True
    waits: tuple[asyncio.Future[Any], ...] = (
        asyncio.ensure_future(event.wait()),
        asyncio.ensure_future(clock.sleep_until(moment)),
    )
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return event.is_set()
