"""A whole run that is shared on the loopback: the demonstration, conducted by a clock that the test moves."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from coach.app.feeds import ConductedFeed, ObservableRun
from coach.app.live_run import ShareRequest
from coach.app.sensors import simulated_sources
from coach.app.setup import demonstration_setup
from coach.app.sharing import SharedRun, Sharing
from coach.app.simulation import demonstration
from coach.app.terminal import RunMode as Where
from coach.cues.cue import Cue
from coach.edge.conductor import Conductor
from coach.edge.remote_buttons import RemoteButtons
from coach.edge.settings import Settings
from coach.edge.share import LOOPBACK, Role, ShareServer, listen
from coach.live.run import LiveRun
from tests.edge.doubles import FakeClock, Kept
from tests.patience import wait_until

TURN_S = 0.002
"""Real seconds that the sockets get between two moves of the clock."""


@dataclass
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class LoopbackRun:
    """The run, what it said, and a client of its server."""

    def __init__(self, request: ShareRequest) -> None:
        self.clock, self.sink = FakeClock(), Kept()
        setup = demonstration_setup(demonstration(), Settings(), "01TEST", Where.UNATTENDED)
        self.sharing = Sharing(request, [listen(LOOPBACK, 0)], "sun")
        sources = simulated_sources(setup, self.clock)
        watched = ObservableRun(LiveRun(setup))
        shared = self.sharing.begin(setup, is_simulated=True)
        assert shared is not None
        self.run: SharedRun = shared
        assert sources.runner is not None
        self.conductor = Conductor(watched, self.clock, sinks=[sources.runner, shared, self.sink])
        self.feed = ConductedFeed(watched, self.conductor)
        self.runner = sources.runner
        self.port = int(self.sharing.links()[0].url.split(":")[2].split("/")[0])
        self.messages: list[str] = []
        """What the person at the laptop was told."""
        self._opened: list[asyncio.StreamWriter] = []
        server = self.sharing._server
        assert server is not None
        self.server: ShareServer = server

    @property
    def cues(self) -> list[tuple[float, str]]:
        """What was said so far."""
        return [(each.at, each.text) for each in self.sink.outputs if isinstance(each, Cue)]

    async def go(self, seconds: float, step: float = 0.25) -> None:
        """Let the run go on, and the sockets with it."""
        for _ in range(round(seconds / step)):
            await self.clock.advance(step)
            await asyncio.sleep(TURN_S)

    def link(self, role: Role = Role.VIEW) -> str:
        """The path of a link that was just made."""
        return f"/in/{self.server.tokens.mint(role)}"

    async def enter(self, role: Role = Role.VIEW) -> str:
        """Be let in; gives the cookie."""
        answer = await self.get(self.link(role))
        assert answer.status == 200, answer
        return answer.headers["set-cookie"].partition(";")[0]

    async def get(self, path: str, cookie: str = "", method: str = "GET", **headers: str) -> Answer:
        """Ask for something."""
        return await self.ask(self.request(path, cookie, method, **headers))

    async def post(
        self, path: str, body: bytes, cookie: str = "", method: str = "POST", **headers: str
    ) -> Answer:
        """Post something."""
        headers = {"Content-Length": str(len(body))} | headers
        return await self.ask(self.request(path, cookie, method, **headers) + body)

    def request(self, path: str, cookie: str = "", method: str = "GET", **headers: str) -> bytes:
        """Write a request; a header is named with `_` for `-`."""
        lines = {"Host": f"{LOOPBACK}:{self.port}"} | ({"Cookie": cookie} if cookie else {})
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        written = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value != "-")
        return f"{method} {path} HTTP/1.1\r\n{written}\r\n".encode()

    async def ask(self, request: bytes) -> Answer:
        """Send bytes and read the answer to its end."""
        reader, writer = await self.connect()
        writer.write(request)
        data = b""
        with suppress(ConnectionError):  # what was not read to its end is answered, and cut
            data = await reader.read()
        writer.close()
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        return Answer(int(first.split()[1]) if first else 0, headers, body)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection, which is closed with the run at the latest."""
        reader, writer = await asyncio.open_connection(LOOPBACK, self.port)
        self._opened.append(writer)
        return reader, writer

    async def hang_up(self) -> None:
        """Close every connection of a client."""
        for writer in self._opened:
            writer.transport.abort()
        await asyncio.sleep(TURN_S)


@dataclass
class Stream:
    """A phone that looks: the events it was sent."""

    close: Callable[[], None]
    """Goes away."""
    task: "asyncio.Task[None]" = field(init=False)
    events: list[tuple[str, Any]] = field(default_factory=list)
    ended: bool = False
    status: int = 0

    async def next_frame(self, at_s: float) -> Any:
        """Wait for a frame that shows a moment of the run, or a later one."""
        await wait_until(lambda: any(frame["at_s"] >= at_s for frame in self.of("frame")))
        return self.of("frame")[-1]

    def of(self, kind: str) -> list[Any]:
        """The events of one kind."""
        return [data for name, data in self.events if name == kind]


async def look(shared: LoopbackRun, cookie: str) -> Stream:
    """Begin to read the stream."""
    reader, writer = await shared.connect()
    writer.write(shared.request("/events", cookie))
    stream = Stream(close=writer.close)

    async def read() -> None:
        stream.status = int((await reader.readline()).split()[1])
        kind = ""
        with suppress(ConnectionError):
            await events(kind)
        stream.ended = True
        writer.close()

    async def events(kind: str) -> None:
        async for line in reader:
            text = line.decode().rstrip()
            if text.startswith("event: "):
                kind = text.removeprefix("event: ")
            elif text.startswith("data: "):
                stream.events.append((kind, json.loads(text.removeprefix("data: "))))

    stream.task = asyncio.create_task(read())
    await wait_until(lambda: stream.status)
    return stream


@asynccontextmanager
async def shared_run(request: ShareRequest | None = None, **serving: Any) -> AsyncIterator[LoopbackRun]:
    """The demonstration under way; it is left at the end of the block."""
    shared = LoopbackRun(request or ShareRequest(LOOPBACK, has_control=True, has_relay=True))
    if serving:
        shared.run.serve(shared.feed.now, shared.feed.snapshot, shared.feed.subscribe, **serving)
    else:
        buttons = RemoteButtons(shared.feed.run, shared.conductor, shared.clock)
        shared.sharing.serve(shared.run, shared.feed, lambda: buttons, shared.messages.append)
    running = asyncio.create_task(shared.runner.listen(shared.conductor))
    conducting = asyncio.create_task(shared.conductor.conduct())
    await shared.go(0.5)
    try:
        yield shared
    finally:
        shared.conductor.leave()
        await shared.clock.advance(0.0)
        await conducting
        running.cancel()
        await shared.conductor.fanout.close()
        shared.sharing.close()
        await shared.hang_up()
        await asyncio.gather(running, return_exceptions=True)
