"""Tests of faults of a broker, each with a real mosquitto: none delays a run, and nothing old is sent."""

import asyncio
import itertools
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from coach.edge.telemetry import bus
from coach.edge.telemetry.bus import BusState, Policy, Received
from coach.edge.telemetry.topics import LARGEST, Outgoing, Protocol
from tests.edge.telemetry.brokers import Linked, Listener, Mosquitto, needs_mosquitto
from tests.patience import wait_until

pytestmark = [needs_mosquitto, pytest.mark.asyncio]


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Shorten the delays between attempts."""
    monkeypatch.setattr(bus, "_LEAST_DELAY_S", 0.05)
    monkeypatch.setattr(bus, "_MOST_DELAY_S", 0.1)


def lap(seq: int) -> tuple[int, Outgoing]:
    """A kept message that says its number."""
    return seq, Outgoing("coach/v1/track/ana/lap", f'{{"seq": {seq}}}'.encode(), qos=1)


class Gate:
    """Lets a bus make its links only when it is open, so that a device can be there first."""

    def __init__(self) -> None:
        self.is_open = True

    async def __call__(self, *wanted: Any) -> bus.Connection:
        """Make a link, as soon as the gate is open."""
        while not self.is_open:  # noqa: ASYNC110 - it is opened on another thread
            await asyncio.sleep(0.01)
        return await bus.open_connection(*wanted)


class SlowBirth(bus.Connection):
    """A link that notes what it does, and is stopped while it says that the coach is online."""

    def __init__(self, link: bus.Connection) -> None:
        super().__init__(link._client, link.protocol)
        self.steps: list[str] = []
        self.may_go_on = threading.Event()

    async def subscribe(self, patterns: Sequence[tuple[str, int]]) -> None:
        """Subscribe, and note what for."""
        await super().subscribe(patterns)
        self.steps += [pattern for pattern, _ in patterns]

    async def publish(self, message: Outgoing) -> None:
        """Note the topic, then publish once that is allowed."""
        self.steps.append(message.topic)
        while not self.may_go_on.is_set():  # noqa: ASYNC110 - it is set on another thread
            await asyncio.sleep(0.001)
        await super().publish(message)


async def test_what_is_subscribed_while_the_link_begins_is_served(mosquitto, listener):
    """Earlier subscriptions stand before the coach says that it is online, and none in between is forgotten."""
    links: list[SlowBirth] = []
    got: list[Received] = []

    async def opener(*wanted: Any) -> bus.Connection:
        links.append(SlowBirth(await bus.open_connection(*wanted)))
        return links[-1]

    linked = Linked(mosquitto.address, opener=opener)
    linked.bus.subscribe("coach/v1/track/ana/cmd", got.append, qos=1)
    async with linked:
        await wait_until(lambda: links and links[0].steps[-1:] == ["coach/v1/track/node/node1/status"])
        before_birth = links[0].steps[:-1]
        linked.bus.subscribe("coach/v1/track/gate/+", got.append, qos=1)
        links[0].may_go_on.set()
        await linked.until_up()
        await asyncio.to_thread(listener.send, "coach/v1/track/gate/line", b"1", qos=1)
        await wait_until(lambda: got)

    assert before_birth == ["coach/v1/track/ana/cmd"]
    assert got[0].levels()[-1] == "line"


async def test_a_broker_that_is_down_at_the_start_holds_nothing_up(tmp_path):
    """The bus starts at once and says what is wrong; once the broker is there, birth, state and all laps arrive."""
    broker = Mosquitto(tmp_path)
    gate, journal = Gate(), [lap(1), lap(2)]
    async with Linked(broker.address, opener=gate, replay=lambda after: journal[after:]) as linked:
        started = time.monotonic()
        linked.bus.publish("coach/v1/track/ana/state", '{"phase": "work"}', qos=1, retain=True)
        linked.bus.keep(*lap(1))
        linked.bus.keep(*lap(2))
        took_s = time.monotonic() - started
        await wait_until(lambda: BusState.LOST in linked.states)
        gate.is_open = False
        broker.start()
        device = Listener(broker.port)
        gate.is_open = True
        await linked.until_up()
        await wait_until(lambda: len(device.of("/lap")) == 2)
    device.close()
    broker.stop()

    assert took_s < 0.1  # three calls that only queue
    assert "onnection refused" in linked.words
    assert [each["state"] for each in device.of("/status")] == ["online", "offline"], device.of("/status")
    assert device.of("/state")[0] == {"phase": "work"}
    assert [each["seq"] for each in device.of("/lap")] == [1, 2]


async def test_after_an_outage_laps_come_again_and_cues_and_telemetry_never(mosquitto):
    """Of an outage the laps are read from the journal by number; everything else is dropped and counted."""
    read: list[int] = []

    def journal(after: int) -> list[tuple[int, Outgoing]]:
        read.append(after)
        return [lap(seq) for seq in range(after + 1, 5)]

    gate = Gate()
    async with Linked(mosquitto.address, opener=gate, replay=journal) as linked:
        await linked.until_up()
        linked.bus.keep(*lap(1))
        await wait_until(lambda: linked.bus.unsent == 0)
        gate.is_open = False
        mosquitto.stop()
        await wait_until(lambda: linked.bus.state is BusState.LOST)
        linked.bus.keep(*lap(2))
        linked.bus.keep(*lap(3))
        for seconds in range(3):
            linked.bus.publish("coach/v1/track/ana/tm", f'{{"at_s": {seconds}}}', ttl_s=0.05)
        cue = Outgoing("coach/v1/track/ana/cue", b'{"kind": "too_fast"}', qos=1)
        linked.bus.send(cue, Policy.EVENT, ttl_s=0.05)
        await asyncio.sleep(0.1)  # as ten minutes: everything but the laps is too old
        mosquitto.start()
        device = Listener(mosquitto.port)
        gate.is_open = True
        await linked.until_up()
        linked.bus.keep(*lap(4))
        await wait_until(lambda: [each["seq"] for each in device.of("/lap")][-1:] == [4])
    device.close()

    assert [each["seq"] for each in device.of("/lap")] == [2, 3, 4]
    assert read[0] == 1
    assert device.of("/cue") == []
    assert device.of("/tm") == []
    assert linked.bus.dropped["ana/cue late"] == 1
    assert linked.bus.dropped["ana/tm overtaken"] == 2


async def test_a_frozen_broker_is_found_out_and_given_up(mosquitto, monkeypatch):
    """Without a reset of the connection the first message that gets no answer shows that the link is lost."""
    monkeypatch.setattr(bus, "ANSWER_S", 0.3)
    async with Linked(mosquitto.address) as linked:
        await linked.until_up()
        await wait_until(lambda: not linked.bus._awaited)
        mosquitto.freeze()
        linked.bus.publish("coach/v1/track/ana/state", "{}", qos=1, retain=True)
        await wait_until(lambda: BusState.LOST in linked.states)
        began = time.monotonic()

    assert "does not answer" in linked.words
    assert time.monotonic() - began < 5  # the end of the run does not wait for it


async def test_a_broker_that_was_frozen_at_the_start_is_not_spoken_to_in_the_old_version_for_ever(mosquitto):
    """Silence is taken for a broker that knows no version 5, until the next link: then it is asked again."""
    links: list[bus.Connection] = []

    async def opener(*wanted: Any) -> bus.Connection:
        if not links and wanted[3] is Protocol.V5:
            raise bus.LinkError(bus.LinkFault.SILENT, "the broker does not answer")
        links.append(await bus.open_connection(*wanted))
        return links[-1]

    async with Linked(mosquitto.address, opener=opener) as linked:
        await linked.until_up()
        mosquitto.stop()
        await wait_until(lambda: BusState.LOST in linked.states)
        mosquitto.start()
        await wait_until(lambda: len(links) > 1 and linked.bus.state is BusState.UP)

    assert [link.protocol for link in links] == [Protocol.V311, Protocol.V5]


async def test_a_silent_broker_is_found_out_by_the_keepalive(mosquitto, monkeypatch):
    """The link is lost even if no message needs an answer."""
    monkeypatch.setattr(bus, "KEEPALIVE_S", 1)
    async with Linked(mosquitto.address) as linked:
        await linked.until_up()
        await wait_until(lambda: not linked.bus._awaited)
        mosquitto.freeze()
        await wait_until(lambda: BusState.LOST in linked.states)

    assert linked.states[-1] in {BusState.LOST, BusState.UP}


async def test_topics_that_the_broker_refuses_in_silence_are_told(tmp_path):
    """The broker acknowledges what it drops; a probe that is not delivered shows it."""
    rules = tmp_path / "acl"
    rules.write_text("topic readwrite coach/v1/track/node/#\ntopic readwrite coach/v1/track/ana/state\n")
    broker = Mosquitto(tmp_path, "allow_anonymous true", f"acl_file {rules}").start()
    async with Linked(broker.address) as linked:
        await wait_until(lambda: "does not hand out" in linked.words)
    broker.stop()

    assert set(linked.bus.refused) == {
        f"coach/v1/track/{name}" for name in ("ana/tm", "ana/cue", "ana/lap", "ana/summary", "light/ana/plan")
    }
    assert "ana/cue" in linked.words
    assert "ana/state" not in linked.words


async def test_a_rule_that_changes_in_mid_run_is_told(tmp_path, monkeypatch):
    """The broker reads its rules anew and goes on acknowledging; that it hands the topic out again is told too."""
    monkeypatch.setattr(bus, "_PROBE_EVERY_S", 0.05)
    monkeypatch.setattr(bus, "_PROBE_S", 0.3)
    rules = tmp_path / "acl"
    rules.write_text("topic readwrite coach/v1/#\n")
    broker = Mosquitto(tmp_path, "allow_anonymous true", f"acl_file {rules}").start()
    async with Linked(broker.address) as linked:
        await wait_until(lambda: linked.bus._has_probed)
        before = linked.words
        rules.write_text("topic readwrite coach/v1/#\ntopic deny coach/v1/track/ana/cue\n")
        broker.read_anew()
        await wait_until(lambda: "any more" in linked.words)
        refused = linked.bus.refused
        rules.write_text("topic readwrite coach/v1/#\n")
        broker.read_anew()
        await wait_until(lambda: "hands out again" in linked.words)
    broker.stop()

    assert "hand out" not in before
    assert refused == ("coach/v1/track/ana/cue",)
    assert [words for _, words in linked.told if "hand" in words] == [
        "the broker does not hand out any more what is sent to ana/cue",
        "the broker hands out again what is sent to ana/cue",
    ]
    assert linked.bus.refused == ()


async def test_two_with_one_client_id_do_not_fight_for_ever(mosquitto, monkeypatch):
    """The one whose links are ended again and again stops trying, and says why."""
    monkeypatch.setattr(bus, "_MOST_DELAY_S", 0.05)
    async with (
        Linked(mosquitto.address, client_id="coach") as one,
        Linked(mosquitto.address, client_id="coach") as two,
    ):
        await wait_until(lambda: BusState.REFUSED in {one.bus.state, two.bus.state})
        given_up, left = (one, two) if one.bus.state is BusState.REFUSED else (two, one)
        assert "another client may have that id" in given_up.words
        await wait_until(lambda: left.bus.state is BusState.UP)


async def test_without_a_client_id_of_their_own_two_coaches_get_on(mosquitto):
    """Each start has a new id."""
    async with Linked(mosquitto.address) as one, Linked(mosquitto.address) as two:
        await one.until_up()
        await two.until_up()
        await asyncio.sleep(0.2)

        assert one.bus.state is two.bus.state is BusState.UP
        assert one.bus._client_id != two.bus._client_id


async def test_a_device_that_comes_back_gets_no_stale_cue(mosquitto):
    """The broker holds cues for a device that was away, and forgets each when it is too old."""
    got: list[bytes | bytearray] = []
    is_subscribed = threading.Event()
    session = Properties(PacketTypes.CONNECT)
    session.SessionExpiryInterval = 60

    def device() -> paho.Client:
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="wrist", protocol=paho.MQTTv5)
        client.on_message = lambda _client, _data, message: got.append(message.payload)
        client.on_subscribe = lambda *_: is_subscribed.set()
        client.connect("127.0.0.1", mosquitto.port, clean_start=False, properties=session)
        client.loop_start()
        return client

    wrist = device()
    await wait_until(wrist.is_connected)
    wrist.subscribe("coach/v1/track/ana/cue", qos=1)
    await wait_until(is_subscribed.is_set)
    wrist.disconnect()
    wrist.loop_stop()
    async with Linked(mosquitto.address) as linked:
        await linked.until_up()
        await wait_until(lambda: not linked.bus._awaited)
        for text, ttl_s in ((b"old", 1.0), (b"new", 60.0)):
            message = Outgoing("coach/v1/track/ana/cue", text, qos=1, expiry_s=ttl_s)
            linked.bus.send(message, Policy.EVENT, ttl_s=ttl_s)
        await asyncio.sleep(2.1)
        wrist = device()
        await wait_until(lambda: b"new" in got)
        await asyncio.sleep(0.1)
    wrist.disconnect()
    wrist.loop_stop()

    assert [each for each in got if b"probe" not in each] == [b"new"]


async def test_a_flood_stays_in_its_bounds_and_the_newest_wins(mosquitto):
    """Messages come faster than they are taken: few wait, the last arrives, and the rest is counted."""
    taken: list[int] = []
    waiting: list[int] = []
    async with Linked(mosquitto.address) as linked:
        linked.bus.subscribe(
            "coach/v1/track/raw/+/+/hr", lambda each: taken.append(int(each.payload)), qos=1, room=16
        )
        await linked.until_up()
        gateway = paho.Client(CallbackAPIVersion.VERSION2)
        gateway.connect("127.0.0.1", mosquitto.port)
        gateway.loop_start()
        for number in range(6000):
            gateway.publish("coach/v1/track/raw/gw/strap/hr", str(number))
        gateway.publish("coach/v1/track/raw/gw/strap/hr", "6000", qos=1)
        for _ in itertools.count():
            waiting.append(sum(len(each.queue) for each in linked.bus._subscriptions))
            if taken and taken[-1] == 6000:
                break
            await asyncio.sleep(0.02)
    gateway.disconnect()
    gateway.loop_stop()

    assert max(waiting) <= 16
    assert taken == sorted(taken)
    assert len(taken) < 6001
    assert linked.bus.dropped["raw/+/+/hr flood"] > 0


async def test_what_is_hostile_or_huge_is_taken_off_and_hurts_nothing(mosquitto, listener, caplog):
    """An oversized message has no payload, and a handler that fails does not keep the next message away."""
    got: list[Received] = []

    def handler(received):
        got.append(received)
        if received.payload == b"fail":
            raise RuntimeError

    caplog.set_level(logging.CRITICAL, "coach.edge.telemetry.bus")
    async with Linked(mosquitto.address) as linked:
        linked.bus.subscribe("coach/v1/track/ana/cmd", handler, qos=1)
        await linked.until_up()
        for payload in (b"x" * (LARGEST + 1), b"fail", b"\xff\x00", b"{}"):
            await asyncio.to_thread(listener.send, "coach/v1/track/ana/cmd", payload, qos=1)
        await wait_until(lambda: len(got) == 4)

    assert [each.is_oversized for each in got] == [True, False, False, False]
    assert got[0].payload == b""
    assert linked.bus.dropped["ana/cmd failed"] == 1


async def test_a_retained_message_says_so(mosquitto, listener):
    """A retained message is marked, so that an old command can be refused."""
    got: list[Received] = []
    await asyncio.to_thread(listener.send, "coach/v1/track/ana/cmd", b"old", qos=1, retain=True)
    async with Linked(mosquitto.address) as linked:
        linked.bus.subscribe("coach/v1/track/ana/cmd", got.append, qos=1)
        await wait_until(lambda: got)
        await asyncio.to_thread(listener.send, "coach/v1/track/ana/cmd", b"new", qos=1)
        await wait_until(lambda: len(got) == 2)

    assert [(each.payload, each.is_retained) for each in got] == [(b"old", True), (b"new", False)]


async def test_a_coach_that_is_killed_leaves_its_will(mosquitto, listener):
    """The broker says `offline` for it, with a number above that of its birth."""
    links: list[bus.Connection] = []

    async def opener(*wanted: Any) -> bus.Connection:
        links.append(await bus.open_connection(*wanted))
        return links[-1]

    async with Linked(mosquitto.address, opener=opener) as linked:
        await linked.until_up()
        await wait_until(lambda: listener.of("/status"))
        linked.bus._call_link(links[0]._client._client._sock_close)
        await wait_until(
            lambda: [each["state"] for each in listener.of("/status")][:2] == ["online", "offline"]
        )

    birth, will = listener.of("/status")[:2]
    assert will["seq"] > birth["seq"]
    assert will["boot"] == birth["boot"]


async def test_who_subscribes_later_is_served_too(mosquitto, listener):
    """A subscription that is made while the link is up needs no new link."""
    got: list[Received] = []
    async with Linked(mosquitto.address) as linked:
        await linked.until_up()
        linked.bus.subscribe("coach/v1/track/gate/+", got.append)
        await linked.until_up()
        await asyncio.to_thread(listener.send, "coach/v1/track/gate/line", b"1")
        await wait_until(lambda: got)

    assert got[0].levels()[-1] == "line"


async def test_a_broker_that_is_not_there_is_asked_at_growing_intervals(monkeypatch):
    """Between half a second and fifteen, drawn anew each time."""
    monkeypatch.undo()
    delays = [bus._delay(attempt) for attempt in range(12) for _ in range(50)]

    assert min(delays) == pytest.approx(0.5)
    assert 10 < max(delays) <= 15
    assert len({round(each, 3) for each in delays[-50:]}) > 40
    assert all(bus._delay(1) <= 2.0 for _ in range(50))


async def test_the_address_is_not_what_holds_the_password(mosquitto):
    """It is in neither form of the address that is printed."""
    address = replace(mosquitto.address, username="coach", password="secret")

    assert "secret" not in f"{address} {address!r}"
