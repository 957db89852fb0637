"""One connection to an MQTT broker: the only module that uses the library.

The library is aiomqtt, the successor of asyncio-mqtt. It does not reconnect, and its publish returns normally if the
broker refused; `bus` reconnects, and probes for refusals. Received messages are passed on at once: the library's own
queue keeps the oldest, and costs a task for each message.
"""

import asyncio
import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Callable, Sequence
from enum import StrEnum
from math import ceil
from typing import Any, Final

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from coach.edge.telemetry.address import BrokerAddress
from coach.edge.telemetry.topics import Outgoing, Protocol

KEEPALIVE_S: Final = 4
"""A broker that is silent for twice as long, and a second, is lost; it sends the will some 6 to 10 s after the last
sign of this client (measured: 10.0 s with mosquitto 2.0.11). Chosen."""
ANSWER_S: Final = 3.0
"""Timeout for an answer of the broker; a loopback one takes 1 ms, a far one 0.2 s. Chosen."""
_IN_FLIGHT: Final = 32
"""Messages that the broker may send before it has an answer, in MQTT 5."""
_LARGEST: Final = 65_536
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
        with contextlib.suppress(aiomqtt.MqttError, OSError):
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
            MaximumPacketSize=_LARGEST,
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
    """Make a queue that stores nothing: messages are passed on."""

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
        raise LinkError(LinkFault.TLS, f"the certificates cannot be used: {_plain(str(error))}") from None
    return context


def _no_password() -> str:
    raise ValueError("the key has a password, which is not supported")


@contextlib.contextmanager
def _as_link_error() -> Any:
    """Turn the library's exceptions into a `LinkError`."""
    try:
        yield
    except aiomqtt.MqttError as error:
        raise _link_error(error) from None
    except (OSError, ValueError) as error:
        raise LinkError(LinkFault.LOST, _plain(str(error))) from None


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
    text = _plain(str(cause))
    if "timed out" in text:
        return LinkError(LinkFault.SILENT, "the broker does not answer")
    if "SSL" in text or "CERTIFICATE" in text.upper():
        return LinkError(LinkFault.TLS, f"TLS failed: {text}")
    if code is not None:
        return LinkError(LinkFault.LOST, "the link was lost")
    return LinkError(LinkFault.UNREACHABLE, text[:1].lower() + text[1:])


def _plain(text: str) -> str:
    """The words of an error without its number and its place in the source of a library."""
    return re.sub(r" \(_ssl\.c:\d+\)$", "", re.sub(r"^\[Errno -?\d+\] ", "", text))
