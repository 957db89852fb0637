"""Tests of what other devices get of a run: Home Assistant, and a buzzer on the wrist."""

import asyncio
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from coach.cues.cue import VERDICTS, CueKind
from coach.edge.clock import MachineClock
from coach.edge.remote_buttons import PressMessage
from coach.edge.telemetry.address import BrokerAddress
from coach.edge.telemetry.bus import Bus
from coach.edge.telemetry.sink import HomeAssistant
from coach.edge.telemetry.topics import Presence, Topics, decode
from coach.live.contract import encode_event
from coach.screen.words import VERDICT_LOOKS, Tone
from coach.signals.readings import Freshness
from tests.architecture.source import ROOT
from tests.edge.telemetry.brokers import Linked, Listener, Mosquitto, needs_mosquitto
from tests.edge.telemetry.test_security import ACL
from tests.patience import wait_until
from tests.screen.builders import cue, rep_four

FULL_NAMES = {
    "availability", "command_template", "command_topic", "components", "default_entity_id", "device", "device_class",
    "enabled_by_default", "entity_category", "event_types", "expire_after", "identifiers", "manufacturer", "model",
    "name", "origin", "payload_available", "payload_not_available", "platform", "qos", "retain", "state_class",
    "state_topic", "sw_version", "topic", "unique_id", "unit_of_measurement", "value_template",
}  # fmt: skip
"""The keys of Home Assistant that are used, as its documentation writes them; `object_id` went with 2026.4."""


def told(bus: Bus, *, has_buttons: bool = True) -> HomeAssistant:
    """Tell of a run called `R`."""
    return HomeAssistant(
        bus, "R", lambda _snapshot: {"state": "ON", "pace": "3:50 /km"}, has_buttons=has_buttons
    )


@pytest.fixture
def bus():
    """A bus without a link."""
    clock = MachineClock()
    topics = Topics("track", "ana-b", "node1")
    return Bus(BrokerAddress("127.0.0.1", 1), Presence(topics, clock, run="R"), clock)


def keys_of(value: Any) -> set[str]:
    """All keys of Home Assistant's own in what it is told."""
    if isinstance(value, list):
        return set().union(*map(keys_of, value))
    if not isinstance(value, dict):
        return set()
    return set(value).union(*(keys_of(each) for key, each in value.items() if key != "components"))


def test_it_is_told_by_full_names_of_what_it_knows(bus):
    """One device; every entity has platform, an id that lasts, and a place to read or write."""
    whole = told(bus).discovery()
    components = whole["components"]
    used = keys_of(whole) | set().union(*map(keys_of, components.values()))

    assert used <= FULL_NAMES
    assert {"device", "origin", "components"} <= set(whole)
    assert len({each["unique_id"] for each in components.values()}) == len(components)
    for each in components.values():
        assert re.fullmatch(rf"{each['platform']}\.[a-z0-9_]+", each["default_entity_id"])
        assert each["platform"] in {"sensor", "event", "button"}
        assert ("command_topic" if each["platform"] == "button" else "state_topic") in each
    sensors = [each for each in components.values() if each["platform"] == "sensor"]
    assert {each["expire_after"] for each in sensors} == {15}
    assert len(json.dumps(whole)) < 65_536


def test_every_kind_of_cue_has_its_event(bus):
    """One for all is on, those for each kind are there to be switched on."""
    events = {
        key: each for key, each in told(bus).discovery()["components"].items() if each["platform"] == "event"
    }

    assert events["cue"]["event_types"] == [kind.value for kind in CueKind]
    assert set(events) == {"cue", *(f"cue_{kind.value}" for kind in CueKind)}
    assert [key for key, each in events.items() if each.get("enabled_by_default", True)] == ["cue"]


def test_there_are_buttons_only_with_control(bus):
    """Without it nothing is listened to."""
    platforms = {each["platform"] for each in told(bus, has_buttons=False).discovery()["components"].values()}

    assert platforms == {"sensor", "event"}


def rendered(template: str) -> str:
    """What Home Assistant makes of a command template, for the functions that ours use."""
    now = datetime(2026, 11, 30, 18, 4, 5, 250_000, tzinfo=UTC)
    known = {
        "(now().timestamp() * 1000) | int": str(int(now.timestamp() * 1000)),
        "states('sensor.coach_ana_b_step_id')": "m5",
        "utcnow().isoformat()": now.isoformat(),
    }
    return re.sub(r"\{\{ (.*?) \}\}", lambda found: known[found[1]], template)


def test_what_a_button_sends_is_a_command(bus):
    """With a `tx` of its own, the run, the step that was shown, and both its age and its time."""
    components = told(bus).discovery()["components"]
    buttons = {key: each for key, each in components.items() if each["platform"] == "button"}

    assert set(buttons) == {"mark", "next", "pause", "resume", "undo", "accept"}
    for name, each in buttons.items():
        press = decode(PressMessage, rendered(each["command_template"]).encode())
        assert (press.button, press.run, press.expect_step) == (name, "R", "m5")
        assert re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", press.tx)
        assert each["command_topic"] == "coach/v1/track/ana-b/cmd"
        assert each["retain"] is False
    assert components["step_id"]["default_entity_id"] == "sensor.coach_ana_b_step_id"


def test_the_state_changes_once_in_five_seconds(bus):
    """What is not known is absent, so that it is unknown there too."""
    home = told(bus)
    shows = rep_four()
    assert shows.heart_rate is not None
    sent = []
    for second in range(11):
        fresh = shows.heart_rate if second < 5 else replace(shows.heart_rate, freshness=Freshness.STALE)
        home.tick(replace(shows, heart_rate=fresh))
        waiting = bus._slots.pop("coach/v1/track/ana-b/home", None)
        if waiting is not None:
            sent.append((second, json.loads(waiting.message.payload)))

    assert [second for second, _ in sent] == [0, 5, 10]
    assert sent[0][1]["heart_rate_bpm"] == 171
    assert "heart_rate_bpm" not in sent[1][1]
    assert (sent[0][1]["state"], sent[0][1]["pace"]) == ("ON", "3:50 /km")
    assert sent[0][1]["left_distance_m"] == 213


@needs_mosquitto
def test_it_is_told_again_when_it_starts(tmp_path):
    """On a real broker: discovery is retained; after its birth comes discovery again, then that the coach is there."""
    broker = Mosquitto(tmp_path).start()
    device = Listener(broker.port, "#")

    async def run() -> None:
        async with Linked(broker.address) as linked:
            home = told(linked.bus)
            home.attach()
            await linked.until_up()
            home.tick(rep_four())
            await wait_until(lambda: device.of("/home") and len(device.of("/node1/status")) == 2)
            before = len(device.messages)
            await asyncio.to_thread(device.send, "homeassistant/status", "online")
            await wait_until(lambda: len(device.of("/config")) == 2)
            home.tick(rep_four())
            await wait_until(lambda: len(device.of("/node1/status")) == 3)
            later = [topic.rpartition("/")[2] for topic, _ in device.messages[before:]]
            assert later == ["status", "config", "status"]

    asyncio.run(run())
    late = Listener(broker.port, "homeassistant/device/#")
    asyncio.run(wait_until(lambda: late.of("/config")))
    states = [each["state"] for each in device.of("/node1/status")]
    device.close()
    late.close()
    broker.stop()

    assert states == ["online", "online", "online", "offline"]
    assert late.of("/config")[0]["device"]["identifiers"] == ["coach_node1_ana"]


@needs_mosquitto
def test_the_rules_of_the_how_to_let_the_house_in(tmp_path):
    """Beside those of securing a broker: it is told, reads the state, and presses; it sends nothing as the coach."""
    page = (ROOT / "docs" / "how-to" / "home-assistant.md").read_text(encoding="utf-8")
    house_rules = re.search(r"```\n(user house.*?)```", page, re.DOTALL)
    tool = shutil.which("mosquitto_passwd")
    assert ACL is not None
    assert house_rules is not None
    if tool is None:
        pytest.skip("no mosquitto_passwd")
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    for user in ("coach", "house"):
        subprocess.run([tool, "-b", str(passwords), user, user], check=True, capture_output=True)
    (tmp_path / "acl").write_text(f"{house_rules[1]}\n{ACL[1]}")
    rules = (f"password_file {passwords}", f"acl_file {tmp_path / 'acl'}")
    broker = Mosquitto(tmp_path, "allow_anonymous false", *rules).start()
    house = Listener(broker.port, "#", username="house", password="house")
    got: list[bytes] = []

    async def run() -> None:
        address = replace(broker.address, username="coach", password="coach")
        async with Linked(address) as linked:
            home = told(linked.bus)
            home.attach()
            linked.bus.subscribe("coach/v1/track/ana/#", lambda received: got.append(received.payload))
            await linked.until_up()
            home.tick(rep_four())
            await wait_until(lambda: house.of("/config") and house.of("/ana/home"))
            for topic in ("coach/v1/track/ana/cue", "coach/v1/track/ana/cmd"):
                await asyncio.to_thread(house.send, topic, "from the house", qos=1)
            await wait_until(lambda: b"from the house" in got)
            await asyncio.to_thread(house.send, "homeassistant/status", "online", qos=1)
            await wait_until(lambda: len(house.of("/config")) == 2)

    asyncio.run(run())
    house.close()
    broker.stop()

    assert got.count(b"from the house") == 1


# --- a buzzer on the wrist


def buzzer() -> ModuleType:
    """The example, as a computer reads it."""
    path = ROOT / "docs" / "examples" / "wrist_buzzer.py"
    spec = importlib.util.spec_from_file_location("wrist_buzzer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def message(kind: CueKind, seq: int, run: str = "R", **changes: Any) -> bytes:
    """A cue as it is published."""
    values = {**encode_event(cue(kind), None), "_type": "cue", "run": run, "seq": seq, **changes}
    return json.dumps(values).encode()


def test_a_cue_is_felt_once():
    """What comes again, or is no cue, is not; a new run counts from its own beginning."""
    module = buzzer()
    cues = module.Cues()
    fast = [module.SHORT_MS, module.GAP_MS, module.SHORT_MS]

    assert cues.take(message(CueKind.TOO_FAST, 7)) == fast
    assert cues.take(message(CueKind.TOO_FAST, 7)) == []
    assert cues.take(message(CueKind.TOO_SLOW, 8)) == [module.LONG_MS]
    assert cues.take(message(CueKind.TOO_FAST, 1, run="S")) == fast
    for other in (b"", b"nonsense", b"[]", b"{}", message(CueKind.TOO_FAST, 9, _type="probe")):
        assert cues.take(other) == []


def test_ease_off_and_faster_are_never_mixed_up():
    """Every verdict that the wrist can tell is felt as the screen shows it."""
    module = buzzer()
    by_tone = {Tone.FAST: "..", Tone.SLOW: "-", Tone.ON: "."}
    for kind in VERDICTS:
        felt = module.pattern_of({"kind": kind.value})
        signs = "".join("." if each == module.SHORT_MS else "-" for each in felt[::2])
        assert signs in {"", by_tone[VERDICT_LOOKS[kind].tone]}
    assert {*module.FAST, *module.SLOW} <= {kind.value for kind in CueKind}


def test_the_whole_program_runs_on_stand_ins(monkeypatch):
    """It joins, subscribes, feels a cue, survives a lost link, and pings."""
    done: list[Any] = []
    payloads = [message(CueKind.TOO_FAST, 1), None, message(CueKind.TOO_SLOW, 2)]

    class Stop(Exception):
        """The end of the test."""

    class Client:
        def __init__(self, name: str, broker: str, **options: Any) -> None:
            done.append(("client", name, broker, options["keepalive"]))

        def set_callback(self, callback: Any) -> None:
            self.callback = callback

        def connect(self) -> None:
            done.append("connect")

        def subscribe(self, topic: str) -> None:
            done.append(topic)

        def ping(self) -> None:
            done.append("ping")

        def check_msg(self) -> None:
            if not payloads:
                raise Stop
            payload = payloads.pop(0)
            if payload is None:
                raise OSError
            self.callback(b"cue", payload)

    class Motor:
        OUT = 1

        def __init__(self, *_: Any, **__: Any) -> None: ...

        def value(self, on: int) -> None:
            done.append(on)

    wlan = SimpleNamespace(active=lambda _on: None, isconnected=lambda: True)
    clock = SimpleNamespace(
        sleep=lambda _s: None, sleep_ms=lambda _ms: None, ticks_ms=lambda: 0, ticks_diff=lambda _a, _b: 20_000
    )
    for name, stand_in in {
        "machine": SimpleNamespace(Pin=Motor, unique_id=lambda: b"\x01\x02"),
        "network": SimpleNamespace(WLAN=lambda _kind: wlan, STA_IF=0),
        "settings": SimpleNamespace(PIN=4, BROKER="10.0.0.2", TOPIC="coach/v1/track/ana/cue"),
        "umqtt": SimpleNamespace(),
        "umqtt.simple": SimpleNamespace(MQTTClient=Client),
        "time": clock,
    }.items():
        monkeypatch.setitem(sys.modules, name, stand_in)
    with pytest.raises(Stop):
        buzzer().main()

    assert done[:3] == [("client", "wrist-0102", "10.0.0.2", 30), "connect", "coach/v1/track/ana/cue"]
    assert done[3:8] == [1, 0, 1, 0, "ping"]
    assert done[8:] == [0, "connect", "coach/v1/track/ana/cue", 1, 0, "ping"]


@pytest.mark.parametrize("page", ["home-assistant.md", "pace-lights.md", "wrist-buzzer.md"])
def test_each_page_says_that_nobody_tried_it(page):
    """On hardware, that is."""
    text = (Path(ROOT) / "docs" / "how-to" / page).read_text(encoding="utf-8")
    assert "untried on hardware" in text.lower()
