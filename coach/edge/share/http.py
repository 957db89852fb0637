"""HTTP/1.1 for a handful of phones: requests are read within limits, and every response has strict security headers.

There is one request a connection; a client that wants more opens another, and the server counts those
(`coach.edge.share.server`). So the end of a request is never ambiguous. Only GET, HEAD, POST and PUT with a plain
length are supported.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_to_bytes

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
        raise RefusedRequest(HTTPStatus.BAD_REQUEST, "The Content-Length is no number.")
    return int(text)
