"""The topics of a run: their payloads, the table of them, their names for one run, and the messages of its presence.

Every payload is a JSON object with `v`, `_type`, `seq`, `ts` and `ttl_ms`, because most devices speak MQTT 3.1.1, which
has no expiry. Unknown keys are ignored when a payload is read and refused when one is written. A key whose value is not
known is absent: never 0, never null. The keys of events are those of `coach.live.contract`. A new topic is a row of
`TOPICS`.
"""

import itertools
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import coach
from coach.edge.clock import Clock
from coach.edge.remote_buttons import GateMessage, PressMessage
from coach.session.phases import PAST_S
from coach.spelling import RESERVED_SLUGS, latin

# --- reading and writing payloads

LARGEST: Final = 8192
"""Bytes of the largest payload that is read."""


class MessageError(ValueError):
    """Raised for a payload that cannot be read; the message says why in plain words."""


Payload = TypeVar("Payload", bound=BaseModel)


def encode(model: type[BaseModel], values: Mapping[str, Any]) -> bytes:
    """Encode a payload; an unknown key is a bug, and None is left out.

    Raises:
        ValidationError: a key or a value does not fit.
    """
    return model.model_validate(values, extra="forbid").model_dump_json(exclude_none=True).encode()


def decode(model: type[Payload], payload: bytes) -> Payload:
    """Read a payload; unknown keys are ignored.

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
    except ValueError as error:  # bytes that are not UTF-8
        raise MessageError(str(error)) from None


def iso_utc(epoch_s: float) -> str:
    """A moment in ISO 8601, UTC, to the millisecond: `2026-11-21T17:04:05.250Z`."""
    millis = round(epoch_s * 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(millis // 1000))}.{millis % 1000:03d}Z"


# --- the payloads


class Envelope(BaseModel):
    """The keys of every payload."""

    model_config = ConfigDict(
        frozen=True, populate_by_name=True, serialize_by_alias=True, use_attribute_docstrings=True
    )

    v: Literal[1] = 1
    """The version of the format."""
    type: str = Field(alias="_type")
    """Its type; a reader ignores any other `_type` on a topic, such as `probe`."""
    seq: int = Field(ge=0)
    """Rises from message to message of a topic; a reader drops one that is not above the last."""
    ts: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$")
    """The time it was made, or of a lap its own time; ISO 8601 in UTC."""
    ttl_ms: int = Field(gt=0)
    """Its time to live; a reader drops older ones."""


class RunMessage(Envelope):
    """The keys of every payload of a run."""

    run: str
    """The id of the run."""
    at_s: float
    """Seconds since the first input of the run."""
    run_s: float | None = None
    """Running time, pauses excluded; absent before the start."""


class Probe(Envelope):
    """Sent once to every topic that is written, to check whether the broker delivers it; readers ignore it."""

    type: Literal["probe"] = Field("probe", alias="_type")
    nonce: str


class Status(Envelope):
    """Whether the coach is online; the broker sends the will, `offline`, when it is gone."""

    type: Literal["status"] = Field("status", alias="_type")
    state: Literal["online", "offline"]
    version: str
    """The version of the program."""
    boot: str
    """Different after every start of the program."""


class Info(Envelope):
    """Version and abilities of the coach."""

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
    """Shows once a second that the coach is alive; a reader that misses it for 3 s shows nothing more."""

    type: Literal["hb"] = Field("hb", alias="_type")
    boot: str
    lag_ms: float
    """Delay of the coach's own loop."""
    dropped: int
    """Messages dropped so far, in both directions."""


class StateMessage(RunMessage):
    """The state of the run, retained; sent at every change."""

    type: Literal["state"] = Field("state", alias="_type")
    athlete: str
    workout: str
    phase: str
    """As in the events: `ready`, `work`, `float`, `recovery`, `paused`, `finished`, ..."""
    step: int | None = None
    """The index of the step, from 0; absent when finished."""
    step_id: str | None = None
    steps: int
    """The number of steps."""
    path: str | None = None
    kind: str | None = None
    rep: int | None = None
    of: int | None = None
    label: str | None = None
    until: dict[str, Any] | None = None
    """The end of the step, as in the event `step_started`."""
    target: dict[str, Any] | None = None
    """As in the event `step_started`."""
    next_label: str | None = None
    """The next step."""
    step_ends_at: str | None = None
    """When a step by time will end, ISO 8601 in UTC; absent if unknown."""
    offer: str | None = None
    """The offer that the button `accept` would accept."""


class SensorReading(BaseModel):
    """The state of a sensor."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    sensor: str
    state: str
    """`searching`, `live`, `stale` or `gone`."""
    age_s: float | None = None
    battery_percent: int | None = None


class Telemetry(RunMessage):
    """The measurements, once a second."""

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
    """The keys whose values are stale."""
    light_s: float | None = None
    """Seconds behind the pacing light; negative is ahead."""
    light_m: float | None = None
    judged: str | None = None
    """The quantity that is judged now."""
    verdict: str | None = None
    """The kind of the last verdict of the step that is still valid, such as `too_fast`."""
    sensors: list[SensorReading] | None = None


class CueMessage(RunMessage):
    """A cue, never retained and never sent late: a reader drops it after `ttl_ms`, and if `seq` is not new."""

    type: Literal["cue"] = Field("cue", alias="_type")
    event: Literal["cue"] = "cue"
    kind: str
    class_: Literal["safety", "countdown", "step", "coach", "info"] = Field(alias="class")
    text: str
    state: str | None = None
    why: dict[str, Any]
    ttl_s: float
    spoken: bool
    """Whether it should be spoken now."""
    speech: str | None = None
    sound: str | None = None


class LapMessage(RunMessage):
    """The begin, end or correction of a step; each has its `seq` in the run, and is sent again after an outage."""

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
    by_effort: bool | None = None
    items_done: int | None = None
    items: int | None = None
    """Of a checklist, every set and side counted."""
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
    """The `seq` of the last lap: a reader with fewer laps missed some."""
    recording_sha256: str | None = None
    """Of the journal; absent if the run is not recorded."""
    discarded: bool | None = None
    """Whether the runner discarded the run; absent if not."""


class CommandAnswer(Envelope):
    """The result of a command; `docs/reference/commands.md` explains the codes."""

    type: Literal["ack"] = Field("ack", alias="_type")
    tx: str | None = None
    """That of the command; absent if it could not be read."""
    run: str | None = None
    button: str | None = None
    status: Literal["confirmed", "rejected", "unknown"]
    code: str | None = None
    """Why it was rejected."""
    reason: str | None = None
    """The same in plain words, or a remark on an accepted press."""
    at_s: float | None = None
    """When the run took it."""
    credited_at_s: float | None = None
    """The time it counts from, if that is earlier."""
    is_repeat: bool | None = None
    """Whether the `tx` is a repeat, so that nothing was pressed again."""


@dataclass(frozen=True, slots=True)
class HomeSensor:
    """How a key of `HomeState` is shown as a sensor in Home Assistant."""

    name: str
    more: Mapping[str, str] = field(default_factory=dict)
    """Further keys of its description."""


def _measured(name: str, unit: str, **more: str) -> HomeSensor:
    return HomeSensor(name, {"unit_of_measurement": unit, **more})


class HomeState(RunMessage):
    """The values of the sensors in Home Assistant; they change once in five seconds, to keep the history short."""

    type: Literal["home"] = Field("home", alias="_type")
    phase: str
    heart_rate_bpm: Annotated[float | None, _measured("Heart rate", "bpm", state_class="measurement")] = None
    pace: Annotated[str | None, HomeSensor("Pace")] = None
    """As the screen writes it, with its unit: `3:50 /km`."""
    speed_mps: Annotated[
        float | None, _measured("Speed", "m/s", device_class="speed", state_class="measurement")
    ] = None
    step: Annotated[str | None, HomeSensor("Step")] = None
    """The label of the step."""
    step_id: Annotated[str | None, HomeSensor("Step id", {"entity_category": "diagnostic"})] = None
    state: Annotated[str, HomeSensor("State")]
    """The coach's verdict in the words of the screen: `EASE`, `ON`, `QUIET`."""
    left_s: Annotated[float | None, _measured("Left", "s", device_class="duration")] = None
    """Time left of a step by time."""
    left_distance_m: Annotated[float | None, _measured("Left to run", "m", device_class="distance")] = None


class PaceLight(BaseModel):
    """One light that runs round the track, on its own once it is published.

    At a moment it is `(moment - start_epoch_s) / lap_s` laps on its way, at least 0 and at most its length. If it has
    `points` it runs unevenly, and is between them. Before it sets out it stands at its start, and at its end it goes
    out.
    """

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    who: Literal["target", "ghost"]
    """`target` runs at the pace of the workout, `ghost` as an earlier run with `--light last` or `best`."""
    colour: str = Field(pattern=r"^#[0-9A-F]{6}$")
    lap_s: float
    """Seconds for a lap; if it runs unevenly, their mean."""
    start_epoch_s: float
    """When it sets out, in Unix time. While it stands, the start that would have brought it to its place by now."""
    start_offset_s: float
    """How much later than the step it set out: it waited, or was moved back to the runner."""
    start_m: float
    """Where on the lap it sets out, in metres after the finish line, in running direction."""
    length_m: float | None = None
    """The length of its way; absent if the step has no known end."""
    stands_at_m: float | None = None
    """The metres it has covered while it stands, in a pause or for a runner who stands; absent while it runs."""
    points: list[tuple[float, float]] | None = None
    """Metres and seconds of its way, if it runs unevenly."""


class LightPlan(RunMessage):
    """The pace lights of a step, retained: a new plan at every change, an empty payload when the run is over."""

    type: Literal["light_plan"] = Field("light_plan", alias="_type")
    athlete: str
    step_id: str
    rep: int | None = None
    of: int | None = None
    label: str | None = None
    lap_m: float
    """The length of the lap in the lane of the run."""
    lights: list[PaceLight]
    """The first is the one that the coach refers to; empty between reps."""


class RelayedValues(BaseModel):
    """Decoded values of a sensor from a phone or gateway; each key is optional, but one of the first five is needed."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    bpm: float | None = Field(default=None, ge=0, le=300)
    """Heart rate in beats a minute; 0 means no value."""
    speed_mps: float | None = Field(default=None, ge=0, le=15)
    """Speed over the ground."""
    cadence_spm: float | None = Field(default=None, ge=0, le=400)
    """Steps a minute, both feet."""
    distance_m: float | None = Field(default=None, ge=0, le=10_000_000)
    """Distance from any zero."""
    power_w: float | None = Field(default=None, ge=0, le=3000)
    """Running power."""
    rr_s: list[float] | None = None
    """Intervals between beats in seconds, oldest first."""
    sent_s: float | None = None
    """The sender's own time in seconds, from any zero; or `sent_ms`, or `ts` as ISO 8601 with a zone."""
    age_s: float | None = Field(default=None, ge=0, le=60)
    """Its age, if the sender has no clock."""
    sensor: str | None = None
    """The sensor, if the topic does not name it."""


class RelayedPacket(BaseModel):
    """A packet of a sensor as a gateway received it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    hex: str = Field(pattern=r"^([0-9a-fA-F]{2}){1,64}$")
    """The bytes of 2A37, 2A53 or 2A19."""
    sent_ms: float | None = None
    """The gateway's own time in milliseconds, from any zero; or `sent_s`, or `ts`."""
    rssi: int | None = None
    """Signal strength at the gateway, in dBm."""


# --- the table

_DAY_S: Final = 86_400.0


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


# --- the topics of one run

ROOT: Final = "coach/v1"
_TAKEN_LEVELS: Final = RESERVED_SLUGS | {"gate", "value"}
"""The levels below a site besides the athletes."""


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
    name = re.sub(r"[^a-z0-9_-]", "-", latin(slug))[:32] or "athlete"
    return f"athlete-{name}" if name in _TAKEN_LEVELS else name


def matches(pattern: Sequence[str], topic: Sequence[str]) -> bool:
    """Return whether the levels of a topic fit those of a pattern with `+` and `#`."""
    for place, level in enumerate(pattern):
        if level == "#":
            return not (place == 0 and topic[:1] and topic[0].startswith("$"))
        if place >= len(topic) or level not in ("+", topic[place]):
            return False
    return len(pattern) == len(topic)


# --- the messages of this coach


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
