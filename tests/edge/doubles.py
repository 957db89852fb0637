"""Stand-ins for what the edge touches: a clock that stands still, a run that only remembers.

An inbox that only keeps what it is handed.
"""

import asyncio
from collections.abc import Callable, Sequence

from coach.cues.cue import Cue, CueClass, CueKind, Why
from coach.edge.clock import WallTime
from coach.edge.recorder import Recorder
from coach.live.contract import Closed, Input, Opened, Output, RunEnded, RunStarted
from coach.live.run import TimedOutput
from coach.quantities import Seconds
from coach.session.phases import Button, Origin
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source


class FakeClock:
    """A clock that moves when it is told to; sleepers wake in the order of their moments."""

    def __init__(self, start: float = 5000.0) -> None:
        self.time = start
        self.asleep = 0.0
        self.epoch = 1_800_000_000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        """The time as last set."""
        return self.time

    def wall(self) -> WallTime:
        """A wall an hour east of Greenwich, in step with `monotonic`."""
        return WallTime(self.epoch + self.time, "CET", 3600)

    def asleep_s(self) -> float:
        """As long as the machine has slept."""
        return self.asleep

    def sleep(self, seconds: float) -> None:
        """Shut the lid: time goes on, and nobody wakes."""
        self.time += seconds
        self.asleep += seconds

    async def sleep_until(self, moment: float) -> None:
        """Wait for `advance`."""
        if moment > self.time:
            sleeper = asyncio.get_running_loop().create_future()
            self._sleepers.append((moment, sleeper))
            await sleeper

    async def advance(self, seconds: float) -> None:
        """Move on, stopping at each sleeper's moment so that it acts at its own time."""
        goal = self.time + seconds
        await self._settle()
        while due := [each for each in self._sleepers if each[0] <= goal and not each[1].done()]:
            self.time = max(self.time, min(moment for moment, _ in due))
            for moment, sleeper in due:
                if moment <= self.time:
                    sleeper.set_result(None)
            await self._settle()
        self.time = goal
        await self._settle()

    async def _settle(self) -> None:
        """Let everything happen that can happen now."""
        await settle_down()


class PacedClock(FakeClock):
    """A clock that stands while a recorder has something to write: hours may pass in no time, and no disk is slow."""

    def __init__(self) -> None:
        super().__init__()
        self.recorders: list[Recorder] = []
        """Whose threads are waited for."""

    async def _settle(self) -> None:
        """Let everything happen, and all of it be written."""
        await settle_down()
        while any(each._queue and each.result is None for each in self.recorders):
            await asyncio.sleep(0.001)  # a thread writes
            await settle_down()


async def settle_down(turns: int = 40) -> None:
    """Let everything on the loop that can run, run."""
    for _ in range(turns):
        await asyncio.sleep(0)


def cue(at: float, text: str = "Ease off.") -> Cue:
    """A cue that needs no evidence."""
    return Cue(Seconds(at), CueKind.FORM, CueClass.INFO, text, Why("test"), Seconds(5.0))


class StubRun:
    """A run that says a cue for every input and every deadline; deadlines come every `every_s` seconds.

    Like the real one it fires what is due before an input, so the number of wakes changes nothing.
    """

    def __init__(self, every_s: float | None = None) -> None:
        self.inputs: list[Input] = []
        self.every_s = every_s
        self.due = every_s
        self.ends_at: float | None = None
        self.over = False
        self.fired: list[float] = []

    def receive(self, event: Input) -> list[Output]:
        """Say what came."""
        outputs = self._fire_due(event.at)
        self.inputs.append(event)
        if self.over:
            return outputs
        if isinstance(event, Opened):
            outputs.append(RunStarted(event.at, "01TEST", "Test", ""))
        elif isinstance(event, Closed):
            outputs.append(self._end(event.at))
        else:
            outputs.append(cue(event.at, f"{type(event).__name__} {getattr(event, 'button', '')}".strip()))
        return outputs

    def fire(self, at: Seconds) -> list[Output]:
        """Say what is due."""
        self.fired.append(at)
        return self._fire_due(at)

    def wake_at(self) -> Seconds | None:
        """The next deadline."""
        dues = [due for due in (self.due, self.ends_at) if due is not None]
        return None if self.over or not dues else Seconds(min(dues))

    def run_s(self, at: Seconds) -> Seconds | None:
        """The clock of a run that started at once."""
        return at

    def _fire_due(self, at: float) -> list[Output]:
        outputs: list[Output] = []
        while (due := self.wake_at()) is not None and due <= at:
            if due == self.ends_at:
                outputs.append(self._end(due))
            else:
                outputs.append(cue(due, "deadline"))
                self.due = due + (self.every_s or 0.0)
        return outputs

    def _end(self, at: float) -> RunEnded:
        self.over = True
        return RunEnded(Seconds(at), completed=True, steps_done=0, time_s=None, distance=None)


class Kept:
    """A sink that keeps what it is given, in order."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.closed = False

    def offer(self, said: TimedOutput) -> None:
        """Keep an output."""
        self.outputs.append(said.output)

    async def close(self) -> None:
        """Note it."""
        self.closed = True


class KeptJournal(Recorder):
    """A recorder without a disk, which keeps inputs and outputs in order."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self.outputs: list[Output] = []
        self.order: list[Input | Output] = []

    def append_input(self, event: Input) -> None:
        """Keep an input."""
        self.inputs.append(event)
        self.order.append(event)

    def append_outputs(self, outputs: Sequence[TimedOutput]) -> int:
        """Keep outputs."""
        self.outputs.extend(each.output for each in outputs)
        self.order.extend(each.output for each in outputs)
        return len(self.order)

    def is_written(self, record: int, written: Callable[[], None]) -> bool:
        """Say that everything is."""
        return record <= len(self.order)


class KeptInbox:
    """An inbox that only keeps."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.events: list[Input] = []

    def now(self) -> Seconds:
        """Seconds since the first input."""
        return Seconds(self.clock.time - 5000.0)

    def put(self, event: Input) -> None:
        """Keep it."""
        self.events.append(event)

    def put_from_thread(self, event: Input) -> None:
        """Never called."""
        raise AssertionError("the radio lives on the loop")

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Never called."""
        raise AssertionError("a sensor presses nothing")

    def states(self, source: Source = Source.STRAP) -> list[LinkState]:
        """What became of a link."""
        return [one.state for one in self.events if isinstance(one, LinkChanged) and one.source is source]

    def beats(self) -> list[bytes]:
        """The packets of the strap."""
        return [
            one.payload
            for one in self.events
            if isinstance(one, Notified) and one.characteristic is Characteristic.HEART_RATE_MEASUREMENT
        ]
