"""A BlueZ in a process of its own, for the whole program: `python -m tests.radio [SCRIPT]`.

Its first line names the bus, for `DBUS_SYSTEM_BUS_ADDRESS`. Then it does what a script says, if one is given,
and what comes down stdin (`world`), and answers each line with one. The end of input ends it.
"""

import asyncio
import json
import sys
from pathlib import Path

from tests.radio.bluez import FakeBlueZ
from tests.radio.daemon import PrivateBus
from tests.radio.world import World


async def main(scripted: list[str]) -> None:
    """Open the world, and keep it until the input ends."""
    bus = PrivateBus()
    bluez = FakeBlueZ(bus.address)
    try:
        await bluez.start()
        await _serve(World(bluez), bus.address, scripted)
        await bluez.stop()
    finally:
        bus.close()


async def _serve(world: World, address: str, scripted: list[str]) -> None:
    _say({"address": address})
    for line in scripted:
        _say(await world.do(line))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := (await reader.readline()).decode().strip():
        _say(await world.do(line))
    await world.close()


def _script() -> list[str]:
    """The lines of the scripts named on the command line, without their comments."""
    lines = [line for name in sys.argv[1:] for line in Path(name).read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main(_script()))
