"""Shares a run with phones and the board: chooses the address, opens the doors, and feeds the server.

`open_sharing` is called before a run begins, so that an address that cannot be used is told at once. The run is then
read like the screen reads it (`coach.app.feeds`), and its outputs come as to any sink. Whatever happens to the network,
the run goes on.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coach.app.share_frames import VERSION, FrameMaker, cue_message
from coach.app.terminal import Console, Stage
from coach.cues.cue import Cue
from coach.edge.share.addresses import (
    LOOPBACK,
    interfaces,
    listen,
    names_of,
    parse_address,
    refused_without_address,
    url_of,
)
from coach.edge.share.doors import Role, qr_rows
from coach.edge.share.pages import load_pages
from coach.edge.share.server import QueuedCue, Relay, ServedRun, ShareServer
from coach.edge.sinks import is_late
from coach.live.ahead import look_ahead
from coach.live.outputs import RunEnded
from coach.quantities import Seconds, format_clock, long_distance
from coach.screen.safe import safe

if TYPE_CHECKING:
    import socket

    from coach.app.new_run import ShareRequest
    from coach.edge.settings import Settings
    from coach.live.inputs import RunSetup
    from coach.live.snapshot import Snapshot
    from coach.recording.replay import TimedOutput

_LOG = logging.getLogger(__name__)
_REST_S: Final = 0.1
"""Least time between two frames."""
_TICK_S: Final = 0.25
"""Longest time between two frames: what the live screen's clocks move by."""
_PLAN_EVERY_S: Final = 1.0
"""How often the plan ahead is made anew; it is sent where it changed."""
_PLAN_MOVED_S: Final = 0.5
"""An estimate that moves by less is the same plan."""


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as it is shown."""

    role: str
    url: str
    rows: tuple[str, ...]
    """Its QR code in half blocks."""
    says: str
    """Who it is for and what they see."""


_SAYS: Final = {
    Role.VIEW: "Whoever opens it sees pace, splits and heart rate until the run ends. It works once, for one phone.",
    Role.CONTROL: "Whoever opens it can press buttons, and sees the heart rate. It works once, for one phone.",
}
_FOR: Final = {Role.VIEW: "phone", Role.CONTROL: "buttons"}


class Sharing:
    """The doors and the server of one program; runs are shared one after the other."""

    def __init__(self, sockets: "list[socket.socket]", request: "ShareRequest", theme: str) -> None:
        """Share on sockets that listen."""
        import secrets

        self._sockets = sockets
        self._request = request
        self._theme = theme
        self._relay_token = secrets.token_urlsafe(16) if request.has_relay else ""
        hosts = set[str]().union(*map(names_of, sockets))
        self.server = ShareServer(sockets, hosts, load_pages(theme), relay_token=self._relay_token)
        self.url = url_of(sockets[0])
        """Where phones look, without a token."""
        self._roles = (Role.VIEW, *((Role.CONTROL,) if request.has_control else ()))

    def links(self) -> list[ShownLink]:
        """Give the open link of every kind, minted anew where it was used."""
        return [self.link(role) for role in self._roles] + ([self._relay_link()] if self._relay_token else [])

    def link(self, role: Role, *, anew: bool = False) -> ShownLink:
        """Give the open link of a kind; `anew` closes it and makes another."""
        doors = self.server.doors
        token = (None if anew else doors.open_link(role)) or doors.mint(role)
        url = f"{self.url}/in/{token}"
        return ShownLink(_FOR[role], url, tuple(qr_rows(url)), _SAYS[role])

    def board_url(self) -> str:
        """Mint the link of the laptop's own browser."""
        return f"{url_of(self._sockets[-1])}/in/{self.server.doors.mint(Role.BOARD)}"

    def _relay_link(self) -> ShownLink:
        url = f"{self.url}/relay/{self._relay_token}"
        says = "Apps that post what a sensor measures send it here. It works until the program ends."
        return ShownLink("relay", url, tuple(qr_rows(url)), says)

    def say_links(self, console: Console, stage: Stage) -> None:
        """Tell where the run is shared and with whom; without a screen also the links, each with its code."""
        if stage is Stage.SCREEN:
            console.say(f"Shared at {self.url}: key s shows the link for a phone. {_SAYS[Role.VIEW]}")
            return
        for link in self.links():
            console.say(f"For the {link.role}: {link.url}")
            console.say(link.says)
            for row in link.rows:
                console.say(row)
        console.say("A line `share` on standard input makes new links.")

    def begin(self, setup: "RunSetup", *, is_simulated: bool = False) -> "SharedRun":
        """Make what shares one run; it serves from `SharedRun.serve` on."""
        return SharedRun(self.server, setup, self._theme, is_simulated=is_simulated)

    def close(self) -> None:
        """Listen no more."""
        for each in self._sockets:
            each.close()


@contextmanager
def open_sharing(
    request: "ShareRequest | None", settings: "Settings", console: Console, stage: Stage
) -> "Iterator[Sharing | None]":
    """Open the doors for the block, and say who can see what; None where nothing is shared.

    Raises:
        CoachProblem: the address cannot be used; or none is named and nobody can be asked.
    """
    if request is None or not request.is_served:
        yield None
        return
    sharing = Sharing(_sockets(request, console), request, settings.theme)
    try:
        sharing.say_links(console, stage)
        yield sharing
    finally:
        sharing.close()


def _sockets(request: "ShareRequest", console: Console) -> "list[socket.socket]":
    """Listen where it was asked for; the board looks from this laptop, so it needs that address too."""
    if not request.is_shared:
        return [listen(LOOPBACK, None)]
    host, port = parse_address(request.address or _ask_address(console))
    first = listen(host, port)
    is_here = first.getsockname()[0] in {LOOPBACK, "0.0.0.0"}  # noqa: S104 - a comparison
    if not request.has_board or is_here:
        return [first]
    return [first, listen(LOOPBACK, None)]


def _ask_address(console: Console) -> str:
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
        self._has_ended = False
        self._now: Callable[[], Seconds] = lambda: Seconds(0.0)
        self._snapshot: Callable[[Seconds], Snapshot] | None = None

    def serve(
        self,
        now: Callable[[], Seconds],
        snapshot: "Callable[[Seconds], Snapshot]",
        subscribe: Callable[[Callable[[], None]], None],
        *,
        control: "Callable[[bytes], Any] | None" = None,
        relay: Relay | None = None,
    ) -> None:
        """Take phones from here on, on the loop that runs."""
        self._now, self._snapshot = now, snapshot
        subscribe(self._changed.set)
        self._server.start(ServedRun(now, self._hello, self._plan_now, control, relay))
        self._ticking = asyncio.create_task(self._tick())

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
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
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
        """The plan for a phone that has just come, whose first frame comes at once."""
        self._changed.set()
        if self._snapshot is not None and self._renew_plan(self._snapshot(self._now())):
            self._server.publish_plan(self._plan.data)
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
        athlete = safe(self._setup.athlete, 40)
        return (
            {
                "v": VERSION,
                "run": self._setup.run,
                "now_s": round(self._now(), 3),
                "role": "control" if role is Role.CONTROL else "view",
                "title": safe(self._setup.timeline.name, 80) or "Free run",
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
            "title": safe(self._setup.timeline.name, 80) or "Free run",
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
