"""The sources of a live run, and the inbox they put inputs into.

A source puts inputs into an `Inbox` until it is cancelled: the simulated runner, buttons on stdin, and the radio
(`coach.edge.radio.source`). A recording is not such a source: it has its own time (`coach.edge.playback`).
"""

from typing import Protocol

from coach.live.inputs import Input
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin


class Inbox(Protocol):
    """Receives inputs from sources; `coach.edge.conductor.Conductor` is one."""

    def now(self) -> Seconds:
        """Seconds since the run's first input, for a radio's `heard_at`."""
        ...

    def put(self, event: Input) -> None:
        """Put an input in on the loop; it is stamped when the run takes it."""
        ...

    def put_from_thread(self, event: Input) -> None:
        """Put an input in from any thread."""
        ...

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Press a button."""
        ...


class SensorSource(Protocol):
    """A source of inputs for the length of a run."""

    async def listen(self, inbox: Inbox) -> None:
        """Put inputs into the inbox until cancelled, or until the source is exhausted."""
        ...
