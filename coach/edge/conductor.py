"""What happens next? The pump of a live run, and the one place where time enters it.

An input is stamped when the conductor takes it out of the inbox, then journaled, then judged. Deadlines of
the run are settled when they are due. Nothing else calls the run, so what it did can be folded again from the
journal.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from math import ceil
from typing import Any, Protocol

from coach.edge.clock import Clock
from coach.edge.sinks import Fanout, Sink
from coach.live.inputs import Closed, Input, Opened, Reopened
from coach.live.outputs import Output, RunEnded
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds
from coach.recording.fold import Said
from coach.session.buttons import Button, Origin, Pressed


class Run(Protocol):
    """What the edge needs of `coach.live.run.LiveRun`."""

    def receive(self, event: Input) -> Sequence[Output]:
        """Settle every deadline up to the input's time, then the input."""
        ...

    def settle(self, at: Seconds) -> Sequence[Output]:
        """Settle every deadline up to `at`; the same outputs as folding a later input."""
        ...

    def wake_at(self) -> Seconds | None:
        """When the next deadline is due."""
        ...

    def snapshot(self, at: Seconds | None = None) -> Snapshot:
        """The run as a screen needs it, its clock shown as of `at`."""
        ...

    def run_s(self, at: Seconds) -> Seconds | None:
        """Running time at a moment already reached, pauses excluded; None before the start."""
        ...


class Journal(Protocol):
    """What the conductor needs of `coach.edge.recorder.Recorder`: both return at once and drop nothing."""

    def append_input(self, event: Input) -> None:
        """Write an input that is about to be judged."""
        ...

    def append_outputs(self, said: Sequence[Said]) -> None:
        """Write what the run said."""
        ...


class Ending(StrEnum):
    """How conducting ended."""

    FINISHED = "finished"
    """The run was closed; its journal ends with `Closed`."""
    DISCARDED = "discarded"
    """The runner threw the run away."""
    LEFT = "left"
    """The program goes, the run is not over: it can be resumed."""


class Conductor:
    """Feeds one live run from its inbox and the clock; everything happens on the loop that runs `conduct`."""

    def __init__(
        self,
        run: Run,
        clock: Clock,
        *,
        journal: Journal | None = None,
        sinks: Iterable[Sink] = (),
        resumed_at: Seconds | None = None,
        alive_until: Seconds | None = None,
    ) -> None:
        """Conduct `run`; an interrupted one, settled up to `alive_until`, goes on at `resumed_at`."""
        self._run = run
        self._clock = clock
        self._journal = journal
        self.fanout = Fanout(sinks)
        self._inbox: deque[Input] = deque()
        self._arrived = asyncio.Event()
        self._first: Opened | Reopened = Opened(Seconds(0.0))
        if resumed_at is not None:
            self._first = Reopened(resumed_at, alive_until)
        self._last = _stamp(resumed_at or 0.0)
        self._zero = clock.monotonic() - self._last
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: Ending | None = None

    def put(self, event: Input) -> None:
        """Hand in an input from the loop; its `at` does not matter, it is stamped when it is taken."""
        self._inbox.append(event)
        self._arrived.set()

    def put_from_thread(self, event: Input) -> None:
        """Hand in an input from any thread; once conducting has ended nobody takes it any more."""
        self._inbox.append(event)
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has closed
                self._loop.call_soon_threadsafe(self._arrived.set)

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Press a button."""
        self.put(Pressed(self._last, button, origin, answer))

    def close(self) -> None:
        """End the run after what is already in the inbox."""
        self.put(Closed(self._last))

    def leave(self) -> None:
        """Stop conducting without ending the run, so that it can be resumed."""
        self._ending = self._ending or Ending.LEFT
        self._arrived.set()

    def now(self) -> Seconds:
        """Seconds since the run's first input, never less than the last stamp."""
        return Seconds(max(self._clock.monotonic() - self._zero, self._last))

    def snapshot(self) -> Snapshot:
        """The run at this moment."""
        return self._run.snapshot(self.now())

    async def conduct(self) -> Ending:
        """Run until the run is closed, discarded or left; returns how it ended."""
        self._loop = asyncio.get_running_loop()
        self._zero = self._clock.monotonic() - self._last
        self._eat(replace(self._first, at=self._last))
        while (ending := self._ending) is None:
            self._next(await self._wait())
        return ending

    def _next(self, due: Seconds | None) -> None:
        """Do the one thing that was waited for, unless the run was left meanwhile."""
        if self._ending is not None:
            return
        if due is not None:
            self._settle(due)
        elif self._inbox:
            self._take(self._inbox.popleft())

    async def _wait(self) -> Seconds | None:
        """Sleep until an input is there (None) or a deadline is due (its time)."""
        due = self._run.wake_at()
        if due is not None and due <= self.now():
            await asyncio.sleep(0)
            return due
        if self._inbox:
            await asyncio.sleep(0)  # a flood of inputs must not starve the screen
            return None
        self._arrived.clear()
        arrival = asyncio.ensure_future(self._arrived.wait())
        waits: set[asyncio.Future[Any]] = {arrival}
        if due is not None:
            waits.add(asyncio.ensure_future(self._clock.sleep_until(self._zero + due)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return None if arrival.done() and not arrival.cancelled() else due

    def _settle(self, due: Seconds) -> None:
        """Settle what is due; `due` itself counts as reached, whatever rounding says of the clock."""
        self._last = Seconds(max(_stamp(self.now()), due))
        if self._said(self._run.settle(self._last)):
            self._take(Closed(self._last))

    def _take(self, event: Input) -> None:
        """Stamp an input: time enters here and nowhere else."""
        self._last = Seconds(max(_stamp(self.now()), self._last))  # the line
        self._eat(replace(event, at=self._last))

    def _eat(self, stamped: Input) -> None:
        """Journal an input, then let it be judged."""
        if self._journal is not None:
            self._journal.append_input(stamped)
        ended = self._said(self._run.receive(stamped))
        if isinstance(stamped, Closed):
            self._ending = self._ending or Ending.FINISHED
        elif ended:
            thrown_away = isinstance(stamped, Pressed) and stamped.button is Button.DISCARD
            self._ending = Ending.DISCARDED if thrown_away else None
            self._take(Closed(self._last))  # whatever ended the run, its journal ends with `Closed`

    def _said(self, outputs: Sequence[Output]) -> bool:
        """Pass on what the run said; was its end among it?"""
        if not outputs:
            return False
        said = [Said(output, self._run.run_s(output.at)) for output in outputs]
        if self._journal is not None:
            self._journal.append_outputs(said)
        self.fanout.emit(said)
        return any(isinstance(output, RunEnded) for output in outputs)


def _stamp(seconds: float) -> Seconds:
    """Round up to whole milliseconds, which keeps the journal small."""
    return Seconds(ceil(round(seconds * 1000, 6)) / 1000)
