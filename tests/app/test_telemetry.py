"""The reports about the link to a broker, and this laptop's name in topics."""

import pytest

from coach.app.telemetry import LinkReport, node_name
from coach.app.terminal import Announcer, SilentConsole
from coach.edge.files import runner_paths
from coach.edge.telemetry.address import BrokerAddress
from coach.edge.telemetry.bus import BusState


class Heard(SilentConsole):
    """A console that keeps its lines."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        """Keep it."""
        self.said.append(text)


@pytest.fixture
def console():
    """A console that keeps its lines."""
    return Heard()


def told(console, *, is_screen=False):
    """Return the report of a link, for lines or under a screen."""
    return LinkReport(BrokerAddress("broker.local", 8883), Announcer(console), None if is_screen else console)


def test_an_outage_is_told_once_and_its_end_too(console):
    """Ten failed attempts are one outage."""
    link = told(console)
    for state, words in (
        (BusState.UP, "MQTT 5"),
        (BusState.LOST, "the broker does not answer"),
        (BusState.LOST, "connection refused"),
        (BusState.UP, "MQTT 5"),
    ):
        link(state, words)

    assert console.said == [
        "MQTT: connected to broker.local:8883, MQTT 5.",
        "MQTT: no link to broker.local:8883: the broker does not answer. The run continues, and the link is retried.",
        "MQTT: connected to broker.local:8883, MQTT 5.",
    ]


def test_on_a_screen_only_trouble_is_told(console):
    """The title bar has a word as long as it lasts."""
    link = told(console, is_screen=True)
    words = []
    for state in (BusState.CONNECTING, BusState.UP, BusState.LOST, BusState.UP, BusState.REFUSED):
        link(state, "why")
        words.append(link.word)

    assert words == ["", "", "MQTT lost", "", "MQTT off"]
    assert len(console.said) == 2


def test_what_the_broker_refuses_is_told_while_the_link_is_up(console):
    """The probe finds it some seconds after the link was made."""
    link = told(console, is_screen=True)
    link(BusState.UP, "MQTT 5")
    link(BusState.UP, "the broker does not hand out what is sent to ana/cue")

    assert console.said == ["MQTT: the broker does not hand out what is sent to ana/cue."]


def test_a_laptop_keeps_its_name_in_the_topics(home):
    """The name is created once and reveals nothing about its owner; a damaged one is replaced."""
    name = node_name()
    kept = runner_paths().state / "mqtt-node"

    assert node_name() == name
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_bytes(b"../\xff")
    assert node_name() != name


def test_a_home_that_cannot_be_written_gets_a_name_all_the_same(home):
    """The name is another one at each start."""
    home.write_text("no folder")

    assert len(node_name()) == 8
