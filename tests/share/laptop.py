"""A laptop that sends a page exactly what a test tells it to: real assets, and frames that are written by hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any, Final

import coach.edge.share
from coach.edge.http import SECURITY_HEADERS
from coach.edge.share import load_pages

ASSETS: Final = Path(coach.edge.share.__file__).parent / "assets"
_PAGES: Final = {"/": "phone.html", "/board": "board.html", "/control": "control.html"}
HELLO: Final = {
    "v": 1, "run": "01JRUN", "now_s": 812.0, "role": "view", "title": "6 x 800 m", "unit": "km", "theme": "sun",
    "language": "en", "can_press": True,
}  # fmt: skip


class Laptop:
    """The server, and what it answers."""

    def __init__(self) -> None:
        """Listen on a free port of the loopback."""
        self.now_s = 812.0
        """The run's clock: it stands until a test moves it."""
        self.theme = "sun"
        self.presses: list[dict[str, Any]] = []
        """What was posted to `/control`."""
        self.answers: list[tuple[int, dict[str, Any]]] = []
        """What the next posts get, status 0 no answer at all; a press without one is confirmed."""
        self.refusal = 0
        """The status that streams and the time get; 0 for none."""
        self.why = "used"
        self._streams: list[Queue[bytes | None]] = []
        self._connected, self._closed = Event(), Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]  # a page that went away
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """End every stream and stop."""
        self._closed.set()
        self.hang_up()
        self._http.shutdown()
        self._http.server_close()

    def hang_up(self) -> None:
        """End every stream; the next one is a new connection."""
        self._connected.clear()
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.put(None)

    def send(self, event: str, **data: Any) -> None:
        """Send an event to every stream, once there is one."""
        assert self._connected.wait(10), "nobody connected"
        for stream in self._streams:
            stream.put(_event(event, data))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        laptop = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
                """Say nothing."""

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path == "/events":
                    self._events()
                elif path == "/time":
                    body = json.dumps({"now_s": laptop.now_s}).encode()
                    self._answer(laptop.refusal or 200, "application/json", body)
                else:
                    self._answer(*laptop.file(path))

            def do_POST(self) -> None:
                press = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                laptop.presses.append(press)
                status, extra = laptop.answers.pop(0) if laptop.answers else (200, {"status": "confirmed"})
                if not status:
                    laptop._closed.wait(20)  # the network is gone: no answer
                    return
                body = {"v": 1, "tx": press["tx"], "button": press["button"], **extra}
                self._answer(status, "application/json", json.dumps(body).encode())

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                for name, value in (
                    ("Content-Type", kind),
                    ("Content-Length", str(len(body))),
                    *SECURITY_HEADERS,
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def _events(self) -> None:
                if laptop.refusal:
                    self._answer(laptop.refusal, "application/json", b"{}")
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                stream: Queue[bytes | None] = Queue()
                stream.put(
                    b"retry: 20\n\n" + _event("hello", HELLO | {"now_s": laptop.now_s, "theme": laptop.theme})
                )
                laptop._streams.append(stream)
                laptop._connected.set()
                self.close_connection = True
                while (chunk := stream.get()) is not None:
                    self.wfile.write(chunk)

        return Handler

    def file(self, path: str) -> tuple[int, str, bytes]:
        """Find what a path is: status, type and content, as the real server makes them."""
        if path == "/gone":
            page = (ASSETS / "gone.html").read_text()
            return 403, "text/html", page.replace('data-why=""', f'data-why="{self.why}"').encode()
        content = load_pages(self.theme).get(_PAGES.get(path, path.removeprefix("/a/")))
        return (404, "text/plain", b"") if content is None else (200, content.content_type, content.body)


def _event(event: str, data: dict[str, Any]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()


@contextmanager
def laptop() -> Iterator[Laptop]:
    """Start one, and stop it."""
    result = Laptop()
    try:
        yield result
    finally:
        result.close()
