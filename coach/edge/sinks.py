"""Who hears what the run says? Every sink alike; none of them can hold up or upset the run.

How do lines get out? Sinks with a bounded queue and a thread each, so that a stuck pipe holds up nobody.

When a queue is full the oldest line goes: who reads late would rather know what is true now. A closed pipe
ends a sink quietly, and the run goes on.
"""

import asyncio
import logging
import select
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Final, Protocol

from coach.edge.text_output import TextFormatter
from coach.live.events import event_of, line_of
from coach.recording.fold import Said

_LOG = logging.getLogger(__name__)


class Sink(Protocol):
    """Somebody who hears outputs: lines on stdout, a screen, a voice, the simulated runner."""

    def offer(self, output: Said) -> None:
        """Take an output and its running time, at once; what there is no room for is dropped and counted."""
        ...

    async def close(self) -> None:
        """Say what is still waiting, for a bounded time, and let go of everything."""
        ...


class Fanout:
    """Deals outputs to sinks in order."""

    def __init__(self, sinks: Iterable[Sink] = ()) -> None:
        """Start with these sinks."""
        self._sinks = list(sinks)
        self.failures = 0
        """How often a sink raised instead of taking an output."""

    def add(self, sink: Sink) -> None:
        """Let one more sink hear what comes from now on."""
        self._sinks.append(sink)

    def emit(self, outputs: Sequence[Said]) -> None:
        """Offer each output to each sink; a sink that raises is logged and the others are served."""
        for output in outputs:
            for sink in self._sinks:
                try:
                    sink.offer(output)
                except Exception:  # noqa: BLE001 - whatever a sink does, the run goes on
                    self.failures += 1
                    _LOG.exception("%s could not take %s", type(sink).__name__, type(output.output).__name__)

    async def close(self) -> None:
        """Close every sink; one that fails does not keep the others open."""
        for sink in self._sinks:
            try:
                await sink.close()
            except Exception:  # noqa: BLE001 - as above
                self.failures += 1
                _LOG.exception("%s could not close", type(sink).__name__)


_ROOM: Final = 4096
"""Lines that may wait: an hour of events."""
_CLOSE_S: Final = 2.0
"""How long the end of a run waits for a reader."""
_LOG = logging.getLogger(__name__)


class LineSink:
    """Writes each output as lines to a binary stream; `tell` makes them, on the loop, in order."""

    def __init__(
        self, stream: BinaryIO, format_output: Callable[[Said], list[str]], *, room: int = _ROOM
    ) -> None:
        """Write to `stream`, which may block or break, with at most `room` lines waiting.

        A buffered stream is gone round: its lock, held by a thread that is stuck, would abort the program's end.
        """
        stream.flush()
        self._stream: BinaryIO = getattr(stream, "raw", stream)
        self._format = format_output
        self._room = room
        self._waiting: deque[str] = deque()
        self._ready = threading.Condition()
        self._closing = False
        self.is_broken = False
        """Has the reader gone?"""
        self.dropped = 0
        """Lines that found no room, or no reader."""
        self._thread = threading.Thread(target=self._work, name="lines", daemon=True)
        self._thread.start()

    def offer(self, output: Said) -> None:
        """Queue the lines of an output; the oldest make room."""
        lines = self._format(output)
        with self._ready:
            if self.is_broken:
                self.dropped += len(lines)
                return
            self._waiting.extend(lines)
            while len(self._waiting) > self._room:
                self._waiting.popleft()
                self.dropped += 1
            self._ready.notify()

    async def close(self) -> None:
        """Write what is waiting, for at most 2 s."""
        with self._ready:
            self._closing = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, _CLOSE_S)
        if self.dropped or self._thread.is_alive():
            _LOG.warning("%d lines dropped, %d left unwritten", self.dropped, len(self._waiting))

    def _work(self) -> None:
        """The sink's thread: one write and flush for all that is waiting."""
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._waiting or self._closing)
                lines = list(self._waiting)
                self._waiting.clear()
            if not lines:
                return
            try:
                self._write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
            except (OSError, ValueError):  # a closed pipe, a closed file: nobody reads any more
                with self._ready:
                    self.is_broken = True
                    self.dropped += len(lines) + len(self._waiting)
                    self._waiting.clear()
                return

    def _write(self, data: bytes) -> None:
        """Write all of it; a raw stream may take less at a time, or nothing while it would have to wait."""
        while data:
            written: int | None = self._stream.write(data)
            if written is None:
                select.select([], [self._stream], [])
            data = data[written or 0 :]


def json_lines(stream: BinaryIO, *, room: int = _ROOM) -> LineSink:
    """The sink of `--json`: every output as an event."""
    return LineSink(stream, lambda output: [line_of(event_of(output.output, output.run_s))], room=room)


def plain_lines(stream: BinaryIO, *, unit: str = "km", room: int = _ROOM) -> LineSink:
    """The sink of a terminal that is none: what a coach would say, with the time of the run."""
    narrator = TextFormatter(unit=unit)
    return LineSink(stream, lambda output: narrator.lines(output.output), room=room)
