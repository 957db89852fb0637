"""How a scenario tells the world around the machine what to do, and tells the host what it saw."""

import asyncio
import json
import os
import socket
import time
from typing import Any

from bleak import BleakScanner
from bleak.exc import BleakError

from tests.vm.guest.air import SOCKET

SAYS = "VM-SAYS "
"""Begins every line of the console that is a fact for the host, in JSON."""

SCENARIO = "COACH_VM_SCENARIO"
"""The environment variable that names the scenario whose facts they are."""


def say(what: str, **facts: Any) -> None:
    """Tell the host something."""
    os.write(
        1, f"{SAYS}{json.dumps({'what': what, 'scenario': os.environ.get(SCENARIO, '')} | facts)}\n".encode()
    )


class World:
    """The other end of `air`."""

    def __init__(self, within_s: float = 120.0) -> None:
        """Wait until the air answers."""
        ends = time.monotonic() + within_s
        while True:
            self._socket = socket.socket(socket.AF_UNIX)
            try:
                self._socket.connect(SOCKET)
                break
            except OSError:
                self._socket.close()
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)
        self._lines = self._socket.makefile("r", encoding="utf-8")

    def do(self, order: str) -> Any:
        """Have something done; the answer, which for most orders is when it was done, by the machine's clock."""
        self._socket.sendall(f"{order}\n".encode())
        return json.loads(self._lines.readline())


async def powered(within_s: float = 30.0) -> None:
    """Wait until the system has taken the radio and switched it on."""
    ends = time.monotonic() + within_s
    while True:
        try:
            async with BleakScanner():
                return
        except (BleakError, OSError):
            if time.monotonic() > ends:
                raise
            await asyncio.sleep(0.1)
