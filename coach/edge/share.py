"""Shares a run with browsers: the links and addresses, the server of pages and frames, and the board of this laptop.

The run never waits: a frame is put into a slot of each phone, where the next one replaces it, and a phone that does not
read is dropped. Connections are rate limited, so that a flood costs the loop little: they are accepted one by one, at
most `_PER_S` a second. A link is an address and a token that is good for one phone, which gets a cookie for it that no
script can read and no other site can use.
"""

import asyncio
import errno
import io
import ipaddress
import json
import logging
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import wave
import webbrowser
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Protocol

from coach.edge.audio import RATE, Samples, silence, tones
from coach.edge.clock import RateLimit
from coach.edge.http import (
    HEAD_LIMIT,
    RefusedRequest,
    Request,
    Response,
    encode_head,
    json_response,
    read_request,
    text_response,
)
from coach.problems import CoachProblem, UsageProblem
from coach.quantities import Seconds
from coach.themes import SCREEN_THEMES

_LOG = logging.getLogger(__name__)


# --- access

_MOST_COOKIES: Final = 64
"""Number of phones that are remembered; of more the first loses access."""


class Role(StrEnum):
    """What a link permits."""

    VIEW = "view"
    """The phone's page: view only."""
    BOARD = "board"
    """The page of the laptop's own browser: view only."""
    CONTROL = "control"
    """The page with the buttons; it may also view."""


class AccessTokens:
    """The tokens that give access, one of each role, and the cookies they were exchanged for."""

    def __init__(self) -> None:
        """Begin without tokens and cookies."""
        self._unused: dict[Role, str] = {}
        self._used: deque[str] = deque(maxlen=_MOST_COOKIES)
        self._cookies: dict[str, Role] = {}

    def mint(self, role: Role) -> str:
        """Make a token of 128 bits that admits one phone; the previous one, if unused, becomes invalid."""
        self._unused[role] = secrets.token_urlsafe(16)
        return self._unused[role]

    def unused_token(self, role: Role) -> str | None:
        """Return the unused token of a role; None if there is none."""
        return self._unused.get(role)

    def is_unused(self, token: str) -> bool:
        """Return whether a token is still unused."""
        return _find(token, self._unused.values()) is not None

    def was_used(self, token: str) -> bool:
        """Return whether a token has admitted a phone."""
        return _find(token, self._used) is not None

    def redeem(self, token: str) -> tuple[str, Role] | None:
        """Exchange a token for a cookie and its role; None for a token that is used or unknown."""
        unused = _find(token, self._unused.values())
        if unused is None:
            return None
        role = next(role for role, each in self._unused.items() if each == unused)
        del self._unused[role]
        self._used.append(unused)
        while len(self._cookies) >= _MOST_COOKIES:
            del self._cookies[next(iter(self._cookies))]
        cookie = secrets.token_urlsafe(16)
        self._cookies[cookie] = role
        return cookie, role

    def role_of(self, cookie: str) -> Role | None:
        """The role of a cookie; None for an unknown one."""
        match = _find(cookie, self._cookies)
        return None if match is None else self._cookies[match]


def is_same(secret: str, other: str) -> bool:
    """Compare secrets in a time that does not depend on where they differ."""
    return secrets.compare_digest(secret.encode("utf-8", "replace"), other.encode())


def _find(secret: str, among: Iterable[str]) -> str | None:
    """Find a secret among others, comparing with all of them."""
    matches = [each for each in among if is_same(secret, each)]
    return matches[0] if matches else None


# --- the addresses of this laptop

DEFAULT_PORT: Final = 8321
"""The default port; if it is taken, the system gives another. Unassigned by IANA. Chosen."""
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
        """Describe it: `192.168.1.5 (wlan0)`."""
        return f"{self.address} ({self.where})"

    @property
    def where(self) -> str:
        """Where it can be reached from."""
        return "this laptop only" if ipaddress.ip_address(self.address).is_loopback else self.name


def interfaces() -> list[Interface]:
    """List the IPv4 addresses of this laptop: those that a phone can reach first, and loopback last."""
    import ifaddr

    interfaces_here = [
        Interface(str(adapter.nice_name), str(each.ip))
        for adapter in ifaddr.get_adapters()
        for each in adapter.ips
        if each.is_IPv4
    ]
    return sorted(interfaces_here, key=lambda each: (_is_far(each.address), each.name))


def _is_far(address: str) -> int:
    place = ipaddress.ip_address(address)
    return 2 if place.is_loopback else 1 if place.is_link_local else 0


def refused_without_address(addresses: Sequence[Interface]) -> UsageProblem:
    """The problem of a share without an address, on a terminal without a person to choose one."""
    words = ", ".join(each.words for each in addresses) or "none"
    example = addresses[0].address if addresses else LOOPBACK
    return UsageProblem(
        f"--share needs an address that phones can open; this laptop has {words}",
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
        raise UsageProblem(f"--share={text} is not an address", "Write it as 192.168.1.5 or 192.168.1.5:8321")
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
    words = ", ".join(each.words for each in interfaces()) or "none"
    match error.errno:
        case errno.EADDRINUSE:
            return CoachProblem(f"Port {port} of {host} is taken.", "Name another, or none: --share=" + host)
        case errno.EACCES | errno.EPERM:
            return CoachProblem(
                f"No permission to use port {port} of {host}.",
                f"Choose a port from 1024 up: --share={host}:{DEFAULT_PORT}",
            )
        case _:
            return UsageProblem(f"{host} is not an address of this laptop", f"It has {words}")


def names_of(listening: socket.socket) -> set[str]:
    """The names, with the port, by which the address of a socket may be requested; others are not answered."""
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
    """The URL of a socket, without a slash at the end, with the first address that a phone can reach."""
    host, port = listening.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = next((each.address for each in interfaces()), LOOPBACK)
    bracketed = f"[{host}]" if ":" in host else host
    return f"http://{bracketed}:{port}"


_QUIET_MODULES: Final = 2
"""The white edge of a code, in modules: four by the standard, but phones read two from a screen. Judged."""
_HALVES: Final = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""The character for an upper and a lower module, dark or not."""


def qr_rows(text: str) -> list[str]:
    """Draw a text as a QR code in half blocks, two rows of modules a line; a full block is a white module.

    So it is right on a dark terminal; with black letters on white it must be inverted.
    """
    import segno

    matrix = [list(row) for row in segno.make(text, error="m", boost_error=False, micro=False).matrix]
    wide = len(matrix) + 2 * _QUIET_MODULES
    edge, side = [[0] * wide] * _QUIET_MODULES, [0] * _QUIET_MODULES
    rows = [*edge, *([*side, *row, *side] for row in matrix), *edge]
    if len(rows) % 2:
        rows.append([0] * wide)
    return [
        "".join(
            _HALVES[bool(upper), bool(lower)] for upper, lower in zip(rows[top], rows[top + 1], strict=True)
        )
        for top in range(0, len(rows), 2)
    ]


# --- the server

MOST_STREAMS: Final = 8
"""Phones that may view at once."""
MOST_CONNECTIONS: Final = 48
"""Connections at once, streams included."""
MOST_OF_ONE: Final = 16
"""Connections of one address that are not streams; a phone opens six."""
_BURST: Final = 64.0
"""Connections that are accepted as fast as they arrive: eight phones that load the page at once."""
_PER_S: Final = 40.0
"""Connections a second after those; each costs the loop about 0.5 ms (measured, `make bench`)."""
_STUCK_S: Final = 10.0
"""A phone that reads nothing for this long is dropped."""
_BEAT_S: Final = 1.0
"""A stream sends something at least this often."""
_SEND_BUFFER: Final = 16 * 1024
"""Bytes the system keeps for a phone that does not read: some old frames, not minutes of them."""
_CUES: Final = 8
"""Cues queued for a phone; the oldest are dropped."""
_CONTROL_LIMIT: Final = 8 * 1024
_RELAY_LIMIT: Final = 4096
_CONTROL_PER_S, _RELAY_PER_S = 10.0, 50.0
_PAGES: Final = {
    "/": ("phone.html", frozenset(Role)),
    "/board": ("board.html", frozenset(Role)),
    "/control": ("control.html", frozenset({Role.CONTROL})),
}
"""The pages by path: the file, and the roles that may see it."""
_HOME: Final = {Role.VIEW: "/", Role.BOARD: "/board", Role.CONTROL: "/control"}
"""The path of a link."""
_WHY: Final = {
    "used": "This link has been used. Each phone needs its own: ask for a new one.",
    "stranger": "There is no such link. Ask for a new one.",
    "none": "This phone needs a link. Ask for one.",
    "ended": "The run is over.",
    "full": f"{MOST_STREAMS} phones are looking already.",
}
"""The explanations of refused access without a page of their own."""


@dataclass(frozen=True, slots=True)
class QueuedCue:
    """A cue as it is sent, with the time until which it is worth sending."""

    data: str
    until: Seconds


@dataclass(slots=True, eq=False)
class _Viewer:
    """The queue of one phone: the newest frame, the newest plan, and some cues."""

    cookie: str = ""
    """The cookie of the phone."""
    hang_up: Callable[[], None] = lambda: None
    """Cuts its connection."""
    frame: str | None = None
    plan: str | None = None
    cues: deque[QueuedCue] = field(default_factory=lambda: deque(maxlen=_CUES))
    last_event: str | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, now: Seconds) -> str:
        """Take the queue as events of a stream, with the time of sending; late cues are left out."""
        parts = []
        if self.plan is not None:
            parts.append(f"event: plan\ndata: {self.plan}\n\n")
        parts.extend(f"event: cue\ndata: {cue.data}\n\n" for cue in self.cues if now <= cue.until)
        if self.frame is not None:  # with the time of sending, from which the phone estimates its own delay
            parts.append(f'event: frame\ndata: {{"now_s":{now:.3f},{self.frame[1:]}\n\n')
        if self.last_event is not None:
            parts.append(self.last_event)
        self.frame = self.plan = None
        self.cues.clear()
        self.ready.clear()
        return "".join(parts) or ": \n\n"


class Relay(Protocol):
    """Takes what a phone forwards of a sensor."""

    def __call__(self, sender: str, sensor: str, body: bytes, content_type: str) -> tuple[int, str]:
        """Take a body; returns the status of the answer, and why it was not taken."""
        ...


@dataclass(frozen=True, slots=True)
class ServedRun:
    """The part of a shared run that the server uses."""

    now: Callable[[], Seconds]
    """The time of the run."""
    hello: Callable[[Role], Mapping[str, Any]]
    """The first message to a phone."""
    plan: Callable[[], str]
    """The plan ahead, as it is now."""
    control: Callable[[bytes], Awaitable[bytes]] | None = None
    """Takes a press and returns its acknowledgement as JSON; None if buttons are not shared."""
    relay: Relay | None = None
    """Takes values of sensors; None if that is not shared."""


class ShareServer:
    """Serves one run at a time on sockets that are already listening."""

    def __init__(
        self,
        sockets: Sequence[socket.socket],
        hosts: Iterable[str],
        assets: Mapping[str, Response],
        *,
        relay_token: str = "",
    ) -> None:
        """Serve on these sockets for requests of one of `hosts`; files below `/a/` are `assets`."""
        self._sockets = sockets
        self._hosts = frozenset(host.lower() for host in hosts)
        self._assets = assets
        self._relay_token = relay_token
        self.tokens = AccessTokens()
        self._cookie = f"coach_{sockets[0].getsockname()[1]}"  # browsers do not separate cookies by port
        self._run: ServedRun | None = None
        self._viewers: set[_Viewer] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._acceptors: list[asyncio.Task[None]] = []
        self._by_peer: dict[str, int] = {}
        self._connections = RateLimit(_PER_S, _BURST)
        self._presses = RateLimit(_CONTROL_PER_S, _CONTROL_PER_S)
        self._relayed = RateLimit(_RELAY_PER_S, _RELAY_PER_S)
        self.on_entered: Callable[[Role], None] = lambda _role: None
        """Called when a link was used."""

    # --- for the run

    @property
    def viewers(self) -> int:
        """Number of phones that view now."""
        return len(self._viewers)

    def start(self, run: ServedRun) -> None:
        """Accept connections from here on, on the running loop."""
        self._run = run
        self._acceptors = [asyncio.create_task(self._accept(each)) for each in self._sockets]

    def publish_frame(self, frame: str) -> None:
        """Give every phone the newest frame, a JSON object; a previous one that was not sent is dropped."""
        for viewer in self._viewers:
            viewer.frame = frame
            viewer.ready.set()

    def publish_plan(self, plan: str) -> None:
        """Give every phone a new plan ahead, replacing the previous one."""
        for viewer in self._viewers:
            viewer.plan = plan
            viewer.ready.set()

    def publish_cue(self, cue: QueuedCue) -> None:
        """Queue a cue for every phone."""
        for viewer in self._viewers:
            viewer.cues.append(cue)
            viewer.ready.set()

    def publish_last(self, event: str, data: str) -> None:
        """Send every phone the end of the run; its stream ends with it."""
        for viewer in self._viewers:
            viewer.last_event = f"event: {event}\ndata: {data}\n\n"
            viewer.ready.set()

    async def close(self) -> None:
        """Accept no more connections, give the streams a moment to end, then cut them; never raises."""
        for acceptor in self._acceptors:
            acceptor.cancel()
        await asyncio.gather(*self._acceptors, return_exceptions=True)
        self._acceptors = []
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=0.5)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._run = None

    # --- connections

    async def _accept(self, listening: socket.socket) -> None:
        """Accept connections one by one, within the limit; others wait in the system's queue."""
        loop = asyncio.get_running_loop()
        while True:
            if (wait_s := self._connections.wait_s()) > 0:
                await asyncio.sleep(wait_s)
                continue
            try:
                connection, address = await loop.sock_accept(listening)
            except OSError as error:  # no descriptor left, or the network has gone
                _LOG.warning("no connection can be taken: %s", error)
                await asyncio.sleep(1.0)
                continue
            self._connections.take()
            self._begin(connection, str(address[0]))

    def _begin(self, connection: socket.socket, peer: str) -> None:
        """Serve a connection, unless there are too many."""
        if len(self._tasks) >= MOST_CONNECTIONS or self._by_peer.get(peer, 0) >= MOST_OF_ONE:
            connection.close()
            return
        self._by_peer[peer] = self._by_peer.get(peer, 0) + 1
        task = asyncio.create_task(self._serve(connection, peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, connection: socket.socket, peer: str) -> None:
        """Read one request and answer it; no request makes it raise."""
        writer = None
        try:
            reader, writer = await _open(connection)
            response = await self._answer(reader, writer, peer)
            if response is not None:
                writer.write(response)
                async with asyncio.timeout(_STUCK_S):
                    await writer.drain()
        except (TimeoutError, asyncio.CancelledError):  # it does not read: its data are dropped
            if writer is not None:
                writer.transport.abort()
        except OSError:
            pass  # it went away
        except Exception:  # noqa: BLE001 - whatever a stranger sends, the run goes on
            _LOG.exception("a request could not be answered")
        finally:
            self._leave(peer)
            if writer is None:
                connection.close()
            else:
                writer.close()

    def _leave(self, peer: str) -> None:
        """Decrease the number of connections of an address."""
        count = self._by_peer.get(peer, 0) - 1
        if count > 0:
            self._by_peer[peer] = count
        else:
            self._by_peer.pop(peer, None)

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str
    ) -> bytes | None:
        """Read a request and return the bytes of its answer; None for none, or for a stream that is over."""
        try:
            request = await read_request(reader, max(_CONTROL_LIMIT, _RELAY_LIMIT))
            if request is None:
                return None
            self._check_host(request)
            if request.path == "/events":
                return await self._events(request, writer, peer)
            response = await self._route(request)
        except RefusedRequest as refused:
            return text_response(refused.status, refused.reason).encode()
        return response.encode(has_body=request.method != "HEAD")

    def _check_host(self, request: Request) -> None:
        """Refuse a request with another host name: a foreign page may use this address under its own name."""
        if request.headers.get("host", "").lower() not in self._hosts:
            raise RefusedRequest(HTTPStatus.MISDIRECTED_REQUEST, "Nothing is shared under this name.")

    # --- routes

    async def _route(self, request: Request) -> Response:
        """Answer a request that is not a stream.

        Raises:
            RefusedRequest: it may not be answered.
        """
        path = request.path
        if path == "/control" and request.method == "POST":
            return await self._control(request)
        if path.startswith("/relay/") and request.method in {"POST", "PUT"}:
            return self._relay(request)
        if request.method not in {"GET", "HEAD"}:
            raise RefusedRequest(HTTPStatus.METHOD_NOT_ALLOWED, "Nothing is posted here.")
        if path.startswith("/a/"):
            return self._asset(path.removeprefix("/a/"))
        if path.startswith("/in/"):
            return self._enter(request, path.removeprefix("/in/"))
        if path == "/time":
            self._require(request, frozenset(Role))
            return json_response({"now_s": round(self._served().now(), 3)})
        if path in _PAGES:
            page, roles = _PAGES[path]
            if self._role(request) not in roles:
                return self._refusal(HTTPStatus.UNAUTHORIZED, "none")
            return self._asset(page)
        raise RefusedRequest(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _asset(self, name: str) -> Response:
        """Return a file of the pages."""
        asset = self._assets.get(name)
        if asset is None:
            raise RefusedRequest(HTTPStatus.NOT_FOUND, "There is no such file.")
        return asset

    def _role(self, request: Request) -> Role | None:
        """The role of a client, by their cookie; None without one."""
        return self.tokens.role_of(request.cookies.get(self._cookie, ""))

    def _require(self, request: Request, roles: frozenset[Role]) -> Role:
        """Return the role of a client.

        Raises:
            RefusedRequest: it is none of `roles`.
        """
        role = self._role(request)
        if role is None or role not in roles:
            raise RefusedRequest(HTTPStatus.UNAUTHORIZED, "A phone needs a link: ask for one.")
        return role

    def _served(self) -> ServedRun:
        """Return the shared run.

        Raises:
            RefusedRequest: none is.
        """
        if self._run is None:
            raise RefusedRequest(HTTPStatus.SERVICE_UNAVAILABLE, "No run is under way.")
        return self._run

    def _enter(self, request: Request, token: str) -> Response:
        """Admit a phone by its link, once, with a page that redirects by itself.

        It is not an HTTP redirect, because a link followed from another site would bring no strict cookie along.
        """
        role = self._role(request)
        if request.method == "HEAD":  # a preview of a link before it is followed does not use it up
            return Response(HTTPStatus.OK if self.tokens.is_unused(token) else HTTPStatus.FORBIDDEN)
        entered = self.tokens.redeem(token)
        if entered is None:
            if role is not None:
                return _onward(_HOME[role])
            return self._refusal(HTTPStatus.FORBIDDEN, "used" if self.tokens.was_used(token) else "stranger")
        cookie, role = entered
        self.on_entered(role)
        return _onward(_HOME[role], f"{self._cookie}={cookie}; Path=/; HttpOnly; SameSite=Strict")

    def _refusal(self, status: HTTPStatus, why: str) -> Response:
        """Return the page that explains why access is refused."""
        page = self._assets.get("gone.html")
        if page is None:
            return text_response(status, _WHY[why])
        return Response(
            status, page.body.replace(b'data-why=""', f'data-why="{why}"'.encode()), page.content_type
        )

    async def _control(self, request: Request) -> Response:
        """Take a press."""
        self._require(request, frozenset({Role.CONTROL}))
        run = self._served()
        if run.control is None:
            raise RefusedRequest(HTTPStatus.FORBIDDEN, "Buttons are not shared in this run.")
        origin = request.headers.get("origin")
        if origin is not None and origin.lower() != f"http://{request.headers['host'].lower()}":
            raise RefusedRequest(HTTPStatus.FORBIDDEN, "Buttons are pressed on their own page.")
        if request.content_type != "application/json":
            raise RefusedRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "A press is JSON.")
        if not self._presses.take():
            raise RefusedRequest(HTTPStatus.TOO_MANY_REQUESTS, "Too many presses at once.")
        return Response(body=await run.control(request.body), content_type="application/json")

    def _relay(self, request: Request) -> Response:
        """Take a phone's value of a sensor."""
        token, *names = request.path.removeprefix("/relay/").split("/")
        run = self._run
        if not self._relay_token or not is_same(token, self._relay_token) or len(names) > 2:
            raise RefusedRequest(HTTPStatus.FORBIDDEN, "This is not an address for relays.")
        if not self._relayed.take():
            raise RefusedRequest(HTTPStatus.TOO_MANY_REQUESTS, "Too many values at once.")
        if len(request.body) > _RELAY_LIMIT:
            raise RefusedRequest(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {_RELAY_LIMIT} bytes are taken."
            )
        if run is None or run.relay is None:
            raise RefusedRequest(HTTPStatus.SERVICE_UNAVAILABLE, "No run is under way that takes values.")
        sender, sensor = (*names, "", "")[:2]
        status, reason = run.relay(
            sender or "phone", sensor, request.body, request.headers.get("content-type", "")
        )
        if status == HTTPStatus.NO_CONTENT:
            return Response(HTTPStatus.NO_CONTENT)
        return text_response(HTTPStatus(status), reason)

    # --- streams

    async def _events(self, request: Request, writer: asyncio.StreamWriter, peer: str) -> bytes | None:
        """Stream frames, cues and plans to a phone until it goes or the run ends.

        Raises:
            RefusedRequest: it has no cookie, or there are too many.
        """
        role = self._require(request, frozenset(Role))
        run = self._served()
        if request.method != "GET":
            raise RefusedRequest(HTTPStatus.METHOD_NOT_ALLOWED, "A stream is read.")
        cookie = request.cookies.get(self._cookie, "")
        self._make_room(cookie)
        viewer = _Viewer(cookie, writer.transport.abort)
        self._viewers.add(viewer)
        self._leave(peer)  # a stream is counted separately
        try:
            hello = json.dumps(run.hello(role), separators=(",", ":"))
            head = encode_head(HTTPStatus.OK, (("Content-Type", "text/event-stream"),))
            writer.write(head + f"retry: 1000\n\nevent: hello\ndata: {hello}\n\n".encode())
            viewer.plan = run.plan() or None
            is_over = False
            while not is_over:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_BEAT_S):
                        await viewer.ready.wait()
                is_over = viewer.last_event is not None
                writer.write(viewer.take(run.now()).encode())
                async with asyncio.timeout(_STUCK_S):
                    await writer.drain()
        finally:
            self._viewers.discard(viewer)
            self._by_peer[peer] = self._by_peer.get(peer, 0) + 1
        return None

    def _make_room(self, cookie: str) -> None:
        """Give a phone that reconnects the place of its own stream that is no longer read.

        Raises:
            RefusedRequest: there are too many phones.
        """
        if len(self._viewers) < MOST_STREAMS:
            return
        former = next((viewer for viewer in self._viewers if viewer.cookie == cookie), None)
        if former is None:
            reason = f"{MOST_STREAMS} phones are looking already."
            raise RefusedRequest(HTTPStatus.SERVICE_UNAVAILABLE, reason)
        self._viewers.discard(former)
        former.hang_up()


_HEAD: Final = '<!doctype html><meta charset="utf-8"><title>Coach</title><link rel="icon" href="data:,">'
"""The beginning of a page made here; without an icon a browser requests one and reports that it is missing."""


def _onward(path: str, cookie: str = "") -> Response:
    """Make a page that redirects to another, with a cookie."""
    goes_on = f'<meta http-equiv="refresh" content="0;url={path}">'
    page = f"{_HEAD}{goes_on}"
    headers = (("Set-Cookie", cookie),) if cookie else ()
    return Response(body=page.encode(), content_type="text/html; charset=utf-8", headers=headers)


async def _open(connection: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Make a stream of a connection; `drain` waits until everything was handed to the system."""
    connection.setblocking(False)
    with suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=HEAD_LIMIT, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection)
    transport.set_write_buffer_limits(high=0)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


# --- the files of the pages

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
"""Content types by the end of a file's name; a file with another end is not served."""
_TONES: Final = ("faster", "ease", "on", "go", "beep", "low")
_SILENCE_S: Final = 1
_BARE: Final = f"{_HEAD}<p>This page is not part of this installation.".encode()
"""The replacement of a page whose file is missing."""


def load_pages(theme: str) -> dict[str, Response]:
    """Read every file of the pages, and make the colours and tones; `theme` is the default of the pages."""
    pages = {"phone.html": _page(_BARE), "board.html": _page(_BARE), "control.html": _page(_BARE)}
    for entry in files("coach.edge").joinpath("assets").iterdir():
        content_type = _TYPES.get(entry.name.rpartition(".")[2])
        if content_type is not None:
            pages[entry.name] = Response(body=entry.read_bytes(), content_type=content_type)
    pages["colours.css"] = Response(body=colours_css(theme).encode(), content_type=_TYPES["css"])
    for name in _TONES:
        pages[f"sound/{name}.wav"] = _sound(tones(name))
    pages["sound/silence.wav"] = _sound(silence(_SILENCE_S * RATE))
    return pages


def colours_css(theme: str) -> str:
    """Write the colours of every theme as variables: `--slow-ink`, `--slow-paper` and the others."""
    blocks: list[str] = []
    for name, of in SCREEN_THEMES.items():
        lines = [f"  color-scheme: {'dark' if of.is_dark else 'light'};"]
        for pair, (ink, paper) in of.colours.items():
            lines += [f"  --{pair}-ink: {ink};", f"  --{pair}-paper: {paper};"]
        own = ":root, " if name == theme else ""
        block = f'{own}:root[data-theme="{name}"] {{\n' + "\n".join(lines) + "\n}\n"
        blocks.insert(0, block) if own else blocks.append(block)
    return "".join(blocks)


def _page(body: bytes) -> Response:
    return Response(body=body, content_type=_TYPES["html"])


def _sound(samples: Samples) -> Response:
    """Write samples as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return Response(body=buffer.getvalue(), content_type="audio/wav")


# --- the board: a browser of this laptop, full screen, that is ended with the program
#
# Browsers made from Chromium accept a window without bars and a profile of its own, which is deleted afterwards.
# Without one of them the page opens in the system's browser, which cannot be ended from here.

_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "brave-browser",
    "microsoft-edge",
)
"""The names of Chromium and its relatives, in the order they are tried."""
_MAC: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
)
_OPTIONS: Final = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-session-crashed-bubble",
    "--noerrdialogs",
    "--autoplay-policy=no-user-gesture-required",
)
"""A window without bars, questions, or calls to other servers; sounds need no tap, as nobody taps a board."""
_END_S: Final = 3.0
"""How long a browser may take to end before it is killed."""


class BoardBrowser:
    """One browser that shows one page."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._lock = threading.Lock()  # it is opened on a thread, and may be closed meanwhile
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process that was started; None if there is none, or for the system's browser."""
        return None if self._process is None else self._process.pid

    def open(self, url: str) -> str:
        """Open a page full screen; returns why it is not full screen, empty if it is."""
        with self._lock:
            return "" if self._is_closed else self._open(url)

    def _open(self, url: str) -> str:
        self._folder = Path(tempfile.mkdtemp(prefix="coach-board-"))
        page, command = self._leading_to(url), find_chromium()
        if command is None:
            with suppress(webbrowser.Error):
                if webbrowser.open(page):
                    return (
                        "No Chromium was found: the board is in your usual browser, F11 makes it full screen."
                    )
            return "No browser was found for the board."
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a browser that was found by its name
                [command, *_OPTIONS, f"--user-data-dir={self._folder / 'profile'}", page],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is for the run, which then ends the browser
            )
        except OSError as error:
            _LOG.warning("the board's browser did not start: %s", error)
            return f"The board's browser did not start: {error.strerror or error}."
        return ""

    def close(self) -> None:
        """End the started browser by its process id, and delete its profile."""
        with self._lock:
            self._is_closed = True
            process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _leading_to(self, url: str) -> str:
        """Write a page that redirects to the board: every user of the laptop can read a command line."""
        assert self._folder is not None  # the caller has created it
        page = self._folder / "board.html"
        page.touch(mode=0o600)
        page.write_text(f'<!doctype html><meta http-equiv="refresh" content="0;url={url}">\n', "utf-8")
        return page.as_uri()


def find_chromium() -> str | None:
    """Find Chromium or a browser based on it; None if there is none."""
    if sys.platform == "darwin":
        return next((path for path in _MAC if os.access(path, os.X_OK)), None)
    return next((path for name in _NAMES if (path := shutil.which(name))), None)
