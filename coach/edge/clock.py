"""Reads the machine's clock, and waits by it; no other module asks the machine for the time.

Everything else takes a `Clock`, so that a test can pass one that it moves itself. A run never sees a clock: the
time comes with each input (`coach.edge.conductor`).
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from coach.quantities import Seconds

if TYPE_CHECKING:
    import asyncio  # it is slow to load, and most commands wait for nothing

_LONGEST_SLEEP_S: Final = 5.0
"""Longest single sleep: the remaining time is measured again at least this often, because the machine may sleep."""


@dataclass(frozen=True, slots=True)
class WallTime:
    """A moment by the calendar, with its time zone."""

    epoch_s: float
    """Seconds since 1970-01-01 UTC."""
    zone: str
    """The name of the local zone, such as `CET`."""
    utc_offset_s: int
    """Seconds the local time is ahead of UTC."""


class Clock(Protocol):
    """A source of time: the machine, a test, or a run that is simulated faster than real time."""

    def monotonic(self) -> float:
        """Seconds since some origin; never goes back, and counts time the machine is asleep."""
        ...

    def wall(self) -> WallTime:
        """The moment by the calendar; it may jump forwards or back."""
        ...

    def asleep_s(self) -> float:
        """Seconds the machine has been asleep, since some origin: it grows while it sleeps, and only then."""
        ...

    async def sleep_until(self, moment: float) -> None:
        """Return once `monotonic()` has reached `moment`; immediately if it is in the past."""
        ...


class MachineClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds since the machine started, including time asleep where the system counts it."""
        return _monotonic()

    def wall(self) -> WallTime:
        """The moment by the machine's calendar and zone."""
        now = time.time()
        local = time.localtime(now)
        return WallTime(now, local.tm_zone, local.tm_gmtoff)

    def asleep_s(self) -> float:
        """Seconds the machine has been asleep since it started; 0 on a system without that figure."""
        if hasattr(time, "CLOCK_BOOTTIME"):  # Linux
            return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
        if hasattr(time, "CLOCK_UPTIME_RAW"):  # macOS
            return time.clock_gettime(time.CLOCK_MONOTONIC_RAW) - time.clock_gettime(time.CLOCK_UPTIME_RAW)
        return _windows_asleep_s() if sys.platform == "win32" else 0.0

    async def sleep_until(self, moment: float) -> None:
        """Return once `moment` is reached; asyncio's own timers stop while the machine sleeps."""
        import asyncio

        while (remaining := moment - _monotonic()) > 0:  # noqa: ASYNC110 - time passes by itself, nobody sets it
            await asyncio.sleep(min(remaining, _LONGEST_SLEEP_S))


def local_day() -> str:
    """The local day of the machine's clock, `2026-05-31`."""
    return local_iso(MachineClock().wall())[:10]


def utc_iso(moment: WallTime) -> str:
    """Format a wall time in UTC, so that texts sort as moments do: `2026-11-21T17:04:05Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment.epoch_s))


def local_iso(moment: WallTime) -> str:
    """Format a wall time in ISO 8601, for people and manifests: `2026-11-21T18:04:05+01:00`."""
    shifted = time.gmtime(moment.epoch_s + moment.utc_offset_s)
    minutes = moment.utc_offset_s // 60
    sign = "-" if minutes < 0 else "+"
    return (
        time.strftime("%Y-%m-%dT%H:%M:%S", shifted)
        + f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    )


def _monotonic() -> float:
    """Read the clock that also counts time asleep."""
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if hasattr(time, "CLOCK_UPTIME_RAW"):  # macOS, where Python's own stands still meanwhile
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
    return time.monotonic()


def loop_s() -> float:
    """Seconds by the clock that asyncio's timers go by, whatever clock a run has."""
    return time.monotonic()


class RateLimit:
    """A limit that refills with time, up to a burst."""

    __slots__ = ("_at", "_burst", "_now", "_per_s", "_tokens")

    def __init__(self, per_s: float, burst: float, now: Callable[[], float] = loop_s) -> None:
        """Begin with a full burst; `now` is the clock in seconds."""
        self._per_s, self._burst, self._now = per_s, burst, now
        self._tokens, self._at = burst, now()

    def wait_s(self, cost: float = 1.0) -> float:
        """Seconds until so much may be taken; 0 for now."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_s)
        self._at = now
        return max(0.0, (cost - self._tokens) / self._per_s)

    def take(self, cost: float = 1.0) -> bool:
        """Take so much, if it is allowed now."""
        if self.wait_s(cost) > 0:
            return False
        self._tokens -= cost
        return True

    def spend(self, cost: float) -> None:
        """Take so much in any case; the next one waits the longer."""
        self.wait_s(cost)
        self._tokens -= cost


def just_before(now: Seconds, monotonic: float, clock: "Clock") -> Seconds:
    """Return the time of a session at a moment of the last second by `loop_s`; `now` for another moment or clock."""
    late_s = loop_s() - monotonic
    return Seconds(now - late_s) if isinstance(clock, MachineClock) and 0 <= late_s < 1 else now


def _windows_asleep_s() -> float:
    """Compare the time since the start with the time awake since then (`QueryUnbiasedInterruptTime`)."""
    import ctypes

    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 - other systems have no such attribute
    kernel.GetTickCount64.restype = ctypes.c_ulonglong
    awake = ctypes.c_ulonglong()
    kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake))
    return float(kernel.GetTickCount64()) / 1e3 - awake.value / 1e7


async def sleep_for(clock: Clock, seconds: float) -> None:
    """Sleep for `seconds` of the clock; other tasks always get a turn."""
    import asyncio

    if seconds > 0:
        await clock.sleep_until(clock.monotonic() + seconds)
    else:
        await asyncio.sleep(0)


async def wait_until(event: "asyncio.Event", clock: Clock, moment: float | None) -> bool:
    """Wait for an event until a moment of the clock (None: without limit); returns True if the event is set."""
    import asyncio

    if event.is_set():
        return True
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait())]
    if moment is not None:
        waits.append(asyncio.ensure_future(clock.sleep_until(moment)))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return event.is_set()
