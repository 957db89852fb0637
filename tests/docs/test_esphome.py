"""The example of an ESPHome gateway: it is YAML, and what it publishes is what the relay takes.

It was not tried on an ESP32; what can be checked without one is checked here.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from coach.edge.mqtt_topics import ROOT, TOPICS
from coach.edge.relay import RelayForm
from tests.edge.test_relay_source import Relay

FILE = Path(__file__).parents[2] / "docs" / "examples" / "esphome-relay.yaml"


class Reader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML with the tag of secrets, which stay their names."""


Reader.add_constructor("!secret", lambda loader, node: f"secret {loader.construct_scalar(node)}")


@pytest.fixture(scope="module")
def gateway() -> dict[str, Any]:
    """The file as ESPHome reads it, names filled in."""
    tree = yaml.load(FILE.read_text(encoding="utf-8"), Reader)

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [filled(each) for each in value]
        if isinstance(value, str):
            return re.sub(r"\$\{(\w+)\}", lambda found: str(tree["substitutions"][found[1]]), value)
        return value

    return {key: filled(value) for key, value in tree.items()}


def test_it_holds_no_password(gateway: dict[str, Any]) -> None:
    """Whatever is secret stands in a file of its own."""
    secret = [gateway["wifi"][key] for key in ("ssid", "password")]
    secret += [gateway["mqtt"][key] for key in ("broker", "username", "password")]
    assert all(value.startswith("secret ") for value in secret)


def test_it_listens_to_the_strap_that_is_named(gateway: dict[str, Any]) -> None:
    """Both sensors are of the one client, with the services and characteristics of the Bluetooth SIG."""
    (client,) = gateway["ble_client"]
    assert re.fullmatch(r"([0-9A-F]{2}:){5}[0-9A-F]{2}", client["mac_address"])
    told = [(each["service_uuid"], each["characteristic_uuid"]) for each in gateway["sensor"]]
    assert told == [("180D", "2A37"), ("180F", "2A19")]
    assert {each["ble_client_id"] for each in gateway["sensor"]} == {client["id"]}
    assert gateway["sensor"][0]["notify"] is True


@pytest.mark.parametrize(
    ("place", "values"), [(0, {"%s": "1098a001", "%u": "48211250"}), (1, {"%02x": "4b"})]
)
def test_what_it_publishes_is_taken(gateway: dict[str, Any], place: int, values: dict[str, str]) -> None:
    """Topic and body of each lambda are those of the table of topics, and go into a run."""
    code = gateway["sensor"][place]["lambda"]
    (topic,) = re.findall(r'publish\("([^"]+)"', code)
    (body,) = re.findall(r'snprintf\(body, sizeof\(body\), "((?:[^"\\]|\\.)*)"', code)
    text = body.replace('\\"', '"')
    for word, value in values.items():
        text = text.replace(word, value)
    site, kind, by, sensor, form = topic.removeprefix(f"{ROOT}/").split("/")
    pattern = TOPICS[f"raw_{form}"].place
    assert topic == pattern.format(root=ROOT, site=site, gateway=by, sensor=sensor)
    assert kind == "raw"
    receipt, (event,) = Relay().take(text, sender=by, sensor=sensor, form=RelayForm(form))
    assert receipt.is_taken
    assert event.source.value == "strap"
