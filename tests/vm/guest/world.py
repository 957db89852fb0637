"""How a scenario tells the world around the machine what to do, and tells the host what it saw."""

import asyncio
import json
import os
import time
from typing import Any

from tests.vm.guest.air import SOCKET

SAYS = "VM-SAYS "
"""Begins every line of the console that is a fact for the host, in JSON."""

_SCENARIO = os.environ.get("COACH_SCENARIO", "")


def say(what: str, **facts: Any) -> None:
    """Tell the host something."""
    os.write(1, f"{SAYS}{json.dumps({'what': what, 'scenario': _SCENARIO} | facts)}\n".encode())


class World:
    """The other end of `air`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def reached(cls, within_s: float = 120.0) -> "World":
        """Wait until the air answers."""
        ends = time.monotonic() + within_s
        while True:
            try:
                return cls(*await asyncio.open_unix_connection(SOCKET, limit=1 << 24))
            except OSError:
                if time.monotonic() > ends:
                    raise
                await asyncio.sleep(0.1)

    async def do(self, order: str) -> Any:
        """Have something done; the answer, which for most orders is when it was done, by the machine's clock."""
        self._writer.write(f"{order}\n".encode())
        return json.loads(await self._reader.readline())

    def close(self) -> None:
        """Leave the world alone."""
        self._writer.close()
