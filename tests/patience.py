"""Waiting until something is so, without waiting longer than that."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from bleak import BleakClient

LIMIT_S: Final = 50.0
"""How long a state is waited for: what takes milliseconds here may take many seconds on a busy machine."""
TEST_LIMIT_S: Final = 300.0
"""How long a test in front of the fake bus may take before it counts as hung."""


async def wait_until(condition: Callable[[], object], limit_s: float | None = LIMIT_S) -> None:
    """Wait until a condition holds; None waits for ever.

    Raises:
        TimeoutError: it did not hold in time.
    """
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110  # what is waited for has no event of its own
            await asyncio.sleep(0.001)


async def disconnected(client: BleakClient) -> None:
    """Wait until a client has lost its link."""
    await wait_until(lambda: not client.is_connected)


def block_until(condition: Callable[[], Any], what: str = "") -> Any:
    """Wait without a loop until a condition holds, as a test of a whole process does, and return its value."""
    deadline = time.monotonic() + LIMIT_S
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.01)
    return value
