"""What is in each topic: the payloads, and the one table of topics.

Every payload is a JSON object with `v`, `_type`, `seq`, `ts` and `ttl_ms`, because most devices speak MQTT 3.1.1 and
know no expiry. Unknown keys are ignored when a payload is read and refused when one is written. A key whose value is
not known is absent: never 0, never null. The keys of events are those of `coach.live.encoding`.
"""

import itertools
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import coach
from coach.athlete import RESERVED_SLUGS
from coach.edge.clock import Clock
from coach.edge.remote_buttons import PressMessage
from coach.edge.timing_gates import GateMessage
from coach.session.buttons import PAST_S

ROOT: Final = "coach/v1"
LARGEST: Final = 8192
"""Bytes of the largest payload that is read."""
_OURS: Final = RESERVED_SLUGS | {"gate", "value"}
"""What stands below a site besides the athletes."""


class MessageError(ValueError):
    """A payload cannot be read; the message says why in plain words."""


class Envelope(BaseModel):
    """What every payload has."""

    model_config = ConfigDict(
        frozen=True, populate_by_name=True, serialize_by_alias=True, use_attribute_docstrings=True
    )

    v: Literal[1] = 1
    """The version of the format."""
    type: str = Field(alias="_type")
    """What it is; a reader ignores any other `_type` on a topic, such as `probe`."""
    seq: int = Field(ge=0)
    """Rises from message to message of a topic; a reader drops what is not above the last."""
    ts: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$")
    """When it was made, or of a lap when it happened; ISO 8601 in UTC."""
    ttl_ms: int = Field(gt=0)
    """For how long it is worth anything; a reader drops what is older."""


class RunMessage(Envelope):
    """What every payload of a run has."""

    run: str
    """The id of the run."""
    at_s: float
    """Seconds since the first input of the run."""
    run_s: float | None = None
    """Running time, pauses excluded; absent before the start."""


class Probe(Envelope):
    """Sent once to every topic that is written, to see whether the broker hands it out; readers ignore it."""

    type: Literal["probe"] = Field("probe", alias="_type")
    nonce: str


class Status(Envelope):
    """Whether the coach is there; the broker sends the will, `offline`, when it is gone."""

    type: Literal["status"] = Field("status", alias="_type")
    state: Literal["online", "offline"]
    version: str
    """The version of the program."""
    boot: str
    """Differs every time the program is started."""


class Info(Envelope):
    """What the coach is and can do."""

    type: Literal["info"] = Field("info", alias="_type")
    version: str
    run: str
    athlete: str
    """The athlete's slug in the topics."""
    protocol: Literal["5", "3.1.1"]
    """The version of MQTT of the link; with 3.1.1 nothing expires in the broker."""
    takes_buttons: bool
    """Whether buttons are taken from `cmd`."""
    schemas: str
    """Where the JSON Schemas are: a path in the documentation."""


class Heartbeat(Envelope):
    """Shows once a second that the coach lives; a reader that misses it for 3 s shows nothing more."""

    type: Literal["hb"] = Field("hb", alias="_type")
    boot: str
    lag_ms: float
    """By how much the coach's own loop was late."""
    dropped: int
    """Messages dropped so far, in both directions."""


class StateMessage(RunMessage):
    """Where the run is, retained; sent at every change."""

    type: Literal["state"] = Field("state", alias="_type")
    athlete: str
    workout: str
    phase: str
    """As in the events: `ready`, `work`, `float`, `recovery`, `paused`, `finished`, ..."""
    step: int | None = None
    """The place of the step, from 0; absent when finished."""
    step_id: str | None = None
    steps: int
    """How many there are."""
    path: str | None = None
    kind: str | None = None
    rep: int | None = None
    of: int | None = None
    label: str | None = None
    until: dict[str, Any] | None = None
    """When the step ends, as in the event `step_started`."""
    target: dict[str, Any] | None = None
    """As in the event `step_started`."""
    next_label: str | None = None
    """The step after it."""
    step_ends_at: str | None = None
    """When a step by time will end, ISO 8601 in UTC; absent where nobody can know."""
    offer: str | None = None
    """What the button `accept` would accept."""


class SensorReading(BaseModel):
    """How a sensor is."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    sensor: str
    state: str
    """`searching`, `live`, `stale` or `gone`."""
    age_s: float | None = None
    battery_percent: int | None = None


class Telemetry(RunMessage):
    """What is measured, once a second."""

    type: Literal["tm"] = Field("tm", alias="_type")
    phase: str
    step: int | None = None
    step_id: str | None = None
    step_time_s: float | None = None
    step_distance_m: float | None = None
    left_s: float | None = None
    left_distance_m: float | None = None
    speed_mps: float | None = None
    heart_rate_bpm: float | None = None
    cadence_spm: float | None = None
    power_w: float | None = None
    stale: list[str] | None = None
    """The keys whose values are too old to be judged by."""
    light_s: float | None = None
    """Seconds behind the pacing light; negative is ahead."""
    light_m: float | None = None
    judged: str | None = None
    """The quantity that is judged now."""
    verdict: str | None = None
    """The kind of the last verdict of the step that is not answered yet, such as `too_fast`."""
    sensors: list[SensorReading] | None = None


class CueMessage(RunMessage):
    """A cue, never retained and never sent late: a reader drops it after `ttl_ms` and when `seq` is not new."""

    type: Literal["cue"] = Field("cue", alias="_type")
    event: Literal["cue"] = "cue"
    kind: str
    class_: Literal["safety", "countdown", "step", "coach", "info"] = Field(alias="class")
    text: str
    state: str | None = None
    why: dict[str, Any]
    ttl_s: float
    spoken: bool
    """Whether it is meant to be spoken now."""
    speech: str | None = None
    sound: str | None = None


class LapMessage(RunMessage):
    """A step begins, ends or is corrected; each has its `seq` in the run, and comes again after an outage."""

    type: Literal["lap"] = Field("lap", alias="_type")
    change: Literal["new", "update", "end"]
    """`new` at `step_started`, `end` at `step_ended`, `update` at the others."""
    event: Literal["step_started", "step_ended", "boundary_moved", "undone", "split"]
    step: int | None = None
    step_id: str | None = None
    path: str | None = None
    kind: str | None = None
    rep: int | None = None
    of: int | None = None
    until: dict[str, Any] | None = None
    target: dict[str, Any] | None = None
    label: str | None = None
    effective_at_s: float | None = None
    reason: str | None = None
    broken: bool | None = None
    cut: bool | None = None
    ended_at_s: float | None = None
    time_s: float | None = None
    moving_time_s: float | None = None
    distance_m: float | None = None
    measured_m: float | None = None
    estimated: bool | None = None
    distance_source: str | None = None
    mean_speed_mps: float | None = None
    moving_speed_mps: float | None = None
    mean_heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None
    cadence_spm: float | None = None
    in_band_fraction: float | None = None
    hard_s: float | None = None
    easy_s: float | None = None
    from_s: float | None = None
    to_s: float | None = None
    by: str | None = None
    button: str | None = None
    role: str | None = None
    metres: float | None = None
    pressed: bool | None = None
    gate: str | None = None
    """The timing gate that sent the mark."""
    light_s: float | None = None
    light_m: float | None = None
    projected_s: float | None = None
    needed_mps: float | None = None


class RunSummary(RunMessage):
    """How the run ended."""

    type: Literal["summary"] = Field("summary", alias="_type")
    athlete: str
    workout: str
    completed: bool
    steps_done: int
    time_s: float | None = None
    distance_m: float | None = None
    laps: int
    """The `seq` of the last lap: a reader that has fewer missed some."""
    recording_sha256: str | None = None
    """Of the journal; absent where nothing was recorded."""


class CommandAnswer(Envelope):
    """What became of a command; `docs/reference/commands.md` tells the codes."""

    type: Literal["ack"] = Field("ack", alias="_type")
    tx: str | None = None
    """That of the command; absent where none could be read."""
    run: str | None = None
    button: str | None = None
    status: Literal["confirmed", "rejected", "unknown"]
    code: str | None = None
    """Why it was rejected."""
    reason: str | None = None
    """The same in plain words, or what there is to say of a press that was taken."""
    at_s: float | None = None
    """When the run took it."""
    credited_at_s: float | None = None
    """When it counts, if that is earlier."""
    is_repeat: bool | None = None
    """Whether the same `tx` was there before, so that nothing was pressed again."""


class RelayedValues(BaseModel):
    """What a phone or gateway forwards of a sensor, decoded; every key may be left out, one of the first five not."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    bpm: float | None = Field(default=None, ge=0, le=300)
    """Heart rate in beats a minute; 0 says that there is none."""
    speed_mps: float | None = Field(default=None, ge=0, le=15)
    """Speed over the ground."""
    cadence_spm: float | None = Field(default=None, ge=0, le=400)
    """Steps a minute, both feet."""
    distance_m: float | None = Field(default=None, ge=0, le=10_000_000)
    """Counted from any zero."""
    power_w: float | None = Field(default=None, ge=0, le=3000)
    """Running power."""
    rr_s: list[float] | None = None
    """Intervals between beats in seconds, oldest first."""
    sent_s: float | None = None
    """The sender's own time in seconds, from any zero; or `sent_ms`, or `ts` as ISO 8601 with a zone."""
    age_s: float | None = Field(default=None, ge=0, le=60)
    """How old it is, where the sender has no time."""
    sensor: str | None = None
    """Which sensor it is, where the topic does not say."""


class RelayedPacket(BaseModel):
    """A packet of a sensor as a gateway received it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    hex: str = Field(pattern=r"^([0-9a-fA-F]{2}){1,64}$")
    """The bytes of 2A37, 2A53 or 2A19."""
    sent_ms: float | None = None
    """The gateway's own time in milliseconds, from any zero; or `sent_s`, or `ts`."""
    rssi: int | None = None
    """How strongly it heard the sensor, in dBm."""


class Direction(StrEnum):
    """Who sends to a topic."""

    OUT = "from the coach"
    IN = "to the coach"


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of the tree of topics."""

    name: str
    place: str
    """Where it is, with `{site}`, `{node}`, `{athlete}` and others to be filled in."""
    direction: Direction
    qos: int
    is_retained: bool
    ttl_s: float
    """How long its payload is worth anything."""
    expires: bool
    """Whether the broker is told to forget it then."""
    when: str
    """When it is sent."""
    payload: type[BaseModel]

    @property
    def needs(self) -> set[str]:
        """The names that are filled into its place."""
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
"""Every topic there is."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one run."""

    site: str
    athlete: str
    node: str
    root: str = ROOT

    @property
    def known(self) -> set[str]:
        """The names that it fills in by itself."""
        return {"root", "site", "athlete", "node"}

    def of(self, name: str, **levels: str) -> str:
        """The topic of a row of the table; what else it has, such as `gate`, is given by name."""
        return TOPICS[name].place.format(
            root=self.root, site=self.site, athlete=self.athlete, node=self.node, **levels
        )

    def at_site(self, rest: str) -> str:
        """A topic, or a pattern, below the site: `raw/+/+/hr`."""
        return f"{self.root}/{self.site}/{rest}"

    def at_athlete(self, rest: str) -> str:
        """A topic below the athlete."""
        return self.at_site(f"{self.athlete}/{rest}")

    def short(self, topic: str) -> str:
        """A topic as it is told and counted: without root and site."""
        return topic.removeprefix(f"{self.root}/{self.site}/")


def athlete_level(slug: str) -> str:
    """The level of a topic that names an athlete: their slug, or `athlete` for nobody."""
    name = re.sub(r"[^a-z0-9_-]", "-", slug.casefold())[:32] or "athlete"
    return f"athlete-{name}" if name in _OURS else name


Payload = TypeVar("Payload", bound=BaseModel)


def encode(model: type[BaseModel], values: Mapping[str, Any]) -> bytes:
    """Encode a payload; a key that the model does not have is a mistake of ours, and None is left out.

    Raises:
        ValidationError: a key or a value does not fit.
    """
    return model.model_validate(values, extra="forbid").model_dump_json(exclude_none=True).encode()


def decode(model: type[Payload], payload: bytes) -> Payload:
    """Read a payload; keys that are not known are ignored.

    Raises:
        MessageError: it is too large, no JSON, or does not fit.
    """
    if len(payload) > LARGEST:
        raise MessageError(f"{len(payload)} bytes are more than {LARGEST}")
    try:
        return model.model_validate_json(payload, extra="ignore")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MessageError(f"{place}: {first['msg']}" if place else first["msg"]) from None
    except ValueError as error:  # what is no UTF-8
        raise MessageError(str(error)) from None


def iso_utc(epoch_s: float) -> str:
    """A moment in ISO 8601, UTC, to the millisecond: `2026-11-21T17:04:05.250Z`."""
    millis = round(epoch_s * 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(millis // 1000))}.{millis % 1000:03d}Z"


def matches(pattern: Sequence[str], topic: Sequence[str]) -> bool:
    """Tell whether the levels of a topic fit those of a pattern with `+` and `#`."""
    for place, level in enumerate(pattern):
        if level == "#":
            return not (place == 0 and topic[:1] and topic[0].startswith("$"))
        if place >= len(topic) or level not in ("+", topic[place]):
            return False
    return len(pattern) == len(topic)


# --- messages of this coach


class Protocol(Enum):
    """The versions of MQTT that are spoken; the newer is tried first."""

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
    """What MQTT 5 brokers are told to forget it after."""


class Presence:
    """Says that the coach is there: birth, will and goodbye, in the order a reader may rely on."""

    def __init__(
        self,
        topics: Topics,
        clock: Clock,
        *,
        run: str,
        takes_buttons: bool = False,
        first_seq: int = 0,
    ) -> None:
        """Speak for a run. `first_seq` is above what an earlier process of the same run has sent."""
        self.topics = topics
        self.boot = secrets.token_hex(8)
        self._clock = clock
        self._run = run
        self._takes_buttons = takes_buttons
        self._seqs = itertools.count(first_seq)

    def written(self) -> list[str]:
        """The topics that this run writes; answers to buttons only where buttons are taken."""
        rows = [
            row
            for row in TOPICS.values()
            if row.direction is Direction.OUT and row.needs <= self.topics.known
        ]
        return [self.topics.of(row.name) for row in rows if row.name != "cmd_ack" or self._takes_buttons]

    def next_seq(self) -> int:
        """The number of the next message; it only rises. From any thread."""
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
        """The moment by the calendar, as payloads have it."""
        return iso_utc(self._clock.wall().epoch_s)

    def status(self, state: str, seq: int | None = None) -> Outgoing:
        """Say that the coach is there, or is not."""
        values = {"state": state, "version": coach.__version__, "boot": self.boot}
        return self.outgoing("status", values if seq is None else {**values, "seq": seq})

    def info(self, protocol: Protocol) -> Outgoing:
        """Say what the coach is and can do."""
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
