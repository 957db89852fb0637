"""Links to a run: the addresses of this laptop at which it can be shared, the access tokens, and the board.

A link is an address and a token that is good for one phone. The phone that brings it gets a cookie in its place.
"""

import errno
import ipaddress
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
import webbrowser
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from coach.problems import CoachProblem, UsageProblem

DEFAULT_PORT: Final = 8321
"""The default port; if it is taken, the system gives another. Unassigned by IANA. Chosen."""
LOOPBACK: Final = "127.0.0.1"
_BACKLOG: Final = 32
_WRITTEN: Final = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:\s]*)(?::(?P<port>\d{1,5}))?")
_MOST_COOKIES: Final = 64
"""Number of phones that are remembered; of more the first loses access."""
_QUIET_MODULES: Final = 2
"""The white edge of a code, in modules: four by the standard, but phones read two from a screen. Judged."""


# --- Access


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


_HALVES: Final = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""The character for an upper and a lower module, dark or not."""


# --- Where a run can be shared


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


# --- The board: a browser of this laptop, full screen, that shows the run and is ended with the program
#
# Browsers made from Chromium accept a window without bars and a profile of its own, which is deleted afterwards.
# Without one of them the page opens in the system's browser, which cannot be ended from here.

_LOG = logging.getLogger(__name__)
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
