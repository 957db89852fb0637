"""The state machine of the link to a sensor: its phase, and how long it rests before the next try.

Rule 1: what an event does is decided in `TRANSITIONS` and nowhere else; the radio carries it out.
Rule 2: the table needs no run: `coach sensors` drives it too. Only what it found enters the fold.
Rule 3: a link never gives up. It ends only when the program closes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coach.quantities import Seconds


class LinkPhase(StrEnum):
    """The phase of the link to one sensor."""

    SEARCHING = "searching"
    """The scan is running; the sensor has not been discovered since."""
    CONNECTING = "connecting"
    """The sensor was discovered; it is being connected, and its measurements are subscribed to."""
    CONNECTED = "connected"
    """The link is up; no measurement has arrived over it."""
    STREAMING = "streaming"
    """Measurements arrive."""
    RESTING = "resting"
    """The link was lost, or could not be made; the next try waits."""
    CLOSED = "closed"
    """The program has closed the link."""


class LinkEvent(StrEnum):
    """What can happen to a link."""

    HEARD = "heard"
    """The sensor advertised, or the system already holds it."""
    UP = "up"
    """It is connected and its measurements are subscribed to."""
    MEASURED = "measured"
    """A measurement arrived."""
    FAILED = "failed"
    """It did not connect, is another sensor of that name, or measures nothing a run uses."""
    LOST = "lost"
    """The link was lost."""
    SILENT = "silent"
    """The link is up and nothing has arrived over it for 8 s."""
    RESTED = "rested"
    """The rest is over."""
    STOPPED = "stopped"
    """The program closes the link."""


TRANSITIONS: Final[Mapping[LinkPhase, Mapping[LinkEvent, LinkPhase]]] = {
    LinkPhase.SEARCHING: {
        LinkEvent.HEARD: LinkPhase.CONNECTING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.CONNECTING: {
        LinkEvent.UP: LinkPhase.CONNECTED,
        LinkEvent.FAILED: LinkPhase.RESTING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.CONNECTED: {
        LinkEvent.MEASURED: LinkPhase.STREAMING,
        LinkEvent.LOST: LinkPhase.RESTING,
        LinkEvent.SILENT: LinkPhase.RESTING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.STREAMING: {
        LinkEvent.LOST: LinkPhase.RESTING,
        LinkEvent.SILENT: LinkPhase.RESTING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.RESTING: {
        LinkEvent.RESTED: LinkPhase.SEARCHING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.CLOSED: {},
}
"""The phase after each event; an event that is not in the table of a phase does not change it."""

BACKOFF_S: Final[tuple[Seconds, ...]] = (
    Seconds(0.0),
    Seconds(0.25),
    Seconds(0.5),
    Seconds(1.0),
    Seconds(2.0),
    Seconds(5.0),
)
"""How long to rest after so many fruitless tries in a row; after more of them, the last one.

The first is 0: a link that was lost on the far side of the track is tried again at once. In 5 s a runner covers 20 m:
a longer rest would lose more of the time in range than it saves the radio.
"""


@dataclass(frozen=True, slots=True)
class Link:
    """The state of a link: its phase, and the number of fruitless tries."""

    phase: LinkPhase = LinkPhase.SEARCHING
    fruitless: int = 0
    """How many tries since the last measurement have brought none."""

    def after(self, event: LinkEvent) -> "Link":
        """The link after an event; itself if the table has no entry for it."""
        phase = TRANSITIONS[self.phase].get(event)
        if phase is None:
            return self
        if phase is LinkPhase.STREAMING:
            return Link(phase)
        if phase is LinkPhase.RESTING and self.phase is not LinkPhase.STREAMING:
            return Link(phase, self.fruitless + 1)
        return Link(phase, self.fruitless)

    def rest_s(self, backoff_s: Sequence[Seconds] = BACKOFF_S) -> Seconds:
        """How long to rest before the next try."""
        return backoff_s[min(self.fruitless, len(backoff_s) - 1)]


@dataclass(frozen=True, slots=True)
class RadioTimings:
    """The timeouts and intervals of the radio, in seconds."""

    connect_s: Seconds = Seconds(5.0)
    """Timeout of the first try to connect. A sensor in range connects within a second, at the edge of range in a few.

    A sensor that failed may be slow: the second try gets twice as long, every later one three times. What it needed
    is remembered. While another sensor waits, a slow one is put off after `prompt_s`, or at once if it was slow before.
    """
    prompt_s: Seconds = Seconds(1.5)
    """A connection that takes longer gives way to another sensor that waits; in range it takes well under a second."""
    subscribe_s: Seconds = Seconds(5.0)
    """Timeout of a subscription; an answer takes two connection intervals, with bonding a few seconds."""
    told_s: Seconds = Seconds(14.0)
    """After failing for this long a sensor that is heard and brings no link is told of. Judged: it is not the edge.

    Two tries of a sensor that does not answer take 15 s, a third one would make it 30.
    """
    again_s: Seconds = Seconds(15.0)
    """Interval for asking again for a measurement that was refused while others come over the link. Judged."""
    disconnect_guard_s: Seconds = Seconds(5.0)
    """Timeout of a disconnect; bluetoothd holds a link for 2 s after the request."""
    read_s: Seconds = Seconds(5.0)
    """Timeout of a read, and of listing the sensors the system holds; an answer takes two connection intervals."""
    silent_s: Seconds = Seconds(8.0)
    """Silence after which a link counts as lost; straps and pods send every second (docs/reference/events.md)."""
    backoff_s: tuple[Seconds, ...] = BACKOFF_S
    """Pauses between tries."""
    adopt_s: Seconds = Seconds(1.0)
    """Interval for asking the system for sensors it holds, and for a scan it refused."""
    rescan_s: Seconds = Seconds(5.0)
    """Length of a scan before it is restarted.

    A scan dies without notice when the adapter loses power or bluetoothd ends, and controllers report a sensor only
    once per scan.
    """
    heard_s: Seconds = Seconds(3.0)
    """Age of the last advertisement up to which a sensor is still connected; it may be out of range after."""
    compare_s: Seconds = Seconds(0.3)
    """Time for another adapter, where several scan, to hear a sensor better; straps advertise each 0.1 to 1 s."""
    namesake_s: Seconds = Seconds(5.0)
    """Time to wait for the stored id before the serial numbers of sensors of the same name are read."""
    rank_s: Seconds = Seconds(2.0)
    """Time to compare sensors before the nearest is picked."""
    gone_s: Seconds = Seconds(30.0)
    """How long a sensor in use has sent nothing before another one of its kind is used in its place (judged).

    A runner is behind the far bend for less, and a strap is changed in about that time.
    """
    taken_s: Seconds = Seconds(2.0)
    """Interval for trying to lock a sensor that another instance holds."""
