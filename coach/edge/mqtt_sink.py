"""Publishes a run: its state, the measurements, every cue in time, and every lap, even after an outage.

It is a sink of the run's outputs, and a source that ticks once a second on the run's own loop, so that a heartbeat
shows that this loop is alive. Objects that take commands from the broker are attached to it as ports, and those that
publish something more once a second as watchers: `HomeAssistant` is one.
"""

import asyncio
import json
import logging
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import isfinite
from typing import Any, Final, Protocol

import coach
from coach.cues.cue import Cue, CueKind
from coach.edge.clock import Clock
from coach.edge.mqtt_bus import Bus, BusState, Policy, Received
from coach.edge.mqtt_topics import TOPICS, HomeSensor, HomeState, Outgoing, Presence, Topics, encode, iso_utc
from coach.edge.sources import Inbox
from coach.live.ahead import LapLight, LapLights
from coach.live.contract import RunEnded, RunStarted, encode_event, encode_target, encode_until
from coach.live.run import TimedOutput
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds
from coach.recording.lines import read_records
from coach.session.events import (
    Asked,
    BoundaryMoved,
    PhaseChanged,
    Split,
    StepEnded,
    StepStarted,
    Undone,
    WorkoutChanged,
)
from coach.session.phases import Button, Phase
from coach.signals.readings import DisplayValue, Freshness
from coach.workout.describe import step_label

_LOG = logging.getLogger(__name__)
_TICK_S: Final = 1.0
_LAPS_IN_MEMORY: Final = 512
"""Laps that can be sent again after an outage of a run that is not recorded: more than any workout has."""
_LAPS: Final = (StepStarted, StepEnded, BoundaryMoved, Undone, Split)
_LAP_EVENTS: Final = {
    "step_started": "new",
    "step_ended": "end",
    "boundary_moved": "update",
    "undone": "update",
    "split": "update",
}
"""The `change` of a lap message for each event."""
_CALENDAR_S: Final = 0.1
"""A smaller correction of the calendar moves no light; after a larger one every plan is published again. Judged."""
_CHANGES_STATE: Final = (StepStarted, StepEnded, PhaseChanged, BoundaryMoved, Undone, WorkoutChanged, Asked)


class Feed(Protocol):
    """The part of a run that may be shown."""

    def now(self) -> Seconds:
        """The time on the run's own clock."""
        ...

    def snapshot(self, at: Seconds) -> Snapshot:
        """The run, its clocks as of `at`."""
        ...

    def was_discarded(self) -> bool:
        """Whether it was discarded, so that nothing of it is kept."""
        ...


class TelemetryPort(Protocol):
    """Takes commands from the broker during a run."""

    def __call__(self, bus: Bus, inbox: Inbox) -> None:
        """Subscribe; called once, on the loop of the run, before there is a link."""
        ...


class LightPublisher:
    """Publishes the pace lights of a run, retained: a plan by which they run on their own until it changes."""

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        run: str,
        lap_lights: Callable[[Snapshot], LapLights | None],
        *,
        target_colour: str,
        ghost_colour: str,
    ) -> None:
        """Publish what `lap_lights` returns, over a bus, in these colours."""
        self._bus = bus
        self._clock = clock
        self._run = run
        self._lap_lights = lap_lights
        self._colours = {False: target_colour.upper(), True: ghost_colour.upper()}
        self._lights: LapLights | None = None
        self._zero_s = 0.0
        """The calendar time of the run's zero when it was last published."""
        self._published_at: float | None = None

    def look(self, snapshot: Snapshot, now: Seconds) -> None:
        """Publish the current lights if they, or the calendar, changed, or if they are due again."""
        lights = self._lap_lights(snapshot)
        at, zero_s = self._clock.monotonic(), self._clock.wall().epoch_s - now
        if lights is None:
            if (
                self._lights is not None or self._published_at is None
            ):  # a run that was cut off may have left some
                self.clear()
            return
        is_old = self._published_at is not None and at - self._published_at > TOPICS["light"].ttl_s / 2
        if lights.is_like(self._lights) and abs(zero_s - self._zero_s) <= _CALENDAR_S and not is_old:
            return
        self._lights, self._zero_s, self._published_at = lights, zero_s, at
        self._bus.send(self._bus.presence.outgoing("light", self._plan(snapshot, lights, zero_s)))

    def clear(self) -> None:
        """Have the broker drop the lights, and its readers switch them off."""
        self._lights, self._published_at = None, self._clock.monotonic()
        topic = self._bus.topics.of("light")
        self._bus.send(Outgoing(topic, b"", TOPICS["light"].qos, is_retained=True))

    def _plan(self, snapshot: Snapshot, plan: LapLights, zero_s: float) -> dict[str, Any]:
        step = plan.step
        return {
            "run": self._run,
            "at_s": round(snapshot.at, 3),
            "run_s": _rounded(snapshot.run_s, 3),
            "athlete": self._bus.topics.athlete,
            "step_id": step.step_id,
            "rep": step.rep,
            "of": step.of,
            "label": step_label(step),
            "lap_m": round(plan.lap_m, 2),
            "lights": [self._light(light, plan, zero_s) for light in plan.lights],
        }

    def _light(self, light: LapLight, plan: LapLights, zero_s: float) -> dict[str, Any]:
        return {
            "who": "ghost" if light.is_ghost else "target",
            "colour": self._colours[light.is_ghost],
            "lap_s": round(plan.lap_m / light.speed, 3),
            "start_epoch_s": round(zero_s + light.starts_at, 3),
            "start_offset_s": round(light.delay_s, 2),
            "start_m": round(plan.start_m % plan.lap_m, 2),
            "length_m": _rounded(light.length_m, 2),
            "stands_at_m": None if light.stands_s is None else round(light.metres_after(light.stands_s), 2),
            "points": None if light.is_even else light.points(),
        }


class RunTelemetry:
    """Publishes one run."""

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        feed: Callable[[], Feed],
        *,
        run: str,
        read_journal: Callable[[], bytes] | None = None,
        earlier_laps: int = 0,
        retains_summary: bool = False,
        ports: Iterable[TelemetryPort] = (),
        watchers: Iterable[Callable[[Snapshot], None]] = (),
        lights: LightPublisher | None = None,
        on_closed: Callable[["RunTelemetry"], None] = lambda _telemetry: None,
    ) -> None:
        """Publish over a bus, which it starts and closes.

        `feed` is called once the run is conducted. `read_journal` returns the journal, from which laps are read again;
        None without a recording. `earlier_laps` is their number in a resumed run. `watchers` are called once a second,
        `lights` also at every change, `on_closed` last.
        """
        self.bus = bus
        self._clock = clock
        self._make_feed = feed
        self._feed: Feed | None = None
        self._run = run
        self._athlete = bus.topics.athlete
        self._read_journal = read_journal
        self._messages = KeptMessages(bus.presence, bus.topics, run, retains_summary)
        self._summary: Outgoing | None = None
        self._ports = tuple(ports)
        self._watchers = tuple(watchers)
        self._lights = lights
        self._on_closed = on_closed
        self._laps = earlier_laps
        self._recent: deque[tuple[int, Outgoing]] = deque(maxlen=_LAPS_IN_MEMORY)
        self._state: Mapping[str, Any] = {}
        self._is_looking = False
        self._ended: TimedOutput | None = None
        self._workout = ""
        bus.resume_kept(earlier_laps)

    # --- as a sink

    def offer(self, output: TimedOutput) -> None:
        """Publish the changes of an output; it never waits."""
        event = output.output
        if isinstance(event, Cue):
            self._publish_cue(output, event)
            return
        if isinstance(event, RunStarted):
            self._workout = event.workout
        if isinstance(event, RunEnded):
            self._ended = output
        if isinstance(event, _LAPS):
            self._laps += 1
            lap = self._messages.lap(self._laps, encode_event(event, output.run_s))
            if self._read_journal is None:
                self._recent.append((self._laps, lap))
            self.bus.keep(self._laps, lap)
        if isinstance(event, _CHANGES_STATE) and not self._is_looking:
            self._is_looking = True
            asyncio.get_running_loop().call_soon(self._publish_state)  # once, after all that belongs to it

    async def close(self) -> None:
        """Publish the end of the run, and disconnect, within a bounded time."""
        try:
            if self._ended is not None:
                await self._publish_summary(self._ended)
            self._publish_state()
            if self._lights is not None:
                self._lights.clear()
        finally:
            await self.bus.close()
            self._on_closed(self)

    # --- as a source

    async def listen(self, inbox: Inbox) -> None:
        """Publish the measurements once a second, until cancelled."""
        for port in self._ports:
            try:
                port(self.bus, inbox)
            except Exception:  # noqa: BLE001 - the others and the run go on without it
                _LOG.exception("something could not be attached to the broker")
        self.bus.start()
        due = self._clock.monotonic()
        while True:
            await self._clock.sleep_until(due)
            now = self._clock.monotonic()
            self._tick(lag_s=now - due)
            due = max(due + _TICK_S, now)

    def _tick(self, *, lag_s: float) -> None:
        dropped = sum(self.bus.dropped.values())
        beat = {"boot": self.bus.presence.boot, "lag_ms": round(lag_s * 1000, 1), "dropped": dropped}
        self._send("hb", beat)
        snapshot = self._look()
        self._send("tm", self._measured(snapshot))
        self._show_lights(snapshot)
        for watch in self._watchers:
            try:
                watch(snapshot)
            except Exception:  # noqa: BLE001 - the run goes on without it
                _LOG.exception("something that watches the run failed")

    def _show_lights(self, snapshot: Snapshot) -> None:
        if self._lights is None:
            return
        try:
            self._lights.look(snapshot, snapshot.at if self._feed is None else self._feed.now())
        except Exception:  # noqa: BLE001 - the run goes on without them
            _LOG.exception("the pace lights have no plan")

    # --- the messages

    @property
    def has_ended(self) -> bool:
        """Return whether the run ended, so that it cannot be resumed."""
        return self._ended is not None

    @property
    def was_discarded(self) -> bool:
        """Return whether it was discarded: its recording is deleted when it is closed, so nothing can be sent later."""
        return self._feed is not None and self._feed.was_discarded()

    def replay(self, after: int) -> Sequence[tuple[int, Outgoing]]:
        """Return the laps after a number, from the journal; called on a thread of the bus."""
        if self._read_journal is None:
            messages = list(self._recent)
        else:
            journal = self._read_journal()
            began_s, make = _began_s(journal), self._messages.lap
            messages = [(seq, make(seq, lap, began_s)) for seq, lap in enumerate(laps_in(journal), 1)]
        if self._summary is not None:
            messages.append((self._laps + 1, self._summary))
        return [message for message in messages if message[0] > after]

    def _look(self) -> Snapshot:
        if self._feed is None:
            self._feed = self._make_feed()
        return self._feed.snapshot(self._feed.now())

    def _send(self, name: str, values: Mapping[str, Any]) -> None:
        message = self.bus.presence.outgoing(name, values)
        self.bus.send(message, ttl_s=None if message.is_retained else TOPICS[name].ttl_s)

    def _publish_cue(self, output: TimedOutput, cue: Cue) -> None:
        presence, row = self.bus.presence, TOPICS["cue"]
        event = encode_event(cue, output.run_s)
        age_s = 0.0 if self._feed is None else max(0.0, self._feed.now() - cue.at)
        left_s = cue.ttl_s - age_s
        if left_s <= 0:
            return  # it was delayed before the sink
        values = {**event, "run": self._run, "ttl_ms": max(1, round(left_s * 1000))}
        payload = presence.payload("cue", values)
        message = Outgoing(presence.topics.of("cue"), payload, row.qos, expiry_s=left_s)
        self.bus.send(message, Policy.EVENT, ttl_s=left_s, room=row.room)

    def _publish_state(self) -> None:
        """Publish the state of the run, if it has changed."""
        self._is_looking = False
        snapshot = self._look()
        self._show_lights(snapshot)
        state = self._where(snapshot)
        if state == self._state:
            return
        self._state = state
        at_s, run_s = round(snapshot.at, 3), _rounded(snapshot.run_s, 3)
        self._send("state", {**state, "at_s": at_s, "run_s": run_s, "step_ends_at": self._ends_at(snapshot)})

    def _where(self, snapshot: Snapshot) -> dict[str, Any]:
        step = snapshot.step
        place: dict[str, Any] = {
            "run": self._run,
            "athlete": self._athlete,
            "workout": snapshot.timeline.name,
            "phase": snapshot.phase.value,
            "steps": len(snapshot.timeline.steps),
            "offer": snapshot.offer or None,
        }
        if step is None:
            return place
        return {
            **place,
            "step": snapshot.index,
            "step_id": step.step_id,
            "path": step.path,
            "kind": step.kind.value,
            "rep": step.rep,
            "of": step.of,
            "label": step_label(step),
            "until": encode_until(step.until),
            "target": None if step.target is None else encode_target(step.target),
            "next_label": None if snapshot.next_step is None else step_label(snapshot.next_step),
        }

    def _ends_at(self, snapshot: Snapshot) -> str | None:
        """The calendar time at which a step by time ends; None if unknown."""
        if snapshot.left_s is None or snapshot.left_s < 0 or snapshot.phase is Phase.PAUSED:
            return None
        return iso_utc(self._clock.wall().epoch_s + snapshot.left_s)

    def _measured(self, snapshot: Snapshot) -> dict[str, Any]:
        readings: dict[str, tuple[DisplayValue | None, int]] = {
            "speed_mps": (snapshot.speed, 3),
            "heart_rate_bpm": (snapshot.heart_rate, 1),
            "cadence_spm": (snapshot.cadence, 1),
            "power_w": (snapshot.power, 0),
        }
        values = {key: None if it is None else _rounded(it.value, n) for key, (it, n) in readings.items()}
        stale = [key for key, (it, _) in readings.items() if it and it.freshness is Freshness.STALE]
        light, verdict, step = snapshot.light, snapshot.opinion.open_verdict, snapshot.step
        return {
            "run": self._run,
            "at_s": round(snapshot.at, 3),
            "run_s": _rounded(snapshot.run_s, 3),
            "phase": snapshot.phase.value,
            "step": None if step is None else snapshot.index,
            "step_id": None if step is None else step.step_id,
            "step_time_s": _rounded(snapshot.step_time_s, 2),
            "step_distance_m": _rounded(snapshot.step_m, 1),
            "left_s": _rounded(snapshot.left_s, 2),
            "left_distance_m": _rounded(snapshot.left_m, 1),
            **values,
            "stale": stale or None,
            "light_s": None if light is None else _rounded(light.behind_s, 2),
            "light_m": None if light is None else _rounded(light.behind_m, 1),
            "judged": None if snapshot.judged_quantity is None else snapshot.judged_quantity.value,
            "verdict": None if verdict is None else verdict.kind.value,
            "sensors": [
                {
                    "sensor": sensor.source.value,
                    "state": sensor.state.value,
                    "age_s": _rounded(sensor.age_s, 2),
                    "battery_percent": sensor.battery_percent,
                }
                for sensor in snapshot.sensors
            ]
            or None,
        }

    async def _publish_summary(self, ended: TimedOutput) -> None:
        """Publish the end of the run, as its last kept message."""
        digest = None
        if self._read_journal is not None and not self.was_discarded:
            try:
                digest = sha256(await asyncio.to_thread(self._read_journal)).hexdigest()
            except Exception:  # noqa: BLE001 - without it the rest is still worth sending
                _LOG.warning("the journal could not be read for its checksum", exc_info=True)
        event, workout = encode_event(ended.output, ended.run_s), self._workout or self._look().timeline.name
        discarded = self.was_discarded
        self._summary = self._messages.summary(event, workout, self._laps, digest, was_discarded=discarded)
        self.bus.keep(self._laps + 1, self._summary)


@dataclass(frozen=True, slots=True)
class KeptMessages:
    """Makes the messages of a run that are sent again after an outage, from its events."""

    presence: Presence
    topics: Topics
    run: str
    retains_summary: bool = False

    def lap(self, seq: int, event: Mapping[str, Any], began_s: float | None = None) -> Outgoing:
        """Make the message of a step that began, ended or was corrected.

        `began_s` is the calendar time of the run's start; without it the event happens now.
        """
        row = TOPICS["lap"]
        values = {
            **event,
            "seq": seq,
            "ts": self.presence.now_iso() if began_s is None else iso_utc(began_s + event["at_s"]),
            "ttl_ms": round(row.ttl_s * 1000),
            "run": self.run,
            "change": _LAP_EVENTS[event["event"]],
        }
        return Outgoing(self.topics.of("lap"), encode(row.payload, values), row.qos, expiry_s=row.ttl_s)

    def summary(
        self,
        event: Mapping[str, Any],
        workout: str,
        laps: int,
        digest: str | None,
        *,
        was_discarded: bool = False,
    ) -> Outgoing:
        """Make the message of a run that ended."""
        row = TOPICS["summary"]
        values = {
            **{key: event[key] for key in event if key not in {"v", "event", "unused_s"}},
            "run": self.run,
            "athlete": self.topics.athlete,
            "workout": workout,
            "laps": laps,
            "recording_sha256": digest,
            "discarded": was_discarded or None,
        }
        payload = self.presence.payload("summary", values)
        return Outgoing(
            self.topics.of("summary"), payload, row.qos, is_retained=self.retains_summary, expiry_s=row.ttl_s
        )


def messages_after(
    journal: bytes, after: int, presence: Presence, topics: Topics, athlete: Callable[[str], str]
) -> list[Outgoing]:
    """Make the messages of a recorded run that the broker has not accepted: laps after a number, and the summary.

    `athlete` returns the level of the topics for a slug.
    """
    events: dict[str, dict[str, Any]] = {"run_started": {}, "run_ended": {}}
    for record in read_records(journal):
        event = record.get("out")
        if isinstance(event, dict) and event.get("event") in events:
            events[event["event"]] = event
    started, ended = events["run_started"], events["run_ended"]
    if "run" not in started:
        return []
    builder = KeptMessages(
        presence, replace(topics, athlete=athlete(started.get("athlete", ""))), started["run"]
    )
    laps, began_s = laps_in(journal), _began_s(journal)
    messages = [builder.lap(seq, lap, began_s) for seq, lap in enumerate(laps, 1) if seq > after]
    if ended:
        messages.append(builder.summary(ended, started["workout"], len(laps), sha256(journal).hexdigest()))
    return messages


def laps_in(journal: bytes) -> list[dict[str, Any]]:
    """The events of a journal that are laps, in order: the index of each is its number."""
    events = (record.get("out") for record in read_records(journal))
    return [each for each in events if isinstance(each, dict) and each.get("event") in _LAP_EVENTS]


def _began_s(journal: bytes) -> float | None:
    """The start of a recorded run, in Unix time; None if its journal lacks it."""
    wall = next((record["wall_epoch"] for record in read_records(journal) if "wall_epoch" in record), None)
    return float(wall) if isinstance(wall, int | float) and wall > 0 else None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not isfinite(value) else round(value, digits) + 0.0


# --- Home Assistant: one device with its sensors, its events and its buttons

PREFIX: Final = "homeassistant"
"""The discovery prefix of Home Assistant, unless it is changed there."""
EVERY_S: Final = 5
"""Seconds between two states."""
_EXPIRES_S: Final = round(TOPICS["home"].ttl_s)
"""A value that was not renewed for this long is unknown."""
_BIRTH_TTL_S: Final = 5.0
_SENSORS: Final[Mapping[str, HomeSensor]] = {
    key: shown
    for key, model_field in HomeState.model_fields.items()
    for shown in model_field.metadata
    if isinstance(shown, HomeSensor)
}
"""Every sensor, by its key of the state."""
_BUTTONS: Final[Mapping[Button, str]] = {
    Button.MARK: "Mark",
    Button.NEXT: "Next step",
    Button.PAUSE: "Pause",
    Button.RESUME: "Go on",
    Button.UNDO: "Undo",
    Button.ACCEPT: "Accept",
}
"""The buttons that are useful away from the track."""


class HomeAssistant:
    """Offers one run to Home Assistant.

    One retained message describes it (device-based discovery). It is sent again whenever Home Assistant starts,
    followed by the coach's birth, without which everything stays unavailable. The sensors read a topic of their own
    that changes once in five seconds, so that the history does not fill; the events read the cues. Names of keys are
    written in full.
    """

    def __init__(
        self, bus: Bus, run: str, words: Callable[[Snapshot], Mapping[str, str]], *, has_buttons: bool
    ) -> None:
        """Publish over a bus. `words` returns `state` and `pace` as the screen writes them."""
        self._bus = bus
        self._run = run
        self._words = words
        self._has_buttons = has_buttons
        self._slug = re.sub(r"[^a-z0-9_]", "_", bus.topics.athlete)
        self._device = f"coach_{bus.topics.node}_{self._slug}"
        self._ticks = 0
        self._has_greeted = False

    def attach(self) -> None:
        """Publish the description, and again whenever Home Assistant starts."""
        self._bus.subscribe(f"{PREFIX}/status", self._take)
        self._announce()

    def tick(self, snapshot: Snapshot) -> None:
        """Called once a second: sends the birth if due, and the state every fifth time."""
        if self._bus.state is not BusState.UP:
            self._has_greeted = False
        elif not self._has_greeted and self._bus.birth is not None:
            self._has_greeted = True
            self._bus.send(self._bus.birth, Policy.EVENT, ttl_s=_BIRTH_TTL_S)
        if self._ticks % EVERY_S == 0:
            self._bus.send(self._bus.presence.outgoing("home", self._values(snapshot)), ttl_s=_EXPIRES_S)
        self._ticks += 1

    def discovery(self) -> dict[str, Any]:
        """The description for Home Assistant."""
        topics = self._bus.topics
        return {
            "device": {
                "identifiers": [self._device],
                "name": f"Coach {topics.athlete}",
                "manufacturer": "Trackside Coach",
                "model": "A run",
                "sw_version": coach.__version__,
            },
            "origin": {"name": "Trackside Coach", "sw_version": coach.__version__},
            "availability": [
                {
                    "topic": topics.of("status"),
                    "value_template": "{{ value_json.state | default('') }}",
                    "payload_available": "online",
                    "payload_not_available": "offline",
                }
            ],
            "qos": 1,
            "components": {
                **self._sensors(),
                **self._events(),
                **(self._buttons() if self._has_buttons else {}),
            },
        }

    def _announce(self) -> None:
        payload = json.dumps(self.discovery(), separators=(",", ":"))
        self._bus.publish(f"{PREFIX}/device/{self._device}/config", payload, qos=1, retain=True)

    def _take(self, received: Received) -> None:
        """Publish everything again when Home Assistant has started; the birth follows at the next second."""
        if received.payload == b"online":
            self._announce()
            self._has_greeted = False

    def _entity(self, platform: str, key: str, name: str) -> dict[str, Any]:
        return {
            "platform": platform,
            "unique_id": f"{self._device}_{key}",
            "default_entity_id": f"{platform}.coach_{self._slug}_{key}",
            "name": name,
        }

    def _sensors(self) -> dict[str, Any]:
        return {
            key: {
                **self._entity("sensor", key, sensor.name),
                "state_topic": self._bus.topics.of("home"),
                "value_template": f"{{{{ value_json.{key} | default(None) }}}}",  # a value, or unknown
                "expire_after": _EXPIRES_S,
                **sensor.more,
            }
            for key, sensor in _SENSORS.items()
        }

    def _events(self) -> dict[str, Any]:
        """One event for all cues, and one for each kind, which users can enable."""
        kinds = [kind.value for kind in CueKind]
        topic = self._bus.topics.of("cue")
        template = "'text': value_json.text, 'class': value_json['class']"
        every = f"{{{{ {{'event_type': value_json.kind, {template}}} | tojson }}}}"
        events = {
            "cue": {
                **self._entity("event", "cue", "Cue"),
                "state_topic": topic,
                "event_types": kinds,
                "value_template": f"{{% if value_json.kind is defined %}}{every}{{% endif %}}",
            }
        }
        for kind in kinds:
            single = f"{{{{ {{'event_type': 'said', {template}}} | tojson }}}}"
            events[f"cue_{kind}"] = {
                **self._entity("event", f"cue_{kind}", f"Cue {kind.replace('_', ' ')}"),
                "state_topic": topic,
                "event_types": ["said"],
                "enabled_by_default": False,
                "value_template": f"{{% if value_json.kind | default('') == '{kind}' %}}{single}{{% endif %}}",
            }
        return events

    def _buttons(self) -> dict[str, Any]:
        """The buttons; each press has a `tx` of its own, and names the run and the step that is shown there."""
        buttons = {}
        step = self._entity("sensor", "step_id", "")["default_entity_id"]
        for button, name in _BUTTONS.items():
            buttons[button.value] = {
                **self._entity("button", button.value, name),
                "command_topic": self._bus.topics.of("cmd"),
                "command_template": (
                    '{"tx":"ha-{{ (now().timestamp() * 1000) | int }}-' + button.value + '",'
                    f'"run":"{self._run}","button":"{button.value}",'
                    '"expect_step":"{{ states(\'' + step + "') }}\","
                    '"age_s":0,"ts":"{{ utcnow().isoformat() }}"}'
                ),
                "retain": False,
            }
        return buttons

    def _values(self, snapshot: Snapshot) -> dict[str, Any]:
        step = snapshot.step
        return {
            "run": self._run,
            "at_s": round(snapshot.at, 3),
            "phase": snapshot.phase.value,
            **self._words(snapshot),
            "step": None if step is None else step_label(step),
            "step_id": None if step is None else step.step_id,
            "left_s": _rounded(snapshot.left_s, 0),
            "left_distance_m": _rounded(snapshot.left_m, 0),
            "heart_rate_bpm": _fresh(snapshot.heart_rate, 0),
            "speed_mps": _fresh(snapshot.speed, 2),
        }


def _fresh(reading: DisplayValue | None, digits: int) -> float | None:
    """A value that is fresh enough; None for one that is too old."""
    return None if reading is None or reading.freshness is Freshness.STALE else round(reading.value, digits)
