"""Hands the outputs of a run to its sinks, and writes lines to streams.

All sinks are equal, and none can delay or break the run. A line sink has a bounded queue and a thread, so a stuck
pipe blocks nothing else. When a queue is full the oldest line is dropped, because a late reader wants the newest. A
closed pipe ends its sink quietly.

A cue is said within its time to live or not at all, wherever it was held up: before it came to the sink, or in its
queue. JSON lines keep every cue, because each has its time in `at_s`.
"""

import asyncio
import errno
import logging
import select
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Final, Protocol

from coach.cues.cue import Cue
from coach.live.outputs import encode_event, encode_line
from coach.live.run import TimedOutput
from coach.quantities import Seconds

_LOG = logging.getLogger(__name__)


class Sink(Protocol):
    """A receiver of outputs: lines on stdout, the simulated runner. The screen is none; it reads snapshots."""

    def offer(self, output: TimedOutput) -> None:
        """Take an output and its running time without blocking; drop and count what there is no room for."""
        ...

    async def close(self) -> None:
        """Deliver what is queued, within a bounded time, and release all resources."""
        ...


class Fanout:
    """Hands each output to every sink, in order."""

    def __init__(self, sinks: Iterable[Sink] = ()) -> None:
        """Start with these sinks."""
        self._sinks = list(sinks)
        self.failures = 0
        """Number of times a sink raised."""

    def emit(self, outputs: Sequence[TimedOutput]) -> None:
        """Offer each output to every sink; a sink that raises is logged and does not affect the others."""
        for output in outputs:
            for sink in self._sinks:
                try:
                    sink.offer(output)
                except Exception:  # noqa: BLE001 - whatever a sink does, the run goes on
                    self.failures += 1
                    _LOG.exception("%s could not take %s", type(sink).__name__, type(output.output).__name__)

    @property
    def trouble(self) -> str:
        """Why lines could not be written, such as a full disk; empty if they were, or nobody wanted them any more."""
        return next((sink.trouble for sink in self._sinks if isinstance(sink, LineSink) and sink.trouble), "")

    async def close(self) -> None:
        """Close every sink, even if one raises."""
        for sink in self._sinks:
            try:
                await sink.close()
            except Exception:  # noqa: BLE001 - as above
                self.failures += 1
                _LOG.exception("%s could not close", type(sink).__name__)


class SinkGroup:
    """Several sinks that are one, such as all lamps of a run; they are closed together."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        """Make one of these."""
        self._sinks = sinks

    def offer(self, output: TimedOutput) -> None:
        """Offer an output to each."""
        for sink in self._sinks:
            sink.offer(output)

    async def close(self) -> None:
        """Close all at the same time."""
        await asyncio.gather(*(sink.close() for sink in self._sinks))


def is_late(output: TimedOutput, now: Seconds) -> bool:
    """Tell whether an output is a cue that is not worth saying any more."""
    return isinstance(output.output, Cue) and now > output.output.at + output.output.ttl_s


_ROOM: Final = 4096
"""Capacity of a queue in lines: an hour of events."""
_CLOSE_S: Final = 2.0
"""Seconds the end of a run waits for a reader."""


class LineSink:
    """Writes each output as lines to a binary stream; `format_output` makes them, on the loop, in order."""

    def __init__(
        self,
        stream: BinaryIO,
        format_output: Callable[[TimedOutput], list[str]],
        *,
        room: int = _ROOM,
        now: Callable[[], Seconds] | None = None,
    ) -> None:
        """Write to `stream`, which may block or break, with at most `room` lines queued.

        `now` is the time of the run, by which late cues are dropped; without it every cue is written. The raw stream
        of a buffered one is used: a stuck thread would hold its lock and abort the interpreter at exit.
        """
        stream.flush()
        self._stream: BinaryIO = getattr(stream, "raw", stream)
        self._format = format_output
        self._room = room
        self._now = now
        self._queue: deque[tuple[TimedOutput | None, str]] = deque()
        self._ready = threading.Condition()
        self._is_closing = False
        self.is_broken = False
        """True once the reader has gone."""
        self.trouble = ""
        """What the system said when lines could not be written; a reader that has gone is no trouble."""
        self.dropped = 0
        """Number of lines dropped for lack of room or of a reader."""
        self.late = 0
        """Number of lines of cues that nobody could have been told in time."""
        self._thread = threading.Thread(target=self._work, name="lines", daemon=True)
        self._thread.start()

    def offer(self, output: TimedOutput) -> None:
        """Queue the lines of an output; the oldest lines are dropped if there is no room."""
        self.queue(output, self._format(output))

    def queue(self, output: TimedOutput | None, lines: Sequence[str]) -> None:
        """Queue lines that were made elsewhere: of an output of one of several runs, or of none."""
        with self._ready:
            if self.is_broken:
                self.dropped += len(lines)
                return
            self._queue.extend((output, line) for line in lines)
            while len(self._queue) > self._room:
                self._queue.popleft()
                self.dropped += 1
            self._ready.notify()

    async def close(self) -> None:
        """Write what is queued, for at most 2 s."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, _CLOSE_S)
        if self.dropped or self.late or self._thread.is_alive():
            _LOG.warning(
                "%d lines dropped, %d of late cues, %d left unwritten",
                self.dropped,
                self.late,
                len(self._queue),
            )

    def _work(self) -> None:
        """Run the sink's thread: one write for everything that is queued."""
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._queue or self._is_closing)
                queued = list(self._queue)
                self._queue.clear()
            if not queued:
                return
            lines = [line for output, line in queued if not self._is_late(output)]
            self.late += len(queued) - len(lines)
            try:
                self._write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
            except (
                OSError,
                ValueError,
            ) as error:  # a closed pipe or file, or a full disk: nothing more is written
                with self._ready:
                    self.is_broken = True
                    if isinstance(error, OSError) and error.errno != errno.EPIPE:
                        self.trouble = error.strerror or str(error)
                    self.dropped += len(lines) + len(self._queue)
                    self._queue.clear()
                return

    def _is_late(self, output: TimedOutput | None) -> bool:
        return output is not None and self._now is not None and is_late(output, self._now())

    def _write(self, data: bytes) -> None:
        """Write all data; a raw stream may take less at a time, or nothing if it would block."""
        while data:
            written: int | None = self._stream.write(data)
            if written is None:
                select.select([], [self._stream], [])
            data = data[written or 0 :]


def json_lines(stream: BinaryIO, *, room: int = _ROOM) -> LineSink:
    """Make the sink of `--json`: every output is an event."""
    return LineSink(
        stream, lambda output: [encode_line(encode_event(output.output, output.run_s))], room=room
    )


def plain_lines(
    stream: BinaryIO, *, unit: str = "km", room: int = _ROOM, now: Callable[[], Seconds] | None = None
) -> LineSink:
    """Make the sink for plain text: steps, splits and cues with the time of the run; late cues are left out."""
    from coach.edge.text_output import TextFormatter  # a run on the screen writes no lines

    formatter = TextFormatter(unit=unit)
    return LineSink(stream, lambda output: formatter.lines(output.output), room=room, now=now)
