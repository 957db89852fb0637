"""HTTP/1.1 of a run: reads the few requests of phones within limits, and posts cues to a webhook.

There is one request a connection; a client that wants more opens another, and the server counts those
(`coach.edge.share`). So the end of a request is never ambiguous. Only GET, HEAD, POST and PUT with a plain length are
supported. Every response has strict security headers.

Posting never delays a run: it has a thread of its own, where cues wait in a short queue whose oldest is dropped. Each
is tried three times within its time to live, and of the answer only the status is read. The address may hold a
password, which is sent to its server and written nowhere else.
"""

import asyncio
import base64
import http.client
import json
import logging
import re
import socket
import ssl
import threading
import urllib.parse
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from coach.cues.cue import Cue, CueKind
from coach.live.contract import encode_event
from coach.live.run import TimedOutput
from coach.problems import UsageProblem
from coach.quantities import Seconds

# --- requests and responses

HEAD_LIMIT: Final = 8 * 1024
"""Bytes of the request line and the headers together; a phone sends about 700."""
HEADER_LINES: Final = 64
READ_S: Final = 5.0
"""Seconds in which a whole request must arrive, so that one that comes byte by byte blocks nothing. Judged."""
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT"})
_MAY_USE: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
CONTENT_SECURITY: Final = "; ".join(f"{what} {where}" for what, where in _MAY_USE.items())
"""The policy of a page: it may use its own files and streams, nothing from elsewhere and nothing inline."""
SECURITY_HEADERS: Final = (
    ("Content-Security-Policy", CONTENT_SECURITY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
"""Sent with every response, refusals included."""


class RefusedRequest(Exception):
    """Raised for a request that is answered with a status and one sentence, and read no further."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        """Refuse with a status; `reason` is for the client, and quotes nothing of the request."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    """One complete request."""

    method: str
    path: str
    """The path, decoded, without the query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case."""
    body: bytes = b""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies by name; of two with one name the first."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        cookies: dict[str, str] = {}
        for name, _, value in pairs:
            cookies.setdefault(name, value)
        return cookies

    @property
    def content_type(self) -> str:
        """The media type in lower case, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Response:
    """One response."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self, *, has_body: bool = True) -> bytes:
        """The response as bytes; without its body for HEAD."""
        of_body = (("Content-Type", self.content_type), ("Content-Length", str(len(self.body))))
        head = encode_head(
            self.status, self.headers + (() if self.status is HTTPStatus.NO_CONTENT else of_body)
        )
        return head + self.body if has_body else head


def encode_head(status: HTTPStatus, headers: tuple[tuple[str, str], ...]) -> bytes:
    """A status line with headers, including `SECURITY_HEADERS`; the connection ends with the body."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in (*SECURITY_HEADERS, *headers, ("Connection", "close"))]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def text_response(status: HTTPStatus, text: str) -> Response:
    """Answer with one line of text."""
    return Response(status, f"{text}\n".encode())


def json_response(value: Any, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer with a JSON value."""
    return Response(status, json.dumps(value, separators=(",", ":")).encode(), "application/json")


async def read_request(reader: asyncio.StreamReader, body_limit: int) -> Request | None:
    """Read one request; None if the connection ends before it begins.

    Raises:
        RefusedRequest: it is too large, too slow, or not supported HTTP.
    """
    try:
        async with asyncio.timeout(READ_S):
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, headers = _parse_head(head)
            length = _body_length(method, headers)
            if length > body_limit:
                raise RefusedRequest(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {body_limit} bytes are taken."
                )
            body = await reader.readexactly(length) if length else b""
    except TimeoutError:
        raise RefusedRequest(HTTPStatus.REQUEST_TIMEOUT, "The request did not come in time.") from None
    except asyncio.LimitOverrunError:
        raise RefusedRequest(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too long."
        ) from None
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise RefusedRequest(HTTPStatus.BAD_REQUEST, "The request ends in the middle.") from None
    return Request(method, path, headers, body)


def _parse_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    """Parse the request line and the headers.

    Raises:
        RefusedRequest: they are not valid HTTP/1.1, or name an unknown method.
    """
    line, *header_lines = head[:-4].split(b"\r\n")
    parts = line.split(b" ")
    if len(parts) != 3 or parts[2] not in {b"HTTP/1.1", b"HTTP/1.0"} or not parts[1].startswith(b"/"):
        raise RefusedRequest(HTTPStatus.BAD_REQUEST, "This is not an HTTP/1.1 request.")
    method = parts[0].decode("latin-1")
    if method not in _METHODS:
        raise RefusedRequest(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET, HEAD, POST and PUT are supported.")
    if len(header_lines) > HEADER_LINES:
        raise RefusedRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "There are too many headers.")
    path = unquote_to_bytes(parts[1].partition(b"?")[0]).decode("utf-8", "replace")
    headers: dict[str, str] = {}
    for each in header_lines:
        name, colon, value = each.partition(b":")
        if not colon or _TOKEN.fullmatch(name) is None or any(byte < 32 and byte != 9 for byte in value):
            raise RefusedRequest(HTTPStatus.BAD_REQUEST, "A header is not as HTTP/1.1 writes it.")
        key = name.decode("latin-1").lower()
        if key in {"host", "content-length"} and key in headers:
            raise RefusedRequest(HTTPStatus.BAD_REQUEST, f"There are two headers {key}.")
        headers[key] = value.strip().decode("latin-1")
    return method, path, headers


def _body_length(method: str, headers: Mapping[str, str]) -> int:
    """Return the number of bytes after the headers.

    Raises:
        RefusedRequest: it is missing, or not a number.
    """
    if "transfer-encoding" in headers:
        raise RefusedRequest(HTTPStatus.LENGTH_REQUIRED, "The body needs a Content-Length.")
    text = headers.get("content-length", "" if method in {"POST", "PUT"} else "0")
    if not text:
        raise RefusedRequest(HTTPStatus.LENGTH_REQUIRED, "The body needs a Content-Length.")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RefusedRequest(HTTPStatus.BAD_REQUEST, "The Content-Length is not a number.")
    return int(text)


# --- the webhook

_LOG = logging.getLogger(__name__)
_WORDS: Final[dict[type[Exception], str]] = {
    TimeoutError: "no answer",
    ConnectionRefusedError: "nobody listens there",
    socket.gaierror: "no such name, or no network",
    ssl.SSLCertVerificationError: "its certificate is not trusted",
}
_ROOM: Final = 32
"""Cues that wait; a run has about one in ten seconds."""
_TRIES: Final = 3
_PAUSES_S: Final = (0.5, 1.5)
"""Seconds before the second try and before the third."""
_TIMEOUT_S: Final = 5.0
_LEAST_WORTH_S: Final = 15.0
"""Shortest time in which a cue is posted: the receiver stores it, and need not speak it at once. Judged."""
_CLOSE_S: Final = 2.0
_HEART_RATE: Final = frozenset({CueKind.HEART_RATE_HIGH, CueKind.HEART_RATE_LOW, CueKind.HEART_RATE_CEILING})


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address for cues."""

    is_secure: bool
    host: str
    port: int | None
    path: str
    authorization: str = ""
    """The header with name and password; empty without."""

    @property
    def is_private(self) -> bool:
        """Whether the connection is encrypted, or stays on this machine."""
        return self.is_secure or self.host in {"localhost", "127.0.0.1", "::1"}

    @property
    def shown(self) -> str:
        """The address without secret parts: `https://example.org`."""
        port, host = "" if self.port is None else f":{self.port}", self.host
        return f"{'https' if self.is_secure else 'http'}://{f'[{host}]' if ':' in host else host}{port}"


def parse_webhook(url: str) -> Webhook:
    """Read the address of a webhook.

    Raises:
        UsageProblem: it is not an address of http or https; the message quotes nothing of it.
    """
    try:
        url.encode()  # bytes of a command line that are not text cannot be sent
        parts = urllib.parse.urlsplit(url)
        port, host = parts.port, _ascii_host(parts.hostname or "")
    except ValueError:
        parts, port, host = urllib.parse.urlsplit(""), None, ""
    if parts.scheme not in {"http", "https"} or not host or any(ord(each) <= 32 for each in url):
        raise UsageProblem(
            "--webhook is not an address of the web", "Write it as https://example.org/path or http://..."
        )
    authorization = ""
    if parts.username is not None:
        name, password = urllib.parse.unquote(parts.username), urllib.parse.unquote(parts.password or "")
        authorization = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Webhook(
        parts.scheme == "https", host, port, urllib.parse.quote(path, safe=_IN_A_PATH), authorization
    )


_IN_A_PATH: Final = "/?%:@!$&'()*+,;=~-._"
"""Characters that stay as they are in a path and a query; others, such as accented letters, are written with a %."""


def _ascii_host(host: str) -> str:
    """The form of a name for the lookup: `xn--bcher-kva.example` for one with other letters.

    Raises:
        UnicodeError: it is not possible, such as `a..b`.
    """
    return host if ":" in host else host.encode("idna").decode("ascii")


class WebhookSink:
    """Posts the cues of one run."""

    def __init__(
        self,
        webhook: Webhook,
        *,
        now: Callable[[], Seconds],
        names: Mapping[str, str],
        heart_rate: Callable[[], float | None] | None = None,
        report: Callable[[str], None] = lambda _text: None,
        pauses_s: tuple[float, ...] = _PAUSES_S,
    ) -> None:
        """Post to `webhook`, with `names` in each cue.

        `heart_rate` returns the current value; without it, cues about the heart rate are not posted. `report` is called
        once, on the thread, when the address cannot be reached.
        """
        self._webhook = webhook
        self._now = now
        self._names = dict(names)
        self._heart_rate = heart_rate
        self._report = report
        self._pauses_s = pauses_s
        self._queue: deque[tuple[bytes, Seconds]] = deque()
        self._ready = threading.Condition()
        self._is_closing = False
        self.posted = 0
        self.dropped = 0
        """Number of cues that were not posted: for lack of room, too late, or refused by the server."""
        self._thread = threading.Thread(target=self._work, name="webhook", daemon=True)
        self._thread.start()

    def offer(self, output: TimedOutput) -> None:
        """Queue a cue; of too many the oldest is dropped."""
        cue = output.output
        if not isinstance(cue, Cue) or (self._heart_rate is None and _tells_heart_rate(cue)):
            return
        body = json.dumps(self._message(cue, output), separators=(",", ":")).encode()
        until = Seconds(cue.at + max(cue.ttl_s, _LEAST_WORTH_S))
        with self._ready:
            self._queue.append((body, until))
            while len(self._queue) > _ROOM:
                self._queue.popleft()
                self.dropped += 1
            self._ready.notify()

    async def close(self) -> None:
        """Post the queue, for at most 2 s."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, _CLOSE_S)
        if self.dropped or self._queue:
            _LOG.warning("webhook: %d cues not posted", self.dropped + len(self._queue))

    def _message(self, cue: Cue, output: TimedOutput) -> dict[str, Any]:
        message: dict[str, Any] = {**encode_event(cue, output.run_s), **self._names}
        value = None if self._heart_rate is None else self._heart_rate()
        return message if value is None else {**message, "heart_rate_bpm": round(value)}

    # --- on the thread

    def _work(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._queue or self._is_closing)
                if not self._queue:
                    return
                body, until = self._queue.popleft()
            if self._deliver(body, until):
                self.posted += 1
            else:
                self.dropped += 1

    def _deliver(self, body: bytes, until: Seconds) -> bool:
        """Post a cue, again after a temporary failure; returns True if the server accepted it."""
        for attempt in range(_TRIES):
            if attempt:
                with self._ready:  # no retries at the end of the run
                    if self._ready.wait_for(lambda: self._is_closing, self._pauses_s[attempt - 1]):
                        return False
            if self._now() > until:
                return False
            try:
                status = self._post(body)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._trouble(_words_of(error))
                continue
            if status < 300:
                return True
            self._trouble(f"status {status}")
            if status < 500 and status != http.HTTPStatus.TOO_MANY_REQUESTS:
                return False
        return False

    def _post(self, body: bytes) -> int:
        """Post once; returns the status. Redirects are not followed: the cues are for the named address."""
        to = self._webhook
        connection: http.client.HTTPConnection
        if to.is_secure:
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(to.host, to.port, timeout=_TIMEOUT_S, context=context)
        else:
            connection = http.client.HTTPConnection(to.host, to.port, timeout=_TIMEOUT_S)
        try:
            headers = {"Content-Type": "application/json", "User-Agent": "trackside-coach"}
            if to.authorization:
                headers["Authorization"] = to.authorization
            connection.request("POST", to.path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def _trouble(self, what: str) -> None:
        """Log a failure, and report the first."""
        _LOG.warning("webhook %s: %s", self._webhook.shown, what)
        report, self._report = self._report, lambda _text: None
        report(f"Cues cannot be posted to {self._webhook.shown} ({what}); the run goes on.")


def _words_of(error: Exception) -> str:
    """Why no server accepted a cue, in words."""
    return next((words for kind, words in _WORDS.items() if isinstance(error, kind)), type(error).__name__)


def _tells_heart_rate(cue: Cue) -> bool:
    """Return whether a cue is about the heart rate, so that its words or its reason reveal it."""
    return cue.kind in _HEART_RATE or cue.why.quantity == "heart_rate_bpm" or cue.why.rule == "recovery_cap"
