"""The address of the broker of a run, and whether it is allowed: another machine needs TLS and credentials.

    mqtt://127.0.0.1                loopback: nothing else is needed
    mqtts://coach@broker.example    TLS; the password comes from a file or from `COACH_MQTT_PASSWORD`

`--mqtt-insecure` allows another machine without one or both of them. It never accepts a certificate that does not fit.
"""

import logging
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit

from coach.edge.files import plain
from coach.problems import CoachProblem, UsageProblem

if TYPE_CHECKING:
    from coach.edge.settings import MqttSettings


PASSWORD_VARIABLE: Final = "COACH_MQTT_PASSWORD"  # noqa: S105 - its name
"""The environment variable of the password."""
OFF: Final = "off"
"""The value for no broker, if the settings name one."""
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_EXAMPLE: Final = "Write it as mqtt://127.0.0.1 or mqtts://user@broker.example:8883."
_MOST_PASSWORD: Final = 4096
_TLS: Final = "TLS (mqtts://)"


@dataclass(frozen=True, slots=True)
class MqttRequest:
    """The MQTT options of the command line."""

    url: str | None = None
    """The broker; None for the one in the settings."""
    is_insecure: bool = False
    """Whether another machine is allowed without TLS or without credentials."""
    has_control: bool = False
    """Whether buttons are taken from the broker."""
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """An allowed broker."""

    host: str
    port: int
    is_tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    """Never printed, logged or recorded."""
    ca_file: Path | None = None
    """The trusted certificates; None for those the system trusts."""
    cert_file: Path | None = None
    """The certificate of this client; None for none."""
    key_file: Path | None = None
    """Its key, if that is not in the same file."""

    def __str__(self) -> str:
        """The place as shown: host and port, without name and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Return whether the broker is on this machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by its address or as `localhost`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def broker_for(
    request: MqttRequest, settings: "MqttSettings", environment: Mapping[str, str]
) -> BrokerAddress | None:
    """The broker of a run: that of the command line, else of the settings; None without one.

    Raises:
        UsageProblem: the address cannot be read, a file is missing, or the broker is not allowed.
    """
    url = settings.url if request.url is None else request.url
    if url in {"", OFF}:
        if request.is_insecure or request.has_control:
            raise UsageProblem("--mqtt-insecure and --mqtt-control need a broker", "Name it with --mqtt URL.")
        return None
    parts = _split(url)
    ca, cert, key = (
        _file(option or setting, what)
        for option, setting, what in (
            (request.ca_file, settings.ca_file, "certificate authority"),
            (request.cert_file, settings.cert_file, "client certificate"),
            (request.key_file, settings.key_file, "client key"),
        )
    )
    address = BrokerAddress(
        parts.hostname or "",
        parts.port or _PORTS[parts.scheme],
        is_tls=parts.scheme == "mqtts",
        username=unquote(parts.username) if parts.username else settings.username or None,
        password=_password(settings, environment),
        ca_file=ca,
        cert_file=cert,
        key_file=key,
    )
    _refuse_unsafe(address, is_insecure=request.is_insecure)
    return address


def _split(url: str) -> SplitResult:
    """Take an address apart.

    Raises:
        UsageProblem: it is none, or holds a password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise UsageProblem("the address of the broker cannot be read", _EXAMPLE) from None
    if parts.password is not None:
        raise UsageProblem(
            "do not put a password in an address: other programs can read it there",
            f"Put it in a file and set mqtt.password_file, or in {PASSWORD_VARIABLE}.",
        )
    text = plain(url.rpartition("@")[2] if "@" in url else url)
    if parts.scheme not in _PORTS:
        raise UsageProblem(f"{text!r} is not an address of an MQTT broker", _EXAMPLE)
    if not parts.hostname or port == 0 or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise UsageProblem(f"{text!r} names no broker: host and port only", _EXAMPLE)
    return parts


def _file(name: str, what: str) -> Path | None:
    """A file that must exist; None if none is named.

    Raises:
        UsageProblem: it is not there.
    """
    if not name:
        return None
    path = Path(name).expanduser()
    if not path.is_file():
        raise UsageProblem(f"{plain(path)}: there is no such {what}", "Check the path of that file.")
    return path


def _password(settings: "MqttSettings", environment: Mapping[str, str]) -> str | None:
    """The password, from the environment or from a file that only its owner may read; None if there is none.

    Raises:
        UsageProblem: the file is not there, can be read by others, or is no text.
    """
    if PASSWORD_VARIABLE in environment:
        return environment[PASSWORD_VARIABLE]
    path = _file(settings.password_file, "password file")
    if path is None:
        return None
    try:
        if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise UsageProblem(f"{plain(path)}: others can read this password", f"chmod 600 {plain(path)}")
        with path.open(encoding="utf-8") as file:
            return file.read(_MOST_PASSWORD).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{plain(path)}: the password cannot be read: {error}") from None


def _refuse_unsafe(address: BrokerAddress, *, is_insecure: bool) -> None:
    """Refuse another machine without TLS and credentials, unless the option allows it.

    Raises:
        UsageProblem: it is not allowed.
    """
    has_certificate = address.cert_file is not None
    if not address.is_tls and (address.ca_file is not None or has_certificate):
        raise UsageProblem(
            "certificates need TLS, and mqtt:// does not use it", "Write the address as mqtts://."
        )
    if address.key_file is not None and not has_certificate:
        raise UsageProblem("a client key needs its certificate", "Name it with --mqtt-cert FILE.")
    if address.is_loopback or is_insecure:
        return
    missing = [
        *([] if address.is_tls else [_TLS]),
        *([] if has_certificate or (address.username and address.password) else ["credentials"]),
    ]
    if missing:
        raise UsageProblem(
            f"{address} is another machine, and heart rates are health data: "
            f"{' and '.join(missing)} {'is' if missing == [_TLS] else 'are'} missing",
            "docs/how-to/secure-a-broker.md says how; --mqtt-insecure allows it on a network you trust.",
        )


# --- a broker on this machine
#
# It is amqtt, in the extra `broker`, to try without installing one: it speaks MQTT 3.1.1 and keeps nothing. For an
# evening with devices mosquitto is the better choice.

HOST: Final = "127.0.0.1"
_ANONYMOUS: Final = "amqtt.plugins.authentication.AnonymousAuthPlugin"
_MISSING: Final = 'pip install "trackside-coach[broker]", or install mosquitto and start it.'


async def serve_broker(port: int, on_ready: Callable[[], None]) -> None:
    """Serve until a signal asks to end; `on_ready` is called once devices may connect.

    Raises:
        CoachProblem: the library is not installed, or the port is taken.
    """
    import asyncio

    from coach.edge.machine import ShutdownSignals

    try:
        from amqtt.broker import Broker
        from amqtt.errors import AMQTTError, BrokerError
    except ImportError:
        raise CoachProblem("The broker is not installed", _MISSING) from None
    log = logging.getLogger("amqtt")
    log.addHandler(logging.NullHandler())
    log.propagate = False  # messages from strangers are not worth logging
    has_ended = asyncio.Event()
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}},
            "plugins": {_ANONYMOUS: {"allow_anonymous": True}},
        }
    )
    with ShutdownSignals(has_ended.set):
        try:
            await broker.start()
        except (AMQTTError, BrokerError, OSError):
            raise CoachProblem(
                f"Port {port} cannot be used; another broker may be using it",
                "Choose another one: --port 1884.",
            ) from None
        on_ready()
        await has_ended.wait()
        with suppress(AMQTTError, BrokerError, OSError):
            await broker.shutdown()
