"""Shares a run with phones and the board: chooses the address, creates the links, and feeds the server.

`open_sharing` is called before a run starts, so that an unusable address is reported at once. The run is then read as
the screen reads it (`coach.app.feeds`), and its outputs arrive as at any sink. Trouble with the network never stops the
run.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from coach.app.share_frames import VERSION, FrameMaker, cue_message, lamp_look
from coach.app.terminal import Console, RunMode
from coach.cues.cue import Cue
from coach.edge.files import runner_paths
from coach.edge.lamp import LampLook, LampSink
from coach.edge.lap_strip import Appearance, StripSink, parse_lights
from coach.edge.share.http import WebhookSink, parse_webhook
from coach.edge.share.links import (
    LOOPBACK,
    AccessTokens,
    BoardBrowser,
    Role,
    interfaces,
    listen,
    names_of,
    parse_address,
    qr_rows,
    refused_without_address,
    url_of,
)
from coach.edge.share.server import QueuedCue, Relay, ServedRun, ShareServer, load_pages
from coach.edge.sinks import Sink, SinkGroup, is_late
from coach.live.ahead import LapLights, lap_lights, look_ahead
from coach.live.outputs import RunEnded
from coach.quantities import Seconds, format_clock, long_distance
from coach.screen.paint import sanitise
from coach.screen.protocols import ShareActions, ShownLink
from coach.signals.readings import Freshness

if TYPE_CHECKING:
    import socket

    from coach.app.feeds import ConductedFeed
    from coach.app.new_run import ShareRequest
    from coach.edge.remote_buttons import RemoteButtons
    from coach.edge.settings import LampSettings, Settings
    from coach.live.inputs import RunSetup
    from coach.live.run import TimedOutput
    from coach.live.snapshot import Snapshot

_LOG = logging.getLogger(__name__)
_REST_S: Final = 0.1
"""Least seconds between two frames."""
_TICK_S: Final = 0.25
"""Most seconds between two frames: the step of the live screen's clocks."""
_PLAN_EVERY_S: Final = 1.0
"""Seconds between two computations of the plan ahead, which is sent if it changed."""
_PLAN_MOVED_S: Final = 0.5
"""An estimate that moves by fewer seconds is the same plan."""


_SAYS: Final = {
    Role.VIEW: "Anyone who opens it sees pace, splits and heart rate until the run ends. It works once, for one phone.",
    Role.CONTROL: "Anyone who opens it can press buttons, and sees the heart rate. It works once, for one phone.",
}
_ENTERED: Final = {
    Role.VIEW: "A phone connected and sees the run.",
    Role.CONTROL: "A phone connected and can press buttons.",
}
"""The line printed when a link is used, so that nobody watches unnoticed."""
_FOR: Final = {Role.VIEW: "phone", Role.CONTROL: "buttons"}


class Sharing:
    """The links, the server and the webhook of the program; runs are shared one after the other."""

    def __init__(self, request: "ShareRequest", sockets: "Sequence[socket.socket]", theme: str) -> None:
        """Share on listening sockets; without any, only cues are posted."""
        self._request = request
        self._sockets = sockets
        self._theme = theme
        self._relay_token = secrets.token_urlsafe(16) if request.has_relay else ""
        self._webhook = None if request.webhook is None else parse_webhook(request.webhook)
        self._lamps = parse_lights(request.lamps)
        self._board = BoardBrowser() if request.has_board else None
        self._roles = (Role.VIEW, *((Role.CONTROL,) if request.has_control else ()))
        self._server: ShareServer | None = None
        self._url = ""
        if sockets:
            hosts = set[str]().union(*map(names_of, sockets))
            self._server = ShareServer(sockets, hosts, load_pages(theme), relay_token=self._relay_token)
            self._url = url_of(sockets[0])

    # --- links -------------------------------------------------------------------------------------------------

    @property
    def actions(self) -> "ShareActions | None":
        """The links for the screen; None without a server."""
        return self if self._server is not None else None

    @property
    def takes_values(self) -> bool:
        """True if there is an address for forwarded values."""
        return bool(self._relay_token)

    def links(self) -> list[ShownLink]:
        """Return the open link of every kind, with a new one in place of a used one."""
        links = [self._link(role, self._tokens) for role in self._roles]
        return [*links, self._relay_link()] if self._relay_token else links

    def renew(self, kind: str) -> None:
        """Close the link of a kind and create another; the address for forwarded values stays."""
        for role in self._roles:
            if _FOR[role] == kind:
                self._tokens.mint(role)

    def where(self) -> str:
        """Return the addresses for the screen."""
        if not self._request.is_shared:
            return "The board is shown in this laptop's browser, and nobody else sees the run."
        return f"Shared at {self._url}: s shows the link for a phone. {_SAYS[Role.VIEW]}"

    def say_links(self, console: Console) -> None:
        """Print every link with its code and its purpose."""
        if not self._request.is_shared:
            console.say(self.where())
            return
        for link in self.links():
            for line in (f"For the {link.kind}: {link.url}", link.says, *link.rows):
                console.say(line)
        console.say("The line share on a piped standard input makes new links.")

    def say_new_links(self, console: Console) -> None:
        """Replace the open links by new ones, and print them."""
        if self._server is not None:
            for role in self._roles:
                self._tokens.mint(role)
            self.say_links(console)

    @property
    def _tokens(self) -> AccessTokens:
        assert self._server is not None  # called only if there are links
        return self._server.tokens

    def _link(self, role: Role, tokens: AccessTokens) -> ShownLink:
        url = f"{self._url}/in/{tokens.unused_token(role) or tokens.mint(role)}"
        return ShownLink(_FOR[role], url, tuple(qr_rows(url)), _SAYS[role])

    def _relay_link(self) -> ShownLink:
        url = f"{self._url}/relay/{self._relay_token}"
        says = "Apps that post what a sensor measures send it here. It works until the program ends."
        return ShownLink("relay", url, tuple(qr_rows(url)), says)

    # --- runs --------------------------------------------------------------------------------------------------

    def begin(self, setup: "RunSetup", *, is_simulated: bool = False) -> "SharedRun | None":
        """Create the sharer of one run, which serves from `SharedRun.serve` on; None if only cues are posted."""
        if self._server is None:
            return None
        return SharedRun(self._server, setup, self._theme, is_simulated=is_simulated)

    def begin_posting(
        self,
        setup: "RunSetup",
        now: Callable[[], Seconds],
        snapshot: "Callable[[Seconds], Snapshot]",
        announce: Callable[[str], None],
    ) -> "Sink | None":
        """Create the sink that posts the cues of one run; None without a webhook."""
        if self._webhook is None:
            return None
        loop = asyncio.get_running_loop()

        def report(text: str) -> None:
            with suppress(RuntimeError):  # the loop has closed
                loop.call_soon_threadsafe(announce, text)

        def heart_rate() -> float | None:
            value = snapshot(now()).heart_rate
            return None if value is None or value.freshness is not Freshness.LIVE else value.value

        tells = self._request.webhook_with
        names = {"workout": setup.timeline.name, "athlete": setup.athlete} if "names" in tells else {}
        return WebhookSink(
            self._webhook,
            now=now,
            names={key: value for key, value in names.items() if value},
            heart_rate=heart_rate if "heart-rate" in tells else None,
            report=report,
        )

    def begin_lighting(
        self,
        setup: "RunSetup",
        feed: "Callable[[], ConductedFeed]",
        settings: "LampSettings",
        announce: Callable[[str], None],
    ) -> "Sink | None":
        """Create the sink for lamps and pacing strips; None without any."""
        if not self._lamps:
            return None
        cached_feed = cache(feed)

        def look() -> LampLook:
            return lamp_look(cached_feed().snapshot(cached_feed().now()))

        def lights() -> tuple[LapLights | None, Seconds]:
            now = cached_feed().now()
            return lap_lights(setup, cached_feed().snapshot(now)), now

        appearance = Appearance.of(settings.target_colour, settings.ghost_colour, settings.light_m)
        brightness, folder = max(1, round(settings.brightness_percent * 255 / 100)), runner_paths().state
        return SinkGroup(
            [
                LampSink(each.address, look, folder=folder, brightness=brightness, say=announce)
                if each.stretch is None
                else StripSink(
                    each.address,
                    each.stretch,
                    lights,
                    appearance=appearance,
                    folder=folder,
                    brightness=brightness,
                    say=announce,
                )
                for each in self._lamps
            ]
        )

    def serve(
        self,
        shared: "SharedRun",
        feed: "ConductedFeed",
        buttons: "Callable[[], RemoteButtons]",
        announce: Callable[[str], None],
        *,
        relay: Relay | None = None,
    ) -> None:
        """Accept phones for a run from here on, with buttons if requested, and open the board.

        `relay` receives the sensor values that phones forward.
        """
        control = None
        if self._request.has_control:
            from coach.session.buttons import Origin

            async def control(body: bytes) -> bytes:
                return (await buttons().press(body, Origin.PHONE)).to_bytes()

        assert self._server is not None  # there is a run to serve
        self._server.on_entered = lambda role: announce(_ENTERED[role]) if role in _ENTERED else None
        shared.serve(feed.now, feed.snapshot, feed.subscribe, control=control, relay=relay)
        shared.then(self._open_board(announce))

    async def _open_board(self, announce: Callable[[str], None]) -> None:
        """Open the board in this laptop's browser, once, without delaying the run."""
        board = self._board
        if board is None or board.pid is not None:
            return
        url = f"{url_of(self._sockets[-1])}/in/{self._tokens.mint(Role.BOARD)}"
        trouble = await asyncio.to_thread(board.open, url)
        if trouble:
            announce(trouble)

    def close(self) -> None:
        """Close the sockets and the board's browser."""
        for each in self._sockets:
            each.close()
        if self._board is not None:
            self._board.close()


@contextmanager
def open_sharing(
    request: "ShareRequest", settings: "Settings", console: Console, run_mode: RunMode
) -> "Iterator[Sharing]":
    """Listen during the block, and print who can see what.

    Raises:
        CoachProblem: the address cannot be used, or none is given and nobody can be asked.
    """
    parse_lights(request.lamps)  # as below
    if request.webhook is not None:
        webhook = parse_webhook(request.webhook)  # printed before the question for an address
        if "heart-rate" in request.webhook_with and not webhook.is_private:
            console.say(f"Note: your heart rate goes to {webhook.shown} unencrypted.")
    sharing = Sharing(request, _sockets(request, console), settings.theme)
    try:
        if run_mode is not RunMode.SCREEN and sharing.actions is not None:
            sharing.say_links(console)  # the screen shows it by itself
        yield sharing
    finally:
        sharing.close()


def _sockets(request: "ShareRequest", console: Console) -> "list[socket.socket]":
    """Listen on the requested addresses; the board needs that of this laptop too."""
    if not request.is_served:
        return []
    if not request.is_shared:
        return [listen(LOOPBACK, None)]
    host, port = parse_address(request.address or ask_address(console))
    first = listen(host, port)
    is_here = first.getsockname()[0] in {LOOPBACK, "0.0.0.0"}  # noqa: S104 - a comparison
    if not request.has_board or is_here:
        return [first]
    return [first, listen(LOOPBACK, None)]


def ask_address(console: Console) -> str:
    """Ask for the address of this laptop that phones connect to.

    Raises:
        UsageProblem: nobody can be asked.
    """
    addresses = interfaces()
    if not console.can_ask() or not addresses:
        raise refused_without_address(addresses)
    console.say("Which address do phones use?")
    for number, each in enumerate(addresses, 1):
        console.say(f"  {number}  {each.words}")
    while True:
        answer = console.ask(f"Share at (1 to {len(addresses)}, Enter for 1)").strip() or "1"
        if answer.isdecimal() and 1 <= int(answer) <= len(addresses):
            return addresses[int(answer) - 1].address
        console.say(f"Answer with a number from 1 to {len(addresses)}.")


@dataclass(slots=True)
class _LastPlan:
    """The plan that was sent last."""

    data: str = ""
    steps: tuple[tuple[str, float, float | None], ...] | None = None
    edge: tuple[object, ...] = ()
    """The phase, step and revision it was computed in."""
    made_at: Seconds = Seconds(0.0)


class SharedRun:
    """One shared run: a sink of its outputs, and a reader of its snapshots. No error in it stops the run."""

    def __init__(
        self, server: ShareServer, setup: "RunSetup", theme: str, *, is_simulated: bool = False
    ) -> None:
        """Share a run that has not started."""
        self._server = server
        self._setup = setup
        self._theme = theme
        self._is_simulated = is_simulated
        self._maker = FrameMaker()
        self._language = setup.cues.language.value
        self._cues = 0
        self._plan = _LastPlan()
        self._changed = asyncio.Event()
        self._ticking: asyncio.Task[None] | None = None
        self._beside: asyncio.Task[None] | None = None
        self._has_ended = False
        self._now: Callable[[], Seconds] = lambda: Seconds(0.0)
        self._snapshot: Callable[[Seconds], Snapshot] | None = None

    def serve(
        self,
        now: Callable[[], Seconds],
        snapshot: "Callable[[Seconds], Snapshot]",
        subscribe: Callable[[Callable[[], None]], None],
        *,
        control: Callable[[bytes], Awaitable[bytes]] | None = None,
        relay: Relay | None = None,
    ) -> None:
        """Accept phones from here on, on the running loop."""
        self._now, self._snapshot = now, snapshot
        subscribe(self._changed.set)
        self._server.start(ServedRun(now, self._hello, self._plan_now, control, relay))
        self._ticking = asyncio.create_task(self._tick())

    def then(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside the run, such as opening the board; it ends with the run."""
        self._beside = asyncio.create_task(work)

    def offer(self, output: "TimedOutput") -> None:
        """Send a cue at once; the end of the run ends the streams."""
        event = output.output
        if isinstance(event, Cue):
            self._cues += 1
            if self._server.viewers and not is_late(output, self._now()):
                message = _encode(cue_message(event, self._cues, self._language))
                self._server.publish_cue(QueuedCue(message, Seconds(event.at + event.ttl_s)))
        elif isinstance(event, RunEnded):
            self._has_ended = True
            self._publish()
            self._server.publish_last("ended", _encode(self._ended(event)))

    async def close(self) -> None:
        """Tell the phones that the run was left, if it did not end, and close."""
        tasks = [task for task in (self._ticking, self._beside) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if not self._has_ended:
            text = "The program was closed. The run can be resumed on the laptop."
            self._server.publish_last("left", _encode({"v": VERSION, "text": text}))
        await self._server.close()

    async def _tick(self) -> None:
        """Send a frame whenever the run took an input, and four times a second."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S - _REST_S):
                    await self._changed.wait()
            self._changed.clear()
            self._publish()
            await asyncio.sleep(_REST_S)

    def _publish(self) -> None:
        """Send a frame, and the plan if it is due, while a phone is connected."""
        if not self._server.viewers or self._snapshot is None:
            return
        try:
            snapshot = self._snapshot(self._now())
            self._server.publish_frame(_encode(self._maker.frame(snapshot)))
            if self._renew_plan(snapshot):
                self._server.publish_plan(self._plan.data)
        except Exception:  # noqa: BLE001 - whatever a frame meets, the run goes on
            _LOG.exception("no frame could be made")

    def _plan_now(self) -> str:
        """Return the plan for a phone that has just connected; empty before the first one."""
        self._changed.set()
        self._publish()
        return self._plan.data

    def _renew_plan(self, snapshot: "Snapshot") -> bool:
        """Compute the plan ahead if it is due; return True if it changed."""
        last, edge = self._plan, (snapshot.phase, snapshot.index, snapshot.timeline.revision)
        if edge == last.edge and snapshot.at - last.made_at < _PLAN_EVERY_S:
            return False
        ahead = look_ahead(self._setup, snapshot)
        last.edge, last.made_at = edge, snapshot.at
        steps = tuple((each.step.step_id, each.starts_at, each.ends_at) for each in ahead.steps)
        if last.steps is not None and _is_same_plan(steps, last.steps):
            return False
        last.steps, last.data = steps, _encode(self._maker.plan(ahead, snapshot.at, snapshot.unit))
        return True

    def _hello(self, role: Role) -> Mapping[str, Any]:
        """Return the first message to a phone."""
        athlete = sanitise(self._setup.athlete, 40)
        return (
            {
                "v": VERSION,
                "run": self._setup.run,
                "now_s": round(self._now(), 3),
                "role": "control" if role is Role.CONTROL else "view",
                "title": sanitise(self._setup.timeline.name, 80) or "Free run",
                "unit": self._setup.unit,
                "theme": self._theme,
                "language": self._language,
                "can_press": role is Role.CONTROL,
            }
            | ({"athlete": athlete} if athlete else {})
            | ({"is_simulated": True} if self._is_simulated else {})
        )

    def _ended(self, event: RunEnded) -> Mapping[str, Any]:
        """Return the last message to a phone."""
        unit = self._setup.unit
        message: dict[str, Any] = {
            "v": VERSION,
            "at_s": round(event.at, 3),
            "completed": event.completed,
            "title": sanitise(self._setup.timeline.name, 80) or "Free run",
            "text": "Workout done." if event.completed else "The run is over.",
        }
        if event.time_s is not None:
            message["time"] = format_clock(event.time_s)
        if event.distance is not None:
            message["distance"] = " ".join(long_distance(event.distance, unit))
        return message


def _is_same_plan(
    steps: tuple[tuple[str, float, float | None], ...], before: tuple[tuple[str, float, float | None], ...]
) -> bool:
    """Return True if no step was added or removed, and none moved noticeably."""
    return len(steps) == len(before) and all(
        step[0] == other[0] and _is_near(step[1], other[1]) and _is_near(step[2], other[2])
        for step, other in zip(steps, before, strict=True)
    )


def _is_near(value: float | None, other: float | None) -> bool:
    if value is None or other is None:
        return value is other
    return abs(value - other) < _PLAN_MOVED_S


def _encode(value: Mapping[str, Any]) -> str:
    """Encode a message as one line of JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
