"""How is something waited for, but not for ever, by a clock that a test can hold?"""

import asyncio
from typing import Any

from coach.edge.clock import Clock


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
