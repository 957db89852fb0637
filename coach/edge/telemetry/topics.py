"""The table of topics, their names for a run, and the messages that show whether a coach is online.

`coach.edge.telemetry.messages` has the payloads. A new topic is a row of `TOPICS`.
"""

import itertools
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final

from pydantic import BaseModel

import coach
from coach.documents.spelling import RESERVED_SLUGS
from coach.edge.clock import Clock
from coach.edge.remote_buttons import GateMessage, PressMessage
from coach.edge.telemetry.messages import (
    CommandAnswer,
    CueMessage,
    Heartbeat,
    HomeState,
    Info,
    LapMessage,
    LightPlan,
    Probe,
    RelayedPacket,
    RelayedValues,
    RunSummary,
    StateMessage,
    Status,
    Telemetry,
    encode,
    iso_utc,
)
from coach.session.buttons import PAST_S

ROOT: Final = "coach/v1"
_OURS: Final = RESERVED_SLUGS | {"gate", "value"}
"""The levels below a site besides the athletes."""


class Direction(StrEnum):
    """The sender of a topic."""

    OUT = "from the coach"
    IN = "to the coach"


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of the tree of topics."""

    name: str
    place: str
    """Its name, with `{site}`, `{node}`, `{athlete}` and other placeholders."""
    direction: Direction
    qos: int
    is_retained: bool
    ttl_s: float
    """Time to live of its payload."""
    expires: bool
    """Whether the broker drops it then."""
    when: str
    """When it is sent."""
    payload: type[BaseModel]
    room: int = 8
    """Number of messages that may wait if each counts; the oldest are dropped. More cues would be late anyway."""
    is_probed: bool = True
    """Whether it is checked that the broker delivers it."""

    @property
    def needs(self) -> set[str]:
        """The placeholders of its name."""
        return set(re.findall(r"{(\w+)}", self.place))


_DAY_S: Final = 86_400.0
TOPICS: Final[Mapping[str, Topic]] = {
    topic.name: topic
    for topic in (
        Topic(
            "status",
            "{root}/{site}/node/{node}/status",
            Direction.OUT,
            1,
            is_retained=True,
            ttl_s=_DAY_S,
            expires=False,
            when="at the beginning and the end; the will says offline",
            payload=Status,
        ),
        Topic(
            "info",
            "{root}/{site}/node/{node}/info",
            Direction.OUT,
            1,
            is_retained=True,
            ttl_s=_DAY_S,
            expires=False,
            when="at every connection",
            payload=Info,
        ),
        Topic(
            "hb",
            "{root}/{site}/node/{node}/hb",
            Direction.OUT,
            0,
            is_retained=False,
            ttl_s=3.0,
            expires=True,
            when="once a second",
            payload=Heartbeat,
        ),
        Topic(
            "state",
            "{root}/{site}/{athlete}/state",
            Direction.OUT,
            1,
            is_retained=True,
            ttl_s=3600.0,
            expires=True,
            when="at every change",
            payload=StateMessage,
        ),
        Topic(
            "tm",
            "{root}/{site}/{athlete}/tm",
            Direction.OUT,
            0,
            is_retained=False,
            ttl_s=3.0,
            expires=True,
            when="once a second; never after the fact",
            payload=Telemetry,
        ),
        Topic(
            "cue",
            "{root}/{site}/{athlete}/cue",
            Direction.OUT,
            1,
            is_retained=False,
            ttl_s=5.0,
            expires=True,
            when="at every cue; never late. Each carries its own time to live",
            payload=CueMessage,
        ),
        Topic(
            "lap",
            "{root}/{site}/{athlete}/lap",
            Direction.OUT,
            1,
            is_retained=False,
            ttl_s=_DAY_S,
            expires=True,
            when="when a step begins, ends or is corrected; again after an outage",
            payload=LapMessage,
        ),
        Topic(
            "summary",
            "{root}/{site}/{athlete}/summary",
            Direction.OUT,
            1,
            is_retained=False,
            ttl_s=7 * _DAY_S,
            expires=True,
            when="at the end; retained only with `mqtt.retain_summary`",
            payload=RunSummary,
        ),
        Topic(
            "home",
            "{root}/{site}/{athlete}/home",
            Direction.OUT,
            0,
            is_retained=False,
            ttl_s=15.0,
            expires=True,
            when="once in five seconds, with `mqtt.home_assistant`",
            payload=HomeState,
            is_probed=False,  # its templates would read a probe as a state with unknown values
        ),
        Topic(
            "light",
            "{root}/{site}/light/{group}/plan",
            Direction.OUT,
            1,
            is_retained=True,
            ttl_s=3600.0,
            expires=True,
            when="when the lights of a step change; empty when the run is over",
            payload=LightPlan,
        ),
        Topic(
            "cmd",
            "{root}/{site}/{athlete}/cmd",
            Direction.IN,
            1,
            is_retained=False,
            ttl_s=PAST_S,
            expires=True,
            when="by hand, with `--mqtt-control`; a retained one is refused",
            payload=PressMessage,
        ),
        Topic(
            "cmd_ack",
            "{root}/{site}/{athlete}/cmd/ack",
            Direction.OUT,
            1,
            is_retained=False,
            ttl_s=30.0,
            expires=True,
            when="once for each command",
            payload=CommandAnswer,
            room=128,  # those from the broker that wait, and those that arrive meanwhile
        ),
        Topic(
            "gate",
            "{root}/{site}/gate/{gate}",
            Direction.IN,
            1,
            is_retained=False,
            ttl_s=PAST_S,
            expires=True,
            when="at each crossing, with `--mqtt-control`; a retained one is refused",
            payload=GateMessage,
        ),
        Topic(
            "value",
            "{root}/{site}/value/{gateway}/{sensor}",
            Direction.IN,
            0,
            is_retained=False,
            ttl_s=30.0,
            expires=True,
            when="once a second, with `--sensors relay`; a retained one is refused",
            payload=RelayedValues,
        ),
        *(
            Topic(
                f"raw_{form}",
                f"{{root}}/{{site}}/raw/{{gateway}}/{{sensor}}/{form}",
                Direction.IN,
                0,
                is_retained=False,
                ttl_s=30.0,
                expires=True,
                when="as the sensor sends, with `--sensors relay`; a retained one is refused",
                payload=RelayedPacket,
            )
            for form in ("hr", "rsc", "batt")
        ),
    )
}
"""Every topic."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one run."""

    site: str
    athlete: str
    node: str
    root: str = ROOT
    light_group: str = ""
    """The group of pace lights for this run; empty: the one named like the athlete."""

    @property
    def known(self) -> set[str]:
        """The placeholders that it fills in itself."""
        return {"root", "site", "athlete", "node", "group"}

    def of(self, name: str, **levels: str) -> str:
        """The topic of a row of the table; other placeholders, such as `gate`, are given by name."""
        names = {
            "root": self.root,
            "site": self.site,
            "athlete": self.athlete,
            "node": self.node,
            "group": self.light_group or self.athlete,
        }
        return TOPICS[name].place.format(**names, **levels)

    def at_site(self, rest: str) -> str:
        """A topic, or a pattern, below the site: `raw/+/+/hr`."""
        return f"{self.root}/{self.site}/{rest}"

    def short(self, topic: str) -> str:
        """A topic as shown and counted: without root and site."""
        return topic.removeprefix(f"{self.root}/{self.site}/")


def athlete_level(slug: str) -> str:
    """The level of a topic that names an athlete: their slug, or `athlete` without one."""
    name = re.sub(r"[^a-z0-9_-]", "-", slug.casefold())[:32] or "athlete"
    return f"athlete-{name}" if name in _OURS else name


def matches(pattern: Sequence[str], topic: Sequence[str]) -> bool:
    """Return whether the levels of a topic fit those of a pattern with `+` and `#`."""
    for place, level in enumerate(pattern):
        if level == "#":
            return not (place == 0 and topic[:1] and topic[0].startswith("$"))
        if place >= len(topic) or level not in ("+", topic[place]):
            return False
    return len(pattern) == len(topic)


# --- Messages of this coach


class Protocol(Enum):
    """The supported versions of MQTT; the newer is tried first."""

    V5 = "5"
    V311 = "3.1.1"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be published."""

    topic: str
    payload: bytes
    qos: int = 0
    is_retained: bool = False
    expiry_s: float | None = None
    """The expiry for MQTT 5 brokers."""


class Presence:
    """Shows that the coach is online: birth, will and last message, in an order that readers can rely on."""

    def __init__(
        self,
        topics: Topics,
        clock: Clock,
        *,
        run: str,
        takes_buttons: bool = False,
        first_seq: int = 0,
    ) -> None:
        """Announce a run. `first_seq` is above the numbers of an earlier process of the same run."""
        self.topics = topics
        self.boot = secrets.token_hex(8)
        self._clock = clock
        self._run = run
        self._takes_buttons = takes_buttons
        self._seqs = itertools.count(first_seq)

    def written(self) -> list[str]:
        """The topics that this run writes and that are probed; answers to buttons only if buttons are taken."""
        rows = [
            row
            for row in TOPICS.values()
            if row.direction is Direction.OUT and row.is_probed and row.needs <= self.topics.known
        ]
        return [self.topics.of(row.name) for row in rows if row.name != "cmd_ack" or self._takes_buttons]

    def next_seq(self) -> int:
        """The number of the next message; it only rises. Called from any thread."""
        return next(self._seqs)

    def payload(self, name: str, values: Mapping[str, Any], *, ts: str = "") -> bytes:
        """Encode a payload of the table of topics, with number, time and time to live."""
        row = TOPICS[name]
        envelope = {
            "seq": self.next_seq(),
            "ts": ts or self.now_iso(),
            "ttl_ms": round(row.ttl_s * 1000),
        }
        return encode(row.payload, {**envelope, **values})

    def outgoing(self, name: str, values: Mapping[str, Any]) -> Outgoing:
        """Make a message for a topic of the table."""
        row = TOPICS[name]
        expiry_s = row.ttl_s if row.expires else None
        return Outgoing(self.topics.of(name), self.payload(name, values), row.qos, row.is_retained, expiry_s)

    def now_iso(self) -> str:
        """The current calendar time, as in payloads."""
        return iso_utc(self._clock.wall().epoch_s)

    def status(self, state: str, seq: int | None = None) -> Outgoing:
        """Announce that the coach is online, or is not."""
        values = {"state": state, "version": coach.__version__, "boot": self.boot}
        return self.outgoing("status", values if seq is None else {**values, "seq": seq})

    def info(self, protocol: Protocol) -> Outgoing:
        """Announce the version and abilities of the coach."""
        return self.outgoing(
            "info",
            {
                "version": coach.__version__,
                "run": self._run,
                "athlete": self.topics.athlete,
                "protocol": protocol.value,
                "takes_buttons": self._takes_buttons,
                "schemas": "docs/reference/mqtt.schema.json",
            },
        )

    def probe(self, topic: str, nonce: str) -> Outgoing:
        """Make a message that readers ignore."""
        values = {"seq": 0, "ts": self.now_iso(), "ttl_ms": 5000, "nonce": nonce}
        return Outgoing(topic, encode(Probe, values), qos=1, expiry_s=5.0)
