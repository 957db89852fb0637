"""Where the run can be shared: the addresses of this laptop, and the sockets that listen at the chosen one."""

import errno
import ipaddress
import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from coach.problems import CoachProblem, UsageProblem

DEFAULT_PORT: Final = 8321
"""The port where nobody names one; if it is taken, the system gives another. Unassigned by IANA. Chosen."""
LOOPBACK: Final = "127.0.0.1"
_BACKLOG: Final = 32
_WRITTEN: Final = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:\s]*)(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Interface:
    """An address of this laptop, and the interface that has it."""

    name: str
    address: str

    @property
    def words(self) -> str:
        """Say what it is: `192.168.1.5 (wlan0)`."""
        return f"{self.address} ({self.where})"

    @property
    def where(self) -> str:
        """Who reaches it."""
        return "this laptop only" if ipaddress.ip_address(self.address).is_loopback else self.name


def interfaces() -> list[Interface]:
    """List the IPv4 addresses of this laptop, those that a phone reaches first, and itself last."""
    import ifaddr

    found = [
        Interface(str(adapter.nice_name), str(each.ip))
        for adapter in ifaddr.get_adapters()
        for each in adapter.ips
        if each.is_IPv4
    ]
    return sorted(found, key=lambda each: (_is_far(each.address), each.name))


def _is_far(address: str) -> int:
    known = ipaddress.ip_address(address)
    return 2 if known.is_loopback else 1 if known.is_link_local else 0


def refused_without_address(known: Sequence[Interface]) -> UsageProblem:
    """Make the problem of a share without an address, where nobody can be asked for one."""
    named = ", ".join(each.words for each in known) or "none"
    example = known[0].address if known else LOOPBACK
    return UsageProblem(
        f"--share needs the address at which phones may look; this laptop has {named}",
        f"Name one: --share={example}",
    )


def parse_address(text: str) -> tuple[str, int | None]:
    """Read `192.168.1.5`, `192.168.1.5:8321`, `:8321` or `laptop.local` as a host and a port, None for any.

    Raises:
        UsageProblem: it is written otherwise.
    """
    match = _WRITTEN.fullmatch(text.strip())
    port = None if match is None or match["port"] is None else int(match["port"])
    if match is None or (port is not None and not 0 < port < 65536):
        raise UsageProblem(f"--share={text} is no address", "Write it as 192.168.1.5 or 192.168.1.5:8321")
    return match["host"].strip("[]") or LOOPBACK, port


def listen(host: str, port: int | None) -> socket.socket:
    """Listen at an address of this laptop; without a port at the usual one, or one that the system gives.

    Raises:
        CoachProblem: there is no such address here, or its port is taken.
    """
    ports = [port] if port is not None else [DEFAULT_PORT, 0]
    for each in ports:
        try:
            return _bound(host, each)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and each != ports[-1]:
                continue
            raise _unusable(host, each, error) from None
    raise AssertionError("the last port raises")  # pragma: no cover


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def _unusable(host: str, port: int, error: OSError) -> CoachProblem:
    known = ", ".join(each.words for each in interfaces()) or "none"
    match error.errno:
        case errno.EADDRINUSE:
            return CoachProblem(f"Port {port} of {host} is taken.", "Name another, or none: --share=" + host)
        case errno.EACCES | errno.EPERM:
            return CoachProblem(
                f"Port {port} of {host} is not ours to take.",
                f"Name one from 1024 on: --share={host}:{DEFAULT_PORT}",
            )
        case _:
            return UsageProblem(f"{host} is no address of this laptop", f"It has {known}")


def names_of(listening: socket.socket) -> set[str]:
    """Tell by which names, with the port, the address of a socket may be asked for; no other is answered."""
    host, port = listening.getsockname()[:2]
    address = ipaddress.ip_address(host)
    hosts = {f"[{host}]" if address.version == 6 else host}
    if address.is_unspecified:
        hosts = {each.address for each in interfaces()} | {"localhost"}
    elif address.is_loopback:
        hosts.add("localhost")
    if not address.is_loopback:
        with suppress(OSError):
            name = socket.gethostname().partition(".")[0]
            hosts |= {name, f"{name}.local"} if name else set()
    return {f"{each}:{port}" for each in hosts} | (hosts if port == 80 else set())


def url_of(listening: socket.socket) -> str:
    """Write where a socket is reached, without a slash at the end; of all addresses the first that a phone reaches."""
    host, port = listening.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = next((each.address for each in interfaces()), LOOPBACK)
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
