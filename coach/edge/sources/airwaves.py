"""How do the runner's own sensors reach a run? A radio that is opened with the run and closed with it."""

from collections.abc import Callable, Sequence

from coach.edge.clock import Clock
from coach.edge.paired_sensors import PairedSensor
from coach.edge.radio.radio import Radio
from coach.edge.radio.sensor_lock import SensorLocks
from coach.edge.radio.source import RadioSource
from coach.edge.sources import Inbox
from coach.problems import SensorProblem


class BleSource:
    """A source that hears remembered sensors for as long as the run goes on."""

    def __init__(
        self, sensors: Sequence[PairedSensor], clock: Clock, holds: SensorLocks, say: Callable[[str], None]
    ) -> None:
        """Open nothing yet; `say` hears of trouble, in words for the runner, and that it is over."""
        self._sensors = sensors
        self._clock = clock
        self._holds = holds
        self._say = say

    async def listen(self, inbox: Inbox) -> None:
        """Listen until cancelled; whatever happens to Bluetooth, it is tried again."""
        async with Radio(clock=self._clock, holds=self._holds) as radio:
            source = RadioSource(radio, self._sensors, note=self._note)
            with radio.telling(self._told):
                await source.listen(inbox)

    def _note(self, problem: SensorProblem) -> None:
        self._say(f"{problem.message}. {problem.hint}".strip())

    def _told(self, trouble: SensorProblem | None) -> None:
        if trouble is None:
            self._say("Bluetooth works again.")
