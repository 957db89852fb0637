"""Chooses the sources of a run: paired sensors over Bluetooth, forwarded values, a simulated runner, or nothing."""

import asyncio
import math
import os
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from coach.app.terminal import Console
from coach.edge.clock import Clock, MachineClock, utc_iso
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import (
    PairedSensor,
    PairedSensors,
    SensorIdentity,
    SensorKind,
    SensorLocks,
    SensorMode,
    assign_sources,
    likely_order,
    load_sensors,
    nearest,
    no_such_sensor,
    numbered,
    sensor_modes,
)
from coach.edge.settings import load_settings
from coach.problems import CoachProblem, SensorProblem, SensorTrouble
from coach.screen.protocols import SensorLine

if TYPE_CHECKING:
    from coach.edge.conductor import SimulatedRunner
    from coach.edge.paired_sensors import DiscoveredSensor
    from coach.edge.radio import Radio  # bleak loads with it, when sensors are searched for
    from coach.edge.radio_source import ScanHistory, SensorCallbacks
    from coach.edge.relay import RelaySource
    from coach.edge.sources import SensorSource
    from coach.live.contract import RunSetup
    from coach.signals.readings import Source

REQUIRED_S: Final = 20.0
"""How long `--require-sensor` searches, in seconds: a strap put on just now advertises within a few seconds."""
_PAIR: Final = "Wear the strap, shake the pod, and pair them: coach sensors pair"


@dataclass(frozen=True, slots=True)
class SensorChoice:
    """The chosen sensors of a run."""

    mode: SensorMode
    sensors: tuple[PairedSensor, ...] = ()
    """The sensors to connect to with `BLE`, or to recognise among forwarded values."""
    why_none: str = ""
    """Why there are none, unless none were requested."""
    adapter: str = ""
    """The Bluetooth adapter, by name or address; empty for all that are on."""
    relays: bool = False
    """True if values forwarded by phones and gateways are used too."""

    @property
    def words(self) -> str:
        """The choice as `--sensors` writes it."""
        modes = [self.mode] if not self.relays or self.mode is not SensorMode.NONE else []
        return ",".join([*modes, *([SensorMode.RELAY] if self.relays else ())])

    @property
    def is_simulated(self) -> bool:
        """True for a simulated runner."""
        return self.mode is SensorMode.SIM


@dataclass(frozen=True, slots=True)
class RunSources:
    """The sources of a run's inputs."""

    sources: "Sequence[SensorSource]" = ()
    runner: "SimulatedRunner | None" = None
    """The simulated runner, if any."""
    relay: "RelaySource | None" = None
    """The source of forwarded values, if requested; it is one of the sources."""


# --- the runner's own sensors


def my_sensors(console: Console) -> PairedSensors:
    """Read the paired sensors; a damaged file is reported on the console and counts as empty.

    Raises:
        SettingsProblem: the file is newer than this program, or cannot be read.
    """
    sensors = load_sensors(runner_paths().sensors)
    if sensors.trouble:
        console.say(f"Note: {sensors.trouble}")
    return sensors


def sensor_called(sensors: PairedSensors, word: str) -> PairedSensor:
    """Find a paired sensor by its ID or label, or by its own name if that is unique.

    Raises:
        SensorProblem: there is none, or several share the name.
    """
    sensor = sensors.find(word)
    if sensor is not None:
        return sensor
    sensors_of_name = [
        candidate for candidate in sensors.all() if candidate.name.casefold() == word.casefold()
    ]
    if not sensors_of_name:
        raise no_such_sensor(word)
    if len(sensors_of_name) > 1:
        raise SensorProblem(
            f"{len(sensors_of_name)} paired sensors are called {word}",
            "Give its ID: " + ", ".join(candidate.id for candidate in sensors_of_name),
            reason=SensorTrouble.NOT_FOUND,
        )
    return sensors_of_name[0]


def title(sensor: PairedSensor) -> str:
    """Return the displayed name of a paired sensor: `my strap (Polar H10)`."""
    name = sensor.name or sensor.id
    return f"{sensor.label} ({name})" if sensor.label else name


def uses(sensors: Sequence[PairedSensor]) -> dict[str, str]:
    """Say when a run uses each paired sensor, by its ID: first the one that is found, then the last used."""
    places = {source.value for _, source in assign_sources(sensors)}
    texts = {}
    for kind in SensorKind:
        those = likely_order(sensor for sensor in sensors if sensor.kind is kind)
        sources = len([place for place in places if place.startswith(kind.value)])
        for place, sensor in enumerate(those):
            if len(those) <= sources:
                texts[sensor.id] = "always"
            elif not any(each.last_used for each in those):
                texts[sensor.id] = "if found; of several the strongest"
            elif place < sources:
                texts[sensor.id] = f"first choice: last used {sensor.last_used[:10] or 'never'}"
            else:
                texts[sensor.id] = f"if found and {those[0].label or those[0].name} is not"
    return texts


def sensors_by_source(sensors: Sequence[PairedSensor]) -> "dict[Source, PairedSensor]":
    """Return the paired sensor of each source in a run; without sensors no radio is loaded."""
    if not sensors:
        return {}
    return {source: sensor for sensor, source in assign_sources(sensors)}


def pooled_sensors(sensors: Sequence[PairedSensor]) -> Mapping[int, PairedSensor]:
    """Return the sensors that may be behind a source of a run, by their number in its header."""
    if len(sensors) < 2:
        return {}
    return numbered(sensors)


def chosen_adapter(option: str | None = None) -> str:
    """Return the given Bluetooth adapter, else that of the settings; empty for all that are on.

    Raises:
        SettingsProblem: the settings cannot be read.
    """
    return load_settings(runner_paths().settings, os.environ).adapter if option is None else option


def radio_for(doing: str, adapter: str = "", *, hears_all: bool = False) -> "Radio":
    """Create a radio over an adapter (`chosen_adapter`); `doing` tells other coach programs its use.

    With `hears_all` it receives every device, whatever services it advertises.
    """
    from coach.edge.radio import Radio

    locks = SensorLocks(runner_paths().sensor_locks, doing)
    return Radio(clock=MachineClock(), locks=locks, adapter=adapter, hears_all=hears_all)


def radio_for_screen(adapter: str) -> "Radio":
    """Create the radio of the Sensors screen; it receives every device if a paired sensor hides its services."""
    with suppress(CoachProblem):  # the screen shows the fault of the file
        hides = any(sensor.hides_services for sensor in load_sensors(runner_paths().sensors).all())
        return radio_for("the sensors screen", adapter, hears_all=hides)
    return radio_for("the sensors screen", adapter)


# --- what measures a run


def choose_sensors(
    mode: str | None,
    console: Console,
    athlete: str = "",
    *,
    adapter: str | None = None,
    relays: bool = False,
) -> SensorChoice:
    """Choose the sensors of a mode for an athlete (a slug); without a mode the paired ones, if there are any.

    With `relays`, or with `relay` in the mode, forwarded values are used too.

    Raises:
        SensorProblem: sensors are requested, and this athlete has none paired.
        SettingsProblem: the adapter is not given, and the settings cannot be read.
        UsageProblem: the mode is unknown.
    """
    modes = () if mode is None else sensor_modes(mode)
    relays = relays or SensorMode.RELAY in modes
    for simple in (SensorMode.SIM, SensorMode.NONE):
        if simple in modes:
            return SensorChoice(simple, relays=relays)
    if modes == (SensorMode.RELAY,):
        return SensorChoice(SensorMode.NONE, my_sensors(console).of(athlete), relays=True)
    remembered = my_sensors(console)
    sensors = remembered.of(athlete)
    if sensors:
        return SensorChoice(SensorMode.BLE, sensors, adapter=chosen_adapter(adapter), relays=relays)
    whose = f"none of the paired sensors is {athlete}'s" if remembered.all() else "no sensor is paired"
    if mode is None:
        return SensorChoice(SensorMode.NONE, why_none=whose, relays=relays)
    raise SensorProblem(f"{whose}, and other people's are never used", _PAIR, reason=SensorTrouble.NOT_FOUND)


def say_default(choice: SensorChoice, console: Console) -> None:
    """Print what measures a run if `--sensors` was not given."""
    if choice.mode is SensorMode.BLE:
        names = ", ".join(title(sensor) for sensor in choice.sensors)
        console.say(
            f"Sensors: {names}. The run starts with those that are found, and searches for the others."
        )
    elif choice.relays:
        console.say(f"Sensors: forwarded values (--sensors relay); of your own {choice.why_none}.")
    elif choice.mode is SensorMode.NONE:
        console.say(f"No sensors (--sensors none): {choice.why_none}. {_PAIR}")
        console.say("Without any: --marks times lines by hand, --sensors sim simulates a runner.")


def sources_for(
    choice: SensorChoice,
    setup: "RunSetup",
    clock: Clock,
    say: Callable[[str], None],
    numbers: Mapping[str, int] | None = None,
) -> RunSources:
    """Create the sources of a run; `say` is called with trouble of the radio during the run.

    `numbers` are the sensors' numbers in the header of a resumed run.
    """
    match choice.mode:
        case SensorMode.SIM:
            sources = simulated_sources(setup, clock)
        case SensorMode.BLE:
            from coach.edge.radio_source import BleSource

            locks = SensorLocks(runner_paths().sensor_locks, setup.run)
            keeper = _SensorKeeper(clock, say)
            source = BleSource(
                choice.sensors,
                clock,
                locks,
                say,
                adapter=choice.adapter,
                callbacks=keeper.callbacks(),
                numbers=numbers,
            )
            sources = RunSources([source])
        case SensorMode.NONE | SensorMode.RELAY:
            sources = RunSources()
    if not choice.relays:
        return sources
    from coach.edge.relay import RelaySource

    places = {sensor.id: source for source, sensor in sensors_by_source(choice.sensors).items()}
    own = {sensor.id: number for number, sensor in pooled_sensors(choice.sensors).items()}
    numbered = [(sensor, places.get(sensor.id)) for sensor in choice.sensors]
    relay = RelaySource(clock, say, numbered, own if numbers is None else numbers)
    return RunSources([*sources.sources, relay], sources.runner, relay)


class _SensorKeeper:
    """Saves in the file of sensors what a run learns about them; a thread writes it, so that nothing waits."""

    def __init__(self, clock: Clock, say: Callable[[str], None]) -> None:
        """Take the time of use from `clock`; `say` is called when another sensor is used."""
        self._clock = clock
        self._say = say
        self._writing = threading.Lock()

    def callbacks(self) -> "SensorCallbacks":
        """Return the callbacks for the radio."""
        from coach.edge.radio_source import SensorCallbacks

        return SensorCallbacks(self._on_used, self._on_moved, self._on_changed)

    def _on_used(self, sensor: PairedSensor) -> None:
        used_at = utc_iso(self._clock.wall())
        self._start(lambda sensors, entry: sensors.change(entry.id, last_used=used_at), sensor)

    def _on_moved(self, sensor: PairedSensor, id_: str) -> None:
        self._start(lambda sensors, entry: sensors.move(entry, id_), sensor)

    def _on_changed(self, old: PairedSensor | None, new: PairedSensor) -> None:
        if old is None:
            self._say(f"Of your sensors {title(new)} is used.")
            return
        self._say(f"{title(new)} is used now: no values from {title(old)} for a while.")

    def _start(self, change: Callable[[PairedSensors, PairedSensor], None], sensor: PairedSensor) -> None:
        asyncio.get_running_loop().run_in_executor(None, self._write, change, sensor)

    def _write(self, change: Callable[[PairedSensors, PairedSensor], None], sensor: PairedSensor) -> None:
        """Change the sensor in the file as it is now: another program may have paired one meanwhile."""
        with self._writing, suppress(CoachProblem):  # the run is more important
            sensors = load_sensors(runner_paths().sensors)
            entry = sensors.find(sensor.id) or sensors.with_serial(sensor)
            if entry is not None:
                change(sensors, entry)


def simulated_sources(setup: "RunSetup", clock: Clock) -> RunSources:
    """Create a simulated runner, whose sensors measure the run and who reacts to the cues."""
    from coach.edge.conductor import SimulatedRunner
    from coach.simulate import VirtualRunner

    runner = SimulatedRunner(VirtualRunner(timeline=setup.timeline), clock)
    return RunSources([runner], runner)


async def require_sensor(
    choice: SensorChoice, clock: Clock, console: Console, seconds: float = REQUIRED_S
) -> None:
    """Wait until one of the sensors is found; a simulated runner always is.

    Raises:
        SensorProblem: none was found, or there is no Bluetooth.
    """
    if choice.mode is SensorMode.SIM:
        return
    if choice.mode is not SensorMode.BLE:
        raise SensorProblem("no sensor is paired", _PAIR, reason=SensorTrouble.NOT_FOUND)
    from coach.edge.radio import Radio

    console.say(f"Looking for {', '.join(title(required_sensor) for required_sensor in choice.sensors)} ...")
    hears_all = any(required_sensor.hides_services for required_sensor in choice.sensors)
    async with (
        Radio(clock=clock, adapter=choice.adapter, hears_all=hears_all) as radio,
        aclosing(radio.recognise(choice.sensors, seconds)) as recognised,
    ):
        async for sensor, candidate in recognised:
            console.say(f"Found {title(sensor)}.")
            if candidate.id != sensor.id:
                try:
                    load_sensors(runner_paths().sensors).move(sensor, candidate.id)
                except CoachProblem as problem:  # the run is more important
                    console.say(f"Note: its new address is not saved: {problem.message}")
            return
    raise SensorProblem(
        f"none of your sensors was found in {seconds:g} s",
        "Wear the strap (wet its electrodes), shake the pod. coach doctor searches for each of them.",
        reason=SensorTrouble.NOT_FOUND,
    )


# --- the sensors for the screen: those that the radio finds nearby, and the runner's own

AGAIN_S: Final = 3.0
"""Pause before the radio is tried again if Bluetooth is off, in seconds. Judged."""
LOOK_S: Final = 8.0
"""How long a sensor is searched for before it is called not near, in seconds, as in `coach sensors scan`."""


def _nothing() -> None:
    """Do nothing: no screen is open."""


@dataclass(slots=True)
class _OpenRadio:
    """An open radio, and the sensors found with it."""

    radio: "Radio"
    history: "ScanHistory"
    since: float
    """The clock time it was opened at."""
    batteries: dict[str, int] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)
    """Paired sensors whose battery was read."""
    hidden: "dict[str, DiscoveredSensor]" = field(default_factory=dict)
    """Paired sensors that are received but do not advertise what they measure."""


class SensorService:
    """The sensors for the Sensors screen: scans from `open` to `close`; pairing and battery checks run as tasks."""

    def __init__(
        self,
        load: Callable[[], PairedSensors],
        radio: Callable[[], "Radio"],
        clock: Clock,
        *,
        athlete: str = "",
        athletes: Sequence[str] = (),
    ) -> None:
        """Do nothing until `open`.

        Args:
            load: reads the paired sensors.
            radio: creates the radio.
            clock: times the search.
            athlete: the slug of the one who runs; sensors paired here become theirs.
            athletes: the slugs of all saved athletes.
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
        """Start scanning; `changed` is called after every change."""
        self._changed = changed
        self._load()
        self._start(self._listen())

    def _load(self) -> None:
        """Read the paired sensors again."""
        try:
            self._sensors = self._load_sensors()
            self._last_message = self._sensors.trouble
        except CoachProblem as problem:
            self._last_message = str(problem)

    def close(self) -> None:
        """Stop scanning; the tasks close links and scan."""
        self._changed = _nothing
        for task in tuple(self._tasks):
            task.cancel()

    def lines(self) -> Sequence[SensorLine]:
        """List the paired sensors in the order of pairing, then the others as they were found."""
        if self._sensors is None and not self._last_message:
            self._load()
        scan = self._open_radio
        discovered = (
            {} if scan is None else scan.hidden | {sensor.id: sensor for sensor in scan.history.all()}
        )
        remembered = () if self._sensors is None else self._sensors.all()
        own_lines = [self._line(discovered.get(sensor.id), sensor) for sensor in remembered]
        ids = {sensor.id for sensor in remembered}
        return [
            *own_lines,
            *(self._line(sensor, None) for sensor in discovered.values() if sensor.id not in ids),
        ]

    def message(self) -> str:
        """Return the trouble with Bluetooth, else the result of the last action."""
        return self._trouble or self._last_message

    def alike(self, id_: str) -> Sequence[SensorLine]:
        """Return the sensor alone if it is clearly the nearest of its name, else all of that name, itself first."""
        lines = {line.id: line for line in self.lines()}
        selected = lines[id_]
        if self._open_radio is None or selected.is_remembered or not selected.name:
            return [selected]
        advertisements = self._open_radio.history.advertisements(selected.name)
        scanned_s = self._clock.monotonic() - self._open_radio.since
        nearest_sensor = (
            nearest(advertisements.values()) if scanned_s >= self._open_radio.radio.timings.rank_s else None
        )
        if len(advertisements) == 1 or getattr(nearest_sensor, "id", None) == id_:
            return [selected]
        return [
            selected,
            *(lines[other_id] for other_id in advertisements if other_id != id_ and other_id in lines),
        ]

    def pair(self, id_: str) -> None:
        """Read the details of a sensor, and save it as paired."""
        open_radio, sensors = self._open_radio, self._sensors
        sensor = self._discovered(id_)
        if open_radio is None or sensors is None or sensor is None:
            self._say("It is not nearby. Wake it up, and try again.")
            return
        self._say("Reading its details ...")
        self._start(self._pair(open_radio, sensors, sensor))

    def rename(self, id_: str, label: str) -> None:
        """Set the label of a paired sensor.

        Raises:
            CoachProblem: it cannot be written.
        """
        if self._sensors is not None:
            self._sensors.change(id_, label=label)
            self._say(f"Renamed to {label}." if label else "Its label is removed.")

    def forget(self, id_: str) -> None:
        """Forget a paired sensor.

        Raises:
            CoachProblem: it cannot be written.
        """
        sensor = None if self._sensors is None else self._sensors.forget(id_)
        if sensor is not None:
            self._say(f"Forgotten: {title(sensor)}")

    def can_give(self) -> bool:
        """True if there are two athletes or more."""
        return len(self._athletes) > 1

    def give(self, id_: str) -> None:
        """Assign a paired sensor to the next athlete.

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
        self._say(f"{title(sensor)}: {wearer or 'everyone'} wears it now.")

    async def _listen(self) -> None:
        """Scan while the screen is open; if there is no Bluetooth, try again."""
        while True:
            try:
                async with self._make_radio() as radio:
                    await self._scan(radio)
            except SensorProblem as problem:
                self._trouble = f"{problem.message}. {problem.hint}".strip()
                self._changed()
            await self._clock.sleep_until(self._clock.monotonic() + AGAIN_S)

    async def _scan(self, radio: "Radio") -> None:
        from coach.edge.radio_source import ScanHistory

        self._open_radio = scan = _OpenRadio(radio, ScanHistory(radio), self._clock.monotonic())
        radio.start(self._recognise(scan))
        async with aclosing(scan.history.scan(math.inf, has_unknown=True)) as discovered:
            async for sensor in discovered:
                if not sensor.is_sensor:
                    if self._sensors is None or self._sensors.find(sensor.id) is None:
                        continue
                    scan.hidden[sensor.id] = sensor
                self._trouble = ""
                self._ask_battery(scan, sensor)
                self._changed()

    async def _recognise(self, scan: _OpenRadio) -> None:
        """Read the serial numbers of sensors with the name of a paired one that is missing: its ID may be new."""
        own = () if self._sensors is None else self._sensors.distinct()
        identities = {entry.id: SensorIdentity(entry) for entry in own}
        while True:
            await self._clock.sleep_until(self._clock.monotonic() + scan.radio.timings.namesake_s)
            nearby = {sensor.id: sensor for sensor in scan.history.all()}
            ids = {entry.id for entry in (() if self._sensors is None else self._sensors.all())}
            for entry in own:
                for sensor in nearby.values() if entry.id in ids and entry.id not in nearby else ():
                    identity = identities[entry.id]
                    if sensor.id not in ids and identity.may_match(sensor, asks_serial=True):
                        await self._ask_serial(scan, entry, identity, sensor)

    async def _ask_serial(
        self,
        scan: _OpenRadio,
        entry: PairedSensor,
        identity: "SensorIdentity",
        sensor: "DiscoveredSensor",
    ) -> None:
        """Save the new ID of a sensor that has the serial number of a paired one."""
        try:
            details = await scan.radio.read_details(sensor)
        except SensorProblem:
            identity.confirm_serial(sensor, "")
            return
        if not identity.confirm_serial(sensor, details.serial) or self._sensors is None:
            return
        if details.battery_percent is not None:
            scan.batteries[sensor.id] = details.battery_percent
        try:
            self._sensors.move(entry, sensor.id)
        except CoachProblem as problem:
            self._say(f"{title(entry)} has a new address, which is not saved: {problem.message}")
            return
        scan.checked.add(sensor.id)
        self._say(f"{title(entry)} has a new address, and was recognised by its serial number.")

    def _ask_battery(self, scan: _OpenRadio, sensor: "DiscoveredSensor") -> None:
        """Read the battery of a paired sensor once; strangers' sensors are never connected to."""
        own = None if self._sensors is None else self._sensors.find(sensor.id)
        if own is not None and sensor.id not in scan.checked and not sensor.is_held:
            scan.checked.add(sensor.id)
            self._start(self._read_battery(scan, sensor))

    async def _read_battery(self, scan: _OpenRadio, sensor: "DiscoveredSensor") -> None:
        try:
            percent = (await scan.radio.read_details(sensor)).battery_percent
        except SensorProblem:
            scan.checked.discard(sensor.id)  # tried again the next time it is received
            return
        if percent is not None:
            scan.batteries[sensor.id] = percent
            self._changed()

    async def _pair(self, scan: _OpenRadio, sensors: PairedSensors, sensor: "DiscoveredSensor") -> None:
        from coach.edge.radio_source import PairingOptions, pair

        try:
            async with self._pairing:  # one after the other: the radio makes one link at a time
                options = PairingOptions(first_athlete=self._athlete)
                paired = await pair(scan.radio, sensors, sensor, options)
        except CoachProblem as problem:
            self._say(str(problem))
            return
        scan.checked.add(sensor.id)
        if paired.details is not None and paired.details.battery_percent is not None:
            scan.batteries[sensor.id] = paired.details.battery_percent
        trouble = (
            "" if paired.trouble is None else f" Its details could not be read: {paired.trouble.message}."
        )
        if paired.details is not None and (refusal := paired.details.refusal) is not None:
            trouble = f" But {refusal.message}. {refusal.hint}".rstrip()
        self._say(f"Paired: {title(paired.sensor)}, a {paired.sensor.kind.value}.{trouble}")

    def _line(self, sensor: "DiscoveredSensor | None", own: PairedSensor | None) -> SensorLine:
        id_ = own.id if own is not None else sensor.id if sensor is not None else ""
        charge = None if self._open_radio is None else self._open_radio.batteries.get(id_)
        measures = (sensor.measures if sensor is not None else ()) or (
            own.kind.measures if own is not None else ()
        )
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
        """Return the text for a sensor that was not received: only after some seconds it is not near."""
        if self._trouble:
            return ""
        scan = self._open_radio
        is_looking = scan is None or self._clock.monotonic() - scan.since < LOOK_S
        return "looking" if is_looking else "not near"

    def _discovered(self, id_: str) -> "DiscoveredSensor | None":
        if self._open_radio is None:
            return None
        sensors = (*self._open_radio.history.all(), *self._open_radio.hidden.values())
        return next((sensor for sensor in sensors if sensor.id == id_), None)

    def _say(self, text: str) -> None:
        self._last_message = text
        self._changed()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
