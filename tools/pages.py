"""The reference pages about exports, the library, plans, the command line and MQTT, from the tables of the program."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, cast

import click
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from coach.cli.group import CoachGroup, HelpContext, root
from coach.cli.shared import EXIT_CODES
from coach.edge.telemetry.topics import TOPICS, Direction, Envelope, RunMessage, Topic
from coach.interchange.recordings import FOREIGN_SUFFIXES, OURS
from coach.interchange.workouts import EXPORT_FORMATS, ExportFormat
from coach.interchange.workouts.converting import COLUMNS, SUPPORT, WorkoutPart
from coach.plan import templates
from coach.plan.document import plan_schema
from coach.plan.planner import SLEEP_NIGHTS
from coach.plan.sessions import CHAINS, Chain
from coach.plan.templates import TEMPLATES, DayRole, WeekTemplate
from coach.workout.describe import estimate, sentence
from coach.workout.document import advice, load_document, outline
from coach.workout.model import WorkoutDocument

_HEAD: Final = """\
# Exported workouts

<!-- Written by `make docs` from coach/interchange/workouts. -->

`coach workout export WORKOUT --to FORMAT [--out FILE] [--athlete FILE|SLUG] [--strict] [--json]`. How-to:
[take a workout elsewhere](../how-to/export-a-workout.md). The other way round: [imported workouts](imports.md).

## Formats

| `--to` | file | what to do with it |
|---|---|---|
"""
_RULES: Final = """
## Rules

- Whatever a workout says is kept, near, in words or not there, as the table below says; all but what is kept is
  reported, each with its place in the document. `--strict` writes nothing then, and exits with 1. A workout of the
  library has tags at least, so none of them passes.
- The notation says by itself what it leaves out; it keeps paces by name and is no part of the table below.
- Every library workout goes through every format and back in the tests, and what is reported of it is what the
  table says, no more and no less.
- Steps come in the order in which they are run. A last recovery that is left out, and a rest between sets, are:
  Garmin Connect has a flag for the first; elsewhere one repeat less is written, and the last one by itself behind
  it. Our importers read that as one repeat again.
- Paces by name and shares of a heart rate become numbers, those of `--athlete`, else of the only athlete. Shares of
  the maximum stay shares where a format has them. Names of which nobody gives the number are kept in words, except
  those that a site has of each of its runners: the mile, 5k, 10k, half and marathon pace of Zwift, the threshold
  pace of intervals.icu.
- A single pace gets the band that the coach allows around it, in formats that know ranges only. An open side is
  written as the last value that a document takes (60:00/km, 30 bpm), which nobody is beyond; our importers read it
  as open.
- Numbers are rounded to what a format takes, ranges outward: FIT to the millisecond, centimetre and mm/s, TCX to
  whole seconds and metres (told), intervals.icu to whole seconds (told). A cadence is halved where one foot is
  counted.
- *In words* means: FIT and Garmin Connect in the notes of the step, Zwift in a text at the start of the stretch,
  TCX and intervals.icu in the description of the workout. What is said of the whole workout is in its description
  everywhere.
- FIT cuts texts after 254 bytes, Garmin Connect notes after 512 and descriptions after 1024 letters, TCX names
  after 15; Training Center numbers 20 steps. Each is told. A FIT file has at most 4095 steps.
- Zwift files are all in metres or all in seconds: in the unit of most of the hard running. What has the other one
  is converted at its own pace, else at a usual one. A stretch without a pace is a free run. Repeats are written
  out. Lists of exercises are in the description; of such a list alone no file is made.
- intervals.icu repeats do not nest: outer ones are written out, as is everywhere what changes from repeat to
  repeat. A name with a number in it that would be read as a length stands in the description.
- A send-off becomes a rest of what is left of its slot at the planned pace, or a rest until the lap key where
  nobody knows.

## What becomes of each part

"""
_FOOT: Final = """
*Near*: something near it is written, and the report says what. *In words*: a runner can read it, and nothing acts
on it.

`--json` prints `{"v": 1, "file": ..., "report": {"format", "understood", "approximated", "dropped"}}`, each entry
`{"where", "text"}`.
"""


def exports_page() -> str:
    """Write the page of exports: every format, and the result for each part of a workout or a run."""
    return "".join([_HEAD, *_formats(), _RULES, *_parts(), _FOOT])


def _formats() -> Iterator[str]:
    for name in ExportFormat:
        row = EXPORT_FORMATS[name]
        yield f"| `{name}` | {row.title}, `{row.suffix}` | {row.use} |\n"


def _parts() -> Iterator[str]:
    titles = [EXPORT_FORMATS[each].title for each in COLUMNS]
    yield f"| | {' | '.join(titles)} |\n|---|{'---|' * len(titles)}\n"
    for part in WorkoutPart:
        fates = [SUPPORT[part][each].value for each in COLUMNS]
        yield f"| {part} | {' | '.join(fates)} |\n"


# --- the page of library ---------------------------------------------------------------------------------------------

LIBRARY = Path(__file__).parents[1] / "workouts"

_SYSTEMS: Final = {
    "easy": "Easy and long",
    "threshold": "Threshold, tempo and race pace",
    "vo2max": "Intervals",
    "speed": "Speed",
    "strength": "Strength, hills among it",
    "economy": "Economy",
    "activation": "Warm-up and activation",
    "drills": "Drills",
    "mobility": "Mobility and stretches",
    "test": "Guided tests",
}
"""The headings in the order of the page."""


def library_page() -> str:
    """Write the page of the library: its workouts, by the system they train."""
    documents = {
        path.stem: load_document(path.read_bytes(), name=path.name) for path in sorted(LIBRARY.glob("*.json"))
    }
    parts = [
        "# The library\n\n",
        "<!-- Written by `make docs` from workouts/*.json. -->\n\n",
        f"{len(documents)} workouts come with the program. `coach workout list` finds one by what it is for\n",
        "([how](../how-to/choose-a-workout.md)), `coach workout show NAME` shows its steps,\n",
        "`coach run NAME` runs it.\n",
        "Times and distances here are for nobody in particular; with your paces saved they are yours.\n\n",
        "Workouts marked **opt-in** rest on a rule that the evidence does not carry: see\n",
        "[refusals](../explanation/refusals.md). Where numbers come from: [claims](../explanation/claims.md).\n",
    ]
    for system, heading in _SYSTEMS.items():
        of_it = {name: each for name, each in documents.items() if each.workout.tags.system == system}
        parts += [f"\n## {heading}\n\n", *_table(of_it)]
    unknown = {name for name, each in documents.items() if each.workout.tags.system not in _SYSTEMS}
    assert not unknown, f"give these a heading: {unknown}"
    return "".join(parts)


def _table(documents: dict[str, WorkoutDocument]) -> Iterator[str]:
    yield "| name | what it is | for | level | phase |\n|---|---|---|---|---|\n"
    for name, document in documents.items():
        tags = document.workout.tags
        opt_in = " **opt-in**" if tags.opt_in else ""
        phases = ", ".join(phase for phase in (tags.phase, *tags.other_phases) if phase)
        cells = [f"`{name}`{opt_in}", _words(document), ", ".join(tags.focus), tags.level or "", phases]
        yield "| " + " | ".join(cells) + " |\n"


def _words(document: WorkoutDocument) -> str:
    """Return a workout's sentence, its purpose, and the advice of its tags."""
    timeline = outline(document)
    tags = document.workout.tags
    minutes = f" About {tags.minutes:g} min." if tags.minutes else ""
    parts = [f"{sentence(timeline, estimate(timeline))}{minutes}", f"*{document.workout.purpose}.*"]
    parts += [f"<br>{line}" for line in advice(tags) if not line.startswith("Opt-in")]
    return " ".join(parts).replace("|", "\\|")


# --- the page of plan ------------------------------------------------------------------------------------------------


def plan_page(describe: Callable[[str, dict[str, Any]], Iterator[str]]) -> str:
    """Write the page of plans: every object of the document with its keys, the templates, the planner's numbers."""
    schema = cast("dict[str, Any]", plan_schema())
    definitions = schema.get("$defs", {})
    parts = [
        "# Plans\n\n",
        "<!-- Written by `make docs` from coach/plan. -->\n\n",
        "[Plan a season](../how-to/plan-a-season.md) explains it from the beginning. A plan is kept in\n",
        "`plans/ATHLETE/plan.json` in the data folder (`coach config path`); beside it lie older versions and a\n",
        "journal of who changed what. `coach plan schema` prints the schema, for editors that complete and check.\n",
        "\n",
        "## The numbers the planner goes by\n\n",
        "| what | number | source |\n|---|---|---|\n",
        *(f"| {what} | {number} | {source} |\n" for what, number, source in planner_numbers()),
        "\n## Templates\n\nAn opt-in is for those who ask for it; its note is printed with the plan.\n\n",
        "| template | Mon | Tue | Wed | Thu | Fri | Sat | Sun | what it is |\n",
        "|---|---|---|---|---|---|---|---|---|\n",
        *(_template_row(template) for template in TEMPLATES.values()),
        *(f"\n**{each.name}**: {each.note}\n" for each in TEMPLATES.values() if each.note),
        "\n## Hard sessions, and how they are built up\n\n",
        "Rests go from full to short and reps from few to many, one at a time; where both have gone as far as they ",
        "go, 800s and kilometres move to the pace of a 3 k, with few reps and full rests again. ",
        "The session says which moved.\n\n",
        "| session | workouts of the library | reps | rest | at most of a week |\n",
        "|---|---|---|---|---|\n",
        *(_chain_row(chain) for chain in CHAINS.values()),
        "\n## The document\n\n",
        *describe("PlanDocument", schema),
    ]
    for name in sorted(definitions):
        parts += [f"\n## {name}\n\n", *describe(name, definitions[name])]
    return "".join(parts)


def _template_row(template: WeekTemplate) -> str:
    roles = " | ".join(
        f"{role}{f' {miles:g} mi' if miles else ''}" if role is not DayRole.REST else ""
        for role, miles in zip(template.roles, template.miles or (0,) * 7, strict=True)
    )
    title = f"{template.title}{' (opt-in)' if template.is_opt_in else ''} ({template.source})"
    return f"| `{template.name}` | {roles} | {title} |\n"


def _chain_row(chain: Chain) -> str:
    full, short = chain.rest_s
    rest = f"{full:g} s" if full == short else f"{full:g} to {short:g} s"
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(chain.workouts.values()))
    return f"| {chain.what} | {names} | {chain.reps[0]} to {chain.reps[1]} | {rest} | {100 * chain.week_share:g} % |\n"


def planner_numbers() -> Iterator[tuple[str, str, str]]:
    """Yield the numbers of the planner with their sources."""
    practice, judged = "coaching practice", "judged"
    yield "base", f"{templates.BASE_WEEKS[0]} to {templates.BASE_WEEKS[1]} weeks", practice
    yield "build", f"{templates.BUILD_WEEKS[0]} to {templates.BUILD_WEEKS[1]} weeks", practice
    yield (
        "the speed part at its end",
        f"{templates.SPEED_WEEKS[0]} to {templates.SPEED_WEEKS[1]} weeks",
        practice,
    )
    yield (
        "peak, with the week of the race",
        f"{templates.PEAK_WEEKS[0]} to {templates.PEAK_WEEKS[1]} weeks",
        practice,
    )
    yield "shortest full cycle", f"{templates.FULL_WEEKS} weeks", "8 + 6 + 2"
    yield "only sharpening and taper", f"under {templates.SHARPEN_BELOW_WEEKS} weeks", judged
    for up_to, usual, least in templates.RECOVERY_WEEKS:
        where = f"up to {up_to / 1000:g} km" if up_to < 1e8 else "beyond"
        yield (
            f"recovery after an A race {where}",
            f"{usual} week{'' if usual == 1 else 's'}, {least} at least",
            f"{practice}, {judged}",
        )
    yield "peaks a year", f"{templates.PEAKS_A_YEAR}, {templates.SHORT_PEAKS_A_YEAR} up to 10 k", practice
    yield "an up week", f"+{100 * templates.GROWTH:g} %", practice
    yield "a down week", f"-{100 * templates.DOWN:g} %, each {templates.DOWN_EVERY}th", practice
    yield "days off that make a down week", f"{templates.OFF_DAYS_OF_A_DOWN_WEEK}", judged
    for phase, share in templates.PHASE_SHARE.items():
        yield f"volume in {phase}", f"{100 * share:g} % of what was reached", f"{practice}, {judged}"
    for up_to, days in templates.TAPER_DAYS:
        where = f"up to {up_to / 1000:g} km" if up_to < 1e8 else "beyond"
        yield f"taper {where}", f"{days} days", "Bosquet 2007, Wang 2023"
    for style, cut in templates.TAPER_CUTS.items():
        source = "Bosquet 2007: -41 to -60 %" if cut > 0.4 else f"{practice}: less than studies found best"
        yield f"taper `{style}`", f"-{100 * cut:g} %", source
    yield (
        "days without hard running before an A, B, C race",
        ", ".join(str(n) for n in templates.QUIET_DAYS.values()),
        judged,
    )
    yield "bed 20 minutes earlier", f"the {SLEEP_NIGHTS} nights before an A race", practice


# --- the page of the command line ------------------------------------------------------------------------------------

_WIDTH: Final = 100
_SUFFIXES: Final = ", ".join((f"`{OURS}` (ours)", *(f"`{each}`" for each in FOREIGN_SUFFIXES[:-1])))
_LAST: Final = f"or `{FOREIGN_SUFFIXES[-1]}`"
_CLI_HEAD: Final = f"""\
# Command line

<!-- Written by `make docs` from the commands themselves. -->

Results go to stdout, messages to stderr; with `--json`, stdout has JSON and nothing else. Every command has `-h` or
`--help`, and `--debug`, which prints a traceback on failure. A time can be typed as `1:30`, `90s`, `12min` or in
seconds.

## Names

RECORDING is the ID of a run, a folder with one, or a file: {_SUFFIXES}
{_LAST}. The format of a file is detected from its contents, not from its name. WORKOUT is a file or the
name of a library workout, such as `5x1000-5k`. An athlete is a file, or the slug of an athlete saved with
`coach athlete set`.

## Exit codes

| code | meaning |
|---|---|
"""


def cli_page() -> str:
    """Write the page of the command line: names, exit codes, then the help page of each command."""
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES)
    return _CLI_HEAD + codes + "".join(_sections(root, None, "coach"))


def _sections(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
    context = HelpContext(command, parent, name, terminal_width=_WIDTH, max_content_width=_WIDTH)
    yield f"\n## {context.command_path}\n\n```text\n{click.unstyle(command.get_help(context))}\n```\n"
    if isinstance(command, CoachGroup):
        for below in command.list_commands(context):
            child = command.get_command(context, below)
            assert child is not None  # listed in the table
            yield from _sections(child, context, below)


# --- MQTT: topics and payloads, an AsyncAPI file, the JSON Schemas ---------------------------------------------------

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
        type_words = f" Its `_type` is `{topic.payload.model_fields['type'].default}`." if bases else ""
        yield f"\n### `{topic.name}`\n\n{_sentence(topic.payload)}{type_words}{_KEYS}"
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
