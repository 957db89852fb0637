"""The link to a sensor: the state machine with its rests, and the lock that keeps other instances away from it.

Rule 1: `TRANSITIONS` alone decides the effect of an event; the radio carries it out.

Rule 2: the table needs no run: `coach sensors` uses it too. Only its results enter the fold.

Rule 3: a link never gives up. It ends only when the program closes it.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from coach.edge.files import lock_file, make_private_folder, plain
from coach.problems import SensorProblem, SensorTrouble
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
"""How long to rest after that many failed tries in a row; after more of them, the last one.

The first is 0: a link that was lost on the far side of the track is retried at once. In 5 s a runner covers 20 m: a
longer rest would lose more of the time in range than it saves the radio.
"""


@dataclass(frozen=True, slots=True)
class Link:
    """The state of a link: its phase, and the number of failed tries."""

    phase: LinkPhase = LinkPhase.SEARCHING
    fruitless: int = 0
    """Number of tries since the last measurement."""

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
    report_s: Seconds = Seconds(14.0)
    """A sensor that is received but not connected for this long is reported. Judged: it is not the edge of range.

    Two tries of a sensor that does not answer take 15 s, a third one would make it 30.
    """
    again_s: Seconds = Seconds(15.0)
    """Interval for requesting a refused measurement again while others arrive over the link. Judged."""
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
    """Time for another adapter, if several scan, to receive a sensor better; straps advertise each 0.1 to 1 s."""
    namesake_s: Seconds = Seconds(5.0)
    """Time to wait for the stored id before the serial numbers of sensors of the same name are read."""
    rank_s: Seconds = Seconds(2.0)
    """Time to compare sensors before the nearest is picked."""
    gone_s: Seconds = Seconds(30.0)
    """After this silence another sensor of its kind is used in place of one in use (judged).

    A runner is behind the far bend for less, and changing a strap takes about as long.
    """
    taken_s: Seconds = Seconds(2.0)
    """Interval for trying to lock a sensor that another instance holds."""


# --- Locks between instances of the program on one machine, which would break each other's links
#
# Each sensor in use has a small locked file in the data folder, with the process and the run in it. The lock ends with
# the process, so a crashed one holds nothing.


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The instance of the program that holds a sensor."""

    process: int
    """Its process id; 0 if it could not be read."""
    run: str = ""
    """Its activity: the id of its run, or a command such as `sensors pair`."""

    def problem(self, name: str) -> SensorProblem:
        """The problem of using the sensor called `name` while it is held."""
        who = "this coach" if self.process == os.getpid() else f"another coach, process {self.process}"
        purpose = f" ({plain(self.run)})" if self.run else ""
        return SensorProblem(
            f"{plain(name)} is held by {who}{purpose}",
            "Quit that one first; a run takes the sensor as soon as it is free.",
            reason=SensorTrouble.HELD,
        )


class SensorLocks:
    """The locks of all sensors on this machine."""

    def __init__(self, folder: Path, run: str = "") -> None:
        """Use the lock files in `folder`; `run` is what other instances are told that this one does."""
        self._folder = folder
        self._purpose = run

    @contextmanager
    def lock(self, id_: str) -> Iterator[LockHolder | None]:
        """Lock a sensor for the length of the block; yields None, or the holder if another instance has it.

        If files cannot be locked or written, the sensor counts as free: the run is more important.
        """
        descriptor = self._open(id_)
        if descriptor is None:
            yield None
            return
        try:
            if not _try_lock(descriptor):
                yield _read_holder(descriptor)
                return
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, json.dumps({"process": os.getpid(), "run": self._purpose}).encode(), 0)
            yield None
        finally:
            os.close(descriptor)

    def holder(self, id_: str) -> LockHolder | None:
        """The other instance that holds a sensor now; None if there is none."""
        if not self._file(id_).exists():
            return None
        with self.lock(id_) as holder:
            return holder if holder is not None and holder.process != os.getpid() else None

    def _file(self, id_: str) -> Path:
        return self._folder / f"{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:16]}.json"

    def _open(self, id_: str) -> int | None:
        if sys.platform == "win32":
            return None
        try:
            make_private_folder(self._folder)
            return os.open(self._file(id_), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None


def _try_lock(descriptor: int) -> bool:
    try:
        lock_file(descriptor)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _read_holder(descriptor: int) -> LockHolder:
    try:
        document = json.loads(os.pread(descriptor, 4096, 0))
        return LockHolder(int(document["process"]), str(document["run"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return LockHolder(0)
