"""What the remembered sensors send into a run."""

from contextlib import asynccontextmanager

import pytest

from coach.edge.radio.radio import Radio
from coach.edge.radio.source import RadioSource
from coach.edge.remembered import Kind, RememberedSensor
from coach.signals.readings import LinkState
from tests.edge.box import Box
from tests.edge.doubles import FakeClock, settle_down
from tests.edge.ether import Ether, Thing

STRAP = RememberedSensor("AA", "Strap", Kind.STRAP)


@asynccontextmanager
async def listening(ether: Ether, *sensors: RememberedSensor, **options):
    """A radio on the ether with a source listening to the sensors."""
    clock = FakeClock()
    box = Box(clock)
    async with Radio(clock=clock, **ether.backends) as radio:
        source = RadioSource(radio, sensors or (STRAP,), **options)
        radio.start(source.listen(box))
        await settle_down()
        yield radio, clock, box


@pytest.mark.asyncio
async def test_a_remembered_sensor_is_found_connected_and_heard():
    """A sensor that advertises is connected, told, and its bytes come raw with the time they were heard."""
    strap = Thing("AA")
    ether = Ether(strap)
    async with listening(ether) as (_, clock, box):
        ether.advertise()
        await settle_down()
        await clock.advance(1.0)
        strap.send(b"\x00\x78")
        await settle_down()

        assert box.states() == [LinkState.SEARCHING, LinkState.CONNECTED]
        assert box.beats() == [b"\x00\x78"]
        assert box.events[-1].heard_at == 1.0


@pytest.mark.asyncio
async def test_a_lost_link_is_built_again_with_a_fresh_client():
    """After each loss the sensor is searched, connected by a new client and subscribed anew; none is left open."""
    strap = Thing("AA")
    ether = Ether(strap)
    async with listening(ether) as (_, clock, box):
        for lap in range(5):
            await clock.advance(1.0)
            ether.advertise()
            await settle_down()
            strap.send(bytes((0, 100 + lap)))
            strap.hang_up()
            await settle_down()

        assert box.beats() == [bytes((0, 100 + lap)) for lap in range(5)]
        assert len(ether.clients) == 5
        assert ether.open == 0
