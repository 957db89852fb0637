"""Shares a run with phones and the board: chooses the address, makes the links, and feeds the server.

`open_sharing` is called before a run begins, so that an address that cannot be used is told at once. The run is then
read like the screen reads it (`coach.app.feeds`), and its outputs come as to any sink. Whatever happens to the network,
the run goes on.
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
from coach.edge.share.webhook import WebhookSink, parse_webhook
from coach.edge.sinks import Sink, SinkGroup, is_late
from coach.live.ahead import LapLights, lap_lights, look_ahead
from coach.live.outputs import RunEnded
from coach.quantities import Seconds, format_clock, long_distance
from coach.screen.protocols import ShareDesk, ShownLink
from coach.screen.sanitise import sanitise
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
"""Least time between two frames."""
_TICK_S: Final = 0.25
"""Longest time between two frames: what the live screen's clocks move by."""
_PLAN_EVERY_S: Final = 1.0
"""How often the plan ahead is made anew; it is sent where it changed."""
_PLAN_MOVED_S: Final = 0.5
"""An estimate that moves by less is the same plan."""


_SAYS: Final = {
    Role.VIEW: "Whoever opens it sees pace, splits and heart rate until the run ends. It works once, for one phone.",
    Role.CONTROL: "Whoever opens it can press buttons, and sees the heart rate. It works once, for one phone.",
}
_ENTERED: Final = {
    Role.VIEW: "A phone was let in and sees the run.",
    Role.CONTROL: "A phone was let in and can press buttons.",
}
"""What is told when a link was used, so that nobody looks unseen."""
_FOR: Final = {Role.VIEW: "phone", Role.CONTROL: "buttons"}


class Sharing:
    """The links, the server and the webhook of one program; runs are shared one after the other."""

    def __init__(self, request: "ShareRequest", sockets: "Sequence[socket.socket]", theme: str) -> None:
        """Share on sockets that listen; without any, only cues are posted."""
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
    def desk(self) -> "ShareDesk | None":
        """What the screen shows links of; None where there are none."""
        return self if self._server is not None else None

    @property
    def takes_values(self) -> bool:
        """Whether there is an address to send measured values to."""
        return bool(self._relay_token)

    def links(self) -> list[ShownLink]:
        """Give the open link of every kind, minted anew where it was used."""
        shown = [self._link(role, self._tokens) for role in self._roles]
        return [*shown, self._relay_link()] if self._relay_token else shown

    def renew(self, kind: str) -> None:
        """Close the link of a kind and mint another; the address to relay to stays as it is."""
        for role in self._roles:
            if _FOR[role] == kind:
                self._tokens.mint(role)

    def where(self) -> str:
        """Say where the run is shared, on the screen."""
        if not self._request.is_shared:
            return "The board is shown in this laptop's browser, and nobody else sees the run."
        return f"Shared at {self._url}: s shows the link for a phone. {_SAYS[Role.VIEW]}"

    def say_links(self, console: Console) -> None:
        """Tell where the run is shared and with whom: every link with its code."""
        if not self._request.is_shared:
            console.say(self.where())
            return
        for link in self.links():
            for line in (f"For the {link.kind}: {link.url}", link.says, *link.rows):
                console.say(line)
        console.say("The line share on a piped standard input makes new links.")

    def say_new_links(self, console: Console) -> None:
        """Make new links in place of those that are open, and tell them."""
        if self._server is not None:
            for role in self._roles:
                self._tokens.mint(role)
            self.say_links(console)

    @property
    def _tokens(self) -> AccessTokens:
        assert self._server is not None  # links are asked for where there are some
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
        """Make what shares one run, which serves from `SharedRun.serve` on; None where only cues are posted."""
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
        """Make what posts the cues of one run; None where none are posted."""
        if self._webhook is None:
            return None
        loop = asyncio.get_running_loop()

        def report(text: str) -> None:
            with suppress(RuntimeError):  # the loop has closed
                loop.call_soon_threadsafe(announce, text)

        def heart_rate() -> float | None:
            shown = snapshot(now()).heart_rate
            return None if shown is None or shown.freshness is not Freshness.LIVE else shown.value

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
        """Make what shows one run on lamps, and its pace lights on strips; None where there are none."""
        if not self._lamps:
            return None
        made = cache(feed)

        def look() -> LampLook:
            return lamp_look(made().snapshot(made().now()))

        def lights() -> tuple[LapLights | None, Seconds]:
            now = made().now()
            return lap_lights(setup, made().snapshot(now)), now

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
        """Take phones for a run from here on, its buttons too where that was asked for, and open the board.

        `relay` takes what they forward of sensors.
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
        """Open the board in this laptop's browser, once, without holding the run up."""
        board = self._board
        if board is None or board.pid is not None:
            return
        url = f"{url_of(self._sockets[-1])}/in/{self._tokens.mint(Role.BOARD)}"
        trouble = await asyncio.to_thread(board.open, url)
        if trouble:
            announce(trouble)

    def close(self) -> None:
        """Listen no more, and end the board's browser."""
        for each in self._sockets:
            each.close()
        if self._board is not None:
            self._board.close()


@contextmanager
def open_sharing(
    request: "ShareRequest", settings: "Settings", console: Console, run_mode: RunMode
) -> "Iterator[Sharing]":
    """Listen for the block, and say who can see what.

    Raises:
        CoachProblem: the address cannot be used; or none is named and nobody can be asked.
    """
    parse_lights(request.lamps)  # as below
    if request.webhook is not None:
        webhook = parse_webhook(request.webhook)  # told before an address is asked for
        if "heart-rate" in request.webhook_with and not webhook.is_private:
            console.say(f"Note: your heart rate goes to {webhook.shown} for everybody on the way to read.")
    sharing = Sharing(request, _sockets(request, console), settings.theme)
    try:
        if run_mode is not RunMode.SCREEN and sharing.desk is not None:
            sharing.say_links(console)  # the screen says it by itself
        yield sharing
    finally:
        sharing.close()


def _sockets(request: "ShareRequest", console: Console) -> "list[socket.socket]":
    """Listen where it was asked for; the board looks from this laptop, so it needs that address too."""
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
    """Ask at which address of this laptop phones may look.

    Raises:
        UsageProblem: nobody can be asked.
    """
    known = interfaces()
    if not console.can_ask() or not known:
        raise refused_without_address(known)
    console.say("Who is to see the run?")
    for number, each in enumerate(known, 1):
        console.say(f"  {number}  {each.words}")
    while True:
        answer = console.ask(f"Share at (1 to {len(known)}, Enter for 1)").strip() or "1"
        if answer.isdecimal() and 1 <= int(answer) <= len(known):
            return known[int(answer) - 1].address
        console.say(f"Answer with a number from 1 to {len(known)}.")


@dataclass(slots=True)
class _LastPlan:
    """The plan as it was sent last."""

    data: str = ""
    steps: tuple[tuple[str, float, float | None], ...] | None = None
    edge: tuple[object, ...] = ()
    """Phase, step and revision it was made in."""
    made_at: Seconds = Seconds(0.0)


class SharedRun:
    """One run as it is shared: a sink of its outputs, and a reader of its snapshots. Nothing it does can stop a run."""

    def __init__(
        self, server: ShareServer, setup: "RunSetup", theme: str, *, is_simulated: bool = False
    ) -> None:
        """Share a run that has not begun."""
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
        """Take phones from here on, on the loop that runs."""
        self._now, self._snapshot = now, snapshot
        subscribe(self._changed.set)
        self._server.start(ServedRun(now, self._hello, self._plan_now, control, relay))
        self._ticking = asyncio.create_task(self._tick())

    def then(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the run, such as opening the board, which ends with it."""
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
        """Tell the phones that the run was left, if it did not end, and serve no more."""
        tasks = [task for task in (self._ticking, self._beside) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if not self._has_ended:
            text = "The coach was left. The run can be resumed there."
            self._server.publish_last("left", _encode({"v": VERSION, "text": text}))
        await self._server.close()

    async def _tick(self) -> None:
        """Send a frame whenever the run took something, and four times a second."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S - _REST_S):
                    await self._changed.wait()
            self._changed.clear()
            self._publish()
            await asyncio.sleep(_REST_S)

    def _publish(self) -> None:
        """Make a frame, and the plan if it is its turn; only where somebody looks."""
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
        """The plan for a phone that has just come, whose first frame comes at once; empty where none was made."""
        self._changed.set()
        self._publish()
        return self._plan.data

    def _renew_plan(self, snapshot: "Snapshot") -> bool:
        """Look ahead anew if it is time; returns True if the plan changed."""
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
        """What a phone is told first."""
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
        """What a phone is told last."""
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
    """Tell whether no step was added or taken away, and none moved by what matters."""
    return len(steps) == len(before) and all(
        one[0] == other[0] and _is_near(one[1], other[1]) and _is_near(one[2], other[2])
        for one, other in zip(steps, before, strict=True)
    )


def _is_near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < _PLAN_MOVED_S


def _encode(value: Mapping[str, Any]) -> str:
    """Encode a message as one line of JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
