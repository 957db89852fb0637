"""The sensors as the screen shows them: the air in front of the laptop, and the file of the runner's own."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from coach.cli.sensors.keeping import title
from coach.edge.clock import Clock
from coach.edge.paired_sensors import PairedSensor, PairedSensors
from coach.problems import CoachProblem, SensorProblem
from coach.screen.ports import SensorLine

if TYPE_CHECKING:  # bleak loads with it, when the screen is opened
    from coach.edge.radio.discovery import DiscoveredSensor
    from coach.edge.radio.radio import Radio
    from coach.edge.radio.scan_history import ScanHistory

AGAIN_S: Final = 3.0
"""How long the radio rests before it is tried again, where there was none."""


def _nothing() -> None:
    """Nobody looks."""


@dataclass(slots=True)
class _Air:
    """What is known while the radio is open."""

    radio: "Radio"
    vicinity: "ScanHistory"
    since: float
    """When it was opened, by the clock."""
    batteries: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    """Sensors of our own that were asked for their battery."""


class RadioDesk:
    """Listens from `open` to `close`; what takes a while goes on by itself and says how it went."""

    def __init__(self, mine: Callable[[], PairedSensors], radio: Callable[[], "Radio"], clock: Clock) -> None:
        """Read the runner's own sensors by `mine` and listen by a `radio`, both once the desk is opened."""
        self._mine = mine
        self._make = radio
        self._clock = clock
        self._sensors: PairedSensors | None = None
        self._air: _Air | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed: Callable[[], None] = _nothing
        self._done = ""
        self._trouble = ""

    def open(self, changed: Callable[[], None]) -> None:
        """Begin to listen."""
        self._changed = changed
        try:
            self._sensors = self._mine()
            self._done = self._sensors.trouble
        except CoachProblem as problem:
            self._done = str(problem)
        self._start(self._listen())

    def close(self) -> None:
        """Stop listening; links and scan are let go by themselves."""
        self._changed = _nothing
        for task in tuple(self._tasks):
            task.cancel()

    def lines(self) -> Sequence[SensorLine]:
        """The runner's own first, as they were paired, then the others as they were met."""
        near = {} if self._air is None else {found.id: found for found in self._air.vicinity.all()}
        mine = () if self._sensors is None else self._sensors.all()
        own = [self._line(near.get(each.id), each) for each in mine]
        ids = {each.id for each in mine}
        return [*own, *(self._line(found, None) for found in near.values() if found.id not in ids)]

    def said(self) -> str:
        """What is wrong with Bluetooth, else what was done last."""
        return self._trouble or self._done

    def alike(self, id_: str) -> Sequence[SensorLine]:
        """The sensor alone where it is clearly meant, else every neighbour of its name, itself first."""
        from coach.edge.radio.discovery import nearest

        lines = {line.id: line for line in self.lines()}
        chosen = lines[id_]
        if self._air is None or chosen.is_remembered or not chosen.name:
            return [chosen]
        heard = self._air.vicinity.advertisements(chosen.name)
        listened_s = self._clock.monotonic() - self._air.since
        clear = nearest(heard.values()) if listened_s >= self._air.radio.timings.rank_s else None
        if len(heard) == 1 or getattr(clear, "id", None) == id_:
            return [chosen]
        return [chosen, *(lines[other] for other in heard if other != id_ and other in lines)]

    def pair(self, id_: str) -> None:
        """Ask a sensor who it is, and remember it."""
        air, sensors = self._air, self._sensors
        found = self._found(id_)
        if air is None or sensors is None or found is None:
            self._say("It is not near. Wake it up, and try again.")
            return
        self._say("Asking it who it is ...")
        self._start(self._pair(air, sensors, found))

    def rename(self, id_: str, label: str) -> None:
        """Give a remembered sensor a label.

        Raises:
            CoachProblem: it cannot be written.
        """
        if self._sensors is not None:
            self._sensors.change(id_, label=label)
            self._say(f"It is called {label} now." if label else "It has no label now.")

    def forget(self, id_: str) -> None:
        """Forget a remembered sensor.

        Raises:
            CoachProblem: it cannot be written.
        """
        gone = None if self._sensors is None else self._sensors.forget(id_)
        if gone is not None:
            self._say(f"Forgotten: {title(gone)}")

    async def _listen(self) -> None:
        """Listen for as long as the screen is open; without Bluetooth try again and again."""
        while True:
            try:
                async with self._make() as radio:
                    await self._hear(radio)
            except SensorProblem as problem:
                self._trouble = f"{problem.message}. {problem.hint}".strip()
                self._changed()
            await self._clock.sleep_until(self._clock.monotonic() + AGAIN_S)

    async def _hear(self, radio: "Radio") -> None:
        from coach.edge.radio.scan_history import ScanHistory

        self._air = air = _Air(radio, ScanHistory(radio), self._clock.monotonic())
        async with aclosing(air.vicinity.scan(math.inf)) as near:
            async for found in near:
                self._trouble = ""
                self._ask_battery(air, found)
                self._changed()

    def _ask_battery(self, air: _Air, found: "DiscoveredSensor") -> None:
        """Ask one of our own how full it is, once; nobody connects to a stranger's."""
        own = None if self._sensors is None else self._sensors.find(found.id)
        if own is not None and found.id not in air.asked and not found.is_held:
            air.asked.add(found.id)
            self._start(self._battery(air, found))

    async def _battery(self, air: _Air, found: "DiscoveredSensor") -> None:
        try:
            percent = (await air.radio.read_details(found)).battery_percent
        except SensorProblem:
            air.asked.discard(found.id)  # the next time it is heard it is asked again
            return
        if percent is not None:
            air.batteries[found.id] = percent
            self._changed()

    async def _pair(self, air: _Air, sensors: PairedSensors, found: "DiscoveredSensor") -> None:
        from coach.edge.pairing import PairingOptions, pair

        try:
            paired = await pair(air.radio, sensors, found, PairingOptions())
        except CoachProblem as problem:
            self._say(str(problem))
            return
        air.asked.add(found.id)
        if paired.details is not None and paired.details.battery_percent is not None:
            air.batteries[found.id] = paired.details.battery_percent
        known = "" if paired.trouble is None else f" It would not be asked: {paired.trouble.message}."
        self._say(f"Remembered: {title(paired.sensor)}, a {paired.sensor.kind.value}.{known}")

    def _line(self, found: "DiscoveredSensor | None", own: PairedSensor | None) -> SensorLine:
        id_ = own.id if own is not None else found.id if found is not None else ""
        charge = None if self._air is None else self._air.batteries.get(id_)
        measures = found.measures if found is not None else own.kind.measures if own is not None else ()
        return SensorLine(
            id_,
            (found.name if found is not None else "") or (own.name if own is not None else ""),
            label=own.label if own is not None else "",
            kind=own.kind.value if own is not None else "",
            measures=tuple(word.replace("_", " ") for word in measures if word != "battery"),
            signals=() if self._air is None else self._air.vicinity.signals(id_),
            battery_percent=found.battery_percent if found is not None and charge is None else charge,
            location=own.location if own is not None else "",
            shoe=own.shoe if own is not None else "",
            is_remembered=own is not None,
            is_near=found is not None,
            is_held=found is not None and found.is_held,
        )

    def _found(self, id_: str) -> "DiscoveredSensor | None":
        met = () if self._air is None else self._air.vicinity.all()
        return next((found for found in met if found.id == id_), None)

    def _say(self, text: str) -> None:
        self._done = text
        self._changed()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
