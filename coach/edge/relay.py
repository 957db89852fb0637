"""Takes values that phones, watches and gateways forward, and puts them into a run: `--sensors relay`.

They arrive by a POST to the share server, or by MQTT. Both call `RelaySource.take`, which reads one message and returns
its receipt. The fold (`coach.signals.sensors`) decides whether a value is new and how far it counts.

A message holds numbers (`docs/reference/relay.md`), or the bytes of a characteristic as hex. Its sender is untrusted: a
message that is too large, too frequent or has impossible numbers is refused and counted. The first refusal of each kind
is reported.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import isfinite
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from coach.edge.clock import Clock, RateLimit
from coach.edge.paired_sensors import PairedSensor
from coach.edge.sources import Inbox
from coach.gatt import Malformed
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.signals.readings import (
    Characteristic,
    LinkChanged,
    LinkState,
    Notified,
    Relayed,
    Reported,
    Source,
)

LONGEST: Final = 4096
"""The most bytes of a message; ours have 120, and an app that sends its whole state some hundred."""
_UNSTAMPED: Final = Seconds(0.0)
_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{1,32}")
_MOST_SENDERS: Final = 64
"""Most senders and sensors that are distinguished; further ones are refused."""
_WAY_PER_S: Final = 8.0
"""Messages a second of one sensor by one sender: gateways send up to four. Judged."""
_ALL_PER_S: Final = 60.0
"""Messages a second in all: eight sensors by two gateways at twice a second, and as much again. Judged."""
_BURST_S: Final = 3.0
"""Seconds' worth of messages that may arrive at once: a network delays messages and then delivers them together."""
_MOST_REPORTED: Final = 32
"""Most reasons that are reported in a run, so that a flood of new ones does not fill the screen."""
_MOST_BEATS: Final = 16
"""Intervals in a message: of ten seconds at 96 beats a minute."""


class RelayForm(StrEnum):
    """The form of a message; the value is the last level of its topic."""

    VALUE = "value"
    """Numbers, as JSON or in a form of another app."""
    HR = "hr"
    """The bytes of Heart Rate Measurement (2A37)."""
    RSC = "rsc"
    """The bytes of RSC Measurement (2A53)."""
    BATT = "batt"
    """The byte of Battery Level (2A19)."""


_CHARACTERISTICS: Final = {
    RelayForm.HR: Characteristic.HEART_RATE_MEASUREMENT,
    RelayForm.RSC: Characteristic.RSC_MEASUREMENT,
    RelayForm.BATT: Characteristic.BATTERY_LEVEL,
}
_USUAL: Final = {RelayForm.HR: Source.STRAP, RelayForm.RSC: Source.POD}
"""The source of bytes by their measurement, if the sensor is unknown."""

KINDS: Final[Mapping[str, Source]] = {
    "pod": Source.POD,
    "footpod": Source.POD,
    "strap": Source.STRAP,
    "watch": Source.WATCH,
    "treadmill": Source.TREADMILL,
    "positions": Source.POSITIONS,
    "gps": Source.POSITIONS,
    "phone": Source.RELAY,
    "relay": Source.RELAY,
}
"""The words by which a sender may name the kind of its sensor."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The result for a message."""

    status: int = 204
    """As in HTTP: 204 accepted, 400 malformed, 413 too long, 429 too often, 503 no run."""
    reason: str = ""
    """Why it was refused, in plain words; empty if it was accepted."""

    @property
    def is_taken(self) -> bool:
        """True if it went into the run, where it may still be a repeat."""
        return not self.reason


# --- forms: the keys of each app for each quantity


class RelayedQuantity(NamedTuple):
    """One quantity of a message: our key, and its possible range."""

    key: str
    least: float
    most: float


BPM: Final = RelayedQuantity("bpm", 0, 300)
SPEED: Final = RelayedQuantity("speed_mps", 0, 15)
CADENCE: Final = RelayedQuantity("cadence_spm", 0, 400)
DISTANCE: Final = RelayedQuantity("distance_m", 0, 10_000_000)
POWER: Final = RelayedQuantity("power_w", 0, 3000)
SENT: Final = RelayedQuantity("sent_s", 0, 1e11)
AGE: Final = RelayedQuantity("age_s", 0, 60)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The place of a quantity in a message: a path of keys to a number."""

    path: str
    """Keys from the outside in, with dots between; empty for a message that is the number alone."""
    quantity: RelayedQuantity
    times: float = 1.0
    """The factor of the number."""
    before: str = ""
    """The words before the number, if it is part of a text."""


SPELLINGS: Final = (
    *(Spelling(quantity.key, quantity) for quantity in (BPM, SPEED, CADENCE, DISTANCE, POWER, SENT, AGE)),
    Spelling("heart_rate_bpm", BPM),
    Spelling("sent_ms", SENT, 0.001),
    Spelling("", BPM),  # a body that is only a number
    Spelling("hr", BPM),
    Spelling("heartrate", BPM),
    Spelling("heartRate", BPM),
    Spelling("heart_rate", BPM),
    Spelling("data.heart_rate", BPM),  # Pulsoid, with `measured_at`
    Spelling("measured_at", SENT, 0.001),
    Spelling("data", BPM, before="heartRate:"),  # Health Data Server: {"data": "heartRate:74"}
)
"""Every spelling that is read: ours, then those of other apps. Of two in one message the first counts."""
_TIME: Final = "ts"
"""The key of a time as ISO 8601, as MQTT messages have it."""


class Unreadable(ValueError):
    """Raised for a message without usable values; the text is the reason, in plain words."""


@dataclass(slots=True)
class Values:
    """The values of a message."""

    numbers: dict[str, float] = field(default_factory=dict)
    """Numbers by the key of their quantity."""
    beats_s: tuple[Seconds, ...] = ()
    sensor: str = ""
    impossible: str = ""
    """The first number that was left out as impossible, in words."""


def read_values(body: bytes, content_type: str = "") -> Values:
    """Read the numbers of a message in any of the forms.

    Raises:
        Unreadable: it holds none.
    """
    tree = _tree(body, content_type)
    values = Values()
    for spelling in SPELLINGS:
        number = None if spelling.quantity.key in values.numbers else _number_at(tree, spelling)
        if number is None:
            continue
        if spelling.quantity.least <= number <= spelling.quantity.most:
            values.numbers[spelling.quantity.key] = round(number, 4)
        elif spelling.quantity is AGE and number > AGE.most:
            raise Unreadable(f"it is {number:g} s old")  # without its age it would count as of now
        else:
            values.impossible = values.impossible or f"{spelling.quantity.key} cannot be {number:g}"
    if isinstance(tree, Mapping):
        values.beats_s = _beats(tree)
        sensor = tree.get("sensor")
        values.sensor = sensor if isinstance(sensor, str) else ""
        if SENT.key not in values.numbers and isinstance(tree.get(_TIME), str):
            sent_at = _sent_at(tree[_TIME])
            values.numbers |= sent_at
            if not sent_at:
                values.impossible = values.impossible or f"{_TIME} is not a time with its zone"
    if not values.numbers.keys() - {SENT.key, AGE.key}:
        raise Unreadable(values.impossible or "it holds none of the keys that are read")
    return values


def _tree(body: bytes, content_type: str) -> Any:
    """The message as JSON, as the pairs of a form, or as a single number."""
    try:
        text = body.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise Unreadable("it is not text") from None
    if text[:1] in {"{", "["} or "json" in content_type:
        try:
            return json.loads(text, parse_constant=lambda word: word)
        except (ValueError, RecursionError):
            raise Unreadable("it is not JSON") from None
    if "=" in text:
        return dict(parse_qsl(text, max_num_fields=32) if text.count("&") < 32 else ())
    return text


def _number_at(tree: Any, spelling: Spelling) -> float | None:
    """The number at the end of a path; None if there is none."""
    value = tree
    for key in spelling.path.split(".") if spelling.path else ():
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        if not value.startswith(spelling.before):
            return None
        value = value[len(spelling.before) :].strip()[:32]
    elif spelling.before:
        return None
    return None if isinstance(value, bool) else _number(value, spelling.times)


def _number(value: Any, times: float = 1.0) -> float | None:
    try:
        number = float(value) * times
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _beats(tree: Mapping[str, Any]) -> tuple[Seconds, ...]:
    """The intervals between beats, in seconds or in milliseconds; an impossible one ends them."""
    for key, times in (("rr_s", 1.0), ("rr_ms", 0.001)):
        values = tree.get(key)
        if isinstance(values, str):
            values = values.split()
        if isinstance(values, list) and values:
            beats = [_number(each, times) for each in values[-_MOST_BEATS:]]
            return tuple(Seconds(each) for each in beats if each is not None and 0.2 <= each <= 3.0)
    return ()


def _sent_at(text: str) -> dict[str, float]:
    """The seconds of a time in ISO 8601; None if it is not one, or names no zone."""
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return {}
    return {SENT.key: round(moment.timestamp(), 4)} if moment.tzinfo is not None else {}


# --- the sensor of a message


class OwnSensors:
    """The runner's paired sensors, by the names that a sender may use."""

    def __init__(
        self,
        sensors: Iterable[tuple[PairedSensor, Source | None]],
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        """Hold the paired sensors, each with its source, or None if a run prefers others of its kind.

        `numbers` are those of the header, by id, of sensors any of which may be behind a source.
        """
        self._by_name: dict[str, tuple[Source, str]] = {}
        self._numbers: dict[str, int] = {}
        self._sources = set()
        for sensor, source in sensors:
            number = (numbers or {}).get(sensor.id)
            if number is not None:
                self._numbers |= {
                    bare(word): number for word in (sensor.id, sensor.label, sensor.name) if bare(word)
                }
            place = (
                (source or KINDS.get(sensor.kind.value, Source.RELAY)),
                "" if source else bare(sensor.id)[:32],
            )
            self._sources.add(place[0])
            for word in (sensor.id, sensor.label, sensor.name):
                if bare(word):
                    self._by_name.setdefault(bare(word), place)

    def knows(self, word: str) -> bool:
        """Whether one of the paired sensors has this name."""
        return bool(word) and bare(word) in self._by_name

    def number_of(self, word: str) -> int | None:
        """The number of a sensor that is one of several; None for all others."""
        return self._numbers.get(bare(word))

    def identify(self, word: str, form: RelayForm) -> tuple[Source, str]:
        """The source of a sensor with this name, and the name itself if it is not a paired one.

        Raises:
            Unreadable: it is a stranger's, or its bytes cannot be of such a source.
        """
        own = self._by_name.get(bare(word))
        if own is not None:
            return own
        kind = KINDS.get(word.casefold())
        if kind is not None and (kind is not Source.RELAY or form is RelayForm.VALUE):
            return kind, "" if kind in self._sources else word.casefold()
        if form is RelayForm.VALUE:
            return Source.RELAY, word
        usual = _USUAL.get(form, Source.STRAP)
        if usual in self._sources:
            raise Unreadable(f"no sensor of yours is called {word}; call it {usual.value} if it is")
        return usual, word


def bare(word: str) -> str:
    """A name without spelling differences: `D4:22:1A` is `d4221a`."""
    return "".join(letter for letter in word.casefold() if letter.isalnum())


# --- the source


class _Message(NamedTuple):
    """A message as received."""

    body: bytes
    sender: str
    sensor: str
    form: RelayForm
    content_type: str
    heard_at: Seconds


@dataclass(slots=True)
class _Way:
    """One sensor by one sender."""

    limit: RateLimit
    accepted: int = 0
    refused: int = 0


class RelaySource:
    """The source of forwarded values; the carriers of messages call `take`."""

    longest: Final = LONGEST

    def __init__(
        self,
        clock: Clock,
        say: Callable[[str], None],
        sensors: Sequence[tuple[PairedSensor, Source | None]] = (),
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        """Accept nothing before `listen`; `say` is called with the first refusal of each kind.

        `sensors` are the runner's paired ones with their sources, by which a sender may name what it forwards;
        `numbers` are as in `OwnSensors`.
        """
        self._clock = clock
        self._say = say
        self._own = OwnSensors(sensors, numbers)
        self._inbox: Inbox | None = None
        self._all = _rate_limit(_ALL_PER_S, clock)
        self._ways: dict[tuple[str, str, RelayForm], _Way] = {}
        self._reported: set[str] = set()
        self.refused = 0
        """Number of refused messages."""
        self._only = ""

    def take_only(self, runner: str) -> None:
        """Accept from here on only this runner's messages, by their slug: on a shared broker everyone receives all.

        These are messages of their own sensors' names, of a sender of theirs (`ana`, `ana-phone`), and of a sensor with
        their name (`ana-strap`). Others are ignored silently.
        """
        self._only = bare(runner)

    async def listen(self, inbox: Inbox) -> None:
        """Accept messages until cancelled."""
        self._inbox = inbox
        inbox.put(LinkChanged(_UNSTAMPED, Source.RELAY, LinkState.SEARCHING))
        try:
            await asyncio.Event().wait()
        finally:
            self._inbox = None

    def take(
        self,
        body: bytes,
        *,
        sender: str,
        sensor: str = "",
        form: RelayForm = RelayForm.VALUE,
        content_type: str = "",
        is_retained: bool = False,
        arrived_at: float | None = None,
    ) -> Receipt:
        """Put one message into the run, on its loop; never raises.

        Args:
            body: the message as received.
            sender: who forwards it: the gateway of a topic, `phone` where a path names nobody.
            sensor: the sensor in the sender's words; empty if unknown.
            form: the form of the message.
            content_type: its type as HTTP names it.
            is_retained: whether a broker kept it from earlier; such a one is old.
            arrived_at: when it arrived, by the clock; None for now.
        """
        inbox = self._inbox
        if inbox is None:
            return Receipt(503, "no run is under way")
        if self._only and not self._is_theirs(sender, sensor):
            return Receipt(404, "it is another runner's")
        sensor = self._without_owner(sensor)
        way = self._way(sender, sensor, form)
        if isinstance(way, Receipt):
            return self._refuse(way, sender)
        now = self._clock.monotonic()
        if not (way.limit.take() and self._all.take()):
            way.refused += 1
            return self._refuse(Receipt(429, "it comes too often"), sender)
        if len(body) > LONGEST:
            receipt = Receipt(413, f"it is longer than {LONGEST} bytes")
        elif is_retained:
            receipt = Receipt(400, "the broker kept it from earlier (retained)")
        else:
            waited_s = 0.0 if arrived_at is None else max(0.0, now - arrived_at)
            heard_at = Seconds(round(max(0.0, inbox.now() - waited_s), 3))
            receipt = self._put(inbox, _Message(body, sender, sensor, form, content_type, heard_at))
        if receipt.is_taken:
            way.accepted += 1
            return receipt
        way.refused += 1
        return self._refuse(receipt, sender)

    def _is_theirs(self, sender: str, sensor: str) -> bool:
        names = (sender.partition("-")[0], sensor.partition("-")[0], sender, sensor)
        return self._own.knows(sensor) or self._only in map(bare, names)

    def _without_owner(self, sensor: str) -> str:
        """A sensor with its runner's name by the rest of its name: `ana-strap` is a strap."""
        owner, _, rest = sensor.partition("-")
        is_named = (
            bool(self._only) and self._only in {bare(owner), bare(sensor)} and not self._own.knows(sensor)
        )
        return rest if is_named else sensor

    def answer(self, sender: str, sensor: str, body: bytes, content_type: str) -> tuple[int, str]:
        """Take the body of a POST; returns the status of the answer and why it was refused.

        A path with one name is the sensor, if the name is the word of a kind: `.../strap`.
        """
        if not sensor and KINDS.get(sender.casefold(), Source.RELAY) is not Source.RELAY:
            sender, sensor = "phone", sender
        receipt = self.take(body, sender=sender, sensor=sensor, content_type=content_type)
        return receipt.status, receipt.reason

    def summary(self) -> tuple[str, ...]:
        """The results of each sensor so far, a line each."""
        return tuple(
            f"{sender}{f' {sensor}' if sensor else ''} {form}: {way.accepted} taken, {way.refused} refused"
            for (sender, sensor, form), way in self._ways.items()
        )

    def _put(self, inbox: Inbox, message: _Message) -> Receipt:
        try:
            if message.form is RelayForm.VALUE:
                event: Reported | Notified = self._numbers(message)
            else:
                event = self._bytes(message)
        except Unreadable as problem:
            return Receipt(400, str(problem))
        inbox.put(event)
        return Receipt()

    def _numbers(self, message: _Message) -> Reported:
        values = read_values(message.body, message.content_type)
        if values.impossible:
            self._report(message.sender, f"{values.impossible}; it was left out")
        word = values.sensor or message.sensor
        if word and not _NAME.fullmatch(word):
            word = bare(word)[:32]
        source, name = self._own.identify(word, RelayForm.VALUE) if word else (Source.RELAY, "")
        get = values.numbers.get
        speed, distance, cadence, bpm, power = map(
            get, ("speed_mps", "distance_m", "cadence_spm", "bpm", "power_w")
        )
        return Reported(
            _UNSTAMPED,
            source,
            speed=None if speed is None else MetresPerSecond(speed),
            distance=None if distance is None else Metres(distance),
            cadence=None if cadence is None else StepsPerMinute(cadence),
            heart_rate=None if bpm is None else BeatsPerMinute(bpm),
            rr_s=values.beats_s if bpm is not None else (),
            power=None if power is None else Watts(power),
            relayed=Relayed(
                message.sender,
                name,
                message.heard_at,
                get(SENT.key),
                _seconds(get(AGE.key)),
                device=self._own.number_of(word),
            ),
        )

    def _bytes(self, message: _Message) -> Notified:
        """The bytes of a packet, from hex alone or from JSON with `hex`, a time and `rssi`."""
        form, tree = message.form, _tree(message.body, "")
        digits = tree.get("hex") if isinstance(tree, Mapping) else tree
        try:
            payload = bytes.fromhex(digits) if isinstance(digits, str) else b""
        except ValueError:
            payload = b""
        if not 1 <= len(payload) <= 64:
            raise Unreadable("it holds no packet in hex")
        fault = _fault(form, payload)
        if fault:
            raise Unreadable(fault)
        source, name = self._own.identify(message.sensor, form)
        times: dict[str, float] = {}
        rssi: int | None = None
        if isinstance(tree, Mapping):
            times = {
                spelling.quantity.key: number
                for spelling in SPELLINGS
                if spelling.quantity in {SENT, AGE} and (number := _number_at(tree, spelling)) is not None
            }
            if SENT.key not in times and isinstance(tree.get(_TIME), str):
                times |= _sent_at(tree[_TIME])
            level = _number(tree.get("rssi", tree.get("rssi_dbm")))
            rssi = round(level) if level is not None and -127 <= level <= 20 else None
        relayed = Relayed(
            message.sender,
            name,
            message.heard_at,
            times.get(SENT.key),
            _seconds(times.get(AGE.key)),
            rssi,
            self._own.number_of(message.sensor),
        )
        return Notified(_UNSTAMPED, source, _CHARACTERISTICS[form], payload, relayed=relayed)

    def _way(self, sender: str, sensor: str, form: RelayForm) -> _Way | Receipt:
        """The state of a message's sensor and sender, new or known."""
        way = self._ways.get((sender, sensor, form))
        if way is not None:
            return way
        if not _NAME.fullmatch(sender) or (sensor and not _NAME.fullmatch(sensor)):
            return Receipt(400, "a name may have 32 letters, digits, _ . : and -")
        if len(self._ways) >= _MOST_SENDERS:
            return Receipt(429, f"there are {_MOST_SENDERS} senders already")
        way = self._ways[sender, sensor, form] = _Way(_rate_limit(_WAY_PER_S, self._clock))
        return way

    def _refuse(self, receipt: Receipt, sender: str) -> Receipt:
        """Count a refusal, and report the first of each kind."""
        self.refused += 1
        self._report(sender if _NAME.fullmatch(sender) else "a sender", receipt.reason)
        return receipt

    def _report(self, sender: str, what: str) -> None:
        """Report something about a sender once."""
        key = f"{sender} {re.sub(r'[0-9.]+', '', what)}"
        if key not in self._reported and len(self._reported) < _MOST_REPORTED:
            self._reported.add(key)
            self._say(f"Relay: a message by {sender} was not used: {what}. More of these are only counted.")


def _rate_limit(per_s: float, clock: Clock) -> RateLimit:
    return RateLimit(per_s, per_s * _BURST_S, clock.monotonic)


def _seconds(value: float | None) -> Seconds | None:
    return None if value is None else Seconds(min(max(value, 0.0), AGE.most))


def _fault(form: RelayForm, payload: bytes) -> str:
    """What is wrong with the bytes of a packet; empty if nothing is."""
    read: object = None
    if form is RelayForm.HR:
        read = HeartRateMeasurement.from_bytes(payload)
    elif form is RelayForm.RSC:
        read = RunningSpeedCadenceMeasurement.from_bytes(payload)
    return read.text if isinstance(read, Malformed) else ""
