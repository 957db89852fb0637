"""A laptop that sends a page exactly what a test tells it to: real assets, and frames that are written by hand."""

import json
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any, Final

import coach.edge
from coach.edge.sound.mixer import RATE, tones
from coach.themes import SCREEN_THEMES

ASSETS: Final = Path(coach.edge.__file__).parent / "share" / "assets"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TYPES: Final = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
_PAGES: Final = {"/": "phone.html", "/board": "board.html", "/control": "control.html"}
HELLO: Final = {
    "v": 1, "run": "01JRUN", "now_s": 812.0, "role": "view", "title": "6 x 800 m", "unit": "km", "theme": "sun",
    "language": "en", "can_press": True,
}  # fmt: skip


def colours(default: str = "sun") -> str:
    """Write the style that the server makes of the themes."""
    blocks = []
    for selector, name in [
        (":root", default),
        *((f':root[data-theme="{one}"]', one) for one in SCREEN_THEMES),
    ]:
        pairs = SCREEN_THEMES[name].colours.items()
        rules = [f"--{pair}-ink:{ink};--{pair}-paper:{paper}" for pair, (ink, paper) in pairs]
        blocks.append(f"{selector}{{{';'.join(rules)}}}")
    return "\n".join(blocks)


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
        """What the next posts get; a press without one is confirmed."""
        self.refusal = 0
        """The status that streams and the time get; 0 for none."""
        self.why = "used"
        self._streams: list[Queue[bytes | None]] = []
        self._connected = Event()
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
                    self.close_connection = True  # the network is gone: no answer
                    return
                body = {"v": 1, "tx": press["tx"], "button": press["button"], **extra}
                self._answer(status, "application/json", json.dumps(body).encode())

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                headers = {
                    "Content-Type": kind,
                    "Content-Length": str(len(body)),
                    "Cache-Control": "no-store",
                }
                for name, value in {**headers, "Content-Security-Policy": POLICY}.items():
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
        """Find what a path is: status, type and content."""
        if path == "/a/colours.css":
            return 200, _TYPES[".css"], colours(self.theme).encode()
        if path.startswith("/a/sound/"):
            return 200, "audio/wav", _wav(path.removeprefix("/a/sound/").removesuffix(".wav"))
        if path == "/gone":
            page = (ASSETS / "gone.html").read_text()
            return 403, _TYPES[".html"], page.replace('data-why=""', f'data-why="{self.why}"').encode()
        file = ASSETS / _PAGES.get(path, path.removeprefix("/a/"))
        return (200, _TYPES[file.suffix], file.read_bytes()) if file.is_file() else (404, "text/plain", b"")


def _event(event: str, data: dict[str, Any]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()


def _wav(name: str) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(tones(name).tobytes())
    return file.getvalue()


@contextmanager
def laptop() -> Iterator[Laptop]:
    """Start one, and stop it."""
    made = Laptop()
    try:
        yield made
    finally:
        made.close()
