"""The sensors for the screen: those that the radio finds nearby, and the runner's own."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from coach.app.sensors import title
from coach.edge.clock import Clock
from coach.edge.paired_sensors import PairedSensor, PairedSensors
from coach.problems import CoachProblem, SensorProblem
from coach.screen.ports import SensorLine

if TYPE_CHECKING:  # bleak loads with it, when the screen is opened
    from coach.edge.pairing import ScanHistory
    from coach.edge.radio.discovery import DiscoveredSensor
    from coach.edge.radio.radio import Radio

AGAIN_S: Final = 3.0
"""Pause before the radio is tried again, where there was none."""
LOOK_S: Final = 8.0
"""How long a sensor is looked for before it is called not near, as long as `coach sensors scan` looks."""


def _nothing() -> None:
    """Does nothing: no screen is open."""


@dataclass(slots=True)
class _OpenRadio:
    """A radio that is open, and what was found with it."""

    radio: "Radio"
    history: "ScanHistory"
    since: float
    """When it was opened, by the clock."""
    batteries: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    """The runner's own sensors that were asked for their battery."""


class RadioDesk:
    """Scans from `open` to `close`; pairings and battery checks run as tasks, whose results `message` gives."""

    def __init__(
        self,
        load: Callable[[], PairedSensors],
        radio: Callable[[], "Radio"],
        clock: Clock,
        *,
        athlete: str = "",
        athletes: Sequence[str] = (),
    ) -> None:
        """Read the remembered sensors with `load`, and scan with a `radio` once the desk is opened.

        Args:
            load: reads them.
            radio: makes the radio.
            clock: tells how long was looked.
            athlete: the slug of the one who is about to run; a sensor that is paired here is theirs.
            athletes: the slugs of all who are saved.
        """
        self._athlete = athlete
        self._athletes = tuple(athletes)
        self._load_sensors = load
        self._make_radio = radio
        self._clock = clock
        self._sensors: PairedSensors | None = None
        self._open_radio: _OpenRadio | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed: Callable[[], None] = _nothing
        self._last_message = ""
        self._trouble = ""
        self._pairing = asyncio.Lock()

    def open(self, changed: Callable[[], None]) -> None:
        """Begin to listen."""
        self._changed = changed
        self._load()
        self._start(self._listen())

    def _load(self) -> None:
        """Read the remembered sensors anew."""
        try:
            self._sensors = self._load_sensors()
            self._last_message = self._sensors.trouble
        except CoachProblem as problem:
            self._last_message = str(problem)

    def close(self) -> None:
        """Stop listening; the tasks let links and scan go."""
        self._changed = _nothing
        for task in tuple(self._tasks):
            task.cancel()

    def lines(self) -> Sequence[SensorLine]:
        """The remembered first, as they were paired, then the others as they were found."""
        if self._sensors is None and not self._last_message:
            self._load()
        discovered = (
            {}
            if self._open_radio is None
            else {sensor.id: sensor for sensor in self._open_radio.history.all()}
        )
        remembered = () if self._sensors is None else self._sensors.all()
        own_lines = [self._line(discovered.get(sensor.id), sensor) for sensor in remembered]
        ids = {sensor.id for sensor in remembered}
        return [
            *own_lines,
            *(self._line(sensor, None) for sensor in discovered.values() if sensor.id not in ids),
        ]

    def message(self) -> str:
        """What is wrong with Bluetooth, else the result of the last action."""
        return self._trouble or self._last_message

    def alike(self, id_: str) -> Sequence[SensorLine]:
        """The sensor alone if it is clearly the nearest of its name, else every sensor of that name, itself first."""
        from coach.edge.radio.discovery import nearest

        lines = {line.id: line for line in self.lines()}
        chosen = lines[id_]
        if self._open_radio is None or chosen.is_remembered or not chosen.name:
            return [chosen]
        advertisements = self._open_radio.history.advertisements(chosen.name)
        scanned_s = self._clock.monotonic() - self._open_radio.since
        nearest_sensor = (
            nearest(advertisements.values()) if scanned_s >= self._open_radio.radio.timings.rank_s else None
        )
        if len(advertisements) == 1 or getattr(nearest_sensor, "id", None) == id_:
            return [chosen]
        return [
            chosen,
            *(lines[other_id] for other_id in advertisements if other_id != id_ and other_id in lines),
        ]

    def pair(self, id_: str) -> None:
        """Read the details of a sensor, and remember it."""
        open_radio, sensors = self._open_radio, self._sensors
        sensor = self._discovered(id_)
        if open_radio is None or sensors is None or sensor is None:
            self._say("It is not near. Wake it up, and try again.")
            return
        self._say("Asking it who it is ...")
        self._start(self._pair(open_radio, sensors, sensor))

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
        sensor = None if self._sensors is None else self._sensors.forget(id_)
        if sensor is not None:
            self._say(f"Forgotten: {title(sensor)}")

    def can_give(self) -> bool:
        """True with two athletes or more."""
        return len(self._athletes) > 1

    def give(self, id_: str) -> None:
        """Give a remembered sensor to the next athlete.

        Raises:
            CoachProblem: it cannot be written.
        """
        sensor = None if self._sensors is None else self._sensors.find(id_)
        if self._sensors is None or sensor is None or not self.can_give():
            return
        wearers = (*self._athletes, "")
        at = wearers.index(sensor.athlete) if sensor.athlete in wearers else -1
        wearer = wearers[(at + 1) % len(wearers)]
        self._sensors.change(id_, athlete=wearer)
        self._say(f"{title(sensor)}: {wearer or 'everyone'} may wear it now.")

    async def _listen(self) -> None:
        """Listen for as long as the screen is open; where there is no Bluetooth, try again."""
        while True:
            try:
                async with self._make_radio() as radio:
                    await self._scan(radio)
            except SensorProblem as problem:
                self._trouble = f"{problem.message}. {problem.hint}".strip()
                self._changed()
            await self._clock.sleep_until(self._clock.monotonic() + AGAIN_S)

    async def _scan(self, radio: "Radio") -> None:
        from coach.edge.pairing import ScanHistory

        self._open_radio = opened = _OpenRadio(radio, ScanHistory(radio), self._clock.monotonic())
        async with aclosing(opened.history.scan(math.inf)) as discovered:
            async for sensor in discovered:
                self._trouble = ""
                self._ask_battery(opened, sensor)
                self._changed()

    def _ask_battery(self, opened: _OpenRadio, sensor: "DiscoveredSensor") -> None:
        """Ask one of the runner's own sensors for its battery, once; strangers' sensors are left alone."""
        own = None if self._sensors is None else self._sensors.find(sensor.id)
        if own is not None and sensor.id not in opened.asked and not sensor.is_held:
            opened.asked.add(sensor.id)
            self._start(self._read_battery(opened, sensor))

    async def _read_battery(self, opened: _OpenRadio, sensor: "DiscoveredSensor") -> None:
        try:
            percent = (await opened.radio.read_details(sensor)).battery_percent
        except SensorProblem:
            opened.asked.discard(sensor.id)  # the next time it is heard it is asked again
            return
        if percent is not None:
            opened.batteries[sensor.id] = percent
            self._changed()

    async def _pair(self, opened: _OpenRadio, sensors: PairedSensors, sensor: "DiscoveredSensor") -> None:
        from coach.edge.pairing import PairingOptions, pair

        try:
            async with self._pairing:  # one after the other: the radio makes one link at a time
                options = PairingOptions(first_athlete=self._athlete)
                paired = await pair(opened.radio, sensors, sensor, options)
        except CoachProblem as problem:
            self._say(str(problem))
            return
        opened.asked.add(sensor.id)
        if paired.details is not None and paired.details.battery_percent is not None:
            opened.batteries[sensor.id] = paired.details.battery_percent
        trouble = "" if paired.trouble is None else f" It would not be asked: {paired.trouble.message}."
        self._say(f"Remembered: {title(paired.sensor)}, a {paired.sensor.kind.value}.{trouble}")

    def _line(self, sensor: "DiscoveredSensor | None", own: PairedSensor | None) -> SensorLine:
        id_ = own.id if own is not None else sensor.id if sensor is not None else ""
        charge = None if self._open_radio is None else self._open_radio.batteries.get(id_)
        measures = sensor.measures if sensor is not None else own.kind.measures if own is not None else ()
        return SensorLine(
            id_,
            (sensor.name if sensor is not None else "") or (own.name if own is not None else ""),
            label=own.label if own is not None else "",
            kind=own.kind.value if own is not None else "",
            measures=tuple(word.replace("_", " ") for word in measures if word != "battery"),
            signals=() if self._open_radio is None else self._open_radio.history.signals(id_),
            battery_percent=sensor.battery_percent if sensor is not None and charge is None else charge,
            location=own.location if own is not None else "",
            shoe=own.shoe if own is not None else "",
            is_remembered=own is not None,
            wearer=own.athlete if own is not None and not own.may_measure(self._athlete) else "",
            absence=self._absence(),
            is_near=sensor is not None,
            is_held=sensor is not None and sensor.is_held,
        )

    def _absence(self) -> str:
        """What is said of a sensor that was not heard: only after some seconds it is not near."""
        if self._trouble:
            return ""
        opened = self._open_radio
        is_looking = opened is None or self._clock.monotonic() - opened.since < LOOK_S
        return "looking" if is_looking else "not near"

    def _discovered(self, id_: str) -> "DiscoveredSensor | None":
        sensors = () if self._open_radio is None else self._open_radio.history.all()
        return next((sensor for sensor in sensors if sensor.id == id_), None)

    def _say(self, text: str) -> None:
        self._last_message = text
        self._changed()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
