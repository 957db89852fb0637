"""What phones and gateways send: the forms, what is refused, and which sensor it is taken for."""
# mypy: disable-error-code="arg-type, comparison-overlap"
# plain numbers stand for quantities here

import asyncio
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.relay import LONGEST, OwnSensors, RelayForm, RelaySource, Unreadable, read_values
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Reported, Source
from tests.edge.doubles import FakeClock

STRAP = PairedSensor("D4:22:1A:00:00:01", "Polar H10 A1B2C3D4", SensorKind.STRAP, label="my strap")
POD = PairedSensor("D4:22:1A:00:00:02", "Stryd", SensorKind.POD)
PAIRED = [(STRAP, Source.STRAP), (POD, Source.POD)]
RUNNING = bytes(RunningSpeedCadenceMeasurement(4.0, 88, None, 100.0, True, b"")).hex()


class Box:
    """An inbox that keeps what it is handed, at 12 s into the run."""

    def __init__(self):
        """Start empty."""
        self.events = []

    def now(self):
        """The time of the run."""
        return 12.0

    def put(self, event):
        """Keep it."""
        self.events.append(event)


class Relay:
    """A source that listens to an inbox of its own."""

    def __init__(self, sensors=()):
        """Begin to listen."""
        self.said: list[str] = []
        self.clock = FakeClock()
        self.source = RelaySource(self.clock, self.said.append, sensors)
        self.box = Box()

        async def begin():
            listening = asyncio.create_task(self.source.listen(self.box))
            await asyncio.sleep(0)
            listening_inbox = self.source._inbox
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            self.source._inbox = listening_inbox  # as while the run goes on

        asyncio.run(begin())
        self.first = self.box.events.pop(0)

    def take(self, body, **how):
        """Send one message; the receipt, and the events that came of it."""
        before = len(self.box.events)
        content = (
            body
            if isinstance(body, bytes)
            else body.encode()
            if isinstance(body, str)
            else json.dumps(body).encode()
        )
        receipt = self.source.take(content, **{"sender": "phone"} | how)
        return receipt, self.box.events[before:]


def test_a_run_begins_to_look_for_what_is_forwarded():
    """The sensor row has the relay before anything came."""
    assert Relay().first == LinkChanged(0.0, Source.RELAY, LinkState.SEARCHING)


@pytest.mark.parametrize(
    ("body", "content_type", "bpm"),
    [
        (b'{"bpm": 152}', "application/json", 152),
        (b'{"bpm": "152"}', "", 152),
        (b"bpm=152", "application/x-www-form-urlencoded", 152),
        (b"bpm=152", "", 152),
        (b"rate=9&bpm=152", "text/plain", 152),
        (b"152", "text/plain", 152),
        (b" 152.0\n", "", 152),
        (b'{"heart_rate_bpm": 152}', "", 152),
        (b'{"heartRate": 152}', "", 152),
        (b'{"heartrate": 152, "battery": 80}', "", 152),
        (b'{"measured_at": 1764526000123, "data": {"heart_rate": 152}}', "", 152),
        (b'{"data": "heartRate:152"}', "application/json", 152),
    ],
)
def test_reads_the_forms_of_existing_apps(body, content_type, bpm):
    """JSON, forms and bare numbers are read by the rows of one table."""
    assert read_values(body, content_type).numbers["bpm"] == bpm


def test_reads_every_key_of_ours():
    """All numbers, the intervals between beats and the sender's time come into the run as one report."""
    body = {
        "bpm": 152,
        "rr_s": [0.39, 0.4],
        "speed_mps": 4.2,
        "cadence_spm": 178,
        "distance_m": 1234.5,
        "power_w": 280,
        "sent_s": 1764526000.25,
        "unknown": {"deep": [1]},
    }
    receipt, (event,) = Relay().take(body)
    assert receipt.is_taken
    assert receipt.status == 204
    assert isinstance(event, Reported)
    assert (event.source, event.heart_rate, event.rr_s) == (Source.RELAY, 152, (0.39, 0.4))
    assert (event.speed, event.cadence, event.distance, event.power) == (4.2, 178, 1234.5, 280)
    assert event.relayed is not None
    assert (event.relayed.by, event.relayed.heard_at, event.relayed.sent_s) == ("phone", 12.0, 1764526000.25)


@pytest.mark.parametrize(
    ("keys", "sent_s"),
    [
        ({"sent_ms": 1764526000250}, 1764526000.25),
        ({"ts": "2025-11-30T18:06:40.250Z"}, 1764526000.25),
        ({"ts": "2025-11-30T19:06:40.250+01:00"}, 1764526000.25),
        ({"ts": "2025-11-30T18:06:40"}, None),
        ({"ts": "yesterday"}, None),
        ({"sent_s": -5}, None),
        ({}, None),
    ],
)
def test_reads_the_time_of_the_sender(keys, sent_s):
    """Seconds, milliseconds or ISO 8601 with a zone; a time that cannot be is no time."""
    _, (event,) = Relay().take({"bpm": 150} | keys)
    assert event.relayed.sent_s == sent_s


@pytest.mark.parametrize("ts", ["2025-11-30T18:06:40", "yesterday"])
def test_a_time_that_is_none_is_told(ts):
    """Without it what is late counts as of now, so whoever set the app up has to hear of it."""
    relay = Relay()
    relay.take({"bpm": 150, "ts": ts})
    assert "ts is not a time with its zone" in relay.said[0]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 400, "none of the keys"),
        (b"{", 400, "not JSON"),
        (b"[1, 2]", 400, "none of the keys"),
        (b"[" * 3000, 400, "not JSON"),
        (b"\xff\xfe", 400, "not text"),
        (b'{"bpm": true}', 400, "none of the keys"),
        (b'{"bpm": null}', 400, "none of the keys"),
        (b'{"bpm": NaN}', 400, "none of the keys"),
        (b'{"bpm": 1e999}', 400, "none of the keys"),
        (b'{"bpm": 900}', 400, "bpm cannot be 900"),
        (b'{"bpm": 152, "age_s": 61}', 400, "it is 61 s old"),
        (b"bpm=152&age_s=3600", 400, "it is 3600 s old"),
        (b'{"sent_s": 5}', 400, "none of the keys"),
        (b"bpm=abc", 400, "none of the keys"),
        (b"&".join([b"a=1"] * 900), 400, "none of the keys"),
        (b'{"bpm": 152, "x": "' + b"y" * LONGEST + b'"}', 413, "longer than"),
    ],
)
def test_what_cannot_be_used_is_counted_and_told_once(body, status, word):
    """A bad message is answered with why, puts nothing into the run, and is told of once."""
    relay = Relay()
    for _ in range(3):
        receipt, events = relay.take(body)
        assert (receipt.status, receipt.is_taken, events) == (status, False, [])
        assert word in receipt.reason
        relay.clock.time += 10.0
    assert len(relay.said) == 1
    assert relay.source.refused == 3


def test_one_number_that_cannot_be_costs_no_other():
    """A speed of 99 m/s is left out, which is told once; the heart rate beside it is taken."""
    relay = Relay()
    _, (event,) = relay.take({"bpm": 150, "speed_mps": 99})
    assert (event.heart_rate, event.speed) == (150, None)
    relay.take({"bpm": 150, "speed_mps": 98})
    assert len(relay.said) == 1


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.sampled_from(RelayForm))
def test_no_message_raises(body, form):
    """Whatever bytes come, there is a receipt."""
    assert RelaySource.take(_listening, body, sender="x", form=form, sensor="s").status in {204, 400, 429}


_listening = Relay().source


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["bpm", "data", "rr_s", "sent_s", "ts", "sensor", "hex", "x"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_no_json_raises_but_unreadable(tree):
    """Keys of ours with any value are read or refused in words."""
    with suppress(Unreadable):
        read_values(json.dumps(tree).encode())


def test_the_bytes_of_a_packet_come_in_as_such():
    """Hex with gateway time and signal goes into the run undecoded."""
    _, (event,) = Relay().take(
        {"hex": RUNNING, "sent_s": 5.5, "rssi": -71}, sender="esp1", sensor="foot", form=RelayForm.RSC
    )
    assert isinstance(event, Notified)
    assert (event.source, event.characteristic) == (Source.POD, Characteristic.RSC_MEASUREMENT)
    assert event.payload.hex() == RUNNING
    assert event.relayed is not None
    assert (event.relayed.sensor, event.relayed.sent_s, event.relayed.rssi_dbm) == ("foot", 5.5, -71)


@pytest.mark.parametrize(
    ("body", "form", "word"),
    [
        ("zz", RelayForm.HR, "no packet in hex"),
        ("16", RelayForm.HR, "where the flags announce"),
        ('{"hex": 5}', RelayForm.HR, "no packet in hex"),
        ("00" * 65, RelayForm.RSC, "no packet in hex"),
        ("03" + "00" * 3, RelayForm.RSC, "where the flags announce"),
    ],
)
def test_bytes_that_are_no_packet_are_refused(body, form, word):
    """The codecs say what is wrong with them."""
    receipt, events = Relay().take(body, sensor="x", form=form)
    assert word in receipt.reason
    assert events == []


def test_hex_alone_is_enough():
    """A gateway without a clock sends the bytes and no more."""
    _, (event,) = Relay().take("0098", sender="esp1", sensor="h", form=RelayForm.HR)
    assert (event.source, event.relayed.sent_s) == (Source.STRAP, None)
    _, (battery,) = Relay().take("4b", sender="esp1", sensor="strap", form=RelayForm.BATT)
    assert battery.characteristic is Characteristic.BATTERY_LEVEL


@pytest.mark.parametrize(
    ("word", "form", "place"),
    [
        ("d4221a000001", RelayForm.HR, (Source.STRAP, "")),
        ("D4:22:1A:00:00:02", RelayForm.RSC, (Source.POD, "")),
        ("my-strap", RelayForm.VALUE, (Source.STRAP, "")),
        ("stryd", RelayForm.VALUE, (Source.POD, "")),
        ("strap", RelayForm.VALUE, (Source.STRAP, "")),
        ("pod", RelayForm.RSC, (Source.POD, "")),
        ("watch", RelayForm.VALUE, (Source.WATCH, "watch")),
        ("phone", RelayForm.VALUE, (Source.RELAY, "phone")),
        ("anything", RelayForm.VALUE, (Source.RELAY, "anything")),
    ],
)
def test_a_sensor_is_known_by_id_label_name_or_kind(word, form, place):
    """A sender names a paired sensor as people spell it, or says what it is."""
    assert OwnSensors(PAIRED).identify(word, form) == place


def test_a_strangers_packets_are_refused_where_one_is_paired():
    """Somebody else's strap near a gateway measures nobody's run."""
    receipt, events = Relay(PAIRED).take("0098", sender="esp1", sensor="c0ffee", form=RelayForm.HR)
    assert "no sensor of yours is called c0ffee" in receipt.reason
    assert events == []


def test_another_pod_of_the_pool_is_another_sensor():
    """Of three pods two are the run's; the third is a pod by its own name."""
    third = PairedSensor("D4:22:1A:00:00:09", "Old pod", SensorKind.POD)
    assert OwnSensors([*PAIRED, (third, None)]).identify("Old pod", RelayForm.RSC) == (
        Source.POD,
        "d4221a000009",
    )


def test_the_sensor_of_a_message_counts_before_that_of_its_path():
    """One phone forwards two sensors by one address."""
    _, (event,) = Relay(PAIRED).take({"bpm": 150, "sensor": "strap"}, sensor="watch")
    assert event.source is Source.STRAP


def test_a_flood_is_bounded_and_told_once():
    """Of a thousand messages at once a burst is taken; the rest is counted, and nothing waits."""
    relay = Relay()
    statuses = [relay.take(b"bpm=150")[0].status for _ in range(1000)]
    assert statuses.count(204) == 24
    assert statuses.count(429) == 976
    assert len(relay.said) == 1
    relay.clock.time += 1.0
    assert [relay.take(b"bpm=150")[0].status for _ in range(9)].count(204) == 8


def test_many_senders_share_one_limit():
    """Sixty-four ways are told apart, and all of them together have 60 messages a second."""
    relay = Relay()
    receipts = [relay.take(b"bpm=150", sender=f"gw{n % 80}")[0] for n in range(800)]
    assert len([receipt for receipt in receipts if receipt.is_taken]) <= 180
    assert any("64 senders" in receipt.reason for receipt in receipts)
    assert len(relay.source.summary()) == 64


@pytest.mark.parametrize("name", ["", "a b", "x" * 33, "\x1b[2J", "../etc"])
def test_names_are_plain(name):
    """A sender's name is letters, digits and a few signs; it reaches no screen otherwise."""
    relay = Relay()
    receipt, events = relay.take(b"bpm=150", sender=name)
    assert (receipt.status, events) == (400, [])
    assert "\x1b" not in "".join(relay.said)


def test_a_name_within_a_message_is_made_plain():
    """What a message calls its sensor reaches no screen as it is."""
    _, (event,) = Relay().take({"bpm": 150, "sensor": "\x1b[2J My Strap " + "x" * 90})
    assert event.relayed.sensor == ("2jmystrap" + "x" * 90)[:32]


def test_a_retained_message_is_old():
    """What a broker kept from earlier is refused."""
    receipt, events = Relay().take(b"bpm=150", is_retained=True)
    assert (receipt.status, events) == (400, [])


def test_before_and_after_a_run_nothing_is_taken():
    """Without a run to take it a message is answered with 503."""
    source = RelaySource(FakeClock(), print)
    assert source.take(b"bpm=150", sender="phone").status == 503


@pytest.mark.parametrize(
    ("sender", "sensor", "is_taken"),
    [
        ("gateway", "ana-strap", True),
        ("gateway", "Ana", True),
        ("ana", "", True),
        ("ana-phone", "strap", True),
        ("gateway", "HRM-17", True),
        ("gateway", "ben-strap", False),
        ("gateway", "strap", False),
        ("ben", "", False),
        ("phone", "", False),
        ("gateway", "anabel-strap", False),
    ],
)
def test_of_several_runners_each_takes_their_own(sender, sensor, is_taken):
    """Everybody hears all that a broker has: what is another runner's is passed over without a word."""
    relay = Relay([(PairedSensor("D4:22", "HRM 17", SensorKind.STRAP), Source.STRAP)])
    relay.source.take_only("ana")
    receipt, events = relay.take({"bpm": 150}, sender=sender, sensor=sensor)
    assert receipt.is_taken is is_taken
    assert bool(events) is is_taken
    assert relay.said == []
    if sensor == "ana-strap":
        assert events[-1].source is Source.STRAP
