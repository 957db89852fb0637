"""The names other people's files, journals and scripts hold: gathered from the program, and frozen in `names.txt`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from re import findall
from typing import Any, Final

import click

from coach.app.setup import learnt_trees
from coach.athlete import Athlete
from coach.cli.group import root
from coach.cli.shared import EXIT_CODES
from coach.cues.cue import CueClass, CueKind, SuppressionReason
from coach.edge.diagnostics import CheckVerdict
from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.run_folder import Manifest, RunState
from coach.edge.settings import SCREEN_ACTIONS, Settings
from coach.interchange.recordings.common import KEYS
from coach.interchange.workouts import Format, ReportKind
from coach.live.contract import (
    EVENTS,
    ROUNDING,
    Alive,
    Closed,
    Input,
    LoopBlocked,
    Opened,
    RecorderRecovered,
    RecorderTrouble,
    Resumed,
    RunSetup,
    RunStarted,
    WorkoutSwitched,
    encode_event,
    encode_until,
)
from coach.physiology.heart_rate import HeartRateKinetics
from coach.physiology.performance import CadenceLine
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.recording.codec import UUIDS, Header, input_to_json
from coach.review.comparison import CueChange
from coach.session.events import EndReason, MovedBy, ResumeChoice, StepUnderWay
from coach.session.phases import Button, Origin, Phase, Pressed, SplitRole
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import (
    Characteristic,
    LinkChanged,
    LinkState,
    Notified,
    Relayed,
    Reported,
    SensorState,
    Source,
)
from coach.simulate import RunnerProfile
from coach.workout.document import workout_schema
from coach.workout.kinds import Kind
from coach.workout.timeline import CoachBy, EndConditions, MarkEnd, Move, Quantity, TimeEnd, Timeline

FILE: Final = Path(__file__).parent / "names.txt"
"""The frozen list: a heading for each kind of name, then a name a line."""
EVENTS_PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "events.md"
"""Its tables of keys are held against the program by `tests/live/test_events.py`."""

Names = dict[str, set[str]]
"""The names of each kind."""

INPUTS: Final[tuple[Input, ...]] = (
    Opened(Seconds(0.0)),
    Resumed(Seconds(0.0), Seconds(1.0)),
    Resumed(Seconds(2.0), Seconds(1.0), ResumeChoice.DONE, StepUnderWay("0.0", 0, Seconds(0.0))),
    LoopBlocked(Seconds(5.0), Seconds(2.0)),
    WorkoutSwitched(Seconds(0.0), Timeline("200s", ())),
    Alive(Seconds(0.0)),
    Closed(Seconds(0.0)),
    Notified(
        Seconds(0.0), Source.POD, Characteristic.RSC_MEASUREMENT, b"", Seconds(2.0), heard_at=Seconds(0.0)
    ),
    Reported(
        Seconds(0.0),
        Source.POD,
        Seconds(2.0),
        MetresPerSecond(3.0),
        Metres(4.0),
        StepsPerMinute(180.0),
        BeatsPerMinute(150.0),
        (Seconds(0.4),),
        Watts(250.0),
        (("smo2_percent", 60.0),),
    ),
    Reported(
        Seconds(0.0),
        Source.POD,
        power=Watts(250.0),
        relayed=Relayed("phone", "my pod", Seconds(0.0), 1.0, Seconds(0.5), -70, 1),
    ),
    LinkChanged(Seconds(0.0), Source.POD, LinkState.LOST, "Stryd", 80, -60),
    Pressed(Seconds(0.0), Button.ANSWER, answer=1),
    RecorderTrouble(Seconds(0.0), "full", lasts=True),
    RecorderRecovered(Seconds(0.0)),
)
"""One input of each kind with everything known, so that each key of it is written."""

VALUES: Final[dict[str, type[Enum]]] = {
    "buttons": Button,
    "origins of a press": Origin,
    "sources": Source,
    "states of a link": LinkState,
    "states of a sensor": SensorState,
    "kinds of sensor": SensorKind,
    "states of a run": RunState,
    "phases": Phase,
    "reasons of an end": EndReason,
    "roles of a split": SplitRole,
    "movers of a boundary": MovedBy,
    "choices of resuming": ResumeChoice,
    "kinds of step": Kind,
    "moves": Move,
    "steers": CoachBy,
    "quantities": Quantity,
    "kinds of cue": CueKind,
    "classes of cue": CueClass,
    "reasons of silence": SuppressionReason,
    "changes of a cue": CueChange,
    "verdicts of doctor": CheckVerdict,
    "formats of import": Format,
    "findings of import": ReportKind,
}
"""Enums whose values reach documents, events, journals or `--json`."""


def names() -> Names:
    """Every name of the contract as the program has it now."""
    gathered: dict[str, Iterable[str]] = {
        "settings": _fields_of(Settings()),
        "actions of a key": SCREEN_ACTIONS,
        "workout document": _keys_of(workout_schema()),
        "athlete document": _keys_of(Athlete.model_json_schema(by_alias=True)),
        "runner profile": (field.name for field in fields(RunnerProfile)),
        "sensors file": (field.name for field in fields(PairedSensor)),
        "manifest": (field.name for field in fields(Manifest)),
        "columns of a CSV stream": KEYS,
        "journal header": (field.name for field in fields(Header)),
        "journal lessons": _lessons(),
        "journal records": (
            f"{record['in']}.{key}" for record in map(input_to_json, INPUTS) for key in record
        ),
        "journal characteristics": UUIDS.values(),
        "events": EVENTS.values(),
        "event keys": _event_keys(),
        "measured keys": ROUNDING,
        "exit codes": (str(code) for code, _ in EXIT_CODES),
        "command line": _commands(root, "coach"),
    }
    gathered |= {kind: (str(member.value) for member in members) for kind, members in VALUES.items()}
    return {kind: set(some) for kind, some in gathered.items()}


def read(text: str) -> Names:
    """Read a list as `write` makes it."""
    frozen: Names = {}
    for line in text.splitlines():
        if line.startswith("# "):
            frozen[line[2:]] = set()
        elif line:
            frozen[list(frozen)[-1]].add(line)
    return frozen


def write(frozen: Mapping[str, Iterable[str]]) -> str:
    """Write a list: kinds in their order, names sorted."""
    return "\n".join(
        f"# {kind}\n" + "".join(f"{name}\n" for name in sorted(some)) for kind, some in frozen.items()
    )


def extended(frozen: Names, current: Names) -> Names:
    """The frozen list with every new name; it loses none."""
    return {kind: frozen.get(kind, set()) | current.get(kind, set()) for kind in frozen | current}


def _fields_of(settings: Any, prefix: str = "") -> Iterator[str]:
    """The fields of a settings dataclass by their whole names, and the keys of its tables that have a default."""
    for field in fields(settings):
        value, name = getattr(settings, field.name), f"{prefix}{field.name}"
        yield name
        if is_dataclass(value):
            yield from _fields_of(value, f"{name}.")
        elif isinstance(value, Mapping):
            yield from (f"{name}.{key}" for key in value)


def _keys_of(schema: Mapping[str, Any]) -> Iterator[str]:
    """The keys of a document and the words they take, each behind the key its object stands under.

    An object is named by the keys that hold it, not by the class that reads it, which may be renamed; so a new
    place for an object adds names and takes none away.
    """
    seen: set[tuple[str, str]] = set()
    waiting: list[tuple[str, Any]] = [("", schema)]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, list):
            waiting += [(place, each) for each in node]
        elif isinstance(node, Mapping):
            target = node.get("$ref", "").rpartition("/")[2]
            if target and (place, target) not in seen:
                seen.add((place, target))
                waiting.append((place, schema["$defs"][target]))
            properties = node.get("properties", {})
            yield from (f"{place}.{key}".removeprefix(".") for key in properties)
            yield from (f"{place} = {word}" for word in (*node.get("enum", ()), *_constant(node)))
            waiting += [*properties.items(), *((place, node[key]) for key in _WITHIN if key in node)]


def _constant(node: Mapping[str, Any]) -> tuple[object, ...]:
    return (node["const"],) if "const" in node else ()


_WITHIN: Final = ("anyOf", "oneOf", "allOf", "items", "prefixItems", "additionalProperties")
"""Where a JSON Schema nests what stands at the same place."""


def _event_keys() -> Iterator[str]:
    """The keys of every event, and of what is nested in one, from the tables of the reference page."""
    yield from encode_event(RunStarted(Seconds(0.0), "", "", "ada"), Seconds(0.0))
    several = EndConditions((MarkEnd(), TimeEnd(Seconds(1.0))), not_before_s=Seconds(1.0), cap_s=Seconds(1.0))
    yield from (f"until.{key}" for key in encode_until(several))
    page = EVENTS_PAGE.read_text(encoding="utf-8")
    for event, keys in findall(
        r"(?m)^\| `(\w+)` \| ((?:`\w+` ?)+) \|", page.partition("## The events\n")[2].partition("\n#")[0]
    ):
        yield from (f"{event}.{key}" for key in findall(r"`(\w+)`", keys))
    for part in ("until", "target", "why"):
        table = page.partition(f"### `{part}`\n")[2].partition("\n#")[0]
        yield from (
            f"{part}.{key}"
            for cell in findall(r"(?m)^\| ((?:`\w+` ?)+) \|", table)
            for key in findall(r"`(\w+)`", cell)
        )


def _lessons() -> Iterator[str]:
    """What a header keeps of earlier runs."""
    signals = SignalSettings(learnt=(LearntFactor(Source.POD, 0.98, 0.01),))
    line = CadenceLine(3.0, 172.0, 6.0, 2.0, 2.5, 4.0)
    for lesson in learnt_trees(RunSetup("", Timeline("", ()), signals=signals, cadence_line=line)):
        yield from (f"{lesson['what']}.{key}" for key in lesson)
    yield from (f"heart_rate_kinetics.{field.name}" for field in fields(HeartRateKinetics))


def _commands(command: click.Command, path: str) -> Iterator[str]:
    """Every command with its arguments and options."""
    yield path
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            yield f"{path} {parameter.human_readable_name.upper()}"
        else:
            words = (*parameter.opts, *parameter.secondary_opts)
            yield from (f"{path} {word}" for word in words)
            if isinstance(parameter.type, click.Choice):
                yield from (f"{path} {words[0]} {choice}" for choice in parameter.type.choices)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            within = command.get_command(context, name)
            assert within is not None
            yield from _commands(within, f"{path} {name}")
