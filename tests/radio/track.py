"""A runner's sensors on the coach's own radio, in front of the fake BlueZ, with every wait shrunk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from coach.edge.clock import MachineClock
from coach.edge.paired_sensors import PairedSensor, RadioTimings, SensorKind, SensorLocks
from coach.edge.radio import Radio
from coach.edge.radio_source import RadioSource, SensorCallbacks
from coach.live.contract import Input
from coach.problems import SensorProblem
from coach.quantities import Seconds
from coach.session.phases import Button, Origin
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source
from tests.patience import wait_until
from tests.radio.bluez import FakeBlueZ
from tests.radio.peripherals import Peripheral, Pod, Strap

QUICK: Final = RadioTimings(
    connect_s=Seconds(5.0),
    disconnect_guard_s=Seconds(1.0),
    read_s=Seconds(1.0),
    silent_s=Seconds(5.0),
    backoff_s=tuple(map(Seconds, (0.0, 0.001, 0.002, 0.005, 0.01))),
    adopt_s=Seconds(0.02),
    rescan_s=Seconds(0.2),
    again_s=Seconds(0.05),
    compare_s=Seconds(0.05),
    namesake_s=Seconds(0.05),
    rank_s=Seconds(0.1),
    taken_s=Seconds(0.01),
)
"""Nothing waits for long, save for what a slow machine must not run into: those stay long."""


class Track:
    """What a run hears of its sensors: an inbox that stamps and keeps."""

    def __init__(self, bluez: FakeBlueZ) -> None:
        """Hear nothing yet."""
        self.inputs: list[Input] = []
        self.notes: list[SensorProblem] = []
        self._bluez = bluez
        self._clock = MachineClock()
        self._zero = self._clock.monotonic()
        self._beats = 100

    def now(self) -> Seconds:
        """Seconds since the first input."""
        return Seconds(self._clock.monotonic() - self._zero)

    def put(self, event: Input) -> None:
        """Stamp and keep."""
        self.inputs.append(replace(event, at=self.now()))

    def put_from_thread(self, event: Input) -> None:
        """Never called: the radio lives on the loop."""
        raise AssertionError(event)

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Never called: a sensor presses nothing."""
        raise AssertionError(button)

    def packets(self, what: Characteristic = Characteristic.HEART_RATE_MEASUREMENT) -> list[bytes]:
        """What came of one kind, in order."""
        return [
            each.payload for each in self.inputs if isinstance(each, Notified) and each.characteristic is what
        ]

    def states(self, source: Source = Source.STRAP) -> list[LinkState]:
        """What became of a link."""
        return [each.state for each in self.inputs if isinstance(each, LinkChanged) and each.source is source]

    async def hears(self, peripheral: Strap | Pod, metres: float = 1.0) -> bytes:
        """Wait for the link, notify once, and wait until that is here; the bytes."""
        await wait_until(lambda: self._bluez.is_heard(peripheral))
        if isinstance(peripheral, Pod):
            what, sent = Characteristic.RSC_MEASUREMENT, peripheral.run(metres)
        else:
            self._beats = 100 + (self._beats - 99) % 100
            what, sent = Characteristic.HEART_RATE_MEASUREMENT, peripheral.beat(self._beats)
        await wait_until(lambda: sent in self.packets(what))
        return sent


def remembered(peripheral: Strap | Pod) -> PairedSensor:
    """What a runner who paired it remembers."""
    kind = SensorKind.POD if isinstance(peripheral, Pod) else SensorKind.STRAP
    serial = peripheral.characteristic(0x2A25).value.decode()
    return PairedSensor(peripheral.address, peripheral.name or "", kind, serial=serial)


@asynccontextmanager
async def on_track(
    bluez: FakeBlueZ,
    *sensors: Strap | Pod | PairedSensor,
    timings: RadioTimings = QUICK,
    holds: SensorLocks | None = None,
    callbacks: SensorCallbacks | None = None,
) -> AsyncIterator[Track]:
    """Run with these sensors remembered; peripherals among them are in the air as well."""
    bluez.add(*(each for each in sensors if isinstance(each, Peripheral)))
    known = [remembered(each) if isinstance(each, Peripheral) else each for each in sensors]
    track = Track(bluez)
    async with Radio(clock=MachineClock(), timings=timings, locks=holds) as radio:
        source = RadioSource(radio, known, on_problem=track.notes.append, callbacks=callbacks)
        radio.start(source.listen(track))
        yield track
