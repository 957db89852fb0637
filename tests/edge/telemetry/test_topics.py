"""Tests of the topics and their payloads: strict when they are written, lenient when they are read."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from coach.edge.telemetry.sink import _LAP_EVENTS
from coach.edge.telemetry.topics import (
    TOPICS,
    CueMessage,
    Direction,
    LapMessage,
    MessageError,
    Status,
    Topics,
    athlete_level,
    decode,
    encode,
    iso_utc,
    matches,
)

PAGES = Path(__file__).parents[3] / "docs" / "reference"
PUBLISHED = ("mqtt.asyncapi.json", "mqtt.schema.json")
NAMES = Path(__file__).parents[2] / "golden" / "names.txt"
STATUS = {
    "seq": 1,
    "ts": "2026-11-21T18:04:05.250Z",
    "ttl_ms": 1000,
    "state": "online",
    "version": "1",
    "boot": "b",
}


def keys_of(event: str) -> set[str]:
    """The keys of an event, as scripts may rely on them."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    return {line.split(".")[1] for line in lines if line.startswith(f"{event}.")}


@pytest.mark.parametrize("event", sorted(_LAP_EVENTS))
def test_a_lap_has_every_key_of_its_events(event):
    """A key that is added to an event must be added to the payload, or its laps could not be sent."""
    names = {field.alias or name for name, field in LapMessage.model_fields.items()}

    assert keys_of(event)
    assert keys_of(event) <= names


def test_a_cue_has_every_key_of_its_event():
    """As above."""
    names = {field.alias or name for name, field in CueMessage.model_fields.items()}

    assert keys_of("cue") - {"band"} <= names | keys_of("why")


def test_a_payload_is_strict_on_the_way_out_and_patient_on_the_way_in():
    """An unknown key is an error when a payload is written, and ignored when one is read."""
    payload = encode(Status, STATUS)

    assert payload.startswith(b'{"v":1,"_type":"status","seq":1,')
    with pytest.raises(ValidationError, match="later"):
        encode(Status, STATUS | {"later": 1})
    assert decode(Status, payload[:-1] + b',"later":1}') == decode(Status, payload)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "EOF"),
        (b"\xff\xfe", "Invalid"),
        (b"[]", "object"),
        (b'{"v":1}', "seq: Field required"),
        (b'{"v":2}', "v: "),
        (b"{" + b" " * 9000 + b"}", "9002 bytes are more than 8192"),
        (b'{"a":' * 500, "nvalid"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(payload, words):
    """Whatever was sent, only `MessageError` is raised."""
    with pytest.raises(MessageError) as told:
        decode(Status, payload)

    assert words in str(told.value)


def test_what_is_not_known_is_absent():
    """It is never null."""
    assert b"null" not in encode(Status, STATUS)


def test_a_topic_is_made_from_its_row():
    """Root, site, node and athlete are filled in."""
    topics = Topics("track", "ana", "n1")

    assert topics.of("cue") == "coach/v1/track/ana/cue"
    assert topics.of("hb") == "coach/v1/track/node/n1/hb"
    assert topics.at_site("raw/+/+/hr") == "coach/v1/track/raw/+/+/hr"
    assert topics.short(topics.at_site("ana/cmd")) == "ana/cmd"


@pytest.mark.parametrize(
    ("slug", "level"),
    [
        ("ana", "ana"),
        ("", "athlete"),
        ("gate", "athlete-gate"),
        ("node", "athlete-node"),
        ("A/+#", "a---"),
        ("Ольга", "olga"),
    ],
)
def test_an_athlete_never_stands_where_something_else_does(slug, level):
    """A slug cannot add a level or a wildcard to a topic."""
    assert athlete_level(slug) == level


@pytest.mark.parametrize(
    ("pattern", "topic", "fits"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("#", "a/b", True),
        ("#", "$SYS/x", False),
        ("a/b/c", "a/b", False),
        ("a/b", "a/b/c", False),
    ],
)
def test_patterns_match_as_in_the_standard(pattern, topic, fits):
    """`+` is one level, `#` the rest."""
    assert matches(pattern.split("/"), topic.split("/")) is fits


def test_moments_are_written_to_the_millisecond():
    """In UTC, rounded."""
    assert iso_utc(1_763_748_245.2504) == "2025-11-21T18:04:05.250Z"
    assert iso_utc(0.9996) == "1970-01-01T00:00:01.000Z"


def test_cues_and_telemetry_are_never_retained():
    """A device that connects late must not get what was true earlier."""
    assert not any(TOPICS[name].is_retained for name in ("cue", "tm", "lap", "hb"))
    assert all(TOPICS[name].is_retained for name in ("status", "info", "state"))


def test_the_page_names_the_type_that_a_reader_compares():
    """The answer to a command is an `ack`, though its topic is `cmd_ack` in the table."""
    sections = (PAGES / "mqtt.md").read_text(encoding="utf-8").split("\n### ")
    for topic in TOPICS.values():
        if topic.direction is Direction.OUT:
            (section,) = (each for each in sections if each.startswith(f"`{topic.name}`\n"))
            assert f"Its `_type` is `{topic.payload.model_fields['type'].default}`." in section


def test_every_reference_of_the_published_files_leads_somewhere():
    """Channels, messages, parameters and payloads of the AsyncAPI file, and the schemas within each other."""
    files = {name: json.loads((PAGES / name).read_text(encoding="utf-8")) for name in PUBLISHED}

    for name, document in files.items():
        for reference in references(document):
            other, _, path = reference.partition("#/")
            part = files[other or name]
            for step in path.split("/"):
                part = part[step]
    channels = files["mqtt.asyncapi.json"]["channels"]
    assert {each["address"] for each in channels.values()} == {topic.place for topic in TOPICS.values()}


def references(part):
    """Every `$ref` in a document."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)
