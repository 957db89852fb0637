"""Waiting until something is so, without waiting longer than that."""

import asyncio
from collections.abc import Callable

from bleak import BleakClient


async def so(is_so: Callable[[], object], within_s: float | None = 20.0) -> None:
    """Wait until something is so; None waits for ever.

    Raises:
        TimeoutError: it was not so in time.
    """
    async with asyncio.timeout(within_s):
        while not is_so():  # noqa: ASYNC110  # what is waited for has no event of its own
            await asyncio.sleep(0.001)


async def gone(client: BleakClient, within_s: float = 20.0) -> None:
    """Wait until a client has lost its link."""
    await so(lambda: not client.is_connected, within_s)
