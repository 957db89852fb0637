"""The link to the broker, and its queues: on a thread of its own, so that the run never waits for a network.

Outgoing messages are of three kinds. A `LATEST` message waits until a newer one of its topic replaces it. An `EVENT`
waits in a short queue and is dropped when it is older than its time to live. A `KEPT` message has a number in the run:
without a link it is not held in memory, and after an outage it is read again from the recording. Incoming messages wait
in one bounded queue for each subscription, where the newest push out the oldest, and are handed to their handlers on
the loop of the run, a few at a time. Whatever is dropped is counted.

This is the only module that uses the library: aiomqtt, the successor of asyncio-mqtt. It does not reconnect, and its
publish returns normally if the broker refused; the bus reconnects, and probes for refusals.
"""

import asyncio
import logging
import random
import re
import secrets
import socket
import ssl
import threading
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import ceil
from typing import Any, Final, ParamSpec, TypeVar

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from coach.edge.clock import Clock, loop_s
from coach.edge.mqtt_address import BrokerAddress
from coach.edge.mqtt_topics import LARGEST, Outgoing, Presence, Protocol, matches

# --- one connection to a broker

KEEPALIVE_S: Final = 4
"""A broker that is silent for twice as long, and a second, is lost; it sends the will some 6 to 10 s after the last
sign of this client (measured: 10.0 s with mosquitto 2.0.11). Chosen."""
ANSWER_S: Final = 3.0
"""Timeout for an answer of the broker; a loopback one takes 1 ms, a far one 0.2 s. Chosen."""
_IN_FLIGHT: Final = 32
"""Messages that the broker may send before it has an answer, in MQTT 5."""
_LARGEST_PACKET: Final = 65_536
"""Bytes of the largest packet that an MQTT 5 broker may send; payloads that are read are far smaller."""
_LIBRARY_LOG: Final = logging.getLogger("coach.mqtt.library")
_LIBRARY_LOG.setLevel(logging.ERROR)  # it warns of every refusal, which the bus reports once


class LinkFault(StrEnum):
    """Why there is no link."""

    UNREACHABLE = "unreachable"
    SILENT = "silent"
    """The address accepts connections and does not answer."""
    WRONG_VERSION = "wrong_version"
    DENIED = "denied"
    TLS = "tls"
    LOST = "lost"
    TAKEN_OVER = "taken_over"
    """Another client has the same id."""


class LinkError(Exception):
    """Raised when a link could not be made, or was lost; `words` can be shown."""

    def __init__(self, fault: LinkFault, words: str) -> None:
        """Keep the kind of fault beside the words."""
        super().__init__(words)
        self.fault = fault
        self.words = words


Arrived = Callable[[str, bytes, bool], None]
"""Receives the topic, the payload, and whether it was a retained message; called on the loop of the connection."""


class Connection:
    """A connection to a broker, made with `open_connection`; it is good for one link only."""

    def __init__(self, client: aiomqtt.Client, protocol: Protocol) -> None:
        """Hold a connected client."""
        self._client = client
        self.protocol = protocol

    async def publish(self, message: Outgoing) -> None:
        """Send a message; with QoS 1 it returns when the broker has it, which does not show who may read it.

        Raises:
            LinkError: the link is lost, or the broker does not answer.
        """
        with _as_link_error():
            await self._client.publish(
                message.topic,
                message.payload,
                message.qos,
                message.is_retained,
                self._expiry(message.expiry_s),
            )

    async def subscribe(self, patterns: Sequence[tuple[str, int]]) -> None:
        """Subscribe to these topics, each with its QoS. A broker may agree and send nothing.

        Raises:
            LinkError: the link is lost, or the broker does not answer.
        """
        with _as_link_error():
            await self._client.subscribe(list(patterns))

    async def unsubscribe(self, patterns: Sequence[str]) -> None:
        """Unsubscribe from these topics.

        Raises:
            LinkError: the link is lost, or the broker does not answer.
        """
        with _as_link_error():
            await self._client.unsubscribe(list(patterns))

    async def until_lost(self) -> LinkError:
        """Wait until the link is lost; returns why."""
        try:
            with _as_link_error():
                await anext(self._client.messages)  # never yields: messages are passed on as they arrive
        except LinkError as error:
            return error
        return LinkError(LinkFault.LOST, "the link was lost")

    async def close(self) -> None:
        """Disconnect without sending the will."""
        with suppress(aiomqtt.MqttError, OSError):
            await self._client.__aexit__(None, None, None)

    def _expiry(self, seconds: float | None) -> Properties | None:
        if seconds is None or self.protocol is not Protocol.V5:
            return None
        return _properties(PacketTypes.PUBLISH, MessageExpiryInterval=max(1, ceil(seconds)))


async def open_connection(
    address: BrokerAddress, client_id: str, will: Outgoing, protocol: Protocol, arrived: Arrived
) -> Connection:
    """Connect to a broker; received messages go to `arrived`.

    Raises:
        LinkError: there is no broker, it does not answer, or it refuses.
    """
    is_v5 = protocol is Protocol.V5
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=address.username,
        password=address.password,
        identifier=client_id,
        logger=_LIBRARY_LOG,
        queue_type=_forwarding_queue(arrived),
        protocol=aiomqtt.ProtocolVersion.V5 if is_v5 else aiomqtt.ProtocolVersion.V311,
        clean_session=None if is_v5 else True,
        clean_start=True if is_v5 else 3,  # 3 is the library's own default, and has no meaning before MQTT 5
        properties=_properties(
            PacketTypes.CONNECT,
            ReceiveMaximum=_IN_FLIGHT,
            MaximumPacketSize=_LARGEST_PACKET,
            SessionExpiryInterval=0,
        )
        if is_v5
        else None,
        will=aiomqtt.Will(will.topic, will.payload, will.qos, will.is_retained),
        keepalive=KEEPALIVE_S,
        timeout=ANSWER_S,
        tls_context=_tls_context(address) if address.is_tls else None,
        socket_options=[
            (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ],  # otherwise every second message is 40 ms late
    )
    try:
        with _as_link_error():
            await client.__aenter__()
    except BaseException:
        client._client.disconnect()  # noqa: SLF001 - the library would leave the socket of a refused link open
        raise
    return Connection(client, protocol)


def _properties(packet: int, **values: int) -> Properties:
    properties = Properties(packet)  # type: ignore[no-untyped-call]  # the library has no types here
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def _forwarding_queue(arrived: Arrived) -> type[asyncio.Queue[aiomqtt.Message]]:
    """Make a queue that passes every message on: the library's own keeps the oldest, and costs a task for each."""

    class ForwardingQueue(asyncio.Queue[aiomqtt.Message]):
        def put_nowait(self, item: aiomqtt.Message) -> None:
            arrived(item.topic.value, item.payload, item.retain)

    return ForwardingQueue


def _tls_context(address: BrokerAddress) -> ssl.SSLContext:
    """The trusted certificates, and this client's own.

    Raises:
        LinkError: a certificate or a key cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=address.ca_file)
        if address.cert_file is not None:
            context.load_cert_chain(address.cert_file, address.key_file, password=_no_password)
    except (OSError, ValueError) as error:
        raise LinkError(
            LinkFault.TLS, f"the certificates cannot be used: {_without_place(str(error))}"
        ) from None
    return context


def _no_password() -> str:
    raise ValueError("the key has a password, which is not supported")


@contextmanager
def _as_link_error() -> Iterator[None]:
    """Turn the library's exceptions into a `LinkError`."""
    try:
        yield
    except aiomqtt.MqttError as error:
        raise _link_error(error) from None
    except (OSError, ValueError) as error:
        raise LinkError(LinkFault.LOST, _without_place(str(error))) from None


_FAULTS: Final = {
    132: (LinkFault.WRONG_VERSION, "the broker does not support this version of MQTT"),
    133: (LinkFault.DENIED, "the broker does not take this client id"),
    134: (LinkFault.DENIED, "the broker does not accept user and password"),
    135: (LinkFault.DENIED, "the broker does not let this client in: user, password or certificate"),
    138: (LinkFault.DENIED, "the broker has banned this client"),
    142: (LinkFault.TAKEN_OVER, "another client with the same id has taken the link over"),
}
"""The fault of each reason code of a broker."""


def _link_error(error: aiomqtt.MqttError) -> LinkError:
    cause = error.__cause__ if isinstance(error.__cause__, aiomqtt.MqttCodeError) else error
    code = getattr(cause, "rc", None)
    if isinstance(code, ReasonCode) and code.value in _FAULTS:
        return LinkError(*_FAULTS[code.value])
    text = _without_place(str(cause))
    if "timed out" in text:
        return LinkError(LinkFault.SILENT, "the broker does not answer")
    if "SSL" in text or "CERTIFICATE" in text.upper():
        return LinkError(LinkFault.TLS, f"TLS failed: {text}")
    if code is not None:
        return LinkError(LinkFault.LOST, "the link was lost")
    return LinkError(LinkFault.UNREACHABLE, text[:1].lower() + text[1:])


def _without_place(text: str) -> str:
    """The words of an error without its number and its place in the source of a library."""
    return re.sub(r" \(_ssl\.c:\d+\)$", "", re.sub(r"^\[Errno -?\d+\] ", "", text))


# --- the bus

_LOG = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")
_LEAST_DELAY_S: Final = 0.5
_MOST_DELAY_S: Final = 15.0
"""The delay between two attempts is uniform up to a bound that doubles with each attempt."""
_SETTLED_S: Final = 5.0
"""After a link that lasted this long the next attempt comes soon. Chosen."""
_FLAPS: Final = 4
"""Links lost this soon, within `_FLAP_WINDOW_S`, are no accident: another client takes them over, or the broker ends
them.
"""
_FLAP_WINDOW_S: Final = 60.0
_FLAP_DELAY_S: Final = 60.0
_EVENTS: Final = 8
"""Events of a topic that wait, unless its row has another number."""
_BATCH: Final = 32
"""Messages of one subscription that are passed to its handler in one turn of the run's loop."""
_TURN_S: Final = 0.01
"""Seconds between two such turns in a flood: 3,200 messages a second of each subscription, others are dropped."""
_PROBE_S: Final = 3.0
"""How long a broker may take to return a probe. Chosen."""
_PROBE_EVERY_S: Final = 60.0
"""Time from a probe to the next: permissions may change during a run, and only a probe shows it. Judged."""
_CLOSE_S: Final = 2.0
"""How long the end of a run waits for the broker."""
_VERSION_NOTES: Final = {
    Protocol.V5: "MQTT 5",
    Protocol.V311: "MQTT 3.1.1, which has no expiry: devices drop old messages themselves",
}


class BusState(StrEnum):
    """The state of the link."""

    OFF = "off"
    CONNECTING = "connecting"
    """There was no link yet."""
    UP = "up"
    LOST = "lost"
    """There is no link; attempts continue."""
    REFUSED = "refused"
    """There is no link, and no more attempts."""


class Policy(StrEnum):
    """How a message is handled that cannot be sent at once."""

    LATEST = "latest"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Received:
    """A message that arrived."""

    topic: str
    payload: bytes
    """Empty if it is oversized."""
    is_retained: bool
    """True if the broker had retained it."""
    is_oversized: bool
    arrived_at: float
    """When it arrived, by the clock of the run."""

    def levels(self) -> list[str]:
        """The levels of its topic."""
        return self.topic.split("/")


Handler = Callable[[Received], None]
Replay = Callable[[int], Sequence[tuple[int, Outgoing]]]
"""Returns the kept messages after a number, in order; called on a thread of the bus."""
OnLink = Callable[[BusState, str], None]
"""Receives the state of the link and a text about it; called on the loop of the run."""
Opener = Callable[[BrokerAddress, str, Outgoing, Protocol, Arrived], Awaitable[Connection]]


@dataclass(slots=True)
class _Subscription:
    """One subscription with its handler and its queue."""

    pattern: str
    levels: list[str]
    handler: Handler
    qos: int
    room: int
    queue: deque[Received] = field(default_factory=deque)
    is_confirmed: bool = False
    """Whether the broker of the current link has acknowledged it."""


@dataclass(slots=True)
class _Waiting:
    """A message in the queue."""

    message: Outgoing
    queued_at: float
    ttl_s: float | None


class Bus:
    """Publishes and subscribes for a run; it belongs to the loop of the run, and its link has a thread of its own."""

    def __init__(
        self,
        address: BrokerAddress,
        presence: Presence,
        clock: Clock,
        *,
        client_id: str = "",
        replay: Replay = lambda _seq: (),
        on_link: OnLink = lambda _state, _words: None,
        opener: Opener = open_connection,
    ) -> None:
        """Prepare a link to a broker; `start` makes it.

        `client_id` is for brokers that require one: by default each start has a new one, so that two coaches never take
        over each other's link. `replay` returns the kept messages.
        """
        self.presence = presence
        self.topics = presence.topics
        self.refused: tuple[str, ...] = ()
        """The topics that the broker did not return when it was probed."""
        self.protocol: Protocol | None = None
        """The version of MQTT of the last link; None before the first."""
        self.birth: Outgoing | None = None
        """The first message over the last link: the coach is online; None before the first link."""
        self._address = address
        self._clock = clock
        self._has_own_id = bool(client_id)
        self._client_id = client_id or f"coach-{secrets.token_hex(6)}"
        self._replay = replay
        self._on_link = on_link
        self._open = opener
        self._lock = threading.Lock()
        self._state = BusState.OFF
        self._slots: dict[str, _Waiting] = {}
        self._retained: dict[str, Outgoing] = {}
        self._events: dict[str, deque[_Waiting]] = {}
        self._kept: deque[tuple[int, Outgoing]] = deque()
        self._kept_last = self._kept_sent = 0
        self._leftovers: deque[tuple[Callable[[], Sequence[Outgoing]], Callable[[], None]]] = deque()
        self._leftover: deque[Outgoing] = deque()
        self._subscriptions: list[_Subscription] = []
        self._dropped: Counter[str] = Counter()
        self._up_since = 0.0
        self._is_draining = self._is_closing = False
        self._awaited: dict[str, set[str]] = {}
        self._probed: set[str] = set()
        self._has_probed = False
        self._floods = 0
        self._run_loop: asyncio.AbstractEventLoop | None = None
        self._link_loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._live, name="mqtt", daemon=True)

    # --- for the run, on its loop

    @property
    def state(self) -> BusState:
        """How the link is."""
        return self._state

    @property
    def dropped(self) -> Mapping[str, int]:
        """Number of dropped messages by topic and reason: `ana/cue late`."""
        with self._lock:
            return dict(self._dropped)

    @property
    def unsent(self) -> int:
        """Number of kept messages that the broker has not accepted."""
        return self._kept_last - self._kept_sent

    @property
    def kept_sent(self) -> int:
        """The number of the last kept message that the broker has accepted."""
        return self._kept_sent

    def next_seq(self) -> int:
        """The number of the next message."""
        return self.presence.next_seq()

    def start(self) -> None:
        """Make the link, and renew it whenever it is lost."""
        self._run_loop = asyncio.get_running_loop()
        self._state = BusState.CONNECTING
        self._thread.start()

    def publish(
        self,
        topic: str,
        payload: bytes | str,
        *,
        qos: int = 0,
        retain: bool = False,
        ttl_s: float | None = None,
        policy: Policy = Policy.LATEST,
        expires: bool = True,
    ) -> None:
        """Send a message as soon as there is a link; never waits and never raises for the network.

        `ttl_s` is its time to live, which an MQTT 5 broker gets too if it `expires`. A retained message is sent again
        at every new link; another one is dropped with the link, or when it is too old.
        """
        data = payload.encode() if isinstance(payload, str) else payload
        message = Outgoing(topic, data, qos, retain, ttl_s if expires else None)
        self.send(message, policy, ttl_s=ttl_s)

    def send(
        self,
        message: Outgoing,
        policy: Policy = Policy.LATEST,
        *,
        ttl_s: float | None = None,
        room: int = _EVENTS,
    ) -> None:
        """Send a complete message, as `publish`; at most `room` events wait for each topic."""
        waiting = _Waiting(message, loop_s(), ttl_s)
        with self._lock:
            if policy is Policy.EVENT:
                queue = self._events.setdefault(message.topic, deque())
                queue.append(waiting)
                if len(queue) > room:
                    queue.popleft()
                    self._drop(message.topic, "overtaken")
            else:
                if message.is_retained:
                    self._retained[message.topic] = message
                if self._slots.pop(message.topic, None) is not None:
                    self._drop(message.topic, "overtaken")
                self._slots[message.topic] = waiting
        self._wake_link()

    def keep(self, seq: int, message: Outgoing) -> None:
        """Send a message of the run that has a number, now or after an outage; the numbers follow each other."""
        with self._lock:
            self._kept_last = max(self._kept_last, seq)
            if self._state is BusState.UP:
                self._kept.append((seq, message))
        self._wake_link()

    def add_leftover(self, load: Callable[[], Sequence[Outgoing]], on_sent: Callable[[], None]) -> None:
        """Send once the unsent messages of earlier runs, when the queue is empty; both are called off the loops."""
        self._leftovers.append((load, on_sent))

    def resume_kept(self, seq: int) -> None:
        """Note the last number of an interrupted run; all it kept is sent again, as some may have been lost."""
        self._kept_last = max(self._kept_last, seq)

    def subscribe(self, pattern: str, handler: Handler, *, qos: int = 0, room: int = 64) -> None:
        """Have `handler` called, on the loop of the run, with messages of a topic or of a pattern of topics.

        At most `room` messages wait, the oldest are dropped. One that is too large is passed on without payload.
        The coach says that it is online only when the broker has confirmed every subscription made until then.
        """
        subscription = _Subscription(pattern, pattern.split("/"), handler, qos, room)
        with self._lock:
            self._subscriptions.append(subscription)
        self._wake_link()

    async def close(self, within_s: float = _CLOSE_S) -> None:
        """Send the queue and disconnect, within a bounded time; without a link it does not wait."""
        if not self._thread.is_alive():
            return
        self._is_closing = True
        if self._state is BusState.UP:
            self._wake_link()
        else:
            self._call_link(self._cancel)
        await asyncio.to_thread(self._thread.join, within_s)
        if self._thread.is_alive():
            self._call_link(self._cancel)
            _LOG.warning("the broker was not waited for any longer")

    # --- the thread of the link

    def _live(self) -> None:
        """Run the loop of the link; an ordinary one on every platform, as the library requires."""
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._keep_linked())
        except asyncio.CancelledError:
            pass
        except Exception:  # noqa: BLE001 - whatever it is, the run goes on
            _LOG.exception("the link to the broker ended")
            self._to_state(BusState.REFUSED, "the link ended by a mistake of the program; see the debug log")

    async def _keep_linked(self) -> None:
        """Renew the link until the run ends."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_at_debug)
        loop.set_default_executor(_DaemonThreads())
        self._work = asyncio.current_task()
        self._link_loop = loop
        attempts, flaps = 0, deque[float](maxlen=_FLAPS)
        protocol, is_guess = Protocol.V5, False
        while not self._is_closing:
            error = await self._link(protocol)
            if error is None or self._is_closing:
                return
            lasted_s = loop_s() - self._up_since if self._state is BusState.UP else None
            attempts = 0 if lasted_s is not None and lasted_s >= _SETTLED_S else attempts + 1
            if lasted_s is not None and lasted_s < _SETTLED_S:
                flaps.append(loop_s())
            is_unspoken = error.fault is LinkFault.SILENT and self.protocol is not Protocol.V5
            if protocol is Protocol.V5 and (error.fault is LinkFault.WRONG_VERSION or is_unspoken):
                protocol = Protocol.V311  # a broker without version 5 says so, or does not answer
                is_guess = is_unspoken
                continue
            if is_guess:
                protocol = Protocol.V5  # it may have been frozen, and support it
            is_flapping = len(flaps) == _FLAPS and flaps[-1] - flaps[0] < _FLAP_WINDOW_S
            if is_flapping and self._has_own_id:
                words = f"links as {self._client_id!r} are ended at once: another client may have that id"
                self._to_state(BusState.REFUSED, words)
                return
            self._to_state(BusState.LOST, error.words)
            await asyncio.sleep(_FLAP_DELAY_S if is_flapping else _delay(attempts))

    async def _link(self, protocol: Protocol) -> LinkError | None:
        """Make one link and serve it until it is lost; returns why, None if it was closed."""
        first, last = self.presence.next_seq(), self.presence.next_seq()
        will = self.presence.status("offline", last)
        try:
            connection = await self._open(self._address, self._client_id, will, protocol, self._arrived)
        except LinkError as error:
            return error
        self.protocol = connection.protocol
        loss = asyncio.ensure_future(connection.until_lost())
        loss.add_done_callback(lambda _: self._wake.set())
        probing: asyncio.Task[None] | None = None
        try:
            await self._begin(connection, first)
            probing = asyncio.create_task(self._probe_often(connection))
            await self._serve(connection, loss)
            if loss.done():
                return loss.result()
            probing.cancel()
            await self._publish_offline(connection)
        except LinkError as error:
            return loss.result() if loss.done() else error
        else:
            return None
        finally:
            for task in (loss, probing):
                if task is not None:
                    task.cancel()
            if not self._is_closing:
                await connection.close()

    async def _begin(self, connection: Connection, seq: int) -> None:
        """Renew the subscriptions, announce the coach, and send the retained messages.

        The subscriptions come first: whoever hears that the coach is online may send a command at once.
        """
        with self._lock:
            for each in self._subscriptions:
                each.is_confirmed = False
        await self._subscribe_missing(connection)
        self.birth = self.presence.status("online", seq)
        await connection.publish(self.birth)
        await connection.publish(self.presence.info(connection.protocol))
        with self._lock:
            now = loop_s()
            for topic, waiting in list(self._slots.items()):
                if not waiting.message.is_retained and _is_late(waiting, now):
                    del self._slots[topic]
                    self._drop(topic, "late")
            for topic, message in self._retained.items():
                self._slots.setdefault(topic, _Waiting(message, now, None))
        self._up_since = loop_s()
        self._to_state(BusState.UP, _VERSION_NOTES[connection.protocol])

    async def _subscribe_missing(self, connection: Connection) -> None:
        """Subscribe to what the broker has not confirmed; what is added meanwhile is included."""
        while missing := self._unconfirmed():
            await connection.subscribe([(each.pattern, each.qos) for each in missing])
            for each in missing:
                each.is_confirmed = True

    def _unconfirmed(self) -> list[_Subscription]:
        with self._lock:
            return [each for each in self._subscriptions if not each.is_confirmed]

    async def _publish_offline(self, connection: Connection) -> None:
        """Disconnect once nothing more is under way to us: a broker that cannot deliver it would also send the will."""
        with self._lock:
            patterns = {each.pattern for each in self._subscriptions} | (
                self._probed if self._awaited else set()
            )
        if patterns:
            await connection.unsubscribe(sorted(patterns))
        await connection.publish(self.presence.status("offline"))
        await connection.close()

    async def _serve(self, connection: Connection, loss: "asyncio.Future[LinkError]") -> None:
        """Send the queue, until the link is lost or the run ends."""
        while not loss.done():
            self._wake.clear()
            await self._subscribe_missing(connection)
            if (message := self._next_message()) is not None:
                await connection.publish(message)
            elif (numbered := self._next_kept()) is not None:
                await connection.publish(numbered[1])
                self._kept_sent = numbered[0]
            elif self.unsent > 0:
                items = await asyncio.to_thread(self._replay, self._kept_sent)
                self._refill(items)
            elif self._is_closing:
                return
            elif self._leftovers:
                await self._send_leftover(connection)
            else:
                await self._wake.wait()

    async def _send_leftover(self, connection: Connection) -> None:
        """Send one unsent message of earlier runs; messages of this run have priority."""
        load, on_sent = self._leftovers[0]
        if not self._leftover:
            self._leftover.extend(await asyncio.to_thread(load))
        if self._leftover:
            await connection.publish(self._leftover[0])
            self._leftover.popleft()
        if not self._leftover:
            self._leftovers.popleft()
            await asyncio.to_thread(on_sent)

    def _next_message(self) -> Outgoing | None:
        """The next cue that is not late, else the next other message, retained ones first; None if there is none."""
        now = loop_s()
        with self._lock:
            for topic, queue in self._events.items():
                while queue:
                    waiting = queue.popleft()
                    if not _is_late(waiting, now):
                        return _with_rest_of_life(waiting, now)
                    self._drop(topic, "late")
            for is_retained in (True, False):
                for topic, waiting in self._slots.items():
                    if waiting.message.is_retained is is_retained:
                        del self._slots[topic]
                        return waiting.message
        return None

    def _next_kept(self) -> tuple[int, Outgoing] | None:
        """The next kept message by its number; None if it is not here."""
        with self._lock:
            while self._kept and self._kept[0][0] <= self._kept_sent:
                self._kept.popleft()
            return self._kept[0] if self._kept and self._kept[0][0] == self._kept_sent + 1 else None

    def _refill(self, items: Sequence[tuple[int, Outgoing]]) -> None:
        """Put messages that were read again before the queue; those that are missing count as dropped."""
        with self._lock:
            messages = {seq: message for seq, message in (*items, *self._kept) if seq > self._kept_sent}
            self._kept = deque(sorted(messages.items()))
            first = self._kept[0][0] if self._kept else self._kept_last + 1
            if (gap := first - 1 - self._kept_sent) > 0:
                self._dropped["kept gone"] += gap
                self._kept_sent = first - 1

    async def _probe_often(self, connection: Connection) -> None:
        """Probe at the beginning of a link and then from time to time; report changes."""
        while True:
            with suppress(LinkError):
                missing = await self._probe(connection)
                if missing and self._has_probed and missing != set(self.refused):
                    missing = await self._probe(connection)  # a missing one may be late
                if missing is not None:
                    self._report_refused(missing)
            await asyncio.sleep(_PROBE_EVERY_S)

    async def _probe(self, connection: Connection) -> set[str] | None:
        """Send a probe to every topic that is written; returns those that the broker does not return.

        None if it cannot be known: in a flood a broker drops messages it cannot deliver.
        """
        nonce = secrets.token_hex(4)
        topics, floods = self.presence.written(), self._floods
        with self._lock:
            self._awaited[nonce] = set(topics)
            self._probed = set(topics) - {each.pattern for each in self._subscriptions}
        try:
            await connection.subscribe([(topic, 1) for topic in self._probed])
            for topic in topics:
                await connection.publish(self.presence.probe(topic, nonce))
            until = loop_s() + _PROBE_S
            while self._awaited[nonce] and loop_s() < until:  # noqa: ASYNC110 - filled by callbacks of this loop
                await asyncio.sleep(0.05)
            await connection.unsubscribe(sorted(self._probed))
            missing = set(self._awaited[nonce])
        finally:
            with self._lock:
                self._awaited.pop(nonce)
        return None if missing and self._floods != floods else missing

    def _report_refused(self, missing: set[str]) -> None:
        """Report the topics that the broker does not deliver, and those it delivers again, if that has changed."""
        before, is_first = set(self.refused), not self._has_probed
        self._has_probed = True
        self.refused = tuple(topic for topic in self.presence.written() if topic in missing)
        for topics, words in (
            (missing - before, f"does not hand out{'' if is_first else ' any more'}"),
            (before - missing, "hands out again"),
        ):
            if topics:
                names = ", ".join(
                    self.topics.short(topic) for topic in self.presence.written() if topic in topics
                )
                self._to_state(BusState.UP, f"the broker {words} what is sent to {names}")

    def _arrived(self, topic: str, payload: bytes, is_retained: bool) -> None:
        """Queue a received message for its subscriptions; it never raises."""
        levels = topic.split("/")
        is_oversized = len(payload) > LARGEST
        with self._lock:
            nonce = next((each for each in self._awaited if each.encode() in payload), None)
            if nonce is not None:
                self._awaited[nonce].discard(topic)
                return
            fitting = [each for each in self._subscriptions if matches(each.levels, levels)]
            if not fitting:
                return
            received = Received(
                topic, b"" if is_oversized else payload, is_retained, is_oversized, self._clock.monotonic()
            )
            for subscription in fitting:
                subscription.queue.append(received)
                if len(subscription.queue) > subscription.room:
                    subscription.queue.popleft()
                    self._drop(subscription.pattern, "flood")
                    self._floods += 1
            is_first, self._is_draining = not self._is_draining, True
        if is_first:
            self._call_run(self._drain)

    def _drop(self, topic: str, reason: str) -> None:
        """Count a message that is dropped; the lock is held."""
        self._dropped[f"{self.topics.short(topic)} {reason}"] += 1

    def _to_state(self, state: BusState, words: str) -> None:
        """Change the state, and report it to the run."""
        with self._lock:
            self._state = state
            if state is not BusState.UP:
                self._kept.clear()
                self._leftover.clear()
        self._call_run(lambda: self._on_link(state, words))

    def _cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()

    # --- between the threads

    def _drain(self) -> None:
        """Pass some received messages to the handlers; on the loop of the run."""
        with self._lock:
            batch = [
                (each, each.queue.popleft())
                for each in self._subscriptions
                for _ in range(min(_BATCH, len(each.queue)))
            ]
            self._is_draining = any(each.queue for each in self._subscriptions)
            is_more = self._is_draining
        for subscription, received in batch:
            try:
                subscription.handler(received)
            except Exception:  # noqa: BLE001 - whatever was sent, the run goes on
                _LOG.exception("a message to %s could not be taken", subscription.pattern)
                with self._lock:
                    self._drop(subscription.pattern, "failed")
        if is_more and self._run_loop is not None:
            self._run_loop.call_later(_TURN_S, self._drain)

    def _wake_link(self) -> None:
        self._call_link(self._wake.set)

    def _call_link(self, call: Callable[[], object]) -> None:
        """Call something on the loop of the link, if it runs."""
        if self._link_loop is not None:
            with suppress(RuntimeError):  # it is closed
                self._link_loop.call_soon_threadsafe(call)

    def _call_run(self, call: Callable[[], object]) -> None:
        """Call something on the loop of the run, if it runs."""
        if self._run_loop is not None:
            with suppress(RuntimeError):  # as above
                self._run_loop.call_soon_threadsafe(call)


def _is_late(waiting: _Waiting, now: float) -> bool:
    return waiting.ttl_s is not None and now > waiting.queued_at + waiting.ttl_s


def _with_rest_of_life(waiting: _Waiting, now: float) -> Outgoing:
    """The message with the rest of its time to live, at which the broker drops it."""
    if waiting.message.expiry_s is None:
        return waiting.message
    return replace(waiting.message, expiry_s=waiting.message.expiry_s - (now - waiting.queued_at))


def _delay(attempts: int) -> float:
    """Seconds to the next attempt: random, so that many coaches do not return at one moment."""
    bound: float = min(_MOST_DELAY_S, 2 * _LEAST_DELAY_S * 2 ** min(attempts, 6))
    return max(_LEAST_DELAY_S, bound * random.random())  # noqa: S311 - no secret


def _log_at_debug(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log errors that a lost link leaves behind; the default handler would write them over the screen."""
    _LOG.debug("%s", context.get("message"), exc_info=context.get("exception"))


class _DaemonThreads(ThreadPoolExecutor):
    """Runs what blocks on threads that do not hold up the end of the program: a name server may take half a minute."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Run a call on a thread of its own."""
        future: Future[_T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - it is handed to who waits
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=work, name="mqtt-call", daemon=True).start()
        return future
