"""The session that the fake BlueZ is taken through as well, in front of the real one: what it said of the strap."""

import asyncio

from tests.radio.session import session
from tests.vm.guest.air import STRAP
from tests.vm.guest.world import World, powered, say


class RealAir:
    """The strap of the world around the machine, which beats when it is told to."""

    address = STRAP.address

    def __init__(self, world: World) -> None:
        self._world = world

    async def beat(self) -> None:
        """Notify one heart rate."""
        self._world.do("beat strap")

    async def lose(self) -> None:
        """Lose the link, and advertise again."""
        self._world.do("lose strap")
        self._world.do("back strap")


def main() -> None:
    """Take the session, and tell what was said."""
    asyncio.run(_main())


async def _main() -> None:
    world = World()
    await powered()
    world.do("silence strap")
    lines = await session(RealAir(world))
    world.do("speak strap")
    say("traced", lines=lines)
