"""Offers a run to Home Assistant: one device with its sensors, its events and its buttons.

One retained message describes it (device-based discovery). It is sent again whenever Home Assistant starts, followed by
the coach's birth, without which everything stays unavailable. The sensors read a topic of their own that changes once
in five seconds, so that the history does not fill; the events read the cues. Names of keys are written in full.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import coach
from coach.cues.cue import CueKind
from coach.edge.telemetry.bus import Bus, BusState, Policy, Received
from coach.edge.telemetry.messages import HomeSensor, HomeState
from coach.edge.telemetry.topics import TOPICS
from coach.live.snapshot import Snapshot
from coach.session.buttons import Button
from coach.signals.readings import DisplayValue, Freshness
from coach.workout.describe import step_label

PREFIX: Final = "homeassistant"
"""The discovery prefix of Home Assistant, unless it is changed there."""
EVERY_S: Final = 5
"""Seconds between two states."""
_EXPIRES_S: Final = round(TOPICS["home"].ttl_s)
"""A value that was not renewed for this long is unknown."""
_BIRTH_TTL_S: Final = 5.0
_KNOWN: Final = "{{{{ value_json.{key} | default(None) }}}}"
"""A template that gives a value, or unknown."""
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
    """Offers one run to Home Assistant."""

    def __init__(
        self, bus: Bus, run: str, words: Callable[[Snapshot], Mapping[str, str]], *, has_buttons: bool
    ) -> None:
        """Publish over a bus. `words` returns `state` and `pace` as the screen writes them."""
        self._bus = bus
        self._run = run
        self._words = words
        self._has_buttons = has_buttons
        self._device = f"coach_{bus.topics.node}_{re.sub(r'[^a-z0-9_]', '_', bus.topics.athlete)}"
        self._topic = bus.topics.of("home")
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
        slug = re.sub(r"[^a-z0-9_]", "_", self._bus.topics.athlete)
        return {
            "platform": platform,
            "unique_id": f"{self._device}_{key}",
            "default_entity_id": f"{platform}.coach_{slug}_{key}",
            "name": name,
        }

    def _sensors(self) -> dict[str, Any]:
        return {
            key: {
                **self._entity("sensor", key, shown.name),
                "state_topic": self._topic,
                "value_template": _KNOWN.format(key=key),
                "expire_after": _EXPIRES_S,
                **shown.more,
            }
            for key, shown in _SENSORS.items()
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
        for button, name in _BUTTONS.items():
            entity = self._entity("button", button.value, name)
            step = self._entity("sensor", "step_id", "")["default_entity_id"]
            buttons[button.value] = {
                **entity,
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


def _fresh(shown: DisplayValue | None, digits: int) -> float | None:
    """A value that is fresh enough; None for one that is too old."""
    return None if shown is None or shown.freshness is Freshness.STALE else round(shown.value, digits)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
