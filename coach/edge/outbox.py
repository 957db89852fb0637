"""Who hears what the run says? Every sink alike; none of them can hold up or upset the run."""

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol

from coach.recording.fold import Said

_LOG = logging.getLogger(__name__)


class Sink(Protocol):
    """Somebody who hears outputs: lines on stdout, a screen, a voice, the simulated runner."""

    def offer(self, said: Said) -> None:
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

    def deal(self, outputs: Sequence[Said]) -> None:
        """Offer each output to each sink; a sink that raises is logged and the others are served."""
        for said in outputs:
            for sink in self._sinks:
                try:
                    sink.offer(said)
                except Exception:  # noqa: BLE001 - whatever a sink does, the run goes on
                    self.failures += 1
                    _LOG.exception("%s could not take %s", type(sink).__name__, type(said.output).__name__)

    async def close(self) -> None:
        """Close every sink; one that fails does not keep the others open."""
        for sink in self._sinks:
            try:
                await sink.close()
            except Exception:  # noqa: BLE001 - as above
                self.failures += 1
                _LOG.exception("%s could not close", type(sink).__name__)
