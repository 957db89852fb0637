"""Pairs sensors, and feeds a run from the paired ones: connects, watches and reconnects to each until cancelled.

The table in `coach.edge.paired_sensors` decides the effect of each event of a link; this module carries it out. A run
receives raw bytes and the changes of each link.
"""

import asyncio
import logging
from collections import deque
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final, Literal

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from coach.edge.clock import Clock, sleep_for, wait_until
from coach.edge.files import plain
from coach.edge.paired_sensors import (
    SOURCES,
    Ambiguous,
    DiscoveredSensor,
    Link,
    LinkEvent,
    LinkPhase,
    PairedSensor,
    PairedSensors,
    SensorDetails,
    SensorIdentity,
    SensorKind,
    SensorLocks,
    identifies,
    likely_kind,
    likely_order,
    nearest,
    numbered,
    sensors_of,
)
from coach.edge.radio import (
    ConnectionPutOff,
    Radio,
    SubscriptionRefused,
    find_characteristic,
    lookalike_problem,
    silent_problem,
    subscription_problem,
    while_linked,
)
from coach.edge.sources import Inbox
from coach.gatt import services
from coach.problems import SensorProblem, SensorTrouble
from coach.quantities import Seconds
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source

_LOG = logging.getLogger(__name__)


# --- pairing

MAX_ADVERTISEMENTS: Final = 60
"""Advertisements kept per sensor: a minute at one a second, the width of a sparkline."""
MAX_SENSORS: Final = 500
"""Sensors kept at most: more than any start line has; it bounds memory when addresses are random."""


class ScanHistory:
    """The recent advertisements of every sensor nearby."""

    def __init__(self, radio: Radio) -> None:
        """Scan with this radio."""
        self._radio = radio
        self._history: dict[str, deque[DiscoveredSensor]] = {}

    async def scan(self, seconds: float, *, has_unknown: bool = False) -> AsyncGenerator[DiscoveredSensor]:
        """Yield sensors as `Radio.scan` does, and record every advertisement.

        Raises:
            SensorProblem: there is no Bluetooth to scan with.
        """
        with self._radio.scanner.subscribe(self._record):
            async with aclosing(self._radio.scan(seconds, has_unknown=has_unknown)) as sensors:
                async for sensor in sensors:
                    if sensor.id not in self._history:
                        self._record(sensor)
                    yield sensor

    @property
    def others(self) -> int:
        """How many devices were heard that advertise nothing a run can use."""
        return self._radio.registry.others

    def all(self) -> list[DiscoveredSensor]:
        """The last advertisement of every sensor, in the order of discovery."""
        return [history[-1] for history in self._history.values()]

    def advertisements(self, name: str | None = None) -> Mapping[str, Sequence[DiscoveredSensor]]:
        """The advertisements of every sensor, or of those with a name, by id."""
        return {
            id_: tuple(history)
            for id_, history in self._history.items()
            if name is None or history[-1].name == name
        }

    def signals(self, id_: str) -> tuple[int, ...]:
        """The recent signals of a sensor in dBm, the newest last."""
        return tuple(sensor.rssi_dbm for sensor in self._history.get(id_, ()) if sensor.rssi_dbm is not None)

    def _record(self, sensor: DiscoveredSensor) -> None:
        if sensor.is_sensor and (sensor.id in self._history or len(self._history) < MAX_SENSORS):
            self._history.setdefault(sensor.id, deque(maxlen=MAX_ADVERTISEMENTS)).append(sensor)


@dataclass(frozen=True, slots=True)
class PairingOptions:
    """What the runner states about a sensor; None keeps the stored value, or the one the sensor reports."""

    label: str | None = None
    shoe: str | None = None
    location: str | None = None
    kind: SensorKind | None = None
    cadence_count: Literal[1, 2] | None = None
    athlete: str | None = None
    """The slug of the athlete who wears it; empty for any athlete."""
    first_athlete: str = ""
    """The slug of the athlete to whom a sensor without an athlete is assigned."""


@dataclass(frozen=True, slots=True)
class PairingResult:
    """A sensor that has just been paired."""

    sensor: PairedSensor
    details: SensorDetails | None
    """The details it reported; None if they could not be read."""
    trouble: SensorProblem | None = None
    """Why they could not be read; the sensor is paired anyway, by its id."""


async def find_sensor(
    radio: Radio, history: ScanHistory, id_or_name: str, seconds: float
) -> DiscoveredSensor | Ambiguous | None:
    """Find a sensor by its id, or the nearest one with a name; None if there is none within `seconds`.

    An id is returned as soon as it is seen, also that of a device that does not advertise what it measures. Sensors
    that share a name are compared for `RadioTimings.rank_s`, and only one that is clearly the nearest is returned.

    Raises:
        SensorProblem: there is no Bluetooth to scan with.
    """
    name = None
    async with aclosing(history.scan(seconds, has_unknown=True)) as sensors:
        async for candidate in sensors:
            if candidate.id.casefold() == id_or_name.casefold():
                return candidate
            if candidate.is_sensor and candidate.name and candidate.name.casefold() == id_or_name.casefold():
                name = candidate.name
                break
    if name is None:
        return None
    async with aclosing(history.scan(radio.timings.rank_s)) as sensors:
        async for _ in sensors:
            continue
    return nearest(history.advertisements(name).values())


async def pair(
    radio: Radio, sensors: PairedSensors, candidate: DiscoveredSensor, options: PairingOptions
) -> PairingResult:
    """Read the details of a sensor and store it, updating an earlier entry.

    Raises:
        SensorProblem: it does not advertise what it measures, and cannot be asked or measures nothing a run uses.
        CoachProblem: the file of sensors cannot be written.
    """
    details, trouble = None, None
    try:
        details = await radio.read_details(candidate, tries_to_subscribe=True)
    except SensorProblem as problem:
        trouble = problem
    if trouble is not None and not candidate.is_sensor and options.kind is None:
        raise trouble
    previous = sensors.find(candidate.id)
    if previous is None and details is not None and identifies(details.serial):
        previous = _under_old_id(radio, sensors, details.serial, candidate)
    sensor = paired_sensor(candidate, details, previous, options)
    sensors.add(sensor)
    return PairingResult(sensor, details, trouble)


def _under_old_id(
    radio: Radio, sensors: PairedSensors, serial: str, candidate: DiscoveredSensor
) -> PairedSensor | None:
    """The entry of the same sensor under an id that is heard no more, moved to its new id; None without one."""
    entries = [entry for entry in sensors.all() if entry.serial == serial and entry.name == candidate.name]
    if len(entries) != 1 or radio.registry.device(entries[0].id) is not None:
        return None
    sensors.move(entries[0], candidate.id)
    return sensors.find(candidate.id)


def paired_sensor(
    candidate: DiscoveredSensor,
    details: SensorDetails | None,
    previous: PairedSensor | None,
    options: PairingOptions,
) -> PairedSensor:
    """Combine what is stored about a sensor: the runner's options first, then the earlier entry."""
    base = previous or PairedSensor(
        candidate.id,
        candidate.name,
        options.kind or _kind_of(candidate, details),
        athlete=options.first_athlete,
    )
    info = details or SensorDetails(candidate.id, candidate.name)
    return replace(
        base,
        name=candidate.name or base.name,
        hides_services=base.hides_services or not candidate.is_sensor,
        kind=options.kind or base.kind,
        label=base.label if options.label is None else options.label,
        serial=info.serial or base.serial,
        location=(base.location or info.location) if options.location is None else options.location,
        shoe=base.shoe if options.shoe is None else options.shoe,
        athlete=base.athlete if options.athlete is None else options.athlete,
        cadence_count=options.cadence_count or base.cadence_count,
    )


def _kind_of(candidate: DiscoveredSensor, details: SensorDetails | None) -> SensorKind:
    """Guess the kind of a sensor from what it measures.

    Raises:
        SensorProblem: it measures nothing a run uses, as a bike's power meter or earphones.
    """
    measures = {*candidate.measures, *(details.measures if details is not None else ())}
    kind = likely_kind(measures)
    if kind is None:
        words = ", ".join(sorted(word.replace("_", " ") for word in measures))
        raise SensorProblem(
            f"{plain(candidate.name) or candidate.id} was not paired: it measures nothing a run can use"
            + (f" ({words} alone)" if words else ""),
            "A run uses heart rate, running speed, a treadmill, core temperature or muscle oxygen. A pod that only "
            f"shows its power: wake it up and try again. See all it has: coach sensors log {plain(candidate.id)} --all",
            reason=SensorTrouble.NOT_SUPPORTED,
        )
    return kind


# --- the one of several sensors of a kind that is worn
#
# Of those that are heard it is the one that was used last, then the strongest. That is decided once, and again only
# when the one in use has been gone for `RadioTimings.gone_s`; otherwise two straps in range would take turns.


@dataclass(frozen=True, slots=True)
class SelectedSensor:
    """The sensor that is used."""

    sensor: PairedSensor
    identity: SensorIdentity
    """Recognises it; remembers which serial numbers were read."""


class SensorPool:
    """The paired sensors of one kind, if a run uses fewer of them."""

    def __init__(self, radio: Radio, sensors: Sequence[PairedSensor], others: Collection[str] = ()) -> None:
        """Choose among `sensors`; `others` are the ids of other people's sensors."""
        self._radio = radio
        self._clock = radio.clock
        self._timings = radio.timings
        self._sensors = likely_order(sensors)
        self._identities = {sensor.id: SensorIdentity(sensor, others) for sensor in sensors}
        self._in_use: set[str] = set()

    @property
    def likeliest(self) -> PairedSensor:
        """The one that is named until one is received."""
        return self._sensors[0]

    async def choose(self, lost_sensor: PairedSensor | None = None) -> SelectedSensor:
        """Wait until one is received, compare those that are, and choose; `lost_sensor` comes last.

        The chosen sensor is in use until it is released.
        """
        signals: dict[str, float] = {}
        is_heard = asyncio.Event()
        asks_serial_from = self._clock.monotonic() + self._timings.namesake_s

        def consider(candidate: DiscoveredSensor) -> None:
            asks_serial = self._clock.monotonic() >= asks_serial_from
            for sensor in self._sensors:
                identity = self._identities[sensor.id]
                if sensor.id not in self._in_use and identity.may_match(candidate, asks_serial=asks_serial):
                    signal = -inf if candidate.rssi_dbm is None else candidate.rssi_dbm
                    signals[sensor.id] = max(signal, signals.get(sensor.id, -inf))
                    is_heard.set()

        with self._radio.scanner.subscribe(consider):
            while not is_heard.is_set():
                for candidate in await _held_sensors(self._radio):
                    consider(candidate)
                await wait_until(is_heard, self._clock, self._clock.monotonic() + self._timings.adopt_s)
            await sleep_for(self._clock, self._timings.rank_s)
            for candidate in await _held_sensors(self._radio):
                consider(candidate)
        candidates = [each for each in self._sensors if each.id in signals and each.id not in self._in_use]
        if not candidates:  # another source of the pool has taken it meanwhile
            return await self.choose(lost_sensor)
        sensor = max(candidates, key=lambda each: (each != lost_sensor, each.last_used, signals[each.id]))
        self._in_use.add(sensor.id)
        return SelectedSensor(sensor, self._identities[sensor.id])

    def release(self, selected: SelectedSensor) -> None:
        """Let a sensor be chosen again."""
        self._in_use.discard(selected.sensor.id)


async def _held_sensors(radio: Radio) -> list[DiscoveredSensor]:
    """The sensors the system holds, which do not advertise; none without Bluetooth, which the scan reports."""
    try:
        return await radio.held_sensors()
    except SensorProblem as error:
        _LOG.debug("the system could not be asked: %r", error)
        return []


# --- the link to one sensor

_UNSTAMPED: Final = Seconds(0.0)
_BESIDE: Final[dict[SensorKind, tuple[Characteristic, ...]]] = {
    SensorKind.STRAP: (Characteristic.RSC_MEASUREMENT,),
    SensorKind.POD: (Characteristic.HEART_RATE_MEASUREMENT,),
    SensorKind.TREADMILL: (Characteristic.HEART_RATE_MEASUREMENT,),
}
"""What a sensor of a kind may also measure: a watch shares heart rate and pace, a treadmill has grips.

It enters the run as the watch's: a strap and a pod of their own have priority.
"""
_DRY: Final = 3
"""After this many links without a measurement a sensor is reported. Judged: at the edge of range one or two may be."""
_PATIENCE: Final = 1.5
"""How much longer a silence is tolerated over every second link: 12 s, for the 10 s of the slowest sender. Judged."""
_PERIODS: Final = 3.0
"""Number of its periods that a sensor may be silent before its link counts as lost, as in `coach.signals`."""
OnProblem = Callable[[SensorProblem], None]


@dataclass(frozen=True, slots=True)
class SensorCallbacks:
    """Callbacks for news of a paired sensor during a run."""

    on_used: Callable[[PairedSensor], None] = field(default=lambda _: None)
    """It has sent its first measurement."""
    on_moved: Callable[[PairedSensor, str], None] = field(default=lambda _sensor, _id: None)
    """It was recognised by its serial number under a new id."""
    on_changed: Callable[[PairedSensor | None, PairedSensor], None] = field(default=lambda _old, _new: None)
    """The first is gone, and the second is used instead; None if it is the first of several that is used."""


class SensorFeed:
    """Puts one sensor's packets and link changes into a run's inbox."""

    def __init__(self, inbox: Inbox, source: Source) -> None:
        """Put inputs in as `source`."""
        self._inbox = inbox
        self._source = source
        self._state: LinkState | None = None
        self._device: int | None = None
        self.device: int | None = None
        """The number of the sensor behind the source, if several can be."""

    def on_notification(
        self, characteristic: Characteristic, payload: bytes, source: Source | None = None
    ) -> None:
        """Put a packet into the inbox, as one of the sensor's own source or of another."""
        heard_at = self._inbox.now()
        self._inbox.put(
            Notified(_UNSTAMPED, source or self._source, characteristic, payload, heard_at=heard_at)
        )

    def on_link_change(self, link: Link, candidate: DiscoveredSensor) -> None:
        """Put a change of the link into the inbox, if it changes the state for the run."""
        if link.phase is LinkPhase.CLOSED:
            return
        if link.phase in {LinkPhase.CONNECTED, LinkPhase.STREAMING}:
            state = LinkState.CONNECTED
        elif self._state in {None, LinkState.SEARCHING}:
            state = LinkState.SEARCHING
        else:
            state = LinkState.LOST
        if state is self._state and self.device == self._device:
            return
        self._state = state
        self._device = self.device
        rssi_dbm = candidate.rssi_dbm if state is LinkState.CONNECTED else None  # a lost sensor has no signal
        self._inbox.put(
            LinkChanged(
                _UNSTAMPED,
                self._source,
                state,
                candidate.name,
                candidate.battery_percent,
                rssi_dbm,
                self.device,
            )
        )


class StrangersSensor(BleakError):
    """Raised if a sensor of the same name has another serial number."""


class LinkSupervisor:
    """Connects, watches and reconnects to one paired sensor."""

    def __init__(
        self,
        radio: Radio,
        sensor: PairedSensor,
        feed: SensorFeed,
        *,
        identity: SensorIdentity | None = None,
        callbacks: SensorCallbacks | None = None,
        on_problem: OnProblem = lambda _: None,
        own_ids: Collection[str] = (),
    ) -> None:
        """Keep the link to `sensor`, and report to `feed`; `identity` recognises it.

        `on_problem` is called when the sensor is received and cannot be connected. `own_ids` are those of all sensors
        of the runner.
        """
        self._own_ids = own_ids
        self._on_problem = on_problem
        self._refusals = 0
        self._failing_since: float | None = None
        self._sensor = sensor
        self._callbacks = callbacks or SensorCallbacks()
        self._was_used = False
        self._radio = radio
        self._clock = radio.clock
        self._timings = radio.timings
        self._feed = feed
        self._beside = _BESIDE.get(sensor.kind, ())
        self._measurements = (*sensor.kind.characteristics, *self._beside)
        self._identity = identity or SensorIdentity(sensor)
        self._candidate = DiscoveredSensor(sensor.id, sensor.name, sensor.id, ())
        self._candidate_at = 0.0
        self._measured_at = 0.0
        self._last_measurement_at = 0.0
        self._spacings: deque[float] = deque(maxlen=3)
        """The spacings of its last measurements over one link; the smallest counts, so that a gap is not learned."""
        self._dry_links = 0
        """Number of links in a row that ended without a measurement."""
        self._silences = 0
        """Number of links that fell silent before the spacing of its measurements was known."""
        self._namesakes_from = self._clock.monotonic() + self._timings.namesake_s
        self.link = Link()

    async def run(self) -> None:
        """Keep the link up until cancelled."""
        self._feed.on_link_change(self.link, self._candidate)
        try:
            while True:
                waits_from = self._clock.monotonic()
                device = await self._wait_for_sensor()
                if self._clock.monotonic() > waits_from + self._timings.report_s:
                    self._failing_since = None  # it was away: earlier failures no longer matter
                self._apply(LinkEvent.HEARD)
                end = await self._connect_and_watch(device)
                self._note_dry_link(end)
                self._apply(end)
                await sleep_for(self._clock, self.link.rest_s(self._timings.backoff_s))
                self._apply(LinkEvent.RESTED)
        finally:
            self._apply(LinkEvent.STOPPED)

    async def run_until_gone(self) -> None:
        """Keep the link up until nothing has been measured for `RadioTimings.gone_s`."""
        began_at = self._clock.monotonic()
        keeping = asyncio.create_task(self.run())
        try:
            while True:
                gone_at = max(began_at, self._last_measurement_at) + self._timings.gone_s
                if self._clock.monotonic() >= gone_at or keeping.done():
                    break
                waking = asyncio.create_task(self._clock.sleep_until(gone_at))
                await asyncio.wait({waking, keeping}, return_when=asyncio.FIRST_COMPLETED)
                waking.cancel()
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
        if not keeping.cancelled():
            keeping.result()

    async def _wait_for_sensor(self) -> BLEDevice:
        """Wait until the sensor advertises, or the system holds it."""
        is_found, waits_from = asyncio.Event(), self._clock.monotonic()

        def consider(candidate: DiscoveredSensor) -> None:
            asks_serial = self._clock.monotonic() >= self._namesakes_from
            is_missing = self._clock.monotonic() >= waits_from + self._timings.report_s
            is_own = candidate.id in self._own_ids
            if is_missing and not is_own and self._identity.may_be_mistaken(candidate):
                self._report(lookalike_problem(self._sensor, candidate))
            if not is_found.is_set() and self._identity.may_match(candidate, asks_serial=asks_serial):
                self._candidate = candidate
                self._candidate_at = self._clock.monotonic()
                is_found.set()

        with self._radio.scanner.subscribe(consider):
            while True:
                for candidate in await _held_sensors(self._radio):
                    consider(candidate)
                if await wait_until(is_found, self._clock, self._clock.monotonic() + self._timings.adopt_s):
                    if self._radio.scanner.adapters > 1:  # another adapter may receive it better in a moment
                        await sleep_for(self._clock, self._timings.compare_s)
                    device = self._radio.registry.device(self._candidate.id)
                    assert device is not None, "whoever was met can be connected"
                    return device

    async def _connect_and_watch(self, device: BLEDevice) -> LinkEvent:
        """Connect and receive until the link ends; returns how it ended."""
        link_lost = asyncio.Event()
        if self._failing_since is None:
            self._failing_since = self._clock.monotonic()
        try:
            async with self._radio.connector.connected(
                device, link_lost.set, is_due=self._is_due, tries=self.link.fruitless
            ) as client:
                await self._confirm_identity(client, link_lost)
                began_at = self._clock.monotonic()
                refused = await self._subscribe(client, link_lost)
                self._apply(LinkEvent.UP)
                if self._last_measurement_at >= began_at:  # it sent during the other subscriptions
                    self._apply(LinkEvent.MEASURED)
                self._refusals, self._failing_since = 0, None
                more = asyncio.create_task(self._subscribe_more(client, link_lost, refused))
                try:
                    return await self._watch(link_lost)
                finally:
                    more.cancel()
        except Exception as error:  # noqa: BLE001 - after any error the sensor is searched again
            _LOG.info("no link to %r: %r", self._candidate.id, error)
            if self.link.phase is LinkPhase.CONNECTING:
                self._report_failure(error)
            return LinkEvent.FAILED if self.link.phase is LinkPhase.CONNECTING else LinkEvent.LOST

    def _report_failure(self, error: Exception) -> None:
        """Report why a sensor that is received cannot be connected, once it does not look like chance."""
        now = self._clock.monotonic()
        if isinstance(error, StrangersSensor):
            self._failing_since = None  # nothing was wrong with it
        if isinstance(error, StrangersSensor | ConnectionPutOff) or self._failing_since is None:
            return
        self._refusals += isinstance(error, SubscriptionRefused)
        if isinstance(error, SubscriptionRefused):
            is_due = error.is_lasting or self._refusals > 1
        else:
            is_due = now >= self._failing_since + self._timings.report_s
        if is_due:
            self._report_refusal(error)

    def _note_dry_link(self, end: LinkEvent) -> None:
        """Report a sensor whose links end one after the other without a measurement."""
        is_dry = self.link.phase is LinkPhase.CONNECTED and end in {LinkEvent.LOST, LinkEvent.SILENT}
        self._dry_links = self._dry_links + 1 if is_dry else 0
        if self._dry_links >= _DRY:
            self._report(silent_problem(self._candidate.name or self._sensor.name, label=self._sensor.label))

    def _report_refusal(self, error: Exception, what: str = "") -> None:
        """Report why the sensor sends nothing, or nothing of one kind."""
        name, id_ = self._candidate.name or self._sensor.name, self._candidate.id
        self._report(subscription_problem(name, id_, error, what, label=self._sensor.label))

    def _report(self, problem: SensorProblem) -> None:
        with self._radio.callback_errors:
            self._on_problem(problem)

    def _is_due(self) -> bool:
        """Return whether the sensor was seen recently enough to connect."""
        return self._clock.monotonic() <= self._candidate_at + self._timings.heard_s

    async def _confirm_identity(self, client: BleakClient, link_lost: asyncio.Event) -> None:
        """Check the serial number of a sensor with an unknown id.

        Raises:
            BleakError: it is a different sensor.
        """
        if not self._identity.is_known(self._candidate):
            reading = self._radio.connector.read(client, services.SERIAL)
            serial = await while_linked(reading, link_lost, self._timings.read_s)
            if not self._identity.confirm_serial(self._candidate, services.text_of(serial or b"")):
                raise StrangersSensor("a stranger's sensor of the same name")
            with self._radio.callback_errors:
                self._callbacks.on_moved(self._sensor, self._candidate.id)

    async def _subscribe(
        self, client: BleakClient, link_lost: asyncio.Event
    ) -> Sequence[tuple[Characteristic, BleakGATTCharacteristic]]:
        """Subscribe to every measurement of the sensor; a refused one does not affect the others, and is returned.

        Raises:
            SubscriptionRefused: it refuses all of them.
            BleakError: it has none, or the link was lost.
        """
        attributes = [
            (characteristic, find_characteristic(client, characteristic))
            for characteristic in self._measurements
        ]
        if not any(attribute for each, attribute in attributes if each not in self._beside):
            raise BleakError("it has no known measurement")
        self._measured_at = self._clock.monotonic()
        refusals: dict[Characteristic, SubscriptionRefused] = {}
        present = [(each, attribute) for each, attribute in attributes if attribute is not None]
        for characteristic, attribute in present:
            handler = self._notification_handler(characteristic)
            try:
                await self._radio.connector.subscribe(client, attribute, handler, link_lost)
            except SubscriptionRefused as refusal:
                refusals[characteristic] = refusal
                if isinstance(refusal.error, TimeoutError):
                    if characteristic is present[0][0]:
                        raise
                    break  # one that does not answer gets no further requests: the packets it already sends are waiting
        if len(refusals) == len(present):
            raise next(iter(refusals.values()))
        for characteristic, refused in refusals.items():
            self._report_refusal(
                refused, characteristic.name.lower().replace("_", " ").removesuffix(" measurement")
            )
        self._measured_at = self._clock.monotonic()
        return [(each, attribute) for each, attribute in present if each in refusals]

    async def _subscribe_more(
        self,
        client: BleakClient,
        link_lost: asyncio.Event,
        refused: Sequence[tuple[Characteristic, BleakGATTCharacteristic]],
    ) -> None:
        """Subscribe to the charge, and request the refused measurements repeatedly while the others arrive."""
        await self._subscribe_battery(client, link_lost)
        for characteristic, attribute in refused:
            while not link_lost.is_set():
                await sleep_for(self._clock, self._timings.again_s)
                handler = self._notification_handler(characteristic)
                try:
                    await self._radio.connector.subscribe(client, attribute, handler, link_lost)
                except BleakError as error:
                    _LOG.info("%s is still refused: %r", characteristic.name, error)
                else:
                    break

    async def _subscribe_battery(self, client: BleakClient, link_lost: asyncio.Event) -> None:
        """Read the charge and subscribe to its changes; a sensor may refuse."""
        level = await self._radio.connector.read(client, Characteristic.BATTERY_LEVEL)
        if level is not None:
            self._feed.on_notification(Characteristic.BATTERY_LEVEL, level)
        attribute = find_characteristic(client, Characteristic.BATTERY_LEVEL)
        if attribute is not None and "notify" in attribute.properties:
            handler = self._notification_handler(Characteristic.BATTERY_LEVEL)
            try:
                await self._radio.connector.subscribe(client, attribute, handler, link_lost)
            except Exception as error:  # noqa: BLE001 - the charge is optional
                _LOG.info("the battery will not be told: %r", error)

    def _notification_handler(self, characteristic: Characteristic) -> Callable[[object, bytearray], None]:
        """Make the callback for the packets of a characteristic."""
        is_measurement = characteristic is not Characteristic.BATTERY_LEVEL
        source = Source.WATCH if characteristic in self._beside else None

        def on_notification(_: object, payload: bytearray) -> None:
            with self._radio.callback_errors:
                if is_measurement:
                    now = self._clock.monotonic()
                    if self.link.phase is LinkPhase.STREAMING:
                        self._spacings.append(now - self._measured_at)
                    self._measured_at = self._last_measurement_at = now
                self._feed.on_notification(characteristic, bytes(payload), source)
                if is_measurement and self.link.phase is LinkPhase.CONNECTED:
                    self._apply(LinkEvent.MEASURED)

        return on_notification

    async def _watch(self, link_lost: asyncio.Event) -> LinkEvent:
        """Wait until the link is lost or falls silent."""
        while not await wait_until(link_lost, self._clock, self._measured_at + self._silent_s()):
            if self._clock.monotonic() >= self._measured_at + self._silent_s():
                return LinkEvent.SILENT
        return LinkEvent.LOST

    def _silent_s(self) -> float:
        """The silence after which the link counts as lost: longer for a sensor that sends rarely, or may do so.

        If the spacing of its packets is not known to be short, every second link gets half as long again.
        """
        silent_s = self._timings.silent_s
        if self._spacings:
            return max(silent_s, min(_PERIODS * min(self._spacings), _PERIODS * silent_s))
        return silent_s * (_PATIENCE if self._silences % 2 else 1.0)

    def _apply(self, event: LinkEvent) -> None:
        """Apply an event to the link, and report a change of phase."""
        previous, self.link = self.link, self.link.after(event)
        self._silences += event is LinkEvent.SILENT and not self._spacings
        if self.link.phase is not previous.phase:
            self._feed.on_link_change(self.link, self._candidate)
        if event in {LinkEvent.LOST, LinkEvent.SILENT}:  # first wait for its own id, then check a namesake
            self._namesakes_from = self._clock.monotonic() + self._timings.namesake_s
        if self.link.phase is LinkPhase.STREAMING and not self._was_used:
            self._was_used = True
            with self._radio.callback_errors:
                self._callbacks.on_used(self._sensor)


# --- the sources of a run


class RadioSource:
    """The paired sensors as a source of a run, over a radio that is already open."""

    def __init__(
        self,
        radio: Radio,
        sensors: Sequence[PairedSensor],
        *,
        on_problem: OnProblem = lambda _: None,
        callbacks: SensorCallbacks | None = None,
        numbers: Mapping[str, int] | None = None,
        others: Collection[str] = (),
        turn: Callable[[PairedSensor], Awaitable[None]] | None = None,
    ) -> None:
        """Listen to `sensors`; `on_problem` is called with radio trouble, and once for each reason of a sensor.

        `numbers` are the sensors' numbers in the header of the journal, by id; None: as `numbered` gives them. If
        several runners share the radio, `others` are the ids of the other runners' sensors, which are never used, and
        `turn` is awaited before the first link to a sensor.
        """
        self._others = frozenset(others)
        self._turn = turn
        own = {sensor.id: number for number, sensor in numbered(sensors).items()}
        self._numbers = own if numbers is None else numbers
        self._radio = radio
        self._sensors = tuple(sensors)
        self._callbacks = callbacks or SensorCallbacks()
        self._on_problem = on_problem
        self._reported: set[tuple[str, str]] = set()
        """The problems that were reported, by the sensor's id."""

    async def listen(self, inbox: Inbox) -> None:
        """Feed the inbox until cancelled; the links are disconnected when the radio is closed."""

        def on_trouble(trouble: SensorProblem | None) -> None:
            if trouble is not None:
                self._on_problem(trouble)

        with self._radio.subscribe_trouble(on_trouble):
            tasks = [self._radio.start(work) for work in self._supervisions(inbox)]
            try:
                await asyncio.Event().wait()
            finally:
                for task in tasks:
                    task.cancel()

    def _supervisions(self, inbox: Inbox) -> Iterator[Coroutine[None, None, None]]:
        """One task for each source; if there are more sensors of a kind than sources, the sources share a pool."""
        for kind, sources in SOURCES.items():
            sensors = sensors_of(self._sensors, kind)
            if len(sensors) > len(sources):
                pool = SensorPool(self._radio, sensors, self._others)
                yield from (self._supervise_pool(pool, SensorFeed(inbox, source)) for source in sources)
            else:
                pairs = zip(sensors, sources, strict=False)
                yield from (self._supervise(sensor, SensorFeed(inbox, source)) for sensor, source in pairs)

    async def _supervise_pool(self, pool: SensorPool, feed: SensorFeed) -> None:
        """Keep the link of one sensor of a pool; another is chosen when that one is gone."""
        likeliest, last = pool.likeliest, None
        feed.device = self._number_of(likeliest)
        current: PairedSensor | None = None
        feed.on_link_change(Link(), DiscoveredSensor(likeliest.id, likeliest.name, likeliest.id, ()))

        def on_used(sensor: PairedSensor) -> None:
            """Report the change once the new sensor measures: it may be received and never send."""
            nonlocal current
            before, current = current, sensor
            self._callbacks.on_used(sensor)
            if before is None or before.id != sensor.id:
                self._callbacks.on_changed(before, sensor)

        callbacks = replace(self._callbacks, on_used=on_used)
        while True:
            selected = await pool.choose(last)
            last = selected.sensor
            feed.device = self._number_of(last)
            keeping = self._radio.start(self._supervise(selected.sensor, feed, selected, callbacks))
            try:
                await asyncio.wait({keeping})
            finally:
                keeping.cancel()
                pool.release(selected)

    def _number_of(self, sensor: PairedSensor) -> int:
        """The number of a sensor of a pool; one that the header lacks gets an unused number."""
        return self._numbers.get(sensor.id, 0)

    async def _supervise(
        self,
        sensor: PairedSensor,
        feed: SensorFeed,
        selected: SelectedSensor | None = None,
        callbacks: SensorCallbacks | None = None,
    ) -> None:
        """Keep one sensor's link once no other instance holds it; after a bug it is started again.

        A sensor from a pool is given up when it is gone, or while another instance holds it.
        """

        def tell(problem: SensorProblem) -> None:
            if (sensor.id, problem.message) not in self._reported:
                self._reported.add((sensor.id, problem.message))
                self._on_problem(problem)

        if self._turn is not None:
            await self._turn(sensor)
        while True:
            try:
                with self._radio.locked(sensor.id, sensor.label or sensor.name):
                    supervisor = LinkSupervisor(
                        self._radio,
                        sensor,
                        feed,
                        identity=SensorIdentity(sensor, self._others)
                        if selected is None
                        else selected.identity,
                        callbacks=callbacks or self._callbacks,
                        on_problem=tell,
                        own_ids={*self._others, *(each.id for each in self._sensors)},
                    )
                    await (supervisor.run() if selected is None else supervisor.run_until_gone())
                    return
            except SensorProblem as problem:
                with self._radio.callback_errors:
                    tell(problem)
            except Exception:  # noqa: BLE001 - the other sensors continue, and this one is started again
                _LOG.exception("the link to a sensor broke")
            await sleep_for(self._radio.clock, self._radio.timings.taken_s)
            if selected is not None:
                return


class BleSource:
    """The paired sensors as a source of a run, with a radio of its own."""

    def __init__(
        self,
        sensors: Sequence[PairedSensor],
        clock: Clock,
        locks: SensorLocks,
        print_line: Callable[[str], None],
        *,
        adapter: str = "",
        callbacks: SensorCallbacks | None = None,
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        """Open nothing yet; `print_line` is called with trouble, in words for the runner, and when it is over.

        `adapter` is the one to use, by name or address; empty: all that are on. `numbers` are as in `RadioSource`.
        """
        self._numbers = numbers
        self._adapter = adapter
        self._callbacks = callbacks or SensorCallbacks()
        self._sensors = sensors
        self._clock = clock
        self._locks = locks
        self._print_line = print_line

    async def listen(self, inbox: Inbox) -> None:
        """Open the radio and listen until cancelled; failures of Bluetooth are retried."""
        async with Radio(
            clock=self._clock,
            locks=self._locks,
            adapter=self._adapter,
            hears_all=any(sensor.hides_services for sensor in self._sensors),
        ) as radio:
            source = RadioSource(
                radio,
                self._sensors,
                on_problem=self._on_problem,
                callbacks=self._callbacks,
                numbers=self._numbers,
            )
            with radio.subscribe_trouble(self._on_trouble):
                await source.listen(inbox)

    def _on_problem(self, problem: SensorProblem) -> None:
        self._print_line(f"{problem.message}. {problem.hint}".strip())

    def _on_trouble(self, trouble: SensorProblem | None) -> None:
        if trouble is None:
            self._print_line("Bluetooth works again.")
