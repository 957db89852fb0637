"""The MQTT reference, written from the table of topics: part of its page, an AsyncAPI file, and the JSON Schemas."""

import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from coach.edge.telemetry.messages import Envelope, RunMessage
from coach.edge.telemetry.topics import TOPICS, Direction, Topic

_EVENTS: Final = "As in the [events](events.md)."
_COMMANDS: Final = "As in [buttons from elsewhere](commands.md)."
_KEYS: Final = "\n\n| key | | |\n|---|---|---|\n"


def topics_and_payloads() -> Iterator[str]:
    """Yield the table of topics, and the keys of each payload."""
    heads = ("topic", "who sends", "QoS", "retained", "worth", "expires in the broker", "sent")
    yield f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|\n"
    yield from _topics()
    yield f"\n### Every payload{_KEYS}"
    yield from _keys(Envelope, skipping=set())
    yield f"\n### Every payload of a run, besides{_KEYS}"
    yield from _keys(RunMessage, skipping=set(Envelope.model_fields))
    for topic in TOPICS.values():
        bases = [base for base in (RunMessage, Envelope) if issubclass(topic.payload, base)]
        named = f" Its `_type` is `{topic.payload.model_fields['type'].default}`." if bases else ""
        yield f"\n### `{topic.name}`\n\n{_sentence(topic.payload)}{named}{_KEYS}"
        skipped = set(bases[0].model_fields) if bases else set()
        yield from _keys(topic.payload, skipping=skipped, otherwise=_EVENTS if bases else _COMMANDS)


def _topics() -> Iterator[str]:
    for topic in TOPICS.values():
        retained = "yes" if topic.is_retained else "no"
        expires = "yes" if topic.expires else "no"
        yield (
            f"| `{_place(topic)}` | {topic.direction.value} | {topic.qos} | {retained} | {_seconds(topic.ttl_s)} |"
            f" {expires} | {topic.when} |\n"
        )


def _place(topic: Topic) -> str:
    return topic.place.replace("{root}", "coach/v1")


def _seconds(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h")):
        if seconds >= size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _sentence(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _keys(model: type[BaseModel], *, skipping: set[str], otherwise: str = "") -> Iterator[str]:
    schema = model.model_json_schema(by_alias=True)
    required = set(schema.get("required", ()))
    for name, field in model.model_fields.items():
        if name in skipping:
            continue
        key = field.alias or name
        about = (field.description or otherwise).replace("\n", " ")
        kind = _kind(schema["properties"][key])
        yield f"| `{key}` | {kind}{'' if key in required or field.is_required() else ', may be absent'} | {about} |\n"


def _kind(part: dict[str, Any]) -> str:
    """Return the type of a value in a word or two."""
    if "const" in part:
        return f"`{json.dumps(part['const'])}`"
    if "enum" in part:
        return " ".join(f"`{each}`" for each in part["enum"])
    if "anyOf" in part:
        return " or ".join(_kind(each) for each in part["anyOf"] if each.get("type") != "null")
    if "$ref" in part:
        return "object"
    if part.get("type") == "array":
        return f"list of {_kind(part['items'])}s"
    return str(part.get("type", "anything"))


def json_schemas() -> str:
    """Return the JSON Schemas of all payloads, by their `_type`."""
    models = list(dict.fromkeys(topic.payload for topic in TOPICS.values()))
    _, together = models_json_schema([(model, "serialization") for model in models], by_alias=True)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Payloads of Trackside Coach over MQTT",
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in models],
        "$defs": _without_null(together["$defs"]),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _without_null(part: Any) -> Any:
    """Return a schema without null as a value: an unknown key is absent, as it is written."""
    if isinstance(part, list):
        return [_without_null(each) for each in part]
    if not isinstance(part, dict):
        return part
    cleaned = {
        key: _without_null(value) for key, value in part.items() if not (key == "default" and value is None)
    }
    options = [each for each in cleaned.get("anyOf", ()) if each.get("type") != "null"]
    if len(options) == 1 and "anyOf" in cleaned:
        del cleaned["anyOf"]
        return {**options[0], **cleaned}
    return cleaned


def asyncapi() -> str:
    """Return the AsyncAPI 3 file: a channel, a message and an operation for each topic."""
    channels, operations, messages = {}, {}, {}
    for topic in TOPICS.values():
        names = sorted(topic.needs)
        place = topic.place
        message = {"$ref": f"#/components/messages/{topic.name}"}
        channels[topic.name] = {
            "address": place,
            "messages": {topic.name: message},
            "parameters": {name: {"$ref": f"#/components/parameters/{name}"} for name in names},
        }
        binding: dict[str, Any] = {"qos": topic.qos, "retain": topic.is_retained, "bindingVersion": "0.2.0"}
        if topic.expires:
            binding["messageExpiryInterval"] = round(topic.ttl_s)
        operations[topic.name] = {
            "action": "send" if topic.direction is Direction.OUT else "receive",
            "channel": {"$ref": f"#/channels/{topic.name}"},
            "summary": topic.when,
            "messages": [{"$ref": f"#/channels/{topic.name}/messages/{topic.name}"}],
            "bindings": {"mqtt": binding},
        }
        messages[topic.name] = {
            "name": topic.name,
            "contentType": "application/json",
            "summary": _sentence(topic.payload),
            "payload": {"$ref": f"mqtt.schema.json#/$defs/{topic.payload.__name__}"},
        }
    parameters = {name for topic in TOPICS.values() for name in topic.needs}
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Trackside Coach over MQTT",
            "version": "1",
            "description": "What a coached run publishes, and what it takes. The coach is the application.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "parameters": {name: _PARAMETERS.get(name, {"description": name}) for name in sorted(parameters)},
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


_PARAMETERS: Final = {
    "root": {"description": "What all topics begin with.", "default": "coach/v1"},
    "site": {"description": "A club, or a place.", "default": "track"},
    "node": {"description": "The laptop of the coach: eight characters, drawn once."},
    "athlete": {"description": "The slug of the athlete, never a name."},
}
