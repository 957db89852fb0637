"""An inbox that only keeps what it is handed."""

from coach.live.inputs import Input
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source
from tests.edge.doubles import FakeClock


class Box:
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
