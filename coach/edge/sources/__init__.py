"""Where do a run's inputs come from?

A live source hands what it hears to an `Inbox` and is stopped by cancelling it: the simulated runner, buttons
on stdin, later the radio. A recording is no live source: it carries its own time
(`coach.edge.playback`).
"""

from typing import Protocol

from coach.live.inputs import Input
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin


class Inbox(Protocol):
    """Where a source puts what it heard; `coach.edge.conductor.Conductor` is one."""

    def now(self) -> Seconds:
        """Seconds since the run's first input, for a radio's `heard_at`."""
        ...

    def put(self, event: Input) -> None:
        """Hand in an input from the loop; it is stamped when the run takes it."""
        ...

    def put_from_thread(self, event: Input) -> None:
        """The same from any thread."""
        ...

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Hand in a button."""
        ...


class SensorSource(Protocol):
    """Something that hears the world for as long as the run goes on."""

    async def listen(self, inbox: Inbox) -> None:
        """Put what is heard into the inbox until cancelled, or until there is nothing more to hear."""
        ...
